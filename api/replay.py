"""Plays a shop's sales file through the real commands, in a training ledger, with the file's clock.

The file has the columns of the UCI "Online Retail" data set. Every line of it ends in exactly one place of the report:
invoiced, credited, or refused with a reason; the three add up to the file's own total, to the cent. Documents are
played under idempotency keys made from the file's digest, so that a replay cut short is taken up where it stopped.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal, Protocol
from zoneinfo import ZoneInfo

from ledger.domain.commands.common import Command, LineInput
from ledger.domain.commands.parties import RegisterCustomer
from ledger.domain.commands.payments import RecordPayment, RefundPayment
from ledger.domain.commands.sales import CreditInvoice, CreditLine, IssueInvoice
from ledger.domain.events.common import Party
from ledger.domain.events.payments import Allocation

COLUMNS = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")
CARRIAGE = frozenset({"POST", "DOT", "C2"})
"""Carriage charged to the customer: part of the price (CGI 267 I 2°), a charge line of its own."""
NOT_SALES = frozenset({"AMAZONFEE", "BANK CHARGES", "B", "CRUK"})
"""The shop's own fees, adjustments and collections: no supply to a customer."""

REASONS: dict[str, str] = {
    "PRICE_ZERO": "price zero: nothing was sold",
    "STOCK_CORRECTION": "negative quantity outside a cancellation: a stock correction",
    "PRICE_NEGATIVE": "negative price: an adjustment of accounts",
    "NOT_A_SALE": "the shop's own fee or adjustment (bank charges, marketplace fee, bad debt)",
    "UNREADABLE": "a number, date or code that cannot be read",
    "AFTER_CLOCK_END": "dated after the declared end of the clock",
    "OUT_OF_ORDER": "dated before a document already played",
    "NO_CUSTOMER": "cancellation without a customer: no original can be told",
    "NO_ORIGINAL": "cancellation of an article that this customer did not buy, or no longer has, in this file",
}


_QUANTITY = re.compile(r"-?[0-9]{1,12}")
_PRICE = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?")
_YEARS = range(1970, 2200)
_LONGEST_CODE = 40


class FileUnreadable(ValueError):  # noqa: N818 - the house names what happened, not "Error"
    """The file cannot be read to its end: mend it or fetch it again; the words say where it breaks off."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file, read but not judged."""

    line: int
    document: str
    item: str
    label: str
    quantity: int
    price: Decimal
    at: datetime
    customer: str
    country: str

    @property
    def amount_cents(self) -> int:
        """Quantity x price in cents; prices of more than two decimals are refused when read."""
        return int(self.quantity * self.price * 100)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the file does not say and the caller declares."""

    currency: str = "EUR"
    basis: Literal["net", "gross"] = "gross"
    rate_bp: int | None = None  # None: the standard rate in force at each date
    clock_end: datetime | None = None
    time_zone: str = "Europe/Paris"


@dataclass(slots=True)
class Tally:
    """A count of lines and their amount."""

    lines: int = 0
    cents: int = 0

    def add(self, cents: int) -> None:
        """Count one line."""
        self.lines += 1
        self.cents += cents


@dataclass(slots=True)
class Report:
    """Where every line of the file went."""

    file_digest: str = ""
    file: Tally = field(default_factory=Tally)
    documents: int = 0
    invoiced: Tally = field(default_factory=Tally)
    credited: Tally = field(default_factory=Tally)
    refused: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    invoices: int = 0
    credit_notes: int = 0
    payments: int = 0
    refunds: int = 0
    customers: int = 0
    documents_refused: int = 0
    split_lines: int = 0
    repeated: int = 0
    ledger_invoiced_cents: int = 0
    ledger_credited_cents: int = 0
    refused_by_ledger: Counter[str] = field(default_factory=Counter)
    closures: Counter[str] = field(default_factory=Counter)

    @property
    def adds_up(self) -> bool:
        """Whether invoiced, credited and refused give the file's total, and the ledger says the same."""
        refused = sum(tally.cents for tally in self.refused.values())
        return (
            self.invoiced.cents + self.credited.cents + refused == self.file.cents
            and self.ledger_invoiced_cents == self.invoiced.cents
            and self.ledger_credited_cents == -self.credited.cents
        )

    def to_json(self) -> dict[str, Any]:
        """Give the report as JSON, amounts in cents."""
        return {
            "ok": self.adds_up,
            "file": {"sha256": self.file_digest, "lines": self.file.lines, "documents": self.documents,
                     "cents": self.file.cents},
            "invoiced": {"documents": self.invoices, "lines": self.invoiced.lines, "cents": self.invoiced.cents,
                         "ledger_cents": self.ledger_invoiced_cents},
            "credited": {"documents": self.credit_notes, "lines": self.credited.lines, "cents": self.credited.cents,
                         "ledger_cents": -self.ledger_credited_cents},
            "refused": {
                code: {"lines": tally.lines, "cents": tally.cents, "words": _reason(code)}
                for code, tally in sorted(self.refused.items())
            },
            "documents_refused": self.documents_refused,
            "lines_split": self.split_lines,
            "payments": self.payments,
            "refunds": self.refunds,
            "customers": self.customers,
            "repeated": self.repeated,
            "closures": dict(sorted(self.closures.items())),
        }  # fmt: skip


