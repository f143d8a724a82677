# ---
# caire:
#   id: l2-05-equite
#   level: 2
#   minutes: 90
#   profile: cpu
#   title: {fr: "Équité : mesurer une discrimination", en: "Fairness: measuring discrimination"}
#   summary:
#     fr: "Vous saurez mesurer un écart de traitement entre deux groupes, dire s'il peut venir du hasard, et juger ce que corrige (et ne corrige pas) un réglage de seuils. Aucune programmation."
#     en: "You will be able to measure a difference in treatment between two groups, say whether chance could explain it, and judge what adjusting thresholds does and does not repair. No programming."
#   budget: {cpu_seconds: 60, memory_mib: 1536, cell_seconds: 60}
#   questions:
#     taux: {points: 2, skill: n2.equite.mesurer, fr: "Calculer deux taux de rappel", en: "Work out two callback rates"}
#     ecart: {points: 2, skill: n2.equite.mesurer, fr: "Dire un écart de deux façons", en: "State a gap in two ways"}
#     hasard: {points: 3, skill: n2.equite.tester, fr: "Lire un test par mélanges", en: "Read a shuffling test"}
#     agences: {points: 3, skill: n2.equite.tester, fr: "Conclure ou s'abstenir, agence par agence", en: "Conclude or hold back, branch by branch"}
#     outil: {points: 3, skill: n2.equite.mesurer, fr: "Mesurer ce que fait un outil de tri", en: "Measure what a screening tool does"}
#     seuils: {points: 3, skill: n2.equite.corriger, fr: "Réduire l'écart au moindre coût", en: "Narrow the gap at the least cost"}
#     reste: {points: 2, skill: n2.equite.corriger, fr: "Trouver qui reste lésé", en: "Find who is still harmed"}
#     decision: {points: 3, skill: n2.equite.decider, manual: true, fr: "Votre recommandation, en deux ou trois phrases", en: "Your recommendation, in two or three sentences"}
#     rapport: {points: 2, bonus: true, skill: n2.equite.mesurer, fr: "Pour aller plus loin : programmer le rapport des taux", en: "Going further: programming the ratio of rates"}
#   answers:
#     prevision-rappel: 8
#     taux-noir: 6.45
#     taux-blanc: 9.65
#     ecart-points: 3.2
#     ecart-rapport: 0.67
#     hasard-melanges: 0
#     hasard-sens: b
#     agences: {"Nord": etabli, "Centre": pas, "Sud": pas, "Ouest": etabli}
#     prevision-colonne: b
#     outil-selection: 31.7
#     outil-ecartees: 47.5
#     outil-indice: trajet
#     seuil-a: 0.55
#     seuil-b: 0.2
#     reste-groupe: bf
#     reste-taux: 37.4
#     decision: "Je recommande de ne pas mettre l'outil en service tel quel : au seuil unique, il écarte 47,5 % des personnes aptes du groupe B contre 24,6 % dans le groupe A. Il faut le réapprendre sur l'aptitude constatée, sans le temps de trajet ni les interruptions de carrière, car même après correction 37 % des femmes aptes du groupe B restent écartées. Chaque trimestre, une personne désignée refera la mesure et pourra suspendre l'outil."
# ---

# %% [markdown] id="titre" lang="fr"
# # Équité : mesurer une discrimination
#
# « Notre recrutement est neutre : on ne regarde que le CV. » « L'outil ne connaît pas l'origine des candidats : il ne peut pas discriminer. »
# Ces phrases sont souvent dites de bonne foi. Elles se **vérifient**.
#
# Dans ce lab, vous allez :
#
# 1. **mesurer** un écart de traitement, sur une expérience célèbre ;
# 2. dire si cet écart **peut venir du hasard** ;
# 3. découvrir ce qu'un outil **apprend** de décisions passées ;
# 4. **corriger** l'écart, et voir ce que cela coûte ;
# 5. chercher **qui reste lésé** ;
# 6. **décider**, et repartir avec une fiche d'évaluation d'équité d'une page.
#
# **Comment ça marche.** Pour exécuter une cellule et passer à la suivante, appuyez sur **Maj + Entrée**. Vous n'avez rien à programmer : vous prévoyez, vous
# exécutez, vous bougez des curseurs, vous répondez dans des formulaires. Vos réponses s'enregistrent toutes seules. Une calculatrice vous sera utile.
# Comptez une heure et demie.
#
# Le code est replié quand il ne sert qu'à l'affichage ; les trois points **•••** le déplient, si vous en avez la curiosité. Après chaque question vient une cellule repliée, la **vérification** : exécutez-la comme les autres. Si elle
# affiche ✓, votre réponse est plausible (la remise la jugera) ; sinon, elle vous dit où regarder. Vous pouvez corriger et recommencer autant de fois que vous voulez : seul compte ce que vous remettez.
#
# Les **prévisions** ne sont jamais notées : elles servent à comparer ce que l'on croit et ce que l'on mesure.

# %% [markdown] id="titre" lang="en" of="f6e7d40c"
# # Fairness: measuring discrimination
#
# "Our hiring is neutral: we only look at the CV." "The tool does not know where applicants come from: it cannot discriminate."
# People often say these things in good faith. They can be **checked**.
#
# In this lab you will:
#
# 1. **measure** a difference in treatment, in a famous experiment;
# 2. say whether that difference **could be due to chance**;
# 3. find out what a tool **learns** from past decisions;
# 4. **correct** the gap, and see what that costs;
# 5. look for **who is still harmed**;
# 6. **decide**, and leave with a one-page fairness evaluation sheet.
#
# **How it works.** To run a cell and go on to the next, press **Shift + Enter**. There is nothing to program: you predict, you
# run, you move sliders, you answer in forms. Your answers save themselves. A calculator will be useful.
# Allow an hour and a half.
#
# Code is folded where it only serves the display; the three dots **•••** unfold it, if you are curious. After each question comes a folded cell, the **check**: run it like the others. If it
# shows ✓, your answer is plausible (submission will judge it); otherwise it tells you where to look. You can correct and try again as often as you like: only what you submit counts.
#
# **Predictions** are never graded: they let you compare what you believe with what you measure.

# %% id="outils" hide=true
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression


def nombre(valeur, decimales=1):
    """Un nombre écrit comme on l'écrit dans la langue du carnet."""
    texte = f"{valeur:.{decimales}f}"
    return labkit.tr(texte.replace(".", ","), texte)


def pourcent(valeur, decimales=1):
    return nombre(valeur, decimales) + labkit.tr(" %", "%")


noms = {
    "noir": labkit.tr("prénom perçu comme noir", "name perceived as Black"),
    "blanc": labkit.tr("prénom perçu comme blanc", "name perceived as White"),
    "femme": labkit.tr("femme", "woman"),
    "homme": labkit.tr("homme", "man"),
}

# %% [markdown] id="partie-1" lang="fr"
# ## 1. Mesurer : l'expérience des CV
#
# En 2001 et 2002, deux économistes, Marianne Bertrand et Sendhil Mullainathan, ont répondu à des offres d'emploi parues à Boston et à Chicago avec **4 870 CV
# fictifs**. Sur chaque CV, un prénom **tiré au sort** : soit un prénom que la plupart des gens là-bas perçoivent comme celui d'une personne noire (Lakisha, Jamal…),
# soit un prénom perçu comme celui d'une personne blanche (Emily, Greg…). Puis ils ont attendu le téléphone.
#
# Le tirage au sort est le cœur de l'expérience : en moyenne, les deux paquets de CV ont **les mêmes** diplômes et la même expérience. Si les rappels diffèrent, c'est le
# prénom qui compte, ou le hasard.
#
# **Prévoyez d'abord.** Les CV au prénom perçu comme blanc ont reçu un rappel près de 10 fois sur 100. Et les autres ?

# %% [markdown] id="partie-1" lang="en" of="cb37a133"
# ## 1. Measuring: the résumé experiment
#
# In 2001 and 2002 two economists, Marianne Bertrand and Sendhil Mullainathan, answered job advertisements in Boston and Chicago with **4,870 fictitious
# CVs**. Each CV carried a first name **drawn at random**: either a name that most people there perceive as a Black person's (Lakisha, Jamal…)
# or a name perceived as a White person's (Emily, Greg…). Then they waited for the phone to ring.
#
# The random draw is the heart of the experiment: on average, the two piles of CVs have **the same** qualifications and the same experience. If callbacks differ,
# either the name matters or chance does.
#
# **Predict first.** CVs with a name perceived as White were called back nearly 10 times in 100. What about the others?

# %% id="prevision-rappel" hide=true
ask.slider(
    "prevision-rappel",
    fr="Ma prévision (non notée) : sur 100 CV au prénom perçu comme noir, combien de rappels ?",
    en="My prediction (not graded): out of 100 CVs with a name perceived as Black, how many callbacks?",
    low=0,
    high=20,
    step=1,
)

# %% [markdown] id="exemple-taux-intro" lang="fr"
# ### Un exemple, avant de commencer
#
# Regardons d'abord un autre caractère tiré au sort : le **genre** que le prénom laisse deviner. Exécutez les deux cellules. La première lit les données et en montre cinq
# lignes : une ligne est un CV, et dans la colonne *rappel*, 1 veut dire « rappelé », 0 « pas rappelé ». La seconde compte.

# %% [markdown] id="exemple-taux-intro" lang="en" of="6d176d7b"
# ### An example before you start
#
# Let us first look at another feature drawn at random: the **gender** that the name suggests. Run the two cells. The first reads the data and shows five
# lines: a line is a CV, and in the column *callback*, 1 means "called back", 0 "not called back". The second counts.

# %% id="charger"
cv = pd.read_csv("data/cv.csv")

apercu = cv.head().replace(noms)
apercu.columns = ["prénom", "genre perçu", "rappel"]  #@fr
apercu.columns = ["first name", "perceived gender", "callback"]  #@en
labkit.table(apercu, fr="Les cinq premiers CV, sur 4 870", en="The first five CVs of 4,870")

# %% id="compter"
def compter(colonne):
    comptes = cv.groupby(colonne)["rappel"].agg(["size", "sum"]).reset_index()
    comptes[colonne] = comptes[colonne].map(noms)
    comptes.columns = ["groupe", "CV envoyés", "rappels"]  #@fr
    comptes.columns = ["group", "CVs sent", "callbacks"]  #@en
    return comptes


labkit.table(
    compter("genre"),
    fr="CV envoyés et rappels reçus, selon le genre perçu",
    en="CVs sent and callbacks received, by perceived gender",
)

