# ---
# caire:
#   id: l3-07-adapter-un-modele
#   level: 3
#   minutes: 120
#   profile: cpu
#   title:
#     fr: "Adapter un modèle : LoRA et quantification"
#     en: "Adapting a model: LoRA and quantisation"
#   summary:
#     fr: "Vous saurez adapter un modèle de langue à votre métier en n'apprenant que deux matrices minces (2 % de la taille d'une seule des siennes), et prouver le gain sur des formulations nouvelles. Vous saurez aussi alléger une matrice en l'écrivant en entiers de 8 bits, chiffrer ce que cela coûte et choisir la solution la plus sobre qui suffit."
#     en: "You will be able to adapt a language model to your work by training only two thin matrices (2% of the size of a single one of its own), and to prove the gain on new wordings. You will also be able to make a matrix lighter by writing it as 8-bit integers, put a figure on the cost and choose the most frugal solution that is enough."
#   budget: {cpu_seconds: 60, memory_mib: 1536, cell_seconds: 60}
#   questions:
#     lora: {points: 4, skill: n3.adaptation.adapter, fr: "Écrire une couche LoRA", en: "Write a LoRA layer"}
#     fusion: {points: 2, skill: n3.adaptation.adapter, fr: "Fusionner l'adaptation dans la matrice", en: "Merge the adaptation into the matrix"}
#     rang: {points: 2, skill: n3.adaptation.adapter, fr: "Compter les paramètres appris", en: "Count the trained parameters"}
#     adapter: {points: 4, skill: n3.adaptation.adapter, fr: "Adapter le modèle", en: "Adapt the model"}
#     comparer: {points: 3, skill: n3.adaptation.adapter, fr: "Comparer avant et après sur des formulations nouvelles", en: "Compare before and after on new wordings"}
#     quantifier: {points: 3, skill: n3.adaptation.quantifier, fr: "Quantifier une matrice sur 8 bits", en: "Quantise a matrix to 8 bits"}
#     bilan: {points: 2, skill: n3.adaptation.quantifier, fr: "Mémoire gagnée, exactitude perdue", en: "Memory saved, accuracy lost"}
#     energie: {points: 3, skill: n3.sobriete.mesurer, fr: "Décider selon l'énergie", en: "Decide by energy"}
#     decision: {points: 2, manual: true, skill: n3.surete.documenter, fr: "Votre recommandation", en: "Your recommendation"}
#   answers:
#     prevoir-zero: b
#     prevoir-nouvelles: b
#     prevoir-lignes: c
#     decision: "Je recommande de commencer par le classifieur sur les mots : il oriente bien 78 % des demandes aux formulations nouvelles, contre 82 % pour le modèle adapté, soit trois demandes sur 87, et il consomme environ deux cents fois moins par demande. Le modèle adapté deviendrait utile si nous exigions 80 %. Limite : ces demandes sont inventées et bien plus régulières que les nôtres. Avant la mise en service, je mesurerai les deux solutions sur deux cents vraies demandes ; ensuite une personne relira un échantillon chaque mois, et le standard gardera la possibilité de réorienter à la main."
# ---

# %% [markdown] id="titre" lang="fr"
# # Adapter un modèle : LoRA et quantification
#
# **La situation.** Le standard d'une organisation (imaginaire) reçoit des demandes en anglais et doit orienter chacune vers l'un de ses six services. Un petit modèle de langue est déjà installé, mais il se trompe environ une fois sur deux.
# On vous demande s'il faut l'**adapter**, comment le faire à peu de frais, et ce que l'on y gagne vraiment.
#
# | étape | ce que vous faites | durée |
# |---|---|---|
# | 1 | mesurer le modèle tel qu'il est | 15 min |
# | 2 | écrire une adaptation de rang faible (LoRA), la fusionner, compter ses paramètres | 40 min |
# | 3 | adapter le modèle, puis comparer avant et après sur des formulations nouvelles | 30 min |
# | 4 | quantifier la matrice sur 8 bits, chiffrer le gain et la perte | 20 min |
# | 5 et 6 | peser l'énergie, décider, éditer la fiche | 15 min |
#
# **Comment ça marche.** Maj + Entrée exécute une cellule. Là où vous voyez des points de suspension `...`, vous écrivez. La cellule repliée qui suit vérifie votre réponse : exécutez-la aussi. Elle
# affiche ✓, ou vous dit quoi regarder : recommencez autant de fois que vous voulez. La remise refait ces vérifications, puis d'autres, sur des données que vous n'avez pas vues.
#
# %% [markdown] id="titre" lang="en" of="63015549"
# # Adapting a model: LoRA and quantisation
#
# **The situation.** The help desk of a (fictional) organisation receives requests in English and must send each one to one of six departments. A small language model is already installed, but it is wrong about half of the time.
# You are asked whether to **adapt** it, how to do so at low cost, and what is really gained by it.
#
# | step | what you do | time |
# |---|---|---|
# | 1 | measure the model as it is | 15 min |
# | 2 | write a low-rank adaptation (LoRA), merge it, count its parameters | 40 min |
# | 3 | adapt the model, then compare before and after on new wordings | 30 min |
# | 4 | quantise the matrix to 8 bits, put figures on the saving and the loss | 20 min |
# | 5 and 6 | weigh the energy, decide, issue the record | 15 min |
#
# **How it works.** Shift + Enter runs a cell. Where you see an ellipsis `...`, you write. The folded cell that follows checks your answer: run it too. It shows ✓, or
# tells you what to look at: try as often as you like. Submitting runs these checks again, then others, on data that you have not seen.

# %% id="outils"
import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(1)
graine = labkit.seed()  # le hasard du lab part de ce nombre : mêmes calculs, mêmes résultats  #@fr
graine = labkit.seed()  # the randomness of the lab starts from this number: same computation, same results  #@en
SERVICES = ["Pay", "Travel", "Network", "Building", "Security", "Training"]  # paie, déplacements, informatique, locaux, sûreté, formation  #@fr
SERVICES = ["Pay", "Travel", "Network", "Building", "Security", "Training"]  # the six departments, one word each  #@en
CONSIGNE = "Departments: " + ", ".join(SERVICES) + ".\n\nTicket: {ticket}\nDepartment:"


def tenseur(X):
    """Un tableau NumPy, en tenseur de nombres à virgule."""  #@fr
    """A NumPy array, as a tensor of floating-point numbers."""  #@en
    return torch.as_tensor(np.asarray(X), dtype=torch.float32)

# %% [markdown] id="partie-1" lang="fr"
# ## 1. Le modèle tel qu'il est
#
# **Le modèle** est SmolLM2, 135 millions de paramètres, en anglais. On lui donne une **consigne** : la liste des services, la demande, puis `Department:`. On regarde ensuite auquel des six noms de service il donne le plus haut score : `Pay` (paie), `Travel` (déplacements), `Network` (informatique), `Building` (locaux), `Security` (sûreté) ou `Training` (formation).
#
# **Les demandes** sont inventées. Chacune est une *formulation* (une phrase à trous) remplie de noms, de lieux et de dates tirés au sort :
#
# - **le fichier d'adaptation** : 320 demandes, qui serviront à apprendre ;
# - **le fichier d'évaluation** : 135 demandes, dont 48 reprennent des formulations de l'adaptation, avec d'autres noms ; les 87 autres ont des formulations **nouvelles**.
#
# **Un raccourci fidèle.** Un modèle de langue est une pile de 30 blocs. Nous n'adapterons qu'**une matrice**, la dernière du dernier bloc, appelée ici $W$ (576 lignes, 1 536 colonnes). Tout ce qui la précède restera gelé et rendra donc,
# pour une même demande, toujours les mêmes nombres. Nous les avons calculés une fois pour toutes avec le vrai modèle, à la fin de la consigne, là où il choisit le mot suivant. Le lab les fournit :
#
# - $x$ (1 536 nombres) : ce que reçoit la matrice $W$ ;
# - $\text{reste}$ (576 nombres) : ce que le modèle ajoute à la sortie de $W$.
#
# $$\text{sortie} = W x \qquad \text{scores} = M \cdot \text{normaliser}(\text{reste} + W x)$$
#
# La normalisation ramène le vecteur à une taille fixe : c'est celle du vrai modèle. $M$ contient six lignes de sa matrice de sortie, une par nom de service. Ces scores sont donc **ceux du vrai modèle**, aux arrondis près, pour un calcul des milliers de fois plus léger. (Les nombres fournis sont arrondis, pour tenir moins de place : un score peut bouger de quelques centièmes.)
# En pratique, on adapte souvent plusieurs matrices de chaque bloc : le geste est le même, le calcul est plus long.
#
# %% [markdown] id="partie-1" lang="en" of="32c0c68d"
# ## 1. The model as it is
#
# **The model** is SmolLM2, 135 million parameters, English. It is given an **instruction**: the list of departments, the request, then `Department:`. We then look to which of the six department names it gives the highest score: `Pay`, `Travel`, `Network`, `Building`, `Security` or `Training`.
#
# **The requests** are invented. Each is a *wording* (a sentence with blanks) filled in with names, places and dates drawn at random:
#
# - **the adaptation file**: 320 requests, to learn from;
# - **the evaluation file**: 135 requests, of which 48 use wordings of the adaptation file, with other names; the 87 others have **new** wordings.
#
# **A faithful shortcut.** A language model is a stack of 30 blocks. We shall adapt **one matrix** only, the last one of the last block, called $W$ here (576 rows, 1,536 columns). All that stands before it stays frozen, and so returns,
# for one request, always the same numbers. We computed them once and for all with the real model, at the end of the instruction, where it chooses the next word. The lab provides them:
#
# - $x$ (1,536 numbers): what the matrix $W$ receives;
# - $\text{rest}$ (`reste`, 576 numbers): what the model adds to the output of $W$.
#
# $$\text{output} = W x \qquad \text{scores} = M \cdot \text{normalise}(\text{rest} + W x)$$
#
# Normalising brings the vector to a fixed size, as the real model does. $M$ holds six rows of its output matrix, one per department name. So these scores are **those of the real model**, up to rounding, for a computation that is thousands of times lighter. (The numbers provided are rounded, to take less room: a score may move by a few hundredths.)
# In practice, several matrices of every block are often adapted: the move is the same, the computation takes longer.

# %% id="charger"
adaptation, evaluation = pd.read_csv("data/tickets_adaptation.csv"), pd.read_csv("data/tickets_evaluation.csv")
with np.load("data/etats.npz") as fichier:
    etats = {nom: fichier[nom].astype(np.float32) for nom in fichier.files}
W, M, NORME = etats["W"], etats["mots"], etats["norme"]
x_adaptation, reste_adaptation = etats["x_adaptation"], etats["reste_adaptation"]
x_evaluation, reste_evaluation = etats["x_evaluation"], etats["reste_evaluation"]
y_adaptation = np.array([SERVICES.index(nom) for nom in adaptation["departement"]])
y_evaluation = np.array([SERVICES.index(nom) for nom in evaluation["departement"]])


def scores_services(sortie, reste):
    """Les six scores de chaque demande, comme le vrai modèle les calcule : deux tenseurs (n, 576) → un tenseur (n, 6)."""  #@fr
    """The six scores of each request, as the real model computes them: two tensors (n, 576) → one tensor (n, 6)."""  #@en
    h = sortie + reste
    h = h * torch.rsqrt(h.pow(2).mean(dim=1, keepdim=True) + 1e-5) * tenseur(NORME)
    return h @ tenseur(M).T


def choix_services(matrice, x, reste):
    """Le numéro du service choisi pour chaque demande, quand la dernière matrice est `matrice`."""  #@fr
    """The number of the department chosen for each request, when the last matrix is `matrice`."""  #@en
    return scores_services(tenseur(x) @ tenseur(matrice).T, tenseur(reste)).argmax(dim=1).numpy()


