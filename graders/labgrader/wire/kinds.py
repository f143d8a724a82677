"""The kinds of plain data of Python itself: numbers, texts, containers, dates, paths."""

from __future__ import annotations

import datetime
import decimal
import fractions
import pathlib
import re
import zoneinfo
from types import EllipsisType
from typing import Any

from labgrader.wire.encoding import Code, Decoder, Encoder, Node, Read, UnsuitableError, Write, exactly
from labgrader.wire.errors import Malformed

MAX_INTEGER = 1 << 20
"""Bytes of an integer: what is larger is no answer to a question."""
_ZONE = re.compile(r"[A-Za-z0-9_+/-]{1,64}")


def _containers(code: Code) -> Write:
    def write(encoder: Encoder, value: Any, depth: int) -> list[Node]:
        return [code, encoder.nodes(value, depth)]

    return write


def _list(decoder: Decoder, parts: list[Node], depth: int) -> list[Any]:
    (items,) = parts
    return decoder.values(items, depth)


def _tuple(decoder: Decoder, parts: list[Node], depth: int) -> tuple[Any, ...]:
    return tuple(_list(decoder, parts, depth))


def _set(decoder: Decoder, parts: list[Node], depth: int) -> set[Any]:
    items = _list(decoder, parts, depth)
    found = set(items)
    if len(found) != len(items):
        raise Malformed("an item of a set repeats")
    return found


def _frozenset(decoder: Decoder, parts: list[Node], depth: int) -> frozenset[Any]:
    return frozenset(_set(decoder, parts, depth))


def _write_dict(encoder: Encoder, value: dict[Any, Any], depth: int) -> list[Node]:
    return [Code.DICT, encoder.nodes(value, depth), encoder.nodes(value.values(), depth)]


def _dict(decoder: Decoder, parts: list[Node], depth: int) -> dict[Any, Any]:
    keys, values = parts
    found = dict(zip(decoder.values(keys, depth), decoder.values(values, depth), strict=True))
    if len(found) != len(keys):
        raise Malformed("a key of a dict repeats")
    return found


def _write_integer(encoder: Encoder, value: int, depth: int) -> list[Node]:
    size = value.bit_length() // 8 + 1
    if size > MAX_INTEGER:
        raise UnsuitableError
    return [Code.INTEGER, value.to_bytes(size, "big", signed=True)]


def _integer(decoder: Decoder, parts: list[Node], depth: int) -> int:
    (data,) = parts
    if len(exactly(data, bytes)) > MAX_INTEGER:
        raise Malformed("an integer that is too large")
    return int.from_bytes(data, "big", signed=True)


def _complex(decoder: Decoder, parts: list[Node], depth: int) -> complex:
    real, imaginary = parts
    return complex(exactly(real, float), exactly(imaginary, float))


def _whole(decoder: Decoder, parts: list[Node], depth: int) -> list[int]:
    values = decoder.values(parts, depth)
    return [exactly(value, int) for value in values]


def _range(decoder: Decoder, parts: list[Node], depth: int) -> range:
    start, stop, step = _whole(decoder, parts, depth)
    return range(start, stop, step)


def _slice(decoder: Decoder, parts: list[Node], depth: int) -> slice:
    start, stop, step = decoder.values(parts, depth)
    return slice(start, stop, step)


def write_zone(zone: datetime.tzinfo | None) -> Node:
    """A time zone: nothing, a number of microseconds, or a name. Raises `UnsuitableError` for any other kind."""
    if zone is None:
        return None
    if type(zone) is datetime.timezone and zone == datetime.timezone(zone.utcoffset(None)):
        return zone.utcoffset(None) // datetime.timedelta(microseconds=1)
    if type(zone) is zoneinfo.ZoneInfo and zone.key is not None and _ZONE.fullmatch(zone.key):
        return zone.key
    raise UnsuitableError


def read_zone(node: Node) -> datetime.tzinfo | None:
    """The time zone of a node. Raises `Malformed`, and the errors of `datetime` and `zoneinfo`."""
    if node is None:
        return None
    if type(node) is int:
        return datetime.timezone(datetime.timedelta(microseconds=node))
    if not _ZONE.fullmatch(exactly(node, str)):
        raise Malformed("a time zone without a name")
    return zoneinfo.ZoneInfo(node)


