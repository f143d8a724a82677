"""Makes data/etats.npz, data/mesures.csv and hidden/etats_caches.npz: `python mesurer.py MODELS [states] [measures]`, by hand, when the tickets change.

MODELS is the folder that `caire models build` made. The lab adapts one matrix, the `down_proj` of the last block. What all that stands before it
computes never changes, so it is computed here, once: for each ticket, at the last position of the instruction, the input of that matrix (`x`) and
what is added to its output (`reste`). Energy is an estimate: CPU seconds of this process times 10 W a core; one thread.
"""

from __future__ import annotations

import csv
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from labkit import models

HERE = Path(__file__).parent
DEPARTMENTS = ("Pay", "Travel", "Network", "Building", "Security", "Training")
INTRODUCTION = f"Departments: {', '.join(DEPARTMENTS)}.\n"
QUESTION = "\nTicket: {ticket}\nDepartment:"
WATTS = 10.0
STEPS, STEP = 60, 0.006
MEASURED = 24
"""Tickets on which the cost of one answer is measured."""


def rows(path: str) -> list[dict[str, str]]:
    """The lines of a file of tickets."""
    with (HERE / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def truth(tickets: Sequence[dict[str, str]]) -> np.ndarray:
    """The number of the department of each ticket."""
    return np.array([DEPARTMENTS.index(ticket["departement"]) for ticket in tickets])


class Reader:
    """The model after an introduction, which is read once."""

    def __init__(self, language: models.LanguageModel, introduction: str) -> None:
        self.network, self.tokenizer, self.introduction = language.model, language.tokenizer, introduction
        self.words = [self.tokenizer(f" {name}", add_special_tokens=False).input_ids[0] for name in DEPARTMENTS]
        self.seen: dict[str, torch.Tensor] = {}
        last = self.network.model.layers[-1]
        last.mlp.down_proj.register_forward_pre_hook(lambda _, given: self.seen.update(x=given[0][0, -1]))
        last.post_attention_layernorm.register_forward_pre_hook(lambda _, given: self.seen.update(reste=given[0][0, -1]))
        with torch.inference_mode():
            first = self.network(self.tokens(introduction), use_cache=True, logits_to_keep=1)
        self.cache = first.past_key_values

    def tokens(self, text: str) -> Any:
        """The pieces of a text."""
        return self.tokenizer(text, add_special_tokens=False, return_tensors="pt").input_ids

    def scores(self, ticket: str) -> np.ndarray:
        """The scores of the six departments; the introduction is not read again."""
        pieces = self.tokens(QUESTION.format(ticket=ticket))
        with torch.inference_mode():
            said = self.network(pieces, past_key_values=self.cache, use_cache=True, logits_to_keep=1)
        self.cache.crop(-pieces.shape[1])
        return said.logits[0, -1, self.words].numpy()

    def from_the_start(self, ticket: str) -> None:
        """The same answer with the introduction read again, as a service does that keeps nothing."""
        with torch.inference_mode():
            self.network(self.tokens(self.introduction + QUESTION.format(ticket=ticket)), logits_to_keep=1)

    def states(self, tickets: Sequence[dict[str, str]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """`x`, `reste` and scores, one row a ticket."""
        kept: tuple[list[np.ndarray], ...] = ([], [], [])
        for ticket in tickets:
            scores = self.scores(ticket["ticket"])
            for column, value in zip(kept, (self.seen["x"].numpy(), self.seen["reste"].numpy(), scores), strict=True):
                column.append(value.copy())
        return tuple(np.array(column) for column in kept)  # type: ignore[return-value]


def cost(answer: Any, tickets: Sequence[dict[str, str]]) -> float:
    """Estimated milliwatt-hours of a thousand answers."""
    start = time.process_time()
    for ticket in tickets:
        answer(ticket["ticket"])
    return (time.process_time() - start) * 1000 / len(tickets) * WATTS / 3.6


def adapt(kept: dict[str, np.ndarray], y: np.ndarray, seed: int = 0) -> tuple[np.ndarray, float]:
    """LoRA of rank 8 as in the lab: the update of the matrix, and CPU seconds."""
    torch.manual_seed(seed)
    x, rest, matrix = (torch.tensor(kept[name]) for name in ("x_adaptation", "reste_adaptation", "W"))
    a = (torch.randn(8, x.shape[1]) / x.shape[1] ** 0.5).requires_grad_()
    b = torch.zeros(matrix.shape[0], 8, requires_grad=True)
    optimiser = torch.optim.Adam([a, b], lr=STEP)
    start = time.process_time()
    for _ in range(STEPS):
        optimiser.zero_grad()
        scores = routing(rest + x @ matrix.T + 2 * x @ a.T @ b.T, kept["norme"], kept["mots"])
        torch.nn.functional.cross_entropy(scores, torch.tensor(y)).backward()
        optimiser.step()
    return (2 * b @ a).detach().numpy(), time.process_time() - start


def rounded(values: np.ndarray, bits: int) -> np.ndarray:
    """float16 whose last `bits` bits are 0, so that the file stays small once compressed: 4 bits move a score by 0.05 at most."""
    whole = values.astype(np.float16).view(np.uint16)
    return ((whole + np.uint16(1 << (bits - 1))) & np.uint16(0xFFFF ^ ((1 << bits) - 1))).view(np.float16)


def write_states(language: Any, reader: Reader, files: Sequence[Any]) -> None:
    """The two files of states; says how far scores rebuilt from them are from those of the whole model."""
    (xa, ra, _), (xe, re, scores), (xh, rh, _) = (reader.states(tickets) for tickets in files)
    network = language.model
    matrix = network.model.layers[-1].mlp.down_proj.weight.detach().numpy()
    norm, words = network.model.norm.weight.detach().numpy(), network.lm_head.weight.detach().numpy()[reader.words]
    again = routing(torch.tensor(re + xe @ matrix.T), norm, words).numpy()
    print("largest difference of a score, rebuilt from the states:", float(np.abs(again - scores).max()))
    small = {"x_adaptation": rounded(xa, 4), "reste_adaptation": rounded(ra, 3), "x_evaluation": rounded(xe, 4), "reste_evaluation": rounded(re, 3)}
    np.savez_compressed(HERE / "data/etats.npz", **small, W=matrix.astype(np.float16), norme=norm.astype(np.float32), mots=words.astype(np.float32))
    np.savez_compressed(HERE / "hidden/etats_caches.npz", x=xh.astype(np.float16), reste=rh.astype(np.float16))


def routing(output: torch.Tensor, norm: np.ndarray, words: np.ndarray) -> torch.Tensor:
    """The scores of the departments, as the end of the model computes them."""
    scale = torch.rsqrt(output.pow(2).mean(-1, keepdim=True) + 1e-5)
    return (output * scale * torch.tensor(norm)) @ torch.tensor(words).T


def main() -> None:
    """Write what is asked for."""
    torch.set_num_threads(1)
    os.environ[models.FOLDER_VARIABLE] = sys.argv[1]
    language = models.load("smollm2-135m")
    files = [rows(path) for path in ("data/tickets_adaptation.csv", "data/tickets_evaluation.csv", "hidden/tickets_caches.csv")]
    reader = Reader(language, INTRODUCTION)
    if "states" in sys.argv:
        write_states(language, reader, files)
    with np.load(HERE / "data/etats.npz") as file:
        kept = {name: file[name].astype(np.float32) for name in file.files}
    adaptation, evaluation, _ = files
    update, seconds = adapt(kept, truth(adaptation))
    base = kept["reste_evaluation"] + kept["x_evaluation"] @ kept["W"].T
    said = [
        routing(torch.tensor(output), kept["norme"], kept["mots"]).argmax(1).numpy() for output in (base, base + kept["x_evaluation"] @ update.T)
    ]
    if "measures" in sys.argv:
        measure(language, reader, (adaptation, evaluation), said, seconds)


def measure(language: Any, reader: Reader, files: Any, said: Any, training: float) -> None:
    """Write data/mesures.csv: four ways of routing, on the new wordings only."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    adaptation, evaluation = files
    y, new = truth(evaluation), np.array(["-e" in ticket["formulation"] for ticket in evaluation])
    sample = evaluation[:MEASURED]
    words = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LogisticRegression(C=10, max_iter=500))
    start = time.process_time()
    words.fit([ticket["ticket"] for ticket in adaptation], truth(adaptation))
    words_wh = (time.process_time() - start) * WATTS / 3.6
    by_words = words.predict([ticket["ticket"] for ticket in evaluation])
    one = cost(reader.from_the_start, sample)
    chosen = [next(t for t in adaptation[k:] if t["departement"] == name) for k in (0, 40) for name in DEPARTMENTS]
    examples = Reader(language, INTRODUCTION + "".join(QUESTION.format(ticket=t["ticket"]) + f" {t['departement']}\n" for t in chosen))
    by_examples = np.array([examples.scores(ticket["ticket"]).argmax() for ticket in evaluation])
    table = [
        ("mots-cles", by_words, words_wh, cost(lambda text: words.predict([text]), sample)),
        ("consigne", said[0], 0.0, one),
        ("consigne-exemples", by_examples, 0.0, cost(examples.from_the_start, sample)),
        ("lora", said[1], training * WATTS / 3.6 + one * len(adaptation) / 1000, one),
    ]
    with (HERE / "data/mesures.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["solution", "exactitude", "mwh_preparation", "mwh_1000_tickets"])
        for name, labels, once, each in table:
            out.writerow([name, f"{(labels == y)[new].mean():.3f}", f"{once:.3g}", f"{each:.3g}"])


if __name__ == "__main__":
    main()
