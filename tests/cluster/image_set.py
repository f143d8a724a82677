"""The images that a deployment in the tests runs: built from this checkout, archived, and loaded into the cluster."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.cluster.choice import Cluster
from tests.cluster.places import CACHE

from images import build, engine, plan

VERSION = "test"
POSTGRESQL = "postgresql"
READY_VARIABLE = "CAIRE_TEST_ARCHIVES"
"""A folder that holds the archives already, `caire-hub.tar` and so on: nothing is built then."""
FREE_GB = 35
"""The builder's layers 12 GB, archives 7 GB, the node's images 14 GB; less where a part is there already."""
NAMES = (*plan.USUAL, POSTGRESQL)


def archives() -> dict[str, Path]:
    """A docker archive for each image, by name; built with what is cached, from this checkout."""
    ready = os.environ.get(READY_VARIABLE)
    folder = Path(ready) if ready else CACHE / "cluster-images"
    if not ready:
        _require_room()
        build.build_all(version=VERSION, archives=folder)
        _postgresql(folder)
    found = {name: folder / f"caire-{name}.tar" for name in NAMES}
    missing = [str(path) for path in found.values() if not path.is_file()]
    if missing:
        raise engine.ToolError(f"No archive of an image: {', '.join(missing)}.")
    return found


def _require_room() -> None:
    """Raise `ToolError` before an hour's work ends on a full disk."""
    CACHE.mkdir(parents=True, exist_ok=True)
    there = sum(path.stat().st_size for path in (CACHE / "cluster-images").glob("*.tar"))
    needed = FREE_GB - 2 * there / 1e9
    if (free := shutil.disk_usage(CACHE).free / 1e9) < needed:
        raise engine.ToolError(
            f"{free:.0f} GB are free at {CACHE}; the images of the cluster tests need {needed:.0f} GB. Make room: "
            f"{CACHE / 'cluster'} may be deleted, and images of containers that nobody needs (buildah images)."
        )


def _postgresql(folder: Path) -> None:
    tool = plan.choose_tool(engine.working())
    name = plan.tag(POSTGRESQL, "localhost", VERSION)
    with engine.configured(tool):
        words = [tool, *(("bud", "--layers") if tool == "buildah" else ("build",))]
        base = f"BASE_IMAGE={plan.tag('base', 'localhost', VERSION)}"
        file = "tests/cluster/postgresql/Dockerfile"
        engine.run(
            [*words, "--build-arg", base, "--tag", name, "--file", file, "."], build.OUTPUT / f"{POSTGRESQL}.log"
        )
        engine.save(tool, name, folder / f"caire-{POSTGRESQL}.tar")


def load(cluster: Cluster, found: dict[str, Path]) -> dict[str, str]:
    """Load the archives and return the names of the images in the cluster, by name."""
    for path in found.values():
        cluster.load(path)
    return {name: f"{cluster.registry}/caire-{name}:{VERSION}" for name in found}
