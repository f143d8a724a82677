# ---
# caire:
#   id: l2-08-vie-privee-et-sobriete
#   level: 2
#   minutes: 90
#   profile: cpu
#   title: {fr: "Vie privée et sobriété", en: "Privacy and frugality"}
#   summary:
#     fr: "Vous saurez montrer qu'un fichier sans noms n'est pas anonyme, le protéger en perdant le moins possible, et choisir par le calcul la solution la plus sobre qui suffit. Aucune programmation."
#     en: "You will be able to show that a file without names is not anonymous, protect it while losing as little as possible, and choose by calculation the most frugal solution that is good enough. No programming."
#   budget: {cpu_seconds: 60, memory_mib: 1536, cell_seconds: 60}
#   questions:
#     roles: {points: 2, skill: n2.vieprivee.reidentifier, fr: "Dire ce que chaque colonne révèle", en: "Say what each column reveals"}
#     uniques: {points: 2, skill: n2.vieprivee.reidentifier, fr: "Compter les personnes seules de leur espèce", en: "Count the people who are one of a kind"}
#     retrouver: {points: 3, skill: n2.vieprivee.reidentifier, fr: "Retrouver une personne, et savoir s'arrêter", en: "Find a person, and know when to stop"}
#     kanonymat: {points: 4, skill: n2.vieprivee.proteger, fr: "Protéger en perdant le moins possible", en: "Protect while losing as little as possible"}
#     homogene: {points: 2, skill: n2.vieprivee.proteger, fr: "Voir ce que le k-anonymat ne protège pas", en: "See what k-anonymity does not protect"}
#     sobriete: {points: 3, skill: n2.sobriete.choisir, fr: "Choisir la solution la plus sobre qui suffit", en: "Choose the most frugal solution that is good enough"}
#     usage: {points: 2, skill: n2.sobriete.choisir, fr: "Changer la solution, ou changer l'usage ?", en: "Change the solution, or change the use?"}
#     note: {points: 3, skill: n2.vieprivee.proteger, manual: true, fr: "Votre avis à la direction, en cinq ou six phrases", en: "Your advice to management, in five or six sentences"}
#     calculk: {points: 2, bonus: true, skill: n2.vieprivee.proteger, fr: "Pour aller plus loin : calculer k", en: "Going further: computing k"}
#   answers:
#     prevision-seules: 20
#     roles: {nom: direct, courriel: direct, matricule: direct, sexe: quasi, naissance: quasi, site: quasi, metier: quasi, motif: sensible, logiciel: rien}
#     uniques-part: 64.4
#     uniques-champ: naissance
#     maia-dossier: 6732
#     maia-motif: longue
#     jonas-nombre: 3
#     jonas-conclusion: rien
#     k-naissance: generation
#     k-site: site
#     k-metier: famille
#     prevision-suffit: b
#     devoiles: 13
#     remede: taire
#     solution: regression
#     energie: 7.32
#     prevision-usage: a
#     usage-choix: usage
#     usage-part: 79.1
#     note: "Je déconseille de transmettre le registre tel quel : sans noms, il n'est pas anonyme. Avec leur sexe, leur année de naissance, leur site et leur métier, 64,4 % des agents y sont seuls, et un article du journal interne suffit à retrouver le congé de maladie d'une collègue. Je propose deux générations, les six sites et trois familles de métiers, sans le nombre de jours, en taisant le motif de tout groupe où il est le même pour tous, comme pour les 13 personnes de la version de notre collègue. Il reste un risque : dans un groupe, 8 personnes sur 9 ont le même motif. Le cabinet s'engagera par écrit à ne pas recouper, et la déléguée à la protection des données vérifiera la suppression du fichier dans un an. Pour trier les demandes, la régression suffit (7,3 mWh par an), à condition de ne plus reclasser les archives chaque nuit."
# ---

# %% [markdown] id="titre" lang="fr"
# # Vie privée et sobriété
#
# « On a enlevé les noms, le fichier est anonyme. » « Prenons le modèle le plus puissant, au moins on sera tranquilles. » Deux phrases de bonne foi, et deux erreurs coûteuses : l'une pour des personnes, l'autre pour
# la planète et le budget. Dans les deux cas, on peut **mesurer** avant de décider. La même règle les corrige : **ne prendre que ce qu'il faut**.
#
# Dans ce lab, vous allez :
#
# 1. dire ce que chaque **colonne** d'un registre révèle ;
# 2. compter les personnes **seules de leur espèce**, et en **retrouver** une dans un fichier sans noms ;
# 3. **protéger** ce registre en perdant le moins possible ;
# 4. voir ce que cette protection **ne protège pas** ;
# 5. choisir la solution la plus **sobre** qui suffit, et voir que l'usage pèse plus que le modèle ;
# 6. **donner votre avis**, et repartir avec une fiche d'une page.
#
# **Comment ça marche.** Pour exécuter une cellule et passer à la suivante, appuyez sur **Maj + Entrée**. Vous n'avez rien à programmer : vous prévoyez, vous
# exécutez, vous choisissez dans des listes, vous répondez dans des formulaires. Vos réponses s'enregistrent toutes seules. Une calculatrice vous sera utile.
# Comptez une heure et demie.
#
# Le code est replié quand il ne sert qu'à l'affichage ; les trois points **•••** le déplient, si vous en avez la curiosité. Après chaque question vient une cellule repliée, la **vérification** : exécutez-la comme les autres. Si elle
# affiche ✓, votre réponse est plausible (la remise la jugera) ; sinon, elle vous dit où regarder. Vous pouvez corriger et recommencer autant de fois que vous voulez : seul compte ce que vous remettez.
#
# Les **prévisions** ne sont jamais notées : elles servent à comparer ce que l'on croit et ce que l'on mesure.

# %% [markdown] id="titre" lang="en" of="f5b69426"
# # Privacy and frugality
#
# "We took the names out, the file is anonymous." "Let us take the most powerful model, then we need not worry." Two sentences said in good faith, and two costly mistakes: one for people, the other for
# the planet and the budget. In both cases one can **measure** before deciding. The same rule corrects both: **take only what is needed**.
#
# In this lab you will:
#
# 1. say what each **column** of a register reveals;
# 2. count the people who are **one of a kind**, and **find** one of them in a file without names;
# 3. **protect** this register while losing as little as possible;
# 4. see what this protection **does not protect**;
# 5. choose the most **frugal** solution that is good enough, and see that use weighs more than the model;
# 6. **give your advice**, and leave with a one-page sheet.
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
import pandas as pd


def nombre_ecrit(valeur, decimales=1):
    """Un nombre écrit comme on l'écrit dans la langue du carnet."""
    texte = f"{valeur:,.{decimales}f}"
    return labkit.tr(texte.replace(",", "\u00a0").replace(".", ","), texte)


def pourcent(valeur, decimales=1):
    return nombre_ecrit(valeur, decimales) + labkit.tr(" %", "%")


# Le fichier est en français : voici les mots à afficher dans la langue du carnet  #@fr
# The file is in French: these are the words to show in the language of the notebook  #@en
noms = {
    "F": labkit.tr("femme", "woman"), "H": labkit.tr("homme", "man"),
    "accueil": labkit.tr("accueil", "front desk"), "gestion": labkit.tr("gestion", "administration"), "droit": labkit.tr("droit", "law"),
    "écluse": labkit.tr("écluse", "locks"), "garde-rivière": labkit.tr("garde-rivière", "river warden"), "travaux": labkit.tr("travaux", "works"),
    "cartographie": labkit.tr("cartographie", "mapping"), "hydrologie": labkit.tr("hydrologie", "hydrology"), "laboratoire": labkit.tr("laboratoire", "laboratory"),
    "bureau": labkit.tr("bureau", "office"), "terrain": labkit.tr("terrain", "field"), "technique": labkit.tr("technique", "technical"),
    "amont": labkit.tr("amont", "upper"), "médian": labkit.tr("médian", "middle"), "aval": labkit.tr("aval", "lower"),
    "aucune": labkit.tr("aucune absence", "no absence"), "maladie courte": labkit.tr("maladie courte", "short illness"), "maladie longue": labkit.tr("maladie longue", "long illness"),
    "accident de service": labkit.tr("accident de service", "accident at work"), "parentalité": labkit.tr("parentalité", "parenthood"),
    "avant 1980": labkit.tr("avant 1980", "before 1980"), "depuis 1980": labkit.tr("depuis 1980", "since 1980"), "tous": labkit.tr("tous", "all"),
}
noms_champs = {
    "dossier": labkit.tr("dossier", "file number"),
    "sexe": labkit.tr("sexe", "sex"),
    "naissance": labkit.tr("naissance", "birth"),
    "site": "site",
    "metier": labkit.tr("métier", "job"),
    "motif": labkit.tr("motif", "reason"),
    "jours": labkit.tr("jours", "days"),
}


def montrer(table, fr, en):
    """Une table, valeurs et colonnes écrites dans la langue du carnet."""
    lisible = table.map(lambda valeur: noms.get(valeur, valeur)).rename(columns=noms_champs)
    for colonne in ("dossier", "naissance"):
        if noms_champs[colonne] in lisible:
            lisible[noms_champs[colonne]] = lisible[noms_champs[colonne]].astype(str)
    labkit.table(lisible, fr=fr, en=en)

# %% [markdown] id="partie-1" lang="fr"
# ## 1. Ce que chaque colonne révèle
#
# L'Agence des Rives (imaginaire) entretient une rivière et ses écluses : **1 200 agents**, six sites, neuf métiers. Elle veut confier à un cabinet une étude sur les **absences** : en comparer les motifs d'un site à l'autre, et entre femmes et hommes.
# Le service informatique a préparé un registre « anonyme » : on y a enlevé les noms. La direction vous demande s'il peut partir.
#
# Une donnée ne révèle pas toutes les choses de la même façon. On distingue :
#
# | Rôle | Ce que c'est | Exemple |
# |---|---|---|
# | **identifiant direct** | désigne une seule personne à lui seul, par nom ou par numéro | un numéro de téléphone |
# | **quasi-identifiant** | ne désigne personne à lui seul, mais se voit ou se sait de l'extérieur, et désigne quelqu'un **en se croisant** avec d'autres | un code postal |
# | **donnée sensible** | ce que la personne ne voudrait pas voir révélé : santé, opinions, vie de famille | un diagnostic |
# | **rien de cela** | ne dit rien de la personne | la date d'impression du fichier, la même partout |
#
# **Un exemple.** Dans un fichier de bibliothèque, le numéro de carte est un identifiant direct (la bibliothèque sait à qui il est) ; le quartier est un quasi-identifiant ; le titre des livres empruntés est une donnée sensible.
#
# Voici trois lignes du registre **complet**, celui que garde l'agence (les personnes sont inventées) :
#
# | nom | courriel | matricule | sexe | naissance | site | métier | motif d'absence | logiciel |
# |---|---|---|---|---|---|---|---|---|
# | Ilan Kerbrat | i.kerbrat@rives.example | R-20417 | homme | 1968 | Corvel | hydrologie | accident de service | Tempo 4 |
# | Lise Amadou | l.amadou@rives.example | R-21088 | femme | 1979 | Salvane | gestion | aucune absence | Tempo 4 |
# | Noé Castaing | n.castaing@rives.example | R-20953 | homme | 1990 | Lorval | écluse | maladie courte | Tempo 4 |
#
# ### À vous : le rôle de chaque colonne
#
# Donnez un rôle à chacune des **neuf** colonnes. Une erreur est tolérée, sauf sur un identifiant direct : en laisser un seul, c'est laisser le nom.

