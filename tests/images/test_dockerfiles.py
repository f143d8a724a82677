"""Each Dockerfile keeps the rules of the house: no root, no download that is not hashed, no secret, labels."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from images import plan

FOLDER = Path(plan.__file__).parent
FILES = sorted(FOLDER.glob("*/Dockerfile"))
NAMES = [path.parent.name for path in FILES]
SHIPPED = [path for path in FILES if path.parent.name != "base"]
SHIPPED_NAMES = [path.parent.name for path in SHIPPED]
LABELS = ("title", "description", "licenses", "vendor")
SECRET = re.compile(r"password|passwd|token|secret|api_?key|credential", re.IGNORECASE)


def instructions(path: Path) -> list[tuple[str, str]]:
    """Instructions of a Dockerfile in order, continued lines joined, comments left out."""
    text = re.sub(r"^\s*#.*\n", "", path.read_text("utf-8"), flags=re.MULTILINE).replace("\\\n", " ")
    return [
        (word.upper(), rest) for word, _, rest in (line.partition(" ") for line in text.splitlines() if line.strip())
    ]


def stages(path: Path) -> list[list[tuple[str, str]]]:
    """The instructions of each stage; a stage begins with its FROM."""
    found: list[list[tuple[str, str]]] = []
    for instruction in instructions(path):
        if instruction[0] == "FROM":
            found.append([])
        if found:
            found[-1].append(instruction)
    return found


def shipped_stage(path: Path) -> list[tuple[str, str]]:
    """The stage that becomes an image: the last, or in `base` the one called so."""
    if path.parent.name == "base":
        return next(stage for stage in stages(path) if stage[0][1].endswith(" AS base"))
    return stages(path)[-1]


def values(stage: list[tuple[str, str]], word: str) -> list[str]:
    return [rest for name, rest in stage if name == word]


def test_each_image_of_the_plan_has_its_dockerfile_and_each_dockerfile_its_image() -> None:
    assert {image.dockerfile for image in plan.IMAGES} == set(NAMES)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_it_says_first_what_it_is_for(path: Path) -> None:
    assert re.match(r"# [A-Z]", path.read_text("utf-8"))


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_what_lies_below_is_an_argument(path: Path) -> None:
    first = instructions(path)[0]
    assert first[0] == "ARG"
    assert first[1].startswith("BASE_IMAGE=")
    assert shipped_stage(path)[0][1].startswith("${BASE_IMAGE}")


def test_only_base_names_an_image_of_others() -> None:
    foreign = [(path.parent.name, rest) for path in FILES for word, rest in instructions(path) if "docker.io" in rest]
    assert foreign == [("base", f"BASE_IMAGE={plan.DEBIAN}")]


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_what_is_shipped_runs_as_nobody_but_1000(path: Path) -> None:
    assert values(shipped_stage(path), "USER")[-1] == "1000:1000"


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_root_gives_way_before_the_entry_point(path: Path) -> None:
    words = [word for word, _ in shipped_stage(path)]
    assert max(i for i, word in enumerate(words) if word == "USER") < words.index("ENTRYPOINT")
    assert values(shipped_stage(path), "ENTRYPOINT") == ['["tini", "--"]']


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_it_is_labelled(path: Path) -> None:
    labels = " ".join(values(shipped_stage(path), "LABEL"))
    assert not [name for name in LABELS if f'org.opencontainers.image.{name}="' not in labels]


@pytest.mark.parametrize("path", SHIPPED, ids=SHIPPED_NAMES)
def test_version_and_commit_are_told_last_so_that_they_cost_no_layer(path: Path) -> None:
    assert [word for word, _ in shipped_stage(path)][-3:] == ["ARG", "ARG", "LABEL"]
    label = values(shipped_stage(path), "LABEL")[-1]
    assert 'org.opencontainers.image.version="${VERSION}"' in label
    assert 'org.opencontainers.image.revision="${REVISION}"' in label


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_nothing_is_fetched_but_by_package_managers(path: Path) -> None:
    assert not [rest for word, rest in instructions(path) if word == "ADD"]
    assert not [
        rest for word, rest in instructions(path) if word == "RUN" and re.search(r"\b(curl|wget|git clone)\b", rest)
    ]


@pytest.mark.parametrize("path", SHIPPED, ids=SHIPPED_NAMES)
def test_what_is_shipped_gets_its_packages_from_a_stage_that_stays_behind(path: Path) -> None:
    runs = " ".join(values(shipped_stage(path), "RUN"))
    assert not re.search(r"\b(pip|uv|npm|install-(packages|torch|project)|with-registries)\b", runs)
    assert any(rest.startswith("--from=packages ") for rest in values(shipped_stage(path), "COPY"))


@pytest.mark.parametrize("path", [*FILES, *sorted((FOLDER / "base").glob("install-*"))], ids=lambda path: path.name)
def test_python_packages_are_installed_by_their_hashes(path: Path) -> None:
    text = path.read_text("utf-8").replace("\\\n", " ")
    installs = [line for line in text.splitlines() if "pip install" in line and not line.startswith("install=")]
    exempt = ("/dist/*.whl",)  # the wheel that was built a line before
    assert not [line for line in installs if "--require-hashes" not in line and not line.rstrip().endswith(exempt)]


def test_pytorch_without_hashes_is_the_one_exception_and_needs_a_file_that_has_none() -> None:
    script = (FOLDER / "base" / "install-torch").read_text("utf-8")
    hashed, _, unhashed = script.partition("elif ")
    assert 'if grep -q -e --hash= "$1"' in hashed
    assert "--require-hashes" in hashed
    assert "--require-hashes" not in unhashed


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_no_secret_is_an_argument_or_an_environment_variable(path: Path) -> None:
    assert not [rest for word, rest in instructions(path) if word in {"ARG", "ENV"} and SECRET.search(rest)]


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_lists_of_packages_stay_out_of_what_is_shipped(path: Path) -> None:
    for run in values(shipped_stage(path), "RUN"):
        assert "apt-get install" not in run or "--no-install-recommends" in run
        assert "apt-get update" not in run or "rm -rf /var/lib/apt/lists/*" in run


def test_the_context_holds_sources_and_nothing_of_a_machine() -> None:
    lines = (FOLDER.parent / ".dockerignore").read_text("utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert {rule for rule in rules if rule.startswith("!")} == {
        f"!{name}" for name in ("LICENSE", "README.md", "graders", "hub", "images", "labs", "pyproject.toml")
    }


def test_models_are_made_from_what_their_stage_has_alone(tmp_path: Path) -> None:
    [stage] = [stage for stage in stages(FOLDER / "grader" / "Dockerfile") if stage[0][1].endswith(" AS models")]
    source = tmp_path / "source"
    for rest in values(stage, "COPY"):
        *files, target = rest.split()
        for name in files:
            there, here = FOLDER.parent / name, tmp_path / target.lstrip("/")
            if there.is_dir():
                shutil.copytree(there, here, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                here.mkdir(parents=True, exist_ok=True)
                shutil.copy(there, here)
    program = (
        "import sys; sys.meta_path = [finder for finder in sys.meta_path if 'editable' not in str(finder).lower()];"
        "sys.path[:] = [path for path in sys.path if 'site-packages' in path or 'lib/python' in path];"
        "sys.path.insert(0, '.'); import labgrader.models.cli as made; print(made.__file__);"
        "made.app(['build', '--help'])"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=source, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith(str(source)), ran.stdout


def test_the_catalogue_goes_only_where_labs_are_handed_out_or_graded() -> None:
    with_it = {path.parent.name for path in FILES if "/opt/caire/catalogue" in str(shipped_stage(path))}
    assert with_it == {"grader", "hub"}


def test_the_sources_of_labs_are_taken_out_of_every_image() -> None:
    lines = (FOLDER / "base" / "install-project").read_text("utf-8").splitlines()
    assert "rm -r /project/lib/python3*/site-packages/labgrader/catalogue" in lines
    for path in SHIPPED:
        assert not [rest for rest in values(shipped_stage(path), "COPY") if rest.split()[0] == "labs"]
