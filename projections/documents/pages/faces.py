"""The typeface: its widths, and the part of it that a file embeds.

Source Sans Pro comes as static TrueType in the package `font-source-sans-pro` with its licence (SIL Open Font License
1.1). Embedding a subset in a document is what that licence calls document embedding: it leaves the document free.

reportlab's own subsetter reads and joins tables anew for every file; this one takes glyphs as the process has already
read them (composites resolved, hints left out) and joins them: under half a millisecond. A font is a composite one (ISO
32000-1, 9.7) with two-byte codes, so that one subset holds every script of a page. A character that the typeface lacks
is drawn as an open box with a code of its own, so that copying and reading aloud give the character itself.
"""

from __future__ import annotations

from array import array
from functools import cache, cached_property
from hashlib import sha256
from importlib.resources import files
from io import BytesIO
from struct import pack, pack_into, unpack
from sys import byteorder
from threading import RLock
from typing import Any, Final

from fontTools.pens.recordingPen import DecomposingRecordingPen  # type: ignore[import-untyped] # it has no types
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped] # it has no types
from fontTools.ttLib import TTFont  # type: ignore[import-untyped] # it has no types

from projections.documents.pages.objects import Written, enter, stream

_STYLES: Final = {"regular": "Regular", "semibold": "Semibold"}
_BOX: Final = "\u2610"
"""What stands where the typeface has no glyph: an open box."""
_WIDER: Final = {"\u202f": 170}
"""The narrow space of this typeface is so narrow (125) that thousands seem to touch."""


class Face:
    """One style of the typeface, read once a process."""

    builtIn = False  # noqa: N815 - reportlab asks it: no typeface that a reader must have

    def __init__(self, style: str) -> None:
        data = (files("font_source_sans_pro") / "files" / f"SourceSansPro-{style}.ttf").read_bytes()
        self._font: Any = TTFont(BytesIO(data), lazy=True, recalcTimestamp=False)
        self._glyphs: Any = self._font.getGlyphSet()
        self._names: dict[int, str] = self._font.getBestCmap()
        self._metrics: Any = self._font["hmtx"]
        self._read: dict[str, bytes] = {}
        self._lock = RLock()  # the font file is read at one place at a time, whichever thread asks
        self.name = f"SourceSansPro-{style}"
        self.advances = _Advances(self)
        head, hhea, os2 = self._font["head"], self._font["hhea"], self._font["OS/2"]
        self.box = (head.xMin, head.yMin, head.xMax, head.yMax)
        self.ascent, self.descent, self.cap_height = hhea.ascent, hhea.descent, os2.sCapHeight
        self.weight = os2.usWeightClass
        self.head, self.hhea = (self._font.reader[tag] for tag in ("head", "hhea"))

    @cached_property
    def letters(self) -> frozenset[str]:
        """The characters that the typeface has a glyph for."""
        return frozenset(map(chr, self._names))

    def advance(self, letter: str) -> int:
        """Give a character's width in thousandths of the size."""
        with self._lock:
            return _WIDER.get(letter) or int(self._metrics[self._name(letter)][0])

    def glyph(self, letter: str) -> tuple[int, int, bytes]:
        """Give a character's advance, its left side bearing and its outline as the `glyf` table holds it."""
        name = self._name(letter)
        if name not in self._read:
            with self._lock:
                self._read[name] = self._outline(name)
        return self.advances[letter], self._metrics[name][1], self._read[name]

    def width(self, text: str, size: float) -> float:
        """Give the width in points of a text at a size."""
        return sum(map(self.advances.__getitem__, text)) * size / 1000

    def _name(self, letter: str) -> str:
        return self._names.get(ord(letter)) or self._names[ord(_BOX)]

    def _outline(self, name: str) -> bytes:
        record = DecomposingRecordingPen(self._glyphs)
        self._glyphs[name].draw(record)
        if not record.value:
            return b""
        pen = TTGlyphPen(None)
        record.replay(pen)
        made: bytes = pen.glyph().compile(None)
        return made + bytes(-len(made) % 4)


class _Advances(dict[str, int]):
    """Widths by character, filled as characters are met."""

    def __init__(self, face: Face) -> None:
        super().__init__()
        self._face = face

    def __missing__(self, letter: str) -> int:
        self[letter] = found = self._face.advance(letter)
        return found


@cache
def face(style: str) -> Face:
    """Give a style of the typeface, `regular` or `semibold`."""
    return Face(_STYLES[style])


