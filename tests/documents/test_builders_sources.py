"""Entries as documents read them from a store: bounded, at the cost of the document's own streams."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api import demo
from ledger.domain.events.invoices import InvoiceIssued
from ledger.domain.refusals import Refusal
from ledger.shell.errors import StreamPurged
from ledger.shell.service import Service
from ledger.shell.store import Line
from ledger.shell.stores.memory import MemoryStore
from projections.documents.builders import NoDocument, Wanted, paper_of
from projections.documents.paper import DocumentKind
from projections.documents.sources import ListedSources, Recorded, StoreSources
from tests.shell.business import HandClock, answered, service_over


class Told:
    """The demonstration's sale in a real store."""

    def __init__(self, folder: Path) -> None:
        self.store = Counting()
        self.service: Service = service_over(self.store, folder, HandClock())
        opened = self.service.open_ledger(demo.opening("demo"))
        assert not isinstance(opened, Refusal)
        self.ledger = opened.row.ledger

        def play(command: Any) -> dict[str, Any]:
            return dict(answered(self.service.execute(self.ledger, command, actor="user:owner")).result)

        def fingerprint(stream: str, version: int) -> str:
            return next(line.fingerprint for line in self.store.stream(self.ledger, stream) if line.version == version)

        today = HandClock().now().date().isoformat()
        self.steps = {each.words: each.result for each in demo.play_sale(play, fingerprint, today)}

    @property
    def quote(self) -> str:
        return str(self.steps["devis émis"]["quote"])

    @property
    def invoice(self) -> str:
        return str(self.steps["facture finale émise, acompte déduit"]["invoice"])

    @property
    def credit_note(self) -> str:
        return str(next(each["credit_note"] for each in self.steps.values() if "credit_note" in each))

    def sources(self, upto: int | None = None) -> StoreSources:
        return StoreSources(self.store, self.ledger, upto)

    def empty(self, stream: str) -> None:
        """Let the lines of a stream be purged."""
        kept = self.store._shelf.ledgers[self.ledger]
        for place in kept.streams[stream]:
            kept.lines[place] = kept.lines[place]._replace(line=b"")

    def forget(self, seq: int) -> None:
        """Let the private values of an entry be erased."""
        self.store._shelf.ledgers[self.ledger].disclosures.pop(seq, None)


class Counting(MemoryStore):
    """A store that counts how many lines were read, and of which streams."""

    read_lines = 0
    whole = 0

    def lines(
        self,
        ledger: str,
        after: int = 0,
        upto: int | None = None,
        limit: int | None = None,
        types: Sequence[str] = (),
    ) -> Iterator[Line]:
        if limit is None:
            self.whole += 1
        return super().lines(ledger, after, upto, limit, types)

    def stream(self, *arguments: Any, **more: Any) -> Iterator[Line]:
        for line in super().stream(*arguments, **more):
            self.read_lines += 1
            yield line


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    made = Told(tmp_path / "keys")
    yield made
    made.service.close()


def test_a_real_sale_gives_its_papers(told: Told) -> None:
    invoice = paper_of(told.sources(), Wanted(kind="invoice", about=told.invoice))
    assert invoice.training
    assert invoice.seller.name == "Atelier Exemple"
    assert invoice.buyer is not None
    assert invoice.buyer.name == "Camille Exemple"
    assert invoice.prepaid
    line = next(line for line in told.store.stream(told.ledger, f"invoice:{told.invoice}") if line.version == 1)
    assert (invoice.proof.fingerprint, invoice.proof.seq) == (line.fingerprint, line.seq)
    credit = paper_of(told.sources(), Wanted(kind="credit_note", about=told.credit_note))
    assert credit.preceding[0].number == invoice.number
    quote = paper_of(told.sources(), Wanted(kind="quote", about=told.quote))
    assert quote.signatures[0].name == "Camille Exemple"


def test_a_document_costs_its_own_streams_and_not_the_ledger(told: Told) -> None:
    sources = told.sources()
    told.store.whole = told.store.read_lines = 0
    paper_of(sources, Wanted(kind="invoice", about=told.invoice))
    assert told.store.whole == 0
    first = told.store.read_lines
    paper_of(sources, Wanted(kind="invoice", about=told.invoice))
    shared = len(sources.stream("ledger:self")) + len(sources.stream("issuer:self"))
    assert told.store.read_lines == first + first - shared  # what every document reads is kept
    told.store.whole = 0
    customer = str(told.steps["client enregistré"]["customer"])
    paper_of(sources, Wanted(kind="statement", about=customer))
    assert told.store.whole == 1  # the statement says that it goes over the ledger


