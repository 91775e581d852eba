"""From entries to rows: one function for each type of event that has a table of its own; the rest is the journal.

A row is the text of its line. Codes, references, days and ids go into it as they are: their patterns
(`ledger.domain.types`) let nothing in that a cell would need quotation marks or a guard for. Each entry is parsed once
at most, and not at all for the journal, which shows it as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from orjson import loads

from archive.sealed.tables import columns
from archive.sealed.tables.cells import Moments, cents, decimal, flag, share, text
from ledger.shell.store import Row

Body = Mapping[str, Any]
Rows = dict[str, list[str]]

_ACTOR_AT: Final = b'"actor":"'
_BODY_AT: Final = b'","body":'
_SALT_AT: Final = b',"salt":"'


Place = tuple[int, str, str, str, str]
"""seq, fingerprint, local time, id of the stream, actor: a bare tuple, as one is made for every entry."""


class Book:
    """The rows of the clear tables, gathered until they are taken out of `rows`, by the table's name."""

    def __init__(self, zone: str) -> None:
        self.rows: Rows = {table.name: [] for table in columns.CLEAR}
        self._journal = self.rows[columns.JOURNAL.name]
        self._moment = Moments(zone)

    def enter(self, chunk: Sequence[Row]) -> None:
        """Add the rows of stored entries."""
        rows, journal, moment, makers = self.rows, self._journal.append, self._moment, MAKERS.get
        for seq, fingerprint, stream, _, type_, line in chunk:
            # docs/spec/entry.md: the prefix has one byte shape, and no member around the body holds a quotation mark.
            at = moment(line[16:32])
            start = line.index(_ACTOR_AT, 165) + len(_ACTOR_AT)
            stop = line.index(b'"', start)
            actor, body = line[start:stop].decode(), line[stop + len(_BODY_AT) : line.rindex(_SALT_AT)]
            maker = makers(type_)
            if maker is None:
                shown = body.decode().replace('"', '""')
                family = type_[: type_.index(".")]
                journal(f'{seq};{fingerprint};{at};{family};{type_};{stream};{actor};"{shown}"\r\n')
            else:
                maker(rows, (seq, fingerprint, at, stream[stream.index(":") + 1 :], actor), loads(body))


Maker = Callable[[Rows, Place, Body], None]


def _document(
    rows: Rows,
    place: Place,
    body: Body,
    kind: str,
    *,
    sign: int = 1,
    refers_to: str = "",
    totals: Body | None = None,
    gross: int | None = None,
) -> None:
    seq, fingerprint, at, document, actor = place
    net = vat = None
    if totals is not None:
        net, vat, gross = (sign * totals[name] for name in ("net_cents", "vat_cents", "gross_cents"))
    get = body.get
    due, number, issued_on = get("due_cents"), text(get("number")), get("issued_on", "")
    cells = (
        str(seq), fingerprint, at, document, kind, get("type_code", ""), number, get("series", ""), str(get("n", "")),
        str(get("document_version", "")), text(issued_on), text(get("till")), get("customer", ""),
        get("customer_kind", ""), text(refers_to), get("quote", ""), get("currency", ""), cents(net), cents(vat),
        cents(gross), cents(due), get("due_on", ""), actor,
    )  # fmt: skip
    rows["documents"].append(";".join(cells) + "\r\n")
    if get("lines"):
        _lines(rows["lines"], document, number, body, sign)
    for row in get("vat", ()):
        rows["vat"].append(
            f"{document};{number};{kind};{issued_on};{row['category']};{share(row['rate_bp'])};"
            f"{text(row.get('exemption'))};{cents(sign * row['base_cents'])};{cents(sign * row['vat_cents'])};"
            f"{cents(sign * row['goods_base_cents'])};{cents(sign * row['goods_vat_cents'])}\r\n"
        )


