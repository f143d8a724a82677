# ---
# caire:
#   id: l3-06-diffusion
#   level: 3
#   minutes: 120
#   profile: cpu
#   title:
#     fr: "Générer des images : un modèle de diffusion"
#     en: "Generating images: a diffusion model"
#   summary:
#     fr: "Vous saurez construire un modèle de diffusion qui dessine des chiffres, du bruitage à l'échantillonnage. Vous saurez aussi dire, mesures à l'appui, s'il obéit, s'il varie, s'il recopie ses données, et combien de pas suffisent."
#     en: "You will be able to build a diffusion model that draws digits, from noising to sampling. You will also be able to tell, with measurements, whether it obeys, whether it varies, whether it copies its data, and how many steps are enough."
#   budget: {cpu_seconds: 60, memory_mib: 1536, cell_seconds: 60}
#   questions:
#     bruitage: {points: 3, skill: n3.diffusion.construire, fr: "Bruiter une image en un coup", en: "Add noise to an image in one go"}
#     perte: {points: 3, skill: n3.diffusion.construire, fr: "La cible et la perte d'apprentissage", en: "The target and the training loss"}
#     pas: {points: 3, skill: n3.diffusion.construire, fr: "Un pas d'échantillonnage", en: "One sampling step"}
#     generer: {points: 3, skill: n3.diffusion.construire, fr: "Du bruit à l'image", en: "From noise to image"}
#     mesures: {points: 3, skill: n3.diffusion.evaluer, fr: "Mesurer la fidélité et la diversité", en: "Measure fidelity and diversity"}
#     voisins: {points: 4, skill: n3.diffusion.evaluer, fr: "Démasquer les copies et juger quatre générateurs", en: "Unmask copies and judge four generators"}
#     energie: {points: 3, skill: n3.sobriete.mesurer, fr: "Choisir le réglage le plus sobre qui suffit", en: "Choose the most frugal setting that is enough"}
#     decision: {points: 2, manual: true, skill: n3.diffusion.evaluer, fr: "Votre recommandation", en: "Your recommendation"}
#     guidage: {points: 2, bonus: true, skill: n3.diffusion.construire, fr: "Pour aller plus loin : le guidage", en: "Going further: guidance"}
#   answers:
#     prevoir-reste: a
#     prevoir-perte: b
#     prevoir-suspect: B
#     prevoir-pas: a
#     verdicts: {A: recopie, B: repete, C: recevable, D: classe}
#     decision: "Je recommande le modèle de diffusion pour régler les lecteurs du service, avec peu de pas : à fidélité suffisante, un échantillonnage long consomme plusieurs fois plus sans rien apporter. Mesures : plus de neuf images sur dix sont lues comme demandé, la diversité dépasse 0,8, et moins de 2 % sont plus proches d'une image d'apprentissage que ne le sont de vraies images nouvelles. Limite : la distance entre pixels ne voit que les copies presque exactes, et treize personnes seulement ont écrit ces chiffres. Garde-fou : avant chaque partage, on refait le contrôle des voisins, on retire les images signalées, et chaque fichier porte la mention « images fabriquées »."
# ---

# %% [markdown] id="titre" lang="fr"
# # Générer des images : un modèle de diffusion
#
# **La situation.** Un service d'archives numérise des registres. Pour régler les programmes qui y lisent les chiffres manuscrits, et pour envoyer des exemples à ses prestataires, il voudrait des images **fabriquées**,
# qui ne soient l'écriture de personne. On vous demande si un modèle génératif, c'est-à-dire un modèle qui fabrique de nouvelles images, peut les fournir, et à quelles conditions. Vous répondrez de cette décision.
#
# | étape | ce que vous faites | durée |
# |---|---|---|
# | 1 et 2 | regarder les données, les noyer dans le bruit au moyen d'une formule | 25 min |
# | 3 | écrire la perte, apprendre à un réseau à reconnaître le bruit | 20 min |
# | 4 et 5 | remonter du bruit à l'image, pas à pas | 30 min |
# | 6 et 7 | mesurer fidélité et diversité, démasquer les copies | 25 min |
# | 8 et 9 | choisir le réglage le plus sobre qui suffit, décider, éditer la fiche | 20 min |
#
# **Comment ça marche.** Maj + Entrée exécute une cellule. Là où vous voyez des points de suspension `...`, vous écrivez. La cellule repliée qui suit vérifie votre réponse : exécutez-la aussi. Elle
# affiche ✓, ou vous dit quoi regarder : recommencez autant de fois que vous voulez. La remise refait ces vérifications, puis d'autres, sur des données que vous n'avez pas vues.
# Les **prévisions** ne sont jamais notées : elles servent à comparer ce que l'on croit et ce que l'on mesure.

# %% [markdown] id="titre" lang="en" of="89442ead"
# # Generating images: a diffusion model
#
# **The situation.** An archive service digitises registers. To tune the programs that read handwritten digits in them, and to send examples to its contractors, it would like **made-up** images
# that are nobody's handwriting. You are asked whether a generative model, that is, one that makes new images, can provide them, and on what conditions. You will answer for that decision.
#
# | step | what you do | time |
# |---|---|---|
# | 1 and 2 | look at the data, drown them in noise with a formula | 25 min |
# | 3 | write the loss, teach a network to recognise the noise | 20 min |
# | 4 and 5 | climb back from noise to image, step by step | 30 min |
# | 6 and 7 | measure fidelity and diversity, unmask copies | 25 min |
# | 8 and 9 | choose the most frugal setting that is enough, decide, produce the sheet | 20 min |
#
# **How it works.** Shift + Enter runs a cell. Where you see an ellipsis `...`, you write. The folded cell that follows checks your answer: run it too. It shows ✓, or
# tells you what to look at: try as often as you like. Submitting runs these checks again, then others, on data that you have not seen.
# **Predictions** are never graded: they let you compare what you believe with what you measure.

# %% id="outils"
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from scipy.spatial.distance import cdist
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC
from torch import nn

torch.set_num_threads(1)  # un petit réseau va plus vite sur un seul cœur  #@fr
torch.set_num_threads(1)  # a small network is faster on a single core  #@en
graine = labkit.seed()  # le hasard du lab part de ce nombre : mêmes calculs, mêmes résultats  #@fr
graine = labkit.seed()  # the randomness of the lab starts from this number: same computation, same results  #@en
abreger = labkit.grading()  # la notation abrège les essais dont aucune question ne dépend  #@fr
abreger = labkit.grading()  # grading shortens the trials on which no question depends  #@en
appareil = labkit.device()  # "cuda" s'il y a une carte graphique, sinon "cpu"  #@fr
appareil = labkit.device()  # "cuda" where there is a graphics card, otherwise "cpu"  #@en

# %% [markdown] id="partie-1" lang="fr"
# ## 1. Les données, et un lecteur indépendant
#
# Le lab contient 1 797 images de chiffres manuscrits, de 8 × 8 = 64 pixels. Nous ramenons chaque pixel entre −1 (blanc) et 1 (noir). La répartition est fixe :
#
# | partie | images | à quoi elle sert |
# |---|---|---|
# | **apprentissage** | 1 078 | le générateur apprend sur elle, et sur elle seule |
# | **contrôle** | 719 | de vraies images que le générateur n'a **jamais vues** : elles disent à quoi ressemblent de vraies images nouvelles |
#
# Pour juger les images fabriquées, il faut un lecteur qui n'ait pas appris avec le générateur. Le nôtre, le **lecteur indépendant**, est un classifieur ordinaire qui apprend sur le **contrôle** seulement. Il lit correctement environ 99 % des images d'apprentissage, qu'il n'a pas vues.

# %% [markdown] id="partie-1" lang="en" of="3c9c5a52"
# ## 1. The data, and an independent reader
#
# The lab holds 1,797 images of handwritten digits, each of 8 × 8 = 64 pixels. We scale every pixel to lie between −1 (white) and 1 (black). The split is fixed:
#
# | part | images | what it is for |
# |---|---|---|
# | **training** (`apprentissage`) | 1,078 | the generator learns from it, and from it only |
# | **control** (`controle`) | 719 | real images that the generator has **never seen**: they tell what real new images look like |
#
# Judging made-up images takes a reader that has not learnt together with the generator. Ours, the **independent reader**, is an ordinary classifier that learns from the **control** part only. It reads about 99% of the training images correctly, and it has never seen them.

# %% id="donnees" examiner=true
chiffres = load_digits()
apprentissage, controle, classes_appr, classes_controle = train_test_split(
    (chiffres.data / 8 - 1).astype(np.float32), chiffres.target, test_size=0.4, stratify=chiffres.target, random_state=0
)
lecteur = SVC(gamma=0.008, C=10).fit(controle, classes_controle)


def lire(images):
    """Le chiffre que le lecteur indépendant lit dans chaque image : un tableau de forme (n,)."""  #@fr
    """The digit that the independent reader reads in each image: an array of shape (n,)."""  #@en
    return lecteur.predict(np.asarray(images, dtype=np.float32).reshape(-1, 64))

# %% id="regarder"
def montrer(images, fr, en):
    """Affiche les images, dix par ligne ; l'équivalent en texte dit ce que le lecteur y lit."""  #@fr
    """Shows the images, ten a row; the text alternative says what the reader reads in them."""  #@en
    images = np.asarray(images)
    lignes = len(images) // 10
    mosaique = np.pad(images.reshape(lignes, 10, 8, 8), ((0, 0), (0, 0), (1, 1), (1, 1)), constant_values=-1).transpose(0, 2, 1, 3)
    figure, axe = plt.subplots(figsize=(8, 0.8 * lignes + 0.3))
    axe.imshow(mosaique.reshape(lignes * 10, 100), cmap="gray_r", vmin=-1, vmax=1)
    axe.axis("off")
    lus = [" ".join(map(str, ligne)) for ligne in lire(images).reshape(lignes, 10)]
    labkit.show(figure, fr=f"{fr} Le lecteur y lit, ligne par ligne : {' ; '.join(lus)}.", en=f"{en} The reader reads, row by row: {'; '.join(lus)}.")


dix = [int(np.flatnonzero(classes_appr == c)[0]) for c in range(10)]
montrer(apprentissage[dix], fr="Dix vraies images d'apprentissage, de 0 à 9.", en="Ten real training images, from 0 to 9.")
print("apprentissage, contrôle :", apprentissage.shape, controle.shape)  #@fr
print("training, control:", apprentissage.shape, controle.shape)  #@en
print("lecteur indépendant, part d'images d'apprentissage bien lues :", round(float((lire(apprentissage) == classes_appr).mean()), 3))  #@fr
print("independent reader, share of training images read right:", round(float((lire(apprentissage) == classes_appr).mean()), 3))  #@en

# %% [markdown] id="partie-2" lang="fr"
# ## 2. Noyer une image dans le bruit
#
# L'idée de la diffusion tient en une phrase : **apprendre à retirer du bruit, puis partir de bruit pur et le retirer peu à peu**. Commençons par l'ajouter, en $T = 40$ instants, numérotés de 0 à 39. À chaque instant $t$, on atténue un peu l'image $x$ et l'on ajoute un peu de bruit gaussien $\varepsilon_t$ :
#
# $$x \leftarrow \sqrt{1 - \beta_t}\; x + \sqrt{\beta_t}\; \varepsilon_t$$
#
# Les $\beta_t$, petits nombres croissants fixés d'avance, forment le **calendrier** de bruitage. Enchaîner ces pas serait long. Par chance, une somme de bruits gaussiens est encore gaussienne : on saute d'un coup de l'image nette, sans aucun bruit, à l'image bruitée $x_t$ (bruitée jusqu'à l'instant $t$ compris), avec un seul bruit $\varepsilon$ de moyenne 0 et de variance 1 :
#
# $$\bar\alpha_t = (1 - \beta_0)(1 - \beta_1)\cdots(1 - \beta_t) \qquad x_t = \sqrt{\bar\alpha_t}\; x_\text{nette} + \sqrt{1 - \bar\alpha_t}\; \varepsilon$$
#
# **Un exemple à la main.** Deux instants, $\beta = (0{,}1 ; 0{,}2)$, et un pixel de l'image nette, $x_\text{nette} = 1$. Alors $\bar\alpha = (0{,}9 ; 0{,}9 \times 0{,}8) = (0{,}9 ; 0{,}72)$. À l'instant 1, avec le bruit $\varepsilon = -1$ :
# $x_1 = \sqrt{0{,}72} \times 1 + \sqrt{0{,}28} \times (-1) \approx 0{,}8485 - 0{,}5292 \approx 0{,}319$. Sur un grand nombre de bruits, la moyenne de $x_1$ est $0{,}849$ et sa variance $0{,}28$.
#
# Avec notre calendrier, $\bar\alpha$ vaut environ 0,04 au dernier instant. **Prévoyez.**

