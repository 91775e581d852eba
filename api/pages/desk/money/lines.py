"""Lines of an invoice as a form has them: read into what commands take, and shown again as they were typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from api.pages.desk.money.trail import issuer_of
from api.pages.frame import languages
from api.pages.frame.forms import FieldWrong, Form, typed_decimal
from api.pages.frame.visit import Visit
from ledger.domain.regimes.fr.vat import RATES

MOST_LINES: Final = 200
BLANK: Final = 2
_MEMBERS: Final = ("label", "quantity", "unit", "unit_price", "rate_bp", "nature", "purpose", "discount")
_CATEGORIES: Final = ("AE", "K", "G")
UNITS: Final = ("C62", "HUR", "DAY", "LS", "MTR", "MTK", "MTQ", "KGM", "TNE", "LTR", "KMT", "MON", "SET")
PURPOSES: Final = ("item", "labour_hourly", "labour_flat", "travel", "material", "charge")


@dataclass(frozen=True, slots=True)
class Lines:
    """What was typed: members of `LineInput` without gaps, and the form's field of each member of a refusal."""

    members: tuple[dict[str, Any], ...]
    names: Mapping[str, str]


def read_lines(form: Form, prefix: str = "lines", place: str = "/lines") -> Lines:
    """Read every line of which something was typed.

    Raises:
        FieldWrong: a number or rate cannot be read; the field of the form is named.
    """
    members: list[dict[str, Any]] = []
    names: dict[str, str] = {}
    for rank in ranks_of(form, prefix):
        one = Form(
            [(name[len(f"{prefix}-{rank}-") :], value) for name, value in form if name.startswith(f"{prefix}-{rank}-")],
            english=form.english,
        )
        if not (one.text("label") or one.text("unit_price")):
            continue
        if len(members) >= MOST_LINES:
            raise FieldWrong(f"{prefix}-0-label", "Il y a trop de lignes : 200 au plus.")
        try:
            members.append(_line(one))
        except FieldWrong as wrong:
            raise FieldWrong(f"{prefix}-{rank}-{wrong.name}", wrong.words) from None
        at = f"{place}/{len(members) - 1}"
        names[at] = f"{prefix}-{rank}-label"
        names |= {f"{at}/{name}": f"{prefix}-{rank}-{name}" for name in _MEMBERS}
        names |= {f"{at}/category": f"{prefix}-{rank}-rate_bp", f"{at}/exemption": f"{prefix}-{rank}-rate_bp"}
        names |= {f"{at}/discount/{name}": f"{prefix}-{rank}-discount" for name in ("share_bp", "amount_cents")}
    names[place] = f"{prefix}-0-label"
    return Lines(tuple(members), names)


def ranks_of(form: Form, prefix: str = "lines") -> list[int]:
    """Give the ranks that a form has lines of."""
    found = set()
    for name, _ in form:
        head, _, rest = name.partition("-")
        rank = rest.partition("-")[0]
        if head == prefix and rank.isascii() and rank.isdigit() and len(rank) <= 3:
            found.add(int(rank))
    return sorted(found)


def blank_lines(form: Form, filled: int, otherwise: int = BLANK) -> int:
    """Say how many lines a page shows behind the filled ones: as many as were typed, so that a look adds none."""
    typed = ranks_of(form)
    return min(max(0, typed[-1] + 1 - filled), MOST_LINES) if typed else otherwise


def _line(one: Form) -> dict[str, Any]:
    price = one.decimal("unit_price")
    if price is None:
        raise FieldWrong("unit_price", "Un prix est nécessaire, comme 120,50.")
    line: dict[str, Any] = {
        "label": one.text("label"),
        "quantity": one.decimal("quantity") or "1",
        "unit": one.choice("unit", UNITS, "C62") if one.text("unit") in UNITS else (one.text("unit") or "C62"),
        "unit_price": price,
        "nature": one.choice("nature", ("goods", "services"), "services"),
        "purpose": one.choice("purpose", PURPOSES, "item"),
    }
    tax = one.text("rate_bp")
    if tax in _CATEGORIES:
        line |= {"category": tax, "rate_bp": 0}
    elif tax:
        rate = one.whole("rate_bp", 10_000)
        line["rate_bp"] = rate
    share = one.basis_points("discount")
    if share:
        line["discount"] = {"share_bp": share}
    return line


def shown_lines(lines: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Give lines as the fields of a form hold them, with some blank ones after."""
    return [_shown(line) for line in lines]


def _shown(line: Mapping[str, Any]) -> dict[str, str]:
    discount = line.get("discount") or {}
    share = discount.get("share_bp")
    category = line.get("category")
    rate = line.get("rate_bp")
    return {
        "label": str(line.get("label", "")),
        "quantity": typed_decimal(str(line.get("quantity", "1"))),
        "unit": str(line.get("unit", "C62")),
        "unit_price": typed_decimal(str(line.get("unit_price", ""))),
        "rate_bp": str(category) if category in _CATEGORIES else "" if rate is None else str(rate),
        "nature": str(line.get("nature", "services")),
        "purpose": str(line.get("purpose", "item")),
        "discount": "" if not share else typed_share(share),
    }


def rate_options(visit: Visit) -> list[tuple[str, str]]:
    """Give the rates of the business's place of supply, and the ways to charge none."""
    profile = issuer_of(visit).current
    if profile.vat_regime == "franchise":
        return [("", visit.say("Sans TVA (franchise)"))]
    rates = [one.value for one in RATES[profile.supply_place] if one.until is None]
    return [
        ("", visit.say("Normale")),
        *((str(rate), languages.percent(visit.language, rate)) for rate in rates),
        ("AE", visit.say("Autoliquidation")),
        ("K", visit.say("Livraison intracommunautaire")),
        ("G", visit.say("Exportation")),
    ]


def typed_share(share_bp: int) -> str:
    """Write a share as a field holds it: `37,5`."""
    return f"{share_bp // 100},{share_bp % 100:02d}".rstrip("0").rstrip(",")
