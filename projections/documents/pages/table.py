"""Tables: columns, heads repeated, rows that stay whole unless they are very tall, sums carried over a cut."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from projections.documents.pages.flow import Heads, Paint, Slab
from projections.documents.pages.ink import Ink, Node
from projections.documents.pages.setting import LEADING, Run, Setting, run
from projections.documents.pages.style import HAIR, INK, LEFT, RULE, SMALL_SIZE, TABLE_SIZE, WIDTH, Colour

PAD = 2.6
DENSE_PAD = 1.5
"""The white above and below a row's words."""
GUTTER = 8.0
"""The white between columns."""
_TALL = 17
"""Rows of more lines than this, a third of a page, may be cut."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, its width, and whether it holds figures."""

    head: str
    width: float
    right: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """Words of one style in a cell; several stand one under the other."""

    words: str
    style: str = "regular"
    fill: Colour = INK
    size: float = TABLE_SIZE


Cells = Sequence[Cell]


class Table:
    """A table being laid out: gives slabs, row by row."""

    def __init__(
        self,
        setting: Setting,
        columns: Sequence[Column],
        *,
        fill: Colour,
        rule: Colour,
        x: float = LEFT,
        width: float = WIDTH,
    ) -> None:
        self.node = setting.root.add("Table")
        self._set = setting.t
        self.pad = DENSE_PAD if setting.dense else PAD
        self.columns = columns
        self.fill, self.rule = fill, rule
        self.x, self.width = x, width
        ends = list(accumulate((column.width for column in columns), initial=x))
        self.lefts, self.rights = ends[:-1], ends[1:]
        self.heads: Heads | None = None

    def head(self, *, gap: float, carry: Callable[[int, bool], Paint] | None = None, carry_height: float = 0.0) -> Slab:
        """Make the head, drawn again on each page that the table goes on to."""
        row = self.node.add("TR")
        nodes = [row.add("TH", scope="Column") for _ in self.columns]
        first = [
            self._run(at, Cell(self._set(column.head), "semibold", self.fill, SMALL_SIZE), node)
            for at, (column, node) in enumerate(zip(self.columns, nodes, strict=True))
        ]
        again = [Run(one.lines, one.x, one.size, one.style, one.fill, None, one.right) for one in first]
        height = max(one.height for one in first) + 2 * self.pad

        def painter(runs: list[Run]) -> Paint:
            def paint(ink: Ink, top: float) -> None:
                for one in runs:
                    one.put(ink, top - height + self.pad + one.height)
                ink.rule(self.x, top - height, self.x + self.width, self.rule, 1.0)

            return paint

        self.heads = Heads(height, painter(again), carry_height, carry)
        return Slab(height, painter(first), keep=True, gap=gap, heads=self.heads)

    def row(
        self,
        cells: Sequence[Cells],
        *,
        before_cents: int = 0,
        after_cents: int = 0,
        keep: bool = False,
        rule: Colour | None = HAIR,
        head_cell: bool = False,
    ) -> list[Slab]:
        """Make a row: one slab, or one a line when the row is very tall."""
        node = self.node.add("TR")
        stacks = []
        for at, content in enumerate(cells):
            role = node.add("TH", scope="Row") if head_cell and at == 0 else node.add("TD")
            stacks.append([self._run(at, cell, role, cell is not content[-1]) for cell in content])
        height = max((sum(one.height for one in stack) for stack in stacks), default=0.0)
        height = max(height, TABLE_SIZE * LEADING)
        deepest = max((sum(len(one.lines) for one in stack) for stack in stacks), default=0)
        if deepest > _TALL:
            return self._cut_row(stacks, before_cents, after_cents, keep, rule)

        def paint(ink: Ink, top: float) -> None:
            for stack in stacks:
                at = top - self.pad
                for one in stack:
                    one.put(ink, at)
                    at -= one.height
            if rule:
                ink.rule(self.x, top - height - 2 * self.pad, self.x + self.width, rule, 0.5)

        return [Slab(height + 2 * self.pad, paint, keep=keep, heads=self.heads, running_cents=after_cents)]

    def _cut_row(
        self, stacks: list[list[Run]], before_cents: int, after_cents: int, keep: bool, rule: Colour | None
    ) -> list[Slab]:
        """Make a slab a line; every line has the height of the tallest style."""
        flat = [[(one, at) for one in stack for at in range(len(one.lines))] for stack in stacks]
        deep = max(len(lines) for lines in flat)
        leading = max(one.leading for stack in stacks for one in stack)

        def painter(level: int) -> Paint:
            last = level == deep - 1

            def paint(ink: Ink, top: float) -> None:
                edge = top - (self.pad if level == 0 else 0.0)
                for lines in flat:
                    if level < len(lines):
                        one, at = lines[level]
                        one.put_some(ink, edge, at, at + 1)
                if last and rule:
                    ink.rule(self.x, edge - leading - self.pad, self.x + self.width, rule, 0.5)

            return paint

        slabs = []
        for level in range(deep):
            last = level == deep - 1
            slabs.append(
                Slab(
                    leading + (self.pad if level == 0 else 0.0) + (self.pad if last else 0.0),
                    painter(level),
                    keep=keep if last else level in (0, deep - 2),
                    heads=self.heads,
                    running_cents=after_cents if last else before_cents,
                )
            )
        return slabs

    def _run(self, at: int, cell: Cell, node: Node | None, goes_on: bool = False) -> Run:
        column = self.columns[at]
        left = self.lefts[at] + (GUTTER / 2 if at else 0.0)
        right = self.rights[at] - (GUTTER / 2 if at < len(self.columns) - 1 else 0.0)
        edge = right if column.right else left
        return run(
            cell.words,
            edge,
            right - left,
            size=cell.size,
            style=cell.style,
            fill=cell.fill,
            node=node,
            goes_on=goes_on,
            right=column.right,
        )

    def carry_strip(self, words: str, figure: str, height: float, *, above: bool) -> Paint:
        """Make the strip that says the sum so far, at the foot (`above` the cut) or at the head of a page."""

        def paint(ink: Ink, top: float) -> None:
            base = top - height / 2 - 3
            right = self.rights[-1]
            ink.text(self.x, base, words, size=TABLE_SIZE, style="semibold")
            ink.right(right, base, figure, size=TABLE_SIZE, style="semibold")
            if not above:
                ink.rule(self.x, top - height, self.x + self.width, RULE, 0.5)

        return paint
