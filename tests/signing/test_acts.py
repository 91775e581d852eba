"""Signing, declining, writing, announcing, giving up: what the holder of a link does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from api.signing import asking
from api.signing.acts import Signed
from api.signing.links import MadeLink, OpenLink
from ledger.domain.commands.common import LineInput
from ledger.domain.commands.parties import AddObserver
from ledger.domain.commands.quotes import SignatoryInput
from ledger.domain.events.messages import CommentAdded
from ledger.domain.events.payments import PaymentAnnounced
from ledger.domain.events.quotes import QuoteSigned, QuoteWithdrawn
from ledger.domain.events.signatures import SignatureGiven
from ledger.domain.refusals import Refusal
from ledger.shell.calls import Answer
from tests.signing.scene import ACTOR, OTHER, Scene, drawn, png, works


def last(sale: Scene, kind: type[Any]) -> Any:
    return [event.record for event in sale.service.entries(sale.ledger) if isinstance(event.record, kind)][-1]


def code_of(outcome: object) -> str:
    assert isinstance(outcome, Refusal), outcome
    return outcome.code


# --- signing


def test_a_client_signs_with_a_mailed_code_and_a_deposit_is_asked_for(sale: Scene) -> None:
    link = sale.to_sign(sale.quote())
    sale.code(link)
    done = sale.signing.acts.sign(link, sale.form(link, drawing=drawn(png()), ip="192.0.2.7", user_agent="Browser/1"))
    assert isinstance(done, Signed)
    assert (done.completed, done.already, len(done.deposits)) == (True, False, 1)
    given = last(sale, SignatureGiven)
    assert (given.level, given.code_outcome, given.evidence.name_typed) == ("simple", "right", "Camille Roseau")
    assert given.evidence.code_sent_to == "camille@roseau.test"
    assert "version 1" in given.evidence.consent_text
    assert given.signed[:4] in given.evidence.consent_text
    assert "1 700,00" in given.evidence.consent_text.replace("\u202f", " ").replace("\xa0", " ")
    view = sale.view(link)
    assert view.quote is not None
    assert view.signature is not None
    assert (view.quote.phase, view.signature.phase) == ("signed", "completed")
    assert sale.signing.files.read(sale.ledger, view.signature.signature, given.evidence.drawing) == png()
    assert [(due.kind, due.to_pay_cents) for due in view.dues] == [("deposit", 51_000)]
    assert {"withdraw", "pay", "announce"} <= view.may


def test_a_form_sent_twice_signs_once(sale: Scene) -> None:
    link = sale.to_sign(sale.quote())
    sale.code(link)
    form = sale.form(link)
    first = sale.signing.acts.sign(link, form, key="page:one")
    again = sale.signing.acts.sign(link, form, key="page:one")
    assert isinstance(first, Signed)
    assert isinstance(again, Signed)
    assert again.already
    assert again.deposits == first.deposits
    assert sale.types().count("signature.given/1") == 1


def test_two_devices_that_sign_at_once_sign_once(sale: Scene) -> None:
    link = sale.to_sign(sale.quote())
    sale.code(link)
    form = sale.form(link)
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda n: sale.signing.acts.sign(link, form, key=f"page:{n}"), range(4)))
    assert all(isinstance(each, Signed) for each in done), done
    assert sale.types().count("signature.given/1") == 1
    assert sale.types().count("quote.signed/1") == 1


def test_a_quote_revised_while_the_client_reads_is_not_signed_and_the_new_one_can_be(sale: Scene) -> None:
    quote = sale.quote()
    link = sale.to_sign(quote)
    sale.code(link)
    form = sale.form(link)
    sale.revise(quote, works("1200"))
    refused = sale.signing.acts.sign(link, form)
    assert isinstance(refused, Refusal)
    assert (refused.code, dict(refused.facts)) == ("QUOTE_VERSION_NOT_CURRENT", {"given": 1, "current": 2})
    view = sale.view(link)
    assert view.quote is not None
    assert view.quote.document.document_version == 2
    assert "sign" not in view.may
    sale.ask(quote)  # the same person keeps their id, and their link goes on
    assert "sign" in sale.view(link).may
    sale.later(seconds=30)
    assert code_of(sale.signing.acts.sign(link, sale.form(link, code=form.code))) == "CODE_NOT_SENT"
    sale.code(link)
    assert isinstance(sale.signing.acts.sign(link, sale.form(link)), Signed)
    assert last(sale, QuoteSigned).document_version == 2


def test_who_signs_says_their_name_agrees_and_states_what_reduced_rates_need(sale: Scene) -> None:
    link = sale.to_sign(sale.quote())
    sale.code(link)
    acts = sale.signing.acts
    assert code_of(acts.sign(link, sale.form(link, name=" "))) == "SIGNER_NAME_MISSING"
    assert code_of(acts.sign(link, sale.form(link, consented=False))) == "CONSENT_MISSING"
    assert code_of(acts.sign(link, sale.form(link, reduced_rate=False))) == "REDUCED_RATE_STATEMENT_MISSING"
    assert code_of(acts.sign(link, sale.form(link, drawing=drawn(png(ink=False))))) == "DRAWING_INVALID"
    assert code_of(acts.sign(link, sale.form(link, fingerprint="0" * 64))) == "QUOTE_VERSION_NOT_CURRENT"
    assert "signature.code_checked/1" not in sale.types()  # none of it cost a try


def test_an_early_start_and_its_loss_are_kept_when_they_are_asked_for_and_not_otherwise(sale: Scene) -> None:
    link = sale.to_sign(sale.quote())
    sale.code(link)
    assert isinstance(sale.signing.acts.sign(link, sale.form(link, early_start=True, loss=True)), Signed)
    contract = last(sale, QuoteSigned)
    assert (contract.early_start_requested, contract.loss_acknowledged) == (True, True)
    assert "délai de rétractation" in last(sale, SignatureGiven).evidence.consent_text
    other = sale.signed(sale.quote())
    assert sale.view(other).quote.contract.early_start_requested is False  # type: ignore[union-attr] # it was signed


def test_options_chosen_are_priced_and_signed(sale: Scene) -> None:
    option = LineInput(label="Vernis", unit_price="100", rate_bp=1000, nature="services", choice="option")
    link = sale.to_sign(sale.quote(works(), option))
    sale.code(link)
    assert code_of(sale.signing.acts.sign(link, sale.form(link, chosen=(1,)))) == "QUOTE_CHOICE_INVALID"
    assert isinstance(sale.signing.acts.sign(link, sale.form(link, chosen=(2,))), Signed)
    contract = last(sale, QuoteSigned)
    assert (contract.chosen, contract.totals.gross_cents) == ((2,), 121_000)


def test_several_sign_in_their_order(sale: Scene) -> None:
    quote = sale.quote()
    first = SignatoryInput(side="client", method="code", party=sale_client(sale))
    second = SignatoryInput(side="client", method="code", party=OTHER)
    asked = sale.ask(quote, first, second)
    one, two = (sale.link(quote, "quote", "sign", party=each) for each in asked.signatories)
    assert "sign" in sale.view(one).may
    assert sale.view(two).may == {"comment", "decline"}
    assert code_of(sale.signing.acts.send_code(two, sale.view(two).signature.fingerprint)) == "SIGNATORY_OUT_OF_TURN"  # type: ignore[union-attr] # there is one
    sale.code(one)
    half = sale.signing.acts.sign(one, sale.form(one))
    assert isinstance(half, Signed)
    assert not half.completed
    sale.code(two)
    whole = sale.signing.acts.sign(two, sale.form(two, name="Dominique Laurier"))
    assert isinstance(whole, Signed)
    assert whole.completed


def sale_client(sale: Scene) -> Any:
    from tests.signing.scene import CLIENT

    assert sale.customer
    return CLIENT


def test_a_client_without_an_address_signs_on_the_spot(sale: Scene) -> None:
    quote = sale.quote()
    mailed = sale.to_sign(quote)
    made = asking.on_the_spot(sale.service, sale.ledger, quote, actor=ACTOR)
    assert isinstance(made, MadeLink)
    here = sale.found(made)
    assert sale.view(mailed).may == {"comment"}
    assert code_of(sale.signing.acts.sign(mailed, sale.form(here))) == "LINK_UNFIT"
    done = sale.signing.acts.sign(here, sale.form(here, drawing=drawn(png())))
    assert isinstance(done, Signed)
    assert done.completed
    assert "en présence de l'entreprise" in last(sale, SignatureGiven).evidence.consent_text


def test_a_link_on_the_spot_lives_for_two_hours(sale: Scene) -> None:
    made = asking.on_the_spot(sale.service, sale.ledger, sale.quote(), actor=ACTOR)
    assert isinstance(made, MadeLink)
    sale.later(hours=2, seconds=1)
    here = sale.found(made)
    assert here.closed == "expired"
    assert code_of(sale.signing.acts.sign(here, sale.form(here))) == "LINK_UNFIT"


def test_a_link_without_a_party_signs_nothing(sale: Scene) -> None:
    quote = sale.quote()
    sale.ask(quote)
    nobody = sale.link(quote, "quote", "sign")
    assert sale.view(nobody).may == {"comment"}
    assert code_of(sale.signing.acts.sign(nobody, sale.form(nobody))) == "LINK_UNFIT"


# --- declining, writing


def test_a_client_declines_with_a_reason(sale: Scene) -> None:
    link = sale.to_sign(sale.quote())
    done = sale.signing.acts.decline(link, "price", "Trop cher pour nous.\x00")
    assert isinstance(done, Answer)
    view = sale.view(link)
    assert view.quote is not None
    assert view.quote.phase == "declined"
    assert view.may == {"comment"}
    assert code_of(sale.signing.acts.decline(link, "price", "")) == "LINK_UNFIT"


def test_a_question_stands_once_however_often_it_is_sent(sale: Scene) -> None:
    link = sale.to_sign(sale.quote())
    for _ in range(2):
        done = sale.signing.acts.comment(link, " Quand\tcommencez-vous ?\n<b>Vite</b> ", question=True, key="page:a")
        assert isinstance(done, Answer)
    assert isinstance(sale.signing.acts.comment(link, "Merci", key="page:b"), Answer)
    comments = sale.view(link).comments
    assert [(each.by, each.question, each.words) for each in comments] == [
        ("client", True, "Quand commencez-vous ?\n<b>Vite</b>"),
        ("client", False, "Merci"),
    ]
    assert sale.types().count(CommentAdded.TYPE) == 2


def test_comments_at_once_all_find_a_place(sale: Scene) -> None:
    link = sale.to_sign(sale.quote())
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: sale.signing.acts.comment(link, f"Message {n}"), range(8)))
    assert sorted(each.words or "" for each in sale.view(link).comments) == [f"Message {n}" for n in range(8)]


# --- observers


def test_an_observer_reads_and_comments_and_nothing_else(sale: Scene) -> None:
    quote = sale.quote()
    signer = sale.to_sign(quote)
    observer = str(sale.do(AddObserver(about=quote, about_kind="quote", party=OTHER)).result["observer"])
    link = sale.link(quote, "quote", "observe", party=observer)
    acts = sale.signing.acts
    view = sale.view(link)
    assert view.may == {"comment"}
    assert view.you is None
    assert isinstance(acts.comment(link, "Vu."), Answer)
    assert sale.view(signer).comments[-1].by == "observer"
    fingerprint = sale.view(signer).signature.fingerprint  # type: ignore[union-attr] # there is one
    for refused in (
        acts.send_code(link, fingerprint),
        acts.sign(link, sale.form(signer)),
        acts.decline(link, None, "Non"),
        acts.withdraw(link),
        acts.announce(link, quote),
        acts.link_to_pay(link, quote),
    ):
        assert code_of(refused) == "LINK_UNFIT"
    sale.code(signer)
    sale.signing.acts.sign(signer, sale.form(signer))
    assert sale.view(link).may == {"comment"}
    for refused in (acts.withdraw(link), acts.announce(link, sale.view(link).dues[0].about)):
        assert code_of(refused) == "LINK_UNFIT"


# --- money


def test_a_transfer_announced_is_announced_once_and_not_paid(sale: Scene) -> None:
    link = sale.signed(sale.quote())
    due = sale.view(link).dues[0]
    assert isinstance(sale.signing.acts.announce(link, due.about), Answer)
    assert sale.signing.acts.announce(link, due.about) is None
    after = sale.view(link).due(due.about)
    assert after is not None
    assert (after.to_pay_cents, after.paid_cents, after.announced_cents) == (51_000, 0, 51_000)
    assert last(sale, PaymentAnnounced).about == due.about
    assert sale.types().count(PaymentAnnounced.TYPE) == 1


def test_no_money_is_announced_or_asked_for_before_the_seven_days_are_over(sale: Scene) -> None:
    link = sale.signed(sale.quote(channel="off_premises", online=False))
    view = sale.view(link)
    assert [(due.banned, due.payable_from) for due in view.dues] == [(True, "2026-12-01")]
    assert not view.may & {"pay", "announce"}
    assert code_of(sale.signing.acts.announce(link, view.dues[0].about)) == "LINK_UNFIT"
    sale.later(days=8)
    assert {"pay", "announce"} <= sale.view(link).may


def test_a_contract_link_gives_a_link_to_pay_that_expires(sale: Scene) -> None:
    quote = sale.quote()
    sale.signed(quote)
    contract = sale.link(quote, "contract", "read")
    due = sale.view(contract).dues[0]
    assert "pay" not in sale.view(contract).may
    made = sale.signing.acts.link_to_pay(contract, due.about)
    assert isinstance(made, MadeLink)
    paying = sale.found(made)
    assert sale.view(paying).may == {"comment", "pay", "announce"}
    sale.later(days=62)
    assert sale.found(made).closed == "expired"
    assert sale.found(made).usable is False


# --- giving up


def test_a_consumer_gives_the_contract_up_within_fourteen_days(sale: Scene) -> None:
    link = sale.signed(sale.quote())
    assert sale.view(link).quote.withdraw_until == "2026-12-07"  # type: ignore[union-attr] # it is a quote's
    done = sale.signing.acts.withdraw(link, key="page:w")
    assert isinstance(done, Answer)
    assert last(sale, QuoteWithdrawn).by == "function"
    assert "withdraw" not in sale.view(link).may
    assert code_of(sale.signing.acts.withdraw(link)) == "LINK_UNFIT"


def test_the_right_ends_with_its_last_day_for_a_contract_link_too(sale: Scene) -> None:
    quote = sale.quote()
    sale.signed(quote)
    contract = sale.link(quote, "contract", "read")
    sale.later(days=14)  # 7 December
    assert "withdraw" in sale.view(contract).may
    sale.later(days=1)
    assert "withdraw" not in sale.view(contract).may
    assert code_of(sale.signing.acts.withdraw(contract)) == "LINK_UNFIT"


def test_what_is_hostile_in_a_form_is_refused_or_made_harmless(sale: Scene) -> None:
    link = sale.to_sign(sale.quote())
    sale.code(link)
    acts = sale.signing.acts
    assert code_of(acts.decline(link, "not a code!", "x")) == "MEMBER_INVALID"
    assert code_of(acts.comment(link, "\x00\x1b\n ")) == "MEMBER_MISSING"
    assert code_of(acts.sign(link, sale.form(link, chosen=(-1, 99)))) == "QUOTE_CHOICE_INVALID"
    assert code_of(acts.sign(link, sale.form(link, drawing="data:image/png;base64,AAAA"))) == "DRAWING_INVALID"
    assert code_of(acts.sign(link, sale.form(link, drawing="x" * 400_000))) == "DRAWING_TOO_LARGE"
    closed = replace(link, closed="revoked")
    assert code_of(acts.sign(closed, sale.form(link))) == "LINK_UNFIT"
    assert isinstance(closed, OpenLink)
