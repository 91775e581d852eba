"""How far a contract is invoiced: what makes a progress invoice's sums followable, line by line or in all."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.domain.events.invoices import InvoiceIssued
from ledger.domain.events.quotes import QuoteDocument, QuoteSigned
from ledger.domain.money import BP
from ledger.domain.parts import share_of
from ledger.shell.errors import StreamPurged
from projections.documents.builders.desk import Desk
from projections.documents.paper import Grid, PaperLine, Section

_Row = tuple[str, int, int, int, int]
"""Words, then contract, done so far, invoiced before, this invoice."""


def progress_section(desk: Desk, event: InvoiceIssued, lines: Sequence[PaperLine]) -> tuple[Section, ...]:
    """Give the recap of a progress invoice: contract, done so far, invoiced before, this one; none when purged."""
    try:
        signed, document = _contract(desk, event.quote)
        before = [desk.begun("invoice", each.invoice, InvoiceIssued) for each in event.preceding]
    except StreamPurged:
        return ()
    earlier = [found[1] for found in before if found is not None and found[1].kind == "progress"]
    if signed is None or document is None or len(earlier) != len([each for each in before if _counts(each)]):
        return ()
    say = desk.say
    rows = _by_line(event, earlier, document, signed, lines)
    basis = event.basis
    if rows is None:
        rows, basis = [], "net"
        done = sum(each.totals.net_cents for each in earlier)
        total: _Row = (
            say("total"), signed.totals.net_cents, done + event.totals.net_cents, done, event.totals.net_cents,
        )  # fmt: skip
    else:
        sums = [sum(each) for each in zip(*(row[1:] for row in rows), strict=True)]
        total = (say("total"), sums[0], sums[1], sums[2], sums[3])
    tax = say("col_net" if basis == "net" else "col_gross")
    grid = Grid(
        head=(
            say("col_works"),
            f"{say('col_contract')} {tax}",
            say("col_share"),
            f"{say('col_done')} {tax}",
            f"{say('col_before')} {tax}",
            f"{say('col_now')} {tax}",
        ),
        rows=tuple(_shown(desk, row) for row in rows),
        align="lrrrrr",
        widths=(30, 15, 11, 15, 15, 14),
        total=_shown(desk, total),
    )
    words = (say("progress_deposits"),) if signed.schedule else ()
    return (Section(heading=say("section_progress"), paragraphs=words, grid=grid, code="progress"),)


def _counts(found: object) -> bool:
    return found is None or (isinstance(found, tuple) and found[1].kind == "progress")


def _contract(desk: Desk, quote: str | None) -> tuple[QuoteSigned | None, QuoteDocument | None]:
    """Give the signature that made the contract, and the version that was signed."""
    if quote is None:
        return None, None
    document: QuoteDocument | None = None
    for each in desk.sources.stream(f"quote:{quote}"):
        if isinstance(each.event, QuoteDocument):
            document = each.event
        elif isinstance(each.event, QuoteSigned):
            return each.event, document
    return None, document


def _by_line(
    event: InvoiceIssued,
    earlier: Sequence[InvoiceIssued],
    document: QuoteDocument,
    signed: QuoteSigned,
    lines: Sequence[PaperLine],
) -> list[_Row] | None:
    """Give a row for each line; None where the lines do not add up so (a discount spread over them)."""
    counted = [line for rank, line in enumerate(document.lines, 1) if line.choice is None or rank in signed.chosen]
    if len(counted) != len(event.lines) or any(len(each.lines) != len(event.lines) for each in earlier):
        return None
    rows: list[_Row] = []
    for at, (whole, line, shown) in enumerate(zip(counted, event.lines, lines, strict=True)):
        done = share_of(whole.amount_cents, line.performed_bp or 0, BP)
        before = sum(each.lines[at].amount_cents for each in earlier)
        if done - before != line.amount_cents:
            return None
        rows.append((shown.label, whole.amount_cents, done, before, line.amount_cents))
    return rows


def _shown(desk: Desk, row: _Row) -> tuple[str, ...]:
    say = desk.say
    label, contract, done, before, now = row
    share = say.percent(share_of(BP, done, contract)) if contract > 0 else ""
    return (label, say.money(contract), share, say.money(done), say.money(before), say.money(now))
