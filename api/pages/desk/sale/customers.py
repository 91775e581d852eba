"""Customers: found by name, their page, made and changed; what they agreed to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote as quoted

from api.http.call import Answer, whole
from api.pages.desk.sale.words import CUSTOMER_KINDS, DOCUMENT_KINDS, DOCUMENT_STATES, RISKS
from api.pages.frame.forms import FieldWrong
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_field
from api.rendering.errors import DocumentErased, DocumentRefused, DocumentUnknown, NotRendered
from api.rendering.subjects import Subject
from ledger.domain.commands.parties import RecordConsent, RegisterCustomer, UpdateCustomer
from ledger.domain.events.common import Address, Party
from ledger.domain.identifiers import is_uuid4
from ledger.domain.streams.customer import CUSTOMER, CustomerState
from ledger.shell.errors import Overloaded, StreamPurged
from projections.business.customers import CUSTOMERS
from projections.business.documents import DOCUMENTS
from projections.engine.contract import Row, View

PAGE: Final = 50
SHOWN: Final = 60
"""Documents of a customer that their page shows; the statement has them all."""
NAMES: Final = {
    "/party/name": "name", "/party/siren": "siren", "/party/vat_number": "vat_number", "/party/email": "email",
    "/party/phone": "phone", "/party/contact": "contact", "/party/order_reference": "order_reference",
    "/party/address": "street", "/party/address/lines": "street", "/party/address/lines/0": "street",
    "/party/address/postcode": "postcode", "/party/address/city": "city", "/party/address/country": "country",
    "/party/delivery_address": "delivery_street", "/party/delivery_address/city": "delivery_city",
    "/party/delivery_address/country": "delivery_country", "/country": "country", "/tax_resident": "tax_resident",
    "/siren": "siren", "/vat_number": "vat_number", "/payment_days": "payment_days", "/kind": "kind",
}  # fmt: skip
"""Where the command's members stand in the form."""


def list_customers(visit: Visit) -> Answer:
    """Show customers by name, or those that a search finds."""
    query = visit.query("q", "page")
    words = query.get("q", "").strip()
    page = whole(query, "page", 1, 100_000, least=1)
    found = visit.context.names.search(visit.ledger.ledger, words, skip=(page - 1) * PAGE, limit=PAGE)
    count = found[1] if found is not None else 0

    def at(number: int) -> str:
        return visit.at(f"/customers?page={number}" + (f"&q={quoted(words)}" if words else ""))

    return visit.render(
        "desk/sale/customers.html",
        words=words,
        found=found,
        kinds=CUSTOMER_KINDS,
        before=at(page - 1) if page > 1 else None,
        after=at(page + 1) if page * PAGE < count else None,
    )


def show_customer(visit: Visit) -> Answer:
    """Show one customer: who they are, what they owe, their documents, what they agreed to."""
    visit.query("kept")
    identifier = visit.params["customer"]
    state = _the_customer(visit)
    ledger = visit.ledger.ledger
    with visit.context.engine.fresh(ledger, (DOCUMENTS.name, CUSTOMERS.name)) as views:
        account = views[CUSTOMERS.name].get("customer", identifier)
        rows = list(_documents(views[DOCUMENTS.name], views[CUSTOMERS.name], identifier))
    rows.sort(key=lambda row: (row.body["issued_on"], row.seq), reverse=True)
    documents = [_document(visit, row) for row in rows[:SHOWN]]
    return visit.render(
        "desk/sale/customer.html",
        customer=identifier,
        state=state,
        party=state.party,
        account=account.body if account is not None else {},
        documents=documents,
        more=len(rows) > SHOWN,
        kinds=CUSTOMER_KINDS,
        risks=RISKS,
    )


def _the_customer(visit: Visit) -> CustomerState:
    identifier = visit.params["customer"]
    state = None
    if is_uuid4(identifier):
        try:
            state = visit.context.service.state(visit.ledger.ledger, CUSTOMER, identifier)
        except StreamPurged:
            state = None
    if state is None:
        raise visit.nothing_there()
    return state


def _documents(documents: View, accounts: View, customer: str) -> Iterator[Row]:
    """Give a customer's latest documents: those that moved their account, newest first, and their quotes."""
    streams: dict[str, None] = {}
    for move in accounts.rows("move", first=f"{customer}/", last=f"{customer}/~", descending=True, limit=6 * SHOWN):
        streams[move.body["document"]] = None
        if len(streams) == SHOWN:
            break
    for prefix in ("quote:", "deposit:"):
        for each in documents.rows(
            "owned", first=f"{customer}/{prefix}", last=f"{customer}/{prefix}~", limit=4 * SHOWN
        ):
            streams[each.key.partition("/")[2]] = None
    for stream in streams:
        row = documents.get("document", stream)
        if row is not None:
            yield row


