"""Bank statements against a ledger: what each line may be, and recording what is certain or chosen.

Reading writes nothing. What is recorded goes by the ordinary commands: `payment.record` under an id made from the line,
`payment.reverse` for a return, and `statement.import` for the file. docs/projections/bank.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from api.reports import StoreDesk
from ledger.domain.commands.payments import ImportStatement, RecordPayment, ReversePayment
from ledger.domain.events.common import Party
from ledger.domain.events.payments import Allocation, ProviderPaidOut, ProviderPayoutReturned
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.payment import PAYMENT
from ledger.shell.calls import Answer
from ledger.shell.service import Service
from projections.bank.camt import BankLine, StatementFile, read
from projections.bank.matching import SEEN_DAYS, Known, OpenItem, Proposal, match, payment_id
from projections.bank.projection import PAYMENTS, known_around, known_by_reference
from projections.business.documents import DOCUMENT, DOCUMENTS, sort_of
from projections.engine.contract import View
from projections.engine.engine import Engine

NameOf = Callable[[str], str | None]
"""Gives a customer's name by id, where it is at hand."""

OPEN: Final = (
    ("invoice", "open"),
    ("invoice", "part_paid"),
    ("deposit_request", "requested"),
    ("deposit_request", "partly_paid"),
)
"""Documents that money may be for, by kind and state."""

_FIT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/+:-]{0,63}")  # a reference of ours


