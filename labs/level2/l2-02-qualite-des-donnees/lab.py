# ---
# caire:
#   id: l2-02-qualite-des-donnees
#   level: 2
#   minutes: 90
#   profile: cpu
#   title: {fr: "Données : qualité et préparation", en: "Data: quality and preparation"}
#   summary:
#     fr: "Vous saurez trouver et compter les défauts d'un tableau, choisir le traitement qui convient à chacun, et mesurer ce qu'un nettoyage hâtif fait dire aux données, et de qui. Aucune programmation."
#     en: "You will be able to find and count the faults of a table, choose the treatment that suits each one, and measure what a hasty clean-up makes the data say, and about whom. No programming."
#   budget: {cpu_seconds: 60, memory_mib: 1536, cell_seconds: 60}
#   questions:
#     doublons: {points: 2, skill: n2.donnees.reperer, fr: "Reconnaître et compter les doublons", en: "Recognise and count duplicates"}
#     inventaire: {points: 3, skill: n2.donnees.reperer, fr: "Dire de quoi souffre chaque colonne", en: "Say what ails each column"}
#     comptes: {points: 3, skill: n2.donnees.reperer, fr: "Compter cinq défauts", en: "Count five faults"}
#     traitements: {points: 3, skill: n2.donnees.preparer, fr: "Choisir le traitement qui convient", en: "Choose the treatment that suits"}
#     absences: {points: 2, skill: n2.donnees.preparer, fr: "Refaire une moyenne faussée par un code", en: "Mend a mean distorted by a code"}
#     fuite: {points: 3, skill: n2.donnees.reperer, fr: "Trouver une fuite et annoncer un score honnête", en: "Find a leak and announce an honest score"}
#     ecart: {points: 3, skill: n2.donnees.justifier, fr: "Mesurer qui disparaît, et ce que cela fausse", en: "Measure who vanishes, and what that distorts"}
#     justification: {points: 3, skill: n2.donnees.justifier, manual: true, fr: "Votre note à la direction, en trois ou quatre phrases", en: "Your note to management, in three or four sentences"}
#     nombre: {points: 2, bonus: true, skill: n2.donnees.preparer, fr: "Pour aller plus loin : lire un montant écrit à la main", en: "Going further: reading an amount typed by hand"}
#   answers:
#     prevision-defauts: 5
#     doublons-cle: matricule
#     doublons-nombre: 36
#     inventaire: {sexe: rien, naissance: rien, embauche: contradiction, site: ecritures, emploi: rien, temps: unite, prime: type, formation: rien, absences: code}
#     compte-site: 64
#     compte-temps: 27
#     compte-prime: 57
#     compte-absences: 41
#     compte-embauche: 19
#     traitements: {site: table, temps: unite, prime: convertir, absences: inconnu, embauche: inconnu, salaire: inconnu, direction: garder, formation: garder}
#     absences-moyenne: 9.66
#     absences-site: nantes
#     prevision-fuite: b
#     fuite-colonnes: [badge, entretien]
#     fuite-score: 79.3
#     prevision-ecart: b
#     ecart-perdues: 20.8
#     ecart-groupe: fp
#     ecart-apres: 7.3
#     ecart-vrai: 10.6
#     justification: "J'ai gardé une ligne par matricule (36 en trop), corrigé écritures, unités et montants, et laissé vides, en le signalant, les absences codées 999 et les dates d'embauche impossibles. Je n'ai pas supprimé les 145 lignes sans salaire : cela retirait 20,8 % des femmes contre 4,4 % des hommes, surtout celles à temps partiel, et ramenait l'écart de salaire de 10,6 % à 7,3 %. Les salaires ont été retrouvés au service de la paie. Restent inconnues 41 durées d'absence, presque toutes à Saint-Étienne : la responsable des ressources humaines les demandera avant la fin du mois, et toute comparaison entre sites le mentionnera."
# ---

# %% [markdown] id="titre" lang="fr"
# # Données : qualité et préparation
#
# « Le fichier est propre, il sort du logiciel. » « On a supprimé les lignes incomplètes, c'est plus sûr. » Ces deux phrases précèdent bien des erreurs. Un tableau se
# **vérifie** avant de servir, et un nettoyage est une **décision** : il change ce que les données disent, parfois au détriment de quelqu'un.
#
# Dans ce lab, vous allez :
#
# 1. reconnaître les **doublons** d'un fichier du personnel ;
# 2. **inspecter** les colonnes, nommer leurs défauts et les compter ;
# 3. choisir un **traitement** pour chaque défaut, et réhabiliter un site accusé à tort ;
# 4. démasquer une **fuite** : un modèle trop bon pour être vrai ;
# 5. mesurer **qui disparaît** quand on nettoie sans réfléchir ;
# 6. **justifier** votre préparation, et repartir avec une fiche d'une page.
#
# **Comment ça marche.** Pour exécuter une cellule et passer à la suivante, appuyez sur **Maj + Entrée**. Vous n'avez rien à programmer : vous prévoyez, vous
# exécutez, vous choisissez dans des listes, vous répondez dans des formulaires. Vos réponses s'enregistrent toutes seules. Une calculatrice vous sera utile.
# Comptez une heure et demie.
#
# Le code est replié quand il ne sert qu'à l'affichage ; les trois points **•••** le déplient, si vous en avez la curiosité. Après chaque question vient une cellule repliée, la **vérification** : exécutez-la comme les autres. Si elle
# affiche ✓, votre réponse est plausible (la remise la jugera) ; sinon, elle vous dit où regarder. Vous pouvez corriger et recommencer autant de fois que vous voulez : seul compte ce que vous remettez.
#
# Les **prévisions** ne sont jamais notées : elles servent à comparer ce que l'on croit et ce que l'on mesure.

# %% [markdown] id="titre" lang="en" of="975f73c2"
# # Data: quality and preparation
#
# "The file is clean, it comes straight from the software." "We removed the incomplete lines, to be on the safe side." Many mistakes begin with one of these two sentences. A table must be
# **checked** before it is used, and cleaning it is a **decision**: it changes what the data say, sometimes at someone's expense.
#
# In this lab you will:
#
# 1. recognise the **duplicates** of a staff file;
# 2. **inspect** the columns, name their faults and count them;
# 3. choose a **treatment** for each fault, and clear a site that was wrongly accused;
# 4. unmask a **leak**: a model too good to be true;
# 5. measure **who vanishes** when one cleans without thinking;
# 6. **justify** your preparation, and leave with a one-page sheet.
#
# **How it works.** To run a cell and go on to the next, press **Shift + Enter**. There is nothing to program: you predict, you
# run, you choose from lists, you answer in forms. Your answers save themselves. A calculator will be useful.
# Allow an hour and a half.
#
# Code is folded where it only serves the display; the three dots **•••** unfold it, if you are curious. After each question comes a folded cell, the **check**: run it like the others. If it
# shows ✓, your answer is plausible (submission will judge it); otherwise it tells you where to look. You can correct and try again as often as you like: only what you submit counts.
#
# **Predictions** are never graded: they let you compare what you believe with what you measure.

# %% id="outils" hide=true
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def nombre_ecrit(valeur, decimales=1):
    """Un nombre écrit comme on l'écrit dans la langue du carnet."""
    texte = f"{valeur:.{decimales}f}"
    return labkit.tr(texte.replace(".", ","), texte)


def pourcent(valeur, decimales=1):
    return nombre_ecrit(valeur, decimales) + labkit.tr(" %", "%")


noms_colonnes = {
    "matricule": labkit.tr("matricule", "matricule (staff number)"),
    "sexe": labkit.tr("sexe", "sexe (sex)"),
    "naissance": labkit.tr("naissance", "naissance (birth)"),
    "embauche": labkit.tr("embauche", "embauche (hiring)"),
    "site": "site",
    "emploi": labkit.tr("emploi", "emploi (job)"),
    "temps": labkit.tr("temps", "temps (hours)"),
    "salaire": labkit.tr("salaire", "salaire (pay)"),
    "prime": labkit.tr("prime", "prime (bonus)"),
    "formation": labkit.tr("formation", "formation (training)"),
    "absences": "absences",
    "entretien": labkit.tr("entretien", "entretien (interview)"),
    "badge": "badge",
    "depart": labkit.tr("départ", "depart (left)"),
    "maj": labkit.tr("maj", "maj (updated)"),
}

# %% [markdown] id="partie-1" lang="fr"
# ## 1. Ouvrir le fichier, compter les personnes
#
# Brévane Industries (entreprise inventée) emploie **environ 1 200 personnes** sur trois sites : Lille, Nantes et Saint-Étienne. La direction veut faire deux choses de son fichier du personnel : publier des **chiffres sociaux**
# (absences, écart de salaire entre femmes et hommes) et construire un modèle qui **prévoit les départs**. Elle vous confie le fichier, « déjà propre ».
#
# Les noms ont été remplacés par un matricule. Ce ne sont pas pour autant des données anonymes : avec l'année de naissance, le site et l'emploi, des collègues reconnaîtraient bien des gens. On ne les recopie pas hors d'ici.
#
# | Colonne | Ce qu'elle contient | Connue depuis |
# |---|---|---|
# | matricule | numéro propre à chaque personne | l'embauche |
# | sexe | F ou H | l'embauche |
# | naissance, embauche | deux années | l'embauche |
# | site, emploi | lieu et famille d'emploi | décembre 2024 |
# | temps | temps de travail, en pour cent d'un temps plein | décembre 2024 |
# | salaire | brut mensuel, ramené à un temps plein, en euros | décembre 2024 |
# | prime | prime de l'année 2024, en euros | décembre 2024 |
# | formation | heures de formation en 2024 ; 0 = aucune | décembre 2024 |
# | absences | jours d'absence en 2024 | décembre 2024 |
# | entretien | date de l'entretien de sortie, s'il a eu lieu | le jour de cet entretien |
# | badge | état du badge le jour où le fichier a été extrait | janvier 2026 |
# | départ | la personne a-t-elle quitté l'entreprise en 2025 ? | fin 2025 |
# | maj | date de la dernière mise à jour de la ligne | janvier 2026 |
#
# **Prévoyez d'abord**, puis ouvrez le fichier.

# %% [markdown] id="partie-1" lang="en" of="bcea4d19"
# ## 1. Opening the file, counting people
#
# Brévane Industries (an invented company) employs **about 1,200 people** on three sites in France: Lille, Nantes and Saint-Étienne. Management wants to do two things with its staff file: publish **social figures**
# (absences, pay gap between women and men) and build a model that **predicts who will leave**. It hands you the file, "already clean".
#
# Names have been replaced by a staff number. That does not make the data anonymous: from year of birth, site and job, colleagues would recognise many people. Do not copy them elsewhere.
#
# | Column | What it holds | Known since |
# |---|---|---|
# | matricule | a number of each person's own | hiring |
# | sexe | sex: F (woman) or H (man) | hiring |
# | naissance, embauche | year of birth, year of hiring | hiring |
# | site, emploi | place and family of jobs | December 2024 |
# | temps | working hours, in per cent of full time | December 2024 |
# | salaire | gross monthly pay, brought to full time, in euros | December 2024 |
# | prime | bonus of the year 2024, in euros | December 2024 |
# | formation | hours of training in 2024; 0 = none | December 2024 |
# | absences | days of absence in 2024 | December 2024 |
# | entretien | date of the exit interview, if there was one | the day of that interview |
# | badge | state of the badge (actif, inactif) on the day the file was extracted | January 2026 |
# | depart | did the person leave the company in 2025? (oui = yes, non = no) | end of 2025 |
# | maj | date of the line's last update | January 2026 |
#
# **Predict first**, then open the file.

# %% id="prevision-defauts" hide=true
ask.slider(
    "prevision-defauts",
    fr="Ma prévision (non notée) : sur ces 15 colonnes, combien ont un défaut sérieux ?",
    en="My prediction (not graded): of these 15 columns, how many have a serious fault?",
    low=0,
    high=15,
    step=1,
)

