"""How long things take: from stage to stage, until the money is there; DSO by month; deposits that came late.

Durations are whole days. Quartiles are by nearest rank: always a duration that was really seen, so that it leads to the
sale it was seen in. docs/projections/dso.md says every formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, Final

from ledger.domain.money import div_half_up
from ledger.kernel.frozen import frozen
from projections.business.deals import NAME as DEALS
from projections.business.spans import FROM, TO, Span, bounds, month_end, months_after, spans
from projections.engine.contract import Body
from projections.reports.common import finish
from projections.reports.contract import Asked, Chart, Column, Desk, Report, Series, Table, Words

_WHOLE: Final = 10_000
LAST_DAY: Final = "9999-12-31"


def nearest_rank(ordered: Sequence[int], percent: int) -> int:
    """Give the value below or at which this share of ordered values lies (nearest rank): the 50th is the median.

    Raises:
        IndexError: there is no value.
    """
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


# ---- durations


@frozen
class Passage:
    """From one event to another: its name, and the rows, steps or members that it is read from."""

    name: str
    table: str
    begins: str
    ends: str


PASSAGES: Final = (
    Passage("quote_to_signature", "quote", "issued", "signed"),
    Passage("signature_to_deposit", "quote", "signed", "deposit_paid"),
    Passage("signature_to_invoice", "quote", "signed", "invoiced"),
    Passage("quote_to_paid", "quote", "issued", "paid"),
    Passage("deposit_to_payment", "deposit", "issued_on", "paid_on"),
    Passage("invoice_to_payment", "invoice", "issued_on", "paid_on"),
    Passage("due_to_payment", "invoice", "due_on", "paid_on"),
)
"""What is measured; a passage counts in the period in which it ended."""


def measured(
    desk: Desk, passages: Sequence[Passage], first: date, last: date
) -> Mapping[str, list[tuple[int, tuple[int, ...]]]]:
    """Give, by passage, days and entries of each one that ended from one day to another, both included."""
    low, high = first.isoformat(), last.isoformat()
    ordinal = cache(lambda day: date.fromisoformat(day).toordinal())
    found: dict[str, list[tuple[int, tuple[int, ...]]]] = {each.name: [] for each in passages}
    for table in dict.fromkeys(each.table for each in passages):
        mine = [each for each in passages if each.table == table]
        bounded = {"invoice": (low, high), "quote": ("", high)}.get(table, ("", LAST_DAY))
        for row in desk.view(DEALS).rows(table, sort_from=bounded[0], sort_to=bounded[1]):
            if row.body.get("merged"):
                continue
            for each in mine:
                ends, end_seq = _moment(row.body, each.ends)
                if ends is None or not low <= ends <= high:
                    continue
                begins, begin_seq = _moment(row.body, each.begins)
                if begins is not None:
                    days = ordinal(ends) - ordinal(begins)
                    found[each.name].append((days, tuple(sorted({begin_seq, end_seq}))))
    return found


def _moment(body: Body, name: str) -> tuple[str | None, int]:
    """Give the day of a step or member, and the entry that said so."""
    if "steps" in body:
        found = body["steps"].get(name)
        return (None, 0) if found is None else (found[0], found[1])
    on = body.get(name)
    seqs = body.get("seqs") or [body["seq"]]
    if name == "paid_on":
        return on, body.get("paid_by", seqs[-1])
    return on, seqs[0]


_DURATION_COLUMNS: Final = (
    Column("passage", "code", Words("Passage", "Passage")),
    Column("count", "count", Words("Nombre", "Number")),
    Column("mean_days", "days", Words("Moyenne", "Mean")),
    Column("quartile_1_days", "days", Words("Premier quartile", "First quartile")),
    Column("median_days", "days", Words("Médiane", "Median")),
    Column("quartile_3_days", "days", Words("Troisième quartile", "Third quartile")),
    Column("longest_days", "days", Words("Plus longue", "Longest")),
)


def statistics(days: Iterable[int]) -> dict[str, int]:
    """Give number, mean (half-up), quartiles and longest of durations in days; the number alone when there is none."""
    ordered = sorted(days)
    if not ordered:
        return {"count": 0}
    return {
        "count": len(ordered),
        "mean_days": div_half_up(sum(ordered), len(ordered)),
        "quartile_1_days": nearest_rank(ordered, 25),
        "median_days": nearest_rank(ordered, 50),
        "quartile_3_days": nearest_rank(ordered, 75),
        "longest_days": ordered[-1],
    }


def _durations(desk: Desk, asked: Asked) -> Table:
    first, last = bounds(desk, asked)
    rows: list[dict[str, Any]] = []
    every = measured(desk, PASSAGES, first, last)
    for each in PASSAGES:
        found = every[each.name]
        seq = max((seq for _, seqs in found for seq in seqs), default=0)
        named: dict[str, Any] = {"key": each.name, "seq": seq, "passage": each.name}
        rows.append({**named, **statistics(days for days, _ in found)})
    shown = [row for row in rows if row["count"]]
    return finish(
        DURATIONS,
        desk,
        title=Words("Durées d'une étape à l'autre", "Time from step to step"),
        columns=_DURATION_COLUMNS,
        rows=tuple(rows),
        totals={},
        notes=(
            Words(
                "Passages achevés dans la période demandée ; ce qui court encore n'y est pas. Quartiles au rang "
                "le plus proche.",
                "Passages that ended in the days asked; what still runs is not in it. Quartiles by nearest rank.",
            ),
        ),
        chart=Chart(
            "bars",
            "days",
            tuple(row["passage"] for row in shown),
            (
                Series(Words("Médiane", "Median"), tuple(row["median_days"] for row in shown)),
                Series(Words("Troisième quartile", "Third quartile"), tuple(row["quartile_3_days"] for row in shown)),
            ),
        ),
    )


def _explain_durations(desk: Desk, asked: Asked, key: str, column: str) -> Iterable[int]:
    first, last = bounds(desk, asked)
    passage = next((each for each in PASSAGES if each.name == key), None)
    if passage is None:
        return ()
    found = measured(desk, (passage,), first, last)[key]
    value = statistics(days for days, _ in found).get(column)
    if column not in ("count", "mean_days"):  # a duration that was seen: where
        found = [each for each in found if each[0] == value]
    return sorted({seq for _, seqs in found for seq in seqs})


DURATIONS: Final = Report(
    name="durations",
    question=Words("Combien de temps d'une étape à l'autre ?", "How long does each step take?"),
    parameters=(FROM, TO),
    uses=(DEALS,),
    make=_durations,
    explain=_explain_durations,
)
"""Mean, median and quartiles of the days between steps."""

# ---- DSO


@frozen
class Month:
    """What one month's DSO is made of, in cents; `owed` at its last day (or the day up to which it is read)."""

    span: Span
    sales: int
    owed: int
    days: int


