"""The journal of events: every entry of the ledger in order, the newest first; by type, by day, about one thing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final
from urllib.parse import urlencode

import orjson

from api.http.call import Answer
from api.http.problems import Problem
from api.http.reads import disclosed
from api.pages.desk.books.actors import actors
from api.pages.desk.books.common import DESK, at_of, filled, get, place_of
from api.pages.desk.books.event_words import EVENT_WORDS, event_words
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from archive.proving import find
from ledger.domain.streams import STREAM_KINDS
from ledger.kernel.entry import parse_at
from ledger.shell.closing import days_of
from ledger.shell.store import Line, Store

_ROWS: Final = 50
_CHUNK: Final = 500
LOOKED_AT: Final = 5_000
"""Entries that one page looks at for those of a type: what is older is the next page's."""
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_STREAM: Final = re.compile(rf"[a-z][a-z_]{{0,31}}:(self|{_UUID.pattern})")
_SEQ: Final = re.compile(r"[1-9][0-9]{0,14}")


@dataclass(frozen=True, slots=True)
class Looked:
    """Some entries, and the entry below which the next page begins; 0 where there is none."""

    lines: list[Line]
    before: int


def journal(visit: Visit) -> Answer:
    """Show entries, the newest first."""
    query = filled(visit.query("before", "type", "day", "about"))
    store, ledger = visit.context.store, visit.ledger.ledger
    head = store.head(ledger)
    upto = head.seq if head is not None else 0
    if "before" in query:
        if not _SEQ.fullmatch(query["before"]):
            raise Problem("PARAMETER_INVALID", "query before", reason="whole_number")
        upto = min(upto, int(query["before"]) - 1)
    type_, about, day = query.get("type", ""), query.get("about", ""), query.get("day", "")
    if type_ and type_ not in EVENT_WORDS:
        raise Problem("PARAMETER_INVALID", "query type", reason="unknown_type")
    trouble = ""
    if about:
        streams = _streams(store, ledger, about)
        found = _of_streams(store, ledger, streams, upto, type_)
        if not streams or (not found.lines and "before" not in query):
            trouble = visit.say("Rien dans le registre ne porte ce numéro ou cet identifiant.")
    else:
        if day:
            upto = min(upto, _last_of_day(visit, day, upto))
        found = _backwards(store, ledger, upto, type_)
    kept = {name: value for name, value in query.items() if name != "before"}
    after = visit.at("/journal?" + urlencode({**kept, "before": str(found.before)})) if found.before else ""
    return visit.render(
        "desk/books/journal.html",
        who=actors(visit),
        rows=[_row(visit, line) for line in found.lines],
        given=query,
        trouble=trouble,
        types=sorted(((each, event_words(each, visit.language)) for each in EVENT_WORDS), key=lambda one: one[1]),
        newest=visit.at("/journal?" + urlencode(kept)) if "before" in query else "",
        after=after,
    )


def entry(visit: Visit) -> Answer:
    """Show one entry: its words, its body with what may be shown, its fingerprint and its very line."""
    visit.query()
    seq = visit.params["seq"]
    store, ledger = visit.context.store, visit.ledger.ledger
    line = None
    if _SEQ.fullmatch(seq):
        line = next(store.lines(ledger, int(seq) - 1, int(seq)), None)
    if line is None:
        raise visit.nothing_there()
    head = store.head(ledger)
    value: dict[str, Any] = {}
    private: list[str] = []
    if line.line:
        disclosures = store.disclosures_of(ledger, [line.seq])
        value = disclosed(line, disclosures)
        private = sorted(each.path.removeprefix("/") for each in disclosures)
    return visit.render(
        "desk/books/entry.html",
        who=actors(visit),
        line=line,
        words=event_words(line.type, visit.language),
        value=value,
        members=_members(value.get("entry", {}).get("body", {})),
        private=private,
        raw=line.line.decode("utf-8", "replace"),
        purged=not line.line,
        place=place_of(visit, line.stream),
        newer=line.seq + 1 if head is not None and line.seq < head.seq else 0,
    )


