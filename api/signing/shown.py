"""What a link shows: one frozen view, made of what was gathered and of nothing else. Pure.

Pages and programs take from here what there is to see, to download and to do; the ledger decides again when it is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from api.signing.attached import MEDIA
from api.signing.comments import Comment
from api.signing.gathering import Gathered
from ledger.domain import contracts
from ledger.domain.advances import resolve
from ledger.domain.events.common import Instalment, Party, Totals, VatRow
from ledger.domain.events.parties import IssuerDetails
from ledger.domain.events.quotes import QuoteDocument, QuoteSigned, QuoteWithdrawn
from ledger.domain.events.signatures import Signatory
from ledger.domain.money import BP, div_half_up
from ledger.domain.refusals import Refusal
from ledger.domain.regimes.fr.deadlines import payment_allowed_from, withdrawal_last_day
from ledger.domain.streams.credit_note import CreditNoteState
from ledger.domain.streams.deposit import DepositState
from ledger.domain.streams.invoice import InvoiceState
from ledger.domain.streams.quote import QuoteState, counted_ranks
from ledger.domain.streams.signature import SignatureState
from ledger.domain.types import AdvanceKind
from ledger.shell.signing import FileFacts

May = Literal["sign", "decline", "comment", "withdraw", "pay", "announce", "ask_link_to_pay"]
FileKind = Literal[
    "quote", "deposit_request", "deposit_invoice", "invoice", "credit_note", "receipt", "evidence", "file", "attachment"
]
PROVEN: Final = frozenset({"quote", "deposit_request", "deposit_invoice", "invoice", "credit_note", "receipt"})
"""Kinds of file whose entry a proof shows in the ledger (`archive.proving`)."""


@dataclass(frozen=True, slots=True)
class ShownFile:
    """One file to download: a document by kind and id, or a kept file by its digest.

    A file that goes with a quote has its digest for `about`, its name for `number`, and `quote` says whose it is.
    """

    kind: FileKind
    about: str
    number: str
    issued_on: str = ""
    digest: str | None = None
    quote: str = ""
    media: str = ""

    @property
    def proven(self) -> bool:
        """Whether a proof can show that it stands in the ledger."""
        return self.kind in PROVEN


@dataclass(frozen=True, slots=True)
class You:
    """Who holds the link, among those who sign."""

    signatory: Signatory
    party: Party | None  # None: erased
    signed: bool
    turn: bool


@dataclass(frozen=True, slots=True)
class ShownSignatory:
    """One who signs, as the others see them: a name, never an address."""

    name: str | None
    side: Literal["client", "issuer", "third"]
    rank: int
    signed: bool
    you: bool


@dataclass(frozen=True, slots=True)
class ShownSignature:
    """A request for signatures; `fingerprint` is what is signed: a version's entry, or a file's bytes."""

    signature: str
    phase: str
    fingerprint: str
    file: str | None
    role: str
    version: int | None  # of the quote
    ordered: bool
    expires_on: str
    signatories: tuple[ShownSignatory, ...]


@dataclass(frozen=True, slots=True)
class Priced:
    """A quote with a choice: what it comes to and what would be asked for; `wrong` says why it cannot be signed so."""

    chosen: tuple[int, ...]
    counted: tuple[int, ...]
    totals: Totals
    vat: tuple[VatRow, ...]
    schedule: tuple[Instalment, ...]
    needs_statement: bool  # the client's statement for reduced VAT
    may_start_early: bool  # services with a right of withdrawal: L221-25 and L221-28 have something to say
    wrong: Refusal | None


@dataclass(frozen=True, slots=True)
class ShownAttachment:
    """A file that goes with a quote, as its entry names it; `size_bytes` is None where it is not kept here."""

    digest: str
    name: str | None  # None: not given, or erased
    size_bytes: int | None

    @property
    def size_kib(self) -> int:
        """The size for people, in KiB, never 0."""
        return -(-(self.size_bytes or 0) // 1024)


@dataclass(frozen=True, slots=True)
class GivenUp:
    """What a withdrawal leaves to pay: the share that was done on request (C. conso L221-25), and what goes back."""

    refund_cents: int
    refund_due_on: str
    owed_cents: int
    share_bp: int  # of the price, what `owed_cents` is
    early_start: bool  # the client had asked for it: without, nothing is owed


@dataclass(frozen=True, slots=True)
class ShownQuote:
    """The version in force of a quote, whole as its paper says it; `fingerprint` is that of its entry."""

    quote: str
    phase: str
    document: QuoteDocument
    fingerprint: str
    contract: QuoteSigned | None
    gross_cents: int
    amendments: tuple[tuple[str, str], ...]  # id and number of the change orders that stand
    expired: bool
    withdraw_until: str | None  # last day; None while goods are still to come, or where there is no such right
    may_withdraw: bool
    if_signed_today: tuple[str | None, str | None]  # first day of payment, last day of withdrawal
    attachments: tuple[ShownAttachment, ...]
    withdrawn: GivenUp | None


@dataclass(frozen=True, slots=True)
class ShownDue:
    """Money that is asked for: a deposit request or an invoice."""

    kind: Literal["deposit", "invoice"]
    about: str
    number: str
    title: str | None  # what it is for, in the business's words
    quote_number: str  # of the quote it is asked for on; empty without one
    advance: AdvanceKind | None
    amount_cents: int
    paid_cents: int
    to_pay_cents: int
    due_on: str
    payable_from: str | None  # the seven-day ban ends (C. conso L221-10)
    banned: bool
    late: bool
    reference: str
    phase: str
    announced_cents: int  # the client said so; nobody has seen it yet
    announced_on: str | None


@dataclass(frozen=True, slots=True)
class ShownStep:
    """One line of a contract's schedule; the last one, without a kind, is what is left for the final invoice."""

    rank: int | None
    kind: AdvanceKind | None
    amount_cents: int
    trigger: str
    due_on: str | None
    milestone: str | None
    state: Literal["planned", "asked", "part_paid", "paid", "ended"]
    paid_cents: int


