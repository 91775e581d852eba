"""What can be done with a payment: put to documents, taken back, its means corrected, given up, a contest decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from api.http.call import Answer
from api.pages.desk.money.acting import Looked
from api.pages.desk.money.asking import Act, Ask, Told, run
from api.pages.desk.money.common import ACT, day_field, get, post, the_state, today_of
from api.pages.desk.money.payment_new import open_documents, taken
from api.pages.desk.money.words import MEANS, Words
from api.pages.frame import languages
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong
from ledger.domain.commands.common import Command
from ledger.domain.commands.payments import (
    AllocatePayment,
    CloseChargeback,
    CorrectMeans,
    FailPayment,
    OpenChargeback,
    ReversePayment,
)
from ledger.domain.events.payments import DepositUnpaid, InvoiceUnpaid, PaymentAllocated, PaymentReversed
from ledger.domain.streams.payment import PAYMENT, PaymentState

SECTION: Final = "payments"


def _run(visit: Visit, identifier: str, state: PaymentState, **given: Any) -> Answer:
    back = f"/payments/{identifier}"
    amount = languages.money(visit.language, state.amount_cents, state.currency or "EUR")
    common: dict[str, Any] = {
        "section": SECTION,
        "back": back,
        "back_words": f"{visit.say('Paiement')} {amount}",
        "after": lambda _: visit.at(back),
    }
    return run(visit, Act(**{**common, **given}))


def _money(visit: Visit, cents: int) -> str:
    return languages.money(visit.language, cents)


def allocate(visit: Visit) -> Answer:
    """Put what is left of a payment to documents, or move it from one to another."""
    identifier, state = the_state(visit, PAYMENT, "payment")
    documents = open_documents(visit, {"customer": state.customer or ""})
    free: list[dict[str, Any]] = [
        {
            "id": each.about,
            "kind": "deposit_request" if each.about_kind == "deposit" else "invoice",
            "open_cents": each.amount_cents,
            "field": f"free-{each.about_kind}-{each.about}",
        }
        for each in state.allocations
    ]
    names: dict[str, str] = {}

    def read() -> Command | Wrong:
        allocations = taken(visit.form, "take", names, "/allocations")
        freed = taken(visit.form, "free", names, "/free")
        if not allocations and not freed:
            words = visit.say("Écrivez un montant à côté d'un document.")
            return Wrong(words, None, "NOTHING_CHOSEN", {})
        return visit.read(AllocatePayment, {"payment": identifier, "allocations": allocations, "free": freed}, names)

    def explain(looked: Looked) -> Sequence[Told]:
        found = looked.one(PaymentAllocated)
        if found is None:
            return ()
        word = Words(visit)
        told = []
        if found.allocations:
            words = visit.say("{amount} vont aux documents choisis.")
            told.append(
                Told(words.format(amount=_money(visit, sum(one.amount_cents for one in found.allocations))), "", "good")
            )
        if found.freed:
            words = visit.say("{amount} sont retirés de documents, qui redeviennent à payer d'autant.")
            told.append(
                Told(words.format(amount=_money(visit, sum(one.amount_cents for one in found.freed))), "", "warn")
            )
        if found.unallocated_cents:
            words = visit.say("{amount} restent à affecter ou à rendre.")
            told.append(Told(words.format(amount=_money(visit, found.unallocated_cents)), "", "warn"))
        return [*told, *(Told(word(f"flag/{flag.code}"), "", "bad") for flag in found.flags)]

    fields = [
        Ask(
            "amount",
            one["field"],
            f"{one['number']} · {one['name'] or ''} · {visit.say('reste')} {_money(visit, one['open_cents'])}",
            _proposed(state, one, documents),
        )
        for one in documents
    ] + [
        Ask(
            "amount", one["field"], f"{visit.say('Retirer du document déjà payé')} · {_money(visit, one['open_cents'])}"
        )
        for one in free
    ]
    words = visit.say("{amount} à affecter.").format(amount=_money(visit, state.unallocated_cents))
    return _run(
        visit,
        identifier,
        state,
        title=visit.say("Affecter le paiement"),
        read=read,
        explain=explain,
        fields=fields,
        names=names,
        intro=(Told(words),),
        button=visit.say("Vérifier"),
        final=visit.say("Affecter"),
    )


def _proposed(state: PaymentState, one: dict[str, Any], documents: list[dict[str, Any]]) -> str:
    """Propose the only document that the rest of the money fits exactly."""
    fits = [each["id"] for each in documents if each["open_cents"] == state.unallocated_cents]
    if fits != [one["id"]]:
        return ""
    return f"{state.unallocated_cents // 100},{state.unallocated_cents % 100:02d}"


def reverse(visit: Visit) -> Answer:
    """Record that money did not stay; what it paid is to be paid again."""
    identifier, state = the_state(visit, PAYMENT, "payment")
    today, word = today_of(visit), Words(visit)
    causes = ("unpaid", "rejected", "entry_error")
    names = {"/amount_cents": "amount", "/reversed_on": "reversed_on"}

    def read() -> Command | Wrong:
        members = {
            "payment": identifier,
            "cause": visit.form.choice("cause", causes),
            "amount_cents": visit.form.cents("amount", required=False),
            "reversed_on": day_field(visit.form, "reversed_on", today),
        }
        return visit.read(ReversePayment, members, names)

    def explain(looked: Looked) -> Sequence[Told]:
        found = looked.one(PaymentReversed)
        if found is None:
            return ()
        words = visit.say("{amount} sont repris : ce paiement n'est plus compté.")
        told = [Told(words.format(amount=_money(visit, found.amount_cents)), "", "warn")]
        again = sum(one.amount_cents for kind in (InvoiceUnpaid, DepositUnpaid) for _, one in looked.all(kind))
        if again:
            words = visit.say(
                "{amount} redeviennent à payer sur les documents qu'il réglait, et les relances reprennent."
            )
            told.append(Told(words.format(amount=_money(visit, again)), "", "warn"))
        told.append(Told(visit.say("L'encaissement et sa reprise restent tous deux inscrits au registre.")))
        return [*told, *(Told(word(f"flag/{flag.code}"), "", "bad") for flag in found.flags)]

    return _run(
        visit,
        identifier,
        state,
        title=visit.say("Reprendre le paiement"),
        read=read,
        explain=explain,
        danger=True,
        names=names,
        button=visit.say("Voir ce que cela fait"),
        final=visit.say("Reprendre le paiement"),
        fields=(
            Ask(
                "select",
                "cause",
                visit.say("Pourquoi"),
                "unpaid",
                options=[(one, word(f"reversal/{one}")) for one in causes],
            ),
            Ask("amount", "amount", visit.say("Montant"), help=visit.say("Laissez vide pour tout ce qui en reste.")),
            Ask("day", "reversed_on", visit.say("Le"), today.isoformat()),
        ),
    )


def correct(visit: Visit) -> Answer:
    """Correct the means of a payment."""
    identifier, state = the_state(visit, PAYMENT, "payment")
    word = Words(visit)
    options = [(code.partition("/")[2], word(code)) for code in MEANS if code != f"means/{state.means}"]

    def read() -> Command | Wrong:
        means = visit.form.choice("means", tuple(code.partition("/")[2] for code in MEANS))
        return visit.read(CorrectMeans, {"payment": identifier, "means": means})

    words = visit.say(
        "Enregistré comme : {means}. L'argent reste le même ; le plafond des espèces est vérifié de nouveau."
    )
    return _run(
        visit,
        identifier,
        state,
        title=visit.say("Corriger le moyen de paiement"),
        read=read,
        intro=(Told(words.format(means=word(f"means/{state.means}")), "C. mon. fin. L112-6"),),
        fields=(Ask("select", "means", visit.say("C'était"), "", options=options, required=True),),
        button=visit.say("Corriger"),
    )


def fail(visit: Visit) -> Answer:
    """Record that announced money did not come."""
    identifier, state = the_state(visit, PAYMENT, "payment")
    word = Words(visit)
    causes = ("not_received", "declined", "expired", "abandoned")

    def read() -> Command | Wrong:
        return visit.read(FailPayment, {"payment": identifier, "cause": visit.form.choice("cause", causes)})

    return _run(
        visit,
        identifier,
        state,
        title=visit.say("Ce paiement n'est jamais venu"),
        read=read,
        intro=(Told(visit.say("Le document reste à payer et ses relances reprennent.")),),
        fields=(
            Ask(
                "select",
                "cause",
                visit.say("Pourquoi"),
                "not_received",
                options=[(one, word(f"failure/{one}")) for one in causes],
            ),
        ),
        button=visit.say("Noter"),
    )


def contest(visit: Visit) -> Answer:
    """Record that the client's bank contests a payment, or how that was decided."""
    identifier, state = the_state(visit, PAYMENT, "payment")
    today = today_of(visit)
    if state.contested_cents:
        return _decide(visit, identifier, state)
    names = {"/amount_cents": "amount", "/provider_reference": "reference", "/respond_by": "respond_by"}

    def read() -> Command | Wrong:
        members = {
            "payment": identifier,
            "amount_cents": visit.form.cents("amount"),
            "provider_reference": visit.form.text("reference"),
            "respond_by": visit.form.day("respond_by"),
        }
        return visit.read(OpenChargeback, members, names)

    cents = state.left_cents
    return _run(
        visit,
        identifier,
        state,
        title=visit.say("La banque du client conteste"),
        read=read,
        names=names,
        intro=(
            Told(
                visit.say(
                    "Le document reste payé tant que la contestation n'est pas tranchée. Une "
                    "tâche rappelle la date de réponse."
                )
            ),
        ),
        fields=(
            Ask("amount", "amount", visit.say("Montant contesté"), f"{cents // 100},{cents % 100:02d}", required=True),
            Ask("text", "reference", visit.say("Référence de la contestation"), required=True, most=255),
            Ask("day", "respond_by", visit.say("Répondre avant le"), today.isoformat()),
        ),
        button=visit.say("Noter la contestation"),
    )