def entry_file(visit: Visit) -> Answer:
    """Give an entry's line, byte for byte: its SHA-256 is its fingerprint."""
    seq = visit.params["seq"]
    line = None
    if _SEQ.fullmatch(seq):
        line = next(visit.context.store.lines(visit.ledger.ledger, int(seq) - 1, int(seq)), None)
    if line is None or not line.line:
        raise visit.nothing_there()
    return visit.file(line.line, "application/json", f"{visit.ledger.name}-{line.seq}.json")


def _row(visit: Visit, line: Line) -> dict[str, Any]:
    value = orjson.loads(line.line) if line.line else {}
    body = value.get("entry", {}).get("body", {})
    number = body.get("number")
    amount = body.get("amount_cents", body.get("gross_cents", (body.get("totals") or {}).get("gross_cents")))
    return {
        "seq": line.seq,
        "at": value.get("chain", {}).get("at", ""),
        "words": event_words(line.type, visit.language),
        "type": line.type,
        "number": number if isinstance(number, str) else "",
        "amount_cents": amount if isinstance(amount, int) else None,
        "actor": value.get("entry", {}).get("actor", ""),
        "fingerprint": line.fingerprint,
        "purged": not line.line,
    }


def _members(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Give a body's members as people read them: lists and records as indented JSON."""
    return [
        (name, value if isinstance(value, str) else orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())
        for name, value in body.items()
    ]


def _backwards(store: Store, ledger: str, upto: int, type_: str) -> Looked:
    """Go back from an entry until a page is full, or enough was looked at."""
    lines: list[Line] = []
    looked = 0
    while upto > 0 and looked < LOOKED_AT:
        chunk = list(store.lines_desc(ledger, upto, min(_CHUNK, _ROWS if not type_ else _CHUNK)))
        if not chunk:
            return Looked(lines, 0)
        for line in chunk:
            looked += 1
            upto = line.seq - 1
            if not type_ or line.type == type_:
                lines.append(line)
                if len(lines) == _ROWS:
                    return Looked(lines, line.seq if line.seq > 1 else 0)
    return Looked(lines, upto + 1 if upto > 0 else 0)


def _streams(store: Store, ledger: str, about: str) -> list[str]:
    """Find the streams of a stream's name, of an id, or of a document's printed number."""
    if _STREAM.fullmatch(about):
        return [about]
    if _UUID.fullmatch(about):
        every = [f"{kind.prefix}:{about}" for kind in STREAM_KINDS]
        return sorted(store.versions(ledger, every))
    if len(about) > 20:
        return []
    line = find(store, ledger, about)
    return [] if line is None else [line.stream]


def _of_streams(store: Store, ledger: str, streams: list[str], upto: int, type_: str) -> Looked:
    lines = sorted(_all(store, ledger, streams, upto, type_), key=lambda line: -line.seq)
    page = lines[:_ROWS]
    return Looked(page, page[-1].seq if len(lines) > _ROWS else 0)


def _all(store: Store, ledger: str, streams: list[str], upto: int, type_: str) -> Iterator[Line]:
    for stream in streams:
        found = store.stream(ledger, stream, desc=True)
        yield from islice((line for line in found if line.seq <= upto and type_ in ("", line.type)), 20 * _ROWS)


def _last_of_day(visit: Visit, day: str, upto: int) -> int:
    """Give the last entry of a business day or before it, by halving: entries never go back in time.

    Raises:
        Problem: `PARAMETER_INVALID`.
    """
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", day):
        raise Problem("PARAMETER_INVALID", "query day", reason="day")
    store, ledger = visit.context.store, visit.ledger.ledger
    days = days_of(visit.context.service.register(ledger))
    low, high = 0, upto
    while low < high:
        middle = (low + high + 1) // 2
        at = at_of(next(store.lines(ledger, middle - 1, middle)))
        if not at or days.of(parse_at(at)).isoformat() <= day:  # what was purged is older than what was not
            low = middle
        else:
            high = middle - 1
    return low


PAGES: Final[tuple[Page, ...]] = (
    get("/journal", journal, DESK, "Le journal des événements."),
    get("/journal/{seq}", entry, DESK, "Une écriture.", seq="1"),
    get("/journal/{seq}/file", entry_file, DESK, "La ligne d'une écriture.", seq="1"),
)
