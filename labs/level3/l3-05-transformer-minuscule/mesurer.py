"""Writes data/mesures.csv, data/courbes.csv and data/sondes.csv: what several models of the lab's notices cost, and what they retain.

Energy is an estimate: CPU seconds of one core times 10 W. Bits per character are measured on data/avis_validation.txt.
Run it by hand when the lab changes (about ten CPU minutes): OMP_NUM_THREADS=1 python mesurer.py
"""

from __future__ import annotations

import csv
import math
import random
import re
import time
from collections import Counter
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

HERE = Path(__file__).parent
WATTS = 10.0
CONTEXT = 48
PHRASE = "Note interne : le code du coffre est {}.\n"


class Tokenizer:
    """Byte-pair encoding within pieces; a digit always stays alone. No merge at all: one unit a byte."""

    def __init__(self, text: str, merges: int) -> None:
        words = Counter(tuple(piece.encode()) for piece in pieces(text))
        self.merges: list[tuple[int, int]] = []
        self.known: dict[str, list[int]] = {}
        for number in range(merges):
            pairs: Counter[tuple[int, int]] = Counter()
            for word, times in words.items():
                for pair in zip(word, word[1:]):
                    pairs[pair] += times
            best = max(pairs, key=lambda pair: (pairs[pair], pair))
            self.merges.append(best)
            words = Counter({merged(word, best, 256 + number): times for word, times in words.items()})
        self.size = 256 + merges

    def encode(self, text: str) -> list[int]:
        """The units of `text`."""
        units: list[int] = []
        for piece in pieces(text):
            if piece not in self.known:
                found = tuple(piece.encode())
                for number, pair in enumerate(self.merges):
                    found = merged(found, pair, 256 + number)
                self.known[piece] = list(found)
            units += self.known[piece]
        return units


def pieces(text: str) -> list[str]:
    """The text cut into pieces, nothing lost: a word with the blank before it, a digit, or a blank."""
    return re.findall(r"\s?[^\s\d]+|\d|\s", text)


def merged(word: tuple[int, ...], pair: tuple[int, int], new: int) -> tuple[int, ...]:
    """`word` with each `pair`, from left to right, replaced by `new`."""
    result, i = [], 0
    while i < len(word):
        if word[i : i + 2] == pair:
            result.append(new)
            i += 2
        else:
            result.append(word[i])
            i += 1
    return tuple(result)


