"""Notes, checkpoints, cosignatures and proofs: what the vectors do not show."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.kernel import checkpoint, merkle, note
from ledger.kernel.errors import Malformed
from tests.kernel.build import NOTE_KEY, ledger

SIGNER = note.LocalNoteSigner("sceau.example/log", NOTE_KEY)
KEY = note.VerifierKey(SIGNER.name, note.ED25519, SIGNER.public)
WITNESS = note.LocalNoteSigner("witness.example/w1", Ed25519PrivateKey.from_private_bytes(bytes(32)))
WITNESS_KEY = note.VerifierKey(WITNESS.name, note.COSIGNATURE_V1, WITNESS.public)


def test_the_note_and_key_of_the_go_implementation_are_read() -> None:
    # The worked example of golang.org/x/mod/sumdb/note.
    vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    signed = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
        "\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    key = note.parse_vkey(vkey)
    assert str(key) == vkey
    assert note.verify(note.parse(signed.encode()), key)


def test_the_worked_example_of_the_cosignature_page_is_read() -> None:
    # C2SP tlog-cosignature: its lines parse, and are of keys we do not know.
    signed = (
        "example.com/behind-the-sofa\n"
        "20852163\n"
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
        "\n"
        "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE"
        "+xeMcTOAYQ8=\n"
        "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf"
        "5nNo0xUe+mbIUBkBIfZ+qnA==\n"
    )
    parsed = note.parse(signed.encode())
    head = checkpoint.parse_text(parsed.text)
    assert (head.origin, head.size) == ("example.com/behind-the-sofa", 20852163)
    assert [line.name for line in parsed.signatures] == ["example.com/behind-the-sofa", "witness.example.com/w1"]
    assert not note.verify(parsed, KEY)
    moment = int.from_bytes(parsed.signatures[1].signature[:8], "big")
    assert moment == 1679315147


def test_a_checkpoint_opens_with_its_key() -> None:
    data = checkpoint.sign_checkpoint(7, bytes(range(32)), SIGNER)
    assert checkpoint.open_checkpoint(data, KEY) == (SIGNER.name, 7, bytes(range(32)))


def test_signatures_of_unknown_keys_are_ignored_and_of_the_key_are_not() -> None:
    data = checkpoint.sign_checkpoint(7, bytes(32), SIGNER)
    unknown = note.signature_line("other.example", b"abcd", bytes(64))
    head, lines = data.split(b"\n\n")
    assert checkpoint.open_checkpoint(head + b"\n\n" + unknown + lines, KEY).size == 7
    wrong = note.signature_line(SIGNER.name, KEY.key_id, bytes(64))
    for signatures in (wrong + lines, lines + wrong):
        with pytest.raises(Malformed, match="checkpoint_signature"):
            checkpoint.open_checkpoint(head + b"\n\n" + signatures, KEY)


def test_sixteen_signatures_are_accepted_and_a_thousand_are_not() -> None:
    data = checkpoint.sign_checkpoint(7, bytes(32), SIGNER)
    unknown = note.signature_line("other.example", b"abcd", bytes(64))
    assert checkpoint.open_checkpoint(data + unknown * 15, KEY).size == 7
    with pytest.raises(Malformed, match="note"):
        checkpoint.open_checkpoint(data + unknown * 1000, KEY)


def test_a_cosignature_tells_when_the_witness_saw_it() -> None:
    data = checkpoint.sign_checkpoint(7, bytes(32), SIGNER)
    assert checkpoint.cosignature_time(data, WITNESS_KEY) is None
    once = checkpoint.cosign(data, WITNESS, 1_800_000_000)
    twice = checkpoint.cosign(once, WITNESS, 1_800_000_060)
    assert checkpoint.cosignature_time(once, WITNESS_KEY) == 1_800_000_000
    assert checkpoint.cosignature_time(twice, WITNESS_KEY) == 1_800_000_060
    assert checkpoint.imprint(twice, KEY) == checkpoint.imprint(data, KEY)


def test_a_cosignature_of_another_time_is_refused() -> None:
    data = checkpoint.cosign(checkpoint.sign_checkpoint(7, bytes(32), SIGNER), WITNESS, 1_800_000_000)
    line = note.parse(data).signatures[1]
    later = (1_900_000_000).to_bytes(8, "big") + line.signature[8:]
    forged = checkpoint.sign_checkpoint(7, bytes(32), SIGNER) + note.signature_line(line.name, line.key_id, later)
    with pytest.raises(Malformed, match="cosignature"):
        checkpoint.cosignature_time(forged, WITNESS_KEY)


def test_a_customer_checks_an_entry_against_the_checkpoint() -> None:
    made = ledger(9)
    leaves = [bytes.fromhex(row.fingerprint) for row in made.rows]
    tree = merkle.Tree(leaves)
    data = checkpoint.sign_checkpoint(9, tree.root(), SIGNER)
    for row in made.rows:
        path = tree.inclusion(row.seq - 1)
        proof = checkpoint.proof_text(row.seq - 1, path, data, row.line)
        assert checkpoint.parse_proof(proof) == checkpoint.Proof(row.line, row.seq - 1, tuple(path), data)
        assert checkpoint.verify_proof(proof, KEY).size == 9
        assert checkpoint.verify_proof(proof, KEY, bytes.fromhex(row.fingerprint)).size == 9
        with pytest.raises(Malformed, match="inclusion"):
            checkpoint.verify_proof(proof, KEY, bytes(32))


@pytest.mark.parametrize("name", ["", "with space", "with+plus", "with\u00a0space"])
def test_a_key_name_with_a_space_or_a_plus_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="key name"):
        note.LocalNoteSigner(name, NOTE_KEY)


@pytest.mark.parametrize("text", [b"no newline", b"tab\there\n", b"\xff\n"])
def test_a_text_that_cannot_be_a_note_is_not_signed(text: bytes) -> None:
    with pytest.raises(Malformed, match="note"):
        note.sign(text, SIGNER)


@pytest.mark.parametrize(
    "vkey", ["", "name", "name+00000000+", "a b+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"]
)
def test_a_verifier_key_out_of_shape_is_refused(vkey: str) -> None:
    with pytest.raises(Malformed, match="vkey"):
        note.parse_vkey(vkey)
