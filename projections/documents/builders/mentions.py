"""The sentences that the law or the issuer wants on a page: from the entry's codes, its texts and the profile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from ledger.domain.events.common import Line, Texts
from ledger.domain.events.parties import IssuerDetails, ProfileSet
from ledger.domain.pricing import reduced_works
from ledger.domain.regimes.fr.statements import statement, statement_words
from ledger.domain.regimes.fr.vat import default_treatment
from ledger.domain.types import CustomerKind, SupplyPlace
from projections.documents.paper import Fact, Section, Statement
from projections.documents.words import Words, tied
from projections.documents.words.legal import STATEMENTS_EN

BUSINESS_ONLY: Final = frozenset(
    {
        "LATE_PENALTIES",
        "RECOVERY_INDEMNITY",
        "EARLY_DISCOUNT",
        "NO_EARLY_DISCOUNT",
        "LATE_PENALTIES_PUBLIC",
        "RECOVERY_INDEMNITY_PUBLIC",
        "EARLY_DISCOUNT_PUBLIC",
    }
)
"""Sentences between professionals or of public procurement: never a consumer's, whatever an entry says (L441-9)."""


def statements_of(
    codes: Iterable[str], on: date, say: Words, customer_kind: CustomerKind, facts: Mapping[str, str] | None = None
) -> tuple[Statement, ...]:
    """Give the sentences of an entry's mention codes, in their order, as worded on the document's day."""
    given = facts or {}
    return tuple(
        Statement(code=code, words=sentence(code, on, say, given), law=_law(code, say))
        for code in codes
        if customer_kind != "consumer" or code not in BUSINESS_ONLY
    )


NAMES_ITS_ARTICLE: Final = frozenset(
    {
        "ARRHES",
        "ACOMPTE",
        "WITHDRAWAL_RIGHT",
        "NO_PAYMENT_SEVEN_DAYS",
        "LEGAL_GUARANTEE",
        "LATE_PENALTIES_PUBLIC",
        "RECOVERY_INDEMNITY_PUBLIC",
    }
)
"""Sentences that tell of a right or a rate set by law: their article helps to find it. Others are the mention."""


def _law(code: str, say: Words) -> str | None:
    """Give the article to print behind a sentence; in English the sentence names it already."""
    return tied(statement(code).law) if say.language == "fr" and code in NAMES_ITS_ARTICLE else None


def sentence(code: str, on: date, say: Words, facts: Mapping[str, str]) -> str:
    """Give the words of one statement code on a day.

    Raises:
        KeyError: the code is not in the table, or a fact its words need is missing.
    """
    if code == "SOLE_TRADER":  # the two letters alone say nothing to a reader; they stand beside the name too
        return say("sole_trader_sentence")
    french = statement_words(code, on, **facts)
    if say.language == "fr":
        return tied(french)
    return STATEMENTS_EN[code].format_map({**facts, "french": french})


def terms_facts(
    say: Words,
    customer_kind: CustomerKind,
    late_penalty_bp: int | None,
    early_discount_bp: int | None,
    early_discount_days: int | None,
    fee_cents: int = 0,
) -> dict[str, str]:
    """Give the facts that the sentences about terms of payment are filled with."""
    if late_penalty_bp is not None:
        penalty = say("late_penalty_rate", rate=say.percent(late_penalty_bp))
    else:
        penalty = say("late_penalty_public" if customer_kind == "public" else "late_penalty_default")
    facts = {"late_penalty": penalty, "fee": say.money(fee_cents)}
    share = say.percent(early_discount_bp or 0)
    if early_discount_days is None:
        facts["early_discount"] = say("early_discount_share", share=share)
    else:
        facts["early_discount"] = say("early_discount_terms", share=share, days=str(early_discount_days))
    return facts


# --- what the issuer's profile says of itself


def insurance_of(details: IssuerDetails | None, trades: Sequence[str], say: Words) -> tuple[Statement, ...]:
    """Give the ten-year insurance of who builds, on quotes and bills (loi 2014-626 art. 22)."""
    insurance = details.insurance if details is not None else None
    if insurance is None or "building" not in trades:
        return ()
    words = say("insurance", insurer=insurance.insurer, contact=insurance.contact, area=insurance.area)
    if insurance.contract is not None:
        words = say("insurance_contract", insurance=words, contract=insurance.contract)
    return (Statement(code="DECENNIAL_INSURANCE", words=words),)


