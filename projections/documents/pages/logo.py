"""A business's logo, made fit for a page: RGB on white, no larger than it is printed at 300 dots an inch."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Final
from warnings import catch_warnings, simplefilter

from PIL import Image, UnidentifiedImageError

from projections.documents.pages.style import MM

BOX_WIDTH: Final = 62 * MM
BOX_HEIGHT: Final = 20 * MM
_DOTS_WIDE: Final = 732
_DOTS_HIGH: Final = 236
_MOST_PIXELS: Final = 25_000_000
_MOST_BYTES: Final = 16_000_000


class UnusableLogo(ValueError):  # noqa: N818 - the house names what happened, not "Error"
    """A logo is no picture that can be printed: give a PNG or JPEG file of less than 25 million pixels."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as a PDF holds it: its pixels compressed, and its size on the page in points."""

    pixels: bytes
    wide: int
    high: int
    width: float
    height: float


@lru_cache(maxsize=64)
def picture(data: bytes) -> Picture:
    """Read a logo.

    Raises:
        UnusableLogo: the bytes are no PNG or JPEG picture, or one too large to open.
    """
    if len(data) > _MOST_BYTES:
        raise UnusableLogo(f"the logo has {len(data)} bytes, {_MOST_BYTES} at most")
    try:
        with catch_warnings():
            simplefilter("ignore")
            image = Image.open(BytesIO(data), formats=("PNG", "JPEG"))
            if image.width * image.height > _MOST_PIXELS:
                raise UnusableLogo(f"the logo has {image.width} by {image.height} pixels, {_MOST_PIXELS} at most")
            image.draft("RGB", (_DOTS_WIDE * 2, _DOTS_HIGH * 2))
            flat = _on_white(image)
    except UnusableLogo:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as why:
        raise UnusableLogo(f"the logo cannot be read as a PNG or JPEG picture: {why}") from why
    scale = min(_DOTS_WIDE / flat.width, _DOTS_HIGH / flat.height, 1.0)
    if scale < 1:
        flat = flat.resize(
            (max(1, round(flat.width * scale)), max(1, round(flat.height * scale))), Image.Resampling.LANCZOS
        )
    fit = min(BOX_WIDTH / flat.width, BOX_HEIGHT / flat.height)
    return Picture(zlib.compress(flat.tobytes(), 9), flat.width, flat.height, flat.width * fit, flat.height * fit)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("I", "I;16", "I;16B", "F"):
        image = image.convert("I").point([value // 256 for value in range(65536)], "L")
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        clear = image.convert("RGBA")
        page = Image.new("RGBA", clear.size, (255, 255, 255, 255))
        return Image.alpha_composite(page, clear).convert("RGB")
    return image.convert("RGB")
