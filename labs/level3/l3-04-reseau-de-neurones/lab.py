# ---
# caire:
#   id: l3-04-reseau-de-neurones
#   level: 3
#   minutes: 120
#   profile: cpu
#   title:
#     fr: "Un réseau de neurones de zéro (PyTorch)"
#     en: "A neural network from scratch (PyTorch)"
#   summary:
#     fr: "Vous saurez écrire, contrôler et entraîner un réseau de neurones qui lit des chiffres, reconnaître un surapprentissage et le corriger. Vous saurez aussi dire quand un modèle plus simple suffit, mesures à l'appui."
#     en: "You will be able to write, check and train a neural network that reads digits, recognise overfitting and correct it. You will also be able to tell, with measurements, when a simpler model is enough."
#   budget: {cpu_seconds: 60, memory_mib: 1536, cell_seconds: 60}
#   questions:
#     neurone: {points: 2, skill: n3.reseau.derivees, fr: "Le gradient d'un neurone, à la main", en: "The gradient of one neuron, by hand"}
#     controle: {points: 2, skill: n3.reseau.derivees, fr: "Un contrôleur qui rejette un gradient faux", en: "A checker that rejects a wrong gradient"}
#     donnees: {points: 2, skill: n3.validation.pipeline, fr: "Standardiser sans fuite", en: "Standardise without a leak"}
#     reseau: {points: 2, skill: n3.reseau.entrainer, fr: "Construire le réseau", en: "Build the network"}
#     boucle: {points: 4, skill: n3.reseau.entrainer, fr: "La boucle d'apprentissage et l'évaluation", en: "The training loop and the evaluation"}
#     regulariser: {points: 3, skill: n3.reseau.diagnostiquer, fr: "Diagnostiquer le surapprentissage et choisir le réglage", en: "Diagnose overfitting and choose the setting"}
#     energie: {points: 3, skill: n3.sobriete.mesurer, fr: "Choisir le modèle le plus sobre qui suffit", en: "Choose the most frugal model that is enough"}
#     decision: {points: 2, manual: true, skill: n3.surete.documenter, fr: "Votre recommandation", en: "Your recommendation"}
#     relecture: {points: 2, bonus: true, skill: n3.calibration.decider, fr: "Pour aller plus loin : quand passer la main à une personne", en: "Going further: when to hand over to a person"}
#   answers:
#     prevoir-pas: a
#     prevoir-cumul: b
#     prevoir-courbes: c
#     prevoir-gagnant: b
#     decision: "Je recommande la régression si le service accepte environ 97 % de lectures justes : elle consomme plusieurs fois moins que le réseau, qui ne gagne qu'environ un point. Chaque formulaire dont la lecture est peu sûre serait relu par un agent. Limite : treize personnes seulement ont écrit ces chiffres, et on les retrouve dans l'apprentissage comme dans le test ; je referais donc la mesure sur nos propres formulaires avant la mise en service, puis chaque trimestre."
# ---

# %% [markdown] id="titre" lang="fr"
# # Un réseau de neurones de zéro (PyTorch)
#
# **La situation.** Un service reçoit chaque jour des formulaires papier. On vous demande si un réseau de neurones peut lire les chiffres manuscrits
# (codes postaux, montants), et s'il faut en mettre un en service. Vous répondrez de cette décision.
#
# En deux heures, vous allez construire ce réseau **sans boîte noire**, de la dérivée d'un seul neurone jusqu'à la décision :
#
# | étape | ce que vous faites | durée |
# |---|---|---|
# | 1 et 2 | calculer un gradient à la main, puis écrire le contrôle qui attrape un gradient faux | 30 min |
# | 3 | préparer les données sans fuite | 10 min |
# | 4 et 5 | construire le réseau, l'entraîner, l'évaluer | 30 min |
# | 6 et 7 | voir le surapprentissage, le corriger, lire les erreurs | 25 min |
# | 8 et 9 | peser l'énergie, décider, éditer la fiche du modèle | 25 min |
#
# **Comment ça marche.** Maj + Entrée exécute une cellule. Là où vous voyez des points de suspension `...`, vous écrivez. La cellule repliée qui suit vérifie votre réponse : exécutez-la aussi. Elle
# affiche ✓, ou vous dit quoi regarder : recommencez autant de fois que vous voulez. La remise refait ces vérifications, puis d'autres, sur des données que vous n'avez pas vues.

# %% [markdown] id="titre" lang="en" of="e4c3e7da"
# # A neural network from scratch (PyTorch)
#
# **The situation.** A department receives paper forms every day. You are asked whether a neural network can read the handwritten digits
# (postcodes, amounts), and whether one should go into service. You will answer for that decision.
#
# In two hours you build this network **without a black box**, from the derivative of a single neuron to the decision:
#
# | step | what you do | time |
# |---|---|---|
# | 1 and 2 | compute a gradient by hand, then write the check that catches a wrong gradient | 30 min |
# | 3 | prepare the data without a leak | 10 min |
# | 4 and 5 | build the network, train it, evaluate it | 30 min |
# | 6 and 7 | see overfitting, correct it, read the errors | 25 min |
# | 8 and 9 | weigh the energy, decide, issue the model card | 25 min |
#
# **How it works.** Shift + Enter runs a cell. Where you see an ellipsis `...`, you write. The folded cell that follows checks your answer: run it too. It shows ✓, or
# tells you what to look at: try as often as you like. Submitting runs these checks again, then others, on data that you have not seen.

# %% id="outils"
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix
from sklearn.model_selection import train_test_split
from torch import nn

torch.set_num_threads(1)  # un petit réseau va plus vite sur un seul cœur  #@fr
torch.set_num_threads(1)  # a small network is faster on a single core  #@en
graine = labkit.seed()  # le hasard du lab part de ce nombre : mêmes calculs, mêmes résultats  #@fr
graine = labkit.seed()  # the randomness of the lab starts from this number: same computation, same results  #@en
abreger = labkit.grading()  # la notation abrège les essais dont aucune question ne dépend  #@fr
abreger = labkit.grading()  # grading shortens the trials on which no question depends  #@en

# %% [markdown] id="partie-1" lang="fr"
# ## 1. Un neurone, à la main
#
# Un neurone reçoit des nombres $x$ (ici, deux pixels) et répond une probabilité $p$, en trois temps :
#
# 1. un **score** : $z = w_1 x_1 + w_2 x_2 + b$. Les poids $w$ et le biais $b$ sont ce que le neurone apprend ;
# 2. une **probabilité** : $p = \dfrac{1}{1 + e^{-z}}$ ;
# 3. une **perte**, qui mesure l'erreur quand la bonne réponse est $y$ (1 ou 0) : $-\log p$ si $y = 1$, $-\log(1 - p)$ si $y = 0$. Sur plusieurs exemples, on prend la moyenne.
#
# **Un exemple à la main.** Avec $x = (1 ; 2)$, $w = (0{,}5 ; -0{,}25)$ et $b = 0$ : le score vaut $0{,}5 \times 1 - 0{,}25 \times 2 + 0 = 0$, donc $p = 0{,}5$ : le neurone hésite.
# Si la bonne réponse est $y = 1$, la perte vaut $-\log 0{,}5 \approx 0{,}693$. La cellule suivante fait le même calcul.

# %% [markdown] id="partie-1" lang="en" of="089907f6"
# ## 1. One neuron, by hand
#
# A neuron receives numbers $x$ (here, two pixels) and answers with a probability $p$, in three steps:
#
# 1. a **score**: $z = w_1 x_1 + w_2 x_2 + b$. The weights $w$ and the bias $b$ are what the neuron learns;
# 2. a **probability**: $p = \dfrac{1}{1 + e^{-z}}$;
# 3. a **loss**, which measures the error when the right answer is $y$ (1 or 0): $-\log p$ if $y = 1$, $-\log(1 - p)$ if $y = 0$. Over several examples, we take the mean.
#
# **An example by hand.** With $x = (1, 2)$, $w = (0.5, -0.25)$ and $b = 0$, the score is $0.5 \times 1 - 0.25 \times 2 + 0 = 0$, so $p = 0.5$: the neuron hesitates.
# If the right answer is $y = 1$, the loss is $-\log 0.5 \approx 0.693$. The next cell does the same computation.

# %% id="neurone-exemple"
def probabilite(w, b, X):
    return 1 / (1 + np.exp(-(X @ w + b)))  # X @ w : un score par ligne de X  #@fr
    return 1 / (1 + np.exp(-(X @ w + b)))  # X @ w: one score per row of X  #@en


def perte(w, b, X, y):
    p = probabilite(w, b, X)
    return float(np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p)))


w_exemple = np.array([0.5, -0.25])
X_exemple = np.array([[1.0, 2.0]])  # une ligne par exemple, une colonne par pixel : forme (1, 2)  #@fr
X_exemple = np.array([[1.0, 2.0]])  # one row per example, one column per pixel: shape (1, 2)  #@en
y_exemple = np.array([1.0])
print("probabilité :", probabilite(w_exemple, 0.0, X_exemple))  #@fr
print("probability:", probabilite(w_exemple, 0.0, X_exemple))  #@en
print("perte :", round(perte(w_exemple, 0.0, X_exemple, y_exemple), 3))  #@fr
print("loss:", round(perte(w_exemple, 0.0, X_exemple, y_exemple), 3))  #@en

# %% id="prevoir-pas" hide=true
ask.choice(
    "prevoir-pas",
    fr="Prévoyez : la bonne réponse est y = 1 et p = 0,5. Pour réduire la perte, que faire du poids du premier pixel (x₁ = 1) ?",
    en="Predict: the right answer is y = 1 and p = 0.5. To reduce the loss, what should be done to the weight of the first pixel (x₁ = 1)?",
    options={
        "a": ("L'augmenter : le score montera, donc p aussi.", "Increase it: the score will rise, and so will p."),
        "b": ("Le diminuer : la perte est positive.", "Decrease it: the loss is positive."),
        "c": ("Le laisser : p = 0,5 est déjà un bon compromis.", "Leave it: p = 0.5 is already a fair compromise."),
    },
)

# %% [markdown] id="neurone-explication" lang="fr"
# **Ce que dit le calcul.** Le **gradient** dit de combien la perte monte quand on augmente un peu chaque poids. Pour apprendre, on va donc dans le sens *opposé*.
# Pour un seul exemple, le calcul se simplifie de façon remarquable :
#
# $$\frac{\partial\,\text{perte}}{\partial z} = p - y \qquad \frac{\partial\,\text{perte}}{\partial w_k} = (p - y)\, x_k \qquad \frac{\partial\,\text{perte}}{\partial b} = p - y$$
#
# L'erreur $p - y$, multipliée par ce que le poids a reçu. **Dans notre exemple** : $p - y = -0{,}5$, donc le gradient vaut $(-0{,}5 \times 1 ; -0{,}5 \times 2) = (-0{,}5 ; -1)$
# pour les poids et $-0{,}5$ pour le biais. Il est négatif : augmenter les poids fait *baisser* la perte. Aviez-vous prévu juste ?
#
# ### Exercice 1. Le gradient sur plusieurs exemples
#
# - **On vous donne** `w` (forme `(d,)`), `b` (un nombre), `X` (forme `(n, d)` : n exemples, d pixels) et `y` (forme `(n,)`, des 0 et des 1).
# - **On vous demande** la fonction `gradient(w, b, X, y)`, qui rend deux choses : `dw`, un tableau de forme `(d,)`, et `db`, un nombre.
# - **Attention** : la perte est une *moyenne* sur les n exemples ; le gradient l'est donc aussi.
# - **Un coup de pouce** : `probabilite(w, b, X)` donne les n probabilités d'un coup, et `X.T @ e` additionne, pour chaque pixel, les `e[i] * X[i, k]`.

# %% [markdown] id="neurone-explication" lang="en" of="fd355295"
# **What the computation says.** The **gradient** tells by how much the loss rises when each weight is increased a little. To learn, we therefore go the *opposite* way.
# For a single example, the computation simplifies remarkably:
#
# $$\frac{\partial\,\text{loss}}{\partial z} = p - y \qquad \frac{\partial\,\text{loss}}{\partial w_k} = (p - y)\, x_k \qquad \frac{\partial\,\text{loss}}{\partial b} = p - y$$
#
# The error $p - y$, times what the weight received. **In our example**: $p - y = -0.5$, so the gradient is $(-0.5 \times 1, -0.5 \times 2) = (-0.5, -1)$
# for the weights and $-0.5$ for the bias. It is negative: increasing the weights makes the loss *fall*. Had you predicted right?
#
# ### Exercise 1. The gradient over several examples
#
# - **You are given** `w` (shape `(d,)`), `b` (a number), `X` (shape `(n, d)`: n examples, d pixels) and `y` (shape `(n,)`, zeros and ones).
# - **You are asked for** the function `gradient(w, b, X, y)`, which returns two things: `dw`, an array of shape `(d,)`, and `db`, a number.
# - **Mind**: the loss is a *mean* over the n examples; so is the gradient.
# - **A hint**: `probabilite(w, b, X)` gives the n probabilities at once, and `X.T @ e` adds up, for each pixel, the `e[i] * X[i, k]`.

