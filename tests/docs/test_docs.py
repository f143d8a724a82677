"""The documentation is true where a program can tell: links lead somewhere, commands, settings and files exist."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
import typer
from pages import DOCS, ROOT, blocks, links

import labkit
from labhub import cli
from labkit.checking import Check

PAGES = [
    *sorted(page for page in DOCS.rglob("*.md") if page.parent != DOCS / "labs"),
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]


def commands() -> dict[str, str]:
    """Every command of `caire` and its line of help, as the command line itself tells."""
    found: dict[str, str] = {}
    for name, command in typer.main.get_command(cli.app).commands.items():  # type: ignore[attr-defined]
        found[f"caire {name}"] = line(command.help)
    for name, room in cli.ROOMS.items():
        found[f"caire {name}"] = room.help
        for inner, command in getattr(cli.load_room(room), "commands", {}).items():
            found[f"caire {name} {inner}"] = line(command.help)
    return found


def line(text: str | None) -> str:
    return (text or "").splitlines()[0]


COMMANDS = commands()


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_lead_somewhere(page: Path) -> None:
    local = [target.partition("#")[0] for target in links(page) if "://" not in target]
    assert not [target for target in local if target and not (page.parent / target).exists()]


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_commands_that_are_named_exist(page: Path) -> None:
    named = re.findall(r"(?:`|^|/)caire ([a-z]+)(?: ([a-z]+))?", page.read_text(encoding="utf-8"), re.MULTILINE)
    for first, second in named:
        assert f"caire {first}" in COMMANDS, first
        inner = {name for name in COMMANDS if name.startswith(f"caire {first} ")}
        assert not second or not inner or f"caire {first} {second}" in inner, second


def test_the_reference_lists_every_command_with_its_help() -> None:
    page = (DOCS / "reference" / "cli.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `(caire[^`]*)` \| (.*) \|$", page, re.MULTILINE))
    assert listed == COMMANDS


def test_architecture_names_files_that_exist() -> None:
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    section = page.partition("## The path of one submission")[2].partition("\n## ")[0]
    files = re.findall(r"`((?:hub|graders|labs)/[\w./-]+\.\w+)`", section)
    assert len(files) >= 12
    assert not [file for file in files if not (ROOT / file).is_file()]


def test_labkit_has_what_its_reference_names() -> None:
    page = (DOCS / "reference" / "labkit.md").read_text(encoding="utf-8")
    missing = [
        name
        for room, names in re.findall(r"`(labkit|ask|labkit\.plots|labkit\.energy|labkit\.models)\.(\w+)\(", page)
        for name in [f"{room}.{names}"]
        if not _found(name if name.startswith("labkit") else f"labkit.{name}")
    ]
    methods = re.findall(r"`(\w+)\(", page.partition("## check")[2].partition("## ask")[0])
    assert not missing
    assert not [name for name in methods if name != "check" and not hasattr(Check, name)]


def _found(dotted: str) -> bool:
    value: object = labkit
    for part in dotted.split(".")[1:]:
        if not hasattr(value, part):
            return False
        value = getattr(value, part)
    return True


FOR_LEARNERS_AND_TRAINERS = [
    *(page for page in DOCS.glob("tutorial/*.md") if not page.name.endswith(".fr.md")),
    *(DOCS / page for page in ("index.md", "how-to/write-a-lab.md", "how-to/nbgrader-commands.md")),
    *(DOCS / "how-to" / page for page in ("grading-queue.md", "regrade-a-lab.md")),
]


@pytest.mark.parametrize("page", FOR_LEARNERS_AND_TRAINERS, ids=lambda page: page.stem)
def test_learners_and_trainers_read_the_same_in_both_languages(page: Path) -> None:
    french = page.with_suffix(".fr.md")
    assert blocks(french) == blocks(page)
    assert outline(french) == outline(page)
    assert links(french) == links(page)


def outline(page: Path) -> list[tuple[str, int]]:
    """Each heading's level with the number of list items and table rows below it."""
    found: list[tuple[str, int]] = []
    for line in page.read_text(encoding="utf-8").splitlines():
        if re.match(r"#+ ", line):
            found.append((line.partition(" ")[0], 0))
        elif found and line.startswith(("- ", "|")):
            found[-1] = (found[-1][0], found[-1][1] + 1)
    return found


PROSE = {"c'est votre meilleur essai qui compte", "your best attempt counts", "one question across learners"}
"""What tutorials put into bold because it matters, not because it stands on a page."""
WORDS = [*ROOT.glob("hub/labhub/locale/*/*/*.po"), *ROOT.glob("labs/labkit/*.py")]


ON_PAGES = [
    page
    for name in ("tutorial/*", "how-to/grading-queue*", "how-to/regrade-a-lab*")
    for page in DOCS.glob(f"{name}.md")
]


@pytest.mark.parametrize("page", sorted(ON_PAGES), ids=lambda page: page.name)
def test_tutorials_use_the_words_of_the_pages(page: Path) -> None:
    shown = "".join(file.read_text(encoding="utf-8") for file in WORDS).replace("\N{NO-BREAK SPACE}", " ").casefold()
    steps = page.read_text(encoding="utf-8").partition("## Si ")[0].partition("## If ")[0]
    said = {words.rstrip(".") for words in re.findall(r"\*\*([^*\n]+)\*\*", steps)} - PROSE
    keys = {words for words in said if re.search(r"^(?:Maj|Shift|Ctrl) \+", words)}
    assert len(said) > 5
    assert not [words for words in said - keys if words.casefold() not in shown]


def test_make_targets_that_are_named_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        word
        for page in PAGES
        for words in re.findall(r"(?:`|^)make ([a-z -]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
        for word in words.split()
    }
    assert named <= targets


LOADS = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "object": "data"}


class Loaded(HTMLParser):
    """What a page loads by itself; where its links lead is the reader's choice."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name == LOADS.get(tag)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_the_site_has_every_page_in_both_languages(site: Path) -> None:
    assert (site / "how-to" / "write-a-lab" / "index.html").is_file()
    assert (site / "fr" / "how-to" / "write-a-lab" / "index.html").is_file()


def test_no_page_loads_anything_from_another_host(site: Path) -> None:
    pages, styles = list(site.rglob("*.html")), list(site.rglob("*.css"))
    assert len(pages) > 20
    assert styles
    for page in pages:
        loaded = Loaded(page.read_text(encoding="utf-8")).found
        assert any(address.endswith(".css") for address in loaded), page
        assert not [address for address in loaded if "//" in address], page
    for style in styles:
        assert not re.findall(r"(?:@import|url\()[^;)]*//[^;)]*", style.read_text(encoding="utf-8")), style


def test_a_page_says_its_language_in_the_site_of_the_other_too(site: Path) -> None:
    for path, lang in (("fr/architecture", "en"), ("fr/tutorial/first-lab", "fr"), ("tutorial/first-lab", "en")):
        assert f'<div lang="{lang}">' in (site / path / "index.html").read_text(encoding="utf-8")


def test_a_page_with_a_diagram_brings_what_draws_it(site: Path) -> None:
    for page in (site / "architecture", site / "fr" / "architecture"):
        (script,) = [a for a in Loaded((page / "index.html").read_text(encoding="utf-8")).found if "mermaid" in a]
        assert "mermaid" in (page / script).read_text(encoding="utf-8")
    assert "mermaid" not in (site / "index.html").read_text(encoding="utf-8")
