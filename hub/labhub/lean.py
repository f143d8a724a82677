"""Runs a module without a costly import that nobody needs: `python -m labhub.lean jupyterhub.singleuser`.

jsonschema compiles a grammar of internationalised addresses at import (0.7 CPU s, measured) for the format `iri`, which
no schema of Jupyter uses. It treats the package as optional, so that marking it absent is all it takes. CPU limits how
fast a class can start: this is a third of what a server costs.
"""

from __future__ import annotations

import runpy
import sys

SKIPPED = "rfc3987_syntax"


def main() -> None:
    """Run the module named by the first argument as a program, with the other arguments."""
    sys.modules[SKIPPED] = None  # type: ignore[assignment]
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