# %% id="neurone-code" answer=true
def gradient(w, b, X, y):
    ### BEGIN SOLUTION
    erreur = probabilite(w, b, X) - y
    return X.T @ erreur / len(y), float(erreur.mean())
    ### END SOLUTION

# %% graded="neurone"
import numpy as np

w0, X1, y1 = np.array([0.5, -0.25]), np.array([[1.0, 2.0]]), np.array([1.0])
check(gradient).called_with(w0, 0.0, X1, y1).has_length(
    2, fr="`gradient` rend deux choses, séparées par une virgule : `dw`, puis `db`.", en="`gradient` returns two things, separated by a comma: `dw`, then `db`."
)
dw, db = gradient(w0, 0.0, X1, y1)
check(dw).has_shape(
    (2,), fr="`dw` contient un nombre par pixel : sa forme est celle de `w`.", en="`dw` holds one number per pixel: its shape is that of `w`."
)
check(float(dw[0])).is_at_most(
    0, fr="Le signe est inversé : dans l'exemple, augmenter les poids fait baisser la perte. Relisez l'ordre de la soustraction dans p − y.",
    en="The sign is reversed: in the example, increasing the weights lowers the loss. Read again the order of the subtraction in p − y."
)
check(dw).is_close_to(
    np.array([-0.5, -1.0]), within=1e-6,
    fr="Sur l'exemple fait à la main, `dw` ne tombe pas juste : il s'agit de l'erreur p − y multipliée par ce que chaque poids a reçu, sans autre facteur.",
    en="On the example done by hand, `dw` does not come out right: it is the error p − y times what each weight received, with no other factor."
)
check(db).is_close_to(
    -0.5, within=1e-6, fr="Sur l'exemple, `db` vaut −0,5 : le biais agit comme un pixel qui vaudrait toujours 1.", en="In the example, `db` is −0.5: the bias acts like a pixel that is always 1."
)
### BEGIN HIDDEN TESTS
hasard = np.random.default_rng(labkit.seed("neurone"))
for n, d in ((7, 5), (40, 3)):
    w, b, X, y = hasard.normal(size=d), 0.3, hasard.normal(size=(n, d)), (hasard.random(n) < 0.5).astype(float)

    def cout(v):
        s = X @ v[:d] + v[d]
        return float(np.mean(np.logaddexp(0, s) - y * s))

    v = np.append(w, b)
    attendu = np.array([(cout(v + h) - cout(v - h)) / 2e-5 for h in 1e-5 * np.eye(d + 1)])
    dw, db = gradient(w, b, X, y)
    check(np.asarray(dw)).has_shape(
        (d,), fr="`dw` doit avoir la forme de `w`, quel que soit le nombre de pixels.", en="`dw` must have the shape of `w`, whatever the number of pixels."
    )
    check(np.asarray(dw)).is_close_to(
        attendu[:d], within=1e-4,
        fr="Juste sur un exemple, faux sur plusieurs : la perte est une moyenne sur les n exemples, votre `dw` l'est-il ?",
        en="Right on one example, wrong on several: the loss is a mean over the n examples; is your `dw` one?",
    )
    check(float(db)).is_close_to(
        attendu[d], within=1e-4,
        fr="`db` est faux sur plusieurs exemples : c'est la moyenne des erreurs p − y, sans multiplier par les pixels.",
        en="`db` is wrong on several examples: it is the mean of the errors p − y, not multiplied by the pixels.",
    )
### END HIDDEN TESTS

# %% [markdown] id="partie-2" lang="fr"
# ## 2. Ne croire aucun gradient sans contrôle
#
# Un gradient faux ne provoque pas d'erreur : le programme tourne, le modèle apprend mal, et personne ne sait pourquoi. D'où une règle de métier :
# **on compare tout gradient à une mesure indépendante**. La mesure est simple : on bouge un seul poids d'un rien ($\varepsilon$), vers le haut puis vers le bas, et on regarde la pente.
#
# $$\text{pente}_k = \frac{f(w + \varepsilon\, e_k) - f(w - \varepsilon\, e_k)}{2\,\varepsilon}$$
#
# Ici $e_k$ est nul partout sauf à la place $k$. C'est ce que l'on appelle les **différences finies**.
#
# **Un exemple.** Pour $f(w) = w_0^2 + 3 w_1$ au point $(2 ; 1)$, le gradient exact est $(2 \times 2 ; 3) = (4 ; 3)$. La cellule suivante mesure ces deux pentes.

# %% [markdown] id="partie-2" lang="en" of="b60b54de"
# ## 2. Believe no gradient without a check
#
# A wrong gradient raises no error: the program runs, the model learns badly, and nobody knows why. Hence a rule of the trade:
# **every gradient is compared with an independent measurement**. The measurement is simple: move a single weight by next to nothing ($\varepsilon$), up then down, and look at the slope.
#
# $$\text{slope}_k = \frac{f(w + \varepsilon\, e_k) - f(w - \varepsilon\, e_k)}{2\,\varepsilon}$$
#
# Here $e_k$ is zero everywhere but at place $k$. This is called **finite differences**.
#
# **An example.** For $f(w) = w_0^2 + 3 w_1$ at the point $(2, 1)$, the exact gradient is $(2 \times 2, 3) = (4, 3)$. The next cell measures these two slopes.

# %% id="controle-exemple" examiner=true
def pente(f, w, k, epsilon=1e-5):
    petit_pas = np.zeros_like(w)
    petit_pas[k] = epsilon
    return (f(w + petit_pas) - f(w - petit_pas)) / (2 * epsilon)


def parabole(w):
    return float(w[0] ** 2 + 3 * w[1])


print([round(pente(parabole, np.array([2.0, 1.0]), k), 4) for k in range(2)])


# Une fonction témoin, son gradient exact, et une fabrique de gradients faux.  #@fr
# A reference function, its exact gradient, and a maker of wrong gradients.  #@en
def temoin(w):
    return float(np.sin(w[0]) * w[1] + np.sum(w**2))


def gradient_temoin(w):
    g = 2 * w
    g[0] += np.cos(w[0]) * w[1]
    g[1] += np.sin(w[0])
    return g


def gradient_fautif(k, facteur):
    """Le gradient témoin, dont la coordonnée k est multipliée par facteur."""  #@fr
    """The reference gradient, with coordinate k multiplied by facteur."""  #@en

    def faux(w):
        g = gradient_temoin(w)
        g[k] = g[k] * facteur
        return g

    return faux

# %% [markdown] id="controle-consigne" lang="fr"
# ### Exercice 2. Votre contrôleur
#
# - **On vous demande** la fonction `accepte(f, grad, w)`, qui rend `True` si `grad(w)` est le gradient de `f` au point `w`, et `False` sinon.
# - **On vous donne** `f` (rend un nombre), `grad` (rend un tableau de la même forme que `w`) et `w` (forme `(d,)`).
# - **Exigence** : toutes les coordonnées comptent, et une erreur de 2 % sur une seule d'entre elles doit être rejetée. Un bon gradient, lui, doit passer malgré les arrondis de la machine
#   (les différences finies sont ici justes à environ 0,000 001 près).
#
# Un contrôleur qui accepte tout est inutile : la vérification lui présente donc un gradient juste **et** des gradients faux. C'est un *contrôle négatif*.

# %% [markdown] id="controle-consigne" lang="en" of="0b0b96f6"
# ### Exercise 2. Your checker
#
# - **You are asked for** the function `accepte(f, grad, w)` (French for "accepts"), which returns `True` if `grad(w)` is the gradient of `f` at the point `w`, and `False` otherwise.
# - **You are given** `f` (returns a number), `grad` (returns an array of the same shape as `w`) and `w` (shape `(d,)`).
# - **Requirement**: every coordinate counts, and an error of 2% in a single one of them must be rejected. A right gradient must pass in spite of the machine's rounding
#   (finite differences are accurate here to about 0.000 001).
#
# A checker that accepts everything is useless: so the check shows it a right gradient **and** wrong ones. This is a *negative control*.

# %% id="controle-code" answer=true
def accepte(f, grad, w):
    ### BEGIN SOLUTION
    mesure = np.array([pente(f, w, k) for k in range(len(w))])
    return bool(np.allclose(grad(w), mesure, rtol=1e-3, atol=1e-6))
    ### END SOLUTION

# %% graded="controle"
import numpy as np

ici = np.array([0.7, -1.2, 2.0])
juste = accepte(temoin, gradient_temoin, ici)
check(juste).is_one_of(
    [True, False], fr="`accepte` rend `True` ou `False`, et rien d'autre.", en="`accepte` returns `True` or `False`, and nothing else."
)
check(juste).is_true(
    fr="Votre contrôleur rejette un gradient juste : sa tolérance est-elle nulle, ou son ε trop petit pour la précision de la machine ?",
    en="Your checker rejects a right gradient: is its tolerance zero, or its ε too small for the machine's precision?",
)
check(accepte(temoin, gradient_fautif(0, -1.0), ici)).is_false(
    fr="Votre contrôleur accepte un gradient dont le signe de la première coordonnée est inversé : compare-t-il vraiment à une mesure ?",
    en="Your checker accepts a gradient whose first coordinate has the wrong sign: does it really compare with a measurement?",
)
### BEGIN HIDDEN TESTS
hasard = np.random.default_rng(labkit.seed("controle"))
for d, k in ((3, 2), (4, 3)):
    w = hasard.uniform(0.5, 2.0, size=d) * np.where(hasard.random(d) < 0.5, -1, 1)
    check(accepte(temoin, gradient_temoin, w)).is_true(
        fr="Votre contrôleur rejette parfois un gradient juste : laissez une petite marge pour les arrondis.",
        en="Your checker sometimes rejects a right gradient: leave a small margin for rounding.",
    )
    check(accepte(temoin, gradient_fautif(k, -1.0), w)).is_false(
        fr="Votre contrôleur laisse passer une erreur de signe sur une coordonnée qui n'est pas la première : toutes doivent être comparées, une par une, signe compris.",
        en="Your checker lets through a wrong sign in a coordinate that is not the first: all must be compared, one by one, signs included.",
    )
check(accepte(temoin, gradient_fautif(1, 1.02), w)).is_false(
    fr="Votre contrôleur laisse passer une erreur de 2 % sur une coordonnée : sa tolérance est trop large.",
    en="Your checker lets through an error of 2% in one coordinate: its tolerance is too wide.",
)
### END HIDDEN TESTS

# %% [markdown] id="autograd" lang="fr"
# ### Et PyTorch ?
#
# PyTorch retient chaque opération faite sur un tenseur marqué `requires_grad=True`. Quand on appelle `.backward()`, il remonte ces opérations et dépose le gradient dans `.grad` : c'est la
# **dérivation automatique** (*autograd*). La cellule suivante compare trois chemins : votre formule, les différences finies, PyTorch.
#
# **Prévoyez d'abord.**

# %% [markdown] id="autograd" lang="en" of="3c0e9b06"
# ### What about PyTorch?
#
# PyTorch remembers each operation on a tensor marked `requires_grad=True`. When `.backward()` is called, it walks back through these operations and puts the gradient into `.grad`: this is
# **automatic differentiation** (*autograd*). The next cell compares three paths: your formula, finite differences, PyTorch.
#
# **Predict first.**

# %% id="prevoir-cumul" hide=true
ask.choice(
    "prevoir-cumul",
    fr="On calcule la perte et on appelle .backward(), puis on recommence sans rien remettre à zéro. Que contient .grad à la fin ?",
    en="We compute the loss and call .backward(), then do it again without resetting anything. What does .grad hold at the end?",
    options={
        "a": ("Le même gradient que la première fois.", "The same gradient as the first time."),
        "b": ("Le double : les gradients s'additionnent.", "Twice as much: gradients add up."),
        "c": ("Rien : PyTorch refuse.", "Nothing: PyTorch refuses."),
    },
)

# %% id="autograd-code"
w_torch = torch.tensor(w_exemple, requires_grad=True)


