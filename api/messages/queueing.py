"""From what an entry wants to messages in the outbox: whom, which link, which facts, which files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

from api.messages.envelope import Attachment
from api.messages.facts import Teller
from api.messages.post import Post
from api.messages.recipients import Addressed, KnownNow, Parties
from api.messages.wants import NEWS, Entry, Want, wants
from api.settings import Settings
from api.signing.links import MadeLink, make_link
from ledger.domain.events.deposits import ReceiptIssued
from ledger.domain.events.payments import DepositPaid, InvoicePaid
from ledger.domain.refusals import Refusal
from ledger.domain.streams.payment import PAYMENT
from ledger.domain.streams.quote import QUOTE
from ledger.domain.streams.signature import SIGNATURE
from ledger.kernel.entry import format_at
from ledger.shell.service import Service
from projections.documents.words import formats

Linker = Callable[..., MadeLink | Refusal]
"""`api.signing.links.make_link`."""
FileOf = Callable[[str, str, str], bytes | None]
"""Gives a file that was signed: ledger, signature, digest."""
AttachedOf = Callable[[str, str], Sequence[tuple[str, str, bytes]]]
"""Gives name, media type and bytes of each file that goes with a quote: ledger, quote."""

_LINKED: Final[Mapping[str, Literal["quote", "deposit", "invoice", "signature", "contract"]]] = {
    "quote": "quote",
    "contract": "contract",
    "deposit": "deposit",
    "invoice": "invoice",
    "signature": "signature",
}


class Still(Protocol):
    """Whether to go on."""

    def __call__(self) -> bool:
        """Ask."""


@dataclass(frozen=True, slots=True)
class Queued:
    """What came of one entry: the messages queued, and the codes of those that were refused."""

    messages: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


class Queueing:
    """Queues what entries call for. Methods may be called from several threads."""

    def __init__(
        self,
        service: Service,
        settings: Settings,
        post: Post,
        *,
        linker: Linker = make_link,
        file_of: FileOf | None = None,
        attached_of: AttachedOf | None = None,
    ) -> None:
        """Queue with `post`, for the ledgers of `service`.

        Args:
            service: whose ledgers.
            settings: what links begin with.
            post: the way out.
            linker: makes links.
            file_of: gives files that were signed, kept beside the chain.
            attached_of: gives the files that go with a quote, light enough to be mailed.
        """
        self._service = service
        self._settings = settings
        self._post = post
        self._link = linker
        self._file_of = file_of
        self._attached_of = attached_of
        self.parties = Parties(service)

    def follow(self, ledger: str, entry: Entry, at: str) -> Queued:
        """Queue what one entry calls for; reading it again queues nothing more.

        Raises:
            KeyMissing, and what `Service.execute` raises: follow it again later.
        """
        known = KnownNow(self._service, ledger, self.parties)
        if isinstance(entry.record, ReceiptIssued) and self._took_along(ledger, entry):
            return Queued()
        done = [self.queue(ledger, want, at) for want in wants(entry, known)]
        return Queued(
            tuple(one for each in done for one in each.messages), tuple(one for each in done for one in each.refused)
        )

    def queue(self, ledger: str, want: Want, at: str = "", then: Mapping[str, Any] | None = None) -> Queued:
        """Queue one wanted message, to everybody whom it is for."""
        messages: list[str] = []
        refused: list[str] = []
        for one in self.parties.of(ledger, want):
            occasion = f"{want.occasion}:{one.key}"
            if self._post.has(ledger, occasion):
                continue
            outcome = self._post.send(
                ledger,
                want.template,
                occasion=occasion,
                about=want.about or None,
                about_kind=want.about_kind or None,
                to=one.to,
                facts=self._facts(ledger, want, one, at),
                attachments=self._papers(ledger, want),
                then=then,
            )
            if isinstance(outcome, Refusal):
                refused.append(outcome.code)
            else:
                messages.append(outcome)
        return Queued(tuple(messages), tuple(refused))

    # ---- inside

    def _facts(self, ledger: str, want: Want, one: Addressed, at: str) -> dict[str, str]:
        language = one.to.language
        teller = Teller(self._service, ledger, language)
        facts = dict(want.facts)
        if "author" in facts:
            observer = ("Un observateur", "An observer")
            name = teller.person(want.about, want.about_kind or None).name
            facts["author"] = teller.word(observer) if facts["author"] else name
        facts |= {name: teller.money(cents, currency or None) for name, (cents, currency) in want.cents.items()}
        facts |= {name: teller.day(day) for name, day in want.days.items()}
        zone = self._service.register(ledger).time_zone
        moment = at or format_at(self._service.clock.now())
        facts |= {name: formats.moment(said or moment, zone, language) for name, said in want.at.items()}
        if want.means:
            facts["means"] = teller.means(want.means)
        if want.news:
            facts["summary"] = teller.word(NEWS[want.news])
        if want.template in ("signed", "signed_business"):
            facts["signatories"] = self._signatories(ledger, want)
        if want.link is not None:
            link = self._url(ledger, want, one)
            if link:
                facts["link"] = link
        return facts

    def _url(self, ledger: str, want: Want, one: Addressed) -> str:
        """Make a fresh link; nothing for what cannot be opened any more."""
        kind = _LINKED.get(want.about_kind)
        if kind is None or want.link is None:
            return ""
        purpose = want.link
        if kind == "quote" and purpose == "read" and self._is_contract(ledger, want.about):
            kind = "contract"
        if kind in ("quote", "contract", "signature") and purpose == "pay":
            purpose = "read"
        party = one.party if purpose in ("sign", "observe") else None
        made = self._link(self._service, ledger, want.about, kind, purpose, party=party, actor="system")
        return "" if isinstance(made, Refusal) else f"{self._settings.link_base}{made.path}"

    def _is_contract(self, ledger: str, quote: str) -> bool:
        state = self._service.state(ledger, QUOTE, quote)
        return state is not None and state.contract is not None

    def _papers(self, ledger: str, want: Want) -> tuple[Attachment, ...]:
        papers = tuple(Attachment.of(one.kind, one.about, one.seq) for one in want.papers)
        for one in want.papers:
            if one.kind == "quote" and self._attached_of is not None:
                papers += tuple(Attachment.file(*file) for file in self._attached_of(ledger, one.about))
        if not want.file or self._file_of is None:
            return papers
        signature = want.about if want.about_kind == "signature" else want.party
        data = self._file_of(ledger, signature, want.file)
        return papers if data is None else (Attachment.file("document.pdf", "application/pdf", data), *papers)

    def _signatories(self, ledger: str, want: Want) -> str:
        signature = want.party
        if want.template == "signed_business":
            quote = self._service.state(ledger, QUOTE, want.about) if want.about_kind == "quote" else None
            signature = (quote.signature or "") if quote is not None else want.about
        state = self._service.state(ledger, SIGNATURE, signature) if signature else None
        if state is None:
            return ""
        events = self._service.stream(ledger, f"signature:{signature}")
        parties = next((one.record.parties for one in events if hasattr(one.record, "parties")), None) or ()
        return ", ".join(party.name for party in parties)

    def _took_along(self, ledger: str, entry: Entry) -> bool:
        """Tell whether the mail that thanked for the money was made when this receipt was there already."""
        receipt = entry.record
        assert isinstance(receipt, ReceiptIssued)  # noqa: S101 - the caller has looked
        payment = self._service.state(ledger, PAYMENT, receipt.payment)
        for allocation in payment.allocations if payment is not None else ():
            if receipt.deposit not in (None, allocation.about):
                continue
            for event in self._service.stream(ledger, f"{allocation.about_kind}:{allocation.about}"):
                if isinstance(event.record, DepositPaid | InvoicePaid) and event.record.payment == receipt.payment:
                    occasion = f"paid:{receipt.payment}:{allocation.about}:{event.seq}:client"
                    queued = self._post.queued_at(ledger, occasion)
                    if queued is not None and queued > entry.seq:
                        return True
        return False
