"""Makes small changes to a lab's solution, each of which its checks should notice: pure functions, always the same.

In code: another operator, another constant, an argument less or two exchanged, a step left out, a condition turned
round. Among the answers to widgets: another option, another number. Texts and what no check asks for stay as they are.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from labgrader.authoring.source import Kind, LabSource

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
BINARY = {
    ast.Add: ("-",), ast.Sub: ("+",), ast.Mult: ("/",), ast.Div: ("*",), ast.FloorDiv: ("/",), ast.Mod: ("//",),
    ast.Pow: ("*",), ast.BitAnd: ("|",), ast.BitOr: ("&",),
}  # fmt: skip
COMPARED = {
    ast.Lt: ("<=", ">"), ast.LtE: ("<", ">="), ast.Gt: (">=", "<"), ast.GtE: (">", "<="), ast.Eq: ("!=",),
    ast.NotEq: ("==",), ast.In: ("not in",), ast.NotIn: ("in",), ast.Is: ("is not",), ast.IsNot: ("is",),
}  # fmt: skip
ASKED = {"choice", "choices", "annotate"}
FEW = 5
"""Parts of an answer, each of which must be right."""
NEAR = 24
"""Characters that are shown on either side of a change."""
SHORT = 90
"""Characters that are shown of one side of a change, at most."""


@dataclass(frozen=True)
class Mutant:
    """One change: in a cell (`cells`, its new source by id) or among the answers (all of them, changed)."""

    where: str
    """Id of the cell or of the widget."""
    old: str
    new: str
    cells: Mapping[str, str]
    answers: Mapping[str, Any]

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is known by."""
        return self.where, self.old, self.new

    def __str__(self) -> str:
        return f"{self.where}: {self.old} → {self.new}"


def mutants(lab: LabSource) -> list[Mutant]:
    """Every mutant of `lab`'s solution, in the order of its cells, those of the widgets' answers last."""
    answers = lab.header.answers
    made = [
        Mutant(cell.id, old, new, {cell.id: source}, answers)
        for cell in lab.cells
        if cell.kind is Kind.ANSWER
        for old, new, source in of_code(cell.in_language("fr"))
    ]
    options, checks = _options(lab), "\n".join(cell.source for cell in lab.cells if cell.kind is Kind.CHECK)
    for id_, value in answers.items():
        if re.search(rf"""["']{re.escape(id_)}["']""", checks):  # of others no check can know
            made += [
                Mutant(id_, old, new, {}, {**answers, id_: other})
                for old, new, other in of_answer(value, options.get(id_, ()))
            ]
    return list({mutant.key: mutant for mutant in made}.values())


