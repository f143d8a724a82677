# ---
# caire:
#   id: l2-07-chercher-dans-ses-documents
#   level: 2
#   minutes: 90
#   profile: cpu
#   title: {fr: "Chercher dans ses documents", en: "Searching one's documents"}
#   summary:
#     fr: "Vous saurez mesurer une recherche par mots et une recherche par le sens, citer la règle qui porte la réponse, refuser quand aucune ne la porte, et faire respecter les droits d'accès. Aucune programmation."
#     en: "You will be able to measure a search by words and a search by meaning, cite the rule that carries the answer, refuse when none does, and enforce access rights. No programming."
#   budget: {cpu_seconds: 30, memory_mib: 1024, cell_seconds: 30}
#   questions:
#     mots: {points: 2, skill: n2.recherche.mesurer, fr: "Mesurer la recherche par mots", en: "Measure the search by words"}
#     sens: {points: 2, skill: n2.recherche.mesurer, fr: "Mesurer la recherche par le sens", en: "Measure the search by meaning"}
#     citer: {points: 3, skill: n2.recherche.citer, fr: "Citer la règle qui porte la réponse", en: "Cite the rule that carries the answer"}
#     seuil: {points: 3, skill: n2.recherche.refuser, fr: "Mettre un seuil à l'épreuve", en: "Put a threshold to the test"}
#     refuser: {points: 3, skill: n2.recherche.refuser, fr: "Refuser faute de preuve", en: "Refuse for want of evidence"}
#     droits: {points: 3, skill: n2.recherche.refuser, fr: "Faire respecter les droits d'accès", en: "Enforce access rights"}
#     sobriete: {points: 2, skill: n2.sobriete.choisir, fr: "Lire juste assez", en: "Read just enough"}
#     decision: {points: 3, manual: true, skill: n2.recherche.refuser, fr: "Votre avis, en trois ou quatre phrases", en: "Your advice, in three or four sentences"}
#     formule: {points: 2, bonus: true, skill: n2.recherche.mesurer, fr: "Pour aller plus loin : programmer la mesure", en: "Going further: programming the measure"}
#   answers:
#     prevision-mots: 80
#     mots-six: {q01: suite, q02: non, q04: premier, q12: non, q19: premier, q26: suite}
#     mots-part: 50
#     sens-part: 86.7
#     sens-pourquoi: code
#     citer-c1: aucune
#     citer-c2: R04
#     citer-c3: R14
#     citer-c4: R19
#     citer-c5: R36
#     citer-c6: R26
#     prevision-seuil: a
#     seuil-dix: 13
#     seuil-moins: 8
#     seuil-conclusion: lire
#     refuser-huit: {r1: refuse, r2: repond, r3: refuse, r4: repond, r5: refuse, r6: repond, r7: refuse, r8: repond}
#     refuser-phrase: proche
#     droits-fuites: 9
#     droits-primes: refus
#     droits-ou: avant
#     sobriete-rapport: 13
#     sobriete-choix: sens3
#     decision: "J'ouvrirais l'assistant aux questions sur les règles, avec la recherche par le sens complétée par celle des mots pour les numéros de formulaire : la bonne règle est parmi les trois premières pour 86,7 % des questions. Chaque réponse citera sa règle et, si aucune ne répond, l'assistant le dira et nommera le service du personnel, car aucun seuil ne fait moins de 8 erreurs sur 40. Les règles réservées seront retirées avant la recherche, et le service du personnel relira vingt réponses et vingt refus chaque mois."
# ---

# %% [markdown] id="titre" lang="fr"
# # Chercher dans ses documents
#
# « Branchons un assistant sur nos documents : il répondra à tout. » L'idée est bonne : au lieu de répondre de mémoire, l'assistant **cherche** d'abord dans les textes de la maison, puis un **modèle de langue** rédige la réponse **en citant** ce qui a été trouvé.
# Ce procédé porte souvent le sigle anglais *RAG* (« génération augmentée par la recherche »). Mais il ne vaut que ce que vaut la recherche, et celle-ci trouve parfois un texte qui ressemble à la question sans y répondre.
#
# Dans ce lab, vous allez :
#
# 1. **mesurer** deux recherches, par mots et par le sens ;
# 2. **citer** la règle qui porte la réponse, même quand ce n'est pas la première trouvée ;
# 3. voir si un **seuil** suffit pour savoir quand **refuser** de répondre, puis refuser **en lisant** ;
# 4. faire respecter les **droits d'accès**, et faire lire **juste assez** ;
# 5. **donner votre avis**, et repartir avec une fiche d'une page.
#
# **Comment ça marche.** Pour exécuter une cellule et passer à la suivante, appuyez sur **Maj + Entrée**. Vous n'avez pas de code à écrire : vous prévoyez, vous exécutez, vous choisissez, vous répondez dans des formulaires, et vos réponses
# s'enregistrent toutes seules. Une calculatrice vous sera utile. Comptez une heure et demie.
#
# Le code est replié ; les trois points **•••** le déplient, si vous en avez la curiosité. Après chaque question vient une cellule repliée, la **vérification** : exécutez-la comme les autres. Si elle
# affiche ✓, votre réponse est plausible (la remise la jugera) ; sinon, elle vous dit où regarder. Les **prévisions** ne sont jamais notées.

# %% [markdown] id="titre" lang="en" of="7bcf667f"
# # Searching one's documents
#
# "Let us connect an assistant to our documents: it will answer everything." The idea is good: instead of answering from memory, the assistant first **searches** the organisation's own texts; a **language model** then writes the answer, **citing** what was found.
# The process is often called *RAG* (retrieval-augmented generation). But it is worth only what the search is worth, and the search sometimes finds a text that resembles the question without answering it.
#
# In this lab you will:
#
# 1. **measure** two searches, by words and by meaning;
# 2. **cite** the rule that carries the answer, even when it is not the first one found;
# 3. see whether a **threshold** is enough to know when to **refuse** to answer, then refuse **by reading**;
# 4. enforce **access rights**, and have **just enough** read;
# 5. **give your advice**, and leave with a one-page sheet.
#
# **How it works.** To run a cell and go on to the next, press **Shift + Enter**. There is no code to write: you predict, you run, you choose, you answer in forms, and your answers
# save themselves. A calculator will be useful. Allow an hour and a half.
#
# Code is folded; the three dots **•••** unfold it, if you are curious. After each question comes a folded cell, the **check**: run it like the others. If it
# shows ✓, your answer is plausible (submission will judge it); otherwise it tells you where to look. **Predictions** are never graded.

# %% id="outils" hide=true examiner=true
import math
import re
import unicodedata
from collections import Counter

import pandas as pd

regles = pd.read_csv("data/regles.csv", index_col="regle")
questions = pd.read_csv("data/questions.csv", index_col="question", keep_default_na=False)
cas = pd.read_csv("data/cas.csv", index_col="cas")
agent = pd.read_csv("data/agent.csv", index_col="question")
lexique = pd.read_csv("data/lexique.csv", index_col="notion")
mesures = pd.read_csv("data/mesures.csv", index_col="recherche")

# %% [markdown] id="partie-1" lang="fr"
# ## 1. Les documents
#
# La Fabrique de Valmère (imaginaire) compte 640 personnes et **40 règles internes** : travail à distance, déplacements, congés, sécurité, formation, matériel. Le service du personnel reçoit chaque jour les mêmes questions.
# On vous demande si un assistant peut y répondre.
#
# Parcourez les règles sans les apprendre : vous y reviendrez. Certaines sont **réservées** à l'encadrement ou au service du personnel. Pour l'instant, vous travaillez au service du personnel, et vous pouvez tout lire.

# %% [markdown] id="partie-1" lang="en" of="af23298e"
# ## 1. The documents
#
# The Fabrique de Valmère (an invented company) has 640 employees and **40 internal rules**: remote work, business trips, leave, security, training, equipment. The staff department receives the same questions every day.
# You are asked whether an assistant can answer them.
#
# Look through the rules without learning them: you will come back to them. Some are **reserved** to managers or to the staff department. For now, you work in the staff department and may read everything.
#
# Rules and questions are in French, and both searches work on the French; what you read here is a translation, line by line. Numbers and results are those of the French.

# %% id="voir-regles" hide=true
langue = "fr"  #@fr
langue = "en"  #@en
lecteurs = {"tous": ("tous", "all"), "encadrement": ("encadrement", "managers"), "personnel": ("service du personnel", "staff department")}


def montrer_regles(lignes, fr, en):
    """Des règles, avec qui peut les lire, dans la langue du carnet."""
    lisible = lignes[[langue, "lecture"]].copy()
    lisible["lecture"] = [labkit.tr(*lecteurs[qui]) for qui in lisible["lecture"]]
    lisible.columns = [labkit.tr("texte", "text"), labkit.tr("lecture permise à", "may be read by")]
    lisible.index.name = labkit.tr("règle", "rule")
    labkit.table(lisible, fr=fr, en=en)


montrer_regles(regles.iloc[:20], fr="Règles R01 à R20", en="Rules R01 to R20")
montrer_regles(regles.iloc[20:], fr="Règles R21 à R40", en="Rules R21 to R40")

