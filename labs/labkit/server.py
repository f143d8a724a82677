"""Jupyter Server extension: lands a learner on a lab, fetched if it is absent; HTTP only, nothing heavy.

`GET caire/open?course=&lab=&lang=` opens a lab; `GET caire/fresh?…` asks, and `POST caire/fresh?…` begins it again from
a fresh copy, with the old folder kept. Who may call is the server's own sign-in; the form carries its XSRF field.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from jupyter_core.paths import jupyter_config_dir
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import ensure_async, url_path_join
from tornado import web

from labkit import opening, server_pages
from labkit.exchange import Exchange, ExchangeError, labs_url
from labkit.server_pages import Trouble

_one_at_a_time = asyncio.Lock()


class LabHandler(JupyterHandler):
    """What both handlers share: the lab asked for, and pages in its language."""

    @property
    def lang(self) -> str:
        """The language asked for; French unless it is English."""
        return "en" if self.get_query_argument("lang", "fr") == "en" else "fr"

    @property
    def asked(self) -> tuple[str, str]:
        """The course and the lab asked for."""
        return self.get_query_argument("course", ""), self.get_query_argument("lab", "")

    @property
    def root(self) -> Path:
        """The folder that JupyterLab shows: the learner's home."""
        return Path(self.settings["server_root_dir"]).expanduser()

    async def land(self, exchange: Exchange, *, fresh: bool) -> None:
        """Fetch what has to be fetched, then send the browser to the notebook."""
        course, lab = self.asked
        async with _one_at_a_time:
            if fresh or await _in_thread(
                partial(opening.untouched_in_another_language, self.root, course, lab, self.lang)
            ):
                await self.set_aside(exchange)
            notebook = await _in_thread(partial(opening.open_lab, exchange, self.root, course, lab, self.lang))
        await _in_thread(partial(opening.set_locale, _user_settings(), self.lang))
        self.redirect(url_path_join(self.base_url, "lab", "tree", quote(notebook.as_posix())))

    async def set_aside(self, exchange: Exchange) -> None:
        """Set the folder aside, once it is certain that the lab can be fetched; its kernels, which are in it, stop."""
        course, lab = self.asked
        folder = opening.folder_of(course, lab).as_posix()
        await _in_thread(partial(exchange.lab, course, lab))
        for session in await ensure_async(self.session_manager.list_sessions()):
            if str(session.get("path", "")).startswith(f"{folder}/"):
                await ensure_async(self.session_manager.delete_session(session["id"]))
        await _in_thread(partial(opening.set_aside, self.root, course, lab))

    async def answer(self, work: Callable[[Exchange], Awaitable[None]]) -> None:
        """Do `work` with the exchange; a page says why, where that cannot be done."""
        exchange = Exchange.from_environment()
        if exchange is None:
            self.trouble(server_pages.UNCONNECTED)
            return
        try:
            await work(exchange)
        except ExchangeError as error:
            known = server_pages.UNKNOWN if error.status in (401, 403, 404) else server_pages.UNREACHABLE
            self.trouble(known, error.code)
        except ValueError:
            self.trouble(server_pages.UNKNOWN)
        except opening.BundleError as error:
            self.log.exception("lab %s of %s cannot be unpacked", *reversed(self.asked))
            self.trouble(server_pages.BROKEN, str(error))
        except OSError as error:
            self.trouble(server_pages.NO_ROOM, error.strerror or "")

    def trouble(self, trouble: Trouble, code: str = "") -> None:
        """Answer with the page for `trouble`."""
        self.set_status(trouble.status)
        self.page(server_pages.trouble_page(trouble, self.lang, labs_url(), code))

    def page(self, content: str) -> None:
        """Answer with a page of ours, never cached."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.finish(content)


class OpenHandler(LabHandler):
    """`GET caire/open`: lands on the notebook of a lab."""

    @web.authenticated
    async def get(self) -> None:
        """Open the lab that the query names."""
        await self.answer(partial(self.land, fresh=False))


class FreshHandler(LabHandler):
    """`caire/fresh`: begins a lab again; the GET asks, the POST does."""

    @web.authenticated
    async def get(self) -> None:
        """Ask whether to begin again."""
        await self.answer(self.ask)

    @web.authenticated
    async def post(self) -> None:
        """Set the old folder aside, fetch a fresh copy and open it."""
        await self.answer(partial(self.land, fresh=True))

    async def ask(self, exchange: Exchange) -> None:
        """Show the question, which names the lab by its title."""
        course, lab = self.asked
        described = await _in_thread(partial(exchange.lab, course, lab))
        title = str(described["manifest"]["title"][self.lang])
        action = "?" + urlencode({"course": course, "lab": lab, "lang": self.lang})
        self.page(server_pages.fresh_page(title, self.lang, labs_url(), self.xsrf_form_html(), action))


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "labkit.server"}]


def _load_jupyter_server_extension(server: Any) -> None:
    base = server.web_app.settings["base_url"]
    handlers = [("open", OpenHandler), ("fresh", FreshHandler)]
    server.web_app.add_handlers(".*$", [(url_path_join(base, "caire", name), handler) for name, handler in handlers])


async def _in_thread(function: Callable[[], Any]) -> Any:
    return await asyncio.get_running_loop().run_in_executor(None, function)


def _user_settings() -> Path:
    """Where JupyterLab keeps a user's settings."""
    found = os.environ.get("JUPYTERLAB_SETTINGS_DIR")
    return Path(found) if found else Path(jupyter_config_dir(), "lab", "user-settings")
