"""The widget of the panel. Checks run where the learner's cells run; everything that waits runs beside, in a thread."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import anywidget
import traitlets
from IPython import get_ipython

from labkit import formative, lang, page, panel_view, workfolder
from labkit.exchange import Exchange, ExchangeError, labs_url
from labkit.lang import tr

SAVE_SECONDS = 5.0
PAUSES = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each attempt at following a submission."""
FINAL = ("graded", "error", "cancelled")


class PanelWidget(anywidget.AnyWidget):
    """`view` is all that the page shows; the page sends `{"do": "check"}` and `{"do": "submit", "saved": …}`.

    `saved` is whether the page has saved the notebook; `None` where it cannot tell.
    """

    _esm = page.module("panel.js")
    _css = page.STYLE
    lang = traitlets.Unicode("fr").tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    labs_url = traitlets.Unicode("").tag(sync=True)
    time_zone = traitlets.Unicode("").tag(sync=True)
    """That of the platform, as on its pages; the browser's own when the server does not say."""
    ends = traitlets.Dict().tag(sync=True)
    """Where the machine is given for a time: `at`, and `warn`, from when that is said aloud (ISO 8601)."""
    view = traitlets.Dict().tag(sync=True)

    def __init__(self, exchange: Exchange, origin: workfolder.Origin, notebook: Path) -> None:
        self.exchange, self.origin, self.notebook = exchange, origin, notebook
        self.seen = _stamp(notebook)
        self._busy = threading.Lock()
        self._drawing = threading.Lock()
        super().__init__(
            lang=lang.current(),
            words=panel_view.words(),
            labs_url=labs_url(),
            time_zone=os.environ.get("TZ", ""),
            ends=panel_view.ends(os.environ),
            view={"status": "", "tone": "info"},
        )
        self.on_msg(self._heard)
        self._beside(self.refresh)

    def _heard(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        if content.get("do") == "check":
            self.check()
        elif content.get("do") == "submit" and self._busy.acquire(blocking=False):
            self._beside(self._submit_and_release, content.get("saved"))

    def check(self) -> None:
        """Run the visible checks of the saved notebook here and show their verdicts."""
        try:
            questions = workfolder.questions(workfolder.read(self.notebook))
        except (OSError, ValueError, KeyError):
            self.show(panel_view.not_saved())
            return
        self.show(panel_view.checked(formative.run(questions, get_ipython())), focus="results")

    def submit(self, *, saved: bool | None) -> None:
        """Send the work, follow it until it is graded, and show the result. Blocks: runs in a thread."""
        if saved is False or (saved is None and not self._newly_saved()):
            self.seen = _stamp(self.notebook)
            self.show(panel_view.not_saved())
            return
        try:
            questions = workfolder.questions(workfolder.read(self.notebook))
            content = workfolder.pack(self.notebook.parent)
        except (OSError, ValueError, KeyError):
            self.show(panel_view.not_saved())
            return
        self.show({"status": tr("Envoi de votre travail…", "Sending your work…"), "tone": "busy"})
        origin = self.origin
        try:
            receipt = self.exchange.submit(origin.course, origin.lab, origin.lang, content)
        except ExchangeError as error:
            self.show(panel_view.failed(error))
        else:
            self._report(receipt, questions)
        self.refresh()

    def _report(self, receipt: dict[str, Any], questions: tuple[workfolder.Question, ...]) -> None:
        """Follow a submission that was received, and show its result: from here on nothing can be lost."""
        try:
            state = self._follow(receipt)
            if state["state"] == "cancelled":
                self.show(panel_view.cancelled(state))
            elif state.get("paused"):
                self.show(panel_view.paused(state))
            elif state["state"] in FINAL:
                self.show(panel_view.graded(self.exchange.result(receipt["id"]), questions), focus="results")
            else:
                self.show(panel_view.later())
        except ExchangeError:
            self.show(panel_view.later())

    def refresh(self) -> None:
        """Fetch the due date, the attempts left and the history; a service that does not answer changes nothing."""
        try:
            facts = panel_view.facts(self.exchange.lab(self.origin.course, self.origin.lab))
            past = panel_view.history(self.exchange.submissions(self.origin.course, self.origin.lab))
        except ExchangeError:
            return
        self.show({"facts": facts, "history": past})

    def show(self, view: dict[str, Any], *, focus: str = "") -> None:
        """Change what `view` names and keep the rest; `focus` is where the keyboard goes."""
        with self._drawing:
            merged = {**self.view, **view, "focus": focus}
            self.view = {**merged, "busy": merged.get("tone") == "busy"}

    def _follow(self, receipt: dict[str, Any]) -> dict[str, Any]:
        """Show each state as it comes, until a result or a pause; reconnects when the stream ends early."""
        state: dict[str, Any] = {}
        for pause in PAUSES:
            threading.Event().wait(pause)
            try:
                for state in self.exchange.events(receipt["id"]):
                    if state["state"] in FINAL or state.get("paused"):
                        return state  # a pause may last for days, and the work can go on meanwhile
                    self.show(panel_view.progress(state))
            except ExchangeError as error:
                if error.status in (401, 403, 404):
                    raise
        return self.exchange.submission(receipt["id"])

    def _newly_saved(self) -> bool:
        """Wait a few seconds for the notebook on disk to change."""
        for _ in range(int(SAVE_SECONDS / 0.1)):
            if _stamp(self.notebook) != self.seen:
                return True
            threading.Event().wait(0.1)
        return False

    def _submit_and_release(self, saved: bool | None) -> None:
        try:
            self.submit(saved=saved)
        finally:
            self._busy.release()

    def _beside(self, function: Any, *args: Any) -> None:
        threading.Thread(target=function, args=args, daemon=True, name="labkit-panel").start()


def show(exchange: Exchange, origin: workfolder.Origin, notebook: Path) -> PanelWidget:
    """Show the panel of one lab."""
    widget = PanelWidget(exchange, origin, notebook)
    page.show("panel", widget, panel_view.words()["checkHint"])
    return widget


def _stamp(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
