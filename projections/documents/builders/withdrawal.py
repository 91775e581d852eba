"""The consumer's withdrawal: the information that the law wants, and the model form on a page of its own.

C. conso L221-5, L221-18 to L221-28; the form is the annex to R221-1 (directive 2011/83/EU annex I B in English).
"""

from __future__ import annotations

from ledger.domain.events.quotes import QuoteDocument
from projections.documents.builders.desk import Desk
from projections.documents.builders.invoices import one_line
from projections.documents.paper import Fact, Section, Seller


def withdrawal_sections(desk: Desk, document: QuoteDocument, seller: Seller) -> list[Section]:
    """Give the information about the right of withdrawal and its form."""
    say = desk.say
    natures = {line.nature for line in document.lines}
    start = "withdrawal_from_receipt" if natures == {"goods"} else "withdrawal_from_conclusion"
    words = [say("withdrawal_right"), say(start), say("withdrawal_how", issuer=addressed(seller))]
    words += [say("withdrawal_effects")]
    if "goods" in natures:
        words.append(say("withdrawal_goods_back"))
    if "services" in natures:
        words += [say("withdrawal_services_begun"), say("withdrawal_services_done")]
    information = Section(heading=say("section_withdrawal"), paragraphs=tuple(words), code="withdrawal")
    return [information, _form(desk, document, seller)]


def _form(desk: Desk, document: QuoteDocument, seller: Seller) -> Section:
    say = desk.say
    ordered = say("form_ordered", number=document.number, day=say.day(document.issued_on))
    blank = "." * 60
    facts = (
        Fact(label=say("form_to"), value=addressed(seller)),
        Fact(label=say("form_contract"), value=ordered),
        Fact(label=say("form_ordered_on"), value=blank),
        Fact(label=say("form_name"), value=blank),
        Fact(label=say("form_address"), value=blank),
        Fact(label=say("form_signature"), value=blank),
        Fact(label=say("form_date"), value=blank),
    )
    return Section(
        heading=say("form_heading"),
        paragraphs=(say("form_only_if"), say("form_declares"), say("form_strike")),
        facts=facts,
        code="withdrawal_form",
        own_page=True,
    )


def addressed(seller: Seller) -> str:
    """Write whom a consumer writes to: name, address and what else reaches them."""
    parts = [seller.name, one_line(seller.address), seller.email or "", seller.phone or ""]
    return ", ".join(part for part in parts if part)
