# ---
# caire:
#   id: l2-04-segmenter
#   level: 2
#   minutes: 90
#   profile: cpu
#   title: {fr: "Segmenter sans sur-interpréter", en: "Segmenting without over-interpreting"}
#   summary:
#     fr: "Vous saurez découper un fichier en groupes, choisir combien par la stabilité, refuser de découper du bruit, et nommer un segment sans coller d'étiquette aux personnes. Aucune programmation."
#     en: "You will be able to divide a file into groups, choose how many by their stability, refuse to divide noise, and name a segment without sticking a label on people. No programming."
#   budget: {cpu_seconds: 60, memory_mib: 1536, cell_seconds: 60}
#   questions:
#     echelle: {points: 2, skill: n2.segmentation.choisir, fr: "Mettre deux mesures à la même échelle", en: "Put two measures on the same scale"}
#     accord: {points: 2, skill: n2.segmentation.choisir, fr: "Mesurer l'accord de deux découpages", en: "Measure how far two segmentations agree"}
#     vins: {points: 3, skill: n2.segmentation.choisir, fr: "Choisir le nombre de groupes par la stabilité", en: "Choose the number of groups by stability"}
#     fichiers: {points: 3, skill: n2.segmentation.choisir, fr: "Segmenter, ou refuser de segmenter", en: "Segment, or refuse to segment"}
#     noms: {points: 3, skill: n2.segmentation.interpreter, fr: "Nommer des segments d'après leurs mesures", en: "Name segments by their measurements"}
#     portrait: {points: 2, skill: n2.segmentation.interpreter, fr: "Ne pas prendre un segment pour un portrait", en: "Not mistaking a segment for a portrait"}
#     diffuser: {points: 3, skill: n2.vieprivee.proteger, fr: "Publier sans désigner personne", en: "Publish without singling anyone out"}
#     decision: {points: 3, skill: n2.segmentation.interpreter, manual: true, fr: "Votre recommandation, en quelques phrases", en: "Your recommendation, in a few sentences"}
#     paires: {points: 2, bonus: true, skill: n2.segmentation.choisir, fr: "Pour aller plus loin : programmer l'accord de deux découpages", en: "Going further: programming the agreement of two segmentations"}
#   answers:
#     prevision-mesures: 8
#     echelle-distance: 1.88
#     echelle-proche: b
#     prevision-bruit: c
#     accord-paires: 7
#     accord-sens: c
#     vins-k: "3"
#     vins-stabilite: 0.86
#     vins-brut: a
#     fichiers: {"nord": "3", "sud": "refus", "est": "refus", "ouest": "4"}
#     noms: {"A": frequentes, "B": longues, "C": numeriques}
#     portrait-dedans: 21.4
#     portrait-dehors: 46.3
#     portrait-phrase: c
#     prevision-cellule: b
#     diffuser-deduit: 1
#     diffuser-choix: hp
#     decision: "Je recommande de segmenter les fichiers Nord (3 groupes, stabilité proche de 1) et Ouest (4 groupes), et de renoncer pour Sud et Est, dont les groupes ne résistent pas mieux que ceux d'un nuage sans groupes. Les segments serviront à régler les horaires et l'offre numérique, jamais à décider du sort d'une personne : dans le segment B, 21 % des gens participent moins que la moyenne aux ateliers. On publiera Hautbois avec Les Prés, et la responsable des publics refera la mesure chaque année."
# ---

# %% [markdown] id="titre" lang="fr"
# # Segmenter sans sur-interpréter
#
# « L'IA a trouvé quatre profils de clients. » On leur donne un prénom, un visage, un slogan ; six mois plus tard, tout le monde y croit. Or une méthode de découpage trouve **toujours** des groupes, même là où il n'y en a pas.
#
# Dans ce lab, vous allez :
#
# 1. mettre des mesures **à la même échelle**, pour qu'une seule ne décide pas de tout ;
# 2. voir une méthode découper **n'importe quoi**, sans jamais protester ;
# 3. mesurer **l'accord** de deux découpages ;
# 4. choisir le **nombre de groupes** par la stabilité ;
# 5. examiner quatre fichiers, et **refuser** d'en découper quand il le faut ;
# 6. **nommer** des segments sans coller d'étiquette aux personnes ;
# 7. **publier** un tableau qui ne désigne personne ;
# 8. **décider**, et repartir avec une note de segmentation d'une page.
#
# **Comment ça marche.** Pour exécuter une cellule et passer à la suivante, appuyez sur **Maj + Entrée**. Vous n'avez rien à programmer : vous prévoyez, vous
# exécutez, vous changez des réglages, vous répondez dans des formulaires. Vos réponses s'enregistrent toutes seules. Une calculatrice vous sera utile. Comptez une heure et demie.
#
# Le code est replié quand il ne sert qu'à l'affichage ; les trois points **•••** le déplient, si vous en avez la curiosité. Après chaque question vient une cellule repliée, la **vérification** : exécutez-la comme les autres. Si elle
# affiche ✓, votre réponse est plausible (la remise la jugera) ; sinon, elle vous dit où regarder. Vous pouvez corriger et recommencer autant de fois que vous voulez : seul compte ce que vous remettez.
#
# Les **prévisions** ne sont jamais notées : elles servent à comparer ce que l'on croit et ce que l'on mesure.

# %% [markdown] id="titre" lang="en" of="80bff37e"
# # Segmenting without over-interpreting
#
# "The AI has found four customer profiles." They are given a first name, a face, a slogan; six months later everyone believes in them. Yet a method that divides data into groups **always** finds some, even where there are none.
#
# In this lab you will:
#
# 1. put measures **on the same scale**, so that a single one does not decide everything;
# 2. watch a method divide **anything at all**, without ever protesting;
# 3. measure how far two segmentations **agree**;
# 4. choose the **number of groups** by stability;
# 5. examine four files, and **refuse** to divide some of them when you must;
# 6. **name** segments without sticking a label on people;
# 7. **publish** a table that singles nobody out;
# 8. **decide**, and leave with a one-page segmentation note.
#
# **How it works.** To run a cell and go on to the next, press **Shift + Enter**. There is nothing to program: you predict, you
# run, you change settings, you answer in forms. Your answers save themselves. A calculator will be useful. Allow an hour and a half.
#
# Code is folded where it only serves the display; the three dots **•••** unfold it, if you are curious. After each question comes a folded cell, the **check**: run it like the others. If it
# shows ✓, your answer is plausible (submission will judge it); otherwise it tells you where to look. You can correct and try again as often as you like: only what you submit counts.
#
# **Predictions** are never graded: they let you compare what you believe with what you measure.

# %% id="outils" hide=true
import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.datasets import load_wine
from sklearn.metrics import adjusted_rand_score


def nombre(valeur, decimales=2):
    """Un nombre écrit comme on l'écrit dans la langue du carnet."""
    texte = f"{valeur:.{decimales}f}"
    return labkit.tr(texte.replace(".", ",").replace("-", "−"), texte.replace("-", "−"))


def pourcent(valeur, decimales=1):
    return nombre(valeur, decimales) + labkit.tr(" %", "%")


def a_l_echelle(tableau):
    """Chaque mesure ramenée à une moyenne de 0 et à un écart type de 1."""
    tableau = np.asarray(tableau, dtype=float)
    return (tableau - tableau.mean(axis=0)) / tableau.std(axis=0)

# %% [markdown] id="partie-1" lang="fr"
# ## 1. Mettre à l'échelle
#
# **Segmenter**, c'est réunir ce qui se ressemble. Il faut donc d'abord dire ce que veut dire « se ressembler » : presque toujours, une **distance** entre les mesures.
#
# Nous commencerons par des bouteilles, qui ne se vexent pas : **178 vins** d'une même région d'Italie, chacun avec **13 mesures** de laboratoire (alcool, magnésium, couleur, proline…). Ils viennent de trois cépages, mais faisons
# comme si nous l'ignorions. Une cellule lit les données et montre quatre mesures de cinq vins. (La proline est un acide aminé du raisin ; il suffit de savoir qu'elle se compte en centaines de milligrammes par litre.)
#
# **Prévoyez d'abord**, puis exécutez la cellule suivante. On calcule des distances sur les 13 mesures, telles quelles.

# %% [markdown] id="partie-1" lang="en" of="83f7265d"
# ## 1. Putting on the same scale
#
# **Segmenting** means bringing together what is alike. So one must first say what "alike" means: nearly always, a **distance** between measurements.
#
# We shall begin with bottles, which do not take offence: **178 wines** from one region of Italy, each with **13 laboratory measures** (alcohol, magnesium, colour, proline…). They come from three grape varieties, but let us
# pretend that we do not know. A cell reads the data and shows four measures of five wines. (Proline is an amino acid of the grape; all you need to know is that it comes in hundreds of milligrams per litre.)
#
# **Predict first**, then run the next cell. Distances are computed on the 13 measures, just as they are.

# %% id="prevision-mesures" hide=true
ask.slider(
    "prevision-mesures",
    fr="Ma prévision (non notée) : combien des 13 mesures compteront vraiment dans ces distances ?",
    en="My prediction (not graded): how many of the 13 measures will really count in these distances?",
    low=1,
    high=13,
    step=1,
)

# %% id="charger"
vins = load_wine()
brut = vins.data  # 178 lignes, 13 colonnes  #@fr
brut = vins.data  # 178 lines, 13 columns  #@en

apercu = pd.DataFrame(brut[:5, [0, 4, 9, 12]])
apercu.columns = ["alcool (% vol.)", "magnésium (mg/L)", "intensité de couleur", "proline (mg/L)"]  #@fr
apercu.columns = ["alcohol (% vol.)", "magnesium (mg/L)", "colour intensity", "proline (mg/L)"]  #@en
labkit.table(apercu, fr="Quatre mesures des cinq premiers vins, sur 178", en="Four measures of the first five wines of 178")

# %% [markdown] id="echelle-exemple" lang="fr"
# ### Un exemple : à quelle distance sont deux vins ?
#
# Prenons trois vins du fichier et deux mesures seulement.
#
# | vin | alcool (% vol.) | proline (mg/L) |
# |---|---|---|
# | A | 12,34 | 438 |
# | B | 12,60 | 695 |
# | C | 13,84 | 480 |
# | *écart type des 178 vins* | *0,80* | *315* |
#
# L'**écart type** dit de combien les vins diffèrent couramment : en alcool, de 0,8 degré ; en proline, de 315 mg/L.
#
# **Sans mise à l'échelle**, de A à B : 0,26 degré et 257 mg/L. La distance vaut √(0,26² + 257²) = **257,0**. L'alcool n'y compte pour rien : on a additionné des degrés et des milligrammes.
#
# **Avec mise à l'échelle**, on divise d'abord chaque écart par l'écart type de **sa** mesure : 0,26 ÷ 0,80 = 0,325 et 257 ÷ 315 = 0,816. La distance vaut √(0,325² + 0,816²) = √(0,106 + 0,666) = **0,88**. Elle n'a plus d'unité : elle se compte en « écarts courants ».
#
# ### À vous : de A à C
#
# Calculez la distance de **A à C avec mise à l'échelle** (deux décimales), puis dites lequel de B et de C ressemble le plus à A une fois les mesures à la même échelle.

