# ---
# caire:
#   id: l3-03-expliquer-et-contester
#   level: 3
#   minutes: 120
#   profile: cpu
#   title:
#     fr: "Expliquer et contester"
#     en: "Explaining and contesting"
#   summary:
#     fr: "Vous saurez mesurer ce qui compte pour un modèle, démasquer une variable trompeuse et expliquer une décision par des valeurs de Shapley calculées de votre main. Vous saurez aussi dire à une personne refusée ce qu'elle peut changer, et compter qui a été lésé."
#     en: "You will be able to measure what matters to a model, unmask a spurious variable and explain a decision with Shapley values that you computed yourself. You will also be able to tell a person who was refused what they can change, and count who was harmed."
#   budget: {cpu_seconds: 60, memory_mib: 1536, cell_seconds: 60}
#   questions:
#     permutation: {points: 3, skill: n3.explication.mesurer, fr: "L'importance par permutation", en: "Permutation importance"}
#     trompeuse: {points: 3, skill: n3.explication.contester, fr: "Démasquer la variable trompeuse", en: "Unmask the spurious variable"}
#     stable: {points: 3, skill: n3.explication.mesurer, fr: "Ne conclure que sur ce qui est stable", en: "Conclude only on what is stable"}
#     shapley: {points: 4, skill: n3.explication.mesurer, fr: "Les valeurs de Shapley, exactement", en: "Shapley values, exactly"}
#     additivite: {points: 2, skill: n3.explication.mesurer, fr: "Un contrôleur qui rejette une explication fausse", en: "A checker that rejects a wrong explanation"}
#     contrefactuel: {points: 4, skill: n3.explication.contester, fr: "Un contrefactuel que la personne peut suivre", en: "A counterfactual that the person can follow"}
#     lesees: {points: 3, skill: n3.explication.contester, fr: "Compter les personnes lésées", en: "Count the people harmed"}
#     decision: {points: 3, manual: true, skill: n3.surete.documenter, fr: "Votre réponse à la contestation", en: "Your answer to the complaint"}
#     tirages: {points: 2, bonus: true, skill: n3.explication.mesurer, fr: "Pour aller plus loin : Shapley par tirages", en: "Going further: Shapley by sampling"}
#   answers:
#     prevoir-tete: c
#     prevoir-retrait: b
#     prevoir-ordre: b
#     prevoir-conseil: c
#     variable-trompeuse: formulaire
#     conclusion: ensemble
#     leviers: {revenu: "non", charges: agir, epargne: agir, montant: agir, anciennete: "non", age: "non", formulaire: "non"}
#     decision: "Je retire le premier modèle : il prête au nouveau formulaire un effet d'environ 30 points que l'échantillon de contrôle ne confirme pas, et le modèle refait sans cette variable y classe mieux les dossiers (aire de 0,83 contre 0,76). À Camille R., j'écris que la demande reste sous le seuil, à cause du poids de ses charges et du montant demandé, et qu'un petit crédit soldé ou un montant plus bas pourrait suffire ; ce n'est pas une promesse. Limite : importances et valeurs de Shapley décrivent le modèle, non les causes du remboursement, et je ne publie pas de classement. Une conseillère relit chaque refus contesté sous dix jours, et tous les refus passés sont réexaminés."
# ---

# %% [markdown] id="titre" lang="fr"
# # Expliquer et contester
#
# **La situation.** Une caisse de microcrédit (imaginaire) se sert d'un modèle pour estimer qu'un prêt sera remboursé. Camille R. vient de recevoir un refus et écrit :
# « *Pourquoi ? Et que dois-je changer ?* » On vous confie le dossier. Vous répondrez à Camille, et vous direz à la direction si le modèle peut rester en service.
#
# | étape | ce que vous faites | durée |
# |---|---|---|
# | 1 | mesurer ce qui compte pour le modèle | 25 min |
# | 2 | démasquer une variable trompeuse, refaire le modèle | 20 min |
# | 3 | distinguer ce qui est stable de ce qui tient au hasard | 15 min |
# | 4 | expliquer une décision, par des valeurs de Shapley exactes | 25 min |
# | 5 | trouver ce que Camille peut changer | 20 min |
# | 6 et 7 | compter les personnes lésées, répondre, éditer la note | 15 min |
#
# **Comment ça marche.** Maj + Entrée exécute une cellule. Là où vous voyez des points de suspension `...`, vous écrivez. La cellule repliée qui suit vérifie votre réponse : exécutez-la aussi. Elle
# affiche ✓, ou vous dit quoi regarder : recommencez autant de fois que vous voulez. La remise refait ces vérifications, puis d'autres, sur des données que vous n'avez pas vues.

# %% [markdown] id="titre" lang="en" of="12e52c91"
# # Explaining and contesting
#
# **The situation.** A (fictional) microcredit fund uses a model to estimate whether a loan will be repaid. Camille R. has just been refused and writes:
# "*Why? And what should I change?*" The case is yours. You will answer Camille, and you will tell the management whether the model may stay in service.
#
# | step | what you do | time |
# |---|---|---|
# | 1 | measure what matters to the model | 25 min |
# | 2 | unmask a spurious variable, make the model again | 20 min |
# | 3 | tell what is stable from what is chance | 15 min |
# | 4 | explain one decision, with exact Shapley values | 25 min |
# | 5 | find what Camille can change | 20 min |
# | 6 and 7 | count the people harmed, answer, issue the note | 15 min |
#
# **How it works.** Shift + Enter runs a cell. Where you see an ellipsis `...`, you write. The folded cell that follows checks your answer: run it too. It shows ✓, or
# tells you what to look at: try as often as you like. Submitting runs these checks again, then others, on data that you have not seen.

# %% id="outils"
from itertools import combinations, product
from math import factorial

import numpy as np
import pandas as pd
from scipy.stats import rankdata
from sklearn.ensemble import GradientBoostingClassifier

graine = labkit.seed()  # le hasard du lab part de ce nombre : mêmes calculs, mêmes résultats  #@fr
graine = labkit.seed()  # the randomness of the lab starts from this number: same computation, same results  #@en
abreger = labkit.grading()  # la notation abrège les essais dont aucune question ne dépend  #@fr
abreger = labkit.grading()  # grading shortens the trials on which no question depends  #@en

# %% [markdown] id="partie-1" lang="fr"
# ## 1. Ce qui compte pour le modèle
#
# Deux fichiers, une ligne par prêt, les mêmes colonnes :
#
# - **l'historique**, 4 000 prêts passés. Le modèle apprend sur les 3 000 premiers ; les 1 000 autres servent de **test** ;
# - **le contrôle**, 2 000 prêts plus récents, tous accordés **sans regarder le score**, pour pouvoir juger le modèle. Le formulaire y a été **tiré au sort**.
#
# | colonne | sens |
# |---|---|
# | `revenu` | revenu net du foyer, en euros par mois |
# | `charges` | part de ce revenu déjà prise par le loyer et les crédits, en % |
# | `epargne` | épargne disponible, en euros |
# | `montant` | montant demandé, en euros |
# | `anciennete` | ancienneté dans l'activité, en mois |
# | `age` | âge, en années |
# | `formulaire` | formulaire sur lequel le dossier a été saisi : 0 ancien, 1 nouveau |
# | `rembourse` | 1 si le prêt a été remboursé, 0 sinon : ce que l'on veut prévoir |
#
# **Un modèle est ici une fonction** : `predire(X)` reçoit une table et rend, pour chaque ligne, un **score** entre 0 et 1, la probabilité de remboursement estimée. La caisse accorde le prêt si le score atteint 0,60.
#
# On juge le modèle par l'**aire sous la courbe ROC**, ou *aire* : prenez au hasard un prêt remboursé et un prêt non remboursé ; l'aire est la probabilité que le premier ait le plus haut score. 1 : toujours ; 0,5 : pile ou face.

# %% [markdown] id="partie-1" lang="en" of="76ae7313"
# ## 1. What matters to the model
#
# Two files, one row per loan, the same columns:
#
# - **the history** (`historique`), 4,000 past loans. The model learns from the first 3,000; the other 1,000 are the **test** part;
# - **the control sample** (`controle`), 2,000 more recent loans, all granted **without looking at the score**, so that the model can be judged. There, the form was **drawn by lot**.
#
# | column | meaning |
# |---|---|
# | `revenu` | net income of the household, in euros per month |
# | `charges` | share of this income already taken by rent and loans, in % |
# | `epargne` | savings available, in euros |
# | `montant` | amount requested, in euros |
# | `anciennete` | time in the present activity, in months |
# | `age` | age, in years |
# | `formulaire` | form on which the application was typed: 0 old, 1 new |
# | `rembourse` | 1 if the loan was repaid, 0 otherwise: what we want to predict |
#
# **A model is a function here**: `predire(X)` (predict) receives a table and returns, for each row, a **score** between 0 and 1, the estimated probability of repayment. The fund grants the loan if the score reaches 0.60.
#
# The model is judged by the **area under the ROC curve**, or *area* (`aire`): take at random one loan that was repaid and one that was not; the area is the probability that the first has the higher score. 1: always; 0.5: heads or tails.

# %% id="charger"
VARIABLES = ["revenu", "charges", "epargne", "montant", "anciennete", "age", "formulaire"]
SEUIL = 0.60
historique = pd.read_csv("data/historique.csv")
controle = pd.read_csv("data/controle.csv")
appr, test = historique.iloc[:3000], historique.iloc[3000:].reset_index(drop=True)


def apprendre(table, variables):
    """Un modèle (60 petits arbres de décision) qui n'utilise que ces variables ; rend sa fonction `predire`."""  #@fr
    """A model (60 small decision trees) that uses these variables only; returns its function `predire`."""  #@en
    arbres = GradientBoostingClassifier(n_estimators=60, max_depth=2, learning_rate=0.15, random_state=0)
    arbres.fit(table[variables], table["rembourse"])

    def predire(X):
        return arbres.predict_proba(X[variables])[:, 1]

    return predire


def aire(y, scores):
    """L'aire sous la courbe ROC des scores, pour les issues y (0 ou 1)."""  #@fr
    """The area under the ROC curve of the scores, for the outcomes y (0 or 1)."""  #@en
    rembourses, rangs = np.asarray(y) == 1, rankdata(scores)  # le plus petit score a le rang 1  #@fr
    rembourses, rangs = np.asarray(y) == 1, rankdata(scores)  # the smallest score has rank 1  #@en
    n1, n0 = int(rembourses.sum()), int((~rembourses).sum())
    return float((rangs[rembourses].sum() - n1 * (n1 + 1) / 2) / (n1 * n0))  # couples bien ordonnés, parmi n1 × n0  #@fr
    return float((rangs[rembourses].sum() - n1 * (n1 + 1) / 2) / (n1 * n0))  # pairs in the right order, of n1 × n0  #@en


modele_1 = apprendre(appr, VARIABLES)
aire_1_test = aire(test["rembourse"], modele_1(test))
labkit.table(historique.head(4), fr="Les quatre premiers prêts de l'historique", en="The first four loans of the history")
print("aire du modèle sur le test :", round(aire_1_test, 3))  #@fr
print("area of the model on the test part:", round(aire_1_test, 3))  #@en

# %% [markdown] id="partie-1-suite" lang="fr"
# Sur le test, l'aire dépasse 0,85 : à première vue, un bon modèle. Mais à quoi est-il sensible ? **Prévoyez d'abord.**

# %% [markdown] id="partie-1-suite" lang="en" of="d21bc27e"
# On the test part, the area is above 0.85: at first sight, a good model. But what is it sensitive to? **Predict first.**

# %% id="prevoir-tete" hide=true
ask.choice(
    "prevoir-tete",
    fr="Prévoyez : quelle variable le modèle utilise-t-il le plus ?",
    en="Predict: which variable does the model use most?",
    options={
        "a": ("Le revenu.", "The income."),
        "b": ("Les charges.", "The charges."),
        "c": ("Le formulaire.", "The form."),
        "d": ("L'âge.", "The age."),
    },
)

# %% [markdown] id="permutation-consigne" lang="fr"
# **L'importance par permutation.** Pour savoir si une variable compte, on la rend inutilisable et l'on regarde ce que le modèle perd : on **mélange** ses valeurs d'une ligne à l'autre (les autres colonnes ne bougent pas),
# on refait les prédictions, on remesure l'aire.
#
# $$\text{importance} = \text{aire avant} - \text{aire après mélange, en moyenne sur plusieurs mélanges}$$
#
# **Un exemple à la main.** Quatre prêts ; le modèle rend tout simplement la colonne `a`.
#
# | colonne | prêt 1 | prêt 2 | prêt 3 | prêt 4 | aire |
# |---|---|---|---|---|---|
# | remboursé | 1 | 1 | 0 | 0 | |
# | `a` | 0,9 | 0,6 | 0,4 | 0,2 | 1 : chaque prêt remboursé est au-dessus de chaque autre |
# | `a` mélangée | 0,4 | 0,9 | 0,2 | 0,6 | 0,75 : 3 couples sur 4 dans le bon ordre (0,4 est au-dessous de 0,6) |
#
# Pour ce mélange, l'aire baisse de 0,25. On recommence, et l'on prend la moyenne.
#
# ### Exercice 1. `importances`
#
# - **On vous demande** la fonction `importances(predire, X, y, repetitions=5, graine=0)`, qui rend un dictionnaire `{nom de colonne: importance}` pour toutes les colonnes de `X`.
# - **On vous donne** `predire` (une fonction : table → scores), `X` (une table), `y` (les issues, 0 ou 1), le nombre de mélanges par colonne, et la graine du hasard : deux appels avec la même graine rendent les mêmes nombres.
# - **Un coup de pouce.** `hasard = np.random.default_rng(graine)` une seule fois, au début. `X.assign(**{nom: valeurs})` rend une **copie** de la table où la colonne `nom` est remplacée, et `hasard.permutation(X[nom].to_numpy())`
#   rend ses valeurs mélangées. `aire(y, scores)` est prête.

