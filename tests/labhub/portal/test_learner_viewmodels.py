"""*My labs* and the result page say what a learner needs, in both languages."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from labgrader.api_models import Course, LabStatus, Role, SubmissionState
from labgrader.record import CheckResult, ErrorKind, GradingError, Outcome, SkillPoints, Text
from labhub.portal.links import Links
from labhub.portal.viewmodels import learner, result
from labhub.portal.viewmodels.common import load_skills, share, submission_badge
from labhub.portal.words import Words


def check(id: str, outcome: Outcome, points: float = 0, maximum: float = 2, **more) -> CheckResult:
    return CheckResult(id=id, outcome=outcome, points=points, max_points=maximum, **more)


def opens(url: str) -> tuple[str, str]:
    """The machine that a link asks the hub for, and where it leads then."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    assert parts.path == "/hub/spawn"
    return query["opt-recommended"][0], query["next"][0]


def card(make, words: Words, links: Links, skills=None, **values) -> learner.LabCard:
    return learner.card(make.lab(**values), skills or {}, make.labels, make.now, words, links)


@pytest.mark.parametrize(
    ("status", "french", "english"),
    [
        (LabStatus.TODO, "À faire", "To do"),
        (LabStatus.STARTED, "En cours", "In progress"),
        (LabStatus.SUBMITTED, "Remis", "Submitted"),
        (LabStatus.GRADED, "Noté", "Graded"),
    ],
)
def test_every_status_has_a_word(make, fr, en, links, status, french, english):
    assert card(make, fr, links, status=status).badge.word == french
    assert card(make, en, links, status=status).badge.word == english


def test_a_new_lab_is_opened_not_continued_and_offers_no_fresh_copy(make, fr, links):
    shown = card(make, fr, links)
    assert (shown.open_label, shown.fresh_url, shown.result_url, shown.score) == ("Ouvrir", None, None, None)
    assert opens(shown.open_url) == ("cpu", "/hub/user-redirect/caire/open?course=demo&lab=l2-05-equite&lang=fr")


def test_a_graded_lab_leads_to_its_result(make, en, links):
    shown = card(make, en, links, status=LabStatus.GRADED, points=3.5, counting_submission="s1", attempts_used=1)
    assert shown.open_label == "Continue"
    assert opens(shown.fresh_url) == ("cpu", "/hub/user-redirect/caire/fresh?course=demo&lab=l2-05-equite&lang=en")
    assert shown.result_url == "/services/labs/courses/demo/labs/l2-05-equite"
    assert shown.score is not None
    assert shown.score.share == 50


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (None, "Autant d'essais que vous voulez"),
        (0, "Plus d'essai disponible"),
        (1, "1 essai restant"),
        (3, "3 essais restants"),
    ],
)
def test_attempts_left(make, fr, left, text):
    assert learner.attempts(make.lab(attempts_left=left), fr) == text


def test_a_notice_tells_what_is_still_possible(make, fr, links):
    assert "tous vos essais" in (card(make, fr, links, attempts_left=0).notice or "")
    late = make.release(due_at=make.now - timedelta(days=1))
    assert "en retard" in (card(make, fr, links, release=late).notice or "")
    assert card(make, fr, links, release=late, attempts_used=1).notice is None


def test_skills_are_named_once_and_gained_from_their_points(make, fr, links):
    points = {"n2.mesurer": SkillPoints(points=1.5, max_points=2), "n2.decider": SkillPoints(points=1, max_points=5)}
    shown = card(make, fr, links, points)
    assert [(s.label, s.gained) for s in shown.skills] == [("Mesurer une équité", True), ("n2.decider", False)]


def test_labs_are_grouped_by_level_with_the_others_last(make, fr, links):
    one = card(make, fr, links)
    course = Course(id="demo", title=Text(fr="Cours", en="Course"), role=Role.LEARNER)
    shown = learner.course_labs(course, [(None, one), (3, one), (2, one)], fr)
    assert [level.title.split(",")[0] for level in shown.levels] == ["Niveau 2", "Niveau 3", "Autres labs"]
    assert shown.summary == "3 labs ouverts. Commencez par celui qui vous plaît."