labkit.table(adaptation.head(5), fr="Cinq demandes du fichier d'adaptation", en="Five requests of the adaptation file")
print("forme de W, de x et de reste :", W.shape, x_adaptation.shape, reste_adaptation.shape)  #@fr
print("shape of W, of x and of reste:", W.shape, x_adaptation.shape, reste_adaptation.shape)  #@en

# %% [markdown] id="en-direct-texte" lang="fr"
# **Vérifiez le raccourci.** Si le modèle est installé ici, la cellule suivante le charge (quelques secondes, la première fois), lui soumet réellement trois demandes et compare ses scores à ceux que nous recalculons. Avec un processeur
# graphique et un plus grand modèle installé par l'administration de la plateforme, elle montre aussi les choix de ce plus grand modèle.
#
# %% [markdown] id="en-direct-texte" lang="en" of="e68c0d20"
# **Check the shortcut.** If the model is installed here, the next cell loads it (a few seconds, the first time), really gives it three requests and compares its scores with those that we compute again. With a graphics
# processor and a larger model installed by whoever runs the platform, it also shows what the larger model chooses.

# %% id="en-direct" hide=true
def modele_present(nom):
    try:
        return None if labkit.grading() else labkit.models.load(nom)
    except labkit.models.ModelMissing:
        return None


def scores_en_direct(modele, ticket):
    mots = [modele.tokenizer(" " + nom, add_special_tokens=False).input_ids[0] for nom in SERVICES]
    pieces = modele.tokenizer(CONSIGNE.format(ticket=ticket), add_special_tokens=False, return_tensors="pt").input_ids
    with torch.no_grad():
        return modele.model(pieces.to(modele.model.device), logits_to_keep=1).logits[0, -1, mots].float().cpu().numpy()


recalcules = scores_services(tenseur(x_evaluation[:3]) @ tenseur(W).T, tenseur(reste_evaluation[:3])).numpy()
en_direct = modele_present("smollm2-135m")
grand = modele_present("smollm2-1.7b") if labkit.device() == "cuda" else None
for rang_ticket, ticket in enumerate(evaluation["ticket"][:3]):
    print(ticket)
    print("   scores recalculés :", recalcules[rang_ticket].round(2), "→", SERVICES[int(recalcules[rang_ticket].argmax())])  #@fr
    print("   scores computed again:", recalcules[rang_ticket].round(2), "→", SERVICES[int(recalcules[rang_ticket].argmax())])  #@en
    if en_direct is not None:
        print("   vrai modèle       :", scores_en_direct(en_direct, ticket).round(2))  #@fr
        print("   real model           :", scores_en_direct(en_direct, ticket).round(2))  #@en
    if grand is not None:
        print("   plus grand modèle →", SERVICES[int(scores_en_direct(grand, ticket).argmax())])  #@fr
        print("   larger model →", SERVICES[int(scores_en_direct(grand, ticket).argmax())])  #@en
if en_direct is None:
    print("(Le modèle n'est pas chargé ici : la suite s'en passe.)")  #@fr
    print("(The model is not loaded here: what follows does without it.)")  #@en

# %% [markdown] id="avant-texte" lang="fr"
# **Combien de bonnes orientations, avant toute adaptation ?** Au hasard, on en aurait une sur six.
#
# %% [markdown] id="avant-texte" lang="en" of="6e7271bb"
# **How many requests go to the right place, before any adaptation?** At random, one in six would.

# %% id="avant"
choix_avant = choix_services(W, x_evaluation, reste_evaluation)
par_service = [float((choix_avant == y_evaluation)[y_evaluation == k].mean()) for k in range(6)]
print("part de demandes bien orientées, avant :", labkit.written((choix_avant == y_evaluation).mean(), 3))  #@fr
print("share of requests sent to the right place, before:", labkit.written((choix_avant == y_evaluation).mean(), 3))  #@en
labkit.plots.bars(SERVICES, par_service, fr="Avant l'adaptation : part de demandes bien orientées, par service", en="Before the adaptation: share of requests sent to the right place, by department", y=("part", "share"))

# %% [markdown] id="partie-2" lang="fr"
# ## 2. Une adaptation de rang faible
#
# Réapprendre $W$ tout entière, ce serait 884 736 nombres à ajuster, et une copie de $W$ à garder pour chaque usage. **LoRA** (*low-rank adaptation*, adaptation de rang faible) laisse $W$ intacte et lui **ajoute** le produit de deux matrices minces :
#
# $$\text{sortie} = W x + \frac{\alpha}{r}\, B A x$$
#
# - $A$ a la forme $(r, \text{entrée})$ et $B$ la forme $(\text{sortie}, r)$ ; le **rang** $r$ est petit (ici 8) ;
# - au départ, $A$ est tirée au hasard et $B$ est **nulle** : le modèle adapté est d'abord *exactement* le modèle de base ;
# - $\alpha / r$ est une **échelle** fixe : elle évite de refaire tous les réglages quand on change de rang ;
# - $W$ est **gelée** : seules $A$ et $B$ apprennent. Éteindre l'adaptation rend donc le modèle de base, au bit près.
#
# **Un exemple à la main.** $W = \begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}$, $r = 1$, $\alpha = 2$, $A = (1 \;\; 1)$, $B = \begin{pmatrix} 0{,}5 \\ 0 \end{pmatrix}$, $x = \begin{pmatrix} 3 \\ 1 \end{pmatrix}$.
# $Ax = 4$, $BAx = (2 ; 0)$, l'échelle vaut $2/1 = 2$ : la sortie est $(3 ; 1) + 2 \times (2 ; 0) = (7 ; 1)$. La cellule suivante fait le même calcul, **une demande par ligne** :
# les lignes sont transposées, et $BAx$ s'écrit `x @ A.T @ B.T`.
#
# %% [markdown] id="partie-2" lang="en" of="62574872"
# ## 2. A low-rank adaptation
#
# Training the whole of $W$ again would mean 884,736 numbers to adjust, and one copy of $W$ to keep for each use. **LoRA** (*low-rank adaptation*) leaves $W$ as it is and **adds** to it the product of two thin matrices:
#
# $$\text{output} = W x + \frac{\alpha}{r}\, B A x$$
#
# - $A$ has shape $(r, \text{input})$ and $B$ shape $(\text{output}, r)$; the **rank** $r$ is small (8 here);
# - at the start, $A$ is drawn at random and $B$ is **zero**: the adapted model is at first *exactly* the base model;
# - $\alpha / r$ is a fixed **scale**: it saves tuning everything again when the rank changes;
# - $W$ is **frozen**: only $A$ and $B$ learn. So switching the adaptation off gives back the base model, to the bit.
#
# **An example by hand.** $W = \begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}$, $r = 1$, $\alpha = 2$, $A = (1 \;\; 1)$, $B = \begin{pmatrix} 0.5 \\ 0 \end{pmatrix}$, $x = \begin{pmatrix} 3 \\ 1 \end{pmatrix}$.
# $Ax = 4$, $BAx = (2, 0)$, the scale is $2/1 = 2$: the output is $(3, 1) + 2 \times (2, 0) = (7, 1)$. The next cell does the same computation, **one request per row**:
# rows are transposed, and $BAx$ is written `x @ A.T @ B.T`.

# %% id="lora-exemple"
x_exemple = torch.tensor([[3.0, 1.0]])  # une ligne par demande : forme (1, 2)  #@fr
x_exemple = torch.tensor([[3.0, 1.0]])  # one row per request: shape (1, 2)  #@en
W_exemple, A_exemple, B_exemple = torch.eye(2), torch.tensor([[1.0, 1.0]]), torch.tensor([[0.5], [0.0]])
print("base :", x_exemple @ W_exemple.T, " ajout :", 2 / 1 * (x_exemple @ A_exemple.T @ B_exemple.T))  #@fr
print("base:", x_exemple @ W_exemple.T, " addition:", 2 / 1 * (x_exemple @ A_exemple.T @ B_exemple.T))  #@en


# Des outils pour regarder dans une couche sans la modifier.  #@fr
# Tools to look into a layer without changing it.  #@en
def couche_lineaire(entree, taille, graine):
    """Une couche sans biais, aux poids tirés au hasard."""  #@fr
    """A layer without bias, its weights drawn at random."""  #@en
    torch.manual_seed(graine)
    return nn.Linear(entree, taille, bias=False)


def couche_de_base():
    """La dernière matrice du modèle, en couche PyTorch."""  #@fr
    """The last matrix of the model, as a PyTorch layer."""  #@en
    couche = nn.Linear(W.shape[1], W.shape[0], bias=False)
    couche.weight.data = tenseur(W).clone()
    return couche


def sortie(couche, x):
    """Ce que rend la couche, sans garder de gradient."""  #@fr
    """What the layer returns, without keeping gradients."""  #@en
    with torch.no_grad():
        rendu = couche(tenseur(x))
    return None if rendu is None else rendu.numpy()


def lire(couche, nom):
    """Une copie d'un paramètre de la couche, comme "A" ou "base.weight"."""  #@fr
    """A copy of one parameter of the layer, such as "A" or "base.weight"."""  #@en
    return dict(couche.named_parameters())[nom].detach().numpy().copy()


def entrainables(couche):
    """Les noms des paramètres qui apprendront."""  #@fr
    """The names of the parameters that will learn."""  #@en
    return sorted(nom for nom, p in couche.named_parameters() if p.requires_grad)


def regler(couche, A, B, actif=True):
    """Donne des valeurs à A et à B, allume ou éteint l'adaptation."""  #@fr
    """Gives values to A and B, switches the adaptation on or off."""  #@en
    couche.A.data, couche.B.data, couche.actif = tenseur(A), tenseur(B), actif


def deux_fusions(W, A, B, echelle):
    """Ce que rend votre `fusionner` (exercice 2), appelée une seconde fois sur la même matrice."""  #@fr
    """What your `fusionner` (exercise 2) returns, called a second time on the same matrix."""  #@en
    W = np.array(W)
    fusionner(W, A, B, echelle)
    return fusionner(W, A, B, echelle)

# %% id="prevoir-zero" hide=true
ask.choice(
    "prevoir-zero",
    fr="Prévoyez : que se passe-t-il si A et B sont nulles toutes les deux au départ ?",
    en="Predict: what happens if A and B are both zero at the start?",
    options={
        "a": ("Rien de particulier : B apprendra, puis A.", "Nothing special: B will learn, then A."),
        "b": ("Plus rien n'apprend : le gradient de A contient B, celui de B contient A.", "Nothing learns any more: the gradient of A contains B, that of B contains A."),
        "c": ("Le modèle de base est détruit.", "The base model is destroyed."),
    },
)

# %% [markdown] id="lora-consigne" lang="fr"
# ### Exercice 1. La couche `Lora`
#
# Complétez la classe `Lora(base, r, alpha)`, qui entoure une couche `nn.Linear` sans biais.
#
# - **`__init__`** reçoit `base`, le rang `r` et `alpha`. Il **gèle** `base` (`base.weight.requires_grad_(False)`), puis crée deux paramètres : `self.A`, de forme `(r, base.in_features)`, tiré au hasard, petit
#   (`torch.randn(…)` divisé par la racine de `base.in_features`), et `self.B`, de forme `(base.out_features, r)`, nul. Un tableau qui apprend se déclare par `nn.Parameter(tenseur)`. Gardez aussi l'échelle $\alpha / r$ dans un attribut. (`self.base` et `self.actif` sont déjà écrits.)
# - **`forward(x)`** reçoit `x`, de forme `(n, entrée)`, et rend un tenseur `(n, sortie)` : la sortie de la base, plus l'ajout mis à l'échelle **si `self.actif` est vrai**. Si `self.actif` est faux, la sortie de la base, seule.
#
# Revenez à votre prévision : le gradient de $B$ est multiplié par $A x$, et celui de $A$ par $B$. Si $A$ et $B$ sont nulles toutes les deux, rien n'apprend ; que l'une des deux ne le soit pas, et l'apprentissage démarre.
#
# %% [markdown] id="lora-consigne" lang="en" of="cbc0ba28"
# ### Exercise 1. The layer `Lora`
#
# Complete the class `Lora(base, r, alpha)`, which wraps an `nn.Linear` layer without bias.
#
# - **`__init__`** receives `base`, the rank `r` and `alpha`. It **freezes** `base` (`base.weight.requires_grad_(False)`), then makes two parameters: `self.A`, of shape `(r, base.in_features)`, random and small
#   (`torch.randn(…)` divided by the square root of `base.in_features`), and `self.B`, of shape `(base.out_features, r)`, zero. An array that learns is declared with `nn.Parameter(tensor)`. Keep the scale $\alpha / r$ in an attribute too. (`self.base` and `self.actif` are already written.)
# - **`forward(x)`** receives `x`, of shape `(n, input)`, and returns a tensor `(n, output)`: the output of the base, plus the scaled addition **if `self.actif` (active) is true**. If `self.actif` is false, the output of the base alone.
#
# Come back to your prediction: the gradient of $B$ is multiplied by $A x$, and that of $A$ by $B$. If $A$ and $B$ are both zero, nothing learns; if only one of them is not, learning starts.