# %% [markdown] id="permutation-consigne" lang="en" of="49a4d852"
# **Permutation importance.** To know whether a variable matters, make it useless and see what the model loses: **shuffle** its values from row to row (the other columns stay as they are),
# predict again, measure the area again.
#
# $$\text{importance} = \text{area before} - \text{area after shuffling, as a mean over several shuffles}$$
#
# **An example by hand.** Four loans; the model simply returns the column `a`.
#
# | column | loan 1 | loan 2 | loan 3 | loan 4 | area |
# |---|---|---|---|---|---|
# | repaid | 1 | 1 | 0 | 0 | |
# | `a` | 0.9 | 0.6 | 0.4 | 0.2 | 1: each repaid loan is above each other loan |
# | `a` shuffled | 0.4 | 0.9 | 0.2 | 0.6 | 0.75: 3 pairs out of 4 in the right order (0.4 is below 0.6) |
#
# For this shuffle, the area falls by 0.25. Do it again, and take the mean.
#
# ### Exercise 1. `importances`
#
# - **You are asked for** the function `importances(predire, X, y, repetitions=5, graine=0)`, which returns a dictionary `{column name: importance}` for all columns of `X`.
# - **You are given** `predire` (a function: table → scores), `X` (a table), `y` (the outcomes, 0 or 1), the number of shuffles per column (`repetitions`), and the seed of the randomness (`graine`): two calls with the same seed return the same numbers.
# - **A hint.** `hasard = np.random.default_rng(graine)` once only, at the start. `X.assign(**{name: values})` returns a **copy** of the table in which the column `name` is replaced, and `hasard.permutation(X[name].to_numpy())`
#   returns its values shuffled. `aire(y, scores)` is ready.

# %% id="permutation-code" answer=true
def importances(predire, X, y, repetitions=5, graine=0):
    ### BEGIN SOLUTION
    hasard = np.random.default_rng(graine)
    avant = aire(y, predire(X))
    resultat = {}
    for nom in X.columns:
        apres = [aire(y, predire(X.assign(**{nom: hasard.permutation(X[nom].to_numpy())}))) for _ in range(repetitions)]
        resultat[nom] = avant - float(np.mean(apres))
    return resultat
    ### END SOLUTION

# %% graded="permutation"
import numpy as np
import pandas as pd
from scipy.stats import rankdata

g = np.random.default_rng(5)
table = pd.DataFrame({"a": g.normal(size=300), "b": g.normal(size=300), "c": g.normal(size=300)})
issue = (table["a"] + 0.4 * table["b"] + 0.5 * g.logistic(size=300) > 0).astype(int)


def modele_essai(T):
    return np.asarray(T["a"] + 0.4 * T["b"])


check(importances).called_with(modele_essai, table.head(60), issue.head(60), 2, 0).has_keys(
    ["a", "b", "c"], fr="`importances` rend un dictionnaire avec une clé par colonne de `X`.", en="`importances` returns a dictionary with one key per column of `X`."
)
obtenu = importances(modele_essai, table, issue, 10, 0)
check(obtenu["a"]).is_at_least(
    -0.02, fr="Le signe est inversé : mélanger une variable utile fait baisser l'aire, et son importance est positive. Avant moins après, ou l'inverse ?",
    en="The sign is reversed: shuffling a useful variable lowers the area, and its importance is positive. Before minus after, or the other way round?",
)
check(obtenu["a"]).is_at_least(
    0.05, fr="Dans cet essai, tout dépend de la colonne a, et pourtant la mélanger n'a presque rien changé : vos prédictions sont-elles refaites sur la table mélangée ? Et le mélange a-t-il lieu ? (Une colonne pandas mélangée se remet en ordre selon son index : mélangez un tableau, avec `.to_numpy()`.)",
    en="In this trial everything depends on column a, yet shuffling it has changed almost nothing: are your predictions made again on the shuffled table? And does the shuffle take place? (A shuffled pandas column goes back in order by its index: shuffle an array, with `.to_numpy()`.)",
)
check(obtenu["c"]).is_close_to(
    0, within=1e-9, fr="Le modèle d'essai n'utilise pas la colonne c : son importance doit être exactement 0. Une autre colonne a-t-elle été modifiée en même temps ? La table d'origine doit rester intacte.",
    en="The trial model does not use column c: its importance must be exactly 0. Has another column been changed at the same time? The original table must stay as it was.",
)
### BEGIN HIDDEN TESTS
g = np.random.default_rng(labkit.seed("permutation"))
origine = pd.DataFrame({nom: g.normal(size=400) for nom in ("z", "u", "v", "w")})
issue = (1.5 * origine["u"] - origine["v"] + 0.5 * origine["w"] + g.logistic(size=400) > 0).astype(int)
vues = []


def lineaire(T):
    return np.asarray(1.5 * T["u"] - T["v"] + 0.5 * T["w"])


def espion(T):
    vues.append({nom: np.array(T[nom], dtype=float) for nom in ("z", "u", "v", "w")})
    return lineaire(T)


rendu = importances(espion, origine.copy(), issue.copy(), 12, 3)
touchees = [[nom for nom in vue if not np.array_equal(vue[nom], origine[nom].to_numpy())] for vue in vues]
check(max((len(noms) for noms in touchees), default=0)).is_at_most(
    1, fr="Quand une colonne est mélangée, une autre l'est encore : repartez chaque fois de la table d'origine.", en="When one column is shuffled, another one still is: start each time from the original table."
)
check(all(np.allclose(np.sort(vue[nom]), np.sort(origine[nom].to_numpy())) for vue, noms in zip(vues, touchees) for nom in noms)).is_true(
    fr="La colonne « mélangée » ne contient plus les mêmes valeurs : mélanger, c'est changer l'ordre des valeurs, sans les remplacer.",
    en="The “shuffled” column no longer holds the same values: to shuffle is to change the order of the values, without replacing them.",
)
check(sum(noms == ["u"] for noms in touchees)).is_at_least(
    12, fr="Un seul mélange dépend trop du hasard : on attend `repetitions` mélanges par colonne, et leur moyenne.", en="A single shuffle depends too much on chance: `repetitions` shuffles per column are expected, and their mean."
)
check(len({vue["u"].tobytes() for vue, noms in zip(vues, touchees) if noms == ["u"]})).is_at_least(
    10, fr="Les mélanges d'une même colonne sont tous identiques : le générateur est recréé à chaque tour, avec la même graine. Créez-le une seule fois.",
    en="The shuffles of one column are all identical: the generator is made anew at each turn, with the same seed. Create it once only.",
)
n1 = int(issue.sum())


def aire_de(scores):
    return (rankdata(scores)[(issue == 1).to_numpy()].sum() - n1 * (n1 + 1) / 2) / (n1 * (len(issue) - n1))


avant = aire_de(lineaire(origine))
attendu = {nom: avant - np.mean([aire_de(lineaire(origine.assign(**{nom: g.permutation(origine[nom].to_numpy())}))) for _ in range(40)]) for nom in origine}
check(rendu).is_close_to(
    attendu, within=0.05, fr="Sur d'autres données, vos importances s'écartent de celles attendues : il s'agit de la moyenne, sur les mélanges, de la baisse de l'aire, sans autre opération.",
    en="On other data, your importances differ from those expected: they are the mean, over the shuffles, of the fall of the area, with no other operation.",
)
check(importances(lineaire, origine.copy(), issue.copy(), 2, 7)).is_close_to(
    importances(lineaire, origine.copy(), issue.copy(), 2, 7), within=1e-9,
    fr="Deux appels avec la même graine rendent des nombres différents : tirez tout le hasard de `np.random.default_rng(graine)`.",
    en="Two calls with the same seed return different numbers: draw all the randomness from `np.random.default_rng(graine)`.",
)
### END HIDDEN TESTS

# %% [markdown] id="permutation-lire" lang="fr"
# **Exécutez, puis expliquez.** La cellule suivante mesure les importances deux fois : sur le test (tiré de l'historique) et sur le contrôle (où le formulaire a été tiré au sort).

# %% [markdown] id="permutation-lire" lang="en" of="dbb5d6b3"
# **Run, then explain.** The next cell measures the importances twice: on the test part (from the history) and on the control sample (where the form was drawn by lot).

# %% id="permutation-mesure"
pret = isinstance(importances(modele_1, test[VARIABLES].head(100), test["rembourse"].head(100), 1, 0), dict)
aire_1_controle = aire(controle["rembourse"], modele_1(controle))
if not pret:
    print("Cette cellule attend l'exercice 1 : revenez l'exécuter ensuite.")  #@fr
    print("This cell waits for exercise 1: come back and run it afterwards.")  #@en
else:
    sur_test = importances(modele_1, test[VARIABLES], test["rembourse"], 2 if abreger else 5, graine)
    sur_controle = importances(modele_1, controle[VARIABLES], controle["rembourse"], 2 if abreger else 5, graine)
    labkit.plots.bars(
        VARIABLES,
        {labkit.tr("test (historique)", "test (history)"): [round(sur_test[nom], 2) + 0.0 for nom in VARIABLES], labkit.tr("contrôle", "control"): [round(sur_controle[nom], 2) + 0.0 for nom in VARIABLES]},
        fr="Importance de chaque variable pour le modèle", en="Importance of each variable to the model", y=("baisse de l'aire", "fall of the area"), digits=2,
    )
    print(f"aire du modèle : test {aire_1_test:.3f} ; contrôle {aire_1_controle:.3f}")  #@fr
    print(f"area of the model: test {aire_1_test:.3f}; control {aire_1_controle:.3f}")  #@en

# %% [markdown] id="partie-2" lang="fr"
# ## 2. La variable trompeuse
#
# Sur le contrôle, l'aire a chuté d'environ 0,11, et l'une des variables y a perdu presque toute son importance. Une **variable trompeuse** est liée à l'issue dans les données d'apprentissage, mais n'y est pour rien :
# le modèle s'y fie, et se trompe dès que le lien disparaît.
#
# Une importance qui chute est un indice, pas une preuve. Pour conclure, on compare **deux effets** d'une variable qui vaut 0 ou 1 :
#
# - **l'effet pour le modèle** : on donne à **tout le monde** la valeur 1, puis à tout le monde la valeur 0, sans rien changer d'autre ; c'est la différence entre les deux scores moyens ;
# - **l'effet réel** : dans un échantillon où la variable a été **tirée au sort**, c'est la part de prêts remboursés parmi les lignes qui portent 1, moins la part parmi celles qui portent 0. Grâce au tirage au sort, rien d'autre ne distingue les deux groupes.
#
# **Un exemple à la main.**
#
# | prêt | formulaire reçu | remboursé | score s'il est ancien (0) | score s'il est nouveau (1) |
# |---|---|---|---|---|
# | 1 | 0 | 1 | 0,8 | 0,6 |
# | 2 | 0 | 0 | 0,6 | 0,3 |
# | 3 | 1 | 1 | 0,9 | 0,7 |
# | 4 | 1 | 0 | 0,7 | 0,4 |
#
# Effet pour le modèle : moyenne des quatre scores « nouveau », 0,5, moins moyenne des quatre scores « ancien », 0,75 : **−0,25**. Effet réel : 1 sur 2 remboursé avec le nouveau, 1 sur 2 avec l'ancien : **0**.
#
# ### Exercice 2. Démasquer
#
# 1. **Répondez** à la question ci-dessous, en lisant la figure.
# 2. **Écrivez** `effets(predire, X, y, nom)`, où la colonne `nom` de la table `X` vaut 0 ou 1 et a été tirée au sort. Elle rend le dictionnaire `{"modele": …, "reel": …, "trompeuse": …}` :
#    - `"modele"` et `"reel"` : les deux effets ci-dessus (1 moins 0) ;
#    - `"trompeuse"` : `True` si l'effet pour le modèle est d'au moins 0,10 en valeur absolue **et** si l'effet réel, en valeur absolue, est inférieur à la moitié du premier ; sinon `False`.
#
# Un détecteur qui accuse toujours est inutile : la vérification lui présente aussi une variable dont l'effet est réel.

# %% [markdown] id="partie-2" lang="en" of="042a2e21"
# ## 2. The spurious variable
#
# On the control sample the area has fallen by about 0.11, and one of the variables has lost almost all its importance there. A **spurious variable** is tied to the outcome in the training data but has no part in it:
# the model relies on it, and goes wrong as soon as the tie is gone.
#
# A falling importance is a clue, not a proof. To conclude, compare **two effects** of a variable that is 0 or 1:
#
# - **the effect for the model**: give **everyone** the value 1, then everyone the value 0, changing nothing else; it is the difference between the two mean scores;
# - **the real effect**: in a sample where the variable was **drawn by lot**, it is the share of loans repaid among the rows with 1, minus the share among those with 0. Thanks to the lot, nothing else distinguishes the two groups.
#
# **An example by hand.**
#
# | loan | form received | repaid | score if it is old (0) | score if it is new (1) |
# |---|---|---|---|---|
# | 1 | 0 | 1 | 0.8 | 0.6 |
# | 2 | 0 | 0 | 0.6 | 0.3 |
# | 3 | 1 | 1 | 0.9 | 0.7 |
# | 4 | 1 | 0 | 0.7 | 0.4 |
#
# Effect for the model: mean of the four "new" scores, 0.5, minus mean of the four "old" scores, 0.75: **−0.25**. Real effect: 1 in 2 repaid with the new form, 1 in 2 with the old one: **0**.
#
# ### Exercise 2. Unmask
#
# 1. **Answer** the question below, reading the figure.
# 2. **Write** `effets(predire, X, y, nom)` (effects), where the column `nom` of the table `X` is 0 or 1 and was drawn by lot. It returns the dictionary `{"modele": …, "reel": …, "trompeuse": …}` (model, real, spurious):
#    - `"modele"` and `"reel"`: the two effects above (1 minus 0);
#    - `"trompeuse"`: `True` if the effect for the model is at least 0.10 in absolute value **and** if the real effect, in absolute value, is less than half of the first; otherwise `False`.
#
# A detector that always accuses is useless: so the check also shows it a variable whose effect is real.

# %% id="trompeuse-choix" hide=true
ask.choice(
    "variable-trompeuse",
    fr="Quelle variable compte pour le modèle dans l'historique, mais presque plus dans le contrôle ?",
    en="Which variable matters to the model in the history, but hardly any more in the control sample?",
    options={
        "revenu": ("Le revenu (`revenu`)", "The income (`revenu`)"),
        "charges": ("Les charges (`charges`)", "The charges (`charges`)"),
        "epargne": ("L'épargne (`epargne`)", "The savings (`epargne`)"),
        "montant": ("Le montant (`montant`)", "The amount (`montant`)"),
        "anciennete": ("L'ancienneté (`anciennete`)", "The time in the activity (`anciennete`)"),
        "age": ("L'âge (`age`)", "The age (`age`)"),
        "formulaire": ("Le formulaire (`formulaire`)", "The form (`formulaire`)"),
    },
)