@pytest.mark.parametrize(
    ("statuses", "summary"),
    [
        (["todo"], "1 lab ouvert."),
        (["todo", "started"], "2 labs ouverts, 1 en cours."),
        (["graded", "started"], "2 labs ouverts, 1 remis."),
        (["graded", "submitted"], "2 labs ouverts, tout est remis. Bravo\u00a0!"),
    ],
)
def test_a_course_is_summed_up_in_one_sentence(make, fr, links, statuses, summary):
    course = Course(id="demo", title=Text(fr="Cours", en="Course"), role=Role.LEARNER)
    cards = [(2, card(make, fr, links, status=LabStatus(status))) for status in statuses]
    assert learner.course_labs(course, cards, fr).summary == summary


def test_a_course_without_open_labs_says_what_will_happen(fr):
    course = Course(id="demo", title=Text(fr="Cours", en="Course"), role=Role.LEARNER)
    assert "revenez plus tard" in learner.course_labs(course, [], fr).summary


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"state": SubmissionState.QUEUED, "position": 3}, "En attente, numéro 3 dans la file"),
        ({"state": SubmissionState.QUEUED}, "En attente de notation"),
        ({"state": SubmissionState.GRADING}, "Notation en cours"),
        ({"state": SubmissionState.GRADED}, "Noté"),
        ({"state": SubmissionState.ERROR}, "N'a pas pu être noté"),
    ],
)
def test_every_state_of_a_submission_has_a_word(make, fr, values, word):
    assert submission_badge(make.submission(**values), fr).word == word


@pytest.mark.parametrize(
    ("points", "maximum", "expected"), [(0, 5, 0), (1, 3, 33), (2.999, 3, 99), (3, 3, 100), (6, 5, 100), (0, 0, 100)]
)
def test_a_share_is_full_only_with_everything(points, maximum, expected):
    assert share(points, maximum) == expected


class TestHeadline:
    def say(self, make, words, *checks, **values) -> str:
        return result.headline(make.manifest, make.result(*checks, **values), words)

    @pytest.mark.parametrize(
        ("answer", "pending", "words"),
        [("Parce que.", 1, "encore lire 1"), (" \n", 1, "1 réponse est encore vide"), ("", 0, "Tout est juste")],
    )
    def test_an_empty_answer_is_not_said_to_be_read(self, make, fr, answer, pending, words):
        checks = [check("taux", Outcome.PASSED, 2), check("pourquoi", Outcome.MANUAL, answer=answer)]
        said = self.say(make, fr, *checks, submission=make.submission(manual_pending=pending))
        assert words in said

    def test_nothing_submitted(self, make, fr):
        assert result.headline(make.manifest, None, fr) == "Vous n'avez pas encore remis ce lab."

    def test_while_it_waits_the_work_is_safe(self, make, fr):
        waiting = make.submission(state=SubmissionState.QUEUED)
        assert "bien reçu" in self.say(make, fr, submission=waiting)

    def test_some_right_some_not(self, make, fr, en):
        checks = check("taux", Outcome.PASSED, 2), check("seuil", Outcome.FAILED)
        assert self.say(make, fr, *checks).startswith("1 exercice réussi.")
        assert self.say(make, en, *checks).startswith("1 exercise passed;")

    def test_none_right_encourages(self, make, fr):
        assert self.say(make, fr, check("seuil", Outcome.FAILED)).startswith("Rien n'est perdu")

    def test_a_bonus_is_never_held_against_anyone(self, make, fr):
        checks = check("taux", Outcome.PASSED, 2), check("plus", Outcome.FAILED)
        assert self.say(make, fr, *checks) == "Tout est juste. Bravo\u00a0!"

    def test_the_trainer_still_reads(self, make, fr):
        waiting = make.submission(manual_pending=1)
        checks = check("taux", Outcome.PASSED, 2), check("pourquoi", Outcome.MANUAL)
        assert "doit encore lire 1 réponse" in self.say(make, fr, *checks, submission=waiting)

    def test_an_error_is_explained(self, make, fr):
        error = GradingError(kind=ErrorKind.TIMEOUT, message=Text(fr="Trop long.", en="Too long."))
        assert "Voici pourquoi" in self.say(make, fr, error=error)