_PLACES: Final = {
    "quote": "/quotes/{}", "invoice": "/invoices/{}", "deposit_invoice": "/invoices/{}",
    "deposit_request": "/deposits/{}",
}  # fmt: skip


def address_of(visit: Visit, stream: str, kind: str) -> str | None:
    """Give the desk's page of a document; None for one that has none of its own."""
    place = _PLACES.get(kind)
    return visit.at(place.format(stream.partition(":")[2])) if place else None


def _document(visit: Visit, row: Row) -> Mapping[str, Any]:
    body = row.body
    return {
        "path": address_of(visit, row.key, body["kind"]),
        "kind": DOCUMENT_KINDS.get(body["kind"], body["kind"]),
        "number": body.get("number", ""),
        "on": body["issued_on"],
        "state": DOCUMENT_STATES.get(body["state"], body["state"]),
        "gross_cents": body.get("gross_cents"),
        "open_cents": body.get("open_cents", 0),
    }


def statement(visit: Visit) -> Answer:
    """Give a customer's statement of account as a PDF."""
    visit.query()
    _the_customer(visit)
    subject = Subject("statement", visit.params["customer"])
    try:
        file = visit.context.documents.file(visit.ledger.ledger, subject, actor=visit.actor, reads=True)
    except (DocumentErased, DocumentRefused, DocumentUnknown, NotRendered, Overloaded, StreamPurged):
        words = visit.say("Ce document ne peut pas être donné maintenant : réessayez dans un instant.")
        back = visit.at(f"/customers/{visit.params['customer']}")
        return visit.render("desk/sale/refused.html", 409, wrong=Wrong(words), back=back, section="customers")
    return visit.file(file.data, "application/pdf", visit.say("releve.pdf"), inline=True)


# --- making and changing


def new_customer(visit: Visit) -> Answer:
    """Show an empty form for a customer."""
    visit.query()
    return visit.render("desk/sale/customer_form.html", customer=None, kinds=CUSTOMER_KINDS, risks=RISKS, values={})


def add_customer(visit: Visit) -> Answer:
    """Register a customer."""
    made = registered(visit)
    if isinstance(made, Wrong):
        return visit.render(
            "desk/sale/customer_form.html", made.status, wrong=made, customer=None, kinds=CUSTOMER_KINDS, risks=RISKS,
            values={},
        )  # fmt: skip
    return visit.go(visit.at(f"/customers/{made}"))


def registered(visit: Visit) -> str | Wrong:
    """Register the customer that the form describes; the id."""
    try:
        members = _members(visit)
    except FieldWrong as wrong:
        return of_field(wrong, visit.language)
    command = visit.read(RegisterCustomer, members, NAMES)
    done = command if isinstance(command, Wrong) else visit.do(command, names=NAMES, step="customer")
    return done if isinstance(done, Wrong) else str(done.result["customer"])


def chosen_customer(visit: Visit) -> str | Wrong:
    """Give the customer that a form names, or registers as a new one."""
    identifier = visit.form.text("customer")
    if identifier:
        ledger = visit.ledger.ledger
        if not is_uuid4(identifier) or visit.context.service.state(ledger, CUSTOMER, identifier) is None:
            return Wrong(visit.say("Ce client n'existe pas dans ce registre."))
        return identifier
    return registered(visit)


def edit_customer(visit: Visit) -> Answer:
    """Show a customer's details to be changed."""
    visit.query()
    state = _the_customer(visit)
    return visit.render(
        "desk/sale/customer_form.html", customer=visit.params["customer"], kinds=CUSTOMER_KINDS, risks=RISKS,
        values=_values(state),
    )  # fmt: skip


def change_customer(visit: Visit) -> Answer:
    """Replace a customer's details; documents issued before keep what they say."""
    state, customer = _the_customer(visit), visit.params["customer"]
    try:
        members = _members(visit)
    except FieldWrong as wrong:
        made: Any = of_field(wrong, visit.language)
    else:
        made = visit.read(UpdateCustomer, {**members, "customer": customer}, NAMES)
    done = made if isinstance(made, Wrong) else visit.do(made, names=NAMES)
    if isinstance(done, Wrong):
        return visit.render(
            "desk/sale/customer_form.html", done.status, wrong=done, customer=customer, kinds=CUSTOMER_KINDS,
            risks=RISKS, values=_values(state),
        )  # fmt: skip
    return visit.go(visit.at(f"/customers/{customer}?kept=1"))


