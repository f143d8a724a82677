"""Questions for people who do not program: labelled native controls whose answers are kept at once in `answers.json`.

Each call shows its widget and returns the question; `ask.answer(id)` is the stored value. While a lab is graded
the question and its stored answer are shown as text and nothing else is loaded.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from labkit import answers, lang, session
from labkit.display import written
from labkit.lang import Words, pick, tr

Options = Mapping[str, Words]


class Question:
    """One question on the page. `value` is the stored answer, or `None`."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self.spec = spec

    @property
    def id(self) -> str:
        """The identifier under which the answer is kept."""
        return str(self.spec["id"])

    @property
    def value(self) -> Any:
        """The stored answer, or `None`."""
        return answer(self.id)

    def __repr__(self) -> str:
        given = describe(self.spec, self.value)
        return f"{self.spec['title']}\n{tr('Réponse : ', 'Answer: ')}{given or tr('pas encore', 'none yet')}"

    def _ipython_display_(self) -> None:
        """Nothing: the question was shown when it was asked."""


def answer(id: str) -> Any:
    """The stored answer to the question `id`, or `None`."""
    return answers.get(id)


def choice(id: str, *, fr: str, en: str, options: Options) -> Question:
    """One of `options` (`{key: ("français", "English")}`). The value is its key."""
    hint = tr("Une seule réponse.", "One answer.")
    return _ask("choice", id, (fr, en), hint, options=_pairs(options))


def choices(id: str, *, fr: str, en: str, options: Options) -> Question:
    """Any number of `options`. The value is the sorted list of their keys."""
    hint = tr("Une ou plusieurs réponses.", "One or more answers.")
    return _ask("choices", id, (fr, en), hint, options=_pairs(options))


def number(
    id: str,
    *,
    fr: str,
    en: str,
    low: float | None = None,
    high: float | None = None,
    unit: Words = "",
) -> Question:
    """A number between `low` and `high`, typed, with a decimal comma or point."""
    bounds = _bounds(low, high)
    words = {
        "range": tr("Cette valeur est hors des bornes : ", "This value is out of bounds: ") + bounds,
        "unreadable": tr("Écrivez un nombre, par exemple 12,5.", "Write a number, such as 12.5."),
    }
    return _ask("number", id, (fr, en), bounds, words, low=low, high=high, unit=pick(unit))


def slider(id: str, *, fr: str, en: str, low: float, high: float, step: float, unit: Words = "") -> Question:
    """A number between `low` and `high` by steps; `None` until the slider has been moved."""
    hint = tr("Déplacez le curseur (souris ou flèches du clavier).", "Move the slider (mouse or arrow keys).")
    words = {"untouched": tr("à choisir", "to choose")}
    return _ask("slider", id, (fr, en), hint, words, low=low, high=high, step=step, unit=pick(unit))


def text(id: str, *, fr: str, en: str, rows: int = 4, words: tuple[int, int] | None = (20, 80)) -> Question:
    """A few sentences. `words` is the length advised, fewest and most; it is shown, never enforced."""
    least, most = words or (0, 0)
    advice = tr(f"Entre {least} et {most} mots.", f"Between {least} and {most} words.") if words else ""
    count = tr("Mots : {n}", "Words: {n}") + (f" / {least}–{most}" if words else "")
    return _ask("text", id, (fr, en), advice, {"count": count}, rows=rows)


def annotate(id: str, *, fr: str, en: str, items: Mapping[str, Words], labels: Options) -> Question:
    """One of `labels` for each of `items`. The value is `{item: label}`, with the items annotated so far."""
    hint = tr("Une réponse par ligne.", "One answer for each line.")
    words = {"progress": tr("{n} sur {of} annotés.", "{n} of {of} annotated.")}
    return _ask("annotate", id, (fr, en), hint, words, items=_pairs(items), labels=_pairs(labels))


def describe(spec: Mapping[str, Any], value: Any) -> str:
    """The answer `value` in words, for those who read the notebook without its widgets; empty when there is none."""
    if value is None or value == [] or value == {}:
        return ""
    options = dict(spec.get("options") or spec.get("labels") or ())
    if isinstance(value, list):
        return tr("\u00a0; ", "; ").join(str(options.get(key, key)) for key in value)
    if isinstance(value, dict):
        items = dict(spec.get("items") or ())
        return "\n" + "\n".join(f"- {items.get(i, i)} → {options.get(label, label)}" for i, label in value.items())
    unit = spec.get("unit") or ""
    gap = tr("\u00a0", "" if unit == "%" else "\u00a0") if unit else ""
    return f"{options.get(str(value)) or written(value, 6)}{gap}{unit}"


def _pairs(options: Options) -> list[tuple[str, str]]:
    return [(str(key), pick(words)) for key, words in options.items()]


def _bounds(low: float | None, high: float | None) -> str:
    least, most = (written(bound, 6) for bound in (low, high))
    if low is not None and high is not None:
        return tr(f"Entre {least} et {most}.", f"Between {least} and {most}.")
    if low is not None:
        return tr(f"Au moins {least}.", f"At least {least}.")
    return tr(f"Au plus {most}.", f"At most {most}.") if high is not None else ""


def _ask(kind: str, id: str, title: Words, hint: str, words: Mapping[str, str] | None = None, **more: Any) -> Question:
    spec = {
        "kind": kind,
        "id": id,
        "lang": lang.current(),
        "title": pick(title),
        "hint": hint,
        "words": {
            "answer": tr("Votre réponse", "Your answer"),
            "waiting": tr(
                "Pas encore enregistré : le noyau est occupé ou arrêté. Exécutez de nouveau cette cellule.",
                "Not saved yet: the kernel is busy or stopped. Run this cell again.",
            ),
            "asleep": tr(
                "Exécutez de nouveau cette cellule pour pouvoir répondre.", "Run this cell again to be able to answer."
            ),
            **(words or {}),
        },
        **more,
    }
    question = Question(spec)
    module = sys.modules.get("IPython")
    if module is None or module.get_ipython() is None:
        return question
    if session.grading():
        module.display.display({"text/plain": repr(question)}, raw=True)
    else:
        from labkit.asking import show

        show(question)
    return question
