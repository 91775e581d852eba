"""The quick road of the full check: it takes nothing that the strict reading refuses, and no verdict depends on it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from ledger.kernel import audit, block, canonical, entry, segment
from ledger.kernel.canonical import Json
from ledger.kernel.checkpoint import Checkpoint
from ledger.kernel.errors import Malformed
from ledger.kernel.stretch import SEGMENT, Segment
from tests.kernel.build import Ledger, digest, opening_body, stream_id
from tests.kernel.test_canonical import SCALARS, VALUES
from tests.vectors.ours import raw

VECTORS = Path(__file__).parent.parent / "vectors"
OBJECTS = st.dictionaries(st.text(st.characters(max_codepoint=127), max_size=6), VALUES, max_size=4)


def vectors(name: str, op: str) -> list[Any]:
    found = json.loads((VECTORS / name).read_text())["vectors"]
    return [pytest.param(each, id=each["name"]) for each in found if each["op"] == op]


def strictly(texts: Sequence[bytes]) -> list[Any] | None:
    """What `decode_objects` must answer, said with `decode` alone."""
    try:
        values = [canonical.decode(text) for text in texts]
    except Malformed:
        return None
    return values if all(type(value) is dict for value in values) else None


# --- bodies


@given(st.lists(OBJECTS, max_size=5))
def test_objects_are_read_at_once_as_one_by_one(values: list[Any]) -> None:
    texts = [canonical.encode(value) for value in values]
    assert canonical.decode_objects(texts) == values


@settings(max_examples=200)
@given(OBJECTS, st.data())
def test_a_changed_text_is_read_as_strictly_beside_sound_ones(value: Any, data: st.DataObject) -> None:
    text = bytearray(canonical.encode(value))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 2))
        text[at : at + cut] = data.draw(st.sampled_from([b"", *(bytes([one]) for one in b'0159.eE-,:"[]{} \\\n\xc3a')]))
    texts = [b'{"a":1}', bytes(text), b'{"b":[]}']
    assert canonical.decode_objects(texts) == strictly(texts)


@given(SCALARS, st.sampled_from([1.0, 0.5, -0.0, 1e16, 1e-7, 1.5e300, 2**53, 2**63, 2**64, 10**40, -(2**53)]))
def test_a_number_that_is_none_is_found_at_any_depth(scalar: Any, number: float) -> None:
    for value in ({"n": number}, {"a": [{"b": [scalar, number]}]}, {"a": {"b": {"n": number}}, "c": [], "d": scalar}):
        text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=True).encode()
        assert canonical.decode_objects([text]) is None
        assert strictly([text]) is None


@pytest.mark.parametrize(
    "texts",
    [
        [b'{"a":[{}', b"{}]}"],
        [b'{"a":[{}', b"{}]}", b"{},{}"],
        [b'{"a":1,"b":2', b'"c":3}'],
        [b'{},{"a":1}', b""],
        [b"{}]", b"[{}"],
        [b"[]"],
        [b"1", b"{}"],
        [b"{}", b"{} "],
        [b'{"a":1,"a":1}'],
        [b'{"b":1,"a":1}'],
        [b'{"a":"\\u00e9"}'],
        ['{"é":1}'.encode()],
        ['{"a":"\u202e"}'.encode()],
        ['{"a":"\U0001ffff"}'.encode()],
        [b'{"a":"\xed\xa0\x80"}'],
        [b'{"a":NaN}'],
    ],
)
def test_texts_that_are_no_objects_one_by_one_are_none_together(texts: list[bytes]) -> None:
    assert canonical.decode_objects(texts) is None
    assert strictly(texts) is None


@pytest.mark.parametrize(("opens", "closes"), [(b"[", b"]"), (b'{"a":', b"}")])
@pytest.mark.parametrize("inside", [b"", b"1"])
@pytest.mark.parametrize("depth", [1, 30, 31, 32, 2000])
def test_depth_is_counted_alike(opens: bytes, closes: bytes, inside: bytes, depth: int) -> None:
    assume_value = inside or (b"{}" if opens != b"[" else b"")
    texts = [b'{"a":%b}' % (opens * depth + assume_value + closes * depth), b"{}"]
    assert canonical.decode_objects(texts) == strictly(texts)


def test_a_text_that_is_too_long_is_found_among_short_ones() -> None:
    long = b'{"a":"%b"}' % (b"x" * 92)
    assert canonical.decode_objects([long, b"{}"], 100) is not None
    assert canonical.decode_objects([b"{}", long[:-2] + b'x"}'], 100) is None


@pytest.mark.parametrize("vector", vectors("canonical.json", "canonical.decode"))
def test_every_vector_of_canonical_bytes_is_read_alike(vector: Any) -> None:
    data = raw(vector["input"])
    for texts in ([data], [b'{"a":%b}' % data, b"{}"]):
        assert canonical.decode_objects(texts) == strictly(texts)


# --- lines


LEDGER, PREV = "c6a12145-79c1-814c-a429-e531e5364f9c", "ab" * 32


def claims(line: bytes) -> tuple[str, int, str]:
    """What a line says of ledger, number and predecessor, where that is what a reader could expect."""
    try:
        said = json.loads(line)["chain"]
        ledger, seq, prev = said["ledger"], said["seq"], said["prev"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return LEDGER, 42, PREV
    return (
        ledger
        if type(ledger) is str and re.fullmatch(f"{'[0-9a-f]' * 8}-.{{4}}-8.{{3}}-.*[0-9a-f]", ledger)
        else LEDGER,
        seq if type(seq) is int and seq > 0 else 42,
        prev if type(prev) is str and re.fullmatch("[0-9a-f]{64}", prev) else PREV,
    )


@pytest.mark.parametrize("vector", vectors("entry.json", "entry.parse"))
def test_every_vector_of_a_line_is_read_alike(vector: Any) -> None:
    line = raw(vector["input"])
    ledger, seq, prev = claims(line)
    read = block.Reader(ledger).read([line], seq, prev)
    if "code" in vector:
        assert read is None
    else:
        parsed = entry.parse(line)
        assert read is not None
        assert (read.fingerprints, read.bodies) == (parsed.fingerprint, [parsed.body])


ACTORS = ("user:ada", "system", "user:bob")


@lru_cache(maxsize=1)
def mixed() -> Ledger:
    """A ledger of 320 entries of several kinds, lengths, actors and shapes of body, sealed every 20."""
    made = Ledger()
    made.add("ledger:self", audit.OPENED, opening_body())
    for n in range(2, 321):
        entries: list[tuple[str, str, dict[str, Json]]] = [
            ("invoice", "invoice.noted/1", {"n": n, "lines": [{"quantity": "1.50", "rates": [{"rate_bp": 2000}]}]}),
            ("payment", "payment.noted/1", {"n": n, "flags": [], "currency": "EUR"}),
            ("invoice", "invoice.told/12", {"n": n, "of": f"invoice:{digest('x')[:8]}", "with": "1e5 :1.5,[2.5"}),
            ("quote", "quote.noted/1", {"n": n, "words": "Électricité, 12 € — “là”", "none": None, "yes": True}),
            ("purse", "purse.noted/1", {}),
        ]
        kind, type_, body = entries[n % 5]
        stream = "ledger:self" if n % 41 == 0 else stream_id(kind, n % 23 if n % 2 else n)
        private: dict[str, Json] = {"client": {"name": f"Zoé {n}"}} if n % 3 == 0 else {}
        made.add(stream, type_, body, private, "user:ada" if n < 160 or n % 6 < 4 else ACTORS[n % 3])
        if n % 20 == 0:
            made.seal()
    return made


def fresh() -> Ledger:
    made = mixed()
    return replace(
        made, rows=list(made.rows), seals=list(made.seals), disclosures=list(made.disclosures), versions=made.versions
    )


@contextmanager
def one_by_one() -> Iterator[None]:
    """Every line the slow way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(block.Reader, "read", lambda *_: None)
        yield


