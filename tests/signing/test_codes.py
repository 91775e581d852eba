"""One-time codes: in the mail alone, counted by the ledger, of no use to who guesses, waits or has the link only."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from api.signing.acts import Signed
from ledger.domain.events.signatures import CodeSent
from ledger.domain.refusals import Refusal
from tests.signing.scene import Scene, drawn, png
from tests.signing.test_acts import code_of, last


def test_the_digits_are_in_the_mail_and_nowhere_else(sale: Scene) -> None:
    link = sale.to_sign(sale.quote())
    code = sale.code(link)
    assert sale.mailbox.mails[-1].to == ("camille@roseau.test", "Camille Roseau")
    for line in sale.service.store.lines(sale.ledger):
        assert f'"{code}"'.encode() not in line.line
    event = last(sale, CodeSent)
    kept = sale.service.store.side().signing().code(sale.ledger, sale.view(link).signature.signature, link.party)  # type: ignore[union-attr, arg-type] # the link has both
    assert kept is not None
    assert code.encode() not in kept.hash
    assert event.message is not None


def test_a_wrong_code_leaves_fewer_tries_and_the_sixth_meets_a_blocked_code(sale: Scene) -> None:
    link = sale.to_sign(sale.quote())
    right = sale.code(link)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for left in (4, 3, 2, 1, 0):
        refused = sale.signing.acts.sign(link, sale.form(link, code=wrong))
        assert isinstance(refused, Refusal)
        assert (refused.code, dict(refused.facts)) == ("CODE_WRONG", {"left": left})
    assert code_of(sale.signing.acts.sign(link, sale.form(link, code=right))) == "CODE_BLOCKED"
    sale.later(seconds=30)
    sale.code(link)
    assert isinstance(sale.signing.acts.sign(link, sale.form(link)), Signed)


def test_many_guesses_at_once_gain_nothing(sale: Scene) -> None:
    link = sale.to_sign(sale.quote())
    right = int(sale.code(link))
    guesses = [f"{(right + n) % 1_000_000:06}" for n in range(1, 25)] + [f"{right:06}"]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda code: sale.signing.acts.sign(link, sale.form(link, code=code)), guesses[:-1]))
    assert code_of(sale.signing.acts.sign(link, sale.form(link, code=guesses[-1]))) == "CODE_BLOCKED"
    assert "signature.given/1" not in sale.types()


def test_a_code_is_good_for_ten_minutes(sale: Scene) -> None:
    link = sale.to_sign(sale.quote())
    sale.code(link)
    sale.later(minutes=10, seconds=1)
    assert code_of(sale.signing.acts.sign(link, sale.form(link))) == "CODE_EXPIRED"


def test_a_code_is_typed_with_spaces_and_costs_no_try_when_it_cannot_be_one(sale: Scene) -> None:
    link = sale.to_sign(sale.quote())
    code = sale.code(link)
    assert code_of(sale.signing.acts.sign(link, sale.form(link, code="12345"))) == "MEMBER_INVALID"
    assert "signature.code_checked/1" not in sale.types()
    assert isinstance(sale.signing.acts.sign(link, sale.form(link, code=f"{code[:3]} {code[3:]}")), Signed)


def test_a_click_sent_twice_mails_one_code(sale: Scene) -> None:
    link = sale.to_sign(sale.quote())
    assert sale.code(link) == sale.code(link)
    assert sale.types().count("signature.code_sent/1") == 1


def test_stopped_between_code_and_signature_the_same_code_goes_on(sale: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    link = sale.to_sign(sale.quote())
    sale.code(link)
    form = sale.form(link, drawing=drawn(png()))
    with monkeypatch.context() as killed:
        killed.setattr(type(sale.signing.files), "keep_drawing", _stop)
        with pytest.raises(KeyboardInterrupt):
            sale.signing.acts.sign(link, form)
    assert "signature.given/1" not in sale.types()
    # Who has the link and not the code gains nothing by what was confirmed before
    assert code_of(sale.signing.acts.sign(link, sale.form(link, code="000000"))) in ("CODE_WRONG", "CODE_BLOCKED")
    assert isinstance(sale.signing.acts.sign(link, sale.form(link, drawing=drawn(png()))), Signed)


def _stop(*_: object) -> str:
    raise KeyboardInterrupt


def test_a_code_is_of_no_use_after_another_was_sent(sale: Scene) -> None:
    link = sale.to_sign(sale.quote())
    first = sale.code(link)
    second = first
    while second == first:  # once in a million
        sale.later(minutes=3)
        second = sale.code(link)
    assert code_of(sale.signing.acts.sign(link, sale.form(link, code=first))) == "CODE_WRONG"
    assert isinstance(sale.signing.acts.sign(link, sale.form(link, code=second)), Signed)


def test_a_code_is_of_no_use_for_another_document(sale: Scene) -> None:
    mine, other = sale.to_sign(sale.quote()), sale.to_sign(sale.quote())
    code = sale.code(mine)
    assert code_of(sale.signing.acts.sign(other, sale.form(other, code=code))) == "CODE_NOT_SENT"
    theirs = code
    while theirs == code:
        sale.later(seconds=150)
        theirs = sale.code(other)
    assert code_of(sale.signing.acts.sign(other, sale.form(other, code=code))) == "CODE_WRONG"
