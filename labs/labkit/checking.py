"""Checks that read as a sentence, and fail with the learner's message in both languages, without a traceback."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Collection, Iterable
from typing import Any

from labkit import check_words as words
from labkit import compare
from labkit.compare import IncomparableError
from labkit.display import put
from labkit.lang import Text, current, tr
from labkit.messages import NOT_ANSWERED, RETURNS_NOTHING, STILL_DOTS, explain
from labkit.session import grading

MIME = "application/vnd.caire.check+json"
"""Media type of the invisible output that carries a failed check's message in both languages."""

LINE = 88
"""Characters of a line of a message: JupyterLab would break longer ones inside words."""

Message = tuple[str | None, str | None]


class CheckFailed(AssertionError):  # noqa: N818 - reads as what happened
    """A check that did not hold: `fr` and `en` are what the learner reads."""

    def __init__(self, fr: str, en: str, *, answered: bool = True) -> None:
        super().__init__(fr, en)
        self.fr = fr
        self.en = en
        self.answered = answered
        self._published = False

    def __str__(self) -> str:
        return tr(self.fr, self.en)

    def _render_traceback_(self) -> list[str]:
        """What IPython shows instead of a traceback; both languages go along, unseen."""
        if not self._published:  # IPython asks twice: for the page and for the reply
            self._published = True
            _publish({"outcome": "failed", "fr": self.fr, "en": self.en})
        heading = tr("✗ À revoir", "✗ Not there yet") if self.answered else tr("○ À faire", "○ To do")
        return textwrap.wrap(f"{heading}{tr(' : ', ': ')}{self}", LINE, break_long_words=False)


