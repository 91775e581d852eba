"""How slabs fill pages: a slab is a strip of known height; slabs that keep together are never parted.

Two passes: `paginate` gives each slab its page and its place, then the caller paints: so a page can say how many there
are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from projections.documents.pages.ink import Ink

Paint = Callable[[Ink, float], None]
"""Draws a slab whose top edge is at the height given."""


@dataclass(frozen=True, slots=True, eq=False)
class Heads:
    """What a table says where it is cut: its head again, the sum carried over at the foot and at the head.

    `carry` makes the strip for a sum; a table without sums has none. `carry_height` is the strip's height.
    """

    height: float
    paint: Paint
    carry_height: float = 0.0
    carry: Callable[[int, bool], Paint] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Slab:
    """A strip across the page. `keep` binds it to the next; `gap` is the white above it, dropped at a page's top."""

    height: float
    paint: Paint
    keep: bool = False
    gap: float = 0.0
    heads: Heads | None = None
    running_cents: int = 0
    """The table's sum when this slab is the last before a cut."""
    own_page: bool = False
    foot: bool = False
    """Whether it stands at the page's foot, whatever white is above."""


@dataclass(slots=True)
class Placed:
    """A painter with the height of its top edge."""

    paint: Paint
    top: float
    height: float
    foot: bool = False


@dataclass(slots=True)
class Sheet:
    """The strips of one page; `low` is the lower edge of the last."""

    top: float
    low: float
    strips: list[Placed] = field(default_factory=list)


def paginate(slabs: Iterable[Slab], first_top: float, top: float, bottom: float, squeeze: float = 1.0) -> list[Sheet]:
    """Lay slabs on pages from the top down; the first page begins lower than the others.

    `squeeze` is the share of the white between slabs that is kept.
    """
    if squeeze != 1:
        slabs = [replace(slab, gap=slab.gap * squeeze) for slab in slabs]
    pages = [Sheet(first_top, first_top)]
    last: Slab | None = None
    for group in _groups(slabs):
        whole = _height(group)
        if group[0].own_page and pages[-1].strips:
            pages.append(Sheet(top, top))
            last = None
        fits = _fits(pages[-1], group, whole, bottom)
        if not fits and pages[-1].strips and whole <= top - bottom - _room_for_heads(group):
            last = _cut(pages, last, group[0], top)
        for slab in group:
            if pages[-1].strips and not _fits(pages[-1], [slab], slab.gap + slab.height, bottom):
                last = _cut(pages, last, slab, top)
            _place(pages[-1], slab, bottom)
            last = slab
    return pages


def tied(slabs: list[Slab], count: int) -> list[Slab]:
    """Bind the last slabs to what follows them: it never begins a page alone."""
    at = max(0, len(slabs) - count)
    return [*slabs[:at], *(replace(slab, keep=True) for slab in slabs[at:])]


def _groups(slabs: Iterable[Slab]) -> Iterable[list[Slab]]:
    group: list[Slab] = []
    for slab in slabs:
        group.append(slab)
        if not slab.keep:
            yield group
            group = []
    if group:
        yield group


def _height(group: list[Slab]) -> float:
    return sum(slab.gap + slab.height for slab in group)


def _room_for_heads(group: list[Slab]) -> float:
    heads = group[0].heads
    return heads.height + 2 * heads.carry_height if heads else 0.0


def _fits(page: Sheet, group: list[Slab], whole: float, bottom: float) -> bool:
    """Say whether slabs fit, with room for the sum that a cut inside their table would carry."""
    ends = group[-1].heads
    return page.low - whole - (ends.carry_height if ends else 0.0) >= bottom


def _cut(pages: list[Sheet], last: Slab | None, coming: Slab, top: float) -> Slab | None:
    """Begin a page; a table that goes on across the cut carries its sum and repeats its head."""
    pages.append(Sheet(top, top))
    heads = coming.heads
    if heads is None or last is None or last.heads is not heads:
        return None
    before, after = pages[-2], pages[-1]
    if heads.carry:
        _strip(before, heads.carry(last.running_cents, True), heads.carry_height)
    _strip(after, heads.paint, heads.height)
    if heads.carry:
        _strip(after, heads.carry(last.running_cents, False), heads.carry_height)
    return last


def _strip(page: Sheet, paint: Paint, height: float, *, foot: bool = False) -> None:
    page.strips.append(Placed(paint, page.low, height, foot))
    page.low -= height


def _place(page: Sheet, slab: Slab, bottom: float) -> None:
    if page.strips:
        page.low -= slab.gap
    if slab.foot:
        page.low = min(page.low, bottom + slab.height)
    _strip(page, slab.paint, slab.height, foot=slab.foot)
