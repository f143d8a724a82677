"""A prepared examiner serves one submission after the other, and nothing of one is ever met by the next."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from lab import RIGHT, answered, as_json, sealed_source

from labgrader.confine import Box
from labgrader.engine import examiners
from labgrader.engine.sealed import SealedEngine
from labgrader.record import ErrorKind, GradeRecord
from labgrader.settings import Settings
from labgrader.warm.forked import Forked
from labgrader.warm.order import Role

SOURCE = sealed_source()
Grade = Callable[..., GradeRecord]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SealedEngine]:
    """One of this module's own: its examiners are counted."""
    made = SealedEngine(Settings(state_dir=tmp_path_factory.mktemp("state")), ("numpy", "labkit"))
    yield made
    made.close()


@pytest.fixture
def forked(engine: SealedEngine, monkeypatch: pytest.MonkeyPatch) -> list[Forked]:
    """The examiners that the warm server forks from now on."""
    found: list[Forked] = []
    fork = engine._warm.fork

    def counted(role: Role, box: Box, fds: list[int]) -> Forked:
        process = fork(role, box, fds)
        if role == "examiner":
            found.append(process)
        return process

    monkeypatch.setattr(engine._warm, "fork", counted)
    return found


@pytest.fixture
def record(grade: Any) -> Grade:
    """Grade right work in a lab whose second check cell is `check`, and whose first cell goes on with `start`."""

    def call(check: str, start: str = "", cells: Mapping[str, str] | None = None, **more: Any) -> GradeRecord:
        source = copy.deepcopy(SOURCE)
        source.cells[1].source += f"\n{start}"
        source.cells[-3].source = check
        found: GradeRecord = grade(answered({**RIGHT, **(cells or {})}, source), source=source, **more).record
        assert found.error is None, found.error
        return found

    return call


def points(record: GradeRecord) -> float:
    return next(check.points for check in record.checks if check.id == "valeur")


def test_the_next_submission_of_a_lab_gets_an_examiner_that_is_prepared_already(
    record: Grade, forked: list[Forked]
) -> None:
    check = "# prepared once\ncheck(valeur).equals(42)"
    first = record(check)
    found = [record(check), record(check, cells={"valeur-code": "valeur = 41"}), record(check)]
    assert [points(each) for each in (first, *found)] == [1, 1, 0, 1]
    assert len(forked) == 1
    assert all(each.layers == first.layers for each in found)
    assert all(each.cpu_seconds > 0 and each.peak_mib > 0 for each in found)


def test_another_version_of_the_lab_or_of_its_files_gets_another(record: Grade, forked: list[Forked]) -> None:
    check = "from pathlib import Path\ncheck(Path('secret.txt').read_text()).equals('b')"
    assert points(record(check, data={"secret.txt": b"a"})) == 0
    assert points(record(check, data={"secret.txt": b"b"})) == 1
    assert points(record(f"{check}\n", data={"secret.txt": b"b"})) == 1
    assert len(forked) == 3


def test_answers_are_those_of_the_submission(record: Grade, forked: list[Forked]) -> None:
    check = "check(ask.answer('choix')).equals('b')"
    for answers, expected in (({"choix": "b"}, 1), (None, 0), ({"choix": "a"}, 0), ({"choix": "b"}, 1)):
        files = {} if answers is None else {"answers.json": as_json(answers)}
        assert points(record(check, files=files)) == expected
    assert len(forked) == 1


def test_every_submission_meets_the_same_randomness(record: Grade, forked: list[Forked]) -> None:
    check = "import random\ncheck(valeur).equals(42)\nrandom.random() / 2 + np.random.random() / 2"
    assert len({points(record(check, start="random_before = np.random.random()")) for _ in range(4)}) == 1
    assert len(forked) == 1


def test_what_a_check_defines_or_changes_is_gone(record: Grade, forked: list[Forked]) -> None:
    check = (
        "check(len(state)).equals(0)\nstate.append(1)\n"
        "check(hasattr(labkit, 'left')).is_false()\nlabkit.left = 1\ncheck(valeur).equals(42)"
    )
    assert [points(record(check, start="state = []")) for _ in range(3)] == [1, 1, 1]
    assert len(forked) == 1


