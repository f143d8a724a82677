# ---
# caire:
#   id: l2-06-evaluer-un-assistant
#   level: 2
#   minutes: 90
#   profile: cpu
#   title:
#     fr: "Dialoguer avec un modèle de langue et évaluer ses réponses"
#     en: "Talking with a language model and evaluating its answers"
#   summary:
#     fr: "Vous saurez écrire une consigne complète, évaluer des réponses avec une grille, repérer ce qu'un assistant invente et décider si l'on peut s'y fier. Aucune programmation."
#     en: "You will be able to write a complete instruction, evaluate answers with a rubric, spot what an assistant makes up, and decide whether to rely on it. No programming."
#   budget: {cpu_seconds: 60, memory_mib: 1536, cell_seconds: 60}
#   questions:
#     consigne: {points: 2, skill: n2.generative.consigne, fr: "Ce qui manque à une consigne", en: "What an instruction lacks"}
#     grille: {points: 3, skill: n2.generative.evaluer, fr: "Évaluer douze réponses avec une grille", en: "Evaluate twelve answers with a rubric"}
#     accord: {points: 2, skill: n2.generative.evaluer, fr: "Mesurer l'accord entre deux évaluateurs", en: "Measure the agreement of two evaluators"}
#     affirmations: {points: 3, skill: n2.generative.verifier, fr: "Repérer ce qui est inventé", en: "Spot what is made up"}
#     comparaison: {points: 3, skill: n2.generative.evaluer, fr: "Comparer trois façons de demander", en: "Compare three ways of asking"}
#     sobriete: {points: 2, skill: n2.sobriete.choisir, fr: "Le coût d'une réponse juste", en: "The cost of a right answer"}
#     decision: {points: 3, manual: true, skill: n2.generative.decider, fr: "Votre décision, en deux ou trois phrases", en: "Your decision, in two or three sentences"}
#     formule: {points: 2, bonus: true, skill: n2.generative.evaluer, fr: "Pour aller plus loin : programmer le kappa", en: "Going further: programming kappa"}
#   answers:
#     prevision: b
#     consigne: [format, limite, source]
#     grille: {"1": fonde, "2": fonde, "3": invente, "4": invente, "5": fonde, "6": partiel, "7": partiel, "8": fonde, "9": invente, "10": fonde, "11": invente, "12": fonde}
#     accord-kappa: 0.25
#     accord-lecture: b
#     affirmations: [a3, b2, b4, c3, c4]
#     comparaison-libre: 27.5
#     comparaison-exemples: 95
#     sobriete: 19.2
#     decision: "Je le confierais aux questions simples sur la note, avec la note jointe et le droit de répondre qu'elle ne dit rien. Les réponses sur le handicap et les données personnelles seraient relues par une personne avant envoi, car une réponse sur trois était inventée. Je mesurerais chaque mois la part de réponses inventées sur vingt questions."
# ---

# %% [markdown] id="titre" lang="fr"
# # Dialoguer avec un modèle de langue et évaluer ses réponses
#
# Un assistant répond vite, bien, et toujours avec assurance. Faut-il le croire ? Dans ce lab, vous allez faire ce que fait
# une personne avertie avant de confier une tâche à un assistant : **lui écrire une consigne complète**, **évaluer ses réponses avec une grille**,
# **repérer ce qu'il invente**, puis **décider**, chiffres à l'appui.
#
# **Comment ça marche.** Pour exécuter une cellule et passer à la suivante, appuyez sur **Maj + Entrée**. Vous n'avez pas de code à écrire :
# vous répondez dans des formulaires, et vos réponses s'enregistrent toutes seules. Le code est replié ; les trois points **•••** le déplient, si vous en avez la curiosité.
# Après chaque question vient une cellule repliée, la **vérification** : exécutez-la comme les autres. Si elle affiche ✓, votre réponse est plausible (la remise la jugera) ;
# sinon, elle vous dit où regarder. Une calculatrice vous sera utile. Comptez une heure et demie.

# %% [markdown] id="titre" lang="en" of="4c2933ae"
# # Talking with a language model and evaluating its answers
#
# An assistant answers fast, well, and always with confidence. Should you believe it? In this lab you do what an
# informed person does before handing a task to an assistant: **give it a complete instruction**, **evaluate its answers with a rubric**,
# **spot what it makes up**, then **decide**, with figures.
#
# **How it works.** To run a cell and go on to the next, press **Shift + Enter**. There is no code to write:
# you answer in forms, and your answers save themselves. Code is folded; the three dots **•••** unfold it, if you are curious.
# After each question comes a folded cell, the **check**: run it like the others. If it shows ✓, your answer is plausible (submission will judge it);
# otherwise it tells you where to look. A calculator will be useful. Allow an hour and a half.

# %% id="outils" hide=true examiner=true
import pandas as pd

langue = "fr"  #@fr
langue = "en"  #@en
note = pd.read_csv("data/note.csv")
echanges = pd.read_csv("data/echanges.csv")
affirmations = pd.read_csv("data/affirmations.csv")
essai = pd.read_csv("data/essai_smollm2.csv", keep_default_na=False)

# %% [markdown] id="partie-1" lang="fr"
# ## 1. Faire connaissance
#
# Un **modèle de langue** fait une seule chose : il continue un texte, mot après mot, avec ce qui est le plus *plausible*.
# Rien en lui ne vérifie que c'est *vrai*.
#
# Le lab contient un petit modèle, SmolLM2, qui tourne ici même : rien n'est envoyé ailleurs. Il ne parle qu'anglais et il est bien plus petit que les assistants du
# commerce : ses défauts se voient donc mieux. Mais ce sont des défauts de la même famille.
#
# **Prévoyez d'abord.** Nous allons lui poser trois questions : la capitale de la France ; le prix Nobel de physique de 1903 ;
# trois livres de Jules Valmont, un auteur que nous avons inventé.