def perte_torch():
    scores = torch.tensor(X_exemple) @ w_torch
    return F.binary_cross_entropy_with_logits(scores, torch.tensor(y_exemple))


perte_torch().backward()
mesuree = [pente(lambda v: perte(v, 0.0, X_exemple, y_exemple), w_exemple, k) for k in range(2)]
a_la_main = gradient(w_exemple, 0.0, X_exemple, y_exemple)
comparaison = pd.DataFrame(
    {
        labkit.tr("votre formule", "your formula"): ["–", "–"] if a_la_main is None else np.round(a_la_main[0], 4),
        labkit.tr("différences finies", "finite differences"): np.round(mesuree, 4),
        "PyTorch": w_torch.grad.numpy().round(4),
    },
    index=pd.Index(["w₁", "w₂"], name=labkit.tr("poids", "weight")),
)
labkit.table(comparaison, fr="Le gradient de l'exemple, par trois chemins", en="The gradient of the example, by three paths")
perte_torch().backward()
print("PyTorch, après un second .backward() :", w_torch.grad.numpy())  #@fr
print("PyTorch, after a second .backward():", w_torch.grad.numpy())  #@en

# %% [markdown] id="autograd-suite" lang="fr"
# **À retenir.** Les trois chemins disent la même chose. Et `.backward()` **ajoute** au gradient déjà là : après deux appels, il a doublé. C'est voulu (on peut ainsi
# cumuler plusieurs lots), mais c'est la source d'une erreur classique : oublier de remettre les gradients à zéro à chaque pas. Vous vous en souviendrez à l'étape 5.

# %% [markdown] id="autograd-suite" lang="en" of="545b18a2"
# **Remember.** The three paths say the same. And `.backward()` **adds** to the gradient already there: after two calls, it has doubled. This is by design (several
# batches can be accumulated), but it is the source of a classic mistake: forgetting to reset the gradients at each step. You will remember it in step 5.

# %% [markdown] id="partie-3" lang="fr"
# ## 3. Des données préparées sans fuite
#
# Le lab contient 1 797 chiffres manuscrits. Chaque image compte 8 × 8 = 64 pixels, de 0 (blanc) à 16 (noir). On les partage au hasard en trois :
#
# | partie | à quoi elle sert | qui la regarde |
# |---|---|---|
# | **apprentissage** (60 %) | ajuster les poids | le réseau, à chaque pas |
# | **validation** (20 %) | choisir les réglages | vous, autant de fois que nécessaire |
# | **test** (20 %) | mesurer, à la fin | vous, une seule fois |

# %% [markdown] id="partie-3" lang="en" of="975f618d"
# ## 3. Data prepared without a leak
#
# The lab holds 1,797 handwritten digits. Each image has 8 × 8 = 64 pixels, from 0 (white) to 16 (black). They are split at random into three parts:
#
# | part | what it is for | who looks at it |
# |---|---|---|
# | **training** (60%) | adjust the weights | the network, at each step |
# | **validation** (20%) | choose the settings | you, as often as needed |
# | **test** (20%) | measure, at the end | you, once |

# %% id="donnees-charger"
chiffres = load_digits()


def partager(graine):
    """Trois parties (images, étiquettes) : apprentissage, validation, test."""  #@fr
    """Three parts (images, labels): training, validation, test."""  #@en
    X, y = chiffres.data, chiffres.target
    X_reste, X_test, y_reste, y_test = train_test_split(X, y, test_size=0.2, stratify=y, random_state=graine)
    X_appr, X_val, y_appr, y_val = train_test_split(X_reste, y_reste, test_size=0.25, stratify=y_reste, random_state=graine)
    return (X_appr, y_appr), (X_val, y_val), (X_test, y_test)


(X_appr, y_appr), (X_val, y_val), (X_test, y_test) = partager(graine)
print("apprentissage, validation, test :", X_appr.shape, X_val.shape, X_test.shape)  #@fr
print("training, validation, test:", X_appr.shape, X_val.shape, X_test.shape)  #@en

figure, axes = plt.subplots(1, 10, figsize=(10, 1.4))
for axe, image, etiquette in zip(axes, X_appr, y_appr):
    axe.imshow(image.reshape(8, 8), cmap="gray_r")
    axe.set_title(str(etiquette), loc="center")
    axe.axis("off")
labkit.show(
    figure,
    fr="Dix images d'apprentissage de 8 pixels sur 8, chacune sous son étiquette : " + ", ".join(map(str, y_appr[:10])) + ".",
    en="Ten training images, 8 pixels by 8, each under its label: " + ", ".join(map(str, y_appr[:10])) + ".",
)

# %% [markdown] id="donnees-consigne" lang="fr"
# Un réseau apprend mieux quand ses entrées ont le même ordre de grandeur. On **standardise** donc chaque pixel : on retire sa moyenne, on divise par son écart-type.
#
# **Un exemple.** Un pixel vaut 2, 4 et 6 dans l'apprentissage : moyenne 4, écart-type 1,633. La valeur 6 devient $(6 - 4) / 1{,}633 = 1{,}22$. Une image de validation où ce pixel vaut 8 devient
# $(8 - 4) / 1{,}633 = 2{,}45$ : **avec la moyenne et l'écart-type de l'apprentissage**. Le jour de la mise en service, en effet, une image arrive seule : on ne connaîtra pas la moyenne de celles qui suivront.
#
# ### Exercice 3. Standardiser
#
# - **On vous demande** la fonction `standardiser(X_appr, X_autre)`, qui rend les deux tableaux standardisés, dans le même ordre et de mêmes formes.
# - **On vous donne** deux tableaux NumPy de formes `(n, d)` et `(m, d)`.
# - **Un piège** : certains pixels du bord valent toujours 0. Leur écart-type est nul, et l'on ne divise pas par zéro : remplacez alors l'écart-type par 1.
# - **Un coup de pouce** : `X.mean(axis=0)` et `X.std(axis=0)` donnent une valeur par colonne.

# %% [markdown] id="donnees-consigne" lang="en" of="6942869e"
# A network learns better when its inputs have the same order of magnitude. So each pixel is **standardised**: subtract its mean, divide by its standard deviation.
#
# **An example.** A pixel is 2, 4 and 6 in the training part: mean 4, standard deviation 1.633. The value 6 becomes $(6 - 4) / 1.633 = 1.22$. A validation image where this pixel is 8 becomes
# $(8 - 4) / 1.633 = 2.45$: **with the mean and the standard deviation of the training part**. On the day it goes into service, an image comes alone: nobody will know the mean of those that follow.
#
# ### Exercise 3. Standardise
#
# - **You are asked for** the function `standardiser(X_appr, X_autre)`, which returns both arrays standardised, in the same order and with the same shapes (`X_appr` is the training part, `X_autre` the other one).
# - **You are given** two NumPy arrays of shapes `(n, d)` and `(m, d)`.
# - **A trap**: some border pixels are always 0. Their standard deviation is zero, and one does not divide by zero: replace the standard deviation by 1 in that case.
# - **A hint**: `X.mean(axis=0)` and `X.std(axis=0)` give one value per column.

# %% id="donnees-code" answer=true
def standardiser(X_appr, X_autre):
    ### BEGIN SOLUTION
    moyenne, ecart = X_appr.mean(axis=0), X_appr.std(axis=0)
    ecart[ecart == 0] = 1
    return (X_appr - moyenne) / ecart, (X_autre - moyenne) / ecart
    ### END SOLUTION

# %% graded="donnees"
import numpy as np

petit, autre = np.array([[2.0, 0.0], [4.0, 0.0], [6.0, 0.0]]), np.array([[8.0, 0.0], [0.0, 3.0]])
check(standardiser).called_with(petit, autre).has_length(
    2, fr="`standardiser` rend deux tableaux : l'apprentissage, puis l'autre.", en="`standardiser` returns two arrays: the training part, then the other."
)
appris = np.asarray(standardiser(petit, autre)[0])
check(bool(np.isfinite(appris).all())).is_true(
    fr="Le résultat contient des valeurs qui ne sont pas des nombres : que devient un pixel dont l'écart-type est nul ?",
    en="The result holds values that are not numbers: what becomes of a pixel whose standard deviation is zero?",
)
check(appris).is_close_to(
    np.asarray(standardiser(petit, 10 * autre + 1)[0]), within=1e-6,
    fr="Fuite : quand on change les autres images, les images d'apprentissage standardisées changent aussi. Sur quelles images calculez-vous la moyenne et l'écart-type ?",
    en="A leak: when the other images change, the standardised training images change too. On which images do you compute the mean and the standard deviation?",
)
check(appris[:, 0]).is_close_to(
    np.array([-1.2247, 0.0, 1.2247]), within=0.001,
    fr="Sur l'exemple (2, 4, 6), la colonne d'apprentissage ne tombe pas juste : retirez sa propre moyenne, puis divisez par son propre écart-type, colonne par colonne.",
    en="On the example (2, 4, 6), the training column does not come out right: subtract its own mean, then divide by its own standard deviation, column by column.",
)
### BEGIN HIDDEN TESTS
hasard = np.random.default_rng(labkit.seed("donnees"))
A, B = hasard.normal(3, 2, size=(30, 6)), hasard.normal(5, 4, size=(12, 6))
A[:, 4] = 7.0
seul = [np.asarray(standardiser(A, B[i : i + 1])[1])[0] for i in range(3)]
appris, ensemble = map(np.asarray, standardiser(A, B))
check(bool(np.isfinite(ensemble).all())).is_true(
    fr="Un pixel constant dans l'apprentissage, mais pas ailleurs, donne une valeur infinie : remplacez l'écart-type nul par 1.",
    en="A pixel that is constant in the training part, but not elsewhere, gives an infinite value: replace the zero standard deviation by 1.",
)
check(appris).is_close_to(
    np.asarray(standardiser(A, B + 100.0)[0]), within=1e-6,
    fr="Fuite : quand on change les images de validation, les images d'apprentissage standardisées changent aussi. Sur quelles images calculez-vous la moyenne et l'écart-type ?",
    en="A leak: when the validation images change, the standardised training images change too. On which images do you compute the mean and the standard deviation?",
)
check(ensemble[:3]).is_close_to(
    np.array(seul), within=1e-6,
    fr="Une image de validation n'est pas transformée de la même façon seule ou avec d'autres : elle ne doit dépendre que des statistiques de l'apprentissage.",
    en="A validation image is not transformed the same way alone and among others: it must depend on the statistics of the training part only.",
)
utiles = [0, 1, 2, 3, 5]
check(appris[:, utiles].std(axis=0)).is_close_to(
    np.ones(5), within=0.03, fr="Après standardisation, chaque pixel d'apprentissage doit avoir un écart-type de 1 : calculez-le colonne par colonne.",
    en="After standardising, each training pixel must have a standard deviation of 1: compute it column by column.",
)
### END HIDDEN TESTS

# %% id="donnees-appliquer"
if standardiser(X_appr, X_val) is None:
    X_appr_std, X_val_std, X_test_std = X_appr / 16, X_val / 16, X_test / 16
    print("En attendant votre fonction, la suite utilise les pixels divisés par 16.")  #@fr
    print("Until your function is there, what follows uses the pixels divided by 16.")  #@en
else:
    X_appr_std, X_val_std = standardiser(X_appr, X_val)
    _, X_test_std = standardiser(X_appr, X_test)
    print(f"moyenne du pixel 20 : apprentissage {abs(X_appr_std[:, 20].mean()):.3f} ; validation {X_val_std[:, 20].mean():.3f}")  #@fr
    print(f"mean of pixel 20: training {abs(X_appr_std[:, 20].mean()):.3f}; validation {X_val_std[:, 20].mean():.3f}")  #@en
    print("Il est normal que la validation ne tombe pas exactement à 0 : elle n'a pas servi au calcul.")  #@fr
    print("It is normal for validation not to be exactly at 0: it took no part in the computation.")  #@en

# %% [markdown] id="partie-4" lang="fr"
# ## 4. Construire le réseau
#
# Notre réseau a trois étages : 64 pixels → une **couche cachée** de neurones → 10 scores, un par chiffre. Le chiffre lu est celui du plus grand score.
#
# En PyTorch, un modèle est une classe avec deux méthodes : `__init__` déclare les couches, `forward` dit comment les données les traversent.
#
# **Un exemple.** Voici un modèle à une seule couche, de 2 entrées vers 3 scores. Une couche `nn.Linear(2, 3)` contient 2 × 3 poids et 3 biais.

