"""Where the test cluster keeps its things: all below one cache folder of the person who runs it."""

from __future__ import annotations

import os
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "caire-labs"

CLUSTER = CACHE / "cluster"
"""The local cluster: certificates, logs, container images (kept between starts), volumes."""
