"""What every store checks before it touches anything."""

from __future__ import annotations

from ledger.kernel.errors import Break
from ledger.shell.errors import OperationTaken, StreamConflict
from ledger.shell.store import Append


def check(append: Append) -> list[tuple[str, int]]:
    """The (stream, version) pairs that must already be stored for this append to leave no gap.

    Raises:
        StreamConflict: one member doubles or skips a version inside the append itself.
        OperationTaken: two members carry one idempotency key.
        ValueError: the append does not follow its own `expected` head: the caller is wrong.
    """
    first = append.expected.seq + 1 if append.expected else 1
    lines = append.lines
    if append.head.seq != first + len(lines) - 1 or (lines and lines[-1].fingerprint != append.head.fingerprint):
        raise ValueError("the new head is not the last line")
    needed: list[tuple[str, int]] = []
    last: dict[str, int] = {}
    for seq, line in enumerate(lines, first):
        if line.seq != seq:
            raise ValueError("the lines do not follow the head")
        before = last.get(line.stream)
        if before is None:
            if line.version > 1:
                needed.append((line.stream, line.version - 1))
            elif line.version < 1:
                raise StreamConflict(line.stream, line.version)
        elif line.version != before + 1:
            raise StreamConflict(line.stream, line.version)
        last[line.stream] = line.version
    if len({operation.key for operation in append.operations}) != len(append.operations):
        raise OperationTaken("an idempotency key stands twice in one append")
    return needed


def same_root(kept: bytes, root: bytes, size: int) -> bool:
    """False, for `keep_checkpoint` to say that nothing was kept.

    Raises:
        Break: the root kept at this size is another.
    """
    if kept != root:
        raise Break("fork", f"two different trees of size {size} were signed", size)
    return False