# %% [markdown] id="partie-1" lang="en" of="348b90ed"
# ## 1. What each column reveals
#
# The Agence des Rives (an invented agency) looks after a river and its locks: **1,200 staff**, six sites, nine jobs. It wants a consultancy to study **absences**: to compare the reasons for them from site to site, and between women and men.
# The IT department has prepared an "anonymous" register: the names have been taken out. Management asks you whether it may be sent.
#
# Not all data reveal in the same way. We tell apart:
#
# | Role | What it is | Example |
# |---|---|---|
# | **direct identifier** | points to one single person by itself, by name or by number | a telephone number |
# | **quasi-identifier** | points to nobody by itself, but can be seen or known from outside, and points to someone **when crossed** with others | a postcode |
# | **sensitive data** | what the person would not want revealed: health, opinions, family life | a diagnosis |
# | **none of these** | says nothing about the person | the date on which the file was printed, the same everywhere |
#
# **An example.** In the file of a library, the card number is a direct identifier (the library knows whose it is); the neighbourhood is a quasi-identifier; the titles borrowed are sensitive data.
#
# Here are three lines of the **complete** register, which the agency keeps (the people are invented):
#
# | name | email | staff number | sex | birth | site | job | reason for absence | software |
# |---|---|---|---|---|---|---|---|---|
# | Ilan Kerbrat | i.kerbrat@rives.example | R-20417 | man | 1968 | Corvel | hydrology | accident at work | Tempo 4 |
# | Lise Amadou | l.amadou@rives.example | R-21088 | woman | 1979 | Salvane | administration | no absence | Tempo 4 |
# | Noé Castaing | n.castaing@rives.example | R-20953 | man | 1990 | Lorval | locks | short illness | Tempo 4 |
#
# ### Your turn: the role of each column
#
# Give each of the **nine** columns a role. One mistake is tolerated, except on a direct identifier: to leave a single one in is to leave the name in.

# %% id="roles-question" hide=true
ask.annotate(
    "roles",
    fr="Le rôle de chaque colonne",
    en="The role of each column",
    items={
        "nom": ("nom", "name"),
        "courriel": ("courriel", "email"),
        "matricule": ("matricule", "staff number"),
        "sexe": ("sexe", "sex"),
        "naissance": ("année de naissance", "year of birth"),
        "site": ("site", "site"),
        "metier": ("métier", "job"),
        "motif": ("motif d'absence", "reason for absence"),
        "logiciel": ("logiciel qui a produit la ligne", "software that produced the line"),
    },
    labels={
        "direct": ("identifiant direct", "direct identifier"),
        "quasi": ("quasi-identifiant", "quasi-identifier"),
        "sensible": ("donnée sensible", "sensitive data"),
        "rien": ("rien de cela", "none of these"),
    },
)

# %% graded="roles"
roles = ask.answer("roles")
check(roles).is_answered()
check(roles).has_length(9, fr="Il reste des colonnes sans rôle : les neuf doivent en avoir un.", en="Some columns have no role yet: all nine need one.")
check(roles["nom"]).equals("direct", fr="Relisez la définition d'un identifiant direct : quelle colonne dit, à elle seule, de qui l'on parle ?", en="Read the definition of a direct identifier again: which column says, by itself, whom we are talking about?")
### BEGIN HIDDEN TESTS
check(roles["matricule"]).equals("direct", fr="Un numéro vaut un nom pour qui a la liste : combien d'agents portent le même matricule ?", en="A number is as good as a name for whoever has the list: how many staff share one staff number?")
check(roles["courriel"]).equals("direct", fr="L'une des colonnes contient le nom sous une autre forme : relisez les trois lignes du registre complet.", en="One of the columns holds the name in another form: read the three lines of the complete register again.")
champs_roles = ["sexe", "naissance", "site", "metier"]
check.that(any(roles[c] != "rien" for c in champs_roles), fr="Sexe, naissance, site, métier : aucun ne désigne quelqu'un à lui seul, mais pensez à ce qui arrive quand on les croise.", en="Sex, birth, site, job: none points to anyone by itself, but think of what happens when they are crossed.")
check.that(sum(roles[c] == "direct" for c in champs_roles) < 2, fr="Vous voyez des identifiants directs là où il n'y en a pas : combien d'agents partagent, par exemple, le même site ?", en="You see direct identifiers where there are none: how many staff share, for example, the same site?")
check(roles["motif"]).differs_from("rien", fr="L'une des colonnes dit quelque chose de la santé ou de la famille d'une personne : ce n'est pas rien.", en="One of the columns says something of a person's health or family: that is not nothing.")
erreurs = sum(roles[c] != "quasi" for c in champs_roles) + (roles["motif"] != "sensible") + (roles["logiciel"] != "rien")
check.that(erreurs <= 1, fr="Plusieurs rôles sont à revoir. Pour chaque colonne, deux questions : un collègue peut-il connaître cette valeur sans ouvrir le fichier ? La personne serait-elle gênée qu'on l'apprenne ?", en="Several roles need another look. For each column, two questions: can a colleague know this value without opening the file? Would the person mind if it became known?")
### END HIDDEN TESTS

# %% [markdown] id="partie-2" lang="fr"
# ## 2. Sans nom, mais pas anonyme
#
# Le registre préparé ne contient plus ni nom, ni courriel, ni matricule, ni logiciel. Une colonne s'y ajoute : le nombre de **jours** d'absence. Chaque ligne porte un numéro de **dossier** tiré au hasard, que seule l'agence sait rattacher à un nom. Ce procédé s'appelle la **pseudonymisation** : utile, mais
# pour le RGPD (considérant 26) le fichier reste fait de données personnelles tant que l'on peut, par des moyens raisonnables, retrouver quelqu'un.
#
# **Prévoyez d'abord**, puis ouvrez-le.

# %% [markdown] id="partie-2" lang="en" of="f3800d9b"
# ## 2. Without a name, yet not anonymous
#
# The register that was prepared holds no name, no email, no staff number and no software any more. One column is added: the number of **days** of absence. Each line carries a **file number** drawn at random, which only the agency can relate to a name. This is called **pseudonymisation**: useful, but
# for the GDPR (recital 26) the file still consists of personal data as long as someone can be found in it by reasonable means.
#
# **Predict first**, then open it.

# %% id="prevision-seules" hide=true
ask.slider(
    "prevision-seules",
    fr="Ma prévision (non notée) : sur 100 agents, combien sont les seuls à avoir leur sexe, leur année de naissance, leur site et leur métier ?",
    en="My prediction (not graded): of 100 staff, how many are the only one with their sex, year of birth, site and job?",
    low=0,
    high=100,
    step=1,
)

# %% id="charger" examiner=true
registre = pd.read_csv("data/registre.csv")
champs = ["sexe", "naissance", "site", "metier"]

# %% id="apercu" hide=true
montrer(registre.head(5), fr="Les cinq premières lignes du registre, sur 1 200", en="The first five lines of the register, of 1,200")

# %% [markdown] id="exemple-groupes" lang="fr"
# **Un exemple, avant de commencer.** Six personnes, deux champs :
#
# | personne | sexe | site |
# |---|---|---|
# | 1 | femme | Aubrive |
# | 2 | femme | Aubrive |
# | 3 | femme | Aubrive |
# | 4 | homme | Aubrive |
# | 5 | homme | Corvel |
# | 6 | homme | Corvel |
#
# On met ensemble les personnes qui ont **les mêmes valeurs partout** : cela fait trois groupes, de 3, 1 et 2 personnes. La personne 4 est **seule de son espèce** : qui sait qu'un homme travaille à Aubrive sait que c'est la personne 4. Une personne sur six, soit 16,7 %.
# La taille du **plus petit groupe** s'appelle **k**. Ici, k = 1. Dans un fichier **k-anonyme** avec k = 5, chacun se confond avec au moins quatre autres.
#
# ### À vous : combien de personnes seules ?
#
# L'outil fait ces groupes sur les 1 200 agents. Cochez et décochez les champs.

# %% [markdown] id="exemple-groupes" lang="en" of="3123eba3"
# **An example before you start.** Six people, two fields:
#
# | person | sex | site |
# |---|---|---|
# | 1 | woman | Aubrive |
# | 2 | woman | Aubrive |
# | 3 | woman | Aubrive |
# | 4 | man | Aubrive |
# | 5 | man | Corvel |
# | 6 | man | Corvel |
#
# We put together the people who have **the same values everywhere**: that makes three groups, of 3, 1 and 2 people. Person 4 is **one of a kind**: whoever knows that a man works at Aubrive knows that this is person 4. One person in six, that is 16.7%.
# The size of the **smallest group** is called **k**. Here k = 1. In a **k-anonymous** file with k = 5, everyone blends in with at least four others.
#
# ### Your turn: how many people are one of a kind?
#
# The tool makes these groups over the 1,200 staff. Tick and untick the fields.

# %% id="compter" hide=true
def compter(sexe, naissance, site, metier):
    gardes = [c for c, coche in zip(champs, (sexe, naissance, site, metier)) if coche]
    if not gardes:
        return labkit.tr("Cochez au moins un champ.", "Tick at least one field.")
    tailles = registre.groupby(gardes).size()
    seules = int((tailles == 1).sum())
    resultat = pd.DataFrame({"a": [len(tailles)], "b": [int(tailles.min())], "c": [seules], "d": [pourcent(100 * seules / len(registre))]})
    resultat.columns = ["groupes", "plus petit groupe (k)", "personnes seules", "part des 1 200 agents"]  #@fr
    resultat.columns = ["groups", "smallest group (k)", "people alone", "share of the 1,200 staff"]  #@en
    titre = ", ".join(noms_champs[c] for c in gardes)
    labkit.table(resultat, fr=f"Champs croisés : {titre}", en=f"Fields crossed: {titre}")


