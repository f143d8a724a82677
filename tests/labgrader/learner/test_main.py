from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest
from warm_learner import SECONDS, Learner, start

from labgrader.outputs import CUT
from labgrader.warm.client import Warm
from labgrader.wire.encoding import decode, encode
from labgrader.wire.errors import Closed
from labgrader.wire.messages import Do, Reply, Request, read


def kinds(reply: dict[str, Any]) -> list[str]:
    return [output["output_type"] for output in reply["outputs"]]


def printed(reply: dict[str, Any], name: str = "stdout") -> str:
    return "".join(output["text"] for output in reply["outputs"] if output.get("name") == name)


def request(learner: Learner, question: Request) -> Any:
    """What the examiner gets; of an object that stays, its reference."""
    learner.values.send(question.message())
    reply = read(learner.values.receive(SECONDS))
    assert isinstance(reply, Reply)
    assert reply.failure is None
    return decode(reply.value, lambda reference: reference)


def call(learner: Learner, name: str) -> Any:
    """Call the learner's function `name` as the examiner does."""
    function = request(learner, Request(1, Do.GET, name))
    return request(learner, Request(2, Do.CALL, function.number, encode(((), {}), lambda value: value)))


def test_outputs_come_in_their_order(learner: Learner) -> None:
    reply = learner.run("print('a')\ndisplay(1)\nprint('b')\n2")
    assert kinds(reply) == ["stream", "display_data", "stream", "execute_result"]
    assert reply["outputs"][-1]["execution_count"] == 1
    assert reply["error"] is None
    assert 0 < reply["seconds"] < SECONDS


@pytest.mark.parametrize(
    "source",
    [
        "import sys; sys.{stream}.write('word')",
        "import os; os.write({number}, b'word')",
        "import os; os.system('printf word >&{number}')",
        "import subprocess, sys; subprocess.run(['printf', 'word'], stdout=sys.{stream})",
        "import ctypes; ctypes.CDLL(None).dprintf({number}, b'word')",
    ],
)
@pytest.mark.parametrize(("stream", "number"), [("stdout", 1), ("stderr", 2)])
def test_what_is_printed_is_caught_wherever_it_is_printed(
    learner: Learner, source: str, stream: str, number: int
) -> None:
    reply = learner.run(source.format(stream=stream, number=number) + ";")
    assert printed(reply, stream) == "word"
    assert len(reply["outputs"]) == 1


def test_magics_work(learner: Learner) -> None:
    learner.run("%%capture kept\nprint('unseen')")
    assert learner.value("kept.stdout") == "'unseen\\n'"
    assert "per loop" in printed(learner.run("%timeit -n1 -r1 pass"))
    assert printed(learner.run("!printf word")) == "word"
    assert printed(learner.run("%%bash\nprintf word")) == "word"


def test_figures_are_shown_as_in_a_kernel(learner: Learner) -> None:
    reply = learner.run("import matplotlib.pyplot as plt\nplt.plot([1, 2]);")
    assert kinds(reply) == ["display_data"]
    assert set(reply["outputs"][0]["data"]) == {"image/png", "text/plain"}
    assert kinds(learner.run("%matplotlib inline\nfigure, axes = plt.subplots()\nplt.show()")) == ["display_data"]
    assert kinds(learner.run("plt.get_fignums()")) == ["execute_result"]


def test_widgets_are_shown_as_in_a_kernel(learner: Learner) -> None:
    reply = learner.run("import ipywidgets\nipywidgets.IntSlider(3)")
    assert "application/vnd.jupyter.widget-view+json" in reply["outputs"][0]["data"]
    reply = learner.run("ipywidgets.interact(lambda x: print('x is', x), x=3);")
    assert "x is 3" in printed(reply)


def test_a_cell_may_wait(learner: Learner) -> None:
    assert learner.value("import asyncio\nawait asyncio.sleep(0, 'done')") == "'done'"


@pytest.mark.parametrize(
    ("source", "name", "message"),
    [
        ("1 / 0", "ZeroDivisionError", "division by zero"),
        ("def f(:", "SyntaxError", "invalid syntax"),
        ("import sys; sys.exit(3)", "SystemExit", "3"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", ""),
        ("input('?')", "StdinNotImplementedError", "input() attend une réponse"),
        ("import getpass; getpass.getpass()", "StdinNotImplementedError", "input() attend une réponse"),
        ("def f(): return f()\nf()", "RecursionError", "maximum recursion depth"),
        ("class E(Exception):\n    def __str__(self): raise self\nraise E", "E", "<E>"),
    ],
)
def test_an_error_is_told_plainly_and_the_next_cell_runs(
    learner: Learner, source: str, name: str, message: str
) -> None:
    reply = learner.run(source)
    assert reply["error"][0] == name
    assert message in reply["error"][1]
    error = next(output for output in reply["outputs"] if output["output_type"] == "error")
    assert error["ename"] == name
    assert "\x1b" not in "".join(error["traceback"])
    assert learner.value("1 + 1") == "2"


def test_a_figure_that_cannot_be_drawn_is_an_error(learner: Learner) -> None:
    reply = learner.run("import matplotlib.pyplot as plt\nplt.title('$\\\\frac$');")
    assert reply["error"] is not None


def test_exit_ends_the_process_after_its_cell(learner: Learner) -> None:
    assert printed(learner.run("exit()\nprint('still here')")) == "still here\n"
    with pytest.raises(Closed):
        learner.run("1")
    end = learner.process.wait(SECONDS)
    assert end is not None
    assert end.status == 0


@pytest.mark.parametrize(
    ("source", "status"),
    [("import os; os._exit(5)", 5), ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL)],
)
def test_a_cell_can_end_the_process_but_not_hide_how(learner: Learner, source: str, status: int) -> None:
    learner.send("run", source=source)
    with pytest.raises(Closed):
        learner.cells.receive(SECONDS)
    end = learner.process.wait(SECONDS)
    assert end is not None
    assert end.status == status


