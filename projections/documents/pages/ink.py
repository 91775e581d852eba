"""What is put on a page: text, rules, bands, pictures, each with its place in the document's structure.

An `Ink` gathers the stream of one page. Text belongs to a `Node` of the structure tree, or is an artifact: page
furniture, that a screen reader leaves out (ISO 32000-1, 14.7 and 14.8).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from projections.documents.pages.faces import Subset, face
from projections.documents.pages.style import INK, Colour


@dataclass(slots=True, eq=False)
class Node:
    """A part of the document's structure: its role (`H1`, `P`, `Table`, `TD`...), its kids, a text in its place.

    Cells of tables say what they head (`scope`) and over how many columns they stand (`span`).
    """

    role: str
    parent: Node | None = None
    alt: str | None = None
    scope: str | None = None
    span: int = 1
    kids: list[Any] = field(default_factory=list)
    """Nodes, and pairs (page, number of the marked content)."""

    def add(self, role: str, alt: str | None = None, scope: str | None = None, span: int = 1) -> Node:
        """Add a part under this one."""
        kid = Node(role, self, alt, scope, span)
        self.kids.append(kid)
        return kid


@dataclass(frozen=True, slots=True)
class Box:
    """Where something was put, for tests: what it is, and its corners."""

    what: str
    left: float
    bottom: float
    right: float
    top: float


class Ink:
    """The stream of one page."""

    def __init__(self, page: int, subsets: dict[str, tuple[str, Subset]]) -> None:
        self.page = page
        self.marks: list[Node] = []
        self._subsets = subsets
        self._ops: list[str] = []
        self._in_text = False
        self._node: Node | None = None
        self._marked = False
        self._font = ("", 0.0)
        self._fill = ""
        self._spread = 0.0

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        style: str = "regular",
        size: float,
        fill: Colour = INK,
        node: Node | None = None,
        spread: float = 0.0,
    ) -> None:
        """Put a line of text with its base line at `y`; `spread` opens the letters, in points."""
        if not words:
            return
        self._open(node)
        font, subset = self._subsets[style]
        ops = self._ops
        if self._font != (font, size):
            ops.append(f"{font} {size:g} Tf")
            self._font = (font, size)
        if self._fill != fill:
            ops.append(f"{fill} rg")
            self._fill = fill
        if self._spread != spread:
            ops.append(f"{spread:g} Tc")
            self._spread = spread
        ops.append(f"1 0 0 1 {x:.2f} {y:.2f} Tm <{words.translate(subset)}> Tj")

    def right(self, x: float, y: float, words: str, *, style: str = "regular", size: float, **more: Any) -> None:
        """Put a line of text that ends at `x`."""
        self.text(x - face(style).width(words, size), y, words, style=style, size=size, **more)

    def turned(self, x: float, y: float, words: str, *, size: float, fill: Colour, turn: tuple[float, float]) -> None:
        """Put a text turned by an angle, given by its cosine and sine, with its middle at a point; an artifact."""
        self._open(None)
        font, subset = self._subsets["semibold"]
        cos, sin = turn
        half = face("semibold").width(words, size) / 2
        left, base = x - half * cos + size * 0.33 * sin, y - half * sin - size * 0.33 * cos
        self._font, self._fill, self._spread = (font, size), fill, 0.0
        self._ops.append(
            f"{font} {size:g} Tf {fill} rg 0 Tc {cos:.4f} {sin:.4f} {-sin:.4f} {cos:.4f} {left:.2f} {base:.2f} Tm "
            f"<{words.translate(subset)}> Tj"
        )

    def band(self, x: float, y: float, width: float, height: float, fill: Colour) -> None:
        """Fill a rectangle whose lower left corner is given."""
        self._open_shape(None)
        self._fill = fill
        self._ops.append(f"{fill} rg {x:.2f} {y:.2f} {width:.2f} {height:.2f} re f")

    def rule(self, x: float, y: float, to: float, stroke: Colour, thick: float = 0.5) -> None:
        """Draw a level line."""
        self._open_shape(None)
        self._ops.append(f"{stroke} RG {thick:g} w {x:.2f} {y:.2f} m {to:.2f} {y:.2f} l S")

    def frame(self, x: float, y: float, width: float, height: float, stroke: Colour, thick: float = 0.6) -> None:
        """Draw a rectangle."""
        self._open_shape(None)
        self._ops.append(f"{stroke} RG {thick:g} w {x:.2f} {y:.2f} {width:.2f} {height:.2f} re S")

    def shape(self, ops: str, node: Node | None) -> None:
        """Put ready operators: a picture or a QR code."""
        self._open_shape(node)
        self._fill = ""
        self._ops.append(ops)

    def stream(self) -> str:
        """End the page and give its stream."""
        self._close_text()
        self._close_mark()
        return "\n".join(self._ops)

    def _open(self, node: Node | None) -> None:
        if not self._in_text:
            self._close_mark()
            self._ops.append("BT")
            self._in_text = True
        self._mark(node)

    def _open_shape(self, node: Node | None) -> None:
        self._close_text()
        self._mark(node)

    def _mark(self, node: Node | None) -> None:
        if self._marked and node is self._node:
            return
        self._close_mark()
        if node is None:
            self._ops.append("/Artifact BMC")
        else:
            self._ops.append(f"/{node.role} <</MCID {len(self.marks)}>> BDC")
            node.kids.append((self.page, len(self.marks)))
            self.marks.append(node)
        self._node, self._marked = node, True

    def _close_text(self) -> None:
        if self._in_text:
            self._close_mark()  # what is marked inside a text object ends inside it
            self._ops.append("ET")
            self._in_text = False

    def _close_mark(self) -> None:
        if self._marked:
            self._ops.append("EMC")
            self._marked = False


class DrawnText:
    """A stream as reportlab takes it: its `drawText` asks for the code of a text object."""

    def __init__(self, code: str) -> None:
        self._code = code

    def getCode(self) -> str:  # noqa: N802 - reportlab's name
        """Give the stream."""
        return self._code