# %% id="trompeuse-code" answer=true
def effets(predire, X, y, nom):
    ### BEGIN SOLUTION
    modele = float(np.mean(predire(X.assign(**{nom: 1}))) - np.mean(predire(X.assign(**{nom: 0}))))
    issues, valeurs = np.asarray(y), X[nom].to_numpy()
    reel = float(issues[valeurs == 1].mean() - issues[valeurs == 0].mean())
    return {"modele": modele, "reel": reel, "trompeuse": abs(modele) >= 0.10 and abs(reel) < abs(modele) / 2}
    ### END SOLUTION

# %% graded="trompeuse"
import numpy as np
import pandas as pd

choisie = ask.answer("variable-trompeuse")
check(choisie).is_answered()
check(choisie).differs_from(
    "age", fr="L'âge ne compte presque pas pour ce modèle, ni dans l'historique ni dans le contrôle : cherchez une variable qui compte dans l'un et plus dans l'autre.",
    en="Age hardly matters to this model, neither in the history nor in the control sample: look for a variable that matters in one and no longer in the other.",
)
check(choisie).equals(
    "formulaire", fr="Cette variable garde une importance comparable dans le contrôle. Comparez, variable par variable, les deux barres de la figure.",
    en="This variable keeps a comparable importance in the control sample. Compare the two bars of the figure, variable by variable.",
)
main = pd.DataFrame({"formulaire": [0, 0, 1, 1], "base": [0.8, 0.6, 0.9, 0.7], "perte": [0.2, 0.3, 0.2, 0.3]})


def modele_main(T):
    return np.asarray(T["base"] - T["perte"] * T["formulaire"])


check(effets).called_with(modele_main, main, pd.Series([1, 0, 1, 0]), "formulaire").has_keys(
    ["modele", "reel", "trompeuse"], fr="`effets` rend un dictionnaire avec trois clés : \"modele\", \"reel\" et \"trompeuse\".", en="`effets` returns a dictionary with three keys: \"modele\", \"reel\" and \"trompeuse\"."
)
trouve = effets(modele_main, main, pd.Series([1, 0, 1, 0]), "formulaire")
check(trouve["modele"]).is_at_most(
    0, fr="Dans l'exemple fait à la main, le nouveau formulaire fait baisser le score : l'effet pour le modèle est négatif. C'est 1 moins 0, dans cet ordre.",
    en="In the example done by hand, the new form lowers the score: the effect for the model is negative. It is 1 minus 0, in this order.",
)
check(trouve["modele"]).is_close_to(
    -0.25, within=1e-6, fr="Dans l'exemple fait à la main, l'effet pour le modèle est −0,25. On donne à tout le monde le même formulaire, puis à tout le monde l'autre : ne comparez pas deux groupes de personnes différentes.",
    en="In the example done by hand, the effect for the model is −0.25. Everyone is given the same form, then everyone the other: do not compare two groups of different people.",
)
check(trouve["reel"]).is_close_to(
    0, within=1e-6, fr="Dans l'exemple fait à la main, l'effet réel est 0 : il se lit dans les issues `y`, non dans les scores.", en="In the example done by hand, the real effect is 0: it is read in the outcomes `y`, not in the scores."
)
check(bool(trouve["trompeuse"])).is_true(
    fr="Dans l'exemple fait à la main, le modèle prête au formulaire un effet que la réalité ne confirme pas : c'est une variable trompeuse.", en="In the example done by hand, the model lends the form an effect that reality does not confirm: it is a spurious variable."
)
### BEGIN HIDDEN TESTS
g = np.random.default_rng(labkit.seed("trompeuse"))
X = pd.DataFrame({"sort": (g.random(4000) < 0.4).astype(int), "force": g.random(4000)})
X["force"] = X["force"] * 0.5 + 0.2 * X["sort"]


def monte(T):
    return np.asarray(0.1 + T["force"] * 0.6 + 0.2 * T["sort"])


def ignore(T):
    return np.asarray(0.1 + T["force"])


vrai = (g.random(4000) < 0.4 + 0.3 * X["sort"]).astype(int)
faux = (g.random(4000) < 0.6).astype(int)
ecart_vrai = vrai[X["sort"] == 1].mean() - vrai[X["sort"] == 0].mean()
honnete = effets(monte, X, vrai, "sort")
check(honnete["modele"]).is_close_to(
    0.2, within=1e-6, fr="Sur d'autres données, l'effet pour le modèle n'est pas celui attendu : seule la colonne étudiée doit changer, et elle change pour tout le monde.",
    en="On other data, the effect for the model is not the expected one: only the column under study must change, and it changes for everyone.",
)
check(honnete["reel"]).is_close_to(
    ecart_vrai, within=1e-6, fr="Sur d'autres données, l'effet réel n'est pas celui attendu : part remboursée parmi les lignes qui portent 1, moins part parmi celles qui portent 0.",
    en="On other data, the real effect is not the expected one: share repaid among the rows with 1, minus share among those with 0.",
)
check(bool(honnete["trompeuse"])).is_false(
    fr="Ici la variable a un effet bien réel, et votre fonction l'accuse à tort : comparez l'effet pour le modèle à l'effet réel.", en="Here the variable has quite a real effect, and your function wrongly accuses it: compare the effect for the model with the real effect."
)
check(bool(effets(ignore, X, faux, "sort")["trompeuse"])).is_false(
    fr="Ici le modèle n'utilise pas la variable : elle ne peut pas le tromper. Il faut d'abord que l'effet pour le modèle atteigne 0,10.", en="Here the model does not use the variable: it cannot mislead it. First the effect for the model must reach 0.10."
)
check(bool(effets(monte, X, faux, "sort")["trompeuse"])).is_true(
    fr="Ici le modèle donne 0,2 de plus à la valeur 1, sans effet réel, et votre fonction ne le voit pas. Un effet positif compte autant qu'un effet négatif.",
    en="Here the model gives 0.2 more to the value 1, with no real effect, and your function does not see it. A positive effect counts as much as a negative one.",
)


def ajoute(gain):
    return lambda T: gain * np.asarray(T["sort"])


quatre = pd.DataFrame({"sort": [0, 0, 1, 1]})
check(bool(effets(ajoute(0.1), quatre, pd.Series([1, 0, 1, 0]), "sort")["trompeuse"])).is_true(
    fr="Ici l'effet pour le modèle tombe juste sur la première limite, sans effet réel, et votre fonction ne le voit pas : relisez « d'au moins ».",
    en="Here the effect for the model falls right on the first limit, with no real effect, and your function does not see it: read “at least” again.",
)
check(bool(effets(ajoute(0.0625), quatre, pd.Series([1, 0, 1, 0]), "sort")["trompeuse"])).is_false(
    fr="Ici l'effet pour le modèle est trop petit pour que l'on accuse la variable : à quelle valeur le comparez-vous ?", en="Here the effect for the model is too small for the variable to be accused: with what value do you compare it?"
)
huit = pd.DataFrame({"sort": [0, 0, 0, 0, 1, 1, 1, 1]})
check(bool(effets(ajoute(0.5), huit, pd.Series([1, 1, 0, 0, 1, 1, 1, 0]), "sort")["trompeuse"])).is_false(
    fr="Ici l'effet réel est exactement la moitié de l'effet pour le modèle, et votre fonction accuse la variable : relisez « inférieur à ».",
    en="Here the real effect is exactly half of the effect for the model, and your function accuses the variable: read “less than” again.",
)
check(bool(effets(ajoute(-0.5), huit, pd.Series([1, 1, 1, 0, 1, 0, 0, 0]), "sort")["trompeuse"])).is_false(
    fr="Ici la variable fait vraiment baisser la part remboursée, autant que le modèle le dit, et votre fonction l'accuse : que devient le signe de l'effet réel ?",
    en="Here the variable really lowers the share repaid, as much as the model says, and your function accuses it: what becomes of the sign of the real effect?",
)
dix = pd.DataFrame({"sort": [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]})
check(bool(effets(ajoute(0.5), dix, pd.Series([1, 1, 0, 0, 0, 1, 1, 1, 0, 0]), "sort")["trompeuse"])).is_true(
    fr="Ici il y a un effet réel, mais bien plus faible que celui que le modèle prête à la variable, et votre fonction ne l'accuse pas : la moitié de quel nombre ?",
    en="Here there is a real effect, but far weaker than the one that the model lends to the variable, and your function does not accuse it: half of which number?",
)
### END HIDDEN TESTS

# %% [markdown] id="trompeuse-suite" lang="fr"
# **D'où vient ce lien ?** L'enquête auprès du service a donné la réponse : quand un prêt n'était pas remboursé, le contentieux **ressaisissait le dossier sur le nouveau formulaire**. Dans l'historique, « nouveau formulaire » veut donc souvent dire « déjà en défaut ».
# Aujourd'hui, le formulaire dépend du guichet qui ouvre le dossier. Le modèle pénalise des personnes pour un papier.
#
# On refait le modèle **sans** cette variable. **Prévoyez** avant de lancer la suite.

# %% [markdown] id="trompeuse-suite" lang="en" of="7f9a57be"
# **Where does this tie come from?** The inquiry in the department gave the answer: when a loan was not repaid, the litigation office **typed the file again on the new form**. So in the history, "new form" often means "already in default".
# Today, the form depends on the counter that opens the file. The model penalises people for a piece of paper.
#
# We make the model again **without** this variable. **Predict** before you run what follows.

# %% id="prevoir-retrait" hide=true
ask.choice(
    "prevoir-retrait",
    fr="Prévoyez : sans le formulaire, que devient l'aire ?",
    en="Predict: without the form, what becomes of the area?",
    options={
        "a": ("Elle baisse partout : le modèle a moins d'informations.", "It falls everywhere: the model has less information."),
        "b": ("Elle baisse sur le test de l'historique et monte sur le contrôle.", "It falls on the test part of the history and rises on the control sample."),
        "c": ("Elle ne change pas : la variable ne sert à rien.", "It does not change: the variable is useless."),
    },
)

# %% id="refaire"
VARIABLES_SURES = [nom for nom in VARIABLES if nom != "formulaire"]
modele_2 = apprendre(appr, VARIABLES_SURES)
aire_2_test, aire_2_controle = aire(test["rembourse"], modele_2(test)), aire(controle["rembourse"], modele_2(controle))
bilan = pd.DataFrame({"test": [aire_1_test, aire_2_test], "controle": [aire_1_controle, aire_2_controle]}, index=pd.Index([1, 2]))
bilan.index = ["premier modèle, avec le formulaire", "second modèle, sans le formulaire"]  #@fr
bilan.index = ["first model, with the form", "second model, without the form"]  #@en
bilan.columns = ["aire, test (historique)", "aire, contrôle"]  #@fr
bilan.columns = ["area, test (history)", "area, control"]  #@en
labkit.table(bilan, fr="L'aire de deux modèles, sur deux échantillons", en="The area of two models, on two samples")
effet = effets(modele_1, controle[VARIABLES], controle["rembourse"], "formulaire")
if isinstance(effet, dict) and {"modele", "reel"} <= set(effet):
    print(f"effet du nouveau formulaire pour le premier modèle : {effet['modele']:.3f} ; effet réel, dans le contrôle : {effet['reel']:.3f}")  #@fr
    print(f"effect of the new form for the first model: {effet['modele']:.3f}; real effect, in the control sample: {effet['reel']:.3f}")  #@en

# %% [markdown] id="retenir-2" lang="fr"
# **À retenir.** Le test tiré de l'historique portait le même défaut que l'apprentissage : il ne pouvait pas le révéler, et il récompensait même le modèle qui s'y fiait. C'est un échantillon recueilli **autrement** qui a parlé.
# La suite du lab porte sur le **second modèle**.

# %% [markdown] id="retenir-2" lang="en" of="9eaa43cd"
# **Remember.** The test part, taken from the history, had the same defect as the training part: it could not reveal it, and even rewarded the model that relied on it. It was a sample collected **in another way** that spoke.
# The rest of the lab is about the **second model**.

# %% [markdown] id="partie-3" lang="fr"
# ## 3. Ne conclure que sur ce qui est stable
#
# La direction demande « le classement des critères ». Avant de le donner, une question : si l'on avait reçu d'autres dossiers, aurait-on le même ? Pour le savoir, on tire au hasard, avec remise, 1 500 prêts d'apprentissage, on refait le modèle,
# on remesure les importances, et l'on recommence plusieurs fois. **Prévoyez.**

# %% [markdown] id="partie-3" lang="en" of="61e48e30"
# ## 3. Conclude only on what is stable
#
# The management asks for "the ranking of the criteria". Before giving it, a question: had other files come in, would it be the same? To find out, draw 1,500 training loans at random, with replacement, make the model again,
# measure the importances again, and repeat several times. **Predict.**

# %% id="prevoir-ordre" hide=true
ask.choice(
    "prevoir-ordre",
    fr="Prévoyez : d'un tirage à l'autre, le classement des six variables…",
    en="Predict: from one draw to another, the ranking of the six variables…",
    options={
        "a": ("reste exactement le même.", "stays exactly the same."),
        "b": ("change dans le détail, mais les mêmes variables restent en tête.", "changes in detail, but the same variables stay at the top."),
        "c": ("change du tout au tout.", "changes completely."),
    },
)

# %% id="stable-mesure"
tirages = []
if not pret:
    print("Cette cellule attend l'exercice 1.")  #@fr
    print("This cell waits for exercise 1.")  #@en
else:
    for k in range(3 if abreger else 8):
        lignes = np.random.default_rng(labkit.seed(f"tirage-{k}")).integers(0, len(appr), 1500)
        modele = apprendre(appr.iloc[lignes], VARIABLES_SURES)
        tirages.append(importances(modele, test[VARIABLES_SURES], test["rembourse"], 3, k))
    rangs = pd.DataFrame([sorted(tirage, key=tirage.get, reverse=True) for tirage in tirages], columns=[str(k) for k in range(1, 7)])
    rangs.index = pd.Index([str(k) for k in range(1, len(tirages) + 1)], name="tirage")  #@fr
    rangs.index = pd.Index([str(k) for k in range(1, len(tirages) + 1)], name="draw")  #@en
    labkit.table(rangs, fr="Les six variables, de la plus importante (1) à la moins importante (6), tirage par tirage", en="The six variables, from the most important (1) to the least important (6), draw by draw")

