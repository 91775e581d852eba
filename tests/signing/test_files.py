"""PDFs of one's own and drawn signatures: looked at, kept encrypted, gone with the names."""

from __future__ import annotations

import zlib
from dataclasses import replace
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.jobs.signing import SigningUpkeep
from api.signing import asking
from api.signing.acts import Signed
from api.signing.drawing import read_drawing
from api.signing.pdf import inspect
from ledger.domain.commands.quotes import SignatoryInput
from ledger.domain.refusals import Refusal
from ledger.domain.streams.quote import QUOTE
from ledger.domain.streams.signature import SIGNATURE
from ledger.shell.errors import KeyMissing
from tests.signing.scene import ACTOR, CLIENT, OTHER, Scene, drawn, erase, png

QUOTE_ID = "dddddddd-0000-4000-8000-000000000002"
WHO = SignatoryInput(side="client", method="code", party=CLIENT)


def pdf(change: Any = None, pages: int = 1, **save: Any) -> bytes:
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page()
    if change is not None:
        change(made)
    out = BytesIO()
    made.save(out, **save)
    return out.getvalue()


def script(made: Any) -> None:
    made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def attached(made: Any) -> None:
    made.attachments["a.txt"] = b"hello"


def xfa(made: Any) -> None:
    made.Root.AcroForm = pikepdf.Dictionary(XFA=pikepdf.Array([]))


def launch(made: Any) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe")
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 1, 1], A=action)
    made.pages[0].Annots = made.make_indirect(pikepdf.Array([note]))


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        (b"", "not_pdf"),
        (b"hello", "not_pdf"),
        (b"%PDF-1.7\n" + b"\x00" * 500, "not_pdf"),
        (pdf()[:-200], "not_pdf"),
        (pdf(pages=0), "no_page"),
        (pdf(pages=501), "too_long"),
        (pdf(encryption=pikepdf.Encryption(owner="o", user="u")), "encrypted"),
        (pdf(encryption=pikepdf.Encryption(owner="o", user="")), "encrypted"),
        (pdf(script), "active"),
        (pdf(attached), "active"),
        (pdf(xfa), "active"),
        (pdf(launch), "active"),
    ],
)
def test_a_file_that_may_look_different_tomorrow_is_not_signed(data: bytes, wrong: str) -> None:
    assert inspect(data) == {"wrong": wrong}


