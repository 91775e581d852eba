"""Reads pages back: their words, where they stand, how large they are, and what a screen reader gets."""

from __future__ import annotations

import ctypes
import re
from dataclasses import dataclass
from io import BytesIO

import pikepdf
import pypdfium2  # type: ignore[import-untyped] # it has no types
from pypdfium2 import raw

from projections.documents.pages.style import LEFT, MM, PAGE_HEIGHT, RIGHT

_LEFT_OUT = dict.fromkeys(map(ord, "\ufffe\x02\u202f\u00a0\u00ad-"))


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text as it is drawn: its words, its corners in points, its size, and whether it stands upright."""

    page: int
    words: str
    left: float
    bottom: float
    right: float
    top: float
    size: float
    upright: bool


def pages(data: bytes) -> list[str]:
    """Give the text of each page, as copying it gives it."""
    document = pypdfium2.PdfDocument(data)
    return [page.get_textpage().get_text_bounded() for page in document]


def plain(words: str) -> str:
    """Give words without any white, as line ends and columns are not part of them."""
    # a hyphen at a line's end is read as a joint (U+0002) by some readers, so hyphens are left out too
    return "".join(words.translate(_LEFT_OUT).split())


def text(data: bytes) -> str:
    """Give the text of the whole file without white."""
    return "".join(plain(page) for page in pages(data))


def pieces(data: bytes) -> list[Piece]:
    """Give every run of text of a file."""
    document = pypdfium2.PdfDocument(data)
    found = []
    for number, page in enumerate(document):
        whole = page.get_textpage()
        for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
            left, bottom, right, top = item.get_bounds() if hasattr(item, "get_bounds") else item.get_pos()
            size = ctypes.c_float()
            raw.FPDFTextObj_GetFontSize(item, size)
            length = raw.FPDFTextObj_GetText(item, whole, None, 0)
            buffer = ctypes.create_string_buffer(length)
            raw.FPDFTextObj_GetText(item, whole, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), length)
            matrix = item.get_matrix()
            words = buffer.raw.decode("utf-16-le", "replace").rstrip("\x00")
            found.append(Piece(number, words, left, bottom, right, top, size.value, matrix.b == 0))
    return found


def outside(found: list[Piece]) -> list[Piece]:
    """Give the runs of text that stand outside the margins."""
    return [
        piece
        for piece in found
        if not (piece.bottom > 8 * MM and piece.top < PAGE_HEIGHT - 8 * MM)
        or (piece.upright and not (piece.left > LEFT - 2 and piece.right < RIGHT + 2))
    ]


def overlaps(found: list[Piece]) -> list[tuple[Piece, Piece]]:
    """Give the runs of text that lie over one another; ascenders may touch descenders of the line above."""
    clashes = []
    upright = sorted((piece for piece in found if piece.upright and piece.words.strip()), key=_low_first)
    for at, one in enumerate(upright):
        for other in upright[at + 1 :]:
            if other.page != one.page or other.bottom >= one.top:
                break
            across = min(one.right, other.right) - max(one.left, other.left)
            down = min(one.top, other.top) - max(one.bottom, other.bottom)
            if across >= 0.6 and down >= 0.9:
                clashes.append((one, other))
    return clashes


def _low_first(piece: Piece) -> tuple[int, float]:
    return piece.page, piece.bottom


def spoken(data: bytes) -> list[tuple[str, str]]:
    """Give what a screen reader gets: the roles in reading order, each with the text in its place, if any."""
    document = pikepdf.open(BytesIO(data))
    root = document.Root.StructTreeRoot.K
    found: list[tuple[str, str]] = []

    def walk(node: pikepdf.Object) -> None:
        found.append((str(node.S), str(node.get("/Alt", ""))))
        for kid in node.get("/K", []):
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                walk(kid)

    walk(root)
    return found


def told(data: bytes) -> list[str]:
    """Give the words of each part of the structure that holds text, in reading order, as a screen reader joins them."""
    document = pikepdf.open(BytesIO(data))
    shown: dict[tuple[int, int], str] = {}
    for number, page in enumerate(document.pages):
        maps = {str(name): _characters(font) for name, font in page.Resources.Font.items()}
        mark, known = -1, {}
        for step in pikepdf.parse_content_stream(page):
            match str(step.operator):
                case "BDC":
                    mark = int(step.operands[1].MCID)
                case "BMC":
                    mark = -1
                case "Tf":
                    known = maps[str(step.operands[0])]
                case "Tj" | "TJ" if mark >= 0:
                    whole = step.operands[0]
                    parts = [bytes(whole)] if isinstance(whole, pikepdf.String) else _strings(whole)
                    words = "".join(known[part[at : at + 2]] for part in parts for at in range(0, len(part), 2))
                    shown[number, mark] = shown.get((number, mark), "") + words
    numbers = {page.obj.objgen: number for number, page in enumerate(document.pages)}
    found: list[str] = []

    def walk(node: pikepdf.Object) -> None:
        words = ""
        for kid in node.get("/K", []):
            if isinstance(kid, int):
                words += shown.get((numbers[node.Pg.objgen], kid), "")
            elif "/S" in kid:
                walk(kid)
            else:
                words += shown.get((numbers[kid.Pg.objgen], int(kid.MCID)), "")
        if words:
            found.append(words)

    walk(document.Root.StructTreeRoot.K)
    return found


def _strings(whole: pikepdf.Object) -> list[bytes]:
    return [bytes(part) for part in whole if isinstance(part, pikepdf.String)]


def _characters(font: pikepdf.Object) -> dict[bytes, str]:
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", font.ToUnicode.read_bytes())
    return {bytes.fromhex(code.decode()): bytes.fromhex(to.decode()).decode("utf-16-be") for code, to in pairs}


def tables(data: bytes) -> list[list[int]]:
    """Give the columns of each row of each table, as a screen reader counts them."""
    document = pikepdf.open(BytesIO(data))
    return [
        [sum(map(_columns, row.K)) for row in node.K] for node in document.Root.StructTreeRoot.K.K if node.S == "/Table"
    ]


def _columns(cell: pikepdf.Object) -> int:
    return int(cell.A.ColSpan) if "/A" in cell and "/ColSpan" in cell.A else 1


@dataclass(frozen=True, slots=True)
class Font:
    """A font that the pages can use: its name, and whether its program is in the file."""

    name: str
    kind: str
    embedded: bool
    readable: bool


def fonts(data: bytes) -> list[Font]:
    """Give every font that the pages can use."""
    document = pikepdf.open(BytesIO(data))
    found = []
    for page in document.pages:
        for font in page.Resources.Font.values():
            below = font.DescendantFonts[0] if "/DescendantFonts" in font else font
            descriptor = below.get("/FontDescriptor", pikepdf.Dictionary())
            found.append(Font(str(font.BaseFont), str(below.Subtype), "/FontFile2" in descriptor, "/ToUnicode" in font))
    return found