# %% id="charger" examiner=true
brut = pd.read_csv("data/personnel.csv")

# %% id="apercu" hide=true
labkit.table(brut.head(5).astype({"matricule": str}), fr="Les cinq premières lignes, sur 1 236", en="The first five lines of 1,236")

# %% [markdown] id="exemple-doublons" lang="fr"
# Le fichier a 1 236 lignes. Mais combien de **personnes** ? Si certaines y figurent deux fois, tous les comptes qui suivent seront faux : c'est par là qu'il faut commencer.
#
# **Un exemple, avant de commencer.** Voici quatre lignes d'un petit registre :
#
# | numéro | nom | ville | heures |
# |---|---|---|---|
# | 7 | Martin | Brest | 10 |
# | 8 | Martin | Brest | 10 |
# | 9 | Diallo | Brest | 12 |
# | 9 | Diallo | Brest | 15 |
#
# Les deux lignes « Martin » se ressemblent, mais les numéros diffèrent : ce sont **deux personnes**. Les deux lignes « Diallo » ne sont pas identiques (les heures ont été mises à jour), mais c'est **la même personne**.
# Il y a donc **une** ligne en trop, et non deux, ni zéro. Ce qui permet de dire « c'est la même personne » s'appelle la **clé**.
#
# ### À vous : quelle clé, combien de lignes en trop ?
#
# Essayez les trois clés. L'outil compte les lignes qui répètent une ligne déjà vue, et montre quelques lignes que cette clé rapproche. Regardez-les bien : est-ce la même personne ?

# %% [markdown] id="exemple-doublons" lang="en" of="2b0058f4"
# The file has 1,236 lines. But how many **people**? If some of them appear twice, every count that follows will be wrong: this must come first.
#
# **An example before you start.** Here are four lines of a small register:
#
# | number | name | town | hours |
# |---|---|---|---|
# | 7 | Martin | Brest | 10 |
# | 8 | Martin | Brest | 10 |
# | 9 | Diallo | Brest | 12 |
# | 9 | Diallo | Brest | 15 |
#
# The two lines "Martin" look alike, but the numbers differ: they are **two people**. The two lines "Diallo" are not identical (the hours were updated), yet they are **the same person**.
# So there is **one** line too many, not two, and not none. What lets us say "it is the same person" is called the **key**.
#
# ### Your turn: which key, how many lines too many?
#
# Try the three keys. The tool counts the lines that repeat a line seen before, and shows a few lines that this key brings together. Look at them closely: is it the same person?

# %% id="chercher-doublons" hide=true
cles = {
    "tout": (list(brut.columns), labkit.tr("toutes les colonnes, à l'identique", "all columns, identical")),
    "ressemblance": (["sexe", "naissance", "site", "emploi"], labkit.tr("le sexe, l'année de naissance, le site et l'emploi", "sex, year of birth, site and job")),
    "matricule": (["matricule"], labkit.tr("le matricule", "the staff number (matricule)")),
}


def chercher_doublons(cle):
    colonnes, intitule = cles[cle]
    repetees = int(brut.duplicated(colonnes).sum())
    resultat = pd.DataFrame({"a": [len(brut)], "b": [repetees], "c": [len(brut) - repetees]})
    resultat.columns = ["lignes du fichier", "lignes qui en répètent une autre", "lignes qui resteraient"]  #@fr
    resultat.columns = ["lines in the file", "lines that repeat another", "lines that would remain"]  #@en
    labkit.table(resultat, fr=f"Clé : {intitule}", en=f"Key: {intitule}")
    concernees = brut[brut.duplicated(colonnes, keep=False)].sort_values([*colonnes, "maj"], kind="stable")
    if cle == "matricule":  # d'abord les lignes mises à jour : ce sont les plus instructives
        mises_a_jour = concernees[concernees["maj"] == concernees["maj"].max()]["matricule"]
        concernees = concernees[concernees["matricule"].isin(mises_a_jour)]
    vues = ["matricule", "sexe", "naissance", "site", "emploi", "salaire", "formation", "maj"]
    labkit.table(concernees[vues].head(6).astype({"matricule": str}), fr="Quelques lignes que cette clé rapproche", en="A few lines that this key brings together")


labkit.explore(chercher_doublons, cle=labkit.dropdown(fr="La clé", en="The key", options={c: (nom, nom) for c, (_, nom) in cles.items()}))

# %% id="doublons-questions" hide=true
ask.choice(
    "doublons-cle",
    fr="La clé qui dit « c'est la même personne »",
    en="The key that says 'it is the same person'",
    options={
        "tout": ("toutes les colonnes, à l'identique", "all columns, identical"),
        "ressemblance": ("le sexe, l'année de naissance, le site et l'emploi", "sex, year of birth, site and job"),
        "matricule": ("le matricule", "the staff number (matricule)"),
    },
)
ask.number(
    "doublons-nombre",
    fr="Nombre de lignes en trop dans le fichier",
    en="Number of lines too many in the file",
    low=0,
    high=1236,
    unit=labkit.tr("lignes", "lines"),
)

# %% graded="doublons"
cle_choisie, en_trop = ask.answer("doublons-cle"), ask.answer("doublons-nombre")
check(cle_choisie).is_answered()
check(en_trop).is_answered()
check.that(
    en_trop <= 200,
    fr="À ce compte, il resterait bien moins de mille personnes. Deux collègues du même âge, du même site et du même emploi sont-ils une seule personne ?",
    en="By this count far fewer than a thousand people would remain. Are two colleagues of the same age, site and job one single person?",
)
### BEGIN HIDDEN TESTS
import pandas

planted = pandas.read_csv("data/verite.csv").set_index("defaut")["nombre"]
check(cle_choisie).differs_from("ressemblance", fr="Cette clé confond des personnes qui se ressemblent : regardez leur matricule dans les lignes rapprochées.", en="This key confuses people who look alike: look at their staff numbers in the lines brought together.")
check.that(en_trop != 2 * planted["doublons"], fr="Vous avez compté les deux lignes de chaque paire. L'une des deux est légitime : combien y en a-t-il en trop ?", en="You counted both lines of each pair. One of the two is legitimate: how many are there too many?")
check(cle_choisie).equals("matricule", fr="Avec cette clé, une personne dont la ligne a été mise à jour compte encore deux fois. Qu'est-ce qui, dans une ligne, ne change jamais d'une mise à jour à l'autre ?", en="With this key, a person whose line was updated still counts twice. What, in a line, never changes from one update to the next?")
check(en_trop).equals(planted["doublons"], fr="Le nombre ne va pas avec la clé choisie. Remettez l'outil sur cette clé, et relisez combien de lignes en répètent une autre.", en="The number does not go with the chosen key. Set the tool to that key again, and read how many lines repeat another.")
### END HIDDEN TESTS

# %% [markdown] id="dedoublonner-texte" lang="fr"
# On garde **une ligne par matricule, la plus récente** : c'est un choix, à écrire dans la fiche. La cellule suivante le fait, en une ligne de code. Désormais, on ne compte plus des lignes mais **des personnes**.

# %% [markdown] id="dedoublonner-texte" lang="en" of="111985d2"
# We keep **one line for each staff number, the most recent**: this is a choice, to be written down in the sheet. The next cell does it, in one line of code. From now on we no longer count lines but **people**.

# %% id="dedoublonner" examiner=true
personnel = brut.sort_values("maj", kind="stable").drop_duplicates("matricule", keep="last").sort_values("matricule").reset_index(drop=True)

# %% id="dire-personnes"
print(len(personnel), "personnes")  #@fr
print(len(personnel), "people")  #@en

# %% [markdown] id="partie-2" lang="fr"
# ## 2. Inspecter, nommer, compter
#
# ### Les défauts les plus courants
#
# | Défaut | Comment il se montre | Exemple |
# |---|---|---|
# | **cases vides** | il manque des valeurs | un âge non renseigné |
# | **code caché** | un nombre qui veut dire « on ne sait pas » | un âge de 99 pour « inconnu » |
# | **écritures multiples** | une même chose écrite de plusieurs façons | « Paris », « PARIS » |
# | **unités mélangées** | la même grandeur, pas à la même échelle | une taille de 172 et une de 1,72 |
# | **type faux** | un nombre que l'ordinateur lit comme un texte | « 12,50 € » |
# | **contradiction** | deux colonnes qui ne peuvent pas être vraies ensemble | un diplôme obtenu avant la naissance |
#
# Deux pièges, aussi : une valeur **rare ou extrême n'est pas forcément fausse**, et un **zéro n'est pas forcément un vide**.
#
# **L'exemple : le salaire.** Exécutez la cellule : elle inspecte d'abord cette colonne. *Lue comme* dit si l'ordinateur y voit des nombres. On lit **145 cases vides** sur 1 200 : le défaut est « cases vides », et son compte est 145. Les plus
# grandes valeurs, jusqu'à 12 060 €, attirent l'œil : elles appartiennent à la direction (huit personnes), et le service de la paie les confirme. Rares, et vraies.
#
# Puis passez en revue les autres colonnes.

# %% [markdown] id="partie-2" lang="en" of="27857e48"
# ## 2. Inspecting, naming, counting
#
# ### The most common faults
#
# | Fault | How it shows | Example |
# |---|---|---|
# | **empty cells** | values are missing | an age left blank |
# | **hidden code** | a number that means "we do not know" | an age of 99 for "unknown" |
# | **several spellings** | one thing written in several ways | "Paris", "PARIS" |
# | **mixed units** | the same quantity, not on the same scale | a height of 172 and one of 1.72 |
# | **wrong type** | a number that the computer reads as text | "12,50 €" |
# | **contradiction** | two columns that cannot both be true | a degree obtained before birth |
#
# Two traps as well: a **rare or extreme value is not necessarily false**, and a **zero is not necessarily a blank**.
#
# **The example: pay.** Run the cell: it inspects this column (*salaire*) first. *Read as* says whether the computer sees numbers. We read **145 empty cells** of 1,200: the fault is "empty cells" and its count is 145. The
# largest values, up to €12,060, catch the eye: they belong to top management (*direction*, eight people), and the payroll department confirms them. Rare, and true.
#
# Then go through the other columns.

# %% id="inspecter" hide=true
def inspecter(colonne):
    serie = personnel[colonne]
    chiffres = pd.api.types.is_numeric_dtype(serie)
    resume = pd.DataFrame({
        labkit.tr("lue comme", "read as"): [labkit.tr("nombre", "number") if chiffres else labkit.tr("texte", "text")],
        labkit.tr("cases vides", "empty cells"): [int(serie.isna().sum())],
        labkit.tr("valeurs différentes", "different values"): [serie.nunique()],
    })
    labkit.table(resume, fr=f"Colonne « {noms_colonnes[colonne]} » : en bref", en=f"Column '{noms_colonnes[colonne]}': in short")
    comptes = serie.value_counts()
    if len(comptes) <= 12:
        titre = ("Toutes les valeurs, et le nombre de personnes", "All values, and the number of people")
        comptes = comptes.sort_index()
    elif chiffres:
        titre = ("Les quatre plus petites et les quatre plus grandes valeurs, et le nombre de personnes", "The four smallest and four largest values, and the number of people")
        comptes = comptes.sort_index().iloc[[0, 1, 2, 3, -4, -3, -2, -1]]
    else:
        titre = ("Les formes d'écriture, où 9 remplace tout chiffre, et le nombre de personnes", "The ways of writing, where 9 stands for any digit, and the number of people")
        comptes = serie.str.replace(r"\d", "9", regex=True).value_counts()
    valeurs = pd.DataFrame({"v": [labkit.written(v, 2) for v in comptes.index], "n": comptes.to_list()})
    valeurs.columns = ["valeur", "personnes"]  #@fr
    valeurs.columns = ["value", "people"]  #@en
    labkit.table(valeurs, fr=titre[0], en=titre[1])


a_inspecter = ["salaire", "sexe", "naissance", "embauche", "site", "emploi", "temps", "prime", "formation", "absences"]
labkit.explore(inspecter, colonne=labkit.dropdown(fr="Colonne", en="Column", options={c: (noms_colonnes[c], noms_colonnes[c]) for c in a_inspecter}))

