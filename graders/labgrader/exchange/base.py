"""What all eight classes share: the client, the caller's language, and failures as one sentence."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbgrader.exchange.abc import Exchange as NbgraderExchange
from nbgrader.exchange.abc import ExchangeError as NbgraderExchangeError
from traitlets import Unicode, default

from labgrader import client
from labgrader.client_routes import Lang

TOKEN_VARIABLE = "JUPYTERHUB_API_TOKEN"  # noqa: S105
URL_VARIABLE = "CAIRE_EXCHANGE_URL"
LANG_VARIABLES = ("CAIRE_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
SERVICE_PATH = "/services/exchange"

__all__ = ["NbgraderExchangeError", "ServiceExchange", "exchange_url", "language"]


def exchange_url(environment: dict[str, str]) -> str | None:
    """Address of the service: named, or beside the hub's API as in every learner server; `None` outside a hub."""
    if URL_VARIABLE in environment:
        return environment[URL_VARIABLE]
    api = environment.get("JUPYTERHUB_API_URL", "")
    return api.removesuffix("/hub/api").rstrip("/") + SERVICE_PATH if api.endswith("/hub/api") else None


def language(environment: dict[str, str]) -> Lang:
    """The caller's language; French unless English is asked for."""
    named = next((environment[name] for name in LANG_VARIABLES if environment.get(name)), "fr")
    return "en" if named.startswith("en") else "fr"


class ServiceExchange(NbgraderExchange):
    """nbgrader's Exchange whose other side is the service."""

    url = Unicode(help="Address of the exchange service, ending in /services/exchange.").tag(config=True)

    @default("url")
    def _url_default(self) -> str:
        return exchange_url(dict(os.environ)) or ""

    @property
    def lang(self) -> Lang:
        """The caller's language."""
        return language(dict(os.environ))

    def say(self, fr: str, en: str) -> str:
        """The sentence in the caller's language."""
        return en if self.lang == "en" else fr

    @contextmanager
    def service(self) -> Iterator[client.Exchange]:
        """A client as the caller; whatever it raises ends nbgrader's command with one sentence."""
        token = os.environ.get(TOKEN_VARIABLE, "")
        if not (self.url and token):
            self.fail(
                self.say(
                    "Cette commande marche dans un terminal de votre serveur JupyterLab, après connexion.",
                    "This command works in a terminal of your JupyterLab server, once signed in.",
                )
            )
        try:
            with client.Exchange(self.url, token) as exchange:
                yield exchange
        except client.ExchangeError as error:
            self.fail(error.message.in_language(self.lang) if error.message else error.detail)

    def course(self, exchange: client.Exchange) -> str:
        """The course that was named, or the caller's only one."""
        if self.coursedir.course_id:
            return str(self.coursedir.course_id)
        courses = exchange.courses()
        if len(courses) != 1:
            names = ", ".join(c.id for c in courses) or "-"
            self.fail(self.say(f"Nommez le cours avec --course : {names}.", f"Name the course with --course: {names}."))
        return str(courses[0].id)

    @property
    def assignment(self) -> str:
        """The lab that was named."""
        name = str(self.coursedir.assignment_id)
        if not name:
            self.fail(self.say("Nommez le lab.", "Name the lab."))
        return name

    @property
    def folder(self) -> Path:
        """Where the lab lies for the caller."""
        return Path(self.assignment_dir).expanduser() / self.assignment

    def init_src(self) -> None:
        """Nothing to prepare: the service checks what is asked."""

    def init_dest(self) -> None:
        """Nothing to prepare."""

    def copy_files(self) -> Any:
        """Defined by each command."""
        raise NotImplementedError