def of_code(source: str) -> Iterator[tuple[str, str, str]]:
    """(old, new, whole source) of each mutant of an answer cell; only what the learner writes is changed."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # magics: nothing that can be changed safely
        return
    text = _Source(source)
    for node in ast.walk(tree):
        if text.changeable(node):
            for target, new in _changes(node, text):
                whole = text.replaced(target, new)
                if whole != source and _parses(whole):
                    yield (*text.around(target, new), whole)


def of_answer(value: Any, options: tuple[str, ...]) -> Iterator[tuple[str, str, Any]]:
    """(old, new, whole value) of others: `options` are those of a choice, or the labels of an annotation."""
    match value:
        case bool():
            yield str(value), str(not value), not value
        case int() | float():
            yield from ((str(value), str(other), other) for other in _other_numbers(value))
        case str() if value in options:
            yield from ((value, option, option) for option in options if option != value)
        case list():
            others = [option for option in options if option not in value]
            for some in _together(value):
                yield f"with {', '.join(some)}", f"without {', '.join(some)}", [o for o in value if o not in some]
            for some in _together(others):
                yield f"without {', '.join(some)}", f"with {', '.join(some)}", sorted([*value, *some])
        case dict():
            labels = sorted({*options, *(label for label in value.values() if isinstance(label, str))})
            swap = {one: next((other for other in labels if other != one), one) for one in labels}
            for some in _together([item for item, label in value.items() if swap.get(label, label) != label]):
                changed = {item: swap[value[item]] for item in some}
                yield _listed({item: value[item] for item in some}), _listed(changed), {**value, **changed}


def _together(parts: list[Any]) -> Iterator[list[Any]]:
    """The parts of an answer that are changed at once: a third where there are many, as labs forgive a slip."""
    size = max(1, len(parts) // 3) if len(parts) > FEW else 1
    yield from (parts[n : n + size] for n in range(0, len(parts), size))


def _listed(labels: Mapping[str, Any]) -> str:
    return ", ".join(f"{item}: {label}" for item, label in labels.items())


def _other_numbers(value: float) -> Iterator[float]:
    """Twice as much, and a tenth more or at least one more: rounding must not matter, so nothing nearer."""
    yield value * 2 if value else 1
    yield value + max(1, round(value / 10)) if isinstance(value, int) else round(value * 1.1, 6)


class _Source:
    """A source by the positions that `ast` gives, which count bytes of UTF-8."""

    def __init__(self, source: str) -> None:
        self.lines = source.split("\n")
        self.marked = any(BEGIN in line for line in self.lines)
        self.inside: set[int] = set()
        open_ = not self.marked
        for number, line in enumerate(self.lines, 1):
            if BEGIN in line or END in line:
                open_ = BEGIN in line
            elif open_:
                self.inside.add(number)

    def changeable(self, node: ast.AST) -> bool:
        """Whether the learner writes all of `node`."""
        first, last = getattr(node, "lineno", None), getattr(node, "end_lineno", None)
        return first is not None and last is not None and self.inside.issuperset(range(first, last + 1))

    def text(self, node: ast.AST) -> str:
        """What stands where `node` is."""
        return ast.get_source_segment("\n".join(self.lines), node) or ""

    def replaced(self, span: _Span, new: str) -> str:
        """The source with `new` in the place of `span`."""
        before = self.lines[span.line - 1].encode()[: span.column].decode()
        after = self.lines[span.end_line - 1].encode()[span.end_column :].decode()
        middle = f"{before}{new}{after}".split("\n")
        return "\n".join([*self.lines[: span.line - 1], *middle, *self.lines[span.end_line :]])

    def around(self, span: _Span, new: str) -> tuple[str, str]:
        """The line in which `span` begins, before and after, near the change: what a reader recognises."""
        old, changed = self.lines[span.line - 1].strip(), self.replaced(span, new).split("\n")[span.line - 1].strip()
        same = next((n for n, (one, other) in enumerate(zip(old, changed, strict=False)) if one != other), 0)
        first = max(0, same - NEAR)
        start = "…" if first else ""
        return _short(start + old[first:]), _short(start + changed[first:])


@dataclass(frozen=True)
class _Span:
    line: int
    column: int
    end_line: int
    end_column: int


def _span(node: ast.AST) -> _Span:
    assert isinstance(node, ast.expr | ast.stmt | ast.keyword)
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return _Span(node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)


def _between(left: ast.expr, right: ast.expr) -> _Span:
    one, other = _span(left), _span(right)
    return _Span(one.end_line, one.end_column, other.line, other.column)


def _changes(node: ast.AST, text: _Source) -> Iterator[tuple[_Span, str]]:
    match node:
        case ast.BinOp(op=op):
            for other in BINARY.get(type(op), ()):
                yield _span(node), f"({text.text(node.left)}) {other} ({text.text(node.right)})"
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            for other in COMPARED.get(type(op), ()):
                yield _span(node), f"({text.text(left)}) {other} ({text.text(right)})"
        case ast.BoolOp(op=op, values=[*values]):
            word = " or " if isinstance(op, ast.And) else " and "
            yield _span(node), f"({word.join(f'({text.text(value)})' for value in values)})"
        case ast.UnaryOp(op=ast.USub() | ast.Not() | ast.Invert(), operand=operand):
            yield _span(node), f"({text.text(operand)})"
        case ast.Constant(value=bool(value)):
            yield _span(node), str(not value)
        case ast.Constant(value=int(value)):
            yield _span(node), str(value + 1)
        case ast.Constant(value=float(value)):
            yield _span(node), repr(value * 2 if value else 1.0)
        case ast.Call(args=args, keywords=keywords):
            yield from _called(node, args, keywords, text)
        case ast.AugAssign() | ast.Expr(value=ast.Call()):
            yield _span(node), "pass"
        case ast.Return(value=ast.expr()):
            yield _span(node), "return None"
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            yield _span(test), f"(not ({text.text(test)}))"
        case ast.Break() | ast.Continue():
            yield _span(node), "pass"
        case _:
            return


def _called(
    call: ast.Call, args: list[ast.expr], keywords: list[ast.keyword], text: _Source
) -> Iterator[tuple[_Span, str]]:
    """An argument less, or the first two exchanged."""
    function = text.text(call.func)
    given = [text.text(arg) for arg in args] + [text.text(word) for word in keywords]
    for n, word in enumerate(keywords, len(args)):
        if word.arg is not None:
            yield _span(call), f"{function}({', '.join([*given[:n], *given[n + 1 :]])})"
    if len(args) > 1 and not any(isinstance(arg, ast.Starred) for arg in args[:2]):
        yield _span(call), f"{function}({', '.join([given[1], given[0], *given[2:]])})"


def _parses(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def _options(lab: LabSource) -> dict[str, tuple[str, ...]]:
    """The keys of each question's options or labels, where the source writes them out."""
    found: dict[str, tuple[str, ...]] = {}
    for cell in lab.cells:
        if cell.kind is Kind.CODE:
            found.update(_asked(cell.in_language("fr")))
    return found


def _asked(source: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="choice" | "choices" | "annotate"), args=[ast.Constant(value=id_), *_]
            ):
                written = [word.value for word in node.keywords if word.arg in {"options", "labels"}]
                for value in written:
                    if isinstance(value, ast.Dict):
                        keys = tuple(str(key.value) for key in value.keys if isinstance(key, ast.Constant))
                        yield str(id_), keys
            case _:
                continue


def _short(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"
