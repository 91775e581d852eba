"""CMS and X.509 values that are written as they were read, and a CMS signature packed out of bytes; for `seal.py`.

asn1crypto takes a length that ends in 80, as one in 256 does, for an indefinite one; it then writes the value anew, and
each value inside writes its children twice: 2^depth times in all. Measured on pyHanko with asn1crypto 1.5.1: of 40
seals with a time stamp 38 in 30 ms each, one in 2 s and one in 26 s. So nothing deep is written by asn1crypto here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from asn1crypto import algos, cms, core, crl  # type: ignore[import-untyped] # it has no types
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

_SEQUENCE, _SET, _OCTETS, _CERTIFICATES, _SIGNED, _UNSIGNED, _EXPLICIT = 0x30, 0x31, 0x04, 0xA0, 0xA0, 0xA1, 0xA0
_ONE: Final = bytes.fromhex("020101")
_DATA: Final = bytes.fromhex("300b06092a864886f70d010701")
_SIGNED_DATA: Final = bytes.fromhex("06092a864886f70d010702")


class _Written:
    """Gives back the bytes it was read from; a copy under another tag has none, and is written by asn1crypto."""

    _whole: bytes | None = None

    def dump(self, force: bool = False) -> bytes:
        """Give the bytes."""
        return self._whole if self._whole is not None else bytes(super().dump(force))  # type: ignore[misc] # mixed in


class _Content(_Written, cms.ContentInfo):  # type: ignore[misc] # asn1crypto has no types
    pass


class _Certificate(_Written, asn1_x509.Certificate):  # type: ignore[misc] # the same
    pass


class _List(_Written, crl.CertificateList):  # type: ignore[misc] # the same
    pass


def content(der: bytes) -> cms.ContentInfo:
    """Read a ContentInfo."""
    return _read(_Content, der)


def certificate(one: x509.Certificate) -> asn1_x509.Certificate:
    """Give a certificate as pyHanko takes it."""
    return _read(_Certificate, one.public_bytes(Encoding.DER))


def revocation_list(der: bytes) -> crl.CertificateList:
    """Read a revocation list.

    Raises:
        ValueError: it is none.
    """
    return _read(_List, der)


def _read(kind: Any, der: bytes) -> Any:
    one = kind.load(der, strict=True)
    one._whole = der
    return one


def packed(
    *,
    digest_algorithm: str,
    mechanism: algos.SignedDigestAlgorithm,
    signer: asn1_x509.Certificate,
    certificates: Iterable[asn1_x509.Certificate],
    signed_attributes: cms.CMSAttributes,
    unsigned_attributes: cms.CMSAttributes | None,
    signature: bytes,
) -> cms.ContentInfo:
    """Give the detached signature of one signer, DER, version 1 (its certificates are all X.509)."""
    algorithm = algos.DigestAlgorithm({"algorithm": digest_algorithm}).dump()
    serial = core.Integer(signer.serial_number).dump()
    info = _value(
        _SEQUENCE,
        _ONE,
        _value(_SEQUENCE, signer.issuer.dump(), serial),
        algorithm,
        _value(_SIGNED, _content(signed_attributes.dump())),
        mechanism.dump(),
        _value(_OCTETS, signature),
        b"" if unsigned_attributes is None else _value(_UNSIGNED, *sorted(map(_attribute, unsigned_attributes))),
    )
    held = sorted({each.dump() for each in (signer, *certificates)})
    whole = _value(_SEQUENCE, _ONE, _value(_SET, algorithm), _DATA, _value(_CERTIFICATES, *held), _value(_SET, info))
    return content(_value(_SEQUENCE, _SIGNED_DATA, _value(_EXPLICIT, whole)))


def _attribute(one: cms.CMSAttribute) -> bytes:
    return _value(_SEQUENCE, one["type"].dump(), _value(_SET, *sorted(value.dump() for value in one["values"])))


def _value(tag: int, *parts: bytes) -> bytes:
    """Write one value of DER: tag, length, contents."""
    contents = b"".join(parts)
    length = len(contents)
    if length < 0x80:
        return bytes((tag, length)) + contents
    digits = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(digits))) + digits + contents


def _content(der: bytes) -> bytes:
    """Give the contents of a value: a SET of attributes is signed as one, and travels under another tag."""
    return der[2:] if der[1] < 0x80 else der[2 + (der[1] & 0x7F) :]