# %% [markdown] id="echelle-exemple" lang="en" of="b8bcf6cf"
# ### An example: how far apart are two wines?
#
# Let us take three wines of the file and two measures only.
#
# | wine | alcohol (% vol.) | proline (mg/L) |
# |---|---|---|
# | A | 12.34 | 438 |
# | B | 12.60 | 695 |
# | C | 13.84 | 480 |
# | *standard deviation of the 178 wines* | *0.80* | *315* |
#
# The **standard deviation** says by how much wines commonly differ: 0.8 degrees of alcohol; 315 mg/L of proline.
#
# **Without scaling**, from A to B: 0.26 degrees and 257 mg/L. The distance is √(0.26² + 257²) = **257.0**. Alcohol counts for nothing: degrees and milligrams have been added together.
#
# **With scaling**, each gap is first divided by the standard deviation of **its own** measure: 0.26 ÷ 0.80 = 0.325 and 257 ÷ 315 = 0.816. The distance is √(0.325² + 0.816²) = √(0.106 + 0.666) = **0.88**. It has no unit any more: it is counted in "common gaps".
#
# ### Your turn: from A to C
#
# Work out the distance from **A to C with scaling** (two decimals), then say which of B and C is more like A once the measures are on the same scale.

# %% id="echelle-distance" hide=true
ask.number(
    "echelle-distance",
    fr="Distance de A à C, avec mise à l'échelle",
    en="Distance from A to C, with scaling",
    low=0,
    high=1000,
)

# %% id="echelle-proche" hide=true
ask.choice(
    "echelle-proche",
    fr="Une fois les mesures à la même échelle, le vin qui ressemble le plus à A",
    en="Once the measures are on the same scale, the wine most like A",
    options={"b": ("le vin B", "wine B"), "c": ("le vin C", "wine C"), "egal": ("les deux autant", "both alike")},
)

# %% graded="echelle"
distance, proche = ask.answer("echelle-distance"), ask.answer("echelle-proche")
check(distance).is_answered()
check(proche).is_answered()
check.that(
    distance < 20,
    fr="Cette distance mélange des degrés et des milligrammes : la proline l'emporte à elle seule. Divisez d'abord chaque écart par l'écart type de sa mesure (dernière ligne du tableau).",
    en="This distance mixes degrees and milligrams: proline wins by itself. First divide each gap by the standard deviation of its measure (last line of the table).",
)
check.that(
    abs(distance - 0.88) > 0.03,
    fr="C'est la distance de A à B, notre exemple. Refaites les mêmes étapes avec la ligne de C.",
    en="This is the distance from A to B, our example. Go through the same steps with the line of C.",
)
### BEGIN HIDDEN TESTS
check.that(abs(distance - 3.53) > 0.08, fr="Il manque la dernière étape : après avoir additionné les deux carrés, prenez la racine carrée.", en="The last step is missing: after adding the two squares, take the square root.")
check.that(abs(distance - 2.008) > 0.05, fr="Vous avez additionné les deux écarts. La distance additionne leurs carrés, puis prend la racine carrée, comme dans l'exemple.", en="You added the two gaps. The distance adds their squares, then takes the square root, as in the example.")
check.that(abs(distance - 1.506) > 0.05, fr="Une seule des deux mesures a été mise à l'échelle. Divisez aussi l'écart d'alcool par son écart type.", en="Only one of the two measures was scaled. Divide the gap in alcohol by its standard deviation too.")
check(distance).is_close_to(1.88, within=0.06, fr="Reprenez étape par étape : les deux écarts de A à C, chacun divisé par l'écart type de sa mesure, puis les carrés, la somme, la racine.", en="Go step by step: the two gaps from A to C, each divided by the standard deviation of its measure, then the squares, the sum, the root.")
check(proche).equals("b", fr="Sans mise à l'échelle, C paraît tout près de A, parce que seule la proline parle. Comparez plutôt les deux distances mises à l'échelle : celle de l'exemple et la vôtre.", en="Without scaling, C seems very close to A, because only proline speaks. Compare the two scaled distances instead: the one in the example and yours.")
### END HIDDEN TESTS

# %% [markdown] id="poids-texte" lang="fr"
# **Confrontez.** La cellule suivante calcule la part de chaque mesure dans les distances entre tous les vins, mesures brutes. Exécutez-la, et revoyez votre prévision.

# %% [markdown] id="poids-texte" lang="en" of="a58ee8d8"
# **Compare.** The next cell works out the share of each measure in the distances between all wines, with raw measures. Run it, and look again at your prediction.

# %% id="poids" hide=true
parts = 100 * brut.var(axis=0) / brut.var(axis=0).sum()
poids = pd.DataFrame(
    {
        labkit.tr("mesure", "measure"): [labkit.tr("proline", "proline"), labkit.tr("magnésium", "magnesium"), labkit.tr("les onze autres ensemble", "the eleven others together")],
        labkit.tr("mesures brutes", "raw measures"): [pourcent(parts[12]), pourcent(parts[4]), pourcent(parts.sum() - parts[12] - parts[4])],
        labkit.tr("mesures à l'échelle", "scaled measures"): [pourcent(100 / 13), pourcent(100 / 13), pourcent(1100 / 13)],
    }
)
labkit.table(poids, fr="Part de chaque mesure dans les distances (au carré) entre les vins", en="Share of each measure in the (squared) distances between wines")
prevu = ask.answer("prevision-mesures")
if prevu is not None:
    print(labkit.tr(f"Votre prévision : {prevu:g} mesure(s) sur 13. Mesures brutes : une seule compte.", f"Your prediction: {prevu:g} of 13 measures. Raw measures: only one counts."))

# %% [markdown] id="partie-2" lang="fr"
# ## 2. Une méthode qui répond toujours
#
# La méthode la plus courante s'appelle **k-moyennes** (en anglais, *k-means*). On choisit un nombre de groupes, **k**. La méthode place k centres au hasard, puis répète deux gestes : chaque vin rejoint le centre le plus proche ; chaque centre se
# déplace au milieu de ses vins. Quand plus rien ne bouge, c'est fini. Ce qui reste d'écart à l'intérieur des groupes s'appelle la **dispersion** ; plus elle est petite, plus les groupes sont serrés.
#
# **Prévoyez d'abord.** On donne à la méthode 178 points **tirés au hasard**, sans aucun groupe, et l'on demande k = 4.

# %% [markdown] id="partie-2" lang="en" of="4e4cb94f"
# ## 2. A method that always answers
#
# The most common method is called **k-means**. One chooses a number of groups, **k**. The method places k centres at random, then repeats two moves: each wine joins the nearest centre; each centre
# moves to the middle of its wines. When nothing moves any more, it is done. The spread that remains inside the groups is called the **dispersion**; the smaller it is, the tighter the groups.
#
# **Predict first.** We give the method 178 points **drawn at random**, without any group, and ask for k = 4.

# %% id="prevision-bruit" hide=true
ask.choice(
    "prevision-bruit",
    fr="Ma prévision (non notée) : que rendra la méthode ?",
    en="My prediction (not graded): what will the method return?",
    options={
        "a": ("un message : « pas de groupes ici »", "a message: “no groups here”"),
        "b": ("un seul groupe, et trois vides", "a single group, and three empty ones"),
        "c": ("quatre groupes bien nets", "four neat groups"),
    },
)

# %% id="decouper" hide=true
hasard_bruit = np.random.default_rng(labkit.seed("bruit"))
bruit = hasard_bruit.normal(size=(178, 2))
reperes = {"brut": brut[:, [9, 12]], "echelle": brut[:, [9, 12]], "bruit": bruit}
donnees = {"brut": brut, "echelle": a_l_echelle(brut), "bruit": bruit}


def decouper(quoi, k):
    """La figure d'un découpage en k groupes, la taille des groupes et la dispersion."""
    k = int(k)
    modele = KMeans(n_clusters=k, n_init=10, random_state=0).fit(donnees[quoi])
    place = np.argsort(np.argsort([reperes[quoi][modele.labels_ == g, 1].mean() for g in range(k)]))
    groupe = place[modele.labels_]
    noms = [labkit.tr(f"groupe {g + 1}", f"group {g + 1}") for g in range(k)]
    labkit.plots.scatter(
        {noms[g]: reperes[quoi][groupe == g, 0] for g in range(k)},
        {noms[g]: reperes[quoi][groupe == g, 1] for g in range(k)},
        fr=f"{k} groupes trouvés",
        en=f"{k} groups found",
        x=("hasard 1", "chance 1") if quoi == "bruit" else ("intensité de couleur", "colour intensity"),
        y=("hasard 2", "chance 2") if quoi == "bruit" else ("proline (mg/L)", "proline (mg/L)"),
        digits=1,
    )
    base = ((donnees[quoi] - donnees[quoi].mean(axis=0)) ** 2).sum()
    tailles = ", ".join(str(int((groupe == g).sum())) for g in range(k))
    resultat = pd.DataFrame([[str(k), tailles, nombre(100 * modele.inertia_ / base, 0)]])
    resultat.columns = labkit.tr("k|taille des groupes|dispersion restante (100 : sans découpage)", "k|size of the groups|dispersion left (100: undivided)").split("|")
    labkit.table(resultat, fr="Ce que donne ce découpage", en="What this segmentation gives")


labkit.explore(
    decouper,
    quoi=labkit.dropdown(
        fr="Ce que l'on découpe",
        en="What is divided",
        options={"bruit": ("178 points tirés au hasard", "178 points drawn at random"), "brut": ("les vins, mesures brutes", "the wines, raw measures"), "echelle": ("les vins, mesures à l'échelle", "the wines, scaled measures")},
    ),
    k=labkit.slider(fr="Nombre de groupes k", en="Number of groups k", low=2, high=6, step=1, start=4),
)

# %% [markdown] id="toujours" lang="fr"
# **Ce que l'on voit.** Prenez le temps d'essayer plusieurs réglages.
#
# - Sur des points tirés au hasard, la méthode rend **autant de groupes qu'on lui en demande**, de tailles raisonnables, en parts de gâteau. Elle ne sait pas dire « il n'y a rien ».
# - Sur les vins bruts, les groupes sont des **bandes horizontales** : la proline seule a décidé. À l'échelle, elles se mêlent, car les treize mesures comptent.
# - La dispersion baisse à peu près **toujours** quand k augmente, même sur du hasard. « La dispersion a baissé » n'est donc pas une preuve.
#
# Il nous faut une autre épreuve. La voici : **deux personnes qui découpent des vins différents, de la même région, retrouvent-elles les mêmes groupes ?**

