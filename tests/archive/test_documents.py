"""The documents folder of an archive's second file: each file is the one whose digest its entry told."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from api.dev_pki import make
from api.documents import Documents, File
from api.rendering.errors import DocumentUnknown
from api.rendering.subjects import Subject, find_subject
from api.settings import Settings
from archive import reading
from archive.creation import Made
from archive.erasure import erase_due
from archive.job import RenderedFile
from archive.reading import Confirmed, confirm
from archive.sealed.documents import name_of
from ledger.domain.events.messages import DocumentRendered
from ledger.shell.errors import StreamPurged
from ledger.shell.stores.open import open_store
from projections.documents.seal import seal
from projections.documents.seal_keys import Credential
from tests.archive.samples import Sample, sample
from tests.retention.scene import another_medium, copied, purged
from tests.shell.business import HandClock, invoice, payment, service_over
from tests.verifiers.alone import forge


class Filed:
    """A business in November 2026 with three rendered invoices and a copy; December has begun."""

    def __init__(self, it: Sample, before: Filed | None = None) -> None:
        """Sell and render; or take up a copy of the folder in which that was done `before`."""
        self.it = it
        self.documents = Documents(it.service, Settings(documents=str(it.folder / "documents"), documents_workers=1))
        self.subjects: list[Subject] = before.subjects if before is not None else []
        self.files: list[File] = before.files if before is not None else []
        if before is not None:
            return
        self.subjects = [Subject("invoice", str(it.play(invoice())["invoice"])) for _ in range(3)]
        self.files = [self.documents.file(it.ledger, one) for one in self.subjects]
        copied = self.documents.copy(it.ledger, self.subjects[0], "print", actor="user:ada")
        self.files.append(copied)  # type: ignore[arg-type] # it was not refused
        it.day(2026, 12, 1)

    def archive(self, **options: Any) -> Made:
        return self.it.archive("2026-11", documents=self.documents.archived, **options)

    def opened(self, made: Made, name: str = "names.zip") -> Path:
        out = made.path.parent / name
        assert reading.open_private(self.it.service, made.private, out) is None
        return out


@pytest.fixture(scope="module")
def sold(tmp_path_factory: pytest.TempPathFactory) -> Filed:
    """Sold and rendered once; the tests have copies."""
    with sample(tmp_path_factory.mktemp("sold")) as it:
        made = Filed(it)
        made.documents.close()
    return made


@pytest.fixture
def filed(sold: Filed, tmp_path: Path) -> Iterator[Filed]:
    shutil.copytree(sold.it.folder, tmp_path, dirs_exist_ok=True)
    clock = HandClock(sold.it.clock.wall)
    with service_over(open_store(f"sqlite:///{tmp_path / 'sample.db'}"), tmp_path / "keys", clock) as service:
        made = Filed(Sample(service, sold.it.ledger, sold.it.genesis, clock, tmp_path), sold)
        yield made
        made.documents.close()


def documents_in(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist() if name.startswith("documents/")}


def verdict(*words: str | Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-I", str(reading.VERIFIER), *map(str, words), "--json"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_every_document_of_the_period_is_in_the_second_file_and_none_in_the_first(filed: Filed) -> None:
    made = filed.archive()
    found = documents_in(filed.opened(made))
    assert sorted(sha256(data).hexdigest() for data in found.values()) == sorted(one.digest for one in filed.files)
    assert documents_in(made.path) == {}
    first = filed.files[0]
    assert f"documents/{first.recorded:012d}-invoice-{first.seq}.pdf" in found
    copy = filed.files[-1]
    assert f"documents/{copy.recorded:012d}-invoice-{copy.seq}-duplicata-1.pdf" in found
    assert list(found) == sorted(found)


def test_the_verifier_finds_them_whole(filed: Filed) -> None:
    made = filed.archive()
    said = verdict(made.path, "--genesis", filed.it.genesis, "--private", filed.opened(made))
    assert said["ok"], said["findings"]


def test_the_same_archive_again_is_the_same_whether_files_are_kept_or_made_again(filed: Filed) -> None:
    first = filed.archive()
    for one in filed.subjects:
        filed.documents.cache.forget(filed.it.ledger, one.about)
    again = filed.archive(replace=True)
    assert (again.manifest, again.repeated) == (first.manifest, True)


def test_making_an_archive_records_no_rendering(filed: Filed) -> None:
    def recorded() -> int:
        return sum(1 for _ in filed.it.store.lines(filed.it.ledger, types=(DocumentRendered.TYPE,)))

    before = recorded()
    for one in filed.subjects:
        filed.documents.cache.forget(filed.it.ledger, one.about)
    filed.archive()
    assert recorded() == before == 4


@pytest.mark.parametrize("what", ["swapped", "changed", "added"])
def test_a_document_that_is_not_the_recorded_one_is_found(filed: Filed, tmp_path: Path, what: str) -> None:
    made = filed.archive()
    files = forge.read(filed.opened(made))
    one = sorted(name for name in files if name.startswith("documents/"))[0]
    if what == "swapped":
        files[one] = b"%PDF-1.7 of another amount"
    elif what == "changed":
        files[one] = files[one][:-1] + b"\x00"
    else:
        files["documents/000000000001-invoice-1.pdf"] = b"%PDF-1.7 never issued"
        one = "documents/000000000001-invoice-1.pdf"
    second = forge.write(tmp_path / "second.zip", forge.listed(files))
    digest = sha256(second.read_bytes()).hexdigest()
    main = forge.with_manifest(forge.read(made.path), lambda told: told["private"].update(plain_sha256=digest))
    bent = forge.write(tmp_path / "main.zip", forge.Signer().sign(main))
    said = verdict(bent, "--private", second)
    assert [(each["code"], each["place"]) for each in said["findings"] if each["code"] == "document"] == [
        ("document", f"second.zip/{one}")
    ]


def test_what_was_erased_is_left_out_and_the_archive_holds(filed: Filed) -> None:
    filed.it.clock.pass_by(timedelta(days=366 * 12))
    filed.it.service.close_due(filed.it.ledger)
    assert erase_due(filed.it.service, "atelier").persons == 3
    filed.documents.forget_gone(filed.it.ledger)
    made = filed.archive()
    opened = filed.opened(made)
    assert documents_in(opened) == {}


def test_a_purge_takes_the_files_its_archive_holds_and_leaves_those_recorded_later(tmp_path: Path) -> None:
    with sample(tmp_path) as it, another_medium() as medium:
        documents = Documents(it.service, Settings(documents=str(tmp_path / "documents"), documents_workers=1))
        try:
            both = [str(it.play(invoice())["invoice"]) for _ in range(2)]
            for one in both:
                it.play(payment(one))
            first, late = (Subject("invoice", one) for one in both)
            issued = documents.file(it.ledger, first)
            it.day(2026, 12, 1)
            pki = make(it.clock.now())
            credential = Credential(pki.signer_key, pki.signer, (pki.root,))
            sealed = documents.seal(
                it.ledger, first, lambda data: seal(data, credential, it.clock.now()), actor="user:ada"
            )
            drawn = documents.file(it.ledger, late)
            made = it.archive("2026-11", documents=documents.archived)
            copy = copied(made, medium)
            assert isinstance(confirm(it.service, it.ledger, copy, "nas-1"), Confirmed)
            purged(it, copy)
            for each in (b"left by a killed process", b"about to be recorded"):
                documents.cache.put(it.ledger, late.about, sha256(each).hexdigest(), each)
            (old,) = (tmp_path / "documents").rglob(f"{sha256(b'left by a killed process').hexdigest()}-*")
            os.utime(old, (1_700_000_000, 1_700_000_000))
            assert documents.forget_gone(it.ledger) == 2
            assert documents.forget_gone(it.ledger) == 0
            young = sha256(b"about to be recorded").hexdigest()
            assert documents.cache.let_go(it.ledger, late.about, young)
            assert not old.exists()
            for subject in (first, late):
                assert find_subject(it.store, it.ledger, subject.about) == subject
                with pytest.raises(StreamPurged):
                    documents.file(it.ledger, subject)
            with pytest.raises(DocumentUnknown):  # its number went with its entry
                find_subject(it.store, it.ledger, str(issued.number))
            kept = {path.name[:64] for path in (tmp_path / "documents").rglob("*") if path.is_file()}
            assert kept == {sealed.digest, drawn.digest}
            held = documents_in(reading_out(it, made, tmp_path / "november.zip")).values()
            assert [sha256(data).hexdigest() for data in held] == [issued.digest]
            it.day(2027, 1, 4)
            december = it.archive("2026-12", documents=documents.archived)
            found = documents_in(reading_out(it, december, tmp_path / "december.zip")).values()
            assert {sha256(data).hexdigest() for data in found} == kept
        finally:
            documents.close()


def test_what_was_erased_before_it_was_purged_is_let_go_whole(tmp_path: Path) -> None:
    with sample(tmp_path) as it, another_medium() as medium:
        documents = Documents(it.service, Settings(documents=str(tmp_path / "documents"), documents_workers=1))
        try:
            sold = str(it.play(invoice())["invoice"])
            it.play(payment(sold))
            it.day(2026, 12, 1)
            documents.file(it.ledger, Subject("invoice", sold))  # recorded after the range
            made = it.archive("2026-11")
            copy = copied(made, medium)
            assert isinstance(confirm(it.service, it.ledger, copy, "nas-1"), Confirmed)
            it.clock.pass_by(timedelta(days=366 * 12))
            assert erase_due(it.service, "atelier").persons == 1
            purged(it, copy)
            assert documents.forget_gone(it.ledger) == 1
            assert [path for path in (tmp_path / "documents").rglob("*") if path.is_file()] == []
        finally:
            documents.close()


def reading_out(it: Sample, made: Made, out: Path) -> Path:
    assert reading.open_private(it.service, made.private, out) is None
    return out


def test_without_its_files_an_archive_is_made_too(filed: Filed) -> None:
    made = filed.it.archive("2026-11")
    assert documents_in(filed.opened(made)) == {}
    assert verdict(made.path, "--genesis", filed.it.genesis)["ok"]


def test_what_gives_other_bytes_than_the_entry_tells_is_left_out(filed: Filed) -> None:
    made = filed.it.archive("2026-11", documents=lambda _: lambda _: b"%PDF-1.7 something else")
    assert documents_in(filed.opened(made)) == {}


@pytest.mark.parametrize(
    ("member", "name"),
    [
        ({"copy": None}, "documents/000000000007-invoice-5.pdf"),
        ({"copy": 2, "language": "en"}, "documents/000000000007-invoice-5-duplicata-2-en.pdf"),
        ({"media_type": "application/x-evil/../"}, "documents/000000000007-invoice-5.bin"),
    ],
)
def test_names_are_made_of_figures_and_words_of_ours(member: dict[str, Any], name: str) -> None:
    whole: dict[str, Any] = {
        "seq": 7, "about": "self", "digest": "a" * 64, "media_type": "application/pdf", "kind": "invoice",
        "about_seq": 5, "language": "fr", "copy": None, "software": "sceau", "sealed": False,
    }  # fmt: skip
    assert name_of(RenderedFile(**{**whole, **member})) == name