# %% [markdown] id="partie-2" lang="fr"
# ## 2. Chercher par mots
#
# La recherche **par mots** compte les mots communs à la question et à chaque règle. Un mot rare, comme « covoiturage », pèse plus qu'un mot fréquent, comme « jours » ; les petits mots (« le », « puis-je ») ne comptent pas.
# Chaque règle reçoit un **score** de 0 (aucun mot commun) à 1 (mêmes mots), et l'on garde les trois premières. Les documentations techniques appellent cette méthode *TF-IDF*.
#
# **Prévoyez d'abord.** Voici trois questions, telles que les gens les posent : « Combien de jours puis-je bosser de chez moi ? », « Ma fille a de la fièvre, puis-je rester avec elle ? », « À quoi sert le formulaire F-31 ? ». Combien de questions de ce genre la recherche par mots résoudra-t-elle ?

# %% [markdown] id="partie-2" lang="en" of="3b2f7460"
# ## 2. Searching by words
#
# The search **by words** counts the words that the question and each rule have in common. A rare word, such as "car sharing", weighs more than a common one, such as "days"; small words ("the", "may I") do not count.
# Each rule gets a **score** from 0 (no word in common) to 1 (the same words), and the first three are kept. Technical documentation calls this method *TF-IDF*.
#
# **Predict first.** Here are three questions as people ask them: "How many days can I work from my place?", "My daughter has a temperature, may I stay with her?", "What is form F-31 for?". How many questions like these will the search by words solve? (In French, "my place" and "remote", or "temperature" and "illness", are different words too.)

# %% id="prevision-mots" hide=true
ask.slider(
    "prevision-mots",
    fr="Ma prévision (non notée) : sur 100 questions de ce genre, pour combien la bonne règle sera-t-elle parmi les trois premières trouvées par mots ?",
    en="My prediction (not graded): of 100 such questions, for how many will the right rule be among the first three found by words?",
    low=0,
    high=100,
    step=5,
)

# %% id="moteur" hide=true examiner=true
petits_mots = set("a ai au aux avec ce cet cette ces d dans de des du elle en est et il ils j je l la le les leur lui m ma me mes moi mon n ne ni on ou par pas plus pour puis qu que quel quelle qui s sa se ses si son sont sur t tout un une y".split())
formes = [(mot.rstrip("*"), mot.endswith("*"), notion) for notion, liste in lexique["mots"].items() for mot in liste.split()]


def decouper(texte):
    """Les mots d'un texte, sans accents ni majuscules."""
    lettres = unicodedata.normalize("NFD", texte.lower().replace("œ", "oe"))
    return re.findall(r"[a-z]-\d+|[a-z0-9]+", "".join(c for c in lettres if not unicodedata.combining(c)))


def mots(texte):
    return [mot for mot in decouper(texte) if mot not in petits_mots]


def notions(texte):
    """Les notions du lexique dont le texte contient un mot, autant de fois qu'il en contient."""
    return [notion for mot in decouper(texte) for forme, debut, notion in formes if mot == forme or (debut and mot.startswith(forme))]


def vecteur(termes, poids, inconnu):
    """Une liste de nombres, un par terme, de longueur 1."""
    nombres = {terme: n * poids.get(terme, inconnu) for terme, n in Counter(termes).items()}
    longueur = math.sqrt(sum(v * v for v in nombres.values())) or 1
    return {terme: v / longueur for terme, v in nombres.items()}


def preparer(lire):
    textes = [lire(texte) for texte in regles["fr"]]
    presence = Counter(terme for termes in textes for terme in set(termes))
    poids = {terme: math.log(41 / (1 + n)) + 1 for terme, n in presence.items()}
    return lire, poids, [vecteur(termes, poids, 0) for termes in textes]


recherches = {"mots": preparer(mots), "sens": preparer(notions)}


def chercher(question, recherche, permises=None):
    """Les règles dont le score n'est pas nul, de la plus proche à la moins proche : (numéro, score sur 100)."""
    lire, poids, vecteurs = recherches[recherche]
    demande = vecteur(lire(question), poids, math.log(41) + 1)
    scores = [(numero, sum(v * v_regle.get(terme, 0) for terme, v in demande.items())) for numero, v_regle in zip(regles.index, vecteurs) if permises is None or numero in permises]
    return [(numero, round(100 * score)) for numero, score in sorted(scores, key=lambda paire: -round(paire[1], 9)) if score > 0]

# %% id="rangs" hide=true examiner=true
def rang(question, bonne, recherche):
    """Le rang de la bonne règle (1, 2, 3…), ou None si la recherche ne la trouve pas."""
    trouvees = [numero for numero, score in chercher(question, recherche)]
    return trouvees.index(bonne) + 1 if bonne in trouvees else None


avec_reponse, sans_reponse = questions[questions["regle"] != ""], questions[questions["regle"] == ""]
rangs = {recherche: {n: rang(q, r, recherche) for n, q, r in zip(avec_reponse.index, avec_reponse["fr"], avec_reponse["regle"])} for recherche in ("mots", "sens")}


def trouvees_jusqu_a(recherche, k):
    """Nombre de questions, sur les trente qui ont une réponse, dont la bonne règle est parmi les k premières."""
    return sum(r is not None and r <= k for r in rangs[recherche].values())

# %% [markdown] id="exemple-mots" lang="fr"
# **Un exemple.** À « Puis-je emporter le fichier des clients sur ma clé USB ? », la recherche par mots trouve d'abord R21, qui répond bien à la question : c'est **au premier rang**. À « Mon ordinateur est vieux et lent, puis-je en avoir un neuf ? », elle trouve
# d'abord une règle sur le vol, et la bonne règle, R29, n'est qu'au **deuxième rang**. Et à « Où puis-je garer ma voiture ? », R35 n'est **pas trouvée** : elle parle de « parking », et la question, non.
#
# ### À vous : six questions par mots
#
# Voici les trois premières règles trouvées pour six questions (parfois moins de trois : les autres n'ont aucun mot commun avec la question). Pour chacune, cherchez dans le tableau la règle qui **répond vraiment**, et dites à quel rang elle vient, ou qu'elle n'est pas parmi les trois. Une erreur est tolérée.

# %% [markdown] id="exemple-mots" lang="en" of="d061a77f"
# **An example.** To "May I take the customer file away on my USB stick?", the search by words first finds R21, which does answer the question: that is **first place**. To "My computer is old and slow, may I have a new one?", it first finds
# a rule on theft, and the right rule, R29, only comes in **second place**. And to "Where can I park my car?", R35 is **not found**: in French it says "parking", and the question does not.
#
# ### Your turn: six questions by words
#
# Here are the first three rules found for six questions (at times fewer than three: the others have no word in common with the question). For each, look in the table for the rule that **really answers**, and say in which place it comes, or that it is not among the three. One mistake is tolerated.

# %% id="mots-tableau" hide=true
def montrer_trouvees(lignes, recherche, fr, en, permises=None):
    """Pour chaque question, les trois premières règles trouvées, avec leur score et leur texte."""
    lisible = []
    for numero, ligne in lignes.iterrows():
        trouvees = chercher(ligne["fr"], recherche, permises)[:3]
        for place, (regle, score) in enumerate(trouvees, 1):
            lisible.append([numero if isinstance(numero, str) else "–", ligne[langue] if place == 1 else "″", place, regle, score / 100, regles.loc[regle, langue]])
        if not trouvees:
            lisible.append([numero if isinstance(numero, str) else "–", ligne[langue], "–", "–", 0, labkit.tr("aucune règle trouvée", "no rule found")])
    labkit.table(pd.DataFrame(lisible, columns=labkit.tr("n°,question,rang,règle,score,texte", "no.,question,place,rule,score,text").split(",")), fr=fr, en=en, digits=2)


six = questions.loc[["q01", "q02", "q04", "q12", "q19", "q26"]]
montrer_trouvees(six, "mots", fr="Six questions et les trois premières règles trouvées par mots", en="Six questions and the first three rules found by words")

# %% id="mots-questions" hide=true
ask.annotate(
    "mots-six",
    fr="Où vient la règle qui répond ?",
    en="Where does the rule that answers come?",
    items={numero: (ligne["fr"], ligne["en"]) for numero, ligne in six.iterrows()},
    labels={"premier": ("au premier rang", "in first place"), "suite": ("au deuxième ou troisième rang", "in second or third place"), "non": ("pas parmi les trois", "not among the three")},
)

# %% [markdown] id="mots-mesure" lang="fr"
# Six questions ne font pas une mesure. Nous avons rassemblé **40 questions** du personnel : **30** auxquelles une règle répond (nous avons noté laquelle) et **10** auxquelles aucune ne répond. Le tableau qui suit donne, pour les trente, le rang de la bonne règle.
#
# On appelle **taux de réussite à k** la part des questions **qui ont une réponse** dont la bonne règle figure parmi les **k premières** (*hit@k* dans les documentations techniques).
#
# **Un exemple.** Au premier rang seulement, la recherche par mots réussit 11 fois sur 30 : le taux de réussite à 1 est 11 ÷ 30 = **36,7 %**.
#
# **À vous.** Calculez le taux de réussite **à 3** de la recherche par mots, en pour cent, avec une décimale.

# %% [markdown] id="mots-mesure" lang="en" of="1722919c"
# Six questions do not make a measurement. We gathered **40 questions** from employees: **30** that a rule answers (we noted which) and **10** that no rule answers. The table below gives, for the thirty, the place of the right rule.
#
# The **success rate at k** is the share of the questions **that have an answer** whose right rule is among the **first k** (*hit@k* in technical documentation).
#
# **An example.** In first place alone, the search by words succeeds 11 times in 30: the success rate at 1 is 11 ÷ 30 = **36.7%**.
#
# **Your turn.** Compute the success rate **at 3** of the search by words, in per cent, with one decimal.

