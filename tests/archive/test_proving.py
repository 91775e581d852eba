"""A customer's proof: one document in a signed checkpoint, checked by the shipped verifier."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path

from archive import reading
from archive.proving import Proof, prove
from ledger.domain.refusals import Refusal
from ledger.kernel import canonical
from ledger.shell.checkpoints import make_checkpoint
from tests.archive.samples import Sample, sample, sell_december, sell_november
from tests.archive.test_archive import anchored


def proof(it: Sample, document: str, **options: bool) -> Proof:
    found = prove(it.service, it.ledger, document, **options)
    assert isinstance(found, Proof), found
    return found


def holds(it: Sample, found: Proof, genesis: str | None = None) -> bool:
    path = it.folder / found.name
    path.write_bytes(found.data)
    return reading.verify([path], ["--genesis", genesis or it.genesis], quiet=True) == 0


def test_every_document_is_proven_by_its_number_and_by_its_id(tmp_path: Path) -> None:
    with sample(tmp_path) as it:
        sell_november(it)
        for number in ("D-00001", "F-00001", "F-00003", "A-00001"):
            by_number = proof(it, number)
            assert by_number.name == f"{number}.proof.json"
            assert holds(it, by_number)
            line = json.loads(by_number.data)["document"].split("\n")[1].removeprefix("extra ")
            assert by_number.data == proof(it, _stream_id(line)).data


def test_the_file_is_canonical_and_names_nobody_unless_asked(tmp_path: Path) -> None:
    with sample(tmp_path) as it:
        sell_november(it)
        plain, named = proof(it, "F-00002"), proof(it, "F-00002", with_names=True)
        for each in (plain, named):
            said = json.loads(each.data)
            assert each.data == canonical.encode(said, 1 << 25) + b"\n"
            assert set(said) == {"anchors", "disclosures", "document", "format", "opening"}
            assert holds(it, each)
        assert "Dupré".encode() not in plain.data
        assert json.loads(plain.data)["disclosures"] == []
        assert {one["path"] for one in json.loads(named.data)["disclosures"]} == {"/client", "/texts"}
        assert "Dupré".encode() in named.data


def test_it_stands_under_the_last_anchored_checkpoint_that_covers_it(tmp_path: Path) -> None:
    with sample(tmp_path) as it:
        sell_november(it)
        make_checkpoint(it.store, it.service.keys, it.ledger)
        kept = it.store.last_checkpoint(it.ledger)
        assert kept is not None
        anchored(it, kept.size, b"a token")
        sell_december(it)
        make_checkpoint(it.store, it.service.keys, it.ledger)
        early, late = proof(it, "F-00002"), proof(it, "F-00005")
        assert (early.size, early.anchors, late.anchors) == (kept.size, 1, 0)
        assert late.size > kept.size
        assert holds(it, late)


def test_a_document_that_no_checkpoint_covers_gets_one_now(tmp_path: Path) -> None:
    with sample(tmp_path) as it:
        sell_november(it)
        assert it.store.last_checkpoint(it.ledger) is None
        found = proof(it, "F-00001")
        kept = it.store.last_checkpoint(it.ledger)
        assert kept is not None
        assert found.size == kept.size


def test_what_is_in_no_ledger_is_refused(tmp_path: Path) -> None:
    with sample(tmp_path) as it:
        sell_november(it)
        for document in ("F-99999", "3f1c2b1e-1111-4222-8333-123456789abc", '"', ""):
            found = prove(it.service, it.ledger, document)
            assert isinstance(found, Refusal)
            assert found.code == "DOCUMENT_UNKNOWN"


def test_a_proof_of_another_ledger_or_with_another_figure_does_not_hold(tmp_path: Path) -> None:
    with sample(tmp_path) as it:
        sell_november(it)
        found = proof(it, "F-00002")
        assert not holds(it, found, "0" * 64)
        said = json.loads(found.data)
        head, extra, rest = said["document"].split("\n", 2)
        altered = extra.replace("A", "B", 1)
        assert altered != extra
        said["document"] = "\n".join((head, altered, rest))
        assert not holds(it, Proof(found.name, canonical.encode(said, 1 << 25) + b"\n", found.size, 0))


def _stream_id(extra: str) -> str:
    return str(json.loads(b64decode(extra))["entry"]["stream"].partition(":")[2])
