"""Holds a process forked from the warm server to its box: one layer a module, each alone testable, none by a program.

`probe` tells which layers there are, `granted` whether they suffice, `prepare` what to make before the first fork;
`outer` and `inner` put a process into its `Box`, `Outer.end` ends all of it. What each layer stops is in its module.
"""

from labgrader.confine.box import MINIMUM, Box, ConfineError, Layer, missing
from labgrader.confine.environment import for_server
from labgrader.confine.granted import granted
from labgrader.confine.probe import probe
from labgrader.confine.stages import UNCONFINED, Outer, inner, outer, prepare
from labgrader.confine.tree import Ended
from labgrader.confine.uids import lease

__all__ = [
    "MINIMUM",
    "UNCONFINED",
    "Box",
    "ConfineError",
    "Ended",
    "Layer",
    "Outer",
    "for_server",
    "granted",
    "inner",
    "lease",
    "missing",
    "outer",
    "prepare",
    "probe",
]
