"""A long ledger of whole sales, made quickly: one is played through the service, then repeated under other identifiers.

The entries are the ones that the service wrote, byte for byte but for identifiers, numbers and salts; they are linked,
sealed and kept by the shipped appender. What they disclose is not repeated, and no register counts them: this ledger
is read by projections, and by nothing that recounts it.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final
from uuid import uuid4
from zoneinfo import ZoneInfo

import orjson

from api.bench.ground import ACTOR, Ground, kept
from api.bench.sale import INVOICE, payment
from api.demo import play_sale
from ledger.domain.commands.common import Command
from ledger.domain.refusals import Refusal
from ledger.kernel.entry import entry_tail
from ledger.shell.appender import Member
from ledger.shell.lines import Tail

BATCH: Final = 5_000
_PLAIN: Final = 4  # invoices paid at once, for each sale with quote, deposit, works, credit note and refund
_UUID: Final = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_NUMBER: Final = re.compile(rb'"n":([0-9]+),"number":"([A-Z]+)([0-9-]*?)([0-9]+)"')


def fill_sales(ground: Ground, entries: int, told: Callable[[int], None] | None = None) -> None:
    """Append sales until the ledger holds at least `entries` entries; `told` hears how many there are."""
    pattern = _played(ground)
    appender = ground.appender()
    head = appender.head()
    there, number = (head.seq if head else 0), 1_000
    while there < entries:
        tails: list[Tail] = []
        while len(tails) < min(BATCH, entries - there):
            tails += _again(pattern, number)
            number += _PLAIN + 5
        member = Member(tails)
        appender.commit([member])
        kept(member)
        there += len(tails)
        if told is not None:
            told(there)


def _played(ground: Ground) -> bytes:
    """Play a sale, and give what was written as lines of `[stream, version, type, actor, body]`."""
    service, ledger = ground.service, ground.ledger
    before = ground.store.head(ledger)

    def play(command: Command) -> dict[str, Any]:
        done = service.execute(ledger, command, actor=ACTOR)
        if isinstance(done, Refusal):
            raise ValueError(f"{done.code}: {done.words}")
        return dict(done.result)

    def fingerprint(stream: str, version: int) -> str:
        return next(line.fingerprint for line in ground.store.stream(ledger, stream, gt=version - 1, lte=version))

    today = datetime.now(ZoneInfo(service.register(ledger).time_zone)).date().isoformat()
    play_sale(play, fingerprint, today)
    for _ in range(_PLAIN):
        issued = play(INVOICE)
        play(payment(issued["invoice"], issued["gross_cents"]))
    return b"\n".join(_told(ground, before.seq if before else 0))


def _told(ground: Ground, after: int) -> Iterator[bytes]:
    for line in ground.store.lines(ground.ledger, after):
        said = orjson.loads(line.line)["entry"]
        if said["stream"].partition(":")[2] != "self":  # what happens once
            yield orjson.dumps([said["stream"], said["version"], said["type"], said["actor"], said["body"]])


def _again(pattern: bytes, number: int) -> list[Tail]:
    """Give the sale once more, of other documents."""
    ids: dict[bytes, bytes] = {}

    def identifier(found: re.Match[bytes]) -> bytes:
        return ids.setdefault(found[0], str(uuid4()).encode())

    def numbered(found: re.Match[bytes]) -> bytes:
        n = int(found[1]) + number
        return b'"n":%d,"number":"%s%s%d"' % (n, found[2], found[3], n)

    written = _NUMBER.sub(numbered, _UUID.sub(identifier, pattern))
    tails = []
    for line in written.split(b"\n"):
        stream, version, type_, actor, body = orjson.loads(line)
        made = entry_tail(stream, version, type_, actor, body, secrets.token_hex(16))
        tails.append(Tail(stream, version, type_, made, ()))
    return tails