# %% id="lora-code" answer=true
class Lora(nn.Module):
    def __init__(self, base, r=8, alpha=16):
        super().__init__()
        self.base = base
        self.actif = True
        ### BEGIN SOLUTION
        self.base.weight.requires_grad_(False)
        self.A = nn.Parameter(torch.randn(r, base.in_features) / base.in_features**0.5)
        self.B = nn.Parameter(torch.zeros(base.out_features, r))
        self.echelle = alpha / r
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        y = self.base(x)
        if self.actif:
            y = y + self.echelle * (x @ self.A.T @ self.B.T)
        return y
        ### END SOLUTION

# %% graded="lora"
import numpy as np

tirage = np.random.default_rng(3)
base_essai = couche_lineaire(6, 4, 1)
essai = Lora(base_essai, 2, 8)
entrees = tirage.normal(size=(5, 6))
check(essai.forward).called_with(tenseur(entrees)).has_shape(
    (5, 4), fr="Pour 5 demandes et une base qui reçoit 6 nombres et en rend 4, on attend 5 lignes de 4 nombres.", en="For 5 requests and a base that receives 6 numbers and returns 4, 5 rows of 4 numbers are expected."
)
check(list(entrainables(essai))).equals(
    ["A", "B"], fr="Ce qui apprendra n'est pas exactement `A` et `B` : la base est-elle gelée, et `A` et `B` sont-elles déclarées par `nn.Parameter` ?",
    en="What will learn is not exactly `A` and `B`: is the base frozen, and are `A` and `B` declared with `nn.Parameter`?",
)
check(np.asarray(sortie(essai, entrees))).is_close_to(
    np.asarray(sortie(base_essai, entrees)), within=1e-6,
    fr="Avant tout apprentissage, la sortie doit être celle de la base, exactement : quelle matrice est nulle au départ ?",
    en="Before any learning, the output must be exactly that of the base: which matrix is zero at the start?",
)
### BEGIN HIDDEN TESTS
tirage = np.random.default_rng(labkit.seed("lora"))
for entree, taille, r, alpha in ((7, 5, 3, 12), (10, 6, 2, 1)):
    essai = Lora(couche_lineaire(entree, taille, 4), r, alpha)
    W0, A0 = np.asarray(lire(essai, "base.weight")), np.asarray(lire(essai, "A"))
    check(A0).has_shape((r, entree), fr="`A` a la forme (r, entrée).", en="`A` has shape (r, input).")
    check(float(np.abs(A0).max())).is_at_least(
        1e-6, fr="`A` est nulle comme `B` : le gradient de chacune est multiplié par l'autre, et plus rien n'apprend.", en="`A` is zero like `B`: the gradient of each is multiplied by the other, and nothing learns any more."
    )
    A1, B1, entrees = tirage.normal(size=(r, entree)), tirage.normal(size=(taille, r)), tirage.normal(size=(8, entree))
    regler(essai, A1, B1, True)
    rendu, ajout = np.asarray(sortie(essai, entrees)) - entrees @ W0.T, entrees @ A1.T @ B1.T
    facteur = float((rendu * ajout).sum() / (ajout * ajout).sum())
    check(rendu).is_close_to(
        facteur * ajout, within=0.001 * float(np.abs(ajout).max()) * max(1.0, abs(facteur)), fr="L'ajout n'est pas proportionnel à B A x : vérifiez l'ordre des matrices et leurs transposées.", en="The addition is not proportional to B A x: check the order of the matrices and their transposes."
    )
    check(facteur).is_close_to(
        alpha / r, within=0.01, fr="L'ajout n'a pas la bonne échelle : relisez le facteur placé devant B A x, et essayez avec un autre rang et un autre α que ceux de l'exemple.",
        en="The addition does not have the right scale: read again the factor in front of B A x, and try another rank and another α than those of the example.",
    )
    regler(essai, A1, B1, False)
    check(np.asarray(sortie(essai, entrees))).is_close_to(
        entrees @ W0.T, within=1e-4, fr="Adaptation éteinte (`actif` à faux), la sortie doit être celle de la base : `forward` regarde-t-elle `self.actif` ?",
        en="With the adaptation switched off (`actif` false), the output must be that of the base: does `forward` look at `self.actif`?",
    )
### END HIDDEN TESTS

# %% [markdown] id="fusion-consigne" lang="fr"
# ### Exercice 2. Fusionner
#
# Une fois l'apprentissage fini, on peut **fusionner** : calculer une fois pour toutes une matrice, de même forme que $W$, qui donne à elle seule la somme de la sortie de la base et de l'ajout. Chaque réponse demande alors exactement autant de calcul qu'avant l'adaptation.
#
# - **On vous demande** `fusionner(W, A, B, echelle)`, qui rend cette matrice, de forme `(sortie, entrée)`, sans modifier `W` : on doit pouvoir revenir à la base.
# - **On vous donne** des tableaux NumPy : `W` de forme `(sortie, entrée)`, `A` de forme `(r, entrée)`, `B` de forme `(sortie, r)`, et un nombre, `echelle`, qui vaut $\alpha / r$.
#
# **Avec l'exemple à la main** : la matrice fusionnée est $\begin{pmatrix} 2 & 1 \\ 0 & 1 \end{pmatrix}$ ; multipliée par $x = (3 ; 1)$, elle donne bien $(7 ; 1)$.
#
# %% [markdown] id="fusion-consigne" lang="en" of="c302d6c8"
# ### Exercise 2. Merging
#
# Once learning is over, one can **merge**: compute once and for all a matrix, of the same shape as $W$, that gives by itself the output of the base plus the addition. Each answer then takes exactly as much computing as before the adaptation.
#
# - **You are asked for** `fusionner(W, A, B, echelle)` (merge), which returns this matrix, of shape `(output, input)`, without changing `W`: one must be able to go back to the base.
# - **You are given** NumPy arrays: `W` of shape `(output, input)`, `A` of shape `(r, input)`, `B` of shape `(output, r)`, and a number, the scale (`echelle`), that is $\alpha / r$.
#
# **With the example by hand**: the merged matrix is $\begin{pmatrix} 2 & 1 \\ 0 & 1 \end{pmatrix}$; multiplied by $x = (3, 1)$, it does give $(7, 1)$.

# %% id="fusion-code" answer=true
def fusionner(W, A, B, echelle):
    ### BEGIN SOLUTION
    return W + echelle * (B @ A)
    ### END SOLUTION

# %% graded="fusion"
import numpy as np

W_main, A_main, B_main = np.eye(2), np.array([[1.0, 1.0]]), np.array([[0.5], [0.0]])
check(fusionner).called_with(W_main.copy(), A_main, B_main, 2.0).has_shape((2, 2), fr="La matrice fusionnée a la forme de `W`.", en="The merged matrix has the shape of `W`.")
check(np.asarray(fusionner(W_main.copy(), A_main, B_main, 2.0))).is_close_to(
    np.array([[2.0, 1.0], [0.0, 1.0]]), within=1e-6, fr="Sur l'exemple à la main, la matrice fusionnée ne tombe pas juste : contient-elle la base, et l'ajout multiplié par son échelle ?",
    en="On the example by hand, the merged matrix does not come out right: does it hold the base, and the addition times its scale?",
)
### BEGIN HIDDEN TESTS
tirage = np.random.default_rng(labkit.seed("fusion"))
W1, A1, B1, entrees = tirage.normal(size=(5, 7)), tirage.normal(size=(3, 7)), tirage.normal(size=(5, 3)), tirage.normal(size=(9, 7))
fusion = np.asarray(fusionner(W1.copy(), A1, B1, 0.25))
check(fusion).has_shape((5, 7), fr="La matrice fusionnée a la forme de `W`, quel que soit le rang.", en="The merged matrix has the shape of `W`, whatever the rank.")
check(entrees @ fusion.T).is_close_to(
    entrees @ W1.T + 0.25 * entrees @ A1.T @ B1.T, within=1e-5, fr="Fusionnée, la matrice ne rend pas la même chose que la base et l'ajout séparés : ordre du produit, échelle ?",
    en="Once merged, the matrix does not return the same as the base and the addition apart: order of the product, scale?",
)
check(np.asarray(deux_fusions(W1.copy(), A1, B1, 0.25))).is_close_to(
    fusion, within=1e-6, fr="Appelée deux fois de suite sur la même matrice, votre fonction ne rend pas deux fois la même chose : elle modifie `W` en chemin. On ne pourrait plus revenir à la base.",
    en="Called twice in a row on the same matrix, your function does not return the same thing twice: it changes `W` on the way. There would be no going back to the base.",
)
### END HIDDEN TESTS

# %% [markdown] id="rang-consigne" lang="fr"
# ### Exercice 3. Compter ce qui apprend
#
# - **`part_apprise(entree, sortie, r)`** rend le nombre de paramètres de $A$ et de $B$ ensemble, divisé par celui de $W$ : une part, entre 0 et 1 quand $r$ est petit.
# - **`rang_maximal(entree, sortie, plafond)`** rend le **plus grand rang entier** dont la part apprise ne dépasse pas `plafond` (0 si même le rang 1 dépasse).
#
# **Exemple.** Une matrice reçoit 100 nombres et en rend 50 (« de 100 vers 50 ») : $W$ compte 5 000 nombres. Avec $r = 2$, $A$ en compte $2 \times 100$ et $B$ $50 \times 2$ : 300 en tout, soit une part de 0,06. Avec un plafond de 0,10, le plus grand rang est 3 (part de 0,09 ; le rang 4 ferait 0,12).
#
# %% [markdown] id="rang-consigne" lang="en" of="ddc7e77d"
# ### Exercise 3. Counting what learns
#
# - **`part_apprise(entree, sortie, r)`** (share trained; input, output) returns the number of parameters of $A$ and $B$ together, divided by that of $W$: a share, between 0 and 1 when $r$ is small.
# - **`rang_maximal(entree, sortie, plafond)`** (largest rank) returns the **largest whole rank** whose trained share does not exceed `plafond` (the ceiling); 0 if even rank 1 exceeds it.
#
# **Example.** A matrix receives 100 numbers and returns 50 ("from 100 to 50"): $W$ holds 5,000 numbers. With $r = 2$, $A$ holds $2 \times 100$ and $B$ $50 \times 2$: 300 in all, a share of 0.06. With a ceiling of 0.10, the largest rank is 3 (share 0.09; rank 4 would make 0.12).

# %% id="rang-code" answer=true
def part_apprise(entree, sortie, r):
    ### BEGIN SOLUTION
    return r * (entree + sortie) / (entree * sortie)
    ### END SOLUTION


def rang_maximal(entree, sortie, plafond):
    ### BEGIN SOLUTION
    r = 0
    while part_apprise(entree, sortie, r + 1) <= plafond:
        r += 1
    return r
    ### END SOLUTION

