"""The lab on an assistant of the catalogue, as a learner answers it in the browser, in French."""

from __future__ import annotations

import re

from playwright.sync_api import Page
from tests.browser import notebook

TITLE = "Dialoguer avec un modèle de langue et évaluer ses réponses"
LAB = "l2-06-evaluer-un-assistant"
COURSE = "niveau-2"
LABELS = {
    "fondée": (1, 2, 5, 8, 10, 12),
    "incomplète": (6, 7),
    "inventée": (3, 4, 9, 11),
}
UNSUPPORTED = (
    "Elle est signée par deux responsables.",
    "Un fauteuil de bureau est fourni après six mois.",
    "L'électricité est remboursée par un forfait annuel.",
    "Cet avis est valable trois ans.",
    "Selon une étude de 2021, cette mesure réduit l'absentéisme de 37 %.",
)
DECISION = (
    "Je confierais à cet assistant les questions simples, avec la note jointe et le droit de dire qu'il ne sait pas. "
    "Une personne relirait les réponses sur la santé, car une réponse sur trois était inventée."
)


def answer_everything(page: Page, kappa: str) -> None:
    """Every widget of the lab, rightly, but for the kappa that is given."""
    for missing in ("La source", "Le format", "La limite"):
        notebook.question(page, "Quels éléments manquent").get_by_label(missing).check()
    for label, numbers in LABELS.items():
        for number in numbers:
            page.locator(f"[data-item='{number}']").get_by_label(label, exact=True).check()
    notebook.fill_number(page, "Quel est le kappa", kappa)
    notebook.question(page, "Qu'en concluez-vous").get_by_label(re.compile("^Leur accord dépasse")).check()
    for claim in UNSUPPORTED:
        notebook.question(page, "Cochez chaque affirmation").get_by_label(claim).check()
    notebook.fill_number(page, "Part de réponses justes, façon libre", "27.5")
    notebook.fill_number(page, "Part de réponses justes, au choix avec exemples", "95")
    notebook.fill_number(page, "Une réponse juste coûte", "19.2")
    text = notebook.question(page, "Votre décision et sa justification").get_by_role("textbox")
    text.fill(DECISION)
    text.press("Tab")