def verdict_of(made: Ledger, how: str) -> audit.Verdict:
    if how == "with columns and a checkpoint":
        known = (Checkpoint("sceau.example", 300, mixed().root(300)),)
        return made.verify(mark=audit.Mark(155, mixed().rows[154].fingerprint), checkpoints=known)
    if how == "without columns":
        return made.verify(columns=False)
    index = sorted((row.stream, row.version, row.seq) for row in made.rows)
    return made.verify(versions_key=b"k" * 16, index=index)


WAYS = ("with columns and a checkpoint", "without columns", "with a sum of versions")


@pytest.mark.parametrize("how", WAYS)
def test_a_sound_ledger_goes_the_quick_road_but_for_its_first_line(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    slow = segment._Walk.slow
    seen: list[bytes] = []

    def watched(walk: Any, line: bytes, *more: Any) -> None:
        seen.append(line)
        slow(walk, line, *more)

    monkeypatch.setattr(segment._Walk, "slow", watched)
    verdict = verdict_of(mixed(), how)
    assert verdict.ok, verdict.findings
    assert verdict.entries == 320
    assert seen == [mixed().rows[0].line]


def test_both_roads_tell_the_same_of_a_sound_stretch() -> None:
    made = mixed()
    opened = audit.opening(made.rows[0].line)
    plan = replace(
        audit.plan_for(opened, audit.Outside(mark=audit.Mark(9, "")), (), None, merkle_tree=True),
        sizes=(7, 200),
        select=lambda *given: tuple(map(str, given)),
    )

    def stretch() -> Segment:
        rows = segment.stored(made.rows)
        return segment.check_segment(
            rows, 1, plan, segment.Source(made.seals), segment.Source(made.disclosures), drain=True
        )

    quick = stretch()
    with one_by_one():
        slow = stretch()
    assert quick.frontier.root() == slow.frontier.root() == made.root(320)
    assert {size: tree.root() for size, tree in quick.frontiers.items()} == {7: made.root(7), 200: made.root(200)}
    assert quick.starts() == slow.starts()
    for name in Segment.__slots__:
        if name not in {"frontier", "frontiers", "runs"}:
            assert getattr(quick, name) == getattr(slow, name), name


BYTES = [
    b"",
    b"0",
    b"9",
    b"a",
    b"G",
    b".",
    b"e",
    b"-",
    b":",
    b",",
    b'"',
    b"{",
    b"}",
    b"[",
    b"]",
    b" ",
    b"\n",
    b"\\",
    b"\xe9",
]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(1, 319),
    st.floats(0, 1, exclude_max=True),
    st.integers(0, 2),
    st.sampled_from(BYTES),
    st.sampled_from(WAYS),
)
@example(100, 0.0, 1, b"[", WAYS[0])
@example(99, 0.9999, 1, b"", WAYS[1])
def test_a_changed_line_gives_the_verdict_of_the_slow_road(
    place: int, where: float, cut: int, put: bytes, how: str
) -> None:
    made = fresh()
    line = made.rows[place].line
    at = int(len(line) * where)
    changed = line[:at] + put + line[at + cut :]
    assume(changed != line)
    made.rows[place] = replace(made.rows[place], line=changed)
    quick = verdict_of(made, how)
    with one_by_one():
        assert verdict_of(made, how) == quick
    assert not quick.ok
    assert quick.proven_until <= place