# %% [markdown] id="croiser-texte" lang="fr"
# ### Croiser deux colonnes
#
# Certaines erreurs ne se voient dans aucune colonne prise seule. Une année de naissance plausible et une année d'embauche plausible peuvent être impossibles **ensemble**. Déplacez le curseur : en France, on ne peut pas, sauf
# exception, être embauché avant 16 ans.

# %% [markdown] id="croiser-texte" lang="en" of="86107341"
# ### Crossing two columns
#
# Some mistakes show in no column taken alone. A plausible year of birth and a plausible year of hiring may be impossible **together**. Move the slider: in France, save for
# exceptions, nobody can be hired before the age of 16.

# %% id="croiser" hide=true
def croiser(age):
    age_embauche = personnel["embauche"] - personnel["naissance"]
    trop_tot = personnel[age_embauche < age].assign(age=age_embauche)[["matricule", "naissance", "embauche", "age"]].sort_values("age", kind="stable")
    compte = pd.DataFrame({"a": [age], "b": [len(trop_tot)]})
    compte.columns = ["âge choisi", "personnes embauchées avant cet âge, d'après le fichier"]  #@fr
    compte.columns = ["chosen age", "people hired before that age, according to the file"]  #@en
    labkit.table(compte, fr="Année d'embauche moins année de naissance", en="Year of hiring minus year of birth")
    exemples = trop_tot.head(4).astype({"matricule": str})
    exemples.columns = ["matricule", "naissance", "embauche", "âge à l'embauche"]  #@fr
    exemples.columns = ["staff number", "birth", "hiring", "age when hired"]  #@en
    labkit.table(exemples, fr="Les premières lignes concernées", en="The first lines concerned")


labkit.explore(croiser, age=labkit.slider(fr="Âge à l'embauche", en="Age when hired", low=5, high=30, step=1, start=30))

# %% [markdown] id="inventaire-texte" lang="fr"
# ### À vous : l'inventaire
#
# Pour chacune des neuf colonnes, dites de quoi elle souffre, ou « rien à signaler ». **Cinq** colonnes ont un défaut, **quatre** sont saines. Un défaut manqué et une colonne saine accusée à tort sont tolérés, pas davantage.
# (Une contradiction met en cause deux colonnes : n'en accusez qu'une. Les années de **naissance** ont été vérifiées sur les pièces d'identité.)

# %% [markdown] id="inventaire-texte" lang="en" of="1f443b62"
# ### Your turn: the inventory
#
# For each of the nine columns, say what ails it, or "nothing to report". **Five** columns have a fault, **four** are sound. One fault missed and one sound column wrongly accused are tolerated, no more.
# (A contradiction involves two columns: accuse only one of them. Years of birth (**naissance**) have been checked against identity papers.)

# %% id="inventaire-question" hide=true
ask.annotate(
    "inventaire",
    fr="Ce que j'ai trouvé dans chaque colonne",
    en="What I found in each column",
    items={c: (noms_colonnes[c], noms_colonnes[c]) for c in a_inspecter if c != "salaire"},
    labels={
        "rien": ("rien à signaler", "nothing to report"),
        "vides": ("cases vides", "empty cells"),
        "code": ("code caché", "hidden code"),
        "ecritures": ("écritures multiples", "several spellings"),
        "unite": ("unités mélangées", "mixed units"),
        "type": ("type faux", "wrong type"),
        "contradiction": ("contradiction", "contradiction"),
    },
)

# %% graded="inventaire"
trouve = ask.answer("inventaire")
check(trouve).is_answered()
check(trouve).has_length(9, fr="Il reste des colonnes sans réponse : les neuf doivent en avoir une, même « rien à signaler ».", en="Some columns have no answer yet: all nine need one, even 'nothing to report'.")
check.that(
    any(v != "rien" for v in trouve.values()),
    fr="Rien à signaler nulle part ? Inspectez de nouveau le site et les absences : lisez toutes les valeurs affichées.",
    en="Nothing to report anywhere? Inspect site and absences again: read all the values shown.",
)
### BEGIN HIDDEN TESTS
defauts_plantes = {"embauche": "contradiction", "site": "ecritures", "temps": "unite", "prime": "type", "absences": "code"}
saines = ["sexe", "naissance", "emploi", "formation"]
accusees = [c for c in saines if trouve[c] != "rien"]
check.that(len(accusees) < 4, fr="Vous accusez toutes les colonnes. Rare ne veut pas dire faux : pour chaque défaut annoncé, montrez une valeur qui ne peut pas être vraie.", en="You accuse every column. Rare does not mean false: for each fault you announce, point to a value that cannot be true.")
check.that(len(accusees) <= 1, fr="Plusieurs colonnes saines sont accusées. Un zéro peut être une vraie valeur (relisez le dictionnaire des colonnes), et une valeur rare peut être exacte.", en="Several sound columns are accused. A zero may be a true value (read the dictionary of columns again), and a rare value may be right.")
reperees = [c for c in defauts_plantes if trouve[c] != "rien"]
check.that(len(reperees) >= 4, fr="Des défauts vous ont échappé. Inspectez les colonnes dites saines : toutes leurs valeurs sont-elles possibles, écrites d'une seule façon, à la même échelle ? Et vont-elles ensemble ?", en="Some faults escaped you. Inspect the columns you called sound: are all their values possible, written in one way only, on the same scale? And do they agree with one another?")
justes = [c for c, d in defauts_plantes.items() if trouve[c] == d]
check.that(len(justes) >= 4, fr="Vous avez vu les colonnes en défaut, mais pas nommé le bon défaut partout. Reprenez le tableau des défauts : la valeur étrange veut-elle dire « inconnu », ou dit-elle la même chose dans une autre unité ?", en="You saw which columns are faulty but did not name the right fault everywhere. Go back to the table of faults: does the odd value mean 'unknown', or does it say the same thing in another unit?")
### END HIDDEN TESTS

# %% [markdown] id="comptes-texte" lang="fr"
# ### À vous : les comptes
#
# Combien de **personnes** (sur 1 200) sont touchées par chaque défaut ? Les outils ci-dessus suffisent ; il faut parfois **additionner** plusieurs lignes. L'orthographe de référence est celle de l'énoncé : Lille, Nantes, Saint-Étienne.
# Si l'on parle d'un temps de travail « à une autre échelle », c'est par rapport aux pour cent demandés par le dictionnaire.
#
# **Un exemple** : si une colonne contenait « Paris » 300 fois, « PARIS » 8 fois et « paris » 5 fois, la réponse serait 8 + 5 = **13** personnes.

# %% [markdown] id="comptes-texte" lang="en" of="46953ea4"
# ### Your turn: the counts
#
# How many **people** (of 1,200) does each fault affect? The tools above are enough; sometimes several lines must be **added up**. The reference spelling is that of the text: Lille, Nantes, Saint-Étienne.
# Hours "on another scale" are those that are not in per cent, as the dictionary requires.
#
# **An example**: if a column held "Paris" 300 times, "PARIS" 8 times and "paris" 5 times, the answer would be 8 + 5 = **13** people.

# %% id="comptes-questions" hide=true
personnes = labkit.tr("personnes", "people")
ask.number("compte-site", fr="Site écrit autrement que dans l'énoncé", en="Site written otherwise than in the text", low=0, high=1200, unit=personnes)
ask.number("compte-temps", fr="Temps de travail à une autre échelle", en="Hours (temps) on another scale", low=0, high=1200, unit=personnes)
ask.number("compte-prime", fr="Prime lue comme un texte, à cause de son écriture", en="Bonus (prime) read as text because of the way it is written", low=0, high=1200, unit=personnes)
ask.number("compte-absences", fr="Absences remplacées par un code", en="Absences replaced by a code", low=0, high=1200, unit=personnes)
ask.number("compte-embauche", fr="Embauche impossible, d'après l'année de naissance", en="Hiring impossible, given the year of birth", low=0, high=1200, unit=personnes)

# %% graded="comptes"
comptes_donnes = {c: ask.answer("compte-" + c) for c in ("site", "temps", "prime", "absences", "embauche")}
for c in ("site", "temps", "prime", "absences", "embauche"):
    check(comptes_donnes[c]).is_answered()
check.that(
    all(v == int(v) for v in comptes_donnes.values()),
    fr="On compte des personnes : donnez des nombres entiers.",
    en="We are counting people: give whole numbers.",
)
check.that(
    all(1 <= v <= 600 for v in comptes_donnes.values()),
    fr="Un de ces nombres est nul, ou dépasse la moitié du personnel. On demande les personnes touchées par le défaut, et non celles dont la valeur est bonne, ni la valeur elle-même.",
    en="One of these numbers is zero, or is more than half of the staff. We ask for the people affected by the fault, not for those whose value is right, nor for the value itself.",
)
### BEGIN HIDDEN TESTS
import pandas

planted = pandas.read_csv("data/verite.csv").set_index("defaut")["nombre"]
touchees = {"site": ~brut["site"].isin(["Lille", "Nantes", "Saint-Étienne"]), "temps": brut["temps"] <= 1, "prime": brut["prime"].str.contains("€"), "absences": brut["absences"] == 999, "embauche": brut["embauche"] - brut["naissance"] < 16}
avec_doublons = {c: int(lignes.sum()) for c, lignes in touchees.items()}
check.that(sum(comptes_donnes[c] == n for c, n in avec_doublons.items()) < 2, fr="Vous avez compté des lignes du fichier d'origine, doublons compris. On compte des personnes : servez-vous des outils de la partie 2.", en="You counted lines of the original file, duplicates included. We count people: use the tools of part 2.")
check(comptes_donnes["site"]).equals(planted["site"], fr="Site : additionnez toutes les écritures qui diffèrent de l'énoncé, sans oublier les majuscules ni les accents.", en="Site: add up all the spellings that differ from the text; do not forget capitals and accents.")
check(comptes_donnes["temps"]).equals(planted["temps"], fr="Temps : plusieurs valeurs sont à une autre échelle, et pas seulement celles qui ont une virgule. Que voudrait dire un temps de travail de 1 % ?", en="Hours: several values are on another scale, and not only those with a decimal point. What would working hours of 1% mean?")
check(comptes_donnes["prime"]).equals(planted["prime"], fr="Prime : additionnez toutes les formes d'écriture qui contiennent autre chose que des chiffres.", en="Bonus: add up all the ways of writing that hold something other than digits.")
check(comptes_donnes["absences"]).equals(planted["absences"], fr="Absences : cherchez le nombre de jours qui ne peut pas tenir dans une année, et lisez combien de personnes le portent.", en="Absences: look for the number of days that cannot fit into a year, and read how many people have it.")
check(comptes_donnes["embauche"]).equals(planted["embauche"], fr="Embauche : placez le curseur sur l'âge légal donné dans le texte. Un âge plus élevé compte des embauches jeunes, mais possibles.", en="Hiring: put the slider on the legal age given in the text. A higher age counts people hired young, which is possible.")
### END HIDDEN TESTS

# %% [markdown] id="partie-3" lang="fr"
# ## 3. Traiter sans trahir
#
# ### Essayer avant de choisir
#
# Aucun traitement n'est bon partout. Trois questions aident à choisir :
#
# - **Sait-on quelle est la vraie valeur ?** Si oui (orthographe, unité, écriture d'un montant), on la **rétablit**, sans perdre personne.
# - **Sinon, peut-on la demander à la source ?** On met la case à **vide**, on le **signale**, et on demande. Un vide est honnête : il ne fait pas semblant de savoir.
# - **La valeur est-elle seulement surprenante ?** Vérifiée, elle **reste**.
#
# L'outil montre ce que devient une colonne selon le traitement : combien de personnes restent, quelle part de femmes, et ce qu'on lirait de la colonne. Commencez par les absences : comparez *Ne rien changer* et *Mettre à vide*. Puis essayez
# *Supprimer les personnes concernées* pour les salaires vides, en surveillant la part de femmes.

