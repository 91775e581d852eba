"""What the holder of a link does: sign, decline, write, announce a transfer, give the contract up.

Each act reads what the link opens anew, looks whether the link allows it, and asks the ledger, whose refusals are given
back as they are. Each may be sent twice, or stopped between two of its steps, and come to the same end.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Literal

from api.signing import consent
from api.signing.codes import Asked, Codes, Sent
from api.signing.comments import CommentKind, add_comment
from api.signing.drawing import read_drawing
from api.signing.files import Files
from api.signing.gathering import announcement_id, gather
from api.signing.links import MadeLink, OpenLink, make_link
from api.signing.seams import LINK_WRITES, UNLIMITED, Language, Limit
from api.signing.shown import May, Shown, You, price, show
from ledger.domain.commands.common import Command
from ledger.domain.commands.payments import AnnouncePayment
from ledger.domain.commands.quotes import GiveSignature, RefuseSignature, ViewQuote, WithdrawQuote
from ledger.domain.commands.sales import ViewInvoice
from ledger.domain.events.signatures import Evidence
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.types import Means
from ledger.shell.calls import Answer
from ledger.shell.service import Service, ill_formed

_MOST_NAME = 200
_MOST_WORDS = 2_000


@dataclass(frozen=True, slots=True)
class Signed:
    """What came of signing; `already` says that it had been done before. Completed: the contract is concluded."""

    completed: bool
    already: bool = False
    deposits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SignForm:
    """What a signatory says, as a page or program gives it; nothing in it is believed."""

    fingerprint: str  # of what was shown
    name: str = field(repr=False)
    consented: bool
    code: str = field(default="", repr=False)
    drawing: str = field(default="", repr=False)  # a `data:image/png` URL
    chosen: tuple[int, ...] = ()
    early_start: bool = False
    loss: bool = False
    reduced_rate: bool = False
    language: Language = "fr"
    shown_from: str | None = None
    ip: str | None = field(default=None, repr=False)
    user_agent: str | None = field(default=None, repr=False)


class Acts:
    """The acts of link holders in a service's ledgers. Methods may be called from several threads."""

    def __init__(self, service: Service, codes: Codes, files: Files, limit: Limit = UNLIMITED) -> None:
        """Act through `service`; `limit` counts what one link may write."""
        self.service = service
        self.codes = codes
        self.files = files
        self._limit = limit

    def shown(self, link: OpenLink) -> Shown:
        """Give what a link shows now.

        Raises:
            LedgerUnknown, StreamPurged: see `ledger.shell.errors`.
        """
        return show(gather(self.service, link))

    # ---- signing

    def send_code(self, link: OpenLink, fingerprint: str, language: Language = "fr") -> Sent | Refusal:
        """Mail a code to the signatory of a link, for what they were shown."""
        found = self._turn(link, fingerprint)
        return found if isinstance(found, Refusal) else self.codes.send(_asked(link, *found, language))

    def sign(self, link: OpenLink, form: SignForm, *, key: str | None = None) -> Signed | Refusal:
        """Sign, for the signatory of a link, exactly what they were shown."""
        view = self.shown(link)
        if view.you is not None and view.you.signed:
            return self._signed_before(view)
        found = self._turn(link, form.fingerprint, view)
        if isinstance(found, Refusal):
            return found
        view, you = found
        evidence = self._evidence(view, you, form)
        if isinstance(evidence, Refusal):
            return evidence
        asked = _asked(link, view, you, form.language)
        if you.signatory.code_by != "none":
            refused = self.codes.check(asked, form.code)
            if refused is not None:
                return self._after_refusal(link, refused)
        if form.drawing:
            drawing = read_drawing(form.drawing)
            if isinstance(drawing, Refusal):
                return drawing
            self.files.keep_drawing(link.ledger, asked.signature, drawing)
        given = self._do(
            link,
            GiveSignature(
                signature=asked.signature,
                signatory=you.signatory.signatory,
                signed=form.fingerprint,
                chosen=form.chosen,
                early_start_requested=form.early_start,
                loss_acknowledged=form.loss,
                reduced_rate_stated=form.reduced_rate,
                evidence=evidence,
            ),
            key,
        )
        if isinstance(given, Refusal):
            return self._after_refusal(link, given)
        self.codes.forget(asked)
        return Signed(bool(given.result["completed"]), deposits=tuple(given.result.get("deposits", ())))

    def decline(self, link: OpenLink, reason: str | None, words: str, *, key: str | None = None) -> Answer | Refusal:
        """Decline, for the signatory of a link, with the reason they gave."""
        view = self._may(link, "decline")
        if isinstance(view, Refusal):
            return view
        if view.signature is None or view.you is None:
            return refuse("LINK_UNFIT")
        command = RefuseSignature(
            signature=view.signature.signature,
            signatory=view.you.signatory.signatory,
            reason=reason or None,
            words=clean(words)[:_MOST_NAME] or None,
        )
        return self._do(link, command, key)

    # ---- writing, telling

    def comment(
        self, link: OpenLink, words: str, *, question: bool = False, key: str | None = None
    ) -> Answer | Refusal:
        """Write about what the link shows."""
        view = self._may(link, "comment")
        if isinstance(view, Refusal):
            return view
        said = clean(words, lines=True)
        if not said:
            return refuse("MEMBER_MISSING", "/words")
        by: Literal["client", "observer"] = "observer" if link.purpose == "observe" else "client"
        about, kind = (view.quote.quote, "quote") if view.quote is not None else (link.about, link.about_kind)
        comment_kind: CommentKind = "quote" if kind in ("quote", "contract") else kind  # type: ignore[assignment] # the three others
        return add_comment(
            self.service, link.ledger, about, comment_kind, by, said[:_MOST_WORDS],
            question=question, actor=link.actor, key=key,
        )  # fmt: skip

    def viewed(self, link: OpenLink, view: Shown) -> None:
        """Record that a link's holder opened a document: each version by each link once."""
        by: Literal["client", "observer"] = "observer" if link.purpose == "observe" else "client"
        if view.quote is not None and view.quote.phase == "open":
            version = view.quote.document.document_version
            key = f"viewed:{link.link}:{version}"
            seen = ViewQuote(quote=view.quote.quote, by=by, link=link.link)
            self.service.execute(link.ledger, seen, actor=link.actor, key=key)
        elif link.about_kind == "invoice":
            opened = ViewInvoice(invoice=link.about, by=by, link=link.link)
            self.service.execute(link.ledger, opened, actor=link.actor, key=f"viewed:{link.link}")

    # ---- money

    def announce(self, link: OpenLink, about: str, *, means: Means = "credit_transfer") -> Answer | Refusal | None:
        """Record that a client says a transfer is on its way; None when they have said so before.

        It is announced, never paid: that is what the bank or a person says.
        """
        view = self._may(link, "announce")
        if isinstance(view, Refusal):
            return view
        due = view.due(about)
        if due is None or not due.to_pay_cents:
            return refuse("LINK_UNFIT")
        if due.banned:
            return refuse_ban(due.payable_from)
        found = gather(self.service, link).announced
        if about in found:
            return None
        for rank in range(1, 6):
            command = AnnouncePayment(
                id=announcement_id(about, rank),
                means=means,
                amount_cents=due.to_pay_cents,
                about=about,
                about_kind=due.kind,
                reference=due.reference or None,
            )
            done = self._do(link, command)
            if not isinstance(done, Refusal) or done.code != "ALREADY_EXISTS":
                return done
        return refuse("ANNOUNCED_TOO_OFTEN")

    def link_to_pay(self, link: OpenLink, about: str) -> MadeLink | Refusal:
        """Make a link to pay for whoever reads a contract or an invoice: that one expires, this one does not."""
        view = self._may(link, "ask_link_to_pay")
        if isinstance(view, Refusal):
            return view
        due = view.due(about)
        if due is None or not due.to_pay_cents:
            return refuse("LINK_UNFIT")
        return make_link(self.service, link.ledger, about, due.kind, "pay", actor=link.actor)

    # ---- giving up

    def withdraw(self, link: OpenLink, *, key: str | None = None) -> Answer | Refusal:
        """Give the contract up within the time of the law (C. conso L221-18, L221-21)."""
        view = self._may(link, "withdraw")
        if isinstance(view, Refusal):
            return view
        if view.quote is None:
            return refuse("LINK_UNFIT")
        command = WithdrawQuote(quote=view.quote.quote, by="function")
        return self._do(link, command, key)

    # ---- inside

    def _do(self, link: OpenLink, command: Command, key: str | None = None) -> Answer | Refusal:
        """Ask the ledger; what no schema admits is refused, as it came from a stranger."""
        wrong = ill_formed(command)
        return wrong if wrong is not None else self.service.execute(link.ledger, command, actor=link.actor, key=key)

    def too_much(self, link: OpenLink) -> Refusal | None:
        """Refuse a link that writes too often; count this time."""
        wait = self._limit.take(LINK_WRITES, link.ledger, link.actor)
        return refuse("TRIES_TOO_MANY", wait_seconds=wait) if wait else None

    def _may(self, link: OpenLink, act: May) -> Shown | Refusal:
        if not link.usable:
            return refuse("LINK_UNFIT")
        view = self.shown(link)
        if act not in view.may:
            return refuse("LINK_UNFIT")
        writes = act in ("comment", "decline", "announce", "ask_link_to_pay")
        return (self.too_much(link) if writes else None) or view

    def _turn(self, link: OpenLink, fingerprint: str, view: Shown | None = None) -> tuple[Shown, You] | Refusal:
        """Give who signs and what they see, when it is their turn and they saw what is in force."""
        view = view or self.shown(link)
        if not link.usable or link.purpose != "sign" or view.you is None or view.signature is None:
            return refuse("LINK_UNFIT")
        quote = view.quote
        if quote is not None and quote.fingerprint != fingerprint and quote.phase == "open":
            current = quote.document.document_version
            known = view.signature.fingerprint == fingerprint and view.signature.version is not None
            given = view.signature.version if known else None
            return refuse("QUOTE_VERSION_NOT_CURRENT", "/fingerprint", given=given or "?", current=current)
        if quote is not None and quote.fingerprint != view.signature.fingerprint and quote.phase == "open":
            return refuse("SIGNATURE_NOT_OPEN", "/signature", state="revised")
        if view.signature.fingerprint != fingerprint:
            return refuse("SIGNATURE_DOCUMENT_MISMATCH", "/fingerprint")
        return view, view.you

    def _evidence(self, view: Shown, you: You, form: SignForm) -> Evidence | Refusal:
        name = clean(form.name)
        if not 2 <= len(name) <= _MOST_NAME:
            return refuse("SIGNER_NAME_MISSING", "/name")
        if not form.consented:
            return refuse("CONSENT_MISSING", "/consent")
        agreed = consent.agreed_file(form.language, form.fingerprint)
        if view.quote is not None:
            priced = price(view.quote.document, form.chosen)
            if priced.wrong is not None:
                return priced.wrong
            if you.signatory.side == "client" and priced.needs_statement and not form.reduced_rate:
                return refuse("REDUCED_RATE_STATEMENT_MISSING", "/reduced_rate_stated")
            document = view.quote.document
            client = you.signatory.side == "client"
            agreed = consent.agreed(
                form.language, document.number, document.document_version, form.fingerprint,
                priced.totals.gross_cents if client else None,
            )  # fmt: skip
        drawing = read_drawing(form.drawing) if form.drawing else None
        if isinstance(drawing, Refusal):
            return drawing
        address = you.party.email if you.party is not None else None
        return Evidence(
            name_typed=name,
            drawing=sha256_hex(drawing) if drawing is not None else None,
            ip=form.ip,
            user_agent=clean(form.user_agent or "")[:500] or None,
            consent_text=consent.consent_text(
                form.language, agreed, early_start=form.early_start, loss=form.loss,
                reduced_rate=form.reduced_rate, on_the_spot=you.signatory.code_by == "none",
            ),
            shown_from=form.shown_from,
            code_sent_to=address if you.signatory.code_by == "email" else None,
        )  # fmt: skip

    def _signed_before(self, view: Shown) -> Signed:
        completed = view.signature is not None and view.signature.phase == "completed"
        deposits = tuple(each.about for each in view.dues if each.kind == "deposit") if completed else ()
        return Signed(completed, already=True, deposits=deposits)

    def _after_refusal(self, link: OpenLink, refused: Refusal) -> Signed | Refusal:
        """Two devices signed at once: the second one finds it done."""
        view = self.shown(link)
        return self._signed_before(view) if view.you is not None and view.you.signed else refused


def refuse_ban(payable_from: str | None) -> Refusal:
    """Refuse money that may not be taken yet, with the day from which it may."""
    return refuse("PAYMENT_WITHIN_SEVEN_DAYS", "/about", allowed_from_on=date.fromisoformat(payable_from or ""))


def clean(words: str, *, lines: bool = False) -> str:
    """Give what somebody typed without control characters and needless spaces; lines stay lines where asked for."""
    if lines:
        return "\n".join(clean(line) for line in words.splitlines()).strip()
    return " ".join("".join(each if each.isprintable() else " " for each in words).split())


def sha256_hex(data: bytes) -> str:
    """Give the SHA-256 of a file, 64 hex."""
    return sha256(data).hexdigest()


def _asked(link: OpenLink, view: Shown, you: You, language: Language) -> Asked:
    assert view.signature is not None  # noqa: S101 - `_turn` looked
    return Asked(
        link.ledger,
        view.signature.signature,
        you.signatory,
        you.party,
        view.signature.fingerprint,
        link.actor,
        language,
    )
