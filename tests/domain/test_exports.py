"""Files of figures that left the house, and what became of e-reporting files."""

from __future__ import annotations

import pytest

from ledger.domain.commands.exports import RecordEReport, RecordExport
from ledger.domain.decision import Outcome
from ledger.domain.events.messages import EReportSent, ExportMade
from ledger.domain.refusals import Refusal
from ledger.domain.streams.export import export_id, export_kind
from tests.domain.world import FixedWorld, only, opened, training

DIGEST = "ab" * 32
EXPORT = export_id(DIGEST)
REPORT = RecordExport(
    kind="ereport-10.3-in", from_on="2026-11-01", to_on="2026-11-10", upto_seq=7, digest=DIGEST, rows=3
)


def refused(outcome: Outcome) -> tuple[str, str]:
    assert isinstance(outcome, Refusal), outcome
    return outcome.code, outcome.place


@pytest.fixture
def made() -> FixedWorld:
    sale = opened()
    sale.play(REPORT)
    return sale


def test_a_file_that_left_is_recorded_under_an_id_of_its_digest() -> None:
    sale = opened()
    found = only(sale.when(REPORT), ExportMade)
    assert (found.kind, found.digest, found.rows, found.upto_seq) == ("ereport-10.3-in", DIGEST, 3, 7)
    assert sale.play(REPORT) == {"export": EXPORT}


def test_the_same_file_is_recorded_once(made: FixedWorld) -> None:
    assert refused(made.when(REPORT)) == ("EXPORT_ALREADY_RECORDED", "/digest")


@pytest.mark.parametrize(("first", "last"), [("2026-11-10", "2026-11-01"), ("2026-02-30", "2026-03-01")])
def test_a_period_is_of_days_that_there_are_in_their_order(first: str, last: str) -> None:
    command = RecordExport(kind="fec", from_on=first, to_on=last, upto_seq=1, digest=DIGEST, rows=1)
    assert refused(opened().when(command)) == ("EXPORT_PERIOD_UNFIT", "/to_on")


def test_a_training_ledger_reports_nothing_but_may_try_its_exports() -> None:
    sale = training()
    assert refused(sale.when(REPORT)) == ("EREPORT_TRAINING", "/kind")
    sale.play(RecordExport(kind="fec", from_on="2026-01-01", to_on="2026-12-31", upto_seq=1, digest=DIGEST, rows=1))


def test_a_report_is_handed_over_then_accepted(made: FixedWorld) -> None:
    found = only(made.when(RecordEReport(export=EXPORT, state="handed_over")), EReportSent)
    assert (found.digest, found.kind, found.state) == (DIGEST, "IN", "handed_over")
    made.play(RecordEReport(export=EXPORT, state="handed_over"))
    made.play(RecordEReport(export=EXPORT, state="accepted"))
    again = RecordEReport(export=EXPORT, state="refused", reason="G1.24")
    assert refused(made.when(again)) == ("EREPORT_STATE_UNFIT", "/state")


def test_a_refused_report_may_be_handed_over_again(made: FixedWorld) -> None:
    made.play(RecordEReport(export=EXPORT, state="handed_over"))
    made.play(RecordEReport(export=EXPORT, state="refused", reason="G1.24"))
    made.play(RecordEReport(export=EXPORT, state="handed_over"))


@pytest.mark.parametrize("state", ["accepted", "refused"])
def test_nobody_answers_before_it_is_handed_over(made: FixedWorld, state: str) -> None:
    command = RecordEReport(export=EXPORT, state=state)  # type: ignore[arg-type] # as given
    assert refused(made.when(command)) == ("EREPORT_STATE_UNFIT", "/state")


def test_only_a_refusal_has_a_reason(made: FixedWorld) -> None:
    command = RecordEReport(export=EXPORT, state="handed_over", reason="late")
    assert refused(made.when(command)) == ("EREPORT_REASON_UNFIT", "/reason")


def test_an_unknown_export_or_another_file_is_no_report() -> None:
    sale = opened()
    command = RecordEReport(export=EXPORT, state="handed_over")
    assert refused(sale.when(command)) == ("REFERENCE_UNKNOWN", "/export")
    sale.play(RecordExport(kind="fec", from_on="2026-01-01", to_on="2026-12-31", upto_seq=1, digest=DIGEST, rows=1))
    assert refused(sale.when(command)) == ("EREPORT_OTHER_EXPORT", "/export")


def test_ids_and_kinds_are_those_of_the_format() -> None:
    assert export_id(DIGEST) == "7a0bc421-1366-45db-b90a-c85a47f85e71"
    assert export_id("cd" * 32) != EXPORT
    assert export_kind("10.4", "RE") == "ereport-10.4-re"
