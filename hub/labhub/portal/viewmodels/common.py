"""What learner and trainer pages share: statuses, scores and skills as a word, an icon and a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from labgrader.api_models import LabStatus, Submission, SubmissionState
from labgrader.record import CheckResult, Outcome, Text
from labhub.portal.words import Words

HASH_SHOWN = 12


@dataclass(frozen=True)
class Badge:
    """A state: `kind` chooses icon and colour, `word` says it."""

    kind: str
    word: str


@dataclass(frozen=True)
class Score:
    """Points as text, and as a whole percentage for the drawing."""

    text: str
    share: int


def score(points: float | None, maximum: float, words: Words, bonus: float = 0) -> Score | None:
    """The score to show, the `bonus` in `points` apart so that it fills no gap; `None` while there is none."""
    if points is None:
        return None
    return Score(words.score(points, maximum, bonus), share(points - bonus, maximum))


def share(points: float, maximum: float) -> int:
    """Whole percentage between 0 and 100; only everything is 100."""
    if maximum <= 0:
        return 100
    return min(100, int(100 * points / maximum + 1e-9))


def lab_badge(status: LabStatus, words: Words) -> Badge:
    """Where a learner stands with a lab."""
    word = {
        LabStatus.TODO: words.say("To do"),
        LabStatus.STARTED: words.say("In progress"),
        LabStatus.SUBMITTED: words.say("Submitted"),
        LabStatus.GRADED: words.say("Graded"),
    }[status]
    return Badge(status.value, word)


def submission_badge(submission: Submission, words: Words) -> Badge:
    """Where one attempt stands."""
    match submission.state:
        case SubmissionState.QUEUED if submission.paused:
            return Badge("queued", words.say("Waiting: grading is paused"))
        case SubmissionState.QUEUED if submission.position:
            return Badge("queued", words.say("Waiting, number %(n)s in the queue", n=submission.position))
        case SubmissionState.QUEUED:
            return Badge("queued", words.say("Waiting to be graded"))
        case SubmissionState.GRADING:
            return Badge("grading", words.say("Being graded"))
        case SubmissionState.CANCELLED:
            return Badge("cancelled", words.say("Grading cancelled"))
        case SubmissionState.ERROR:
            return Badge("error", words.say("Could not be graded"))
        case SubmissionState.GRADED:
            return Badge("graded", words.say("Graded"))


def waiting(submission: Submission, words: Words) -> str | None:
    """What its learner should know of an attempt that has no result; `None` when there is nothing to add."""
    if submission.state is SubmissionState.CANCELLED:
        return words.say(
            "Your trainer has cancelled the grading of attempt %(n)s. Your work is kept and this attempt is not "
            "counted: look through your notebook and submit again, or ask your trainer to have it graded.",
            n=submission.attempt,
        )
    if submission.state is not SubmissionState.QUEUED:
        return None
    if submission.paused:
        return words.say(
            "Grading of this lab is paused for the moment. Your work is safe: it is graded as soon as grading goes on, "
            "and you have nothing to do."
        )
    if submission.position is None:
        return None
    place = words.say("Number %(n)s in the queue.", n=submission.position)
    if submission.wait is None:
        return place
    return f"{place} {words.say('Estimated wait: %(time)s.', time=submission.wait.words.in_language(words.lang))}"


def is_pending(submission: Submission) -> bool:
    """Whether its state will still change by itself."""
    return submission.state in (SubmissionState.QUEUED, SubmissionState.GRADING)


def outcome_badge(outcome: Outcome, words: Words) -> Badge:
    """The verdict on one question."""
    word = {
        Outcome.PASSED: words.say("Passed"),
        Outcome.PARTIAL: words.say("Partly right"),
        Outcome.FAILED: words.say("To improve"),
        Outcome.MANUAL: words.say("Waits for the trainer"),
        Outcome.MISSING: words.say("Not found in the notebook"),
        Outcome.ERROR: words.say("Could not be checked"),
    }[outcome]
    return Badge(outcome.value, word)


def is_empty(check: CheckResult) -> bool:
    """Whether a free text that a trainer is to read has not been written yet."""
    return check.outcome is Outcome.MANUAL and check.answer is not None and not check.answer.strip()


def load_skills(path: Path) -> dict[str, Text]:
    """Names of the skills in the framework at `path` (`skills: [{id, name: {fr, en}}]`); empty if there is none."""
    if not path.is_file():
        return {}
    framework = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {skill["id"]: Text.model_validate(skill["name"]) for skill in framework["skills"]}


def skill_label(skill: str, labels: Mapping[str, Text], words: Words) -> str:
    """What the skill is called; its identifier where the framework has no name for it."""
    return labels[skill].in_language(words.lang) if skill in labels else skill
