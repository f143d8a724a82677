# ---
# caire:
#   id: l3-02-calibration-et-cout
#   level: 3
#   minutes: 120
#   profile: cpu
#   title:
#     fr: "Boosting, calibration, coût métier"
#     en: "Boosting, calibration, business cost"
#   summary:
#     fr: "Vous saurez construire un modèle par boosting, vérifier que ses probabilités disent vrai et les corriger, puis en tirer un seuil de décision à partir des coûts du métier. Vous saurez aussi mesurer pour qui le modèle se trompe, et combien de personnes cela prive d'une aide."
#     en: "You will be able to build a model by boosting, check that its probabilities tell the truth and correct them, then derive a decision threshold from business costs. You will also be able to measure for whom the model is wrong, and how many people that deprives of help."
#   budget: {cpu_seconds: 60, memory_mib: 1536, cell_seconds: 60}
#   questions:
#     boosting: {points: 3, skill: n3.validation.estimer, fr: "Le boosting, arbre après arbre", en: "Boosting, tree after tree"}
#     mesures: {points: 3, skill: n3.calibration.mesurer, fr: "Score de Brier et erreur de calibration", en: "Brier score and calibration error"}
#     calibrer: {points: 3, skill: n3.calibration.mesurer, fr: "Corriger des probabilités", en: "Correct probabilities"}
#     chaine: {points: 3, skill: n3.validation.pipeline, fr: "Calibrer sur des ménages que le modèle n'a pas appris", en: "Calibrate on households that the model has not learnt"}
#     seuil: {points: 3, skill: n3.calibration.decider, fr: "Calculer le seuil à partir des coûts", en: "Compute the threshold from the costs"}
#     stabilite: {points: 3, skill: n3.calibration.decider, fr: "Chercher un seuil, et dire s'il est stable", en: "Search for a threshold, and say whether it is stable"}
#     groupes: {points: 3, skill: n3.surete.documenter, fr: "Pour qui le modèle se trompe-t-il ?", en: "For whom is the model wrong?"}
#     decision: {points: 2, manual: true, skill: n3.surete.documenter, fr: "Votre recommandation", en: "Your recommendation"}
#     taux: {points: 2, bonus: true, skill: n3.calibration.mesurer, fr: "Pour aller plus loin : quand la population change", en: "Going further: when the population changes"}
#   answers:
#     prevoir-ordre: b
#     prevoir-apprentissage: c
#     prevoir-seuil: a
#     prevoir-groupe: b
#     decision: "Je recommande d'appeler les ménages dont la probabilité calibrée atteint 0,25, seuil qui découle des coûts : sur 2 000 ménages de test, le bilan est de 5 805 euros, contre 2 430 avec les probabilités brutes, et le score de Brier passe de 0,19 à 0,14. Mais le risque est sous-estimé de près de neuf points en habitat collectif : des ménages y sont privés d'aide à tort. Je demanderais donc une calibration par type d'habitat, validée par la déléguée à la protection des données, et une mesure des écarts chaque trimestre, avec retour aux appels manuels si l'un d'eux dépasse cinq points."
# ---

# %% [markdown] id="titre" lang="fr"
# # Boosting, calibration, coût métier
#
# **La situation.** La régie de l'eau de Valombre (inventée) veut éviter à ses abonnés les factures impayées, qui finissent en frais et en relances. Avant l'envoi, un conseiller peut **appeler** un ménage pour lui proposer d'étaler le paiement.
# Un appel coûte 15 € ; quand le ménage n'aurait pas pu payer, l'étalement évite 60 € de frais. On ne peut pas appeler tout le monde. Une équipe a construit un modèle qui donne à chaque ménage une « probabilité d'impayé ».
# **Peut-on croire ce nombre, et qui faut-il appeler ?** Vous répondrez de cette décision.
#
# | étape | ce que vous faites | durée |
# |---|---|---|
# | 1 | écrire un boosting, arbre après arbre | 25 min |
# | 2 | mesurer si une probabilité dit vrai | 20 min |
# | 3 et 4 | corriger les probabilités, sans tricher | 25 min |
# | 5 et 6 | calculer le seuil d'appel, voir s'il est stable | 25 min |
# | 7 et 8 | chercher pour qui le modèle se trompe, décider, éditer la fiche | 25 min |
#
# **Comment ça marche.** Maj + Entrée exécute une cellule. Là où vous voyez des points de suspension `...`, vous écrivez. La cellule repliée qui suit vérifie votre réponse : exécutez-la aussi. Elle
# affiche ✓, ou vous dit quoi regarder : recommencez autant de fois que vous voulez. La remise refait ces vérifications, puis d'autres, sur des données que vous n'avez pas vues.

# %% [markdown] id="titre" lang="en" of="f80310e8"
# # Boosting, calibration, business cost
#
# **The situation.** The water service of Valombre (an invented town) wants to spare its customers unpaid bills, which end in fees and reminders. Before the bill goes out, an adviser can **call** a household and offer to spread the payment.
# A call costs €15; when the household could not have paid, spreading the payment avoids €60 of fees. Not everyone can be called. A team has built a model that gives each household a "probability of an unpaid bill".
# **Can this number be believed, and who should be called?** You will answer for that decision.
#
# | step | what you do | time |
# |---|---|---|
# | 1 | write a boosting, tree after tree | 25 min |
# | 2 | measure whether a probability tells the truth | 20 min |
# | 3 and 4 | correct the probabilities, without cheating | 25 min |
# | 5 and 6 | compute the calling threshold, see whether it is stable | 25 min |
# | 7 and 8 | find for whom the model is wrong, decide, issue the sheet | 25 min |
#
# **How it works.** Shift + Enter runs a cell. Where you see an ellipsis `...`, you write. The folded cell that follows checks your answer: run it too. It shows ✓, or
# tells you what to look at: try as often as you like. Submitting runs these checks again, then others, on data that you have not seen.

# %% id="outils"
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeRegressor

graine = labkit.seed()  # le hasard du lab part de ce nombre : mêmes calculs, mêmes résultats  #@fr
graine = labkit.seed()  # the randomness of the lab starts from this number: same computation, same results  #@en
abreger = labkit.grading()  # la notation abrège les essais dont aucune question ne dépend  #@fr
abreger = labkit.grading()  # grading shortens the trials on which no question depends  #@en

# %% [markdown] id="donnees-texte" lang="fr"
# ## 1. Le boosting, arbre après arbre
#
# Chaque ligne du fichier est un ménage. La cible `impaye` vaut 1 si sa facture suivante n'a pas été payée à temps, 0 sinon.
#
# | colonne | sens |
# |---|---|
# | `personnes`, `consommation` | personnes du foyer ; eau relevée au compteur sur un an, en m³ |
# | `anciennete`, `mensualise` | mois d'abonnement ; 1 si le ménage paie déjà par mensualités |
# | `retards`, `contacts` | paiements en retard, appels au service, sur deux ans |
# | `hausse` | variation de la dernière facture, en % |
# | `logement`, `secteur` | habitat individuel ou collectif ; partie de la ville. **Le modèle ne les reçoit pas** : l'équipe a pensé bien faire |
#
# On partage les 6 000 ménages au hasard en trois : **apprentissage** (le modèle), **calibration** (la correction de ses probabilités), **test** (la mesure).

# %% [markdown] id="donnees-texte" lang="en" of="247ed936"
# ## 1. Boosting, tree after tree
#
# Each row of the file is a household. The target `impaye` (unpaid) is 1 if its next bill was not paid in time, 0 otherwise.
#
# | column | meaning |
# |---|---|
# | `personnes`, `consommation` | people in the household; water read from the meter over a year, in m³ |
# | `anciennete`, `mensualise` | months of subscription; 1 if the household already pays monthly |
# | `retards`, `contacts` | late payments, calls to the service, over two years |
# | `hausse` | change of the last bill, in % |
# | `logement`, `secteur` | housing, `individuel` (a house) or `collectif` (a flat); part of town. **The model does not get them**: the team meant well |
#
# The 6,000 households are split at random into three parts: **training** (the model), **calibration** (the correction of its probabilities), **test** (the measurement).

# %% id="donnees" examiner=true
menages = pd.read_csv("data/menages.csv")
colonnes = ["personnes", "consommation", "anciennete", "mensualise", "retards", "hausse", "contacts"]

# %% id="partager"
appr, reste = train_test_split(menages, train_size=2000, stratify=menages["impaye"], random_state=graine)
cal, test = train_test_split(reste, train_size=2000, stratify=reste["impaye"], random_state=graine)
X_appr, X_cal, X_test = (partie[colonnes].to_numpy(float) for partie in (appr, cal, test))
y_appr, y_cal, y_test = (partie["impaye"].to_numpy(float) for partie in (appr, cal, test))
labkit.table(appr.head(4), index=False, fr="Quatre ménages de l'apprentissage", en="Four households of the training part")
print("apprentissage, calibration, test :", len(appr), len(cal), len(test))  #@fr
print("training, calibration, test:", len(appr), len(cal), len(test))  #@en
print("part d'impayés :", labkit.written(float(y_appr.mean()), 3))  #@fr
print("share of unpaid bills:", labkit.written(float(y_appr.mean()), 3))  #@en

# %% [markdown] id="boosting-texte" lang="fr"
# Le **boosting** additionne de petits arbres, dont chacun corrige ce que les précédents ont manqué. Il tient en quatre gestes :
#
# 1. **départ** : tous les ménages ont le même score, celui de la part moyenne d'impayés $\bar y$ : $z = \log\dfrac{\bar y}{1 - \bar y}$ ;
# 2. **résidu** : la probabilité est $p = \dfrac{1}{1 + e^{-z}}$, et ce qui reste à expliquer est $y - p$ ;
# 3. **petit arbre** : on l'apprend à prévoir ce résidu à partir des colonnes ;
# 4. **pas** : on ajoute au score la réponse de l'arbre, multipliée par un `taux` (petit, pour avancer prudemment). Puis on reprend au geste 2.
#
# **Un exemple à la main.** Quatre ménages, une colonne (les retards) : 0, 0, 3, 3 ; leurs issues $y$ : 0, 0, 1, 1. Départ : $\bar y = 0{,}5$, donc $z = 0$ et $p = 0{,}5$. Résidus : −0,5, −0,5, 0,5, 0,5. L'arbre répond −0,5 pour « 0 retard »
# et 0,5 pour « 3 retards ». Avec un taux de 0,5, les scores deviennent −0,25 et 0,25, les probabilités **0,438 et 0,562**. Au tour suivant, les résidus sont −0,438 et 0,438 : les scores deviennent −0,469 et 0,469, les probabilités **0,385 et 0,615**.
#
# La cellule suivante donne deux outils et refait le premier tour.

# %% [markdown] id="boosting-texte" lang="en" of="5d128351"
# **Boosting** adds up small trees, each of which corrects what the earlier ones missed. It takes four moves:
#
# 1. **start**: all households have the same score, that of the mean share of unpaid bills $\bar y$: $z = \log\dfrac{\bar y}{1 - \bar y}$;
# 2. **residual**: the probability is $p = \dfrac{1}{1 + e^{-z}}$, and what remains to be explained is $y - p$;
# 3. **small tree**: it learns to predict this residual from the columns;
# 4. **step**: the answer of the tree, times a rate `taux` (small, so as to move with care), is added to the score. Then back to move 2.
#
# **An example by hand.** Four households, one column (late payments): 0, 0, 3, 3; their outcomes $y$: 0, 0, 1, 1. Start: $\bar y = 0.5$, so $z = 0$ and $p = 0.5$. Residuals: −0.5, −0.5, 0.5, 0.5. The tree answers −0.5 for "0 late payments"
# and 0.5 for "3 late payments". With a rate of 0.5, the scores become −0.25 and 0.25, the probabilities **0.438 and 0.562**. In the next round the residuals are −0.438 and 0.438: the scores become −0.469 and 0.469, the probabilities **0.385 and 0.615**.
#
# The next cell gives two tools and does the first round.

# %% id="boosting-exemple"
def sigmoide(z):
    return 1 / (1 + np.exp(-z))


def petit_arbre(X, residus):
    """Un arbre de profondeur 2, appris sur les résidus ; il répond par arbre.predict(X)."""  #@fr
    """A tree of depth 2, trained on the residuals; it answers through arbre.predict(X)."""  #@en
    return DecisionTreeRegressor(max_depth=2, random_state=0).fit(X, residus)


