"""What goes out by the day: reminders in the morning, the digest to the business at its hour."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from api.messages.digest import digest_of
from api.messages.envelope import Recipient
from api.messages.facts import Teller, business_facts
from api.messages.post import Post
from api.messages.queueing import Queueing
from api.messages.recipients import business_language
from api.messages.reminding import due_step
from api.messages.wants import Paper, Want
from api.settings import Settings
from ledger.domain.events.parties import ReminderPolicySet, ReminderStep
from ledger.domain.refusals import Refusal
from ledger.domain.streams.deposit import DEPOSIT
from ledger.domain.streams.invoice import INVOICE
from ledger.domain.streams.reminder import REMINDER
from ledger.kernel.entry import parse_at
from ledger.shell.closing import days_of
from ledger.shell.errors import StreamPurged
from ledger.shell.service import Service
from projections.business.documents import DOCUMENT, DUE
from projections.engine.contract import View
from projections.engine.engine import Engine

MORNING: Final = 9
"""The hour, in the ledger's zone, from which reminders go out."""
_LOOK_SECONDS: Final = 300
"""How often a ledger at rest is looked at: an hour may have struck."""
_LAST: Final = "\uffff"


@dataclass(frozen=True, slots=True)
class _Policy:
    about: str
    steps: tuple[ReminderStep, ...]
    set_on: date


@dataclass(frozen=True, slots=True)
class _Open:
    """One document on which something is expected."""

    about: str
    kind: str  # quote | deposit | invoice
    due_on: date
    issued_on: date


