"""Documents of a ledger as files: the same bytes each time, recorded once, given as long as they may be."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from api.dev_pki import make
from api.documents import Documents
from api.rendering.errors import DocumentErased, DocumentRefused, DocumentUnknown, NotRendered
from api.rendering.pool import Pool
from api.rendering.subjects import Subject, find_subject
from api.rendering.tasks import Done, Task
from api.settings import Settings
from archive.erasure import erase_due
from ledger.domain.commands.common import LineInput
from ledger.domain.commands.messages import MakeCopy
from ledger.domain.commands.parties import RegisterCustomer, SetBrand
from ledger.domain.commands.quotes import IssueQuote, ReviseQuote, SignQuote
from ledger.domain.commands.sales import CreditInvoice
from ledger.domain.events.common import Party
from ledger.domain.events.messages import DocumentRendered, DocumentSealed
from ledger.domain.events.signatures import Evidence
from ledger.domain.refusals import Refusal
from ledger.shell.errors import KeyMissing
from ledger.shell.service import Service
from ledger.shell.stores.memory import MemoryStore
from projections.documents.seal import seal
from projections.documents.seal_keys import Credential
from tests.shell.business import HandClock, answered, invoice, opened, payment, profile, service_over


class Shop:
    """A business with its documents, over a store in memory and a clock in the test's hand."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = HandClock()
        self.service: Service = service_over(MemoryStore(), folder / "keys", self.clock)
        opened(self.service)
        self.ledger = self.service.find("atelier").ledger
        self.settings = Settings(documents=str(folder / "documents"), documents_workers=1)
        self.documents = Documents(self.service, self.settings)

    def sell(self) -> Subject:
        done = answered(self.service.execute(self.ledger, invoice()))
        return Subject("invoice", done.result["invoice"])

    def rendered(self) -> list[int]:
        return [line.seq for line in self.service.store.lines(self.ledger, types=(DocumentRendered.TYPE,))]

    def head(self) -> int:
        head = self.service.store.head(self.ledger)
        assert head is not None
        return head.seq

    def close(self) -> None:
        self.documents.close()
        self.service.close()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    made = Shop(tmp_path_factory.mktemp("documents"))
    yield made
    made.close()


def test_an_invoice_is_rendered_recorded_once_and_given_again_byte_for_byte(shop: Shop) -> None:
    subject = shop.sell()
    first = shop.documents.file(shop.ledger, subject)
    assert first.data.startswith(b"%PDF-1.7")
    assert (first.digest, first.made) == (sha256(first.data).hexdigest(), True)
    assert (first.media_type, first.profile) == ("application/pdf", "en16931")
    assert first.name == f"invoice-{first.number}.pdf"
    (entry,) = [one for one in shop.service.entries(shop.ledger, first.seq) if one.seq == first.recorded]
    assert entry.record == DocumentRendered(
        about=subject.about, kind="invoice", about_seq=first.seq, digest=first.digest, bytes=len(first.data),
        media_type="application/pdf", language="fr", profile="en16931", software=entry.record.software,
    )  # fmt: skip
    assert shop.documents.renderer in entry.record.software
    head = shop.head()
    again = shop.documents.file(shop.ledger, subject)
    assert (again.data, again.made, again.recorded) == (first.data, False, first.recorded)
    assert shop.head() == head


def test_a_file_that_is_lost_is_made_again_the_same_whatever_happened_since(shop: Shop) -> None:
    subject = shop.sell()
    first = shop.documents.file(shop.ledger, subject)
    answered(shop.service.execute(shop.ledger, payment(subject.about)))
    answered(shop.service.execute(shop.ledger, SetBrand(accent="#8a1538")))
    shop.documents.cache.forget(shop.ledger, subject.about)
    again = shop.documents.file(shop.ledger, subject)
    assert (again.made, again.digest, again.recorded) == (True, first.digest, first.recorded)


