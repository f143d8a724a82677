# ---
# caire:
#   id: l3-01-validation-honnete
#   level: 3
#   minutes: 120
#   profile: cpu
#   title:
#     fr: "Pipeline et validation honnête"
#     en: "Pipeline and honest validation"
#   summary:
#     fr: "Vous saurez construire une chaîne de préparation et d'apprentissage où rien ne fuit, découper les données par client et choisir un réglage par validation imbriquée. Vous saurez aussi prouver par le calcul qu'une évaluation est honnête, et ne pas dépenser plus d'énergie qu'il n'en faut."
#     en: "You will be able to build a preparation and training pipeline in which nothing leaks, to split data by customer and to choose a setting by nested validation. You will also be able to prove by computation that an evaluation is honest, and to spend no more energy than needed."
#   budget: {cpu_seconds: 60, memory_mib: 1536, cell_seconds: 60}
#   questions:
#     colonnes: {points: 2, skill: n3.validation.pipeline, fr: "Ne garder que ce que l'on savait", en: "Keep only what was known"}
#     chaine: {points: 4, skill: n3.validation.pipeline, fr: "Une chaîne complète, sans fuite", en: "A complete pipeline, without leaks"}
#     detecteur: {points: 3, skill: n3.validation.pipeline, fr: "Un détecteur de fuite", en: "A leak detector"}
#     groupes: {points: 3, skill: n3.validation.estimer, fr: "Découper par client", en: "Split by customer"}
#     imbriquee: {points: 4, skill: n3.validation.estimer, fr: "La validation imbriquée", en: "Nested validation"}
#     energie: {points: 3, skill: n3.sobriete.mesurer, fr: "Compter les apprentissages, choisir le réglage sobre", en: "Count the trainings, choose the frugal setting"}
#     decision: {points: 2, manual: true, skill: n3.surete.documenter, fr: "Votre recommandation", en: "Your recommendation"}
#     intervalle: {points: 2, bonus: true, skill: n3.validation.estimer, fr: "Pour aller plus loin : un intervalle qui respecte les clients", en: "Going further: an interval that respects customers"}
#   answers:
#     prevoir-colonne: b
#     prevoir-hasard: c
#     prevoir-clients: b
#     prevoir-essais: b
#     decision: "Je recommande d'annoncer une AUC d'environ 0,68, mesurée par validation imbriquée sur des clients jamais vus, et non le 0,98 de la forêt évaluée par lignes, qui mesure surtout la mémoire des clients. Les frais de clôture et les appels de fidélisation sont écartés, car ils ne sont connus qu'après le relevé. La régression suffit et consomme bien moins que la forêt. Limite : l'intervalle reste large et une zone nouvelle n'a jamais été apprise ; je referais la mesure chaque trimestre, par zone, avec arrêt si l'AUC passe sous 0,60."
# ---

# %% [markdown] id="titre" lang="fr"
# # Pipeline et validation honnête
#
# **La situation.** Un réseau de transport veut savoir quels abonnés risquent de résilier, pour leur proposer une formule mieux adaptée. Une équipe annonce fièrement, pour son modèle,
# une AUC de 0,98 (la perfection serait 1 ; la partie 1 explique cette mesure). Avant de le mettre en service, on vous demande : **que vaudra-t-il sur des clients qu'il n'a jamais vus ?** Vous répondrez de ce chiffre.
#
# En deux heures, vous allez refaire cette évaluation, honnêtement :
#
# | partie | ce que vous faites | durée |
# |---|---|---|
# | 1 | écarter ce que l'on ne savait pas le jour de la prévision | 15 min |
# | 2 | construire une chaîne complète de préparation et d'apprentissage | 25 min |
# | 3 | écrire un détecteur de fuite | 20 min |
# | 4 | découper par client | 15 min |
# | 5 | choisir un réglage par validation imbriquée | 20 min |
# | 6 à 8 | peser l'énergie, ouvrir le test final, décider, éditer la fiche | 25 min |
#
# **Comment ça marche.** Maj + Entrée exécute une cellule. Là où vous voyez des points de suspension `...`, vous écrivez. La cellule repliée qui suit vérifie votre réponse : exécutez-la aussi. Elle
# affiche ✓, ou vous dit quoi regarder : recommencez autant de fois que vous voulez. La remise refait ces vérifications, puis d'autres, sur des données que vous n'avez pas vues.

# %% [markdown] id="titre" lang="en" of="a38e782e"
# # Pipeline and honest validation
#
# **The situation.** A transport network wants to know which subscribers are likely to leave, so as to offer them a pass that suits them better. A team proudly announces
# an AUC of 0.98 for its model (perfection would be 1; part 1 explains this measure). Before it goes into service, you are asked: **what will it be worth on customers whom it has never seen?** You will answer for that figure.
#
# In two hours you will redo this evaluation, honestly:
#
# | part | what you do | time |
# |---|---|---|
# | 1 | set aside what was not known on the day of the prediction | 15 min |
# | 2 | build a complete preparation and training pipeline | 25 min |
# | 3 | write a leak detector | 20 min |
# | 4 | split by customer | 15 min |
# | 5 | choose a setting by nested validation | 20 min |
# | 6 to 8 | weigh the energy, open the final test, decide, produce the sheet | 25 min |
#
# **How it works.** Shift + Enter runs a cell. Where you see an ellipsis `...`, you write. The folded cell that follows checks your answer: run it too. It shows ✓, or
# tells you what to look at: try as often as you like. Submitting runs these checks again, then others, on data that you have not seen.

# %% id="outils"
import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import KFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

graine = labkit.seed()  # le hasard du lab part de ce nombre : mêmes calculs, mêmes résultats  #@fr
graine = labkit.seed()  # the randomness of the lab starts from this number: same computation, same results  #@en
abreger = labkit.grading()  # la notation abrège les essais dont aucune question ne dépend  #@fr
abreger = labkit.grading()  # grading shortens the trials on which no question depends  #@en



def fixe(nombre, decimales=2):
    """Un nombre avec ses derniers zéros : « 0,60 », et non « 0,6 »."""  #@fr
    """A number with its last zeros: “0.60”, not “0.6”."""  #@en
    return f"{nombre:.{decimales}f}".replace(".", labkit.tr(",", "."))


releves = pd.read_csv("data/releves.csv")
print("lignes :", len(releves), "; clients :", releves["client"].nunique(), "; part de lignes « résilié » :", fixe(releves["resilie"].mean()))  #@fr
print("rows:", len(releves), "; customers:", releves["client"].nunique(), "; share of rows “left”:", fixe(releves["resilie"].mean()))  #@en
labkit.table(
    releves.sort_values(["client", "mois"]).head(6), index=False,
    fr="Six lignes : un client a plusieurs relevés mensuels, et une seule issue", en="Six rows: a customer has several monthly statements, and a single outcome",
)

# %% [markdown] id="partie-1" lang="fr"
# ## 1. Ce que l'on savait ce jour-là
#
# Chaque ligne est un **relevé mensuel** d'un client. La cible `resilie` vaut 1, sur toutes les lignes d'un client, s'il est parti dans les trois mois qui ont suivi son dernier relevé. Le jour d'un relevé, on veut prévoir cette issue.
#
# **Notre mesure : l'AUC.** C'est la part des paires (un client parti, un client resté) que le modèle met dans le bon ordre, en donnant le score le plus élevé à celui qui est parti. 0,5 : autant tirer au sort ; 1 : parfait.
# **Un exemple à la main.** Partis : scores 0,9 et 0,4. Restés : 0,5 et 0,1. Quatre paires : (0,9 ; 0,5) bien rangée, (0,9 ; 0,1) bien rangée, (0,4 ; 0,5) mal rangée, (0,4 ; 0,1) bien rangée. L'AUC vaut 3 / 4 = 0,75.
#
# Une colonne numérique seule a aussi une AUC : on s'en sert comme d'un score. **Prévoyez**, puis exécutez la cellule suivante.

# %% [markdown] id="partie-1" lang="en" of="457b0544"
# ## 1. What was known on that day
#
# Each row is a **monthly statement** of a customer. The target `resilie` (left) is 1, on all rows of a customer, if they left within the three months that followed their last statement. On the day of a statement, we want to predict this outcome.
#
# **Our measure: AUC.** It is the share of pairs (a customer who left, a customer who stayed) that the model puts in the right order, by giving the higher score to the one who left. 0.5: one might as well draw lots; 1: perfect.
# **An example by hand.** Left: scores 0.9 and 0.4. Stayed: 0.5 and 0.1. Four pairs: (0.9, 0.5) in order, (0.9, 0.1) in order, (0.4, 0.5) out of order, (0.4, 0.1) in order. The AUC is 3 / 4 = 0.75.
#
# A numeric column alone has an AUC too: it is used as a score. **Predict**, then run the next cell.

# %% id="prevoir-colonne" hide=true
ask.choice(
    "prevoir-colonne",
    fr="Prévoyez : une colonne, à elle seule, atteint une AUC de 0,95. Que faut-il en penser d'abord ?",
    en="Predict: a single column reaches an AUC of 0.95 by itself. What should be thought of it first?",
    options={
        "a": ("C'est la meilleure variable : il faut la garder.", "It is the best variable: it must be kept."),
        "b": ("Il faut demander quand sa valeur est connue.", "One must ask when its value is known."),
        "c": ("C'est trop beau : toute colonne aussi forte est à jeter.", "Too good to be true: any column that strong must go."),
    },
)

# %% id="colonnes-seules"
seules = {}
for colonne in releves.select_dtypes("number").columns.drop(["resilie", "mois"]):
    x = releves[colonne].fillna(releves[colonne].median())
    brute = roc_auc_score(releves["resilie"], x)
    seules[colonne] = max(brute, 1 - brute)  # le sens n'importe pas ici  #@fr
    seules[colonne] = max(brute, 1 - brute)  # the direction does not matter here  #@en
seules = pd.Series(seules).sort_values(ascending=False)
labkit.table(
    seules.map(fixe).rename("AUC").rename_axis(labkit.tr("colonne", "column")).to_frame(),
    fr="AUC de chaque colonne numérique prise seule (0,5 : le hasard)", en="AUC of each numeric column taken alone (0.5: chance)",
)
dictionnaire = pd.read_csv("data/dictionnaire.csv")
vu = dictionnaire[["colonne", "role", "jours", labkit.tr("sens", "meaning")]]
labkit.table(vu, index=False, fr="Le dictionnaire des données", en="The data dictionary")

# %% [markdown] id="colonnes-consigne" lang="fr"
# **Lisez le dictionnaire.** La colonne `jours` dit combien de jours **après le relevé** la valeur est connue : 0, le jour même ; −5, cinq jours avant ; 30, trente jours après. `frais_cloture` atteint 0,95… parce qu'elle est
# écrite quand le dossier du client parti est clos. C'est une **fuite** : le modèle lit la réponse. Remarquez aussi `appels_fidelisation`, bien plus discrète : son AUC n'a rien d'alarmant, et pourtant elle fuit aussi.
# **Ce n'est pas la force d'une colonne qui la condamne, c'est sa date.**
#
# ### Exercice 1. Les colonnes utilisables
#
# - **On vous demande** la fonction `colonnes_utilisables(dictionnaire)`, qui rend la **liste** des noms de colonnes dont un modèle peut se servir.
# - **On vous donne** un tableau pandas avec, au moins, les colonnes `colonne` (le nom), `role` et `jours`.
# - **La règle** : le rôle est `"mesure"` (ni identifiant, ni repère, ni cible) **et** la valeur est connue au plus tard le jour du relevé.
# - **Un exemple.** Trois lignes : `("client", "identifiant", 0)`, `("age", "mesure", 0)`, `("motif", "mesure", 8)`. Réponse : `["age"]`.
# - **Un coup de pouce** : `tableau.loc[condition, "colonne"]` donne les noms ; deux conditions se joignent par `&`, chacune entre parenthèses ; `list(…)` en fait une liste.

# %% [markdown] id="colonnes-consigne" lang="en" of="38573ab2"
# **Read the dictionary.** The column `jours` (days) tells how many days **after the statement** the value is known: 0, the same day; −5, five days before; 30, thirty days after. `frais_cloture` (closing fees) reaches 0.95… because it is
# written when the file of the customer who left is closed. This is a **leak**: the model reads the answer. Note `appels_fidelisation` (retention calls) as well, far more discreet: nothing is alarming in its AUC, and yet it leaks too.
# **It is not the strength of a column that rules it out, it is its date.**
#
# ### Exercise 1. The usable columns
#
# - **You are asked for** the function `colonnes_utilisables(dictionnaire)` (usable columns), which returns the **list** of the names of the columns that a model may use.
# - **You are given** a pandas table with at least the columns `colonne` (the name), `role` and `jours`.
# - **The rule**: the role is `"mesure"` (a measurement: neither identifier, nor mark, nor target) **and** the value is known on the day of the statement at the latest.
# - **An example.** Three rows: `("client", "identifiant", 0)`, `("age", "mesure", 0)`, `("motif", "mesure", 8)`. Answer: `["age"]`.
# - **A hint**: `table.loc[condition, "colonne"]` gives the names; two conditions are joined by `&`, each between brackets; `list(…)` makes a list of them.