# %% [markdown] id="partie-1" lang="en" of="a63891f7"
# ## 1. Getting acquainted
#
# A **language model** does a single thing: it continues a text, word after word, with what is most *plausible*.
# Nothing in it checks that it is *true*.
#
# This lab contains a small model, SmolLM2, which runs right here: nothing is sent elsewhere. It speaks English only and is far smaller than
# commercial assistants, so its faults are easier to see. But they are faults of the same family.
#
# **Predict first.** We are about to ask it three questions: the capital of France; the 1903 Nobel Prize in Physics;
# three books by Jules Valmont, an author whom we made up.

# %% id="prevision" hide=true
ask.choice(
    "prevision",
    fr="À votre avis, que répondra le modèle à propos de l'auteur qui n'existe pas ?",
    en="What do you think the model will answer about the author who does not exist?",
    options={
        "a": ("Il dira qu'il ne le connaît pas.", "It will say that it does not know him."),
        "b": ("Il donnera des titres, avec assurance.", "It will give titles, with confidence."),
        "c": ("Il ne répondra rien.", "It will not answer."),
    },
)

# %% id="essai-direct" hide=true
try:
    modele = None if labkit.grading() else labkit.models.load("smollm2-135m")
except labkit.models.ModelMissing:
    modele = None
for echange in pd.read_csv("data/questions_smollm2.csv").itertuples():
    reponse = echange.reponse if modele is None else modele.generate(echange.question, max_tokens=50)
    print(echange.question, "\n   →", reponse, "\n")
if modele is None:
    print("(Le modèle n'est pas installé ici : vous lisez ses réponses, enregistrées à l'avance.)")  #@fr
    print("(The model is not installed here: you are reading its answers, recorded beforehand.)")  #@en

# %% [markdown] id="partie-1-suite" lang="fr"
# **Ce que l'on voit.** La première réponse est juste. Les deux autres sont dites sur le même ton… et sont fausses : le prix Nobel de physique de 1903 est
# allé à Henri Becquerel, Pierre et Marie Curie ; et Jules Valmont n'existe pas, ce qui n'empêche pas le modèle de lui attribuer un livre.
# On appelle cela une **affirmation inventée** (on lit aussi « hallucination »).
#
# À retenir : **l'assurance du ton ne dit rien de la vérité**. Il faut donc autre chose pour évaluer : une consigne qui borne, une source, une grille.

# %% [markdown] id="partie-1-suite" lang="en" of="f4e990bc"
# **What we see.** The first answer is right. The other two are told in the same tone… and are wrong: the 1903 Nobel Prize in Physics
# went to Henri Becquerel and to Pierre and Marie Curie; and Jules Valmont does not exist, which does not keep the model from giving him a book.
# This is called a **made-up claim** (also a "hallucination").
#
# Remember: **a confident tone says nothing about truth**. Evaluating takes something else: an instruction that sets bounds, a source, a rubric.

# %% [markdown] id="partie-2" lang="fr"
# ## 2. Une consigne complète
#
# Vous travaillez au service des ressources humaines d'un établissement (fictif). On envisage un assistant qui répondrait aux agents sur le télétravail.
#
# Une bonne consigne comporte cinq éléments :
#
# | élément | ce qu'il dit | exemple |
# |---|---|---|
# | rôle | qui répond, à qui | « Tu réponds aux agents de l'établissement. » |
# | tâche | ce qu'il faut faire | « Réponds à la question ci-dessous. » |
# | source | sur quoi s'appuyer | « Appuie-toi seulement sur la note jointe. » |
# | format | la forme attendue | « En une phrase, en citant le numéro de l'article. » |
# | limite | quoi faire quand on ne sait pas | « Si la note ne le dit pas, réponds : la note ne le dit pas. » |
#
# **Un exemple.** Dans « Résume la note jointe en trois points », on trouve la *tâche* (résume), la *source* (la note jointe) et le *format* (trois points).
# Il manque le *rôle* et la *limite*.
#
# **À vous.** Voici la consigne qu'un collègue a écrite :
#
# > *Tu es l'assistant des ressources humaines et tu parles aux agents. Réponds à cette question : « Puis-je reporter un jour de télétravail ? »*

# %% [markdown] id="partie-2" lang="en" of="6087ce29"
# ## 2. A complete instruction
#
# You work in the human resources department of a (fictional) organisation. It considers an assistant that would answer staff about working from home.
#
# A good instruction has five elements:
#
# | element | what it says | example |
# |---|---|---|
# | role | who answers, to whom | "You answer the organisation's staff." |
# | task | what is to be done | "Answer the question below." |
# | source | what to rely on | "Rely only on the attached note." |
# | format | the expected form | "In one sentence, quoting the article's number." |
# | limit | what to do when one does not know | "If the note does not say, answer: the note does not say." |
#
# **An example.** In "Summarise the attached note in three points" there is the *task* (summarise), the *source* (the attached note) and the *format* (three points).
# The *role* and the *limit* are missing.
#
# **Your turn.** Here is the instruction that a colleague wrote:
#
# > *You are the human resources assistant and you speak to staff. Answer this question: "May I carry over a day of working from home?"*

# %% id="consigne-widget" hide=true
ask.choices(
    "consigne",
    fr="Quels éléments manquent à cette consigne ? Cochez tous ceux qui manquent.",
    en="Which elements does this instruction lack? Tick all that are missing.",
    options={
        "role": ("Le rôle", "The role"),
        "tache": ("La tâche", "The task"),
        "source": ("La source", "The source"),
        "format": ("Le format", "The format"),
        "limite": ("La limite", "The limit"),
    },
)

