"""What a link shows is what belongs to it: never another quote, customer or ledger."""

from __future__ import annotations

from dataclasses import asdict, replace

from hypothesis import given
from hypothesis import strategies as st

from api.signing.shown import first_choice, price
from ledger.domain.commands.common import InstalmentInput, LineInput
from ledger.domain.commands.parties import RegisterCustomer
from ledger.domain.commands.payments import RecordPayment
from ledger.domain.commands.sales import IssueFinalInvoice, IssueInvoice
from ledger.domain.events.payments import Allocation
from ledger.domain.streams.quote import QUOTE
from tests.domain.sales import BUILDER, SITE, goods, quote_state
from tests.domain.sales import quote as a_quote
from tests.domain.sales import works as a_line
from tests.domain.world import opened
from tests.signing.scene import OTHER, Scene, business, erase, works


def every_id(view: object) -> str:
    return str(asdict(view))  # type: ignore[call-overload] # a dataclass


def test_no_link_of_a_sale_shows_anything_of_another(sale: Scene) -> None:
    # Given two sales to two customers, and one in another ledger, each with a deposit, an invoice and a comment
    neighbour = str(sale.do(RegisterCustomer(kind="consumer", party=OTHER)).result["customer"])
    ours = sale.quote(works("1000"))
    theirs = sale.quote(works("777"), customer=neighbour)
    elsewhere = business(sale.service, sale.clock, sale.mailbox, "voisin")
    away = elsewhere.quote(works("555"))
    links = {ours: sale.signed(ours), theirs: sale.signed(theirs)}
    there = elsewhere.signed(away)
    for about, link in links.items():
        sale.signing.acts.comment(link, f"Message de {about}")
    others = sale.do(
        IssueInvoice(customer=neighbour, lines=(LineInput(label="X", unit_price="10", nature="services"),))
    )
    # When each link of ours is looked at
    due = sale.view(links[ours]).dues[0].about
    mine = [
        links[ours], sale.link(ours, "contract", "read"), sale.link(ours, "quote", "observe"),
        sale.link(due, "deposit", "pay"), sale.link(sale.view(links[ours]).signature.signature, "signature", "read"),  # type: ignore[union-attr] # signed
    ]  # fmt: skip
    # Then nothing of the others is in it
    foreign = {theirs, away, neighbour, str(others.result["invoice"]), "Dominique"}
    foreign |= {each.about for each in sale.view(links[theirs]).dues} | {
        each.about for each in elsewhere.view(there).files
    }
    for link in mine:
        text = every_id(sale.view(link))
        assert not {word for word in foreign if word in text}, link
        for kind in ("quote", "deposit_request", "invoice", "evidence", "file"):
            for about in foreign:
                assert sale.view(link).file(kind, about) is None


def test_a_link_to_pay_shows_its_deposit_and_not_the_contract(sale: Scene) -> None:
    one = sale.quote()
    due = sale.view(sale.signed(one)).dues[0]
    view = sale.view(sale.link(due.about, "deposit", "pay"))
    assert (view.quote, view.signature, view.you, view.schedule) == (None, None, None, ())
    assert [(file.kind, file.about) for file in view.files] == [("deposit_request", due.about)]
    assert [each.about for each in view.dues] == [due.about]


def test_other_signatories_are_names_and_never_addresses(sale: Scene) -> None:
    link = sale.to_sign(sale.quote())
    view = sale.view(link)
    assert view.signature is not None
    assert [(each.name, each.you) for each in view.signature.signatories] == [("Camille Roseau", True)]
    observer = sale.view(sale.link(link.about, "quote", "observe"))
    assert observer.signature is not None
    assert "camille@roseau.test" not in str(asdict(observer.signature))


def test_a_contract_shows_what_is_paid_and_what_comes_next(sale: Scene) -> None:
    one = sale.quote(
        schedule=(InstalmentInput(share_bp=3000), InstalmentInput(share_bp=2000, trigger="milestone", milestone="pose"))
    )
    sale.signed(one)
    contract = sale.link(one, "contract", "read")
    steps = [(each.amount_cents, each.state) for each in sale.view(contract).schedule]
    assert steps == [(51_000, "asked"), (34_000, "planned"), (85_000, "planned")]
    due = sale.view(contract).dues[0]
    sale.do(
        RecordPayment(
            means="credit_transfer",
            amount_cents=51_000,
            allocations=(Allocation(about=due.about, about_kind="deposit", amount_cents=51_000),),
        )
    )
    paid = sale.view(contract)
    assert next((each.state, each.paid_cents) for each in paid.schedule) == ("paid", 51_000)
    assert paid.dues[0].to_pay_cents == 0
    sale.do(IssueFinalInvoice(quote=one))
    whole = sale.view(contract)
    assert [(each.kind, each.to_pay_cents) for each in whole.dues] == [("deposit", 0), ("invoice", 119_000)]
    assert {"invoice", "quote", "evidence", "deposit_request"} <= {file.kind for file in whole.files}
    assert whole.may == {"comment", "withdraw", "ask_link_to_pay"}


def test_a_signed_change_order_is_shown_with_its_contract(sale: Scene) -> None:
    one = sale.quote()
    sale.signed(one)
    order = sale.quote(works("200"), amends=one, schedule=())
    sale.signed(order)
    view = sale.view(sale.link(one, "contract", "read"))
    assert view.quote is not None
    assert [one for one, _ in view.quote.amendments] == [order]
    assert view.quote.gross_cents == 170_000 + 22_000
    assert {file.about for file in view.files if file.kind == "quote"} == {one, order}


def test_a_choice_that_is_none_shows_the_cheapest_total_and_says_why(sale: Scene) -> None:
    oak = LineInput(label="Chêne", unit_price="900", nature="services", choice="variant", choice_group="bois")
    beech = replace(oak, label="Hêtre", unit_price="500")
    extra = replace(oak, label="Vernis", unit_price="100", choice="option", choice_group=None)
    document = sale.service.state(sale.ledger, QUOTE, sale.quote(works(), oak, beech, extra)).current  # type: ignore[union-attr] # issued
    assert first_choice(document) == (2,)
    assert price(document, (2,)).wrong is None
    none = price(document, ())
    assert none.wrong is not None
    assert none.wrong.code == "QUOTE_CHOICE_INVALID"
    assert price(document, (2, 3)).wrong is not None
    assert price(document, (3, 4)).totals.net_cents == 160_000


@given(st.lists(st.integers(-3, 99), max_size=6).map(tuple))
def test_no_choice_breaks_the_price(chosen: tuple[int, ...]) -> None:
    world = opened(profile=BUILDER)
    world.play(a_quote(choice_works("option"), goods(), texts=replace(SITE, after_sales="Garanties légales")))
    priced = price(quote_state(world).current, chosen)
    assert priced.totals.gross_cents in (60_000, 170_000)
    assert (priced.wrong is None) == (chosen in ((), (1,)))


def choice_works(choice: str) -> LineInput:
    return replace(a_line(), choice=choice)  # type: ignore[arg-type] # one of the two words


def test_names_that_were_erased_are_not_shown(sale: Scene) -> None:
    link = sale.to_sign(sale.quote())
    before = sale.view(link)
    assert before.you is not None
    assert before.you.party is not None
    assert before.signature is not None
    erase(sale, sale.service.stream(sale.ledger, f"signature:{before.signature.signature}")[0].seq)
    after = sale.view(link)
    assert after.you is not None
    assert after.you.party is None
    assert after.signature is not None
    assert [each.name for each in after.signature.signatories] == [None]
