"""`frozen` makes what the standard library makes, only quicker to call."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from typing import Any

import pytest

from ledger.kernel.frozen import frozen


@frozen
class Plain:
    """Positional, with defaults."""

    name: str
    count: int = 1
    seen: Mapping[str, int] = field(default_factory=dict)


@frozen(kw_only=True)
class Base:
    """Keyword-only, to be built upon."""

    first: int
    second: str | None = None


@frozen(kw_only=True)
class Built(Base):
    """With a member more."""

    third: tuple[int, ...] = ()


@frozen(kw_only=True)
class Mixed(Plain):
    """Keyword-only on top of positional."""

    last: int


def _standard() -> type:
    @dataclass(frozen=True, slots=True)
    class Plain:
        name: str
        count: int = 1
        seen: Mapping[str, int] = field(default_factory=dict)

    return Plain


def test_it_says_what_the_standard_library_says() -> None:
    ours, theirs = Plain("a", count=2), _standard()("a", count=2)
    assert repr(ours) == repr(theirs).replace("_standard.<locals>.", "")
    assert [(f.name, getattr(ours, f.name)) for f in fields(ours)] == [
        (f.name, getattr(theirs, f.name)) for f in fields(theirs)
    ]
    assert Plain("a").seen == {}
    assert Plain("a").seen is not Plain("a").seen


@pytest.mark.parametrize("made", [Plain("a"), Base(first=1), Built(first=1, third=(2,)), Mixed("a", last=3)])
def test_it_is_of_its_class_and_cannot_be_changed(made: Plain | Base) -> None:
    assert type(made) in (Plain, Base, Built, Mixed)
    for member in fields(made):
        with pytest.raises(FrozenInstanceError):
            setattr(made, member.name, None)
        with pytest.raises(FrozenInstanceError):
            delattr(made, member.name)
    assert not hasattr(made, "__dict__")


def test_it_can_be_compared_hashed_copied_pickled_and_replaced() -> None:
    made = Built(first=1, second="b", third=(2,))
    assert made == Built(first=1, second="b", third=(2,)) != Built(first=1)
    assert hash(made) == hash(replace(made))
    assert deepcopy(made) == pickle.loads(pickle.dumps(made)) == made
    assert replace(made, third=()) == Built(first=1, second="b")
    assert type(replace(made)) is Built


@pytest.mark.parametrize(
    ("made", "positional", "named"),
    [(Plain, (), {}), (Plain, ("a",), {"other": 1}), (Base, (1,), {}), (Built, (), {"third": ()})],
)
def test_a_wrong_call_is_a_type_error(made: Any, positional: tuple[Any, ...], named: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        made(*positional, **named)


def test_what_it_does_not_know_is_refused_when_the_class_is_made() -> None:
    with pytest.raises(TypeError, match="more than its fields"):

        @frozen
        class Later:
            name: str

            def __post_init__(self) -> None: ...

    with pytest.raises(TypeError, match="more than its fields"):

        @frozen
        class Hidden:
            name: str = field(init=False, default="")
