"""Names in a learner's code that no lab needs and forgeries do (pure): told to the trainer, never counted.

A search for words, not a judgement: it finds what was written openly, and costs a hostile notebook nothing to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from labgrader.engine.cells import Notebook
from labgrader.record import Tampering

FRAMES = ("_getframe", "currentframe", "f_back", "tb_frame", "gi_frame", "cr_frame", "ag_frame", "inspect.stack")
OBJECTS = ("get_objects", "get_referrers", "get_referents", "__subclasses__")
MACHINE = ("ctypes", "cffi", "pythonapi", "/proc/")
ENGINE = ("labgrader", "unittest.mock")
WORDS = (*FRAMES, *OBJECTS, *MACHINE, *ENGINE)
_FOUND = re.compile("|".join(rf"(?<!\w){re.escape(word)}" + (r"\b" if word[-1].isalnum() else "") for word in WORDS))


def signs(submitted: Notebook) -> Iterator[Tampering]:
    """A sign `code.<word>` for each word that is in a code cell, once for each cell."""
    for place, cell in enumerate(submitted.cells):
        if cell.runs and any(word in cell.source for word in WORDS):  # a tenth of what the expression alone costs
            where = cell.mark.grade_id if cell.mark is not None else f"cell-{place}"
            for word in dict.fromkeys(_FOUND.findall(cell.source)):
                yield Tampering(what=f"code.{word}", where=where)