# %% [markdown] id="stable-consigne" lang="fr"
# **Ce que l'on voit.** Des variables voisines échangent leurs places : leur ordre tient au hasard. Mais un **ensemble** peut être stable sans que l'ordre le soit.
#
# **Un exemple à la main.** Deux tirages, quatre variables :
#
# | tirage | a | b | c | d |
# |---|---|---|---|---|
# | 1 | 0,30 | 0,28 | 0,10 | 0,01 |
# | 2 | 0,27 | 0,31 | 0,12 | 0,02 |
#
# Pour k = 1, la première est `a`, puis `b` : instable. Pour k = 2, l'ensemble des deux premières est {a, b} les deux fois : **stable**, même si l'ordre change. Pour k = 3, {a, b, c} : stable. Pour k = 4, c'est toujours vrai et cela ne dit rien : on ne le compte pas.
#
# ### Exercice 3. `ensembles_stables`
#
# 1. **Écrivez** `ensembles_stables(tirages)`. Elle reçoit une liste de dictionnaires `{variable: importance}` (les mêmes variables dans chacun) et rend la **liste croissante des k** pour lesquels l'ensemble des k variables les plus importantes est le même
#    dans **tous** les tirages, k allant de 1 au nombre de variables moins un. Dans l'exemple : `[2, 3]`. Si rien n'est stable : `[]`.
# 2. **Répondez** à la question qui suit.
#
# **Un coup de pouce.** `sorted(tirage, key=tirage.get, reverse=True)[:k]` donne les k premières ; `frozenset(…)` en fait un ensemble, que l'on peut mettre dans un `set`.

# %% [markdown] id="stable-consigne" lang="en" of="92ce3e34"
# **What we see.** Neighbouring variables swap places: their order is due to chance. But a **set** may be stable although the order is not.
#
# **An example by hand.** Two draws, four variables:
#
# | draw | a | b | c | d |
# |---|---|---|---|---|
# | 1 | 0.30 | 0.28 | 0.10 | 0.01 |
# | 2 | 0.27 | 0.31 | 0.12 | 0.02 |
#
# For k = 1, the first is `a`, then `b`: unstable. For k = 2, the set of the first two is {a, b} both times: **stable**, although the order changes. For k = 3, {a, b, c}: stable. For k = 4 it is always true and says nothing: it does not count.
#
# ### Exercise 3. `ensembles_stables`
#
# 1. **Write** `ensembles_stables(tirages)` (stable sets). It receives a list of dictionaries `{variable: importance}`, one per draw (the same variables in each), and returns the **increasing list of the k** for which the set of the k most important variables is the same
#    in **all** draws, with k from 1 to the number of variables minus one. In the example: `[2, 3]`. If nothing is stable: `[]`.
# 2. **Answer** the question that follows.
#
# **A hint.** `sorted(tirage, key=tirage.get, reverse=True)[:k]` gives the first k; `frozenset(…)` makes a set of them, which can be put into a `set`.

# %% id="stable-code" answer=true
def ensembles_stables(tirages):
    ### BEGIN SOLUTION
    stables = []
    for k in range(1, len(tirages[0])):
        ensembles = {frozenset(sorted(tirage, key=tirage.get, reverse=True)[:k]) for tirage in tirages}
        if len(ensembles) == 1:
            stables.append(k)
    return stables
    ### END SOLUTION

# %% id="stable-choix" hide=true
ask.choice(
    "conclusion",
    fr="Le rang 1 change d'un tirage à l'autre, mais les trois premières sont toujours les mêmes. Que publiez-vous ?",
    en="Rank 1 changes from one draw to another, but the first three are always the same. What do you publish?",
    options={
        "moyenne": ("Le classement complet, d'après la moyenne des tirages.", "The full ranking, from the mean of the draws."),
        "ensemble": ("L'ensemble des trois premières, sans ordre entre elles.", "The set of the first three, without an order among them."),
        "rien": ("Rien : si l'ordre change, rien n'est sûr.", "Nothing: if the order changes, nothing is certain."),
    },
)

# %% graded="stable"
exemple = [{"a": 0.30, "b": 0.28, "c": 0.10, "d": 0.01}, {"a": 0.27, "b": 0.31, "c": 0.12, "d": 0.02}]
check(ensembles_stables).called_with(exemple).is_a("list", fr="`ensembles_stables` rend une liste de nombres entiers.", en="`ensembles_stables` returns a list of whole numbers.")
stables = list(ensembles_stables(exemple))
check(4 in stables).is_false(
    fr="Quand k est le nombre de toutes les variables, l'ensemble est forcément le même : cela ne dit rien, ne le comptez pas.", en="When k is the number of all variables, the set is bound to be the same: it says nothing, do not count it."
)
check(1 in stables).is_false(
    fr="Pour k = 1, le premier tirage donne a et le second donne b : ce n'est pas stable. Comparez chaque tirage, et non leur moyenne.", en="For k = 1, the first draw gives a and the second gives b: it is not stable. Compare each draw, not their mean."
)
check(stables).equals(
    [2, 3], fr="Sur l'exemple, on attend deux valeurs de k. Un ensemble ne dépend pas de l'ordre : {a, b} et {b, a} sont le même. Et chaque k se juge pour lui-même.",
    en="On the example, two values of k are expected. A set does not depend on the order: {a, b} and {b, a} are the same. And each k is judged on its own.",
)
### BEGIN HIDDEN TESTS
retour = [{"p": 5.0, "q": 4.0, "r": 1.0, "s": 0.5, "t": -0.1}, {"t": 0.0, "s": 1.2, "r": 0.9, "q": 5.0, "p": 4.0}, {"p": 5.0, "q": 4.0, "r": 1.0, "s": 0.5, "t": -0.1}]
check(list(ensembles_stables(retour))).equals(
    [2, 4], fr="Trois tirages, dont celui du milieu diffère, et des clés dans un autre ordre : tous les tirages doivent être comparés, et triés par importance.",
    en="Three draws, of which the middle one differs, and keys in another order: all draws must be compared, and sorted by importance.",
)
seule = [{"a": 9.0, "b": 2.0, "c": 1.0}, {"c": 2.0, "b": 1.0, "a": 8.0}]
check(list(ensembles_stables(seule))).equals(
    [1], fr="Ici une variable mène dans chaque tirage, et les deux autres échangent leurs places : un ensemble peut n'avoir qu'un élément. Par quel k commencez-vous ?",
    en="Here one variable leads in each draw, and the other two swap places: a set may have a single element. With which k do you begin?",
)
tourne = [{nom: (i + j) % 5 for i, nom in enumerate("vwxyz")} for j in range(5)]
check(list(ensembles_stables(tourne))).equals(
    [], fr="Ici chaque variable passe tour à tour en tête : rien n'est stable, et votre fonction conclut quand même.", en="Here each variable takes the lead in turn: nothing is stable, and your function concludes all the same."
)
g = np.random.default_rng(labkit.seed("stable"))
noms = [f"x{i}" for i in range(7)]
paliers = [{nom: (3.0 if i < 3 else 1.0) + 0.1 * i * (-1) ** j + 0.001 * g.random() for i, nom in enumerate(noms)} for j in range(6)]
check(list(ensembles_stables(paliers))).equals(
    [3], fr="Sept variables, dont trois nettement en tête, et un ordre qui s'inverse d'un tirage à l'autre : seul l'ensemble de trois est stable.", en="Seven variables, three of them clearly ahead, and an order that is reversed from one draw to the next: only the set of three is stable."
)
publie = ask.answer("conclusion")
check(publie).is_answered()
check(publie).differs_from(
    "moyenne", fr="Que publier ? La moyenne efface le désaccord des tirages : elle donne un ordre à des variables que rien ne départage.", en="What to publish? The mean wipes out the disagreement of the draws: it orders variables that nothing tells apart."
)
check(publie).equals(
    "ensemble", fr="Que publier ? L'ordre est incertain, mais tout ne l'est pas : qu'est-ce qui n'a changé dans aucun tirage ?", en="What to publish? The order is uncertain, but not everything is: what has not changed in any draw?"
)
### END HIDDEN TESTS

# %% id="stable-lire"
noyau, tailles = [], ensembles_stables(tirages) if tirages else None
if not isinstance(tailles, list):
    print("Cette cellule attend les exercices 1 et 3.")  #@fr
    print("This cell waits for exercises 1 and 3.")  #@en
else:
    for k in tailles:
        premieres = sorted(sorted(tirages[0], key=tirages[0].get, reverse=True)[:k])
        noyau = noyau or premieres
        print(f"k = {k} :", ", ".join(premieres), "(sans ordre)")  #@fr
        print(f"k = {k}:", ", ".join(premieres), "(in no order)")  #@en
    if not tailles:
        print("Aucun ensemble n'est stable : on ne conclut pas.")  #@fr
        print("No set is stable: no conclusion.")  #@en

# %% [markdown] id="partie-4" lang="fr"
# ## 4. Expliquer une décision : les valeurs de Shapley
#
# L'importance parle du modèle dans son ensemble. Camille demande : pourquoi **moi** ? On compare son score au score moyen d'un **fond**, c'est-à-dire de cent personnes prises dans l'historique, et l'on partage l'écart entre les variables.
#
# - Une **coalition** est un groupe de variables que l'on dit *présentes*. Sa **valeur** $v(S)$ : on donne à toutes les personnes du fond les valeurs de Camille pour les variables de $S$, on laisse les autres comme elles sont, on prédit, et l'on prend la **moyenne des scores**.
#   Avec aucune variable, $v(\varnothing)$ est le score moyen du fond ; avec toutes, c'est le score de Camille.
# - La **valeur de Shapley** d'une variable $j$ est ce qu'elle ajoute en moyenne, quand les variables arrivent l'une après l'autre, dans tous les ordres possibles :
#
# $$\varphi_j = \sum_{S \not\ni j} \frac{|S|!\,(d - |S| - 1)!}{d!}\,\bigl[v(S \cup \{j\}) - v(S)\bigr]$$
#
# La somme porte sur toutes les coalitions $S$ sans $j$, la coalition vide comprise ; $|S|$ est leur nombre de variables, et $d$ le nombre total de variables.
#
# **Un exemple à la main.** Deux variables, a et b, avec $v(\varnothing) = 0{,}5$, $v(a) = 0{,}6$, $v(b) = 0{,}4$ et $v(ab) = 0{,}8$. Chaque poids vaut $\tfrac{0!\,1!}{2!} = \tfrac{1!\,0!}{2!} = \tfrac12$.
#
# - $\varphi_a = \tfrac12 (0{,}6 - 0{,}5) + \tfrac12 (0{,}8 - 0{,}4) = 0{,}25$
# - $\varphi_b = \tfrac12 (0{,}4 - 0{,}5) + \tfrac12 (0{,}8 - 0{,}6) = 0{,}05$
#
# La somme, 0,30, est exactement l'écart à expliquer, $0{,}8 - 0{,}5$. C'est l'**additivité** : rien n'est oublié, rien n'est compté deux fois.
#
# La cellule suivante refait ce calcul, et vous donne les outils.

# %% [markdown] id="partie-4" lang="en" of="c67298bd"
# ## 4. Explaining one decision: Shapley values
#
# Importance speaks of the model as a whole. Camille asks: why **me**? We compare Camille's score with the mean score of a **background** (`fond`), that is, of a hundred people from the history, and share the gap out among the variables.
#
# - A **coalition** is a group of variables said to be *present*. Its **value** $v(S)$: give everyone in the background Camille's values for the variables of $S$, leave the others as they are, predict, and take the **mean of the scores**.
#   With no variable, $v(\varnothing)$ is the mean score of the background; with all of them, it is Camille's score.
# - The **Shapley value** of a variable $j$ is what it adds on average when the variables arrive one after the other, in all possible orders:
#
# $$\varphi_j = \sum_{S \not\ni j} \frac{|S|!\,(d - |S| - 1)!}{d!}\,\bigl[v(S \cup \{j\}) - v(S)\bigr]$$
#
# The sum is over all coalitions $S$ without $j$, the empty one included; $|S|$ is their number of variables, and $d$ the total number of variables.
#
# **An example by hand.** Two variables, a and b, with $v(\varnothing) = 0.5$, $v(a) = 0.6$, $v(b) = 0.4$ and $v(ab) = 0.8$. Each weight is $\tfrac{0!\,1!}{2!} = \tfrac{1!\,0!}{2!} = \tfrac12$.
#
# - $\varphi_a = \tfrac12 (0.6 - 0.5) + \tfrac12 (0.8 - 0.4) = 0.25$
# - $\varphi_b = \tfrac12 (0.4 - 0.5) + \tfrac12 (0.8 - 0.6) = 0.05$
#
# The sum, 0.30, is exactly the gap to explain, $0.8 - 0.5$. This is **additivity**: nothing is left out, nothing is counted twice.
#
# The next cell does this computation again, and gives you the tools.

# %% id="shapley-exemple"
def sous_ensembles(noms):
    """Toutes les coalitions faites de ces noms, en tuples : () d'abord, puis les singletons, et ainsi de suite."""  #@fr
    """All coalitions made of these names, as tuples: () first, then single names, and so on."""  #@en
    noms = list(noms)
    return [groupe for taille in range(len(noms) + 1) for groupe in combinations(noms, taille)]


def poids(taille, d):
    """Le poids d'une coalition de cette taille, parmi d variables."""  #@fr
    """The weight of a coalition of this size, among d variables."""  #@en
    return factorial(taille) * factorial(d - taille - 1) / factorial(d)


print(sous_ensembles(["a", "b", "c"]))
print("poids, d = 3 :", [round(poids(taille, 3), 3) for taille in range(3)])  #@fr
print("weights, d = 3:", [round(poids(taille, 3), 3) for taille in range(3)])  #@en

v = {(): 0.5, ("a",): 0.6, ("b",): 0.4, ("a", "b"): 0.8}
phi_a = poids(0, 2) * (v["a",] - v[()]) + poids(1, 2) * (v["a", "b"] - v["b",])
phi_b = poids(0, 2) * (v["b",] - v[()]) + poids(1, 2) * (v["a", "b"] - v["a",])
print("φ_a, φ_b, somme :", round(phi_a, 2), round(phi_b, 2), round(phi_a + phi_b, 2))  #@fr
print("φ_a, φ_b, sum:", round(phi_a, 2), round(phi_b, 2), round(phi_a + phi_b, 2))  #@en

