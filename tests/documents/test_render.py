"""A paper becomes the file that leaves: whole sales, every kind, and nothing that a validator finds wrong."""

from __future__ import annotations

import hashlib
import os
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from io import BytesIO
from multiprocessing import get_context
from typing import Any

import pikepdf
import pytest

from ledger.kernel.errors import Malformed
from projections.documents import cii, pages, pdfa, validation
from projections.documents.cii import cii_xml, profile_of
from projections.documents.paper import FACTURX_KINDS
from projections.documents.render import NotValid, Rendered, render
from projections.documents.validation import Finding
from projections.documents.verify import claim_of
from tests.documents.corpus.cases import CASES
from tests.documents.corpus.cases import paper as corpus_paper
from tests.documents.files import EVIDENCE
from tests.documents.sales import CASES as SALES
from tests.documents.sales import paper as sale_paper

FEW = (
    "invoice_b2b",
    "credit_note_b2c",
    "deposit_invoice",
    "quote_signed",
    "evidence",
    "reminder_firm_b2b",
    "closure_year",
)


@pytest.mark.parametrize("name", FEW)
def test_a_document_passes_every_validator(name: str) -> None:
    paper = sale_paper(name)
    made = render(paper)
    assert made.findings == ()
    assert made.media_type == "application/pdf"
    assert made.digest == hashlib.sha256(made.data).hexdigest()
    assert (made.profile is not None) == (paper.kind in FACTURX_KINDS)


@pytest.mark.long
@pytest.mark.parametrize("name", SALES)
def test_each_document_of_a_sale_passes_every_validator_in_both_languages(name: str) -> None:
    for language in ("fr", "en"):
        assert render(sale_paper(name, language)).findings == ()


@pytest.mark.long
@pytest.mark.parametrize("name", CASES)
def test_each_invoice_of_the_corpus_leaves_as_facturx(name: str) -> None:
    paper = corpus_paper(name)
    made = render(paper)
    assert made.profile == profile_of(paper)
    assert embedded(made) == cii_xml(paper)


def embedded(made: Rendered) -> bytes:
    with pikepdf.open(BytesIO(made.data)) as pdf:
        return pdf.attachments["factur-x.xml"].get_file().read_bytes()


def test_the_xml_in_the_file_is_the_one_that_was_checked() -> None:
    paper = sale_paper("invoice_b2b")
    assert embedded(render(paper)) == cii_xml(paper)


def test_the_file_claims_the_entry_of_its_paper() -> None:
    paper = sale_paper("quote_b2c")
    claim = claim_of(render(paper).data)
    assert claim is not None
    proof = paper.proof
    assert (claim.ledger, claim.seq, claim.fingerprint, claim.kind) == (
        proof.ledger,
        proof.seq,
        proof.fingerprint,
        "quote",
    )


def test_a_signed_quote_carries_its_evidence() -> None:
    with pikepdf.open(BytesIO(render(sale_paper("quote_signed"), attachments=[EVIDENCE]).data)) as pdf:
        assert pdf.attachments[EVIDENCE.name].get_file().read_bytes() == EVIDENCE.data


def test_a_file_that_cannot_be_embedded_is_refused() -> None:
    with pytest.raises(Malformed, match="attachment_name"):
        render(sale_paper("quote_signed"), attachments=[replace(EVIDENCE, name="../x")])


# ---- each validator is really run: one that finds something keeps the file in


def _found(validator: Any, severity: Any = "error") -> Finding:
    return Finding(validator=validator, rule="TEST-1", place="/", words="secret words of the file", severity=severity)


def test_what_the_xml_validators_find_keeps_the_file_in(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[bytes, str, bool]] = []

    def check(xml: bytes, profile: str, *, french_business: bool) -> tuple[Finding, ...]:
        asked.append((xml, profile, french_business))
        return (_found("br-fr"),)

    monkeypatch.setattr(validation, "check_xml", check)
    paper = sale_paper("invoice_b2b")
    with pytest.raises(NotValid) as caught:
        render(paper)
    assert caught.value.findings == (_found("br-fr"),)
    assert asked == [(cii_xml(paper), "en16931", True)]
    assert str(caught.value) == "br-fr TEST-1"


def test_a_warning_of_the_xml_validators_goes_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validation, "check_xml", lambda *_, **__: (_found("schematron", "warning"),))
    assert render(sale_paper("invoice_b2b")).findings == (_found("schematron", "warning"),)


@pytest.mark.parametrize("severity", ["error", "warning"])
def test_what_the_check_of_pdfa_finds_keeps_the_file_in(monkeypatch: pytest.MonkeyPatch, severity: str) -> None:
    monkeypatch.setattr(pdfa, "check_pdfa", lambda _: (_found("pdfa", severity),))
    with pytest.raises(NotValid):
        render(sale_paper("quote_b2c"))


def test_an_invoice_that_is_wrong_does_not_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing patched but one amount in the XML: the real validators find it."""
    write = cii_xml

    def wrong(paper: Any) -> bytes:
        return write(paper).replace(b"<ram:TaxBasisTotalAmount>", b"<ram:TaxBasisTotalAmount>9")

    monkeypatch.setattr(cii, "cii_xml", wrong)
    with pytest.raises(NotValid) as caught:
        render(sale_paper("invoice_b2b"))
    assert {one.validator for one in caught.value.findings} >= {"schematron"}
    assert "BR-CO-15" in {one.rule for one in caught.value.findings}


def test_a_page_that_is_no_pdfa_does_not_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page with a font that nobody embeds: the trap that reportlab sets."""
    from reportlab.pdfgen.canvas import Canvas

    def leaky(_: Any) -> bytes:
        made = BytesIO()
        canvas = Canvas(made)
        canvas.setFont("Helvetica", 9)
        canvas.drawString(9, 9, "x")
        canvas.save()
        return made.getvalue()

    monkeypatch.setattr(pages, "draw", leaky)
    with pytest.raises(NotValid) as caught:
        render(sale_paper("quote_b2c"))
    assert "6.2.11.4.1-1" in {one.rule for one in caught.value.findings}


def test_what_was_found_survives_the_way_between_processes() -> None:
    told = pickle.loads(pickle.dumps(NotValid((_found("xsd"),))))
    assert told.findings == (_found("xsd"),)


def test_a_pool_of_processes_gives_the_same_bytes() -> None:
    papers = [sale_paper(name) for name in ("invoice_b2b", "quote_b2c")]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        made = list(pool.map(partial(render, validate=False), papers))
    assert [one.digest for one in made] == [render(paper, validate=False).digest for paper in papers]


def test_the_same_paper_gives_the_same_bytes_in_any_process() -> None:
    program = (
        "from tests.documents.sales import paper; from projections.documents.render import render;"
        "names = ('invoice_b2b', 'quote_signed', 'closure_year');"
        "print(*(render(paper(name), validate=False).digest for name in names))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed, zone, locale in (("1", "UTC", "C"), ("4242", "America/Cayenne", "C.UTF-8"))
    }
    assert len(said) == 1


def test_each_document_has_bytes_of_its_own() -> None:
    first = sale_paper("invoice_b2b")
    others = [
        first,
        replace(first, copy=1),
        replace(first, copy=2),
        replace(first, training=True),
        replace(first, salt="ab" * 16),
        replace(first, proof=replace(first.proof, seq=first.proof.seq + 1)),
        sale_paper("invoice_b2b", "en"),
    ]
    assert len({render(paper, validate=False).digest for paper in others}) == len(others)