def _write_datetime(encoder: Encoder, value: datetime.datetime, depth: int) -> list[Node]:
    day = (value.year, value.month, value.day)
    time = (value.hour, value.minute, value.second, value.microsecond)
    return [Code.DATETIME, *day, *time, value.fold, write_zone(value.tzinfo)]


def _datetime(decoder: Decoder, parts: list[Node], depth: int) -> datetime.datetime:
    *numbers, fold, zone = parts
    year, month, day, hour, minute, second, micro = [exactly(n, int) for n in numbers]
    fold = exactly(fold, int)
    return datetime.datetime(year, month, day, hour, minute, second, micro, read_zone(zone), fold=fold)


def _write_date(encoder: Encoder, value: datetime.date, depth: int) -> list[Node]:
    return [Code.DATE, value.year, value.month, value.day]


def _date(decoder: Decoder, parts: list[Node], depth: int) -> datetime.date:
    year, month, day = _whole(decoder, parts, depth)
    return datetime.date(year, month, day)


def _write_time(encoder: Encoder, value: datetime.time, depth: int) -> list[Node]:
    parts = (value.hour, value.minute, value.second, value.microsecond)
    return [Code.TIME, *parts, value.fold, write_zone(value.tzinfo)]


def _time(decoder: Decoder, parts: list[Node], depth: int) -> datetime.time:
    *numbers, fold, zone = parts
    hour, minute, second, micro = [exactly(n, int) for n in numbers]
    return datetime.time(hour, minute, second, micro, read_zone(zone), fold=exactly(fold, int))


def _write_timedelta(encoder: Encoder, value: datetime.timedelta, depth: int) -> list[Node]:
    return [Code.TIMEDELTA, value.days, value.seconds, value.microseconds]


def _timedelta(decoder: Decoder, parts: list[Node], depth: int) -> datetime.timedelta:
    days, seconds, micro = _whole(decoder, parts, depth)
    return datetime.timedelta(days, seconds, micro)


def _decimal(decoder: Decoder, parts: list[Node], depth: int) -> decimal.Decimal:
    (text,) = parts
    if len(exactly(text, str)) > MAX_INTEGER:
        raise Malformed("a decimal that is too large")
    return decimal.Decimal(text)


def _fraction(decoder: Decoder, parts: list[Node], depth: int) -> fractions.Fraction:
    above, below = _whole(decoder, parts, depth)
    return fractions.Fraction(above, below)


def _path(decoder: Decoder, parts: list[Node], depth: int) -> pathlib.Path:
    (text,) = parts
    return pathlib.Path(exactly(text, str))


WRITERS: dict[type[Any], Write] = {
    EllipsisType: lambda encoder, value, depth: [Code.ELLIPSIS],
    int: _write_integer,
    complex: lambda encoder, value, depth: [Code.COMPLEX, value.real, value.imag],
    list: _containers(Code.LIST),
    tuple: _containers(Code.TUPLE),
    set: _containers(Code.SET),
    frozenset: _containers(Code.FROZENSET),
    dict: _write_dict,
    range: lambda encoder, value, depth: [
        Code.RANGE,
        *encoder.nodes((value.start, value.stop, value.step), depth),
    ],
    slice: lambda encoder, value, depth: [
        Code.SLICE,
        *encoder.nodes((value.start, value.stop, value.step), depth),
    ],
    datetime.datetime: _write_datetime,
    datetime.date: _write_date,
    datetime.time: _write_time,
    datetime.timedelta: _write_timedelta,
    decimal.Decimal: lambda encoder, value, depth: [Code.DECIMAL, str(value)],
    fractions.Fraction: lambda encoder, value, depth: [
        Code.FRACTION,
        *encoder.nodes((value.numerator, value.denominator), depth),
    ],
    type(pathlib.Path()): lambda encoder, value, depth: [Code.PATH, str(value)],
}

READERS: dict[Code, Read] = {
    Code.ELLIPSIS: lambda decoder, parts, depth: ...,
    Code.INTEGER: _integer,
    Code.COMPLEX: _complex,
    Code.LIST: _list,
    Code.TUPLE: _tuple,
    Code.DICT: _dict,
    Code.SET: _set,
    Code.FROZENSET: _frozenset,
    Code.RANGE: _range,
    Code.SLICE: _slice,
    Code.DATETIME: _datetime,
    Code.DATE: _date,
    Code.TIME: _time,
    Code.TIMEDELTA: _timedelta,
    Code.DECIMAL: _decimal,
    Code.FRACTION: _fraction,
    Code.PATH: _path,
}
