"""A business as it is typed on the way to being opened: fields, what they become, and what is wrong with them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from api.demo import PROFILE
from api.pages.frame.forms import FieldWrong, Form
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_field, of_refusal
from ledger.domain.commands.parties import OpenSeries, SetProfile
from ledger.domain.deciders.parties import check_profile
from ledger.domain.events.parties import SeriesUse
from ledger.domain.identifiers import french_vat_number, is_siren
from ledger.domain.opening import DEFAULT_SERIES

FORMS: Final = ("EI", "EURL", "SARL", "SASU", "SAS", "SA", "SNC", "SCOP", "association")
"""Legal forms that the page offers; INSEE's codes are taken too."""
REGIMES: Final = {
    "franchise": "Franchise en base : pas de TVA (CGI art. 293 B)",
    "simplified": "Réel simplifié : une déclaration par an",
    "normal_quarterly": "Réel normal, par trimestre",
    "normal_monthly": "Réel normal, par mois",
}
ACTIVITIES: Final = {"services": "Services et travaux", "goods": "Vente de biens", "mixed": "Les deux"}
BASES: Final = {
    "gross": "TTC : je vends surtout à des particuliers",
    "net": "HT : je vends surtout à des professionnels",
}
TRADES: Final = {
    "building": "Bâtiment",
    "repair": "Réparation",
    "maintenance": "Entretien",
    "home_equipment": "Équipement de la maison",
    "personal_services": "Services à la personne",
    "energy_renovation": "Rénovation énergétique",
}
BUSINESS: Final = (
    "siren", "legal_form", "name", "trade_name", "lines", "postcode", "city", "email", "phone", "capital",
    "trade_register", "vat_regime", "debits_option", "price_basis", "main_activity", "year_start",
    *(f"trade_{trade}" for trade in TRADES),
)  # fmt: skip
"""Fields of the first page."""
PREFIXES: Final[dict[str, SeriesUse]] = {
    "prefix_quote": "quote",
    "prefix_invoice": "invoice",
    "prefix_credit_note": "credit_note",
}
PAPERS: Final = (
    "iban", "bic", "payment_days", "mediator", "insurance_insurer", "insurance_contact", "insurance_area",
    "insurance_contract", "guarantees", "accent", *PREFIXES,
)  # fmt: skip
"""Fields of the second page."""
_DETAILS: Final = (
    "name", "trade_name", "email", "phone", "capital", "trade_register", "mediator", "iban", "bic", "guarantees"
)  # fmt: skip
_INSURANCE: Final = ("insurer", "contact", "area", "contract")
NAMES: Final[dict[str, str]] = {
    "/siret": "siren",
    **{f"/details/{name}": name for name in _DETAILS},
    **{f"/details/insurance/{name}": f"insurance_{name}" for name in _INSURANCE},
    "/details/address": "lines",
    "/details/address/lines": "lines",
    "/details/address/lines/0": "lines",
    "/details/address/city": "city",
    "/details/address/postcode": "postcode",
}
"""Fields of the pages by their place in the command."""
_YEAR_START: Final = re.compile(r"(0[1-9]|[12][0-9]|3[01])/(0[1-9]|1[0-2])")
_NAME: Final = 40


def typed(form: Form, names: tuple[str, ...]) -> dict[str, str]:
    """Give the fields of a page as they were typed."""
    return {name: form.text(name) for name in names}


def profile_of(visit: Visit, draft: Mapping[str, str]) -> SetProfile | Wrong:
    """Make the profile of what was typed, or say what is wrong at which field: form first, then the rules."""
    try:
        year_start_of(draft)
        command = visit.read(SetProfile, _members(Form(list(draft.items()))), NAMES)
    except FieldWrong as wrong:
        return of_field(wrong, visit.language)
    if isinstance(command, Wrong):
        return command
    refused = check_profile(command)
    return command if refused is None else of_refusal(refused, visit.language, NAMES)


