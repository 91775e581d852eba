"""Mandatory mentions and fixed sentences, by document, client and day."""

from __future__ import annotations

import inspect
import re
from dataclasses import replace
from datetime import date

import pytest

from ledger.domain.refusals import REFUSAL_KINDS, facts_of
from ledger.domain.regimes.fr import mentions
from ledger.domain.regimes.fr.mentions import (
    MENTION_CODES,
    MENTIONS,
    MentionFacts,
    check_mentions,
    missing,
    required,
    statements_for,
)
from ledger.domain.regimes.fr.statements import (
    STATEMENTS,
    franchise_wording,
    franchise_wordings,
    reference,
    statement,
    statement_words,
)

TODAY = date(2026, 11, 22)
BUILDER = MentionFacts(
    document="quote",
    on=TODAY,
    customer_kind="consumer",
    goods=True,
    services=True,
    trades=frozenset({"building"}),
    taxed=True,
)
SHOP = MentionFacts(document="invoice", on=TODAY, customer_kind="consumer", goods=True, taxed=True, net_cents=20_000)


def codes(facts: MentionFacts) -> set[str]:
    return {mention.code for mention in required(facts)}


# --- quotes


def test_a_builders_quote_has_the_whole_list_of_the_order() -> None:
    assert codes(BUILDER) == {
        "ISSUER_NAME_ADDRESS",
        "CLIENT_NAME",
        "ISSUER_CONTACT",
        "TRADE_REGISTER",
        "PERFORMANCE_PLACE",
        "LINE_DETAIL",
        "VALIDITY",
        "PERFORMANCE_DATE",
        "GUARANTEES",
        "MEDIATOR",
        "WASTE",
        "DECENNIAL_INSURANCE",
    }


@pytest.mark.parametrize("code", sorted(codes(BUILDER)))
def test_a_quote_that_lacks_one_mention_is_refused_by_its_article(code: str) -> None:
    assert check_mentions(BUILDER, codes(BUILDER)) is None
    refusal = check_mentions(BUILDER, codes(BUILDER) - {code}, "/texts")
    assert refusal is not None
    assert refusal.code in {"QUOTE_MENTION_MISSING", "MEDIATOR_MISSING"}
    assert refusal.place == "/texts"
    if refusal.code == "QUOTE_MENTION_MISSING":
        assert dict(refusal.facts)["mention_code"] == code
        assert str(dict(refusal.facts)["mention"]) in refusal.words
        english = next(mention.words_en for mention in MENTIONS if mention.code == code)
        assert refusal.words_en == f"The quote lacks a mandatory mention: {english}."


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"travel_costs": True}, "TRAVEL_COSTS"),
        ({"paid_quote": True}, "QUOTE_FEE"),
        ({"price_revisable": True}, "PRICE_REVISION"),
        ({"withdrawal_applies": True}, "WITHDRAWAL_FORM"),
        ({"withdrawal_applies": True, "online": True}, "WITHDRAWAL_FUNCTION"),
        ({"trades": frozenset({"building", "energy_renovation"})}, "RGE_STATUS"),
        ({"reduced_rate_works": True}, "REDUCED_RATE_STATEMENT"),
    ],
)
def test_what_the_sale_is_adds_its_mention(change: dict[str, object], code: str) -> None:
    facts = replace(BUILDER, **change)  # type: ignore[arg-type] # parametrised members of the record
    assert code in codes(facts) - codes(BUILDER)


@pytest.mark.parametrize(
    ("change", "code", "since"),
    [
        ({"withdrawal_applies": True, "online": True}, "WITHDRAWAL_FUNCTION", date(2026, 6, 19)),
        ({"reduced_rate_works": True}, "REDUCED_RATE_STATEMENT", date(2025, 2, 16)),
        ({"trades": frozenset({"energy_renovation"})}, "RGE_STATUS", date(2025, 7, 1)),
    ],
)
def test_a_mention_is_wanted_from_its_day_on(change: dict[str, object], code: str, since: date) -> None:
    facts = replace(BUILDER, **change)  # type: ignore[arg-type] # parametrised members of the record
    assert code in codes(replace(facts, on=since))
    assert code not in codes(replace(facts, on=date.fromordinal(since.toordinal() - 1)))


def test_a_freelancer_for_a_business_has_a_shorter_list() -> None:
    facts = MentionFacts(document="quote", on=TODAY, customer_kind="business", services=True)
    assert codes(facts) == {"ISSUER_NAME_ADDRESS", "CLIENT_NAME", "TRADE_REGISTER", "LINE_DETAIL", "VALIDITY"}


# --- invoices


