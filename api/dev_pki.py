"""A root, a time stamp authority and a signer for trying seals out: `sceau keys dev-pki`. Nobody trusts them, by
design.

Every name in a certificate begins with TEST ONLY, every file with TEST-ONLY-. The time stamps are real RFC 3161; what
they lack is an authority behind them.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from asn1crypto import cms, tsp  # type: ignore[import-untyped] # it has no types
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12, serialize_key_and_certificates
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

MARK: Final = "TEST ONLY"
PREFIX: Final = "TEST-ONLY-"
ROOT, TSA, SIGNER, LIST = (f"{PREFIX}{name}" for name in ("root.pem", "tsa.p12", "signer.p12", "root.crl"))
DAYS: Final = 365
AUTHORITY_DAYS: Final = 3650
"""How long the root and the time stamp authority last: longer than the signer, so that B-LTA can be tried."""

PORT: Final = 3161
_POLICY: Final = "2.999.3161"  # X.660: the arc for examples
_DOCUMENT_SIGNING: Final = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")


@dataclass(frozen=True, slots=True)
class Pki:
    """The certificates, keys and revocation list of one such infrastructure."""

    root: x509.Certificate
    signer: x509.Certificate
    signer_key: rsa.RSAPrivateKey
    tsa: x509.Certificate
    tsa_key: ec.EllipticCurvePrivateKey
    crl: bytes

    def stamp(self, query: bytes, at: datetime | None = None) -> bytes:
        """Answer a TimeStampReq with a TimeStampResp (RFC 3161), dated now unless told otherwise."""
        return _stamped(self, query, at or datetime.now(UTC))

    def lists(self, chain: Sequence[x509.Certificate]) -> list[bytes]:
        """Give the revocation list of a chain below this root."""
        return [self.crl] if self.root in chain else []


def make(at: datetime, host: str = f"127.0.0.1:{PORT}") -> Pki:
    """Make one anew, valid from an hour before `at`, the signer for a year; the list's address is at `host`."""
    root_key = ec.generate_private_key(ec.SECP256R1())
    root_name = _name("root")
    root = (
        _begun(root_name, root_name, root_key.public_key(), at)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(root_key.public_key()), critical=False)
        .sign(root_key, SHA256())
    )
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    point = x509.DistributionPoint([x509.UniformResourceIdentifier(f"http://{host}/{LIST}")], None, None, None)

    def below(words: str, key: Any, days: int, purpose: x509.ObjectIdentifier, critical: bool) -> x509.Certificate:
        return (
            _begun(_name(words), root_name, key, at, days)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical=critical)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(above, critical=False)
            .add_extension(x509.CRLDistributionPoints([point]), critical=False)
            .sign(root_key, SHA256())
        )

    signer_key = rsa.generate_private_key(65537, 3072)
    tsa_key = ec.generate_private_key(ec.SECP256R1())
    revoked = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root_name)
        .last_update(at - timedelta(hours=1))
        .next_update(at + timedelta(days=DAYS))
        .add_extension(x509.CRLNumber(1), critical=False)
        .add_extension(above, critical=False)
        .sign(root_key, SHA256())
    )
    return Pki(
        root=root,
        signer=below("signer", signer_key.public_key(), DAYS, _DOCUMENT_SIGNING, critical=False),
        signer_key=signer_key,
        tsa=below(
            "time stamps", tsa_key.public_key(), AUTHORITY_DAYS, ExtendedKeyUsageOID.TIME_STAMPING, critical=True
        ),
        tsa_key=tsa_key,
        crl=revoked.public_bytes(Encoding.DER),
    )


def write(pki: Pki, folder: Path, passphrase: bytes) -> list[Path]:
    """Write the files of one into a folder, readable by their owner only.

    Raises:
        FileExistsError: one of them is there.
    """
    guard = BestAvailableEncryption(passphrase)
    label = MARK.encode()
    files = {
        ROOT: pki.root.public_bytes(Encoding.PEM),
        LIST: pki.crl,
        SIGNER: serialize_key_and_certificates(label + b" signer", pki.signer_key, pki.signer, [pki.root], guard),
        TSA: serialize_key_and_certificates(label + b" time stamps", pki.tsa_key, pki.tsa, [pki.root], guard),
    }
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = [folder / name for name in files]
    if there := [path for path in made if path.exists()]:
        raise FileExistsError(17, "there is one already", str(there[0]))
    for path, data in zip(made, files.values(), strict=True):
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(data)
    return made


