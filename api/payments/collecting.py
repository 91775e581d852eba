"""Collecting money online: what can be paid how, a collection begun once, and what became of it recorded.

The order of `begin` is what makes a kill harmless: first we note beside the chain that we will ask (with an id made of
the caller's key), then we ask the provider under that id, then the chain says so, and only then does the customer get
an address. Who was stopped in between is gone on with by the job (`tend`), or by the provider's own message.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Literal

import orjson

from api.payments.accounts import Accounts
from api.payments.present import Present
from api.payments.provider import Asked, Ended, Fact, Notice, Opened, Paid, Provider, ProviderRefused, Waiting
from api.payments.recording import Recorder, made_id
from api.payments.ways import Due, Online, Way, due_of, payable_of, transfer_of
from api.settings import Settings
from api.vault import Vault
from ledger.domain.commands.payments import AnnouncePayment, EndOnlinePayment, OpenOnlinePayment
from ledger.domain.deciders import DECIDERS
from ledger.domain.events.payments import PayableKind, PaymentReceived
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.online_payment import ONLINE_PAYMENT
from ledger.domain.streams.payment import PAYMENT
from ledger.kernel.entry import format_at, parse_at
from ledger.shell.calls import Outcome
from ledger.shell.collections import Collection
from ledger.shell.service import Service

Language = Literal["fr", "en"]
RefundAbout = Literal["deposit", "invoice", "credit_note", "payment"]

LIFE: Final = timedelta(hours=2)
"""How long a customer may take to pay; Stripe allows 30 minutes to 24 hours."""
MARGIN: Final = timedelta(minutes=10)
"""What must be left of it for the same page to be shown again."""
ASKED_FOR: Final = timedelta(minutes=1)
"""How long after we noted that we would ask, somebody else goes on with it."""
OVERLAP: Final = timedelta(hours=1)
"""How far before the last look the provider's messages are asked for again."""

_PURPOSE: Final = "online-collection"
_ADDRESS: Final = re.compile(r"https?://[\x21-\x7e]{1,2000}")
_TRIES: Final = 4
_MISSING: Final = frozenset({"resource_missing", "status-404"})


@dataclass(frozen=True, slots=True)
class Begun:
    """A collection that the customer can pay: send them to `url`. It holds nothing secret, but leads to their page."""

    url: str
    collection: str

    def __repr__(self) -> str:
        return f"Begun({self.collection})"


@dataclass(frozen=True, slots=True)
class _Private:
    """What is kept of a collection under the ledger's key: addresses, which may hold link tokens."""

    return_url: str
    cancel_url: str
    language: Language
    ways: tuple[str, ...]
    url: str = ""

    def __repr__(self) -> str:
        return f"_Private({self.language}, {self.ways})"


