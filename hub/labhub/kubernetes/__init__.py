"""JupyterHub on Kubernetes: `configure(c)` makes of a stock Zero to JupyterHub, or of a bare hub, ours.

With the chart: `hub.extraConfig.caire: "from labhub.kubernetes import configure; configure(c)"`.
"""

from __future__ import annotations

from typing import Any


def configure(c: Any, *, standalone: bool = False) -> None:
    """Write our configuration into the traitlets configuration `c`.

    `standalone`: no chart of JupyterHub's has written its own part before, so that network, database and tokens
    come from the environment too (`labhub.kubernetes.standalone`).
    """
    from labhub.kubernetes.apply import configure as configure_hub

    configure_hub(c, alone=standalone)
