"""The *livre des recettes* of small businesses, and takings by activity for their declarations.

What the book must show: BOI-BIC-DECLA-30-30 § 10 to 30 (CGI 50-0 5; C. com. L123-28 and D123-205-1).
docs/projections/takings.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from ledger.domain.regimes.fr.micro import DAILY_TOTALS, RETAIL_CENTS
from projections.business.periods import revenue_spans
from projections.business.spans import EVERY, FROM, TO, Finder, bounds
from projections.business.takings_rows import NAME, PARTS
from projections.engine.contract import Body, Row
from projections.reports.common import finish
from projections.reports.contract import Asked, Chart, Column, Desk, Parameter, Report, Series, Table, Words

_RETAIL: Final = Parameter(
    "retail",
    "code",
    Words("ventes au détail, une à une ou par jour", "retail sales one by one or by day"),
    "detailed",
    choices=("detailed", "daily"),
)

TAKINGS_COLUMNS: Final = (
    Column("received_on", "day", Words("Date d'encaissement", "Received on")),
    Column("document", "text", Words("Référence de la pièce", "Document")),
    Column("client", "text", Words("Client", "Customer")),
    Column("nature", "code", Words("Nature", "Nature")),
    Column("means", "code", Words("Mode de règlement", "Means of payment")),
    Column("cash", "flag", Words("Espèces", "Cash")),
    Column("amount_cents", "cents", Words("Montant encaissé", "Amount received"), total=True),
    Column("sales_cents", "cents", Words("dont ventes", "of which sales"), total=True),
    Column("services_cents", "cents", Words("dont prestations", "of which services"), total=True),
    Column("unassigned_cents", "cents", Words("dont à affecter", "of which unassigned"), total=True),
    Column("what", "code", Words("Mouvement", "Movement")),
    Column("recorded_on", "day", Words("Enregistré le", "Recorded on")),
    Column("count", "count", Words("Opérations", "Operations"), total=True),
)

MANDATORY: Final[Mapping[str, str]] = {
    "received_on": "BOI-BIC-DECLA-30-30 § 20 (suivant leur date d'encaissement)",
    "amount_cents": "BOI-BIC-DECLA-30-30 § 20 ; C. com. art. L123-28 (montant)",
    "client": "C. com. art. L123-28 (origine des recettes)",
    "cash": "BOI-BIC-DECLA-30-30 § 20 (espèces distinguées des autres règlements)",
    "means": "BOI-BIC-DECLA-30-30 § 20",
    "document": "BOI-BIC-DECLA-30-30 § 20 (références des pièces justificatives)",
    "sales_cents": "BOI-BIC-DECLA-30-30 § 30 (ventes et prestations distinctes en cas d'activité mixte)",
    "services_cents": "BOI-BIC-DECLA-30-30 § 30",
    "nature": "BOI-BIC-DECLA-30-30 § 30",
}
"""Columns that the book must have, and by which text."""

RETAIL_SALE: Final = "Vente au détail"
_GROUP: Final = "retail"


def _rows(desk: Desk, asked: Asked) -> Iterator[Row]:
    first, last = bounds(desk, asked)
    for row in desk.view(NAME).rows("taking", sort_from=first.isoformat(), sort_to=last.isoformat()):
        if row.body["own"]:
            yield row


def nature_of(body: Body) -> str:
    """Say in one word what money was for."""
    held = [name for name in ("goods", "services", "unassigned") if body[name]]
    return held[0] if len(held) == 1 else "mixed" if held else "unassigned"


def _is_retail(body: Body) -> bool:
    """Tell whether a taking may be written with others of its day: individuals, at most 76 EUR each."""
    return (
        body["what"] == "received"
        and 0 < body["cents"] <= RETAIL_CENTS
        and body.get("kind", "") == "consumer"
        and nature_of(body) in ("goods", "services")
    )


def _group_of(row: Row) -> str:
    return f"{_GROUP}.{row.body['on']}.{row.body['means']}.{nature_of(row.body)}"


def _takings(desk: Desk, asked: Asked) -> Table:
    daily = asked.get("retail") == "daily"
    made: list[dict[str, Any]] = []
    groups: dict[str, dict[str, Any]] = {}
    names: dict[str, str | None] = {}
    for row in _rows(desk, asked):
        if daily and _is_retail(row.body):
            key = _group_of(row)
            group = groups.get(key)
            line = _line(row, key, RETAIL_SALE)
            if group is None:
                groups[key] = line
                made.append(line)
            else:
                _join(group, line)
        else:
            made.append(_line(row, row.key, _client(desk, row.body, names)))
    made.sort(key=lambda line: (line["received_on"], line["first_seq"]))
    totals = {column.name: sum(line[column.name] for line in made) for column in TAKINGS_COLUMNS if column.total}
    notes = [
        Words(
            "Une ligne par encaissement, à sa date, impayés en moins ; acomptes et arrhes compris. Le total du "
            "trimestre et de l'année : `receipts`.",
            "One line for each receipt, on its day; refunds and unpaid ones as minus; deposits included. Totals by "
            "quarter and year: `receipts`.",
        )
    ]
    if daily:
        notes.append(
            Words(
                f"Ventes au détail à des particuliers jusqu'à 76,00 € : un total par jour ({DAILY_TOTALS}).",
                f"Retail sales to individuals up to EUR 76.00: one total a day ({DAILY_TOTALS}).",
            )
        )
    return finish(
        TAKINGS_BOOK,
        desk,
        title=Words("Livre des recettes", "Book of takings"),
        columns=TAKINGS_COLUMNS,
        rows=tuple(made),
        totals=totals,
        notes=tuple(notes),
    )


def _line(row: Row, key: str, client: str) -> dict[str, Any]:
    body = row.body
    return {
        "key": key,
        "seq": row.seq,
        "first_seq": body["seqs"][0],
        "received_on": body["on"],
        "document": ", ".join(number for _, number in body["documents"] if number) or "",
        "client": client,
        "nature": nature_of(body),
        "means": body["means"],
        "cash": body["means"] == "cash",
        "amount_cents": body["cents"],
        "sales_cents": body["goods"],
        "services_cents": body["services"],
        "unassigned_cents": body["unassigned"],
        "what": body["what"],
        "recorded_on": body["day"],
        "count": 1,
    }


def _join(group: dict[str, Any], line: Mapping[str, Any]) -> None:
    for name in ("amount_cents", "sales_cents", "services_cents", "unassigned_cents", "count"):
        group[name] += line[name]
    group["seq"] = max(group["seq"], line["seq"])
    group["recorded_on"] = max(group["recorded_on"], line["recorded_on"])
    first, last = group["document"].partition(" … ")[0], line["document"]
    group["document"] = f"{first} … {last}" if first and last else first or last


def _client(desk: Desk, body: Body, names: dict[str, str | None]) -> str:
    """Give who paid: the customer's name, its id where the name is gone, or a retail sale."""
    customer = body["customer"]
    if customer is None:
        return RETAIL_SALE
    if customer not in names:
        names[customer] = desk.name_of(customer)
    return names[customer] or str(customer)


