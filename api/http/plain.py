"""Frozen records as plain JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any


def plain(value: Any) -> Any:
    """Give a record's members that have a value, deep, and its properties that are one plain value each.

    A state's properties are what its rules reckon with (`open_cents`, `left_cents`): a reader wants the same figures. A
    property that is a record only points into the state.
    """
    if is_dataclass(value) and not isinstance(value, type):
        own, derived = _names(type(value))
        members = {name: plain(getattr(value, name)) for name in own}
        for name in derived:
            figure = getattr(value, name)
            if isinstance(figure, (str, int)):
                members[name] = figure
        return {name: member for name, member in members.items() if member is not None}
    if isinstance(value, Mapping):
        return {str(key): plain(member) for key, member in value.items()}
    if isinstance(value, (tuple, list, frozenset)):
        return [plain(member) for member in value]
    return value


@cache
def _names(record: type[Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    own = tuple(member.name for member in fields(record))
    derived = tuple(name for name, attribute in vars(record).items() if isinstance(attribute, property))
    return own, derived