# %% graded="rang"
check(part_apprise(100, 50, 2)).is_close_to(
    0.06, within=1e-9, fr="Dans l'exemple, la part attendue est 0,06 : comptez tous les nombres de A **et** de B, puis divisez par ceux de W.", en="In the example, the share expected is 0.06: count all numbers of A **and** of B, then divide by those of W."
)
check(rang_maximal(100, 50, 0.10)).equals(
    3, fr="Dans l'exemple, on attend le rang 3 : un nombre entier, le plus grand qui reste sous le plafond.", en="In the example, rank 3 is expected: a whole number, the largest that stays under the ceiling."
)
### BEGIN HIDDEN TESTS
check(part_apprise(1536, 576, 8)).is_close_to(
    16896 / 884736, within=1e-9, fr="Pour notre matrice et le rang 8, la part ne tombe pas juste : A et B n'ont pas la même forme.", en="For our matrix and rank 8, the share does not come out right: A and B do not have the same shape."
)
check(rang_maximal(1536, 576, 0.0205)).equals(
    8, fr="Pour notre matrice et un plafond de 2,05 %, ce n'est pas le plus grand rang permis : il ne doit pas dépasser le plafond, même d'un rien, et l'on n'arrondit pas.", en="For our matrix and a ceiling of 2.05%, this is not the largest rank allowed: it must not exceed the ceiling, not even slightly, and one does not round."
)
check(rang_maximal(40, 40, 0.3)).equals(6, fr="Un rang qui atteint tout juste le plafond est permis.", en="A rank that just reaches the ceiling is allowed.")
check(rang_maximal(64, 10, 0.19)).equals(
    1, fr="Pour une matrice de 64 vers 10 et un plafond de 19 %, ce n'est pas le plus grand rang permis : il ne doit pas dépasser le plafond, même d'un rien, et l'on n'arrondit pas.", en="For a matrix from 64 to 10 and a ceiling of 19%, this is not the largest rank allowed: it must not exceed the ceiling, not even slightly, and one does not round."
)
check(rang_maximal(64, 10, 0.05)).equals(
    0, fr="Quand même le rang 1 dépasse le plafond, aucun rang ne convient : la fonction doit rendre 0.", en="When even rank 1 exceeds the ceiling, no rank will do: the function must return 0."
)
### END HIDDEN TESTS

# %% [markdown] id="partie-3" lang="fr"
# ## 3. Adapter, puis comparer
#
# Adapter, c'est la boucle d'apprentissage de toujours, **sur les seuls paramètres qui apprennent** : remettre les gradients à zéro, calculer la perte, rétropropager, faire un pas.
#
# **Un exemple.** `Facteurs` est une autre adaptation, plus sobre encore : la base est gelée, et l'on apprend un facteur pour chaque nombre de l'entrée. La cellule suivante lui fait retrouver des facteurs que nous connaissons, en 40 étapes.
#
# %% [markdown] id="partie-3" lang="en" of="e6d8c349"
# ## 3. Adapt, then compare
#
# Adapting is the usual training loop, **on the parameters that learn and no others**: reset the gradients to zero, compute the loss, backpropagate, take a step.
#
# **An example.** `Facteurs` (factors) is another adaptation, more frugal still: the base is frozen, and one factor is learnt for each number of the input. The next cell makes it find factors that we know, in 40 steps.

# %% id="adapter-exemple"
class Facteurs(nn.Module):
    def __init__(self, base):
        super().__init__()
        self.base = base
        self.base.weight.requires_grad_(False)
        self.v = nn.Parameter(torch.ones(base.in_features))

    def forward(self, x):
        return self.base(self.v * x)


exemple = Facteurs(couche_lineaire(3, 2, 0))
x_jouet = torch.eye(3)
cible = exemple.base(torch.tensor([2.0, 0.5, 1.0]) * x_jouet)
optimiseur = torch.optim.Adam([exemple.v], lr=0.1)  # la liste des paramètres qui apprennent  #@fr
optimiseur = torch.optim.Adam([exemple.v], lr=0.1)  # the list of the parameters that learn  #@en
for tour in range(40):
    optimiseur.zero_grad()
    erreur = F.mse_loss(exemple(x_jouet), cible)
    erreur.backward()
    optimiseur.step()
print("facteurs appris :", exemple.v.detach().numpy().round(2), "(cible : 2 ; 0,5 ; 1)")  #@fr
print("factors learnt:", exemple.v.detach().numpy().round(2), "(target: 2, 0.5, 1)")  #@en


def perte_services(couche, x, reste, y):
    """La perte moyenne (entropie croisée) quand la dernière matrice est remplacée par `couche` : un tenseur d'un nombre."""  #@fr
    """The mean loss (cross-entropy) when the last matrix is replaced by `couche`: a tensor of one number."""  #@en
    return F.cross_entropy(scores_services(couche(tenseur(x)), tenseur(reste)), torch.as_tensor(np.asarray(y), dtype=torch.int64))


def gradient_restant(couche):
    """La taille du gradient que la couche garde en mémoire (0 s'il n'y en a pas)."""  #@fr
    """The size of the gradient that the layer keeps in memory (0 if there is none)."""  #@en
    return sum(float(p.grad.norm()) for p in couche.parameters() if p.grad is not None)

# %% [markdown] id="adapter-consigne" lang="fr"
# ### Exercice 4. La boucle
#
# - **On vous demande** `adapter(couche, x, reste, y, etapes=60, pas=0.006)`, qui répète `etapes` fois les quatre gestes avec `torch.optim.Adam` (`lr=pas` : la taille du pas), chaque fois sur **toutes** les demandes, et rend la **liste des pertes** : `etapes` nombres ordinaires, dans l'ordre.
# - **On vous donne** une couche dont une partie est gelée, `x` de forme `(n, 1536)`, `reste` de forme `(n, 576)`, `y` (n numéros de service, de 0 à 5). `perte_services(couche, x, reste, y)` rend la perte.
# - **Un coup de pouce.** `[p for p in couche.parameters() if p.requires_grad]` est la liste des paramètres qui apprennent ; `perte.item()` transforme la perte en nombre ordinaire. À chaque étape, ne calculez la perte qu'une fois, avant le pas : c'est elle que l'on garde.
#
# La cellule qui suit la vôtre adapte pour de bon le modèle, avec `Lora` au rang 8. La vérification regarde votre boucle ; la remise mesure ensuite **le gain obtenu** sur des demandes que vous n'avez pas vues, aux formulations nouvelles : la part de demandes bien orientées doit y monter d'au moins 0,3.
#
# %% [markdown] id="adapter-consigne" lang="en" of="bcb44d1a"
# ### Exercise 4. The loop
#
# - **You are asked for** `adapter(couche, x, reste, y, etapes=60, pas=0.006)` (adapt; layer, steps, step size), which repeats the four moves `etapes` times with `torch.optim.Adam` (`lr=pas`: the step size), each time on **all** requests, and returns the **list of losses**: `etapes` ordinary numbers, in order.
# - **You are given** a layer part of which is frozen, `x` of shape `(n, 1536)`, `reste` of shape `(n, 576)`, `y` (n department numbers, from 0 to 5). `perte_services(couche, x, reste, y)` returns the loss.
# - **A hint.** `[p for p in couche.parameters() if p.requires_grad]` is the list of parameters that learn; `loss.item()` turns the loss into an ordinary number. In each step, compute the loss only once, before the parameters move: it is the one to keep.
#
# The cell after yours really adapts the model, with `Lora` at rank 8. The check looks at your loop; submitting then measures **the gain obtained** on requests that you have not seen, with new wordings: the share of them sent to the right place must rise by at least 0.3.

# %% id="adapter-code" answer=true
def adapter(couche, x, reste, y, etapes=60, pas=0.006):
    ### BEGIN SOLUTION
    optimiseur = torch.optim.Adam([p for p in couche.parameters() if p.requires_grad], lr=pas)
    pertes = []
    for _ in range(etapes):
        optimiseur.zero_grad()
        perte = perte_services(couche, x, reste, y)
        perte.backward()
        optimiseur.step()
        pertes.append(perte.item())
    return pertes
    ### END SOLUTION

# %% id="adapter-essai"
torch.manual_seed(graine)
couche_adaptee, pertes, depense = Lora(couche_de_base(), r=8, alpha=16), None, None
if sortie(couche_adaptee, x_adaptation[:1]) is None or adapter(Facteurs(couche_de_base()), x_adaptation[:6], reste_adaptation[:6], y_adaptation[:6], 1) is None:
    couche_adaptee = None
    print("Cette cellule attend les exercices 1 et 4 : revenez l'exécuter ensuite.")  #@fr
    print("This cell waits for exercises 1 and 4: come back and run it afterwards.")  #@en
else:
    with labkit.energy.measure() as depense:
        pertes = adapter(couche_adaptee, x_adaptation, reste_adaptation, y_adaptation)
    print(f"perte : {labkit.written(pertes[0], 2)} au premier pas, {labkit.written(pertes[-1], 2)} au dernier. Énergie : {depense}")  #@fr
    print(f"loss: {labkit.written(pertes[0], 2)} at the first step, {labkit.written(pertes[-1], 2)} at the last. Energy: {depense}")  #@en

# %% graded="adapter"
import numpy as np
import pandas as pd
import torch

with np.load("data/etats.npz") as lus:
    xs, rs = lus["x_adaptation"][:60].astype(np.float32), lus["reste_adaptation"][:60].astype(np.float32)
    W_base, M_base, N_base = (lus[nom].astype(np.float32) for nom in ("W", "mots", "norme"))
noms = ["Pay", "Travel", "Network", "Building", "Security", "Training"]
ys = np.array([noms.index(nom) for nom in pd.read_csv("data/tickets_adaptation.csv")["departement"][:60]])
essai = Facteurs(couche_de_base())
rendues = adapter(essai, xs, rs, ys, 5, 0.02)
check(rendues).has_length(5, fr="On attend la liste des pertes : autant de nombres que d'étapes.", en="The list of losses is expected: as many numbers as steps.")
check(float(np.abs(np.asarray(lire(essai, "v")) - 1).max())).is_at_least(
    1e-6, fr="Après cinq étapes, aucun paramètre n'a bougé : lequel des quatre gestes les déplace ?", en="After five steps, no parameter has moved: which of the four moves shifts them?"
)
check(float(np.abs(np.asarray(lire(essai, "base.weight")) - W_base).max())).is_at_most(
    1e-7, fr="La matrice de base a changé : elle est gelée, et doit le rester.", en="The base matrix has changed: it is frozen, and must stay so."
)
check(float(rendues[4])).is_at_most(
    float(rendues[0]) - 0.01, fr="En cinq étapes, la perte n'a pas baissé : vérifiez l'ordre des quatre gestes et le signe de ce que vous rétropropagez.", en="In five steps the loss has not gone down: check the order of the four moves and the sign of what you backpropagate."
)
check(couche_adaptee).is_answered()
### BEGIN HIDDEN TESTS
def scores_de(sorties, restes):
    h = torch.as_tensor(sorties + restes)
    return (h * torch.rsqrt(h.pow(2).mean(dim=1, keepdim=True) + 1e-5) * torch.as_tensor(N_base)) @ torch.as_tensor(M_base).T


une, huit = Facteurs(couche_de_base()), Facteurs(couche_de_base())
adapter(une, xs[:20], rs[:20], ys[:20], 1, 1e-9)
adapter(huit, xs[:20], rs[:20], ys[:20], 8, 1e-9)
check(float(gradient_restant(huit))).is_at_most(
    2 * float(gradient_restant(une)) + 1e-9, fr="Au bout de huit étapes, le gradient en mémoire est plusieurs fois celui d'une seule, alors que presque rien n'a bougé : les gradients des étapes s'additionnent. Quel geste l'empêche ?",
    en="After eight steps, the gradient in memory is several times that of a single one, although hardly anything has moved: the gradients of the steps add up. Which move prevents it?",
)
v = torch.ones(xs.shape[1], requires_grad=True)
temoin, attendues = torch.optim.Adam([v], lr=0.02), []
for tour in range(12):
    temoin.zero_grad()
    cout = torch.nn.functional.cross_entropy(scores_de((v * torch.as_tensor(xs)) @ torch.as_tensor(W_base).T, torch.as_tensor(rs)), torch.as_tensor(ys))
    cout.backward()
    temoin.step()
    attendues.append(cout.item())
