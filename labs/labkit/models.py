"""Local language models: deterministic answers, no network, and a clear sentence where a model is missing.

A model is a folder `<CAIRE_MODELS_DIR>/<name>` in the form of transformers; `caire models build` makes the ones that
labs use, and whoever runs the platform may mount others under names of their own.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from labkit.lang import Text, tr

FOLDER_VARIABLE = "CAIRE_MODELS_DIR"
THREADS = 2
"""Threads of one model, unless OMP_NUM_THREADS says otherwise: several learners share a machine."""


class ModelMissing(Exception):  # noqa: N818 (read by learners: a state, not a mistake)
    """A model is not installed here; `fr` and `en` say what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(*text)
        self.fr, self.en = text

    def __str__(self) -> str:
        return tr(self.fr, self.en)

    def _render_traceback_(self) -> list[str]:
        """What IPython shows instead of a traceback."""
        return [str(self)]


class LanguageModel:
    """A causal language model with its tokenizer. The same call gives the same answer, always."""

    def __init__(self, name: str, model: Any, tokenizer: Any) -> None:
        self.name = name
        self.model = model
        self.tokenizer = tokenizer

    def __repr__(self) -> str:
        return f"LanguageModel({self.name!r}, {self.model.num_parameters() / 1e6:.0f} M)"

    def generate(self, prompt: str, max_tokens: int = 100, system: str | None = None) -> str:
        """The most likely answer to `prompt`, word after word, of `max_tokens` tokens at most.

        `system` is the instruction that stands before the conversation.
        """
        import torch
        from transformers import GenerationConfig

        tokens = self._tokens(self._chat(prompt, system))
        end = self.tokenizer.eos_token_id
        greedy = GenerationConfig(do_sample=False, max_new_tokens=max_tokens, eos_token_id=end, pad_token_id=end)
        with torch.inference_mode():
            answer = self.model.generate(tokens, attention_mask=torch.ones_like(tokens), generation_config=greedy)
        return str(self.tokenizer.decode(answer[0, tokens.shape[1] :], skip_special_tokens=True)).strip()

    def logprob(self, prompt: str, continuation: str, system: str | None = None) -> float:
        """Natural logarithm of the probability that the answer to `prompt` begins with `continuation`."""
        return sum(self._logprobs(prompt, continuation, system))

    def choose(self, prompt: str, options: Sequence[str], system: str | None = None) -> str:
        """The option that the model finds the most likely answer, per token, so that length does not decide.

        The first among equals. Raises ValueError if there is no option.
        """
        if not options:
            raise ValueError(tr("Il faut au moins une option.", "There must be at least one option."))

        def per_token(option: str) -> float:
            each = self._logprobs(prompt, option, system)
            return sum(each) / len(each)

        return max(options, key=per_token)

    def _logprobs(self, prompt: str, continuation: str, system: str | None) -> list[float]:
        import torch

        before = self._tokens(self._chat(prompt, system))
        after = self._tokens(continuation)
        if after.shape[1] == 0:
            raise ValueError(tr("La suite est vide.", "The continuation is empty."))
        with torch.inference_mode():
            logits = self.model(torch.cat([before, after], dim=1)).logits
        predicted = logits[0, before.shape[1] - 1 : -1].log_softmax(-1)
        return [float(row[token]) for row, token in zip(predicted, after[0], strict=True)]

    def _chat(self, prompt: str, system: str | None) -> str:
        messages = [{"role": "system", "content": system}] if system else []
        messages.append({"role": "user", "content": prompt})
        return str(self.tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False))

    def _tokens(self, text: str) -> Any:
        ids = self.tokenizer(text, add_special_tokens=False, return_tensors="pt").input_ids
        return ids.long().to(self.model.device)


def load(name: str) -> LanguageModel:
    """The model called `name`, such as `"smollm2-135m"`; loaded once a kernel. Raises `ModelMissing`."""
    folder = os.environ.get(FOLDER_VARIABLE, "")
    path = Path(folder) / name
    if not folder or not (path / "config.json").is_file():
        raise ModelMissing(
            Text(
                f"Le modèle « {name} » n'est pas installé sur cette plateforme. Prévenez la personne qui "
                "l'administre : la commande « caire models build » le prépare.",
                f"The model “{name}” is not installed on this platform. Tell the person who runs it: "
                "the command “caire models build” prepares it.",
            )
        )
    return _load(name, path.absolute())


@lru_cache(maxsize=2)
def _load(name: str, path: Path) -> LanguageModel:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging

    from labkit.session import device

    logging.disable_progress_bar()

    if "OMP_NUM_THREADS" not in os.environ:
        torch.set_num_threads(min(THREADS, torch.get_num_threads()))
    tokenizer = AutoTokenizer.from_pretrained(path, local_files_only=True)
    model = AutoModelForCausalLM.from_pretrained(path, local_files_only=True, dtype=torch.float32)
    return LanguageModel(name, model.to(device()).eval(), tokenizer)
