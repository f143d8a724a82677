"""A grade record as a person reads it in a terminal (pure)."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Literal

from labgrader.manifest import Manifest
from labgrader.record import CheckResult, GradeRecord, Outcome

Lang = Literal["fr", "en"]
WIDTH = 96
SIGNS = {
    Outcome.PASSED: "✓",
    Outcome.PARTIAL: "~",
    Outcome.FAILED: "✗",
    Outcome.MANUAL: "…",
    Outcome.MISSING: "?",
    Outcome.ERROR: "!",
}
WORDS = {
    "manual": ("à lire par le formateur ou la formatrice", "to be read by the trainer"),
    "total": ("Total", "Total"),
    "signs": ("Signes inhabituels (sans effet sur les points) :", "Unusual signs (no effect on the points):"),
    "took": ("{cpu:g} s de processeur, {peak:g} Mio", "{cpu:g} s of processor time, {peak:g} MiB"),
    "energy": ("environ {wh:.2g} Wh", "about {wh:.2g} Wh"),
    "layers": ("Bac à sable : {layers}", "Sandbox: {layers}"),
    "signed": ("Signé avec la clé {key}", "Signed with key {key}"),
}


def table(record: GradeRecord, manifest: Manifest, lang: Lang) -> str:
    """Every question with its points and message, the total, and what the grading took."""
    return "\n".join(_lines(record, manifest, lang))


def _lines(record: GradeRecord, manifest: Manifest, lang: Lang) -> Iterator[str]:
    yield f"{manifest.title.in_language(lang)}  ({record.lab}, {record.lab_version[:12]}, {record.engine.name})"
    yield ""
    if record.error is not None:
        yield from textwrap.wrap(record.error.message.in_language(lang), WIDTH)
    titles = {question.id: question.title.in_language(lang) for question in manifest.questions}
    for check in record.checks:
        yield from _check(check, titles[check.id], lang)
    if record.error is None:
        yield ""
        yield f"{'':2}{_say('total', lang):<{WIDTH - 16}}{record.points:>6g} / {record.max_points:g}"
    if record.tampering:
        yield ""
        yield _say("signs", lang)
        yield from (f"  {sign.where}: {sign.what}" for sign in record.tampering)
    yield ""
    yield from _small_print(record, lang)


def _check(check: CheckResult, title: str, lang: Lang) -> Iterator[str]:
    points = "" if check.outcome is Outcome.MANUAL else f"{check.points:>6g} / {check.max_points:g}"
    yield f"{SIGNS[check.outcome]} {title[: WIDTH - 18]:<{WIDTH - 16}}{points}".rstrip()
    said = _say("manual", lang) if check.outcome is Outcome.MANUAL else None
    if check.message is not None:
        said = check.message.in_language(lang)
    if said:
        yield from textwrap.wrap(said, WIDTH, initial_indent="    ", subsequent_indent="    ")


def _small_print(record: GradeRecord, lang: Lang) -> Iterator[str]:
    took = []
    if record.cpu_seconds is not None:
        took.append(_say("took", lang).format(cpu=round(record.cpu_seconds, 2), peak=round(record.peak_mib or 0)))
    if record.energy_wh is not None:
        took.append(_say("energy", lang).format(wh=record.energy_wh))
    if took:
        yield ", ".join(took)
    if record.layers:
        yield from textwrap.wrap(_say("layers", lang).format(layers=", ".join(record.layers)), WIDTH)
    if record.signature is not None:
        yield _say("signed", lang).format(key=record.signature.key[:16])


def _say(name: str, lang: Lang) -> str:
    french, english = WORDS[name]
    return english if lang == "en" else french
