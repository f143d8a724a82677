"""The panel: checks in the learner's kernel, sends the work once, follows it, and says what to do when it cannot."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from labkit import panel_view

if TYPE_CHECKING:
    from .conftest import Kernel, Service

SHOW = (
    "from labkit import panel_widget, workfolder\nfrom labkit.exchange import Exchange\nfrom pathlib import Path\n"
    "p = panel_widget.show(Exchange.from_environment(), workfolder.origin(Path.cwd()), workfolder.notebook())"
)


def view(kernel: Kernel) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(kernel.print("__import__('json').dumps(p.view)"))
    return found


def test_check_says_for_each_question_what_to_look_at(kernel: Kernel) -> None:
    kernel.run(SHOW)
    kernel.run("total = 3\ndef produit(a, b):\n    print('bruit')\n    return a + b")
    assert kernel.run("p.check()") == []
    rows = view(kernel)["rows"]
    assert [(r["title"], r["outcome"]) for r in rows] == [
        ("Additionner", "passed"),
        ("Multiplier", "failed"),
        ("Dire pourquoi", "todo"),
    ]
    assert rows[1]["message"] == "Deux fois trois."


def test_check_tells_a_missing_name_from_a_wrong_answer(kernel: Kernel) -> None:
    kernel.run(SHOW)
    kernel.run("p.check()")
    assert "« total » n'existe pas encore" in view(kernel)["rows"][0]["message"]


def test_submit_sends_the_work_and_shows_the_score(kernel: Kernel, service: Service, lab_folder: Path) -> None:
    (lab_folder / "answers.json").write_text('{"pourquoi": "Parce que."}')
    (lab_folder / ".secret").write_text("x")
    (lab_folder / "fiche.html").write_text("<p>")
    kernel.run(SHOW)
    kernel.run("p.submit(saved=True)")
    (content,) = service.received
    assert zipfile.ZipFile(io.BytesIO(content)).namelist() == ["answers.json", "fiche.html", "l2-00-essai.ipynb"]
    shown = view(kernel)
    assert shown["status"].startswith("Score : 2 sur 6.")
    assert shown["score"] == {"value": 2.0, "max": 6.0, "words": "2 / 6"}
    assert [r["label"] for r in shown["rows"]] == ["Réussi", "À améliorer", "Réponse rédigée, à lire"]
    assert shown["history"][0]["counts"]
    assert shown["facts"]["attempts"] == "Essais restants : 3"


def test_a_stream_that_breaks_is_taken_up_again(kernel: Kernel, service: Service) -> None:
    service.break_stream_after = 1
    kernel.run(SHOW)
    kernel.run("p.submit(saved=True)")
    assert view(kernel)["score"]["words"] == "2 / 6"
    assert service.calls.count("GET /api/submissions/s1/events") == 2


@pytest.mark.parametrize(
    ("waits", "says"),
    [
        ({"state": "queued", "paused": True}, "La notation de ce lab est en pause"),
        ({"state": "cancelled"}, "a annulé la notation de l'essai 1. Votre travail est gardé"),
    ],
)
def test_what_a_trainer_holds_back_or_cancels_is_said_calmly(
    kernel: Kernel, service: Service, waits: dict[str, Any], says: str
) -> None:
    service.waits = waits
    kernel.run(SHOW)
    kernel.run("p.submit(saved=True)")
    shown = view(kernel)
    assert says in shown["status"]
    assert (shown["tone"], shown["busy"]) == ("info", False)


def test_an_estimate_is_shown_with_the_place(kernel: Kernel) -> None:
    words = {"fr": "entre 2 et 5 minutes", "en": "between 2 and 5 minutes"}
    waiting = {"attempt": 1, "state": "queued", "position": 7, "wait": {"words": words}}
    kernel.run("from labkit import panel_view")
    assert kernel.print(f"panel_view.progress({waiting})['status']") == (
        "Essai 1 bien reçu. Place dans la file : 7. Attente estimée : entre 2 et 5 minutes."
    )


MESSAGE = {"fr": "Il y a trop de fichiers. Déplacez-en.", "en": "There are too many files. Move some."}


@pytest.mark.parametrize(
    ("refusal", "says"),
    [
        ((413, "too_many_files", MESSAGE), MESSAGE["fr"]),
        ((409, "odd", None), "La remise n'a pas abouti (odd). Votre travail reste enregistré ici."),
    ],
)
def test_a_refusal_says_what_to_do(
    kernel: Kernel, service: Service, refusal: tuple[int, str, dict[str, str] | None], says: str
) -> None:
    service.refuse = refusal
    kernel.run(SHOW)
    kernel.run("p.submit(saved=True)")
    assert view(kernel)["status"].startswith(says)
    assert view(kernel)["tone"] == "bad"


def test_a_service_that_does_not_answer_loses_nothing(kernel: Kernel) -> None:
    kernel.run("os.environ['CAIRE_EXCHANGE_URL'] = 'http://127.0.0.1:9'")
    kernel.run(SHOW)
    kernel.run("p.submit(saved=True)")
    assert "rien n'a été remis" in view(kernel)["status"]


def test_an_answer_that_is_cut_short_loses_nothing(kernel: Kernel, service: Service) -> None:
    service.cut_short = True
    kernel.run(SHOW)
    assert kernel.run("p.submit(saved=True)") == []
    assert "rien n'a été remis" in view(kernel)["status"]


def test_work_that_was_received_is_never_said_to_be_lost(kernel: Kernel, service: Service) -> None:
    service.fail_after_receipt = True
    kernel.run(SHOW)
    kernel.run("panel_widget.PAUSES = (0.0,)\np.submit(saved=True)")
    assert len(service.received) == 1
    assert view(kernel)["status"].startswith("Votre travail est bien reçu.")


def test_a_notebook_that_could_not_be_saved_is_not_sent(kernel: Kernel, service: Service, lab_folder: Path) -> None:
    kernel.run(SHOW)
    book = lab_folder / "l2-00-essai.ipynb"
    book.write_text(book.read_text() + "\n")
    kernel.run("p.submit(saved=False)")
    assert "Ctrl + S" in view(kernel)["status"]
    assert service.received == []


def test_where_the_page_cannot_tell_the_notebook_must_have_changed(
    kernel: Kernel, service: Service, lab_folder: Path
) -> None:
    kernel.run(SHOW)
    kernel.run("panel_widget.SAVE_SECONDS = 0.2\np.submit(saved=None)")
    assert "Ctrl + S" in view(kernel)["status"]
    assert service.received == []
    book = lab_folder / "l2-00-essai.ipynb"
    book.write_text(book.read_text() + "\n")
    kernel.run("p.submit(saved=None)")
    assert len(service.received) == 1


def test_a_widget_shown_again_leaves_no_dead_one_in_the_notebook(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel.client.session, "metadata", {"cellId": "a"})  # as JupyterLab sends it
    again = (
        'ask.number("note", fr="Combien ?", en="How many?")\n'
        'labkit.explore(str, seuil=labkit.slider(fr="Seuil", en="Threshold", low=0, high=1, step=0.1))\n' + SHOW
    )
    kernel.run(f"import ipywidgets.widgets.widget as w\n{again}")
    once = kernel.print("len(w._instances)")
    kernel.run(again)
    assert kernel.print("len(w._instances)") == once


def test_the_same_work_is_the_same_bytes(kernel: Kernel, lab_folder: Path) -> None:
    kernel.run(SHOW)
    assert kernel.print("workfolder.pack(Path.cwd()) == workfolder.pack(Path.cwd())") == "True"


def result(points: float, bonus: float, answer: str) -> dict[str, Any]:
    submission = {"attempt": 1, "points": points, "bonus_points": bonus, "max_points": 6, "manual_pending": 1}
    checks = [
        {"id": "somme", "outcome": "passed", "points": points - bonus, "max_points": 5},
        {"id": "plus", "outcome": "passed", "points": bonus, "max_points": 1, "bonus": True},
        {"id": "pourquoi", "outcome": "manual", "points": 0, "max_points": 1, "answer": answer},
    ]
    return {"submission": submission, "checks": checks}


def test_a_bonus_stands_apart_and_is_not_taken_for_everything() -> None:
    shown = panel_view.graded(result(6, 1, "Parce que."), ())
    assert shown["status"].startswith("Score : 5 sur 6 + 1 bonus. 1 réponse rédigée sera lue")
    assert shown["tone"] == "info"
    assert shown["score"] == {"value": 5, "max": 6, "words": "5 / 6 + 1 bonus"}
    assert [row["points"] for row in shown["rows"]] == ["5 / 5", "1 / 1 bonus", ""]
    (line,) = panel_view.history(
        [{"attempt": 1, "received_at": "", "state": "graded", "points": 6, "bonus_points": 1, "max_points": 6}]
    )
    assert line["score"] == "5 / 6 + 1 bonus"


def test_an_answer_that_is_still_empty_is_not_said_to_be_read() -> None:
    shown = panel_view.graded(result(5, 0, " "), ())
    assert shown["status"] == (
        "Score : 5 sur 6. 1 réponse rédigée est encore vide : écrivez-la, puis remettez de nouveau."
    )
    assert shown["rows"][-1]["label"] == "Encore vide"


TOLD = {"CAIRE_SERVER_ENDS": "2027-01-11T13:00:00+00:00", "CAIRE_SERVER_WARNS": "2027-01-11T12:50:00+00:00"}


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({}, {}),
        ({"CAIRE_PROFILE": "cpu"}, {}),
        (TOLD, {"at": TOLD["CAIRE_SERVER_ENDS"], "warn": TOLD["CAIRE_SERVER_WARNS"]}),
    ],
)
def test_a_machine_that_is_lent_for_a_time_says_until_when(environ: dict[str, str], told: dict[str, str]) -> None:
    assert panel_view.ends(environ) == told