# %% id="mots-rangs" hide=true
def montrer_rangs(recherche, fr, en):
    """Combien de bonnes règles viennent à chaque rang."""
    comptes = Counter(r if r is not None and r <= 3 else "plus" if r is not None else "jamais" for r in rangs[recherche].values())
    libelles = {1: "1", 2: "2", 3: "3", "plus": labkit.tr("4 ou plus", "4 or more"), "jamais": labkit.tr("pas trouvée", "not found")}
    noms = labkit.tr("rang de la bonne règle,nombre de questions", "place of the right rule,number of questions").split(",")
    labkit.table(pd.DataFrame([[nom, comptes[cle]] for cle, nom in libelles.items()], columns=noms), fr=fr, en=en)


montrer_rangs("mots", fr="Recherche par mots : 30 questions qui ont une réponse", en="Search by words: 30 questions that have an answer")
ask.number("mots-part", fr="Taux de réussite à 3 de la recherche par mots", en="Success rate at 3 of the search by words", low=0, high=100, unit="%")

# %% graded="mots"
places, part_mots = ask.answer("mots-six"), ask.answer("mots-part")
check(places).is_answered()
check(places).has_length(6, fr="Il reste des questions sans rang : les six doivent en avoir un.", en="Some questions have no place yet: all six need one.")
check(part_mots).is_answered()
check.that(part_mots > 1, fr="Donnez le taux en pour cent : multipliez par 100.", en="Give the rate in per cent: multiply by 100.")
### BEGIN HIDDEN TESTS
vraies_places = {n: "non" if rangs["mots"][n] is None or rangs["mots"][n] > 3 else "premier" if rangs["mots"][n] == 1 else "suite" for n in ("q01", "q02", "q04", "q12", "q19", "q26")}
check.that(not (places["q02"] != "non" and places["q12"] != "non"), fr="Pour deux des six questions, une règle trouvée parle d'autre chose : elle a des mots communs avec la question, mais donne-t-elle la réponse ?", en="For two of the six questions, a rule that was found speaks of something else: it shares words with the question, but does it give the answer?")
check.that(sum(places[n] != vraies_places[n] for n in vraies_places) <= 1, fr="Plusieurs rangs sont à revoir. Pour chaque question, lisez le texte des trois règles et demandez-vous : si l'on me citait celle-ci, aurais-je ma réponse ?", en="Several places need another look. For each question, read the text of the three rules and ask yourself: if this one were cited to me, would I have my answer?")
check.that(abs(part_mots - 100 * trouvees_jusqu_a("mots", 1) / 30) > 0.4, fr="C'est le taux de réussite à 1, celui de l'exemple. À 3, on compte aussi les rangs 2 et 3.", en="This is the success rate at 1, that of the example. At 3, places 2 and 3 count as well.")
check.that(abs(part_mots - 100 * trouvees_jusqu_a("mots", 3) / 40) > 0.4, fr="Par combien divisez-vous ? Les questions sans réponse n'ont pas de bonne règle à trouver : elles ne comptent pas dans ce taux.", en="What do you divide by? Questions without an answer have no right rule to be found: they do not count in this rate.")
check.that(part_mots > 25, fr="À 3 veut dire « parmi les trois premières » : comptez les rangs 1, 2 et 3 ensemble, puis donnez un pourcentage.", en="At 3 means “among the first three”: count places 1, 2 and 3 together, then give a percentage.")
check(part_mots).is_close_to(100 * trouvees_jusqu_a("mots", 3) / 30, within=0.4, fr="Additionnez les nombres des rangs 1, 2 et 3, et divisez par le nombre de questions qui ont une réponse.", en="Add up the numbers of places 1, 2 and 3, and divide by the number of questions that have an answer.")
### END HIDDEN TESTS

# %% [markdown] id="partie-3" lang="fr"
# ## 3. Chercher par le sens
#
# **Ce que l'on voit.** Les gens ne parlent pas comme les règles. Il faudrait savoir que « bosser de chez moi » et « travail à distance » disent la même chose.
#
# C'est ce que fait un **modèle de plongement** (*embedding*) : il change chaque texte en une liste de nombres, un **vecteur**, de sorte que deux textes de sens voisin aient des vecteurs proches. Il l'apprend en lisant des millions de phrases : des mots que l'on rencontre
# dans des phrases semblables reçoivent des nombres voisins.
#
# Ici, pas de gros modèle : un **petit lexique**, écrit pour ce lab, le remplace. Il range des mots en familles, les **notions**. Le vecteur d'un texte dit combien de fois chaque notion y figure ; plus les notions de deux textes se ressemblent, plus leur score est proche de 1. Ici encore, ce qui est rare pèse davantage.
# Un vrai modèle fait la même chose, avec beaucoup plus de textes et des nombres qui n'ont pas de nom. Notre lexique a été écrit avec ces règles sous les yeux : ses résultats sont donc **flatteurs**.
#
# **Un exemple.** La question « Combien de jours puis-je bosser de chez moi ? » contient les notions *jour* (« jours »), *travail* (« bosser ») et *distance* (« chez »). R01 contient les mêmes, chacune une ou deux fois : le score est 0,95. Le mot « combien » n'est pas dans le lexique : il ne compte pas.
#
# Essayez : choisissez une question et comparez les deux recherches.

# %% [markdown] id="partie-3" lang="en" of="6d8a0333"
# ## 3. Searching by meaning
#
# **What we see.** People do not speak like rules. One would have to know that "work from my place" and "remote work" say the same thing.
#
# That is what an **embedding model** does: it turns each text into a list of numbers, a **vector**, so that two texts of similar meaning have vectors that are close. It learns this by reading millions of sentences: words met
# in similar sentences receive similar numbers.
#
# There is no large model here: a **small lexicon**, written for this lab, stands in for it. It puts words (French ones) into families, the **notions**. The vector of a text says how many times each notion occurs in it; the more alike the notions of two texts, the closer their score is to 1. Here too, what is rare weighs more.
# A real model does the same, with far more texts and with numbers that have no name. Our lexicon was written with these rules in view, so its results are **flattering**.
#
# **An example.** The question "How many days can I work from my place?" (« Combien de jours puis-je bosser de chez moi ? ») holds the notions *jour* (day), *travail* (work) and *distance* (from « chez »). R01 holds the same ones, once or twice each: the score is 0.95. The word « combien » (how many) is not in the lexicon: it does not count.
#
# Try it: choose a question and compare the two searches.

# %% id="essayer" hide=true
def comparer(numero):
    choisie = questions.loc[[numero]]
    print(labkit.tr("Notions lues dans la question : ", "Notions read in the question (in French): ") + (", ".join(notions(choisie["fr"].iloc[0])) or labkit.tr("aucune", "none")))
    montrer_trouvees(choisie, "mots", fr="Par mots", en="By words")
    montrer_trouvees(choisie, "sens", fr="Par le sens", en="By meaning")


labkit.explore(comparer, numero=labkit.dropdown(fr="Question", en="Question", options={n: (f"{n} {ligne['fr']}", f"{n} {ligne['en']}") for n, ligne in avec_reponse.iterrows()}))

# %% [markdown] id="sens-texte" lang="fr"
# ### À vous : le taux, et ce qui échappe au sens
#
# 1. Calculez, d'après le tableau qui suit, le taux de réussite **à 3** de la recherche par le sens, en pour cent, avec une décimale.
# 2. La recherche par mots trouve au premier rang les réponses à **q08** et **q29** ; la recherche par le sens ne trouve rien. Choisissez ces deux questions dans l'outil ci-dessus, et dites **pourquoi**.

# %% [markdown] id="sens-texte" lang="en" of="31472aa0"
# ### Your turn: the rate, and what escapes meaning
#
# 1. From the table below, compute the success rate **at 3** of the search by meaning, in per cent, with one decimal.
# 2. The search by words finds the answers to **q08** and **q29** in first place; the search by meaning finds nothing. Choose these two questions in the tool above, and say **why**.

# %% id="sens-questions" hide=true
montrer_rangs("sens", fr="Recherche par le sens : 30 questions qui ont une réponse", en="Search by meaning: 30 questions that have an answer")
ask.number("sens-part", fr="Taux de réussite à 3 de la recherche par le sens", en="Success rate at 3 of the search by meaning", low=0, high=100, unit="%")
ask.choice(
    "sens-pourquoi",
    fr="Pourquoi la recherche par le sens échoue-t-elle sur q08 et q29 ?",
    en="Why does the search by meaning fail on q08 and q29?",
    options={
        "courte": ("Ces questions sont trop courtes pour avoir un sens.", "These questions are too short to have a meaning."),
        "code": ("Elles tiennent à un numéro exact, qui n'a pas de sens voisin : seul le mot lui-même le retrouve.", "They hang on an exact number, which has no similar meaning: only the word itself finds it."),
        "absente": ("Aucune règle n'y répond.", "No rule answers them."),
        "seuil": ("Le score demandé est trop élevé : il suffirait de l'abaisser.", "The score required is too high: lowering it would be enough."),
    },
)