def _explain_takings(desk: Desk, asked: Asked, key: str, column: str) -> Iterable[int]:
    del column
    if key.startswith(f"{_GROUP}."):
        on = key.split(".")[1]
        rows = desk.view(NAME).rows("taking", sort_from=on, sort_to=on)
        found = [row for row in rows if row.body["own"] and _is_retail(row.body) and _group_of(row) == key]
    elif key == "total":
        found = list(_rows(desk, asked))
    else:
        row = desk.view(NAME).get("taking", key)
        found = [] if row is None else [row]
    return sorted({seq for row in found for seq in row.body["seqs"]})


TAKINGS_BOOK: Final = Report(
    name="takings",
    question=Words("Quelles recettes, encaissées quand et de qui ?", "Which takings, received when and from whom?"),
    parameters=(FROM, TO, _RETAIL),
    uses=(NAME,),
    make=_takings,
    explain=_explain_takings,
)
"""The *livre des recettes*."""

# ---- by activity

_EVERY: Final = Parameter("every", "code", Words("par période", "period by period"), "quarter", choices=EVERY)
_ACTIVITY: Final = Parameter(
    "services_are", "code", Words("les prestations relèvent des", "services are"), "bic", choices=("bic", "bnc")
)
_RECEIPT_COLUMNS: Final = (
    Column("period", "code", Words("Période", "Period")),
    Column("bic_sales_cents", "cents", Words("Ventes (BIC)", "Sales (BIC)"), total=True),
    Column("bic_services_cents", "cents", Words("Prestations (BIC)", "Services (BIC)"), total=True),
    Column("bnc_cents", "cents", Words("Prestations (BNC)", "Services (BNC)"), total=True),
    Column("unassigned_cents", "cents", Words("À affecter", "Unassigned"), total=True),
    Column("gross_cents", "cents", Words("Encaissé", "Received"), total=True),
    Column("net_sales_cents", "cents", Words("Ventes HT", "Sales without VAT"), total=True),
    Column("net_services_cents", "cents", Words("Prestations HT", "Services without VAT"), total=True),
)
_MEMBERS: Final[Mapping[str, str]] = {
    "bic_sales_cents": "goods",
    "unassigned_cents": "unassigned",
    "net_sales_cents": "net_goods",
    "net_services_cents": "net_services",
}


