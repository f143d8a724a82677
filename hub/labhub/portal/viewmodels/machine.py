"""Tells a learner when a lab recommends another machine than the one that runs, and why it may be so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from labgrader.cluster_settings import Profile
from labgrader.manifest import CPU, Manifest
from labhub.portal.machine import Machine
from labhub.portal.words import Words


@dataclass(frozen=True)
class Advice:
    """What the page says; `profile` is the machine that its button asks for."""

    text: str
    profile: str


def recommends_more(manifests: Iterable[Manifest]) -> bool:
    """Whether there can be anything to say, so that the hub has to be asked."""
    return any(manifest.profile != CPU for manifest in manifests)


def advice(
    manifests: Iterable[Manifest], machine: Machine | None, profiles: Mapping[str, Profile], words: Words
) -> Advice | None:
    """What to say of the labs of one page while `machine` runs; `None` if it suits them all."""
    if machine is None or machine.profile not in profiles:
        return None
    for manifest in manifests:
        wanted = profiles.get(manifest.profile)
        if manifest.profile in (CPU, machine.profile) or wanted is None or wanted.seats == 0:
            continue
        told = {
            "lab": manifest.title.in_language(words.lang),
            "wanted": wanted.title.in_language(words.lang),
            "present": profiles[machine.profile].title.in_language(words.lang),
        }
        sentence = words.say(
            "“%(lab)s” recommends the machine “%(wanted)s”; your workspace runs on “%(present)s”. "
            "It works there too, a little slower, and is graded in the same way.",
            **told,
        )
        if machine.asked == manifest.profile:
            reason = words.say("You were given it because no place was free, or because the other is not open to you.")
            return Advice(f"{sentence} {reason}", manifest.profile)
        return Advice(sentence, manifest.profile)
    return None
