"""What an attacker does to an archive: take it apart, change it, pack it again, sign it with another key.

Written from docs/spec/archive.md; the ZIP is written by the standard library, so that the verifier's reader meets
another writer than ours.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

Files = dict[str, bytes]
ZEROS = "0" * 64


def read(path: Path) -> Files:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: Files) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()


def write(path: Path, files: Files) -> Path:
    path.write_bytes(packed(files))
    return path


def canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def manifest(files: Files) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files["manifest.json"])
    return found


def with_manifest(files: Files, change: Callable[[dict[str, Any]], object]) -> Files:
    """The manifest changed; its signature stays what it was."""
    told = manifest(files)
    change(told)
    return {**files, "manifest.json": canonical(told)}


def listed(files: Files) -> Files:
    """The manifest made to list the files as they are."""
    apart = {"manifest.json", "manifest.p7s", "manifest.tsr"}
    rows = [
        {"name": name, "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
        for name, data in sorted(files.items())
        if name not in apart
    ]
    return with_manifest(files, lambda told: told.update(files=rows))


class Signer:
    """A certificate of one's own, and signatures by it."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "somebody else")])
        made = x509.CertificateBuilder(name, name, self.key.public_key(), x509.random_serial_number())
        made = made.not_valid_before(datetime(2026, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2126, 1, 1, tzinfo=UTC))
        self.certificate = made.sign(self.key, hashes.SHA256())

    @property
    def id(self) -> str:
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        spki = self.key.public_key().public_bytes(serialization.Encoding.DER, form)
        return hashlib.sha256(spki).hexdigest()

    def sign(self, files: Files) -> Files:
        """Everything listed anew and signed by this key."""
        pem = self.certificate.public_bytes(serialization.Encoding.PEM)
        found = listed({**files, "archive-certificate.pem": pem})
        found = with_manifest(found, lambda told: told.update(archive_key=self.id))
        options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
        builder = pkcs7.PKCS7SignatureBuilder().set_data(found["manifest.json"])
        builder = builder.add_signer(self.certificate, self.key, hashes.SHA256())
        found["manifest.p7s"] = builder.sign(serialization.Encoding.DER, options)
        found.pop("manifest.tsr", None)
        return found


def entries_name(files: Files) -> str:
    [name] = [name for name in files if name.startswith("entries/")]
    return name


def lines(files: Files) -> list[bytes]:
    return files[entries_name(files)].split(b"\n")[:-1]


def with_lines(files: Files, changed: list[bytes]) -> Files:
    return {**files, entries_name(files): b"".join(line + b"\n" for line in changed)}


def relinked(changed: list[bytes], start: int = 0) -> list[bytes]:
    """Every line after `start` linked to the one before it, and numbered on, as who has no seal key can do."""
    out = changed[: start + 1]
    for line in changed[start + 1 :]:
        tree = json.loads(line)
        tree["chain"]["prev"] = hashlib.sha256(out[-1]).hexdigest()
        tree["chain"]["seq"] = json.loads(out[-1])["chain"]["seq"] + 1
        out.append(canonical(tree))
    return out


def edited(line: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    tree = json.loads(line)
    change(tree)
    return canonical(tree)


def root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + root(leaves[:half]) + root(leaves[half:])).digest()
