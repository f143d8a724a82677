# ---
# caire:
#   id: l2-01-lire-un-modele
#   level: 2
#   minutes: 90
#   profile: cpu
#   title: {fr: "Lire un modèle avant de le croire", en: "Reading a model before believing it"}
#   summary:
#     fr: "Vous saurez comparer un modèle à une référence simple, vérifier qu'il a été jugé honnêtement, régler son seuil selon le prix des erreurs et dire qui supporte celles qui restent. Aucune programmation."
#     en: "You will be able to compare a model with a simple baseline, check that it was judged honestly, set its threshold by the price of mistakes and say who bears those that remain. No programming."
#   budget: {cpu_seconds: 60, memory_mib: 1536, cell_seconds: 60}
#   questions:
#     reference: {points: 2, skill: n2.modele.lire, fr: "Comparer à une référence simple", en: "Compare with a simple baseline"}
#     decoupage: {points: 3, skill: n2.modele.separer, fr: "Séparer ce qui apprend de ce qui juge", en: "Separate what learns from what judges"}
#     fuites: {points: 2, skill: n2.modele.separer, fr: "Repérer les fuites", en: "Spot the leaks"}
#     matrice: {points: 3, skill: n2.modele.lire, fr: "Lire une matrice de confusion", en: "Read a confusion matrix"}
#     seuil: {points: 3, skill: n2.modele.decider, fr: "Régler le seuil selon le prix des erreurs", en: "Set the threshold by the price of mistakes"}
#     reste: {points: 3, skill: n2.modele.decider, fr: "Trouver qui supporte les erreurs qui restent", en: "Find who bears the remaining mistakes"}
#     sobriete: {points: 2, skill: n2.sobriete.choisir, fr: "Choisir le modèle le plus sobre qui suffit", en: "Choose the most frugal adequate model"}
#     decision: {points: 3, skill: n2.modele.decider, manual: true, fr: "Votre avis, en deux ou trois phrases", en: "Your opinion, in two or three sentences"}
#     cout: {points: 2, bonus: true, skill: n2.modele.decider, fr: "Pour aller plus loin : programmer le coût", en: "Going further: programming the cost"}
#   answers:
#     prevision-coeur: 90
#     reference-exactitude: 62.7
#     reference-trouvees: 0
#     reference-lecture: b
#     decoupage-unite: personne
#     decoupage-ordre: hasard
#     decoupage-gonfle: 10
#     fuites: {"echelle": fuite, "apprentissage": saine, "meilleur": fuite, "rendezvous": fuite, "hasard": saine, "unefois": saine}
#     matrice-trouvees: 81.2
#     matrice-justes: 90.3
#     matrice-grave: fn
#     prevision-seuil: b
#     seuil: 0.08
#     seuil-sens: haut
#     reste-inutiles: B
#     reste-taux: 47.6
#     reste-manquees: A
#     sobriete-modele: regression
#     sobriete-energie: 171.8
#     decision: "Avis favorable sous condition, au seuil de 0,08 : le coût moyen passe d'environ 130 points à 54 pour 100 personnes. Au site B, près d'une personne sur deux dont la tumeur est bénigne serait rappelée pour rien, contre 18 % au site A, où restent les cinq tumeurs manquées. L'appareil du site B doit donc être étalonné avant la mise en service, et la responsable du dépistage refera la mesure par site chaque trimestre."
# ---

# %% [markdown] id="titre" lang="fr"
# # Lire un modèle avant de le croire
#
# « Notre outil a 91 % d'exactitude. » La phrase est rassurante. Elle ne dit pourtant ni **à quoi** l'on compare, ni **sur qui** l'on a mesuré, ni **quelles** erreurs restent, ni **qui** les supporte.
# Ce sont les quatre questions de ce lab.
#
# Vous allez :
#
# 1. comparer un modèle à une **référence** qui ne sait rien faire ;
# 2. vérifier qu'il a été jugé sur des personnes **qu'il n'avait jamais vues** ;
# 3. lire ses **deux sortes d'erreurs** ;
# 4. régler son **seuil** selon le prix de chacune ;
# 5. chercher **qui supporte** les erreurs qui restent ;
# 6. choisir le modèle **le plus sobre** qui suffit ;
# 7. **donner votre avis**, et repartir avec une fiche de lecture d'une page.
#
# **Comment ça marche.** Pour exécuter une cellule et passer à la suivante, appuyez sur **Maj + Entrée**. Vous n'avez rien à programmer : vous prévoyez, vous
# exécutez, vous bougez des réglages, vous répondez dans des formulaires. Vos réponses s'enregistrent toutes seules. Une calculatrice vous sera utile.
# Comptez une heure et demie.
#
# Le code est replié quand il ne sert qu'à l'affichage ; les trois points **•••** le déplient, si vous en avez la curiosité. Après chaque question vient une cellule repliée, la **vérification** : exécutez-la comme les autres. Si elle
# affiche ✓, votre réponse est plausible (la remise la jugera) ; sinon, elle vous dit où regarder. Vous pouvez corriger et recommencer autant de fois que vous voulez : seul compte ce que vous remettez.
#
# Les **prévisions** ne sont jamais notées : elles servent à comparer ce que l'on croit et ce que l'on mesure.

# %% [markdown] id="titre" lang="en" of="a0712af3"
# # Reading a model before believing it
#
# "Our tool is 91% accurate." The sentence is reassuring. Yet it says neither **what** it is compared with, nor **on whom** it was measured, nor **which** mistakes remain, nor **who** bears them.
# These are the four questions of this lab.
#
# You will:
#
# 1. compare a model with a **baseline** that can do nothing;
# 2. check that it was judged on people **it had never seen**;
# 3. read its **two kinds of mistakes**;
# 4. set its **threshold** by the price of each;
# 5. look for **who bears** the mistakes that remain;
# 6. choose the **most frugal** model that is good enough;
# 7. **give your opinion**, and leave with a one-page reading sheet.
#
# **How it works.** To run a cell and go on to the next, press **Shift + Enter**. There is nothing to program: you predict, you
# run, you move controls, you answer in forms. Your answers save themselves. A calculator will be useful.
# Allow an hour and a half.
#
# Code is folded where it only serves the display; the three dots **•••** unfold it, if you are curious. After each question comes a folded cell, the **check**: run it like the others. If it
# shows ✓, your answer is plausible (submission will judge it); otherwise it tells you where to look. You can correct and try again as often as you like: only what you submit counts.
#
# **Predictions** are never graded: they let you compare what you believe with what you measure.

# %% id="outils" hide=true examiner=true
import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

# %% id="ecrire" hide=true
def nombre(valeur, decimales=1):
    """Un nombre écrit comme on l'écrit dans la langue du carnet."""
    texte = f"{valeur:.{decimales}f}"
    return labkit.tr(texte.replace(".", ","), texte)


def pourcent(valeur, decimales=1):
    return nombre(valeur, decimales) + labkit.tr(" %", "%")


diagnostics = {1: labkit.tr("maligne", "malignant"), 0: labkit.tr("bénigne", "benign")}

# %% [markdown] id="contexte" lang="fr"
# ## 1. Comparer : la référence qui ne sait rien faire
#
# Un réseau de deux centres de dépistage (inventé) reçoit des prélèvements de tumeurs du sein. On étale les cellules sur une **lame**, on photographie leurs noyaux au microscope, et l'on en tire **dix mesures** : rayon, texture, périmètre…
# Un fournisseur propose un modèle qui **donne l'alerte** quand une tumeur lui paraît maligne. L'alerte déclenche un examen complémentaire ; sans alerte, la personne est rassurée et revue un an plus tard. Le modèle ne
# pose aucun diagnostic : il décide **qui l'on regarde de plus près**.
#
# **D'où viennent les données ?** Les mesures de **569 personnes** et leurs diagnostics sont **réels** (université du Wisconsin, années 1990, livrés avec l'outil scikit-learn). Nous y avons **ajouté** trois choses, pour que vous puissiez étudier
# des situations courantes dont nous connaissons la vérité : une **seconde lame** pour chaque personne ; deux **sites**, A et B, tirés au sort ; et un microscope ancien au site B. Les conclusions ne valent donc pas pour un vrai service.
#
# *Si ce sujet vous touche de près, rien ne vous oblige à en parler : seuls les nombres comptent ici.*
#
# Exécutez la cellule. Une ligne est une lame ; dans la colonne *maligne*, 1 veut dire « maligne », 0 « bénigne ».

# %% [markdown] id="contexte" lang="en" of="8e76a86b"
# ## 1. Comparing: the baseline that can do nothing
#
# A network of two screening centres (invented) receives samples of breast tumours. Cells are spread on a **slide**, their nuclei are photographed under the microscope, and **ten measurements** are taken: radius, texture, perimeter…
# A supplier offers a model that **raises an alert** when a tumour looks malignant to it. The alert triggers a further examination; without an alert, the person is reassured and seen again a year later. The model makes
# no diagnosis: it decides **whom to look at more closely**.
#
# **Where do the data come from?** The measurements of **569 people** and their diagnoses are **real** (University of Wisconsin, 1990s, shipped with the tool scikit-learn). We **added** three things, so that you can study
# common situations of which we know the truth: a **second slide** for each person; two **sites**, A and B, drawn at random; and an old microscope at site B. So the conclusions do not hold for a real department.
#
# *If this subject touches you closely, nothing obliges you to speak about it: only numbers count here.*
#
# Run the cell. A line is a slide; in the column *malignant*, 1 means "malignant", 0 "benign".

# %% id="fabriquer" examiner=true
reelles = load_breast_cancer(as_frame=True)
mesures = [colonne for colonne in reelles.data.columns if colonne.startswith("mean")]


def fabriquer(graine):
    """Les 1 138 lames : les mesures réelles, deux lames par personne, un microscope ancien au site B."""  #@fr
    """The 1,138 slides: the real measurements, two slides a person, an old microscope at site B."""  #@en
    hasard = np.random.default_rng(graine)
    valeurs = reelles.data[mesures].to_numpy()
    unite = valeurs.std(axis=0)
    site_b = hasard.random(len(valeurs)) < 0.4
    # Le microscope ancien surestime un peu chaque mesure, et tremble  #@fr
    # The old microscope overstates each measurement a little, and trembles  #@en
    premiere = valeurs + unite * site_b[:, None] * (0.4 + 0.6 * hasard.normal(size=valeurs.shape))
    seconde = premiere + 0.1 * unite * hasard.normal(size=valeurs.shape)
    table = pd.DataFrame(np.vstack([premiere, seconde]), columns=mesures)
    table.insert(0, "personne", np.tile(np.arange(len(valeurs)), 2))
    table.insert(1, "lame", np.repeat([1, 2], len(valeurs)))
    table.insert(2, "site", np.tile(np.where(site_b, "B", "A"), 2))
    table.insert(3, "maligne", np.tile(1 - reelles.target.to_numpy(), 2))
    return table.sort_values(["maligne", "personne", "lame"], ascending=[False, True, True]).reset_index(drop=True)


lames = fabriquer(2)

# %% id="apercu" hide=true
apercu = lames.iloc[[0, 1, 2, 3, -2, -1]][["personne", "lame", "site", "maligne", "mean radius", "mean texture", "mean perimeter"]].reset_index(drop=True)
apercu["personne"] = apercu["personne"] + 1
apercu.columns = ["personne", "lame", "site", "maligne", "rayon", "texture", "périmètre"]  #@fr
apercu.columns = ["person", "slide", "site", "malignant", "radius", "texture", "perimeter"]  #@en
labkit.table(apercu, fr="Les quatre premières lames et les deux dernières, avec trois des dix mesures", en="The first four slides and the last two, with three of the ten measurements", digits=1)

