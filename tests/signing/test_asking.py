"""Asking for signatures: of whom, again, and after somebody was stopped in between."""

from __future__ import annotations

from dataclasses import replace

import pytest

from api.signing import asking
from ledger.domain.commands.quotes import SignatoryInput
from ledger.domain.refusals import Refusal
from tests.signing.scene import ACTOR, CLIENT, OTHER, Scene, works


def ask(sale: Scene, quote: str, *signatories: SignatoryInput, key: str | None = None) -> asking.Asked | Refusal:
    return asking.ask_for_quote(sale.service, sale.ledger, quote, signatories, actor=ACTOR, key=key)


def test_the_client_is_asked_and_the_quote_is_sent(sale: Scene) -> None:
    asked = ask(sale, sale.quote())
    assert isinstance(asked, asking.Asked)
    assert len(asked.signatories) == 1
    assert sale.types()[-3:] == ["signature.requested/1", "quote.signature_requested/1", "quote.sent/1"]


def test_asked_again_with_the_same_key_nothing_is_written(sale: Scene) -> None:
    quote = sale.quote()
    first = ask(sale, quote, key="form")
    length = len(sale.types())
    assert ask(sale, quote, key="form") == first
    assert len(sale.types()) == length


def test_stopped_between_the_request_and_the_sending_it_goes_on(sale: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    quote = sale.quote()
    real = asking._do

    def stopped(*args: object) -> object:
        if type(args[2]).__name__ == "SendQuote":
            raise KeyboardInterrupt
        return real(*args)  # type: ignore[arg-type] # as they came

    with monkeypatch.context() as killed:
        killed.setattr(asking, "_do", stopped)
        with pytest.raises(KeyboardInterrupt):
            ask(sale, quote)
    assert sale.types()[-1] == "quote.signature_requested/1"
    asked = ask(sale, quote)
    assert isinstance(asked, asking.Asked)
    assert sale.types()[-1] == "quote.sent/1"
    assert sale.types().count("signature.requested/1") == 1
    # Sent by now: whoever asks once more is told that it is waited for
    again = ask(sale, quote)
    assert isinstance(again, Refusal)
    assert again.code == "SIGNATURE_REQUEST_PENDING"


def test_others_are_not_taken_for_those_who_were_asked(sale: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    quote = sale.quote()
    with monkeypatch.context() as killed:
        killed.setattr(asking, "SendQuote", _stop)
        with pytest.raises(KeyboardInterrupt):
            ask(sale, quote)
    refused = ask(sale, quote, SignatoryInput(method="code", party=OTHER))
    assert isinstance(refused, Refusal)
    assert refused.code == "SIGNATURE_REQUEST_PENDING"


def _stop(**_: object) -> None:
    raise KeyboardInterrupt


def test_nobody_is_asked_for_a_code_to_nowhere(sale: Scene) -> None:
    refused = ask(sale, sale.quote(), SignatoryInput(method="code", party=replace(CLIENT, email=None)))
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.place) == ("CODE_NO_ADDRESS", "/signatories/0")


def test_the_same_person_keeps_their_id_over_versions_and_others_get_their_own(sale: Scene) -> None:
    quote = sale.quote()
    first = sale.ask(quote)
    sale.revise(quote, works("900"))
    second = sale.ask(quote, SignatoryInput(method="code", party=OTHER), SignatoryInput(method="code", party=CLIENT))
    assert second.signatories[1] == first.signatories[0]
    assert second.signatories[0] not in first.signatories


def test_a_request_that_awaits_others_is_not_got_round_on_the_spot(sale: Scene) -> None:
    quote = sale.quote()
    sale.ask(quote, SignatoryInput(method="code", party=CLIENT), SignatoryInput(method="code", party=OTHER))
    refused = asking.on_the_spot(sale.service, sale.ledger, quote, actor=ACTOR)
    assert isinstance(refused, Refusal)
    assert refused.code == "SIGNATURE_REQUEST_PENDING"
