# ---
# caire:
#   id: l2-03-prevoir-et-douter
#   level: 2
#   minutes: 90
#   profile: cpu
#   title: {fr: "Prévoir et chiffrer l'incertitude", en: "Forecasting, and putting figures on uncertainty"}
#   summary:
#     fr: "Vous saurez mesurer l'erreur d'une prévision, la comparer à une prévision naïve, et vérifier si un intervalle annoncé à 90 % tient sa promesse, et à quelle heure. Vous saurez aussi choisir la réserve la plus sobre qui suffit. Aucune programmation."
#     en: "You will be able to measure the error of a forecast, compare it with a naive forecast, and check whether an interval announced at 90% keeps its promise, and at what time. You will also be able to choose the most frugal reserve that is enough. No programming."
#   budget: {cpu_seconds: 60, memory_mib: 1536, cell_seconds: 60}
#   questions:
#     erreur: {points: 2, skill: n2.prevision.comparer, fr: "Mesurer une erreur et un biais", en: "Measure an error and a bias"}
#     naive: {points: 2, skill: n2.prevision.comparer, fr: "Choisir la référence à battre", en: "Choose the reference to beat"}
#     modele: {points: 3, skill: n2.prevision.comparer, fr: "Battre la référence, honnêtement", en: "Beat the reference, honestly"}
#     couverture: {points: 4, skill: n2.prevision.douter, fr: "Vérifier un intervalle annoncé à 90 %", en: "Check an interval announced at 90%"}
#     correction: {points: 3, skill: n2.prevision.douter, fr: "Élargir, et voir ce que cache une moyenne", en: "Widen, and see what a mean hides"}
#     reserve: {points: 3, skill: n2.sobriete.choisir, fr: "Choisir la réserve la plus sobre qui suffit", en: "Choose the most frugal reserve that is enough"}
#     note: {points: 3, skill: n2.prevision.douter, manual: true, fr: "Votre note à la cheffe de salle, en quatre à six phrases", en: "Your note to the head of the control room, in four to six sentences"}
#     couvre: {points: 2, bonus: true, skill: n2.prevision.douter, fr: "Pour aller plus loin : programmer la couverture", en: "Going further: programming coverage"}
#   answers:
#     prevision-naive: a
#     erreur-moyenne: 1.83
#     erreur-biais: 1.17
#     naive-choix: veille
#     naive-erreur: 2.37
#     naive-jour: lundi
#     prevision-couverture: 85
#     modele-infos: [calendrier, prevue, veille]
#     modele-erreur: 1.59
#     modele-gain: 33
#     couverture-part: 87.0
#     couverture-manque: 3.0
#     couverture-moment: soir
#     couverture-soir: 61.3
#     correction-facteur: 1.2
#     correction-soir: 69.6
#     correction-lecture: b
#     prevision-reserve: c
#     reserve-choix: moments
#     reserve-co2: 1459
#     reserve-economie: 46
#     note: "La prévision se trompe de 1,59 MW en moyenne, un tiers de moins que la veille recopiée (2,37 MW). Mais l'intervalle « à 90 % » du prestataire n'a contenu que 87,0 % des demi-heures, et 61,3 % le soir, quand une coupure toucherait le plus de foyers. Je propose une largeur propre à chaque moment de la journée : elle dépasse 89 % partout sur les semaines d'essai, pour 46 % de réserve en moins qu'un élargissement uniforme qui suffirait le soir. Reste inconnu ce qu'elle vaudra pendant une vague de froid ou en été : la salle de conduite comptera la couverture par moment chaque semaine, et la refera si elle passe sous 85 %."
# ---

# %% [markdown] id="titre" lang="fr"
# # Prévoir et chiffrer l'incertitude
#
# « Demain à 19 heures, la ville consommera 52 mégawatts. » Une prévision sans incertitude est une moitié de réponse. « Entre 49 et 55, neuf fois sur dix » en est une autre, à condition que ce soit **vrai** : cela se vérifie, et ce lab vous apprend comment.
#
# Dans ce lab, vous allez :
#
# 1. mesurer l'**erreur** d'une prévision, et son **biais** ;
# 2. choisir la prévision **naïve** qu'il faut battre ;
# 3. composer un modèle qui la bat **honnêtement**, sans rien savoir du lendemain ;
# 4. vérifier si un intervalle « à 90 % » contient bien 90 % des valeurs, et **quand** il échoue ;
# 5. le corriger, puis choisir la **réserve la plus sobre** qui protège à toute heure ;
# 6. écrire une **note**, et repartir avec une fiche d'une page.
#
# **Comment ça marche.** Pour exécuter une cellule et passer à la suivante, appuyez sur **Maj + Entrée**. Vous n'avez rien à programmer : vous prévoyez, vous
# exécutez, vous choisissez dans des listes, vous répondez dans des formulaires. Vos réponses s'enregistrent toutes seules. Une calculatrice vous sera utile. Comptez une heure et demie.
#
# Après chaque question vient une cellule repliée, la **vérification** : exécutez-la comme les autres. Si elle affiche ✓, votre réponse est plausible (la remise la jugera) ; sinon, elle vous dit où regarder. Vous pouvez corriger et
# recommencer autant de fois que vous voulez. Les **prévisions** que l'on vous demande à vous ne sont jamais notées : elles servent à comparer ce que l'on croit et ce que l'on mesure.

# %% [markdown] id="titre" lang="en" of="48b01411"
# # Forecasting, and putting figures on uncertainty
#
# "Tomorrow at 7 p.m. the town will use 52 megawatts." A forecast without its uncertainty is half an answer. "Between 49 and 55, nine times in ten" is the other half, provided that it is **true**: that can be checked, and this lab teaches you how.
#
# In this lab you will:
#
# 1. measure the **error** of a forecast, and its **bias**;
# 2. choose the **naive** forecast that must be beaten;
# 3. put together a model that beats it **honestly**, knowing nothing of the next day;
# 4. check whether an interval "at 90%" does hold 90% of the values, and **when** it fails;
# 5. correct it, then choose the **most frugal reserve** that protects at all hours;
# 6. write a **note**, and leave with a one-page sheet.
#
# **How it works.** To run a cell and go on to the next, press **Shift + Enter**. There is nothing to program: you predict, you
# run, you choose from lists, you answer in forms. Your answers save themselves. A calculator will be useful. Allow an hour and a half.
#
# After each question comes a folded cell, the **check**: run it like the others. If it shows ✓, your answer is plausible (submission will judge it); otherwise it tells you where to look. You can correct and
# try again as often as you like. The **predictions** that we ask of you are never graded: they let you compare what you believe with what you measure.

# %% id="outils" hide=true
import numpy as np
import pandas as pd


def nombre_ecrit(valeur, decimales=1):
    """Un nombre écrit comme on l'écrit dans la langue du carnet."""
    texte = f"{valeur:.{decimales}f}"
    return labkit.tr(texte.replace(".", ","), texte)


def pourcent(valeur, decimales=1):
    return nombre_ecrit(valeur, decimales) + labkit.tr(" %", "%")

# %% [markdown] id="partie-1" lang="fr"
# ## 1. L'erreur d'une prévision
#
# La régie d'électricité de Valbrume (ville inventée) doit prévoir, chaque soir **à minuit**, la demande des 48 demi-heures du lendemain, en **mégawatts** (MW). Si elle prévoit trop peu, elle risque des coupures ; si elle prévoit trop, elle tient prêtes pour rien des turbines qui brûlent du gaz.
#
# On note toujours l'écart dans le même sens : **réel moins prévu**. Positif, il dit que la prévision était trop basse. Deux mesures :
#
# - l'**erreur moyenne** : la moyenne des écarts **sans leur signe**. Elle dit de combien on se trompe ;
# - le **biais** : la moyenne des écarts **avec leur signe**. Il dit si l'on se trompe toujours du même côté.
#
# **Un exemple, avant de commencer.** Quatre demi-heures :
#
# | heure | 6 h | 6 h 30 | 7 h | 7 h 30 |
# |---|---|---|---|---|
# | prévu (MW) | 30 | 32 | 35 | 38 |
# | réel (MW) | 31 | 30 | 35 | 41 |
# | écart (réel − prévu) | 1 | −2 | 0 | 3 |
#
# Erreur moyenne : (1 + 2 + 0 + 3) ÷ 4 = **1,5 MW**. Biais : (1 − 2 + 0 + 3) ÷ 4 = **0,5 MW**.
#
# ### À vous : un mardi soir
#
# | heure | 18 h | 18 h 30 | 19 h | 19 h 30 | 20 h | 20 h 30 |
# |---|---|---|---|---|---|---|
# | prévu (MW) | 48 | 50 | 53 | 55 | 52 | 47 |
# | réel (MW) | 50 | 49 | 57 | 58 | 51 | 47 |

