"""The `Idempotency-Key` header (draft-ietf-httpapi-idempotency-key-header): the same key never acts twice.

A command's key is kept in the store, in the transaction that writes its entries; it belongs to the ledger, and its
digest covers the command and every member. Keys being worked on in this process are known here; between
processes, the store decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from api.http.call import Call
from api.http.problems import Problem

HEADER = b"idempotency-key"
_LONGEST = 200


def key_of(call: Call) -> str | None:
    """Give the request's idempotency key, or None.

    The draft writes it as a structured string, in double quotes; most clients send it bare. Both are the same key.

    Raises:
        Problem: `IDEMPOTENCY_KEY_INVALID`, or `PARAMETER_INVALID` when it was sent twice.
    """
    value = call.once(HEADER)
    if value is None:
        return None
    sent = value.decode("latin-1").strip()
    key = sent[1:-1] if len(sent) >= 2 and sent[0] == sent[-1] == '"' else sent
    if not key or len(sent) > _LONGEST or not all("!" <= letter <= "~" for letter in key):
        raise Problem("IDEMPOTENCY_KEY_INVALID", "header idempotency-key")
    return key


@contextmanager
def under_way(call: Call, ledger: str, key: str | None) -> Iterator[None]:
    """Hold a key while its request is carried out.

    Raises:
        Problem: `IDEMPOTENCY_IN_PROGRESS`.
    """
    if key is None:
        yield
        return
    held = call.context.keys_under_way
    mine = (ledger, key)
    if mine in held:
        raise Problem("IDEMPOTENCY_IN_PROGRESS", headers=((b"retry-after", b"1"),))
    held.add(mine)
    try:
        yield
    finally:
        held.discard(mine)
