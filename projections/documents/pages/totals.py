"""VAT by rate, totals, deposits deducted, and the band that says what is due."""

from __future__ import annotations

from dataclasses import dataclass

from projections.documents.pages.faces import face
from projections.documents.pages.flow import Slab
from projections.documents.pages.ink import Ink, Node
from projections.documents.pages.lines import counted, franchise, rate_words, untaxed
from projections.documents.pages.setting import Run, Setting, fitted, heading, run
from projections.documents.pages.style import (
    BODY_SIZE,
    DUE_SIZE,
    HAIR,
    INK,
    LEFT,
    RIGHT,
    SECOND,
    SMALL_SIZE,
    SOFT,
    WIDTH,
)
from projections.documents.pages.table import Cell, Column, Table
from projections.documents.paper import Ask, PaperPrepaid, PaperVat

_VAT_WIDTH = 236.0
_SUMS_WIDTH = RIGHT - SECOND
_MANY_RATES = 9
_TALL = 190.0
"""From so many rates on, or when their reasons make it so tall, the VAT table takes the whole width and may be cut."""


_Placed = tuple[Run, float]
"""Lines, and how far under the block's top they stand."""


@dataclass(frozen=True, slots=True)
class _Sum:
    label: str
    figure: str
    strong: bool = False


def total_slabs(setting: Setting) -> list[Slab]:
    """Lay out VAT and totals: side by side, in one block that is never cut."""
    paper = setting.paper
    sums = _sums(setting)
    if not sums:
        return []
    rates = () if franchise(paper) else paper.vat
    left = _vat_runs(setting, rates) if rates and len(rates) < _MANY_RATES else ([], 0.0)
    if len(rates) >= _MANY_RATES or left[1] > _TALL:
        return [*_long_vat(setting), _sums_block(setting, sums, ([], 0.0))]
    return [_sums_block(setting, sums, left)]


def _sums(setting: Setting) -> list[_Sum]:
    paper, say = setting.paper, setting.say
    sums = []
    mine = [line for line in paper.lines if counted(line)]
    gross = paper.basis == "gross" and not untaxed(paper)
    if paper.discount and mine:
        total = say.lines_total_gross if gross else say.lines_total
        sums.append(_Sum(total, setting.money(sum(line.amount_cents for line in mine))))
        share = f" {setting.percent(paper.discount.share_bp)}" if paper.discount.share_bp is not None else ""
        reason = f" ({paper.discount.reason})" if paper.discount.reason else ""
        discount = say.total_discount_gross if gross else say.total_discount
        sums.append(_Sum(f"{discount}{share}{reason}", setting.money(-paper.discount.amount_cents)))
    if not paper.lines and paper.net_cents is None:
        return sums
    if franchise(paper):
        if paper.gross_cents is not None:
            sums.append(_Sum(say.gross_alone, setting.money(paper.gross_cents), strong=True))
        return sums
    parts = []
    if paper.net_cents is not None:
        parts.append(_Sum(say.of_which_net if gross else say.net, setting.money(paper.net_cents)))
    if paper.vat_cents is not None:
        parts.append(_Sum(say.of_which_vat if gross else say.vat, setting.money(paper.vat_cents)))
    if paper.gross_cents is None:
        return sums + parts
    whole = _Sum(say.gross_alone if untaxed(paper) else say.gross, setting.money(paper.gross_cents), strong=True)
    # a sum follows what it is the sum of: lines with tax add up to the total with tax
    return [*sums, whole, *parts] if gross else [*sums, *parts, whole]


def _sums_block(setting: Setting, sums: list[_Sum], beside: tuple[list[_Placed], float]) -> Slab:
    left, left_height = beside
    node = setting.root.add("Table")
    placed: list[_Placed] = []
    x, down = RIGHT - _SUMS_WIDTH, 0.0
    rules: list[float] = []
    for one in sums:
        row = node.add("TR")
        style, size = ("semibold", 10.4) if one.strong else ("regular", BODY_SIZE)
        if one.strong and one is not sums[0]:
            rules.append(down + 1.5)
            down += 3.5
        room = max(96.0, face(style).width(one.figure, size) + 4)
        named = run(
            setting.t(one.label), x, _SUMS_WIDTH - room, size=size, style=style, node=row.add("TH", scope="Row")
        )
        figure = run(one.figure, RIGHT, room, size=size, style=style, node=row.add("TD"), right=True)
        placed += [(named, down), (figure, down)]
        down += max(named.height, figure.height) + 1.8

    def paint(ink: Ink, top: float) -> None:
        for piece, at in left:
            piece.put(ink, top - at)
        if left:
            ink.rule(LEFT, top - left[0][0].height - 3, LEFT + _VAT_WIDTH, HAIR, 0.8)
        for piece, at in placed:
            piece.put(ink, top - at)
        for at in rules:
            ink.rule(x, top - at, RIGHT, setting.palette.accent, 0.8)

    return Slab(max(down, left_height), paint, keep=True, gap=8.0)


