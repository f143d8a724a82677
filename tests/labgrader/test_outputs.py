from __future__ import annotations

import pytest

from labgrader.outputs import CUT, NO_MORE_IMAGES, TRACEBACK_CHARACTERS, Bounds, Outputs, plain_bundle

PIXEL = {"image/png": b"\x89PNG", "text/plain": "<Figure>"}


def texts(outputs: Outputs) -> list[tuple[str, str]]:
    return [(item["name"], item["text"]) for item in outputs.take()]


def test_printed_text_of_one_stream_is_one_output() -> None:
    outputs = Outputs()
    for name, text in (("stdout", "a"), ("stdout", "b"), ("stderr", "c"), ("stdout", ""), ("stdout", "d")):
        outputs.stream(name, text)
    assert texts(outputs) == [("stdout", "ab"), ("stderr", "c"), ("stdout", "d")]


def test_what_does_not_fit_into_a_cell_is_cut_and_said_once() -> None:
    outputs = Outputs(Bounds(cell_bytes=1000))
    for _ in range(3):
        outputs.stream("stdout", "é" * 600)
    outputs.display({"text/html": "x" * 2000}, {}, None, update=False)
    ((_, text),) = texts(outputs)
    assert text.count(CUT) == 1
    assert text.startswith("ééé")
    assert len(text.encode()) <= 1000 + len(CUT.encode())


def test_an_error_is_kept_whatever_was_shown_before_it() -> None:
    outputs = Outputs(Bounds(cell_bytes=100))
    outputs.stream("stdout", "x" * 1000)
    outputs.error("ValueError", "no", ["line\n"] * 100_000)
    *_, error = outputs.take()
    assert error["ename"] == "ValueError"
    assert sum(map(len, error["traceback"])) == TRACEBACK_CHARACTERS


def test_all_cells_together_are_bounded() -> None:
    outputs = Outputs(Bounds(cell_bytes=1000, total_bytes=2500))
    kept = 0
    for _ in range(10):
        outputs.stream("stdout", "x" * 900)
        kept += sum(text.count("x") for _, text in texts(outputs))
    assert 1800 <= kept < 2500


def test_images_are_counted_over_all_cells() -> None:
    outputs = Outputs(Bounds(images=3))
    for _ in range(2):
        for _ in range(2):
            outputs.display(PIXEL, {}, None, update=False)
        last = outputs.take()
    assert [item["output_type"] for item in last] == ["display_data", "stream"]
    assert last[1]["text"] == NO_MORE_IMAGES
    outputs.display({"text/html": "<b>"}, {}, None, update=False)
    assert len(outputs.take()) == 1


def test_a_display_is_updated_in_its_place() -> None:
    outputs = Outputs()
    outputs.display({"text/plain": "1"}, {}, "a", update=False)
    outputs.stream("stdout", "between")
    outputs.display({"text/plain": "2"}, {}, "a", update=True)
    outputs.display({"text/plain": "3"}, {}, "unknown", update=True)
    first, second = outputs.take()
    assert first["data"] == {"text/plain": "2"}
    assert second["text"] == "between"


@pytest.mark.parametrize(("wait", "left"), [(False, []), (True, ["before"])])
def test_clearing_waits_for_the_next_output_when_told_so(wait: bool, left: list[str]) -> None:
    outputs = Outputs()
    outputs.stream("stdout", "before")
    outputs.clear(wait=wait)
    assert [text for _, text in texts(outputs)] == left


def test_clearing_and_waiting_replaces() -> None:
    outputs = Outputs()
    outputs.stream("stdout", "before")
    outputs.clear(wait=True)
    outputs.stream("stdout", "after")
    assert texts(outputs) == [("stdout", "after")]


def test_a_bundle_is_plain_data() -> None:
    class Text(str):
        pass

    found = plain_bundle({"image/png": b"\x00", "application/json": {1: (Text("a"), {2})}, "text/plain": Text("b")})
    assert found == {"image/png": "AA==", "application/json": {"1": ["a", "{2}"]}, "text/plain": "b"}
    assert type(found["text/plain"]) is str
