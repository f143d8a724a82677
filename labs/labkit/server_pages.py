"""The few pages that the learner's server shows itself: accessible, self-contained, in the learner's language."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1f; --soft: #46464f; --page: #fff; --back: #f4f5f8; --blue: #1f4fa3; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #f2f2f5; --soft: #c7c8d1; --page: #1f2027; --back: #14151a; --blue: #a9c7ff; }
}
body { margin: 0; background: var(--back); color: var(--ink); font: 1.05rem/1.6 system-ui, "Segoe UI", sans-serif; }
main { box-sizing: border-box; max-width: 36rem; margin: 12vh auto 2rem; padding: 2rem 2.4rem; background: var(--page);
  border-top: 4px solid var(--blue); border-radius: 10px; }
h1 { margin: 0 0 0.6rem; font-size: 1.5rem; line-height: 1.3; }
p { margin: 0.6rem 0; } a { color: var(--blue); text-underline-offset: 3px; }
form { margin: 1.4rem 0 0.6rem; display: flex; flex-wrap: wrap; gap: 0.8rem 1.4rem; align-items: center; }
button { min-height: 2.75rem; padding: 0.45rem 1.4rem; border: 0; border-radius: 8px; background: #1f4fa3; color: #fff;
  font: inherit; font-weight: 600; cursor: pointer; }
:is(a, button):focus-visible { outline: 3px solid var(--blue); outline-offset: 3px; border-radius: 4px; }
.code { color: var(--soft); font-size: 0.9rem; }
"""


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
    return _page(title, f"<p>{escape(advice)}</p>{detail}<p>{_labs_link(lang, labs_url)}</p>", lang)


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
    return _page(title, f"<p><strong>{escape(lab_title)}</strong></p><p>{words}</p><p>{after}</p>{form}", lang)


def _labs_link(lang: str, url: str) -> str:
    return f'<a href="{escape(url)}">{"Back to My labs" if lang == "en" else "Retour à Mes labs"}</a>'


def _page(title: str, body: str, lang: str) -> str:
    return (
        f'<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>'
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>\n"
    )
