"""labkit's widgets in a real browser, apart from JupyterLab: a number is read as written, every control is labelled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.axe import Axe

from labkit import ask, controls, lang, panel_view
from labkit import page as labkit_page

pytestmark = pytest.mark.browser

RENDER = """async ([source, state]) => {
  const model = {
    get: (name) => state[name], set: (name, value) => { state[name] = value; },
    save_changes() {}, send() {}, on() {}, off() {},
  };
  const module = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  const root = document.createElement("div");
  document.querySelector("main").append(root);
  module.default.render({ model, el: root });
  window.state = state;
}"""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """An empty page with the style of the widgets."""
    found = chromium.new_page()
    style = labkit_page.STYLE.read_text(encoding="utf-8")
    head = f"<title>Widgets</title><style>{style}</style>"
    found.set_content(
        f'<!doctype html><html lang="fr"><head>{head}</head><body><main><h1>Lab</h1></main></body></html>'
    )
    yield found
    found.close()
    lang.use("fr")


def show(page: Page, module: str, state: dict[str, Any]) -> None:
    page.evaluate(RENDER, [labkit_page.module(module), state])


def show_question(page: Page, question: ask.Question, value: object = None) -> None:
    show(page, "ask.js", {"spec": question.spec, "value": value, "saved": {"kind": "", "words": ""}})


@pytest.mark.parametrize(
    ("language", "typed", "value"),
    [
        ("fr", "27,5", 27.5),
        ("fr", "27.5", 27.5),
        ("fr", "1 000", 1000),
        ("fr", "6,45 %", 6.45),
        ("fr", "−0,25", -0.25),
        ("en", "27.5", 27.5),
        ("en", "1,000", 1000),
        ("en", "6.45%", 6.45),
    ],
)
def test_a_number_is_read_as_people_write_it(page: Page, language: str, typed: str, value: float) -> None:
    lang.use(language)
    show_question(page, ask.number("taux", fr="Taux", en="Rate", low=-1, high=2000, unit="%"))
    field = page.get_by_role("textbox")
    field.press_sequentially(typed)
    field.press("Tab")
    assert page.evaluate("state.value") == value
    expect(field).to_have_attribute("aria-invalid", "false")


@pytest.mark.parametrize(
    ("typed", "says"), [("beaucoup", "Écrivez un nombre"), ("1,2,3", "Écrivez un nombre"), ("101", "Entre 0 et 100.")]
)
def test_what_is_no_answer_is_said_and_not_kept(page: Page, typed: str, says: str) -> None:
    show_question(page, ask.number("taux", fr="Taux", en="Rate", low=0, high=100), value=12.5)
    field = page.get_by_role("textbox")
    expect(field).to_have_value("12,5")
    field.fill(typed)
    field.press("Tab")
    expect(page.get_by_role("alert")).to_contain_text(says)
    assert page.evaluate("state.value") == 12.5
    field.fill("")
    field.press("Tab")
    expect(page.get_by_role("alert")).to_be_empty()
    assert page.evaluate("state.value") is None


def test_every_control_is_labelled_and_no_line_begins_with_a_question_mark(page: Page, axe: Axe) -> None:
    options = {"a": ("Oui", "Yes"), "b": ("Non", "No")}
    for question in (
        ask.choice("c", fr="Lequel ?", en="Which?", options=options),
        ask.choices("d", fr="Lesquels ?", en="Which ones?", options=options),
        ask.number("n", fr="Combien ?", en="How many?", low=0, high=10, unit="%"),
        ask.slider("s", fr="Quel seuil ?", en="Which threshold?", low=0, high=1, step=0.05),
        ask.text("t", fr="Pourquoi ?", en="Why?"),
        ask.annotate("e", fr="Pour chacun :", en="For each:", items={"1": "Un", "2": "Deux"}, labels=options),
    ):
        show_question(page, question)
    each = {
        "seuil": controls.slider(fr="Seuil", en="Threshold", low=0, high=1, step=0.05),
        "groupe": controls.dropdown(fr="Groupe", en="Group", options=options),
        "detail": controls.toggle(fr="Détail", en="Detail"),
    }
    show(
        page,
        "explore.js",
        {
            "controls": {name: dict(control.spec) for name, control in each.items()},
            "values": {name: control.start for name, control in each.items()},
            "lang": "fr",
            "words": {"controls": "Réglages", "asleep": ""},
        },
    )
    view = {"status": "Score : 7,5 sur 10.", "tone": "info", "heading": "Résultat", "rows": [], "score": None}
    show(page, "panel.js", {"words": panel_view.words(), "lang": "fr", "labs_url": "/labs/", "view": view})
    axe.assert_clean(page)
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((node) => node.id)")
    assert len(ids) == len(set(ids)) > 20
    assert "Lequel\u00a0?" in page.inner_text("main")
    for kind in ("radio", "checkbox", "textbox", "slider", "combobox", "button"):
        for control in page.get_by_role(kind).all():  # type: ignore[arg-type]
            assert control.evaluate("node => Boolean(node.labels?.length || node.textContent)"), kind