# %% [markdown] id="partie-2" lang="en" of="f99833fe"
# ## 2. Drowning an image in noise
#
# The idea of diffusion fits in one sentence: **learn to remove noise, then start from pure noise and remove it little by little**. Let us begin by adding it, in $T = 40$ instants, numbered from 0 to 39. At each instant $t$, the image $x$ is faded a little and a little Gaussian noise $\varepsilon_t$ is added:
#
# $$x \leftarrow \sqrt{1 - \beta_t}\; x + \sqrt{\beta_t}\; \varepsilon_t$$
#
# The $\beta_t$, small increasing numbers fixed beforehand, form the noise **schedule**. Chaining these steps would take a long time. Luckily, a sum of Gaussian noises is Gaussian again: one can jump in one go from the clean image, without any noise, to the noisy image $x_t$ (noise added up to instant $t$ included), with a single noise $\varepsilon$ of mean 0 and variance 1:
#
# $$\bar\alpha_t = (1 - \beta_0)(1 - \beta_1)\cdots(1 - \beta_t) \qquad x_t = \sqrt{\bar\alpha_t}\; x_\text{clean} + \sqrt{1 - \bar\alpha_t}\; \varepsilon$$
#
# **An example by hand.** Two instants, $\beta = (0.1, 0.2)$, and one pixel of the clean image, $x_\text{clean} = 1$. Then $\bar\alpha = (0.9, 0.9 \times 0.8) = (0.9, 0.72)$. At instant 1, with the noise $\varepsilon = -1$:
# $x_1 = \sqrt{0.72} \times 1 + \sqrt{0.28} \times (-1) \approx 0.8485 - 0.5292 \approx 0.319$. Over many draws of the noise, $x_1$ has mean $0.849$ and variance $0.28$.
#
# With our schedule, $\bar\alpha$ is about 0.04 at the last instant. **Predict.**

# %% id="prevoir-reste" hide=true
ask.choice(
    "prevoir-reste",
    fr="Prévoyez : au dernier instant (ᾱ = 0,04), par combien l'image nette est-elle multipliée dans le mélange ?",
    en="Predict: at the last instant (ᾱ = 0.04), by how much is the clean image multiplied in the mixture?",
    options={
        "a": ("Par 0,2 : il en reste une trace.", "By 0.2: a trace of it is left."),
        "b": ("Par 0,04 : presque rien.", "By 0.04: almost nothing."),
        "c": ("Par 0,96 : le bruit est faible.", "By 0.96: the noise is weak."),
    },
)

# %% [markdown] id="bruitage-consigne" lang="fr"
# ### Exercice 1. Bruiter en un coup
#
# - **`cumuler(betas)`** reçoit les $\beta_t$, un tenseur (un tableau de PyTorch) de forme `(T,)`, et rend les $\bar\alpha_t$, un tenseur de forme `(T,)`.
# - **`bruiter(x0, t, eps, abar)`** rend les images bruitées $x_t$, un tenseur de forme `(n, d)`.
#   - **On vous donne** `x0` et `eps` (images nettes et bruit : `n` images de `d` pixels, forme `(n, d)`), `t` (un instant **par image**, des entiers, forme `(n,)`) et `abar` (forme `(T,)`).
#   - **Un piège** : chaque image a son propre instant. `abar[t]` a la forme `(n,)` ; `abar[t][:, None]` a la forme `(n, 1)` et multiplie chaque image par son propre nombre.
# - **Des coups de pouce** : `torch.cumprod(v, dim=0)` donne les produits cumulés, `v.sqrt()` la racine carrée.

# %% [markdown] id="bruitage-consigne" lang="en" of="930303f2"
# ### Exercise 1. Adding noise in one go
#
# - **`cumuler(betas)`** (accumulate) receives the $\beta_t$, a tensor (a PyTorch array) of shape `(T,)`, and returns the $\bar\alpha_t$, a tensor of shape `(T,)`.
# - **`bruiter(x0, t, eps, abar)`** (add noise) returns the noisy images $x_t$, a tensor of shape `(n, d)`.
#   - **You are given** `x0` and `eps` (clean images and noise: `n` images of `d` pixels, shape `(n, d)`), `t` (one instant **per image**, integers, shape `(n,)`) and `abar` (shape `(T,)`).
#   - **A trap**: each image has its own instant. `abar[t]` has shape `(n,)`; `abar[t][:, None]` has shape `(n, 1)` and multiplies each image by its own number.
# - **Hints**: `torch.cumprod(v, dim=0)` gives the cumulative products, `v.sqrt()` the square root.

# %% id="bruitage-code" answer=true
def cumuler(betas):
    ### BEGIN SOLUTION
    return torch.cumprod(1 - betas, dim=0)
    ### END SOLUTION


def bruiter(x0, t, eps, abar):
    ### BEGIN SOLUTION
    a = abar[t][:, None]
    return a.sqrt() * x0 + (1 - a).sqrt() * eps
    ### END SOLUTION

# %% graded="bruitage"
import torch

check(cumuler).called_with(torch.tensor([0.1, 0.2])).has_shape(
    (2,), fr="`cumuler` rend un nombre par instant : sa forme est celle de `betas`.", en="`cumuler` returns one number per instant: its shape is that of `betas`."
)
check(cumuler(torch.tensor([0.1, 0.2]))).is_close_to(
    torch.tensor([0.9, 0.72]), within=1e-5,
    fr="Sur l'exemple, on attend 0,9 puis 0,72 : ce sont les produits successifs des 1 − β, et non des sommes.",
    en="On the example, 0.9 then 0.72 are expected: they are the successive products of the 1 − β, not sums.",
)
deux = torch.tensor([0.9, 0.72])
check(bruiter).called_with(torch.tensor([[1.0]]), torch.tensor([1]), torch.tensor([[-1.0]]), deux).has_shape(
    (1, 1), fr="Pour une image d'un pixel, on attend un tenseur de forme (1, 1).", en="For one image of one pixel, a tensor of shape (1, 1) is expected."
)
check(bruiter(torch.tensor([[1.0]]), torch.tensor([1]), torch.tensor([[-1.0]]), deux)).is_close_to(
    torch.tensor([[0.3194]]), within=1e-3,
    fr="Sur l'exemple fait à la main, on attend 0,319 : vérifiez l'instant lu dans `abar`, et les deux racines carrées, celle de ᾱ devant l'image, celle de 1 − ᾱ devant le bruit.",
    en="On the example done by hand, 0.319 is expected: check the instant read in `abar`, and both square roots, that of ᾱ before the image, that of 1 − ᾱ before the noise.",
)
### BEGIN HIDDEN TESTS
hasard = torch.Generator().manual_seed(labkit.seed("bruitage") % 100000)
betas = torch.linspace(0.02, 0.3, 12)
a = cumuler(betas)
check(a).is_close_to(
    torch.exp(torch.cumsum(torch.log(1 - betas), 0)), within=1e-5,
    fr="Sur un calendrier de douze instants, vos ᾱ ne sont pas les produits de tous les 1 − β jusqu'à l'instant t compris.",
    en="On a schedule of twelve instants, your ᾱ are not the products of all the 1 − β up to instant t included.",
)
a = torch.exp(torch.cumsum(torch.log(1 - betas), 0))
x0 = torch.tensor([[0.8, -0.5], [-1.0, 0.3], [0.2, 0.9]])
t = torch.tensor([0, 5, 11])
eps = torch.randn(3, 2, generator=hasard)
rendu = bruiter(x0, t, eps, a)
check(rendu[0]).is_close_to(
    a[0] ** 0.5 * x0[0] + (1 - a[0]) ** 0.5 * eps[0], within=1e-4, fr="Au premier instant (0), l'image ne tombe pas juste : `abar[0]` tient déjà compte de β₀.", en="At the first instant (0), the image does not come out right: `abar[0]` already includes β₀."
)
check(rendu[2]).is_close_to(
    a[11] ** 0.5 * x0[2] + (1 - a[11]) ** 0.5 * eps[2], within=1e-4,
    fr="Dans un lot, chaque image doit suivre son propre instant `t` : les vôtres suivent-elles toutes le même ?",
    en="In a batch, each image must follow its own instant `t`: do yours all follow the same one?",
)
x = torch.full((4000, 2), 0.6)
eps = torch.randn(4000, 2, generator=hasard)
rendu = bruiter(x, torch.full((4000,), 5), eps, a)
pas_a_pas = x.clone()
for b in betas[:6]:
    pas_a_pas = (1 - b) ** 0.5 * pas_a_pas + b**0.5 * torch.randn(4000, 2, generator=hasard)
check([float(rendu.mean()), float(rendu.var())]).is_close_to(
    [float(pas_a_pas.mean()), float(pas_a_pas.var())], within=0.07,
    fr="Sur 4 000 tirages, la moyenne ou la variance de vos images bruitées s'écarte de celle du bruitage pas à pas.",
    en="Over 4,000 draws, the mean or the variance of your noisy images differs from that of noise added step by step.",
)
### END HIDDEN TESTS

# %% [markdown] id="bruitage-lire" lang="fr"
# **Exécutez, puis comparez avec votre prévision.** La cellule suivante compare le saut en un coup et les pas enchaînés, puis montre un chiffre qui se noie. Sa dernière ligne donne le nombre par lequel l'image nette est multipliée au dernier instant.

# %% [markdown] id="bruitage-lire" lang="en" of="686b636f"
# **Run, then compare with your prediction.** The next cell compares the jump in one go with the chained steps, then shows a digit that drowns. Its last line gives the number by which the clean image is multiplied at the last instant.

# %% id="bruitage-voir"
T = 40
BETAS = torch.linspace(0.005, 0.15, T)
ABAR = cumuler(BETAS)
if ABAR is None or bruiter(torch.zeros(1, 1), torch.tensor([0]), torch.zeros(1, 1), ABAR) is None:
    ABAR = torch.exp(torch.cumsum(torch.log(1 - BETAS), dim=0))
    print("Cette cellule attend l'exercice 1 : revenez l'exécuter ensuite.")  #@fr
    print("This cell waits for exercise 1: come back and run it afterwards.")  #@en
else:
    torch.manual_seed(graine)
    pixel, instant = torch.full((5000, 1), 0.6), 9
    saut = bruiter(pixel, torch.full((5000,), instant), torch.randn(5000, 1), ABAR)
    pas = pixel.clone()
    for beta in BETAS[: instant + 1]:
        pas = (1 - beta).sqrt() * pas + beta.sqrt() * torch.randn(5000, 1)
    comparaison = pd.DataFrame(
        {labkit.tr("moyenne", "mean"): [float(saut.mean()), float(pas.mean())], labkit.tr("variance", "variance"): [float(saut.var()), float(pas.var())]},
        index=[labkit.tr("en un coup", "in one go"), labkit.tr("pas à pas", "step by step")],
    )
    labkit.table(comparaison, digits=2, fr="Un pixel de valeur 0,6 à l'instant 9, sur 5 000 tirages", en="A pixel of value 0.6 at instant 9, over 5,000 draws")
    trois = torch.tensor(apprentissage[dix[3]]).repeat(10, 1)
    noye = bruiter(trois, torch.arange(0, T, 4), torch.randn(10, 64), ABAR)
    montrer(noye.numpy(), fr="Un 3 de plus en plus bruité, aux instants 0, 4, 8, …, 36 : il disparaît à l'œil vers le milieu.", en="A 3 with more and more noise, at instants 0, 4, 8, …, 36: it disappears to the eye around the middle.")
    print("facteur de l'image nette au dernier instant, √ᾱ :", round(float(ABAR[-1] ** 0.5), 2))  #@fr
    print("factor of the clean image at the last instant, √ᾱ:", round(float(ABAR[-1] ** 0.5), 2))  #@en

# %% [markdown] id="partie-3" lang="fr"
# **Ce que l'on voit.** En un coup ou pas à pas, la moyenne et la variance sont les mêmes, aux hasards du tirage près : c'est ce qui rend l'apprentissage rapide. Au dernier instant, l'image nette n'est pas multipliée par ᾱ, mais par sa racine, 0,2 environ : une trace en demeure.
#
# ## 3. Apprendre à reconnaître le bruit
#
# Le **débruiteur** est un réseau qui reçoit une image bruitée $x_t$, l'instant $t$ et la classe demandée (le chiffre à dessiner), et qui prédit **le bruit** $\varepsilon$ qu'on y a mis. Qui connaît le bruit retrouve l'image : il suffit de le retirer du mélange.
#
# Pour l'entraîner, personne n'a besoin d'écrire la bonne réponse : nous tirons le bruit, donc nous la connaissons. (La classe de chaque image, elle, vient du jeu de données.) La **perte** est l'erreur quadratique moyenne entre le bruit mis et le bruit prédit, sur tous les pixels de toutes les images :
#
# $$\text{perte} = \text{moyenne}\left[\left(\varepsilon - \text{réseau}(x_t, t, \text{classe})\right)^2\right]$$
#
# **Un exemple à la main.** Une image de deux pixels, bruit $\varepsilon = (1 ; -2)$, bruit prédit $(0{,}5 ; 0)$. Perte : $(0{,}5^2 + (-2)^2)/2 = 4{,}25/2 = 2{,}125$.
#
# La cellule suivante définit le réseau. La classe 10 veut dire « sans consigne » ; elle ne servira que dans la partie facultative.

# %% [markdown] id="partie-3" lang="en" of="a0bace22"
# **What we see.** In one go or step by step, the mean and the variance are the same, but for the chance of the draw: this is what makes training fast. At the last instant, the clean image is not multiplied by ᾱ but by its root, about 0.2: a trace of it is left.
#
# ## 3. Learning to recognise the noise
#
# The **denoiser** (`Debruiteur`) is a network that receives a noisy image $x_t$, the instant $t$ and the class asked for (the digit to draw), and predicts **the noise** $\varepsilon$ that was put in. Anyone who knows the noise can recover the image: just take the noise away.
#
# Training it does not need anyone to write down the right answer: we draw the noise, so we know it. (The class of each image does come from the data set.) The **loss** is the mean squared error between the noise put in and the predicted noise, over all pixels of all images:
#
# $$\text{loss} = \text{mean}\left[\left(\varepsilon - \text{network}(x_t, t, \text{class})\right)^2\right]$$
#
# **An example by hand.** An image of two pixels, noise $\varepsilon = (1, -2)$, predicted noise $(0.5, 0)$. Loss: $(0.5^2 + (-2)^2)/2 = 4.25/2 = 2.125$.
#
# The next cell defines the network. Class 10 means "no instruction"; it is used in the optional part only.