# %% [markdown] id="partie-4" lang="en" of="9409a841"
# ## 4. Build the network
#
# Our network has three levels: 64 pixels → a **hidden layer** of neurons → 10 scores, one per digit. The digit read is that of the largest score.
#
# In PyTorch, a model is a class with two methods: `__init__` declares the layers, `forward` says how data go through them.
#
# **An example.** Here is a model with a single layer, from 2 inputs to 3 scores. A layer `nn.Linear(2, 3)` holds 2 × 3 weights and 3 biases.

# %% id="reseau-exemple"
class UneCouche(nn.Module):
    def __init__(self):
        super().__init__()
        self.couche = nn.Linear(2, 3)

    def forward(self, x):
        return self.couche(x)


def tenseur(X):
    """Un tableau NumPy, en tenseur de nombres à virgule."""  #@fr
    """A NumPy array, as a tensor of floating-point numbers."""  #@en
    return torch.as_tensor(np.asarray(X), dtype=torch.float32)


def scores(modele, X):
    """Les scores du modèle, sans changer son mode (apprentissage ou évaluation) ni garder de gradient."""  #@fr
    """The scores of the model, without changing its mode (training or evaluation) or keeping gradients."""  #@en
    with torch.no_grad():
        return modele(tenseur(X)).numpy()


def poids(modele):
    """Tous les poids et biais du modèle, bout à bout."""  #@fr
    """All weights and biases of the model, end to end."""  #@en
    return np.concatenate([p.detach().numpy().ravel().copy() for p in modele.parameters()])


torch.manual_seed(graine)
print("forme des scores pour 5 exemples :", scores(UneCouche(), np.zeros((5, 2))).shape)  #@fr
print("shape of the scores for 5 examples:", scores(UneCouche(), np.zeros((5, 2))).shape)  #@en
print("nombre de paramètres :", len(poids(UneCouche())))  #@fr
print("number of parameters:", len(poids(UneCouche())))  #@en

# %% [markdown] id="reseau-consigne" lang="fr"
# ### Exercice 4. Le réseau
#
# - **On vous demande** de compléter la classe `Reseau(cachee, abandon)`. Les données traversent, dans l'ordre :
#   1. une couche linéaire de 64 vers `cachee` ;
#   2. la fonction **ReLU** (`F.relu(x)` : les valeurs négatives deviennent 0) : sans elle, deux couches linéaires n'en valent qu'une ;
#   3. l'**abandon** (*dropout*), `nn.Dropout(abandon)` : pendant l'apprentissage seulement, une part des neurones est éteinte au hasard ;
#   4. une couche linéaire de `cachee` vers 10.
# - **On attend** de `forward(x)` un tenseur de forme `(n, 10)` : des **scores bruts**, sans softmax. La perte de l'étape 5 s'en charge.
# - **Prévoyez** avant de vérifier : combien de paramètres pour `cachee = 16` ? (poids et biais de chaque couche, comme dans l'exemple)

# %% [markdown] id="reseau-consigne" lang="en" of="a08a34e1"
# ### Exercise 4. The network
#
# - **You are asked to** complete the class `Reseau(cachee, abandon)` (French for network, hidden, dropout). Data go, in order, through:
#   1. a linear layer from 64 to `cachee`;
#   2. the **ReLU** function (`F.relu(x)`: negative values become 0): without it, two linear layers are worth only one;
#   3. **dropout**, `nn.Dropout(abandon)`: during training only, a share of the neurons is switched off at random;
#   4. a linear layer from `cachee` to 10.
# - **Expected** of `forward(x)`: a tensor of shape `(n, 10)`, **raw scores**, without softmax. The loss of step 5 takes care of it.
# - **Predict** before you check: how many parameters for `cachee = 16`? (weights and biases of each layer, as in the example)

# %% id="reseau-code" answer=true
class Reseau(nn.Module):
    def __init__(self, cachee=32, abandon=0.0):
        super().__init__()
        ### BEGIN SOLUTION
        self.entree = nn.Linear(64, cachee)
        self.abandon = nn.Dropout(abandon)
        self.sortie = nn.Linear(cachee, 10)
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        return self.sortie(self.abandon(F.relu(self.entree(x))))
        ### END SOLUTION

# %% graded="reseau"
import numpy as np

essai = Reseau(16, 0.5)
essai.eval()
check(essai.forward).called_with(tenseur(np.zeros((5, 64)))).has_shape(
    (5, 10), fr="Pour 5 images, on attend 5 lignes de 10 scores : `forward` rend-il la sortie de la dernière couche ?",
    en="For 5 images, 5 rows of 10 scores are expected: does `forward` return the output of the last layer?",
)
check(len(poids(essai))).equals(
    1210, fr="Le nombre de paramètres n'est pas celui attendu pour 16 neurones cachés, soit (64 × 16 + 16) + (16 × 10 + 10) : chaque couche est-elle déclarée dans `__init__`, aux bonnes dimensions ?",
    en="The number of parameters is not that expected for 16 hidden neurons, that is (64 × 16 + 16) + (16 × 10 + 10): is each layer declared in `__init__`, with the right dimensions?",
)
### BEGIN HIDDEN TESTS
hasard = np.random.default_rng(labkit.seed("reseau"))
x = hasard.normal(size=(20, 64))
lu = np.asarray(scores(essai, x))
check(bool(np.allclose(lu.sum(axis=1), 1, atol=1e-3) or np.allclose(np.exp(lu).sum(axis=1), 1, atol=1e-3))).is_false(
    fr="La sortie est déjà une probabilité : rendez les scores bruts de la dernière couche, car la perte applique elle-même le softmax.",
    en="The output is already a probability: return the raw scores of the last layer, since the loss applies the softmax itself.",
)
check(np.asarray(scores(essai, x))).is_close_to(
    lu, within=1e-6,
    fr="En mode évaluation, deux lectures de la même image diffèrent : l'abandon reste actif. Une couche `nn.Dropout` déclarée dans `__init__` suit le mode du modèle ; `F.dropout` seul ne le suit pas.",
    en="In evaluation mode, two readings of the same image differ: dropout stays active. An `nn.Dropout` layer declared in `__init__` follows the mode of the model; `F.dropout` alone does not.",
)
pli = lu + np.asarray(scores(essai, -x)) - 2 * np.asarray(scores(essai, 0 * x))
check(float(np.abs(pli).mean())).is_at_least(
    0.01, fr="Votre réseau est linéaire : il ne vaut pas mieux qu'une seule couche. Quelle fonction passe-t-on entre les deux couches ?",
    en="Your network is linear: it is no better than a single layer. Which function goes between the two layers?",
)
essai.train()
check(bool(np.allclose(np.asarray(scores(essai, x)), np.asarray(scores(essai, x)), atol=1e-6))).is_false(
    fr="En mode apprentissage, rien n'est éteint au hasard : l'abandon est-il appliqué dans `forward` ?",
    en="In training mode, nothing is switched off at random: is dropout applied in `forward`?",
)
### END HIDDEN TESTS

# %% [markdown] id="partie-5" lang="fr"
# ## 5. La boucle d'apprentissage
#
# Apprendre, c'est répéter quatre gestes, toujours dans cet ordre :
#
# 1. **remettre les gradients à zéro** (souvenez-vous de l'étape 2) ;
# 2. **calculer la perte** d'un lot d'images ;
# 3. **rétropropager** : `.backward()` calcule les gradients ;
# 4. **faire un pas** : l'optimiseur déplace chaque poids un peu, dans le sens opposé au gradient.
#
# **Un exemple.** Un modèle à une couche apprend la droite $y = 2x + 1$. Ici la perte est l'erreur quadratique, sur un seul lot.

# %% [markdown] id="partie-5" lang="en" of="bb0303d4"
# ## 5. The training loop
#
# Learning is repeating four moves, always in this order:
#
# 1. **reset the gradients to zero** (remember step 2);
# 2. **compute the loss** of a batch of images;
# 3. **backpropagate**: `.backward()` computes the gradients;
# 4. **take a step**: the optimiser moves each weight a little, opposite to the gradient.
#
# **An example.** A one-layer model learns the line $y = 2x + 1$. Here the loss is the squared error, on a single batch.

# %% id="boucle-exemple"
torch.manual_seed(graine)
droite = nn.Linear(1, 1)
optimiseur = torch.optim.SGD(droite.parameters(), lr=0.3)
x_droite = torch.linspace(-1, 1, 20).reshape(20, 1)
for pas in range(60):
    optimiseur.zero_grad()
    erreur = F.mse_loss(droite(x_droite), 2 * x_droite + 1)
    erreur.backward()
    optimiseur.step()
    if pas in (0, 10, 59):
        print(f"pas {pas} : perte {erreur.item():.4f}")  #@fr
        print(f"step {pas}: loss {erreur.item():.4f}")  #@en
print("pente et biais appris :", round(droite.weight.item(), 2), round(droite.bias.item(), 2))  #@fr
print("slope and bias learnt:", round(droite.weight.item(), 2), round(droite.bias.item(), 2))  #@en

# %% id="boucle-outils"
def lots(X, y, taille):
    """Les images dans un ordre tiré au hasard, par lots de `taille` : des couples (images, étiquettes) en tenseurs."""  #@fr
    """The images in random order, in batches of `taille`: pairs (images, labels) as tensors."""  #@en
    X, y = tenseur(X), torch.as_tensor(np.asarray(y), dtype=torch.int64)
    for indices in torch.randperm(len(X)).split(taille):
        yield X[indices], y[indices]


def perte_moyenne(modele, X, y):
    """La perte moyenne sur toutes les images, en mode évaluation."""  #@fr
    """The mean loss over all images, in evaluation mode."""  #@en
    modele.eval()
    return float(F.cross_entropy(tenseur(scores(modele, X)), torch.as_tensor(np.asarray(y), dtype=torch.int64)))


def petit_reseau(graine, abandon=0.0):
    """Un réseau tout fait, pour mettre votre boucle à l'épreuve sans dépendre de l'exercice 4."""  #@fr
    """A ready-made network, to try out your loop without depending on exercise 4."""  #@en
    torch.manual_seed(graine)
    return nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Dropout(abandon), nn.Linear(32, 10))


def descente(modele, pas):
    return torch.optim.SGD(modele.parameters(), lr=pas)


def adam(modele, pas=0.005, penalite=0.0):
    return torch.optim.AdamW(modele.parameters(), lr=pas, weight_decay=penalite)


def plusieurs_epoques(combien, modele, optimiseur, X, y, taille=32):
    """Votre `une_epoque`, `combien` fois de suite ; rend ce qu'elle a rendu chaque fois."""  #@fr
    """Your `une_epoque`, `combien` times in a row; returns what it returned each time."""  #@en
    return [une_epoque(modele, optimiseur, X, y, taille) for _ in range(combien)]


for images, etiquettes in lots(np.zeros((70, 64)), np.zeros(70), 32):
    print("un lot :", tuple(images.shape), tuple(etiquettes.shape))  #@fr
    print("one batch:", tuple(images.shape), tuple(etiquettes.shape))  #@en

# %% [markdown] id="boucle-consigne" lang="fr"
# ### Exercice 5. Entraîner, puis évaluer
#
# **`une_epoque(modele, optimiseur, X, y, taille=32)`** : une *époque*, c'est-à-dire un passage sur toutes les images.
#
# - Commencez par `modele.train()` : le mode apprentissage, où l'abandon agit.
# - Pour chaque lot de `lots(X, y, taille)`, faites les quatre gestes. La perte d'un lot est `F.cross_entropy(scores_du_lot, etiquettes)` : elle attend des **scores bruts** et rend une moyenne.
# - Rendez un nombre : la **perte moyenne par image** de l'époque (la moyenne des pertes des lots convient). `perte_du_lot.item()` transforme la perte en nombre ordinaire.
#
# **`exactitude(modele, X, y)`** : la part d'images bien lues, entre 0 et 1.
#
# - Passez d'abord en **mode évaluation** : `modele.eval()`.
# - `scores(modele, X)` rend un tableau `(n, 10)` ; `.argmax(axis=1)` donne, ligne par ligne, la place du plus grand score. **Exemple** : les scores `[0.1, 2.3, -1]` donnent 1.

