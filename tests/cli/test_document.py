"""`sceau document`, as a business uses it (docs/documents.md)."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from tests.cli.running import sceau, told
from tests.cli.test_close import shop

__all__ = ["shop"]


@pytest.fixture
def number(shop: Path) -> str:
    """The number of the shop's one invoice."""
    (line,) = [one for one in told(shop, "show", "shop")["entries"] if one["type"] == "invoice.issued/1"]
    whole = json.loads(sceau(shop, "show", "shop", "--lines", "--after", str(line["seq"] - 1)).stdout.splitlines()[0])
    return str(whole["entry"]["body"]["number"])


def test_a_document_is_rendered_verified_listed_and_found_changed(shop: Path, number: str) -> None:
    run = sceau(shop, "document", "render", number, "--ledger", "shop")
    assert run.returncode == 0, run.stderr
    path = shop / f"invoice-{number}.pdf"
    digest = sha256(path.read_bytes()).hexdigest()
    assert digest in run.stdout
    again = told(shop, "document", "render", number, "--ledger", "shop", "--out", "again.pdf")
    assert (again["digest"], (shop / "again.pdf").read_bytes()) == (digest, path.read_bytes())
    (listed,) = told(shop, "document", "list", "--ledger", "shop")["documents"]
    assert (listed["digest"], listed["seq"]) == (digest, again["recorded"])
    assert digest in sceau(shop, "document", "list", "--ledger", "shop").stdout
    whole = sceau(shop, "document", "verify", str(path))
    assert whole.returncode == 0
    assert "not one byte differs" in whole.stdout
    data = bytearray(path.read_bytes())
    at = data.index(b"stream\n") + 40
    data[at] ^= 1
    (shop / "changed.pdf").write_bytes(data)
    changed = sceau(shop, "document", "verify", "changed.pdf", "--ledger", "shop")
    assert changed.returncode == 1
    assert "NOT the issued file" in changed.stdout
    assert f"number {at + 1} of" in changed.stdout


def test_a_file_is_not_written_over_unless_asked(shop: Path, number: str) -> None:
    assert sceau(shop, "document", "render", number, "--ledger", "shop", "--out", "a.pdf").returncode == 0
    refused = sceau(shop, "document", "render", number, "--ledger", "shop", "--out", "a.pdf")
    assert refused.returncode == 2
    assert "--replace" in refused.stderr
    assert sceau(shop, "document", "render", number, "--ledger", "shop", "--out", "a.pdf", "--replace").returncode == 0
    (shop / "folder").mkdir()
    assert sceau(shop, "document", "render", number, "--ledger", "shop", "--out", "folder").returncode == 0
    assert (shop / "folder" / f"invoice-{number}.pdf").exists()


def test_copies_are_numbered(shop: Path, number: str) -> None:
    first = told(shop, "document", "copy", number, "--ledger", "shop", "--key", "k")
    again = told(shop, "document", "copy", number, "--ledger", "shop", "--key", "k", "--replace")
    second = told(shop, "document", "copy", number, "--ledger", "shop", "--by", "email")
    assert [one["copy"] for one in (first, again, second)] == [1, 1, 2]
    assert Path(shop / first["file"]).name == f"invoice-{number}-duplicata-1.pdf"
    assert sceau(shop, "document", "copy", "F-99999", "--ledger", "shop").returncode == 1


def test_every_document_is_rendered_into_a_folder_and_taken_up_again(shop: Path) -> None:
    (shop / "all").mkdir()
    made = told(shop, "document", "render", "--all", "--ledger", "shop", "--out", "all")
    assert made["failed"] == []
    assert len(made["written"]) == len(list((shop / "all").iterdir())) >= 1
    again = told(shop, "document", "render", "--all", "--ledger", "shop", "--out", "all")
    assert again["written"] == []
    assert sum(again["left"].values()) == len(made["written"])
    assert sceau(shop, "document", "render", "--all", "--ledger", "shop", "--out", "nowhere").returncode == 2


