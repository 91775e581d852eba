"""What every part of a page is set with: the paper, the furniture's words, the colours, the structure's root."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from projections.documents.pages import numbers
from projections.documents.pages.faces import face
from projections.documents.pages.flow import Paint, Slab
from projections.documents.pages.ink import Ink, Node
from projections.documents.pages.labels import Labels
from projections.documents.pages.logo import Picture
from projections.documents.pages.style import BODY_SIZE, INK, LEFT, WIDTH, Colour, Palette
from projections.documents.pages.text import typeset, wrap
from projections.documents.paper import Paper

LEADING = 1.32
"""From one base line to the next, in sizes."""
ASCENT = 0.98
"""From a line's upper edge to its base line, in sizes (with half of the leading's white)."""


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """One paper being laid out."""

    paper: Paper
    say: Labels
    palette: Palette
    root: Node
    picture: Picture | None
    dense: bool = False
    """Whether white is spared, because the paper then needs a page less."""
    small_proof: bool = False
    """Whether the proof is set small, because it would stand alone on a page otherwise."""

    def t(self, words: str) -> str:
        """Set words in the paper's language."""
        return typeset(words, self.paper.language)

    def money(self, cents: int) -> str:
        """Give an amount with the paper's currency."""
        return numbers.money(cents, self.paper.currency, self.paper.language)

    def amount(self, cents: int) -> str:
        """Give an amount for a column whose head or foot says the currency."""
        return numbers.amount(cents, self.paper.language)

    def price(self, value: str) -> str:
        """Give a unit price."""
        return numbers.decimal(value, self.paper.language, 2)

    def percent(self, basis_points: int) -> str:
        """Give a rate or a share."""
        return numbers.percent(basis_points, self.paper.language)

    def day(self, on: date) -> str:
        """Give a date."""
        return numbers.day(on, self.paper.language)


@dataclass(frozen=True, slots=True)
class Run:
    """Lines of one style in a column: where they stand across the page, and what part of the structure they are."""

    lines: tuple[str, ...]
    x: float
    size: float = BODY_SIZE
    style: str = "regular"
    fill: Colour = INK
    node: Node | None = None
    right: bool = False
    goes_on: bool = False
    """Whether more of the same part of the structure follows: a space then parts the words for who does not see."""

    @property
    def leading(self) -> float:
        """The distance between base lines."""
        return self.size * LEADING

    @property
    def height(self) -> float:
        """The height of all the lines."""
        return len(self.lines) * self.leading

    def put(self, ink: Ink, top: float) -> None:
        """Draw the lines under an upper edge."""
        self.put_some(ink, top, 0, len(self.lines))

    def put_some(self, ink: Ink, top: float, first: int, last: int) -> None:
        """Draw some of the lines."""
        base = top - self.size * ASCENT
        end = len(self.lines) - 1
        for at, line in enumerate(self.lines[first:last], first):
            x = self.x - face(self.style).width(line.rstrip(" "), self.size) if self.right else self.x
            shown = line + " " if self.goes_on and at == end else line
            ink.text(x, base, shown, style=self.style, size=self.size, fill=self.fill, node=self.node)
            base -= self.leading


def run(
    words: str,
    x: float,
    width: float,
    *,
    size: float = BODY_SIZE,
    style: str = "regular",
    fill: Colour = INK,
    node: Node | None = None,
    right: bool = False,
    goes_on: bool = False,
) -> Run:
    """Wrap set words into a column."""
    return Run(wrap(words, width, style, size), x, size, style, fill, node, right, goes_on)


def fitted(words: str, width: float, style: str, size: float, least: float) -> float:
    """Give the size, no smaller than `least`, at which a line fits a width."""
    wide = face(style).width(words, size)
    return size if wide <= width else max(least, size * width / wide)


def heading(setting: Setting, words: str, gap: float = 13.0) -> Slab:
    """Make a heading over the whole width, bound to what follows."""
    node = setting.root.add("H2")
    set_ = run(setting.t(words), LEFT, WIDTH, size=10.6, style="semibold", fill=setting.palette.text, node=node)
    return Slab(set_.height + 2.5, set_.put, keep=True, gap=gap)


def paragraph(
    setting: Setting,
    words: str,
    *,
    size: float = BODY_SIZE,
    gap: float = 4.0,
    fill: Colour = INK,
    style: str = "regular",
    keep: bool = False,
    x: float = LEFT,
    width: float = WIDTH,
) -> list[Slab]:
    """Make a paragraph, one slab a line; no line of a paragraph stands alone on a page."""
    node = setting.root.add("P")
    set_ = run(setting.t(words), x, width, size=size, style=style, fill=fill, node=node)
    return line_slabs(set_, gap=gap, keep=keep)


def line_slabs(set_: Run, *, gap: float, keep: bool = False) -> list[Slab]:
    """Make one slab a line, first two and last two together."""
    count = len(set_.lines)
    return [
        Slab(
            set_.leading,
            _line(set_, at),
            keep=keep if at == count - 1 else at in (0, count - 2),
            gap=0.0 if at else gap,
        )
        for at in range(count)
    ]


def _line(set_: Run, at: int) -> Paint:
    return lambda ink, top: set_.put_some(ink, top, at, at + 1)