# %% [markdown] id="partie-1" lang="en" of="37007378"
# ## 1. The error of a forecast
#
# The electricity service of Valbrume (an invented town) must forecast, each day **at midnight**, the demand of the 48 half-hours of the day to come, in **megawatts** (MW). If it forecasts too little, it risks cuts; if it forecasts too much, it keeps turbines ready, burning gas for nothing.
#
# The gap is always taken the same way round: **actual minus forecast**. When positive, the forecast was too low. Two measures:
#
# - the **mean error**: the mean of the gaps **without their sign**. It says by how much we are wrong;
# - the **bias**: the mean of the gaps **with their sign**. It says whether we are always wrong on the same side.
#
# **An example before you start.** Four half-hours:
#
# | time | 6:00 | 6:30 | 7:00 | 7:30 |
# |---|---|---|---|---|
# | forecast (MW) | 30 | 32 | 35 | 38 |
# | actual (MW) | 31 | 30 | 35 | 41 |
# | gap (actual − forecast) | 1 | −2 | 0 | 3 |
#
# Mean error: (1 + 2 + 0 + 3) ÷ 4 = **1.5 MW**. Bias: (1 − 2 + 0 + 3) ÷ 4 = **0.5 MW**.
#
# ### Your turn: a Tuesday evening
#
# | time | 18:00 | 18:30 | 19:00 | 19:30 | 20:00 | 20:30 |
# |---|---|---|---|---|---|---|
# | forecast (MW) | 48 | 50 | 53 | 55 | 52 | 47 |
# | actual (MW) | 50 | 49 | 57 | 58 | 51 | 47 |

# %% id="erreur-questions" hide=true
ask.number("erreur-moyenne", fr="Erreur moyenne de ce mardi soir (deux décimales)", en="Mean error of this Tuesday evening (two decimals)", low=-100, high=100, unit="MW")
ask.number("erreur-biais", fr="Biais de ce mardi soir (deux décimales)", en="Bias of this Tuesday evening (two decimals)", low=-100, high=100, unit="MW")

# %% graded="erreur"
moyenne_donnee, biais_donne = ask.answer("erreur-moyenne"), ask.answer("erreur-biais")
check(moyenne_donnee).is_answered()
check(biais_donne).is_answered()
check(moyenne_donnee).is_between(0, 4, fr="L'erreur moyenne est positive, et ne dépasse pas le plus grand des six écarts. Avez-vous divisé par le nombre de demi-heures ?", en="The mean error is positive, and is not larger than the largest of the six gaps. Did you divide by the number of half-hours?")
check.that(abs(moyenne_donnee - 1.5) > 0.02, fr="C'est l'erreur moyenne de l'exemple. Refaites le calcul sur les six demi-heures du mardi soir.", en="This is the mean error of the example. Do the calculation on the six half-hours of Tuesday evening.")
### BEGIN HIDDEN TESTS
ecarts_mardi = [2, -1, 4, 3, -1, 0]
check.that(abs(moyenne_donnee - sum(ecarts_mardi) / 6) > 0.05, fr="Dans votre erreur moyenne, des écarts négatifs retirent leur part aux autres. Que devient leur signe ?", en="In your mean error, negative gaps take their share away from the others. What becomes of their sign?")
check.that(abs(moyenne_donnee - 11 / 5) > 0.05, fr="Une demi-heure sans écart compte aussi : elle est au nombre des demi-heures prévues.", en="A half-hour with no gap counts too: it is one of the half-hours forecast.")
check(moyenne_donnee).is_close_to(11 / 6, within=0.04, fr="Erreur moyenne : écrivez les six écarts, ôtez les signes, additionnez, divisez par six.", en="Mean error: write the six gaps, drop the signs, add up, divide by six.")
check.that(abs(biais_donne + 7 / 6) > 0.05, fr="Votre biais est dans l'autre sens : l'écart est le réel moins le prévu.", en="Your bias is the other way round: the gap is the actual minus the forecast.")
check(biais_donne).is_close_to(7 / 6, within=0.04, fr="Biais : la même moyenne, mais chaque écart garde son signe.", en="Bias: the same mean, but each gap keeps its sign.")
### END HIDDEN TESTS

# %% [markdown] id="partie-2" lang="fr"
# ## 2. La référence à battre
#
# Dire « nous nous trompons de 2 MW » ne veut rien dire seul. Est-ce bon ? On compare à une **prévision naïve**, qui ne coûte rien : recopier la **veille** à la même heure, ou la **semaine d'avant**, même jour et même heure. Un modèle qui ne bat pas la meilleure des deux ne sert à rien.
#
# La régie vous confie 30 semaines de mesures, de septembre à mars. On les coupe **dans l'ordre du temps** : le passé pour apprendre, la suite pour juger. Les mélanger au hasard ferait connaître au modèle des demi-heures voisines de celles qu'il doit prévoir.
#
# | période | à quoi elle sert |
# |---|---|
# | 9 septembre – 5 janvier | **apprentissage** du modèle |
# | 6 janvier – 16 février | **réglage** de l'intervalle (partie 5) |
# | 17 février – 30 mars | **essai** : six semaines, 2 016 demi-heures, pour juger |
#
# La première semaine (du 2 au 8 septembre) ne sert qu'à être recopiée.
#
# **Prévoyez**, puis essayez l'outil.

# %% [markdown] id="partie-2" lang="en" of="34e3093d"
# ## 2. The reference to beat
#
# "We are wrong by 2 MW" means nothing by itself. Is it good? We compare with a **naive forecast**, which costs nothing: copy the **day before** at the same time, or the **week before**, same day and same time. A model that does not beat the better of the two is useless.
#
# The service hands you 30 weeks of measurements, from September to March. We cut them **in the order of time**: the past for learning, what follows for judging. Mixing them at random would let the model know half-hours next to those that it must forecast.
#
# | period | what it is for |
# |---|---|
# | 9 September – 5 January | **learning** of the model |
# | 6 January – 16 February | **tuning** of the interval (part 5) |
# | 17 February – 30 March | **trial**: six weeks, 2,016 half-hours, for judging |
#
# The first week (2 to 8 September) only serves to be copied.
#
# **Predict**, then try the tool.

# %% id="prevision-naive" hide=true
avis_copies = {
    "a": ("celle de la veille", "that of the day before"),
    "b": ("celle de la semaine d'avant, qui a le même jour", "that of the week before, which has the same day"),
    "c": ("aucune : elles se valent", "neither: they are as good as each other"),
}
ask.choice(
    "prevision-naive",
    fr="Ma prévision (non notée) : la meilleure copie sera…",
    en="My prediction (not graded): the better copy will be…",
    options=avis_copies,
)

# %% id="donnees" hide=true examiner=true
mesures = pd.read_csv("data/demande.csv")
reel = mesures["demande"].to_numpy()
demi_heure = mesures["demi_heure"].to_numpy()
jour = np.arange(len(mesures)) // 48
jour_semaine = jour % 7  # le premier jour est un lundi  #@fr
jour_semaine = jour % 7  # the first day is a Monday  #@en
apprentissage, reglage, essai = (jour >= 7) & (jour < 126), (jour >= 126) & (jour < 168), jour >= 168
feries = mesures["date"].isin(["2024-11-01", "2024-11-11", "2024-12-25", "2025-01-01"]).to_numpy()
sorte_de_jour = np.where((jour_semaine == 6) | feries, 2, np.where(jour_semaine == 5, 1, 0))
veille = np.concatenate([np.full(48, np.nan), reel[:-48]])
semaine = np.concatenate([np.full(336, np.nan), reel[:-336]])
moments = {"nuit": (demi_heure >= 44) | (demi_heure < 12), "jour": (demi_heure >= 12) & (demi_heure < 36), "soir": (demi_heure >= 36) & (demi_heure < 44)}
cles_jours = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]


def erreur_moyenne(prevu, ou):
    """La moyenne des écarts sans leur signe, sur les demi-heures où `ou` est vrai."""
    return float(np.mean(np.abs(reel[ou] - prevu[ou])))

# %% id="essayer-naives" hide=true
noms_jours = dict(zip(cles_jours, labkit.tr("lundi mardi mercredi jeudi vendredi samedi dimanche", "Monday Tuesday Wednesday Thursday Friday Saturday Sunday").split()))
copies = {"veille": veille, "semaine": semaine}


def essayer_naives(copie):
    lignes = [[labkit.tr("les six semaines", "the six weeks"), nombre_ecrit(erreur_moyenne(copies[copie], essai), 2)]]
    for k, cle in enumerate(cles_jours):
        lignes.append([noms_jours[cle], nombre_ecrit(erreur_moyenne(copies[copie], essai & (jour_semaine == k)), 2)])
    resultat = pd.DataFrame(lignes)
    resultat.columns = ["jours prévus", "erreur moyenne (MW)"]  #@fr
    resultat.columns = ["days forecast", "mean error (MW)"]  #@en
    labkit.table(resultat, fr="Erreur de la copie, sur les semaines d'essai", en="Error of the copy, on the trial weeks")


labkit.explore(
    essayer_naives,
    copie=labkit.dropdown(fr="On recopie…", en="We copy…", options={"veille": ("la veille, même heure", "the day before, same time"), "semaine": ("la semaine d'avant, même jour et même heure", "the week before, same day and time")}),
)

# %% [markdown] id="naive-texte" lang="fr"
# ### À vous : la référence
#
# Dites quelle copie a la plus petite erreur sur les six semaines, quelle est cette erreur (deux décimales), et **quel jour** la copie de la veille se trompe le plus. Demandez-vous pourquoi : que recopie-t-on, ce jour-là ?

