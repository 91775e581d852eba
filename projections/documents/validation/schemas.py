"""Does XML have the form of its profile: the shipped XSD, by lxml."""

from __future__ import annotations

from functools import cache
from threading import Lock

from lxml import etree

from projections.documents.validation.findings import Finding
from projections.documents.validation.shipped import LEVELS, Level, folder

MAX_FINDINGS = 200
"""Most findings of one validator that are told."""


_lock = Lock()


@cache
def _schema(level: Level) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(folder() / LEVELS[level].schema)))


def check_schema(root: etree._Element, level: Level) -> tuple[Finding, ...]:
    """Say what of a document does not have the form of its profile, with the line of the XML."""
    with _lock:  # a schema keeps the log of its last validation
        schema = _schema(level)
        if schema.validate(root):
            return ()
        log = list(schema.error_log)[:MAX_FINDINGS]
    return tuple(
        Finding(validator="xsd", rule=entry.type_name, place=entry.path or f"ligne {entry.line}", words=_plain(entry))
        for entry in log
    )


def _plain(entry: etree._LogEntry) -> str:
    words = entry.message
    for namespace in _NAMESPACES:
        words = words.replace("{" + namespace + "}", "")
    return f"Ligne {entry.line} : {words}"


_NAMESPACES = (
    "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
    "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
)
