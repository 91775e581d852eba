"""One document as a file: its bytes, its name, what is known of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from typing import Any, Final

from api.rendering.recording import Files
from api.rendering.subjects import Subject
from ledger.domain.events.messages import DocumentRendered
from ledger.domain.streams.document import Rendering
from projections.documents.paper import Language, Paper

PDF: Final = "application/pdf"


@dataclass(frozen=True, slots=True)
class File:
    """One document as a file.

    `seq` is the entry that it stands for; `recorded` the entry that tells its digest, or None where the ledger can take
    none now (its key is not here, it is closed).
    """

    data: bytes
    digest: str
    media_type: str
    name: str
    subject: Subject
    language: Language
    seq: int
    number: str | None
    copy: int | None
    profile: str | None
    recorded: int | None
    made: bool  # drawn just now, not kept
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """A document that is drawn and waits to be recorded."""

    file: File
    about: str
    event: DocumentRendered


def file_of(data: bytes, paper: Paper, subject: Subject, digest: str, media_type: str, profile: str | None) -> File:
    """Give the file that was drawn of a paper; it is not recorded yet."""
    return File(
        data=data, digest=digest, media_type=media_type, name=file_name(paper),
        subject=replace(subject, seq=paper.proof.seq), language=paper.language, seq=paper.proof.seq,
        number=paper.number, copy=paper.copy, profile=profile, recorded=None, made=True,
    )  # fmt: skip


def kept_file(data: bytes, paper: Paper, subject: Subject, known: Rendering, files: Files) -> File:
    """Give a recorded file that was kept."""
    file = file_of(data, paper, subject, known.digest, known.media_type, known.profile)
    return replace(file, recorded=files.seqs[known.digest], made=False)


def file_name(paper: Paper) -> str:
    """Give a name that every system takes: kind and number, or the entry, and the language if it is not French."""
    words = [paper.kind, paper.number or f"{paper.proof.seq}"]
    if paper.version is not None and paper.version > 1:
        words.append(f"v{paper.version}")
    if paper.kind == "quote" and paper.signatures:
        words.append("signed")
    if paper.copy is not None:
        words.append(f"duplicata-{paper.copy}")
    if paper.language != "fr":
        words.append(paper.language)
    return f"{re.sub(r'[^A-Za-z0-9._-]+', '_', '-'.join(words)).lstrip('.')}.pdf"


def paper_data(paper: Paper) -> dict[str, Any]:
    """Give all that a document says as JSON values; a logo by its type alone, the salt not at all."""
    said: dict[str, Any] = _plain(replace(paper, brand=replace(paper.brand, logo=None), salt=None))
    return said


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        members = {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
        return {name: member for name, member in members.items() if member is not None}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
