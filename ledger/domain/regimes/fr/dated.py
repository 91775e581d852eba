"""Dated facts of law: a value, from when to when, by which article, and how surely we know it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Generic, Literal, TypeVar

T = TypeVar("T")

Source = Literal["official", "quoted", "computed", "recalled", "ours"]
"""How a fact is known.

`official`: seen in an official text or file. `quoted`: seen in a page that quotes one. `computed`: recomputed
here. `recalled`: from memory, to be checked before one relies on it. `ours`: an engineering choice where the
law is silent.
"""


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """A value that the law holds from `since` to `until`, both days included; None is open."""

    value: T
    since: date | None
    until: date | None
    law: str
    source: Source

    def holds(self, on: date) -> bool:
        """Tell whether it is in force on a day."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


def in_force(table: Iterable[Dated[T]], on: date) -> tuple[Dated[T], ...]:
    """Give the rows of a table that are in force on a day, in the order of the table."""
    return tuple(row for row in table if row.holds(on))