# %% [markdown] id="boucle-consigne" lang="en" of="f9adb7b9"
# ### Exercise 5. Train, then evaluate
#
# **`une_epoque(modele, optimiseur, X, y, taille=32)`**: one *epoch*, that is, one pass over all images (`taille` is the batch size).
#
# - Begin with `modele.train()`: training mode, where dropout acts.
# - For each batch of `lots(X, y, taille)`, do the four moves. The loss of a batch is `F.cross_entropy(batch_scores, labels)`: it expects **raw scores** and returns a mean.
# - Return a number: the **mean loss per image** of the epoch (the mean of the batches' losses will do). `batch_loss.item()` turns the loss into an ordinary number.
#
# **`exactitude(modele, X, y)`** (accuracy): the share of images read right, between 0 and 1.
#
# - First switch to **evaluation mode**: `modele.eval()`.
# - `scores(modele, X)` returns an array `(n, 10)`; `.argmax(axis=1)` gives, row by row, the place of the largest score. **Example**: the scores `[0.1, 2.3, -1]` give 1.

# %% id="boucle-code" answer=true
def une_epoque(modele, optimiseur, X, y, taille=32):
    ### BEGIN SOLUTION
    modele.train()
    total = 0.0
    for images, etiquettes in lots(X, y, taille):
        optimiseur.zero_grad()
        perte_du_lot = F.cross_entropy(modele(images), etiquettes)
        perte_du_lot.backward()
        optimiseur.step()
        total += perte_du_lot.item() * len(images)
    return total / len(X)
    ### END SOLUTION


def exactitude(modele, X, y):
    ### BEGIN SOLUTION
    modele.eval()
    return float((scores(modele, X).argmax(axis=1) == y).mean())
    ### END SOLUTION

# %% graded="boucle"
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

tous = load_digits()
Xe, ye = tous.data[:200] / 16 - 0.3, tous.target[:200]
m = petit_reseau(1)
o = descente(m, 0.05)
p0, perte0 = np.asarray(poids(m)), float(perte_moyenne(m, Xe, ye))
check(une_epoque(m, o, Xe, ye, 200)).is_a("number", fr="`une_epoque` rend un nombre : la perte moyenne. Pensez à `.item()`.", en="`une_epoque` returns a number: the mean loss. Think of `.item()`.")
p1, perte1 = np.asarray(poids(m)), float(perte_moyenne(m, Xe, ye))
check(float(np.abs(p1 - p0).max())).is_at_least(
    1e-6, fr="Après une époque, aucun poids n'a bougé : lequel des quatre gestes déplace les poids ?", en="After an epoch, no weight has moved: which of the four moves shifts the weights?"
)
check(perte1).is_at_most(
    perte0 - 1e-5, fr="Après un pas, la perte n'a pas baissé : vérifiez l'ordre des quatre gestes.", en="After one step, the loss has not gone down: check the order of the four moves."
)
check(exactitude(m, Xe, ye)).is_between(0, 1, fr="`exactitude` est une part, entre 0 et 1.", en="`exactitude` is a share, between 0 and 1.")
### BEGIN HIDDEN TESTS
theorie = float(((p1 - p0) ** 2).sum() / 0.05)
check((perte0 - perte1) / theorie).is_between(
    0.7, 1.3,
    fr="Votre pas ne suit pas le gradient de l'entropie croisée moyenne : `F.cross_entropy` reçoit-elle les scores bruts du modèle (sans softmax), et la perte est-elle bien la moyenne du lot ?",
    en="Your step does not follow the gradient of the mean cross-entropy: does `F.cross_entropy` get the raw scores of the model (without softmax), and is the loss the mean of the batch?",
)
m = petit_reseau(2)
o = descente(m, 0.001)
deplacements, avant = [], np.asarray(poids(m))
for tour in range(3):
    une_epoque(m, o, Xe, ye, 200)
    apres = np.asarray(poids(m))
    deplacements.append(float(np.linalg.norm(apres - avant)))
    avant = apres
check(deplacements[2] / deplacements[0]).is_at_most(
    1.5, fr="D'un pas à l'autre, les déplacements grandissent alors que la perte change à peine : les gradients des pas précédents s'additionnent. Quel geste l'empêche ?",
    en="From one step to the next the moves grow although the loss hardly changes: the gradients of earlier steps add up. Which move prevents it?",
)
m = petit_reseau(3)
check(float(une_epoque(m, descente(m, 0.0), Xe[:190], ye[:190], 32))).is_close_to(
    float(perte_moyenne(m, Xe[:190], ye[:190])), within=0.12,
    fr="Le nombre rendu n'est pas la perte moyenne par image de toute l'époque : est-ce une somme, ou celle du dernier lot ?",
    en="The number returned is not the mean loss per image over the whole epoch: is it a sum, or that of the last batch?",
)
m = petit_reseau(4, 0.8)
m.eval()
tirages = [float(rendu) for rendu in plusieurs_epoques(3, m, descente(m, 0.0), Xe, ye, 200)]
check(max(tirages) - min(tirages)).is_at_least(
    1e-4, fr="Pendant l'apprentissage, l'abandon n'agit pas quand le modèle arrive en mode évaluation : par quoi commence une époque ?",
    en="During training, dropout does not act when the model arrives in evaluation mode: how does an epoch begin?",
)
mesures_cachees = []
for partage in (1, 2):
    Xa, Xt, ya, yt = train_test_split(tous.data / 8 - 0.6, tous.target, test_size=0.3, stratify=tous.target, random_state=(labkit.seed("boucle") + partage) % 100000)
    m = petit_reseau(labkit.seed() + partage, 0.2)
    plusieurs_epoques(12, m, adam(m, 0.01), Xa, ya, 32)
    m.train()
    mesures_cachees.append(float(exactitude(m, Xt, yt)))
m = petit_reseau(5, 0.8)
m.train()
lectures = [float(exactitude(m, Xt[:99], yt[:99])) for tour in range(3)]
check(max(lectures) - min(lectures)).is_at_most(
    1e-9, fr="Plusieurs mesures de la même exactitude diffèrent : l'abandon est resté actif. Dans quel mode évalue-t-on ?",
    en="Several measurements of the same accuracy differ: dropout has stayed active. In which mode does one evaluate?",
)
check(min(mesures_cachees)).is_at_least(
    0.92, fr="Sur un autre partage des images, 12 époques de votre boucle n'atteignent pas 92 % d'images bien lues. Relisez les quatre gestes, lot par lot, et la part que rend `exactitude`.",
    en="On another split of the images, 12 epochs of your loop do not reach 92% of images read right. Go over the four moves, batch by batch, and the share that `exactitude` returns.",
)
check(sum(mesures_cachees) / 2).is_at_least(
    0.95, fr="Votre boucle apprend, mais moins bien qu'elle ne devrait : sur deux autres partages, on attend 95 % d'images bien lues. Chaque lot donne-t-il lieu à un pas ?",
    en="Your loop learns, but less well than it should: on two other splits, 95% of images read right is expected. Does every batch lead to a step?",
)
check(max(mesures_cachees)).is_at_most(1.0, fr="Une exactitude ne dépasse pas 1 : rendez une part, non un pourcentage.", en="An accuracy does not exceed 1: return a share, not a percentage.")
### END HIDDEN TESTS

# %% [markdown] id="boucle-essai" lang="fr"
# **Votre premier réseau complet.** Quinze époques, 32 neurones cachés. La cellule mesure aussi l'énergie dépensée : c'est une *estimation*, tirée du temps de calcul, que vous reporterez dans la fiche du modèle.

# %% [markdown] id="boucle-essai" lang="en" of="f06ab4a4"
# **Your first complete network.** Fifteen epochs, 32 hidden neurons. The cell also measures the energy spent: it is an *estimate* from computing time, which you will carry over to the model card.

# %% id="boucle-essai-code"
torch.manual_seed(graine)
premier, essai = Reseau(32), petit_reseau(0)
pret = premier(tenseur(X_val_std)) is not None and une_epoque(essai, adam(essai), X_val_std, y_val) is not None and exactitude(essai, X_val_std, y_val) is not None
uwh_par_epoque = None
if not pret:
    print("Cette cellule attend les exercices 4 et 5 : revenez l'exécuter ensuite.")  #@fr
    print("This cell waits for exercises 4 and 5: come back and run it afterwards.")  #@en
else:
    torch.manual_seed(graine)
    premier = Reseau(32)
    pas_adam = adam(premier)
    with labkit.energy.measure() as depense:
        for epoque in range(2 if abreger else 15):
            perte_epoque = une_epoque(premier, pas_adam, X_appr_std, y_appr)
            if epoque % 5 == 4:
                print(f"époque {epoque + 1} : perte {perte_epoque:.3f} ; exactitude, validation {exactitude(premier, X_val_std, y_val):.3f}")  #@fr
                print(f"epoch {epoque + 1}: loss {perte_epoque:.3f}; accuracy, validation {exactitude(premier, X_val_std, y_val):.3f}")  #@en
    uwh_par_epoque = depense.wh * 1e6 / 15
    print("énergie estimée par époque :", round(uwh_par_epoque, 1), "µWh (un microwattheure est un millionième de wattheure)")  #@fr
    print("estimated energy per epoch:", round(uwh_par_epoque, 1), "µWh (a microwatt-hour is a millionth of a watt-hour)")  #@en

# %% [markdown] id="partie-6" lang="fr"
# ## 6. Le surapprentissage, et ce qui le freine
#
# Dans la vraie vie, les étiquettes d'apprentissage ont été saisies par des personnes pressées. Nous simulons ici ce cas : **environ 15 % des étiquettes d'apprentissage sont fausses**.
# Celles de validation et de test ont été relues et sont justes.
#
# Un grand réseau (128 neurones cachés) apprend pendant 30 époques. On trace deux courbes : la perte d'apprentissage et la perte de validation.

# %% [markdown] id="partie-6" lang="en" of="342cc9e2"
# ## 6. Overfitting, and what restrains it
#
# In real life, training labels have been typed by people in a hurry. We simulate this case: **about 15% of the training labels are wrong**.
# Those of validation and test have been reread and are right.
#
# A large network (128 hidden neurons) learns for 30 epochs. We draw two curves: the training loss and the validation loss.

# %% id="prevoir-courbes" hide=true
ask.choice(
    "prevoir-courbes",
    fr="Prévoyez : que feront les deux courbes ?",
    en="Predict: what will the two curves do?",
    options={
        "a": ("Elles descendent ensemble jusqu'au bout.", "They go down together to the end."),
        "b": ("Elles remontent toutes les deux : 15 % d'erreurs, c'est trop pour apprendre.", "Both go up again: 15% of errors is too much to learn."),
        "c": ("L'apprentissage descend toujours ; la validation descend, puis remonte.", "Training keeps going down; validation goes down, then up again."),
    },
)

# %% id="surapprentissage-code"
def salir(y, graine, part=0.15):
    """Les mêmes étiquettes, dont une part est remplacée par un autre chiffre."""  #@fr
    """The same labels, a share of which is replaced by another digit."""  #@en
    hasard = np.random.default_rng(graine)
    fausses = hasard.random(len(y)) < part
    return np.where(fausses, (y + hasard.integers(1, 10, len(y))) % 10, y)


def entrainer(reglage, apprentissage, validation, graine, epoques=2 if abreger else 30):
    """Entraîne un Reseau selon le réglage ; rend le modèle et ses deux courbes de perte."""  #@fr
    """Trains a Reseau with this setting; returns the model and its two loss curves."""  #@en
    torch.manual_seed(graine)
    modele = Reseau(reglage["cachee"], reglage["abandon"])
    optimiseur = adam(modele, 0.005, reglage["penalite"])
    courbes = {"apprentissage": [], "validation": []}
    for _ in range(epoques):
        une_epoque(modele, optimiseur, *apprentissage, taille=64)
        courbes["apprentissage"].append(perte_moyenne(modele, *apprentissage))
        courbes["validation"].append(perte_moyenne(modele, *validation))
    return modele, courbes


y_sale = salir(y_appr, graine)
sans_frein = {"cachee": 128, "abandon": 0.0, "penalite": 0.0}
if not pret:
    print("Cette cellule attend les exercices 4 et 5.")  #@fr
    print("This cell waits for exercises 4 and 5.")  #@en