# %% [markdown] id="exemple-taux" lang="fr"
# **Trois nombres à ne pas confondre.**
#
# - Le **taux de rappel** d'un groupe : ses rappels divisés par **ses** CV. Femmes : 309 ÷ 3 746 = 0,0825, soit **8,25 %**. Hommes : 83 ÷ 1 124 = **7,38 %**.
# - L'**écart** est une soustraction. Il se dit en **points** (de pourcentage) : 8,25 − 7,38 = **0,87 point** (0,86 si l'on n'arrondit pas en chemin : c'est ce que vous lirez plus bas).
# - Le **rapport** est une division, sans unité : 7,38 ÷ 8,25 = **0,89**. Quand les femmes reçoivent 100 rappels, les hommes en reçoivent 89 pour le même nombre de CV.
#   On divise d'ordinaire le taux le plus **bas** par le plus **haut** : 1 veut dire « traités pareil », et plus on descend, plus l'écart est grand.
#
# Pourquoi ne pas comparer simplement 309 et 83 ? Parce que l'on a envoyé trois fois plus de CV de femmes. **Un compte ne veut rien dire sans le total dont il vient.**
#
# ### À vous : les deux taux
#
# Exécutez la cellule suivante, puis calculez le taux de rappel de chaque groupe, **en pour cent, avec deux décimales**.

# %% [markdown] id="exemple-taux" lang="en" of="61d82ac4"
# **Three numbers not to be confused.**
#
# - A group's **callback rate**: its callbacks divided by **its own** CVs. Women: 309 ÷ 3,746 = 0.0825, that is **8.25%**. Men: 83 ÷ 1,124 = **7.38%**.
# - The **gap** is a subtraction. It is stated in (percentage) **points**: 8.25 − 7.38 = **0.87 points** (0.86 without rounding on the way, as you will read below).
# - The **ratio** is a division and has no unit: 7.38 ÷ 8.25 = **0.89**. When women receive 100 callbacks, men receive 89 for the same number of CVs.
#   The **lower** rate is usually divided by the **higher** one: 1 means "treated alike", and the lower the ratio, the wider the gap.
#
# Why not simply compare 309 and 83? Because three times as many women's CVs were sent. **A count means nothing without the total it comes from.**
#
# ### Your turn: the two rates
#
# Run the next cell, then work out the callback rate of each group, **in per cent, with two decimals**.

# %% id="comptes-prenom"
labkit.table(
    compter("prenom"),
    fr="CV envoyés et rappels reçus, selon le prénom",
    en="CVs sent and callbacks received, by first name",
)

# %% id="taux-noir" hide=true
ask.number(
    "taux-noir",
    fr="Taux de rappel des CV au prénom perçu comme noir",
    en="Callback rate of CVs with a name perceived as Black",
    low=0,
    high=100,
    unit="%",
)

# %% id="taux-blanc" hide=true
ask.number(
    "taux-blanc",
    fr="Taux de rappel des CV au prénom perçu comme blanc",
    en="Callback rate of CVs with a name perceived as White",
    low=0,
    high=100,
    unit="%",
)

# %% graded="taux"
noir, blanc = ask.answer("taux-noir"), ask.answer("taux-blanc")
check(noir).is_answered()
check(blanc).is_answered()
check.that(
    noir >= 1 and blanc >= 1,
    fr="Vous avez sans doute donné un nombre entre 0 et 1. Multipliez-le par 100 pour l'exprimer en pour cent.",
    en="You probably gave a number between 0 and 1. Multiply it by 100 to state it in per cent.",
)
check.that(
    noir + blanc < 95,
    fr="Vos deux taux font ensemble 100 % : vous avez réparti tous les rappels entre les deux groupes. Le taux d'un groupe divise ses rappels par le nombre de CV de ce groupe, rappelés ou non.",
    en="Your two rates add up to 100%: you have shared out all callbacks between the two groups. A group's rate divides its callbacks by the number of that group's CVs, called back or not.",
)
check.that(
    noir + blanc > 10,
    fr="Vos taux sont trop petits : avez-vous divisé par les 4 870 CV de l'expérience ? Le total qui convient est celui des CV du groupe dont on compte les rappels.",
    en="Your rates are too small: did you divide by all 4,870 CVs of the experiment? The right total is that of the CVs in the group whose callbacks you count.",
)
### BEGIN HIDDEN TESTS
check.that(
    not (abs(noir - 9.65) < 0.06 and abs(blanc - 6.45) < 0.06),
    fr="Les deux nombres sont justes, mais ils sont intervertis : relisez à quel groupe appartient chaque ligne du tableau.",
    en="Both numbers are right but swapped: read again which group each line of the table belongs to.",
)
check(noir).is_close_to(6.45, within=0.06, fr="Reprenez la ligne « prénom perçu comme noir » : rappels divisés par CV envoyés, puis multipliés par 100.", en="Go back to the line 'name perceived as Black': callbacks divided by CVs sent, then multiplied by 100.")
check(blanc).is_close_to(9.65, within=0.06, fr="Reprenez la ligne « prénom perçu comme blanc » : rappels divisés par CV envoyés, puis multipliés par 100.", en="Go back to the line 'name perceived as White': callbacks divided by CVs sent, then multiplied by 100.")
### END HIDDEN TESTS

# %% [markdown] id="ecart-texte" lang="fr"
# ### À vous : l'écart, de deux façons
#
# À partir de vos deux taux, donnez :
#
# - l'**écart**, en points, avec une ou deux décimales ;
# - le **rapport** : le taux le plus bas divisé par le plus haut, avec deux décimales.

# %% [markdown] id="ecart-texte" lang="en" of="d8595d78"
# ### Your turn: the gap, in two ways
#
# From your two rates, give:
#
# - the **gap**, in points, with one or two decimals;
# - the **ratio**: the lower rate divided by the higher one, with two decimals.

# %% id="ecart-points" hide=true
ask.number(
    "ecart-points",
    fr="Écart entre les deux taux",
    en="Gap between the two rates",
    low=0,
    high=100,
    unit=labkit.tr("points", "points"),
)

# %% id="ecart-rapport" hide=true
ask.number(
    "ecart-rapport",
    fr="Rapport du taux le plus bas au plus haut",
    en="Ratio of the lower rate to the higher one",
    low=0,
    high=100,
)

# %% graded="ecart"
points, rapport_des_taux = ask.answer("ecart-points"), ask.answer("ecart-rapport")
check(points).is_answered()
check(rapport_des_taux).is_answered()
check.that(
    points < 20,
    fr="Un écart en points est une simple soustraction entre les deux pourcentages. Le vôtre dit plutôt de combien un taux est plus petit ou plus grand que l'autre, en proportion : c'est une autre question.",
    en="A gap in points is a plain subtraction of two percentages. Yours says rather by what proportion one rate is smaller or larger than the other: that is another question.",
)
check.that(
    rapport_des_taux <= 1,
    fr="Un rapport supérieur à 1 : vous avez divisé le taux le plus haut par le plus bas. Par convention, ici, c'est l'inverse, et 1 est le maximum possible.",
    en="A ratio above 1: you divided the higher rate by the lower one. Here the convention is the other way round, and 1 is the largest possible value.",
)
check.that(
    abs(rapport_des_taux - points / 100) > 0.002 and abs(rapport_des_taux - points) > 0.002,
    fr="Vos deux réponses sont le même nombre : l'écart est une soustraction, le rapport est une division.",
    en="Your two answers are the same number: the gap is a subtraction, the ratio is a division.",
)
### BEGIN HIDDEN TESTS
check(points).is_close_to(3.2, within=0.07, fr="Pour l'écart, soustrayez le plus petit des deux taux du plus grand ; gardez deux décimales à chaque taux.", en="For the gap, subtract the smaller rate from the larger one; keep two decimals for each rate.")
check(rapport_des_taux).is_close_to(0.668, within=0.009, fr="Pour le rapport, divisez le taux le plus bas par le plus haut. Vous avez peut-être calculé 1 moins ce rapport, ou arrondi trop tôt.", en="For the ratio, divide the lower rate by the higher one. You may have worked out 1 minus that ratio, or rounded too early.")
### END HIDDEN TESTS

# %% [markdown] id="confrontation-1" lang="fr"
# **Confrontez.** Exécutez la cellule : elle met votre prévision à côté de la mesure.

# %% [markdown] id="confrontation-1" lang="en" of="f65a0602"
# **Compare.** Run the cell: it puts your prediction next to the measurement.

# %% id="figure-taux" hide=true
prevu = ask.answer("prevision-rappel")
taux_mesures = {g: 100 * cv.loc[cv["prenom"] == g, "rappel"].mean() for g in ("noir", "blanc")}
etiquettes = [labkit.tr("perçu comme blanc", "perceived as White"), labkit.tr("perçu comme noir", "perceived as Black")]
valeurs = [taux_mesures["blanc"], taux_mesures["noir"]]
if prevu is not None:
    etiquettes.append(labkit.tr("votre prévision", "your prediction"))
    valeurs.append(float(prevu))
labkit.plots.bars(
    etiquettes,
    valeurs,
    fr="Rappels pour 100 CV, selon le prénom",
    en="Callbacks per 100 CVs, by first name",
    y=("rappels pour 100 CV", "callbacks per 100 CVs"),
)

# %% [markdown] id="partie-2" lang="fr"
# ## 2. Est-ce le hasard ?
#
# Deux paquets de CV tirés au sort n'auront jamais exactement le même nombre de rappels. Alors, cet écart : le prénom, ou le hasard ?
#
# **L'idée.** Si le prénom ne comptait pas, chaque CV aurait reçu la même réponse avec l'autre prénom. On peut donc **rebattre les étiquettes** : on garde toutes les réponses, on
# redistribue les prénoms au hasard, comme des cartes, et l'on mesure l'écart obtenu. Cet écart-là vient du hasard **seul**. On recommence mille fois, et l'on regarde si l'écart réel
# ressemble à ceux-là.
#
# La proportion de mélanges dont l'écart est **au moins aussi grand** que l'écart observé, dans un sens ou dans l'autre, s'appelle la **valeur p**.
# Avant de regarder, on fixe un seuil ; l'usage est **5 %**. En dessous, on dit l'écart **établi** : le hasard seul le produirait rarement.
#
# La cellule ci-dessous dit cela en quatre lignes de code. Exécutez-la, puis la suivante.

# %% [markdown] id="partie-2" lang="en" of="f95c07ae"
# ## 2. Could it be chance?
#
# Two piles of CVs drawn at random will never get exactly the same number of callbacks. So is this gap due to the name, or to chance?
#
# **The idea.** If the name did not matter, each CV would have had the same reply with the other name. So we can **reshuffle the labels**: keep all replies,
# hand the names out again at random, like cards, and measure the gap that results. That gap comes from chance **alone**. We do it a thousand times, and see whether the real gap
# looks like those.
#
# The share of shuffles whose gap is **at least as wide** as the observed one, in either direction, is called the **p-value**.
# Before looking, one sets a threshold; the custom is **5%**. Below it, the gap is called **established**: chance alone would rarely produce it.
#
# The cell below says this in four lines of code. Run it, then the next one.