# %% graded="sens"
part_sens, pourquoi = ask.answer("sens-part"), ask.answer("sens-pourquoi")
check(part_sens).is_answered()
check(pourquoi).is_answered()
check.that(part_sens > 1, fr="Donnez le taux en pour cent : multipliez par 100.", en="Give the rate in per cent: multiply by 100.")
### BEGIN HIDDEN TESTS
check.that(abs(part_sens - 100 * trouvees_jusqu_a("mots", 3) / 30) > 0.4, fr="C'est le taux de la recherche par mots : prenez le tableau de la recherche par le sens.", en="This is the rate of the search by words: take the table of the search by meaning.")
check.that(abs(part_sens - 100 * trouvees_jusqu_a("sens", 3) / 40) > 0.4, fr="Par combien divisez-vous ? Seules comptent les questions qui ont une réponse.", en="What do you divide by? Only the questions that have an answer count.")
check.that(abs(part_sens - 100 * trouvees_jusqu_a("sens", 1) / 30) > 0.4, fr="C'est le taux de réussite à 1. À 3, les rangs 2 et 3 comptent aussi.", en="This is the success rate at 1. At 3, places 2 and 3 count as well.")
check.that(abs(part_sens - 100 * trouvees_jusqu_a("sens", 3) / sum(r is not None for r in rangs["sens"].values())) > 0.4, fr="Une question dont la règle n'est pas trouvée est un échec : elle compte dans le diviseur.", en="A question whose rule is not found is a failure: it counts in the divisor.")
check(part_sens).is_close_to(100 * trouvees_jusqu_a("sens", 3) / 30, within=0.4, fr="Additionnez les nombres des rangs 1, 2 et 3, et divisez par le nombre de questions qui ont une réponse.", en="Add up the numbers of places 1, 2 and 3, and divide by the number of questions that have an answer.")
check(pourquoi).differs_from("absente", fr="La recherche par mots trouve une règle qui répond à chacune : relisez-la dans l'outil.", en="The search by words finds a rule that answers each: read it again in the tool.")
check(pourquoi).equals("code", fr="Regardez dans l'outil les notions lues dans ces deux questions, puis le mot qui, par mots, mène à la bonne règle. D'autres questions courtes réussissent.", en="Look in the tool at the notions read in these two questions, then at the word that, by words, leads to the right rule. Other short questions succeed.")
### END HIDDEN TESTS

# %% id="bilan-recherches" hide=true
labkit.plots.bars(
    [(f"réussite à {k}", f"success at {k}") for k in (1, 5, 10)],
    {labkit.tr("par mots", "by words"): [100 * trouvees_jusqu_a("mots", k) / 30 for k in (1, 5, 10)], labkit.tr("par le sens", "by meaning"): [100 * trouvees_jusqu_a("sens", k) / 30 for k in (1, 5, 10)]},
    fr="Deux recherches sur les trente mêmes questions", en="Two searches on the same thirty questions", y=("part des questions (%)", "share of the questions (%)"), digits=1,
)
if ask.answer("prevision-mots") is not None:
    print(labkit.tr("Votre prévision pour la recherche par mots : ", "Your prediction for the search by words: ") + labkit.written(ask.answer("prevision-mots")) + labkit.tr(" % de réussite à 3. Comparez-la avec le taux que vous avez calculé dans la partie 2.", "% success at 3. Compare it with the rate that you computed in part 2."))

# %% [markdown] id="sens-lecon" lang="fr"
# **Ce que l'on voit.** Le graphique complète votre calcul avec d'autres valeurs de k. Le sens gagne nettement sur les questions de tous les jours, et perd sur les codes et les numéros. Il échoue aussi quand un mot lui manque : le lexique ignore « piqué » (volé), dans q22, et « master », dans q25.
# En pratique, on garde donc **les deux recherches**, et l'on réunit leurs résultats.
#
# Vous voulez essayer votre propre question ? Changez la phrase entre guillemets, puis exécutez. (Cette cellule n'est pas notée.)

# %% [markdown] id="sens-lecon" lang="en" of="88c220e8"
# **What we see.** The chart completes your calculation with other values of k. Meaning clearly wins on everyday questions, and loses on codes and numbers. It also fails when it lacks a word: the lexicon does not know « piqué » (stolen), in q22, or « master » (a master's degree), in q25.
# So in practice one keeps **both searches** and joins their results.
#
# Would you like to try a question of your own? Change the sentence between the quotation marks (in French, since the rules are), then run. (This cell is not graded.)

# %% id="essai-libre"
ma_question = "Faut-il un badge pour entrer à l'usine ?"
montrer_trouvees(pd.DataFrame({"fr": [ma_question], "en": [ma_question]}), "sens", fr="Votre question, par le sens", en="Your question, by meaning")

# %% [markdown] id="partie-4" lang="fr"
# ## 4. Citer la règle qui porte la réponse
#
# L'assistant ne doit affirmer que ce qu'une règle **dit**, et donner son numéro : la personne peut alors vérifier. La règle qui **porte** la réponse n'est pas toujours la première : une règle générale peut être suivie d'une exception, ou une règle ressembler à la question sans la trancher.
#
# **Un exemple.** « Ma fille de six ans est malade : dois-je fournir un papier ? » On trouve R14 et R17, qui parlent toutes deux de maladie. R17 concerne l'arrêt de travail **de la personne elle-même** ; R14, la maladie d'un enfant de moins de seize ans, « sur certificat médical ». On cite donc **R14**.
#
# ### À vous : six citations
#
# Pour chaque question, lisez les trois règles trouvées par le sens, dans l'ordre de leur score, et choisissez celle qui porte la réponse, ou « aucune des trois » si aucune ne la porte.

# %% [markdown] id="partie-4" lang="en" of="1678364b"
# ## 4. Citing the rule that carries the answer
#
# The assistant must state only what a rule **says**, and give its number: the person can then verify. The rule that **carries** the answer is not always the first: a general rule may be followed by an exception, or a rule may resemble the question without settling it.
#
# **An example.** "My six-year-old daughter is ill: must I provide a paper?" R14 and R17 are found, and both speak of illness. R17 is about the sick note **of the employees themselves**; R14, about the illness of a child under sixteen, "with a medical certificate". So **R14** is cited.
#
# ### Your turn: six citations
#
# For each question, read the three rules found by meaning, in the order of their scores, and choose the one that carries the answer, or "none of the three" if none does.

# %% id="citer-questions" hide=true
a_citer = cas[cas["exercice"] == "citer"]
for numero, ligne in a_citer.iterrows():
    proposees = {regle: (f"{regle} : {regles.loc[regle, 'fr']}", f"{regle}: {regles.loc[regle, 'en']}") for regle, score in chercher(ligne["fr"], "sens")[:3]}
    ask.choice(f"citer-{numero}", fr=ligne["fr"], en=ligne["en"], options={**proposees, "aucune": ("Aucune des trois", "None of the three")})

# %% graded="citer"
citees = {c: ask.answer("citer-" + c) for c in ("c1", "c2", "c3", "c4", "c5", "c6")}
for citee in citees.values():
    check(citee).is_answered()
### BEGIN HIDDEN TESTS
portee = {c: r for c, r in pd.read_csv("data/reference.csv", index_col="cas", keep_default_na=False)["regle"].items()}
trois = {c: [r for r, score in chercher(cas.loc[c, "fr"], "sens")[:3]] for c in citees}
bonnes = {c: portee[c] if portee[c] in trois[c] else "aucune" for c in citees}
check.that(not all(citees[c] == trois[c][0] for c in citees), fr="Vous citez toujours la première règle trouvée. Le score dit qu'elle ressemble à la question, non qu'elle y répond : lisez aussi les deux autres.", en="You always cite the first rule found. Its score says that it resembles the question, not that it answers it: read the other two as well.")
check.that(citees["c2"] != trois["c2"][0], fr="L'une des questions contient un détail qui change tout : la règle générale que vous citez a une exception parmi les trois.", en="One of the questions holds a detail that changes everything: the general rule that you cite has an exception among the three.")
check(citees["c1"]).equals(bonnes["c1"], fr="Pour l'une des questions, la règle que vous citez est bien du même sujet. Mais on demande un délai d'envoi : en donne-t-elle un ? Rien n'oblige à citer l'une des trois.", en="For one of the questions, the rule that you cite is indeed on the same subject. But what is asked for is a time limit for sending: does it give one? Nothing obliges you to cite one of the three.")
check.that(sum(citees[c] == "aucune" for c in citees) <= 2, fr="Vous dites trop souvent « aucune des trois » : une règle peut répondre avec d'autres mots que ceux de la question.", en="You say “none of the three” too often: a rule may answer in other words than those of the question.")
check.that(sum(citees[c] != bonnes[c] for c in citees) <= 1, fr="Deux citations au moins sont à revoir. Pour chacune : de qui parle la règle, de quoi, et à quelle heure ou dans quel cas s'applique-t-elle ?", en="At least two citations need another look. For each: whom does the rule speak of, of what, and at what time or in which case does it apply?")
### END HIDDEN TESTS

# %% [markdown] id="partie-5" lang="fr"
# ## 5. Un seuil de score suffit-il ?
#
# **Ce que l'on voit.** Pour l'une de ces questions, la bonne règle (R08) existe, mais la recherche ne l'a pas mise parmi les trois. Un assistant qui n'a pas lu la bonne règle ne peut pas y répondre honnêtement : il devrait le dire.
#
# Comment savoir quand **refuser** ? On propose souvent un **seuil** : « si le meilleur score est inférieur à 0,60, l'assistant refuse ; sinon, il répond ». Deux erreurs sont possibles :
#
# - **refuser à tort** une question à laquelle une règle répond ;
# - **répondre à tort** à une question à laquelle aucune règle ne répond.
#
# **Prévoyez d'abord.**

