"""What the panel shows, as plain data made of plain data; its sentences stand here, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from labkit.exchange import ExchangeError
from labkit.formative import Verdict
from labkit.lang import tr
from labkit.workfolder import Question

View = dict[str, Any]

_SYMBOLS = {
    "passed": "✓",
    "partial": "◐",
    "failed": "✗",
    "todo": "○",
    "manual": "✎",
    "empty": "○",
    "missing": "○",
    "error": "⚠",
}


def words() -> dict[str, str]:
    """The labels that never change."""
    return {
        "title": tr("Vérifier et remettre", "Check and submit"),
        "check": tr("Vérifier", "Check"),
        "submit": tr("Remettre", "Submit"),
        "checkHint": tr(
            "« Vérifier » relit vos réponses ici, autant de fois que vous voulez. « Remettre » les envoie à noter.",
            "“Check” looks at your answers here, as often as you like. “Submit” sends them to be graded.",
        ),
        "labs": tr("Mes labs", "My labs"),
        "history": tr("Mes essais", "My attempts"),
        "attempt": tr("Essai", "Attempt"),
        "when": tr("Remis le", "Submitted on"),
        "state": tr("État", "State"),
        "score": tr("Score", "Score"),
        "counts": tr("retenu", "counts"),
        "due": tr("À remettre avant le", "Due by"),
        "ends": tr(
            "Cette machine vous est prêtée jusqu'au {date}. Elle s'arrête alors ; vos fichiers enregistrés restent.",
            "This machine is yours until {date}. Then it stops; your saved files stay.",
        ),
        "endsSoon": tr(
            "Cette machine s'arrête le {date} : enregistrez maintenant, et remettez ce qui est prêt.",
            "This machine stops on {date}: save now, and submit what is ready.",
        ),
        "saving": tr("Enregistrement du notebook…", "Saving the notebook…"),
        "waiting": tr("En attente du noyau : une cellule est en cours.", "Waiting for the kernel: a cell is running."),
        "checking": tr("Vérification en cours…", "Checking…"),
        "asleep": tr(
            "Exécutez de nouveau le notebook (menu Exécution) pour vérifier ou remettre.",
            "Run the notebook again (menu Run) to check or submit.",
        ),
        "stopped": tr(
            "Le noyau ne répond pas. Exécutez de nouveau cette cellule.",
            "The kernel does not answer. Run this cell again.",
        ),
    }


def ends(environ: Mapping[str, str]) -> dict[str, str]:
    """When the machine of this server is taken back, as the hub has told the server; empty if never."""
    at, warn = environ.get("CAIRE_SERVER_ENDS"), environ.get("CAIRE_SERVER_WARNS")
    return {"at": at, "warn": warn} if at and warn else {}


def number(value: float) -> str:
    """Points as people write them: 7.5, in French 7,5."""
    return f"{value:.4g}".replace(".", tr(",", "."))


def points(gained: float | None, of: float | None, bonus: float = 0) -> str:
    """`7,5 / 10`, with a bonus that is part of `gained` `7,5 / 10 + 2 bonus`; an empty text when there is none yet."""
    if gained is None or of is None:
        return ""
    return f"{number(gained - bonus)} / {number(of)}" + (f" + {number(bonus)} bonus" if bonus else "")


def checked(verdicts: Sequence[Verdict]) -> View:
    """The view after *Vérifier*."""
    graded = [v for v in verdicts if not v.question.manual]
    passed = sum(v.outcome == "passed" for v in graded)
    rows = [_row(v.question.title.here, v.outcome, message=v.message.here if v.message else "") for v in verdicts]
    status = tr(
        f"{passed} exercice{'s' if passed > 1 else ''} sur {len(graded)} : les vérifications visibles sont réussies. "
        "La note repose aussi sur d'autres vérifications.",
        f"{passed} of {len(graded)} exercises pass their visible checks. The grade rests on further checks as well.",
    )
    tone = "good" if passed == len(graded) else "info"
    return {"status": status, "tone": tone, "heading": tr("Vérification", "Check"), "rows": rows, "score": None}


def progress(submission: Mapping[str, Any]) -> View:
    """The view while a submission waits or is graded."""
    attempt = submission.get("attempt", "")
    if submission.get("state") == "grading":
        status = tr(f"Essai {attempt} : notation en cours…", f"Attempt {attempt}: grading…")
    elif (position := submission.get("position") or 1) > 1:
        status = tr(
            f"Essai {attempt} bien reçu. Place dans la file : {position}.{_wait(submission)}",
            f"Attempt {attempt} received. Place in the queue: {position}.{_wait(submission)}",
        )
    else:
        status = tr(
            f"Essai {attempt} bien reçu. Il va être noté.",
            f"Attempt {attempt} received. It is about to be graded.",
        )
    return {"status": status, "tone": "busy"}


def _wait(submission: Mapping[str, Any]) -> str:
    """The service's estimate of the wait; nothing when it knows none."""
    words = _text((submission.get("wait") or {}).get("words"))
    return tr(f" Attente estimée : {words}.", f" Estimated wait: {words}.") if words else ""


