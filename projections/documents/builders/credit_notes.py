"""Credit notes (381, and 503 for a deposit invoice): which invoice they undo, and what becomes of the money."""

from __future__ import annotations

from datetime import date

from ledger.domain.events.common import Line
from ledger.domain.events.deposits import DepositReleased
from ledger.domain.events.invoices import CreditNoteIssued, InvoiceIssued, InvoiceReplaced, Prepaid, WrittenOff
from ledger.shell.errors import StreamPurged
from projections.documents.builders import figures, mentions
from projections.documents.builders.desk import Desk
from projections.documents.builders.invoices import advance_kinds, entry_of, quote_number
from projections.documents.paper import Fact, Grid, Paper, PaperPreceding, Section, Statement
from projections.documents.sources import Recorded


def credit_note(desk: Desk) -> Paper:
    """Say what a credit note says.

    Raises:
        NoDocument: there is none.
    """
    entry, event = desk.issued("credit_note", CreditNoteIssued)
    say, on = desk.say, date.fromisoformat(event.issued_on)
    _, profile = desk.profile_of(event.issuer_version)
    buyer = desk.buyer(entry, event.client, event.customer_kind)
    lines = figures.lines_of(event.lines, event.texts, say)
    preceding = tuple(
        PaperPreceding(number=each.number, issued_on=date.fromisoformat(each.issued_on)) for each in event.preceding
    )
    undone = entry_of(desk, event.preceding[0].invoice) if event.preceding else None
    initial = undone[1] if undone is not None else None
    facts = mentions.terms_facts(say, event.customer_kind, None, None, None)
    statements = mentions.statements_of(event.mentions, on, say, event.customer_kind, facts)
    if event.customer_kind != "consumer" and event.totals.vat_cents:
        statements += (Statement(code="VAT_CORRECTION", words=say("small_order_vat")),)
    totals = event.totals
    return Paper(
        **desk.common(entry, profile),
        title=say("title_credit_note_503" if event.type_code == "503" else "title_credit_note"),
        number=event.number,
        issued_on=on,
        buyer=buyer,
        subject=event.texts.title if event.texts is not None else None,
        basis=event.basis,
        heads=_heads(desk, event),
        lines=lines,
        vat=figures.vat_of(event.vat, on, say),
        net_cents=totals.net_cents,
        vat_cents=totals.vat_cents,
        gross_cents=totals.gross_cents,
        preceding=preceding,
        statements=statements,
        sections_after=(*_money(desk, entry, event, initial), *mentions.text_sections(event.texts, say)),
        type_code=event.type_code,
        frame=_frame(event.lines),
        supplied_on=_supplied(initial.supplied_on if initial is not None else None),
        quote_number=quote_number(desk, initial.quote) if initial is not None else None,
        order_reference=(initial.order_reference if initial is not None else None) or buyer.order_reference,
        vat_on=initial.vat_on if initial is not None else None,
        supply_place=event.supply_place,
        settles_cents=event.settles_cents,
        refund_cents=event.refund_cents,
        mentions=event.mentions,
    )


def _supplied(text: str | None) -> date | None:
    return date.fromisoformat(text) if text is not None else None


def _frame(lines: tuple[Line, ...]) -> str:
    """Give BT-23 of a credit note: by what it undoes, as an invoice of it would have it (BR-FR-08)."""
    natures = {line.nature for line in lines}
    letter = "M" if len(natures) == 2 else "B" if natures == {"goods"} else "S"
    return f"{letter}1"


def _heads(desk: Desk, event: CreditNoteIssued) -> tuple[Fact, ...]:
    say = desk.say
    heads = [
        Fact(label=say("initial_invoice"), value=say("of_day", number=each.number, day=say.day(each.issued_on)))
        for each in event.preceding
    ]
    heads.append(Fact(label=say("cause"), value=say(f"cause_{event.cause}")))
    heads.append(Fact(label=say("extent"), value=say("extent_whole" if event.whole else "extent_part")))
    if event.reference is not None:
        heads.append(Fact(label=say("reference"), value=event.reference))
    return tuple(heads)


