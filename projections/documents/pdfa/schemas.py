"""Schemas that a packet describes itself, as those of Factur-X and of our claim: ISO 19005-3 section 6.6.2.3.

pikepdf's validator knows none of them. What is described here and used as described is taken out of the copy that it
gets.
"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from projections.documents.pdfa.finding import Found

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
EXTENSION: Final = "http://www.aiim.org/pdfa/ns/extension/"
SCHEMA: Final = "http://www.aiim.org/pdfa/ns/schema#"
PROPERTY: Final = "http://www.aiim.org/pdfa/ns/property#"
_PREFIXES: Final = {EXTENSION: "pdfaExtension", SCHEMA: "pdfaSchema", PROPERTY: "pdfaProperty"}
_SCHEMA_FIELDS: Final = frozenset(f"{{{SCHEMA}}}{name}" for name in ("schema", "namespaceURI", "prefix", "property"))
_PROPERTY_FIELDS: Final = ("name", "valueType", "category", "description")
_TYPES: Final = frozenset({"Text", "Integer", "Real", "Boolean", "Date", "URI", "URL"})
"""Value types of simple properties; a schema with others is not read here and its properties are found unknown."""

_DATE: Final = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?")
_FORMS: Final = {
    "Integer": re.compile(r"[+-]?\d+"),
    "Real": re.compile(r"[+-]?\d+(\.\d+)?"),
    "Boolean": re.compile("True|False"),
    "Date": _DATE,
}
Described = dict[str, dict[str, str]]
"""Namespace -> property -> value type."""


def read_packet(packet: bytes) -> etree._Element | None:
    """Read a packet; None when it is no XML, or has a document type, in which nothing is looked at."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root: etree._Element = etree.fromstring(packet.strip(b"\0 \r\n\t"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return None if root.getroottree().docinfo.doctype else root


def check_schemas(root: etree._Element, found: Found) -> bytes | None:
    """Check the schemas that a packet describes and their properties.

    Gives the packet without them, or None when it describes none; `root` is changed.
    """
    tree = root.getroottree()
    containers = list(root.iter(f"{{{EXTENSION}}}schemas"))
    if not containers:
        return None
    described = _described(containers, found)
    for container in containers:
        _drop(container)
    _check_properties(root, described, found)
    etree.cleanup_namespaces(tree)
    return bytes(etree.tostring(tree, encoding="UTF-8", xml_declaration=False))


def _described(containers: list[etree._Element], found: Found) -> Described:
    described: Described = {}
    if len(containers) > 1:
        found("6.6.2.3.3-1", "XMP", "pdfaExtension:schemas stands more than once")
    for container in containers:
        _check_prefix(container, found)
        bag = container.find(f"{{{RDF}}}Bag")
        if bag is None or len(container) != 1:
            found("6.6.2.3.3-1", "XMP", "pdfaExtension:schemas is no bag")
            continue
        for item in bag:
            _one_schema(item, described, found)
    return described


def _one_schema(item: etree._Element, described: Described, found: Found) -> None:
    fields = _fields(item)
    for tag, each in fields.items():
        _check_prefix(each, found)
        if tag not in _SCHEMA_FIELDS:
            found("6.6.2.3.2-1", "XMP", f"{etree.QName(tag).localname} is no field of a schema that is read here")
    said = {name: _text(fields.get(f"{{{SCHEMA}}}{name}")) for name in ("schema", "namespaceURI", "prefix")}
    for rule, name in (("6.6.2.3.3-2", "schema"), ("6.6.2.3.3-3", "namespaceURI"), ("6.6.2.3.3-4", "prefix")):
        if not said[name]:
            found(rule, "XMP", f"a schema lacks pdfaSchema:{name}")
    namespace = said["namespaceURI"] or ""
    if namespace in described:
        found("6.6.2.3.3-3", "XMP", f"{namespace} is described twice")
    known = described.setdefault(namespace, {})
    properties = fields.get(f"{{{SCHEMA}}}property")
    listed = properties.find(f"{{{RDF}}}Seq") if properties is not None else None
    if listed is None:
        found("6.6.2.3.3-5", "XMP", f"{namespace} lists no properties")
        return
    for each in listed:
        _one_property(each, known, found)


