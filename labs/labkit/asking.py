"""The widget of one question: what the learner answers is on disk before the page says that it is saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from labkit import answers, page
from labkit.ask import Question
from labkit.lang import tr


class QuestionWidget(anywidget.AnyWidget):
    """Shows `spec`; keeps `value` in `answers.json`; `saved` tells the page what became of it."""

    _esm = page.module("ask.js")
    _css = page.STYLE
    spec = traitlets.Dict().tag(sync=True)
    value = traitlets.Any(None, allow_none=True).tag(sync=True)
    saved = traitlets.Dict({"kind": "", "words": ""}).tag(sync=True)

    def __init__(self, question: Question) -> None:
        self.folder = Path.cwd()
        super().__init__(spec=question.spec, value=question.value, saved=_opening(self.folder, question))
        self._times = 0
        self.observe(self._keep, "value")

    def _keep(self, change: dict[str, Any]) -> None:
        self._times += 1
        try:
            aside = answers.save(self.spec["id"], change["new"], self.folder)
        except OSError as error:
            told = "failed", tr(f"Pas enregistré : {error.strerror}.", f"Not saved: {error.strerror}.")
        else:
            told = "saved", tr("Enregistré", "Saved") + (f". {_aside(aside.name)}" if aside else "")
        self.saved = {"kind": told[0], "words": told[1], "times": self._times}


def show(question: Question) -> QuestionWidget:
    """Show the widget of `question`, and its answer as text for whoever reads the notebook without widgets."""
    widget = QuestionWidget(question)
    page.show(f"question {question.id}", widget, repr(question))
    return widget


def _opening(folder: Path, question: Question) -> dict[str, Any]:
    try:
        answers.load(folder)
    except answers.UnreadableError:
        words = tr(
            "Le fichier answers.json est illisible. Il sera mis de côté à votre prochaine réponse.",
            "The file answers.json cannot be read. It will be kept aside at your next answer.",
        )
        return {"kind": "failed", "words": words}
    if question.value is None:
        return {"kind": "", "words": ""}
    return {"kind": "saved", "words": tr("Réponse retrouvée", "Answer found again")}


def _aside(name: str) -> str:
    return tr(f"L'ancien fichier, illisible, est gardé sous le nom {name}.", f"The unreadable file is kept as {name}.")