# %% id="comptes" hide=true
comptes = lames[lames["lame"] == 1]["maligne"].map(diagnostics).value_counts().reset_index()
comptes.columns = ["diagnostic", "personnes"]  #@fr
comptes.columns = ["diagnosis", "people"]  #@en
labkit.table(comptes, fr="Les 569 personnes, selon leur diagnostic", en="The 569 people, by diagnosis")

# %% [markdown] id="reference-texte" lang="fr"
# **L'exactitude** est la part des réponses justes : réponses justes ÷ toutes les réponses.
#
# **La référence** est la réponse la plus paresseuse qui soit : dire toujours la même chose, celle qui est la plus fréquente.
#
# **Un exemple.** Sur 200 trains, 170 arrivent à l'heure. Le « modèle » qui annonce *toujours à l'heure* a raison 170 fois sur 200 : 170 ÷ 200 = **85 %** d'exactitude. Et il ne prévoit **aucun** des 30 retards : pour qui attend sur le
# quai, il ne sert à rien. Un modèle qui aurait 86 % d'exactitude n'apporterait donc presque rien.
#
# ### À vous : la référence du dépistage
#
# Imaginez le modèle qui répond *toujours bénigne* aux 569 personnes. Donnez son exactitude **en pour cent, avec une décimale**, et le nombre de tumeurs malignes qu'il trouve. Puis lisez l'annonce du fournisseur :
#
# > *« 91 % d'exactitude, mesurée dans un dépistage où 8 personnes sur 100 ont une tumeur maligne. »*

# %% [markdown] id="reference-texte" lang="en" of="51157f94"
# **Accuracy** is the share of right answers: right answers ÷ all answers.
#
# **The baseline** is the laziest answer there is: always saying the same thing, whichever is most frequent.
#
# **An example.** Of 200 trains, 170 arrive on time. The "model" that announces *always on time* is right 170 times out of 200: 170 ÷ 200 = **85%** accuracy. And it foresees **none** of the 30 delays: to whoever waits on the
# platform, it is useless. So a model with an accuracy of 86% would bring almost nothing.
#
# ### Your turn: the baseline of the screening
#
# Imagine the model that answers *always benign* to the 569 people. Give its accuracy **in per cent, with one decimal**, and the number of malignant tumours that it finds. Then read the supplier's claim:
#
# > *"91% accuracy, measured in a screening where 8 people in 100 have a malignant tumour."*

# %% id="reference-exactitude" hide=true
ask.number(
    "reference-exactitude",
    fr="Exactitude du modèle qui répond toujours « bénigne »",
    en="Accuracy of the model that always answers 'benign'",
    low=0,
    high=100,
    unit="%",
)

# %% id="reference-trouvees" hide=true
ask.number(
    "reference-trouvees",
    fr="Nombre de tumeurs malignes qu'il trouve",
    en="Number of malignant tumours that it finds",
    low=0,
    high=569,
)

# %% id="reference-lecture" hide=true
ask.choice(
    "reference-lecture",
    fr="Que vaut l'annonce du fournisseur ?",
    en="What is the supplier's claim worth?",
    options={
        "a": ("C'est un bon résultat : 9 erreurs seulement sur 100 personnes.", "It is a good result: only 9 mistakes in 100 people."),
        "b": ("C'est moins bien que de répondre toujours « bénigne ».", "It is worse than always answering 'benign'."),
        "c": ("Le modèle trouve donc 91 % des tumeurs malignes.", "So the model finds 91% of malignant tumours."),
    },
)

# %% graded="reference"
exactitude_ref, trouvees_ref, lecture_ref = ask.answer("reference-exactitude"), ask.answer("reference-trouvees"), ask.answer("reference-lecture")
check(exactitude_ref).is_answered()
check(trouvees_ref).is_answered()
check(lecture_ref).is_answered()
check.that(
    exactitude_ref > 1,
    fr="Vous avez sans doute donné un nombre entre 0 et 1. Multipliez-le par 100 pour l'exprimer en pour cent.",
    en="You probably gave a number between 0 and 1. Multiply it by 100 to state it in per cent.",
)
### BEGIN HIDDEN TESTS
check.that(abs(exactitude_ref - 37.3) > 0.6, fr="C'est l'exactitude du modèle qui répondrait toujours « maligne ». Quelle est la réponse la plus fréquente ?", en="This is the accuracy of the model that would always answer 'malignant'. Which answer is the most frequent?")
check.that(abs(exactitude_ref - 59.4) > 0.6, fr="Vous avez comparé les malignes aux bénignes. L'exactitude divise les réponses justes par toutes les réponses.", en="You compared malignant with benign. Accuracy divides right answers by all answers.")
check(exactitude_ref).is_close_to(62.74, within=0.3, fr="Combien de fois ce modèle a-t-il raison ? Divisez ce nombre par celui de toutes les personnes.", en="How many times is this model right? Divide that number by the number of all people.")
check(trouvees_ref).is_close_to(0, within=0.1, fr="Relisez ce que ce modèle répond à une personne dont la tumeur est maligne : la trouve-t-il ?", en="Read again what this model answers to a person whose tumour is malignant: does it find it?")
check(lecture_ref).differs_from("a", fr="Neuf erreurs sur 100, est-ce peu ? Calculez combien en ferait, dans le même dépistage, le modèle qui répond toujours la même chose.", en="Are nine mistakes in 100 few? Work out how many the model that always answers the same would make in the same screening.")
check(lecture_ref).differs_from("c", fr="L'exactitude mélange malignes et bénignes : elle ne dit pas quelle part des malignes est trouvée. Dans votre calcul, une exactitude élevée allait avec combien de tumeurs trouvées ?", en="Accuracy mixes malignant and benign: it does not say what share of the malignant is found. In your calculation, a high accuracy went with how many tumours found?")
### END HIDDEN TESTS

# %% [markdown] id="partie-2" lang="fr"
# ## 2. Séparer : juger sur des personnes jamais vues
#
# Voici un premier modèle, le plus simple à comprendre : **le modèle par cœur**. Il retient toutes les lames qu'on lui montre. Devant une lame, il cherche dans sa mémoire **celle qui lui ressemble le plus**, et répond le même diagnostic.
#
# **Prévoyez d'abord.** Il retient les 1 138 lames, puis on l'interroge sur ces mêmes lames.

# %% [markdown] id="partie-2" lang="en" of="47fa3b23"
# ## 2. Separating: judging on people never seen
#
# Here is a first model, the easiest to understand: **the memoriser**. It remembers all the slides that it is shown. Given a slide, it searches its memory for **the one most like it**, and gives the same diagnosis.
#
# **Predict first.** It remembers the 1,138 slides, then we question it about these same slides.

# %% id="prevision-coeur" hide=true
ask.slider(
    "prevision-coeur",
    fr="Ma prévision (non notée) : son exactitude sur les lames qu'il a retenues",
    en="My prediction (not graded): its accuracy on the slides that it remembers",
    low=50,
    high=100,
    step=1,
    unit="%",
)

# %% id="par-coeur" examiner=true
def par_coeur(tableau, diagnostic, test):
    """Exactitudes, en %, du modèle par cœur : sur les lames qu'il a retenues, sur celles du test."""  #@fr
    """Accuracies, in %, of the memoriser: on the slides that it remembers, on those of the test."""  #@en
    valeurs = tableau[mesures].to_numpy()
    modele = make_pipeline(StandardScaler(), KNeighborsClassifier(1)).fit(valeurs[~test], diagnostic[~test])
    return [100 * modele.score(valeurs[part], diagnostic[part]) for part in (~test, test)]

# %% id="deja-vues"
diagnostic = lames["maligne"].to_numpy()
tout = np.zeros(len(lames), dtype=bool)
memoire = make_pipeline(StandardScaler(), KNeighborsClassifier(1)).fit(lames[mesures], diagnostic)
print("Exactitude sur les lames déjà vues :", pourcent(100 * memoire.score(lames[mesures], diagnostic)))  #@fr
print("Accuracy on slides already seen:", pourcent(100 * memoire.score(lames[mesures], diagnostic)))  #@en

# %% [markdown] id="decoupage-texte" lang="fr"
# **Ce que l'on voit.** La perfection, et elle ne prouve rien : chaque lame se retrouve elle-même. C'est interroger une élève sur le corrigé qu'elle a sous les yeux.
#
# La règle : **on met de côté, avant d'apprendre, des données que le modèle ne verra jamais**. On appelle la première part l'**apprentissage** (ici 70 %), la seconde le **test** (30 %).
#
# Mais **comment** couper ? Deux choix comptent :
#
# - **L'unité.** Tirer des *lames* une par une, ou tirer des *personnes*, chacune avec ses deux lames.
# - **L'ordre.** Couper dans l'*ordre du fichier*, ou après un mélange *au hasard*.
#
# Et nous avons un instrument pour éprouver un découpage, le **témoin** : on **tire au sort** les diagnostics entre les personnes. Il n'y a alors **rien à apprendre**. Un découpage honnête doit donc donner au modèle par cœur un
# mauvais résultat, pas meilleur que le hasard ; s'il brille quand même, c'est que le test lui **souffle** les réponses. On dit qu'il y a une **fuite**.
#
# **Un exemple.** Les réglages de départ sont *lames* et *ordre du fichier*. Lisez la dernière colonne du tableau : aucune tumeur maligne dans le test ! Le fichier est rangé par diagnostic, les malignes d'abord ; en coupant à la fin, on juge un modèle
# de dépistage sans une seule tumeur à trouver. Ce découpage est à écarter, quelle que soit l'exactitude.
#
# ### À vous : le découpage
#
# Essayez les quatre découpages, avec les vrais diagnostics puis avec le témoin. (Dès qu'il y a du hasard, chaque nombre est une moyenne sur dix tirages ; le calcul prend une seconde.) Choisissez ensuite **l'unité** et **l'ordre** d'un découpage honnête.
# Enfin, avec l'ordre *au hasard* et les *vrais* diagnostics, dites **de combien de points** l'exactitude sur le test est **gonflée** quand on tire des lames plutôt que des personnes (une soustraction).

# %% [markdown] id="decoupage-texte" lang="en" of="f684fa04"
# **What we see.** Perfection, and it proves nothing: each slide finds itself. It is like testing a pupil who has the answers in front of her.
#
# The rule: **before learning, set aside data that the model will never see**. The first part is called the **training** part (70% here), the second the **test** (30%).
#
# But **how** to cut? Two choices matter:
#
# - **The unit.** Drawing *slides* one by one, or drawing *people*, each with their two slides.
# - **The order.** Cutting in the *order of the file*, or after a *random* shuffle.
#
# And we have an instrument to try out a split, the **control**: the diagnoses are **drawn by lot** among people. Then there is **nothing to learn**. So an honest split must give the memoriser a
# poor result, no better than chance; if it shines all the same, the test is **whispering** the answers to it. This is called a **leak**.
#
# **An example.** The first settings are *slides* and *order of the file*. Read the last column of the table: no malignant tumour in the test! The file is sorted by diagnosis, malignant first; by cutting at the end, one judges a screening
# model without a single tumour to find. This split is to be discarded, whatever the accuracy.
#
# ### Your turn: the split
#
# Try the four splits, with the true diagnoses and then with the control. (Wherever chance comes in, each number is a mean over ten draws; it takes a second.) Then choose **the unit** and **the order** of an honest split.
# Lastly, with *random* order and the *true* diagnoses, say **by how many points** accuracy on the test is **inflated** when slides are drawn rather than people (a subtraction).

