"""The XML of a report, as the State's schema (XSD 3.2) wants it: no namespace, every element in its order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby

from lxml import etree

from ledger.domain.regimes.fr.ereporting import Flow
from ledger.domain.streams.export import TypeCode
from ledger.kernel.frozen import frozen
from projections.ereporting.payments import PaymentLine
from projections.ereporting.transactions import TransactionLine

PLATFORM_SCHEME = "0238"
"""TT-7: the sender is an approved platform, named by its four characters."""
PREVIEW = "APERCU"
"""Ends the identifier of a report that is only looked at; its name (TT-2) says so too."""
SIREN_SCHEME = "0002"
"""TT-12: the issuer is named by its SIREN."""


@frozen
class Sender:
    """The approved platform that transmits (TG-3): its number of four characters, and its name."""

    number: str
    name: str


@frozen
class Issuer:
    """The firm that reports (TG-5)."""

    siren: str
    name: str


@frozen
class Head:
    """What stands above the figures: which report, of what, by whom, made when (in the ledger's zone)."""

    flow: Flow
    type_code: TypeCode
    n: int
    from_on: date
    to_on: date
    sender: Sender
    issuer: Issuer
    made_at: datetime
    preview: bool = False

    @property
    def identifier(self) -> str:
        """TT-1: `<SIREN>-10-3-<first day>-<last day>-<n>`, where n counts the period's transmissions (G1.104)."""
        span = f"{self.from_on:%Y%m%d}-{self.to_on:%Y%m%d}"
        made = f"{self.issuer.siren}-{self.flow.replace('.', '-')}-{span}-{self.n:03d}"
        return f"{made}-{PREVIEW}" if self.preview else made


def transactions_xml(head: Head, lines: Sequence[TransactionLine]) -> bytes:
    """Write 10.3: the same head and lines give the same bytes."""
    root, body = _report(head, "TransactionsReport")
    for line in lines:
        one = etree.SubElement(body, "Transactions")
        _add(one, "Date", _day(line.on))
        _add(one, "TransactionsCurrency", line.currency)
        _add(one, "CategoryCode", line.category)
        _add(one, "TaxExclusiveAmount", euros(line.base_cents))
        _add(one, "TaxTotal", euros(line.vat_cents))
        _add(one, "TransactionsCount", str(line.documents))
        for rate in line.rates:
            sub = etree.SubElement(one, "TaxSubtotal")
            _add(sub, "TaxPercent", percent(rate.rate_bp))
            _add(sub, "TaxableAmount", euros(rate.base_cents))
            _add(sub, "TaxTotal", euros(rate.vat_cents))
    return _written(root)


def payments_xml(head: Head, lines: Sequence[PaymentLine]) -> bytes:
    """Write 10.4: the same head and lines give the same bytes; lines come in order of day and rate."""
    root, body = _report(head, "PaymentsReport")
    for on, rates in groupby(lines, key=lambda line: line.on):
        payment = etree.SubElement(etree.SubElement(body, "Transactions"), "Payment")
        _add(payment, "Date", _day(on))
        for line in rates:
            sub = etree.SubElement(payment, "SubTotals")
            _add(sub, "TaxPercent", percent(line.rate_bp))
            _add(sub, "CurrencyCode", "EUR")
            _add(sub, "Amount", euros(line.cents))
    return _written(root)


def euros(cents: int) -> str:
    """Write cents as euros: a point, two decimals, no thousands separator (G1.14, G1.16)."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02d}"


def percent(rate_bp: int) -> str:
    """Write a rate as a percentage: `20`, `5.5` (G1.24)."""
    whole, rest = divmod(rate_bp, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") if rest else str(whole)


def _report(head: Head, name: str) -> tuple[etree._Element, etree._Element]:
    root = etree.Element("Report")
    document = etree.SubElement(root, "ReportDocument")
    _add(document, "Id", head.identifier)
    if head.preview:
        _add(document, "Name", "APERÇU - NE PAS TRANSMETTRE")
    _add(etree.SubElement(document, "IssueDateTime"), "DateTimeString", f"{head.made_at:%Y%m%d%H%M%S}")
    _add(document, "TypeCode", head.type_code)
    _party(document, "Sender", PLATFORM_SCHEME, head.sender.number, head.sender.name, "WK")
    _party(document, "Issuer", SIREN_SCHEME, head.issuer.siren, head.issuer.name, "SE")
    body = etree.SubElement(root, name)
    period = etree.SubElement(body, "ReportPeriod")
    _add(period, "StartDate", f"{head.from_on:%Y%m%d}")
    _add(period, "EndDate", f"{head.to_on:%Y%m%d}")
    return root, body


def _party(document: etree._Element, element: str, scheme: str, identifier: str, name: str, role: str) -> None:
    party = etree.SubElement(document, element)
    _add(party, "Id", identifier).set("schemeId", scheme)
    _add(party, "Name", name)
    _add(party, "RoleCode", role)


def _add(parent: etree._Element, name: str, text: str) -> etree._Element:
    made = etree.SubElement(parent, name)
    made.text = text
    return made


def _day(on: str) -> str:
    return on.replace("-", "")


def _written(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
