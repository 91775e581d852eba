"""The written-out tables are whole: nothing is left off, nothing stands twice."""

from __future__ import annotations

import ast
import inspect
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import fields
from typing import get_args, get_origin, get_type_hints

import pytest

from ledger.domain import commands as command_package
from ledger.domain import events as event_package
from ledger.domain.commands import COMMANDS
from ledger.domain.commands.common import Command
from ledger.domain.deciders import ALL_DECIDERS, DECIDERS
from ledger.domain.decision import StreamKind
from ledger.domain.events import EVENT_TYPES
from ledger.domain.events.common import EventRecord
from ledger.domain.events.ledger import ClockStepped
from ledger.domain.events.parties import SeriesUse
from ledger.domain.opening import DEFAULT_SERIES
from ledger.domain.streams import STREAM_KINDS

KINDS = {kind.prefix: kind for kind in STREAM_KINDS}


def _subclasses(root: type, package: object) -> set[type]:
    """Every subclass with a stored name that a module of the package defines."""
    prefix = f"{package.__name__}."  # type: ignore[attr-defined] # a package has a name
    found: set[type] = set()
    for name, module in list(sys.modules.items()):
        if name.startswith(prefix):
            found |= {
                each
                for each in vars(module).values()
                if isinstance(each, type) and issubclass(each, root) and each.__module__ == name
            }
    return found


def _doubles(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


# --- events


def test_every_event_is_in_the_table_once() -> None:
    stored = {each for each in _subclasses(EventRecord, event_package) if each.TYPE}  # type: ignore[attr-defined] # its own
    assert stored == set(EVENT_TYPES)
    assert _doubles(each.TYPE for each in EVENT_TYPES) == []
    assert _doubles(each.__name__ for each in EVENT_TYPES) == []


@pytest.mark.parametrize("record", EVENT_TYPES, ids=lambda each: each.TYPE)
def test_the_private_members_of_an_event_exist_and_may_be_gone(record: type[EventRecord]) -> None:
    defaults = {each.name: each.default for each in fields(record)}
    for name in record.PRIVATE:
        assert name in defaults, f"{record.TYPE} has no member {name}"
        assert defaults[name] is None, f"{record.TYPE}: an erased {name} must read as None"


@pytest.mark.parametrize("record", EVENT_TYPES, ids=lambda each: each.TYPE)
def test_an_event_with_a_number_has_the_whole_of_it(record: type[EventRecord]) -> None:
    names = {each.name for each in fields(record)}
    if "n" in names:
        assert names >= {"series", "n", "number", "issued_on"}, record.TYPE


@pytest.mark.parametrize("record", EVENT_TYPES, ids=lambda each: each.TYPE)
def test_parties_and_free_words_are_private(record: type[EventRecord]) -> None:
    """Personal data stands in the types made for it, and where such a type stands the member is private."""
    personal = {"Party", "Texts", "Address", "Evidence", "IssuerDetails", "Addressee"}
    for name, hint in get_type_hints(record).items():
        if get_origin(hint) is not None and "ClassVar" in str(hint):
            continue
        held = {each.__name__ for each in _classes(hint)}
        assert name in record.PRIVATE or not held & personal, f"{record.TYPE}/{name} would stand in clear"


def _classes(hint: object) -> set[type]:
    found = {hint} if isinstance(hint, type) else set()
    return found.union(*(_classes(each) for each in get_args(hint)))


# --- streams


def test_every_stream_that_an_event_names_has_one_kind() -> None:
    assert {each.STREAM for each in EVENT_TYPES} == set(KINDS)
    assert _doubles(kind.prefix for kind in STREAM_KINDS) == []


def _named_in(kind: StreamKind[object]) -> set[str]:
    """Every name that the module of a kind uses, its imports not counted."""
    tree = ast.parse(inspect.getsource(sys.modules[kind.evolve.__module__]))
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


@pytest.mark.parametrize("record", EVENT_TYPES, ids=lambda each: each.TYPE)
def test_every_event_is_evolved_or_ignored_by_name_in_its_kind(record: type[EventRecord]) -> None:
    named = _named_in(KINDS[record.STREAM])
    bases = {each.__name__ for each in record.__mro__ if issubclass(each, EventRecord) and each is not EventRecord}
    assert named & bases, f"{record.STREAM} neither evolves nor ignores {record.TYPE}"


@pytest.mark.parametrize("kind", STREAM_KINDS, ids=lambda each: each.prefix)
def test_an_event_of_another_kind_leaves_a_state_as_it_is_but_for_the_count(kind: StreamKind[object]) -> None:
    moment = "2026-01-01T00:00:00.000000Z"
    foreign = ClockStepped(clock=moment, expected=moment)  # no state rests on it
    before = kind.start()
    after = kind.evolve(before, foreign)
    names = [each.name for each in fields(before) if each.name != "events"]  # type: ignore[arg-type] # states are records
    assert [getattr(before, name) for name in names] == [getattr(after, name) for name in names]


# --- commands


def test_every_command_is_in_the_table_once() -> None:
    named = {each for each in _subclasses(Command, command_package) if each.NAME}  # type: ignore[attr-defined] # its own
    assert named == set(COMMANDS)
    assert _doubles(each.NAME for each in COMMANDS) == []


def test_every_command_has_exactly_one_decider() -> None:
    assert _doubles(command.NAME for command, _ in ALL_DECIDERS) == []
    assert {command.NAME for command in COMMANDS} == {command.NAME for command in DECIDERS}
    assert _doubles(f"{decide.__module__}.{decide.__qualname__}" for _, decide in ALL_DECIDERS) == []


def test_a_new_ledger_has_a_series_for_every_use() -> None:
    assert [each.use for each in DEFAULT_SERIES] != []
    assert {each.use for each in DEFAULT_SERIES} == set(get_args(SeriesUse))
    assert _doubles(each.prefix for each in DEFAULT_SERIES) == []