# %% id="decouper" examiner=true
def decouper(tableau, unite, ordre, graine):
    """Pour chaque lame, vrai si elle est dans la part de test : les 30 % de la fin."""  #@fr
    """For each slide, true if it is in the test part: the last 30%."""  #@en
    cle = tableau["personne"].to_numpy() if unite == "personne" else np.arange(len(tableau))
    rangs = pd.unique(cle)
    if ordre == "hasard":
        rangs = np.random.default_rng(graine).permutation(rangs)
    return np.isin(cle, rangs[round(0.7 * len(rangs)) :])


def tirer_au_sort(tableau, graine):
    """Le témoin : les diagnostics, redistribués au hasard entre les personnes."""  #@fr
    """The control: the diagnoses, handed out again at random among people."""  #@en
    par_personne = tableau.drop_duplicates("personne").sort_values("personne")["maligne"].to_numpy()
    return np.random.default_rng(1000 + graine).permutation(par_personne)[tableau["personne"].to_numpy()]


def eprouver(tableau, unite, ordre, temoin, graines):
    """Ce que donne un découpage, en moyenne : les deux exactitudes, les personnes des deux côtés, les malignes du test (%)."""  #@fr
    """What a split gives, on average: both accuracies, people on both sides, malignant in the test (%)."""  #@en
    essais = []
    for graine in graines:
        test = decouper(tableau, unite, ordre, graine)
        diagnostic = tirer_au_sort(tableau, graine) if temoin else tableau["maligne"].to_numpy()
        communes = len(set(tableau["personne"][test]) & set(tableau["personne"][~test]))
        essais.append([*par_coeur(tableau, diagnostic, test), communes, 100 * diagnostic[test].mean()])
    vues, exactitude, communes, malignes = np.mean(essais, axis=0)
    return {"vues": vues, "exactitude": exactitude, "communes": communes, "malignes": malignes}

# %% id="essayer" hide=true
def essayer(unite, ordre, verite):
    mesure = eprouver(lames, unite, ordre, verite == "temoin", range(1 if ordre == "fichier" and verite == "vrais" else 10))
    lecture = pd.DataFrame(
        [[pourcent(mesure["vues"]), pourcent(mesure["exactitude"]), nombre(mesure["communes"], 0), pourcent(mesure["malignes"])]],
        columns=labkit.tr(
            "exactitude, lames déjà vues|exactitude, lames du test|personnes présentes des deux côtés|malignes dans le test",
            "accuracy, slides already seen|accuracy, slides of the test|people present on both sides|malignant in the test",
        ).split("|"),
    )
    if verite == "temoin":
        labkit.table(lecture, fr="Le modèle par cœur, avec des diagnostics TIRÉS AU SORT : il n'y a rien à apprendre", en="The memoriser, with diagnoses DRAWN BY LOT: there is nothing to learn")
    else:
        labkit.table(lecture, fr="Le modèle par cœur, avec les vrais diagnostics", en="The memoriser, with the true diagnoses")


labkit.explore(
    essayer,
    unite=labkit.dropdown(fr="Ce que l'on tire", en="What is drawn", options={"ligne": ("des lames", "slides"), "personne": ("des personnes", "people")}),
    ordre=labkit.dropdown(fr="Dans quel ordre", en="In which order", options={"fichier": ("l'ordre du fichier", "the order of the file"), "hasard": ("au hasard", "at random")}),
    verite=labkit.dropdown(fr="Diagnostics", en="Diagnoses", options={"vrais": ("les vrais", "the true ones"), "temoin": ("tirés au sort (témoin)", "drawn by lot (control)")}),
)

# %% id="decoupage-unite" hide=true
ask.choice(
    "decoupage-unite",
    fr="Pour un découpage honnête, je tire…",
    en="For an honest split, I draw…",
    options={"ligne": ("des lames, une par une", "slides, one by one"), "personne": ("des personnes, chacune avec ses deux lames", "people, each with their two slides")},
)

# %% id="decoupage-ordre" hide=true
ask.choice(
    "decoupage-ordre",
    fr="… dans quel ordre ?",
    en="… in which order?",
    options={"fichier": ("l'ordre du fichier", "the order of the file"), "hasard": ("au hasard", "at random")},
)

# %% id="decoupage-gonfle" hide=true
ask.number(
    "decoupage-gonfle",
    fr="Exactitude gonflée par la fuite (au hasard, vrais diagnostics)",
    en="Accuracy inflated by the leak (at random, true diagnoses)",
    low=0,
    high=100,
    unit=("points", "points"),
)

# %% graded="decoupage"
unite_choisie, ordre_choisi, gonfle = ask.answer("decoupage-unite"), ask.answer("decoupage-ordre"), ask.answer("decoupage-gonfle")
check(unite_choisie).is_answered()
check(ordre_choisi).is_answered()
check(gonfle).is_answered()
check.that(
    gonfle < 70,
    fr="C'est une exactitude, non un écart. Soustrayez l'exactitude obtenue en tirant des personnes de celle obtenue en tirant des lames.",
    en="This is an accuracy, not a gap. Subtract the accuracy obtained by drawing people from the one obtained by drawing slides.",
)
### BEGIN HIDDEN TESTS
graines_cachees = [labkit.seed("decoupage") % 100000 + k for k in range(3)]
autres_lames = fabriquer(labkit.seed("lames") % 100000)
cache = eprouver(autres_lames, unite_choisie, ordre_choisi, False, graines_cachees)
temoin_cache = eprouver(autres_lames, unite_choisie, ordre_choisi, True, graines_cachees)
check(cache["malignes"]).is_between(20, 55, fr="Avec cet ordre, quelles tumeurs y a-t-il dans la part de test ? Regardez la dernière colonne : on ne juge pas un dépistage sur une seule sorte de diagnostic.", en="With this order, which tumours are there in the test part? Look at the last column: a screening is not judged on a single kind of diagnosis.")
check(cache["communes"]).is_at_most(0, fr="Avec ce découpage, des personnes ont une lame de chaque côté : le modèle retrouve leur autre lame au lieu de juger. Que donne le témoin, où il n'y a rien à apprendre ?", en="With this split, some people have a slide on each side: the model finds their other slide instead of judging. What does the control give, where there is nothing to learn?")
check(temoin_cache["exactitude"]).is_at_most(68, fr="Avec des diagnostics tirés au sort, votre découpage annonce encore un bon résultat : il y a une fuite.", en="With diagnoses drawn by lot, your split still announces a good result: there is a leak.")
attendu = eprouver(lames, "ligne", "hasard", False, range(10))["exactitude"] - eprouver(lames, "personne", "hasard", False, range(10))["exactitude"]
check.that(abs(gonfle - 33) > 2.5, fr="Cet écart est celui du témoin. La question porte sur les vrais diagnostics.", en="This gap is that of the control. The question is about the true diagnoses.")
check.that(abs(gonfle - 3.8) > 0.7 and abs(gonfle - 13.9) > 0.7, fr="Vous avez comparé aux lames déjà vues. Comparez deux exactitudes sur le test : en tirant des lames, puis en tirant des personnes.", en="You compared with slides already seen. Compare two accuracies on the test: drawing slides, then drawing people.")
check(gonfle).is_close_to(attendu, within=1, fr="Gardez l'ordre au hasard et les vrais diagnostics, changez seulement l'unité, et soustrayez les deux exactitudes sur le test.", en="Keep random order and the true diagnoses, change only the unit, and subtract the two accuracies on the test.")
### END HIDDEN TESTS

# %% [markdown] id="fuites-texte" lang="fr"
# **Ce que l'on voit.** Tirer des lames fait passer l'erreur d'environ 14 % à 4 % : le modèle paraît se tromper trois fois et demie moins, sans avoir rien appris de plus. Et avec des diagnostics tirés au sort, il annonce encore 86 % !
# Le jour où arrive une **nouvelle** personne, il n'y a plus d'autre lame à retrouver : le résultat annoncé ne tient plus. La question à poser à tout fournisseur : « **Les mêmes personnes sont-elles des deux côtés ?** »
#
# ### À vous : fuite ou pas ?
#
# Une fuite peut passer par d'autres chemins. La règle est toujours la même : **rien de ce qui sert à juger ne doit servir à apprendre ou à choisir, et rien de ce qui n'est connu qu'après la décision ne doit servir à la prendre**.
#
# **Un exemple.** « Elle apprend sur les personnes du premier semestre et juge sur celles, toutes nouvelles, du second » : pas de fuite. « Elle retire du test les lames difficiles après avoir vu les erreurs » : fuite, car le test sert à choisir.
#
# Voici six choses que fait une collègue. Attention : toutes ne sont pas fautives.

# %% [markdown] id="fuites-texte" lang="en" of="d63b20b4"
# **What we see.** Drawing slides brings the error down from about 14% to 4%: the model seems to make three and a half times fewer mistakes, having learnt nothing more. And with diagnoses drawn by lot, it still announces 86%!
# The day a **new** person comes, there is no other slide to find: the announced result no longer holds. The question to ask any supplier: "**Are the same people on both sides?**"
#
# ### Your turn: a leak or not?
#
# A leak may take other paths. The rule is always the same: **nothing that serves to judge may serve to learn or to choose, and nothing that is known only after the decision may serve to make it**.
#
# **An example.** "She learns from the people of the first half of the year and judges on those of the second, all of them new": no leak. "She takes difficult slides out of the test after seeing the mistakes": a leak, since the test serves to choose.
#
# Here are six things that a colleague does. Beware: not all of them are faulty.

# %% id="fuites" hide=true
ask.annotate(
    "fuites",
    fr="Fuite, ou pas de fuite ?",
    en="A leak, or no leak?",
    items={
        "echelle": ("Elle met les mesures à l'échelle avec les moyennes de toutes les personnes, puis elle découpe.", "She scales the measurements with the means of all people, then splits."),
        "apprentissage": ("Elle découpe, puis met les mesures à l'échelle avec les moyennes de la seule part d'apprentissage.", "She splits, then scales the measurements with the means of the training part alone."),
        "meilleur": ("Elle essaie huit modèles sur le test, garde le meilleur, et annonce son résultat sur ce même test.", "She tries eight models on the test, keeps the best one, and announces its result on that same test."),
        "rendezvous": ("Elle ajoute aux mesures la colonne « date du premier rendez-vous en cancérologie ».", "She adds to the measurements the column 'date of first oncology appointment'."),
        "hasard": ("Elle mélange les personnes au hasard avant de découper.", "She shuffles the people at random before splitting."),
        "unefois": ("Elle règle le seuil sur une part réservée au réglage, puis mesure une seule fois sur le test.", "She sets the threshold on a part reserved for tuning, then measures only once on the test."),
    },
    labels={"fuite": ("fuite", "leak"), "saine": ("pas de fuite", "no leak")},
)

# %% graded="fuites"
reperees = ask.answer("fuites")
check(reperees).is_answered()
check(reperees).has_keys(["echelle", "apprentissage", "meilleur", "rendezvous", "hasard", "unefois"], fr="Il reste une ligne sans réponse.", en="One line still has no answer.")
### BEGIN HIDDEN TESTS
for saine in ("apprentissage", "hasard", "unefois"):
    check(reperees[saine]).equals("saine", fr="Vous voyez une fuite là où il n'y en a pas : à crier au loup, on décourage de bonnes pratiques. Demandez-vous, ligne par ligne, quelle information du test passerait dans l'apprentissage ou dans un choix.", en="You see a leak where there is none: crying wolf discourages good practice. Ask yourself, line by line, which information from the test would pass into learning or into a choice.")