camille = {"revenu": 1450, "charges": 41, "epargne": 350, "montant": 2600, "anciennete": 20, "age": 34, "formulaire": 1}
fond = appr[VARIABLES_SURES].sample(100, random_state=graine).reset_index(drop=True)


def score_de(predire, x):
    """Le score d'une seule personne, donnée par un dictionnaire {variable: valeur}."""  #@fr
    """The score of a single person, given as a dictionary {variable: value}."""  #@en
    return float(np.asarray(predire(pd.DataFrame([x])))[0])


print(f"score de Camille : premier modèle {score_de(modele_1, camille):.3f} ; second modèle {score_de(modele_2, camille):.3f}")  #@fr
print(f"Camille's score: first model {score_de(modele_1, camille):.3f}; second model {score_de(modele_2, camille):.3f}")  #@en

# %% [markdown] id="shapley-consigne" lang="fr"
# ### Exercice 4. Les valeurs de Shapley
#
# **`valeur(predire, x, fond, presentes)`** rend un nombre, la valeur de la coalition `presentes` :
#
# - **on vous donne** `x` (le dictionnaire `{variable: valeur}` de la personne), `fond` (une table) et `presentes` (les noms des variables présentes, peut-être aucun) ;
# - dans une **copie** du fond, mettez `x[nom]` dans chaque colonne présente, prédisez, rendez la moyenne des scores.
#
# **`shapley(predire, x, fond)`** rend le dictionnaire `{nom: φ}`, pour chaque colonne de `fond`.
#
# - Pour chaque variable, parcourez `sous_ensembles` des **autres** variables, et additionnez `poids(taille, d)` × ce que la variable ajoute.
#
# Avec 6 variables il y a 64 coalitions : le calcul exact prend une seconde ou deux. Avec 30, il y en aurait un milliard : l'exercice facultatif vous dira quoi faire.

# %% [markdown] id="shapley-consigne" lang="en" of="8812f1c9"
# ### Exercise 4. Shapley values
#
# **`valeur(predire, x, fond, presentes)`** (value) returns a number, the value of the coalition `presentes` (present):
#
# - **you are given** `x` (the person's dictionary `{variable: value}`), `fond` (the background, a table) and `presentes` (the names of the variables present, perhaps none);
# - in a **copy** of the background, put `x[name]` into each column that is present, predict, return the mean of the scores.
#
# **`shapley(predire, x, fond)`** returns the dictionary `{name: φ}`, for each column of `fond`.
#
# - For each variable, go through `sous_ensembles` (subsets) of the **other** variables, and add up `poids(size, d)` (weight) × what the variable adds.
#
# With 6 variables there are 64 coalitions: the exact computation takes a second or two. With 30 there would be a billion: the optional exercise will tell you what to do.

# %% id="shapley-code" answer=true
def valeur(predire, x, fond, presentes):
    ### BEGIN SOLUTION
    table = fond.copy()
    for nom in presentes:
        table[nom] = x[nom]
    return float(np.mean(predire(table)))
    ### END SOLUTION


def shapley(predire, x, fond):
    ### BEGIN SOLUTION
    noms = list(fond.columns)
    v = {frozenset(groupe): valeur(predire, x, fond, groupe) for groupe in sous_ensembles(noms)}
    phi = {}
    for nom in noms:
        autres = [autre for autre in noms if autre != nom]
        phi[nom] = sum(poids(len(groupe), len(noms)) * (v[frozenset(groupe) | {nom}] - v[frozenset(groupe)]) for groupe in sous_ensembles(autres))
    return phi
    ### END SOLUTION

# %% graded="shapley"
from itertools import permutations

import numpy as np
import pandas as pd

petit_fond = pd.DataFrame({"a": [0.0, 2.0], "b": [0.0, 2.0]})


def somme_simple(T):
    return np.asarray(2.0 * T["a"] + 3.0 * T["b"])


def produit(T):
    return np.asarray(T["a"] * T["b"])


check(valeur).called_with(somme_simple, {"a": 3.0, "b": 1.0}, petit_fond, ("a",)).is_close_to(
    9, within=1e-6, fr="Fond (0 ; 0) et (2 ; 2), modèle 2a + 3b, personne (3 ; 1). Avec a présente, les deux lignes deviennent (3 ; 0) et (3 ; 2) : moyenne des scores 9. Une variable absente garde les valeurs du fond.",
    en="Background (0, 0) and (2, 2), model 2a + 3b, person (3, 1). With a present, the two rows become (3, 0) and (3, 2): mean of the scores 9. A variable that is absent keeps the values of the background.",
)
check(valeur).called_with(produit, {"a": 3.0, "b": 1.0}, petit_fond, ()).is_close_to(
    2, within=1e-6, fr="Fond (0 ; 0) et (2 ; 2), modèle a × b, aucune variable présente : les scores sont 0 et 4, leur moyenne est 2. On moyenne les scores, non les lignes du fond.",
    en="Background (0, 0) and (2, 2), model a × b, no variable present: the scores are 0 and 4, their mean is 2. It is the scores that are averaged, not the rows of the background.",
)
check(shapley).called_with(somme_simple, {"a": 3.0, "b": 1.0}, petit_fond).has_keys(
    ["a", "b"], fr="`shapley` rend un dictionnaire avec une clé par colonne du fond.", en="`shapley` returns a dictionary with one key per column of the background."
)
check(shapley(somme_simple, {"a": 3.0, "b": 1.0}, petit_fond)).is_close_to(
    {"a": 4.0, "b": 0.0}, within=1e-6, fr="Modèle 2a + 3b, personne (3 ; 1), fond moyen (1 ; 1) : a explique 2 × (3 − 1) = 4, et b rien du tout. Vérifiez le sens de la différence, et que chaque coalition, la vide comprise, est comptée une fois.",
    en="Model 2a + 3b, person (3, 1), mean background (1, 1): a explains 2 × (3 − 1) = 4, and b nothing at all. Check the direction of the difference, and that each coalition, the empty one included, is counted once.",
)
### BEGIN HIDDEN TESTS
g = np.random.default_rng(labkit.seed("shapley"))
arriere = pd.DataFrame({nom: g.uniform(0, 1, size=12) for nom in ("m", "n", "o", "p")})
qui = {"m": 1.6, "n": 1.9, "o": 1.7, "p": 1.2}


def croise(T):
    return np.asarray(0.5 * T["m"] * T["n"] * T["o"] + 0.4 * T["m"] - 0.3 * T["n"] * T["o"])


def v_attendue(presentes):
    return float(np.mean(croise(arriere.assign(**{nom: qui[nom] for nom in presentes}))))


ordres = list(permutations(arriere.columns))
attendues = {nom: float(np.mean([v_attendue(o[: o.index(nom) + 1]) - v_attendue(o[: o.index(nom)]) for o in ordres])) for nom in arriere}
trouvees = shapley(croise, dict(qui), arriere.copy())
check(trouvees).has_keys(["m", "n", "o", "p"], fr="`shapley` doit convenir à d'autres noms et à un autre nombre de variables.", en="`shapley` must suit other names and another number of variables.")
check(trouvees["p"]).is_close_to(
    0, within=1e-6, fr="Le modèle n'utilise pas une des quatre variables, et vous lui donnez une part : pour chaque coalition, la seule différence doit être la présence de cette variable.",
    en="The model does not use one of the four variables, and you give it a share: for each coalition, the only difference must be the presence of that variable.",
)
check(sum(trouvees[nom] for nom in arriere)).is_close_to(
    v_attendue(("m", "n", "o", "p")) - v_attendue(()), within=1e-6,
    fr="Avec quatre variables qui agissent ensemble, vos valeurs ne s'additionnent pas jusqu'à l'écart à expliquer : parcourez toutes les coalitions, de la vide à la plus grande, chacune avec le poids de sa taille.",
    en="With four variables that act together, your values do not add up to the gap to explain: go through all coalitions, from the empty one to the largest, each with the weight of its size.",
)
check(trouvees).is_close_to(
    attendues, within=1e-6, fr="La somme est juste, le partage ne l'est pas : chaque variable doit être jugée dans toutes les coalitions des autres, et non dans un seul ordre d'arrivée.",
    en="The sum is right, the sharing is not: each variable must be judged in all coalitions of the others, not in a single order of arrival.",
)
### END HIDDEN TESTS

# %% id="shapley-camille"
phi = shapley(modele_2, camille, fond)
if not isinstance(phi, dict):
    print("Cette cellule attend l'exercice 4.")  #@fr
    print("This cell waits for exercise 4.")  #@en
else:
    labkit.plots.bars(
        list(phi), [round(part, 3) + 0.0 for part in phi.values()], reference=0.0, digits=3, y=("part de l'écart de score", "share of the gap in score"),
        fr="Valeurs de Shapley de Camille, second modèle", en="Camille's Shapley values, second model",
    )
    moyen = float(np.mean(modele_2(fond)))
    print(f"score moyen du fond {moyen:.3f} + somme des valeurs {sum(phi.values()):.3f} = {moyen + sum(phi.values()):.3f} ; score de Camille {score_de(modele_2, camille):.3f}")  #@fr
    print(f"mean score of the background {moyen:.3f} + sum of the values {sum(phi.values()):.3f} = {moyen + sum(phi.values()):.3f}; Camille's score {score_de(modele_2, camille):.3f}")  #@en

# %% [markdown] id="additivite-consigne" lang="fr"
# **Lire la figure.** Une barre négative éloigne Camille de l'accord, par comparaison avec le fond ; une barre positive l'en rapproche. Ce sont des parts **du calcul du modèle**, non des causes dans la vie de Camille.
#
# ### Exercice 5. Contrôler une explication
#
# Un prestataire vous remet des « explications ». La première chose à contrôler est leur additivité.
#
# - **On vous demande** la fonction `additives(phi, predire, x, fond)`, qui rend `True` si la somme des valeurs de `phi` (un dictionnaire) est égale à l'écart entre le score de la personne et le score moyen du fond, à 0,000 1 près en plus ou en moins ; sinon `False`.
# - **On vous donne** `x`, le dictionnaire de la personne, et `score_de(predire, x)`, qui rend son score.
#
# **Exemple.** Score de la personne 0,8, score moyen du fond 0,5. `{"a": 0.25, "b": 0.05}` : `True`. `{"a": 0.5, "b": 0.3}` : `False`, car cette somme est le score, non l'écart.

# %% [markdown] id="additivite-consigne" lang="en" of="a4084e5f"
# **Reading the figure.** A negative bar takes Camille away from approval, compared with the background; a positive bar brings Camille closer. These are shares **of the model's computation**, not causes in Camille's life.
#
# ### Exercise 5. Checking an explanation
#
# A supplier hands you "explanations". The first thing to check is whether they add up.
#
# - **You are asked for** the function `additives(phi, predire, x, fond)`, which returns `True` if the sum of the values of `phi` (a dictionary) equals the gap between the person's score and the mean score of the background, within 0.0001 either way; otherwise `False`.
# - **You are given** `x`, the person's dictionary, and `score_de(predire, x)` (score of), which returns the person's score.
#
# **Example.** Person's score 0.8, mean score of the background 0.5. `{"a": 0.25, "b": 0.05}`: `True`. `{"a": 0.5, "b": 0.3}`: `False`, since this sum is the score, not the gap.

# %% id="additivite-code" answer=true
def additives(phi, predire, x, fond):
    ### BEGIN SOLUTION
    ecart = score_de(predire, x) - float(np.mean(predire(fond)))
    return bool(abs(sum(phi.values()) - ecart) <= 1e-4)
    ### END SOLUTION

# %% graded="additivite"
import numpy as np
import pandas as pd


def modele_simple(T):
    return np.asarray(0.1 + 0.5 * T["a"] + 0.2 * T["b"])


lignes = pd.DataFrame({"a": [0.4, 0.8], "b": [0.0, 1.0]})
juste = additives({"a": 0.2, "b": 0.1}, modele_simple, {"a": 1.0, "b": 1.0}, lignes)
check(juste).is_one_of([True, False], fr="`additives` rend `True` ou `False`, et rien d'autre.", en="`additives` returns `True` or `False`, and nothing else.")
check(juste).is_true(
    fr="Votre contrôleur rejette une explication juste. Modèle 0,1 + 0,5a + 0,2b, personne (1 ; 1) : score 0,8 ; fond (0,4 ; 0) et (0,8 ; 1) : score moyen 0,5 ; valeurs 0,2 et 0,1.",
    en="Your checker rejects a right explanation. Model 0.1 + 0.5a + 0.2b, person (1, 1): score 0.8; background (0.4, 0) and (0.8, 1): mean score 0.5; values 0.2 and 0.1.",
)
check(additives({"a": 0.6, "b": 0.2}, modele_simple, {"a": 1.0, "b": 1.0}, lignes)).is_false(
    fr="Votre contrôleur accepte des valeurs dont la somme est le score lui-même : il s'agit de l'écart au score moyen du fond.", en="Your checker accepts values whose sum is the score itself: it is the gap from the mean score of the background that counts."
)
### BEGIN HIDDEN TESTS
for erreur in (0.00008, -0.00008):
    check(additives({"a": 0.2 + erreur, "b": 0.1}, modele_simple, {"a": 1.0, "b": 1.0}, lignes)).is_true(
        fr="Votre contrôleur rejette une explication qui ne s'écarte que de 0,000 08 : elle est dans la tolérance demandée. Arrondir, ou exiger l'égalité exacte, n'est pas comparer à une tolérance.",
        en="Your checker rejects an explanation that is off by 0.00008 only: it is within the tolerance asked for. To round, or to demand exact equality, is not to compare with a tolerance.",
    )
