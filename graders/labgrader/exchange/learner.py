"""nbgrader's commands of a learner: list, fetch_assignment, submit, fetch_feedback."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbgrader.exchange import abc

from labgrader import archive
from labgrader.api_models import LearnerLab, Role, Submission
from labgrader.client import ExchangeError
from labgrader.client_routes import Lang
from labgrader.exchange.base import ServiceExchange
from labkit import workfolder


class List(ServiceExchange, abc.ExchangeList):
    """`nbgrader list`: released labs, or with `--inbound` or `--cached` the caller's attempts."""

    def copy_files(self) -> None:
        """Nothing is copied."""

    def list_files(self) -> list[dict[str, Any]]:
        """Log and return what there is, in nbgrader's form."""
        with self.service() as exchange:
            wanted = self.coursedir.course_id
            courses = [c for c in exchange.courses() if not wanted or c.id == wanted]
            labs = [
                lab
                for course in courses
                if course.role is Role.LEARNER
                for lab in exchange.labs(course.id)
                if self.coursedir.assignment_id in ("", lab.manifest.id)
            ]
            if not (self.inbound or self.cached):
                self.log.info(self.say("Labs ouverts :", "Released assignments:"))
                return [self._released(lab) for lab in labs]
            self.log.info(self.say("Travaux remis :", "Submitted assignments:"))
            return [self._submitted(lab, exchange.submissions(lab.course, lab.manifest.id)) for lab in labs]

    def remove_files(self) -> list[dict[str, Any]]:
        """Refused: what was handed in stays, and a trainer withdraws a lab on the course page."""
        self.fail(
            self.say(
                "Rien ne s'efface ici : un lab se retire sur la page du cours.",
                "Nothing is removed here: withdraw a lab on the course page.",
            )
        )
        return []

    def _released(self, lab: LearnerLab) -> dict[str, Any]:
        folder = Path(self.assignment_dir) / lab.manifest.id
        fetched = folder.is_dir()
        note = self.say(" (déjà téléchargé)", " (already downloaded)") if fetched else ""
        self.log.info("%s %s%s", lab.course, lab.manifest.id, note)
        name = lab.manifest.notebook.removesuffix(".ipynb")
        return {
            "course_id": lab.course,
            "assignment_id": lab.manifest.id,
            "status": "fetched" if fetched else "released",
            "path": str(folder.absolute()),
            "notebooks": [{"notebook_id": name, "path": str(folder.absolute() / lab.manifest.notebook)}],
        }

    def _submitted(self, lab: LearnerLab, attempts: tuple[Submission, ...]) -> dict[str, Any]:
        for attempt in attempts:
            points = "" if attempt.points is None else f" {attempt.points:g}/{attempt.max_points or 0:g}"
            self.log.info("%s %s %s %s%s", lab.course, attempt.learner, lab.manifest.id, attempt.received_at, points)
        return {
            "course_id": lab.course,
            "assignment_id": lab.manifest.id,
            "student_id": attempts[0].learner if attempts else "",
            "status": "submitted",
            "submissions": [
                {
                    "course_id": lab.course,
                    "assignment_id": lab.manifest.id,
                    "student_id": attempt.learner,
                    "timestamp": str(attempt.received_at),
                    "status": "submitted",
                    "path": attempt.id,
                    "notebooks": [],
                    "has_local_feedback": False,
                    "has_exchange_feedback": lab.release.feedback_released_at is not None,
                    "feedback_updated": False,
                    "local_feedback_path": None,
                }
                for attempt in attempts
            ],
        }


class FetchAssignment(ServiceExchange, abc.ExchangeFetchAssignment):
    """`nbgrader fetch_assignment`: the learner version, in the caller's language."""

    def copy_files(self) -> None:
        """Write the lab's folder; with `--replace` only files that are missing from it."""
        target = self.folder
        if target.exists() and not self.replace_missing_files:
            self.fail(
                self.say(
                    f"{target} existe déjà. Renommez ce dossier, ou ajoutez --replace pour les fichiers manquants.",
                    f"{target} is there already. Rename that folder, or add --replace for missing files.",
                )
            )
        with self.service() as exchange:
            course = self.course(exchange)
            lab = exchange.lab(course, self.assignment)
            files = archive.read(exchange.lab_bundle(course, self.assignment, self.lang), archive.LAB_LIMITS)
        for name, data in files.items():
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                path.write_bytes(data)
        state = {"course": course, "lab": self.assignment, "version": lab.release.version, "lang": self.lang}
        state["fetched_at"] = datetime.now(UTC).isoformat()
        (target / workfolder.ORIGIN).write_text(json.dumps(state), encoding="utf-8")
        self.log.info(self.say(f"Lab copié dans {target}.", f"Fetched as {target}."))


class Submit(ServiceExchange, abc.ExchangeSubmit):
    """`nbgrader submit`: hands the lab's folder in and logs the receipt."""

    def copy_files(self) -> None:
        """Submit; the same files again are the same submission."""
        folder = Path(self.assignment) if Path(self.assignment).is_dir() else self.folder
        if not folder.is_dir():
            self.fail(
                self.say(f"Il n'y a pas de dossier {folder} à remettre.", f"There is no folder {folder} to submit.")
            )
        self.coursedir.assignment_id = folder.name
        with self.service() as exchange:
            course = self.course(exchange)
            receipt = exchange.submit(course, folder.name, workfolder.pack(folder), self._language_of(folder))
        left = "" if receipt.attempts_left is None else f" ({receipt.attempts_left})"
        self.log.info(
            self.say(
                f"Remis : {receipt.course} {receipt.lab}, essai {receipt.attempt}{left}, {receipt.received_at}. "
                f"Reçu {receipt.id}, empreinte {receipt.content_hash}.",
                f"Submitted as: {receipt.course} {receipt.lab}, attempt {receipt.attempt}{left}, "
                f"{receipt.received_at}. Receipt {receipt.id}, hash {receipt.content_hash}.",
            )
        )
        if receipt.late:
            self.log.warning(self.say("Ce travail est remis en retard.", "This work is late."))

    def _language_of(self, folder: Path) -> Lang:
        came = workfolder.origin(folder)
        return self.lang if came is None else "en" if came.lang == "en" else "fr"


class FetchFeedback(ServiceExchange, abc.ExchangeFetchFeedback):
    """`nbgrader fetch_feedback`: the HTML feedback that attempts have, in `<lab>/feedback/<time>/`."""

    def copy_files(self) -> None:
        """Write one page per attempt that has feedback."""
        with self.service() as exchange:
            course = self.course(exchange)
            lab = exchange.lab(course, self.assignment)
            if lab.release.feedback_released_at is None:
                self.fail(self.say("Le retour n'est pas encore publié.", "Feedback is not released yet."))
            for attempt in exchange.submissions(course, self.assignment):
                try:
                    page = exchange.feedback(attempt.id)
                except ExchangeError as error:
                    if error.code != "no_feedback":
                        raise
                    continue
                target = self.folder / "feedback" / f"{attempt.received_at:%Y-%m-%d %H-%M-%S}"
                target.mkdir(parents=True, exist_ok=True)
                path = target / lab.manifest.notebook.replace(".ipynb", ".html")
                path.write_text(page, encoding="utf-8")
                self.log.info(self.say(f"Retour copié dans {path}.", f"Fetched feedback as {path}."))
