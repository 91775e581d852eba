"""Frozen records that are quick to make: `frozen` is `dataclass(frozen=True, slots=True)` with another `__init__`.

The standard library's frozen dataclass sets each field through `object.__setattr__`, and records of twenty to forty
fields are what a decision is made of: that was a sixth of the cost of issuing an invoice. The `__init__` written here
sets them by plain assignment, three to six times as quick: for that moment the object is of a subclass that may be
assigned to (same fields, same layout), and it is of its frozen class again before anybody has it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from typing import Any, TypeVar, dataclass_transform, overload

T = TypeVar("T")


@overload
def frozen(cls: type[T]) -> type[T]: ...


@overload
def frozen(*, kw_only: bool) -> Callable[[type[T]], type[T]]: ...


@dataclass_transform(frozen_default=True)
def frozen(cls: type[T] | None = None, *, kw_only: bool = False) -> type[T] | Callable[[type[T]], type[T]]:
    """Make a frozen, slotted dataclass; its subclasses must be made by this decorator too.

    Raises:
        TypeError: the class has what this `__init__` does not know: `__post_init__`, or a field with `init=False`.
    """

    def make(plain: type[T]) -> type[T]:
        # Without the library's `__init__`, which would be compiled and thrown away: a quarter of loading a record.
        made = dataclass(init=False, frozen=True, slots=True, kw_only=kw_only)(plain)
        made.__init__ = _init(made)  # type: ignore[method-assign] # what the whole page is for
        return made

    return make if cls is None else make(cls)


def _init(made: type[Any]) -> Callable[..., None]:
    """Write the `__init__` of a frozen dataclass, as the standard library does: as a text, run once."""
    names: dict[str, Any] = {"_thaw": object.__setattr__, "_open": _open(made), "_frozen": made, "_MISSING": MISSING}
    parameters, body = ["self"], ["_thaw(self, '__class__', _open)"]
    # The library puts keyword-only parameters after the others.
    for field in sorted(fields(made), key=lambda field: bool(field.kw_only)):
        if not field.init or hasattr(made, "__post_init__"):
            raise TypeError(f"{made.__name__} is more than its fields")
        name = field.name
        if field.kw_only and "*" not in parameters:
            parameters.append("*")
        if field.default is not MISSING:
            names[f"_{name}_default"] = field.default
            parameters.append(f"{name}=_{name}_default")
        elif field.default_factory is not MISSING:
            names[f"_{name}_new"] = field.default_factory
            parameters.append(f"{name}=_MISSING")
            body.append(f"if {name} is _MISSING: {name} = _{name}_new()")
        else:
            parameters.append(name)
        body.append(f"self.{name} = {name}")
    body.append("self.__class__ = _frozen")
    text = f"def __init__({', '.join(parameters)}):\n    " + "\n    ".join(body)
    exec(text, names)  # noqa: S102 - a text made of field names alone, when the class is made
    init: Callable[..., None] = names["__init__"]
    init.__qualname__ = f"{made.__qualname__}.__init__"
    init.__module__ = made.__module__
    return init


def _open(made: type[Any]) -> type[Any]:
    """The same class, not frozen. Both methods are given back: an object with either of its own is set the slow way."""
    members = {"__slots__": (), "__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    return type(made.__name__, (made,), members)
