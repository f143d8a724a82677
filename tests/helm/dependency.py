"""Finds Zero to JupyterHub, of which the project holds no copy: packed, of the version that the chart asks for.

`CAIRE_JUPYTERHUB_CHART` names a packed chart, or a checkout of its repository at that version, which is packed here as
its own release tool does. Without it helm fetches the chart from its repository, which needs the internet.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import yaml
from tests.cluster import places
from tests.helm import charts

VERSION = "4.4.0"
REPOSITORY = "https://hub.jupyter.org/helm-chart/"
VARIABLE = "CAIRE_JUPYTERHUB_CHART"


def packed() -> Path:
    """The packed chart. Raises `RefusedError` when it is not there and cannot be fetched."""
    named = os.environ.get(VARIABLE)
    cache = places.CACHE / "charts"
    if named and Path(named).is_dir():
        return _of_checkout(Path(named), cache)
    if named:
        return Path(named)
    found = cache / f"jupyterhub-{VERSION}.tgz"
    if not found.is_file():
        charts.run("4", "pull", "jupyterhub", "--repo", REPOSITORY, "--version", VERSION, "--destination", str(cache))
    return found


def _of_checkout(checkout: Path, cache: Path) -> Path:
    """Pack the chart of a checkout: its schema generated; version and tags of its images set."""
    folder = cache / "source" / "jupyterhub"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(checkout / "jupyterhub", folder)
    schema = yaml.safe_load((folder / "values.schema.yaml").read_text(encoding="utf-8"))
    (folder / "values.schema.json").write_text(json.dumps(_without_descriptions(schema)), encoding="utf-8")
    for name, placeholder in (("Chart.yaml", r"0\.0\.1-set\.by\.chartpress"), ("values.yaml", "set-by-chartpress")):
        file = folder / name
        file.write_text(re.sub(placeholder, VERSION, file.read_text(encoding="utf-8")), encoding="utf-8")
    charts.run("4", "package", str(folder), "--destination", str(cache))
    return cache / f"jupyterhub-{VERSION}.tgz"


def _without_descriptions(schema: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in schema.items() if key != "description"}
    if "properties" in kept:
        kept["properties"] = {
            name: _without_descriptions(part) if isinstance(part, dict) else part
            for name, part in kept["properties"].items()
        }
    return kept
