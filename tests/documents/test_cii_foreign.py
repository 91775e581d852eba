"""Another program reads what we write, and we accept what it writes: reader and writer of the `factur-x` package."""

from __future__ import annotations

from typing import Any

import facturx  # type: ignore[import-untyped] # it has no stubs
import pytest

from ledger.domain.money import decimal_of
from projections.documents.cii import cii_xml, profile_of
from projections.documents.validation import check_file
from tests.documents.corpus.cases import CASES, paper


def read(name: str) -> dict[str, Any]:
    told: dict[str, Any] = facturx.parse_ubl_cii_xml(cii_xml(paper(name)))
    return told


@pytest.mark.parametrize("name", CASES)
def test_another_program_reads_what_the_paper_says(name: str) -> None:
    made, told = paper(name), read(name)
    assert made.net_cents is not None
    assert made.vat_cents is not None
    assert made.gross_cents is not None
    assert (told["BT-1"], told["BT-2"], told["BT-3"]) == (made.number, made.issued_on, made.type_code)
    assert told["BT-5"] == made.currency
    assert told["BT-109"] == decimal_of(made.net_cents)
    assert told["BT-110"] == decimal_of(made.vat_cents)
    assert told["BT-112"] == decimal_of(made.gross_cents)
    due = made.due_cents
    if made.kind == "credit_note":  # deposits that it frees again were settled before
        assert made.settles_cents is not None
        assert made.refund_cents is not None
        due = made.settles_cents + made.refund_cents
    assert due is not None
    assert told["BT-115"] == decimal_of(due)
    assert told.get("BT-113", "0.00") == decimal_of(made.gross_cents - due)
    assert told["BG-4"]["legal_identifier"] == made.seller.siren
    assert len(told["BG-25"]) == len(made.lines)
    assert sorted(_cents(row["BT-117"]) for row in told["BG-23"] if _cents(row["BT-117"])) == sorted(
        row.vat_cents for row in made.vat if row.vat_cents
    )
    named = [each["BT-25"] for each in told.get("BG-3", ())]
    assert named == list(dict.fromkeys(each.number for each in made.preceding))


def _cents(amount: str) -> int:
    return int(amount.replace(".", ""))


@pytest.mark.parametrize("name", CASES)
def test_what_another_program_writes_of_it_is_valid_here(name: str) -> None:
    if profile_of(paper(name)) != "en16931":
        pytest.skip("the other program does not write this profile from these figures")
    told = read(name)
    told.get("BG-13", {}).setdefault("name", "-")  # it wants one, the standard does not
    written = facturx.generate_cii_xml(told, level="en16931", check_xsd=False, check_schematron=None)
    report = check_file(written[0] if isinstance(written, tuple) else written)
    assert {each.rule for each in report.findings if each.severity == "error"} == set()
    assert report.number == told["BT-1"]