labkit.explore(
    compter,
    sexe=labkit.toggle(fr="Sexe", en="Sex", start=True),
    naissance=labkit.toggle(fr="Année de naissance", en="Year of birth"),
    site=labkit.toggle(fr="Site", en="Site", start=True),
    metier=labkit.toggle(fr="Métier", en="Job"),
)

# %% [markdown] id="uniques-texte" lang="fr"
# Répondez à deux questions :
#
# 1. Avec les **quatre** champs, quelle **part** des agents, en pour cent et avec une décimale, est seule de son espèce ?
# 2. À partir des quatre champs, on en retire **un seul**. Lequel fait le plus **baisser** le nombre de personnes seules ?

# %% [markdown] id="uniques-texte" lang="en" of="5e59f0cb"
# Answer two questions:
#
# 1. With all **four** fields, what **share** of the staff, in per cent and with one decimal, is one of a kind?
# 2. Starting from the four fields, **a single one** is removed. Which one **lowers** the number of people alone the most?

# %% id="uniques-questions" hide=true
ask.number("uniques-part", fr="Part des agents seuls de leur espèce, avec les quatre champs", en="Share of the staff who are one of a kind, with the four fields", low=0, high=1200, unit="%")
ask.choice(
    "uniques-champ",
    fr="Le champ dont le retrait fait le plus baisser le nombre de personnes seules",
    en="The field whose removal lowers the number of people alone the most",
    options={"sexe": ("sexe", "sex"), "naissance": ("année de naissance", "year of birth"), "site": ("site", "site"), "metier": ("métier", "job")},
)

# %% graded="uniques"
part, champ = ask.answer("uniques-part"), ask.answer("uniques-champ")
check(part).is_answered()
check(champ).is_answered()
check(part).is_at_most(100, fr="On demande une part, en pour cent, et non un nombre de personnes.", en="We ask for a share, in per cent, not for a number of people.")
check.that(abs(part - 16.7) > 0.06, fr="C'est la réponse de l'exemple à six personnes. Servez-vous de l'outil, qui compte sur 1 200.", en="This is the answer of the example with six people. Use the tool, which counts over 1,200.")
### BEGIN HIDDEN TESTS
seules_sans = {retire: int((registre.groupby([c for c in champs if c != retire]).size() == 1).sum()) for retire in champs}
part_vraie = 100 * int((registre.groupby(champs).size() == 1).sum()) / len(registre)
check.that(abs(part - part_vraie / 100) > 0.01, fr="Donnez la part en pour cent : multipliez par 100.", en="Give the share in per cent: multiply by 100.")
check.that(not any(abs(part - 100 * n / len(registre)) < 0.15 for n in seules_sans.values()), fr="L'une des quatre cases de l'outil n'est pas cochée : cette part est celle de trois champs.", en="One of the tool's four boxes is not ticked: this is the share with three fields.")
check.that(part != round(part) or abs(part - part_vraie) >= 1, fr="Vous avez arrondi : donnez la part avec une décimale, telle que l'outil l'affiche.", en="You have rounded: give the share with one decimal, as the tool shows it.")
check(part).is_close_to(part_vraie, within=0.3, fr="Cochez les quatre champs dans l'outil, et relisez la dernière colonne.", en="Tick all four fields in the tool, and read the last column again.")
check(champ).equals(min(seules_sans, key=seules_sans.get), fr="Partez des quatre champs cochés, décochez-en un, notez les personnes seules, recochez-le, et recommencez pour les trois autres.", en="Start with the four fields ticked, untick one, note the people alone, tick it again, and do the same for the three others.")
### END HIDDEN TESTS

# %% id="bilan-seules" hide=true
prevues, mesuree = ask.answer("prevision-seules"), ask.answer("uniques-part")
mesure_seules = labkit.tr("à compléter", "to be completed") if mesuree is None else pourcent(mesuree)
if prevues is not None:
    print(f"Votre prévision : {prevues:g} agents seuls sur 100. Votre mesure : {mesure_seules}.")  #@fr
    print(f"Your prediction: {prevues:g} staff in 100 are alone. Your measurement: {mesure_seules}.")  #@en
else:
    print("Vous n'aviez pas fait de prévision.")  #@fr
    print("You had made no prediction.")  #@en

# %% [markdown] id="retrouver-texte" lang="fr"
# **Ce que l'on voit.** Aucun champ ne désigne quelqu'un à lui seul ; ensemble, ils désignent la plupart des agents. Un tel groupe de champs vaut presque un nom. Reste à savoir si quelqu'un, dehors, connaît ces quatre valeurs.
#
# ### Le journal interne
#
# Trois extraits de *L'Écho des Rives*, distribué à tous (personnes et textes inventés) :
#
# > **Janvier 2025.** Ilan Kerbrat, hydrologue à Corvel, né en 1968, a fêté ses trente ans de maison.
#
# > **Mars 2025.** Bravo à Maïa Tessonnier, juriste à Port-Lavel (service « droit »), qui a eu 40 ans en 2024 et publie son premier roman.
#
# > **Mai 2025.** Jonas Abadie, éclusier à Merlieu, né en 1994, a remporté la course de barques.
#
# **L'exemple : Ilan.** Réglez l'outil sur homme, 1968, Corvel, hydrologie : **un seul** dossier correspond, le 4775. C'est donc lui, et l'on apprend qu'il a eu un accident de service, ce que l'article ne disait pas. Il a suffi de quatre listes déroulantes.
#
# **Attention.** Retrouver ainsi de vraies personnes sans motif légitime serait une faute, souvent un délit. On le fait ici sur des personnes inventées, pour **évaluer un risque**, comme on teste une serrure : la sienne.

# %% [markdown] id="retrouver-texte" lang="en" of="63f488d9"
# **What we see.** No field points to anyone by itself; together they point to most of the staff. Such a group of fields is nearly as good as a name. The question is whether someone outside knows these four values.
#
# ### The staff magazine
#
# Three extracts from *L'Écho des Rives*, which everybody receives (people and texts are invented):
#
# > **January 2025.** Ilan Kerbrat, hydrologist (hydrology) at Corvel, born in 1968, celebrated thirty years with us.
#
# > **March 2025.** Well done to Maïa Tessonnier, lawyer at Port-Lavel (department "law"), who turned 40 in 2024 and is publishing her first novel.
#
# > **May 2025.** Jonas Abadie, lock keeper (locks) at Merlieu, born in 1994, won the rowing-boat race.
#
# **The example: Ilan.** Set the tool to man, 1968, Corvel, hydrology: **one single** file matches, number 4775. So it is him, and we learn that he had an accident at work, which the article did not say. Four drop-down lists were enough.
#
# **Beware.** To find real people in this way without a legitimate reason would be misconduct, and often an offence. We do it here with invented people, in order to **assess a risk**, as one tests a lock: one's own.

# %% id="chercher" hide=true
def chercher(sexe, naissance, site, metier):
    trouves = registre
    for champ_lu, valeur in (("sexe", sexe), ("naissance", naissance), ("site", site), ("metier", metier)):
        if valeur != "tous":
            trouves = trouves[trouves[champ_lu].astype(str) == valeur]
    if trouves.empty:
        return labkit.tr("Aucun dossier ne correspond.", "No file matches.")
    montrer(trouves.head(8), fr=f"Dossiers qui correspondent : {len(trouves)} (les huit premiers au plus)", en=f"Files that match: {len(trouves)} (the first eight at most)")


def au_choix(valeurs):
    return {str(v): (noms.get(v, str(v)), noms.get(v, str(v))) for v in ["tous", *valeurs]}


labkit.explore(
    chercher,
    sexe=labkit.dropdown(fr="Sexe", en="Sex", options=au_choix(["F", "H"]), start="H"),
    naissance=labkit.dropdown(fr="Année de naissance", en="Year of birth", options=au_choix([int(annee) for annee in sorted(registre["naissance"].unique())]), start="1968"),
    site=labkit.dropdown(fr="Site", en="Site", options=au_choix(sorted(registre["site"].unique())), start="Corvel"),
    metier=labkit.dropdown(fr="Métier", en="Job", options=au_choix(sorted(registre["metier"].unique())), start="hydrologie"),
)

# %% [markdown] id="retrouver-a-vous" lang="fr"
# ### À vous : Maïa et Jonas
#
# 1. **Maïa** : donnez le numéro de son dossier, et ce que le registre révèle d'elle.
# 2. **Jonas** : combien de dossiers correspondent ? Et que peut-on conclure, **pour lui**, du motif d'absence ?
#
# Une bonne évaluation dit aussi quand on **ne sait pas**.

# %% [markdown] id="retrouver-a-vous" lang="en" of="569deaf7"
# ### Your turn: Maïa and Jonas
#
# 1. **Maïa**: give the number of her file, and what the register reveals about her.
# 2. **Jonas**: how many files match? And what can be concluded, **about him**, from the reason for absence?
#
# A good assessment also says when we **do not know**.

# %% id="retrouver-questions" hide=true
motifs_proposes = {
    "aucune": (noms["aucune"], noms["aucune"]),
    "courte": (noms["maladie courte"], noms["maladie courte"]),
    "longue": (noms["maladie longue"], noms["maladie longue"]),
    "accident": (noms["accident de service"], noms["accident de service"]),
    "parentalite": (noms["parentalité"], noms["parentalité"]),
}
ask.number("maia-dossier", fr="Maïa : numéro de son dossier", en="Maïa: the number of her file", low=1, high=9999)
ask.choice("maia-motif", fr="Maïa : le motif que révèle le registre", en="Maïa: the reason that the register reveals", options=motifs_proposes)
ask.number("jonas-nombre", fr="Jonas : nombre de dossiers qui correspondent", en="Jonas: number of files that match", low=0, high=1200)
ask.choice(
    "jonas-conclusion",
    fr="Jonas : ce que l'on peut conclure de son motif d'absence",
    en="Jonas: what can be concluded about his reason for absence",
    options={
        "premier": ("C'est celui du premier dossier affiché.", "It is the one of the first file shown."),
        "frequent": ("C'est le motif le plus fréquent dans toute l'agence.", "It is the most common reason in the whole agency."),
        "rien": ("Rien de sûr : les dossiers qui correspondent ont des motifs différents.", "Nothing certain: the files that match have different reasons."),
        "aucune": ("Il n'a pas été absent, puisqu'il a gagné une course.", "He was not absent, since he won a race."),
    },
)

# %% graded="retrouver"
maia, motif_maia = ask.answer("maia-dossier"), ask.answer("maia-motif")
jonas, jonas_dit = ask.answer("jonas-nombre"), ask.answer("jonas-conclusion")
for reponse in (maia, motif_maia, jonas, jonas_dit):
    check(reponse).is_answered()