def count_back(months: Sequence[Month], at: int) -> int | None:
    """Give the days sales outstanding at the end of a month, by counting back; None while nothing was ever sold.

    What is owed is taken off the month's own sales, then off those of the month before, and so on: a month whose sales
    are used up counts all its days, the last one its days x what is left / its sales, half-up. Where what is owed is
    more than everything sold, all days since the first sale count.
    """
    left, days = months[at].owed, 0
    if left <= 0:
        return 0 if any(each.sales > 0 for each in months[: at + 1]) else None
    for month in reversed(months[: at + 1]):
        if left <= month.sales:
            return days + div_half_up(month.days * left, month.sales)
        days += month.days
        left -= max(0, month.sales)
    return days


def simple(months: Sequence[Month], at: int, span: int = 3) -> int | None:
    """Give what is owed over the sales of the last three months, times their days, half-up; None without sales."""
    seen = months[max(0, at - span + 1) : at + 1]
    sales = sum(each.sales for each in seen)
    return None if sales <= 0 else div_half_up(max(0, months[at].owed) * sum(each.days for each in seen), sales)


def months_of(desk: Desk, last: date) -> list[Month]:
    """Give each month from the first invoice on, up to the month of a day (cut at that day)."""
    made: list[Month] = []
    found = list(desk.view(DEALS).rows("credit", sort_from="", sort_to=last.isoformat()))
    if not found:
        return made
    first = date.fromisoformat(found[0].sort)
    owed, rows = 0, iter(found)
    row = next(rows, None)
    for span in spans(first, last, "month"):
        sales = 0
        while row is not None and row.sort <= span.last:
            sales += row.body["asked"] - row.body["credited"]
            owed += row.body["asked"] - row.body["credited"] - row.body["settled"]
            row = next(rows, None)
        days = (date.fromisoformat(span.last) - date.fromisoformat(span.first)).days + 1
        made.append(Month(span, sales, owed, days))
    return made


