"""The cohort as a table of learners and labs: filtered, paged, and light enough for five hundred learners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast, get_args

from labgrader.api_models import LabStatus, Progress, ProgressCell, ProgressRow
from labhub.portal.links import Links
from labhub.portal.viewmodels.common import Badge, lab_badge
from labhub.portal.words import Words

PAGE_SIZE = 50
Filter = Literal["all", "absent", "pending", "unfinished"]


@dataclass(frozen=True)
class Query:
    """Which learners to show: part of the name, a filter, a page (from 1)."""

    name: str = ""
    show: Filter = "all"
    page: int = 1

    @classmethod
    def read(cls, name: str, show: str, page: str) -> Query:
        """From an address; what makes no sense there is the default."""
        known = cast(Filter, show) if show in get_args(Filter) else "all"
        return cls(name.strip()[:100], known, max(1, int(page)) if page.isascii() and page.isdigit() else 1)


@dataclass(frozen=True)
class Column:
    """One lab; how many learners of the whole course have submitted it."""

    id: str
    title: str
    submitted: str


@dataclass(frozen=True)
class Cell:
    """One learner and one lab."""

    badge: Badge
    score: str | None
    attempts: str | None
    late: bool
    pending: bool
    url: str | None


@dataclass(frozen=True)
class Row:
    """One learner."""

    learner: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class ProgressPage:
    """One page of the table."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    summary: str
    shown: str
    at: str
    query: Query
    filters: tuple[tuple[Filter, str], ...]
    previous_url: str | None
    next_url: str | None
    live_url: str


def progress_page(progress: Progress, course: str, query: Query, words: Words, links: Links) -> ProgressPage:
    """The part of `progress` that `query` asks for."""
    kept = [row for row in progress.rows if _matches(row, query)]
    pages = max(1, -(-len(kept) // PAGE_SIZE))
    page = min(query.page, pages)
    first = (page - 1) * PAGE_SIZE
    rows = kept[first : first + PAGE_SIZE]

    def url(number: int, *parts: str) -> str:
        return links.trainer(course, "progress", *parts, name=query.name, show=query.show, page=number)

    return ProgressPage(
        columns=tuple(_column(lab, progress, words) for lab in progress.labs),
        rows=tuple(
            Row(row.learner, tuple(_cell(row, lab, course, words, links) for lab in progress.labs)) for row in rows
        ),
        summary=summary(progress, words),
        shown=_shown(first, len(rows), len(kept), words),
        at=words.stamp(progress.at),
        query=Query(query.name, query.show, page),
        filters=(
            ("all", words.say("Everyone")),
            ("absent", words.say("Have opened nothing")),
            ("unfinished", words.say("Have not submitted everything")),
            ("pending", words.say("Have answers to grade")),
        ),
        previous_url=url(page - 1) if page > 1 else None,
        next_url=url(page + 1) if page < pages else None,
        live_url=url(page, "live"),
    )


def _shown(first: int, count: int, total: int, words: Words) -> str:
    if not total:
        return words.say("No learner matches")
    if count == total:
        return words.count("%(n)s learner", "%(n)s learners", total)
    return words.say("Learners %(first)s to %(last)s of %(all)s", first=first + 1, last=first + count, all=total)


def summary(progress: Progress, words: Words) -> str:
    """The cohort in one sentence."""
    if not progress.rows:
        return words.say("No learner is in this course yet. The hub's administrator adds them to its group.")
    submitted = sum(any(_is_submitted(c) for c in row.labs.values()) for row in progress.rows)
    pending = sum(c.manual_pending for row in progress.rows for c in row.labs.values())
    learners = words.count("%(n)s learner", "%(n)s learners", len(progress.rows))
    return words.say(
        "%(learners)s; %(submitted)s; %(pending)s.",
        learners=learners,
        submitted=words.count("%(n)s has submitted something", "%(n)s have submitted something", submitted)
        if submitted
        else words.say("nobody has submitted anything yet"),
        pending=words.count("%(n)s answer to grade", "%(n)s answers to grade", pending)
        if pending
        else words.say("nothing to grade"),
    )


def _is_submitted(cell: ProgressCell) -> bool:
    return cell.status in (LabStatus.SUBMITTED, LabStatus.GRADED)


def _matches(row: ProgressRow, query: Query) -> bool:
    if query.name.casefold() not in row.learner.casefold():
        return False
    cells = row.labs.values()
    match query.show:
        case "absent":
            return all(c.status is LabStatus.TODO for c in cells)
        case "unfinished":
            return not all(_is_submitted(c) for c in cells)
        case "pending":
            return any(c.manual_pending for c in cells)
        case "all":
            return True


def _column(lab: str, progress: Progress, words: Words) -> Column:
    done = sum(_is_submitted(row.labs[lab]) for row in progress.rows if lab in row.labs)
    submitted = words.count("%(n)s of %(all)s submitted", "%(n)s of %(all)s submitted", done, all=len(progress.rows))
    return Column(lab, progress.titles[lab].in_language(words.lang), submitted)


def _cell(row: ProgressRow, lab: str, course: str, words: Words, links: Links) -> Cell:
    cell = row.labs.get(lab)
    if cell is None:
        return Cell(Badge("todo", words.say("To do")), None, None, False, False, None)
    return Cell(
        badge=lab_badge(cell.status, words),
        score=None if cell.points is None else words.score(cell.points, cell.max_points),
        attempts=words.count("%(n)s attempt", "%(n)s attempts", cell.attempts) if cell.attempts else None,
        late=cell.late,
        pending=cell.manual_pending > 0,
        url=links.trainer(course, "submissions", cell.counting_submission) if cell.counting_submission else None,
    )
