"""A link that opens no more: a new one goes to the address on record, and to no other."""

from __future__ import annotations

from api.people.limits import Rate
from api.signing.links import MadeLink, open_link, revoke_link
from api.signing.renewing import may_renew, renew
from ledger.domain.commands.parties import AddObserver, RemoveObserver
from tests.signing.scene import ACTOR, OTHER, Scene


def renewed(sale: Scene, made: MadeLink) -> bool:
    return renew(sale.service, sale.mailbox, sale.found(made), "https://sceau.test")


def new_link(sale: Scene) -> tuple[str, str, str, str | None]:
    mail = sale.mailbox.mails[-1]
    assert mail.template == "link_renewed"
    token = mail.facts["link"].removeprefix("https://sceau.test/c/atelier/")
    found = open_link(sale.service, sale.ledger, token)
    assert found is not None
    return mail.to[0], found.about_kind, found.purpose, found.party


def test_an_expired_link_to_a_signed_quote_is_renewed_as_one_to_its_contract(sale: Scene) -> None:
    quote = sale.quote()
    party = sale.ask(quote).signatories[0]
    made = sale.made(quote, "quote", "sign", party=party)
    link = sale.found(made)
    sale.code(link)
    sale.signing.acts.sign(link, sale.form(link))
    assert not renewed(sale, made)  # it opens: there is nothing to renew
    due = sale.view(link).dues[0].about
    paying = sale.made(due, "deposit", "pay")
    sale.later(days=200)
    assert renewed(sale, made)
    assert new_link(sale) == ("camille@roseau.test", "contract", "read", party)
    assert renewed(sale, paying)
    assert new_link(sale) == ("camille@roseau.test", "contract", "read", None)


def test_a_replaced_link_to_an_open_quote_is_renewed_for_the_same_signatory(sale: Scene) -> None:
    quote = sale.quote()
    party = sale.ask(quote).signatories[0]
    made = sale.made(quote, "quote", "sign", party=party)
    revoke_link(sale.service, sale.ledger, made.link, cause="replaced", actor=ACTOR)
    assert renewed(sale, made)
    assert new_link(sale) == ("camille@roseau.test", "quote", "sign", party)


def test_an_observers_link_is_renewed_for_the_observer_alone(sale: Scene) -> None:
    quote = sale.quote()
    observer = str(sale.do(AddObserver(about=quote, about_kind="quote", party=OTHER)).result["observer"])
    made = sale.made(quote, "quote", "observe", party=observer)
    revoke_link(sale.service, sale.ledger, made.link, cause="replaced", actor=ACTOR)
    assert renewed(sale, made)
    assert new_link(sale) == ("dominique@laurier.test", "quote", "observe", observer)
    sale.do(RemoveObserver(observer=observer))
    assert not renewed(sale, made)


def test_a_quote_whose_validity_is_over_gives_no_new_link_to_sign(sale: Scene) -> None:
    quote = sale.quote()
    made = sale.made(quote, "quote", "sign", party=sale.ask(quote).signatories[0])
    sale.later(days=31)
    assert not renewed(sale, made)


class Few:
    """Lets a few through."""

    def __init__(self, most: int) -> None:
        self.left = most

    def take(self, rate: Rate, *who: str) -> int:
        assert rate.name.startswith("link.renewed")
        assert who
        self.left -= 1
        return 0 if self.left >= 0 else 60


def test_no_more_than_a_few_are_mailed(sale: Scene) -> None:
    quote = sale.quote()
    made = sale.made(quote, "quote", "sign", party=sale.ask(quote).signatories[0])
    revoke_link(sale.service, sale.ledger, made.link, cause="replaced", actor=ACTOR)
    few = Few(4)
    sent = [renew(sale.service, sale.mailbox, sale.found(made), "https://sceau.test", limit=few) for _ in range(4)]
    assert sent == [True, True, False, False]
    assert [mail.template for mail in sale.mailbox.mails] == ["link_renewed"] * 2


def test_a_link_whose_end_was_asked_for_is_not_renewed(sale: Scene) -> None:
    made = sale.made(sale.quote(), "quote", "read")
    revoke_link(sale.service, sale.ledger, made.link, actor=ACTOR)
    assert not may_renew(sale.found(made))
    assert not renewed(sale, made)
    assert sale.mailbox.mails == []
