"""What is built, in which order, with which tool and how: decided on data."""

from __future__ import annotations

import configparser
import re
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from images.plan import Image, PlanError

from images import plan

BASICS = {"registry": "registry.example.org/caire", "version": "1.2.3", "revision": "abc", "base": "localhost/debian"}
GRADER = next(image for image in plan.IMAGES if image.name == "grader")
BASE = next(image for image in plan.IMAGES if image.name == "base")
LAB_GPU = next(image for image in plan.IMAGES if image.name == "lab-gpu")


def names(images: list[Image]) -> list[str]:
    return [image.name for image in images]


def test_without_a_name_all_are_built_that_need_no_gpu() -> None:
    assert names(plan.wanted([])) == ["base", "builder", "proxy", "grader", "hub", "lab"]


def test_an_image_brings_what_it_is_made_from() -> None:
    assert names(plan.wanted(["proxy"])) == ["base", "builder", "proxy"]
    assert names(plan.wanted(["hub"])) == ["base", "builder", "grader", "hub"]
    assert names(plan.wanted(["lab-gpu"])) == ["base", "builder", "grader", "base-cuda", "builder-cuda", "lab-gpu"]


@given(st.lists(st.sampled_from(plan.SHIPPED)))
def test_whatever_is_asked_for_comes_after_what_it_is_made_from(asked: list[str]) -> None:
    order = names(plan.wanted(asked))
    assert set(asked) <= set(order)
    for image in plan.wanted(asked):
        assert all(order.index(below) < order.index(image.name) for below in image.images.values())


def test_a_builder_is_not_for_asking() -> None:
    with pytest.raises(
        PlanError, match=r"no image builder\. There are: proxy, grader, hub, lab, lab-gpu, grader-gpu\."
    ):
        plan.wanted(["builder"])


@pytest.mark.parametrize(
    ("working", "named", "chosen"),
    [
        (("buildah", "podman", "docker"), None, "buildah"),
        (("podman", "docker"), None, "podman"),
        (("docker",), None, "docker"),
        (("buildah", "docker"), "docker", "docker"),
    ],
)
def test_the_first_tool_that_works_builds_or_the_one_that_is_named(
    working: tuple[str, ...], named: str | None, chosen: str
) -> None:
    assert plan.choose_tool(working, named) == chosen


@pytest.mark.parametrize(
    ("working", "named", "words"),
    [
        ((), None, "apt-get install buildah"),
        (("buildah",), "docker", "docker does not work here"),
        (("buildah",), "kaniko", "kaniko builds no images"),
    ],
)
def test_without_a_tool_a_sentence_says_what_to_install(
    working: tuple[str, ...], named: str | None, words: str
) -> None:
    with pytest.raises(PlanError, match=words):
        plan.choose_tool(working, named)


def test_a_build_names_its_tag_its_file_and_what_it_stands_on() -> None:
    assert plan.command("buildah", GRADER, **BASICS, mounts={}) == [
        *("buildah", "bud", "--layers"),
        *("--build-arg", "BASE_IMAGE=registry.example.org/caire/caire-base:1.2.3"),
        *("--build-arg", "BUILDER_IMAGE=registry.example.org/caire/caire-builder:1.2.3"),
        *("--build-arg", "VERSION=1.2.3"),
        *("--build-arg", "REVISION=abc"),
        *("--tag", "registry.example.org/caire/caire-grader:1.2.3"),
        *("--file", "images/grader/Dockerfile", "."),
    ]


def test_the_foreign_base_goes_below_base_and_its_commit_does_not() -> None:
    words = plan.command("podman", BASE, **BASICS, mounts={})
    assert words[:2] == ["podman", "build"]
    assert "BASE_IMAGE=localhost/debian" in words
    assert words[words.index("--target") + 1] == "base"
    assert not [word for word in words if word.startswith(("VERSION=", "REVISION="))]


def test_lab_gpu_is_lab_on_another_base_with_another_pytorch() -> None:
    words = plan.command("docker", LAB_GPU, **BASICS, mounts={})
    assert "images/lab/Dockerfile" in words
    assert "TORCH=torch-cuda.txt" in words
    assert "BASE_IMAGE=registry.example.org/caire/caire-base-cuda:1.2.3" in words
    assert "GRADER_IMAGE=registry.example.org/caire/caire-grader:1.2.3" in words