def test_ours_is_valid_and_another_file_is_told_what_is_wrong(shop: Path, number: str) -> None:
    sceau(shop, "document", "render", number, "--ledger", "shop", "--out", "a.pdf")
    sceau(shop, "document", "render", number, "--ledger", "shop", "--xml", "--out", "a.xml")
    good = sceau(shop, "document", "check", "a.pdf", "a.xml")
    assert good.returncode == 0, good.stdout
    assert "a.pdf: valid (EN 16931 380" in good.stdout
    (shop / "bad.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
    bad = told(shop, "document", "check", "bad.pdf", "a.pdf", expect=1)
    assert [one["valid"] for one in bad["files"]] == [False, True]
    assert bad["files"][0]["findings"]


def test_a_missing_file_does_not_keep_the_others_from_being_looked_at(shop: Path, number: str) -> None:
    sceau(shop, "document", "render", number, "--ledger", "shop", "--out", "a.pdf")
    checked = sceau(shop, "document", "check", "a.pdf", "missing.pdf", "a.pdf")
    assert checked.returncode == 1
    assert checked.stdout.count("a.pdf: valid") == 2
    assert "missing.pdf: No such file" in checked.stderr
    said = told(shop, "document", "check", "missing.pdf", "a.pdf", expect=1)
    assert said["files"][0] == {"file": "missing.pdf", "valid": False, "code": "unreadable"}
    assert said["files"][1]["valid"]
    verified = told(shop, "document", "verify", "missing.pdf", "a.pdf", expect=1)
    assert [one["whole"] for one in verified["files"]] == [False, True]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("render", "F-99999", "--ledger", "shop"), 1),
        (("render", "--ledger", "shop"), 2),
        (("render", "x", "--ledger", "shop", "--kind", "poster"), 2),
        (("render", "x", "--ledger", "shop", "--language", "de"), 2),
        (("render", "x", "--ledger", "nobody"), 2),
        (("copy", "x", "--ledger", "shop", "--by", "pigeon"), 2),
        (("verify", "missing.pdf"), 1),
        (("check", "missing.pdf"), 1),
    ],
)
def test_what_cannot_be_done_is_said_in_words(shop: Path, words: tuple[str, ...], code: int) -> None:
    run = sceau(shop, "document", *words)
    assert run.returncode == code, run.stderr
    assert run.stderr.startswith("sceau: ")
    assert "Traceback" not in run.stderr


def test_a_file_that_is_none_is_said_to_be_none(shop: Path) -> None:
    (shop / "a.txt").write_text("hello")
    run = sceau(shop, "document", "verify", "a.txt")
    assert run.returncode == 1
    assert "no PDF" in run.stderr


def test_a_document_is_sealed_with_a_key_made_for_trying_and_verified(shop: Path, number: str) -> None:
    (shop / "words").write_text("a passphrase for trying\n")
    made = told(shop, "keys", "dev-pki", "pki", "--passphrase-file", "words")
    assert made["test_only"]
    assert all("TEST-ONLY" in name for name in made["files"])
    assert sceau(shop, "keys", "dev-pki", "pki", "--passphrase-file", "words").returncode != 0
    (p12,) = [name for name in made["files"] if name.endswith("signer.p12")]
    words = ("document", "seal", number, "--ledger", "shop", "--p12", p12, "--p12-passphrase-file", "words")
    sealed = told(shop, *words)
    assert (sealed["level"], (shop / sealed["file"]).name) == ("B-B", f"invoice-{number}-B-B.pdf")
    run = sceau(shop, "document", "verify", sealed["file"])
    assert run.returncode == 0
    assert "is the sealed file" in run.stdout
    assert sceau(shop, *words, "--level", "B-T", "--replace").returncode == 2
    (shop / "wrong").write_text("another one\n")
    refused = sceau(shop, *words[:-1], "wrong", "--replace")
    assert refused.returncode == 2
    assert "password" in refused.stderr
