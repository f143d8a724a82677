"""What a learner may be told of a failed hidden test (pure): its author's own words, never a value that came by.

A hidden test calls the learner's functions with its own arguments. A function could put them into what it raises or
returns, and read them in the message; so of such a test only sentences that stand in its source are shown, without
the values in them, and the names of Python's own errors.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator

from labgrader.engine import words
from labgrader.engine.sealing import tree_of, without_magics
from labgrader.record import Text

VALUE = "{value}"
LEFT_OUT = "…"
_ERROR = re.compile(r"\((\w{1,60})\)")


def discreet(source: str, said: Text, error: str | None) -> Text:
    """`said` about the check `source`, as far as its author wrote it. `error` is the name of what was raised."""
    known = tuple(_sentences(source))
    fr, en = (_authored(known, text) for text in (said.fr, said.en))
    if fr is not None and en is not None:
        return Text(fr=fr, en=en)
    names = [name for name in (error, *_ERROR.findall(said.en)) if name is not None and _is_builtin_error(name)]
    return words.stopped(names[0]) if names else words.GENERIC


def _sentences(source: str) -> Iterator[str]:
    tree = tree_of(without_magics(source))
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield " ".join(node.value.split())


def _authored(known: tuple[str, ...], text: str) -> str | None:
    for sentence in known:
        parts = [re.escape(part) for part in sentence.split(VALUE)]
        # A placeholder alone, or with a word or two, could stand for any text.
        if len(sentence.replace(VALUE, "")) >= len(VALUE) and re.fullmatch(".*".join(parts), text, re.DOTALL):
            return sentence.replace(VALUE, LEFT_OUT)
    return None


def _is_builtin_error(name: str) -> bool:
    kind = getattr(builtins, name, None)
    return isinstance(kind, type) and issubclass(kind, Exception) and kind is not AssertionError