# %% graded="consigne"
choix = ask.answer("consigne")
check(choix).is_answered(
    fr="Cochez les éléments qui manquent à la consigne du collègue, puis vérifiez.",
    en="Tick the elements that the colleague's instruction lacks, then check.",
)
### BEGIN HIDDEN TESTS
presents = {"role", "tache"} & set(choix)
check(len(presents)).equals(
    0,
    fr="Vous avez coché un élément qui est là. Relisez la consigne : dit-elle qui répond et à qui ? dit-elle ce qu'il faut faire ?",
    en="You ticked an element that is there. Read the instruction again: does it say who answers, and to whom? Does it say what to do?",
)
check(len(choix)).equals(
    3,
    fr="Il en manque encore. Reprenez le tableau ligne par ligne : trouvez-vous dans la consigne une phrase qui joue ce rôle ?",
    en="There are more. Take the table line by line: do you find a phrase in the instruction that does this?",
)
### END HIDDEN TESTS

# %% [markdown] id="partie-3" lang="fr"
# ## 3. Évaluer avec une grille
#
# Voici la note sur le télétravail, notre **source** : c'est elle, et elle seule, qui dit ce qui est vrai ici.

# %% [markdown] id="partie-3" lang="en" of="6e6acf40"
# ## 3. Evaluating with a rubric
#
# Here is the note on working from home, our **source**: here it alone says what is true.

# %% id="voir-note" hide=true
labkit.table(
    note[["article", langue]].rename(columns={"fr": "règle", "en": "rule"}),
    fr="La note sur le télétravail (établissement fictif)",
    en="The note on working from home (fictional organisation)",
)

# %% [markdown] id="grille-texte" lang="fr"
# Un assistant a répondu à douze questions d'agents. (Ces échanges ont été rédigés pour le lab, à l'image de réponses réelles.)
#
# Une **grille** remplace l'impression par des critères. La nôtre a trois étiquettes :
#
# - **fondée** : tout ce que dit la réponse se trouve dans la note, et rien d'essentiel à la question ne manque. Dire « la note ne le dit pas » quand elle ne le dit pas est une réponse fondée ;
# - **incomplète** : ce qui est dit se trouve dans la note, mais l'article contient une condition ou une précision utile à la personne, que la réponse oublie ;
# - **inventée** : la réponse contredit la note, ou affirme ce qui n'y figure pas.
#
# **Un exemple.** À « Combien de jours à l'avance faut-il demander ? », la réponse « Quinze jours » est *inventée* : l'article 2 dit dix jours.
# La réponse « Par écrit » à « Comment et quand demander ? » est *incomplète* : il manque les dix jours.
#
# **À vous.** Pour chaque réponse, cherchez l'article qui la soutient, puis choisissez une étiquette. Quelques désaccords sont permis : on mesure votre accord
# avec l'étiquetage de référence du lab par un nombre, le *kappa*, que la partie suivante explique. Il doit atteindre 0,6.

# %% [markdown] id="grille-texte" lang="en" of="d933a2e5"
# An assistant answered twelve questions from staff. (These exchanges were written for the lab, in the image of real answers.)
#
# A **rubric** puts criteria in the place of impressions. Ours has three labels:
#
# - **grounded**: all that the answer says is in the note, and nothing essential to the question is missing. Saying "the note does not say" when it does not is a grounded answer;
# - **incomplete**: what is said is in the note, but the article holds a condition or a detail useful to the person, which the answer leaves out;
# - **made up**: the answer contradicts the note, or claims what is not in it.
#
# **An example.** To "How many days in advance must I ask?", the answer "Fifteen days" is *made up*: article 2 says ten.
# The answer "In writing" to "How and when do I ask?" is *incomplete*: the ten days are missing.
#
# **Your turn.** For each answer, find the article that supports it, then choose a label. A few disagreements are allowed: your agreement
# with the lab's reference labels is measured by one number, *kappa*, which the next part explains. It must reach 0.6.

# %% id="grille-widget" hide=true
ask.annotate(
    "grille",
    fr="Choisissez une étiquette pour chaque réponse de l'assistant.",
    en="Choose a label for each of the assistant's answers.",
    items={
        str(ligne.numero): (
            f"{ligne.question_fr} Réponse de l'assistant : « {ligne.reponse_fr} »",
            f"{ligne.question_en} The assistant's answer: “{ligne.reponse_en}”",
        )
        for ligne in echanges.itertuples()
    },
    labels={
        "fonde": ("fondée", "grounded"),
        "partiel": ("incomplète", "incomplete"),
        "invente": ("inventée", "made up"),
    },
)

# %% graded="grille"
etiquettes = ask.answer("grille")
check(etiquettes).is_answered(
    fr="Étiquetez les douze réponses, puis vérifiez.",
    en="Label the twelve answers, then check.",
)
check(etiquettes).has_length(
    12,
    fr="Il reste des réponses sans étiquette : les douze doivent en avoir une.",
    en="Some answers still have no label: all twelve need one.",
)
### BEGIN HIDDEN TESTS
reference = pd.read_csv("data/reference.csv").set_index("numero").etiquette
mienne = [etiquettes[str(n)] for n in reference.index]
observe = sum(a == b for a, b in zip(mienne, reference)) / 12
hasard = sum((mienne.count(e) / 12) * ((reference == e).sum() / 12) for e in ("fonde", "partiel", "invente"))
kappa_grille = (observe - hasard) / (1 - hasard)
check(len(set(mienne))).is_at_least(
    2,
    fr="Une même étiquette partout ne distingue rien. Pour chaque réponse, cherchez dans la note la phrase qui la soutient.",
    en="The same label everywhere tells nothing apart. For each answer, look in the note for the sentence that supports it.",
)
inventees = [n for n in reference.index if reference[n] == "invente"]
check(sum(etiquettes[str(n)] == "invente" for n in inventees)).is_at_least(
    3,
    fr="Vous faites confiance à des réponses que rien ne soutient. Un ton sûr et des détails précis ne sont pas une preuve : quel article dit cela ?",
    en="You trust answers that nothing supports. A sure tone and precise details are no proof: which article says so?",
)
check(kappa_grille).is_at_least(
    0.6,
    fr="Votre accord avec la référence est encore trop faible. Regardez les réponses qui oublient une condition de l'article, et celles qui avouent que la note ne dit rien.",
    en="Your agreement with the reference is still too low. Look at the answers that leave out a condition of the article, and at those that admit that the note does not say.",
)
### END HIDDEN TESTS

