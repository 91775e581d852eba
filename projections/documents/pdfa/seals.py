"""The form, the seals and the validation material of a sealed file: ISO 19005-3 sections 6.1.12, 6.3.3 and 6.4.

pikepdf's validator knows no form. A form that holds seals and nothing else is checked here and taken out of the copy
that it gets; a form with any other field is left in, and found there.
"""

from __future__ import annotations

from typing import Final

from asn1crypto import cms  # type: ignore[import-untyped] # it has no types
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from projections.documents.pdfa.finding import Found
from projections.documents.pdfa.syntax import revision_ends

_FORM_KEYS: Final = frozenset({"/Fields", "/SigFlags", "/NeedAppearances", "/XFA"})
_FIELD_KEYS: Final = frozenset(
    {"/FT", "/T", "/TU", "/V", "/Ff", "/Type", "/Subtype", "/F", "/Rect", "/P", "/A", "/AA", "/Lock", "/SV", "/Parent"}
)
_PRINT, _HIDING, _NO_ROOM = 4, 1 | 2 | 32 | 256, (0, 0, 0, 0)
_STORE_KEYS: Final = frozenset({"/Type", "/Certs", "/CRLs", "/OCSPs", "/VRI"})


def check_seals(pdf: Pdf, data: bytes, found: Found) -> None:
    """Check what makes a file a sealed one, and take it out of `pdf`, which is never written to its file again."""
    root = pdf.Root
    if not isinstance(root, Dictionary):
        return
    _check_permissions(root, found)
    _check_extensions(root, found)
    if "/DSS" in root:
        _check_store(root.DSS, found)
        del root.DSS
    form = root.get("/AcroForm")
    if not isinstance(form, Dictionary):
        return
    if bool(form.get("/NeedAppearances", False)):
        found("6.4.1-3", "AcroForm", "NeedAppearances is set")
    if "/XFA" in form:
        found("6.4.2-1", "AcroForm", "the form is XFA")
    fields = form.get("/Fields")
    if not isinstance(fields, Array) or set(form.keys()) - _FORM_KEYS:
        return
    seals = [each for each in fields if isinstance(each, Dictionary) and _is_seal(each)]
    if len(seals) != len(fields):
        return  # the validator finds the form
    ends = revision_ends(data)
    for each in seals:
        _check_field(each, found)
        if "/V" in each:
            _check_signature(each.V, data, ends, found)
    _take_out(pdf, [each.objgen for each in seals])
    del root.AcroForm


def _check_permissions(root: Dictionary, found: Found) -> None:
    permissions = root.get("/Perms")
    if permissions is None:
        return
    if not isinstance(permissions, Dictionary) or set(permissions.keys()) - {"/DocMDP", "/UR3"}:
        found("6.1.12-1", "Perms", "a permission other than DocMDP and UR3")
        return
    signature = permissions.get("/DocMDP")
    for reference in signature.get("/Reference", []) if isinstance(signature, Dictionary) else []:
        if {"/DigestLocation", "/DigestMethod", "/DigestValue"} & set(reference.keys()):
            found("6.1.12-2", "Perms", "a digest stands in the reference of a certifying seal")
    del root.Perms


def _check_extensions(root: Dictionary, found: Found) -> None:
    """Check ETSI's extension of PDF 1.7, which PAdES asks for (ETSI EN 319 142-1 section 5.6); others are left in."""
    extensions = root.get("/Extensions")
    if not isinstance(extensions, Dictionary) or "/ESIC" not in extensions:
        return
    said = extensions.ESIC
    if not isinstance(said, Dictionary) or said.get("/BaseVersion") != Name("/1.7"):
        found("ESIC", "Extensions", "ETSI's extension is not of PDF 1.7")
    del extensions["/ESIC"]
    if set(extensions.keys()) <= {"/Type"}:
        del root.Extensions


def _is_seal(field: Dictionary) -> bool:
    return field.get("/FT") == Name.Sig and "/Kids" not in field


def _check_field(field: Dictionary, found: Found) -> None:
    where = f"obj {field.objgen[0]} (Sig)"
    if "/A" in field or "/AA" in field:
        found("6.4.1-1", where, "the field of a seal has an action")
    rect = tuple(float(side) for side in field.get("/Rect", ()))
    if rect != _NO_ROOM:
        # Nothing forbids a seal that shows: its appearance would need every check that a page has.
        found("sealed-visibly", where, "the seal takes room on the page, and what it shows there is not checked")
    flags = int(field.get("/F", 0))
    if not flags & _PRINT or flags & _HIDING:
        found("6.3.2-2", where, f"the flags {flags} of the annotation hide it or do not print it")
    if strange := set(field.keys()) - _FIELD_KEYS:
        found("sealed-strangely", where, f"the field has {', '.join(sorted(strange))}")


def _check_signature(signature: Object, data: bytes, ends: list[int], found: Found) -> None:
    where = f"obj {signature.objgen[0]} (Signature)"
    spread = [int(part) for part in signature.get("/ByteRange", [])]
    if len(spread) != 4 or spread[0] != 0 or spread[2] <= spread[1] or spread[2] + spread[3] not in ends:
        found("6.4.3-1", where, "/ByteRange does not cover the whole of its revision")
        return
    hole = data[spread[1] : spread[2]]
    try:
        der = bytes.fromhex(hole[1:-1].decode("ascii")) if hole[:1] + hole[-1:] == b"<>" else b""
        read = cms.ContentInfo.load(der)
        signed = read["content"]
        count, certificates = len(signed["signer_infos"]), signed["certificates"]
    except (ValueError, TypeError, KeyError):
        found("6.4.3-2", where, "/Contents is no CMS signature, or /ByteRange leaves out more than it")
        return
    if not len(certificates):
        found("6.4.3-2", where, "the signature does not hold its certificate")
    if count != 1:
        found("6.4.3-3", where, f"the signature has {count} signers")


def _check_store(store: Object, found: Found) -> None:
    """Check the security store of PAdES (ETSI EN 319 142-1 section 5.4): streams of DER, nothing that shows or acts."""
    if not isinstance(store, Dictionary) or set(store.keys()) - _STORE_KEYS:
        found("DSS", "DSS", "the security store holds something else than certificates and proofs of revocation")
        return
    for key in ("/Certs", "/CRLs", "/OCSPs"):
        for each in store.get(key, []):
            if not isinstance(each, Stream) or "/F" in each:
                found("DSS", f"DSS {key}", "not a stream of the file itself")


def _take_out(pdf: Pdf, seals: list[tuple[int, int]]) -> None:
    for page in pdf.pages:
        annotations = page.obj.get("/Annots")
        if annotations is None:
            continue
        left = Array([each for each in annotations if each.objgen not in seals])
        if len(left):
            page.obj.Annots = left
        else:
            del page.obj["/Annots"]