# %% [markdown] id="naive-texte" lang="en" of="f14911ab"
# ### Your turn: the reference
#
# Say which copy has the smaller error over the six weeks, what this error is (two decimals), and **on which day** the copy of the day before is most wrong. Ask yourself why: what is being copied on that day?

# %% id="naive-questions" hide=true
ask.choice("naive-choix", fr="La référence à battre", en="The reference to beat", options={"veille": ("recopier la veille", "copy the day before"), "semaine": ("recopier la semaine d'avant", "copy the week before")})
ask.number("naive-erreur", fr="Son erreur moyenne sur les six semaines", en="Its mean error over the six weeks", low=0, high=100, unit="MW")
ask.choice("naive-jour", fr="Jour où la copie de la veille se trompe le plus", en="Day on which the copy of the day before is most wrong", options={c: (c, noms_jours[c]) for c in cles_jours})

# %% graded="naive"
copie_choisie, erreur_copie, jour_copie = ask.answer("naive-choix"), ask.answer("naive-erreur"), ask.answer("naive-jour")
check(copie_choisie).is_answered()
check(erreur_copie).is_answered()
check(jour_copie).is_answered()
check(erreur_copie).is_between(1, 4, fr="Cette erreur n'est pas celle des six semaines : lisez la première ligne du tableau, en MW.", en="This error is not that of the six weeks: read the first line of the table, in MW.")
### BEGIN HIDDEN TESTS
erreurs_copies = {"veille": erreur_moyenne(veille, essai), "semaine": erreur_moyenne(semaine, essai)}
erreurs_jours = [erreur_moyenne(veille, essai & (jour_semaine == k)) for k in range(7)]
check(copie_choisie).equals(min(erreurs_copies, key=erreurs_copies.get), fr="L'autre copie se trompe moins sur les six semaines. C'est la meilleure des deux qu'il faut battre : sinon, la comparaison flatte le modèle.", en="The other copy is less wrong over the six weeks. It is the better of the two that must be beaten: otherwise the comparison flatters the model.")
check(erreur_copie).is_close_to(min(erreurs_copies.values()), within=0.03, fr="L'erreur ne va pas avec la copie choisie, ou c'est celle d'un seul jour : remettez l'outil sur cette copie et lisez la première ligne.", en="The error does not go with the copy chosen, or is that of a single day: set the tool to that copy and read the first line.")
check(jour_copie).equals(cles_jours[int(np.argmax(erreurs_jours))], fr="Un autre jour a une erreur plus grande. Avez-vous bien lu le tableau de la copie de la veille, jusqu'en bas ?", en="Another day has a larger error. Did you read the table of the copy of the day before, down to the bottom?")
### END HIDDEN TESTS

# %% id="comparer-naives" hide=true
avis = ask.answer("prevision-naive")
if avis in avis_copies:
    print(f"Vous aviez prévu : « {labkit.tr(*avis_copies[avis])} ». On a mesuré une erreur de {nombre_ecrit(erreur_moyenne(veille, essai), 2)} MW en recopiant la veille, de {nombre_ecrit(erreur_moyenne(semaine, essai), 2)} MW en recopiant la semaine d'avant.")  #@fr
    print(f"You had predicted: \"{labkit.tr(*avis_copies[avis])}\". The error measured is {nombre_ecrit(erreur_moyenne(veille, essai), 2)} MW when copying the day before, {nombre_ecrit(erreur_moyenne(semaine, essai), 2)} MW when copying the week before.")  #@en

# %% [markdown] id="partie-3" lang="fr"
# **Ce que l'on voit.** Le lundi, la veille recopiée est un dimanche ; le samedi, un vendredi : ce n'est pas le même type de jour. La semaine d'avant donne le bon jour, mais la météo change bien plus en sept jours qu'en un seul : tout compte fait, cette copie se trompe davantage.
#
# ## 3. Un modèle qui bat la référence, honnêtement
#
# Le modèle de la régie est simple : il additionne l'effet de chaque information qu'on lui donne, appris sur la période d'apprentissage. À vous de choisir ces informations. **Rappel : la prévision part à minuit, pour les 24 heures qui suivent.**
#
# | information | ce qu'elle contient |
# |---|---|
# | calendrier | l'heure, et le type de jour (ouvré, samedi, dimanche ou férié) |
# | température prévue | celle que le service météo annonce la veille au soir |
# | demande de la veille | à la même heure |
# | température mesurée | celle que le thermomètre indique à l'heure que l'on prévoit |
# | demi-heure d'avant | la demande mesurée trente minutes plus tôt |
#
# **Un exemple.** Pour prévoir à minuit l'affluence d'un musée le lendemain à 15 h, la météo annoncée est connue ; le nombre de visiteurs à 14 h ne l'est pas.
#
# Essayez plusieurs combinaisons. L'outil donne l'erreur sur les semaines d'essai. Le **gain**, que vous calculerez, dit de combien elle est plus petite que celle de la référence, en pour cent de celle-ci.
# **Un exemple de gain** : une référence à 4 MW, un modèle à 3 MW : (4 − 3) ÷ 4 = 0,25, soit **25 %**.

# %% [markdown] id="partie-3" lang="en" of="a8543ce4"
# **What we see.** On Monday, the day copied is a Sunday; on Saturday, a Friday: not the same type of day. The week before gives the right day, but the weather changes far more in seven days than in one: all in all, this copy is more wrong.
#
# ## 3. A model that beats the reference, honestly
#
# The service's model is simple: it adds up the effect of each piece of information that it is given, learnt over the learning period. It is for you to choose this information. **Remember: the forecast leaves at midnight, for the 24 hours that follow.**
#
# | information | what it holds |
# |---|---|
# | calendar | the time, and the type of day (working day, Saturday, Sunday or holiday) |
# | forecast temperature | what the weather service announces the evening before |
# | demand of the day before | at the same time |
# | measured temperature | what the thermometer shows at the time being forecast |
# | half-hour before | the demand measured thirty minutes earlier |
#
# **An example.** To forecast at midnight the number of visitors of a museum at 3 p.m. the next day, the weather announced is known; the number of visitors at 2 p.m. is not.
#
# Try several combinations. The tool gives the error on the trial weeks; the **gain**, which you will compute, is how much smaller it is than that of the reference, in per cent of the latter.
# **An example of a gain**: a reference at 4 MW, a model at 3 MW: (4 − 3) ÷ 4 = 0.25, that is **25%**.

# %% id="modele-code" hide=true examiner=true
def froid(temperature):
    """Les degrés qui manquent pour atteindre 15 °C, dans une colonne par moment de la journée."""
    degres = np.maximum(0, 15 - temperature)
    return np.stack([degres * moment for moment in moments.values()], axis=1)


meme_sorte = sorte_de_jour == np.concatenate([sorte_de_jour[:48], sorte_de_jour[:-48]])
informations = {
    "calendrier": np.eye(144)[demi_heure + 48 * sorte_de_jour],
    "prevue": froid(mesures["temp_prevue"].to_numpy()),
    "veille": np.stack([veille, veille * ~meme_sorte], axis=1),
    "mesuree": froid(mesures["temp_mesuree"].to_numpy()),
    "avant": np.concatenate([[np.nan], reel[:-1]]).reshape(-1, 1),
}


def prevoir(choisies):
    """La prévision du modèle qui reçoit ces informations (et une constante), appris sur l'apprentissage."""
    X = np.hstack([np.ones((len(reel), 1))] + [informations[c] for c in informations if c in choisies])
    A = X[apprentissage]
    return X @ np.linalg.solve(A.T @ A + 0.01 * np.eye(X.shape[1]), A.T @ reel[apprentissage])

# %% id="essayer-modele" hide=true
noms_infos = {
    "calendrier": labkit.tr("calendrier", "calendar"),
    "prevue": labkit.tr("température prévue", "forecast temperature"),
    "veille": labkit.tr("demande de la veille", "demand of the day before"),
    "mesuree": labkit.tr("température mesurée", "measured temperature"),
    "avant": labkit.tr("demi-heure d'avant", "half-hour before"),
}


def essayer_modele(calendrier, prevue, veille_connue, mesuree, avant):
    choisies = [c for c, oui in zip(informations, (calendrier, prevue, veille_connue, mesuree, avant)) if oui]
    resultat = pd.DataFrame([[", ".join(noms_infos[c] for c in choisies) or labkit.tr("aucune", "none"), nombre_ecrit(erreur_moyenne(prevoir(choisies), essai), 2)]])
    resultat.columns = ["informations données au modèle", "erreur moyenne (MW)"]  #@fr
    resultat.columns = ["information given to the model", "mean error (MW)"]  #@en
    labkit.table(resultat, fr="Erreur du modèle, sur les semaines d'essai", en="Error of the model, on the trial weeks")


labkit.explore(
    essayer_modele,
    calendrier=labkit.toggle(fr="Calendrier", en="Calendar", start=True),
    prevue=labkit.toggle(fr="Température prévue", en="Forecast temperature"),
    veille_connue=labkit.toggle(fr="Demande de la veille", en="Demand of the day before"),
    mesuree=labkit.toggle(fr="Température mesurée", en="Measured temperature"),
    avant=labkit.toggle(fr="Demi-heure d'avant", en="Half-hour before"),
)