def _other_digits(line: bytes) -> bytes:
    at = line.rindex(b',"salt":"') + len(b',"salt":"')
    return line[:at] + line[at : at + 32].upper().replace(b"0", b"A") + line[at + 32 :]


FORGED: dict[str, Callable[[bytes], bytes]] = {
    "another actor": lambda line: line.replace(b'"actor":"', b'"actor":"U'),
    "an actor with a brace": lambda line: line.replace(b'"actor":"', b'"actor":"{'),
    "salt in capitals": _other_digits,
    "a stream of another version of UUID": lambda line: _in_stream(line, 14, b"5"),
    "a stream of another variant": lambda line: _in_stream(line, 19, b"c"),
    "a stream in capitals": lambda line: _in_stream(line, 0, b"A"),
    "a kind with a digit": lambda line: line.replace(b'"stream":"', b'"stream":"0'),
    "a kind that looks like a digit": lambda line: line.replace(b'"stream":"inv', b'"stream":"1nv'),
    "a type without version": lambda line: line.replace(b'/12","version"', b'/0","version"').replace(b'/1"', b'/01"'),
    "version 0": lambda line: line[: line.rindex(b":") + 1] + b"0}}",
    "version 1.0": lambda line: line[:-2] + b".0}}",
    "a version of 16 digits above 2^53": lambda line: line[: line.rindex(b":") + 1] + b"9999999999999999}}",
    "a member more": lambda line: line[:-2] + b',"x":1}}',
    "a day that is none": lambda line: line.replace(b'"at":"2026-11-', b'"at":"2026-13-'),
    "a 30th of February": lambda line: line[:16] + b"2026-02-30" + line[26:],
    "a second 60": lambda line: line[:33] + b"60" + line[35:],
    "a fraction that is none": lambda line: line[:36] + b"00000x" + line[42:],
    "another v": lambda line: line.replace(b'"v":1}', b'"v":2}'),
    "a float": lambda line: line.replace(b'"n":', b'"n":1.5,"o":'),
    "a doubled member": lambda line: line.replace(b'"body":{', b'"body":{"n":1,'),
    "a bidi control": lambda line: line.replace(b'"body":{', b'"body":{"a":"\xe2\x80\xae",'),
    "no body": lambda line: line[: line.index(b'"body":') + 7] + line[line.rindex(b',"salt"') :],
    "no salt": lambda line: line.replace(b',"salt":"', b',"Salt":"'),
    "a line feed at the end": lambda line: line + b"\n",
    "nothing": lambda line: b"",
    "too long": lambda line: line.replace(b'"body":{', b'"body":{"a":"%b",' % (b"x" * entry.MAX_BODY_BYTES)),
}


