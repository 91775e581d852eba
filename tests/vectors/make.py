"""Writes the golden vectors, once: `python -m tests.vectors.make`.

A released vector is never edited: a file that is there is left alone, and `MANIFEST` holds the SHA-256 of each. New
cases go into a new file. Codes of the negative vectors are written here by hand; nothing is written unless our kernel
and the second verifier both agree with it.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.kernel import checkpoint, commitment, key_change, merkle, note, seal
from ledger.kernel.errors import Malformed
from tests.kernel import build
from tests.second import verifier
from tests.vectors import ours

HERE = Path(__file__).parent
MANIFEST = HERE / "MANIFEST"
Vector = dict[str, Any]

LEDGER = "c6a12145-79c1-814c-a429-e531e5364f9c"
STREAM = "invoice:3f1c2b1e-1111-4222-8333-123456789abc"
CHAIN = {"at": "2026-11-22T09:30:00.123456Z", "ledger": LEDGER, "prev": "ab" * 32, "seq": 42, "v": 1}
ENTRY = {
    "actor": "user:ada",
    "body": {"currency": "EUR", "total_cents": 12000},
    "salt": "cd" * 16,
    "stream": STREAM,
    "type": "invoice.issued/1",
    "version": 3,
}


def good(op: str, name: str, given: dict[str, Any]) -> Vector:
    """A vector whose output is what the kernel answers."""
    return {"op": op, "name": name, "input": given, "output": ours.answer(op, given)}


def bad(op: str, name: str, given: dict[str, Any], code: str) -> Vector:
    """A vector with exactly one fault, refused with `code`."""
    return {"op": op, "name": name, "input": given, "code": code}


def text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


def canonical_vectors() -> Iterator[Vector]:
    for name, loose in (
        ("members are sorted", '{"b":1,"a":{"z":[],"y":{}},"B":2,"_":0}'),
        ("white space is dropped", ' { "a" : [ 1 , 2 ] } '),
        ("the greatest integer", '{"n":9007199254740991,"m":-9007199254740991}'),
        (
            "escapes are the shortest",
            '{"s":"\\u0022\\u005c\\u002f\\u0008\\u000c\\u000a\\u000d\\u0009\\u0000\\u001f\\u007f"}',
        ),
        ("other text stays as it is", '{"s":"\\u00e9\\u20ac\\ud83d\\ude00\\u2028\\u2029\\ufeff"}'),
        ("nothing is normalised", '["e\\u0301","\\u00e9"]'),
        ("literals", "[true,false,null]"),
        ("32 levels", nested(32)),
    ):
        yield good("canonical.encode", name, {"json": loose})
    for name, loose, code in (
        ("a fraction", '{"n":1.5}', "float"),
        ("a whole number written as a fraction", '{"n":1.0}', "float"),
        ("an exponent", '{"n":1e2}', "float"),
        ("not a number", '{"n":NaN}', "not_finite"),
        ("infinity", '{"n":-Infinity}', "not_finite"),
        ("2^53", '{"n":9007199254740992}', "integer_range"),
        ("-2^53", '{"n":-9007199254740992}', "integer_range"),
        ("2^64", "18446744073709551616", "integer_range"),
        ("a member name with an accent", '{"\\u00e9":1}', "key_not_ascii"),
        ("a lone surrogate", '["\\ud800"]', "surrogate"),
        ("a noncharacter of the first plane", '["\\ufdd0"]', "noncharacter"),
        ("the last noncharacter", '["\\udbff\\udfff"]', "noncharacter"),
        ("a right-to-left override", '["\\u202e"]', "bidi_control"),
        ("an isolate", '["\\u2066"]', "bidi_control"),
        ("a mark", '["\\u200f"]', "bidi_control"),
        ("an Arabic letter mark", '["\\u061c"]', "bidi_control"),
        ("33 levels", nested(33), "too_deep"),
    ):
        yield bad("canonical.encode", name, {"json": loose}, code)
    for name, data in (
        ("an object", '{"a":[1,-2,"é","\\u0000"],"b":null}'),
        ("text that looks like numbers", '["1.5",":2.5",",1e3","[4.E"]'),
        ("true and false are no exponents", '{"a":true,"b":false,"c":[false,true]}'),
        ("forty rows side by side are not deep", text([{"n": n} for n in range(40)])),
        ("a string alone", '"x"'),
    ):
        yield good("canonical.decode", name, {"text": data})
    yield from _decode_refusals()


def _decode_refusals() -> Iterator[Vector]:
    for name, data, code in (
        ("empty", "", "not_json"),
        ("two values", "{}{}", "not_json"),
        ("a duplicate member", '{"a":1,"a":1}', "duplicate_member"),
        ("a duplicate member written otherwise", '{"a":1,"\\u0061":2}', "duplicate_member"),
        ("a duplicate member deep inside", '{"a":[{"b":1,"b":2}]}', "duplicate_member"),
        ("white space", '{"a": 1}', "not_canonical"),
        ("a final newline", "{}\n", "not_canonical"),
        ("members out of order", '{"b":1,"a":2}', "not_canonical"),
        ("an escape that is not needed", '["\\u0061"]', "not_canonical"),
        ("an escaped slash", '["\\/"]', "not_canonical"),
        ("an escape in capitals", '["\\u001F"]', "not_canonical"),
        ("a long escape", '["\\u000a"]', "not_canonical"),
        ("an escaped accent", '["\\u00e9"]', "not_canonical"),
        ("minus zero", "[-0]", "not_canonical"),
        ("a leading zero", "[01]", "not_json"),
        ("a float", '{"a":1.5}', "float"),
        ("a float in an array", "[1,-2.5]", "float"),
        ("a float alone", "1.5", "float"),
        ("a great float", '{"a":1e22}', "float"),
        ("NaN", "[NaN]", "not_finite"),
        ("a great integer", "[9007199254740992]", "integer_range"),
        ("a very great integer", "[" + "9" * 400 + "]", "integer_range"),
        ("a member name that is not ASCII", '{"é":1}', "key_not_ascii"),
        ("an escaped lone surrogate", '["\\udc00"]', "surrogate"),
        ("a noncharacter", '["\ufffe"]', "noncharacter"),
        ("a bidi control", '["\u2067"]', "bidi_control"),
        ("33 levels", nested(33), "too_deep"),
        ("objects of 33 levels", '{"a":' * 33 + "0" + "}" * 33, "too_deep"),
        ("a comma too many", "[1,]", "not_json"),
        ("a comment", "[1]//", "not_json"),
        ("a raw newline in a string", '["\n"]', "not_json"),
    ):
        yield bad("canonical.decode", name, {"text": data}, code)
    yield bad("canonical.decode", "a byte order mark", {"hex": "efbbbf7b7d"}, "bom")
    yield bad("canonical.decode", "a surrogate in UTF-8", {"hex": "5b22eda08022 5d".replace(" ", "")}, "not_utf8")
    yield bad("canonical.decode", "an overlong slash", {"hex": "5b22c0af225d"}, "not_utf8")
    yield bad("canonical.decode", "a cut character", {"hex": "5b22c3225d"}, "not_utf8")


def line(chain: dict[str, Any] | None = None, entry: dict[str, Any] | None = None) -> str:
    return text({"chain": {**CHAIN, **(chain or {})}, "entry": {**ENTRY, **(entry or {})}})


def entry_vectors() -> Iterator[Vector]:
    first = {**CHAIN, "prev": "0" * 64, "seq": 1}
    yield good("entry.link", "an entry", {"chain": CHAIN, "entry": ENTRY})
    yield good(
        "entry.link", "a first entry", {"chain": first, "entry": {**ENTRY, "stream": "ledger:self", "version": 1}}
    )
    yield good("entry.link", "by the system", {"chain": CHAIN, "entry": {**ENTRY, "actor": "system", "body": {}}})
    unusual = {"salt": '","salt":"', "text": "é€😀\u2028", "deep": json.loads(nested(30))}
    yield good(
        "entry.link", "a body that looks like what follows it", {"chain": CHAIN, "entry": {**ENTRY, "body": unusual}}
    )
    yield good("entry.parse", "an entry", {"text": line()})
    yield good("entry.parse", "a leap day", {"text": line({"at": "2028-02-29T23:59:59.000000Z"})})
    yield good("entry.parse", "the greatest seq", {"text": line({"seq": 2**53 - 1})})
    yield good("entry.parse", "a body of 32 levels", {"text": line(None, {"body": {"a": json.loads(nested(31))}})})
    before, after = line(None, {"body": {"s": "#"}}).split("#")
    long: dict[str, Any] = {"before": before, "repeat": "x", "times": 2**20 - len('{"s":""}'), "after": after}
    yield good("entry.parse", "a body of 1 MiB", long)
    yield bad("entry.parse", "a body of 1 MiB and a byte", {**long, "times": long["times"] + 1}, "too_large")
    for name, given, code in _entry_refusals():
        yield bad("entry.parse", name, {"text": given}, code)
    for name, change, code in (
        ("a float in the body", {"body": {"n": 0.5}}, "float"),
        ("a body of 33 levels", {"body": {"a": json.loads(nested(32))}}, "too_deep"),
        ("a stream without an id", {"stream": "invoice:"}, "stream"),
        ("an actor with a name in it", {"actor": "user:Ada Lovelace"}, "actor"),
    ):
        yield bad("entry.link", name, {"chain": CHAIN, "entry": {**ENTRY, **change}}, code)


def _entry_refusals() -> Iterator[tuple[str, str, str]]:
    whole = line()
    for name, chain, code in (
        ("another format", {"v": 2}, "unknown_v"),
        ("a format that is text", {"v": "1"}, "unknown_v"),
        ("a time without decimals", {"at": "2026-11-22T09:30:00Z"}, "at"),
        ("a time with an offset", {"at": "2026-11-22T09:30:00.123456+00:00"}, "at"),
        ("a day that is not", {"at": "2026-02-29T09:30:00.123456Z"}, "at"),
        ("a leap second", {"at": "2026-12-31T23:59:60.000000Z"}, "at"),
        ("an hour 24", {"at": "2026-12-31T24:00:00.000000Z"}, "at"),
        ("a ledger in capitals", {"ledger": LEDGER.upper()}, "ledger"),
        ("a ledger that is a UUIDv4", {"ledger": "c6a12145-79c1-414c-a429-e531e5364f9c"}, "ledger"),
        ("a prev in capitals", {"prev": "AB" * 32}, "prev"),
        ("a short prev", {"prev": "ab" * 31}, "prev"),
        ("seq 0", {"seq": 0}, "seq"),
        ("a negative seq", {"seq": -1}, "seq"),
        ("a seq that is text", {"seq": "42"}, "seq"),
        ("a seq that is true", {"seq": True}, "seq"),
        ("seq 2^53", {"seq": 2**53}, "integer_range"),
        ("a member too many in chain", {"w": 1}, "members"),
    ):
        yield name, line(chain), code
    for name, own, code in (
        ("an empty actor", {"actor": ""}, "actor"),
        ("an e-mail address as actor", {"actor": "user:ada@example.com"}, "actor"),
        ("an actor that is a number", {"actor": 7}, "actor"),
        ("a body that is an array", {"body": []}, "body"),
        ("a body that is null", {"body": None}, "body"),
        ("a float in the body", {"body": {"n": 1.5}}, "float"),
        ("a salt in capitals", {"salt": "CD" * 16}, "salt"),
        ("a salt of 15 bytes", {"salt": "cd" * 15}, "salt"),
        ("a stream of another UUID version", {"stream": "invoice:3f1c2b1e-1111-8222-8333-123456789abc"}, "stream"),
        ("a stream kind in capitals", {"stream": "Invoice:self"}, "stream"),
        ("a stream kind of 33 letters", {"stream": "a" * 33 + ":self"}, "stream"),
        ("a type without version", {"type": "invoice.issued"}, "type"),
        ("a type of version 0", {"type": "invoice.issued/0"}, "type"),
        ("a type that is a Python path", {"type": "ledger.domain.events:Issued"}, "type"),
        ("version 0", {"version": 0}, "version"),
        ("a version that is text", {"version": "3"}, "version"),
        ("a member too many in entry", {"zzz": 1}, "members"),
    ):
        yield name, line(None, own), code
    yield "a member missing in chain", whole.replace('"seq":42,', ""), "members"
    yield "a member missing in entry", whole.replace(f'"salt":"{"cd" * 16}",', ""), "members"
    yield "a third member", whole[:-1] + ',"other":1}', "members"
    yield "an array", f"[{whole}]", "members"
    yield "a final newline", whole + "\n", "not_canonical"
    yield (
        "entry before chain",
        "{" + whole[whole.index('"entry"') : -1] + "," + whole[1 : whole.index(',"entry"')] + "}",
        "not_canonical",
    )
    yield "a space", whole.replace('"chain":{', '"chain": {'), "not_canonical"
    yield "a duplicate seq", whole.replace('"seq":42', '"seq":42,"seq":42'), "duplicate_member"
    yield "a duplicate body", whole.replace('"body":{', '"body":{},"body":{'), "duplicate_member"
    yield (
        "a duplicate in the body",
        whole.replace('"currency":"EUR"', '"currency":"EUR","currency":"EUR"'),
        "duplicate_member",
    )
    yield "an escaped letter", whole.replace("EUR", "\\u0045UR"), "not_canonical"
    yield "cut short", whole[:-1], "not_json"
    yield "a bidi control in the body", whole.replace("EUR", "E\u202eUR"), "bidi_control"


def chain_vectors() -> Iterator[Vector]:
    lines = [row.line.decode() for row in build.ledger(6).rows]
    yield good("chain.links", "six entries", {"lines": lines})
    yield good("chain.links", "nothing", {"lines": []})
    yield good("chain.links", "an entry missing", {"lines": lines[:2] + lines[3:]})
    yield good("chain.links", "the first entry missing", {"lines": lines[1:]})
    yield good("chain.links", "two swapped", {"lines": [*lines[:3], lines[4], lines[3], lines[5]]})
    yield good("chain.links", "one doubled", {"lines": [*lines[:3], *lines[2:]]})
    edited = [*lines[:3], lines[3].replace('"rate_bp":2000', '"rate_bp":1000'), *lines[4:]]
    yield good("chain.links", "one edited", {"lines": edited})
    last = [*lines[:5], lines[5].replace('"rate_bp":2000', '"rate_bp":1000')]
    yield good("chain.links", "the last one edited, which links alone do not see", {"lines": last})


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def seal_vectors() -> Iterator[Vector]:
    key = build.SEAL_KEY
    lines = seal.seal_text(LEDGER, "ab" * 32, 7, 9, "cd" * 32, "0" * 64, key.key_id)
    given = {"text": lines.decode(), "signature": key.sign(lines).hex(), "key": b64(key.public_der)}
    yield good("seal.verify", "three entries", given)
    single = seal.seal_text(LEDGER, "ab" * 32, 7, 7, "cd" * 32, "ef" * 32, key.key_id)
    yield good("seal.verify", "one entry", {**given, "text": single.decode(), "signature": key.sign(single).hex()})

    def said(change: Callable[[str], str], code: str, name: str) -> Vector:
        changed = change(lines.decode())
        return bad("seal.verify", name, {**given, "text": changed, "signature": key.sign(changed.encode()).hex()}, code)

    yield said(lambda t: t.replace("sceau-seal/1", "sceau-seal/2"), "seal_text", "another format")
    yield said(lambda t: t[:-1], "seal_text", "no final newline")
    yield said(lambda t: t + "\n", "seal_text", "a line too many")
    yield said(lambda t: t.replace("\n", "\r\n"), "seal_text", "CRLF")
    yield said(lambda t: t.replace("first 7", "first 07"), "seal_text", "a leading zero")
    yield said(lambda t: t.replace("first 7", "first  7"), "seal_text", "two spaces")
    yield said(lambda t: t.replace("ab" * 32, "AB" * 32), "seal_text", "capitals")
    yield said(lambda t: t.replace(LEDGER, LEDGER.replace("-814c", "-414c")), "seal_text", "a ledger that is a UUIDv4")
    yield said(lambda t: t.replace("first 7", "first 10"), "seal_range", "first after last")
    yield said(lambda t: t.replace("last 9\n", ""), "seal_text", "a line missing")
    yield said(lambda t: t.replace(key.key_id, build.OTHER_KEY.key_id), "wrong_key", "it names another key")
    signature = bytes.fromhex(given["signature"])
    r, s = signature[:32], int.from_bytes(signature[32:], "big")
    high = r + (verifier.N - s).to_bytes(32, "big")
    for name, changed in (
        ("s in the upper half", high),
        ("of other text", key.sign(single)),
        ("r of zero", bytes(32) + signature[32:]),
        ("s of zero", r + bytes(32)),
        ("r and s swapped", signature[32:] + r),
        ("of 63 bytes", signature[:-1]),
        ("of 65 bytes", signature + b"\x00"),
        ("of another key", build.OTHER_KEY.sign(lines)),
        ("one bit changed", bytes([signature[0] ^ 1]) + signature[1:]),
    ):
        yield bad("seal.verify", f"a signature {name}", {**given, "signature": changed.hex()}, "seal")
    off = key.public_der[:-1] + bytes([key.public_der[-1] ^ 1])
    for name, der in (
        ("off the curve", off),
        ("cut", key.public_der[:-1]),
        ("followed by a byte", key.public_der + b"\x00"),
    ):
        yield bad("seal.verify", f"a public key {name}", {**given, "key": b64(der)}, "public_key")


def key_vectors() -> Iterator[Vector]:
    old, new, recovery = build.SEAL_KEY, build.OTHER_KEY, build.RECOVERY_KEY

    def given(
        role: str = "seal", by: Any = old, said: str = "outgoing", new_key: Any = new, **change: Any
    ) -> dict[str, Any]:
        lines = key_change.key_text(
            LEDGER, "ab" * 32, role, change.pop("old", old.key_id), new_key.key_id, 9, merkle.EMPTY_ROOT.hex()
        )
        made = key_change.make(lines, new_key, by, said)
        return {
            "text": lines.decode(),
            "current": old.key_id,
            "recovery": recovery.key_id,
            "new_key": b64(made.new_key),
            "new_signature": b64(made.new_signature),
            "authorised_by": said,
            "authorising_key": b64(made.authorising_key),
            "authorising_signature": b64(made.authorising_signature),
            **change,
        }

    yield good("key.check", "by the outgoing key", given())
    yield good("key.check", "by the recovery key", given(by=recovery, said="recovery"))
    yield good(
        "key.check",
        "of the recovery key, by itself",
        {**given("recovery", recovery, "outgoing", old=recovery.key_id), "current": recovery.key_id},
    )
    yield bad("key.check", "by the new key alone", given(by=new), "authorising_key")
    yield bad(
        "key.check", "by the outgoing key, said to be the recovery key", given(said="recovery"), "authorising_key"
    )
    yield bad("key.check", "to the recovery key", given(new_key=recovery), "new_key")
    yield bad("key.check", "to the same key", given(new_key=old), "new_key")
    yield bad("key.check", "from a key that is not in force", given(current="ab" * 32), "old_key")
    yield bad(
        "key.check",
        "with the public key of another",
        given(new_key_=None) | {"new_key": b64(recovery.public_der)},
        "new_key",
    )
    whole = given()
    yield bad(
        "key.check",
        "with a signature of the new key over other text",
        {**whole, "new_signature": b64(new.sign(b"x"))},
        "new_signature",
    )
    yield bad(
        "key.check",
        "with a signature of the old key over other text",
        {**whole, "authorising_signature": b64(old.sign(b"x"))},
        "authorising_signature",
    )
    yield bad(
        "key.check",
        "of another format",
        {**whole, "text": whole["text"].replace("sceau-key/1", "sceau-key/2")},
        "key_text",
    )
    yield bad(
        "key.check",
        "of a role that is not",
        {**whole, "text": whole["text"].replace("role seal", "role tls")},
        "key_text",
    )
    moved = {**whole, "text": whole["text"].replace("role seal", "role recovery")}
    yield bad("key.check", "a signature given for another role", moved, "new_signature")


def merkle_vectors() -> Iterator[Vector]:
    leaves = [hashlib.sha256(str(n).encode()).digest() for n in range(70)]
    tree = merkle.Tree(leaves)
    for size in (0, 1, 2, 3, 4, 5, 7, 8, 9, 64, 70):
        yield good("merkle.root", f"{size} leaves", {"leaves": size})
    for index, size in ((0, 1), (0, 8), (7, 8), (5, 7), (6, 7), (69, 70), (64, 70)):
        path = [node.hex() for node in tree.inclusion(index, size)]
        root = tree.root(size).hex()
        given = {"leaf": leaves[index].hex(), "index": index, "size": size, "path": path, "root": root}
        yield good("merkle.inclusion", f"leaf {index} of {size}", given)
    whole: dict[str, Any] = {
        "leaf": leaves[5].hex(),
        "index": 5,
        "size": 7,
        "path": [node.hex() for node in tree.inclusion(5, 7)],
        "root": tree.root(7).hex(),
    }
    for name, change in (
        ("another leaf", {"leaf": leaves[4].hex()}),
        ("another index", {"index": 4}),
        ("an index outside", {"index": 7}),
        ("another size", {"size": 9}),
        ("another root", {"root": tree.root(8).hex()}),
        ("a node missing", {"path": whole["path"][:-1]}),
        ("a node too many", {"path": [*whole["path"], "00" * 32]}),
        ("two nodes swapped", {"path": [whole["path"][1], whole["path"][0], *whole["path"][2:]]}),
        ("a node of 31 bytes", {"path": [whole["path"][0][:-2], *whole["path"][1:]]}),
        ("an empty path", {"path": []}),
    ):
        yield bad("merkle.inclusion", name, {**whole, **change}, "inclusion")
    yield from _consistency(tree)


def _consistency(tree: merkle.Tree) -> Iterator[Vector]:
    def given(old: int, size: int) -> dict[str, Any]:
        path = [node.hex() for node in tree.consistency(old, size)] if old else []
        return {"old": old, "old_root": tree.root(old).hex(), "size": size, "root": tree.root(size).hex(), "path": path}

    for old, size in ((0, 0), (0, 5), (1, 1), (1, 2), (3, 7), (4, 7), (6, 8), (8, 8), (64, 70), (69, 70)):
        yield good("merkle.consistency", f"{old} to {size}", given(old, size))
    whole = given(3, 7)
    for name, change in (
        ("another old root", {"old_root": tree.root(2).hex()}),
        ("another root", {"root": tree.root(6).hex()}),
        ("a smaller size", {"size": 2}),
        ("a node missing", {"path": whole["path"][:-1]}),
        ("a node too many", {"path": [*whole["path"], "00" * 32]}),
        ("no proof", {"path": []}),
    ):
        yield bad("merkle.consistency", name, {**whole, **change}, "consistency")
    same = given(8, 8)
    yield bad("merkle.consistency", "a proof where none is needed", {**same, "path": ["00" * 32]}, "consistency")
    yield bad("merkle.consistency", "one size, two roots", {**same, "old_root": tree.root(7).hex()}, "consistency")


def note_vectors() -> Iterator[Vector]:
    signer = note.LocalNoteSigner(f"sceau.example/{LEDGER}", build.NOTE_KEY)
    witness = note.LocalNoteSigner("witness.example/w1", Ed25519PrivateKey.from_private_bytes(bytes(32)))
    vkey = str(note.VerifierKey(signer.name, note.ED25519, signer.public))
    seen_by = str(note.VerifierKey(witness.name, note.COSIGNATURE_V1, witness.public))
    made = build.ledger(12)
    leaves = [bytes.fromhex(row.fingerprint) for row in made.rows]
    tree = merkle.Tree(leaves)
    plain = checkpoint.sign_checkpoint(12, tree.root(), signer)
    cosigned = checkpoint.cosign(plain, witness, 1_795_340_000)
    yield good("checkpoint.open", "of twelve entries", {"text": plain.decode(), "vkey": vkey})
    yield good("checkpoint.open", "cosigned, with the same imprint", {"text": cosigned.decode(), "vkey": vkey})
    yield good(
        "checkpoint.open",
        "empty",
        {"text": checkpoint.sign_checkpoint(0, merkle.EMPTY_ROOT, signer).decode(), "vkey": vkey},
    )
    yield from _note_refusals(plain.decode(), vkey, seen_by, signer)
    yield good("checkpoint.cosignature", "of a witness", {"text": cosigned.decode(), "vkey": seen_by})
    yield good("checkpoint.cosignature", "missing", {"text": plain.decode(), "vkey": seen_by})
    moved = cosigned.decode().replace(signer.name + "\n12\n", signer.name + "\n13\n")
    yield bad("checkpoint.cosignature", "of another checkpoint", {"text": moved, "vkey": seen_by}, "cosignature")
    extra = made.rows[6].line
    proof = checkpoint.proof_text(6, tree.inclusion(6), cosigned, extra).decode()
    yield good("proof.verify", "of an entry", {"text": proof, "vkey": vkey})
    bare = checkpoint.proof_text(6, tree.inclusion(6), plain).decode()
    yield good("proof.verify", "of a fingerprint", {"text": bare, "vkey": vkey, "leaf": leaves[6].hex()})
    other = checkpoint.proof_text(6, tree.inclusion(6), plain, made.rows[7].line).decode()
    for name, changed, code in (
        ("of another entry", other, "inclusion"),
        ("at another index", proof.replace("index 6\n", "index 7\n"), "inclusion"),
        ("with a leading zero", proof.replace("index 6\n", "index 06\n"), "proof"),
        ("of another format", proof.replace("@v1", "@v2", 1), "proof"),
        ("without index", proof.replace("index 6\n", ""), "proof"),
        ("without checkpoint", proof[: proof.index("\n\n") + 2], "proof"),
        ("under a checkpoint that is not signed", proof.replace("\n12\n", "\n13\n"), "checkpoint_signature"),
        ("with a path node cut", proof.replace(b64(tree.inclusion(6)[0]) + "\n", "AAAA\n"), "proof"),
    ):
        yield bad("proof.verify", name, {"text": changed, "vkey": vkey}, code)


def _note_refusals(plain: str, vkey: str, seen_by: str, signer: note.LocalNoteSigner) -> Iterator[Vector]:
    def signed(lines: str) -> str:
        return note.sign(lines.encode(), signer).decode()

    body, signature = plain.split("\n\n")
    body += "\n"
    root = body.split("\n")[2]
    for name, changed, code in (
        ("another size", plain.replace("\n12\n", "\n13\n"), "checkpoint_signature"),
        ("no signature of the key", plain.replace("— sceau", "— other"), "checkpoint_signature"),
        ("an extension line", signed(body + "more\n"), "checkpoint"),
        ("a leading zero", signed(body.replace("\n12\n", "\n012\n")), "checkpoint"),
        ("a root of 31 bytes", signed(body.replace(root, b64(bytes(31)))), "checkpoint"),
        ("a root with stray bits", signed(body.replace(root, "A" * 42 + "B=")), "checkpoint"),
        ("another origin", signed(body.replace("sceau.example", "other.example")), "checkpoint_origin"),
        ("a space in the origin", signed(body.replace("sceau.example", "sceau example")), "checkpoint"),
        ("no empty line", plain.replace("\n\n", "\n"), "note"),
        ("no final newline", plain[:-1], "note"),
        ("a carriage return", plain.replace("\n", "\r\n"), "note"),
        ("a hyphen for the dash", plain.replace("— ", "- "), "note"),
        ("a signature that is no base64", plain[:-2] + "!\n", "note"),
        ("a second signature of the key that does not verify", plain + _wrong(signature), "checkpoint_signature"),
        ("no signature line", body + "\n", "note"),
    ):
        yield bad("checkpoint.open", name, {"text": changed, "vkey": vkey}, code)
    yield bad("checkpoint.open", "a witness's key", {"text": plain, "vkey": seen_by}, "checkpoint_signature")
    yield bad("checkpoint.open", "a key whose id is wrong", {"text": plain, "vkey": vkey.replace("+", "+0", 1)}, "vkey")
    yield bad(
        "checkpoint.open",
        "not UTF-8",
        {"hex": plain.encode().replace(b"sceau", b"\xff\xfe\xfd\xfc\xfb").hex(), "vkey": vkey},
        "note",
    )


def _wrong(signature_line: str) -> str:
    dash, name, encoded = signature_line.strip().split(" ")
    data = bytearray(base64.b64decode(encoded))
    data[-1] ^= 1
    return f"{dash} {name} {b64(bytes(data))}\n"


def commitment_vectors() -> Iterator[Vector]:
    def given(value: Any, path: str = "/client", salt: str = "0123456789abcdef" * 2) -> dict[str, Any]:
        return {
            "ledger": LEDGER,
            "path": path,
            "salt": salt,
            "value": text(value),
            "digest": commitment.commit(LEDGER, path, salt, value),
        }

    whole = given({"address": "1 rue des Lilas", "name": "Zoé Martin"})
    yield good("commitment.check", "a party", whole)
    yield good("commitment.check", "a text", given("Pose d’un évier", "/texts/lines/0/label"))
    yield good("commitment.check", "a path with escapes", given(1, '/a~1b/~0c/é/"q"'))
    for name, change, code in (
        ("another value", {"value": text({"address": "1 rue des Lilas", "name": "Zoé Martine"})}, "commitment"),
        ("another salt", {"salt": "f" * 32}, "commitment"),
        ("another path", {"path": "/payer"}, "commitment"),
        ("another ledger", {"ledger": LEDGER.replace("c6", "c7")}, "commitment"),
        ("a value that is not canonical", {"value": '{"name": "Zoé"}'}, "not_canonical"),
        ("a value with a float", {"value": "1.5"}, "float"),
        ("a salt in capitals", {"salt": "F" * 32}, "salt"),
        ("a short salt", {"salt": "f" * 30}, "salt"),
        ("a path without slash", {"path": "client"}, "path"),
        ("the empty path", {"path": ""}, "path"),
        ("a path with a bare tilde", {"path": "/a~2"}, "path"),
    ):
        yield bad("commitment.check", name, {**whole, **change}, code)


def ledger_vectors() -> Iterator[Vector]:
    def given(made: build.Ledger) -> dict[str, Any]:
        return {
            "lines": [row.line.decode() for row in made.rows],
            "seals": [{"text": row.text.decode(), "signature": row.signature.hex()} for row in made.seals],
            "genesis": made.rows[0].fingerprint,
            "key": b64(build.SEAL_KEY.public_der),
        }

    yield good("ledger.check", "twelve entries under four seals", given(build.ledger()))
    yield bad(
        "ledger.check",
        "another ledger than the pinned one",
        {**given(build.ledger()), "genesis": "ab" * 32},
        "pin_mismatch",
    )
    relinked = build.ledger()
    changed = relinked.rows[4].line.replace(b'"rate_bp":2000', b'"rate_bp":1000')
    relinked.rows[4] = replace(relinked.rows[4], line=changed, fingerprint=hashlib.sha256(changed).hexdigest())
    relinked.relink(6)
    yield bad("ledger.check", "edited and linked again", given(relinked), "seal_head")
    unsealed = build.ledger()
    del unsealed.seals[1]
    yield bad("ledger.check", "a seal missing", given(unsealed), "unsealed")
    forged = build.ledger(6)
    forged.add(build.stream_id("invoice", 1), "invoice.noted/1", {})
    forged.key = build.OTHER_KEY
    forged.seal()
    yield bad("ledger.check", "sealed by another key", given(forged), "wrong_key")
    gap = build.ledger(6)
    gap.versions[build.stream_id("invoice", 1)] += 1
    gap.add(build.stream_id("invoice", 1), "invoice.noted/1", {})
    gap.seal()
    yield bad("ledger.check", "a version missing", given(gap), "version_gap")


FILES: dict[str, tuple[str, Callable[[], Iterator[Vector]]]] = {
    "canonical.json": ("docs/spec/entry.md, canonical bytes", canonical_vectors),
    "entry.json": ("docs/spec/entry.md", entry_vectors),
    "chain.json": ("docs/spec/chain.md", chain_vectors),
    "seal.json": ("docs/spec/seal.md", seal_vectors),
    "key_change.json": ("docs/spec/seal.md, key change", key_vectors),
    "merkle.json": ("docs/spec/checkpoint.md, tree; leaf n of a root is SHA-256 of the decimal n", merkle_vectors),
    "checkpoint.json": ("docs/spec/checkpoint.md, notes and proofs", note_vectors),
    "commitment.json": ("docs/spec/commitment.md", commitment_vectors),
    "ledger.json": ("all pages together", ledger_vectors),
}


def our_disagreement(vector: Vector) -> str | None:
    """What our kernel answers where a vector expects something else; None when both agree."""
    output: dict[str, Any] | None
    try:
        output, code = ours.answer(vector["op"], vector["input"]), None
    except Malformed as fault:
        output, code = None, fault.code
    if (output, code) == (vector.get("output"), vector.get("code")):
        return None
    return f"{vector['op']} {vector['name']}: {code or output}"


def main() -> None:
    """Write what is missing, then the manifest's new lines."""
    lines = MANIFEST.read_text().splitlines() if MANIFEST.exists() else []
    for name, (about, make) in FILES.items():
        path = HERE / name
        if path.exists():
            continue
        vectors = list(make())
        wrong = [
            said for vector in vectors for said in (our_disagreement(vector), verifier.disagreement(vector)) if said
        ]
        if wrong:
            raise SystemExit("\n".join([f"{name}: nothing written", *wrong]))
        data = json.dumps({"format": "sceau-vectors/1", "about": about, "vectors": vectors}, indent=1) + "\n"
        path.write_text(data, encoding="utf-8")
        lines.append(f"{hashlib.sha256(data.encode()).hexdigest()}  {name}")
    MANIFEST.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