# %% [markdown] id="partie-4" lang="fr"
# ## 4. Deux évaluateurs sont-ils d'accord ?
#
# Une grille n'est utile que si deux personnes qui l'appliquent arrivent au même résultat. On pourrait compter les réponses où elles sont d'accord.
# Mais attention : si presque toutes les réponses sont bonnes, deux personnes qui cochent « bonne » **sans lire** seront souvent d'accord, par hasard.
#
# Le **kappa de Cohen** retire cette part du hasard :
#
# > kappa = (accord observé − accord dû au hasard) ÷ (1 − accord dû au hasard)
#
# Il vaut 1 quand l'accord est parfait, et 0 quand il n'est pas meilleur que le hasard. Un repère courant : au-dessous de 0,4, l'accord est faible ; à partir de 0,6, on peut s'appuyer sur la grille.
#
# **Un exemple.** Sur 50 réponses, A et B disent tous deux « bonne » 20 fois et « mauvaise » 20 fois ; A seul dit « bonne » 5 fois, B seul 5 fois.
# L'accord observé est (20 + 20) ÷ 50 = 0,80. Chacun dit « bonne » une fois sur deux : l'accord dû au hasard est 0,5 × 0,5 + 0,5 × 0,5 = 0,50.
# Le kappa est donc (0,80 − 0,50) ÷ (1 − 0,50) = **0,60**. La calculatrice ci-dessous fait ce calcul pour vous.

# %% [markdown] id="partie-4" lang="en" of="0345375c"
# ## 4. Do two evaluators agree?
#
# A rubric is useful only if two people who apply it come to the same result. One could count the answers on which they agree.
# But beware: if nearly all answers are good, two people who tick "good" **without reading** will often agree, by chance.
#
# **Cohen's kappa** takes this share of chance away:
#
# > kappa = (observed agreement − agreement by chance) ÷ (1 − agreement by chance)
#
# It is 1 when agreement is perfect, and 0 when it is no better than chance. A common rule of thumb: below 0.4 agreement is weak; from 0.6 on the rubric can be relied upon.
#
# **An example.** Over 50 answers, A and B both say "good" 20 times and "bad" 20 times; A alone says "good" 5 times, B alone 5 times.
# The observed agreement is (20 + 20) ÷ 50 = 0.80. Each says "good" half of the time: agreement by chance is 0.5 × 0.5 + 0.5 × 0.5 = 0.50.
# So kappa is (0.80 − 0.50) ÷ (1 − 0.50) = **0.60**. The calculator below does this for you.

# %% id="calculatrice" hide=true
def calculatrice(bonne_bonne, bonne_mauvaise, mauvaise_bonne, mauvaise_mauvaise):
    total = bonne_bonne + bonne_mauvaise + mauvaise_bonne + mauvaise_mauvaise
    if total == 0:
        return labkit.tr("Donnez au moins une réponse.", "Give at least one answer.")
    observe = (bonne_bonne + mauvaise_mauvaise) / total
    a, b = (bonne_bonne + bonne_mauvaise) / total, (bonne_bonne + mauvaise_bonne) / total
    hasard = a * b + (1 - a) * (1 - b)
    kappa = 1.0 if hasard == 1 else (observe - hasard) / (1 - hasard)
    return labkit.tr(
        f"{total} réponses : accord observé {observe:.2f}, accord dû au hasard {hasard:.2f}, kappa {kappa:.2f}".replace(".", ","),
        f"{total} answers: observed agreement {observe:.2f}, agreement by chance {hasard:.2f}, kappa {kappa:.2f}",
    )


labkit.explore(
    calculatrice,
    bonne_bonne=labkit.slider(fr="A et B disent « bonne »", en="A and B say “good”", low=0, high=50, step=1, start=20),
    bonne_mauvaise=labkit.slider(fr="A dit « bonne », B dit « mauvaise »", en="A says “good”, B says “bad”", low=0, high=50, step=1, start=5),
    mauvaise_bonne=labkit.slider(fr="A dit « mauvaise », B dit « bonne »", en="A says “bad”, B says “good”", low=0, high=50, step=1, start=5),
    mauvaise_mauvaise=labkit.slider(fr="A et B disent « mauvaise »", en="A and B say “bad”", low=0, high=50, step=1, start=20),
)

# %% [markdown] id="accord-texte" lang="fr"
# **À vous.** Deux collègues, A et B, ont évalué les 50 mêmes réponses de l'assistant. Le tableau suivant croise leurs avis :
# par exemple, 5 réponses sont bonnes pour A et mauvaises pour B. Réglez la calculatrice sur ces quatre nombres, puis répondez.

# %% [markdown] id="accord-texte" lang="en" of="87f9347f"
# **Your turn.** Two colleagues, A and B, evaluated the same 50 answers of the assistant. The next table crosses their opinions:
# for example, 5 answers are good to A and bad to B. Set the calculator to these four numbers, then answer.

# %% id="accord-tableau" hide=true
labkit.table(
    pd.DataFrame(
        {labkit.tr("B dit « bonne »", "B says “good”"): [40, 3], labkit.tr("B dit « mauvaise »", "B says “bad”"): [5, 2]},
        index=[labkit.tr("A dit « bonne »", "A says “good”"), labkit.tr("A dit « mauvaise »", "A says “bad”")],
    ),
    fr="50 réponses, selon l'avis de A (lignes) et de B (colonnes)",
    en="50 answers, by the opinion of A (rows) and of B (columns)",
)

