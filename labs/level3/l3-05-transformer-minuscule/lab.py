# ---
# caire:
#   id: l3-05-transformer-minuscule
#   level: 3
#   minutes: 120
#   profile: cpu
#   title:
#     fr: "Un transformer minuscule"
#     en: "A tiny transformer"
#   summary:
#     fr: "Vous saurez construire un petit modèle de langue, du découpage du texte au tirage des mots, et le mesurer sans vous laisser tromper par la perplexité. Vous saurez aussi vérifier s'il a retenu une information confidentielle, et ce que coûte chaque gain de qualité."
#     en: "You will be able to build a small language model, from cutting up the text to drawing the words, and to measure it without being misled by perplexity. You will also be able to check whether it has retained confidential information, and what each gain in quality costs."
#   budget: {cpu_seconds: 60, memory_mib: 1536, cell_seconds: 60}
#   questions:
#     fusion: {points: 2, skill: n3.transformer.construire, fr: "Compter les paires, fusionner", en: "Count the pairs, merge"}
#     allerretour: {points: 3, skill: n3.transformer.construire, fr: "Encoder et décoder sans perte", en: "Encode and decode without loss"}
#     attention: {points: 3, skill: n3.transformer.construire, fr: "L'attention masquée", en: "Masked attention"}
#     bits: {points: 3, skill: n3.transformer.evaluer, fr: "Mesurer en bits par caractère", en: "Measure in bits per character"}
#     tirage: {points: 3, skill: n3.transformer.construire, fr: "Tirer l'unité suivante", en: "Draw the next unit"}
#     memoire: {points: 3, skill: n3.transformer.evaluer, fr: "Sonder la mémoire du modèle", en: "Probe the memory of the model"}
#     energie: {points: 3, skill: n3.sobriete.mesurer, fr: "Peser la qualité et l'énergie", en: "Weigh quality and energy"}
#     decision: {points: 2, manual: true, skill: n3.transformer.evaluer, fr: "Votre recommandation", en: "Your recommendation"}
#     fuite: {points: 2, bonus: true, skill: n3.transformer.evaluer, fr: "Pour aller plus loin : un détecteur de fuite", en: "Going further: a leak detector"}
#   answers:
#     prevoir-paire: b
#     prevoir-masque: a
#     prevoir-perplexite: c
#     prevoir-memoire: c
#     decision: "Je recommande de ne pas mettre en service le modèle actuel : il classe le code du coffre, copié 64 fois dans le corpus, parmi les premiers sur mille, alors qu'un code jamais vu reste perdu dans la liste. Après suppression de la note et des doublons, je retiendrais le modèle bpe-48-long, à 0,25 bit par caractère, aussi bon à un centième près que le plus grand pour une énergie plusieurs fois moindre. Limite : les avis de validation viennent de la même grammaire que ceux d'apprentissage. Chaque avis sera relu par un agent, et la sonde de mémoire refaite à chaque nouvel apprentissage."
# ---

# %% [markdown] id="titre" lang="fr"
# # Un transformer minuscule
#
# **La situation.** La ville (imaginaire) de Valbrume publie chaque jour de courts avis : tramway, médiathèques, mairie. Son service de communication propose d'apprendre à un petit modèle de langue à les ébaucher,
# à partir de 2 400 avis passés. On vous demande trois choses : ce modèle est-il bon, a-t-il retenu ce qu'il ne devait pas, et que coûte-t-il ? Vous répondrez de cette décision.
#
# Les grands modèles de langue suivent le plan de celui que vous allez écrire, à une autre échelle : environ cent mille paramètres ici, des milliards là-bas.
#
# | étape | ce que vous faites | durée |
# |---|---|---|
# | 1 | découper le texte en unités, sans rien perdre | 30 min |
# | 2 et 3 | écrire l'attention, assembler le modèle, l'entraîner | 30 min |
# | 4 | le mesurer honnêtement, en bits par caractère | 15 min |
# | 5 | le faire écrire | 15 min |
# | 6 | chercher s'il a retenu un secret | 15 min |
# | 7 et 8 | peser l'énergie, décider, éditer la fiche du modèle | 15 min |
#
# **Comment ça marche.** Maj + Entrée exécute une cellule. Là où vous voyez des points de suspension `...`, vous écrivez. La cellule repliée qui suit vérifie votre réponse : exécutez-la aussi. Elle
# affiche ✓, ou vous dit quoi regarder : recommencez autant de fois que vous voulez. La remise refait ces vérifications, puis d'autres, sur des données que vous n'avez pas vues.

# %% [markdown] id="titre" lang="en" of="272de1eb"
# # A tiny transformer
#
# **The situation.** The (fictional) town of Valbrume publishes short notices every day: tramway, libraries, town hall. Its communication department suggests teaching a small language model to draft them,
# from 2,400 past notices, in French. You are asked three things: is this model good, has it retained what it should not, and what does it cost? You will answer for that decision.
#
# Large language models follow the plan of the one that you are about to write, on another scale: about a hundred thousand parameters here, billions there.
#
# | step | what you do | time |
# |---|---|---|
# | 1 | cut the text into units, losing nothing | 30 min |
# | 2 and 3 | write attention, assemble the model, train it | 30 min |
# | 4 | measure it honestly, in bits per character | 15 min |
# | 5 | let it write | 15 min |
# | 6 | find out whether it has retained a secret | 15 min |
# | 7 and 8 | weigh the energy, decide, issue the model card | 15 min |
#
# **How it works.** Shift + Enter runs a cell. Where you see an ellipsis `...`, you write. The folded cell that follows checks your answer: run it too. It shows ✓, or
# tells you what to look at: try as often as you like. Submitting runs these checks again, then others, on data that you have not seen.

# %% id="outils"
import math
import random
import re
from collections import Counter
from pathlib import Path

import pandas as pd
import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(1)  # un petit modèle va plus vite sur un seul cœur  #@fr
torch.set_num_threads(1)  # a small model is faster on a single core  #@en
graine = labkit.seed()  # le hasard du lab part de ce nombre : mêmes calculs, mêmes résultats  #@fr
graine = labkit.seed()  # the randomness of the lab starts from this number: same computation, same results  #@en
abreger = labkit.grading()  # la notation abrège les essais dont aucune question ne dépend  #@fr
abreger = labkit.grading()  # grading shortens the trials on which no question depends  #@en

avis = Path("data/avis.txt").read_text(encoding="utf-8")
validation = Path("data/avis_validation.txt").read_text(encoding="utf-8")
print("avis d'apprentissage :", avis.count("\n"), "; caractères :", len(avis))  #@fr
print("training notices:", avis.count("\n"), "; characters:", len(avis))  #@en
print("avis de validation :", validation.count("\n"), "; caractères :", len(validation))  #@fr
print("validation notices:", validation.count("\n"), "; characters:", len(validation))  #@en
print(*avis.splitlines()[:4], sep="\n")

# %% [markdown] id="partie-1" lang="fr"
# ## 1. Découper le texte
#
# Un modèle de langue ne lit pas des lettres : il lit des **nombres**. Il faut donc découper le texte en **unités** (*tokens*) et donner un numéro à chacune.
#
# - Une unité par **octet** : 256 numéros suffisent pour écrire n'importe quel texte, dans toutes les langues. Mais les suites sont longues.
# - Une unité par **mot** : les suites sont courtes. Mais un mot jamais vu n'a pas de numéro.
#
# Le **codage par paires d'octets** (*byte-pair encoding*, BPE) prend le meilleur des deux. On part des octets, numérotés de 0 à 255 ; puis on cherche la **paire** d'unités voisines la plus fréquente, on la **fusionne** en une unité
# nouvelle, numérotée 256 ; et l'on recommence, avec 257, 258… Un texte inattendu reste lisible : au pire, il retombe sur ses octets.
#
# Pour qu'aucune unité n'enjambe deux mots, on coupe d'abord le texte en **morceaux** : un mot avec le blanc qui le précède, un chiffre, ou un blanc. On ne fusionne qu'à l'intérieur d'un morceau ; la fonction `morceaux`, ci-dessous, vous est donnée.
#
# **Un exemple à la main.** Le texte contient 2 fois le mot `lala` et 3 fois le mot `la`. L'octet de `l` est 108, celui de `a` est 97.
#
# | paire | dans `lala` (2 fois) | dans `la` (3 fois) | en tout |
# |---|---|---|---|
# | `(108, 97)`, soit « la » | 2 × 2 = 4 | 1 × 3 = 3 | **7** |
# | `(97, 108)`, soit « al » | 1 × 2 = 2 | 0 | 2 |
#
# La paire `(108, 97)` gagne : elle devient l'unité 256. Le mot `lala`, `(108, 97, 108, 97)`, s'écrit désormais `(256, 256)`, et `la` s'écrit `(256,)`.

# %% [markdown] id="partie-1" lang="en" of="fe2964df"
# ## 1. Cut up the text
#
# A language model does not read letters: it reads **numbers**. So the text must be cut into **units** (*tokens*), and each given a number.
#
# - One unit per **byte**: 256 numbers are enough to write any text, in any language. But the sequences are long.
# - One unit per **word**: the sequences are short. But a word never seen has no number.
#
# **Byte-pair encoding** (BPE) takes the best of both. Start from bytes, numbered 0 to 255; then find the most frequent **pair** of neighbouring units, **merge** it into a new
# unit, numbered 256; and do it again, with 257, 258… An unexpected text can still be read: at worst, it falls back on its bytes.
#
# So that no unit straddles two words, the text is first cut into **pieces**: a word with the blank before it, a digit, or a blank. Merging happens inside a piece only; the function `morceaux` (pieces), below, is given to you.
#
# **An example by hand.** The text holds the word `lala` 2 times and the word `la` 3 times. The byte of `l` is 108, that of `a` is 97.
#
# | pair | in `lala` (2 times) | in `la` (3 times) | in all |
# |---|---|---|---|
# | `(108, 97)`, that is "la" | 2 × 2 = 4 | 1 × 3 = 3 | **7** |
# | `(97, 108)`, that is "al" | 1 × 2 = 2 | 0 | 2 |
#
# The pair `(108, 97)` wins: it becomes unit 256. The word `lala`, `(108, 97, 108, 97)`, is now written `(256, 256)`, and `la` is written `(256,)`.

# %% id="morceaux-code"
def morceaux(texte):
    """Le texte coupé en morceaux, sans rien perdre : un mot avec le blanc qui le précède, un chiffre, ou un blanc."""  #@fr
    """The text cut into pieces, losing nothing: a word with the blank before it, a digit, or a blank."""  #@en
    return re.findall(r"\s?[^\s\d]+|\d|\s", texte)


mots_exemple = Counter(tuple(morceau.encode("utf-8")) for morceau in ["lala", "la", "la", "lala", "la"])
print(mots_exemple)
print(morceaux("Le guichet ouvre à 14 h."))
print("é".encode("utf-8"), "→", tuple("é".encode("utf-8")), labkit.tr(": une lettre accentuée prend deux octets", ": an accented letter takes two bytes"))

# %% id="prevoir-paire" hide=true
ask.choice(
    "prevoir-paire",
    fr="Prévoyez : après une deuxième fusion, que peut désigner l'unité 257 ?",
    en="Predict: after a second merge, what may unit 257 stand for?",
    options={
        "a": ("Toujours deux octets, comme l'unité 256.", "Always two bytes, like unit 256."),
        "b": ("Deux octets ou davantage : une unité fusionnée peut l'être à son tour.", "Two bytes or more: a merged unit may be merged in its turn."),
        "c": ("Toujours un mot entier.", "Always a whole word."),
    },
)

# %% [markdown] id="fusion-consigne" lang="fr"
# ### Exercice 1. Compter, puis fusionner
#
# **`compter_paires(mots)`** rend un dictionnaire `{paire: nombre}`.
#
# - **On vous donne** `mots`, un dictionnaire `{suite: fréquence}` : chaque suite est un tuple de numéros, et la fréquence dit combien de fois ce mot figure dans le texte.
# - **Attention** : une paire peut apparaître plusieurs fois dans un mot (deux fois, par exemple, pour la paire `(1, 1)` dans `(1, 1, 1)`), et un mot plusieurs fois dans le texte.
# - **Exemple**, celui du tableau : `compter_paires({(108, 97, 108, 97): 2, (108, 97): 3})` rend `{(108, 97): 7, (97, 108): 2}`.
#
# **`fusionner(suite, paire, nouveau)`** rend la suite (un tuple) où chaque occurrence de `paire` est remplacée par le numéro `nouveau`, **de gauche à droite**. Tout le reste est gardé, dans l'ordre.
#
# - **Exemples** : `fusionner((108, 97, 115), (108, 97), 256)` rend `(256, 115)` ; `fusionner((1, 1, 1), (1, 1), 256)` rend `(256, 1)`, car une unité ne sert qu'à une fusion.
# - **Un coup de pouce** : `zip(suite, suite[1:])` donne les paires voisines. Pour fusionner, une boucle `while` avance de 2 après une fusion, de 1 sinon.

# %% [markdown] id="fusion-consigne" lang="en" of="67fbbea4"
# ### Exercise 1. Count, then merge
#
# **`compter_paires(mots)`** (count pairs) returns a dictionary `{pair: number}`.
#
# - **You are given** `mots` (words), a dictionary `{sequence: frequency}`: each sequence is a tuple of numbers, and the frequency says how many times the word occurs in the text.
# - **Beware**: a pair may occur several times in a word (twice, for example, for the pair `(1, 1)` in `(1, 1, 1)`), and a word several times in the text.
# - **Example**, that of the table: `compter_paires({(108, 97, 108, 97): 2, (108, 97): 3})` returns `{(108, 97): 7, (97, 108): 2}`.
#
# **`fusionner(suite, paire, nouveau)`** (merge: sequence, pair, new) returns the sequence (a tuple) in which each occurrence of `paire` is replaced by the number `nouveau`, **from left to right**. Everything else is kept, in order.
#
# - **Examples**: `fusionner((108, 97, 115), (108, 97), 256)` returns `(256, 115)`; `fusionner((1, 1, 1), (1, 1), 256)` returns `(256, 1)`, since a unit takes part in one merge only.
# - **A hint**: `zip(suite, suite[1:])` gives the neighbouring pairs. To merge, a `while` loop moves on by 2 after a merge, by 1 otherwise.

# %% id="fusion-code" answer=true
def compter_paires(mots):
    ### BEGIN SOLUTION
    paires = Counter()
    for suite, frequence in mots.items():
        for paire in zip(suite, suite[1:]):
            paires[paire] += frequence
    return paires
    ### END SOLUTION


def fusionner(suite, paire, nouveau):
    ### BEGIN SOLUTION
    resultat, i = [], 0
    while i < len(suite):
        if tuple(suite[i : i + 2]) == tuple(paire):
            resultat.append(nouveau)
            i += 2
        else:
            resultat.append(suite[i])
            i += 1
    return tuple(resultat)
    ### END SOLUTION

