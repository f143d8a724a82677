# ---
# caire:
#   id: t-01-creer-un-lab
#   level: null
#   minutes: 120
#   profile: cpu
#   title: {fr: "Créer, vérifier, publier un lab", en: "Creating, checking, publishing a lab"}
#   summary:
#     fr: "Vous saurez écrire une vérification qui accepte toutes les bonnes réponses et refuse les erreurs prévues, avec un message qui apprend quelque chose. Vous saurez aussi placer une tolérance, comparer deux langues, chiffrer ce qu'un lab coûte à une cohorte, et mener un lab de la première ligne à son ouverture."
#     en: "You will be able to write a check that accepts every right answer and refuses the expected mistakes, with a message that teaches something. You will also be able to set a tolerance, compare two languages, put a figure on what a lab costs for a cohort, and take a lab from its first line to its opening."
#   budget: {cpu_seconds: 30, memory_mib: 1024, cell_seconds: 30}
#   questions:
#     messages: {points: 3, skill: nf.lab.expliquer, fr: "Un message qui apprend", en: "A message that teaches"}
#     verifier: {points: 4, skill: nf.lab.verifier, fr: "Une vérification juste", en: "A sound check"}
#     jeux: {points: 3, skill: nf.lab.verifier, fr: "Des données cachées qui départagent", en: "Hidden data that tell answers apart"}
#     fausses: {points: 3, skill: nf.lab.verifier, fr: "Deux copies fausses, une autre copie juste", en: "Two wrong submissions, another right one"}
#     tolerance: {points: 3, skill: nf.lab.doser, fr: "Un seuil hors du hasard", en: "A threshold out of reach of chance"}
#     traduction: {points: 3, skill: nf.lab.publier, fr: "Ce qui diffère entre deux langues", en: "What differs between two languages"}
#     cout: {points: 3, skill: nf.lab.doser, fr: "Ce qu'un lab coûte à une cohorte", en: "What a lab costs for a cohort"}
#     relecture: {points: 3, manual: true, skill: nf.lab.publier, fr: "Votre relecture de la question de Salomé", en: "Your review of Salomé's question"}
#   answers:
#     prevoir-controle: 2
#     messages: {a: muet, b: donne, c: apprend, d: donne, e: juge, f: apprend}
#     prevoir-seuil: b
#     prevoir-cout: c
#     relecture: "Je corrige d'abord la vérification : sur le fichier de l'énoncé, elle laisse passer quatre erreurs sur six, dont une valeur écrite en dur, et refuse une bonne réponse arrondie au millième. Je l'appelle sur d'autres listes, dont une avec un délai égal à la limite, et j'accepte un millième d'écart. La consigne dira que le jour de la limite n'est pas un retard. Je prouverai la correction par caire labs check, avec mes deux copies fausses et la réponse arrondie dans right. Je n'ouvre pas avant ce contrôle ; les 500 remises déjà notées seraient réévaluées, sans faire baisser personne, et je l'annoncerais."
# ---

# %% [markdown] id="titre" lang="fr"
# # Créer, vérifier, publier un lab
#
# **La situation.** Votre collègue Salomé prépare un petit lab, « Les délais d'un service », pour 500 personnes. Elle a écrit un énoncé, une vérification et deux carnets (un par langue), et elle vous demande : *peut-on l'ouvrir lundi ?*
# Quand un lab note mal, cela ne se voit pas : il donne des points à des réponses fausses, ou il en refuse à des réponses justes, cinq cents fois de suite. Vous allez reprendre son lab pièce par pièce, avec la méthode qui sert à tous les labs de cette formation :
# **écrire d'abord les erreurs, ensuite la vérification qui les refuse.**
#
# | étape | ce que vous faites | durée |
# |---|---|---|
# | 1 | reconnaître et écrire un message qui apprend | 15 min |
# | 2 et 3 | écrire une vérification juste, et les données cachées qui départagent les réponses | 35 min |
# | 4 | écrire deux copies fausses qui perdent une question chacune, et une autre copie juste (une copie : les réponses d'une personne à tout le lab) | 15 min |
# | 5 | placer un seuil hors du hasard | 15 min |
# | 6 | trouver ce qui diffère entre le français et l'anglais | 15 min |
# | 7 | chiffrer ce que le lab coûte à 500 personnes | 10 min |
# | 8 et 9 | relire, décider, éditer la fiche ; lire les vraies commandes | 15 min |
#
# **Comment ça marche.** Maj + Entrée exécute une cellule. Là où vous voyez des points de suspension `...`, vous écrivez. La cellule repliée qui suit vérifie votre réponse : exécutez-la aussi. Elle affiche ✓, ou vous dit quoi regarder :
# recommencez autant de fois que vous voulez. La remise refait ces vérifications, puis d'autres, que vous n'avez pas vues. Les **prévisions** ne sont jamais notées : elles servent à comparer ce que l'on croit et ce que l'on mesure.

# %% [markdown] id="titre" lang="en" of="6e8d7f86"
# # Creating, checking, publishing a lab
#
# **The situation.** Your colleague Salomé is preparing a small lab, "The delays of a department", for 500 people. She has written instructions, a check and two notebooks (one per language), and she asks you: *can we open it on Monday?*
# When a lab grades badly, nobody notices: it gives points to wrong answers, or withholds them from right ones, five hundred times over. You will go through her lab piece by piece, with the method behind all labs of this programme:
# **write the mistakes first, then the check that refuses them.**
#
# | step | what you do | time |
# |---|---|---|
# | 1 | recognise and write a message that teaches | 15 min |
# | 2 and 3 | write a sound check, and the hidden data that tell answers apart | 35 min |
# | 4 | write two wrong submissions that lose one question each, and another right one (a submission: one person's answers to the whole lab) | 15 min |
# | 5 | set a threshold out of reach of chance | 15 min |
# | 6 | find what differs between French and English | 15 min |
# | 7 | put a figure on what the lab costs for 500 people | 10 min |
# | 8 and 9 | review, decide, produce the sheet; read the real commands | 15 min |
#
# **How it works.** Shift + Enter runs a cell. Where you see an ellipsis `...`, you write. The folded cell that follows checks your answer: run it too. It shows ✓, or tells you what to look at:
# try as often as you like. Submitting runs these checks again, then others, which you have not seen. **Predictions** are never graded: they let you compare what you believe with what you measure.

# %% id="outils"
import ast
import csv
import json
import random
import statistics
from pathlib import Path

import pandas as pd

with open("data/modele/data/delais.csv", encoding="utf-8") as fichier:
    delais = [int(ligne["jours"]) for ligne in csv.DictReader(fichier)]
print("Le fichier de l'énoncé, data/modele/data/delais.csv, en jours :", delais)  #@fr
print("The file of the exercise, data/modele/data/delais.csv, in days:", delais)  #@en

# %% [markdown] id="partie-1" lang="fr"
# ## 1. Un message qui apprend
#
# Dans le lab de Salomé, l'apprenant écrit une fonction :
#
# > **`part_en_retard(delais, limite)`** rend la part, entre 0 et 1 et à un millième près, des demandes dont le délai **dépasse** la limite. Une demande traitée le jour même de la limite n'est pas en retard. `delais` est une liste d'entiers (au moins un), `limite` un entier.
#
# Avec les délais 2, 4, 6, 8 et la limite 5, deux demandes sur quatre sont en retard : la part vaut 0,5.
#
# Quand une vérification refuse une réponse, elle affiche un **message**. Un bon message dit **quoi regarder** : il fait faire à l'apprenant le pas qui manque. Il ne donne pas la réponse, ne se borne pas à dire que c'est faux, et ne juge pas la personne.
#
# **Un exemple, sur une autre question** (la médiane de 7, 1 et 3). « Faux, la médiane est 3 » donne la réponse : l'apprenant la recopie. « Avez-vous trié la liste avant de prendre le milieu ? » désigne l'étape oubliée : l'apprenant la reprend, et s'en souviendra.
#
# ### Exercice 1. Trier six messages, en écrire trois
#
# **D'abord, classez** ces six messages que Salomé hésite à employer pour `part_en_retard`.

# %% [markdown] id="partie-1" lang="en" of="5cd83732"
# ## 1. A message that teaches
#
# In Salomé's lab, the learner writes a function:
#
# > **`part_en_retard(delais, limite)`** (share of late requests) returns the share, between 0 and 1 and to within a thousandth, of the requests whose delay **exceeds** the limit. A request handled on the very day of the limit is not late. `delais` (delays) is a list of whole numbers (at least one), `limite` (limit) a whole number.
#
# With delays 2, 4, 6, 8 and limit 5, two requests out of four are late: the share is 0.5.
#
# When a check refuses an answer, it shows a **message**. A good message says **what to look at**: it makes the learner take the missing step. It does not give the answer, does not merely say that it is wrong, and does not judge the person.
#
# **An example, on another question** (the median of 7, 1 and 3). "Wrong, the median is 3" gives the answer: the learner copies it. "Did you sort the list before taking the middle?" points to the forgotten step: the learner takes it, and will remember.
#
# ### Exercise 1. Sort six messages, write three
#
# **First, classify** these six messages that Salomé thinks of using for `part_en_retard`.

# %% id="messages-widget" hide=true
ask.annotate(
    "messages",
    fr="Que fait ce message ?",
    en="What does this message do?",
    items={
        "a": ("« La valeur obtenue n'est pas celle attendue. Essayez encore. »", "“The value found is not the expected one. Try again.”"),
        "b": ("« Avec les délais du fichier et la limite 8, il faut trouver 1/9. »", "“With the delays of the file and limit 8, you should find 1/9.”"),
        "c": ("« Une demande traitée le jour même de la limite est-elle en retard ? Relisez la consigne. »", "“Is a request handled on the very day of the limit late? Read the instructions again.”"),
        "d": ("« Remplacez >= par > dans votre comparaison. »", "“Replace >= by > in your comparison.”"),
        "e": ("« Cette erreur montre que vous n'avez pas lu l'énoncé sérieusement. »", "“This mistake shows that you did not read the text seriously.”"),
        "f": ("« Une part se compare à 1 : dans quelle unité est votre résultat ? »", "“A share compares with 1: what is the unit of your result?”"),
    },
    labels={
        "apprend": ("apprend : dit quoi regarder", "teaches: says what to look at"),
        "donne": ("donne la réponse ou le code", "gives the answer or the code"),
        "muet": ("constate seulement l'erreur", "merely notes the mistake"),
        "juge": ("juge la personne", "judges the person"),
    },
)

# %% [markdown] id="messages-consigne" lang="fr"
# **Ensuite, écrivez** trois messages, un par erreur fréquente, dans les deux langues. Si votre anglais est hésitant, faites court : une ou deux phrases simples suffisent, une collègue relira.
#
# | clé | l'erreur | mot à employer en français | en anglais |
# |---|---|---|---|
# | `"limite"` | compter en retard une demande traitée le jour de la limite | limite | limit |
# | `"pourcentage"` | rendre 50 au lieu de 0,5 | unité | unit |
# | `"total"` | diviser par 9 (le nombre de délais du fichier) quelle que soit la liste | total | total |
#
# - **On vous demande** un dictionnaire `messages` : `{"limite": {"fr": "…", "en": "…"}, "pourcentage": …, "total": …}`.
# - **Chaque texte** compte de 30 à 220 caractères, emploie le mot du tableau, et **ne donne pas la réponse** : aucun nombre en chiffres hormis 0, 1 et 100, aucun bout de code (`>`, `<`, `=`, `len`, `sum`).
#
# Ces règles se vérifient par programme ; la justesse de vos phrases, non : c'est une personne qui les relira.

# %% [markdown] id="messages-consigne" lang="en" of="0de54497"
# **Then write** three messages, one per frequent mistake, in both languages. If your French is hesitant, be brief: one or two simple sentences are enough, a colleague will read them again.
#
# | key | the mistake | word to use in French | in English |
# |---|---|---|---|
# | `"limite"` | counting as late a request handled on the day of the limit | limite | limit |
# | `"pourcentage"` | returning 50 instead of 0.5 | unité | unit |
# | `"total"` | dividing by 9 (the number of delays in the file) whatever the list | total | total |
#
# - **You are asked for** a dictionary `messages`: `{"limite": {"fr": "…", "en": "…"}, "pourcentage": …, "total": …}`.
# - **Each text** has 30 to 220 characters, uses the word of the table, and **gives nothing away**: no number in digits other than 0, 1 and 100, no piece of code (`>`, `<`, `=`, `len`, `sum`).
#
# These rules can be checked by a program; whether your sentences are right cannot: a person will read them.

