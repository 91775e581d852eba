"""The structure tree of a file (ISO 32000-1, 14.7): what makes it a tagged PDF."""

from __future__ import annotations

from typing import Any

from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName

from projections.documents.pages.ink import Node
from projections.documents.pages.objects import Written, enter, text_string


def tag(document: Any, root: Node, marks: list[list[Node]], pages: list[str]) -> None:
    """Lay the tree under `root` into reportlab's document; `marks` has the nodes of each page's marked contents.

    Parts that nothing was painted for are left out, but for empty cells: a row has one for each column.
    """
    tree, parents = Written(), Written()
    tree_at, parents_at = enter(document, tree, "STree"), enter(document, parents, "SParents")
    sheets = [f"{document.idToObjectNumberAndVersion[name][0]} 0 R" for name in pages]
    painted = _painted(marks)
    elements: list[tuple[Node, Written]] = []
    places: dict[Node, str] = {}
    waiting = [root]
    while waiting:
        node = waiting.pop()
        made = Written()
        places[node] = enter(document, made, f"S{len(elements)}")
        elements.append((node, made))
        waiting += [kid for kid in reversed(node.kids) if isinstance(kid, Node) and _kept(kid, painted)]
    for node, made in elements:
        parent = places[node.parent] if node.parent else tree_at
        made.data = _element(node, parent, places, sheets).encode("ascii")
    numbers = "".join(f"{page} [{' '.join(map(places.__getitem__, made))}]" for page, made in enumerate(marks))
    parents.data = f"<</Nums [{numbers}]>>".encode("ascii")
    tree.data = (
        f"<</Type /StructTreeRoot /K {places[root]} /ParentTree {parents_at} /ParentTreeNextKey {len(marks)}>>"
    ).encode("ascii")
    document.Catalog.StructTreeRoot = tree
    document.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})
    document.Catalog.ViewerPreferences = PDFDictionary({"DisplayDocTitle": "true"})
    document.Catalog.PageMode = PDFName("UseNone")


def _painted(marks: list[list[Node]]) -> set[Node]:
    found: set[Node] = set()
    for made in marks:
        for node in made:
            at: Node | None = node
            while at is not None and at not in found:
                found.add(at)
                at = at.parent
    return found


def _kept(kid: Node, painted: set[Node]) -> bool:
    return kid in painted or (kid.parent in painted and kid.role in ("TD", "TH"))


def _element(node: Node, parent: str, places: dict[Node, str], sheets: list[str]) -> str:
    first = next((kid[0] for kid in node.kids if not isinstance(kid, Node)), None)
    kids = []
    for kid in node.kids:
        if isinstance(kid, Node):
            if kid in places:
                kids.append(places[kid])
        elif kid[0] == first:
            kids.append(str(kid[1]))
        else:
            kids.append(f"<</Type /MCR /Pg {sheets[kid[0]]} /MCID {kid[1]}>>")
    text = f"<</S /{node.role} /P {parent} /K [{' '.join(kids)}]"
    if first is not None:
        text += f" /Pg {sheets[first]}"
    if node.alt:
        text += f" /Alt {text_string(node.alt)}"
    if node.scope or node.span > 1:
        scope = f" /Scope /{node.scope}" if node.scope else ""
        text += f" /A <</O /Table{scope}{f' /ColSpan {node.span}' if node.span > 1 else ''}>>"
    return text + ">>"