@dataclass(frozen=True, slots=True)
class Shown:
    """All that a link shows."""

    ledger_kind: str
    today: str
    about_kind: str
    purpose: str
    issuer: IssuerDetails | None
    siren: str
    sole_trader: bool  # "EI" stands beside the name (C. com. R526-27)
    accent: str | None
    logo: str | None  # digest of the business's logo
    quote: ShownQuote | None
    signature: ShownSignature | None
    you: You | None
    dues: tuple[ShownDue, ...]
    schedule: tuple[ShownStep, ...]
    files: tuple[ShownFile, ...]
    comments: tuple[Comment, ...]
    may: frozenset[May]

    def file(self, kind: str, about: str) -> ShownFile | None:
        """Give a file of this link; None for anything else there may be in the ledger."""
        return next((each for each in self.files if (each.kind, each.about) == (kind, about)), None)

    def due(self, about: str) -> ShownDue | None:
        """Give what is asked for under this id; None for anything else there may be in the ledger."""
        return next((each for each in self.dues if each.about == about), None)


def show(found: Gathered) -> Shown:
    """Make the view of what was gathered."""
    details = found.issuer.current.details
    brand = found.issuer.brand
    quote = _quote(found)
    signature = _signature(found)
    you = _you(found)
    deposits = tuple(_deposit_due(found, *each) for each in found.deposits.items())
    invoices = (each for each in found.invoices.items() if each[1].pays_deposit is None)
    dues = (*deposits, *(_invoice_due(found, *each) for each in invoices))
    return Shown(
        ledger_kind=found.kind,
        today=found.today,
        about_kind=found.link.about_kind,
        purpose=found.link.purpose,
        issuer=details,
        siren=found.issuer.current.siren,
        sole_trader=found.issuer.current.sole_trader,
        accent=brand.accent if brand is not None else None,
        logo=brand.logo if brand is not None else None,
        quote=quote,
        signature=signature,
        you=you,
        dues=dues,
        schedule=_schedule(found),
        files=tuple(_files(found)),
        comments=found.comments,
        may=_may(found, quote, signature, you, dues),
    )


