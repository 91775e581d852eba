"""Read XML of unknown origin: no DTD, no entity, no network, no more than a limit of bytes, depth and lines."""

from __future__ import annotations

import re

from lxml import etree

from projections.documents.validation.findings import Finding

MAX_XML_BYTES = 16 * 1024 * 1024
"""Largest XML that is read."""
MAX_DEPTH = 100
"""Most elements one inside another."""
MAX_ATTRIBUTES = 100
"""Most attributes of one element, its namespaces apart: looking at each takes the square of their number."""
MAX_ELEMENTS = 80_000
"""Most elements in all: an invoice of 2 000 lines, the most of ours, has some 50 000; rules take seconds over it."""

_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


def read_xml(data: bytes) -> etree._Element | Finding:
    """Parse XML, or say why it cannot be read."""
    if len(data) > MAX_XML_BYTES:
        return _unreadable("xml-too-large", f"Le XML dépasse {MAX_XML_BYTES // 2**20} Mo.")
    if not data.strip():
        return _unreadable("xml-empty", "Le XML est vide.")
    parser = etree.XMLPullParser(
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_pis=True,
        remove_comments=True,
    )
    depth = count = 0
    try:
        for start in range(0, len(data), 65536):
            parser.feed(data[start : start + 65536])
            for event, element in parser.read_events():
                depth += 1 if event == "start" else -1
                count += event == "start"
                if depth > MAX_DEPTH:
                    return _too_deep()
                if count > MAX_ELEMENTS:
                    return _unreadable("xml-too-large", f"Le XML a plus de {MAX_ELEMENTS} éléments.")
                if event == "start" and len(element.attrib) > MAX_ATTRIBUTES:
                    return _unreadable("xml-too-large", f"Un élément a plus de {MAX_ATTRIBUTES} attributs.")
        root: etree._Element = parser.close()
    except etree.XMLSyntaxError as wrong:
        if _DOCTYPE.search(data[:65536]):
            return _with_doctype()
        if "depth" in wrong.msg:
            return _too_deep()
        return _unreadable("xml-malformed", f"Ce n'est pas du XML bien formé : {wrong.msg}")
    return _with_doctype() if root.getroottree().docinfo.doctype else root


def _with_doctype() -> Finding:
    return _unreadable("xml-doctype", "Le XML a une déclaration DOCTYPE ; une facture n'en a jamais.")


def _too_deep() -> Finding:
    return _unreadable("xml-too-deep", f"Le XML a plus de {MAX_DEPTH} niveaux.")


def _unreadable(rule: str, words: str) -> Finding:
    return Finding(validator="xml", rule=rule, place="/", words=words)