def test_each_language_is_a_file_of_its_own_and_the_customers_is_given_unasked(shop: Shop) -> None:
    customer = answered(
        shop.service.execute(
            shop.ledger, RegisterCustomer(kind="consumer", language="en", party=Party(name="Robin Example"))
        )
    ).result["customer"]
    done = answered(shop.service.execute(shop.ledger, invoice(customer=customer, client=None)))
    subject = Subject("invoice", done.result["invoice"])
    unasked, french = (shop.documents.file(shop.ledger, subject, language) for language in (None, "fr"))
    assert (unasked.language, french.language) == ("en", "fr")
    assert unasked.digest != french.digest
    assert unasked.name.endswith("-en.pdf")


def test_a_copy_bears_its_number_and_is_recorded_the_original_stays(shop: Shop) -> None:
    subject = shop.sell()
    original = shop.documents.file(shop.ledger, subject)
    with pytest.raises(DocumentUnknown):
        shop.documents.file(shop.ledger, subject, copy=1)
    one = shop.documents.copy(shop.ledger, subject, "print", actor="cli:local", key="k1")
    again = shop.documents.copy(shop.ledger, subject, "print", actor="cli:local", key="k1")
    two = shop.documents.copy(shop.ledger, subject, "email", actor="cli:local")
    assert not isinstance(one, Refusal)
    assert not isinstance(again, Refusal)
    assert not isinstance(two, Refusal)
    assert (one.copy, again.copy, two.copy) == (1, 1, 2)
    assert one.data == again.data
    assert len({original.digest, one.digest, two.digest}) == 3
    assert "duplicata-1" in one.name
    assert shop.documents.file(shop.ledger, subject).digest == original.digest
    tied = shop.documents.verify(shop.ledger, two.data)
    assert (tied.state, tied.copy, tied.about) == ("issued", 2, subject.about)


def test_what_is_no_document_is_not_copied(shop: Shop) -> None:
    other = shop.sell()
    head = shop.head()
    with pytest.raises(DocumentUnknown):
        shop.documents.copy(shop.ledger, replace(other, kind="deposit_invoice"), "print", actor="cli:local")
    assert shop.head() == head


def test_a_credit_note_and_a_version_of_a_quote_are_found_by_id_and_number(shop: Shop) -> None:
    subject = shop.sell()
    done = answered(shop.service.execute(shop.ledger, CreditInvoice(invoice=subject.about, cause="return")))
    store = shop.service.store
    found = find_subject(store, shop.ledger, done.result["credit_note"])
    assert found == Subject("credit_note", done.result["credit_note"])
    assert find_subject(store, shop.ledger, done.result["number"]) == found
    assert shop.documents.file(shop.ledger, found).number == done.result["number"]
    for name in (
        "F-99999",
        "",
        "../../etc/passwd",
        "x" * 65,
        "month-2026-13-45",
        "ffffffff-0000-4000-8000-00000000000f",
    ):
        with pytest.raises(DocumentUnknown):
            find_subject(store, shop.ledger, name)


def test_a_signed_quote_carries_its_evidence_and_each_version_keeps_its_file(shop: Shop) -> None:
    details = replace(profile().details, guarantees="Garanties légales de conformité et des vices cachés.")
    answered(shop.service.execute(shop.ledger, replace(profile(), details=details)))
    known = RegisterCustomer(kind="consumer", language="en", party=Party(name="Camille Roseau"))
    table = LineInput(label="Table en chêne", unit_price="900", nature="goods")
    asked: dict[str, Any] = {
        "customer": answered(shop.service.execute(shop.ledger, known)).result["customer"],
        "channel": "premises", "duration_days": 10, "schedule": (), "lines": (table,),
    }  # fmt: skip
    quote = answered(shop.service.execute(shop.ledger, IssueQuote(**asked))).result["quote"]
    first = shop.documents.file(shop.ledger, Subject("quote", quote))
    cheaper = ReviseQuote(**{**asked, "lines": (replace(table, unit_price="850"),)}, quote=quote)
    revised = answered(shop.service.execute(shop.ledger, cheaper))
    second = shop.documents.file(shop.ledger, Subject("quote", quote))
    shown = next(one.fingerprint for one in revised.entries if one.type == "quote.revised/1")
    answered(
        shop.service.execute(
            shop.ledger,
            SignQuote(
                quote=quote, document_version=2, fingerprint=shown, method="typed",
                evidence=Evidence(name_typed="Camille Roseau", consent_text="Bon pour accord"),
            ),
        )
    )  # fmt: skip
    signed = shop.documents.file(shop.ledger, Subject("quote", quote))
    assert len({first.digest, second.digest, signed.digest}) == 3
    assert b"evidence" in signed.data
    assert {first.language, second.language, signed.language} == {"en"}
    assert signed.name == f"quote-{signed.number}-v2-signed-en.pdf"
    assert shop.documents.file(shop.ledger, Subject("quote", quote, first.seq)).digest == first.digest
    assert shop.documents.file(shop.ledger, Subject("quote", quote, second.seq)).digest == second.digest
    shop.documents.cache.forget(shop.ledger, quote)
    assert shop.documents.file(shop.ledger, Subject("quote", quote)).digest == signed.digest


