"""Sections of words, facts and tables; legal sentences; signatures and the boxes to sign in."""

from __future__ import annotations

import re

from projections.documents.pages.faces import face
from projections.documents.pages.flow import Paint, Slab
from projections.documents.pages.furniture import footer_left_over
from projections.documents.pages.ink import Ink
from projections.documents.pages.lines import untaxed
from projections.documents.pages.numbers import MINUS
from projections.documents.pages.setting import Run, Setting, heading, line_slabs, paragraph, run
from projections.documents.pages.style import BODY_SIZE, LEFT, LEGAL_SIZE, MM, RIGHT, RULE, SMALL_SIZE, SOFT, WIDTH
from projections.documents.pages.table import Cell, Column, Table
from projections.documents.pages.text import FIXED, wrap
from projections.documents.paper import Fact, Grid, Section, Signed

_FACT_LABEL = 150.0
_FINE_PRINT = frozenset({"terms", "notice", "legal"})
_TALL = 200.0
"""A signature whose words are taller than this may be cut between pages."""
_BOX_HEIGHT = 26 * MM


def section_slabs(setting: Setting, section: Section) -> list[Slab]:
    """Lay out a section; one that wants its own page begins one."""
    if _short(setting, section):
        return [_row(setting, section)]
    slabs: list[Slab] = [heading(setting, section.heading)] if section.heading else []
    size = SMALL_SIZE if section.code in _FINE_PRINT else BODY_SIZE
    for at, words in enumerate(section.paragraphs):
        slabs += paragraph(setting, words, size=size, gap=0.0 if at == 0 and section.heading else 4.0)
    slabs += fact_slabs(setting, section.facts, leading=16.0 if section.code == "withdrawal_form" else 0.0)
    if section.grid:
        slabs += grid_slabs(setting, section.grid)
    if not slabs:
        return []
    first = slabs[0]
    gap = first.gap if section.heading else 10.0
    return [
        Slab(first.height, first.paint, first.keep, gap, first.heads, first.running_cents, section.own_page),
        *slabs[1:],
    ]


def _short(setting: Setting, section: Section) -> bool:
    """Say whether a section is a heading with a sentence or two: such ones stand one under the other, heads aside."""
    if not section.heading or len(section.paragraphs) != 1 or section.facts or section.grid or section.own_page:
        return False
    lines = wrap(setting.t(section.paragraphs[0]), WIDTH - _FACT_LABEL, "regular", BODY_SIZE)
    return len(lines) <= 3 and len(section.heading) < 60


def _row(setting: Setting, section: Section) -> Slab:
    fill = setting.palette.text
    width = _FACT_LABEL - 10
    node = setting.root.add("H2")
    head = run(setting.t(section.heading or ""), LEFT, width, style="semibold", fill=fill, node=node)
    node = setting.root.add("P")
    words = run(setting.t(section.paragraphs[0]), LEFT + _FACT_LABEL, WIDTH - _FACT_LABEL, node=node)

    def paint(ink: Ink, top: float) -> None:
        head.put(ink, top)
        words.put(ink, top)

    return Slab(max(head.height, words.height), paint, gap=7.0)


def fact_slabs(setting: Setting, facts: tuple[Fact, ...], leading: float = 0.0, gap: float = 3.0) -> list[Slab]:
    """Make rows of label and value; `leading` is white added under each, for a hand to write in.

    Amounts end on one edge. The first two rows and the last two are not parted.
    """
    slabs = []
    edge = LEFT + _FACT_LABEL + max((_amount_width(setting, fact.value) for fact in facts), default=0.0)
    for at, fact in enumerate(facts):
        named = run(
            setting.t(fact.label), LEFT, _FACT_LABEL - 8, size=SMALL_SIZE, fill=SOFT, node=setting.root.add("P")
        )
        if blank(fact.value):
            slabs.append(_blank(named, leading, keep=at in (0, len(facts) - 2) and len(facts) > 1))
            continue
        right = _amount_width(setting, fact.value) > 0
        said = run(
            _figure(setting, fact.value) if right else setting.t(fact.value),
            edge if right else LEFT + _FACT_LABEL,
            WIDTH - _FACT_LABEL,
            node=setting.root.add("P"),
            right=right,
        )
        deep = max(len(named.lines), len(said.lines))
        steps = [(0, deep)] if deep <= _WHOLE else [(level, level + 1) for level in range(deep)]
        for first, last in steps:
            ends = last == deep
            height = said.leading * (last - first) + (1.2 + leading if ends else 0.0)
            keep = at in (0, len(facts) - 2) and len(facts) > 1 if ends else first in (0, deep - 2)
            above = gap if at == 0 and first == 0 else 0.0
            slabs.append(Slab(height, _fact_lines(named, said, first, last), keep, above))
    return slabs