rendues = [float(une) for une in adapter(Facteurs(couche_de_base()), xs, rs, ys, 12, 0.02)]
check(rendues[0]).is_close_to(
    attendues[0], within=0.01,
    fr="La première perte rendue n'est pas celle d'avant le premier pas : ajoutez à la liste la perte calculée dans l'étape, sur toutes les demandes.",
    en="The first loss returned is not the one before the first step: add to the list the loss computed in the step, on all requests.",
)
check(np.array(rendues)).is_close_to(
    np.array(attendues), within=0.03, fr="En douze étapes, vos pertes s'écartent de celles d'Adam au pas demandé : `pas` est-il bien transmis à l'optimiseur, et chaque étape porte-t-elle sur toutes les demandes ?",
    en="In twelve steps, your losses drift from those of Adam at the step size asked for: is `pas` passed on to the optimiser, and does each step bear on all requests?",
)
with np.load("data/etats_caches.npz") as lus:
    xh, rh = lus["x"].astype(np.float32), lus["reste"].astype(np.float32)
yh = np.array([noms.index(nom) for nom in pd.read_csv("data/tickets_caches.csv")["departement"]])
juste_avant = float((scores_de(xh @ W_base.T, rh).argmax(dim=1).numpy() == yh).mean())
juste_apres = float((scores_de(np.asarray(sortie(couche_adaptee, xh), dtype=np.float32), rh).argmax(dim=1).numpy() == yh).mean())
check(juste_apres - juste_avant).is_at_least(
    0.3, fr="Sur des formulations nouvelles, le gain de votre modèle adapté est de {value}, et l'on attend au moins 0,3 : votre boucle apprend-elle, et votre couche `Lora` peut-elle apprendre ?",
    en="On new wordings, the gain of your adapted model is {value}, and at least 0.3 is expected: does your loop learn, and is your `Lora` layer able to learn?",
)
### END HIDDEN TESTS

# %% id="prevoir-nouvelles" hide=true
ask.choice(
    "prevoir-nouvelles",
    fr="Prévoyez : sur quelles demandes du fichier d'évaluation le modèle adapté réussira-t-il le mieux ?",
    en="Predict: on which requests of the evaluation file will the adapted model do best?",
    options={
        "a": ("Aussi bien sur toutes.", "Equally well on all."),
        "b": ("Mieux sur celles dont la formulation a servi à l'adapter.", "Better on those whose wording was used to adapt it."),
        "c": ("Mieux sur les formulations nouvelles.", "Better on the new wordings."),
    },
)

# %% [markdown] id="comparer-consigne" lang="fr"
# ### Exercice 5. Comparer avant et après
#
# Une demande d'évaluation qui reprend une formulation de l'adaptation n'est qu'une répétition, avec d'autres noms : elle flatte le modèle adapté. On ne compte donc que les demandes dont la **formulation est nouvelle**.
#
# **`comparer(vrais, avant, apres, formulations, connues)`** reçoit quatre tableaux de même longueur (le bon service de chaque demande, le choix du modèle avant, son choix après, le nom de la formulation) et `connues`, l'ensemble (`set`) des formulations de l'adaptation. Les trois premiers sont des tableaux NumPy ; `formulations` peut être une liste ou une colonne pandas.
# La fonction rend un dictionnaire, calculé **sur les seules formulations nouvelles** :
#
# - `"avant"`, `"apres"` : part de demandes bien orientées, entre 0 et 1 ;
# - `"gain"` : la différence, après moins avant ;
# - `"cassees"` : le **nombre** de demandes bien orientées avant et mal orientées après. Un gain moyen peut cacher des demandes moins bien traitées qu'hier.
#
# **Exemple.** `connues = {"p0"}`.
#
# | formulation | bon service | avant | après |
# |---|---|---|---|
# | `p0` (connue : on ne la compte pas) | 1 | 0 | 1 |
# | `q1` | 2 | 2 | 4 |
# | `q2` | 3 | 0 | 3 |
# | `q3` | 5 | 1 | 5 |
# | `q3` | 4 | 0 | 4 |
#
# Sur les quatre demandes nouvelles : avant 1/4, après 3/4, gain 0,5, une demande cassée (`q1`).
#
# %% [markdown] id="comparer-consigne" lang="en" of="d043741a"
# ### Exercise 5. Compare before and after
#
# A request of the evaluation file that uses a wording of the adaptation file is a mere repetition, with other names: it flatters the adapted model. So only requests whose **wording is new** are counted.
#
# **`comparer(vrais, avant, apres, formulations, connues)`** (compare; true, before, after, wordings, known) receives four arrays of the same length (the right department of each request, the model's choice before, its choice after, the name of the wording) and `connues`, the set (`set`) of the wordings of the adaptation file. The first three are NumPy arrays; `formulations` may be a list or a pandas column.
# The function returns a dictionary, computed **on the new wordings only**:
#
# - `"avant"`, `"apres"`: the share of requests sent to the right place, between 0 and 1;
# - `"gain"`: the difference, after minus before;
# - `"cassees"` (broken): the **number** of requests sent to the right place before and to a wrong one after. A mean gain may hide requests that are handled less well than yesterday.
#
# **Example.** `connues = {"p0"}`.
#
# | wording | right department | before | after |
# |---|---|---|---|
# | `p0` (known: not counted) | 1 | 0 | 1 |
# | `q1` | 2 | 2 | 4 |
# | `q2` | 3 | 0 | 3 |
# | `q3` | 5 | 1 | 5 |
# | `q3` | 4 | 0 | 4 |
#
# On the four new requests: before 1/4, after 3/4, gain 0.5, one broken request (`q1`).

# %% id="comparer-code" answer=true
def comparer(vrais, avant, apres, formulations, connues):
    ### BEGIN SOLUTION
    nouvelles = np.array([nom not in connues for nom in formulations])
    juste_avant = (np.asarray(avant) == np.asarray(vrais))[nouvelles]
    juste_apres = (np.asarray(apres) == np.asarray(vrais))[nouvelles]
    return {
        "avant": float(juste_avant.mean()),
        "apres": float(juste_apres.mean()),
        "gain": float(juste_apres.mean() - juste_avant.mean()),
        "cassees": int((juste_avant & ~juste_apres).sum()),
    }
    ### END SOLUTION

# %% graded="comparer"
import numpy as np

exemple_comparer = [np.array([1, 2, 3, 5, 4]), np.array([0, 2, 0, 1, 0]), np.array([1, 4, 3, 5, 4]), ["p0", "q1", "q2", "q3", "q3"], {"p0"}]
rendu = comparer(*exemple_comparer)
check(rendu).has_keys(["avant", "apres", "gain", "cassees"], fr="`comparer` rend un dictionnaire à quatre clés : \"avant\", \"apres\", \"gain\", \"cassees\".", en="`comparer` returns a dictionary with four keys: \"avant\", \"apres\", \"gain\", \"cassees\".")
check(float(rendu["avant"])).is_close_to(
    0.25, within=1e-6, fr="Dans l'exemple, « avant » vaut 1/4 : seules comptent les demandes dont la formulation n'est pas dans `connues`.", en="In the example, “avant” is 1/4: only requests whose wording is not in `connues` count."
)
check(float(rendu["gain"])).is_close_to(
    0.5, within=1e-6, fr="Dans l'exemple, le gain vaut 0,5 : c'est une différence de parts, sans division ni pourcentage.", en="In the example, the gain is 0.5: it is a difference of shares, with no division and no percentage."
)
### BEGIN HIDDEN TESTS
tirage = np.random.default_rng(labkit.seed("comparer"))
v, a, b = tirage.integers(0, 6, 200), tirage.integers(0, 6, 200), tirage.integers(0, 6, 200)
a[:80], b[40:150] = v[:80], v[40:150]
f = [f"f{k}" for k in tirage.integers(0, 20, 200)]
garde = np.array([nom not in {"f3", "f7", "f11"} for nom in f])
rendu = comparer(v, a, b, f, {"f3", "f7", "f11"})
check(float(rendu["apres"])).is_close_to(
    float((b == v)[garde].mean()), within=1e-6, fr="Sur 200 autres demandes, « apres » ne tombe pas juste : quelles demandes comptez-vous ?", en="On 200 other requests, “apres” does not come out right: which requests do you count?"
)
check(int(rendu["cassees"])).equals(
    int(((a == v) & (b != v) & garde).sum()), fr="« cassees » ne tombe pas juste : une demande cassée était bien orientée avant, et ne l'est plus. Comptez-les une par une, sur les formulations nouvelles.",
    en="“cassees” does not come out right: a broken request went to the right place before, and no longer does. Count them one by one, on the new wordings.",
)
check(float(rendu["gain"])).is_close_to(
    float((b == v)[garde].mean() - (a == v)[garde].mean()), within=1e-6, fr="Sur 200 autres demandes, le gain ne tombe pas juste : après moins avant.", en="On 200 other requests, the gain does not come out right: after minus before."
)
perdu = comparer(v, b, a, f, {"f3", "f7", "f11"})
check(float(perdu["gain"])).is_close_to(
    float((a == v)[garde].mean() - (b == v)[garde].mean()), within=1e-6, fr="Quand l'adaptation dégrade le modèle, le gain est négatif : il faut le dire tel quel.", en="When the adaptation makes the model worse, the gain is negative: it must be said as it is."
)
### END HIDDEN TESTS

# %% id="comparer-essai"
mesure, W_fusionnee = None, None
if couche_adaptee is None or comparer(y_evaluation, y_evaluation, y_evaluation, evaluation["formulation"], {"p"}) is None or fusionner(W, lire(couche_adaptee, "A"), lire(couche_adaptee, "B"), 2.0) is None:
    print("Cette cellule attend les exercices 1, 2, 4 et 5.")  #@fr
    print("This cell waits for exercises 1, 2, 4 and 5.")  #@en
else:
    W_fusionnee = fusionner(W, lire(couche_adaptee, "A"), lire(couche_adaptee, "B"), 16 / 8)
    choix_apres = choix_services(W_fusionnee, x_evaluation, reste_evaluation)
    connues = set(adaptation["formulation"])
    nouvelles = ~evaluation["formulation"].isin(connues).to_numpy()
    mesure = comparer(y_evaluation, choix_avant, choix_apres, evaluation["formulation"], connues)
    print("formulations nouvelles :", ", ".join(f"{nom} {labkit.written(valeur, 3)}" for nom, valeur in mesure.items()))  #@fr
    print("new wordings:", ", ".join(f"{nom} {labkit.written(valeur, 3)}" for nom, valeur in mesure.items()))  #@en
    print("après, formulations connues :", labkit.written((choix_apres == y_evaluation)[~nouvelles].mean(), 3))  #@fr
    print("after, known wordings:", labkit.written((choix_apres == y_evaluation)[~nouvelles].mean(), 3))  #@en
    couche_adaptee.actif = False
    eteint = scores_services(tenseur(sortie(couche_adaptee, x_evaluation)), tenseur(reste_evaluation)).argmax(dim=1).numpy()
    couche_adaptee.actif = True
    print("adaptation éteinte, mêmes choix que la base :", labkit.tr("oui", "yes") if (eteint == choix_avant).all() else labkit.tr("non", "no"))  #@fr
    print("adaptation off, same choices as the base:", labkit.tr("oui", "yes") if (eteint == choix_avant).all() else labkit.tr("non", "no"))  #@en
    labkit.plots.bars(
        SERVICES,
        {labkit.tr(nom_fr, nom_en): [float((choix == y_evaluation)[nouvelles & (y_evaluation == k)].mean()) for k in range(6)] for nom_fr, nom_en, choix in (("avant", "before", choix_avant), ("après", "after", choix_apres))},
        fr="Formulations nouvelles : part bien orientée, par service", en="New wordings: share sent to the right place, by department", y=("part", "share"),
    )

