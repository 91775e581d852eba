"""The business's day in a few lines: what happened since the last digest, what is late, what needs somebody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from api.messages.facts import Teller
from api.messages.recipients import BUSINESS_LANGUAGE
from ledger.domain.events.deposits import DepositRequested
from ledger.domain.events.messages import CommentAdded, MessageFailed
from ledger.domain.events.payments import ChargebackOpened, PaymentReceived, PaymentReversed
from ledger.domain.events.quotes import QuoteDeclined, QuoteSigned, QuoteWithdrawn
from ledger.shell.service import Service
from projections.business.documents import DOCUMENT, DUE
from projections.business.next_due import TASK
from projections.engine.engine import Engine

_TYPES: Final = tuple(
    one.TYPE
    for one in (
        QuoteSigned, QuoteDeclined, QuoteWithdrawn, PaymentReceived, PaymentReversed, ChargebackOpened, MessageFailed,
        CommentAdded, DepositRequested,
    )
)  # fmt: skip
_MOST_NAMED: Final = 10
_LAST: Final = "\uffff"


@dataclass(frozen=True, slots=True)
class Told:
    """A digest: a title in a few words, and its lines."""

    title: str
    text: str


@dataclass(slots=True)
class _Day:
    signed: list[str] = field(default_factory=list)
    declined: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    paid_count: int = 0
    paid_cents: dict[str, int] = field(default_factory=dict)
    reversed_count: int = 0
    failed: int = 0
    questions: int = 0


def digest_of(service: Service, engine: Engine, ledger: str, after: int, upto: int, day: str) -> Told | None:
    """Tell what happened after one entry and up to another; None when there is nothing to tell.

    Args:
        service: whose ledger.
        engine: what is late, and which tasks are open.
        ledger: its id.
        after: the last entry that a digest told of.
        upto: the last entry to tell of.
        day: today: what fell due before it and is not paid is late.
    """
    teller = Teller(service, ledger, BUSINESS_LANGUAGE)
    happened = _happened(service, ledger, after, upto)
    late_count, late_cents, newly = _late(engine, ledger, day)
    tasks = _tasks(engine, ledger)
    news = _news(happened, teller)
    if not news and not newly:
        return None
    lines = [*news]
    if late_count:
        lines.append(f"En retard : {_count(late_count, 'document')}, {teller.money(late_cents)} à recevoir")
    if tasks:
        lines.append(f"Ce qui vous attend : {_count(tasks, 'tâche')} dans votre bureau")
    title = _title(happened, newly)
    return Told(title, "\n".join(f"- {line}" for line in lines))


def _happened(service: Service, ledger: str, after: int, upto: int) -> _Day:
    found = _Day()
    teller = Teller(service, ledger, BUSINESS_LANGUAGE)
    for entry in service.entries(ledger, after, upto, types=_TYPES):
        about, event = entry.originator_id.partition(":")[2], entry.record
        match event:
            case QuoteSigned():
                found.signed.append(_named(teller, about))
            case QuoteDeclined():
                found.declined.append(_named(teller, about))
            case QuoteWithdrawn():
                found.withdrawn.append(_named(teller, about))
            case PaymentReceived():
                found.paid_count += 1
                found.paid_cents[event.currency] = found.paid_cents.get(event.currency, 0) + event.amount_cents
            case PaymentReversed() | ChargebackOpened():
                found.reversed_count += 1
            case MessageFailed(final=True, cause=cause) if cause not in ("not_due", "expired"):
                found.failed += 1
            case CommentAdded(by="client" | "observer"):
                found.questions += 1
    return found


def _named(teller: Teller, quote: str) -> str:
    told = teller.tell(quote, "quote")
    if told is None:
        return ""
    who = told.facts.get("customer_name", "")
    return f"{told.facts['number']}{f' ({who})' if who else ''}"


def _news(day: _Day, teller: Teller) -> list[str]:
    lines: list[str] = []
    for one, many, found in (
        ("Devis signé", "Devis signés", day.signed),
        ("Devis refusé", "Devis refusés", day.declined),
        ("Rétractation", "Rétractations", day.withdrawn),
    ):
        if found:
            lines.append(f"{one if len(found) == 1 else many} : {_listed(found)}")
    if day.paid_count:
        amounts = " et ".join(teller.money(cents, currency) for currency, cents in sorted(day.paid_cents.items()))
        lines.append(f"Reçu : {amounts} ({_count(day.paid_count, 'paiement')})")
    if day.reversed_count:
        lines.append(f"Paiements rejetés ou contestés : {day.reversed_count}")
    if day.questions:
        lines.append(f"Questions et commentaires : {day.questions}")
    if day.failed:
        lines.append(f"Messages qui ne sont pas arrivés : {day.failed} (les adresses sont à vérifier)")
    return lines


def _listed(found: Sequence[str]) -> str:
    named = ", ".join(found[:_MOST_NAMED])
    return named if len(found) <= _MOST_NAMED else f"{named} et {len(found) - _MOST_NAMED} de plus"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' if number > 1 else ''}"


def _title(day: _Day, newly: int) -> str:
    said = []
    if day.signed:
        said.append(f"{len(day.signed)} signé{'s' if len(day.signed) > 1 else ''}")
    if day.paid_count:
        said.append(_count(day.paid_count, "paiement"))
    if newly:
        said.append(f"{newly} en retard")
    if day.failed:
        said.append(f"{day.failed} non remis")
    return ", ".join(said) or "du nouveau"


def _late(engine: Engine, ledger: str, day: str) -> tuple[int, int, int]:
    """Count what is late, its cents, and how many fell due yesterday."""
    yesterday = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    count = cents = newly = 0
    with engine.fresh(ledger, ("documents",)) as views:
        view = views["documents"]
        for kind in ("deposit_request", "invoice"):
            for due in view.rows(DUE, sort_from=f"{kind}/", sort_to=f"{kind}/{yesterday}/{_LAST}"):
                row = view.get(DOCUMENT, due.key)
                if row is not None:
                    count += 1
                    cents += row.body["open_cents"]
                    newly += row.body.get("due_on") == yesterday
    return count, cents, newly


def _tasks(engine: Engine, ledger: str) -> int:
    with engine.fresh(ledger, ("next-due",)) as views:
        return sum(1 for _ in views["next-due"].rows(TASK))
