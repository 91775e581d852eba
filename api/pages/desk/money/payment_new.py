"""Recording money: received, or announced before and now there. A proposal says which documents it pays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, Literal

from api.http.call import Answer
from api.pages.desk.money.acting import Looked, explain_and_do, reading
from api.pages.desk.money.asking import Told
from api.pages.desk.money.common import ACT, PAGE, Names, day_field, filled, get, post, show, state_of, today_of, views
from api.pages.desk.money.lists import owned, shown
from api.pages.desk.money.words import MEANS, Words
from api.pages.frame import languages
from api.pages.frame.forms import Form
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong
from ledger.domain.commands.payments import RecordPayment
from ledger.domain.decision import Decision
from ledger.domain.events.deposits import ReceiptIssued
from ledger.domain.events.invoices import EarlyDiscountTaken, InvoiceIssued
from ledger.domain.events.payments import PaymentReceived
from ledger.domain.identifiers import is_uuid4
from ledger.domain.streams.payment import PAYMENT, PaymentState
from projections.business.documents import DOCUMENT, DOCUMENTS, DUE
from projections.engine.contract import Row, View

SECTION: Final = "payments"
_FIELD: Final = re.compile(r"(take|free)-(invoice|deposit)-([0-9a-f-]{36})")
KINDS: Final[Mapping[str, str]] = {"invoice": "invoice", "deposit_request": "deposit"}


def record(visit: Visit) -> Answer:
    """Record money that came in."""
    given = {name: visit.form.text(name) for name in ("invoice", "deposit", "announced", "customer")}
    if visit.page.method == "GET":
        given |= filled(visit.query("invoice", "deposit", "announced", "customer"))
    announced = state_of(visit, PAYMENT, given["announced"]) if is_uuid4(given["announced"]) else None
    documents = open_documents(visit, given, announced)
    if visit.page.method == "GET":
        return _page(visit, given, announced, documents)
    today = today_of(visit)
    names: dict[str, str] = {"/amount_cents": "amount", "/received_on": "received_on", "/announced": "amount"}

    def read() -> RecordPayment | Wrong:
        form = visit.form
        amount_cents = form.cents("amount") or 0
        if form.text("act") == "look" and not form.ticked("unplaced"):
            propose(form, documents, amount_cents)
        allocations = taken(form, "take", names, "/allocations")
        members = {
            "means": form.choice("means", tuple(code.partition("/")[2] for code in MEANS)),
            "amount_cents": amount_cents,
            "received_on": day_field(form, "received_on", today),
            "reference": form.optional("reference"),
            "cash_reason": form.optional("cash_reason"),
            "allocations": allocations,
            "announced": given["announced"] if announced is not None else None,
        }
        customer = given.get("customer", "")
        if is_uuid4(customer):
            members["customer"] = customer
        return visit.read(RecordPayment, members, names)

    command = reading(visit, read)
    outcome = command if isinstance(command, Wrong) else explain_and_do(visit, command, _summary, names)
    if isinstance(outcome, Wrong):
        return _page(visit, given, announced, documents, wrong=outcome)
    if isinstance(outcome, Looked):
        return _page(visit, given, announced, documents, looked=outcome)
    return visit.go(visit.at(f"/payments/{outcome.result['payment']}"))


def _summary(decision: Decision) -> Any:
    received = next((each.event for each in decision.events if isinstance(each.event, PaymentReceived)), None)
    if received is None:
        return None
    parts = [[each.about, each.amount_cents] for each in received.allocations]
    return [received.amount_cents, received.unallocated_cents, parts, [each.code for each in received.flags]]


# --- documents that money may be for


def open_documents(
    visit: Visit, given: Mapping[str, str], announced: PaymentState | None = None
) -> list[dict[str, Any]]:
    """Give what is still to be paid: of the customer or document that was named, else what falls due first."""
    names, today = Names(visit), today_of(visit)
    wanted = [("invoice", given.get("invoice", "")), ("deposit", given.get("deposit", ""))]
    keys = [f"{kind}:{about}" for kind, about in wanted if is_uuid4(about)]
    if announced is not None and announced.about is not None:
        keys += [f"invoice:{announced.about}", f"deposit:{announced.about}"]
    customer = given.get("customer", "")
    with views(visit, DOCUMENTS.name) as found:
        view = found[DOCUMENTS.name]
        first = [row for key in keys if (row := view.get(DOCUMENT, key)) is not None and row.body.get("open_cents")]
        customers = {row.body.get("customer") for row in first} - {None} or (
            {customer} if is_uuid4(customer) else set()
        )
        rest = _of_customers(view, customers) if customers else islice(_due(view), PAGE)
        rows = {row.key: row for row in (*first, *rest)}
        listed = [shown(row, names, today) for row in rows.values()]
    chosen = {row.key.partition(":")[2] for row in first}
    return [{**one, "chosen": one["id"] in chosen, "field": f"take-{KINDS[one['kind']]}-{one['id']}"} for one in listed]


def _of_customers(view: View, customers: set[Any]) -> list[Row]:
    """Give what some customers have still to pay, the longest due first."""
    kinds = frozenset(KINDS)
    found = [row for each in customers for row in owned(view, each, kinds) if row.body.get("open_cents")]
    return sorted(found, key=lambda row: str(row.body.get("due_on", "")))[:PAGE]


def _due(view: View) -> Iterator[Row]:
    """Give open documents, the longest due first."""
    for pointer in view.rows(DUE, sort_from="deposit_request/", sort_to="invoice/~", limit=2 * PAGE):
        row = view.get(DOCUMENT, pointer.key)
        if row is not None and row.body["kind"] in KINDS:
            yield row


def propose(form: Form, documents: Sequence[Mapping[str, Any]], amount_cents: int) -> None:
    """Put the money to documents where nobody said: those named, else the one of this very amount, the oldest first."""
    if amount_cents <= 0 or any(form.text(one["field"]) for one in documents):
        return
    chosen = [one for one in documents if one["chosen"]]
    if not chosen:
        chosen = [one for one in documents if one["open_cents"] == amount_cents][:1]
    left = amount_cents
    for one in sorted(chosen, key=lambda each: each["due_on"] or ""):
        part = min(left, one["open_cents"])
        if part > 0:
            form.pairs[:] = [pair for pair in form.pairs if pair[0] != one["field"]]
            form.pairs.append((one["field"], f"{part // 100},{part % 100:02d}"))
            left -= part
    if left > 0 and chosen:  # more than is due: the last one takes it, so that the ledger says so
        last = chosen[-1]["field"]
        cents = (form.cents(last, required=False) or 0) + left
        form.pairs[:] = [pair for pair in form.pairs if pair[0] != last]
        form.pairs.append((last, f"{cents // 100},{cents % 100:02d}"))


def taken(form: Form, verb: Literal["take", "free"], names: dict[str, str], place: str) -> list[dict[str, Any]]:
    """Read how much goes to which document, or is taken off it: of every field, whatever the page still lists.

    A form that is sent again must say what it said the first time, though its documents are paid by then.
    """
    parts: list[dict[str, Any]] = []
    for field in dict.fromkeys(name for name, _ in form):
        found = _FIELD.fullmatch(field)
        if found is None or found[1] != verb:
            continue
        cents = form.cents(field, required=False)
        if not cents:
            continue
        at = f"{place}/{len(parts)}"
        names |= {at: field, f"{at}/amount_cents": field, f"{at}/about": field}
        names.setdefault(place, field)
        parts.append({"about": found[3], "about_kind": found[2], "amount_cents": cents})
    return parts


# --- the page


def explain(visit: Visit, looked: Looked) -> list[Told]:
    """Say where the money goes and what it does not respect."""
    received = looked.one(PaymentReceived)
    if received is None:
        return []
    lang, word = visit.language, Words(visit)
    words = visit.say("{amount} reçus le {day}, par {means}.")
    day = languages.day(lang, received.received_on)
    amount = languages.money(lang, received.amount_cents, received.currency)
    told = [Told(words.format(amount=amount, day=day, means=word(f"means/{received.means}").lower()))]
    if received.allocations:
        count = len(received.allocations)
        words = languages.count(lang, "Le paiement règle un document.", "Le paiement règle %(n)s documents.", count)
        told.append(Told(words.replace("%(n)s", str(count)), "", "good"))
    if received.unallocated_cents:
        words = visit.say("{amount} ne vont à aucun document : à affecter ou à rendre ensuite.")
        told.append(Told(words.format(amount=languages.money(lang, received.unallocated_cents)), "", "warn"))
    told += [Told(word(f"flag/{flag.code}"), "", "bad") for flag in received.flags]
    for _, discount in looked.all(EarlyDiscountTaken):
        words = visit.say("Payé tôt : escompte de {amount} selon la facture.")
        told.append(Told(words.format(amount=languages.money(lang, discount.amount_cents)), "C. com. L441-9"))
    if looked.one(InvoiceIssued) is not None:
        told.append(Told(visit.say("La facture d'acompte est émise en même temps."), "CGI art. 289, I, 1, c"))
    if looked.one(ReceiptIssued) is not None:
        told.append(Told(visit.say("Un reçu numéroté est remis au client.")))
    return told


def _page(
    visit: Visit,
    given: Mapping[str, str],
    announced: PaymentState | None,
    documents: list[dict[str, Any]],
    *,
    wrong: Wrong | None = None,
    looked: Looked | None = None,
) -> Answer:
    word = Words(visit)
    chosen = [one for one in documents if one["chosen"]]
    amount = announced.amount_cents if announced is not None else sum(one["open_cents"] for one in chosen) or None
    reasons = [
        ("", visit.say("Sans objet")),
        ("foreign_resident", visit.say("Client domicilié fiscalement hors de France")),
        ("no_other_means", visit.say("Le client n'a pas d'autre moyen de payer")),
        ("other", visit.say("Autre")),
    ]
    return show(
        visit,
        "payment_new.html",
        SECTION,
        200 if wrong is None else wrong.status,
        given=given,
        announced=announced,
        documents=documents,
        amount=amount,
        today=today_of(visit).isoformat(),
        wrong=wrong,
        looked=looked,
        told=explain(visit, looked) if looked is not None else (),
        reasons=reasons,
        means=[(code.partition("/")[2], word(code)) for code in MEANS],
        chosen_means=announced.means if announced is not None else "credit_transfer",
    )


PAGES: Final[tuple[Page, ...]] = (
    get("/payments/new", record, ACT, "Enregistrer un paiement, avec une proposition d'affectation."),
    post("/payments/new", record, ACT, "Expliquer, puis enregistrer un paiement."),
)