# %% id="colonnes-code" answer=true
def colonnes_utilisables(dictionnaire):
    ### BEGIN SOLUTION
    permises = (dictionnaire["role"] == "mesure") & (dictionnaire["jours"] <= 0)
    return list(dictionnaire.loc[permises, "colonne"])
    ### END SOLUTION

# %% graded="colonnes"
import pandas as pd

petit = pd.DataFrame([("client", "identifiant", 0), ("age", "mesure", 0), ("motif", "mesure", 8)], columns=["colonne", "role", "jours"])
rendu = colonnes_utilisables(petit)
check(rendu).is_a("list", fr="`colonnes_utilisables` rend une liste de noms : entourez votre résultat de `list(…)`.", en="`colonnes_utilisables` returns a list of names: put your result inside `list(…)`.")
check("age" in rendu).is_true(
    fr="Sur l'exemple, « age » manque : c'est une mesure, connue le jour même.", en="On the example, “age” is missing: it is a measurement, known the same day."
)
### BEGIN HIDDEN TESTS
cache = pd.DataFrame(
    [("dossier", "identifiant", 0), ("semaine", "repere", -3), ("revenu", "mesure", -40), ("rappels", "mesure", 1), ("quartier", "mesure", 0),
     ("visites", "mesure", 0), ("solde_final", "mesure", 45), ("issue", "cible", 90), ("score_ancien", "cible", -10)],
    columns=["colonne", "role", "jours"],
).sample(frac=1, random_state=labkit.seed("colonnes") % 1000).reset_index(drop=True)
rendu = colonnes_utilisables(cache)
check("solde_final" in rendu or "rappels" in rendu).is_false(
    fr="Sur un autre dictionnaire, vous gardez une colonne dont la valeur n'est connue qu'après le relevé, ne serait-ce que d'un jour : que dit la colonne `jours` ?",
    en="With another dictionary, you keep a column whose value is only known after the statement, be it by one day: what does the column `jours` say?",
)
check("dossier" in rendu or "semaine" in rendu).is_false(
    fr="Vous gardez un identifiant ou un repère : il est connu à temps, mais il n'apprend rien qui vaille pour un autre client. Quel rôle la règle demande-t-elle ?",
    en="You keep an identifier or a mark: it is known in time, but teaches nothing that holds for another customer. Which role does the rule ask for?",
)
check("issue" in rendu or "score_ancien" in rendu).is_false(
    fr="Vous gardez une cible parmi les variables : le modèle y lirait la réponse. Quel rôle la règle demande-t-elle ?", en="You keep a target among the variables: the model would read the answer there. Which role does the rule ask for?"
)
check("revenu" in rendu).is_true(
    fr="Une valeur connue avant le relevé (`jours` négatif) est utilisable : vous l'avez écartée.", en="A value known before the statement (negative `jours`) may be used: you have left it out."
)
check(sorted(rendu)).equals(
    ["quartier", "revenu", "visites"], fr="Sur un autre dictionnaire, la liste n'est pas celle de la règle : mesures seulement, connues au plus tard le jour même, chacune une fois.",
    en="With another dictionary, the list is not that of the rule: measurements only, known the same day at the latest, each once.",
)
### END HIDDEN TESTS

# %% id="colonnes-appliquer"
utiles = colonnes_utilisables(dictionnaire)
if not isinstance(utiles, list) or not utiles or not set(utiles) <= set(releves.columns):
    utiles = ["distance_km", "anciennete", "retards", "formule"]
    print("En attendant votre fonction, la suite utilise quatre colonnes.")  #@fr
    print("Until your function is there, what follows uses four columns.")  #@en
numeriques = [c for c in utiles if pd.api.types.is_numeric_dtype(releves[c])]
categories = [c for c in utiles if c not in numeriques]
y = releves["resilie"].to_numpy()
clients = releves["client"].to_numpy()
print("colonnes numériques :", ", ".join(numeriques))  #@fr
print("numeric columns:", ", ".join(numeriques))  #@en
print("colonnes de catégories :", ", ".join(categories))  #@fr
print("columns of categories:", ", ".join(categories))  #@en
print("valeurs manquantes :", int(releves[utiles].isna().sum().sum()))  #@fr
print("missing values:", int(releves[utiles].isna().sum().sum()))  #@en

# %% [markdown] id="partie-2" lang="fr"
# ## 2. Une chaîne, d'un seul bloc
#
# Ces données ne sont pas prêtes : des valeurs manquent, les unités diffèrent, certaines colonnes sont du texte. Chaque préparation **apprend** quelque chose des données (une médiane, une moyenne, une liste de catégories).
# Si elle l'apprend aussi sur le test, c'est une fuite. Le remède : mettre préparation et modèle dans **un seul objet**, une chaîne (*pipeline*). `fit` y apprend tout sur l'apprentissage ; `predict_proba` n'apprend plus rien.
#
# **Un exemple.** Trois briques de scikit-learn suffisent :
#
# - `make_pipeline(a, b)` enchaîne deux étapes ;
# - `ColumnTransformer([(nom, transformation, colonnes), …])` applique à chaque groupe de colonnes sa transformation. Les colonnes que l'on ne nomme pas sont laissées de côté ;
# - `OneHotEncoder` change une catégorie en colonnes de 0 et de 1.
#
# La cellule suivante les montre sur trois lignes, **sans valeur manquante ni mise à l'échelle** : ce sera à vous de les ajouter.

# %% [markdown] id="partie-2" lang="en" of="975763a1"
# ## 2. A pipeline, all of a piece
#
# These data are not ready: values are missing, units differ, some columns are text. Each preparation **learns** something from data (a median, a mean, a list of categories).
# If it learns it from the test part too, that is a leak. The remedy: put preparation and model into **a single object**, a pipeline. There, `fit` learns everything from the training part; `predict_proba` learns nothing more.
#
# **An example.** Three building blocks of scikit-learn are enough:
#
# - `make_pipeline(a, b)` chains two steps;
# - `ColumnTransformer([(name, transformation, columns), …])` applies its transformation to each group of columns. Columns that are not named are left aside;
# - `OneHotEncoder` turns a category into columns of zeros and ones.
#
# The next cell shows them on three rows, **without missing values or scaling**: adding those will be up to you.

# %% id="chaine-exemple"
trois = pd.DataFrame({"km": [2.0, 4.0, 6.0], "formule": ["jeune", "senior", "jeune"]})
preparation = ColumnTransformer([("nombres", "passthrough", ["km"]), ("textes", OneHotEncoder(), ["formule"])])
print(preparation.fit_transform(trois))
exemple = make_pipeline(preparation, LogisticRegression()).fit(trois, [0, 1, 0])
print("probabilités :", exemple.predict_proba(trois)[:, 1].round(2))  #@fr
print("probabilities:", exemple.predict_proba(trois)[:, 1].round(2))  #@en
remplir = SimpleImputer(strategy="mean").fit([[1.0], [2.0], [9.0]])
print("valeur manquante remplacée par :", remplir.transform([[np.nan]])[0, 0])  #@fr
print("missing value replaced by:", remplir.transform([[np.nan]])[0, 0])  #@en


def regression():
    return LogisticRegression(max_iter=2000)


def foret(feuille):
    """Une forêt dont chaque feuille garde au moins `feuille` lignes."""  #@fr
    """A forest each leaf of which keeps at least `feuille` rows."""  #@en
    return RandomForestClassifier(4 if abreger else 30, min_samples_leaf=feuille, random_state=graine)


def toujours_pareil():
    """Un modèle témoin, qui donne à chacun la même probabilité."""  #@fr
    """A reference model, which gives everyone the same probability."""  #@en
    return DummyClassifier(strategy="prior")

# %% [markdown] id="chaine-consigne" lang="fr"
# ### Exercice 2. Votre chaîne
#
# - **On vous demande** la fonction `fabriquer_chaine(numeriques, categories, modele)`, qui rend une chaîne **neuve** (non entraînée ; le modèle reçu y entre tel quel).
# - **On vous donne** deux listes de noms de colonnes et un modèle de scikit-learn.
# - **La chaîne**, dans l'ordre :
#   1. colonnes numériques : remplacer chaque valeur manquante par la **médiane** (`SimpleImputer(strategy="median")`), puis standardiser (`StandardScaler()`) ;
#   2. colonnes de catégories, où aucune valeur ne manque : `OneHotEncoder`. **Attention** : un jour, une catégorie jamais vue arrivera (une zone nouvelle). La chaîne doit alors continuer : cherchez l'option `handle_unknown` ;
#   3. le modèle que l'on vous a donné.
# - Aucune autre colonne ne doit servir.

# %% [markdown] id="chaine-consigne" lang="en" of="552950a4"
# ### Exercise 2. Your pipeline
#
# - **You are asked for** the function `fabriquer_chaine(numeriques, categories, modele)` (make a pipeline from numeric columns, categories and a model), which returns a **new** pipeline (not trained; the model received goes into it as it is).
# - **You are given** two lists of column names and a scikit-learn model.
# - **The pipeline**, in order:
#   1. numeric columns: replace each missing value by the **median** (`SimpleImputer(strategy="median")`), then standardise (`StandardScaler()`);
#   2. columns of categories, where no value is missing: `OneHotEncoder`. **Mind**: one day, a category never seen will come (a new zone). The pipeline must then go on: look for the option `handle_unknown`;
#   3. the model that you were given.
# - No other column may be used.

# %% id="chaine-code" answer=true
def fabriquer_chaine(numeriques, categories, modele):
    ### BEGIN SOLUTION
    nombres = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    textes = OneHotEncoder(handle_unknown="ignore")
    preparation = ColumnTransformer([("nombres", nombres, numeriques), ("textes", textes, categories)])
    return make_pipeline(preparation, modele)
    ### END SOLUTION

# %% graded="chaine"
import numpy as np
import pandas as pd


def tourne(appel, *arguments):
    try:
        appel(*arguments)
    except Exception:
        return False
    return True


visible = pd.DataFrame({"a": [1.0, 2.0, np.nan, 4.0] * 10, "b": [10.0, 30.0, 20.0, 40.0] * 10, "c": ["x", "y", "y", "x", "y"] * 8})
issue = np.array([0, 1, 1, 0, 1, 0, 0, 1] * 5)
chaine_essai = fabriquer_chaine(["a", "b"], ["c"], regression())
check(chaine_essai).is_answered()
check(tourne(chaine_essai.fit, visible, issue)).is_true(
    fr="`fit` s'arrête sur une erreur : la fonction rend-elle une chaîne, et les valeurs manquantes et le texte y sont-ils traités avant le modèle, dans les colonnes qu'on lui a nommées ?",
    en="`fit` stops with an error: does the function return a pipeline, and are missing values and text dealt with there before the model, in the columns that it was told?",
)
check(chaine_essai.predict_proba).called_with(visible).has_shape(
    (40, 2), fr="`predict_proba` doit rendre deux probabilités par ligne : le modèle donné est-il la dernière étape ?", en="`predict_proba` must return two probabilities per row: is the given model the last step?"
)
### BEGIN HIDDEN TESTS
controle = pd.read_csv("data/controle.csv")
hasard = np.random.default_rng(labkit.seed("chaine"))
controle = controle.iloc[hasard.permutation(len(controle))[:700]].reset_index(drop=True)
nums, cats = ["distance_km", "validations", "satisfaction", "montant"], ["formule", "zone"]
connues = controle[controle["zone"] != "F"].reset_index(drop=True)
yA = connues["resilie"].to_numpy()[:350]
connues = connues[[*nums, *cats, "frais_cloture"]]
A, B = connues.iloc[:350].reset_index(drop=True), connues.iloc[350:].reset_index(drop=True)
nouvelles = B.copy()
nouvelles.loc[:9, "zone"] = "F"
montee = fabriquer_chaine(nums, cats, regression())
check(tourne(montee.fit, A, yA)).is_true(
    fr="Sur d'autres colonnes que celles du lab, `fit` s'arrête sur une erreur : vous servez-vous des deux listes reçues, et d'elles seules ?", en="On other columns than those of the lab, `fit` stops with an error: do you use the two lists received, and only them?"
)
check(tourne(montee.predict_proba, nouvelles)).is_true(
    fr="Une catégorie jamais vue à l'apprentissage arrête la chaîne : que permet l'option `handle_unknown` ?", en="A category never seen in training stops the pipeline: what does the option `handle_unknown` allow?"
)
base = np.asarray(montee.predict_proba(B))[:, 1]
bousculees = B.copy()
bousculees.loc[100:, nums] = bousculees.loc[100:, nums] * 5 + 40
apres = np.asarray(montee.predict_proba(bousculees))[:, 1]
check(apres[:100]).is_close_to(
    base[:100], within=1e-6,
    fr="Fuite : nous avons changé d'autres lignes du pli de test, et la prévision de lignes intactes a bougé. Une étape calcule quelque chose (une médiane ?) sur les lignes à prévoir au lieu de le retenir de l'apprentissage.",
    en="A leak: we changed other rows of the test fold, and the prediction of untouched rows has moved. A step computes something (a median?) on the rows to predict instead of remembering it from training.",
)
tardives = B.copy()
tardives["frais_cloture"] = 500.0
check(np.asarray(montee.predict_proba(tardives))[:, 1]).is_close_to(
    base, within=1e-6,
    fr="Une colonne que personne n'a nommée change la prévision : que fait votre `ColumnTransformer` du reste (`remainder`) ?",
    en="A column that nobody named changes the prediction: what does your `ColumnTransformer` do with the rest (`remainder`)?",
)
petites, petites_B = A.copy(), B.copy()
petites[nums], petites_B[nums] = petites[nums] / 1000, petites_B[nums] / 1000
autre_unite = fabriquer_chaine(nums, cats, regression())
tourne(autre_unite.fit, petites, yA)
check(np.asarray(autre_unite.predict_proba(petites_B))[:, 1]).is_close_to(
    base, within=0.005,
    fr="Changer d'unité (des mètres aux kilomètres) change vos prévisions : les colonnes numériques sont-elles standardisées ?", en="Changing the unit (from metres to kilometres) changes your predictions: are the numeric columns standardised?"
)
a = np.exp(1.5 * hasard.normal(size=400))
longue = pd.DataFrame({"a": a, "b": hasard.normal(size=400), "c": hasard.choice(["x", "y"], 400)})
yl = (hasard.random(400) < np.where(a > np.median(a), 0.9, 0.1)).astype(int)
longue.loc[hasard.permutation(400)[:40], "a"] = np.nan
mediane = fabriquer_chaine(["a", "b"], ["c"], regression())
tourne(mediane.fit, longue, yl)
vide, remplie = longue.iloc[:20].assign(a=np.nan), longue.iloc[:20].assign(a=float(longue["a"].median()))
check(np.asarray(mediane.predict_proba(vide))).is_close_to(
    np.asarray(mediane.predict_proba(remplie)), within=0.01,
    fr="Une valeur manquante n'est pas remplacée par la médiane de l'apprentissage : quelle stratégie avez-vous donnée à `SimpleImputer` ?",
    en="A missing value is not replaced by the median of the training part: which strategy did you give to `SimpleImputer`?",
)
neutre = fabriquer_chaine(nums, cats, toujours_pareil())
tourne(neutre.fit, A, yA)
check(np.asarray(neutre.predict_proba(B))[:, 1]).is_close_to(
    np.full(len(B), yA.mean()), within=1e-6, fr="La chaîne n'utilise pas le modèle qu'on lui a donné : est-ce bien la dernière étape ?", en="The pipeline does not use the model that it was given: is it the last step?"
)
### END HIDDEN TESTS