# %% [markdown] id="partie-3" lang="en" of="43ea9979"
# ## 3. Treating without betraying
#
# ### Try before you choose
#
# No treatment is good everywhere. Three questions help to choose:
#
# - **Do we know the true value?** If so (spelling, unit, way of writing an amount), we **restore** it, and lose nobody.
# - **If not, can we ask the source?** We **blank** the cell, **say so**, and ask. A blank is honest: it does not pretend to know.
# - **Is the value merely surprising?** Once verified, it **stays**.
#
# The tool shows what becomes of a column under each treatment: how many people remain, what share of women, and what one would read from the column. Start with absences: compare *Change nothing* and *Blank*. Then try
# *Remove the people concerned* for the empty pay cells, and watch the share of women.

# %% id="essayer" hide=true
cas = {
    "absences": ("absences", personnel["absences"] == 999, labkit.tr("absences : le code 999", "absences: the code 999")),
    "temps": ("temps", personnel["temps"] <= 1, labkit.tr("temps : les valeurs 0,5, 0,8 et 1", "temps (hours): the values 0.5, 0.8 and 1")),
    "embauche": ("embauche", personnel["embauche"] - personnel["naissance"] < 16, labkit.tr("embauche : avant 16 ans", "embauche (hiring): before the age of 16")),
    "salaire": ("salaire", personnel["salaire"].isna(), labkit.tr("salaire : les cases vides", "salaire (pay): the empty cells")),
    "direction": ("salaire", personnel["emploi"] == "direction", labkit.tr("salaire : les huit personnes de la direction", "salaire (pay): the eight people of top management")),
    "formation": ("formation", personnel["formation"] == 0, labkit.tr("formation : les zéros", "formation (training): the zeros")),
}
facons = {
    "garder": labkit.tr("Ne rien changer", "Change nothing"),
    "supprimer": labkit.tr("Supprimer les personnes concernées", "Remove the people concerned"),
    "moyenne": labkit.tr("Remplacer par la moyenne des autres", "Replace by the mean of the others"),
    "inconnu": labkit.tr("Mettre à vide (inconnu)", "Blank (unknown)"),
    "unite": labkit.tr("Multiplier par 100", "Multiply by 100"),
}


def essayer(defaut, facon):
    colonne, touche, _ = cas[defaut]
    apres = personnel[colonne].astype(float)
    garde = ~touche if facon == "supprimer" else pd.Series(True, index=personnel.index)
    if facon == "moyenne":
        apres = apres.mask(touche, apres[~touche].mean())
    elif facon == "inconnu":
        apres = apres.mask(touche)
    elif facon == "unite":
        apres = apres.mask(touche, apres * 100)
    lue = apres[garde]
    resultat = pd.DataFrame({
        labkit.tr("personnes gardées", "people kept"): [int(garde.sum())],
        labkit.tr("part de femmes", "share of women"): [pourcent(100 * (personnel["sexe"][garde] == "F").mean())],
        labkit.tr("valeurs connues", "known values"): [int(lue.notna().sum())],
        labkit.tr("plus petite", "smallest"): [nombre_ecrit(lue.min(), 0 if lue.min() == int(lue.min()) else 1)],
        labkit.tr("moyenne", "mean"): [nombre_ecrit(lue.mean())],
        labkit.tr("plus grande", "largest"): [nombre_ecrit(lue.max(), 0)],
    })
    labkit.table(resultat, fr=f"Après : {facons[facon].lower()}", en=f"After: {facons[facon].lower()}")


labkit.explore(
    essayer,
    defaut=labkit.dropdown(fr="Ce que l'on traite", en="What is treated", options={c: (nom, nom) for c, (_, _, nom) in cas.items()}),
    facon=labkit.dropdown(fr="Le traitement", en="The treatment", options={f: (nom, nom) for f, nom in facons.items()}),
)

# %% [markdown] id="traitements-texte" lang="fr"
# **L'exemple : les doublons.** On sait quelle ligne est la bonne (la plus récente) : on la garde, on retire l'autre. Personne n'est perdu, et le choix est écrit.
#
# ### À vous : un traitement pour chaque cas
#
# Huit cas. Sept sortent de votre inspection ; le service de la paie a confirmé les salaires de la direction. Parmi les traitements proposés, certains ne sont **jamais** le bon ici.

# %% [markdown] id="traitements-texte" lang="en" of="ffce5787"
# **The example: duplicates.** We know which line is the right one (the most recent): keep it, take the other away. Nobody is lost, and the choice is written down.
#
# ### Your turn: a treatment for each case
#
# Eight cases. Seven come from your inspection; the payroll department has confirmed top management's pay. Among the treatments on offer, some are **never** the right one here.

# %% id="traitements-question" hide=true
ask.annotate(
    "traitements",
    fr="Le traitement que je choisis",
    en="The treatment that I choose",
    items={
        "site": ("site : écritures multiples", "site: several spellings"),
        "temps": ("temps : certaines valeurs en fraction, les autres en pour cent", "temps (hours): some values as fractions, the others in per cent"),
        "prime": ("prime : montants comme « 1 250,00 € »", "prime (bonus): amounts such as “1 250,00 €”"),
        "absences": ("absences : le code 999", "absences: the code 999"),
        "embauche": ("embauche : année impossible", "embauche (hiring): impossible year"),
        "salaire": ("salaire : cases vides", "salaire (pay): empty cells"),
        "direction": ("salaire : plus de 8 000 € à la direction", "salaire (pay): above €8,000 in top management"),
        "formation": ("formation : zéro heure", "formation (training): zero hours"),
    },
    labels={
        "table": ("ramener à une seule écriture", "bring to one spelling"),
        "convertir": ("relire comme un nombre", "read again as a number"),
        "unite": ("mettre à la même échelle", "put on the same scale"),
        "inconnu": ("mettre ou laisser à vide, signaler, demander à la source", "blank or leave blank, say so, ask the source"),
        "moyenne": ("remplacer par la moyenne", "replace by the mean"),
        "supprimer": ("supprimer les personnes concernées", "remove the people concerned"),
        "garder": ("ne rien changer : la valeur est vraie", "change nothing: the value is true"),
    },
)

# %% graded="traitements"
choisis = ask.answer("traitements")
check(choisis).is_answered()
check(choisis).has_length(8, fr="Il reste des cas sans traitement : les huit doivent en avoir un.", en="Some cases have no treatment yet: all eight need one.")
check.that(
    len(set(choisis.values())) >= 3,
    fr="Presque le même traitement partout : aucun ne convient à tout. Pour chaque cas, demandez-vous si la vraie valeur est connue.",
    en="Nearly the same treatment everywhere: none suits all. For each case, ask yourself whether the true value is known.",
)
### BEGIN HIDDEN TESTS
check.that("supprimer" not in (choisis["direction"], choisis["formation"]) and "inconnu" not in (choisis["direction"], choisis["formation"]) and "moyenne" not in (choisis["direction"], choisis["formation"]), fr="Vous effacez des valeurs vraies. Surprenant n'est pas faux : que dit le service de la paie ? Que dit le dictionnaire des zéros de la formation ?", en="You are erasing true values. Surprising is not false: what does the payroll department say? What does the dictionary say of the zeros in training?")
check.that(choisis["direction"] == "garder" and choisis["formation"] == "garder", fr="Parmi les huit cas, certaines valeurs sont surprenantes mais vérifiées. Faut-il vraiment les toucher ?", en="Among the eight cases, some values are surprising but verified. Do they really need touching?")
check.that("supprimer" not in choisis.values(), fr="Supprimer des personnes, quand on peut rétablir la valeur ou la demander, change la population étudiée. Regardez dans l'outil qui disparaît.", en="Removing people, when the value can be restored or asked for, changes the population under study. See in the tool who vanishes.")
check.that("moyenne" not in choisis.values(), fr="La moyenne des autres suppose que les personnes concernées leur ressemblent, et fait passer une supposition pour une mesure. La source n'a-t-elle pas la vraie valeur ?", en="The mean of the others assumes that the people concerned are like them, and passes off an assumption as a measurement. Does the source not have the true value?")
check.that("garder" not in (choisis["absences"], choisis["embauche"], choisis["salaire"]), fr="Sans rien changer, un code ou une année impossible entrera dans les calculs, et une case vide passera inaperçue. Que sait-on vraiment de ces personnes ?", en="If nothing is changed, a code or an impossible year will enter the calculations, and an empty cell will go unnoticed. What do we really know of these people?")
check.that("inconnu" not in (choisis["site"], choisis["temps"], choisis["prime"]), fr="Vous mettez à vide une valeur que l'on connaît : seule sa forme est mauvaise. Rétablissez-la.", en="You are blanking a value that we know: only its form is wrong. Restore it.")
check.that([choisis[c] for c in ("site", "temps", "prime")] == ["table", "unite", "convertir"], fr="Site, temps, prime : trois défauts de forme, trois remèdes différents. Lequel touche une orthographe, lequel une échelle, lequel un type ?", en="Site, hours, bonus: three faults of form, three different remedies. Which one concerns a spelling, which one a scale, which one a type?")
check.that([choisis[c] for c in ("absences", "embauche", "salaire")] == ["inconnu"] * 3, fr="Absences, embauche, salaire : aucune règle ne permet de retrouver la vraie valeur à partir de ce qui est écrit. Qui la connaît ?", en="Absences, hiring, pay: no rule lets us recover the true value from what is written. Who knows it?")
### END HIDDEN TESTS

# %% [markdown] id="propre-texte" lang="fr"
# La cellule suivante applique ces traitements. Dépliez-la si vous voulez voir : chaque décision y tient en une ligne, et cette trace permet à quelqu'un d'autre de refaire, ou de contester.

# %% [markdown] id="propre-texte" lang="en" of="664d6028"
# The next cell applies these treatments. Unfold it if you want to see: each decision takes one line, and this record lets someone else do it again, or challenge it.

# %% id="nettoyer" hide=true examiner=true
propre = personnel.copy()
propre["site"] = propre["site"].replace({"St-Etienne": "Saint-Étienne", "SAINT ETIENNE": "Saint-Étienne", "LILLE": "Lille", "nantes": "Nantes"})
propre["temps"] = propre["temps"].mask(propre["temps"] <= 1, propre["temps"] * 100)
propre["prime"] = propre["prime"].str.replace("€", "").str.replace(" ", "").str.replace(",", ".").astype(float)
propre["absences"] = propre["absences"].mask(propre["absences"] == 999)
propre["embauche"] = propre["embauche"].mask(propre["embauche"] - propre["naissance"] < 16)

# %% [markdown] id="absences-texte" lang="fr"
# ### Un site accusé à tort
#
# Avant votre arrivée, la direction avait calculé la moyenne des absences par site, codes compris : **93 jours** par personne à Saint-Étienne, contre 19 à Lille et 17 à Nantes. Un courrier de rappel à l'ordre
# était prêt. Or le logiciel de Saint-Étienne n'était pas raccordé : il écrivait 999 quand il ne savait pas.

# %% [markdown] id="absences-texte" lang="en" of="db63fbc6"
# ### A site wrongly accused
#
# Before you arrived, management had worked out the mean of absences by site, codes included: **93 days** a person in Saint-Étienne, against 19 in Lille and 17 in Nantes. A letter of reprimand
# was ready. But the software of Saint-Étienne was not connected: it wrote 999 whenever it did not know.

# %% id="absences-table" hide=true
par_site = pd.DataFrame({
    "site": ["Lille", "Nantes", "Saint-Étienne"],
    "n": [int((propre["site"] == s).sum()) for s in ("Lille", "Nantes", "Saint-Étienne")],
    "c": [int(((propre["site"] == s) & propre["absences"].isna()).sum()) for s in ("Lille", "Nantes", "Saint-Étienne")],
    "s": [int(personnel.loc[propre["site"] == s, "absences"].sum()) for s in ("Lille", "Nantes", "Saint-Étienne")],
})
par_site.columns = ["site", "personnes", "dont code 999", "somme de la colonne, codes compris"]  #@fr
par_site.columns = ["site", "people", "of whom code 999", "sum of the column, codes included"]  #@en
labkit.table(par_site, fr="Absences de 2024, telles que le fichier les donne", en="Absences in 2024, as the file gives them")

