"""The manifest's signature: CMS SignedData, detached, in DER (RFC 5652; docs/spec/archive.md rule 20)."""

from __future__ import annotations

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder

from ledger.shell.archive_keys import ArchiveSigner

_OPTIONS = [PKCS7Options.DetachedSignature, PKCS7Options.Binary, PKCS7Options.NoCapabilities]


def sign(manifest: bytes, signer: ArchiveSigner) -> bytes:
    """Sign the manifest's bytes; the certificate travels inside, and the time is that of this machine."""
    builder = PKCS7SignatureBuilder().set_data(manifest).add_signer(signer.certificate, signer.key, SHA256())
    return builder.sign(Encoding.DER, _OPTIONS)