check(maia).differs_from(4775, fr="C'est le dossier d'Ilan, notre exemple. Réglez les quatre listes d'après l'article de mars.", en="This is Ilan's file, our example. Set the four lists from the article of March.")
check.that(maia in set(registre["dossier"]), fr="Aucun dossier du registre ne porte ce numéro : relisez la première colonne de la table.", en="No file of the register has this number: read the first column of the table again.")
### BEGIN HIDDEN TESTS
import pandas

verite = pandas.read_csv("data/verite.csv").set_index("fait")["valeur"]
vu = registre[registre["dossier"] == maia].iloc[0]
check.that(not (vu["naissance"] == 1985 or vu["naissance"] == 1983), fr="L'année de naissance ne va pas : l'article dit qu'elle a eu 40 ans en 2024.", en="The year of birth is wrong: the article says that she turned 40 in 2024.")
check.that([vu["sexe"], vu["site"], vu["metier"]] == ["F", "Port-Lavel", "droit"], fr="Ce dossier n'est pas celui de Maïa : sexe, site et métier s'accordent-ils tous avec l'article ?", en="This is not Maïa's file: do sex, site and job all agree with the article?")
check(int(maia)).equals(int(verite["dossier"]), fr="Ce dossier n'est pas celui de Maïa : réglez aussi son année de naissance.", en="This is not Maïa's file: set her year of birth as well.")
check(motif_maia).equals({"maladie longue": "longue"}.get(verite["motif"]), fr="Le dossier est le bon, mais pas le motif : relisez sa ligne jusqu'au bout.", en="The file is right but the reason is not: read its line to the end.")
check.that(jonas != 1, fr="Plus d'un dossier correspond à Jonas. Réglez chaque liste d'après l'article de mai (prénom, année, lieu, métier), sans rien y ajouter, et lisez le nombre donné dans le titre de la table.", en="More than one file matches Jonas. Set each list from the article of May (first name, year, place, job), adding nothing to it, and read the number in the title of the table.")
check(int(jonas)).equals(int(verite["plusieurs"]), fr="Le nombre de dossiers de Jonas n'est pas le bon : réglez les quatre listes sur ce que dit l'article de mai, sans en oublier.", en="The number of files for Jonas is wrong: set all four lists to what the article of May says.")
check(jonas_dit).differs_from("aucune", fr="Une course gagnée ne dit rien d'une absence, avant ou après : c'est une supposition, non une lecture du registre.", en="Winning a race says nothing of an absence before or after it: that is a guess, not a reading of the register.")
check(jonas_dit).equals("rien", fr="Plusieurs dossiers correspondent. Qu'est-ce qui permettrait de choisir l'un d'eux ? Comparez leurs motifs.", en="Several files match. What would let one choose among them? Compare their reasons.")
### END HIDDEN TESTS

# %% [markdown] id="retrouver-lecon" lang="fr"
# **Ce que l'on voit.** Un journal aimable et un fichier « anonyme » suffisent, ensemble, à révéler la santé d'une collègue. Aucun des deux n'était secret, ni mal intentionné. Jonas, lui, est protégé : trois personnes se ressemblent, et leurs motifs diffèrent.
# L'idée de la suite est là : **faire que chacun ressemble à d'autres**.

# %% [markdown] id="retrouver-lecon" lang="en" of="98412327"
# **What we see.** A friendly magazine and an "anonymous" file are enough, together, to reveal a colleague's health. Neither was secret, neither meant harm. Jonas is protected: three people look alike, and their reasons differ.
# That is the idea of what follows: **make everyone look like others**.

# %% [markdown] id="partie-3" lang="fr"
# ## 3. Protéger en perdant le moins possible
#
# Pour que chacun ressemble à d'autres, on rend les champs **plus grossiers** : un bassin au lieu d'un site, une famille au lieu d'un métier. Plus c'est grossier, plus c'est sûr, et moins l'étude en apprend. Le cabinet a dit ce que chaque simplification lui **coûte**, en points :
#
# | champ | versions possibles, et points perdus |
# |---|---|
# | naissance | année exacte **0**, tranche de 5 ans **10**, tranche de 10 ans **20**, deux générations (avant ou depuis 1980) **35**, retirée **60** |
# | site | les six sites **0**, trois bassins **30** (jamais retiré : l'étude compare les lieux) |
# | métier | les neuf métiers **0**, trois familles **25**, retiré **60** |
# | sexe | gardé : l'étude compare les femmes et les hommes |
# | motif | gardé : c'est ce que l'étude compare |
# | dossier | gardé : seule l'agence sait le rattacher à un nom |
# | jours | **jamais transmis** : une absence de 150 jours dit déjà « maladie longue » |
#
# **La règle** fixée avec la déléguée à la protection des données : chaque groupe transmis compte **au moins 5 personnes** (k = 5). Les dossiers des groupes trop petits sont **écartés**, c'est-à-dire non transmis : **24 au plus** (2 % des agents), car en écarter davantage fausserait l'étude.
#
# **Un exemple.** Tranches de 5 ans, six sites, neuf métiers : 10 + 0 + 0 = 10 points perdus, mais 885 dossiers à écarter : **interdit**. Naissance retirée, trois bassins, trois familles : personne à écarter, mais 60 + 30 + 25 = 115 points perdus : **permis**, et trop cher.
#
# ### À vous : le meilleur réglage permis
#
# Trouvez le réglage **permis** qui perd le **moins** de points, et choisissez ses trois versions. Il y en a 30 en tout ; inutile de les essayer tous. **Un conseil** : la seconde question de la partie 2 vous a dit quel champ expose le plus. Commencez par le rendre plus grossier, un cran à la fois ; s'il ne suffit pas, prenez-en un deuxième.

# %% [markdown] id="partie-3" lang="en" of="43b19190"
# ## 3. Protecting while losing as little as possible
#
# To make everyone look like others, we make the fields **coarser**: a basin instead of a site, a family instead of a job. The coarser, the safer, and the less the study learns. The consultancy has said what each simplification **costs** it, in points:
#
# | field | possible versions, and points lost |
# |---|---|
# | birth | exact year **0**, 5-year band **10**, 10-year band **20**, two generations (before or since 1980) **35**, removed **60** |
# | site | the six sites **0**, three basins **30** (never removed: the study compares places) |
# | job | the nine jobs **0**, three families **25**, removed **60** |
# | sex | kept: the study compares women and men |
# | reason | kept: it is what the study compares |
# | file number | kept: only the agency can relate it to a name |
# | days | **never handed over**: an absence of 150 days already says "long illness" |
#
# **The rule** agreed with the data protection officer: each group handed over has **at least 5 people** (k = 5). The files of groups that are too small are **set aside**, that is, not handed over: **24 at most** (2% of the staff), since setting aside more would distort the study.
#
# **An example.** 5-year bands, six sites, nine jobs: 10 + 0 + 0 = 10 points lost, but 885 files to set aside: **not allowed**. Birth removed, three basins, three families: nobody to set aside, but 60 + 30 + 25 = 115 points lost: **allowed**, and too dear.
#
# ### Your turn: the best setting allowed
#
# Find the **allowed** setting that loses the **fewest** points, and choose its three versions. There are 30 in all; no need to try every one. **A piece of advice**: the second question of part 2 told you which field exposes people the most. Begin by making it coarser, one notch at a time; if that is not enough, take a second one.

# %% id="regler" examiner=true
bassins = {"Aubrive": "amont", "Corvel": "amont", "Lorval": "médian", "Merlieu": "médian", "Port-Lavel": "aval", "Salvane": "aval"}
familles = {"accueil": "bureau", "gestion": "bureau", "droit": "bureau", "écluse": "terrain", "garde-rivière": "terrain", "travaux": "terrain", "cartographie": "technique", "hydrologie": "technique", "laboratoire": "technique"}
points_naissance = {"annee": 0, "cinq": 10, "dix": 20, "generation": 35, "retiree": 60}
points_site = {"site": 0, "bassin": 30}
points_metier = {"metier": 0, "famille": 25, "retire": 60}