# %% [markdown] id="absences-exemple" lang="fr"
# **L'exemple : Lille.** On retire de la somme ce que les codes y ont ajouté : 8 011 − 4 × 999 = 4 015 jours. On divise par les personnes dont l'absence est **connue** : 425 − 4 = 421. Moyenne : 4 015 ÷ 421 = **9,54 jours**.
# Diviser par 425 reviendrait à supposer que les quatre inconnues n'ont jamais été absentes.
#
# ### À vous : Saint-Étienne
#
# Calculez la moyenne de Saint-Étienne, **en jours, avec deux décimales**. Puis faites de même pour Nantes, et dites quel site a vraiment la moyenne la plus haute.

# %% [markdown] id="absences-exemple" lang="en" of="091fb328"
# **The example: Lille.** We take from the sum what the codes added to it: 8,011 − 4 × 999 = 4,015 days. We divide by the people whose absence is **known**: 425 − 4 = 421. Mean: 4,015 ÷ 421 = **9.54 days**.
# Dividing by 425 would amount to assuming that the four unknowns were never absent.
#
# ### Your turn: Saint-Étienne
#
# Work out the mean of Saint-Étienne, **in days, with two decimals**. Then do the same for Nantes, and say which site really has the highest mean.

# %% id="absences-questions" hide=true
ask.number("absences-moyenne", fr="Moyenne des absences à Saint-Étienne", en="Mean of absences in Saint-Étienne", low=0, high=999, unit=labkit.tr("jours", "days"))
ask.choice(
    "absences-site",
    fr="Le site dont la moyenne connue est la plus haute",
    en="The site with the highest known mean",
    options={"lille": ("Lille", "Lille"), "nantes": ("Nantes", "Nantes"), "stetienne": ("Saint-Étienne", "Saint-Étienne")},
)

# %% graded="absences"
moyenne_st, site_haut = ask.answer("absences-moyenne"), ask.answer("absences-site")
check(moyenne_st).is_answered()
check(site_haut).is_answered()
check(moyenne_st).is_at_most(
    80,
    fr="Les codes sont encore dans votre somme. Combien de jours y ont-ils ajoutés ?",
    en="The codes are still in your sum. How many days did they add to it?",
)
check.that(
    abs(moyenne_st - 9.54) > 0.02,
    fr="C'est la moyenne de Lille, notre exemple. Refaites les mêmes opérations sur la ligne de Saint-Étienne.",
    en="This is the mean of Lille, our example. Do the same operations on the line of Saint-Étienne.",
)
### BEGIN HIDDEN TESTS
par_site_connu = {s: float(propre.loc[propre["site"] == s, "absences"].mean()) for s in ("Lille", "Nantes", "Saint-Étienne")}
saint_etienne = propre.loc[propre["site"] == "Saint-Étienne", "absences"]
check.that(abs(moyenne_st - saint_etienne.sum() / len(saint_etienne)) > 0.1, fr="Vous avez retiré les codes de la somme, mais pas les personnes du total : vous supposez que ces personnes n'ont jamais été absentes.", en="You took the codes out of the sum but not the people out of the total: you assume that these people were never absent.")
check(moyenne_st).is_close_to(par_site_connu["Saint-Étienne"], within=0.07, fr="Reprenez l'exemple de Lille pas à pas : la somme sans les codes, divisée par le nombre de personnes dont l'absence est connue.", en="Follow the example of Lille step by step: the sum without the codes, divided by the number of people whose absence is known.")
check(site_haut).differs_from("stetienne", fr="C'est la conclusion que la direction tirait des codes. Comparez les trois moyennes une fois les codes retirés.", en="This is the conclusion that management drew from the codes. Compare the three means once the codes are removed.")
check(site_haut).equals("nantes", fr="Faites aussi le calcul pour le troisième site, puis comparez les trois moyennes.", en="Do the sum for the third site as well, then compare the three means.")
### END HIDDEN TESTS

# %% [markdown] id="absences-lecon" lang="fr"
# **Ce que l'on voit.** 35 codes sur 414 personnes suffisaient à multiplier la moyenne presque par dix, et à faire reprocher à tout un site une panne de logiciel. Saint-Étienne est tout près de Lille ; on ne sait pas tout d'elle pour autant : 35 absences y restent **inconnues**, et cela se
# dit à côté du chiffre. Nantes a la moyenne la plus haute, de deux jours : un écart à comprendre, pas encore une faute.

# %% [markdown] id="absences-lecon" lang="en" of="ef3237b1"
# **What we see.** 35 codes among 414 people were enough to multiply the mean nearly by ten, and to blame a whole site for a fault in its software. Saint-Étienne is very close to Lille; not that we know everything about it: 35 absences there remain **unknown**, and this must be
# said next to the figure. Nantes has the highest mean, by two days: a gap to understand, not a fault yet.

# %% [markdown] id="partie-4" lang="fr"
# ## 4. La fuite : trop beau pour être vrai
#
# Au **1ᵉʳ janvier**, on voudrait savoir qui risque de partir dans l'année, pour proposer un échange, une formation, un aménagement. (Prévoir les départs touche à la vie des personnes : ce score n'a pas à servir à les juger, et elles
# doivent savoir qu'il existe.) Un modèle apprend sur la moitié du personnel, et on l'éprouve sur **l'autre moitié**.
#
# **Le score.** On prend au hasard une personne qui est partie et une qui est restée. Combien de fois sur 100 le modèle donne-t-il le plus grand risque à celle qui est partie ? À 50, il joue à pile ou face ; à 100, il ne se trompe jamais.
#
# Avec toutes les colonnes, le prestataire annonce **99,8**. **Prévoyez d'abord.**

# %% [markdown] id="partie-4" lang="en" of="b2e86383"
# ## 4. The leak: too good to be true
#
# On **1 January** we would like to know who might leave within the year, in order to offer a conversation, some training, an adjustment. (Predicting departures touches people's lives: this score is not there to judge them, and they
# must know that it exists.) A model learns from half of the staff and is tested on **the other half**.
#
# **The score.** Take at random one person who left and one who stayed. How many times in 100 does the model give the greater risk to the one who left? At 50 it is tossing a coin; at 100 it is never wrong.
#
# With all columns, the supplier announces **99.8**. **Predict first.**

# %% id="prevision-fuite" hide=true
ask.choice(
    "prevision-fuite",
    fr="Ma prévision (non notée) : un score de 99,8 pour prévoir des départs, c'est…",
    en="My prediction (not graded): a score of 99.8 for predicting departures is…",
    options={
        "a": ("une excellente nouvelle", "excellent news"),
        "b": ("suspect", "suspicious"),
        "c": ("normal, avec 1 200 personnes", "normal, with 1,200 people"),
    },
)

# %% id="modele" hide=true examiner=true
pour_apprendre = np.arange(len(propre)) % 2 == 0
# La valeur du milieu s'apprend sur la première moitié seulement : sinon, ce serait encore une fuite  #@fr
# The middle value is learnt from the first half only: otherwise it would be a leak again  #@en
milieu = {"absences": propre.loc[pour_apprendre, "absences"].median(), "embauche": propre.loc[pour_apprendre, "embauche"].median()}


def tableau_modele(personnes_lues):
    """Les colonnes chiffrées du modèle ; une valeur inconnue y prend la valeur du milieu."""
    return pd.DataFrame({
        "age": 2024 - personnes_lues["naissance"],
        "anciennete": 2024 - personnes_lues["embauche"].fillna(milieu["embauche"]),
        "temps": personnes_lues["temps"],
        "formation": personnes_lues["formation"],
        "absences": personnes_lues["absences"].fillna(milieu["absences"]),
        "entretien": personnes_lues["entretien"].notna().astype(int),
        "badge": (personnes_lues["badge"] == "inactif").astype(int),
    })


donnees_modele = tableau_modele(propre)
parties = (propre["depart"] == "oui").astype(int)
toujours = ["age", "anciennete", "temps", "formation"]


def apprendre_departs(colonnes):
    """Un modèle simple, appris sur la première moitié."""
    modele = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000, class_weight="balanced"))
    return modele.fit(donnees_modele.loc[pour_apprendre, colonnes], parties[pour_apprendre])


def score_departs(colonnes):
    """Fois sur 100 où la personne partie a le plus grand risque, sur l'autre moitié."""
    risque = apprendre_departs(colonnes).predict_proba(donnees_modele.loc[~pour_apprendre, colonnes])[:, 1]
    return 100 * float(roc_auc_score(parties[~pour_apprendre], risque))

# %% [markdown] id="fuite-texte" lang="fr"
# L'outil ci-dessous apprend avec quatre colonnes de base (âge, ancienneté, temps de travail, formation), et celles que vous cochez. Essayez plusieurs combinaisons.

# %% [markdown] id="fuite-texte" lang="en" of="02dbdae5"
# The tool below learns from four basic columns (age, years of service, working hours, training), and from those that you tick. Try several combinations.

# %% id="essayer-fuite" hide=true
def essayer_fuite(absences, entretien, badge):
    ajoutees = [c for c, cochee in (("absences", absences), ("entretien", entretien), ("badge", badge)) if cochee]
    noms_ajoutees = ", ".join(noms_colonnes[c] for c in ajoutees) or labkit.tr("aucune", "none")
    resultat = pd.DataFrame({"a": [noms_ajoutees], "b": [nombre_ecrit(score_departs(toujours + ajoutees))]})
    resultat.columns = ["colonnes ajoutées aux quatre de base", "score (fois sur 100)"]  #@fr
    resultat.columns = ["columns added to the four basic ones", "score (times in 100)"]  #@en
    labkit.table(resultat, fr="Éprouvé sur l'autre moitié du personnel", en="Tested on the other half of the staff")


labkit.explore(
    essayer_fuite,
    absences=labkit.toggle(fr="Ajouter les absences de 2024", en="Add absences in 2024", start=True),
    entretien=labkit.toggle(fr="Ajouter l'entretien de sortie (a-t-il eu lieu ?)", en="Add the exit interview (did it take place?)", start=True),
    badge=labkit.toggle(fr="Ajouter l'état du badge", en="Add the state of the badge", start=True),
)

# %% [markdown] id="fuite-a-vous" lang="fr"
# Il y a **fuite** quand une colonne contient, en tout ou partie, la réponse que l'on cherche. Elle ne se reconnaît pas à la force du lien (une colonne utile est liée à la réponse, c'est son rôle) mais à une question :
# **au moment de prévoir, le saurait-on déjà ?** La troisième colonne du dictionnaire, en partie 1, y répond.
#
# **Un exemple.** Pour prévoir au 1ᵉʳ janvier 2025 une note d'examen de juin, l'assiduité de l'automne est connue : on la garde. La mention portée sur le diplôme ne l'est qu'après : c'est une fuite.
#
# ### À vous : la fuite et le score honnête
#
# Cochez **toutes** les colonnes qui ne seraient pas connues au **1ᵉʳ janvier 2025**, et elles seules. Puis donnez le score du meilleur modèle **honnête** que permet l'outil : **toutes** les colonnes connues, aucune fuite (avec une décimale).

# %% [markdown] id="fuite-a-vous" lang="en" of="10b53b3e"
# There is a **leak** when a column holds, in whole or in part, the answer that we look for. It is not recognised by the strength of the link (a useful column is linked to the answer: that is its job) but by one question:
# **at the time of predicting, would we know it already?** The third column of the dictionary, in part 1, answers it.
#
# **An example.** To predict on 1 January 2025 an exam mark of June, attendance in the autumn is known: we keep it. The distinction printed on the diploma is only known afterwards: it is a leak.
#
# ### Your turn: the leak and the honest score
#
# Tick **all** the columns that would not be known on **1 January 2025**, and only those. Then give the score of the best **honest** model that the tool allows: **all** the known columns, no leak (with one decimal).