# %% id="melanger"
def melanger(rappel, dans_le_groupe, combien, hasard):
    """Les écarts, en points, que donne le hasard seul."""  #@fr
    """The gaps, in points, that chance alone gives."""  #@en
    n = int(dans_le_groupe.sum())
    sommes = np.array([hasard.permutation(rappel)[:n].sum() for _ in range(combien)])
    return 100 * (sommes / n - (rappel.sum() - sommes) / (len(rappel) - n))

# %% id="montrer-melanges" hide=true
def montrer_melanges(rappel, dans_le_groupe, combien, graine):
    """Le tableau et l'histogramme d'un test par mélanges."""
    ecarts = melanger(rappel, dans_le_groupe, combien, np.random.default_rng(labkit.seed(graine)))
    observe = 100 * (rappel[dans_le_groupe].mean() - rappel[~dans_le_groupe].mean())
    atteints = int((np.abs(ecarts) >= abs(observe) - 1e-9).sum())
    valeur_p = nombre(atteints / combien, 3) if atteints else labkit.tr(f"moins de {nombre(1 / combien, 3)}", f"below {nombre(1 / combien, 3)}")
    lecture = pd.DataFrame(
        [[nombre(abs(observe), 2), len(rappel), combien, atteints, valeur_p]],
        columns=[
            labkit.tr("écart observé (points)", "observed gap (points)"),
            labkit.tr("candidatures", "applications"),
            labkit.tr("mélanges", "shuffles"),
            labkit.tr("mélanges qui l'atteignent", "shuffles that reach it"),
            labkit.tr("proportion (valeur p)", "share (p-value)"),
        ],
    )
    figure, axes = plt.subplots(figsize=(7.5, 3))
    pas = 100 * (1 / dans_le_groupe.sum() + 1 / (~dans_le_groupe).sum())  # le plus petit saut possible d'un écart
    pas *= max(1, round(np.ptp(ecarts) / pas / 35))
    bords = np.arange(ecarts.min() - pas / 2, ecarts.max() + pas, pas)
    axes.hist(ecarts, bins=bords, color="#9ecae1", edgecolor="#08519c")
    for signe in (-1, 1):
        axes.axvline(signe * abs(observe), color="#7f2704", linestyle="--", linewidth=2)
    axes.set_xlabel(labkit.tr("écart après mélange, en points (tirets : écart observé, dans les deux sens)", "gap after shuffling, in points (dashes: observed gap, in both directions)"))
    axes.set_ylabel(labkit.tr("nombre de mélanges", "number of shuffles"))
    bas, haut = np.quantile(ecarts, [0.025, 0.975])
    labkit.show(
        figure,
        fr=f"Histogramme de {combien} écarts dus au hasard seul, en points : 95 % sont entre {nombre(bas)} et {nombre(haut)}. Écart observé : {nombre(abs(observe), 2)}. Mélanges qui l'atteignent : {atteints}.",
        en=f"Histogram of {combien} gaps due to chance alone, in points: 95% lie between {nombre(bas)} and {nombre(haut)}. Observed gap: {nombre(abs(observe), 2)}. Shuffles that reach it: {atteints}.",
    )
    labkit.table(lecture, fr="Lecture du test", en="Reading the test")


def test_cv(comparaison, combien):
    colonne, groupe = {"genre": ("genre", "femme"), "prenom": ("prenom", "noir")}[comparaison]
    montrer_melanges(cv["rappel"].to_numpy(), (cv[colonne] == groupe).to_numpy(), combien, "cv")


labkit.explore(
    test_cv,
    comparaison=labkit.dropdown(
        fr="Ce que l'on compare",
        en="What is compared",
        options={"genre": ("Genre : femmes et hommes", "Gender: women and men"), "prenom": ("Prénom : perçu comme noir ou blanc", "Name: perceived as Black or White")},
    ),
    combien=labkit.slider(fr="Nombre de mélanges", en="Number of shuffles", low=100, high=2000, step=100, start=1000),
)

# %% [markdown] id="exemple-p" lang="fr"
# **L'exemple : le genre.** Environ 370 mélanges sur 1 000 donnent un écart d'au moins 0,86 point : la valeur p est proche de 0,37. Ce que l'expérience montre entre femmes et hommes, le
# hasard seul le fait plus d'une fois sur trois. L'écart n'est **pas établi**.
#
# Attention à la suite : « pas établi » ne veut pas dire « il n'y a pas de discrimination ». Cela veut dire : *ces données-ci ne permettent pas de trancher*.
#
# Bougez le nombre de mélanges : la valeur p tremble un peu, de moins en moins. C'est normal, on tire au sort.
#
# ### À vous : le prénom
#
# Choisissez **Prénom** dans la liste, laissez **1 000 mélanges**, et répondez.

# %% [markdown] id="exemple-p" lang="en" of="3e9b6a44"
# **The example: gender.** About 370 shuffles in 1,000 give a gap of at least 0.86 points: the p-value is close to 0.37. What the experiment shows between women and men,
# chance alone does more than one time in three. The gap is **not established**.
#
# Be careful with what follows: "not established" does not mean "there is no discrimination". It means: *these data cannot settle the matter*.
#
# Move the number of shuffles: the p-value trembles a little, less and less. That is normal, we are drawing at random.
#
# ### Your turn: the first name
#
# Choose **Name** in the list, leave **1,000 shuffles**, and answer.

# %% id="hasard-melanges" hide=true
ask.number(
    "hasard-melanges",
    fr="Pour le prénom, combien de mélanges sur 1 000 atteignent l'écart observé ?",
    en="For the name, how many shuffles in 1,000 reach the observed gap?",
    low=0,
    high=1000,
)

# %% id="hasard-sens" hide=true
ask.choice(
    "hasard-sens",
    fr="Quelle phrase écririez-vous dans un rapport ?",
    en="Which sentence would you write in a report?",
    options={
        "a": ("La probabilité qu'il n'y ait pas de discrimination est inférieure à 1 sur 1 000.", "The probability that there is no discrimination is below 1 in 1,000."),
        "b": ("Si le prénom ne comptait pas, le hasard donnerait un écart aussi grand tout au plus quelques fois sur 1 000.", "If the name did not matter, chance would give a gap this wide a few times in 1,000 at most."),
        "c": ("La valeur p est presque nulle : la discrimination est donc très forte.", "The p-value is almost zero: discrimination is therefore very strong."),
        "d": ("Il est impossible que le hasard produise un tel écart.", "It is impossible for chance to produce such a gap."),
    },
)

# %% graded="hasard"
melanges, sens = ask.answer("hasard-melanges"), ask.answer("hasard-sens")
check(melanges).is_answered()
check(sens).is_answered()
check.that(
    not 250 <= melanges <= 500,
    fr="Ce nombre est celui du genre, notre exemple. Choisissez « Prénom » dans la liste au-dessus de la figure, puis relisez le tableau.",
    en="This number is the one for gender, our example. Choose 'Name' in the list above the figure, then read the table again.",
)
### BEGIN HIDDEN TESTS
check.that(
    melanges < 900,
    fr="Vous avez compté les mélanges qui restent en dessous de l'écart observé. On demande ceux qui l'atteignent : ceux qui tombent au-delà des tirets.",
    en="You counted the shuffles that stay below the observed gap. We ask for those that reach it: those that fall beyond the dashed lines.",
)
check(melanges).is_at_most(3, fr="Relisez la colonne « mélanges qui l'atteignent », avec « Prénom » et 1 000 mélanges.", en="Read again the column 'shuffles that reach it', with 'Name' and 1,000 shuffles.")
check(sens).differs_from("a", fr="C'est le contresens le plus répandu. La valeur p suppose au départ que le prénom ne compte pas ; elle ne peut donc pas dire si cette supposition est probable. Cherchez la phrase qui commence par cette supposition.", en="This is the most common misreading. The p-value starts by assuming that the name does not matter; so it cannot say how likely that assumption is. Look for the sentence that begins with it.")
check(sens).differs_from("c", fr="La valeur p ne mesure pas la taille de l'écart : avec beaucoup de données, un écart minuscule a aussi une valeur p presque nulle. La taille se lit sur l'écart et le rapport.", en="The p-value does not measure the size of a gap: with many data, a tiny gap also has a p-value close to zero. Size is read from the gap and the ratio.")
check(sens).differs_from("d", fr="Ne pas avoir vu une chose en 1 000 essais ne la rend pas impossible. Que se passerait-il avec un million de mélanges ?", en="Not having seen something in 1,000 tries does not make it impossible. What would happen with a million shuffles?")
### END HIDDEN TESTS

# %% [markdown] id="fausses-alertes" lang="fr"
# ### Le test crie-t-il au loup ?
#
# Un bon instrument se vérifie aussi là où il n'y a **rien** à trouver : on appelle cela un **témoin négatif**. La cellule suivante invente 200 entreprises
# qui rappellent **sans jamais regarder le groupe**, et applique à chacune le même test, au seuil de 5 %. Combien d'alertes attendez-vous ? Faites votre pari, puis exécutez.

# %% [markdown] id="fausses-alertes" lang="en" of="66d438f7"
# ### Does the test cry wolf?
#
# A good instrument is also checked where there is **nothing** to find: this is called a **negative control**. The next cell invents 200 companies
# that call people back **without ever looking at the group**, and applies the same test to each, at the 5% threshold. How many alarms do you expect? Place your bet, then run it.

# %% id="temoins"
hasard = np.random.default_rng(labkit.seed("temoins"))
groupe_b = np.arange(600) < 300
alertes, entreprises = 0, 20 if labkit.grading() else 200
for _ in range(entreprises):
    rappel = (hasard.random(600) < 0.2).astype(int)
    observe = 100 * (rappel[groupe_b].mean() - rappel[~groupe_b].mean())
    ecarts = melanger(rappel, groupe_b, 200, hasard)
    alertes += (np.abs(ecarts) >= abs(observe) - 1e-9).mean() < 0.05

print(f"Alertes : {alertes} sur {entreprises} entreprises sans aucun biais.")  #@fr
print(f"Alarms: {alertes} out of {entreprises} companies without any bias.")  #@en