class Collecting:
    """Online payments of a service's ledgers. Methods may be called from several threads; each may block for seconds.

    Those that ask a provider raise `ProviderAway` when it does not answer: nothing is lost, and the same may be asked
    again. All raise what `Service.execute` raises.
    """

    def __init__(self, service: Service, settings: Settings, *, accounts: Accounts | None = None) -> None:
        """Collect for the ledgers of `service`."""
        self._service = service
        self._rows = service.store.side().collections()
        self.accounts = accounts or Accounts(service, settings)

    # ---- asking

    def offers(
        self,
        ledger: str,
        about: str | None = None,
        about_kind: PayableKind | None = None,
        amount_cents: int | None = None,
    ) -> tuple[Way, ...]:
        """Give the ways to pay: a provider's page first, then a transfer.

        Args:
            ledger: id.
            about: the document that is to be paid; without one, a transfer has no reference and no code.
            about_kind: what it is.
            amount_cents: a part of what is due; by default all of it.
        """
        online = [Online(each.provider, each.ways, each.test_mode) for each in self.accounts.all(ledger)]
        due = due_of(self._service, ledger, about, about_kind) if about is not None and about_kind else None
        transfer = transfer_of(self._service, ledger, due, amount_cents)
        return (*online, *((transfer,) if transfer is not None else ()))

    def begin(
        self,
        ledger: str,
        about: str,
        about_kind: PayableKind,
        amount_cents: int,
        return_url: str,
        cancel_url: str,
        language: Language,
        key: str,
        actor: str,
        *,
        provider: str = "stripe",
    ) -> Begun | Refusal:
        """Have a provider collect what is due for a document, or a part of it.

        Asked again with the same key, or for the same amount while the page is still open, it gives the same
        collection; one for another amount is ended first.

        Args:
            ledger: id.
            about: a deposit or an invoice.
            about_kind: which of them.
            amount_cents: at most what is due.
            return_url: where the provider sends the customer who has paid.
            cancel_url: where it sends one who gave up.
            language: of the provider's page.
            key: the same for each press of one button; 1 to 200 characters.
            actor: who asks.
            provider: the account to use.

        Raises:
            ProviderAway: it did not answer; ask again with the same key.
        """
        account = self.accounts.one(ledger, provider)
        asking = self.accounts.open(ledger, provider)
        due = due_of(self._service, ledger, about, about_kind)
        if account is None or asking is None:
            return refuse("PROVIDER_UNKNOWN", "")
        refused = self._refused(ledger, about, about_kind, amount_cents, account.test_mode, actor, due)
        if refused is None and not (_ADDRESS.fullmatch(return_url) and _ADDRESS.fullmatch(cancel_url)):
            refused = refuse("MEMBER_INVALID", "/return_url")
        if refused is not None or due is None:
            return refused or refuse("REFERENCE_UNKNOWN", "/about")
        about, about_kind = payable_of(self._service, ledger, about, about_kind)
        collection = made_id("collection", ledger, about, key)
        private = _Private(return_url, cancel_url, language, account.ways)
        now = self._service.clock.now()
        fresh = Collection(
            ledger=ledger,
            collection=collection,
            provider=provider,
            about=about,
            about_kind=about_kind,
            amount_cents=amount_cents,
            currency=due.currency,
            created_at=format_at(now),
            expires_at=format_at(now + LIFE),
            private=self._close(ledger, collection, private),
        )
        return self._begin(fresh, private, asking, actor, due)

    def _begin(self, fresh: Collection, private: _Private, asking: Provider, actor: str, due: Due) -> Begun | Refusal:
        """Find the document's collection, or make it; whoever else does so meanwhile makes the same one."""
        now = self._service.clock.now()
        for attempt in range(_TRIES):
            standing = self._rows.of_document(fresh.ledger, fresh.about)
            if standing is None:
                row = self._place(fresh, attempt)
                if row is None:
                    continue
                return self._ask(row, private, asking, actor, due)
            if standing.state == "waiting":
                return refuse("ONLINE_PAYMENT_UNDER_WAY", "/about")
            held = self._open_private(standing)
            # One press may come twice with addresses made for each; another press keeps its own way back.
            way_back = (held.return_url, held.cancel_url) == (private.return_url, private.cancel_url)
            same = (
                standing.amount_cents == fresh.amount_cents
                and standing.provider == fresh.provider
                and (way_back or standing.collection == fresh.collection)
                and parse_at(standing.expires_at) - now > MARGIN
            )
            if same:
                return self._ask(standing, held, asking, actor, due)
            stopped = self._end(standing, actor)
            if stopped is not None:
                return stopped
        return refuse("ONLINE_PAYMENT_UNDER_WAY", "/about")  # others change it as fast as we look

    def _place(self, fresh: Collection, attempt: int) -> Collection | None:
        """Note that the provider will be asked. A key whose collection has ended asks for another one."""
        row = fresh
        rank = 0
        while self._service.state(row.ledger, ONLINE_PAYMENT, row.collection) is not None:
            rank += 1
            identifier = made_id("collection-again", fresh.collection, str(rank + attempt))
            private = self._open_private(fresh)
            row = replace(fresh, collection=identifier, private=self._close(fresh.ledger, identifier, private))
        return row if self._rows.create(row) else None

    def _ask(self, row: Collection, private: _Private, asking: Provider, actor: str, due: Due) -> Begun | Refusal:
        """Ask the provider, record it, and keep where the customer goes."""
        if row.state == "open" and private.url:
            return Begun(private.url, row.collection)
        asked = Asked(
            ledger=row.ledger,
            collection=row.collection,
            about=row.about,
            about_kind="deposit" if row.about_kind == "deposit" else "invoice",
            amount_cents=row.amount_cents,
            currency=row.currency,
            title=due.title_en if private.language == "en" else due.title_fr,
            return_url=private.return_url,
            cancel_url=private.cancel_url,
            language=private.language,
            expires_at=parse_at(row.expires_at),
            ways=private.ways,
        )
        try:
            opened = asking.create(asked)
        except ProviderRefused as refused:
            self._rows.delete(row.ledger, row.collection)
            return refuse("PROVIDER_REFUSED", "", reason=refused.reason)
        refusal = self._recorded(row, opened, actor)
        if refusal is not None:  # a rule that held a moment ago does no more: paid meanwhile, for instance
            asking.end(opened.reference)
            self._rows.delete(row.ledger, row.collection)
            return refusal
        kept = replace(private, url=opened.url)
        after = replace(
            row,
            state="open",
            reference=opened.reference,
            private=self._close(row.ledger, row.collection, kept),
            revision=row.revision + 1,
        )
        self._rows.put(after, row.revision)  # another process may have kept the same already
        return Begun(opened.url, row.collection)

    def _recorded(self, row: Collection, opened: Opened, actor: str) -> Refusal | None:
        register = self._service.register(row.ledger)
        command = OpenOnlinePayment(
            id=row.collection,
            provider=row.provider,
            provider_reference=opened.reference,
            about=row.about,
            about_kind="deposit" if row.about_kind == "deposit" else "invoice",
            amount_cents=row.amount_cents,
            test_mode=register.kind == "training",
            expires_at=row.expires_at if register.clock == "system" else None,  # another time than the provider's
        )
        outcome = self._service.ledger(row.ledger).execute(command, actor=actor)
        return outcome if isinstance(outcome, Refusal) and outcome.code != "ALREADY_EXISTS" else None

    def _refused(
        self, ledger: str, about: str, kind: PayableKind, amount_cents: int, test: bool, actor: str, due: Due | None
    ) -> Refusal | None:
        """Ask the rules before the provider: what would be refused afterwards is not asked for."""
        if due is not None and due.amount_cents <= 0:
            return refuse("NOTHING_LEFT_TO_PAY", "/about")
        if amount_cents < 1:
            return refuse("MEMBER_INVALID", "/amount_cents")
        command = OpenOnlinePayment(
            provider="rules",
            provider_reference="rules",
            about=about,
            about_kind=kind,
            amount_cents=amount_cents,
            test_mode=test,
        )
        outcome = DECIDERS[OpenOnlinePayment](command, Present(self._service, ledger, actor))
        return outcome if isinstance(outcome, Refusal) else None

    def announce(
        self, ledger: str, about: str, about_kind: PayableKind, amount_cents: int, key: str, actor: str
    ) -> Outcome:
        """Record that the customer says a transfer is on its way: announced, and never paid by that."""
        due = due_of(self._service, ledger, about, about_kind)
        command = AnnouncePayment(
            means="credit_transfer",
            amount_cents=amount_cents,
            about=about,
            about_kind=about_kind,
            reference=due.reference if due is not None else None,
        )
        return self._service.ledger(ledger).execute(command, key=key, actor=actor)

    def refund(
        self,
        ledger: str,
        payment: str,
        amount_cents: int,
        key: str,
        *,
        actor: str | None = None,
        about: str | None = None,
        about_kind: RefundAbout | None = None,
        indemnity_cents: int = 0,
    ) -> Refusal | None:
        """Give money back the way it came. None: it has gone back and is recorded, or will be when the bank says so.

        Args:
            ledger: id.
            payment: a payment that came through a provider.
            amount_cents: at most what is left of it.
            key: the same for each press of one button.
            actor: who asks; the entry is theirs, whoever hears of it first.
            about: what it is given back for; by default the payment.
            about_kind: what that is.
            indemnity_cents: the part that is the second half of doubled arrhes.

        Raises:
            ProviderAway: it did not answer; ask again with the same key.
        """
        state = self._service.state(ledger, PAYMENT, payment)
        if state is None:
            return refuse("REFERENCE_UNKNOWN", "/payment")
        origin = next(
            (each.record for each in self._service.stream(ledger, f"payment:{payment}")
             if isinstance(each.record, PaymentReceived)), None,
        )  # fmt: skip
        if origin is None or origin.provider is None or origin.provider_reference is None:
            return refuse("PAYMENT_NOT_ONLINE", "/payment")
        if not 1 <= amount_cents <= state.left_cents:
            return refuse("REFUND_ABOVE_PAYMENT", "/amount_cents", open_cents=state.left_cents)
        asking = self.accounts.open(ledger, origin.provider)
        if asking is None:
            return refuse("PROVIDER_UNKNOWN", "/payment")
        meant: dict[str, str] = {} if actor is None else {"actor": actor}
        if about is not None and about_kind is not None:
            meant |= {"about": about, "about_kind": about_kind}
        if indemnity_cents:
            meant["indemnity_cents"] = str(indemnity_cents)
        try:
            facts = asking.refund(origin.provider_reference, amount_cents, made_id("ask", ledger, key), meant)
        except ProviderRefused as refused:
            return refuse("PROVIDER_REFUSED", "", reason=refused.reason)
        self.ended(ledger, origin.provider, facts)
        return None

    # ---- being told

    def told(self, ledger: str, provider: str, body: bytes, signature: str | None) -> int | None:
        """Take a message of a provider, look at what it is about, and record what happened.

        Gives how many things it was about; None where the ledger has no account with that provider.

        Raises:
            NotSigned: it is not the provider's.
            ProviderAway, ProviderRefused: what happened could not be asked; the provider sends it again.
            NotRecorded: the ledger does not take it.
        """
        asking = self.accounts.open(ledger, provider)
        if asking is None:
            return None
        notices = asking.notices(body, signature, self._service.clock.now())
        for notice in notices:
            self.ended(ledger, provider, self._looked_at(asking, notice))
        return len(notices)

    def _looked_at(self, asking: Provider, notice: Notice) -> tuple[Fact, ...]:
        """Ask about one thing; what the account does not have is not ours to record, and no reason to be told again."""
        try:
            return tuple(asking.facts(notice))
        except ProviderRefused as refused:
            if refused.reason not in _MISSING:
                raise
            return ()

    def _of_row(self, asking: Provider, row: Collection) -> tuple[Fact, ...]:
        """Ask about a standing collection. One that the account does not have ends: the keys are another account's."""
        try:
            return tuple(asking.facts(Notice("collection", row.reference)))
        except ProviderRefused as refused:
            if refused.reason not in _MISSING:
                raise
            return (Ended(row.collection, "cancelled", "unknown_to_provider"),)

    def ended(self, ledger: str, provider: str, facts: Sequence[Fact]) -> None:
        """Record what a provider tells: money, ends, refunds, chargebacks, payouts; what is known changes nothing.

        Raises:
            NotRecorded: the ledger does not take it.
        """
        ours = [each for each in facts if not (isinstance(each, Paid) and each.ledger != ledger)]
        Recorder(self._service, ledger, provider).record(ours)
        for fact in ours:
            if isinstance(fact, Paid | Ended):
                self._rows.delete(ledger, fact.collection)
            elif isinstance(fact, Waiting):
                self._wait(ledger, fact.collection)

    def _wait(self, ledger: str, collection: str) -> None:
        row = self._rows.collection(ledger, collection)
        if row is not None and row.state != "waiting":
            self._rows.put(replace(row, state="waiting", revision=row.revision + 1), row.revision)

    # ---- going on

    def _end(self, row: Collection, actor: str) -> Refusal | None:
        """End a standing collection, so that another one can be begun; a refusal says why it must stand."""
        asking = self.accounts.open(row.ledger, row.provider)
        if asking is None:
            return refuse("PROVIDER_UNKNOWN", "")
        if row.state == "asked":  # the provider may know it: ask again, to be able to end it
            self.go_on(row)
            return None
        try:
            asking.end(row.reference)
        except ProviderRefused as refused:
            if refused.reason not in _MISSING:
                return refuse("PROVIDER_REFUSED", "", reason=refused.reason)
        facts = self._of_row(asking, row)
        self.ended(row.ledger, row.provider, facts)
        if any(isinstance(each, Paid) for each in facts):
            due = self._due(row)
            return refuse("NOTHING_LEFT_TO_PAY", "/about") if due is None or due.amount_cents <= 0 else None
        if any(isinstance(each, Waiting) for each in facts):
            return refuse("ONLINE_PAYMENT_UNDER_WAY", "/about")
        state = self._service.state(row.ledger, ONLINE_PAYMENT, row.collection)
        if state is not None and state.outcome == "open":
            end = EndOnlinePayment(online_payment=row.collection, outcome="cancelled", reason="replaced")
            self._service.execute(row.ledger, end, actor=actor)
        self._rows.delete(row.ledger, row.collection)
        return None

    def look(self, ledger: str, about: str) -> None:
        """Ask what became of a document's collection, if it has one: for the customer who has just come back.

        Raises:
            ProviderAway, ProviderRefused, NotRecorded: as above; the job looks again.
        """
        payable, _ = payable_of(self._service, ledger, about, "invoice")
        row = self._rows.of_document(ledger, payable)
        if row is not None:
            self.go_on(row)

    def go_on(self, row: Collection) -> None:
        """Go on with a collection that somebody left: ask once more, look what came of it, end what is over its time.

        Raises:
            ProviderAway, ProviderRefused, NotRecorded: as above; it is gone on with later.
        """
        asking = self.accounts.open(row.ledger, row.provider)
        if asking is None:
            return
        now = self._service.clock.now()
        due = self._due(row)
        if row.state == "asked":
            if due is None or now - parse_at(row.created_at) > LIFE:  # nobody ever got its address
                self._rows.delete(row.ledger, row.collection)
                return
            self._ask(row, self._open_private(row), asking, f"provider:{row.provider}", due)
            return
        facts = self._of_row(asking, row)
        too_much = due is None or due.amount_cents < row.amount_cents  # paid otherwise, or cancelled, meanwhile
        if not facts and (too_much or now >= parse_at(row.expires_at)):
            asking.end(row.reference)
            facts = self._of_row(asking, row)
        self.ended(row.ledger, row.provider, facts)

    def _due(self, row: Collection) -> Due | None:
        kind: PayableKind = "deposit" if row.about_kind == "deposit" else "invoice"
        return due_of(self._service, row.ledger, row.about, kind)

    def sweep(self, ledger: str, provider: str) -> int:
        """Ask a provider for the messages of the time since the last look, as some may not have arrived; how many.

        Raises:
            ProviderAway, ProviderRefused, NotRecorded: as above; the same time is asked for again.
        """
        account, asking = self.accounts.one(ledger, provider), self.accounts.open(ledger, provider)
        if account is None or asking is None:
            return 0
        now = self._service.clock.now()
        notices = asking.since(parse_at(account.swept_at) - OVERLAP)
        for notice in notices:
            self.ended(ledger, provider, self._looked_at(asking, notice))
        after = replace(account, swept_at=format_at(now), revision=account.revision + 1)
        self._rows.put_account(after, account.revision)
        return len(notices)

    def standing(self, ledger: str | None = None) -> list[Collection]:
        """Give the collections that have not ended, the oldest first."""
        return self._rows.collections(ledger)

    # ---- what is kept under the ledger's key

    def _close(self, ledger: str, collection: str, private: _Private) -> bytes:
        plain = orjson.dumps(
            [private.return_url, private.cancel_url, private.language, list(private.ways), private.url]
        )
        return Vault(self._service.keys, ledger).close(_PURPOSE, collection, plain)

    def _open_private(self, row: Collection) -> _Private:
        held = orjson.loads(Vault(self._service.keys, row.ledger).open(_PURPOSE, row.collection, row.private))
        return _Private(held[0], held[1], held[2], tuple(held[3]), held[4])