def _one_property(item: etree._Element, known: dict[str, str], found: Found) -> None:
    fields = _fields(item)
    said: dict[str, str] = {}
    for at, name in enumerate(_PROPERTY_FIELDS, start=7):
        one = fields.pop(f"{{{PROPERTY}}}{name}", None)
        if one is not None:
            _check_prefix(one, found)
        said[name] = _text(one) or ""
        if not said[name]:
            found(f"6.6.2.3.3-{at}", "XMP", f"a property lacks pdfaProperty:{name}")
    if fields:
        found("6.6.2.3.2-1", "XMP", "a property has a field that is none")
    if said["valueType"] not in _TYPES:
        found("6.6.2.3.3-8", "XMP", f"the value type {said['valueType']!r} of {said['name']} is not known")
    if said["category"] not in {"external", "internal"}:
        found("6.6.2.3.3-9", "XMP", f"the category of {said['name']} is neither external nor internal")
    known[said["name"]] = said["valueType"]


def _check_properties(root: etree._Element, described: Described, found: Found) -> None:
    """Check each property of a described schema, and take it out."""
    for description in list(root.iter(f"{{{RDF}}}Description")):
        for name, value in list(description.attrib.items()):
            space = etree.QName(name).namespace or ""
            if space in described:
                _check_value(described[space], etree.QName(name).localname, str(value), found)
                del description.attrib[name]
        for one in list(description):
            tag = etree.QName(one)
            if tag.namespace in described:
                _check_value(described[tag.namespace], tag.localname, _text(one), found)
                description.remove(one)
        if not len(description) and set(description.attrib) <= {f"{{{RDF}}}about"}:
            _drop(description)


def _check_value(known: dict[str, str], name: str, value: str | None, found: Found) -> None:
    kind = known.get(name)
    if kind is None:
        found("6.6.2.3.1-1", "XMP", f"the property {name} is not described by its schema")
    elif value is None or (kind in _FORMS and _FORMS[kind].fullmatch(value) is None):
        found("6.6.2.3.1-2", "XMP", f"the property {name} is not of type {kind}")


def _fields(item: etree._Element) -> dict[str, etree._Element]:
    """The fields of a structure: written with rdf:parseType, in an inner description, or as attributes of either."""
    inner = item.find(f"{{{RDF}}}Description")
    holder = inner if inner is not None else item
    fields = {str(each.tag): each for each in holder}
    for name, value in holder.attrib.items():
        space = etree.QName(name).namespace
        if space not in (None, RDF):
            one = etree.Element(name, nsmap=holder.nsmap)
            one.text = value
            fields[str(name)] = one
    return fields


def _check_prefix(one: etree._Element, found: Found) -> None:
    wanted = _PREFIXES.get(etree.QName(one).namespace or "")
    if wanted is not None and one.prefix != wanted:
        found("6.6.2.3.3-1", "XMP", f"{etree.QName(one).localname} has the prefix {one.prefix}, not {wanted}")


def _text(one: etree._Element | None) -> str | None:
    """The text of a simple property; None when it is another thing."""
    if one is None or len(one) or any(key != f"{{{RDF}}}parseType" for key in one.attrib):
        return None
    return one.text or ""


def _drop(one: etree._Element) -> None:
    """Take an element out, and its description with it if nothing is left there."""
    parent = one.getparent()
    if parent is None:
        return
    parent.remove(one)
    if parent.tag == f"{{{RDF}}}Description" and not len(parent) and set(parent.attrib) <= {f"{{{RDF}}}about"}:
        _drop(parent)
