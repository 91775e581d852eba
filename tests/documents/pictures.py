"""Makes the pictures of every kind of document in docs/pictures/documents: `python -m tests.documents.pictures`.

Drawn from the papers made by hand; each is the page as a reader sees it. A test holds the list complete and the files
small; the pixels are not compared, as renderers differ.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped] # it has no types
from PIL import Image

from projections.documents.pages import draw
from tests.documents import papers

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures" / "documents"
PAGES: dict[str, tuple[int, ...]] = {
    "invoice": (1,),
    "business_invoice": (1,),
    "full_issuer": (1,),
    "deposit_invoice": (1,),
    "final_invoice": (1,),
    "credit_note": (1,),
    "franchise_invoice": (1,),
    "quote": (1, 2, 3),
    "signed_quote": (2,),
    "note": (1,),
    "receipt": (1,),
    "payment_request": (1,),
    "deposit_request": (1,),
    "reminder": (1,),
    "statement": (1,),
    "evidence": (1,),
    "attestation": (1,),
    "closure_report": (1,),
    "english_invoice": (1,),
    "long_invoice": (1, 2, -1),
    "many_rates": (2, 3),
    "copy": (1,),
    "training": (1,),
}
"""Which pages of each paper are shown; -1 is the last."""
_SCALE = 1.3
_COLOURS = 48
MOST_BYTES = 120_000


def names() -> list[str]:
    """Give the file names, in order."""
    return [f"{name}-{page if page > 0 else 'last'}.png" for name, pages in PAGES.items() for page in pages]


def pictures(name: str) -> list[bytes]:
    """Give the pictures of one paper as PNG files of few colours."""
    document = pypdfium2.PdfDocument(draw(papers.ALL[name]()))
    made = []
    for page in PAGES[name]:
        shown = document[page - 1 if page > 0 else len(document) - 1].render(scale=_SCALE).to_pil()
        file = BytesIO()
        few = shown.convert("RGB").quantize(_COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        few.save(file, "PNG", optimize=True)
        made.append(file.getvalue())
    return made


def main() -> None:
    """Write the pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = names()
    for old in FOLDER.glob("*.png"):
        if old.name not in wanted:
            old.unlink()
    every = (data for name in PAGES for data in pictures(name))
    for file, data in zip(wanted, every, strict=True):
        (FOLDER / file).write_bytes(data)


if __name__ == "__main__":
    main()
