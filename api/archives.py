"""Archives as the command line and HTTP make them: with the time stamp authority and the folder of the settings."""

from __future__ import annotations

from pathlib import Path

from api.settings import Settings, SettingsError
from archive.anchors.anchor import AnchorFailure
from archive.anchors.http import check_url
from archive.anchors.stamps import load_roots
from archive.anchors.timestamp import request_stamp
from archive.job import Stamp
from ledger.shell.migrate import sqlite_path


def stamp_from(settings: Settings) -> Stamp | None:
    """Give what has a manifest's signature time-stamped; None where no authority is set.

    An authority that does not answer stops no archive: it is made without a stamp, and can be made again.

    Raises:
        SettingsError: the address or the file of roots cannot be used.
    """
    url = settings.tsa_url
    if url is None:
        return None
    try:
        roots = load_roots(Path(settings.tsa_ca).read_bytes()) if settings.tsa_ca is not None else ()
    except (OSError, ValueError):
        raise SettingsError("SCEAU_TSA_CA", "a file of PEM certificates is needed") from None
    try:
        check_url(url)
    except ValueError as error:
        raise SettingsError("SCEAU_TSA_URL", str(error)) from None

    def stamp(signature: bytes) -> bytes | None:
        try:
            return request_stamp(url, signature, roots)
        except AnchorFailure:
            return None

    return stamp


def archives_folder(settings: Settings) -> Path:
    """Give where archives made over HTTP are kept: `SCEAU_ARCHIVES`, else `archives` beside the keys' folder."""
    if settings.archives is not None:
        return Path(settings.archives)
    if settings.store.startswith("sqlite:"):
        return sqlite_path(settings.store).parent / "archives"
    return Path("var/archives")
