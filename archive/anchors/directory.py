"""A checkpoint in a folder elsewhere: another disk, a mount, a folder that is synchronised to another machine.

One file for a checkpoint, one for each proof of it, written whole or not at all and never over another one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Final

from archive.anchors.anchor import AnchorFailure, Kind, Placed, Target, label
from archive.anchors.within import within

SUFFIXES: Final = {"timestamp": "tsr", "witness": "cosigned"}
"""Proofs that are kept beside the checkpoint they are of, and how their names end."""


class DirectoryAnchor:
    """One folder."""

    kind: Kind = "directory"

    def __init__(
        self, folder: Path, clock: Callable[[], datetime], place: str = "directory", timeout_seconds: float = 60.0
    ) -> None:
        """Write below `folder`, which must be there: a mount that is gone is no empty folder to be filled."""
        self.place = label(place, "directory")
        self._folder = folder
        self._clock = clock
        self._timeout = timeout_seconds

    def put(self, target: Target) -> Placed:
        """See `Anchor`. A mount whose machine is off may hang for ever: it is given up after a while."""
        return within(self._timeout, lambda: self._put(target))

    def _put(self, target: Target) -> Placed:
        if not self._folder.is_dir():
            raise AnchorFailure("unreachable", "the folder is not there")
        head = target.head
        name = f"{target.ledger}/{head.size:012d}"
        try:
            (self._folder / target.ledger).mkdir(exist_ok=True)
            _keep(self._folder / f"{name}.note", target.own)
            for row in target.proofs:
                suffix = SUFFIXES.get(row.kind)
                if suffix is not None:
                    with suppress(AnchorFailure):  # a later stamp of the same checkpoint: the first one stays
                        _keep(self._folder / f"{name}.{row.place.replace('/', '_')}.{suffix}", row.proof)
            _sync(self._folder / target.ledger)
            _sync(self._folder)
        except OSError as error:
            raise AnchorFailure("unreachable", type(error).__name__) from error
        proof = {"file": f"{name}.note", "sha256": sha256(target.own).hexdigest()}
        return Placed(self._clock(), json.dumps(proof, sort_keys=True, separators=(",", ":")).encode())


def _keep(path: Path, data: bytes) -> None:
    """Write a new file, whole or not at all.

    Raises:
        AnchorFailure: `differs`: another one is there.
    """
    part = path.with_name(f".{path.name}.{token_hex(4)}")
    file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        with os.fdopen(file, "wb") as opened:
            opened.write(data)
            opened.flush()
            os.fsync(opened.fileno())
        _give_name(part, path)
    finally:
        part.unlink(missing_ok=True)
    if path.read_bytes() != data:
        raise AnchorFailure("differs", "another checkpoint of this size is in the folder")


def _give_name(part: Path, path: Path) -> None:
    try:
        os.link(part, path)  # unlike a rename, never over another file
    except FileExistsError:
        return
    except OSError:  # a file system without links: two writers at once could still meet here, as they do nowhere else
        if not path.exists():
            part.rename(path)


def _sync(folder: Path) -> None:
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