# %% id="reseau" examiner=true
INSTANTS, SANS_CLASSE = 40, 10


class Debruiteur(nn.Module):
    """Prédit le bruit : forme (n, 64). x : images bruitées (n, 64) ; t : instants (n,) ; classes : chiffres (n,)."""  #@fr
    """Predicts the noise: shape (n, 64). x: noisy images (n, 64); t: instants (n,); classes: digits (n,)."""  #@en

    def __init__(self, largeur=192):
        super().__init__()
        self.instant = nn.Embedding(INSTANTS, 32)  # 32 nombres appris par instant  #@fr
        self.instant = nn.Embedding(INSTANTS, 32)  # 32 learnt numbers per instant  #@en
        self.classe = nn.Embedding(SANS_CLASSE + 1, 32)  # 32 nombres appris par classe  #@fr
        self.classe = nn.Embedding(SANS_CLASSE + 1, 32)  # 32 learnt numbers per class  #@en
        self.couches = nn.Sequential(nn.Linear(64 + 32 + 32, largeur), nn.SiLU(), nn.Linear(largeur, largeur), nn.SiLU(), nn.Linear(largeur, 64))

    def forward(self, x, t, classes):
        return self.couches(torch.cat([x, self.instant(t), self.classe(classes)], dim=1))

# %% id="prevoir-perte" hide=true
ask.choice(
    "prevoir-perte",
    fr="Prévoyez : le bruit a une moyenne nulle et une variance de 1. Avant tout apprentissage, le réseau prédit des nombres proches de 0. Que vaut à peu près la perte ?",
    en="Predict: the noise has mean zero and variance 1. Before any training, the network predicts numbers close to 0. What is the loss, roughly?",
    options={
        "a": ("Près de 0 : prédire 0 est prudent.", "Close to 0: predicting 0 is cautious."),
        "b": ("Près de 1 : c'est la variance du bruit.", "Close to 1: it is the variance of the noise."),
        "c": ("Près de 64 : une fois 1 par pixel.", "Close to 64: 1 for each pixel."),
    },
)

# %% [markdown] id="perte-consigne" lang="fr"
# ### Exercice 2. La perte
#
# - **On vous demande** la fonction `perte_debruitage(modele, x0, classes, t, eps, bruiteur)`, qui rend la perte du **lot** (les `n` images reçues ensemble) : un tenseur d'**un seul nombre**, sur lequel on pourra appeler `.backward()` (n'appelez donc pas `.item()`).
# - **On vous donne** :
#   - `modele` : `modele(x, t, classes)` rend le bruit prédit, forme `(n, d)` ;
#   - `x0` (forme `(n, d)`), `classes` et `t` (entiers, forme `(n,)`) et `eps`, le bruit **déjà tiré**, forme `(n, d)` ;
#   - `bruiteur` : `bruiteur(x0, t, eps)` rend $x_t$. À l'apprentissage, ce sera votre exercice 1 ; les vérifications en donnent d'autres, employez donc celui que l'on vous passe.
# - **Deux questions à vous poser** : que voit le réseau, l'image nette ou l'image bruitée ? À quoi compare-t-on ce qu'il prédit ?
# - **Un coup de pouce** : `F.mse_loss(a, b)` est la moyenne de $(a - b)^2$ sur tous les nombres.

# %% [markdown] id="perte-consigne" lang="en" of="8d306fbe"
# ### Exercise 2. The loss
#
# - **You are asked for** the function `perte_debruitage(modele, x0, classes, t, eps, bruiteur)` (denoising loss), which returns the loss of the **batch** (the `n` images received together): a tensor of **a single number**, on which `.backward()` can be called (so do not call `.item()`).
# - **You are given**:
#   - `modele` (the model): `modele(x, t, classes)` returns the predicted noise, shape `(n, d)`;
#   - `x0` (shape `(n, d)`), `classes` and `t` (integers, shape `(n,)`) and `eps`, the noise **already drawn**, shape `(n, d)`;
#   - `bruiteur` (the noiser): `bruiteur(x0, t, eps)` returns $x_t$. In training it will be your exercise 1; the checks pass others, so use the one that you are given.
# - **Two questions to ask yourself**: what does the network see, the clean image or the noisy one? What is its prediction compared with?
# - **A hint**: `F.mse_loss(a, b)` is the mean of $(a - b)^2$ over all numbers.

# %% id="perte-code" answer=true
def perte_debruitage(modele, x0, classes, t, eps, bruiteur):
    ### BEGIN SOLUTION
    predit = modele(bruiteur(x0, t, eps), t, classes)
    return F.mse_loss(predit, eps)
    ### END SOLUTION

# %% graded="perte"
import torch

image, bruit, unes = torch.tensor([[0.3, -0.4]]), torch.tensor([[1.0, -2.0]]), torch.tensor([3])
recus = []


def modele_exemple(x, t, classes):
    recus.append((torch.as_tensor(x).clone(), [int(v) for v in t], [int(v) for v in classes]))
    return torch.tensor([[0.5, 0.0]])


def bruiteur_exemple(x0, t, eps):
    return 0.5 * x0 + 2 * eps


rendu = perte_debruitage(modele_exemple, image, unes, torch.tensor([7]), bruit, bruiteur_exemple)
check(rendu).is_answered()
check(rendu).is_a("tensor", fr="La perte doit rester un tenseur : sans `.item()` ni `float`, pour que `.backward()` puisse remonter jusqu'aux poids.", en="The loss must stay a tensor: without `.item()` or `float`, so that `.backward()` can go back to the weights.")
check(rendu).has_shape((), fr="La perte est un seul nombre pour tout le lot : une moyenne.", en="The loss is a single number for the whole batch: a mean.")
check(len(recus)).is_at_least(1, fr="Le modèle n'a pas été appelé : c'est sa prédiction que l'on compare au bruit.", en="The model was not called: it is its prediction that is compared with the noise.")
check(recus[-1][0]).differs_from(image, fr="Le réseau voit l'image nette : il n'aurait aucun bruit à y trouver. Que doit-il recevoir ?", en="The network sees the clean image: there would be no noise for it to find. What must it receive?")
check(rendu).is_close_to(
    2.125, within=1e-4, fr="Sur l'exemple fait à la main, on attend 2,125 : à quoi comparez-vous la prédiction, et prenez-vous la moyenne sur tous les pixels ?",
    en="On the example done by hand, 2.125 is expected: with what do you compare the prediction, and do you take the mean over all pixels?",
)
### BEGIN HIDDEN TESTS
hasard = torch.Generator().manual_seed(labkit.seed("perte") % 100000)
x0, eps = torch.rand(6, 64, generator=hasard) * 2 - 1, torch.randn(6, 64, generator=hasard)
t, classes = torch.tensor([0, 3, 9, 20, 31, 39]), torch.tensor([4, 0, 9, 2, 10, 7])
vus = []


def devin(x, t, classes):
    vus.append((torch.as_tensor(x).clone(), [int(v) for v in t], [int(v) for v in classes]))
    return (torch.as_tensor(x) - 0.6 * x0) / 0.8


def melange(x0, t, eps):
    return 0.6 * x0 + 0.8 * eps


check(perte_debruitage(devin, x0, classes, t, eps, melange)).is_close_to(
    0, within=1e-6, fr="Un modèle qui devine exactement le bruit reçu dans `eps` devrait avoir une perte nulle : tirez-vous un autre bruit, ou comparez-vous à autre chose ?",
    en="A model that guesses exactly the noise received in `eps` should have a loss of zero: do you draw another noise, or compare with something else?",
)
check(vus[-1][1]).equals([0, 3, 9, 20, 31, 39], fr="Le réseau doit recevoir les instants `t`, en deuxième place.", en="The network must receive the instants `t`, in second place.")
check(vus[-1][2]).equals([4, 0, 9, 2, 10, 7], fr="Le réseau doit recevoir les classes, en troisième place : sans elles, il ne saurait pas quel chiffre dessiner.", en="The network must receive the classes, in third place: without them, it would not know which digit to draw.")
check(perte_debruitage(lambda x, t, classes: 0 * torch.as_tensor(x), x0, classes, t, eps, melange)).is_close_to(
    float((eps**2).mean()), within=1e-4, fr="Un modèle qui prédit toujours 0 doit avoir pour perte la moyenne des carrés du bruit, pixel par pixel.", en="A model that always predicts 0 must have as its loss the mean of the squares of the noise, pixel by pixel."
)
### END HIDDEN TESTS

# %% [markdown] id="apprendre-texte" lang="fr"
# **Entraînez votre débruiteur**, puis comparez la perte du premier pas avec votre prévision. À chaque pas d'apprentissage : 128 images au hasard, un instant au hasard pour chacune, un bruit neuf, votre perte, un pas d'optimiseur. Une fois sur dix, on cache la classe (classe 10). La taille des pas de l'optimiseur monte, puis redescend :
# c'est la ligne `plan`. Les 1 500 pas prennent quelques secondes ; avec une carte graphique, le réseau est plus large et apprend plus longtemps.

# %% [markdown] id="apprendre-texte" lang="en" of="d66a806b"
# **Train your denoiser**, then compare the loss of the first step with your prediction. At each training step: 128 images at random, an instant at random for each, fresh noise, your loss, one step of the optimiser. One time in ten, the class is hidden (class 10). The step size of the optimiser rises, then falls:
# that is the line `plan`. 1,500 steps take a few seconds; with a graphics card, the network is wider and learns longer.

# %% id="apprendre"
def entrainer(largeur, pas, graine):
    """Un débruiteur entraîné, et la perte à chaque pas."""  #@fr
    """A trained denoiser, and the loss at each step."""  #@en
    torch.manual_seed(graine)
    modele = Debruiteur(largeur).to(appareil)
    images, etiquettes = torch.tensor(apprentissage, device=appareil), torch.tensor(classes_appr, device=appareil)
    abar = ABAR.to(appareil)
    optimiseur = torch.optim.Adam(modele.parameters(), lr=4e-3)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimiseur, 4e-3, total_steps=pas)
    pertes = []
    for _ in range(pas):
        lot = torch.randint(len(images), (128,), device=appareil)
        classes = torch.where(torch.rand(128, device=appareil) < 0.1, SANS_CLASSE, etiquettes[lot])
        t, eps = torch.randint(T, (128,), device=appareil), torch.randn(128, 64, device=appareil)
        perte = perte_debruitage(modele, images[lot], classes, t, eps, lambda x0, t, eps: bruiter(x0, t, eps, abar))
        optimiseur.zero_grad()
        perte.backward()
        optimiseur.step()
        plan.step()
        pertes.append(perte.item())
    return modele.cpu(), pertes


un = torch.zeros(1, 64)
pret = bruiter(un, torch.tensor([0]), un, ABAR) is not None and perte_debruitage(Debruiteur(), un, torch.tensor([0]), torch.tensor([0]), un, lambda x0, t, eps: x0) is not None
modele, uwh_apprentissage = None, None
if not pret:
    print("Cette cellule attend les exercices 1 et 2 : revenez l'exécuter ensuite.")  #@fr
    print("This cell waits for exercises 1 and 2: come back and run it afterwards.")  #@en
else:
    with labkit.energy.measure() as depense:
        modele, pertes = entrainer(*((192, 1500) if appareil == "cpu" else (512, 6000)) if not abreger else (192, 20), graine)
    uwh_apprentissage = depense.wh * 1e6
    bloc = len(pertes) // 20
    labkit.plots.lines(
        [bloc * (k + 1) for k in range(20)], [float(np.mean(pertes[bloc * k : bloc * (k + 1)])) for k in range(20)],
        fr="La perte pendant l'apprentissage", en="The loss during training", x=("pas d'apprentissage", "training step"), y=("perte moyenne", "mean loss"), digits=2,
    )
    print("perte du premier pas :", round(pertes[0], 2))  #@fr
    print("loss of the first step:", round(pertes[0], 2))  #@en
    print("énergie estimée :", labkit.written(uwh_apprentissage, 0), "µWh (un microwattheure est un millionième de wattheure)")  #@fr
    print("estimated energy:", labkit.written(uwh_apprentissage, 0), "µWh (a microwatt-hour is a millionth of a watt-hour)")  #@en