def test_a_statement_asked_for_twice_is_one_file_and_one_entry(shop: Shop) -> None:
    customer = answered(
        shop.service.execute(shop.ledger, RegisterCustomer(kind="consumer", party=Party(name="Lou Tilleul")))
    ).result["customer"]
    first = shop.documents.file(shop.ledger, Subject("statement", customer))
    head = shop.head()
    again = shop.documents.file(shop.ledger, Subject("statement", customer))
    assert (again.digest, shop.head()) == (first.digest, head)


# --- sealed with a certificate


def test_a_sealed_file_is_recorded_kept_for_good_and_the_original_stays(shop: Shop) -> None:
    subject = shop.sell()
    original = shop.documents.file(shop.ledger, subject)
    with pytest.raises(DocumentUnknown):
        shop.documents.sealed(shop.ledger, subject)
    pki = make(shop.clock.now())
    credential = Credential(pki.signer_key, pki.signer, (pki.root,))
    sealed = shop.documents.seal(
        shop.ledger, subject, lambda data: seal(data, credential, shop.clock.now()), actor="user:ada"
    )
    assert sealed.data.startswith(original.data)
    (entry,) = [one for one in shop.service.entries(shop.ledger, original.seq) if one.seq == sealed.recorded]
    assert isinstance(entry.record, DocumentSealed)
    assert (entry.record.rendered, entry.record.digest) == (original.digest, sha256(sealed.data).hexdigest())
    assert (entry.record.level, entry.record.bytes, entry.actor) == ("B-B", len(sealed.data), "user:ada")
    assert shop.documents.file(shop.ledger, subject).digest == original.digest
    tied = shop.documents.verify(shop.ledger, sealed.data)
    assert (tied.state, tied.recorded, tied.number) == ("sealed", sealed.recorded, original.number)
    again = shop.documents.seal(
        shop.ledger, subject, lambda data: seal(data, credential, shop.clock.now()), actor="user:ada"
    )
    assert again.digest != sealed.digest
    given = shop.documents.sealed(shop.ledger, subject)
    assert (given.data, given.recorded) == (again.data, again.recorded)
    assert shop.documents.verify(shop.ledger, sealed.data).state == "sealed"