# %% [markdown] id="comparer-lecture" lang="fr"
# **Comparez avec votre prévision.** Le gain est net sur les formulations nouvelles, mais le modèle adapté réussit mieux encore sur les formulations connues : voilà pourquoi on ne compte que les nouvelles. Lisez aussi la figure service par service : le gain n'est pas le même pour tous,
# et quelques demandes peuvent être *cassées*. Tout est réversible : éteinte, l'adaptation rend la base. Les deux petites matrices se gardent à part, pour moins de 70 ko, quand le modèle pèse plus de 500 Mo.
#
# %% [markdown] id="comparer-lecture" lang="en" of="0edd2381"
# **Compare with your prediction.** The gain is clear on the new wordings, but the adapted model does better still on the known ones: this is why only the new ones count. Read the figure department by department too: the gain is not the same for all,
# and a few requests may be *broken*. Everything can be undone: switched off, the adaptation gives the base back. The two small matrices are kept apart, in less than 70 kB, while the model weighs more than 500 MB.

# %% [markdown] id="partie-4" lang="fr"
# ## 4. Quantifier sur 8 bits
#
# Un poids occupe ici 32 bits. **Quantifier**, c'est le remplacer par un petit nombre entier, et garder un **pas**, par lequel on multiplie cet entier pour **relire** le poids. (Ce pas n'a rien à voir avec celui de l'apprentissage.) Nous prenons une quantification **symétrique, par ligne** : chaque ligne de la matrice a son pas $s$, calculé sur ses seuls poids.
#
# $$s = \frac{\max |w|}{127} \qquad q = \text{arrondi}\left(\frac{w}{s}\right) \in \{-127, …, 127\} \qquad \hat w = s\, q$$
#
# **Un exemple à la main.** La ligne $(0{,}30 ; -1{,}27 ; 0{,}014)$ : le plus grand poids, en valeur absolue, est 1,27 ; donc $s = 0{,}01$ et $q = (30 ; -127 ; 1)$. On relit $(0{,}30 ; -1{,}27 ; 0{,}01)$ : le dernier poids a perdu 0,004.
# Arrondir au plus proche ne déplace jamais un poids de plus d'un **demi-pas**, $s/2$.
#
# *Pour être exact* : les poids fournis avec ce modèle avaient déjà été quantifiés une fois, sur 4 bits par petits blocs, par ceux qui le distribuent. Nous mesurons ici ce qu'ajoute une quantification sur 8 bits, par ligne.
#
# %% [markdown] id="partie-4" lang="en" of="c38a1684"
# ## 4. Quantising to 8 bits
#
# A weight takes 32 bits here. **Quantising** replaces it by a small whole number, and keeps a **step**, by which this number is multiplied to **read** the weight **back**. (This step has nothing to do with those of training.) We take a quantisation that is **symmetric, per row**: each row of the matrix has its own step $s$, computed on its own weights.
#
# $$s = \frac{\max |w|}{127} \qquad q = \text{round}\left(\frac{w}{s}\right) \in \{-127, …, 127\} \qquad \hat w = s\, q$$
#
# **An example by hand.** The row $(0.30, -1.27, 0.014)$: the largest weight, in absolute value, is 1.27; so $s = 0.01$ and $q = (30, -127, 1)$. Reading back gives $(0.30, -1.27, 0.01)$: the last weight has lost 0.004.
# Rounding to the nearest never moves a weight by more than **half a step**, $s/2$.
#
# *To be exact*: the weights provided with this model had already been quantised once, to 4 bits in small blocks, by those who distribute it. What we measure here is what a quantisation to 8 bits, per row, adds.

# %% id="prevoir-lignes" hide=true
ask.choice(
    "prevoir-lignes",
    fr="Prévoyez : une ligne a des poids de l'ordre de 0,01 et une autre de l'ordre de 1. Que se passe-t-il avec un seul pas pour toute la matrice ?",
    en="Predict: one row has weights of about 0.01 and another of about 1. What happens with a single step for the whole matrix?",
    options={
        "a": ("Rien : l'erreur relative est la même partout.", "Nothing: the relative error is the same everywhere."),
        "b": ("La grande ligne est mal rendue.", "The large row is badly rendered."),
        "c": ("La petite ligne est presque effacée : ses poids tiennent en deux ou trois valeurs.", "The small row is almost wiped out: its weights fit in two or three values."),
    },
)

# %% [markdown] id="quantifier-consigne" lang="fr"
# ### Exercice 6. Quantifier, relire
#
# - **`quantifier(W)`** reçoit un tableau `(m, n)` et rend deux choses : `q`, un tableau d'entiers de type `np.int8`, de forme `(m, n)`, et `s`, les pas, de forme `(m,)`.
# - **`reconstruire(q, s)`** rend le tableau relu, de forme `(m, n)`, en nombres à virgule.
# - **Un piège** : une ligne entièrement nulle. Son pas serait nul, et l'on ne divise pas par zéro : prenez alors un pas de 1.
# - **Un coup de pouce** : `np.abs(W).max(axis=1)` donne une valeur par ligne, `np.round` arrondit au plus proche, et `s[:, None]` range les pas en colonne.
#
# %% [markdown] id="quantifier-consigne" lang="en" of="e90449f7"
# ### Exercise 6. Quantise, read back
#
# - **`quantifier(W)`** (quantise) receives an array `(m, n)` and returns two things: `q`, an array of integers of type `np.int8`, of shape `(m, n)`, and `s`, the steps, of shape `(m,)`.
# - **`reconstruire(q, s)`** (rebuild) returns the array read back, of shape `(m, n)`, in floating-point numbers.
# - **A trap**: a row that is all zeros. Its step would be zero, and one does not divide by zero: take a step of 1 in that case.
# - **A hint**: `np.abs(W).max(axis=1)` gives one value per row, `np.round` rounds to the nearest, and `s[:, None]` puts the steps in a column.

# %% id="quantifier-code" answer=true
def quantifier(W):
    ### BEGIN SOLUTION
    s = np.abs(W).max(axis=1) / 127
    s = np.where(s == 0, 1.0, s)
    return np.round(W / s[:, None]).astype(np.int8), s
    ### END SOLUTION


def reconstruire(q, s):
    ### BEGIN SOLUTION
    return q.astype(np.float32) * s[:, None]
    ### END SOLUTION

# %% graded="quantifier"
import numpy as np
import pandas as pd

ligne = np.array([[0.30, -1.27, 0.014], [0.0, 0.0, 0.0]])
check(quantifier).called_with(ligne).has_length(2, fr="`quantifier` rend deux choses : `q`, puis `s`.", en="`quantifier` returns two things: `q`, then `s`.")
q, s = quantifier(ligne)
check(str(np.asarray(q).dtype)).equals("int8", fr="`q` doit être de type `np.int8` : c'est lui qui fait gagner la place.", en="`q` must be of type `np.int8`: it is what saves the space.")
check(np.asarray(s)).has_shape((2,), fr="`s` contient un pas par ligne : ici, deux nombres.", en="`s` holds one step per row: here, two numbers.")
check(bool(np.isfinite(np.asarray(reconstruire(q, s))).all())).is_true(
    fr="La relecture contient des valeurs qui ne sont pas des nombres : que devient une ligne entièrement nulle ?", en="Reading back gives values that are not numbers: what becomes of a row that is all zeros?"
)
check(np.asarray(q)[0].astype(int)).is_close_to(
    np.array([30, -127, 1]), within=0.5, fr="Sur l'exemple à la main, on attend 30, −127 et 1 : le plus grand poids donne ±127.", en="On the example by hand, 30, −127 and 1 are expected: the largest weight gives ±127."
)
### BEGIN HIDDEN TESTS
tirage = np.random.default_rng(labkit.seed("quantifier"))
M1 = tirage.normal(size=(12, 40)) * np.array([[10.0 ** -(k % 4)] for k in range(12)])
M1[5], M1[7, 3] = 0.0, -4.0
q, s = quantifier(M1.copy())
q, s = np.asarray(q).astype(int), np.asarray(s)
relue = np.asarray(reconstruire(*quantifier(M1.copy())))
check(bool(np.isfinite(relue).all())).is_true(fr="Une ligne nulle donne des valeurs qui ne sont pas des nombres.", en="A row of zeros gives values that are not numbers.")
sommets = np.abs(q).max(axis=1)[np.arange(12) != 5]
check(bool(((sommets >= 126) & (sommets <= 127)).all())).is_true(  # 126: cut off rather than rounded, see below
    fr="Dans chaque ligne, le plus grand poids doit donner ±127 : le pas est-il bien, ligne par ligne, la plus grande valeur absolue divisée par 127 ?", en="In each row, the largest weight must give ±127: is the step, row by row, the largest absolute value divided by 127?"
)
demi = np.abs(M1).max(axis=1, keepdims=True) / 127 / 2
check(float((np.abs(relue - M1) - demi).max())).is_at_most(
    1e-5, fr="Un poids s'écarte de plus d'un demi-pas après relecture : arrondissez-vous au plus proche ? Convertir en entier coupe les décimales.", en="A weight differs by more than half a step once read back: do you round to the nearest? Converting to an integer cuts the decimals off."
)
with np.load("data/etats.npz") as lus:
    W_base, M_base, N_base, xe, re_ = (lus[nom].astype(np.float32) for nom in ("W", "mots", "norme", "x_evaluation", "reste_evaluation"))
choisis = []
for matrice in (W_base, np.asarray(reconstruire(*quantifier(W_base)), dtype=np.float32)):
    h = re_ + xe @ matrice.T
    choisis.append(((h / np.sqrt((h * h).mean(axis=1, keepdims=True) + 1e-5) * N_base) @ M_base.T).argmax(axis=1))
vrais = np.array([["Pay", "Travel", "Network", "Building", "Security", "Training"].index(nom) for nom in pd.read_csv("data/tickets_evaluation.csv")["departement"]])
check(float((choisis[0] == vrais).mean() - (choisis[1] == vrais).mean())).is_at_most(
    0.01, fr="Sur la vraie matrice, votre quantification fait perdre plus de 0,01 d'exactitude : un pas par ligne, arrondi au plus proche ?", en="On the real matrix, your quantisation loses more than 0.01 of accuracy: one step per row, rounding to the nearest?"
)
### END HIDDEN TESTS

# %% [markdown] id="bilan-consigne" lang="fr"
# **Comparez avec votre prévision.** Avec un seul pas pour toute la matrice, il vaudrait $1/127 \approx 0{,}008$ : les poids de l'ordre de 0,01 deviendraient −1, 0 ou 1. La petite ligne serait presque effacée. D'où un pas par ligne.
#
# ### Exercice 7. Le bilan
#
# **`bilan_int8(forme, exactitude_avant, exactitude_apres)`** reçoit la forme `(m, n)` d'une matrice et deux **exactitudes** (parts de demandes bien orientées, entre 0 et 1), mesurées avec la matrice d'origine, puis avec la matrice relue. La fonction rend un dictionnaire :
#
# - `"octets_avant"` : la place de la matrice en nombres de 32 bits, soit 4 octets chacun ;
# - `"octets_apres"` : celle des entiers (1 octet chacun) **et des pas** (un par ligne, de 32 bits) ;
# - `"economie"` : la part de mémoire gagnée, entre 0 et 1 ;
# - `"perte"` : l'exactitude perdue, positive quand la quantification dégrade le modèle ;
# - `"acceptable"` : `True` si la perte ne dépasse pas 0,01, sinon `False`. Une quantification qui améliore par chance l'exactitude est acceptable.
#
# **Exemple.** Forme `(10, 100)`, exactitudes 0,90 puis 0,86 : 4 000 octets avant ; 1 000 + 40 = 1 040 après ; économie 0,74 ; perte 0,04 ; `"acceptable"` vaut `False`.
#
# %% [markdown] id="bilan-consigne" lang="en" of="7dfc51f5"
# **Compare with your prediction.** A single step for the whole matrix would be $1/127 \approx 0.008$: the weights of about 0.01 would become −1, 0 or 1. The small row would be almost wiped out. Hence one step per row.
#
# ### Exercise 7. The balance
#
# **`bilan_int8(forme, exactitude_avant, exactitude_apres)`** (balance; shape, accuracy before, after) receives the shape `(m, n)` of a matrix and two **accuracies** (shares of requests sent to the right place, between 0 and 1), measured with the original matrix, then with the matrix read back. It returns a dictionary:
#
# - `"octets_avant"` (bytes before): the room that the matrix takes in 32-bit numbers, 4 bytes each;
# - `"octets_apres"` (bytes after): that of the integers (1 byte each) **and of the steps** (one per row, 32 bits);
# - `"economie"` (saving): the share of memory saved, between 0 and 1;
# - `"perte"` (loss): the accuracy lost, positive when quantisation makes the model worse;
# - `"acceptable"`: `True` if the loss does not exceed 0.01, otherwise `False`. A quantisation that happens to improve the accuracy is acceptable.
#
# **Example.** Shape `(10, 100)`, accuracies 0.90 then 0.86: 4,000 bytes before; 1,000 + 40 = 1,040 after; saving 0.74; loss 0.04; `"acceptable"` is `False`.

