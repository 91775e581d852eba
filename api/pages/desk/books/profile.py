"""Settings: the business as its documents show it, with the reason for each mention; and how they look."""

from __future__ import annotations

import base64
from hashlib import sha256
from typing import Any, Final

from pydantic import TypeAdapter

from api.http.call import Answer
from api.pages.desk.books.common import OWNERS, filled, get, is_confirmed, post
from api.pages.desk.books.rules import typed_points
from api.pages.frame.forms import FieldWrong, Form
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_field
from api.pages.logo import logo_sent
from api.rendering.subjects import Subject
from ledger.domain.commands.parties import SetBrand, SetProfile
from ledger.domain.events.parties import BrandSet, ProfileSet
from ledger.domain.images import MOST_BYTES
from ledger.domain.streams.issuer import ISSUER
from projections.documents.sources import StoreSources

LOGO_BYTES: Final = 1_048_576
"""The longest upload that is looked at; a logo has at most `MOST_BYTES`."""
_TRADE_WORDS: Final = {
    "building": "Bâtiment",
    "repair": "Réparation",
    "maintenance": "Entretien",
    "home_equipment": "Équipement de la maison",
    "personal_services": "Services à la personne",
    "energy_renovation": "Rénovation énergétique",
}
_TEXTS: Final = (
    "name", "trade_name", "email", "phone", "website", "capital", "trade_register", "vat_number", "mediator", "iban",
    "bic", "rge", "guarantees", "terms", "footer",
)  # fmt: skip
_INSURANCE: Final = ("insurer", "contact", "area", "contract")


def settings(visit: Visit) -> Answer:
    """Show what can be set."""
    visit.query()
    return visit.render("desk/books/settings.html")


# --- the profile


def profile(visit: Visit, wrong: Wrong | None = None) -> Answer:
    """Show the business's mentions as they stand."""
    state = visit.context.service.state(visit.ledger.ledger, ISSUER, "self")
    current = None if state is None else state.profile
    return visit.render(
        "desk/books/profile.html",
        200 if wrong is None else wrong.status,
        wrong=wrong,
        given=_flat(current),
        trades=_TRADE_WORDS,
        points=typed_points,
        saved=wrong is None and "saved" in visit.query("saved"),
    )


def set_profile(visit: Visit) -> Answer:
    """Set the business's mentions from now on."""
    names = {f"/details/{name}": name for name in _TEXTS}
    names |= {f"/details/insurance/{name}": f"insurance_{name}" for name in _INSURANCE}
    names |= {"/details/address/lines": "lines", "/details/address/lines/0": "lines", "/details/address/city": "city",
              "/details/address/postcode": "postcode"}  # fmt: skip
    try:
        if not is_confirmed(visit) and _moves_money(visit):
            raise FieldWrong("iban", "Pour changer de banque, confirmez d'abord que c'est vous (page Compte).")
        command: SetProfile | Wrong = visit.read(SetProfile, _profile_of(visit.form), names)
    except FieldWrong as wrong:
        command = of_field(wrong, visit.language)
    done = command if isinstance(command, Wrong) else visit.do(command, names=names)
    if isinstance(done, Wrong):
        return profile(visit, done)
    return visit.go(visit.at("/settings/profile?saved=saved"))


def _moves_money(visit: Visit) -> bool:
    """Whether customers would pay to another account than now."""
    state = visit.context.service.state(visit.ledger.ledger, ISSUER, "self")
    details = None if state is None or state.profile is None else state.profile.details
    now = ("", "") if details is None else (details.iban or "", details.bic or "")
    return (visit.form.text("iban"), visit.form.text("bic")) != now


def _profile_of(form: Form) -> dict[str, Any]:
    lines = [line for line in form.text("lines").split("\n") if line.strip()]
    details: dict[str, Any] = {name: form.optional(name) for name in _TEXTS}
    details["address"] = {"lines": [line.strip() for line in lines], "postcode": form.optional("postcode"),
                          "city": form.text("city")}  # fmt: skip
    insurance = {name: form.optional(f"insurance_{name}") for name in _INSURANCE}
    if any(insurance.values()):
        details["insurance"] = insurance
    members: dict[str, Any] = _without_none(
        {
            "siren": _digits(form.text("siren")),
            "siret": _digits(form.text("siret")) or None,
            "legal_form": form.text("legal_form"),
            "sole_trader": form.ticked("sole_trader"),
            "vat_regime": form.text("vat_regime"),
            "debits_option": form.ticked("debits_option"),
            "supply_place": form.text("supply_place", "FR"),
            "price_basis": form.text("price_basis"),
            "trades": [trade for trade in _TRADE_WORDS if form.ticked(f"trade_{trade}")],
            "main_activity": form.text("main_activity"),
            "firm_size": form.text("firm_size"),
            "payment_days": form.whole("payment_days", 36_500),
            "early_discount_bp": form.basis_points("early_discount"),
            "late_penalty_bp": form.basis_points("late_penalty"),
            "details": details,
        }
    )
    return members


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_none(one) for name, one in value.items() if one is not None}
    return value


def _digits(text: str) -> str:
    return "".join(text.split())


