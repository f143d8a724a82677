"""nbgrader's commands of a trainer: release_assignment, collect, release_feedback."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbgrader.exchange import abc
from pydantic import ValidationError

from labgrader import archive
from labgrader.api_models import ReleaseRequest, Submission
from labgrader.exchange.base import ServiceExchange
from labgrader.exchange.stock import manifest_of


class ReleaseAssignment(ServiceExchange, abc.ExchangeReleaseAssignment):
    """`nbgrader release_assignment`: what `generate_assignment` made becomes a version of the lab, and is released."""

    def copy_files(self) -> None:
        """Send source and learner version; both languages get the same text."""
        source, release = (
            Path(self.coursedir.format_path(folder, ".", self.assignment))
            for folder in (self.coursedir.source_directory, self.coursedir.release_directory)
        )
        notebooks = sorted(source.glob("*.ipynb"))
        if not release.is_dir() or len(notebooks) != 1:
            self.fail(
                self.say(
                    f"Il faut un notebook dans {source} et sa version apprenant dans {release} : "
                    "lancez d'abord nbgrader generate_assignment.",
                    f"One notebook is needed in {source} and its learner version in {release}: "
                    "run nbgrader generate_assignment first.",
                )
            )
        notebook = nbformat.read(notebooks[0], as_version=4)
        try:
            manifest = manifest_of(self.assignment, notebook, notebooks[0].name)
        except ValidationError as error:
            self.fail(f"{self.assignment}: {error.errors()[0]['msg']}")
            return
        learner = archive.pack(archive.read_folder(release))
        with self.service() as exchange:
            course = self.course(exchange)
            exchange.put_version(
                course, manifest, archive.pack(archive.read_folder(source)), {"fr": learner, "en": learner}
            )
            lab = exchange.release(course, self.assignment, ReleaseRequest())
        self.log.info(
            self.say(
                f"Lab ouvert : {course} {self.assignment}, version {lab.version[:12]}.",
                f"Released: {course} {self.assignment}, version {lab.version[:12]}.",
            )
        )


def newest(submissions: Iterable[Submission], *, before_due: bool = False) -> tuple[Submission, ...]:
    """One attempt a learner, sorted by learner: the latest, or with `before_due` the latest that is not late if any."""
    chosen: dict[str, Submission] = {}
    for attempt in sorted(submissions, key=lambda s: s.received_at):
        kept = chosen.get(attempt.learner)
        if not (before_due and kept is not None and attempt.late):
            chosen[attempt.learner] = attempt
    return tuple(chosen[name] for name in sorted(chosen))


class Collect(ServiceExchange, abc.ExchangeCollect):
    """`nbgrader collect`: submissions into `submitted/<learner>/<lab>/`, for nbgrader's own tools."""

    def copy_files(self) -> None:
        """Write one attempt per learner; an existing one is replaced with `--update` only."""
        with self.service() as exchange:
            course = self.course(exchange)
            attempts = newest(exchange.lab_submissions(course, self.assignment), before_due=bool(self.before_duedate))
            if not attempts:
                self.log.warning(self.say("Rien n'a été remis.", "Nothing was submitted."))
            for attempt in attempts:
                target = Path(
                    self.coursedir.format_path(self.coursedir.submitted_directory, attempt.learner, self.assignment)
                )
                if target.exists() and not self.update:
                    self.log.info(
                        self.say(
                            f"Déjà collecté, --update pour remplacer : {attempt.learner}.",
                            f"Submission already exists, use --update to update: {attempt.learner}.",
                        )
                    )
                    continue
                shutil.rmtree(target, ignore_errors=True)
                archive.unpack(exchange.submission_bundle(attempt.id), target, archive.LAB_LIMITS)
                (target / "timestamp.txt").write_text(f"{attempt.received_at:%Y-%m-%d %H:%M:%S.%f} UTC")
                self.log.info(
                    self.say(
                        f"Collecté : {attempt.learner} {self.assignment}.",
                        f"Collecting submission: {attempt.learner} {self.assignment}.",
                    )
                )


class ReleaseFeedback(ServiceExchange, abc.ExchangeReleaseFeedback):
    """`nbgrader release_feedback`: learners may read points, comments and HTML feedback from now on."""

    def copy_files(self) -> None:
        """Release."""
        with self.service() as exchange:
            course = self.course(exchange)
            exchange.release_feedback(course, self.assignment)
        self.log.info(
            self.say(f"Retour publié : {course} {self.assignment}.", f"Feedback released: {course} {self.assignment}.")
        )