X_main, y_main = np.array([[0.0], [0.0], [3.0], [3.0]]), np.array([0.0, 0.0, 1.0, 1.0])
z_main = np.zeros(4)
premier_arbre = petit_arbre(X_main, y_main - sigmoide(z_main))
print("réponse de l'arbre :", premier_arbre.predict(X_main))  #@fr
print("answer of the tree:", premier_arbre.predict(X_main))  #@en
print("probabilités après un tour :", sigmoide(z_main + 0.5 * premier_arbre.predict(X_main)).round(3))  #@fr
print("probabilities after one round:", sigmoide(z_main + 0.5 * premier_arbre.predict(X_main)).round(3))  #@en

# %% [markdown] id="boosting-consigne" lang="fr"
# ### Exercice 1. Votre boosting
#
# - **On vous demande** la fonction `boosting(X, y, X_nouveaux, arbres, taux)`, qui apprend sur `X` et `y`, et rend les **probabilités** des `X_nouveaux`.
# - **On vous donne** `X` (forme `(n, d)`), `y` (forme `(n,)`, des 0 et des 1), `X_nouveaux` (forme `(m, d)`), le nombre d'`arbres` (un entier) et le `taux`. **Attendu** : un tableau de forme `(m,)`.
# - **Un coup de pouce** : tenez deux tableaux de scores, l'un pour les ménages connus (il sert aux résidus), l'autre pour les nouveaux. Chaque arbre met à jour les deux. Avec `arbres = 0`, tous les nouveaux reçoivent la part moyenne d'impayés.

# %% [markdown] id="boosting-consigne" lang="en" of="3a8eb5e2"
# ### Exercise 1. Your boosting
#
# - **You are asked for** the function `boosting(X, y, X_nouveaux, arbres, taux)`, which learns from `X` and `y`, and returns the **probabilities** of the new rows `X_nouveaux`.
# - **You are given** `X` (shape `(n, d)`), `y` (shape `(n,)`, zeros and ones), `X_nouveaux` (shape `(m, d)`), the number of trees `arbres` (an integer) and the rate `taux`. **Expected**: an array of shape `(m,)`.
# - **A hint**: keep two arrays of scores, one for the known households (it serves for the residuals), the other for the new ones. Each tree updates both. With `arbres = 0`, all new ones get the mean share of unpaid bills.

# %% id="boosting-code" answer=true
def boosting(X, y, X_nouveaux, arbres, taux):
    ### BEGIN SOLUTION
    depart = np.log(y.mean() / (1 - y.mean()))
    scores, nouveaux = np.full(len(X), depart), np.full(len(X_nouveaux), depart)
    for _ in range(arbres):
        arbre = petit_arbre(X, y - sigmoide(scores))
        scores = scores + taux * arbre.predict(X)
        nouveaux = nouveaux + taux * arbre.predict(X_nouveaux)
    return sigmoide(nouveaux)
    ### END SOLUTION

# %% graded="boosting"
import numpy as np
from sklearn.tree import DecisionTreeRegressor

X4, y4, N2 = np.array([[0.0], [0.0], [3.0], [3.0]]), np.array([0.0, 0.0, 1.0, 1.0]), np.array([[0.0], [3.0]])
un_tour = boosting(X4, y4, N2, 1, 0.5)
check(un_tour).has_shape(
    (2,), fr="`boosting` rend une probabilité par ligne de `X_nouveaux`, et non de `X`.", en="`boosting` returns one probability per row of `X_nouveaux`, not of `X`."
)
check(un_tour).is_between(0, 1, fr="Les valeurs rendues ne sont pas des probabilités : il reste à transformer les scores.", en="The values returned are not probabilities: the scores remain to be transformed.")
check(float(un_tour[1])).is_at_least(
    0.5, fr="Sur l'exemple, le ménage qui a trois retards reçoit un risque plus faible que la moyenne : dans quel sens se soustraient y et p ?",
    en="On the example, the household with three late payments gets a lower risk than the mean: which way round are y and p subtracted?",
)
check(un_tour).is_close_to(
    np.array([0.438, 0.562]), within=0.002, fr="Après un arbre, l'exemple donne 0,438 et 0,562. Le taux multiplie-t-il la réponse de l'arbre ?", en="After one tree, the example gives 0.438 and 0.562. Does the rate multiply the answer of the tree?"
)
check(boosting(X4, y4, N2, 2, 0.5)).is_close_to(
    np.array([0.385, 0.615]), within=0.002,
    fr="Un arbre donne juste, deux arbres non : au second tour, le résidu se calcule avec les scores déjà corrigés.",
    en="One tree comes out right, two do not: in the second round, the residual is computed with the scores already corrected.",
)
### BEGIN HIDDEN TESTS
hasard = np.random.default_rng(labkit.seed("boosting"))
A, B = hasard.normal(size=(300, 3)), hasard.normal(size=(50, 3))
issue = (hasard.random(300) < 0.1 + 0.4 * (A[:, 0] > 0)).astype(float)
check(np.asarray(boosting(A, issue, B, 0, 0.3))).is_close_to(
    np.full(50, issue.mean()), within=0.001,
    fr="Sans aucun arbre, chaque ménage doit recevoir la part moyenne d'impayés : quel est votre score de départ ?",
    en="With no tree at all, each household must get the mean share of unpaid bills: what is your starting score?",
)
z, attendu = np.full(300, np.log(issue.mean() / (1 - issue.mean()))), np.full(50, np.log(issue.mean() / (1 - issue.mean())))
for tour in range(8):
    arbre = DecisionTreeRegressor(max_depth=2, random_state=0).fit(A, issue - 1 / (1 + np.exp(-z)))
    z, attendu = z + 0.3 * arbre.predict(A), attendu + 0.3 * arbre.predict(B)
obtenu = np.asarray(boosting(A, issue, B, 8, 0.3))
check(float(np.abs(obtenu - 1 / (1 + np.exp(-attendu))).mean())).is_at_most(
    0.004,
    fr="Sur 300 ménages et huit arbres, vos probabilités s'écartent de celles des quatre gestes : chaque arbre apprend-il le résidu du moment, et corrige-t-il les deux tableaux de scores ?",
    en="On 300 households and eight trees, your probabilities part from those of the four moves: does each tree learn the residual of the moment, and does it correct both arrays of scores?",
)
### END HIDDEN TESTS

# %% [markdown] id="boosting-modele-texte" lang="fr"
# **Le modèle de l'équipe** est un boosting de scikit-learn, plus rapide mais bâti sur les mêmes gestes : 150 arbres, avec l'option `class_weight="balanced"`, qui fait comme s'il y avait autant d'impayés que de payés,
# « pour ne pas rater les impayés ». On le compare au vôtre par l'**AUC** : la part des paires (un impayé, un payé) rangées dans le bon ordre (0,5 : le hasard ; 1 : parfait). **Prévoyez d'abord.**

# %% [markdown] id="boosting-modele-texte" lang="en" of="0a8896e8"
# **The team's model** is scikit-learn's boosting, faster but built on the same moves: 150 trees, with the option `class_weight="balanced"`, which acts as if there were as many unpaid as paid bills,
# "so as not to miss the unpaid ones". We compare it with yours by the **AUC**: the share of pairs (one unpaid, one paid) put in the right order (0.5: chance; 1: perfect). **Predict first.**

# %% id="reglage" examiner=true
reglage = {"max_iter": 150, "learning_rate": 0.05, "max_leaf_nodes": 12, "class_weight": "balanced", "early_stopping": False}

# %% id="prevoir-ordre" hide=true
ask.choice(
    "prevoir-ordre",
    fr="Prévoyez : un bon ordre (une AUC élevée) garantit-il que « 40 % de risque » veut dire 40 impayés sur 100 ?",
    en="Predict: does a good order (a high AUC) guarantee that “40% risk” means 40 unpaid bills out of 100?",
    options={
        "a": ("Oui : un modèle qui range bien donne de bonnes probabilités.", "Yes: a model that ranks well gives good probabilities."),
        "b": ("Non : on peut ranger juste et annoncer des nombres faux.", "No: one can rank right and announce wrong numbers."),
        "c": ("Oui, dès que l'AUC dépasse 0,7.", "Yes, as soon as the AUC is above 0.7."),
    },
)

# %% id="boosting-comparer"
modele = HistGradientBoostingClassifier(**reglage, random_state=graine).fit(X_appr, y_appr)
p_appr, p_cal, p_test = (modele.predict_proba(X)[:, 1] for X in (X_appr, X_cal, X_test))
print("AUC du modèle de l'équipe :", labkit.written(float(roc_auc_score(y_test, p_test)), 3))  #@fr
print("AUC of the team's model:", labkit.written(float(roc_auc_score(y_test, p_test)), 3))  #@en
le_votre = boosting(X_appr, y_appr, X_test, 5 if abreger else 60, 0.3)
if le_votre is None:
    print("Votre boosting se mesurera ici, après l'exercice 1.")  #@fr
    print("Your boosting will be measured here, after exercise 1.")  #@en
else:
    print("AUC du vôtre :", labkit.written(float(roc_auc_score(y_test, le_votre)), 3))  #@fr
    print("AUC of yours:", labkit.written(float(roc_auc_score(y_test, le_votre)), 3))  #@en
print(f"probabilité moyenne annoncée par l'équipe : {labkit.written(float(p_test.mean()), 3)} ; part réelle d'impayés : {labkit.written(float(y_test.mean()), 3)}")  #@fr
print(f"mean probability announced by the team: {labkit.written(float(p_test.mean()), 3)}; true share of unpaid bills: {labkit.written(float(y_test.mean()), 3)}")  #@en

# %% [markdown] id="partie-2" lang="fr"
# ## 2. Une probabilité dit-elle vrai ?
#
# Une probabilité est **calibrée** si, parmi les ménages à qui l'on annonce 40 %, environ 40 sur 100 ont bien un impayé. Deux mesures :
#
# - le **score de Brier** : la moyenne de $(p - y)^2$. Plus il est bas, mieux c'est. Il punit à la fois un mauvais ordre et de mauvais nombres ;
# - l'**erreur de calibration** (ECE) : on range les ménages par probabilité croissante, on les coupe en `n` groupes de même taille (à un ménage près) ; dans chaque groupe, on compare la probabilité moyenne à la part d'impayés ; on fait la moyenne de ces écarts,
#   pris **sans leur signe** et pondérés par la taille des groupes.
#
# **Un exemple à la main.** Quatre ménages : $p$ = 0,1, 0,3, 0,6, 0,8 et $y$ = 0, 1, 1, 1.
#
# - Brier : (0,01 + 0,49 + 0,16 + 0,04) / 4 = **0,175**.
# - ECE avec deux groupes. Premier groupe : probabilité moyenne 0,2, part d'impayés 0,5, écart 0,3. Second groupe : 0,7 contre 1, écart 0,3. ECE = (2 × 0,3 + 2 × 0,3) / 4 = **0,3**.
#
# ### Exercice 2. Deux mesures
#
# - **`brier(y, p)`** rend un nombre ; **`ece(y, p, n)`** aussi. `y` et `p` sont des tableaux NumPy de même forme, dans un ordre quelconque ; `n` est le nombre de groupes.
# - **Un coup de pouce** : `np.argsort(p)` donne les rangs qui trient `p`, et `np.array_split(rangs, n)` les coupe en `n` morceaux de même taille, à un élément près.

# %% [markdown] id="partie-2" lang="en" of="6bdbc2d5"
# ## 2. Does a probability tell the truth?
#
# A probability is **calibrated** if, among the households to whom 40% is announced, about 40 out of 100 do have an unpaid bill. Two measures:
#
# - the **Brier score**: the mean of $(p - y)^2$. The lower the better. It punishes both a bad order and bad numbers;
# - the **calibration error** (ECE): sort households by increasing probability, cut them into `n` groups of equal size (give or take one household); in each group, compare the mean probability with the share of unpaid bills; take the mean of these gaps,
#   **without their sign**, weighted by the size of the groups.
#
# **An example by hand.** Four households: $p$ = 0.1, 0.3, 0.6, 0.8 and $y$ = 0, 1, 1, 1.
#
# - Brier: (0.01 + 0.49 + 0.16 + 0.04) / 4 = **0.175**.
# - ECE with two groups. First group: mean probability 0.2, share of unpaid bills 0.5, gap 0.3. Second group: 0.7 against 1, gap 0.3. ECE = (2 × 0.3 + 2 × 0.3) / 4 = **0.3**.
#
# ### Exercise 2. Two measures
#
# - **`brier(y, p)`** returns a number; so does **`ece(y, p, n)`**. `y` and `p` are NumPy arrays of the same shape, in any order; `n` is the number of groups.
# - **A hint**: `np.argsort(p)` gives the positions that sort `p`, and `np.array_split(positions, n)` cuts them into `n` pieces of equal size, give or take one item.

# %% id="mesures-code" answer=true
def brier(y, p):
    ### BEGIN SOLUTION
    return float(np.mean((p - y) ** 2))
    ### END SOLUTION


