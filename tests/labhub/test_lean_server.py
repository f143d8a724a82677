"""A learner's server stays lean: nothing of nbgrader is imported at start, French by default, no news."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from labhub.spawner import JUPYTER_CONFIG

PROBE = """
import json, sys
sys.modules["rfc3987_syntax"] = None
from jupyterlab.labapp import LabApp
app = LabApp.initialize_server(argv=["--no-browser", "--ServerApp.root_dir=" + sys.argv[1]])
from jupyterlab_server.settings_utils import _get_overrides
lab = next(iter(app.extension_manager.extension_apps["jupyterlab"]))
print("PROBE" + json.dumps({
    "nbgrader": sorted(m for m in sys.modules if m.split(".")[0] == "nbgrader"),
    "extensions": sorted(n for n, p in app.extension_manager.extensions.items() if p.enabled),
    "expose": lab.expose_app_in_browser,
    "overrides": _get_overrides("")[0],
    "transport": app.kernel_manager.kernel_manager_factory(parent=app.kernel_manager).transport,
}))
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> dict:
    home = tmp_path_factory.mktemp("home")
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "JUPYTER_CONFIG_PATH": str(JUPYTER_CONFIG),
        "JUPYTER_RUNTIME_DIR": str(home / "run"),
    }
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(home)], env=env, cwd=home, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    line = next(line for line in done.stdout.splitlines() if line.startswith("PROBE"))
    return json.loads(line.removeprefix("PROBE"))


def test_nothing_of_nbgrader_is_imported(server: dict):
    assert server["nbgrader"] == []


def test_only_lab_terminals_and_our_own_extension_are_enabled(server: dict):
    assert set(server["extensions"]) == {"jupyterlab", "jupyter_server_terminals", "labkit.server"}


def test_the_panel_may_find_the_application(server: dict):
    assert server["expose"]


def test_french_by_default_and_no_question_about_news(server: dict):
    assert server["overrides"]["@jupyterlab/translation-extension:plugin"]["locale"] == "fr_FR"
    assert server["overrides"]["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


def test_kernels_talk_over_local_sockets(server: dict):
    assert server["transport"] == "ipc"


def test_the_configuration_travels_in_the_package():
    assert (Path(JUPYTER_CONFIG) / "jupyter_server_config.json").is_file()
    assert (Path(JUPYTER_CONFIG) / "nbgrader_config.py").is_file()
