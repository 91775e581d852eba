"""Which entry a PDF belongs to: one byte more, less or other is seen, whatever the file says of itself."""

from __future__ import annotations

import hashlib
import tracemalloc
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Final

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from api.dev_pki import make
from ledger.kernel.errors import Malformed
from projections.documents.seal import seal
from projections.documents.seal_keys import Credential
from projections.documents.verify import MAX_BYTES, Belonging, Claim, Tie, belongs, claim_of, first_difference, identify
from tests.documents.files import FINGERPRINT, LEDGER, finished, paper

WHOLE: Final = finished()
AT: Final = datetime.now(UTC)
_PKI: Final = make(AT)
SEALED: Final = seal(WHOLE, Credential(_PKI.signer_key, _PKI.signer, (_PKI.root,)), AT).data
CLAIM: Final = Claim(LEDGER, 42, FINGERPRINT, "invoice")


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass
class Known:
    """A ledger in which the invoice of entry 42 was rendered (entry 43) and sealed (entry 44)."""

    ledger: str = LEDGER
    ties: Sequence[Tie] = field(
        default_factory=lambda: (
            Tie("rendered", 43, 42, digest(WHOLE)),
            Tie("sealed", 44, 42, digest(SEALED), digest(WHOLE)),
        )
    )

    def by_digest(self, digest: str) -> Tie | None:
        return next((tie for tie in self.ties if tie.digest == digest), None)

    def of_entry(self, seq: int) -> Sequence[Tie]:
        return [tie for tie in self.ties if tie.about_seq == seq]

    def fingerprint(self, seq: int) -> str | None:
        return FINGERPRINT if seq == 42 else None


def of(data: bytes, known: Known | None = None) -> Belonging:
    return belongs(identify(data), known or Known())


def test_an_issued_file_belongs_to_its_entry() -> None:
    found = of(WHOLE)
    assert (found.state, found.unchanged, found.tie) == ("issued", True, Known().ties[0])
    assert found.identity.claim == CLAIM
    assert found.claim_holds


def test_a_sealed_file_belongs_to_its_entry() -> None:
    found = of(SEALED)
    assert (found.state, found.unchanged) == ("sealed", True)
    assert found.tie is not None
    assert found.tie.rendered == digest(WHOLE)


def test_a_sealed_file_shows_the_file_before_its_seal() -> None:
    assert (len(WHOLE), digest(WHOLE)) in identify(SEALED).earlier
    found = of(SEALED, Known(ties=Known().ties[:1]))
    assert (found.state, found.unchanged, found.kept_bytes) == ("extended", False, len(WHOLE))
    assert found.tie == Known().ties[0]


def test_what_was_added_to_an_issued_file_is_told() -> None:
    for more in (b"\n", b"%%EOF", b"1 0 obj\nendobj\n%%EOF\n"):
        found = of(WHOLE + more)
        assert (found.state, found.unchanged, found.kept_bytes) == ("extended", False, len(WHOLE))


def test_what_was_added_to_a_sealed_file_is_told_of_the_sealed_file() -> None:
    found = of(SEALED + b"more")
    assert found.state == "extended"
    assert found.tie == Known().ties[1]
    assert found.kept_bytes == len(SEALED)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_one_changed_byte_is_seen_wherever_it_is(at: int, turn: int) -> None:
    changed = bytearray(WHOLE)
    changed[at] ^= turn
    if at < 5:
        with pytest.raises(Malformed, match="not_pdf"):
            identify(bytes(changed))
        return
    found = of(bytes(changed))
    assert not found.unchanged
    # The change may have hit the claim itself, or the metadata around it.
    assert found.state in ("altered", "claimed", "elsewhere", "unknown")
    assert first_difference(WHOLE, bytes(changed)) == at


def test_a_changed_file_tells_what_the_claimed_entry_s_files_are() -> None:
    found = of(WHOLE.replace(b"%%EOF", b"%%EOG"))
    assert found.state == "altered"
    assert found.expected == (digest(WHOLE), digest(SEALED))


def test_a_cut_file_is_altered() -> None:
    assert of(WHOLE[:-200]).state == "altered"


