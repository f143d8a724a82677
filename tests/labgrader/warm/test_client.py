from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from warm_learner import SECONDS, Learner, start

from labgrader.confine import Layer, probe
from labgrader.warm.client import Warm, WarmError
from labgrader.warm.process import VARIABLES
from labgrader.wire.errors import Closed

ORPHAN = (
    "import os, time\n"
    "if os.fork() == 0:\n"
    "    os.setsid()\n"
    "    if os.fork() == 0:\n"
    "        open('orphan', 'w').write('{mark}')\n"
    "        os.execlp('sleep', 'sleep', '{mark}')\n"
    "    os._exit(0)\n"
    "while not os.path.exists('orphan'): time.sleep(0.01)\n"
)
"""A cell that leaves behind a process of its own session, whose parent has ended."""


def sleepers(mark: str) -> list[psutil.Process]:
    return [p for p in psutil.process_iter(["cmdline"]) if p.info["cmdline"] == ["sleep", mark]]


def gone(pid: int) -> None:
    psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=SECONDS)
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


@contextmanager
def learning(warm: Warm, folder: Path) -> Iterator[Learner]:
    learner = start(warm, folder)
    yield learner
    learner.end()


def test_a_process_ends_with_its_end_told(learner: Learner) -> None:
    learner.run("sum(i * i for i in range(2_000_000))\nx = bytearray(50_000_000)")
    assert learner.process.wait(0) is None
    learner.cells.close()
    end = learner.process.wait(SECONDS)
    assert end is not None
    assert (end.status, end.refused, end.out_of_memory) == (0, None, False)
    assert 0.02 < end.cpu_seconds < SECONDS
    assert 40 < end.peak_mib < 100
    assert learner.process.wait(0) == end
    learner.process.interrupt()  # too late, without effect
    learner.process.kill()


def test_graded_code_yields_to_people_who_work(warm: Warm, learner: Learner) -> None:
    assert warm.server_pid is not None
    assert psutil.Process(warm.server_pid).nice() > psutil.Process().nice()
    assert learner.value("import os\nos.nice(0)") == str(psutil.Process(warm.server_pid).nice())


def test_the_server_survives_the_death_of_what_it_forked(warm: Warm, tmp_path: Path) -> None:
    server = warm.server_pid
    for number in (signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT):
        with learning(warm, tmp_path) as learner:
            learner.send("run", source=f"import os\nos.kill(os.getpid(), {int(number)})")
            with pytest.raises(Closed):
                learner.cells.receive(SECONDS)
            end = learner.process.wait(SECONDS)
            assert end is not None
            assert end.status == -number
    with learning(warm, tmp_path) as learner:
        assert learner.value("1 + 1") == "2"
    assert warm.server_pid == server


def test_a_server_that_dies_is_replaced_and_what_runs_goes_on(warm: Warm, tmp_path: Path, learner: Learner) -> None:
    server = warm.server_pid
    assert server is not None
    learner.run("x = 1")
    os.kill(server, signal.SIGKILL)
    gone(server)
    with learning(warm, tmp_path) as other:
        assert other.value("1 + 1") == "2"
    assert warm.server_pid != server
    assert learner.value("x") == "1"
    learner.cells.close()
    end = learner.process.wait(SECONDS)
    assert end is not None
    assert end.status == 0


def test_two_processes_share_nothing(warm: Warm, tmp_path: Path, learner: Learner) -> None:
    learner.run("import builtins, sys\nbuiltins.chr = None\nsys.modules['json'] = None\nplanted = 1")
    with learning(warm, tmp_path) as other:
        assert other.value("import json\nchr(65)") == "'A'"
        assert other.run("planted")["error"][0] == "NameError"


@pytest.mark.parametrize("layers", [frozenset(), probe() - {Layer.UID}, probe()], ids=["no", "some", "all"])
def test_killing_leaves_nothing_of_the_tree(warm: Warm, tmp_path: Path, layers: frozenset[Layer]) -> None:
    uid = 54_321 if Layer.UID in layers else None
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    if uid is not None:
        os.chown(folder, uid, uid)
        for parent in tmp_path.parents[:3]:
            parent.chmod(parent.stat().st_mode | 0o011)
    learner = start(warm, folder, uid=uid, layers=layers)
    mark = f"{300 + os.getpid()}.{len(layers)}"
    assert learner.run(ORPHAN.format(mark=mark))["error"] is None
    assert len(sleepers(mark)) == 1
    learner.send("run", source="import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: pass")
    learner.process.kill()
    assert not sleepers(mark)
    end = learner.process.wait(0)
    assert end is not None
    assert end.status == -signal.SIGKILL
    assert end.layers == layers
    learner.end()


def test_forgetting_a_process_kills_it(warm: Warm, tmp_path: Path) -> None:
    learner = start(warm, tmp_path)
    pid = int(learner.value("import os\nos.getpid()"))
    cells, values = learner.cells, learner.values
    del learner
    gone(pid)
    cells.close()
    values.close()


