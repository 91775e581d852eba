"""Style sheets, scripts and pictures: read once, served under an address that holds their digest, kept for a year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from api.http.call import Answer, Call
from api.http.problems import Problem

FOLDER: Final = Path(__file__).resolve().parents[1] / "assets"
MEDIA: Final[Mapping[str, bytes]] = {
    ".css": b"text/css; charset=utf-8",
    ".js": b"text/javascript; charset=utf-8",
    ".svg": b"image/svg+xml",
    ".png": b"image/png",
}
_FOR_EVER: Final = (b"cache-control", b"public, max-age=31536000, immutable")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: its bytes, media type, and the digest in its address."""

    name: str
    body: bytes
    media: bytes
    digest: str

    @property
    def address(self) -> str:
        """Where it is served."""
        return f"/assets/{self.digest}/{self.name}"


@lru_cache(maxsize=1)
def assets() -> Mapping[str, Asset]:
    """Read every asset.

    Modules import each other by name (`import "./pad.js"`): the digest in their address is that of all files together,
    so that a changed one takes its importers with it.
    """
    bodies = {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir()) if path.suffix in MEDIA}
    digest = sha256(b"".join(name.encode() + b"\n" + body for name, body in bodies.items())).hexdigest()[:16]
    return {name: Asset(name, body, MEDIA[Path(name).suffix], digest) for name, body in bodies.items()}


def address_of(name: str) -> str:
    """Give the address of an asset.

    Raises:
        KeyError: there is none of that name.
    """
    return assets()[name].address


async def answer_asset(call: Call) -> Answer:
    """Answer one file; one of an older version is not there."""
    found = assets().get(call.params["name"])
    if found is None or found.digest != call.params["digest"]:
        raise Problem("ADDRESS_UNKNOWN")
    return Answer(200, found.body, found.media, (_FOR_EVER,))
