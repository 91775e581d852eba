"""Who a message goes to: the client of a document, those who sign, those who follow, the business."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from api.messages.envelope import Recipient
from api.messages.facts import Teller, business_facts
from api.messages.wants import Want
from api.people.naming import normal_email
from ledger.domain.events.common import Party
from ledger.domain.events.parties import ObserverAdded
from ledger.domain.events.payments import PaymentReceipted
from ledger.domain.events.signatures import SignatureRequested
from ledger.domain.streams.observer import OBSERVER
from ledger.domain.streams.quote import QUOTE
from ledger.domain.streams.receipt import RECEIPT
from ledger.domain.streams.signature import SIGNATURE
from ledger.kernel.entry import format_at
from ledger.shell.service import Service
from projections.documents.paper import Language

BUSINESS_LANGUAGE: Final[Language] = "fr"
"""In which the business reads its own mail where its users do not say: its books are French."""


def business_language(service: Service, ledger: str, email: str) -> Language:
    """Tell in which language the business reads its mail.

    That of the ledger's user who has the address; else the one that all its owners chose; else French.
    """
    people, now = service.store.side().people(), format_at(service.clock.now())
    held = [one for one in people.roles_of_ledger(ledger) if one.until is None or one.until > now]
    users = [(one.role, user) for one in held if (user := people.user(one.user)) is not None and not user.closed_at]
    own = {user.language for _, user in users if user.email == normal_email(email)}
    found = own or {user.language for role, user in users if role == "owner"}
    return "en" if found == {"en"} else BUSINESS_LANGUAGE


@dataclass(frozen=True, slots=True)
class Addressed:
    """One recipient, how an occasion names them, and whose link theirs is."""

    to: Recipient
    key: str  # `client`, `business`, or the id of a signatory or observer
    party: str | None = None


@dataclass(slots=True)
class _Followed:
    upto: int = 0
    by_about: dict[str, list[str]] = field(default_factory=dict)


class Parties:
    """The people of one service's ledgers. Keeps who follows what: nothing but reading all entries would tell."""

    def __init__(self, service: Service) -> None:
        """Read the ledgers of `service`."""
        self._service = service
        self._followed: dict[str, _Followed] = {}

    def of(self, ledger: str, want: Want) -> Iterator[Addressed]:
        """Give everybody that a message goes to and whose address is known, each once."""
        seen: set[str] = set()
        for one in self._of(ledger, want):
            address = one.to.email.casefold()
            if address and address not in seen:
                seen.add(address)
                yield one

    def _of(self, ledger: str, want: Want) -> Iterator[Addressed]:
        match want.whom:
            case "business":
                facts = business_facts(self._service, ledger)
                language = business_language(self._service, ledger, facts["business_email"])
                to = Recipient(facts["business_email"], facts["business_name"], language, "issuer")
                yield Addressed(to, "business")
            case "client":
                yield self._client(ledger, want)
            case "signatory":
                yield from (one for one in self._signatories(ledger, want.about) if one.key == want.party)
            case "signatories":
                yield from self._signatories(ledger, want.party)
                yield self._client(ledger, want)
            case "observer":
                yield from self._observer(ledger, want.party)
            case "observers":
                for observer in self.observers(ledger, want.about, want.about_kind):
                    yield from self._observer(ledger, observer)

    def _client(self, ledger: str, want: Want) -> Addressed:
        person = Teller(self._service, ledger, "fr").person(want.about, want.about_kind or None)
        party = None
        if want.link == "sign" and want.about_kind == "quote":
            quote = self._service.state(ledger, QUOTE, want.about)
            party = self.first_client(ledger, quote.signature) if quote is not None and quote.signature else None
        return Addressed(Recipient(person.email, person.name, person.language, "client"), "client", party)

    def _signatories(self, ledger: str, signature: str) -> Iterator[Addressed]:
        state = self._service.state(ledger, SIGNATURE, signature)
        first = next(iter(self._service.stream(ledger, f"signature:{signature}")), None)
        if state is None or first is None or not isinstance(first.record, SignatureRequested):
            return
        about = state.signed_thing.quote or signature
        language = Teller(self._service, ledger, "fr").person(about).language
        for one, party in zip(first.record.signatories, first.record.parties or (), strict=False):
            if one.side != "issuer":
                side = "client" if one.side == "client" else "third"
                yield Addressed(_recipient(party, language, side), one.signatory, one.signatory)

    def _observer(self, ledger: str, observer: str) -> Iterator[Addressed]:
        state = self._service.state(ledger, OBSERVER, observer)
        first = next(iter(self._service.stream(ledger, f"observer:{observer}")), None)
        if state is None or state.removed or first is None or not isinstance(first.record, ObserverAdded):
            return
        if first.record.party is not None:
            language = Teller(self._service, ledger, "fr").person(state.about).language
            yield Addressed(_recipient(first.record.party, language, "observer"), observer, observer)

    def observers(self, ledger: str, about: str, about_kind: str) -> list[str]:
        """Give who follows a document, or the contract that it belongs to."""
        followed = self._followed.setdefault(ledger, _Followed())
        head = self._service.store.head(ledger)
        if head is not None and head.seq > followed.upto:
            for entry in self._service.entries(ledger, followed.upto, head.seq, types=(ObserverAdded.TYPE,)):
                identifier = entry.originator_id.partition(":")[2]
                followed.by_about.setdefault(entry.record.about, []).append(identifier)
            followed.upto = head.seq
        if not followed.by_about:
            return []
        told = Teller(self._service, ledger, "fr").tell(about, about_kind or None)
        quote = told.quote if told is not None else None
        abouts = {about, quote} | ({self._signature_of(ledger, quote)} if quote is not None else set())
        return [each for one in abouts if one is not None for each in followed.by_about.get(one, ())]

    def _signature_of(self, ledger: str, quote: str) -> str | None:
        state = self._service.state(ledger, QUOTE, quote)
        return state.signature if state is not None else None

    def first_client(self, ledger: str, signature: str) -> str | None:
        """Give the first signatory on the client's side."""
        state = self._service.state(ledger, SIGNATURE, signature)
        clients = [one.signatory for one in state.signatories if one.side == "client"] if state is not None else []
        return clients[0] if clients else None