def price(document: QuoteDocument, chosen: tuple[int, ...], fallback: bool = True) -> Priced:
    """Price a quote with a choice; where no total can be made of it, with the cheapest one, and `wrong` says why."""
    wrong = contracts.check_choice(document.lines, chosen)
    figures = contracts.price_counted(document.lines, document.basis, document.discount, chosen)
    if isinstance(figures, Refusal):
        if not fallback:
            raise AssertionError("the cheapest choice of an issued quote has a price")
        cheapest = contracts.cheapest_choice(document.lines)
        priced = price(document, cheapest, fallback=False)
        return Priced(
            chosen, priced.counted, priced.totals, priced.vat, priced.schedule, priced.needs_statement,
            priced.may_start_early, wrong or figures,
        )  # fmt: skip
    schedule = resolve(document.schedule, figures.totals.gross_cents)
    if isinstance(schedule, Refusal):
        wrong = wrong or schedule
        schedule = ()
    lines = contracts.counted_lines(document, chosen)
    return Priced(
        chosen=chosen,
        counted=counted_ranks(document.lines, chosen),
        totals=figures.totals,
        vat=figures.vat,
        schedule=schedule,
        needs_statement=contracts.needs_reduced_rate_statement(document, chosen),
        may_start_early=document.withdrawal == "applies" and bool(lines) and not contracts.is_sale(lines),
        wrong=wrong,
    )


def first_choice(document: QuoteDocument) -> tuple[int, ...]:
    """Give what a page has ticked at first: of each group of variants the one named first, and no option.

    An option that costs more is never ticked beforehand (C. conso L121-17).
    """
    taken: dict[str, int] = {}
    for rank, line in enumerate(document.lines, 1):
        if line.choice == "variant" and line.choice_group is not None:
            taken.setdefault(line.choice_group, rank)
    return tuple(sorted(taken.values()))


# --- the quote


def _quote(found: Gathered) -> ShownQuote | None:
    if not found.quotes:
        return None
    identifier, state = next(iter(found.quotes.items()))
    document = state.current
    today = date.fromisoformat(found.today)
    last = contracts.last_day_to_withdraw(state)
    banned = "NO_PAYMENT_SEVEN_DAYS" in document.mentions
    runs = document.withdrawal == "applies" and not contracts.is_sale(document.lines)
    return ShownQuote(
        quote=identifier,
        phase=state.phase,
        document=document,
        fingerprint=found.fingerprints[identifier],
        contract=state.contract,
        gross_cents=state.gross_cents,
        amendments=tuple((one, each.current.number) for one, each in found.quotes.items() if one != identifier),
        expired=state.phase == "expired" or (state.phase == "open" and found.today > document.valid_until),
        withdraw_until=last.isoformat() if last is not None else None,
        may_withdraw=state.signed and contracts.may_withdraw(state, today),
        if_signed_today=(
            payment_allowed_from(today).isoformat() if banned else None,
            withdrawal_last_day(today).isoformat() if runs else None,
        ),
        attachments=attachments_of(document, found.attached.get(identifier, {})),
        withdrawn=given_up(state, found.withdrawn.get(identifier)),
    )


def given_up(state: QuoteState, withdrawn: QuoteWithdrawn | None) -> GivenUp | None:
    """Say what a withdrawal leaves to pay and to give back, as it was recorded; None where there was none."""
    if withdrawn is None or state.contract is None:
        return None
    price_cents = max(state.gross_cents, state.contract.totals.gross_cents, 1)
    return GivenUp(
        refund_cents=withdrawn.refund_cents,
        refund_due_on=withdrawn.refund_due_on,
        owed_cents=withdrawn.owed_cents,
        share_bp=div_half_up(withdrawn.owed_cents * BP, price_cents),
        early_start=state.contract.early_start_requested,
    )


def attachments_of(document: QuoteDocument, kept: Mapping[str, FileFacts]) -> tuple[ShownAttachment, ...]:
    """Name the files that go with a version of a quote; `kept` are those that are here, by digest."""
    names = (document.texts.attachments if document.texts is not None else None) or ()
    return tuple(
        ShownAttachment(
            digest,
            names[rank] if rank < len(names) else None,
            kept[digest].size_bytes if digest in kept else None,
        )
        for rank, digest in enumerate(document.attachments)
    )


def _signature(found: Gathered) -> ShownSignature | None:
    state = found.signature
    if state is None or found.signature_id is None:
        return None
    thing, given = state.signed_thing, {each.signatory for each in state.given}
    names = [each.name for each in found.parties]
    return ShownSignature(
        signature=found.signature_id,
        phase=state.phase,
        fingerprint=state.digest,
        file=thing.file,
        role=thing.role,
        version=thing.document_version,
        ordered=state.ordered,
        expires_on=state.expires_on,
        signatories=tuple(
            ShownSignatory(
                name=names[each.rank - 1] if each.rank <= len(names) else None,
                side=each.side,
                rank=each.rank,
                signed=each.signatory in given,
                you=each.signatory == found.link.party,
            )
            for each in state.signatories
        ),
    )


