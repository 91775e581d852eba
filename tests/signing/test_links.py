"""Links: found by their token alone, closed when their time or somebody's word ends them, renewed by mail."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.signing import asking
from api.signing.links import MadeLink, find_link, link_id, make_link, open_link, revoke_link
from api.signing.renewing import may_renew
from ledger.domain.commands.parties import AddObserver, RemoveObserver
from ledger.domain.commands.sales import RequestDeposit
from ledger.domain.refusals import Refusal
from ledger.domain.streams.link import LINK
from tests.signing.scene import ACTOR, OTHER, Scene, business


def test_a_link_is_found_by_its_token_alone_and_the_ledger_holds_its_hash(sale: Scene) -> None:
    quote = sale.quote()
    made = sale.made(quote, "quote", "read")
    assert made.path == f"/c/atelier/{made.token}"
    assert len(made.token) == 43
    found = open_link(sale.service, "atelier", made.token)
    assert found is not None
    assert (found.link, found.about, found.about_kind, found.purpose) == (made.link, quote, "quote", "read")
    assert found.actor == f"link:{made.link}"
    state = sale.service.state(sale.ledger, LINK, made.link)
    assert state is not None
    assert state.token_digest == sha256(made.token.encode()).hexdigest()
    assert not any(made.token.encode() in line.line for line in sale.service.store.lines(sale.ledger))
    assert made.token not in repr(made)


@given(st.text(max_size=60))
def test_no_other_text_is_an_id_that_breaks(token: str) -> None:
    assert len(link_id(token.encode("utf-8", "replace").decode())) == 36


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "a" * 42, "é" * 43, "../" * 14 + "a", "A" * 44, "a" * 42 + "\n"])
def test_a_token_of_nobodys_opens_nothing(sale: Scene, token: str) -> None:
    assert find_link(sale.service, sale.ledger, token) is None
    assert find_link(sale.service, "no-such-ledger", token) is None


def test_a_link_opens_nothing_in_another_ledger(sale: Scene) -> None:
    made = sale.made(sale.quote(), "quote", "read")
    other = business(sale.service, sale.clock, sale.mailbox, "voisin")
    assert open_link(sale.service, other.ledger, made.token) is None
    assert open_link(sale.service, sale.ledger, made.token) is not None


def test_what_lets_sign_or_pay_expires_and_what_reads_a_contract_lives_for_ten_years(sale: Scene) -> None:
    quote = sale.quote()
    sale.ask(quote)
    assert sale.link(quote, "quote", "sign").expires_at == "2026-12-23T23:00:00.000000Z"  # the end of that day in Paris
    assert sale.link(quote, "quote", "read").expires_at == "2036-11-23T23:00:00.000000Z"
    signed = sale.quote()
    due = sale.view(sale.signed(signed)).dues[0]
    assert sale.link(due.about, "deposit", "pay").expires_at == "2027-01-22T23:00:00.000000Z"
    sale.later(days=100)
    assert sale.link(due.about, "deposit", "pay").expires_at == "2027-05-02T22:00:00.000000Z"
    assert sale.link(signed, "contract", "read").usable


def test_a_link_is_closed_by_time_by_another_and_by_request(sale: Scene) -> None:
    quote = sale.quote()
    old, asked, late = (sale.made(quote, "quote", "read") for _ in range(3))
    assert revoke_link(sale.service, sale.ledger, old.link, cause="replaced", actor=ACTOR) is None
    assert revoke_link(sale.service, sale.ledger, asked.link, actor=ACTOR) is None
    again = revoke_link(sale.service, sale.ledger, asked.link, actor=ACTOR)
    assert again is not None
    assert again.code == "LINK_REVOKED"
    sale.later(days=3654)
    closed = [sale.found(each) for each in (old, asked, late)]
    assert [each.closed for each in closed] == ["replaced", "revoked", "expired"]
    assert [may_renew(each) for each in closed] == [True, False, True]
    assert [open_link(sale.service, sale.ledger, each.token) for each in (old, asked, late)] == [None] * 3


def test_an_observers_link_ends_with_their_following(sale: Scene) -> None:
    quote = sale.quote()
    observer = str(sale.do(AddObserver(about=quote, about_kind="quote", party=OTHER)).result["observer"])
    made = sale.made(quote, "quote", "observe", party=observer)
    assert sale.found(made).usable
    sale.do(RemoveObserver(observer=observer))
    assert sale.found(made).closed == "revoked"


def test_a_link_for_what_is_not_there_is_refused(sale: Scene) -> None:
    made = make_link(sale.service, sale.ledger, sale.customer, "quote", "read", actor=ACTOR)
    assert isinstance(made, Refusal)
    assert made.code == "REFERENCE_UNKNOWN"
    unfit = make_link(sale.service, sale.ledger, sale.quote(), "quote", "pay", actor=ACTOR)
    assert isinstance(unfit, Refusal)
    assert unfit.code == "LINK_PURPOSE_UNFIT"


def test_a_payment_without_a_quote_is_paid_by_a_link(sale: Scene) -> None:
    request = RequestDeposit(customer=sale.customer, amount_cents=12_000, nature="services", title="Dépannage")
    made = asking.payment_link(sale.service, sale.ledger, request, actor=ACTOR)
    assert isinstance(made, MadeLink)
    view = sale.view(sale.found(made))
    assert [(due.to_pay_cents, due.kind) for due in view.dues] == [(12_000, "deposit")]
    assert {"pay", "announce"} <= view.may
    assert [file.kind for file in view.files] == ["deposit_request"]
    assert view.quote is None
