"""What a trainer can do: release, follow, grade free texts, release feedback, export; and that it is all audited."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from labgrader import archive
from labgrader.api_models import LabStatus, ManualGradeRequest
from labgrader.client import ExchangeError
from labgrader.service.pages import LONGEST_OUTPUT


def test_a_lab_is_listed_before_and_after_its_release(room):
    (lab,) = room.tess.trainer_labs(room.course)
    assert lab.release is None
    due = datetime.now(UTC) + timedelta(days=3)
    room.release(due_at=due, max_attempts=4)
    (lab,) = room.tess.trainer_labs(room.course)
    assert (lab.release.due_at, lab.release.max_attempts, lab.release.version) == (due, 4, lab.version)


def test_dates_change_and_the_first_release_date_stays(room):
    room.release(max_attempts=1)
    before = room.tess.trainer_labs(room.course)[0].release
    room.release(max_attempts=5)
    after = room.tess.trainer_labs(room.course)[0].release
    assert (after.released_at, after.max_attempts) == (before.released_at, 5)


def test_a_due_date_needs_a_time_zone(room):
    with pytest.raises(ExchangeError) as refused:
        room.release(due_at=datetime(2026, 12, 1))
    assert refused.value.code == "no_time_zone"


@pytest.mark.parametrize("due", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59Z"])
def test_a_due_date_is_within_reason(room, due):
    with pytest.raises(ExchangeError) as refused:
        room.release(due_at=datetime.fromisoformat(due))
    assert (refused.value.status, refused.value.code) == (422, "bad_due_date")
    assert refused.value.message is not None


def test_a_new_version_waits_for_the_next_release(room, bundle):
    room.release()
    released = room.ada.lab(room.course, room.lab).release.version
    new = room.tess.put_version(
        room.course, room.manifest, bundle(room.lab, "new"), {"fr": bundle(room.lab, "f"), "en": bundle(room.lab, "e")}
    )
    assert new.version != released
    assert room.ada.lab(room.course, room.lab).release.version == released
    room.release()
    assert room.ada.lab(room.course, room.lab).release.version == new.version
    assert b"new" in archive.read(room.tess.lab_source(room.course, room.lab), archive.Limits())[f"{room.lab}.ipynb"]


def test_the_teachers_sheet_is_a_page_that_runs_nothing(room, bundle):
    with pytest.raises(ExchangeError) as refused:
        room.tess.sheet(room.course, room.lab)
    assert (refused.value.status, refused.value.code) == (404, "no_sheet")
    text = "# Fiche\n\n**But.** Voir.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n<script>alert(1)</script>\n"
    source = bundle(room.lab, **{"teacher.md": text.encode()})
    room.tess.put_version(room.course, room.manifest, source, {"fr": bundle(room.lab), "en": bundle(room.lab)})
    page = room.tess.sheet(room.course, room.lab)
    assert '<html lang="fr">' in page
    assert "<h1>Fiche</h1>" in page
    assert "<td>1</td>" in page
    assert "<script" not in page


def test_a_version_must_be_whole(room, bundle):
    with pytest.raises(ExchangeError) as refused:
        room.tess.put_version(room.course, room.manifest, bundle(room.lab), {"fr": bundle(room.lab)})
    assert refused.value.code == "bad_manifest"
    with pytest.raises(ExchangeError) as refused:
        room.tess.put_version(
            room.course, room.manifest, bundle("other"), {"fr": bundle(room.lab), "en": bundle(room.lab)}
        )
    assert refused.value.code == "no_notebook"


def test_a_manifest_that_cannot_be_graded_by_is_refused_with_its_key(room, bundle):
    twice = room.manifest.model_copy(update={"questions": room.manifest.questions * 2})
    with pytest.raises(ExchangeError) as refused:
        room.tess.put_version(room.course, twice, bundle(room.lab), dict.fromkeys(("fr", "en"), bundle(room.lab)))
    assert refused.value.code == "bad_manifest"
    assert "questions: " in refused.value.detail
    assert "is there more than once" in refused.value.detail


def test_progress_shows_the_roster_and_each_status(room):
    room.release()
    room.submit(by=room.bob)
    room.grade(points=3, answer="Parce que.")
    room.ada.lab_bundle(room.course, room.lab)
    progress = room.tess.progress(room.course)
    cells = {row.learner: row.labs[room.lab] for row in progress.rows}
    assert set(cells) == {room.names["ada"], room.names["bob"]}
    assert (progress.labs, progress.titles) == ((room.lab,), {room.lab: room.manifest.title})
    bob = cells[room.names["bob"]]
    assert (bob.status, bob.points, bob.attempts, bob.manual_pending) == (LabStatus.GRADED, 3, 1, 1)
    assert cells[room.names["ada"]].status is LabStatus.STARTED


def test_a_free_text_is_graded_and_shown_once_feedback_is_released(room):
    room.release()
    receipt = room.submit()
    room.grade(points=4, answer="Parce que.", feedback="<h1>Bravo</h1>")
    (answer,) = room.tess.answers(room.course, room.lab)
    assert (answer.answer, answer.points, answer.max_points) == ("Parce que.", None, 2)
    graded = room.tess.grade_answer(receipt.id, "pourquoi", ManualGradeRequest(points=1.5, comment="Bien vu."))
    assert (graded.points, graded.graded_by) == (1.5, room.names["tess"])

    hidden = room.ada.result(receipt.id)
    assert (hidden.submission.points, hidden.submission.manual_pending, hidden.comments) == (4, 1, {})
    with pytest.raises(ExchangeError) as refused:
        room.ada.feedback(receipt.id)
    assert (refused.value.status, refused.value.code) == (409, "feedback_not_released")
    assert room.tess.submission(receipt.id).points == 5.5
    assert room.tess.feedback(receipt.id) == "<h1>Bravo</h1>"

    room.tess.release_feedback(room.course, room.lab)
    shown = room.ada.result(receipt.id)
    assert (shown.submission.points, shown.submission.manual_pending) == (5.5, 0)
    assert shown.comments == {"pourquoi": "Bien vu."}
    assert {c.id: c.points for c in shown.checks} == {"taux": 4, "pourquoi": 1.5}
    assert room.ada.feedback(receipt.id) == "<h1>Bravo</h1>"


def test_feedback_handed_in_as_a_notebook_is_a_page_without_scripts_when_it_is_read(room):
    room.release()
    receipt = room.submit()
    shown = {"text/html": "<b>vu</b><script>alert(1)</script>"}
    cell = new_code_cell("1", outputs=[new_output("display_data", data=shown)])
    notebook = new_notebook(cells=[cell], metadata={"caire": {"score": 4.0, "max_score": 8.0}})
    room.grade(points=4, feedback=nbformat.writes(notebook).encode())
    page = room.tess.feedback(receipt.id)
    assert "<b>vu</b>" in page
    assert "<script" not in page
    assert "4.0 / 8.0" in page


def test_a_grade_follows_the_same_text_to_a_later_attempt(room):
    room.release()
    room.tess.release_feedback(room.course, room.lab)
    first = room.submit("a")
    room.grade(points=4, answer="Le même texte.")
    room.tess.grade_answer(first.id, "pourquoi", ManualGradeRequest(points=2))
    second = room.submit("b")
    room.grade(points=5, answer="Le même texte.")
    third = room.submit("c")
    room.grade(points=5, answer="Un autre texte.")
    assert room.ada.submission(second.id).points == 7
    assert room.ada.submission(third.id).points == 5
    (answer,) = room.tess.answers(room.course, room.lab, "pourquoi")
    assert (answer.submission, answer.points) == (third.id, None), "the latest of the best counts"


def test_ungraded_answers_come_first(room):
    room.release()
    first = room.submit()
    room.grade(answer="A")
    room.submit(by=room.bob)
    room.grade(answer="B")
    room.tess.grade_answer(first.id, "pourquoi", ManualGradeRequest(points=1))
    assert [a.answer for a in room.tess.answers(room.course, room.lab)] == ["B", "A"]
    assert room.tess.answers(room.course, room.lab, "taux") == ()


def test_no_more_points_than_the_question_gives(room):
    room.release()
    receipt = room.submit()
    room.grade(answer="A")
    with pytest.raises(ExchangeError) as refused:
        room.tess.grade_answer(receipt.id, "pourquoi", ManualGradeRequest(points=2.5))
    assert (refused.value.status, refused.value.code) == (422, "too_many_points")
    with pytest.raises(ExchangeError) as refused:
        room.tess.grade_answer(receipt.id, "taux", ManualGradeRequest(points=1))
    assert (refused.value.status, refused.value.code) == (404, "no_such_answer")


def test_a_nul_in_a_text_breaks_nothing(room):
    room.release()
    receipt = room.submit()
    room.grade(answer="a\0b")
    assert [a.answer for a in room.tess.answers(room.course, room.lab)] == ["a\ufffdb"]
    with pytest.raises(ExchangeError) as refused:
        room.tess.grade_answer(receipt.id, "pourquoi", ManualGradeRequest(points=1, comment="a\0b"))
    assert (refused.value.status, refused.value.code) == (422, "bad_comment")


def test_detail_shows_the_record_and_all_attempts(room):
    room.release()
    first = room.submit("a")
    record = room.grade(points=2, answer="A")
    second = room.submit("b")
    detail = room.tess.submission_detail(first.id)
    assert detail.record == record
    assert [a.id for a in detail.attempts] == [second.id, first.id]
    assert [m.question for m in detail.manual] == ["pourquoi"]


def notebook(*cells: dict[str, Any]) -> bytes:
    whole = [{"metadata": {}, "id": f"c{n}"} | cell for n, cell in enumerate(cells)]
    return json.dumps({"cells": whole, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def shown(room, data: bytes) -> str:
    """The page that the trainer sees of a submitted notebook."""
    room.release()
    return room.tess.notebook(room.ada.submit(room.course, room.lab, archive.pack({f"{room.lab}.ipynb": data})).id)


def test_the_notebook_page_runs_nothing(room):
    nasty = "# Titre\n<script>alert(1)</script><img src=x onerror=alert(2)><a href='javascript:alert(3)'>lien</a>"
    page = shown(room, notebook({"cell_type": "markdown", "source": nasty}))
    assert "Titre" in page
    assert "lien" in page
    for runs in ("<script", "alert(1)", "onerror", "javascript:"):
        assert runs not in page


def test_the_notebook_page_shows_what_it_does_not_know_as_text(room):
    assert "Une &lt;liste&gt; de" in shown(room, notebook({"cell_type": "markdown", "source": "Une <liste> de choix"}))


def test_a_loop_that_printed_for_long_is_cut(room):
    printed = {"output_type": "stream", "name": "stdout", "text": "a < b & c\n" * 150_000}
    code = {"cell_type": "code", "source": "1", "outputs": [printed], "execution_count": 1}
    page = shown(room, notebook(code, {"cell_type": "markdown", "source": "La fin."}))
    assert len(page) < 4 * LONGEST_OUTPUT
    assert "[…]" in page
    assert "La fin." in page


@pytest.mark.parametrize("data", [b"\xff nonsense", b"{}", b"[" * 100_000], ids=["noise", "empty", "too deep"])
def test_an_unreadable_notebook_says_so(room, data):
    with pytest.raises(ExchangeError) as refused:
        shown(room, data)
    assert (refused.value.status, refused.value.code) == (422, "unreadable_notebook")


@pytest.mark.parametrize("page", ["notebook", "feedback"])
def test_pages_with_learners_work_are_sandboxed(room, page):
    room.release()
    receipt = room.submit()
    room.grade(feedback="<script>alert(1)</script>")
    token = f"token-of-{room.names['tess']}"
    url = f"{room.exchange.url}/api/submissions/{receipt.id}/{page}"
    answer = httpx.get(url, headers={"Authorization": f"token {token}"})
    policy = answer.headers["content-security-policy"]
    assert policy == "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def test_the_table_of_grades_is_safe_in_a_spreadsheet(room):
    room.release()
    sneaky = '=HYPERLINK("http://x")'
    room.exchange.people.add(sneaky, f"nbgrader-{room.course}")
    room.submit()
    room.grade(points=4.5)
    table = list(csv.reader(io.StringIO(room.tess.grades_csv(room.course))))
    assert table[0] == ["learner", room.lab]
    assert [room.names["ada"], "4.5"] in table
    assert [f"'{sneaky}", ""] in table


def test_every_change_and_every_denial_is_audited(room):
    room.release(max_attempts=2)
    receipt = room.submit()
    room.grade(answer="A")
    room.tess.grade_answer(receipt.id, "pourquoi", ManualGradeRequest(points=1, comment="secret words"))
    room.tess.release_feedback(room.course, room.lab)
    room.tess.grades_csv(room.course)
    room.tess.lab_source(room.course, room.lab)
    room.tess.withdraw(room.course, room.lab)
    with pytest.raises(ExchangeError):
        room.ada.trainer_labs(room.course)
    events = room.tess.audit(room.course)
    assert [e.action for e in reversed(events)] == [
        "put_version", "release", "grade_answer", "release_feedback", "export_grades", "read_source", "withdraw",
        "denied",
    ]  # fmt: skip
    assert (events[0].actor, events[0].details["action"]) == (room.names["ada"], "teach")
    assert "secret" not in str(events)
