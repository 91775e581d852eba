"""Documents: an invoice from its entries to Factur-X, what checks it, and what seals it. Time of one core.

The sale is real, in a ledger of a store; every invoice is another one. The peer finishes the same pages by the
`factur-x` library's own step, which parses and writes them again by pypdf, and leaves a file that is not yet PDF/A.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from time import process_time
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256

from api import dev_pki
from api.bench.ground import ACTOR, Ground, ground, sqlite
from api.bench.postgres import Server
from api.bench.rows import Row, compared, interleaved, least, measured
from api.bench.sizes import Sizes
from ledger.domain.commands.common import LineInput, TextsInput
from ledger.domain.commands.parties import RegisterCustomer
from ledger.domain.commands.sales import IssueInvoice
from ledger.domain.events.common import Address, Party
from ledger.domain.refusals import Refusal
from projections.documents import facturx
from projections.documents.builders import Wanted, paper_of
from projections.documents.cii import cii_xml, is_french_business, profile_of
from projections.documents.finish import finish
from projections.documents.pages import draw
from projections.documents.paper import Paper
from projections.documents.pdfa import check_pdfa
from projections.documents.render import render
from projections.documents.seal import Level, Trust, seal
from projections.documents.seal_keys import Credential
from projections.documents.sources import StoreSources
from projections.documents.validation import check_xml, errors

_LINES: Final = 8
_LONG: Final = 300
_TEXTS: Final = TextsInput(reduced_rate_statement="Local d'habitation achevé depuis plus de deux ans.")
_CLIENT: Final = Party(
    name="Bâtiments Exemple SAS",
    address=Address(lines=("8 rue du Lierre",), postcode="69005", city="Lyon"),
    siren="732829320",
)


def rows(sizes: Sizes, _: Server | None) -> Iterator[Row]:
    """Measure the rows of documents."""
    with sqlite() as url, ground(url) as ours:
        customer = _done(ours, RegisterCustomer(kind="business", party=_CLIENT))["customer"]
        papers = [_paper(ours, customer, _LINES) for _ in range(sizes.documents)]
        long = _paper(ours, customer, _LONG if sizes.documents > 1 else _LINES)
    yield from _made(papers, long, sizes)
    yield from _checked(papers, sizes)
    yield from _sealed(papers[0], sizes)


def _made(papers: Sequence[Paper], long: Paper, sizes: Sizes) -> Iterator[Row]:
    """From a paper to a file, and where the time goes."""
    drawn = [(draw(one), one, cii_xml(one), profile_of(one)) for one in papers]
    theirs, level = _library(), logging.root.manager.disable

    def ours() -> float:
        return len(papers) / _spent(lambda one: render(one, validate=False), papers)

    def peer() -> float:
        return len(papers) / _spent(lambda one: theirs(draw(one), cii_xml(one)), papers)

    logging.disable(logging.INFO)  # the library tells of every file
    try:
        made, beside = interleaved(sizes.repeats, ours, peer)
    finally:
        logging.disable(level)
    what = f"Factur-X invoices of {_LINES} lines, one core, not sealed; beside the factur-x library's own PDF step"
    yield compared(what, made, "invoices/s", beside, least(100, "value"))
    steps: dict[str, Callable[[], float]] = {
        "of which the page": lambda: _each(draw, papers),
        "of which the XML": lambda: _each(cii_xml, papers),
        "of which PDF/A-3b and embedding": lambda: _each(lambda one: finish(*one), drawn),
    }
    for name, figures in zip(steps, interleaved(sizes.repeats, *steps.values()), strict=True):
        yield measured(name, figures, "ms")
    (figures,) = interleaved(sizes.repeats, lambda: _each(lambda one: render(one, validate=False), [long]))
    yield measured(f"a Factur-X invoice of {_LONG} lines", figures, "ms")


def _checked(papers: Sequence[Paper], sizes: Sizes) -> Iterator[Row]:
    """What validation adds."""
    files = [render(one, validate=False).data for one in papers]

    def xml(one: Paper) -> None:
        found = errors(check_xml(cii_xml(one), profile_of(one), french_business=is_french_business(one)))
        if found:
            raise AssertionError(f"an invoice that is not valid is not worth measuring: {found[0].rule}")

    def file(data: bytes) -> None:
        if found := check_pdfa(data):
            raise AssertionError(f"a file that is no PDF/A is not worth measuring: {found[0].rule}")

    xml(papers[0])  # the schemas and schematrons are compiled once in a process
    file(files[0])
    both = interleaved(sizes.repeats, lambda: _each(xml, papers), lambda: _each(file, files))
    yield measured("validation of the XML: XSD, EN 16931, BR-FR", both[0], "ms")
    yield measured("check of the file: PDF/A-3b", both[1], "ms")


def _sealed(paper: Paper, sizes: Sizes) -> Iterator[Row]:
    """What a seal adds, with a key of 3072 bits and a time stamp authority in this process."""
    at = datetime.now(UTC)
    pki = dev_pki.make(at)
    held = Credential(pki.signer_key, pki.signer, (pki.root,))
    trust = Trust((pki.root,), (), pki.lists)
    data = render(paper, validate=False).data
    digest = sha256(data).digest()
    counted = range(max(sizes.documents // 4, 1))

    def bare() -> float:
        return _each(lambda _: pki.signer_key.sign(digest, padding.PKCS1v15(), SHA256()), counted)

    def of(level: Level) -> Callable[[], float]:
        return lambda: _each(lambda _: seal(data, held, at, level=level, stamp=pki.stamp, trust=trust), counted)

    levels: tuple[Level, ...] = ("B-B", "B-T", "B-LT", "B-LTA")
    limit, *found = interleaved(sizes.repeats, bare, *(of(level) for level in levels))
    for level, figures in zip(levels, found, strict=True):
        yield compared(f"a seal, PAdES {level}, RSA 3072; beside the bare signature", figures, "ms", limit)


def _library() -> Callable[[bytes, bytes], bytes]:
    from facturx.facturx import generate_from_binary  # type: ignore[import-untyped] # it has no types

    about = {"author": "Sceau", "keywords": "", "title": "Facture", "subject": "Facture"}

    def made(pdf: bytes, xml: bytes) -> bytes:
        given: bytes = generate_from_binary(
            pdf,
            xml,
            flavor="factur-x",
            level="en16931",
            check_xsd=False,
            check_schematron=False,
            pdf_metadata=about,
            lang="fr-FR",
            afrelationship=facturx.RELATIONSHIP.lower(),
            xmp_compression=False,
        )
        return given

    return made


def _paper(ours: Ground, customer: str, count: int) -> Paper:
    lines = tuple(
        LineInput(
            label=f"Fourniture et pose, ouvrage n° {rank}",
            quantity="2",
            unit_price=f"{40 + rank}.5",
            rate_bp=2000 if rank % 2 else 1000,
            nature="services" if rank % 2 else "goods",
        )
        for rank in range(1, count + 1)
    )
    issued = _done(ours, IssueInvoice(customer=customer, lines=lines, reduced_rate_justified=True, texts=_TEXTS))
    paper = paper_of(StoreSources(ours.store, ours.ledger), Wanted(kind="invoice", about=issued["invoice"]))
    return replace(paper, salt="00" * 16)


def _done(ours: Ground, command: Any) -> dict[str, Any]:
    answer = ours.service.execute(ours.ledger, command, actor=ACTOR)
    if isinstance(answer, Refusal):
        raise ValueError(f"{answer.code}: {answer.words}")
    return dict(answer.result)


def _spent(work: Callable[[Any], object], things: Sequence[Any]) -> float:
    start = process_time()
    for one in things:
        work(one)
    return max(process_time() - start, 1e-6)


def _each(work: Callable[[Any], object], things: Sequence[Any]) -> float:
    """Milliseconds of this core for each."""
    return _spent(work, things) / len(things) * 1e3
