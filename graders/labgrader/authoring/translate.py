"""Marks every translation of a lab as up to date with its French text, and changes nothing else in the file."""

from __future__ import annotations

import re
from pathlib import Path

from labgrader.authoring.header import split_header
from labgrader.authoring.language import text_hash
from labgrader.authoring.source import SOURCE_FILE, raw_cells

_OF = re.compile(r'\s+of="[^"]*"')


def mark_translated(folder: Path) -> int:
    """Write the hash of each French text into its English cell; how many changed. Raises `LabError`."""
    path = folder / SOURCE_FILE
    text = path.read_text(encoding="utf-8")
    marked, changed = with_hashes(text, f"{folder.name}/{SOURCE_FILE}")
    if changed:
        path.write_text(marked, encoding="utf-8")
    return changed


def with_hashes(text: str, file: str) -> tuple[str, int]:
    """`text` with the hashes of its French texts, and how many were not right. Raises `LabError`."""
    lines = text.split("\n")
    french: dict[str, str] = {}
    changed = 0
    for cell in raw_cells(split_header(text, file)[1]):
        if not cell.markdown:
            continue
        if cell.keys.get("lang") == "fr":
            french[cell.name] = cell.source
        elif cell.name in french and str(cell.keys.get("of")) != (right := text_hash(french[cell.name])):
            lines[cell.line - 1] = f'{_OF.sub("", lines[cell.line - 1]).rstrip()} of="{right}"'
            changed += 1
    return "\n".join(lines), changed