def _lines(rows: list[str], document: str, number: str, body: Body, sign: int) -> None:
    basis = body.get("basis", "")
    for rank, line in enumerate(body["lines"], 1):
        discount = line.get("discount") or {}
        quantity = decimal(line["quantity"])
        if sign < 0:
            quantity = quantity[1:] if quantity.startswith("-") else f"-{quantity}"
        rows.append(
            f"{document};{number};{rank};{text(line.get('item'))};{line['nature']};{quantity};{line['unit']};"
            f"{decimal(line['unit_price'])};{basis};{share(discount.get('share_bp'))};"
            f"{cents(discount.get('amount_cents'))};{cents(sign * line['net_cents'])};{line['category']};"
            f"{share(line['rate_bp'])};{text(line.get('exemption'))};{line.get('choice', '')}\r\n"
        )


def _invoice(rows: Rows, place: Place, body: Body) -> None:
    kind = body["kind"]
    numbers = " ".join(each["number"] for each in body.get("preceding", ()))
    name = "invoice" if kind == "ordinary" else f"invoice_{kind}"
    _document(rows, place, body, name, refers_to=numbers or body.get("deposit", ""), totals=body["totals"])


def _credit_note(rows: Rows, place: Place, body: Body) -> None:
    numbers = " ".join(each["number"] for each in body["preceding"])
    _document(rows, place, body, "credit_note", sign=-1, refers_to=numbers, totals=body["totals"])


def _quote(rows: Rows, place: Place, body: Body) -> None:
    _document(rows, place, body, "quote", refers_to=body.get("amends", ""), totals=body["totals"])


def _request(rows: Rows, place: Place, body: Body) -> None:
    _document(rows, place, body, "deposit_request", refers_to=body["reference"], gross=body["amount_cents"])


def _receipt(rows: Rows, place: Place, body: Body) -> None:
    _document(rows, place, body, "receipt", refers_to=body["payment"], gross=body["amount_cents"])


def _note(rows: Rows, place: Place, body: Body) -> None:
    _document(rows, place, body, "note", refers_to=body.get("invoice", ""), totals=body["totals"])


def _imported(rows: Rows, place: Place, body: Body) -> None:
    _document(rows, place, {**body, "number": body["reference"]}, f"imported_{body['kind']}", totals=body)


def _received(rows: Rows, place: Place, body: Body) -> None:
    seq, fingerprint, at, payment, actor = place
    get, on, means, currency = body.get, body["received_on"], body["means"], body["currency"]
    customer, reference, provider = get("customer", ""), get("reference"), get("provider")
    if reference or provider:
        references = f"{reference or ''};{provider or ''};{get('provider_reference', '')}"
    else:
        references = ";;"
    left = get("unallocated_cents")
    rows["payments"].append(
        f"{seq};{fingerprint};{at};received;{payment};{on};{means};{currency};{cents(body['amount_cents'])};"
        f"{cents(left) if left else '0,00'};;;{customer};{body['till']};;{references};{actor}\r\n"
    )
    allocations = get("allocations")
    if allocations:
        _allocated(rows, place, "allocation", 1, body, allocations, on)


def _payment(
    place: Place, fact: str, on: str, means: str, currency: str, amount: str, body: Body, about: str = ";"
) -> str:
    """Make the row of another fact than money received; `about` is two cells."""
    seq, fingerprint, at, payment, actor = place
    get = body.get
    return (
        f"{seq};{fingerprint};{at};{fact};{payment};{on};{means};{currency};{amount};;{about};"
        f"{get('customer', '')};{get('till', '')};{get('cause', '')};{get('reference', '')};"
        f"{get('provider', '')};{get('provider_reference', '')};{actor}\r\n"
    )


_NOTHING: Final[Body] = {}


def _allocated(
    rows: Rows, place: Place, fact: str, sign: int, body: Body, allocations: list[Body], on: str = ""
) -> None:
    means, currency = body.get("means", ""), body.get("currency", "")
    for each in allocations:
        about = f"{each['about_kind']};{each['about']}"
        amount = cents(sign * each["amount_cents"])
        rows["payments"].append(_payment(place, fact, on, means, currency, amount, _NOTHING, about))


def _announced(rows: Rows, place: Place, body: Body) -> None:
    about = f"{body.get('about_kind', '')};{body.get('about', '')}"
    amount = cents(body["amount_cents"])
    rows["payments"].append(
        _payment(place, "announced", body["announced_on"], body["means"], body["currency"], amount, body, about)
    )


