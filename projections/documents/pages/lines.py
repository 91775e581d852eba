"""The table of lines, and the table of options and variants that are not counted."""

from __future__ import annotations

from typing import Final

from projections.documents.pages.faces import face
from projections.documents.pages.flow import Paint, Slab
from projections.documents.pages.numbers import MINUS, decimal
from projections.documents.pages.setting import Setting, fitted, heading
from projections.documents.pages.style import INK, SMALL_SIZE, SMALLEST, SOFT, TABLE_SIZE, WIDTH, Colour
from projections.documents.pages.table import GUTTER, Cell, Column, Table
from projections.documents.pages.text import FIXED
from projections.documents.paper import Paper, PaperLine, Reduction

CARRY: Final = 17.0
_FRANCHISE: Final = "VATEX-FR-FRANCHISE"
UNTAXED: Final = frozenset({"AE", "K", "E", "O", "G"})
"""The categories of VAT that bear no tax and have no rate (UNTDID 5305; EN 16931, BT-118)."""


def franchise(paper: Paper) -> bool:
    """Say whether the whole paper bears no tax because its issuer is exempted as a small business (CGI 293 B)."""
    return bool(paper.vat) and all(row.exemption == _FRANCHISE for row in paper.vat)


def untaxed(paper: Paper) -> bool:
    """Say whether no line of a paper bears tax, for whatever reason: its total is then no total "with tax"."""
    return bool(paper.vat) and all(row.category in UNTAXED for row in paper.vat)


def rate_words(setting: Setting, category: str, rate_bp: int) -> str:
    """Give a rate; a dash where the category has none (a zero rate, `Z`, is a rate)."""
    return "—" if category in UNTAXED else setting.percent(rate_bp)


def counted(line: PaperLine) -> bool:
    """Say whether a line is part of the total: options and variants are once they are chosen."""
    return line.choice is None or line.chosen is True


def line_slabs(setting: Setting) -> list[Slab]:
    """Lay out the lines; the last two keep with what follows, so that no page holds totals alone."""
    paper = setting.paper
    mine = [line for line in paper.lines if counted(line)]
    if not mine:
        return []
    table, rows = _table(setting, mine, setting.palette.text, setting.palette.accent)

    def carry(cents: int, above: bool) -> Paint:
        words = setting.say.carried_out if above else setting.say.carried_in
        return table.carry_strip(setting.t(words), setting.amount(cents), CARRY, above=not above)

    slabs = [table.head(gap=8.0 if paper.sections_before else 0.0, carry=carry, carry_height=CARRY)]
    before = 0
    for at, (line, cells) in enumerate(zip(mine, rows, strict=True)):
        after = before + line.amount_cents
        slabs += table.row(cells, before_cents=before, after_cents=after, keep=at >= len(mine) - 2)
        before = after
    return slabs


def option_slabs(setting: Setting) -> list[Slab]:
    """Lay out the options and variants that the total leaves out: softer, each said to be left out."""
    left = [line for line in setting.paper.lines if not counted(line)]
    if not left:
        return []
    title = heading(setting, setting.say.options_title)
    table, rows = _table(setting, left, SOFT, SOFT)
    return [title, table.head(gap=0), *(slab for cells in rows for slab in table.row(cells))]


_Row = list[list[Cell]]
_LEAST_LABEL: Final = 130.0


def _table(setting: Setting, lines: list[PaperLine], fill: Colour, rule: Colour) -> tuple[Table, list[_Row]]:
    """Make the table and its cells: columns of figures are as wide as their longest figure wants."""
    paper, say = setting.paper, setting.say
    discounts, taxed = any(line.discount for line in lines), not franchise(paper)
    other = "" if paper.currency == "EUR" else f" ({paper.currency})"
    price, amount = say.price_net, say.amount_net
    if paper.basis == "gross":
        price, amount = say.price_gross, say.amount_gross
    if not taxed or (paper.basis == "gross" and untaxed(paper)):
        price, amount = say.price_plain, say.amount_plain
    heads = [(say.quantity, 62.0), (price + other, 70.0)]
    heads += [(say.discount, 50.0)] if discounts else []
    heads += [(say.rate, 40.0)] if taxed else []
    heads.append((amount + other, 74.0))
    figures = [_figures(setting, line, discounts, taxed) for line in lines]
    widths = [_wide(at, least, figures) for at, (_, least) in enumerate(heads)]
    spare = WIDTH - _LEAST_LABEL
    if sum(widths) > spare:
        widths = [width * spare / sum(widths) for width in widths]
    columns = [Column(say.label, WIDTH - sum(widths))]
    columns += [Column(head, width, True) for (head, _), width in zip(heads, widths, strict=True)]
    table = Table(setting, columns, fill=fill, rule=rule)
    return table, [_cells(setting, line, shown, widths) for line, shown in zip(lines, figures, strict=True)]


def _wide(at: int, least: float, rows: list[list[str]]) -> float:
    if at == 0:  # quantities have their unit on a second line when they are long
        return max(least, *(face("regular").width(row[0].split(" ")[0], TABLE_SIZE) + GUTTER + 0.5 for row in rows))
    return max(least, *(face("regular").width(row[at], TABLE_SIZE) + GUTTER + 0.5 for row in rows))


def _figures(setting: Setting, line: PaperLine, discounts: bool, taxed: bool) -> list[str]:
    plain = [_quantity(setting, line), setting.price(line.unit_price)]
    if discounts:
        plain.append(_reduction(setting, line.discount) if line.discount else "")
    if taxed:
        plain.append(rate_words(setting, line.category, line.rate_bp))
    return [*plain, setting.amount(line.amount_cents)]


def _cells(setting: Setting, line: PaperLine, shown: list[str], widths: list[float]) -> _Row:
    fill = INK if counted(line) else SOFT
    cells = []
    for words, width in zip(shown, widths, strict=True):
        longest = max(words.split(" "), key=len, default="")
        cells.append([Cell(words, fill=fill, size=fitted(longest, width - GUTTER, "regular", TABLE_SIZE, SMALLEST))])
    return [_label(setting, line), *cells]


def _quantity(setting: Setting, line: PaperLine) -> str:
    figures = decimal(line.quantity, setting.paper.language)
    unit = setting.t(line.unit_words)
    return f"{figures}{FIXED}{unit}" if len(unit) <= 4 else f"{figures} {unit}".strip()


def _reduction(setting: Setting, reduction: Reduction) -> str:
    if reduction.share_bp is not None:
        share = setting.percent(reduction.share_bp)
        return share if share.startswith(MINUS) else f"{MINUS}{share}"
    return setting.amount(-reduction.amount_cents)


def _label(setting: Setting, line: PaperLine) -> list[Cell]:
    say = setting.say
    notes = [line.item] if line.item else []
    if line.choice:
        kind = say.option if line.choice == "option" else say.variant
        group = f" ({say.group.format(line.choice_group)})" if line.choice_group else ""
        state = say.chosen if line.chosen else say.not_counted if line.chosen is None else say.not_chosen
        notes.append(f"{kind}{group}, {state}")
    if line.performed_bp is not None:
        notes.append(say.progress.format(setting.percent(line.performed_bp)))
    if line.discount and line.discount.reason:
        notes.append(
            f"{say.discount} : {line.discount.reason}"
            if setting.paper.language == "fr"
            else f"{say.discount}: {line.discount.reason}"
        )
    fill = INK if counted(line) else SOFT
    cells = [Cell(setting.t(line.label), style="regular", fill=fill)]
    cells += [Cell(setting.t(note), fill=SOFT, size=SMALL_SIZE) for note in notes]
    return cells