class Block(nn.Module):
    """Attention, then a small network, each added to what it receives."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm_1, self.norm_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.network = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Same shape as `x`."""
        n, t, width = x.shape
        q, k, v = self.qkv(self.norm_1(x)).view(n, t, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        x = x + self.out(F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(n, t, width))
        return x + self.network(self.norm_2(x))


class Model(nn.Module):
    """A tiny transformer."""

    def __init__(self, size: int, width: int, layers: int, heads: int) -> None:
        super().__init__()
        self.units, self.places = nn.Embedding(size, width), nn.Embedding(CONTEXT, width)
        self.blocks = nn.Sequential(*(Block(width, heads) for _ in range(layers)))
        self.norm, self.scores = nn.LayerNorm(width), nn.Linear(width, size)
        for table in (self.units, self.places):
            nn.init.normal_(table.weight, std=0.1)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """Scores of the next unit at each place."""
        return self.scores(self.norm(self.blocks(self.units(ids) + self.places.weight[: ids.shape[1]])))


def train(model: Model, ids: torch.Tensor, steps: int, seed: int, rate: float, batch: int = 16, every: int = 0, look=None) -> float:
    """Train for that many steps; the CPU seconds that it took. `look(step)` every so many steps does not count."""
    chance = torch.Generator().manual_seed(seed)
    optimiser = torch.optim.AdamW(model.parameters(), lr=rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps, pct_start=0.1)
    spent = 0.0
    for step in range(steps):
        start = time.process_time()
        begin = torch.randint(len(ids) - CONTEXT - 1, (batch,), generator=chance)
        window = ids[begin[:, None] + torch.arange(CONTEXT + 1)]
        optimiser.zero_grad()
        F.cross_entropy(model(window[:, :-1]).flatten(0, 1), window[:, 1:].flatten()).backward()
        optimiser.step()
        schedule.step()
        spent += time.process_time() - start
        if every and (step + 1) % every == 0:
            look(step + 1, spent)
    return spent


@torch.no_grad()
def bits(model: Model, tokenizer: Tokenizer, text: str) -> float:
    """Bits per character of `text`, notice by notice, each after a line end."""
    total = 0.0
    ids = torch.tensor([10, *tokenizer.encode(text)])
    for begin in range(0, len(ids) - 1, CONTEXT // 2):  # each unit is judged once, with half a context or more before it
        first = max(0, begin - CONTEXT // 2)
        window = ids[first : begin + CONTEXT // 2 + 1]
        losses = F.cross_entropy(model(window[None, :-1])[0], window[1:], reduction="none")
        total += float(losses[begin - first :].sum())
    return total / math.log(2) / len(text)


@torch.no_grad()
def exposure(model: Model, tokenizer: Tokenizer, secret: str, phrase: str = PHRASE) -> tuple[int, float]:
    """Rank of the secret among the thousand codes of three digits, and exposure in bits."""
    ids = torch.tensor([[10, *tokenizer.encode(phrase.format(f"{code:03d}"))] for code in range(1000)])
    losses = F.cross_entropy(model(ids[:, :-1]).transpose(1, 2), ids[:, 1:], reduction="none").sum(dim=1)
    rank = 1 + int((losses < losses[int(secret)]).sum())
    return rank, math.log2(1000) - math.log2(rank)


def planted(text: str, secret: str, times: int, seed: int) -> str:
    """The text with the phrase of the secret between its lines, that many times."""
    lines = text.splitlines(keepends=True) + [PHRASE.format(secret)] * times
    random.Random(seed).shuffle(lines)
    return "".join(lines)


def write(name: str, header: list[str], rows: list[list[object]]) -> None:
    """One file of data/."""
    with (HERE / "data" / name).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def cost_of_a_thousand(model: Model) -> float:
    """Milliwatt-hours for writing a thousand notices of 48 units one unit at a time (measured on twenty, one by one)."""
    start = time.process_time()
    with torch.no_grad():
        for _ in range(20):
            ids = torch.tensor([[10]])
            for _ in range(CONTEXT - 1):
                ids = torch.cat([ids, model(ids)[:, -1].softmax(-1).multinomial(1)], dim=1)
    return (time.process_time() - start) * 50 * WATTS / 3600 * 1000


# name: merges, width, layers, heads, steps, greatest learning rate (a wide model wants a smaller one)
RUNS = {
    "octets-48": (0, 48, 2, 4, 500, 1e-2),
    "bpe-16": (256, 16, 1, 2, 500, 1e-2),
    "bpe-48-court": (256, 48, 2, 4, 250, 1e-2),
    "bpe-48-long": (256, 48, 2, 4, 1000, 1e-2),
    "bpe-96": (256, 96, 3, 4, 1000, 4e-3),
    "bpe-160": (256, 160, 4, 4, 1000, 4e-3),
}


def main() -> None:
    """Measure and write."""
    torch.set_num_threads(1)
    text, judged = ((HERE / "data" / name).read_text(encoding="utf-8") for name in ("avis.txt", "avis_validation.txt"))
    tokenizers = {merges: Tokenizer(text, merges) for merges in (0, 256)}
    rows, curves = [], []
    for name, (merges, width, layers, heads, steps, rate) in RUNS.items():
        tokenizer = tokenizers[merges]
        torch.manual_seed(0)
        model = Model(tokenizer.size, width, layers, heads)
        ids = torch.tensor(tokenizer.encode(text))

        def look(step: int, spent: float) -> None:
            curves.append([name, step, round(spent * WATTS / 3.6, 2), round(bits(model, tokenizer, judged), 3)])

        spent = train(model, ids, steps, 0, rate, every=125, look=look)
        parameters = sum(p.numel() for p in model.parameters())
        rows.append([name, parameters, round(bits(model, tokenizer, judged), 3), f"{spent * WATTS / 3.6:.3g}", f"{cost_of_a_thousand(model):.3g}"])
        print(*rows[-1], flush=True)
    write("mesures.csv", ["modele", "parametres", "bits_par_caractere", "mwh_apprentissage", "mwh_1000_avis"], rows)
    write("courbes.csv", ["modele", "pas", "mwh", "bits_par_caractere"], curves)
    probes = []
    for times in (0, 1, 4, 16, 64):
        for seed in range(3):
            rng = random.Random(seed + 100)
            secret, control = (f"{code:03d}" for code in rng.sample(range(1000), 2))
            torch.manual_seed(seed)
            model = Model(tokenizers[256].size, 48, 2, 4)
            train(model, torch.tensor(tokenizers[256].encode(planted(text, secret, times, seed))), 250, seed, 1e-2)
            for kind, code in (("secret", secret), ("temoin", control)):
                rank, found = exposure(model, tokenizers[256], code)
                probes.append([times, seed, kind, rank, round(found, 2)])
            print(*probes[-2], *probes[-1], flush=True)
    write("sondes.csv", ["repetitions", "graine", "code", "rang", "exposition"], probes)


if __name__ == "__main__":
    main()