_DSO_COLUMNS: Final = (
    Column("period", "code", Words("Mois", "Month")),
    Column("owed_cents", "cents", Words("Dû par les clients en fin de mois", "Owed by customers at month end")),
    Column("sales_cents", "cents", Words("Facturé TTC, net des acomptes et avoirs", "Invoiced with VAT, net")),
    Column("dso_days", "days", Words("DSO (épuisement)", "DSO (count-back)")),
    Column("simple_days", "days", Words("DSO simple (3 mois)", "Simple DSO (3 months)")),
    Column("change_days", "days", Words("Écart sur le mois précédent", "Change on the month before")),
    Column("mean_3_days", "days", Words("Moyenne mobile (3 mois)", "Moving mean (3 months)")),
)


def _dso(desk: Desk, asked: Asked) -> Table:
    first, last = bounds(desk, asked)
    months = months_of(desk, min(last, desk.today))
    values = [count_back(months, at) for at in range(len(months))]
    rows: list[dict[str, Any]] = []
    for at, month in enumerate(months):
        if month.span.last < first.isoformat():
            continue
        value = values[at]
        row: dict[str, Any] = {
            "key": month.span.label,
            "seq": 0,
            "period": month.span.label,
            "owed_cents": month.owed,
            "sales_cents": month.sales,
        }
        before = values[at - 1] if at else None
        recent = [each for each in values[max(0, at - 2) : at + 1] if each is not None]
        other = simple(months, at)
        row |= {} if value is None else {"dso_days": value}
        row |= {} if other is None else {"simple_days": other}
        row |= {} if value is None or before is None else {"change_days": value - before}
        row |= {"mean_3_days": div_half_up(sum(recent), len(recent))} if recent else {}
        rows.append(row)
    rows = _with_seq(desk, rows, months)
    return finish(
        DSO,
        desk,
        title=Words("Délai moyen de paiement des clients (DSO)", "Days sales outstanding (DSO)"),
        columns=_DSO_COLUMNS,
        rows=tuple(rows),
        totals={},
        notes=(
            Words(
                "Épuisement : ce qui est dû est imputé sur les mois les plus récents. Simple : dû ÷ facturé des trois "
                "derniers mois × leurs jours. Les acomptes, payés avant la facture, n'y comptent pas.",
                "Count-back: what is owed is set against the latest months. Simple: owed ÷ invoiced in the last three "
                "months × their days. Deposits, paid before the invoice, do not count.",
            ),
        ),
        chart=Chart(
            "line",
            "days",
            tuple(row["period"] for row in rows),
            (
                Series(Words("DSO", "DSO"), tuple(row.get("dso_days", 0) for row in rows)),
                Series(Words("Moyenne sur 3 mois", "3-month mean"), tuple(row.get("mean_3_days", 0) for row in rows)),
            ),
        ),
    )


