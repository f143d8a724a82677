# ---
# caire:
#   id: t-02-lire-les-resultats
#   level: null
#   minutes: 120
#   profile: cpu
#   title:
#     fr: "Lire les résultats d'un devoir"
#     en: "Reading the results of an assignment"
#   summary:
#     fr: "Vous saurez repérer, dans les résultats d'un devoir, la question qui trompe et celle qui est seulement difficile, voir si deux versions se valent, et corriger les notes sans léser personne. Vous saurez aussi refuser de conclure quand les réponses sont trop peu nombreuses, et publier des résultats qui ne désignent personne."
#     en: "You will be able to tell, in the results of an assignment, the question that misleads from the one that is merely hard, see whether two versions are worth the same, and correct marks without harming anyone. You will also be able to refuse to conclude when answers are too few, and to publish results that point at nobody."
#   budget: {cpu_seconds: 60, memory_mib: 1536, cell_seconds: 60}
#   questions:
#     difficulte: {points: 2, skill: nf.stats.difficulte, fr: "La difficulté d'une question", en: "The difficulty of a question"}
#     discrimination: {points: 3, skill: nf.stats.discrimination, fr: "Ce qu'une question distingue", en: "What a question tells apart"}
#     cassee: {points: 3, skill: nf.stats.discrimination, fr: "Trouver la question qui contredit les autres", en: "Find the question that contradicts the others"}
#     equite: {points: 3, skill: nf.stats.equite, fr: "Comparer deux versions à niveau égal", en: "Compare two versions at equal level"}
#     diagnostic: {points: 3, skill: nf.stats.diagnostic, fr: "Lire les erreurs, question par question", en: "Read the mistakes, question by question"}
#     renoter: {points: 3, skill: nf.stats.renoter, fr: "Corriger les notes sans léser personne", en: "Correct the marks without harming anyone"}
#     douter: {points: 3, skill: nf.stats.douter, fr: "Douze réponses : conclure, ou non", en: "Twelve answers: conclude, or not"}
#     publier: {points: 3, skill: nf.stats.publier, fr: "Publier sans désigner personne", en: "Publish without pointing at anyone"}
#     avis: {points: 2, manual: true, skill: nf.stats.renoter, fr: "Votre note au jury", en: "Your note to the jury"}
#     messages: {points: 2, bonus: true, skill: nf.stats.diagnostic, fr: "Pour aller plus loin : regrouper les erreurs par message", en: "Going further: group mistakes by message"}
#   answers:
#     prevoir-cassee: b
#     prevoir-ecart: c
#     diagnostic: {q1: rien, q2: facile, q3: rien, q4: cle, q5: dure, q6: rien, q7: deux, q8: version, q9: rien, q10: rien}
#     prevoir-suppression: b
#     renoter-leses: 60
#     renoter-choix: c
#     douter-avis: b
#     publier-exposees: 10
#     avis: "La réponse attendue de q4 était mal saisie (discrimination −0,45 sur 240 personnes), q7 a deux bonnes réponses et la version anglaise de q8 trompe (28 points d'écart à niveau égal). Je propose d'accepter les réponses défendables et de laisser à chacun les points acquis : 167 personnes gagnent, personne ne perd, 32 de plus sont admises. Supprimer les questions en aurait lésé 60. Je garde q5, difficile mais juste, et je ne conclus rien de q11, vue par douze personnes. Avant le prochain devoir, une personne bilingue relira les deux versions, et je regarderai les discriminations dès les cinquante premières copies ; chacun peut demander à revoir sa note pendant quinze jours."
# ---

# %% [markdown] id="titre" lang="fr"
# # Lire les résultats d'un devoir
#
# **La situation.** Vous animez une formation à l'IA sur cinq sites (inventés). 240 personnes viennent de rendre un devoir de dix questions, en français ou en anglais. 43 % seulement sont admises, le jury se réunit demain,
# et trois messages vous attendent : « la question 5 est infaisable », « la question 4 est fausse », « les anglophones sont favorisés ». **Qui a raison, et que deviennent les notes ?** Vous répondrez par des mesures, puis par une décision.
#
# | étape | ce que vous faites | durée |
# |---|---|---|
# | 1 à 3 | mesurer chaque question, trouver celle qui contredit les autres | 40 min |
# | 4 et 5 | comparer les deux versions, lire les erreurs, poser un diagnostic | 30 min |
# | 6 | corriger les notes sans léser personne | 20 min |
# | 7 et 8 | refuser de conclure, publier sans désigner | 20 min |
# | 9 | écrire la note au jury | 10 min |
#
# **Comment ça marche.** Maj + Entrée exécute une cellule. Là où vous voyez des points de suspension `...`, vous écrivez : une à huit lignes à chaque fois. La cellule repliée qui suit vérifie votre réponse : exécutez-la aussi. Elle
# affiche ✓, ou vous dit quoi regarder : recommencez autant de fois que vous voulez. La remise refait ces vérifications, puis d'autres, sur des devoirs que vous n'avez pas vus.

# %% [markdown] id="titre" lang="en" of="f84b5066"
# # Reading the results of an assignment
#
# **The situation.** You run a training course on AI at five (invented) sites. 240 people have just handed in an assignment of ten questions, in French or in English. Only 43% pass, the jury meets tomorrow,
# and three messages await you: "question 5 cannot be done", "question 4 is wrong", "English speakers are favoured". **Who is right, and what becomes of the marks?** You will answer with measurements, then with a decision.
#
# | step | what you do | time |
# |---|---|---|
# | 1 to 3 | measure each question, find the one that contradicts the others | 40 min |
# | 4 and 5 | compare the two versions, read the mistakes, make a diagnosis | 30 min |
# | 6 | correct the marks without harming anyone | 20 min |
# | 7 and 8 | refuse to conclude, publish without pointing at anyone | 20 min |
# | 9 | write the note to the jury | 10 min |
#
# **How it works.** Shift + Enter runs a cell. Where you see an ellipsis `...`, you write: one to eight lines each time. The folded cell that follows checks your answer: run it too. It shows ✓, or
# tells you what to look at: try as often as you like. Submitting runs these checks again, then others, on assignments that you have not seen.

# %% id="outils"
import re

import numpy as np
import pandas as pd

graine = labkit.seed()  # le hasard du lab part de ce nombre : mêmes calculs, mêmes résultats  #@fr
graine = labkit.seed()  # the randomness of the lab starts from this number: same computation, same results  #@en

# %% [markdown] id="donnees-texte" lang="fr"
# ## 1. La difficulté d'une question
#
# Deux fichiers. `questions` donne, pour chaque question, son `bareme` (1 ou 2 points), son texte, ses options, et la `cle` : la réponse attendue, telle qu'elle a été saisie. `reponses` a une ligne par personne :
#
# | colonne | sens |
# |---|---|
# | `personne` | un numéro tiré au sort, sans nom |
# | `version` | la langue du devoir, `fr` ou `en` |
# | `site`, `metier` | où la personne travaille, et ce qu'elle y fait |
# | `q1` à `q10` | l'option choisie ; vide si la personne n'a rien répondu (0 point) |
# | `q11` | une question **à l'essai**, qui ne compte pas, posée à douze personnes tirées au sort ; `-` pour les autres |
#
# La cellule suivante en tire `points` (une ligne par personne, une colonne par question comptée) et `essai_q11` (1, 0, ou `nan` pour qui n'a pas reçu q11), et affiche leur forme. L'admission demande 60 % des 12 points, soit 7,2.

# %% [markdown] id="donnees-texte" lang="en" of="8c95b6c8"
# ## 1. The difficulty of a question
#
# Two files. `questions` gives, for each question, its `bareme` (points: 1 or 2), its text, its options, and the `cle` (key): the expected answer, as it was entered. `reponses` (answers) has one row per person:
#
# | column | meaning |
# |---|---|
# | `personne` | a number drawn by lot, without a name |
# | `version` | the language of the assignment, `fr` or `en` |
# | `site`, `metier` | where the person works, and their job |
# | `q1` to `q10` | the option chosen; empty if the person did not answer (0 points) |
# | `q11` | a question **on trial**, which does not count, put to twelve people drawn by lot; `-` for the others |
#
# The next cell derives from them `points` (one row per person, one column per question that counts) and `essai_q11` (1, 0, or `nan` for those who were not given q11), and shows their shapes. Passing takes 60% of the 12 points, that is 7.2.

# %% id="donnees" examiner=true
reponses = pd.read_csv("data/reponses.csv", keep_default_na=False)
questions = pd.read_csv("data/questions.csv").set_index("question")
comptees = [f"q{i}" for i in range(1, 11)]
bareme = questions.loc[comptees, "bareme"].to_numpy(float)
points = np.column_stack([(reponses[q] == questions.cle[q]) * float(questions.bareme[q]) for q in comptees])
vue = (reponses["q11"] != "-").to_numpy()
essai_q11 = np.where(vue, (reponses["q11"] == questions.cle["q11"]).astype(float), np.nan)

# %% id="donnees-voir"
total = points.sum(axis=1)
labkit.table(reponses.head(4), index=False, fr="Les quatre premières personnes", en="The first four people")
admis = int((total >= 0.6 * 12).sum())
print(f"points : {points.shape} ; q11 : {essai_q11.shape}, dont {int(vue.sum())} valeurs connues ; admis : {admis} sur {len(total)}")  #@fr
print(f"points: {points.shape}; q11: {essai_q11.shape}, with {int(vue.sum())} known values; passed: {admis} of {len(total)}")  #@en

# %% [markdown] id="difficulte-texte" lang="fr"
# La **difficulté** se lit sur la **part des points obtenus** : à 0,9, la question est facile ; à 0,2, elle est difficile. (Le nom est trompeur, car un grand nombre veut dire « facile » ; l'usage l'a gardé.)
#
# **Un exemple à la main.** Quatre personnes, deux questions. La première vaut 1 point : elles ont 1, 0, 1, 1. Part des points : 3 / 4 = **0,75**. La seconde vaut 2 points : elles ont 2, 1, 0, et la quatrième **ne l'a pas reçue** (`nan`, « pas un nombre » : NumPy note ainsi ce qui manque).
# Trois personnes l'ont reçue ; elles pouvaient avoir 6 points en tout, elles en ont 3 : **0,5**. Ne pas avoir reçu une question n'est pas l'avoir manquée.
#
# ### Exercice 1. La part des points
#
# - **On vous demande** la fonction `difficulte(points, bareme)`, qui rend un tableau : une part, entre 0 et 1, par question.
# - **On vous donne** `points` (forme `(n, m)` : n personnes, m questions ; `nan` là où la question n'a pas été posée) et `bareme` (forme `(m,)`). **Attendu** : forme `(m,)`.
# - **Un coup de pouce** : `np.nanmean(tableau, axis=0)` fait la moyenne de chaque colonne sans les `nan`.

# %% [markdown] id="difficulte-texte" lang="en" of="791755ce"
# **Difficulty** is read from the **share of points obtained**: at 0.9 the question is easy, at 0.2 it is hard. (The name misleads, since a large number means "easy"; usage has kept it.)
#
# **An example by hand.** Four people, two questions. The first is worth 1 point: they have 1, 0, 1, 1. Share of points: 3 / 4 = **0.75**. The second is worth 2 points: they have 2, 1, 0, and the fourth person **was not given it** (`nan`, "not a number": NumPy's mark for what is missing).
# Three people were given it; they could have 6 points in all, they have 3: **0.5**. Not having been given a question is not having failed it.
#
# ### Exercise 1. The share of points
#
# - **You are asked for** the function `difficulte(points, bareme)`, which returns an array: one share, between 0 and 1, per question.
# - **You are given** `points` (shape `(n, m)`: n people, m questions; `nan` where the question was not asked) and `bareme` (shape `(m,)`). **Expected**: shape `(m,)`.
# - **A hint**: `np.nanmean(array, axis=0)` takes the mean of each column without the `nan`.

