"""The last signature concludes the contract: what was chosen, its price, from when money may be taken, what is asked.

C. civ. 1113 (offer and acceptance meet), C. conso L221-10 (seven days), L221-18 (fourteen days).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.domain import contracts
from ledger.domain.advances import resolve
from ledger.domain.deciders.deposit_room import check_amendment
from ledger.domain.deciders.deposits import ask_instalments
from ledger.domain.decision import Plan
from ledger.domain.events.quotes import QuoteAmended, QuoteDocument, QuoteSigned
from ledger.domain.events.signatures import SignatureGiven
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.regimes.fr.deadlines import payment_allowed_from, withdrawal_last_day
from ledger.domain.streams.quote import QUOTE
from ledger.domain.streams.signature import SignatureState
from ledger.domain.types import SignatureLevel


@dataclass(frozen=True, slots=True)
class Word:
    """What a client declares by signing: choices, the wish to begin early, the statement for reduced rates."""

    chosen: tuple[int, ...] = ()
    early_start_requested: bool = False
    loss_acknowledged: bool = False
    reduced_rate_stated: bool = False


def check_word(document: QuoteDocument, word: Word, earlier: Sequence[SignatureGiven], *, last: bool) -> Refusal | None:
    """Check what a client declares: a whole choice, the same as the clients before; by the last, the statement."""
    refused = contracts.check_choice(document.lines, word.chosen)
    if refused is not None:
        return refused
    if any(set(each.chosen) != set(word.chosen) for each in earlier):
        return refuse("QUOTE_CHOICE_INVALID", "/chosen")
    stated = word.reduced_rate_stated or any(each.reduced_rate_stated for each in earlier)
    if last and not stated and contracts.needs_reduced_rate_statement(document, word.chosen):
        return refuse("REDUCED_RATE_STATEMENT_MISSING", "/reduced_rate_stated")
    figures = contracts.price_counted(document.lines, document.basis, document.discount, word.chosen)
    return figures if isinstance(figures, Refusal) else None


def conclude(
    plan: Plan, quote_id: str, signature_id: str, signature: SignatureState, level: SignatureLevel
) -> tuple[str, ...] | Refusal:
    """Record the contract and ask for the deposits due at signature; give the ids of the requests.

    An early start and its loss count where every client asked for them; the statement where one gave it.
    """
    quote = plan.state(QUOTE, quote_id)
    if quote is None:
        return refuse("REFERENCE_UNKNOWN", "/quote")
    document = quote.current
    clients = {each.signatory for each in signature.signatories if each.side == "client"}
    words = [each for each in signature.given if each.signatory in clients]
    chosen = tuple(sorted(words[0].chosen)) if words else ()
    figures = contracts.price_counted(document.lines, document.basis, document.discount, chosen)
    if isinstance(figures, Refusal):
        return figures
    schedule = resolve(document.schedule, figures.totals.gross_cents)
    if isinstance(schedule, Refusal):
        return schedule
    refused = check_amendment(plan, document.amends, figures.totals.gross_cents, "/quote")
    if refused is not None:
        return refused
    today = plan.today
    banned = "NO_PAYMENT_SEVEN_DAYS" in document.mentions  # settled, and told to the client, when the quote was drawn
    from_on = payment_allowed_from(today) if banned else None
    until = None
    if document.withdrawal == "applies" and not contracts.is_sale(contracts.counted_lines(document, chosen)):
        until = withdrawal_last_day(today)
    plan.emit(
        QUOTE,
        quote_id,
        QuoteSigned(
            document_version=document.document_version,
            signature=signature_id,
            signed_fingerprint=signature.digest,
            level=level,
            concluded_on=today.isoformat(),
            chosen=chosen,
            vat=figures.vat,
            totals=figures.totals,
            schedule=schedule,
            payment_from=from_on.isoformat() if from_on is not None else None,
            withdrawal_until=until.isoformat() if until is not None else None,
            early_start_requested=bool(words) and all(each.early_start_requested for each in words),
            loss_acknowledged=bool(words) and all(each.loss_acknowledged for each in words),
            reduced_rate_stated=any(each.reduced_rate_stated for each in words),
        ),
    )
    if document.amends is not None:
        totals = figures.totals
        amended = QuoteAmended(
            amendment=quote_id,
            net_cents=totals.net_cents,
            vat_cents=totals.vat_cents,
            gross_cents=totals.gross_cents,
        )
        plan.emit(QUOTE, document.amends, amended)
    return ask_instalments(plan, quote_id, lambda each: each.trigger == "signature", today)
