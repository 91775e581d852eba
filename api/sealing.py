"""What a seal on a document is made with: the issuer's PKCS#12 file, the time stamp authority, whom it is traced to."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from api.settings import Settings, SettingsError
from archive.anchors.anchor import AnchorFailure
from archive.anchors.http import post
from archive.anchors.revocation import Lists
from archive.anchors.stamps import load_roots
from projections.documents.seal import Trust
from projections.documents.seal_keys import Credential, open_pkcs12
from projections.documents.seal_stamps import Stamp, StampFailed

_SECONDS: Final = 15.0


def credential_of(file: Path, passphrase_file: Path | None) -> Credential:
    """Read the issuer's key and certificate; the passphrase is the first line of its file.

    Raises:
        CannotSeal: `not_pkcs12`, `password`, `weak_key`, `key_mismatch`.
        OSError: a file cannot be read.
    """
    passphrase = None if passphrase_file is None else passphrase_file.read_bytes().split(b"\n", 1)[0].rstrip(b"\r")
    return open_pkcs12(file.read_bytes(), passphrase)


def stamp_of(settings: Settings) -> Stamp | None:
    """Give what asks the settings' time stamp authority; None where none is set."""
    url = settings.tsa_url
    if url is None:
        return None

    def stamp(query: bytes) -> bytes:
        try:
            reply = post(url, query, "application/timestamp-query", _SECONDS)
        except AnchorFailure as failure:
            raise StampFailed("unreachable", failure.cause) from failure
        if reply.status != 200:
            raise StampFailed("refused", str(reply.status))
        return reply.body

    return stamp


def trust_of(settings: Settings, roots: Path | None) -> Trust | None:
    """Give the roots that certificates are traced to (`roots`, and those of the authority), and who gives lists.

    Raises:
        SettingsError: the authority's roots cannot be read.
        ValueError: there is no certificate in `roots`.
        OSError: it cannot be read.
    """
    found = [] if roots is None else list(load_roots(roots.read_bytes()))
    if settings.tsa_ca is not None:
        try:
            found += load_roots(Path(settings.tsa_ca).read_bytes())
        except (OSError, ValueError):
            raise SettingsError("SCEAU_TSA_CA", "a file of PEM certificates is needed") from None
    return Trust(tuple(found), lists=Lists().of) if found else None
