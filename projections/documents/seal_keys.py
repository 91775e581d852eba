"""The issuer's key and certificate: read from PKCS#12, and refused by name when they cannot seal (docs/sealing.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from asn1crypto import core, pkcs12  # type: ignore[import-untyped] # it has no types
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import MD5, SHA1
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from ledger.kernel.errors import SceauError

MAX_PKCS12_BYTES: Final = 1 << 20
MAX_ROUNDS: Final = 5_000_000
MIN_RSA_BITS: Final = 2048
MIN_CURVE_BITS: Final = 256
_MAX_CHAIN: Final = 8

_DOCUMENTS: Final = frozenset(
    {
        "2.5.29.37.0",  # any
        "1.3.6.1.5.5.7.3.36",  # document signing, RFC 9336
        "1.3.6.1.5.5.7.3.4",  # e-mail, which certificates of persons have (RFC 9336 section 1)
        "1.2.840.113583.1.1.5",  # Adobe authentic documents
        "1.3.6.1.4.1.311.10.3.12",  # Microsoft document signing
    }
)
"""Extended key usages under which a document may be signed; a certificate without that extension may sign any."""


class CannotSeal(SceauError):  # noqa: N818 - the house names what happened, not "Error"
    """This key, certificate or file cannot make the seal that was asked for: give another.

    `code` is stable; docs/sealing.md has them all.
    """

    def __init__(self, code: str, words: str = "") -> None:
        """Keep the stable code; the words name neither a person nor a secret."""
        super().__init__(f"{code}: {words}" if words else code)
        self.code = code
        self.words = words


@dataclass(frozen=True, slots=True)
class Credential:
    """A private key, its certificate, and the certificates above it that came with it, in any order."""

    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...] = ()

    def __repr__(self) -> str:
        return "Credential(...)"


def open_pkcs12(data: bytes, passphrase: bytes | None) -> Credential:
    """Read a PKCS#12 file (RFC 7292).

    Raises:
        CannotSeal: `not_pkcs12`, `password`, `weak_key`, `key_mismatch`.
    """
    if len(data) > MAX_PKCS12_BYTES:
        raise CannotSeal("not_pkcs12", "more than a megabyte")
    _check_rounds(data)
    try:
        read = load_pkcs12(data, passphrase)
    except ValueError:
        # No cause: a library's message may hold what it tried.
        raise CannotSeal("password", "the passphrase does not open the file") from None
    except (UnsupportedAlgorithm, TypeError):
        raise CannotSeal("not_pkcs12", "protected in a way that is not known") from None
    if read.key is None or read.cert is None:
        raise CannotSeal("not_pkcs12", "no key or no certificate in it")
    if not isinstance(read.key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise CannotSeal("weak_key", "a key that is neither RSA nor of a curve")
    others = tuple(each.certificate for each in read.additional_certs[:_MAX_CHAIN])
    one = Credential(read.key, read.cert.certificate, others)
    check_pair(one)
    return one


def check_pair(one: Credential) -> None:
    """See that the key is the certificate's.

    Raises:
        CannotSeal: `key_mismatch`.
    """
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if one.key.public_key().public_bytes(*form) != one.certificate.public_key().public_bytes(*form):
        raise CannotSeal("key_mismatch", "the key is not that of the certificate")


def check_credential(one: Credential, at: datetime) -> None:
    """See that a certificate may seal a document at this time.

    Raises:
        CannotSeal: `not_yet_valid`, `expired`, `weak_key`, `key_usage`, `key_mismatch`.
    """
    check_pair(one)
    held = one.certificate
    if at < held.not_valid_before_utc:
        raise CannotSeal("not_yet_valid", f"valid from {held.not_valid_before_utc:%Y-%m-%d}")
    if at > held.not_valid_after_utc:
        raise CannotSeal("expired", f"valid until {held.not_valid_after_utc:%Y-%m-%d}")
    _check_strength(one)
    try:
        _check_usage(held)
    except ValueError:
        raise CannotSeal("key_usage", "the extensions of the certificate cannot be read") from None


def usages(held: x509.Certificate) -> set[str]:
    """Give which of the two usages that sign documents a certificate has, by RFC 5280's names in pyHanko's spelling."""
    try:
        said = held.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return {"digital_signature", "non_repudiation"}
    named = {"digital_signature": said.digital_signature, "non_repudiation": said.content_commitment}
    return {name for name, has in named.items() if has}


def chain_of(
    held: x509.Certificate, others: tuple[x509.Certificate, ...], roots: tuple[x509.Certificate, ...]
) -> tuple[x509.Certificate, ...]:
    """Give a certificate and those above it up to a root; only itself when no path leads there."""
    chain = [held]
    while len(chain) <= _MAX_CHAIN:
        top = chain[-1]
        if top in roots:
            return tuple(chain)
        above = next((each for each in (*roots, *others) if each not in chain and _signed(top, each)), None)
        if above is None:
            break
        chain.append(above)
    return (held,)


def _signed(below: x509.Certificate, above: x509.Certificate) -> bool:
    try:
        below.verify_directly_issued_by(above)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _check_strength(one: Credential) -> None:
    key = one.key
    if isinstance(key, rsa.RSAPrivateKey):
        if key.key_size < MIN_RSA_BITS:
            raise CannotSeal("weak_key", f"RSA of {key.key_size} bits, and {MIN_RSA_BITS} are needed")
    elif not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.key_size < MIN_CURVE_BITS:
        raise CannotSeal("weak_key", f"neither RSA nor a curve of {MIN_CURVE_BITS} bits")
    if isinstance(one.certificate.signature_hash_algorithm, SHA1 | MD5):
        raise CannotSeal("weak_key", "the certificate is signed with a broken digest")


def _check_usage(held: x509.Certificate) -> None:
    extensions = held.extensions
    for each in extensions:
        if isinstance(each.value, x509.BasicConstraints) and each.value.ca:
            raise CannotSeal("key_usage", "the certificate is that of an authority")
        if isinstance(each.value, x509.ExtendedKeyUsage) and not {use.dotted_string for use in each.value} & _DOCUMENTS:
            raise CannotSeal("key_usage", "the certificate is for other uses than documents")
    if not usages(held):
        raise CannotSeal("key_usage", "the certificate may neither sign nor commit")


def _check_rounds(data: bytes) -> None:
    """See that opening the file takes no forever: the file itself says how many rounds of hashing it wants.

    What lies under a first layer of encryption is not seen here; the library then bounds nothing. Files are given by
    the business itself, so this guards against accidents and dull malice.
    """
    try:
        read = pkcs12.Pfx.load(data, strict=True)
        mac = read["mac_data"]
        rounds = [] if mac.native is None else [mac["iterations"].native]
        for part in read.authenticated_safe:
            kind = part["content_type"].native
            if kind == "encrypted_data":
                rounds += _rounds(part["content"]["encrypted_content_info"]["content_encryption_algorithm"])
            elif kind == "data":
                for bag in pkcs12.SafeContents.load(part["content"].native):
                    if bag["bag_id"].native == "pkcs8_shrouded_key_bag":
                        rounds += _rounds(bag["bag_value"]["encryption_algorithm"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise CannotSeal("not_pkcs12", "the file is no PKCS#12") from None
    if any(not isinstance(count, int) or count < 0 or count > MAX_ROUNDS for count in rounds):
        raise CannotSeal("not_pkcs12", "the file asks for more rounds than anybody needs")


def _rounds(algorithm: core.Sequence) -> Iterator[Any]:
    parameters = algorithm["parameters"]
    inner = parameters["key_derivation_func"]["parameters"] if "key_derivation_func" in parameters else parameters
    for name in ("iterations", "iteration_count"):
        if name in inner:
            yield inner[name].native