_AMOUNT = re.compile(
    r"[-−]?(?:\d[\d\s\u00a0\u202f]*,\d\d[\s\u00a0\u202f](?:€|[A-Z]{3}|\$|£)|(?:€|\$|£|[A-Z]{3}\s?)[\d,]+\.\d\d)"
)
"""An amount of money and nothing else, as either language writes it."""


def _amount_width(setting: Setting, value: str) -> float:
    """Give the width of a value that is an amount, 0 for any other."""
    if not _AMOUNT.fullmatch(value.strip()):
        return 0.0
    return face("regular").width(_figure(setting, value), BODY_SIZE)


def _figure(setting: Setting, value: str) -> str:
    """Set an amount; its sign is a minus, not a hyphen."""
    shown = setting.t(value.strip()).replace(" ", FIXED)
    return MINUS + shown[1:] if shown.startswith("-") else shown


def blank(words: str) -> bool:
    """Say whether a value is dots to write on: a line is drawn instead."""
    return bool(words) and set(words) <= set("._…")


def _blank(named: Run, leading: float, *, keep: bool) -> Slab:
    height = named.height + leading

    def paint(ink: Ink, top: float) -> None:
        named.put(ink, top - 0.8)
        ink.rule(LEFT + _FACT_LABEL, top - named.leading - 1, RIGHT, SOFT, 0.5)

    return Slab(height, paint, keep)


_WHOLE = 12
"""A fact of more lines than this may be cut between pages."""


def _fact_lines(named: Run, said: Run, first: int, last: int) -> Paint:
    def paint(ink: Ink, top: float) -> None:
        named.put_some(ink, top - 0.8, first, last)
        said.put_some(ink, top, first, last)

    return paint


def grid_slabs(setting: Setting, grid: Grid, gap: float = 4.0) -> list[Slab]:
    """Lay out a table of words; a last row of totals stays with the row above it."""
    whole = sum(grid.widths) or 1
    columns = [
        Column(setting.t(head), WIDTH * width / whole, side == "r")
        for head, width, side in zip(grid.head, grid.widths, grid.align, strict=True)
    ]
    table = Table(setting, columns, fill=setting.palette.text, rule=setting.palette.accent)
    slabs = [table.head(gap=gap)]
    for at, row in enumerate(grid.rows):
        cells = [[Cell(_cell(setting, words, side))] for words, side in zip(row, grid.align, strict=True)]
        slabs += table.row(cells, keep=bool(grid.total) and at >= len(grid.rows) - 2)
    if grid.total:
        cells = [
            [Cell(_cell(setting, words, side), "semibold")] for words, side in zip(grid.total, grid.align, strict=True)
        ]
        slabs += table.row(cells, rule=None)
    return slabs


def _cell(setting: Setting, words: str, side: str) -> str:
    """Set a cell; the sign of a figure is a minus, not a hyphen."""
    shown = setting.t(words)
    return MINUS + shown[1:] if side == "r" and shown.startswith("-") else shown


def statement_slabs(setting: Setting) -> list[Slab]:
    """Lay out the legal sentences in small but readable print, each with its article when it names none itself."""
    slabs: list[Slab] = []
    every = [
        (one.words, "" if not one.law or _bare(one.law) in _bare(one.words) else one.law)
        for one in setting.paper.statements
    ]
    sizes = _LEGAL_SIZES[-1:] if setting.dense else _LEGAL_SIZES
    size = min(sizes, key=lambda size: sum(_law_alone(setting, words, law, size) for words, law in every))
    for at, (words, law) in enumerate(every):
        slabs += paragraph(setting, _with_law(words, law), size=size, gap=2.2 if at else 11.0)
    if footer_left_over(setting):
        slabs += paragraph(setting, setting.paper.seller.footer or "", size=LEGAL_SIZE)
    return slabs


_LEGAL_SIZES = (LEGAL_SIZE, LEGAL_SIZE - 0.2, LEGAL_SIZE - 0.4)
"""The sizes of legal sentences: the largest that leaves the fewest articles alone on a line."""