# %% [markdown] id="modele-texte" lang="fr"
# ### À vous : le meilleur modèle honnête
#
# Cochez **toutes** les informations connues à minuit pour **chacune** des 48 demi-heures du lendemain, et elles seules. Puis donnez l'erreur du modèle qui les reçoit toutes (deux décimales), et son gain sur la référence de la partie 2 (en %, à l'unité).

# %% [markdown] id="modele-texte" lang="en" of="6d71226d"
# ### Your turn: the best honest model
#
# Tick **all** the information known at midnight for **each** of the 48 half-hours of the day to come, and nothing else. Then give the error of the model that gets all of it (two decimals), and its gain over the reference of part 2 (in %, to the unit).

# %% id="modele-questions" hide=true
ask.choices("modele-infos", fr="Informations connues à minuit", en="Information known at midnight", options={c: (noms_infos[c], noms_infos[c]) for c in noms_infos})
ask.number("modele-erreur", fr="Erreur moyenne de ce modèle", en="Mean error of this model", low=0, high=100, unit="MW")
ask.number("modele-gain", fr="Gain sur la référence", en="Gain over the reference", low=-100, high=100, unit="%")

# %% graded="modele"
infos_choisies, erreur_modele, gain_modele = ask.answer("modele-infos"), ask.answer("modele-erreur"), ask.answer("modele-gain")
check(infos_choisies).is_answered()
check(erreur_modele).is_answered()
check(gain_modele).is_answered()
check.that(gain_modele >= 1, fr="Le gain se donne en pour cent : multipliez votre fraction par 100. S'il est négatif, le modèle fait moins bien que la référence.", en="The gain is given in per cent: multiply your fraction by 100. If it is negative, the model does worse than the reference.")
### BEGIN HIDDEN TESTS
check.that("avant" not in infos_choisies, fr="À minuit, connaît-on la demande de demain à 18 h 30, pour prévoir 19 h ? Une erreur très petite doit faire chercher ce que le modèle n'avait pas le droit de savoir.", en="At midnight, is tomorrow's demand at 18:30 known, to forecast 19:00? A very small error should make one look for what the model had no right to know.")
check.that("mesuree" not in infos_choisies, fr="Un thermomètre ne mesure pas le lendemain : à minuit, on ne dispose que de ce que la météo annonce.", en="A thermometer does not measure the next day: at midnight, one only has what the weather service announces.")
honnetes = ["calendrier", "prevue", "veille"]
check(sorted(infos_choisies)).equals(sorted(honnetes), fr="Il manque une information que l'on connaît bien à minuit. Relisez le tableau en vous demandant, pour chaque ligne : la connaît-on à minuit ?", en="A piece of information is missing that is known at midnight. Read the table again, asking of each line: is it known at midnight?")
attendu_modele, attendu_ref = erreur_moyenne(prevoir(honnetes), essai), erreur_moyenne(veille, essai)
check(erreur_modele).is_close_to(attendu_modele, within=0.03, fr="Cette erreur n'est pas celle du modèle qui reçoit toutes les informations connues, et elles seules : remettez l'outil sur vos cases.", en="This error is not that of the model that gets all the known information and nothing else: set the tool to your boxes again.")
check.that(abs(gain_modele - 100 * (attendu_ref - attendu_modele) / attendu_modele) > 2, fr="Vous avez divisé par l'erreur du modèle. Le gain s'exprime en pour cent de la référence.", en="You divided by the error of the model. The gain is in per cent of the reference.")
check.that(abs(gain_modele - 100 * attendu_modele / attendu_ref) > 2, fr="C'est ce qu'il reste d'erreur. Le gain est ce qui a été retiré.", en="This is what remains of the error. The gain is what has been taken away.")
check(gain_modele).is_close_to(100 * (attendu_ref - attendu_modele) / attendu_ref, within=1.6, fr="Gain : la différence des deux erreurs (référence moins modèle), divisée par celle de la référence, fois 100.", en="Gain: the difference of the two errors (reference minus model), divided by that of the reference, times 100.")
### END HIDDEN TESTS

# %% [markdown] id="modele-lecon" lang="fr"
# **Ce que l'on voit.** La « demi-heure d'avant » donnait la plus belle erreur, mais elle n'existe pas à minuit : ce modèle ne pourrait pas servir. La température *mesurée* ne gagne presque rien sur la température *prévue*, et n'existe pas davantage. Le modèle honnête bat nettement la référence : on peut maintenant lui demander de combien il doute.
#
# ## 4. L'intervalle tient-il sa promesse ?
#
# Le prestataire livre, avec chaque prévision, un **intervalle « à 90 % »** : la prévision, plus ou moins 2,93 MW. Il a calculé ce nombre, la **demi-largeur** de l'intervalle, sur la période d'apprentissage : les jours mêmes que le modèle a appris. Promesse : neuf valeurs réelles sur dix tomberont dedans.
#
# Une telle promesse se vérifie en **comptant**. La part des valeurs réelles qui tombent dans l'intervalle s'appelle la **couverture**.
#
# **Un exemple.** Sur 40 demi-heures, 34 valeurs sont dans l'intervalle : couverture 34 ÷ 40 = 0,85, soit **85 %**. Il manque 90 − 85 = **5 points** pour tenir la promesse.
#
# **Prévoyez d'abord** ce que donneront les six semaines d'essai.

# %% [markdown] id="modele-lecon" lang="en" of="6e4c083f"
# **What we see.** The "half-hour before" gave the finest error, but it does not exist at midnight: that model could not be used. The *measured* temperature gains hardly anything over the *forecast* one, and does not exist either. The honest model clearly beats the reference: we can now ask how unsure it is.
#
# ## 4. Does the interval keep its promise?
#
# With each forecast, the supplier delivers an **interval "at 90%"**: the forecast, plus or minus 2.93 MW. It computed this number, the **half-width** of the interval, over the learning period: the very days from which the model learnt. The promise: nine actual values in ten will fall inside.
#
# Such a promise is checked by **counting**. The share of actual values that fall inside the interval is called its **coverage**.
#
# **An example.** Of 40 half-hours, 34 values are inside the interval: coverage 34 ÷ 40 = 0.85, that is **85%**. It is 90 − 85 = **5 points** short of the promise.
#
# **Predict first** what the six trial weeks will give.

# %% id="prevision-couverture" hide=true
ask.slider("prevision-couverture", fr="Ma prévision (non notée) : la couverture sur les six semaines d'essai", en="My prediction (not graded): the coverage over the six trial weeks", low=50, high=100, step=1, unit="%")

# %% id="intervalle" hide=true examiner=true
honnetes = ["calendrier", "prevue", "veille"]
prevu = prevoir(honnetes)
ecart = np.abs(reel - prevu)
largeur = round(1.645 * float(np.std((reel - prevu)[apprentissage])), 2)  # ce que le prestataire annonce, en plus ou en moins  #@fr
largeur = round(1.645 * float(np.std((reel - prevu)[apprentissage])), 2)  # what the supplier announces, more or less  #@en


def couverture(demi_largeur, ou):
    """La part, en %, des valeurs réelles à moins de `demi_largeur` de la prévision."""
    return 100 * float(np.mean(ecart[ou] <= (demi_largeur[ou] if np.ndim(demi_largeur) else demi_largeur)))

# %% id="montrer-journee" hide=true
noms_moments = {"nuit": labkit.tr("la nuit (22 h à 6 h)", "night (22:00 to 6:00)"), "jour": labkit.tr("le jour (6 h à 18 h)", "day (6:00 to 18:00)"), "soir": labkit.tr("le soir (18 h à 22 h)", "evening (18:00 to 22:00)")}


def montrer_journee(numero):
    ici = jour == 168 + int(numero) - 1
    heures = demi_heure[ici] / 2
    dehors = int((ecart[ici] > largeur).sum())
    labkit.plots.lines(
        heures,
        {labkit.tr("prévu", "forecast"): prevu[ici], labkit.tr("réel", "actual"): reel[ici]},
        bands={labkit.tr("intervalle annoncé", "interval announced"): (prevu[ici] - largeur, prevu[ici] + largeur)},
        fr=f"Jour d'essai {int(numero)} ({noms_jours[cles_jours[(int(numero) - 1) % 7]]}) : {dehors} demi-heures sur 48 hors de l'intervalle",
        en=f"Trial day {int(numero)} ({noms_jours[cles_jours[(int(numero) - 1) % 7]]}): {dehors} half-hours of 48 outside the interval",
        x=("heure", "time of day"),
        y=("demande (MW)", "demand (MW)"),
        digits=1,
    )


labkit.explore(montrer_journee, numero=labkit.slider(fr="Jour d'essai (1 à 42)", en="Trial day (1 to 42)", low=1, high=42, step=1, start=2))

# %% [markdown] id="compter-texte" lang="fr"
# Une journée ne prouve rien. Comptons sur les six semaines. L'outil dit combien de demi-heures, et combien de valeurs réelles dans l'intervalle.

# %% [markdown] id="compter-texte" lang="en" of="7318c8a4"
# One day proves nothing. Let us count over the six weeks. The tool says how many half-hours there are, and how many actual values inside the interval.