LEAVES = {
    "a file": "open('left.txt', 'w').close()",
    "a file of the scratch folder": "import tempfile\ntempfile.mkstemp()",
    "a changed file of the lab": "open('data.csv', 'a').write('x')",
    "a process": "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])",
    "an orphan": "import os\nif os.fork() == 0:\n    if os.fork() == 0:\n        import time\n        time.sleep(600)\n"
    "    os._exit(0)\nos.wait()",
}


@pytest.mark.parametrize("name", LEAVES)
def test_an_examiner_with_something_left_is_not_used_again(name: str, record: Grade, forked: list[Forked]) -> None:
    check = (
        f"import os\nclean = not os.path.exists('left.txt') and os.path.getsize('data.csv') == 1\n{LEAVES[name]}\n"
        "check(clean).is_true()"
    )
    assert [points(record(check, data={"data.csv": b"1"})) for _ in range(2)] == [1, 1]
    assert len(forked) == 2


def test_one_that_cannot_fork_safely_serves_once(record: Grade, forked: list[Forked]) -> None:
    start = "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()"
    assert [points(record("check(valeur).equals(42)", start=start)) for _ in range(2)] == [1, 1]
    assert len(forked) == 2


def test_one_that_is_granted_no_process_serves_by_itself_and_once(record: Grade, forked: list[Forked]) -> None:
    start = "import resource\nresource.setrlimit(resource.RLIMIT_NPROC, (0, 0))"
    assert [points(record("check(valeur).equals(42)", start=start)) for _ in range(2)] == [1, 1]
    assert len(forked) == 2


def test_one_that_dies_while_it_waits_is_replaced(record: Grade, forked: list[Forked], engine: SealedEngine) -> None:
    check = "# dies\ncheck(valeur).equals(42)"
    record(check)
    forked[0].kill()
    assert points(record(check)) == 1
    assert len(forked) == 2


def test_a_server_that_holds_too_much_lets_go_those_that_wait(
    record: Grade, forked: list[Forked], engine: SealedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it would never be rid of its processes, and so never be replaced."""
    check = "check(valeur + 9).equals(9)\nvaleur == 0"
    record(check)
    waiting = [prepared for kept in engine._examiners._waiting.values() for prepared in kept]
    assert waiting
    assert all(prepared.alive for prepared in waiting)
    monkeypatch.setattr(engine._warm, "_stale", True)
    record(check)
    assert not engine._examiners._waiting
    assert all(prepared._process.wait(5) is not None for prepared in waiting)


def test_a_check_that_ends_its_process_harms_no_other(record: Grade, grade: Any, forked: list[Forked]) -> None:
    check = "import os\nif valeur == 41:\n    os._exit(3)\ncheck(valeur).equals(42)"
    source = copy.deepcopy(SOURCE)
    source.cells[-3].source = check
    bad = grade(answered({**RIGHT, "valeur-code": "valeur = 41"}, source), source=source).record
    assert bad.error is not None
    assert bad.error.kind is ErrorKind.CRASH
    good = grade(answered(RIGHT, source), source=source).record
    assert good.error is None
    assert points(good) == 1


def test_no_more_wait_than_are_kept(
    record: Grade, forked: list[Forked], engine: SealedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examiners, "KEPT", 2)
    checks = [f"# kept {number}\ncheck(valeur).equals(42)" for number in range(3)]
    for check in (*checks, checks[0]):
        assert points(record(check)) == 1
    assert len(forked) == 4
    assert sum(map(len, engine._examiners._waiting.values())) == 2
    record(checks[0])
    assert len(forked) == 4


def test_several_at_once_each_have_their_own(record: Grade, forked: list[Forked]) -> None:
    check = "# at once\nimport time\ntime.sleep(0.2)\ncheck(valeur).equals(42)"
    values = [42, 41, 42, 41]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda value: points(record(check, cells={"valeur-code": f"valeur = {value}"})), values))
    assert found == [1, 0, 1, 0]
    assert 2 <= len(forked) <= 4


def test_nothing_is_left_on_the_disk(grade: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    folder.chmod(0o711)
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    own = SealedEngine(Settings(state_dir=tmp_path / "state"), ("labkit",))
    assert grade(answered(RIGHT, SOURCE), source=SOURCE, with_engine=own).record.error is None
    assert len(list(folder.iterdir())) == 1
    own.close()
    assert list(folder.iterdir()) == []