class Daily:
    """Reminders and the digest of every ledger of a service."""

    def __init__(
        self,
        service: Service,
        settings: Settings,
        post: Post,
        queueing: Queueing,
        engine: Engine,
        clock: Callable[[], datetime],
    ) -> None:
        """Read what is open from `engine`, queue with `queueing` and `post`."""
        self._service = service
        self._settings = settings
        self._post = post
        self._queueing = queueing
        self._engine = engine
        self._clock = clock
        self._outbox = service.store.side().outbox()
        self._looked: dict[str, tuple[int, int]] = {}  # by ledger: its head and the time at the last look
        self._reminded: dict[str, tuple[date, int]] = {}  # by ledger: the day, and how many policies were set then

    def run(self, ledger: str, still: Callable[[], bool]) -> None:
        """Do what the day asks for, once; cheap when there is nothing to do."""
        head = self._service.store.head(ledger)
        seen = head.seq if head is not None else 0, int(self._clock().timestamp()) // _LOOK_SECONDS
        if self._looked.get(ledger) == seen or not still():
            return
        register = self._service.register(ledger)
        if register.clock == "simulated" or register.closed:
            return
        now = self._clock()
        local = now.astimezone(ZoneInfo(register.time_zone))
        today = days_of(register).of(now)
        if local.hour >= MORNING:
            self._remind(ledger, today, still)
        self._digest(ledger, local, still)
        if still():
            self._looked[ledger] = seen

    # ---- reminders

    def _remind(self, ledger: str, today: date, still: Callable[[], bool]) -> None:
        policies = self._policies(ledger)
        done = today, len(policies) and hash(tuple(policies))
        if self._reminded.get(ledger) == done or not any(one.steps for one in policies):
            return
        for policy in policies:
            for one in self._open(ledger, policy, today):
                if not still():
                    return
                try:
                    self._one(ledger, policy, one, today)
                except StreamPurged:
                    continue  # nothing can be said of it any more
        self._reminded[ledger] = done

    def _policies(self, ledger: str) -> list[_Policy]:
        days = days_of(self._service.register(ledger))
        found: dict[str, _Policy] = {}
        for entry in self._service.stream(ledger, "issuer:self"):
            if isinstance(entry.record, ReminderPolicySet):
                set_on = days.of(parse_at(entry.at))
                found[entry.record.about] = _Policy(entry.record.about, entry.record.steps, set_on)
        return [found[about] for about in sorted(found)]

    def _open(self, ledger: str, policy: _Policy, today: date) -> list[_Open]:
        if not policy.steps:
            return []
        last = (today - timedelta(days=min(step.days for step in policy.steps))).isoformat()
        with self._engine.fresh(ledger, ("documents",)) as views:
            return list(_rows(views["documents"], policy.about, last))

    def _one(self, ledger: str, policy: _Policy, one: _Open, today: date) -> None:
        state = self._service.state(ledger, REMINDER, one.about)
        sent = state.steps if state is not None else ()
        rank = due_step(policy.steps, one.due_on, today, set_on=policy.set_on, issued_on=one.issued_on, sent=sent)
        if rank is None or not self._may(ledger, one, today):
            return
        step = policy.steps[rank - 1]
        teller = Teller(self._service, ledger, "fr")
        if not teller.person(one.about, one.kind).agrees:
            return
        papers = () if one.kind == "quote" else (_paper(one),)
        link: Any = "sign" if one.kind == "quote" else "pay"
        want = Want(f"reminder_{one.kind}_{step.tone}", f"reminder:{one.about}:{rank}:{one.due_on}", "client",
                    one.about, one.kind, link=link, papers=papers)  # fmt: skip
        then = {"about": one.about, "about_kind": one.kind, "step": rank, "tone": step.tone}
        queued = self._queueing.queue(ledger, want, then=then)
        if queued.messages and step.to == "client_and_observers":
            copy = replace(want, template="observer_copy", whom="observers", link="observe", news="reminded")
            self._queueing.queue(ledger, copy)

    def _may(self, ledger: str, one: _Open, today: date) -> bool:
        """Tell whether asking makes sense now; `reminder.record` decides, this only spares entries."""
        if one.kind == "deposit":
            deposit = self._service.state(ledger, DEPOSIT, one.about)
            return (
                deposit is not None
                and bool(deposit.to_pay_cents)
                and today.isoformat() >= (deposit.asked.payable_from or "")
            )
        if one.kind == "invoice":
            invoice = self._service.state(ledger, INVOICE, one.about)
            return invoice is not None and not invoice.disputed and bool(invoice.open_cents)
        return today <= one.due_on

    # ---- the digest

    def _digest(self, ledger: str, local: datetime, still: Callable[[], bool]) -> None:
        settings = self._outbox.settings(ledger)
        day = local.date().isoformat()
        if settings.digest_hour < 0 or local.hour < settings.digest_hour or settings.digest_on >= day or not still():
            return
        head = self._service.store.head(ledger)
        if head is None:
            return
        first = not settings.digest_on  # what was before the first one is no news
        facts = business_facts(self._service, ledger)
        language = business_language(self._service, ledger, facts["business_email"])
        since = settings.digest_seq
        told = None if first else digest_of(self._service, self._engine, ledger, since, head.seq, day, language)
        if told is not None and facts["business_email"]:
            outcome = self._post.send(
                ledger, "digest", occasion=f"digest:{day}",
                to=Recipient(facts["business_email"], facts["business_name"], language, "issuer"),
                facts={"title": told.title, "summary": told.text, "link": f"{self._settings.link_base}/"},
            )  # fmt: skip
            if isinstance(outcome, Refusal) and outcome.code != "MESSAGE_OCCASION_TAKEN":
                return
        kept = replace(settings, digest_on=day, digest_seq=head.seq, revision=settings.revision + 1)
        self._outbox.put_settings(kept, settings.revision)


def _rows(view: View, about: str, last: str) -> Iterator[_Open]:
    """Give what is open and falls due up to a day."""
    if about == "quote":
        for row in view.rows(DOCUMENT, sort_from="quote/open/", sort_to=f"quote/open/{_LAST}"):
            if row.body["valid_until"] <= last:
                yield _of(row.key, "quote", row.body["valid_until"], row.body["issued_on"])
        return
    kind = "deposit_request" if about == "deposit" else "invoice"
    for due in view.rows(DUE, sort_from=f"{kind}/", sort_to=f"{kind}/{last}/{_LAST}"):
        row_of = view.get(DOCUMENT, due.key)
        if row_of is not None:
            yield _of(due.key, about, row_of.body["due_on"], row_of.body["issued_on"])


def _of(stream: str, kind: str, due_on: str, issued_on: str) -> _Open:
    about = stream.partition(":")[2]
    return _Open(about, kind, date.fromisoformat(due_on), date.fromisoformat(issued_on))


def _paper(one: _Open) -> Paper:
    return Paper("deposit_request" if one.kind == "deposit" else "invoice", one.about)