def _vat_runs(setting: Setting, rates: tuple[PaperVat, ...]) -> tuple[list[_Placed], float]:
    say = setting.say
    table = setting.root.add("Table")
    edges = (LEFT, LEFT + _VAT_WIDTH - 88, LEFT + _VAT_WIDTH)
    placed: list[_Placed] = []

    def row(words: tuple[str, str, str], down: float, role: str, style: str, fill: str) -> float:
        tr = table.add("TR")
        runs = [
            run(setting.t(word), edge, 88, size=SMALL_SIZE, style=style, fill=fill, node=_cell(tr, role), right=at > 0)
            for at, (word, edge) in enumerate(zip(words, edges, strict=True))
        ]
        placed.extend((one, down) for one in runs)
        return down + max(one.height for one in runs) + 1.4

    down = row((say.vat_rate, say.vat_base, say.vat_amount), 0.0, "TH", "semibold", setting.palette.text) + 3.4
    for rate in rates:
        words = (
            rate_words(setting, rate.category, rate.rate_bp),
            setting.amount(rate.base_cents),
            setting.amount(rate.vat_cents),
        )
        down = row(words, down, "TD", "regular", INK)
        if rate.reason:
            node = table.add("TR").add("TD", span=3)
            reason = run(setting.t(rate.reason), LEFT, _VAT_WIDTH, size=7.4, fill=SOFT, node=node)
            placed.append((reason, down - 1))
            down += reason.height + 1
    return placed, down


def _cell(row: Node, role: str) -> Node:
    return row.add(role, scope="Column" if role == "TH" else None)


def _long_vat(setting: Setting) -> list[Slab]:
    say = setting.say
    columns = [Column(say.vat_rate, WIDTH - 220), Column(say.vat_base, 110, True), Column(say.vat_amount, 110, True)]
    table = Table(setting, columns, fill=setting.palette.text, rule=HAIR)
    slabs = [heading(setting, say.vat_title), table.head(gap=0)]
    for at, rate in enumerate(setting.paper.vat):
        label = [Cell(rate_words(setting, rate.category, rate.rate_bp))]
        if rate.reason:
            label.append(Cell(setting.t(rate.reason), size=7.4, fill=SOFT))
        cells = [label, [Cell(setting.amount(rate.base_cents))], [Cell(setting.amount(rate.vat_cents))]]
        slabs += table.row(cells, keep=at >= len(setting.paper.vat) - 2)
    return slabs


def prepaid_slabs(setting: Setting) -> list[Slab]:
    """Lay out the deposits deducted, each with its number, its day and its VAT by rate."""
    paper, say = setting.paper, setting.say
    if not paper.prepaid:
        return []
    columns = [Column(say.prepaid_title, WIDTH - 90), Column("", 90, True)]
    table = Table(setting, columns, fill=setting.palette.text, rule=HAIR)
    slabs = [table.head(gap=10.0)]
    total = -sum(one.amount_cents + one.interest_cents for one in paper.prepaid)
    for one in paper.prepaid:
        cells = [_prepaid_words(setting, one), [Cell(setting.money(-one.amount_cents))]]
        slabs += table.row(cells, keep=True)
        if one.interest_cents:  # deducted on top of the deposit (C. conso L214-2)
            slabs += table.row([[Cell(setting.t(say.interest))], [Cell(setting.money(-one.interest_cents))]], keep=True)
    if len(paper.prepaid) > 1:
        cells = [[Cell(setting.t(say.prepaid_total), "semibold")], [Cell(setting.money(total), "semibold")]]
        slabs += table.row(cells, keep=True, rule=None)
    if len(paper.prepaid) > 6:
        slabs = [_loose(slab) if 0 < at < len(slabs) - 3 else slab for at, slab in enumerate(slabs)]
    return slabs