def test_a_plain_pdf_can_be_signed() -> None:
    assert inspect(pdf(pages=3)) == {"pages": 3}


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_damaged_file_never_breaks_the_look_at_it(data: st.DataObject) -> None:
    whole = bytearray(pdf(pages=2))
    for _ in range(data.draw(st.integers(1, 30))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    assert set(inspect(bytes(whole))) <= {"pages", "wrong"}


def test_any_pdf_is_signed_by_its_digest(sale: Scene) -> None:
    data = pdf()
    asked = asking.ask_for_file(sale.service, sale.signing.files, sale.ledger, data, (WHO,), actor=ACTOR)
    assert isinstance(asked, asking.Asked), asked
    link = sale.link(asked.signature, "signature", "sign", party=asked.signatories[0])
    view = sale.view(link)
    assert view.signature is not None
    assert view.signature.file == view.signature.fingerprint
    assert sale.signing.files.read(sale.ledger, asked.signature, view.signature.fingerprint) == data
    sale.code(link)
    done = sale.signing.acts.sign(link, sale.form(link))
    assert isinstance(done, Signed)
    assert done.completed
    assert [file.kind for file in sale.view(link).files] == ["file", "evidence"]


def test_a_file_is_encrypted_in_the_store(sale: Scene) -> None:
    data = pdf()
    digest = sale.signing.files.keep_pdf(sale.ledger, "s", data)
    assert isinstance(digest, str)
    kept = sale.service.store.side().signing().file(sale.ledger, "signature:s", digest)
    assert kept is not None
    assert b"%PDF" not in kept.data
    assert kept.size_bytes == len(data)
    assert sale.signing.files.read(sale.ledger, "t", digest) is None


def test_what_cannot_be_signed_or_mailed_to_is_refused_and_not_kept(sale: Scene) -> None:
    files = sale.signing.files
    bad = asking.ask_for_file(sale.service, files, sale.ledger, b"hello", (WHO,), actor=ACTOR)
    assert isinstance(bad, Refusal)
    assert bad.code == "FILE_NOT_PDF"
    large = asking.ask_for_file(sale.service, files, sale.ledger, b"%PDF-" + bytes(21 << 20), (WHO,), actor=ACTOR)
    assert isinstance(large, Refusal)
    assert large.code == "FILE_OVERSIZE"
    locked = pdf(encryption=pikepdf.Encryption(owner="o", user="u"))
    for data, code in ((pdf(script), "FILE_ACTIVE"), (locked, "FILE_LOCKED")):
        not_kept = files.keep_pdf(sale.ledger, "s", data)
        assert isinstance(not_kept, Refusal)
        assert not_kept.code == code
    pages = files.keep_pdf(sale.ledger, "s", pdf(pages=501))
    assert isinstance(pages, Refusal)
    assert (pages.code, dict(pages.facts)) == ("FILE_PAGES", {"most": 500})
    nowhere = SignatoryInput(side="client", method="code", party=OTHER.__class__(name="Sans adresse"))
    refused = asking.ask_for_file(sale.service, files, sale.ledger, pdf(), (nowhere,), actor=ACTOR)
    assert isinstance(refused, Refusal)
    assert refused.code == "CODE_NO_ADDRESS"
    assert sale.service.store.side().signing().files(sale.ledger) == []


def test_a_file_that_nothing_came_of_goes_after_a_day(sale: Scene) -> None:
    files = sale.signing.files
    asked = asking.ask_for_file(sale.service, files, sale.ledger, pdf(), (WHO,), actor=ACTOR)
    assert isinstance(asked, asking.Asked)
    files.keep_pdf(sale.ledger, "dddddddd-0000-4000-8000-000000000001", pdf(pages=2))
    job = SigningUpkeep(sale.service, files)
    job.run(lambda: True)
    assert len(sale.service.store.side().signing().files(sale.ledger)) == 2
    sale.later(hours=25)
    job.run(lambda: True)
    assert [about for about, _, _ in sale.service.store.side().signing().files(sale.ledger)] == [
        SIGNATURE.stream(asked.signature)
    ]


def test_a_file_goes_when_its_signatorys_names_are_erased(sale: Scene) -> None:
    asked = asking.ask_for_file(sale.service, sale.signing.files, sale.ledger, pdf(), (WHO,), actor=ACTOR)
    assert isinstance(asked, asking.Asked)
    assert sale.signing.files.forget_erased(sale.ledger) == 0
    first = sale.service.stream(sale.ledger, SIGNATURE.stream(asked.signature))[0]
    erase(sale, first.seq)
    job = SigningUpkeep(sale.service, sale.signing.files)
    job.run(lambda: True)
    assert sale.service.store.side().signing().files(sale.ledger) == []


def test_a_file_of_a_quote_goes_with_the_client_s_name(sale: Scene) -> None:
    files = sale.signing.files
    kept = files.attach(sale.ledger, QUOTE_ID, png())
    assert not isinstance(kept, Refusal)
    sale.later(hours=25)
    sale.quote(id=QUOTE_ID, attachments=(kept.digest,))
    assert files.sweep(sale.ledger) == 0
    files.detach(sale.ledger, QUOTE_ID, [kept.digest])
    files.detach(sale.ledger, QUOTE_ID)
    assert files.read_attached(sale.ledger, QUOTE_ID, kept.digest) == png()
    assert files.forget_erased(sale.ledger) == 0
    erase(sale, sale.service.stream(sale.ledger, QUOTE.stream(QUOTE_ID))[0].seq)
    assert files.forget_erased(sale.ledger) == 1


def test_a_file_of_a_draft_that_is_nowhere_goes_after_a_day(sale: Scene) -> None:
    files = sale.signing.files
    files.attach(sale.ledger, QUOTE_ID, png())
    assert files.sweep(sale.ledger) == 0
    sale.later(hours=25)
    assert files.sweep(sale.ledger) == 1


def test_a_file_that_was_changed_in_the_store_is_not_given(sale: Scene) -> None:
    files, side = sale.signing.files, sale.service.store.side().signing()
    kept, other = (files.attach(sale.ledger, QUOTE_ID, data) for data in (png(), png(20, 9)))
    assert not isinstance(kept, Refusal)
    assert not isinstance(other, Refusal)
    about = f"quote:{QUOTE_ID}"
    swapped = side.file(sale.ledger, about, other.digest)
    assert swapped is not None
    side.drop_files(sale.ledger, about)
    side.put_file(replace(swapped, digest=kept.digest))
    with pytest.raises(KeyMissing):
        files.read_attached(sale.ledger, QUOTE_ID, kept.digest)


# --- drawings


def test_a_drawing_is_a_png_with_ink() -> None:
    assert read_drawing(drawn(png())) == png()
    assert read_drawing(drawn(png(600, 200))) == png(600, 200)


@pytest.mark.parametrize(
    "data",
    [
        png(ink=False),
        png()[:-1],
        png() + b"x",
        png()[:40] + b"\x00" + png()[41:],
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        png(2001, 3),
        png().replace(b"IDAT", b"teXt"),
        b"\x89PNG\r\n\x1a\n" + zlib.compress(bytes(1 << 20)),
    ],
)
def test_what_is_no_drawn_signature_is_refused(data: bytes) -> None:
    refused = read_drawing(drawn(data))
    assert isinstance(refused, Refusal)
    assert refused.code == "DRAWING_INVALID"


@given(st.binary(max_size=300))
def test_no_bytes_break_the_look_at_a_drawing(tail: bytes) -> None:
    assert isinstance(read_drawing(drawn(png()[:33] + tail)), (bytes, Refusal))
    assert isinstance(read_drawing("data:image/png;base64," + tail.decode("latin-1")), (bytes, Refusal))