def paused(submission: Mapping[str, Any]) -> View:
    """The view of an attempt that waits because a trainer has paused the grading of its lab."""
    attempt = submission.get("attempt", "")
    status = tr(
        f"Essai {attempt} bien reçu. La notation de ce lab est en pause : il sera noté dès la reprise, et vous n'avez "
        "rien à faire. Vous trouverez le résultat dans « Mes labs ».",
        f"Attempt {attempt} received. Grading of this lab is paused: it is graded as soon as grading goes on, and you "
        "have nothing to do. You will find the result in “My labs”.",
    )
    return {"status": status, "tone": "info"}


def cancelled(submission: Mapping[str, Any]) -> View:
    """The view of an attempt whose grading a trainer cancelled: what it means, and what to do."""
    attempt = submission.get("attempt", "")
    status = tr(
        f"Votre formateur ou votre formatrice a annulé la notation de l'essai {attempt}. Votre travail est gardé et "
        "cet essai n'est pas décompté : relisez votre notebook et remettez de nouveau, ou demandez qu'il soit noté.",
        f"Your trainer has cancelled the grading of attempt {attempt}. Your work is kept and this attempt is not "
        "counted: look through your notebook and submit again, or ask your trainer to have it graded.",
    )
    return {"status": status, "tone": "info"}


def graded(result: Mapping[str, Any], questions: Sequence[Question]) -> View:
    """The view of a result (`LearnerResult`)."""
    submission, titles = result["submission"], {q.id: q.title.here for q in questions}
    heading = tr(f"Résultat de l'essai {submission['attempt']}", f"Result of attempt {submission['attempt']}")
    if result.get("error"):
        return {
            "status": _text(result["error"]["message"]),
            "tone": "bad",
            "heading": heading,
            "rows": [],
            "score": None,
        }
    rows = [
        _row(
            titles.get(check["id"], check["id"]),
            "empty" if _is_empty(check) else check["outcome"],
            message=_text(check.get("message")),
            score="" if check["outcome"] == "manual" else _points_of(check),
            comment=(result.get("comments") or {}).get(check["id"], ""),
        )
        for check in result.get("checks", ())
    ]
    bonus, of = submission.get("bonus_points") or 0.0, submission.get("max_points") or 0.0
    gained = (submission.get("points") or 0.0) - bonus
    on_top = f" + {number(bonus)} bonus" if bonus else ""
    status = tr(
        f"Score : {number(gained)} sur {number(of)}{on_top}.", f"Score: {number(gained)} out of {number(of)}{on_top}."
    )
    pending = submission.get("manual_pending") or 0
    empty = min(sum(_is_empty(check) for check in result.get("checks", ())), pending)
    pending -= empty
    if empty:
        status += tr(
            f" {empty} réponse{'s' if empty > 1 else ''} rédigée{'s' if empty > 1 else ''} "
            f"{'sont encore vides : écrivez-les' if empty > 1 else 'est encore vide : écrivez-la'}, "
            "puis remettez de nouveau.",
            f" {empty} written answer{'s are' if empty > 1 else ' is'} still empty: "
            f"write {'them' if empty > 1 else 'it'}, then submit again.",
        )
    if pending:
        status += tr(
            f" {pending} réponse{'s' if pending > 1 else ''} rédigée{'s' if pending > 1 else ''} "
            f"{'seront lues' if pending > 1 else 'sera lue'} par votre formateur ou formatrice.",
            f" {pending} written answer{'s' if pending > 1 else ''} will be read by your trainer.",
        )
    complete = of > 0 and gained >= of
    score = {"value": gained, "max": of, "words": points(gained + bonus, of, bonus)}
    return {"status": status, "tone": "good" if complete else "info", "heading": heading, "rows": rows, "score": score}


