"""What is generated is up to date, and the schema covers the values: none undocumented, none without a default."""

from __future__ import annotations

import importlib.util
import json

import pytest
import yaml
from tests.helm import charts

_spec = importlib.util.spec_from_file_location("make_schema", charts.CHART.parent / "make_schema.py")
make_schema = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(make_schema)


def test_helms_schema_is_the_one_that_people_read():
    assert make_schema.SCHEMA.read_text(encoding="utf-8") == make_schema.as_json(make_schema.values_schema()), (
        "make chart"
    )


def test_the_reference_is_the_one_of_the_schema():
    assert make_schema.PAGE.read_text(encoding="utf-8") == make_schema.reference(), "make chart"


def keys(schema, root, prefix=""):
    for name, given in schema.get("properties", {}).items():
        part = {**make_schema._definition(root, given), **given}
        yield f"{prefix}{name}", part
        yield from keys(part, root, f"{prefix}{name}.")


def test_every_key_says_what_it_does_and_has_a_default():
    schema, values = make_schema.source(), yaml.safe_load(make_schema.VALUES.read_text())
    for key, part in keys(schema, schema):
        assert part.get("description"), key
        if key.partition(".")[0] in ("jupyterhub", "global"):
            continue
        here = values
        for name in key.split("."):
            assert name in here, f"values.yaml has no {key}"
            here = here[name]


def test_objects_are_closed_and_nothing_is_ours_alone_that_the_schema_does_not_know():
    schema = json.loads(make_schema.SCHEMA.read_text())
    open_objects = {
        key
        for key, part in keys(schema, schema)
        if part.get("type") == "object" and part.get("additionalProperties") is not False and "properties" in part
    }
    assert open_objects == {"jupyterhub", "jupyterhub.hub", "jupyterhub.hub.image", "jupyterhub.singleuser"} - {
        "jupyterhub.singleuser"
    }


@pytest.mark.parametrize("section", ["grader", "service", "kubernetes"])
def test_the_settings_are_checked_by_the_programs_own_schema(section):
    schema = json.loads(make_schema.SCHEMA.read_text())
    settings = schema["definitions"]["settings.Settings"]
    assert schema["properties"]["settings"] == {"$ref": "#/definitions/settings.Settings"}
    assert section in settings["properties"]
    assert settings["additionalProperties"] is False


def test_a_property_keeps_the_name_of_a_keyword():
    schema = {"properties": {"title": {"title": "x", "type": "string"}}, "title": "y"}
    assert make_schema._without(schema, ("title",)) == {"properties": {"title": {"type": "string"}}}
