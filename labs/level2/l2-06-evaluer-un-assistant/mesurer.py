"""Records SmolLM2's answers that the lab shows: `python mesurer.py MODELS OUTPUT` writes two files of data/ into OUTPUT.

MODELS is the folder that `caire models build` made. The forty comments are those of data/essai_smollm2.csv; answers are
greedy, so they come out the same each time; computing times depend on the machine (the lab quotes those that it ships).
"""

from __future__ import annotations

import csv
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from labkit import models

DATA = Path(__file__).parent / "data"
LABELS = ("positive", "negative")
QUESTIONS = (
    "What is the capital of France?",
    "Who won the Nobel Prize in Physics in 1903?",
    "Name three books by the French author Jules Valmont.",
)
EXAMPLES = (
    ("The coffee was cold and the trainer was late.", "negative"),
    ("I loved every minute of it.", "positive"),
    ("Useless, I want my money back.", "negative"),
    ("Everything was explained with patience.", "positive"),
)

T = TypeVar("T")


def free(model: models.LanguageModel, comment: str) -> str:
    """The model answers as it likes."""
    return model.generate(f"Is this comment positive or negative?\n\nComment: {comment}", max_tokens=40)


def choice(model: models.LanguageModel, comment: str) -> str:
    """The likelier of the two words."""
    prompt = f"Is this comment positive or negative? Answer with one word.\n\nComment: {comment}"
    return model.choose(prompt, [label.capitalize() for label in LABELS]).lower()


def choice_with_examples(model: models.LanguageModel, comment: str) -> str:
    """The likelier of the two words after four comments with theirs; plain text, no conversation."""
    import torch

    shown = "\n\n".join(f"Comment: {text}\nLabel: {label}" for text, label in EXAMPLES)
    prompt = f"Classify each comment as positive or negative.\n\n{shown}\n\nComment: {comment}\nLabel:"
    with torch.inference_mode():
        logits = model.model(model.tokenizer(prompt, return_tensors="pt").input_ids).logits[0, -1]
    first = {label: model.tokenizer(f" {label}", add_special_tokens=False).input_ids[0] for label in LABELS}
    return max(LABELS, key=lambda label: float(logits[first[label]]))


def label_in(answer: str) -> str:
    """The one label that a free answer names; nothing if it names both or none."""
    named = [label for label in LABELS if label in answer.lower()]
    return named[0] if len(named) == 1 else ""


def timed(action: Callable[[], T]) -> tuple[T, float]:
    """What `action` gives, and the CPU seconds that it took."""
    begin = time.process_time()
    return action(), round(time.process_time() - begin, 2)


def main(folder: str, output: str) -> None:
    """Write essai_smollm2.csv and questions_smollm2.csv into `output`."""
    os.environ[models.FOLDER_VARIABLE] = folder
    model = models.load("smollm2-135m")
    with (DATA / "essai_smollm2.csv").open(encoding="utf-8", newline="") as file:
        comments = [(row["commentaire"], row["verite"]) for row in csv.DictReader(file)]
    rows = []
    for comment, truth in comments:
        answer, free_s = timed(lambda text=comment: free(model, text))
        chosen, choice_s = timed(lambda text=comment: choice(model, text))
        shown, shown_s = timed(lambda text=comment: choice_with_examples(model, text))
        rows.append(
            {
                "commentaire": comment,
                "verite": truth,
                "libre_reponse": answer,
                "libre_etiquette": label_in(answer),
                "libre_cpu_s": free_s,
                "contraint_etiquette": chosen,
                "contraint_cpu_s": choice_s,
                "exemples_etiquette": shown,
                "exemples_cpu_s": shown_s,
            }
        )
    answers = [{"question": question, "reponse": model.generate(question, max_tokens=50)} for question in QUESTIONS]
    for name, table in {"essai_smollm2.csv": rows, "questions_smollm2.csv": answers}.items():
        with (Path(output) / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(table[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(table)


if __name__ == "__main__":
    main(*sys.argv[1:])