def _law_alone(setting: Setting, words: str, law: str, size: float) -> bool:
    """Say whether a sentence's article needs a line that the sentence does not."""
    if not law:
        return False
    whole = wrap(setting.t(_with_law(words, law)), WIDTH, "regular", size)
    return len(whole) > len(wrap(setting.t(words), WIDTH, "regular", size))


def _bare(words: str) -> str:
    return "".join(words.split())


def _with_law(words: str, law: str) -> str:
    """Give a sentence with its article before its full stop, in brackets.

    The brackets break where any words do: kept whole, they would leave half a line empty and stand alone on the next.
    A number stays with what it numbers (see `typeset`).
    """
    if not law:
        return words
    return f"{words[:-1]} ({law})." if words.endswith(".") else f"{words} ({law})"


def signature_slabs(setting: Setting) -> list[Slab]:
    """Lay out the signatures given, then the boxes in which a paper copy is signed."""
    paper, say = setting.paper, setting.say
    slabs: list[Slab] = []
    if paper.signatures:
        slabs.append(heading(setting, say.signatures))
        for at, one in enumerate(paper.signatures):
            slabs += _signature(setting, one, last=at == len(paper.signatures) - 1)
    boxes = paper.signature_boxes
    if boxes and paper.kind == "quote" and paper.gross_cents is not None:
        slabs += paragraph(setting, _price_signed(setting, paper.gross_cents), style="semibold", gap=12.0, keep=True)
    slabs += [_boxes(setting, boxes[at : at + 2]) for at in range(0, len(boxes), 2)]
    return slabs


def _price_signed(setting: Setting, cents: int) -> str:
    """Say again, over the boxes, which quote is signed and for how much: they may stand pages after the total."""
    paper, say = setting.paper, setting.say
    parts = [paper.title, say.number.format(paper.number)] if paper.number else [paper.title]
    if paper.version and paper.version > 1:
        parts.append(say.version.format(paper.version))
    parts.append(say.dated.format(setting.day(paper.issued_on)))
    total = say.quote_total_alone if untaxed(paper) else say.quote_total
    price = say.signed_price.format(total, setting.money(cents))
    return f"{' '.join(parts) if paper.language == 'fr' else ', '.join(parts)} · {price}"


def _signature(setting: Setting, one: Signed, *, last: bool) -> list[Slab]:
    say = setting.say
    side = dict(zip(("client", "issuer", "third"), say.sides, strict=True))[one.side]
    level = dict(zip(("simple", "advanced", "qualified"), say.levels, strict=True))[one.level]
    x, width = LEFT + 10, WIDTH - 20
    node = setting.root.add("P")
    runs = [run(setting.t(f"{one.name} ({side})"), x, width, style="semibold", node=node, goes_on=True)]
    if one.at not in one.words:
        words = f"{say.signed_line.format(one.at)} · {level}"
        runs.append(run(setting.t(words), x, width, size=SMALL_SIZE, node=node, goes_on=True))
    if one.words:
        runs.append(run(setting.t(one.words), x, width, size=SMALL_SIZE, node=node))
    height = sum(one.height for one in runs) + 8
    if height > _TALL:
        return [slab for piece in runs for slab in line_slabs(piece, gap=0.0)]

    def paint(ink: Ink, top: float) -> None:
        ink.band(LEFT, top - height + 1, 1.6, height - 2, setting.palette.accent)
        at = top - 4
        for piece in runs:
            piece.put(ink, at)
            at -= piece.height

    return [Slab(height, paint, keep=not last, gap=3.0)]


def _boxes(setting: Setting, heads: tuple[str, ...]) -> Slab:
    wide = (WIDTH - 14) / 2
    pieces = []
    for at, head in enumerate(heads):
        x = LEFT + at * (wide + 14)
        node = setting.root.add("P")
        named = run(setting.t(head), x + 8, wide - 16, size=BODY_SIZE, style="semibold", node=node, goes_on=True)
        below = [
            run(setting.t(words), x + 8, wide - 16, size=SMALL_SIZE, fill=SOFT, node=node, goes_on=True)
            for words in (setting.say.box_date, setting.say.box_sign)
        ]
        pieces.append((x, named, below))
    height = _BOX_HEIGHT + max((named.height for _, named, _ in pieces), default=0.0)

    def paint(ink: Ink, top: float) -> None:
        for x, named, below in pieces:
            ink.frame(x, top - height, wide, height, RULE)
            named.put(ink, top - 6)
            at = top - 6 - named.height - 3
            for piece in below:
                piece.put(ink, at)
                at -= piece.height + 3

    return Slab(height, paint, gap=14.0)
