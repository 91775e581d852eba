"""Rows of figures, and how two things are compared: in turn, many times, by the median of the pairs' ratios."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Literal, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Goal:
    """What a row must reach: a bound on its ratio, or on its value."""

    of: Literal["ratio", "value"]
    sign: Literal[">=", "<="]
    bound: float

    def __str__(self) -> str:
        return f"{self.of} {self.sign} {self.bound:g}"

    def reached(self, value: float, ratio: float | None) -> bool | None:
        """Whether it is reached; None when there is nothing to compare."""
        found = value if self.of == "value" else ratio
        if found is None:
            return None
        return found >= self.bound if self.sign == ">=" else found <= self.bound


@dataclass(frozen=True, slots=True)
class Row:
    """One figure; `reference` is the peer's, in the same unit, and `ratio` the median of the pairs' ratios."""

    name: str
    value: float
    unit: str
    reference: float | None = None
    ratio: float | None = None
    goal: str | None = None
    reached: bool | None = None

    def as_json(self) -> dict[str, Any]:
        """The row as `--json` prints it: figures of four digits, as no more of them mean anything."""
        return {
            "name": self.name,
            "value": rounded(self.value),
            "unit": self.unit,
            "reference": rounded(self.reference),
            "ratio": rounded(self.ratio),
            "goal": self.goal,
            "reached": self.reached,
        }


Figures = Sequence[float]


def least(bound: float, of: Literal["ratio", "value"] = "ratio") -> Goal:
    """At least so much."""
    return Goal(of, ">=", bound)


def most(bound: float, of: Literal["ratio", "value"] = "ratio") -> Goal:
    """At most so much."""
    return Goal(of, "<=", bound)


def compared(name: str, ours: Figures, unit: str, theirs: Figures, goal: Goal | None = None) -> Row:
    """Make the row of paired figures, of which the `n`th of both were measured one after the other."""
    pairs = zip(ours, theirs, strict=True)
    value, ratio = median(ours), median(our / their for our, their in pairs)
    return _row(name, value, unit, median(theirs), ratio, goal)


def measured(name: str, ours: Figures, unit: str, goal: Goal | None = None) -> Row:
    """Make the row of a figure without a peer."""
    return _row(name, median(ours), unit, None, None, goal)


def against(name: str, value: float, unit: str, reference: float, goal: Goal | None = None) -> Row:
    """Make the row of a figure beside one that was not measured in pairs with it."""
    return _row(name, value, unit, reference, value / reference, goal)


def interleaved(repeats: int, *runs: Callable[[], float]) -> list[list[float]]:
    """Run each in turn, `repeats` times, every time beginning with another; the figures of each."""
    return interleaved_any(repeats, *runs)


def interleaved_any(repeats: int, *runs: Callable[[], T]) -> list[list[T]]:
    """As `interleaved`, for runs that give more than a figure."""
    found: list[list[T]] = [[] for _ in runs]
    for turn in range(repeats):
        for step in range(len(runs)):
            which = (turn + step) % len(runs)
            found[which].append(runs[which]())
    return found


def rounded(figure: float | None) -> float | int | None:
    """Give a figure of four significant digits; a whole number when it is one."""
    if figure is None:
        return None
    short = float(f"{figure:.4g}")
    return int(short) if short.is_integer() else short


def _row(name: str, value: float, unit: str, reference: float | None, ratio: float | None, goal: Goal | None) -> Row:
    said, reached = (None, None) if goal is None else (str(goal), goal.reached(value, ratio))
    return Row(name, value, unit, reference, ratio, said, reached)
