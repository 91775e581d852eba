"""Signatures: exact bytes, order, levels, codes, evidence, and the contract they conclude."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ledger.domain.commands.common import TextsInput
from ledger.domain.commands.quotes import (
    AddAttachment,
    CancelSignature,
    DeclineQuote,
    ExpireQuote,
    GiveSignature,
    RecordCodeChecked,
    RecordCodeSent,
    RefuseSignature,
    RequestSignature,
    ReviseQuote,
    SignatoryInput,
)
from ledger.domain.events.common import Party
from ledger.domain.events.quotes import QuoteDeclined, QuoteSigned
from ledger.domain.events.signatures import (
    CodeChecked,
    Evidence,
    SignatureCancelled,
    SignatureCompleted,
    SignatureGiven,
    SignatureRequested,
)
from ledger.domain.streams.quote import QUOTE
from ledger.domain.streams.signature import SIGNATURE
from tests.domain.sales import (
    BUILDER,
    EVIDENCE,
    OTHER_ID,
    QUOTE_ID,
    SITE,
    goods,
    quote,
    quote_state,
    sign,
    signed,
    works,
)
from tests.domain.test_quotes import CHOICES, revise
from tests.domain.world import FixedWorld, events_of, opened

SIGNATURE_ID = "dddddddd-0000-4000-8000-000000000001"
CAMILLE = "dddddddd-0000-4000-8000-00000000000a"
SASHA = "dddddddd-0000-4000-8000-00000000000b"
ISSUER = "dddddddd-0000-4000-8000-00000000000c"
CODE_EVIDENCE = Evidence(code_sent_to="camille@roseau.test", consent_text="Bon pour accord")


def signatory(identifier: str = CAMILLE, **more: Any) -> SignatoryInput:
    """Give a client who types a name, without a code."""
    members: dict[str, Any] = {"method": "typed", "code_by": "none", "party": Party(name="Camille Roseau")}
    return SignatoryInput(id=identifier, **{**members, **more})


def request(*signatories: SignatoryInput, **more: Any) -> RequestSignature:
    """Ask for signatures on the quote ready made."""
    members: dict[str, Any] = {"id": SIGNATURE_ID, "quote": QUOTE_ID, "signatories": signatories or (signatory(),)}
    return RequestSignature(**{**members, **more})


def give(world: FixedWorld, who: str = CAMILLE, **more: Any) -> GiveSignature:
    """Give one signature on what was asked for."""
    state = world.state(SIGNATURE, SIGNATURE_ID)
    assert state is not None
    members: dict[str, Any] = {
        "signature": SIGNATURE_ID,
        "signatory": who,
        "signed": state.digest,
        "reduced_rate_stated": True,
        "evidence": EVIDENCE,
    }
    return GiveSignature(**{**members, **more})


def asked(*signatories: SignatoryInput, **more: Any) -> FixedWorld:
    """Give a world with a quote whose signature is asked for."""
    world = opened()
    world.play(quote())
    world.play(request(*signatories, **more))
    return world


# --- bound to exact bytes


def test_a_signature_binds_the_fingerprint_of_the_version_it_was_given_on() -> None:
    world = opened()
    world.play(quote())
    world.play(revise())
    world.play(sign(world))
    contract = world.last(QuoteSigned)
    assert contract.document_version == 2
    assert contract.signed_fingerprint == world.recorded(QUOTE.stream(QUOTE_ID), 2)
    assert world.last(SignatureRequested).thing.fingerprint == contract.signed_fingerprint
    assert world.last(SignatureGiven).signed == world.last(SignatureCompleted).signed == contract.signed_fingerprint


def test_an_older_version_is_not_signed() -> None:
    world = opened()
    world.play(quote())
    stale = sign(world)
    world.play(revise())
    refusal = world.refusal(stale)
    assert refusal.code == "QUOTE_VERSION_NOT_CURRENT"
    assert dict(refusal.facts) == {"given": 1, "current": 2}


def test_another_fingerprint_is_not_signed() -> None:
    world = opened()
    world.play(quote())
    refusal = world.refusal(sign(world, fingerprint="a" * 64))
    assert (refusal.code, refusal.place) == ("SIGNATURE_DOCUMENT_MISMATCH", "/fingerprint")
    asked_for = asked()
    assert asked_for.refusal(give(asked_for, signed="a" * 64)).code == "SIGNATURE_DOCUMENT_MISMATCH"


def test_revising_a_quote_ends_the_request_for_its_signature() -> None:
    world = asked()
    late = give(world)
    world.play(revise())
    assert world.last(SignatureCancelled).reason == "revised"
    assert world.refusal(late).code == "SIGNATURE_NOT_OPEN"
    world.play(request(id=OTHER_ID))


def test_any_file_is_signed_by_its_digest() -> None:
    world = opened()
    world.play(request(quote=None, file="f" * 64, bytes=81234, role="purchase_order"))
    assert world.refusal(give(world, signed="e" * 64)).code == "SIGNATURE_DOCUMENT_MISMATCH"
    assert world.refusal(give(world, chosen=(1,))).code == "QUOTE_CHOICE_INVALID"
    answer = world.play(give(world))
    assert answer["completed"] is True
    assert world.last(SignatureCompleted).signed == "f" * 64
    assert not world.all_of(QuoteSigned)


def test_a_request_names_a_quote_or_a_file_and_somebody_to_sign() -> None:
    world = opened()
    world.play(quote())
    assert world.refusal(request(quote=None)).code == "MEMBER_MISSING"
    assert world.refusal(request(quote=OTHER_ID)).code == "REFERENCE_UNKNOWN"
    assert world.refusal(replace(request(), signatories=())).code == "SIGNATORIES_MISSING"
    assert world.refusal(request(signatory(side="issuer"))).code == "SIGNATORIES_MISSING"
    assert world.refusal(request(signatory(), signatory())).code == "ALREADY_EXISTS"
    assert world.refusal(request(expires_on="2026-11-22")).code == "SIGNATURE_NOT_OPEN"


# --- validity


def test_a_quote_is_signed_until_its_last_day_and_not_after() -> None:
    world = opened()
    world.play(quote(valid_until="2026-11-30"))
    world.on("2026-12-01")
    refusal = world.refusal(sign(world))
    assert refusal.code == "QUOTE_EXPIRED"
    assert world.refusal(request()).code == "QUOTE_EXPIRED"
    world.on("2026-11-30").play(sign(world))
    assert quote_state(world).signed


def test_a_quote_whose_validity_is_over_is_signed_once_it_is_issued_anew() -> None:
    world = opened()
    world.play(quote(valid_until="2026-11-30"))
    world.on("2026-12-05").play(revise(valid_until="2026-12-31"))
    world.play(sign(world))
    assert world.last(QuoteSigned).concluded_on == "2026-12-05"


def test_a_quote_is_signed_once() -> None:
    world = opened()
    signed(world)
    assert world.refusal(sign(world)).code == "QUOTE_ALREADY_SIGNED"
    world.play(quote(id=OTHER_ID))
    world.play(DeclineQuote(quote=OTHER_ID))
    assert world.refusal(sign(world, OTHER_ID)).code == "QUOTE_NOT_OPEN"


# --- several signatories


def test_several_sign_in_their_order_and_the_issuer_last_concludes() -> None:
    world = asked(signatory(), signatory(SASHA), signatory(ISSUER, side="issuer"))
    assert world.refusal(give(world, SASHA)).code == "SIGNATORY_OUT_OF_TURN"
    assert world.play(give(world))["completed"] is False
    assert world.refusal(give(world)).code == "SIGNATORY_ALREADY_SIGNED"
    world.play(give(world, SASHA))
    assert not world.all_of(QuoteSigned)
    answer = world.play(give(world, ISSUER))
    assert answer["completed"] is True
    assert world.last(SignatureCompleted).signatories == 3
    assert world.last(QuoteSigned).signature == SIGNATURE_ID


def test_without_an_order_anybody_begins() -> None:
    world = asked(signatory(), signatory(SASHA), ordered=False)
    world.play(give(world, SASHA))
    world.play(give(world))
    assert quote_state(world).signed


def test_only_those_who_were_asked_sign() -> None:
    world = asked()
    assert world.refusal(give(world, SASHA)).code == "SIGNATORY_UNKNOWN"
    assert world.refusal(replace(give(world), signature=OTHER_ID)).code == "REFERENCE_UNKNOWN"


def test_the_countersignature_may_follow_the_last_day_when_the_client_signed_in_time() -> None:
    world = asked(signatory(), signatory(ISSUER, side="issuer"))
    world.play(give(world))
    world.later(60)
    assert world.refusal(ExpireQuote(quote=QUOTE_ID)).code == "QUOTE_ALREADY_SIGNED"
    world.play(give(world, ISSUER))
    assert quote_state(world).signed


def test_a_client_does_not_sign_after_the_last_day_of_the_request() -> None:
    world = asked(expires_on="2026-11-25")
    world.on("2026-11-26")
    assert world.refusal(give(world)).code == "SIGNATURE_NOT_OPEN"
    world.play(CancelSignature(signature=SIGNATURE_ID, reason="expired"))
    assert world.refusal(CancelSignature(signature=SIGNATURE_ID)).code == "SIGNATURE_NOT_OPEN"


def test_a_request_is_not_said_to_be_over_before_its_last_day() -> None:
    world = asked()
    assert world.refusal(CancelSignature(signature=SIGNATURE_ID, reason="expired")).code == "QUOTE_STILL_VALID"


def test_one_version_has_one_open_request_and_signing_on_the_spot_does_not_get_round_it() -> None:
    world = asked(signatory(), signatory(ISSUER, side="issuer"))
    assert world.refusal(request(id=OTHER_ID)).code == "SIGNATURE_REQUEST_PENDING"
    assert world.refusal(sign(world)).code == "SIGNATURE_REQUEST_PENDING"
    alone = asked()
    alone.play(sign(alone))
    assert alone.last(SignatureCancelled).reason == "asked"
    assert quote_state(alone).signed


def test_clients_choose_the_same() -> None:
    world = opened()
    world.play(quote(*CHOICES))
    world.play(request(signatory(), signatory(SASHA), signatory(ISSUER, side="issuer")))
    world.play(give(world, chosen=(3,)))
    assert world.refusal(give(world, SASHA, chosen=(4,))).code == "QUOTE_CHOICE_INVALID"
    world.play(give(world, SASHA, chosen=(3,)))
    assert world.refusal(give(world, ISSUER, chosen=(3,))).code == "QUOTE_CHOICE_INVALID"
    world.play(give(world, ISSUER))
    assert world.last(QuoteSigned).chosen == (3,)


def test_a_refusal_by_the_client_declines_the_quote() -> None:
    world = asked(signatory(), signatory(ISSUER, side="issuer"))
    world.play(RefuseSignature(signature=SIGNATURE_ID, signatory=CAMILLE, reason="too_dear", words="Trop cher"))
    assert world.last(QuoteDeclined).reason == "too_dear"
    assert quote_state(world).phase == "declined"
    assert world.refusal(give(world)).code == "SIGNATURE_NOT_OPEN"


def test_a_refusal_by_the_issuer_leaves_the_quote_open() -> None:
    world = asked(signatory(), signatory(ISSUER, side="issuer"))
    world.play(give(world))
    assert world.refusal(RefuseSignature(signature=SIGNATURE_ID, signatory=CAMILLE)).code == "SIGNATORY_ALREADY_SIGNED"
    assert world.refusal(RefuseSignature(signature=SIGNATURE_ID, signatory=SASHA)).code == "SIGNATORY_UNKNOWN"
    world.play(RefuseSignature(signature=SIGNATURE_ID, signatory=ISSUER))
    assert quote_state(world).phase == "open"


def test_declining_a_quote_ends_its_request_for_signatures() -> None:
    world = asked()
    world.play(DeclineQuote(quote=QUOTE_ID))
    assert world.last(SignatureCancelled).reason == "refused"


# --- levels


@pytest.mark.parametrize("method", ["drawn", "typed", "code"])
@pytest.mark.parametrize("level", ["advanced", "qualified"])
def test_a_drawn_typed_or_code_signature_is_never_more_than_simple(method: str, level: str) -> None:
    world = opened()
    world.play(quote())
    code_by = "email" if method == "code" else "none"
    over = request(signatory(method=method, level=level, code_by=code_by))
    assert world.refusal(over).code == "SIGNATURE_LEVEL_OVERSTATED"
    world.play(request(signatory(method=method, code_by=code_by)))
    assert world.refusal(give(world, level=level)).code == "SIGNATURE_LEVEL_OVERSTATED"


def test_a_qualified_signature_rests_on_a_certificate() -> None:
    world = asked(signatory(method="certificate", level="qualified"))
    assert world.refusal(give(world, level="qualified")).code == "SIGNATURE_CERTIFICATE_MISSING"
    sealed = Evidence(certificate="c" * 64, consent_text="Bon pour accord")
    refusal = world.refusal(give(world, level="advanced", evidence=sealed))
    assert refusal.code == "SIGNATURE_LEVEL_TOO_LOW"
    world.play(give(world, level="qualified", evidence=sealed))
    assert world.last(QuoteSigned).level == "qualified"


def test_the_contract_has_the_lowest_level_given() -> None:
    world = asked(signatory(method="certificate", level="advanced"), signatory(SASHA))
    world.play(give(world, level="advanced", evidence=Evidence(certificate="c" * 64, consent_text="Bon pour accord")))
    world.play(give(world, SASHA))
    assert world.last(QuoteSigned).level == world.last(SignatureCompleted).level == "simple"


# --- one-time codes


def with_code() -> FixedWorld:
    """Give a world where a client is to sign with a code."""
    return asked(signatory(method="code", code_by="email"))


def code_sent(world: FixedWorld, minutes: int = 10) -> RecordCodeSent:
    """Record a code that is good for some minutes."""
    return RecordCodeSent(
        signature=SIGNATURE_ID,
        signatory=CAMILLE,
        expires_at=world.now.replace(minute=minutes).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    )


def checked(outcome: Any) -> RecordCodeChecked:
    """Record what came of an entry."""
    return RecordCodeChecked(signature=SIGNATURE_ID, signatory=CAMILLE, outcome=outcome)


def test_a_signature_by_code_needs_the_right_code_first() -> None:
    world = with_code()
    assert world.refusal(checked("right")).code == "CODE_NOT_SENT"
    world.play(code_sent(world))
    assert world.refusal(give(world, evidence=CODE_EVIDENCE)).code == "CODE_NOT_CONFIRMED"
    assert world.play(checked("wrong"))["tries_left"] == 4
    assert world.refusal(give(world, evidence=CODE_EVIDENCE)).code == "CODE_NOT_CONFIRMED"
    world.play(checked("right"))
    world.play(give(world, evidence=CODE_EVIDENCE))
    assert [each.tries for each in world.all_of(CodeChecked)] == [1, 2]
    assert world.last(SignatureGiven).code_outcome == "right"
    assert quote_state(world).signed


def test_five_wrong_entries_block_a_code_even_if_the_next_is_right() -> None:
    world = with_code()
    world.play(code_sent(world))
    for _ in range(5):
        assert world.play(checked("wrong"))["outcome"] == "wrong"
    assert world.play(checked("right"))["outcome"] == "blocked"
    assert world.refusal(give(world, evidence=CODE_EVIDENCE)).code == "CODE_NOT_CONFIRMED"
    world.play(code_sent(world))
    assert world.play(checked("right"))["outcome"] == "right"


def test_a_code_entered_after_its_time_has_expired() -> None:
    world = with_code()
    world.play(code_sent(world))
    world.now = world.now.replace(minute=11)
    assert world.play(checked("right"))["outcome"] == "expired"


def test_a_new_code_must_be_confirmed_anew() -> None:
    world = with_code()
    world.play(code_sent(world))
    world.play(checked("right"))
    world.play(code_sent(world))
    assert world.refusal(give(world, evidence=CODE_EVIDENCE)).code == "CODE_NOT_CONFIRMED"


def test_ten_codes_are_enough() -> None:
    world = with_code()
    for _ in range(10):
        world.play(code_sent(world))
    assert world.refusal(code_sent(world)).code == "CODE_TOO_MANY"


def test_a_signatory_without_a_code_is_sent_none_and_one_by_code_has_a_way_to_get_it() -> None:
    world = asked()
    assert world.refusal(code_sent(world)).code == "CODE_NOT_ASKED"
    fresh = opened()
    fresh.play(quote())
    assert fresh.refusal(request(signatory(method="code", code_by="none"))).code == "MEMBER_INVALID"


def test_a_drawn_signature_may_ask_for_a_code_as_well() -> None:
    world = asked(signatory(method="drawn", code_by="sms"))
    drawn = Evidence(drawing="d" * 64, consent_text="Bon pour accord")
    assert world.refusal(give(world, evidence=drawn)).code == "CODE_NOT_CONFIRMED"


# --- evidence


@pytest.mark.parametrize(
    ("method", "member"),
    [("drawn", "drawing"), ("typed", "name_typed"), ("code", "code_sent_to"), ("certificate", "certificate")],
)
def test_each_method_leaves_its_trace(method: str, member: str) -> None:
    world = asked(signatory(method=method, code_by="email" if method == "code" else "none"))
    refusal = world.refusal(give(world, evidence=Evidence(consent_text="Bon pour accord")))
    assert (refusal.code, refusal.place) == ("EVIDENCE_MISSING", f"/evidence/{member}")


def test_the_text_of_the_consent_is_kept() -> None:
    world = opened()
    world.play(quote())
    assert (
        world.refusal(sign(world, evidence=Evidence(name_typed="Camille", consent_text="  "))).code == "CONSENT_MISSING"
    )


def test_evidence_and_parties_are_private() -> None:
    assert SignatureGiven.PRIVATE == ("evidence",)
    assert SignatureRequested.PRIVATE == ("parties",)


# --- what signing concludes


def test_off_premises_no_money_before_the_seven_full_days_are_over() -> None:
    world = opened()
    signed(world, quote(channel="off_premises"))
    assert world.last(QuoteSigned).payment_from == "2026-12-01"


@pytest.mark.parametrize(
    "change",
    [
        {"channel": "premises"},
        {"channel": "distance"},
        {"channel": "off_premises", "urgent_repair": True},
        {"channel": "off_premises", "early_payment_exception": "home_party"},
    ],
)
def test_elsewhere_or_by_exception_money_may_be_taken_at_once(change: dict[str, Any]) -> None:
    world = opened()
    signed(world, quote(**change))
    assert world.last(QuoteSigned).payment_from is None


def test_services_may_be_withdrawn_from_for_fourteen_days_ending_on_a_working_day() -> None:
    world = opened()
    signed(world, quote(channel="distance"))
    assert world.last(QuoteSigned).withdrawal_until == "2026-12-07"
    saturday = opened(world.today.replace(day=28))
    signed(saturday, quote(channel="distance"))
    assert saturday.last(QuoteSigned).withdrawal_until == "2026-12-14"
    christmas = opened(world.today.replace(month=12, day=11))
    signed(christmas, quote(channel="distance"))
    assert christmas.last(QuoteSigned).withdrawal_until == "2026-12-28"


def test_with_goods_the_period_waits_for_their_delivery() -> None:
    world = opened()
    signed(world, quote(works(), goods(), channel="distance", texts=TextsInput(after_sales="Garantie légale")))
    assert world.last(QuoteSigned).withdrawal_until is None


def test_an_early_start_counts_when_every_client_asks_for_it() -> None:
    world = opened()
    world.play(quote(channel="distance"))
    world.play(request(signatory(), signatory(SASHA)))
    world.play(give(world, early_start_requested=True, loss_acknowledged=True))
    world.play(give(world, SASHA, early_start_requested=True))
    contract = world.last(QuoteSigned)
    assert contract.early_start_requested
    assert not contract.loss_acknowledged
    divided = opened()
    divided.play(quote(channel="distance"))
    divided.play(request(signatory(), signatory(SASHA)))
    divided.play(give(divided, early_start_requested=True))
    divided.play(give(divided, SASHA))
    assert not divided.last(QuoteSigned).early_start_requested


def test_reduced_rates_on_works_need_the_clients_statement_at_signature() -> None:
    world = opened(profile=BUILDER)
    world.play(quote(texts=SITE))
    refusal = world.refusal(sign(world, reduced_rate_stated=False))
    assert (refusal.code, refusal.place) == ("REDUCED_RATE_STATEMENT_MISSING", "/reduced_rate_stated")
    world.play(sign(world))
    assert world.last(QuoteSigned).reduced_rate_stated


def test_one_of_several_clients_states_what_reduced_rates_ask_for() -> None:
    world = opened(profile=BUILDER)
    world.play(quote(texts=SITE))
    world.play(request(signatory(), signatory(SASHA)))
    world.play(give(world, reduced_rate_stated=False))
    assert world.refusal(give(world, SASHA, reduced_rate_stated=False)).code == "REDUCED_RATE_STATEMENT_MISSING"
    world.play(give(world, SASHA))
    assert quote_state(world).signed


def test_works_at_the_standard_rate_need_no_statement() -> None:
    world = opened(profile=BUILDER)
    world.play(quote(works("1000", 2000), texts=SITE))
    world.play(sign(world, reduced_rate_stated=False))
    assert quote_state(world).signed


# --- attachments


def test_a_file_is_attached_by_its_digest() -> None:
    world = opened()
    attach = AddAttachment(id=OTHER_ID, digest="9" * 64, bytes=12, media_type="application/pdf", title="Plan")
    assert world.play(attach) == {"attachment": OTHER_ID}
    assert world.refusal(attach).code == "ALREADY_EXISTS"
    assert len(events_of(world.when(replace(attach, id=None)))) == 1


def test_a_revision_leaves_no_room_for_a_signature_of_the_old_version() -> None:
    world = asked()
    assert isinstance(revise(), ReviseQuote)
    world.given_in(QUOTE_ID, replace(quote_state(world).current, document_version=2))
    assert world.refusal(give(world)).code == "QUOTE_VERSION_NOT_CURRENT"


def test_a_request_names_the_files_that_go_with_the_quote() -> None:
    own, more = "a" * 64, "b" * 64
    world = opened()
    world.play(quote(attachments=(own,)))
    world.play(request(attachments=(more, own)))
    assert world.last(SignatureRequested).attachments == (own, more)