# %% id="messages-code" answer=true
messages = None
### BEGIN SOLUTION
messages = {
    "limite": {
        "fr": "Une demande traitée le jour même de la limite est-elle en retard ? Relisez la consigne.",
        "en": "Is a request handled on the very day of the limit late? Read the instructions again.",
    },
    "pourcentage": {
        "fr": "Une part est comprise entre 0 et 1 : dans quelle unité rendez-vous la vôtre ?",
        "en": "A share lies between 0 and 1: in what unit do you return yours?",
    },
    "total": {
        "fr": "Essayez votre fonction sur une liste plus courte : le total par lequel vous divisez suit-il ?",
        "en": "Try your function on a shorter list: does the total that you divide by follow?",
    },
}
### END SOLUTION

# %% graded="messages"
import re

choisis = ask.answer("messages")
check(choisis).is_answered(fr="Classez d'abord les six messages.", en="First classify the six messages.")
check(choisis).has_length(6, fr="Il reste des messages à classer : les six doivent l'être.", en="Some messages are left: all six must be classified.")
check(messages).is_answered(fr="Écrivez vos trois messages dans le dictionnaire `messages`.", en="Write your three messages in the dictionary `messages`.")
check(messages).has_keys(["limite", "pourcentage", "total"])
mots = {"limite": ("limite", "limit"), "pourcentage": ("unité", "unit"), "total": ("total", "total")}
textes = []
for faute, paire in mots.items():
    check(messages[faute]).has_keys(["fr", "en"], fr=f"Le message « {faute} » a besoin de ses deux langues, \"fr\" et \"en\".", en=f"The message “{faute}” needs both its languages, \"fr\" and \"en\".")
    for langue, mot in zip(("fr", "en"), paire):
        check(messages[faute][langue]).is_a("text")
        textes.append(str(messages[faute][langue]))
        check.that(
            30 <= len(textes[-1]) <= 220,
            fr=f"Le message « {faute} » ({langue}) doit compter de 30 à 220 caractères : assez pour dire quoi regarder, assez peu pour être lu.",
            en=f"The message “{faute}” ({langue}) must have 30 to 220 characters: enough to say what to look at, few enough to be read.",
        )
        check.that(
            mot in textes[-1].lower(),
            fr=f"Le message « {faute} » ({langue}) n'emploie pas le mot « {mot} » : désigne-t-il bien ce qu'il faut regarder ?",
            en=f"The message “{faute}” ({langue}) does not use the word “{mot}”: does it point to what should be looked at?",
        )
check(messages).has_length(3, fr="On attend trois messages, un par erreur du tableau.", en="Three messages are expected, one per mistake of the table.")
### BEGIN HIDDEN TESTS
check.that(
    choisis["b"] == "donne" and choisis["d"] == "donne",
    fr="Parmi les messages que vous n'avez pas rangés dans « donne », il en est un que l'on peut recopier sans avoir rien compris. Lequel dispense de réfléchir ?",
    en="Among the messages that you did not put under “gives”, there is one that can be copied without having understood anything. Which one spares the thinking?",
)
check.that(
    choisis["c"] == "apprend" and choisis["f"] == "apprend",
    fr="Un message peut poser une question sans rien révéler : parmi ceux que vous avez écartés, lequel fait refaire un pas à l'apprenant ?",
    en="A message may ask a question and reveal nothing: among those that you set aside, which one makes the learner take a step again?",
)
check.that(
    choisis["a"] == "muet" and choisis["e"] == "juge",
    fr="Deux messages n'aident pas, et pas pour la même raison : lequel parle de la personne, lequel ne dit rien de l'erreur ?",
    en="Two messages do not help, and not for the same reason: which one speaks of the person, which one says nothing of the mistake?",
)
for texte in textes:
    check.that(
        set(re.findall(r"\d+(?:[.,]\d+)?", texte)) <= {"0", "1", "100"} and not re.search(r"[<>=]|\blen\b|\bsum\b", texte),
        fr="L'un de vos messages contient un nombre ou un bout de code que l'on peut recopier : il donne la réponse au lieu de dire quoi regarder.",
        en="One of your messages holds a number or a piece of code that can be copied: it gives the answer instead of saying what to look at.",
    )
check.that(
    all(messages[faute]["fr"].strip() != messages[faute]["en"].strip() for faute in mots),
    fr="L'un de vos messages est le même texte dans les deux langues : une partie des apprenants ne le comprendra pas.",
    en="One of your messages is the same text in both languages: some learners will not understand it.",
)
check.that(
    len({texte.strip() for texte in textes}) == 6,
    fr="Deux erreurs différentes reçoivent le même message : il ne peut pas dire quoi regarder dans les deux cas.",
    en="Two different mistakes get the same message: it cannot say what to look at in both cases.",
)
### END HIDDEN TESTS

# %% [markdown] id="partie-2" lang="fr"
# ## 2. Une vérification juste
#
# Une vérification peut se tromper de deux façons : **laisser passer** une réponse fausse, ou **refuser** une réponse juste. La seconde est la plus injuste. On les cherche toutes les deux, en essayant la vérification sur des réponses que l'on sait justes ou fausses.
#
# Voici une réponse juste, une autre réponse juste (quelqu'un arrondit au millième, comme la consigne le permet) et **six erreurs** que l'on fait vraiment. `essayer(controle, reponse)` dit ce que la vérification `controle` fait d'une réponse : `"accepte"`, `"refuse"` ou `"panne"` (la vérification elle-même s'est arrêtée sur une erreur), avec le message affiché.

# %% [markdown] id="partie-2" lang="en" of="ec9940d4"
# ## 2. A sound check
#
# A check may be wrong in two ways: it **lets** a wrong answer **pass**, or it **refuses** a right one. The second is the more unfair. We look for both, by trying the check on answers that we know to be right or wrong.
#
# Here are a right answer, another right answer (someone rounds to a thousandth, as the instructions allow) and **six mistakes** that people really make. `essayer(controle, reponse)` (try a check on an answer) says what the check makes of it: `"accepte"` (accepts), `"refuse"` (refuses) or `"panne"` (the check itself stopped with an error), with the message shown.

# %% id="reponses" examiner=true
def juste(delais, limite):
    return sum(jours > limite for jours in delais) / len(delais)


def arrondie(delais, limite):
    # juste aussi  #@fr
    # (rounded) right too  #@en
    return round(juste(delais, limite), 3)


def jour_limite(delais, limite):
    # compte le jour de la limite  #@fr
    # counts the day of the limit  #@en
    return sum(jours >= limite for jours in delais) / len(delais)


def pour_cent(delais, limite):
    # rend un pourcentage  #@fr
    # returns a percentage  #@en
    return 100 * juste(delais, limite)


def sur_neuf(delais, limite):
    # divise toujours par neuf  #@fr
    # always divides by nine  #@en
    return sum(jours > limite for jours in delais) / 9


def par_coeur(delais, limite):
    # rend la valeur trouvée sur le fichier  #@fr
    # returns the value found on the file  #@en
    return 1 / 9


def a_l_envers(delais, limite):
    # compte les demandes à temps  #@fr
    # counts the requests that are on time  #@en
    return 1 - juste(delais, limite)


def limite_figee(delais, limite):
    # ignore l'argument et garde la limite 8  #@fr
    # ignores the argument and keeps limit 8  #@en
    return juste(delais, 8)


fautes = {"limite": jour_limite, "pourcentage": pour_cent, "total": sur_neuf, "par_coeur": par_coeur, "envers": a_l_envers, "figee": limite_figee}


def essayer(controle, reponse):
    try:
        controle(reponse)
    except AssertionError as refus:
        return "refuse", str(refus)
    except Exception as erreur:
        return "panne", type(erreur).__name__
    return "accepte", ""

# %% [markdown] id="salome-texte" lang="fr"
# Salomé a écrit une seule vérification, sur le fichier de l'énoncé : à la limite 8, une demande sur neuf est en retard.
#
# ```python
# def controle_de_salome(part):
#     check(part(delais, 8)).equals(1 / 9, fr="Faux. La réponse est 1/9.", en="Wrong. The answer is 1/9.")
# ```
#
# **Prévoyez** combien des six erreurs elle refusera, puis exécutez.

# %% [markdown] id="salome-texte" lang="en" of="6e87e18b"
# Salomé wrote a single check, on the file of the exercise: at limit 8, one request out of nine is late.
#
# ```python
# def controle_de_salome(part):
#     check(part(delais, 8)).equals(1 / 9, fr="Faux. La réponse est 1/9.", en="Wrong. The answer is 1/9.")
# ```
#
# **Predict** how many of the six mistakes it will refuse, then run.

# %% id="prevoir-controle" hide=true
ask.slider("prevoir-controle", fr="Ma prévision : erreurs refusées, sur six", en="My prediction: mistakes refused, out of six", low=0, high=6, step=1)

# %% id="salome"
def controle_de_salome(part):
    check(part(delais, 8)).equals(1 / 9, fr="Faux. La réponse est 1/9.", en="Wrong. The answer is 1/9.")


en_clair = {
    "juste": labkit.tr("juste", "juste: right"),
    "arrondie": labkit.tr("arrondie : juste aussi", "arrondie: rounded, right too"),
    "limite": labkit.tr("limite : compte le jour de la limite", "limite: counts the day of the limit"),
    "pourcentage": labkit.tr("pourcentage : rend 50 au lieu de 0,5", "pourcentage: returns 50 instead of 0.5"),
    "total": labkit.tr("total : divise toujours par neuf", "total: always divides by nine"),
    "par_coeur": labkit.tr("par_coeur : valeur écrite en dur", "par_coeur: a value hard-coded"),
    "envers": labkit.tr("envers : compte les demandes à temps", "envers: counts the requests on time"),
    "figee": labkit.tr("figee : garde la limite 8", "figee: keeps limit 8"),
}
mots_verdict = {"accepte": labkit.tr("acceptée", "accepted"), "refuse": labkit.tr("refusée", "refused"), "panne": labkit.tr("panne", "breakdown")}


def tableau_des_verdicts(controle, fr, en):
    lignes = []
    for nom, reponse in {"juste": juste, "arrondie": arrondie, **fautes}.items():
        verdict, _ = essayer(controle, reponse)
        voulu = "accepte" if nom in ("juste", "arrondie") else "refuse"
        lignes.append([en_clair[nom], mots_verdict[voulu], mots_verdict[verdict], labkit.tr("oui", "yes") if verdict == voulu else labkit.tr("NON", "NO")])
    tableau = pd.DataFrame(lignes)
    tableau.columns = ["réponse", "devrait être", "est", "accord"]  #@fr
    tableau.columns = ["answer", "should be", "is", "agreement"]  #@en
    labkit.table(tableau, index=False, fr=fr, en=en)


tableau_des_verdicts(controle_de_salome, "La vérification de Salomé, sur huit réponses", "Salomé's check, on eight answers")