@dataclass(frozen=True, slots=True)
class Reading:
    """A file and what each of its lines may be."""

    file: StatementFile
    proposals: tuple[Proposal, ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of one line: the payment recorded or reversed, or the refusal."""

    rank: int
    payment: str | None = None
    reversed_payment: str | None = None
    flags: tuple[str, ...] = ()
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """A file, what each line was taken for, and what was recorded of it."""

    reading: Reading
    recorded: tuple[Recorded, ...]
    statement: str | None  # id of the statement's stream; None where nothing new was to be told


class Bank:
    """Statements against the ledgers of one service."""

    def __init__(self, service: Service, engine: Engine) -> None:
        """Work on the service's ledgers, with rows of `engine`."""
        self._service = service
        self._engine = engine

    def read(self, ledger: str, data: bytes, chosen: Mapping[int, str] | None = None) -> Reading | Refusal:
        """Propose for each line of a file; `chosen` are a person's choices, the document's number by the line's rank.

        Raises:
            StatementUnreadable: the file.
        """
        file = read(data)
        ranks = {line.rank for line in file.lines}
        for rank in chosen or {}:
            if rank not in ranks:
                return refuse("STATEMENT_LINE_UNKNOWN", "/choose", line=rank)
        with self._engine.fresh(ledger, [DOCUMENTS.name, PAYMENTS.name]) as views:
            desk = StoreDesk(self._service, self._service.find(ledger), views)
            items = list(_items(views[DOCUMENTS.name], desk.name_of, desk.facts.currency))
            known = list(_known(views[PAYMENTS.name], file))
        recorded = self._recorded(ledger, file.lines)
        try:
            proposals = match(ledger, file.lines, items, recorded, known, chosen, self._payouts(ledger))
        except LookupError as unknown:
            return refuse("STATEMENT_CHOICE_NOT_OPEN", "/choose", number=str(unknown.args[0]))
        return Reading(file, proposals)

    def apply(
        self,
        ledger: str,
        data: bytes,
        *,
        actor: str,
        likely: bool = False,
        chosen: Mapping[int, str] | None = None,
    ) -> Applied | Refusal:
        """Record what is certain or chosen (with `likely`, also what is likely), and that the file was read.

        Raises:
            StatementUnreadable: the file; nothing of it was recorded.
        """
        reading = self.read(ledger, data, chosen)
        if isinstance(reading, Refusal):
            return reading
        recorded = tuple(
            self._record(ledger, each, reading.file.digest, actor)
            for each in reading.proposals
            if each.verdict == "certain" or (each.verdict == "likely" and likely) or each.returns is not None
        )
        return Applied(reading, recorded, self._tell(ledger, reading, recorded, actor))

    def _payouts(self, ledger: str) -> tuple[Known, ...]:
        """Read what payment providers paid out, drew, or had back: its net amount is what the bank's line says."""
        found = []
        for event in self._service.entries(ledger, types=[ProviderPaidOut.TYPE, ProviderPayoutReturned.TYPE]):
            told = event.record
            if isinstance(told, ProviderPaidOut):
                net = told.gross_cents - told.fee_cents
                found.append(Known("", net, told.currency, told.paid_on, told.provider_reference))
            elif isinstance(told, ProviderPayoutReturned):
                found.append(Known("", -told.amount_cents, told.currency, told.returned_on, told.provider_reference))
        return tuple(found)

    def _recorded(self, ledger: str, lines: tuple[BankLine, ...]) -> frozenset[str]:
        """Find the lines that the ledger holds already, by the streams that their payments would have."""
        ids = [payment_id(ledger, line) for line in lines]
        found: set[str] = set()
        for start in range(0, len(ids), 500):
            streams = [PAYMENT.stream(each) for each in ids[start : start + 500]]
            found |= {stream.partition(":")[2] for stream in self._service.store.versions(ledger, streams)}
        returns = {f"bank-return/{each}": each for each in ids}
        found |= {returns[key] for key in self._service.store.operations(ledger, list(returns))}
        return frozenset(found)

    def _record(self, ledger: str, told: Proposal, digest: str, actor: str) -> Recorded:
        line = told.line
        if told.returns is not None:
            back = ReversePayment(
                payment=told.returns,
                cause="rejected" if line.means == "direct_debit" else "unpaid",
                amount_cents=line.amount_cents,
                reversed_on=line.day,
                reference=_reference(line),
            )
            outcome = self._service.execute(ledger, back, key=f"bank-return/{told.payment}", actor=actor)
            if isinstance(outcome, Refusal):
                return Recorded(line.rank, refusal=outcome)
            return Recorded(line.rank, reversed_payment=told.returns)
        command = RecordPayment(
            id=told.payment,
            means=line.means,  # type: ignore[arg-type] # one of the means, by projections/bank/means.py
            amount_cents=line.amount_cents,
            currency=line.currency,
            received_on=line.day,
            allocations=_allocations(told),
            reference=_reference(line),
            statement=digest,
            payer=Party(name=line.payer[:200]) if line.payer else None,
        )
        outcome = self._service.execute(ledger, command, key=f"bank-line/{told.payment}", actor=actor)
        if isinstance(outcome, Refusal):
            return Recorded(line.rank, refusal=outcome)
        return Recorded(line.rank, payment=told.payment, flags=tuple(outcome.result.get("flags", ())))

    def _tell(self, ledger: str, reading: Reading, recorded: tuple[Recorded, ...], actor: str) -> str | None:
        done = {each.rank for each in recorded if each.refusal is None}
        matched = sum(each.verdict == "recorded" or each.line.rank in done for each in reading.proposals)
        left = sum(
            each.line.rank not in done and each.verdict in ("likely", "ambiguous", "unknown", "seen", "returned")
            for each in reading.proposals
        )
        first = reading.file.statements[0]
        days = sorted(day for each in reading.file.statements for day in (each.from_on, each.to_on) if day is not None)
        command = ImportStatement(
            digest=reading.file.digest,
            statement_reference=first.identifier if _FIT.fullmatch(first.identifier) else reading.file.digest[:16],
            entries=len(reading.proposals),
            matched=matched,
            ambiguous=left,
            from_on=days[0] if days else None,
            to_on=days[-1] if days else None,
        )
        outcome = self._service.execute(ledger, command, actor=actor)
        if isinstance(outcome, Answer):
            return str(outcome.result["statement"])
        return None


def _items(view: View, name_of: NameOf, currency: str) -> Iterator[OpenItem]:
    """Give every document that money may be for."""
    for kind, state in OPEN:
        for row in view.rows(DOCUMENT, sort_from=sort_of(kind, state, ""), sort_to=sort_of(kind, state, "~")):
            body = row.body
            customer = body.get("customer")
            yield OpenItem(
                about=row.key.partition(":")[2],
                kind="invoice" if kind == "invoice" else "deposit",
                number=body.get("number", ""),
                references=tuple(body[name] for name in ("reference",) if body.get(name)),
                open_cents=body["open_cents"],
                currency=body.get("currency", currency),
                customer=customer,
                name=name_of(customer) if customer is not None else None,
            )


def _known(view: View, file: StatementFile) -> Iterator[Known]:
    days = {line.day for line in file.lines if line.day is not None and line.credit}
    yield from known_around(view, days, SEEN_DAYS)
    references = {line.end_to_end for line in file.lines if line.returned and line.end_to_end is not None}
    yield from known_by_reference(view, references)


def _allocations(told: Proposal) -> tuple[Allocation, ...]:
    """Put the whole line to its documents: what is over is put to the last, so that the ledger flags it."""
    over = told.line.amount_cents - sum(part.amount_cents for part in told.parts)
    last = len(told.parts) - 1
    return tuple(
        Allocation(
            about=part.about,
            about_kind=part.kind,
            amount_cents=part.amount_cents + (over if place == last else 0),
        )
        for place, part in enumerate(told.parts)
    )


def _reference(line: BankLine) -> str | None:
    """Give the reference that the payment is kept under: the end-to-end id, else the bank's own."""
    return next((each for each in (line.end_to_end, line.bank_reference) if each and _FIT.fullmatch(each)), None)


def as_json(reading: Reading, recorded: tuple[Recorded, ...] = (), *, names: bool = True) -> dict[str, Any]:
    """Give a reading as JSON; texts and payers only with `names`."""
    done = {each.rank: each for each in recorded}
    return {
        "digest": reading.file.digest,
        "schema": "checked" if reading.file.schema_checked else "not_checked",
        "statements": [
            {"message": each.message, "id": each.identifier, "account": each.account[-4:].rjust(len(each.account), "*"),
             "from_on": each.from_on, "to_on": each.to_on, "lines": len(each.lines)}
            for each in reading.file.statements
        ],
        "lines": [_line_as_json(each, done.get(each.line.rank), names=names) for each in reading.proposals],
    }  # fmt: skip


def _line_as_json(told: Proposal, done: Recorded | None, *, names: bool) -> dict[str, Any]:
    line = told.line
    given: dict[str, Any] = {
        "line": line.rank,
        "verdict": told.verdict,
        "why": told.why,
        "amount_cents": line.amount_cents,
        "currency": line.currency,
        "direction": "credit" if line.credit else "debit",
        "value_on": line.day,
        "means": line.means,
        "parts": [
            {"about": part.about, "about_kind": part.kind, "number": part.number, "amount_cents": part.amount_cents}
            for part in told.parts
        ],
        "others": list(told.others),
        "payment": told.payment if told.verdict == "recorded" or (done is not None and done.payment) else None,
        "returns": told.returns,
        "reason": line.reason,
    }
    if names:
        given |= {"payer": line.payer, "texts": list(line.texts), "structured": list(line.structured)}
    if done is not None:
        given["recorded"] = done.refusal is None
        given["flags"] = list(done.flags)
        if done.refusal is not None:
            given["refusal"] = {"code": done.refusal.code, "place": done.refusal.place}
    return {name: value for name, value in given.items() if value is not None}