# %% id="chaine-essai"
def chaine_prete():
    """Votre chaîne apprend et prévoit, même sur une catégorie nouvelle."""  #@fr
    """Your pipeline trains and predicts, even on a new category."""  #@en
    try:
        essai = fabriquer_chaine(numeriques, categories, regression()).fit(releves.iloc[:1000], y[:1000])
        inconnues = releves.iloc[1000:1010].assign(**{c: "jamais-vu" for c in categories})
        return essai.predict_proba(inconnues).shape == (10, 2)
    except Exception:
        return False


pret = chaine_prete()
if not pret:
    print("La suite attend l'exercice 2 pour essayer votre chaîne ; les exercices 3 à 6 se font sans elle.")  #@fr
    print("What follows waits for exercise 2 to try your pipeline; exercises 3 to 6 can be done without it.")  #@en
else:
    print("Votre chaîne apprend et prévoit, même sur une catégorie jamais vue.")  #@fr
    print("Your pipeline trains and predicts, even on a category never seen.")  #@en

# %% [markdown] id="partie-3" lang="fr"
# ## 3. Prouver qu'une évaluation ne fuit pas
#
# Une fuite ne provoque pas d'erreur : le score est simplement trop beau. D'où une règle de métier : **on bouscule le pli de test, et l'on regarde ce qui bouge**.
#
# Appelons *méthode* une fonction `methode(X, y, appr, test)`. Elle reçoit **toutes** les données (`X`, forme `(n, d)` ; `y`, des 0 et des 1) et deux tableaux de positions : les lignes d'apprentissage et les lignes de test. Elle rend un score par ligne de test.
# Si elle est honnête :
#
# 1. ses scores ne doivent **rien aux réponses** du pli de test : on peut les inverser, rien ne bouge ;
# 2. le score d'une ligne ne doit **rien aux autres lignes** du pli de test : on peut changer les unes, le score des autres ne bouge pas. (Le score d'une ligne a bien sûr le droit de changer avec cette ligne elle-même.)
#
# **Un exemple.** La cellule suivante essaie le point 1 sur une méthode qui fuit grossièrement, puis montre un cas à juger par vous-même : 120 lignes, 800 colonnes **tirées au hasard**, sans aucun lien avec `y`.
# On y choisit les 10 colonnes les plus liées à `y`, puis on évalue, sur un pli de test, une régression sur ces 10 colonnes. **Prévoyez d'abord.**

# %% [markdown] id="partie-3" lang="en" of="af7571fe"
# ## 3. Prove that an evaluation does not leak
#
# A leak raises no error: the score is simply too good. Hence a rule of the trade: **jostle the test fold, and look at what moves**.
#
# Let a *method* be a function `methode(X, y, appr, test)`. It receives **all** the data (`X`, shape `(n, d)`; `y`, zeros and ones) and two arrays of positions: the training rows and the test rows. It returns a score for each test row.
# If it is honest:
#
# 1. its scores owe **nothing to the answers** of the test fold: these can be flipped, nothing moves;
# 2. the score of a row owes **nothing to the other rows** of the test fold: some can be changed, and the score of the others does not move. (The score of a row may of course change with that row itself.)
#
# **An example.** The next cell tries point 1 on a method that leaks grossly, then shows a case to judge for yourself: 120 rows, 800 columns **drawn at random**, with no link to `y` at all.
# The 10 columns most related to `y` are chosen there, then a regression on these 10 columns is evaluated on a test fold. **Predict first.**

# %% id="prevoir-hasard" hide=true
ask.choice(
    "prevoir-hasard",
    fr="Prévoyez : les colonnes sont choisies sur toutes les lignes, puis on découpe et on évalue. Quelle AUC, sur ce pur hasard ?",
    en="Predict: the columns are chosen on all rows, then we split and evaluate. Which AUC, on this pure chance?",
    options={
        "a": ("Environ 0,5 : il n'y a rien à trouver.", "About 0.5: there is nothing to find."),
        "b": ("Environ 0,6.", "About 0.6."),
        "c": ("Plus de 0,75.", "More than 0.75."),
    },
)

# %% id="detecteur-exemple"
def methode_grossiere(X, y, appr, test):
    return X[test, 0] + 0.5 * y[test]  # elle lit la réponse  #@fr
    return X[test, 0] + 0.5 * y[test]  # it reads the answer  #@en


def correlation(X, y):
    """La force du lien entre chaque colonne et y."""  #@fr
    """The strength of the link between each column and y."""  #@en
    return np.abs((X - X.mean(axis=0)).T @ (y - y.mean()) / X.std(axis=0))


def choisir_puis_decouper(X, y, appr, test):
    garde = np.argsort(correlation(X, y))[-10:]
    return regression().fit(X[appr][:, garde], y[appr]).predict_proba(X[test][:, garde])[:, 1]


def decouper_puis_choisir(X, y, appr, test):
    garde = np.argsort(correlation(X[appr], y[appr]))[-10:]
    return regression().fit(X[appr][:, garde], y[appr]).predict_proba(X[test][:, garde])[:, 1]


def standardiser_tout(X, y, appr, test):
    Z = (X - X.mean(axis=0)) / X.std(axis=0)
    return regression().fit(Z[appr][:, :10], y[appr]).predict_proba(Z[test][:, :10])[:, 1]


hasard = labkit.data.rng("bruit")
X_bruit, y_bruit = hasard.normal(size=(120, 800)), (hasard.random(120) < 0.5).astype(int)
appr_bruit, test_bruit = np.arange(80), np.arange(80, 120)

inverse = y_bruit.copy()  # une copie : on ne touche pas aux données d'origine  #@fr
inverse = y_bruit.copy()  # a copy: the original data are left alone  #@en
inverse[test_bruit] = 1 - inverse[test_bruit]
avant = methode_grossiere(X_bruit, y_bruit, appr_bruit, test_bruit)
apres = methode_grossiere(X_bruit, inverse, appr_bruit, test_bruit)
print("méthode grossière, mêmes scores une fois les réponses inversées ?", labkit.written(np.allclose(avant, apres)))  #@fr
print("gross method, same scores once the answers are flipped?", labkit.written(np.allclose(avant, apres)))  #@en


def auc_sur_le_hasard(methode, tours=2 if abreger else 20):
    """L'AUC moyenne d'une méthode sur plusieurs tirages de pur hasard."""  #@fr
    """The mean AUC of a method over several draws of pure chance."""  #@en
    aucs = []
    for tour in range(tours):
        tirage = np.random.default_rng([graine, tour])
        X, y = tirage.normal(size=(120, 800)), tirage.permutation(np.arange(120) % 2)
        aucs.append(roc_auc_score(y[test_bruit], methode(X, y, appr_bruit, test_bruit)))
    return float(np.mean(aucs))


def donnees_intactes(detecteur, methode, X, y, appr, test):
    """Dit si un détecteur laisse X et y tels qu'il les a reçus."""  #@fr
    """Tells whether a detector leaves X and y as it received them."""  #@en
    recu_X, recu_y = X.copy(), y.copy()
    detecteur(methode, recu_X, recu_y, appr, test)
    return bool(np.array_equal(recu_X, X) and np.array_equal(recu_y, y))


methodes = {
    labkit.tr("choisir, puis découper", "choose, then split"): choisir_puis_decouper,
    labkit.tr("découper, puis choisir", "split, then choose"): decouper_puis_choisir,
    labkit.tr("standardiser tout, puis découper", "standardise all, then split"): standardiser_tout,
}
sur_le_hasard = pd.DataFrame({"AUC": {nom: auc_sur_le_hasard(methode) for nom, methode in methodes.items()}}).rename_axis(labkit.tr("méthode", "method"))
labkit.table(sur_le_hasard.map(fixe), fr="AUC moyenne sur des données tirées au hasard (la vérité : 0,5)", en="Mean AUC on data drawn at random (the truth: 0.5)")

# %% [markdown] id="detecteur-consigne" lang="fr"
# **Ce que l'on voit.** Choisir les colonnes avant de découper fabrique un beau score à partir de rien : les réponses du test ont servi au choix. Le même geste, fait après le découpage, retombe sur le hasard. La troisième méthode a un score normal…
# et pourtant elle fuit : elle s'est servie des lignes de test pour standardiser. **Le score ne suffit donc pas à voir une fuite.** Il faut bousculer.
#
# ### Exercice 3. Votre détecteur
#
# - **On vous demande** la fonction `fuit(methode, X, y, appr, test)`, qui rend `True` si la méthode fuit (point 1 **ou** point 2), `False` si elle est honnête.
# - **On vous donne** une méthode, et des données NumPy ; `appr` et `test` sont des tableaux de positions.
# - **Marche à suivre** : calculez les scores de référence ; inversez les réponses du pli de test, recalculez, comparez ; puis changez nettement la **première moitié** des lignes de test (`X2[test[:moitie]] += 3`, par exemple), recalculez, et comparez les scores de **l'autre moitié**.
# - **Un coup de pouce** : `np.allclose(u, v)` compare deux tableaux aux arrondis près. Travaillez sur des copies (`.copy()`).
#
# Un détecteur qui crie toujours est inutile : la vérification lui présente des méthodes qui fuient **et** des méthodes honnêtes. C'est un *contrôle négatif*.

# %% [markdown] id="detecteur-consigne" lang="en" of="3981e7f8"
# **What we see.** Choosing the columns before splitting makes a fine score out of nothing: the answers of the test part were used for the choice. The same move, made after splitting, falls back to chance. The third method has an ordinary score…
# and yet it leaks: it used the test rows to standardise. **So the score is not enough to see a leak.** One has to jostle.
#
# ### Exercise 3. Your detector
#
# - **You are asked for** the function `fuit(methode, X, y, appr, test)` (French for "leaks"), which returns `True` if the method leaks (point 1 **or** point 2), `False` if it is honest.
# - **You are given** a method, and NumPy data; `appr` (training) and `test` are arrays of positions.
# - **How to go about it**: compute the reference scores; flip the answers of the test fold, compute again, compare; then clearly change the **first half** of the test rows (`X2[test[:half]] += 3`, for instance), compute again, and compare the scores of **the other half**.
# - **A hint**: `np.allclose(u, v)` compares two arrays up to rounding. Work on copies (`.copy()`).
#
# A detector that always cries out is useless: the check shows it methods that leak **and** honest ones. This is a *negative control*.

