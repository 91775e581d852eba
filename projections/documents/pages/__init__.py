"""Lay a paper out on A4 pages: `draw(paper)` gives a plain PDF with embedded fonts, tagged, the same bytes each time.

The rules of the design and its checklist are in `docs/documents-design.md`. Nothing here adds a fact: the pages set
what the `Paper` says, and a few words of furniture (`labels.py`).
"""

from projections.documents.pages.drawing import draw
from projections.documents.pages.logo import UnusableLogo
from projections.documents.pages.text import lacking

__all__ = ["UnusableLogo", "draw", "lacking"]
