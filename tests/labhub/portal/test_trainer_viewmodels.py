"""The trainer's pages: what is open, who stands where, which answer comes next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from labgrader.api_models import (
    AuditEvent,
    LabStatus,
    ManualAnswer,
    Progress,
    ProgressCell,
    ProgressRow,
    TrainerSubmission,
)
from labgrader.record import CheckResult, Engine, GradeRecord, Outcome, Text
from labhub.portal.forms import read_grade, read_release, release_form
from labhub.portal.viewmodels import audit, grading, progress, trainer

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class TestLabRow:
    def test_a_closed_lab_can_only_be_opened(self, make, fr, links):
        row = trainer.lab_row(make.trainer_lab(), NOW, fr, links)
        assert (row.badge.kind, row.deadline, row.can_release_feedback) == ("closed", None, False)

    def test_an_open_lab_tells_its_numbers(self, make, fr, links):
        lab = make.trainer_lab(release=make.release(), submissions=4, learners_submitted=3, manual_pending=2)
        row = trainer.lab_row(lab, NOW, fr, links)
        assert row.numbers == "3 apprenants ont remis leur travail (4 remises en tout)"
        assert row.pending_text == "2 réponses à corriger"
        assert row.can_release_feedback
        assert not row.newer

    @pytest.mark.parametrize(
        ("submissions", "french", "english"),
        [(1, "1 remise en tout", "1 submission in all"), (3, "3 remises en tout", "3 submissions in all")],
    )
    def test_its_numbers_agree(self, make, fr, en, links, submissions, french, english):
        lab = make.trainer_lab(release=make.release(), submissions=submissions, learners_submitted=1)
        assert trainer.lab_row(lab, NOW, fr, links).numbers == f"1 apprenant a remis son travail ({french})"
        assert trainer.lab_row(lab, NOW, en, links).numbers == f"1 learner has submitted ({english})"

    def test_a_newer_version_is_announced(self, make, fr, links):
        assert trainer.lab_row(make.trainer_lab(release=make.release(), version="v2"), NOW, fr, links).newer

    def test_a_teachers_sheet_is_offered_where_there_is_one(self, make, fr, links):
        with_one = make.manifest.model_copy(update={"hidden": ("teacher.md",)})
        assert trainer.lab_row(make.trainer_lab(), NOW, fr, links).sheet_url is None
        url = trainer.lab_row(make.trainer_lab(manifest=with_one), NOW, fr, links).sheet_url
        assert url == links.trainer("demo", "labs", "l2-05-equite", "sheet")

    def test_released_feedback_is_dated_and_not_offered_again(self, make, fr, links):
        lab = make.trainer_lab(release=make.release(feedback_released_at=NOW), submissions=1)
        row = trainer.lab_row(lab, NOW, fr, links)
        assert row.feedback == "Retour publié le mardi 24 novembre à 13\u00a0h\u00a000"
        assert not row.can_release_feedback


class TestReleaseForm:
    def test_both_fields_may_be_empty(self, fr):
        form = read_release({}, None, NOW, fr)
        assert form.request is not None
        assert (form.request.due_at, form.request.max_attempts) == (None, None)

    def test_the_due_date_is_paris_time(self, fr):
        form = read_release({"due": "2026-11-27T23:59", "attempts": "5"}, None, NOW, fr)
        assert form.request is not None
        assert form.request.due_at == datetime(2026, 11, 27, 22, 59, tzinfo=UTC)
        assert form.request.max_attempts == 5

    @pytest.mark.parametrize(
        ("fields", "faulty"),
        [
            ({"due": "demain"}, {"due"}),
            ({"due": "2026-11-01T10:00"}, {"due"}),
            ({"attempts": "0"}, {"attempts"}),
            ({"attempts": "1001"}, {"attempts"}),
            ({"attempts": "²"}, {"attempts"}),
            ({"attempts": "deux", "due": "x"}, {"due", "attempts"}),
        ],
    )
    def test_each_faulty_field_gets_its_sentence(self, fr, fields, faulty):
        form = read_release(fields, None, NOW, fr)
        assert form.errors.keys() == faulty
        assert form.request is None
        assert form.due == fields.get("due", "")

    def test_what_is_stored_is_shown_and_read_back(self, make, fr):
        stored = make.release(due_at=NOW + timedelta(days=3), max_attempts=2)
        form = release_form(stored, fr)
        again = read_release({"due": form.due, "attempts": form.attempts}, None, NOW, fr)
        assert again.request is not None
        assert (again.request.due_at, again.request.max_attempts) == (stored.due_at, 2)

    def test_a_due_date_that_is_over_may_stay_but_not_be_chosen(self, make, fr):
        stored = make.release(due_at=NOW - timedelta(days=3, seconds=7))
        kept = read_release({"due": release_form(stored, fr).due, "attempts": "9"}, stored, NOW, fr)
        assert kept.request is not None
        assert (kept.request.due_at, kept.request.max_attempts) == (stored.due_at, 9)
        moved = read_release({"due": "2026-11-20T10:00"}, stored, NOW, fr)
        assert moved.errors.keys() == {"due"}


class TestGradeForm:
    @pytest.mark.parametrize(("points", "value"), [("1,5", 1.5), ("0", 0), ("2", 2), (" 1.25 ", 1.25)])
    def test_points_with_comma_or_point(self, fr, points, value):
        form = read_grade({"points": points, "comment": " Bien. "}, 2, fr)
        assert form.request is not None
        assert (form.request.points, form.request.comment) == (value, "Bien.")

    @pytest.mark.parametrize("points", ["", "3", "-1", "beaucoup", "nan", "inf"])
    def test_what_is_no_grade_is_refused(self, fr, points):
        form = read_grade({"points": points}, 2, fr)
        assert form.errors == {"points": "Indiquez un nombre de 0 à 2."}

    def test_a_long_comment_is_refused(self, fr):
        assert "comment" in read_grade({"points": "1", "comment": "a" * 10_001}, 2, fr).errors


LAB = Text(fr="Équité", en="Fairness")


def cell(status: LabStatus, **more) -> ProgressCell:
    return ProgressCell(status=status, max_points=7, **more)


def cohort(count: int = 120) -> Progress:
    done = cell(LabStatus.GRADED, attempts=1, points=5, manual_pending=1, counting_submission="s1")
    rows = [ProgressRow(learner="aya", labs={"a": done})]
    rows += [ProgressRow(learner=f"l{i:03}", labs={"a": cell(LabStatus.TODO)}) for i in range(count - 1)]
    return Progress(at=NOW, labs=("a",), titles={"a": LAB}, rows=tuple(rows))


class TestProgress:
    def page(self, words, links, **query) -> progress.ProgressPage:
        return progress.progress_page(cohort(), "demo", progress.Query(**query), words, links)

    def test_it_is_paged(self, fr, links):
        first, last = self.page(fr, links), self.page(fr, links, page=3)
        assert (len(first.rows), first.shown) == (50, "Apprenants 1 à 50 sur 120")
        assert first.previous_url is None
        assert (len(last.rows), last.next_url) == (20, None)

    def test_a_page_too_far_is_the_last(self, fr, links):
        assert self.page(fr, links, page=99).query.page == 3

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"name": "AY"}, "1 apprenant"),
            ({"show": "absent"}, "Apprenants 1 à 50 sur 119"),
            ({"show": "pending"}, "1 apprenant"),
            ({"show": "unfinished"}, "Apprenants 1 à 50 sur 119"),
            ({"name": "l00"}, "10 apprenants"),
            ({"name": "nobody"}, "Aucun apprenant ne correspond"),
        ],
    )
    def test_filters(self, fr, links, query, found):
        assert self.page(fr, links, **query).shown == found

    def test_an_address_without_sense_is_the_default(self):
        assert progress.Query.read("x", "nonsense", "-2") == progress.Query("x", "all", 1)

    def test_the_summary_speaks_of_the_whole_course(self, fr, links):
        expected = "120 apprenants ; 1 a déjà remis un travail ; 1 réponse à corriger.".replace(" ;", "\u00a0;")
        assert self.page(fr, links, name="aya").summary == expected
        assert self.page(fr, links).columns[0].submitted == "1 sur 120 a remis"
        assert self.page(fr, links).columns[0].title == "Équité"

    def test_before_the_first_submission_it_says_so(self, fr, en):
        absent = Progress(at=NOW, labs=("a",), titles={"a": LAB}, rows=cohort(3).rows[1:])
        expected = "2 apprenants\u00a0; personne n'a encore remis de travail\u00a0; rien à corriger."
        assert progress.summary(absent, fr) == expected
        assert progress.summary(absent, en) == "2 learners; nobody has submitted anything yet; nothing to grade."

    def test_an_empty_course_says_who_adds_people(self, fr):
        assert "administration" in progress.summary(Progress(at=NOW, labs=(), titles={}, rows=()), fr)

    def test_five_hundred_learners_and_eight_labs_are_light(self, fr, links):
        labs = tuple(f"l{i}" for i in range(8))
        done = {lab: cell(LabStatus.GRADED, points=5, counting_submission="s") for lab in labs}
        rows = tuple(ProgressRow(learner=f"l{i}", labs=done) for i in range(500))
        big = Progress(at=NOW, labs=labs, titles={lab: Text(fr=lab, en=lab) for lab in labs}, rows=rows)
        shown = progress.progress_page(big, "demo", progress.Query(), fr, links)
        assert len(shown.rows) * len(shown.columns) == 400


def answer(submission: str, points: float | None = None, **more) -> ManualAnswer:
    base = {"submission": submission, "learner": f"who-{submission}", "question": "pourquoi", "answer": "Car."}
    return ManualAnswer(**base, max_points=2, points=points, **more)


class TestGrading:
    def page(self, make, words, links, answers, index=0, blind=False) -> grading.GradingPage:
        question = make.manifest.questions[2]
        return grading.grading_page(make.trainer_lab(), question, answers, index, blind, words, links)

    def test_the_first_answer_that_waits_is_shown(self):
        answers = [answer("a", 1), answer("b"), answer("c")]
        assert grading.index_of(answers, None) == 1
        assert grading.index_of(answers, "c") == 2
        assert grading.index_of(answers, "unknown") == 1
        assert grading.index_of([answer("a", 1)], None) == 0

    def test_names_can_be_hidden_everywhere_on_the_page(self, make, fr, links):
        page = self.page(make, fr, links, [answer("a")], blind=True)
        assert "who" not in str(page)
        assert page.submission_url is None

    def test_what_was_given_is_shown_again(self, make, fr, links):
        page = self.page(make, fr, links, [answer("a", 1.5, comment="Bien.", graded_by="tess")])
        assert (page.form.points, page.form.comment, page.graded) == ("1,5", "Bien.", "Corrigée par tess")

    def test_neighbours(self, make, fr, links):
        page = self.page(make, fr, links, [answer("a"), answer("b")], index=1)
        assert page.previous_url is not None
        assert "submission=a" in page.previous_url
        assert page.next_url is None

    @pytest.mark.parametrize(
        ("maximum", "steps"),
        [
            (1, (0, 0.25, 0.5, 0.75, 1)),
            (2, (0, 0.5, 1, 1.5, 2)),
            (5, (0, 1, 2, 3, 4, 5)),
            (7, (0, 1, 2, 3, 4, 5, 6, 7)),
        ],
    )
    def test_steps_end_at_the_maximum(self, maximum, steps):
        assert grading.steps(maximum) == steps

    def test_questions_tell_how_many_wait(self, make, fr, links):
        labs = [make.trainer_lab()]
        (empty,) = grading.question_rows(labs, {}, "demo", fr, links)
        assert (empty.state, empty.url) == ("Pas encore de réponse", None)
        found = {("l2-05-equite", "pourquoi"): [answer("a"), answer("b", 1)]}
        (row,) = grading.question_rows(labs, found, "demo", fr, links)
        assert (row.state, row.waiting) == ("1 réponse à corriger", 1)


def test_a_submission_shows_its_record_and_the_trainers_points(make, fr, links):
    s = make.submission(points=3.5, max_points=7)
    checks = (
        CheckResult(id="taux", outcome=Outcome.PASSED, points=2, max_points=2),
        CheckResult(id="pourquoi", outcome=Outcome.MANUAL, points=0, max_points=2, answer="Car."),
    )
    record = GradeRecord(
        submission_id="s1",
        submission_hash="h",
        course="demo",
        lab="l2-05-equite",
        lab_version="v1",
        language="fr",
        engine=Engine(name="nbgrader", version="0.9"),
        status="graded",
        checks=checks,
        points=2,
        max_points=7,
        cpu_seconds=3.25,
        started_at=NOW,
        finished_at=NOW + timedelta(seconds=5),
    )
    detail = TrainerSubmission(submission=s, record=record, manual=(answer("s1", 1.5),), attempts=(s,))
    page = trainer.submission_page(detail, make.manifest, NOW, fr, links)
    assert [(c.title, c.badge.word, c.score[:3]) for c in page.checks] == [
        ("Deux taux", "Réussi", "2\u00a0/"),
        ("Pourquoi", "Relu", "1,5"),
    ]
    facts = {fact.term: fact.value for fact in page.facts}
    assert facts["Moteur"] == "nbgrader 0.9"
    assert facts["Temps de calcul"] == "3,25\u00a0s"
    assert page.attempts[0].current


def test_the_log_tells_an_event_in_words_and_leaves_out_what_is_empty(fr, en):
    details = {"due_at": "2026-12-01T22:59:00+00:00", "max_attempts": None}
    event = AuditEvent(at=NOW, actor="tess", action="release", details=details)
    line, unknown = audit.events([event, event.model_copy(update={"action": "new_action"})], fr)
    assert (line.action, unknown.action) == ("a ouvert le lab ou changé ses dates", "new_action")
    assert (line.at, line.object, line.details) == (
        "24/11/2026 13:00:00",
        "",
        "Date limite\u00a0: 01/12/2026 23:59:00",
    )
    assert audit.events([event], en)[0].details == "Due date: 01/12/2026 23:59:00"


@pytest.mark.parametrize(
    ("details", "said"),
    [
        ({"action": "teach", "kind": "user"}, "Demande\u00a0: une page de formateur ou de formatrice"),
        (
            {"learner": "alice", "question": "pourquoi", "points": 1.5},
            "Apprenant\u00a0: alice, Question\u00a0: pourquoi, Points\u00a0: 1,5",
        ),
        ({"max_attempts": 3}, "Essais par apprenant\u00a0: 3"),
        ({"version": "0123456789abcdef"}, "Version du lab\u00a0: 0123456789ab"),
        ({"new": "x"}, "new\u00a0: x"),
    ],
)
def test_every_detail_of_the_log_has_its_words(fr, details, said):
    event = AuditEvent(at=NOW, actor="tess", action="release", details=details)
    assert audit.events([event], fr)[0].details == said
