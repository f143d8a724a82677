"""Knows which library code asks Python for frames, objects or memory for its own use, by identity and never by name.

A notebook can give its code any file name and any namespace, but not make it the code object that a library had
before. Libraries imported later are recognised by their file: the same code, instruction by instruction, is in it.
"""

from __future__ import annotations

import gc
import marshal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType, FunctionType

ENGINE = "labgrader"
FRAMES = frozenset({"_getframe", "_current_frames", "_current_exceptions", "settrace", "setprofile"})
ATTRIBUTES = frozenset({"tb_frame", "gi_frame", "cr_frame", "ag_frame", "f_code"})
OBJECTS = frozenset({"get_objects", "get_referrers", "get_referents"})
MEMORY = frozenset({
    "ctypes", "CDLL", "PyDLL", "cdll", "pythonapi", "LoadLibrary", "from_address", "string_at", "_handle", "_dll",
})  # fmt: skip
ALSO = {
    "_getframe": frozenset({"_getframe", "currentframe", "getouterframes", "stack"}),
    "setprofile": frozenset({"setprofile", "enable", "disable"}),
    "tb_frame": frozenset({"tb_frame", "getinnerframes", "walk_tb"}),
}
"""Other names under which libraries ask for the same."""
WORDS = FRAMES | ATTRIBUTES | OBJECTS | MEMORY | {"currentframe", "getouterframes", "getinnerframes", "walk_tb"}
"""Code with one of these is remembered; other code is looked for in its file, once it asks."""


def words(name: str) -> frozenset[str]:
    """The words of which a library that asks for `name` on its own account uses one."""
    return ALSO.get(name, frozenset({name}))


HANDING_ON = {
    "bdb.py": None,
    "ctypes/__init__.py": None,
    "inspect.py": frozenset({"currentframe", "getinnerframes", "getouterframes", "stack", "trace"}),
    "logging/__init__.py": frozenset({"<lambda>", "currentframe"}),
    "pdb.py": None,
    "trace.py": None,
    "traceback.py": frozenset({"walk_stack", "walk_tb"}),
}
"""Functions of libraries (`None`: all of the file) that give what they ask for to whoever called them."""


class Askers:
    """Made before learner code, in the process that will run it or in the one it is forked from."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[CodeType, int]] = {}
        for function in [found for found in gc.get_objects() if type(found) is FunctionType]:
            for code in _within(function.__code__):
                if not WORDS.isdisjoint(code.co_names) or _engine(code):
                    self._known[id(code)] = code, id(function.__globals__)
        self._roots = tuple(str(Path(place).resolve()) for place in {*sys.path, *map(_home, (gc, marshal))} if place)
        self._later: dict[int, tuple[CodeType, bool]] = {}
        self._files: dict[str, tuple[CodeType, ...]] = {}

    def allowed(self, frame: FrameType | None, due: frozenset[str]) -> bool:
        """Whether who asks in `frame` is the engine, or a library that names one of `due` and keeps what it gets.

        A library that only calls what it is given, or hands on what it gets, asks for its own caller.
        """
        direct = True
        while frame is not None:
            code = frame.f_code
            known = self._known.get(id(code))
            if known is not None and known[1] != id(frame.f_globals):
                return False
            if known is not None and _engine(code):
                return direct
            if known is None and not self._genuine(code):
                return False
            names_it = not due.isdisjoint(code.co_names)
            if names_it and not _hands_on(code, frame):
                return True
            direct = direct and names_it
            frame = frame.f_back
        return False

    def engine(self, frame: FrameType) -> bool:
        """Whether `frame` is the engine's or the shell's, whose variables hold what the notebook must not see."""
        name = frame.f_code.co_filename
        return _engine(frame.f_code) or "/IPython/core/interactiveshell.py" in name or "/IPython/core/async_" in name

    def _genuine(self, code: CodeType) -> bool:
        if (before := self._later.get(id(code))) is None:
            before = self._later[id(code)] = code, self._in_its_file(code)
        return before[1]

    def _in_its_file(self, code: CodeType) -> bool:
        name = code.co_filename
        if not any(name.startswith(f"{root}/") for root in self._roots):
            return False
        if name not in self._files:
            self._files[name] = tuple(_of_file(Path(name)))
        return any(code == found for found in self._files[name] if found.co_firstlineno == code.co_firstlineno)


def _home(module: object) -> str:
    spec = getattr(module, "__spec__", None)
    return str(Path(getattr(spec, "origin", None) or __file__).parent)


def _within(code: CodeType) -> Iterator[CodeType]:
    yield code
    for part in code.co_consts:
        if type(part) is CodeType:
            yield from _within(part)


def _of_file(path: Path) -> Iterator[CodeType]:
    """All code of a Python file of a library; none where it cannot be read."""
    try:
        yield from _within(compile(path.read_bytes(), str(path), "exec", dont_inherit=True))
    except (OSError, SyntaxError, ValueError):
        return


def _engine(code: CodeType) -> bool:
    return code.co_filename.startswith(_OWN)


_OWN = f"{Path(__file__).parents[1]}/"


def _hands_on(code: CodeType, frame: FrameType) -> bool:
    for file, names in HANDING_ON.items():
        if code.co_filename.endswith(f"/{file}"):
            if names is None or code.co_name in names:
                return True
            return file == "traceback.py" and bool(frame.f_locals.get("capture_locals"))
    return False
