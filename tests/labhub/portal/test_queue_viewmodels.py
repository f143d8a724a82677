"""The queue and a regrade in words: numbers that agree, waits that are estimates, and what can be done about each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from labgrader.api_models import (
    CourseQueue,
    GradeChange,
    LabQueue,
    Regrade,
    RegradeReport,
    RegradeState,
    SubmissionState,
    Wait,
)
from labgrader.record import Text
from labhub.portal.viewmodels import queue, regrade
from labhub.portal.viewmodels.common import submission_badge, waiting

WAIT = Wait(at_least_minutes=2, at_most_minutes=5, words=Text(fr="entre 2 et 5 minutes", en="between 2 and 5 minutes"))
QUEUED = SubmissionState.QUEUED


class TestWaiting:
    def test_the_place_with_its_estimate(self, make, fr, en):
        submission = make.submission(state=QUEUED, position=3, wait=WAIT)
        assert waiting(submission, fr) == "Numéro 3 dans la file. Attente estimée\u00a0: entre 2 et 5 minutes."
        assert waiting(submission, en) == "Number 3 in the queue. Estimated wait: between 2 and 5 minutes."

    def test_no_estimate_when_none_is_known(self, make, en):
        assert waiting(make.submission(state=QUEUED, position=3), en) == "Number 3 in the queue."

    def test_a_pause_is_no_place(self, make, en):
        paused = make.submission(state=QUEUED, paused=True)
        assert submission_badge(paused, en).word == "Waiting: grading is paused"
        assert "nothing to do" in (waiting(paused, en) or "")

    @pytest.mark.parametrize("state", [SubmissionState.GRADING, SubmissionState.GRADED, SubmissionState.ERROR])
    def test_nothing_to_add_otherwise(self, make, en, state):
        assert waiting(make.submission(state=state), en) is None


class TestQueue:
    def page(self, make, words, links, **values):
        labs = (LabQueue(lab="l2-05-equite", title=Text(fr="Équité", en="Fairness"), waiting=1, regrading=2),)
        base = {"at": make.now, "waiting": 0, "grading": 0, "graded_per_minute": 0.4, "labs": labs}
        return queue.queue_page(CourseQueue(**{**base, **values}), "demo", make.now, words, links)

    def test_numbers_agree(self, make, fr, en, links):
        assert self.page(make, fr, links).summary == "Aucune remise n'attend, aucune n'est en cours de notation."
        assert self.page(make, fr, links, waiting=1, grading=2).summary == (
            "1 remise attend, 2 sont en cours de notation."
        )
        assert self.page(make, en, links, waiting=2, grading=1).summary == "2 submissions wait, 1 is being graded."
        assert self.page(make, fr, links).labs[0].numbers == "1 remise attend, 2 essais sont à noter de nouveau"

    def test_speed_and_age(self, make, fr, en, links):
        page = self.page(make, fr, links, oldest_waiting=make.now - timedelta(minutes=3, seconds=20))
        assert page.speed == "Débit\u00a0: 0,4 par minute sur les 5 dernières minutes"
        assert page.oldest == "La plus ancienne attend depuis 3 minutes"
        young = self.page(make, en, links, oldest_waiting=make.now)
        assert young.oldest == "The oldest has waited for less than a minute"

    def test_what_waits_comes_first_or_is_cancelled_and_the_rest_is_counted(self, make, en, links):
        at_work, waits = make.submission(state=SubmissionState.GRADING), make.submission(state=QUEUED, position=1)
        page = self.page(make, en, links, waiting=4, grading=1, submissions=(at_work, waits))
        assert [(line.steer.waits, line.steer.cancelled) for line in page.lines] == [(False, False), (True, False)]
        assert page.more == "3 more submissions follow."
        assert queue.steer(make.submission(), links) is None


class TestRegrade:
    def report(self, make, words, links, state=RegradeState.READY, *changes):
        found = Regrade(
            id=4, course="demo", lab="l2-05-equite", version="v2", note="Trop sévère.", state=state, started_by="tess",
            started_at=make.now, attempts=3, done=3, failed=1,
        )  # fmt: skip
        return regrade.report(RegradeReport(regrade=found, changes=changes, unchanged=1), make.now, words, links)

    def change(self, effect, *, kept=False):
        return GradeChange(
            learner="camille", effect=effect, before=3, before_max=7, before_attempt=1, after=4.5, after_max=7,
            after_attempt=2, kept=kept,
        )  # fmt: skip

    def test_who_changes_in_one_sentence(self, make, fr, en, links):
        changes = (self.change("raised"), self.change("raised"), self.change("lowered"))
        told = self.report(make, fr, links, RegradeState.READY, *changes)
        assert told.summary == "Apprenants\u00a0: 2 notes montent, 1 baisse, 1 reste la même."
        assert told.lowers == "Appliquer aussi 1 note qui baisserait"
        assert told.progress == "3 essais sur 3 notés de nouveau"
        assert told.failed == "1 essai n'a pas pu être noté de nouveau et garde sa note"
        assert self.report(make, en, links).summary == "Learners: no grade rises, none is lower, 1 stays the same."

    def test_before_and_after(self, make, fr, links):
        (row,) = self.report(make, fr, links, RegradeState.READY, self.change("raised")).changes
        assert (row.before, row.after) == ("3\u00a0/\u00a07", "4,5\u00a0/\u00a07")

    @pytest.mark.parametrize(
        ("state", "kept", "word"),
        [
            (RegradeState.READY, False, "Would be lower: kept unless you ask"),
            (RegradeState.APPLIED, True, "Would be lower: kept as it was"),
            (RegradeState.APPLIED, False, "Lower"),
        ],
    )
    def test_a_lower_grade_says_what_becomes_of_it(self, make, en, links, state, kept, word):
        (row,) = self.report(make, en, links, state, self.change("lowered", kept=kept)).changes
        assert row.badge.word == word

    @pytest.mark.parametrize("state", [RegradeState.RUNNING, RegradeState.CANCELLED])
    def test_nothing_is_said_of_changes_before_all_is_done(self, make, en, links, state):
        assert self.report(make, en, links, state).summary is None