def rge_of(details: IssuerDetails | None, trades: Sequence[str], say: Words) -> tuple[Statement, ...]:
    """Give the RGE qualification of who renovates for energy (loi 2025-594)."""
    if details is None or details.rge is None or "energy_renovation" not in trades:
        return ()
    return (Statement(code="RGE_STATUS", words=say("rge", rge=details.rge)),)


def mediator_of(details: IssuerDetails | None, kind: CustomerKind, say: Words) -> tuple[Statement, ...]:
    """Give the consumer's mediator (C. conso L616-1)."""
    if details is None or details.mediator is None or kind != "consumer":
        return ()
    words = say("mediator", mediator=details.mediator.rstrip(" ."))
    return (Statement(code="MEDIATOR", words=words),)


# --- reduced rates on works


def reduced_lines(profile: ProfileSet, lines: Iterable[Line], place: SupplyPlace, on: date) -> bool:
    """Tell whether works are taxed below the standard rate, which asks for the client's statement."""
    return reduced_works(lines, profile.trades, place, on)


def any_reduced(lines: Iterable[Line], place: SupplyPlace, on: date) -> bool:
    """Tell whether a line is taxed below the standard rate: without one there is nothing to certify."""
    standard = default_treatment(place, False, on)[1]
    return any(each.category == "S" and each.rate_bp < standard for each in lines)


def reduced_rate_words(texts: Texts | None, on_quote: str | None, say: Words) -> tuple[Statement, ...]:
    """Give the client's statement: the document's own words, where it stands, else the standard sentence."""
    own = texts.reduced_rate_statement if texts is not None else None
    if own is None:
        own = say("reduced_rate_on_quote", number=on_quote) if on_quote is not None else say("reduced_rate_statement")
    return (Statement(code="REDUCED_RATE_STATEMENT", words=own),)


# --- free words


_TEXT_SECTIONS: Final[tuple[tuple[str, str], ...]] = (
    ("works_description", "works_description"),
    ("price_revision", "price_revision"),
    ("waste", "waste"),
    ("after_sales", "after_sales"),
    ("notes", "notes"),
    ("terms", "terms"),
)


def text_sections(texts: Texts | None, say: Words, *, leave: Iterable[str] = ()) -> tuple[Section, ...]:
    """Give the document's free words, each under its heading; paragraphs are cut at empty lines."""
    if texts is None:
        return ()
    left = frozenset(leave)
    found = ((name, key, getattr(texts, name)) for name, key in _TEXT_SECTIONS if name not in left)
    return tuple(
        Section(heading=say(f"section_{key}"), paragraphs=paragraphs(words), code=name)
        for name, key, words in found
        if words
    )


def own_terms(details: IssuerDetails | None, texts: Texts | None, say: Words) -> tuple[Section, ...]:
    """Give the issuer's terms, where the document has none of its own."""
    if details is None or details.terms is None or (texts is not None and texts.terms is not None):
        return ()
    return (Section(heading=say("section_terms"), paragraphs=paragraphs(details.terms), code="terms"),)


SHORT: Final = 90
"""Longer words do not fit beside a title: they stand in a section of their own."""


def is_short(words: str) -> bool:
    """Tell whether words fit beside a document's title, on one line or two."""
    return len(words) <= SHORT and "\n" not in words


def place_head(place: str, say: Words) -> tuple[Fact, ...]:
    """Give the place of performance beside the title, when it is short."""
    return (Fact(label=say("performance_place"), value=place),) if is_short(place) else ()


def place_section(place: str, say: Words) -> tuple[Section, ...]:
    """Give the place of performance in a section, when it is long."""
    if is_short(place):
        return ()
    return (Section(heading=say("performance_place"), paragraphs=paragraphs(place), code="performance_place"),)


def paragraphs(words: str) -> tuple[str, ...]:
    """Cut free words at empty lines."""
    parts = (part.strip() for part in words.replace("\r\n", "\n").split("\n\n"))
    return tuple(part for part in parts if part)