# %% id="difficulte-code" answer=true
def difficulte(points, bareme):
    ### BEGIN SOLUTION
    return np.nanmean(points, axis=0) / bareme
    ### END SOLUTION

# %% graded="difficulte"
import numpy as np

P4 = np.array([[1.0, 2.0], [0.0, 1.0], [1.0, 0.0], [1.0, np.nan]])
parts = difficulte(P4, np.array([1.0, 2.0]))
check(parts).has_shape((2,), fr="`difficulte` rend une part par question, non par personne.", en="`difficulte` returns one share per question, not per person.")
check(parts).is_between(0, 1, fr="Une part des points est comprise entre 0 et 1, même quand la question vaut 2 points.", en="A share of points lies between 0 and 1, even when the question is worth 2 points.")
check(float(parts[0])).is_close_to(0.75, within=1e-6, fr="Dans l'exemple, trois personnes sur quatre réussissent la première question : est-ce la réussite que vous mesurez ?", en="In the example, three people out of four get the first question right: is success what you measure?")
check(float(parts[1])).is_close_to(0.5, within=1e-6, fr="Dans l'exemple, la seconde question vaut 2 points, et une personne ne l'a pas reçue : combien de points pouvait-on avoir en tout ?", en="In the example, the second question is worth 2 points, and one person was not given it: how many points could be had in all?")
### BEGIN HIDDEN TESTS
hasard = np.random.default_rng(labkit.seed("difficulte"))
B5 = np.array([1.0, 2.0, 3.0, 1.0, 4.0])
P5 = np.round(hasard.random((60, 5)) * B5)
P5[hasard.random((60, 5)) < 0.2] = np.nan
check(np.asarray(difficulte(P5, B5))).is_close_to(
    np.nanmean(P5, axis=0) / B5, within=1e-6,
    fr="Sur un autre devoir, où une question vaut jusqu'à 4 points et où certaines n'ont pas été posées à tous, les parts ne tombent pas juste.",
    en="On another assignment, where a question is worth up to 4 points and some were not put to everybody, the shares do not come out right.",
)
### END HIDDEN TESTS

# %% id="difficulte-voir"
parts_obtenues = difficulte(points, bareme)
if parts_obtenues is None:
    print("Les parts de points se liront ici, après l'exercice 1.")  #@fr
    print("The shares of points will be read here, after exercise 1.")  #@en
else:
    labkit.plots.bars(comptees, [float(p) for p in parts_obtenues], digits=2, fr="Part des points obtenus, par question", en="Share of points obtained, by question", x=("question", "question"), y=("part des points", "share of points"))

# %% [markdown] id="discrimination-texte" lang="fr"
# **Ce que l'on voit.** Deux questions, q4 et q5, sont plus difficiles que toutes les autres ; q2 est réussie par presque tout le monde. Mais difficile ne veut pas dire mauvaise : la part des points ne dit pas **qui** réussit.
#
# ## 2. Ce qu'une question distingue
#
# Une question utile est mieux réussie par les personnes qui réussissent le reste. Sa **discrimination** est la corrélation entre les points à cette question et le **total des autres questions**. Une corrélation va de −1 à 1 : 1 si les deux nombres montent ensemble, −1 si l'un descend quand l'autre monte, 0 s'ils n'ont pas de lien. Voici des repères d'usage :
#
# | discrimination | lecture |
# |---|---|
# | au-dessus de 0,3 | la question distingue bien |
# | de 0,1 à 0,3 | elle distingue peu : à relire |
# | autour de 0 | elle ne distingue rien (trop facile, trop difficile, ou sans rapport avec le reste) |
# | négative | elle contredit les autres : les plus solides la manquent |
#
# Pourquoi le total des **autres** ? Si la question compte dans le total, on la compare en partie à elle-même, et toute question paraît bonne.
#
# **Un exemple à la main.** Quatre personnes, trois questions : les points sont (1, 1, 1), (1, 1, 0), (0, 1, 0), (0, 0, 0). Pour la question en position 0, la colonne est 1, 1, 0, 0 et le total des autres est 2, 1, 1, 0. La corrélation vaut **0,707**.
# Avec le total complet 3, 2, 1, 0, on trouverait 0,894 : trop flatteur.
#
# ### Exercice 2. La discrimination
#
# - **On vous demande** la fonction `discrimination(points, j)`, qui rend un nombre entre −1 et 1.
# - **On vous donne** `points` (forme `(n, m)`, sans `nan`) et `j`, la **position** d'une colonne : 0 pour la première.
# - **Un coup de pouce** : `np.corrcoef(a, b)[0, 1]` donne la corrélation de deux tableaux de forme `(n,)`, et `points.sum(axis=1)` le total de chaque personne.

# %% [markdown] id="discrimination-texte" lang="en" of="bb464a13"
# **What we see.** Two questions, q4 and q5, are harder than all the others; nearly everyone gets q2 right. But hard does not mean bad: the share of points does not say **who** succeeds.
#
# ## 2. What a question tells apart
#
# A useful question is answered better by people who do well on the rest. Its **discrimination** is the correlation between the points on this question and the **total of the other questions**. A correlation goes from −1 to 1: 1 if both numbers rise together, −1 if one falls when the other rises, 0 if they are unrelated. Here are the usual benchmarks:
#
# | discrimination | reading |
# |---|---|
# | above 0.3 | the question tells people apart well |
# | from 0.1 to 0.3 | it tells them apart poorly: to be read again |
# | around 0 | it tells nobody apart (too easy, too hard, or unrelated to the rest) |
# | negative | it contradicts the others: the strongest people fail it |
#
# Why the total of the **others**? If the question counts in the total, it is partly compared with itself, and every question looks good.
#
# **An example by hand.** Four people, three questions: the points are (1, 1, 1), (1, 1, 0), (0, 1, 0), (0, 0, 0). For the question at position 0, the column is 1, 1, 0, 0 and the total of the others is 2, 1, 1, 0. The correlation is **0.707**.
# With the full total 3, 2, 1, 0 one would find 0.894: too flattering.
#
# ### Exercise 2. Discrimination
#
# - **You are asked for** the function `discrimination(points, j)`, which returns a number between −1 and 1.
# - **You are given** `points` (shape `(n, m)`, without `nan`) and `j`, the **position** of a column: 0 for the first.
# - **A hint**: `np.corrcoef(a, b)[0, 1]` gives the correlation of two arrays of shape `(n,)`, and `points.sum(axis=1)` the total of each person.

# %% id="discrimination-code" answer=true
def discrimination(points, j):
    ### BEGIN SOLUTION
    autres = points.sum(axis=1) - points[:, j]
    return float(np.corrcoef(points[:, j], autres)[0, 1])
    ### END SOLUTION

# %% graded="discrimination"
import numpy as np