def _loose(slab: Slab) -> Slab:
    return Slab(slab.height, slab.paint, False, slab.gap, slab.heads, slab.running_cents)


def _prepaid_words(setting: Setting, one: PaperPrepaid) -> list[Cell]:
    say = setting.say
    paid = setting.day(one.paid_on)
    words = one.words if paid in setting.t(one.words) else f"{one.words}, {say.prepaid_paid.format(paid)}"
    cells = [Cell(setting.t(words))]
    parts = [
        say.prepaid_split.format(
            setting.percent(part.rate_bp), setting.money(part.vat_cents), setting.money(part.net_cents)
        )
        if part.rate_bp
        else say.prepaid_free.format(setting.money(part.gross_cents))
        for part in one.split
    ]
    cells += [Cell(setting.t(part), size=SMALL_SIZE, fill=SOFT) for part in parts]
    return cells


def due_band(setting: Setting) -> list[Slab]:
    """Make the band with the figure that matters, the largest of the page."""
    paper, say = setting.paper, setting.say
    figure = _figure(setting)
    if figure is None:
        return []
    label, cents = figure
    under = ""
    if paper.ask and paper.kind not in ("quote", "credit_note", "receipt"):
        under = _when(setting, paper.ask)
    elif paper.due_cents == 0:
        under = say.nothing_due
    node = setting.root.add("P")
    sum_ = setting.money(cents)
    size = fitted(sum_, WIDTH * 0.5, "semibold", DUE_SIZE, 11.0)
    shown = run(
        sum_, RIGHT - 10, WIDTH * 0.55, size=size, style="semibold", fill=setting.palette.text, node=node, right=True
    )
    named = run(
        setting.t(label),
        LEFT + 10,
        WIDTH * 0.42,
        size=11.4,
        style="semibold",
        fill=setting.palette.text,
        node=node,
        goes_on=True,
    )
    said = run(setting.t(under), LEFT + 10, WIDTH * 0.42, size=BODY_SIZE, node=node, goes_on=True) if under else None
    height = max(named.height + (said.height if said else 0.0), shown.height) + 13
    extra = _credit_rows(setting)

    def paint(ink: Ink, top: float) -> None:
        ink.band(LEFT, top - height, WIDTH, height, setting.palette.tint)
        ink.band(LEFT, top - height, 2.4, height, setting.palette.accent)
        words = named.height + (said.height if said else 0.0)
        middle = top - height / 2
        named.put(ink, middle + words / 2)
        if said:
            said.put(ink, middle + words / 2 - named.height)
        shown.put(ink, middle + shown.height / 2)

    return [Slab(height, paint, keep=bool(extra), gap=9.0), *extra]


def _when(setting: Setting, ask: Ask) -> str:
    if ask.when is not None:
        return ask.when
    say = setting.say
    first, last = ask.payable_from, ask.due_on
    if last and last < setting.paper.issued_on:
        return say.due_past.format(setting.day(last))
    if first and last and first < last:
        return say.due_between.format(setting.day(first), setting.day(last))
    if last:
        return say.due_by.format(setting.day(last))
    return say.due_from.format(setting.day(first)) if first else ""


def _figure(setting: Setting) -> tuple[str, int] | None:
    paper, say = setting.paper, setting.say
    total = paper.gross_cents
    if paper.kind == "quote" and total is not None:
        return (say.quote_total_alone if untaxed(paper) else say.quote_total), total
    if paper.kind == "credit_note" and total is not None:
        return (say.credit_total_alone if untaxed(paper) else say.credit_total), total
    if paper.kind == "receipt":
        return (say.paid_total, total) if total is not None else None
    if paper.due_cents is not None:
        return say.due, paper.due_cents
    if paper.ask:
        return say.asked, paper.ask.amount_cents
    return None


def _credit_rows(setting: Setting) -> list[Slab]:
    paper, say = setting.paper, setting.say
    rows = [(say.credit_settles, paper.settles_cents), (say.credit_refund, paper.refund_cents)]
    if paper.kind != "credit_note" or not any(cents for _, cents in rows):
        return []
    table = Table(setting, [Column("", WIDTH - 120), Column("", 120, True)], fill=INK, rule=HAIR)
    slabs = []
    for label, cents in rows:
        if cents:
            slabs += table.row([[Cell(setting.t(label))], [Cell(setting.money(cents))]], head_cell=True)
    return slabs