def _money(desk: Desk, entry: Recorded, event: CreditNoteIssued, initial: InvoiceIssued | None) -> tuple[Section, ...]:
    """Say what becomes of what is neither taken off nor paid back: each deposit freed, with its VAT, and why the rest.

    What is taken off and what is paid back stand beside the total (`settles_cents`, `refund_cents`).
    """
    say = desk.say
    rest = event.totals.gross_cents - event.settles_cents - event.refund_cents
    if event.type_code == "503" or not rest:
        if event.settles_cents or event.refund_cents:
            return ()
        return (Section(heading=say("section_settlement"), paragraphs=(say("credit_no_money"),), code="settlement"),)
    freed = _freed(desk, initial)
    words = []
    rest -= sum(cents for _, cents in freed)
    if initial is not None and rest > 0:
        interest = min(rest, sum(each.interest_cents for each in initial.prepaid)) if event.whole else 0
        given_up = min(rest - interest, _written_off(desk, entry, event))
        if interest:
            words.append(say("credit_interest", amount=say.money(interest)))
        if given_up:
            words.append(say("credit_given_up", amount=say.money(given_up)))
        rest -= interest + given_up
    if rest > 0:
        words.append(say("credit_rest", amount=say.money(rest)))
    sections = (
        (Section(heading=say("section_settlement"), paragraphs=tuple(words), code="settlement"),) if words else ()
    )
    return (*((_freed_section(desk, event, freed),) if freed else ()), *sections)


def _freed(desk: Desk, initial: InvoiceIssued | None) -> list[tuple[Prepaid, int]]:
    """Give the deposits that this credit note freed, each with how much; those of purged entries are not named."""
    found = []
    for each in initial.prepaid if initial is not None else ():
        try:
            entries = desk.sources.stream(f"deposit:{each.deposit}")
        except StreamPurged:
            continue
        cents = sum(
            one.event.amount_cents
            for one in entries
            if isinstance(one.event, DepositReleased) and one.event.credit_note == desk.wanted.about
        )
        if cents:
            found.append((each, cents))
    return found


def _freed_section(desk: Desk, event: CreditNoteIssued, freed: list[tuple[Prepaid, int]]) -> Section:
    say = desk.say
    deposits = [each for each, _ in freed]
    rows = []
    shown = figures.prepaid_of(deposits, advance_kinds(desk, deposits), say)
    for named, (each, cents) in zip(shown, freed, strict=True):
        taxes = [
            say("vat_at", rate=say.percent(part.rate_bp), amount=say.money(part.vat_cents))
            for part in named.split
            if part.vat_cents and cents == each.amount_cents
        ]
        rows.append((named.words, "\n".join(taxes), say.money(cents)))
    grid = Grid(
        head=(say("col_deposit"), say("col_vat"), say("col_amount")),
        rows=tuple(rows),
        align="llr",
        widths=(52, 28, 20),
        total=("", say("freed_total"), say.money(sum(cents for _, cents in freed))),
    )
    new = _replacement(desk, event)
    fate = say("freed_replaced", number=new) if new is not None else say("freed_available")
    return Section(heading=say("section_freed"), paragraphs=(fate,), grid=grid, code="freed")


def _replacement(desk: Desk, event: CreditNoteIssued) -> str | None:
    """Give the number of the invoice that was issued in the credited one's place, by the same command."""
    found = desk.first(desk.sources.stream(f"invoice:{event.preceding[0].invoice}"), InvoiceReplaced)
    return found[1].number if found is not None else None


def _written_off(desk: Desk, entry: Recorded, event: CreditNoteIssued) -> int:
    entries = desk.sources.stream(f"invoice:{event.preceding[0].invoice}")
    return sum(
        each.event.amount_cents for each in entries if isinstance(each.event, WrittenOff) and each.seq < entry.seq
    )