# %% id="compter" hide=true
def compter(moment):
    ou = essai if moment == "tout" else essai & moments[moment]
    resultat = pd.DataFrame([[labkit.tr("toutes les heures", "all hours") if moment == "tout" else noms_moments[moment], int(ou.sum()), int((ecart[ou] <= largeur).sum())]])
    resultat.columns = ["moment", "demi-heures", "valeurs réelles dans l'intervalle"]  #@fr
    resultat.columns = ["time of day", "half-hours", "actual values inside the interval"]  #@en
    labkit.table(resultat, fr="Semaines d'essai, intervalle annoncé à 90 %", en="Trial weeks, interval announced at 90%")


labkit.explore(compter, moment=labkit.dropdown(fr="Moment de la journée", en="Time of day", options={"tout": ("toutes les heures", "all hours"), **{c: (n, n) for c, n in noms_moments.items()}}))

# %% [markdown] id="couverture-texte" lang="fr"
# ### À vous : la promesse, vérifiée
#
# Donnez, en **arrondissant à une décimale** (un zéro final peut s'omettre) : la couverture sur toutes les heures, ce qu'il manque pour tenir la promesse, et la couverture au moment de la journée où elle est la plus basse.

# %% [markdown] id="couverture-texte" lang="en" of="43f1c60e"
# ### Your turn: the promise, checked
#
# Give, **rounded to one decimal** (a final zero may be left out): the coverage over all hours, how far it falls short of the promise, and the coverage at the time of day when it is lowest.

# %% id="couverture-questions" hide=true
ask.number("couverture-part", fr="Couverture, toutes les heures", en="Coverage, all hours", low=0, high=100, unit="%")
ask.number("couverture-manque", fr="Ce qu'il manque pour tenir la promesse (nombre positif)", en="How far it falls short of the promise (a positive number)", low=-100, high=100, unit=labkit.tr("points", "points"))
ask.choice("couverture-moment", fr="Moment où la couverture est la plus basse", en="Time of day when coverage is lowest", options={c: (n, n) for c, n in noms_moments.items()})
ask.number("couverture-soir", fr="Couverture à ce moment-là", en="Coverage at that time", low=0, high=100, unit="%")

# %% graded="couverture"
part, manque = ask.answer("couverture-part"), ask.answer("couverture-manque")
pire_moment, part_moment = ask.answer("couverture-moment"), ask.answer("couverture-soir")
check(part).is_answered()
check(manque).is_answered()
check(pire_moment).is_answered()
check(part_moment).is_answered()
check.that(part > 1 and part_moment > 1, fr="Une couverture se donne ici en pour cent : multipliez votre fraction par 100.", en="A coverage is given here in per cent: multiply your fraction by 100.")
check(part).differs_from(90, fr="90 % est la promesse. On demande ce que l'on a compté.", en="90% is the promise. We ask for what was counted.")
### BEGIN HIDDEN TESTS
attendue = couverture(largeur, essai)
par_moment = {c: couverture(largeur, essai & ou) for c, ou in moments.items()}
check.that(abs(part - (100 - attendue)) > 0.5, fr="C'est la part des valeurs qui sont dehors. La couverture compte celles qui sont dedans.", en="This is the share of values that are outside. Coverage counts those inside.")
check.that(abs(part - sum(par_moment.values()) / 3) > 0.5, fr="Vous avez fait la moyenne des trois moments, qui n'ont pas le même nombre de demi-heures. Comptez directement sur toutes les heures.", en="You took the mean of the three times of day, which do not have the same number of half-hours. Count directly over all hours.")
check.that(abs(part - couverture(largeur, reglage)) > 0.2, fr="C'est la couverture des semaines de réglage. On demande celle des semaines d'essai : comptez avec l'outil de la partie 4.", en="This is the coverage of the tuning weeks. We ask for that of the trial weeks: count with the tool of part 4.")
check(part).is_close_to(attendue, within=0.25, fr="Toutes les heures : divisez les valeurs dans l'intervalle par le nombre de demi-heures, sur la même ligne de l'outil.", en="All hours: divide the values inside the interval by the number of half-hours, on the same line of the tool.")
check.that(abs(manque - 100 * (90 - attendue) / 90) > 0.2, fr="Vous avez donné une proportion de 90. On demande des points : une simple différence entre deux pourcentages.", en="You gave a proportion of 90. We ask for points: a plain difference between two percentages.")
check.that(manque > 0, fr="La couverture est sous la promesse : ce qu'il manque est positif. Dans quel sens avez-vous soustrait ?", en="Coverage is below the promise: the shortfall is positive. Which way round did you subtract?")
check(manque).is_close_to(90 - attendue, within=0.25, fr="Ce qu'il manque : la promesse moins ce que vous avez compté sur toutes les heures.", en="The shortfall: the promise minus what you counted over all hours.")
check(pire_moment).equals(min(par_moment, key=par_moment.get), fr="À un autre moment, la couverture est bien plus basse. Pour chacun des trois, divisez les valeurs dans l'intervalle par ses demi-heures, et gardez la plus petite des trois parts.", en="At another time of day, coverage is far lower. For each of the three, divide the values inside the interval by its half-hours, and keep the smallest of the three shares.")
check.that(abs(part_moment - 100 * par_moment["soir"] * 336 / 2016 / 100) > 1, fr="Vous avez divisé par toutes les demi-heures. Le total est celui de ce moment-là.", en="You divided by all half-hours. The total is that of this time of day.")
check.that(abs(part_moment - couverture(largeur, reglage & moments["soir"])) > 0.2, fr="Pour ce moment de la journée, vous avez lu la couverture des semaines de réglage. On demande celle des semaines d'essai : comptez avec l'outil de la partie 4.", en="For this time of day, you read the coverage of the tuning weeks. We ask for that of the trial weeks: count with the tool of part 4.")
check(part_moment).is_close_to(par_moment["soir"], within=0.4, fr="À ce moment-là : divisez, sur sa ligne, les valeurs dans l'intervalle par ses demi-heures.", en="At that time: on its line, divide the values inside the interval by its half-hours.")
### END HIDDEN TESTS

# %% id="figure-couverture" hide=true
devine = ask.answer("prevision-couverture")
if devine is not None:
    print(f"Vous aviez prévu {pourcent(devine, 0)} ; on a compté {pourcent(couverture(largeur, essai))}.")  #@fr
    print(f"You had predicted {pourcent(devine, 0)}; the count is {pourcent(couverture(largeur, essai))}.")  #@en
labkit.plots.bars(
    [labkit.tr("toutes les heures", "all hours"), *(n.split(" (")[0] for n in noms_moments.values())],
    [couverture(largeur, essai)] + [couverture(largeur, essai & ou) for ou in moments.values()],
    fr="Couverture de l'intervalle annoncé à 90 %, semaines d'essai",
    en="Coverage of the interval announced at 90%, trial weeks",
    y=("couverture (%)", "coverage (%)"),
    digits=1,
    reference=90,
)

# %% [markdown] id="partie-5" lang="fr"
# **Ce que l'on voit.** En moyenne, il manque quelques points : on s'en accommoderait. Mais cette moyenne cache tout : la nuit, l'intervalle est inutilement large ; **le soir, quatre valeurs sur dix tombent dehors**, à l'heure où l'on se chauffe, où l'on cuisine, et où une coupure toucherait le plus de monde. Deux causes :
# le prestataire a mesuré ses erreurs sur les jours mêmes que le modèle a appris (elles y sont plus petites), et il a supposé la même incertitude à toute heure.
#
# ## 5. Élargir, et voir ce que cache une moyenne
#
# Première idée : multiplier la demi-largeur par un **facteur**. On le choisit sur les semaines de **réglage**, et non sur celles d'essai : sinon, on se noterait sur l'examen que l'on a préparé.
#
# **Un exemple.** Un facteur de 1,5 porterait la demi-largeur de 2,93 à 2,93 × 1,5 = 4,40 MW.
#
# ### À vous : le facteur
#
# Déplacez le curseur : l'outil compte sur les semaines de **réglage**, d'où des nombres un peu différents de ceux de la partie 4. Donnez le **plus petit** facteur affiché par le curseur (au dixième) pour lequel la couverture de **toutes les heures** atteint 90 %, la couverture **du soir** avec ce facteur (une décimale), et ce qu'il faut en conclure.

# %% [markdown] id="partie-5" lang="en" of="fa1cbc70"
# **What we see.** On average it falls a few points short: one could live with that. But this mean hides everything: at night the interval is needlessly wide; **in the evening, four values in ten fall outside**, at the time when people heat, cook, and when a cut would affect most of them. Two causes:
# the supplier measured its errors on the very days from which the model learnt (they are smaller there), and assumed the same uncertainty at all hours.
#
# ## 5. Widen, and see what a mean hides
#
# A first idea: multiply the half-width by a **factor**. We choose it on the **tuning** weeks, not on the trial weeks: otherwise we would mark ourselves on the exam that we prepared.
#
# **An example.** A factor of 1.5 would take the half-width from 2.93 to 2.93 × 1.5 = 4.40 MW.
#
# ### Your turn: the factor
#
# Move the slider: the tool counts on the **tuning** weeks, hence numbers that differ a little from those of part 4. Give the **smallest** factor that the slider shows (to one decimal) for which the coverage of **all hours** reaches 90%, the coverage **in the evening** with that factor (one decimal), and what is to be concluded.

