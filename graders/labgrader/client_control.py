"""The routes of contract 1 with which trainers steer the queue and grade a lab again."""

from __future__ import annotations

from labgrader.api_models import (
    CourseQueue,
    LabQueue,
    LabQueueRequest,
    Regrade,
    RegradeApply,
    RegradeReport,
    RegradeRequest,
    Submission,
)
from labgrader.client_routes import Call, Route, model, path_of


class ControlRoutes:
    """Queue and regrades of a course."""

    @Route
    def course_queue(self, course: str) -> Call[CourseQueue]:
        """What waits for a grade, and how fast grading goes."""
        return Call(model(CourseQueue), "GET", path_of("courses", course, "trainer", "queue"))

    @Route
    def treat_lab(self, course: str, lab: str, wish: LabQueueRequest) -> Call[LabQueue]:
        """Pause or resume the grading of a lab; put its submissions before all others, or no longer."""
        path = path_of("courses", course, "trainer", "labs", lab, "queue")
        return Call(model(LabQueue), "PUT", path, json=wish.model_dump(mode="json"))

    @Route
    def put_first(self, submission: str) -> Call[Submission]:
        """Have one submission graded before all others."""
        return Call(model(Submission), "PUT", path_of("submissions", submission, "priority"))

    @Route
    def cancel_grading(self, submission: str) -> Call[Submission]:
        """Take one submission out of the queue."""
        return Call(model(Submission), "DELETE", path_of("submissions", submission, "grading"))

    @Route
    def grade_again(self, submission: str) -> Call[Submission]:
        """Put a cancelled submission back into the queue."""
        return Call(model(Submission), "POST", path_of("submissions", submission, "grading"))

    @Route
    def start_regrade(self, course: str, lab: str, request: RegradeRequest) -> Call[Regrade]:
        """Grade every attempt at a lab again with its newest version; no grade changes before it is applied."""
        return Call(model(Regrade), "POST", _regrades(course, lab), json=request.model_dump(mode="json"))

    @Route
    def regrades(self, course: str, lab: str) -> Call[tuple[Regrade, ...]]:
        """Regrades of a lab, newest first."""
        return Call(model(tuple[Regrade, ...]), "GET", _regrades(course, lab))

    @Route
    def regrade(self, course: str, lab: str, number: int) -> Call[RegradeReport]:
        """Who would change, or changed, and by how much."""
        return Call(model(RegradeReport), "GET", _regrades(course, lab, str(number)))

    @Route
    def apply_regrade(self, course: str, lab: str, number: int, wish: RegradeApply) -> Call[RegradeReport]:
        """Let the new records count; a grade becomes lower only if `wish` says so."""
        path = _regrades(course, lab, str(number), "apply")
        return Call(model(RegradeReport), "POST", path, json=wish.model_dump(mode="json"), seconds=120)

    @Route
    def cancel_regrade(self, course: str, lab: str, number: int) -> Call[Regrade]:
        """Stop a regrade; every grade stays as it is."""
        return Call(model(Regrade), "DELETE", _regrades(course, lab, str(number)))

    @Route
    def regrade_csv(self, course: str, lab: str, number: int) -> Call[str]:
        """Comma-separated: one line for each learner whose grade changes."""
        path = _regrades(course, lab, str(number), "changes.csv")
        return Call(lambda r: r.content.decode("utf-8-sig"), "GET", path)


def _regrades(course: str, lab: str, *more: str) -> str:
    return path_of("courses", course, "trainer", "labs", lab, "regrades", *more)
