"""Writes data/solutions.csv: how well six ways of sorting the same requests of staff do, and the energy that each takes, measured on the machine that runs this.

The requests are invented here, in French, with fixed seeds. Quality is the share of 600 new requests, partly worded otherwise, that reach the right service. Energy is an estimate: CPU
seconds of one core times 10 W. The last line, a small language model, is not measured here: its energy comes from the runs recorded for lab l2-06 (forty short texts),
and its quality on these requests is left empty. Run it by hand when the lab changes (half a minute of CPU): `python mesurer.py`.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline

FILE = Path(__file__).parent / "data" / "solutions.csv"
MODEL_RUNS = Path(__file__).parents[1] / "l2-06-evaluer-un-assistant" / "data" / "essai_smollm2.csv"
"""CPU seconds that SmolLM2 took for each of forty short texts, recorded for another lab."""
WATTS = 10.0
TAUGHT = 400
TYPOS, OTHERWISE = 0.12, 0.08
LEAST = 1.5
"""CPU seconds that a timing takes at least: what is timed runs again until then."""

OPENINGS = ["Bonjour, ", "Bonjour à tous, ", "Madame, Monsieur, ", "", "Bonsoir, ", "Re-bonjour, "]
ENDINGS = ["", " Merci d'avance.", " C'est assez urgent.", " Cordialement.", " Je reste à votre disposition.", " Merci de me dire à qui m'adresser."]
TOPICS = {
    "paie": (["ma prime", "mon bulletin de salaire", "le virement du mois", "mes heures supplémentaires", "le remboursement de mon transport", "mon indemnité", "une retenue", "mon acompte"],
             ["{} n'apparaît pas", "je ne comprends pas {}", "il y a une erreur sur {}", "à quelle date arrive {} ?", "{} est plus faible que prévu"]),
    "congés": (["mes congés d'été", "une journée de repos", "mon compte épargne-temps", "un congé pour enfant malade", "mes jours restants", "un congé sans solde", "une absence vendredi", "mon retour de congé"],
               ["je voudrais poser {}", "comment déclarer {} ?", "ma demande pour {} est refusée", "qui valide {} ?", "il manque des jours dans {}"]),
    "informatique": (["mon mot de passe", "l'imprimante du deuxième étage", "ma messagerie", "le réseau sans fil", "mon écran", "le logiciel des plannings", "mon accès à distance", "la visioconférence"],
                     ["{} ne fonctionne plus", "impossible d'utiliser {}", "il faut réinitialiser {}", "{} est très lent", "message d'erreur avec {}"]),
    "locaux": (["le chauffage du bureau", "la salle de réunion", "mon badge d'entrée", "la porte du parking", "une fuite d'eau au plafond", "l'ascenseur", "le ménage de l'étage", "un fauteuil cassé"],
               ["{} pose problème", "qui s'occupe de ceci : {} ?", "il faudrait réparer {}", "{} est en panne depuis hier", "je signale {}"]),
    "formation": (["une formation au secourisme", "le stage de conduite de bateau", "mon inscription au concours", "un cours d'anglais", "mon entretien professionnel", "une validation d'acquis", "le catalogue des stages", "mon attestation de stage"],
                  ["je souhaite suivre {}", "où en est {} ?", "y a-t-il encore une place pour {} ?", "je n'ai pas reçu de réponse pour {}", "comment financer {} ?"]),
}  # fmt: skip
OTHER_WORDS = {
    "paie": ["je n'ai pas été payé ce mois-ci", "ma fiche de paie est fausse", "on m'a retiré 80 euros de salaire", "le taux d'impôt prélevé a changé", "les frais de ma mission ne sont pas remboursés", "mon solde de rémunération de juin manque", "puis-je avoir une avance sur salaire ?"],
    "congés": ["je serai absent lundi prochain", "mon fils est malade, je reste chez moi", "combien de jours me reste-t-il à prendre ?", "je pars trois semaines en août", "puis-je reporter mes vacances ?", "mon chef n'a pas validé mes vacances", "je voudrais récupérer mon samedi travaillé"],
    "informatique": ["je n'arrive plus à me connecter", "mon ordinateur ne démarre pas", "je n'ai plus internet au bureau", "un virus s'affiche à l'écran", "mes courriels ne partent pas", "j'ai oublié mon code de session", "le clavier ne répond plus"],
    "locaux": ["il fait 14 degrés dans notre pièce", "une vitre est brisée au rez-de-chaussée", "la lumière du couloir clignote", "je ne peux plus entrer dans le bâtiment", "il y a de l'eau par terre aux vestiaires", "la poubelle déborde en salle de pause", "mon bureau est trop petit pour deux personnes"],
    "formation": ["je veux préparer l'examen de secrétaire", "mon diplôme peut-il être reconnu ?", "le stage de mardi est-il maintenu ?", "je cherche un cours pour apprendre le tableur", "quand aura lieu mon bilan annuel ?", "puis-je m'inscrire à la session de septembre ?", "mon certificat de secourisme expire"],
}  # fmt: skip
WORDS = {
    "paie": ["prime", "salaire", "virement", "paie", "payé", "indemnité"],
    "congés": ["congé", "repos", "absence", "jours", "vacances"],
    "informatique": ["mot de passe", "imprimante", "messagerie", "réseau", "écran", "logiciel", "connecter"],
    "locaux": ["chauffage", "salle", "badge", "porte", "ascenseur", "bureau"],
    "formation": ["formation", "stage", "cours", "inscription", "concours"],
}  # fmt: skip


def misspelt(text: str, rng: np.random.Generator) -> str:
    """`text` with a letter lost here and there, as people type."""
    return "".join(letter for letter in text if not (letter.isalpha() and rng.random() < TYPOS))


def requests(n: int, seed: int, half: int) -> tuple[list[str], list[str]]:
    """`n` requests with their service; some in wordings that the patterns do not have, of which each `half` (0 or 1) has its own."""
    rng = np.random.default_rng(seed)
    texts, services = [], []
    for _ in range(n):
        service = str(rng.choice(list(TOPICS)))
        things, ways = TOPICS[service]
        core = str(rng.choice(OTHER_WORDS[service][half::2])) if rng.random() < OTHERWISE else str(rng.choice(ways)).format(rng.choice(things))
        texts.append(misspelt(str(rng.choice(OPENINGS)) + core + "." + str(rng.choice(ENDINGS)), rng))
        services.append(service)
    return texts, services


def cpu_of(action: Callable[[], object]) -> float:
    """CPU seconds that one run of `action` takes, over enough runs."""
    times, start = 0, time.process_time()
    while time.process_time() - start < LEAST:
        action()
        times += 1
    return (time.process_time() - start) / times


def by_words(texts: list[str]) -> list[str]:
    """The service whose words are found the most; the first one if there is none."""
    return [max(WORDS, key=lambda service: sum(word in text for word in WORDS[service])) for text in texts]


SOLUTIONS = {
    "bayes": lambda: make_pipeline(TfidfVectorizer(), MultinomialNB()),
    "regression": lambda: make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(C=10, max_iter=300)),
    "lettres": lambda: make_pipeline(TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4)), LogisticRegression(C=10, max_iter=300)),
    "foret": lambda: make_pipeline(TfidfVectorizer(), RandomForestClassifier(300, n_jobs=1, random_state=0)),
    "reseau": lambda: make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), MLPClassifier((128,), max_iter=40, random_state=0)),
}


def main() -> None:
    """Measure, and write the file."""
    known, services = requests(TAUGHT, 1, half=0)
    new, truth = requests(600, 2, half=1)
    thousand = (new + new)[:1000]
    rows = [["regles", np.mean([a == b for a, b in zip(by_words(new), truth, strict=True)]), 0.0, cpu_of(lambda: by_words(thousand))]]
    for name, make in SOLUTIONS.items():
        model = make().fit(known, services)
        quality = float(np.mean(model.predict(new) == np.array(truth)))
        rows.append([name, quality, cpu_of(lambda make=make: make().fit(known, services)), cpu_of(lambda model=model: model.predict(thousand))])
    with MODEL_RUNS.open(newline="") as file:
        seconds = [float(run["contraint_cpu_s"]) for run in csv.DictReader(file)]
    with FILE.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["solution", "qualite", "mwh_apprentissage", "mwh_1000"])
        for name, quality, training, thousand_requests in rows:
            writer.writerow([name, f"{100 * quality:.1f}", f"{training * WATTS / 3.6:.2g}", f"{thousand_requests * WATTS / 3.6:.2g}"])
        writer.writerow(["langue", "", "0", f"{1000 * np.mean(seconds) * WATTS / 3.6:.3g}"])


if __name__ == "__main__":
    main()