# %% id="accord-kappa-widget" hide=true
ask.number(
    "accord-kappa",
    fr="Quel est le kappa de ces deux collègues ? (deux décimales)",
    en="What is the kappa of these two colleagues? (two decimals)",
    low=-1,
    high=1,
)

# %% id="accord-lecture-widget" hide=true
ask.choice(
    "accord-lecture",
    fr="Qu'en concluez-vous ?",
    en="What do you conclude?",
    options={
        "a": (
            "Ils sont d'accord 84 fois sur 100 : la grille est fiable, on peut s'en servir telle quelle.",
            "They agree 84 times in 100: the rubric is reliable and can be used as it is.",
        ),
        "b": (
            "Leur accord dépasse à peine celui du hasard : il faut préciser la grille avant de s'en servir.",
            "Their agreement is hardly better than chance: the rubric must be made more precise before it is used.",
        ),
        "c": (
            "L'un des deux est incompétent : il faut garder seulement l'avis de l'autre.",
            "One of them is incompetent: only the other's opinion should be kept.",
        ),
    },
)

# %% graded="accord"
check(ask.answer("accord-kappa")).is_answered(
    fr="Donnez le kappa qu'affiche la calculatrice.",
    en="Give the kappa that the calculator shows.",
)
check(ask.answer("accord-lecture")).is_answered(
    fr="Choisissez une conclusion.",
    en="Choose a conclusion.",
)
### BEGIN HIDDEN TESTS
kappa_lu = ask.answer("accord-kappa")
check(kappa_lu).is_at_most(
    0.7,
    fr="C'est l'accord total, ou l'accord dû au hasard, et non le kappa. Lisez le dernier nombre de la calculatrice.",
    en="This is the overall agreement, or the agreement by chance, not kappa. Read the calculator's last number.",
)
check(kappa_lu).is_close_to(
    0.245,
    within=0.021,
    fr="Ce n'est pas le kappa de ce tableau. Vérifiez que les quatre nombres sont à la bonne place, surtout le 5 et le 2, et que le total est 50.",
    en="This is not this table's kappa. Check that the four numbers are in the right place, the 5 and the 2 above all, and that the total is 50.",
)
check(ask.answer("accord-lecture")).differs_from(
    "a",
    fr="Comparez l'accord observé à celui que donnerait le hasard : presque toutes les réponses sont dites « bonnes » par les deux.",
    en="Compare the observed agreement with what chance would give: both call nearly all answers “good”.",
)
check(ask.answer("accord-lecture")).equals(
    "b",
    fr="Un kappa faible parle d'abord de la grille : deux personnes sérieuses peuvent lire autrement des critères vagues.",
    en="A low kappa speaks of the rubric first: two careful people may read vague criteria differently.",
)
### END HIDDEN TESTS

# %% [markdown] id="partie-5" lang="fr"
# ## 5. Ce qui est inventé se cache dans ce qui est vrai
#
# Les réponses courtes se vérifient vite. Dans un long texte, une affirmation inventée se glisse entre deux vraies, et le ton ne change pas.
# La méthode : **découper** en affirmations, et demander à chacune : *quel article te soutient ?*
#
# **Un exemple.** « La demande se fait par écrit, dix jours avant, et un accusé de réception est envoyé. » Trois affirmations : les deux premières sont à l'article 2 ;
# aucun article ne parle d'accusé de réception : la troisième est inventée, même si elle est vraisemblable.
#
# **À vous.** Voici trois réponses de l'assistant, découpées en douze affirmations. Gardez la note sous les yeux (partie 3) : une règle peut y être dite avec d'autres mots.

# %% [markdown] id="partie-5" lang="en" of="711da21a"
# ## 5. What is made up hides among what is true
#
# Short answers are quickly verified. In a long text, a made-up claim slips in between two true ones, and the tone does not change.
# The method: **cut** into claims, and ask of each: *which article supports you?*
#
# **An example.** "Requests are made in writing, ten days ahead, and an acknowledgement is sent." Three claims: the first two are in article 2;
# no article speaks of an acknowledgement: the third is made up, even if it is likely.
#
# **Your turn.** Here are three answers of the assistant, cut into twelve claims. Keep the note before you (part 3): a rule may be said there in other words.

# %% id="affirmations-widget" hide=true
ask.choices(
    "affirmations",
    fr="Cochez chaque affirmation qu'aucun article de la note ne soutient.",
    en="Tick each claim that no article of the note supports.",
    options={
        ligne.id: (f"Réponse {'abc'.index(ligne.id[0]) + 1} : {ligne.fr}", f"Answer {'abc'.index(ligne.id[0]) + 1}: {ligne.en}")
        for ligne in affirmations.itertuples()
    },
)

# %% graded="affirmations"
cochees = ask.answer("affirmations")
check(cochees).is_answered(
    fr="Cochez les affirmations que la note ne soutient pas.",
    en="Tick the claims that the note does not support.",
)
### BEGIN HIDDEN TESTS
soutenue = pd.read_csv("data/affirmations_reference.csv").set_index("id").soutenue
trouvees = sum(1 for a in cochees if soutenue[a] == 0)
fausses_alertes = sum(1 for a in cochees if soutenue[a] == 1)
check(fausses_alertes).is_at_most(
    1,
    fr="Vous accusez des affirmations que la note soutient. Relisez les articles 4 et 5 : une règle peut y être dite avec d'autres mots.",
    en="You accuse claims that the note supports. Read articles 4 and 5 again: a rule may be said there in other words.",
)
check(trouvees).is_at_least(
    4,
    fr="Il en reste. Une affirmation plausible, chiffrée ou qui cite une étude n'est pas soutenue pour autant : cherchez l'article, et s'il n'existe pas, cochez.",
    en="There are more. A claim that is plausible, has a figure or quotes a study is not thereby supported: look for the article, and if there is none, tick.",
)
### END HIDDEN TESTS

