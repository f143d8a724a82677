"""Writes data/ of this lab, the same bytes each time: `python generate.py` in this folder.

Everything is invented: 240 learners of an assignment of ten questions (and an eleventh, on trial), their answers, and what an exercise of
the same course told those who failed it. `PLANTED` says what was put in, and where.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
SEED = 2369
"""Chosen so that what was planted shows clearly, and the question on trial misleads whoever trusts twelve people."""
PEOPLE = 240
TRIAL = 12
"""How many people saw the question on trial."""

PLANTED = {
    "q2": "too easy",
    "q4": "wrong key: a instead of c",
    "q5": "hard, and it discriminates",
    "q7": "two right answers, a and c; the key holds a",
    "q8": "misleading English wording: b is what it leads to",
    "q11": "seen by twelve people",
}

# question: points, key as entered, right answer, slope, level at which half know it, attractive wrong answer
QUESTIONS = {
    "q1": (1, "b", "b", 1.9, -0.5, "a"),
    "q2": (1, "b", "b", 1.2, -3.0, "a"),
    "q3": (2, "c", "c", 1.9, 0.3, "a"),
    "q4": (1, "a", "c", 2.2, 0.0, "a"),
    "q5": (1, "d", "d", 2.6, 1.15, "a"),
    "q6": (1, "b", "b", 1.9, -0.7, "c"),
    "q7": (2, "a", "a", 1.9, -0.6, "b"),
    "q8": (1, "c", "c", 1.9, -0.6, "d"),
    "q9": (1, "b", "b", 2.0, 0.2, "a"),
    "q10": (1, "b", "b", 1.9, -0.3, "a"),
    "q11": (1, "a", "a", 1.5, 0.0, "b"),
}

TEXTS = {
    "q1": (
        "Un filtre classe comme indésirable un courriel utile. De quelle erreur s'agit-il ?",
        "A filter classes a useful e-mail as spam. Which mistake is this?",
        ["un faux négatif", "un faux positif", "un vrai positif", "une fuite de données"],
        ["a false negative", "a false positive", "a true positive", "a data leak"],
    ),
    "q2": (
        "Pour évaluer un modèle, quelles données prend-on ?",
        "Which data does one take to evaluate a model?",
        ["celles de son apprentissage", "des données qu'il n'a jamais vues", "des données qu'il a inventées", "des données triées"],
        ["those of its training", "data that it has never seen", "data that it made up", "sorted data"],
    ),
    "q3": (
        "Deux évaluateurs sont d'accord 90 fois sur 100 ; le hasard seul donnerait 90. Que vaut le kappa ?",
        "Two raters agree 90 times out of 100; chance alone would give 90. What is kappa?",
        ["0,9", "1", "0", "−1"],
        ["0.9", "1", "0", "−1"],
    ),
    "q4": (
        "Sur 100 demandes, 95 sont normales. Un modèle répond toujours « normale » ; son exactitude est de 95 %. Qu'en dire ?",
        "Out of 100 requests, 95 are normal. A model always answers “normal”; its accuracy is 95%. What of it?",
        ["il est excellent", "il se trompe 95 fois sur 100", "il ne repère aucune demande anormale", "il faut le lancer une seconde fois"],
        ["it is excellent", "it is wrong 95 times in 100", "it spots no abnormal request", "it should be run a second time"],
    ),
    "q5": (
        "1 % des dossiers sont frauduleux. Un test signale 90 % d'entre eux, et 9 % des autres. Sur 100 dossiers signalés, combien sont frauduleux, environ ?",
        "1% of files are fraudulent. A test flags 90% of them, and 9% of the others. Out of 100 flagged files, about how many are fraudulent?",
        ["90", "81", "50", "9"],
        ["90", "81", "50", "9"],
    ),
    "q6": (
        "Un assistant cite un article de loi qui n'existe pas. Comment appelle-t-on cela ?",
        "An assistant quotes an article of law that does not exist. What is this called?",
        ["un piratage", "une affirmation inventée", "une fuite de données", "un biais de sélection"],
        ["a hack", "a made-up claim", "a data leak", "a selection bias"],
    ),
    "q7": (
        "Un fichier sans noms contient l'âge, la commune et le métier. Que faire pour que l'on y reconnaisse moins facilement une personne ?",
        "A file without names holds age, town and job. What can be done so that a person is less easily recognised in it?",
        ["remplacer l'âge par une tranche d'âge", "trier les lignes par métier", "remplacer la commune par le département", "changer le nom du fichier"],
        ["replace the age with an age band", "sort the rows by job", "replace the town with the county", "change the name of the file"],
    ),
    "q8": (
        "Laquelle de ces informations, à elle seule, n'est pas une donnée personnelle ?",
        "Which of these, on its own, may not be personal data?",
        ["une adresse électronique nominative", "un numéro de sécurité sociale", "la température moyenne d'une ville", "la voix enregistrée d'une personne"],
        ["an e-mail address with a name", "a social security number", "the average temperature of a town", "the recorded voice of a person"],
    ),
    "q9": (
        "Un intervalle est annoncé à 90 %. Sur 200 jours, il contient la valeur réelle 150 fois. Comment est-il ?",
        "An interval is announced at 90%. Over 200 days it holds the real value 150 times. What is it?",
        ["trop large", "trop étroit", "exact", "impossible à juger"],
        ["too wide", "too narrow", "exact", "impossible to judge"],
    ),
    "q10": (
        "Sur 400 dossiers, 60 sont mal classés. Quelle est l'exactitude ?",
        "Out of 400 files, 60 are wrongly classed. What is the accuracy?",
        ["15 %", "85 %", "60 %", "340 %"],
        ["15%", "85%", "60%", "340%"],
    ),
    "q11": (
        "Un petit modèle répond mal. Qu'essayer en premier ?",
        "A small model answers badly. What should be tried first?",
        ["améliorer la consigne", "prendre un modèle plus gros", "attendre une nouvelle version", "poser dix fois la question"],
        ["improve the instruction", "take a larger model", "wait for a new version", "ask ten times"],
    ),
}

MESSAGES = [
    ("Vous trouvez {x} : c'est l'accord observé, non le kappa.", "You find {x}: this is the observed agreement, not kappa.", (0.5, 0.99)),
    ("Le résultat {x} dépasse 1 : vérifiez les parenthèses.", "The result {x} exceeds 1: check the brackets.", (1.01, 3)),
    ("Votre fonction rend {x} quel que soit l'exemple.", "Your function returns {x} whatever the example.", (0, 1)),
]
"""A message in both languages, and the numbers between which its own lies."""


def choose(rng: np.random.Generator, name: str, ability: np.ndarray, lang: np.ndarray) -> np.ndarray:
    """The answer of each person to one question."""
    _, _, right, slope, level, lure = QUESTIONS[name]
    knows = rng.random(len(ability)) < 1 / (1 + np.exp(-slope * (ability - level)))
    wrong = [letter for letter in "abcd" if letter != right and not (name == "q7" and letter == "c")]
    guess = np.where(rng.random(len(ability)) < 0.65, lure, rng.choice(wrong, len(ability)))
    given = np.where(knows, right, guess)
    if name == "q7":
        given = np.where(knows & (rng.random(len(ability)) < 0.5), "c", given)
    if name == "q8":
        given = np.where((lang == "en") & (given == "c") & (rng.random(len(ability)) < 0.42), "b", given)
    blank = (rng.random(len(ability)) < 0.02) & (name != "q11")
    return np.where(blank, "", given)


def cohort() -> pd.DataFrame:
    """240 people, one row each: site, job, version read, answers."""
    rng = np.random.default_rng(SEED)
    lang = rng.permutation(np.repeat(["fr", "en"], [150, PEOPLE - 150]))
    ability = rng.normal(0.1, 1, PEOPLE) + 0.55 * (lang == "en")
    sites = ["Amont", "Bassin", "Centre", "Delta", "Estran"]
    jobs = ["accueil", "gestion", "santé", "technique"]
    counts = [(14, 19, 1, 17), (16, 12, 7, 11), (18, 23, 9, 2), (3, 16, 4, 20), (13, 15, 5, 15)]
    places = [(s, j) for s, row in zip(sites, counts, strict=True) for j, n in zip(jobs, row, strict=True) for _ in range(n)]
    places = [places[i] for i in rng.permutation(PEOPLE)]
    table = pd.DataFrame({"personne": [f"p{i:03d}" for i in range(1, PEOPLE + 1)], "version": lang})
    table["site"], table["metier"] = [p[0] for p in places], [p[1] for p in places]
    for name in QUESTIONS:
        table[name] = choose(rng, name, ability, lang)
    seen = np.zeros(PEOPLE, bool)
    seen[rng.choice(PEOPLE, TRIAL, replace=False)] = True
    table["q11"] = np.where(seen, table.q11, "-")
    return table


def questions() -> pd.DataFrame:
    """The questions as the assignment has them, with the key that was entered."""
    rows = []
    for name, (points, key, *_) in QUESTIONS.items():
        fr, en, options_fr, options_en = TEXTS[name]
        row = {"question": name, "bareme": points, "cle": key, "texte_fr": fr, "texte_en": en}
        row |= {f"{letter}_fr": text for letter, text in zip("abcd", options_fr, strict=True)}
        row |= {f"{letter}_en": text for letter, text in zip("abcd", options_en, strict=True)}
        rows.append(row)
    return pd.DataFrame(rows)


def trials() -> pd.DataFrame:
    """What an exercise told those who failed it: one row an attempt. The most frequent message is not that of most people."""
    rng = np.random.default_rng(SEED + 1)
    people = rng.permutation(np.arange(1, PEOPLE + 1))
    rows = []
    for (fr, en, numbers), who, low, high in zip(MESSAGES, (people[:41], people[41:58], people[50:62]), (1, 5, 1), (2, 9, 3), strict=True):
        for person in who:
            for _ in range(rng.integers(low, high + 1)):
                x = round(float(rng.uniform(*numbers)), 2)
                rows.append((f"p{person:03d}", fr.format(x=str(x).replace(".", ",")), en.format(x=x)))
    rows = [rows[i] for i in rng.permutation(len(rows))]
    return pd.DataFrame(rows, columns=["personne", "message_fr", "message_en"])


def main() -> None:
    """Write the three files."""
    cohort().to_csv(HERE / "data/reponses.csv", index=False)
    questions().to_csv(HERE / "data/questions.csv", index=False)
    trials().to_csv(HERE / "data/essais.csv", index=False)


if __name__ == "__main__":
    main()