check(reperees["rendezvous"]).equals("fuite", fr="Une des colonnes ajoutées n'est remplie qu'une fois le diagnostic connu. Sera-t-elle là au moment de décider ?", en="One of the columns added is filled in only once the diagnosis is known. Will it be there when deciding?")
check(reperees["meilleur"]).equals("fuite", fr="Quand on garde le meilleur de huit essais sur le test, à quoi le test a-t-il servi ? Le résultat annoncé est-il encore celui de données jamais employées ?", en="When the best of eight tries on the test is kept, what has the test served for? Is the announced result still that of data never used?")
check(reperees["echelle"]).equals("fuite", fr="Une moyenne calculée sur toutes les personnes contient aussi celles du test. La fuite est petite, mais c'en est une : regardez ce qui est calculé avant de découper.", en="A mean worked out over all people includes those of the test. It is a small leak, but it is one: look at what is worked out before splitting.")
### END HIDDEN TESTS

# %% [markdown] id="partie-3" lang="fr"
# ## 3. Lire : deux sortes d'erreurs
#
# Désormais, une lame par personne, et **trois parts** de personnes tirées au hasard :
#
# | part | personnes | à quoi elle sert |
# |---|---|---|
# | apprentissage | 228 | le modèle y apprend |
# | réglage | 170 | nous y lisons ses erreurs et réglons son seuil |
# | test | 171 | **mis sous clé** : ouvert une seule fois, à la fin |
#
# Le modèle du fournisseur, une **régression**, est plus sage que le modèle par cœur : il pèse les dix mesures et rend un **score** entre 0 et 1. Plus le score est haut, plus la tumeur lui paraît maligne. Il donne l'**alerte** quand le score atteint
# un **seuil** ; le fournisseur l'a mis à **0,50**.

# %% [markdown] id="partie-3" lang="en" of="1ba7d9d8"
# ## 3. Reading: two kinds of mistakes
#
# From now on, one slide per person, and **three parts** of people drawn at random:
#
# | part | people | what it is for |
# |---|---|---|
# | training | 228 | the model learns there |
# | tuning | 170 | we read its mistakes there and set its threshold |
# | test | 171 | **under lock and key**: opened only once, at the end |
#
# The supplier's model, a **regression**, is wiser than the memoriser: it weighs the ten measurements and returns a **score** between 0 and 1. The higher the score, the more malignant the tumour looks to it. It raises the **alert** when the score reaches
# a **threshold**; the supplier set it at **0.50**.

# %% id="trois-parts" examiner=true
def une_lame(tableau):
    """La première lame de chaque personne."""  #@fr
    """The first slide of each person."""  #@en
    return tableau[tableau["lame"] == 1].reset_index(drop=True)


def scores(tableau, apprend, juge):
    """Les scores des personnes de `juge`, par un modèle qui n'a vu que celles de `apprend`."""  #@fr
    """The scores of the people of `juge`, by a model that saw only those of `apprend`."""  #@en
    modele = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    valeurs, maligne = tableau[mesures].to_numpy(), tableau["maligne"].to_numpy()
    modele.fit(valeurs[apprend], maligne[apprend])
    return modele.predict_proba(valeurs[juge])[:, 1]


def partager(rangs, combien, graine):
    """Un découpage au hasard : ceux qui apprennent, ceux sur qui l'on règle."""  #@fr
    """A random split: those who serve to learn, those on whom we tune."""  #@en
    melange = np.random.default_rng(graine).permutation(rangs)
    return melange[:combien], melange[combien:]


personnes = une_lame(lames)
melange = np.random.default_rng(12).permutation(len(personnes))
test, reste_a_voir = melange[:171], melange[171:]
apprentissage, reglage = partager(reste_a_voir, 228, 0)

# %% id="matrice-figure" hide=true
def compter(score, maligne, seuil):
    """Vrais positifs, faux négatifs, faux positifs, vrais négatifs."""
    alerte = score >= seuil
    return [int((alerte & (maligne == 1)).sum()), int((~alerte & (maligne == 1)).sum()), int((alerte & (maligne == 0)).sum()), int((~alerte & (maligne == 0)).sum())]


def montrer_matrice(comptes, titre):
    labkit.plots.matrix(
        [comptes[:2], comptes[2:]],
        rows=[("tumeur maligne", "malignant tumour"), ("tumeur bénigne", "benign tumour")],
        columns=[("alerte", "alert"), ("pas d'alerte", "no alert")],
        fr=titre[0],
        en=titre[1],
        x=("ce que dit le modèle", "what the model says"),
        y=("ce qui est vrai", "what is true"),
        digits=0,
    )


score_reglage = scores(personnes, apprentissage, reglage)
maligne_reglage = personnes.loc[reglage, "maligne"].to_numpy()
montrer_matrice(compter(score_reglage, maligne_reglage, 0.5), ("La régression au seuil de 0,50, sur la part de réglage", "The regression at threshold 0.50, on the tuning part"))

# %% [markdown] id="matrice-texte" lang="fr"
# Ce tableau s'appelle une **matrice de confusion**. Les **lignes** disent ce qui est vrai, les **colonnes** ce que dit le modèle. Ses quatre cases ont un nom :
#
# - maligne et alerte : **vrai positif**, une tumeur trouvée ;
# - maligne et pas d'alerte : **faux négatif**, une tumeur manquée, une personne rassurée à tort ;
# - bénigne et alerte : **faux positif**, un examen inutile, une personne inquiétée pour rien ;
# - bénigne et pas d'alerte : **vrai négatif**, une personne rassurée à raison.
#
# Deux questions se posent à partir de la **même** case (tumeur maligne, alerte), avec **deux totaux différents** :
#
# - **Parmi les tumeurs malignes, combien sont trouvées ?** On lit une *ligne* : c'est le **rappel** (on dit aussi la sensibilité).
# - **Parmi les alertes, combien sont justes ?** On lit une *colonne* : c'est la **précision**.
#
# **Un exemple.** Un détecteur de fumée, sur 1 000 soirées : 8 incendies signalés, 2 incendies manqués, 40 alertes pour un toast brûlé, 950 soirées calmes. Rappel : 8 ÷ (8 + 2) = **80 %**. Précision : 8 ÷ (8 + 40) = **16,7 %**. Son exactitude est de 95,8 %,
# et elle ne dit ni l'un ni l'autre.
#
# ### À vous : la matrice de la régression
#
# Donnez son **rappel** et sa **précision, en pour cent, avec une décimale**, puis la case des personnes **rassurées à tort**.

# %% [markdown] id="matrice-texte" lang="en" of="60bd13c6"
# This table is called a **confusion matrix**. **Rows** say what is true, **columns** what the model says. Its four cells have names:
#
# - malignant and alert: **true positive**, a tumour found;
# - malignant and no alert: **false negative**, a tumour missed, a person wrongly reassured;
# - benign and alert: **false positive**, a needless examination, a person worried for nothing;
# - benign and no alert: **true negative**, a person rightly reassured.
#
# Two questions start from the **same** cell (malignant tumour, alert), with **two different totals**:
#
# - **Among malignant tumours, how many are found?** We read a *row*: this is **recall** (also called sensitivity).
# - **Among alerts, how many are right?** We read a *column*: this is **precision**.
#
# **An example.** A smoke detector, over 1,000 evenings: 8 fires signalled, 2 fires missed, 40 alerts for burnt toast, 950 quiet evenings. Recall: 8 ÷ (8 + 2) = **80%**. Precision: 8 ÷ (8 + 40) = **16.7%**. Its accuracy is 95.8%,
# which tells you neither.
#
# ### Your turn: the matrix of the regression
#
# Give its **recall** and its **precision, in per cent, with one decimal**, then the cell of the people **wrongly reassured**.

# %% id="matrice-trouvees" hide=true
ask.number("matrice-trouvees", fr="Rappel : parmi les tumeurs malignes, celles que le modèle trouve", en="Recall: among malignant tumours, those that the model finds", low=0, high=100, unit="%")

# %% id="matrice-justes" hide=true
ask.number("matrice-justes", fr="Précision : parmi les alertes, celles qui sont justes", en="Precision: among alerts, those that are right", low=0, high=100, unit="%")

# %% id="matrice-grave" hide=true
ask.choice(
    "matrice-grave",
    fr="La case des personnes rassurées à tort",
    en="The cell of the people wrongly reassured",
    options={"vp": ("vrais positifs", "true positives"), "fn": ("faux négatifs", "false negatives"), "fp": ("faux positifs", "false positives"), "vn": ("vrais négatifs", "true negatives")},
)

# %% graded="matrice"
rappel, precision, grave = ask.answer("matrice-trouvees"), ask.answer("matrice-justes"), ask.answer("matrice-grave")
check(rappel).is_answered()
check(precision).is_answered()
check(grave).is_answered()
check.that(
    rappel > 1 and precision > 1,
    fr="Vous avez sans doute donné un nombre entre 0 et 1. Multipliez-le par 100 pour l'exprimer en pour cent.",
    en="You probably gave a number between 0 and 1. Multiply it by 100 to state it in per cent.",
)
### BEGIN HIDDEN TESTS
check.that(not (abs(rappel - 90.32) < 0.6 and abs(precision - 81.16) < 0.6), fr="Vos deux réponses sont interverties. « Parmi les tumeurs malignes » : le total est une ligne. « Parmi les alertes » : le total est une colonne.", en="Your two answers are swapped. 'Among malignant tumours': the total is a row. 'Among alerts': the total is a column.")
check.that(abs(rappel - 88.8) > 0.6 and abs(precision - 88.8) > 0.6, fr="L'un de vos nombres est l'exactitude, qui mélange toutes les cases. Le mot après « parmi » donne le total à employer.", en="One of your numbers is accuracy, which mixes all cells. The word after 'among' gives the total to use.")
check.that(abs(rappel - 32.9) > 0.6 and abs(precision - 32.9) > 0.6, fr="Vous avez divisé par toutes les personnes. Le mot après « parmi » donne le total à employer.", en="You divided by all people. The word after 'among' gives the total to use.")
check(rappel).is_close_to(81.16, within=0.5, fr="Pour le rappel, lisez la ligne des tumeurs malignes : celles qui ont l'alerte, divisées par le total de la ligne.", en="For recall, read the row of malignant tumours: those with an alert, divided by the total of the row.")
check(precision).is_close_to(90.32, within=0.5, fr="Pour la précision, lisez la colonne des alertes : celles qui sont justes, divisées par le total de la colonne.", en="For precision, read the column of alerts: those that are right, divided by the total of the column.")
check(grave).differs_from("fp", fr="Les personnes de cette case sont inquiétées à tort, et l'examen les rassurera. Qui, au contraire, repart sans que rien ne soit fait ?", en="The people in this cell are wrongly worried, and the examination will reassure them. Who, on the contrary, leaves without anything being done?")
check(grave).equals("fn", fr="Une personne rassurée à tort a une tumeur maligne, et le modèle n'a pas donné l'alerte : cherchez la ligne, puis la colonne.", en="A person wrongly reassured has a malignant tumour, and the model raised no alert: look for the row, then the column.")
### END HIDDEN TESTS