# %% [markdown] id="partie-6" lang="fr"
# ## 6. Trois façons de demander
#
# La forme de la demande change-t-elle le résultat ? Nous avons soumis au petit modèle quarante avis de participants à une formation, en anglais, et lui avons demandé
# si chaque avis est positif ou négatif. De trois façons :
#
# 1. **libre** : on pose la question, le modèle répond ce qu'il veut ;
# 2. **au choix** : le modèle ne peut répondre que « positif » ou « négatif » ;
# 3. **au choix, avec exemples** : on lui montre d'abord quatre avis déjà classés.
#
# Les réponses et le temps de calcul ont été enregistrés une fois pour toutes : ce sont les vrais résultats de SmolLM2. En voici quelques-uns, puis les totaux.

# %% [markdown] id="partie-6" lang="en" of="3e8690e5"
# ## 6. Three ways of asking
#
# Does the form of the request change the result? We gave the small model forty comments by participants of a training course, and asked it
# whether each comment is positive or negative. In three ways:
#
# 1. **free**: we ask the question, the model answers as it likes;
# 2. **choice**: the model can answer only "positive" or "negative";
# 3. **choice, with examples**: we first show it four comments already sorted.
#
# Answers and computing time were recorded once and for all: these are SmolLM2's real results. Here are a few, then the totals.

# %% id="voir-essai" hide=true
labkit.table(
    essai.loc[[1, 4, 0, 9], ["commentaire", "verite", "libre_reponse"]].rename(
        columns=dict(zip(["commentaire", "verite", "libre_reponse"], labkit.tr("avis|vrai classement|réponse libre du modèle", "comment|true label|the model's free answer").split("|")))
    ),
    fr="Quatre avis et la réponse libre du modèle",
    en="Four comments and the model's free answer",
)

# %% id="totaux" hide=true
facons = {"libre": ("libre", "free"), "contraint": ("au choix", "choice"), "exemples": ("au choix, avec exemples", "choice, with examples")}
totaux = pd.DataFrame(
    [
        {
            labkit.tr("façon de demander", "way of asking"): labkit.tr(*noms),
            labkit.tr("avis soumis", "comments given"): len(essai),
            labkit.tr("réponses utilisables", "usable answers"): int((essai[f"{cle}_etiquette"] != "").sum()),
            labkit.tr("réponses justes", "right answers"): int((essai[f"{cle}_etiquette"] == essai.verite).sum()),
            labkit.tr("calcul (secondes)", "computing (seconds)"): round(essai[f"{cle}_cpu_s"].sum(), 1),
        }
        for cle, noms in facons.items()
    ]
)
labkit.table(totaux, fr="Résultats des trois façons de demander", en="Results of the three ways of asking")

# %% [markdown] id="comparaison-texte" lang="fr"
# Une réponse est *utilisable* quand on y lit clairement « positif » ou « négatif ». En réponse libre, le modèle a souvent parlé d'autre chose. À « J'ai quitté la séance perdu et agacé » (premier avis du tableau),
# il répond qu'il n'est pas fait pour donner un avis ; et il trouve positif « Beaucoup trop rapide, personne ne pouvait suivre » (deuxième).
#
# **Un exemple.** Au choix sans exemples, 23 réponses sur 40 avis sont justes : 23 ÷ 40 = **57,5 %**.
#
# **À vous.** Calculez de même la part de réponses justes pour les deux autres façons. Attention au diviseur : à la personne dont l'avis n'a pas reçu de réponse, le service n'a pas été rendu.

# %% [markdown] id="comparaison-texte" lang="en" of="f302f902"
# An answer is *usable* when one can clearly read "positive" or "negative" in it. In free answers, the model often talked of something else. To the table's first comment
# it replies that it is not made to give feedback; and it finds the second one positive.
#
# **An example.** With the choice and no examples, 23 answers out of 40 comments are right: 23 ÷ 40 = **57.5%**.
#
# **Your turn.** Compute the share of right answers of the two other ways. Mind the divisor: whoever got no usable answer was not served.

# %% id="comparaison-libre-widget" hide=true
ask.number(
    "comparaison-libre",
    fr="Part de réponses justes, façon libre, sur tous les avis soumis",
    en="Share of right answers, free way, over all comments given",
    low=0,
    high=100,
    unit="%",
)

# %% id="comparaison-exemples-widget" hide=true
ask.number(
    "comparaison-exemples",
    fr="Part de réponses justes, au choix avec exemples, sur tous les avis soumis",
    en="Share of right answers, choice with examples, over all comments given",
    low=0,
    high=100,
    unit="%",
)