class Check:
    """A value under examination. Each method returns the check itself, so that calls chain.

    `fr` and `en` are the message when the check does not hold; `{value}` in them is the value found.
    """

    __slots__ = ("_called", "_judged", "_value")

    def __init__(self, value: Any, *, called: bool = False) -> None:
        self._value = value
        self._called = called
        self._judged = False

    def _ipython_display_(self) -> None:
        """One calm line at the end of a cell whose checks hold; nothing while grading.

        It is a display, not the value of the cell, which nbgrader would read as points.
        """
        if not grading():
            words = _HOLDS.here if self._judged else _ANSWERED.here
            put(f'<p lang="{current()}" style="margin:0">{words}</p>', words)

    def equals(self, expected: Any, *, fr: str | None = None, en: str | None = None) -> Check:
        """The value equals `expected`: floats up to rounding, arrays and lists item by item."""
        held = self._compare(lambda: compare.equal(self._value, expected))
        return self._hold(held, (fr, en), words.DIFFERENT)

    def differs_from(self, other: Any, *, fr: str | None = None, en: str | None = None) -> Check:
        """The value does not equal `other`."""
        held = self._compare(lambda: not compare.equal(self._value, other))
        return self._hold(held, (fr, en), words.UNEXPECTED)

    def is_close_to(self, expected: Any, *, within: float, fr: str | None = None, en: str | None = None) -> Check:
        """Every number lies within `within` (absolute) of `expected`: numbers, lists, dicts, arrays, tensors."""
        if compare.is_number(expected):
            self._number()
        held = self._compare(lambda: compare.close(self._value, expected, within))
        return self._hold(held, (fr, en), words.FAR)

    def is_between(self, low: float, high: float, *, fr: str | None = None, en: str | None = None) -> Check:
        """Every number lies between `low` and `high`, both included."""
        return self._range(low, high, (fr, en))

    def is_at_least(self, low: float, *, fr: str | None = None, en: str | None = None) -> Check:
        """Every number is `low` or more."""
        return self._range(low, float("inf"), (fr, en))

    def is_at_most(self, high: float, *, fr: str | None = None, en: str | None = None) -> Check:
        """Every number is `high` or less."""
        return self._range(float("-inf"), high, (fr, en))

    def is_one_of(self, options: Iterable[Any], *, fr: str | None = None, en: str | None = None) -> Check:
        """The value equals one of `options`."""
        held = self._compare(lambda: any(compare.equal(self._value, option) for option in options))
        return self._hold(held, (fr, en), words.UNEXPECTED)

    def is_true(self, *, fr: str | None = None, en: str | None = None) -> Check:
        """The value is true."""
        return self._hold(self._compare(lambda: compare.truth(self._value)), (fr, en), words.UNEXPECTED)

    def is_false(self, *, fr: str | None = None, en: str | None = None) -> Check:
        """The value is false."""
        return self._hold(self._compare(lambda: not compare.truth(self._value)), (fr, en), words.UNEXPECTED)

    def is_a(self, kind: str, *, fr: str | None = None, en: str | None = None) -> Check:
        """The value is of that kind: `labkit.compare.KINDS` lists them. Raises ValueError for an unknown kind."""
        if kind not in compare.KINDS:
            raise ValueError(f"is_a knows {', '.join(compare.KINDS)}; not {kind!r}")
        name, found = words.KIND_NAMES[kind], compare.type_name(self._value)
        default = Text(
            f"On attend {name.fr} ; la valeur est de type « {found} ».",
            f"This should be {name.en}; the value is of type “{found}”.",
        )
        return self._hold(self._compare(lambda: compare.is_a(self._value, kind)), (fr, en), default)

    def has_length(self, length: int, *, fr: str | None = None, en: str | None = None) -> Check:
        """The value has exactly `length` items."""
        held = self._compare(lambda: compare.guarded(len)(self._value) == length)
        return self._hold(held, (fr, en), words.LENGTH)

    def has_shape(self, shape: tuple[int | None, ...], *, fr: str | None = None, en: str | None = None) -> Check:
        """The array, tensor or table has that shape; `None` stands for any size."""

        def held() -> bool:
            found = compare.shape(self._value)
            return len(found) == len(shape) and all(w in (None, f) for w, f in zip(shape, found, strict=True))

        return self._hold(self._compare(held), (fr, en), words.SHAPE)

    def has_columns(self, columns: Iterable[str], *, fr: str | None = None, en: str | None = None) -> Check:
        """The table has at least these columns."""
        return self._has(list(columns), lambda: set(self._value.columns), (fr, en), words.MISSING_COLUMN)

    def has_keys(self, keys: Iterable[Any], *, fr: str | None = None, en: str | None = None) -> Check:
        """The dict has at least these keys."""
        return self._has(list(keys), lambda: set(self._value.keys()), (fr, en), words.MISSING_KEY)

    def contains(self, item: Any, *, fr: str | None = None, en: str | None = None) -> Check:
        """The text, list, set or dict contains `item`."""
        held = self._compare(lambda: compare.contains(self._value, item))
        return self._hold(held, (fr, en), words.UNEXPECTED)

    def is_answered(self, *, fr: str | None = None, en: str | None = None) -> Check:
        """There is an answer: neither `None`, nor dots, nor an empty text or list."""
        if compare.blank(self._value):
            missing = self._missing()
            raise CheckFailed(fr or missing.fr, en or missing.en, answered=False)
        return self

    def called_with(self, *args: Any, **kwargs: Any) -> Check:
        """A check on the result of calling the value; an error in the learner's function becomes a message."""
        self._answered()
        if not callable(self._value):
            self.is_a("function")
        try:
            result = Check(self._value(*args, **kwargs), called=True)
        except CheckFailed:
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the learner's function may raise anything
            raise self._stopped(error) from None
        result._answered()
        return result

    def rejects(self, *args: Any, fr: str | None = None, en: str | None = None, **kwargs: Any) -> Check:
        """Calling the value with these arguments raises an error, as it should. A misspelt name does not count."""
        self._answered()
        if not callable(self._value):
            self.is_a("function")
        try:
            result = self._value(*args, **kwargs)
        except NameError as error:
            raise self._stopped(error) from None
        except Exception:  # noqa: BLE001 - whatever the function raises, it refuses
            return self
        return Check(result, called=True)._fail((fr, en), words.ACCEPTED)

    def _stopped(self, error: BaseException) -> CheckFailed:
        name, why = getattr(self._value, "__name__", "") or compare.type_name(self._value), explain(error)
        return CheckFailed(
            f"Votre fonction « {name} » s'arrête sur une erreur ({type(error).__name__}). {why.fr}",
            f"Your function “{name}” stops with an error ({type(error).__name__}). {why.en}",
        )

    def _answered(self) -> None:
        if compare.unanswered(self._value):
            raise CheckFailed(*self._missing(), answered=False)

    def _missing(self) -> Text:
        if self._value is Ellipsis:
            return STILL_DOTS
        return RETURNS_NOTHING if self._called and self._value is None else NOT_ANSWERED

    def _compare(self, test: Callable[[], bool]) -> bool:
        self._answered()
        try:
            return test()
        except IncomparableError as error:
            raise CheckFailed(
                f"La valeur est de type « {error.kind} » et ne se compare pas à ce qui est attendu. "
                "Relisez ce que la question demande : un nombre, un texte, une liste… ?",
                f"The value is of type “{error.kind}” and cannot be compared with what is expected. "
                "Read again what the question asks for: a number, a text, a list…?",
            ) from None

    def _number(self) -> None:
        self._answered()
        if not self._compare(lambda: compare.guarded(compare.is_number)(self._value)):
            self.is_a("number")

    def _range(self, low: float, high: float, message: Message) -> Check:
        held = self._compare(lambda: compare.between(self._value, low, high))
        return self._hold(held, message, words.OUTSIDE)

    def _has(self, wanted: list[Any], found: Callable[[], Collection[Any]], message: Message, default: Text) -> Check:
        self._answered()
        try:
            names = found()
        except Exception:  # noqa: BLE001 - no table, no dict, or one that raises
            names = ()
        missing = [name for name in wanted if name not in names]
        listed = ", ".join(f"« {name} »" for name in missing), ", ".join(f"“{name}”" for name in missing)
        return self._hold(not missing, message, Text(default.fr.format(listed[0]), default.en.format(listed[1])))

    def _hold(self, held: bool, message: Message, default: Text) -> Check:
        if not held:
            return self._fail(message, default)
        self._judged = True
        return self

    def _fail(self, message: Message, default: Text) -> Check:
        fr, en = message
        value = short(self._value)
        raise CheckFailed(
            (fr or en or default.fr).replace("{value}", value), (en or fr or default.en).replace("{value}", value)
        )