check(additives({"a": 0.20015, "b": 0.1}, modele_simple, {"a": 1.0, "b": 1.0}, lignes)).is_false(
    fr="Votre contrôleur laisse passer une somme trop haute de 0,000 15 : sa tolérance est trop large.", en="Your checker lets through a sum that is too high by 0.00015: its tolerance is too wide."
)
check(additives({"a": 0.19985, "b": 0.1}, modele_simple, {"a": 1.0, "b": 1.0}, lignes)).is_false(
    fr="Votre contrôleur laisse passer une somme trop basse de 0,000 15 : l'écart compte dans les deux sens.", en="Your checker lets through a sum that is too low by 0.00015: the gap counts both ways."
)
g = np.random.default_rng(labkit.seed("additivite"))
for essai in range(3):
    lignes = pd.DataFrame({"a": g.random(9), "b": g.random(9)})
    personne = {"a": float(-0.5 - g.random()), "b": float(-0.2 - g.random())}
    vraies = {"a": 0.5 * (personne["a"] - float(lignes["a"].mean())), "b": 0.2 * (personne["b"] - float(lignes["b"].mean()))}
    check(additives(dict(vraies), modele_simple, dict(personne), lignes)).is_true(
        fr="Votre contrôleur rejette une explication juste, dont la somme est négative : le signe compte.", en="Your checker rejects a right explanation, whose sum is negative: the sign counts."
    )
    check(additives({nom: -part for nom, part in vraies.items()}, modele_simple, dict(personne), lignes)).is_false(
        fr="Votre contrôleur accepte une explication dont tous les signes sont inversés.", en="Your checker accepts an explanation in which all signs are reversed."
    )
    check(additives({"a": vraies["a"] + 0.01, "b": vraies["b"]}, modele_simple, dict(personne), lignes)).is_false(
        fr="Votre contrôleur laisse passer une somme fausse de 0,01 : sa tolérance est trop large.", en="Your checker lets through a sum that is wrong by 0.01: its tolerance is too wide."
    )
    check(additives({"a": vraies["a"] - 0.01, "b": vraies["b"]}, modele_simple, dict(personne), lignes)).is_false(
        fr="Votre contrôleur laisse passer une somme trop basse de 0,01 : l'écart compte dans les deux sens.", en="Your checker lets through a sum that is too low by 0.01: the gap counts both ways."
    )
### END HIDDEN TESTS

# %% [markdown] id="additivite-limite" lang="fr"
# **Une limite à connaître.** L'additivité est nécessaire, elle ne suffit pas : si l'on échange les parts de deux variables, la somme reste juste. Et l'explication dépend du **fond** : par rapport à d'autres personnes, les parts seraient autres. Dites toujours à qui vous comparez.

# %% [markdown] id="additivite-limite" lang="en" of="9e5d7dea"
# **A limit to know.** Additivity is necessary, not sufficient: swap the shares of two variables and the sum is still right. And the explanation depends on the **background**: compared with other people, the shares would differ. Always say whom you compare with.

# %% [markdown] id="partie-5" lang="fr"
# ## 5. Ce que Camille peut changer
#
# Un **contrefactuel** répond à la seconde question de Camille : « Quel plus petit changement aurait donné l'accord ? » Il n'est honnête que s'il remplit trois conditions :
#
# 1. **valide** : avec ce changement, le score atteint vraiment le seuil ;
# 2. **faisable** : il ne touche que ce que la personne peut changer, jusqu'à des valeurs qu'elle peut atteindre ;
# 3. **sobre** : il change le moins de variables possible, et le moins possible.
#
# **Un exemple à la main.** Seuil 0,60. Changements faisables : le montant peut descendre à 2 400 ou à 2 200, l'épargne monter à 450. Une personne a 0,50 ; avec un montant de 2 400, 0,57 ; de 2 200, 0,63 ; avec une épargne de 450, 0,55 ; avec 450 **et** 2 400, 0,61.
# Le contrefactuel est `{"montant": 2200}` : un seul changement suffit, donc la paire est écartée.
#
# **Prévoyez** d'abord ce qu'aurait conseillé le premier modèle, qui utilisait le formulaire.

# %% [markdown] id="partie-5" lang="en" of="6954eada"
# ## 5. What Camille can change
#
# A **counterfactual** answers Camille's second question: "What smallest change would have led to approval?" It is honest only if it meets three conditions:
#
# 1. **valid**: with this change, the score really reaches the threshold;
# 2. **feasible**: it touches only what the person can change, up to values that they can reach;
# 3. **sparing**: it changes as few variables as possible, and as little as possible.
#
# **An example by hand.** Threshold 0.60. Feasible changes: the amount may go down to 2,400 or to 2,200, the savings up to 450. A person has 0.50; with an amount of 2,400, 0.57; of 2,200, 0.63; with savings of 450, 0.55; with 450 **and** 2,400, 0.61.
# The counterfactual is `{"montant": 2200}`: a single change is enough, so the pair is set aside.
#
# **Predict** first what the first model, which used the form, would have advised.

# %% id="prevoir-conseil" hide=true
ask.choice(
    "prevoir-conseil",
    fr="Prévoyez : pour le premier modèle, quel seul changement fait passer Camille de 0,23 à l'accord ?",
    en="Predict: for the first model, which single change takes Camille from 0.23 to approval?",
    options={
        "a": ("Baisser le montant de 400 euros.", "Lower the amount by 400 euros."),
        "b": ("Épargner 100 euros de plus.", "Save 100 euros more."),
        "c": ("Remplir l'ancien formulaire.", "Fill in the old form."),
    },
)

# %% [markdown] id="contrefactuel-consigne" lang="fr"
# ### Exercice 6. Le contrefactuel
#
# 1. **Classez** les variables avec le tableau ci-dessous : que peut changer une personne dans le mois, pour une raison que la caisse peut défendre ? Deux lignes se discutent (`revenu` et `charges`) : les deux réponses y sont acceptées.
# 2. **Écrivez** `contrefactuel(predire, x, possibles, seuil)`.
#    - **On vous donne** `x`, le dictionnaire de la personne, et `possibles`, un dictionnaire `{variable: [valeurs]}` : les seules variables qu'elle peut changer, et les valeurs qu'elle peut atteindre, **du plus petit effort au plus grand**.
#    - **On attend** le dictionnaire `{variable: nouvelle valeur}` des **seuls changements** :
#      - `{}` si le score de `x` atteint déjà le seuil (`>=`) ;
#      - sinon, un contrefactuel qui change **le moins de variables possible** ; à égalité, celui dont l'**effort** est le plus petit. L'effort est la somme des places des valeurs choisies dans leurs listes (0 pour la première, 1 pour la suivante…) ;
#      - le texte `"aucun"` si rien ne suffit. Le dire vaut mieux que de donner un faux espoir.
#
# **Un coup de pouce.** `combinations(possibles, 2)` donne toutes les paires de variables ; `product(*[possibles[nom] for nom in noms])`, tous les choix de valeurs ; `{**x, **changement}`, la personne après le changement ; `score_de(predire, personne)`, son score.

# %% [markdown] id="contrefactuel-consigne" lang="en" of="6e86dc60"
# ### Exercise 6. The counterfactual
#
# 1. **Sort** the variables with the table below: what can a person change within the month, for a reason that the fund can defend? Two rows are open to debate (`revenu` and `charges`): both answers are accepted there.
# 2. **Write** `contrefactuel(predire, x, possibles, seuil)` (counterfactual; possible; threshold).
#    - **You are given** `x`, the person's dictionary, and `possibles`, a dictionary `{variable: [values]}`: the only variables that they can change, and the values that they can reach, **from the least effort to the greatest**.
#    - **Expected**: the dictionary `{variable: new value}` of **the changes only**:
#      - `{}` if the score of `x` already reaches the threshold (`>=`);
#      - otherwise, a counterfactual that changes **as few variables as possible**; among equals, the one with the smallest **effort**. The effort is the sum of the places of the chosen values in their lists (0 for the first, 1 for the next…);
#      - the text `"aucun"` (none) if nothing is enough. Saying so is better than giving false hope.
#
# **A hint.** `combinations(possibles, 2)` gives all pairs of variables; `product(*[possibles[name] for name in names])`, all choices of values; `{**x, **change}`, the person after the change; `score_de(predire, person)`, their score.

# %% id="leviers-widget" hide=true
ask.annotate(
    "leviers",
    fr="Dans le mois, la personne peut-elle changer cette variable, pour une raison que la caisse peut défendre ?",
    en="Within the month, can the person change this variable, for a reason that the fund can defend?",
    items={
        "revenu": ("Le revenu du foyer", "The income of the household"),
        "charges": ("Les charges (par exemple, solder un petit crédit)", "The charges (for example, paying off a small loan)"),
        "epargne": ("L'épargne disponible", "The savings available"),
        "montant": ("Le montant demandé", "The amount requested"),
        "anciennete": ("L'ancienneté dans l'activité", "The time in the activity"),
        "age": ("L'âge", "The age"),
        "formulaire": ("Le formulaire de saisie", "The form used"),
    },
    labels={"agir": ("Oui", "Yes"), "non": ("Non", "No")},
)

# %% id="contrefactuel-code" answer=true
def contrefactuel(predire, x, possibles, seuil):
    ### BEGIN SOLUTION
    if score_de(predire, x) >= seuil:
        return {}
    for combien in range(1, len(possibles) + 1):
        trouves = []
        for noms in combinations(possibles, combien):
            for places in product(*[range(len(possibles[nom])) for nom in noms]):
                changement = {nom: possibles[nom][place] for nom, place in zip(noms, places)}
                if score_de(predire, {**x, **changement}) >= seuil:
                    trouves.append((sum(places), changement))
        if trouves:
            return min(trouves, key=lambda trouve: trouve[0])[1]
    return "aucun"
    ### END SOLUTION

# %% graded="contrefactuel"
import numpy as np

tri = ask.answer("leviers")
check(tri).is_answered()
check(tri).has_keys(["revenu", "charges", "epargne", "montant", "anciennete", "age", "formulaire"], fr="Il reste une variable à classer dans le tableau.", en="One variable is still to be sorted in the table.")


def points(T):
    return np.asarray((10 - T["prix"] + 2 * T["mise"] + T["appui"] + 4 * T["age"]) / 16.0)


etudiante = {"prix": 6, "mise": 0, "appui": 0, "age": 1}
listes = {"prix": [5, 4, 2], "mise": [1, 2], "appui": [1]}
check(contrefactuel).called_with(points, dict(etudiante), dict(listes), 0.25).equals(
    {}, fr="Le score atteint déjà le seuil : il n'y a rien à changer, et la fonction rend un dictionnaire vide.", en="The score already reaches the threshold: there is nothing to change, and the function returns an empty dictionary."
)
check(contrefactuel).called_with(points, dict(etudiante), dict(listes), 0.5).equals(
    {}, fr="Le score est exactement égal au seuil : il l'atteint. La comparaison est `>=`.", en="The score is exactly equal to the threshold: it reaches it. The comparison is `>=`."
)
propose = contrefactuel(points, dict(etudiante), dict(listes), 0.6)
check(propose).is_a("dict", fr="Un contrefactuel est un dictionnaire {variable: nouvelle valeur}.", en="A counterfactual is a dictionary {variable: new value}.")
check(all(nom in listes for nom in propose)).is_true(
    fr="Votre contrefactuel contient une variable qui n'est pas dans `possibles` : rendez les seuls changements, et uniquement parmi ce que la personne peut changer.",
    en="Your counterfactual holds a variable that is not in `possibles`: return the changes only, and only among what the person can change.",
)
check(all(propose[nom] in listes[nom] for nom in propose)).is_true(
    fr="Votre contrefactuel propose une valeur que la personne ne peut pas atteindre : prenez-la dans sa liste.", en="Your counterfactual proposes a value that the person cannot reach: take it from its list."
)
check(float(points({**etudiante, **dict(propose)}))).is_at_least(
    0.6, fr="Votre contrefactuel n'est pas valide : après ce changement, le score n'atteint pas le seuil.", en="Your counterfactual is not valid: after this change, the score does not reach the threshold."
)
check(len(propose)).equals(
    1, fr="Votre contrefactuel change plusieurs variables alors qu'une seule suffit : essayez d'abord chaque variable seule.", en="Your counterfactual changes several variables although one is enough: first try each variable alone."
)
### BEGIN HIDDEN TESTS
for nom in ("age", "anciennete"):
    check(tri[nom]).equals(
        "non", fr="Tableau : une des variables que vous jugez modifiables ne dépend que du temps qui passe. Relisez : « dans le mois ».", en="Table: one of the variables that you judge changeable depends only on time passing. Read again: “within the month”."
    )
check(tri["formulaire"]).equals(
    "non", fr="Tableau : le formulaire peut se changer, mais est-ce une raison que la caisse peut défendre ? Revoyez l'étape 2.", en="Table: the form can be changed, but is it a reason that the fund can defend? See step 2 again."
)
for nom in ("montant", "epargne"):
    check(tri[nom]).equals(
        "agir", fr="Tableau : une des variables que vous jugez hors de portée se décide pourtant en faisant la demande, ou en mettant un peu de côté.", en="Table: one of the variables that you judge out of reach is decided when applying, or by putting a little aside."
    )
