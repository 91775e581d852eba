"""Turnover, VAT and money by period: what documents said and what money came, summed by day.

Turnover counts as closures count (docs/closures.md): a final invoice whole, a deposit invoice never, credit notes as
minus. docs/projections/periods.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from ledger.domain.events.invoices import CreditNoteIssued, InvoiceIssued
from ledger.domain.events.payments import MeansCorrected, PaymentReceived, PaymentReversed, RefundPaid
from projections.business.spans import BY_PERIOD, FROM, TO, Finder, Span, bounds, spans
from projections.business.types import others
from projections.engine.contract import Change, Entry, Get, Handler, Projection, Row
from projections.reports.common import finish
from projections.reports.contract import Asked, Chart, Column, Desk, Parameter, Report, Series, Table, Words
from projections.reports.words import rate_words

NAME: Final = "periods"

# ---- rows


def _turnover(entry: Entry, sign: int) -> Iterator[tuple[str, list[Any]]]:
    """Give the parts of a document by nature: the daily row's key, and (category, rate, nature, base, VAT)."""
    body = entry.body
    kind, place = body["customer_kind"], body["supply_place"]
    for row in body["vat"]:
        goods = (row["goods_base_cents"], row["goods_vat_cents"])
        services = (row["base_cents"] - goods[0], row["vat_cents"] - goods[1])
        for nature, (base, vat) in (("goods", goods), ("services", services)):
            if base or vat:
                key = f"{body['issued_on']}.{row['category']}.{row['rate_bp']:05d}.{nature}.{kind}.{place}"
                yield key, [row["category"], row["rate_bp"], nature, sign * base, sign * vat]


def _document(get: Get, entry: Entry, sign: int) -> Iterator[Change]:
    body = entry.body
    on, kind, place = body["issued_on"], body["customer_kind"], body["supply_place"]
    sums: dict[str, dict[str, Any]] = {}
    parts = []
    for key, (category, rate_bp, nature, base, vat) in _turnover(entry, sign):
        before = sums.get(key) or get("turnover", key)
        if before is None:
            names = {"category": category, "rate_bp": rate_bp, "nature": nature, "kind": kind, "place": place}
            before = {"on": on, **names, "net": 0, "vat": 0}
        sums[key] = {**before, "net": before["net"] + base, "vat": before["vat"] + vat}
        parts.append([category, rate_bp, nature, base, vat])
    yield from (Change("turnover", key, row, on) for key, row in sums.items())
    count = get("documents", on) or {"on": on, "invoices": 0, "credit_notes": 0}
    name = "invoices" if sign > 0 else "credit_notes"
    yield Change("documents", on, {**count, name: count[name] + 1}, on)
    yield Change("line", f"{entry.seq:012d}", {"kind": kind, "place": place, "parts": parts}, on)


def _invoice(get: Get, entry: Entry) -> Iterable[Change]:
    return () if entry.body["type_code"] == "386" else _document(get, entry, 1)


def _credit_note(get: Get, entry: Entry) -> Iterable[Change]:
    return () if entry.body["type_code"] == "503" else _document(get, entry, -1)


MONEY: Final = ("received", "refunded", "reversed", "moved_in", "moved_out")
"""What can happen to money, as closures name it."""


def _money(get: Get, entry: Entry, on: str, parts: tuple[tuple[str, str], ...]) -> Iterator[Change]:
    body = entry.body
    for means, what in parts:
        key = f"{on}.{entry.day}.{means}.{body['currency']}"
        names = {"on": on, "day": entry.day, "means": means, "currency": body["currency"]}
        before = get("money", key) or {**names, **dict.fromkeys(MONEY, 0)}
        yield Change("money", key, {**before, what: before[what] + body["amount_cents"]}, on)
    moved = {"day": entry.day, "currency": body["currency"], "parts": [list(each) for each in parts]}
    yield Change("movement", f"{entry.seq:012d}", {**moved, "cents": body["amount_cents"]}, on)


def _received(get: Get, entry: Entry) -> Iterable[Change]:
    return _money(get, entry, entry.body["received_on"], ((entry.body["means"], "received"),))


def _refund(get: Get, entry: Entry) -> Iterable[Change]:
    return _money(get, entry, entry.body["paid_on"], ((entry.body["means"], "refunded"),))


def _reversed(get: Get, entry: Entry) -> Iterable[Change]:
    return _money(get, entry, entry.body["reversed_on"], ((entry.body["means"], "reversed"),))


def _corrected(get: Get, entry: Entry) -> Iterable[Change]:
    parts = ((entry.body["means_before"], "moved_out"), (entry.body["means"], "moved_in"))
    return _money(get, entry, entry.day, parts)


