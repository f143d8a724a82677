"""What the images are, and how each is built: decisions on data, without a file or a process. Python alone is enough.

Order matters: an image comes after those that it takes something from.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

TOOLS = ("buildah", "podman", "docker")
"""The first that works here builds: buildah needs no service and no root, podman no service, docker both."""
DEBIAN = "docker.io/library/debian:bookworm-slim"
CUDA = "docker.io/nvidia/cuda:13.0.2-base-ubuntu24.04"
REGISTRIES = "/run/registries"
"""Where `images/base/with-registries` looks for what a machine needs to reach its package registries."""
WHEELS = re.compile(r"(?:file://)?(/\S+)")


class PlanError(Exception):
    """The images cannot be built so; the message says what to do."""


@dataclass(frozen=True)
class Image:
    """One image.

    `arguments` are build arguments, those in `images` name other images; `budget_mb` counts 10^6 bytes; `start` is the
    command whose answer tells how fast a container starts.
    """

    name: str
    dockerfile: str
    target: str | None = None
    images: Mapping[str, str] = field(default_factory=dict)
    arguments: Mapping[str, str] = field(default_factory=dict)
    budget_mb: int | None = None
    start: tuple[str, ...] = ()
    gpu: bool = False

    @property
    def shipped(self) -> bool:
        """Whether a deployment runs it."""
        return self.target is None


_FROM = {"BASE_IMAGE": "base", "BUILDER_IMAGE": "builder"}
_FROM_CUDA = {"BASE_IMAGE": "base-cuda", "BUILDER_IMAGE": "builder-cuda"}
_CUDA = {"TORCH": "torch-cuda.txt"}
_SERVER = ("python", "-m", "labhub.lean", "jupyterhub.singleuser", "--version")

IMAGES = (
    Image("base", "base", "base"),
    Image("builder", "base", "builder"),
    Image("proxy", "proxy", images=_FROM, budget_mb=400, start=("configurable-http-proxy", "--version")),
    Image("grader", "grader", images=_FROM, budget_mb=3000, start=("caire", "grader", "--help")),
    Image("hub", "hub", images=_FROM | {"GRADER_IMAGE": "grader"}, budget_mb=600, start=("jupyterhub", "--version")),
    Image("lab", "lab", images=_FROM | {"GRADER_IMAGE": "grader"}, budget_mb=3000, start=_SERVER),
    Image("base-cuda", "base", "base", gpu=True),
    Image("builder-cuda", "base", "builder", gpu=True),
    Image("lab-gpu", "lab", images=_FROM_CUDA | {"GRADER_IMAGE": "grader"}, arguments=_CUDA, gpu=True),
    Image("grader-gpu", "grader", images=_FROM_CUDA, arguments=_CUDA, gpu=True),
)
SHIPPED = tuple(image.name for image in IMAGES if image.shipped)
USUAL = tuple(image.name for image in IMAGES if image.shipped and not image.gpu)


def wanted(names: Collection[str]) -> list[Image]:
    """The images of `names` (the usual ones if none) and all that they are made from, in the order of building.

    Raises `PlanError` for a name that is none.
    """
    by_name = {image.name: image for image in IMAGES}
    if unknown := sorted(set(names) - set(SHIPPED)):
        raise PlanError(f"There is no image {unknown[0]}. There are: {', '.join(SHIPPED)}.")
    needed: set[str] = set()
    waiting = list(names or USUAL)
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += by_name[name].images.values()
    return [image for image in IMAGES if image.name in needed]


def choose_tool(working: Collection[str], named: str | None = None) -> str:
    """The tool that builds: the one `named`, else the first that works. Raises `PlanError` when there is none."""
    if named and named not in TOOLS:
        raise PlanError(f"{named} builds no images: name one of {', '.join(TOOLS)}.")
    if named and named not in working:
        raise PlanError(f"{named} does not work here: install or start it, or let another build.")
    for tool in (named, *TOOLS):
        if tool in working and tool is not None:
            return tool
    raise PlanError(
        "Nothing here builds images. On Debian, as root: apt-get install buildah runc uidmap. Podman and docker do too."
    )


def tag(image: str, registry: str, version: str) -> str:
    """The full name of an image."""
    return f"{registry}/caire-{image}:{version}"


def command(
    tool: str, image: Image, *, registry: str, version: str, revision: str, base: str, mounts: Mapping[str, str]
) -> list[str]:
    """The command that builds `image` from the folder of the project. `mounts`: folders here by folder in the build.

    `base` is the name of the foreign image below `base`. Raises `PlanError` where the tool cannot mount.
    """
    arguments = {key: tag(name, registry, version) for key, name in image.images.items()}
    arguments |= image.arguments
    arguments |= {"VERSION": version, "REVISION": revision} if image.shipped else {"BASE_IMAGE": base}
    words = [tool, *(("bud", "--layers") if tool == "buildah" else ("build",))]
    if mounts and tool == "docker":
        raise PlanError(
            "pip, npm or this environment name a certificate, a mirror or a folder of wheels here, which docker build "
            "cannot mount: install buildah or podman, or name a BASE_IMAGE that carries them and add --plain."
        )
    for inside, here in mounts.items():
        words += ["--volume", f"{here}:{inside}:ro"]
    for key, value in arguments.items():
        words += ["--build-arg", f"{key}={value}"]
    words += ["--target", image.target] if image.target else []
    return [*words, "--tag", tag(image.name, registry, version), "--file", f"images/{image.dockerfile}/Dockerfile", "."]


@dataclass(frozen=True)
class Registries:
    """What this machine needs to reach its package registries: files by name, and folders of wheels."""

    files: Mapping[str, str] = field(default_factory=dict)
    certificate: str | None = None
    wheels: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.files)


def registries(pip: Mapping[str, str], npm: Mapping[str, str], environ: Mapping[str, str]) -> Registries:
    """The same for a build as for this machine: from pip's and npm's configuration and the environment.

    `pip`: options without their section. Addresses of this machine's disk stay behind, but for folders of wheels.
    """
    certificate = pip.get("cert") or environ.get("SSL_CERT_FILE") or npm.get("cafile")
    index = pip.get("index-url", "")
    extra = [url for url in pip.get("extra-index-url", "").split() if url.startswith("http")]
    found = [match[1] for word in pip.get("find-links", "").split() if (match := WHEELS.fullmatch(word))]
    wheels = [f"{REGISTRIES}/wheels{number}" for number in range(len(found))]
    ca = f"{REGISTRIES}/ca.crt"
    pip_lines = [
        *([f"cert = {ca}"] if certificate else []),
        *([f"index-url = {index}"] if index else []),
        *([f"extra-index-url = {' '.join(extra)}"] if extra else []),
        *([f"find-links = {' '.join(wheels)}"] if wheels else []),
    ]
    uv_lines = [
        *([f'index-url = "{index}"'] if index else []),
        *([f"extra-index-url = {_toml(extra)}"] if extra else []),
        *([f"find-links = {_toml(wheels)}"] if wheels else []),
    ]
    npm_lines = [
        *([f"cafile={ca}"] if certificate else []),
        *([f"registry={npm['registry']}"] if npm.get("registry") else []),
    ]
    files = {
        name: "\n".join(lines) + "\n"
        for name, lines in {
            "pip.conf": ["[global]", *pip_lines] if pip_lines else [],
            "uv.toml": uv_lines,
            "npmrc": npm_lines,
        }.items()
        if lines
    }
    return Registries(files, certificate, tuple(found))


def _toml(words: list[str]) -> str:
    return "[" + ", ".join(f'"{word}"' for word in words) + "]"


def engine_config(*, unified: bool, systemd: bool, files: int, processes: int) -> str:
    """`containers.conf` for a machine without unified control groups, or without systemd to make them.

    crun refuses hybrid control groups; and nobody may ask for more files or processes than this process may.
    """
    lines = ["[engine]", 'events_logger = "file"']
    lines += [] if unified else ['runtime = "runc"']
    lines += [] if unified and systemd else ['cgroup_manager = "cgroupfs"']
    limits = f'["nofile={files}:{files}", "nproc={processes}:{processes}"]'
    return "\n".join([*lines, "[containers]", f"default_ulimits = {limits}"]) + "\n"


@dataclass(frozen=True)
class Built:
    """What building one image was like; written to build/images/<name>.json. Seconds are of the clock on the wall."""

    image: str
    tool: str
    base: str
    revision: str
    bytes: int
    budget_bytes: int | None
    build_seconds: float
    start_seconds: float | None

    def __str__(self) -> str:
        budget = f" of {self.budget_bytes / 1e6:.0f}" if self.budget_bytes else ""
        start = f", answers {self.start_seconds:.1f} s after its start" if self.start_seconds else ""
        return f"{self.image}: {self.bytes / 1e6:.0f}{budget} MB, built in {self.build_seconds:.0f} s{start}"


def over_budget(sizes: Mapping[str, int]) -> list[str]:
    """One sentence for each image that is larger than its budget. `sizes` in bytes."""
    budgets = {image.name: image.budget_mb for image in IMAGES}
    return [
        f"caire-{name} is {size / 1e6:.0f} MB; {budget} MB are its budget."
        for name, size in sizes.items()
        if (budget := budgets[name]) is not None and size > budget * 1e6
    ]