# %% [markdown] id="agences-texte" lang="fr"
# Quelques alertes, autour de 5 % (une dizaine sur 200, à quelques-unes près) : c'est ce que le seuil autorise. Deux leçons : le test **ne crie pas** à la discrimination quand il n'y en a pas, sauf dans les
# quelques cas annoncés d'avance ; et si l'on teste vingt services, on doit s'attendre, en moyenne, à **une fausse alerte**.
#
# ### À vous : quatre agences
#
# Une entreprise (inventée) vous transmet les rappels de ses quatre agences, pour deux groupes A et B. Testez chacune, et concluez au seuil de **5 %**, fixé d'avance. Deux conclusions sont possibles :
#
# - **écart établi** ;
# - **écart non établi** : ces données ne permettent pas de trancher.
#
# Regardez à la fois la taille de l'écart, le nombre de candidatures et la valeur p : l'un ne remplace pas l'autre.

# %% [markdown] id="agences-texte" lang="en" of="f3ed448c"
# A few alarms, about 5% (some ten in 200, give or take a few): this is what the threshold allows. Two lessons: the test does **not** cry discrimination where there is none, except in the
# few cases announced beforehand; and whoever tests twenty departments should expect, on average, **one false alarm**.
#
# ### Your turn: four branches
#
# An (invented) company sends you the callbacks of its four branches, for two groups A and B. Test each one and conclude at the **5%** threshold, set beforehand. Two conclusions are possible:
#
# - **gap established**;
# - **gap not established**: these data cannot settle the matter.
#
# Look at the size of the gap, the number of applications and the p-value together: none replaces another.

# %% id="agences-tableau" hide=true
agences = pd.read_csv("data/agences.csv")
noms_agences = {"Nord": "Nord", "Centre": "Centre", "Sud": "Sud", "Ouest": "Ouest"}  #@fr
noms_agences = {"Nord": "North", "Centre": "Centre", "Sud": "South", "Ouest": "West"}  #@en
affichage = agences.replace({"agence": noms_agences}).assign(taux=[pourcent(100 * r / n) for r, n in zip(agences["rappels"], agences["candidatures"])])
affichage.columns = ["agence", "groupe", "candidatures", "rappels", "taux de rappel"]  #@fr
affichage.columns = ["branch", "group", "applications", "callbacks", "callback rate"]  #@en
labkit.table(affichage, fr="Les quatre agences", en="The four branches")

# %% id="agences-test" hide=true
def test_agence(agence):
    lignes = agences[agences["agence"] == agence].set_index("groupe")
    reponses = [np.arange(lignes.loc[g, "candidatures"]) < lignes.loc[g, "rappels"] for g in ("B", "A")]
    rappel = np.concatenate(reponses).astype(int)
    montrer_melanges(rappel, np.arange(len(rappel)) < len(reponses[0]), 1000, "agences")


labkit.explore(test_agence, agence=labkit.dropdown(fr="Agence", en="Branch", options=noms_agences))

# %% id="agences" hide=true
ask.annotate(
    "agences",
    fr="Votre conclusion pour chaque agence, au seuil de 5 %",
    en="Your conclusion for each branch, at the 5% threshold",
    items={cle: (f"Agence {nom}", f"Branch {nom}") for cle, nom in noms_agences.items()},
    labels={"etabli": ("écart établi", "gap established"), "pas": ("écart non établi", "gap not established")},
)

# %% graded="agences"
conclusions = ask.answer("agences")
check(conclusions).is_answered()
check(conclusions).has_keys(["Nord", "Centre", "Sud", "Ouest"], fr="Il reste une agence sans conclusion.", en="One branch still has no conclusion.")
### BEGIN HIDDEN TESTS
check(conclusions["Centre"]).equals("pas", fr="Agence Centre : le test crierait ici à la discrimination sur des données où personne n'a regardé le groupe. Comparez la valeur p au seuil de 5 %, c'est-à-dire 0,05.", en="Branch Centre: the test would be crying discrimination over data where nobody looked at the group. Compare the p-value with the 5% threshold, that is 0.05.")
check(conclusions["Sud"]).equals("pas", fr="Agence Sud : l'écart paraît grand, mais combien de candidatures y a-t-il ? Regardez combien de mélanges font aussi bien par hasard.", en="Branch South: the gap looks wide, but how many applications are there? See how many shuffles do as much by chance.")
check(conclusions["Ouest"]).equals("etabli", fr="Agence Ouest : l'écart est petit, mais la question est de savoir si le hasard l'explique. Petit et établi ne s'excluent pas : lisez la valeur p.", en="Branch West: the gap is small, but the question is whether chance explains it. Small and established do not exclude each other: read the p-value.")
check(conclusions["Nord"]).equals("etabli", fr="Agence Nord : comparez la valeur p au seuil fixé d'avance. Une valeur p petite dit que le hasard seul fait rarement aussi bien.", en="Branch North: compare the p-value with the threshold set beforehand. A small p-value says that chance alone rarely does as much.")
### END HIDDEN TESTS

# %% [markdown] id="partie-3" lang="fr"
# ## 3. Un outil qui apprend du passé
#
# L'entreprise veut gagner du temps : un outil donnera à chaque candidature un **score** entre 0 et 1, et l'on convoquera à un essai les personnes dont le score atteint un **seuil**. L'outil apprend à imiter
# **6 000 décisions passées**. Il dispose de quatre renseignements : la note à un test écrit (sur 100), les années d'expérience, le temps de trajet (minutes) et les mois d'interruption de carrière.
#
# Toutes ces données sont **inventées par nous**, ce qui nous donne un privilège rare : nous connaissons la vérité. Dans les décisions passées, à mérite égal, les recruteurs pénalisaient le **groupe B** et
# les **interruptions de carrière**. Et nous disposons de **6 000 autres candidatures**, dites *d'évaluation*, pour lesquelles on sait qui est **apte** : tout le monde a fait un essai d'un mois.
# Une personne sur deux est apte, dans un groupe comme dans l'autre.
#
# A et B peuvent désigner ce que vous voulez : une origine, un âge, un handicap, un quartier.
#
# **Prévoyez d'abord.** La direction propose : « Retirons la colonne *groupe* avant l'apprentissage. L'outil ne pourra plus discriminer. »

# %% [markdown] id="partie-3" lang="en" of="c8bc83f4"
# ## 3. A tool that learns from the past
#
# The company wants to save time: a tool will give each application a **score** between 0 and 1, and people whose score reaches a **threshold** will be invited to a trial. The tool learns to imitate
# **6,000 past decisions**. It has four pieces of information: the mark in a written test (out of 100), years of experience, commuting time (minutes) and months of career break.
#
# **We invented** all these data, which gives us a rare privilege: we know the truth. In the past decisions, at equal merit, recruiters penalised **group B** and
# **career breaks**. And we have **6,000 other applications**, called the *evaluation* set, for which we know who is **suitable**: everyone was tried out for a month.
# One person in two is suitable, in either group.
#
# A and B may stand for whatever you like: an origin, an age, a disability, a neighbourhood.
#
# **Predict first.** Management suggests: "Let us remove the *group* column before training. Then the tool can no longer discriminate."

# %% id="prevision-colonne" hide=true
ask.choice(
    "prevision-colonne",
    fr="Ma prévision (non notée) : une fois la colonne « groupe » retirée, l'écart de convocation entre A et B…",
    en="My prediction (not graded): once the 'group' column is removed, the gap in invitations between A and B…",
    options={
        "a": ("disparaîtra", "will disappear"),
        "b": ("diminuera, sans disparaître", "will shrink without disappearing"),
        "c": ("ne changera pas du tout", "will not change at all"),
    },
)

# %% id="apprendre" examiner=true
historique = pd.read_csv("data/historique.csv")  # les décisions passées  #@fr
historique = pd.read_csv("data/historique.csv")  # the past decisions  #@en
evaluation = pd.read_csv("data/evaluation.csv")  # les candidatures d'évaluation  #@fr
evaluation = pd.read_csv("data/evaluation.csv")  # the evaluation applications  #@en

# L'outil ne voit ni le groupe, ni le genre  #@fr
# The tool sees neither group nor gender  #@en
colonnes = ["test", "experience", "trajet", "interruption"]
outil = LogisticRegression(max_iter=1000).fit(historique[colonnes], historique["retenu"])
historique["score"] = outil.predict_proba(historique[colonnes])[:, 1]
evaluation["score"] = outil.predict_proba(evaluation[colonnes])[:, 1]

print("L'outil a appris de", len(historique), "décisions.")  #@fr
print("The tool has learnt from", len(historique), "decisions.")  #@en

# %% id="figure-outil" hide=true
# Le même outil, à qui l'on dit aussi le groupe  #@fr
# The same tool, told the group as well  #@en
avec = [t[colonnes].assign(b=(t["groupe"] == "B").astype(int)) for t in (historique, evaluation)]
outil_avec = LogisticRegression(max_iter=1000).fit(avec[0], historique["retenu"])
score_avec = outil_avec.predict_proba(avec[1])[:, 1]


def taux_par_groupe(retenu, groupe):
    return [100 * retenu[groupe == g].mean() for g in ("A", "B")]


mesures = [
    (labkit.tr("décisions passées", "past decisions"), taux_par_groupe(historique["retenu"], historique["groupe"])),
    (labkit.tr("outil qui voit le groupe", "tool that sees the group"), taux_par_groupe(score_avec >= 0.5, evaluation["groupe"])),
    (labkit.tr("outil sans le groupe", "tool without the group"), taux_par_groupe(evaluation["score"] >= 0.5, evaluation["groupe"])),
]
labkit.plots.bars(
    [nom for nom, _ in mesures],
    {labkit.tr("groupe A", "group A"): [t[0] for _, t in mesures], labkit.tr("groupe B", "group B"): [t[1] for _, t in mesures]},
    fr="Personnes convoquées pour 100 candidatures",
    en="People invited per 100 applications",
    y=("convoquées pour 100", "invited per 100"),
    digits=1,
)

# %% [markdown] id="indices-texte" lang="fr"
# **Ce que l'on voit.** Sans la colonne, l'écart diminue… et reste large. L'outil a retrouvé le groupe **par un autre chemin** : une donnée anodine qui lui ressemble. On l'appelle un **indice indirect** (en
# anglais, *proxy*). C'est ainsi qu'une discrimination **indirecte** naît sans que personne ne l'ait voulue.
#
# Pour le trouver : prenez au hasard une personne de A et une de B, et ne regardez **qu'une colonne**. Combien de fois sur 100 devine-t-on qui est de B ? À 50, on joue à pile ou face ; à 100, la colonne dit tout.

# %% [markdown] id="indices-texte" lang="en" of="acad471d"
# **What we see.** Without the column the gap shrinks… and stays wide. The tool has found the group again **by another path**: a harmless-looking piece of data that resembles it. This is called a **proxy**.
# It is how **indirect** discrimination arises without anyone having wanted it.
#
# To find it: take one person from A and one from B at random, and look at **one column only**. How many times in 100 can one guess who is from B? At 50 it is heads or tails; at 100 the column tells all.

