"""The business's day in a few lines: what happened since the last digest, what is late, what needs somebody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from api.messages.facts import Teller
from ledger.domain.events.deposits import DepositRequested
from ledger.domain.events.messages import CommentAdded, MessageFailed
from ledger.domain.events.payments import ChargebackOpened, PaymentReceived, PaymentReversed
from ledger.domain.events.quotes import QuoteDeclined, QuoteSigned, QuoteWithdrawn
from ledger.shell.service import Service
from projections.business.documents import DOCUMENT, DUE
from projections.business.next_due import TASK
from projections.documents.paper import Language
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


@dataclass(frozen=True, slots=True)
class _Words:
    """A digest's words in one language; pairs are for one and for several."""

    signed: tuple[str, str]
    declined: tuple[str, str]
    withdrawn: tuple[str, str]
    received: str
    reversed: str
    questions: str
    failed: str
    failed_why: str
    late: str
    to_come: str
    waits: str
    desk: str
    more: str
    payment: tuple[str, str]
    document: tuple[str, str]
    task: tuple[str, str]
    title_signed: tuple[str, str]
    title_late: str
    title_failed: str
    title_other: str
    joined: str
    colon: str


_WORDS: Final[Mapping[Language, _Words]] = {
    "fr": _Words(
        signed=("Devis signé", "Devis signés"), declined=("Devis refusé", "Devis refusés"),
        withdrawn=("Rétractation", "Rétractations"), received="Reçu", reversed="Paiements rejetés ou contestés",
        questions="Questions et commentaires", failed="Messages qui ne sont pas arrivés",
        failed_why="les adresses sont à vérifier", late="En retard", to_come="à recevoir", waits="Ce qui vous attend",
        desk="dans votre bureau", more="et {count} de plus", payment=("paiement", "paiements"),
        document=("document", "documents"), task=("tâche", "tâches"), title_signed=("signé", "signés"),
        title_late="en retard", title_failed="non remis", title_other="du nouveau", joined=" et ", colon=" :",
    ),
    "en": _Words(
        signed=("Quote signed", "Quotes signed"), declined=("Quote declined", "Quotes declined"),
        withdrawn=("Withdrawal", "Withdrawals"), received="Received", reversed="Payments returned or contested",
        questions="Questions and comments", failed="Messages that did not arrive",
        failed_why="their addresses need a look", late="Late", to_come="to receive", waits="What waits for you",
        desk="at your desk", more="and {count} more", payment=("payment", "payments"),
        document=("document", "documents"), task=("task", "tasks"), title_signed=("signed", "signed"),
        title_late="late", title_failed="not delivered", title_other="some news", joined=" and ", colon=":",
    ),
}  # fmt: skip


def digest_of(
    service: Service, engine: Engine, ledger: str, after: int, upto: int, day: str, language: Language
) -> Told | None:
    """Tell what happened after one entry and up to another; None when there is nothing to tell.

    Args:
        service: whose ledger.
        engine: what is late, and which tasks are open.
        ledger: its id.
        after: the last entry that a digest told of.
        upto: the last entry to tell of.
        day: today: what fell due before it and is not paid is late.
        language: in which it is read.
    """
    teller, words = Teller(service, ledger, language), _WORDS[language]
    happened = _happened(service, ledger, after, upto, teller)
    late_count, late_cents, newly = _late(engine, ledger, day)
    tasks = _tasks(engine, ledger)
    news = _news(happened, teller, words)
    if not news and not newly:
        return None
    lines = [*news]
    if late_count:
        count = _count(late_count, words.document)
        lines.append(f"{words.late}{words.colon} {count}, {teller.money(late_cents)} {words.to_come}")
    if tasks:
        lines.append(f"{words.waits}{words.colon} {_count(tasks, words.task)} {words.desk}")
    title = _title(happened, newly, words)
    return Told(title, "\n".join(f"- {line}" for line in lines))


def _happened(service: Service, ledger: str, after: int, upto: int, teller: Teller) -> _Day:
    found = _Day()
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


def _news(day: _Day, teller: Teller, words: _Words) -> list[str]:
    lines: list[str] = []
    for said, found in ((words.signed, day.signed), (words.declined, day.declined), (words.withdrawn, day.withdrawn)):
        if found:
            lines.append(f"{said[min(len(found), 2) - 1]}{words.colon} {_listed(found, words)}")
    if day.paid_count:
        amounts = words.joined.join(teller.money(cents, currency) for currency, cents in sorted(day.paid_cents.items()))
        lines.append(f"{words.received}{words.colon} {amounts} ({_count(day.paid_count, words.payment)})")
    if day.reversed_count:
        lines.append(f"{words.reversed}{words.colon} {day.reversed_count}")
    if day.questions:
        lines.append(f"{words.questions}{words.colon} {day.questions}")
    if day.failed:
        lines.append(f"{words.failed}{words.colon} {day.failed} ({words.failed_why})")
    return lines


def _listed(found: Sequence[str], words: _Words) -> str:
    named = ", ".join(found[:_MOST_NAMED])
    more = len(found) - _MOST_NAMED
    return named if more <= 0 else f"{named} {words.more.format(count=more)}"


def _count(number: int, word: tuple[str, str]) -> str:
    return f"{number} {word[number > 1]}"


def _title(day: _Day, newly: int, words: _Words) -> str:
    said = []
    if day.signed:
        said.append(_count(len(day.signed), words.title_signed))
    if day.paid_count:
        said.append(_count(day.paid_count, words.payment))
    if newly:
        said.append(f"{newly} {words.title_late}")
    if day.failed:
        said.append(f"{day.failed} {words.title_failed}")
    return ", ".join(said) or words.title_other


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
