"""Time stamps (RFC 3161): the request, and what a response is worth. Bytes alone: nothing here reaches the network.

`asn1crypto` reads the structures, `cryptography` checks the signatures; the rules between them are written here, as no
library takes what `openssl ts` authorities send (docs/decisions/time-stamps.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, ClassVar, Final, NamedTuple

from asn1crypto import algos, cms, core, crl, tsp  # type: ignore[import-untyped] # it has no types
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from archive.anchors.revocation import revoked
from ledger.kernel.errors import Malformed

_GRANTED: Final = {"granted", "granted_with_mods"}
_HASHES: Final[dict[str, type[hashes.HashAlgorithm]]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
_MOST_CHAIN: Final = 8
_KNOWN_EXTENSIONS: Final = frozenset({"basicConstraints", "keyUsage", "extendedKeyUsage", "certificatePolicies"})


class Stamp(NamedTuple):
    """What a time stamp says."""

    at: datetime  # genTime, UTC
    authority: str  # subject of the certificate that signed, RFC 4514
    trusted: bool  # it leads to a root that was given; otherwise it is only whole in itself
    nonce: int | None
    serial: int


class _Response(core.Sequence):  # type: ignore[misc] # the library has no types
    """RFC 3161 section 2.4.2; the library's own takes the token for mandatory, which a refusal has not."""

    _fields: ClassVar[list[Any]] = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


class Refused(Malformed):
    """The authority answered, and said no."""


def request(data: bytes, nonce: int) -> bytes:
    """Give a TimeStampReq over SHA-256 of `data`, that asks for the authority's certificates."""
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": sha256(data).digest()}
    asked: bytes = tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "nonce": nonce, "cert_req": True}).dump()
    return asked


def check(proof: bytes, data: bytes, roots: Sequence[x509.Certificate] = ()) -> Stamp:
    """Read a TimeStampResp over `data`; with `roots`, it must lead to one of them.

    Dates of certificates are looked at as of the moment of the stamp: a stamp outlives its authority's certificate.

    Raises:
        Refused: the authority refused.
        Malformed: `timestamp`, the place saying which part does not hold.
    """
    return _checked(proof, data, roots)[0]


def chain_of(proof: bytes, data: bytes, roots: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """Give the certificates of a stamp, from the one that signed to where they end.

    Raises:
        Refused, Malformed: as `check`.
    """
    return _checked(proof, data, roots)[1]


def with_lists(proof: bytes, lists: Sequence[bytes]) -> bytes:
    """Put revocation lists into a TimeStampResp, beside its certificates: its signature does not cover them.

    Raises:
        Malformed: it is none.
    """
    if not lists:
        return proof
    signed = _signed_data(proof)
    try:
        response = _Response.load(proof, strict=True)
        content = response["time_stamp_token"]["content"]
        content["crls"] = cms.RevocationInfoChoices(
            [cms.RevocationInfoChoice("crl", crl.CertificateList.load(each)) for each in lists]
        )
        made: bytes = response.dump()
    except Exception as error:  # as in `check`
        raise Malformed("timestamp", "form") from error
    if _signed_data(made)["signer_infos"].dump() != signed["signer_infos"].dump():
        raise Malformed("timestamp", "form")
    return made


def _checked(proof: bytes, data: bytes, roots: Sequence[x509.Certificate]) -> tuple[Stamp, list[x509.Certificate]]:
    signed = _signed_data(proof)
    try:
        info = signed["encap_content_info"]["content"].parsed
        imprint = info["message_imprint"]
        digest = imprint["hash_algorithm"]["algorithm"].native, imprint["hashed_message"].native
        at = info["gen_time"].native.astimezone(UTC)
        nonce, serial = info["nonce"].native, info["serial_number"].native
        certificates = [x509.load_der_x509_certificate(each.chosen.dump()) for each in signed["certificates"]]
        lists = [each.chosen.dump() for each in signed["crls"] or () if each.name == "crl"]
        (signer,) = signed["signer_infos"]
        ours = _certificate_of(signer, certificates)
        _check_signature(signed, signer, ours)
    except Malformed:
        raise
    except Exception as error:  # hostile bytes in two libraries: whatever they raise, the form is wrong
        raise Malformed("timestamp", "form") from error
    if digest != ("sha256", sha256(data).digest()):
        raise Malformed("timestamp", "imprint")
    chain = _check_chain(ours, certificates, roots, at)
    if revoked(chain, lists, at):
        raise Malformed("timestamp", "revoked")
    return Stamp(at, ours.subject.rfc4514_string(), bool(roots), nonce, serial), chain


def load_roots(pem: bytes) -> tuple[x509.Certificate, ...]:
    """Read the certificates of a PEM file.

    Raises:
        ValueError: there is none in it.
    """
    return tuple(x509.load_pem_x509_certificates(pem))


def _signed_data(proof: bytes) -> Any:
    try:
        response = _Response.load(proof, strict=True)
        status = response["status"]["status"].native
        if status not in _GRANTED:
            raise Refused("timestamp", "status")
        token = response["time_stamp_token"]
        if token["content_type"].native != "signed_data":
            raise Malformed("timestamp", "form")
        signed = token["content"]
        if signed["encap_content_info"]["content_type"].native != "tst_info":
            raise Malformed("timestamp", "form")
    except Malformed:
        raise
    except Exception as error:  # as in `check`
        raise Malformed("timestamp", "form") from error
    return signed


def _certificate_of(signer: Any, certificates: Sequence[x509.Certificate]) -> x509.Certificate:
    """The certificate that the signature names by issuer and number (RFC 5652 section 5.3)."""
    named = signer["sid"].chosen
    if not isinstance(named, cms.IssuerAndSerialNumber):
        raise Malformed("timestamp", "signer")
    issuer, number = named["issuer"].dump(), named["serial_number"].native
    for certificate in certificates:
        if certificate.serial_number == number and certificate.issuer.public_bytes() == issuer:
            return certificate
    raise Malformed("timestamp", "signer")


def _check_signature(signed: Any, signer: Any, certificate: x509.Certificate) -> None:
    """The signed attributes name this content and this certificate, and the certificate's key signed them."""
    attributes = {each["type"].native: each["values"] for each in signer["signed_attrs"]}
    if len(attributes) != len(signer["signed_attrs"]):
        raise Malformed("timestamp", "attributes")
    digest = _HASHES.get(signer["digest_algorithm"]["algorithm"].native)
    if digest is None:
        raise Malformed("timestamp", "algorithm")
    content = signed["encap_content_info"]["content"].contents
    if attributes["content_type"][0].native != "tst_info":
        raise Malformed("timestamp", "attributes")
    if attributes["message_digest"][0].native != _digest(digest, content):
        raise Malformed("timestamp", "attributes")
    if not _names(attributes, certificate):
        raise Malformed("timestamp", "certificate")
    # What is signed is the SET OF itself, not the implicit tag it travels under (RFC 5652 section 5.4).
    text = b"\x31" + signer["signed_attrs"].dump()[1:]
    try:
        _verify(certificate, signer["signature_algorithm"], digest, signer["signature"].native, text)
    except InvalidSignature as error:
        raise Malformed("timestamp", "signature") from error


def _names(attributes: dict[str, Any], certificate: x509.Certificate) -> bool:
    """ESSCertID or ESSCertIDv2: the signed hash of the signer's certificate (RFC 3161 section 2.4.1, RFC 5816)."""
    if "signing_certificate_v2" in attributes:
        first = attributes["signing_certificate_v2"][0]["certs"][0]
        hashed = _HASHES.get(first["hash_algorithm"]["algorithm"].native)
        return hashed is not None and first["cert_hash"].native == certificate.fingerprint(hashed())
    if "signing_certificate" in attributes:
        first = attributes["signing_certificate"][0]["certs"][0]
        found: bytes = first["cert_hash"].native
        return found == certificate.fingerprint(hashes.SHA1())  # noqa: S303 - the attribute's own hash; the signature covers it
    return False


def _verify(certificate: x509.Certificate, algorithm: Any, digest: Any, signature: bytes, text: bytes) -> None:
    key = certificate.public_key()
    named = algorithm["algorithm"].native
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, text, ec.ECDSA(_signed_hash(algorithm, digest)()))
    elif isinstance(key, rsa.RSAPublicKey) and named == "rsassa_pss":
        chosen = _HASHES[algorithm["parameters"]["hash_algorithm"]["algorithm"].native]
        salt = algorithm["parameters"]["salt_length"].native
        key.verify(signature, text, padding.PSS(padding.MGF1(chosen()), salt), chosen())
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, text, padding.PKCS1v15(), _signed_hash(algorithm, digest)())
    else:
        raise Malformed("timestamp", "algorithm")