# %% [markdown] id="partie-5" lang="en" of="1f05ae74"
# ## 5. Is a score threshold enough?
#
# **What we see.** For one of these questions the right rule (R08) exists, but the search did not put it among the three. An assistant that has not read the right rule cannot answer honestly: it should say so.
#
# How does one know when to **refuse**? A **threshold** is often proposed: "if the best score is below 0.60, the assistant refuses; otherwise it answers". Two mistakes are possible:
#
# - **refusing wrongly** a question that a rule answers;
# - **answering wrongly** a question that no rule answers.
#
# **Predict first.**

# %% id="prevision-seuil" hide=true
ask.choice(
    "prevision-seuil",
    fr="Ma prévision (non notée) : avec un seuil bien choisi, sur les 40 questions…",
    en="My prediction (not graded): with a well-chosen threshold, over the 40 questions…",
    options={"a": ("presque aucune erreur : les questions sans réponse ont des scores bas", "hardly any mistake: questions without an answer have low scores"), "b": ("quelques erreurs, quel que soit le seuil", "some mistakes, whatever the threshold"), "c": ("autant d'erreurs qu'au hasard", "as many mistakes as by chance")},
)

# %% id="scores" hide=true examiner=true
def meilleur(question):
    return next((score for regle, score in chercher(question, "sens")), 0)


scores_avec, scores_sans = [meilleur(q) for q in avec_reponse["fr"]], [meilleur(q) for q in sans_reponse["fr"]]


def erreurs(seuil):
    """Refus à tort et réponses à tort, pour un seuil sur 100."""
    return sum(score < seuil for score in scores_avec), sum(score >= seuil for score in scores_sans)

# %% [markdown] id="seuil-texte" lang="fr"
# **Un exemple.** Avec le seuil 0,60 : 6 questions refusées à tort, 3 réponses à tort, soit 6 + 3 = **9 erreurs** sur 40. (Répondre « à raison » veut seulement dire qu'une règle répond : encore faut-il citer la bonne.)
#
# ### À vous : chercher le meilleur seuil
#
# Déplacez le curseur, et répondez :
#
# 1. Cherchez le plus petit seuil qui refuse **les dix** questions sans réponse. Avec ce seuil, **combien des 30 autres** sont refusées à tort ?
# 2. Quel est le **plus petit nombre total d'erreurs** que l'on puisse obtenir, quel que soit le seuil ?
# 3. Qu'en concluez-vous ?

# %% [markdown] id="seuil-texte" lang="en" of="6688882c"
# **An example.** With threshold 0.60: 6 questions refused wrongly, 3 answered wrongly, that is 6 + 3 = **9 mistakes** in 40. (Answering "rightly" only means that some rule answers: the right one must still be cited.)
#
# ### Your turn: look for the best threshold
#
# Move the slider, and answer:
#
# 1. Find the smallest threshold that refuses **all ten** questions without an answer. With that threshold, **how many of the 30 others** are refused wrongly?
# 2. What is the **smallest total number of mistakes** that can be reached, whatever the threshold?
# 3. What do you conclude?

# %% id="seuil-outil" hide=true
def essayer_seuil(seuil):
    refus, reponses = erreurs(round(100 * seuil))
    noms = labkit.tr("refusées à tort (sur 30),réponses à tort (sur 10),erreurs en tout (sur 40)", "refused wrongly (of 30),answered wrongly (of 10),mistakes in all (of 40)").split(",")
    labkit.table(pd.DataFrame([[refus, reponses, refus + reponses]], columns=noms), fr=f"Seuil {labkit.written(round(seuil, 2))}", en=f"Threshold {labkit.written(round(seuil, 2))}")


labkit.plots.hist({labkit.tr("une règle répond (30)", "a rule answers (30)"): [s / 100 for s in scores_avec], labkit.tr("aucune ne répond (10)", "none answers (10)"): [s / 100 for s in scores_sans]}, bins=10, fr="Meilleur score de chaque question", en="Best score of each question", x=("meilleur score", "best score"))
labkit.explore(essayer_seuil, seuil=labkit.slider(fr="Seuil", en="Threshold", low=0, high=1, step=0.01, start=0.6))
ask.number("seuil-dix", fr="Avec le plus petit seuil qui refuse les dix : nombre de questions refusées à tort", en="With the smallest threshold that refuses all ten: number of questions refused wrongly", low=0, high=40)
ask.number("seuil-moins", fr="Plus petit nombre total d'erreurs, quel que soit le seuil", en="Smallest total number of mistakes, whatever the threshold", low=0, high=40)
ask.choice(
    "seuil-conclusion",
    fr="Ce que vous en concluez",
    en="What you conclude",
    options={
        "haut": ("Il suffit d'un seuil élevé : mieux vaut trop refuser.", "A high threshold is enough: better to refuse too much."),
        "lire": ("Un score dit que les sujets se ressemblent, non qu'une règle répond : il faut lire la règle.", "A score says that the subjects are alike, not that a rule answers: the rule must be read."),
        "modele": ("Le lexique est trop petit : avec un meilleur modèle, les questions sans réponse auraient un score nul.", "The lexicon is too small: with a better model, questions without an answer would score zero."),
        "aucun": ("Il ne faut jamais refuser : le total d'erreurs reste petit.", "One should never refuse: the total of mistakes stays small."),
    },
)

# %% graded="seuil"
dix, moins, conclusion = ask.answer("seuil-dix"), ask.answer("seuil-moins"), ask.answer("seuil-conclusion")
for reponse in (dix, moins, conclusion):
    check(reponse).is_answered()
check.that(moins != 9, fr="C'est le total de l'exemple. D'autres seuils font moins d'erreurs : déplacez le curseur dans les deux sens.", en="This is the total of the example. Other thresholds make fewer mistakes: move the slider both ways.")
### BEGIN HIDDEN TESTS
plus_petit = min(seuil for seuil in range(101) if erreurs(seuil)[1] == 0)
check.that(dix not in (plus_petit, plus_petit / 100), fr="C'est le seuil lui-même. On demande combien de questions il refuse à tort.", en="This is the threshold itself. We ask how many questions it refuses wrongly.")
check.that(dix != erreurs(plus_petit - 1)[0], fr="À ce seuil, une question sans réponse reçoit encore une réponse : montez d'un cran.", en="At this threshold, one question without an answer is still answered: go up one notch.")
check.that(dix <= erreurs(plus_petit)[0], fr="Vous montez plus haut qu'il ne faut : cherchez le plus petit seuil pour lequel la deuxième colonne vaut 0.", en="You go higher than needed: look for the smallest threshold for which the second column is 0.")
check(dix).equals(erreurs(plus_petit)[0], fr="Montez le curseur jusqu'à ce que la deuxième colonne vaille 0, puis lisez la première.", en="Move the slider up until the second column is 0, then read the first.")
check.that(moins != min(erreurs(seuil)[1] for seuil in range(60)), fr="Un seul genre d'erreurs est compté. Additionnez les refus à tort et les réponses à tort.", en="Only one kind of mistake is counted. Add up wrong refusals and wrong answers.")
check(moins).equals(min(sum(erreurs(seuil)) for seuil in range(101)), fr="Ce total n'est pas le plus petit. Lisez la troisième colonne en déplaçant le curseur pas à pas autour de 0,50.", en="This total is not the smallest. Read the third column while moving the slider step by step around 0.50.")
check(conclusion).differs_from("modele", fr="« Le mot de passe doit-il changer tous les trois mois ? » et R19 parlent bien du même sujet : un meilleur modèle leur donnerait-il un score nul ?", en="“Must the password change every three months?” and R19 do speak of the same subject: would a better model give them a score of zero?")
check(conclusion).equals("lire", fr="Mettez vos deux nombres en face de cette conclusion : combien de personnes seraient privées d'une réponse, ou recevraient une réponse sans preuve ?", en="Set your two numbers against this conclusion: how many people would be denied an answer, or be given an answer without evidence?")
### END HIDDEN TESTS

# %% [markdown] id="partie-6" lang="fr"
# ## 6. Refuser en lisant
#
# **Ce que l'on voit.** Quel que soit le seuil, il reste des erreurs des deux sortes, ou beaucoup d'une seule : l'aviez-vous prévu ? « Y a-t-il une borne électrique pour recharger ma voiture au parking ? » a le même score que « Où puis-je garer ma voiture ? » : mêmes notions, même règle. R35 répond à l'une et pas à l'autre. Il faut donc **lire** : *cette règle dit-elle ce que l'on demande, pour cette personne, dans ce cas ?*
#
# **Un exemple.** À « Le mot de passe doit-il changer tous les trois mois ? », on trouve R19 : quatorze caractères, à ne communiquer à personne. Rien sur le changement : on **refuse**. À « Mon mot de passe a dix caractères, est-ce assez ? », la même règle **répond** : non, il en faut quatorze.
#
# ### À vous : huit questions
#
# Lisez la règle la plus proche, et décidez : elle **répond** (même si la réponse est « non »), ou il faut **refuser**. Une erreur est tolérée. Puis choisissez la meilleure façon de refuser.

# %% [markdown] id="partie-6" lang="en" of="ebbfb8f4"
# ## 6. Refusing by reading
#
# **What we see.** Whatever the threshold, mistakes of both kinds remain, or many of one kind: had you predicted it? "Is there a charging point for my car in the car park?" has the same score as "Where can I park my car?": the same notions, the same rule. R35 answers one and not the other. So someone, or something, has to **read**: *does this rule say what is asked, for this person, in this case?*
#
# **An example.** To "Must the password change every three months?", R19 is found: fourteen characters, given to nobody. Nothing on changing it: we **refuse**. To "My password has ten characters, is that enough?", the same rule **answers**: no, it takes fourteen.
#
# ### Your turn: eight questions
#
# Read the closest rule, and decide: it **answers** (even if the answer is "no"), or one must **refuse**. One mistake is tolerated. Then choose the best way to refuse.

