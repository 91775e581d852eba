"""The chain: each entry names the fingerprint of the one before.

Fixed by `docs/spec/chain.md`. A check of links alone is quick and never says "ok": it does not parse the
entry, nor look at seals. `ledger.kernel.audit` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Final, NamedTuple

from ledger.kernel.entry import NO_PREVIOUS

_START: Final = b'{"chain":{"at":"'
_LEDGER: Final = re.compile(rb'\{"chain":\{"at":"[0-9TZ:.-]{27}","ledger":"([0-9a-f-]{36})"')


class Links(NamedTuple):
    """How far the links hold: `broken_at` is the first seq that does not follow, None when none was found.

    There is no `ok` here on purpose.
    """

    ledger: str
    entries: int
    head: str
    broken_at: int | None


def check_links(lines: Iterable[bytes], first: int = 1, prev: str = NO_PREVIOUS) -> Links:
    """Follow the links of `lines` (each without its final 0A), from seq `first` after fingerprint `prev`.

    Stops at the first line whose ledger, seq or prev is not the expected one. An altered last line is not
    seen: only the entry after it, or a seal, would tell.
    """
    ledger = front = ""
    seq = first
    for line in lines:
        if not ledger:
            match = _LEDGER.match(line)
            if match is None:
                return Links("", 0, prev, seq)
            ledger = match[1].decode()
            front = f'","ledger":"{ledger}","prev":"'
        # `at` has a fixed length, so that what must follow it has a fixed place.
        follows = f'{front}{prev}","seq":{seq},"v":1}},'.encode()
        if not line.startswith(follows, 43) or not line.startswith(_START):
            return Links(ledger, seq - first, prev, seq)
        prev = sha256(line).hexdigest()
        seq += 1
    return Links(ledger, seq - first, prev, None)