def test_an_invoice_lacks_no_mention_of_its_kind_of_client() -> None:
    assert codes(SHOP) == {"ISSUER_NAME_ADDRESS", "ISSUER_SIREN", "ISSUER_VAT_NUMBER", "LINE_DETAIL"}
    business = replace(SHOP, customer_kind="business")
    assert codes(business) - codes(SHOP) == {"CLIENT_NAME_ADDRESS", "DUE_DATE", "LATE_PENALTY_RATE"}
    refusal = check_mentions(business, codes(SHOP))
    assert refusal is not None
    assert refusal.code == "INVOICE_MENTION_MISSING"
    assert refusal.law is not None
    assert "242 nonies A" in refusal.law


def test_a_small_invoice_may_leave_out_the_vat_number() -> None:
    assert "ISSUER_VAT_NUMBER" not in codes(replace(SHOP, net_cents=15_000))
    assert "ISSUER_VAT_NUMBER" in codes(replace(SHOP, net_cents=15_001))
    exempt = replace(SHOP, taxed=False, exempt=True)
    assert "EXEMPTION_REFERENCE" in codes(exempt)
    assert "EXEMPTION_REFERENCE" not in codes(replace(exempt, net_cents=15_000))


def test_the_clients_siren_is_wanted_once_the_reform_binds_the_issuer() -> None:
    facts = replace(SHOP, customer_kind="business", firm_size="sme")
    assert "CLIENT_SIREN" not in codes(replace(facts, on=date(2027, 8, 31)))
    later = replace(facts, on=date(2027, 9, 1))
    assert "CLIENT_SIREN" in codes(later)
    refusal = check_mentions(later, codes(later) - {"CLIENT_SIREN"})
    assert refusal is not None
    assert refusal.code == "CUSTOMER_SIREN_MISSING"
    assert "CLIENT_SIREN" not in codes(replace(later, customer_country="DE"))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"delivered_elsewhere": True}, "DELIVERY_ADDRESS"),
        ({"supply_on_other_day": True}, "SUPPLY_DATE"),
        ({"reverse_charge": True}, "CLIENT_VAT_NUMBER"),
        ({"document": "credit_note"}, "INITIAL_INVOICE"),
        ({"trades": frozenset({"building"})}, "DECENNIAL_INSURANCE"),
    ],
)
def test_what_the_invoice_is_for_adds_its_mention(change: dict[str, object], code: str) -> None:
    assert code in codes(replace(SHOP, **change)) - codes(SHOP)  # type: ignore[arg-type] # as above


def test_the_reduced_rate_statement_stands_on_the_quote_or_on_the_invoice() -> None:
    works = replace(SHOP, trades=frozenset({"building"}), reduced_rate_works=True)
    refusal = check_mentions(works, codes(works) - {"REDUCED_RATE_STATEMENT"})
    assert refusal is not None
    assert refusal.code == "REDUCED_RATE_STATEMENT_MISSING"
    assert "REDUCED_RATE_STATEMENT" not in codes(replace(works, statement_already_given=True))


# --- notes


def test_a_note_has_the_list_of_1983_and_respects_a_client_who_objects() -> None:
    note = MentionFacts(document="note", on=TODAY, customer_kind="consumer", services=True)
    assert codes(note) == {
        "ISSUER_NAME_ADDRESS",
        "CLIENT_NAME",
        "PERFORMANCE_DATE",
        "PERFORMANCE_PLACE",
        "LINE_DETAIL",
    }
    assert "CLIENT_NAME" not in codes(replace(note, client_objects_to_name=True))
    assert "LINE_DETAIL" not in codes(replace(note, detailed_quote_accepted=True))
    works = replace(note, document="works_note", client_objects_to_name=True)
    assert "CLIENT_NAME" in codes(works)
    refusal = check_mentions(note, set())
    assert refusal is not None
    assert refusal.code == "NOTE_MENTION_MISSING"


# --- the table


def test_every_mention_of_the_table_is_reachable_and_worded() -> None:
    assert all(re.fullmatch(r"[A-Z]+(_[A-Z]+)*", code) for code in MENTION_CODES)
    assert all(mention.words_fr and mention.words_en and mention.law for mention in MENTIONS)
    assert not [mention.code for mention in MENTIONS if mention.words_fr == mention.words_en]
    pairs = [(mention.code, kind) for mention in MENTIONS for kind in mention.documents]
    assert len(pairs) == len(set(pairs))


def test_a_mention_with_its_own_refusal_needs_no_further_fact() -> None:
    for code, refusal in mentions._OWN_REFUSALS.items():
        assert code in MENTION_CODES
        assert facts_of(REFUSAL_KINDS[refusal]) == frozenset()


def test_nothing_present_means_everything_is_missing() -> None:
    assert missing(BUILDER, ()) == required(BUILDER)
    assert missing(BUILDER, MENTION_CODES) == ()