def ece(y, p, n):
    ### BEGIN SOLUTION
    groupes = np.array_split(np.argsort(p), n)
    return float(sum(len(g) * abs(p[g].mean() - y[g].mean()) for g in groupes) / len(y))
    ### END SOLUTION

# %% graded="mesures"
import numpy as np

y4, p4 = np.array([0.0, 1.0, 1.0, 1.0]), np.array([0.1, 0.3, 0.6, 0.8])
check(brier(y4, p4)).is_a("number", fr="`brier` rend un seul nombre.", en="`brier` returns a single number.")
check(brier(y4, p4)).is_close_to(0.175, within=0.001, fr="Sur l'exemple, le score de Brier vaut 0,175 : des carrés, puis leur moyenne, et rien d'autre.", en="On the example, the Brier score is 0.175: squares, then their mean, and nothing else.")
check(ece(y4, p4, 2)).is_close_to(0.3, within=0.001, fr="Sur l'exemple, l'ECE vaut 0,3 : comparez, dans chaque groupe, deux moyennes.", en="On the example, the ECE is 0.3: in each group, compare two means.")
### BEGIN HIDDEN TESTS
check(ece(np.array([1.0, 1.0, 0.0, 0.0]), np.array([0.1, 0.2, 0.8, 0.9]), 2)).is_close_to(
    0.85, within=0.001,
    fr="Un groupe surestimé et un groupe sous-estimé ne se compensent pas : que devient le signe de chaque écart ?",
    en="An overestimated group and an underestimated one do not make up for each other: what becomes of the sign of each gap?",
)
check(ece(np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.1, 0.9, 0.2, 0.8]), 2)).is_close_to(
    0.85, within=0.001, fr="Quand les ménages arrivent dans un autre ordre, l'ECE change : les avez-vous rangés par probabilité ?", en="When the households come in another order, the ECE changes: have you sorted them by probability?"
)
check(ece(np.array([0.0, 0.0, 0.0, 1.0, 0.0, 1.0]), np.array([0.05, 0.06, 0.07, 0.45, 0.55, 0.95]), 2)).is_close_to(
    0.0383, within=0.002, fr="Vos groupes n'ont pas le même nombre de ménages : on coupe la liste triée, non l'échelle des probabilités.",
    en="Your groups do not hold the same number of households: it is the sorted list that is cut, not the scale of probabilities.",
)
hasard = np.random.default_rng(labkit.seed("mesures"))
p = hasard.beta(1, 6, 1003)
y = (hasard.random(1003) < 0.1 + 0.25 * p).astype(float)
morceaux = np.array_split(np.argsort(p), 10)
check(float(brier(y, p))).is_close_to(np.mean((p - y) ** 2), within=1e-6, fr="Sur mille ménages, le score de Brier ne tombe pas juste.", en="On a thousand households, the Brier score does not come out right.")
check(float(ece(y, p, 10))).is_close_to(
    sum(len(m) * abs(p[m].mean() - y[m].mean()) for m in morceaux) / 1003, within=0.002,
    fr="Sur mille ménages, l'ECE ne tombe pas juste : chaque écart compare-t-il la moyenne des p à celle des y, et compte-t-il selon la taille du groupe ?",
    en="On a thousand households, the ECE does not come out right: does each gap compare the mean of p with that of y, and count according to the size of the group?",
)
### END HIDDEN TESTS

# %% id="mesures-figure"
def courbe_calibration(series, titre_fr, titre_en):
    """Un point par groupe de ménages : probabilité annoncée, part d'impayés constatée."""  #@fr
    """One point per group of households: probability announced, share of unpaid bills found."""  #@en
    figure, axe = plt.subplots(figsize=(6, 4))
    axe.plot([0, 1], [0, 1], "k--", linewidth=1, label=labkit.tr("probabilité exacte", "exact probability"))
    dits = []
    for (nom, p), marque in zip(series.items(), "os^"):
        morceaux = np.array_split(np.argsort(p), 10)
        annoncees, constatees = [float(p[m].mean()) for m in morceaux], [float(y_test[m].mean()) for m in morceaux]
        axe.plot(annoncees, constatees, marque, label=nom)
        dits.append(nom + labkit.tr(" : ", ": ") + labkit.tr(" ; ", "; ").join(f"{labkit.written(a, 2)} → {labkit.written(c, 2)}" for a, c in zip(annoncees, constatees)))
    axe.set(xlabel=labkit.tr("probabilité annoncée", "probability announced"), ylabel=labkit.tr("part d'impayés constatée", "share of unpaid bills found"), xlim=(0, 1), ylim=(0, 1))
    for cote in (axe.xaxis, axe.yaxis):
        cote.set_major_formatter(lambda valeur, _: labkit.written(float(valeur), 1))
    axe.legend()
    dits = ". ".join(dits)
    labkit.show(figure, fr=f"{titre_fr}. Pour dix groupes, annoncé → constaté. {dits}. La diagonale est la probabilité exacte.", en=f"{titre_en}. For ten groups, announced → found. {dits}. The diagonal is the exact probability.")


brier_brut = ece_brute = None
courbe_calibration({labkit.tr("modèle de l'équipe", "team's model"): p_test}, "Modèle de l'équipe, sur le test", "The team's model, on the test part")
if brier(y_test, p_test) is None or ece(y_test, p_test, 10) is None:
    print("Les mesures attendent l'exercice 2.")  #@fr
    print("The measures wait for exercise 2.")  #@en
else:
    brier_brut, ece_brute = brier(y_test, p_test), ece(y_test, p_test, 10)
    constante = np.full(len(y_test), y_appr.mean())
    print(f"score de Brier : modèle {labkit.written(float(brier_brut), 3)} ; même probabilité pour tous {labkit.written(float(brier(y_test, constante)), 3)}")  #@fr
    print(f"Brier score: model {labkit.written(float(brier_brut), 3)}; same probability for all {labkit.written(float(brier(y_test, constante)), 3)}")  #@en
    print("erreur de calibration du modèle :", labkit.written(float(ece_brute), 3))  #@fr
    print("calibration error of the model:", labkit.written(float(ece_brute), 3))  #@en

# %% [markdown] id="mesures-lecture" lang="fr"
# **Ce que l'on voit.** Presque tous les points sont **sous la diagonale** : le modèle annonce bien plus d'impayés qu'il n'y en a. Son score de Brier est même moins bon que celui d'un modèle qui donnerait à tous la part moyenne d'impayés ; pourtant,
# il *range* les ménages bien mieux que le hasard. L'ordre est bon, les nombres sont faux. La cause : avec `class_weight="balanced"`, le modèle a appris dans un monde où un ménage sur deux ne paie pas.
# Aviez-vous prévu juste ?
#
# ## 3. Corriger les probabilités
#
# Corriger, c'est apprendre une courbe qui va de la probabilité annoncée à la probabilité constatée, sur des ménages dont on connaît l'issue : la partie **calibration**. Deux façons courantes :
#
# - une **régression logistique** à une seule entrée, le score $\log\dfrac{p}{1-p}$ : une courbe lisse, qui demande peu de données (méthode de Platt) ;
# - une **régression isotonique** : un escalier qui ne descend jamais, plus libre, qui en demande davantage.
#
# **Un exemple.** On a annoncé 0,50 à cent ménages, et vingt n'ont pas payé : la courbe fait passer 0,50 à 0,20. L'**ordre** des ménages ne change pas : la courbe ne fait que monter.
#
# ### Exercice 3. Votre correction
#
# - **On vous demande** la fonction `calibrer(p_connus, y_connus, p_nouveaux)`, qui rend les probabilités corrigées de `p_nouveaux`, de même forme.
# - **On vous donne** les probabilités annoncées et les issues de ménages connus (formes `(n,)`), et les probabilités annoncées des nouveaux (forme `(m,)`), toutes entre 0 et 1, bornes exclues.
# - **Exigences** : ne pas changer l'ordre des ménages ; corriger un modèle trop sûr de lui (probabilités proches de 0 et de 1) comme un modèle trop timide (probabilités toutes voisines) ; ne pas abîmer des probabilités déjà justes, que les impayés soient rares ou fréquents ; corriger chaque ménage de la même façon, qu'il arrive seul ou avec d'autres.
# - **Un coup de pouce** : la cellule suivante montre comment `LogisticRegression` et `IsotonicRegression` s'emploient avec une seule entrée.

# %% [markdown] id="mesures-lecture" lang="en" of="44f7ef24"
# **What we see.** Nearly all points lie **below the diagonal**: the model announces far more unpaid bills than there are. Its Brier score is even worse than that of a model that would give everyone the mean share; and yet
# it *ranks* households far better than chance. The order is good, the numbers are wrong. The cause: with `class_weight="balanced"`, the model learnt in a world where every other household does not pay.
# Had you predicted right?
#
# ## 3. Correct the probabilities
#
# To correct is to learn a curve from the probability announced to the probability found, on households whose outcome is known: the **calibration** part. Two common ways:
#
# - a **logistic regression** with a single input, the score $\log\dfrac{p}{1-p}$: a smooth curve that needs little data (Platt's method);
# - an **isotonic regression**: a staircase that never goes down, freer, which needs more data.
#
# **An example.** 0.50 was announced to a hundred households, and twenty did not pay: the curve takes 0.50 to 0.20. The **order** of households does not change: the curve only goes up.
#
# ### Exercise 3. Your correction
#
# - **You are asked for** the function `calibrer(p_connus, y_connus, p_nouveaux)`, which returns the corrected probabilities of `p_nouveaux` (the new ones), in the same shape.
# - **You are given** the probabilities announced for, and the outcomes of, known households (shapes `(n,)`), and the probabilities announced for the new ones (shape `(m,)`), all strictly between 0 and 1.
# - **Requirements**: do not change the order of households; correct an overconfident model (probabilities near 0 and 1) as well as a timid one (probabilities all much alike); do not spoil probabilities that are right already, whether unpaid bills are rare or frequent; correct each household in the same way, whether it comes alone or with others.
# - **A hint**: the next cell shows how `LogisticRegression` and `IsotonicRegression` are used with a single input.

# %% id="calibrer-exemple"
# Cent ménages à qui l'on a annoncé 0,5 (20 impayés), cent à qui l'on a annoncé 0,8 (50 impayés).  #@fr
# A hundred households to whom 0.5 was announced (20 unpaid), a hundred to whom 0.8 was (50 unpaid).  #@en
annonce = np.repeat([0.5, 0.8], 100)
constat = np.concatenate([np.arange(100) < 20, np.arange(100) < 50]).astype(float)
score = np.log(annonce / (1 - annonce)).reshape(-1, 1)  # une colonne : forme (200, 1)  #@fr
score = np.log(annonce / (1 - annonce)).reshape(-1, 1)  # one column: shape (200, 1)  #@en
droite = LogisticRegression(C=1e6).fit(score, constat)  # C très grand : presque pas de pénalité  #@fr
droite = LogisticRegression(C=1e6).fit(score, constat)  # a very large C: hardly any penalty  #@en
print("logistique :", droite.predict_proba(score)[[0, -1], 1].round(2))  #@fr
print("logistic:", droite.predict_proba(score)[[0, -1], 1].round(2))  #@en
escalier = IsotonicRegression(out_of_bounds="clip").fit(annonce, constat)
print("isotonique :", escalier.predict(np.array([0.5, 0.65, 0.8])).round(2), "(entre deux marches, la réponse est intermédiaire)")  #@fr
print("isotonic:", escalier.predict(np.array([0.5, 0.65, 0.8])).round(2), "(between two steps, the answer is in between)")  #@en

# %% id="calibrer-code" answer=true
def calibrer(p_connus, y_connus, p_nouveaux):
    ### BEGIN SOLUTION
    def score(p):
        return np.log(p / (1 - p)).reshape(-1, 1)

    droite = LogisticRegression(C=1e6).fit(score(p_connus), y_connus)
    return droite.predict_proba(score(p_nouveaux))[:, 1]
    ### END SOLUTION

# %% graded="calibrer"
import numpy as np