# %% [markdown] id="partie-4" lang="fr"
# ## 4. Régler : le seuil et le prix des erreurs
#
# Les deux erreurs ne se valent pas. Un comité (médecins, patientes, direction) a fixé leur **prix**, en points :
#
# | en réalité | alerte | pas d'alerte |
# |---|---|---|
# | **tumeur maligne** | 0 | **20** (diagnostic retardé d'un an) |
# | **tumeur bénigne** | **2** (examen inutile, inquiétude) | 0 |
#
# Le **coût pour 100 personnes** = 100 × (20 × tumeurs manquées + 2 × examens inutiles) ÷ nombre de personnes.
#
# **Un exemple.** Sur la part de réglage, à 0,50 : 13 tumeurs manquées et 6 examens inutiles parmi 170 personnes. Coût : 100 × (20 × 13 + 2 × 6) ÷ 170 = **160 points**.
#
# **Prévoyez d'abord.** Faut-il donner l'alerte plus facilement, ou moins facilement ?

# %% [markdown] id="partie-4" lang="en" of="6cadc572"
# ## 4. Setting: the threshold and the price of mistakes
#
# The two mistakes are not worth the same. A committee (doctors, patients, management) has set their **price**, in points:
#
# | in truth | alert | no alert |
# |---|---|---|
# | **malignant tumour** | 0 | **20** (diagnosis a year late) |
# | **benign tumour** | **2** (needless examination, worry) | 0 |
#
# The **cost per 100 people** = 100 × (20 × tumours missed + 2 × needless examinations) ÷ number of people.
#
# **An example.** On the tuning part, at 0.50: 13 tumours missed and 6 needless examinations among 170 people. Cost: 100 × (20 × 13 + 2 × 6) ÷ 170 = **160 points**.
#
# **Predict first.** Should the alert be raised more easily, or less easily?

# %% id="prevision-seuil" hide=true
ask.choice(
    "prevision-seuil",
    fr="Ma prévision (non notée) : avec ces prix, le meilleur seuil sera…",
    en="My prediction (not graded): with these prices, the best threshold will be…",
    options={"a": ("plus haut que 0,50", "higher than 0.50"), "b": ("plus bas que 0,50", "lower than 0.50"), "c": ("0,50, le milieu", "0.50, the middle")},
)

# %% id="couter" examiner=true
seuils = np.round(np.arange(0.02, 0.92, 0.02), 2)


def jouer(tableau, rangs, combien, graines):
    """Pour chaque découpage au hasard : les scores des personnes du réglage, et leurs diagnostics."""  #@fr
    """For each random split: the scores of the people of the tuning part, and their diagnoses."""  #@en
    parties = []
    for graine in graines:
        apprend, juge = partager(rangs, combien, graine)
        parties.append((scores(tableau, apprend, juge), tableau.loc[juge, "maligne"].to_numpy()))
    return parties


def cout(parties, seuil, prix_manquee=20, prix_inutile=2):
    """Le coût pour 100 personnes, en moyenne sur les découpages."""  #@fr
    """The cost per 100 people, on average over the splits."""  #@en
    couts = [
        100 * (prix_manquee * ((score < seuil) & (maligne == 1)) + prix_inutile * ((score >= seuil) & (maligne == 0))).mean()
        for score, maligne in parties
    ]
    return float(np.mean(couts))


decoupages = jouer(personnes, reste_a_voir, 228, range(40))
couts_visibles = [cout(decoupages, seuil) for seuil in seuils]

# %% id="regler" hide=true
def regler(seuil, combien, prix):
    parties = decoupages if combien == "40" else [decoupages[int(combien)]]
    tarif = (20, 2) if prix == "comite" else (2, 2)
    courbe = [cout(parties, s, *tarif) for s in seuils]
    moyennes = np.mean([compter(score, maligne, seuil) for score, maligne in parties], axis=0) * 100 / 170
    lecture = pd.DataFrame(
        [[nombre(seuil, 2), nombre(moyennes[1]), nombre(moyennes[2]), nombre(cout(parties, seuil, *tarif))]],
        columns=labkit.tr(
            "seuil|tumeurs manquées pour 100 personnes|examens inutiles pour 100 personnes|coût (points pour 100 personnes)",
            "threshold|tumours missed per 100 people|needless examinations per 100 people|cost (points per 100 people)",
        ).split("|"),
    )
    labkit.plots.lines(
        seuils,
        courbe,
        fr="Coût pour 100 personnes, selon le seuil",
        en="Cost per 100 people, by threshold",
        x=("seuil (tirets : le vôtre)", "threshold (dashes: yours)"),
        y=("points", "points"),
        digits=2,
        vertical=seuil,
        markers=False,
    )
    labkit.table(lecture, fr="Votre seuil", en="Your threshold")


labkit.explore(
    regler,
    seuil=labkit.slider(fr="Seuil", en="Threshold", low=0.02, high=0.9, step=0.02, start=0.5),
    combien=labkit.dropdown(fr="Découpages", en="Splits", options={"0": ("un premier découpage", "a first split"), "1": ("un deuxième", "a second one"), "2": ("un troisième", "a third one"), "40": ("la moyenne de 40 découpages", "the mean of 40 splits")}),
    prix=labkit.dropdown(fr="Prix des erreurs", en="Price of mistakes", options={"comite": ("ceux du comité : 20 et 2", "the committee's: 20 and 2"), "egal": ("le même pour les deux : 2 et 2", "the same for both: 2 and 2")}),
)

# %% [markdown] id="seuil-texte" lang="fr"
# **Regardez le creux de la courbe** avec un premier découpage, puis un deuxième, puis un troisième : il se promène, car avec 170 personnes une tumeur de plus ou de moins le déplace. Passez à **la moyenne de 40 découpages** des 398 personnes (apprentissage et réglage ; le test reste sous clé) : la courbe devient lisse, et
# son creux doit bien moins à la chance.
#
# ### À vous : le seuil
#
# Avec **les prix du comité** et **la moyenne de 40 découpages**, choisissez un seuil dont le coût est le plus bas, ou ne le dépasse que de **4 points** au plus.
# Il sera aussi vérifié sur d'autres découpages et un autre tirage des défauts du microscope.
#
# Puis essayez « le même prix pour les deux » : où va le creux ? Ne changez pas pour autant votre seuil, qui se règle avec les prix du comité.

# %% [markdown] id="seuil-texte" lang="en" of="5e04a2ec"
# **Look at the low point of the curve** with a first split, then a second, then a third: it wanders, since with 170 people one tumour more or less moves it. Switch to **the mean of 40 splits** of the 398 people (training and tuning; the test stays locked away): the curve becomes smooth, and
# its low point owes far less to luck.
#
# ### Your turn: the threshold
#
# With **the committee's prices** and **the mean of 40 splits**, choose a threshold whose cost is the lowest, or at most **4 points** above the lowest.
# It will also be checked on other splits and another draw of the microscope's faults.
#
# Then try "the same price for both": where does the low point go? Do not change your threshold for all that: it is set with the committee's prices.

# %% id="seuil" hide=true
ask.slider("seuil", fr="Le seuil que je retiens", en="The threshold I choose", low=0.02, high=0.9, step=0.02)

# %% id="seuil-sens" hide=true
ask.choice(
    "seuil-sens",
    fr="Si un examen inutile coûtait autant qu'une tumeur manquée, le meilleur seuil serait…",
    en="If a needless examination cost as much as a tumour missed, the best threshold would be…",
    options={"bas": ("plus bas encore", "lower still"), "meme": ("le même", "the same"), "haut": ("nettement plus haut", "clearly higher")},
)

# %% graded="seuil"
seuil, sens = ask.answer("seuil"), ask.answer("seuil-sens")
check(seuil).is_answered()
check(sens).is_answered()
### BEGIN HIDDEN TESTS
exces = cout(decoupages, seuil) - min(couts_visibles)
check.that(exces <= 4 or seuil < 0.7, fr="Un seuil aussi haut évite les examens inutiles et manque beaucoup de tumeurs. Relisez le tableau des prix : laquelle des deux erreurs coûte dix fois l'autre ?", en="So high a threshold avoids needless examinations and misses many tumours. Read the table of prices again: which of the two mistakes costs ten times the other?")
check.that(exces <= 4 or seuil < 0.38, fr="À ce seuil, le modèle traite les deux erreurs presque comme si elles avaient le même prix. Vérifiez que la liste des prix indique ceux du comité, et suivez la courbe vers son creux.", en="At this threshold, the model treats both mistakes almost as if they had the same price. Check that the list of prices says the committee's, and follow the curve to its low point.")
check.that(exces <= 4 or seuil > 0.03, fr="À ce seuil, presque plus de tumeur manquée, mais les examens inutiles coûtent à leur tour. Le moindre coût n'est pas le moindre risque d'une seule erreur : suivez la courbe jusqu'à son creux.", en="At this threshold hardly any tumour is missed, but needless examinations cost in their turn. The lowest cost is not the lowest risk of a single mistake: follow the curve to its low point.")
check(exces).is_at_most(4, fr="Un autre seuil coûte moins. Avez-vous lu le creux d'un seul découpage, qui se promène ? Regardez la moyenne de 40 découpages, avec les prix du comité.", en="Another threshold costs less. Did you read the low point of a single split, which wanders? Look at the mean of 40 splits, with the committee's prices.")
autres_parties = [
    partie
    for k in range(2)
    for partie in jouer(une_lame(fabriquer((labkit.seed("controle") + k) % 100000)), np.arange(569), 285, range(500 + 12 * k, 512 + 12 * k))
]
check(cout(autres_parties, seuil)).is_at_most(1.4 * min(cout(autres_parties, s) for s in seuils), fr="Sur d'autres découpages, votre seuil coûte nettement plus que le meilleur : visez le milieu du creux, et non son bord.", en="On other splits your threshold costs clearly more than the best: aim for the middle of the low stretch, not its edge.")
check(sens).differs_from("bas", fr="Baisser le seuil ajoute des examens inutiles. Si chacun d'eux devenait plus coûteux par rapport à une tumeur manquée, en voudrait-on davantage ?", en="Lowering the threshold adds needless examinations. If each of them became more costly compared with a tumour missed, would we want more of them?")
check(sens).equals("haut", fr="Changez la liste des prix, et regardez où va le creux de la courbe : le seuil suit le prix des erreurs.", en="Change the list of prices and see where the low point of the curve goes: the threshold follows the price of mistakes.")
### END HIDDEN TESTS

# %% [markdown] id="test-texte" lang="fr"
# **Le seuil n'est pas une affaire technique** : il traduit des prix, que des personnes ont fixés. Demander « pourquoi 0,50 ? », c'est demander « qui a décidé que les deux erreurs se valent ? ».
#
# ### Ouvrir le test, une seule fois
#
# Votre seuil est choisi. On peut ouvrir le test : 171 personnes que ni le modèle ni vous n'avez vues. (Si vous changez de seuil après l'avoir ouvert, ce ne sera plus tout à fait un test.)

# %% [markdown] id="test-texte" lang="en" of="b87268c7"
# **The threshold is not a technical matter**: it translates prices, which people have set. To ask "why 0.50?" is to ask "who decided that the two mistakes are worth the same?".
#
# ### Opening the test, only once
#
# Your threshold is chosen. We can open the test: 171 people whom neither the model nor you have seen. (If you change your threshold after opening it, it will no longer quite be a test.)