class Subset(dict[int, str]):
    """The characters of one file in one style: maps a code point to its two-byte code in hexadecimal.

    Made for `str.translate`: a text's codes are `text.translate(subset)`. A code is the place of the glyph in the
    subset, in order of first use.
    """

    def __init__(self, of: Face) -> None:
        super().__init__()
        self.face = of
        self.letters: list[str] = []

    def __missing__(self, point: int) -> str:
        self.letters.append(chr(point))
        self[point] = code = f"{len(self.letters):04X}"
        return code

    def program(self) -> bytes:
        """Give the subset as a TrueType font file (ISO 32000-1, 9.9: the tables that an embedded font needs)."""
        glyphs = [(540, 0, b""), *(self.face.glyph(letter) for letter in self.letters)]
        places, at = array("I", [0]), 0
        for _, _, outline in glyphs:
            at += len(outline)
            places.append(at)
        metrics = array("h", [part for advance, bearing, _ in glyphs for part in (advance, bearing)])
        if byteorder == "little":
            places.byteswap()
            metrics.byteswap()
        head, hhea = bytearray(self.face.head), bytearray(self.face.hhea)
        pack_into(">I", head, 8, 0)
        pack_into(">h", head, 50, 1)
        pack_into(">H", hhea, 34, len(glyphs))
        maxp = pack(">IHHHHHHHHHHHHHH", 0x10000, len(glyphs), 1024, 64, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)
        return _sfnt(
            {
                b"glyf": b"".join(outline for _, _, outline in glyphs),
                b"head": bytes(head),
                b"hhea": bytes(hhea),
                b"hmtx": metrics.tobytes(),
                b"loca": places.tobytes(),
                b"maxp": maxp,
            }
        )

    def characters(self) -> bytes:
        """Give the map from codes back to characters (ISO 32000-1, 9.10.3)."""
        pairs = [f"<{code:04X}> <{letter.encode('utf-16-be').hex().upper()}>" for code, letter in self._numbered()]
        blocks = [pairs[at : at + 100] for at in range(0, len(pairs), 100)]
        body = "".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks)
        return (_CMAP_HEAD + body + _CMAP_FOOT).encode("ascii")

    def widths(self) -> str:
        """Give the advances as the array that a composite font holds."""
        advances = self.face.advances
        return "[1 [" + " ".join(str(advances[letter]) for letter in self.letters) + "]]"

    def _numbered(self) -> enumerate[str]:
        return enumerate(self.letters, 1)


_CMAP_HEAD: Final = (
    "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
    "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
    "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
    "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
)
_CMAP_FOOT: Final = "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"


def _sum(data: bytes) -> int:
    data += bytes(-len(data) % 4)
    words: tuple[int, ...] = unpack(f">{len(data) // 4}I", data)
    return sum(words) & 0xFFFFFFFF


def _sfnt(tables: dict[bytes, bytes]) -> bytes:
    """Join tables into a font file (OpenType 1.9, "otff")."""
    count = len(tables)
    power = count.bit_length() - 1
    directory = pack(">IHHHH", 0x10000, count, 16 << power, power, (count - (1 << power)) * 16)
    at, body, head_at = 12 + 16 * count, b"", 0
    for tag, data in tables.items():
        if tag == b"head":
            head_at = at
        directory += tag + pack(">III", _sum(data), at, len(data))
        padded = data + bytes(-len(data) % 4)
        body += padded
        at += len(padded)
    whole = bytearray(directory + body)
    pack_into(">I", whole, head_at + 8, (0xB1B0AFBA - _sum(bytes(whole))) & 0xFFFFFFFF)
    return bytes(whole)


class EmbeddedFont:
    """A style as reportlab knows fonts: its objects are laid into a file when it ends, with the characters it used."""

    _dynamicFont = 0  # noqa: N815 - reportlab's name
    _multiByte = 0  # noqa: N815 - reportlab's name

    def __init__(self, style: str) -> None:
        self.face = face(style)
        self.fontName = f"Sceau {style}"

    def addObjects(self, doc: Any) -> None:  # noqa: N802 - reportlab's name
        """Enter the font in a file; reportlab calls it at the first use."""
        subset = Subset(self.face)
        internal = f"F{len(doc.fontMapping) + 1}"
        holder = _FontObject(subset, internal)
        doc.idToObject["BasicFonts"].dict[internal] = doc.Reference(holder, internal)
        doc.fontMapping[self.fontName] = "/" + internal
        doc.__dict__.setdefault("sceau_subsets", {})[self.fontName] = holder

    def stringWidth(self, text: str, size: float, encoding: str = "") -> float:  # noqa: ARG002, N802 - reportlab's
        """Give a text's width in points."""
        return self.face.width(text, size)


class _FontObject(Written):
    """The font dictionary, made when the file is written: only then are its characters known."""

    def __init__(self, subset: Subset, internal: str) -> None:
        super().__init__()
        self.subset = subset
        self._internal = internal

    def settle(self, document: Any) -> None:
        """Make the font and the objects under it: program, descriptor, descendant, map of characters."""
        of, subset, mine = self.subset.face, self.subset, self._internal
        data = subset.program()
        letters = bytes(65 + byte % 26 for byte in sha256(data).digest()[:6]).decode()
        name = f"/{letters}+{of.name}"
        program = enter(document, stream(data, f"/Length1 {len(data)}", effort=4), f"{mine}file")
        descriptor = (
            f"<</Type /FontDescriptor /FontName {name} /Flags 4 /FontBBox [{' '.join(map(str, of.box))}] "
            f"/ItalicAngle 0 /Ascent {of.ascent} /Descent {of.descent} /CapHeight {of.cap_height} "
            f"/StemV {50 + (of.weight // 65) ** 2} /FontFile2 {program}>>"
        )
        about = enter(document, Written(descriptor.encode("ascii")), f"{mine}about")
        descendant = (
            f"<</Type /Font /Subtype /CIDFontType2 /BaseFont {name} /CIDSystemInfo <</Registry (Adobe) "
            f"/Ordering (Identity) /Supplement 0>> /FontDescriptor {about} /CIDToGIDMap /Identity /DW 1000 "
            f"/W {subset.widths()}>>"
        )
        below = enter(document, Written(descendant.encode("ascii")), f"{mine}cid")
        characters = enter(document, stream(subset.characters(), effort=4), f"{mine}chars")
        self.data = (
            f"<</Type /Font /Subtype /Type0 /BaseFont {name} /Encoding /Identity-H /DescendantFonts [{below}] "
            f"/ToUnicode {characters}>>"
        ).encode("ascii")
