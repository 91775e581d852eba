"""Published schemas: one for every type, every example is of its own, and a released one is never edited."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest

from api.http.event_schemas import published
from ledger.domain.events import EVENT_TYPES
from tests.webhooks.released import PAGE, shape_digest

EXAMPLES: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).resolve().parents[1] / "docs" / "event_examples.json").read_text()
)
_BY_TYPE = {each.TYPE: each for each in EVENT_TYPES}


def test_every_type_of_event_has_a_published_schema() -> None:
    assert list(published()) == [each.TYPE for each in EVENT_TYPES]


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_every_example_is_of_its_schema_disclosed_and_committed(name: str) -> None:
    schema = orjson.loads(published()[name])
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    disclosed = EXAMPLES[name]
    committed = {
        member: {"$c": "0" * 64} if member in _BY_TYPE[name].PRIVATE else value for member, value in disclosed.items()
    }
    validator.validate(disclosed)
    validator.validate(committed)
    assert not validator.is_valid({**disclosed, "invented": 1})


def test_null_is_no_alternative_and_nothing_is_referred_to_outside() -> None:
    for name, text in published().items():
        schema = orjson.loads(text)
        for each in _parts(schema):
            assert each.get("type") != "null", name
            assert "default" not in each or each["default"] is not None, name
            reference = each.get("$ref", "#/$defs/")
            assert reference.startswith("#/$defs/"), name
            assert reference == "#/$defs/" or reference.removeprefix("#/$defs/") in schema["$defs"], name


def _parts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from _parts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _parts(each)


def test_a_released_schema_is_never_edited() -> None:
    """A new shape is a new type with the next number. `python -m tests.webhooks.released` adds new types."""
    released: dict[str, str] = json.loads(PAGE.read_text())
    edited = {name for name, digest in released.items() if name not in published() or shape_digest(name) != digest}
    assert edited == set(), "given another number, or, before the first release, `--unreleased`"
    assert set(published()) == set(released), "python -m tests.webhooks.released"


def test_a_changed_shape_has_another_digest_and_changed_words_have_not() -> None:
    whole = orjson.loads(published()["invoice.issued/1"])
    assert shape_digest("invoice.issued/1", {**whole, "description": "other words"}) == shape_digest("invoice.issued/1")
    less = {**whole, "required": whole["required"][1:]}
    assert shape_digest("invoice.issued/1", less) != shape_digest("invoice.issued/1")