# %% graded="comparaison"
libre, avec_exemples = ask.answer("comparaison-libre"), ask.answer("comparaison-exemples")
check(libre).is_answered(fr="Donnez la part de réponses justes de la façon libre.", en="Give the share of right answers of the free way.")
check(avec_exemples).is_answered(
    fr="Donnez la part de réponses justes de la façon avec exemples.",
    en="Give the share of right answers of the way with examples.",
)
### BEGIN HIDDEN TESTS
justes = (essai.libre_etiquette == essai.verite).sum()
utilisables = (essai.libre_etiquette != "").sum()
check(libre).differs_from(
    0.275,
    fr="Donnez un pourcentage : multipliez par 100.",
    en="Give a percentage: multiply by 100.",
)
check(abs(libre - 100 * justes / utilisables)).is_at_least(
    1,
    fr="Vous divisez par les réponses utilisables. Les avis restés sans réponse comptent aussi : par combien d'avis soumis faut-il diviser ?",
    en="You divide by the usable answers. Comments that got no answer count too: how many comments were given?",
)
check(abs(libre - 100 * utilisables / len(essai))).is_at_least(
    1,
    fr="C'est la part des réponses utilisables. Une réponse utilisable peut être fausse : prenez la colonne des réponses justes.",
    en="This is the share of usable answers. A usable answer may be wrong: take the column of right answers.",
)
check(libre).is_close_to(
    100 * justes / len(essai),
    within=0.6,
    fr="Divisez le nombre de réponses justes de la ligne « libre » par le nombre d'avis soumis.",
    en="Divide the number of right answers of the line “free” by the number of comments given.",
)
check(avec_exemples).is_close_to(
    100 * (essai.exemples_etiquette == essai.verite).mean(),
    within=0.6,
    fr="La façon libre est juste. Pour la façon avec exemples, refaites le calcul sur la dernière ligne du tableau.",
    en="The free way is right. For the way with examples, compute again on the table's last line.",
)
### END HIDDEN TESTS

# %% [markdown] id="partie-7" lang="fr"
# ## 7. Combien coûte une réponse juste ?
#
# L'énergie que consomme un modèle suit son temps de calcul. Ce qui compte n'est pas le coût d'une réponse, mais celui d'une réponse **juste** : une réponse fausse a coûté pour rien.
#
# **Un exemple.** Au choix sans exemples : 16,9 secondes de calcul pour 23 réponses justes, soit 16,9 ÷ 23 = **0,73 seconde par réponse juste**.
#
# **À vous.** Calculez le coût d'une réponse juste pour la façon *libre*, puis pour la façon *au choix avec exemples*. Combien de fois la première coûte-t-elle plus que la seconde ?

# %% [markdown] id="partie-7" lang="en" of="86163712"
# ## 7. What does a right answer cost?
#
# The energy that a model uses follows its computing time. What matters is not the cost of an answer but that of a **right** answer: a wrong one was paid for nothing.
#
# **An example.** With the choice and no examples: 16.9 seconds of computing for 23 right answers, that is 16.9 ÷ 23 = **0.73 second per right answer**.
#
# **Your turn.** Compute the cost of a right answer for the *free* way, then for the *choice with examples*. How many times more does the first cost than the second?

# %% id="sobriete-widget" hide=true
ask.number(
    "sobriete",
    fr="Une réponse juste coûte, en façon libre, combien de fois plus qu'au choix avec exemples ?",
    en="How many times more does a right answer cost in the free way than with choice and examples?",
    low=0,
    high=1000,
    unit="×",
)

# %% graded="sobriete"
rapport = ask.answer("sobriete")
check(rapport).is_answered(fr="Donnez le rapport des deux coûts.", en="Give the ratio of the two costs.")
check(rapport).is_at_least(
    0,
    fr="Un rapport de deux coûts est positif.",
    en="The ratio of two costs is positive.",
)
### BEGIN HIDDEN TESTS
cout = {c: essai[f"{c}_cpu_s"].sum() / (essai[f"{c}_etiquette"] == essai.verite).sum() for c in ("libre", "exemples")}
attendu = cout["libre"] / cout["exemples"]
check(rapport).is_at_least(
    1,
    fr="Un rapport plus petit que 1 dirait que la façon libre coûte moins. Avez-vous divisé dans le bon sens ?",
    en="A ratio below 1 would say that the free way costs less. Did you divide the right way round?",
)
check(abs(rapport - essai.libre_cpu_s.sum() / essai.exemples_cpu_s.sum())).is_at_least(
    0.5,
    fr="Vous comparez les temps de calcul totaux. Rapportez d'abord chacun à son nombre de réponses justes.",
    en="You compare total computing times. First divide each by its number of right answers.",
)
check(rapport).is_close_to(
    attendu,
    within=0.06 * attendu,
    fr="Pour chaque façon, divisez le temps de calcul par le nombre de réponses justes ; puis divisez le premier résultat par le second.",
    en="For each way, divide the computing time by the number of right answers; then divide the first result by the second.",
)
### END HIDDEN TESTS

# %% [markdown] id="sobriete-suite" lang="fr"
# **Ce que l'on voit.** Le même modèle passe de 11 réponses justes sur 40 à 38, et chacune coûte bien moins. On n'a changé que la demande.
# Avant de prendre un modèle plus gros, on améliore donc la consigne : c'est plus juste *et* plus sobre.

# %% [markdown] id="sobriete-suite" lang="en" of="f75366d6"
# **What we see.** The same model goes from 11 right answers out of 40 to 38, and each costs far less. Only the request has changed.
# So before taking a larger model, improve the instruction: it is more accurate *and* more frugal.

# %% [markdown] id="partie-8" lang="fr"
# ## 8. Décider
#
# La direction vous demande : *peut-on confier à cet assistant les questions des agents sur le télétravail ?*
#
# Répondez en deux ou trois phrases. Une bonne réponse dit **pour quel usage** (lequel oui, lequel non), **avec quel contrôle** (qui relit quoi, que mesure-t-on),
# et s'appuie sur **au moins un chiffre** du lab. Il n'y a pas une seule bonne décision : c'est la justification qui est notée, par votre formatrice ou votre formateur.

# %% [markdown] id="partie-8" lang="en" of="01cfad36"
# ## 8. Deciding
#
# Management asks you: *can this assistant be entrusted with the staff's questions about working from home?*
#
# Answer in two or three sentences. A good answer says **for which use** (which yes, which no), **with which control** (who reads what again, what is measured),
# and rests on **at least one figure** of the lab. There is no single right decision: what is graded, by your trainer, is the justification.

# %% id="decision-widget" hide=true
ask.text(
    "decision",
    fr="Votre décision et sa justification",
    en="Your decision and its justification",
    rows=6,
    words=(30, 120),
)

