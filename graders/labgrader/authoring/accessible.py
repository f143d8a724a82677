"""What a notebook shows can be read by everyone: headings in order, images with alternatives, tables with captions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from itertools import pairwise

from labgrader.authoring.language import Lang
from labgrader.authoring.source import LabSource
from labgrader.shell import CellRun

_FENCE = re.compile(r"^\s*(```|~~~)")
_RULE = re.compile(r"^\s*\|(\s*:?-+:?\s*\|)+\s*$")
_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(\S.*)$")


def heading_faults(lab: LabSource, lang: Lang) -> Iterator[tuple[str, str]]:
    """Cells whose headings break the outline, and how."""
    last = 0
    for cell in lab.cells:
        if cell.is_code:
            continue
        for level, title in headings(cell.in_language(lang)):
            if last == 0 and level != 1:
                yield cell.id, f"the first heading is “{title}”: a lab opens with one `# ` heading, its title."
            elif last and level == 1:
                yield cell.id, f"“{title}” is a second `# ` heading: a lab has one; use `## `."
            elif level > last + 1:
                yield cell.id, f"“{title}” skips a level: use {'#' * (last + 1)} after a heading of level {last}."
            last = level
    if last == 0:
        yield lab.cells[0].id if lab.cells else "", "the lab has no heading: open it with one `# ` heading, its title."


def table_faults(lab: LabSource, lang: Lang) -> Iterator[tuple[str, str]]:
    """Cells with a table of which a column has no header."""
    for cell in lab.cells:
        lines = [] if cell.is_code else cell.in_language(lang).split("\n")
        for header, rule in pairwise(lines):
            if _RULE.match(rule) and any(not name.strip() for name in header.strip().strip("|").split("|")):
                yield cell.id, f"a column of the table “{header.strip()}” has no header: give it a word."


def headings(markdown: str) -> Iterator[tuple[int, str]]:
    """Level and title of each heading, those in code blocks left out."""
    fenced = False
    for line in markdown.split("\n"):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and (found := _HEADING.match(line)):
            yield len(found.group(1)), found.group(2)


def html_faults(html: str) -> list[str]:
    """What a piece of HTML lacks."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.faults()


def output_faults(runs: Iterable[CellRun]) -> Iterator[tuple[str, str]]:
    """Cells that show something that not everyone can read, and what to do."""
    for run in runs:
        for output in run.displays:
            data = output["data"]
            if "text/html" in data:
                yield from ((run.id, what) for what in html_faults(str(data["text/html"])))
            elif any(str(mime).startswith("image/") for mime in data):
                yield run.id, "a figure has no text alternative: show it with labkit.show(figure, fr=…, en=…)."


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self._images = 0
        self._tables: list[bool] = []
        self._without_caption = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        labelled = names.get("aria-label") or names.get("aria-labelledby") or names.get("aria-hidden") == "true"
        if tag == "img" and not (names.get("alt") or labelled or names.get("role") == "presentation"):
            self._images += 1
        elif tag == "table":
            self._tables.append(bool(labelled or names.get("role") == "presentation"))
        elif tag == "caption" and self._tables:
            self._tables[-1] = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self._tables and not self._tables.pop():
            self._without_caption += 1

    def faults(self) -> list[str]:
        found = []
        if self._images:
            found.append("an image has no alt text: use labkit.show(figure, fr=…, en=…).")
        if self._without_caption or not all(self._tables):
            found.append("a table has no caption: show it with labkit.table(frame, fr=…, en=…).")
        return found