# %% id="ouvrir-test" hide=true
def ouvrir_test():
    seuil_retenu = ask.answer("seuil")
    if seuil_retenu is None:
        return print(labkit.tr("Choisissez d'abord votre seuil, puis exécutez de nouveau cette cellule.", "Choose your threshold first, then run this cell again."))
    maligne_test = personnes.loc[test, "maligne"].to_numpy()
    score_test = scores(personnes, apprentissage, test)
    lignes = []
    for nom, s in ((labkit.tr("celui du fournisseur", "the supplier's"), 0.5), (labkit.tr("le vôtre", "yours"), seuil_retenu)):
        _, manquees, inutiles, _ = compter(score_test, maligne_test, s)
        lignes.append([nom, nombre(s, 2), manquees, inutiles, nombre(cout([(score_test, maligne_test)], s)), nombre(cout(decoupages, s))])
    resultat = pd.DataFrame(
        lignes,
        columns=labkit.tr(
            "seuil|valeur|tumeurs manquées|examens inutiles|coût sur le test|coût attendu",
            "threshold|value|tumours missed|needless examinations|cost on the test|expected cost",
        ).split("|"),
    )
    return labkit.table(resultat, fr="Sur les 171 personnes du test (63 malignes, 108 bénignes) ; coût en points pour 100 personnes", en="On the 171 people of the test (63 malignant, 108 benign); cost in points per 100 people")


ouvrir_test()

# %% [markdown] id="partie-5" lang="fr"
# **Ce que l'on voit.** Le coût du test n'est pas tout à fait le coût attendu (la moyenne des 40 découpages). C'est normal : sur 171 personnes, une tumeur manquée de plus ajoute 12 points. Avec d'autres tirages du test et des seuils voisins, nous avons trouvé de 41 à 91 points, et nous avons retenu pour ce lab un tirage typique, après les avoir regardés : un fournisseur qui ferait cela tricherait. Un résultat annoncé sans dire
# **sur combien de personnes** il a été mesuré ne vaut pas grand-chose.
#
# ## 5. Qui supporte les erreurs qui restent ?
#
# Le coût a baissé. Mais un coût moyen ne dit pas **chez qui** il tombe. Regardons par site : A, avec un microscope neuf ; B, avec un microscope ancien.
#
# 171 personnes sont trop peu pour être coupées en morceaux. On fait donc **tourner les rôles** : les 569 personnes sont partagées en dix groupes, et chaque groupe est jugé par un modèle qui a appris **sur les neuf autres**. Ainsi chacune est jugée par
# un modèle qui ne l'a jamais vue. (Votre seuil, lui, a été choisi avec une partie d'entre elles : l'effet d'un seul réglage est petit, mais on le dit.)
#
# **Prévoyez** (pour vous-même) : les deux sortes d'erreurs tombent-elles au même endroit ? Puis exécutez.

# %% [markdown] id="partie-5" lang="en" of="cbab9f7a"
# **What we see.** The cost of the test is not quite the expected cost (the mean of the 40 splits). That is normal: with 171 people, one more tumour missed adds 12 points. With other draws of the test and neighbouring thresholds, we found from 41 to 91 points, and we kept a typical draw for this lab after looking at them: a supplier who did that would be cheating. A result announced without saying
# **on how many people** it was measured is not worth much.
#
# ## 5. Who bears the remaining mistakes?
#
# The cost has come down. But a mean cost does not say **on whom** it falls. Let us look by site: A, with a new microscope; B, with an old one.
#
# 171 people are too few to be cut into pieces. So we make the **roles rotate**: the 569 people are shared out into ten groups, and each group is judged by a model that has learnt **from the nine others**. Thus everyone is judged by
# a model that has never seen them. (Your threshold, though, was chosen with part of them: the effect of a single setting is small, but we say so.)
#
# **Predict** (for yourself): do the two kinds of mistakes fall in the same place? Then run.

# %% id="rotation" examiner=true
def tourner(tableau):
    """Le score de chaque personne, par un modèle qui ne l'a jamais vue."""  #@fr
    """The score of each person, by a model that has never seen them."""  #@en
    groupe = np.random.default_rng(0).permutation(len(tableau)) % 10
    score = np.zeros(len(tableau))
    for k in range(10):
        score[groupe == k] = scores(tableau, groupe != k, groupe == k)
    return score


def par_site(tableau, score, seuil):
    """Pour chaque site : malignes, manquées, bénignes, examens inutiles."""  #@fr
    """For each site: malignant, missed, benign, needless examinations."""  #@en
    resultat = {}
    for site in ("A", "B"):
        ici, maligne, alerte = tableau["site"] == site, tableau["maligne"] == 1, score >= seuil
        resultat[site] = {
            "malignes": int((ici & maligne).sum()),
            "manquees": int((ici & maligne & ~alerte).sum()),
            "benignes": int((ici & ~maligne).sum()),
            "inutiles": int((ici & ~maligne & alerte).sum()),
        }
    return resultat


score_tournant = tourner(personnes)

# %% id="montrer-sites" hide=true
def montrer_sites():
    if ask.answer("seuil") is None:
        return print(labkit.tr("Choisissez d'abord votre seuil (partie 4), puis exécutez de nouveau cette cellule.", "Choose your threshold first (part 4), then run this cell again."))
    mesure = par_site(personnes, score_tournant, ask.answer("seuil"))
    tableau = pd.DataFrame(
        [[site, m["malignes"] + m["benignes"], m["malignes"], m["manquees"], m["benignes"], m["inutiles"]] for site, m in mesure.items()],
        columns=labkit.tr("site|personnes|malignes|malignes manquées|bénignes|examens inutiles", "site|people|malignant|malignant, missed|benign|needless examinations").split("|"),
    )
    return labkit.table(tableau, fr="Les erreurs avec votre seuil, par site (nombres de personnes)", en="The mistakes with your threshold, by site (numbers of people)")


montrer_sites()

# %% [markdown] id="reste-texte" lang="fr"
# Pour comparer deux sites de tailles différentes, on compare des **parts**, chacune avec le total des personnes **exposées** à l'erreur :
#
# - seule une personne dont la tumeur est **bénigne** peut subir un examen inutile : examens inutiles ÷ **bénignes** du site ;
# - seule une personne dont la tumeur est **maligne** peut être manquée : malignes manquées ÷ **malignes** du site.
#
# **Un exemple.** Avec un seuil de 0,50, le site A ferait 2 examens inutiles parmi 212 personnes dont la tumeur est bénigne : 2 ÷ 212 = **0,9 %**.
#
# ### À vous : qui supporte quoi ?
#
# Dites où une personne dont la tumeur est bénigne court le plus grand risque d'un examen inutile, et donnez cette part **en pour cent, avec une décimale**. Puis dites où une tumeur maligne risque le plus d'être manquée.
# Si vous changez votre seuil, exécutez de nouveau le tableau et mettez vos réponses à jour.

# %% [markdown] id="reste-texte" lang="en" of="3b96a8ec"
# To compare two sites of different sizes, we compare **shares**, each with the total of the people **exposed** to the mistake:
#
# - only a person whose tumour is **benign** can undergo a needless examination: needless examinations ÷ **benign** of the site;
# - only a person whose tumour is **malignant** can be missed: malignant, missed ÷ **malignant** of the site.
#
# **An example.** With a threshold of 0.50, site A would make 2 needless examinations among 212 people with a benign tumour: 2 ÷ 212 = **0.9%**.
#
# ### Your turn: who bears what?
#
# Say where a person with a benign tumour runs the greater risk of a needless examination, and give that share **in per cent, with one decimal**. Then say where a malignant tumour is most at risk of being missed.
# If you change your threshold, run the table again and update your answers.

# %% id="reste-inutiles" hide=true
ask.choice("reste-inutiles", fr="Le plus grand risque d'examen inutile, pour une personne dont la tumeur est bénigne, est au…", en="The greater risk of a needless examination, for a person with a benign tumour, is at…", options={"A": ("site A, microscope neuf", "site A, new microscope"), "B": ("site B, microscope ancien", "site B, old microscope")})

# %% id="reste-taux" hide=true
ask.number("reste-taux", fr="Part d'examens inutiles dans ce site", en="Share of needless examinations at that site", low=0, high=100, unit="%")

# %% id="reste-manquees" hide=true
ask.choice("reste-manquees", fr="Le plus grand risque d'être manquée, pour une tumeur maligne, est au…", en="The greater risk of being missed, for a malignant tumour, is at…", options={"A": ("site A, microscope neuf", "site A, new microscope"), "B": ("site B, microscope ancien", "site B, old microscope")})

# %% graded="reste"
check(ask.answer("reste-inutiles")).is_answered()
check(ask.answer("reste-taux")).is_answered()
check(ask.answer("reste-manquees")).is_answered()
check(ask.answer("seuil")).is_answered(fr="Choisissez d'abord votre seuil, dans la partie 4.", en="Choose your threshold first, in part 4.")
### BEGIN HIDDEN TESTS
sites = par_site(personnes, score_tournant, ask.answer("seuil"))
parts_inutiles = {s: 100 * sites[s]["inutiles"] / sites[s]["benignes"] for s in ("A", "B")}
parts_manquees = {s: 100 * sites[s]["manquees"] / sites[s]["malignes"] for s in ("A", "B")}
ou, lue, ou_manquees = ask.answer("reste-inutiles"), ask.answer("reste-taux"), ask.answer("reste-manquees")
alertes_b = sites["B"]["inutiles"] + sites["B"]["malignes"] - sites["B"]["manquees"]
check.that(parts_inutiles[ou] >= max(parts_inutiles.values()) - 1, fr="Calculez la part d'examens inutiles parmi les bénignes pour les deux sites : dans l'autre, une personne dont la tumeur est bénigne court un risque plus grand.", en="Work out the share of needless examinations among benign tumours for both sites: at the other one, a person with a benign tumour runs a greater risk.")
juste = abs(lue - parts_inutiles[ou]) <= 0.8
check.that(juste or abs(lue - 100 * sites["B"]["inutiles"] / (sites["B"]["benignes"] + sites["B"]["malignes"])) > 0.8, fr="Vous avez divisé par toutes les personnes du site. Seules celles qui peuvent subir un examen inutile forment le total.", en="You divided by all people of the site. Only those who can undergo a needless examination make up the total.")
check.that(juste or abs(lue - 100 * sites["B"]["inutiles"] / alertes_b) > 0.8, fr="Vous avez divisé par les alertes du site : c'est la part des alertes qui sont fausses. La question part des personnes dont la tumeur est bénigne.", en="You divided by the alerts of the site: this is the share of alerts that are false. The question starts from people with a benign tumour.")
check.that(juste or abs(lue - 100 * sites["B"]["inutiles"] / (sites["A"]["inutiles"] + sites["B"]["inutiles"])) > 0.8, fr="Vous avez réparti les examens inutiles entre les deux sites. Le risque d'une personne se lit dans son site : divisez par les bénignes de ce site.", en="You shared out the needless examinations between the two sites. A person's risk is read within their site: divide by the benign tumours of that site.")
check(lue).is_close_to(parts_inutiles[ou], within=0.8, fr="Divisez les examens inutiles par les bénignes de la même ligne, et multipliez par 100. Si vous avez changé votre seuil depuis, exécutez de nouveau le tableau.", en="Divide needless examinations by benign tumours on the same line, and multiply by 100. If you have changed your threshold since, run the table again.")
check.that(parts_manquees[ou_manquees] >= max(parts_manquees.values()) - 0.1, fr="Les deux sortes d'erreurs ne tombent pas forcément au même endroit. Pour les tumeurs manquées, comparez malignes manquées ÷ malignes dans chaque site.", en="The two kinds of mistakes do not necessarily fall in the same place. For tumours missed, compare missed ÷ malignant at each site.")
### END HIDDEN TESTS

