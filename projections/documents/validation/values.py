"""Is any value longer than an invoice can need: rules take minutes over a number of a million digits.

Told by lengths alone, before the schema and the rules see the document.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from lxml import etree

from projections.documents.validation.findings import Finding

MAX_VALUE = 100
"""Most characters of a number, a date or a code."""
MAX_ATTRIBUTE = 500
"""Most characters of an attribute."""
MAX_TEXT = 100_000
"""Most characters of any other text."""
MAX_FINDINGS = 20
"""Most values that are told."""

SHORT = ("Amount", "Quantity", "Percent", "Rate", "Numeric", "Measure", "Code", "DateTimeString", "DateString")
"""How the names end of elements that hold a number, a date or a code."""
_BINARY = "AttachmentBinaryObject"
"""A supporting document in base64 (BT-125), which no rule reads: the limit of the whole XML is its own."""


def check_values(root: etree._Element) -> tuple[Finding, ...]:
    """Say which texts and attributes are too long; they are not quoted."""
    return tuple(islice(_too_long(root), MAX_FINDINGS))


def _too_long(root: etree._Element) -> Iterator[Finding]:
    for element in root.iter("*"):
        limit = _limit(element)
        if limit is not None and len(element.text or "") > limit:
            yield _finding(element, "", len(element.text or ""), limit)
        if len(element.tail or "") > MAX_TEXT:
            yield _finding(element, ", texte qui suit", len(element.tail or ""), MAX_TEXT)
        for key, value in element.attrib.items():
            if len(value) > MAX_ATTRIBUTE:
                yield _finding(element, f", attribut {_local(str(key))[:60]}", len(value), MAX_ATTRIBUTE)


def _limit(element: etree._Element) -> int | None:
    name = _local(str(element.tag))
    if name == _BINARY:
        return None
    return MAX_VALUE if name.endswith(SHORT) else MAX_TEXT


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _finding(element: etree._Element, what: str, length: int, limit: int) -> Finding:
    above = [_local(str(each.tag)) for each in element.iterancestors()][::-1]
    name = _local(str(element.tag))
    words = f"Ligne {element.sourceline} : {name[:60]}{what} : {length} caractères, pour {limit} au plus."
    return Finding(validator="xml", rule="xml-value-too-long", place="/" + "/".join([*above, name]), words=words)