def year_start_of(draft: Mapping[str, str]) -> str:
    """Give the first day of the financial year as a ledger takes it, MM-DD, of DD/MM as it is typed."""
    text = draft.get("year_start") or "01/01"
    found = _YEAR_START.fullmatch(text)
    if found is None or text == "29/02":
        raise FieldWrong("year_start", "Écrivez le jour et le mois, comme 01/01 ou 01/10.")
    return f"{found[2]}-{found[1]}"


def series_of(draft: Mapping[str, str]) -> tuple[OpenSeries, ...]:
    """Give the number series whose prefix is another than the usual one."""
    usual = {one.use: one.prefix for one in DEFAULT_SERIES}
    asked = [(use, draft.get(name, "").strip()) for name, use in PREFIXES.items()]
    return tuple(OpenSeries(use=use, prefix=prefix) for use, prefix in asked if prefix and prefix != usual[use])


def short_name(draft: Mapping[str, str]) -> str:
    """Propose a ledger's short name: of the business's, in small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", draft.get("trade_name") or draft.get("name") or "").encode("ascii", "ignore")
    name = re.sub(r"[^a-z0-9]+", "-", plain.decode().lower()).strip("-")[:_NAME].strip("-") or "atelier"
    return f"{name}-essai" if draft.get("kind") == "training" else name


def usual_prefixes() -> dict[str, str]:
    """Give the prefixes that a ledger has unless it names its own, by field."""
    usual = {one.use: one.prefix for one in DEFAULT_SERIES}
    return {name: usual[use] for name, use in PREFIXES.items()}


def invented() -> dict[str, str]:
    """Give an invented business, as it would be typed, to practise with."""
    details = PROFILE.details
    insurance = details.insurance
    found = {
        "siren": PROFILE.siren, "legal_form": PROFILE.legal_form, "name": details.name,
        "lines": "\n".join(details.address.lines), "postcode": details.address.postcode or "",
        "city": details.address.city, "email": details.email or "", "phone": details.phone or "",
        "capital": details.capital or "", "trade_register": details.trade_register or "",
        "vat_regime": PROFILE.vat_regime, "price_basis": "gross", "main_activity": PROFILE.main_activity,
        "year_start": "01/01", "iban": details.iban or "", "mediator": details.mediator or "",
        "guarantees": details.guarantees or "", "payment_days": str(PROFILE.payment_days),
        **{f"trade_{trade}": "1" for trade in PROFILE.trades},
    }  # fmt: skip
    if insurance is not None:
        found |= {"insurance_insurer": insurance.insurer, "insurance_contact": insurance.contact,
                  "insurance_area": insurance.area, "insurance_contract": insurance.contract or ""}  # fmt: skip
    return found


def _members(form: Form) -> dict[str, Any]:
    number = re.sub(r"[\s.]", "", form.text("siren"))
    siren, siret = number[:9], number if len(number) == 14 else None
    if len(number) not in (9, 14):
        siren = number
    legal_form, regime = form.text("legal_form"), form.text("vat_regime")
    details: dict[str, Any] = {name: form.optional(name) for name in _DETAILS}
    details |= {name: re.sub(r"\s", "", form.text(name)).upper() or None for name in ("iban", "bic")}
    lines = [line.strip() for line in form.text("lines").split("\n") if line.strip()]
    details["address"] = _kept({"lines": lines, "postcode": form.optional("postcode"), "city": form.text("city")})
    insurance = _kept({name: form.optional(f"insurance_{name}") for name in _INSURANCE})
    details["insurance"] = insurance or None
    if regime != "franchise" and is_siren(siren):
        details["vat_number"] = french_vat_number(siren)
    days = form.whole("payment_days", 36_500)
    return _kept(
        {
            "siren": siren,
            "siret": siret,
            "legal_form": legal_form,
            "sole_trader": legal_form.upper() == "EI",
            "vat_regime": regime,
            "debits_option": form.ticked("debits_option"),
            "price_basis": form.text("price_basis"),
            "trades": [trade for trade in TRADES if form.ticked(f"trade_{trade}")],
            "main_activity": form.text("main_activity"),
            "payment_days": 30 if days is None else days,
            "details": _kept(details),
        }
    )


def _kept(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
