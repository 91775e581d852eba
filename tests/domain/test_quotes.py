"""Quotes: mandatory mentions, figures, choices, versions, validity, withdrawal status."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from ledger.domain.commands.common import TextsInput
from ledger.domain.commands.quotes import (
    CancelQuote,
    DeclineQuote,
    ExpireQuote,
    QuoteInput,
    ReviseQuote,
    SendQuote,
    ViewQuote,
)
from ledger.domain.events.common import Discount, MilestoneName, Texts
from ledger.domain.events.ledger import TaskOpened
from ledger.domain.events.parties import CustomerRegistered, DepositPolicySet, DepositRule, ProfileSet
from ledger.domain.events.quotes import QuoteIssued, QuoteRevised, QuoteSigned
from ledger.domain.milestones import milestone_words
from tests.domain.sales import BUILDER, OTHER_ID, QUOTE_ID, SITE, goods, quote, quote_state, share, sign, signed, works
from tests.domain.world import BUSINESS, CUSTOMERS, DETAILS, PROFILE, PUBLIC, events_of, only, opened

GUARANTEED = TextsInput(after_sales="Garantie légale de deux ans")
SMALL = "aaaaaaaa-0000-4000-8000-000000000009"


def revise(**more: Any) -> ReviseQuote:
    """Give a revision of the quote ready made."""
    first = quote(**more)
    members = {each.name: getattr(first, each.name) for each in fields(QuoteInput)}
    return ReviseQuote(quote=QUOTE_ID, **members)


def without(*members: str) -> ProfileSet:
    """Give the profile ready made, less some of its details."""
    nothing: dict[str, Any] = dict.fromkeys(members)
    return replace(PROFILE, details=replace(DETAILS, **nothing))


# --- issuing


def test_a_quote_takes_the_next_number_and_shows_its_totals_per_rate() -> None:
    world = opened()
    answer = world.play(quote())
    issued = world.last(QuoteIssued)
    assert answer == {"quote": QUOTE_ID, "number": "D-00001", "document_version": 1, "gross_cents": 170000}
    assert (issued.totals.net_cents, issued.totals.vat_cents, issued.totals.gross_cents) == (150000, 20000, 170000)
    assert [(row.rate_bp, row.base_cents, row.vat_cents) for row in issued.vat] == [
        (1000, 100000, 10000),
        (2000, 50000, 10000),
    ]
    assert issued.valid_until == "2026-12-23"
    assert issued.texts is not None
    assert issued.texts.lines == ("Pose d'un escalier", "Reprise de maçonnerie")
    assert world.play(quote(id=OTHER_ID))["number"] == "D-00002"


def test_a_quote_priced_with_tax_keeps_its_total_with_tax() -> None:
    issued = only(opened().when(quote(works("9.99", 2000, quantity="3"), basis="gross")), QuoteIssued)
    assert issued.totals.gross_cents == 2997


def test_an_id_is_used_once() -> None:
    world = opened()
    world.play(quote())
    assert world.refusal(quote()).code == "ALREADY_EXISTS"


def test_attached_files_are_named_once_each_and_by_as_many_names() -> None:
    one, other = "a" * 64, "b" * 64
    for wrong, place in (
        ({"attachments": (one, one)}, "/attachments"),
        ({"attachments": (one, other), "attachment_names": ("plan.pdf",)}, "/attachment_names"),
        ({"attachment_names": ("plan.pdf",)}, "/attachment_names"),
    ):
        refusal = opened().refusal(quote(**wrong))
        assert (refusal.code, refusal.place) == ("QUOTE_ATTACHMENTS", place)
    issued = only(opened().when(quote(attachments=(one, other), attachment_names=("a.pdf", "b.jpg"))), QuoteIssued)
    assert issued.attachments == (one, other)
    assert issued.texts is not None
    assert issued.texts.attachments == ("a.pdf", "b.jpg")


def test_a_milestone_without_words_is_named_by_its_code_and_never_by_nothing() -> None:
    named = Texts(milestones=(MilestoneName(milestone="toit-pose", name="Toit posé"),))
    assert milestone_words(named, "toit-pose") == "Toit posé"
    assert milestone_words(named, "fin_de-chantier") == "Fin de chantier"
    assert milestone_words(None, "--") == "--"


def test_a_quote_needs_a_known_customer_whose_data_were_not_erased() -> None:
    world = opened()
    assert world.refusal(quote(customer=OTHER_ID)).code == "CUSTOMER_UNKNOWN"
    world.given_in(OTHER_ID, CustomerRegistered(kind="consumer"))
    assert world.refusal(quote(customer=OTHER_ID)).code == "CUSTOMER_ERASED"


@pytest.mark.parametrize(
    ("profile", "change", "code", "word"),
    [
        (without("mediator"), {}, "MEDIATOR_MISSING", "médiateur"),
        (
            without("trade_register"),
            {},
            "QUOTE_MENTION_MISSING",
            "immatriculation",
        ),
        (without("email", "phone"), {}, "QUOTE_MENTION_MISSING", "téléphone"),
        (PROFILE, {"duration_days": None}, "QUOTE_MENTION_MISSING", "délai d'exécution"),
        (PROFILE, {"lines": (goods(),)}, "QUOTE_MENTION_MISSING", "garanties"),
        (BUILDER, {"texts": TextsInput(waste="Benne")}, "QUOTE_MENTION_MISSING", "lieu d'exécution"),
        (BUILDER, {"texts": TextsInput(performance_place="Rennes")}, "QUOTE_MENTION_MISSING", "déchets"),
        (
            replace(BUILDER, details=DETAILS),
            {"texts": SITE},
            "QUOTE_MENTION_MISSING",
            "décennale",
        ),
        (replace(BUILDER, trades=("energy_renovation",)), {"texts": SITE}, "QUOTE_MENTION_MISSING", "RGE"),
        (BUILDER, {"texts": SITE, "reduced_rate_justified": False}, "REDUCED_RATE_STATEMENT_MISSING", "attestation"),
    ],
)
def test_a_quote_that_lacks_a_mandatory_mention_is_refused_with_its_name(
    profile: ProfileSet, change: dict[str, object], code: str, word: str
) -> None:
    refusal = opened(profile=profile).refusal(quote(**change))
    assert refusal.code == code
    assert refusal.law
    assert word in refusal.words


def test_a_quote_for_works_with_every_mention_is_issued_and_says_that_it_is_free() -> None:
    issued = only(opened(profile=BUILDER).when(quote(texts=SITE)), QuoteIssued)
    assert "FREE_QUOTE" in issued.mentions
    paid = only(opened(profile=BUILDER).when(quote(texts=SITE, fee_cents=5000)), QuoteIssued)
    assert "PAID_QUOTE" in paid.mentions


def test_a_company_is_not_told_of_the_mediator_or_of_withdrawal() -> None:
    world = opened(profile=replace(PROFILE, details=replace(DETAILS, mediator=None)))
    issued = only(world.when(quote(customer=BUSINESS, channel="off_premises", duration_days=None)), QuoteIssued)
    assert issued.withdrawal == "outside"
    assert "WITHDRAWAL_RIGHT" not in issued.mentions
    assert issued.payment_days == 30


def test_a_quote_does_not_end_before_it_begins() -> None:
    refusal = opened().refusal(quote(valid_until="2026-11-22"))
    assert (refusal.code, refusal.place) == ("QUOTE_VALIDITY_IN_PAST", "/valid_until")
    assert opened().refusal(quote(valid_until="2027-02-30")).code == "DATE_MALFORMED"
    assert opened().refusal(quote(starts_on="2027-02-30")).code == "DATE_MALFORMED"


def test_deferred_payment_by_a_consumer_is_flagged_since_the_credit_reform() -> None:
    world = opened()
    assert [task.code for task in events_of(world.when(quote(payment_days=60))) if isinstance(task, TaskOpened)] == [
        "check_consumer_credit"
    ]
    assert not [task for task in events_of(world.when(quote())) if isinstance(task, TaskOpened)]
    before = opened(world.today.replace(day=19))
    assert not [task for task in events_of(before.when(quote(payment_days=60))) if isinstance(task, TaskOpened)]


# --- options and variants

CHOICES = (
    works("1000", 2000),
    works("200", 2000, choice="option"),
    works("300", 2000, choice="variant", choice_group="bois"),
    works("450", 2000, choice="variant", choice_group="bois"),
)


def test_options_and_variants_do_not_count_until_they_are_chosen() -> None:
    world = opened()
    world.play(quote(*CHOICES))
    assert world.last(QuoteIssued).totals.gross_cents == 120000
    world.play(sign(world, chosen=(2, 4)))
    contract = world.last(QuoteSigned)
    assert contract.chosen == (2, 4)
    assert contract.totals.gross_cents == 198000
    assert quote_state(world).counted == (1, 2, 4)


@pytest.mark.parametrize("chosen", [(), (2,), (3, 4), (1, 3), (3, 3), (3, 9)])
def test_of_each_group_exactly_one_variant_is_chosen_and_only_what_is_offered(chosen: tuple[int, ...]) -> None:
    world = opened()
    world.play(quote(*CHOICES))
    assert world.refusal(sign(world, chosen=chosen)).code == "QUOTE_CHOICE_INVALID"


def test_a_variant_alone_is_no_choice_and_an_option_has_no_group() -> None:
    alone = works(choice="variant", choice_group="bois")
    grouped = works(choice="option", choice_group="bois")
    assert opened().refusal(quote(works(), alone)).code == "QUOTE_VARIANT_GROUP"
    assert opened().refusal(quote(works(), grouped)).code == "QUOTE_VARIANT_GROUP"
    assert opened().refusal(quote(works(), works(choice="variant"))).place == "/lines/1/choice_group"


def test_a_discount_on_the_document_is_spread_over_what_was_chosen() -> None:
    world = opened()
    world.play(quote(*CHOICES, discount=Discount(share_bp=1000)))
    assert world.last(QuoteIssued).totals.gross_cents == 108000
    world.play(sign(world, chosen=(3,)))
    assert world.last(QuoteSigned).totals.gross_cents == 140400


def test_a_quote_of_variants_alone_is_worth_what_will_be_chosen() -> None:
    world = opened()
    world.play(quote(*CHOICES[2:], schedule=(share(3000),)))
    issued = world.last(QuoteIssued)
    assert issued.totals.gross_cents == 0
    assert issued.schedule[0].amount_cents == 0
    world.play(sign(world, chosen=(2,)))
    contract = world.last(QuoteSigned)
    assert contract.totals.gross_cents == 54000
    assert contract.schedule[0].amount_cents == 16200


def test_deposits_may_not_exceed_the_cheapest_choice() -> None:
    asked = quote(*CHOICES[2:], schedule=(replace(share(1), share_bp=None, amount_cents=40000),))
    refusal = opened().refusal(asked)
    assert refusal.code == "QUOTE_SCHEDULE_TOO_LARGE"
    assert dict(refusal.facts)["gross_cents"] == 36000


# --- versions


def test_a_revision_is_a_new_version_under_the_same_number() -> None:
    world = opened()
    world.play(quote())
    answer = world.play(revise(valid_until="2027-01-31"))
    assert answer == {"quote": QUOTE_ID, "number": "D-00001", "document_version": 2, "gross_cents": 170000}
    assert world.last(QuoteRevised).valid_until == "2027-01-31"
    assert world.play(quote(id=OTHER_ID))["number"] == "D-00002"
    assert quote_state(world).document_at == 2


def test_a_signed_quote_is_changed_by_a_change_order_only() -> None:
    world = opened()
    signed(world)
    assert world.refusal(revise()).code == "QUOTE_ALREADY_SIGNED"


def test_a_quote_taken_back_is_not_revised_but_one_declined_or_expired_is_issued_anew() -> None:
    world = opened()
    world.play(quote())
    world.play(DeclineQuote(quote=QUOTE_ID, reason="too_dear"))
    world.play(revise())
    assert quote_state(world).phase == "open"
    world.play(CancelQuote(quote=QUOTE_ID, by="issuer"))
    assert world.refusal(revise()).code == "QUOTE_NOT_OPEN"


def test_a_revision_does_not_move_to_another_series() -> None:
    world = opened()
    world.play(quote())
    assert world.refusal(replace(revise(), series=OTHER_ID)).code == "SERIES_UNKNOWN"


# --- on its way


def test_sending_and_viewing_name_the_version_in_force() -> None:
    world = opened()
    world.play(quote())
    world.play(revise())
    assert world.play(SendQuote(quote=QUOTE_ID, by="email"))["document_version"] == 2
    assert world.play(ViewQuote(quote=QUOTE_ID))["document_version"] == 2
    assert quote_state(world).sent
    assert world.refusal(SendQuote(quote=OTHER_ID, by="email")).code == "REFERENCE_UNKNOWN"
    assert world.refusal(ViewQuote(quote=OTHER_ID)).code == "REFERENCE_UNKNOWN"


def test_a_quote_expires_the_day_after_its_last_day_and_not_before() -> None:
    world = opened()
    world.play(quote(valid_until="2026-11-30"))
    world.on("2026-11-30")
    assert world.refusal(ExpireQuote(quote=QUOTE_ID)).code == "QUOTE_STILL_VALID"
    world.on("2026-12-01").play(ExpireQuote(quote=QUOTE_ID))
    assert quote_state(world).phase == "expired"
    assert world.refusal(DeclineQuote(quote=QUOTE_ID)).code == "QUOTE_NOT_OPEN"


# --- the contract's law


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"channel": "premises"}, "outside"),
        ({"channel": "distance"}, "applies"),
        ({"channel": "off_premises"}, "applies"),
        ({"channel": "off_premises", "urgent_repair": True}, "urgent_repair"),
        ({"channel": "distance", "special_order": True}, "applies"),
        (
            {
                "channel": "distance",
                "special_order": True,
                "lines": (goods(),),
                "texts": GUARANTEED,
            },
            "bespoke",
        ),
        ({"channel": "distance", "customer": BUSINESS}, "outside"),
        ({"channel": "off_premises", "customer": PUBLIC}, "outside"),
    ],
)
def test_a_quote_says_whether_the_client_may_withdraw(change: dict[str, object], status: str) -> None:
    assert only(opened().when(quote(**change)), QuoteIssued).withdrawal == status


def test_a_small_business_off_premises_is_protected_like_a_consumer() -> None:
    world = opened()
    world.given_in(SMALL, replace(CUSTOMERS[BUSINESS], small_business=True))
    near = only(world.when(quote(customer=SMALL, channel="off_premises")), QuoteIssued)
    assert near.withdrawal == "applies"
    assert {"WITHDRAWAL_RIGHT", "NO_PAYMENT_SEVEN_DAYS"} <= set(near.mentions)
    far = only(world.when(quote(customer=SMALL, channel="distance")), QuoteIssued)
    assert far.withdrawal == "outside"


def test_the_exceptions_for_consumers_are_not_for_a_company() -> None:
    urgent = quote(customer=BUSINESS, channel="off_premises", urgent_repair=True)
    assert opened().refusal(urgent).place == "/urgent_repair"
    early = quote(customer=BUSINESS, channel="off_premises", early_payment_exception="home_party")
    assert opened().refusal(early).code == "CONSUMER_RULE_FOR_BUSINESS"


def test_an_exception_to_the_seven_days_is_recorded_where_they_hold() -> None:
    world = opened()
    near = only(world.when(quote(channel="off_premises", urgent_repair=True)), QuoteIssued)
    assert near.early_payment_exception == "urgent_repair"
    assert "NO_PAYMENT_SEVEN_DAYS" not in near.mentions
    far = only(world.when(quote(channel="distance", early_payment_exception="home_party")), QuoteIssued)
    assert far.early_payment_exception is None


# --- change orders


def test_signing_a_change_order_amends_the_contract() -> None:
    world = opened()
    signed(world)
    signed(world, quote(works("100", 2000), id=OTHER_ID, amends=QUOTE_ID))
    assert quote_state(world).gross_cents == 182000
    assert quote_state(world).amended_by == (OTHER_ID,)


def test_a_change_order_may_take_away_more_than_it_adds() -> None:
    world = opened()
    signed(world)
    less = quote(works("200", 1000, quantity="-1"), works("50", 2000), id=OTHER_ID, amends=QUOTE_ID)
    signed(world, less)
    assert world.last(QuoteSigned).totals.gross_cents == -16000
    assert quote_state(world).gross_cents == 154000
    assert opened().refusal(replace(less, amends=None)).code == "TOTAL_NEGATIVE"


def test_a_change_order_needs_a_signed_quote_of_the_same_customer() -> None:
    world = opened()
    world.play(quote())
    change = quote(works("100", 2000), id=OTHER_ID, amends=QUOTE_ID)
    assert world.refusal(change).code == "AMENDMENT_NEEDS_SIGNED_QUOTE"
    world.play(sign(world))
    assert world.refusal(replace(change, customer=BUSINESS)).code == "AMENDMENT_OTHER_CUSTOMER"
    assert world.refusal(replace(change, amends=OTHER_ID)).code == "REFERENCE_UNKNOWN"


def test_a_change_order_is_not_signed_once_its_contract_has_ended() -> None:
    world = opened()
    signed(world)
    world.play(quote(works("100", 2000), id=OTHER_ID, amends=QUOTE_ID))
    world.play(CancelQuote(quote=QUOTE_ID, by="client"))
    assert world.refusal(sign(world, OTHER_ID)).code == "AMENDMENT_NEEDS_SIGNED_QUOTE"


def test_a_change_order_that_ends_by_itself_takes_its_worth_off_again() -> None:
    world = opened()
    signed(world)
    signed(world, quote(works("100", 2000), id=OTHER_ID, amends=QUOTE_ID))
    world.play(CancelQuote(quote=OTHER_ID, by="client"))
    assert quote_state(world).gross_cents == 170000
    assert quote_state(world).amended_by == ()
    assert quote_state(world).signed


# --- the deposit policy


def test_the_first_rule_of_the_policy_that_matches_a_quote_applies() -> None:
    world = opened()
    world.given_in(
        "self",
        DepositPolicySet(
            rules=(
                DepositRule(from_cents=500_000, share_bp=4000),
                DepositRule(risk="high", share_bp=5000),
                DepositRule(customer_kind="business", share_bp=2000, due_days=10),
                DepositRule(from_cents=100_000, share_bp=3000, automatic=False),
            )
        ),
    )
    consumer = only(world.when(quote(schedule=None)), QuoteIssued).schedule
    assert [(each.kind, each.amount_cents, each.automatic) for each in consumer] == [("arrhes", 51000, False)]
    company = only(world.when(quote(schedule=None, customer=BUSINESS)), QuoteIssued).schedule
    assert [(each.kind, each.amount_cents, each.due_days, each.invoice_at) for each in company] == [
        ("acompte", 34000, 10, "receipt")
    ]
    small = only(world.when(quote(works("10", 2000), schedule=None)), QuoteIssued).schedule
    assert small == ()
    asked = only(world.when(quote(schedule=(share(1000),))), QuoteIssued).schedule
    assert [each.amount_cents for each in asked] == [17000]


def test_commands_of_quotes_name_a_quote_that_exists() -> None:
    world = opened()
    unknown = (
        revise(),
        DeclineQuote(quote=QUOTE_ID),
        ExpireQuote(quote=QUOTE_ID),
        CancelQuote(quote=QUOTE_ID, by="issuer"),
    )
    assert {world.refusal(command).code for command in unknown} == {"REFERENCE_UNKNOWN"}