class KnownNow:
    """What `wants` asks of one ledger, as it stands now."""

    def __init__(self, service: Service, ledger: str, parties: Parties) -> None:
        """Answer for one ledger."""
        self._service = service
        self._ledger = ledger
        self._parties = parties

    def is_quote(self, signature: str) -> str | None:
        """See `Known`."""
        state = self._service.state(self._ledger, SIGNATURE, signature)
        return state.signed_thing.quote if state is not None else None

    def file_of(self, signature: str) -> str | None:
        """See `Known`."""
        state = self._service.state(self._ledger, SIGNATURE, signature)
        return state.signed_thing.file if state is not None else None

    def turn(self, signature: str) -> tuple[str, ...]:
        """See `Known`."""
        state = self._service.state(self._ledger, SIGNATURE, signature)
        if state is None or state.phase != "open" or not state.waiting:
            return ()
        waiting = state.waiting[:1] if state.ordered else state.waiting
        return tuple(one.signatory for one in waiting if one.side != "issuer")

    def first_client(self, signature: str) -> str | None:
        """See `Known`."""
        return self._parties.first_client(self._ledger, signature)

    def receipt_of(self, payment: str, about: str) -> str | None:
        """See `Known`."""
        for entry in self._service.stream(self._ledger, f"payment:{payment}"):
            if isinstance(entry.record, PaymentReceipted):
                receipt = self._service.state(self._ledger, RECEIPT, entry.record.receipt)
                if receipt is not None and receipt.deposit in (None, about):
                    return entry.record.receipt
        return None


def _recipient(party: Party, language: str, side: str) -> Recipient:
    return Recipient(
        party.email or "",
        party.contact or party.name,
        "en" if language == "en" else "fr",
        "observer" if side == "observer" else "third" if side == "third" else "client",
    )
