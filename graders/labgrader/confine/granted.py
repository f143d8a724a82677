"""The layers that a grader works with on this machine, or the one sentence that says why it refuses to grade."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labgrader.confine.box import ConfineError, Layer, missing
from labgrader.confine.probe import probe

if TYPE_CHECKING:  # the warm server needs this package, and has no use for settings
    from labgrader.settings import GraderSettings


def granted(settings: GraderSettings) -> frozenset[Layer]:
    """What this machine and account give of what `settings` ask for. Raises `ConfineError` when that is too little."""
    layers = probe()
    if settings.isolation == "none":
        layers -= {Layer.UID}
    if settings.isolation == "uid" and Layer.UID not in layers:
        raise ConfineError("Setting grader.isolation: uid needs root.")
    if (why := missing(layers, settings.minimum)) is not None:
        raise ConfineError(why)
    return layers
