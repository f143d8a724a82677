"""A fixed moment, both voices, and small labs for the portal's tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest

from labgrader.api_models import LabStatus, LearnerLab, LearnerResult, Release, Submission, SubmissionState, TrainerLab
from labgrader.manifest import Manifest, Question
from labgrader.record import Text
from labhub.portal.links import Links
from labhub.portal.words import Words

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HASH = "a1b2c3d4e5f60718" * 4


class Make:
    """Builds api models with sensible values; each keyword replaces one."""

    now = NOW
    manifest = Manifest(
        id="l2-05-equite",
        level=2,
        title=Text(fr="Équité", en="Fairness"),
        summary=Text(fr="Mesurer.", en="Measure."),
        minutes=90,
        notebook="l2-05-equite.ipynb",
        questions=(
            Question(id="taux", title=Text(fr="Deux taux", en="Two rates"), points=2, skill="n2.mesurer"),
            Question(id="seuil", title=Text(fr="Un seuil", en="A threshold"), points=3, skill="n2.decider"),
            Question(id="pourquoi", title=Text(fr="Pourquoi", en="Why"), points=2, skill="n2.decider", manual=True),
            Question(id="plus", title=Text(fr="En plus", en="More"), points=1, skill="n2.mesurer", bonus=True),
        ),
    )
    labels: ClassVar = {"n2.mesurer": Text(fr="Mesurer une équité", en="Measure fairness")}

    def release(self, **values: Any) -> Release:
        return Release(**{"version": "v1", "released_at": NOW, **values})

    def lab(self, **values: Any) -> LearnerLab:
        base = {"course": "demo", "manifest": self.manifest, "release": self.release(), "status": LabStatus.TODO}
        return LearnerLab(**{**base, "max_points": 7, **values})

    def submission(self, **values: Any) -> Submission:
        base = {
            "id": "s1",
            "course": "demo",
            "lab": "l2-05-equite",
            "learner": "camille",
            "language": "fr",
            "lab_version": "v1",
            "content_hash": HASH,
            "attempt": 1,
            "received_at": NOW,
            "late": False,
            "state": SubmissionState.GRADED,
        }
        return Submission(**{**base, **values})

    def result(self, *checks: Any, **values: Any) -> LearnerResult:
        return LearnerResult(**{"submission": self.submission(), "checks": checks, **values})

    def trainer_lab(self, **values: Any) -> TrainerLab:
        return TrainerLab(**{"course": "demo", "manifest": self.manifest, "version": "v1", **values})


@pytest.fixture
def make() -> Make:
    return Make()


@pytest.fixture
def fr() -> Words:
    return Words("fr")


@pytest.fixture
def en() -> Words:
    return Words("en")


@pytest.fixture
def links() -> Links:
    return Links("/services/labs/", "/hub/")