def record_consent(visit: Visit) -> Answer:
    """Record what a customer agreed to, or no longer agrees to."""
    customer = visit.params["customer"]
    _the_customer(visit)
    subject = visit.form.choice("subject", ("electronic_invoice", "messages"))
    given = visit.form.choice("given", ("yes", "no")) == "yes"
    command = visit.read(RecordConsent, {"customer": customer, "subject": subject, "given": given})
    done = command if isinstance(command, Wrong) else visit.do(command)
    if isinstance(done, Wrong):
        back = visit.at(f"/customers/{customer}")
        return visit.render("desk/sale/refused.html", done.status, wrong=done, back=back, section="customers")
    return visit.go(visit.at(f"/customers/{customer}?kept=1"))


def _members(visit: Visit) -> dict[str, Any]:
    form = visit.form
    kind = form.choice("kind", ("consumer", "business", "public"), "consumer")
    name = _limited(visit, "name")
    if name is None:
        raise FieldWrong("name", "Un nom est nécessaire.")
    email = _limited(visit, "email")
    if email is not None and ("@" not in email[1:-1] or any(c.isspace() for c in email)):
        raise FieldWrong("email", "Ce n'est pas une adresse électronique.")
    siren = _compact(form.text("siren"))
    if siren is not None and not (len(siren) == 9 and siren.isascii() and siren.isdigit()):
        raise FieldWrong("siren", "Un SIREN a neuf chiffres.")
    country = (form.text("country") or "FR").upper()
    party: dict[str, Any] = {
        "name": name,
        "address": _address(visit, "", country),
        "delivery_address": _address(visit, "delivery_", (form.text("delivery_country") or "FR").upper()),
        "siren": siren,
        "vat_number": _compact(form.text("vat_number")),
        "email": email,
        "phone": _limited(visit, "phone"),
        "contact": _limited(visit, "contact"),
        "order_reference": _limited(visit, "order_reference"),
    }
    members: dict[str, Any] = {
        "kind": kind,
        "country": country,
        "tax_resident": (form.text("tax_resident") or country).upper(),
        "small_business": form.ticked("small_business"),
        "risk": form.choice("risk", ("low", "normal", "high"), "normal"),
        "payment_days": form.whole("payment_days", 365),
        "language": form.choice("language", ("fr", "en"), "fr"),
        "party": {member: value for member, value in party.items() if value is not None},
    }
    return members


def _address(visit: Visit, prefix: str, country: str) -> dict[str, Any] | None:
    street, city = visit.form.text(f"{prefix}street"), _limited(visit, f"{prefix}city")
    lines = [line.strip() for line in street.split("\n") if line.strip()]
    if not lines and city is None and visit.form.optional(f"{prefix}postcode") is None:
        return None
    if city is None:
        raise FieldWrong(f"{prefix}city", "La ville est nécessaire.")
    if not lines:
        raise FieldWrong(f"{prefix}street", "L'adresse est nécessaire.")
    if len(lines) > 6 or any(len(line) > 300 for line in lines):
        raise FieldWrong(f"{prefix}street", "Ce texte est trop long.")
    postcode = _limited(visit, f"{prefix}postcode")
    found = {"lines": lines, "postcode": postcode, "city": city, "country": country}
    return {name: value for name, value in found.items() if value is not None}


def _limited(visit: Visit, name: str) -> str | None:
    value = visit.form.optional(name)
    if value is not None and len(value) > 300:
        raise FieldWrong(name, "Ce texte est trop long.")
    return value


def _compact(text: str) -> str | None:
    return "".join(text.split()).upper() or None


def _values(state: CustomerState) -> dict[str, Any]:
    """Give what a customer's form holds before anybody types."""
    party = state.party or Party(name="")
    values: dict[str, Any] = {
        "kind": state.kind, "name": party.name, "siren": party.siren, "vat_number": party.vat_number,
        "email": party.email, "phone": party.phone, "contact": party.contact,
        "order_reference": party.order_reference, "risk": state.risk, "language": state.language,
        "payment_days": "" if state.payment_days is None else str(state.payment_days),
        "small_business": state.small_business, "tax_resident": state.tax_resident, "country": state.country,
        **_address_values("", party.address), **_address_values("delivery_", party.delivery_address),
    }  # fmt: skip
    return values


def _address_values(prefix: str, address: Address | None) -> dict[str, str]:
    if address is None:
        return {}
    return {
        f"{prefix}street": "\n".join(address.lines),
        f"{prefix}postcode": address.postcode or "",
        f"{prefix}city": address.city,
        **({f"{prefix}country": address.country} if prefix else {}),
    }