hasard = np.random.default_rng(labkit.seed("calibrer-visible"))
score_vrai = hasard.normal(-1.4, 1.1, 3000)
issues = (hasard.random(3000) < 1 / (1 + np.exp(-score_vrai))).astype(float)
gonflees = 1 / (1 + np.exp(-(score_vrai + 1.4)))
corrigees = calibrer(gonflees[:1500], issues[:1500], gonflees[1500:])
check(corrigees).has_shape((1500,), fr="`calibrer` rend une probabilité par nouveau ménage.", en="`calibrer` returns one probability per new household.")
corrigees = np.asarray(corrigees)
check(corrigees).is_between(0, 1, fr="Une probabilité corrigée reste entre 0 et 1.", en="A corrected probability stays between 0 and 1.")
check(float(np.diff(corrigees[np.argsort(gonflees[1500:], kind="stable")]).min())).is_at_least(
    -1e-9, fr="Votre correction change l'ordre des ménages : un risque annoncé plus élevé doit rester plus élevé, ou égal.",
    en="Your correction changes the order of households: a higher announced risk must stay higher, or equal.",
)
check(len(set(corrigees.round(6).tolist()))).is_at_least(
    5, fr="Il ne reste que quelques valeurs différentes : avez-vous rendu une décision (0 ou 1), ou la même valeur pour tous, au lieu d'une probabilité ?",
    en="Only a few different values are left: did you return a decision (0 or 1), or one value for all, instead of a probability?",
)
check(float(np.mean((corrigees - issues[1500:]) ** 2))).is_at_most(
    float(np.mean((gonflees[1500:] - issues[1500:]) ** 2)) - 0.02,
    fr="Sur des probabilités gonflées, le score de Brier ne baisse pas comme il le pourrait : apprenez-vous bien la courbe sur les issues connues ?",
    en="On inflated probabilities, the Brier score does not fall as it could: do you learn the curve from the known outcomes?",
)
### BEGIN HIDDEN TESTS
hasard = np.random.default_rng(labkit.seed("calibrer"))
vrai = hasard.normal(-1.2, 1.2, 6000)
y = (hasard.random(6000) < 1 / (1 + np.exp(-vrai))).astype(float)
exactes = 1 / (1 + np.exp(-vrai))
p = 1 / (1 + np.exp(-3 * (vrai + 0.4)))
p = np.clip(p, 1e-5, 1 - 1e-5)
q = np.asarray(calibrer(p[:3000], y[:3000], p[3000:]))
check(float(np.abs(q - exactes[3000:]).mean())).is_at_most(
    0.04,
    fr="Sur un modèle trop sûr de lui (des probabilités trop proches de 0 et de 1), votre correction reste loin de la vérité : multiplier toutes les probabilités par un même nombre, ou les décaler, n'y suffit pas.",
    en="On an overconfident model (probabilities too near 0 and 1), your correction stays far from the truth: multiplying all probabilities by one number, or shifting them, is not enough.",
)
r = np.asarray(calibrer(exactes[:3000], y[:3000], exactes[3000:]))
check(float(np.abs(r - exactes[3000:]).mean())).is_at_most(
    0.04, fr="Ces probabilités étaient déjà justes, et votre correction les abîme.", en="These probabilities were right already, and your correction spoils them."
)
seuls = np.array([float(np.asarray(calibrer(p[:3000], y[:3000], p[i : i + 1]))[0]) for i in (3000, 3001, 3002)])
check(q[:3]).is_close_to(
    seuls, within=1e-6,
    fr="Un ménage n'est pas corrigé de la même façon seul et avec d'autres : la courbe ne doit dépendre que des ménages connus.",
    en="A household is not corrected the same way alone and with others: the curve must depend on the known households only.",
)
timides = 1 / (1 + np.exp(-0.03 * (vrai + 1.2)))
t = np.asarray(calibrer(timides[:3000], y[:3000], timides[3000:]))
check(float(np.abs(t - exactes[3000:]).mean())).is_at_most(
    0.05,
    fr="Sur un modèle trop timide (des probabilités toutes voisines de 0,5, mais bien rangées), votre correction n'écarte pas assez les ménages les uns des autres : qu'est-ce qui empêche la courbe d'être raide ?",
    en="On a timid model (probabilities all near 0.5, but in the right order), your correction does not set households far enough apart: what keeps the curve from being steep?",
)
frequents = 1 / (1 + np.exp(-hasard.normal(1.2, 2, 6000)))
y = (hasard.random(6000) < frequents).astype(float)
f = np.asarray(calibrer(frequents[:3000], y[:3000], frequents[3000:]))
check(float(np.abs(f - frequents[3000:]).mean())).is_at_most(
    0.038,
    fr="Dans une ville où la plupart des ménages ne paient pas, ces probabilités étaient déjà justes, et votre correction les abîme : regardez ce que devient, dans votre calcul, une probabilité proche de 1.",
    en="In a town where most households do not pay, these probabilities were right already, and your correction spoils them: look at what becomes, in your computation, of a probability near 1.",
)
### END HIDDEN TESTS

# %% [markdown] id="partie-4" lang="fr"
# ## 4. Sur quels ménages calibrer ?
#
# On peut apprendre la correction sur les ménages d'**apprentissage** (le modèle les connaît déjà) ou sur ceux de **calibration** (il ne les a jamais vus). **Prévoyez** le meilleur choix, puis mesurez.

# %% [markdown] id="partie-4" lang="en" of="83d1ce52"
# ## 4. On which households should one calibrate?
#
# The correction can be learnt on the **training** households (the model knows them already) or on those of the **calibration** part (it has never seen them). **Predict** the better choice, then measure.

# %% id="prevoir-apprentissage" hide=true
ask.choice(
    "prevoir-apprentissage",
    fr="Prévoyez : quelle correction sera la meilleure sur le test ?",
    en="Predict: which correction will be the better one on the test part?",
    options={
        "a": ("Celle apprise sur l'apprentissage : le modèle y est le plus juste.", "The one learnt on the training part: the model is most accurate there."),
        "b": ("Aucune différence : 2 000 ménages de chaque côté.", "No difference: 2,000 households on each side."),
        "c": ("Celle apprise sur des ménages que le modèle n'a pas vus.", "The one learnt on households that the model has not seen."),
    },
)

# %% id="comparer-calibrations"
q_cal = q_test = brier_calibre = ece_calibree = None
if brier_brut is None or calibrer(p_cal, y_cal, p_test) is None:
    print("Cette cellule attend les exercices 2 et 3.")  #@fr
    print("This cell waits for exercises 2 and 3.")  #@en
else:
    q_cal, q_test, q_naif = calibrer(p_cal, y_cal, p_cal), calibrer(p_cal, y_cal, p_test), calibrer(p_appr, y_appr, p_test)
    brier_calibre, ece_calibree = brier(y_test, q_test), ece(y_test, q_test, 10)
    lignes = {
        labkit.tr("brutes", "raw"): p_test,
        labkit.tr("calibrées sur l'apprentissage", "calibrated on training"): q_naif,
        labkit.tr("calibrées sur la calibration", "calibrated on calibration"): q_test,
    }
    bilan = pd.DataFrame({nom: [roc_auc_score(y_test, p), brier(y_test, p), ece(y_test, p, 10)] for nom, p in lignes.items()}).T
    bilan.columns = ["AUC", "score de Brier", "erreur de calibration"]  #@fr
    bilan.columns = ["AUC", "Brier score", "calibration error"]  #@en
    bilan.index.name = labkit.tr("probabilités", "probabilities")
    labkit.table(bilan, fr="Trois jeux de probabilités, mesurés sur le test", en="Three sets of probabilities, measured on the test part")
    courbe_calibration(
        {labkit.tr("calibrées sur l'apprentissage", "calibrated on training"): q_naif, labkit.tr("calibrées sur la calibration", "calibrated on calibration"): q_test},
        "Deux corrections, sur le test", "Two corrections, on the test part",
    )

# %% [markdown] id="chaine-consigne" lang="fr"
# **Ce que l'on voit.** Sur les ménages qu'il a appris, le modèle se trompe peu : la courbe apprise là croit les probabilités presque justes, et reste trop confiante ailleurs. L'AUC, elle, ne bouge pas : calibrer ne change pas l'ordre.
# **La règle** : on calibre sur des ménages que le modèle n'a pas appris, et l'on mesure sur d'autres encore.
#
# ### Exercice 4. La chaîne entière
#
# - **On vous demande** la fonction `probabilites(X_connus, y_connus, X_nouveaux)`, qui rend les probabilités **calibrées** des nouveaux ménages (forme `(m,)`).
# - **On vous donne** un seul jeu de ménages connus : **à vous de le partager** en deux, pour le modèle et pour la correction. Le modèle est celui de l'équipe : `HistGradientBoostingClassifier(**reglage, random_state=0)`.
# - **Un coup de pouce** : `train_test_split(X_connus, y_connus, test_size=0.5, random_state=0)` rend quatre tableaux : les X du premier morceau, ceux du second, les y du premier, ceux du second ; `modele.predict_proba(X)[:, 1]` donne les probabilités brutes, et vous avez `calibrer`.

# %% [markdown] id="chaine-consigne" lang="en" of="ac1da2cb"
# **What we see.** On the households that it has learnt, the model makes few mistakes: the curve learnt there believes the probabilities almost right, and stays overconfident elsewhere. The AUC does not move: calibrating does not change the order.
# **The rule**: calibrate on households that the model has not learnt, and measure on yet others.
#
# ### Exercise 4. The whole pipeline
#
# - **You are asked for** the function `probabilites(X_connus, y_connus, X_nouveaux)`, which returns the **calibrated** probabilities of the new households (shape `(m,)`).
# - **You are given** a single set of known households: **it is for you to split it** in two, for the model and for the correction. The model is the team's: `HistGradientBoostingClassifier(**reglage, random_state=0)` (`reglage`: setting).
# - **A hint**: `train_test_split(X_connus, y_connus, test_size=0.5, random_state=0)` returns four arrays: the X of the first piece, those of the second, the y of the first, those of the second; `modele.predict_proba(X)[:, 1]` gives the raw probabilities, and you have `calibrer`.

# %% id="chaine-code" answer=true
def probabilites(X_connus, y_connus, X_nouveaux):
    ### BEGIN SOLUTION
    X_a, X_c, y_a, y_c = train_test_split(X_connus, y_connus, test_size=0.5, random_state=0)
    modele = HistGradientBoostingClassifier(**reglage, random_state=0).fit(X_a, y_a)
    return calibrer(modele.predict_proba(X_c)[:, 1], y_c, modele.predict_proba(X_nouveaux)[:, 1])
    ### END SOLUTION

# %% graded="chaine"
import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier

connus = menages.sample(2500, random_state=labkit.seed("chaine") % 10000)
Xc, yc = connus[colonnes].to_numpy(float), connus["impaye"].to_numpy(float)
autres = menages.drop(connus.index)
Xn, yn = autres[colonnes].to_numpy(float), autres["impaye"].to_numpy(float)
calibrees = probabilites(Xc, yc, Xn)
check(calibrees).has_shape((len(Xn),), fr="`probabilites` rend une probabilité par ligne de `X_nouveaux`.", en="`probabilites` returns one probability per row of `X_nouveaux`.")
calibrees = np.asarray(calibrees)
check(calibrees).is_between(0, 1, fr="Une probabilité est comprise entre 0 et 1.", en="A probability lies between 0 and 1.")
check(float(abs(calibrees.mean() - yn.mean()))).is_at_most(
    0.06, fr="Sur les nouveaux ménages, la probabilité moyenne est loin de la part d'impayés : avez-vous corrigé les probabilités du modèle ?",
    en="On the new households, the mean probability is far from the share of unpaid bills: have you corrected the model's probabilities?",
)
### BEGIN HIDDEN TESTS
controle = pd.read_csv("data/controle.csv")
Xn, yn = controle[colonnes].to_numpy(float), controle["impaye"].to_numpy(float)
q = np.asarray(probabilites(Xc, yc, Xn))
check(len(set(q.round(6).tolist()))).is_at_least(
    10, fr="Il ne reste que quelques valeurs : rendez des probabilités, non des décisions.", en="Only a few values are left: return probabilities, not decisions."
)
brut = HistGradientBoostingClassifier(**reglage, random_state=0).fit(Xc, yc).predict_proba(Xn)[:, 1]
groupes_caches = np.array_split(np.argsort(q, kind="stable"), 10)
erreur = sum(len(g) * abs(q[g].mean() - yn[g].mean()) for g in groupes_caches) / len(yn)
check(float(erreur)).is_at_most(
    0.05,
    fr="Sur 2 000 autres ménages, vos probabilités restent trop tranchées. Quels ménages ont servi à la correction : le modèle les avait-il déjà appris ?",
    en="On 2,000 other households, your probabilities are still too extreme. Which households served for the correction: had the model learnt them already?",
)
check(float(np.mean((q - yn) ** 2))).is_at_most(
    float(np.mean((brut - yn) ** 2)) - 0.01,
    fr="Sur 2 000 autres ménages, le score de Brier ne baisse pas assez par rapport au modèle brut.",
    en="On 2,000 other households, the Brier score does not fall enough compared with the raw model.",
)
### END HIDDEN TESTS

# %% [markdown] id="sobriete-texte" lang="fr"
# **Et si l'on prenait moins d'arbres ?** La cellule suivante essaie trois tailles, chacune calibrée de la même façon, et mesure leur énergie (une *estimation* : temps de calcul × 10 W par cœur).