def _reason(code: str) -> str:
    return REASONS.get(code, f"refused by the ledger ({code})")


class Player(Protocol):
    """What the replay needs of a ledger: run a command at a moment, under a key."""

    def play(self, command: Command, key: str, at: datetime) -> Played:
        """Run a command; a refusal is part of the answer."""


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a command: its result, or the code it was refused with."""

    result: dict[str, Any] = field(default_factory=dict)
    refused: str | None = None
    repeated: bool = False


@dataclass(slots=True)
class Sold:
    """One invoiced line and what of it is not yet credited."""

    rank: int
    price: Decimal
    quantity: int
    cents: int


@dataclass(slots=True)
class Sale:
    """One played invoice: its lines by article, its payment."""

    invoice: str
    payment: str
    lines: dict[str, list[Sold]]


def read(path: Path, report: Report, zone: ZoneInfo) -> Iterator[Row]:
    """Read the file's rows in order; an unreadable one is counted, not dropped in silence.

    Raises:
        FileUnreadable: the file has not the columns of the data set, or is no CSV or gzip to its end.
    """
    for line, raw in _raw(path):
        report.file.lines += 1
        try:
            row = _row(line, raw, zone)
        except (ValueError, InvalidOperation):
            report.refused["UNREADABLE"].add(0)
            continue
        report.file.cents += row.amount_cents
        yield row


def count(path: Path) -> int:
    """Read the file to its end, and give its number of rows: one that breaks off is found before anything is played.

    Raises:
        FileUnreadable: see `read`.
    """
    return sum(1 for _ in _raw(path))


def _raw(path: Path) -> Iterator[tuple[int, dict[str, str | None]]]:
    opener: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
    line = 1
    try:
        with opener(path, "rt", encoding="utf-8", errors="replace", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise FileUnreadable(f"columns missing: {', '.join(missing)}")
            for raw in reader:
                line = reader.line_num
                yield line, raw
    except csv.Error as fault:
        raise FileUnreadable(f"no CSV after line {line}: {fault}") from None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise FileUnreadable(f"the gzip file is damaged or cut short after line {line}") from None


def _row(line: int, raw: dict[str, str | None], zone: ZoneInfo) -> Row:
    found = [raw[name] for name in COLUMNS]
    document, item, label, quantity, moment, amount, customer, country = (
        text.strip() for text in found if text is not None
    )  # a row with too few columns has too few texts: a ValueError too
    if not _QUANTITY.fullmatch(quantity) or not _PRICE.fullmatch(amount):
        raise ValueError("number")
    price = Decimal(amount)
    if price != price.quantize(Decimal("0.01")):
        raise ValueError("price of more than two decimals")
    at = datetime.strptime(moment, "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone)
    if at.year not in _YEARS:
        raise ValueError("year")
    customer = customer.removesuffix(".0")
    codes = (document, item, customer)
    if not document or not item or not "".join(codes).replace(" ", "").replace("_", "").isalnum():
        raise ValueError("code")
    if max(map(len, codes)) > _LONGEST_CODE:
        raise ValueError("code too long")
    return Row(line, document, item, label[:300] or item, int(quantity), price, at, customer, country)


def documents(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Group the rows of one document; rows of one document follow one another in the file."""
    current: list[Row] = []
    for row in rows:
        if current and row.document != current[0].document:
            yield current
            current = []
        current.append(row)
    if current:
        yield current


