"""What a PDF of unknown origin carries: embedded files, metadata, claims. Run in a process of its own (`apart.py`).

Trees of names are walked by ourselves, with limits: a cycle ends, a thousand attachments are a finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO

import pikepdf
from lxml import etree
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from projections.documents.validation.findings import Finding, Severity
from projections.documents.validation.reading import MAX_XML_BYTES, read_xml

MAX_FILES = 500
"""Most embedded files that are looked at."""
MAX_NODES = 5_000
MAX_METADATA_BYTES = 1024 * 1024

INVOICE_NAMES = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml")
"""Names of the XML inside a hybrid invoice: Factur-X and ZUGFeRD 2.1+, ZUGFeRD 1 and 2.0, XRechnung."""
RELATIONSHIPS = ("/Alternative", "/Source", "/Data")

_NAMESPACES = (
    "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#",
    "urn:zugferd:pdfa:CrossIndustryDocument:invoice:2p0#",
    "urn:ferd:pdfa:CrossIndustryDocument:invoice:1p0#",
)
TOO_MANY = "pdf-too-many-files"
"""The rule of a file whose attachments are too many: nothing more is read of it."""
_DIRECT = (0, 0)
_PDFA_ID = "http://www.aiim.org/pdfa/ns/id/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


@dataclass(slots=True)
class Carried:
    """What a PDF carries. `xmp` has the properties of Factur-X and of `pdfaid`, as the metadata say them."""

    xml: bytes | None = None
    xml_name: str | None = None
    xmp: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def too_many_files(self) -> bool:
        """Whether its attachments were too many to look at; nothing more was read of it."""
        return any(each.rule == TOO_MANY for each in self.findings)

    def wrong(self, rule: str, place: str, words: str, *, warning: bool = False) -> None:
        """Add a finding."""
        severity: Severity = "warning" if warning else "error"
        self.findings.append(Finding(validator="pdf", rule=rule, place=place, words=words, severity=severity))


def read_pdf(data: bytes) -> Carried:
    """Say what a PDF carries; whatever is in the file is a finding, never an exception of ours."""
    carried = Carried()
    try:
        with pikepdf.open(BytesIO(data), suppress_warnings=True, inherit_page_attributes=False) as pdf:
            if pdf.is_encrypted:
                carried.wrong("pdf-encrypted", "trailer", "Le PDF est chiffré ; PDF/A l'interdit (ISO 19005-3, 6.1.3).")
            _read(pdf, carried)
            if pdf.get_warnings():
                carried.wrong("pdf-damaged", "file", "Le PDF est abîmé : il n'a pu être lu qu'en le réparant.")
    except pikepdf.PasswordError:
        carried.wrong("pdf-encrypted", "trailer", "Le PDF est protégé par un mot de passe : il ne peut pas être lu.")
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError, RecursionError, OverflowError):
        # whatever a hostile file makes of its objects; what was in it is never said
        carried.wrong("pdf-unreadable", "file", "Le PDF ne peut pas être lu : il est abîmé, ou ce n'en est pas un.")
    return carried


def _read(pdf: Pdf, carried: Carried) -> None:
    associated = {_id_of(each) for each in _items(pdf.Root.get(Name.AF))} - {_DIRECT}
    invoices: list[tuple[str, Dictionary]] = []
    for rank, spec in enumerate(_embedded(pdf, carried)):
        if rank == MAX_FILES:
            carried.wrong(TOO_MANY, "/Names", f"Le PDF contient plus de {MAX_FILES} fichiers joints.")
            break
        name = _name(spec)
        if name.lower() in INVOICE_NAMES:
            invoices.append((name, spec))
    if carried.too_many_files:
        return
    _read_metadata(pdf, carried)
    if not invoices:
        carried.wrong("pdf-no-xml", "/Names/EmbeddedFiles", "Le PDF ne contient pas de facture XML (factur-x.xml).")
        return
    if len(invoices) > 1:
        names = ", ".join(name for name, _ in invoices[:5])
        carried.wrong("pdf-two-xml", "/Names/EmbeddedFiles", f"Le PDF contient plusieurs factures XML : {names}.")
    _read_invoice(*invoices[0], associated, carried)


def _read_invoice(name: str, spec: Dictionary, associated: set[tuple[int, int]], carried: Carried) -> None:
    carried.xml_name = name
    place = f"/EmbeddedFiles/{name}"
    if name not in INVOICE_NAMES and name != "ZUGFeRD-invoice.xml":
        carried.wrong("pdf-xml-name", place, f"Le fichier s'appelle {name} ; il doit s'appeler factur-x.xml.")
    relationship = spec.get(Name.AFRelationship)
    if relationship is None or str(relationship) not in RELATIONSHIPS:
        said = "absent" if relationship is None else str(relationship)
        words = f"AFRelationship est {said} ; il doit être Alternative, Source ou Data (Factur-X 6.2.2)."
        carried.wrong("pdf-relationship", place, words)
    if _id_of(spec) not in associated:
        words = "La facture XML n'est pas associée au document (/AF du catalogue, ISO 32000-2, 14.13)."
        carried.wrong("pdf-not-associated", place, words)
    files = spec.get(Name.EF)
    stream = files.get(Name.F, files.get(Name.UF)) if isinstance(files, Dictionary) else None
    if not isinstance(stream, Stream):
        carried.wrong("pdf-xml-unreadable", place, "Le fichier joint n'a pas de contenu.")
        return
    media = str(stream.get(Name.Subtype, ""))
    if media.lower() not in ("/text/xml", "/application/xml"):
        words = f"Le type du fichier joint est {media or 'absent'} ; text/xml est attendu."
        carried.wrong("pdf-xml-type", place, words, warning=True)
    data = _bytes_of(stream, MAX_XML_BYTES)
    if data is None:
        words = "Le contenu du fichier joint ne peut pas être lu, ou il est trop grand."
        carried.wrong("pdf-xml-unreadable", place, words)
    carried.xml = data


# --- embedded files


def _embedded(pdf: Pdf, carried: Carried) -> Iterator[Dictionary]:
    """Give each embedded file once: of the tree of names, then those that are only associated."""
    names = pdf.Root.get(Name.Names)
    tree = names.get(Name.EmbeddedFiles) if isinstance(names, Dictionary) else None
    seen: set[tuple[int, int]] = set()
    waiting: list[Object] = [tree] if isinstance(tree, Dictionary) else []
    nodes = 0
    while waiting:
        node = waiting.pop()
        nodes += 1
        if nodes > MAX_NODES:
            carried.wrong(TOO_MANY, "/Names", "L'arbre des fichiers joints n'en finit pas.")
            return
        if not isinstance(node, Dictionary) or not _first_time(node, seen):
            continue
        waiting += list(_items(node.get(Name.Kids)))
        yield from _new_specs(list(_items(node.get(Name.Names)))[1::2], seen)
    yield from _new_specs(_items(pdf.Root.get(Name.AF)), seen)


def _new_specs(nodes: Iterable[Object], seen: set[tuple[int, int]]) -> Iterator[Dictionary]:
    for node in nodes:
        if isinstance(node, Dictionary) and Name.EF in node and _first_time(node, seen):
            yield node


def _first_time(node: Object, seen: set[tuple[int, int]]) -> bool:
    number = _id_of(node)
    if number == _DIRECT:  # it stands in one place only
        return True
    if number in seen:
        return False
    seen.add(number)
    return True


def _id_of(node: Object) -> tuple[int, int]:
    """Give an object's number and generation; numbers and the like are given as Python's own, and have none."""
    return node.objgen if isinstance(node, Object) else _DIRECT


def _items(node: Object | None) -> Iterator[Object]:
    """Give the items of an array, as far as the limit goes."""
    if isinstance(node, Array):
        for rank in range(min(len(node), 2 * MAX_NODES)):
            yield node[rank]


def _name(spec: Dictionary) -> str:
    for key in (Name.UF, Name.F):
        value = spec.get(key)
        if isinstance(value, String):
            return str(value)[:200].replace("\\", "/").rpartition("/")[2]
    return ""


def _bytes_of(stream: Stream, limit: int) -> bytes | None:
    """Decode a stream; None when it cannot be, or is larger than the limit (qpdf's own limits hold too)."""
    try:
        data = stream.read_bytes()
    except pikepdf.PdfError:
        return None
    return data if len(data) <= limit else None


# --- metadata


def _read_metadata(pdf: Pdf, carried: Carried) -> None:
    stream = pdf.Root.get(Name.Metadata)
    data = _bytes_of(stream, MAX_METADATA_BYTES) if isinstance(stream, Stream) else None
    if data is None:
        carried.wrong("xmp-missing", "/Metadata", "Le PDF n'a pas de métadonnées XMP : ni PDF/A, ni Factur-X.")
        return
    root = read_xml(_packet(data))
    if isinstance(root, Finding):
        carried.wrong("xmp-unreadable", "/Metadata", f"Les métadonnées XMP ne peuvent pas être lues : {root.words}")
        return
    for name, value in _properties(root):
        if name in carried.xmp and carried.xmp[name] != value:
            carried.wrong("xmp-twice", "/Metadata", f"Les métadonnées disent deux fois {name}, différemment.")
        carried.xmp.setdefault(name, value[:200])


def _packet(data: bytes) -> bytes:
    """Cut the XML out of its packet: what stands after the last element is room to grow."""
    end = data.rfind(b">")
    return data[: end + 1].strip(b"\x00 \r\n\t")


def _properties(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Give the properties of Factur-X and PDF/A, written as elements or as attributes."""
    for described in root.iter(f"{{{_RDF}}}Description"):
        for key, value in described.attrib.items():
            yield from _known(str(key), str(value))
        for child in described:
            if isinstance(child.tag, str):
                yield from _known(child.tag, child.text or "")


def _known(tag: str, value: str) -> Iterator[tuple[str, str]]:
    namespace, _, name = tag.removeprefix("{").rpartition("}")
    if namespace in _NAMESPACES:
        yield name, value.strip()
    elif namespace == _PDFA_ID:
        yield f"pdfaid:{name}", value.strip()