def test_an_interrupt_stops_the_cell_and_nothing_else(learner: Learner, tmp_path: Path) -> None:
    learner.send(
        "run", source="import os, time\nos.mkfifo('begun')\nopen('begun', 'w').close()\nwhile True: time.sleep(9)"
    )
    while not (tmp_path / "begun").exists():
        assert learner.process.wait(0.01) is None
    (tmp_path / "begun").read_bytes()
    learner.process.interrupt()
    assert learner.cells.receive(SECONDS)["error"][0] == "KeyboardInterrupt"
    learner.process.interrupt()  # too late: between two cells
    assert learner.value("1 + 1") == "2"


def test_a_flood_costs_its_end_and_no_more(learner: Learner) -> None:
    reply = learner.run("for _ in range(30): print('x' * 1_000_000)\ndone = True")
    assert reply["error"] is None
    assert printed(reply).endswith(CUT)
    assert len(printed(reply)) < 5_000_000
    reply = learner.run(
        "import subprocess\nsubprocess.run('yes | head -c 30000000', shell=True).returncode\nprint(done)"
    )
    assert len(printed(reply)) < 5_000_000
    assert learner.value("done") == "True"


def test_closing_standard_output_harms_only_ones_own_output(learner: Learner) -> None:
    learner.run("import os, sys\nsys.stdout.close()\nos.close(2)")
    assert learner.value("1 + 1") == "2"


def test_an_output_that_no_message_can_hold_is_left_out(learner: Learner) -> None:
    reply = learner.run("display({'application/json': {'n': 10**30}}, raw=True)\nprint('shown')")
    assert reply["error"] is None
    assert printed(reply) == CUT


def test_nothing_is_left_of_the_warm_up(learner: Learner) -> None:
    assert learner.value("In, Out, _, sorted(n for n in globals() if not n.startswith('_'))") == (
        "(['', \"In, Out, _, sorted(n for n in globals() if not n.startswith('_'))\"],\n {},\n '',\n"
        " ['In', 'Out', 'exit', 'get_ipython', 'open', 'quit'])"
    )
    learner.run("import threading, os, sys")
    assert learner.value("threading.active_count(), len(os.listdir('/proc/self/task'))") == "(1, 1)"
    assert (
        learner.value("[name for name in sys.modules if name.split('.')[0] in ('zmq', 'sqlite3', 'ipykernel')]") == "[]"
    )


def test_a_cell_sees_its_folder_as_in_jupyter(learner: Learner, tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("word = 'imported'", encoding="utf-8")
    assert learner.value("import helper\nhelper.word") == "'imported'"
    assert learner.value("__name__, open('helper.py').read()") == "('__main__', \"word = 'imported'\")"


def test_every_process_begins_with_the_same_chance(warm: Warm, tmp_path: Path) -> None:
    source = "import random, numpy\nrandom.random(), float(numpy.random.rand()), hash('a')"
    found = []
    for seed in ("0", "0", "1"):
        learner = start(warm, tmp_path, environment={"CAIRE_SEED": seed})
        found.append(learner.value(source))
        learner.end()
    assert found[0] == found[1] != found[2]


def test_the_examiner_reaches_objects_between_cells(learner: Learner) -> None:
    learner.run("def double(x):\n    print('called')\n    return 2 * x\nnumber = 21")
    assert request(learner, Request(1, Do.GET, "number")) == 21


def test_what_is_shown_between_cells_is_told_when_asked_and_in_no_cell(learner: Learner) -> None:
    learner.run("def shout(): print('called'); display(1)")
    assert learner.ask("shown")["outputs"] == []
    call(learner, "shout")
    assert kinds(learner.ask("shown")) == ["stream", "display_data"]
    call(learner, "shout")
    assert kinds(learner.run("2")) == ["execute_result"]


def test_the_process_ends_when_the_worker_goes(learner: Learner) -> None:
    learner.cells.close()
    end = learner.process.wait(SECONDS)
    assert end is not None
    assert end.status == 0


def test_the_end_of_the_examiner_is_not_the_end_of_the_cells(learner: Learner) -> None:
    learner.values.close()
    assert learner.value("1 + 1") == "2"
    assert os.getpid() != int(learner.value("import os\nos.getpid()"))
