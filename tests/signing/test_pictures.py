"""Photos are kept without place, day and device; their pixels stay as they are, and no file breaks the look at it."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import Literal
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from api.signing.attached import as_kept, kind_of
from api.signing.pictures import without_metadata
from ledger.domain.refusals import Refusal

Kind = Literal["jpeg", "png"]
PLACE = b"GPS 45.7640 N 4.8357 E"
GPS, MAKE, ORIENTATION, TAKEN = 0x8825, 0x010F, 0x0112, 0x0132


def photo(kind: Kind, turned: int = 6, **more: object) -> bytes:
    """Make a picture as a phone writes it: with place, day, maker and a comment."""
    drawn = Image.effect_mandelbrot((40, 24), (-2, -1, 1, 1), 60).convert("RGB")
    exif = drawn.getexif()
    exif[MAKE], exif[TAKEN], exif[ORIENTATION] = "Telephone Exemple", "2026:10:05 08:00:00", turned
    exif.get_ifd(GPS).update({1: "N", 2: (45.0, 45.0, 50.0), 0x1B: PLACE})
    out = BytesIO()
    if kind == "jpeg":
        drawn.save(out, "JPEG", exif=exif, comment=PLACE, dpi=(300, 300), **more)
    else:
        said = PngInfo()
        said.add_text("Comment", PLACE.decode())
        said.add_itxt("XML:com.adobe.xmp", PLACE.decode(), zip=False)
        drawn.save(out, "PNG", exif=exif, pnginfo=said, **more)
    return out.getvalue()


def clean(data: bytes, kind: Kind) -> bytes:
    found = without_metadata(data, kind)
    assert found is not None
    return found


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", crc32(name + content))


def into_png(data: bytes, *chunks: bytes) -> bytes:
    return data[:33] + b"".join(chunks) + data[33:]


@pytest.mark.parametrize("kind", ["jpeg", "png"])
@pytest.mark.parametrize("turned", range(1, 9))
def test_a_photo_keeps_its_pixels_and_which_side_is_up_and_nothing_else(kind: Kind, turned: int) -> None:
    sent = photo(kind, turned)
    assert PLACE in sent
    kept = clean(sent, kind)
    before, after = Image.open(BytesIO(sent)), Image.open(BytesIO(kept))
    assert after.tobytes() == before.tobytes()
    assert dict(after.getexif()) == ({ORIENTATION: turned} if turned > 1 else {})
    assert not after.getexif().get_ifd(GPS)
    assert not {"comment", "Comment", "XML:com.adobe.xmp"} & set(after.info)
    assert PLACE not in kept
    assert b"Telephone" not in kept
    assert clean(kept, kind) == kept, "done twice, it changes nothing more"
    assert kind_of(kept) == kind


def test_the_colours_of_a_photo_stay() -> None:
    profile = b"\x00" * 36 + b"acsp" + b"\x00" * 90_000  # in two segments
    for kind in ("jpeg", "png"):
        sent = photo(kind, icc_profile=profile)
        kept = Image.open(BytesIO(clean(sent, kind)))
        assert kept.info["icc_profile"] == profile
    assert Image.open(BytesIO(clean(photo("jpeg"), "jpeg"))).info["dpi"] == (300, 300)


def test_a_progressive_photo_of_many_scans_and_restarts_stays_whole() -> None:
    for more in ({"progressive": True}, {"restart_marker_blocks": 1}):
        sent = photo("jpeg", **more)
        assert Image.open(BytesIO(clean(sent, "jpeg"))).tobytes() == Image.open(BytesIO(sent)).tobytes()


def test_a_second_photo_or_a_program_behind_the_first_is_cut_off() -> None:
    second = photo("jpeg")
    behind: list[tuple[Kind, bytes]] = [("jpeg", second), ("jpeg", b"PK\x03\x04" + PLACE), ("png", photo("png"))]
    for kind, tail in behind:
        alone = photo(kind)
        assert clean(alone + tail, kind) == clean(alone, kind)


@pytest.mark.parametrize("marker", [*range(0xE0, 0xF0), 0xFE])
def test_no_segment_of_an_unknown_name_stays_in_a_jpeg(marker: int) -> None:
    for head in (b"", b"JFXX\x00", b"MPF\x00", b"Adobe", b"Photoshop 3.0\x00", b"http://ns.adobe.com/xap/1.0/\x00"):
        sent = photo("jpeg")
        assert PLACE not in clean(sent[:2] + segment(marker, head + PLACE) + sent[2:], "jpeg")


@pytest.mark.parametrize("name", [b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME", b"caBX", b"iDOT", b"prVt"])
def test_no_chunk_that_is_not_of_the_picture_stays_in_a_png(name: bytes) -> None:
    assert PLACE not in clean(into_png(photo("png"), chunk(name, PLACE)), "png")


def test_a_thumbnail_goes_and_a_jpeg_says_how_its_colours_are_read() -> None:
    bare = clean(photo("jpeg", turned=1), "jpeg")
    rest = bare[2 + 18 :]  # behind the start and JFIF
    with_small = b"\xff\xd8" + segment(0xE0, b"JFIF\x00\x01\x01\x01\x01\x2c\x01\x2c\x03\x01" + PLACE[:9]) + rest
    assert clean(with_small, "jpeg") == bare
    adobe = segment(0xEE, b"Adobe\x00\x64\x00\x00\x00\x00\x01")
    assert adobe in clean(b"\xff\xd8" + adobe + rest, "jpeg")


@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_a_picture_that_is_cut_short_is_refused(kind: Kind) -> None:
    whole = clean(photo(kind), kind)
    assert not [length for length in range(len(whole)) if without_metadata(whole[:length], kind) is not None]


def test_a_jpeg_that_changes_its_size_on_the_way_is_refused() -> None:
    whole = clean(photo("jpeg"), "jpeg")
    frame = segment(0xC0, b"\x08\x75\x30\x75\x30\x01\x01\x11\x00")
    for wild in (frame, segment(0xDC, b"\x75\x30"), segment(0xC3, frame[4:]), segment(0xDE, frame[4:]), b"\xff\x02"):
        assert without_metadata(whole[:-2] + wild + whole[-2:], "jpeg") is None


def test_a_png_that_moves_or_is_not_as_its_check_sums_say_is_refused() -> None:
    whole = clean(photo("png"), "png")
    assert without_metadata(into_png(whole, chunk(b"acTL", bytes(8))), "png") is None
    assert without_metadata(into_png(whole, chunk(b"fdAT", bytes(8))), "png") is None
    assert without_metadata(into_png(whole, chunk(b"XXXX", b"")), "png") is None
    assert without_metadata(into_png(whole, whole[8:33]), "png") is None, "two headers"
    assert without_metadata(into_png(whole, struct.pack(">I", 0xFFFFFFFF) + b"tEXt"), "png") is None
    assert without_metadata(whole[:60] + bytes([whole[60] ^ 1]) + whole[61:], "png") is None
    assert without_metadata(whole[:33] + chunk(b"IEND", b""), "png") is None, "no pixels"


def test_a_picture_of_more_parts_than_any_camera_writes_is_refused() -> None:
    jpeg, png = clean(photo("jpeg"), "jpeg"), clean(photo("png"), "png")
    assert without_metadata(jpeg[:2] + segment(0xFE, b"") * 20_000 + jpeg[2:], "jpeg") is None
    assert without_metadata(into_png(png, chunk(b"tEXt", b"") * 20_000), "png") is None
    assert without_metadata(jpeg[:2] + b"\xff" * 20_000 + jpeg[2:], "jpeg") == jpeg, "filling is no part"


def test_exif_data_that_lead_nowhere_are_no_orientation() -> None:
    bare = clean(photo("jpeg", turned=1), "jpeg")
    for tiff in (
        b"", b"II*\x00", b"II*\x00\xff\xff\xff\xff", b"MM\x00*\x00\x00\x00\x08\xff\xff", b"XX\x00*" + bytes(40),
        b"MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x09\x00\x00",
        b"MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x04\x00\x00\x00\x01\x00\x06\x00\x00",
    ):  # fmt: skip
        assert clean(bare[:2] + segment(0xE1, b"Exif\x00\x00" + tiff) + bare[2:], "jpeg") == bare


def test_a_pdf_is_kept_as_it_came() -> None:
    assert as_kept(b"%PDF-1.7 " + PLACE, "pdf") == b"%PDF-1.7 " + PLACE


@settings(deadline=None)
@given(st.data(), st.sampled_from(["jpeg", "png"]))
def test_a_damaged_picture_is_refused_or_cleaned_and_never_breaks_anything(data: st.DataObject, kind: Kind) -> None:
    whole = bytearray(clean(_SENT[kind], kind))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    assert isinstance(kind_of(bytes(whole)), (str, Refusal))
    kept = without_metadata(bytes(whole), kind)
    assert kept is None or (len(kept) <= len(whole) + 64 and without_metadata(kept, kind) == kept)


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_break_the_look_at_a_picture(tail: bytes) -> None:
    heads: dict[Kind, bytes] = {"jpeg": b"\xff\xd8\xff\xe1", "png": b"\x89PNG\r\n\x1a\n"}
    for kind, head in heads.items():
        found = without_metadata(head + tail, kind)
        assert found is None or isinstance(found, bytes)


_SENT: dict[Kind, bytes] = {"jpeg": photo("jpeg"), "png": photo("png")}
