"""The index of names: found whatever the accents, level with the entries, and without a name that was erased."""

from __future__ import annotations

import pytest

from api.names import Names, folded
from api.reports import StoreDesk, desk_of
from ledger.domain.commands.parties import RegisterCustomer, UpdateCustomer
from ledger.domain.events.common import Address, Party
from ledger.domain.refusals import Refusal
from ledger.shell.service import Service
from projections.reports.receivables import RECEIVABLES
from tests.pages.kit import House


def register(service: Service, ledger: str, name: str, city: str = "Lyon") -> str:
    party = Party(name=name, address=Address(lines=("1 rue Exemple",), city=city))
    done = service.execute(ledger, RegisterCustomer(kind="consumer", party=party))
    assert not isinstance(done, Refusal)
    return str(done.result["customer"])


def test_words_are_found_without_accents_capitals_and_punctuation() -> None:
    assert folded("Gaëlle ŒILLET-d'Été") == "gaelle oeillet d ete"


def test_an_index_follows_what_is_recorded(house: House) -> None:
    service = house.served.service
    ledger = service.find("atelier").ledger
    names = Names(service)
    first = register(service, ledger, "Zoé Avant")
    found = names.search(ledger, "zoe")
    assert found is not None
    assert [one.customer for one in found[0]] == [first]
    second = register(service, ledger, "Zoé Après", "Épinal")
    found = names.search(ledger, "epinal zoe")
    assert found is not None
    assert ([one.customer for one in found[0]], found[1]) == ([second], 1)
    party = Party(name="Yves Autre")
    service.execute(ledger, UpdateCustomer(customer=second, kind="consumer", party=party))
    again = names.search(ledger, "zoe")
    assert again is not None
    assert [one.customer for one in again[0]] == [first]
    assert names.one(ledger, second) == "Yves Autre"


def test_pages_of_names_are_in_order_and_whole(house: House) -> None:
    service = house.served.service
    ledger = service.find("atelier").ledger
    names = Names(service)
    for name in ("Ordre C", "Ordre A", "Ordre B"):
        register(service, ledger, name)
    whole = names.search(ledger, "ordre", limit=10)
    pages = [names.search(ledger, "ordre", skip=skip, limit=1) for skip in range(3)]
    assert whole is not None
    assert [one.name for one in whole[0]] == ["Ordre A", "Ordre B", "Ordre C"]
    assert [page[0][0].name for page in pages if page is not None] == ["Ordre A", "Ordre B", "Ordre C"]


def test_what_has_no_letter_finds_nobody_and_nothing_everybody(house: House) -> None:
    service = house.served.service
    ledger = service.find("atelier").ledger
    names = Names(service)
    register(service, ledger, "Quelqu'un")
    nobody, everybody = names.search(ledger, "!!!"), names.search(ledger, "")
    assert nobody == ([], 0)
    assert everybody is not None
    assert everybody[1] >= 1


def test_a_report_takes_names_from_the_index_and_reads_only_those_it_lacks(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, context = house.served.service, house.served.app.context
    row = service.find("atelier")
    known, unknown = register(service, row.ledger, "Dans l'Index"), register(service, row.ledger, "Pas Encore")
    assert context.names.search(row.ledger, "index") is not None  # it is there now
    index = context.names.known(row.ledger)
    read: list[str] = []
    name = StoreDesk._name

    def reading(desk: StoreDesk, customer: str) -> str | None:
        read.append(customer)
        return name(desk, customer)

    monkeypatch.setattr(StoreDesk, "_name", reading)
    lacking = {unknown}
    with desk_of(
        service, context.engine, row, RECEIVABLES,
        known=lambda customer: None if customer in lacking else index(customer),
    ) as desk:  # fmt: skip
        assert (desk.name_of(known), desk.name_of(unknown)) == ("Dans l'Index", "Pas Encore")
    assert read == [unknown]
    with desk_of(service, context.engine, row, RECEIVABLES, names=False, known=index) as desk:
        assert desk.name_of(known) is None
