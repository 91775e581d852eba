"""Whether a rendering is recorded: once for each file, and never two for one document by one renderer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.commands.messages import MakeCopy
from ledger.domain.events.common import EventRecord
from ledger.domain.events.messages import CopyMade, DocumentRendered, DocumentSealed
from ledger.domain.refusals import Refusal
from ledger.domain.rendering import decide_rendered, decide_sealed, stream_id
from ledger.domain.streams.document import DOCUMENT, DocumentState
from tests.domain.documents import an_invoice
from tests.domain.world import FixedWorld, opened

INVOICE_ID = "cccccccc-0000-4000-8000-000000000001"
DEPOSIT_INVOICE = "cccccccc-0000-4000-8000-000000000002"

MADE = DocumentRendered(
    about=INVOICE_ID,
    kind="invoice",
    about_seq=42,
    digest="a" * 64,
    bytes=60_000,
    media_type="application/pdf",
    language="fr",
    profile="en16931",
    software="sceau 0.2.0 (renderer 4b0c9ad3e1f7)",
)
SEAL = DocumentSealed(rendered="a" * 64, digest="c" * 64, bytes=70_000, level="B-T", certificate="d" * 64)


def after(*events: EventRecord) -> DocumentState:
    state = DOCUMENT.start()
    for event in events:
        state = DOCUMENT.evolve(state, event)
    return state


def test_the_first_file_of_a_document_is_recorded() -> None:
    assert decide_rendered(None, MADE) == MADE
    assert decide_rendered(after(), MADE) == MADE


def test_the_same_file_again_adds_nothing() -> None:
    assert decide_rendered(after(MADE), MADE) is None
    assert decide_rendered(after(MADE, replace(MADE, language="en", digest="b" * 64)), MADE) is None


def test_other_bytes_by_the_same_renderer_are_refused() -> None:
    refusal = decide_rendered(after(MADE), replace(MADE, digest="b" * 64))
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.status, refusal.place) == ("DOCUMENT_DIFFERS", 409, "/digest")
    assert dict(refusal.facts) == {"seq": 42, "recorded": "a" * 16}


@pytest.mark.parametrize(
    "other",
    [
        {"language": "en"},
        {"kind": "payment_request"},
        {"about_seq": 43},
        {"copy": 1},
        {"software": "sceau 0.3.0 (renderer 000000000000)"},
    ],
)
def test_another_document_language_version_copy_or_renderer_is_a_file_of_its_own(other: dict[str, object]) -> None:
    made = replace(MADE, digest="b" * 64, **other)  # type: ignore[arg-type] # each goes to a member of its type
    assert decide_rendered(after(MADE), made) == made


def test_the_file_of_the_newest_renderer_is_the_one_that_is_given() -> None:
    newer = replace(MADE, digest="b" * 64, software="sceau 0.3.0 (renderer 000000000000)")
    state = after(MADE, newer, replace(MADE, copy=1, digest="e" * 64))
    found = state.last("invoice", 42, "fr")
    assert found is not None
    assert (found.digest, found.software) == (newer.digest, newer.software)
    assert state.last("invoice", 42, "en") is None
    copied = state.last("invoice", 42, "fr", 1)
    assert copied is not None
    assert copied.digest == "e" * 64


def test_a_seal_stands_on_a_file_that_is_known_and_once() -> None:
    refusal = decide_sealed(None, SEAL)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "SEALED_OF_NOTHING"
    assert decide_sealed(after(MADE), SEAL) == SEAL
    assert decide_sealed(after(MADE, SEAL), SEAL) is None
    found = after(MADE, SEAL).last("invoice", 42, "fr")
    assert found is not None
    assert found.sealed == ("c" * 64,)


def test_what_has_no_id_of_its_own_stands_in_one_stream() -> None:
    assert stream_id(None) == "self"
    assert stream_id(INVOICE_ID) == INVOICE_ID


@given(st.lists(st.sampled_from("abc"), max_size=8), st.lists(st.integers(1, 2), min_size=8, max_size=8))
def test_whatever_comes_a_renderer_never_has_two_files_of_one_document(digests: list[str], seqs: list[int]) -> None:
    state = DOCUMENT.start()
    for digest, seq in zip(digests, seqs, strict=False):
        decided = decide_rendered(state, replace(MADE, digest=digest * 64, about_seq=seq))
        if isinstance(decided, DocumentRendered):
            state = DOCUMENT.evolve(state, decided)
    for seq in (1, 2):
        assert len({one.digest for one in state.renderings if one.about_seq == seq}) <= 1
        assert len([one for one in state.renderings if one.about_seq == seq]) <= 1


# --- copies


def test_a_document_is_copied_under_one_name_only_so_that_its_numbers_have_no_gap() -> None:
    sale: FixedWorld = opened().given_in(INVOICE_ID, an_invoice())
    assert sale.refusal(MakeCopy(about=INVOICE_ID, kind="deposit_invoice", by="print")).code == "COPY_OF_NOTHING"
    for _ in range(3):
        sale.play(MakeCopy(about=INVOICE_ID, kind="invoice", by="print"))
    assert [each.copy for each in sale.all_of(CopyMade)] == [1, 2, 3]


def test_a_rendered_invoice_is_no_statement_to_be_copied() -> None:
    sale: FixedWorld = opened().given_in(INVOICE_ID, an_invoice()).given_in(INVOICE_ID, MADE)
    assert sale.refusal(MakeCopy(about=INVOICE_ID, kind="statement", by="print")).code == "COPY_OF_NOTHING"