def _with_seq(desk: Desk, rows: list[dict[str, Any]], months: Sequence[Month]) -> list[dict[str, Any]]:
    last_seq: dict[str, int] = {}
    seq = 0
    found = iter(desk.view(DEALS).rows("credit", sort_from="", sort_to="9"))
    row = next(found, None)
    for month in months:
        while row is not None and row.sort <= month.span.last:
            seq = max(seq, row.seq)
            row = next(found, None)
        last_seq[month.span.label] = seq
    return [{**each, "seq": last_seq[each["key"]]} for each in rows]


_OVER: Final = {"change_days": 2, "mean_3_days": 3}
"""Columns that are made of the DSO of several months, this one and those before."""


def _moves(desk: Desk, asked: Asked, key: str, column: str) -> Mapping[int, int] | None:
    """Give the entries behind a month's figure; what is owed leaves out invoices that were closed by then."""
    if len(key) != 7:
        return None
    _, upto = bounds(desk, asked)
    start = date.fromisoformat(f"{key}-01")
    if column in _OVER:  # all may be paid by now: what it is made of then stands in the months before
        several: dict[int, int] = {}
        for back in range(_OVER[column]):
            several |= _moves(desk, asked, months_after(start, -back).isoformat()[:7], "dso_days") or {}
        return several
    last = min(month_end(start), upto, desk.today).isoformat()
    view = desk.view(DEALS)
    if column == "sales_cents":
        found = view.rows("move", sort_from=start.isoformat(), sort_to=last)
        signs = {"asked": 1, "credited": -1}
        return {int(row.key): signs[row.body["what"]] * row.body["cents"] for row in found if row.body["what"] in signs}
    by_invoice: dict[str, dict[int, int]] = {}
    for row in view.rows("move", sort_from="", sort_to=last):
        cents = row.body["cents"] if row.body["what"] == "asked" else -row.body["cents"]
        by_invoice.setdefault(row.body["invoice"], {})[int(row.key)] = cents
    owed = {seq: cents for each in by_invoice.values() if sum(each.values()) for seq, cents in each.items()}
    if column == "owed_cents":
        return owed
    first = months_after(start, -2).isoformat() if column == "simple_days" else start.isoformat()
    recent = {
        int(row.key): 0 for row in view.rows("move", sort_from=first, sort_to=last) if row.body["what"] != "settled"
    }
    return {**recent, **owed}


def _explain_dso(desk: Desk, asked: Asked, key: str, column: str) -> Iterable[int]:
    return sorted(_moves(desk, asked, key, column) or ())


def _dso_shares(desk: Desk, asked: Asked, key: str, column: str) -> Mapping[int, int] | None:
    return _moves(desk, asked, key, column) if column in ("owed_cents", "sales_cents") else None


DSO: Final = Report(
    name="dso",
    question=Words("En combien de jours les clients paient-ils ?", "In how many days do customers pay?"),
    parameters=(FROM, TO),
    uses=(DEALS,),
    make=_dso,
    explain=_explain_dso,
    shares=_dso_shares,
)
"""Days sales outstanding by month, with its trend."""

# ---- late deposits

_LATE_COLUMNS: Final = (
    Column("period", "code", Words("Mois d'échéance", "Month due")),
    Column("due", "count", Words("Acomptes échus", "Deposits due"), total=True),
    Column("on_time", "count", Words("Payés à temps", "Paid in time"), total=True),
    Column("late", "count", Words("Payés en retard", "Paid late"), total=True),
    Column("unpaid", "count", Words("Impayés", "Unpaid"), total=True),
    Column("late_share_bp", "bp", Words("Part en retard", "Share late")),
    Column("late_days", "days", Words("Retard médian", "Median delay")),
    Column("amount_cents", "cents", Words("Montant échu", "Amount due"), total=True),
    Column("late_cents", "cents", Words("Montant en retard ou impayé", "Amount late or unpaid"), total=True),
)
_LATE: Final = {
    "due": ("on_time", "late", "unpaid"),
    "on_time": ("on_time",),
    "late": ("late",),
    "unpaid": ("unpaid",),
    "late_share_bp": ("on_time", "late", "unpaid"),
    "late_days": ("late",),
    "amount_cents": ("on_time", "late", "unpaid"),
    "late_cents": ("late", "unpaid"),
}