# %% id="indices" hide=true
from sklearn.metrics import roc_auc_score

intitules = {
    "test": labkit.tr("note au test", "test mark"),
    "experience": labkit.tr("années d'expérience", "years of experience"),
    "trajet": labkit.tr("temps de trajet", "commuting time"),
    "interruption": labkit.tr("interruption de carrière", "career break"),
}
devine = [roc_auc_score(evaluation["groupe"] == "B", evaluation[c]) for c in colonnes]
indices = pd.DataFrame({"a": [intitules[c] for c in colonnes], "b": [round(100 * max(d, 1 - d)) for d in devine]})
indices.columns = ["colonne", "groupe deviné (fois sur 100)"]  #@fr
indices.columns = ["column", "group guessed (times in 100)"]  #@en
labkit.table(indices, fr="Ce que chaque colonne révèle du groupe", en="What each column reveals about the group")

# %% [markdown] id="outil-texte" lang="fr"
# ### Deux questions à poser à tout outil de tri
#
# - **Qui est convoqué ?** Le **taux de sélection** : personnes convoquées ÷ **toutes** les candidatures du groupe.
# - **Qui est écarté à tort ?** Le taux de **personnes aptes écartées** (les « faux négatifs ») : personnes aptes **non** convoquées ÷ **toutes les personnes aptes** du groupe.
#
# La seconde question est celle de la justice pour les personnes : *cette personne était apte ; quel risque courait-elle d'être écartée ?*

# %% [markdown] id="outil-texte" lang="en" of="e3076366"
# ### Two questions for any screening tool
#
# - **Who is invited?** The **selection rate**: people invited ÷ **all** applications of the group.
# - **Who is wrongly turned away?** The rate of **suitable people turned away** ("false negatives"): suitable people **not** invited ÷ **all suitable people** of the group.
#
# The second question is about justice to people: *this person was suitable; what risk did they run of being turned away?*

# %% id="comptes-outil" hide=true
lignes = []
for g in ("A", "B"):
    du_groupe = evaluation[evaluation["groupe"] == g]
    aptes = du_groupe[du_groupe["apte"] == 1]
    lignes.append([g, len(du_groupe), int((du_groupe["score"] >= 0.5).sum()), len(aptes), int((aptes["score"] >= 0.5).sum()), int((aptes["score"] < 0.5).sum())])
comptes_outil = pd.DataFrame(lignes)
comptes_outil.columns = ["groupe", "candidatures", "convoquées", "aptes", "aptes convoquées", "aptes écartées"]  #@fr
comptes_outil.columns = ["group", "applications", "invited", "suitable", "suitable, invited", "suitable, turned away"]  #@en
labkit.table(comptes_outil, fr="L'outil sans la colonne « groupe », au seuil de 0,50 (nombres de personnes)", en="The tool without the 'group' column, at threshold 0.50 (numbers of people)")

# %% [markdown] id="outil-exemple" lang="fr"
# **L'exemple : le groupe A.** Taux de sélection : 1 606 ÷ 3 593 = **44,7 %**. Aptes écartées : 450 ÷ 1 832 = **24,6 %**. Une personne apte de A sur quatre est écartée.
#
# ### À vous : le groupe B
#
# Donnez les deux taux du groupe B, **en pour cent, avec une décimale**, puis la colonne qui trahit le groupe.

# %% [markdown] id="outil-exemple" lang="en" of="fbbe9bff"
# **The example: group A.** Selection rate: 1,606 ÷ 3,593 = **44.7%**. Suitable, turned away: 450 ÷ 1,832 = **24.6%**. One suitable person in four is turned away in A.
#
# ### Your turn: group B
#
# Give the two rates of group B, **in per cent, with one decimal**, then the column that gives the group away.

# %% id="outil-selection" hide=true
ask.number(
    "outil-selection",
    fr="Taux de sélection du groupe B",
    en="Selection rate of group B",
    low=0,
    high=100,
    unit="%",
)

# %% id="outil-ecartees" hide=true
ask.number(
    "outil-ecartees",
    fr="Personnes aptes écartées dans le groupe B",
    en="Suitable people turned away in group B",
    low=0,
    high=100,
    unit="%",
)

# %% id="outil-indice" hide=true
ask.choice(
    "outil-indice",
    fr="La colonne par laquelle l'outil retrouve le groupe",
    en="The column through which the tool finds the group again",
    options={
        "test": ("la note au test", "the test mark"),
        "experience": ("les années d'expérience", "years of experience"),
        "trajet": ("le temps de trajet", "commuting time"),
        "interruption": ("l'interruption de carrière", "the career break"),
    },
)

# %% graded="outil"
selection, ecartees, indice = ask.answer("outil-selection"), ask.answer("outil-ecartees"), ask.answer("outil-indice")
check(selection).is_answered()
check(ecartees).is_answered()
check(indice).is_answered()
check.that(
    selection >= 1 and ecartees >= 1,
    fr="Vous avez sans doute donné un nombre entre 0 et 1. Multipliez-le par 100 pour l'exprimer en pour cent.",
    en="You probably gave a number between 0 and 1. Multiply it by 100 to state it in per cent.",
)
check.that(
    not (abs(selection - 44.7) < 0.3 and abs(ecartees - 24.6) < 0.3),
    fr="Ce sont les taux du groupe A, notre exemple. Refaites les mêmes divisions sur la ligne du groupe B.",
    en="These are the rates of group A, our example. Do the same divisions on the line of group B.",
)
### BEGIN HIDDEN TESTS
check.that(abs(selection - 12.7) > 0.5, fr="Pour le taux de sélection, vous avez divisé par les 6 000 candidatures des deux groupes. Le bon total est celui du groupe B.", en="For the selection rate you divided by the 6,000 applications of both groups. The right total is that of group B.")
check(selection).is_close_to(31.74, within=0.3, fr="Taux de sélection : divisez les convoquées du groupe B par toutes ses candidatures, aptes ou non.", en="Selection rate: divide those invited in group B by all its applications, suitable or not.")
check.that(abs(ecartees - 23.3) > 0.6, fr="Vous avez divisé les aptes écartées par toutes les candidatures de B. La question ne porte que sur les personnes aptes : ce sont elles, et elles seules, le total.", en="You divided the suitable people turned away by all applications of B. The question is about suitable people only: they, and they alone, are the total.")
check.that(abs(ecartees - 52.45) > 0.6, fr="C'est la part des personnes aptes qui sont convoquées. On demande celles qui sont écartées à tort.", en="This is the share of suitable people who are invited. We ask for those wrongly turned away.")
check(ecartees).is_close_to(47.55, within=0.5, fr="Aptes écartées : divisez la dernière colonne par la colonne « aptes », sur la ligne du groupe B.", en="Suitable, turned away: divide the last column by the column 'suitable', on the line of group B.")
check(indice).differs_from("interruption", fr="L'interruption de carrière est bien pénalisée, mais elle ne dit presque rien du groupe. Cherchez dans le tableau la colonne la plus éloignée de 50.", en="Career breaks are indeed penalised, but they hardly tell the group. Look in the table for the column farthest from 50.")
check(indice).equals("trajet", fr="Avec cette colonne, deviner le groupe revient à jouer à pile ou face. Cherchez dans le tableau la plus éloignée de 50.", en="With this column, guessing the group is heads or tails. Look in the table for the one farthest from 50.")
### END HIDDEN TESTS

# %% [markdown] id="partie-4" lang="fr"
# ## 4. Corriger : régler les seuils
#
# Une personne apte du groupe B a presque deux fois plus de risque d'être écartée qu'une personne apte du groupe A. Peut-on corriger en choisissant **un seuil par groupe** ?
# Baisser un seuil convoque plus de monde : moins de personnes aptes écartées, mais plus de personnes non aptes convoquées.
#
# **Le coût.** L'entreprise l'évalue en jours de travail perdus : une personne apte écartée coûte **2 jours** (il faut chercher encore) ; une personne non apte convoquée coûte **3 jours** (un essai pour rien).
# Le coût est donné pour 100 candidatures. Remarquez ce qu'il ne compte pas : ce que coûte à une personne apte d'être écartée. (Dans votre organisation, qui fixerait ces nombres ?)
#
# **L'équité.** On regarde la part des personnes **aptes qui sont convoquées** dans chaque groupe, et l'écart entre ces deux parts.
#
# **Un exemple.** Avec 0,50 pour tout le monde : 75,4 % des personnes aptes de A sont convoquées, et 52,5 % de celles de B. Écart : 23 points. Coût : 52,1 jours pour 100 candidatures.
#
# Une dernière liste choisit **par rapport à quoi** l'on juge : l'*aptitude constatée* (qui était vraiment apte), ou les *décisions passées* (qui avait été retenu). Essayez les deux au seuil de 0,50. Que dirait un
# audit qui prendrait les décisions passées pour la vérité ?

# %% [markdown] id="partie-4" lang="en" of="6bdfe84a"
# ## 4. Correcting: setting the thresholds
#
# A suitable person from group B is nearly twice as likely to be turned away as a suitable person from group A. Can we correct this by choosing **one threshold per group**?
# Lowering a threshold invites more people: fewer suitable people turned away, but more unsuitable people invited.
#
# **The cost.** The company counts it in lost working days: a suitable person turned away costs **2 days** (the search goes on); an unsuitable person invited costs **3 days** (a trial for nothing).
# The cost is given per 100 applications. Notice what it leaves out: what it costs a suitable person to be turned away. (In your organisation, who would set these numbers?)
#
# **Fairness.** We look at the share of **suitable people who are invited** in each group, and at the gap between these two shares.
#
# **An example.** With 0.50 for everyone: 75.4% of suitable people in A are invited, 52.5% of those in B. Gap: 23 points. Cost: 52.1 days per 100 applications.
#
# A last list sets **against what** we judge: the *suitability observed* (who really was suitable) or the *past decisions* (who had been selected). Try both at threshold 0.50. What would an
# audit say that took past decisions for the truth?

# %% id="bilan" examiner=true
def bilan(tableau, verite, seuil_a, seuil_b):
    """La part des personnes aptes convoquées dans chaque groupe, et le coût en jours pour 100 candidatures."""  #@fr
    """The share of suitable people invited in each group, and the cost in days per 100 applications."""  #@en
    convoque = tableau["score"] >= np.where(tableau["groupe"] == "A", seuil_a, seuil_b)
    apte = tableau[verite] == 1
    parts = {g: 100 * convoque[apte & (tableau["groupe"] == g)].mean() for g in ("A", "B")}
    cout = 100 * (2 * (apte & ~convoque).sum() + 3 * (~apte & convoque).sum()) / len(tableau)
    selection = {g: 100 * convoque[tableau["groupe"] == g].mean() for g in ("A", "B")}
    return {"A": parts["A"], "B": parts["B"], "ecart": abs(parts["A"] - parts["B"]), "cout": cout, "selection": selection}