# %% [markdown] id="sobriete-texte" lang="en" of="6d7e1adc"
# **What if we took fewer trees?** The next cell tries three sizes, each calibrated in the same way, and measures their energy (an *estimate*: computing time × 10 W per core).

# %% id="sobriete"
if q_test is None:
    print("Cette cellule attend les exercices 2 et 3.")  #@fr
    print("This cell waits for exercises 2 and 3.")  #@en
else:
    essais = []
    for arbres in (40,) if abreger else (40, 150, 600):
        with labkit.energy.measure() as depense:
            essai = HistGradientBoostingClassifier(**{**reglage, "max_iter": arbres}, random_state=graine).fit(X_appr, y_appr)
        q_essai = calibrer(essai.predict_proba(X_cal)[:, 1], y_cal, essai.predict_proba(X_test)[:, 1])
        essais.append([arbres, float(brier(y_test, q_essai)), float(depense.wh * 1000)])
    tableau = pd.DataFrame(essais)
    tableau.columns = ["arbres", "score de Brier, calibré, test", "énergie de l'apprentissage (mWh, estimation)"]  #@fr
    tableau.columns = ["trees", "Brier score, calibrated, test", "energy of training (mWh, estimate)"]  #@en
    labkit.table(tableau, digits=4, index=False, fr="Trois tailles de modèle, même correction", en="Three sizes of model, same correction")

# %% [markdown] id="partie-5" lang="fr"
# **Ce que l'on voit.** Plus d'arbres consomment davantage et prévoient un peu **moins bien** : passé un certain point, le boosting apprend par cœur, et la calibration n'y peut rien, puisqu'elle ne change pas l'ordre. Le modèle sobre est ici le meilleur.
#
# ## 5. Du coût au seuil
#
# Reste à décider qui appeler. Quatre issues, quatre montants (en euros, du point de vue de la régie ; un gain est positif, une perte négative) :
#
# | choix | le ménage n'aurait pas payé | il aurait payé |
# |---|---|---|
# | **appeler** | `appel_impaye` : 60 − 15 = **45** | `appel_paye` : **−15** |
# | **ne rien faire** | `rien_impaye` : **0** | `rien_paye` : **0** |
#
# Pour un ménage de risque $p$, appeler rapporte **en moyenne** $p \times 45 + (1 - p) \times (-15)$, et ne rien faire rapporte 0. On appelle quand la première valeur atteint la seconde. Le **seuil** est le risque où elles sont égales.
#
# **Un exemple, sur un autre sujet : le parapluie.** L'emporter coûte 1 s'il ne pleut pas (il encombre), 0 s'il pleut ; le laisser coûte 4 s'il pleut, 0 sinon. L'emporter « rapporte » en moyenne $-(1-p)$ ; le laisser, $-4p$. Égalité : $1 - p = 4p$, donc le seuil est $p = 0{,}2$.
# On l'emporte dès 20 % de risque de pluie, bien avant que la pluie soit probable.
#
# ### Exercice 5. Le seuil et le bilan
#
# - **`seuil_calcule(u)`** reçoit le dictionnaire des quatre montants (mêmes clés que ci-dessus) et rend le seuil, un nombre. Il doit valoir pour **n'importe quels** montants, y compris quand ne rien faire coûte aussi.
# - **`bilan(y, p, seuil, u)`** rend la **somme**, en euros, des montants de tous les ménages, quand on appelle ceux dont `p` est supérieur **ou égal** au seuil.
# - **Exemple pour le bilan.** $y$ = 1, 0, 1, 0 ; $p$ = 0,6, 0,3, 0,1, 0,2 ; seuil 0,25 et montants du tableau. On appelle les deux premiers : 45 − 15 ; les deux autres : 0 + 0. Bilan : **30**.
# - **Un coup de pouce** : écrivez l'égalité $p\,u_1 + (1-p)\,u_2 = p\,u_3 + (1-p)\,u_4$, et isolez $p$.

# %% [markdown] id="partie-5" lang="en" of="5840d612"
# **What we see.** More trees use more energy and predict a little **less well**: past some point, boosting learns by heart, and calibration cannot help, since it does not change the order. The frugal model is the best one here.
#
# ## 5. From cost to threshold
#
# It remains to decide whom to call. Four outcomes, four amounts (in euros, from the water service's point of view; a gain is positive, a loss negative):
#
# | choice | the household would not have paid | it would have paid |
# |---|---|---|
# | **call** | `appel_impaye`: 60 − 15 = **45** | `appel_paye`: **−15** |
# | **do nothing** | `rien_impaye`: **0** | `rien_paye`: **0** |
#
# For a household of risk $p$, calling brings **on average** $p \times 45 + (1 - p) \times (-15)$, and doing nothing brings 0. One calls when the first value reaches the second. The **threshold** is the risk at which they are equal.
#
# **An example on another subject: the umbrella.** Taking it costs 1 if it does not rain (it is a burden), 0 if it rains; leaving it costs 4 if it rains, 0 otherwise. Taking it "brings" $-(1-p)$ on average; leaving it, $-4p$. Equal when $1 - p = 4p$, so the threshold is $p = 0.2$.
# One takes it from a 20% risk of rain, long before rain is likely.
#
# ### Exercise 5. The threshold and the balance
#
# - **`seuil_calcule(u)`** (computed threshold) receives the dictionary of the four amounts (same keys as above) and returns the threshold, a number. It must hold for **any** amounts, also when doing nothing costs something.
# - **`bilan(y, p, seuil, u)`** (balance) returns the **sum**, in euros, of the amounts of all households, when one calls those whose `p` is greater than **or equal to** the threshold.
# - **Example for the balance.** $y$ = 1, 0, 1, 0; $p$ = 0.6, 0.3, 0.1, 0.2; threshold 0.25 and the amounts of the table. The first two are called: 45 − 15; the other two: 0 + 0. Balance: **30**.
# - **A hint**: write the equality $p\,u_1 + (1-p)\,u_2 = p\,u_3 + (1-p)\,u_4$, and isolate $p$.

# %% id="montants"
montants = {"appel_impaye": 45.0, "appel_paye": -15.0, "rien_impaye": 0.0, "rien_paye": 0.0}

# %% id="seuil-code" answer=true
def seuil_calcule(u):
    ### BEGIN SOLUTION
    gain_si_impaye = u["appel_impaye"] - u["rien_impaye"]
    perte_si_paye = u["rien_paye"] - u["appel_paye"]
    return perte_si_paye / (perte_si_paye + gain_si_impaye)
    ### END SOLUTION


def bilan(y, p, seuil, u):
    ### BEGIN SOLUTION
    appel = np.where(y == 1, u["appel_impaye"], u["appel_paye"])
    rien = np.where(y == 1, u["rien_impaye"], u["rien_paye"])
    return float(np.where(p >= seuil, appel, rien).sum())
    ### END SOLUTION

# %% graded="seuil"
import numpy as np

du_lab = {"appel_impaye": 45.0, "appel_paye": -15.0, "rien_impaye": 0.0, "rien_paye": 0.0}
parapluie = {"appel_impaye": 0.0, "appel_paye": -1.0, "rien_impaye": -4.0, "rien_paye": 0.0}
y4, p4 = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.6, 0.3, 0.1, 0.2])
check(seuil_calcule(parapluie)).differs_from(
    0.8, fr="Vous avez trouvé la probabilité qu'il ne pleuve pas : le seuil porte sur p, le risque.", en="You found the probability that it does not rain: the threshold is about p, the risk."
)
check(seuil_calcule(parapluie)).is_close_to(
    0.2, within=0.001,
    fr="Dans l'exemple du parapluie (emporter = appeler, pluie = impayé), le seuil est 0,2. Remettez le vôtre dans les deux moyennes : sont-elles égales ? Les quatre montants comptent-ils tous ?",
    en="In the umbrella example (taking = calling, rain = unpaid), the threshold is 0.2. Put yours back into both means: are they equal? Do all four amounts count?",
)
check(bilan(y4, p4, 0.25, du_lab)).is_close_to(
    30, within=0.01, fr="Sur l'exemple, le bilan est de 30 € : deux appels, l'un utile, l'autre non. C'est une somme.", en="On the example, the balance is €30: two calls, one useful, the other not. It is a sum."
)
### BEGIN HIDDEN TESTS
check(seuil_calcule(du_lab)).is_close_to(
    0.25, within=0.001,
    fr="Avec les montants de la régie, ce n'est pas le risque où les deux choix se valent : remettez votre seuil dans p × 45 + (1 − p) × (−15).",
    en="With the water service's amounts, this is not the risk at which both choices are equal: put your threshold back into p × 45 + (1 − p) × (−15).",
)
decales = {"appel_impaye": -15.0, "appel_paye": -15.0, "rien_impaye": -60.0, "rien_paye": 0.0}
check(seuil_calcule(decales)).is_close_to(
    0.25, within=0.001, fr="Compter l'impayé comme une perte, ou l'appel comme un gain, revient au même : le seuil devrait rester le même.", en="Counting the unpaid bill as a loss or the call as a gain comes to the same: the threshold should stay the same."
)
check(seuil_calcule({"appel_impaye": 20.0, "appel_paye": -12.0, "rien_impaye": -4.0, "rien_paye": 4.0})).is_close_to(
    0.4, within=0.001, fr="Avec d'autres montants, le seuil ne tombe pas juste : ne rien faire quand le ménage aurait payé peut aussi rapporter.", en="With other amounts, the threshold does not come out right: doing nothing when the household would have paid may bring something too."
)
check(bilan(y4, p4, 0.3, du_lab)).is_close_to(30, within=0.01, fr="Un ménage dont le risque est égal au seuil doit être appelé.", en="A household whose risk equals the threshold must be called.")
check(bilan(y4, p4, 0.25, decales)).is_close_to(
    -90, within=0.01, fr="Les ménages que l'on n'appelle pas comptent aussi, avec leurs propres montants.", en="Households that are not called count too, with their own amounts."
)
### END HIDDEN TESTS

# %% id="prevoir-seuil" hide=true
ask.choice(
    "prevoir-seuil",
    fr="Prévoyez : avec le même seuil calculé, quelles probabilités donneront le meilleur bilan sur le test ?",
    en="Predict: with the same computed threshold, which probabilities will give the best balance on the test part?",
    options={
        "a": ("Les calibrées, de loin : les brutes font appeler trop de monde.", "The calibrated ones, by far: the raw ones have too many people called."),
        "b": ("Les brutes : elles ratent moins d'impayés.", "The raw ones: they miss fewer unpaid bills."),
        "c": ("Aucune différence : l'ordre est le même.", "No difference: the order is the same."),
    },
)

# %% id="bilans"
bilan_brut = bilan_calibre = seuil_retenu = None
if q_test is None or seuil_calcule(montants) is None or bilan(y_test, p_test, 0.5, montants) is None:
    print("Cette cellule attend les exercices 2, 3 et 5.")  #@fr
    print("This cell waits for exercises 2, 3 and 5.")  #@en
else:
    seuil_retenu = float(seuil_calcule(montants))
    bilan_brut, bilan_calibre = round(bilan(y_test, p_test, seuil_retenu, montants)), round(bilan(y_test, q_test, seuil_retenu, montants))
    lignes = [
        [labkit.tr("n'appeler personne", "call nobody"), 0, round(bilan(y_test, 0 * y_test, 0.5, montants))],
        [labkit.tr("appeler tout le monde", "call everyone"), len(y_test), round(bilan(y_test, 0 * y_test + 1, 0.5, montants))],
        [labkit.tr("probabilités brutes", "raw probabilities"), int((p_test >= seuil_retenu).sum()), bilan_brut],
        [labkit.tr("probabilités calibrées", "calibrated probabilities"), int((q_test >= seuil_retenu).sum()), bilan_calibre],
    ]
    tableau = pd.DataFrame(lignes)
    tableau.columns = ["choix", "ménages appelés", "bilan (euros)"]  #@fr
    tableau.columns = ["choice", "households called", "balance (euros)"]  #@en
    labkit.table(tableau, digits=0, index=False, fr="Bilan sur les 2 000 ménages du test, au seuil calculé", en="Balance on the 2,000 test households, at the computed threshold")