# %% id="fuite-questions" hide=true
ask.choices(
    "fuite-colonnes",
    fr="Colonnes qui ne seraient pas connues le 1ᵉʳ janvier 2025",
    en="Columns that would not be known on 1 January 2025",
    options={c: (noms_colonnes[c], noms_colonnes[c]) for c in ("naissance", "embauche", "temps", "formation", "absences", "entretien", "badge")},
)
ask.number("fuite-score", fr="Score honnête à annoncer", en="Honest score to announce", low=0, high=100, unit=labkit.tr("fois sur 100", "times in 100"))

# %% graded="fuite"
coupables, score_honnete = ask.answer("fuite-colonnes"), ask.answer("fuite-score")
check(coupables).is_answered()
check(score_honnete).is_answered()
check.that(
    score_honnete > 1,
    fr="Donnez le score sur 100, comme dans l'outil.",
    en="Give the score out of 100, as in the tool.",
)
check.that(
    len(coupables) <= 4,
    fr="Vous accusez presque toutes les colonnes. Relisez, dans le dictionnaire de la partie 1, depuis quand chacune est connue.",
    en="You accuse nearly every column. Read again, in the dictionary of part 1, since when each one is known.",
)
### BEGIN HIDDEN TESTS
check.that("absences" not in coupables, fr="Les absences sont liées aux départs, mais elles portent sur 2024 : seraient-elles connues au 1ᵉʳ janvier 2025 ? Un lien fort n'est pas une fuite.", en="Absences are linked to departures, but they concern 2024: would they be known on 1 January 2025? A strong link is not a leak.")
check.that(set(coupables) <= {"entretien", "badge"}, fr="Une colonne cochée est connue bien avant. Ne vous demandez pas si elle est utile, mais depuis quand on la connaît.", en="One ticked column is known long before. Do not ask whether it is useful, but since when it is known.")
check.that(set(coupables) == {"entretien", "badge"}, fr="Il en reste une. Parcourez la troisième colonne du dictionnaire : laquelle des autres colonnes proposées n'est remplie qu'après le 1ᵉʳ janvier 2025 ?", en="There is one more. Go down the third column of the dictionary: which of the other columns on offer is filled in only after 1 January 2025?")
honnete = score_departs([*toujours, "absences"])
check.that(score_honnete < 90, fr="Ce score contient encore une fuite. Quelles cases faut-il décocher dans l'outil ?", en="This score still holds a leak. Which boxes must be unticked in the tool?")
check.that(abs(score_honnete - score_departs(toujours)) > 1, fr="Vous avez retiré la fuite, et aussi une colonne légitime. Laquelle était connue à temps ?", en="You removed the leak, and a legitimate column too. Which one was known in time?")
check(score_honnete).is_close_to(honnete, within=1, fr="Relisez le score dans l'outil, avec toutes les colonnes connues à temps et aucune autre.", en="Read the score in the tool again, with all the columns known in time and no other.")
### END HIDDEN TESTS

# %% [markdown] id="epreuve-texte" lang="fr"
# **L'épreuve du réel.** Un an plus tard, les deux modèles sont appliqués à 1 200 autres personnes, le jour où il faut prévoir : personne n'est encore parti, tous les badges fonctionnent, aucun entretien de sortie n'a eu lieu.
# Lequel trouvera des départs ?

# %% [markdown] id="epreuve-texte" lang="en" of="60eb4d49"
# **The test of reality.** One year later, both models are applied to 1,200 other people on the day when one must predict: nobody has left yet, all badges work, no exit interview has taken place.
# Which one will find departures?

# %% id="epreuve" hide=true
suite = pd.read_csv("data/annee_suivante.csv")
suite_modele = tableau_modele(suite)
partis_suite = suite["depart"] == "oui"
lignes_epreuve = []
for nom, colonnes in (
    (labkit.tr("avec la fuite", "with the leak"), [*toujours, "absences", "entretien", "badge"]),
    (labkit.tr("honnête", "honest"), [*toujours, "absences"]),
):
    signale = apprendre_departs(colonnes).predict(suite_modele[colonnes]) == 1
    lignes_epreuve.append([nom, nombre_ecrit(score_departs(colonnes)), int(partis_suite.sum()), int((signale & partis_suite).sum()), int(signale.sum())])
epreuve = pd.DataFrame(lignes_epreuve)
epreuve.columns = ["modèle", "score annoncé", "personnes parties ensuite", "parties et signalées", "signalées en tout"]  #@fr
epreuve.columns = ["model", "score announced", "people who then left", "left and flagged", "flagged in all"]  #@en
labkit.table(epreuve, fr="Le jour de la prévision, sur 1 200 autres personnes", en="On the day of the prediction, with 1,200 other people")

# %% [markdown] id="epreuve-lecon" lang="fr"
# **Ce que l'on voit.** Le modèle « presque parfait » ne signale plus presque personne : il attendait des badges éteints. Le modèle honnête, moins flatteur, retrouve la plupart des départs, au prix de beaucoup de fausses alertes (environ trois personnes
# signalées sur quatre resteront) : raison de plus pour n'en faire qu'une invitation à parler. Un score trop beau est un **symptôme**, et la question « depuis quand le sait-on ? » est le remède.

# %% [markdown] id="epreuve-lecon" lang="en" of="c60dfcbf"
# **What we see.** The "nearly perfect" model hardly flags anyone any more: it was waiting for badges to go dead. The honest model, less flattering, finds most of the departures, at the price of many false alarms (about three people
# in four who are flagged will stay): one more reason to make it an invitation to talk and nothing else. A score too good to be true is a **symptom**, and the question "since when do we know it?" is the remedy.

# %% id="bilan-prevision" hide=true
prevus = ask.answer("prevision-defauts")
if prevus is not None:
    print(f"Votre prévision : {prevus:g} colonnes en défaut sur 15.")  #@fr
    print(f"Your prediction: {prevus:g} faulty columns of 15.")  #@en
print("Le compte : huit colonnes (embauche, site, temps, salaire, prime, absences, et les deux de la fuite), et 36 lignes en trop.")  #@fr
print("The count: eight columns (embauche, site, temps, salaire, prime, absences, and the two of the leak), and 36 lines too many.")  #@en

# %% [markdown] id="partie-5" lang="fr"
# ## 5. Qui disparaît quand on nettoie ?
#
# La direction doit publier l'**écart de salaire** entre femmes et hommes : de combien le salaire moyen des femmes est inférieur à celui des hommes, **en pour cent du salaire des hommes**.
# Or 145 salaires sont vides. Un collègue propose le plus simple : « Supprimons ces lignes. 145 sur 1 200, cela ne changera rien. »
#
# D'où viennent ces vides ? Le logiciel laisse la case blanche quand une personne est revenue dans l'année d'un **long congé** (maternité, parental, maladie). Les vides ne tombent donc pas au hasard.
#
# **Prévoyez d'abord** l'effet de cette suppression.

# %% [markdown] id="partie-5" lang="en" of="f11c50e9"
# ## 5. Who vanishes when we clean?
#
# Management must publish the **pay gap** between women and men: by how much the mean pay of women is below that of men, **in per cent of men's pay**.
# But 145 pay cells are empty. A colleague suggests the simplest thing: "Let us remove those lines. 145 of 1,200, it will change nothing."
#
# Where do these blanks come from? The software leaves the cell empty when a person came back that year from a **long leave** (maternity, parental, sick leave). So the blanks do not fall at random.
#
# **Predict first** the effect of this removal.

# %% id="prevision-ecart" hide=true
ask.choice(
    "prevision-ecart",
    fr="Ma prévision (non notée) : si l'on supprime ces 145 lignes, l'écart de salaire mesuré…",
    en="My prediction (not graded): if these 145 lines are removed, the measured pay gap…",
    options={
        "a": ("ne changera presque pas", "will hardly change"),
        "b": ("paraîtra plus petit", "will look smaller"),
        "c": ("paraîtra plus grand", "will look larger"),
    },
)

# %% id="tables-ecart" hide=true examiner=true
paie = pd.read_csv("data/paie.csv").set_index("matricule")["salaire"]
salaire_complet = propre["salaire"].fillna(propre["matricule"].map(paie))
vide = propre["salaire"].isna()
temps_plein = propre["temps"] == 100
groupes_croises = {"fp": ("F", False), "ft": ("F", True), "hp": ("H", False), "ht": ("H", True)}


def ecart_de_salaire(salaires):
    """De combien le salaire moyen des femmes est inférieur à celui des hommes, en % de celui des hommes."""
    moyennes = {s: salaires[propre["sexe"] == s].mean() for s in ("F", "H")}
    return 100 * float((moyennes["H"] - moyennes["F"]) / moyennes["H"])

# %% id="montrer-ecart" hide=true
tableau_sexe = pd.DataFrame([
    [labkit.tr("femmes", "women"), int((propre["sexe"] == "F").sum()), int((vide & (propre["sexe"] == "F")).sum())],
    [labkit.tr("hommes", "men"), int((propre["sexe"] == "H").sum()), int((vide & (propre["sexe"] == "H")).sum())],
])
tableau_sexe.columns = ["groupe", "personnes", "salaire vide"]  #@fr
tableau_sexe.columns = ["group", "people", "pay empty"]  #@en
labkit.table(tableau_sexe, fr="Qui a un salaire vide ?", en="Whose pay is empty?")

noms_groupes = {
    "fp": labkit.tr("femmes à temps partiel", "women, part time"),
    "ft": labkit.tr("femmes à temps plein", "women, full time"),
    "hp": labkit.tr("hommes à temps partiel", "men, part time"),
    "ht": labkit.tr("hommes à temps plein", "men, full time"),
}
tableau_croise = pd.DataFrame([
    [noms_groupes[c], int(((propre["sexe"] == s) & (temps_plein == t)).sum()), int((vide & (propre["sexe"] == s) & (temps_plein == t)).sum())]
    for c, (s, t) in groupes_croises.items()
])
tableau_croise.columns = ["groupe", "personnes", "salaire vide"]  #@fr
tableau_croise.columns = ["group", "people", "pay empty"]  #@en
labkit.table(tableau_croise, fr="Les mêmes, selon le temps de travail", en="The same, by working hours")

# %% [markdown] id="paie-texte" lang="fr"
# **Retour à la source.** Vous avez demandé les 145 valeurs au service de la paie, qui les a retrouvées : elles sont dans `data/paie.csv`. Voici les salaires moyens, sans elles, puis avec.

# %% [markdown] id="paie-texte" lang="en" of="b710b2eb"
# **Back to the source.** You asked the payroll department for the 145 values and it found them: they are in `data/paie.csv`. Here is the mean pay, without them, then with them.

# %% id="montrer-salaires" hide=true
tableau_salaires = pd.DataFrame([
    [labkit.tr("femmes", "women"), labkit.written(float(round(propre["salaire"][propre["sexe"] == "F"].mean())), 0), labkit.written(float(round(salaire_complet[propre["sexe"] == "F"].mean())), 0)],
    [labkit.tr("hommes", "men"), labkit.written(float(round(propre["salaire"][propre["sexe"] == "H"].mean())), 0), labkit.written(float(round(salaire_complet[propre["sexe"] == "H"].mean())), 0)],
])
tableau_salaires.columns = ["groupe", "lignes vides supprimées", "avec les 145 salaires retrouvés"]  #@fr
tableau_salaires.columns = ["group", "empty lines removed", "with the 145 salaries recovered"]  #@en
labkit.table(tableau_salaires, fr="Salaire moyen, brut mensuel à temps plein (euros)", en="Mean pay, gross monthly at full time (euros)")

