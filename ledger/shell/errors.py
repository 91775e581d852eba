"""Failures of the world around the rules, each saying what the caller does next."""

from __future__ import annotations

from ledger.kernel.errors import SceauError


class StoreFailure(SceauError):  # noqa: N818 - the house names what happened, not "Error"
    """The store could not do what was asked; nothing of it was kept. Try again later."""


class HeadMoved(StoreFailure):
    """Another writer appended first: re-read the head, decide again."""


class StreamConflict(StoreFailure):
    """One member's (stream, version) is taken or leaves a gap: refuse that member, keep the others."""

    def __init__(self, stream: str, version: int) -> None:
        super().__init__(f"{stream} version {version}")
        self.stream = stream
        self.version = version


class OperationTaken(StoreFailure):
    """An idempotency key of this append is already used: answer that caller from the store, decide the others again."""


class InDoubt(StoreFailure):
    """COMMIT was sent and its answer lost: look the head fingerprint up before anything else, never retry blindly."""


class Unavailable(StoreFailure):
    """The store cannot be reached or has no room: answer 503, try again."""


class SchemaMismatch(SceauError):  # noqa: N818
    """The store's tables are not those of this version: run `sceau migrate`, or the newer software."""


class UnsafeStore(SceauError):  # noqa: N818
    """The store acknowledges what it may lose (`synchronous_commit = off`): change its settings, then start."""


class Overloaded(SceauError):  # noqa: N818
    """The ledger's queue is full: answer 503 with Retry-After, try again."""


class LedgerUnknown(SceauError):  # noqa: N818
    """No ledger of that name or id: answer 404."""


class LedgerClosed(SceauError):  # noqa: N818
    """The ledger was closed for good; its successor takes new commands."""


class KeyMissing(SceauError):  # noqa: N818
    """The seal key is not where the settings say: nothing can be written until it is put back."""


class BehindMark(SceauError):  # noqa: N818
    """The store is older than what the signer has already sealed: an old backup was restored."""


class StreamPurged(SceauError):  # noqa: N818
    """The line of an entry was purged: it stands in the archive of that manifest (its SHA-256)."""

    def __init__(self, seq: int, manifest: str) -> None:
        super().__init__(f"entry {seq} was purged: it stands in archive {manifest or 'unknown'}")
        self.seq = seq
        self.manifest = manifest


class CheckFailed(SceauError):  # noqa: N818
    """A verification did not come to its end (a worker process died): there is no verdict, start it again."""