# %% [markdown] id="partie-4" lang="fr"
# ## 4. Un pas vers l'image
#
# **Ce que l'on voit.** La perte part d'environ 1 : prédire 0, c'est se tromper de tout le bruit, dont la variance est 1. À la fin, elle reste loin de 0, et c'est normal : quand l'image n'est presque pas bruitée, rien ne permet de deviner un bruit si faible. Le réseau en sait pourtant assez pour dessiner.
#
# **Remonter d'un instant à un autre** se fait en trois gestes (cette méthode s'appelle DDIM ; elle ne tire rien au hasard en chemin). On note $a = \bar\alpha_t$ à l'instant présent, $a'$ à l'instant suivant de la remontée, moins bruité, donc $a' > a$ :
#
# 1. **l'image supposée** $\hat x$ : on retire de $x$ le bruit prédit $\varepsilon$, puis on ramène chaque pixel entre −1 et 1 : $\hat x = \dfrac{x - \sqrt{1 - a}\;\varepsilon}{\sqrt a}$, bornée à $[-1 ; 1]$ ;
# 2. **le bruit qui reste**, recalculé pour être compatible avec l'image bornée : $e = \dfrac{x - \sqrt a\;\hat x}{\sqrt{1 - a}}$ ;
# 3. **l'image moins bruitée** : $x' = \sqrt{a'}\;\hat x + \sqrt{1 - a'}\;e$. Au dernier pas, $a' = 1$ : il ne reste que l'image supposée.
#
# **Un exemple à la main.** Un pixel $x = 1$, avec $a = 0{,}36$ et $a' = 0{,}64$ (racines : 0,6 et 0,8 ; $\sqrt{1 - a} = 0{,}8$ et $\sqrt{1 - a'} = 0{,}6$).
#
# | bruit prédit | image supposée | bornée | bruit qui reste | image suivante $x'$ |
# |---|---|---|---|---|
# | 0,8 | (1 − 0,64) / 0,6 = 0,6 | 0,6 | (1 − 0,36) / 0,8 = 0,8 | 0,8 × 0,6 + 0,6 × 0,8 = **0,96** |
# | 0,2 | (1 − 0,16) / 0,6 = 1,4 | 1 | (1 − 0,6) / 0,8 = 0,5 | 0,8 × 1 + 0,6 × 0,5 = **1,1** |
#
# ### Exercice 3. Un pas
#
# - **On vous demande** la fonction `un_pas(x, eps, a, a_suivant)`, qui rend $x'$, un tenseur de même forme que `x`.
# - **On vous donne** `x` et `eps` (images bruitées et bruit prédit, forme `(n, d)`), `a` et `a_suivant` ($a$ et $a'$ ; des tenseurs d'un seul nombre).
# - **Un coup de pouce** : `v.clamp(-1, 1)` ramène les valeurs de `v` entre −1 et 1 ; `a.sqrt()` est la racine de `a`.

# %% [markdown] id="partie-4" lang="en" of="1bd915d4"
# ## 4. One step towards the image
#
# **What we see.** The loss starts from about 1: to predict 0 is to miss all of the noise, whose variance is 1. At the end it is still far from 0, and that is normal: when an image has hardly any noise, nothing gives such faint noise away. Yet the network knows enough to draw.
#
# **Climbing back from one instant to another** takes three moves (this method is called DDIM; it draws nothing at random on the way). We write $a = \bar\alpha_t$ at the present instant, $a'$ at the next instant of the climb, less noisy, so $a' > a$:
#
# 1. **the estimated image** $\hat x$: take the predicted noise $\varepsilon$ away from $x$, then bring each pixel between −1 and 1: $\hat x = \dfrac{x - \sqrt{1 - a}\;\varepsilon}{\sqrt a}$, clipped to $[-1, 1]$;
# 2. **the remaining noise**, computed again to be consistent with the clipped image: $e = \dfrac{x - \sqrt a\;\hat x}{\sqrt{1 - a}}$;
# 3. **the less noisy image**: $x' = \sqrt{a'}\;\hat x + \sqrt{1 - a'}\;e$. At the last step, $a' = 1$: only the estimated image is left.
#
# **An example by hand.** One pixel $x = 1$, with $a = 0.36$ and $a' = 0.64$ (roots: 0.6 and 0.8; $\sqrt{1 - a} = 0.8$ and $\sqrt{1 - a'} = 0.6$).
#
# | predicted noise | estimated image | clipped | remaining noise | next image $x'$ |
# |---|---|---|---|---|
# | 0.8 | (1 − 0.64) / 0.6 = 0.6 | 0.6 | (1 − 0.36) / 0.8 = 0.8 | 0.8 × 0.6 + 0.6 × 0.8 = **0.96** |
# | 0.2 | (1 − 0.16) / 0.6 = 1.4 | 1 | (1 − 0.6) / 0.8 = 0.5 | 0.8 × 1 + 0.6 × 0.5 = **1.1** |
#
# ### Exercise 3. One step
#
# - **You are asked for** the function `un_pas(x, eps, a, a_suivant)` (one step), which returns $x'$, a tensor of the same shape as `x`.
# - **You are given** `x` and `eps` (noisy images and predicted noise, shape `(n, d)`), `a` and `a_suivant` (next; $a$ and $a'$, tensors of a single number).
# - **A hint**: `v.clamp(-1, 1)` brings the values of `v` between −1 and 1; `a.sqrt()` is the root of `a`.

# %% id="pas-code" answer=true
def un_pas(x, eps, a, a_suivant):
    ### BEGIN SOLUTION
    image = ((x - (1 - a).sqrt() * eps) / a.sqrt()).clamp(-1, 1)
    reste = (x - a.sqrt() * image) / (1 - a).sqrt()
    return a_suivant.sqrt() * image + (1 - a_suivant).sqrt() * reste
    ### END SOLUTION

# %% graded="pas"
import torch

a, b, fin = torch.tensor(0.36), torch.tensor(0.64), torch.tensor(1.0)
x = torch.tensor([[1.0]])
check(un_pas).called_with(x, torch.tensor([[0.8]]), a, b).has_shape(
    (1, 1), fr="Un pas rend un tenseur de même forme que `x`.", en="A step returns a tensor of the same shape as `x`."
)
rendu = un_pas(x, torch.tensor([[0.8]]), a, b)
check(abs(float(rendu[0][0]) - 0.6)).is_at_least(
    0.01, fr="Vous rendez l'image supposée : après le premier geste, il faut remettre le bruit qui reste à l'instant suivant.", en="You return the estimated image: after the first move, the noise that remains at the next instant must be put back."
)
check(rendu).is_close_to(
    torch.tensor([[0.96]]), within=1e-3,
    fr="Sur la première ligne du tableau, on attend 0,96. Vérifiez les racines, et lequel de `a` et `a_suivant` sert dans chaque geste.",
    en="On the first row of the table, 0.96 is expected. Check the roots, and which of `a` and `a_suivant` serves in each move.",
)
### BEGIN HIDDEN TESTS
rendu = un_pas(x, torch.tensor([[0.2]]), a, b)
check(float(torch.as_tensor(rendu)[0, 0])).is_at_most(
    1.15, fr="Quand l'image supposée sort de [−1 ; 1], elle n'est pas ramenée entre ces bornes : relisez la seconde ligne du tableau.", en="When the estimated image leaves [−1, 1], it is not brought back between these bounds: read the second row of the table again."
)
check(rendu).is_close_to(
    torch.tensor([[1.1]]), within=1e-3, fr="Quand l'image est bornée, le bruit qui reste doit être recalculé (deuxième geste) : le bruit prédit ne convient plus.", en="When the image is clipped, the remaining noise must be computed again (second move): the predicted noise no longer fits."
)
hasard = torch.Generator().manual_seed(labkit.seed("pas") % 100000)
net, bruit = torch.rand(5, 8, generator=hasard) * 1.8 - 0.9, torch.randn(5, 8, generator=hasard)
for depart, arrivee in ((0.1, 0.3), (0.05, 0.9)):
    la, lb = torch.tensor(depart), torch.tensor(arrivee)
    attendu = lb**0.5 * net + (1 - lb) ** 0.5 * bruit
    check(un_pas(la**0.5 * net + (1 - la) ** 0.5 * bruit, bruit, la, lb)).is_close_to(
        attendu, within=1e-3, fr="Quand le bruit prédit est exact, un pas doit donner la même image, bruitée selon `a_suivant` : ce n'est pas le cas.", en="When the predicted noise is exact, a step must give the same image, with the noise that `a_suivant` tells: it does not."
    )
check(un_pas(0.6 * net + 0.8 * bruit, bruit, a, fin)).is_close_to(
    net, within=1e-3, fr="Au dernier pas (`a_suivant` = 1), il ne doit plus rester de bruit.", en="At the last step (`a_suivant` = 1), no noise may be left."
)
### END HIDDEN TESTS

# %% [markdown] id="partie-5" lang="fr"
# ## 5. Du bruit à l'image
#
# **L'échantillonnage** part de bruit pur, au dernier instant, et enchaîne les pas jusqu'à l'image. On n'est pas tenu de passer par les 40 instants : `choisir_instants(5)`, définie dans la cellule suivante, en retient cinq, du plus bruité au moins bruité. Moins de pas, moins de calcul.
#
# **Un exemple.** Avec les instants `[39, 20, 0]`, la boucle fait trois pas : de 39 vers 20, de 20 vers 0, de 0 vers l'image nette ($a' = 1$).
#
# ### Exercice 4. La boucle
#
# - **On vous demande** la fonction `generer(modele, classes, instants, abar, graine, pas)`, qui rend les images, un tenseur de forme `(n, 64)`, où `n` est le nombre de chiffres demandés (`len(classes)`).
# - **On vous donne** `classes` (les chiffres demandés, un tenseur d'entiers de forme `(n,)`), `instants` (une liste d'entiers décroissants), `abar` (forme `(T,)`), `graine` (un entier) et deux fonctions :
#   - `modele(x, t, classes)` rend le bruit prédit ; il attend pour `t` un tenseur d'entiers de forme `(n,)`, le même instant pour chaque image ;
#   - `pas(x, eps, a, a_suivant)` fait un pas, comme votre `un_pas` ; employez celle que l'on vous passe.
# - **Le départ** : un bruit gaussien **différent pour chaque image**, tiré de la graine. Deux appels avec la même graine rendent les mêmes images.
# - **Des coups de pouce** : `torch.randn(n, 64, generator=torch.Generator().manual_seed(graine))` ; `torch.full((n,), t)` répète l'entier `t` ; `zip(instants, [*instants[1:], None])` donne chaque instant avec le suivant, et `None` après le dernier.
#   Placez la boucle sous `with torch.no_grad():`, car on n'apprend pas.

# %% [markdown] id="partie-5" lang="en" of="8509fcda"
# ## 5. From noise to image
#
# **Sampling** starts from pure noise, at the last instant, and chains the steps down to the image. One need not go through all 40 instants: `choisir_instants(5)` (choose instants), defined in the next cell, keeps five, from the noisiest to the least noisy. Fewer steps, less computing.
#
# **An example.** With the instants `[39, 20, 0]`, the loop takes three steps: from 39 to 20, from 20 to 0, from 0 to the clean image ($a' = 1$).
#
# ### Exercise 4. The loop
#
# - **You are asked for** the function `generer(modele, classes, instants, abar, graine, pas)` (generate), which returns the images, a tensor of shape `(n, 64)`, where `n` is how many digits are asked for (`len(classes)`).
# - **You are given** `classes` (the digits asked for, a tensor of integers of shape `(n,)`), `instants` (a list of decreasing integers), `abar` (shape `(T,)`), `graine` (the seed, an integer) and two functions:
#   - `modele(x, t, classes)` returns the predicted noise; for `t` it expects a tensor of integers of shape `(n,)`, the same instant for each image;
#   - `pas(x, eps, a, a_suivant)` takes a step, like your `un_pas`; use the one that you are given.
# - **The start**: Gaussian noise, **different for each image**, drawn from the seed. Two calls with the same seed return the same images.
# - **Hints**: `torch.randn(n, 64, generator=torch.Generator().manual_seed(graine))`; `torch.full((n,), t)` repeats the integer `t`; `zip(instants, [*instants[1:], None])` gives each instant with the next one, and `None` after the last.
#   Put the loop under `with torch.no_grad():`, since there is no learning here.

# %% id="outils-generer" examiner=true
def choisir_instants(combien):
    """Une liste de `combien` instants, de 39 à 0 (de 39 seulement s'il n'y en a qu'un)."""  #@fr
    """A list of `combien` instants, from 39 to 0 (39 only if there is just one)."""  #@en
    return np.linspace(INSTANTS - 1, 0, combien).round().astype(int).tolist()


poids = np.load("data/poids.npz")
reseau_fourni = Debruiteur(192)
reseau_fourni.load_state_dict({nom: torch.tensor(poids[nom].astype(np.float32)) for nom in poids.files})


def debruiteur_fourni(x, t, classes):
    """Un débruiteur déjà entraîné, en 8 000 pas."""  #@fr
    """A denoiser already trained, in 8,000 steps."""  #@en
    with torch.no_grad():
        return reseau_fourni(torch.as_tensor(x), torch.as_tensor(t), torch.as_tensor(classes))

# %% id="generer-code" answer=true
def generer(modele, classes, instants, abar, graine, pas):
    ### BEGIN SOLUTION
    n = len(classes)
    x = torch.randn(n, 64, generator=torch.Generator().manual_seed(graine))
    with torch.no_grad():
        for t, suivant in zip(instants, [*instants[1:], None]):
            a_suivant = torch.tensor(1.0) if suivant is None else abar[suivant]
            eps = modele(x, torch.full((n,), t), classes)
            x = pas(x, eps, abar[t], a_suivant)
    return x
    ### END SOLUTION

# %% graded="generer"
import numpy as np
import torch

abar_test = torch.cumprod(1 - torch.linspace(0.005, 0.15, 40), 0)
traces, demandees = [], torch.tensor([3, 8])


def pas_espion(x, eps, a, a_suivant):
    traces.append((round(float(a), 4), round(float(a_suivant), 4)))
    return torch.as_tensor(x)


instants_vus = []


def modele_espion(x, t, classes):
    instants_vus.append([int(v) for v in t])
    return 0 * torch.as_tensor(x)