else:
    grand, courbes = entrainer(sans_frein, (X_appr_std, y_sale), (X_val_std, y_val), graine)

    figure, axe = plt.subplots(figsize=(7, 3.5))
    axe.plot(courbes["apprentissage"], "o-", markersize=3, label=labkit.tr("apprentissage", "training"))
    axe.plot(courbes["validation"], "s--", markersize=3, label=labkit.tr("validation", "validation"))
    axe.set(xlabel=labkit.tr("époque (la première est 0)", "epoch (the first is 0)"), ylabel=labkit.tr("perte moyenne", "mean loss"), ylim=(0, None))
    axe.legend()
    basse = int(np.argmin(courbes["validation"]))
    labkit.show(
        figure,
        fr=f"Deux courbes de perte sur 30 époques. Apprentissage : de {courbes['apprentissage'][0]:.2f} à {courbes['apprentissage'][-1]:.2f}. "
        f"Validation : {courbes['validation'][0]:.2f} au départ, {courbes['validation'][basse]:.2f} au plus bas (époque {basse}), {courbes['validation'][-1]:.2f} à la fin.",
        en=f"Two loss curves over 30 epochs. Training: from {courbes['apprentissage'][0]:.2f} to {courbes['apprentissage'][-1]:.2f}. "
        f"Validation: {courbes['validation'][0]:.2f} at first, {courbes['validation'][basse]:.2f} at its lowest (epoch {basse}), {courbes['validation'][-1]:.2f} at the end.",
    )
    print("exactitude sur l'apprentissage (étiquettes fausses comprises) :", round(exactitude(grand, X_appr_std, y_sale), 3))  #@fr
    print("accuracy on training (wrong labels included):", round(exactitude(grand, X_appr_std, y_sale), 3))  #@en
    print("exactitude sur la validation :", round(exactitude(grand, X_val_std, y_val), 3))  #@fr
    print("accuracy on validation:", round(exactitude(grand, X_val_std, y_val), 3))  #@en

# %% [markdown] id="regulariser-consigne" lang="fr"
# **Ce que l'on voit.** Le réseau « réussit » presque 100 % de l'apprentissage, étiquettes fausses comprises : il les a apprises **par cœur**. Et il lit moins bien les images nouvelles : c'est le **surapprentissage**.
#
# Deux freins agissent directement sur le réseau : l'**abandon**, que vous avez programmé, et la **pénalité** sur les poids (*weight decay*) : à chaque pas, l'optimiseur ramène un peu tous les poids vers 0 (0 : pas de pénalité ; plus le nombre est grand, plus elle est forte).
# S'y ajoute l'**arrêt anticipé** : garder le modèle de l'époque où la validation était au plus bas.
#
# ### Exercice 6. Diagnostiquer, puis choisir
#
# **`diagnostiquer(pertes_appr, pertes_val)`** reçoit deux listes de pertes de même longueur, une valeur par époque, et rend le dictionnaire `{"epoque": …, "surapprentissage": …}` :
#
# - `"epoque"` : le numéro de l'époque où la perte de **validation** est la plus basse (la première époque porte le numéro 0) ;
# - `"surapprentissage"` : `True` si, **de cette époque à la dernière**, la perte d'apprentissage a baissé **et** la perte de validation est remontée d'au moins 10 % ; sinon `False`.
#
# **Exemple.** Apprentissage `[2.0, 1.0, 0.5, 0.2]`, validation `[2.1, 1.2, 1.3, 1.5]` : la validation est la plus basse à l'époque 1 (1,2) ; à la fin, l'apprentissage a baissé (de 1,0 à 0,2)
# et la validation est remontée de 25 % (de 1,2 à 1,5). Réponse : `{"epoque": 1, "surapprentissage": True}`.
#
# **`choisir(essais)`** reçoit une liste de dictionnaires comme `{"nom": "A", "exactitude_appr": 0.99, "exactitude_val": 0.87}`, et rend le **nom** du réglage à retenir pour des images nouvelles.
# À vous de savoir quelle colonne regarder.

# %% [markdown] id="regulariser-consigne" lang="en" of="50cacd9f"
# **What we see.** The network "succeeds" on nearly 100% of the training part, wrong labels included: it has learnt them **by heart**. And it reads new images less well: this is **overfitting**.
#
# Two brakes act directly on the network: **dropout**, which you programmed, and the **penalty** on weights (*weight decay*): at each step, the optimiser pulls all weights a little towards 0 (0: no penalty; the larger the number, the stronger it is).
# A third is **early stopping**: keeping the model of the epoch where validation was lowest.
#
# ### Exercise 6. Diagnose, then choose
#
# **`diagnostiquer(pertes_appr, pertes_val)`** receives two lists of losses (training, validation) of the same length, one value per epoch, and returns the dictionary `{"epoque": …, "surapprentissage": …}` (French for epoch, overfitting):
#
# - `"epoque"`: the number of the epoch where the **validation** loss is lowest (the first epoch has number 0);
# - `"surapprentissage"`: `True` if, **from that epoch to the last**, the training loss has gone down **and** the validation loss has gone up again by at least 10%; otherwise `False`.
#
# **Example.** Training `[2.0, 1.0, 0.5, 0.2]`, validation `[2.1, 1.2, 1.3, 1.5]`: validation is lowest at epoch 1 (1.2); at the end, training has gone down (from 1.0 to 0.2)
# and validation has gone up by 25% (from 1.2 to 1.5). Answer: `{"epoque": 1, "surapprentissage": True}`.
#
# **`choisir(essais)`** (choose among trials) receives a list of dictionaries such as `{"nom": "A", "exactitude_appr": 0.99, "exactitude_val": 0.87}` and returns the **name** (`nom`) of the setting to keep for new images.
# It is for you to know which column to look at.

# %% id="regulariser-code" answer=true
def diagnostiquer(pertes_appr, pertes_val):
    ### BEGIN SOLUTION
    epoque = int(np.argmin(pertes_val))
    appris = pertes_appr[-1] < pertes_appr[epoque]
    remonte = pertes_val[-1] >= 1.1 * pertes_val[epoque]
    return {"epoque": epoque, "surapprentissage": bool(appris and remonte)}
    ### END SOLUTION


def choisir(essais):
    ### BEGIN SOLUTION
    return max(essais, key=lambda essai: essai["exactitude_val"])["nom"]
    ### END SOLUTION

# %% id="regulariser-essais"
reglages = {
    "A": {"cachee": 128, "abandon": 0.0, "penalite": 0.0},
    "B": {"cachee": 128, "abandon": 0.5, "penalite": 0.0},
    "C": {"cachee": 128, "abandon": 0.0, "penalite": 6.0},
    "D": {"cachee": 128, "abandon": 0.5, "penalite": 2.0},
}
choix = None
if not pret or diagnostiquer([2.0, 1.0], [2.0, 1.0]) is None or choisir([{"nom": "A", "exactitude_appr": 0.9, "exactitude_val": 0.9}]) is None:
    print("Cette cellule attend les exercices 4, 5 et 6.")  #@fr
    print("This cell waits for exercises 4, 5 and 6.")  #@en
else:
    print("diagnostic du réseau sans frein :", diagnostiquer(courbes["apprentissage"], courbes["validation"]))  #@fr
    print("diagnosis of the network without a brake:", diagnostiquer(courbes["apprentissage"], courbes["validation"]))  #@en
    modeles, essais = {"A": grand}, []
    for nom, reglage in reglages.items():
        if nom != "A":
            modeles[nom], _ = entrainer(reglage, (X_appr_std, y_sale), (X_val_std, y_val), graine)
        essais.append({"nom": nom, "exactitude_appr": exactitude(modeles[nom], X_appr_std, y_sale), "exactitude_val": exactitude(modeles[nom], X_val_std, y_val)})
    tableau = pd.DataFrame(reglages).T.join(pd.DataFrame(essais).set_index("nom")).round(3)
    tableau.index.name = "réglage"  #@fr
    tableau.index.name = "setting"  #@en
    tableau.columns = ["neurones cachés", "abandon", "pénalité", "exactitude, apprentissage", "exactitude, validation"]  #@fr
    tableau.columns = ["hidden neurons", "dropout", "penalty", "accuracy, training", "accuracy, validation"]  #@en
    labkit.table(tableau, fr="Quatre réglages, mêmes étiquettes d'apprentissage (15 % de fausses)", en="Four settings, same training labels (15% wrong)")
    choix = choisir(essais)
    print("réglage retenu :", choix)  #@fr
    print("setting kept:", choix)  #@en

# %% graded="regulariser"
import numpy as np

lecture = diagnostiquer([2.0, 1.0, 0.5, 0.2], [2.1, 1.2, 1.3, 1.5])
check(lecture).has_keys(
    ["epoque", "surapprentissage"], fr="`diagnostiquer` rend un dictionnaire avec deux clés : \"epoque\" et \"surapprentissage\".", en="`diagnostiquer` returns a dictionary with two keys: \"epoque\" and \"surapprentissage\"."
)
check(lecture["epoque"]).equals(
    1, fr="Dans l'exemple, l'époque attendue est 1 : cherchez le minimum de la validation, et comptez à partir de 0.", en="In the example, epoch 1 is expected: look for the minimum of validation, and count from 0."
)
check(bool(lecture["surapprentissage"])).is_true(
    fr="L'exemple est un surapprentissage : la validation remonte de 25 % pendant que l'apprentissage baisse.", en="The example is a case of overfitting: validation goes up by 25% while training goes down."
)
check(choisir([{"nom": "X", "exactitude_appr": 0.8, "exactitude_val": 0.8}])).equals(
    "X", fr="`choisir` rend le nom du réglage (la valeur de \"nom\"), non tout le dictionnaire.", en="`choisir` returns the name of the setting (the value of \"nom\"), not the whole dictionary."
)
### BEGIN HIDDEN TESTS
baisse = [2.0, 1.5, 1.1, 0.8, 0.6, 0.5]
check(bool(diagnostiquer(baisse, [2.1, 1.6, 1.3, 1.1, 1.0, 0.95])["surapprentissage"])).is_false(
    fr="Deux courbes qui baissent jusqu'au bout ne sont pas un surapprentissage : un écart entre elles ne suffit pas, il faut que la validation remonte.",
    en="Two curves that go down to the end are not overfitting: a gap between them is not enough; validation must go up again.",
)
check(bool(diagnostiquer(baisse, [2.1, 1.6, 1.0, 1.02, 1.01, 1.03])["surapprentissage"])).is_false(
    fr="Une validation qui remonte de 3 % est du bruit : le seuil de l'énoncé est de 10 %.", en="A validation loss that goes up by 3% is noise: the threshold of the exercise is 10%."
)
check(bool(diagnostiquer([1.0, 0.9, 1.5, 2.5], [1.2, 1.0, 1.7, 2.9])["surapprentissage"])).is_false(
    fr="Quand les deux pertes remontent, le réseau n'apprend plus par cœur, il diverge (pas trop grand) : l'apprentissage doit avoir baissé.",
    en="When both losses go up, the network is not learning by heart, it diverges (step too large): training must have gone down.",
)
lecture = diagnostiquer(baisse, [2.0, 1.0, 0.7, 0.9, 1.2, 1.4])
check(int(lecture["epoque"])).equals(
    2, fr="L'époque rendue n'est pas celle où la validation est au plus bas.", en="The epoch returned is not the one where validation is lowest."
)
check(bool(lecture["surapprentissage"])).is_true(
    fr="La validation double pendant que l'apprentissage baisse : c'est un surapprentissage. Comparez la dernière époque à l'époque la plus basse de la validation.",
    en="Validation doubles while training goes down: this is overfitting. Compare the last epoch with the lowest epoch of validation.",
)
candidats = [
    {"nom": "P", "exactitude_appr": 1.0, "exactitude_val": 0.86},
    {"nom": "Q", "exactitude_appr": 0.88, "exactitude_val": 0.95},
    {"nom": "R", "exactitude_appr": 0.70, "exactitude_val": 0.72},
]
check(choisir(candidats)).equals(
    "Q", fr="Ce réglage ne sera pas le meilleur sur des images nouvelles : laquelle des deux exactitudes est mesurée sur des images que le réseau n'a pas apprises ?",
    en="This setting will not be the best on new images: which of the two accuracies is measured on images that the network has not learnt?",
)
check(choisir(list(reversed(candidats)))).equals("Q", fr="Votre choix dépend de l'ordre de la liste.", en="Your choice depends on the order of the list.")
### END HIDDEN TESTS

# %% [markdown] id="partie-7" lang="fr"
# ## 7. Le test final, et les erreurs une à une
#
# Votre choix est fait : on ouvre maintenant la partie **test**, une seule fois. On compare trois modèles :
# le réseau sans frein, le réseau freiné, puis le réseau freiné dont on a **fait relire les étiquettes** d'apprentissage.

# %% [markdown] id="partie-7" lang="en" of="a71bdd65"
# ## 7. The final test, and the errors one by one
#
# Your choice is made: we now open the **test** part, once. Three models are compared:
# the network without a brake, the network with one, then the network with a brake whose training **labels have been reread**.

# %% id="test-final"
exactitude_test, details = None, None
if choix not in list(reglages):
    print("Cette cellule attend les exercices 4, 5 et 6.")  #@fr
    print("This cell waits for exercises 4, 5 and 6.")  #@en