@pytest.mark.parametrize("image", plan.IMAGES, ids=lambda image: image.name)
def test_each_argument_is_one_that_the_dockerfile_declares(image: Image) -> None:
    text = (Path(plan.__file__).parent / image.dockerfile / "Dockerfile").read_text("utf-8")
    declared = set(re.findall(r"^ARG (\w+)", text, re.MULTILINE))
    given_ = {word.partition("=")[0] for word in plan.command("buildah", image, **BASICS, mounts={}) if "=" in word}
    assert given_ <= declared


def test_folders_are_mounted_for_the_build_alone() -> None:
    words = plan.command("podman", GRADER, **BASICS, mounts={"/run/registries": "/etc/here"})
    assert words[words.index("--volume") + 1] == "/etc/here:/run/registries:ro"


def test_docker_which_cannot_mount_says_so_instead_of_failing_in_the_middle() -> None:
    with pytest.raises(PlanError, match="docker build cannot mount"):
        plan.command("docker", GRADER, **BASICS, mounts={"/run/registries": "/etc/here"})


def test_an_ordinary_machine_needs_nothing() -> None:
    assert not plan.registries({}, {}, {})


def test_certificate_mirror_and_wheels_are_the_same_in_the_build() -> None:
    pip = {
        "cert": "/etc/ca.pem",
        "index-url": "https://mirror.example.org/simple",
        "extra-index-url": "https://more.example.org/simple file:///srv/simple",
        "find-links": "/srv/wheels https://wheels.example.org file:///srv/more",
    }
    found = plan.registries(pip, {"registry": "https://npm.example.org/"}, {})
    assert found.certificate == "/etc/ca.pem"
    assert found.wheels == ("/srv/wheels", "/srv/more")
    config = configparser.ConfigParser()
    config.read_string(found.files["pip.conf"])
    assert dict(config["global"]) == {
        "cert": "/run/registries/ca.crt",
        "index-url": "https://mirror.example.org/simple",
        "extra-index-url": "https://more.example.org/simple",
        "find-links": "/run/registries/wheels0 /run/registries/wheels1",
    }
    assert tomllib.loads(found.files["uv.toml"]) == {
        "index-url": "https://mirror.example.org/simple",
        "extra-index-url": ["https://more.example.org/simple"],
        "find-links": ["/run/registries/wheels0", "/run/registries/wheels1"],
    }
    assert found.files["npmrc"] == "cafile=/run/registries/ca.crt\nregistry=https://npm.example.org/\n"


@pytest.mark.parametrize(
    ("pip", "npm", "environ"),
    [({"cert": "/a"}, {}, {}), ({}, {}, {"SSL_CERT_FILE": "/a"}), ({}, {"cafile": "/a"}, {})],
)
def test_a_certificate_is_found_wherever_it_is_named(
    pip: dict[str, str], npm: dict[str, str], environ: dict[str, str]
) -> None:
    found = plan.registries(pip, npm, environ)
    assert found.certificate == "/a"
    assert "cert = /run/registries/ca.crt" in found.files["pip.conf"]


@pytest.mark.parametrize(
    ("unified", "systemd", "runc", "cgroupfs"),
    [(True, True, False, False), (True, False, False, True), (False, True, True, True), (False, False, True, True)],
)
def test_an_engine_is_told_of_the_control_groups_that_it_has(
    unified: bool, systemd: bool, runc: bool, cgroupfs: bool
) -> None:
    text = plan.engine_config(unified=unified, systemd=systemd, files=20000, processes=1000)
    config = tomllib.loads(text)
    assert (config["engine"].get("runtime") == "runc") is runc
    assert (config["engine"].get("cgroup_manager") == "cgroupfs") is cgroupfs
    assert config["containers"]["default_ulimits"] == ["nofile=20000:20000", "nproc=1000:1000"]


def test_an_image_over_its_budget_is_named_with_both_figures() -> None:
    assert plan.over_budget({"hub": 600_000_000, "lab": 3_100_000_000, "builder": 9_000_000_000}) == [
        "caire-lab is 3100 MB; 3000 MB are its budget."
    ]


def test_what_builds_needs_python_alone() -> None:
    """`make images` runs before any environment is there."""
    folder = Path(plan.__file__).parent
    imported = re.findall(
        r"^(?:from|import) (\w+)", "\n".join(p.read_text("utf-8") for p in folder.glob("*.py")), re.MULTILINE
    )
    assert set(imported) <= {*sys.stdlib_module_names, "images"}
    assert not [path.name for path in folder.glob("*.py") if len(path.read_text("utf-8").splitlines()) > 400]