check(contrefactuel(points, dict(etudiante), dict(listes), 0.6)).equals(
    {"mise": 1}, fr="À nombre égal de variables, votre contrefactuel ne demande pas le plus petit effort : comparez la somme des places dans les listes.", en="With the same number of variables, your counterfactual does not ask for the least effort: compare the sum of the places in the lists."
)
check(contrefactuel(points, dict(etudiante), dict(listes), 0.8125)).is_one_of(
    [{"prix": 5, "mise": 2}, {"mise": 2, "appui": 1}], fr="Ici aucune variable seule ne suffit, et une paire suffit : cherchez, parmi les paires, celle du moindre effort. Trois variables, c'est une de trop.",
    en="Here no variable is enough alone, and a pair is enough: look for the pair of least effort. Three variables are one too many.",
)
check(contrefactuel(points, dict(etudiante), dict(listes), 1.2)).equals(
    "aucun", fr="Ici aucun changement permis ne suffit : la fonction doit le dire par le texte \"aucun\".", en="Here no permitted change is enough: the function must say so with the text \"aucun\"."
)
g = np.random.default_rng(labkit.seed("contrefactuel"))
for essai in range(4):
    gains = {nom: [int(gain) for gain in np.sort(g.integers(1, 9, size=3))] for nom in ("r", "s", "t")}
    depart = {"r": 0, "s": 0, "t": 0, "fixe": 0}

    def total(T):
        return np.asarray((T["r"] + T["s"] + T["t"] + 50 * T["fixe"]) / 64.0)

    tops = sorted((valeurs[-1] for valeurs in gains.values()), reverse=True)
    but = (tops[0] + 1) / 64.0
    rendu = contrefactuel(total, dict(depart), {nom: list(valeurs) for nom, valeurs in gains.items()}, but)
    check(rendu).is_a("dict", fr="Il existe un contrefactuel à deux variables, et votre fonction ne le trouve pas.", en="There is a counterfactual with two variables, and your function does not find it.")
    check(all(nom in gains and rendu[nom] in gains[nom] for nom in rendu)).is_true(
        fr="Votre contrefactuel sort de `possibles` : variables et valeurs doivent y être prises.", en="Your counterfactual goes outside `possibles`: variables and values must be taken from it."
    )
    check(sum(int(v) for v in rendu.values()) / 64.0).is_at_least(but, fr="Votre contrefactuel n'est pas valide : après ce changement, le score n'atteint pas le seuil.", en="Your counterfactual is not valid: after this change, the score does not reach the threshold.")
    check(len(rendu)).equals(2, fr="Deux variables suffisent ici : votre contrefactuel en change davantage.", en="Two variables are enough here: your counterfactual changes more.")
    effort = min(
        i + j for a, b in (("r", "s"), ("r", "t"), ("s", "t")) for i in range(3) for j in range(3) if (gains[a][i] + gains[b][j]) / 64.0 >= but
    )
    check(sum(gains[nom].index(rendu[nom]) for nom in rendu)).is_at_most(
        effort, fr="Parmi les paires qui suffisent, une autre demande moins d'effort.", en="Among the pairs that are enough, another one asks for less effort."
    )
### END HIDDEN TESTS

# %% [markdown] id="contrefactuel-suite" lang="fr"
# **Exécutez, puis comparez.** Que conseille chaque modèle à Camille ?

# %% [markdown] id="contrefactuel-suite" lang="en" of="9187ff0f"
# **Run, then compare.** What does each model advise Camille to do?

# %% id="contrefactuel-camille"
leviers_camille = {"montant": [2400, 2200, 2000, 1800, 1600], "epargne": [450, 550, 650, 750], "charges": [39, 37, 35]}
conseil_1 = contrefactuel(modele_1, camille, {**leviers_camille, "formulaire": [0]}, SEUIL)
conseil_2 = contrefactuel(modele_2, camille, leviers_camille, SEUIL)
conseil_3 = None
if conseil_2 is None:
    print("Cette cellule attend l'exercice 6.")  #@fr
    print("This cell waits for exercise 6.")  #@en
else:
    conseil_3 = contrefactuel(modele_2, camille, {nom: valeurs for nom, valeurs in leviers_camille.items() if nom not in conseil_2}, SEUIL)
    print("premier modèle, si le formulaire peut changer :", conseil_1)  #@fr
    print("first model, if the form may change:", conseil_1)  #@en
    print(f"second modèle : {conseil_2} ; une autre voie : {conseil_3}")  #@fr
    print(f"second model: {conseil_2}; another way: {conseil_3}")  #@en

# %% [markdown] id="contrefactuel-lecon" lang="fr"
# **Expliquez.** Le premier modèle « conseille » de changer de formulaire : un contrefactuel valide, et une raison indéfendable. C'est souvent ainsi qu'une variable trompeuse se découvre : **par la réponse absurde qu'elle ferait donner à une personne**.
# Le second propose des changements que Camille peut comprendre et choisir. Ce n'est pas une promesse : le modèle sera peut-être refait d'ici là, et il décrit des associations, non des causes.

# %% [markdown] id="contrefactuel-lecon" lang="en" of="c7673135"
# **Explain.** The first model "advises" changing the form: a valid counterfactual, and a reason that nobody can defend. This is often how a spurious variable comes to light: **by the absurd answer that it would have one give to a person**.
# The second proposes changes that Camille can understand and choose from. It is not a promise: the model may have been made again by then, and it describes associations, not causes.

# %% [markdown] id="partie-6" lang="fr"
# ## 6. Qui a été lésé ?
#
# Retirer la variable ne répare rien pour ceux qui ont déjà été refusés. Grâce à l'échantillon de contrôle, où tous les prêts ont été accordés, on peut compter. Pour un modèle, un seuil et une variable `nom` qui vaut 0 ou 1, une personne est :
#
# - **refusée** si son score est inférieur au seuil ;
# - **renversée** si elle est refusée et serait acceptée avec **l'autre valeur** de `nom` (1 au lieu de 0, ou 0 au lieu de 1), sans rien changer d'autre ;
# - **lésée** si elle est renversée **et** a remboursé son prêt : elle aurait été refusée à tort, à cause de cette seule variable.
#
# **Un exemple à la main.** Seuil 0,60.
#
# | prêt | score | score avec l'autre formulaire | remboursé | conclusion |
# |---|---|---|---|---|
# | 1 | 0,40 | 0,70 | 1 | refusée, renversée, **lésée** |
# | 2 | 0,50 | 0,80 | 0 | refusée, renversée |
# | 3 | 0,20 | 0,55 | 1 | refusée |
# | 4 | 0,75 | 0,45 | 1 | acceptée : elle ne compte pas |
#
# Trois refusées, deux renversées, une lésée ; part des lésées **parmi les refusées** : 1/3.
#
# ### Exercice 7. `lesees`
#
# - **On vous demande** la fonction `lesees(predire, X, y, nom, seuil)`, qui rend le dictionnaire `{"refusees": n, "renversees": n, "lesees": n, "part": p}` ; `part` est entre 0 et 1, et vaut 0 si personne n'est refusé.
# - **On vous donne** `predire`, la table `X`, les issues `y` (1 : remboursé), le nom de la variable et le seuil.

# %% [markdown] id="partie-6" lang="en" of="89b2cee8"
# ## 6. Who was harmed?
#
# Removing the variable repairs nothing for those who have already been refused. Thanks to the control sample, in which all loans were granted, we can count. For a model, a threshold and a variable `nom` that is 0 or 1, a person is:
#
# - **refused** if their score is below the threshold;
# - **reversed** if they are refused and would be accepted with **the other value** of `nom` (1 instead of 0, or 0 instead of 1), nothing else being changed;
# - **harmed** if they are reversed **and** repaid their loan: they would have been wrongly refused because of this variable alone.
#
# **An example by hand.** Threshold 0.60.
#
# | loan | score | score with the other form | repaid | conclusion |
# |---|---|---|---|---|
# | 1 | 0.40 | 0.70 | 1 | refused, reversed, **harmed** |
# | 2 | 0.50 | 0.80 | 0 | refused, reversed |
# | 3 | 0.20 | 0.55 | 1 | refused |
# | 4 | 0.75 | 0.45 | 1 | accepted: does not count |
#
# Three refused, two reversed, one harmed; share of the harmed **among the refused**: 1/3.
#
# ### Exercise 7. `lesees`
#
# - **You are asked for** the function `lesees(predire, X, y, nom, seuil)` (harmed), which returns the dictionary `{"refusees": n, "renversees": n, "lesees": n, "part": p}` (refused, reversed, harmed, share); `part` is between 0 and 1, and is 0 if nobody is refused.
# - **You are given** `predire`, the table `X`, the outcomes `y` (1: repaid), the name of the variable and the threshold.

# %% id="lesees-code" answer=true
def lesees(predire, X, y, nom, seuil):
    ### BEGIN SOLUTION
    refusees = predire(X) < seuil
    renversees = refusees & (predire(X.assign(**{nom: 1 - X[nom]})) >= seuil)
    touchees = renversees & (np.asarray(y) == 1)
    part = touchees.sum() / refusees.sum() if refusees.any() else 0.0
    return {"refusees": int(refusees.sum()), "renversees": int(renversees.sum()), "lesees": int(touchees.sum()), "part": float(part)}
    ### END SOLUTION

# %% graded="lesees"
import numpy as np
import pandas as pd

quatre = pd.DataFrame({"formulaire": [1, 1, 1, 0], "zero": [0.70, 0.80, 0.55, 0.75], "un": [0.40, 0.50, 0.20, 0.45]})


def au_choix(T):
    return np.where(np.asarray(T["formulaire"]) == 1, np.asarray(T["un"]), np.asarray(T["zero"]))


check(lesees).called_with(au_choix, quatre, pd.Series([1, 0, 1, 1]), "formulaire", 0.6).has_keys(
    ["refusees", "renversees", "lesees", "part"], fr="`lesees` rend un dictionnaire avec quatre clés : \"refusees\", \"renversees\", \"lesees\" et \"part\".", en="`lesees` returns a dictionary with four keys: \"refusees\", \"renversees\", \"lesees\" and \"part\"."
)
compte = lesees(au_choix, quatre, pd.Series([1, 0, 1, 1]), "formulaire", 0.6)
check(compte["refusees"]).equals(3, fr="Dans l'exemple, trois personnes sont sous le seuil de 0,60.", en="In the example, three people are below the threshold of 0.60.")
check(compte["renversees"]).equals(
    2, fr="Dans l'exemple, deux personnes sont renversées : comptez seulement celles qui sont refusées et que l'autre valeur ferait accepter.", en="In the example, two people are reversed: count only those who are refused and whom the other value would have accepted."
)
check(compte["lesees"]).equals(
    1, fr="Dans l'exemple, une seule personne est lésée : renversée, et son prêt remboursé.", en="In the example, one person is harmed: reversed, with the loan repaid."
)
check(compte["part"]).is_close_to(
    1 / 3, within=1e-6, fr="Dans l'exemple, la part vaut 1/3 : c'est parmi les personnes refusées qu'on la calcule.", en="In the example, the share is 1/3: it is worked out among the people refused."
)
### BEGIN HIDDEN TESTS
g = np.random.default_rng(labkit.seed("lesees"))
gens = pd.DataFrame({"guichet": (g.random(400) < 0.5).astype(int), "dossier": g.random(400)})
issues = (g.random(400) < 0.7).astype(int)


def partial(T):
    return np.asarray(0.8 * T["dossier"] + 0.2 * T["guichet"])


def egal(T):
    return np.asarray(T["dossier"])


sous = partial(gens) < 0.5
bascule = sous & (partial(gens.assign(guichet=1 - gens["guichet"])) >= 0.5)
tort = bascule & (issues == 1)
compte = lesees(partial, gens.copy(), issues.copy(), "guichet", 0.5)
check(compte["renversees"]).equals(
    int(bascule.sum()), fr="Ici c'est la valeur 0 qui dessert les personnes : il faut essayer l'autre valeur de chacune, et non toujours la même.", en="Here it is the value 0 that works against people: try each person's other value, not always the same one."
)
check(compte["lesees"]).equals(int(tort.sum()), fr="Sur d'autres données, le nombre de personnes lésées n'est pas le bon : renversées, et prêt remboursé.", en="On other data, the number of people harmed is wrong: reversed, and loan repaid.")
check(compte["part"]).is_close_to(
    tort.sum() / sous.sum(), within=1e-6, fr="Sur d'autres données, la part n'est pas la bonne : lésées divisées par refusées.", en="On other data, the share is wrong: harmed divided by refused."
)
check(lesees(egal, gens.copy(), issues.copy(), "guichet", 0.5)["lesees"]).equals(
    0, fr="Ce modèle n'utilise pas la variable : elle ne peut léser personne, et votre fonction trouve des personnes lésées.", en="This model does not use the variable: it can harm nobody, and your function finds people harmed."
)
check(lesees(partial, gens.copy(), issues.copy(), "guichet", -1.0)["part"]).equals(
    0, fr="Quand personne n'est refusé, la part vaut 0 : que devient la division ?", en="When nobody is refused, the share is 0: what becomes of the division?"
)
juste_au_seuil = pd.DataFrame({"formulaire": [1, 1, 0], "un": [0.5, 0.25, 0.25], "zero": [0.75, 0.5, 0.25]})
compte = lesees(au_choix, juste_au_seuil, pd.Series([1, 1, 0]), "formulaire", 0.5)
check(compte["refusees"]).equals(
    2, fr="Ici le score d'une personne est exactement égal au seuil, et votre compte des personnes refusées n'est pas le bon : relisez « inférieur ».",
    en="Here one person's score is exactly equal to the threshold, and your count of the people refused is wrong: read “below” again.",
)
check(compte["renversees"]).equals(
    1, fr="Ici, avec l'autre valeur, le score d'une personne refusée tombe juste sur le seuil : serait-elle acceptée ? Relisez quand la caisse accorde le prêt.",
    en="Here, with the other value, the score of a person refused falls right on the threshold: would they be accepted? Read again when the fund grants the loan.",
)
### END HIDDEN TESTS

# %% [markdown] id="lesees-suite" lang="fr"
# **Exécutez, puis expliquez.** La première table compte les personnes lésées, la seconde regarde, parmi les personnes qui ont **remboursé**, combien auraient été refusées selon le formulaire.

# %% [markdown] id="lesees-suite" lang="en" of="31cccb8f"
# **Run, then explain.** The first table counts the people harmed; the second looks, among the people who **repaid**, at how many would have been refused according to the form.

# %% id="lesees-mesure"
tort_1 = lesees(modele_1, controle[VARIABLES], controle["rembourse"], "formulaire", SEUIL)
tort_2 = lesees(modele_2, controle[VARIABLES], controle["rembourse"], "formulaire", SEUIL)
if not isinstance(tort_1, dict):
    print("Cette cellule attend l'exercice 7.")  #@fr
    print("This cell waits for exercise 7.")  #@en
else:
    torts = pd.DataFrame([tort_1, tort_2])
    torts.index = ["premier modèle", "second modèle"]  #@fr
    torts.index = ["first model", "second model"]  #@en
    torts.columns = ["refusées", "renversées", "lésées", "part des lésées parmi les refusées"]  #@fr
    torts.columns = ["refused", "reversed", "harmed", "share of the harmed among the refused"]  #@en
    labkit.table(torts, fr="Les 2 000 personnes du contrôle, si chaque modèle avait décidé", en="The 2,000 people of the control sample, had each model decided")

bons = controle[controle["rembourse"] == 1]
parts = {
    labkit.tr("premier modèle", "first model"): [100 * float((modele_1(bons)[bons["formulaire"] == f] < SEUIL).mean()) for f in (0, 1)],
    labkit.tr("second modèle", "second model"): [100 * float((modele_2(bons)[bons["formulaire"] == f] < SEUIL).mean()) for f in (0, 1)],
}
labkit.plots.bars(
    [("ancien formulaire", "old form"), ("nouveau formulaire", "new form")], parts,
    fr="Refusées parmi les personnes qui ont remboursé", en="Refused among the people who repaid", y=("personnes refusées (%)", "people refused (%)"), unit=labkit.tr(" %", "%"), digits=0,
)