# --- sentences


def test_a_consumer_never_reads_of_penalties_or_of_40_euros() -> None:
    business = {"LATE_PENALTIES", "RECOVERY_INDEMNITY", "EARLY_DISCOUNT", "NO_EARLY_DISCOUNT"}
    for document in ("invoice", "deposit_invoice", "credit_note", "quote", "note"):
        facts = replace(SHOP, document=document, early_discount=True)
        assert business & set(statements_for(facts)) == set()
    printed = set(statements_for(replace(SHOP, customer_kind="business")))
    assert business & printed == {"LATE_PENALTIES", "RECOVERY_INDEMNITY", "NO_EARLY_DISCOUNT"}


def test_a_public_buyer_reads_of_public_procurement_and_not_of_trade_between_professionals() -> None:
    printed = statements_for(replace(SHOP, customer_kind="public", early_discount=True))
    assert {"LATE_PENALTIES_PUBLIC", "RECOVERY_INDEMNITY_PUBLIC", "EARLY_DISCOUNT_PUBLIC"} <= set(printed)
    assert not [code for code in printed if "L441" in statement(code).law]
    assert not {"LATE_PENALTIES_PUBLIC", "RECOVERY_INDEMNITY_PUBLIC"} & set(statements_for(SHOP))


def test_goods_services_or_both_are_told() -> None:
    assert "NATURE_GOODS" in statements_for(SHOP)
    assert "NATURE_SERVICES" in statements_for(replace(SHOP, goods=False, services=True))
    assert "NATURE_BOTH" in statements_for(replace(SHOP, services=True))


def test_the_debits_option_is_told_for_taxed_services() -> None:
    assert "DEBITS_OPTION" in statements_for(replace(SHOP, services=True, debits_option=True))
    assert "DEBITS_OPTION" not in statements_for(replace(SHOP, debits_option=True))


def test_the_franchise_wording_changes_on_1_january_2027_and_both_hold_for_a_year() -> None:
    old, new = "TVA non applicable, art. 293 B du CGI", "TVA non applicable, art. L. 223-3 du CIBS"
    assert franchise_wording(date(2026, 12, 31)) == old
    assert franchise_wording(date(2027, 1, 1)) == new
    assert statement_words("FRANCHISE", date(2027, 1, 1)) == new
    assert franchise_wordings(date(2026, 12, 31)) == (old,)
    assert franchise_wordings(date(2027, 12, 31)) == (old, new)
    assert franchise_wordings(date(2028, 1, 1)) == (new,)


def test_articles_move_to_the_cibs_on_1_january_2027() -> None:
    assert reference("isca", date(2026, 12, 31)) == "CGI art. 286 I 3° bis"
    assert reference("isca", date(2027, 1, 1)) == "CIBS art. L. 216-40"


def test_guyane_and_mayotte_have_their_sentence_and_training_its_word() -> None:
    printed = statements_for(replace(SHOP, taxed=False, excluded_department=True, training=True))
    assert printed[0] == "TRAINING"
    assert "EXCLUDED_DEPARTMENT" in printed
    assert statement_words("EXCLUDED_DEPARTMENT", TODAY) == "TVA non applicable, art. 294 du CGI"
    assert statement_words("TRAINING", TODAY) == "FACTICE"


def test_a_quote_tells_of_advances_withdrawal_and_the_seven_days() -> None:
    facts = replace(BUILDER, channel="off_premises", withdrawal_applies=True, advance_kind="arrhes")
    assert {"ARRHES", "WITHDRAWAL_RIGHT", "NO_PAYMENT_SEVEN_DAYS", "FREE_QUOTE"} <= set(statements_for(facts))
    distance = statements_for(replace(facts, channel="distance", advance_kind="acompte", paid_quote=True))
    assert "NO_PAYMENT_SEVEN_DAYS" not in distance
    assert {"ACOMPTE", "PAID_QUOTE"} <= set(distance)


def test_every_sentence_that_may_be_printed_has_words() -> None:
    known = {one.code for one in STATEMENTS}
    assert len(known) == len(STATEMENTS)
    facts = {"late_penalty": "12,15 %", "early_discount": "2 %", "fee": "50,00 €"}
    for code in known:
        assert statement_words(code, TODAY, **facts)
        assert statement(code).law
    source = re.findall(r'"([A-Z_]+)", ', re.sub(r"\s+", " ", _source_of_statements_for()))
    assert {code for code in source if code in known} >= {"TRAINING", "ARRHES", "LATE_PENALTIES"}
    assert [code for code in source if code not in known] == []


def _source_of_statements_for() -> str:
    return inspect.getsource(statements_for).split("wanted = (")[1].split("return")[0]
