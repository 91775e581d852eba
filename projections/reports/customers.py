"""Who are my customers, and where does the account of each stand? And one customer's account, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from projections.business.customers import CUSTOMER as CUSTOMER_TABLE
from projections.business.customers import MOVE, SUM_OF
from projections.engine.contract import Row
from projections.reports.common import (
    CUSTOMER,
    FROM,
    LAST,
    NAME,
    NUMBER,
    SEQ,
    TO,
    beginning,
    finish,
)
from projections.reports.contract import Asked, Chart, Column, Desk, Parameter, Report, Series, Table, Words

_SUMS: Final = ("invoiced_cents", "credited_cents", "received_cents", "given_back_cents")

_COLUMNS: Final = (
    NAME,
    Column("kind", "code", Words("Nature", "Kind")),
    Column("country", "text", Words("Pays", "Country")),
    Column("risk", "code", Words("Risque", "Risk")),
    Column("since_on", "day", Words("Depuis", "Since")),
    Column("invoiced_cents", "cents", Words("Facturé", "Invoiced"), total=True),
    Column("credited_cents", "cents", Words("Avoirs", "Credited"), total=True),
    Column("received_cents", "cents", Words("Reçu", "Received"), total=True),
    Column("given_back_cents", "cents", Words("Rendu", "Given back"), total=True),
    Column("balance_cents", "cents", Words("Solde dû", "Balance owed"), total=True),
    Column("last_on", "day", Words("Dernier mouvement", "Last move")),
    CUSTOMER,
)


def _customers(desk: Desk, asked: Asked) -> Iterator[dict[str, Any]]:
    for row in desk.view("customers").rows(CUSTOMER_TABLE):
        body = row.body
        if asked.get("kind") not in (None, body.get("kind")):
            continue
        if asked["owing"] == "true" and body.get("balance_cents", 0) <= 0:
            continue
        out = {"key": row.key, "seq": row.seq, "customer": row.key, "name": desk.name_of(row.key)}
        out |= {each.name: body[each.name] for each in _COLUMNS if each.name in body}
        yield {name: value for name, value in out.items() if value is not None}


def _make(desk: Desk, asked: Asked) -> Table:
    rows = sorted(_customers(desk, asked), key=_largest)
    return finish(CUSTOMERS, desk, _COLUMNS, rows, chart=_chart(rows))


def _largest(row: Mapping[str, Any]) -> tuple[int, str]:
    return -row.get("invoiced_cents", 0), row["key"]


def _chart(rows: Iterable[Mapping[str, Any]]) -> Chart | None:
    """Draw what each kind of customer was invoiced: no name stands in a picture."""
    sums: dict[str, int] = {}
    for row in rows:
        kind = row.get("kind", "consumer")
        sums[kind] = sums.get(kind, 0) + row.get("invoiced_cents", 0) - row.get("credited_cents", 0)
    labels = tuple(sorted(sums))
    series = (Series(Words("Facturé moins avoirs", "Invoiced less credits"), tuple(sums[one] for one in labels)),)
    return Chart("bars", "cents", labels, series) if any(sums.values()) else None


def _moves(desk: Desk, customer: str) -> Iterator[Row]:
    first, last = beginning(f"{customer}/")
    return desk.view("customers").rows(MOVE, first=first, last=last)


def _shares(desk: Desk, _: Asked, key: str, column: str) -> Mapping[int, int] | None:
    if column != "balance_cents" and column not in _SUMS:
        return None
    found: dict[int, int] = {}
    for row in _moves(desk, key):
        cents = row.body["cents"]
        if column != "balance_cents":
            name, sign = SUM_OF.get(row.body["what"], ("", 0))
            if name != column:
                continue
            cents *= sign
        found[row.seq] = found.get(row.seq, 0) + cents
    return found


def _explain(desk: Desk, asked: Asked, key: str, column: str) -> Iterable[int]:
    shares = _shares(desk, asked, key, column)
    if shares is None:
        return [entry.seq for entry in desk.trail(f"customer:{key}")]
    return list(shares)


CUSTOMERS: Final = Report(
    name="customers",
    question=Words(
        "Qui sont mes clients, et où en est chaque compte ?", "Who are my customers, and how do their accounts stand?"
    ),
    parameters=(
        Parameter("kind", "code", Words("nature", "kind"), choices=("consumer", "business", "public")),
        Parameter("owing", "flag", Words("ceux qui doivent seulement", "only those who owe"), default="false"),
    ),
    uses=("customers",),
    make=_make,
    explain=_explain,
    shares=_shares,
)  # fmt: skip
"""Customers and their balances."""


# --- one account

_LINES: Final = (
    Column("on", "day", Words("Date", "Date")),
    Column("what", "code", Words("Opération", "Operation")),
    NUMBER,
    Column("reference", "text", Words("Référence", "Reference")),
    Column("means", "code", Words("Moyen", "Means")),
    Column("debit_cents", "cents", Words("Débit", "Debit"), total=True),
    Column("credit_cents", "cents", Words("Crédit", "Credit"), total=True),
    Column("balance_cents", "cents", Words("Solde", "Balance")),
    SEQ,
)

OPENING: Final = "opening"
"""The key of the line that carries forward what came before the first day asked for."""


def _in_order(desk: Desk, customer: str, last: str) -> Iterator[Row]:
    """Give the lines of an account by day, and within a day in the order of the entries."""
    return desk.view("customers").rows(MOVE, sort_from=f"{customer}/", sort_to=f"{customer}/{last}")


def _statement(desk: Desk, asked: Asked) -> Table:
    customer, first = asked["customer"], asked.get("from", "")
    balance, rows = 0, []
    before: Row | None = None
    for row in _in_order(desk, customer, asked.get("to", LAST)):
        body = row.body
        balance += body["cents"]
        if body["on"] < first:
            before = row
            rows = [{"key": OPENING, "seq": row.seq, "on": first, "what": OPENING, "balance_cents": balance}]
            continue
        rows.append(_line(row, balance))
    debit = sum(row.get("debit_cents", 0) for row in rows)
    credit = sum(row.get("credit_cents", 0) for row in rows)
    notes = [] if before is None else [_FORWARD]
    totals = {"debit_cents": debit, "credit_cents": credit, "balance_cents": balance}
    title = Words("Compte d'un client", "One customer's account")
    name = desk.name_of(customer)
    if name is not None:
        title = Words(f"Compte de {name}", f"Account of {name}")
    return finish(STATEMENT, desk, _LINES, rows, title=title, totals=totals, notes=notes, chart=_balances(rows))


_FORWARD: Final = Words(
    "La première ligne reporte le solde des jours d'avant.", "The first line carries the balance of the days before."
)


def _line(row: Row, balance: int) -> dict[str, Any]:
    body = row.body
    out: dict[str, Any] = {"key": row.key.partition("/")[2], "balance_cents": balance, "seq": row.seq}
    out |= {name: body[name] for name in ("on", "what", "number", "reference", "means", "document") if name in body}
    cents = body["cents"]
    out["debit_cents" if cents > 0 else "credit_cents"] = abs(cents)
    return out


def _balances(rows: Iterable[Mapping[str, Any]]) -> Chart | None:
    days: dict[str, int] = {row["on"]: row["balance_cents"] for row in rows}
    if not days:
        return None
    return Chart("line", "cents", tuple(days), (Series(Words("Solde", "Balance"), tuple(days.values())),))


def _statement_shares(desk: Desk, asked: Asked, key: str, column: str) -> Mapping[int, int] | None:
    """Give one line's own entry, or for a balance every line up to it."""
    if column not in ("debit_cents", "credit_cents", "balance_cents"):
        return None
    customer = asked["customer"]
    found: dict[int, int] = {}
    for row in _in_order(desk, customer, asked.get("to", LAST)):
        own, cents = row.key.partition("/")[2], row.body["cents"]
        if key == OPENING and row.body["on"] >= asked.get("from", ""):
            break
        if column == "balance_cents":
            found[row.seq] = found.get(row.seq, 0) + cents
        elif own == key:
            return {row.seq: abs(cents)}
        if own == key:
            break
    return dict(sorted(found.items()))


def _statement_explain(desk: Desk, asked: Asked, key: str, column: str) -> Iterable[int]:
    shares = _statement_shares(desk, asked, key, column)
    if shares is not None:
        return list(shares)
    row = desk.view("customers").get(MOVE, f"{asked['customer']}/{key}")
    return [] if row is None else [row.seq]


STATEMENT: Final = Report(
    name="statement",
    question=Words(
        "Qu'a-t-on demandé à ce client, qu'a-t-il payé, que doit-il ?",
        "What was this customer asked for, what did they pay, what do they owe?",
    ),
    parameters=(
        Parameter("customer", "id", Words("identifiant du client", "customer's id"), required=True),
        FROM,
        TO,
    ),
    uses=("customers",),
    make=_statement,
    explain=_statement_explain,
    shares=_statement_shares,
)  # fmt: skip
"""One customer's account."""