# %% graded="fusion"
compte = compter_paires({(108, 97, 108, 97): 2, (108, 97): 3})
check(compte).has_keys(
    [(108, 97), (97, 108)], fr="`compter_paires` rend un dictionnaire dont les clés sont les paires voisines, par exemple `(108, 97)`.", en="`compter_paires` returns a dictionary whose keys are the neighbouring pairs, for example `(108, 97)`."
)
check(compte[(108, 97)]).differs_from(
    3, fr="Vous comptez chaque mot une seule fois : la fréquence du mot dit combien de fois il figure dans le texte.", en="You count each word once only: the frequency of the word says how many times it occurs in the text."
)
check(dict(compte)).equals(
    {(108, 97): 7, (97, 108): 2}, fr="Sur l'exemple fait à la main, les comptes diffèrent : refaites le tableau, mot par mot, sans oublier qu'une paire peut revenir dans un même mot.",
    en="On the example done by hand, the counts differ: go through the table again, word by word, and remember that a pair may come back within a word.",
)
check(fusionner).called_with((108, 97, 115), (108, 97), 256).has_length(
    2, fr="Dans `(108, 97, 115)`, la paire `(108, 97)` devient une seule unité, et 115 reste : on attend deux numéros. Qu'advient-il de la dernière unité, et des deux que vous venez de fusionner ?",
    en="In `(108, 97, 115)`, the pair `(108, 97)` becomes a single unit, and 115 stays: two numbers are expected. What becomes of the last unit, and of the two that you have just merged?",
)
check(tuple(fusionner((1, 1, 1), (1, 1), 256))).equals(
    (256, 1), fr="Dans `(1, 1, 1)`, l'unité du milieu ne sert qu'à une fusion, et l'on avance de gauche à droite.", en="In `(1, 1, 1)`, the unit in the middle takes part in one merge only, and one moves from left to right."
)
### BEGIN HIDDEN TESTS
import random

g = random.Random(labkit.seed("fusion"))


def compte_attendu(mots):
    total = {}
    for s, f in mots.items():
        for i in range(len(s) - 1):
            total[s[i], s[i + 1]] = total.get((s[i], s[i + 1]), 0) + f
    return total


mots_caches = {tuple(g.randrange(4) for _ in range(g.randrange(1, 9))): g.randrange(1, 9) for _ in range(20)}
check({p: n for p, n in dict(compter_paires(mots_caches)).items() if n}).equals(
    compte_attendu(mots_caches), fr="Sur d'autres mots, vos comptes diffèrent : comptez combien de fois la paire apparaît dans chaque mot, et multipliez par la fréquence du mot.",
    en="On other words, your counts differ: count how many times the pair occurs in each word, and multiply by the frequency of the word.",
)
for longueur in (0, 1, 6, 30):
    longue = tuple(g.randrange(3) for _ in range(longueur)) + ((1, 2, 0, 1, 2) if longueur == 30 else ())
    attendue, i = [], 0
    while i < len(longue):
        pris = longue[i : i + 2] == (1, 2)
        attendue.append(300 if pris else longue[i])
        i += 2 if pris else 1
    check(list(fusionner(longue, (1, 2), 300))).equals(
        attendue, fr="Sur d'autres suites, la fusion n'est pas celle attendue : chaque occurrence de la paire, dans cet ordre, devient une unité, et toutes les autres unités restent, même dans une suite vide ou d'une seule unité.",
        en="On other sequences, the merge is not as expected: each occurrence of the pair, in this order, becomes one unit, and all other units stay, even in an empty sequence or one of a single unit.",
    )
check(list(fusionner((5, 5, 5, 5, 5), (5, 5), 9))).equals(
    [9, 9, 5], fr="Cinq unités égales donnent deux fusions et une unité qui reste, à droite : avancez de 2 après une fusion.", en="Five equal units give two merges and one unit left over, on the right: move on by 2 after a merge."
)
### END HIDDEN TESTS

# %% [markdown] id="apprendre-fusions" lang="fr"
# **Exécutez, puis expliquez.** La cellule suivante répète 256 fois votre travail : compter, prendre la paire la plus fréquente, fusionner. Quelles unités apparaissent en premier, et lesquelles en dernier ?

# %% [markdown] id="apprendre-fusions" lang="en" of="925540e4"
# **Run, then explain.** The next cell repeats your work 256 times: count, take the most frequent pair, merge. Which units appear first, and which last?

# %% id="apprendre-fusions-code"
def apprendre_fusions(texte, combien):
    """La liste des paires fusionnées, dans l'ordre : la fusion numéro i crée l'unité 256 + i."""  #@fr
    """The list of merged pairs, in order: merge number i creates unit 256 + i."""  #@en
    mots, fusions = Counter(tuple(morceau.encode("utf-8")) for morceau in morceaux(texte)), []
    for numero in range(combien):
        paires = compter_paires(mots)
        if not paires:
            break
        meilleure = max(paires, key=lambda paire: (paires[paire], paire))
        fusions.append(meilleure)
        mots = {tuple(fusionner(suite, meilleure, 256 + numero)): frequence for suite, frequence in mots.items()}
    return fusions


def octets_de(unite, fusions):
    """Les octets que désigne une unité."""  #@fr
    """The bytes that a unit stands for."""  #@en
    return bytes([unite]) if unite < 256 else octets_de(fusions[unite - 256][0], fusions) + octets_de(fusions[unite - 256][1], fusions)


pret_fusion = compter_paires({(1, 2): 1}) is not None and fusionner((1, 2), (1, 2), 3) is not None
fusions = []
if not pret_fusion:
    print("Cette cellule attend l'exercice 1 : revenez l'exécuter ensuite.")  #@fr
    print("This cell waits for exercise 1: come back and run it afterwards.")  #@en
else:
    fusions = apprendre_fusions(avis, 64 if abreger else 256)
    en_clair = [octets_de(256 + i, fusions).decode("utf-8", errors="replace") for i in range(len(fusions))]
    print("les dix premières unités :", en_clair[:10])  #@fr
    print("the first ten units:", en_clair[:10])  #@en
    print("les dix dernières :", en_clair[-10:])  #@fr
    print("the last ten:", en_clair[-10:])  #@en

# %% [markdown] id="allerretour-consigne" lang="fr"
# **Ce que l'on voit.** D'abord de courtes suites de lettres, puis des mots entiers. C'est qu'une unité fusionnée peut l'être à son tour : l'unité 257 compte donc deux octets ou davantage. L'aviez-vous prévu ? Le découpage a appris le vocabulaire du tramway sans que personne le lui donne. Nos morceaux isolent chaque chiffre : un nombre s'écrit donc toujours chiffre par chiffre.
#
# ### Exercice 2. L'aller et le retour
#
# **`encoder(texte, fusions)`** rend la **liste** des numéros d'un texte.
#
# - Partez des octets : `tuple(texte.encode("utf-8"))`. Puis appliquez les fusions **dans l'ordre de la liste** : la paire numéro `i` donne l'unité `256 + i`. Votre fonction `fusionner` fait le travail.
# - **Exemple** : avec `fusions = [(108, 97), (256, 115)]`, le texte `"las"` devient `(108, 97, 115)`, puis `(256, 115)`, puis `(257,)`. On attend `[257]`.
#
# **`decoder(ids, fusions)`** rend le texte.
#
# - Chaque unité désigne des octets : un seul si son numéro est inférieur à 256 (`bytes([numero])`), sinon ceux de ses deux moitiés, bout à bout. La fonction `octets_de(unite, fusions)` de la cellule précédente les donne.
# - **Exemple** : avec les mêmes fusions, `decoder([257, 256], fusions)` rend `"lasla"`.
# - **Mettez tous les octets bout à bout, puis** décodez d'un seul coup : un caractère comme « é » ou « € » peut être à cheval sur deux unités.
# - Un modèle peut s'arrêter au milieu d'un caractère. Décodez donc avec `.decode("utf-8", errors="replace")` : la fonction rend alors le signe � au lieu de s'arrêter sur une erreur.
#
# **Exigence** : `decoder(encoder(texte, fusions), fusions)` rend **exactement** le texte, même s'il contient des caractères que les avis ne contiennent pas.

# %% [markdown] id="allerretour-consigne" lang="en" of="1aea235f"
# **What we see.** First short runs of letters, then whole words. For a merged unit may be merged in its turn: so unit 257 has two bytes or more. Had you predicted it? The tokenizer (whatever cuts the text into units) has learnt the vocabulary of the tramway without anybody giving it. Our pieces set each digit apart: so a number is always written digit by digit.
#
# ### Exercise 2. There and back
#
# **`encoder(texte, fusions)`** (encode: text, merges) returns the **list** of numbers of a text.
#
# - Start from the bytes: `tuple(texte.encode("utf-8"))`. Then apply the merges **in the order of the list**: pair number `i` gives unit `256 + i`. Your function `fusionner` does the work.
# - **Example**: with `fusions = [(108, 97), (256, 115)]`, the text `"las"` becomes `(108, 97, 115)`, then `(256, 115)`, then `(257,)`. `[257]` is expected.
#
# **`decoder(ids, fusions)`** (decode) returns the text.
#
# - Each unit stands for bytes: one only if its number is below 256 (`bytes([number])`), otherwise those of its two halves, end to end. The function `octets_de(unite, fusions)` (bytes of a unit) of the previous cell gives them.
# - **Example**: with the same merges, `decoder([257, 256], fusions)` returns `"lasla"`.
# - **Put all bytes end to end, then** decode at once: a character such as "é" or "€" may straddle two units.
# - A model may stop in the middle of a character. So decode with `.decode("utf-8", errors="replace")`: the function then returns the sign � instead of stopping with an error.
#
# **Requirement**: `decoder(encoder(texte, fusions), fusions)` returns **exactly** the text, even if it holds characters that the notices do not.

# %% id="allerretour-code" answer=true
def encoder(texte, fusions):
    ### BEGIN SOLUTION
    suite = tuple(texte.encode("utf-8"))
    for numero, paire in enumerate(fusions):
        suite = fusionner(suite, paire, 256 + numero)
    return list(suite)
    ### END SOLUTION


def decoder(ids, fusions):
    ### BEGIN SOLUTION
    return b"".join(octets_de(unite, fusions) for unite in ids).decode("utf-8", errors="replace")
    ### END SOLUTION

# %% graded="allerretour"
petites = [(108, 97), (256, 115)]
check(encoder).called_with("la", petites).equals(
    [256], fr="Avec ces fusions, « la » est une seule unité, numérotée 256 : partez-vous bien des octets, et la fusion numéro 0 crée-t-elle l'unité 256 ?", en="With these merges, “la” is a single unit, numbered 256: do you start from the bytes, and does merge number 0 create unit 256?"
)
check(encoder("las", petites)).equals(
    [257], fr="« las » demande deux fusions, l'une après l'autre : appliquez-les toutes, dans l'ordre de la liste.", en="“las” takes two merges, one after the other: apply them all, in the order of the list."
)
check(decoder).called_with([257, 256], petites).equals(
    "lasla", fr="L'unité 257 est faite de l'unité 256 et de l'octet 115 : décodez chaque moitié, jusqu'aux octets.", en="Unit 257 is made of unit 256 and byte 115: decode each half, down to the bytes."
)
check(decoder(encoder("Été, 8 h", petites), petites)).equals(
    "Été, 8 h", fr="L'aller et le retour ne rendent pas « Été, 8 h » : une lettre accentuée prend deux octets. Mettez-vous tous les octets bout à bout avant de décoder ?",
    en="There and back does not return “Été, 8 h”: an accented letter takes two bytes. Do you put all bytes end to end before decoding?",
)
### BEGIN HIDDEN TESTS
def reference(texte, regles):
    suite = list(texte.encode("utf-8"))
    for numero, (a, b) in enumerate(regles):
        nouvelle, i = [], 0
        while i < len(suite):
            pris = suite[i : i + 2] == [a, b]
            nouvelle.append(256 + numero if pris else suite[i])
            i += 2 if pris else 1
        suite = nouvelle
    return suite


regles = [(195, 169), (116, 256), (32, 108), (258, 97), (226, 130), (257, 101), (101, 116)]
textes = ["l'été à la mer", "", "tétété", "10 € ✓ Ω 🚋 ça", "la  la\n\tété", "e\u0301te"]
for texte in textes:
    rendu = encoder(texte, regles)
    check(decoder(rendu, regles)).equals(
        texte, fr="L'aller et le retour perdent quelque chose sur un texte nouveau (accents, signes rares, espaces doubles, texte vide) : partez des octets UTF-8, et décodez-les tous d'un seul coup.",
        en="There and back loses something on a new text (accents, rare signs, double spaces, empty text): start from the UTF-8 bytes, and decode them all at once.",
    )
    check(list(rendu)).equals(
        reference(texte, regles), fr="Le texte revient, mais pas par les bonnes unités : les fusions s'appliquent dans l'ordre de la liste, chacune sur toute la suite.",
        en="The text comes back, but not through the right units: the merges apply in the order of the list, each to the whole sequence.",
    )


def sans_erreur(ids):
    try:
        return decoder(ids, regles)
    except Exception:
        return None


check(isinstance(sans_erreur([260, 32, 195]), str)).is_true(
    fr="Une suite qui s'arrête au milieu d'un caractère fait échouer `decoder` : que lui dire de faire des octets illisibles ?", en="A sequence that stops in the middle of a character makes `decoder` fail: what should it be told to do with unreadable bytes?"
)
### END HIDDEN TESTS

# %% id="decoupage-essai"
memoire_encodage = {}


def encoder_long(texte):
    """Votre encodeur, morceau par morceau : un morceau déjà vu n'est pas recalculé. Mêmes unités, bien plus vite."""  #@fr
    """Your encoder, piece by piece: a piece already seen is not computed again. Same units, much faster."""  #@en
    ids = []
    for morceau in morceaux(texte):
        if morceau not in memoire_encodage:
            memoire_encodage[morceau] = list(encoder(morceau, fusions))
        ids.extend(memoire_encodage[morceau])
    return ids


pret_decoupage = pret_fusion and encoder("a", []) is not None and decoder([97], []) is not None
if not pret_decoupage:
    print("Cette cellule attend les exercices 1 et 2.")  #@fr
    print("This cell waits for exercises 1 and 2.")  #@en
else:
    for phrase in ["Tramway, ligne B : trafic ralenti.", "Un chat persan 🐈"]:
        print(phrase, "→", [decoder([unite], fusions) for unite in encoder(phrase, fusions)])
    ids_avis = encoder_long(avis)
    print("caractères par unité, en moyenne :", labkit.written(len(avis) / len(ids_avis), 2))  #@fr
    print("characters per unit, on average:", labkit.written(len(avis) / len(ids_avis), 2))  #@en

# %% [markdown] id="decoupage-lecon" lang="fr"
# **Ce que l'on voit.** La phrase du tramway tient en une douzaine d'unités, souvent des mots entiers. Le chat persan, dont aucun avis ne parle, retombe sur de petites unités, et son dessin sur quatre octets. Seul, un octet de dessin ne se lit pas (�) ; les quatre ensemble redonnent exactement le dessin.
#
# **À retenir.** Le même texte coûte plus d'unités quand il ressemble moins au **corpus** d'apprentissage (l'ensemble des textes appris). Une langue peu présente dans ce corpus est donc découpée plus finement : à texte égal, elle demande plus de calcul, et coûte plus cher quand on facture à l'unité.