# %% id="bilan-code" answer=true
def bilan_int8(forme, exactitude_avant, exactitude_apres):
    ### BEGIN SOLUTION
    m, n = forme
    octets_avant, octets_apres = 4 * m * n, m * n + 4 * m
    perte = exactitude_avant - exactitude_apres
    return {
        "octets_avant": octets_avant,
        "octets_apres": octets_apres,
        "economie": 1 - octets_apres / octets_avant,
        "perte": perte,
        "acceptable": perte <= 0.01,
    }
    ### END SOLUTION

# %% graded="bilan"
rendu = bilan_int8((10, 100), 0.90, 0.86)
check(rendu).has_keys(
    ["octets_avant", "octets_apres", "economie", "perte", "acceptable"], fr="`bilan_int8` rend un dictionnaire à cinq clés, celles de l'énoncé.", en="`bilan_int8` returns a dictionary with five keys, those of the exercise."
)
check(rendu["octets_apres"]).equals(
    1040, fr="Dans l'exemple, on attend 1 040 octets après quantification : que faut-il garder, en plus des entiers, pour pouvoir relire ?", en="In the example, 1,040 bytes are expected after quantisation: what must be kept, besides the integers, to be able to read back?"
)
check(rendu["octets_avant"]).equals(4000, fr="Dans l'exemple, la matrice d'origine occupe 4 000 octets : 4 par nombre.", en="In the example, the original matrix takes 4,000 bytes: 4 per number.")
check(float(rendu["perte"])).is_close_to(
    0.04, within=1e-6, fr="Dans l'exemple, la perte vaut 0,04 : elle est positive quand l'exactitude baisse.", en="In the example, the loss is 0.04: it is positive when the accuracy goes down."
)
### BEGIN HIDDEN TESTS
check(float(bilan_int8((576, 1536), 0.9, 0.9)["economie"])).is_close_to(
    1 - (576 * 1536 + 4 * 576) / (4 * 576 * 1536), within=1e-6, fr="Pour notre matrice, l'économie ne tombe pas juste : c'est la part de mémoire gagnée, non la part qui reste.", en="For our matrix, the saving does not come out right: it is the share of memory saved, not the share that remains."
)
check(bool(bilan_int8((8, 8), 0.80, 0.86)["acceptable"])).is_true(
    fr="Une exactitude qui monte n'est pas une perte : elle est acceptable. Regardez le signe.", en="An accuracy that rises is not a loss: it is acceptable. Look at the sign."
)
check(bool(bilan_int8((8, 8), 0.50, 0.485)["acceptable"])).is_false(
    fr="Une perte de 0,015 dépasse 0,01 : elle n'est pas acceptable.", en="A loss of 0.015 exceeds 0.01: it is not acceptable."
)
check(bool(bilan_int8((8, 8), 0.40, 0.395)["acceptable"])).is_true(
    fr="Une perte de 0,005 est acceptable, même quand l'exactitude est basse : comparez la différence elle-même à 0,01, sans la rapporter à l'exactitude.", en="A loss of 0.005 is acceptable, even when the accuracy is low: compare the difference itself with 0.01, not in proportion to the accuracy."
)
### END HIDDEN TESTS

# %% id="bilan-essai"
bilan_mesure = None
if W_fusionnee is None or quantifier(W[:2]) is None or reconstruire(np.ones((1, 1), dtype=np.int8), np.ones(1)) is None or bilan_int8((2, 2), 1.0, 1.0) is None:
    print("Cette cellule attend les exercices 1 à 7.")  #@fr
    print("This cell waits for exercises 1 to 7.")  #@en
else:
    choix_relus = choix_services(reconstruire(*quantifier(W_fusionnee)), x_evaluation, reste_evaluation)
    bilan_mesure = bilan_int8(W.shape, float((choix_apres == y_evaluation).mean()), float((choix_relus == y_evaluation).mean()))
    for nom in ("octets_avant", "octets_apres", "economie", "perte"):
        print(f"{nom} :", labkit.written(bilan_mesure[nom], 4))  #@fr
        print(f"{nom}:", labkit.written(bilan_mesure[nom], 4))  #@en
    print("acceptable :", labkit.tr("oui", "yes") if bilan_mesure["acceptable"] else labkit.tr("non", "no"))  #@fr
    print("acceptable:", labkit.tr("oui", "yes") if bilan_mesure["acceptable"] else labkit.tr("non", "no"))  #@en
    print("demandes orientées autrement après quantification :", int((choix_relus != choix_apres).sum()), "sur", len(choix_apres))  #@fr
    print("requests sent elsewhere after quantisation:", int((choix_relus != choix_apres).sum()), "of", len(choix_apres))  #@en

# %% [markdown] id="bilan-lecture" lang="fr"
# **Lire ce bilan.** Près des trois quarts de la mémoire en moins pour cette matrice, et presque aucune décision changée. Attention à la portée de cette mesure : une demande sur 135 pèse environ 0,007 d'exactitude, et l'on ne voit rien de plus fin. Une perte nulle peut aussi cacher des changements qui se compensent : la dernière ligne affichée les compte.
# Enfin, une seule matrice sur plus de deux cents est quantifiée : quand on les quantifie toutes, les erreurs s'ajoutent, et il faut mesurer de nouveau.
#
# %% [markdown] id="bilan-lecture" lang="en" of="7489c692"
# **Reading this balance.** Almost three quarters less memory for this matrix, and hardly any decision changed. Mind how far this measurement goes: one request in 135 weighs about 0.007 of accuracy, and nothing finer can be seen. A loss of zero may also hide changes that cancel out: the last line displayed counts them.
# Lastly, a single matrix out of more than two hundred is quantised: when all are, the errors add up, and one must measure again.

# %% [markdown] id="partie-5" lang="fr"
# ## 5. Fallait-il adapter ?
#
# Nous avons mesuré à l'avance quatre solutions, sur la même machine et sur les mêmes formulations nouvelles. L'énergie est une estimation (temps de calcul × 10 W par cœur), en **milliwattheures** (mWh).
#
# | solution | ce que c'est |
# |---|---|
# | `mots-cles` | un classifieur classique sur les mots de la demande, entraîné sur les 320 demandes ; aucun modèle de langue |
# | `consigne` | le modèle de langue tel quel, avec la consigne du lab |
# | `consigne-exemples` | le même, avec douze exemples dans la consigne, relus à chaque demande |
# | `lora` | le modèle adapté ; la préparation comprend la lecture des 320 demandes et l'apprentissage |
#
# `exactitude` est la part de demandes bien orientées, sur les 87 demandes aux formulations nouvelles. `mwh_preparation` se paie **une fois** ; `mwh_1000_tickets`, pour **mille demandes** traitées.
#
# %% [markdown] id="partie-5" lang="en" of="61e75ebe"
# ## 5. Did it take an adaptation?
#
# We measured four solutions beforehand, on the same machine and on the same new wordings. Energy is an estimate (computing time × 10 W per core), in **milliwatt-hours** (mWh).
#
# | solution | what it is |
# |---|---|
# | `mots-cles` (keywords) | a classical classifier on the words of the request, trained on the 320 requests; no language model |
# | `consigne` (instruction) | the language model as it is, with the instruction of the lab |
# | `consigne-exemples` | the same, with twelve examples in the instruction, read again for each request |
# | `lora` | the adapted model; the preparation includes reading the 320 requests and training |
#
# `exactitude` is the accuracy, on the 87 requests with new wordings. `mwh_preparation` is paid **once**; `mwh_1000_tickets`, for a **thousand requests** handled.

# %% id="energie-mesures"
table_mesures = pd.read_csv("data/mesures.csv")
mesures = table_mesures.to_dict("records")  # une liste de dictionnaires, un par solution  #@fr
mesures = table_mesures.to_dict("records")  # a list of dictionaries, one per solution  #@en
labkit.table(table_mesures, digits=3, fr="Quatre solutions mesurées (énergie estimée, en mWh)", en="Four solutions measured (estimated energy, in mWh)")

# %% [markdown] id="energie-consigne" lang="fr"
# ### Exercice 8. À partir de combien de demandes ?
#
# **`seuil_rentable(a, b)`** reçoit deux dictionnaires du tableau. Elle rend le **nombre de demandes** (entier ou non) pour lequel `a` et `b` ont consommé autant, préparation comprise ; au-delà, `a` consomme moins. Deux cas à part :
#
# - `a` ne coûte pas plus que `b`, ni en préparation ni par demande : `a` est avantageuse d'emblée, rendez `0` ;
# - `a` coûte plus par demande (ou autant, avec plus de préparation) : `a` ne l'emporte pas à la longue, rendez `float("inf")`.
#
# **Exemple.** `a` : 60 mWh de préparation, 20 mWh pour mille demandes ; `b` : 10 et 45. `a` part avec 50 mWh de retard et en rattrape 25 toutes les mille demandes : le seuil est de **2 000** demandes.
#
# **`choisir_sobre(solutions, exigence, tickets)`** rend le **nom** (`"solution"`) de celle qui consomme le moins, préparation comprise, pour `tickets` demandes, **parmi celles** dont l'exactitude atteint au moins `exigence` ; le texte `"aucune"` si aucune ne l'atteint.
#
# %% [markdown] id="energie-consigne" lang="en" of="1bf8e76c"
# ### Exercise 8. From how many requests on?
#
# **`seuil_rentable(a, b)`** (break-even point) receives two dictionaries of the table. It returns the **number of requests** (whole or not) at which `a` and `b` have used the same energy, preparation included; beyond it, `a` uses less. Two cases apart:
#
# - `a` costs no more than `b`, neither to prepare nor per request: `a` is worth it from the start, return `0`;
# - `a` costs more per request (or as much, with more preparation): `a` does not win in the long run, return `float("inf")`.
#
# **Example.** `a`: 60 mWh of preparation, 20 mWh per thousand requests; `b`: 10 and 45. `a` starts 50 mWh behind and makes up 25 with every thousand requests: the break-even point is **2,000** requests.
#
# **`choisir_sobre(solutions, exigence, tickets)`** (choose the frugal one) returns the **name** (`"solution"`) of the one that uses least, preparation included, for `tickets` requests, **among those** whose accuracy is at least `exigence` (the requirement); the text `"aucune"` (none) if none reaches it.

# %% id="energie-code" answer=true
def seuil_rentable(a, b):
    ### BEGIN SOLUTION
    retard = a["mwh_preparation"] - b["mwh_preparation"]
    avance = (b["mwh_1000_tickets"] - a["mwh_1000_tickets"]) / 1000
    if retard <= 0 and avance >= 0:
        return 0
    return retard / avance if avance > 0 else float("inf")
    ### END SOLUTION