class _Checker:
    """`check(value)…` and `check.that(condition, …)`."""

    def __call__(self, value: Any) -> Check:
        """Examine `value`; see `Check` for what can be asked of it."""
        return Check(value)

    def that(self, condition: Any, *, fr: str, en: str) -> Check:
        """Hold that `condition` is true; else fail with this message."""
        return Check(condition).is_true(fr=fr, en=en)


check = _Checker()


def short(value: Any) -> str:
    """`value` in at most 80 characters, for a message; only its type's name when it cannot be written."""
    try:
        value = compare.plain(value)
        written = f"{value:.6g}" if isinstance(value, float) else str(value)
    except Exception:  # noqa: BLE001 - the objects of a learner may raise anything
        return f"<{compare.type_name(value)}>"
    written = " ".join(written.split())
    return written if len(written) <= 80 else written[:79] + "…"


def _publish(data: dict[str, str]) -> None:
    """Add an output that shows nothing and that the grader reads; nowhere but in a kernel."""
    module = sys.modules.get("IPython")
    shell = module.get_ipython() if module is not None else None
    if shell is not None:
        shell.display_pub.publish({MIME: data})


_HOLDS = Text(
    "✓ Rien à corriger ici. La remise fera d'autres vérifications.",
    "✓ Nothing to correct here. Submitting will check more.",
)
_ANSWERED = Text(
    "✓ Votre réponse est enregistrée. Elle sera évaluée à la remise.",
    "✓ Your answer is saved. It will be assessed when you submit.",
)