# %% [markdown] id="reste-lecon" lang="fr"
# **Ce que l'on voit.** Le microscope ancien **surestime** les mesures : au site B, des tumeurs bénignes passent pour malignes, et près d'une personne sur deux subit pour cela un examen inutile (avec un seuil voisin de 0,08). Le même décalage fait paraître les tumeurs du site A plus petites par comparaison : ce sont **elles** que
# le modèle manque. (Si peu de tumeurs ne suffiraient pas à conclure ; ici, nous connaissons la cause.) Personne ne l'a voulu ; la moyenne le cachait ; ceux qui décident du seuil ne sont pas ceux qui en supportent les erreurs.
#
# **Que faire ?** Pas un seuil par site à l'aveugle : d'abord **réparer l'instrument**. Dans un vrai service, on passerait les mêmes lames de contrôle sur les deux microscopes pour mesurer le décalage. Ici nous le connaissons, puisque nous l'avons fabriqué : retirons-le, et refaisons tout.

# %% [markdown] id="reste-lecon" lang="en" of="ef2fbf12"
# **What we see.** The old microscope **overstates** measurements: at site B, benign tumours pass for malignant, and nearly one person in two undergoes a needless examination because of it (with a threshold near 0.08). The same shift makes the tumours of site A look smaller by comparison: **those** are the ones that
# the model misses. (So few tumours would not be enough to conclude; here, we know the cause.) Nobody wanted it; the mean hid it; those who decide on the threshold are not those who bear its mistakes.
#
# **What is to be done?** Not one threshold per site, blindly: first **repair the instrument**. In a real department, the same control slides would be passed under both microscopes to measure the shift. Here we know it, since we made it: let us take it away, and do everything again.

# %% id="etalonner" hide=true
def etalonner():
    seuil_retenu = ask.answer("seuil")
    if seuil_retenu is None:
        return print(labkit.tr("Choisissez d'abord votre seuil (partie 4), puis exécutez de nouveau cette cellule.", "Choose your threshold first (part 4), then run this cell again."))
    etalonnees = personnes.copy()
    etalonnees[mesures] -= 0.4 * reelles.data[mesures].to_numpy().std(axis=0) * (personnes["site"] == "B").to_numpy()[:, None]
    lignes = []
    for nom, tableau, score in (
        (labkit.tr("avant l'étalonnage", "before calibration"), personnes, score_tournant),
        (labkit.tr("après l'étalonnage", "after calibration"), etalonnees, tourner(etalonnees)),
    ):
        m = par_site(tableau, score, seuil_retenu)
        inutiles = [pourcent(100 * m[s]["inutiles"] / m[s]["benignes"]) for s in ("A", "B")]
        manquees = [f"{m[s]['manquees']} / {m[s]['malignes']}" for s in ("A", "B")]
        lignes.append([nom, *inutiles, *manquees, nombre(cout([(score, tableau["maligne"].to_numpy())], seuil_retenu))])
    comparaison = pd.DataFrame(
        lignes,
        columns=labkit.tr(
            "microscope du site B|examens inutiles, site A|examens inutiles, site B|manquées, site A|manquées, site B|coût pour 100 personnes",
            "microscope of site B|needless examinations, site A|needless examinations, site B|missed, site A|missed, site B|cost per 100 people",
        ).split("|"),
    )
    return labkit.table(comparaison, fr="Réparer l'instrument plutôt que régler autour, avec votre seuil", en="Repairing the instrument rather than tuning around it, with your threshold")


etalonner()

# %% [markdown] id="partie-6" lang="fr"
# Avec un seuil voisin de 0,08, les deux sites courent à peu près le même risque d'examen inutile, il reste moins de tumeurs manquées, et le coût total baisse : ici, **être plus juste n'a rien coûté**, au contraire. Tout le monde n'y gagne pas pour autant : au site A, il y a davantage d'examens inutiles qu'avant.
#
# ## 6. Choisir le plus sobre qui suffit
#
# Le fournisseur propose aussi des modèles plus lourds. Le comité a fixé son **exigence** avant de regarder : au plus **60 points** pour 100 personnes. Nous avons mesuré cinq modèles sur douze découpages (le coût diffère donc un peu du vôtre), chacun à son meilleur seuil, et **estimé leur énergie** (en microwattheures, µWh).
#
# Le service apprendra le modèle **12 fois par an** et l'emploiera pour **20 000 personnes par an**. L'énergie d'une année est donc :
#
# > 12 × énergie d'un apprentissage + 20 × énergie de 1 000 prédictions

# %% [markdown] id="partie-6" lang="en" of="a32c536a"
# With a threshold near 0.08, both sites run about the same risk of a needless examination, fewer tumours are missed, and the total cost falls: here, **being fairer cost nothing**, on the contrary. Not everyone gains, though: at site A there are more needless examinations than before.
#
# ## 6. Choosing the most frugal that is good enough
#
# The supplier also offers heavier models. The committee set its **requirement** before looking: at most **60 points** per 100 people. We measured five models on twelve splits (so the cost differs a little from yours), each at its best threshold, and **estimated their energy** (in microwatt-hours, µWh).
#
# The department will train the model **12 times a year** and use it for **20,000 people a year**. So the energy of a year is:
#
# > 12 × energy of one training + 20 × energy of 1,000 predictions

# %% id="modeles" hide=true
modeles = pd.read_csv("data/modeles.csv")
noms_modeles = {
    "tous": labkit.tr("alerte pour tout le monde", "alert for everyone"),
    "une": labkit.tr("régression, une mesure", "regression, one measurement"),
    "regression": labkit.tr("régression, dix mesures", "regression, ten measurements"),
    "foret": labkit.tr("forêt de 300 arbres", "forest of 300 trees"),
    "comite": labkit.tr("trois réseaux de neurones qui votent", "three neural networks that vote"),
}
affichage = modeles.assign(modele=modeles["modele"].map(noms_modeles))
affichage.columns = ["modèle", "mesures par personne", "coût (points pour 100)", "un apprentissage (µWh)", "1 000 prédictions (µWh)"]  #@fr
affichage.columns = ["model", "measurements per person", "cost (points per 100)", "one training (µWh)", "1,000 predictions (µWh)"]  #@en
labkit.table(affichage, fr="Cinq modèles (énergie estimée : secondes de calcul × 10 W)", en="Five models (estimated energy: computing seconds × 10 W)", digits=2)

# %% [markdown] id="sobriete-texte" lang="fr"
# **Un exemple : la forêt.** 12 × 1 410 + 20 × 28,2 = 16 920 + 564 = **17 484 µWh** par an. Mais elle coûte 67,5 points : elle ne remplit pas l'exigence.
#
# ### À vous : le plus sobre qui suffit
#
# Écartez d'abord les modèles qui ne remplissent pas l'exigence ; parmi ceux qui restent, prenez celui qui consomme le moins. Donnez son énergie **pour une année, en µWh**.

# %% [markdown] id="sobriete-texte" lang="en" of="e2807e1d"
# **An example: the forest.** 12 × 1,410 + 20 × 28.2 = 16,920 + 564 = **17,484 µWh** a year. But it costs 67.5 points: it does not meet the requirement.
#
# ### Your turn: the most frugal that is good enough
#
# First set aside the models that do not meet the requirement; among those that remain, take the one that uses least. Give its energy **for a year, in µWh**.

# %% id="sobriete-modele" hide=true
ask.choice("sobriete-modele", fr="Le modèle le plus sobre qui remplit l'exigence", en="The most frugal model that meets the requirement", options=noms_modeles)

# %% id="sobriete-energie" hide=true
ask.number("sobriete-energie", fr="Son énergie pour une année", en="Its energy for a year", low=0, high=1000000, unit="µWh")

# %% graded="sobriete"
sobre, energie = ask.answer("sobriete-modele"), ask.answer("sobriete-energie")
check(sobre).is_answered()
check(energie).is_answered()
### BEGIN HIDDEN TESTS
check.that(sobre not in ("tous", "une"), fr="Ce modèle consomme très peu, mais remplit-il l'exigence de 60 points ? Le plus sobre se cherche parmi ceux qui suffisent.", en="This model uses very little, but does it meet the requirement of 60 points? The most frugal is sought among those that are good enough.")
check(sobre).differs_from("foret", fr="Comparez son coût à l'exigence de 60 points : être lourd ne suffit pas à être bon.", en="Compare its cost with the requirement of 60 points: being heavy is not enough to be good.")
check(sobre).differs_from("comite", fr="Ce modèle est meilleur de quelques dixièmes de point. L'exigence demande-t-elle le meilleur, ou un modèle qui suffit ?", en="This model is better by a few tenths of a point. Does the requirement ask for the best, or for a model that is good enough?")
check.that(energie < 5000, fr="La dernière colonne est donnée pour 1 000 prédictions. Combien de milliers de personnes par an ?", en="The last column is given per 1,000 predictions. How many thousands of people a year?")
check.that(abs(energie - 9.8) > 1, fr="Vous n'avez compté que les prédictions. Combien d'apprentissages par an ?", en="You counted the predictions only. How many trainings a year?")
check(energie).is_close_to(171.8, within=3, fr="Refaites le calcul de l'exemple avec la ligne de votre modèle : douze apprentissages, et vingt milliers de prédictions.", en="Do the sum of the example again with the line of your model: twelve trainings, and twenty thousand predictions.")
### END HIDDEN TESTS

# %% [markdown] id="partie-7" lang="fr"
# **Ce que l'on voit.** Trois réseaux de neurones gagnent trois dixièmes de point et consomment près de soixante fois plus ; la forêt consomme davantage encore et fait moins bien. Soyons honnêtes : à cette échelle, toutes ces énergies sont dérisoires. Mais le raisonnement ne change pas quand on passe à des millions d'usages et à de grands modèles :
# **fixer l'exigence d'abord, puis prendre le plus sobre qui la remplit**. Et l'exigence prime : économiser des microwattheures ne justifie pas de manquer des tumeurs.
#
# ## 7. Donner son avis
#
# Le comité attend votre avis : employer le modèle tel quel, sous conditions, ou pas du tout. Toutes les positions se défendent ; c'est la **justification** qui est évaluée par votre formatrice ou votre formateur. En deux ou trois phrases :
#
# - votre avis, en clair, et **le seuil** qui va avec ;
# - **un chiffre** de ce lab qui l'appuie, avec ce qu'il mesure ;
# - **qui supporterait** les erreurs qui restent ;
# - **une condition** ou une garantie (qui contrôle, quoi, quand).

# %% [markdown] id="partie-7" lang="en" of="6592f1b1"
# **What we see.** Three neural networks gain three tenths of a point and use nearly sixty times more; the forest uses even more and does less well. Let us be honest: at this scale, all these energies are tiny. But the reasoning does not change when one moves to millions of uses and to large models:
# **set the requirement first, then take the most frugal that meets it**. And the requirement comes first: saving microwatt-hours does not justify missing tumours.
#
# ## 7. Giving your opinion
#
# The committee awaits your opinion: use the model as it is, under conditions, or not at all. Every position can be defended; what your trainer assesses is the **reasoning**. In two or three sentences:
#
# - your opinion, in plain words, and **the threshold** that goes with it;
# - **one figure** from this lab that supports it, with what it measures;
# - **who would bear** the remaining mistakes;
# - **one condition** or safeguard (who checks, what, when).