def read(folder: Path, passphrase: bytes) -> Pki:
    """Read one back.

    Raises:
        ValueError: the passphrase does not open it, or it is none of ours.
        OSError: a file cannot be read.
    """
    signer = load_pkcs12((folder / SIGNER).read_bytes(), passphrase)
    tsa = load_pkcs12((folder / TSA).read_bytes(), passphrase)
    if signer.cert is None or tsa.cert is None:
        raise ValueError("a certificate is missing")
    if not isinstance(signer.key, rsa.RSAPrivateKey) or not isinstance(tsa.key, ec.EllipticCurvePrivateKey):
        raise ValueError("a key is not of the kind that dev-pki makes")
    root = x509.load_pem_x509_certificate((folder / ROOT).read_bytes())
    crl = (folder / LIST).read_bytes()
    return Pki(root, signer.cert.certificate, signer.key, tsa.cert.certificate, tsa.key, crl)


def server(pki: Pki, port: int = PORT) -> ThreadingHTTPServer:
    """Give a server on 127.0.0.1 that stamps what is posted to it and gives the revocation list; port 0 takes any."""

    class Handler(BaseHTTPRequestHandler):
        """One request."""

        def do_POST(self) -> None:
            """Stamp."""
            length = self.headers.get("Content-Length", "")
            query = self.rfile.read(min(int(length), 1 << 16)) if length.isdecimal() else b""
            try:
                self._answer(200, "application/timestamp-reply", pki.stamp(query))
            except (ValueError, TypeError, KeyError):
                self._answer(400, "text/plain", b"not a time stamp request\n")

        def do_GET(self) -> None:
            """Give the list."""
            if self.path == f"/{LIST}":
                self._answer(200, "application/pkix-crl", pki.crl)
            else:
                self._answer(404, "text/plain", b"TEST ONLY\n")

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def _name(words: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"{MARK} - worth nothing"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{MARK} {words}"),
        ]
    )


def _begun(
    subject: x509.Name, issuer: x509.Name, key: Any, at: datetime, days: int = AUTHORITY_DAYS
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(hours=1))
        .not_valid_after(at + timedelta(days=days))
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _stamped(pki: Pki, query: bytes, at: datetime) -> bytes:
    asked = tsp.TimeStampReq.load(query, strict=True)
    info = {
        "version": "v1",
        "policy": _POLICY,
        "message_imprint": asked["message_imprint"],
        "serial_number": secrets.randbits(63),
        "gen_time": at.astimezone(UTC).replace(microsecond=0),
        "accuracy": {"seconds": 1},
    }
    if asked["nonce"].native is not None:
        info["nonce"] = asked["nonce"]
    content = tsp.TSTInfo(info).dump()
    own = asn1_x509.Certificate.load(pki.tsa.public_bytes(Encoding.DER))
    named = tsp.ESSCertIDv2({"cert_hash": sha256(own.dump()).digest()})
    signed = cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["tst_info"]},
            {"type": "message_digest", "values": [sha256(content).digest()]},
            {"type": "signing_certificate_v2", "values": [{"certs": [named]}]},
        ]
    )
    signed = cms.CMSAttributes.load(signed.dump())
    signer = {
        "version": "v1",
        "sid": {"issuer_and_serial_number": {"issuer": own.issuer, "serial_number": own.serial_number}},
        "digest_algorithm": {"algorithm": "sha256"},
        "signature_algorithm": {"algorithm": "sha256_ecdsa"},
        "signed_attrs": signed,
        "signature": pki.tsa_key.sign(signed.dump(), ec.ECDSA(SHA256())),
    }
    token = {
        "version": "v3",
        "digest_algorithms": [{"algorithm": "sha256"}],
        "encap_content_info": {"content_type": "tst_info", "content": cms.ParsableOctetString(content)},
        "certificates": [own],
        "signer_infos": [signer],
    }
    return bytes(
        tsp.TimeStampResp(
            {
                "status": {"status": "granted"},
                "time_stamp_token": {"content_type": "signed_data", "content": cms.SignedData(token)},
            }
        ).dump()
    )