# %% [markdown] id="toujours" lang="en" of="77d5b3ea"
# **What we see.** Take the time to try several settings.
#
# - On points drawn at random, the method returns **as many groups as it is asked for**, of reasonable sizes, like slices of a cake. It cannot say "there is nothing here".
# - On the raw wines, the groups are **horizontal bands**: proline alone has decided. Once scaled they mingle, because all thirteen measures count.
# - The dispersion nearly **always** falls when k rises, even on pure chance. So "the dispersion has fallen" proves nothing.
#
# We need another test. Here it is: **do two people who divide different wines, of the same region, find the same groups?**

# %% [markdown] id="partie-3" lang="fr"
# ## 3. Deux découpages disent-ils la même chose ?
#
# Le nom des groupes est arbitraire : votre « groupe 1 » est peut-être mon « groupe Y ». On ne compare donc pas des noms, mais des **paires** : pour chaque paire de vins, les deux découpages la traitent-ils **pareil** (ensemble chez
# les deux, ou séparés chez les deux) ?
#
# **Un exemple : quatre vins, donc six paires.**
#
# | vin | 1 | 2 | 3 | 4 |
# |---|---|---|---|---|
# | découpage d'Alice | 1 | 1 | 2 | 2 |
# | découpage de Bilal | X | X | X | Y |
#
# - Vins 1 et 2 : ensemble chez Alice, ensemble chez Bilal → **pareil**.
# - Vins 1 et 3 : séparés chez Alice, ensemble chez Bilal → pas pareil.
# - Vins 1 et 4 : séparés, séparés → **pareil**.
# - Vins 2 et 3 : séparés, ensemble → pas pareil.
# - Vins 2 et 4 : séparés, séparés → **pareil**.
# - Vins 3 et 4 : ensemble, séparés → pas pareil.
#
# Trois paires sur six sont traitées pareil : un accord brut de 50 %.
#
# **Attention au hasard.** Deux découpages faits les yeux fermés ont eux aussi un accord brut élevé. On le corrige donc : l'**indice d'accord** (son nom savant est *indice de Rand ajusté*) vaut **1** quand les deux découpages sont les mêmes, et
# **0**, en moyenne, quand ils ne s'accordent que par hasard ; il peut être un peu négatif. La machine le calculera pour nous.
#
# ### À vous : six vins, quinze paires
#
# | vin | 1 | 2 | 3 | 4 | 5 | 6 |
# |---|---|---|---|---|---|---|
# | découpage de Chloé | 1 | 1 | 1 | 2 | 2 | 2 |
# | découpage de David | X | X | Y | Y | Y | X |
#
# Comptez les paires traitées **pareil** (un nombre entier, de 0 à 15). Puis lisez le résultat, sachant que l'indice d'accord, corrigé du hasard, vaut ici **−0,11**.

# %% [markdown] id="partie-3" lang="en" of="c599e355"
# ## 3. Do two segmentations say the same thing?
#
# Names of groups are arbitrary: your "group 1" may be my "group Y". So one compares not names but **pairs**: for each pair of wines, do the two segmentations treat it **alike** (together in
# both, or apart in both)?
#
# **An example: four wines, hence six pairs.**
#
# | wine | 1 | 2 | 3 | 4 |
# |---|---|---|---|---|
# | Alice's segmentation | 1 | 1 | 2 | 2 |
# | Bilal's segmentation | X | X | X | Y |
#
# - Wines 1 and 2: together for Alice, together for Bilal → **alike**.
# - Wines 1 and 3: apart for Alice, together for Bilal → not alike.
# - Wines 1 and 4: apart, apart → **alike**.
# - Wines 2 and 3: apart, together → not alike.
# - Wines 2 and 4: apart, apart → **alike**.
# - Wines 3 and 4: together, apart → not alike.
#
# Three pairs of six are treated alike: a raw agreement of 50%.
#
# **Beware of chance.** Two segmentations made with eyes closed also have a high raw agreement. So it is corrected: the **agreement index** (its learned name is the *adjusted Rand index*) is **1** when both segmentations are the same, and
# **0**, on average, when they agree by chance only; it may be slightly negative. The machine will compute it for us.
#
# ### Your turn: six wines, fifteen pairs
#
# | wine | 1 | 2 | 3 | 4 | 5 | 6 |
# |---|---|---|---|---|---|---|
# | Chloé's segmentation | 1 | 1 | 1 | 2 | 2 | 2 |
# | David's segmentation | X | X | Y | Y | Y | X |
#
# Count the pairs treated **alike** (a whole number, from 0 to 15). Then read the result, knowing that the agreement index, corrected for chance, is **−0.11** here.

# %% id="accord-paires" hide=true
ask.number(
    "accord-paires",
    fr="Nombre de paires traitées pareil par Chloé et par David",
    en="Number of pairs treated alike by Chloé and by David",
    low=0,
    high=15,
)

# %% id="accord-sens" hide=true
ask.choice(
    "accord-sens",
    fr="Que conclure de l'indice de −0,11 ?",
    en="What does the index of −0.11 tell us?",
    options={
        "a": ("Chloé et David s'accordent sur près d'une paire sur deux : le découpage est à moitié fiable.", "Chloé and David agree on nearly one pair in two: the segmentation is half reliable."),
        "b": ("L'un a fait exactement l'inverse de l'autre : il suffit d'échanger les noms des groupes.", "One did exactly the opposite of the other: swapping the names of the groups is enough."),
        "c": ("Ils ne s'accordent pas mieux que deux découpages faits au hasard.", "They agree no better than two segmentations made at random."),
        "d": ("On ne peut rien dire, puisque l'un emploie des chiffres et l'autre des lettres.", "Nothing can be said, since one uses digits and the other letters."),
    },
)

# %% graded="accord"
paires, sens = ask.answer("accord-paires"), ask.answer("accord-sens")
check(paires).is_answered()
check(sens).is_answered()
check.that(
    paires == round(paires),
    fr="On demande un nombre de paires, donc un nombre entier entre 0 et 15, et non une proportion.",
    en="We ask for a number of pairs, so a whole number between 0 and 15, not a proportion.",
)
### BEGIN HIDDEN TESTS
check.that(paires != 2, fr="Vous avez compté les paires réunies chez les deux. Une paire séparée chez les deux est aussi traitée pareil : ajoutez-les.", en="You counted the pairs together in both. A pair that is apart in both is treated alike too: add those.")
check.that(paires != 5, fr="Vous avez compté les paires séparées chez les deux. Une paire réunie chez les deux est aussi traitée pareil : ajoutez-les.", en="You counted the pairs apart in both. A pair that is together in both is treated alike too: add those.")
check.that(paires != 8, fr="Ce sont les paires que Chloé et David traitent différemment. On demande les autres.", en="These are the pairs that Chloé and David treat differently. We ask for the others.")
check.that(paires != 4, fr="Vous avez peut-être compté des vins, en faisant correspondre les noms des groupes. Comptez des paires de vins : il y en a quinze.", en="You may have counted wines, by matching the names of groups. Count pairs of wines: there are fifteen.")
check(paires).equals(7, fr="Écrivez les quinze paires (1-2, 1-3, …, 5-6) et posez pour chacune la question de l'exemple : ensemble ou séparés chez Chloé ? et chez David ?", en="Write down the fifteen pairs (1-2, 1-3, …, 5-6) and ask for each the question of the example: together or apart for Chloé? and for David?")
check(sens).differs_from("a", fr="L'accord brut trompe : deux découpages faits au hasard s'accordent eux aussi sur près d'une paire sur deux. C'est pour cela que l'on corrige. Où se trouve l'indice, par rapport à 0 ?", en="Raw agreement is misleading: two segmentations made at random also agree on nearly one pair in two. This is why it is corrected. Where does the index stand with respect to 0?")
check(sens).differs_from("b", fr="Échanger les noms des groupes ne change rien aux paires, donc rien à l'indice. Que vaut l'indice, en moyenne, quand on découpe au hasard ?", en="Swapping the names of groups changes nothing in the pairs, hence nothing in the index. What is the index, on average, when one divides at random?")
check(sens).differs_from("d", fr="Le nom des groupes n'entre pas dans le calcul : seules comptent les paires. Relisez ce que veut dire un indice proche de 0.", en="Names of groups do not enter the computation: only pairs count. Read again what an index close to 0 means.")
### END HIDDEN TESTS

# %% [markdown] id="partie-4" lang="fr"
# ## 4. Choisir k par la stabilité
#
# **L'épreuve.** On coupe le fichier en deux moitiés, au hasard. Chacune est découpée en k groupes **sans voir l'autre**, puis chaque découpage range tous les vins dans ses groupes. On mesure l'accord des deux. On recommence vingt fois : la moyenne s'appelle
# la **stabilité**. Si les groupes existent, les deux moitiés les retrouvent, et la stabilité approche de 1. Sinon, chaque moitié invente les siens.
#
# **Le témoin.** Un découpage peut être assez stable sans qu'il y ait de groupes : il suffit que le nuage soit allongé, pour que tout le monde le coupe au même endroit. On fabrique donc dix **témoins** : des nuages **sans aucun groupe**, d'une seule masse, mais
# avec les mêmes moyennes, les mêmes écarts types et les mêmes liens entre les mesures que les vrais vins. Un découpage qui ne fait pas nettement mieux qu'eux n'apprend rien.
#
# **La règle**, fixée avant de regarder. On retient un k si :
#
# 1. sa stabilité est d'**au moins 0,80** ;
# 2. elle dépasse **d'au moins 0,10** celle du témoin le plus stable.
#
# Si plusieurs k remplissent les deux conditions, on prend **le plus stable**. Si aucun ne les remplit, **on ne segmente pas**.
#
# Ces nombres sont des conventions raisonnables ; l'important est de les fixer **avant**. La première cellule écrit l'épreuve en quelques lignes de code ; la seconde l'applique aux vins (quelques secondes).

# %% [markdown] id="partie-4" lang="en" of="502f52a0"
# ## 4. Choosing k by stability
#
# **The test.** The file is cut into two halves, at random. Each is divided into k groups **without seeing the other**, then each segmentation puts all the wines into its groups. We measure how far the two agree. We do it twenty times: the mean is called
# **stability**. If the groups exist, both halves find them, and stability comes close to 1. If not, each half makes up its own.
#
# **The control.** A segmentation can be fairly stable without any groups: the cloud need only be stretched for everyone to cut it in the same place. So we build ten **controls**: clouds **without any group**, in a single mass, but
# with the same means, the same standard deviations and the same links between measures as the real wines. A segmentation that does not clearly beat them teaches nothing.
#
# **The rule**, set before looking. We keep a k if:
#
# 1. its stability is **at least 0.80**;
# 2. it exceeds that of the most stable control **by at least 0.10**.
#
# If several k meet both conditions, we take **the most stable**. If none does, **we do not segment**.
#
# These numbers are reasonable conventions; what matters is to set them **beforehand**. The first cell writes the test in a few lines of code; the second applies it to the wines (a few seconds).

# %% id="stabilite"
def stabilite(mesures, k, fois, hasard):
    """L'accord moyen de deux moitiés qui se découpent chacune en k groupes."""  #@fr
    """The mean agreement of two halves that are each divided into k groups."""  #@en
    accords = []
    for _ in range(fois):
        moities = np.array_split(hasard.permutation(len(mesures)), 2)
        decoupages = [KMeans(k, n_init=3, random_state=int(hasard.integers(10**6))).fit(mesures[m]) for m in moities]
        accords.append(adjusted_rand_score(*[d.predict(mesures) for d in decoupages]))
    return np.mean(accords)