def _receipts(desk: Desk, asked: Asked) -> Table:
    found = revenue_spans(desk, asked)
    finder = Finder(found)
    cells = [{**dict.fromkeys(PARTS, 0), "seq": 0} for _ in found]
    if found:
        for row in desk.view(NAME).rows("day", sort_from=found[0].first, sort_to=found[-1].last):
            rank = finder.rank(row.sort)
            if rank is not None:
                for name in PARTS:
                    cells[rank][name] += row.body[name]
                cells[rank]["seq"] = max(cells[rank]["seq"], row.seq)
    bnc = asked.get("services_are") == "bnc"
    rows: list[dict[str, Any]] = []
    for span, cell in zip(found, cells, strict=True):
        rows.append(
            {
                "key": span.label,
                "seq": cell["seq"],
                "period": span.label,
                "bic_sales_cents": cell["goods"],
                "bic_services_cents": 0 if bnc else cell["services"],
                "bnc_cents": cell["services"] if bnc else 0,
                "unassigned_cents": cell["unassigned"],
                "gross_cents": cell["goods"] + cell["services"] + cell["unassigned"],
                "net_sales_cents": cell["net_goods"],
                "net_services_cents": cell["net_services"],
            }
        )
    series = (
        Series(Words("Ventes", "Sales"), tuple(cell["goods"] for cell in cells)),
        Series(Words("Prestations", "Services"), tuple(cell["services"] for cell in cells)),
    )
    return finish(
        RECEIPTS,
        desk,
        title=Words("Recettes encaissées par activité", "Takings by activity"),
        columns=_RECEIPT_COLUMNS,
        rows=tuple(rows),
        totals={column.name: sum(row[column.name] for row in rows) for column in _RECEIPT_COLUMNS if column.total},
        notes=(
            Words(
                "Par mois ou trimestre, comme on déclare à l'URSSAF. En franchise, ce qui est encaissé est sans TVA ; "
                "sinon, voyez les colonnes HT. L'argent à affecter n'est d'aucune activité tant qu'il ne solde rien.",
                "By month or quarter, as declared to the URSSAF. Without VAT where the exemption applies; else see the "
                "columns without VAT. Unassigned money is of no activity until it settles something.",
            ),
        ),
        chart=Chart("stacked", "cents", tuple(span.label for span in found), series),
    )


def _receipt_rows(desk: Desk, asked: Asked, key: str, column: str) -> Iterator[tuple[Row, int]]:
    chosen = [each for each in revenue_spans(desk, asked) if key in (each.label, "total")]
    services = "bnc_cents" if asked.get("services_are") == "bnc" else "bic_services_cents"
    for span in chosen:
        for row in desk.view(NAME).rows("taking", sort_from=span.first, sort_to=span.last):
            if not row.body["own"]:
                continue
            if column == "gross_cents":
                cents = row.body["cents"]
            elif column == services:
                cents = row.body["services"]
            else:
                cents = row.body[_MEMBERS[column]] if column in _MEMBERS else 0
            if cents:
                yield row, cents


def _explain_receipts(desk: Desk, asked: Asked, key: str, column: str) -> Iterable[int]:
    return sorted({seq for row, _ in _receipt_rows(desk, asked, key, column) for seq in row.body["seqs"]})


def _receipt_shares(desk: Desk, asked: Asked, key: str, column: str) -> Mapping[int, int] | None:
    shares: dict[int, int] = {}
    for row, cents in _receipt_rows(desk, asked, key, column):
        first = row.body["seqs"][0]
        shares[first] = shares.get(first, 0) + cents
    return dict(sorted(shares.items()))


RECEIPTS: Final = Report(
    name="receipts",
    question=Words(
        "Combien encaissé par activité, pour la déclaration ?", "How much was received by activity, to declare?"
    ),
    parameters=(FROM, TO, _EVERY, _ACTIVITY),
    uses=(NAME,),
    make=_receipts,
    explain=_explain_receipts,
    shares=_receipt_shares,
)
"""Takings by activity and period."""
