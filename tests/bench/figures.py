"""Keeps a measurement: as JSON in build/bench/, and as a table of docs/performance.md between its two markers."""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "performance.md"
Cell = str | float | int


def keep(name: str, rows: Sequence[Mapping[str, Cell]], note: str) -> None:
    """Write the figures of `bench_<name>.py`: one row a line of the table, `note` says how they were taken."""
    at = datetime.now(UTC).date().isoformat()
    command = f"make bench PYTEST_ARGS=tests/bench/bench_{name}.py"
    folder = ROOT / "build" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    told = {"name": name, "date": at, "machine": platform.platform(), "command": command, "note": note, "rows": rows}
    (folder / f"{name}.json").write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    text = f"{table(rows)}\n\n{note} Measured {at}; again with `{command}`."
    PAGE.write_text(between(PAGE.read_text(encoding="utf-8"), name, text), encoding="utf-8")
    print(f"\n{text}")


def table(rows: Sequence[Mapping[str, Cell]]) -> str:
    """A Markdown table; figures as they are written by people."""
    head = list(rows[0])
    lines = [head, ["---"] * len(head), *([shown(row[key]) for key in head] for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def shown(value: Cell) -> str:
    """`value` with three digits that count."""
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def between(page: str, name: str, text: str) -> str:
    """`page` with `text` between the markers of `name`."""
    begin, end = f"<!-- bench:{name} -->", f"<!-- /bench:{name} -->"
    assert begin in page, f"docs/performance.md has no marker {begin}"
    return re.sub(f"{re.escape(begin)}.*{re.escape(end)}", lambda _: f"{begin}\n{text}\n{end}", page, flags=re.DOTALL)