def choisir_sobre(solutions, exigence, tickets):
    ### BEGIN SOLUTION
    suffisantes = [s for s in solutions if s["exactitude"] >= exigence]
    if not suffisantes:
        return "aucune"
    return min(suffisantes, key=lambda s: s["mwh_preparation"] + tickets / 1000 * s["mwh_1000_tickets"])["solution"]
    ### END SOLUTION

# %% graded="energie"
a_main = {"solution": "a", "exactitude": 0.9, "mwh_preparation": 60.0, "mwh_1000_tickets": 20.0}
b_main = {"solution": "b", "exactitude": 0.9, "mwh_preparation": 10.0, "mwh_1000_tickets": 45.0}
check(seuil_rentable(a_main, b_main)).is_close_to(
    2000, within=0.5, fr="Dans l'exemple, on attend 2 000 demandes : le retard de préparation, divisé par ce que `a` gagne à chaque demande. Pour combien de demandes la colonne `mwh_1000_tickets` est-elle donnée ?",
    en="In the example, 2,000 requests are expected: the preparation to make up for, divided by what `a` gains on each request. For how many requests is the column `mwh_1000_tickets` given?",
)
check(choisir_sobre([a_main], 0.9, 1000)).equals("a", fr="Une seule solution, qui atteint tout juste l'exigence : c'est son nom qu'il faut rendre.", en="A single solution that just meets the requirement: its name is to be returned.")
### BEGIN HIDDEN TESTS
check(float(seuil_rentable(b_main, a_main))).equals(
    float("inf"), fr="Une solution qui coûte plus à chaque demande ne l'emporte pas à la longue : on attend `float(\"inf\")`.", en="A solution that costs more for each request does not win in the long run: `float(\"inf\")` is expected."
)
check(float(seuil_rentable({**a_main, "mwh_preparation": 5.0}, b_main))).equals(
    0.0, fr="Une solution moins coûteuse en préparation et à chaque demande est avantageuse d'emblée : on attend 0.", en="A solution that costs less to prepare and for each request is worth it from the start: 0 is expected."
)
cachees = [
    {"solution": "parfaite", "exactitude": 0.99, "mwh_preparation": 900.0, "mwh_1000_tickets": 80.0},
    {"solution": "sans-preparation", "exactitude": 0.90, "mwh_preparation": 0.0, "mwh_1000_tickets": 50.0},
    {"solution": "preparee", "exactitude": 0.92, "mwh_preparation": 300.0, "mwh_1000_tickets": 10.0},
    {"solution": "faible", "exactitude": 0.60, "mwh_preparation": 1.0, "mwh_1000_tickets": 0.1},
]
check(choisir_sobre(cachees, 0.85, 2000)).equals(
    "sans-preparation", fr="Pour peu de demandes, la préparation domine : l'avez-vous comptée, et avez-vous écarté les solutions dont l'exactitude ne suffit pas ?", en="For few requests, the preparation dominates: have you counted it, and have you set aside the solutions whose accuracy is not enough?"
)
check(choisir_sobre(cachees, 0.85, 100000)).equals(
    "preparee", fr="Pour beaucoup de demandes, ce que coûte chacune domine : comptez-le avec la préparation.", en="For many requests, what each one costs dominates: count it together with the preparation."
)
check(choisir_sobre(cachees, 0.95, 2000)).equals("parfaite", fr="Quand une seule solution atteint l'exigence, c'est elle, même si elle consomme davantage.", en="When a single solution meets the requirement, it is that one, even if it uses more energy.")
check(choisir_sobre(cachees, 0.999, 2000)).equals("aucune", fr="Aucune solution n'atteint cette exigence : la fonction doit rendre le texte \"aucune\".", en="No solution meets this requirement: the function must return the text \"aucune\".")
### END HIDDEN TESTS

# %% [markdown] id="energie-explorer" lang="fr"
# **Explorez.** Le standard reçoit 30 000 demandes par an. Comment le choix change-t-il avec l'exigence ?
#
# %% [markdown] id="energie-explorer" lang="en" of="7223e605"
# **Explore.** The help desk receives 30,000 requests per year. How does the choice change with the requirement?

# %% id="energie-choix"
seuil_lora = None
if choisir_sobre(mesures, 0.1, 1000) is None or seuil_rentable(mesures[3], mesures[2]) is None:
    print("Cette cellule attend l'exercice 8.")  #@fr
    print("This cell waits for exercise 8.")  #@en
else:
    for exigence in (0.4, 0.6, 0.8, 0.95):
        print("exigence", labkit.written(exigence, 2), "→", choisir_sobre(mesures, exigence, 30_000))  #@fr
        print("requirement", labkit.written(exigence, 2), "→", choisir_sobre(mesures, exigence, 30_000))  #@en
    seuil_lora = seuil_rentable(mesures[3], mesures[2])
    print("LoRA consomme moins que la consigne à exemples à partir de", labkit.written(seuil_lora, 0), "demandes.")  #@fr
    print("LoRA uses less than the instruction with examples from", labkit.written(seuil_lora, 0), "requests on.")  #@en

# %% [markdown] id="energie-recul" lang="fr"
# **Ce que l'on voit.** Aux exigences de 0,4 et de 0,6, le classifieur sur les mots suffit ; à 0,8, seul le modèle adapté convient ; à 0,95, aucune solution.
#
# **Gardez la mesure.** Ces énergies sont petites ; ce qui compte est le **rapport** entre solutions, et la méthode : fixer l'exigence, écarter ce qui ne suffit pas, puis compter préparation et usage. Un service qui garde en mémoire la consigne déjà lue
# réduirait ce que coûte la consigne à exemples, qui n'apporte rien ici à un modèle aussi petit. Et regardez la première ligne du tableau : sur 87 demandes nouvelles, trois seulement séparent le classifieur sur les mots du modèle adapté. C'est trop peu pour prouver lequel est le meilleur, et l'énergie du classifieur est
# plus de deux cents fois moindre. Quand une solution sans modèle de langue suffit, prenez-la. L'adaptation prend son intérêt quand l'exigence monte, ou quand un modèle de langue est déjà là pour autre chose.
#
# %% [markdown] id="energie-recul" lang="en" of="16732e22"
# **What we see.** At requirements of 0.4 and 0.6, the classifier on words is enough; at 0.8, only the adapted model will do; at 0.95, no solution will.
#
# **Keep a sense of proportion.** These energies are small; what counts is the **ratio** between solutions, and the method: set the requirement, set aside what is not enough, then count preparation and use. A service that keeps in memory the instruction that it has already read
# would lower the cost of the instruction with examples, which brings nothing here to so small a model. And look at the first row of the table: of 87 new requests, only three separate the classifier on words from the adapted model. That is too few to prove which one is better, and the classifier uses
# less than a two-hundredth of the energy. When a solution without a language model is enough, take it. Adapting becomes worthwhile when the requirement rises, or when a language model is already there for something else.

# %% [markdown] id="partie-6" lang="fr"
# ## 6. Votre recommandation
#
# La direction vous lit en une minute. Dans 50 à 150 mots, dites :
#
# 1. **quelle solution** vous recommandez, avec **deux mesures** du lab à l'appui (gain sur formulations nouvelles, demandes cassées, perte, mémoire, énergie…) ;
# 2. **une limite** des données ou de la mesure ;
# 3. **le garde-fou** : ce que vous mesurerez avant la mise en service, ce que relira une personne, comment revenir en arrière.
#
# %% [markdown] id="partie-6" lang="en" of="7e4db56a"
# ## 6. Your recommendation
#
# Management reads you in one minute. In 50 to 150 words, say:
#
# 1. **which solution** you recommend, with **two measurements** of the lab in support (gain on new wordings, broken requests, loss, memory, energy…);
# 2. **one limit** of the data or of the measurement;
# 3. **the safeguard**: what you will measure before it goes into service, what a person will reread, how to go back.

# %% id="decision-widget" hide=true
ask.text("decision", fr="Votre recommandation (50 à 150 mots)", en="Your recommendation (50 to 150 words)", rows=8, words=(50, 150))

# %% [markdown] graded="decision" lang="fr"
# **Votre recommandation** sera lue et notée par votre formatrice ou votre formateur : une solution justifiée par deux mesures (1 point), une limite et un garde-fou précis (1 point).
#
# %% [markdown] graded="decision" lang="en" of="3131f53e"
# **Your recommendation** will be read and graded by your trainer: a solution supported by two measurements (1 point), a specific limit and safeguard (1 point).

# %% [markdown] id="fiche" lang="fr"
# ## Votre fiche d'adaptation
#
# La cellule suivante rassemble vos mesures et votre recommandation en une page, à garder et à joindre à un dossier. Relancez-la quand vous changez une réponse.
#
# %% [markdown] id="fiche" lang="en" of="f7305a66"
# ## Your adaptation record
#
# The next cell gathers your measurements and your recommendation on one page, to keep and to attach to a file. Run it again when you change an answer.

# %% id="fiche-code" hide=true
labkit.artefact(
    "fiche-adaptation",
    ("Fiche d'adaptation : orientation de demandes", "Adaptation record: routing requests"),
    [
        (("Modèle et usage", "Model and use"), labkit.tr(
            "SmolLM2, 135 millions de paramètres, en anglais ; une matrice adaptée (dernier bloc), rang 8, α = 16. Oriente une demande vers l'un de six services ; rien d'autre n'a été évalué.",
            "SmolLM2, 135 million parameters, English; one matrix adapted (last block), rank 8, α = 16. Sends a request to one of six departments; nothing else has been evaluated.")),
        (("Données", "Data"), labkit.tr(
            f"{len(adaptation)} demandes inventées pour adapter ; {len(evaluation)} pour évaluer. Pour la comparaison avant et après, seules comptent les formulations nouvelles.",
            f"{len(adaptation)} invented requests to adapt; {len(evaluation)} to evaluate. To compare before and after, only the new wordings count.")),
        (("Avant et après", "Before and after"), mesure and labkit.tr(
            f"Formulations nouvelles : {labkit.written(100 * mesure['avant'], 1)} % avant, {labkit.written(100 * mesure['apres'], 1)} % après ; demandes cassées : {mesure['cassees']}.",
            f"New wordings: {mesure['avant']:.1%} before, {mesure['apres']:.1%} after; broken requests: {mesure['cassees']}.")),
        (("Quantification sur 8 bits", "Quantisation to 8 bits"), bilan_mesure and labkit.tr(
            f"Mémoire de la matrice réduite de {labkit.written(100 * bilan_mesure['economie'], 1)} % ; perte d'exactitude, sur toutes les demandes d'évaluation : {labkit.written(bilan_mesure['perte'], 3)}.",
            f"Memory of the matrix reduced by {bilan_mesure['economie']:.1%}; accuracy lost, on all requests of the evaluation file: {bilan_mesure['perte']:.3f}.")),
        (("Énergie (estimation)", "Energy (estimate)"), depense and labkit.tr(
            f"Apprentissage sur cette machine : {depense}. {depense.method}", f"Training on this machine: {depense}. {depense.method}")),
        (("Retour en arrière", "Going back"), labkit.tr("L'adaptation se garde à part ; éteinte, elle rend exactement le modèle de base.", "The adaptation is kept apart; switched off, it gives back exactly the base model.")),
        (("Recommandation", "Recommendation"), ask.answer("decision")),
    ],
)

# %% [markdown] id="fin" lang="fr"
# ### Ce que vous savez faire maintenant
#
# Écrire une adaptation de rang faible et la fusionner ; compter ce qui apprend ; prouver un gain sur des formulations nouvelles, et compter ce qu'il casse ; quantifier une matrice en bornant l'erreur ;
# et décider, énergie à l'appui, si l'adaptation valait la peine. Vérifiez, puis remettez votre travail.
#
# %% [markdown] id="fin" lang="en" of="73208c37"
# ### What you can do now
#
# Write a low-rank adaptation and merge it; count what learns; prove a gain on new wordings, and count what it breaks; quantise a matrix while bounding the error;
# and decide, with the energy in hand, whether adapting was worth it. Check, then submit your work.
