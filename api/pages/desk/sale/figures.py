"""What a draft comes to while somebody works on it, and what still stands in the way of its issue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from api.pages.desk.sale.papers import Paper
from api.pages.desk.sale.trying import ledger_today, try_quote
from api.pages.desk.sale.typed import read_quote
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_refusal
from ledger.domain.commands.common import LineInput
from ledger.domain.commands.quotes import IssueQuote, ReviseQuote
from ledger.domain.events.common import Totals, VatRow
from ledger.domain.events.quotes import QuoteDocument
from ledger.domain.pricing import VatTerms, does_works, price
from ledger.domain.refusals import Refusal
from ledger.domain.streams.customer import CUSTOMER, CustomerState
from ledger.domain.streams.issuer import ISSUER


@dataclass(frozen=True, slots=True)
class Figures:
    """What a draft comes to now: whole as it would be issued, or its lines alone; and what stands in its way."""

    document: QuoteDocument | None = None
    totals: Totals | None = None
    vat: tuple[VatRow, ...] = ()
    wrong: Wrong | None = None
    missing: tuple[str, ...] = ()


@lru_cache(maxsize=8)
def adapter(made: type) -> TypeAdapter[Any]:
    """Give what reads and writes a record as JSON."""
    return TypeAdapter(made)


def command_of(paper: Paper, command: Mapping[str, Any]) -> IssueQuote | ReviseQuote:
    """Make the command that a draft becomes.

    Raises:
        ValidationError: something is missing, or not of its schema.
    """
    revises = paper.notes.get("revises")
    if isinstance(revises, str):
        members = {name: value for name, value in command.items() if name not in ("id", "amends")}
        made: ReviseQuote = adapter(ReviseQuote).validate_python({**members, "quote": revises})
        return made
    issued: IssueQuote = adapter(IssueQuote).validate_python({"id": paper.id, **command})
    return issued


def figures_of(
    visit: Visit, paper: Paper, command: Mapping[str, Any], pointers: Mapping[str, str] | None = None
) -> Figures:
    """Say what a draft comes to, and what still stands in the way of its issue."""
    if pointers is None:
        pointers = read_quote(visit.form, command)[2]
    names = {**pointers, **NAMES}
    try:
        whole = command_of(paper, command)
    except ValidationError as error:
        return _unfinished(visit, command, error)
    found = try_quote(visit, whole)
    if isinstance(found, Refusal):
        return Figures(None, *_totals(visit, command), wrong=_at_its_mention(visit, found, names))
    return Figures(found, found.totals, found.vat)


_MENTIONED: Final = {
    "CLIENT_NAME": "customer", "PERFORMANCE_PLACE": "performance_place", "PERFORMANCE_DATE": "starts_on",
    "PRICE_REVISION": "price_revision", "WASTE": "waste", "GUARANTEES": "after_sales",
}  # fmt: skip
"""The field in which a mandatory mention is typed; the others stand in the business's profile."""


def _at_its_mention(visit: Visit, refusal: Refusal, names: Mapping[str, str]) -> Wrong:
    wrong = of_refusal(refusal, visit.language, names)
    field = _MENTIONED.get(str(dict(refusal.facts).get("mention_code", "")))
    if refusal.code == "REDUCED_RATE_STATEMENT_MISSING":
        field = "reduced_rate_justified"
    if field is None:
        return wrong
    return Wrong(wrong.words, wrong.law, wrong.code, {**wrong.places, field: wrong.words}, wrong.status)


NAMES: Final = {
    "/fee_cents": "fee", "/early_discount_bp": "early_discount", "/discount": "discount_share",
    "/discount/share_bp": "discount_share", "/discount/amount_cents": "discount_amount", "/schedule": "schedule_mode",
    **{f"/texts/{name}": name for name in ("title", "terms", "price_revision", "waste", "performance_place")},
}  # fmt: skip
_MISSING: Final = {
    "customer": "le client", "channel": "la façon de conclure le contrat", "lines": "au moins une ligne",
    "unit_price": "le prix d'une ligne", "label": "la désignation d'une ligne", "nature": "le type d'une ligne",
}  # fmt: skip


def _unfinished(visit: Visit, command: Mapping[str, Any], error: ValidationError) -> Figures:
    missing: list[str] = []
    for each in error.errors(include_input=False, include_context=False, include_url=False):
        last = str(each["loc"][-1]) if each["loc"] else ""
        words = visit.say(_MISSING[last]) if last in _MISSING else last
        if words not in missing:
            missing.append(words)
    return Figures(None, *_totals(visit, command), missing=tuple(missing[:8]))


def incomplete(visit: Visit, figures: Figures) -> Wrong:
    """Say in words what a quote still lacks."""
    lacking = visit.say("Il manque encore : %s.") % ", ".join(figures.missing)
    places = {}
    if visit.say(_MISSING["channel"]) in figures.missing:
        places["channel"] = visit.say("Ce champ est nécessaire.")
    return Wrong(lacking, None, "UNFINISHED", places)


def _totals(visit: Visit, command: Mapping[str, Any]) -> tuple[Totals | None, tuple[VatRow, ...]]:
    """Price the lines that are whole, by themselves: what is shown before everything is filled in."""
    service, ledger = visit.context.service, visit.ledger.ledger
    issuer = service.state(ledger, ISSUER, "self")
    if issuer is None or issuer.profile is None:
        return None, ()
    lines = []
    for each in command.get("lines") or ():
        try:
            line: LineInput = adapter(LineInput).validate_python(each)
        except ValidationError:
            continue
        if line.choice is None:
            lines.append(line)
    profile = issuer.profile
    customer = command.get("customer")
    state: CustomerState | None = service.state(ledger, CUSTOMER, customer) if isinstance(customer, str) else None
    terms = VatTerms(
        place=profile.supply_place,
        regime=profile.vat_regime,
        on=ledger_today(service, ledger),
        works=does_works(profile.trades),
        statement=True,
        customer_kind=state.kind if state is not None else None,
    )
    priced = price(lines, command.get("basis") or profile.price_basis, terms) if lines else None
    return (None, ()) if priced is None or isinstance(priced, Refusal) else (priced.totals, priced.vat)


def wrong_fields(visit: Visit, places: Mapping[str, str]) -> Wrong:
    """Say which fields could not be read."""
    said = {name: visit.say(words) for name, words in places.items()}
    top = said.get("lines") or said.get("schedule_mode") or visit.say("Des champs sont à corriger.")
    return Wrong(top, None, "FIELD", said)