def _wants(entry: Entry) -> Iterable[tuple[str, str]]:
    if entry.type == InvoiceIssued.TYPE or entry.type == CreditNoteIssued.TYPE:
        yield "documents", entry.body["issued_on"]
        for key, _ in _turnover(entry, 1):
            yield "turnover", key


_HANDLES: Final[Mapping[str, Handler]] = {
    InvoiceIssued.TYPE: _invoice,
    CreditNoteIssued.TYPE: _credit_note,
    PaymentReceived.TYPE: _received,
    RefundPaid.TYPE: _refund,
    PaymentReversed.TYPE: _reversed,
    MeansCorrected.TYPE: _corrected,
}

PERIODS: Final = Projection(
    name=NAME,
    version=1,
    tables=("turnover", "documents", "line", "money", "movement"),
    handles=_HANDLES,
    ignores=others(_HANDLES),
    wants=_wants,
)
"""Turnover and money by day.

`turnover`: by day, VAT category and rate, nature, customer kind and place of supply. `documents`: how many, by day.
`money`: by value day, recording day, means and currency. `line` and `movement`: one row for each entry that counts, for
`explain`.
"""

# ---- revenue

_PERIOD: Final = Column("period", "code", Words("Période", "Period"))
_NET: Final = Column("net_cents", "cents", Words("Chiffre d'affaires HT", "Turnover without VAT"), total=True)
_VAT: Final = Column("vat_cents", "cents", Words("TVA facturée", "VAT invoiced"), total=True)
_GROSS: Final = Column("gross_cents", "cents", Words("Chiffre d'affaires TTC", "Turnover with VAT"), total=True)
_SPLITS: Final = ("none", "rate", "nature", "customer_kind", "place")
_SPLIT: Final = Parameter("by", "code", Words("ventilé par", "split by"), "none", choices=_SPLITS)
_SPLIT_COLUMNS: Final[Mapping[str, Column]] = {
    "rate": Column("rate", "code", Words("Catégorie et taux", "Category and rate")),
    "nature": Column("nature", "code", Words("Nature", "Nature")),
    "customer_kind": Column("customer_kind", "code", Words("Clientèle", "Customers")),
    "place": Column("place", "code", Words("Lieu", "Place")),
}
_REVENUE_TITLE: Final = Words("Chiffre d'affaires et TVA par période", "Turnover and VAT by period")
_INVOICED_VAT: Final = Words(
    "La TVA est celle des factures, à leur date ; celle qui est due suit les encaissements et les livraisons "
    "(déclaration de TVA).",
    "VAT is that of invoices, on their date; what is due follows receipts and deliveries (VAT return).",
)
_CUT: Final = Words(
    "Les périodes des extrémités s'arrêtent aux jours demandés.", "The first and last periods stop at the days asked."
)


def _value(by: str, category: str, rate_bp: int, nature: str, kind: str, place: str) -> str:
    """Say which part of a split a row belongs to."""
    if by == "rate":
        return f"{category}-{rate_bp}"
    return {"nature": nature, "customer_kind": kind, "place": place}.get(by, "")


def _revenue_sums(desk: Desk, asked: Asked, found: tuple[Span, ...]) -> dict[tuple[int, str], list[int]]:
    finder, view, by = Finder(found), desk.view(NAME), asked.get("by", "none")
    sums: dict[tuple[int, str], list[int]] = {}
    for row in _between(view.rows("turnover", sort_from=found[0].first, sort_to=found[-1].last), found):
        body = row.body
        rank = finder.rank(body["on"])
        if rank is None:
            continue
        part = _value(by, body["category"], body["rate_bp"], body["nature"], body["kind"], body["place"])
        cell = sums.setdefault((rank, part), [0, 0, 0])
        cell[0] += body["net"]
        cell[1] += body["vat"]
        cell[2] = max(cell[2], row.seq)
    return sums


def _between(rows: Iterator[Row], found: tuple[Span, ...]) -> Iterator[Row]:
    return rows if found else iter(())


def revenue_spans(desk: Desk, asked: Asked) -> tuple[Span, ...]:
    """Give the periods that a report by period is asked for."""
    first, last = bounds(desk, asked)
    return spans(first, last, asked.get("every", "month"), desk.facts.year_start)