# %% [markdown] id="verifier-consigne" lang="fr"
# **Ce que l'on voit.** La vérification de Salomé refuse deux erreurs : était-ce votre prévision ? Les quatre autres obtiennent tous les points, et une réponse juste, arrondie, est refusée. Le fichier de l'énoncé n'a aucun délai égal à 8, il a neuf délais, et chacun l'a sous les yeux : il ne départage presque rien.
#
# **Les mots pour vérifier.** `check(part).called_with([2, 4, 6, 8], 5)` appelle la fonction et examine son résultat. Si la fonction s'arrête sur une erreur ou ne rend rien, l'apprenant lit une phrase au lieu d'une trace d'erreur, et la réponse est refusée. Viennent ensuite `.is_between(0, 1, fr=…, en=…)`,
# `.is_close_to(0.5, within=0.001, fr=…, en=…)`, `.equals(…)`.
#
# **Un exemple, pour la médiane** : chaque ligne vise **une** erreur, et son message est celui de cette erreur.
#
# ```python
# def verifier_mediane(mediane):
#     check(mediane).called_with([7, 1, 3]).equals(3, fr="Avez-vous trié la liste ?", en="Did you sort the list?")
#     check(mediane).called_with([5, 1, 1, 1, 9]).equals(1, fr="Que deviennent les valeurs répétées ?", en="What becomes of repeated values?")
# ```
#
# ### Exercice 2. Votre vérification
#
# - **On vous demande** la fonction `verifier(part)` : elle reçoit la fonction d'un apprenant, la soumet à une ou plusieurs vérifications, et ne rend rien. Une réponse est refusée dès qu'une vérification échoue.
# - **Elle accepte** toute réponse juste, quelle que soit la façon de l'écrire, à un millième près.
# - **Elle refuse** les six erreurs, et d'autres que vous ne voyez pas ici : une réponse qui oublie les retards d'un seul jour, une qui perd les délais répétés, une qui rend un texte, une qui s'arrête sur une erreur, une qui garde toujours la même limite, celle de l'une de vos listes.
# - **Les erreurs** `limite`, `pourcentage` et `total` reçoivent **leur** message : écrivez `**messages["limite"]` à la place de `fr=…, en=…`.
# - **Un coup de pouce** : l'ordre compte. Le message que l'apprenant lit est celui de la première vérification qui échoue : pour chaque erreur, choisissez des données sur lesquelles les erreurs qui ont un autre message tombent juste, à moins qu'une ligne précédente ne les ait déjà refusées.

# %% [markdown] id="verifier-consigne" lang="en" of="b1183b38"
# **What we see.** Salomé's check refuses two mistakes: was that your prediction? The other four get full marks, and a right answer, rounded, is refused. The file of the exercise has no delay equal to 8, it has nine delays, and everybody has it before their eyes: it tells hardly any answers apart.
#
# **The words of a check.** `check(part).called_with([2, 4, 6, 8], 5)` calls the function and examines its result. If the function stops with an error or returns nothing, the learner reads a sentence instead of a traceback, and the answer is refused. Then come `.is_between(0, 1, fr=…, en=…)`,
# `.is_close_to(0.5, within=0.001, fr=…, en=…)`, `.equals(…)`.
#
# **An example, for the median**: each line aims at **one** mistake, and its message is the one for that mistake.
#
# ```python
# def verifier_mediane(mediane):
#     check(mediane).called_with([7, 1, 3]).equals(3, fr="Avez-vous trié la liste ?", en="Did you sort the list?")
#     check(mediane).called_with([5, 1, 1, 1, 9]).equals(1, fr="Que deviennent les valeurs répétées ?", en="What becomes of repeated values?")
# ```
#
# ### Exercise 2. Your check
#
# - **You are asked for** the function `verifier(part)` (check a share): it receives a learner's function, puts it through one or more checks, and returns nothing. An answer is refused as soon as one check fails.
# - **It accepts** every right answer, however it is written, to within a thousandth.
# - **It refuses** the six mistakes, and others that you do not see here: an answer that misses delays of a single day, one that loses repeated delays, one that returns a text, one that stops with an error, one that always keeps the same limit, that of one of your lists.
# - **The mistakes** `limite`, `pourcentage` and `total` get **their** message: write `**messages["limite"]` in place of `fr=…, en=…`.
# - **A hint**: order matters. The message that the learner reads is that of the first check that fails: for each mistake, choose data on which the mistakes that have another message come out right, unless an earlier line has already refused them.

# %% id="verifier-code" answer=true
def verifier(part):
    ### BEGIN SOLUTION
    check(part).called_with([2, 4, 6, 8], 5).is_between(0, 1, **messages["pourcentage"])
    check(part).called_with([2, 4, 6, 8], 5).is_close_to(0.5, within=0.001, **messages["total"])
    check(part).called_with([5, 5, 5, 7, 2, 8, 1, 5, 3, 4], 5).is_close_to(0.2, within=0.001, **messages["limite"])
    check(part).called_with([9, 20, 12], 11).is_close_to(2 / 3, within=0.001, **messages["limite"])
    ### END SOLUTION

# %% graded="verifier"
check(verifier).is_a("function")
check(messages).is_answered(fr="`verifier` a besoin de vos messages : commencez par l'exercice 1.", en="`verifier` needs your messages: begin with exercise 1.")
verdict, message = essayer(verifier, juste)
check.that(
    verdict == "accepte",
    fr="Votre vérification n'accepte pas la réponse juste : calculez à la main la part attendue sur vos listes.",
    en="Your check does not accept the right answer: work out by hand the share expected on your lists.",
)
for faute, regard in {
    "limite": ("vos listes ont-elles un délai égal à la limite ?", "do your lists have a delay equal to the limit?"),
    "pourcentage": ("vérifiez-vous l'unité ?", "do you check the unit?"),
    "total": ("vos listes ont-elles toutes neuf éléments ?", "do your lists all have nine items?"),
}.items():
    verdict, message = essayer(verifier, fautes[faute])
    check.that(verdict == "refuse", fr=f"L'erreur « {faute} » obtient tous les points : {regard[0]}", en=f"The mistake “{faute}” gets full marks: {regard[1]}")
    check.that(
        message in (messages[faute]["fr"], messages[faute]["en"]),
        fr=f"L'erreur « {faute} » est refusée, mais avec un autre message que le sien. Quelle vérification échoue la première ?",
        en=f"The mistake “{faute}” is refused, but with another message than its own. Which check fails first?",
    )
check.that(
    essayer(verifier, arrondie)[0] == "accepte",
    fr="Une réponse juste, arrondie au millième, est refusée. C'est la faute la plus injuste : quel écart la consigne permet-elle ?",
    en="A right answer, rounded to a thousandth, is refused. That is the most unfair fault: what deviation do the instructions allow?",
)
### BEGIN HIDDEN TESTS
def de_trois(delais, limite):
    total = 0
    for jours in delais:
        if not jours <= limite:
            total = total + 1
    return round(total / len(delais), 3)


def par_le_bas(delais, limite):
    return 1 - sum(jours < limite + 1 for jours in delais) / len(delais)


for autre in (de_trois, par_le_bas):
    check.that(
        essayer(verifier, autre)[0] == "accepte",
        fr="Une réponse juste, écrite autrement, est refusée : votre vérification suppose-t-elle une façon de faire ?",
        en="A right answer, written in another way, is refused: does your check assume one way of doing it?",
    )
for faute in ("par_coeur", "figee", "envers"):
    check.that(
        essayer(verifier, fautes[faute])[0] == "refuse",
        fr="Une réponse écrite pour le fichier de l'énoncé, ou un compte à l'envers, obtient tous les points : vos listes et vos limites sont-elles assez différentes ?",
        en="An answer written for the file of the exercise, or a count the wrong way round, gets full marks: are your lists and limits different enough?",
    )


def un_jour_de_trop(delais, limite):
    return juste(delais, limite + 1)


def sans_repetition(delais, limite):
    return juste(sorted(set(delais)), limite)


def texte(delais, limite):
    return f"{100 * juste(delais, limite):g} %"


def arret(delais, limite):
    raise KeyError("jours")


check.that(
    essayer(verifier, un_jour_de_trop)[0] == "refuse",
    fr="Une réponse qui laisse passer les retards d'un seul jour obtient tous les points : vos listes ont-elles une demande traitée le lendemain de la limite ?",
    en="An answer that misses delays of a single day gets full marks: do your lists have a request handled the day after the limit?",
)
check.that(
    essayer(verifier, sans_repetition)[0] == "refuse",
    fr="Une réponse qui perd les délais répétés obtient tous les points : vos listes en ont-elles ?",
    en="An answer that loses repeated delays gets full marks: do your lists have any?",
)
for autre in (texte, arret):
    check.that(
        essayer(verifier, autre)[0] == "refuse",
        fr="Une réponse qui rend un texte, ou qui s'arrête sur une erreur, n'est pas refusée proprement : qui appelle la fonction, vous ou `called_with` ?",
        en="An answer that returns a text, or stops with an error, is not refused cleanly: who calls the function, you or `called_with`?",
    )
limites = []


def espion(delais, limite):
    if limite not in limites:
        limites.append(limite)
    return juste(delais, limite)


essayer(verifier, espion)
for gardee in limites[:20]:
    check.that(
        essayer(verifier, lambda delais, limite: juste(delais, gardee))[0] == "refuse",
        fr="Une réponse qui ignore l'argument `limite`, et garde celle de l'une de vos listes, obtient tous les points. Recomptez à la main chacune de vos listes avec la limite d'une autre : la part change-t-elle ?",
        en="An answer that ignores the argument `limite`, and keeps that of one of your lists, gets full marks. Count each of your lists again by hand with the limit of another one: does the share change?",
    )
### END HIDDEN TESTS

# %% id="verifier-tableau"
if messages is None:
    print("Cette cellule attend les exercices 1 et 2.")  #@fr
    print("This cell waits for exercises 1 and 2.")  #@en
else:
    tableau_des_verdicts(verifier, "Votre vérification, sur les mêmes huit réponses", "Your check, on the same eight answers")

# %% [markdown] id="partie-3" lang="fr"
# ## 3. Des données cachées qui départagent
#
# Une partie des vérifications est **visible** : elle aide l'apprenant. L'autre est **cachée** et se joue sur d'autres données, tirées au moment de la notation : une valeur apprise par cœur ne sert plus à rien. Encore faut-il que ces données **départagent** : sur des données mal choisies, une fonction fausse tombe juste.
#
# `survivantes(delais, limite, attendu)` donne la liste des erreurs qui tombent juste, donc qui survivraient à la vérification. C'est le principe des **tests par mutation** : on abîme la bonne réponse de plusieurs façons, et l'on regarde si le test s'en aperçoit.
#
# **Un exemple.** Délais 2, 4, 6, 8, limite 5, part attendue 0,5. Combien des six erreurs survivent ? Prévoyez, puis exécutez.

# %% [markdown] id="partie-3" lang="en" of="93c8c411"
# ## 3. Hidden data that tell answers apart
#
# One part of the checks is **visible**: it helps the learner. The other is **hidden** and works on other data, drawn when the work is graded: a value learnt by heart is no use any more. Yet these data must **tell answers apart**: on badly chosen data, a wrong function comes out right.
#
# `survivantes(delais, limite, attendu)` (survivors; `attendu`: expected) gives the list of the mistakes that come out right, and so would survive the check. This is the principle of **mutation testing**: spoil the right answer in several ways, and see whether the test notices.
#
# **An example.** Delays 2, 4, 6, 8, limit 5, expected share 0.5. How many of the six mistakes survive? Predict, then run.

# %% id="survivantes" examiner=true
def survivantes(delais, limite, attendu):
    return [nom for nom, faute in fautes.items() if abs(faute(delais, limite) - attendu) <= 0.001]

# %% id="survivantes-exemple"
print("délais 2, 4, 6, 8, limite 5 :", survivantes([2, 4, 6, 8], 5, 0.5))  #@fr
print("delays 2, 4, 6, 8, limit 5:", survivantes([2, 4, 6, 8], 5, 0.5))  #@en
print("fichier de l'énoncé, limite 8 :", survivantes(delais, 8, 1 / 9))  #@fr
print("file of the exercise, limit 8:", survivantes(delais, 8, 1 / 9))  #@en

# %% [markdown] id="jeux-consigne" lang="fr"
# **Ce que l'on voit.** Sur quatre délais, deux erreurs survivent : aucun délai n'est égal à la limite, et une part de 0,5 est la même à l'endroit et à l'envers. Sur le fichier de l'énoncé, il en survit quatre.
#
# ### Exercice 3. Un jeu de données par graine
#
# - **On vous demande** la fonction `jeu(graine)`, qui rend **trois** valeurs : `delais` (une liste d'entiers), `limite` (un entier), `attendu` (la part juste).
# - **La même graine** donne toujours le même jeu (sinon, deux notations de la même copie pourraient différer) ; des graines différentes donnent des jeux différents.
# - **Pour toute graine**, aucune des six erreurs ne survit.
# - **Un coup de pouce** : `hasard = random.Random(graine)`, puis `hasard.randint(3, 4)` (un entier de 3 à 4, bornes comprises) et `hasard.shuffle(liste)` (mélange). Ne tirez pas les délais n'importe comment : **construisez** ce qu'il faut (des délais en retard, des délais à temps, un ou deux égaux à la limite), puis mélangez. Quelles longueurs, quelles limites, quelles parts faut-il éviter ?

