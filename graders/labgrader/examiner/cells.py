"""Runs one cell of a lab's author in the examiner's own process, and gives the number that it ends with, if any."""

from __future__ import annotations

import ast
import functools
import io
import tokenize
from types import CodeType
from typing import Any


def run(source: str, namespace: dict[str, Any], name: str) -> float | None:
    """Run `source`; the value of its last expression, when that is a number, is nbgrader's partial credit.

    `name` is how tracebacks call the cell. Raises whatever the cell raises.
    """
    body, last, quiet = compiled(source, name)
    exec(body, namespace)  # noqa: S102 - the lab's own check cell
    if last is None:
        return None
    value = eval(last, namespace)  # noqa: S307
    return None if quiet else _number(value)


@functools.lru_cache(maxsize=256)
def compiled(source: str, name: str) -> tuple[CodeType, CodeType | None, bool]:
    """What a cell comes to: all but its last expression, that expression if there is one, whether it shows no value.

    Raises SyntaxError. Called before a fork, it saves the fork more than many a check takes.
    """
    tree = ast.parse(source, name)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    body = compile(tree, name, "exec", dont_inherit=True)
    if not isinstance(last, ast.Expr):
        return body, None, False
    return body, compile(ast.Expression(last.value), name, "eval", dont_inherit=True), _quiet(source)


def _number(value: Any) -> float | None:
    """Only plain numbers: nbgrader reads the text of the result, which for numpy's is none."""
    if type(value) not in (int, float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def _quiet(source: str) -> bool:
    """Whether the cell ends with a semicolon, by which IPython shows no result."""
    if ";" not in source:
        return False
    skipped = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER, tokenize.DEDENT)
    tokens = [t.string for t in tokenize.generate_tokens(io.StringIO(source).readline) if t.type not in skipped]
    return tokens[-1:] == [";"]