# %% id="examen" hide=true
LES_K = [2, 3, 4, 5, 6]
examens = {}


def examen(nom, mesures):
    """Pour chaque k : la stabilité du fichier et celle du témoin le plus stable. Calculé une fois par fichier."""
    if nom not in examens:
        fois, combien, fois_temoin = (20, 10, 5) if not labkit.grading() else (1, 1, 1)
        hasard = np.random.default_rng(labkit.seed(nom))
        reelle = {k: stabilite(mesures, k, fois, hasard) for k in LES_K}
        temoins = {k: [] for k in LES_K}
        for _ in range(combien):
            nuage = hasard.multivariate_normal(mesures.mean(axis=0), np.cov(mesures.T), len(mesures))
            for k in LES_K:
                temoins[k].append(stabilite(nuage, k, fois_temoin, hasard))
        examens[nom] = reelle, {k: max(valeurs) for k, valeurs in temoins.items()}
    return examens[nom]


reelle, temoin = examen("vins", a_l_echelle(brut))
hasard_brut = np.random.default_rng(labkit.seed("vins-bruts"))
brute = {k: stabilite(brut, k, 20 if not labkit.grading() else 1, hasard_brut) for k in LES_K}
labkit.plots.lines(
    LES_K,
    {
        labkit.tr("vins, mesures à l'échelle", "wines, scaled measures"): [reelle[k] for k in LES_K],
        labkit.tr("témoin le plus stable", "most stable control"): [temoin[k] for k in LES_K],
        labkit.tr("vins, mesures brutes", "wines, raw measures"): [brute[k] for k in LES_K],
    },
    fr="Stabilité selon le nombre de groupes",
    en="Stability by number of groups",
    x=("nombre de groupes k", "number of groups k"),
    y=("stabilité (1 : parfaite)", "stability (1: perfect)"),
    digits=2,
)
lecture = pd.DataFrame([[str(k), nombre(reelle[k]), nombre(temoin[k]), nombre(brute[k])] for k in LES_K])
lecture.columns = labkit.tr("k|stabilité, mesures à l'échelle|témoin le plus stable (mesures à l'échelle)|stabilité, mesures brutes", "k|stability, scaled measures|most stable control (scaled measures)|stability, raw measures").split("|")
labkit.table(lecture, fr="Les vins : stabilité de chaque découpage", en="The wines: stability of each segmentation")

# %% [markdown] id="vins-texte" lang="fr"
# **Un exemple : k = 5, mesures à l'échelle.** La stabilité est d'environ 0,6 : moins de 0,80. On ne retient pas k = 5, même si elle dépasse celle des témoins : il faut **les deux** conditions.
#
# ### À vous : les vins
#
# Appliquez la règle aux mesures **à l'échelle** : donnez k, et sa stabilité (deux décimales). Puis regardez la colonne des mesures **brutes** : pour k = 2, la stabilité dépasse aussi 0,80. Faut-il s'en réjouir ? Revoyez ce découpage dans la
# figure de la partie 2 (les vins, mesures brutes, k = 2).

# %% [markdown] id="vins-texte" lang="en" of="b018d09f"
# **An example: k = 5, scaled measures.** Stability is about 0.6: below 0.80. We do not keep k = 5, even though it exceeds that of the controls: **both** conditions are needed.
#
# ### Your turn: the wines
#
# Apply the rule to the **scaled** measures: give k, and its stability (two decimals). Then look at the column of **raw** measures: for k = 2, stability is above 0.80 too. Should we be pleased? Look again at that segmentation in the
# figure of part 2 (the wines, raw measures, k = 2).

# %% id="vins-k" hide=true
ask.choice(
    "vins-k",
    fr="Le nombre de groupes que retient la règle, mesures à l'échelle",
    en="The number of groups that the rule keeps, scaled measures",
    options={"2": "2", "3": "3", "4": "4", "5": "5", "6": "6", "refus": ("aucun : ne pas segmenter", "none: do not segment")},
)

# %% id="vins-stabilite" hide=true
ask.number(
    "vins-stabilite",
    fr="Sa stabilité",
    en="Its stability",
    low=-1,
    high=1,
)

# %% id="vins-brut" hide=true
ask.choice(
    "vins-brut",
    fr="Sur les mesures brutes, le découpage en 2 groupes est stable. Que dire ?",
    en="On raw measures, the segmentation into 2 groups is stable. What should be said?",
    options={
        "a": ("Il est stable parce qu'une seule mesure décide : il sépare les vins riches en proline des autres, et ignore les douze autres mesures.", "It is stable because a single measure decides: it separates wines rich in proline from the others, and ignores the other twelve measures."),
        "b": ("Il est stable, donc il décrit bien les vins : on peut se passer de la mise à l'échelle.", "It is stable, so it describes the wines well: scaling can be skipped."),
        "c": ("Cette stabilité est une erreur de calcul : on ne peut pas découper des mesures brutes.", "This stability is a computing error: raw measures cannot be divided."),
    },
)

# %% graded="vins"
choisi, lue, avis = ask.answer("vins-k"), ask.answer("vins-stabilite"), ask.answer("vins-brut")
check(choisi).is_answered()
check(lue).is_answered()
check(avis).is_answered()
### BEGIN HIDDEN TESTS
check(choisi).differs_from("refus", fr="La règle est plus accueillante que cela : un des k remplit les deux conditions, dans la colonne des mesures à l'échelle. Parcourez-la ligne par ligne.", en="The rule is more welcoming than that: one k meets both conditions, in the column of scaled measures. Go through it line by line.")
check(choisi).differs_from("6", fr="Plus de groupes serrent toujours la dispersion, mais ce n'est pas la question : lisez la stabilité, et comparez-la à 0,80.", en="More groups always tighten the dispersion, but that is not the question: read the stability, and compare it with 0.80.")
check(choisi).differs_from("2", fr="Pour k = 2, vous avez sans doute lu la colonne des mesures brutes. Lisez celle des mesures à l'échelle.", en="For k = 2 you probably read the column of raw measures. Read the one of scaled measures.")
check(choisi).equals("3", fr="Pour ce k, la stabilité reste sous le seuil fixé d'avance, même si elle dépasse celle des témoins. Cherchez la ligne qui remplit les deux conditions.", en="For this k, stability stays below the threshold set beforehand, even if it exceeds that of the controls. Look for the line that meets both conditions.")
check.that(lue > 0.75, fr="Cette stabilité n'est pas celle du k retenu : ne l'auriez-vous pas lue dans la colonne du témoin, ou sur une autre ligne ?", en="This stability is not that of the k kept: might you have read it in the column of the control, or on another line?")
check.that(lue >= 0.835, fr="Vous avez sans doute lu la colonne des mesures brutes. La règle s'applique aux mesures à l'échelle.", en="You probably read the column of raw measures. The rule applies to scaled measures.")
check(lue).is_between(0.835, 0.915, fr="Relisez la stabilité sur la ligne du k retenu, colonne des mesures à l'échelle, avec deux décimales.", en="Read the stability again on the line of the k kept, column of scaled measures, with two decimals.")
check(avis).differs_from("b", fr="Stable ne veut pas dire utile : deux personnes qui trient les vins par une seule mesure tombent toujours d'accord. Quelle mesure dessinait les bandes de la figure ?", en="Stable does not mean useful: two people who sort wines by a single measure always agree. Which measure drew the bands in the figure?")
check(avis).equals("a", fr="Le calcul est juste, et la méthode accepte tout, même des mesures brutes. Demandez-vous plutôt ce qui rend ce découpage si facile à retrouver.", en="The computation is right, and the method accepts anything, even raw measures. Ask rather what makes this segmentation so easy to find again.")
### END HIDDEN TESTS

# %% [markdown] id="verite-texte" lang="fr"
# **Confrontez.** Pour une fois, la vérité est connue : ces vins viennent de trois **cépages**, que la méthode n'a jamais vus. Exécutez la cellule.

# %% [markdown] id="verite-texte" lang="en" of="92bded17"
# **Compare.** For once the truth is known: these wines come from three **grape varieties**, which the method has never seen. Run the cell.

# %% id="verite" hide=true
for mesures, titre_fr, titre_en in [(a_l_echelle(brut), "Trois groupes, mesures à l'échelle", "Three groups, scaled measures"), (brut, "Trois groupes, mesures brutes", "Three groups, raw measures")]:
    groupes_vins = KMeans(n_clusters=3, n_init=10, random_state=0).fit_predict(mesures)
    croise = pd.crosstab(groupes_vins, vins.target).to_numpy()
    croise = pd.DataFrame(croise[np.argsort(croise.argmax(axis=1), kind="stable")])
    croise.columns = [labkit.tr(f"cépage {c}", f"variety {c}") for c in (1, 2, 3)]
    croise.insert(0, labkit.tr("groupe", "group"), ["1", "2", "3"])
    accord_verite = nombre(adjusted_rand_score(vins.target, groupes_vins))
    labkit.table(croise, fr=f"{titre_fr} : nombre de vins de chaque cépage (accord avec les cépages : {accord_verite})", en=f"{titre_en}: number of wines of each variety (agreement with varieties: {accord_verite})")

# %% [markdown] id="verite-lecon" lang="fr"
# À l'échelle, les groupes retrouvent presque exactement les cépages (accord proche de 0,9) ; bruts, ils mélangent tout (moins de 0,4), alors qu'ils étaient stables. **La stabilité est nécessaire, elle ne suffit pas** : elle dit que l'on retrouve le même
# découpage, pas qu'il répond à votre question. Et d'ordinaire, la vérité n'est pas au bout du lab : personne ne viendra vous dire si vos segments de clients « existent ».

# %% [markdown] id="verite-lecon" lang="en" of="79be7692"
# Scaled, the groups find the varieties almost exactly (agreement close to 0.9); raw, they mix everything up (below 0.4), although they were stable. **Stability is necessary, it is not sufficient**: it says that the same
# segmentation is found again, not that it answers your question. And usually the truth does not wait at the end of the lab: nobody will come and tell you whether your customer segments "exist".

# %% [markdown] id="partie-5" lang="fr"
# ## 5. Segmenter, ou refuser
#
# Passons aux personnes. Un réseau de **médiathèques** (inventé) vous confie quatre fichiers, un par secteur, chacun de **400 usagères et usagers**, avec cinq habitudes :
#
# - *visites* : visites par an ;
# - *durée* : durée moyenne d'une visite, en minutes ;
# - *soir* : part des visites après 18 heures, en % ;
# - *numérique* : prêts numériques par an ;
# - *ateliers* : heures d'ateliers par an.
#
# La direction a déjà réservé la salle : « Présentez-nous les quatre profils de chaque secteur. » Nous avons fabriqué ces fichiers, donc nous savons ce qu'ils contiennent : **certains n'ont aucun groupe**.
#
# ### À vous : quatre fichiers
#
# Choisissez tour à tour chaque secteur (les calculs prennent quelques secondes), appliquez **la même règle** qu'aux vins, et concluez : un nombre de groupes, ou *ne pas segmenter*.
#
# Rappel : stabilité d'au moins **0,80**, **et** au moins **0,10** de plus que le témoin le plus stable ; parmi les k qui passent, le plus stable.

