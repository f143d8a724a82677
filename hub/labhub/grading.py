"""Says which sandbox this machine gives to graded code, and why nothing is graded here, if so: one sentence."""

from __future__ import annotations

from labgrader.settings import Settings

SEALED = "sealed"
NO_GRADER = "no grader is installed here"


def layers() -> str:
    """The sandbox layers that a grader has on this machine, with this account."""
    try:
        from labgrader import confine
    except ModuleNotFoundError:  # a hub without a grader
        return NO_GRADER
    return ", ".join(sorted(confine.probe()))


def refusal(settings: Settings) -> str | None:
    """Why the grader of these settings refuses to work here; `None` where it does not, or is not installed."""
    try:
        from labgrader import confine
        from labgrader.engine import EngineError, installed
    except ModuleNotFoundError:
        return None
    try:
        installed(settings)
    except EngineError as why:
        return str(why)
    if settings.grader.engine != SEALED:
        return None
    try:
        confine.granted(settings.grader)
    except confine.ConfineError as why:
        return str(why)
    return None
