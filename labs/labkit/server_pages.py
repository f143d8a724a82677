"""The few pages that the learner's server shows itself: accessible, self-contained, in the learner's language."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from pathlib import Path
from typing import NamedTuple

STATIC = Path(__file__).parent / "static"


class Trouble(NamedTuple):
    """Why a lab could not be opened: HTTP status, and a title and an advice in French and in English."""

    status: int
    fr: tuple[str, str]
    en: tuple[str, str]


UNKNOWN = Trouble(
    404,
    ("Ce lab n'est pas ouvert pour vous", "Retournez à « Mes labs » pour voir ceux qui le sont."),
    ("This lab is not open to you", "Go back to “My labs” to see those that are."),
)
UNREACHABLE = Trouble(
    502,
    (
        "Le service des labs ne répond pas",
        "Votre travail n'est pas touché. Rechargez cette page dans une minute ; si cela dure, prévenez l'assistance.",
    ),
    (
        "The lab service does not answer",
        "Your work is untouched. Reload this page in a minute; if this lasts, tell the support.",
    ),
)
UNCONNECTED = Trouble(
    503,
    (
        "Ce serveur n'est pas relié au service des labs",
        "Arrêtez-le depuis le panneau de contrôle, puis ouvrez le lab depuis « Mes labs ».",
    ),
    (
        "This server is not connected to the lab service",
        "Stop it in the control panel, then open the lab from “My labs”.",
    ),
)
NO_ROOM = Trouble(
    507,
    (
        "Le lab n'a pas pu être écrit dans votre dossier",
        "Il n'y a sans doute plus de place : supprimez des fichiers dont vous n'avez plus besoin, puis réessayez.",
    ),
    (
        "The lab could not be written into your folder",
        "There is probably no room left: delete files that you no longer need, then try again.",
    ),
)
BROKEN = Trouble(
    502,
    ("Ce lab est abîmé sur le serveur", "Prévenez votre formateur ou formatrice : vous n'y êtes pour rien."),
    ("This lab is damaged on the server", "Tell your trainer: it is not your doing."),
)


def trouble_page(trouble: Trouble, lang: str, labs_url: str, code: str = "") -> str:
    """The page for `trouble`; `code` is a detail for the support."""
    title, advice = trouble.en if lang == "en" else trouble.fr
    detail = f'<p class="code">{escape(code)}</p>' if code else ""
    return _page(title, f"<p>{_said(advice)}</p>{detail}<p>{_labs_link(lang, labs_url)}</p>", lang)


def fresh_page(lab_title: str, lang: str, labs_url: str, xsrf: str, action: str) -> str:
    """The question before a lab is begun again; `xsrf` is the server's hidden field, `action` the form's address."""
    if lang == "en":
        title, button = "Start again from a fresh copy?", "Start again"
        words = "Your present work is kept beside it, in a folder whose name says “ancien” and the date."
        after = "What you have already submitted, and your score, stay as they are."
    else:
        title, button = "Recommencer depuis une copie neuve ?", "Recommencer"
        words = "Votre travail actuel est gardé à côté, dans un dossier dont le nom porte « ancien » et la date."
        after = "Ce que vous avez déjà remis, et votre score, ne changent pas."
    controls = f"{xsrf}<button>{button}</button>{_labs_link(lang, labs_url)}"
    form = f'<form method="post" action="{escape(action)}">{controls}</form>'
    return _page(
        title, f"<p><strong>{_said(lab_title)}</strong></p><p>{_said(words)}</p><p>{_said(after)}</p>{form}", lang
    )


def _labs_link(lang: str, url: str) -> str:
    return f'<a href="{escape(url)}">{"Back to My labs" if lang == "en" else "Retour à Mes labs"}</a>'


def _page(title: str, body: str, lang: str) -> str:
    slogan = "Artificial intelligence, hands on" if lang == "en" else "L'intelligence artificielle par la pratique"
    return (
        f'<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8"><title>{escape(title)} · CAIRE Labs</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_static("pages.css")}</style>'
        f'</head><body><header><div class="brand"><span aria-hidden="true">{_static("logo.svg")}</span>'
        f"<span>CAIRE Labs<small>{escape(slogan)}</small></span></div></header>"
        f'<main><div class="card"><h1>{_said(title)}</h1>{body}</div></main></body></html>\n'
    )


def _said(text: str) -> str:
    """`text` for HTML; no line begins with a sign that French sets apart."""
    return escape(re.sub("(?<=«) | (?=[?!:;»])", "\N{NO-BREAK SPACE}", text))


@cache
def _static(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")
