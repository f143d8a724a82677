"""Whoever meets a refusal reads it in their own language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from labgrader import client
from labgrader.service import messages

ARCHITECTURE = Path(__file__).parents[3] / "docs" / "architecture.md"


def explained() -> list[str]:
    """The codes that the contract says a page should explain."""
    text = ARCHITECTURE.read_text(encoding="utf-8")
    listed = re.search(r"^- Codes of a refusal.*?:(.*?); `unreachable`", text, re.MULTILINE | re.DOTALL)
    assert listed is not None
    return re.findall(r"`([a-z_]+)`", listed.group(1))


def test_the_contract_names_codes() -> None:
    assert "no_attempts_left" in explained()


@pytest.mark.parametrize("code", explained())
def test_each_code_that_people_meet_has_its_sentence(code: str) -> None:
    message = messages.MESSAGES[code]
    assert message.fr.endswith(".")
    assert message.en.endswith(".")
    assert message.fr != message.en


def test_the_client_hands_the_sentence_on(room) -> None:
    with pytest.raises(client.ExchangeError) as refused:
        room.ada.lab(room.course, "nowhere")
    assert refused.value.code == "not_released"
    assert refused.value.message == messages.MESSAGES["not_released"]
