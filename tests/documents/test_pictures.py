"""The pictures of the documentation show every kind, are small, and are named in the page that explains them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image

from tests.documents import papers, pictures

PAGE = Path(__file__).resolve().parents[2] / "docs" / "documents-design.md"


def test_every_paper_has_its_pictures() -> None:
    assert set(pictures.PAGES) == set(papers.ALL)
    assert sorted(file.name for file in pictures.FOLDER.glob("*.png")) == sorted(pictures.names())


def test_pictures_are_small_and_are_pages() -> None:
    for name in pictures.names():
        data = (pictures.FOLDER / name).read_bytes()
        assert len(data) <= pictures.MOST_BYTES, name
        size = Image.open(BytesIO(data)).size
        assert size[1] > size[0] > 700


def test_a_picture_is_the_page_as_it_is_drawn_now() -> None:
    (shown,) = pictures.pictures("invoice")
    kept = Image.open(pictures.FOLDER / "invoice-1.png").convert("L")
    now = Image.open(BytesIO(shown)).convert("L")
    assert kept.size == now.size
    # few grey steps apart on average: another version of the renderer may smooth edges otherwise
    far = sum(abs(a - b) for a, b in zip(kept.tobytes(), now.tobytes(), strict=True)) / (kept.width * kept.height)
    assert far < 3


def test_every_picture_is_shown_in_the_page_on_design() -> None:
    words = PAGE.read_text("utf-8")
    for name in pictures.names():
        assert f"(pictures/documents/{name})" in words, name
