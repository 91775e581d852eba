"""The files of a draft: added to it, taken out of it, listed. Pages and HTTP change them by the same functions.

What a file is and how it is kept, `api/signing/files.py` says; the draft names it, by digest (docs/signing.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from api.http.drafts import kept_of, made_draft
from api.signing import attached
from api.signing.shown import ShownAttachment
from ledger.domain.refusals import Refusal
from ledger.shell.side import Draft
from ledger.shell.signing import FileFacts

if TYPE_CHECKING:
    from api.http.context import Context

KINDS: Final = ("quote", "opportunity", "model")
"""Drafts that hold files."""
_TRIES: Final = 5

Listed = tuple[list[str], list[str]]
"""Digests, and as many names; a name may be empty."""


@dataclass(frozen=True, slots=True)
class Added:
    """A file that a draft names now: the draft's last revision, the file's name there, whether it was there before."""

    draft: Draft
    facts: FileFacts
    name: str
    repeated: bool


def listed(command: Mapping[str, Any]) -> Listed:
    """Read digests and names of a draft, which may have been made elsewhere and hold anything."""
    digests = [one for one in _list(command.get("attachments")) if isinstance(one, str)]
    names = [one if isinstance(one, str) else "" for one in _list(command.get("attachment_names"))]
    return digests, (names + [""] * len(digests))[: len(digests)]


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def files_of(context: Context, ledger: str, draft: str, command: Mapping[str, Any]) -> tuple[ShownAttachment, ...]:
    """Give the files that a draft names, with their names and sizes; without a size what is not kept here."""
    digests, names = listed(command)
    kept = context.files.attached(ledger, draft) if digests else {}
    return tuple(
        ShownAttachment(one, name, kept[one].size_bytes if one in kept else None)
        for one, name in zip(digests, names, strict=True)
    )


def add_file(context: Context, ledger: str, draft: str, data: bytes, sent_name: str) -> Added | Refusal | None:
    """Look at a file, keep it, and name it in the draft; None where the draft is gone or changes all the time.

    The same bytes count once, under their first name; somebody else's changes of the draft are kept.

    Raises:
        NotRendered, Overloaded: a PDF could not be looked at.
        KeyMissing: the ledger's keys are not here.
    """
    facts = context.files.attach(ledger, draft, data)
    if isinstance(facts, Refusal):
        return facts
    name = attached.name_of(sent_name, facts.kind) if facts.kind != "drawing" else ""
    repeated = False

    def change(now: Listed) -> Listed | Refusal:
        nonlocal repeated, name
        digests, names = now
        repeated = facts.digest in digests
        if repeated:
            name = names[digests.index(facts.digest)]
            return now
        kept = context.files.attached(ledger, draft)
        together = sum(kept[one].size_bytes for one in digests if one in kept) + facts.size_bytes
        refused = attached.too_much(len(digests) + 1, together)
        return refused if refused is not None else ([*digests, facts.digest], [*names, name])

    done = _changed(context, ledger, draft, change)
    if isinstance(done, Draft):
        return Added(done, facts, name, repeated)
    _drop_unnamed(context, ledger, draft, facts.digest)
    return done


def remove_file(context: Context, ledger: str, draft: str, digest: str) -> bool:
    """Take a file out of a draft and let it go; False where the draft is gone or changes all the time."""

    def change(now: Listed) -> Listed:
        left = [(one, name) for one, name in zip(*now, strict=True) if one != digest]
        return [one for one, _ in left], [name for _, name in left]

    if not isinstance(_changed(context, ledger, draft, change), Draft):
        return False
    _drop_unnamed(context, ledger, draft, digest)
    return True


def _drop_unnamed(context: Context, ledger: str, draft: str, digest: str) -> None:
    found = context.side.draft(ledger, draft)
    if found is None or digest not in listed(kept_of(found).body["command"])[0]:
        context.files.detach(ledger, draft, [digest])


def _changed(
    context: Context, ledger: str, draft: str, change: Callable[[Listed], Listed | Refusal]
) -> Draft | Refusal | None:
    """Change the list of files of a draft as it is now, whoever else changes it."""
    for _ in range(_TRIES):
        found = context.side.draft(ledger, draft)
        if found is None:
            return None
        kept = kept_of(found)
        before = listed(kept.body["command"])
        after = change(before)
        if isinstance(after, Refusal):
            return after
        if after == before:
            return found
        body = {"kind": found.kind, "command": _with(kept.body["command"], after), "notes": kept.body["notes"]}
        made = made_draft(draft, found.revision + 1, body, kept.request, kept.body["created_at"])
        if context.side.put_draft(ledger, made, found.revision):
            return made
    return None


def _with(command: Mapping[str, Any], files: Listed) -> dict[str, Any]:
    digests, names = files
    made = {name: value for name, value in command.items() if name not in ("attachments", "attachment_names")}
    if digests:
        made["attachments"] = digests
        if any(names):
            made["attachment_names"] = [name or f"annexe-{rank}" for rank, name in enumerate(names, 1)]
    return made