def _signed_hash(algorithm: algos.SignedDigestAlgorithm, digest: Any) -> Any:
    """The hash of a signature algorithm; plain `rsaEncryption` goes with the digest algorithm."""
    try:
        return _HASHES[algorithm.hash_algo]
    except ValueError:
        return digest


def _check_chain(
    signer: x509.Certificate, carried: Sequence[x509.Certificate], roots: Sequence[x509.Certificate], at: datetime
) -> list[x509.Certificate]:
    """From the signer to a root, every certificate good at the moment of the stamp; without roots, to where it ends."""
    try:
        usage = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (x509.ExtensionNotFound, ValueError) as error:
        raise Malformed("timestamp", "certificate") from error
    if not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:  # RFC 3161 section 2.3
        raise Malformed("timestamp", "certificate")
    here = signer
    chain = [signer]
    for length in range(_MOST_CHAIN):
        if not here.not_valid_before_utc <= at <= here.not_valid_after_utc or _unknown(here):
            raise Malformed("timestamp", "certificate")
        if here in roots:
            return chain
        above = next((one for one in (*roots, *carried) if one != here and _issued(one, here, length)), None)
        if above is None:
            break
        here = above
        chain.append(here)
    if roots:
        raise Malformed("timestamp", "root")
    return chain


def _unknown(certificate: x509.Certificate) -> bool:
    """A critical extension that nobody here understands (RFC 5280 section 4.2)."""
    return any(each.critical and each.oid._name not in _KNOWN_EXTENSIONS for each in certificate.extensions)


def _issued(above: x509.Certificate, below: x509.Certificate, length: int) -> bool:
    try:
        basic = above.extensions.get_extension_for_class(x509.BasicConstraints).value
        if not basic.ca or (basic.path_length is not None and basic.path_length < length):
            return False
        below.verify_directly_issued_by(above)
    except (x509.ExtensionNotFound, ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    try:
        return above.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound:
        return True


def _digest(algorithm: type[hashes.HashAlgorithm], data: bytes) -> bytes:
    made = hashes.Hash(algorithm())
    made.update(data)
    return made.finalize()


__all__ = ["Refused", "Stamp", "chain_of", "check", "load_roots", "request", "with_lists"]
