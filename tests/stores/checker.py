"""A checker that knows nothing of the writer: it walks a whole ledger with the standard library."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from ledger.kernel import seal
from ledger.shell.store import Store


def check_ledger(store: Store, ledger: str, public_der: bytes) -> int:
    """Assert that every entry, link, column, seal, disclosure and the head agree; the number of entries."""
    head = store.head(ledger)
    assert head is not None
    prev, count = "0" * 64, 0
    versions: dict[str, int] = {}
    committed: dict[tuple[int, str], str] = {}
    prints: dict[int, str] = {}
    for count, row in enumerate((row for chunk in store.rows(ledger) for row in chunk), 1):
        seq, fingerprint, stream, version, type_, line = row
        assert hashlib.sha256(line).hexdigest() == fingerprint
        told = json.loads(line)
        chain, entry = told["chain"], told["entry"]
        assert (chain["ledger"], chain["seq"], chain["prev"], chain["v"]) == (ledger, count, prev, 1)
        assert (entry["stream"], entry["version"], entry["type"], seq) == (stream, version, type_, count)
        assert version == versions.get(stream, 0) + 1
        versions[stream] = version
        committed.update({(seq, path): digest for path, digest in _commitments(entry["body"], "")})
        prints[seq] = prev = fingerprint
        assert chain["at"] <= head.at
    assert (head.seq, head.fingerprint) == (count, prev)
    _check_seals(store, ledger, public_der, prints, head.seal)
    _check_disclosures(store, ledger, committed)
    return count


def _check_seals(store: Store, ledger: str, public_der: bytes, prints: dict[int, str], last_digest: str) -> None:
    end, digest = 0, "0" * 64
    for row in store.seals(ledger):
        assert row.first == end + 1
        end = row.last
        key = hashlib.sha256(public_der).hexdigest()
        assert row.text.decode() == (
            f"sceau-seal/1\nledger {ledger}\ngenesis {prints[1]}\nfirst {row.first}\nlast {row.last}\n"
            f"head {prints[row.last]}\nprev {digest}\nkey {key}\n"
        )
        assert seal.verify(row.text, row.signature, public_der)
        digest = hashlib.sha256(row.text + row.signature).hexdigest()
    assert end == len(prints)
    assert digest == last_digest


def _check_disclosures(store: Store, ledger: str, committed: dict[tuple[int, str], str]) -> None:
    disclosed = {}
    for one in store.disclosures(ledger):
        head = json.dumps(["sceau-commit/1", ledger, one.path, one.salt], separators=(",", ":")).encode()
        disclosed[one.seq, one.path] = hashlib.sha256(head[:-1] + b"," + one.value + b"]").hexdigest()
    assert disclosed == committed


def _commitments(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if "$c" in value:
            yield path, value["$c"]
            return
        for name, member in value.items():
            yield from _commitments(member, f"{path}/{name}")
    elif isinstance(value, list):
        for place, member in enumerate(value):
            yield from _commitments(member, f"{path}/{place}")
