"""The keys of sealed archives, beside a ledger's others: one that signs archives, one a year that encrypts names.

The signing key is P-256 with a certificate of its own making: it says who made the file, and is not the seal's key. A
year's key is 32 random bytes in the container of an X25519 key, as PKCS#8 has no form for a bare secret. See
docs/spec/archive.md rules 20 to 25.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from ledger.shell.errors import KeyMissing
from ledger.shell.keys import KeyStore

_KEY: Final = "archive.pem"
_CERTIFICATE: Final = "archive.crt"
_NEVER: Final = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)  # RFC 5280 section 4.1.2.5: no date is meant


class ArchiveSigner(NamedTuple):
    """Who signs a ledger's archives."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def key_id(self) -> str:
        """SHA-256 of the SubjectPublicKeyInfo, 64 hex digits: what is pinned."""
        form = self.certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return sha256(form).hexdigest()

    @property
    def pem(self) -> bytes:
        """The certificate."""
        return self.certificate.public_bytes(Encoding.PEM)


def archive_signer(keys: KeyStore, ledger: str, siren: str, now: datetime) -> ArchiveSigner:
    """Give the key that signs a ledger's archives, made at first use.

    Raises:
        KeyMissing: its passphrase is not here.
    """
    key = keys.other_key(ledger, _KEY)
    if key is None:
        with suppress(FileExistsError):  # another process made it just now
            keys.keep_other_key(ledger, _KEY, ec.generate_private_key(ec.SECP256R1()))
        key = keys.other_key(ledger, _KEY)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise KeyMissing(f"{_KEY} is not an ECDSA key")
    stored = keys.public_file(ledger, _CERTIFICATE)
    if stored is None:
        with suppress(FileExistsError):
            keys.keep_public_file(ledger, _CERTIFICATE, _certificate(key, ledger, siren, now))
        stored = keys.public_file(ledger, _CERTIFICATE) or b""
    certificate = x509.load_pem_x509_certificate(stored)
    if certificate.public_key() != key.public_key():
        raise KeyMissing(f"{_CERTIFICATE} is not the certificate of {_KEY}")
    return ArchiveSigner(key, certificate)


def year_key(keys: KeyStore, ledger: str, year: int, *, make: bool = False) -> bytes | None:
    """Give the 32 bytes that encrypt the names of a year's archives; None where there is none and none is to be made.

    Raises:
        KeyMissing: its passphrase is not here.
    """
    name = _year_name(year)
    key = keys.other_key(ledger, name)
    if key is None and make:
        with suppress(FileExistsError):
            keys.keep_other_key(ledger, name, X25519PrivateKey.from_private_bytes(secrets.token_bytes(32)))
        key = keys.other_key(ledger, name)
    if key is None:
        return None
    if not isinstance(key, X25519PrivateKey):
        raise KeyMissing(f"{name} is no key of a year")
    return key.private_bytes_raw()


def destroy_year_key(keys: KeyStore, ledger: str, year: int) -> None:
    """Remove a year's key for good: nothing brings back what only it opens."""
    keys.destroy_other_key(ledger, _year_name(year))


def key_digest(key: bytes) -> str:
    """Give what names a year's key without telling it (docs/spec/archive.md rule 23)."""
    return sha256(b"sceau-archive-key/1\n" + key).hexdigest()


def _year_name(year: int) -> str:
    return f"archive-year-{year:04d}.pem"


def _certificate(key: ec.EllipticCurvePrivateKey, ledger: str, siren: str, now: datetime) -> bytes:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"SIREN {siren}"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"sceau archive {ledger}"),
        ]
    )
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now.replace(hour=0, minute=0, second=0, microsecond=0))
        .not_valid_after(_NEVER)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )
    return made.public_bytes(Encoding.PEM)