else:
    final, _ = entrainer(reglages[choix], (X_appr_std, y_appr), (X_val_std, y_val), graine)
    exactitude_test = exactitude(final, X_test_std, y_test)
    bilan = {
        labkit.tr("sans frein, 15 % d'étiquettes fausses", "no brake, 15% wrong labels"): exactitude(modeles["A"], X_test_std, y_test),
        labkit.tr("réglage retenu, 15 % d'étiquettes fausses", "setting kept, 15% wrong labels"): exactitude(modeles[choix], X_test_std, y_test),
        labkit.tr("réglage retenu, étiquettes relues", "setting kept, labels reread"): exactitude_test,
    }
    bilan = pd.Series(bilan, name=labkit.tr("exactitude, test", "accuracy, test")).rename_axis(labkit.tr("réseau", "network")).to_frame()
    labkit.table(bilan, fr="Trois réseaux sur les images de test", en="Three networks on the test images")
    print("Une image de test pèse", round(100 / len(y_test), 2), "point : un écart de moins d'un point entre deux modèles tient à trois images.")  #@fr
    print("One test image weighs", round(100 / len(y_test), 2), "points: a gap of less than one point between two models comes down to three images.")  #@en

# %% id="confusion"
if exactitude_test is not None:
    lus = scores(final, X_test_std).argmax(axis=1)
    confusion = confusion_matrix(y_test, lus, labels=range(10))
    erreurs = [(int(confusion[i, j]), i, j) for i in range(10) for j in range(10) if i != j and confusion[i, j]]
    erreurs.sort(reverse=True)
    figure, axe = plt.subplots(figsize=(5, 5))
    axe.imshow(confusion, cmap="Blues")
    axe.grid(False)
    for i in range(10):
        for j in range(10):
            if confusion[i, j]:
                axe.text(j, i, str(confusion[i, j]), ha="center", va="center", color="white" if confusion[i, j] > 20 else "black")
    axe.set(xticks=range(10), yticks=range(10), xlabel=labkit.tr("chiffre lu", "digit read"), ylabel=labkit.tr("chiffre écrit", "digit written"))
    details = ", ".join(labkit.tr(f"{i} lu {j} ({n} fois)", f"{i} read as {j} ({n} times)") for n, i, j in erreurs)
    labkit.show(figure, fr=f"Matrice de confusion sur {len(y_test)} images de test. Erreurs : {details}.", en=f"Confusion matrix on {len(y_test)} test images. Errors: {details}.")
    print("Confusions, de la plus fréquente à la plus rare :", details)  #@fr
    print("Confusions, from the most to the least frequent:", details)  #@en

# %% [markdown] id="confusion-lecture" lang="fr"
# **Lire la matrice.** Chaque ligne est un chiffre écrit, chaque colonne un chiffre lu ; hors de la diagonale, ce sont des erreurs. Les confusions ne sont pas réparties au hasard : repérez les vôtres, et demandez-vous
# lesquelles coûteraient cher dans un code postal, ou dans un montant.
#
# **Deux leçons.** Le frein a rattrapé une bonne part du dégât des fausses étiquettes ; **relire les étiquettes** fait mieux encore. Un meilleur réseau ne remplace pas de meilleures données.
#
# **Une limite à écrire dans la fiche.** Ces chiffres ont été tracés par 13 personnes, et les mêmes mains se retrouvent dans l'apprentissage et dans le test. L'exactitude mesurée ne dit donc rien d'une **nouvelle** écriture : il faudra la mesurer sur vos formulaires.

# %% [markdown] id="confusion-lecture" lang="en" of="4c4912fc"
# **Reading the matrix.** Each row is a digit written, each column a digit read; off the diagonal are errors. Confusions are not spread at random: find yours, and ask yourself
# which would be costly in a postcode, or in an amount.
#
# **Two lessons.** The brake made up for a good part of the damage of wrong labels; **rereading the labels** does better still. A better network does not replace better data.
#
# **A limit to write in the card.** These digits were written by 13 people, and the same hands are found in training and in test. So the accuracy measured says nothing about a **new** handwriting: it will have to be measured on your own forms.

# %% [markdown] id="partie-8" lang="fr"
# ## 8. Fallait-il un réseau ?
#
# La **régression logistique** est une seule couche de neurones, comme à l'étape 1 : pas de couche cachée, presque aucun réglage. C'est le modèle de référence à battre. **Prévoyez** avant de l'essayer.

# %% [markdown] id="partie-8" lang="en" of="ff134255"
# ## 8. Did it take a network?
#
# **Logistic regression** is a single layer of neurons, as in step 1: no hidden layer, hardly any setting. It is the baseline to beat. **Predict** before you try it.

# %% id="prevoir-gagnant" hide=true
ask.choice(
    "prevoir-gagnant",
    fr="Prévoyez : sur les images de test, quel sera l'écart d'exactitude entre la régression et le réseau ?",
    en="Predict: on the test images, how large will the gap in accuracy between the regression and the network be?",
    options={
        "a": ("Plus de 10 points.", "More than 10 points."),
        "b": ("Moins de 3 points.", "Less than 3 points."),
        "c": ("Entre 3 et 10 points.", "Between 3 and 10 points."),
    },
)

# %% id="regression"
regression = LogisticRegression(C=0.1, max_iter=500).fit(X_appr_std, y_appr)
exactitude_regression = float(regression.score(X_test_std, y_test))
print("exactitude sur le test, régression :", round(exactitude_regression, 3))  #@fr
print("accuracy on the test part, regression:", round(exactitude_regression, 3))  #@en
if exactitude_test is not None:
    print("exactitude sur le test, réseau :", round(exactitude_test, 3))  #@fr
    print("accuracy on the test part, network:", round(exactitude_test, 3))  #@en

# %% [markdown] id="energie-consigne" lang="fr"
# Une seule image de test pèse près de 0,3 point : l'écart est petit, parfois nul. Que coûte le réseau en énergie ? Pour comparer à égalité, nous avons mesuré cinq modèles à l'avance, sur la même machine et sur cinq partages des images.
# L'énergie est une estimation (temps de calcul × 10 W), en **microwattheures** (µWh, millionièmes de wattheure).
#
# | colonne | sens |
# |---|---|
# | `modele` | le nom du modèle |
# | `exactitude_val` | la part d'images de validation bien lues |
# | `uwh_apprentissage` | l'énergie d'**un** apprentissage, en µWh |
# | `uwh_1000_predictions` | l'énergie de **mille** prédictions, en µWh |

# %% [markdown] id="energie-consigne" lang="en" of="78cad8bb"
# A single test image weighs almost 0.3 points: the gap is small, sometimes nil. What does the network cost in energy? To compare on equal terms, we measured five models beforehand, on the same machine and over five splits of the images.
# Energy is an estimate (computing time × 10 W), in **microwatt-hours** (µWh, millionths of a watt-hour).
#
# | column | meaning |
# |---|---|
# | `modele` | the name of the model |
# | `exactitude_val` | the share of validation images read right |
# | `uwh_apprentissage` | the energy of **one** training, in µWh |
# | `uwh_1000_predictions` | the energy of a **thousand** predictions, in µWh |

# %% id="energie-mesures"
table_mesures = pd.read_csv("data/mesures.csv")
mesures = table_mesures.to_dict("records")  # une liste de dictionnaires, un par modèle  #@fr
mesures = table_mesures.to_dict("records")  # a list of dictionaries, one per model  #@en
labkit.table(table_mesures, digits=4, fr="Cinq modèles mesurés (énergie estimée, en µWh)", en="Five models measured (estimated energy, in µWh)")

# %% [markdown] id="energie-exercice" lang="fr"
# ### Exercice 7. Le plus sobre qui suffit
#
# **`energie_annuelle(mesure, predictions, apprentissages)`** rend l'énergie d'une année, en **µWh**. `mesure` est un dictionnaire du tableau ; on fait `predictions` prédictions et `apprentissages` apprentissages par an.
#
# **Exemple.** Un modèle coûte 500 µWh par apprentissage et 2 µWh pour 1 000 prédictions. Avec 12 apprentissages et 100 000 prédictions par an :
# $12 \times 500 + 100 \times 2 = 6\,200$ µWh.
#
# **`choisir_sobre(mesures, exigence, predictions, apprentissages)`** rend le **nom** du modèle qui consomme le moins par an **parmi ceux** dont `exactitude_val` atteint au moins `exigence`.
# Si aucun ne l'atteint, elle rend le texte `"aucun"` : mieux vaut le dire que servir un modèle insuffisant.

# %% [markdown] id="energie-exercice" lang="en" of="97ecedc0"
# ### Exercise 7. The most frugal that is enough
#
# **`energie_annuelle(mesure, predictions, apprentissages)`** returns the energy of a year, in **µWh**. `mesure` is one dictionary of the table; there are `predictions` predictions and `apprentissages` trainings per year.
#
# **Example.** A model costs 500 µWh per training and 2 µWh for 1,000 predictions. With 12 trainings and 100,000 predictions per year:
# $12 \times 500 + 100 \times 2 = 6{,}200$ µWh.
#
# **`choisir_sobre(mesures, exigence, predictions, apprentissages)`** (choose the frugal one) returns the **name** of the model that uses least energy per year **among those** whose `exactitude_val` is at least `exigence` (the requirement).
# If none reaches it, it returns the text `"aucun"` (none): better to say so than to serve a model that is not good enough.

# %% id="energie-code" answer=true
def energie_annuelle(mesure, predictions, apprentissages):
    ### BEGIN SOLUTION
    return apprentissages * mesure["uwh_apprentissage"] + predictions / 1000 * mesure["uwh_1000_predictions"]
    ### END SOLUTION


def choisir_sobre(mesures, exigence, predictions, apprentissages):
    ### BEGIN SOLUTION
    suffisants = [m for m in mesures if m["exactitude_val"] >= exigence]
    if not suffisants:
        return "aucun"
    return min(suffisants, key=lambda m: energie_annuelle(m, predictions, apprentissages))["modele"]
    ### END SOLUTION

# %% graded="energie"
un_modele = {"modele": "essai", "exactitude_val": 0.9, "uwh_apprentissage": 500.0, "uwh_1000_predictions": 2.0}
check(energie_annuelle(un_modele, 100000, 12)).is_close_to(
    6200, within=1, fr="Sur l'exemple, on attend 6 200 µWh : comptez chaque apprentissage, et regardez pour combien de prédictions la seconde colonne est donnée.",
    en="On the example, 6,200 µWh is expected: count every training, and look for how many predictions the second column is given.",
)
check(choisir_sobre([un_modele], 0.9, 100000, 12)).equals(
    "essai", fr="Un seul modèle, qui atteint tout juste l'exigence : c'est son nom qu'il faut rendre.", en="A single model that just meets the requirement: its name is to be returned."
)
### BEGIN HIDDEN TESTS
modeles_caches = [
    {"modele": "luxe", "exactitude_val": 0.99, "uwh_apprentissage": 9000.0, "uwh_1000_predictions": 50.0},
    {"modele": "cher-a-apprendre", "exactitude_val": 0.97, "uwh_apprentissage": 4000.0, "uwh_1000_predictions": 1.0},
    {"modele": "cher-a-servir", "exactitude_val": 0.971, "uwh_apprentissage": 100.0, "uwh_1000_predictions": 10.0},
    {"modele": "faible", "exactitude_val": 0.90, "uwh_apprentissage": 10.0, "uwh_1000_predictions": 0.5},
]
check(energie_annuelle(modeles_caches[0], 20000, 0)).is_close_to(
    1000, within=1, fr="Sans nouvel apprentissage, il ne reste que les prédictions : la colonne est donnée pour mille.", en="With no new training, only the predictions remain: the column is given per thousand."
)
check(choisir_sobre(modeles_caches, 0.96, 10000, 12)).equals(
    "cher-a-servir", fr="Avec peu de prédictions par an, l'apprentissage domine : l'avez-vous compté, et avez-vous écarté les modèles qui n'atteignent pas l'exigence, puis cherché l'énergie la plus basse ?",
    en="With few predictions per year, training dominates: have you counted it, have you set aside the models below the requirement, then looked for the lowest energy?",
)
check(choisir_sobre(modeles_caches, 0.96, 50000000, 12)).equals(
    "cher-a-apprendre", fr="Avec beaucoup de prédictions par an, leur énergie domine : comptez-la avec celle des apprentissages.",
    en="With many predictions per year, their energy dominates: count it together with that of training.",
)
check(choisir_sobre(modeles_caches, 0.98, 10000, 12)).equals(
    "luxe", fr="Quand un seul modèle atteint l'exigence, c'est lui, même s'il consomme davantage.", en="When a single model meets the requirement, it is that one, even if it uses more energy."
)
check(choisir_sobre(modeles_caches, 0.995, 10000, 12)).equals(
    "aucun", fr="Aucun modèle n'atteint cette exigence : la fonction doit le dire par le texte \"aucun\".", en="No model meets this requirement: the function must say so with the text \"aucun\"."
)
### END HIDDEN TESTS