# %% [markdown] id="lesees-lecon" lang="fr"
# **À retenir.** Le premier modèle refuse bien plus souvent une bonne emprunteuse ou un bon emprunteur qui a reçu le nouveau formulaire ; le second traite les deux groupes à peu près également. La correction a un prix, qu'il faut dire : l'ancien formulaire n'avantage plus personne, et ces bons payeurs-là sont un peu plus souvent refusés qu'avant. Et le second modèle n'est pas sans erreur : il refuse encore des personnes qui auraient remboursé. Voilà pourquoi il faut un **recours**.
#
# **Trois repères de droit** (ils ne remplacent pas un avis juridique). Le RGPD ouvre, pour une décision entièrement automatisée qui affecte une personne de manière significative, le droit d'obtenir une intervention humaine et de contester (article 22), et celui de recevoir des informations utiles sur la logique suivie
# (article 15, paragraphe 1, point h). Le règlement européen sur l'IA (2024/1689) classe à haut risque l'évaluation de la solvabilité des personnes (annexe III) et prévoit un droit à l'explication (article 86). Une explication qui ne permet pas de contester n'en est pas une.

# %% [markdown] id="lesees-lecon" lang="en" of="caaeb810"
# **Remember.** The first model refuses a good borrower who was given the new form far more often; the second treats both groups about equally. The correction has a price, which must be stated: the old form no longer favours anyone, and those good payers are refused somewhat more often than before. And the second model is not free of errors: it still refuses people who would have repaid. This is why there must be a way to **appeal**.
#
# **Three points of law** (they do not replace legal advice). For a decision based solely on automated processing that significantly affects a person, the GDPR gives the right to obtain human intervention and to contest (article 22), and to receive meaningful information about the logic involved
# (article 15, paragraph 1, point h). The European AI Act (2024/1689) classes the evaluation of people's creditworthiness as high-risk (annex III) and provides for a right to explanation (article 86). An explanation that does not allow one to contest is none.

# %% [markdown] id="partie-7" lang="fr"
# ## 7. Votre réponse à la contestation
#
# Camille et la direction vous lisent en une minute. Dans 80 à 160 mots, dites :
#
# 1. **ce que vous décidez pour le modèle**, avec **deux mesures** du lab à l'appui ;
# 2. **ce que vous répondez à Camille** : la raison principale, et ce qui peut changer la décision, sans rien promettre ;
# 3. **une limite** de ces explications, et **le recours** : qui relit, dans quel délai, et ce que deviennent les refus passés.

# %% [markdown] id="partie-7" lang="en" of="b2da5fe1"
# ## 7. Your answer to the complaint
#
# Camille and the management read you in one minute. In 80 to 160 words, say:
#
# 1. **what you decide about the model**, with **two measurements** of the lab in support;
# 2. **what you answer Camille**: the main reason, and what may change the decision, without promising anything;
# 3. **one limit** of these explanations, and **the appeal**: who reviews, within what time, and what becomes of past refusals.

# %% id="decision-widget" hide=true
ask.text("decision", fr="Votre réponse (80 à 160 mots)", en="Your answer (80 to 160 words)", rows=9, words=(80, 160))

# %% [markdown] graded="decision" lang="fr"
# **Votre réponse** sera lue et notée par votre formatrice ou votre formateur : une décision sur le modèle appuyée sur deux mesures bien lues (1 point), une réponse à Camille que cette personne peut comprendre et suivre (1 point), une limite et un recours précis (1 point).

# %% [markdown] graded="decision" lang="en" of="089aa218"
# **Your answer** will be read and graded by your trainer: a decision about the model supported by two measurements read correctly (1 point), an answer that Camille can understand and follow (1 point), a specific limit and a specific way to appeal (1 point).

# %% [markdown] id="tirages-consigne" lang="fr"
# ## Pour aller plus loin : Shapley par tirages (facultatif)
#
# Avec beaucoup de variables, on ne parcourt plus toutes les coalitions : on tire au hasard des **ordres d'arrivée**. Dans un ordre, on part du fond et l'on rend les variables présentes l'une après l'autre ; la part d'une variable est ce que la valeur gagne quand elle arrive. On prend la moyenne sur les ordres.
#
# **Un exemple.** Dans le jeu à deux variables de l'étape 4, l'ordre (a, b) donne à a 0,6 − 0,5 = 0,1 et à b 0,8 − 0,6 = 0,2 ; l'ordre (b, a) donne à b −0,1 et à a 0,4. La moyenne des deux, 0,25 et 0,05, est la valeur de Shapley.
#
# **`shapley_par_tirages(predire, x, fond, tirages, graine)`** rend le dictionnaire `{nom: part}`. Pour chacun des `tirages` ordres, au plus d + 1 prédictions sur le fond : une de plus que de variables. Le hasard part de `graine`.

# %% [markdown] id="tirages-consigne" lang="en" of="21e87d80"
# ## Going further: Shapley by sampling (optional)
#
# With many variables, one no longer goes through all coalitions: **orders of arrival** are drawn at random. In one order, start from the background and make the variables present one after the other; the share of a variable is what the value gains when it arrives. Take the mean over the orders.
#
# **An example.** In the two-variable game of step 4, the order (a, b) gives a 0.6 − 0.5 = 0.1 and b 0.8 − 0.6 = 0.2; the order (b, a) gives b −0.1 and a 0.4. The mean of both, 0.25 and 0.05, is the Shapley value.
#
# **`shapley_par_tirages(predire, x, fond, tirages, graine)`** (Shapley by draws; seed) returns the dictionary `{name: share}`. For each of the `tirages` orders, at most d + 1 predictions on the background: one more than there are variables. The randomness starts from `graine`.

# %% id="tirages-code" answer=true
def shapley_par_tirages(predire, x, fond, tirages, graine):
    ### BEGIN SOLUTION
    hasard = np.random.default_rng(graine)
    parts = {nom: 0.0 for nom in fond.columns}
    for _ in range(tirages):
        table = fond.copy()
        avant = float(np.mean(predire(table)))
        for nom in hasard.permutation(list(fond.columns)):
            table[nom] = x[nom]
            apres = float(np.mean(predire(table)))
            parts[nom] += (apres - avant) / tirages
            avant = apres
    return parts
    ### END SOLUTION

# %% graded="tirages"
from itertools import permutations

import numpy as np
import pandas as pd

base_ab = pd.DataFrame({"a": [0.0, 1.0], "b": [0.0, 1.0]})


def ensemble_ab(T):
    return np.asarray(1.0 * T["a"] * T["b"])


check(shapley_par_tirages).called_with(ensemble_ab, {"a": 2.0, "b": 2.0}, base_ab, 4, 0).has_keys(
    ["a", "b"], fr="`shapley_par_tirages` rend un dictionnaire avec une clé par colonne du fond.", en="`shapley_par_tirages` returns a dictionary with one key per column of the background."
)
rendu = shapley_par_tirages(ensemble_ab, {"a": 2.0, "b": 2.0}, base_ab, 4, 0)
check(rendu["a"] + rendu["b"]).is_close_to(
    3.5, within=1e-6, fr="Dans chaque ordre, la somme des parts est exactement l'écart à expliquer (ici 3,5) ; leur moyenne aussi. Avez-vous divisé par le nombre de tirages, et gardé présentes les variables déjà arrivées ?",
    en="In each order, the sum of the shares is exactly the gap to explain (here 3.5); so is their mean. Have you divided by the number of draws, and kept present the variables that have already arrived?",
)
### BEGIN HIDDEN TESTS
g = np.random.default_rng(labkit.seed("tirages"))
socle = pd.DataFrame({nom: g.uniform(0, 1, size=8) for nom in ("i", "j", "k")})
soi = {"i": 1.3, "j": 1.4, "k": 1.5}


def triple(T):
    return np.asarray(0.4 * T["i"] * T["j"] * T["k"] - 0.3 * T["i"])


def v_triple(presentes):
    return float(np.mean(triple(socle.assign(**{nom: soi[nom] for nom in presentes}))))


exactes = {nom: float(np.mean([v_triple(o[: o.index(nom) + 1]) - v_triple(o[: o.index(nom)]) for o in permutations(socle.columns)])) for nom in socle}
check(shapley_par_tirages(triple, dict(soi), socle.copy(), 250, 1)).is_close_to(
    exactes, within=0.08, fr="Avec 250 tirages, vos parts restent loin des valeurs exactes : l'ordre d'arrivée est-il vraiment tiré de nouveau à chaque fois ?", en="With 250 draws, your shares are still far from the exact values: is the order of arrival really drawn anew each time?"
)
large = pd.DataFrame({f"x{i}": g.random(4) for i in range(9)})
appels = []


def compter(T):
    appels.append(1)
    return np.asarray(T["x0"] * T["x1"] + T["x2"])


shapley_par_tirages(compter, {f"x{i}": 1.0 for i in range(9)}, large, 10, 2)
check(len(appels)).is_at_most(
    110, fr="Neuf variables et dix tirages demandent au plus une centaine de prédictions ; votre fonction en fait {value}. Parcourt-elle toutes les coalitions, ou prédit-elle deux fois la même chose ?",
    en="Nine variables and ten draws need about a hundred predictions at most; your function makes {value}. Does it go through all coalitions, or predict the same thing twice?",
)
### END HIDDEN TESTS

# %% [markdown] id="note" lang="fr"
# ## Votre note d'explication et de recours
#
# La cellule suivante rassemble vos mesures et votre réponse en une page, à garder et à joindre au dossier. Relancez-la quand vous changez une réponse.

# %% [markdown] id="note" lang="en" of="3fb3927f"
# ## Your note of explanation and appeal
#
# The next cell gathers your measurements and your answer on one page, to keep and to attach to the file. Run it again when you change an answer.

# %% id="note-code" hide=true
def en_clair(changement):
    """Un contrefactuel, en mots."""  #@fr
    """A counterfactual, in words."""  #@en
    if not isinstance(changement, dict) or not changement:
        return labkit.tr("aucun changement trouvé", "no change found")
    return ", ".join(f"{nom} {labkit.written(camille[nom])} → {labkit.written(nouveau)}" for nom, nouveau in changement.items())


raisons = phi if isinstance(phi, dict) else {}
labkit.artefact(
    "note-explication",
    ("Note d'explication et de recours : dossier Camille R.", "Note of explanation and appeal: the case of Camille R."),
    [
        (("Le modèle et ses données", "The model and its data"), labkit.tr(
            f"Estimation du remboursement d'un microcrédit ; accord à partir d'un score de {labkit.written(SEUIL, 2)}. Appris sur {len(appr)} prêts passés, jugé sur {len(controle)} prêts accordés sans regarder le score. Données imaginaires.",
            f"Estimates the repayment of a microcredit; approval from a score of {SEUIL:.2f}. Learnt from {len(appr)} past loans, judged on {len(controle)} loans granted without looking at the score. Invented data.")),
        (("Ce qui compte, sans classement", "What matters, without a ranking"), noyau and labkit.tr(
            f"Dans tous les tirages, les {len(noyau)} mêmes variables viennent en tête : {', '.join(noyau)}. Leur ordre change d'un tirage à l'autre et n'est pas publié.",
            f"In all draws, the same {len(noyau)} variables come first: {', '.join(noyau)}. Their order changes from one draw to another and is not published.")),
        (("Variable retirée", "Variable removed"), isinstance(effet, dict) and labkit.tr(
            f"Le formulaire : effet de {labkit.written(effet['modele'], 2)} sur le score du premier modèle, effet réel de {labkit.written(effet['reel'], 2)}. Aire sur le contrôle : {labkit.written(aire_1_controle, 2)} avec cette variable, {labkit.written(aire_2_controle, 2)} sans elle.",
            f"The form: an effect of {effet['modele']:.2f} on the score of the first model, a real effect of {effet['reel']:.2f}. Area on the control sample: {aire_1_controle:.2f} with this variable, {aire_2_controle:.2f} without it.")),
        (("Personnes lésées par le premier modèle", "People harmed by the first model"), isinstance(tort_1, dict) and labkit.tr(
            f"{tort_1['lesees']} sur {tort_1['refusees']} personnes refusées du contrôle auraient été refusées à tort à cause du seul formulaire ({labkit.written(100 * tort_1['part'], 0)} %).",
            f"{tort_1['lesees']} of {tort_1['refusees']} people refused in the control sample would have been wrongly refused because of the form alone ({100 * tort_1['part']:.0f}%).")),
        (("Parts de l'écart de score, second modèle (valeurs de Shapley)", "Shares of the gap in score, second model (Shapley values)"), {nom: f"{part:+.3f}".replace("-", "−").replace(".", labkit.tr(",", ".")) for nom, part in raisons.items()}),
        (("Ce qui aurait changé la décision", "What would have changed the decision"), conseil_2 and labkit.tr(
            f"{en_clair(conseil_2)} ; autre voie : {en_clair(conseil_3)}. Ce n'est pas une promesse d'accord.",
            f"{en_clair(conseil_2)}; another way: {en_clair(conseil_3)}. This is not a promise of approval.")),
        (("Réponse et recours", "Answer and appeal"), ask.answer("decision")),
    ],
)

# %% [markdown] id="fin" lang="fr"
# ### Ce que vous savez faire maintenant
#
# Mesurer ce qui compte pour un modèle et n'en dire que ce qui est stable ; démasquer une variable trompeuse en comparant son effet pour le modèle à son effet réel ; expliquer une décision par des parts qui s'additionnent, et contrôler les explications des autres ;
# dire à une personne ce qu'elle peut changer, ou que rien ne suffit ; compter les personnes lésées, et ouvrir un recours. Vérifiez, puis remettez votre travail.

# %% [markdown] id="fin" lang="en" of="7e9a690d"
# ### What you can do now
#
# Measure what matters to a model and say only what is stable about it; unmask a spurious variable by comparing its effect for the model with its real effect; explain a decision by shares that add up, and check other people's explanations;
# tell a person what they can change, or that nothing is enough; count the people harmed, and open a way to appeal. Check, then submit your work.