class TestExercises:
    def test_they_follow_the_notebook_and_unknown_checks_come_last(self, make, fr):
        found = make.result(
            check("autre", Outcome.PASSED), check("seuil", Outcome.PASSED), check("taux", Outcome.FAILED)
        )
        assert [e.title for e in result.exercises(make.manifest, found, fr)] == ["Deux taux", "Un seuil", "autre"]

    @pytest.mark.parametrize("outcome", list(Outcome))
    def test_every_outcome_has_a_word_in_both_languages(self, make, fr, en, outcome):
        found = make.result(check("taux", outcome))
        (french,), (english,) = (result.exercises(make.manifest, found, words) for words in (fr, en))
        assert french.badge.word
        assert french.badge.word != english.badge.word

    def test_the_message_is_in_the_language(self, make, en):
        found = make.result(check("taux", Outcome.FAILED, message=Text(fr="Voyez B.", en="Look at B.")))
        assert result.exercises(make.manifest, found, en)[0].message == "Look at B."

    def test_a_free_text_shows_no_points_before_release(self, make, fr):
        (line,) = result.exercises(make.manifest, make.result(check("pourquoi", Outcome.MANUAL)), fr)
        assert line.score.startswith("–")
        assert line.comment is None

    def test_a_free_text_shows_points_and_comment_after_release(self, make, fr):
        found = make.result(
            check("pourquoi", Outcome.MANUAL, 1.5), comments={"pourquoi": "Bien vu."}, feedback_released=True
        )
        (line,) = result.exercises(make.manifest, found, fr)
        assert (line.badge.word, line.comment, line.score[:3]) == ("Relu", "Bien vu.", "1,5")


def test_the_page_proves_each_attempt(make, fr, links):
    second = make.submission(id="s2", attempt=2, points=5, max_points=7, counts=True)
    first = make.submission(late=True, points=2, max_points=7)
    lab = make.lab(status=LabStatus.GRADED)
    shown = result.page(
        lab,
        card(make, fr, links),
        make.result(submission=first, feedback_released=True),
        [second, first],
        {},
        make.now,
        fr,
        links,
    )
    assert [(a.number, a.counts, a.late, a.current) for a in shown.attempts] == [
        (2, True, False, False),
        (1, False, True, True),
    ]
    assert shown.attempts[0].hash_short == second.content_hash[:12]
    assert shown.attempts[0].received == "24/11/2026 13:00:00"
    assert shown.feedback_url == "/services/labs/submissions/s1/feedback"
    assert not shown.pending


def test_the_skill_framework_names_its_skills():
    names = load_skills(Path(__file__).parents[3] / "labs" / "skills.yml")
    assert names["n2.modele.lire"].in_language("en") == "Read the results of a model"


def test_without_a_framework_skills_keep_their_identifiers(tmp_path: Path):
    assert load_skills(tmp_path / "skills.yml") == {}


def test_an_empty_answer_is_still_to_be_written(make, fr):
    (line,) = result.exercises(make.manifest, make.result(check("pourquoi", Outcome.MANUAL, answer="")), fr)
    assert (line.badge.kind, line.badge.word) == ("todo", "Encore vide")
    assert "écrivez-la" in (line.message or "")


def test_a_bonus_stands_apart_on_the_card(make, fr, links):
    shown = card(make, fr, links, status=LabStatus.GRADED, points=7, bonus_points=1, counting_submission="s1")
    assert shown.score is not None
    assert shown.score.text.replace("\u00a0", " ") == "6 / 7 + 1 bonus"
    assert shown.score.share == 85
