"""Knows every key that a settings model accepts, also inside lists and maps, and names the nearest one to a wrong key.

A key is dotted; `[]` stands for any place of a list and `<name>` for any key of a map: `cohorts[].course`,
`kubernetes.profiles.<name>.seats`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

PLACE = "[]"
NAME = ".<name>"


@dataclass(frozen=True)
class Key:
    """One key and the field that it sets."""

    name: str
    field: FieldInfo


def keys(model: type[BaseModel], prefix: str = "") -> Iterator[Key]:
    """Every key of `model`, in the order of its fields."""
    for name, field in model.model_fields.items():
        inner, wildcard = section(field.annotation)
        if inner is None:
            yield Key(f"{prefix}{name}", field)
        else:
            yield from keys(inner, f"{prefix}{name}{wildcard}.")


def section(annotation: Any) -> tuple[type[BaseModel] | None, str]:
    """The model behind `annotation` (itself, or what a list or a map of it holds), and the sign for any place in it."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, ""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is None or not isinstance(origin, type):
        return None, ""
    if issubclass(origin, Mapping):
        return section(arguments[1])[0], NAME
    if issubclass(origin, Sequence):
        return section(arguments[0])[0], PLACE
    return None, ""


def dotted(location: Sequence[int | str]) -> str:
    """A place in a file as people read it: `cohorts[0].course`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).lstrip(".")


def nearest(location: Sequence[int | str], model: type[BaseModel]) -> str | None:
    """The known key nearest to the unknown one at `location`: in the same section, or else anywhere."""
    section_of, wrong = _section_of(location, model), str(location[-1])
    siblings = difflib.get_close_matches(wrong, section_of.model_fields, n=1, cutoff=0.5)
    if siblings:
        return dotted([*location[:-1], siblings[0]])
    near = difflib.get_close_matches(dotted(location), [key.name for key in keys(model)], n=1, cutoff=0.5)
    return near[0] if near else None


def _section_of(location: Sequence[int | str], model: type[BaseModel]) -> type[BaseModel]:
    """The model whose key `location` names last; places in lists and names in maps are no models of their own."""
    here, skip = model, False
    for part in location[:-1]:
        if skip:
            skip = False
            continue
        field = here.model_fields[str(part)]
        inner, wildcard = section(field.annotation)
        here, skip = inner or here, bool(wildcard)
    return here


def table(model: type[BaseModel]) -> str:
    """The keys as a Markdown table: key, default, meaning."""
    rows = ["| key | default | what it does |", "|---|---|---|"]
    for key in keys(model):
        rows.append(f"| `{key.name}` | {_default(key.field)} | {key.field.description or ''} |")
    return "\n".join(rows)


def _default(field: FieldInfo) -> str:
    if field.is_required() or field.default is None or field.default in ((), {}):
        return "–"
    return f"`{field.default}`"