def test_what_came_after_is_not_seen(told: Told) -> None:
    wanted = Wanted(kind="invoice", about=told.invoice)
    seq = paper_of(told.sources(), wanted).proof.seq
    assert paper_of(told.sources(seq), wanted) == paper_of(told.sources(), wanted)
    with pytest.raises(NoDocument):
        paper_of(told.sources(seq - 1), wanted)
    assert told.sources(seq).entry(seq + 1) is None
    assert told.sources(seq).entry(0) is None


def test_listed_and_stored_entries_give_the_same_papers(told: Told) -> None:
    sources = told.sources()
    listed = ListedSources(told.ledger, everything(sources))
    assert listed.upto == sources.upto
    kinds: tuple[tuple[DocumentKind, str], ...] = (
        ("invoice", told.invoice),
        ("quote", told.quote),
        ("credit_note", told.credit_note),
    )
    for kind, about in kinds:
        wanted = Wanted(kind=kind, about=about)
        assert paper_of(listed, wanted) == paper_of(sources, wanted)


def everything(sources: StoreSources) -> list[Recorded]:
    found = [sources.entry(seq) for seq in range(1, sources.upto + 1)]
    return [each for each in found if each is not None]


def test_an_erased_customer_is_told_as_erased(told: Told) -> None:
    wanted = Wanted(kind="invoice", about=told.invoice)
    before = paper_of(told.sources(), wanted)
    told.forget(before.proof.seq)
    after = paper_of(told.sources(), wanted)
    assert after.buyer is not None
    assert after.buyer.erased
    assert "Camille" not in repr(after)
    assert (after.net_cents, after.vat, after.due_cents) == (before.net_cents, before.vat, before.due_cents)
    assert before.salt is not None
    assert after.salt is None


def test_the_salt_shows_no_salt_of_a_commitment(told: Told) -> None:
    made = paper_of(told.sources(), Wanted(kind="invoice", about=told.invoice))
    kept = {each.salt for each in told.store.disclosures(told.ledger)}
    assert made.salt is not None
    assert len(made.salt) == 32
    assert made.salt not in kept
    credit = paper_of(told.sources(), Wanted(kind="credit_note", about=told.credit_note))
    assert credit.salt not in (None, made.salt)


def test_a_purged_document_names_its_archive_and_one_it_names_is_left_out(told: Told) -> None:
    signature = next(line.stream for line in told.store.lines(told.ledger) if line.stream.startswith("signature:"))
    told.empty(signature)
    signed = paper_of(told.sources(), Wanted(kind="quote", about=told.quote))
    assert (signed.signatures, signed.signature_boxes) == ((), ())
    assert any("archivées" in words for each in signed.sections_after for words in each.paragraphs)
    told.empty(f"quote:{told.quote}")
    made = paper_of(told.sources(), Wanted(kind="invoice", about=told.invoice))
    assert made.quote_number is None
    assert made.gross_cents
    with pytest.raises(StreamPurged):
        paper_of(told.sources(), Wanted(kind="quote", about=told.quote))
    told.empty(f"invoice:{told.invoice}")
    with pytest.raises(StreamPurged):
        paper_of(told.sources(), Wanted(kind="invoice", about=told.invoice))
    customer = str(told.steps["client enregistré"]["customer"])
    assert paper_of(told.sources(), Wanted(kind="statement", about=customer)).kind == "statement"
    assert paper_of(told.sources(), Wanted(kind="credit_note", about=told.credit_note)).preceding


def test_types_are_gone_over_in_order_without_purged_lines(told: Told) -> None:
    found = list(told.sources().of_types((InvoiceIssued.TYPE,)))
    assert [each.event.TYPE for each in found] == [InvoiceIssued.TYPE]
    told.empty(f"invoice:{told.invoice}")
    assert list(told.sources().of_types((InvoiceIssued.TYPE,))) == []


def test_a_ledger_that_is_not_there_is_said_so() -> None:
    with pytest.raises(NoDocument) as caught:
        StoreSources(MemoryStore(), "00000000-0000-8000-8000-000000000000")
    assert caught.value.reason == "no_such_ledger"
    with pytest.raises(NoDocument):
        paper_of(
            ListedSources("00000000-0000-8000-8000-000000000000", ()),
            replace(Wanted(kind="quote", about="x"), language="en"),
        )
