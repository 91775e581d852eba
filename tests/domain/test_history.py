"""Documents of another software: taken in once, in the order of their file, and never mixed with the ledger's own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.domain.commands.history import AddHistory, BeginImport, FinishImport, HistoryDocument
from ledger.domain.commands.parties import IssueAttestation
from ledger.domain.events.common import Party
from ledger.domain.events.ledger import (
    AttestationIssued,
    HistoryDocumentImported,
    HistoryImportBegun,
    HistoryImported,
    HistoryPartImported,
)
from ledger.domain.streams.history import IMPORT, import_id, part_id
from tests.domain.world import OPENING, FixedWorld, opened, training

DIGEST, MAPPING = "a" * 64, "b" * 64
BEGIN = BeginImport(source="ancien", source_digest=DIGEST, source_bytes=1000, mapping_digest=MAPPING)
IMPORTED = import_id(DIGEST)


def document(row: int, **members: object) -> HistoryDocument:
    plain = HistoryDocument(
        kind="invoice",
        reference=f"FA-{row}",
        issued_on="2024-03-01",
        net_cents=10_000,
        vat_cents=2_000,
        gross_cents=12_000,
        row=row,
        client=Party(name="Camille Roseau"),
    )
    return replace(plain, **members)  # type: ignore[arg-type] # the test names members


def add(*documents: HistoryDocument) -> AddHistory:
    return AddHistory(imported=IMPORTED, documents=documents)


@pytest.fixture
def sale() -> FixedWorld:
    return opened()


def test_a_file_is_begun_taken_in_by_parts_and_finished_with_its_counts(sale: FixedWorld) -> None:
    assert sale.play(BEGIN) == {"imported": IMPORTED, "documents": 0, "last_row": 0}
    sale.play(add(document(2), document(3)))
    answer = sale.play(add(document(7, kind="credit_note", net_cents=-5_000, vat_cents=-1_000, gross_cents=-6_000)))
    assert answer == {"imported": IMPORTED, "documents": 3, "last_row": 7}
    sale.play(FinishImport(imported=IMPORTED, documents=3, refused=2))
    finished = sale.last(HistoryImported)
    assert (finished.source, finished.source_digest, finished.documents, finished.refused) == ("ancien", DIGEST, 3, 2)
    assert (finished.net_cents, finished.gross_cents) == (15_000, 18_000)
    assert [type(each) for each in sale.events(f"import:{IMPORTED}")] == [
        HistoryImportBegun,
        HistoryPartImported,
        HistoryPartImported,
        HistoryImported,
    ]
    assert len(sale.events(f"import:{part_id(IMPORTED, 2)}")) == 2
    assert len(sale.events(f"import:{part_id(IMPORTED, 7)}")) == 1


def test_imported_documents_bear_their_origin_and_keep_names_out_of_the_entry(sale: FixedWorld) -> None:
    sale.play(BEGIN)
    sale.play(add(document(2)))
    taken = sale.last(HistoryDocumentImported)
    assert (taken.source_digest, taken.row, taken.reference) == (DIGEST, 2, "FA-2")
    assert HistoryDocumentImported.PRIVATE == ("client", "texts")


def test_an_import_takes_no_number_and_moves_nothing_of_the_register(sale: FixedWorld) -> None:
    before = sale.register
    sale.play(BEGIN)
    sale.play(add(*(document(row) for row in range(2, 40))))
    sale.play(FinishImport(imported=IMPORTED, documents=38))
    assert sale.register == before


def test_a_file_taken_in_to_its_end_is_refused_the_second_time(sale: FixedWorld) -> None:
    sale.play(BEGIN)
    sale.play(add(document(2)))
    sale.play(FinishImport(imported=IMPORTED, documents=1))
    for command in (BEGIN, add(document(3)), FinishImport(imported=IMPORTED, documents=1)):
        assert sale.refusal(command).code == "HISTORY_ALREADY_IMPORTED"


def test_an_import_that_stopped_goes_on_where_it_was(sale: FixedWorld) -> None:
    sale.play(BEGIN)
    sale.play(add(document(2), document(3)))
    length = len(sale.log)
    assert sale.play(BEGIN) == {"imported": IMPORTED, "documents": 2, "last_row": 3}
    assert len(sale.log) == length
    assert sale.refusal(add(document(3), document(4))).code == "HISTORY_ROW_TAKEN"
    sale.play(add(document(4)))
    assert sale.refusal(FinishImport(imported=IMPORTED, documents=4)).code == "HISTORY_COUNT_DIFFERS"
    sale.play(FinishImport(imported=IMPORTED, documents=3))


def test_the_same_file_read_otherwise_does_not_go_on(sale: FixedWorld) -> None:
    sale.play(BEGIN)
    assert sale.refusal(replace(BEGIN, mapping_digest="c" * 64)).code == "HISTORY_READ_OTHERWISE"
    assert sale.refusal(replace(BEGIN, source="autre")).code == "HISTORY_READ_OTHERWISE"
    assert sale.play(replace(BEGIN, source_digest="d" * 64))["documents"] == 0


@pytest.mark.parametrize(
    ("wrong", "code", "place"),
    [
        (document(2, issued_on="2999-01-01"), "HISTORY_IN_FUTURE", "/documents/0/issued_on"),
        (document(2, issued_on="2024-02-30"), "MEMBER_INVALID", "/documents/0/issued_on"),
        (document(2, gross_cents=12_001), "HISTORY_TOTALS_DISAGREE", "/documents/0/gross_cents"),
    ],
)
def test_a_document_that_cannot_be_is_refused_by_its_place(
    sale: FixedWorld, wrong: HistoryDocument, code: str, place: str
) -> None:
    sale.play(BEGIN)
    refused = sale.refusal(add(wrong))
    assert (refused.code, refused.place) == (code, place)


def test_documents_need_an_import_that_was_begun_and_a_part_is_none(sale: FixedWorld) -> None:
    assert sale.refusal(add(document(2))).code == "REFERENCE_UNKNOWN"
    sale.play(BEGIN)
    sale.play(add(document(2)))
    part = part_id(IMPORTED, 2)
    assert sale.refusal(AddHistory(imported=part, documents=(document(3),))).code == "REFERENCE_UNKNOWN"
    assert sale.refusal(FinishImport(imported=part, documents=1)).code == "REFERENCE_UNKNOWN"
    assert sale.refusal(AddHistory(imported=IMPORTED, documents=())).place == "/documents"
    assert sale.state(IMPORT, part) is not None


# --- attestations

ATTEST = IssueAttestation(
    software=OPENING.software, perimeter=OPENING.perimeter, document="e" * 64, embedded_salt="f" * 32
)


def test_an_attestation_is_noted_by_its_digest_without_any_name(sale: FixedWorld) -> None:
    sale.play(ATTEST)
    issued = sale.last(AttestationIssued)
    assert (issued.software, issued.perimeter, issued.document) == (OPENING.software, OPENING.perimeter, "e" * 64)
    assert AttestationIssued.PRIVATE == ("embedded_salt",)


def test_a_training_ledger_is_not_attested() -> None:
    assert training().refusal(ATTEST).code == "ATTESTATION_OF_TRAINING"


def test_only_the_software_that_writes_the_ledger_is_attested(sale: FixedWorld) -> None:
    assert sale.refusal(replace(ATTEST, software="sceau 9.9.9")).code == "ATTESTATION_OF_ANOTHER_SOFTWARE"
    assert sale.refusal(replace(ATTEST, perimeter="0" * 64)).code == "ATTESTATION_OF_ANOTHER_SOFTWARE"


def test_from_2027_on_no_attestation_is_made_until_a_decree_admits_it(sale: FixedWorld) -> None:
    assert sale.on("2026-12-31").when(ATTEST)
    refused = sale.on("2027-01-01").refusal(ATTEST)
    assert refused.code == "ATTESTATION_NOT_ADMITTED"
    assert "01/01/2027" in refused.words