def _decide(visit: Visit, identifier: str, state: PaymentState) -> Answer:
    def read() -> Command | Wrong:
        members = {"payment": identifier, "outcome": visit.form.choice("outcome", ("won", "lost"))}
        return visit.read(CloseChargeback, members)

    def explain(looked: Looked) -> Sequence[Told]:
        found = looked.one(PaymentReversed)
        if found is None:
            return (Told(visit.say("L'argent reste : rien ne change sur le document."), "", "good"),)
        words = visit.say("{amount} repartent chez le client : le document redevient à payer d'autant.")
        return (Told(words.format(amount=_money(visit, found.amount_cents)), "", "bad"),)

    options = [
        ("won", visit.say("Gagnée"), visit.say("L'argent reste.")),
        ("lost", visit.say("Perdue"), visit.say("L'argent repart.")),
    ]
    return _run(
        visit,
        identifier,
        state,
        title=visit.say("La contestation est tranchée"),
        read=read,
        explain=explain,
        fields=(Ask("choice", "outcome", visit.say("Décision"), "won", options=options),),
        button=visit.say("Voir ce que cela fait"),
        final=visit.say("Noter la décision"),
    )


_BOTH: Final = (
    ("/payments/{payment}/place", allocate, "Affecter un paiement."),
    ("/payments/{payment}/reverse", reverse, "Reprendre un paiement."),
    ("/payments/{payment}/means", correct, "Corriger le moyen d'un paiement."),
    ("/payments/{payment}/fail", fail, "Noter qu'un paiement annoncé n'est jamais venu."),
    ("/payments/{payment}/contest", contest, "Noter une contestation, ou sa décision."),
)
PAGES: Final[tuple[Page, ...]] = tuple(
    page for path, handler, words in _BOTH for page in (get(path, handler, ACT, words), post(path, handler, ACT, words))
)