# %% [markdown] id="partie-6" lang="fr"
# **Ce que l'on voit.** Même ordre, même seuil, et pourtant un bilan tout autre : un seuil *calculé* n'a de sens qu'avec des probabilités qui disent vrai.
#
# ## 6. Un seuil cherché est-il stable ?
#
# Une collègue propose d'éviter la calibration : « Essayons tous les seuils sur nos données, et gardons le meilleur. » C'est possible : on trouve alors un seuil adapté aux nombres faux. Mais que vaut ce seuil ? Il dépend des ménages que l'on a sous la main.
#
# Le **rééchantillonnage** (*bootstrap*) le mesure : on tire au hasard, **avec remise**, autant de ménages qu'il y en a ; on refait la recherche ; on recommence cent fois. Les seuils trouvés forment un intervalle.
#
# **Un exemple.** Avec trois ménages (numéros 0, 1, 2), un tirage avec remise peut donner 2, 0, 2 : le ménage 2 compte deux fois, le 1 n'est pas là. On garde ensemble le risque et l'issue d'un même ménage. `hasard.integers(0, 3, 3)` fait ce tirage.
# Si les cent seuils vont de 0,10 à 0,60, on prend les valeurs entre lesquelles se trouvent 90 % d'entre eux : `np.quantile(seuils, [0.05, 0.95])`.
#
# ### Exercice 6. La recherche, et son intervalle
#
# - **`seuil_cherche(y, p, u)`** rend celui des `candidats` (0,02, 0,04… 0,98) dont le bilan est le meilleur sur ces ménages ; en cas d'égalité, n'importe lequel des meilleurs.
# - **`intervalle_seuil(y, p, u, tirages, hasard)`** rend deux nombres, `bas` et `haut` : les quantiles 5 % et 95 % des seuils cherchés sur `tirages` rééchantillonnages. `hasard` est un générateur NumPy (`np.random.default_rng(…)`), déjà prêt.

# %% [markdown] id="partie-6" lang="en" of="6a52a9e9"
# **What we see.** Same order, same threshold, and yet quite another balance: a *computed* threshold makes sense only with probabilities that tell the truth.
#
# ## 6. Is a searched threshold stable?
#
# A colleague suggests avoiding calibration: "Let us try all thresholds on our data, and keep the best one." It can be done: one then finds a threshold that suits the wrong numbers. But what is this threshold worth? It depends on the households at hand.
#
# **Resampling** (*bootstrap*) measures it: draw at random, **with replacement**, as many households as there are; search again; repeat a hundred times. The thresholds found make an interval.
#
# **An example.** With three households (numbers 0, 1, 2), a draw with replacement may give 2, 0, 2: household 2 counts twice, household 1 is absent. The risk and the outcome of one household are kept together. `hasard.integers(0, 3, 3)` makes this draw.
# If the hundred thresholds go from 0.10 to 0.60, take the values between which 90% of them lie: `np.quantile(thresholds, [0.05, 0.95])`.
#
# ### Exercise 6. The search, and its interval
#
# - **`seuil_cherche(y, p, u)`** (searched threshold) returns the one of the `candidats` (candidates: 0.02, 0.04… 0.98) whose balance is best on these households; if several are equal, any of the best.
# - **`intervalle_seuil(y, p, u, tirages, hasard)`** (threshold interval) returns two numbers, low and high: the 5% and 95% quantiles of the thresholds searched on `tirages` (a number of) resamples. `hasard` is a NumPy generator (`np.random.default_rng(…)`), ready for use.

# %% id="candidats"
candidats = np.round(np.arange(0.02, 0.99, 0.02), 2)

# %% id="stabilite-code" answer=true
def seuil_cherche(y, p, u):
    ### BEGIN SOLUTION
    return float(max(candidats, key=lambda s: bilan(y, p, s, u)))
    ### END SOLUTION


def intervalle_seuil(y, p, u, tirages, hasard):
    ### BEGIN SOLUTION
    seuils = []
    for _ in range(tirages):
        rangs = hasard.integers(0, len(y), len(y))
        seuils.append(seuil_cherche(y[rangs], p[rangs], u))
    bas, haut = np.quantile(seuils, [0.05, 0.95])
    return float(bas), float(haut)
    ### END SOLUTION

# %% graded="stabilite"
import numpy as np

du_lab = {"appel_impaye": 45.0, "appel_paye": -15.0, "rien_impaye": 0.0, "rien_paye": 0.0}
p8, y8 = np.array([0.05, 0.05, 0.15, 0.15, 0.65, 0.65, 0.65, 0.65]), np.array([0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0])
check(seuil_cherche(y8, p8, du_lab)).is_between(
    0.155, 0.65, fr="Sur huit ménages où seuls ceux à 0,65 valent un appel, le seuil cherché doit les retenir, et écarter les autres. Cherchez-vous bien le bilan le plus élevé ?",
    en="On eight households of which only those at 0.65 are worth a call, the searched threshold must keep them and leave out the others. Do you look for the highest balance?",
)
bornes = intervalle_seuil(np.tile(y8, 8), np.tile(p8, 8), du_lab, 10, np.random.default_rng(1))
check(bornes).has_length(2, fr="`intervalle_seuil` rend deux nombres : bas, haut.", en="`intervalle_seuil` returns two numbers: low, high.")
check(float(bornes[1]) - float(bornes[0])).is_at_least(0, fr="La borne basse vient en premier.", en="The low bound comes first.")
### BEGIN HIDDEN TESTS
hasard = np.random.default_rng(labkit.seed("stabilite"))
possibles = np.round(np.arange(0.02, 0.99, 0.02), 2)


def gagne(y, p, s, u):
    return float(np.where(p >= s, np.where(y == 1, u["appel_impaye"], u["appel_paye"]), np.where(y == 1, u["rien_impaye"], u["rien_paye"])).sum())


p = hasard.beta(1.2, 4, 400)
y = (hasard.random(400) < p).astype(float)
cout_inverse = {"appel_impaye": -15.0, "appel_paye": -15.0, "rien_impaye": -60.0, "rien_paye": 0.0}
for u in (du_lab, cout_inverse):
    trouve = float(seuil_cherche(y, p, u))
    check(gagne(y, p, trouve, u)).is_close_to(
        max(gagne(y, p, s, u) for s in possibles), within=0.01, fr="Un autre candidat donne un meilleur bilan sur ces ménages : les avez-vous tous essayés ?", en="Another candidate gives a better balance on these households: have you tried them all?"
    )
reference = []
for tirage in range(60):
    i = hasard.integers(0, 400, 400)
    reference.append(max(possibles, key=lambda s: gagne(y[i], p[i], s, du_lab)))
bas_ref, haut_ref = np.quantile(reference, [0.05, 0.95])
bas, haut = (float(b) for b in intervalle_seuil(y, p, du_lab, 60, np.random.default_rng(labkit.seed("tirages"))))
check(haut - bas).is_at_least(
    0.02, fr="Votre intervalle est vide : tous les tirages donnent-ils les mêmes ménages ? On tire avec remise, et chaque tirage est nouveau.",
    en="Your interval is empty: do all draws give the same households? Draw with replacement, and each draw is a new one.",
)
check(haut).is_at_most(
    haut_ref + 0.2, fr="Votre intervalle est bien trop large : dans chaque tirage, le risque et l'issue d'un ménage restent-ils ensemble ?",
    en="Your interval is far too wide: in each draw, do the risk and the outcome of a household stay together?",
)
check([bas, haut]).is_close_to(
    [bas_ref, haut_ref], within=0.12, fr="Votre intervalle s'écarte de celui d'un rééchantillonnage de tous les ménages : combien de ménages tirez-vous, et quels quantiles prenez-vous ?",
    en="Your interval parts from that of a resampling of all households: how many households do you draw, and which quantiles do you take?",
)
bas, haut = (float(b) for b in intervalle_seuil(np.array([0.0, 1.0]), np.array([0.91, 0.51]), du_lab, 80, np.random.default_rng(labkit.seed("deux"))))
check([bas <= 0.51, haut >= 0.91]).equals(
    [True, True],
    fr="On n'a que deux ménages : un tirage sur quatre ne contient que le premier, un sur quatre que le second, et vos seuils ne le montrent pas. Quels numéros votre tirage peut-il donner : chacun, du premier au dernier ?",
    en="There are only two households: one draw in four holds the first one only, one in four the second one only, and your thresholds do not show it. Which numbers can your draw give: each of them, from the first to the last?",
)
# Deux seuils possibles, 0,22 et 0,82, et deux tirages : entre eux, un quantile se lit sans hasard.
p, y = np.repeat([0.21, 0.23, 0.81, 0.83], [10, 6, 18, 10]), np.repeat([0.0, 1.0, 0.0, 1.0], [10, 6, 18, 10])
deux_seuils = {"appel_impaye": 45.5, "appel_paye": -15.0, "rien_impaye": 0.0, "rien_paye": 0.0}
for essai in range(12):
    bas, haut = (float(b) for b in intervalle_seuil(y, p, deux_seuils, 2, np.random.default_rng(labkit.seed(f"quantiles {essai}"))))
    check([bas < 0.26 or bas > 0.8, haut > 0.78 or haut < 0.24]).equals(
        [True, True],
        fr="Votre intervalle est trop étroit : quelle part des seuils laissez-vous de chaque côté, si l'intervalle doit en contenir 90 % ?",
        en="Your interval is too narrow: what share of the thresholds do you leave on each side, if the interval must hold 90% of them?",
    )
### END HIDDEN TESTS

# %% id="stabilite-essai"
intervalle_300 = None
if seuil_retenu is None or seuil_cherche(y_cal, p_cal, montants) is None or intervalle_seuil(y_cal[:300], p_cal[:300], montants, 3, np.random.default_rng(0)) is None:
    print("Cette cellule attend les exercices 5 et 6.")  #@fr
    print("This cell waits for exercises 5 and 6.")  #@en
else:
    tirages = 5 if abreger else 100
    lignes = []
    for combien in (300,) if abreger else (300, 2000):
        bas, haut = intervalle_seuil(y_cal[:combien], p_cal[:combien], montants, tirages, np.random.default_rng(graine))
        lignes.append([combien, float(seuil_cherche(y_cal[:combien], p_cal[:combien], montants)), float(bas), float(haut)])
    intervalle_300 = lignes[0]
    tableau = pd.DataFrame(lignes)
    tableau.columns = ["ménages", "seuil cherché (probabilités brutes)", "bas de l'intervalle", "haut de l'intervalle"]  #@fr
    tableau.columns = ["households", "searched threshold (raw probabilities)", "low end of the interval", "high end of the interval"]  #@en
    labkit.table(tableau, digits=2, index=False, fr="Le seuil cherché dépend des ménages tirés", en="The searched threshold depends on the households drawn")
    print("seuil calculé, pour des probabilités calibrées :", labkit.written(seuil_retenu, 2))  #@fr
    print("computed threshold, for calibrated probabilities:", labkit.written(seuil_retenu, 2))  #@en

# %% [markdown] id="partie-7" lang="fr"
# **Ce que l'on voit.** Avec 300 ménages, le seuil cherché peut tomber presque n'importe où dans un large intervalle ; avec 2 000, il se resserre. Le seuil **calculé** n'a pas de hasard : il vient des coûts. Et si le prix d'un appel change, on refait une division, non une étude.
#
# ## 7. Pour qui le modèle se trompe-t-il ?
#
# En moyenne, les probabilités calibrées sont justes. Mais une moyenne peut cacher deux erreurs contraires. En **habitat collectif**, les compteurs sont parfois partagés, les charges s'ajoutent à la facture, et les ménages n'ont pas les mêmes difficultés. Le modèle, lui, ignore le type de logement.
# **Prévoyez** ce que cela donne, avant de le mesurer.

# %% [markdown] id="partie-7" lang="en" of="e909aca2"
# **What we see.** With 300 households, the searched threshold may fall almost anywhere in a wide interval; with 2,000 it narrows. The **computed** threshold has no randomness: it comes from the costs. And if the price of a call changes, one does a division again, not a study.
#
# ## 7. For whom is the model wrong?
#
# On average, the calibrated probabilities are right. But a mean may hide two opposite errors. In **flats** (`collectif`), meters are sometimes shared, service charges come on top of the bill, and households do not have the same difficulties. The model does not know the type of housing.
# **Predict** what comes of it, before you measure.

# %% id="prevoir-groupe" hide=true
ask.choice(
    "prevoir-groupe",
    fr="Prévoyez : le modèle ne reçoit pas le type de logement. Que dire de ses probabilités, par type de logement ?",
    en="Predict: the model does not get the type of housing. What about its probabilities, by type of housing?",
    options={
        "a": ("Justes pour tous : il ne peut pas traiter différemment ce qu'il ignore.", "Right for all: it cannot treat differently what it does not know."),
        "b": ("Peut-être fausses pour chaque groupe, en sens contraires.", "Perhaps wrong for each group, in opposite directions."),
        "c": ("Justes, puisqu'on les a calibrées.", "Right, since they have been calibrated."),
    },
)