# %% id="regler" hide=true
def regler(seuil_a, seuil_b, reference):
    tableau, verite = (evaluation, "apte") if reference == "apte" else (historique, "retenu")
    mesure = bilan(tableau, verite, seuil_a, seuil_b)
    lecture = pd.DataFrame(
        {
            labkit.tr("groupe", "group"): ["A", "B"],
            labkit.tr("seuil", "threshold"): [nombre(seuil_a, 2), nombre(seuil_b, 2)],
            labkit.tr("convoquées pour 100 candidatures", "invited per 100 applications"): [nombre(mesure["selection"][g]) for g in "AB"],
            labkit.tr("aptes convoquées, pour 100 aptes", "suitable invited, per 100 suitable"): [nombre(mesure[g]) for g in "AB"],
        }
    )
    resultat = pd.DataFrame(
        {
            labkit.tr("écart entre les personnes aptes de A et de B (points)", "gap between suitable people of A and B (points)"): [nombre(mesure["ecart"])],
            labkit.tr("coût (jours pour 100 candidatures)", "cost (days per 100 applications)"): [nombre(mesure["cout"])],
        }
    )
    if reference == "apte":
        labkit.table(lecture, fr="Votre réglage", en="Your setting")
    else:
        labkit.table(lecture, fr="Votre réglage. Attention : ici, « apte » veut dire « retenu autrefois »", en="Your setting. Beware: here, 'suitable' means 'selected in the past'")
    labkit.table(resultat, fr="Ce qu'il donne", en="What it gives")


labkit.explore(
    regler,
    seuil_a=labkit.slider(fr="Seuil du groupe A", en="Threshold of group A", low=0.05, high=0.95, step=0.05, start=0.5),
    seuil_b=labkit.slider(fr="Seuil du groupe B", en="Threshold of group B", low=0.05, high=0.95, step=0.05, start=0.5),
    reference=labkit.dropdown(
        fr="Juger par rapport à",
        en="Judge against",
        options={"apte": ("l'aptitude constatée", "suitability observed"), "passe": ("les décisions passées", "past decisions")},
    ),
)

# %% [markdown] id="seuils-texte" lang="fr"
# **Ce que l'on voit.** Jugé sur les décisions passées, l'outil à 0,50 paraît même **avantager** le groupe B : 81,8 % contre 75,1 %. C'est le même outil, le même jour ! Les personnes aptes de B que les recruteurs refusaient autrefois ne
# sont plus comptées parmi les « bonnes » : l'erreur passée a effacé ses propres victimes.
# **Le choix de la référence décide de ce que l'on trouve.** Revenez à l'aptitude constatée.
#
# ### À vous : le réglage
#
# Trouvez deux seuils tels que l'écart entre les aptes de A et de B soit d'**au plus 5 points**, au **coût le plus bas** possible (à un jour près).
#
# Une façon de s'y prendre : fixez le seuil de A, faites glisser celui de B jusqu'à ce que les deux parts se rejoignent, notez le coût ; puis déplacez A d'un cran et recommencez. Cinq ou six essais suffisent.
#
# Votre réglage sera aussi vérifié sur **20 000 autres candidatures**, que ni vous ni l'outil n'avez vues : là, on tolère 8 points, car un autre échantillon ne tombe jamais exactement pareil.

# %% [markdown] id="seuils-texte" lang="en" of="0df8da2b"
# **What we see.** Judged against past decisions, the tool at 0.50 even seems to **favour** group B: 81.8% against 75.1%. It is the same tool, on the same day! The suitable people of B whom recruiters used to refuse are
# no longer counted among the "good" ones: the past mistake has erased its own victims.
# **The choice of reference decides what you find.** Go back to suitability observed.
#
# ### Your turn: the setting
#
# Find two thresholds such that the gap between suitable people of A and B is **at most 5 points**, at the **lowest possible cost** (to within one day).
#
# One way to go about it: fix the threshold of A, slide that of B until the two shares meet, note the cost; then move A by one notch and start again. Five or six tries are enough.
#
# Your setting will also be checked on **20,000 other applications** that neither you nor the tool have seen: there, 8 points are tolerated, because another sample never falls out exactly the same.

# %% id="seuil-a" hide=true
ask.slider(
    "seuil-a",
    fr="Le seuil que je retiens pour le groupe A",
    en="The threshold I choose for group A",
    low=0.05,
    high=0.95,
    step=0.05,
)

# %% id="seuil-b" hide=true
ask.slider(
    "seuil-b",
    fr="Le seuil que je retiens pour le groupe B",
    en="The threshold I choose for group B",
    low=0.05,
    high=0.95,
    step=0.05,
)

# %% graded="seuils"
seuil_a, seuil_b = ask.answer("seuil-a"), ask.answer("seuil-b")
check(seuil_a).is_answered()
check(seuil_b).is_answered()
check.that(
    seuil_a != seuil_b,
    fr="Un même seuil pour tous traite les scores également, mais les scores eux-mêmes penchent : regardez l'écart entre les personnes aptes, et demandez-vous quel seuil doit baisser.",
    en="One threshold for all treats scores equally, but the scores themselves lean: look at the gap between suitable people, and ask yourself which threshold should come down.",
)
check.that(
    seuil_b < seuil_a,
    fr="Votre seuil est plus sévère pour B, déjà désavantagé. Auriez-vous réglé l'écart sur les décisions passées ? Vérifiez que la liste « Juger par rapport à » indique l'aptitude constatée.",
    en="Your threshold is stricter for B, already at a disadvantage. Did you set the gap on past decisions? Check that the list 'Judge against' says suitability observed.",
)
check(bilan(evaluation, "apte", seuil_a, seuil_b)["ecart"]).is_at_most(
    5,
    fr="L'écart dépasse encore 5 points. Comparez bien les parts de personnes aptes convoquées (dernière colonne), et non les taux de sélection.",
    en="The gap is still above 5 points. Compare the shares of suitable people invited (last column), not the selection rates.",
)
### BEGIN HIDDEN TESTS
import numpy
import pandas

controle = pandas.read_csv("data/controle.csv")
convoque = controle["score"] >= numpy.where(controle["groupe"] == "A", seuil_a, seuil_b)
apte = controle["apte"] == 1
part_a = 100 * convoque[apte & (controle["groupe"] == "A")].mean()
part_b = 100 * convoque[apte & (controle["groupe"] == "B")].mean()
cout = 100 * (2 * (apte & ~convoque).sum() + 3 * (~apte & convoque).sum()) / len(controle)
check.that(
    abs(part_a - part_b) <= 8,
    fr="Sur d'autres candidatures, l'écart se creuse : votre réglage était trop juste. Visez un écart plus petit que 5 points, pour garder une marge.",
    en="On other applications the gap widens: your setting was too tight. Aim for a gap smaller than 5 points, to keep a margin.",
)
check.that(
    cout <= 55.6 or part_a >= 65,
    fr="L'écart est fermé, mais en refusant des personnes aptes des deux côtés : c'est l'égalité par le bas, et elle coûte cher. Baissez les deux seuils ensemble et comparez le coût.",
    en="The gap is closed, but by turning away suitable people on both sides: this is levelling down, and it is costly. Lower both thresholds together and compare the cost.",
)
check.that(
    cout <= 55.6,
    fr="L'écart est fermé, mais en convoquant presque tout le monde : beaucoup d'essais pour rien. Relevez les deux seuils ensemble et comparez le coût.",
    en="The gap is closed, but by inviting nearly everyone: many trials for nothing. Raise both thresholds together and compare the cost.",
)
### END HIDDEN TESTS

# %% [markdown] id="prix-texte" lang="fr"
# **Qui paie, et combien ?** Exécutez la cellule : elle compare votre réglage au seuil unique.

# %% [markdown] id="prix-texte" lang="en" of="c2af1a90"
# **Who pays, and how much?** Run the cell: it compares your setting with the single threshold.

# %% id="prix" hide=true
def prix():
    if ask.answer("seuil-a") is None or ask.answer("seuil-b") is None:
        return print(labkit.tr("Choisissez d'abord vos deux seuils, puis exécutez de nouveau cette cellule.", "Choose your two thresholds first, then run this cell again."))
    reglages = [(labkit.tr("seuil unique 0,50", "single threshold 0.50"), 0.5, 0.5), (labkit.tr("votre réglage", "your setting"), ask.answer("seuil-a"), ask.answer("seuil-b"))]
    mesures = [bilan(evaluation, "apte", a, b) for _, a, b in reglages]
    comparaison = pd.DataFrame(
        [[nom, nombre(m["A"]), nombre(m["B"]), nombre(m["ecart"]), nombre(m["cout"])] for (nom, _, _), m in zip(reglages, mesures)],
        columns=labkit.tr(
            "réglage|aptes de A convoquées (%)|aptes de B convoquées (%)|écart (points)|coût (jours pour 100)",
            "setting|suitable of A invited (%)|suitable of B invited (%)|gap (points)|cost (days per 100)",
        ).split("|"),
    )
    return labkit.table(comparaison, fr="Avant et après", en="Before and after")


prix()

# %% [markdown] id="droit" lang="fr"
# La correction a un prix, modeste ici : de l'ordre d'un jour pour 100 candidatures avec un bon réglage. Il vient de ce que le test écrit **mesure moins bien** le groupe B : pour convoquer autant de personnes aptes, on convoque aussi plus de personnes
# qui ne le sont pas. Nous avons refait le calcul avec un test aussi précis pour B que pour A : le réglage équitable y devient **le moins cher de tous**. Ce n'est pas l'équité qui coûtait cher, c'était l'instrument.
#
# Remarquez aussi **qui paie** : quand le seuil de A monte, quelques personnes aptes de A ne sont plus convoquées.
#
# **Et le droit ?** Ce réglage est un **instrument de mesure**, pas une recette. En France, décider d'une embauche en traitant différemment les personnes selon un critère protégé (origine, sexe, âge, handicap, lieu de
# résidence…) est une discrimination, même avec de bonnes intentions, sauf dans les cas que la loi prévoit (articles L. 1132-1 et L. 1133-1 et suivants du Code du travail), et les données sur l'origine sont des données sensibles (article 9 du RGPD). Le règlement européen sur l'IA (2024/1689, annexe III) classe les outils
# de recrutement parmi les systèmes **à haut risque** : données examinées, biais recherchés, contrôle humain. En pratique, on corrige plutôt **en amont** : réapprendre sur l'aptitude constatée, retirer les indices indirects sans utilité,
# améliorer le test. Faites valider votre démarche par votre service juridique et par la personne déléguée à la protection des données.

