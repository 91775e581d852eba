"""The documents folder of the second file: every rendered document of the period, tied to its entry by its digest.

One file at a time is in memory. A file that is not at hand any more and cannot be made again (its names were erased, an
older version of the software drew it) is left out: the entry keeps its digest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Final

import orjson

from archive.job import Job, RenderedFile
from archive.sealed.container import STORED
from archive.sealed.spool import Member, Packer
from ledger.domain.events.messages import DocumentRendered, DocumentSealed

FOLDER: Final = "documents/"
MOST: Final = 250_000
"""Files of one archive: each has a line in a manifest that its readers hold whole."""

_NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9._-]+")
_MEDIA: Final = {"application/pdf": "pdf", "application/xml": "xml"}


def document_members(job: Job, packer: Packer) -> list[Member]:
    """Give the members of the documents folder, in order of the entries that recorded them.

    Raises:
        ValueError: there are too many for one archive: a shorter period is to be taken.
    """
    if job.documents is None:
        return []
    members: list[Member] = []
    out = packer.file()
    for file in rendered_files(job):
        data = job.documents(file)
        if data is None or sha256(data).hexdigest() != file.digest:
            continue
        if len(members) == MOST:
            raise ValueError(f"over {MOST} documents: make archives of shorter periods")
        members.append(packer.whole(name_of(file), data, out, STORED))  # a PDF is packed already
    return members


def rendered_files(job: Job) -> Iterator[RenderedFile]:
    """Give every file that an entry of the range records."""
    ledger, first, last = job.ledger, job.range.first, job.range.last
    for line in job.store.lines(ledger, first - 1, last, types=(DocumentRendered.TYPE, DocumentSealed.TYPE)):
        if not line.line:
            continue
        body: dict[str, Any] = orjson.loads(line.line)["entry"]["body"]
        about = line.stream.partition(":")[2]
        if line.type == DocumentRendered.TYPE:
            yield RenderedFile(
                line.seq, about, body["digest"], body["media_type"], body["kind"], body["about_seq"], body["language"],
                body.get("copy"), body["software"], sealed=False,
            )  # fmt: skip
        else:
            yield RenderedFile(
                line.seq, about, body["digest"], "application/pdf", "sealed", 0, "", None, "", sealed=True
            )


def name_of(file: RenderedFile) -> str:
    """Give a member's name: the entry that recorded it, its kind, the entry it stands for, copy and language."""
    words = [f"{file.seq:012d}", file.kind, str(file.about_seq) if file.about_seq else file.about]
    if file.copy is not None:
        words.append(f"duplicata-{file.copy}")
    if file.language not in ("", "fr"):
        words.append(file.language)
    return f"{FOLDER}{_NOT_IN_NAMES.sub('_', '-'.join(words))}.{_MEDIA.get(file.media_type, 'bin')}"
