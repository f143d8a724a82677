"""The panel at the end of a lab: check, submit, follow, read the score. One sentence where none of that can be done."""

from __future__ import annotations

from pathlib import Path

from labkit import session, workfolder
from labkit.exchange import Exchange
from labkit.lang import tr


def panel() -> None:
    """Show the panel: the last cell of every lab. Silent while a lab is graded."""
    if session.grading():
        return
    exchange = Exchange.from_environment()
    if exchange is None:
        print(
            tr(
                "La vérification et la remise se font sur la plateforme : ouvrez ce lab depuis « Mes labs ».",
                "Checking and submitting are done on the platform: open this lab from “My labs”.",
            )
        )
        return
    origin, notebook = workfolder.origin(Path.cwd()), workfolder.notebook()
    if origin is None or notebook is None:
        print(
            tr(
                "Ce dossier ne vient pas de « Mes labs » : ouvrez le lab depuis cette page pour pouvoir le remettre.",
                "This folder does not come from “My labs”: open the lab from that page to be able to submit it.",
            )
        )
        return
    from labkit.panel_widget import show

    show(exchange, origin, notebook)