def digest_of(path: Path) -> str:
    """Give the SHA-256 of the file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Replay:
    """One run of one file through one ledger."""

    def __init__(self, player: Player, settings: Settings, report: Report) -> None:
        self._player = player
        self._settings = settings
        self._report = report
        self._sales: dict[str, list[Sale]] = defaultdict(list)  # by customer, oldest first
        self._customers: dict[str, str] = {}
        self._last: datetime | None = None

    def run(self, path: Path, progress: Callable[[int], None] = lambda _: None) -> Report:
        """Play the whole file; `progress` is told the number of lines done."""
        self._report.file_digest = digest_of(path)
        for rows in documents(read(path, self._report, ZoneInfo(self._settings.time_zone))):
            self._report.documents += 1
            self._document(rows)
            progress(self._report.file.lines)
        return self._report

    def ends_on(self) -> date | None:
        """Give the day at whose end the clock stops: the declared one, or the last of the month last played."""
        if self._settings.clock_end is not None:
            return self._settings.clock_end.date()
        if self._last is None:
            return None
        last = self._last.date()
        return date(last.year + last.month // 12, last.month % 12 + 1, 1) - timedelta(days=1)

    def _document(self, rows: list[Row]) -> None:
        kept = [row for row in rows if not self._refused(row, self._why_not(row))]
        if kept and kept[0].document.startswith("C"):
            self._cancel(kept)
        elif kept:
            self._sell(kept)
        else:
            self._report.documents_refused += 1

    def _why_not(self, row: Row) -> str | None:
        end = self._settings.clock_end
        if end is not None and row.at > end:
            return "AFTER_CLOCK_END"
        if self._last is not None and row.at < self._last:
            return "OUT_OF_ORDER"
        if row.item in NOT_SALES or (row.document[0].isalpha() and not row.document.startswith("C")):
            return "NOT_A_SALE"
        if row.price < 0:
            return "PRICE_NEGATIVE"
        if row.quantity == 0 or row.price == 0:
            return "STOCK_CORRECTION" if row.quantity < 0 else "PRICE_ZERO"
        if row.document.startswith("C"):
            return "STOCK_CORRECTION" if row.quantity > 0 else "NO_CUSTOMER" if not row.customer else None
        return "STOCK_CORRECTION" if row.quantity < 0 else None

    def _refused(self, row: Row, reason: str | None, cents: int | None = None) -> bool:
        if reason is None:
            return False
        self._report.refused[reason].add(row.amount_cents if cents is None else cents)
        return True

    def _play(self, command: Command, key: str, at: datetime) -> Played:
        played = self._player.play(command, f"replay/{self._report.file_digest[:16]}/{key}", at.astimezone(UTC))
        self._last = at
        self._report.repeated += played.repeated
        return played

    def _customer(self, row: Row) -> str | None:
        if not row.customer:
            return None
        if row.customer not in self._customers:
            party = Party(name=f"Client {row.customer}")
            played = self._play(RegisterCustomer(kind="consumer", party=party), f"customer/{row.customer}", row.at)
            self._customers[row.customer] = played.result["customer"]
            self._report.customers += 1
        return self._customers[row.customer]

    def _sell(self, rows: list[Row]) -> None:
        first = rows[0]
        command = IssueInvoice(
            customer=self._customer(first),
            basis=self._settings.basis,
            channel="distance",
            lines=tuple(self._line(row) for row in rows),
            reference=first.document,
        )
        played = self._play(command, f"invoice/{first.document}", first.at)
        if played.refused is not None:
            self._refuse_document(rows, played.refused)
            return
        cents = sum(row.amount_cents for row in rows)
        gross = int(played.result["gross_cents"])
        self._report.invoices += 1
        for row in rows:
            self._report.invoiced.add(row.amount_cents)
        self._report.ledger_invoiced_cents += gross if self._settings.basis == "gross" else played.result["net_cents"]
        payment = ""
        if gross > 0:
            payment = self._pay(first, played.result["invoice"], gross)
        sold: dict[str, list[Sold]] = defaultdict(list)
        for rank, row in enumerate(rows, start=1):
            sold[row.item].append(Sold(rank, row.price, row.quantity, row.amount_cents))
        if first.customer and cents:
            self._sales[first.customer].append(Sale(played.result["invoice"], payment, sold))

    def _refuse_document(self, rows: list[Row], code: str) -> None:
        self._report.documents_refused += 1
        self._report.refused_by_ledger[code] += 1
        for row in rows:
            self._refused(row, code)

    def _line(self, row: Row) -> LineInput:
        carriage = row.item in CARRIAGE
        return LineInput(
            label=row.label,
            item=row.item.replace(" ", "_"),
            quantity=str(row.quantity),
            unit_price=format(row.price.normalize(), "f"),
            rate_bp=self._settings.rate_bp,
            nature="goods",  # carriage follows what is carried (CGI 267 I 2°)
            purpose="charge" if carriage else "item",
        )

    def _pay(self, row: Row, invoice: str, gross_cents: int) -> str:
        command = RecordPayment(
            means="card",
            amount_cents=gross_cents,
            allocations=(Allocation(about=invoice, about_kind="invoice", amount_cents=gross_cents),),
        )
        played = self._play(command, f"payment/{row.document}", row.at)
        self._report.payments += 1
        return str(played.result["payment"])

    def _cancel(self, rows: list[Row]) -> None:
        """Find for each cancelled line the invoices it undoes, newest first, and credit each of them once."""
        credits: dict[str, tuple[Sale, list[tuple[CreditLine, Row, int]]]] = {}
        for row in rows:
            left = self._match(row, credits)
            if left:
                self._refused(row, "NO_ORIGINAL", -int(left * row.price * 100))
                self._report.split_lines += left != -row.quantity
        if not credits:
            self._report.documents_refused += 1
        for rank, (sale, lines) in enumerate(credits.values(), start=1):
            self._credit(rows[0], rank, sale, lines)

    def _match(self, row: Row, credits: dict[str, tuple[Sale, list[tuple[CreditLine, Row, int]]]]) -> int:
        """Take the cancelled quantity off this customer's purchases of the article; give what found no original."""
        left = -row.quantity
        exact = [(sale, sold) for sale, sold in self._bought(row) if sold.price == row.price]
        other = [(sale, sold) for sale, sold in self._bought(row) if sold.price != row.price]
        for sale, sold in exact + other:
            same = sold.price == row.price
            room = sold.quantity if same else min(sold.quantity, int(Decimal(sold.cents) / (row.price * 100)))
            taken = min(left, room)
            if taken <= 0:
                continue
            cents = int(taken * row.price * 100)
            line = (
                CreditLine(rank=sold.rank, quantity=str(taken)) if same
                else CreditLine(rank=sold.rank, amount_cents=cents)
            )  # fmt: skip
            sold.quantity -= taken
            sold.cents -= cents
            left -= taken
            credits.setdefault(sale.invoice, (sale, []))[1].append((line, row, cents))
            if not left:
                break
        return left

    def _bought(self, row: Row) -> list[tuple[Sale, Sold]]:
        sales = reversed(self._sales[row.customer])
        return [(sale, sold) for sale in sales for sold in sale.lines.get(row.item, ()) if sold.quantity > 0]

    def _credit(self, first: Row, rank: int, sale: Sale, lines: list[tuple[CreditLine, Row, int]]) -> None:
        command = CreditInvoice(
            invoice=sale.invoice,
            cause="return",
            lines=_merged([line for line, _, _ in lines]),
            reference=first.document,
        )
        played = self._play(command, f"credit/{first.document}/{rank}", first.at)
        if played.refused is not None:
            self._report.refused_by_ledger[played.refused] += 1
            for _, row, cents in lines:
                self._refused(row, played.refused, -cents)
            return
        self._report.credit_notes += 1
        for _, _, cents in lines:
            self._report.credited.add(-cents)
        key = "gross_cents" if self._settings.basis == "gross" else "net_cents"
        self._report.ledger_credited_cents += int(played.result[key])
        if played.result["refund_cents"]:
            refund = RefundPayment(
                means="card",
                amount_cents=played.result["refund_cents"],
                payment=sale.payment,
                about=played.result["credit_note"],
                about_kind="credit_note",
            )
            self._play(refund, f"refund/{first.document}/{rank}", first.at)
            self._report.refunds += 1


def _merged(lines: list[CreditLine]) -> tuple[CreditLine, ...]:
    """Put several credits of one invoice line into one, as a credit note names each line once."""
    quantities: dict[int, Decimal] = {}
    amounts: dict[int, int] = {}
    for line in lines:
        if line.quantity is not None:
            quantities[line.rank] = quantities.get(line.rank, Decimal(0)) + Decimal(line.quantity)
        else:
            amounts[line.rank] = amounts.get(line.rank, 0) + (line.amount_cents or 0)
    by_quantity = [CreditLine(rank=rank, quantity=str(total)) for rank, total in sorted(quantities.items())]
    by_amount = [CreditLine(rank=rank, amount_cents=total) for rank, total in sorted(amounts.items())]
    return (*by_quantity, *by_amount)
