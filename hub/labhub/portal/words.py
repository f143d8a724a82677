"""Says numbers, durations, moments and scores as a French or an English person would write them.

Times are told in one named time zone, so that nobody has to guess which; `now` is always given, never read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, get_timezone_location
from babel.numbers import format_decimal
from babel.support import Translations

from labhub.i18n import Language, translations

ZONE = ZoneInfo("Europe/Paris")
NBSP = "\u00a0"
LOCALES: dict[Language, str] = {"fr": "fr_FR", "en": "en_GB"}
Urgency = Literal["none", "later", "soon", "past"]
SOON = timedelta(days=3)


@dataclass(frozen=True)
class Deadline:
    """A due date: `text` for people, `iso` for machines, and how near it is."""

    text: str
    iso: str | None
    urgency: Urgency


@dataclass(frozen=True)
class Words:
    """The voice of the portal in one language."""

    lang: Language
    tz: ZoneInfo = ZONE

    @cached_property
    def _catalogue(self) -> Translations:
        return translations(self.lang)

    @property
    def locale(self) -> str:
        """Babel's name of the locale."""
        return LOCALES[self.lang]

    def say(self, message: str, **values: Any) -> str:
        """`message` translated, its `%(name)s` filled in."""
        text = self._catalogue.gettext(message)
        return text % values if values else text

    def count(self, one: str, many: str, n: int, **values: Any) -> str:
        """The singular or plural translated for `n`, available as `%(n)s`."""
        return self._catalogue.ngettext(one, many, n) % {"n": self.number(n), **values}

    def number(self, value: float) -> str:
        """At most two decimals, with the language's own signs."""
        return _decimal(round(value, 2), self.locale)

    def score(self, points: float | None, maximum: float, bonus: float = 0) -> str:
        """`7,5 / 10`; a dash for points that nobody knows yet; `7,5 / 10 + 2 bonus` with those of `points` on top."""
        gained = "–" if points is None else self.number(points - bonus)
        on_top = f"{NBSP}+{NBSP}{self.number(bonus)}{NBSP}bonus" if bonus else ""
        return f"{gained}{NBSP}/{NBSP}{self.number(maximum)}{on_top}"

    def minutes(self, minutes: int) -> str:
        """`45 min`, `1 h 30`, `2 h`: about how long a lab takes."""
        hours, rest = divmod(minutes, 60)
        if not hours:
            return f"{rest}{NBSP}min"
        tail = f"{NBSP}{rest:02d}" if rest else ""
        return f"{hours}{NBSP}h{tail}"

    def moment(self, moment: datetime, now: datetime) -> str:
        """`vendredi 27 novembre à 23 h 59`, with the year when it is not this one."""
        local = moment.astimezone(self.tz)
        year = "" if local.year == now.astimezone(self.tz).year else " y"
        if self.lang == "en":
            return format_datetime(local, f"EEEE d MMMM{year} 'at' HH:mm", locale=self.locale)
        return format_datetime(local, f"EEEE d MMMM{year} 'à' H'\u00a0h\u00a0'mm", locale=self.locale)

    def stamp(self, moment: datetime) -> str:
        """`27/11/2026 23:59:30`: a moment to the second, for receipts and logs."""
        return str(format_datetime(moment.astimezone(self.tz), "dd/MM/yyyy HH:mm:ss", locale=self.locale))

    def zone(self) -> str:
        """The time zone of every moment on the page, in words."""
        return self.say("%(city)s time", city=get_timezone_location(self.tz, locale=self.locale, return_city=True))

    def deadline(self, due: datetime | None, now: datetime) -> Deadline:
        """How far and when: `À remettre dans 3 jours, vendredi 27 novembre à 23 h 59 (heure de Paris)`."""
        if due is None:
            return Deadline(self.say("No due date"), None, "none")
        told = {"distance": self.distance(due, now), "moment": self.moment(due, now), "zone": self.zone()}
        if due < now:
            return Deadline(self.say("Was due %(distance)s, %(moment)s (%(zone)s)", **told), due.isoformat(), "past")
        text = self.say("Due %(distance)s, %(moment)s (%(zone)s)", **told)
        return Deadline(text, due.isoformat(), "soon" if due - now <= SOON else "later")

    def distance(self, moment: datetime, now: datetime) -> str:
        """How far `moment` is from `now`, in calendar days; in hours or minutes when it is near."""
        days = (moment.astimezone(self.tz).date() - now.astimezone(self.tz).date()).days
        seconds = (moment - now).total_seconds()
        if 0 <= seconds < 3600:
            return self.count("in %(n)s minute", "in %(n)s minutes", max(1, round(seconds / 60)))
        if 0 <= seconds < 12 * 3600:
            return self.count("in %(n)s hour", "in %(n)s hours", round(seconds / 3600))
        if days == 0:
            return self.say("today")
        if days == 1:
            return self.say("tomorrow")
        if days == -1:
            return self.say("yesterday")
        if days > 0:
            return self.count("in %(n)s day", "in %(n)s days", days)
        return self.count("%(n)s day ago", "%(n)s days ago", -days)


@lru_cache(4096)
def _decimal(value: float, locale: str) -> str:
    """Kept, since a large course's table says the same few numbers a thousand times."""
    return str(format_decimal(value, format="#,##0.##", locale=locale))