# %% [markdown] id="partie-5" lang="en" of="56845ba8"
# ## 5. Segmenting, or refusing
#
# Let us turn to people. A network of **media libraries** (invented) entrusts you with four files, one for each area, each of **400 users**, with five habits:
#
# - *visits*: visits a year;
# - *length*: mean length of a visit, in minutes;
# - *evening*: share of visits after 6 pm, in %;
# - *digital*: digital loans a year;
# - *workshops*: hours of workshops a year.
#
# Management has already booked the room: "Present the four profiles of each area to us." We made these files, so we know what they hold: **some have no group at all**.
#
# ### Your turn: four files
#
# Choose each area in turn (computing takes a few seconds), apply **the same rule** as for the wines, and conclude: a number of groups, or *do not segment*.
#
# Reminder: a stability of at least **0.80**, **and** at least **0.10** more than the most stable control; of the k that pass, the most stable.

# %% id="fichiers-examen" hide=true
HABITUDES = ["visites", "duree", "soir", "numerique", "ateliers"]
secteurs = {"nord": ("Nord", "North"), "sud": ("Sud", "South"), "est": ("Est", "East"), "ouest": ("Ouest", "West")}


def montrer_examen(secteur):
    mesures = a_l_echelle(pd.read_csv(f"data/{secteur}.csv")[HABITUDES])
    du_secteur, du_temoin = examen(secteur, mesures)
    labkit.plots.lines(
        LES_K,
        {labkit.tr("fichier", "file"): [du_secteur[k] for k in LES_K], labkit.tr("témoin le plus stable", "most stable control"): [du_temoin[k] for k in LES_K]},
        fr=f"Secteur {secteurs[secteur][0]} : stabilité selon le nombre de groupes",
        en=f"Area {secteurs[secteur][1]}: stability by number of groups",
        x=("nombre de groupes k", "number of groups k"),
        y=("stabilité (1 : parfaite)", "stability (1: perfect)"),
        digits=2,
    )
    tableau = pd.DataFrame([[str(k), nombre(du_secteur[k]), nombre(du_temoin[k]), nombre(du_secteur[k] - du_temoin[k])] for k in LES_K])
    tableau.columns = labkit.tr("k|stabilité|témoin le plus stable|écart", "k|stability|most stable control|difference").split("|")
    labkit.table(tableau, fr=f"Secteur {secteurs[secteur][0]}", en=f"Area {secteurs[secteur][1]}")


labkit.explore(montrer_examen, secteur=labkit.dropdown(fr="Secteur", en="Area", options=secteurs))

# %% id="fichiers" hide=true
ask.annotate(
    "fichiers",
    fr="Votre conclusion pour chaque secteur",
    en="Your conclusion for each area",
    items={cle: (f"Secteur {noms[0]}", f"Area {noms[1]}") for cle, noms in secteurs.items()},
    labels={
        "refus": ("ne pas segmenter", "do not segment"),
        "2": ("2 groupes", "2 groups"),
        "3": ("3 groupes", "3 groups"),
        "4": ("4 groupes", "4 groups"),
        "5": ("5 groupes", "5 groups"),
        "6": ("6 groupes", "6 groups"),
    },
)

# %% graded="fichiers"
conclusions = ask.answer("fichiers")
check(conclusions).is_answered()
check(conclusions).has_keys(["nord", "sud", "est", "ouest"], fr="Il reste un secteur sans conclusion.", en="One area still has no conclusion.")
### BEGIN HIDDEN TESTS
check(conclusions["sud"]).equals("refus", fr="Secteur Sud : ce découpage présenterait du bruit comme des profils. Comparez la stabilité de chaque k à 0,80 : la direction veut des profils, mais le fichier, qu'en dit-il ?", en="Area South: this segmentation would present noise as profiles. Compare the stability of each k with 0.80: management wants profiles, but what does the file say?")
check(conclusions["est"]).equals("refus", fr="Secteur Est : la stabilité paraît bonne, mais regardez la seconde condition. Un nuage sans aucun groupe, aussi allongé que celui-ci, se découpe-t-il moins bien ?", en="Area East: stability looks good, but look at the second condition. Does a cloud without any group, as stretched as this one, divide any less well?")
check.that(conclusions["nord"] != "refus" and conclusions["ouest"] != "refus", fr="Refuser partout n'est pas de la prudence : dans l'un des secteurs que vous refusez, un k remplit nettement les deux conditions. Reprenez les tableaux.", en="Refusing everywhere is not caution: in one of the areas that you refuse, a k clearly meets both conditions. Go back to the tables.")
check(conclusions["nord"]).equals("3", fr="Secteur Nord : plusieurs k approchent ou remplissent les conditions. Lequel est le plus stable ?", en="Area North: several k come close to the conditions or meet them. Which is the most stable?")
check(conclusions["ouest"]).equals("4", fr="Secteur Ouest : plusieurs k approchent ou remplissent les conditions. Lequel est le plus stable ?", en="Area West: several k come close to the conditions or meet them. Which is the most stable?")
### END HIDDEN TESTS

# %% [markdown] id="fichiers-lecon" lang="fr"
# **Ce que l'on voit.** Dans l'un des secteurs, le nuage est d'une seule masse, mais **allongé** : des habitudes vont ensemble, les gens se répartissent le long d'une ligne, sans interruption. Tout le monde coupe cette ligne à peu près au même endroit, d'où une stabilité flatteuse ; mais
# de part et d'autre de la coupure, les voisins se ressemblent. Parler là de « deux profils » inventerait une frontière. Mieux vaut donner la ligne : *plus on vient souvent, plus…*
#
# **Refuser est un résultat**, et il se présente : « nous avons cherché, avec cette règle, et ce fichier ne contient pas de groupes que l'on retrouverait l'an prochain ».

# %% [markdown] id="fichiers-lecon" lang="en" of="d6e7c6a0"
# **What we see.** In one of the areas the cloud is in a single mass, but **stretched**: some habits go together, and people spread along a line, without a break. Everyone cuts that line in about the same place, hence a flattering stability; but
# on both sides of the cut, neighbours are alike. To speak of "two profiles" there would be inventing a border. Better to give the line: *the more often people come, the more…*
#
# **Refusing is a result**, and it can be presented: "we looked, with this rule, and this file holds no groups that we would find again next year".

# %% [markdown] id="partie-6" lang="fr"
# ## 6. Nommer sans étiqueter
#
# Restons au secteur **Nord**, où trois groupes résistent. Voici leur **profil** : d'abord la moyenne de chaque habitude, puis l'écart à la moyenne de tout le secteur, compté en écarts types. **Un exemple** : pour le segment C et les prêts numériques, +1,2 veut dire
# « nettement plus que la moyenne du secteur » ; entre −0,5 et +0,5, le segment ne se distingue guère.

# %% [markdown] id="partie-6" lang="en" of="50e1e667"
# ## 6. Naming without labelling
#
# Let us stay with area **North**, where three groups hold. Here is their **profile**: first the mean of each habit, then the difference from the mean of the whole area, counted in standard deviations. **An example**: for segment C and digital loans, +1.2 means
# "clearly more than the mean of the area"; between −0.5 and +0.5 the segment hardly stands out.

# %% id="segments-nord" hide=true examiner=true
nord = pd.read_csv("data/nord.csv")
habitudes_nord = nord[["visites", "duree", "soir", "numerique", "ateliers"]]
nord_z = (habitudes_nord - habitudes_nord.mean()) / habitudes_nord.std(ddof=0)
trouve = KMeans(n_clusters=3, n_init=10, random_state=0).fit_predict(nord_z.to_numpy())
# A, B et C : du segment qui vient le plus souvent à celui qui vient le moins  #@fr
# A, B and C: from the segment that comes most often to the one that comes least  #@en
rangs = np.argsort(np.argsort([-nord["visites"].to_numpy()[trouve == g].mean() for g in range(3)]))
nord["segment"] = np.array(["A", "B", "C"])[rangs[trouve]]
profil = {s: {h: float(nord_z[h][nord["segment"] == s].mean()) for h in nord_z.columns} for s in ["A", "B", "C"]}

# %% id="profils" hide=true
intitules = {
    "visites": labkit.tr("visites par an", "visits a year"),
    "duree": labkit.tr("durée (min)", "length (min)"),
    "soir": labkit.tr("soir (%)", "evening (%)"),
    "numerique": labkit.tr("prêts numériques par an", "digital loans a year"),
    "ateliers": labkit.tr("ateliers (h par an)", "workshops (h a year)"),
}
segment_mot = labkit.tr("segment", "segment")
effectif_mot = labkit.tr("personnes", "people")
moyennes = pd.DataFrame(
    [[s, int((nord["segment"] == s).sum())] + [nombre(nord.loc[nord["segment"] == s, h].mean(), 1) for h in HABITUDES] for s in "ABC"]
    + [[labkit.tr("tout le secteur", "whole area"), len(nord)] + [nombre(nord[h].mean(), 1) for h in HABITUDES]],
    columns=[segment_mot, effectif_mot] + [intitules[h] for h in HABITUDES],
)
labkit.table(moyennes, fr="Secteur Nord : moyenne de chaque habitude", en="Area North: mean of each habit")


def signe(valeur):
    valeur = round(valeur, 1) + 0.0  # jamais « −0,0 »  #@fr
    valeur = round(valeur, 1) + 0.0  # never "−0.0"  #@en
    return ("+" if valeur > 0 else "") + nombre(valeur, 1)


ecarts_types = pd.DataFrame([[s] + [signe(profil[s][h]) for h in HABITUDES] for s in "ABC"], columns=[segment_mot] + [intitules[h].split(" (")[0] for h in HABITUDES])
labkit.table(ecarts_types, fr="Écart à la moyenne du secteur, en écarts types", en="Difference from the mean of the area, in standard deviations")

# %% [markdown] id="noms-texte" lang="fr"
# ### À vous : trois noms
#
# Choisissez un nom pour chaque segment. Un bon nom :
#
# - ne dit **que ce qui est mesuré**, et que le tableau confirme, mot par mot ;
# - décrit des **habitudes**, pas des personnes : ni âge, ni métier, ni caractère, puisqu'aucun n'est dans le fichier ;
# - pourrait être lu par quelqu'un du segment sans qu'il s'en trouve jugé.

# %% [markdown] id="noms-texte" lang="en" of="c3794ccd"
# ### Your turn: three names
#
# Choose a name for each segment. A good name:
#
# - says **only what is measured**, and what the table confirms, word by word;
# - describes **habits**, not people: no age, no occupation, no character, since none is in the file;
# - could be read by someone of the segment without their feeling judged.

