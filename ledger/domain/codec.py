"""Event records to bodies and private values, and back.

A member without a value is left out of the body; null is never written. A member named in the record's `PRIVATE` never
enters the body here: the shell puts its commitment there (`docs/spec/commitment.md`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ledger.domain.events import EVENT_TYPES
from ledger.domain.events.common import EventRecord
from ledger.kernel.errors import Malformed

_BY_TYPE: Mapping[str, type[EventRecord]] = {each.TYPE: each for each in EVENT_TYPES}
_ADAPTERS: dict[str, TypeAdapter[EventRecord]] = {}  # made at first use: all of them take most of a second


def _adapter(type_name: str) -> TypeAdapter[EventRecord]:
    """Give the adapter of a known type.

    Raises:
        KeyError: there is no such type.
    """
    found = _ADAPTERS.get(type_name)
    if found is None:
        found = _ADAPTERS[type_name] = TypeAdapter(_BY_TYPE[type_name])
    return found


def encode(event: EventRecord) -> tuple[dict[str, Any], dict[str, Any]]:
    """Turn a record into its body without private members, and those members apart."""
    # The adapter's own `dump_python` passes thirteen settings through for each event: this is what it calls.
    body: dict[str, Any] = _adapter(event.TYPE).serializer.to_python(event, mode="json", exclude_none=True)
    private = {name: body.pop(name) for name in event.PRIVATE if name in body}
    return body, private


def decode(type_name: str, body: Mapping[str, Any], private: Mapping[str, Any]) -> EventRecord:
    """Turn a body back into its record; a private member that is not at hand reads as None.

    Raises:
        Malformed: unknown type (`unknown_type`) or a body that is not of its schema (`body_schema`).
    """
    if type_name not in _BY_TYPE:
        raise Malformed("unknown_type", type_name)
    adapter = _adapter(type_name)
    members = dict(body)
    for name in _BY_TYPE[type_name].PRIVATE:
        members.pop(name, None)
        if name in private:
            members[name] = private[name]
    try:
        return adapter.validate_python(members)
    except ValidationError as error:
        place = "/" + "/".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
        raise Malformed("body_schema", place) from None


def schema(type_name: str) -> dict[str, Any]:
    """Give the JSON Schema of one event type's record, private members included."""
    return _adapter(type_name).json_schema(mode="serialization")


def record_of(type_name: str) -> type[EventRecord] | None:
    """Give the record class of a stored name, or None."""
    return _BY_TYPE.get(type_name)