def _in_stream(line: bytes, place: int, put: bytes) -> bytes:
    at = line.index(b":", line.rindex(b'"stream":"') + 10) + 1 + place
    return line[:at] + put + line[at + 1 :]


@pytest.mark.parametrize("fault", FORGED)
def test_what_somebody_linked_and_sealed_again_is_read_as_strictly(fault: str) -> None:
    """Who has the key can put a line into the chain that is none: all fits, and only its own bytes tell."""
    made, place = fresh(), 201  # an invoice, whose body is nested
    line = FORGED[fault](made.rows[place].line)
    assert line != made.rows[place].line
    made.rows[place] = replace(made.rows[place], line=line, fingerprint=entry.fingerprint(line))
    made.relink(place + 2)
    made.reseal()
    for columns in (True, False):
        quick = made.verify(columns=columns, disclosed=False)
        with one_by_one():
            assert made.verify(columns=columns, disclosed=False) == quick
        assert not quick.ok
        assert quick.findings[0].seq <= place + 1
        assert quick.proven_until <= place


def test_bodies_that_make_up_for_each_other_are_found() -> None:
    made = fresh()
    for place, text in ((200, b'{"a":[{}'), (201, b"{}]}"), (202, b'{},{"b":{}}')):
        line = made.rows[place].line
        line = line[: line.index(b'"body":') + 7] + text + line[line.rindex(b',"salt"') :]
        made.rows[place] = replace(made.rows[place], line=line)
    verdict = made.verify()
    assert {("not_json", seq) for seq in (201, 202, 203)} <= {(one.code, one.seq) for one in verdict.findings}


def test_the_clock_set_back_within_a_block_is_found() -> None:
    made = fresh()
    row = made.rows[200]
    made.rows[200] = replace(row, line=row.line[:16] + b"2026-01-01" + row.line[26:])
    made.rows[200] = replace(made.rows[200], fingerprint=entry.fingerprint(made.rows[200].line))
    made.relink(202)
    made.reseal()
    assert [(one.code, one.seq) for one in made.verify(disclosed=False).findings] == [("clock_back", 201)]


def test_long_lines_are_not_all_held_at_once() -> None:
    drawn = 0

    def lines() -> Iterator[bytes]:
        nonlocal drawn
        for _ in range(1000):
            drawn += 1
            yield b"x" * (1 << 20)

    first = next(segment._blocks(lines()))
    assert drawn == len(first) <= 64


def test_blocks_hold_every_row_once_and_in_order() -> None:
    rows = [b"%d" % n for n in range(SEGMENT // 16 + 5)]
    blocks = list(segment._blocks(rows))
    assert [row for each in blocks for row in each] == rows
    assert {len(each) for each in blocks[:-1]} == {block.BLOCK}
