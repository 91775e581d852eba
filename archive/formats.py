"""The forms of archive there are: one writer each. Adding the State's own form is adding a file and a line here.

Loi n° 2026-534 of 25/06/2026, art. 87: archived data are given back "dans un format répondant aux normes établies par
l'administration"; no such norm is published yet (docs/decisions/archive-formats.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from archive.job import Writer
from archive.sealed.writer import FORMAT, write

FORMATS: Final[Mapping[str, Writer]] = {FORMAT: write}
"""Every form, by the name that `archive.created/1` keeps; the first is the one made when nobody says."""

DEFAULT: Final = FORMAT
