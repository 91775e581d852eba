"""The full check of a ledger, asked for over HTTP: the same verdict as `sceau verify --json`.

It reads every byte, so that one runs at a time in a server. A verdict with findings counts only when the ledger stood
still meanwhile: one that grows is checked again, and at last there is no verdict, never a false one.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any, Final

from api.evidence import evidence_from
from api.http.access import READ, enter
from api.http.call import Answer, Call, answer_json
from api.http.problems import Problem
from api.windows import checked_windows, verdict_json
from ledger.shell.verification import verify_ledger

_PIN: Final = re.compile(r"[0-9a-f]{64}")
_ATTEMPTS: Final = 3


async def verification(call: Call) -> Answer:
    """Check everything, and answer the verdict: findings are an answer, not a problem."""
    ledger = await enter(call, READ)
    pin = call.query(("pin",)).get("pin")
    if pin is not None and not _PIN.fullmatch(pin):
        raise Problem("PARAMETER_INVALID", "query pin", reason="fingerprint")
    busy = call.context.verifying
    if busy.locked():
        raise Problem("OVERLOADED", headers=((b"retry-after", b"10"),))
    async with busy:
        return answer_json(await asyncio.get_running_loop().run_in_executor(None, _verify, call, ledger, pin))


def _verify(call: Call, ledger: str, pin: str | None) -> dict[str, Any]:
    context = call.context
    for _ in range(_ATTEMPTS):
        before = context.store.head(ledger)
        evidence = evidence_from(context.settings, context.store, ledger)
        verified = verify_ledger(
            context.settings.store, context.store, context.service.keys, ledger, pin=pin, evidence=evidence
        )
        if verified.ok or context.store.head(ledger) == before:
            left = checked_windows(context.store, ledger, verified, context.service.clock.now())
            return verdict_json(verified, left)
    raise Problem("VERIFICATION_OVERTAKEN", headers=((b"retry-after", b"60"),))