rendu = generer(modele_espion, demandees, [39, 20, 0], abar_test, 1, pas_espion)
check(rendu).is_answered()
check(rendu).has_shape((2, 64), fr="Pour deux classes demandées, on attend deux images de 64 pixels.", en="For two classes asked for, two images of 64 pixels are expected.")
check(instants_vus).equals(
    [[39, 39], [20, 20], [0, 0]], fr="Avec les instants [39, 20, 0] et deux images, le modèle doit être appelé trois fois, dans cet ordre, avec un instant par image.",
    en="With the instants [39, 20, 0] and two images, the model must be called three times, in this order, with one instant per image.",
)
check(traces[0]).is_close_to(
    (float(abar_test[39]), float(abar_test[20])), within=1e-3, fr="Le premier pas va de l'instant 39 à l'instant 20 : quels ᾱ donnez-vous à `pas` ?", en="The first step goes from instant 39 to instant 20: which ᾱ do you give to `pas`?"
)
check(traces[2][1]).is_close_to(1, within=1e-6, fr="Au dernier pas, l'image doit sortir sans bruit : que vaut alors `a_suivant` ?", en="At the last step, the image must come out without noise: what is `a_suivant` then?")
### BEGIN HIDDEN TESTS
def pas_juste(x, eps, a, a_suivant):
    x, eps, a, b = torch.as_tensor(x), torch.as_tensor(eps), torch.as_tensor(a), torch.as_tensor(a_suivant)
    image = ((x - (1 - a) ** 0.5 * eps) / a**0.5).clamp(-1, 1)
    return b**0.5 * image + (1 - b) ** 0.5 * (x - a**0.5 * image) / (1 - a) ** 0.5


departs = []


def modele_depart(x, t, classes):
    departs.append(torch.as_tensor(x).clone())
    return 0 * torch.as_tensor(x)


n0 = labkit.seed("generer") % 100000
for g in (n0, n0, n0 + 1):
    generer(modele_depart, torch.zeros(60, dtype=torch.int64), [39], abar_test, g, pas_juste)
d = [np.asarray(depart) for depart in departs]
check(float(d[0].std(axis=0).mean())).is_at_least(
    0.05, fr="Toutes les images partent du même bruit : le générateur ne fera qu'une image par classe. Tirez un bruit différent pour chacune.", en="All images start from the same noise: the generator will make a single image per class. Draw different noise for each."
)
check([float(d[0].mean()), float(d[0].std())]).is_close_to(
    [0, 1], within=0.08, fr="Le bruit de départ doit être gaussien, de moyenne 0 et d'écart-type 1 : c'est celui que le réseau a appris à reconnaître.", en="The starting noise must be Gaussian, of mean 0 and standard deviation 1: it is the one that the network has learnt to recognise."
)
check(d[0]).is_close_to(d[1], within=1e-6, fr="Deux appels avec la même graine partent de bruits différents : tirez le bruit de `graine`.", en="Two calls with the same seed start from different noises: draw the noise from `graine`.")
check(float(np.abs(d[0] - d[2]).mean())).is_at_least(0.1, fr="Deux graines différentes donnent le même bruit de départ : la graine reçue est-elle utilisée ?", en="Two different seeds give the same starting noise: is the seed received used?")
voulues = torch.arange(10).repeat_interleave(20)
images = np.asarray(generer(debruiteur_fourni, voulues, choisir_instants(10), abar_test, n0, pas_juste))
check(float((lire(images) == np.asarray(voulues)).mean())).is_at_least(
    0.8, fr="Avec un débruiteur bien entraîné, le lecteur ne retrouve que {value} (en part) des classes demandées, pour 0,8 attendu : le modèle reçoit-il `classes`, et chaque pas part-il du résultat du précédent ?",
    en="With a well-trained denoiser, the reader finds only {value} (as a share) of the classes asked for, where 0.8 is expected: does the model receive `classes`, and does each step start from the result of the one before?",
)
ecarts = [np.linalg.norm(groupe[:, None] - groupe[None], axis=2).sum() / (20 * 19) for groupe in images.reshape(10, 20, 64)]
vrais = [np.linalg.norm(groupe[:, None] - groupe[None], axis=2).sum() / (20 * 19) for groupe in (controle[classes_controle == c][:20] for c in range(10))]
check(float(np.mean(np.array(ecarts) / np.array(vrais)))).is_at_least(
    0.5, fr="Les images d'une même classe se ressemblent trop : moins de la moitié de l'écart entre de vraies images. Le bruit de départ diffère-t-il d'une image à l'autre ?",
    en="The images of one class are too alike: less than half the distance between real images. Does the starting noise differ from one image to the next?",
)
### END HIDDEN TESTS

# %% [markdown] id="generer-lire" lang="fr"
# **Exécutez.** La première figure vient de votre réseau. La seconde vient d'un réseau **fourni avec le lab**, de la même construction, entraîné à l'avance sur les mêmes images d'apprentissage, en 8 000 pas (au lieu de 1 500 sur un processeur) : nous l'utiliserons pour la suite, afin que tout le monde mesure la même chose.

# %% [markdown] id="generer-lire" lang="en" of="8bb03fed"
# **Run.** The first figure comes from your network. The second comes from a network **provided with the lab**, of the same design, trained beforehand on the same training images, in 8,000 steps (instead of 1,500 on a processor): we use it from here on, so that everyone measures the same thing.

# %% id="generer-voir"
un = torch.zeros(1, 64)
pret_pas = un_pas(un, un, ABAR[9], ABAR[0]) is not None
pret_generer = pret_pas and generer(debruiteur_fourni, torch.tensor([0]), [39], ABAR, 0, un_pas) is not None
if not pret_generer:
    print("Cette cellule attend les exercices 3 et 4 : revenez l'exécuter ensuite.")  #@fr
    print("This cell waits for exercises 3 and 4: come back and run it afterwards.")  #@en
else:
    demande = torch.arange(10).repeat(3)
    if modele is not None:
        montrer(generer(modele, demande, choisir_instants(10), ABAR, graine, un_pas), fr="Trente images de votre réseau, en dix pas ; chaque ligne demande les chiffres de 0 à 9.", en="Thirty images from your network, in ten steps; each row asks for the digits from 0 to 9.")
    montrer(generer(debruiteur_fourni, demande, choisir_instants(10), ABAR, graine, un_pas), fr="Trente images du réseau fourni, en dix pas ; chaque ligne demande les chiffres de 0 à 9.", en="Thirty images from the network provided, in ten steps; each row asks for the digits from 0 to 9.")

# %% [markdown] id="partie-6" lang="fr"
# ## 6. Juger sans se fier à l'œil
#
# Quatre fournisseurs, **A**, **B**, **C** et **D**, proposent chacun un générateur. Chacun a livré 200 images : 20 pour chaque chiffre demandé. Voici leurs vitrines : une image par chiffre, choisie par le fournisseur. **Regardez, puis prévoyez.**

# %% [markdown] id="partie-6" lang="en" of="2c1e5f17"
# ## 6. Judging without trusting the eye
#
# Four suppliers, **A**, **B**, **C** and **D**, each offer a generator. Each has delivered 200 images: 20 for each digit asked for. Here are their showcases: one image per digit, chosen by the supplier. **Look, then predict.**

# %% id="generateurs" examiner=true
livraisons = np.load("data/generateurs.npz")
generateurs = {nom: livraisons[nom].astype(np.float32) / 8 - 1 for nom in livraisons.files}
demandes = np.repeat(np.arange(10), 20)  # les chiffres demandés, dans l'ordre des images  #@fr
demandes = np.repeat(np.arange(10), 20)  # the digits asked for, in the order of the images  #@en

# %% id="generateurs-voir"
for nom, images in generateurs.items():
    print(nom)
    montrer(
        images[2::20], fr=f"Générateur {nom} : dix images, une par chiffre demandé, de 0 à 9.", en=f"Generator {nom}: ten images, one per digit asked for, from 0 to 9."
    )

# %% id="prevoir-suspect" hide=true
ask.choice(
    "prevoir-suspect",
    fr="Prévoyez : lequel de ces générateurs pourrait-on mettre en service ?",
    en="Predict: which of these generators could be put into service?",
    options={"A": ("A", "A"), "B": ("B", "B"), "C": ("C", "C"), "D": ("D", "D"), "tous": ("Tous se valent, à l'œil.", "They are all alike, to the eye.")},
)

# %% [markdown] id="mesures-consigne" lang="fr"
# Quelques images choisies ne prouvent rien : les quatre vitrines sont belles. Prenons deux mesures, sur toutes les images :
#
# - la **fidélité** : la part des images où le lecteur indépendant lit le chiffre demandé ;
# - la **diversité** : pour chaque chiffre demandé, l'**écartement** des images fabriquées divisé par celui de vraies images du même chiffre ; puis la moyenne sur les chiffres. 0 : toujours la même image ; 1 : autant de variété que dans la réalité.
#
# L'**écartement** d'un groupe d'images est la distance moyenne entre deux images **différentes** du groupe (distance euclidienne).
#
# **Un exemple à la main.** Trois images de deux pixels : (0 ; 0), (3 ; 4), (0 ; 0). Les distances entre images différentes sont 5, 0 et 5 ; l'écartement vaut $10/3 = 3{,}33$. La distance d'une image à elle-même ne compte pas.
#
# ### Exercice 5. Deux mesures
#
# - **`fidelite(lues, demandees)`** reçoit deux tableaux d'entiers de même forme, les chiffres lus et les chiffres demandés, et rend un nombre entre 0 et 1.
# - **`diversite(images, classes, vraies, classes_vraies)`** : `images` et `vraies` sont des tableaux NumPy (une image par ligne), `classes` et `classes_vraies` les chiffres correspondants. Faites la moyenne sur les chiffres présents dans `classes` ; chacun a au moins deux images dans les deux tableaux. Elle rend un seul nombre.
# - **Des coups de pouce** : `cdist(A, A)` est le tableau `(n, n)` des distances entre les lignes de `A`, avec des zéros sur la diagonale : il contient `n * (n - 1)` distances utiles. `np.unique(classes)` donne les chiffres présents.

# %% [markdown] id="mesures-consigne" lang="en" of="a5569438"
# A few chosen images prove nothing: all four showcases look good. Let us take two measures, on all images:
#
# - **fidelity**: the share of images in which the independent reader reads the digit asked for;
# - **diversity**: for each digit asked for, the **spread** of the made-up images divided by that of real images of the same digit; then the mean over the digits. 0: always the same image; 1: as much variety as in reality.
#
# The **spread** of a group of images is the mean distance between two **different** images of the group (Euclidean distance).
#
# **An example by hand.** Three images of two pixels: (0, 0), (3, 4), (0, 0). The distances between different images are 5, 0 and 5; the spread is $10/3 = 3.33$. The distance of an image to itself does not count.
#
# ### Exercise 5. Two measures
#
# - **`fidelite(lues, demandees)`** (fidelity) receives two arrays of integers of the same shape, the digits read and the digits asked for, and returns a number between 0 and 1.
# - **`diversite(images, classes, vraies, classes_vraies)`** (diversity): `images` and `vraies` (real ones) are NumPy arrays (one image per row), `classes` and `classes_vraies` the digits that go with them. Take the mean over the digits present in `classes`; each has at least two images in both arrays. It returns a single number.
# - **Hints**: `cdist(A, A)` is the `(n, n)` array of distances between the rows of `A`, with zeros on the diagonal: it holds `n * (n - 1)` useful distances. `np.unique(classes)` gives the digits present.

# %% id="mesures-code" answer=true
def fidelite(lues, demandees):
    ### BEGIN SOLUTION
    return float(np.mean(np.asarray(lues) == np.asarray(demandees)))
    ### END SOLUTION


def diversite(images, classes, vraies, classes_vraies):
    ### BEGIN SOLUTION
    def ecartement(A):
        return cdist(A, A).sum() / (len(A) * (len(A) - 1))

    rapports = [ecartement(images[classes == c]) / ecartement(vraies[classes_vraies == c]) for c in np.unique(classes)]
    return float(np.mean(rapports))
    ### END SOLUTION

# %% graded="mesures"
import numpy as np