def test_a_file_written_again_by_another_program_is_altered() -> None:
    made = BytesIO()
    with pikepdf.open(BytesIO(WHOLE)) as pdf:
        pdf.save(made, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert of(made.getvalue()).state == "altered"


def test_a_file_of_an_entry_that_no_file_was_kept_of_is_only_a_claim() -> None:
    assert of(WHOLE, Known(ties=())).state == "claimed"


def test_a_claim_with_another_fingerprint_does_not_hold() -> None:
    forged = finished(proof=replace(paper().proof, fingerprint="00" * 32))
    found = of(forged)
    assert (found.state, found.claim_holds, found.expected) == ("claimed", False, ())


def test_a_file_of_another_ledger_is_told_to_be_one() -> None:
    found = of(WHOLE, Known(ledger="11111111-1111-8111-8111-111111111111", ties=()))
    assert (found.state, found.claim_holds) == ("elsewhere", None)


def test_a_pdf_of_somebody_else_claims_nothing() -> None:
    made = BytesIO()
    canvas = Canvas(made)
    canvas.drawString(9, 9, "x")
    canvas.save()
    found = of(made.getvalue())
    assert (found.state, found.identity.claim) == ("unknown", None)


def test_a_digest_counts_whatever_the_file_claims() -> None:
    """A rendered file is ours by its digest, even with a claim that this ledger does not know."""
    known = Known(ledger="11111111-1111-8111-8111-111111111111")
    assert of(WHOLE, known).state == "issued"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<sceau:Sequence>42<", b"<sceau:Sequence>-1<"),
        (b"<sceau:Sequence>42<", b"<sceau:Sequence>4x<"),
        (b"<sceau:Kind>invoice<", b"<sceau:Kind>in<>ice<"),
        (b"<sceau:Fingerprint>5a5a", b"<sceau:Fingerprint>5A5A"),
        (b"<sceau:Ledger>0000", b"<sceau:Ledger>zzzz"),
        (b"<sceau:Kind>invoice</sceau:Kind>", b"<sceau:Sequence>7</sceau:Sequence>"[:32].ljust(32)),
    ],
)
def test_a_claim_of_another_form_is_none(old: bytes, new: bytes) -> None:
    assert old in WHOLE
    assert claim_of(WHOLE.replace(old, new)) is None


def test_a_claim_said_twice_is_none() -> None:
    with pikepdf.open(BytesIO(WHOLE)) as pdf:
        packet = pdf.Root.Metadata.read_bytes()
        twice = packet.replace(b"<sceau:Kind>", b"<sceau:Sequence>43</sceau:Sequence><sceau:Kind>")
        pdf.Root.Metadata.write(twice)
        made = BytesIO()
        pdf.save(made)
    assert claim_of(made.getvalue()) is None


def test_a_claim_is_read_from_a_file_that_no_reader_opens() -> None:
    damaged = WHOLE[: WHOLE.index(b"</x:xmpmeta>") + 12]
    assert claim_of(damaged) == CLAIM


def test_a_packet_that_inflates_without_end_is_cut() -> None:
    bomb = zlib.compress(b"<x:xmpmeta>" + bytes(300 << 20), 9)
    with pikepdf.open(BytesIO(WHOLE)) as pdf:
        # Without its /Type, so that qpdf does not write it inflated.
        pdf.Root.Metadata = pdf.make_indirect(pikepdf.Stream(pdf, bomb, Filter=pikepdf.Name.FlateDecode))
        made = BytesIO()
        pdf.save(made, fix_metadata_version=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    tracemalloc.start()
    assert claim_of(made.getvalue()) is None
    assert tracemalloc.get_traced_memory()[1] < 20 << 20
    tracemalloc.stop()


def test_entities_in_a_claim_lead_nowhere() -> None:
    packet = (
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x:xmpmeta xmlns:x="adobe:ns:meta/" '
        b'xmlns:sceau="urn:sceau:pdfa:document:1#"><sceau:Ledger>&a;</sceau:Ledger></x:xmpmeta>'
    )
    assert claim_of(b"%PDF-1.7\n" + packet) is None


@pytest.mark.parametrize("data", [b"", b"hello", b"%PD"])
def test_what_is_no_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed, match="not_pdf"):
        identify(data)


def test_a_file_too_large_is_refused() -> None:
    with pytest.raises(Malformed, match="too_large"):
        identify(b"%PDF-" + bytes(MAX_BYTES))


def test_a_file_of_many_revisions_is_read_in_no_time() -> None:
    found = identify(WHOLE + b"%%EOF\n" * 200_000)
    assert found.earlier[0] == (len(WHOLE), digest(WHOLE))
    assert len(found.earlier) == 64


def test_the_first_difference_is_where_it_is() -> None:
    assert first_difference(b"abc", b"abc") is None
    assert first_difference(b"abc", b"abd") == 2
    assert first_difference(b"abc", b"ab") == 2
    assert first_difference(b"", b"x") == 0