def _moved(rows: Rows, place: Place, body: Body) -> None:
    _allocated(rows, place, "allocation", 1, _NOTHING, body.get("allocations", []))
    _allocated(rows, place, "freed", -1, _NOTHING, body.get("freed", []))


def _reversed(rows: Rows, place: Place, body: Body) -> None:
    amount = cents(-body["amount_cents"])
    rows["payments"].append(_payment(place, "reversed", body["reversed_on"], "", "", amount, body))
    _allocated(rows, place, "freed", -1, _NOTHING, body.get("freed", []), body["reversed_on"])


def _failed(rows: Rows, place: Place, body: Body) -> None:
    rows["payments"].append(_payment(place, "failed", "", "", "", "", body))


def _means(rows: Rows, place: Place, body: Body) -> None:
    rows["payments"].append(_payment(place, "means_corrected", "", body["means"], "", "", body))


def _refund(rows: Rows, place: Place, body: Body) -> None:
    about = f"{body.get('about_kind', '')};{body.get('about', '')}"
    amount = cents(-body["amount_cents"])
    rows["payments"].append(
        _payment(place, "refund", body["paid_on"], body["means"], body["currency"], amount, body, about)
    )


def _freed(rows: Rows, place: Place, body: Body) -> None:
    _allocated(rows, place, "freed", -1, _NOTHING, body.get("freed", []))


def _closure(rows: Rows, place: Place, body: Body) -> None:
    seq, fingerprint, at, _, _ = place
    span = f"{body['period']};{body['from_on']};{body['to_on']}"
    rows["closures"].append(
        f"{seq};{fingerprint};{at};{body['period']};{body['rank']};{body['from_on']};{body['to_on']};"
        f"{body['first_seq']};{body['last_seq']};{body['entries']};{body['currency']};{body['invoices']};"
        f"{body['credit_notes']};{cents(body['net_cents'])};{cents(body['vat_cents'])};{cents(body['gross_cents'])};"
        f"{cents(body['absolute_cents'])};{cents(body['year_gross_cents'])};{cents(body['perpetual_cents'])};"
        f"{cents(body['perpetual_absolute_cents'])};{body['head']};{body['root']};{flag(body['automatic'])};"
        f"{flag(body['training'])}\r\n"
    )
    details = rows["closure_totals"]
    for rate in body["rates"]:
        key = f"{rate['category']} {share(rate['rate_bp'])}"
        base, vat = cents(rate["base_cents"]), cents(rate["vat_cents"])
        details.append(f"{seq};{span};rate;{key};;;;{base};{vat};;\r\n")
    for means in body["means"]:
        key = " ".join((means["means"], means.get("currency", ""))).rstrip()
        received, refunded, back = (cents(means[f"{name}_cents"]) for name in ("received", "refunded", "reversed"))
        details.append(f"{seq};{span};means;{key};;;;{received};;{refunded};{back}\r\n")
    for name, amount in sorted(body["advances"].items()):
        details.append(f"{seq};{span};advances;{name.removesuffix('_cents')};;;;{cents(amount)};;;\r\n")
    for series in body["series"]:
        ends = f"{text(series['first'])};{text(series['last'])}"
        details.append(f"{seq};{span};series;{series['series']};{ends};{series['count']};;;;\r\n")


MAKERS: Final[Mapping[str, Maker]] = {
    "invoice.issued/1": _invoice,
    "credit_note.issued/1": _credit_note,
    "quote.issued/1": _quote,
    "quote.revised/1": _quote,
    "deposit.requested/1": _request,
    "receipt.issued/1": _receipt,
    "note.issued/1": _note,
    "history.document_imported/1": _imported,
    "payment.received/1": _received,
    "payment.announced/1": _announced,
    "payment.allocated/1": _moved,
    "payment.reversed/1": _reversed,
    "payment.failed/1": _failed,
    "payment.means_corrected/1": _means,
    "payment.refunded/1": _freed,
    "refund.paid/1": _refund,
    "period.closed/1": _closure,
}
"""How each type becomes rows; every other type stands in the journal."""
