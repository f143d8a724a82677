"""Decides from a lab's source alone which checks the examiner runs, and what it must know to run them (pure).

A check is sealed when it uses labkit's `check` and holds neither `assert` nor a magic. Any other one is nbgrader's
plain kind and runs beside the learner's work. What the learner submitted has no say in it.
"""

from __future__ import annotations

import ast
import builtins
import re
import symtable
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from labgrader.engine.cells import Cell

LABKIT = "labkit"
CHECK_HOMES = ("labkit", "labkit.checking")
SHELL = "get_ipython"
EXAMINER_TAG = "examiner"
_MAGIC = re.compile(r"^(\s*)[%!].*$", re.MULTILINE)


@dataclass(frozen=True)
class Preparation:
    """What the examiner is given before the first check."""

    imports: tuple[str, ...] = ()
    """Import statements of the lab's own cells, in their order."""
    cells: tuple[str, ...] = ()
    """Sources of the lab's cells that the examiner runs too: those marked so, and `labkit.start`."""
    learner_names: tuple[str, ...] = ()
    """Names that the lab's solution cells assign: they are the learner's even where a builtin has the same name."""
    rebound: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By sealed check, the names that the lab's other cells define anew since the sealed check before."""
    checks: Mapping[str, str] = field(default_factory=dict)
    """The sources of the sealed checks."""

    def message(self) -> dict[str, Any]:
        """As plain data, for the examiner."""
        return {
            "imports": list(self.imports),
            "cells": list(self.cells),
            "learner_names": list(self.learner_names),
            "rebound": {check: list(names) for check, names in self.rebound.items()},
            "checks": dict(self.checks),
        }


@dataclass(frozen=True)
class Needs:
    """What a plain test uses that must be the lab's or Python's own when it runs beside the learner's work."""

    imports: tuple[str, ...] = ()
    """Import statements of the lab, one name each."""
    shadows: tuple[str, ...] = ()
    """Builtins."""


NOTHING = Needs()


@dataclass(frozen=True)
class Sealer:
    """Knows by which names the lab calls labkit's check."""

    checks: frozenset[str]
    """Names of `check` itself."""
    kits: frozenset[str]
    """Names of the module `labkit`."""

    def seals(self, source: str) -> bool:
        """Whether the examiner runs this check cell."""
        tree = tree_of(source)
        if tree is None:
            return False
        used = False
        for node in ast.walk(tree):
            if isinstance(node, ast.Assert):
                return False
            if isinstance(node, ast.Name):
                if node.id == SHELL:
                    return False
                used = used or (node.id in self.checks and isinstance(node.ctx, ast.Load))
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                used = used or (node.attr == "check" and node.value.id in self.kits)
        return used


def sealer(cells: Sequence[Cell]) -> Sealer:
    """What the lab's cells import of labkit. A name that any of them assigns otherwise is not trusted."""
    checks: set[str] = set()
    kits: set[str] = set()
    for statement in imports(cells):
        for alias in statement.names:
            bound = alias.asname or alias.name.partition(".")[0]
            if isinstance(statement, ast.Import):
                if alias.name == LABKIT or (alias.name.startswith(f"{LABKIT}.") and alias.asname is None):
                    kits.add(bound)
            elif statement.module in CHECK_HOMES and alias.name == "check" and not statement.level:
                checks.add(bound)
    own = {name for cell in cells for name in assigned(cell.source, imported=False)}
    return Sealer(frozenset(checks - own), frozenset(kits - own))


def preparation(cells: Sequence[Cell]) -> Preparation:
    """What the examiner must know of the lab whose source notebook holds `cells`."""
    known = sealer(cells)
    lines = dict.fromkeys(ast.unparse(statement) for statement in imports(cells))
    learner = {name for cell in cells if cell.mark and cell.mark.solution for name in assigned(cell.source)}
    own = [cell for cell in cells if cell.runs and not (cell.mark and (cell.mark.solution or cell.mark.grade))]
    return Preparation(
        imports=tuple(lines),
        cells=tuple(without_magics(cell.source) for cell in own if _for_examiner(cell, known.kits)),
        learner_names=tuple(sorted(learner)),
        rebound=dict(_rebound(cells, known)),
        checks={cell.mark.grade_id: cell.source for cell in cells if cell.mark and _is_sealed(cell, known)},
    )