def _you(found: Gathered) -> You | None:
    state, party = found.signature, found.link.party
    signatory = state.signatory(party) if state is not None and party is not None else None
    if state is None or signatory is None or found.link.purpose == "observe":
        return None
    waiting = state.waiting
    turn = signatory in waiting and (not state.ordered or waiting[0] == signatory)
    named = found.parties[signatory.rank - 1] if signatory.rank <= len(found.parties) else None
    return You(signatory, named, signed=signatory not in waiting, turn=turn)


# --- money


def _deposit_due(found: Gathered, identifier: str, state: DepositState) -> ShownDue:
    asked = state.asked
    announced = found.announced.get(identifier)
    return ShownDue(
        kind="deposit",
        about=identifier,
        number=asked.number or "",
        title=asked.texts.title if asked.texts is not None else None,
        quote_number=found.quoted.get(identifier, ""),
        advance=asked.kind,
        amount_cents=asked.amount_cents,
        paid_cents=state.paid_cents - state.refunded_cents,
        to_pay_cents=state.to_pay_cents,
        due_on=asked.due_on,
        payable_from=asked.payable_from,
        banned=asked.payable_from is not None and found.today < asked.payable_from,
        late=state.to_pay_cents > 0 and found.today > asked.due_on,
        reference=asked.reference,
        phase=state.phase,
        announced_cents=announced.payment.amount_cents if announced is not None and state.to_pay_cents else 0,
        announced_on=announced.payment.on if announced is not None and state.to_pay_cents else None,
    )


def _invoice_due(found: Gathered, identifier: str, state: InvoiceState) -> ShownDue:
    document = state.issued
    allowed = found.allowed.get(identifier)
    announced = found.announced.get(identifier)
    return ShownDue(
        kind="invoice",
        about=identifier,
        number=document.number,
        title=document.texts.title if document.texts is not None else None,
        quote_number="",
        advance=None,
        amount_cents=document.due_cents,
        paid_cents=state.paid_cents,
        to_pay_cents=state.open_cents,
        due_on=document.due_on,
        payable_from=allowed,
        banned=allowed is not None and found.today < allowed,
        late=state.open_cents > 0 and found.today > document.due_on,
        reference=document.number,
        phase=state.state,
        announced_cents=announced.payment.amount_cents if announced is not None and state.open_cents else 0,
        announced_on=announced.payment.on if announced is not None and state.open_cents else None,
    )


def _schedule(found: Gathered) -> tuple[ShownStep, ...]:
    if not found.quotes:
        return ()
    state = next(iter(found.quotes.values()))
    if state.contract is None:
        return ()
    billed_whole = any(part.kind == "final" and not part.undone for part in state.invoices)
    steps: list[ShownStep] = []
    for rank, each in enumerate(state.contract.schedule, 1):
        asked = any(link.instalment == rank for link in state.deposits)
        if asked or not billed_whole:  # what was not asked for before the final invoice is asked for by it
            steps.append(_step(found, state, rank, each))
    for link in state.deposits:
        deposit = found.deposits.get(link.deposit)
        if link.instalment is None and deposit is not None:
            steps.append(_asked_step(None, deposit))
    planned = sum(each.amount_cents for each in steps if each.state != "ended")
    rest = state.gross_cents - planned
    if rest > 0:
        final = [part for part in state.invoices if not part.undone]
        billed = [found.invoices[part.invoice] for part in final if part.invoice in found.invoices]
        open_cents = sum(each.open_cents for each in billed)
        done = bool(billed) and not open_cents and state.invoiced_cents >= state.gross_cents
        word: Literal["planned", "asked", "paid", "ended"] = "paid" if done else "asked" if billed else "planned"
        if not billed and state.phase != "signed":
            word = "ended"
        paid = sum(each.paid_cents for each in billed)
        steps.append(ShownStep(None, None, rest, "invoice", None, None, word, paid))
    return tuple(steps)