P43 = np.array([[1.0, 1.0, 1.0], [1.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
trouvee = discrimination(P43, 0)
check(trouvee).is_a("number", fr="`discrimination` rend un seul nombre, pour la question en position `j`.", en="`discrimination` returns a single number, for the question at position `j`.")
check(trouvee).is_between(-1, 1, fr="Une corrélation reste entre −1 et 1 : la vôtre n'en est pas une.", en="A correlation stays between −1 and 1: yours is not one.")
check(abs(float(trouvee) - 0.894)).is_at_least(0.01, fr="Vous comparez la question à un total dont elle fait partie : elle se ressemble forcément.", en="You compare the question with a total that it is part of: it is bound to look like itself.")
check(trouvee).is_close_to(0.707, within=0.001, fr="Sur l'exemple, la corrélation de 1, 1, 0, 0 avec le total des autres vaut 0,707.", en="On the example, the correlation of 1, 1, 0, 0 with the total of the others is 0.707.")
### BEGIN HIDDEN TESTS
hasard = np.random.default_rng(labkit.seed("discrimination"))
niveau = hasard.normal(size=200)
P6 = (hasard.random((200, 6)) < 1 / (1 + np.exp(-1.8 * (niveau[:, None] - np.linspace(-1, 1, 6))))) * np.array([1.0, 1.0, 1.0, 3.0, 1.0, 1.0])
P6[:, 4] = 1 - P6[:, 4]
for j in (3, 4, 5):
    check(float(discrimination(P6, j))).is_close_to(
        float(np.corrcoef(P6[:, j], P6.sum(axis=1) - P6[:, j])[0, 1]), within=0.001,
        fr="Sur un autre devoir, où une question vaut 3 points et une autre est inversée, la discrimination ne tombe pas juste : la position, le signe et le total des autres comptent.",
        en="On another assignment, where one question is worth 3 points and another is reversed, discrimination does not come out right: the position, the sign and the total of the others matter.",
    )
### END HIDDEN TESTS

# %% id="prevoir-cassee" hide=true
ask.choice(
    "prevoir-cassee",
    fr="Prévoyez, avant d'exécuter la suite : à quoi reconnaîtra-t-on une question dont la réponse attendue est fausse ?",
    en="Predict, before you run what follows: how will one recognise a question whose expected answer is wrong?",
    options={
        "a": ("C'est la plus difficile.", "It is the hardest."),
        "b": ("Ce sont surtout les personnes faibles ailleurs qui la réussissent.", "Mostly people who are weak elsewhere get it right."),
        "c": ("Personne ne la réussit.", "Nobody gets it right."),
    },
)

# %% id="discrimination-voir"
discriminations = [discrimination(points, j) for j in range(10)]
if None in discriminations:
    discriminations = None
    print("Les discriminations se liront ici, après l'exercice 2.")  #@fr
    print("Discriminations will be read here, after exercise 2.")  #@en
else:
    discriminations = [float(d) for d in discriminations]
    labkit.plots.bars(comptees, discriminations, digits=2, reference=0.3, fr="Discrimination de chaque question ; repère à 0,3", en="Discrimination of each question; mark at 0.3", x=("question", "question"), y=("discrimination", "discrimination"))

# %% [markdown] id="cassee-texte" lang="fr"
# **Ce que l'on voit.** Les deux questions difficiles n'ont rien en commun : l'une distingue très bien, l'autre a une discrimination nettement négative. Celle-ci, ce sont surtout les personnes faibles ailleurs qui la réussissent. Comparez avec votre prévision ; la partie 5 dira pourquoi.
#
# ## 3. La question qui contredit les autres
#
# Peut-on écrire une règle, pour tous les devoirs à venir ? Une discrimination négative ne suffit pas : sur peu de personnes, elle peut être due au hasard. Quand une question n'a aucun lien avec les autres, sa discrimination, calculée sur n personnes, s'écarte couramment de 0 d'environ $1/\sqrt{n}$.
# On n'accuse donc une question que si sa discrimination est **inférieure à** $-2/\sqrt{n}$.
#
# **Un exemple.** Avec 100 personnes, la limite est −2 / 10 = −0,2 : on accuse à −0,25, mais pas à −0,15. Avec 16 personnes, elle est à −0,5.
#
# ### Exercice 3. Une règle qui accuse à bon escient
#
# - **On vous demande** la fonction `question_cassee(points)`. Elle rend la **position** de la question dont la discrimination est la plus basse, si elle est inférieure à $-2/\sqrt{n}$ ; sinon, le texte `"aucune"`.
# - **On vous donne** `points` (forme `(n, m)`). Servez-vous de `discrimination`. **Un coup de pouce** : `np.argmin(liste)` donne la position du plus petit nombre, `len(points)` le nombre de personnes.

# %% [markdown] id="cassee-texte" lang="en" of="2e80a723"
# **What we see.** The two hard questions have nothing in common: one tells people apart very well, the other has a clearly negative discrimination. It is mostly people who are weak elsewhere who get the latter right. Compare with your prediction; part 5 will say why.
#
# ## 3. The question that contradicts the others
#
# Can a rule be written, for all assignments to come? A negative discrimination is not enough: with few people, it may be due to chance. When a question has no link with the others, its discrimination, computed on n people, commonly strays from 0 by about $1/\sqrt{n}$.
# So a question is accused only if its discrimination is **below** $-2/\sqrt{n}$.
#
# **An example.** With 100 people, the limit is −2 / 10 = −0.2: a question is accused at −0.25, but not at −0.15. With 16 people, it is at −0.5.
#
# ### Exercise 3. A rule that accuses with good reason
#
# - **You are asked for** the function `question_cassee(points)` (broken question). It returns the **position** of the question whose discrimination is lowest, if it is below $-2/\sqrt{n}$; otherwise, the text `"aucune"` (none).
# - **You are given** `points` (shape `(n, m)`). Use `discrimination`. **A hint**: `np.argmin(list)` gives the position of the smallest number, `len(points)` the number of people.

# %% id="cassee-code" answer=true
def question_cassee(points):
    ### BEGIN SOLUTION
    valeurs = [discrimination(points, j) for j in range(points.shape[1])]
    pire = int(np.argmin(valeurs))
    return pire if valeurs[pire] < -2 / np.sqrt(len(points)) else "aucune"
    ### END SOLUTION

# %% graded="cassee"
import numpy as np

rangs = np.arange(100)
rangees = np.column_stack([rangs >= 20, rangs < 60, rangs >= 50, rangs >= 35, rangs >= 80]).astype(float)
check(question_cassee(rangees)).differs_from(4, fr="Vous désignez une question difficile. Sur ce devoir d'essai, les personnes solides la réussissent : est-ce elle qui contredit les autres ?", en="You point at a hard question. On this trial assignment, strong people get it right: is it the one that contradicts the others?")
check(question_cassee(rangees)).equals(1, fr="Sur un devoir d'essai de cinq questions, une seule est mieux réussie par les plus faibles : la deuxième, en position 1.", en="On a trial assignment of five questions, only one is answered better by the weakest people: the second one, at position 1.")
### BEGIN HIDDEN TESTS
hasard = np.random.default_rng(labkit.seed("cassee"))


def devoir(n, seuils):
    niveau = hasard.normal(size=n)
    return (hasard.random((n, len(seuils))) < 1 / (1 + np.exp(-2.2 * (niveau[:, None] - np.array(seuils))))).astype(float)


sain = devoir(300, [-1.0, 0.0, 1.6, 0.5, -0.5, 0.2])
check(question_cassee(sain)).equals("aucune", fr="Sur un devoir sain, dont une question est très difficile, votre fonction accuse à tort.", en="On a sound assignment, one question of which is very hard, your function accuses wrongly.")
petit = np.array([[i >= 3, i >= 6, i >= 9, i in (0, 1, 4, 6, 8)] for i in range(12)]).astype(float)
check(question_cassee(petit)).equals("aucune", fr="Avec douze personnes, une discrimination négative peut venir du hasard : à quelle limite la comparez-vous ?", en="With twelve people, a negative discrimination may come from chance: which limit do you compare it with?")
i50 = np.arange(50)
cinquante = np.column_stack([i50 >= 10, i50 >= 20, np.where(i50 < 40, i50 % 6 < 4, i50 % 6 >= 4), i50 >= 30, i50 >= 40]).astype(float)
check(question_cassee(cinquante)).equals("aucune", fr="Avec cinquante personnes, vous accusez une question dont la discrimination, un peu négative, reste dans la marge du hasard : à quelle limite la comparez-vous ?", en="With fifty people, you accuse a question whose discrimination, slightly negative, stays within the margin of chance: which limit do you compare it with?")
check(question_cassee(np.tile(cinquante, (4, 1)))).equals(2, fr="Les mêmes réponses, données par quatre fois plus de personnes, ont les mêmes discriminations, mais non la même limite : comment la vôtre dépend-elle du nombre de personnes ?", en="The same answers, given by four times as many people, have the same discriminations, but not the same limit: how does yours depend on the number of people?")
deux = devoir(600, [-1.0, 0.0, 0.3, 0.8, -0.5, 0.2, -0.2, 0.6])
deux[:, 1] = np.where(hasard.random(600) < 0.5, hasard.integers(0, 2, 600), 1 - deux[:, 1])
deux[:, 6] = 1 - deux[:, 6]
basses = [float(np.corrcoef(deux[:, j], deux.sum(axis=1) - deux[:, j])[0, 1]) for j in range(8)]
check(question_cassee(deux)).equals(int(np.argmin(basses)), fr="Quand plusieurs questions contredisent les autres, on demande celle dont la discrimination est la plus basse.", en="When several questions contradict the others, the one with the lowest discrimination is asked for.")
inverse = devoir(300, [-1.0, 0.0, 0.4, 1.8, -0.5, 0.2])
inverse[:, 4] = 1 - inverse[:, 4]
check(question_cassee(inverse)).equals(4, fr="Sur 300 personnes, une question est inversée, une autre très difficile : la vôtre n'est pas la bonne.", en="On 300 people, one question is reversed, another very hard: yours is not the right one.")
### END HIDDEN TESTS

# %% id="cassee-voir"
cassee = question_cassee(points)
if cassee is None or cassee == "aucune":
    cassee = None
    print("Cette cellule attend l'exercice 3 : votre fonction n'accuse encore aucune question.")  #@fr
    print("This cell waits for exercise 3: your function accuses no question yet.")  #@en
else:
    print("question qui contredit les autres :", comptees[cassee])  #@fr
    print("question that contradicts the others:", comptees[cassee])  #@en

# %% [markdown] id="equite-texte" lang="fr"
# ## 4. Deux versions se valent-elles ?
#
# Les personnes qui ont pris la version anglaise réussissent plus souvent certaines questions. Est-ce la version, ou sont-elles plus avancées ? Comparer toutes les personnes d'une version à toutes celles de l'autre mélange les deux explications. Il faut comparer des personnes **de même niveau** :
# on range chaque personne selon ses points aux **autres** questions, et l'on compare les versions dans chaque niveau. Un écart qui subsiste à niveau égal s'appelle un **fonctionnement différentiel** : la question ne demande pas la même chose à tout le monde.
#
# **Un exemple à la main.**
#
# | niveau | version française | version anglaise | écart (anglaise − française) |
# |---|---|---|---|
# | faible | 4 réussites sur 10 : 0,4 | 1 sur 5 : 0,2 | −0,2 |
# | fort | 8 sur 10 : 0,8 | 14 sur 20 : 0,7 | −0,1 |
# | tous | 12 sur 20 : 0,6 | 15 sur 25 : 0,6 | **0** : on ne voit rien |
#
# À niveau égal, la version anglaise est pourtant moins réussie, partout. On résume en pondérant chaque écart par le nombre de personnes de la **version anglaise** dans ce niveau (ce sont elles qu'un défaut toucherait) : (5 × (−0,2) + 20 × (−0,1)) / 25 = **−0,12**.
#
# ### Exercice 4. L'écart à niveau égal
#
# - **On vous demande** la fonction `ecart_a_niveau_egal(reussite, niveau, version)`, qui rend un nombre entre −1 et 1 : la moyenne pondérée ci-dessus, négative quand la version anglaise est moins réussie. Un niveau où l'une des deux versions n'a personne est laissé de côté.
# - **On vous donne** trois tableaux de forme `(n,)` : `reussite` (part des points à la question, de 0 à 1), `niveau` (un entier) et `version` (`"fr"` ou `"en"`).
# - **Un coup de pouce** : `reussite[(niveau == 2) & (version == "en")]` garde les personnes voulues ; `np.unique(niveau)` donne les niveaux présents.

# %% [markdown] id="equite-texte" lang="en" of="e50903dd"
# ## 4. Are the two versions equivalent?
#
# People who took the English version get some questions right more often. Is it the version, or are they more advanced? Comparing everyone in one version with everyone in the other mixes the two explanations. One must compare people **of the same level**:
# each person is placed by their points on the **other** questions, and versions are compared within each level. A gap that remains at equal level is called **differential functioning**: the question does not ask the same thing of everyone.
#
# **An example by hand.**
#
# | level | French version | English version | gap (English − French) |
# |---|---|---|---|
# | weak | 4 right out of 10: 0.4 | 1 out of 5: 0.2 | −0.2 |
# | strong | 8 out of 10: 0.8 | 14 out of 20: 0.7 | −0.1 |
# | all | 12 out of 20: 0.6 | 15 out of 25: 0.6 | **0**: nothing shows |
#
# And yet, at equal level, the English version is answered less well, every time. We sum up by weighting each gap with the number of people of the **English version** at that level (they are those whom a fault would affect): (5 × (−0.2) + 20 × (−0.1)) / 25 = **−0.12**.
#
# ### Exercise 4. The gap at equal level
#
# - **You are asked for** the function `ecart_a_niveau_egal(reussite, niveau, version)` (gap at equal level), which returns a number between −1 and 1: the weighted mean above, negative when the English version is answered less well. A level at which one of the two versions has nobody is left out.
# - **You are given** three arrays of shape `(n,)`: `reussite` (share of points on the question, 0 to 1), `niveau` (level, an integer) and `version` (`"fr"` or `"en"`).
# - **A hint**: `reussite[(niveau == 2) & (version == "en")]` keeps the people wanted; `np.unique(niveau)` gives the levels present.

# %% id="equite-code" answer=true
def ecart_a_niveau_egal(reussite, niveau, version):
    ### BEGIN SOLUTION
    somme = effectif = 0
    for k in np.unique(niveau):
        anglaise = reussite[(niveau == k) & (version == "en")]
        francaise = reussite[(niveau == k) & (version == "fr")]
        if len(anglaise) and len(francaise):
            somme += len(anglaise) * (anglaise.mean() - francaise.mean())
            effectif += len(anglaise)
    return float(somme / effectif)
    ### END SOLUTION

# %% graded="equite"
import numpy as np


def deux_versions(cases):
    """Une question dont les réussites sont connues : {(niveau, version): (réussites, personnes)}."""
    r, k, v = [], [], []
    for (rang, langue), (oui, n) in cases.items():
        r += [1.0] * oui + [0.0] * (n - oui)
        k += [rang] * n
        v += [langue] * n
    return np.array(r), np.array(k), np.array(v)


exemple = deux_versions({(0, "fr"): (4, 10), (0, "en"): (1, 5), (1, "fr"): (8, 10), (1, "en"): (14, 20)})
lu = ecart_a_niveau_egal(*exemple)
check(lu).is_a("number", fr="`ecart_a_niveau_egal` rend un seul nombre.", en="`ecart_a_niveau_egal` returns a single number.")
check(abs(float(lu))).is_at_least(0.01, fr="Sur l'exemple, vous trouvez un écart presque nul : vous comparez tout le monde à la fois, sans tenir compte du niveau.", en="On the example you find a gap of almost zero: you compare everyone at once, whatever their level.")
check(float(lu)).is_at_most(0, fr="Sur l'exemple, la version anglaise est moins réussie : on soustrait la part française de la part anglaise.", en="On the example, the English version is answered less well: the French share is subtracted from the English one.")
check(lu).is_close_to(-0.12, within=0.001, fr="Sur l'exemple, on attend −0,12 : chaque écart pèse selon le nombre de personnes de la version anglaise à ce niveau.", en="On the example, −0.12 is expected: each gap weighs according to the number of people of the English version at that level.")
### BEGIN HIDDEN TESTS
absent = deux_versions({(0, "fr"): (4, 10), (1, "fr"): (5, 10), (1, "en"): (9, 10), (3, "en"): (2, 8)})
check(float(ecart_a_niveau_egal(*absent))).is_close_to(0.4, within=0.001, fr="À certains niveaux, l'une des versions n'a personne : il n'y a rien à comparer, et ces niveaux ne comptent pas, même dans l'effectif.", en="At some levels, one of the versions has nobody: there is nothing to compare, and these levels do not count, not even in the number of people.")
avance = deux_versions({(0, "fr"): (10, 40), (0, "en"): (2, 8), (2, "fr"): (6, 8), (2, "en"): (30, 40)})
check(float(ecart_a_niveau_egal(*avance))).is_close_to(0, within=0.001, fr="Sur une question équitable, mieux réussie dans la version anglaise parce que ces personnes sont plus avancées, l'écart à niveau égal est nul.", en="On a fair question, answered better in the English version because these people are more advanced, the gap at equal level is zero.")
hasard = np.random.default_rng(labkit.seed("equite"))
k, v = hasard.integers(0, 5, 300), np.where(hasard.random(300) < 0.3, "en", "fr")
r = np.round(hasard.random(300) * 4) / 4
attendu = sum((v[k == i] == "en").sum() * (r[(k == i) & (v == "en")].mean() - r[(k == i) & (v == "fr")].mean()) for i in range(5)) / (v == "en").sum()
check(float(ecart_a_niveau_egal(r, k, v))).is_close_to(float(attendu), within=0.001, fr="Sur 300 personnes et cinq niveaux, avec des points partiels, l'écart ne tombe pas juste.", en="On 300 people and five levels, with partial points, the gap does not come out right.")
### END HIDDEN TESTS

# %% id="prevoir-ecart" hide=true
ask.choice(
    "prevoir-ecart",
    fr="Prévoyez : les personnes de la version anglaise ont un meilleur total. Que verra-t-on à niveau égal ?",
    en="Predict: people with the English version have a better total. What will be seen at equal level?",
    options={
        "a": ("Le même avantage, à toutes les questions.", "The same advantage, on every question."),
        "b": ("Plus aucun écart, nulle part.", "No gap any more, anywhere."),
        "c": ("L'avantage fond ; il peut rester une question qui dessert l'une des versions.", "The advantage melts away; a question that puts one version at a disadvantage may remain."),
    },
)

# %% id="equite-voir"
anglais, version = (reponses["version"] == "en").to_numpy(), reponses["version"].to_numpy(str)
a_part = 0 if cassee is None else points[:, cassee]  # une question qui contredit les autres ne mesure pas le niveau  #@fr
a_part = 0 if cassee is None else points[:, cassee]  # a question that contradicts the others does not measure the level  #@en
ecarts = []
for j in range(10):
    reste = total - points[:, j] - (0 if j == cassee else a_part)
    reussite = points[:, j] / bareme[j]
    ecarts.append([comptees[j], float(reussite[anglais].mean() - reussite[~anglais].mean()), ecart_a_niveau_egal(reussite, np.digitize(reste, [2, 4, 6, 8]), version)])
if cassee is None or ecarts[0][2] is None:
    ecarts = None
    print("Cette cellule attend les exercices 3 et 4.")  #@fr
    print("This cell waits for exercises 3 and 4.")  #@en
else:
    bruts, egaux = [e[1] for e in ecarts], [float(e[2]) for e in ecarts]
    series = {"écart brut": bruts, "écart à niveau égal": egaux}  #@fr
    series = {"raw gap": bruts, "gap at equal level": egaux}  #@en
    labkit.plots.bars(comptees, series, digits=2, fr="Version anglaise moins version française, par question", en="English version minus French version, by question", x=("question", "question"), y=("écart (part des points)", "gap (share of points)"))

# %% [markdown] id="diagnostic-texte" lang="fr"
# **Ce que l'on voit.** L'avantage brut fond à niveau égal : l'aviez-vous prévu ? (Le calcul range les personnes en cinq niveaux : moins de 2 points aux autres questions, de 2 à 4, de 4 à 6, de 6 à 8, 8 et plus. La question qui contredit les autres n'y compte pas.) Avec 90 personnes d'un côté et 150 de l'autre, un écart de moins de 0,13 peut n'être que du hasard (deux fois l'erreur type, environ). Une question dépasse nettement cette limite ; l'écart brut, lui, aurait désigné une autre question.
#
# ## 5. Lire les erreurs
#
# Les nombres disent **où regarder** ; le texte de la question dit **pourquoi**. On partage les personnes en trois selon leur total aux autres questions, et l'on regarde qui choisit quoi :
#
# - dans une question saine, le tiers le plus solide se rassemble sur la réponse attendue ; les erreurs se rassemblent chez les personnes moins avancées ;
# - si le tiers solide se rassemble **ailleurs** que sur la réponse attendue, celle-ci a sans doute été mal saisie ;
# - s'il se **partage** entre deux options, lisez-les : les deux sont peut-être justes ;
# - si l'une des **versions** attire vers une option que l'autre ignore, lisez les deux textes côte à côte.
#
# **Un exemple.** À une question de calcul (hors du devoir) : tiers fragile, 60 % pour l'option b, 20 % pour c, attendue ; tiers solide, 5 % pour b et 90 % pour c. La question est saine, et l'option b nomme une erreur fréquente, à reprendre en séance.
#
# Choisissez une question dans la liste, lisez sa fiche, et passez les dix en revue. Puis étiquetez-les : **une étiquette par question**, celle qui décrit le mieux ce que montrent les mesures des parties 1 à 5 *et* le texte. Une seule fausse alerte, sur une question saine, est tolérée.

# %% [markdown] id="diagnostic-texte" lang="en" of="da7298d4"
# **What we see.** The raw advantage melts away at equal level: had you predicted it? (The computation places people at five levels: under 2 points on the other questions, 2 to 4, 4 to 6, 6 to 8, 8 and more. The question that contradicts the others is not counted.) With 90 people on one side and 150 on the other, a gap of less than 0.13 may be nothing but chance (about twice the standard error). One question goes well beyond this limit; the raw gap would have pointed at another one.
#
# ## 5. Read the mistakes
#
# Numbers say **where to look**; the text of the question says **why**. People are split into three by their total on the other questions, and we look at who chooses what:
#
# - in a sound question, the strongest third gathers on the expected answer; mistakes gather among the less advanced;
# - if the strong third gathers **elsewhere** than on the expected answer, that answer was probably entered wrongly;
# - if it is **divided** between two options, read them: both may be right;
# - if one of the **versions** draws people to an option that the other leaves alone, read the two texts side by side.
#
# **An example.** On a calculation question (not in the assignment): weak third, 60% for option b, 20% for c, the expected one; strong third, 5% for b and 90% for c. The question is sound, and option b names a common mistake, to be taken up in class.
#
# Choose a question in the list, read its sheet, and go through all ten. Then label them: **one label per question**, the one that best describes what the measurements of parts 1 to 5 *and* the text show. A single false alarm, on a sound question, is tolerated.

# %% id="fiche-question" hide=true
def fiche(question):
    """Les réponses à une question : par tiers du total des autres, et par version."""
    j = comptees.index(question)
    rang = np.argsort(np.argsort(total - points[:, j], kind="stable"), kind="stable")
    groupes = [
        (("tiers fragile (%)", "weak third (%)"), rang < 80), (("tiers solide (%)", "strong third (%)"), rang >= 160),
        (("version française (%)", "French version (%)"), ~anglais), (("version anglaise (%)", "English version (%)"), anglais),
    ]
    lignes = {labkit.tr("option", "option"): [lettre + labkit.tr(" (attendue)", " (expected)") * (lettre == questions.cle[question]) for lettre in "abcd"]}
    lignes |= {labkit.tr("texte", "text"): [str(questions[f"{lettre}_{labkit.tr('fr', 'en')}"][question]) for lettre in "abcd"]}
    lignes |= {labkit.tr(*nom): [round(100 * float((reponses[question][qui] == lettre).mean())) for lettre in "abcd"] for nom, qui in groupes}
    for langue in ("fr", "en"):
        print(f"{question} ({langue})", questions[f"texte_{langue}"][question])
    labkit.table(pd.DataFrame(lignes), index=False, fr=f"Qui choisit quoi à la question {question}", en=f"Who chooses what at question {question}")


labkit.explore(fiche, question=labkit.dropdown(fr="Question", en="Question", options={q: (q, q) for q in comptees}))

# %% id="diagnostic-widget" hide=true
ask.annotate(
    "diagnostic",
    fr="Votre diagnostic, question par question",
    en="Your diagnosis, question by question",
    items={q: (f"{q}. {questions.texte_fr[q]}", f"{q}. {questions.texte_en[q]}") for q in comptees},
    labels={
        "rien": ("rien à signaler", "nothing to report"),
        "facile": ("trop facile : elle ne distingue presque personne", "too easy: it tells hardly anyone apart"),
        "dure": ("difficile, et à garder telle quelle", "hard, and to be kept as it is"),
        "cle": ("réponse attendue mal saisie", "expected answer entered wrongly"),
        "deux": ("deux réponses justes", "two right answers"),
        "version": ("l'une des versions trompe", "one of the versions misleads"),
    },
)

# %% graded="diagnostic"
etiquettes = ask.answer("diagnostic")
check(etiquettes).is_answered(fr="Étiquetez les dix questions, puis vérifiez.", en="Label the ten questions, then check.")
check(etiquettes).has_length(10, fr="Il reste des questions sans étiquette.", en="Some questions still have no label.")
### BEGIN HIDDEN TESTS
check(etiquettes["q5"] in ("cle", "deux", "version", "facile")).is_false(
    fr="Votre étiquette ne convient pas à une question que peu de personnes réussissent. Lesquelles la réussissent ? Sa discrimination répond, et le calcul que demande le texte tombe juste.",
    en="Your label does not fit a question that few people get right. Which people do? Its discrimination answers, and the calculation that its text asks for comes out right.",
)
check(etiquettes["q4"]).equals(
    "cle", fr="À une question, le tiers solide se rassemble presque tout entier sur une option qui n'est pas celle attendue. Lisez cette option.",
    en="On one question, nearly the whole strong third gathers on an option that is not the expected one. Read that option.",
)
check(etiquettes["q7"]).equals(
    "deux", fr="À une question, le tiers solide se partage entre deux options. Lisez-les : que reprocher à chacune ?",
    en="On one question, the strong third is divided between two options. Read them: what is wrong with each?",
)
check(etiquettes["q8"]).equals(
    "version", fr="À niveau égal, une question dessert l'une des versions. Lisez ses deux textes à voix haute : demandent-ils la même chose ?",
    en="At equal level, one question puts one of the versions at a disadvantage. Read both of its texts aloud: do they ask the same thing?",
)
check(etiquettes["q2"]).equals("facile", fr="Une question est réussie par presque tout le monde, solides et fragiles : que vous apprend-elle sur les personnes ?", en="One question is answered correctly by nearly everyone, strong and weak: what does it teach you about people?")
check(etiquettes["q5"]).equals("dure", fr="Une question est de loin la moins réussie des questions saines : dites ce qu'il faut en faire.", en="One question is by far the least well answered of the sound ones: say what is to be done with it.")
check(sum(etiquettes[q] != "rien" for q in ("q1", "q3", "q6", "q9", "q10"))).is_at_most(
    1, fr="Vous accusez des questions saines : part des points moyenne, discrimination au-dessus de 0,3, écart à niveau égal dans la marge du hasard.",
    en="You accuse sound questions: a middling share of points, a discrimination above 0.3, a gap at equal level within the margin of chance.",
)
### END HIDDEN TESTS

# %% [markdown] id="renoter-texte" lang="fr"
# ## 6. Corriger les notes sans léser personne
#
# Des questions sont défectueuses ; la faute est la nôtre. Un principe : **personne ne perd de points pour une erreur qui n'est pas la sienne**. Une personne qui a eu le point grâce à une réponse attendue mal saisie a répondu de bonne foi : elle le garde.
#
# **Un exemple à la main.** Une question à 2 points attendait `a` ; `c` est juste aussi. Réponses : `a`, `c`, `b`, rien ; points : 2, 0, 0, 0. On accepte `a` et `c` : **2, 2, 0, 0**.
# Une autre, à 1 point, attendait `a` par erreur ; seule `c` est juste. Réponses : `a`, `c`, `b` ; points : 1, 0, 0. On accepte `c`, et l'on garde l'acquis : **1, 1, 0**.
#
# Pour comparer deux façons de corriger, on compte les personnes. Trois personnes ont, avant, des parts de points de 0,5 ; 0,75 ; 0,625, et après, de 0,75 ; 0,5 ; 0,625. Avec un seuil de 0,6, une personne **monte**, une **baisse**, une devient **admise**, une ne l'est plus (**refusée**).
#
# ### Exercice 5. Renoter, et faire le compte
#
# - **`renoter(reponses, points, acceptees, bareme)`** rend les nouveaux points d'une question, forme `(n,)` : `bareme` (ici, un seul nombre) à qui a donné l'une des réponses `acceptees` (une liste de lettres), et à chaque personne au moins ses anciens points. `reponses` (lettres) et `points` sont de forme `(n,)`.
# - **`bilan(avant, apres, seuil)`** rend un dictionnaire de quatre nombres de personnes : `{"montent": …, "baissent": …, "admis": …, "refuses": …}`. `avant` et `apres` sont des parts de points, de forme `(n,)` ; qui atteint exactement le seuil est admis.
# - **Un coup de pouce** : `np.isin(reponses, acceptees)` dit qui a donné une réponse acceptée ; `np.maximum(a, b)` garde, pour chacun, le plus grand des deux.

# %% [markdown] id="renoter-texte" lang="en" of="f644cd9d"
# ## 6. Correct the marks without harming anyone
#
# Some questions are faulty; the fault is ours. One principle: **nobody loses points for a mistake that is not theirs**. A person who got the point thanks to an expected answer entered wrongly answered in good faith: they keep it.
#
# **An example by hand.** A question worth 2 points expected `a`; `c` is right too. Answers: `a`, `c`, `b`, nothing; points: 2, 0, 0, 0. We accept `a` and `c`: **2, 2, 0, 0**.
# Another one, worth 1 point, expected `a` by mistake; only `c` is right. Answers: `a`, `c`, `b`; points: 1, 0, 0. We accept `c`, and what was gained is kept: **1, 1, 0**.
#
# To compare two ways of correcting, count people. Three people have shares of points of 0.5, 0.75, 0.625 before, and of 0.75, 0.5, 0.625 after. With a threshold of 0.6, one person **goes up**, one **goes down**, one now **passes**, one no longer does.
#
# ### Exercise 5. Mark again, and count
#
# - **`renoter(reponses, points, acceptees, bareme)`** (mark again) returns the new points of one question, shape `(n,)`: `bareme` (here, a single number) to whoever gave one of the accepted answers `acceptees` (a list of letters), and to everyone at least their old points. `reponses` (letters) and `points` have shape `(n,)`.
# - **`bilan(avant, apres, seuil)`** (before, after, threshold) returns a dictionary of four numbers of people: `{"montent": …, "baissent": …, "admis": …, "refuses": …}` (go up, go down, now pass, no longer pass). `avant` and `apres` are shares of points, of shape `(n,)`; whoever reaches the threshold exactly passes.
# - **A hint**: `np.isin(reponses, acceptees)` says who gave an accepted answer; `np.maximum(a, b)` keeps, for each person, the larger of the two.

# %% id="renoter-code" answer=true
def renoter(reponses, points, acceptees, bareme):
    ### BEGIN SOLUTION
    return np.maximum(points, bareme * np.isin(reponses, acceptees))
    ### END SOLUTION


def bilan(avant, apres, seuil):
    ### BEGIN SOLUTION
    return {
        "montent": int((apres > avant).sum()),
        "baissent": int((apres < avant).sum()),
        "admis": int(((avant < seuil) & (apres >= seuil)).sum()),
        "refuses": int(((avant >= seuil) & (apres < seuil)).sum()),
    }
    ### END SOLUTION

# %% id="prevoir-suppression" hide=true
ask.choice(
    "prevoir-suppression",
    fr="Prévoyez : supprimer les questions défectueuses, et ramener le seuil à 60 % des points qui restent, lèse-t-il quelqu'un ?",
    en="Predict: removing the faulty questions, and bringing the threshold to 60% of the points that remain, does it harm anyone?",
    options={
        "a": ("Non : tout le monde perd les mêmes questions.", "No: everyone loses the same questions."),
        "b": ("Oui : ceux qui les avaient réussies perdent des points acquis.", "Yes: those who had answered them rightly lose points that they had gained."),
        "c": ("Oui, mais deux ou trois personnes seulement.", "Yes, but two or three people only."),
    },
)

# %% [markdown] id="renoter-voir-texte" lang="fr"
# La cellule suivante compare trois façons de corriger q4, q7 et q8. Pour q8, on accepte, dans la version anglaise seulement, la réponse qu'appelait le texte anglais : *may not be personal data* s'y lit aussi « ne doit pas servir de donnée personnelle », ce qui mène au numéro de sécurité sociale. Le seuil en points est recalculé : 60 % des points que l'on peut désormais obtenir.

# %% [markdown] id="renoter-voir-texte" lang="en" of="236755e4"
# The next cell compares three ways of correcting q4, q7 and q8. For q8 we accept, in the English version only, the answer that the English text called for: *may not be personal data* also reads "must not be used as personal data", which leads to the social security number. The threshold in points is computed again: 60% of the points that can now be obtained.

# %% id="renoter-voir"
bilans, notes_apres = None, None
if renoter(np.array(["a"]), np.array([0.0]), ["a"], 1.0) is None or bilan(np.array([0.5]), np.array([0.5]), 0.6) is None:
    print("Cette cellule attend l'exercice 5.")  #@fr
    print("This cell waits for exercise 5.")  #@en
else:
    q4, q7, q8 = (reponses[q].to_numpy(str) for q in ("q4", "q7", "q8"))
    sans_garder, en_gardant = points.copy(), points.copy()
    sans_garder[:, 3], sans_garder[:, 6] = q4 == "c", 2.0 * ((q7 == "a") | (q7 == "c"))
    sans_garder[:, 7] = (q8 == "c") | (anglais & (q8 == "b"))
    en_gardant[:, 3], en_gardant[:, 6] = renoter(q4, points[:, 3], ["c"], 1.0), renoter(q7, points[:, 6], ["a", "c"], 2.0)
    en_gardant[anglais, 7] = renoter(q8[anglais], points[anglais, 7], ["b", "c"], 1.0)
    restantes = [j for j in range(10) if j not in (3, 6, 7)]
    facons = [
        (("supprimer les trois questions", "remove the three questions"), points[:, restantes].sum(axis=1), 8),
        (("remplacer les réponses attendues", "replace the expected answers"), sans_garder.sum(axis=1), 12),
        (("accepter et garder l'acquis", "accept, and keep what was gained"), en_gardant.sum(axis=1), 12),
    ]
    lignes, bilans = [], []
    for nom, apres, maximum in facons:
        compte, gain = bilan(total / 12, apres / maximum, 0.6), 20 * (apres / maximum - total / 12)
        bilans.append(compte)
        lignes.append([labkit.tr(*nom), 0.6 * maximum, compte["montent"], compte["baissent"], compte["admis"], compte["refuses"], float(gain[gain > 0].mean())])
    notes_apres = facons[2][1]
    tableau = pd.DataFrame(lignes)
    tableau.columns = ["façon de corriger", "seuil (points)", "montent", "baissent", "deviennent admis", "ne le sont plus", "gain moyen de ceux qui montent (sur 20)"]  #@fr
    tableau.columns = ["way of correcting", "threshold (points)", "go up", "go down", "now pass", "no longer pass", "mean gain of those who go up (out of 20)"]  #@en
    labkit.table(tableau, digits=1, index=False, fr="Trois façons de corriger, comparées aux notes d'origine (240 personnes)", en="Three ways of correcting, compared with the original marks (240 people)")

# %% id="renoter-widget" hide=true
ask.number("renoter-leses", fr="Si l'on supprime les trois questions, combien de personnes voient leur part de points baisser ?", en="If the three questions are removed, how many people see their share of points go down?", low=0, high=240, unit=("personnes", "people"))
ask.choice(
    "renoter-choix",
    fr="Quelle façon de corriger respecte le principe énoncé plus haut ?",
    en="Which way of correcting keeps to the principle stated above?",
    options={
        "a": ("Supprimer les trois questions.", "Remove the three questions."),
        "b": ("Remplacer les réponses attendues par les bonnes.", "Replace the expected answers with the right ones."),
        "c": ("Accepter les réponses défendables et garder l'acquis.", "Accept the answers that can be defended, and keep what was gained."),
    },
)

# %% graded="renoter"
import numpy as np

lettres, acquis = np.array(["a", "c", "b", ""]), np.array([2.0, 0.0, 0.0, 0.0])
nouveaux = renoter(lettres, acquis, ["a", "c"], 2.0)
check(nouveaux).has_shape((4,), fr="`renoter` rend un nombre de points par personne.", en="`renoter` returns one number of points per person.")
check(np.asarray(nouveaux, dtype=float)).is_close_to(np.array([2.0, 2.0, 0.0, 0.0]), within=1e-6, fr="Sur le premier exemple, on attend 2, 2, 0, 0 : tout le barème à qui a donné une réponse acceptée.", en="On the first example, 2, 2, 0, 0 is expected: all the points of the question to whoever gave an accepted answer.")
compte = bilan(np.array([0.5, 0.75, 0.625]), np.array([0.75, 0.5, 0.625]), 0.6)
check(compte).has_keys(["montent", "baissent", "admis", "refuses"])
check([int(compte[nom]) for nom in ("montent", "baissent", "admis", "refuses")]).equals([1, 1, 1, 1], fr="Sur l'exemple du bilan, on attend 1 partout : une personne inchangée ne monte ni ne baisse, et n'est pas nouvellement admise.", en="On the example of the balance, 1 is expected everywhere: an unchanged person goes neither up nor down, and does not count among those who now pass.")
check(ask.answer("renoter-leses")).is_answered(fr="Lisez dans le tableau combien de personnes baissent si l'on supprime les questions.", en="Read in the table how many people go down if the questions are removed.")
check(ask.answer("renoter-choix")).is_answered(fr="Choisissez une façon de corriger.", en="Choose a way of correcting.")
### BEGIN HIDDEN TESTS
check(np.asarray(renoter(np.array(["a", "c", "b", "c"]), np.array([1.0, 0.0, 0.5, 0.5]), ["c"], 1.0))).is_close_to(np.array([1.0, 1.0, 0.5, 1.0]), within=1e-6, fr="Quand la réponse attendue était fausse, quelqu'un perd des points qu'il avait : le principe ne le permet pas.", en="When the expected answer was wrong, someone loses points that they had: the principle does not allow it.")
compte = bilan(np.array([0.5, 0.6, 0.6, 0.7, 0.4, 0.9]), np.array([0.6, 0.6, 0.55, 0.65, 0.45, 0.5]), 0.6)
check([int(compte[nom]) for nom in ("admis", "refuses")]).equals([1, 2], fr="Qui atteint exactement le seuil est admis, avant comme après : le compte des admis et des refusés ne tombe pas juste.", en="Whoever reaches the threshold exactly passes, before and after: the count of those who now pass, or no longer do, does not come out right.")
check([int(compte[nom]) for nom in ("montent", "baissent")]).equals([2, 3], fr="Monter ou baisser se lit sur la part de points, non sur l'admission.", en="Going up or down is read from the share of points, not from admission.")
compte = bilan(np.array([0.5, 0.7, 0.9, 0.8, 0.7, 0.65, 0.5, 0.3, 0.2, 0.4]), np.array([0.7, 0.8, 0.7, 0.8, 0.5, 0.4, 0.4, 0.5, 0.2, 0.1]), 0.6)
check([int(compte[nom]) for nom in ("admis", "refuses")]).equals([1, 2], fr="Sur dix autres personnes, le compte des admis et des refusés ne tombe pas juste : une personne peut monter ou baisser sans que son admission change. De quel côté du seuil était-elle avant, et après ?", en="On ten other people, the count of those who now pass, or no longer do, does not come out right: a person may go up or down while still passing, or still failing. On which side of the threshold were they before, and after?")
lesees = int((points[:, [0, 1, 2, 4, 5, 8, 9]].sum(axis=1) / 8 < points.sum(axis=1) / 12).sum())
check(ask.answer("renoter-leses")).differs_from(2, fr="C'est le nombre de personnes qui ne sont plus admises. D'autres restent admises, ou refusées, avec une part de points plus basse.", en="This is the number of people who no longer pass. Others still pass, or still fail, with a lower share of points.")
check(ask.answer("renoter-leses")).equals(lesees, fr="Ce n'est pas le nombre de personnes dont la part baisse quand on supprime les trois questions : relisez la ligne et la colonne.", en="This is not the number of people whose share goes down when the three questions are removed: read the row and the column again.")
check(ask.answer("renoter-choix")).equals("c", fr="Avec ce choix, des personnes perdent des points à cause d'une erreur qui n'est pas la leur : regardez la colonne de celles qui baissent.", en="With this choice, people lose points because of a mistake that is not theirs: look at the column of those who go down.")
### END HIDDEN TESTS

# %% [markdown] id="douter-texte" lang="fr"
# **Ce que l'on voit.** Supprimer paraît neutre, et ne l'est pas : c'est reprendre des points à ceux qui avaient bien répondu. Comparez avec votre prévision. Accepter coûte quelques points donnés de trop ; c'est nous qui avons commis l'erreur.
#
# ## 7. Douze réponses
#
# La question q11, à l'essai, a été vue par douze personnes. Sa discrimination observée est négative. Faut-il l'écarter ? Mesurons ce que valent douze réponses, par **rééchantillonnage** (*bootstrap*) : on tire au hasard, **avec remise**, douze personnes parmi les douze ; on recalcule la discrimination ; on recommence
# des centaines de fois. L'intervalle où tombent 90 % de ces valeurs dit ce que les données permettent d'affirmer.
#
# **Un exemple.** Avec trois personnes (0, 1, 2), un tirage avec remise peut donner 2, 0, 2 : la personne 2 compte deux fois, la 1 est absente. Chaque personne garde **toute sa ligne**. `hasard.integers(0, 3, 3)` fait ce tirage.
# Si les valeurs vont de −0,2 à 0,5, l'intervalle contient 0 : on ne peut affirmer ni que la question distingue, ni qu'elle contredit les autres.
#
# ### Exercice 6. Un intervalle, et ce que l'on en dit
#
# - **`intervalle(points, j, tirages, hasard)`** rend deux nombres, `bas` et `haut` : les quantiles 5 % et 95 % de la discrimination de la question en position `j` (servez-vous de `discrimination`) sur `tirages` rééchantillonnages des lignes de `points`. `hasard` est un générateur NumPy, déjà prêt.
# - **`conclure(bas, haut)`** rend `"positive"` si tout l'intervalle est au-dessus de 0, `"negative"` s'il est tout entier au-dessous, sinon `"incertaine"`.
# - **Un coup de pouce** : `np.nanquantile(valeurs, [0.05, 0.95])`. (Si un tirage ne contient que des réussites, ou que des échecs, sa discrimination n'existe pas : elle vaut `nan`, que cette fonction laisse de côté.)

# %% [markdown] id="douter-texte" lang="en" of="f0c5dc7d"
# **What we see.** Removing looks neutral, and is not: it takes points back from those who had answered well. Compare with your prediction. Accepting costs a few points given in excess; the mistake was ours.
#
# ## 7. Twelve answers
#
# Question q11, on trial, was seen by twelve people. Its observed discrimination is negative. Should it be set aside? Let us measure what twelve answers are worth, by **resampling** (*bootstrap*): draw at random, **with replacement**, twelve people among the twelve; compute discrimination again; repeat
# hundreds of times. The interval in which 90% of these values fall says what the data allow one to claim.
#
# **An example.** With three people (0, 1, 2), a draw with replacement may give 2, 0, 2: person 2 counts twice, person 1 is absent. Each person keeps **their whole row**. `hasard.integers(0, 3, 3)` makes this draw.
# If the values go from −0.2 to 0.5, the interval holds 0: one can claim neither that the question tells people apart, nor that it contradicts the others.
#
# ### Exercise 6. An interval, and what is said of it
#
# - **`intervalle(points, j, tirages, hasard)`** (interval) returns two numbers, low and high: the 5% and 95% quantiles of the discrimination of the question at position `j` (use `discrimination`) over resamples of the rows of `points`, `tirages` in number. `hasard` is a NumPy generator, ready for use.
# - **`conclure(bas, haut)`** (conclude from low and high) returns `"positive"` if the whole interval is above 0, `"negative"` if it is wholly below, otherwise `"incertaine"` (uncertain).
# - **A hint**: `np.nanquantile(values, [0.05, 0.95])`. (If a draw holds nothing but right answers, or nothing but wrong ones, its discrimination does not exist: it is `nan`, which this function leaves out.)

# %% id="douter-code" answer=true
def intervalle(points, j, tirages, hasard):
    ### BEGIN SOLUTION
    valeurs = []
    for _ in range(tirages):
        rangs = hasard.integers(0, len(points), len(points))
        valeurs.append(discrimination(points[rangs], j))
    bas, haut = np.nanquantile(valeurs, [0.05, 0.95])
    return float(bas), float(haut)
    ### END SOLUTION


def conclure(bas, haut):
    ### BEGIN SOLUTION
    if bas > 0:
        return "positive"
    return "negative" if haut < 0 else "incertaine"
    ### END SOLUTION

# %% [markdown] id="douter-voir-texte" lang="fr"
# La cellule suivante applique vos fonctions à q11 (douze personnes), à q5 et à la question qui contredit les autres (240 personnes), et mesure l'énergie du calcul : une *estimation* (temps de calcul × 10 W par cœur).

# %% [markdown] id="douter-voir-texte" lang="en" of="96cd5bac"
# The next cell applies your functions to q11 (twelve people), to q5 and to the question that contradicts the others (240 people), and measures the energy of the computation: an *estimate* (computing time × 10 W per core).

# %% id="douter-voir"
douze = np.column_stack([points[vue], essai_q11[vue]])
bornes_q11, energie = None, None
if discriminations is None or cassee is None or intervalle(points, 4, 2, np.random.default_rng(0)) is None or conclure(-1.0, 1.0) is None:
    print("Cette cellule attend les exercices 2, 3 et 6.")  #@fr
    print("This cell waits for exercises 2, 3 and 6.")  #@en
else:
    tirages = 60 if labkit.grading() else 1000
    lignes = []
    with labkit.energy.measure() as depense, np.errstate(all="ignore"):
        for nom, tableau, j in (("q11", douze, 10), ("q5", points, 4), (comptees[cassee], points, cassee)):
            bas, haut = intervalle(tableau, j, tirages, np.random.default_rng(graine))
            lignes.append([nom, len(tableau), float(discrimination(tableau, j)), float(bas), float(haut), conclure(bas, haut)])
    bornes_q11, energie = lignes[0], float(depense.wh * 1000)
    tableau = pd.DataFrame(lignes)
    tableau.columns = ["question", "personnes", "discrimination", "bas", "haut", "conclusion"]  #@fr
    tableau.columns = ["question", "people", "discrimination", "low", "high", "conclusion"]  #@en
    labkit.table(tableau, digits=2, index=False, fr="Intervalle à 90 % de la discrimination", en="90% interval of the discrimination")
    print(f"énergie de {3 * tirages} rééchantillonnages : {labkit.written(energie, 2)} mWh (estimation)")  #@fr
    print(f"energy of {3 * tirages} resamples: {labkit.written(energie, 2)} mWh (estimate)")  #@en

# %% id="douter-widget" hide=true
ask.choice(
    "douter-avis",
    fr="Que dites-vous au jury de la question q11 ?",
    en="What do you tell the jury about question q11?",
    options={
        "a": ("Elle contredit les autres : on l'écarte.", "It contradicts the others: set it aside."),
        "b": ("On ne sait pas : on la pose à davantage de personnes avant d'en juger.", "We do not know: put it to more people before judging it."),
        "c": ("Elle est bonne : l'intervalle contient des valeurs positives.", "It is good: the interval holds positive values."),
    },
)

# %% graded="douter"
import numpy as np

check(conclure(0.1, 0.5)).equals("positive", fr="Un intervalle de 0,1 à 0,5 est tout entier au-dessus de 0.", en="An interval from 0.1 to 0.5 is wholly above 0.")
check(conclure(-0.2, 0.5)).equals("incertaine", fr="Un intervalle de −0,2 à 0,5 contient 0 : que peut-on affirmer du signe ?", en="An interval from −0.2 to 0.5 holds 0: what can be claimed of the sign?")
rangs = np.arange(60)
P60 = np.column_stack([rangs >= 15, rangs >= 30, rangs % 3 == 0, rangs >= 45]).astype(float)
bornes = intervalle(P60, 1, 20, np.random.default_rng(1))
check(bornes).has_length(2, fr="`intervalle` rend deux nombres : bas, haut.", en="`intervalle` returns two numbers: low, high.")
check(float(bornes[1]) - float(bornes[0])).is_at_least(0.01, fr="Votre intervalle est vide, ou à l'envers : la borne basse vient en premier, et chaque tirage, avec remise, donne d'autres personnes.", en="Your interval is empty, or upside down: the low bound comes first, and each draw, with replacement, gives other people.")
check(ask.answer("douter-avis")).is_answered(fr="Choisissez ce que vous dites au jury de q11.", en="Choose what you tell the jury about q11.")
### BEGIN HIDDEN TESTS
check(conclure(-0.6, -0.1)).equals("negative", fr="Un intervalle tout entier au-dessous de 0 permet de conclure.", en="An interval that is wholly below 0 allows a conclusion.")
check(conclure(-0.7, 0.1)).equals("incertaine", fr="Un intervalle surtout négatif, mais qui contient 0, ne permet pas de conclure : le milieu de l'intervalle ne décide pas.", en="An interval that is mostly negative but holds 0 allows no conclusion: the middle of the interval does not decide.")
check([conclure(0.0, 0.4), conclure(-0.4, 0.0)]).equals(["incertaine", "incertaine"], fr="Quand une borne vaut exactement 0, l'intervalle est-il tout entier d'un seul côté de 0 ?", en="When a bound is exactly 0, does the interval lie wholly on one side of 0?")
hasard = np.random.default_rng(labkit.seed("douter"))
niveau = hasard.normal(size=80)
P80 = (hasard.random((80, 6)) < 1 / (1 + np.exp(-1.8 * (niveau[:, None] - np.linspace(-0.8, 0.8, 6))))).astype(float)
tires = hasard.integers(0, 80, (20000, 80))  # 20 000 rééchantillonnages d'un coup / at once
x80, y80 = P80[:, 2][tires], (P80.sum(axis=1) - P80[:, 2])[tires]
x80, y80 = x80 - x80.mean(axis=1, keepdims=True), y80 - y80.mean(axis=1, keepdims=True)
bas_ref, haut_ref = np.quantile((x80 * y80).sum(axis=1) / np.sqrt((x80**2).sum(axis=1) * (y80**2).sum(axis=1)), [0.05, 0.95])
bas, haut = (float(b) for b in intervalle(P80, 2, 2000, np.random.default_rng(labkit.seed("tirages"))))
check((bas + haut) / 2).is_close_to((bas_ref + haut_ref) / 2, within=0.13, fr="Votre intervalle n'est pas autour de la discrimination observée : chaque personne tirée garde-t-elle toute sa ligne ?", en="Your interval is not around the observed discrimination: does each person drawn keep their whole row?")
check(haut - bas).is_close_to(haut_ref - bas_ref, within=0.13, fr="La largeur de votre intervalle s'écarte de celle d'un rééchantillonnage : combien de personnes tirez-vous chaque fois, et quels quantiles prenez-vous ?", en="The width of your interval differs from that of a resampling: how many people do you draw each time, and which quantiles do you take?")
seule = np.column_stack([np.r_[200.0, np.arange(19)], np.r_[200.0, np.arange(19)[::-1]]])  # sans la première personne, −1 ; avec elle, près de 1 / without the first person, −1; with them, near 1
for tableau_seule in (seule, seule[::-1]):
    check(float(intervalle(tableau_seule, 0, 60, np.random.default_rng(labkit.seed("seule")))[1])).is_at_least(0.5, fr="Sur un devoir où une seule personne, la première ou la dernière ligne, change tout le résultat, votre intervalle ne le montre pas : chaque personne peut-elle être tirée ?", en="On an assignment where a single person, the first or the last row, changes the whole result, your interval does not show it: can each person be drawn?")
check(np.array([bas, haut])).is_close_to(np.array([bas_ref, haut_ref]), within=float(haut_ref - bas_ref) / 16, fr="Avec 2 000 rééchantillonnages, une borne au moins de votre intervalle n'est pas à sa place : quels quantiles prenez-vous ?", en="With 2,000 resamples, at least one bound of your interval is not in its place: which quantiles do you take?")
check(ask.answer("douter-avis")).differs_from("c", fr="L'intervalle contient aussi des valeurs négatives : il ne dit pas que la question est bonne.", en="The interval holds negative values too: it does not say that the question is good.")
check(ask.answer("douter-avis")).equals("b", fr="Une valeur observée sur douze personnes n'est pas une preuve : l'intervalle tient-il tout entier du même côté de 0 ?", en="A value observed on twelve people is no proof: does the interval lie wholly on one side of 0?")
### END HIDDEN TESTS

# %% [markdown] id="publier-texte" lang="fr"
# **Ce que l'on voit.** La discrimination de q11 et celle de la question qui contredit les autres sont toutes deux négatives. On peut conclure pour la seconde, pas pour q11. Ce n'est pas de la prudence excessive : c'est ce que douze réponses contiennent.
#
# ## 8. Publier sans désigner personne
#
# La direction demande le nombre de personnes admises par site et par métier, avec le total de chaque site. Aucun nom n'y figure. Pourtant, si un site ne compte qu'une personne du métier « santé », « 0 admis sur 1 » dit à tous ses collègues qu'elle a échoué. La cellule suivante montre ce tableau.

# %% [markdown] id="publier-texte" lang="en" of="00f8f97d"
# **What we see.** The discrimination of q11 and that of the question that contradicts the others are both negative. One may conclude about the latter, not about q11. This is not excessive caution: it is what twelve answers hold.
#
# ## 8. Publish without pointing at anyone
#
# Management asks for the number of people who passed, by site and by job, with the total of each site. No names appear. And yet, if a site has only one health worker, "0 passes out of 1" tells all their colleagues that this person failed. The next cell shows this table.

# %% id="publier-tableau"
croise = pd.crosstab(reponses["site"], reponses["metier"])
effectifs = croise.to_numpy()
recus = pd.crosstab(reponses["site"], reponses["metier"], values=total / 12 >= 0.6, aggfunc="sum").fillna(0).to_numpy(int)
tous = labkit.tr("total du site", "site total")


def en_texte(masque):
    """« admis / effectif » dans chaque case, ou le signe × là où la case est masquée."""  #@fr
    """"passes / people" in each cell, or the sign × where the cell is hidden."""  #@en
    lignes = [["×" if masque[i, j] else f"{recus[i, j]} / {effectifs[i, j]}" for j in range(effectifs.shape[1])] + [f"{recus[i].sum()} / {effectifs[i].sum()}"] for i in range(len(effectifs))]
    return pd.DataFrame(lignes, index=list(croise.index), columns=[*croise.columns, tous])


labkit.table(en_texte(np.zeros(effectifs.shape, bool)), index=True, fr="Admis / personnes, par site et par métier (notes d'origine)", en="Passes / people, by site and by job (original marks)")

# %% [markdown] id="publier-consigne" lang="fr"
# Deux précautions, avec un effectif minimal `k` :
#
# 1. on masque toute case qui réunit **moins de k personnes** (et au moins une : une case vide ne dit rien de personne) ;
# 2. le total du site reste publié : **par soustraction**, on retrouve la somme des cases masquées d'une ligne. Si elles réunissent moins de k personnes, on masque aussi la **plus petite case visible** et non vide de la ligne.
#
# **Un exemple**, avec k = 5. Ligne 12, 3, 8 (total 23) : on masque le 3 ; mais 23 − 12 − 8 = 3 le rend aussitôt. On masque donc aussi le 8 : on ne retrouve que leur somme, 11. Ligne 3, 4, 10 : les deux cases masquées réunissent 7 personnes, cela suffit. Ligne 6, 0, 9 : rien à masquer.
#
# ### Exercice 7. Masquer juste ce qu'il faut
#
# - **Comptez d'abord**, dans le tableau d'origine : combien de **personnes** se trouvent dans une case de moins de 5 personnes ? (L'effectif est le second nombre de chaque case. Répondez dans le formulaire.)
# - **On vous demande** la fonction `a_masquer(effectifs, k)`, qui rend un tableau de vrai et de faux, de même forme que `effectifs` (un tableau NumPy d'entiers, une ligne par site) : vrai là où l'on masque. Une ligne où il faut compléter a toujours une case visible et non vide.
# - **Un coup de pouce** : partez de `masque = (effectifs > 0) & (effectifs < k)` ; puis, pour chaque ligne `i`, `effectifs[i][masque[i]].sum()` compte les personnes masquées, et
#   `np.argmin(np.where(masque[i] | (effectifs[i] == 0), np.inf, effectifs[i]))` donne la plus petite case visible et non vide.

# %% [markdown] id="publier-consigne" lang="en" of="144e85cc"
# Two precautions, with a minimum number of people `k`:
#
# 1. hide every cell that gathers **fewer than k people** (and at least one: an empty cell says nothing about anybody);
# 2. the site total stays published: **by subtraction**, the sum of the hidden cells of a row can be recovered. If they gather fewer than k people, also hide the **smallest visible** non-empty cell of the row.
#
# **An example**, with k = 5. Row 12, 3, 8 (total 23): the 3 is hidden; but 23 − 12 − 8 = 3 gives it back at once. So the 8 is hidden too: only their sum, 11, can be recovered. Row 3, 4, 10: the two hidden cells gather 7 people, which is enough. Row 6, 0, 9: nothing to hide.
#
# ### Exercise 7. Hide just what is needed
#
# - **Count first**, in the original table: how many **people** are in a cell of fewer than 5 people? (The number of people is the second number of each cell. Answer in the form.)
# - **You are asked for** the function `a_masquer(effectifs, k)` (to be hidden), which returns an array of true and false, of the same shape as `effectifs` (numbers of people: a NumPy array of integers, one row per site): true where the cell is hidden. A row that must be completed always has a visible non-empty cell.
# - **A hint**: start from `masque = (effectifs > 0) & (effectifs < k)`; then, for each row `i`, `effectifs[i][masque[i]].sum()` counts the people hidden, and
#   `np.argmin(np.where(masque[i] | (effectifs[i] == 0), np.inf, effectifs[i]))` gives the smallest visible non-empty cell.

# %% id="publier-widget" hide=true
ask.number("publier-exposees", fr="Dans le tableau d'origine, combien de personnes se trouvent dans une case de moins de 5 ?", en="In the original table, how many people are in a cell of fewer than 5?", low=0, high=240, unit=("personnes", "people"))

# %% id="publier-code" answer=true
def a_masquer(effectifs, k):
    ### BEGIN SOLUTION
    masque = (effectifs > 0) & (effectifs < k)
    for i in range(len(effectifs)):
        if 0 < effectifs[i][masque[i]].sum() < k:
            visibles = np.where(masque[i] | (effectifs[i] == 0), np.inf, effectifs[i])
            masque[i, np.argmin(visibles)] = True
    return masque
    ### END SOLUTION

# %% graded="publier"
import numpy as np

modele = np.array([[12, 3, 8], [3, 4, 10], [6, 0, 9]])
masque = a_masquer(modele, 5)
check(masque).has_shape((3, 3), fr="`a_masquer` rend un tableau de la même forme que les effectifs.", en="`a_masquer` returns an array of the same shape as the numbers of people.")
masque = np.asarray(masque).astype(bool)
check(int(masque[modele < 5].sum())).is_at_least(3, fr="Une case de moins de 5 personnes reste visible dans l'exemple.", en="A cell of fewer than 5 people is still visible in the example.")
check(bool(masque[2].any())).is_false(fr="Dans la ligne 6, 0, 9, il n'y a rien à masquer : une case vide ne dit rien de personne.", en="In the row 6, 0, 9 there is nothing to hide: an empty cell says nothing about anybody.")
check(ask.answer("publier-exposees")).is_answered(fr="Comptez les personnes des cases de moins de 5, puis répondez dans le formulaire.", en="Count the people in cells of fewer than 5, then answer in the form.")
### BEGIN HIDDEN TESTS
check(bool(masque[0, 2])).is_true(fr="Avec le total de la ligne 12, 3, 8, une soustraction rend la case masquée : que faut-il masquer de plus ?", en="With the total of the row 12, 3, 8, a subtraction gives the hidden cell back: what more must be hidden?")
check(int(masque.sum())).equals(4, fr="Vous masquez plus que nécessaire : dans la ligne 3, 4, 10, les deux cases masquées réunissent déjà assez de personnes ; dans la ligne 12, 3, 8, une case de plus suffit, la plus petite.", en="You hide more than is needed: in the row 3, 4, 10, the two hidden cells already gather enough people; in the row 12, 3, 8, one more cell is enough, the smallest.")
check(np.asarray(a_masquer(np.array([[10, 9, 30, 4, 0], [1, 2, 40, 25, 20], [5, 5, 5, 5, 5]]), 5)).astype(int)).equals(
    np.array([[0, 1, 0, 1, 0], [1, 1, 0, 0, 1], [0, 0, 0, 0, 0]]),
    fr="Sur un autre tableau : une case de 5 personnes se publie quand k vaut 5 ; 1 et 2 réunis ne font que 3 ; et l'on complète par la plus petite case visible et non vide.",
    en="On another table: a cell of 5 people is published when k is 5; 1 and 2 together make only 3; and one completes with the smallest visible non-empty cell.",
)
check(int(np.asarray(a_masquer(np.array([[12, 3, 8], [3, 4, 10], [6, 0, 9]]), 10)).sum())).equals(7, fr="Avec k = 10, votre fonction ne masque pas ce qu'il faut : se sert-elle bien de k ?", en="With k = 10, your function does not hide what is needed: does it use k?")
check(np.asarray(a_masquer(np.array([[9, 1, 0, 6], [20, 30, 1, 40]]), 5)).astype(int)).equals(np.array([[0, 1, 0, 1], [1, 0, 1, 0]]), fr="Dans une ligne, une personne est seule de son métier. Le total de la ligne étant publié, que rend la soustraction ?", en="In a row, one person is alone in their job. Since the total of the row is published, what does a subtraction give back?")
check(ask.answer("publier-exposees")).differs_from(4, fr="C'est le nombre de cases. Combien de personnes réunissent-elles ?", en="This is the number of cells. How many people do they gather?")
check(ask.answer("publier-exposees")).differs_from(15, fr="Une case de 5 personnes n'a pas moins de 5 personnes.", en="A cell of 5 people does not have fewer than 5 people.")
check(ask.answer("publier-exposees")).equals(10, fr="Reprenez le tableau ligne par ligne : additionnez les effectifs (le second nombre de chaque case) inférieurs à 5.", en="Take the table row by row: add up the numbers of people (the second number of each cell) below 5.")
### END HIDDEN TESTS

# %% id="publier-voir"
cases_masquees = None
if a_masquer(effectifs, 5) is None:
    print("Le tableau à publier se lira ici, après l'exercice 7.")  #@fr
    print("The table to be published will be read here, after exercise 7.")  #@en
else:
    masque_final = np.asarray(a_masquer(effectifs, 5)).astype(bool)
    cases_masquees = int(masque_final.sum())
    labkit.table(en_texte(masque_final), index=True, fr="Le tableau que l'on peut publier (× : case masquée, k = 5)", en="The table that can be published (×: hidden cell, k = 5)")
    unanimes = int((~masque_final & (effectifs > 0) & ((recus == 0) | (recus == effectifs))).sum())
    print("cases encore visibles où tout le monde a le même résultat :", unanimes)  #@fr
    print("cells still visible in which everyone has the same result:", unanimes)  #@en

# %% [markdown] id="avis-texte" lang="fr"
# **Ce que l'on voit.** Les personnes isolées ne se voient plus, même par soustraction. Une troisième précaution serait nécessaire si une case visible était unanime : « 0 admis sur 9 » révèle le résultat de neuf personnes à la fois. Et si l'on publiait aussi le total de chaque métier, une soustraction **par colonne** deviendrait possible : on masque pour les totaux que l'on publie.
#
# ## 9. Votre note au jury
#
# Le jury vous lit en une minute, avant de délibérer ; les trois messages du début y trouvent leur réponse. Dans 60 à 150 mots, dites :
#
# 1. **ce qui ne va pas** : quelles questions, avec **deux mesures** du lab à l'appui, et laquelle vous défendez ;
# 2. **ce que vous proposez** pour les notes : qui gagne, combien de personnes, et qui l'autre solution aurait lésé ;
# 3. **ce que vous ne savez pas**, et **le garde-fou** : ce que l'on vérifiera avant le prochain devoir, et comment une personne peut contester sa note.

# %% [markdown] id="avis-texte" lang="en" of="19ffb801"
# **What we see.** Isolated people no longer show, not even by subtraction. A third precaution would be needed if a visible cell were unanimous: "0 passes out of 9" reveals the result of nine people at once. And if the total of each job were published too, a subtraction **by column** would become possible: one hides for the totals that one publishes.
#
# ## 9. Your note to the jury
#
# The jury reads you in one minute, before it deliberates; the three messages of the beginning find their answer there. In 60 to 150 words, say:
#
# 1. **what is wrong**: which questions, with **two measurements** of the lab, and which one you defend;
# 2. **what you propose** for the marks: who gains, how many people, and whom the other solution would have harmed;
# 3. **what you do not know**, and **the safeguard**: what will be checked before the next assignment, and how a person can contest their mark.

# %% id="avis-widget" hide=true
ask.text("avis", fr="Votre note au jury (60 à 150 mots)", en="Your note to the jury (60 to 150 words)", rows=8, words=(60, 150))

# %% [markdown] graded="avis" lang="fr"
# **Votre note au jury** sera lue par une personne : les questions en cause et celle que vous défendez, avec deux mesures bien lues (1 point) ; la proposition chiffrée, ce que l'on ne sait pas et un garde-fou précis (1 point).

# %% [markdown] graded="avis" lang="en" of="66443da4"
# **Your note to the jury** will be read by a person: the questions at fault and the one that you defend, with two measurements correctly read (1 point); the proposal with figures, what is not known and a specific safeguard (1 point).

# %% [markdown] id="messages-texte" lang="fr"
# ## Pour aller plus loin : regrouper les erreurs par message (facultatif)
#
# Dans un lab noté automatiquement, chaque essai manqué reçoit un message. Compter les messages trompe deux fois : une personne qui s'obstine peut compter dix fois, et « Vous trouvez 0,37 » et « Vous trouvez 0,41 » disent la même chose.
# On remplace donc chaque nombre par `…`, et l'on compte des **personnes**.
#
# **Un exemple.** Trois essais : p1 « Vous trouvez 0,37. », p1 « Vous trouvez 2. », p2 « Vous trouvez 0,5. » : le message « Vous trouvez …. » a touché **2 personnes**.
#
# **`par_message(essais)`** reçoit une liste de couples `(personne, message)` et rend un dictionnaire : `{message sans nombres: nombre de personnes}`. `re.sub(r"\d+(?:[.,]\d+)?", "…", texte)` remplace chaque nombre ; `set()` garde chaque personne une seule fois.

# %% [markdown] id="messages-texte" lang="en" of="35fa00b4"
# ## Going further: group mistakes by message (optional)
#
# In a lab that is graded automatically, each failed attempt gets a message. Counting messages misleads twice: a person who keeps trying may count ten times, and "You find 0.37" and "You find 0.41" say the same thing.
# So each number is replaced with `…`, and **people** are counted.
#
# **An example.** Three attempts: p1 "You find 0.37.", p1 "You find 2.", p2 "You find 0.5.": the message "You find …." reached **2 people**. (The check does the same with these messages in French.)
#
# **`par_message(essais)`** (by message; attempts) gets a list of pairs `(person, message)` and returns a dictionary: `{message without numbers: number of people}`. `re.sub(r"\d+(?:[.,]\d+)?", "…", text)` replaces each number; `set()` keeps each person once.

# %% id="messages-code" answer=true
def par_message(essais):
    ### BEGIN SOLUTION
    personnes = {}
    for personne, message in essais:
        personnes.setdefault(re.sub(r"\d+(?:[.,]\d+)?", "…", message), set()).add(personne)
    return {message: len(qui) for message, qui in personnes.items()}
    ### END SOLUTION

# %% graded="messages"
trois = [("p1", "Vous trouvez 0,37."), ("p1", "Vous trouvez 2."), ("p2", "Vous trouvez 0,5.")]
rendu = par_message(trois)
check(rendu).has_length(1, fr="Les trois messages de l'exemple n'en font qu'un, une fois les nombres remplacés.", en="The three messages of the example are one and the same, once numbers are replaced.")
check(rendu).equals({"Vous trouvez ….": 2}, fr="Sur l'exemple, deux personnes ont lu le message « Vous trouvez …. » : comptez-vous des essais ?", en="On the example, two people read the message “Vous trouvez ….”: do you count attempts?")
### BEGIN HIDDEN TESTS
melange = [("p1", "Erreur A"), ("p2", "Reste 1.5 et 12"), ("p2", "Reste 7 et 0.25"), ("p3", "Erreur A"), ("p1", "Reste 3 et 4"), ("p1", "Erreur A")]
check(par_message(melange)).equals({"Erreur A": 2, "Reste … et …": 2}, fr="Avec plusieurs messages mêlés, une même personne peut compter dans chacun, mais une seule fois : le compte ne tombe pas juste.", en="With several messages mixed, a person may count in each, but only once: the count does not come out right.")
### END HIDDEN TESTS

# %% id="messages-voir"
essais = pd.read_csv("data/essais.csv")
liste = list(zip(essais["personne"], essais["message_fr"]))  #@fr
liste = list(zip(essais["personne"], essais["message_en"]))  #@en
if par_message(liste[:2]) is None:
    print("Les messages d'un exercice se regrouperont ici, si vous écrivez la fonction.")  #@fr
    print("The messages of an exercise will be grouped here, if you write the function.")  #@en
else:
    en_essais = par_message([(str(i), message) for i, (_, message) in enumerate(liste)])
    tableau = pd.DataFrame([[message, en_essais.get(message), combien] for message, combien in par_message(liste).items()])
    tableau.columns = ["message", "essais", "personnes"]  #@fr
    tableau.columns = ["message", "attempts", "people"]  #@en
    labkit.table(tableau, index=False, fr="Le message le plus fréquent n'est pas celui qui touche le plus de personnes", en="The most frequent message is not the one that reaches most people")

# %% [markdown] id="document" lang="fr"
# ## Votre note au jury, à garder
#
# La cellule suivante rassemble vos mesures et votre note en une page, à joindre au procès-verbal. Relancez-la quand vous changez une réponse.

# %% [markdown] id="document" lang="en" of="fd78eea4"
# ## Your note to the jury, to keep
#
# The next cell gathers your measurements and your note on one page, to attach to the minutes. Run it again when you change an answer.

# %% id="document-code" hide=true
noms = {"facile": ("trop facile", "too easy"), "dure": ("difficile, à garder", "hard, to be kept"), "cle": ("réponse attendue mal saisie", "expected answer entered wrongly"), "deux": ("deux réponses justes", "two right answers"), "version": ("une version trompe", "one version misleads")}
mesures = {}
for j, q in enumerate(comptees):
    etiquette = (ask.answer("diagnostic") or {}).get(q)
    if etiquette in noms and parts_obtenues is not None and discriminations is not None:
        mesures[q + labkit.tr(" : ", ": ") + labkit.tr(*noms[etiquette])] = labkit.tr("part des points ", "share of points ") + labkit.written(float(parts_obtenues[j]), 2) + labkit.tr(" ; discrimination ", "; discrimination ") + labkit.written(discriminations[j], 2)
labkit.artefact(
    "note-au-jury",
    ("Note au jury : les résultats du devoir", "Note to the jury: the results of the assignment"),
    [
        (("Devoir", "Assignment"), labkit.tr("240 personnes, dix questions, 12 points, deux versions ; admission à 60 % des points. Données inventées.", "240 people, ten questions, 12 points, two versions; pass at 60% of the points. Invented data.")),
        (("Questions signalées", "Questions flagged"), mesures),
        (("Version anglaise, à niveau égal", "English version, at equal level"), ecarts and labkit.tr(
            f"Écart le plus fort en défaveur de la version anglaise, sans la question qui contredit les autres : {labkit.written(min(float(e[2]) for e in ecarts if e[0] != comptees[cassee]), 2)} (part des points).",
            f"Largest gap against the English version, leaving out the question that contradicts the others: {labkit.written(min(float(e[2]) for e in ecarts if e[0] != comptees[cassee]), 2)} (share of points).")),
        (("Correction proposée", "Proposed correction"), bilans and labkit.tr(
            f"Accepter les réponses défendables et garder l'acquis : {bilans[2]['montent']} personnes montent, {bilans[2]['baissent']} baissent, {bilans[2]['admis']} deviennent admises. Supprimer les questions aurait fait baisser {bilans[0]['baissent']} personnes.",
            f"Accept the answers that can be defended, and keep what was gained: {bilans[2]['montent']} people go up, {bilans[2]['baissent']} go down, {bilans[2]['admis']} now pass. Removing the questions would have taken {bilans[0]['baissent']} people down.")),
        (("Ce que l'on ne sait pas", "What is not known"), bornes_q11 and labkit.tr(
            f"q11, vue par {bornes_q11[1]} personnes : discrimination entre {labkit.written(bornes_q11[3], 2)} et {labkit.written(bornes_q11[4], 2)} (intervalle à 90 %).",
            f"q11, seen by {bornes_q11[1]} people: discrimination between {labkit.written(bornes_q11[3], 2)} and {labkit.written(bornes_q11[4], 2)} (90% interval).")),
        (("Publication", "Publication"), cases_masquees and labkit.tr(f"Par site et métier, effectif minimal 5 : {cases_masquees} cases masquées ; totaux par site publiés, non par métier.", f"By site and job, at least 5 people: {cases_masquees} cells hidden; totals published by site, not by job.")),
        (("Énergie de l'analyse", "Energy of the analysis"), energie and labkit.tr(f"{labkit.written(energie, 2)} mWh pour les intervalles (estimation : temps de calcul × 10 W par cœur).", f"{labkit.written(energie, 2)} mWh for the intervals (estimate: computing time × 10 W per core).")),
        (("Avis", "Opinion"), ask.answer("avis")),
    ],
)

# %% [markdown] id="fin" lang="fr"
# ### Ce que vous savez faire maintenant
#
# Distinguer une question difficile d'une question cassée ; comparer deux versions à niveau égal ; lire les erreurs pour savoir pourquoi ; corriger des notes sans léser personne, et le prouver en comptant ; refuser de conclure sur douze réponses ;
# et publier des résultats qui ne désignent personne. Vérifiez, puis remettez votre travail.

# %% [markdown] id="fin" lang="en" of="0c395e45"
# ### What you can do now
#
# Tell a hard question from a broken one; compare two versions at equal level; read mistakes to know why; correct marks without harming anyone, and prove it by counting; refuse to conclude from twelve answers;
# and publish results that point at nobody. Check, then submit your work.