# %% [markdown] graded="decision" lang="fr"
# *Cette réponse sera lue et notée par votre formatrice ou votre formateur, sur trois points : l'usage, le contrôle, le chiffre.*

# %% [markdown] graded="decision" lang="en" of="6cc0a38b"
# *This answer will be read and graded by your trainer, out of three points: the use, the control, the figure.*

# %% [markdown] id="bonus" lang="fr"
# ## 9. Pour aller plus loin (facultatif)
#
# Si vous avez envie d'écrire trois lignes de code : complétez la fonction `kappa`. Elle reçoit l'accord observé et l'accord dû au hasard (deux nombres entre 0 et 1)
# et rend le kappa. Par exemple, `kappa(0.80, 0.50)` doit rendre `0.6`.

# %% [markdown] id="bonus" lang="en" of="127210c3"
# ## 9. Going further (optional)
#
# If you feel like writing three lines of code: complete the function `kappa`. It receives the observed agreement and the agreement by chance (two numbers between 0 and 1)
# and returns kappa. For instance, `kappa(0.80, 0.50)` must return `0.6`.

# %% id="formule-code" answer=true
def kappa(observe, hasard):
    ### BEGIN SOLUTION
    return (observe - hasard) / (1 - hasard)
    ### END SOLUTION

# %% graded="formule"
check(kappa).called_with(0.80, 0.50).is_close_to(
    0.6,
    within=1e-9,
    fr="Reprenez l'exemple de la partie 4 : (0,80 − 0,50) ÷ (1 − 0,50). Les parenthèses comptent.",
    en="Go back to the example of part 4: (0.80 − 0.50) ÷ (1 − 0.50). The brackets matter.",
)
### BEGIN HIDDEN TESTS
for observe_, hasard_ in [(1.0, 0.3), (0.3, 0.3), (0.84, 0.788), (0.1, 0.6)]:
    check(kappa).called_with(observe_, hasard_).is_close_to(
        (observe_ - hasard_) / (1 - hasard_),
        within=1e-9,
        fr="La fonction est juste pour l'exemple, mais pas pour d'autres valeurs. Se sert-elle bien de ses deux arguments ?",
        en="The function is right for the example but not for other values. Does it use both of its arguments?",
    )
### END HIDDEN TESTS

# %% [markdown] id="fiche-texte" lang="fr"
# ## 10. Votre fiche d'évaluation
#
# La cellule suivante rassemble vos réponses en une page, que vous pouvez garder et montrer : la fiche d'évaluation de l'assistant.

# %% [markdown] id="fiche-texte" lang="en" of="b29c52d2"
# ## 10. Your evaluation sheet
#
# The next cell gathers your answers on one page that you can keep and show: the assistant's evaluation sheet.

# %% id="fiche" hide=true
libelles = {"fonde": ("fondées", "grounded"), "partiel": ("incomplètes", "incomplete"), "invente": ("inventées", "made up")}
grille = ask.answer("grille") or {}
vide = labkit.tr("pas encore de réponse", "no answer yet")
comptes = ", ".join(f"{list(grille.values()).count(cle)} {labkit.tr(*noms)}" for cle, noms in libelles.items())


def nombre(identifiant, unite=("", "")):
    valeur = ask.answer(identifiant)
    return vide if valeur is None else labkit.tr(f"{valeur:g}".replace(".", ",") + unite[0], f"{valeur:g}" + unite[1])


labkit.artefact(
    "fiche-evaluation-assistant",
    title=("Fiche d'évaluation d'un assistant", "Evaluation sheet of an assistant"),
    sections=[
        (
            ("Objet", "Subject"),
            labkit.tr(
                "Assistant qui répond aux agents sur le télétravail ; source : note interne en huit articles.",
                "Assistant that answers staff about working from home; source: internal note in eight articles.",
            ),
        ),
        (("Grille appliquée à douze réponses", "Rubric applied to twelve answers"), comptes if grille else vide),
        (("Affirmations sans soutien, sur douze", "Claims without support, out of twelve"), str(len(ask.answer("affirmations") or []))),
        (
            ("Réponses justes du petit modèle", "Right answers of the small model"),
            {
                labkit.tr("question libre", "free question"): nombre("comparaison-libre", (" %", "%")),
                labkit.tr("au choix, avec exemples", "choice, with examples"): nombre("comparaison-exemples", (" %", "%")),
            },
        ),
        (
            ("Coût d'une réponse juste", "Cost of a right answer"),
            labkit.tr(
                f"Façon libre, par rapport à la façon avec exemples : {nombre('sobriete', (' fois', ' times'))}.",
                f"Free way, compared with the way with examples: {nombre('sobriete', (' fois', ' times'))}.",
            ),
        ),
        (("Décision", "Decision"), ask.answer("decision")),
    ],
)

# %% [markdown] id="fin" lang="fr"
# ## Ce que vous savez faire maintenant
#
# - Écrire une consigne qui dit le rôle, la tâche, la source, le format et la limite.
# - Évaluer des réponses avec une grille, et savoir si la grille est fiable.
# - Découper un texte en affirmations et chercher le soutien de chacune.
# - Compter sur **toutes** les demandes, pas sur celles qui ont réussi.
# - Comparer des coûts **par réponse juste**.
#
# Il reste à remettre votre lab : le panneau ci-dessous s'en charge.

# %% [markdown] id="fin" lang="en" of="e9920ef8"
# ## What you can do now
#
# - Write an instruction that says role, task, source, format and limit.
# - Evaluate answers with a rubric, and know whether the rubric is reliable.
# - Cut a text into claims and look for what supports each.
# - Count over **all** requests, not over those that succeeded.
# - Compare costs **per right answer**.
#
# All that remains is to submit your lab: the panel below takes care of it.