# %% [markdown] id="ecart-exemple" lang="fr"
# **Deux exemples.**
#
# - *Qui disparaît ?* Parmi les hommes, 28 lignes sur 637 seraient supprimées : 28 ÷ 637 = **4,4 %** des hommes. (Le total est celui du groupe, pas celui de l'entreprise.)
# - *L'écart.* Si les hommes gagnaient 3 000 € et les femmes 2 700 €, l'écart serait (3 000 − 2 700) ÷ 3 000 = 0,10, soit **10 %**.
#
# ### À vous : ce que la suppression fausse
#
# Donnez, **en pour cent avec une décimale** :
#
# 1. la part des **femmes** qui disparaîtraient ;
# 2. le groupe (second tableau) qui perdrait la plus grande **part** de ses membres ;
# 3. l'écart de salaire **une fois les lignes supprimées** ;
# 4. l'écart de salaire **réel**, avec les salaires retrouvés.

# %% [markdown] id="ecart-exemple" lang="en" of="0ed51333"
# **Two examples.**
#
# - *Who vanishes?* Among men, 28 lines of 637 would be removed: 28 ÷ 637 = **4.4%** of men. (The total is that of the group, not of the company.)
# - *The gap.* If men earned €3,000 and women €2,700, the gap would be (3,000 − 2,700) ÷ 3,000 = 0.10, that is **10%**.
#
# ### Your turn: what the removal distorts
#
# Give, **in per cent with one decimal**:
#
# 1. the share of **women** who would vanish;
# 2. the group (second table) that would lose the largest **share** of its members;
# 3. the pay gap **once the lines are removed**;
# 4. the **true** pay gap, with the salaries recovered.

# %% id="ecart-questions" hide=true
ask.number("ecart-perdues", fr="1. Part des femmes qui disparaîtraient", en="1. Share of women who would vanish", low=0, high=100, unit="%")
ask.choice(
    "ecart-groupe",
    fr="2. Groupe qui perdrait la plus grande part de ses membres",
    en="2. Group that would lose the largest share of its members",
    options={
        "fp": ("femmes à temps partiel", "women, part time"),
        "ft": ("femmes à temps plein", "women, full time"),
        "hp": ("hommes à temps partiel", "men, part time"),
        "ht": ("hommes à temps plein", "men, full time"),
    },
)
ask.number("ecart-apres", fr="3. Écart de salaire, lignes supprimées", en="3. Pay gap, lines removed", low=-100, high=100, unit="%")
ask.number("ecart-vrai", fr="4. Écart de salaire réel", en="4. True pay gap", low=-100, high=100, unit="%")

# %% graded="ecart"
perdues, groupe_perdu = ask.answer("ecart-perdues"), ask.answer("ecart-groupe")
ecart_apres, ecart_vrai = ask.answer("ecart-apres"), ask.answer("ecart-vrai")
check(perdues).is_answered()
check(groupe_perdu).is_answered()
check(ecart_apres).is_answered()
check(ecart_vrai).is_answered()
check.that(
    perdues >= 1 and abs(ecart_apres) >= 1 and abs(ecart_vrai) >= 1,
    fr="Une de vos réponses est plus petite que 1 : est-ce une fraction ? Multipliez-la par 100 pour l'exprimer en pour cent.",
    en="One of your answers is below 1: is it a fraction? Multiply it by 100 to state it in per cent.",
)
check.that(
    abs(perdues - 4.4) > 0.2,
    fr="C'est la part des hommes, notre exemple. Refaites la division sur la ligne des femmes.",
    en="This is the share of men, our example. Do the division on the line of women.",
)
check.that(
    ecart_apres > 0 and ecart_vrai > 0,
    fr="Un écart négatif dirait que les femmes gagnent plus. Dans quel sens avez-vous soustrait ?",
    en="A negative gap would say that women earn more. Which way round did you subtract?",
)
### BEGIN HIDDEN TESTS
femmes, hommes = propre["sexe"] == "F", propre["sexe"] == "H"
attendu_apres, attendu_vrai = ecart_de_salaire(propre["salaire"]), ecart_de_salaire(salaire_complet)
check.that(abs(perdues - 100 * (vide & femmes).sum() / vide.sum()) > 0.6, fr="C'est la part des femmes parmi les cases vides. On demande, parmi les femmes de l'entreprise, combien disparaîtraient : quel est le bon total ?", en="This is the share of women among the empty cells. We ask, among the women of the company, how many would vanish: what is the right total?")
check.that(abs(perdues - 100 * (vide & femmes).sum() / len(propre)) > 0.4, fr="Vous avez divisé par tout le personnel. Le total est celui des femmes.", en="You divided by the whole staff. The total is that of women.")
check.that(abs(perdues - 100 * (femmes & ~vide).sum() / femmes.sum()) > 0.6, fr="C'est la part des femmes qui restent. On demande celles qui disparaissent.", en="This is the share of women who remain. We ask for those who vanish.")
check(perdues).is_close_to(100 * (vide & femmes).sum() / femmes.sum(), within=0.35, fr="Divisez, sur la ligne des femmes du premier tableau, les salaires vides par le nombre de personnes.", en="On the line of women in the first table, divide the empty pay cells by the number of people.")
check(groupe_perdu).equals("fp", fr="Dans un autre groupe, une personne a plus de risque de disparaître. Divisez, pour chaque ligne du second tableau, les salaires vides par les personnes.", en="In another group a person is more likely to vanish. For each line of the second table, divide the empty pay cells by the people.")
check.that(not (abs(ecart_apres - attendu_vrai) < 0.4 and abs(ecart_vrai - attendu_apres) < 0.4), fr="Vos deux écarts sont intervertis : relisez le titre de chaque colonne.", en="Your two gaps are swapped: read the title of each column again.")
sur_les_femmes = [100 * e / (100 - e) for e in (attendu_apres, attendu_vrai)]
check.that(abs(ecart_apres - sur_les_femmes[0]) > 0.2 and abs(ecart_vrai - sur_les_femmes[1]) > 0.3, fr="Vous avez divisé par le salaire des femmes. L'écart demandé s'exprime en pour cent du salaire des hommes.", en="You divided by the pay of women. The gap asked for is in per cent of men's pay.")
check.that(ecart_apres < 50 and ecart_vrai < 50, fr="Cet écart est en euros, ou c'est un rapport. Divisez la différence par le salaire des hommes, puis multipliez par 100.", en="This gap is in euros, or it is a ratio. Divide the difference by men's pay, then multiply by 100.")
check(ecart_apres).is_close_to(attendu_apres, within=0.2, fr="Écart, lignes supprimées : servez-vous des deux nombres de la première colonne du dernier tableau.", en="Gap, lines removed: use the two numbers of the first column of the last table.")
check(ecart_vrai).is_close_to(attendu_vrai, within=0.25, fr="Écart réel : servez-vous des deux nombres de la seconde colonne du dernier tableau.", en="True gap: use the two numbers of the second column of the last table.")
### END HIDDEN TESTS

# %% [markdown] id="confrontation-ecart" lang="fr"
# **Confrontez.** Et si, au lieu de supprimer, on **complétait** ? Par la moyenne de tous, ou par celle des personnes de même sexe, même emploi et même temps de travail ? Exécutez la cellule : elle mesure l'écart après chaque traitement. La ligne en tirets est l'écart réel.

# %% [markdown] id="confrontation-ecart" lang="en" of="1d7ed4c6"
# **Compare.** And what if, instead of removing, we **filled in**? With the mean of all, or with that of people of the same sex, job and hours? Run the cell: it measures the gap after each treatment. The dashed line is the true gap.

# %% id="figure-ecart" hide=true
semblables = propre["salaire"].groupby([propre["sexe"], propre["emploi"], temps_plein]).transform("mean")
ecarts_mesures = {
    labkit.tr("moyenne de tous", "mean of all"): ecart_de_salaire(propre["salaire"].fillna(propre["salaire"].mean())),
    labkit.tr("lignes supprimées", "lines removed"): ecart_de_salaire(propre["salaire"]),
    labkit.tr("moyenne des semblables", "mean of similar people"): ecart_de_salaire(propre["salaire"].fillna(semblables)),
    labkit.tr("salaires retrouvés", "salaries recovered"): ecart_de_salaire(salaire_complet),
}
labkit.plots.bars(
    list(ecarts_mesures),
    list(ecarts_mesures.values()),
    fr="Écart de salaire mesuré, selon le traitement des cases vides",
    en="Measured pay gap, by treatment of the empty cells",
    y=("écart, en % du salaire des hommes", "gap, in % of men's pay"),
    digits=1,
    reference=ecart_de_salaire(salaire_complet),
)

# %% [markdown] id="ecart-lecon" lang="fr"
# **Ce que l'on voit.** « Cela ne changera rien » retirait une femme sur cinq, et plus de la moitié des femmes à temps partiel ; l'écart publié aurait été de 7,3 % au lieu de 10,6 %. Compléter ne répare pas : on donne aux personnes manquantes le
# salaire de celles qui ne se sont pas absentées, et c'est justement là qu'est la différence, puisque les premières ont manqué des augmentations. Même « la moyenne des semblables » se trompe de trois points. **Aucun calcul ne remplace la valeur que l'on n'est pas allé chercher.**
#
# L'enjeu n'est pas seulement statistique. Le Code du travail prévoit qu'au retour d'un congé de maternité, le salaire suive les augmentations accordées pendant l'absence, à défaut d'un accord au moins aussi favorable (article L. 1225-26) : le nettoyage hâtif effaçait, entre autres, les personnes
# que cette règle protège. Et il l'aurait fait sans que personne ne l'ait voulu, ni ne s'en aperçoive.
#
# **À retenir** : avant de supprimer, toujours demander *qui* est dans les lignes que l'on supprime.

# %% [markdown] id="ecart-lecon" lang="en" of="fbd89ef7"
# **What we see.** "It will change nothing" removed one woman in five, and more than half of the women working part time; the published gap would have been 7.3% instead of 10.6%. Filling in does not repair it: it gives the missing people the
# pay of those who took no leave, and that is just where the difference lies, since the former missed pay rises. Even "the mean of similar people" is three points out. **No calculation replaces the value that nobody went to fetch.**
#
# More than statistics is at stake. The French Labour Code provides that on return from maternity leave, pay follows the rises granted during the absence, unless an agreement is at least as favourable (article L. 1225-26): the hasty clean-up erased, among others, the people
# whom this rule protects. And it would have done so without anyone wanting it, or noticing.
#
# **To remember**: before removing, always ask *who* is in the lines being removed.

# %% [markdown] id="partie-6" lang="fr"
# ## 6. Justifier
#
# La directrice des ressources humaines n'est pas statisticienne. Elle veut savoir ce que vous avez fait à son fichier, et si elle peut publier ses chiffres. En **trois ou quatre phrases**, qu'elle comprenne :
#
# - **ce que vous avez changé**, et **ce que vous avez refusé de faire** ;
# - **un chiffre** de ce lab qui montre ce qu'un traitement hâtif aurait faussé, et **pour qui** ;
# - ce qui **reste inconnu** ou incertain ;
# - **une suite** à donner (qui fait quoi, quand).

# %% [markdown] id="partie-6" lang="en" of="febb66a8"
# ## 6. Justifying
#
# The head of human resources is not a statistician. She wants to know what you did to her file, and whether she can publish her figures. In **three or four sentences** that she will understand:
#
# - **what you changed**, and **what you refused to do**;
# - **one figure** from this lab that shows what a hasty treatment would have distorted, and **for whom**;
# - what **remains unknown** or uncertain;
# - **what should follow** (who does what, when).

# %% id="justification-reponse" hide=true
ask.text(
    "justification",
    fr="Ma note à la direction",
    en="My note to management",
    rows=7,
    words=(50, 140),
)

# %% [markdown] graded="justification" lang="fr"
# *Cette réponse sera lue et notée par votre formatrice ou votre formateur (3 points : les traitements et leur raison ; un chiffre juste, et les personnes qu'il concerne ; ce qui reste inconnu, avec une suite).*

# %% [markdown] graded="justification" lang="en" of="05257b7d"
# *This answer will be read and graded by your trainer (3 points: the treatments and their reason; a right figure, and the people it concerns; what remains unknown, with what should follow).*

