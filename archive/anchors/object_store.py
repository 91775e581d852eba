"""A checkpoint in an object store elsewhere: S3-compatible, WebDAV, or anything that takes PUT and gives GET.

The same files as in a folder (archive/anchors/directory.py), never over another one: it is asked for first, written
with `If-None-Match: *` (RFC 9110 section 13.1.2), and read again before it counts.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from typing import Final
from urllib.parse import quote, urlsplit

from archive.anchors.anchor import AnchorFailure, Kind, Placed, Target, label
from archive.anchors.directory import SUFFIXES
from archive.anchors.http import Reply, check_url, send

_PARTS: Final = ("{ledger}", "{file}")
_LOCAL: Final = {"localhost", "127.0.0.1", "::1"}
_ABSENT: Final = {403, 404, 410}
"""Answers of a store that has no such object: S3 says 403 to who may not list."""


class ObjectStoreAnchor:
    """One object store, by the template of its objects' addresses."""

    kind: Kind = "directory"

    def __init__(
        self,
        template: str,
        clock: Callable[[], datetime],
        authorization: str | None = None,
        place: str = "object-store",
        timeout_seconds: float = 15.0,
    ) -> None:
        """Write at `template`, in which `{ledger}` and `{file}` stand for what they say.

        Args:
            template: an http or https address; what gives access may be in its query.
            clock: the present, UTC.
            authorization: the whole value of the `Authorization` header, if one is needed.
            place: a label.
            timeout_seconds: of one read.

        Raises:
            ValueError: it is no such address, or a secret would go in clear; the address is not in the words.
        """
        if any(template.count(part) != 1 for part in _PARTS):
            raise ValueError("an address with {ledger} and {file} is needed")
        parts = urlsplit(check_url(template))
        if any(part in parts.netloc for part in _PARTS):
            raise ValueError("{ledger} and {file} stand in the path of an address")
        if authorization is not None:
            if not (authorization.isascii() and authorization.isprintable()):
                raise ValueError("an authorization is one line of ASCII")
            if parts.scheme == "http" and parts.hostname not in _LOCAL:
                raise ValueError("an authorization never goes over http: https is needed")
        self.place = label(place, "object-store")
        self._template = template
        self._clock = clock
        self._headers = {} if authorization is None else {"Authorization": authorization}
        self._timeout = timeout_seconds

    def put(self, target: Target) -> Placed:
        """See `Anchor`."""
        name = f"{target.head.size:012d}"
        own = target.own
        self._keep(target.ledger, f"{name}.note", own)
        for row in target.proofs:
            if row.kind in SUFFIXES:
                with suppress(AnchorFailure):  # the checkpoint is there: a proof of it is a courtesy
                    self._keep(target.ledger, f"{name}.{row.place.replace('/', '_')}.{SUFFIXES[row.kind]}", row.proof)
        proof = {"file": f"{target.ledger}/{name}.note", "sha256": sha256(own).hexdigest()}
        return Placed(self._clock(), json.dumps(proof, sort_keys=True, separators=(",", ":")).encode())

    def _keep(self, ledger: str, file: str, data: bytes) -> None:
        url = self._template.replace("{ledger}", quote(ledger, safe="")).replace("{file}", quote(file, safe=""))
        before = self._get(url, data)
        if before.status == 200:  # also for stores that do not know `If-None-Match`
            _same(before, data)
            return
        if before.status not in _ABSENT:
            raise AnchorFailure("refused", str(before.status))
        conditional = {**self._headers, "Content-Type": "application/octet-stream", "If-None-Match": "*"}
        put = send("PUT", url, data, self._timeout, conditional)
        if put.status not in {200, 201, 204, 409, 412}:  # the last two: another writer was first; what is there decides
            raise AnchorFailure("refused", str(put.status))
        after = self._get(url, data)
        if after.status != 200:
            raise AnchorFailure("refused" if put.status in {409, 412} else "bad_answer", f"read again: {after.status}")
        _same(after, data)

    def _get(self, url: str, data: bytes) -> Reply:
        try:
            return send("GET", url, None, self._timeout, self._headers, len(data))
        except AnchorFailure as failure:
            if failure.cause == "bad_answer":  # it is longer than ours
                raise AnchorFailure("differs", "something else is there") from failure
            raise


def _same(found: Reply, data: bytes) -> None:
    if found.body != data:
        raise AnchorFailure("differs", "something else is there")
