"""The first cell of a lab: sets language, seed, calm errors and figures, and imports nothing that is heavy."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import random
import sys
import warnings
from pathlib import Path
from typing import Any, TextIO

from labkit import lang as language
from labkit.lang import tr

SEED_VARIABLE = "CAIRE_SEED"
GRADING_VARIABLE = "CAIRE_GRADING"
FIGURES_VARIABLE = "CAIRE_FIGURES"
STYLE = Path(__file__).parent / "static" / "matplotlibrc"

_lab = ""


def start(lab: str, lang: str = "fr") -> None:
    """Open the lab `lab` in the language `lang`: the first cell of every lab.

    Seeds `random` and `numpy.random`; generators of your own start from `labkit.seed(name)`. From here on warnings are
    one plain line of the cell's output, errors are short, and figures are readable.
    """
    global _lab
    _lab = lab
    language.use(lang)
    _quiet_libraries()
    _calm_errors()
    _style_figures()
    random.seed(seed())
    if importlib.util.find_spec("numpy"):
        import numpy as np

        np.random.seed(seed())
    print(
        tr(
            "Bienvenue ! Exécutez les cellules de haut en bas avec Maj + Entrée. Vos réponses sont enregistrées.",
            "Welcome! Run the cells from top to bottom with Shift + Enter. Your answers are saved as you go.",
        )
    )


def lab() -> str:
    """The identifier given to `start`, or an empty string."""
    return _lab


def seed(name: str = "") -> int:
    """An integer below 2³² that depends on `CAIRE_SEED` (0 unless set) and `name` only.

    Without a name it is `CAIRE_SEED` itself.
    """
    base = int(os.environ.get(SEED_VARIABLE) or 0)
    if not name:
        return base
    return int.from_bytes(hashlib.sha256(f"{base}:{name}".encode()).digest()[:4], "big")


def grading() -> bool:
    """Whether this kernel grades: no widget, no panel, no one to look."""
    return os.environ.get(GRADING_VARIABLE, "") not in ("", "0")


def looked_at() -> bool:
    """Whether anybody will see this kernel's figures: not where `CAIRE_FIGURES` is 0."""
    return os.environ.get(FIGURES_VARIABLE) != "0"


def device() -> str:
    """`"cuda"` where PyTorch sees a GPU, else `"cpu"`."""
    if importlib.util.find_spec("torch") is None:
        return "cpu"
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _quiet_libraries() -> None:
    for name, value in {
        "TOKENIZERS_PARALLELISM": "false",
        "TRANSFORMERS_VERBOSITY": "error",
        "TRANSFORMERS_NO_ADVISORY_WARNINGS": "1",
        "HF_HUB_OFFLINE": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "TQDM_DISABLE": "1",
    }.items():
        os.environ.setdefault(name, value)
    warnings.showwarning = _say_warning
    warnings.simplefilter("default")
    for category in (DeprecationWarning, PendingDeprecationWarning, FutureWarning, ResourceWarning, ImportWarning):
        warnings.simplefilter("ignore", category)


def _say_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Print a warning as one line of output: on the error stream nbgrader would count it as a wrong answer."""
    print(tr("Avertissement", "Warning") + f" ({category.__name__}) : {message}", file=file or sys.stdout)


def _calm_errors() -> None:
    shell = _shell()
    if shell is not None and getattr(shell, "InteractiveTB", None) is not None:
        shell.InteractiveTB.set_mode("Plain")


def _style_figures() -> None:
    os.environ["MATPLOTLIBRC"] = str(STYLE)
    if "matplotlib" in sys.modules:
        import matplotlib

        matplotlib.rc_file(STYLE, use_default_template=False)  # the other defaults stand already


def _shell() -> Any:
    module = sys.modules.get("IPython")
    return module.get_ipython() if module is not None else None
