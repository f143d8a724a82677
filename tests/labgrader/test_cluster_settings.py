"""The settings of a cluster: complete by default, merged key by key, refused with a sentence that names the place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from labgrader.cluster_settings import DEFAULT_PROFILES, bytes_of
from labgrader.settings import Settings, SettingsError, load

SESSION = "start: 2027-01-11T09:00:00+01:00, end: 2027-01-11T12:30:00+01:00"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CAIRE_SETTINGS", raising=False)


def read(text: str) -> Settings:
    Path("caire.yaml").write_text(text)
    return load()


def test_four_profiles_are_there_and_those_without_a_seat_are_not_offered() -> None:
    profiles = Settings().kubernetes.profiles
    assert list(profiles) == ["cpu", "cpu-large", "gpu-shared", "gpu"]
    assert [name for name, profile in profiles.items() if profile.seats == 0] == ["gpu-shared", "gpu"]
    assert profiles["gpu"].fallback == "cpu"


def test_a_file_changes_one_key_of_a_profile_and_adds_its_own() -> None:
    own = "{title: {fr: A, en: A}, cpu_guarantee: 1, cpu_limit: 1, memory_guarantee: 1G, memory_limit: 1G}"
    profiles = read(f"kubernetes: {{profiles: {{gpu: {{seats: 3}}, huge: {own}}}}}").kubernetes.profiles
    assert profiles["gpu"].seats == 3
    assert profiles["gpu"].memory_limit == DEFAULT_PROFILES["gpu"]["memory_limit"]
    assert list(profiles)[-1] == "huge"


def test_what_is_written_for_the_services_reads_back_the_same() -> None:
    settings = read(f"cohorts: [{{id: lyon-1, course: niveau-2, learners: 30, sessions: [{{{SESSION}}}]}}]")
    assert Settings(**settings.model_dump(mode="json", exclude_none=True)) == settings


def test_a_cohort_needs_little_and_is_french() -> None:
    (cohort,) = read("cohorts: [{id: lyon-1, course: niveau-2, learners: 30}]").cohorts
    assert (cohort.language, cohort.profile, cohort.sessions, cohort.last_end) == ("fr", "cpu", (), None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "kubernetes: {homes: {siez: 5Gi}}",
            "Unknown setting kubernetes.homes.siez. Did you mean kubernetes.homes.size?",
        ),
        (
            "kubernetes: {profiles: {gpu: {seat: 2}}}",
            "Unknown setting kubernetes.profiles.gpu.seat. Did you mean kubernetes.profiles.gpu.seats?",
        ),
        (
            "cohorts: [{id: a, course: n, learners: 3}, {id: b, course: n, learner: 3, learners: 3}]",
            "Unknown setting cohorts[1].learner. Did you mean cohorts[1].learners?",
        ),
        (
            f"cohorts: [{{id: a, course: n, learners: 3, sessions: [{{{SESSION}, warm: 5}}]}}]",
            "Unknown setting cohorts[0].sessions[0].warm. Did you mean cohorts[0].sessions[0].warm_minutes?",
        ),
        (
            "kubernetes: {profiles: {gpu: {tolerations: [{keys: a}]}}}",
            "Unknown setting kubernetes.profiles.gpu.tolerations[0].keys. "
            "Did you mean kubernetes.profiles.gpu.tolerations[0].key?",
        ),
        ("cohort: []", "Unknown setting cohort. Did you mean cohorts"),
        ("kubernetes: {profiles: {Gpu: {seats: 1}}}", "Setting kubernetes.profiles.Gpu"),
        ("kubernetes: {profiles: {a100: {seats: 1}}}", "Setting kubernetes.profiles.a100.title: Field required."),
        ("kubernetes: {profiles: {gpu: {memory_limit: 8Gi}}}", "Setting kubernetes.profiles.gpu.memory_limit"),
        ("kubernetes: {profiles: {cpu: {memory_limit: 1M}}}", "memory_limit is less than memory_guarantee"),
        ("kubernetes: {profiles: {cpu: {cpu_limit: 0.1}}}", "cpu_limit is less than cpu_guarantee"),
        ("kubernetes: {profiles: {gpu: {max_minutes: 10}}}", "warn_minutes is not less than max_minutes"),
        ("kubernetes: {profiles: {gpu: {fallback: big}}}", "profiles.gpu.fallback leads to big, which is no profile"),
        ("kubernetes: {profiles: {cpu: {fallback: gpu}}}", "leads back to"),
        ("kubernetes: {default_profile: tiny}", "default_profile names tiny, which is no profile"),
        ("kubernetes: {default_profile: gpu}", "default_profile gpu must be open to all"),
        ("cohorts: [{id: a, course: n, learners: 0}]", "Setting cohorts[0].learners"),
        ("cohorts: [{id: A, course: n, learners: 1}]", "Setting cohorts[0].id"),
        (
            "cohorts: [{id: a, course: n, learners: 1, profile: fast}]",
            "cohorts: a names the profile fast; known are cpu",
        ),
        (
            "cohorts: [{id: a, course: n, learners: 1}, {id: a, course: m, learners: 1}]",
            "the id a is there more than once",
        ),
        (
            "cohorts: [{id: a, course: n, learners: 1, sessions: "
            "[{start: 2027-01-11T09:00:00, end: 2027-01-11T10:00:00}]}]",
            "Setting cohorts[0].sessions[0].start: Input should have timezone info.",
        ),
        (
            "cohorts: [{id: a, course: n, learners: 1, sessions: "
            "[{start: 2027-01-11T10:00:00Z, end: 2027-01-11T09:00:00Z}]}]",
            "Setting cohorts[0].sessions[0]: end is not after start",
        ),
    ],
)
def test_a_bad_value_gets_one_sentence_naming_the_place(text: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(text)
    assert said in str(caught.value)


@pytest.mark.parametrize(("size", "is_"), [("1K", 1024), ("512M", 512 * 1024**2), ("1.5G", 1.5 * 1024**3)])
def test_sizes_are_powers_of_1024(size: str, is_: Any) -> None:
    assert bytes_of(size) == is_


def test_the_reference_page_tells_the_built_in_profiles_as_they_are() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    for name, profile in Settings().kubernetes.profiles.items():
        resources = ", ".join(f"`{key}: {number}`" for key, number in profile.resources.items()) or "–"
        cells = [
            f"`{name}`",
            f"{profile.cpu_guarantee:g} to {profile.cpu_limit:g}",
            f"{profile.memory_guarantee} to {profile.memory_limit}",
            resources,
            "no bound" if profile.seats is None else "0: not offered",
            f"{profile.max_minutes} min" if profile.max_minutes else "–",
            f"`{profile.fallback}`" if profile.fallback else "–",
        ]
        assert f"| {' | '.join(cells)} |" in page
