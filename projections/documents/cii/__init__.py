"""The data of an invoice or credit note that machines read: Cross Industry Invoice D22B, as Factur-X embeds it.

`profiles.py` says which profile a paper needs, `figures.py` makes its amounts add up as EN 16931 wants them,
`parties.py` and `writing.py` write the XML, `codes.py` holds the lists. The mapping is docs/facturx.md.
"""

from __future__ import annotations

from projections.documents.cii.profiles import GUIDELINES, Profile, is_french_business, profile_of
from projections.documents.cii.writing import cii_xml

__all__ = ["GUIDELINES", "Profile", "cii_xml", "is_french_business", "profile_of"]