def test_the_death_of_the_keeper_is_the_death_of_the_tree(learner: Learner) -> None:
    pid = int(learner.value("import os\nos.getpid()"))
    keeper = psutil.Process(pid).ppid()
    os.kill(keeper, signal.SIGKILL)
    gone(pid)
    end = learner.process.wait(SECONDS)
    assert end is not None
    assert (end.status, end.layers) == (-signal.SIGKILL, frozenset())


def test_what_cannot_enter_its_box_says_so(warm: Warm, tmp_path: Path) -> None:
    learner = start(warm, tmp_path, uid=54_321)  # without the layer
    end = learner.process.wait(SECONDS)
    assert end is not None
    assert end.refused is not None
    assert "uid" in end.refused
    learner.end()


def test_modules_that_kill_a_server_or_start_threads_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modules = {
        "kills": "import os; os.abort()",
        "threads": "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()",
        "fails": "1 / 0",
        "good": "",
    }
    for name, source in modules.items():
        (tmp_path / f"preloaded_{name}.py").write_text(source, encoding="utf-8")
    monkeypatch.setitem(VARIABLES, "PYTHONPATH", str(tmp_path))
    warm = Warm([f"preloaded_{name}" for name in modules], roles=["learner"])
    with learning(warm, tmp_path) as learner:
        found = learner.value("import sys\nsorted(name for name in sys.modules if name.startswith('preloaded_'))")
        assert found == "['preloaded_good']"
    warm.close()


def test_a_server_over_its_ceiling_is_replaced_when_nothing_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labgrader.warm.client.ROOM", 0.0)
    warm = Warm(ceiling_mib=1, roles=["learner"])
    with learning(warm, tmp_path), learning(warm, tmp_path):
        first = warm.server_pid
    assert first is not None
    with learning(warm, tmp_path) as learner:
        assert learner.value("1 + 1") == "2"
        assert warm.server_pid != first
    gone(first)
    warm.close()


def test_many_threads_may_ask_at_once(warm: Warm, tmp_path: Path) -> None:
    found: list[str] = []

    def ask() -> None:
        for _ in range(3):
            with learning(warm, tmp_path) as learner:
                found.append(learner.value("1 + 1"))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["2"] * 12


def test_closing_ends_everything(tmp_path: Path) -> None:
    warm = Warm(roles=["learner"])
    learner = start(warm, tmp_path)
    pid, server = int(learner.value("import os\nos.getpid()")), warm.server_pid
    assert server is not None
    warm.close()
    gone(pid)
    gone(server)
    with pytest.raises(WarmError, match="closed"):
        start(warm, tmp_path)
    learner.end()


def test_nothing_of_the_platform_is_in_the_servers_first_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "secret-token")
    warm = Warm(roles=["learner"])
    with learning(warm, tmp_path) as learner:  # it has the server's memory
        assert learner.value("1 + 1") == "2"
        assert warm.server_pid is not None
        assert b"secret" not in Path(f"/proc/{warm.server_pid}/environ").read_bytes()
    warm.close()


@pytest.mark.skipif(
    Layer.PID_NS not in probe() or Layer.USER_NS in probe(),
    reason="without privilege there is no way back from a namespace: a keeper serves once",
)
def test_a_keeper_serves_boxes_of_every_kind_one_after_the_other(tmp_path: Path) -> None:
    warm = Warm(roles=["learner"])
    keepers, pids = set(), []
    for layers in ({Layer.PID_NS}, {Layer.PID_NS}, set(), {Layer.PID_NS}):
        learner = start(warm, tmp_path, layers=frozenset(layers))
        pids.append(int(learner.value("import os\nos.getpid()")) == 1)
        assert warm.server_pid is not None
        keepers |= {child.pid for child in psutil.Process(warm.server_pid).children()}
        learner.end()
    assert pids == [True, True, False, True]
    assert len(keepers) == 1
    warm.close()


def test_a_thread_that_waits_learns_of_an_end_that_another_makes(learner: Learner) -> None:
    told: list[object] = []
    waiting = threading.Thread(target=lambda: told.append(learner.process.wait(SECONDS)))
    waiting.start()
    learner.process.kill()
    waiting.join(SECONDS)
    assert told == [learner.process.end]


WORKER = """
import sys
from pathlib import Path
from warm_learner import start
from labgrader.warm.client import Warm
warm = Warm(roles=["learner"])
learner = start(warm, Path(sys.argv[1]))
print(warm.server_pid, learner.value("import os\\nos.getpid()"), learner.value("os.getppid()"), flush=True)
learner.send("run", source="while True: pass")
sys.stdin.read()
"""


def test_the_death_of_the_worker_is_the_death_of_all(tmp_path: Path) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert worker.stdout is not None
    pids = [int(pid) for pid in worker.stdout.readline().split()]
    assert len(pids) == 3
    worker.kill()
    worker.communicate()
    for pid in pids:
        gone(pid)