# %% [markdown] id="fiche-texte" lang="fr"
# ### Votre fiche de préparation des données
#
# Exécutez la cellule : elle rassemble vos réponses en une page que vous gardez. Vous pouvez l'exécuter de nouveau après avoir corrigé une réponse.

# %% [markdown] id="fiche-texte" lang="en" of="a8b3d09e"
# ### Your data preparation sheet
#
# Run the cell: it gathers your answers on one page that you keep. You can run it again after correcting an answer.

# %% id="fiche" hide=true
a_completer = labkit.tr("à compléter", "to be completed")
points_virgule = labkit.tr(" ; ", "; ")
mots_traitements = {
    "table": labkit.tr("ramené à une seule écriture", "brought to one spelling"),
    "convertir": labkit.tr("relu comme un nombre", "read again as a number"),
    "unite": labkit.tr("mis à la même échelle", "put on the same scale"),
    "inconnu": labkit.tr("laissé à vide, signalé, demandé à la source", "left blank, reported, asked of the source"),
    "moyenne": labkit.tr("remplacé par la moyenne", "replaced by the mean"),
    "supprimer": labkit.tr("personnes supprimées", "people removed"),
    "garder": labkit.tr("gardé : valeur vraie", "kept: true value"),
}
traitements_choisis = ask.answer("traitements") or {}


def repondu(cle, unite="", decimales=1):
    valeur = ask.answer(cle)
    return a_completer if valeur is None else nombre_ecrit(float(valeur), decimales) + unite


def defaut_traite(compte, cle):
    return repondu(compte, labkit.tr(" personnes", " people"), 0) + points_virgule + mots_traitements.get(traitements_choisis.get(cle), a_completer)


noms_sites = {"lille": "Lille", "nantes": "Nantes", "stetienne": "Saint-Étienne"}
fuites = ask.answer("fuite-colonnes") or []
pc = labkit.tr(" %", "%")
labkit.artefact(
    "fiche-preparation-donnees",
    title=("Fiche de préparation des données", "Data preparation sheet"),
    sections=[
        (
            ("1. Les données et leur usage", "1. The data and their use"),
            (
                "Fichier du personnel de Brévane Industries (entreprise inventée), extrait en janvier 2026 : 1 236 lignes, 1 200 personnes, trois sites. Usages prévus : chiffres sociaux, prévision des départs. Données personnelles, pseudonymisées par un matricule.",
                "Staff file of Brévane Industries (an invented company), extracted in January 2026: 1,236 lines, 1,200 people, three sites. Intended uses: social figures, prediction of departures. Personal data, pseudonymised by a staff number.",
            ),
        ),
        (
            ("2. Défauts trouvés et traitement choisi", "2. Faults found and treatment chosen"),
            {
                labkit.tr("Doublons", "Duplicates"): repondu("doublons-nombre", labkit.tr(" lignes en trop", " lines too many"), 0) + points_virgule + labkit.tr("une ligne gardée par matricule, la plus récente", "one line kept for each staff number, the most recent"),
                labkit.tr("Site : écritures multiples", "Site: several spellings"): defaut_traite("compte-site", "site"),
                labkit.tr("Temps de travail : unités mélangées", "Hours: mixed units"): defaut_traite("compte-temps", "temps"),
                labkit.tr("Prime : lue comme un texte", "Bonus: read as text"): defaut_traite("compte-prime", "prime"),
                labkit.tr("Absences : code 999", "Absences: code 999"): defaut_traite("compte-absences", "absences"),
                labkit.tr("Embauche : année impossible", "Hiring: impossible year"): defaut_traite("compte-embauche", "embauche"),
                labkit.tr("Salaire : cases vides", "Pay: empty cells"): labkit.tr("145 personnes", "145 people") + points_virgule + mots_traitements.get(traitements_choisis.get("salaire"), a_completer),
            },
        ),
        (
            ("3. Valeurs surprenantes vérifiées", "3. Surprising values verified"),
            {
                labkit.tr("Salaires de la direction", "Pay of top management"): mots_traitements.get(traitements_choisis.get("direction"), a_completer),
                labkit.tr("Zéro heure de formation", "Zero hours of training"): mots_traitements.get(traitements_choisis.get("formation"), a_completer),
            },
        ),
        (
            ("4. Fuite d'information", "4. Leak of information"),
            {
                labkit.tr("Colonnes écartées du modèle", "Columns kept out of the model"): ", ".join(noms_colonnes[c] for c in fuites) or a_completer,
                labkit.tr("Score avec la fuite ; score honnête (fois sur 100)", "Score with the leak; honest score (times in 100)"): nombre_ecrit(99.8) + points_virgule + repondu("fuite-score"),
            },
        ),
        (
            ("5. Ce qu'un traitement hâtif aurait faussé", "5. What a hasty treatment would have distorted"),
            {
                labkit.tr("Absences à Saint-Étienne, codes compris ; codes retirés (jours)", "Absences in Saint-Étienne, codes included; codes removed (days)"): nombre_ecrit(93.3) + points_virgule + repondu("absences-moyenne", "", 2),
                labkit.tr("Site à la moyenne la plus haute", "Site with the highest mean"): noms_sites.get(ask.answer("absences-site"), a_completer),
                labkit.tr("Femmes ; hommes retirés si l'on supprime les salaires vides", "Women; men removed if empty pay cells are dropped"): repondu("ecart-perdues", pc) + points_virgule + pourcent(4.4),
                labkit.tr("Groupe le plus effacé", "Group most erased"): noms_groupes.get(ask.answer("ecart-groupe"), a_completer),
                labkit.tr("Écart de salaire après suppression ; réel", "Pay gap after removal; true"): repondu("ecart-apres", pc) + points_virgule + repondu("ecart-vrai", pc),
            },
        ),
        (
            ("6. Limites", "6. Limits"),
            (
                "Une absence inconnue, une année d'embauche effacée ne sont pas rétablies : tout chiffre qui en dépend le dit. L'écart de salaire est un écart global, sans comparaison à emploi égal. Les défauts que nul contrôle n'a cherchés ne sont pas exclus.",
                "An unknown absence or a blanked year of hiring is not restored: any figure that depends on it says so. The pay gap is an overall gap, with no comparison at equal jobs. Faults that no control looked for are not excluded.",
            ),
        ),
        (("7. Note à la direction", "7. Note to management"), ask.answer("justification")),
    ],
)

# %% [markdown] id="bonus" lang="fr"
# ## Pour aller plus loin : lire un montant écrit à la main
#
# Cet exercice est **facultatif**, et rapporte des points en plus. Il demande d'écrire deux ou trois lignes de Python.
#
# Complétez la fonction `en_nombre(texte)`. Elle reçoit un montant écrit comme un texte (`"1 250,00 €"`, `"890"`, `"12,5"`) et rend **un nombre** (1250, 890, 12,5). Les espaces peuvent être ordinaires ou **insécables**
# (`"\u00a0"` et `"\u202f"` en Python) : à l'écran, rien ne les distingue.
#
# Si le texte n'est pas un montant (`"non communiqué"`), la fonction doit **s'arrêter sur une erreur**, ce que `float` fait de lui-même : une erreur visible vaut mieux qu'un zéro inventé.
#
# **Un exemple.** `"12,50 $".replace("$", "").replace(",", ".")` donne `"12.50 "`, et `float("12.50 ")` donne 12,5 : `float` accepte les espaces au bord, mais pas au milieu.

# %% [markdown] id="bonus" lang="en" of="4b465601"
# ## Going further: reading an amount typed by hand
#
# This exercise is **optional** and earns extra points. It asks for two or three lines of Python.
#
# Complete the function `en_nombre(texte)` ("as a number"). It receives an amount written as text in the French way (`"1 250,00 €"`, `"890"`, `"12,5"`: a space between thousands, a decimal comma) and returns **a number** (1250, 890, 12.5). Spaces may be ordinary or **non-breaking**
# (`"\u00a0"` and `"\u202f"` in Python): on screen nothing tells them apart.
#
# If the text is not an amount (`"non communiqué"`, not disclosed), the function must **stop with an error**, which `float` does by itself: an error that shows is better than an invented zero.
#
# **An example.** `"12,50 $".replace("$", "").replace(",", ".")` gives `"12.50 "`, and `float("12.50 ")` gives 12.5: `float` accepts spaces at the edges, but not in the middle.

# %% id="nombre-code" answer=true
def en_nombre(texte):
    ### BEGIN SOLUTION
    for signe in ("€", " ", "\u00a0", "\u202f"):
        texte = texte.replace(signe, "")
    return float(texte.replace(",", "."))
    ### END SOLUTION

# %% graded="nombre"
check(en_nombre).called_with("890").is_a("number", fr="La fonction doit rendre un nombre, et non un texte.", en="The function must return a number, not a text.")
check(en_nombre).called_with("890").equals(890, fr="« 890 » est déjà un montant simple : la fonction doit rendre 890.", en="'890' is already a plain amount: the function must return 890.")
check(en_nombre).called_with("12,5").is_close_to(12.5, within=0.001, fr="Que devient la virgule ? C'est elle qui sépare les décimales.", en="What becomes of the comma? It separates the decimals.")
check(en_nombre).called_with("1 250,00 €").is_close_to(1250, within=0.001, fr="Sur « 1 250,00 € », la fonction ne rend pas mille deux cent cinquante : voyez l'espace, la virgule et le signe €, dans cet ordre.", en="On '1 250,00 €' the function does not return one thousand two hundred and fifty: look at the space, the comma and the € sign, in that order.")
### BEGIN HIDDEN TESTS
for texte_cache, vrai in (("3 071,25 €", 3071.25), ("48", 48), ("1 204 310,5 €", 1204310.5), ("0,75€", 0.75)):
    check(en_nombre).called_with(texte_cache).is_close_to(vrai, within=0.001, fr="Votre fonction ne convient pas à d'autres montants : plusieurs espaces, des centimes, un signe € collé au nombre.", en="Your function does not suit other amounts: several spaces, cents, a € sign stuck to the number.")
check(en_nombre).called_with("2\u00a0040,00\u00a0€").is_close_to(2040, within=0.001, fr="L'espace insécable « \\u00a0 » n'est pas retiré.", en="The non-breaking space '\\u00a0' is not removed.")
check(en_nombre).called_with("2\u202f040,00 €").is_close_to(2040, within=0.001, fr="L'espace fine insécable « \\u202f » n'est pas retirée.", en="The narrow non-breaking space '\\u202f' is not removed.")
check(en_nombre).rejects("non communiqué", fr="Sur « non communiqué », votre fonction rend une valeur inventée. Laissez l'erreur se produire : un inconnu n'est pas un zéro.", en="On 'non communiqué' (not disclosed) your function returns an invented value. Let the error happen: an unknown is not a zero.")
### END HIDDEN TESTS

# %% [markdown] id="fin" lang="fr"
# ## Ce que vous savez faire maintenant
#
# - Choisir la **clé** qui dit « c'est la même personne », et dédoublonner **avant** de compter.
# - Nommer et **compter** les défauts d'un tableau, sans accuser ce qui est seulement rare.
# - Choisir un traitement : **rétablir** ce que l'on sait, mettre à **vide** ce que l'on ignore, **garder** ce qui est vrai.
# - Reconnaître une **fuite** par la question « depuis quand le sait-on ? ».
# - Mesurer **qui disparaît** avant de supprimer une ligne, et le dire.
#
# Il reste à remettre votre lab : le panneau ci-dessous s'en charge.

# %% [markdown] id="fin" lang="en" of="d94dce8e"
# ## What you can do now
#
# - Choose the **key** that says "it is the same person", and remove duplicates **before** counting.
# - Name and **count** the faults of a table, without accusing what is merely rare.
# - Choose a treatment: **restore** what we know, **blank** what we do not, **keep** what is true.
# - Recognise a **leak** by the question "since when do we know it?".
# - Measure **who vanishes** before removing a line, and say so.
#
# All that remains is to submit your lab: the panel below takes care of it.