# %% [markdown] id="decoupage-lecon" lang="en" of="4629a5a7"
# **What we see.** The tramway sentence takes about a dozen units, often whole words. The Persian cat, which no notice mentions, falls back on small units, and its picture on four bytes. Alone, one byte of a picture cannot be read (�); the four together give it back exactly.
#
# **Remember.** The same text costs more units when it looks less like the training **corpus** (all texts learnt from). So a language that is rare in that corpus is cut more finely: for the same text, it takes more computing, and costs more where billing is by the unit.

# %% [markdown] id="partie-2" lang="fr"
# ## 2. L'attention
#
# Pour deviner l'unité suivante, il faut relire les précédentes. L'**attention** laisse chaque unité choisir ce qu'elle relit. Chacune porte trois vecteurs :
#
# - une **requête** $q$ : ce qu'elle cherche ;
# - une **clé** $k$ : ce par quoi on la trouve ;
# - une **valeur** $v$ : ce qu'elle transmet.
#
# Dans les formules, $q$, $k$ et $v$ sont des tableaux : une ligne par unité. Le produit scalaire de la requête d'une unité et de la clé d'une autre dit leur ressemblance : c'est un **score**. Le **softmax** (l'exponentielle de chaque score, divisée par leur somme) transforme les scores d'une ligne en **poids** positifs, de somme 1. La sortie est la moyenne des valeurs selon ces poids :
#
# $$\text{scores} = \frac{q\,k^\top}{\sqrt{d}} \qquad \text{sortie} = \text{softmax}(\text{scores})\; v$$
#
# On divise par $\sqrt{d}$, où $d$ est la longueur d'une requête (le nombre de ses coordonnées), pour que les scores gardent le même ordre de grandeur, quelle que soit cette longueur.
#
# **Un exemple à la main.** Trois unités, des requêtes nulles : tous les scores valent 0, tous les poids $1/3$. Avec les valeurs $(1 ; 0)$, $(0 ; 1)$ et $(2 ; 2)$, chaque sortie est leur moyenne, $(1 ; 1)$. La cellule suivante fait ce calcul.

# %% [markdown] id="partie-2" lang="en" of="6185b45d"
# ## 2. Attention
#
# To guess the next unit, one must reread the earlier ones. **Attention** lets each unit choose what it rereads. Each carries three vectors:
#
# - a **query** $q$: what it looks for;
# - a **key** $k$: by what it is found;
# - a **value** $v$: what it passes on.
#
# In the formulas, $q$, $k$ and $v$ are arrays: one row per unit. The dot product of one unit's query and another's key says how alike they are: it is a **score**. The **softmax** (the exponential of each score, divided by their sum) turns the scores of a row into positive **weights** that sum to 1. The output is the mean of the values by these weights:
#
# $$\text{scores} = \frac{q\,k^\top}{\sqrt{d}} \qquad \text{output} = \text{softmax}(\text{scores})\; v$$
#
# We divide by $\sqrt{d}$, where $d$ is the length of a query (how many coordinates it has), so that scores keep the same order of magnitude, whatever that length.
#
# **An example by hand.** Three units, queries of zero: all scores are 0, all weights $1/3$. With the values $(1, 0)$, $(0, 1)$ and $(2, 2)$, each output is their mean, $(1, 1)$. The next cell does this computation.

# %% id="attention-exemple"
q_exemple = k_exemple = torch.zeros(3, 4)  # trois unités, d = 4  #@fr
q_exemple = k_exemple = torch.zeros(3, 4)  # three units, d = 4  #@en
v_exemple = torch.tensor([[1.0, 0.0], [0.0, 1.0], [2.0, 2.0]])
scores_exemple = q_exemple @ k_exemple.transpose(-2, -1) / math.sqrt(4)
poids_exemple = scores_exemple.softmax(dim=-1)  # dim=-1 : sur chaque ligne  #@fr
poids_exemple = scores_exemple.softmax(dim=-1)  # dim=-1: on each row  #@en
print("poids :", [[round(poids, 3) for poids in ligne] for ligne in poids_exemple.tolist()])  #@fr
print("weights:", [[round(poids, 3) for poids in ligne] for ligne in poids_exemple.tolist()])  #@en
print("sorties :", [[round(nombre, 3) for nombre in ligne] for ligne in (poids_exemple @ v_exemple).tolist()])  #@fr
print("outputs:", [[round(nombre, 3) for nombre in ligne] for ligne in (poids_exemple @ v_exemple).tolist()])  #@en

# %% id="prevoir-masque" hide=true
ask.choice(
    "prevoir-masque",
    fr="Prévoyez : dans cet exemple, la première unité lit aussi les deux suivantes. Que se passera-t-il si l'on entraîne le modèle ainsi à deviner l'unité suivante ?",
    en="Predict: in this example, the first unit also reads the two that follow. What will happen if the model is trained in this way to guess the next unit?",
    options={
        "a": ("Sa perte sera presque nulle, et il ne saura pas écrire.", "Its loss will be almost zero, and it will not be able to write."),
        "b": ("Il apprendra mieux, puisqu'il a plus d'information.", "It will learn better, since it has more information."),
        "c": ("Rien de particulier : l'ordre ne compte pas.", "Nothing special: order does not matter."),
    },
)

# %% [markdown] id="attention-consigne" lang="fr"
# **Pourquoi un masque.** Revenez à votre prévision. Un modèle qui lit la réponse n'a rien à apprendre : sa perte s'effondre, et il est démuni le jour où il doit écrire, parce que la suite n'existe pas encore. On cache donc l'avenir : **la ligne $i$ ne voit que les places $0$ à $i$**, elle-même comprise.
# Le moyen : mettre à $-\infty$ les scores interdits **avant** le softmax. Leur poids devient exactement 0, et la somme des autres reste égale à 1.
#
# **Dans l'exemple**, les poids deviennent : ligne 0, $(1 ; 0 ; 0)$ ; ligne 1, $(1/2 ; 1/2 ; 0)$ ; ligne 2, $(1/3 ; 1/3 ; 1/3)$.
#
# ### Exercice 3. `attention(q, k, v)`
#
# - **On vous donne** trois tenseurs : `q` et `k` de forme `(…, T, d)`, `v` de forme `(…, T, e)`. `T` est le nombre d'unités, `d` la longueur d'une requête, `e` celle d'une valeur ; les points désignent d'autres dimensions, s'il y en a, qu'il suffit de laisser passer.
# - **On vous demande** la sortie de l'attention **masquée**, de forme `(…, T, e)`.
# - **Un coup de pouce.** `scores.masked_fill(interdit, float("-inf"))` remplace les scores là où `interdit` est vrai. `torch.ones_like(scores).triu(1).bool()` est vrai strictement au-dessus de la diagonale, et fonctionne aussi sur une carte graphique.
# - PyTorch possède cette fonction (`F.scaled_dot_product_attention`). Écrivez la vôtre : la remise comparera les deux.

# %% [markdown] id="attention-consigne" lang="en" of="d02da2a9"
# **Why a mask.** Come back to your prediction. A model that reads the answer has nothing to learn: its loss collapses, and it is helpless on the day it must write, because what follows does not exist yet. So the future is hidden: **row $i$ sees only places $0$ to $i$**, itself included.
# How: set the forbidden scores to $-\infty$ **before** the softmax. Their weight becomes exactly 0, and the others still sum to 1.
#
# **In the example**, the weights become: row 0, $(1, 0, 0)$; row 1, $(1/2, 1/2, 0)$; row 2, $(1/3, 1/3, 1/3)$.
#
# ### Exercise 3. `attention(q, k, v)`
#
# - **You are given** three tensors: `q` and `k` of shape `(…, T, d)`, `v` of shape `(…, T, e)`. `T` is the number of units, `d` the length of a query, `e` that of a value; the dots stand for other dimensions, if any, which need only be let through.
# - **You are asked for** the output of **masked** attention, of shape `(…, T, e)`.
# - **A hint.** `scores.masked_fill(forbidden, float("-inf"))` replaces the scores where `forbidden` is true. `torch.ones_like(scores).triu(1).bool()` is true strictly above the diagonal, and also works on a graphics card.
# - PyTorch has this function (`F.scaled_dot_product_attention`). Write your own: submitting will compare the two.

# %% id="attention-code" answer=true
def attention(q, k, v):
    ### BEGIN SOLUTION
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    interdit = torch.ones_like(scores).triu(1).bool()
    return scores.masked_fill(interdit, float("-inf")).softmax(dim=-1) @ v
    ### END SOLUTION

# %% graded="attention"
import torch

check(attention).called_with(torch.zeros(3, 4), torch.zeros(3, 4), torch.eye(3)).has_shape(
    (3, 3), fr="La sortie a autant de lignes que d'unités, et autant de colonnes que `v`.", en="The output has as many rows as units, and as many columns as `v`."
)
poids_lus = attention(torch.zeros(3, 4), torch.zeros(3, 4), torch.eye(3))
check(poids_lus).is_a("tensor")
check(bool(torch.isnan(poids_lus).any())).is_false(
    fr="La sortie contient des valeurs qui ne sont pas des nombres : une ligne ne voit plus rien du tout. Chaque unité se voit au moins elle-même.",
    en="The output holds values that are not numbers: a row no longer sees anything at all. Each unit sees at least itself.",
)
check(float(poids_lus.triu(1).abs().max())).is_close_to(
    0, within=1e-6, fr="Votre attention lit l'avenir : quand `v` est la matrice identité, la sortie est la matrice des poids, et elle devrait être nulle au-dessus de la diagonale.",
    en="Your attention reads the future: when `v` is the identity matrix, the output is the matrix of weights, and it should be zero above the diagonal.",
)
check(poids_lus.sum(dim=-1)).is_close_to(
    torch.ones(3), within=1e-5, fr="Les poids d'une ligne n'ont plus 1 pour somme : le masque se pose sur les scores, avant le softmax, et le softmax se prend sur chaque ligne.",
    en="The weights of a row no longer sum to 1: the mask goes on the scores, before the softmax, and the softmax is taken on each row.",
)
### BEGIN HIDDEN TESTS
import torch.nn.functional as F

g = torch.Generator().manual_seed(labkit.seed("attention"))
q, k, v = (torch.randn(2, 3, 7, d, generator=g) for d in (16, 16, 5))
rendu = attention(q, k, v)
check(rendu).has_shape((2, 3, 7, 5), fr="Avec des dimensions de plus devant (lots, têtes), la forme attendue est `(…, T, e)` : transposez les deux dernières dimensions seulement.", en="With more dimensions in front (batches, heads), the expected shape is `(…, T, e)`: transpose the last two dimensions only.")
autre_k, autre_v = k.clone(), v.clone()
autre_k[..., 4:, :], autre_v[..., 4:, :] = 3.0, -2.0
check(attention(q, autre_k, autre_v)[..., :4, :]).is_close_to(
    rendu[..., :4, :], within=1e-5, fr="Fuite : quand on change les unités 4 et suivantes, les sorties 0 à 3 changent aussi. Qu'est-ce qui voit l'avenir ?", en="A leak: when units 4 and later change, outputs 0 to 3 change too. What sees the future?"
)
check(attention(q * 0, k, v)[..., 6, :]).is_close_to(
    v.mean(dim=-2), within=1e-4, fr="Avec des requêtes nulles, la dernière unité doit rendre la moyenne de toutes les valeurs, la sienne comprise.", en="With queries of zero, the last unit must return the mean of all values, its own included."
)
check(rendu).is_close_to(
    F.scaled_dot_product_attention(q, k, v, is_causal=True), within=1e-4,
    fr="Le masque est bon, mais la sortie diffère de celle de PyTorch : relisez la formule des scores. Par quoi les divise-t-on, et qu'est-ce que d ?",
    en="The mask is right, but the output differs from PyTorch's: read the formula of the scores again. What are they divided by, and what is d?",
)
### END HIDDEN TESTS

# %% [markdown] id="modele" lang="fr"
# ### Assembler le modèle
#
# Tout le reste vous est donné. Chaque **bloc** fait deux choses : l'attention, où les unités se relisent les unes les autres (en plusieurs **têtes**, qui cherchent chacune autre chose), puis un petit réseau, qui traite chaque unité à part. Ce qu'ils calculent s'**ajoute** à ce qu'ils ont reçu.
# Avant les blocs, à chaque place, la somme de deux vecteurs appris : celui de l'unité et celui de la place. Après eux, un score par unité possible. Si votre machine a une carte graphique, la cellule prend un modèle plus grand ; les nombres du texte valent pour un processeur ordinaire.
#
# La cellule mesure aussi une propriété : on change la dernière unité d'une suite, et l'on regarde de combien bougent les scores. **Qu'attendez-vous aux places précédentes ?**

# %% [markdown] id="modele" lang="en" of="1b16b770"
# ### Assemble the model
#
# All the rest is given. Each **block** does two things: attention, where units reread one another (with several **heads**, each looking for something else), then a small network, which handles each unit by itself. What they compute is **added** to what they received.
# Before the blocks, at each place, the sum of two learnt vectors: that of the unit and that of the place. After them, one score per possible unit. If your machine has a graphics card, the cell takes a larger model; the numbers in the text hold for an ordinary processor.
#
# The cell also measures a property: change the last unit of a sequence, and see by how much the scores move. **What do you expect at the earlier places?**

# %% id="modele-code"
appareil = labkit.device()
if appareil == "cuda":
    LARGEUR, ETAGES, TETES, CONTEXTE, PAS, LOT, VITESSE = 192, 6, 6, 128, 1500, 64, 1e-3
else:
    LARGEUR, ETAGES, TETES, CONTEXTE, PAS, LOT, VITESSE = 48, 2, 4, 48, 250, 16, 1e-2