# %% id="detecteur-code" answer=true
def fuit(methode, X, y, appr, test):
    ### BEGIN SOLUTION
    reference = methode(X, y, appr, test)
    y2 = y.copy()
    y2[test] = 1 - y2[test]
    if not np.allclose(methode(X, y2, appr, test), reference):
        return True
    moitie = len(test) // 2
    X2 = X.copy()
    X2[test[:moitie]] += 3
    return not np.allclose(methode(X2, y, appr, test)[moitie:], reference[moitie:])
    ### END SOLUTION

# %% graded="detecteur"
import numpy as np


def honnete_visible(X, y, appr, test):
    return X[test] @ (X[appr][y[appr] == 1].mean(axis=0) - X[appr][y[appr] == 0].mean(axis=0))


def lit_la_reponse(X, y, appr, test):
    return X[test, 0] + 0.5 * y[test]


donnees = np.random.default_rng(5)
Xv, yv = donnees.normal(size=(60, 4)), np.arange(60) % 2
av, tv = np.arange(40), np.arange(40, 60)
sain = fuit(honnete_visible, Xv.copy(), yv.copy(), av, tv)
check(sain).is_one_of([True, False], fr="`fuit` rend `True` ou `False`, et rien d'autre.", en="`fuit` returns `True` or `False`, and nothing else.")
check(sain).is_false(
    fr="Votre détecteur accuse une méthode honnête. Une ligne modifiée a le droit de changer de score, et l'apprentissage a le droit de compter : que comparez-vous exactement ?",
    en="Your detector accuses an honest method. A row that was changed may change its score, and the training part may count: what exactly do you compare?",
)
check(fuit(lit_la_reponse, Xv.copy(), yv.copy(), av, tv)).is_true(
    fr="Votre détecteur laisse passer une méthode qui lit les réponses du pli de test : inversez ces réponses, et regardez si les scores bougent.",
    en="Your detector lets through a method that reads the answers of the test fold: flip these answers, and see whether the scores move.",
)
check(donnees_intactes(fuit, honnete_visible, Xv, yv, av, tv)).is_true(
    fr="Votre détecteur a modifié les données reçues : travaillez sur des copies.", en="Your detector has changed the data received: work on copies."
)
### BEGIN HIDDEN TESTS
donnees = np.random.default_rng(labkit.seed("detecteur"))


def plus_proche(X, y, appr, test):
    return np.array([float(y[appr][np.argsort(((X[appr] - ligne) ** 2).sum(axis=1))[:5]].mean()) for ligne in X[test]])


def poids_sur_tout(X, y, appr, test):
    return X[test] @ ((X - X.mean(axis=0)).T @ (y - y.mean()))


def centre_sur_tout(X, y, appr, test):
    poids = X[appr][y[appr] == 1].mean(axis=0) - X[appr][y[appr] == 0].mean(axis=0)
    return ((X[test] - X.mean(axis=0)) / X.std(axis=0)) @ poids


def centre_sur_le_test(X, y, appr, test):
    poids = X[appr][y[appr] == 1].mean(axis=0) - X[appr][y[appr] == 0].mean(axis=0)
    return (X[test] - X[test].mean(axis=0)) @ poids


