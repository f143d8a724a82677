"""Derives helm's schema and the reference page from `values.schema.yaml` alone, so that they cannot differ.

`python helm/make_schema.py` writes both; a test holds that they are what it would write.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from labgrader.settings import Settings

HERE = Path(__file__).parent
CHART = HERE / "caire-labs"
SOURCE = CHART / "values.schema.yaml"
VALUES = CHART / "values.yaml"
SCHEMA = CHART / "values.schema.json"
PAGE = HERE.parent / "docs" / "reference" / "chart.md"

SETTINGS = "settings"
FOR_PEOPLE = ("title", "description", "default", "examples", "format")
"""What helm does not need; some formats of pydantic are none of JSON Schema's."""
LOCAL, INLINED = "#/$defs/", "#/definitions/settings."

RESOURCES = "#/definitions/resources"
"""One row for them: they are the same everywhere."""

Schema = dict[str, Any]

HEAD = """\
# Values of the chart

Generated from `helm/caire-labs/values.schema.yaml` (`make chart`). An unknown key, and a value of another type, is an
error before anything is installed. Why a default is what it is: the comments in `helm/caire-labs/values.yaml`.

| key | default | what it does |
|---|---|---|
"""


def source() -> Schema:
    """The schema as people write it."""
    loaded: Schema = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    return loaded


def values_schema() -> Schema:
    """The schema for helm: closed, complete, and with that of the settings in it."""
    schema = _closed(source())
    schema["definitions"] |= {name.removeprefix("#/definitions/"): part for name, part in _settings().items()}
    return _without(schema, ("description",))


def _closed(schema: Any) -> Any:
    """Every object closed, and with every key required, unless it says otherwise."""
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.pop("x-settings", False):
        return {"$ref": f"{INLINED}Settings"}
    result = {key: _closed(value) for key, value in schema.items()}
    if isinstance(result.get("properties"), dict) and "type" in result:
        result.setdefault("additionalProperties", False)
        result.setdefault("required", list(result["properties"]))
    return result


def _settings() -> dict[str, Schema]:
    """The program's own schema of the settings file, part by part, each under its place among our definitions.

    Nothing in it is required: what the file leaves out has a default, also within a profile that has defaults of its
    own. The program itself says what is missing.
    """
    whole = Settings.model_json_schema(mode="validation")
    parts = {f"{INLINED}{name}": part for name, part in whole.pop("$defs").items()}
    parts[f"{INLINED}Settings"] = whole
    return {name: _moved(_without(part, (*FOR_PEOPLE, "required"))) for name, part in parts.items()}


def _moved(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_moved(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    moved = {
        key: value.replace(LOCAL, INLINED) if key == "$ref" and isinstance(value, str) else _moved(value)
        for key, value in schema.items()
    }
    return moved | ({"additionalProperties": False} if "patternProperties" in moved else {})


def _without(schema: Any, keywords: tuple[str, ...]) -> Any:
    """`schema` without some keywords; a property that has such a name stays."""
    if isinstance(schema, list):
        return [_without(item, keywords) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: _without(part, keywords) for name, part in value.items()}
        if key in ("properties", "definitions")
        else _without(value, keywords)
        for key, value in schema.items()
        if key not in keywords
    }


def reference() -> str:
    """The reference page."""
    schema, values = source(), yaml.safe_load(VALUES.read_text(encoding="utf-8"))
    rows = [f"| `{key}` | {_cell(default)} | {text} |" for key, default, text in _rows(schema, schema, values, "")]
    return HEAD + "\n".join(rows) + "\n"


def _rows(schema: Schema, root: Schema, values: Any, prefix: str) -> Iterator[tuple[str, Any, str]]:
    for name, given in schema["properties"].items():
        part = {**_definition(root, given), **given}
        key, default = f"{prefix}{name}", (values or {}).get(name) if isinstance(values, dict) else None
        inner = isinstance(part.get("properties"), dict) and given.get("$ref") != RESOURCES
        yield key, None if inner else default, part["description"]
        if inner:
            yield from _rows(part, root, default, f"{key}.")


def _definition(root: Schema, given: Schema) -> Schema:
    """What `given` refers to, followed to its end."""
    if "$ref" not in given:
        return {}
    found: Schema = root["definitions"][given["$ref"].rpartition("/")[2]]
    return {**_definition(root, found), **found}


def _cell(default: Any) -> str:
    if default is None:
        return "–"
    if isinstance(default, str):
        return f"`{default}`" if default else "empty"
    text: str = yaml.safe_dump(default, default_flow_style=True, sort_keys=False, width=1000)
    return f"`{text.strip()}`" if isinstance(default, dict | list) else f"`{json.dumps(default)}`"


def as_json(schema: Schema) -> str:
    """The schema file's text."""
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Write both files."""
    SCHEMA.write_text(as_json(values_schema()), encoding="utf-8")
    PAGE.write_text(reference(), encoding="utf-8")


if __name__ == "__main__":
    main()