# %% id="decision-reponse" hide=true
ask.text(
    "decision",
    fr="Mon avis au comité",
    en="My opinion to the committee",
    rows=6,
    words=(30, 120),
)

# %% [markdown] graded="decision" lang="fr"
# *Cette réponse sera lue et notée par votre formatrice ou votre formateur (3 points : un avis clair, un chiffre employé justement, des personnes concernées et une garantie nommées).*

# %% [markdown] graded="decision" lang="en" of="2799fbfe"
# *This answer will be read and graded by your trainer (3 points: a clear opinion, a figure rightly used, the people concerned and a safeguard named).*

# %% [markdown] id="fiche-texte" lang="fr"
# ### Votre fiche de lecture d'un modèle
#
# Exécutez la cellule : elle rassemble vos réponses en une page que vous gardez. Vous pouvez l'exécuter de nouveau après avoir corrigé une réponse.

# %% [markdown] id="fiche-texte" lang="en" of="cf43fcc9"
# ### Your model reading sheet
#
# Run the cell: it gathers your answers on one page that you keep. You can run it again after correcting an answer.

# %% id="fiche" hide=true
tr = labkit.tr
pct, puis = tr(" %", "%"), tr(" ; ", "; ")
vide = tr("à compléter", "to be completed")


def dit(cle, unite="", decimales=1):
    valeur = ask.answer(cle)
    return vide if valeur is None else nombre(float(valeur), decimales) + unite


tirages = {"ligne": tr("des lames", "slides"), "personne": tr("des personnes entières", "whole people")}
ordres = {"fichier": tr("dans l'ordre du fichier", "in the order of the file"), "hasard": tr("au hasard", "at random")}
noms_sites = {"A": tr("site A (microscope neuf)", "site A (new microscope)"), "B": tr("site B (microscope ancien)", "site B (old microscope)")}
seuil_fiche = ask.answer("seuil")
au_seuil = None
if seuil_fiche is not None:
    au_seuil = {
        tr("Prix des erreurs (points)", "Price of mistakes (points)"): tr("tumeur manquée 20 ; examen inutile 2", "tumour missed 20; needless examination 2"),
        tr("Seuil du fournisseur : coût attendu pour 100 personnes", "Supplier's threshold: expected cost per 100 people"): f"{nombre(0.5, 2)} → {nombre(cout(decoupages, 0.5))}",
        tr("Seuil proposé : coût attendu pour 100 personnes", "Proposed threshold: expected cost per 100 people"): f"{nombre(seuil_fiche, 2)} → {nombre(cout(decoupages, seuil_fiche))}",
    }

labkit.artefact(
    "fiche-lecture",
    title=("Fiche de lecture d'un modèle", "Model reading sheet"),
    sections=[
        (
            ("1. Ce qui est lu", "1. What is read"),
            (
                "Une régression sur dix mesures de noyaux de cellules, qui donne l'alerte pour un examen complémentaire. Elle ne pose aucun diagnostic. 569 personnes ; mesures réelles, sites et défauts de microscope ajoutés.",
                "A regression on ten measurements of cell nuclei, which raises an alert for a further examination. It makes no diagnosis. 569 people; real measurements, sites and microscope faults added.",
            ),
        ),
        (
            ("2. La référence", "2. The baseline"),
            {
                tr("Exactitude de « toujours bénigne »", "Accuracy of 'always benign'"): dit("reference-exactitude", pct),
                tr("Tumeurs malignes qu'elle trouve", "Malignant tumours that it finds"): dit("reference-trouvees", "", 0),
            },
        ),
        (
            ("3. Comment il a été jugé", "3. How it was judged"),
            {
                tr("Découpage retenu", "Split chosen"): f"{tirages.get(ask.answer('decoupage-unite'), vide)}, {ordres.get(ask.answer('decoupage-ordre'), vide)}",
                tr("Exactitude gonflée par une fuite (modèle par cœur, points)", "Accuracy inflated by a leak (memoriser, points)"): dit("decoupage-gonfle"),
            },
        ),
        (
            ("4. Ses erreurs au seuil de 0,50 (réglage, 170 personnes)", "4. Its mistakes at threshold 0.50 (tuning, 170 people)"),
            {
                tr("Rappel : tumeurs malignes trouvées", "Recall: malignant tumours found"): dit("matrice-trouvees", pct),
                tr("Précision : alertes justes", "Precision: alerts that are right"): dit("matrice-justes", pct),
            },
        ),
        (("5. Le seuil et le prix des erreurs", "5. The threshold and the price of mistakes"), au_seuil),
        (
            ("6. Qui supporte les erreurs qui restent", "6. Who bears the remaining mistakes"),
            {
                tr("Examens inutiles : le plus grand risque", "Needless examinations: the greater risk"): f"{noms_sites.get(ask.answer('reste-inutiles'), vide)}{puis}{dit('reste-taux', pct)}",
                tr("Tumeurs manquées : le plus grand risque", "Tumours missed: the greater risk"): noms_sites.get(ask.answer("reste-manquees"), vide),
            },
        ),
        (
            ("7. Sobriété (exigence : 60 points)", "7. Frugality (requirement: 60 points)"),
            {
                tr("Modèle le plus sobre qui suffit", "Most frugal adequate model"): noms_modeles.get(ask.answer("sobriete-modele"), vide),
                tr("Énergie estimée pour une année (µWh)", "Estimated energy for a year (µWh)"): dit("sobriete-energie"),
            },
        ),
        (
            ("8. Limites", "8. Limits"),
            (
                "Une seule source ancienne, plus d'un tiers de tumeurs malignes : un vrai dépistage en compte bien moins, et les coûts y seraient différents. Un test de 171 personnes laisse une large incertitude.",
                "A single old source, more than a third of malignant tumours: a real screening has far fewer, and costs would differ there. A test of 171 people leaves wide uncertainty.",
            ),
        ),
        (("9. Avis", "9. Opinion"), ask.answer("decision")),
    ],
)

# %% [markdown] id="bonus" lang="fr"
# ## Pour aller plus loin : programmer le coût
#
# Cet exercice est **facultatif**, et rapporte des points en plus. Il demande d'écrire trois ou quatre lignes de Python.
#
# Complétez la fonction `cout_pour_cent(tableau, prix_manquee, prix_inutile)`. Elle reçoit **n'importe quelle table** qui a une colonne `maligne` et une colonne `alerte` (0 ou 1), ainsi que deux prix (d'une tumeur manquée, d'un examen inutile), et rend
# **un nombre** : le coût des erreurs, en points, **pour 100 personnes**.
#
# **Un exemple.** `((tableau["maligne"] == 1) & (tableau["alerte"] == 1)).sum()` compte les tumeurs trouvées ; `len(tableau)` donne le nombre de personnes. Avec 1 tumeur manquée et 2 examens inutiles parmi 50 personnes, aux prix de 20 et 2, la réponse est 100 × (20 × 1 + 2 × 2) ÷ 50 = 48.

# %% [markdown] id="bonus" lang="en" of="c340d997"
# ## Going further: programming the cost
#
# This exercise is **optional** and earns extra points. It asks for three or four lines of Python.
#
# Complete the function `cout_pour_cent(tableau, prix_manquee, prix_inutile)`. It receives **any table** with a column `maligne` (malignant) and a column `alerte` (alert), each 0 or 1, as well as two prices (of a tumour missed, of a needless examination), and returns
# **one number**: the cost of the mistakes, in points, **per 100 people**.
#
# **An example.** `((tableau["maligne"] == 1) & (tableau["alerte"] == 1)).sum()` counts the tumours found; `len(tableau)` gives the number of people. With 1 tumour missed and 2 needless examinations among 50 people, at prices of 20 and 2, the answer is 100 × (20 × 1 + 2 × 2) ÷ 50 = 48.

# %% id="cout-code" answer=true
def cout_pour_cent(tableau, prix_manquee, prix_inutile):
    ### BEGIN SOLUTION
    manquees = ((tableau["maligne"] == 1) & (tableau["alerte"] == 0)).sum()
    inutiles = ((tableau["maligne"] == 0) & (tableau["alerte"] == 1)).sum()
    return 100 * (prix_manquee * manquees + prix_inutile * inutiles) / len(tableau)
    ### END SOLUTION

# %% graded="cout"
essai = pd.DataFrame({"maligne": [1] * 10 + [0] * 40, "alerte": [0] * 1 + [1] * 9 + [1] * 2 + [0] * 38})
rendu = check(cout_pour_cent).called_with(essai, 20, 2)
rendu.is_a("number", fr="La fonction doit rendre un seul nombre.", en="The function must return a single number.")
rendu.differs_from(24, fr="C'est le coût des 50 personnes de la table d'essai. On le demande pour 100 personnes.", en="This is the cost of the 50 people in the test table. It is asked for per 100 people.")
rendu.is_close_to(48, within=0.001, fr="La table d'essai compte 1 tumeur manquée et 2 examens inutiles : à chaque erreur son prix, et aucune autre case ne coûte.", en="The test table has 1 tumour missed and 2 needless examinations: each mistake has its own price, and no other cell costs anything.")
### BEGIN HIDDEN TESTS
import pandas

autre = pandas.DataFrame({"alerte": [1, 0, 0, 1, 0, 1, 0, 0], "maligne": [0, 1, 1, 1, 0, 0, 0, 1]})
parfaite = pandas.DataFrame({"maligne": [1, 0, 0, 1], "alerte": [1, 0, 0, 1]})
check(cout_pour_cent).called_with(autre, 5, 3).is_close_to(262.5, within=0.001, fr="Avec une autre table et d'autres prix, votre fonction se trompe : emploie-t-elle les prix et le nombre de personnes qu'on lui donne ?", en="With another table and other prices, your function is wrong: does it use the prices and the number of people that it is given?")
check(cout_pour_cent).called_with(parfaite, 20, 2).is_close_to(0, within=0.001, fr="Quand le modèle ne fait aucune erreur, le coût est nul.", en="When the model makes no mistake, the cost is zero.")
### END HIDDEN TESTS

# %% [markdown] id="fin" lang="fr"
# ## Ce que vous savez faire maintenant
#
# - Demander **à quoi** l'on compare : une exactitude ne vaut que face à une référence simple.
# - Demander **sur qui** l'on a mesuré : des personnes jamais vues, et les mêmes ne sont pas des deux côtés.
# - Lire les **deux sortes d'erreurs**, chacune avec le bon total.
# - Régler un **seuil** selon des prix que des personnes ont fixés, sans se fier à un seul découpage.
# - Dire **qui supporte** les erreurs qui restent, et réparer l'instrument avant de régler autour.
# - Choisir le modèle **le plus sobre** qui remplit une exigence fixée d'avance.
#
# Il reste à remettre votre lab : le panneau ci-dessous s'en charge.

# %% [markdown] id="fin" lang="en" of="76fce8a4"
# ## What you can do now
#
# - Ask **what** a result is compared with: accuracy is worth something only against a simple baseline.
# - Ask **on whom** it was measured: people never seen, and not the same people on both sides.
# - Read the **two kinds of mistakes**, each over the right total.
# - Set a **threshold** by prices that people have set, without trusting a single split.
# - Say **who bears** the remaining mistakes, and repair the instrument before tuning around it.
# - Choose the **most frugal** model that meets a requirement set beforehand.
#
# All that remains is to submit your lab: the panel below takes care of it.