for n, d in ((90, 5), (60, 3)):
    Xd, yd = donnees.normal(size=(n, d)), (np.arange(n) % 3 == 0).astype(int)
    ordre = donnees.permutation(n)
    ad, td = ordre[: 2 * n // 3], ordre[2 * n // 3 :]
    for methode in (honnete_visible, plus_proche):
        check(fuit(methode, Xd.copy(), yd.copy(), ad, td)).is_false(
            fr="Sur d'autres données, votre détecteur accuse une méthode honnête : ne bousculez que le pli de test, et ne comparez que des lignes restées intactes.",
            en="On other data, your detector accuses an honest method: jostle the test fold only, and compare only rows that were left untouched.",
        )
    for methode in (lit_la_reponse, poids_sur_tout):
        check(fuit(methode, Xd.copy(), yd.copy(), ad, td)).is_true(
            fr="Votre détecteur laisse passer une méthode qui s'est servie des réponses du pli de test : les avez-vous toutes inversées ?", en="Your detector lets through a method that used the answers of the test fold: did you flip them all?"
        )
    for methode in (centre_sur_tout, centre_sur_le_test):
        check(fuit(methode, Xd.copy(), yd.copy(), ad, td)).is_true(
            fr="Votre détecteur laisse passer une méthode où le score d'une ligne dépend des autres lignes du pli de test (une moyenne calculée avec elles) : changez-en nettement une partie, et regardez les autres.",
            en="Your detector lets through a method where the score of a row depends on the other rows of the test fold (a mean computed with them): clearly change some of them, and look at the others.",
        )
### END HIDDEN TESTS

# %% id="detecteur-appliquer"
def votre_chaine(X, y, appr, test):
    """La chaîne de l'exercice 2, vue comme une méthode (colonnes numériques seules)."""  #@fr
    """The pipeline of exercise 2, seen as a method (numeric columns only)."""  #@en
    tableau = pd.DataFrame(X, columns=[f"x{i}" for i in range(X.shape[1])])
    chaine = fabriquer_chaine(list(tableau.columns), [], regression())
    return chaine.fit(tableau.iloc[appr], y[appr]).predict_proba(tableau.iloc[test])[:, 1]


verdicts = None
if fuit(methode_grossiere, X_bruit, y_bruit, appr_bruit, test_bruit) is None:
    print("Cette cellule attend l'exercice 3.")  #@fr
    print("This cell waits for exercise 3.")  #@en
else:
    a_juger = {**methodes, **({labkit.tr("votre chaîne (exercice 2)", "your pipeline (exercise 2)"): votre_chaine} if pret else {})}
    verdicts = {nom: bool(fuit(methode, X_bruit[:, :40], y_bruit, appr_bruit, test_bruit)) for nom, methode in a_juger.items()}
    labkit.table(
        pd.DataFrame({labkit.tr("fuit ?", "leaks?"): verdicts}).rename_axis(labkit.tr("méthode", "method")),
        fr="Le verdict de votre détecteur", en="The verdict of your detector",
    )

# %% [markdown] id="partie-4" lang="fr"
# ## 4. Un client ne se coupe pas en deux
#
# Votre chaîne ne fuit pas. L'évaluation peut-elle encore mentir ? Oui, par le **découpage**. Chaque client a de 3 à 8 relevés, presque identiques (même âge, même distance, même issue).
# Si l'on répartit les *lignes* au hasard, le même client se trouve dans l'apprentissage **et** dans le test. En service, les clients seront nouveaux.
#
# La **validation croisée** en k plis découpe les lignes en k paquets ; chacun sert une fois de test, les autres d'apprentissage ; on fait la moyenne des k scores. **Un exemple** avec `KFold`, qui ignore les clients :

# %% [markdown] id="partie-4" lang="en" of="20abc0be"
# ## 4. A customer is not to be cut in two
#
# Your pipeline does not leak. Can the evaluation still lie? Yes, through the **split**. Each customer has 3 to 8 statements, nearly identical (same age, same distance, same outcome).
# If *rows* are dealt out at random, the same customer is in training **and** in test. In service, customers will be new.
#
# **Cross-validation** in k folds splits the rows into k packets; each serves as the test once, the others as training; the k scores are averaged. **An example** with `KFold`, which ignores customers:

# %% id="groupes-exemple"
def auc_du_pli(modele, X, y, appr, test):
    """Entraîne le modèle sur les lignes `appr` et rend son AUC sur les lignes `test`."""  #@fr
    """Trains the model on the rows `appr` and returns its AUC on the rows `test`."""  #@en
    modele.fit(X.iloc[appr], y[appr])
    return float(roc_auc_score(y[test], modele.predict_proba(X.iloc[test])[:, 1]))


def score_moyen(fabriquer, reglage, X, y, plis):
    """L'AUC moyenne, sur plusieurs plis, d'un modèle neuf par pli : fabriquer(reglage)."""  #@fr
    """The mean AUC, over several folds, of a new model for each fold: fabriquer(reglage)."""  #@en
    return float(np.mean([auc_du_pli(fabriquer(reglage), X, y, appr, test) for appr, test in plis]))


def plis_par_ligne(qui, k):
    """Le découpage naïf : des lignes au hasard."""  #@fr
    """The naive split: rows at random."""  #@en
    return list(KFold(k, shuffle=True, random_state=0).split(qui))


noms = np.array(["ana", "bob", "ana", "eve", "bob", "eve"])
for appr, test in plis_par_ligne(noms, 3):
    print("apprentissage :", appr, noms[appr], "; test :", test, noms[test])  #@fr
    print("training:", appr, noms[appr], "; test:", test, noms[test])  #@en

# %% id="prevoir-clients" hide=true
ask.choice(
    "prevoir-clients",
    fr="Prévoyez : une forêt très souple est évaluée par lignes au hasard, puis par client. De combien l'AUC va-t-elle baisser ?",
    en="Predict: a very flexible forest is evaluated by rows at random, then by customer. By how much will the AUC fall?",
    options={
        "a": ("De 0,05 au plus : les clients se ressemblent.", "By 0.05 at most: customers are alike."),
        "b": ("De plus de 0,2.", "By more than 0.2."),
        "c": ("Elle va monter : l'apprentissage est plus varié.", "It will rise: training is more varied."),
    },
)

# %% [markdown] id="groupes-consigne" lang="fr"
# ### Exercice 4. Des plis par client
#
# - **On vous demande** la fonction `plis_par_client(clients, k)`, qui rend une **liste** de `k` couples `(appr, test)` de tableaux de positions (des entiers, de 0 à n − 1).
# - **On vous donne** `clients`, un tableau de n identifiants (du texte, dans le désordre, plusieurs fois chacun), et `k`.
# - **On attend** : aucun client des deux côtés d'un pli ; chaque ligne testée **une fois et une seule** ; `appr` contient toutes les lignes qui ne sont pas dans `test` ; des plis de tailles voisines.
# - **Exemple.** `plis_par_client(np.array(["ana", "bob", "ana", "eve"]), 3)` peut rendre, dans un ordre ou un autre, les tests `[0, 2]`, `[1]` et `[3]` : les deux lignes d'« ana » restent ensemble.
# - **Un coup de pouce** : `np.unique(clients)` donne les clients, `np.isin(clients, quelques_uns)` dit quelles lignes leur appartiennent, `np.flatnonzero(…)` en donne les positions. scikit-learn a aussi `GroupKFold`.

# %% [markdown] id="groupes-consigne" lang="en" of="67df5e41"
# ### Exercise 4. Folds by customer
#
# - **You are asked for** the function `plis_par_client(clients, k)` (folds by customer), which returns a **list** of `k` pairs `(appr, test)` of arrays of positions (integers, from 0 to n − 1).
# - **You are given** `clients`, an array of n identifiers (text, in any order, several times each), and `k`.
# - **Expected**: no customer on both sides of a fold; every row tested **once and only once**; `appr` (training) holds all rows that are not in `test`; folds of similar sizes.
# - **Example.** `plis_par_client(np.array(["ana", "bob", "ana", "eve"]), 3)` may return, in one order or another, the tests `[0, 2]`, `[1]` and `[3]`: the two rows of "ana" stay together.
# - **A hint**: `np.unique(clients)` gives the customers, `np.isin(clients, some)` tells which rows are theirs, `np.flatnonzero(…)` gives the positions. scikit-learn also has `GroupKFold`.

# %% id="groupes-code" answer=true
def plis_par_client(clients, k):
    ### BEGIN SOLUTION
    uniques = np.random.default_rng(0).permutation(np.unique(clients))
    plis = []
    for paquet in np.array_split(uniques, k):
        dedans = np.isin(clients, paquet)
        plis.append((np.flatnonzero(~dedans), np.flatnonzero(dedans)))
    return plis
    ### END SOLUTION

# %% graded="groupes"
import numpy as np


def plis_lus(clients, k):
    rendu = plis_par_client(clients, k)
    check(rendu).is_a("list", fr="`plis_par_client` rend une liste de couples : `list(…)` en fait une à partir d'un générateur.", en="`plis_par_client` returns a list of pairs: `list(…)` makes one from a generator.")
    check(rendu).has_length(k, fr="On attend exactement k plis, donc k couples.", en="Exactly k folds are expected, hence k pairs.")
    check.that(
        all(isinstance(pli, (tuple, list)) and len(pli) == 2 for pli in rendu),
        fr="Chaque pli est un couple de tableaux : les lignes d'apprentissage, puis les lignes de test.",
        en="Each fold is a pair of arrays: the training rows, then the test rows.",
    )
    lus = [(np.asarray(pli[0]), np.asarray(pli[1])) for pli in rendu]
    check.that(
        all(cote.ndim == 1 and cote.dtype.kind in "iu" for pli in lus for cote in pli),
        fr="Chaque couple contient deux tableaux de positions (des entiers) : ni noms de clients, ni tableaux de vrai ou faux. Pensez à `np.flatnonzero`.",
        en="Each pair holds two arrays of positions (integers): neither names of customers, nor arrays of true and false. Think of `np.flatnonzero`.",
    )
    return lus


def examiner(clients, k):
    lus = plis_lus(clients, k)
    check.that(
        all(not np.isin(clients[appr], clients[test]).any() for appr, test in lus),
        fr="Un même client se trouve des deux côtés d'un pli : ce sont les clients qu'il faut répartir, non les lignes.", en="One customer is on both sides of a fold: it is customers that must be dealt out, not rows."
    )
    testees = np.sort(np.concatenate([test for _, test in lus]))
    check.that(
        testees.shape == (len(clients),) and bool((testees == np.arange(len(clients))).all()),
        fr="Certaines lignes ne sont jamais testées, ou le sont plusieurs fois : chaque client va dans le test d'un pli, et d'un seul.", en="Some rows are never tested, or several times: each customer goes into the test of one fold, and of one only."
    )
    check.that(
        all(len(appr) + len(test) == len(clients) and len(np.unique(appr)) == len(appr) for appr, test in lus),
        fr="Dans un pli, `appr` doit contenir toutes les lignes qui ne sont pas dans `test`, une fois chacune.", en="In a fold, `appr` must hold all the rows that are not in `test`, once each."
    )
    return lus


lus = examiner(np.array(["ana", "bob", "ana", "eve"]), 3)
check.that(
    sorted(len(test) for _, test in lus) == [1, 1, 2],
    fr="Trois clients pour trois plis : sur l'exemple, chaque pli devrait en tester un. Combien de clients votre fonction met-elle dans chaque test ?",
    en="Three customers for three folds: on the example, each fold should test one. How many customers does your function put into each test?",
)
### BEGIN HIDDEN TESTS
hasard = np.random.default_rng(labkit.seed("groupes"))
sept = np.repeat([f"S{i}" for i in range(7)], [3, 5, 2, 4, 3, 2, 4])[hasard.permutation(23)]
check(plis_par_client).called_with(sept, 3).is_answered()
couverts = {int(position) for _, test in plis_lus(sept, 3) for position in test}
check.that(
    len(couverts) == len(sept),
    fr="Sept clients en trois plis : certaines lignes ne sont jamais testées. Quand k ne divise pas le nombre de clients, que deviennent ceux qui restent ?",
    en="Seven customers in three folds: some rows are never tested. When k does not divide the number of customers, what becomes of those left over?",
)
examiner(sept, 3)
for combien, k in ((120, 4), (90, 5)):
    tous = np.repeat([f"K{i:03d}" for i in range(combien)], hasard.integers(2, 9, combien))
    melanges = tous[hasard.permutation(len(tous))]
    lus = examiner(melanges, k)
    tailles = [len(test) for _, test in lus]
    check.that(
        min(tailles) >= 0.5 * len(melanges) / k and max(tailles) <= 1.6 * len(melanges) / k,
        fr="Vos plis sont de tailles très inégales : partagez les clients en k paquets de même importance.", en="Your folds have very unequal sizes: share the customers into k packets of the same weight."
    )
### END HIDDEN TESTS

# %% id="groupes-comparer"
def fabriquer(reglage):
    """Une chaîne neuve pour ce réglage : « regression », ou un nombre, la feuille minimale d'une forêt."""  #@fr
    """A new pipeline for this setting: “regression”, or a number, the smallest leaf of a forest."""  #@en
    return fabriquer_chaine(numeriques, categories, regression() if reglage == "regression" else foret(reglage))


combien = 2 if abreger else 4
comparaison, vos_plis = None, plis_par_client(clients, combien)
if not pret or vos_plis is None:
    print("Cette cellule attend les exercices 2 et 4.")  #@fr
    print("This cell waits for exercises 2 and 4.")  #@en
else:
    titres = {1: labkit.tr("forêt très souple", "very flexible forest"), "regression": labkit.tr("régression", "regression")}
    comparaison = pd.DataFrame(
        {
            labkit.tr("AUC, lignes au hasard", "AUC, rows at random"): {titre: score_moyen(fabriquer, r, releves, y, plis_par_ligne(clients, combien)) for r, titre in titres.items()},
            labkit.tr("AUC, par client", "AUC, by customer"): {titre: score_moyen(fabriquer, r, releves, y, vos_plis) for r, titre in titres.items()},
        }
    ).rename_axis(labkit.tr("modèle", "model"))
    labkit.table(comparaison.map(fixe), fr="Deux découpages, les mêmes modèles", en="Two splits, the same models")

# %% [markdown] id="groupes-lecture" lang="fr"
# **Ce que l'on voit.** Voilà d'où vient une AUC de 0,98, même sans les colonnes tardives : un modèle assez souple **reconnaît** ses clients, et récite leur issue. Sur des clients nouveaux, l'ordre s'**inverse** : la régression, plus modeste, fait mieux. Un mauvais découpage ne gonfle pas seulement un chiffre,
# il fait choisir le mauvais modèle. Avant de découper, posez toujours la question : **qu'est-ce qui sera nouveau en service ?** Un client, un site, une semaine ? C'est cela qui ne doit pas se trouver des deux côtés.

# %% [markdown] id="groupes-lecture" lang="en" of="942395bd"
# **What we see.** This is where an AUC of 0.98 comes from, even without the late columns: a model that is flexible enough **recognises** its customers, and recites their outcome. On new customers, the order is **reversed**: the regression, more modest, does better. A wrong split not only inflates a figure,
# it makes one choose the wrong model. Before splitting, always ask the question: **what will be new in service?** A customer, a site, a week? That is what must not be on both sides.

# %% [markdown] id="partie-5" lang="fr"
# ## 5. Choisir et mesurer sont deux choses
#
# On essaie plusieurs réglages, on garde le meilleur, et l'on annonce son score. Est-ce honnête ? Essayons sur du pur hasard : 40 « réglages » (chacun regarde deux colonnes tirées au sort), des réponses tirées à pile ou face, 160 clients. Aucun réglage ne vaut mieux que 0,5.

# %% [markdown] id="partie-5" lang="en" of="bb63d4c8"
# ## 5. Choosing and measuring are two things
#
# We try several settings, keep the best, and announce its score. Is that honest? Let us try on pure chance: 40 "settings" (each looks at two columns drawn by lot), answers drawn by tossing a coin, 160 customers. No setting is better than 0.5.

# %% id="prevoir-essais" hide=true
ask.choice(
    "prevoir-essais",
    fr="Prévoyez : quelle AUC, en validation croisée par client, pour le meilleur de ces 40 réglages sans valeur ?",
    en="Predict: which AUC, in cross-validation by customer, for the best of these 40 worthless settings?",
    options={
        "a": ("0,5 : la validation croisée ne s'y trompe pas.", "0.5: cross-validation is not fooled."),
        "b": ("Nettement plus que 0,5 : le meilleur de 40 a eu de la chance.", "Clearly more than 0.5: the best of 40 was lucky."),
        "c": ("Presque 1.", "Nearly 1."),
    },
)

# %% id="imbriquee-exemple"
def modele_de_colonnes(colonnes):
    """Une régression qui ne regarde que ces colonnes."""  #@fr
    """A regression that looks at these columns only."""  #@en
    return make_pipeline(ColumnTransformer([("garde", "passthrough", list(colonnes))]), regression())


hasard = labkit.data.rng("essais")
X_nul = pd.DataFrame(hasard.normal(size=(160, 80)), columns=[f"x{i}" for i in range(80)])
y_nul = (hasard.random(160) < 0.5).astype(int)
reglages_nuls = [(f"x{2 * i}", f"x{2 * i + 1}") for i in range(3 if abreger else 40)]


def plis_du_hasard(qui, k):
    """Ici, chaque ligne est un client différent : on peut découper par ligne."""  #@fr
    """Here every row is a different customer: one may split by row."""  #@en
    return plis_par_ligne(qui, k)


aucs_nulles = [score_moyen(modele_de_colonnes, reglage, X_nul, y_nul, plis_du_hasard(y_nul, 4)) for reglage in reglages_nuls]
print("AUC du meilleur réglage :", fixe(max(aucs_nulles)), "; moyenne de tous :", fixe(float(np.mean(aucs_nulles))))  #@fr
print("AUC of the best setting:", fixe(max(aucs_nulles)), "; mean of all:", fixe(float(np.mean(aucs_nulles))))  #@en

# %% [markdown] id="imbriquee-consigne" lang="fr"
# **Ce que l'on voit.** Le meilleur de nombreux essais doit une part de son score à la chance. Le remède est la **validation imbriquée** : une boucle *interne* choisit, une boucle *externe* mesure, sur des lignes que le choix n'a jamais vues.
#
# Pour chaque pli externe `(appr, test)` :
#
# 1. **sur `appr` seulement**, découper de nouveau par client en plis internes, et calculer le `score_moyen` de chaque réglage ;
# 2. retenir le réglage du meilleur score moyen ;
# 3. entraîner un modèle neuf de ce réglage sur **tout** `appr`, et mesurer son AUC sur `test`.
#
# **Un exemple des étapes 1 et 2, pour un seul pli** : si les scores internes des réglages A, B et C sont 0,61, 0,70 et 0,66, on retient B… sans annoncer 0,70. Ce que l'on annonce, c'est l'AUC de B sur `test`.
#
# ### Exercice 5. La validation imbriquée
#
# - **On vous demande** la fonction `validation_imbriquee(fabriquer, reglages, X, y, clients, decouper, k_ext=4, k_int=3)`, qui rend le dictionnaire `{"choix": […], "scores": […]}` : pour chaque pli externe, dans l'ordre, le réglage retenu et l'AUC sur le pli de test.
# - **On vous donne** `fabriquer(reglage)`, qui rend un modèle neuf ; la liste `reglages` ; `X` (un tableau pandas), `y` et `clients` (tableaux NumPy) ; `decouper(clients, k)`, qui rend les plis comme à l'exercice 4.
# - **Attention** : les positions que rend `decouper(clients[appr], k_int)` sont relatives à `X.iloc[appr]` et `y[appr]`.
# - **Un coup de pouce** : `score_moyen` et `auc_du_pli` (partie 4) font presque tout ; `np.argmax(liste)` donne la place du plus grand.

# %% [markdown] id="imbriquee-consigne" lang="en" of="a74ef5b5"
# **What we see.** The best of many trials owes part of its score to luck. The remedy is **nested validation**: an *inner* loop chooses, an *outer* loop measures, on rows that the choice has never seen.
#
# For each outer fold `(appr, test)`:
#
# 1. **on `appr` only**, split again by customer into inner folds, and compute the `score_moyen` (mean score) of each setting;
# 2. keep the setting with the best mean score;
# 3. train a new model of this setting on **all of** `appr`, and measure its AUC on `test`.
#
# **An example of steps 1 and 2, for a single fold**: if the inner scores of the settings A, B and C are 0.61, 0.70 and 0.66, B is kept… without announcing 0.70. What is announced is the AUC of B on `test`.
#
# ### Exercise 5. Nested validation
#
# - **You are asked for** the function `validation_imbriquee(fabriquer, reglages, X, y, clients, decouper, k_ext=4, k_int=3)`, which returns the dictionary `{"choix": […], "scores": […]}` (choices, scores): for each outer fold, in order, the setting kept and the AUC on the test fold.
# - **You are given** `fabriquer(reglage)`, which returns a new model for a setting; the list `reglages` of settings; `X` (a pandas table), `y` and `clients` (NumPy arrays); `decouper(clients, k)`, which returns folds as in exercise 4.
# - **Mind**: the positions returned by `decouper(clients[appr], k_int)` are relative to `X.iloc[appr]` and `y[appr]`.
# - **A hint**: `score_moyen` and `auc_du_pli` (part 4) do nearly everything; `np.argmax(a_list)` gives the place of the largest.

# %% id="imbriquee-code" answer=true
def validation_imbriquee(fabriquer, reglages, X, y, clients, decouper, k_ext=4, k_int=3):
    ### BEGIN SOLUTION
    choix, scores = [], []
    for appr, test in decouper(clients, k_ext):
        plis = decouper(clients[appr], k_int)
        moyennes = [score_moyen(fabriquer, reglage, X.iloc[appr], y[appr], plis) for reglage in reglages]
        meilleur = reglages[int(np.argmax(moyennes))]
        choix.append(meilleur)
        scores.append(auc_du_pli(fabriquer(meilleur), X, y, appr, test))
    return {"choix": choix, "scores": scores}
    ### END SOLUTION

# %% graded="imbriquee"
import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

demandes = []


def decoupe_connue(qui, k):
    qui = np.asarray(qui)
    demandes.append((sorted(set(qui.tolist())), int(k)))
    return [(np.flatnonzero(qui % k != j), np.flatnonzero(qui % k == j)) for j in range(k)]


def piege(k, hasard):
    """Each setting is one column, which tells the outcome everywhere but in one outer fold, where it is noise."""
    qui = np.repeat(np.arange(24 * k), 3)[hasard.permutation(72 * k)]
    y = (hasard.random(72 * k) < 0.5).astype(int)
    bloc = qui % k
    X = pd.DataFrame({f"c{j}": np.where(bloc == j, hasard.normal(size=len(y)), 2 * y - 1 + 0.4 * hasard.normal(size=len(y))) for j in range(k)})
    return X.set_index(pd.Index(hasard.permutation(len(y)))), y, qui, bloc


X, y_essai, qui, bloc = piege(3, np.random.default_rng(7))
colonnes = [("c0",), ("c1",), ("c2",)]
rendu = validation_imbriquee(modele_de_colonnes, colonnes, X, y_essai, qui, decoupe_connue, 3, 2)
check(rendu).is_answered()
check.that(
    any(k == 3 and len(vus) == 72 for vus, k in demandes),
    fr="Vos plis externes ne viennent pas du `decouper` reçu en argument : employez-le avec `k_ext`, et non `plis_par_client`.",
    en="Your outer folds do not come from the `decouper` received as an argument: use it with `k_ext`, and not `plis_par_client`.",
)
check(rendu).has_keys(["choix", "scores"], fr="La fonction rend un dictionnaire avec deux clés : \"choix\" et \"scores\".", en="The function returns a dictionary with two keys: \"choix\" and \"scores\".")
check(list(rendu["choix"])).has_length(3, fr="Avec k_ext = 3, on attend trois réglages retenus, un par pli externe.", en="With k_ext = 3, three settings kept are expected, one per outer fold.")
check(list(rendu["scores"])).has_length(3, fr="Avec k_ext = 3, on attend trois scores, un par pli externe : rendez-les tous, sans en faire la moyenne.", en="With k_ext = 3, three scores are expected, one per outer fold: return them all, without averaging.")
check.that(
    all(isinstance(c, (tuple, list)) and tuple(c) in colonnes for c in rendu["choix"]),
    fr="Dans « choix », on attend les réglages eux-mêmes, tels qu'ils figurent dans la liste `reglages`, et non leur place.",
    en="“choix” should hold the settings themselves, as they stand in the list `reglages`, not their place.",
)
### BEGIN HIDDEN TESTS
X, y_essai, qui, bloc = piege(3, np.random.default_rng(labkit.seed("imbriquee")))
rang = np.argsort(bloc, kind="stable")  # one outer fold after the other: the first rows alone would always designate c2
X, y_essai, qui, bloc = X.iloc[rang], y_essai[rang], qui[rang], bloc[rang]
proposes = [colonnes[0], colonnes[2], colonnes[1]]
demandes.clear()
rendu = validation_imbriquee(modele_de_colonnes, proposes, X, y_essai, qui, decoupe_connue, 3, 2)
choix, scores = [tuple(c) for c in rendu["choix"]], [float(s) for s in rendu["scores"]]
attendues = {tuple(sorted(set(qui[bloc != j].tolist()))) for j in range(3)}
internes = {tuple(clients_vus) for clients_vus, k in demandes if k == 2}
change = y_essai.copy()
change[bloc == 0] = 1 - change[bloc == 0]
bouscule = validation_imbriquee(modele_de_colonnes, proposes, X, change, qui, decoupe_connue, 3, 2)
check.that(
    not (attendues <= internes and choix == [colonnes[2]] * 3),
    fr="Vos plis internes sont les bons, mais le choix regarde d'autres lignes que celles d'`appr`. Les positions de `decouper(clients[appr], k_int)` comptent dans `appr` : les employez-vous sur `X.iloc[appr]` et `y[appr]` ?",
    en="Your inner folds are the right ones, but the choice looks at other rows than those of `appr`. The positions of `decouper(clients[appr], k_int)` count within `appr`: do you use them on `X.iloc[appr]` and `y[appr]`?",
)
check.that(
    attendues <= internes or len(set(choix)) > 1,
    fr="Le réglage est retenu une fois pour toutes les données : les lignes de test ont donc servi au choix. Il faut choisir de nouveau dans chaque pli externe, sur `appr` seulement.",
    en="The setting is kept once for all the data: so the test rows took part in the choice. It must be chosen anew in each outer fold, on `appr` only.",
)
check(tuple(bouscule["choix"][0])).equals(
    choix[0],
    fr="Fuite : nous avons inversé les réponses du premier pli de test, et le réglage retenu pour ce pli a changé. Sur quelles lignes choisissez-vous ?",
    en="A leak: we flipped the answers of the first test fold, and the setting kept for that fold has changed. On which rows do you choose?",
)
check.that(
    attendues <= internes,
    fr="Les plis internes ne sont pas faits par le `decouper` reçu en argument, sur les clients de l'apprentissage, en `k_int` plis : un client peut alors se trouver des deux côtés.",
    en="The inner folds are not made by the `decouper` received as an argument, on the customers of the training part, in `k_int` folds: a customer may then be on both sides.",
)
check(choix).equals(
    colonnes, fr="Le réglage retenu n'est pas celui du meilleur score interne : comparez la moyenne des plis internes de chaque réglage, calculée sur `X.iloc[appr]` et `y[appr]`, et prenez la plus grande.",
    en="The setting kept is not that with the best inner score: compare the mean over the inner folds of each setting, computed on `X.iloc[appr]` and `y[appr]`, and take the largest.",
)
vrais = [float(roc_auc_score(y_essai[bloc == j], X[f"c{j}"].to_numpy()[bloc == j])) for j in range(3)]
check(scores).is_close_to(
    vrais, within=0.03,
    fr="Les scores rendus ne sont pas ceux du réglage retenu sur le pli de test externe : serait-ce le score interne, ou celui d'un modèle entraîné sur d'autres lignes que tout `appr` ?",
    en="The scores returned are not those of the setting kept on the outer test fold: might it be the inner score, or that of a model trained on other rows than all of `appr`?",
)
### END HIDDEN TESTS

# %% [markdown] id="imbriquee-reglages" lang="fr"
# **Sur les abonnés**, la cellule suivante fait choisir votre fonction entre quatre réglages : la régression (`regression`), ou une forêt dont chaque feuille garde au moins `100`, `20` ou `1` lignes. Plus ce nombre est petit, plus la forêt est souple.

# %% [markdown] id="imbriquee-reglages" lang="en" of="42c04a01"
# **On the subscribers**, the next cell has your function choose among four settings: the regression (`regression`), or a forest each leaf of which keeps at least `100`, `20` or `1` rows. The smaller this number, the more flexible the forest.

# %% id="imbriquee-appliquer"
honnete, naif, depense = None, None, None
reglages, boucles = (["regression"], (2, 2)) if abreger else (["regression", 100, 20, 1], (4, 3))
essai_imbrique = validation_imbriquee(modele_de_colonnes, reglages_nuls[:2], X_nul, y_nul, y_nul, plis_du_hasard, 2, 2)
if not pret or vos_plis is None or essai_imbrique is None:
    print("Cette cellule attend les exercices 2, 4 et 5.")  #@fr
    print("This cell waits for exercises 2, 4 and 5.")  #@en
else:
    nul = validation_imbriquee(modele_de_colonnes, reglages_nuls, X_nul, y_nul, np.arange(160), plis_du_hasard, boucles[0], 2)
    print("pur hasard : le meilleur des essais annonce", fixe(max(aucs_nulles)), "; la validation imbriquée,", fixe(float(np.mean(nul["scores"]))))  #@fr
    print("pure chance: the best of the trials announces", fixe(max(aucs_nulles)), "; nested validation,", fixe(float(np.mean(nul["scores"]))))  #@en
    with labkit.energy.measure() as depense:
        honnete = validation_imbriquee(fabriquer, reglages, releves, y, clients, plis_par_client, *boucles)
    naif = validation_imbriquee(fabriquer, reglages, releves, y, clients, plis_par_ligne, *boucles)
    bilan = pd.DataFrame(
        {
            labkit.tr("réglages retenus", "settings kept"): [", ".join(map(str, honnete["choix"])), ", ".join(map(str, naif["choix"]))],
            labkit.tr("AUC moyenne", "mean AUC"): [float(np.mean(honnete["scores"])), float(np.mean(naif["scores"]))],
            labkit.tr("plus basse", "lowest"): [min(honnete["scores"]), min(naif["scores"])],
            labkit.tr("plus haute", "highest"): [max(honnete["scores"]), max(naif["scores"])],
        },
        index=pd.Index([labkit.tr("par client", "by customer"), labkit.tr("par ligne (naïf)", "by row (naive)")], name=labkit.tr("plis", "folds")),
    )
    labkit.table(bilan.map(lambda v: v if isinstance(v, str) else fixe(v)), fr="Validation imbriquée : une AUC pour chacun des quatre plis externes", en="Nested validation: one AUC for each of the four outer folds")
    if not abreger:
        labkit.plots.bars(
            [(f"pli {i}", f"fold {i}") for i in range(1, len(honnete["scores"]) + 1)], {nom: scores for nom, scores in zip(bilan.index, (honnete["scores"], naif["scores"]))},
            fr="AUC de chaque pli externe, selon le découpage (0,5 : le hasard)", en="AUC of each outer fold, by kind of split (0.5: chance)", y=("AUC", "AUC"), reference=0.5,
        )

# %% [markdown] id="imbriquee-lecture" lang="fr"
# **Ce que l'on voit.** Sur le pur hasard, la validation imbriquée revient vers 0,5, où est la vérité. Sur les abonnés, elle retient le plus souvent la régression ; les mêmes boucles avec des plis par ligne retiennent la forêt la plus souple, avec un score magnifique et faux.
# L'imbrication ne répare pas un mauvais découpage : il faut **les deux**. Les quatre scores externes diffèrent d'un pli à l'autre : c'est une idée de l'incertitude, à dire avec la moyenne.

# %% [markdown] id="imbriquee-lecture" lang="en" of="012c4578"
# **What we see.** On pure chance, nested validation comes back towards 0.5, where the truth lies. On the subscribers, it mostly keeps the regression; the same loops with folds by row keep the most flexible forest, with a score that is splendid and false.
# Nesting does not repair a wrong split: **both** are needed. The four outer scores differ from one fold to the next: this gives an idea of the uncertainty, to be told along with the mean.

# %% [markdown] id="partie-6" lang="fr"
# ## 6. Ce que coûte l'honnêteté, et comment payer moins
#
# La validation imbriquée entraîne beaucoup de modèles. **Un exemple** : une validation croisée *simple*, avec 4 réglages et 5 plis, entraîne 4 × 5 = 20 modèles, plus 1 pour réapprendre le réglage retenu sur tout : 21.
#
# Nous avons aussi mesuré à l'avance, par client et sur cinq plis, six réglages. L'énergie est une estimation (temps de calcul × 10 W), en **milliwattheures** (mWh) **par apprentissage**. L'**erreur type** dit l'imprécision du score moyen :
# deux scores plus proches que cela ne se distinguent guère.
#
# Les six réglages : `arbre`, un seul arbre de décision (au moins 50 lignes par feuille) ; `regression`, celle des parties précédentes ; quatre forêts, dont le nom porte le nombre d'arbres : `foret-30` et `foret-100` (au moins 100 lignes par feuille),
# `foret-200` (au moins 20) et `foret-30-souple` (au moins 1).

# %% [markdown] id="partie-6" lang="en" of="b79e85e3"
# ## 6. What honesty costs, and how to pay less
#
# Nested validation trains many models. **An example**: a *simple* cross-validation, with 4 settings and 5 folds, trains 4 × 5 = 20 models, plus 1 to train the setting kept again on everything: 21.
#
# We also measured six settings beforehand, by customer and over five folds. Energy is an estimate (computing time × 10 W), in **milliwatt-hours** (mWh) **per training**. The **standard error** (`erreur_type`) tells how imprecise the mean score is:
# two scores that are closer than this can hardly be told apart.
#
# The six settings: `arbre`, a single decision tree (at least 50 rows per leaf); `regression`, that of the previous parts; four forests (`foret`), whose names hold the number of trees: `foret-30` and `foret-100` (at least 100 rows per leaf),
# `foret-200` (at least 20) and `foret-30-souple` (flexible: at least 1).

# %% id="energie-mesures"
table_mesures = pd.read_csv("data/mesures.csv")
mesures = table_mesures.to_dict("records")  # une liste de dictionnaires, un par réglage  #@fr
mesures = table_mesures.to_dict("records")  # a list of dictionaries, one per setting  #@en
labkit.table(table_mesures.assign(auc=table_mesures["auc"].map(lambda v: fixe(v, 3)), erreur_type=table_mesures["erreur_type"].map(lambda v: fixe(v, 3))), digits=4, index=False, fr="Six réglages mesurés (AUC par client ; énergie estimée d'un apprentissage, en mWh)", en="Six settings measured (AUC by customer; estimated energy of one training, in mWh)")

# %% [markdown] id="energie-consigne" lang="fr"
# ### Exercice 6. Compter, puis choisir le plus sobre qui suffit
#
# **`apprentissages(n_reglages, k_ext, k_int)`** rend le nombre de modèles entraînés par la validation imbriquée de l'exercice 5, tous plis compris. Relisez ses trois étapes : que fait-on, et combien de fois, dans **chaque** pli externe ? Il n'y a pas, ici, de réapprentissage final sur toutes les données.
#
# **`choisir_sobre(mesures)`** rend le **nom** (`reglage`) à retenir selon la règle « à une erreur type près » :
#
# 1. repérer le réglage de la meilleure AUC ;
# 2. garder tous ceux dont l'AUC atteint au moins *cette AUC moins son erreur type* (celle du meilleur) ;
# 3. parmi eux, prendre celui qui consomme le moins (`mwh`).
#
# **Exemple.** A : AUC 0,80, erreur type 0,02, 5 mWh. B : 0,79, 0,03, 1 mWh. C : 0,70, 0,02, 0,1 mWh. Le meilleur est A ; le seuil vaut 0,80 − 0,02 = 0,78 ; A et B le passent ; B consomme le moins. Réponse : `"B"`.

# %% [markdown] id="energie-consigne" lang="en" of="878fe059"
# ### Exercise 6. Count, then choose the most frugal that is enough
#
# **`apprentissages(n_reglages, k_ext, k_int)`** (trainings) returns the number of models trained by the nested validation of exercise 5, all folds included. Go over its three steps: what is done, and how many times, in **each** outer fold? Here, there is no final training on all the data.
#
# **`choisir_sobre(mesures)`** (choose the frugal one) returns the **name** (`reglage`) to keep by the "within one standard error" rule:
#
# 1. find the setting with the best AUC;
# 2. keep all those whose AUC is at least *that AUC minus its standard error* (that of the best);
# 3. among them, take the one that uses least (`mwh`).
#
# **Example.** A: AUC 0.80, standard error 0.02, 5 mWh. B: 0.79, 0.03, 1 mWh. C: 0.70, 0.02, 0.1 mWh. The best is A; the threshold is 0.80 − 0.02 = 0.78; A and B pass it; B uses least. Answer: `"B"`.

# %% id="energie-code" answer=true
def apprentissages(n_reglages, k_ext, k_int):
    ### BEGIN SOLUTION
    return k_ext * (n_reglages * k_int + 1)
    ### END SOLUTION


def choisir_sobre(mesures):
    ### BEGIN SOLUTION
    meilleur = max(mesures, key=lambda m: m["auc"])
    suffisants = [m for m in mesures if m["auc"] >= meilleur["auc"] - meilleur["erreur_type"]]
    return min(suffisants, key=lambda m: m["mwh"])["reglage"]
    ### END SOLUTION

# %% graded="energie"
exemple_abc = [
    {"reglage": "A", "auc": 0.80, "erreur_type": 0.02, "mwh": 5.0},
    {"reglage": "B", "auc": 0.79, "erreur_type": 0.03, "mwh": 1.0},
    {"reglage": "C", "auc": 0.70, "erreur_type": 0.02, "mwh": 0.1},
]
check(apprentissages(1, 2, 2)).equals(
    6, fr="Un seul réglage, deux plis externes, deux plis internes : dans chaque pli externe, 2 apprentissages pour choisir, puis 1 pour mesurer.",
    en="One setting, two outer folds, two inner folds: in each outer fold, 2 trainings to choose, then 1 to measure.",
)
check(choisir_sobre(exemple_abc)).is_a("text", fr="`choisir_sobre` rend le nom du réglage (la valeur de \"reglage\").", en="`choisir_sobre` returns the name of the setting (the value of \"reglage\").")
check(choisir_sobre(exemple_abc)).differs_from(
    "A", fr="Sur l'exemple, vous retenez le réglage de la meilleure AUC, sans regarder s'il en existe un plus sobre qui suffise.", en="On the example, you keep the setting with the best AUC, without looking whether a more frugal one is enough."
)
check(choisir_sobre(exemple_abc)).equals(
    "B", fr="Sur l'exemple, le réglage retenu ne suffit pas : son AUC passe-t-elle le seuil, à une erreur type de la meilleure ?", en="On the example, the setting kept is not enough: does its AUC pass the threshold, one standard error below the best?"
)
### BEGIN HIDDEN TESTS
check(apprentissages(10, 5, 1)).equals(
    55, fr="Le nombre d'apprentissages ne suit pas le nombre de plis externes : dans chacun, on choisit *et* l'on réapprend le réglage retenu.", en="The number of trainings does not follow the number of outer folds: in each of them one chooses *and* trains the setting kept again."
)
check(apprentissages(6, 5, 4)).equals(
    125, fr="Le nombre d'apprentissages est faux avec 6 réglages, 5 plis externes et 4 internes : chaque réglage est entraîné une fois par pli interne, et cela dans chaque pli externe.",
    en="The number of trainings is wrong with 6 settings, 5 outer and 4 inner folds: each setting is trained once per inner fold, and this in each outer fold.",
)
caches = [
    {"reglage": "petit", "auc": 0.752, "erreur_type": 0.060, "mwh": 0.2},
    {"reglage": "juste", "auc": 0.771, "erreur_type": 0.001, "mwh": 2.0},
    {"reglage": "grand", "auc": 0.780, "erreur_type": 0.010, "mwh": 40.0},
    {"reglage": "cher", "auc": 0.775, "erreur_type": 0.020, "mwh": 90.0},
]
check(choisir_sobre(caches)).differs_from(
    "petit", fr="L'erreur type qui fixe le seuil est celle du meilleur réglage, la même pour tous : laquelle prenez-vous ?", en="The standard error that sets the threshold is that of the best setting, the same for all: which one do you take?"
)
check(choisir_sobre(caches)).equals(
    "juste", fr="Sur d'autres mesures, le réglage retenu n'est pas le plus sobre de ceux qui passent le seuil.", en="On other measurements, the setting kept is not the most frugal of those that pass the threshold."
)
check(choisir_sobre(list(reversed(caches)))).equals("juste", fr="Votre choix dépend de l'ordre de la liste.", en="Your choice depends on the order of the list.")
au_seuil = [{"reglage": "fin", "auc": 0.75, "erreur_type": 0.125, "mwh": 9.0}, {"reglage": "pile", "auc": 0.625, "erreur_type": 0.125, "mwh": 3.0}]
check(choisir_sobre(au_seuil)).equals(
    "pile", fr="Un réglage dont l'AUC tombe exactement sur le seuil le passe-t-il ? Relisez la règle : « au moins ».", en="Does a setting whose AUC falls exactly on the threshold pass it? Read the rule again: “at least”."
)
check(choisir_sobre([{**m, "erreur_type": 0.002} for m in caches])).equals(
    "grand", fr="Quand aucun autre réglage ne passe le seuil, c'est le meilleur qu'il faut garder, même s'il consomme davantage.", en="When no other setting passes the threshold, the best one is to be kept, even if it uses more."
)
### END HIDDEN TESTS

# %% id="energie-choix"
sobre = None
if apprentissages(1, 2, 2) is None or choisir_sobre(mesures) is None:
    print("Cette cellule attend l'exercice 6.")  #@fr
    print("This cell waits for exercise 6.")  #@en
else:
    sobre = choisir_sobre(mesures)
    print("réglage sobre qui suffit :", sobre)  #@fr
    print("frugal setting that is enough:", sobre)  #@en
    for n_reglages, k_ext, k_int in ((4, 4, 3), (4, 10, 10), (60, 10, 10)):
        print(n_reglages, "réglages,", k_ext, "×", k_int, "plis →", apprentissages(n_reglages, k_ext, k_int), "apprentissages")  #@fr
        print(n_reglages, "settings,", k_ext, "×", k_int, "folds →", apprentissages(n_reglages, k_ext, k_int), "trainings")  #@en

# %% [markdown] id="energie-lecture" lang="fr"
# **Ce que l'on voit.** Ici, le meilleur réglage est aussi le plus sobre de ceux qui suffisent ; ce ne sera pas toujours le cas, et c'est alors que la règle sert.
#
# **Gardez la mesure.** Ici, tout tient en quelques milliwattheures. Mais le *nombre* d'apprentissages, lui, se multiplie : soixante réglages en 10 × 10 plis, c'est plus de six mille modèles. Sur un grand modèle, la même grille se compterait en kilowattheures.
# Trois gestes sobres : peu de réglages, choisis d'avance ; peu de plis ; et le réglage le plus léger parmi ceux que la mesure ne distingue pas. La fuite, elle, aurait fait choisir la forêt : **se tromper de découpage coûte aussi de l'énergie.**

# %% [markdown] id="energie-lecture" lang="en" of="259fea30"
# **What we see.** Here, the best setting is also the most frugal of those that are enough; this will not always be so, and that is when the rule is of use.
#
# **Keep a sense of proportion.** Here, everything fits in a few milliwatt-hours. But the *number* of trainings multiplies: sixty settings in 10 × 10 folds are more than six thousand models. With a large model, the same grid would be counted in kilowatt-hours.
# Three frugal moves: few settings, chosen beforehand; few folds; and the lightest setting among those that the measurement cannot tell apart. The leak would have made us choose the forest: **splitting wrongly costs energy too.**

# %% [markdown] id="partie-7" lang="fr"
# ## 7. Le test final : 700 clients jamais vus
#
# Six mois plus tard, les issues de 700 nouveaux clients sont connues. Leurs relevés ont été extraits **le jour même**, comme en service : les frais de clôture et les appels de fidélisation y valent donc encore 0. On ouvre ce fichier une seule fois, et l'on compare ce qui
# était annoncé à ce qui arrive. La première ligne ajoute les deux colonnes qui fuient à la forêt évaluée par ligne.

# %% [markdown] id="partie-7" lang="en" of="b2c53e73"
# ## 7. The final test: 700 customers never seen
#
# Six months later, the outcomes of 700 new customers are known. Their statements were extracted **on the very day**, as in service: so the closing fees and the retention calls are still 0 there. We open this file once, and compare what was
# announced with what happens. The first row adds the two columns that leak to the forest evaluated by row.

# %% id="test-final"
auc_nouveaux, verite, p_final = None, None, None
nouveaux = pd.read_csv("data/nouveaux.csv")
y_nouveaux = nouveaux["resilie"].to_numpy()
if comparaison is None:
    print("Cette cellule attend les exercices 2 et 4.")  #@fr
    print("This cell waits for exercises 2 and 4.")  #@en
else:
    tardives = [c for c in ("appels_fidelisation", "frais_cloture") if c not in numeriques]

    def avec_fuite(reglage):
        return fabriquer_chaine(numeriques + tardives, categories, foret(reglage))

    def sur_nouveaux(modele):
        return modele.fit(releves, y).predict_proba(nouveaux)[:, 1]

    p_final = sur_nouveaux(fabriquer("regression"))
    auc_nouveaux = float(roc_auc_score(y_nouveaux, p_final))
    annonce, obtenu = labkit.tr("AUC annoncée", "AUC announced"), labkit.tr("AUC sur les nouveaux", "AUC on the new ones")
    verite = pd.DataFrame(
        [
            [score_moyen(avec_fuite, 1, releves, y, plis_par_ligne(clients, combien)), float(roc_auc_score(y_nouveaux, sur_nouveaux(avec_fuite(1))))],
            [float(comparaison.iloc[0, 0]), float(roc_auc_score(y_nouveaux, sur_nouveaux(fabriquer(1))))],
            [float(comparaison.iloc[1, 1]), auc_nouveaux],
        ],
        columns=[annonce, obtenu],
        index=pd.Index(
            [
                labkit.tr("forêt, colonnes tardives, par ligne", "forest, late columns, by row"),
                labkit.tr("forêt, colonnes utilisables, par ligne", "forest, usable columns, by row"),
                labkit.tr("régression, colonnes utilisables, par client", "regression, usable columns, by customer"),
            ],
            name=labkit.tr("évaluation", "evaluation"),
        ),
    )
    labkit.table(verite.map(fixe), fr="Ce qui était annoncé, et ce qui arrive", en="What was announced, and what happens")

# %% [markdown] id="test-lecture" lang="fr"
# **Ce que l'on voit.** Les deux premières lignes promettaient presque la perfection et ne tiennent pas parole. La dernière annonçait un chiffre modeste, et l'obtient à peu de chose près. Une évaluation honnête n'est pas celle qui brille : c'est **celle qui se vérifie**.

# %% [markdown] id="test-lecture" lang="en" of="548d2570"
# **What we see.** The first two rows promised near perfection and do not keep their word. The last announced a modest figure, and gets it, or nearly so. An honest evaluation is not the one that shines: it is **the one that comes true**.

# %% [markdown] id="partie-8" lang="fr"
# ## 8. Votre recommandation
#
# La direction vous lit en une minute. Dans 50 à 150 mots, dites :
#
# 1. **quel chiffre annoncer** pour ce modèle, et **comment il a été mesuré**, avec deux mesures du lab à l'appui (par ligne, par client, imbriquée, nouveaux clients, énergie…) ;
# 2. **ce que vous avez écarté**, et pourquoi ;
# 3. **une limite et un garde-fou** : ce que vous surveillerez en service, et à partir de quand vous arrêterez.

# %% [markdown] id="partie-8" lang="en" of="76546353"
# ## 8. Your recommendation
#
# Management reads you in one minute. In 50 to 150 words, say:
#
# 1. **which figure to announce** for this model, and **how it was measured**, with two measurements of the lab (by row, by customer, nested, new customers, energy…);
# 2. **what you set aside**, and why;
# 3. **one limit and one safeguard**: what you will monitor in service, and from which point you will stop.

# %% id="decision-widget" hide=true
ask.text("decision", fr="Votre recommandation (50 à 150 mots)", en="Your recommendation (50 to 150 words)", rows=8, words=(50, 150))

# %% [markdown] graded="decision" lang="fr"
# **Votre recommandation** sera lue et notée par votre formatrice ou votre formateur : un chiffre annoncé avec sa méthode et deux mesures (1 point), ce qui est écarté, une limite et un garde-fou précis (1 point).

# %% [markdown] graded="decision" lang="en" of="f9e1e237"
# **Your recommendation** will be read and graded by your trainer: a figure announced with its method and two measurements (1 point), what is set aside, a specific limit and safeguard (1 point).

# %% [markdown] id="intervalle-consigne" lang="fr"
# ## Pour aller plus loin : un intervalle qui respecte les clients (facultatif)
#
# Quelle est l'imprécision de l'AUC ? Le **rééchantillonnage** (*bootstrap*) tire au sort, avec remise, un échantillon de même taille, recalcule l'AUC, et recommence : l'étalement des valeurs dit l'imprécision. Mais si l'on tire des *lignes*, huit relevés d'un client comptent comme huit informations,
# et l'intervalle est trop étroit. Il faut tirer **des clients**, avec toutes leurs lignes ; un client tiré deux fois compte deux fois.
#
# **`intervalle_par_client(y, p, clients, tirages=200, graine=0)`** reçoit les issues, les scores et les clients (trois tableaux de même longueur) et rend le couple `(bas, haut)` : les 5ᵉ et 95ᵉ centiles (`np.percentile(aucs, [5, 95])`) des AUC de `tirages` rééchantillonnages.
#
# **Exemple.** Clients `["a", "a", "b"]`, tirage `["b", "b"]` : les positions retenues sont `[2, 2]`. Passez un tirage où `y` ne contient qu'une seule valeur : l'AUC n'y existe pas.

# %% [markdown] id="intervalle-consigne" lang="en" of="1a017c95"
# ## Going further: an interval that respects customers (optional)
#
# How imprecise is the AUC? **Bootstrap** resampling draws by lot, with replacement, a sample of the same size, computes the AUC again, and starts over: the spread of the values tells the imprecision. But if *rows* are drawn, eight statements of a customer count as eight pieces of information,
# and the interval is too narrow. **Customers** must be drawn, with all their rows; a customer drawn twice counts twice.
#
# **`intervalle_par_client(y, p, clients, tirages=200, graine=0)`** (interval by customer; `tirages` is the number of draws, `graine` the seed) receives the outcomes, the scores and the customers (three arrays of the same length) and returns the pair `(low, high)`: the 5th and 95th percentiles (`np.percentile(aucs, [5, 95])`) of the AUCs of `tirages` resamplings.
#
# **Example.** Customers `["a", "a", "b"]`, draw `["b", "b"]`: the positions kept are `[2, 2]`. Skip a draw where `y` holds a single value: AUC does not exist there.

# %% id="intervalle-code" answer=true
def intervalle_par_client(y, p, clients, tirages=200, graine=0):
    ### BEGIN SOLUTION
    hasard = np.random.default_rng(graine)
    lignes = {client: np.flatnonzero(clients == client) for client in np.unique(clients)}
    noms, aucs = list(lignes), []
    for _ in range(tirages):
        positions = np.concatenate([lignes[noms[i]] for i in hasard.integers(0, len(noms), len(noms))])
        if 0 < y[positions].mean() < 1:
            aucs.append(roc_auc_score(y[positions], p[positions]))
    bas, haut = np.percentile(aucs, [5, 95])
    return float(bas), float(haut)
    ### END SOLUTION

# %% graded="intervalle"
import numpy as np


def fabrique_intervalle(hasard, combien=60, chacun=15):
    effet = hasard.normal(size=combien)
    issue = (effet + 1.2 * hasard.normal(size=combien) > 0).astype(int)
    ordre = hasard.permutation(combien * chacun)
    qui = np.repeat(np.array([f"C{i:02d}" for i in range(combien)]), chacun)[ordre]
    return np.repeat(issue, chacun)[ordre], (np.repeat(effet, chacun) + 0.2 * hasard.normal(size=combien * chacun))[ordre], qui


yi, pi, qi = fabrique_intervalle(np.random.default_rng(3))
rendu = intervalle_par_client(yi, pi, qi, 30, 1)
check(rendu).is_answered()
check(list(rendu)).has_length(2, fr="La fonction rend un couple : (bas, haut).", en="The function returns a pair: (low, high).")
check(float(rendu[0])).is_at_most(float(rendu[1]), fr="La borne basse dépasse la borne haute : le 5ᵉ centile vient en premier.", en="The low bound is above the high bound: the 5th percentile comes first.")
### BEGIN HIDDEN TESTS
yi, pi, qi = fabrique_intervalle(np.random.default_rng(labkit.seed("intervalle")))
places = [np.flatnonzero(qi == nom) for nom in np.unique(qi)]


def auc_de(issues, scores):
    """The same AUC as scikit-learn's, ties counted for a half, in less time."""
    hauts, tries = scores[issues == 1], np.sort(scores[issues == 0])
    devant = np.searchsorted(tries, hauts, "left") + np.searchsorted(tries, hauts, "right")
    return devant.sum() / (2 * len(hauts) * len(tries))


tirage = np.random.default_rng(labkit.seed("reference"))
aucs = []
for _ in range(250):
    positions = np.concatenate([places[i] for i in tirage.integers(0, len(places), len(places))])
    if 0 < yi[positions].mean() < 1:
        aucs.append(auc_de(yi[positions], pi[positions]))
bas, haut = np.percentile(aucs, [5, 95])
rendu = intervalle_par_client(yi, pi, qi, 250, 2)
largeur = (float(rendu[1]) - float(rendu[0])) / (haut - bas)
check(largeur).is_at_least(
    0.65, fr="Votre intervalle est trop étroit : tirez des clients, avec toutes leurs lignes, et non des lignes une à une.", en="Your interval is too narrow: draw customers, with all their rows, and not rows one by one."
)
check(largeur).is_at_most(
    1.45, fr="Votre intervalle est trop large : prenez les 5ᵉ et 95ᵉ centiles d'AUC calculées sur autant de clients qu'au départ.", en="Your interval is too wide: take the 5th and 95th percentiles of AUCs computed on as many customers as at the start."
)
deux = np.array(["a", "b", "a", "b"])


def borne(y, p, clients, tirages):
    """The two bounds, or nothing where the function stops or returns no number: AUC has been asked of a single outcome."""
    try:
        rendu = intervalle_par_client(y, p, clients, tirages, 3)
        return [float(rendu[0]), float(rendu[1])]
    except Exception:
        return [float("nan")] * 2


seuls = borne(np.array([1, 0, 1, 0]), np.array([0.9, 0.5, 0.4, 0.1]), deux, 60)
check.that(
    all(abs(valeur - 0.75) < 1e-6 for valeur in seuls),
    fr="Deux clients seulement, un parti et un resté : un tirage sur deux ne contient qu'une issue. Que fait votre fonction de ces tirages, où l'AUC n'existe pas ?",
    en="Two customers only, one who left and one who stayed: every other draw holds a single outcome. What does your function do with these draws, where AUC does not exist?",
)
# One customer has as many rows as 120 others, and they alone have all of the high scores among those who stayed: the low bound tells how often they count.
gros = np.concatenate([np.repeat("gros", 120), [f"r{i:03d}" for i in range(120)], [f"p{i:02d}" for i in range(20)]])
y_gros, p_gros = np.repeat([0, 1], [240, 20]), np.repeat([0.9, 0.1, 0.5], [120, 120, 20])
check(borne(y_gros, p_gros, gros, 300)[0]).is_at_most(
    0.345, fr="Clients de tailles inégales : quand un gros client est tiré deux ou trois fois, votre AUC n'en tient pas compte. Combien de fois ses lignes reviennent-elles dans votre échantillon ?",
    en="Customers of unequal sizes: when a large customer is drawn two or three times, your AUC takes no account of it. How many times do their rows come back in your sample?",
)
check(float(rendu[0]) + float(rendu[1])).is_close_to(
    float(bas + haut), within=0.08, fr="Votre intervalle n'est pas autour de l'AUC de ces données : les issues et les scores sont-ils repris aux mêmes positions ?", en="Your interval is not around the AUC of these data: are outcomes and scores taken at the same positions?"
)
### END HIDDEN TESTS

# %% [markdown] id="fiche" lang="fr"
# ## Votre fiche de validation
#
# La cellule suivante rassemble vos mesures et votre recommandation en une page, à garder et à joindre à un dossier. Relancez-la quand vous changez une réponse.

# %% [markdown] id="fiche" lang="en" of="8a71b273"
# ## Your validation sheet
#
# The next cell gathers your measurements and your recommendation on one page, to keep and to attach to a file. Run it again when you change an answer.

# %% id="fiche-code" hide=true
def decrire(serie):
    return labkit.tr(" ; ", "; ").join(fixe(float(valeur)) for valeur in serie)


bornes = None
if p_final is not None and not abreger:
    bornes = intervalle_par_client(y_nouveaux, p_final, nouveaux["client"].to_numpy())
labkit.artefact(
    "fiche-validation",
    ("Fiche de validation : prévoir les résiliations", "Validation sheet: predicting departures"),
    [
        (("Usage prévu", "Intended use"), labkit.tr(
            "Classer les abonnés, le jour d'un relevé, selon leur risque de départ (au plus tard trois mois après leur dernier relevé), pour leur proposer une formule mieux adaptée. Hors de ce cadre (refus, tarif, sanction), le modèle n'a pas été évalué.",
            "Rank subscribers, on the day of a statement, by their risk of leaving (within three months of their last statement), to offer them a pass that suits them better. Outside this scope (refusal, price, penalty), the model has not been evaluated.")),
        (("Données", "Data"), labkit.tr(
            f"{len(releves)} relevés de {len(np.unique(clients))} clients pour apprendre ; {len(nouveaux)} relevés de {nouveaux['client'].nunique()} clients nouveaux pour le test final. Données fictives.",
            f"{len(releves)} statements of {len(np.unique(clients))} customers to learn from; {len(nouveaux)} statements of {nouveaux['client'].nunique()} new customers for the final test. Fictional data.")),
        (("Colonnes utilisées", "Columns used"), ", ".join(utiles)),
        (("Colonnes écartées", "Columns set aside"), ", ".join(c for c in releves.columns if c not in utiles)),
        (("Contrôle de fuite (pli de test bousculé)", "Leak check (test fold jostled)"), verdicts and {
            nom: labkit.tr("fuit", "leaks") if verdict else labkit.tr("ne fuit pas", "does not leak") for nom, verdict in verdicts.items()}),
        (("AUC par validation imbriquée, par client", "AUC by nested validation, by customer"), honnete and labkit.tr(
            f"Moyenne {fixe(float(np.mean(honnete['scores'])))} ; plis : {decrire(honnete['scores'])}. Réglages retenus (un nombre : la plus petite feuille d'une forêt, en lignes) : {', '.join(map(str, honnete['choix']))}.",
            f"Mean {fixe(float(np.mean(honnete['scores'])))}; folds: {decrire(honnete['scores'])}. Settings kept (a number: the smallest leaf of a forest, in rows): {', '.join(map(str, honnete['choix']))}.")),
        (("AUC sur les clients nouveaux (régression)", "AUC on new customers (regression)"), auc_nouveaux and labkit.tr(
            f"{fixe(auc_nouveaux)}" + (f" ; intervalle à 90 %, par client : de {fixe(bornes[0])} à {fixe(bornes[1])}." if bornes else "."),
            f"{fixe(auc_nouveaux)}" + (f"; 90% interval, by customer: from {fixe(bornes[0])} to {fixe(bornes[1])}." if bornes else "."))),
        (("Énergie de la validation imbriquée (estimation)", "Energy of nested validation (estimate)"), depense and f"{depense}. {depense.method}"),
        (("Réglage le plus sobre qui suffit", "Most frugal setting that is enough"), sobre),
        (("Recommandation", "Recommendation"), ask.answer("decision")),
    ],
)

# %% [markdown] id="fin" lang="fr"
# ### Ce que vous savez faire maintenant
#
# Écarter ce que l'on ne savait pas ; tenir préparation et modèle d'un seul bloc ; prouver qu'une évaluation ne fuit pas, en bousculant le pli de test ; découper selon ce qui sera nouveau en service ; choisir dans une boucle et mesurer dans une autre ;
# et s'en tenir au réglage le plus sobre qui suffit. Vérifiez, puis remettez votre travail.

# %% [markdown] id="fin" lang="en" of="1bbd6edd"
# ### What you can do now
#
# Set aside what was not known; keep preparation and model all of a piece; prove that an evaluation does not leak, by jostling the test fold; split according to what will be new in service; choose in one loop and measure in another;
# and keep to the most frugal setting that is enough. Check, then submit your work.
