#!/usr/bin/env python3
"""`make images`: builds every image with the tool that is here, and writes its size, times and bill of materials.

    python3 images/build.py [--registry R] [--version V] [--base IMAGE] [--tool T] [--archives FOLDER] [IMAGE…]

What stays unchanged comes from the tool's cache of layers. Needs Python 3.11 and nothing else.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from images import bill, debian, engine, packages, plan

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "build" / "images"

Say = Callable[[str], None]


def build_all(
    names: Sequence[str] = (),
    *,
    registry: str = "localhost",
    version: str | None = None,
    base: str | None = None,
    tool: str | None = None,
    plain: bool = False,
    archives: Path | None = None,
    say: Say = print,
) -> dict[str, str]:
    """Build the images of `names` (the usual ones if none) and return their full names, by name.

    `base`: the Debian below them; if none, the one of the Dockerfile, or one made here by debootstrap where it cannot
    be pulled. `plain`: without this machine's configuration of its registries. `archives`: a folder that gets each
    shipped image as `caire-<name>.tar`. Where nothing builds images, root on Debian gets buildah. Raises
    `plan.PlanError`, `engine.ToolError` or `packages.PackagesMissingError`.
    """
    version = version or project_version()
    images = plan.wanted(names)
    if tool is None and packages.installable() and not engine.working():
        packages.ensure(packages.BUILDER, "To build images takes", say)
    tool = plan.choose_tool(engine.working(), tool)
    sizes: dict[str, int] = {}
    with engine.configured(tool), engine.registries_folder(plain) as mounts:
        foreign = {False: base or debian.base(tool, say), True: plan.CUDA}
        for image in images:
            full = plan.tag(image.name, registry, version)
            words = plan.command(
                tool,
                image,
                registry=registry,
                version=version,
                revision=revision(),
                base=foreign[image.gpu],
                mounts=mounts,
            )
            say(f"caire: building {full} with {tool} …")
            before = engine.identity(tool, full)
            began = time.monotonic()
            engine.run(words, OUTPUT / f"{image.name}.log")
            taken = round(time.monotonic() - began, 1)
            if before and before != engine.identity(tool, full):
                engine.forget(tool, before)  # without a name it would only fill the disk, several GB at each build
            built = plan.Built(
                image=full,
                tool=tool,
                base=foreign[image.gpu],
                revision=revision(),
                bytes=engine.size(tool, full),
                budget_bytes=image.budget_mb * 1_000_000 if image.budget_mb else None,
                build_seconds=taken,
                start_seconds=engine.start_seconds(full, image.start),
            )
            sizes[image.name] = built.bytes
            (OUTPUT / f"{image.name}.json").write_text(json.dumps(asdict(built), indent=2) + "\n", encoding="utf-8")
            if image.shipped:
                write_bill(tool, image.name, full, version)
            if archives and image.shipped:
                engine.save(tool, full, archives / f"caire-{image.name}.tar")
            say(f"caire: {built}")
    if faults := plan.over_budget(sizes):
        raise plan.PlanError("\n".join(faults))
    return {image.name: plan.tag(image.name, registry, version) for image in images if image.shipped}


def write_bill(tool: str, name: str, full: str, version: str) -> None:
    """Write the bill of materials of an image: what its environment holds, Debian's packages, npm's packages."""
    python = json.loads(engine.output_in(tool, full, ["cat", bill.IN_IMAGE])) if name != "proxy" else None
    packages = engine.output_in(tool, full, ["dpkg-query", "--show", "--showformat", bill.DPKG_FORMAT])
    npm = json.loads((ROOT / bill.NPM_LOCK).read_text("utf-8")) if name == "proxy" else None
    content = bill.bill(python, packages, npm, name=f"caire-{name}", version=version)
    (OUTPUT / f"{name}.cdx.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def project_version() -> str:
    """The version of the project."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])


def revision() -> str:
    """The commit that is built, marked when the folder holds more than it."""
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        return "unknown"
    return done.stdout.strip() or "unknown"


def main(arguments: Sequence[str] | None = None) -> int:
    """Build what the command line asks for; 1 and one sentence when it cannot be."""
    parser = argparse.ArgumentParser(description="Build the images of CAIRE Labs.")
    parser.add_argument(
        "names", nargs="*", metavar="IMAGE", help=f"{', '.join(plan.SHIPPED)}; all without a GPU if none"
    )
    parser.add_argument("--registry", default="localhost", help="what stands before caire-hub in a name")
    parser.add_argument("--version", help="what stands behind it; that of the project if none")
    parser.add_argument("--base", help=f"the Debian below; {plan.DEBIAN} if none")
    parser.add_argument("--tool", help=f"{', '.join(plan.TOOLS)}; the first that works here if none")
    parser.add_argument("--plain", action="store_true", help="leave this machine's pip and npm configuration out")
    parser.add_argument("--archives", type=Path, help="folder that gets each image as an archive")
    try:
        build_all(**vars(parser.parse_args(arguments)))
    except (plan.PlanError, engine.ToolError, packages.PackagesMissingError) as error:
        sys.stderr.write(f"caire: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