def test_a_seal_that_cannot_be_kept_is_not_recorded(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    subject = shop.sell()
    shop.documents.file(shop.ledger, subject)
    pki = make(shop.clock.now())
    credential = Credential(pki.signer_key, pki.signer, (pki.root,))
    monkeypatch.setattr(shop.documents.cache, "put", lambda *_, **__: False)
    head = shop.head()
    with pytest.raises(OSError, match="cannot be kept"):
        shop.documents.seal(shop.ledger, subject, lambda data: seal(data, credential, shop.clock.now()), actor="u:a")
    assert shop.head() == head


# --- which file is this


def test_a_file_says_which_entry_it_belongs_to_and_where_it_was_changed(shop: Shop) -> None:
    subject = shop.sell()
    file = shop.documents.file(shop.ledger, subject)
    tied = shop.documents.verify(shop.ledger, file.data)
    assert (tied.state, tied.recorded, tied.about_seq, tied.number) == ("issued", file.recorded, file.seq, file.number)
    at = file.data.index(b"stream\n") + 40
    changed = file.data[:at] + bytes([file.data[at] ^ 1]) + file.data[at + 1 :]
    tied = shop.documents.verify(shop.ledger, changed)
    assert (tied.state, tied.first_difference, tied.expected) == ("altered", at, (file.digest,))
    longer = shop.documents.verify(shop.ledger, file.data + b"\n% signed by the customer\n%%EOF\n")
    assert (longer.state, longer.kept_bytes, longer.recorded) == ("extended", len(file.data), file.recorded)
    assert shop.documents.verify(shop.ledger, b"%PDF-1.7\n%%EOF\n").state == "unknown"
    for data in (b"", b"PK\x03\x04", b"<xml/>"):
        with pytest.raises(NotRendered) as failure:
            shop.documents.verify(shop.ledger, data)
        assert failure.value.code == "not_pdf"


def test_an_altered_original_is_not_taken_for_a_copy_that_was_made_later(shop: Shop) -> None:
    subject = shop.sell()
    original = shop.documents.file(shop.ledger, subject)
    copy = shop.documents.copy(shop.ledger, subject, "print", actor="cli:local")
    assert not isinstance(copy, Refusal)
    for file in (original, copy):
        at = file.data.index(b"stream\n") + 40
        changed = file.data[:at] + bytes([file.data[at] ^ 1]) + file.data[at + 1 :]
        tied = shop.documents.verify(shop.ledger, changed)
        assert (tied.state, tied.copy, tied.language, tied.kind) == ("altered", None, "fr", "invoice")
        assert (tied.number, tied.first_difference) == (original.number, at)
    shop.documents.file(shop.ledger, subject, "en")
    tied = shop.documents.verify(shop.ledger, changed)
    assert (tied.language, tied.kind, tied.about) == (None, "invoice", subject.about)


def test_anothers_file_is_elsewhere_and_a_forged_claim_proves_nothing(shop: Shop, tmp_path: Path) -> None:
    other = Shop(tmp_path)
    try:
        file = other.documents.file(other.ledger, other.sell())
        assert shop.documents.verify(shop.ledger, file.data).state == "elsewhere"
        forged = file.data.replace(other.ledger.encode(), shop.ledger.encode())
        assert shop.documents.verify(shop.ledger, forged).state == "claimed"
    finally:
        other.close()


def test_our_own_file_passes_the_check_that_anybodys_file_gets(shop: Shop) -> None:
    report = shop.documents.check(shop.documents.file(shop.ledger, shop.sell()).data)
    assert report["valid"], report["findings"]
    assert {"pdfa", "xsd", "schematron"} <= set(report["checks"])
    assert not shop.documents.check(b"%PDF-1.7\n%%EOF\n")["valid"]


# --- what goes wrong


class Changed(Pool):
    """Draws, and changes one byte: as another version of a library would."""

    def run(self, task: Task) -> Done:
        done = super().run(task)
        return Done(done.facts, done.data + b"\n")


def test_other_bytes_by_the_same_renderer_are_refused_and_not_recorded(shop: Shop) -> None:
    subject = shop.sell()
    shop.documents.file(shop.ledger, subject)
    shop.documents.cache.forget(shop.ledger, subject.about)
    head = shop.head()
    other = Documents(shop.service, shop.settings, Changed(1, 4, 30))
    try:
        with pytest.raises(DocumentRefused) as refused:
            other.file(shop.ledger, subject)
        assert refused.value.refusal.code == "DOCUMENT_DIFFERS"
        assert shop.head() == head
    finally:
        other.close()
        shop.documents.cache.forget(shop.ledger, subject.about)


def test_two_processes_that_render_one_document_record_it_once(shop: Shop) -> None:
    other = Documents(shop.service, shop.settings)
    try:
        for subject in [shop.sell() for _ in range(3)]:
            before = len(shop.rendered())
            with ThreadPoolExecutor(4) as threads:
                files = list(
                    threads.map(lambda n: (shop.documents, other)[n % 2].file(shop.ledger, subject), range(4))  # noqa: B023 - done before the next turn
                )
            assert len({one.digest for one in files}) == 1
            assert len({one.recorded for one in files}) == 1
            assert len(shop.rendered()) == before + 1
    finally:
        other.close()


def test_without_its_key_a_ledgers_documents_are_given_and_not_recorded(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = shop.sell()

    def missing(*_: object, **__: object) -> None:
        raise KeyMissing("the seal key is not here")

    with monkeypatch.context() as patched:
        patched.setattr(shop.service, "append", missing)
        file = shop.documents.file(shop.ledger, subject)
        assert (file.recorded, file.made) == (None, True)
    assert shop.documents.file(shop.ledger, subject).recorded is not None


def test_a_numbered_copy_that_was_not_drawn_is_drawn_when_asked_for(shop: Shop) -> None:
    subject = shop.sell()
    answered(shop.service.execute(shop.ledger, MakeCopy(about=subject.about, kind="invoice", by="print")))
    assert shop.documents.file(shop.ledger, subject, copy=1).copy == 1


def test_a_newer_renderer_gives_the_old_file_and_where_it_is_lost_its_own(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = shop.sell()
    first = shop.documents.file(shop.ledger, subject)
    monkeypatch.setattr("api.documents.renderer", lambda _: "0123456789ab")
    newer = Documents(shop.service, shop.settings, Changed(1, 4, 30))
    try:
        assert newer.file(shop.ledger, subject).digest == first.digest
        newer.cache.forget(shop.ledger, subject.about)
        second = newer.file(shop.ledger, subject)
        assert second.digest != first.digest
        assert second.recorded is not None
        assert second.recorded > (first.recorded or 0)
        assert newer.verify(shop.ledger, first.data).state == "issued"
    finally:
        newer.close()


def test_after_an_erasure_the_file_is_gone_and_not_made_again_its_digest_stays(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    try:
        subject = shop.sell()
        file = shop.documents.file(shop.ledger, subject)
        shop.clock.pass_by(timedelta(days=366 * 12))
        assert erase_due(shop.service, "atelier").persons == 1
        with pytest.raises(DocumentErased):
            shop.documents.file(shop.ledger, subject)
        assert shop.documents.forget_gone(shop.ledger) == 1
        assert list((tmp_path / "documents").rglob("*.pdf")) == []
        assert [path for path in (tmp_path / "documents").rglob("*") if path.is_file()] == []
        assert shop.documents.verify(shop.ledger, file.data).state == "issued"
        assert shop.documents.forget_gone(shop.ledger) == 0
    finally:
        shop.close()


def test_a_file_drawn_while_its_names_are_erased_is_neither_kept_nor_given(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    try:
        subject = shop.sell()
        paper = shop.documents.paper(shop.ledger, subject)
        shop.clock.pass_by(timedelta(days=366 * 12))
        assert erase_due(shop.service, "atelier").persons == 1
        with pytest.raises(DocumentErased):
            shop.documents.make(shop.ledger, subject, paper)
        assert [path for path in (tmp_path / "documents").rglob("*") if path.is_file()] == []
    finally:
        shop.close()


def test_the_name_cannot_be_guessed_from_the_digest(shop: Shop) -> None:
    """Whoever draws the same page without the salts of the entry has another file."""
    subject = shop.sell()
    paper = shop.documents.paper(shop.ledger, subject)
    assert paper.salt is not None
    drawn = shop.documents.make(shop.ledger, subject, replace(paper, salt="0" * 32))
    assert drawn.file.digest != shop.documents.file(shop.ledger, subject).digest
    shop.documents.cache.forget(shop.ledger, subject.about)


def test_a_paper_as_data_shows_no_salt(shop: Shop) -> None:
    said = shop.documents.shown(shop.ledger, shop.sell())
    assert said["kind"] == "invoice"
    assert said["buyer"]["name"] == "Jeanne Dupré"
    assert "salt" not in said