check(fidelite).called_with(np.array([1, 2, 3, 3]), np.array([1, 2, 3, 4])).is_close_to(
    0.75, within=1e-6, fr="Trois lectures justes sur quatre : la fidélité est une part, ici 0,75.", en="Three right readings out of four: fidelity is a share, here 0.75."
)
trois_images, trois_zeros = np.array([[0.0, 0.0], [3.0, 4.0], [0.0, 0.0]]), np.array([0, 0, 0])
deux_vraies = np.array([[0.0, 0.0], [0.0, 10.0]])
check(diversite).called_with(trois_images, trois_zeros, deux_vraies, np.array([0, 0])).is_a(
    "number", fr="`diversite` rend un seul nombre, la moyenne sur les chiffres.", en="`diversite` returns a single number, the mean over the digits."
)
rendu = diversite(trois_images, trois_zeros, deux_vraies, np.array([0, 0]))
check(rendu).is_close_to(
    1 / 3, within=1e-3, fr="Écartement de l'exemple : 3,33 ; deux vraies images à distance 10 : la diversité vaut 0,333. Comptez-vous la distance d'une image à elle-même, ou le rapport est-il à l'envers ?",
    en="Spread of the example: 3.33; two real images at distance 10: the diversity is 0.333. Do you count the distance of an image to itself, or is the ratio upside down?",
)
### BEGIN HIDDEN TESTS
hasard = np.random.default_rng(labkit.seed("mesures"))
centres = 20 * hasard.normal(size=(4, 6))
quoi = np.repeat(np.arange(4), 15)
vraies = centres[quoi] + hasard.normal(size=(60, 6))
figees = centres[quoi]
check(diversite(figees, quoi, vraies, quoi)).is_at_most(
    0.05, fr="Un générateur qui répète une seule image par chiffre doit avoir une diversité presque nulle : mesurez l'écartement chiffre par chiffre, et non sur toutes les images à la fois.",
    en="A generator that repeats a single image per digit must have a diversity of almost zero: measure the spread digit by digit, not on all images at once.",
)
check(diversite(centres[quoi] + hasard.normal(size=(60, 6)), quoi, vraies, quoi)).is_between(
    0.75, 1.3, fr="Des images tirées comme les vraies doivent avoir une diversité proche de 1.", en="Images drawn like the real ones must have a diversity close to 1."
)
demi = centres[quoi] + 0.5 * (vraies - centres[quoi])
check(diversite(demi, quoi, vraies, quoi)).is_close_to(
    0.5, within=0.01, fr="Des images deux fois plus rapprochées que les vraies doivent avoir une diversité de 0,5 : une distance ne s'élève pas au carré.", en="Images twice as close together as the real ones must have a diversity of 0.5: a distance is not squared."
)
peu, lesquels = np.concatenate([vraies[:3], demi[15:30]]), np.array([0] * 3 + [1] * 15)
p = [np.linalg.norm(g[:, None] - g[None], axis=2).sum() / (len(g) * (len(g) - 1)) for g in (vraies[:3], demi[15:30], vraies[:15], vraies[15:30])]
check(diversite(peu, lesquels, vraies, quoi)).is_close_to(
    (p[0] / p[2] + p[1] / p[3]) / 2, within=0.01,
    fr="Quand les chiffres n'ont pas tous le même nombre d'images, la diversité ne tombe pas juste : un rapport par chiffre demandé, puis la moyenne de ces rapports.",
    en="When the digits do not all have the same number of images, the diversity does not come out right: one ratio per digit asked for, then the mean of these ratios.",
)
melange = hasard.permutation(60)
check(fidelite(quoi[melange], quoi)).is_close_to(
    float((quoi[melange] == quoi).mean()), within=1e-6, fr="La fidélité compare chaque lecture à la demande de la même image, place par place.", en="Fidelity compares each reading with the request for the same image, place by place."
)
### END HIDDEN TESTS

# %% id="mesures-voir"
table = None
zeros = np.array([0, 0])
if fidelite(zeros, zeros) is None or diversite(controle[:2], zeros, controle[:2], zeros) is None:
    print("Cette cellule attend l'exercice 5 : revenez l'exécuter ensuite.")  #@fr
    print("This cell waits for exercise 5: come back and run it afterwards.")  #@en
else:
    table = pd.DataFrame(
        {
            labkit.tr("fidélité", "fidelity"): [fidelite(lire(images), demandes) for images in generateurs.values()],
            labkit.tr("diversité", "diversity"): [diversite(images, demandes, controle, classes_controle) for images in generateurs.values()],
        },
        index=pd.Index(list(generateurs), name=labkit.tr("générateur", "generator")),
    )
    labkit.table(table, index=True, digits=2, fr="Fidélité et diversité de quatre générateurs (200 images chacun)", en="Fidelity and diversity of four generators (200 images each)")

# %% [markdown] id="partie-7" lang="fr"
# ## 7. Démasquer les copies
#
# Deux générateurs se distinguent déjà, en mal. Les deux autres semblent bons : fidèles et variés. Mais un générateur qui **recopie** les images d'apprentissage le serait aussi ! Pour un service d'archives, ce serait grave : il diffuserait, sans le dire, l'écriture de personnes réelles.
#
# Pour le voir, on mesure la distance de chaque image fabriquée à sa **plus proche voisine dans l'apprentissage**. Trop petite : une copie. Trop grande : une image qui ne ressemble à rien. Mais trop petite, ou trop grande, par rapport à quoi ? Par rapport aux images de **contrôle** :
# de vraies images que le générateur n'a jamais vues, et dont on mesure la distance de la même façon.
#
# - **borne basse** : le quantile 1 % des distances du contrôle à l'apprentissage (1 vraie image nouvelle sur 100 est plus proche que cela) ;
# - **borne haute** : leur quantile 99 %.
#
# **Un exemple à la main**, avec des images d'un seul pixel. Apprentissage : 0 et 10. Contrôle : 1, 12 et 7 ; leurs distances à la plus proche voisine sont 1, 2 et 3. Les quantiles 1 % et 99 % valent 1,02 et 2,98. Images fabriquées : 0,5 (distance 0,5 : trop proche), 8 (distance 2 : rien à dire), 15 et 20
# (distances 5 et 10 : trop lointaines), 10 (distance 0 : trop proche). Copies : 2/5 = **0,4** ; lointaines : **0,4**.
#
# ### Exercice 6. Les voisins, puis le verdict
#
# 1. **Écrivez** `bilan_voisins(images, apprentissage, controle)`, qui rend le dictionnaire `{"copies": …, "lointaines": …}` : la part, entre 0 et 1, des images dont la distance est **inférieure** à la borne basse, et la part de celles dont la distance est **supérieure** à la borne haute.
#    Les trois tableaux ont une image par ligne. **Un coup de pouce** : `cdist(A, B).min(axis=1)` et `np.quantile(distances, 0.01)`.
# 2. **Exécutez** la cellule qui suit votre code : elle complète le tableau des quatre générateurs.
# 3. **Rendez votre verdict**, un par générateur, dans le tableau de réponses.

# %% [markdown] id="partie-7" lang="en" of="e4791640"
# ## 7. Unmasking copies
#
# Two generators already stand out, for the worse. The other two look good: faithful and varied. But so would a generator that **copies** the training images! For an archive service that would be serious: it would circulate, without saying so, the handwriting of real people.
#
# To see it, measure the distance of each made-up image to its **nearest neighbour in the training part**. Too small: a copy. Too large: an image that looks like nothing. But too small, or too large, compared with what? With the **control** images:
# real images that the generator has never seen, whose distance is measured in the same way.
#
# - **lower bound**: the 1% quantile of the distances from control to training (1 real new image in 100 is closer than that);
# - **upper bound**: their 99% quantile.
#
# **An example by hand**, with images of a single pixel. Training: 0 and 10. Control: 1, 12 and 7; their distances to the nearest neighbour are 1, 2 and 3. The 1% and 99% quantiles are 1.02 and 2.98. Made-up images: 0.5 (distance 0.5: too close), 8 (distance 2: nothing to say), 15 and 20
# (distances 5 and 10: too far), 10 (distance 0: too close). Copies: 2/5 = **0.4**; far ones: **0.4**.
#
# ### Exercise 6. The neighbours, then the verdict
#
# 1. **Write** `bilan_voisins(images, apprentissage, controle)` (report on neighbours; images, training, control), which returns the dictionary `{"copies": …, "lointaines": …}` (copies, far ones): the share, between 0 and 1, of images whose distance is **below** the lower bound, and the share of those whose distance is **above** the upper bound.
#    The three arrays have one image per row. **A hint**: `cdist(A, B).min(axis=1)` and `np.quantile(distances, 0.01)`.
# 2. **Run** the cell that follows your code: it completes the table of the four generators.
# 3. **Give your verdict**, one per generator, in the answer table.

# %% id="voisins-code" answer=true
def bilan_voisins(images, apprentissage, controle):
    ### BEGIN SOLUTION
    distances = cdist(images, apprentissage).min(axis=1)
    basse, haute = np.quantile(cdist(controle, apprentissage).min(axis=1), [0.01, 0.99])
    return {"copies": float((distances < basse).mean()), "lointaines": float((distances > haute).mean())}
    ### END SOLUTION

# %% id="voisins-voir"
bilans = {nom: bilan_voisins(images, apprentissage, controle) for nom, images in generateurs.items()}
pret_voisins = all(isinstance(bilan, dict) for bilan in bilans.values())
if table is None or not pret_voisins:
    print("Cette cellule attend les exercices 5 et 6.")  #@fr
    print("This cell waits for exercises 5 and 6.")  #@en
else:
    table[labkit.tr("copies", "copies")] = [bilan["copies"] for bilan in bilans.values()]
    table[labkit.tr("lointaines", "far ones")] = [bilan["lointaines"] for bilan in bilans.values()]
    labkit.table(table, index=True, digits=2, fr="Quatre générateurs, quatre mesures", en="Four generators, four measures")

# %% id="verdicts-widget" hide=true
ask.annotate(
    "verdicts",
    fr="D'après les mesures, que dites-vous de chaque générateur ?",
    en="From the measures, what do you say of each generator?",
    items={"A": ("Générateur A", "Generator A"), "B": ("Générateur B", "Generator B"), "C": ("Générateur C", "Generator C"), "D": ("Générateur D", "Generator D")},
    labels={
        "recevable": ("Recevable", "Acceptable"),
        "recopie": ("Recopie l'apprentissage", "Copies the training images"),
        "repete": ("Se répète", "Repeats itself"),
        "classe": ("Ne dessine pas le chiffre demandé", "Does not draw the digit asked for"),
    },
)

# %% graded="voisins"
import numpy as np

appris, temoins = np.array([[0.0], [10.0]]), np.array([[1.0], [12.0], [7.0]])
fabriquees = np.array([[0.5], [8.0], [15.0], [20.0], [10.0]])
rendu = bilan_voisins(fabriquees, appris, temoins)
check(rendu).is_answered()
check(rendu).has_keys(["copies", "lointaines"], fr="`bilan_voisins` rend un dictionnaire avec deux clés : \"copies\" et \"lointaines\".", en="`bilan_voisins` returns a dictionary with two keys: \"copies\" and \"lointaines\".")
check(rendu["copies"]).is_close_to(
    0.4, within=1e-6, fr="Sur l'exemple, deux images sur cinq sont trop proches (0,4) : la distance à la plus proche voisine, comparée à la borne basse du contrôle.", en="On the example, two images out of five are too close (0.4): the distance to the nearest neighbour, compared with the lower bound of the control."
)
check(rendu["lointaines"]).is_close_to(
    0.4, within=1e-6, fr="Sur l'exemple, deux images sur cinq sont trop lointaines (0,4) : leur distance dépasse la borne haute du contrôle.", en="On the example, two images out of five are too far (0.4): their distance exceeds the upper bound of the control."
)
verdicts = ask.answer("verdicts")
check(verdicts).is_answered()
check(verdicts).has_keys(["A", "B", "C", "D"], fr="Il reste un générateur sans verdict dans le tableau de réponses.", en="One generator still has no verdict in the answer table.")
### BEGIN HIDDEN TESTS
hasard = np.random.default_rng(labkit.seed("voisins"))
reelles, nouvelles, honnetes = hasard.normal(size=(300, 12)), hasard.normal(size=(300, 12)), hasard.normal(size=(200, 12))
copieur = reelles[:200] + 0.01 * hasard.normal(size=(200, 12))
check(bilan_voisins(copieur, reelles, nouvelles)["copies"]).is_at_least(
    0.95, fr="Un générateur qui recopie l'apprentissage, à un léger bruit près, n'est pas démasqué : à quelles distances comparez-vous les siennes ? Celles de l'apprentissage à lui-même sont nulles.",
    en="A generator that copies the training images, but for a slight noise, is not unmasked: with which distances do you compare its own? Those of the training part to itself are zero.",
)
honnete = bilan_voisins(honnetes, reelles, nouvelles)
check(honnete["copies"]).is_at_most(
    0.08, fr="Des images honnêtes, aussi nouvelles que le contrôle, sont accusées de copie : la borne basse est le quantile 1 % des distances du contrôle.", en="Honest images, as new as the control, are accused of being copies: the lower bound is the 1% quantile of the distances of the control."
)
check(honnete["lointaines"]).is_at_most(0.08, fr="Des images semblables au contrôle sont jugées lointaines : la borne haute est le quantile 99 % de ses distances.", en="Images similar to the control are judged far: the upper bound is the 99% quantile of its distances.")
check(bilan_voisins(4 * honnetes, reelles, nouvelles)["lointaines"]).is_at_least(
    0.95, fr="Des images très éloignées de toute image réelle ne sont pas signalées comme lointaines.", en="Images very far from any real image are not reported as far."
)
check(verdicts["A"]).equals("recopie", fr="Relisez la ligne de A : quelle part de ses images est plus proche de l'apprentissage que ne le sont de vraies images nouvelles ?", en="Read the row of A again: what share of its images is closer to the training part than real new images are?")
check(verdicts["B"]).equals("repete", fr="Relisez la ligne de B : quelle mesure s'effondre ?", en="Read the row of B again: which measure collapses?")
check(verdicts["D"]).equals("classe", fr="Relisez la ligne de D : que lit le lecteur, par rapport à ce qui était demandé ?", en="Read the row of D again: what does the reader read, compared with what was asked for?")
check(verdicts["C"]).equals("recevable", fr="Relisez la ligne de C : une diversité un peu inférieure à 1 suffit-elle à l'écarter ?", en="Read the row of C again: is a diversity a little below 1 enough to rule it out?")
### END HIDDEN TESTS

