"""A process that writes to a ledger until it is killed, and says on its output what was acknowledged.

    python -m tests.faults.child STORE KEYS WORKER PAIRS

Each line of output is written whole, at once, after the answer: {"key", "entries": [[seq, fingerprint], ...]}; the
first says that the ledger is there. It ends by itself after PAIRS invoices and payments.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from ledger.domain.refusals import Refusal
from ledger.shell.calls import Answer
from ledger.shell.opening import Opened
from ledger.shell.stores.open import open_store
from tests.shell.business import answered, invoice, opening, payment, service_over

CALLERS = 8


def say(**members: object) -> None:
    os.write(1, json.dumps(members).encode() + b"\n")


def tell(key: str, answer: Answer) -> None:
    say(key=key, entries=[(each.seq, each.fingerprint) for each in answer.entries])


def main(url: str, keys: str, worker: str, pairs: int) -> None:
    service = service_over(open_store(url, create=True), Path(keys))
    made = service.open_ledger(opening())
    if isinstance(made, Opened):
        tell("opening", made.answer)
    elif isinstance(made, Refusal):
        assert made.code == "ALREADY_EXISTS", made
    say(ready=True)

    async def caller(number: int) -> None:
        for each in range(number, pairs, CALLERS):
            key = f"{worker}-{each}"
            issued = answered(await service.execute_async("atelier", invoice(), key=f"invoice-{key}"))
            tell(f"invoice-{key}", issued)
            paid = await service.execute_async("atelier", payment(issued.result["invoice"]), key=f"payment-{key}")
            tell(f"payment-{key}", answered(paid))

    async def all_of_them() -> None:
        await asyncio.gather(*(caller(number) for number in range(CALLERS)))

    asyncio.run(all_of_them())
    service.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