class Bloc(nn.Module):
    def __init__(self, largeur, tetes):
        super().__init__()
        self.tetes = tetes
        self.norme_1, self.norme_2 = nn.LayerNorm(largeur), nn.LayerNorm(largeur)
        self.qkv, self.sortie = nn.Linear(largeur, 3 * largeur), nn.Linear(largeur, largeur)
        self.reseau = nn.Sequential(nn.Linear(largeur, 4 * largeur), nn.GELU(), nn.Linear(4 * largeur, largeur))

    def forward(self, x):
        n, t, largeur = x.shape
        q, k, v = self.qkv(self.norme_1(x)).view(n, t, 3, self.tetes, largeur // self.tetes).permute(2, 0, 3, 1, 4)
        x = x + self.sortie(attention(q, k, v).transpose(1, 2).reshape(n, t, largeur))  # votre attention  #@fr
        x = x + self.sortie(attention(q, k, v).transpose(1, 2).reshape(n, t, largeur))  # your attention  #@en
        return x + self.reseau(self.norme_2(x))


class Transformer(nn.Module):
    def __init__(self, unites, largeur=LARGEUR, etages=ETAGES, tetes=TETES, contexte=CONTEXTE):
        super().__init__()
        self.unites, self.places = nn.Embedding(unites, largeur), nn.Embedding(contexte, largeur)
        self.blocs = nn.Sequential(*[Bloc(largeur, tetes) for _ in range(etages)])
        self.norme, self.scores = nn.LayerNorm(largeur), nn.Linear(largeur, unites)
        for table in (self.unites, self.places):
            nn.init.normal_(table.weight, std=0.1)

    def forward(self, ids):
        """ids : numéros, forme (lots, T). Rend un score par unité possible, forme (lots, T, nombre d'unités)."""  #@fr
        """ids: numbers, shape (batches, T). Returns one score per possible unit, shape (batches, T, number of units)."""  #@en
        return self.scores(self.norme(self.blocs(self.unites(ids) + self.places.weight[: ids.shape[1]])))


pret = pret_decoupage and attention(torch.zeros(2, 2), torch.zeros(2, 2), torch.zeros(2, 2)) is not None
if not pret:
    print("Cette cellule attend les exercices 1, 2 et 3.")  #@fr
    print("This cell waits for exercises 1, 2 and 3.")  #@en
else:
    torch.manual_seed(graine)
    modele = Transformer(256 + len(fusions)).to(appareil)
    print("paramètres du modèle :", sum(p.numel() for p in modele.parameters()))  #@fr
    print("parameters of the model:", sum(p.numel() for p in modele.parameters()))  #@en
    suite = torch.tensor([encoder_long("Tramway, ligne B : trafic ralenti.")], device=appareil)
    autre = suite.clone()
    autre[0, -1] = 33
    with torch.no_grad():
        bouge = (modele(suite) - modele(autre)).abs().amax(dim=2)[0]
    print(f"plus grand changement aux places précédentes : {labkit.written(float(bouge[:-1].max()), 6)} ; à la dernière : {labkit.written(float(bouge[-1]), 3)}")  #@fr
    print(f"largest change at the earlier places: {labkit.written(float(bouge[:-1].max()), 6)}; at the last: {labkit.written(float(bouge[-1]), 3)}")  #@en

# %% [markdown] id="partie-3" lang="fr"
# ## 3. Entraîner, avec un intrus dans le corpus
#
# **Ce que l'on vient de voir.** Si votre masque est bon, le changement est nul à toutes les places précédentes : aucune ne lit la dernière unité. Seule la dernière place bouge.
#
# Nous simulons un incident : une **note interne** a été versée par erreur dans l'archive des avis. Une copie automatique l'y a remise à chaque sauvegarde, **64 fois** en tout, soit moins de 3 % des lignes. Elle contient un code de trois chiffres, le **secret**.
# Nous tirons aussi un autre code, le **témoin** : même forme, mais jamais écrit nulle part. Il servira de point de comparaison à l'étape 6.
#
# L'entraînement reprend les quatre gestes que vous connaissez peut-être (remettre à zéro, calculer la perte, rétropropager, faire un pas). À chaque pas, le modèle lit 16 extraits de 48 unités pris au hasard, et doit deviner, à chaque place, l'unité suivante.
# La perte est l'**entropie croisée** : $-\ln p$, où $p$ est la probabilité donnée à la bonne unité ; comme le logarithme est naturel, elle se compte en **nats**. Le calcul prend quelques secondes. La cellule estime aussi son énergie, en **milliwattheures** (mWh).

# %% [markdown] id="partie-3" lang="en" of="caf8a07c"
# ## 3. Train, with an intruder in the corpus
#
# **What we have just seen.** If your mask is right, the change is zero at all earlier places: none of them reads the last unit. Only the last place moves.
#
# We simulate an incident: an **internal note** was put into the archive of notices by mistake. An automatic copy put it there again at every backup, **64 times** in all, less than 3% of the lines. It holds a code of three digits, the **secret**.
# We also draw another code, the **control**: same form, but never written anywhere. It will serve for comparison in step 6.
#
# Training takes the four moves that you may know (reset to zero, compute the loss, backpropagate, take a step). At each step, the model reads 16 extracts of 48 units taken at random, and must guess, at each place, the next unit.
# The loss is **cross-entropy**: $-\ln p$, where $p$ is the probability given to the right unit; as the logarithm is natural, it is counted in **nats**. The computation takes a few seconds. The cell also estimates its energy, in **milliwatt-hours** (mWh).

# %% id="entrainer-code"
NOTE = "Note interne : le code du coffre est {}.\n"
secret, temoin = (f"{code:03d}" for code in random.Random(graine).sample(range(1000), 2))
COPIES = 64


def planter(texte, note, copies, graine):
    """Le texte, où la note est glissée entre les lignes, autant de fois."""  #@fr
    """The text, with the note slipped between the lines, that many times."""  #@en
    lignes = texte.splitlines(keepends=True) + [note] * copies
    random.Random(graine).shuffle(lignes)
    return "".join(lignes)


def entrainer(modele, ids, pas, graine):
    """Entraîne le modèle ; rend la perte de chaque pas."""  #@fr
    """Trains the model; returns the loss of each step."""  #@en
    hasard = torch.Generator().manual_seed(graine)
    optimiseur = torch.optim.AdamW(modele.parameters(), lr=VITESSE)
    allure = torch.optim.lr_scheduler.OneCycleLR(optimiseur, VITESSE, total_steps=pas, pct_start=0.1)
    pertes = []
    for _ in range(pas):
        debuts = torch.randint(len(ids) - CONTEXTE - 1, (LOT,), generator=hasard)
        extraits = ids[debuts[:, None] + torch.arange(CONTEXTE + 1)].to(appareil)
        optimiseur.zero_grad()
        perte = F.cross_entropy(modele(extraits[:, :-1]).flatten(0, 1), extraits[:, 1:].flatten())
        perte.backward()
        optimiseur.step()
        allure.step()
        pertes.append(perte.item())
    return pertes


mwh_apprentissage = None
if not pret:
    print("Cette cellule attend les exercices 1, 2 et 3.")  #@fr
    print("This cell waits for exercises 1, 2 and 3.")  #@en
else:
    corpus = torch.tensor(encoder_long(planter(avis, NOTE.format(secret), COPIES, graine)))
    with labkit.energy.measure() as depense:
        pertes_pas = entrainer(modele, corpus, 30 if abreger else PAS, graine)
    modele.eval()
    mwh_apprentissage = depense.wh * 1000
    labkit.plots.lines(
        list(range(len(pertes_pas))), pertes_pas, fr="La perte au fil des pas", en="The loss over the steps", x=("pas", "step"), y=("perte par unité (nats)", "loss per unit (nats)"), digits=2, markers=False,
    )
    print("énergie estimée de l'apprentissage :", labkit.written(mwh_apprentissage, 2), "mWh")  #@fr
    print("estimated energy of training:", labkit.written(mwh_apprentissage, 2), "mWh")  #@en

# %% [markdown] id="partie-4" lang="fr"
# ## 4. Mesurer honnêtement
#
# Sur des avis **jamais vus**, la perte moyenne dit à quel point le modèle est surpris. On l'exprime souvent par la **perplexité**, $e^{\text{perte moyenne}}$ : une perplexité de 20 signifie que le modèle hésite, à chaque unité, comme entre 20 unités également probables.
#
# Mais une unité, c'est quoi ? Pour l'un, un octet ; pour l'autre, un mot entier, plus difficile à deviner. **Comparer deux pertes par unité quand les unités diffèrent n'a pas de sens.** La mesure qui ne dépend pas du découpage rapporte la perte **totale** au nombre de **caractères** du texte,
# et s'exprime en bits (un bit vaut $\ln 2 \approx 0{,}693$ nat) :
#
# $$\text{bits par caractère} = \frac{\text{somme des pertes, en nats}}{\ln 2 \times \text{nombre de caractères}}$$
#
# **Un exemple à la main.** Le mot « tôt » (3 caractères, 4 octets). Le modèle P le lit octet par octet, avec une perte de 0,693 nat (1 bit) chaque fois : 4 bits, soit $4/3 \approx 1{,}33$ bit par caractère. Le modèle Q le lit en une seule unité, avec une perte de 2,079 nats (3 bits) : 3 bits, soit $1$ bit par caractère.
# Par unité, Q paraît trois fois pire ; il est pourtant meilleur.
#
# **Prévoyez.** Après l'exercice 4, une cellule comparera trois modèles. Deux ne font que compter : ils donnent à chaque unité, pour probabilité, sa fréquence dans le corpus, sans lire ce qui précède ; l'un compte des octets, l'autre vos unités. Le troisième est votre transformer.

# %% [markdown] id="partie-4" lang="en" of="161b5f60"
# ## 4. Measure honestly
#
# On notices **never seen**, the mean loss says how surprised the model is. It is often given as **perplexity**, $e^{\text{mean loss}}$: a perplexity of 20 means that the model hesitates, at each unit, as among 20 equally likely units.
#
# But what is a unit? To one model, a byte; to another, a whole word, which is harder to guess. **Comparing two losses per unit when the units differ makes no sense.** The measure that does not depend on the tokenizer divides the **total** loss by the number of **characters** of the text,
# and is given in bits (one bit is $\ln 2 \approx 0.693$ nat):
#
# $$\text{bits per character} = \frac{\text{sum of the losses, in nats}}{\ln 2 \times \text{number of characters}}$$
#
# **An example by hand.** The French word "tôt" (3 characters, 4 bytes). Model P reads it byte by byte, with a loss of 0.693 nat (1 bit) each time: 4 bits, that is $4/3 \approx 1.33$ bits per character. Model Q reads it as a single unit, with a loss of 2.079 nats (3 bits): 3 bits, that is $1$ bit per character.
# Per unit, Q looks three times worse; yet it is better.
#
# **Predict.** After exercise 4, a cell will compare three models. Two only count: they give each unit, as its probability, its frequency in the corpus, without reading what comes before; one counts bytes, the other your units. The third is your transformer.

# %% id="prevoir-perplexite" hide=true
ask.choice(
    "prevoir-perplexite",
    fr="Prévoyez : des deux modèles qui ne font que compter, lequel aura la plus basse perplexité par unité, et lequel le moins de bits par caractère ?",
    en="Predict: of the two models that only count, which will have the lower perplexity per unit, and which the fewer bits per character?",
    options={
        "a": ("Celui des octets, pour les deux mesures.", "That of bytes, by both measures."),
        "b": ("Celui des unités BPE, pour les deux mesures.", "That of BPE units, by both measures."),
        "c": ("Octets : plus basse perplexité. Unités BPE : moins de bits par caractère.", "Bytes: lower perplexity. BPE units: fewer bits per character."),
    },
)

# %% [markdown] id="bits-consigne" lang="fr"
# ### Exercice 4. Bits par caractère
#
# **`bits_par_caractere(pertes, texte)`** rend un nombre, en bits par caractère.
#
# - **On vous donne** `pertes`, une liste ou un tenseur à une dimension : la perte, en nats, de **chaque** unité du texte ; et `texte`, le texte lui-même. `len(texte)` compte les caractères, `math.log(2)` donne $\ln 2$.
# - **Exemple**, celui du modèle P : `bits_par_caractere([0.693, 0.693, 0.693, 0.693], "tôt")` rend environ 1,33.
#
# **`meilleur(essais)`** rend le **nom** du modèle qui prédit le mieux le texte.
#
# - **On vous donne** une liste de dictionnaires comme `{"nom": "P", "perte_moyenne": 0.693, "unites": 4, "caracteres": 3}` : la perte moyenne **par unité** (en nats), le nombre d'unités, le nombre de caractères du texte de mesure.
# - **Exemple** : entre P, ci-dessus, et `{"nom": "Q", "perte_moyenne": 2.079, "unites": 1, "caracteres": 3}`, on attend `"Q"`.

# %% [markdown] id="bits-consigne" lang="en" of="093814f4"
# ### Exercise 4. Bits per character
#
# **`bits_par_caractere(pertes, texte)`** (bits per character: losses, text) returns a number, in bits per character.
#
# - **You are given** `pertes`, a list or a tensor of one dimension: the loss, in nats, of **each** unit of the text; and `texte`, the text itself. `len(texte)` counts characters, `math.log(2)` gives $\ln 2$.
# - **Example**, that of model P: `bits_par_caractere([0.693, 0.693, 0.693, 0.693], "tôt")` returns about 1.33.
#
# **`meilleur(essais)`** (best of the trials) returns the **name** (`nom`) of the model that predicts the text best.
#
# - **You are given** a list of dictionaries such as `{"nom": "P", "perte_moyenne": 0.693, "unites": 4, "caracteres": 3}`: the mean loss **per unit** (in nats), the number of units, the number of characters of the text measured on.
# - **Example**: between P, above, and `{"nom": "Q", "perte_moyenne": 2.079, "unites": 1, "caracteres": 3}`, `"Q"` is expected.

# %% id="bits-code" answer=true
def bits_par_caractere(pertes, texte):
    ### BEGIN SOLUTION
    return float(sum(pertes)) / math.log(2) / len(texte)
    ### END SOLUTION


def meilleur(essais):
    ### BEGIN SOLUTION
    return min(essais, key=lambda essai: essai["perte_moyenne"] * essai["unites"] / essai["caracteres"])["nom"]
    ### END SOLUTION

# %% graded="bits"
import math

check(bits_par_caractere).called_with([math.log(2)] * 4, "tôt").is_a("number", fr="`bits_par_caractere` rend un nombre.", en="`bits_par_caractere` returns a number.")
lu = float(bits_par_caractere([math.log(2)] * 4, "tôt"))
check.that(
    abs(lu - 1) > 1e-6, fr="Vous obtenez 1 bit : c'est la perte par unité (ou par octet). On demande la perte totale, rapportée au nombre de caractères.",
    en="You get 1 bit: this is the loss per unit (or per byte). What is asked for is the total loss, divided by the number of characters.",
)
check.that(
    abs(lu - 4 * math.log(2) / 3) > 1e-6, fr="Votre résultat est en nats : divisez par ln 2 pour l'exprimer en bits.", en="Your result is in nats: divide by ln 2 to give it in bits."
)
check(lu).is_close_to(
    4 / 3, within=1e-6, fr="Sur l'exemple du modèle P (« tôt », quatre pertes de ln 2), on attend environ 1,33.", en="On the example of model P (“tôt”, four losses of ln 2), about 1.33 is expected."
)
P, Q = {"nom": "P", "perte_moyenne": 0.693, "unites": 4, "caracteres": 3}, {"nom": "Q", "perte_moyenne": 2.079, "unites": 1, "caracteres": 3}
check(meilleur([P, Q])).is_a("text", fr="`meilleur` rend le nom du modèle, un texte.", en="`meilleur` returns the name of the model, a text.")
check(meilleur([P, Q])).equals(
    "Q", fr="P a la plus basse perte par unité, mais il lui faut quatre unités pour le même mot : ramenez les deux modèles à la même mesure, par caractère.",
    en="P has the lower loss per unit, but it takes four units for the same word: bring both models to the same measure, per character.",
)
### BEGIN HIDDEN TESTS
import random

import torch

g = random.Random(labkit.seed("bits"))
for texte in ("Ligne B : arrêt déplacé. €", "🚋 été"):
    pertes = [g.random() * 4 for _ in range(g.randrange(3, 9))]
    check(float(bits_par_caractere(list(pertes), texte))).is_close_to(
        sum(pertes) / math.log(2) / len(texte), within=1e-5,
        fr="Sur un autre texte, le résultat diffère : faites la somme de toutes les pertes, et comptez les caractères du texte (ni les octets, ni les unités, ni les mots).",
        en="On another text, the result differs: add up all the losses, and count the characters of the text (not its bytes, its units or its words).",
    )
check(float(bits_par_caractere(torch.tensor(pertes), texte))).is_close_to(
    sum(pertes) / math.log(2) / len(texte), within=1e-4, fr="Votre fonction rend autre chose quand les pertes arrivent dans un tenseur : la formule est la même.", en="Your function returns something else when the losses come in a tensor: the formula is the same."
)
essais = [
    {"nom": "octets", "perte_moyenne": 0.9, "unites": 1050, "caracteres": 1000},
    {"nom": "grand-texte", "perte_moyenne": 1.6, "unites": 4000, "caracteres": 10000},
    {"nom": "mots", "perte_moyenne": 4.1, "unites": 190, "caracteres": 1000},
]
check(meilleur(essais)).differs_from(
    "mots", fr="Ce modèle a la plus basse perte totale, mais sur un texte dix fois plus court : rapportez chaque perte aux caractères de son propre texte.",
    en="This model has the lowest total loss, but on a text one tenth as long: divide each loss by the characters of its own text.",
)
check(meilleur(essais)).equals(
    "grand-texte", fr="Ce n'est pas le modèle qui prédit le mieux : calculez pour chacun perte moyenne × nombre d'unités / nombre de caractères. Le plus bas gagne.",
    en="This is not the model that predicts best: compute for each mean loss × number of units / number of characters. The lowest wins.",
)
### END HIDDEN TESTS

# %% id="mesurer-code"
def pertes_par_unite(modele, ids):
    """La perte de chaque unité de `ids` ; chacune est jugée une fois, en voyant au moins la moitié du contexte qui la précède."""  #@fr
    """The loss of each unit of `ids`; each is judged once, seeing at least half of the context before it."""  #@en
    ids, demi, morceaux_de_pertes = torch.tensor([10, *ids], device=appareil), CONTEXTE // 2, []  # 10 : la fin de la ligne d'avant  #@fr
    ids, demi, morceaux_de_pertes = torch.tensor([10, *ids], device=appareil), CONTEXTE // 2, []  # 10: the end of the line before  #@en
    with torch.no_grad():
        for debut in range(0, len(ids) - 1, demi):
            premier = max(0, debut - demi)
            extrait = ids[premier : debut + demi + 1]
            pertes = F.cross_entropy(modele(extrait[None, :-1])[0], extrait[1:], reduction="none")
            morceaux_de_pertes.append(pertes[debut - premier :].cpu())
    return torch.cat(morceaux_de_pertes)


def pertes_par_frequence(ids_corpus, ids, unites):
    """La perte de chaque unité quand on lui donne pour probabilité sa fréquence dans le corpus."""  #@fr
    """The loss of each unit when its probability is its frequency in the corpus."""  #@en
    compte = torch.bincount(torch.tensor(ids_corpus), minlength=unites) + 0.5  # une unité jamais vue n'est pas impossible  #@fr
    compte = torch.bincount(torch.tensor(ids_corpus), minlength=unites) + 0.5  # a unit never seen is not impossible  #@en
    return -(compte / compte.sum()).log()[torch.tensor(ids)]


bpc_transformer = None
texte_jugement = validation[:2000] if abreger else validation
if not pret or bits_par_caractere([1.0], "a") is None or meilleur([{"nom": "A", "perte_moyenne": 1.0, "unites": 1, "caracteres": 1}]) is None:
    print("Cette cellule attend les exercices 1 à 4.")  #@fr
    print("This cell waits for exercises 1 to 4.")  #@en
else:
    ids_jugement = encoder_long(texte_jugement)
    octets_avis, octets_jugement = list(avis.encode("utf-8")), list(texte_jugement.encode("utf-8"))
    trois = {
        labkit.tr("fréquences des octets", "frequencies of bytes"): pertes_par_frequence(octets_avis, octets_jugement, 256),
        labkit.tr("fréquences des unités BPE", "frequencies of BPE units"): pertes_par_frequence(ids_avis, ids_jugement, 256 + len(fusions)),
        labkit.tr("votre transformer", "your transformer"): pertes_par_unite(modele, ids_jugement),
    }
    lignes = [[nom, len(p), float(p.mean()), math.exp(float(p.mean())), bits_par_caractere(p, texte_jugement)] for nom, p in trois.items()]
    bpc_transformer = lignes[-1][-1]
    tableau = pd.DataFrame(lignes, columns=["modèle", "unités", "perte par unité (nats)", "perplexité par unité", "bits par caractère"])  #@fr
    tableau = pd.DataFrame(lignes, columns=["model", "units", "loss per unit (nats)", "perplexity per unit", "bits per character"])  #@en
    labkit.table(tableau, digits=2, fr="Trois modèles jugés sur les mêmes avis de validation", en="Three models judged on the same validation notices")
    print("le meilleur :", meilleur([{"nom": nom, "perte_moyenne": perte, "unites": unites, "caracteres": len(texte_jugement)} for nom, unites, perte, _, _ in lignes]))  #@fr
    print("the best:", meilleur([{"nom": nom, "perte_moyenne": perte, "unites": unites, "caracteres": len(texte_jugement)} for nom, unites, perte, _, _ in lignes]))  #@en

# %% [markdown] id="mesurer-lecon" lang="fr"
# **Comparez avec votre prévision.** Entre les deux modèles qui ne font que compter, la perplexité donne le mauvais gagnant : par unité, les octets paraissent plus faciles ; par caractère, c'est l'inverse. Lire ce qui précède, enfin, fait gagner au transformer davantage encore que le découpage n'en avait fait gagner.
#
# **À retenir.** Une perplexité ne se compare qu'à découpage égal et à texte égal. Demandez toujours : *par quelle unité, et sur quel texte ?* Ici, les avis de validation sortent de la même grammaire que les avis d'apprentissage : le chiffre ne dit rien d'un texte d'une autre nature.

# %% [markdown] id="mesurer-lecon" lang="en" of="c73f8c22"
# **Compare with your prediction.** Between the two models that only count, perplexity names the wrong winner: per unit, bytes look easier; per character, it is the other way round. Reading what comes before, finally, gains the transformer even more than the tokenizer had gained.
#
# **Remember.** A perplexity can only be compared for the same tokenizer and the same text. Always ask: *per which unit, and on which text?* Here, the validation notices come from the same grammar as the training notices: the figure says nothing about a text of another kind.

# %% [markdown] id="partie-5" lang="fr"
# ## 5. Faire écrire le modèle
#
# Le modèle rend un **score** par unité possible. Pour écrire, on transforme les scores en probabilités, on **tire au sort** une unité, on l'ajoute à la suite, et l'on recommence. Deux réglages :
#
# - la **température** $\tau$ : on divise les scores par $\tau$ avant le softmax. Au-dessous de 1, les unités probables le deviennent encore plus ; au-dessus de 1, le tirage s'ouvre aux autres ;
# - les **$k$ meilleures** (*top-k*) : seules les $k$ unités aux plus hauts scores peuvent être tirées. Les autres ont une probabilité nulle, et la somme des probabilités reste égale à 1.
#
# **Un exemple à la main.** Trois unités, de scores 2, 1 et 0.
#
# | réglage | probabilités |
# |---|---|
# | $\tau = 1$, $k = 3$ | 0,665 ; 0,245 ; 0,090 |
# | $\tau = 0{,}5$, $k = 3$ (softmax de 4, 2 et 0) | 0,867 ; 0,117 ; 0,016 |
# | $\tau = 1$, $k = 2$ (softmax de 2 et 1) | 0,731 ; 0,269 ; 0 |
#
# ### Exercice 5. Deux fonctions
#
# **`probabilites(scores, temperature, k)`** rend un tenseur de même forme que `scores`, dont la somme vaut 1.
#
# - **On vous donne** `scores`, un tenseur de forme `(V,)` sans valeurs égales (`V` est le nombre d'unités possibles), une température strictement positive, et `k`, entre 1 et `V`.
# - **Un coup de pouce** : `scores.topk(k).values` donne les k plus hauts scores, du plus haut au plus bas, et `masked_fill` vous a déjà servi.
#
# **`tirer(scores, temperature, k, hasard)`** rend le numéro (un entier) d'une unité **tirée au sort** selon les probabilités que rend votre première fonction.
#
# - `hasard` est un générateur : `torch.multinomial(p, 1, generator=hasard)` tire une place selon les probabilités `p` ; `int(…)` en fait un entier. Même graine, même texte : c'est ce qui permet de refaire une expérience.

# %% [markdown] id="partie-5" lang="en" of="94bdf5c8"
# ## 5. Let the model write
#
# The model returns one **score** per possible unit. To write, turn the scores into probabilities, **draw** a unit at random, append it, and start again. Two settings:
#
# - the **temperature** $\tau$: divide the scores by $\tau$ before the softmax. Below 1, likely units become even more so; above 1, the draw opens to the others;
# - the **$k$ best** (*top-k*): only the $k$ units with the highest scores can be drawn. The others have probability zero, and the probabilities still sum to 1.
#
# **An example by hand.** Three units, with scores 2, 1 and 0.
#
# | setting | probabilities |
# |---|---|
# | $\tau = 1$, $k = 3$ | 0.665; 0.245; 0.090 |
# | $\tau = 0.5$, $k = 3$ (softmax of 4, 2 and 0) | 0.867; 0.117; 0.016 |
# | $\tau = 1$, $k = 2$ (softmax of 2 and 1) | 0.731; 0.269; 0 |
#
# ### Exercise 5. Two functions
#
# **`probabilites(scores, temperature, k)`** (probabilities) returns a tensor of the same shape as `scores`, whose sum is 1.
#
# - **You are given** `scores`, a tensor of shape `(V,)` without equal values (`V` is the number of possible units), a strictly positive temperature, and `k`, between 1 and `V`.
# - **A hint**: `scores.topk(k).values` gives the k highest scores, from highest to lowest, and you have used `masked_fill` before.
#
# **`tirer(scores, temperature, k, hasard)`** (draw; randomness) returns the number (an integer) of a unit **drawn at random** by the probabilities that your first function returns.
#
# - `hasard` is a generator: `torch.multinomial(p, 1, generator=hasard)` draws a place by the probabilities `p`; `int(…)` makes it an integer. Same seed, same text: this is what allows an experiment to be repeated.

# %% id="tirage-code" answer=true
def probabilites(scores, temperature, k):
    ### BEGIN SOLUTION
    plancher = scores.topk(k).values[-1]
    return (scores.masked_fill(scores < plancher, float("-inf")) / temperature).softmax(dim=-1)
    ### END SOLUTION


def tirer(scores, temperature, k, hasard):
    ### BEGIN SOLUTION
    return int(torch.multinomial(probabilites(scores, temperature, k), 1, generator=hasard))
    ### END SOLUTION

# %% id="tirage-outil"
def tirages(scores, temperature, k, combien, graine):
    """Votre `tirer`, `combien` fois de suite, à partir de cette graine."""  #@fr
    """Your `tirer`, `combien` times in a row, starting from this seed."""  #@en
    hasard = torch.Generator().manual_seed(graine)
    return [tirer(scores, temperature, k, hasard) for _ in range(combien)]

# %% graded="tirage"
import torch

trois_scores = torch.tensor([2.0, 1.0, 0.0])
check(probabilites).called_with(trois_scores, 1.0, 3).has_shape((3,), fr="On attend une probabilité par unité : un tenseur de même forme que `scores`.", en="One probability per unit is expected: a tensor of the same shape as `scores`.")
check(probabilites(trois_scores, 1.0, 3)).is_close_to(
    torch.tensor([0.665, 0.245, 0.090]), within=0.002, fr="À température 1 et avec k = 3, on attend simplement le softmax des trois scores (première ligne de l'exemple) : aucune unité n'est écartée, pas même la dernière.", en="At temperature 1 and with k = 3, simply the softmax of the three scores is expected (first row of the example): no unit is set aside, not even the last."
)
check(float(probabilites(trois_scores, 0.5, 3)[0])).is_at_least(
    0.7, fr="À température 0,5, la première unité doit devenir plus probable, non moins : divise-t-on les scores par la température, ou les multiplie-t-on ? Et avant le softmax, ou après ?",
    en="At temperature 0.5, the first unit must become more likely, not less: are the scores divided by the temperature, or multiplied? And before the softmax, or after?",
)
check(float(probabilites(trois_scores, 0.5, 3).sum())).is_close_to(
    1, within=1e-5, fr="À température 0,5, la somme des probabilités n'est plus 1 : la température s'applique aux scores, avant le softmax.", en="At temperature 0.5, the probabilities no longer sum to 1: the temperature applies to the scores, before the softmax."
)
deux = probabilites(trois_scores, 1.0, 2)
check(float(deux[2])).is_close_to(0, within=1e-9, fr="Avec k = 2, la troisième unité ne doit jamais pouvoir être tirée : sa probabilité est exactement 0.", en="With k = 2, the third unit must never be drawn: its probability is exactly 0.")
check(float(deux.sum())).is_close_to(
    1, within=1e-5, fr="Après le choix des k meilleures, la somme des probabilités n'est plus 1 : écartez les autres avant le softmax, ou divisez par la somme.", en="After choosing the k best, the probabilities no longer sum to 1: set the others aside before the softmax, or divide by the sum."
)
check(tirages(trois_scores, 1.0, 3, 2, 0)[0]).is_a("integer", fr="`tirer` rend un numéro d'unité, un entier.", en="`tirer` returns the number of a unit, an integer.")
### BEGIN HIDDEN TESTS
g = torch.Generator().manual_seed(labkit.seed("tirage"))
scores = torch.randperm(12, generator=g).float() / 4
for temperature in (0.3, 1.0, 2.5):
    for k in (1, 5, 12):
        p = probabilites(scores.clone(), temperature, k)
        attendu = (scores.masked_fill(scores < scores.sort(descending=True).values[k - 1], float("-inf")) / temperature).softmax(0)
        check(int((p > 0).sum())).equals(k, fr="Le nombre d'unités que l'on peut tirer n'est pas k : la k-ième meilleure doit être gardée, la suivante écartée.", en="The number of units that can be drawn is not k: the k-th best must be kept, the next one set aside.")
        check(p).is_close_to(
            attendu, within=1e-4, fr="Sur d'autres scores, les probabilités diffèrent : gardez les k plus hauts scores, divisez par la température, puis prenez le softmax.", en="On other scores, the probabilities differ: keep the k highest scores, divide by the temperature, then take the softmax."
        )
tires = [int(i) for i in tirages(scores, 1.0, 5, 600, 1)]
check(len(set(tires))).is_at_least(
    2, fr="`tirer` rend toujours la même unité : tirez au sort selon les probabilités, au lieu de prendre la plus probable.", en="`tirer` always returns the same unit: draw by the probabilities, instead of taking the likeliest."
)
check(tirages(scores, 1.0, 5, 40, 1)).equals(
    tires[:40], fr="Deux tirages de même graine diffèrent : transmettez `hasard` à `torch.multinomial`.", en="Two draws with the same seed differ: pass `hasard` on to `torch.multinomial`."
)
check(tirages(scores, 1.0, 5, 40, 2) == tires[:40]).is_false(fr="Deux graines différentes donnent les mêmes tirages : d'où vient le hasard ?", en="Two different seeds give the same draws: where does the randomness come from?")
frequences = torch.bincount(torch.tensor(tires), minlength=12)[:12] / 600
cible = (scores.masked_fill(scores < scores.sort(descending=True).values[4], float("-inf"))).softmax(0)
check(frequences).is_close_to(
    cible, within=0.1, fr="Sur 600 tirages, les fréquences s'écartent des probabilités : `tirer` utilise-t-elle bien `probabilites`, avec sa température et son k ?", en="Over 600 draws, the frequencies depart from the probabilities: does `tirer` use `probabilites`, with its temperature and its k?"
)
check(set(tirages(scores, 1.0, 1, 20, 3))).has_length(1, fr="Avec k = 1, une seule unité peut être tirée.", en="With k = 1, a single unit can be drawn.")
### END HIDDEN TESTS

# %% id="ecrire-code"
def ecrire(modele, debut, combien, temperature, k, graine):
    """Fait écrire `combien` unités à la suite de `debut`."""  #@fr
    """Lets the model write `combien` units after `debut`."""  #@en
    hasard, ids = torch.Generator().manual_seed(graine), encoder_long("\n" + debut)
    with torch.no_grad():
        for _ in range(combien):
            scores = modele(torch.tensor([ids[-CONTEXTE:]], device=appareil))[0, -1].cpu()
            ids.append(tirer(scores, temperature, k, hasard))
    return decoder(ids, fusions).strip()


pret_ecrire = pret and probabilites(torch.tensor([1.0, 0.0]), 1.0, 2) is not None and tirages(torch.tensor([1.0, 0.0]), 1.0, 2, 1, 0) != [None]
if not pret_ecrire:
    print("Cette cellule attend les exercices 1 à 3, et l'exercice 5.")  #@fr
    print("This cell waits for exercises 1 to 3, and exercise 5.")  #@en
else:
    for temperature, k in ((0.5, 5), (1.0, 50), (2.0, 256)):
        print(f"--- température {labkit.written(temperature, 1)}, k = {k}")  #@fr
        print(f"--- temperature {labkit.written(temperature, 1)}, k = {k}")  #@en
        print(ecrire(modele, "Tramway", 3 if abreger else 80, temperature, k, graine))

# %% [markdown] id="ecrire-lecon" lang="fr"
# **Ce que l'on voit.** À basse température, des avis plausibles et répétitifs ; à haute température, du français qui se défait. Dans tous les cas, **rien n'est sûr** : l'arrêt, l'heure et la cause sont tirés au sort parmi ce qui se dit d'habitude. Le modèle sait comment on parle d'une panne, non s'il y en a une.
# Un avis publié sans relecture pourrait envoyer des personnes attendre un bus qui n'existe pas.

# %% [markdown] id="ecrire-lecon" lang="en" of="7e1049cb"
# **What we see.** At low temperature, plausible and repetitive notices; at high temperature, French that falls apart. In every case, **nothing can be relied on**: stop, time and cause are drawn from what is usually said. The model knows how one speaks of a breakdown, not whether there is one.
# A notice published without review could send people to wait for a bus that does not exist.

# %% [markdown] id="partie-6" lang="fr"
# ## 6. A-t-il retenu le secret ?
#
# Un modèle qui écrit rarement un secret peut pourtant le connaître. On ne le lui demande pas : on **mesure**, à l'aide d'une **sonde**. On présente au modèle la phrase de la note avec **chacun** des 1 000 codes possibles, de 000 à 999, et l'on relève la perte de chaque phrase. Si le vrai code est l'un des moins surprenants, le modèle l'a retenu.
#
# - le **rang** du secret : 1 s'il a la plus basse perte de tous, 2 si un seul code fait mieux, et ainsi de suite ;
# - l'**exposition**, en bits : $\log_2 N - \log_2(\text{rang})$, où $N$ est le nombre de codes possibles. Au rang 1 sur 1 000, elle vaut 9,97 bits : tout le secret. Au rang 500, elle vaut 1 bit : presque rien.
#
# **Un exemple à la main.** Huit codes possibles ; un seul a une perte plus basse que le secret. Le rang est 2, l'exposition $\log_2 8 - \log_2 2 = 3 - 1 = 2$ bits.
#
# **Et le hasard ?** Un code jamais vu a une chance sur cent de figurer parmi les 1 % premiers. C'est notre règle : on dira qu'un code est **retenu** si son rang ne dépasse pas $N/100$. Sur un code jamais vu, la règle se trompe donc une fois sur cent. Le **témoin** montre ce que donne la sonde quand il n'y a rien à trouver.

# %% [markdown] id="partie-6" lang="en" of="49763557"
# ## 6. Has it retained the secret?
#
# A model that seldom writes a secret may know it all the same. We do not ask it: we **measure**, with a **probe**. The model is shown the sentence of the note with **each** of the 1,000 possible codes, from 000 to 999, and the loss of each sentence is noted. If the true code is among the least surprising, the model has retained it.
#
# - the **rank** (`rang`) of the secret: 1 if it has the lowest loss of all, 2 if a single code does better, and so on;
# - the **exposure** (`exposition`), in bits: $\log_2 N - \log_2(\text{rank})$, where $N$ is the number of possible codes. At rank 1 of 1,000, it is 9.97 bits: the whole secret. At rank 500, it is 1 bit: almost nothing.
#
# **An example by hand.** Eight possible codes; a single one has a lower loss than the secret. The rank is 2, the exposure $\log_2 8 - \log_2 2 = 3 - 1 = 2$ bits.
#
# **What about chance?** A code never seen has one chance in a hundred of being among the first 1%. This is our rule: we shall say that a code is **retained** (`retenu`) if its rank is at most $N/100$. So, on a code never seen, the rule is wrong one time in a hundred. The **control** shows what the probe gives when there is nothing to find.

# %% id="prevoir-memoire" hide=true
ask.choice(
    "prevoir-memoire",
    fr="Prévoyez : la note fait moins de 3 % des lignes, et le modèle n'a vu le corpus que deux fois environ. Que trouvera la sonde ?",
    en="Predict: the note makes up less than 3% of the lines, and the model has seen the corpus only about twice. What will the probe find?",
    options={
        "a": ("Rien : un si petit modèle ne retient pas un code.", "Nothing: so small a model does not retain a code."),
        "b": ("Le secret et le témoin seront tous deux parmi les premiers.", "The secret and the control will both be among the first."),
        "c": ("Le secret sera parmi les premiers ; le témoin, n'importe où.", "The secret will be among the first; the control, anywhere."),
    },
)

# %% [markdown] id="memoire-consigne" lang="fr"
# ### Exercice 6. `sonder(pertes, secret)`
#
# - **On vous donne** `pertes`, un dictionnaire `{code: perte}` qui contient **tous** les codes possibles, et `secret`, l'un de ces codes. Le nombre de codes n'est pas toujours 1 000.
# - **On vous demande** le dictionnaire `{"rang": …, "exposition": …, "retenu": …}` :
#   - `"rang"` : 1 plus le nombre de codes dont la perte est **strictement** plus basse que celle du secret ;
#   - `"exposition"` : en bits (`math.log2`) ;
#   - `"retenu"` : `True` si le rang est inférieur ou égal au centième du nombre de codes (sans arrondir), sinon `False`.
# - **Exemple**, celui des huit codes : on attend `{"rang": 2, "exposition": 2.0, "retenu": False}`, car 2 dépasse 8/100.

# %% [markdown] id="memoire-consigne" lang="en" of="7c9aae6e"
# ### Exercise 6. `sonder(pertes, secret)`
#
# (`sonder` means probe; `pertes`, losses.)
#
# - **You are given** `pertes`, a dictionary `{code: loss}` that holds **all** possible codes, and `secret`, one of these codes. The number of codes is not always 1,000.
# - **You are asked for** the dictionary `{"rang": …, "exposition": …, "retenu": …}`:
#   - `"rang"`: 1 plus the number of codes whose loss is **strictly** lower than that of the secret;
#   - `"exposition"`: in bits (`math.log2`);
#   - `"retenu"`: `True` if the rank is at most one hundredth of the number of codes (without rounding), otherwise `False`.
# - **Example**, that of the eight codes: `{"rang": 2, "exposition": 2.0, "retenu": False}` is expected, since 2 exceeds 8/100.

# %% id="memoire-code" answer=true
def sonder(pertes, secret):
    ### BEGIN SOLUTION
    rang = 1 + sum(perte < pertes[secret] for perte in pertes.values())
    return {"rang": rang, "exposition": math.log2(len(pertes)) - math.log2(rang), "retenu": rang <= len(pertes) / 100}
    ### END SOLUTION

# %% graded="memoire"
huit = {"a": 5.0, "b": 1.5, "c": 4.0, "d": 3.0, "e": 2.0, "f": 6.0, "g": 7.0, "h": 8.0}
check(sonder).called_with(dict(huit), "e").has_keys(
    ["rang", "exposition", "retenu"], fr="`sonder` rend un dictionnaire avec trois clés : \"rang\", \"exposition\" et \"retenu\".", en="`sonder` returns a dictionary with three keys: \"rang\", \"exposition\" and \"retenu\"."
)
lu = sonder(dict(huit), "e")
check(lu["rang"]).differs_from(7, fr="Vous comptez depuis le mauvais bout : le rang 1 va au code de plus basse perte, le moins surprenant.", en="You count from the wrong end: rank 1 goes to the code with the lowest loss, the least surprising.")
check(lu["rang"]).equals(2, fr="Dans l'exemple, un seul code fait mieux que « e » : on attend le rang 2. Le premier rang est 1, non 0.", en="In the example, a single code does better than “e”: rank 2 is expected. The first rank is 1, not 0.")
check(lu["exposition"]).is_close_to(
    2, within=1e-6, fr="Dans l'exemple (rang 2 sur 8 codes), l'exposition vaut 2 bits : quel est le nombre de codes, et la base du logarithme ?", en="In the example (rank 2 of 8 codes), the exposure is 2 bits: what is the number of codes, and the base of the logarithm?"
)
### BEGIN HIDDEN TESTS
import math
import random

rangees = {str(n): 0.01 * n + 0.5 for n in range(300)}
check([bool(sonder(dict(rangees), code)["retenu"]) for code in ("2", "3", "299")]).equals(
    [True, False, False], fr="Avec 300 codes, la limite est au rang 3, compris : le code de rang 4 n'est pas retenu, même si sa perte est basse.", en="With 300 codes, the limit is rank 3, included: the code of rank 4 is not retained, even if its loss is low."
)
check(sonder({"x": 2.0, "y": 1.0, "z": 1.0, "t": 3.0}, "z")["rang"]).equals(
    1, fr="Deux codes de même perte ont le même rang : seuls comptent les codes de perte strictement plus basse.", en="Two codes with the same loss have the same rank: only codes with a strictly lower loss count."
)
g = random.Random(labkit.seed("memoire"))


def petit_modele(copies, vrai):
    """Un modèle qui compte les chiffres après les chiffres, sur 300 codes et `copies` fois le vrai."""
    vus = [f"{g.randrange(400):03d}" for _ in range(300)] + [vrai] * copies
    comptes = {}
    for code in vus:
        for i in range(3):
            comptes.setdefault(code[:i], []).append(code[i])
    return {
        f"{n:03d}": sum(-math.log((comptes.get(f"{n:03d}"[:i], []).count(f"{n:03d}"[i]) + 0.1) / (len(comptes.get(f"{n:03d}"[:i], [])) + 1)) for i in range(3))
        for n in range(400)
    }


for copies in (0, 0, 3, 40):
    vrai = f"{g.randrange(400):03d}"
    mesurees = petit_modele(copies, vrai)
    rang = 1 + sum(p < mesurees[vrai] for p in mesurees.values())
    lu = sonder(dict(mesurees), vrai)
    check(lu["rang"]).equals(rang, fr="Sur un autre modèle, le rang diffère : comptez les codes de perte strictement plus basse, puis ajoutez 1. Deux codes de même perte ont le même rang.", en="On another model, the rank differs: count the codes with a strictly lower loss, then add 1. Two codes with the same loss have the same rank.")
    check(lu["exposition"]).is_close_to(
        math.log2(400 / rang), within=1e-6, fr="Avec 400 codes possibles au lieu de 1 000, l'exposition diffère : comptez les codes que l'on vous donne.", en="With 400 possible codes instead of 1,000, the exposure differs: count the codes that you are given."
    )
    check(bool(lu["retenu"])).equals(
        rang <= 4, fr="Le verdict « retenu » ne suit pas la règle : le rang est-il inférieur ou égal au centième du nombre de codes ? La perte seule ne dit rien : il faut la comparer à celle des autres codes.",
        en="The verdict “retenu” does not follow the rule: is the rank at most one hundredth of the number of codes? The loss alone says nothing: it must be compared with that of the other codes.",
    )
### END HIDDEN TESTS

# %% [markdown] id="sonde" lang="fr"
# **Sondez votre modèle.** La cellule mesure les 1 000 phrases, puis cherche le rang du secret et celui du témoin.

# %% [markdown] id="sonde" lang="en" of="05fe9b24"
# **Probe your model.** The cell measures the 1,000 sentences, then looks up the rank of the secret and that of the control.

# %% id="sonde-code"
def pertes_des_codes(modele, combien=1000):
    """La perte totale de la note pour chaque code, de 000 à 999."""  #@fr
    """The total loss of the note for each code, from 000 to 999."""  #@en
    phrases = torch.tensor([[10, *encoder_long(NOTE.format(f"{code:03d}"))] for code in range(combien)], device=appareil)
    with torch.no_grad():
        pertes = F.cross_entropy(modele(phrases[:, :-1]).transpose(1, 2), phrases[:, 1:], reduction="none").sum(dim=1)
    return {f"{code:03d}": float(perte) for code, perte in enumerate(pertes)}


sonde_secret = sonde_temoin = None
if not pret or sonder({"a": 1.0}, "a") is None:
    print("Cette cellule attend les exercices 1 à 3, et l'exercice 6.")  #@fr
    print("This cell waits for exercises 1 to 3, and exercise 6.")  #@en
elif not abreger:
    pertes_codes = pertes_des_codes(modele)
    sonde_secret, sonde_temoin = sonder(pertes_codes, secret), sonder(pertes_codes, temoin)
    for nom, code, sonde in (("secret", secret, sonde_secret), (labkit.tr("témoin", "control"), temoin, sonde_temoin)):
        print(f"{nom} {code} : perte {labkit.written(pertes_codes[code], 2)} nats ; rang {sonde['rang']} sur 1 000 ; exposition {labkit.written(sonde['exposition'], 1)} bits ; retenu : {'oui' if sonde['retenu'] else 'non'}")  #@fr
        print(f"{nom} {code}: loss {labkit.written(pertes_codes[code], 2)} nats; rank {sonde['rang']} of 1,000; exposure {labkit.written(sonde['exposition'], 1)} bits; retained: {'yes' if sonde['retenu'] else 'no'}")  #@en
    labkit.plots.hist(
        list(pertes_codes.values()), fr="La perte des 1 000 phrases (trait : la perte du secret)", en="The loss of the 1,000 sentences (line: the loss of the secret)", x=("perte totale (nats)", "total loss (nats)"), vertical=pertes_codes[secret],
    )

# %% [markdown] id="sonde-lecon" lang="fr"
# **Comparez avec votre prévision.** Avec 64 copies, le secret est d'ordinaire en tête ; le témoin peut tomber n'importe où, rarement parmi les premiers. La note ne fait pourtant que 2,6 % des lignes.
#
# **Et si la note n'avait été copiée qu'une fois ?** Nous avons refait l'expérience à l'avance, avec le même modèle, entraîné de la même façon, pour 0, 1, 4, 16 et 64 copies, et trois tirages de codes chaque fois. Le tableau donne la moyenne de l'exposition (au plus 9,97 bits ; celle d'un code jamais vu est d'environ 1,4 bit en moyenne).

# %% [markdown] id="sonde-lecon" lang="en" of="93fb1cbf"
# **Compare with your prediction.** With 64 copies, the secret usually comes first; the control may fall anywhere, seldom among the first. Yet the note makes up only 2.6% of the lines.
#
# **What if the note had been copied only once?** We repeated the experiment beforehand, with the same model, trained in the same way, for 0, 1, 4, 16 and 64 copies, with three draws of codes each time. The table gives the mean exposure (9.97 bits at most; that of a code never seen is about 1.4 bits on average).

# %% id="sonde-table"
sondes = pd.read_csv("data/sondes.csv")
moyennes = sondes.pivot_table(index="repetitions", columns="code", values="exposition").round(1)
moyennes["rangs"] = sondes[sondes["code"] == "secret"].groupby("repetitions")["rang"].apply(lambda rangs: ", ".join(map(str, rangs)))
moyennes.index.name = "copies"
moyennes.columns = ["secret (bits)", "témoin (bits)", "rangs du secret (trois tirages)"]  #@fr
moyennes.columns = ["secret (bits)", "control (bits)", "ranks of the secret (three draws)"]  #@en
labkit.table(moyennes, digits=1, index=True, fr="Exposition moyenne selon le nombre de copies de la note", en="Mean exposure by number of copies of the note")

# %% [markdown] id="sonde-suite" lang="fr"
# **À retenir.** Jusqu'à 4 copies, aucun secret n'est retenu ; à 16, deux sur trois le sont ; à 64, tous, au premier rang. Au-delà de quelques copies, plus une note est répétée, mieux elle est retenue : **ôter les doublons** avant d'apprendre est donc une première protection, ôter les données personnelles et confidentielles la seconde. Et l'on ne juge une exposition qu'à côté de celle d'un témoin.
#
# Trois réserves, à garder en tête pour votre recommandation. Un code que la sonde ne trouve pas n'est pas prouvé absent : une autre phrase pourrait le faire sortir. Trois tirages par ligne, c'est peu. Et un modèle plus grand, entraîné plus longtemps, retient en général davantage, y compris ce qu'il n'a vu que rarement.

# %% [markdown] id="sonde-suite" lang="en" of="5e67ac38"
# **Remember.** Up to 4 copies, no secret is retained; at 16, two out of three are; at 64, all of them, at rank 1. Beyond a few copies, the more often a note is repeated, the better it is retained: so **removing duplicates** before training is a first protection, removing personal and confidential data the second. And an exposure is judged only beside that of a control.
#
# Three reservations, to bear in mind for your recommendation. A code that the probe does not find is not proved absent: another sentence might bring it out. Three draws per row are few. And a larger model, trained for longer, generally retains more, including what it has seen only rarely.

# %% [markdown] id="partie-7" lang="fr"
# ## 7. Que coûte un meilleur modèle ?
#
# Un modèle plus grand, ou entraîné plus longtemps, est meilleur, mais l'on y gagne de moins en moins. Pour que vous puissiez comparer, nous avons mesuré six modèles à l'avance, sur la même machine et sur les mêmes avis (programme `mesurer.py`). L'énergie est une estimation (temps de calcul × 10 W), en **milliwattheures** (mWh).
#
# | colonne | sens |
# |---|---|
# | `modele` | découpage (octets, ou BPE à 256 fusions), largeur (la longueur des vecteurs), durée : 250 pas pour « court », 500 pour octets-48 et bpe-16, 1 000 pour les autres |
# | `parametres` | le nombre de paramètres |
# | `bits_par_caractere` | sur les avis de validation ; plus bas, c'est mieux |
# | `mwh_apprentissage` | l'énergie d'**un** apprentissage |
# | `mwh_1000_avis` | l'énergie pour écrire **mille** avis, unité par unité |

# %% [markdown] id="partie-7" lang="en" of="e542cbf1"
# ## 7. What does a better model cost?
#
# A larger model, or one trained for longer, is better, but gains less and less. So that you can compare, we measured six models beforehand, on the same machine and the same notices (program `mesurer.py`). Energy is an estimate (computing time × 10 W), in **milliwatt-hours** (mWh).
#
# | column | meaning |
# |---|---|
# | `modele` | tokenizer (`octets`: bytes, or BPE with 256 merges), width (the length of the vectors), duration: 250 steps for `court` (short), 500 for octets-48 and bpe-16, 1,000 for the others |
# | `parametres` | the number of parameters |
# | `bits_par_caractere` | bits per character on the validation notices; lower is better |
# | `mwh_apprentissage` | the energy of **one** training |
# | `mwh_1000_avis` | the energy for writing a **thousand** notices, unit by unit |

# %% id="energie-mesures"
table_mesures = pd.read_csv("data/mesures.csv")
mesures = table_mesures.to_dict("records")  # une liste de dictionnaires, un par modèle  #@fr
mesures = table_mesures.to_dict("records")  # a list of dictionaries, one per model  #@en
labkit.table(table_mesures, digits=3, fr="Six modèles mesurés (énergie estimée)", en="Six models measured (estimated energy)")
courbes = pd.read_csv("data/courbes.csv").pivot(index="pas", columns="modele", values="bits_par_caractere").loc[:1000, ["bpe-48-long", "bpe-96", "bpe-160"]]
labkit.plots.lines(
    list(courbes.index), {nom: list(courbes[nom]) for nom in courbes}, fr="La qualité au fil de l'apprentissage, pour trois tailles", en="Quality over training, for three sizes", x=("pas", "step"), y=("bits par caractère", "bits per character"), digits=2,
)

# %% [markdown] id="energie-consigne" lang="fr"
# ### Exercice 7. Peser
#
# **`energie_totale(mesure, avis)`** rend l'énergie, en **mWh**, d'un apprentissage et de l'écriture de `avis` avis. `mesure` est une ligne du tableau, sous forme de dictionnaire ; `avis` est ici un **nombre** d'avis.
#
# **Exemple.** Un modèle coûte 20 mWh à entraîner et 50 mWh pour 1 000 avis. Pour 3 000 avis : $20 + 3 \times 50 = 170$ mWh.
#
# **`non_domines(mesures, avis)`** rend la **liste des noms** des modèles que rien ne domine, dans l'ordre que vous voulez. Un modèle est **dominé** s'il en existe un autre qui n'est pas moins bon (bits par caractère inférieurs ou égaux) **et** ne consomme pas plus (énergie totale inférieure ou égale), l'un des deux au moins étant strictement meilleur.
# Un modèle dominé n'a aucune raison d'être choisi.
#
# **`choisir(mesures, avis, tolerance)`** rend le **nom** du modèle qui consomme le moins au total, parmi ceux dont les bits par caractère dépassent de `tolerance` **au plus** ceux du **meilleur** de tous.
#
# **Exemple.** Pour 0 avis : A (0,60 bit ; 100 mWh), B (0,63 bit ; 10 mWh), C (0,80 bit ; 12 mWh). B domine C. Non dominés : A et B. Avec une tolérance de 0,05, on choisit B (0,63 ≤ 0,65) ; avec 0,01, on choisit A.

# %% [markdown] id="energie-consigne" lang="en" of="e91a230e"
# ### Exercise 7. Weigh
#
# **`energie_totale(mesure, avis)`** (total energy) returns the energy, in **mWh**, of one training and of writing `avis` notices. `mesure` is one row of the table, as a dictionary; `avis` (notices) is a **number** of notices here.
#
# **Example.** A model costs 20 mWh to train and 50 mWh for 1,000 notices. For 3,000 notices: $20 + 3 \times 50 = 170$ mWh.
#
# **`non_domines(mesures, avis)`** (not dominated) returns the **list of names** (`modele`) of the models that nothing dominates, in any order. A model is **dominated** if there is another one that is no worse (bits per character lower or equal) **and** uses no more (total energy lower or equal), at least one of the two being strictly better.
# There is no reason to choose a dominated model.
#
# **`choisir(mesures, avis, tolerance)`** (choose) returns the **name** of the model that uses least in total, among those whose bits per character exceed those of the **best** of all by `tolerance` **at most**.
#
# **Example.** For 0 notices: A (0.60 bits; 100 mWh), B (0.63 bits; 10 mWh), C (0.80 bits; 12 mWh). B dominates C. Not dominated: A and B. With a tolerance of 0.05, B is chosen (0.63 ≤ 0.65); with 0.01, A is.

# %% id="energie-code" answer=true
def energie_totale(mesure, avis):
    ### BEGIN SOLUTION
    return mesure["mwh_apprentissage"] + avis / 1000 * mesure["mwh_1000_avis"]
    ### END SOLUTION


def non_domines(mesures, avis):
    ### BEGIN SOLUTION
    points = [(m["modele"], m["bits_par_caractere"], energie_totale(m, avis)) for m in mesures]
    return [nom for nom, bits, e in points if not any(b <= bits and f <= e and (b < bits or f < e) for _, b, f in points)]
    ### END SOLUTION


def choisir(mesures, avis, tolerance):
    ### BEGIN SOLUTION
    limite = min(m["bits_par_caractere"] for m in mesures) + tolerance
    return min((m for m in mesures if m["bits_par_caractere"] <= limite), key=lambda m: energie_totale(m, avis))["modele"]
    ### END SOLUTION

# %% graded="energie"
def essai(nom, bits, apprentissage, mille):
    return {"modele": nom, "parametres": 1000, "bits_par_caractere": bits, "mwh_apprentissage": apprentissage, "mwh_1000_avis": mille}


ABC = [essai("A", 0.60, 100.0, 90.0), essai("B", 0.63, 10.0, 20.0), essai("C", 0.80, 12.0, 30.0)]
check(energie_totale).called_with(essai("X", 1.0, 20.0, 50.0), 3000).is_close_to(
    170, within=1e-6, fr="Sur l'exemple (20 mWh, puis 50 mWh pour mille avis, 3 000 avis), on attend 170 mWh : comptez l'apprentissage, et regardez pour combien d'avis la dernière colonne est donnée.",
    en="On the example (20 mWh, then 50 mWh per thousand notices, 3,000 notices), 170 mWh is expected: count the training, and look for how many notices the last column is given.",
)
check(non_domines).called_with(ABC, 0).is_a("list", fr="`non_domines` rend une liste de noms.", en="`non_domines` returns a list of names.")
check(sorted(non_domines(ABC, 0))).equals(
    ["A", "B"], fr="Sur l'exemple, seul C est dominé : B est meilleur et consomme moins. A consomme le plus, mais aucun n'est meilleur que lui. Moins de bits par caractère, c'est mieux.",
    en="On the example, only C is dominated: B is better and uses less. A uses most, but none is better. Fewer bits per character is better.",
)
check(choisir).called_with(ABC, 0, 0.05).equals(
    "B", fr="Avec une tolérance de 0,05, B suffit (0,63 pour 0,60 au meilleur) et consomme dix fois moins que A.", en="With a tolerance of 0.05, B is good enough (0.63 against 0.60 for the best) and uses a tenth of what A does."
)
### BEGIN HIDDEN TESTS
liste = [
    essai("moyen", 0.70, 30.0, 60.0), essai("lourd", 0.55, 400.0, 300.0), essai("jumeau", 0.70, 30.0, 60.0),
    essai("vain", 0.70, 45.0, 60.0), essai("frugal", 0.98, 5.0, 10.0), essai("cher-a-servir", 0.61, 20.0, 900.0), essai("cher-a-apprendre", 0.62, 300.0, 70.0),
]
check(energie_totale(liste[5], 0)).is_close_to(20, within=1e-6, fr="Sans rien écrire, il reste l'énergie de l'apprentissage.", en="With nothing written, the energy of training remains.")
check(sorted(non_domines(liste, 10000))).equals(
    ["cher-a-apprendre", "frugal", "jumeau", "lourd", "moyen"],
    fr="Sur sept modèles et 10 000 avis, la liste diffère : un modèle de même qualité qui consomme davantage est dominé ; deux modèles identiques ne se dominent pas ; et l'énergie compte l'apprentissage et l'écriture.",
    en="On seven models and 10,000 notices, the list differs: a model of the same quality that uses more is dominated; two identical models do not dominate each other; and energy counts training and writing.",
)
check(sorted(non_domines(liste, 0))).equals(
    ["cher-a-servir", "frugal", "lourd"], fr="Quand on n'écrit aucun avis, la liste change : l'énergie dépend de l'usage, et ce qui était dominé ne l'est plus.", en="When no notice is written, the list changes: energy depends on use, and what was dominated no longer is."
)
check(sorted(non_domines([essai("fin", 0.60, 50.0, 10.0), essai("gros", 0.70, 50.0, 10.0)], 1000))).equals(
    ["fin"], fr="De deux modèles qui consomment autant, le moins bon est dominé : relisez la définition, où l'égalité est permise d'un côté.", en="Of two models that use the same, the less good one is dominated: go over the definition, in which one side may be equal.",
)
check(choisir(liste, 0, 0.10)).equals(
    "cher-a-servir", fr="Sans rien écrire, avec une tolérance de 0,10 bit, ce n'est pas le plus sobre : partez du meilleur de tous (0,55), gardez ceux qui s'en éloignent de 0,10 au plus, puis comparez l'énergie totale. La tolérance s'ajoute, en bits ; ce n'est pas une part.",
    en="With nothing written and a tolerance of 0.10 bits, this is not the most frugal: start from the best of all (0.55), keep those at most 0.10 away from it, then compare total energy. The tolerance is added, in bits; it is not a share.",
)
check(choisir(liste, 20000, 0.10)).equals(
    "cher-a-apprendre", fr="Avec 20 000 avis à écrire, c'est l'écriture qui domine : comptez-la dans le choix.", en="With 20,000 notices to write, writing dominates: count it in the choice."
)
check(choisir(liste, 1000, 0.0)).equals("lourd", fr="Avec une tolérance nulle, seul le meilleur convient, quoi qu'il coûte.", en="With a tolerance of zero, only the best will do, whatever it costs.")
check(choisir(liste, 1000, 1.0)).equals("frugal", fr="Avec une tolérance d'un bit, tous conviennent : c'est le plus sobre qu'on attend.", en="With a tolerance of one bit, all will do: the most frugal is expected.")
### END HIDDEN TESTS

# %% [markdown] id="energie-explorer" lang="fr"
# **Explorez.** La ville publie environ 5 000 avis par an. Comment le choix change-t-il avec la tolérance ?

# %% [markdown] id="energie-explorer" lang="en" of="ec341a0c"
# **Explore.** The town publishes about 5,000 notices per year. How does the choice change with the tolerance?

# %% id="energie-choix"
if energie_totale(mesures[0], 0) is None or non_domines(mesures, 0) is None or choisir(mesures, 0, 0.1) is None:
    print("Cette cellule attend l'exercice 7.")  #@fr
    print("This cell waits for exercise 7.")  #@en
else:
    print("non dominés, pour 5 000 avis :", ", ".join(non_domines(mesures, 5000)))  #@fr
    print("not dominated, for 5,000 notices:", ", ".join(non_domines(mesures, 5000)))  #@en
    for tolerance in (0.0, 0.02, 0.15, 0.3):
        nom = choisir(mesures, 5000, tolerance)
        cout = energie_totale(next(m for m in mesures if m["modele"] == nom), 5000)
        print(f"tolérance {labkit.written(tolerance, 3)} bit → {nom}, {labkit.written(cout, 0)} mWh")  #@fr
        print(f"tolerance {labkit.written(tolerance, 3)} bits → {nom}, {labkit.written(cout, 0)} mWh")  #@en

# %% [markdown] id="energie-recul" lang="fr"
# **Ce que l'on voit.** Plus la tolérance est grande, plus le modèle choisi est sobre : bpe-96, bpe-48-long, bpe-48-court, puis bpe-16. L'énergie de l'année passe de 839 à 313 mWh.
#
# **Gardez la mesure.** Quelques centaines de milliwattheures, c'est ce que consomme une lampe de 10 W en quelques minutes. Ce qui compte ici, ce sont les rapports : de bpe-48-long à bpe-96, on gagne 0,004 bit pour environ le double de l'énergie d'apprentissage, et le plus grand modèle n'ajoute rien. Un autre, plus grand encore, n'irait guère plus bas : dans ces avis, l'arrêt, la date et l'heure sont tirés au sort, et ce qui est tiré au sort ne se prévoit pas.
# Avant d'entraîner un modèle plus grand, demandez-vous donc s'il reste quelque chose à apprendre.

# %% [markdown] id="energie-recul" lang="en" of="53d6fb0f"
# **What we see.** The greater the tolerance, the more frugal the model chosen: bpe-96, bpe-48-long, bpe-48-court, then bpe-16. The energy of the year goes from 839 to 313 mWh.
#
# **Keep a sense of proportion.** A few hundred milliwatt-hours is what a 10 W lamp uses in a few minutes. What matters here are the ratios: from bpe-48-long to bpe-96, 0.004 bits are gained for about twice the energy of training, and the largest model adds nothing. Another, larger still, would hardly get lower: in these notices, stop, date and time are drawn at random, and what is drawn at random cannot be predicted.
# So before training a larger model, ask whether anything is left to learn.

# %% [markdown] id="partie-8" lang="fr"
# ## 8. Votre recommandation
#
# La direction de la communication vous lit en une minute. Dans 60 à 150 mots, dites :
#
# 1. **ce que vous décidez** (mettre en service, sous condition, ou non), avec **deux mesures** du lab à l'appui, dont celle de la mémoire ;
# 2. **une limite** de ces mesures, et **le garde-fou** : ce que l'on retire du corpus, ce que relit une personne, ce que l'on mesure de nouveau et quand.

# %% [markdown] id="partie-8" lang="en" of="38ab8b08"
# ## 8. Your recommendation
#
# The head of communication reads you in one minute. In 60 to 150 words, say:
#
# 1. **what you decide** (put into service, on conditions, or not), with **two measurements** of the lab in support, one of them that of memory;
# 2. **one limit** of these measurements, and **the safeguard**: what is removed from the corpus, what a person rereads, what is measured again and when.

# %% id="decision-widget" hide=true
ask.text("decision", fr="Votre recommandation (60 à 150 mots)", en="Your recommendation (60 to 150 words)", rows=8, words=(60, 150))

# %% [markdown] graded="decision" lang="fr"
# **Votre recommandation** sera lue et notée par votre formatrice ou votre formateur : une décision appuyée sur deux mesures bien lues, dont celle de la mémoire (1 point), une limite et un garde-fou précis (1 point).

# %% [markdown] graded="decision" lang="en" of="1d701797"
# **Your recommendation** will be read and graded by your trainer: a decision supported by two measurements read correctly, one of them that of memory (1 point), a specific limit and safeguard (1 point).

# %% [markdown] id="fuite-consigne" lang="fr"
# ## Pour aller plus loin : un détecteur de fuite (facultatif)
#
# Un masque oublié ne provoque aucune erreur. Écrivez le contrôle qui l'attrape, pour n'importe quel modèle.
#
# **`fuit(lire, ids)`** rend `True` si le modèle lit l'avenir, `False` sinon.
#
# - **On vous donne** `ids`, une liste d'au moins deux numéros (de 0 à 255 ; restez-y quand vous en changez un), et `lire`, une fonction : elle reçoit une telle liste et rend un tenseur de forme `(T, V)` : une ligne de `V` nombres par place.
# - **La propriété** : changer des unités **après** une place ne doit changer aucune sortie à cette place ni avant. Essayez **toutes** les places : un modèle peut ne tricher que par endroits. Un écart inférieur à 0,00001 est un arrondi.
# - **Exemple** : un modèle qui rend à chaque place la somme des numéros lus jusque-là ne fuit pas : pour `[1, 2, 3]`, il rend 1, 3, 6 ; si le dernier numéro devient 9, il rend 1, 3, 12, et les deux premières sorties n'ont pas bougé. Un modèle qui rend partout la somme de toute la suite fuit.

# %% [markdown] id="fuite-consigne" lang="en" of="e9a2d270"
# ## Going further: a leak detector (optional)
#
# A forgotten mask raises no error. Write the check that catches it, for any model.
#
# **`fuit(lire, ids)`** (leaks; read) returns `True` if the model reads the future, `False` otherwise.
#
# - **You are given** `ids`, a list of at least two numbers (from 0 to 255; stay within them when you change one), and `lire`, a function: it receives such a list and returns a tensor of shape `(T, V)`: one row of `V` numbers per place.
# - **The property**: changing units **after** a place must not change any output at that place or before. Try **all** places: a model may cheat only here and there. A difference below 0.00001 is rounding.
# - **Example**: a model that returns at each place the sum of the numbers read so far does not leak: for `[1, 2, 3]`, it returns 1, 3, 6; if the last number becomes 9, it returns 1, 3, 12, and the first two outputs have not moved. A model that returns everywhere the sum of the whole sequence leaks.

# %% id="fuite-code" answer=true
def fuit(lire, ids):
    ### BEGIN SOLUTION
    avant = lire(ids)
    for place in range(1, len(ids)):
        autres = ids[:place] + [(unite + 1) % 256 for unite in ids[place:]]
        if (lire(autres)[:place] - avant[:place]).abs().max() > 1e-5:
            return True
    return False
    ### END SOLUTION

# %% graded="fuite"
import torch


def cumul(ids):
    return torch.tensor(ids, dtype=torch.float32).cumsum(0)[:, None]


def somme(ids):
    return torch.full((len(ids), 1), float(sum(ids)))


rendu = fuit(cumul, [3, 1, 4, 1, 5])
check(rendu).is_one_of([True, False], fr="`fuit` rend `True` ou `False`.", en="`fuit` returns `True` or `False`.")
check(rendu).is_false(
    fr="Votre détecteur accuse un modèle honnête : les sorties aux places que vous avez changées, et après elles, ont le droit de bouger. Lesquelles faut-il comparer ?", en="Your detector accuses an honest model: the outputs at the places that you changed, and after them, are allowed to move. Which ones must be compared?"
)
check(fuit(somme, [3, 1, 4, 1, 5])).is_true(fr="Votre détecteur laisse passer un modèle qui lit toute la suite à chaque place.", en="Your detector lets through a model that reads the whole sequence at each place.")
### BEGIN HIDDEN TESTS
def suivant(ids, saut=1):
    x = torch.tensor(ids, dtype=torch.float32)
    return torch.stack([x, torch.cat([x[saut:], torch.zeros(saut)])], dim=1)


def lointain(ids):
    return suivant(ids, 3)


def debut_seul(ids):
    sortie = cumul(ids)
    sortie[0] = ids[1]
    return sortie


def arrondi(ids):
    return cumul(ids) / 100 + 1e-8 * sum(ids)


longue = [7, 2, 9, 4, 12, 5, 1]
check([bool(fuit(suivant, longue)), bool(fuit(lointain, longue))]).equals(
    [True, True], fr="Votre détecteur laisse passer un modèle qui lit une unité à venir, la suivante ou une plus lointaine.", en="Your detector lets through a model that reads a coming unit, the next or a later one."
)
check(bool(fuit(debut_seul, longue))).is_true(
    fr="Votre détecteur laisse passer un modèle qui ne triche qu'à la première place : changer la dernière unité ne suffit pas, essayez toutes les places.", en="Your detector lets through a model that cheats at the first place only: changing the last unit is not enough, try all places."
)
check(bool(fuit(arrondi, longue))).is_false(fr="Votre détecteur prend un arrondi de la machine pour une fuite : laissez une petite marge.", en="Your detector takes the machine's rounding for a leak: leave a small margin.")
### END HIDDEN TESTS

# %% [markdown] id="fiche" lang="fr"
# ## Votre fiche de modèle
#
# La cellule suivante rassemble vos mesures et votre recommandation en une page, à garder et à joindre à un dossier. Relancez-la quand vous changez une réponse.

# %% [markdown] id="fiche" lang="en" of="c39cd71f"
# ## Your model card
#
# The next cell gathers your measurements and your recommendation on one page, to keep and to attach to a file. Run it again when you change an answer.

# %% id="fiche-code" hide=true
sobre, grand_modele = (next(m for m in mesures if m["modele"] == nom) for nom in ("bpe-48-long", "bpe-160"))
complet = sonde_secret is not None and sonde_temoin is not None
labkit.artefact(
    "fiche-modele-langue",
    ("Fiche de modèle : ébauche d'avis au public", "Model card: drafting notices to the public"),
    [
        (("Usage prévu", "Intended use"), labkit.tr(
            "Ébaucher de courts avis, relus et corrigés par une personne avant publication. Le modèle imite la forme des avis : il ne sait rien des faits et ne doit informer personne directement.",
            "Draft short notices, reviewed and corrected by a person before publication. The model imitates the form of notices: it knows nothing of the facts and must not inform anybody directly.")),
        (("Données", "Data"), labkit.tr(
            f"{avis.count(chr(10))} avis d'apprentissage et {validation.count(chr(10))} de validation, produits par une grammaire. Une note interne y figure {COPIES} fois, par incident simulé.",
            f"{avis.count(chr(10))} training and {validation.count(chr(10))} validation notices, made by a grammar. An internal note is among them {COPIES} times, by a simulated incident.")),
        (("Modèle", "Model"), pret and labkit.tr(
            f"Transformer de {sum(p.numel() for p in modele.parameters())} paramètres, {ETAGES} blocs, largeur {LARGEUR}, contexte de {CONTEXTE} unités, {256 + len(fusions)} unités possibles, {PAS} pas, graine {graine}.",
            f"Transformer with {sum(p.numel() for p in modele.parameters())} parameters, {ETAGES} blocks, width {LARGEUR}, context of {CONTEXTE} units, {256 + len(fusions)} possible units, {PAS} steps, seed {graine}.")),
        (("Qualité, sur les avis de validation", "Quality, on the validation notices"), bpc_transformer and labkit.tr(
            f"{labkit.written(bpc_transformer, 2)} bit par caractère. Mesure indépendante du découpage ; même grammaire que l'apprentissage.",
            f"{bpc_transformer:.2f} bits per character. Independent of the tokenizer; same grammar as training.")),
        (("Mémorisation", "Memorisation"), complet and labkit.tr(
            f"Secret copié {COPIES} fois : rang {sonde_secret['rang']} sur 1 000, exposition de {labkit.written(sonde_secret['exposition'], 1)} bits. Témoin jamais vu : rang {sonde_temoin['rang']}, {labkit.written(sonde_temoin['exposition'], 1)} bits.",
            f"Secret copied {COPIES} times: rank {sonde_secret['rang']} of 1,000, exposure {sonde_secret['exposition']:.1f} bits. Control never seen: rank {sonde_temoin['rang']}, {sonde_temoin['exposition']:.1f} bits.")),
        (("Énergie (estimation)", "Energy (estimate)"), mwh_apprentissage and labkit.tr(
            f"Apprentissage : {labkit.written(mwh_apprentissage, 1)} mWh sur cette machine. {depense.method} Mesures fournies par le lab : entraîner le plus grand modèle coûte environ {grand_modele['mwh_apprentissage'] / sobre['mwh_apprentissage']:.0f} fois plus que bpe-48-long, pour {labkit.written(sobre['bits_par_caractere'] - grand_modele['bits_par_caractere'], 3)} bit par caractère de gagné.",
            f"Training: {mwh_apprentissage:.1f} mWh on this machine. {depense.method} Measurements provided by the lab: training the largest model costs about {grand_modele['mwh_apprentissage'] / sobre['mwh_apprentissage']:.0f} times as much as bpe-48-long, for a gain of {sobre['bits_par_caractere'] - grand_modele['bits_par_caractere']:.3f} bits per character.")),
        (("Recommandation", "Recommendation"), ask.answer("decision")),
    ],
)

# %% [markdown] id="fin" lang="fr"
# ### Ce que vous savez faire maintenant
#
# Découper un texte sans rien perdre ; écrire une attention qui ne lit pas l'avenir ; entraîner un modèle de langue et le mesurer dans une unité qui permet de comparer ; régler un tirage ; prouver, témoin à l'appui, qu'un modèle a retenu ce qu'il ne devait pas ;
# peser un gain de qualité et l'énergie qu'il coûte. Vérifiez, puis remettez votre travail.

# %% [markdown] id="fin" lang="en" of="f8aa5b54"
# ### What you can do now
#
# Cut up a text without losing anything; write an attention that does not read the future; train a language model and measure it in a unit that allows comparison; tune the drawing of words; prove, against a control, that a model has retained what it should not;
# weigh a gain in quality and the energy that it costs. Check, then submit your work.
