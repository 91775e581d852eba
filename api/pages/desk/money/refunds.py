"""Giving money back: for a credit note, a deposit, or what was paid too much; through the provider where it came so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from api.http.call import Answer
from api.pages.desk.money.acting import Looked, explain_and_do, reading
from api.pages.desk.money.asking import Told
from api.pages.desk.money.common import ACT, day_field, filled, get, post, show, state_of, today_of
from api.pages.desk.money.words import MEANS, Words
from api.pages.frame import languages
from api.pages.frame.forms import FieldWrong
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_field, of_refusal
from api.payments.provider import ProviderAway
from ledger.domain.commands.payments import RefundPayment
from ledger.domain.events.payments import PaymentReceived, RefundPaid
from ledger.domain.identifiers import is_uuid4
from ledger.domain.streams.credit_note import CREDIT_NOTE
from ledger.domain.streams.deposit import DEPOSIT
from ledger.domain.streams.payment import PAYMENT

SECTION: Final = "payments"


class About:
    """What money is given back for: its kind and id, how much is due, where its page is."""

    def __init__(self, kind: str, about: str, due_cents: int, indemnity_cents: int, number: str, path: str) -> None:
        self.kind, self.about, self.due_cents, self.indemnity_cents = kind, about, due_cents, indemnity_cents
        self.number, self.path = number, path
        self.provider: str | None = None


def _about(visit: Visit, given: Mapping[str, str]) -> About:
    if is_uuid4(given.get("credit_note", "")):
        note = state_of(visit, CREDIT_NOTE, given["credit_note"])
        if note is not None:
            about = given["credit_note"]
            return About("credit_note", about, note.open_cents, 0, note.number, f"/invoices/{about}")
    if is_uuid4(given.get("deposit", "")):
        deposit = state_of(visit, DEPOSIT, given["deposit"])
        if deposit is not None:
            about = given["deposit"]
            return About(
                "deposit",
                about,
                deposit.to_refund_cents,
                deposit.indemnity_due_cents,
                deposit.asked.number or "",
                f"/deposits/{about}",
            )
    if is_uuid4(given.get("payment", "")):
        payment = state_of(visit, PAYMENT, given["payment"])
        if payment is not None and payment.phase == "received":
            about = given["payment"]
            found = About("payment", about, payment.unallocated_cents, 0, visit.say("Paiement"), f"/payments/{about}")
            found.provider = _provider(visit, about)
            return found
    raise visit.nothing_there()


def _provider(visit: Visit, payment: str) -> str | None:
    """Say through which provider a payment came, if it did and its keys are here."""
    entries = visit.context.service.stream(visit.ledger.ledger, f"payment:{payment}")
    name = next((one.record.provider for one in entries if isinstance(one.record, PaymentReceived)), None)
    if name is None or visit.context.collecting.accounts.one(visit.ledger.ledger, name) is None:
        return None
    return name


def refund(visit: Visit) -> Answer:
    """Record or order money given back, explained before."""
    given = {name: visit.form.text(name) for name in ("payment", "credit_note", "deposit")}
    if visit.page.method == "GET":
        given |= filled(visit.query("payment", "credit_note", "deposit"))
    about = _about(visit, given)
    if visit.page.method == "GET":
        return _page(visit, given, about)
    if visit.form.text("how") == "provider" and about.provider is not None:
        return _through(visit, given, about)
    today = today_of(visit)
    names = {"/amount_cents": "amount", "/indemnity_cents": "indemnity", "/paid_on": "paid_on", "/about": "amount"}

    def read() -> RefundPayment | Wrong:
        form = visit.form
        members = {
            "means": form.choice("means", tuple(code.partition("/")[2] for code in MEANS)),
            "amount_cents": form.cents("amount"),
            "indemnity_cents": form.cents("indemnity", required=False),
            "about": about.about,
            "about_kind": about.kind,
            "paid_on": day_field(form, "paid_on", today),
            "reference": form.optional("reference"),
            "payment": about.about if about.kind == "payment" else None,
        }
        return visit.read(RefundPayment, members, names)

    command = reading(visit, read)
    outcome = command if isinstance(command, Wrong) else explain_and_do(visit, command, _amounts, names)
    if isinstance(outcome, Wrong):
        return _page(visit, given, about, wrong=outcome)
    if isinstance(outcome, Looked):
        return _page(visit, given, about, looked=outcome)
    return visit.go(visit.at(about.path))


def _amounts(decision: Any) -> Any:
    return [
        [each.event.amount_cents, each.event.indemnity_cents, each.event.unplaced_cents]
        for each in decision.events
        if isinstance(each.event, RefundPaid)
    ]


def _through(visit: Visit, given: Mapping[str, str], about: About) -> Answer:
    cents = reading_cents(visit)
    if isinstance(cents, Wrong):
        return _page(visit, given, about, wrong=cents)
    if visit.form.text("act") != "do":
        return _page(visit, given, about, ordered_cents=cents)
    try:
        refused = visit.context.collecting.refund(
            visit.ledger.ledger, about.about, cents, visit.form.text("key"), actor=visit.actor
        )
    except ProviderAway:
        words = visit.say(
            "Le prestataire ne répond pas. Renvoyez ce même formulaire dans un moment : rien ne sera fait deux fois."
        )
        return _page(visit, given, about, wrong=Wrong(words, None, "PROVIDER_AWAY", {}, 409), ordered_cents=cents)
    if refused is not None:
        return _page(visit, given, about, wrong=of_refusal(refused, visit.language, {"/amount_cents": "amount"}))
    return visit.go(visit.at(about.path))


def reading_cents(visit: Visit) -> int | Wrong:
    """Read the amount of the form."""
    try:
        return visit.form.cents("amount") or 0
    except FieldWrong as wrong:
        return of_field(wrong, visit.language)


def _explained(visit: Visit, about: About, looked: Looked) -> list[Told]:
    found = looked.one(RefundPaid)
    if found is None:
        return []
    word, lang = Words(visit), visit.language
    words = visit.say("{amount} rendus au client, par {means}, pour {number}.")
    told = [
        Told(
            words.format(
                amount=languages.money(lang, found.amount_cents),
                means=word(f"means/{found.means}").lower(),
                number=about.number,
            )
        )
    ]
    if found.indemnity_cents:
        words = visit.say("Dont {amount} de doublement des arrhes ou d'intérêts.")
        told.append(Told(words.format(amount=languages.money(lang, found.indemnity_cents)), "C. conso L214-1"))
    if found.unplaced_cents:
        words = visit.say("{amount} de plus que ce qui était à rendre : cela sera noté et à expliquer.")
        told.append(Told(words.format(amount=languages.money(lang, found.unplaced_cents)), "", "bad"))
    told += [Told(word(f"flag/{flag.code}"), "", "warn") for flag in found.flags]
    told.append(
        Told(
            visit.say("L'écriture note un remboursement que vous avez fait : faites aussi le virement.")
            if found.means in ("credit_transfer", "instant_transfer")
            else visit.say("L'écriture note un remboursement que vous avez fait.")
        )
    )
    return told


def _page(
    visit: Visit,
    given: Mapping[str, str],
    about: About,
    *,
    wrong: Wrong | None = None,
    looked: Looked | None = None,
    ordered_cents: int | None = None,
) -> Answer:
    word = Words(visit)
    return show(
        visit,
        "refund.html",
        SECTION,
        200 if wrong is None else wrong.status,
        given=given,
        about=about,
        wrong=wrong,
        looked=looked,
        told=_explained(visit, about, looked) if looked is not None else (),
        means=[(code.partition("/")[2], word(code)) for code in MEANS],
        today=today_of(visit).isoformat(),
        ordered_cents=ordered_cents,
        due_cents=about.due_cents + about.indemnity_cents,
    )


PAGES: Final[tuple[Page, ...]] = (
    get("/refunds/new", refund, ACT, "Rembourser : un avoir, un acompte, un trop-perçu."),
    post("/refunds/new", refund, ACT, "Expliquer, puis noter ou ordonner un remboursement."),
)