# %% [markdown] id="jeux-consigne" lang="en" of="27c40d80"
# **What we see.** On four delays, two mistakes survive: no delay is equal to the limit, and a share of 0.5 is the same either way round. On the file of the exercise, four survive.
#
# ### Exercise 3. One data set per seed
#
# - **You are asked for** the function `jeu(graine)` (data set of a seed), which returns **three** values: `delais` (a list of whole numbers), `limite` (a whole number), `attendu` (the right share).
# - **The same seed** always gives the same data set (otherwise two gradings of the same submission might differ); different seeds give different data sets.
# - **For every seed**, none of the six mistakes survives.
# - **A hint**: `hasard = random.Random(graine)`, then `hasard.randint(3, 4)` (a whole number from 3 to 4, both included) and `hasard.shuffle(a_list)`. Do not draw the delays just anyhow: **build** what is needed (late delays, delays on time, one or two equal to the limit), then shuffle. Which lengths, which limits, which shares must be avoided?

# %% id="jeux-code" answer=true
def jeu(graine):
    ### BEGIN SOLUTION
    hasard = random.Random(graine)
    limite = hasard.randint(10, 20)
    en_retard = [hasard.randint(limite + 1, limite + 30) for _ in range(hasard.randint(3, 4))]
    a_temps = [hasard.randint(1, limite - 1) for _ in range(hasard.randint(6, 9))]
    delais = [*en_retard, *a_temps, 9, limite, limite]
    hasard.shuffle(delais)
    return delais, limite, len(en_retard) / len(delais)
    ### END SOLUTION

# %% graded="jeux"
rendu = jeu(1)
check(rendu).has_length(3, fr="`jeu` rend trois valeurs : les délais, la limite, la part attendue.", en="`jeu` returns three values: the delays, the limit, the expected share.")
d, l, a = rendu
check(l).is_a("integer")
check(float(a)).is_close_to(juste(d, l), within=0.001, fr="La part attendue que vous rendez n'est pas celle de vos délais : vos propres données refuseraient les bonnes réponses.", en="The expected share that you return is not that of your delays: your own data would refuse right answers.")
rendu = jeu(1)
check.that(
    list(rendu[0]) == list(d) and rendu[1] == l,
    fr="Deux appels avec la même graine donnent deux jeux différents : d'où vient votre hasard ?",
    en="Two calls with the same seed give two different data sets: where does your randomness come from?",
)
check.that(
    "limite" not in survivantes(d, l, a),
    fr="Avec la graine 1, l'erreur « limite » survit : un délai de votre jeu est-il égal à la limite ?",
    en="With seed 1, the mistake “limite” survives: is a delay of your data set equal to the limit?",
)
### BEGIN HIDDEN TESTS
regards = {
    "limite": ("aucun délai n'y est égal à la limite", "no delay equals the limit"),
    "pourcentage": ("que vaut cent fois une part nulle ?", "what is a hundred times a share of zero?"),
    "total": ("combien a-t-il de délais ?", "how many delays does it have?"),
    "par_coeur": ("sa part est celle du fichier de l'énoncé", "its share is that of the file of the exercise"),
    "envers": ("sa part est la même à l'endroit et à l'envers", "its share is the same either way round"),
    "figee": ("qu'est-ce qui distingue votre limite de celle de l'énoncé ?", "what tells your limit from that of the exercise?"),
}
base = labkit.seed("jeux") % 10000
vus = set()
for graine in range(base, base + 25):
    d, l, a = jeu(graine)
    check(float(a)).is_close_to(juste(d, l), within=0.001, fr="Pour certaines graines, la part attendue n'est pas celle des délais.", en="For some seeds, the expected share is not that of the delays.")
    for nom in survivantes(d, l, a):
        check.that(
            False,
            fr=f"Pour certaines graines, l'erreur « {nom} » survit à votre jeu : {regards[nom][0]}",
            en=f"For some seeds, the mistake “{nom}” survives your data set: {regards[nom][1]}",
        )
    vus.add((tuple(d), l))
check.that(
    len(vus) >= 15,
    fr="D'une graine à l'autre, vos jeux sont presque tous les mêmes : on finirait par en apprendre la réponse par cœur.",
    en="From one seed to the next, your data sets are nearly all the same: people would end up learning the answer by heart.",
)
### END HIDDEN TESTS

# %% [markdown] id="partie-4" lang="fr"
# ## 4. Deux copies fausses, une autre copie juste
#
# Les erreurs prévues ne restent pas dans votre tête : elles vont dans le lab, dossier `wrong/`, une par fichier. `caire labs check` les note toutes et exige que **chacune perde exactement les points annoncés**. Ce filet protège la suite : la personne qui retouchera le lab dans six mois saura aussitôt si elle a rouvert une brèche.
# Le dossier `right/` protège de la faute contraire : d'autres copies justes, écrites autrement, doivent obtenir **tous** les points.
#
# Voici un lab de trois questions, de deux points chacune. `resume` appelle la médiane et la part **de la même copie**, comme dans un vrai carnet. `noter(copie)` rend les points par question ; `noter(copie, visibles=True)` ne joue que les vérifications visibles.

# %% [markdown] id="partie-4" lang="en" of="18ba8bca"
# ## 4. Two wrong submissions, another right one
#
# Expected mistakes do not stay in your head: they go into the lab, in the folder `wrong/`, one per file. `caire labs check` grades them all and requires that **each one loses exactly the points announced**. This net protects what follows: whoever changes the lab in six months' time will know at once if a breach has been reopened.
# The folder `right/` protects from the opposite fault: other right submissions, written differently, must get **all** points.
#
# Here is a lab of three questions, two points each. `resume` (summary) calls the median and the share **of the same submission**, as in a real notebook. `noter(copie)` (grade a submission) returns the points per question; `noter(copie, visibles=True)` runs the visible checks only.