# %% id="noms" hide=true
noms_possibles = {
    "actifs": ("Jeunes actifs pressés", "Young professionals in a hurry"),
    "numeriques": ("Visites rares, beaucoup de prêts numériques", "Rare visits, many digital loans"),
    "retraites": ("Retraités qui ont le temps", "Pensioners with time to spare"),
    "longues": ("Longues visites, surtout en journée", "Long visits, mostly in the daytime"),
    "peu": ("Usagers peu attachés à la médiathèque", "Users with little attachment to the library"),
    "frequentes": ("Visites fréquentes et courtes, plus souvent le soir", "Frequent, short visits, more often in the evening"),
    "ateliers": ("Visites fréquentes, beaucoup d'ateliers", "Frequent visits, many workshops"),
}
ask.annotate(
    "noms",
    fr="Le nom de chaque segment du secteur Nord",
    en="The name of each segment of area North",
    items={s: (f"Segment {s}", f"Segment {s}") for s in "ABC"},
    labels=noms_possibles,
)

# %% graded="noms"
noms = ask.answer("noms")
check(noms).is_answered()
check(noms).has_keys(["A", "B", "C"], fr="Il reste un segment sans nom.", en="One segment still has no name.")
### BEGIN HIDDEN TESTS
dits = {
    "frequentes": {"visites": 1, "duree": -1, "soir": 1},
    "longues": {"duree": 1, "soir": -1},
    "numeriques": {"visites": -1, "numerique": 1},
    "ateliers": {"visites": 1, "ateliers": 1},
}
for s in ["A", "B", "C"]:
    check.that(
        noms[s] != "actifs" and noms[s] != "retraites",
        fr=f"Segment {s} : ce nom parle d'âge et de métier, qu'aucune colonne du fichier ne mesure. Il suppose ce que vous croyez savoir des personnes. Tenez-vous-en à leurs habitudes.",
        en=f"Segment {s}: this name speaks of age and occupation, which no column of the file measures. It assumes what you believe about people. Keep to their habits.",
    )
    check.that(
        noms[s] != "peu",
        fr=f"Segment {s} : ce nom juge des personnes. Venir rarement n'est pas tenir peu au lieu : regardez ce qu'elles font davantage que les autres.",
        en=f"Segment {s}: this name judges people. Coming rarely is not caring little: look at what they do more than others.",
    )
    for habitude in dits[noms[s]]:
        check.that(
            profil[s][habitude] * dits[noms[s]][habitude] >= 0.5,
            fr=f"Segment {s} : un mot de ce nom n'est pas confirmé par le tableau. Prenez chaque mot, cherchez sa colonne, lisez le signe et la taille de l'écart.",
            en=f"Segment {s}: one word of this name is not confirmed by the table. Take each word, find its column, read the sign and the size of the difference.",
        )
### END HIDDEN TESTS

# %% [markdown] id="portrait-texte" lang="fr"
# ### Un segment n'est pas un portrait
#
# Le segment B participe davantage aux ateliers **en moyenne** : 23 heures par an, contre 20 dans tout le secteur. Que sait-on d'**une personne** de B ? Exécutez la cellule.

# %% [markdown] id="portrait-texte" lang="en" of="3bab3f5d"
# ### A segment is not a portrait
#
# Segment B takes part in workshops more **on average**: 23 hours a year, against 20 in the whole area. What do we know about **one person** of B? Run the cell.

# %% id="portrait-comptes" hide=true
def compter_au_dessus(habitude):
    lignes = []
    for s in "ABC":
        du_segment = nord.loc[nord["segment"] == s, habitude]
        plus = int((du_segment > nord[habitude].mean()).sum())
        lignes.append([s, plus, len(du_segment) - plus, len(du_segment)])
    lignes.append([labkit.tr("tout le secteur", "whole area")] + [sum(ligne[i] for ligne in lignes) for i in (1, 2, 3)])
    return pd.DataFrame(lignes, columns=labkit.tr("segment|plus que la moyenne|moins que la moyenne|total", "segment|more than the mean|less than the mean|total").split("|"))


labkit.table(compter_au_dessus("visites"), fr="Visites : nombre de personnes au-dessus et au-dessous de la moyenne du secteur", en="Visits: number of people above and below the mean of the area")
labkit.table(compter_au_dessus("ateliers"), fr="Ateliers : nombre de personnes au-dessus et au-dessous de la moyenne du secteur", en="Workshops: number of people above and below the mean of the area")

# %% [markdown] id="portrait-exemple" lang="fr"
# **L'exemple : les visites et le segment A.** Deux questions différentes, deux totaux différents.
#
# - *Parmi les personnes de A, combien viennent moins que la moyenne ?* 8 ÷ 147 = **5,4 %**.
# - *Parmi toutes les personnes qui viennent plus que la moyenne, combien ne sont pas dans A ?* Elles sont 211, dont 139 dans A : (211 − 139) ÷ 211 = **34,1 %**.
#
# ### À vous : les ateliers et le segment B
#
# Répondez aux deux mêmes questions, **en pour cent, avec une décimale**, puis choisissez la phrase que vous écririez.

# %% [markdown] id="portrait-exemple" lang="en" of="d4082707"
# **The example: visits and segment A.** Two different questions, two different totals.
#
# - *Of the people in A, how many come less than the mean?* 8 ÷ 147 = **5.4%**.
# - *Of all people who come more than the mean, how many are not in A?* There are 211 of them, 139 of whom in A: (211 − 139) ÷ 211 = **34.1%**.
#
# ### Your turn: workshops and segment B
#
# Answer the same two questions, **in per cent, with one decimal**, then choose the sentence that you would write.

# %% id="portrait-dedans" hide=true
ask.number(
    "portrait-dedans",
    fr="Parmi les personnes du segment B, part de celles qui participent moins que la moyenne aux ateliers",
    en="Of the people in segment B, share of those who take part in workshops less than the mean",
    low=0,
    high=100,
    unit="%",
)

# %% id="portrait-dehors" hide=true
ask.number(
    "portrait-dehors",
    fr="Parmi toutes les personnes qui participent plus que la moyenne, part de celles qui ne sont pas dans B",
    en="Of all people who take part more than the mean, share of those who are not in B",
    low=0,
    high=100,
    unit="%",
)

# %% id="portrait-phrase" hide=true
ask.choice(
    "portrait-phrase",
    fr="La phrase que j'écrirais dans une note",
    en="The sentence that I would write in a note",
    options={
        "a": ("Les personnes du segment B sont celles qui aiment les ateliers : adressons-leur toutes les invitations.", "People in segment B are those who like workshops: let us send them all the invitations."),
        "b": ("Les ateliers font rester plus longtemps, puisque le segment B a les visites les plus longues.", "Workshops make people stay longer, since segment B has the longest visits."),
        "c": ("En moyenne, le segment B participe davantage aux ateliers ; mais près de la moitié des personnes assidues sont ailleurs : annonçons les ateliers à tout le monde.", "On average, segment B takes part in workshops more; but nearly half of the keen people are elsewhere: let us announce workshops to everyone."),
    },
)

# %% graded="portrait"
dedans, dehors, phrase = ask.answer("portrait-dedans"), ask.answer("portrait-dehors"), ask.answer("portrait-phrase")
check(dedans).is_answered()
check(dehors).is_answered()
check(phrase).is_answered()
check.that(
    dedans >= 1 and dehors >= 1,
    fr="Vous avez sans doute donné un nombre entre 0 et 1. Multipliez-le par 100 pour l'exprimer en pour cent.",
    en="You probably gave a number between 0 and 1. Multiply it by 100 to state it in per cent.",
)
### BEGIN HIDDEN TESTS
en_b = nord["segment"] == "B"
plus = nord["ateliers"] > nord["ateliers"].mean()
vrai_dedans = float(100 * (en_b & ~plus).sum() / en_b.sum())
vrai_dehors = float(100 * (plus & ~en_b).sum() / plus.sum())
check.that(abs(dedans - (100 - vrai_dedans)) > 1, fr="Pour la première question, c'est la part des personnes de B qui participent plus que la moyenne. On demande les autres.", en="For the first question, this is the share of people of B who take part more than the mean. We ask for the others.")
check.that(abs(dedans - 100 * (en_b & ~plus).sum() / (~plus).sum()) > 1, fr="Pour la première question, vous avez divisé par toutes les personnes au-dessous de la moyenne. Le mot après « parmi » donne le total : les personnes de B.", en="For the first question, you divided by all people below the mean. The word after 'of' gives the total: the people of B.")
check(dedans).is_close_to(vrai_dedans, within=0.6, fr="Première question : sur la ligne de B, divisez « moins que la moyenne » par le total de la ligne. Vérifiez que vous lisez le tableau des ateliers.", en="First question: on the line of B, divide 'less than the mean' by the total of the line. Check that you are reading the table of workshops.")
check.that(abs(dehors - (100 - vrai_dehors)) > 1, fr="Pour la seconde question, c'est la part des personnes assidues qui sont dans B. On demande celles qui n'y sont pas.", en="For the second question, this is the share of keen people who are in B. We ask for those who are not.")
check(dehors).is_close_to(vrai_dehors, within=0.6, fr="Seconde question : le total est celui de la colonne « plus que la moyenne », tous segments réunis ; on compte dedans les personnes de A et de C.", en="Second question: the total is that of the column 'more than the mean', all segments together; within it, count the people of A and C.")
check(phrase).differs_from("a", fr="Cette phrase prend une moyenne pour une personne, et oublierait des gens assidus. Regardez votre second nombre : combien d'entre eux n'auraient pas d'invitation ?", en="This sentence takes an average for a person, and would forget keen people. Look at your second number: how many of them would get no invitation?")
check(phrase).differs_from("b", fr="Deux habitudes qui vont ensemble n'en font pas une cause : les données ne disent pas ce qui se passerait si l'on ajoutait des ateliers.", en="Two habits that go together do not make a cause: the data do not say what would happen if workshops were added.")
### END HIDDEN TESTS

# %% [markdown] id="partie-7" lang="fr"
# ## 7. Publier sans désigner personne
#
# Le réseau veut publier, pour le secteur Nord, le nombre de personnes de chaque segment dans chacune de ses quatre **communes**. Il n'y a pas de noms : est-ce sans risque ?
#
# Dans une petite commune, une case peut ne contenir qu'**une** personne. Qui connaît une habitante de Hautbois qui vient souvent en soirée la reconnaît, et apprend le reste du profil de son segment. Ranger une personne dans un segment pour décrire ou prévoir son comportement, c'est un
# **profilage** (article 4 du RGPD), donc un traitement de données personnelles : il faut l'annoncer et le justifier, et les personnes peuvent, selon les cas, s'y opposer (article 21).
#
# Le réseau a fixé sa règle : **aucune case publiée, ou que l'on peut déduire, ne compte moins de 10 personnes**. (Aucun nombre ne garantit l'anonymat ; celui-ci est un choix, à discuter avec la personne déléguée à la protection des données.)
#
# **Une première idée : masquer les petites cases.** Voici ce que donnerait le tableau. Exécutez la cellule, **prévoyez**, puis calculez.