# %% [markdown] id="droit" lang="en" of="75e50a54"
# The correction has a price, a modest one here: about one day per 100 applications with a good setting. It comes from the written test, which **measures group B less well**: to invite as many suitable people, one also invites more people
# who are not. We did the sum again with a test as precise for B as for A: there the fair setting becomes **the cheapest of all**. It was not fairness that was expensive, it was the instrument.
#
# Notice also **who pays**: when A's threshold goes up, some suitable people of A are no longer invited.
#
# **And the law?** This setting is a **measuring instrument**, not a recipe. In France, deciding on recruitment by treating people differently according to a protected ground (origin, sex, age, disability, place of
# residence…) is discrimination, even with good intentions, except where the law provides for it (articles L. 1132-1 and L. 1133-1 ff. of the Labour Code), and data about origin are sensitive data (article 9 of the GDPR). The European regulation on AI (2024/1689, annex III) classes recruitment tools
# as **high-risk** systems: data examined, biases looked for, human oversight. In practice one rather corrects **upstream**: train again on suitability observed, remove proxies that serve no purpose,
# improve the test. Have your approach validated by your legal department and by your data protection officer.

# %% [markdown] id="partie-5" lang="fr"
# ## 5. Qui reste lésé ?
#
# L'écart entre A et B est réduit. Le problème est-il réglé ? Une moyenne peut cacher un groupe dans le groupe. Croisons le groupe **et** le genre.
#
# **Prévoyez** (pour vous-même) : parmi les quatre croisements, lequel s'en sort le moins bien ? Puis exécutez : le tableau donne des nombres de personnes aptes, avec **vos** seuils.

# %% [markdown] id="partie-5" lang="en" of="ad086ab2"
# ## 5. Who is still harmed?
#
# The gap between A and B has narrowed. Is the problem solved? An average can hide a group within the group. Let us cross group **and** gender.
#
# **Predict** (for yourself): of the four combinations, which one fares worst? Then run: the table gives numbers of suitable people, with **your** thresholds.

# %% id="croisements" hide=true examiner=true
croisements = {"af": ("A", "femme"), "ah": ("A", "homme"), "bf": ("B", "femme"), "bh": ("B", "homme")}


def ecartees_par_croisement(seuil_a, seuil_b):
    """Pour chaque croisement : nombre d'aptes, nombre d'aptes écartées, et leur part en %."""
    resultat = {}
    for cle, (groupe, genre) in croisements.items():
        aptes = evaluation[(evaluation["groupe"] == groupe) & (evaluation["genre"] == genre) & (evaluation["apte"] == 1)]
        ecartees = int((aptes["score"] < (seuil_a if groupe == "A" else seuil_b)).sum())
        resultat[cle] = {"aptes": len(aptes), "ecartees": ecartees, "part": 100 * ecartees / len(aptes)}
    return resultat


# %% id="croiser" hide=true
def croiser():
    if ask.answer("seuil-a") is None or ask.answer("seuil-b") is None:
        return print(labkit.tr("Choisissez d'abord vos deux seuils (partie 4), puis exécutez de nouveau cette cellule.", "Choose your two thresholds first (part 4), then run this cell again."))
    mesure = ecartees_par_croisement(ask.answer("seuil-a"), ask.answer("seuil-b"))
    tableau = pd.DataFrame(
        [[g, noms[s], mesure[c]["aptes"], mesure[c]["ecartees"]] for c, (g, s) in croisements.items()],
        columns=labkit.tr("groupe|genre|aptes|aptes écartées", "group|gender|suitable|suitable, turned away").split("|"),
    )
    return labkit.table(tableau, fr="Personnes aptes écartées avec vos seuils, par groupe et par genre", en="Suitable people turned away with your thresholds, by group and gender")


croiser()

# %% [markdown] id="reste-texte" lang="fr"
# ### À vous : le croisement le plus lésé
#
# Choisissez le croisement où la **part** d'aptes écartées est la plus forte, et donnez cette part **en pour cent, avec une décimale** : aptes écartées ÷ aptes, sur la même ligne.
# Si vous changez vos seuils, exécutez de nouveau le tableau et mettez votre réponse à jour.

# %% [markdown] id="reste-texte" lang="en" of="274a96bf"
# ### Your turn: the combination most harmed
#
# Choose the combination with the largest **share** of suitable people turned away, and give that share **in per cent, with one decimal**: suitable turned away ÷ suitable, on the same line.
# If you change your thresholds, run the table again and update your answer.

# %% id="reste-groupe" hide=true
ask.choice(
    "reste-groupe",
    fr="Le croisement le plus lésé",
    en="The combination most harmed",
    options={"af": ("femmes du groupe A", "women of group A"), "ah": ("hommes du groupe A", "men of group A"), "bf": ("femmes du groupe B", "women of group B"), "bh": ("hommes du groupe B", "men of group B")},
)

# %% id="reste-taux" hide=true
ask.number(
    "reste-taux",
    fr="Part d'aptes écartées dans ce croisement",
    en="Share of suitable people turned away in this combination",
    low=0,
    high=100,
    unit="%",
)

# %% graded="reste"
check(ask.answer("reste-groupe")).is_answered()
check(ask.answer("reste-taux")).is_answered()
check(ask.answer("seuil-a")).is_answered(fr="Choisissez d'abord vos deux seuils, dans la partie 4.", en="Choose your two thresholds first, in part 4.")
check(ask.answer("seuil-b")).is_answered(fr="Choisissez d'abord vos deux seuils, dans la partie 4.", en="Choose your two thresholds first, in part 4.")
### BEGIN HIDDEN TESTS
reste = ecartees_par_croisement(ask.answer("seuil-a"), ask.answer("seuil-b"))
choisi = ask.answer("reste-groupe")
lu = ask.answer("reste-taux")
pires = max(reste[c]["part"] for c in ("af", "ah", "bf", "bh"))
nombres = max(reste[c]["ecartees"] for c in ("af", "ah", "bf", "bh"))
check.that(
    reste[choisi]["part"] >= pires - 1 or reste[choisi]["ecartees"] < nombres,
    fr="Ce croisement compte le plus de personnes écartées, mais c'est aussi l'un des plus nombreux. Comparez des parts, pas des nombres : divisez chaque ligne par ses aptes.",
    en="This combination has the most people turned away, but it is also one of the largest. Compare shares, not numbers: divide each line by its suitable people.",
)
check.that(
    reste[choisi]["part"] >= pires - 1,
    fr="Dans un autre croisement, une personne apte court un plus grand risque d'être écartée. Calculez la part pour chacune des quatre lignes.",
    en="In another combination a suitable person runs a greater risk of being turned away. Work out the share for each of the four lines.",
)
check.that(
    abs(lu - (100 - reste[choisi]["part"])) > 1,
    fr="C'est la part des personnes aptes convoquées. On demande celles qui sont écartées.",
    en="This is the share of suitable people invited. We ask for those turned away.",
)
check(lu).is_close_to(
    reste[choisi]["part"],
    within=0.8,
    fr="Divisez les aptes écartées par les aptes de la même ligne, et multipliez par 100. Si vous avez changé vos seuils depuis, exécutez de nouveau le tableau.",
    en="Divide suitable people turned away by suitable people on the same line, and multiply by 100. If you have changed your thresholds since, run the table again.",
)
### END HIDDEN TESTS

# %% [markdown] id="reste-lecon" lang="fr"
# **Ce que l'on voit.** Les seuils corrigent une moyenne. Ils ne réparent pas la pénalité apprise contre les **interruptions de carrière**, qui touche surtout le croisement que vous avez trouvé. Une mesure par groupe, puis une mesure par genre,
# ne l'auraient qu'entrevue : il faut **croiser**.
#
# Regardez aussi ce qui n'est pas égalisé : avec des parts d'aptes égales, les taux de sélection de A et de B ne sont pas égaux, et les erreurs dans l'autre sens (non aptes convoqués) non plus. Sauf cas très particuliers, **aucun réglage n'égalise tout** :
# dire *quelle* équité l'on vise est une décision humaine, à écrire et à assumer.

# %% [markdown] id="reste-lecon" lang="en" of="29f7a6b7"
# **What we see.** Thresholds correct an average. They do not repair the learnt penalty on **career breaks**, which falls mostly on the combination that you found. A measure by group, then a measure by gender,
# would only have caught a glimpse of it: one must **cross** the two.
#
# Notice also what is not equalised: with equal shares of suitable people, the selection rates of A and B are not equal, nor are mistakes of the other kind (unsuitable people invited). Except in very special cases, **no setting equalises everything**:
# saying *which* fairness one aims for is a human decision, to be written down and answered for.

# %% [markdown] id="partie-6" lang="fr"
# ## 6. Décider
#
# La direction attend votre recommandation : mettre l'outil en service tel quel, avec des conditions, ou pas du tout. Toutes les positions se défendent ; c'est la **justification** qui est évaluée par votre formatrice ou votre formateur.
# En deux ou trois phrases :
#
# - votre recommandation, en clair ;
# - **un chiffre** de ce lab qui l'appuie, avec ce qu'il mesure ;
# - **qui resterait lésé** ;
# - **une condition** ou une garantie (qui contrôle, quoi, quand).

# %% [markdown] id="partie-6" lang="en" of="8beb5377"
# ## 6. Deciding
#
# Management awaits your recommendation: put the tool into service as it is, under conditions, or not at all. Every position can be defended; what your trainer assesses is the **reasoning**.
# In two or three sentences:
#
# - your recommendation, in plain words;
# - **one figure** from this lab that supports it, with what it measures;
# - **who would still be harmed**;
# - **one condition** or safeguard (who checks, what, when).

# %% id="decision-reponse" hide=true
ask.text(
    "decision",
    fr="Ma recommandation à la direction",
    en="My recommendation to management",
    rows=6,
    words=(30, 120),
)

# %% [markdown] graded="decision" lang="fr"
# *Cette réponse sera lue et notée par votre formatrice ou votre formateur (3 points : une recommandation claire, un chiffre employé justement, une personne lésée et une garantie nommées).*

# %% [markdown] graded="decision" lang="en" of="d626727f"
# *This answer will be read and graded by your trainer (3 points: a clear recommendation, a figure rightly used, someone harmed and a safeguard named).*

# %% [markdown] id="fiche-texte" lang="fr"
# ### Votre fiche d'évaluation d'équité
#
# Exécutez la cellule : elle rassemble vos réponses en une page que vous gardez. Vous pouvez l'exécuter de nouveau après avoir corrigé une réponse.