# %% id="mini-lab" examiner=true
def mediane_juste(valeurs):
    return sorted(valeurs)[len(valeurs) // 2]


def resume_juste(mediane, part, delais, limite):
    return {"mediane": mediane(delais), "retard": part(delais, limite)}


copie_juste = {"mediane": mediane_juste, "part": juste, "resume": resume_juste}


def proche(appel, attendu):
    try:
        trouve = appel()
        if isinstance(attendu, dict):
            return all(abs(trouve[cle] - valeur) <= 0.001 for cle, valeur in attendu.items())
        return bool(abs(trouve - attendu) <= 0.001)
    except Exception:
        return False


def noter(copie, visibles=False):
    mediane, part, resume = copie["mediane"], copie["part"], copie["resume"]
    visible = {
        "mediane": [proche(lambda: mediane([7, 1, 3]), 3)],
        "part": [proche(lambda: part([2, 4, 6, 8], 5), 0.5)],
        "resume": [proche(lambda: resume(mediane, part, [7, 1, 3], 2), {"mediane": 3, "retard": 2 / 3})],
    }
    if visibles:
        return {question: 2 * all(faits) for question, faits in visible.items()}
    cachee = {
        "mediane": [proche(lambda: mediane([90, 2, 4, 3, 5]), 4), proche(lambda: mediane([5, 1, 1, 1, 9]), 1)],
        "part": [proche(lambda: part([5, 5, 9, 1, 2], 5), 0.2), proche(lambda: part([3, 20, 12, 12], 11), 0.75)],
        "resume": [proche(lambda: resume(mediane, part, [4, 9, 5, 5, 30, 1, 5], 5), {"mediane": 5, "retard": 2 / 7})],
    }
    return {question: 2 * all(visible[question] + cachee[question]) for question in visible}

# %% [markdown] id="fausses-consigne" lang="fr"
# **Un exemple.** Une copie dont la médiane oublie de trier :
#
# ```python
# def non_triee(valeurs):
#     return valeurs[len(valeurs) // 2]
#
# noter({**copie_juste, "mediane": non_triee})      # {'mediane': 0, 'part': 2, 'resume': 0}
# ```
#
# Elle perd **deux** questions : `resume` s'est servi de la médiane fausse. On ne sait plus laquelle des deux vérifications a vu l'erreur. Pour une copie fausse, on remplace donc aussi ce qui dépend de l'erreur par une écriture qui n'en dépend pas :
#
# ```python
# def resume_seul(mediane, part, delais, limite):   # ne se sert pas des fonctions de la copie
#     return {"mediane": mediane_juste(delais), "retard": juste(delais, limite)}
#
# noter({**copie_juste, "mediane": non_triee, "resume": resume_seul})   # {'mediane': 0, 'part': 2, 'resume': 2}
# ```
#
# ### Exercice 4. Vos trois copies
#
# - **On vous demande** `fausse_1`, `fausse_2` et `autre_juste`, trois dictionnaires aux mêmes clés que `copie_juste`. Vous pouvez définir des fonctions dans la cellule. Recopiez-y `resume_seul` si vous en avez besoin ; mais `non_triee`, qui est notre exemple, ne compte pas pour l'une des deux.
# - **Chaque copie fausse** perd exactement **une** question ; les deux questions perdues sont **différentes**.
# - **L'une** est refusée dès la partie visible ; **l'autre** passe la partie visible et n'est refusée que par la partie cachée.
# - **Ce sont de vraies erreurs** : les fonctions rendent un nombre qui dépend des données, sans s'arrêter. Rendre toujours 0 n'est pas une erreur que font vraiment les apprenants.
# - **`autre_juste`** obtient les six points, et sa fonction `part` ne rend pas exactement les mêmes nombres que `juste` : elle arrondit, comme la consigne le permet. C'est la copie qu'une vérification trop stricte refuserait.

# %% [markdown] id="fausses-consigne" lang="en" of="930523ba"
# **An example.** A submission whose median forgets to sort:
#
# ```python
# def non_triee(valeurs):
#     return valeurs[len(valeurs) // 2]
#
# noter({**copie_juste, "mediane": non_triee})      # {'mediane': 0, 'part': 2, 'resume': 0}
# ```
#
# It loses **two** questions: `resume` used the wrong median. We no longer know which of the two checks saw the mistake. So a wrong submission also replaces what depends on the mistake by something that does not:
#
# ```python
# def resume_seul(mediane, part, delais, limite):   # does not use the functions of the submission
#     return {"mediane": mediane_juste(delais), "retard": juste(delais, limite)}
#
# noter({**copie_juste, "mediane": non_triee, "resume": resume_seul})   # {'mediane': 0, 'part': 2, 'resume': 2}
# ```
#
# ### Exercise 4. Your three submissions
#
# - **You are asked for** `fausse_1`, `fausse_2` (two wrong submissions) and `autre_juste` (another right one), three dictionaries with the same keys as `copie_juste` (the right submission). You may define functions in the cell. Copy `resume_seul` into it if you need it; but `non_triee`, which is our example, does not count as one of the two.
# - **Each wrong submission** loses exactly **one** question; the two lost questions are **different**.
# - **One** is refused by the visible part already; **the other** passes the visible part and is refused by the hidden part only.
# - **They are real mistakes**: the functions return a number that depends on the data, without stopping. Always returning 0 is not a mistake that learners really make.
# - **`autre_juste`** gets all six points, and its function `part` does not return exactly the same numbers as `juste`: it rounds, as the instructions allow. It is the submission that too strict a check would refuse.

# %% id="fausses-code" answer=true
fausse_1 = fausse_2 = autre_juste = None
### BEGIN SOLUTION
def sans_doublons(valeurs):
    uniques = sorted(set(valeurs))
    return uniques[len(uniques) // 2]


def resume_seul(mediane, part, delais, limite):
    return {"mediane": mediane_juste(delais), "retard": juste(delais, limite)}


fausse_1 = {**copie_juste, "mediane": sans_doublons, "resume": resume_seul}
fausse_2 = {**copie_juste, "part": pour_cent, "resume": resume_seul}
autre_juste = {**copie_juste, "part": lambda delais, limite: round(juste(delais, limite), 4)}
### END SOLUTION

# %% graded="fausses"
perdues = []
for copie in (fausse_1, fausse_2):
    check(copie).is_answered(fr="On attend deux copies, `fausse_1` et `fausse_2`.", en="Two submissions are expected, `fausse_1` and `fausse_2`.")
    check(copie).has_keys(["mediane", "part", "resume"])
    perdues.append([question for question, points in noter(copie).items() if points < 2])
    check.that(
        len(perdues[-1]) >= 1,
        fr="L'une de vos copies obtient tous les points : elle n'est pas fausse, ou les vérifications ne la voient pas.",
        en="One of your submissions gets full marks: it is not wrong, or the checks do not see it.",
    )
    check.that(
        len(perdues[-1]) == 1,
        fr="L'une de vos copies perd plusieurs questions. Qu'est-ce qui, dans cette copie, se sert encore de la fonction fausse ?",
        en="One of your submissions loses several questions. What, in this submission, still uses the wrong function?",
    )
check(autre_juste).is_answered(fr="Il manque la troisième copie, `autre_juste`.", en="The third submission, `autre_juste`, is missing.")
check(autre_juste).has_keys(["mediane", "part", "resume"])
check.that(
    sum(noter(autre_juste).values()) == 6,
    fr="Votre autre copie juste perd des points : jusqu'où la consigne permet-elle d'arrondir ?",
    en="Your other right submission loses points: how far do the instructions allow rounding?",
)
### BEGIN HIDDEN TESTS
check.that(
    perdues[0] != perdues[1],
    fr="Vos deux copies perdent la même question : l'autre question reste sans filet.",
    en="Your two submissions lose the same question: the other question is left without a net.",
)
for copie, (question,) in zip((fausse_1, fausse_2), perdues):
    check.that(
        question != "mediane" or not proche(lambda: copie["mediane"]([7, 5, 9, 1, 8]), 9) or not proche(lambda: copie["mediane"]([2, 8, 3]), 8),
        fr="L'une de vos copies reprend l'exemple de l'énoncé : trouvez une erreur à vous. Où vos apprenants se trompent-ils ?",
        en="One of your submissions takes up the example of the text: find a mistake of your own. Where do your learners go wrong?",
    )
    vues = []
    for liste, borne in (([7, 1, 3], 2), ([2, 4, 6, 8, 30], 5), ([12, 11, 13], 11)):
        try:
            f = copie[question]
            vues.append(f(liste) if question == "mediane" else f(liste, borne) if question == "part" else sorted(f(copie["mediane"], copie["part"], liste, borne).items()))
        except Exception:
            vues.append(None)
    check.that(
        None not in vues and any(vue != vues[0] for vue in vues),
        fr="L'une de vos erreurs s'arrête, ou rend toujours la même chose : est-ce une erreur qu'un apprenant fait vraiment ?",
        en="One of your mistakes stops, or always returns the same thing: is it a mistake that a learner really makes?",
    )
check.that(
    any(not proche(lambda: 1e9 * autre_juste["part"](liste, borne), 1e9 * juste(liste, borne)) for liste, borne in (([1, 2, 3], 1), ([9, 1, 4, 7, 2, 2, 3], 5), ([12, 11, 13, 20, 5, 6], 19))),
    fr="Votre autre copie juste rend exactement les mêmes nombres que la solution : elle ne prouve pas que la vérification laisse arrondir.",
    en="Your other right submission returns exactly the same numbers as the solution: it does not prove that the check allows rounding.",
)
passent = [sum(noter(copie, visibles=True).values()) == 6 for copie in (fausse_1, fausse_2)]
check.that(
    any(passent),
    fr="Vos deux copies sont refusées dès la partie visible : rien ne prouve que la partie cachée sert à quelque chose. Quelle erreur ne se voit pas sur un petit exemple ?",
    en="Both your submissions are refused by the visible part already: nothing proves that the hidden part is of any use. Which mistake does not show on a small example?",
)
check.that(
    not all(passent),
    fr="Vos deux copies passent la partie visible : l'apprenant ne recevrait aucune aide avant la remise. Quelle erreur devrait se voir tout de suite ?",
    en="Both your submissions pass the visible part: the learner would get no help before submitting. Which mistake should show at once?",
)
### END HIDDEN TESTS

# %% [markdown] id="partie-5" lang="fr"
# ## 5. Un seuil hors du hasard
#
# Dans un autre exercice, Salomé fait classer des vins par un petit modèle, et la vérification exige une **exactitude minimale**. Le résultat dépend d'un tirage (quelle moitié des vins sert à apprendre) : une bonne réponse n'obtient pas toujours la même exactitude, une mauvaise non plus.
# Un seuil fixé au jugé fera perdre des points à de bonnes réponses malchanceuses. On **mesure** donc : quarante tirages pour chaque réponse (`data/repetitions.csv`, mesuré à l'avance par `mesurer.py`).
#
# | colonne | réponse | ce que la vérification devrait faire |
# |---|---|---|
# | `solution`, `autre` | deux réponses justes (régression logistique ; plus proches voisins) | les accepter |
# | `sans_echelle`, `une_colonne` | deux erreurs franches (colonnes non mises à l'échelle ; une seule colonne sur treize) | les refuser |
# | `sept_colonnes` | une erreur légère : six colonnes sur treize oubliées | la refuser, si c'est possible |

# %% [markdown] id="partie-5" lang="en" of="15460bce"
# ## 5. A threshold out of reach of chance
#
# In another exercise, Salomé has wines classified by a small model, and the check requires a **minimal accuracy**. The result depends on a draw (which half of the wines the model learns from): a right answer does not always reach the same accuracy, nor does a wrong one.
# A threshold set by guesswork will cost unlucky right answers their points. So we **measure**: forty draws for each answer (`data/repetitions.csv`, measured beforehand by `mesurer.py`).
#
# | column | answer | what the check should do |
# |---|---|---|
# | `solution`, `autre` (other) | two right answers (logistic regression; nearest neighbours) | accept them |
# | `sans_echelle` (no scaling), `une_colonne` (one column) | two plain mistakes (columns not scaled; a single column out of thirteen) | refuse them |
# | `sept_colonnes` (seven columns) | a slight mistake: six columns out of thirteen forgotten | refuse it, if possible |

# %% id="repetitions"
repetitions = pd.read_csv("data/repetitions.csv")
scores = {nom: repetitions[nom].tolist() for nom in repetitions.columns if nom != "graine"}
labkit.plots.hist(
    {nom: scores[nom] for nom in ("solution", "sept_colonnes", "sans_echelle")},
    fr="Exactitude sur quarante tirages, trois réponses", en="Accuracy over forty draws, three answers", x=("exactitude", "accuracy"), y=("tirages", "draws"),
)

# %% id="prevoir-seuil" hide=true
ask.choice(
    "prevoir-seuil",
    fr="Prévoyez : un seuil peut-il séparer la solution de la réponse « sept_colonnes », sur un seul tirage ?",
    en="Predict: can a threshold separate the solution from the answer “sept_colonnes”, on a single draw?",
    options={
        "a": ("Oui : leurs moyennes diffèrent.", "Yes: their means differ."),
        "b": ("Non : leurs tirages se mêlent.", "No: their draws mingle."),
        "c": ("Oui, avec assez de décimales.", "Yes, with enough decimals."),
    },
)

# %% [markdown] id="tolerance-consigne" lang="fr"
# **La règle.** Pour chaque réponse, on calcule la moyenne et l'**écart type** $s$ de ses tirages (`statistics.stdev`).
#
# - le **plancher** : la plus petite valeur de « moyenne − 3 s » parmi les **bonnes** réponses ;
# - le **plafond** : la plus grande valeur de « moyenne + 3 s » parmi les **mauvaises** ;
# - si le plancher dépasse le plafond, le seuil est **au milieu** des deux ; sinon, **aucun** seuil n'est juste, et il faut changer de vérification.
#
# **Un exemple.** Une bonne réponse : 0,90, 0,92, 0,94 (moyenne 0,92, s = 0,02), plancher 0,86. Une mauvaise : 0,60, 0,64, 0,68 (moyenne 0,64, s = 0,04), plafond 0,76. Seuil : (0,86 + 0,76) / 2 = **0,81**. Avec une mauvaise à 0,78, 0,82, 0,86, le plafond monte à 0,94, au-dessus du plancher : **aucun** seuil.
#
# ### Exercice 5. Le seuil
#
# - **On vous demande** la fonction `seuil(bons, mauvais)`, qui rend un nombre (à un millième près), ou le texte `"aucun"`.
# - **On vous donne** `bons` et `mauvais`, deux dictionnaires `{nom: liste de scores}` d'au moins une réponse chacun ; chaque liste a au moins deux scores.

# %% [markdown] id="tolerance-consigne" lang="en" of="f534c55e"
# **The rule.** For each answer, compute the mean and the **standard deviation** $s$ of its draws (`statistics.stdev`).
#
# - the **floor**: the smallest value of "mean − 3 s" among the **right** answers;
# - the **ceiling**: the largest value of "mean + 3 s" among the **wrong** ones;
# - if the floor exceeds the ceiling, the threshold is **halfway** between them; otherwise **no** threshold is fair, and the check must change.
#
# **An example.** A right answer: 0.90, 0.92, 0.94 (mean 0.92, s = 0.02), floor 0.86. A wrong one: 0.60, 0.64, 0.68 (mean 0.64, s = 0.04), ceiling 0.76. Threshold: (0.86 + 0.76) / 2 = **0.81**. With a wrong one at 0.78, 0.82, 0.86, the ceiling rises to 0.94, above the floor: **no** threshold.
#
# ### Exercise 5. The threshold
#
# - **You are asked for** the function `seuil(bons, mauvais)` (threshold from right and wrong), which returns a number (to within a thousandth), or the text `"aucun"` (none).
# - **You are given** `bons` and `mauvais`, two dictionaries `{name: list of scores}` of at least one answer each; each list has at least two scores.

# %% id="tolerance-code" answer=true
def seuil(bons, mauvais):
    ### BEGIN SOLUTION
    plancher = min(statistics.mean(s) - 3 * statistics.stdev(s) for s in bons.values())
    plafond = max(statistics.mean(s) + 3 * statistics.stdev(s) for s in mauvais.values())
    return (plancher + plafond) / 2 if plancher > plafond else "aucun"
    ### END SOLUTION

# %% graded="tolerance"
import random
import statistics

check(seuil).called_with({"a": [0.90, 0.92, 0.94]}, {"b": [0.60, 0.64, 0.68]}).is_close_to(
    0.81, within=0.001,
    fr="Sur l'exemple, le seuil n'est pas 0,81 : le plancher et le plafond s'écartent des moyennes de trois écarts types, calculés par `statistics.stdev`.",
    en="On the example, the threshold is not 0.81: floor and ceiling lie three standard deviations away from the means, computed by `statistics.stdev`.",
)
check(seuil).called_with({"a": [0.90, 0.92, 0.94]}, {"b": [0.78, 0.82, 0.86]}).equals(
    "aucun",
    fr="Dans le second exemple, les tirages se rejoignent : un seuil y serait injuste dans un sens ou dans l'autre.",
    en="In the second example, the draws meet: a threshold would be unfair one way or the other.",
)
### BEGIN HIDDEN TESTS
haute, basse, large = [0.95, 0.96, 0.97], [0.88, 0.90, 0.92], [0.80, 0.90, 1.00]
faible, moyenne = [0.40, 0.42, 0.44], [0.60, 0.62, 0.64]
check(seuil).called_with({"solution": haute, "autre": basse}, {"x": faible}).is_close_to(
    0.66, within=0.001,
    fr="Avec deux bonnes réponses, le seuil convient à l'une et non à l'autre : une réponse juste, mais un peu moins exacte, serait refusée.",
    en="With two right answers, the threshold suits one and not the other: a right answer that is a little less accurate would be refused.",
)
check(seuil).called_with({"solution": haute}, {"x": faible, "y": moyenne}).is_close_to(
    0.805, within=0.001,
    fr="Avec deux mauvaises réponses, le seuil en laisse une s'approcher : laquelle des deux est la plus dangereuse ?",
    en="With two wrong answers, the threshold lets one come close: which of the two is the more dangerous?",
)
check(seuil).called_with({"solution": haute, "autre": large}, {"y": moyenne}).equals(
    "aucun",
    fr="Une réponse juste dont les scores varient beaucoup a un plancher bas : la moyenne seule ne le dit pas.",
    en="A right answer whose scores vary a lot has a low floor: the mean alone does not say so.",
)
check(seuil).called_with({"solution": [0.75, 0.75, 0.75]}, {"x": [0.75, 0.75, 0.75]}).equals(
    "aucun",
    fr="Une bonne et une mauvaise réponse peuvent obtenir toujours le même score. Que valent alors le plancher et le plafond ? Relisez à quelle condition il y a un seuil.",
    en="A right and a wrong answer may always get the same score. What are the floor and the ceiling then? Read again on what condition there is a threshold.",
)
hasard = random.Random(labkit.seed("tolerance"))
for _ in range(4):
    bons = {nom: [hasard.gauss(centre, 0.01) for _ in range(12)] for nom, centre in (("p", 0.93), ("q", 0.9))}
    mauvais = {nom: [hasard.gauss(centre, 0.02) for _ in range(12)] for nom, centre in (("u", 0.5), ("v", 0.55))}
    bas = min(statistics.mean(s) - 3 * statistics.stdev(s) for s in bons.values())
    haut = max(statistics.mean(s) + 3 * statistics.stdev(s) for s in mauvais.values())
    check(seuil).called_with(bons, mauvais).is_close_to(
        (bas + haut) / 2, within=0.001,
        fr="Sur des scores tirés au hasard, le seuil n'est pas au milieu du plancher et du plafond.",
        en="On scores drawn at random, the threshold is not halfway between floor and ceiling.",
    )
### END HIDDEN TESTS

# %% id="tolerance-essai"
seuil_franc = seuil_leger = None
justes = {nom: scores[nom] for nom in ("solution", "autre")}
franches = {nom: scores[nom] for nom in ("sans_echelle", "une_colonne")}
if seuil(justes, franches) is None:
    print("Cette cellule attend l'exercice 5.")  #@fr
    print("This cell waits for exercise 5.")  #@en
else:
    seuil_franc, seuil_leger = (str(s) if isinstance(s, str) else labkit.written(float(s), 3) for s in (seuil(justes, franches), seuil(justes, {"sept_colonnes": scores["sept_colonnes"]})))
    print("contre les deux erreurs franches :", seuil_franc)  #@fr
    print("against the two plain mistakes:", seuil_franc)  #@en
    print("contre l'erreur légère :", seuil_leger)  #@fr
    print("against the slight mistake (aucun: none):", seuil_leger)  #@en

# %% [markdown] id="partie-6" lang="fr"
# **Ce que l'on voit.** Contre les erreurs franches, un seuil juste existe. Contre l'erreur légère, il n'y en a aucun sur un seul tirage, car les scores se mêlent : l'aviez-vous prévu ? Ajouter des décimales n'y changerait rien. On peut noter une autre propriété (le modèle reçoit-il les treize colonnes ?), ou moyenner plusieurs tirages : c'est plus sûr, et plus cher. Nous y reviendrons à l'étape 7.
#
# ## 6. Deux langues, un seul lab
#
# Salomé a écrit **deux carnets**, un par langue. Ils étaient les mêmes au départ. Puis on en a corrigé un. `data/carnet_fr.json` et `data/carnet_en.json` sont deux listes de cellules ; chaque cellule est un dictionnaire :
#
# | clé | sens |
# |---|---|
# | `nom` | nom de la cellule, unique dans un carnet |
# | `genre` | `"texte"`, `"code"` ou `"verification"` |
# | `points` | points de la question ; 0 pour les autres cellules |
# | `source` | ce qu'elle contient |
#
# Dans du code, seuls les **textes entre guillemets** et les **commentaires** peuvent différer d'une langue à l'autre. `forme(code)` rend ce qui reste quand on les vide : deux codes sont le même programme quand leurs formes sont égales.

# %% [markdown] id="partie-6" lang="en" of="2478236c"
# **What we see.** Against the plain mistakes, a fair threshold exists. Against the slight one there is none on a single draw, because the scores mingle: had you predicted it? More decimals would change nothing. One may grade another property (does the model get all thirteen columns?), or average several draws: safer, and more expensive. We come back to it in step 7.
#
# ## 6. Two languages, one lab
#
# Salomé wrote **two notebooks**, one per language. They were the same at first. Then one of them was corrected. `data/carnet_fr.json` and `data/carnet_en.json` are two lists of cells; each cell is a dictionary:
#
# | key | meaning |
# |---|---|
# | `nom` | name of the cell, unique in a notebook |
# | `genre` | kind: `"texte"` (text), `"code"` or `"verification"` (check) |
# | `points` | points of the question; 0 for other cells |
# | `source` | what it holds |
#
# In code, only **texts in quotes** and **comments** may differ between languages. `forme(code)` (shape) returns what is left when they are emptied: two pieces of code are the same program when their shapes are equal.

# %% id="forme" examiner=true
def forme(code):
    arbre = ast.parse(code)
    for noeud in ast.walk(arbre):
        if isinstance(noeud, ast.Constant) and isinstance(noeud.value, str):
            noeud.value = ""
    return ast.dump(arbre)

# %% id="carnets"
carnet_fr, carnet_en = (json.loads(Path(f"data/carnet_{langue}.json").read_text(encoding="utf-8")) for langue in ("fr", "en"))
print(len(carnet_fr), "cellules en français,", len(carnet_en), "en anglais. La deuxième, en français puis en anglais :")  #@fr
print(len(carnet_fr), "cells in French,", len(carnet_en), "in English. The second one, in French, then in English:")  #@en
print(carnet_fr[1]["source"])
print(carnet_en[1]["source"])
print("même forme :", forme(carnet_fr[1]["source"]) == forme(carnet_en[1]["source"]))  #@fr
print("same shape:", forme(carnet_fr[1]["source"]) == forme(carnet_en[1]["source"]))  #@en

# %% [markdown] id="traduction-consigne" lang="fr"
# Quatre sortes d'écarts comptent :
#
# - `(nom, "absente")` : la cellule manque dans **l'un** des deux carnets ;
# - `(nom, "points")` : présente dans les deux, avec des points différents ;
# - `(nom, "code")` : présente dans les deux, et son code n'a pas la même forme (on ne regarde ni les cellules `"texte"`, ni les commentaires, ni les textes entre guillemets) ;
# - `("tout", "ordre")` : les cellules **communes** ne se suivent pas dans le même ordre.
#
# **Un exemple** (noms seuls). En français : titre, aide, calcul (2 points). En anglais : calcul (1 point), titre. Les écarts : `("aide", "absente")`, `("calcul", "points")`, et `("tout", "ordre")`, puisque titre et calcul sont échangés.
#
# ### Exercice 6. Les écarts
#
# - **On vous demande** la fonction `ecarts(fr, en)`, qui rend la liste de ces couples, dans l'ordre que vous voulez ; une liste vide si tout concorde.
# - **On vous donne** deux listes de cellules comme ci-dessus. Une même cellule peut avoir deux écarts (points et code).

# %% [markdown] id="traduction-consigne" lang="en" of="4220e68a"
# Four kinds of differences count:
#
# - `(name, "absente")` (absent): the cell is missing in **one** of the two notebooks;
# - `(name, "points")`: there in both, with different points;
# - `(name, "code")`: there in both, and its code has not the same shape (leave out cells of kind `"texte"`, comments and texts in quotes);
# - `("tout", "ordre")` (all, order): the **common** cells do not follow in the same order.
#
# **An example** (names only). In French: titre, aide, calcul (2 points). In English: calcul (1 point), titre. The differences: `("aide", "absente")`, `("calcul", "points")`, and `("tout", "ordre")`, since titre and calcul are swapped.
#
# ### Exercise 6. The differences
#
# - **You are asked for** the function `ecarts(fr, en)` (differences), which returns the list of these pairs, in any order; an empty list if all agrees.
# - **You are given** two lists of cells as above. One cell may have two differences (points and code).

# %% id="traduction-code" answer=true
def ecarts(fr, en):
    ### BEGIN SOLUTION
    a, b = {c["nom"]: c for c in fr}, {c["nom"]: c for c in en}
    trouves = [(nom, "absente") for nom in a.keys() ^ b.keys()]
    communs = [nom for nom in a if nom in b]
    if communs != [nom for nom in b if nom in a]:
        trouves.append(("tout", "ordre"))
    for nom in communs:
        if a[nom]["points"] != b[nom]["points"]:
            trouves.append((nom, "points"))
        if a[nom]["genre"] != "texte" and forme(a[nom]["source"]) != forme(b[nom]["source"]):
            trouves.append((nom, "code"))
    return trouves
    ### END SOLUTION

# %% graded="traduction"
def cellule(nom, genre="texte", source="", points=0):
    return {"nom": nom, "genre": genre, "points": points, "source": source}


def trouves(fr, en):
    rendu = ecarts(fr, en)
    check(rendu).is_a("list", fr="`ecarts` rend une liste de couples.", en="`ecarts` returns a list of pairs.")
    return {tuple(couple) for couple in rendu}


t, c2, c1 = cellule("titre", source="# Un"), cellule("calcul", "code", "x = 1", 2), cellule("calcul", "code", "x = 1", 1)
check.that(trouves([t, c2], [t, c2]) == set(), fr="Deux carnets identiques n'ont aucun écart : que rend votre fonction ?", en="Two identical notebooks have no difference: what does your function return?")
vus = trouves([t, cellule("aide"), c2], [c1, t])
check.that(("aide", "absente") in vus, fr="Sur l'exemple, une cellule n'existe qu'en français : votre fonction ne la signale pas.", en="On the example, one cell exists in French only: your function does not report it.")
check.that(("calcul", "points") in vus, fr="Sur l'exemple, une question n'a pas les mêmes points dans les deux langues.", en="On the example, a question has not the same points in both languages.")
check.that(("tout", "ordre") in vus, fr="Sur l'exemple, deux cellules communes sont échangées : l'ordre diffère.", en="On the example, two common cells are swapped: the order differs.")
check.that(len(vus) == 3, fr="Sur l'exemple, votre fonction signale aussi un écart qui n'en est pas un.", en="On the example, your function also reports a difference that is none.")
### BEGIN HIDDEN TESTS
check.that(
    trouves([t, cellule("aide"), c2], [t, c2]) == {("aide", "absente")},
    fr="Quand une cellule manque, les suivantes se décalent : ce n'est pas un changement d'ordre. Ne comparez que les cellules communes.",
    en="When a cell is missing, the next ones move up: that is no change of order. Compare the common cells only.",
)
check.that(
    trouves([t], [t, cellule("aide")]) == {("aide", "absente")},
    fr="Une cellule qui n'existe qu'en anglais est aussi un écart : l'un des deux publics reçoit ce que l'autre n'a pas.",
    en="A cell that exists in English only is a difference too: one of the two audiences gets what the other has not.",
)
un, deux = cellule("charger", "code", "x = 3  # trois\nprint(\"Délai :\", x)\n"), cellule("charger", "code", "x = 3\nprint('Delay:', x)  # three")
check.that(
    trouves([un], [deux]) == set() and trouves([cellule("titre", source="# Écrire, puis (relire")], [cellule("titre", source="# Write, then (read")]) == set(),
    fr="Vous signalez une simple traduction : un texte, un commentaire ou un mot entre guillemets a le droit de changer.",
    en="You report a mere translation: a text, a comment or a word in quotes may change.",
)
check.that(
    trouves([cellule("calcul", "code", "y = x > 3")], [cellule("calcul", "code", "y = x >= 3")]) == {("calcul", "code")},
    fr="Deux programmes différents passent pour une traduction : un seul signe suffit à changer une note.",
    en="Two different programs pass for a translation: a single sign is enough to change a grade.",
)
check.that(
    trouves([cellule("q", "verification", "check(x).equals(3)", 2)], [cellule("q", "verification", "check(x).equals(4)", 1)]) == {("q", "points"), ("q", "code")},
    fr="Une vérification est aussi du code, et une cellule peut avoir deux écarts à la fois.",
    en="A check is code too, and a cell may have two differences at once.",
)
### END HIDDEN TESTS

# %% id="traduction-essai"
liste_ecarts = None
if ecarts(carnet_fr, carnet_en) is None:
    print("Cette cellule attend l'exercice 6.")  #@fr
    print("This cell waits for exercise 6.")  #@en
else:
    liste_ecarts = sorted(f"{nom} : {quoi}" for nom, quoi in ecarts(carnet_fr, carnet_en))  #@fr
    liste_ecarts = sorted(f"{nom}: {quoi}" for nom, quoi in ecarts(carnet_fr, carnet_en))  #@en
    print("Écarts entre les deux carnets de Salomé :")  #@fr
    print("Differences between Salomé's two notebooks:")  #@en
    for ligne in liste_ecarts:
        print("-", ligne)

# %% [markdown] id="partie-7" lang="fr"
# **Ce que l'on voit.** Cinq écarts, dont un grave : en anglais, la solution de Salomé compte le jour de la limite comme un retard. D'une langue à l'autre, on apprenait le contraire. C'est pourquoi un vrai lab est **un seul fichier** pour les deux langues : le code y est partagé, et la construction du lab (`caire labs build`, étape 9) refuse ces écarts.
#
# ## 7. Ce qu'un lab coûte à une cohorte
#
# Un lab s'exécute des milliers de fois. Pour l'exercice des vins et son erreur légère, Salomé hésite entre cinq variantes de la vérification, mesurées à l'avance (`data/variantes.csv`) : le modèle (régression logistique, ou forêt de 300 arbres) et le nombre de tirages dont on fait la moyenne.
#
# | colonne | sens |
# |---|---|
# | `cpu_carnet` | secondes de calcul d'une exécution entière du carnet par l'apprenant |
# | `cpu_notation` | secondes de calcul d'une notation |
# | `bons`, `bons_acceptes` | essais de la bonne réponse ; combien sont acceptés |
# | `fautes`, `fautes_refusees` | essais de l'erreur légère ; combien sont refusés |
#
# **L'énergie** s'estime ainsi : secondes de calcul × 10 W, la puissance supposée d'un cœur de processeur. Pour un apprenant, on compte `executions` fois le carnet et `remises` fois la notation. Une seconde à 10 W fait 10 joules ; un kilowattheure fait 3 600 000 joules.
#
# **Un exemple.** Carnet 2 s, notation 0,5 s, 3 exécutions, 2 remises : 2 × 3 + 0,5 × 2 = 7 s par apprenant. Pour 100 apprenants : 700 s, soit 7 000 J, soit **0,00194 kWh**.

# %% [markdown] id="partie-7" lang="en" of="4e9ea134"
# **What we see.** Five differences, one of them serious: in English, Salomé's solution counts the day of the limit as late. From one language to the other, learners were taught the opposite. This is why a real lab is **one file** for both languages: its code is shared, and the build refuses such differences.
#
# ## 7. What a lab costs for a cohort
#
# A lab is run thousands of times. For the exercise on wines and its slight mistake, Salomé hesitates between five variants of the check, measured beforehand (`data/variantes.csv`): the model (logistic regression, or a forest of 300 trees) and the number of draws that are averaged.
#
# | column | meaning |
# |---|---|
# | `cpu_carnet` | seconds of computing for one whole run of the notebook by the learner |
# | `cpu_notation` | seconds of computing for one grading |
# | `bons`, `bons_acceptes` | trials of the right answer; how many are accepted |
# | `fautes`, `fautes_refusees` | trials of the slight mistake; how many are refused |
#
# **Energy** is estimated as seconds of computing × 10 W, the assumed power of one processor core. For one learner, count the notebook `executions` times (runs) and the grading `remises` times (submissions). One second at 10 W makes 10 joules; a kilowatt-hour makes 3,600,000 joules.
#
# **An example.** Notebook 2 s, grading 0.5 s, 3 runs, 2 submissions: 2 × 3 + 0.5 × 2 = 7 s per learner. For 100 learners: 700 s, that is 7,000 J, that is **0.00194 kWh**.

# %% id="prevoir-cout" hide=true
ask.choice(
    "prevoir-cout",
    fr="Prévoyez : quelle variante retenir ?",
    en="Predict: which variant should be kept?",
    options={
        "a": ("Un seul tirage : la moins chère.", "A single draw: the cheapest."),
        "b": ("La forêt, sur seize tirages : la plus puissante.", "The forest, on sixteen draws: the most powerful."),
        "c": ("La moins chère de celles qui ne se trompent jamais sur ces essais.", "The cheapest of those that are never wrong on these trials."),
    },
)

# %% [markdown] id="cout-consigne" lang="fr"
# ### Exercice 7. Le coût et le choix
#
# - **`kwh(cpu_carnet, cpu_notation, apprenants, executions, remises)`** rend l'énergie de toute la cohorte, en kilowattheures ; les deux premiers nombres sont en secondes.
# - **`choisir(variantes, apprenants, executions, remises)`** reçoit une liste de dictionnaires (les clés sont les colonnes du fichier, dont `variante`, le nom) et rend le **nom** de la variante qui coûte le **moins d'énergie à la cohorte** parmi celles qui acceptent **tous** les essais de la bonne réponse et refusent **tous** ceux de l'erreur. Il y en a toujours au moins une.

# %% [markdown] id="cout-consigne" lang="en" of="e3b898e3"
# ### Exercise 7. The cost and the choice
#
# - **`kwh(cpu_carnet, cpu_notation, apprenants, executions, remises)`** returns the energy of the whole cohort, in kilowatt-hours (`apprenants`: learners); the first two numbers are in seconds.
# - **`choisir(variantes, apprenants, executions, remises)`** (choose) receives a list of dictionaries (the keys are the columns of the file, among them `variante`, the name) and returns the **name** of the variant that costs the **cohort the least energy** among those that accept **all** trials of the right answer and refuse **all** those of the mistake. There is always at least one.

# %% id="cout-code" answer=true
def kwh(cpu_carnet, cpu_notation, apprenants, executions, remises):
    ### BEGIN SOLUTION
    return (cpu_carnet * executions + cpu_notation * remises) * apprenants * 10 / 3_600_000
    ### END SOLUTION


def choisir(variantes, apprenants, executions, remises):
    ### BEGIN SOLUTION
    sures = [v for v in variantes if v["bons_acceptes"] == v["bons"] and v["fautes_refusees"] == v["fautes"]]
    return min(sures, key=lambda v: kwh(v["cpu_carnet"], v["cpu_notation"], apprenants, executions, remises))["variante"]
    ### END SOLUTION

# %% graded="cout"
def variante(nom, carnet, notation, acceptes=40, refusees=40):
    return {"variante": nom, "cpu_carnet": carnet, "cpu_notation": notation, "bons": 40, "bons_acceptes": acceptes, "fautes": 40, "fautes_refusees": refusees}


exemple = kwh(2, 0.5, 100, 3, 2)
check(exemple).is_a("number")
check.that(
    abs(exemple - 1.94) > 0.1 and abs(exemple - 7000) > 1,
    fr="Votre résultat est en joules ou en wattheures : un kilowattheure fait 3 600 000 joules.",
    en="Your result is in joules or in watt-hours: a kilowatt-hour makes 3,600,000 joules.",
)
check(exemple).is_close_to(
    0.00194, within=0.00001,
    fr="Sur l'exemple, l'énergie n'est pas de 0,00194 kWh : comptez-vous chaque exécution et chaque remise ?",
    en="On the example, the energy is not 0.00194 kWh: do you count every run and every submission?",
)
check(choisir([variante("a", 2, 0.5), variante("b", 2, 0.1)], 100, 3, 2)).equals(
    "b", fr="De deux variantes aussi sûres, vous ne retenez pas la moins coûteuse. Rendez son nom.", en="Of two variants equally safe, you do not keep the less costly one. Return its name.",
)
### BEGIN HIDDEN TESTS
check(kwh(3, 2, 1000, 4, 5)).is_close_to(0.0611, within=0.0002, fr="Avec d'autres nombres d'exécutions et de remises, l'énergie n'est pas la bonne.", en="With other numbers of runs and submissions, the energy is not right.")
check(choisir([variante("a", 2, 0.1, refusees=38), variante("b", 2, 0.4), variante("c", 2, 5)], 500, 6, 3)).equals(
    "b", fr="Une variante laisse parfois passer l'erreur : elle note au hasard, si peu qu'elle coûte.", en="One variant sometimes lets the mistake pass: it grades by chance, however little it costs."
)
check(choisir([variante("a", 2, 0.1, acceptes=39), variante("b", 2, 0.4), variante("c", 2, 5)], 500, 6, 3)).equals(
    "b", fr="Une variante refuse parfois une bonne réponse : c'est la faute la plus injuste.", en="One variant sometimes refuses a right answer: that is the most unfair fault."
)
check(choisir([variante("a", 3, 0.1), variante("b", 1, 2)], 500, 6, 1)).equals(
    "b", fr="La notation n'est qu'une part du coût : le carnet s'exécute plus souvent que l'on ne remet.", en="Grading is only one part of the cost: the notebook is run more often than it is submitted."
)
check(choisir([variante("a", 3, 0.1), variante("b", 2, 2)], 500, 1, 5)).equals(
    "a", fr="Le carnet n'est qu'une part du coût : quand on remet souvent, la notation compte.", en="The notebook is only one part of the cost: when people submit often, grading counts."
)
### END HIDDEN TESTS

# %% id="cout-essai"
variantes = pd.read_csv("data/variantes.csv").to_dict("records")
retenue = energie_retenue = None
if kwh(1, 1, 1, 1, 1) is None or choisir(variantes, 500, 6, 3) is None:
    print("Cette cellule attend l'exercice 7.")  #@fr
    print("This cell waits for exercise 7.")  #@en
else:
    retenue = choisir(variantes, 500, 6, 3)
    lignes = []
    for v in variantes:
        energie = 1000 * float(kwh(v["cpu_carnet"], v["cpu_notation"], 500, 6, 3))
        lignes.append([v["variante"], f"{v['bons_acceptes']} / {v['bons']}", f"{v['fautes_refusees']} / {v['fautes']}", energie, 500 * v["cpu_notation"] / 60])
        if v["variante"] == retenue:
            energie_retenue = energie
    tableau = pd.DataFrame(lignes)
    tableau.columns = ["variante", "bonnes réponses acceptées", "erreurs refusées", "énergie de la cohorte (Wh, estimation)", "une remise de tous (min d'un cœur)"]  #@fr
    tableau.columns = ["variant", "right answers accepted", "mistakes refused", "energy of the cohort (Wh, estimate)", "everyone submits once (min of one core)"]  #@en
    labkit.table(tableau, digits=1, index=False, fr="Cinq variantes, 500 apprenants, 6 exécutions et 3 remises chacun", en="Five variants, 500 learners, 6 runs and 3 submissions each")
    print("variante retenue :", retenue)  #@fr
    print("variant kept:", retenue)  #@en

# %% [markdown] id="partie-8" lang="fr"
# **Ce que l'on voit.** La moyenne de seize tirages ne se trompe pas une fois sur ces essais ; un seul tirage, lui, refusait une bonne réponse sur dix et laissait passer une erreur sur cinq. Quadrupler encore les tirages, ou prendre une forêt, n'apporte plus rien : relisez votre prévision. L'énergie d'un seul petit lab reste faible, une dizaine de wattheures ; mais la dernière colonne compte aussi : si tous remettent
# à la même heure, c'est le temps de calcul que la file d'attente doit absorber. Et la formation s'adresse à 28 000 personnes, non à 500.
#
# ## 8. Votre relecture
#
# Voici, telle que Salomé l'a proposée, la question qu'elle voulait ouvrir lundi :
#
# > **3. Les retards.** Calculez la part des retards à la limite 8.
# >
# > `check(part(delais, 8)).equals(1 / 9, fr="Faux. La réponse est 1/9.", en="Wrong. The answer is 1/9.")`
#
# Écrivez-lui, en 60 à 150 mots, comme si rien n'était encore corrigé : (1) **ce qu'il faut corriger d'abord**, avec un chiffre de ce carnet, et l'effet de cette faute sur les apprenants ; (2) **comment vous prouverez** que la correction tient ; (3) **ouvrir ou non lundi**, et ce que vous feriez des copies déjà notées si le lab était ouvert.

# %% [markdown] id="partie-8" lang="en" of="e9d53e3d"
# **What we see.** The mean of sixteen draws is never wrong on these trials; a single draw refused one right answer in ten and let one mistake in five pass. Four times as many draws again, or a forest, add nothing: look at your prediction again. The energy of a single small lab stays low, a dozen watt-hours; but the last column counts too: if everyone submits
# at the same hour, that is the computing time that the queue must absorb. And the programme trains 28,000 people, not 500.
#
# ## 8. Your review
#
# Here, as Salomé proposed it, is the question that she wanted to open on Monday:
#
# > **3. Delays.** Compute the share of late requests at limit 8.
# >
# > `check(part(delais, 8)).equals(1 / 9, fr="Faux. La réponse est 1/9.", en="Wrong. The answer is 1/9.")`
#
# Write to her, in 60 to 150 words, as if nothing had been corrected yet: (1) **what must be corrected first**, with a figure from this notebook, and what the fault does to learners; (2) **how you will prove** that the correction holds; (3) **whether to open on Monday**, and what you would do with submissions already graded if the lab had been opened.

# %% id="relecture-widget" hide=true
ask.text("relecture", fr="Votre relecture (60 à 150 mots)", en="Your review (60 to 150 words)", rows=8, words=(60, 150))

# %% [markdown] graded="relecture" lang="fr"
# **Votre relecture** sera lue et notée par la personne qui vous forme : ce qu'il faut corriger d'abord, avec un chiffre, et l'effet sur les apprenants (1 point) ; une preuve précise, avec une copie fausse et une copie juste (1 point) ; une décision, et un traitement équitable des copies déjà notées (1 point).

# %% [markdown] graded="relecture" lang="en" of="6dac80d8"
# **Your review** will be read and graded by the person who trains you: what must be corrected first, with a figure, and the effect on learners (1 point); a precise proof, with a wrong answer and a right one (1 point); a decision, and fair treatment of the submissions already graded (1 point).

# %% id="fiche"
verdicts = None
if messages is not None:
    tous = {"juste": juste, "arrondie": arrondie, **fautes}
    verdicts = {en_clair[nom]: mots_verdict[essayer(verifier, reponse)[0]] for nom, reponse in tous.items()}
labkit.artefact(
    "fiche-relecture",
    ("Fiche de relecture d'un lab", "Review sheet of a lab"),
    [
        (("Lab relu", "Lab reviewed"), ("« Les délais d'un service », question 3 : la part des demandes en retard. Lab inventé, pour 500 personnes.", "“The delays of a department”, question 3: the share of late requests. An invented lab, for 500 people.")),
        (("Ce que la nouvelle vérification fait de huit réponses", "What the new check makes of eight answers"), verdicts),
        (("Messages", "Messages"), isinstance(messages, dict) and {en_clair.get(faute, faute): labkit.tr(paire["fr"], paire["en"]) for faute, paire in messages.items() if isinstance(paire, dict) and {"fr", "en"} <= set(paire)}),
        (("Seuil de l'exercice des vins", "Threshold of the exercise on wines"), seuil_franc and labkit.tr(f"Contre les erreurs franches : {seuil_franc}. Contre l'erreur légère, sur un tirage : {seuil_leger}.", f"Against plain mistakes: {seuil_franc}. Against the slight mistake, on one draw: {seuil_leger} (aucun: none).")),
        (("Écarts entre les langues", "Differences between the languages"), liste_ecarts),
        (("Coût pour 500 personnes", "Cost for 500 people"), energie_retenue and labkit.tr(f"Variante retenue : {retenue} ; environ {labkit.written(energie_retenue, 1)} Wh (estimation, 10 W par cœur).", f"Variant kept: {retenue}; about {energie_retenue:.1f} Wh (estimate, 10 W per core).")),
        (("Relecture et décision", "Review and decision"), ask.answer("relecture")),
        (("À vérifier avant toute ouverture", "To be checked before any opening"), [
            ("La consigne dit ce qui est demandé, ce qui est donné, la forme et l'unité attendues.", "The text says what is asked, what is given, the expected shape and unit."),
            ("Chaque question a au moins deux copies fausses, une par côté (visible, caché), et le lab une autre copie juste.", "Each question has at least two wrong submissions, one on each side (visible, hidden), and the lab another right one."),
            ("Aucun message ne donne la réponse ; chacun existe dans les deux langues.", "No message gives the answer; each exists in both languages."),
            ("Les seuils sont hors du hasard mesuré ; le contrôle passe sur cinq graines.", "Thresholds are out of reach of measured chance; the check passes on five seeds."),
            ("Une personne a fait le lab avec le texte seul, et l'a lu à voix haute dans chaque langue.", "Someone has done the lab with the text alone, and has read it aloud in each language."),
        ]),
    ],
)

# %% [markdown] id="partie-9" lang="fr"
# ## 9. Le vrai chemin, de la première ligne à l'ouverture
#
# Rien n'est noté ici. Ces commandes se lancent dans un terminal, sur un poste où le dépôt des labs est installé, et non dans ce carnet. La page *Écrire un lab* de la documentation les déroule une à une.
#
# | vous voulez | la commande | ce qu'elle fait |
# |---|---|---|
# | partir d'un lab qui fonctionne | `caire labs new l2-09-delais` | crée un petit lab complet : `lab.py`, `data/`, `wrong/`, `right/` |
# | le contrôler pendant que vous écrivez | `caire labs check l2-09-delais --seeds 1` | note la solution, la copie vide, toutes les copies fausses et justes ; une phrase par défaut |
# | dire que l'anglais a été relu | `caire labs translated l2-09-delais` | inscrit, dans chaque cellule anglaise, la marque du texte français qu'elle traduit |
# | le voir comme un apprenant | `caire labs build l2-09-delais --output build/preview` | écrit les carnets des deux langues, sans les solutions |
# | en faire la preuve avant de le proposer | `caire labs check l2-09-delais` | le même contrôle sur cinq graines |
#
# **Le lab modèle est dans vos fichiers** : `data/modele/lab.py.txt` est ce que `new` crée (les mots `LAB_ID`, `LAB_LEVEL` et `LAB_SKILL` y sont remplacés). Ouvrez-le. Vous y reconnaîtrez, dans un seul fichier, ce que vous avez fait en morceaux :
#
# - les cellules de texte vont par paires, `lang="fr"` puis `lang="en"` : l'étape 6 n'a plus d'objet, la construction refuse une paire incomplète et un code différent ;
# - entre les deux marqueurs de solution, votre solution ; l'apprenant reçoit des points de suspension ;
# - entre les deux marqueurs de tests cachés, les vérifications de l'étape 3.
#
# La cellule suivante montre une copie fausse telle qu'on l'écrit : `cells` remplace une cellule de la solution, `loses` annonce les points perdus (l'étape 4), `says` est un morceau du message que l'apprenant doit lire (l'étape 1).

# %% [markdown] id="partie-9" lang="en" of="446473df"
# ## 9. The real path, from the first line to the opening
#
# Nothing is graded here. These commands are run in a terminal, on a machine where the repository of the labs is installed, not in this notebook. The page *Write a lab* of the documentation goes through them one by one.
#
# | you want | the command | what it does |
# |---|---|---|
# | to start from a lab that works | `caire labs new l2-09-delais` | creates a small complete lab: `lab.py`, `data/`, `wrong/`, `right/` |
# | to check it while you write | `caire labs check l2-09-delais --seeds 1` | grades the solution, the empty submission, all wrong and right ones; one sentence per fault |
# | to say that the English was read again | `caire labs translated l2-09-delais` | writes into each English cell the mark of the French text that it translates |
# | to see it as a learner does | `caire labs build l2-09-delais --output build/preview` | writes the notebooks of both languages, without the solutions |
# | to prove it before offering it | `caire labs check l2-09-delais` | the same check on five seeds |
#
# **The template lab is among your files**: `data/modele/lab.py.txt` is what `new` creates (the words `LAB_ID`, `LAB_LEVEL` and `LAB_SKILL` are replaced in it). Open it. You will recognise, in one file, what you did piece by piece:
#
# - text cells come in pairs, `lang="fr"` then `lang="en"`: step 6 is no longer needed, building refuses an incomplete pair and code that differs;
# - between the two solution markers, your solution; the learner gets an ellipsis;
# - between the two markers of hidden tests, the checks of step 3.
#
# The next cell shows a wrong submission as it is written: `cells` replaces a cell of the solution, `loses` announces the points lost (step 4), `says` is a piece of the message that the learner must read (step 1).

# %% id="modele"
print(Path("data/modele/wrong/mediane-non-triee.yml").read_text(encoding="utf-8"))

# %% [markdown] id="ouvrir" lang="fr"
# **Lire le tableau du contrôle.** Pour le lab modèle, il affiche :
#
# ```text
# lab           lang  solution  blank  wrong caught  right ok  seeds  CPU s  MiB  energy (est.)
# l2-09-delais  fr    3/3       0      4/4           1/1       5      …
# ```
#
# La solution obtient tous les points automatiques, la copie vide aucun ; quatre copies fausses sur quatre perdent ce qu'elles annoncent ; l'autre copie juste obtient tout ; puis le coût. Un défaut est dit en une phrase : *the learner should read “valeurs répétées”, and reads “”* veut dire qu'il manque la vérification d'une erreur que vous aviez prévue.
#
# **Ouvrir le lab aux apprenants.** On ajoute son identifiant à un cours (`labs/courses/…yml`), une autre personne relit la demande de fusion avec votre fiche, et le lab est déployé. Puis, sur la plateforme, avec un compte de formateur :
#
# 1. **Mes cours**, puis **Labs**, puis **Ouvrir ce lab** : date limite, nombre d'essais par apprenant, **Ouvrir aux apprenants** ;
# 2. **Suivi** montre les remises et les scores ; **Réponses rédigées** réunit ce que vous notez vous-même ;
# 3. **Publier le retour** rend visibles vos points et vos commentaires ; **Notes (CSV)** les exporte.
#
# **Et si une vérification se révèle fausse après l'ouverture ?** On ajoute la copie qui manquait à `wrong/` ou à `right/`, on corrige, on contrôle, puis on réévalue : la plateforme montre ce qui changerait avant de l'appliquer. Le lab suivant, *Lire les statistiques d'un devoir*, apprend à repérer une telle question et à réparer sans léser personne.

# %% [markdown] id="ouvrir" lang="en" of="3f9bd427"
# **Reading the table of the check.** For the template lab, it shows:
#
# ```text
# lab           lang  solution  blank  wrong caught  right ok  seeds  CPU s  MiB  energy (est.)
# l2-09-delais  fr    3/3       0      4/4           1/1       5      …
# ```
#
# The solution gets all automatic points, the empty submission none; four wrong submissions out of four lose what they announce; the other right one gets everything; then the cost. A fault is told in one sentence: *the learner should read “valeurs répétées”, and reads “”* means that the check for a mistake that you had foreseen is missing.
#
# **Opening the lab to learners.** Its identifier is added to a course (`labs/courses/…yml`), another person reviews the merge request with your sheet, and the lab is deployed. Then, on the platform, with a trainer's account:
#
# 1. **My courses**, then **Labs**, then **Open this lab**: due date, number of attempts per learner, **Open to the learners**;
# 2. **Progress** shows submissions and scores; **Free-text answers** gathers what you grade yourself;
# 3. **Release feedback** makes your points and comments visible; **Grades (CSV)** exports them.
#
# **What if a check turns out to be wrong after the opening?** Add the missing submission to `wrong/` or `right/`, mend, check, then regrade: the platform shows what would change before applying it. The next lab, *Reading the statistics of an assignment*, teaches how to spot such a question and how to repair it without wronging anyone.
