"""Make one report: refused with the law where it may not be made, never written where it is not valid."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from typing import Final

from ledger.domain.refusals import Refusal, refuse
from ledger.domain.regimes.fr.ereporting import Flow, ReportPeriod
from ledger.domain.streams.export import TypeCode, export_kind
from ledger.kernel.frozen import frozen
from projections.documents.validation.findings import errors
from projections.ereporting.checking import check_report
from projections.ereporting.due import Figures, Lines, filed_for, in_force
from projections.ereporting.history import Filed
from projections.ereporting.payments import PaymentLine
from projections.ereporting.periods import Situations, period_of
from projections.ereporting.transactions import TransactionLine
from projections.ereporting.xml import Head, Issuer, Sender, payments_xml, transactions_xml

_NUMBER: Final = re.compile(r"[0-9A-Za-z]{4}")


@frozen
class Asked:
    """Which report, by which platform, dated when; `preview` only looks, before the start or within the period too.

    `made_at` is written into the report as it stands: give it in the ledger's own time zone.
    """

    flow: Flow
    from_on: date
    made_at: datetime
    sender: Sender
    preview: bool = False


@frozen
class Firm:
    """What the ledger says of who reports."""

    situations: Situations
    kind: str  # live | training
    currency: str
    issuer: Issuer | None  # None: its name is not at hand
    today: date


@frozen
class Made:
    """A valid report: its bytes, and what `export.made/1` says of it."""

    xml: bytes
    identifier: str
    flow: Flow
    type_code: TypeCode
    period: ReportPeriod
    upto_seq: int
    rows: int
    preview: bool

    @property
    def digest(self) -> str:
        """SHA-256 of the file."""
        return sha256(self.xml).hexdigest()

    @property
    def kind(self) -> str:
        """The kind of export."""
        return export_kind(self.flow, self.type_code)

    @property
    def name(self) -> str:
        """The file's name."""
        return f"{self.identifier}.xml"


def make_report(figures: Figures, firm: Firm, filed: Sequence[Filed], asked: Asked) -> Made | Refusal:
    """Make the report of a period: initial (IN), or rectifying (RE) where one is in force and figures have changed.

    The same entries, files, period and `made_at` give the same bytes.
    """
    if not 2000 <= asked.from_on.year <= 2099:
        return refuse("EREPORT_DAY_UNFIT", "/from_on")
    period = period_of(firm.situations, asked.flow, asked.from_on)
    refused = _refused(firm, period, asked)
    if refused is not None:
        return refused
    files = filed_for(filed, asked.flow, period)
    sent = in_force(files)
    lines = figures.lines(asked.flow, period)
    if sent is not None and not asked.preview and not figures.changed_since(asked.flow, period, sent.upto_seq):
        return refuse("EREPORT_UNCHANGED", "/from_on")
    if not lines and sent is not None:
        lines = _emptied(figures, period, sent)
    if not lines:
        return refuse("EREPORT_NOTHING", "/from_on")
    if firm.currency != "EUR":
        return refuse("EREPORT_CURRENCY", "", currency=firm.currency)
    if firm.issuer is None:
        return refuse("EREPORT_NAME_GONE")
    type_code: TypeCode = "IN" if sent is None else "RE"
    head = Head(
        flow=asked.flow,
        type_code=type_code,
        n=len(files) + 1,
        from_on=period.from_on,
        to_on=period.to_on,
        sender=asked.sender,
        issuer=replace(firm.issuer, name=_printable(firm.issuer.name)),
        made_at=asked.made_at,
        preview=asked.preview,
    )
    xml = _written(head, lines)
    wrong = errors(check_report(xml))
    if wrong:
        return refuse("EREPORT_INVALID", "", rule=wrong[0].rule)
    return Made(
        xml, head.identifier, asked.flow, type_code, period, figures.upto_seq, len(lines), asked.preview
    )  # fmt: skip


def _printable(name: str) -> str:
    """Give a name without what XML cannot hold."""
    return "".join(each if each.isprintable() else " " for each in name).strip()


def _refused(firm: Firm, period: ReportPeriod, asked: Asked) -> Refusal | None:
    name = asked.sender.name
    if _NUMBER.fullmatch(asked.sender.number) is None or not name.strip() or not name.isprintable():
        return refuse("EREPORT_SENDER_UNFIT", "/sender")
    if period.from_on != asked.from_on:
        return refuse(
            "EREPORT_PERIOD_UNKNOWN", "/from_on", from_on=asked.from_on, first_on=period.from_on, last_on=period.to_on
        )
    if asked.preview:
        return None
    if firm.kind != "live":
        return refuse("EREPORT_TRAINING")
    if period.to_on < firm.situations.start_on:
        return refuse("EREPORT_BEFORE_START", "/from_on", start_on=firm.situations.start_on)
    if firm.today <= period.to_on:
        return refuse("EREPORT_PERIOD_OPEN", "/from_on", last_on=period.to_on)
    return None


def _emptied(figures: Figures, period: ReportPeriod, sent: Filed) -> tuple[PaymentLine, ...]:
    """Give what was sent, at 0.00: a report that takes all of it back says so line by line, and is not empty."""
    then = figures.paid(period, sent.upto_seq) if sent.flow == "10.4" else ()
    return tuple(replace(each, cents=0) for each in then)


def _written(head: Head, lines: Lines) -> bytes:
    if head.flow == "10.3":
        return transactions_xml(head, [each for each in lines if isinstance(each, TransactionLine)])
    return payments_xml(head, [each for each in lines if isinstance(each, PaymentLine)])