# %% [markdown] id="fiche-texte" lang="en" of="ba4e6a56"
# ### Your fairness evaluation sheet
#
# Run the cell: it gathers your answers on one page that you keep. You can run it again after correcting an answer.

# %% id="fiche" hide=true
tr = labkit.tr
pct, puis = tr(" %", "%"), tr(" ; ", "; ")
vide = tr("à compléter", "to be completed")


def dit(cle, unite="", decimales=1):
    valeur = ask.answer(cle)
    return vide if valeur is None else nombre(float(valeur), decimales) + unite


conclusion = {"etabli": tr("écart établi", "gap established"), "pas": tr("non établi : ces données ne permettent pas de trancher", "not established: these data cannot settle the matter")}
conclues = ask.answer("agences") or {}
seuils = ask.answer("seuil-a"), ask.answer("seuil-b")
apres = {}
if None not in seuils:
    avant_correction, apres_correction = bilan(evaluation, "apte", 0.5, 0.5), bilan(evaluation, "apte", *seuils)
    apres = {
        tr("Seuils essayés", "Thresholds tried"): f"A {dit('seuil-a', '', 2)}{puis}B {dit('seuil-b', '', 2)}",
        tr("Écart entre personnes aptes, avant et après (points)", "Gap between suitable people, before and after (points)"): f"{nombre(avant_correction['ecart'])} → {nombre(apres_correction['ecart'])}",
        tr("Coût, avant et après (jours pour 100 candidatures)", "Cost, before and after (days per 100 applications)"): f"{nombre(avant_correction['cout'])} → {nombre(apres_correction['cout'])}",
    }
qui = {"af": tr("femmes du groupe A", "women of group A"), "ah": tr("hommes du groupe A", "men of group A"), "bf": tr("femmes du groupe B", "women of group B"), "bh": tr("hommes du groupe B", "men of group B")}

labkit.artefact(
    "fiche-equite",
    title=("Fiche d'évaluation d'équité", "Fairness evaluation sheet"),
    sections=[
        (
            ("1. Ce qui est évalué", "1. What is evaluated"),
            (
                "Un outil de tri de candidatures qui imite 6 000 décisions passées. Évalué sur 6 000 candidatures dont l'aptitude a été constatée (données inventées, biais connu). L'équité visée : à aptitude égale, la même chance d'être convoqué.",
                "An application screening tool that imitates 6,000 past decisions. Evaluated on 6,000 applications whose suitability was observed (invented data, known bias). The fairness aimed for: with equal suitability, the same chance of being invited.",
            ),
        ),
        (
            ("2. Un repère : l'expérience des CV (2004)", "2. A benchmark: the résumé experiment (2004)"),
            {
                tr("Rappels, prénom perçu comme noir", "Callbacks, name perceived as Black"): dit("taux-noir", pct, 2),
                tr("Rappels, prénom perçu comme blanc", "Callbacks, name perceived as White"): dit("taux-blanc", pct, 2),
                tr("Écart (points) ; rapport", "Gap (points); ratio"): f"{dit('ecart-points', '', 2)}{puis}{dit('ecart-rapport', '', 2)}",
            },
        ),
        (
            ("3. Les agences : l'écart peut-il venir du hasard ? (seuil de 5 %)", "3. The branches: could the gap be chance? (5% threshold)"),
            {nom: conclusion.get(conclues.get(cle), vide) for cle, nom in noms_agences.items()},
        ),
        (
            ("4. L'outil au seuil unique de 0,50", "4. The tool at the single threshold of 0.50"),
            {
                tr("Taux de sélection : groupe A ; groupe B", "Selection rate: group A; group B"): f"{pourcent(44.7)}{puis}{dit('outil-selection', pct)}",
                tr("Personnes aptes écartées : groupe A ; groupe B", "Suitable people turned away: group A; group B"): f"{pourcent(24.6)}{puis}{dit('outil-ecartees', pct)}",
                tr("Indice indirect repéré", "Proxy found"): intitules.get(ask.answer("outil-indice"), vide),
            },
        ),
        (("5. La correction essayée et son prix", "5. The correction tried and its price"), apres or None),
        (
            ("6. Qui reste lésé", "6. Who is still harmed"),
            {tr("Croisement le plus lésé", "Combination most harmed"): qui.get(ask.answer("reste-groupe"), vide), tr("Personnes aptes écartées", "Suitable people turned away"): dit("reste-taux", pct)},
        ),
        (
            ("7. Limites", "7. Limits"),
            (
                "Un écart non établi n'est pas une absence d'écart. Les seuils par groupe ont servi à mesurer : les employer pour décider du sort d'une personne selon un critère protégé serait une discrimination ; prendre l'avis du service juridique.",
                "A gap that is not established is not an absence of gap. Thresholds by group served to measure: using them to decide about a person on a protected ground would be discrimination; seek the advice of the legal department.",
            ),
        ),
        (("8. Recommandation", "8. Recommendation"), ask.answer("decision")),
    ],
)

# %% [markdown] id="bonus" lang="fr"
# ## Pour aller plus loin : programmer le rapport des taux
#
# Cet exercice est **facultatif**, et rapporte des points en plus. Il demande d'écrire trois ou quatre lignes de Python.
#
# Complétez la fonction `rapport_des_selections(tableau)`. Elle reçoit **n'importe quelle table** qui a une colonne `groupe` (deux groupes ou plus) et une colonne `retenu` (0 ou 1), et rend
# **un nombre entre 0 et 1** : le taux de sélection le plus bas divisé par le plus haut. On suppose qu'au moins une personne est retenue. Une administration américaine s'alarme quand ce rapport passe sous 0,8 :
# c'est un signal pour aller voir, pas une preuve.
#
# **Un exemple.** `tableau.groupby("groupe")["retenu"].mean()` donne le taux de chaque groupe ; `.min()` et `.max()` en donnent le plus petit et le plus grand. Avec les taux 0,2, 0,5 et 0,4, la réponse est 0,2 ÷ 0,5 = 0,4.

# %% [markdown] id="bonus" lang="en" of="14c76be1"
# ## Going further: programming the ratio of rates
#
# This exercise is **optional** and earns extra points. It asks for three or four lines of Python.
#
# Complete the function `rapport_des_selections(tableau)`. It receives **any table** with a column `groupe` (two groups or more) and a column `retenu` (0 or 1), and returns
# **one number between 0 and 1**: the lowest selection rate divided by the highest. Assume that at least one person is selected. An American agency takes alarm when this ratio falls below 0.8:
# a signal to go and look, not a proof.
#
# **An example.** `tableau.groupby("groupe")["retenu"].mean()` gives the rate of each group; `.min()` and `.max()` give the smallest and the largest. With the rates 0.2, 0.5 and 0.4, the answer is 0.2 ÷ 0.5 = 0.4.

# %% id="rapport-code" answer=true
def rapport_des_selections(tableau):
    ### BEGIN SOLUTION
    taux = tableau.groupby("groupe")["retenu"].mean()
    return taux.min() / taux.max()
    ### END SOLUTION

# %% graded="rapport"
essai = pd.DataFrame({"groupe": ["A"] * 4 + ["B"] * 10, "retenu": [1, 1, 0, 0] + [1] * 2 + [0] * 8})
check(rapport_des_selections).called_with(essai).is_a("number", fr="La fonction doit rendre un seul nombre.", en="The function must return a single number.")
check(rapport_des_selections).called_with(essai).is_at_most(1, fr="Le rapport dépasse 1 : divisez le taux le plus bas par le plus haut, et non l'inverse.", en="The ratio is above 1: divide the lowest rate by the highest, not the other way round.")
check(rapport_des_selections).called_with(essai).is_close_to(0.4, within=0.001, fr="Sur la table d'essai, le groupe A a 2 personnes retenues sur 4 et le groupe B 2 sur 10. Divisez deux taux, et non deux nombres de personnes.", en="In the test table, group A has 2 people selected out of 4 and group B 2 out of 10. Divide two rates, not two numbers of people.")
### BEGIN HIDDEN TESTS
import pandas

trois = pandas.DataFrame({"groupe": ["x"] * 10 + ["y"] * 20 + ["z"] * 40, "retenu": [1] * 5 + [0] * 5 + [1] * 12 + [0] * 8 + [1] * 6 + [0] * 34})
pareils = pandas.DataFrame({"groupe": ["n", "n", "s", "s"], "retenu": [1, 0, 0, 1]})
personne = pandas.DataFrame({"groupe": ["A", "A", "B", "B"], "retenu": [0, 0, 1, 0]})
check(rapport_des_selections).called_with(trois).is_close_to(0.25, within=0.001, fr="Votre fonction ne convient pas à une table de trois groupes aux noms différents : cherchez le plus bas et le plus haut de tous les taux, quels que soient les noms et l'ordre.", en="Your function does not suit a table of three groups with other names: look for the lowest and the highest of all rates, whatever the names and the order.")
check(rapport_des_selections).called_with(pareils).is_close_to(1, within=0.001, fr="Quand tous les groupes ont le même taux, le rapport vaut 1.", en="When all groups have the same rate, the ratio is 1.")
check(rapport_des_selections).called_with(personne).is_close_to(0, within=0.001, fr="Quand personne n'est retenu dans un groupe, le rapport vaut 0.", en="When nobody is selected in one group, the ratio is 0.")
### END HIDDEN TESTS

# %% [markdown] id="fin" lang="fr"
# ## Ce que vous savez faire maintenant
#
# - Calculer un taux sur le **bon total**, et dire un écart en points et en rapport.
# - Lire une valeur p : ce qu'elle dit (le hasard seul ferait-il aussi bien ?), et ce qu'elle ne dit pas (ni la taille de l'écart, ni la probabilité d'une discrimination).
# - Demander à un outil **qui il écarte à tort**, et **par rapport à quelle vérité** on le juge.
# - Corriger un écart en connaissant son prix, et **croiser** les groupes pour voir qui reste lésé.
# - Recommander, chiffres et garanties à l'appui.
#
# Il reste à remettre votre lab : le panneau ci-dessous s'en charge.

# %% [markdown] id="fin" lang="en" of="0a15571c"
# ## What you can do now
#
# - Work out a rate over the **right total**, and state a gap in points and as a ratio.
# - Read a p-value: what it says (would chance alone do as much?) and what it does not (neither the size of the gap nor the probability of discrimination).
# - Ask a tool **whom it wrongly turns away**, and **against which truth** it is judged.
# - Correct a gap knowing its price, and **cross** groups to see who is still harmed.
# - Recommend, with figures and safeguards.
#
# All that remains is to submit your lab: the panel below takes care of it.
