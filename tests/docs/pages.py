"""Reads a Markdown page as a person who follows it: its fenced blocks in order, and its links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
_FENCE = re.compile(r"^```(?P<kind>\w+)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!`)\[[^\]]*\]\((?P<target>[^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """One fenced block: what it is (`sh`, `text`, …), the file that it names if any, and its lines."""

    kind: str
    title: str | None
    text: str


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of `page`, in order."""
    return [Block(m["kind"], m["title"], m["text"]) for m in _FENCE.finditer(page.read_text(encoding="utf-8"))]


def links(page: Path) -> list[str]:
    """Targets of the links and images of `page`, outside fenced blocks."""
    return [m["target"] for m in _LINK.finditer(_FENCE.sub("", page.read_text(encoding="utf-8")))]
