"""Numbers, durations and moments are written as a French or an English person would."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from labhub.portal.viewmodels.common import score
from labhub.portal.words import Words

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("n", "french", "english"),
    [
        (0, "0 réponse à corriger", "0 answers to grade"),
        (1, "1 réponse à corriger", "1 answer to grade"),
        (2, "2 réponses à corriger", "2 answers to grade"),
        (1200, "1 200 réponses à corriger", "1,200 answers to grade"),
    ],
)
def test_a_count_follows_the_grammar_of_the_language(fr: Words, en: Words, n: int, french: str, english: str):
    said = [plain(words.count("%(n)s answer to grade", "%(n)s answers to grade", n)) for words in (fr, en)]
    assert said == [french, english]


@pytest.mark.parametrize(("minutes", "text"), [(45, "45 min"), (60, "1 h"), (90, "1 h 30"), (125, "2 h 05")])
def test_minutes(fr: Words, minutes: int, text: str):
    assert plain(fr.minutes(minutes)) == text


def test_a_score_nobody_knows_yet_is_a_dash(fr: Words):
    assert plain(fr.score(None, 10)) == "– / 10"
    assert plain(fr.score(7.5, 10)) == "7,5 / 10"


def test_a_bonus_stands_apart_and_fills_no_gap(fr: Words, en: Words):
    assert [plain(words.score(20, 20, 2)) for words in (fr, en)] == ["18 / 20 + 2 bonus"] * 2
    shown = score(20, 20, fr, 2)
    assert shown is not None
    assert shown.share == 90


@pytest.mark.parametrize(
    ("due", "french", "english"),
    [
        (NOW + timedelta(minutes=20), "dans 20 minutes", "in 20 minutes"),
        (NOW + timedelta(seconds=5), "dans 1 minute", "in 1 minute"),
        (NOW + timedelta(hours=5), "dans 5 heures", "in 5 hours"),
        (NOW + timedelta(hours=13), "demain", "tomorrow"),
        (NOW + timedelta(days=3), "dans 3 jours", "in 3 days"),
        (NOW - timedelta(hours=1), "aujourd'hui", "today"),
        (NOW - timedelta(days=1), "hier", "yesterday"),
        (NOW - timedelta(days=2), "il y a 2 jours", "2 days ago"),
    ],
)
def test_distance(fr: Words, en: Words, due: datetime, french: str, english: str):
    assert (plain(fr.distance(due, NOW)), plain(en.distance(due, NOW))) == (french, english)


def test_a_due_date_names_distance_day_time_and_zone(fr: Words, en: Words):
    due = datetime(2026, 11, 27, 22, 59, tzinfo=UTC)
    assert (
        plain(fr.deadline(due, NOW).text) == "À remettre dans 3 jours, vendredi 27 novembre à 23 h 59 (heure de Paris)"
    )
    assert plain(en.deadline(due, NOW).text) == "Due in 3 days, Friday 27 November at 23:59 (Paris time)"


def test_another_year_is_written(fr: Words):
    assert plain(fr.moment(datetime(2027, 1, 3, 8, 5, tzinfo=UTC), NOW)) == "dimanche 3 janvier 2027 à 9 h 05"


@pytest.mark.parametrize(
    ("delta", "urgency"), [(timedelta(days=10), "later"), (timedelta(days=2), "soon"), (timedelta(hours=-1), "past")]
)
def test_urgency(fr: Words, delta: timedelta, urgency: str):
    assert fr.deadline(NOW + delta, NOW).urgency == urgency


def test_no_due_date(fr: Words):
    deadline = fr.deadline(None, NOW)
    assert (deadline.text, deadline.iso, deadline.urgency) == ("Pas de date limite", None, "none")


def test_another_time_zone_is_told_and_named():
    saint_denis = Words("fr", ZoneInfo("Indian/Reunion"))
    due = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
    assert "16 h 00" in plain(saint_denis.moment(due, NOW))
    assert plain(saint_denis.zone()) == "heure de La Réunion"