# %% [markdown] id="voisins-lecture" lang="fr"
# **Ce que l'on retient.** Aucune mesure ne suffit seule : le copieur est fidèle et varié, celui qui se répète est fidèle et ne copie pas. C'est ensemble qu'elles permettent de juger. Et l'on compare toujours à un **témoin** : de vraies images nouvelles. Relisez votre prévision : l'œil avait-il désigné le générateur que les mesures retiennent ?
#
# **Une limite à écrire dans la fiche.** La distance entre pixels ne voit que les copies presque exactes. Une image d'apprentissage décalée d'un pixel lui échapperait ; et « pas de copie » ne veut pas dire « anonyme ».

# %% [markdown] id="voisins-lecture" lang="en" of="0d219ec8"
# **What to remember.** No measure is enough alone: the copier is faithful and varied, the one that repeats itself is faithful and does not copy. Only together do they allow a judgement. And the comparison is always with a **control**: real new images. Look at your prediction again: had the eye picked the generator that the measures keep?
#
# **A limit to write in the sheet.** The distance between pixels sees nearly exact copies only. A training image shifted by one pixel would escape it; and "no copy" does not mean "anonymous".

# %% [markdown] id="partie-8" lang="fr"
# ## 8. Combien de pas, et à quel prix ?
#
# Chaque pas d'échantillonnage appelle le réseau une fois. Quarante pas coûtent donc quatre fois plus que dix. **Prévoyez** ce que l'on y gagne, avant d'exécuter la cellule des mesures.

# %% [markdown] id="partie-8" lang="en" of="e2a56afb"
# ## 8. How many steps, and at what price?
#
# Each sampling step calls the network once. So forty steps cost four times as much as ten. **Predict** what is gained, before you run the cell of measurements.

# %% id="prevoir-pas" hide=true
ask.choice(
    "prevoir-pas",
    fr="Prévoyez : de 10 à 40 pas, avec le même réseau, que fait la fidélité ?",
    en="Predict: from 10 to 40 steps, with the same network, what does fidelity do?",
    options={
        "a": ("Elle ne s'améliore pas.", "It does not improve."),
        "b": ("Elle gagne environ 5 points.", "It gains about 5 points."),
        "c": ("Elle gagne plus de 10 points.", "It gains more than 10 points."),
    },
)

# %% [markdown] id="energie-consigne" lang="fr"
# Pour que la comparaison soit juste, nous avons mesuré onze réglages à l'avance, sur la même machine : deux durées d'apprentissage (`court` : 1 500 pas ; `long` : 8 000 pas), plusieurs nombres de pas d'échantillonnage (`long-5` en fait cinq), avec ou sans **guidage** (`-guide`, expliqué dans la partie facultative : il appelle deux fois le réseau à chaque pas).
# Chaque qualité est une moyenne sur trois apprentissages, 600 images pour chacun : un écart d'un ou deux points ne prouve rien. L'énergie est une estimation (temps de calcul × 10 W), en **microwattheures** (µWh).
#
# | colonne | sens |
# |---|---|
# | `reglage` | le nom du réglage |
# | `appels` | le nombre d'appels du réseau pour une image |
# | `fidelite`, `diversite`, `lointaines` | les mesures des étapes 6 et 7, en parts (la part de copies, au plus 0,2 % partout, n'y figure pas) |
# | `uwh_apprentissage` | l'énergie de **l'apprentissage**, en µWh |
# | `uwh_1000_images` | l'énergie de **mille** images, en µWh |

# %% [markdown] id="energie-consigne" lang="en" of="13e927e7"
# To compare on equal terms, we measured eleven settings beforehand, on the same machine: two lengths of training (`court`, short: 1,500 steps; `long`: 8,000 steps), several numbers of sampling steps (`long-5` takes five), with or without **guidance** (`-guide`, explained in the optional part: it calls the network twice at each step).
# Each quality is a mean over three trainings, 600 images for each: a gap of one or two points proves nothing. Energy is an estimate (computing time × 10 W), in **microwatt-hours** (µWh).
#
# | column | meaning |
# |---|---|
# | `reglage` | the name of the setting |
# | `appels` | the number of calls of the network for one image |
# | `fidelite`, `diversite`, `lointaines` | the measures of steps 6 and 7, as shares: fidelity, diversity, far ones (the share of copies, at most 0.2% everywhere, is left out) |
# | `uwh_apprentissage` | the energy of the **training**, in µWh |
# | `uwh_1000_images` | the energy of a **thousand** images, in µWh |

# %% id="energie-mesures"
table_mesures = pd.read_csv("data/mesures.csv")
mesures = table_mesures.to_dict("records")  # une liste de dictionnaires, un par réglage  #@fr
mesures = table_mesures.to_dict("records")  # a list of dictionaries, one per setting  #@en
labkit.table(table_mesures, digits=3, fr="Onze réglages mesurés (énergie estimée, en µWh)", en="Eleven settings measured (estimated energy, in µWh)")

# %% [markdown] id="energie-exercice" lang="fr"
# **Lisez d'abord.** `court-1` et `long-1` sont fidèles et « divers » à plus de 1, mais la plupart de leurs images sont lointaines : un seul pas laisse des taches que le lecteur déchiffre, et que personne ne prendrait pour une écriture. Ici, une diversité supérieure à 1 n'est pas une richesse : c'est du bruit.
#
# ### Exercice 7. Le plus sobre qui suffit
#
# **`energie_totale(mesure, images)`** rend l'énergie, en µWh, d'**un** apprentissage et de la fabrication de `images` images. `mesure` est une ligne du tableau, sous forme de dictionnaire : ses clés sont les noms des colonnes.
#
# **Un exemple à la main.** Un apprentissage coûte 5 000 µWh, mille images 40 µWh. Pour 100 000 images : $5\,000 + 100 \times 40 = 9\,000$ µWh.
#
# **`choisir_reglage(mesures, exigences, images)`** rend le **nom** du réglage dont l'énergie totale est la plus basse **parmi ceux** qui respectent les trois exigences, bornes comprises. `mesures` est une liste de tels dictionnaires, `exigences` un dictionnaire :
#
# - `"fidelite"` et `"diversite"` : des **minimums** ;
# - `"lointaines"` : un **maximum**.
#
# Si aucun réglage ne convient, elle rend le texte `"aucun"`.

# %% [markdown] id="energie-exercice" lang="en" of="c929adb3"
# **Read first.** `court-1` and `long-1` are faithful, and "diverse" above 1, but most of their images are far ones: a single step leaves stains that the reader makes out, and that nobody would take for handwriting. Here, a diversity above 1 is no richness: it is noise.
#
# ### Exercise 7. The most frugal that is enough
#
# **`energie_totale(mesure, images)`** (total energy) returns the energy, in µWh, of **one** training and of making `images` images. `mesure` is one row of the table, as a dictionary: its keys are the names of the columns.
#
# **An example by hand.** A training costs 5,000 µWh, a thousand images 40 µWh. For 100,000 images: $5{,}000 + 100 \times 40 = 9{,}000$ µWh.
#
# **`choisir_reglage(mesures, exigences, images)`** (choose a setting) returns the **name** of the setting whose total energy is lowest **among those** that meet the three requirements, bounds included. `mesures` is a list of such dictionaries, `exigences` (requirements) a dictionary:
#
# - `"fidelite"` and `"diversite"`: **minimums**;
# - `"lointaines"`: a **maximum**.
#
# If no setting will do, it returns the text `"aucun"` (none).

# %% id="energie-code" answer=true
def energie_totale(mesure, images):
    ### BEGIN SOLUTION
    return mesure["uwh_apprentissage"] + images / 1000 * mesure["uwh_1000_images"]
    ### END SOLUTION


def choisir_reglage(mesures, exigences, images):
    ### BEGIN SOLUTION
    suffisants = [
        m for m in mesures
        if m["fidelite"] >= exigences["fidelite"] and m["diversite"] >= exigences["diversite"] and m["lointaines"] <= exigences["lointaines"]
    ]
    if not suffisants:
        return "aucun"
    return min(suffisants, key=lambda m: energie_totale(m, images))["reglage"]
    ### END SOLUTION

# %% graded="energie"
un_reglage = {"reglage": "essai", "appels": 5, "fidelite": 0.9, "diversite": 0.8, "lointaines": 0.1, "uwh_apprentissage": 5000.0, "uwh_1000_images": 40.0}
check(energie_totale(un_reglage, 100000)).is_close_to(
    9000, within=1, fr="Sur l'exemple, on attend 9 000 µWh : comptez l'apprentissage une fois, et regardez pour combien d'images la dernière colonne est donnée.",
    en="On the example, 9,000 µWh is expected: count the training once, and look for how many images the last column is given.",
)
tout_juste = {"fidelite": 0.9, "diversite": 0.8, "lointaines": 0.1}
check(choisir_reglage([un_reglage], tout_juste, 100000)).equals(
    "essai", fr="Un seul réglage, qui respecte tout juste les trois exigences : c'est son nom qu'il faut rendre.", en="A single setting that just meets the three requirements: its name is to be returned."
)
### BEGIN HIDDEN TESTS
caches = [
    {"reglage": "tache", "appels": 1, "fidelite": 0.97, "diversite": 1.4, "lointaines": 0.9, "uwh_apprentissage": 4000.0, "uwh_1000_images": 10.0},
    {"reglage": "monotone", "appels": 2, "fidelite": 0.99, "diversite": 0.3, "lointaines": 0.01, "uwh_apprentissage": 3000.0, "uwh_1000_images": 12.0},
    {"reglage": "guide", "appels": 10, "fidelite": 0.98, "diversite": 0.75, "lointaines": 0.03, "uwh_apprentissage": 5000.0, "uwh_1000_images": 80.0},
    {"reglage": "long", "appels": 3, "fidelite": 0.95, "diversite": 0.78, "lointaines": 0.04, "uwh_apprentissage": 60000.0, "uwh_1000_images": 30.0},
    {"reglage": "lent", "appels": 40, "fidelite": 0.995, "diversite": 0.9, "lointaines": 0.02, "uwh_apprentissage": 60000.0, "uwh_1000_images": 300.0},
    {"reglage": "hasardeux", "appels": 4, "fidelite": 0.6, "diversite": 0.9, "lointaines": 0.05, "uwh_apprentissage": 2000.0, "uwh_1000_images": 20.0},
]
demande = {"fidelite": 0.9, "diversite": 0.7, "lointaines": 0.1}
check(choisir_reglage(caches, demande, 50000)).differs_from(
    "tache", fr="Le réglage choisi fabrique surtout des images lointaines : pour cette mesure, l'exigence est un maximum.", en="The setting that you chose makes mostly far images: for this measure, the requirement is a maximum."
)
check(choisir_reglage(caches, demande, 50000)).differs_from(
    "monotone", fr="Le réglage choisi se répète : sa diversité est au-dessous du minimum demandé.", en="The setting chosen repeats itself: its diversity is below the minimum asked for."
)
check(choisir_reglage(caches, demande, 50000)).equals(
    "guide", fr="Pour 50 000 images, l'apprentissage domine : parmi les réglages qui suffisent, cherchez l'énergie totale la plus basse, et non le moins d'appels ou la meilleure fidélité.",
    en="For 50,000 images, training dominates: among the settings that are enough, look for the lowest total energy, not for the fewest calls or the best fidelity.",
)
check(choisir_reglage(caches, demande, 10_000_000)).equals(
    "long", fr="Pour dix millions d'images, c'est la fabrication qui domine : le choix doit dépendre du nombre d'images.", en="For ten million images, making them dominates: the choice must depend on the number of images."
)
check(choisir_reglage(caches, {"fidelite": 0.99, "diversite": 0.85, "lointaines": 0.1}, 50000)).equals(
    "lent", fr="Quand un seul réglage respecte les exigences, c'est lui, même s'il consomme davantage.", en="When a single setting meets the requirements, it is that one, even if it uses more energy."
)
check(choisir_reglage(caches, {"fidelite": 0.9, "diversite": 0.95, "lointaines": 0.1}, 50000)).equals(
    "aucun", fr="Aucun réglage ne respecte ces exigences : la fonction doit le dire par le texte \"aucun\".", en="No setting meets these requirements: the function must say so with the text \"aucun\"."
)
### END HIDDEN TESTS

# %% [markdown] id="energie-explorer" lang="fr"
# **Explorez.** Le service fixe ses exigences : fidélité d'au moins 0,90, au plus 10 % d'images lointaines. Comment le choix change-t-il avec la diversité demandée et le nombre d'images ?

# %% [markdown] id="energie-explorer" lang="en" of="389f84a8"
# **Explore.** The service sets its requirements: a fidelity of at least 0.90, at most 10% of far images. How does the choice change with the diversity asked for and the number of images?

# %% id="energie-choix"
base = {"fidelite": 0.90, "diversite": 0.70, "lointaines": 0.10}
choix = choisir_reglage(mesures, base, 100_000)
pret_energie = choix is not None and energie_totale(mesures[0], 1000) is not None
if not pret_energie:
    print("Cette cellule attend l'exercice 7.")  #@fr
    print("This cell waits for exercise 7.")  #@en
else:
    for diversite_min in (0.65, 0.70, 0.80, 0.95):
        for images in (100_000, 5_000_000):
            retenu = choisir_reglage(mesures, {**base, "diversite": diversite_min}, images)
            print(f"diversité d'au moins {labkit.written(diversite_min, 2)}, {labkit.written(images)} images → {retenu}")  #@fr
            print(f"diversity of at least {labkit.written(diversite_min, 2)}, {labkit.written(images)} images → {retenu}")  #@en