# %% [markdown] id="groupes-consigne" lang="fr"
# Trois nombres par groupe suffisent :
#
# - l'**écart** : probabilité moyenne moins part d'impayés. Négatif, il dit que le risque du groupe est **sous-estimé** ;
# - les **oubliés** : parmi les ménages du groupe qui **ont eu un impayé**, la part de ceux que l'on n'aurait pas appelés. Ce sont eux, les privés d'aide ;
# - l'**erreur type** de l'écart, qui mesure le hasard : $\dfrac{\sqrt{\sum p (1 - p)}}{n}$ pour les n ménages du groupe. Un écart de moins de trois erreurs types peut n'être que du hasard.
#
# **Un exemple.** Groupe de quatre ménages : $p$ = 0,1, 0,1, 0,3, 0,3 et $y$ = 0, 1, 1, 0, seuil 0,25. Écart : 0,2 − 0,5 = **−0,3**. Deux ménages ont eu un impayé, dont un sous le seuil : oubliés, **0,5**. Erreur type : la somme des $p(1-p)$ vaut 0,09 + 0,09 + 0,21 + 0,21 = 0,6,
# sa racine 0,775, divisée par 4 : 0,194. L'écart ne fait pas trois erreurs types (0,581) : quatre ménages, c'est trop peu pour conclure.
#
# ### Exercice 7. Le bilan par groupe
#
# - **On vous donne** `y` et `p` (tableaux NumPy), `groupe` (un tableau NumPy de textes, un par ménage) et `seuil`.
# - **`par_groupe(y, p, groupe, seuil)`** rend un dictionnaire : `{"collectif": {"ecart": …, "oublies": …}, …}`, une entrée par groupe. On appelle les ménages dont `p` est supérieur ou égal au seuil. (Chaque groupe a au moins un impayé.)
# - **`mal_servi(y, p, groupe)`** rend le nom du groupe dont l'écart est le **plus négatif**, parmi ceux où il est **sous-estimé d'au moins trois erreurs types** ; si aucun ne l'est, le texte `"aucun"`.

# %% [markdown] id="groupes-consigne" lang="en" of="8dc60421"
# Three numbers per group are enough:
#
# - the **gap** (`ecart`): mean probability minus share of unpaid bills. When negative, the risk of the group is **underestimated**;
# - the **forgotten** (`oublies`): among the households of the group that **did have an unpaid bill**, the share of those that would not have been called. They are the ones deprived of help;
# - the **standard error** of the gap, which measures chance: $\dfrac{\sqrt{\sum p (1 - p)}}{n}$ for the n households of the group. A gap of less than three standard errors may be nothing but chance.
#
# **An example.** A group of four households: $p$ = 0.1, 0.1, 0.3, 0.3 and $y$ = 0, 1, 1, 0, threshold 0.25. Gap: 0.2 − 0.5 = **−0.3**. Two households had an unpaid bill, one of them below the threshold: forgotten, **0.5**. Standard error: the sum of the $p(1-p)$ is 0.09 + 0.09 + 0.21 + 0.21 = 0.6,
# its root 0.775, divided by 4: 0.194. The gap does not reach three standard errors (0.581): four households are too few to conclude.
#
# ### Exercise 7. The balance by group
#
# - **You are given** `y` and `p` (NumPy arrays), `groupe` (group: a NumPy array of texts, one per household) and `seuil` (the threshold).
# - **`par_groupe(y, p, groupe, seuil)`** (by group) returns a dictionary: `{"collectif": {"ecart": …, "oublies": …}, …}`, one entry per group. Households whose `p` is greater than or equal to the threshold are called. (Every group has at least one unpaid bill.)
# - **`mal_servi(y, p, groupe)`** (ill served) returns the name of the group whose gap is the **most negative**, among those **underestimated by at least three standard errors**; if there is none, the text `"aucun"` (none).

# %% id="groupes-code" answer=true
def par_groupe(y, p, groupe, seuil):
    ### BEGIN SOLUTION
    resultat = {}
    for nom in np.unique(groupe):
        ici = groupe == nom
        resultat[str(nom)] = {"ecart": float(p[ici].mean() - y[ici].mean()), "oublies": float((p[ici & (y == 1)] < seuil).mean())}
    return resultat
    ### END SOLUTION


def mal_servi(y, p, groupe):
    ### BEGIN SOLUTION
    pire, nom_du_pire = 0.0, "aucun"
    for nom in np.unique(groupe):
        ici = groupe == nom
        ecart = p[ici].mean() - y[ici].mean()
        erreur_type = np.sqrt((p[ici] * (1 - p[ici])).sum()) / ici.sum()
        if ecart <= -3 * erreur_type and ecart < pire:
            pire, nom_du_pire = ecart, str(nom)
    return nom_du_pire
    ### END SOLUTION

# %% graded="groupes"
import numpy as np

p4, y4, g4 = np.array([0.1, 0.1, 0.3, 0.3]), np.array([0.0, 1.0, 1.0, 0.0]), np.array(["A", "A", "A", "A"])
rendu = par_groupe(y4, p4, g4, 0.25)
check(rendu).has_keys(["A"], fr="`par_groupe` rend un dictionnaire dont les clés sont les noms des groupes.", en="`par_groupe` returns a dictionary whose keys are the names of the groups.")
check(rendu["A"]).has_keys(["ecart", "oublies"], fr="Pour chaque groupe, deux clés : \"ecart\" et \"oublies\".", en="For each group, two keys: \"ecart\" and \"oublies\".")
check(float(rendu["A"]["ecart"])).is_close_to(
    -0.3, within=0.001, fr="Sur l'exemple, l'écart vaut −0,3 : probabilité moyenne moins part d'impayés, dans cet ordre.", en="On the example, the gap is −0.3: mean probability minus share of unpaid bills, in that order."
)
check(float(rendu["A"]["oublies"])).is_close_to(
    0.5, within=0.001, fr="Sur l'exemple, les oubliés sont 0,5 : le total est celui des ménages qui ont eu un impayé.", en="On the example, the forgotten are 0.5: the total is that of the households that had an unpaid bill."
)
check(mal_servi(y4, p4, g4)).equals(
    "aucun", fr="Dans l'exemple, l'écart ne fait pas trois erreurs types : quatre ménages ne permettent pas d'accuser le modèle.", en="In the example the gap does not reach three standard errors: four households do not allow the model to be accused."
)
### BEGIN HIDDEN TESTS
def fabrique(groupes):
    """Des issues dont la part est connue exactement : {nom: (ménages, probabilité, part d'impayés)}."""
    y, p, g = [], [], []
    for nom, (n, proba, part) in groupes.items():
        y += [1.0] * round(n * part) + [0.0] * (n - round(n * part))
        p += [proba] * n
        g += [nom] * n
    return np.array(y), np.array(p), np.array(g)


y, p, g = fabrique({"nord": (400, 0.2, 0.3), "sud": (300, 0.4, 0.5), "est": (500, 0.3, 0.1)})
rendu = par_groupe(y, p, g, 0.4)
check(float(rendu["nord"]["oublies"]) + float(rendu["sud"]["oublies"])).is_close_to(
    1.0, within=0.001, fr="Un ménage dont le risque est égal au seuil est appelé : il n'est pas oublié.", en="A household whose risk equals the threshold is called: it is not forgotten."
)
melange = par_groupe(np.array([0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 1.0]), np.array([0.1, 0.1, 0.2, 0.6, 0.5, 0.7, 0.8]), np.array(["A"] * 7), 0.4)
check(float(melange["A"]["oublies"])).is_close_to(
    0.25, within=0.001,
    fr="Dans un groupe où les risques diffèrent d'un ménage à l'autre, la part d'oubliés ne tombe pas juste : parmi quels ménages la comptez-vous, ceux qui ont payé ou ceux qui ont eu un impayé ?",
    en="In a group whose risks differ from one household to the next, the share of forgotten does not come out right: among which households do you count it, those that paid or those that had an unpaid bill?",
)
check([float(rendu[nom]["ecart"]) for nom in ("nord", "sud", "est")]).is_close_to([-0.1, -0.1, 0.2], within=0.001, fr="Sur trois groupes, un écart est faux : chaque moyenne se fait dans le groupe, et le signe compte.", en="On three groups, a gap is wrong: each mean is taken within the group, and the sign counts.")
check(mal_servi(*fabrique({"nord": (1000, 0.2, 0.2), "sud": (1000, 0.3, 0.25)}))).equals(
    "aucun", fr="Un groupe surestimé est appelé trop souvent, mais n'est pas privé d'aide : on cherche un écart négatif.", en="An overestimated group is called too often, but is not deprived of help: look for a negative gap."
)
check(mal_servi(*fabrique({"nord": (1000, 0.2, 0.35), "sud": (1000, 0.3, 0.4), "est": (1000, 0.5, 0.2)}))).equals(
    "nord", fr="Plusieurs groupes sont sous-estimés ou surestimés : on demande celui dont l'écart est le plus négatif.", en="Several groups are under- or overestimated: the one with the most negative gap is asked for."
)
check(mal_servi(*fabrique({"petit": (20, 0.2, 0.35), "grand": (3000, 0.2, 0.26)}))).equals(
    "grand", fr="Un petit groupe a l'écart le plus grand, mais vingt ménages, c'est peut-être le hasard. Comparez chaque écart à trois erreurs types du groupe.", en="A small group has the largest gap, but twenty households may be chance. Compare each gap with three standard errors of the group."
)
check(mal_servi(*fabrique({"nord": (300, 0.2, 0.24), "sud": (300, 0.3, 0.33)}))).equals(
    "aucun", fr="Ces écarts tiennent au hasard : moins de trois erreurs types. Votre fonction accuse à tort.", en="These gaps are down to chance: less than three standard errors. Your function accuses wrongly."
)
check(mal_servi(*fabrique({"nord": (2500, 0.2, 0.23), "sud": (2500, 0.3, 0.3)}))).equals(
    "nord", fr="Sur 2 500 ménages, un écart de trois points dépasse trois erreurs types : l'erreur type se divise par le nombre de ménages du groupe.", en="On 2,500 households, a gap of three points exceeds three standard errors: the standard error is divided by the number of households in the group."
)
check(mal_servi((np.arange(400) < 224).astype(float), np.tile([0.05, 0.95], 200), np.array(["nord"] * 400))).equals(
    "nord",
    fr="Dans ce groupe, les risques sont très faibles ou très élevés, et l'écart dépasse trois erreurs types : que met-on sous la racine, et pour chaque ménage ou pour leur moyenne ?",
    en="In this group, risks are very low or very high, and the gap exceeds three standard errors: what goes under the root, and for each household or for their mean?",
)
check(mal_servi((np.arange(64) < 44).astype(float), np.full(64, 0.5), np.array(["nord"] * 64))).equals(
    "nord",
    fr="Soixante-quatre ménages à 0,5 de risque, dont 44 ont eu un impayé : posez à la main l'écart et l'erreur type, puis relisez la condition de l'énoncé, mot à mot.",
    en="Sixty-four households at a risk of 0.5, of which 44 had an unpaid bill: work out the gap and the standard error by hand, then read the condition of the exercise again, word by word.",
)
### END HIDDEN TESTS

# %% id="groupes-essai"
details_groupes = groupe_lese = None
if seuil_retenu is None or par_groupe(y_test, q_test, test["logement"].to_numpy(str), seuil_retenu) is None or mal_servi(y_test, q_test, test["logement"].to_numpy(str)) is None:
    print("Cette cellule attend les exercices 5 et 7.")  #@fr
    print("This cell waits for exercises 5 and 7.")  #@en
else:
    q_par_logement = q_test.copy()  # la même correction, apprise séparément pour chaque type de logement  #@fr
    q_par_logement = q_test.copy()  # the same correction, learnt separately for each type of housing  #@en
    for nom in ("individuel", "collectif"):
        ici_cal, ici_test = (cal["logement"] == nom).to_numpy(), (test["logement"] == nom).to_numpy()
        q_par_logement[ici_test] = calibrer(p_cal[ici_cal], y_cal[ici_cal], p_test[ici_test])
    lignes = []
    for sorte, q in ((labkit.tr("une seule correction", "one correction"), q_test), (labkit.tr("une correction par type de logement", "one correction per type of housing"), q_par_logement)):
        for colonne in ("logement", "secteur"):
            for nom, mesure in par_groupe(y_test, q, test[colonne].to_numpy(str), seuil_retenu).items():
                lignes.append([sorte, colonne + labkit.tr(" : ", ": ") + nom, 100 * float(mesure["ecart"]), 100 * float(mesure["oublies"])])
        print(f"{sorte} : bilan {round(bilan(y_test, q, seuil_retenu, montants))} € ; groupe mal servi, par logement : {mal_servi(y_test, q, test['logement'].to_numpy(str))} ; par secteur : {mal_servi(y_test, q, test['secteur'].to_numpy(str))}")  #@fr
        print(f"{sorte}: balance €{round(bilan(y_test, q, seuil_retenu, montants)):,}; group ill served, by housing: {mal_servi(y_test, q, test['logement'].to_numpy(str))}; by part of town: {mal_servi(y_test, q, test['secteur'].to_numpy(str))}")  #@en
    tableau = pd.DataFrame(lignes)
    tableau.columns = ["correction", "groupe", "écart (points)", "oubliés (% des impayés)"]  #@fr
    tableau.columns = ["correction", "group", "gap (points)", "forgotten (% of unpaid)"]  #@en
    labkit.table(tableau, digits=1, index=False, fr="Écart et oubliés, par logement et par secteur", en="Gap and forgotten, by housing and by part of town")
    groupe_lese = mal_servi(y_test, q_test, test["logement"].to_numpy(str))
    details_groupes = {f"{ligne[1]}": labkit.tr(f"écart {labkit.written(ligne[2], 1)} points ; oubliés {labkit.written(ligne[3], 1)} % des impayés", f"gap {ligne[2]:.1f} points; forgotten {ligne[3]:.1f}% of unpaid bills") for ligne in lignes[:2]}