def history(submissions: Sequence[Mapping[str, Any]]) -> list[View]:
    """One line an attempt, newest first."""
    states = {
        "queued": tr("en file d'attente", "queued"),
        "grading": tr("correction en cours", "grading"),
        "graded": tr("notée", "graded"),
        "error": tr("non corrigée", "not graded"),
        "cancelled": tr("notation annulée", "grading cancelled"),
    }
    return [
        {
            "attempt": s["attempt"],
            "when": s["received_at"],
            "state": states.get(s["state"], s["state"]) + (tr(", en retard", ", late") if s.get("late") else ""),
            "score": points(s.get("points"), s.get("max_points"), s.get("bonus_points") or 0.0),
            "counts": bool(s.get("counts")),
        }
        for s in submissions
    ]


def facts(lab: Mapping[str, Any]) -> View:
    """Due date and attempts left of a `LearnerLab`."""
    left = lab.get("attempts_left")
    words = "" if left is None else tr(f"Essais restants : {left}", f"Attempts left: {left}")
    return {"due": (lab.get("release") or {}).get("due_at"), "attempts": words, "closed": left == 0}


def failed(error: ExchangeError) -> View:
    """The view of a submission that was refused or met no answer: what happened, and what to do."""
    if error.status == 0:
        status = tr(
            "Le service ne répond pas : rien n'a été remis. Votre travail reste enregistré ici. "
            "Réessayez dans une minute.",
            "The service does not answer: nothing was submitted. Your work is safe here. Try again in a minute.",
        )
    else:
        status = error.message or tr(
            f"La remise n'a pas abouti ({error.code}). Votre travail reste enregistré ici. Réessayez ; si cela dure, "
            "prévenez l'assistance.",
            f"The submission failed ({error.code}). Your work is safe here. Try again; if this lasts, tell "
            "the support.",
        )
    return {"status": status, "tone": "bad"}


def later() -> View:
    """The view when a received submission cannot be followed to its end."""
    status = tr(
        "Votre travail est bien reçu. Le résultat tarde à venir : vous le trouverez dans « Mes labs ».",
        "Your work is received. The result is late in coming: you will find it in “My labs”.",
    )
    return {"status": status, "tone": "info"}


def not_saved() -> View:
    """The view when the notebook on disk may be older than the one on the screen."""
    status = tr(
        "Le notebook n'est pas enregistré. Appuyez sur Ctrl + S, puis sur « Remettre » de nouveau.",
        "The notebook is not saved. Press Ctrl + S, then “Submit” again.",
    )
    return {"status": status, "tone": "bad"}


def _row(title: str, outcome: str, *, message: str = "", score: str = "", comment: str = "") -> View:
    label = {
        "passed": tr("Réussi", "Passed"),
        "partial": tr("En partie", "In part"),
        "failed": tr("À améliorer", "Not there yet"),
        "todo": tr("À faire", "To do"),
        "manual": tr("Réponse rédigée, à lire", "Written answer, to be read"),
        "empty": tr("Encore vide", "Still empty"),
        "missing": tr("Cellule absente", "Cell missing"),
        "error": tr("Non vérifié", "Not checked"),
    }.get(outcome, outcome)
    return {
        "title": title,
        "outcome": outcome,
        "symbol": _SYMBOLS.get(outcome, "•"),
        "label": label,
        "message": message,
        "points": score,
        "comment": comment,
    }


def _points_of(check: Mapping[str, Any]) -> str:
    return points(check["points"], check["max_points"]) + (" bonus" if check.get("bonus") else "")


def _is_empty(check: Mapping[str, Any]) -> bool:
    """Whether a text for the trainer has not been written yet."""
    return check["outcome"] == "manual" and check.get("answer") is not None and not check["answer"].strip()


def _text(message: Mapping[str, str] | None) -> str:
    return tr(message["fr"], message["en"]) if message else ""
