"""One code cell, two languages: the code of both is the same but for strings and comments."""

from __future__ import annotations

import ast
import hashlib
import re
from typing import Literal, get_args

Lang = Literal["fr", "en"]
LANGUAGES: tuple[Lang, ...] = get_args(Lang)

_SUFFIX = re.compile(r"[ \t]*#@(fr|en)[ \t]*$")


def in_language(source: str, lang: Lang) -> str:
    """The lines of `source` that stand in `lang`, without their `#@` suffix."""
    lines = []
    for line in source.split("\n"):
        mark = _SUFFIX.search(line)
        if mark is None:
            lines.append(line)
        elif mark.group(1) == lang:
            lines.append(line[: mark.start()])
    return "\n".join(lines)


def has_language_lines(source: str) -> bool:
    """Whether some line of `source` stands in one language only."""
    return any(_SUFFIX.search(line) for line in source.split("\n"))


def same_code(first: str, second: str) -> bool:
    """Whether two sources are the same program but for strings and comments. Raises `SyntaxError`."""
    return _shape(first) == _shape(second)


def text_hash(text: str) -> str:
    """Short hash of a French text: what `of` of its translation must equal. Spaces at line ends do not count."""
    lines = [line.rstrip() for line in text.strip().split("\n")]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:8]


class _WithoutStrings(ast.NodeTransformer):
    """Empties strings; what an f-string computes stays, in any order, since languages order words differently."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        """Empty a string."""
        return ast.Constant(value="") if isinstance(node.value, str) else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        """Keep only the values of an f-string; one without values is a plain string."""
        values = sorted(
            (self.visit(value) for value in node.values if isinstance(value, ast.FormattedValue)), key=ast.dump
        )
        return ast.JoinedStr(values=values) if values else ast.Constant(value="")

    def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.FormattedValue:
        """Drop the format: a decimal comma may need another one."""
        return ast.FormattedValue(value=self.visit(node.value), conversion=node.conversion, format_spec=None)


def _shape(source: str) -> str:
    return ast.dump(_WithoutStrings().visit(ast.parse(source)))