# %% [markdown] id="energie-recul" lang="fr"
# **Gardez la mesure.** De dix à quarante pas, la fidélité ne gagne rien, la diversité gagne quelques centièmes, et l'énergie de fabrication quadruple : l'aviez-vous prévu ? Avec la diversité à 0,65, le réseau court et guidé est le plus sobre pour 100 000 images ; pour cinq millions, l'apprentissage long s'amortit.
# Ces énergies sont minuscules (1 000 µWh font un milliwattheure). Ce qui compte ici est la méthode : fixer les exigences d'abord, puis prendre le plus sobre qui les respecte. Avec un générateur de grandes images, elle peut porter sur des kilowattheures.

# %% [markdown] id="energie-recul" lang="en" of="68f812f2"
# **Keep a sense of proportion.** From ten steps to forty, fidelity gains nothing, diversity gains a few hundredths, and the energy of making images is multiplied by four: had you predicted it? With diversity at 0.65, the short and guided network is the most frugal for 100,000 images; for five million, the long training pays off.
# These energies are tiny (1,000 µWh make one milliwatt-hour). What matters here is the method: set the requirements first, then take the most frugal setting that meets them. With a generator of large images, it may be a matter of kilowatt-hours.

# %% [markdown] id="partie-9" lang="fr"
# ## 9. Votre recommandation
#
# La directrice du service vous lit en une minute. Dans 50 à 150 mots, dites :
#
# 1. **quel réglage** vous recommandez, et pour quel usage, avec **deux mesures** du lab à l'appui (fidélité, diversité, copies, lointaines, énergie) ;
# 2. **une limite** des données ou des mesures ;
# 3. **le garde-fou** : ce que l'on vérifie avant de partager des images fabriquées, et comment le destinataire saura qu'elles le sont.

# %% [markdown] id="partie-9" lang="en" of="fe75fc2b"
# ## 9. Your recommendation
#
# The head of the service reads you in one minute. In 50 to 150 words, say:
#
# 1. **which setting** you recommend, and for which use, with **two measurements** of the lab (fidelity, diversity, copies, far ones, energy);
# 2. **one limit** of the data or of the measures;
# 3. **the safeguard**: what is verified before made-up images are shared, and how the recipient will know that they are made up.

# %% id="decision-widget" hide=true
ask.text("decision", fr="Votre recommandation (50 à 150 mots)", en="Your recommendation (50 to 150 words)", rows=8, words=(50, 150))

# %% [markdown] graded="decision" lang="fr"
# **Votre recommandation** sera lue et notée par votre formatrice ou votre formateur : un réglage justifié par deux mesures (1 point), une limite et un garde-fou précis (1 point).

# %% [markdown] graded="decision" lang="en" of="96f17419"
# **Your recommendation** will be read and graded by your trainer: a setting supported by two measurements (1 point), a specific limit and safeguard (1 point).

# %% [markdown] id="guidage-consigne" lang="fr"
# ## Pour aller plus loin : le guidage (facultatif)
#
# Pendant l'apprentissage, une fois sur dix, la classe était cachée (classe 10). Le réseau sait donc prédire deux bruits : avec consigne (le chiffre demandé), $\varepsilon_c$, et sans consigne, $\varepsilon_0$. Le **guidage** exagère ce que la consigne change :
#
# $$\varepsilon = \varepsilon_c + f\,(\varepsilon_c - \varepsilon_0)$$
#
# **`bruit_guide(modele, x, t, classes, force)`** rend ce bruit, forme `(n, d)`, pour une force $f$ donnée ($f = 0$ : pas de guidage). Pour la prédiction sans consigne, remplacez chaque classe par `SANS_CLASSE` : `torch.full_like(classes, SANS_CLASSE)`.
#
# **Exemple.** Avec consigne, le réseau prédit 0,5 ; sans consigne, 0,3. Pour une force de 2 : $0{,}5 + 2 \times (0{,}5 - 0{,}3) = 0{,}9$. La cellule qui suit la vérification montre l'effet de quatre forces sur la fidélité et la diversité.

# %% [markdown] id="guidage-consigne" lang="en" of="69bff72e"
# ## Going further: guidance (optional)
#
# During training, one time in ten, the class was hidden (class 10). So the network can predict two noises: with an instruction (the digit asked for), $\varepsilon_c$, and without, $\varepsilon_0$. **Guidance** exaggerates what the instruction changes:
#
# $$\varepsilon = \varepsilon_c + f\,(\varepsilon_c - \varepsilon_0)$$
#
# **`bruit_guide(modele, x, t, classes, force)`** (guided noise) returns this noise, shape `(n, d)`, for a given strength $f$ (`force`; $f = 0$: no guidance). For the prediction without an instruction, replace each class by `SANS_CLASSE` (no class): `torch.full_like(classes, SANS_CLASSE)`.
#
# **Example.** With an instruction, the network predicts 0.5; without, 0.3. For a strength of 2: $0.5 + 2 \times (0.5 - 0.3) = 0.9$. The cell after the check shows the effect of four strengths on fidelity and diversity.

# %% id="guidage-code" answer=true
def bruit_guide(modele, x, t, classes, force):
    ### BEGIN SOLUTION
    avec = modele(x, t, classes)
    sans = modele(x, t, torch.full_like(classes, SANS_CLASSE))
    return avec + force * (avec - sans)
    ### END SOLUTION

# %% graded="guidage"
import torch


def modele_deux(x, t, classes):
    return torch.tensor([[0.3 if int(c) == 10 else 0.5] for c in classes])


point, quand = torch.zeros(2, 1), torch.tensor([4, 4])
check(bruit_guide).called_with(modele_deux, point, quand, torch.tensor([1, 2]), 2.0).is_close_to(
    torch.tensor([[0.9], [0.9]]), within=1e-4, fr="Sur l'exemple, on attend 0,9 pour chaque image : quelle prédiction est la base, et dans quel sens va la différence ?",
    en="On the example, 0.9 is expected for each image: which prediction is the base, and which way does the difference go?",
)
### BEGIN HIDDEN TESTS
check(bruit_guide(modele_deux, point, quand, torch.tensor([1, 2]), 0.0)).is_close_to(
    torch.tensor([[0.5], [0.5]]), within=1e-4, fr="Avec une force nulle, on doit retrouver la prédiction avec consigne, sans changement.", en="With a strength of zero, the prediction with an instruction must come back unchanged."
)
hasard = torch.Generator().manual_seed(labkit.seed("guidage") % 100000)
x = torch.randn(6, 64, generator=hasard)
t, classes = torch.full((6,), 20), torch.arange(6)
avec, sans = debruiteur_fourni(x, t, classes), debruiteur_fourni(x, t, torch.full((6,), 10))
check(bruit_guide(debruiteur_fourni, x, t, classes, 1.5)).is_close_to(
    2.5 * avec - 1.5 * sans, within=1e-3, fr="Avec un vrai réseau et d'autres classes, le bruit guidé ne tombe pas juste : la prédiction sans consigne utilise-t-elle `SANS_CLASSE` pour chaque image ?",
    en="With a real network and other classes, the guided noise does not come out right: does the prediction without an instruction use `SANS_CLASSE` for each image?",
)
### END HIDDEN TESTS

# %% id="guidage-voir"
essai_guide = bruit_guide(debruiteur_fourni, torch.zeros(1, 64), torch.tensor([5]), torch.tensor([0]), 1.0)
if essai_guide is None or not pret_generer or table is None:
    print("Cette cellule attend les exercices 3, 4, 5 et la partie facultative.")  #@fr
    print("This cell waits for exercises 3, 4, 5 and the optional part.")  #@en
else:
    voulues = torch.arange(10).repeat_interleave(6 if abreger else 30)
    for force in (0.0, 0.5, 1.0, 3.0):
        images = generer(lambda x, t, classes: bruit_guide(debruiteur_fourni, x, t, classes, force), voulues, choisir_instants(5), ABAR, graine, un_pas).numpy()
        f, d = fidelite(lire(images), voulues.numpy()), diversite(images, voulues.numpy(), controle, classes_controle)
        print(f"force {labkit.written(force)} : fidélité {labkit.written(f, 2)} ; diversité {labkit.written(d, 2)}")  #@fr
        print(f"strength {labkit.written(force)}: fidelity {labkit.written(f, 2)}; diversity {labkit.written(d, 2)}")  #@en

# %% [markdown] id="fiche" lang="fr"
# ## Votre fiche d'évaluation
#
# La cellule suivante mesure le générateur fourni avec vos fonctions et rassemble vos résultats en une page, à garder et à joindre à un dossier. Relancez-la quand vous changez une réponse.

# %% [markdown] id="fiche" lang="en" of="4cdfae99"
# ## Your evaluation sheet
#
# The next cell measures the generator provided with your functions and gathers your results on one page, to keep and to attach to a file. Run it again when you change an answer.

# %% id="fiche-code" hide=true
qualite, voisinage = None, None
if pret_generer and table is not None:
    voulues = torch.arange(10).repeat_interleave(6 if abreger else 30)
    images = generer(debruiteur_fourni, voulues, choisir_instants(5), ABAR, graine, un_pas).numpy()
    qualite = (fidelite(lire(images), voulues.numpy()), diversite(images, voulues.numpy(), controle, classes_controle))
    voisinage = bilan_voisins(images, apprentissage, controle) if pret_voisins else None
retenus = ask.answer("verdicts") or {}
noms_verdicts = {
    "recevable": labkit.tr("recevable", "acceptable"),
    "recopie": labkit.tr("recopie l'apprentissage", "copies the training images"),
    "repete": labkit.tr("se répète", "repeats itself"),
    "classe": labkit.tr("ne dessine pas le chiffre demandé", "does not draw the digit asked for"),
}
labkit.artefact(
    "fiche-generateur",
    ("Fiche d'évaluation : générateur de chiffres manuscrits", "Evaluation sheet: generator of handwritten digits"),
    [
        (("Usage prévu", "Intended use"), labkit.tr(
            "Fabriquer des images de chiffres isolés (8 × 8 pixels) pour régler des lecteurs automatiques et servir d'exemples. Tout fichier partagé porte la mention « images fabriquées ».",
            "Make images of single digits (8 × 8 pixels) to tune automatic readers and serve as examples. Every file that is shared bears the words “made-up images”.")),
        (("Données", "Data"), labkit.tr(
            f"{len(apprentissage)} images d'apprentissage, {len(controle)} de contrôle, jamais vues du générateur. Treize personnes les ont écrites ; les mêmes mains sont dans les deux parties.",
            f"{len(apprentissage)} training images, {len(controle)} control images, never seen by the generator. Thirteen people wrote them; the same hands are in both parts.")),
        (("Fidélité et diversité (réseau fourni, cinq pas)", "Fidelity and diversity (network provided, five steps)"), qualite and labkit.tr(
            f"Fidélité {labkit.written(qualite[0], 2)}, lue par un classifieur indépendant. Diversité {labkit.written(qualite[1], 2)} (1 : celle de vraies images). Sur {len(voulues)} images.",
            f"Fidelity {qualite[0]:.2f}, read by an independent classifier. Diversity {qualite[1]:.2f} (1: that of real images). On {len(voulues)} images.")),
        (("Copies et images lointaines", "Copies and far images"), voisinage and labkit.tr(
            f"{labkit.written(100 * voisinage['copies'], 1)} % plus proches de l'apprentissage que 99 % des vraies images nouvelles ; {labkit.written(100 * voisinage['lointaines'], 1)} % plus lointaines. Seules les copies presque exactes sont détectées.",
            f"{100 * voisinage['copies']:.1f}% closer to the training images than 99% of real new images; {100 * voisinage['lointaines']:.1f}% farther. Only nearly exact copies are detected.")),
        (("Les quatre générateurs proposés", "The four generators offered"), {nom: noms_verdicts.get(retenus[nom], "") for nom in sorted(retenus)}),
        (("Énergie (estimation)", "Energy (estimate)"), pret_energie and labkit.tr(
            f"Réglage le plus sobre qui suffit pour 100 000 images (fidélité 0,90, diversité 0,70, au plus 10 % de lointaines) : {choix}. " + (f"Votre apprentissage a coûté environ {uwh_apprentissage:.0f} µWh sur cette machine. {depense.method}" if uwh_apprentissage else ""),
            f"Most frugal setting that is enough for 100,000 images (fidelity 0.90, diversity 0.70, at most 10% far ones): {choix}. " + (f"Your training cost about {uwh_apprentissage:.0f} µWh on this machine. {depense.method}" if uwh_apprentissage else ""))),
        (("Recommandation", "Recommendation"), ask.answer("decision")),
    ],
)

# %% [markdown] id="fin" lang="fr"
# ### Ce que vous savez faire maintenant
#
# Bruiter une image par une formule, et vérifier cette formule ; apprendre à un réseau à reconnaître le bruit ; remonter du bruit à l'image ; juger un générateur par quatre mesures et un témoin, sans se fier à quelques exemples choisis ; démasquer un copieur ;
# et prendre le réglage le plus sobre qui suffit. Vérifiez, puis remettez votre travail.

# %% [markdown] id="fin" lang="en" of="d965e927"
# ### What you can do now
#
# Add noise to an image with a formula, and verify that formula; teach a network to recognise the noise; climb back from noise to image; judge a generator by four measures and a control, without trusting a few chosen examples; unmask a copier;
# and take the most frugal setting that is enough. Check, then submit your work.