# %% id="essayer-facteur" hide=true
def essayer_facteur(facteur):
    lignes = [[labkit.tr("toutes les heures", "all hours"), pourcent(couverture(facteur * largeur, reglage))]]
    lignes += [[noms_moments[c], pourcent(couverture(facteur * largeur, reglage & ou))] for c, ou in moments.items()]
    resultat = pd.DataFrame(lignes)
    resultat.columns = ["moment", "couverture"]  #@fr
    resultat.columns = ["time of day", "coverage"]  #@en
    labkit.table(
        resultat,
        fr=f"Semaines de réglage, facteur {nombre_ecrit(facteur)} : plus ou moins {nombre_ecrit(facteur * largeur, 2)} MW",
        en=f"Tuning weeks, factor {nombre_ecrit(facteur)}: plus or minus {nombre_ecrit(facteur * largeur, 2)} MW",
    )


labkit.explore(essayer_facteur, facteur=labkit.slider(fr="Facteur", en="Factor", low=1, high=3, step=0.1, start=1))

# %% id="correction-questions" hide=true
ask.number("correction-facteur", fr="Plus petit facteur, au dixième, qui atteint 90 % sur toutes les heures", en="Smallest factor, to one decimal, that reaches 90% over all hours", low=1, high=3)
ask.number("correction-soir", fr="Couverture du soir avec ce facteur", en="Coverage in the evening with that factor", low=0, high=100, unit="%")
ask.choice(
    "correction-lecture",
    fr="Avec ce facteur, l'intervalle est…",
    en="With that factor, the interval is…",
    options={
        "a": ("juste à toute heure, puisqu'il couvre 90 %", "right at all hours, since it covers 90%"),
        "b": ("trop large la nuit, trop étroit le soir : deux erreurs qui se compensent", "too wide at night, too narrow in the evening: two errors that make up for each other"),
        "c": ("trop étroit à toute heure : il faut élargir encore", "too narrow at all hours: it must be widened further"),
    },
)

# %% graded="correction"
facteur_donne, soir_donne, lecture = ask.answer("correction-facteur"), ask.answer("correction-soir"), ask.answer("correction-lecture")
check(facteur_donne).is_answered()
check(soir_donne).is_answered()
check(lecture).is_answered()
check.that(abs(facteur_donne - 1.5) > 0.01, fr="C'est le facteur de l'exemple. Un facteur plus petit ne suffirait-il pas ?", en="This is the factor of the example. Would a smaller one not be enough?")
check.that(abs(10 * facteur_donne - round(10 * facteur_donne)) <= 0.25, fr="Le curseur avance par dixièmes : donnez un facteur qu'il affiche.", en="The slider moves by tenths: give a factor that it shows.")
### BEGIN HIDDEN TESTS
facteurs = [round(1 + k / 10, 1) for k in range(21)]
suffisant = min(f for f in facteurs if couverture(f * largeur, reglage) >= 90)
check.that(facteur_donne > suffisant - 0.05, fr="Avec ce facteur, la couverture de toutes les heures n'atteint pas 90 % : relisez la première ligne de l'outil.", en="With this factor, the coverage of all hours does not reach 90%: read the first line of the tool again.")
suffisant_soir = min(f for f in facteurs if couverture(f * largeur, reglage & moments["soir"]) >= 90)
check.that(abs(facteur_donne - suffisant_soir) > 0.05, fr="C'est le facteur qu'il faudrait pour le soir. On demande ici celui qui suffit pour toutes les heures ensemble.", en="This is the factor that the evening would need. We ask here for the one that is enough for all hours together.")
check(facteur_donne).is_close_to(suffisant, within=0.02, fr="Ce facteur convient, mais un plus petit aussi : reculez le curseur d'un cran à la fois.", en="This factor will do, but so will a smaller one: move the slider back one notch at a time.")
check.that(abs(soir_donne - couverture(suffisant * largeur, reglage)) > 0.5, fr="C'est la couverture de toutes les heures. Lisez la ligne du soir.", en="This is the coverage of all hours. Read the line of the evening.")
attendu_soir = couverture(suffisant * largeur, reglage & moments["soir"])
check.that(abs(soir_donne - attendu_soir) <= 0.5 or abs(soir_donne - couverture(suffisant * largeur, essai & moments["soir"])) > 0.2, fr="C'est la couverture du soir sur les semaines d'essai. On demande celle des semaines de réglage, que donne l'outil de la partie 5.", en="This is the coverage in the evening on the trial weeks. We ask for that of the tuning weeks, which the tool of part 5 gives.")
check(soir_donne).is_close_to(attendu_soir, within=0.5, fr="Remettez l'outil sur votre facteur, et lisez la ligne du soir.", en="Set the tool to your factor again, and read the line of the evening.")
check(lecture).differs_from("a", fr="Comparez les trois lignes de l'outil : la promesse est-elle tenue le soir ?", en="Compare the three lines of the tool: is the promise kept in the evening?")
check(lecture).equals("b", fr="Regardez la ligne de la nuit : y manque-t-il des valeurs, ou y en a-t-il plus que promis ?", en="Look at the line of the night: are values missing there, or are there more than promised?")
### END HIDDEN TESTS

# %% [markdown] id="partie-6" lang="fr"
# ## 6. La réserve la plus sobre qui suffit
#
# Pour absorber l'incertitude, la régie tient prête une **réserve** égale à la **demi-largeur** de l'intervalle (le nombre qui suit « plus ou moins ») : si l'intervalle est de plus ou moins 3 MW, une turbine à gaz de 3 MW tourne au ralenti, prête à monter. Chaque mégawatt tenu prêt pendant une heure émet ici **0,05 tonne de CO₂**, qu'il serve ou non (chiffre inventé pour l'exercice). Une année compte 8 760 heures.
#
# **Un exemple.** Une réserve moyenne de 2 MW : 2 × 8 760 × 0,05 = **876 tonnes** par an. La remplacer par 1,5 MW en émettrait 657, soit (876 − 657) ÷ 876 = **25 %** de moins.
#
# Quatre façons de fixer la demi-largeur. La première est celle du prestataire ; les trois autres sont réglées sur les semaines de réglage :
#
# | réserve | demi-largeur |
# |---|---|
# | annoncée | les 2,93 MW du prestataire |
# | élargie en moyenne | celle du prestataire, multipliée par le facteur qui atteint 90 % sur toutes les heures |
# | élargie pour le soir | celle du prestataire, multipliée par un facteur unique, assez grand pour atteindre 90 % **le soir** |
# | par moment | **une demi-largeur pour chaque moment** de la journée : celle qui contient 90 % des écarts de ce moment |
#
# **Prévoyez**, puis exécutez la cellule : elle juge les quatre réserves sur les semaines d'**essai**.

# %% [markdown] id="partie-6" lang="en" of="439d452c"
# ## 6. The most frugal reserve that is enough
#
# To absorb uncertainty, the service keeps ready a **reserve** equal to the **half-width** of the interval (the number that follows "plus or minus"): if the interval is plus or minus 3 MW, a gas turbine of 3 MW idles, ready to go up. Each megawatt kept ready for an hour emits here **0.05 tonnes of CO₂**, whether it serves or not (a figure invented for the exercise). A year has 8,760 hours.
#
# **An example.** A mean reserve of 2 MW: 2 × 8,760 × 0.05 = **876 tonnes** a year. Replacing it by 1.5 MW would emit 657, that is (876 − 657) ÷ 876 = **25%** less.
#
# Four ways to set the half-width. The first is that of the supplier; the three others are tuned on the tuning weeks:
#
# | reserve | half-width |
# |---|---|
# | announced | the 2.93 MW of the supplier |
# | widened on average | that of the supplier, times the factor that reaches 90% over all hours |
# | widened for the evening | that of the supplier, times a single factor, large enough to reach 90% **in the evening** |
# | by time of day | **a half-width for each time of day**: the one that holds 90% of the gaps of that time |
#
# **Predict**, then run the cell: it judges the four reserves on the **trial** weeks.

# %% id="prevision-reserve" hide=true
avis_reserves = {
    "a": ("plus grande : trois demi-largeurs valent plus qu'une", "larger: three half-widths are more than one"),
    "b": ("à peu près égale", "about the same"),
    "c": ("presque deux fois plus petite", "almost half as large"),
}
ask.choice(
    "prevision-reserve",
    fr="Ma prévision (non notée) : par rapport à la réserve élargie pour le soir, la réserve par moment sera…",
    en="My prediction (not graded): compared with the reserve widened for the evening, the reserve by time of day will be…",
    options=avis_reserves,
)

# %% id="reserves-code" hide=true examiner=true
def premier_facteur(ou):
    """Le plus petit facteur, au dixième, qui atteint 90 % sur ces demi-heures."""
    return next(f for f in np.round(np.arange(1, 5, 0.1), 1) if couverture(f * largeur, ou) >= 90)


par_moment_largeur = np.zeros(len(reel))
for ou_moment in moments.values():
    par_moment_largeur[ou_moment] = np.quantile(ecart[reglage & ou_moment], 0.9)