# %% id="refuser-questions" hide=true
a_refuser = cas[cas["exercice"] == "refuser"]
ask.annotate(
    "refuser-huit",
    fr="La règle la plus proche répond-elle ?",
    en="Does the closest rule answer?",
    items={
        numero: tuple(
            f"{ligne[code]} → {regle}{gap}{regles.loc[regle, code]} ({labkit.tr('score', 'score')} {labkit.written(score / 100, 2)})"
            for code, gap in (("fr", " : "), ("en", ": "))
            for regle, score in chercher(ligne["fr"], "sens")[:1]
        )
        for numero, ligne in a_refuser.iterrows()
    },
    labels={"repond": ("elle répond", "it answers"), "refuse": ("refuser", "refuse")},
)
ask.choice(
    "refuser-phrase",
    fr="« Ai-je droit à des jours payés pour un déménagement ? » : quelle réponse l'assistant doit-il donner ?",
    en="“Am I entitled to paid days for moving house?”: which answer should the assistant give?",
    options={
        "sec": ("« Je ne sais pas. »", "“I do not know.”"),
        "usage": ("« En général, un déménagement donne droit à un jour. »", "“In general, moving house gives a right to one day.”"),
        "proche": ("« Aucune règle ne parle de déménagement. Les absences payées sont prévues pour la naissance, la maladie d'un enfant, le décès, le mariage ou le pacs (R13, R14, R15, R18). Demandez au service du personnel. »", "“No rule speaks of moving house. Paid absences are provided for birth, a child's illness, death, marriage or civil partnership (R13, R14, R15, R18). Ask the staff department.”"),
        "non": ("« Non, vous n'y avez pas droit. »", "“No, you are not entitled to any.”"),
    },
)

# %% graded="refuser"
lus, phrase = ask.answer("refuser-huit"), ask.answer("refuser-phrase")
check(lus).is_answered()
check(lus).has_length(8, fr="Il reste des questions sans décision : les huit doivent en avoir une.", en="Some questions have no decision yet: all eight need one.")
check(phrase).is_answered()
### BEGIN HIDDEN TESTS
cas_lus = ["r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8"]
references = {c: r for c, r in pd.read_csv("data/reference.csv", index_col="cas", keep_default_na=False)["regle"].items()}
attendu = {c: "repond" if references[c] else "refuse" for c in cas_lus}
par_seuil = {c: "repond" if meilleur(cas.loc[c, "fr"]) >= 50 else "refuse" for c in cas_lus}
check.that(len({lus[c] for c in cas_lus}) > 1, fr="La même décision partout ne distingue rien. Pour chaque règle : dit-elle ce que l'on demande ?", en="The same decision everywhere tells nothing apart. For each rule: does it say what is asked?")
check.that(not all(lus[c] == par_seuil[c] for c in cas_lus), fr="Vous décidez comme un seuil de score. Couvrez les scores, et relisez : la règle parle-t-elle de cette personne, et de ce cas ?", en="You decide as a score threshold would. Cover the scores, and read again: does the rule speak of this person, and of this case?")
check.that(sum(lus[c] == "repond" and attendu[c] == "refuse" for c in cas_lus) <= 1, fr="Vous répondez sans preuve plus d'une fois : la règle traite du même sujet, mais pas de ce que l'on demande.", en="You answer without evidence more than once: the rule is about the same subject, but not about what is asked.")
check.that(sum(lus[c] != attendu[c] for c in cas_lus) <= 1, fr="Vous refusez à tort : une règle peut répondre avec d'autres mots que ceux de la question, ou d'une façon plus générale.", en="You refuse wrongly: a rule may answer in other words than those of the question, or more generally.")
check(phrase).differs_from("non", fr="Le silence des règles n'interdit rien : affirmer que ce droit n'existe pas, c'est aussi inventer.", en="The silence of the rules forbids nothing: to state that this right does not exist is to make something up too.")
check(phrase).differs_from("usage", fr="« En général » n'est la preuve de rien : quel numéro de règle citeriez-vous ?", en="“In general” is evidence of nothing: which rule number would you cite?")
check(phrase).equals("proche", fr="Un bon refus aide : il dit ce que les règles ne disent pas, ce qu'elles disent de proche, et à qui demander.", en="A good refusal helps: it says what the rules do not say, what they say on related matters, and whom to ask.")
### END HIDDEN TESTS

# %% [markdown] id="partie-7" lang="fr"
# ## 7. Qui a le droit de lire quoi ?
#
# Jusqu'ici, vous pouviez tout lire. L'assistant, lui, servira **tout** le personnel. Or cinq règles sont réservées (R27, R37, R38, R39, R40) : l'une annonce une fermeture encore secrète, une autre touche à la santé de collègues.
#
# Il y a **fuite** dès qu'une règle réservée est donnée au modèle de langue pour répondre à quelqu'un qui n'a pas le droit de la lire : il peut la citer, la résumer, la laisser deviner.
#
# **Un exemple.** À « Puis-je apprendre l'anglais sur mes heures de bureau ? », posée par une cheffe d'atelier, la recherche donne R28, **R27** et R33. R27 est réservée à l'encadrement : pour elle, pas de fuite. Posée par une ouvrière, la même question **fuit**. On compte une fuite **par question**, même si deux règles réservées y paraissent.
#
# L'outil ci-dessous montre douze questions d'une même personne, qui n'appartient ni à l'encadrement ni au service du personnel. Il a trois réglages : essayez-les tous.

# %% [markdown] id="partie-7" lang="en" of="3ec4e08d"
# ## 7. Who may read what?
#
# So far, you were allowed to read everything. The assistant will serve **all** employees. Now five rules are reserved (R27, R37, R38, R39, R40): one announces a closure that is still secret, another is about colleagues' health.
#
# There is a **leak** as soon as a reserved rule is given to the language model in order to answer someone who may not read it: the model may cite it, sum it up, let it be guessed.
#
# **An example.** To "May I learn English during my office hours?", asked by a head of workshop, the search gives R28, **R27** and R33. R27 is reserved to managers: for her, no leak. Asked by a worker, the same question **leaks**. We count one leak **per question**, even if it brings up two reserved rules.
#
# The tool below shows twelve questions from one employee, who is neither a manager nor in the staff department. It has three settings: try them all.

# %% id="droits-outil" hide=true
lisibles = set(regles.index[regles["lecture"] == "tous"])
manieres = {
    "aucun": ("aucun filtre : chercher dans les 40 règles", "no filter: search all 40 rules"),
    "apres": ("filtrer après : chercher partout, puis masquer", "filter after: search everywhere, then hide"),
    "avant": ("filtrer avant : chercher dans les seules règles permises", "filter before: search only the rules allowed"),
}


def essayer_filtre(maniere):
    lignes = []
    for numero, ligne in agent.iterrows():
        trouvees = [regle for regle, score in chercher(ligne["fr"], "sens", lisibles if maniere == "avant" else None)[:3]]
        reservee = labkit.tr(" (réservée)", " (reserved)")
        masquee = labkit.tr("résultat masqué", "hidden result")
        vues = [regle if regle in lisibles else masquee if maniere == "apres" else regle + reservee for regle in trouvees]
        lignes.append([numero, ligne[langue], ", ".join(vues) or labkit.tr("aucune règle trouvée", "no rule found")])
    labkit.table(pd.DataFrame(lignes, columns=labkit.tr("n°,question,trois premières règles", "no.,question,first three rules").split(",")), fr="Ce que reçoit le modèle pour répondre à cette personne", en="What the model receives in order to answer this employee")


labkit.explore(essayer_filtre, maniere=labkit.dropdown(fr="Filtre", en="Filter", options=manieres))

# %% [markdown] id="droits-texte" lang="fr"
# ### À vous : compter, puis décider
#
# 1. **Sans filtre**, combien de questions, sur les douze, fuient ?
# 2. Avec le filtre **avant** la recherche, regardez la question d3, sur les primes. Que doit répondre l'assistant ?
# 3. Où placer le filtre ?

# %% [markdown] id="droits-texte" lang="en" of="cdc48eb8"
# ### Your turn: count, then decide
#
# 1. **Without a filter**, how many of the twelve questions leak?
# 2. With the filter **before** the search, look at question d3, on bonuses. What should the assistant answer?
# 3. Where should the filter be?

