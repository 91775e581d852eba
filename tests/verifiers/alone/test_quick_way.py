"""What the verifier's quick way accepts, the strict way accepts: learnt expressions, and lines bent at random."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.verifiers import verify

EXAMPLES: dict[str, Any] = json.loads((Path(__file__).parents[2] / "docs" / "event_examples.json").read_text("utf-8"))
TAIL = '"salt":"' + "cd" * 16 + '","stream":"invoice:3f1c2b1e-1111-4222-8333-123456789abc","type":"%s","version":3}}'


def line(type_name: str, body: str) -> bytes:
    return (
        '{"chain":{"at":"2026-11-22T09:30:00.123456Z","ledger":"c6a12145-79c1-814c-a429-e531e5364f9c","prev":"'
        + "ab" * 32
        + '","seq":42,"v":1},"entry":{"actor":"user:ada","body":'
        + body
        + ","
        + TAIL % type_name
    ).encode("utf-8", "surrogatepass")


def written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def learnt(type_name: str, body: Any) -> list[verify.Form]:
    forms = verify.Forms()
    for _ in range(verify.SEEN_OFTEN):
        forms.learn(type_name, body)
    return forms.known.get(type_name.encode(), [])


def quick(forms: list[verify.Form], raw: bytes) -> bool:
    return any(form.match(raw) for form in forms)


def strict(raw: bytes) -> bool:
    try:
        verify.parse_entry(raw)
    except verify.Refused:
        return False
    return True


names = st.text(st.characters(codec="ascii", min_codepoint=32), max_size=6)
scalars = st.one_of(st.none(), st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), names, st.text(max_size=5))
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=12
)
bodies = st.dictionaries(names.filter(lambda name: name != "$c"), values, max_size=5)


@given(bodies)
@settings(max_examples=150, deadline=None)
def test_a_form_takes_the_line_it_was_made_from_where_it_is_plain(body: Any) -> None:
    raw = line("a.b/1", written(body))
    if not strict(raw):
        return
    forms = learnt("a.b/1", json.loads(written(body)))
    simple = (
        raw.isascii()
        and b"\\" not in raw
        and not re.search(rb"[0-9]{16}", raw.split(b'"body":')[1].split(b'"salt"')[0])
    )
    if simple and forms:
        assert quick(forms, raw)


@given(bodies, bodies, st.data())
@settings(max_examples=300, deadline=None)
def test_what_a_form_takes_is_canonical(body: Any, other: Any, data: st.DataObject) -> None:
    forms = learnt("a.b/1", body) + learnt("a.b/1", other)
    raw = bytearray(line("a.b/1", written(data.draw(st.sampled_from([body, other])))))
    start = raw.index(b'"body":') + 7
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(start, len(raw) - 1))
        piece = data.draw(
            st.sampled_from(
                [b"", b" ", b"0", b"-0", b"1e5", b"\\", b'"', b",", b"{}", b"[]", b"\xff", b"\n", b'"a":1,', b"9" * 17]
            )
        )
        raw[at : at + data.draw(st.integers(0, 2))] = piece
    if quick(forms, bytes(raw)):
        assert strict(bytes(raw)), bytes(raw)


@pytest.mark.parametrize("type_name", sorted(EXAMPLES))
def test_every_event_is_taken_by_the_form_of_its_example(type_name: str) -> None:
    body = EXAMPLES[type_name]
    body = body[0] if isinstance(body, list) else body
    body = body.get("body", body)
    raw = line(type_name, written(body))
    if not strict(raw):  # an example with its private values in clear is no entry
        pytest.skip("not the body of an entry")
    if raw.isascii():
        assert quick(learnt(type_name, body), raw)


@given(bodies, st.data())
@settings(max_examples=300, deadline=None)
def test_the_strict_way_takes_canonical_bytes_and_no_others(body: Any, data: st.DataObject) -> None:
    raw = bytearray(written(body).encode("utf-8", "surrogatepass"))
    at = data.draw(st.integers(0, len(raw)))
    raw[at:at] = data.draw(
        st.sampled_from(
            [b"", b" ", b"0", b"\t", b"\\u0041", b"\\/", b"1.5", b"-0", b"\xef\xbb\xbf", b"null", b"\xe2\x80\xae"]
        )
    )
    try:
        found = verify.decode(bytes(raw))
    except verify.Refused:
        return
    assert written(found).encode() == bytes(raw)


# --- columns against one by one


class _Given(verify.Walk):
    """A walk over lines that are at hand."""

    def __init__(self, lines: list[bytes], forms: verify.Forms) -> None:
        task = verify.Task(
            0, "", "", "entries/", 0, 0, 1, b"", False, None, "", LEDGER, "EUR", False, "", "", "Europe/Paris", ()
        )
        super().__init__(task)
        self.given, self.forms = lines, forms

    def batches(self) -> Iterator[tuple[list[bytes], bytes]]:
        for at in range(0, len(self.given), 50):
            some = self.given[at : at + 50]
            yield some, b"".join(line + b"\n" for line in some)


class _Unlearnt(verify.Forms):
    def learn(self, type_name: str, body: Any) -> None:
        """Nothing is ever quick."""


LEDGER = "c6a12145-79c1-814c-a429-e531e5364f9c"
texts = st.sampled_from(["", "main", "a;b", "=1+1", "R 12", "é", 'say "so"', "-3", "x\\y"])
payments = st.fixed_dictionaries(
    {
        "allocations": st.sampled_from([[], [], [], [{"about": "f1", "about_kind": "invoice", "amount_cents": 7}]]),
        "amount_cents": st.one_of(st.integers(0, 10**6), st.just(-5), st.just(10**15)),
        "currency": st.sampled_from(["EUR", "EUR", "CHF"]),
        "flags": st.just([]),
        "means": st.sampled_from(["card", "cash"]),
        "received_on": st.just("2026-11-22"),
        "unallocated_cents": st.integers(0, 500),
    },
    optional={"reference": texts, "till": texts, "provider": texts, "customer": st.just("c1"), "series": st.just("s")},
)
others = st.fixed_dictionaries({"note": texts, "n": st.integers(0, 3)})


def chained(bodies: list[tuple[str, str, Any, int]]) -> list[bytes]:
    lines: list[bytes] = []
    for seq, (kind, stream, body, version) in enumerate(bodies, 1):
        prev = hashlib.sha256(lines[-1]).hexdigest() if lines else "0" * 64
        entry = {"actor": "user:ada", "body": body, "salt": "cd" * 16, "type": kind, "version": version}
        entry["stream"] = f"{kind.partition('.')[0]}:3f1c2b1e-1111-4222-8333-{stream}"
        chain = {"at": f"2026-11-22T09:{seq // 60:02d}:00.123456Z", "ledger": LEDGER, "prev": prev, "seq": seq, "v": 1}
        lines.append(written({"chain": chain, "entry": entry}).encode())
    return lines


def told(walk: verify.Walk) -> list[Any]:
    out = walk.run()
    return [
        out.findings, out.tables, out.fingerprints, out.first, out.last, out.last_at, out.streams, out.offsets,
        out.nodes, out.broken, out.sound, [(one.sums(), one.first, one.last) for one in out.segments], out.runs,
    ]  # fmt: skip


@given(
    st.lists(st.one_of(payments.map(lambda one: ("payment.received/1", one)),
                       payments.map(lambda one: ("payment.received/1", one)),
                       others.map(lambda one: ("task.done/1", one)), others.map(lambda one: ("anchor.placed/1", one))),
             min_size=1, max_size=8),
    st.data(),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_the_quick_way_gives_what_the_strict_way_gives(kinds: list[tuple[str, Any]], data: st.DataObject) -> None:
    """Sums, rows, versions, findings: of lines of a few forms, some of them bent, doubled or left out."""
    bodies = []
    for at in range(130):
        kind, body = kinds[at * 7 % len(kinds)]
        bodies.append((kind, f"{at % 97:012x}", body, 1 + at // 97))
    lines = chained(bodies)
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(40, len(lines) - 1))
        place = data.draw(st.integers(0, 200))
        bent = lines[at][:place] + b"7" + lines[at][place + 1 :]
        lines[at : at + 1] = data.draw(st.sampled_from([[bent], [lines[at]] * 2, [], [lines[at - 3], lines[at]]]))
    assert told(_Given(lines, verify.Forms())) == told(_Given(lines, _Unlearnt()))


def test_plain_payments_are_taken_by_columns() -> None:
    body = {
        "allocations": [], "amount_cents": 12345, "currency": "EUR", "flags": [], "means": "card",
        "received_on": "2026-11-22", "reference": "R1", "unallocated_cents": 0,
    }  # fmt: skip
    walk = _Given(chained([("payment.received/1", f"{at:012x}", body, 1) for at in range(200)]), verify.Forms())
    walk.run()
    assert walk.form.columns
    assert walk.money