reserves = {
    "annoncee": np.full(len(reel), largeur),
    "moyenne": np.full(len(reel), premier_facteur(reglage) * largeur),
    "soir": np.full(len(reel), premier_facteur(reglage & moments["soir"]) * largeur),
    "moments": par_moment_largeur,
}
reserve_moyenne = {cle: round(float(valeurs[essai].mean()), 2) for cle, valeurs in reserves.items()}

# %% id="montrer-reserves" hide=true
noms_reserves = {
    "annoncee": labkit.tr("annoncée", "announced"),
    "moyenne": labkit.tr("élargie en moyenne", "widened on average"),
    "soir": labkit.tr("élargie pour le soir", "widened for the evening"),
    "moments": labkit.tr("par moment", "by time of day"),
}
tableau_reserves = pd.DataFrame([
    [noms_reserves[c], nombre_ecrit(reserve_moyenne[c], 2), *(pourcent(couverture(reserves[c], essai & ou)) for ou in moments.values())]
    for c in reserves
])
tableau_reserves.columns = ["réserve", "réserve moyenne (MW)", "couverture, nuit", "couverture, jour", "couverture, soir"]  #@fr
tableau_reserves.columns = ["reserve", "mean reserve (MW)", "coverage, night", "coverage, day", "coverage, evening"]  #@en
labkit.table(tableau_reserves, fr="Quatre réserves, jugées sur les semaines d'essai", en="Four reserves, judged on the trial weeks")
avis = ask.answer("prevision-reserve")
if avis in avis_reserves:
    print(f"Vous aviez prévu, pour la réserve par moment : « {labkit.tr(*avis_reserves[avis])} ». Elle est de {nombre_ecrit(reserve_moyenne['moments'], 2)} MW, et la réserve élargie pour le soir de {nombre_ecrit(reserve_moyenne['soir'], 2)} MW.")  #@fr
    print(f"You had predicted, for the reserve by time of day: \"{labkit.tr(*avis_reserves[avis])}\". It is {nombre_ecrit(reserve_moyenne['moments'], 2)} MW, and the reserve widened for the evening {nombre_ecrit(reserve_moyenne['soir'], 2)} MW.")  #@en

# %% [markdown] id="reserve-texte" lang="fr"
# ### À vous : la réserve à retenir
#
# **L'exigence** : au moins **88 %** de couverture à **chaque** moment de la journée, sur les semaines d'essai (les 90 % promis, moins deux points pour le hasard du comptage). Parmi les réserves qui la satisfont, retenez celle qui émet le moins. Donnez ensuite :
#
# 1. ses émissions **par an**, en tonnes (à l'unité) ;
# 2. ce qu'elle épargne, en **% des émissions de l'autre** réserve qui satisfait l'exigence (à l'unité).

# %% [markdown] id="reserve-texte" lang="en" of="3a6222bf"
# ### Your turn: the reserve to keep
#
# **The requirement**: at least **88%** coverage at **each** time of day, on the trial weeks (the 90% promised, minus two points for the chance of counting). Among the reserves that meet it, keep the one that emits least. Then give:
#
# 1. its emissions **per year**, in tonnes (to the unit);
# 2. what it saves, in **% of the emissions of the other** reserve that meets the requirement (to the unit).

# %% id="reserve-questions" hide=true
ask.choice("reserve-choix", fr="La réserve à retenir", en="The reserve to keep", options={c: (n, n) for c, n in noms_reserves.items()})
ask.number("reserve-co2", fr="1. Ses émissions par an", en="1. Its emissions per year", low=0, high=100000, unit=labkit.tr("tonnes", "tonnes"))
ask.number("reserve-economie", fr="2. Ce qu'elle épargne", en="2. What it saves", low=0, high=100, unit="%")

# %% graded="reserve"
choix_reserve, co2, economie = ask.answer("reserve-choix"), ask.answer("reserve-co2"), ask.answer("reserve-economie")
check(choix_reserve).is_answered()
check(co2).is_answered()
check(economie).is_answered()
check.that(co2 >= 100, fr="Ces émissions sont trop petites pour une année : combien d'heures une turbine reste-t-elle prête ?", en="These emissions are too small for a year: for how many hours does a turbine stay ready?")
check.that(economie >= 1, fr="L'épargne se donne en pour cent : multipliez votre fraction par 100.", en="The saving is given in per cent: multiply your fraction by 100.")
### BEGIN HIDDEN TESTS
tonnes = {c: reserve_moyenne[c] * 8760 * 0.05 for c in reserves}
suffisantes = [c for c in reserves if min(couverture(reserves[c], essai & ou) for ou in moments.values()) >= 88]
sobre = min(suffisantes, key=tonnes.get)
autre = max(suffisantes, key=tonnes.get)
check(choix_reserve).differs_from("moyenne", fr="Cette réserve suffit en moyenne, mais regardez sa couverture du soir. L'exigence vaut pour chaque moment de la journée : éliminez d'abord les réserves qui ne la satisfont pas.", en="This reserve is enough on average, but look at its coverage in the evening. The requirement holds for each time of day: first rule out the reserves that do not meet it.")
check(choix_reserve).is_one_of(suffisantes, fr="Cette réserve émet peu, mais laisse le soir sans protection. L'exigence vaut pour chaque moment de la journée : éliminez d'abord les réserves qui ne la satisfont pas.", en="This reserve emits little, but leaves the evening unprotected. The requirement holds for each time of day: first rule out the reserves that do not meet it.")
check(choix_reserve).equals(sobre, fr="Cette réserve protège, mais une autre aussi, qui émet moins. Laquelle ?", en="This reserve protects, but so does another, which emits less. Which one?")
check.that(abs(co2 - tonnes[sobre] * 20) > 100, fr="Ce sont des mégawattheures. Il reste à compter ce qu'émet chacun.", en="These are megawatt-hours. It remains to count what each of them emits.")
check.that(abs(co2 - tonnes[sobre] * 2) > 40, fr="Vous avez compté la réserve deux fois : plus ou moins 3 MW demandent une réserve de 3 MW, et non de 6.", en="You counted the reserve twice: plus or minus 3 MW calls for a reserve of 3 MW, not of 6.")
check(co2).is_close_to(tonnes[sobre], within=20, fr="Émissions : la réserve moyenne, en MW, fois les heures d'une année, fois ce qu'émet un mégawatt tenu prêt pendant une heure.", en="Emissions: the mean reserve, in MW, times the hours of a year, times what a megawatt kept ready for an hour emits.")
check.that(abs(economie - 100 * tonnes[sobre] / tonnes[autre]) > 2, fr="C'est ce qu'il reste à émettre. L'épargne est ce qui a disparu.", en="This is what is still emitted. The saving is what has gone.")
check(economie).is_close_to(100 * (tonnes[autre] - tonnes[sobre]) / tonnes[autre], within=1.6, fr="Épargne : comparez aux émissions de l'autre réserve qui satisfait l'exigence, et divisez par celles-ci.", en="Saving: compare with the emissions of the other reserve that meets the requirement, and divide by the latter.")
### END HIDDEN TESTS

# %% [markdown] id="partie-7" lang="fr"
# **Ce que l'on voit.** Bien mesurer l'incertitude protège **et** épargne : on met de la réserve là où l'on doute, et non partout. Le même raisonnement vaut pour des stocks, des équipes, des lits d'hôpital.
#
# **Ce que l'on ne sait pas.** Toutes ces mesures viennent d'un automne et d'un hiver. Une vague de froid, l'été, des habitudes nouvelles peuvent tout changer. Une couverture se **surveille**, avec un seuil fixé d'avance, en dessous duquel on revoit la réserve.
#
# ## 7. Votre note
#
# La cheffe de la salle de conduite n'est pas statisticienne. En **quatre à six phrases**, dites-lui :
#
# - **de combien** la prévision se trompe, et ce qu'elle gagne sur la référence ;
# - ce que vaut la promesse « 90 % », **à quelle heure** elle n'est pas tenue, et pour qui cela compte ;
# - la réserve que vous **proposez**, avec un chiffre ;
# - ce que l'on **ne sait pas encore**, qui surveille la couverture, et **en dessous de quelle valeur** on revoit cette réserve (fixez un seuil).

# %% [markdown] id="partie-7" lang="en" of="791ce43d"
# **What we see.** Measuring uncertainty well protects **and** saves: reserve goes where there is doubt, not everywhere. The same reasoning holds for stocks, staff, hospital beds.
#
# **What we do not know.** All these measurements come from one autumn and one winter. A cold spell, the summer, new habits may change everything. Coverage must be **watched**, with a threshold set beforehand, below which the reserve is reconsidered.
#
# ## 7. Your note
#
# The head of the control room is not a statistician. In **four to six sentences**, tell her:
#
# - **by how much** the forecast is wrong, and what it gains over the reference;
# - what the promise "90%" is worth, **at what time** it is not kept, and for whom that matters;
# - the reserve that you **suggest**, with a figure;
# - what is **not yet known**, who watches the coverage, and **below which value** this reserve is reconsidered (set a threshold).

# %% id="note-reponse" hide=true
ask.text("note", fr="Ma note à la cheffe de salle", en="My note to the head of the control room", rows=7, words=(50, 150))