def _revenue(desk: Desk, asked: Asked) -> Table:
    found = revenue_spans(desk, asked)
    by = asked.get("by", "none")
    sums = _revenue_sums(desk, asked, found) if found else {}
    parts = sorted({part for _, part in sums}) or [""]
    rows: list[dict[str, Any]] = []
    for rank, span in enumerate(found):
        for part in parts:
            cell = sums.get((rank, part))
            if cell is None and by != "none":
                continue
            net, vat, seq = cell or (0, 0, 0)
            named = {} if by == "none" else {by: part}
            rows.append(
                {
                    "key": f"{span.label}.{part}" if part else span.label,
                    "seq": seq,
                    "period": span.label,
                    **named,
                    "net_cents": net,
                    "vat_cents": vat,
                    "gross_cents": net + vat,
                }
            )
    split = () if by == "none" else (_SPLIT_COLUMNS[by],)
    totals = {name: sum(row[name] for row in rows) for name in ("net_cents", "vat_cents", "gross_cents")}
    return finish(
        REVENUE,
        desk,
        title=_REVENUE_TITLE,
        columns=(_PERIOD, *split, _NET, _VAT, _GROSS),
        rows=tuple(rows),
        totals=totals,
        notes=(_INVOICED_VAT, _CUT),
        chart=_revenue_chart(found, parts, sums, by),
    )


PART_WORDS: Final[Mapping[str, Words]] = {
    "": Words("Chiffre d'affaires HT", "Turnover without VAT"),
    "goods": Words("Biens", "Goods"),
    "services": Words("Services", "Services"),
    "consumer": Words("Particuliers", "Consumers"),
    "business": Words("Entreprises", "Businesses"),
    "public": Words("Secteur public", "Public sector"),
}
"""Words for the parts that turnover is split into."""


def _part_words(part: str, by: str) -> Words:
    if by == "rate":
        return rate_words(part)
    return PART_WORDS.get(part, Words(part, part))


def _revenue_chart(
    found: tuple[Span, ...], parts: list[str], sums: Mapping[tuple[int, str], list[int]], by: str
) -> Chart:
    series = tuple(
        Series(_part_words(part, by), tuple((sums.get((rank, part)) or [0])[0] for rank in range(len(found))))
        for part in parts
    )
    return Chart("bars" if by == "none" else "stacked", "cents", tuple(each.label for each in found), series)


def _revenue_lines(desk: Desk, asked: Asked, key: str, column: str) -> Iterator[tuple[int, int]]:
    """Give entry and amount of each document behind a figure."""
    found = revenue_spans(desk, asked)
    label, _, part = key.partition(".")
    spans_asked = found if key == "total" else tuple(each for each in found if each.label == label)
    if not spans_asked:
        return
    by = asked.get("by", "none")
    first, last = spans_asked[0].first, spans_asked[-1].last
    for row in desk.view(NAME).rows("line", sort_from=first, sort_to=last):
        body = row.body
        cents = [
            {"net_cents": base, "vat_cents": vat}.get(column, base + vat)
            for category, rate_bp, nature, base, vat in body["parts"]
            if not part or _value(by, category, rate_bp, nature, body["kind"], body["place"]) == part
        ]
        if cents:
            yield int(row.key), sum(cents)


def _explain_revenue(desk: Desk, asked: Asked, key: str, column: str) -> Iterable[int]:
    return sorted(seq for seq, _ in _revenue_lines(desk, asked, key, column))


def _revenue_shares(desk: Desk, asked: Asked, key: str, column: str) -> Mapping[int, int] | None:
    return dict(sorted(_revenue_lines(desk, asked, key, column))) if column.endswith("_cents") else None


REVENUE: Final = Report(
    name="revenue",
    question=Words(
        "Quel chiffre d'affaires et quelle TVA, par période ?", "What turnover and what VAT, period by period?"
    ),
    parameters=(FROM, TO, BY_PERIOD, _SPLIT),
    uses=(NAME,),
    make=_revenue,
    explain=_explain_revenue,
    shares=_revenue_shares,
)
"""Turnover and invoiced VAT by period."""

# ---- money

_COUNTED_ON: Final = Parameter(
    "counted_on",
    "code",
    Words("compté au jour de valeur ou d'enregistrement", "counted on its value or recording day"),
    "value",
    choices=("value", "recorded"),
)
_MONEY_COLUMNS: Final = (
    _PERIOD,
    Column("means", "code", Words("Moyen", "Means")),
    Column("currency", "code", Words("Devise", "Currency")),
    Column("received_cents", "cents", Words("Reçu", "Received")),
    Column("refunded_cents", "cents", Words("Remboursé", "Refunded")),
    Column("reversed_cents", "cents", Words("Impayé", "Reversed")),
    Column("moved_in_cents", "cents", Words("Corrigé vers", "Moved in")),
    Column("moved_out_cents", "cents", Words("Corrigé depuis", "Moved out")),
    Column("net_cents", "cents", Words("Net", "Net")),
)
_MEANS_WORDS: Final[Mapping[str, Words]] = {
    "cash": Words("Espèces", "Cash"),
    "cheque": Words("Chèques", "Cheques"),
    "card": Words("Cartes", "Cards"),
    "credit_transfer": Words("Virements", "Transfers"),
    "instant_transfer": Words("Virements instantanés", "Instant transfers"),
    "direct_debit": Words("Prélèvements", "Direct debits"),
    "e_money": Words("Monnaie électronique", "E-money"),
    "voucher": Words("Titres et bons", "Vouchers"),
    "offset": Words("Compensations", "Offsets"),
    "other": Words("Autres", "Other"),
}
_BY_VALUE: Final = Words(
    "L'argent est compté à sa date de valeur ; les clôtures le comptent au jour de son enregistrement "
    "(counted_on=recorded).",
    "Money counts on its value day; closures count it on the day of its recording (counted_on=recorded).",
)
_SIGNS: Final = {"received": 1, "refunded": -1, "reversed": -1, "moved_in": 1, "moved_out": -1}


