"""How the issuer's documents look: an accent, a logo that a page can hold."""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.commands.parties import SetBrand
from ledger.domain.deciders.parties import decide_brand
from ledger.domain.events.parties import BrandSet
from ledger.domain.images import MOST_SIDE, Picture, picture
from ledger.domain.refusals import Refusal
from ledger.domain.streams.issuer import ISSUER
from tests.domain.world import FixedWorld, opened


@pytest.fixture
def sale() -> FixedWorld:
    return opened()


def png(width: int, height: int, *, depth: int = 8, colour: int = 2, data: bytes = b"") -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def jpeg(width: int, height: int, *, frame: int = 0xC0, components: int = 3) -> bytes:
    head = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    body = struct.pack(">BHHB", 8, height, width, components) + bytes(3 * components)
    return head + bytes([0xFF, frame]) + struct.pack(">H", 2 + len(body)) + body + b"\xff\xda\x00\x02\x00\xff\xd9"


def text(data: bytes) -> str:
    return b64encode(data).decode()


def test_a_logo_is_kept_beside_the_chain_and_its_digest_in_it(sale: FixedWorld) -> None:
    data = png(120, 40)
    answer = sale.play(SetBrand(accent="#8a1538", logo=text(data)))
    assert answer == {"logo": sha256(data).hexdigest()}
    event = sale.last(BrandSet)
    assert (event.accent, event.logo, event.logo_type) == ("#8a1538", sha256(data).hexdigest(), "image/png")
    assert event.logo_bytes == text(data)
    assert BrandSet.PRIVATE == ("logo_bytes",)
    state = sale.state(ISSUER, "self")
    assert state is not None
    assert state.brand == BrandSet(accent="#8a1538", logo=sha256(data).hexdigest(), logo_type="image/png")


def test_a_photograph_is_a_logo_too(sale: FixedWorld) -> None:
    for frame in (0xC0, 0xC1, 0xC2):
        sale.play(SetBrand(logo=text(jpeg(300, 200 + frame, frame=frame))))
    assert sale.last(BrandSet).logo_type == "image/jpeg"


def test_what_is_left_out_is_taken_away_and_the_same_again_is_nothing(sale: FixedWorld) -> None:
    assert sale.refusal(SetBrand()).code == "NOTHING_TO_CHANGE"
    sale.play(SetBrand(accent="#8a1538", logo=text(png(8, 8))))
    assert sale.refusal(SetBrand(accent="#8a1538", logo=text(png(8, 8)))).code == "NOTHING_TO_CHANGE"
    sale.play(SetBrand(accent="#8a1538"))
    assert sale.last(BrandSet) == BrandSet(accent="#8a1538")
    sale.play(SetBrand())
    assert sale.refusal(SetBrand()).code == "NOTHING_TO_CHANGE"


@pytest.mark.parametrize(
    "data",
    [
        b"GIF89a" + bytes(100),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7\n%%EOF",
        png(8, 8)[:-1],  # cut short
        png(8, 8) + b"MZ",  # something after its end
        png(8, 8, depth=3),
        png(8, 8, colour=5),
        jpeg(8, 8)[:-2],
        jpeg(8, 8, frame=0xC9),  # arithmetic coding: few programs read it
        jpeg(8, 8, components=4),  # for presses
        b"\xff\xd8\xff\xda\x00\x02\xff\xd9",  # no frame header
        b"\xff\xd8\xff\xc0\x00\x02\xff\xd9",
        b"\xff\xd8\xff\xe0\x00\x00\xff\xd9",
    ],
)
def test_what_is_no_whole_png_or_jpeg_is_refused(sale: FixedWorld, data: bytes) -> None:
    assert sale.refusal(SetBrand(logo=text(data))).code == "LOGO_NOT_A_PICTURE"


def test_base64_of_another_form_is_refused(sale: FixedWorld) -> None:
    whole = text(png(8, 8))
    for given_text in (whole + "=", whole[:-1] + "*", whole[:40] + "\n" + whole[40:], "A"):
        outcome = decide_brand(SetBrand(logo=given_text), sale)  # past the type, which refuses some of them itself
        assert isinstance(outcome, Refusal)
        assert outcome.code == "LOGO_NOT_A_PICTURE"


@pytest.mark.parametrize("size", [(MOST_SIDE + 1, 1), (1, MOST_SIDE + 1), (4000, 1001), (0, 8), (2**32 - 1, 2**32 - 1)])
def test_a_picture_that_would_unfold_too_far_is_refused_unseen(sale: FixedWorld, size: tuple[int, int]) -> None:
    refusal = sale.refusal(SetBrand(logo=text(png(*size))))
    assert (refusal.code, refusal.place) == ("LOGO_TOO_LARGE", "/logo")


@given(st.binary(max_size=200), st.integers(0, 60))
def test_no_bytes_make_it_raise(noise: bytes, at: int) -> None:
    for whole in (png(8, 8), jpeg(8, 8)):
        picture(whole[:at] + noise + whole[at:])
    picture(noise)


@given(st.integers(1, 65_535), st.integers(1, 65_535))
def test_the_size_is_the_files_own(width: int, height: int) -> None:
    assert picture(png(width, height)) == Picture("image/png", width, height)
    assert picture(jpeg(width, height)) == Picture("image/jpeg", width, height)