# %% [markdown] graded="note" lang="fr"
# *Cette réponse sera lue et notée par votre formatrice ou votre formateur (3 points : l'erreur et le gain, justes ; la promesse, l'heure où elle échoue et qui cela touche ; une réserve chiffrée, ce qui reste inconnu et une surveillance, avec un seuil).*

# %% [markdown] graded="note" lang="en" of="6695ce38"
# *This answer will be read and graded by your trainer (3 points: the error and the gain, right; the promise, the time at which it fails and whom that affects; a reserve with a figure, what remains unknown and how it is watched, with a threshold).*

# %% [markdown] id="fiche-texte" lang="fr"
# ### Votre fiche de prévision
#
# Exécutez la cellule : elle rassemble vos réponses en une page que vous gardez. Vous pouvez l'exécuter de nouveau après avoir corrigé une réponse.

# %% [markdown] id="fiche-texte" lang="en" of="c277f9a7"
# ### Your forecast sheet
#
# Run the cell: it gathers your answers on one page that you keep. You can run it again after correcting an answer.

# %% id="fiche" hide=true
a_completer = labkit.tr("à compléter", "to be completed")


def repondu(cle, unite="", decimales=1):
    valeur = ask.answer(cle)
    return a_completer if valeur is None else nombre_ecrit(float(valeur), decimales) + unite


mw, pc = " MW", labkit.tr(" %", "%")
labkit.artefact(
    "fiche-prevision",
    title=("Fiche de prévision : demande d'électricité", "Forecast sheet: electricity demand"),
    sections=[
        (("1. Ce que l'on prévoit", "1. What is forecast"), (
            "La demande de Valbrume (ville inventée), par demi-heure, prévue à minuit pour les 24 heures suivantes. Jugée sur six semaines que le modèle n'a pas apprises (17 février – 30 mars).",
            "The demand of Valbrume (an invented town), by half-hour, forecast at midnight for the next 24 hours. Judged on six weeks from which the model did not learn (17 February – 30 March).")),
        (("2. Erreur", "2. Error"), {
            labkit.tr("Référence à battre", "Reference to beat"): {"veille": labkit.tr("recopier la veille", "copy the day before"), "semaine": labkit.tr("recopier la semaine d'avant", "copy the week before")}.get(ask.answer("naive-choix"), a_completer),
            labkit.tr("Erreur de la référence", "Error of the reference"): repondu("naive-erreur", mw, 2),
            labkit.tr("Erreur du modèle", "Error of the model"): repondu("modele-erreur", mw, 2),
            labkit.tr("Gain", "Gain"): repondu("modele-gain", pc, 0),
            labkit.tr("Informations utilisées", "Information used"): ", ".join(noms_infos[c] for c in ask.answer("modele-infos") or []) or a_completer,
        }),
        (("3. Incertitude annoncée : 90 %", "3. Uncertainty announced: 90%"), {
            labkit.tr("Couverture mesurée", "Coverage measured"): repondu("couverture-part", pc),
            labkit.tr("Ce qu'il manque", "Shortfall"): repondu("couverture-manque", labkit.tr(" points", " points")),
            labkit.tr("Moment le moins bien couvert", "Time of day least covered"): noms_moments.get(ask.answer("couverture-moment"), a_completer),
            labkit.tr("Couverture à ce moment", "Coverage at that time"): repondu("couverture-soir", pc),
        }),
        (("4. Correction et réserve", "4. Correction and reserve"), {
            labkit.tr("Facteur unique (90 % en moyenne)", "Single factor (90% on average)"): repondu("correction-facteur"),
            labkit.tr("Couverture du soir avec ce facteur (semaines de réglage)", "Coverage in the evening with that factor (tuning weeks)"): repondu("correction-soir", pc),
            labkit.tr("Réserve retenue", "Reserve kept"): noms_reserves.get(ask.answer("reserve-choix"), a_completer),
            labkit.tr("Émissions par an", "Emissions per year"): repondu("reserve-co2", labkit.tr(" t de CO₂", " t of CO₂"), 0),
            labkit.tr("Épargne sur l'autre réserve suffisante", "Saving on the other sufficient reserve"): repondu("reserve-economie", pc, 0),
        }),
        (("5. Limites", "5. Limits"), (
            "Données et facteur d'émission inventés. Un automne et un hiver : rien n'est mesuré en été, ni pendant une longue vague de froid. La couverture est à compter de nouveau, par moment de la journée, à chaque changement d'habitudes.",
            "Invented data and emission factor. One autumn and one winter: nothing is measured in summer, or during a long cold spell. Coverage is to be counted again, by time of day, whenever habits change.")),
        (("6. Note à la cheffe de salle", "6. Note to the head of the control room"), ask.answer("note")),
    ],
)

# %% [markdown] id="bonus" lang="fr"
# ## Pour aller plus loin : programmer la couverture
#
# Cet exercice est **facultatif**, et rapporte des points en plus. Il demande quelques lignes de Python.
#
# Complétez la fonction `couvre(bas, haut, reel)`. Elle reçoit trois **listes** de même longueur : les bornes basses, les bornes hautes et les valeurs réelles. Elle rend la couverture **en pour cent** : la part des valeurs réelles comprises entre les deux bornes, **bornes comprises**.
#
# **Un exemple.** `couvre([1, 1, 1, 1], [3, 3, 3, 3], [2, 3, 4, 0])` rend `50.0` : 2 est dedans, 3 est juste sur la borne, donc dedans, 4 et 0 sont dehors. **Un coup de pouce** : `for b, h, r in zip(bas, haut, reel):` parcourt les trois listes ensemble ; `if 1 <= 2 <= 3:` exécute ce qui suit, car c'est vrai ; `return` rend le résultat.

# %% [markdown] id="bonus" lang="en" of="150e5d0e"
# ## Going further: programming coverage
#
# This exercise is **optional** and earns extra points. It asks for a few lines of Python.
#
# Complete the function `couvre(bas, haut, reel)` ("covers"). It receives three **lists** of the same length: the low ends, the high ends and the actual values. It returns the coverage **in per cent**: the share of actual values between the two ends, **ends included**.
#
# **An example.** `couvre([1, 1, 1, 1], [3, 3, 3, 3], [2, 3, 4, 0])` returns `50.0`: 2 is inside, 3 is right on the end, hence inside, 4 and 0 are outside. **A hint**: `for b, h, r in zip(bas, haut, reel):` goes through the three lists together; `if 1 <= 2 <= 3:` runs what follows, since it is true; `return` gives the result back.

# %% id="couvre-code" answer=true
def couvre(bas, haut, reel):
    ### BEGIN SOLUTION
    dedans = [b <= r <= h for b, h, r in zip(bas, haut, reel)]
    return 100 * sum(dedans) / len(dedans)
    ### END SOLUTION

# %% graded="couvre"
check(couvre).called_with([1, 1], [3, 3], [2, 5]).is_close_to(50, within=0.001, fr="Une valeur dedans, une dehors : on attend 50, en pour cent.", en="One value inside, one outside: 50 is expected, in per cent.")
check(couvre).called_with([1, 1, 1, 1], [3, 3, 3, 3], [2, 3, 4, 0]).is_close_to(50, within=0.001, fr="Sur l'exemple, on attend 50. Une valeur juste sur la borne est dedans ; une valeur trop basse est dehors.", en="On the example, 50 is expected. A value right on the end is inside; a value too low is outside.")
### BEGIN HIDDEN TESTS
tirage_cache = np.random.default_rng(labkit.seed("couvre"))
centre = tirage_cache.normal(50, 5, 200)
vrai_cache = centre + tirage_cache.normal(0, 2, 200)
attendue_cachee = 100 * float(np.mean(np.abs(vrai_cache - centre) <= 2.5))
check(couvre).called_with((centre - 2.5).tolist(), (centre + 2.5).tolist(), vrai_cache.tolist()).is_close_to(attendue_cachee, within=0.001, fr="Sur 200 valeurs, la couverture ne tombe pas juste : comparez chaque valeur à ses propres bornes.", en="On 200 values, the coverage does not come out right: compare each value with its own ends.")
check(couvre).called_with([5], [9], [5]).is_close_to(100, within=0.001, fr="Une valeur égale à la borne basse est dedans.", en="A value equal to the low end is inside.")
### END HIDDEN TESTS

# %% [markdown] id="fin" lang="fr"
# ## Ce que vous savez faire maintenant
#
# - Mesurer une **erreur** et un **biais**, et les rapporter à une prévision naïve.
# - Écarter ce que l'on **ne savait pas** au moment de prévoir.
# - **Compter** pour vérifier un intervalle, et regarder la promesse moment par moment, car une moyenne cache des erreurs contraires.
# - Régler sur une période, **juger sur une autre**.
# - Choisir la solution **la plus sobre qui suffit**, l'exigence d'abord.
#
# Il reste à remettre votre lab : le panneau ci-dessous s'en charge.

# %% [markdown] id="fin" lang="en" of="0ad636c0"
# ## What you can do now
#
# - Measure an **error** and a **bias**, and relate them to a naive forecast.
# - Set aside what was **not known** at the time of forecasting.
# - **Count** to check an interval, and look at the promise time by time, for a mean hides opposite errors.
# - Tune on one period, **judge on another**.
# - Choose the **most frugal solution that is enough**, the requirement first.
#
# All that remains is to submit your lab: the panel below takes care of it.