def needs(cells: Sequence[Cell], check: str) -> Needs:
    """What the plain test `check` of the lab needs. A name that the lab itself gives a value is left alone."""
    used = {node.id for node in ast.walk(tree_of(without_magics(check)) or ast.Module([], [])) if _is_read(node)}
    own = {name for cell in cells for name in assigned(cell.source, imported=False)}
    lines: dict[str, None] = {}
    bound: set[str] = set()
    for statement in imports(cells):
        for alias in statement.names:
            name = alias.asname or alias.name.partition(".")[0]
            bound.add(name)
            if name in used - own:
                lines[ast.unparse(_only(statement, alias))] = None
    return Needs(tuple(lines), tuple(sorted(name for name in used - own - bound if hasattr(builtins, name))))


def _only(statement: ast.Import | ast.ImportFrom, alias: ast.alias) -> ast.stmt:
    if isinstance(statement, ast.Import):
        return ast.Import([alias])
    return ast.ImportFrom(statement.module, [alias], statement.level)


def _is_read(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)


def _rebound(cells: Sequence[Cell], known: Sealer) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A name that is only imported again stays the examiner's own."""
    names: set[str] = set()
    for cell in cells:
        if not cell.runs:
            continue
        if cell.mark and _is_sealed(cell, known):
            if names:
                yield cell.mark.grade_id, tuple(sorted(names))
            names = set()
        elif not _for_examiner(cell, known.kits):
            names |= assigned(cell.source, imported=False)


def _is_sealed(cell: Cell, known: Sealer) -> bool:
    mark = cell.mark
    return cell.runs and mark is not None and mark.grade and not mark.solution and known.seals(cell.source)


def _for_examiner(cell: Cell, kits: Iterable[str]) -> bool:
    if cell.examiner or EXAMINER_TAG in cell.tags:
        return True
    tree = tree_of(without_magics(cell.source))
    return tree is not None and any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "start"
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in kits
        for node in ast.walk(tree)
    )


def imports(cells: Iterable[Cell]) -> Iterator[ast.Import | ast.ImportFrom]:
    """The import statements at the level of the module of every cell that runs."""
    for cell in cells:
        if cell.runs and (tree := tree_of(without_magics(cell.source))) is not None:
            yield from _imports(tree.body)


def _imports(body: Iterable[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    for statement in body:
        if isinstance(statement, ast.Import) or (
            isinstance(statement, ast.ImportFrom) and statement.module != "__future__"
        ):
            yield statement
        elif isinstance(statement, ast.If | ast.Try | ast.With):
            yield from _imports(statement.body)


def assigned(source: str, *, imported: bool = True) -> frozenset[str]:
    """Names that running `source` as a cell can bind; without `imported`, those bound by other than an import."""
    source = without_magics(source)
    if tree_of(source) is None:
        return frozenset()
    table = symtable.symtable(source, "<cell>", "exec")
    found = {
        symbol.get_name()
        for symbol in table.get_symbols()
        if symbol.is_assigned() or (imported and symbol.is_imported())
    }
    return frozenset(found | set(_declared_global(table)))


def _declared_global(table: symtable.SymbolTable) -> Iterator[str]:
    for child in table.get_children():
        yield from (s.get_name() for s in child.get_symbols() if s.is_declared_global() and s.is_assigned())
        yield from _declared_global(child)


def without_magics(source: str) -> str:
    """`source` with each line of IPython's own syntax made empty; nothing of a cell that is one magic as a whole."""
    if tree_of(source) is not None:
        return source
    return "" if source.lstrip().startswith("%%") else _MAGIC.sub(r"\1pass", source)


def tree_of(source: str) -> ast.Module | None:
    """The syntax tree of plain Python, else `None`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