# %% [markdown] id="groupes-lecture" lang="fr"
# **Ce que l'on voit.** En habitat collectif, le risque est nettement sous-estimé : des ménages qui auraient eu besoin d'un étalement ne sont pas appelés. **Ne pas donner une information au modèle ne suffit pas à le rendre équitable.** Corriger par type de logement efface les écarts, retrouve des oubliés en collectif et améliore le bilan ;
# mais on appelle alors moins en habitat individuel, où la part d'oubliés monte. Aucun réglage n'est gratuit : on choisit à qui l'on manque, et on l'écrit. Les secteurs, eux, servent de témoin : leurs écarts tiennent au hasard.
#
# **Une question de droit, à ne pas trancher seul.** Se servir du logement pour proposer une aide demande une finalité claire et une information des personnes (RGPD) ; en France, la loi du 27 mai 2008 compte le lieu de résidence et la vulnérabilité économique parmi les critères de discrimination.
# La mesure que vous venez de faire est ce qu'il faut apporter à la personne déléguée à la protection des données ; elle ne remplace pas son avis.
#
# ## 8. Votre recommandation
#
# La directrice vous lit en une minute. Dans 50 à 150 mots, dites :
#
# 1. **qui appeler** : quelles probabilités, quel seuil, d'où il vient, avec **deux mesures** du lab à l'appui ;
# 2. **qui est mal servi**, avec un chiffre, et ce que vous proposez ;
# 3. **le garde-fou** : ce que l'on mesurera ensuite, quand, et ce qui ferait arrêter.

# %% [markdown] id="groupes-lecture" lang="en" of="5ae15ff4"
# **What we see.** In flats, the risk is clearly underestimated: households that needed to spread their payment are not called. **Keeping a piece of information from the model is not enough to make it fair.** Correcting by type of housing removes the gaps, finds forgotten households in flats and improves the balance;
# but fewer are then called in houses, where the share of forgotten goes up. No setting is free: one chooses whom one fails, and writes it down. The parts of town serve as a control: their gaps are down to chance.
#
# **A question of law, not to be settled alone.** Using the type of housing to offer help takes a clear purpose and informing people (GDPR); in France, the law of 27 May 2008 counts place of residence and economic vulnerability among the grounds of discrimination.
# The measurement that you have just made is what to bring to the data protection officer; it does not replace their opinion.
#
# ## 8. Your recommendation
#
# The director reads you in one minute. In 50 to 150 words, say:
#
# 1. **whom to call**: which probabilities, which threshold, where it comes from, with **two measurements** of the lab;
# 2. **who is ill served**, with a figure, and what you suggest;
# 3. **the safeguard**: what will be measured next, when, and what would make you stop.

# %% id="decision-widget" hide=true
ask.text("decision", fr="Votre recommandation (50 à 150 mots)", en="Your recommendation (50 to 150 words)", rows=8, words=(50, 150))

# %% [markdown] graded="decision" lang="fr"
# **Votre recommandation** sera lue et notée par votre formatrice ou votre formateur : une règle d'appel justifiée par deux mesures (1 point), le groupe mal servi chiffré et un garde-fou précis (1 point).

# %% [markdown] graded="decision" lang="en" of="57e2475c"
# **Your recommendation** will be read and graded by your trainer: a calling rule supported by two measurements (1 point), the ill-served group with a figure and a specific safeguard (1 point).

# %% [markdown] id="taux-consigne" lang="fr"
# ## Pour aller plus loin : quand la population change (facultatif)
#
# Une ville voisine rejoint la régie. On y compte deux fois plus d'impayés. Si seul le **taux de base** a changé, on peut corriger sans rien réapprendre : la part des impayés est multipliée par $r_1 = \dfrac{\text{nouveau}}{\text{ancien}}$, celle des payés par
# $r_0 = \dfrac{1 - \text{nouveau}}{1 - \text{ancien}}$, et la probabilité devient $p' = \dfrac{p\, r_1}{p\, r_1 + (1 - p)\, r_0}$.
#
# **Exemple.** $p = 0{,}25$, l'ancien taux est 0,2, le nouveau 0,4 : $r_1 = 2$ et $r_0 = 0{,}75$, donc $p' = 0{,}5 / (0{,}5 + 0{,}5625) \approx$ **0,471**.
#
# **`changer_taux(p, ancien, nouveau)`** rend le tableau des probabilités corrigées (`p` est un tableau NumPy ; les taux sont entre 0 et 1, bornes exclues).

# %% [markdown] id="taux-consigne" lang="en" of="505559b6"
# ## Going further: when the population changes (optional)
#
# A neighbouring town joins the water service. It has twice as many unpaid bills. If only the **base rate** has changed, one can correct without learning anything anew: the share of unpaid bills is multiplied by $r_1 = \dfrac{\text{new}}{\text{old}}$, that of paid ones by
# $r_0 = \dfrac{1 - \text{new}}{1 - \text{old}}$, and the probability becomes $p' = \dfrac{p\, r_1}{p\, r_1 + (1 - p)\, r_0}$.
#
# **Example.** $p = 0.25$, the old rate is 0.2, the new one 0.4: $r_1 = 2$ and $r_0 = 0.75$, so $p' = 0.5 / (0.5 + 0.5625) \approx$ **0.471**.
#
# **`changer_taux(p, ancien, nouveau)`** (change the rate; old, new) returns the array of corrected probabilities (`p` is a NumPy array; the rates lie strictly between 0 and 1).

# %% id="taux-code" answer=true
def changer_taux(p, ancien, nouveau):
    ### BEGIN SOLUTION
    impayes, payes = p * nouveau / ancien, (1 - p) * (1 - nouveau) / (1 - ancien)
    return impayes / (impayes + payes)
    ### END SOLUTION

# %% graded="taux"
import numpy as np

check(changer_taux(np.array([0.25]), 0.2, 0.4)).is_close_to(np.array([0.4706]), within=0.001, fr="Sur l'exemple, on attend 0,471 : les payés changent de poids, eux aussi, et la somme des deux parts doit refaire 1.", en="On the example, 0.471 is expected: paid bills change weight too, and both shares must add up to 1 again.")
### BEGIN HIDDEN TESTS
hasard = np.random.default_rng(labkit.seed("taux"))
p = hasard.beta(1.5, 4, 50)
check(changer_taux(p, 0.3, 0.3)).is_close_to(p, within=1e-6, fr="Si le taux ne change pas, les probabilités non plus.", en="If the rate does not change, neither do the probabilities.")
check(changer_taux(np.array([0.9, 0.99]), 0.2, 0.6)).is_between(0, 1, fr="Une probabilité corrigée dépasse 1 : il ne suffit pas de multiplier.", en="A corrected probability exceeds 1: multiplying is not enough.")
check(changer_taux(changer_taux(p, 0.2, 0.35), 0.35, 0.2)).is_close_to(p, within=1e-6, fr="Aller d'un taux à l'autre, puis revenir, devrait tout remettre en place.", en="Going from one rate to the other, then back, should put everything back in place.")
### END HIDDEN TESTS

# %% [markdown] id="fiche" lang="fr"
# ## Votre fiche de décision
#
# La cellule suivante rassemble vos mesures et votre recommandation en une page, à garder et à joindre à un dossier. Relancez-la quand vous changez une réponse.

# %% [markdown] id="fiche" lang="en" of="5627a588"
# ## Your decision sheet
#
# The next cell gathers your measurements and your recommendation on one page, to keep and to attach to a file. Run it again when you change an answer.

# %% id="fiche-code" hide=true
labkit.artefact(
    "fiche-decision",
    ("Fiche de décision : proposer un étalement avant l'impayé", "Decision sheet: offering to spread a payment before it is missed"),
    [
        (("Usage prévu", "Intended use"), labkit.tr(
            "Choisir les ménages à qui un conseiller propose d'étaler leur facture d'eau. Le score n'est ni une sanction ni un motif de refus ; il n'est pas transmis à des tiers.",
            "Choose the households to whom an adviser offers to spread their water bill. The score is neither a penalty nor a ground for refusal; it is not passed on to third parties.")),
        (("Données", "Data"), labkit.tr(
            f"{len(menages)} ménages (données inventées) : {len(appr)} pour le modèle, {len(cal)} pour la calibration, {len(test)} pour le test. Ni le logement ni le secteur ne sont donnés au modèle.",
            f"{len(menages):,} households (invented data): {len(appr):,} for the model, {len(cal):,} for calibration, {len(test):,} for the test. Neither housing nor part of town is given to the model.")),
        (("Qualité des probabilités (test)", "Quality of the probabilities (test)"), brier_calibre and labkit.tr(
            f"Score de Brier : {labkit.written(float(brier_brut), 3)} avant, {labkit.written(float(brier_calibre), 3)} après calibration. Erreur de calibration : {labkit.written(float(ece_brute), 3)} avant, {labkit.written(float(ece_calibree), 3)} après.",
            f"Brier score: {brier_brut:.3f} before, {brier_calibre:.3f} after calibration. Calibration error: {ece_brute:.3f} before, {ece_calibree:.3f} after.")),
        (("Règle d'appel", "Calling rule"), seuil_retenu and labkit.tr(
            f"Appeler dès {round(100 * seuil_retenu)} % de risque, seuil tiré des coûts (appel 15 €, frais évités 60 €). Bilan sur le test : {labkit.written(bilan_calibre)} € (probabilités brutes, même seuil : {labkit.written(bilan_brut)} €).",
            f"Call from a risk of {100 * seuil_retenu:.0f}%, a threshold derived from the costs (call €15, fees avoided €60). Balance on the test part: €{bilan_calibre:,} (raw probabilities, same threshold: €{bilan_brut:,}).")),
        (("Stabilité", "Stability"), intervalle_300 and labkit.tr(
            f"Un seuil cherché sur {intervalle_300[0]} ménages tombe entre {labkit.written(intervalle_300[2], 2)} et {labkit.written(intervalle_300[3], 2)} neuf fois sur dix ; le seuil calculé ne dépend que des coûts.",
            f"A threshold searched on {intervalle_300[0]} households falls between {intervalle_300[2]:.2f} and {intervalle_300[3]:.2f} nine times in ten; the computed threshold depends on the costs only.")),
        (("Pour qui le modèle se trompe", "For whom the model is wrong"), details_groupes and {**details_groupes, labkit.tr("groupe mal servi", "group ill served"): groupe_lese}),
        (("Limites", "Limits"), labkit.tr(
            "Données inventées ; on suppose que tout étalement accepté évite l'impayé. Coûts du point de vue de la régie : ce que l'appel ou l'oubli coûte au ménage n'y est pas compté. À mesurer de nouveau si les tarifs ou la population changent.",
            "Invented data; every accepted plan is assumed to avoid the unpaid bill. Costs are from the water service's point of view: what a call or being forgotten costs the household is not counted. To be measured again if prices or the population change.")),
        (("Recommandation", "Recommendation"), ask.answer("decision")),
    ],
)

# %% [markdown] id="fin" lang="fr"
# ### Ce que vous savez faire maintenant
#
# Écrire un boosting en quatre gestes ; mesurer si une probabilité dit vrai ; la corriger sur des données que le modèle n'a pas apprises ; tirer un seuil des coûts plutôt que d'une recherche ; dire si un seuil est stable ;
# et chercher pour qui une bonne moyenne cache une erreur. Vérifiez, puis remettez votre travail.

# %% [markdown] id="fin" lang="en" of="e4f3acad"
# ### What you can do now
#
# Write a boosting in four moves; measure whether a probability tells the truth; correct it on data that the model has not learnt; derive a threshold from costs rather than from a search; say whether a threshold is stable;
# and find for whom a good mean hides an error. Check, then submit your work.