def _step(found: Gathered, state: QuoteState, rank: int, planned: Instalment) -> ShownStep:
    link = next((each for each in state.deposits if each.instalment == rank), None)
    deposit = found.deposits.get(link.deposit) if link is not None else None
    if deposit is not None:
        return _asked_step(rank, deposit)
    ended = state.phase != "signed"
    return ShownStep(
        rank, planned.kind, planned.amount_cents, planned.trigger, planned.due_on, planned.milestone,
        "ended" if ended else "planned", 0,
    )  # fmt: skip


def _asked_step(rank: int | None, deposit: DepositState) -> ShownStep:
    word: Literal["asked", "part_paid", "paid", "ended"] = "asked"
    if deposit.cancelled or deposit.forfeited_cents or deposit.refund_asked_cents:
        word = "ended"
    elif not deposit.to_pay_cents:
        word = "paid"
    elif deposit.paid_cents > deposit.refunded_cents:
        word = "part_paid"
    paid = deposit.paid_cents - deposit.refunded_cents
    return ShownStep(rank, deposit.asked.kind, deposit.amount_cents, "deposit", deposit.asked.due_on, None, word, paid)


# --- files


def _files(found: Gathered) -> list[ShownFile]:
    files = [ShownFile("quote", one, each.current.number, each.current.issued_on) for one, each in found.quotes.items()]
    for one, each in found.quotes.items():
        kept = found.attached.get(one, {})
        files += [
            ShownFile(
                "attachment", of.digest, of.name or "", digest=of.digest, quote=one, media=MEDIA[kept[of.digest].kind]
            )
            for of in attachments_of(each.current, kept)
            if of.digest in kept
        ]
    signature = found.signature
    if signature is not None and found.signature_id is not None:
        thing = signature.signed_thing
        if thing.quote is None and thing.file is not None:
            files.append(ShownFile("file", found.signature_id, "", digest=thing.file))
        if signature.phase == "completed" and found.link.purpose != "observe":  # it holds addresses and devices
            files.append(ShownFile("evidence", found.signature_id, ""))
    for one, deposit in found.deposits.items():
        files.append(ShownFile("deposit_request", one, deposit.asked.number or "", deposit.asked.issued_on))
    for one, receipt in found.receipts.items():
        files.append(ShownFile("receipt", one, receipt.number, receipt.issued_on))
    for one, invoice in found.invoices.items():
        kind: FileKind = "deposit_invoice" if invoice.pays_deposit is not None else "invoice"
        files.append(ShownFile(kind, one, invoice.issued.number, invoice.issued.issued_on))
    files.extend(_note_file(one, note) for one, note in found.credit_notes.items())
    return files


def _note_file(identifier: str, note: CreditNoteState) -> ShownFile:
    return ShownFile("credit_note", identifier, note.number, note.issued_on)


# --- what may be done


def _may(
    found: Gathered,
    quote: ShownQuote | None,
    signature: ShownSignature | None,
    you: You | None,
    dues: tuple[ShownDue, ...],
) -> frozenset[May]:
    link = found.link
    if not link.usable:
        return frozenset()
    if link.purpose == "observe":
        return frozenset({"comment"})
    acts: set[May] = {"comment"}
    if you is not None and link.purpose == "sign" and _open(found, quote, signature) and not you.signed:
        acts.add("decline")
        if you.turn:
            acts.add("sign")
    client = you is not None and you.signatory.side == "client"
    contract = link.purpose == "read" and link.about_kind in ("quote", "contract") and (link.party is None or client)
    if quote is not None and quote.may_withdraw and (client or contract):
        acts.add("withdraw")
    if any(each.to_pay_cents and not each.banned for each in dues):
        if link.purpose == "pay" or (link.purpose == "sign" and client):
            acts |= {"pay", "announce"}
        elif link.purpose == "read":
            acts.add("ask_link_to_pay")
    return frozenset(acts)


def _open(found: Gathered, quote: ShownQuote | None, signature: ShownSignature | None) -> bool:
    """Tell whether signatures are waited for today, on the version in force."""
    state: SignatureState | None = found.signature
    if signature is None or state is None or state.phase != "open":
        return False
    if found.today > state.expires_on and not state.accepted:
        return False
    if quote is None:
        return True
    in_time = not quote.expired or state.accepted  # where every client signed in time, the others may still
    return quote.phase == "open" and in_time and state.digest == quote.fingerprint