# %% [markdown] id="partie-7" lang="en" of="cfc9c5cb"
# ## 7. Publishing without singling anyone out
#
# The network wants to publish, for area North, the number of people of each segment in each of its four **municipalities**. There are no names: is it without risk?
#
# In a small municipality a cell may hold just **one** person. Whoever knows a woman of Hautbois who often comes in the evening recognises her, and learns the rest of the profile of her segment. Putting a person into a segment to describe or predict their behaviour is
# **profiling** (article 4 of the GDPR), hence processing of personal data: it must be announced and justified, and people may, depending on the case, object to it (article 21).
#
# The network has set its rule: **no cell that is published, or that can be deduced, counts fewer than 10 people**. (No number guarantees anonymity; this one is a choice, to be discussed with the data protection officer.)
#
# **A first idea: hide the small cells.** Here is what the table would look like. Run the cell, **predict**, then work it out.

# %% id="diffusion" hide=true examiner=true
regroupements = {
    "tout": [["Valmont"], ["Rivière"], ["Les Prés"], ["Hautbois"]],
    "masque": [["Valmont"], ["Rivière"], ["Les Prés"], ["Hautbois"]],
    "pr": [["Valmont"], ["Rivière", "Les Prés"], ["Hautbois"]],
    "hp": [["Valmont"], ["Rivière"], ["Les Prés", "Hautbois"]],
    "hpr": [["Valmont"], ["Rivière", "Les Prés", "Hautbois"]],
    "segments": [["Valmont", "Rivière", "Les Prés", "Hautbois"]],
}


def cases(choix):
    """Les nombres de personnes que l'on peut lire ou déduire : une ligne par segment, une colonne par regroupement."""  #@fr
    """The numbers of people that can be read or deduced: a line a segment, a column a grouping."""  #@en
    return [[int(((nord["segment"] == s) & nord["commune"].isin(ensemble)).sum()) for ensemble in regroupements[choix]] for s in ["A", "B", "C"]]

# %% id="masque" hide=true
def tableau_publie(choix):
    """Le tableau tel qu'il paraîtrait, avec ses totaux ; un petit nombre n'y est pas montré."""
    valeurs = cases(choix)
    titres = [" + ".join(ensemble) if len(ensemble) < 4 else labkit.tr("les quatre communes", "all four municipalities") for ensemble in regroupements[choix]]
    if len(titres) > 1:
        titres.append("total")
        valeurs = [ligne + [sum(ligne)] for ligne in valeurs]
    valeurs.append([sum(colonne) for colonne in zip(*valeurs)])
    petite = labkit.tr("masqué", "hidden") if choix == "masque" else labkit.tr("moins de 10", "fewer than 10")
    lignes = [[s] + [petite if v < 10 else str(v) for v in ligne] for s, ligne in zip(["A", "B", "C", "total"], valeurs)]
    return pd.DataFrame(lignes, columns=[segment_mot] + titres)


labkit.table(tableau_publie("masque"), fr="Projet de publication : secteur Nord, cases de moins de 10 personnes masquées", en="Draft publication: area North, cells of fewer than 10 people hidden")

# %% id="prevision-cellule" hide=true
ask.choice(
    "prevision-cellule",
    fr="Ma prévision (non notée) : ce tableau protège-t-il les personnes de Hautbois ?",
    en="My prediction (not graded): does this table protect the people of Hautbois?",
    options={"a": ("oui, les nombres sont masqués", "yes, the numbers are hidden"), "b": ("non, on peut les retrouver", "no, they can be recovered"), "c": ("je ne sais pas encore", "I do not know yet")},
)

# %% [markdown] id="diffuser-texte" lang="fr"
# **Un exemple.** Dans un autre tableau, le total d'une ligne est 60 et les cases visibles sont 25, 20 et 12. La case masquée vaut 60 − 25 − 20 − 12 = **3**. Masquer ne suffit pas quand les totaux restent.
#
# ### À vous : déduire, puis choisir
#
# 1. Retrouvez le nombre masqué du **segment A à Hautbois**.
# 2. Essayez les façons de publier dans la liste ci-dessous, et retenez **la plus détaillée** (le plus de cases) parmi celles qui respectent la règle des 10 personnes. Dans ces essais, un nombre qui serait publié mais ne respecte pas la règle est écrit « moins de 10 ».

# %% [markdown] id="diffuser-texte" lang="en" of="4dfa33d0"
# **An example.** In another table, the total of a line is 60 and the visible cells are 25, 20 and 12. The hidden cell is 60 − 25 − 20 − 12 = **3**. Hiding is not enough when the totals remain.
#
# ### Your turn: deduce, then choose
#
# 1. Recover the hidden number of **segment A in Hautbois**.
# 2. Try the ways of publishing in the list below, and keep **the most detailed** one (the most cells) of those that obey the rule of 10 people. In these trials, a number that would be published but breaks the rule is written "fewer than 10".

# %% id="diffuser-essais" hide=true
facons = {
    "tout": ("tout publier, commune par commune", "publish everything, municipality by municipality"),
    "masque": ("masquer les petites cases, garder les totaux", "hide small cells, keep totals"),
    "pr": ("réunir Rivière et Les Prés", "merge Rivière and Les Prés"),
    "hp": ("réunir Les Prés et Hautbois", "merge Les Prés and Hautbois"),
    "hpr": ("réunir Rivière, Les Prés et Hautbois", "merge Rivière, Les Prés and Hautbois"),
    "segments": ("ne publier que les segments, sans commune", "publish segments only, without municipality"),
}


def essayer(choix):
    labkit.table(tableau_publie(choix), fr=f"Ce qui paraîtrait : {facons[choix][0]}", en=f"What would be published: {facons[choix][1]}")
    valeurs = cases(choix)
    print(labkit.tr(f"Nombre de cases, sans les totaux : {sum(len(ligne) for ligne in valeurs)}.", f"Number of cells, without totals: {sum(len(ligne) for ligne in valeurs)}."))


labkit.explore(essayer, choix=labkit.dropdown(fr="Façon de publier", en="Way of publishing", options=facons))

# %% id="diffuser-deduit" hide=true
ask.number(
    "diffuser-deduit",
    fr="Nombre de personnes du segment A à Hautbois, déduit du tableau masqué",
    en="Number of people of segment A in Hautbois, deduced from the hidden table",
    low=0,
    high=400,
)

# %% id="diffuser-choix" hide=true
ask.choice(
    "diffuser-choix",
    fr="La façon de publier que je retiens",
    en="The way of publishing that I choose",
    options=facons,
)

# %% graded="diffuser"
deduit, publie = ask.answer("diffuser-deduit"), ask.answer("diffuser-choix")
check(deduit).is_answered()
check(publie).is_answered()
### BEGIN HIDDEN TESTS
cible = int(((nord["segment"] == "A") & (nord["commune"] == "Hautbois")).sum())
autre = int(((nord["segment"] == "B") & (nord["commune"] == "Hautbois")).sum())
check.that(deduit != autre or autre == cible, fr="C'est le nombre du segment B. Reprenez le calcul sur la ligne du segment A.", en="This is the number of segment B. Do the sum again on the line of segment A.")
check.that(deduit != cible + autre, fr="C'est le nombre des deux cases masquées réunies, déduit de la colonne. Partez plutôt de la ligne du segment A : elle n'a qu'une case masquée.", en="This is the number of both hidden cells together, deduced from the column. Start from the line of segment A instead: it has a single hidden cell.")
check(deduit).equals(cible, fr="Partez du total de la ligne du segment A, et retirez-en les trois cases visibles, comme dans l'exemple.", en="Start from the total of the line of segment A, and take away its three visible cells, as in the example.")
trouvees = cases(publie)
plus_petite = min(min(ligne) for ligne in trouvees)
detail = sum(len(ligne) for ligne in trouvees)
possibles = []
for facon in ["tout", "masque", "pr", "hp", "hpr", "segments"]:
    lignes_facon = cases(facon)
    if min(min(ligne) for ligne in lignes_facon) >= 10:
        possibles.append(sum(len(ligne) for ligne in lignes_facon))
check(publie).differs_from("masque", fr="Vous venez de retrouver vous-même un nombre masqué : ce tableau paraît prudent, mais il publie tout.", en="You have just recovered a hidden number yourself: this table looks careful, but it publishes everything.")
check.that(plus_petite >= 10, fr="Une case de ce tableau compte encore moins de 10 personnes. Parcourez la colonne de Hautbois : avec quelle commune la réunir ?", en="One cell of this table still counts fewer than 10 people. Go through the column of Hautbois: which municipality should it be merged with?")
check.that(detail >= max(possibles), fr="La règle est respectée, mais vous perdez plus d'information qu'il ne faut : une autre façon de publier garde davantage de cases, toutes d'au moins 10 personnes.", en="The rule is obeyed, but you lose more information than needed: another way of publishing keeps more cells, all of at least 10 people.")
### END HIDDEN TESTS

# %% [markdown] id="diffuser-lecon" lang="fr"
# **Ce que l'on voit.** Un tableau sans noms peut désigner quelqu'un, et un nombre masqué peut se déduire. Ici, **réunir** les bonnes communes protège en perdant peu. Trois réflexes :
#
# - regarder la **plus petite case**, pas la moyenne ;
# - chercher ce qui se **déduit** : les totaux, l'édition de l'an dernier, un autre tableau ;
# - se méfier aussi des cases pleines : si **tous** les habitants d'une commune étaient dans le même segment, le nombre serait grand, et chacun serait découvert.

# %% [markdown] id="diffuser-lecon" lang="en" of="0737a70a"
# **What we see.** A table without names may single someone out, and a hidden number may be deduced. Here, **merging** the right municipalities protects at little loss. Three reflexes:
#
# - look at the **smallest cell**, not at the average;
# - look for what can be **deduced**: totals, last year's edition, another table;
# - beware of full cells too: if **all** inhabitants of a municipality were in the same segment, the number would be large, and everyone would be exposed.

# %% [markdown] id="partie-8" lang="fr"
# ## 8. Décider
#
# La direction attend votre recommandation : quels secteurs segmenter, et pour quoi faire ? Toutes les positions se défendent ; c'est la **justification** qui est évaluée par votre formatrice ou votre formateur. En trois ou quatre phrases :
#
# - les secteurs que vous segmentez, et **ceux où vous renoncez**, avec **un chiffre** de ce lab qui l'appuie ;
# - **un usage** que vous acceptez pour ces segments, et **un usage que vous écartez** ;
# - **une garantie** : ce qui est publié, qui contrôle, quand on refait la mesure.

# %% [markdown] id="partie-8" lang="en" of="e3604c40"
# ## 8. Deciding
#
# Management awaits your recommendation: which areas should be segmented, and what for? Every position can be defended; what your trainer assesses is the **reasoning**. In three or four sentences:
#
# - the areas that you segment and **those where you refuse**, with **one figure** from this lab that supports it;
# - **one use** of these segments that you accept, and **one that you rule out**;
# - **one safeguard**: what is published, who checks, when the measurement is done again.