# %% id="droits-questions" hide=true
ask.number("droits-fuites", fr="Sans filtre, nombre de questions qui fuient", en="Without a filter, number of questions that leak", low=0, high=36)
ask.choice(
    "droits-primes",
    fr="« De combien sont les primes ? », avec le filtre avant la recherche : que répondre à cette personne ?",
    en="“How high are the bonuses?”, with the filter before the search: what should this employee be told?",
    options={
        "refus": ("« Je ne trouve pas de règle qui réponde à cette question. Adressez-vous au service du personnel. »", "“I find no rule that answers this question. Please ask the staff department.”"),
        "reservee": ("« Une règle donne les montants, mais elle est réservée à l'encadrement. »", "“A rule gives the amounts, but it is reserved to managers.”"),
        "ordre": ("« Je n'ai pas le droit de le dire, mais comptez quelques centaines d'euros. »", "“I may not say, but reckon on a few hundred euros.”"),
        "jamais": ("« Il n'existe aucune prime dans l'entreprise. »", "“There are no bonuses in the company.”"),
    },
)
ask.choice(
    "droits-ou",
    fr="Où placer le filtre ?",
    en="Where should the filter be?",
    options={
        "consigne": ("Dans la consigne : « Ne révèle jamais le contenu d'une règle réservée. »", "In the instruction: “Never reveal the content of a reserved rule.”"),
        "apres": ("Après la recherche : on masque les règles réservées parmi les trois trouvées.", "After the search: reserved rules are hidden among the three found."),
        "avant": ("Avant la recherche : on ne cherche que dans les règles que la personne peut lire.", "Before the search: only the rules that the person may read are searched."),
        "modele": ("Dans le modèle : on lui apprend les règles, il saura lesquelles taire.", "In the model: it is taught the rules, and will know which to keep quiet."),
    },
)

# %% graded="droits"
fuites, primes, place = ask.answer("droits-fuites"), ask.answer("droits-primes"), ask.answer("droits-ou")
for reponse in (fuites, primes, place):
    check(reponse).is_answered()
check.that(fuites <= 12, fr="On compte des questions, et il y en a douze.", en="We count questions, and there are twelve.")
### BEGIN HIDDEN TESTS
interdites = set(regles.index[regles["lecture"] != "tous"])
paraissent = [[r for r, score in chercher(q, "sens")[:3] if r in interdites] for q in agent["fr"]]
check.that(fuites != sum(len(r) for r in paraissent), fr="Vous comptez des règles. Une question où paraissent deux règles réservées compte une fois.", en="You count rules. A question in which two reserved rules appear counts once.")
check.that(fuites != sum(bool(r) and r[0] == chercher(q, "sens")[0][0] for r, q in zip(paraissent, agent["fr"])), fr="Vous ne comptez que le premier rang. Le modèle reçoit les trois règles : une règle réservée au troisième rang fuit aussi.", en="You count first place only. The model receives all three rules: a reserved rule in third place leaks too.")
check.that(fuites != 12 - sum(bool(r) for r in paraissent), fr="Ce sont les questions qui ne fuient pas.", en="These are the questions that do not leak.")
check(fuites).equals(sum(bool(r) for r in paraissent), fr="Choisissez « aucun filtre » et comptez les lignes où paraît le mot « réservée ».", en="Choose “no filter” and count the lines in which the word “reserved” appears.")
check(primes).differs_from("reservee", fr="Dire qu'une règle réservée existe est déjà une information. Avec ce filtre, l'assistant peut-il seulement le savoir ?", en="To say that a reserved rule exists is information already. With this filter, can the assistant even know it?")
check(primes).equals("refus", fr="Que reste-t-il à citer, une fois les règles réservées retirées ? On n'affirme, et on ne nie, que sur une preuve.", en="What is left to cite, once reserved rules are taken out? One states, and denies, only on evidence.")
check(place).differs_from("apres", fr="Choisissez « filtrer après » : le résultat masqué, à lui seul, apprend à la personne qu'une règle secrète touche à sa question, et il prend la place d'une règle utile.", en="Choose “filter after”: the hidden result by itself teaches the person that a secret rule touches on the question, and it takes the place of a useful rule.")
check(place).equals("avant", fr="Un modèle qui a lu une règle peut la laisser échapper, quelle que soit la consigne. Comment faire qu'il ne la lise pas ?", en="A model that has read a rule may let it slip, whatever its instruction. How can one see to it that it does not read it?")
### END HIDDEN TESTS

# %% [markdown] id="partie-8" lang="fr"
# ## 8. Lire juste assez
#
# **Ce que l'on voit.** Filtrer avant, c'est ne donner que ce à quoi la personne a droit. La sobriété va dans le même sens : ne donner que ce qui sert. Les modèles d'aujourd'hui acceptent de longs textes : pourquoi chercher, s'ils peuvent **tout lire** à chaque question ? Parce que le calcul d'un modèle de langue, donc son énergie, grandit avec le nombre de **mots à lire**, au moins en proportion.
#
# Le tableau compare quatre manières, avec le filtre des droits en place. La recherche, elle, coûte peu : l'énergie de mille recherches, en milliwattheures (mWh), est dans la dernière colonne ; nous l'avons **estimée d'après le temps de calcul**, à raison de 10 W par cœur de processeur. Pour comparaison, mille courts textes lus et classés par le petit modèle de langue SmolLM2, celui du lab l2-06, ont demandé environ **1 170 mWh** (même façon d'estimer).
#
# **Un exemple.** Tout lire demande 580 mots par question ; lire les dix premières règles trouvées par le sens, 115,6 mots : 580 ÷ 115,6 = **5,0** fois plus.
#
# ### À vous
#
# La direction demande que, pour **80 %** des questions au moins (24 sur 30), la bonne règle soit parmi celles que le modèle lit. Parmi les manières qui **suffisent**, laquelle fait lire **le moins** ? Et combien de fois plus de mots lirait-on en lisant tout ? (Un rapport, avec une décimale.)

# %% [markdown] id="partie-8" lang="en" of="3a4f90fd"
# ## 8. Reading just enough
#
# **What we see.** Filtering before means giving only what the person is entitled to. Frugality goes the same way: give only what is useful. Today's models accept long texts: why search, if they can **read everything** for each question? Because the computation of a language model, and so its energy, grows with the number of **words to read**, at least in proportion.
#
# The table compares four ways, with the filter of rights in place. Searching itself costs little: the energy of a thousand searches, in milliwatt-hours (mWh), is in the last column; we **estimated it from the computing time**, at 10 W per processor core. For comparison, a thousand short texts read and sorted by the small language model SmolLM2, that of lab l2-06, took about **1,170 mWh** (estimated in the same way).
#
# **An example.** Reading everything takes 580 words per question; reading the first ten rules found by meaning, 115.6 words: 580 ÷ 115.6 = **5.0** times more.
#
# ### Your turn
#
# Management asks that, for **80%** of the questions at least (24 of 30), the right rule be among those that the model reads. Of the ways that are **good enough**, which has **the least** read? And how many times more words would be read by reading everything? (A ratio, with one decimal.)

# %% id="lecture" hide=true examiner=true
permises = set(regles.index[regles["lecture"] == "tous"])
longueurs = {regle: len(texte.split()) for regle, texte in regles["fr"].items()}


def faire_lire(recherche, k):
    """Combien de bonnes règles le modèle lit, sur trente questions, et combien de mots il lit par question."""
    trouvees = [[regle for regle, score in chercher(q, recherche, permises)[:k]] for q in avec_reponse["fr"]]
    return sum(bonne in lues for bonne, lues in zip(avec_reponse["regle"], trouvees)), sum(longueurs[r] for lues in trouvees for r in lues) / 30


lectures = {"mots3": faire_lire("mots", 3), "sens3": faire_lire("sens", 3), "sens10": faire_lire("sens", 10), "tout": (30, sum(longueurs[r] for r in permises))}

# %% id="sobriete-questions" hide=true
noms_lectures = {
    "mots3": ("les trois premières règles par mots", "the first three rules by words"),
    "sens3": ("les trois premières règles par le sens", "the first three rules by meaning"),
    "sens10": ("les dix premières règles par le sens", "the first ten rules by meaning"),
    "tout": ("toutes les règles permises (35)", "all the rules allowed (35)"),
}
energie_recherche = {"mots3": mesures.loc["mots", "mwh_1000"], "sens3": mesures.loc["sens", "mwh_1000"], "sens10": mesures.loc["sens", "mwh_1000"], "tout": 0}
colonnes = labkit.tr("ce que lit le modèle|bonne règle lue (sur 30)|mots lus par question|énergie de 1 000 recherches (mWh)", "what the model reads|right rule read (of 30)|words read per question|energy of 1,000 searches (mWh)").split("|")
labkit.table(pd.DataFrame([[labkit.tr(*noms_lectures[cle]), bonnes_lues, round(float(mots_lus), 1), energie_recherche[cle]] for cle, (bonnes_lues, mots_lus) in lectures.items()], columns=colonnes), fr="Quatre manières de faire lire", en="Four ways of having it read", digits=2)
ask.choice("sobriete-choix", fr="La manière la plus sobre qui suffit", en="The most frugal way that is good enough", options=noms_lectures)
ask.number("sobriete-rapport", fr="Tout lire demande combien de fois plus de mots que cette manière ?", en="How many times more words does reading everything take than this way?", low=0, high=1000, unit="×")