def timing(body: Body, today: str) -> str | None:
    """Say how a deposit was paid: `on_time`, `late`, `unpaid`; None while it is not due, or was taken back in time."""
    paid_on, due_on = body.get("paid_on"), body["due_on"]
    if paid_on is not None:
        return "on_time" if paid_on <= due_on else "late"
    if due_on >= today or ("ended" in body and body["ended"] <= due_on):
        return None
    return "unpaid"


def _deposits(desk: Desk, span: Span) -> Iterator[tuple[str, Body]]:
    today = desk.today.isoformat()
    for row in desk.view(DEALS).rows("deposit", sort_from=span.first, sort_to=span.last):
        found = timing(row.body, today)
        if found is not None:
            yield found, row.body


def _late(desk: Desk, asked: Asked) -> Table:
    first, last = bounds(desk, asked)
    rows: list[dict[str, Any]] = []
    for span in spans(first, last, "month"):
        found = list(_deposits(desk, span))
        counts = {name: sum(each == name for each, _ in found) for name in ("on_time", "late", "unpaid")}
        row: dict[str, Any] = {
            "key": span.label,
            "seq": max((body["seqs"][-1] for _, body in found), default=0),
            "period": span.label,
            "due": len(found),
            **counts,
            "amount_cents": sum(body["amount"] for _, body in found),
            "late_cents": sum(body["amount"] for each, body in found if each != "on_time"),
        }
        if found:
            row["late_share_bp"] = div_half_up((counts["late"] + counts["unpaid"]) * _WHOLE, len(found))
        delays = sorted(
            (date.fromisoformat(body["paid_on"]) - date.fromisoformat(body["due_on"])).days
            for each, body in found
            if each == "late"
        )
        if delays:
            row["late_days"] = nearest_rank(delays, 50)
        rows.append(row)
    totals = {column.name: sum(row[column.name] for row in rows) for column in _LATE_COLUMNS if column.total}
    if totals["due"]:
        totals["late_share_bp"] = div_half_up((totals["late"] + totals["unpaid"]) * _WHOLE, totals["due"])
    return finish(
        LATE_DEPOSITS,
        desk,
        title=Words("Acomptes et arrhes en retard", "Late deposits"),
        columns=_LATE_COLUMNS,
        rows=tuple(rows),
        totals=totals,
        notes=(
            Words(
                "Un acompte compte dans le mois de son échéance, une fois échu ou payé ; une demande reprise à temps "
                "n'y est pas.",
                "A deposit counts in the month it is due, once due or paid; a request taken back in time is not in it.",
            ),
        ),
        chart=Chart(
            "stacked",
            "count",
            tuple(row["period"] for row in rows),
            tuple(
                Series(words, tuple(row[name] for row in rows))
                for name, words in (
                    ("on_time", Words("À temps", "In time")),
                    ("late", Words("En retard", "Late")),
                    ("unpaid", Words("Impayés", "Unpaid")),
                )
            ),
        ),
    )


def _explain_late(desk: Desk, asked: Asked, key: str, column: str) -> Iterable[int]:
    first, last = bounds(desk, asked)
    chosen = [each for each in spans(first, last, "month") if key in (each.label, "total")]
    wanted = _LATE.get(column, ())
    return sorted(
        {seq for span in chosen for each, body in _deposits(desk, span) if each in wanted for seq in body["seqs"]}
    )


LATE_DEPOSITS: Final = Report(
    name="late-deposits",
    question=Words("Quelle part des acomptes arrive en retard ?", "What share of deposits comes late?"),
    parameters=(FROM, TO),
    uses=(DEALS,),
    make=_late,
    explain=_explain_late,
)
"""Deposits by month due: in time, late, unpaid."""
