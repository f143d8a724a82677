"""Gives JupyterHub's templates a language: `_()`, `lang()` and `language_url()`, from the request's own cookie."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from babel.numbers import format_decimal
from jinja2 import Environment, pass_context
from jinja2.ext import Extension
from jinja2.runtime import Context

from labhub.i18n import COOKIE, COOKIE_DAYS, NAMES, PARAMETER, Language, language, other, translations


class PageExtension(Extension):
    """Loaded into the hub's template environment; adds functions, no syntax."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.globals.update(
            {
                "_": gettext,
                "lang": lang,
                "decimal": decimal,
                "other_language": other_language,
                "language_url": language_url,
            }
        )


def _handler(context: Context) -> Any:
    # JupyterHub hands templates a bound method of the request's handler: the one way to the request from here.
    return context["static_url"].__self__


@pass_context
def lang(context: Context) -> Language:
    """The language of the page; remembers a choice made by `?lang=` in the cookie."""
    handler = _handler(context)
    cookies = {name: morsel.value for name, morsel in handler.request.cookies.items()}
    asked = handler.get_query_argument(PARAMETER, "")
    chosen = language(cookies, {PARAMETER: asked}, context.get("default_language", "fr"))
    if asked == chosen != cookies.get(COOKIE):
        handler.set_cookie(COOKIE, chosen, path=handler.base_url, expires_days=COOKIE_DAYS, samesite="Lax")
    return chosen


@pass_context
def gettext(context: Context, message: str, **values: object) -> str:
    """`message` in the language of the page, with `%(name)s` filled in from `values`."""
    text: str = translations(lang(context)).gettext(message)
    return text % values if values else text


@pass_context
def decimal(context: Context, value: float) -> str:
    """A number with the language's own signs: `1,5` in French."""
    return str(format_decimal(value, locale=lang(context)))


@pass_context
def other_language(context: Context) -> tuple[Language, str]:
    """The language to offer, as a code and by its own name."""
    code = other(lang(context))
    return code, NAMES[code]


@pass_context
def language_url(context: Context) -> str:
    """This page in the other language."""
    handler = _handler(context)
    kept = [(k, handler.get_query_argument(k)) for k in handler.request.query_arguments if k != PARAMETER]
    return f"?{urlencode([*kept, (PARAMETER, other(lang(context)))])}"