def _money_rows(desk: Desk, asked: Asked, table: str, found: tuple[Span, ...]) -> Iterator[tuple[int, Row]]:
    """Give the rows that count within the periods, each with the rank of its period."""
    by_value, finder = asked.get("counted_on", "value") == "value", Finder(found)
    if not found:
        return
    limits = (found[0].first, found[-1].last) if by_value else (None, None)
    for row in desk.view(NAME).rows(table, sort_from=limits[0], sort_to=limits[1]):
        rank = finder.rank(row.sort if by_value else row.body["day"])
        if rank is not None:
            yield rank, row


def _payments(desk: Desk, asked: Asked) -> Table:
    found = revenue_spans(desk, asked)
    sums: dict[tuple[int, str, str], dict[str, int]] = {}
    for rank, row in _money_rows(desk, asked, "money", found):
        key = (rank, row.body["currency"], row.body["means"])
        cell = sums.setdefault(key, {**dict.fromkeys(MONEY, 0), "seq": 0})
        for name in MONEY:
            cell[name] += row.body[name]
        cell["seq"] = max(cell["seq"], row.seq)
    own = desk.facts.currency
    rows: list[dict[str, Any]] = []
    for (rank, currency, means), cell in sorted(
        sums.items(), key=lambda each: (each[0][0], each[0][1] != own, each[0])
    ):
        rows.append(
            {
                "key": f"{found[rank].label}.{means}.{currency}",
                "seq": cell["seq"],
                "period": found[rank].label,
                "means": means,
                "currency": currency,
                **{f"{name}_cents": cell[name] for name in MONEY},
                "net_cents": sum(sign * cell[name] for name, sign in _SIGNS.items()),
            }
        )
    mine = [row for row in rows if row["currency"] == own]
    names = [column.name for column in _MONEY_COLUMNS if column.kind == "cents"]
    used = sorted({means for _, currency, means in sums if currency == own})
    ranks = range(len(found))
    chart = Chart(
        "stacked",
        "cents",
        tuple(each.label for each in found),
        tuple(
            Series(
                _MEANS_WORDS.get(means, Words(means, means)),
                tuple(_net(sums.get((rank, own, means))) for rank in ranks),
            )
            for means in used
        ),
    )
    return finish(
        PAYMENTS,
        desk,
        title=Words("Encaissements par moyen de paiement", "Money by means of payment"),
        columns=_MONEY_COLUMNS,
        rows=tuple(rows),
        totals={name: sum(row[name] for row in mine) for name in names},
        notes=(_BY_VALUE, _CUT, Words(f"Les totaux sont en {own}.", f"Totals are in {own}.")),
        chart=chart,
    )


def _net(cell: Mapping[str, int] | None) -> int:
    return 0 if cell is None else sum(sign * cell[name] for name, sign in _SIGNS.items())


def _payment_shares(desk: Desk, asked: Asked, key: str, column: str) -> Mapping[int, int]:
    found = revenue_spans(desk, asked)
    label, _, rest = key.partition(".")
    means, _, currency = rest.partition(".")
    shares: dict[int, int] = {}
    chosen = tuple(each for each in found if key == "total" or each.label == label)
    for _, row in _money_rows(desk, asked, "movement", chosen):
        body = row.body
        if body["currency"] != (currency or desk.facts.currency):
            continue
        for each, what in body["parts"]:
            if means and each != means:
                continue
            if column not in (f"{what}_cents", "net_cents"):
                continue
            sign = _SIGNS[what] if column == "net_cents" else 1
            shares[int(row.key)] = shares.get(int(row.key), 0) + sign * body["cents"]
    return dict(sorted(shares.items()))


def _explain_payments(desk: Desk, asked: Asked, key: str, column: str) -> Iterable[int]:
    return tuple(_payment_shares(desk, asked, key, column))


PAYMENTS: Final = Report(
    name="payments",
    question=Words("Quel argent est venu, par quel moyen ?", "What money came, and by which means?"),
    parameters=(FROM, TO, BY_PERIOD, _COUNTED_ON),
    uses=(NAME,),
    make=_payments,
    explain=_explain_payments,
    shares=_payment_shares,
)
"""Money by means and period."""