def _flat(current: ProfileSet | None) -> dict[str, Any]:
    """Give the profile's members by the names of the form's fields."""
    found: dict[str, Any] = dict.fromkeys(
        (*_TEXTS, *(f"insurance_{name}" for name in _INSURANCE), "lines", "postcode", "city", "siren", "siret",
         "legal_form", "vat_regime", "price_basis", "main_activity", "firm_size", "supply_place"), "",
    ) | {"trades": (), "sole_trader": False, "debits_option": False, "payment_days": 30, "early_discount_bp": None,
         "late_penalty_bp": None}  # fmt: skip
    if current is None:
        return found
    plain = TypeAdapter(ProfileSet).dump_python(current, mode="json", exclude_none=True)
    details = plain.pop("details", {})
    address, insurance = details.pop("address", {}), details.pop("insurance", {})
    found |= plain | details | {f"insurance_{name}": value for name, value in insurance.items()}
    found |= {"lines": "\n".join(address.get("lines", ())), "postcode": address.get("postcode", ""),
              "city": address.get("city", "")}  # fmt: skip
    return found


# --- how documents look


def brand(visit: Visit, wrong: Wrong | None = None) -> Answer:
    """Show how documents look."""
    state = visit.context.service.state(visit.ledger.ledger, ISSUER, "self")
    current = None if state is None else state.brand
    return visit.render(
        "desk/books/brand.html",
        200 if wrong is None else wrong.status,
        wrong=wrong,
        brand=current,
        most_kib=MOST_BYTES // 1024,
        document=_latest_document(visit),
    )


def set_brand(visit: Visit) -> Answer:
    """Set accent and logo from now on; a logo that is not changed stays."""
    try:
        accent = visit.form.optional("accent")
        members: dict[str, Any] = {"accent": None if accent is None else accent.lower(), "logo": _logo(visit)}
        command: SetBrand | Wrong = visit.read(SetBrand, members)
    except FieldWrong as wrong:
        command = of_field(wrong, visit.language)
    done = command if isinstance(command, Wrong) else visit.do(command)
    if isinstance(done, Wrong) and done.code != "NOTHING_TO_CHANGE":
        return brand(visit, done)
    return visit.go(visit.at("/settings/brand"))


def _logo(visit: Visit) -> str | None:
    """Give the logo to set, in base64: a file sent now, the one in force, or none."""
    sent = logo_sent(visit.form)
    if sent is not None:
        return sent
    if visit.form.ticked("no_logo"):
        return None
    current = _brand_in_force(visit)
    return None if current is None else current.logo_bytes


def logo(visit: Visit) -> Answer:
    """Give the logo in force."""
    visit.query()
    current = _brand_in_force(visit)
    if current is None or current.logo_bytes is None or current.logo_type is None:
        raise visit.nothing_there()
    body = base64.b64decode(current.logo_bytes)
    return visit.file(body, current.logo_type, f"logo-{sha256(body).hexdigest()[:8]}", inline=True)


def _brand_in_force(visit: Visit) -> BrandSet | None:
    found = StoreSources(visit.context.store, visit.ledger.ledger).stream("issuer:self")
    return next((one.event for one in reversed(found) if isinstance(one.event, BrandSet)), None)


def _latest_document(visit: Visit) -> str:
    """Give the address of the latest invoice's or quote's page, to see the look on paper; empty while none is."""
    for line in visit.context.store.lines_desc(visit.ledger.ledger, None, 500):
        kind = {"invoice.issued/1": "invoice", "quote.issued/1": "quote", "quote.revised/1": "quote"}.get(line.type)
        if kind is not None and line.line:
            return visit.at(f"/settings/brand/preview?about={line.stream}")
    return ""


def preview(visit: Visit) -> Answer:
    """Give a document as it was issued, as a PDF: what was issued keeps the look it had."""
    about = filled(visit.query("about")).get("about", "")
    kind, _, identifier = about.partition(":")
    if kind not in ("invoice", "quote"):
        raise visit.nothing_there()
    found = [
        line for line in visit.context.store.stream(visit.ledger.ledger, about)
        if line.type in ("invoice.issued/1", "quote.issued/1", "quote.revised/1")
    ]  # fmt: skip
    if not found:
        raise visit.nothing_there()
    named: Any = kind
    subject = Subject(named, identifier, found[-1].seq)
    file = visit.context.documents.file(visit.ledger.ledger, subject)
    return visit.file(file.data, "application/pdf", f"{kind}.pdf", inline=True)


PAGES: Final[tuple[Page, ...]] = (
    get("/settings", settings, OWNERS, "Les réglages."),
    get("/settings/profile", profile, OWNERS, "Les mentions de l'entreprise."),
    post("/settings/profile", set_profile, OWNERS, "Changer les mentions de l'entreprise."),
    get("/settings/brand", brand, OWNERS, "L'apparence des documents."),
    post("/settings/brand", set_brand, OWNERS, "Changer l'apparence des documents.", LOGO_BYTES),
    get("/settings/brand/logo", logo, OWNERS, "Le logo."),
    get("/settings/brand/preview", preview, OWNERS, "Un document, pour voir."),
)