# %% graded="sobriete"
choix, rapport = ask.answer("sobriete-choix"), ask.answer("sobriete-rapport")
check(choix).is_answered()
check(rapport).is_answered()
check.that(rapport >= 1, fr="Un rapport plus petit que 1 dirait que tout lire en fait lire moins. Avez-vous divisé dans le bon sens ?", en="A ratio below 1 would say that reading everything means reading less. Did you divide the right way round?")
### BEGIN HIDDEN TESTS
suffisent = [cle for cle, (bonnes_lues, mots_lus) in lectures.items() if bonnes_lues >= 24]
check.that(choix in suffisent, fr="Cette manière fait lire peu, mais la bonne règle manque trop souvent : comparez la deuxième colonne aux 24 demandées.", en="This way has little read, but the right rule is missing too often: compare the second column with the 24 required.")
check(choix).equals(min(suffisent, key=lambda cle: lectures[cle][1]), fr="Cette manière suffit, mais une autre suffit aussi et fait lire moins.", en="This way is good enough, but another one is too and has less read.")
check.that(abs(rapport - 5) > 0.15, fr="C'est le rapport de l'exemple, avec dix règles. Prenez la ligne de la manière que vous retenez.", en="This is the ratio of the example, with ten rules. Take the line of the way that you keep.")
check.that(abs(rapport - 35 / 3) > 0.15, fr="Vous comparez des nombres de règles. Elles n'ont pas toutes la même longueur : comparez les mots lus.", en="You compare numbers of rules. They are not all of the same length: compare the words read.")
check(rapport).is_close_to(lectures["tout"][1] / lectures[choix][1], within=0.2, fr="Divisez les mots lus en lisant tout par les mots lus de la manière que vous retenez.", en="Divide the words read by reading everything by the words read in the way that you keep.")
### END HIDDEN TESTS

# %% [markdown] id="partie-9" lang="fr"
# ## 9. Donner son avis
#
# **Ce que l'on voit.** La recherche coûte peu et fait lire bien moins ; elle rate la bonne règle pour quelques questions, que l'assistant doit alors refuser. (Nos 40 règles sont peu de chose : avec des milliers de pages, tout lire devient impossible, et la recherche indispensable.)
#
# La direction demande : *peut-on ouvrir cet assistant à tout le personnel ?* Répondez en **trois ou quatre phrases** (50 à 130 mots) :
#
# - **pour quel usage**, avec **un chiffre** de ce lab sur la recherche ;
# - **comment** l'assistant cite et refuse, et pourquoi un seuil n'y suffit pas ;
# - **qui lit quoi**, et **qui surveille** : quelle mesure, à quel rythme.

# %% [markdown] id="partie-9" lang="en" of="aa45c3ef"
# ## 9. Giving your advice
#
# **What we see.** Searching costs little and has far less read; it misses the right rule for a few questions, which the assistant must then refuse. (Our 40 rules do not amount to much: with thousands of pages, reading everything becomes impossible, and searching indispensable.)
#
# Management asks: *can this assistant be opened to all employees?* Answer in **three or four sentences** (50 to 130 words):
#
# - **for which use**, with **one figure** from this lab about the search;
# - **how** the assistant cites and refuses, and why a threshold is not enough for that;
# - **who reads what**, and **who keeps watch**: which measurement, how often.

# %% id="decision-reponse" hide=true
ask.text("decision", fr="Mon avis à la direction", en="My advice to management", rows=8, words=(50, 130))

# %% [markdown] graded="decision" lang="fr"
# *Cette réponse sera lue et notée par votre formatrice ou votre formateur (3 points : un usage délimité et un chiffre juste ; citation et refus, sans s'en remettre à un seuil ; droits d'accès et surveillance).*

# %% [markdown] graded="decision" lang="en" of="d297c76a"
# *This answer will be read and graded by your trainer (3 points: a well-defined use and a correct figure; citation and refusal, without relying on a threshold; access rights and monitoring).*

# %% [markdown] id="bonus" lang="fr"
# ## 10. Pour aller plus loin (facultatif)
#
# Si vous avez envie d'écrire quelques lignes de code : complétez la fonction `taux_de_reussite`. Elle reçoit une liste de rangs (`None` quand la bonne règle n'est pas trouvée) et le nombre `k`, et rend la part, entre 0 et 1, des questions dont la bonne règle est parmi les `k` premières.
# Par exemple, `taux_de_reussite([1, 4, None, 2], 3)` doit rendre `0.5`.

# %% [markdown] id="bonus" lang="en" of="5ca6774f"
# ## 10. Going further (optional)
#
# If you feel like writing a few lines of code: complete the function `taux_de_reussite` (success rate). It receives a list of places (`None` when the right rule is not found) and the number `k`, and returns the share, between 0 and 1, of the questions whose right rule is among the first `k`.
# For instance, `taux_de_reussite([1, 4, None, 2], 3)` must return `0.5`.

# %% id="formule-code" answer=true
def taux_de_reussite(rangs, k):
    ### BEGIN SOLUTION
    return sum(rang is not None and rang <= k for rang in rangs) / len(rangs)
    ### END SOLUTION

# %% graded="formule"
check(taux_de_reussite).called_with([1, 4, None, 2], 3).is_close_to(0.5, within=1e-9, fr="Dans l'exemple, deux bonnes règles sur quatre questions sont parmi les trois premières. Une règle non trouvée compte comme un échec, non comme une question de moins.", en="In the example, two right rules of four questions are among the first three. A rule that is not found counts as a failure, not as one question fewer.")
### BEGIN HIDDEN TESTS
check(taux_de_reussite).called_with([3, 3, 1, 8], 3).is_close_to(0.75, within=1e-9, fr="Une règle au rang k exactement est parmi les k premières.", en="A rule in place k exactly is among the first k.")
check(taux_de_reussite).called_with([2, 1, None, 5, 1], 1).is_close_to(0.4, within=1e-9, fr="La fonction est juste pour k = 3, mais pas pour une autre valeur. Se sert-elle bien de k ?", en="The function is right for k = 3, but not for another value. Does it use k?")
### END HIDDEN TESTS

# %% [markdown] id="fiche-texte" lang="fr"
# ## 11. Votre fiche
#
# Exécutez la cellule : elle rassemble vos réponses en une page que vous gardez. Vous pouvez l'exécuter de nouveau après avoir corrigé une réponse.

# %% [markdown] id="fiche-texte" lang="en" of="574ba96d"
# ## 11. Your sheet
#
# Run the cell: it gathers your answers on one page that you keep. You can run it again after correcting an answer.

# %% id="fiche" hide=true
vide = labkit.tr("à compléter", "to be completed")
noms_places = {"avant": labkit.tr("avant la recherche", "before the search"), "apres": labkit.tr("après la recherche", "after the search"), "consigne": labkit.tr("dans la consigne", "in the instruction"), "modele": labkit.tr("dans le modèle", "in the model")}


def nombre(cle, unite=""):
    return vide if ask.answer(cle) is None else labkit.written(ask.answer(cle), 1) + unite


labkit.artefact(
    "fiche-recherche-documentaire",
    title=("Fiche d'évaluation : assistant branché sur des documents", "Evaluation sheet: assistant connected to documents"),
    sections=[
        (("Objet", "Subject"), ("Assistant qui répond au personnel de la Fabrique de Valmère (imaginaire) à partir de 40 règles internes, dont cinq réservées.", "Assistant that answers the employees of the Fabrique de Valmère (invented) from 40 internal rules, five of them reserved.")),
        (
            ("Recherche, sur 30 questions qui ont une réponse", "Search, over 30 questions that have an answer"),
            {
                labkit.tr("Par mots : bonne règle parmi les trois premières", "By words: right rule among the first three"): nombre("mots-part", labkit.tr(" %", "%")),
                labkit.tr("Par le sens : bonne règle parmi les trois premières", "By meaning: right rule among the first three"): nombre("sens-part", labkit.tr(" %", "%")),
            },
        ),
        (
            ("Citation et refus", "Citation and refusal"),
            {
                labkit.tr("Erreurs du meilleur seuil, sur 40 questions", "Mistakes of the best threshold, over 40 questions"): nombre("seuil-moins"),
                labkit.tr("Refus à tort, si l'on refuse par seuil les dix questions sans réponse", "Wrong refusals, if a threshold refuses all ten questions without an answer"): nombre("seuil-dix"),
                labkit.tr("Règle", "Rule"): labkit.tr("chaque réponse cite la règle qui la porte ; sinon, refus motivé", "each answer cites the rule that carries it; otherwise, a refusal with its reason"),
            },
        ),
        (
            ("Droits d'accès et sobriété", "Access rights and frugality"),
            {
                labkit.tr("Questions qui fuient sans filtre, sur douze", "Questions that leak without a filter, of twelve"): nombre("droits-fuites"),
                labkit.tr("Place du filtre", "Place of the filter"): noms_places.get(ask.answer("droits-ou"), vide),
                labkit.tr("Ce que lit le modèle", "What the model reads"): labkit.tr(*noms_lectures[ask.answer("sobriete-choix")]) if ask.answer("sobriete-choix") in noms_lectures else vide,
                labkit.tr("Tout lire, en comparaison", "Reading everything, in comparison"): nombre("sobriete-rapport", labkit.tr(" fois plus de mots", " times more words")),
            },
        ),
        (("Avis", "Advice"), ask.answer("decision")),
    ],
)

# %% [markdown] id="fin" lang="fr"
# ## Ce que vous savez faire maintenant
#
# - Mesurer une recherche sur des questions dont vous connaissez la réponse, et garder mots **et** sens.
# - Citer la règle qui porte la réponse, et non la première trouvée.
# - Refuser parce qu'aucune règle ne répond, et non parce qu'un score est bas.
# - Filtrer **avant** la recherche ce que la personne n'a pas le droit de lire.
# - Faire lire juste assez.
#
# Il reste à remettre votre lab : le panneau ci-dessous s'en charge.

# %% [markdown] id="fin" lang="en" of="7a47b6e4"
# ## What you can do now
#
# - Measure a search on questions whose answer you know, and keep words **and** meaning.
# - Cite the rule that carries the answer, not the first one found.
# - Refuse because no rule answers, not because a score is low.
# - Filter **before** the search what the person may not read.
# - Have just enough read.
#
# All that remains is to submit your lab: the panel below takes care of it.
