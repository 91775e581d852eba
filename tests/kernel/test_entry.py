"""The entry: what the vectors do not show."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ledger.kernel import chain, entry
from ledger.kernel.errors import Malformed
from tests.kernel.build import digest, ledger, stream_id
from tests.kernel.test_canonical import KEYS, VALUES

MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30))  # noqa: DTZ001 - the strategy asks for naive bounds


@given(st.dictionaries(KEYS, VALUES, max_size=5), st.integers(1, 2**53 - 1), st.integers(1, 2**53 - 1), MOMENTS)
def test_what_was_linked_parses_to_the_same(body: Any, seq: int, version: int, moment: datetime) -> None:
    stream, at = stream_id("quote", version), entry.format_at(moment.replace(tzinfo=UTC))
    tail = entry.entry_tail(stream, version, "quote.noted/2", "api:k-1_A", body, digest("salt")[:32])
    own = entry.ledger_id(tail)
    line, fingerprint = entry.link(own, seq, digest("prev"), at, tail)
    parsed = entry.parse(line)
    assert parsed == entry.Entry(
        own, seq, digest("prev"), at, 1, stream, version, "quote.noted/2", "api:k-1_A",
        digest("salt")[:32], body, line, hashlib.sha256(line).hexdigest(),
    )  # fmt: skip
    assert parsed.fingerprint == fingerprint == entry.fingerprint(line)
    said = {"at": at, "ledger": own, "prev": digest("prev"), "seq": seq, "v": 1}
    salted: dict[str, Any] = {"actor": "api:k-1_A", "body": body, "salt": digest("salt")[:32], "stream": stream}
    salted |= {"type": "quote.noted/2", "version": version}
    whole: Any = {"chain": said, "entry": salted}
    assert line == rfc8785.dumps(whole)


@given(st.data())
def test_a_changed_byte_of_a_line_is_refused_or_another_entry(data: st.DataObject) -> None:
    line = bytearray(ledger(3, 3).rows[2].line)
    place = data.draw(st.integers(0, len(line) - 1))
    line[place] ^= data.draw(st.integers(1, 255))
    try:
        parsed = entry.parse(bytes(line))
    except Malformed as fault:
        assert re.fullmatch("[a-z0-9_]+", fault.code)  # noqa: PT017 - either answer is right
        return
    tail = entry.entry_tail(parsed.stream, parsed.version, parsed.type, parsed.actor, parsed.body, parsed.salt)
    assert entry.link(parsed.ledger, parsed.seq, parsed.prev, parsed.at, tail)[0] == bytes(line)


@given(MOMENTS)
def test_an_instant_is_written_in_utc_and_read_back(moment: datetime) -> None:
    aware = moment.replace(tzinfo=timezone(timedelta(hours=-3, minutes=30)))
    text = entry.format_at(aware)
    assert len(text) == 27
    assert entry.parse_at(text) == aware


@given(MOMENTS, MOMENTS)
def test_instants_sort_as_text(one: datetime, other: datetime) -> None:
    first, second = (entry.format_at(moment.replace(tzinfo=UTC)) for moment in (one, other))
    assert (first < second) == (one < other)


def test_a_moment_without_a_time_zone_is_no_instant() -> None:
    with pytest.raises(ValueError, match="time zone"):
        entry.format_at(datetime(2026, 1, 1))  # noqa: DTZ001 - the fault under test


@pytest.mark.parametrize("text", ["", "2026-11-22", "2026-11-22T09:30:00.1Z", "0000-01-01T00:00:00.000000Z", "x" * 27])
def test_text_that_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(Malformed, match="at"):
        entry.parse_at(text)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"stream": "invoice"}, "stream"),
        ({"stream": "invoice:SELF"}, "stream"),
        ({"type": "Invoice.issued/1"}, "type"),
        ({"actor": "ada@example.com"}, "actor"),
        ({"actor": "system\n"}, "actor"),
        ({"salt": "zz" * 16}, "salt"),
        ({"version": 0}, "version"),
        ({"version": 2**53}, "version"),
        ({"body_json": []}, "body"),
        ({"body_json": {"n": 1.5}}, "float"),
    ],
)
def test_a_tail_of_wrong_parts_is_refused(change: dict[str, Any], code: str) -> None:
    parts = {
        "stream": "ledger:self",
        "version": 1,
        "type": "a.b/1",
        "actor": "system",
        "body_json": {},
        "salt": "ab" * 16,
    }
    entry.entry_tail(**parts)  # type: ignore[arg-type]  # told apart by name
    with pytest.raises(Malformed, match=code):
        entry.entry_tail(**{**parts, **change})


def test_the_ledger_id_is_a_uuid_of_version_8() -> None:
    tail = entry.entry_tail("ledger:self", 1, "ledger.opened/1", "system", {}, "ab" * 16)
    member = tail[len('"entry":') : -1]
    own = entry.ledger_id(tail)
    raw = hashlib.sha256(b"sceau-ledger/1\n" + member).hexdigest()
    assert (own[14], own[19] in "89ab") == ("8", True)
    assert own.replace("-", "")[:12] == raw[:12]
    assert own[-12:] == raw[20:32]


def test_a_check_of_links_never_says_ok() -> None:
    rows = ledger(6).rows
    links = chain.check_links(row.line for row in rows)
    assert links == chain.Links(ledger=links.ledger, entries=6, head=rows[-1].fingerprint, broken_at=None)
    assert "ok" not in links._fields


def test_links_are_followed_from_the_middle() -> None:
    rows = ledger(6).rows
    links = chain.check_links((row.line for row in rows[3:]), 4, rows[2].fingerprint)
    assert (links.entries, links.broken_at) == (3, None)
