"""The report of a closed day, month or financial year: the totals that its entry holds, nothing added up anew."""

from __future__ import annotations

from ledger.domain.events.parties import SeriesOpened
from ledger.domain.events.periods import PeriodClosed
from projections.documents.builders.desk import Desk
from projections.documents.builders.mentions import statements_of
from projections.documents.paper import Fact, Grid, Paper, Section

PERIOD_STREAM = "period:self"


def closure_report(desk: Desk) -> Paper:
    """Say what a closure says; `seq` names its entry, None the last closure there is.

    Raises:
        NoDocument: there is no closure there.
    """
    seq = desk.wanted.seq
    closures = (each for each in reversed(desk.sources.stream(PERIOD_STREAM)) if isinstance(each.event, PeriodClosed))
    entry = next((each for each in closures if seq is None or each.seq == seq), None)
    if entry is None:
        raise desk.nothing()
    event, say = entry.event, desk.say
    assert isinstance(event, PeriodClosed)  # noqa: S101 - says so to mypy: the others were left out
    _, profile = desk.profile_before(entry.seq)
    on = desk.local_day(event.closed_at)
    sections = (_turnover(desk, event), _documents(desk, event), _means(desk, event), _advances(desk, event))
    return Paper(
        **desk.common(entry, profile) | {"currency": event.currency},
        title=say(f"title_closure_{event.period}"),
        number=str(event.rank),
        issued_on=on,
        subject=_period(desk, event),
        heads=(
            Fact(label=say("closed_at"), value=say.moment(event.closed_at)),
            Fact(label=say("closed_by"), value=say("closed_automatically" if event.automatic else "closed_by_hand")),
        ),
        statements=statements_of(("TRAINING",), on, say, "consumer") if desk.training else (),
        sections_before=(*sections, _running(desk, event), _series(desk, event), _chain(desk, event)),
    )


def _period(desk: Desk, event: PeriodClosed) -> str:
    say = desk.say
    if event.from_on == event.to_on:
        return say.day(event.from_on)
    return say("period_span", start=say.day(event.from_on), end=say.day(event.to_on))


def _turnover(desk: Desk, event: PeriodClosed) -> Section:
    say = desk.say

    def money(cents: int) -> str:
        return say.money(cents, event.currency)

    rows = tuple(
        (
            say(f"category_{row.category}") if not row.rate_bp else say.percent(row.rate_bp),
            money(row.base_cents),
            money(row.vat_cents),
            money(row.base_cents + row.vat_cents),
        )
        for row in event.rates
    )
    grid = Grid(
        head=(say("col_rate"), say("col_net"), say("col_vat"), say("col_gross")),
        rows=rows,
        align="lrrr",
        widths=(25, 25, 25, 25),
        total=(say("total"), money(event.net_cents), money(event.vat_cents), money(event.gross_cents)),
    )
    words = (say("turnover_words"),) if rows else (say("turnover_none"),)
    return Section(heading=say("section_turnover"), paragraphs=words, grid=grid, code="turnover")


def _documents(desk: Desk, event: PeriodClosed) -> Section:
    say = desk.say
    counted = (
        ("count_invoices", event.invoices),
        ("count_credit_notes", event.credit_notes),
        ("count_deposit_invoices", event.deposit_invoices),
        ("count_deposit_credit_notes", event.deposit_credit_notes),
    )
    facts = tuple(Fact(label=say(key), value=say.number(count)) for key, count in counted)
    return Section(heading=say("section_documents"), facts=facts, code="documents")


def _means(desk: Desk, event: PeriodClosed) -> Section:
    say = desk.say
    rows = []
    for row in event.means:
        currency = row.currency or event.currency
        parts = (row.received_cents, row.refunded_cents, row.reversed_cents)
        moved = row.moved_in_cents - row.moved_out_cents
        rows.append((say(f"means_{row.means}"), *(say.money(each, currency) for each in (*parts, moved))))
    head = (say("col_means"), say("col_received"), say("col_refunded"), say("col_reversed"), say("col_moved"))
    grid = Grid(head=head, rows=tuple(rows), align="lrrrr", widths=(24, 19, 19, 19, 19)) if rows else None
    words = () if rows else (say("means_nothing"),)
    return Section(heading=say("section_means"), paragraphs=words, grid=grid, code="means")


def _advances(desk: Desk, event: PeriodClosed) -> Section:
    say, held = desk.say, event.advances
    counted = (
        ("advances_received", held.received_cents),
        ("advances_applied", held.applied_cents),
        ("advances_released", held.released_cents),
        ("advances_refunded", held.refunded_cents),
        ("advances_forfeited", held.forfeited_cents),
        ("advances_reversed", held.reversed_cents),
        ("advances_moved", held.moved_cents),
    )
    facts = tuple(Fact(label=say(key), value=say.money(cents, event.currency)) for key, cents in counted)
    words = (say("advances_words"),)
    return Section(heading=say("section_advances"), paragraphs=words, facts=facts, code="advances")


def _running(desk: Desk, event: PeriodClosed) -> Section:
    say = desk.say
    counted = (
        ("absolute_total", event.absolute_cents),
        ("year_total", event.year_gross_cents),
        ("perpetual_total", event.perpetual_cents),
        ("perpetual_absolute_total", event.perpetual_absolute_cents),
    )
    facts = tuple(Fact(label=say(key), value=say.money(cents, event.currency)) for key, cents in counted)
    return Section(heading=say("section_running"), facts=facts, code="running_totals")


def _series(desk: Desk, event: PeriodClosed) -> Section:
    say = desk.say
    rows = tuple((_use(desk, row.series), row.first, row.last, say.number(row.count)) for row in event.series)
    head = (say("col_series"), say("col_first"), say("col_last"), say("col_count"))
    grid = Grid(head=head, rows=rows, align="lllr", widths=(40, 22, 22, 16)) if rows else None
    words = () if rows else (say("series_nothing"),)
    return Section(heading=say("section_series"), paragraphs=words, grid=grid, code="series")


def _use(desk: Desk, series: str) -> str:
    found = desk.begun("series", series, SeriesOpened)
    return desk.say(f"series_{found[1].use}") if found is not None else series


def _chain(desk: Desk, event: PeriodClosed) -> Section:
    say = desk.say
    facts = [
        Fact(label=say("entries"), value=say.number(event.entries)),
        Fact(label=say("first_entry"), value=say.number(event.first_seq)),
        Fact(label=say("last_entry"), value=say.number(event.last_seq)),
        Fact(label=say("chain_head"), value=event.head),
        Fact(label=say("chain_root"), value=event.root),
    ]
    if event.previous is not None:
        facts.append(Fact(label=say("previous_closure"), value=event.previous))
    return Section(heading=say("section_chain"), paragraphs=(say("chain_words"),), facts=tuple(facts), code="chain")