def grossir(naissance, site, metier):
    """Le registre, ses champs rendus plus grossiers selon les trois versions choisies."""
    annees = registre["naissance"]
    versions = {
        "annee": annees.astype(str),
        "cinq": (annees // 5 * 5).astype(str) + "–" + (annees // 5 * 5 + 4).astype(str),
        "dix": (annees // 10 * 10).astype(str) + "–" + (annees // 10 * 10 + 9).astype(str),
        "generation": (annees < 1980).map({True: "avant 1980", False: "depuis 1980"}),
        "retiree": pd.Series("tous", index=registre.index),
    }
    return registre.assign(
        naissance=versions[naissance],
        site=registre["site"].map(bassins) if site == "bassin" else registre["site"],
        metier={"metier": registre["metier"], "famille": registre["metier"].map(familles), "retire": pd.Series("tous", index=registre.index)}[metier],
    )


def effet_du_reglage(naissance, site, metier):
    """Points perdus, dossiers à écarter pour que k = 5, nombre de groupes et plus petit groupe avant d'écarter."""
    tailles = grossir(naissance, site, metier).groupby(champs).size()
    perdus = points_naissance[naissance] + points_site[site] + points_metier[metier]
    return perdus, int(tailles[tailles < 5].sum()), len(tailles), int(tailles.min())

# %% id="essayer-reglages" hide=true
versions_naissance = {
    "annee": ("année exacte (0)", "exact year (0)"),
    "cinq": ("tranche de 5 ans (10)", "5-year band (10)"),
    "dix": ("tranche de 10 ans (20)", "10-year band (20)"),
    "generation": ("deux générations (35)", "two generations (35)"),
    "retiree": ("retirée (60)", "removed (60)"),
}
versions_site = {"site": ("les six sites (0)", "the six sites (0)"), "bassin": ("trois bassins (30)", "three basins (30)")}
versions_metier = {"metier": ("les neuf métiers (0)", "the nine jobs (0)"), "famille": ("trois familles (25)", "three families (25)"), "retire": ("retiré (60)", "removed (60)")}


def essayer_reglage(naissance, site, metier):
    perdus, ecartes, groupes, plus_petit = effet_du_reglage(naissance, site, metier)
    resultat = pd.DataFrame({
        "a": [perdus], "b": [groupes], "c": [plus_petit], "d": [ecartes],
        "e": [labkit.tr("permis", "allowed") if ecartes <= 24 else labkit.tr("interdit", "not allowed")],
    })
    resultat.columns = ["points perdus", "groupes", "plus petit groupe, avant d'écarter", "dossiers à écarter pour k = 5", "verdict (24 au plus)"]  #@fr
    resultat.columns = ["points lost", "groups", "smallest group, before setting aside", "files to set aside for k = 5", "verdict (24 at most)"]  #@en
    labkit.table(resultat, fr="Effet du réglage", en="Effect of the setting")
    montrer(grossir(naissance, site, metier)[["dossier", "sexe", "naissance", "site", "metier", "motif"]].head(3), fr="Les trois premières lignes, telles qu'elles partiraient", en="The first three lines, as they would be sent")


labkit.explore(
    essayer_reglage,
    naissance=labkit.dropdown(fr="Naissance", en="Birth", options=versions_naissance),
    site=labkit.dropdown(fr="Site", en="Site", options=versions_site),
    metier=labkit.dropdown(fr="Métier", en="Job", options=versions_metier),
)

# %% id="kanonymat-questions" hide=true
ask.choice("k-naissance", fr="Naissance : la version que je retiens", en="Birth: the version that I keep", options=versions_naissance)
ask.choice("k-site", fr="Site : la version que je retiens", en="Site: the version that I keep", options=versions_site)
ask.choice("k-metier", fr="Métier : la version que je retiens", en="Job: the version that I keep", options=versions_metier)

# %% graded="kanonymat"
retenu = [ask.answer("k-naissance"), ask.answer("k-site"), ask.answer("k-metier")]
for reponse in retenu:
    check(reponse).is_answered()
check.that(
    retenu != ["annee", "site", "metier"],
    fr="C'est le registre d'origine : rien n'y est protégé. Réglez l'outil, un cran à la fois, et lisez le verdict.",
    en="This is the original register: nothing is protected. Set the tool, one notch at a time, and read the verdict.",
)
check.that(
    retenu != ["retiree", "bassin", "famille"] and retenu != ["retiree", "bassin", "retire"],
    fr="Ce réglage protège en effaçant presque tout : l'étude n'y apprendrait plus grand-chose. Rendez de la finesse à un champ, et voyez si le verdict tient.",
    en="This setting protects by erasing almost everything: the study would learn little from it. Make one field finer again, and see whether the verdict holds.",
)
### BEGIN HIDDEN TESTS
reglages = {(n, s, m): effet_du_reglage(n, s, m)[:2] for n in points_naissance for s in points_site for m in points_metier}
perdus, ecartes = reglages[tuple(retenu)]
approche = 24 < ecartes <= 60
retire_tout = retenu[0] == "retiree" or retenu[2] == "retire"
check.that(not (approche and retire_tout), fr=f"Ce réglage écarte {ecartes} dossiers, et la règle en permet 24. Retirer un champ ne suffit pas : rendez-lui un cran de finesse, et rendez-en un autre plus grossier.", en=f"This setting sets aside {ecartes} files, and the rule allows 24. Removing one field is not enough: make it one notch finer again, and make another one coarser.")
check.that(not approche, fr=f"Ce réglage écarte {ecartes} dossiers, et la règle en permet 24 : rendez un champ plus grossier d'un cran, et relisez le verdict.", en=f"This setting sets aside {ecartes} files, and the rule allows 24: make one field coarser by one notch, and read the verdict again.")
check.that(ecartes <= 24, fr="Ce réglage perd peu, mais il laisse trop de personnes dans de petits groupes : le verdict est « interdit ».", en="This setting loses little, but it leaves too many people in small groups: the verdict is “not allowed”.")
moins_cher = min(p for p, e in reglages.values() if e <= 24)
check.that(perdus == moins_cher or retenu[0] != "retiree", fr="Ce réglage est permis, mais il retire entièrement la naissance. Une version moins radicale, avec les autres champs tels quels, ne suffirait-elle pas ?", en="This setting is allowed, but it removes birth altogether. Might a less drastic version be enough, with the other fields as they are?")
check.that(perdus == moins_cher or retenu[2] != "retire", fr="Ce réglage est permis, mais il retire entièrement le métier, ce qui coûte cher. Cherchez un réglage qui partage l'effort entre les champs.", en="This setting is allowed, but it removes the job altogether, which is dear. Look for a setting that shares the effort among the fields.")
check(perdus).equals(moins_cher, fr="Ce réglage est permis, mais un autre, permis aussi, perd moins de points. Rendez de la finesse au champ qui vous coûte le plus, et relisez le verdict.", en="This setting is allowed, but another one, also allowed, loses fewer points. Make finer again the field that costs you the most, and read the verdict.")
### END HIDDEN TESTS

# %% [markdown] id="partie-4" lang="fr"
# ## 4. Ce que k ne protège pas
#
# Avant vous, un collègue avait préparé une autre version, **permise** elle aussi : tranches de 10 ans, six sites, métier retiré, et les groupes de moins de 5 personnes écartés (7 dossiers). Elle perd plus de points que la meilleure, mais chacun s'y confond avec au moins quatre autres : Maïa, par exemple, y est l'une de **27** personnes, aux motifs variés. Est-ce assez ? **Prévoyez.**

# %% [markdown] id="partie-4" lang="en" of="24434fd6"
# ## 4. What k does not protect
#
# Before you, a colleague had prepared another version, which is **allowed** too: 10-year bands, six sites, job removed, and groups of fewer than 5 people set aside (7 files). It loses more points than the best one, but in it everyone blends in with at least four others: Maïa, for instance, is one of **27** people, with various reasons. Is it enough? **Predict.**

# %% id="prevision-suffit" hide=true
ask.choice(
    "prevision-suffit",
    fr="Ma prévision (non notée) : dans cette version, peut-on encore apprendre pourquoi quelqu'un a été absent ?",
    en="My prediction (not graded): in this version, can one still learn why somebody was absent?",
    options={
        "a": ("Non : chaque groupe compte au moins cinq personnes.", "No: each group has at least five people."),
        "b": ("Oui, dans certains groupes.", "Yes, in some groups."),
        "c": ("Oui, pour tout le monde.", "Yes, for everybody."),
    },
)

# %% [markdown] id="homogene-texte" lang="fr"
# **Un exemple.** Dans un groupe de six, tous ont eu un accident de service. On ne sait pas quelle ligne est celle de Paul ; mais s'il est de ce groupe, on sait qu'il a eu un accident. Son **motif est dévoilé** sans que sa ligne soit trouvée. Un groupe de six dont les motifs sont
# accident, accident, accident, parentalité, aucune et aucune ne dévoile personne avec certitude. On compte alors, dans les groupes à **un seul motif**, toutes les personnes : ici 6.
#
# La table montre les groupes transmis, en commençant par ceux qui ont le moins de motifs différents.

# %% [markdown] id="homogene-texte" lang="en" of="5a0655f8"
# **An example.** In a group of six, everyone had an accident at work. We cannot tell which line is Paul's; but if he is in this group, we know that he had an accident. His **reason is disclosed** without his line being found. A group of six whose reasons are
# accident, accident, accident, parenthood, none and none discloses nobody's with certainty. So we count, in the groups with **a single reason**, all the people: here 6.
#
# The table shows the groups handed over, beginning with those that have the fewest different reasons.

# %% id="registre-protege" examiner=true
protege = grossir("dix", "site", "retire")
protege = protege[protege.groupby(champs)["motif"].transform("size") >= 5]

# %% id="montrer-groupes" hide=true
par_groupe = protege.groupby(champs)["motif"].agg(["size", "nunique", lambda motifs: motifs.value_counts().index[0], lambda motifs: pourcent(100 * motifs.value_counts().iloc[0] / len(motifs), 0)])
par_groupe.columns = ["n", "d", "frequent", "part"]
par_groupe = par_groupe.reset_index().drop(columns="metier").sort_values(["d", "n"], kind="stable").head(8)
par_groupe.columns = ["sexe", "naissance", "site", "personnes", "motifs différents", "motif le plus fréquent", "sa part"]  #@fr
par_groupe.columns = ["sexe", "naissance", "site", "people", "different reasons", "most common reason", "its share"]  #@en
montrer(par_groupe, fr="Les huit groupes qui ont le moins de motifs différents, sur 48", en="The eight groups with the fewest different reasons, of 48")

# %% [markdown] id="homogene-a-vous" lang="fr"
# ### À vous : les personnes dévoilées, et le remède
#
# 1. Combien de **personnes** en tout voient leur motif dévoilé, parce que tout leur groupe a le même ?
# 2. Quel remède les protège vraiment, en gardant l'étude possible ?

# %% [markdown] id="homogene-a-vous" lang="en" of="45320067"
# ### Your turn: the people disclosed, and the remedy
#
# 1. How many **people** in all have their reason disclosed, because everyone in their group has the same one?
# 2. Which remedy really protects them, while the study remains possible?

# %% id="homogene-questions" hide=true
ask.number("devoiles", fr="Personnes dont le motif est dévoilé", en="People whose reason is disclosed", low=0, high=1200, unit=labkit.tr("personnes", "people"))
ask.choice(
    "remede",
    fr="Le remède",
    en="The remedy",
    options={
        "rien": ("Rien : avec k = 5, la règle est respectée.", "Nothing: with k = 5, the rule is kept."),
        "numero": ("Retirer aussi le numéro de dossier.", "Remove the file number too."),
        "six": ("Passer de k = 5 à k = 6.", "Go from k = 5 to k = 6."),
        "taire": ("Ne pas transmettre le motif de ces groupes, et le dire au cabinet.", "Do not hand over the reason for these groups, and tell the consultancy so."),
        "tout": ("Ne plus transmettre aucun motif.", "Hand over no reason at all any more."),
    },
)

# %% graded="homogene"
devoiles, remede = ask.answer("devoiles"), ask.answer("remede")
check(devoiles).is_answered()
check(remede).is_answered()
check.that(devoiles != 0, fr="Regardez la colonne des motifs différents : que sait-on d'une personne quand ce nombre est 1 ?", en="Look at the column of different reasons: what do we know of a person when this number is 1?")
check(remede).differs_from("rien", fr="La règle est respectée, et pourtant des motifs se lisent. Une règle tenue n'est pas un risque évalué.", en="The rule is kept, and yet some reasons can be read. A rule kept is not a risk assessed.")
### BEGIN HIDDEN TESTS
groupes_protege = protege.groupby(champs)["motif"]
uns = groupes_protege.nunique() == 1
tailles_uns = groupes_protege.size()[uns]
check.that(devoiles != len(tailles_uns), fr="C'est le nombre de groupes. On demande le nombre de personnes dans ces groupes.", en="This is the number of groups. We ask for the number of people in these groups.")
check.that(devoiles not in set(tailles_uns), fr="Un seul groupe est compté : lisez la colonne des motifs différents jusqu'au dernier 1.", en="Only one group is counted: read the column of different reasons down to the last 1.")
check(int(devoiles)).equals(int(tailles_uns.sum()), fr="Additionnez les personnes des groupes dont la colonne « motifs différents » vaut exactement 1, et d'eux seuls.", en="Add up the people of the groups whose column “different reasons” is exactly 1, and of those only.")
check(remede).differs_from("numero", fr="Le numéro de dossier ne sert à rien ici : on lit le motif du groupe, sans chercher de ligne.", en="The file number plays no part here: the group's reason is read without looking for a line.")
check(remede).differs_from("six", fr="Comparez ce nouveau k à la taille des groupes dévoilés : seraient-ils tous écartés ?", en="Compare this new k with the size of the groups disclosed: would they all be set aside?")
check(remede).equals("taire", fr="Ce remède protège, mais il supprime l'objet même de l'étude pour tout le monde. Qui faut-il protéger ici ?", en="This remedy protects, but it removes the very subject of the study for everyone. Who needs protecting here?")
### END HIDDEN TESTS

# %% id="mon-reglage" hide=true
mien = [ask.answer("k-naissance"), ask.answer("k-site"), ask.answer("k-metier")]
if all(mien):
    mes_motifs = [motifs for _, motifs in grossir(*mien).groupby(champs)["motif"] if len(motifs) >= 5]
    un_seul = sum(motifs.nunique() == 1 for motifs in mes_motifs)
    semblables, taille = max(((int(motifs.value_counts().iloc[0]), len(motifs)) for motifs in mes_motifs), key=lambda couple: couple[0] / couple[1])
    print(f"Et votre réglage de la partie 3 ? Groupes transmis : {len(mes_motifs)}. Groupes à un seul motif : {un_seul}. Dans le groupe le plus exposé, {semblables} personnes sur {taille} ont le même motif.")  #@fr
    print(f"And your setting of part 3? Groups handed over: {len(mes_motifs)}. Groups with a single reason: {un_seul}. In the group most exposed, {semblables} people in {taille} have the same reason.")  #@en
else:
    print("Choisissez d'abord les trois versions de la partie 3 : cette cellule regarde les motifs de votre réglage.")  #@fr
    print("First choose the three versions of part 3: this cell looks at the reasons in your setting.")  #@en

# %% [markdown] id="homogene-lecon" lang="fr"
# **Ce que l'on voit.** La réponse était donc « oui, dans certains groupes » : comparez-la à votre prévision. Taire un motif ne servirait à rien si une autre colonne le redisait : dans l'un de ces groupes, presque toutes les absences dépassent 112 jours, ce qui, dans ce registre, n'arrive qu'en maladie longue.
# Voyez aussi votre propre réglage, ci-dessus : même sans groupe à un seul motif, un groupe où **presque** tous ont le même laisse deviner celui de chacun. C'est un risque qui reste, et qu'il faut dire.
#
# **À retenir.** Le k-anonymat empêche de retrouver une **ligne** ; il n'empêche pas toujours d'apprendre un **secret**. Il ne dit rien non plus de ce que le destinataire sait déjà, ni des fichiers qui paraîtront plus tard. D'où quatre précautions : vérifier la diversité des motifs, transmettre le moins possible,
# faire signer un engagement de ne pas recouper, fixer une date de suppression. Les données de santé relèvent en outre de l'article 9 du RGPD, qui interdit en principe de les traiter, sauf exceptions, et une **analyse d'impact** (article 35) est souvent obligatoire. (Ces repères ne remplacent pas un avis juridique.)

# %% [markdown] id="homogene-lecon" lang="en" of="e6f6d310"
# **What we see.** So the answer was "yes, in some groups": compare it with your prediction. Withholding a reason would be useless if another column gave it away: in one of these groups nearly all absences exceed 112 days, which in this register happens only with a long illness.
# Look at your own setting too, above: even without a group that has a single reason, a group where **nearly** everyone has the same one makes it easy to guess anyone's. That is a risk that remains, and it must be stated.
#
# **To remember.** K-anonymity prevents a **line** from being found; it does not always prevent a **secret** from being learnt. Nor does it say anything of what the recipient already knows, or of files that will appear later. Hence four precautions: check the diversity of reasons, hand over as little as possible,
# set a date for deletion, and have the recipient sign a commitment not to cross the data. Health data also fall under article 9 of the GDPR, which forbids in principle to process them, save for exceptions, and an **impact assessment** (article 35) is often mandatory. (These points do not replace legal advice.)

# %% [markdown] id="partie-5" lang="fr"
# ## 5. La solution la plus sobre qui suffit
#
# L'agence veut aussi un programme qui **oriente les demandes du personnel** (« mon badge ne marche plus », « où est ma prime ? ») vers l'un de cinq services. Première économie, de données celle-là : la demande suffit, **ni le nom ni le dossier** de l'agent ne sont lus.
#
# On a mesuré six façons de faire, et repris l'énergie d'un petit modèle de langue, mesurée pour le lab l2-06 ; sa qualité sur ces demandes, elle, ne l'a pas été. L'énergie est une **estimation** (temps de calcul × 10 watts) en **milliwattheures** (mWh) ; les rapports comptent plus que les valeurs.
#
# - **Qualité** : sur 600 demandes nouvelles, la part de celles qui arrivent au bon service. L'agence exige **au moins 85 %** : au-dessous, le secrétariat passe plus de temps à réorienter qu'à répondre.
# - **Apprentissage** : on réapprend **12 fois** par an, car les mots changent.
# - **Usage** : 75 000 demandes par an, soit **75 milliers**.

# %% [markdown] id="partie-5" lang="en" of="82b911af"
# ## 5. The most frugal solution that is good enough
#
# The agency also wants a programme that **directs requests of staff** ("my badge no longer works", "where is my bonus?") to one of five departments. A first saving, of data: the request is enough, **neither the name nor the file** of the person is read.
#
# Six ways of doing it were measured, and the energy of a small language model, measured for lab l2-06, was added; its quality on these requests has not been measured. Energy is an **estimate** (computing time × 10 watts) in **milliwatt-hours** (mWh); ratios count more than values.
#
# - **Quality**: of 600 new requests, the share that reaches the right department. The agency requires **at least 85%**: below that, the office spends more time redirecting than answering.
# - **Training**: the solution is trained again **12 times** a year, because words change.
# - **Use**: 75,000 requests a year, that is **75 thousands**.

# %% id="solutions" examiner=true
solutions = pd.read_csv("data/solutions.csv").set_index("solution")


def energie_annuelle(solution, milliers=75):
    """Énergie d'une année, en mWh : 12 apprentissages, et ce nombre de milliers de demandes."""
    return float(12 * solutions.loc[solution, "mwh_apprentissage"] + milliers * solutions.loc[solution, "mwh_1000"])

# %% id="montrer-solutions" hide=true
noms_solutions = {
    "regles": labkit.tr("règles écrites à la main (mots clés)", "rules written by hand (keywords)"),
    "bayes": labkit.tr("comptage de mots (Bayes)", "counting words (Bayes)"),
    "regression": labkit.tr("régression sur les mots", "regression on words"),
    "lettres": labkit.tr("régression sur des morceaux de mots", "regression on pieces of words"),
    "foret": labkit.tr("forêt de 300 arbres", "forest of 300 trees"),
    "reseau": labkit.tr("réseau de neurones", "neural network"),
    "langue": labkit.tr("petit modèle de langue", "small language model"),
}
tableau_solutions = pd.DataFrame({
    "a": [noms_solutions[s] for s in solutions.index],
    "b": [labkit.tr("non mesurée", "not measured") if pd.isna(q) else pourcent(q) for q in solutions["qualite"]],
    "c": [labkit.written(float(e), 3) for e in solutions["mwh_apprentissage"]],
    "d": [labkit.written(float(e), 3) for e in solutions["mwh_1000"]],
})
tableau_solutions.columns = ["solution", "qualité", "un apprentissage (mWh)", "mille demandes (mWh)"]  #@fr
tableau_solutions.columns = ["solution", "quality", "one training (mWh)", "a thousand requests (mWh)"]  #@en
labkit.table(tableau_solutions, fr="Sept solutions", en="Seven solutions")

# %% [markdown] id="sobriete-exemple" lang="fr"
# **L'exemple : le comptage de mots.** Une année : 12 apprentissages × 0,026 + 75 milliers × 0,029 = 0,312 + 2,175 = **2,49 mWh**. Mais sa qualité, 82,2 %, n'atteint pas 85 % : on ne la retient pas.
#
# ### À vous : la solution, et son énergie
#
# Parmi les solutions dont la qualité **suffit**, choisissez celle qui consomme le **moins sur une année**, et donnez cette énergie **en mWh, avec deux décimales**.

# %% [markdown] id="sobriete-exemple" lang="en" of="5c66d28d"
# **The example: counting words.** One year: 12 trainings × 0.026 + 75 thousands × 0.029 = 0.312 + 2.175 = **2.49 mWh**. But its quality, 82.2%, does not reach 85%: we do not keep it.
#
# ### Your turn: the solution, and its energy
#
# Among the solutions whose quality is **good enough**, choose the one that uses the **least over a year**, and give this energy **in mWh, with two decimals**.

# %% id="sobriete-questions" hide=true
ask.choice("solution", fr="La solution que je retiens", en="The solution that I keep", options={s: (nom, nom) for s, nom in noms_solutions.items()})
ask.number("energie", fr="Son énergie sur une année", en="Its energy over a year", low=0, high=1000000, unit="mWh")

# %% graded="sobriete"
solution, energie = ask.answer("solution"), ask.answer("energie")
check(solution).is_answered()
check(energie).is_answered()
check(energie).is_at_least(0.0001, fr="Une énergie nulle n'existe pas : comptez l'apprentissage et l'usage.", en="There is no such thing as zero energy: count training and use.")
check.that(abs(energie - 2.49) > 0.02, fr="C'est l'énergie de notre exemple. Refaites le calcul pour la solution que vous retenez.", en="This is the energy of our example. Do the sum for the solution that you keep.")
### BEGIN HIDDEN TESTS
suffisantes = [s for s in solutions.index if solutions.loc[s, "qualite"] >= 85]
check(solution).differs_from("langue", fr="Sa qualité sur ces demandes n'a pas été mesurée : on ne retient pas ce que l'on n'a pas évalué, quelle que soit sa réputation.", en="Its quality on these requests was not measured: what has not been evaluated is not kept, whatever its reputation.")
check.that(solution in suffisantes, fr="Cette solution consomme peu, ou plaît, mais elle n'atteint pas la qualité exigée : la sobriété commence parmi celles qui suffisent.", en="This solution uses little, or pleases, but it does not reach the quality required: frugality begins among those that are good enough.")
plus_sobre = min(suffisantes, key=energie_annuelle)
check.that(solution == plus_sobre or solutions.loc[solution, "qualite"] < solutions["qualite"].max(), fr="C'est la meilleure qualité, mais on ne demande que 85 % : une autre suffit-elle pour moins d'énergie ?", en="This is the best quality, but only 85% is required: is another one good enough for less energy?")
check(solution).equals(plus_sobre, fr="Cette solution suffit, mais une autre suffit aussi et consomme moins sur l'année. Calculez l'année entière pour chacune : apprentissages et usage.", en="This solution is good enough, but another one is too and uses less over the year. Work out the whole year for each: training and use.")
check.that(abs(energie - 75 * solutions.loc[plus_sobre, "mwh_1000"]) > 0.05, fr="Il manque les apprentissages : douze par an.", en="Training is missing: twelve times a year.")
check.that(abs(energie - energie_annuelle(plus_sobre) + 11 * solutions.loc[plus_sobre, "mwh_apprentissage"]) > 0.05, fr="Vous comptez un seul apprentissage : on réapprend douze fois par an.", en="You count training once: it is done twelve times a year.")
check.that(energie < 1000, fr="Attention à l'unité d'usage : la dernière colonne vaut pour mille demandes, et l'année en compte 75 milliers.", en="Mind the unit of use: the last column is for a thousand requests, and the year has 75 thousands.")
check(energie).is_close_to(energie_annuelle(plus_sobre), within=0.1, fr="Reprenez l'exemple pas à pas avec la ligne de votre solution : 12 apprentissages, puis 75 milliers de demandes.", en="Follow the example step by step with the line of your solution: 12 trainings, then 75 thousands of requests.")
### END HIDDEN TESTS

# %% [markdown] id="usage-texte" lang="fr"
# ### L'usage pèse plus que le modèle
#
# Un prestataire, consulté par l'agence, propose la **régression sur des morceaux de mots**, la meilleure qualité, et son logiciel **reclasse chaque nuit les 60 000 demandes archivées**, « par sécurité ». Cela fait 365 × 60 = 21 900 milliers de plus par an, soit **21 975 milliers** en tout. Avec sa solution : 12 × 0,52 + 21 975 × 0,23 = **5 060 mWh** par an.
#
# Deux décisions sont sur la table :
#
# - **A, changer l'usage** : garder la solution du prestataire, mais ne classer que les demandes **nouvelles** (75 milliers) ;
# - **B, changer la solution** : prendre la **régression sur les mots**, mais continuer à tout reclasser chaque nuit (21 975 milliers).
#
# **Prévoyez d'abord.**

# %% [markdown] id="usage-texte" lang="en" of="fb5f5d7e"
# ### Use weighs more than the model
#
# A supplier, consulted by the agency, offers **regression on pieces of words**, the best quality, and its software **sorts the 60,000 archived requests again every night**, "to be safe". That makes 365 × 60 = 21,900 thousands more a year, that is **21,975 thousands** in all. With its solution: 12 × 0.52 + 21,975 × 0.23 = **5,060 mWh** a year.
#
# Two decisions are on the table:
#
# - **A, change the use**: keep the supplier's solution, but sort only the **new** requests (75 thousands);
# - **B, change the solution**: take **regression on words**, but go on sorting everything again every night (21,975 thousands).
#
# **Predict first.**

# %% id="prevision-usage" hide=true
ask.choice(
    "prevision-usage",
    fr="Ma prévision (non notée) : quelle décision économise le plus ?",
    en="My prediction (not graded): which decision saves more?",
    options={"a": ("A, changer l'usage", "A, change the use"), "b": ("B, changer la solution", "B, change the solution"), "c": ("Les deux se valent", "Both are about equal")},
)

# %% [markdown] id="usage-exemple" lang="fr"
# **Un exemple.** Prendre le **réseau de neurones**, en reclassant tout chaque nuit : 12 × 2,7 + 21 975 × 0,055 = 1 241 mWh au lieu de 5 060. Part économisée : (5 060 − 1 241) ÷ 5 060 = **75,5 %**.
#
# ### À vous : A ou B ?
#
# Calculez les deux. Dites laquelle économise le plus, et donnez la **part économisée par la décision B**, en pour cent, avec une décimale.

# %% [markdown] id="usage-exemple" lang="en" of="47d7585e"
# **An example.** Taking the **neural network**, and sorting everything again every night: 12 × 2.7 + 21,975 × 0.055 = 1,241 mWh instead of 5,060. Share saved: (5,060 − 1,241) ÷ 5,060 = **75.5%**.
#
# ### Your turn: A or B?
#
# Work out both. Say which one saves more, and give the **share saved by decision B**, in per cent, with one decimal.

# %% id="usage-questions" hide=true
ask.choice("usage-choix", fr="La décision qui économise le plus", en="The decision that saves more", options={"usage": ("A, changer l'usage", "A, change the use"), "solution": ("B, changer la solution", "B, change the solution")})
ask.number("usage-part", fr="Part économisée par la décision B", en="Share saved by decision B", low=0, high=100, unit="%")

# %% graded="usage"
decision, part_b = ask.answer("usage-choix"), ask.answer("usage-part")
check(decision).is_answered()
check(part_b).is_answered()
check.that(abs(part_b - 75.5) > 0.15, fr="C'est l'exemple, avec le réseau de neurones. La décision B prend une autre solution.", en="This is the example, with the neural network. Decision B takes another solution.")
check.that(part_b > 1, fr="Donnez la part en pour cent : multipliez par 100.", en="Give the share in per cent: multiply by 100.")
### BEGIN HIDDEN TESTS
depart = energie_annuelle("lettres", 21975)
reste_a, reste_b = energie_annuelle("lettres", 75) / depart, energie_annuelle("regression", 21975) / depart
check(decision).equals("usage", fr="Calculez aussi ce qui reste à payer avec la décision A : 75 milliers de demandes au lieu de 21 975.", en="Work out what remains to be paid with decision A too: 75 thousands of requests instead of 21,975.")
check.that(abs(part_b - 100 * reste_b) > 0.5, fr="C'est la part qui reste. On demande la part économisée.", en="This is the share that remains. We ask for the share saved.")
check.that(abs(part_b - 100 * (1 - reste_a)) > 0.25, fr="C'est la part économisée par la décision A. On demande celle de la décision B.", en="This is the share saved by decision A. We ask for that of decision B.")
check.that(part_b < 99.7, fr="Avec la décision B, on continue à tout reclasser chaque nuit : comptez 21 975 milliers de demandes, non 75.", en="With decision B, everything is still sorted again every night: count 21,975 thousands of requests, not 75.")
check(part_b).is_close_to(100 * (1 - reste_b), within=0.6, fr="Reprenez l'exemple pas à pas avec les deux nombres de la régression sur les mots, et rapportez l'économie aux 5 060 mWh du départ.", en="Follow the example step by step with the two numbers of regression on words, and relate the saving to the 5,060 mWh of the start.")
### END HIDDEN TESTS

# %% id="figure-usage" hide=true
labkit.plots.bars(
    [("prestataire : tout, chaque nuit", "supplier: everything, nightly"), ("B : autre solution", "B: other solution"), ("A : autre usage", "A: other use"), ("A et B", "A and B")],
    [round(mwh) for mwh in (energie_annuelle("lettres", 21975), energie_annuelle("regression", 21975), energie_annuelle("lettres"), energie_annuelle("regression"))],
    fr="Énergie estimée sur une année", en="Estimated energy over a year", y=("énergie (mWh)", "energy (mWh)"), digits=0,
)
rapport = energie_annuelle("langue") / energie_annuelle("regression")
print(f"Pour les seules demandes nouvelles, le petit modèle de langue demanderait environ {nombre_ecrit(round(rapport, -3), 0)} fois plus d'énergie que la régression sur les mots.")  #@fr
print(f"For the new requests alone, the small language model would take about {nombre_ecrit(round(rapport, -3), 0)} times more energy than regression on words.")  #@en

# %% [markdown] id="usage-lecon" lang="fr"
# **Ce que l'on voit.** Ne plus refaire ce qui est déjà fait économise presque tout (99,5 % avec la décision A), sans rien perdre ; changer de solution vient ensuite, et les deux s'ajoutent. Aviez-vous prévu cet ordre ? La question la plus rentable n'est donc pas « quel modèle ? » mais « **faut-il vraiment ce calcul ?** ».
#
# Restons honnêtes : ici, tout cela est minuscule. 7 mWh, c'est une ampoule de 10 watts allumée moins de trois secondes. Mais les **rapports** restent vrais quand l'échelle grandit : un modèle de langue, même petit, demande des milliers de fois plus pour une tâche que des mots suffisent à trancher, et les grands, bien davantage.
# La sobriété rejoint la vie privée : ce que l'on ne collecte pas ne fuit pas, et ne consomme rien.

# %% [markdown] id="usage-lecon" lang="en" of="0f2584bb"
# **What we see.** Not doing again what is already done saves almost everything (99.5% with decision A) and loses nothing; changing the solution comes next, and the two add up. Had you predicted this order? So the question that pays most is not "which model?" but "**is this computation really needed?**".
#
# Let us be honest: here all of this is tiny. 7 mWh is a 10-watt bulb lit for less than three seconds. But the **ratios** stay true as the scale grows: a language model, even a small one, takes thousands of times more for a task that words are enough to settle, and large ones take far more still.
# Frugality meets privacy: what is not collected does not leak, and uses nothing.

# %% [markdown] id="partie-6" lang="fr"
# ## 6. Donner son avis
#
# La directrice de l'agence n'est ni juriste ni informaticienne. Elle doit décider si le registre part, et sous quelle forme. En **cinq ou six phrases**, qu'elle comprenne :
#
# - **votre avis** sur le registre d'origine, avec **un chiffre** de ce lab et ce qu'il signifie pour une personne ;
# - **la forme** que vous proposez, et **ce qui reste** comme risque ;
# - **une précaution** précise : qui fait quoi, et quand ;
# - **votre choix** pour trier les demandes, et **à quelle condition** il tient (quelles demandes, quelle qualité).

# %% [markdown] id="partie-6" lang="en" of="b09f9828"
# ## 6. Giving your advice
#
# The director of the agency is neither a lawyer nor a computer specialist. She must decide whether the register is sent, and in what form. In **five or six sentences** that she will understand:
#
# - **your opinion** of the original register, with **one figure** from this lab and what it means for a person;
# - **the form** that you propose, and **the risk that remains**;
# - **one precise precaution**: who does what, and when;
# - **your choice** for sorting requests, and **on what condition** it holds (which requests, what quality).

# %% id="note-reponse" hide=true
ask.text("note", fr="Mon avis à la direction", en="My advice to management", rows=8, words=(60, 150))

# %% [markdown] graded="note" lang="fr"
# *Cette réponse sera lue et notée par votre formatrice ou votre formateur (3 points : un avis appuyé sur un chiffre juste et ce qu'il fait à une personne ; une forme protégée et le risque qui reste ; une précaution précise, et un choix sobre avec sa condition).*

# %% [markdown] graded="note" lang="en" of="34318fb3"
# *This answer will be read and graded by your trainer (3 points: an opinion supported by a right figure and what it does to a person; a protected form and the risk that remains; a precise precaution, and a frugal choice with its condition).*

# %% [markdown] id="fiche-texte" lang="fr"
# ### Votre fiche : extrait d'analyse d'impact
#
# Exécutez la cellule : elle rassemble vos réponses en une page que vous gardez. Vous pouvez l'exécuter de nouveau après avoir corrigé une réponse.

# %% [markdown] id="fiche-texte" lang="en" of="5133bf8a"
# ### Your sheet: extract of an impact assessment
#
# Run the cell: it gathers your answers on one page that you keep. You can run it again after correcting an answer.

# %% id="fiche" hide=true
a_completer = labkit.tr("à compléter", "to be completed")
noms_motifs = {cle: mots[0] for cle, mots in motifs_proposes.items()}
noms_remedes = {
    "taire": labkit.tr("motif non transmis pour ces groupes, et cabinet averti", "reason not handed over for these groups, and the consultancy told"),
    "tout": labkit.tr("aucun motif transmis", "no reason handed over"),
    "six": labkit.tr("k porté à 6", "k raised to 6"),
    "numero": labkit.tr("numéro de dossier retiré", "file number removed"),
    "rien": labkit.tr("aucun", "none"),
}
noms_decisions = {"usage": labkit.tr("changer l'usage : ne trier que les demandes nouvelles", "change the use: sort only new requests"), "solution": labkit.tr("changer la solution", "change the solution")}


def repondu(cle, unite="", decimales=1):
    valeur = ask.answer(cle)
    return a_completer if valeur is None else nombre_ecrit(float(valeur), decimales) + unite


def version(options, cle):
    return labkit.tr(*options[ask.answer(cle)]).rsplit(" (", 1)[0] if ask.answer(cle) in options else a_completer


complet = all(ask.answer(cle) for cle in ("k-naissance", "k-site", "k-metier"))
effet = effet_du_reglage(ask.answer("k-naissance"), ask.answer("k-site"), ask.answer("k-metier")) if complet else None
labkit.artefact(
    "fiche-vie-privee",
    title=("Extrait d'analyse d'impact : registre des absences", "Extract of an impact assessment: register of absences"),
    sections=[
        (
            ("1. Le traitement", "1. The processing"),
            (
                "Agence des Rives (imaginaire). Transmission à un cabinet d'un registre de 1 200 agents, pour comparer les motifs d'absence entre sites et entre femmes et hommes. Le motif d'absence peut révéler la santé (article 9 du RGPD).",
                "Agence des Rives (an invented agency). Handing over to a consultancy a register of 1,200 staff, in order to compare reasons for absence between sites and between women and men. The reason for absence may reveal health (article 9 of the GDPR).",
            ),
        ),
        (
            ("2. Risque mesuré sur le registre sans noms", "2. Risk measured on the register without names"),
            {
                labkit.tr("Agents seuls de leur espèce (quatre champs)", "Staff who are one of a kind (four fields)"): repondu("uniques-part", labkit.tr(" %", "%")),
                labkit.tr("Champ qui expose le plus", "Field that exposes the most"): noms_champs.get(ask.answer("uniques-champ"), a_completer),
                labkit.tr("Essai : personne retrouvée par le journal interne", "Test: person found through the staff magazine"): a_completer if ask.answer("maia-motif") is None else labkit.tr("oui, et son motif révélé : ", "yes, and her reason revealed: ") + noms_motifs[ask.answer("maia-motif")],
            },
        ),
        (
            ("3. Protection retenue", "3. Protection chosen"),
            {
                labkit.tr("Naissance", "Birth"): version(versions_naissance, "k-naissance"),
                labkit.tr("Site", "Site"): version(versions_site, "k-site"),
                labkit.tr("Métier", "Job"): version(versions_metier, "k-metier"),
                labkit.tr("Nombre de jours", "Number of days"): labkit.tr("non transmis", "not handed over"),
                labkit.tr("Ce que cela coûte (groupes d'au moins 5 personnes)", "What this costs (groups of at least 5 people)"): a_completer if effet is None else labkit.tr(f"points d'information perdus : {effet[0]} ; dossiers écartés : {effet[1]}", f"points of information lost: {effet[0]}; files set aside: {effet[1]}"),
                labkit.tr("Version du collègue (10 ans, six sites, sans métier) : personnes dévoilées", "Colleague's version (10-year bands, six sites, no job): people disclosed"): repondu("devoiles", "", 0),
                labkit.tr("Remède pour tout groupe à un seul motif", "Remedy for any group with a single reason"): noms_remedes.get(ask.answer("remede"), a_completer),
            },
        ),
        (
            ("4. Sobriété du tri des demandes", "4. Frugality of sorting requests"),
            {
                labkit.tr("Solution retenue (qualité exigée : 85 %)", "Solution chosen (quality required: 85%)"): noms_solutions.get(ask.answer("solution"), a_completer),
                labkit.tr("Énergie estimée sur une année", "Estimated energy over a year"): repondu("energie", " mWh", 2),
                labkit.tr("Décision qui économise le plus", "Decision that saves most"): noms_decisions.get(ask.answer("usage-choix"), a_completer),
            },
        ),
        (("5. Avis", "5. Advice"), ask.answer("note")),
    ],
)

# %% [markdown] id="calculk-texte" lang="fr"
# ## Pour aller plus loin (facultatif, deux points en prime) : calculer k
#
# Deux lignes de Python suffisent : écrivez une petite fonction qui donne le k de n'importe quel fichier.
#
# - **On vous donne** `lignes`, une liste de dictionnaires (une personne par dictionnaire), et `champs_lus`, la liste des champs à croiser.
# - **On vous demande** `calculer_k(lignes, champs_lus)`, qui rend la taille du plus petit groupe : un nombre entier.
#
# **Un exemple.** Pour les six personnes de la partie 2, avec `["sexe", "site"]`, elle rend 1 ; avec `["sexe"]` seul, il y a 3 femmes et 3 hommes : elle rend 3.
#
# **Un coup de pouce.** `cle = tuple(ligne[champ] for champ in champs_lus)` donne les valeurs d'**une** personne, `ligne`. Rassemblez celles de toutes les personnes dans une liste, `cles` : `Counter(cles)` compte alors combien de fois chacune apparaît, et `min(Counter(cles).values())` donne le plus petit de ces nombres.

# %% [markdown] id="calculk-texte" lang="en" of="ff10ab7b"
# ## Going further (optional, two bonus points): computing k
#
# Two lines of Python are enough: write a small function that gives the k of any file.
#
# - **You are given** `lignes` (lines), a list of dictionaries (one person per dictionary), and `champs_lus`, the list of the fields to cross.
# - **You are asked for** `calculer_k(lignes, champs_lus)`, which returns the size of the smallest group: a whole number.
#
# **An example.** For the six people of part 2, with `["sexe", "site"]`, it returns 1; with `["sexe"]` alone there are 3 women and 3 men: it returns 3.
#
# **A hint.** `cle = tuple(ligne[champ] for champ in champs_lus)` gives the values of **one** person, `ligne`. Gather those of all the people in a list, `cles`: `Counter(cles)` then counts how many times each appears, and `min(Counter(cles).values())` gives the smallest of these numbers.

# %% id="calculk-code" answer=true
from collections import Counter


def calculer_k(lignes, champs_lus):
    ### BEGIN SOLUTION
    cles = [tuple(ligne[champ] for champ in champs_lus) for ligne in lignes]
    return min(Counter(cles).values())
    ### END SOLUTION

# %% graded="calculk"
six = [{"sexe": s, "site": l} for s, l in (("F", "Aubrive"), ("F", "Aubrive"), ("F", "Aubrive"), ("H", "Aubrive"), ("H", "Corvel"), ("H", "Corvel"))]
check(calculer_k).called_with(six, ["sexe", "site"]).is_a("integer", fr="La fonction rend un nombre entier : la taille d'un groupe.", en="The function returns a whole number: the size of a group.")
check(calculer_k(six, ["sexe", "site"])).differs_from(3, fr="C'est le plus grand groupe, ou le nombre de groupes : k est la taille du plus petit.", en="This is the largest group, or the number of groups: k is the size of the smallest.")
check(calculer_k(six, ["sexe", "site"])).equals(1, fr="Pour les six personnes de l'exemple, on attend 1 : deux personnes sont du même groupe quand toutes leurs valeurs sont égales.", en="For the six people of the example, 1 is expected: two people are in the same group when all their values are equal.")
check(calculer_k).called_with(six, ["sexe"]).equals(3, fr="Avec le sexe seul, l'exemple annonce 3. Comptez-vous toutes les personnes, et non la dernière seulement, sur les seuls champs demandés ?", en="With sex alone, the example says 3. Do you count all the people, and not only the last one, with only the fields asked for?")
### BEGIN HIDDEN TESTS
import random

hasard = random.Random(labkit.seed("calculk"))
for essai in range(3):
    k = hasard.randint(2, 5)
    gens = [{"a": a, "b": b, "c": c} for a in range(3) for b in "xy" for c in range(k + (a == 2) * essai)]
    gens += [{"a": 7, "b": "x", "c": c} for c in range(k + 4)]
    hasard.shuffle(gens)
    check(calculer_k(gens, ["a", "b"])).equals(k, fr="Sur d'autres personnes et d'autres champs, votre fonction se trompe : elle ne doit croiser que les champs demandés, et chercher le plus petit groupe.", en="With other people and other fields, your function is wrong: it must cross only the fields asked for, and look for the smallest group.")
    check(calculer_k(gens, ["a", "b", "c"])).equals(1, fr="Avec trois champs, votre fonction se trompe : tous les champs demandés comptent, quel que soit leur nombre.", en="With three fields your function is wrong: all the fields asked for count, however many.")
### END HIDDEN TESTS

# %% [markdown] id="fin" lang="fr"
# ## Pour finir
#
# Vous savez montrer qu'un fichier sans noms n'est pas anonyme, chiffrer ce risque, le réduire en perdant le moins possible, dire ce qui reste, et choisir par le calcul la solution la plus sobre qui suffit. Vérifiez, puis remettez votre travail.

# %% [markdown] id="fin" lang="en" of="abda3a7e"
# ## To finish
#
# You can show that a file without names is not anonymous, put a figure on that risk, reduce it while losing as little as possible, say what remains, and choose by calculation the most frugal solution that is good enough. Check, then submit your work.