# %% id="decision-reponse" hide=true
ask.text(
    "decision",
    fr="Ma recommandation à la direction",
    en="My recommendation to management",
    rows=6,
    words=(40, 130),
)

# %% [markdown] graded="decision" lang="fr"
# *Cette réponse sera lue et notée par votre formatrice ou votre formateur (3 points : un choix clair appuyé sur un chiffre juste, un usage accepté et un usage écarté, une garantie vérifiable).*

# %% [markdown] graded="decision" lang="en" of="695c025a"
# *This answer will be read and graded by your trainer (3 points: a clear choice supported by a right figure, one use accepted and one ruled out, a safeguard that can be checked).*

# %% [markdown] id="fiche-texte" lang="fr"
# ### Votre note de segmentation
#
# Exécutez la cellule : elle rassemble vos réponses en une page que vous gardez. Vous pouvez l'exécuter de nouveau après avoir corrigé une réponse.

# %% [markdown] id="fiche-texte" lang="en" of="878f7348"
# ### Your segmentation note
#
# Run the cell: it gathers your answers on one page that you keep. You can run it again after correcting an answer.

# %% id="fiche" hide=true
tr = labkit.tr
vide = tr("à compléter", "to be completed")


def dit(cle, unite="", decimales=1):
    valeur = ask.answer(cle)
    return vide if valeur is None else nombre(float(valeur), decimales) + unite


def conclu(cle):
    choix = (ask.answer("fichiers") or {}).get(cle)
    if choix is None:
        return vide
    return tr("pas de segmentation : aucun découpage ne remplit la règle", "no segmentation: no division meets the rule") if choix == "refus" else tr(f"{choix} groupes", f"{choix} groups")


def decrit(s):
    """Le nom choisi, l'effectif et les habitudes qui distinguent le segment."""
    choix = (ask.answer("noms") or {}).get(s)
    traits = ", ".join(f"{intitules[h].split(' (')[0]} {signe(profil[s][h])}" for h in HABITUDES if abs(profil[s][h]) >= 0.5)
    return f"{tr(*noms_possibles[choix]) if choix else vide} ({int((nord['segment'] == s).sum())} {effectif_mot}{tr(' ; ', '; ')}{traits})"


labkit.artefact(
    "note-segmentation",
    title=("Note de segmentation", "Segmentation note"),
    sections=[
        (
            ("1. Données et méthode", "1. Data and method"),
            (
                "Quatre fichiers de 400 personnes (médiathèques, données inventées), cinq habitudes mises à la même échelle. Découpage par k-moyennes, k de 2 à 6.",
                "Four files of 400 people (media libraries, invented data), five habits put on the same scale. Division by k-means, k from 2 to 6.",
            ),
        ),
        (
            ("2. Règle fixée d'avance", "2. Rule set beforehand"),
            (
                "Un nombre de groupes est retenu si deux moitiés du fichier le retrouvent avec un accord moyen d'au moins 0,80, et d'au moins 0,10 de plus que dix nuages sans groupes de même forme. Sinon, on ne segmente pas.",
                "A number of groups is kept if two halves of the file find it again with a mean agreement of at least 0.80, and at least 0.10 more than ten clouds of the same shape without groups. Otherwise one does not segment.",
            ),
        ),
        (
            ("3. Épreuve de la méthode : les vins", "3. Test of the method: the wines"),
            {tr("Nombre de groupes retenu", "Number of groups kept"): ask.answer("vins-k") or vide, tr("Stabilité", "Stability"): dit("vins-stabilite", decimales=2)},
        ),
        (("4. Résultat par secteur", "4. Result by area"), {tr(*noms_secteur): conclu(cle) for cle, noms_secteur in secteurs.items()}),
        (("5. Segments du secteur Nord (écarts à la moyenne, en écarts types)", "5. Segments of area North (differences from the mean, in standard deviations)"), {s: decrit(s) for s in "ABC"}),
        (
            ("6. Ce qu'un segment ne dit pas", "6. What a segment does not say"),
            {
                tr("Personnes de B qui participent moins que la moyenne aux ateliers", "People of B who take part in workshops less than the mean"): dit("portrait-dedans", tr(" %", "%")),
                tr("Personnes assidues aux ateliers qui ne sont pas dans B", "People keen on workshops who are not in B"): dit("portrait-dehors", tr(" %", "%")),
                tr("Usage exclu", "Use ruled out"): tr("décider du sort d'une personne d'après son segment", "deciding about a person by their segment"),
            },
        ),
        (
            ("7. Publication (aucune case de moins de 10 personnes, même par déduction)", "7. Publication (no cell of fewer than 10 people, even by deduction)"),
            tr(*facons[ask.answer("diffuser-choix")]) if ask.answer("diffuser-choix") else None,
        ),
        (
            ("8. Limites", "8. Limits"),
            (
                "Stable ne veut pas dire vrai ni utile. Les témoins sont des nuages d'une seule masse en forme de cloche : d'autres formes sans groupes pourraient tromper la règle. Les habitudes changent : à refaire chaque année.",
                "Stable means neither true nor useful. The controls are bell-shaped clouds in a single mass: other shapes without groups might deceive the rule. Habits change: to be done again every year.",
            ),
        ),
        (("9. Recommandation", "9. Recommendation"), ask.answer("decision")),
    ],
)

# %% [markdown] id="bonus" lang="fr"
# ## Pour aller plus loin : programmer l'accord de deux découpages
#
# Cet exercice est **facultatif**, et rapporte des points en plus. Il demande d'écrire quelques lignes de Python.
#
# Complétez la fonction `part_des_paires(a, b)`. Elle reçoit deux listes de même longueur (deux éléments ou plus) : `a[i]` et `b[i]` sont les noms des groupes où les deux découpages rangent l'élément `i`. Elle rend **un nombre entre 0 et 1** :
# la part des paires traitées pareil, comme dans la partie 3.
#
# **Un exemple.** Pour les quatre vins d'Alice et de Bilal, `part_des_paires([1, 1, 2, 2], ["X", "X", "X", "Y"])` vaut 0,5. Ce code parcourt chaque paire une fois :
#
# ```python
# for i in range(len(a)):
#     for j in range(i + 1, len(a)):
#         ensemble_chez_a = a[i] == a[j]
# ```

# %% [markdown] id="bonus" lang="en" of="cd6fe755"
# ## Going further: programming the agreement of two segmentations
#
# This exercise is **optional** and earns extra points. It asks for a few lines of Python.
#
# Complete the function `part_des_paires(a, b)`. It receives two lists of the same length (two items or more): `a[i]` and `b[i]` are the names of the groups into which the two segmentations put item `i`. It returns **one number between 0 and 1**:
# the share of pairs treated alike, as in part 3.
#
# **An example.** For the four wines of Alice and Bilal, `part_des_paires([1, 1, 2, 2], ["X", "X", "X", "Y"])` is 0.5. This code goes through each pair once:
#
# ```python
# for i in range(len(a)):
#     for j in range(i + 1, len(a)):
#         together_in_a = a[i] == a[j]
# ```

# %% id="paires-code" answer=true
def part_des_paires(a, b):
    ### BEGIN SOLUTION
    pareilles, total = 0, 0
    for i in range(len(a)):
        for j in range(i + 1, len(a)):
            total += 1
            if (a[i] == a[j]) == (b[i] == b[j]):
                pareilles += 1
    return pareilles / total
    ### END SOLUTION

# %% graded="paires"
check(part_des_paires).called_with([1, 1, 2, 2], ["X", "X", "X", "Y"]).is_a(
    "number",
    fr="La fonction doit rendre un seul nombre.",
    en="The function must return a single number.",
).is_at_most(
    1,
    fr="La fonction doit rendre une part, entre 0 et 1 : divisez par le nombre de paires.",
    en="The function must return a share, between 0 and 1: divide by the number of pairs.",
).is_close_to(
    0.5,
    within=0.001,
    fr="Sur l'exemple d'Alice et de Bilal, trois paires sur six sont traitées pareil. Comptez-vous des paires, chacune une fois, réunies chez les deux ou séparées chez les deux ?",
    en="In the example of Alice and Bilal, three pairs of six are treated alike. Do you count pairs, each of them once, together in both or apart in both?",
)
### BEGIN HIDDEN TESTS
import random

autres = random.Random(2024)
long_a = [autres.randrange(4) for _ in range(40)]
long_b = [autres.choice("uvw") for _ in range(40)]
attendu = sum((long_a[i] == long_a[j]) == (long_b[i] == long_b[j]) for i in range(40) for j in range(i)) / 780
check(part_des_paires).called_with([1, 1, 2, 3, 3], [2, 2, 3, 1, 1]).is_close_to(1, within=0.001, fr="Deux découpages identiques aux noms près doivent donner 1 : ne comparez pas les noms de a à ceux de b.", en="Two segmentations that are the same but for names must give 1: do not compare the names of a with those of b.")
check(part_des_paires).called_with([1, 1, 1, 1], [1, 2, 3, 4]).is_close_to(0, within=0.001, fr="Quand l'un réunit tout et que l'autre sépare tout, aucune paire n'est traitée pareil. Un élément ne fait pas une paire avec lui-même.", en="When one puts everything together and the other separates everything, no pair is treated alike. An item makes no pair with itself.")
check(part_des_paires).called_with([1, 2, 3, 4], ["p", "q", "r", "s"]).is_close_to(1, within=0.001, fr="Une paire séparée chez les deux est aussi traitée pareil.", en="A pair that is apart in both is treated alike too.")
check(part_des_paires).called_with(long_a, long_b).is_close_to(attendu, within=0.001, fr="Sur deux listes plus longues, aux noms quelconques, la part ne convient pas. Toutes les paires sont-elles comptées, une fois chacune ?", en="On two longer lists, with any names, the share does not fit. Are all pairs counted, once each?")
### END HIDDEN TESTS

# %% [markdown] id="fin" lang="fr"
# ## Ce que vous savez faire maintenant
#
# - **Mettre à l'échelle** avant de mesurer une ressemblance, et repérer la mesure qui décidait de tout.
# - Choisir un nombre de groupes par la **stabilité**, face à des témoins, avec une règle fixée d'avance.
# - **Refuser** de segmenter du bruit, ou un nuage simplement allongé, et le dire.
# - **Nommer** un segment par ce qui est mesuré, sans en faire une étiquette ni un portrait.
# - **Publier** sans désigner personne, en cherchant ce qui peut se déduire.
#
# Il reste à remettre votre lab : le panneau ci-dessous s'en charge.

# %% [markdown] id="fin" lang="en" of="be783ea0"
# ## What you can do now
#
# - **Scale** before measuring likeness, and spot the measure that decided everything.
# - Choose a number of groups by **stability**, against controls, with a rule set beforehand.
# - **Refuse** to segment noise, or a cloud that is merely stretched, and say so.
# - **Name** a segment by what is measured, without making it a label or a portrait.
# - **Publish** without singling anyone out, by looking for what can be deduced.
#
# All that remains is to submit your lab: the panel below takes care of it.