# %% [markdown] id="energie-explorer" lang="fr"
# **Explorez.** Le service traite cinq millions de chiffres par an et réapprend une fois par mois. Comment le choix change-t-il avec l'exigence ?

# %% [markdown] id="energie-explorer" lang="en" of="8ae38146"
# **Explore.** The department handles five million digits per year and trains again once a month. How does the choice change with the requirement?

# %% id="energie-choix"
if choisir_sobre(mesures, 0.9, 1000, 1) is None or energie_annuelle(mesures[0], 1000, 1) is None:
    print("Cette cellule attend l'exercice 7.")  #@fr
    print("This cell waits for exercise 7.")  #@en
else:
    for exigence in (0.95, 0.97, 0.975, 0.99):
        print("exigence", exigence, "→", choisir_sobre(mesures, exigence, 5_000_000, 12))  #@fr
        print("requirement", exigence, "→", choisir_sobre(mesures, exigence, 5_000_000, 12))  #@en
    annuelles = table_mesures.set_index("modele")[["exactitude_val"]]
    annuelles["wh_par_an"] = [energie_annuelle(mesure, 5_000_000, 12) / 1e6 for mesure in mesures]
    annuelles.columns = ["exactitude, validation", "énergie par an (Wh)"]  #@fr
    annuelles.columns = ["accuracy, validation", "energy per year (Wh)"]  #@en
    labkit.table(annuelles, digits=4, fr="Exactitude et énergie annuelle estimée de cinq modèles", en="Accuracy and estimated yearly energy of five models")

# %% [markdown] id="energie-recul" lang="fr"
# **Gardez la mesure.** Ces énergies sont minuscules : moins d'un wattheure par an, là où un ordinateur de bureau en consomme des dizaines par heure. Ce qui compte ici est le **rapport** entre modèles et la méthode :
# fixer l'exigence d'abord, puis prendre le plus sobre qui la satisfait. Avec un grand modèle de langue, la même méthode porte sur des kilowattheures.

# %% [markdown] id="energie-recul" lang="en" of="5fc7c840"
# **Keep a sense of proportion.** These energies are tiny: less than a watt-hour per year, where a desktop computer uses tens of them per hour. What matters here is the **ratio** between models, and the method:
# set the requirement first, then take the most frugal model that meets it. With a large language model, the same method bears on kilowatt-hours.

# %% [markdown] id="partie-9" lang="fr"
# ## 9. Votre recommandation
#
# Le chef de service vous lit en une minute. Dans 50 à 150 mots, dites :
#
# 1. **quel modèle** vous recommandez, avec **deux mesures** du lab à l'appui (exactitude, énergie, effet des étiquettes…) ;
# 2. **une limite** des données ou de la mesure ;
# 3. **le garde-fou** : ce que relira une personne, ou ce que vous mesurerez avant et après la mise en service.

# %% [markdown] id="partie-9" lang="en" of="7e3b752f"
# ## 9. Your recommendation
#
# The head of department reads you in one minute. In 50 to 150 words, say:
#
# 1. **which model** you recommend, with **two measurements** of the lab (accuracy, energy, effect of the labels…);
# 2. **one limit** of the data or of the measurement;
# 3. **the safeguard**: what a person will reread, or what you will measure before and after it goes into service.

# %% id="decision-widget" hide=true
ask.text("decision", fr="Votre recommandation (50 à 150 mots)", en="Your recommendation (50 to 150 words)", rows=8, words=(50, 150))

# %% [markdown] graded="decision" lang="fr"
# **Votre recommandation** sera lue et notée par votre formatrice ou votre formateur : un modèle justifié par deux mesures (1 point), une limite et un garde-fou précis (1 point).

# %% [markdown] graded="decision" lang="en" of="20ed09bf"
# **Your recommendation** will be read and graded by your trainer: a model supported by two measurements (1 point), a specific limit and safeguard (1 point).

# %% [markdown] id="relecture-consigne" lang="fr"
# ## Pour aller plus loin : quand passer la main à une personne (facultatif)
#
# Un réseau donne aussi sa **confiance** : la plus grande de ses dix probabilités. On peut lui confier les images dont la confiance atteint un **seuil**, et donner les autres à relire.
#
# **`seuil_de_relecture(confiances, justes, cible)`** reçoit deux tableaux de même longueur (la confiance de chaque image ; `True` si elle est bien lue) et une cible, par exemple 0,99.
# Elle rend le **plus petit** seuil, pris parmi les confiances, tel que la part d'images bien lues **parmi celles dont la confiance est supérieure ou égale au seuil** atteigne la cible. Si aucun ne convient, elle rend `1.01` : tout est relu.
#
# **Exemple.** Confiances `[0.5, 0.7, 0.9]`, justes `[False, True, True]`, cible 1 : avec le seuil 0,5, deux images sur trois sont justes, c'est trop peu ; avec 0,7, deux sur deux. Réponse : `0.7`.

# %% [markdown] id="relecture-consigne" lang="en" of="7a224ae9"
# ## Going further: when to hand over to a person (optional)
#
# A network also gives its **confidence**: the largest of its ten probabilities. One can entrust it with the images whose confidence reaches a **threshold**, and give the others to a person to reread.
#
# **`seuil_de_relecture(confiances, justes, cible)`** (rereading threshold) receives two arrays of the same length (the confidence of each image; `True` if it is read right) and a target, for example 0.99.
# It returns the **smallest** threshold, taken among the confidences, such that the share of images read right **among those whose confidence is greater than or equal to the threshold** reaches the target. If none will do, it returns `1.01`: everything is reread.
#
# **Example.** Confidences `[0.5, 0.7, 0.9]`, right `[False, True, True]`, target 1: with threshold 0.5, two images out of three are right, too few; with 0.7, two out of two. Answer: `0.7`.

# %% id="relecture-code" answer=true
def seuil_de_relecture(confiances, justes, cible):
    ### BEGIN SOLUTION
    confiances, justes = np.asarray(confiances), np.asarray(justes)
    for seuil in np.sort(confiances):
        if justes[confiances >= seuil].mean() >= cible:
            return float(seuil)
    return 1.01
    ### END SOLUTION

# %% graded="relecture"
import numpy as np

check(seuil_de_relecture([0.5, 0.7, 0.9], [False, True, True], 1.0)).is_close_to(
    0.7, within=1e-9, fr="Sur l'exemple, on attend 0,7 : la part de lectures justes se calcule parmi les images gardées seulement, celles au seuil comprises.",
    en="On the example, 0.7 is expected: the share of right readings is computed among the kept images only, including those at the threshold.",
)
### BEGIN HIDDEN TESTS
check(seuil_de_relecture([0.9, 0.6, 0.8, 0.7], [True, True, True, False], 0.6)).is_close_to(
    0.6, within=1e-9, fr="Il existe un seuil plus petit qui convient : plus le seuil est bas, moins on relit.", en="There is a smaller threshold that will do: the lower the threshold, the less is reread."
)
check(seuil_de_relecture([0.9, 0.6], [False, False], 0.9)).is_close_to(
    1.01, within=1e-9, fr="Aucun seuil ne convient ici : la fonction doit rendre 1.01, pour que tout soit relu.", en="No threshold will do here: the function must return 1.01, so that everything is reread."
)
hasard = np.random.default_rng(labkit.seed("relecture"))
c = hasard.random(200)
j = hasard.random(200) < 0.6 + 0.4 * c
possibles = [s for s in c if j[c >= s].mean() >= 0.95]
check(seuil_de_relecture(c, j, 0.95)).is_close_to(
    min(possibles) if possibles else 1.01, within=1e-9, fr="Sur 200 images, ce n'est pas le plus petit seuil qui atteint la cible : essayez-les tous, dans l'ordre.", en="On 200 images, this is not the smallest threshold that reaches the target: try them all, in order."
)
### END HIDDEN TESTS

# %% [markdown] id="fiche" lang="fr"
# ## Votre fiche de modèle
#
# La cellule suivante rassemble vos mesures et votre recommandation en une page, à garder et à joindre à un dossier. Relancez-la quand vous changez une réponse.

# %% [markdown] id="fiche" lang="en" of="c39cd71f"
# ## Your model card
#
# The next cell gathers your measurements and your recommendation on one page, to keep and to attach to a file. Run it again when you change an answer.

# %% id="fiche-code" hide=true
reseau_mesure, regression_mesuree = (next(m for m in mesures if m["modele"] == nom) for nom in ("reseau-256", "regression"))
rapport = reseau_mesure["uwh_1000_predictions"] / regression_mesuree["uwh_1000_predictions"]
labkit.artefact(
    "fiche-modele",
    ("Fiche de modèle : lecture de chiffres manuscrits", "Model card: reading handwritten digits"),
    [
        (("Usage prévu", "Intended use"), labkit.tr(
            "Lire un chiffre manuscrit isolé, en image de 8 × 8 pixels. Hors de ce cadre (lettres, signatures, chiffres collés), le modèle n'a pas été évalué.",
            "Read a single handwritten digit, as an image of 8 × 8 pixels. Outside this scope (letters, signatures, touching digits), the model has not been evaluated.")),
        (("Données", "Data"), labkit.tr(
            f"{len(chiffres.target)} images de 13 personnes, partagées au hasard : {len(y_appr)} d'apprentissage, {len(y_val)} de validation, {len(y_test)} de test. Les mêmes mains sont dans chaque partie : aucune mesure sur une écriture nouvelle.",
            f"{len(chiffres.target)} images by 13 people, split at random: {len(y_appr)} training, {len(y_val)} validation, {len(y_test)} test. The same hands are in every part: nothing is measured on a new handwriting.")),
        (("Réglage", "Setting"), choix and labkit.tr(
            f"Réglage {choix}, choisi sur la validation : {reglages[choix]['cachee']} neurones cachés, abandon {labkit.written(reglages[choix]['abandon'])}, pénalité {labkit.written(reglages[choix]['penalite'])}, graine {graine}.",
            f"Setting {choix}, chosen on validation: {reglages[choix]['cachee']} hidden neurons, dropout {reglages[choix]['abandon']}, penalty {reglages[choix]['penalite']}, seed {graine}.")),
        (("Exactitude sur le test", "Accuracy on the test part"), exactitude_test and labkit.tr(
            f"Réseau : {labkit.written(100 * exactitude_test, 1)} %. Régression logistique : {labkit.written(100 * exactitude_regression, 1)} %. Une image pèse {labkit.written(100 / len(y_test), 2)} point.",
            f"Network: {exactitude_test:.1%}. Logistic regression: {exactitude_regression:.1%}. One image weighs {100 / len(y_test):.2f} points.")),
        (("Erreurs connues", "Known errors"), details),
        (("Énergie (estimation)", "Energy (estimate)"), uwh_par_epoque and labkit.tr(
            f"Environ {uwh_par_epoque:.0f} µWh par époque pour le premier réseau, sur cette machine. {depense.method} Mesures fournies par le lab : une prédiction du réseau à 256 neurones coûte environ {rapport:.0f} fois celle de la régression.",
            f"About {uwh_par_epoque:.0f} µWh per epoch for the first network, on this machine. {depense.method} Measurements provided by the lab: a prediction of the 256-neuron network costs about {rapport:.0f} times that of the regression.")),
        (("Recommandation", "Recommendation"), ask.answer("decision")),
    ],
)

# %% [markdown] id="fin" lang="fr"
# ### Ce que vous savez faire maintenant
#
# Contrôler un gradient avant de s'y fier ; préparer des données sans fuite ; entraîner un réseau en quatre gestes ; reconnaître qu'il apprend par cœur ; choisir un réglage sur la validation et ne mesurer qu'une fois sur le test ;
# et, surtout, demander si un modèle plus simple ne suffisait pas. Vérifiez, puis remettez votre travail.

# %% [markdown] id="fin" lang="en" of="5d323f5e"
# ### What you can do now
#
# Check a gradient before relying on it; prepare data without a leak; train a network in four moves; recognise that it learns by heart; choose a setting on validation and measure only once on the test part;
# and, above all, ask whether a simpler model would not have been enough. Check, then submit your work.
