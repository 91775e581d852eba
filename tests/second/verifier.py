"""A second reading of the format, written from docs/spec alone: the standard library only, nothing of ours.

It is slow and plain on purpose. `answer(op, input)` gives what a vector expects: the output, or `Refused` with the
code. Run as a program on vector files, it prints one line each: `python tests/second/verifier.py tests/vectors/*.json`.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any


class Refused(Exception):  # noqa: N818 - an answer, not an error
    """The input is not of the format, or does not verify."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


# --- canonical bytes (docs/spec/entry.md) ---------------------------------------------------------------------------

BIDI = {0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}


class Wrong:
    """A token or object that the format refuses, kept in place of its value."""

    def __init__(self, code: str) -> None:
        self.code = code


def pairs(items: list[tuple[str, Any]]) -> Any:
    names = [name for name, _ in items]
    return dict(items) if len(set(names)) == len(names) else Wrong("duplicate_member")


def loose(text: str) -> Any:
    try:
        return json.loads(
            text,
            object_pairs_hook=pairs,
            parse_float=lambda _: Wrong("float"),
            parse_constant=lambda _: Wrong("not_finite"),
            parse_int=lambda token: int(token) if len(token) < 20 else Wrong("integer_range"),
        )
    except RecursionError:
        raise Refused("too_deep") from None
    except ValueError:
        raise Refused("not_json") from None


def judge(value: Any, depth: int) -> None:
    """Raise for the first fault in order of appearance."""
    if isinstance(value, Wrong):
        raise Refused(value.code)
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, int):
        if not -(2**53) < value < 2**53:
            raise Refused("integer_range")
    elif isinstance(value, str):
        judge_text(value)
    else:
        if depth == 0:
            raise Refused("too_deep")
        for member in value:
            if isinstance(value, dict):
                if any(ord(char) > 127 for char in member):
                    raise Refused("key_not_ascii")
                judge(value[member], depth - 1)
            else:
                judge(member, depth - 1)


def judge_text(text: str) -> None:
    points = [ord(char) for char in text]
    if any(0xD800 <= point <= 0xDFFF for point in points):
        raise Refused("surrogate")
    if any(point in BIDI for point in points):
        raise Refused("bidi_control")
    if any(0xFDD0 <= point <= 0xFDEF or point & 0xFFFE == 0xFFFE for point in points):
        raise Refused("noncharacter")


def printed(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def encode(value: Any, limit: int = 1 << 20) -> bytes:
    judge(value, 32)
    data = printed(value)
    if len(data) > limit:
        raise Refused("too_large")
    return data


def decode(data: bytes, limit: int = 1 << 20, depth: int = 32) -> Any:
    if len(data) > limit:
        raise Refused("too_large")
    if data[:3] == b"\xef\xbb\xbf":
        raise Refused("bom")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise Refused("not_utf8") from None
    value = loose(text)
    judge(value, depth)
    if printed(value) != data:
        raise Refused("not_canonical")
    return value


# --- entry and chain (docs/spec/entry.md, chain.md) -----------------------------------------------------------------

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-%d[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
SHAPES = {
    "ledger": UUID % 8,
    "prev": "[0-9a-f]{64}",
    "actor": "system|[a-z][a-z0-9_-]{0,15}:[A-Za-z0-9_-]{1,64}",
    "salt": "[0-9a-f]{32}",
    "stream": f"[a-z][a-z_]{{0,31}}:(self|{UUID % 4})",
    "type": r"[a-z][a-z_]{0,31}\.[a-z][a-z_]{0,63}/[1-9][0-9]{0,5}",
}


def shaped(name: str, value: Any) -> None:
    if not isinstance(value, str) or re.fullmatch(SHAPES[name], value) is None:
        raise Refused(name)


def positive(name: str, value: Any) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value < 2**53:
        raise Refused(name)


def instant(value: Any) -> None:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}Z", value):
        raise Refused("at")
    try:
        datetime.datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=datetime.UTC)
    except ValueError:
        raise Refused("at") from None


def parse(line: bytes) -> Any:
    tree = decode(line, (1 << 20) + 1024, 34)
    if not isinstance(tree, dict) or set(tree) != {"chain", "entry"}:
        raise Refused("members")
    chain, entry = tree["chain"], tree["entry"]
    if isinstance(chain, dict) and chain.get("v", 1) != 1:
        raise Refused("unknown_v")
    if not isinstance(chain, dict) or set(chain) != {"at", "ledger", "prev", "seq", "v"}:
        raise Refused("members")
    if not isinstance(entry, dict) or set(entry) != {"actor", "body", "salt", "stream", "type", "version"}:
        raise Refused("members")
    instant(chain["at"])
    shaped("ledger", chain["ledger"])
    shaped("prev", chain["prev"])
    positive("seq", chain["seq"])
    if chain["v"] is True:
        raise Refused("unknown_v")
    for name in ("actor", "salt", "stream", "type"):
        shaped(name, entry[name])
    positive("version", entry["version"])
    if not isinstance(entry["body"], dict):
        raise Refused("body")
    if len(printed(entry["body"])) > 1 << 20:
        raise Refused("too_large")
    return tree


def ledger_id(entry: Any) -> str:
    digest = bytearray(sha(b"sceau-ledger/1\n" + printed(entry))[:16])
    digest[6] = 0x80 | (digest[6] & 0x0F)
    digest[8] = 0x80 | (digest[8] & 0x3F)
    text = bytes(digest).hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def links(lines: list[bytes]) -> dict[str, Any]:
    prev, ledger = "0" * 64, None
    for count, line in enumerate(lines):
        chain = parse(line)["chain"]
        ledger = ledger or chain["ledger"]
        if (chain["prev"], chain["seq"], chain["ledger"]) != (prev, count + 1, ledger):
            return {"entries": count, "head": prev, "broken_at": count + 1}
        prev = sha(line).hex()
    return {"entries": len(lines), "head": prev, "broken_at": None}


# --- ECDSA on P-256 (SP 800-186, FIPS 186-5) ------------------------------------------------------------------------

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")
Point = tuple[int, int] | None


def add(a: Point, b: Point) -> Point:
    if a is None or b is None:
        return b if a is None else a
    if a[0] == b[0]:
        if (a[1] + b[1]) % P == 0:
            return None
        slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, P) % P
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P) % P
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def times(k: int, point: Point) -> Point:
    total: Point = None
    while k:
        if k & 1:
            total = add(total, point)
        point, k = add(point, point), k >> 1
    return total


def p256(spki: bytes) -> Point:
    x, y = int.from_bytes(spki[27:59], "big"), int.from_bytes(spki[59:], "big")
    if len(spki) != 91 or spki[:27] != SPKI or max(x, y) >= P or (y * y - x * x * x + 3 * x - B) % P:
        raise Refused("public_key")
    return x, y


def ecdsa(spki: bytes, message: bytes, signature: bytes) -> bool:
    key = p256(spki)
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if len(signature) != 64 or not 1 <= r < N or not 1 <= s <= N // 2:
        return False
    w, z = pow(s, -1, N), int.from_bytes(sha(message), "big")
    point = add(times(z * w % N, G), times(r * w % N, key))
    return point is not None and point[0] % N == r


# --- Ed25519 (RFC 8032) ---------------------------------------------------------------------------------------------

Q = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, Q) % Q
Ext = tuple[int, int, int, int]


def ed_add(a: Ext, b: Ext) -> Ext:
    s, t = (a[1] - a[0]) * (b[1] - b[0]) % Q, (a[1] + a[0]) * (b[1] + b[0]) % Q
    u, v = 2 * a[3] * b[3] * D % Q, 2 * a[2] * b[2] % Q
    e, f, g, h = t - s, v - u, v + u, t + s
    return e * f % Q, g * h % Q, f * g % Q, e * h % Q


def ed_times(k: int, point: Ext) -> Ext:
    total: Ext = (0, 1, 1, 0)
    while k:
        if k & 1:
            total = ed_add(total, point)
        point, k = ed_add(point, point), k >> 1
    return total


def ed_point(data: bytes) -> Ext | None:
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, -1, Q) % Q
    x = pow(square, (Q + 3) // 8, Q)
    if (x * x - square) % Q:
        x = x * pow(2, (Q - 1) // 4, Q) % Q
    if y >= Q or (x * x - square) % Q or (x == 0 and sign):
        return None
    x = Q - x if x & 1 != sign else x
    return x, y, 1, x * y % Q


def ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    if len(public) != 32 or len(signature) != 64:
        return False
    key, r, s = ed_point(public), ed_point(signature[:32]), int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    base = ed_point((4 * pow(5, -1, Q) % Q).to_bytes(32, "little"))
    assert base is not None
    left, right = ed_times(s, base), ed_add(r, ed_times(k, key))
    same_x = (left[0] * right[2] - right[0] * left[2]) % Q == 0
    return same_x and (left[1] * right[2] - right[1] * left[2]) % Q == 0


# --- seal and key change (docs/spec/seal.md) ------------------------------------------------------------------------


def fields(text: str, first: str, names: list[str], code: str) -> dict[str, str]:
    """The values of `name value` lines, which must be these and no others."""
    lines = text.split("\n")
    if lines[0] != first or lines[-1] != "" or len(lines) != len(names) + 2:
        raise Refused(code)
    found = {}
    for name, line in zip(names, lines[1:-1], strict=True):
        label, _, value = line.partition(" ")
        shape = {"ledger": UUID % 8, "role": "seal|recovery|checkpoint", "size": "0|[1-9][0-9]{0,15}"}.get(
            name, "[1-9][0-9]{0,15}" if name in ("first", "last") else "[0-9a-f]{64}"
        )
        if label != name or re.fullmatch(shape, value) is None:
            raise Refused(code)
        found[name] = value
    return found


def seal(text: str, signature: bytes, key: bytes) -> dict[str, Any]:
    said = fields(text, "sceau-seal/1", ["ledger", "genesis", "first", "last", "head", "prev", "key"], "seal_text")
    if not int(said["first"]) <= int(said["last"]) < 2**53:
        raise Refused("seal_range")
    p256(key)
    if said["key"] != sha(key).hex():
        raise Refused("wrong_key")
    if not ecdsa(key, text.encode(), signature):
        raise Refused("seal")
    return {"digest": sha(text.encode() + signature).hex(), "first": int(said["first"]), "last": int(said["last"])}


def any_key(spki: bytes, message: bytes, signature: bytes, edwards: bool) -> bool:
    if not edwards:
        return ecdsa(spki, message, signature)
    if len(spki) != 44 or spki[:12] != bytes.fromhex("302a300506032b6570032100"):
        raise Refused("public_key")
    return ed25519(spki[12:], message, signature)


def key_change(given: dict[str, str]) -> dict[str, Any]:
    text = given["text"]
    said = fields(text, "sceau-key/1", ["ledger", "genesis", "role", "old", "new", "size", "root"], "key_text")
    if int(said["size"]) >= 2**53:
        raise Refused("key_text")
    new, by = (base64.b64decode(given[name]) for name in ("new_key", "authorising_key"))
    outgoing = given["authorised_by"] == "outgoing"
    if said["old"] != given["current"]:
        raise Refused("old_key")
    if said["new"] != sha(new).hex() or said["new"] in (given["current"], given["recovery"]):
        raise Refused("new_key")
    if sha(by).hex() != given["current" if outgoing else "recovery"]:
        raise Refused("authorising_key")
    edwards = said["role"] == "checkpoint"
    if not any_key(new, text.encode(), base64.b64decode(given["new_signature"]), edwards):
        raise Refused("new_signature")
    if not any_key(by, text.encode(), base64.b64decode(given["authorising_signature"]), edwards and outgoing):
        raise Refused("authorising_signature")
    return {"new": said["new"]}


# --- Merkle tree (RFC 6962 section 2.1) -----------------------------------------------------------------------------


def split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1


def root(leaves: list[bytes]) -> bytes:
    if len(leaves) < 2:
        return sha(b"\x00" + leaves[0]) if leaves else sha(b"")
    k = split(len(leaves))
    return sha(b"\x01" + root(leaves[:k]) + root(leaves[k:]))


def climb(node: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that a path leads to, by the recursion of section 2.1.1 read backwards."""
    if size == 1:
        if path:
            raise Refused("inclusion")
        return node
    if not path:
        raise Refused("inclusion")
    k = split(size)
    if index < k:
        return sha(b"\x01" + climb(node, index, k, path[:-1]) + path[-1])
    return sha(b"\x01" + path[-1] + climb(node, index - k, size - k, path[:-1]))


def included(leaf: bytes, index: int, size: int, path: list[bytes], top: bytes) -> None:
    if not 0 <= index < size or any(len(node) != 32 for node in path):
        raise Refused("inclusion")
    if climb(sha(b"\x00" + leaf), index, size, path) != top:
        raise Refused("inclusion")


def grow(old: int, size: int, proof: list[bytes], old_root: bytes, whole: bool) -> tuple[bytes, bytes]:
    """Both roots that a consistency proof leads to, by the recursion of section 2.1.2 read backwards."""
    if old == size:
        if whole:
            node, rest = old_root, proof
        else:
            node, rest = (proof[-1] if proof else b""), proof[:-1]
        if rest or len(node) != 32:
            raise Refused("consistency")
        return node, node
    if not proof:
        raise Refused("consistency")
    k = split(size)
    if old <= k:
        left, right = grow(old, k, proof[:-1], old_root, whole)
        return left, sha(b"\x01" + right + proof[-1])
    left, right = grow(old - k, size - k, proof[:-1], old_root, False)
    return sha(b"\x01" + proof[-1] + left), sha(b"\x01" + proof[-1] + right)


def consistent(old: int, old_root: bytes, size: int, top: bytes, proof: list[bytes]) -> None:
    if not 0 <= old <= size or any(len(node) != 32 for node in proof):
        raise Refused("consistency")
    if old == 0:
        if proof or old_root != sha(b"") or (size == 0 and top != old_root):
            raise Refused("consistency")
        return
    if grow(old, size, proof, old_root, True) != (old_root, top):
        raise Refused("consistency")


# --- notes, checkpoints, proofs (docs/spec/checkpoint.md) -----------------------------------------------------------


def b64(text: str, code: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Refused(code) from None
    if base64.b64encode(data).decode() != text:
        raise Refused(code)
    return data


def vkey(text: str) -> tuple[str, int, bytes, bytes]:
    parts = text.split("+", 2)
    if len(parts) != 3 or not parts[0] or re.search(r"\s", parts[0]):
        raise Refused("vkey")
    material = b64(parts[2], "vkey")
    if len(material) != 33 or material[0] not in (1, 4):
        raise Refused("vkey")
    identity = sha(parts[0].encode() + b"\n" + material)[:4]
    if identity.hex() != parts[1]:
        raise Refused("vkey")
    return parts[0], material[0], material[1:], identity


def note(data: bytes) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        raise Refused("note") from None
    if any(ord(char) < 32 and char != "\n" for char in whole) or "\n\n" not in whole or whole[-1] != "\n":
        raise Refused("note")
    text, _, tail = whole.rpartition("\n\n")
    lines = tail.split("\n")[:-1]
    if not 1 <= len(lines) <= 100:
        raise Refused("note")
    signatures = []
    for line in lines:
        match = re.fullmatch(r"— ([^\s+]+) (\S+)", line)
        blob = b64(match[2], "note") if match else b""
        if match is None or len(blob) < 5:
            raise Refused("note")
        signatures.append((match[1], blob[:4], blob[4:]))
    return text + "\n", signatures


def checkpoint(data: bytes, key: str) -> dict[str, Any]:
    name, kind, public, identity = vkey(key)
    text, signatures = note(data)
    ours = [blob for who, what, blob in signatures if (who, what) == (name, identity)]
    if kind != 1 or not ours or not all(ed25519(public, text.encode(), blob) for blob in ours):
        raise Refused("checkpoint_signature")
    lines = text.split("\n")
    if len(lines) != 4 or not re.fullmatch(r"[^\s+]+", lines[0]) or not re.fullmatch("0|[1-9][0-9]{0,15}", lines[1]):
        raise Refused("checkpoint")
    top = b64(lines[2], "checkpoint")
    if len(top) != 32 or int(lines[1]) >= 2**53:
        raise Refused("checkpoint")
    if lines[0] != name:
        raise Refused("checkpoint_origin")
    line = f"— {name} {base64.b64encode(identity + ours[0]).decode()}\n"
    stamped = sha(f"{text}\n{line}".encode()).hex()
    return {"origin": name, "size": int(lines[1]), "root": top.hex(), "imprint": stamped}


def cosignature(data: bytes, key: str) -> dict[str, Any]:
    name, _, public, identity = vkey(key)
    text, signatures = note(data)
    seen = []
    for who, what, blob in signatures:
        if (who, what) != (name, identity):
            continue
        moment = int.from_bytes(blob[:8], "big")
        message = f"cosignature/v1\ntime {moment}\n{text}".encode()
        if len(blob) != 72 or moment >= 2**63 or not ed25519(public, message, blob[8:]):
            raise Refused("cosignature")
        seen.append(moment)
    return {"time": max(seen, default=None)}


def proof(data: bytes, key: str, leaf: bytes | None) -> dict[str, Any]:
    head, _, rest = data.partition(b"\n\n")
    lines = head.decode("ascii", "replace").split("\n")
    if lines.pop(0) != "c2sp.org/tlog-proof@v1" or not lines or not rest:
        raise Refused("proof")
    extra = b""
    if lines[0].startswith("extra "):
        extra = b64(lines.pop(0)[6:], "proof")
        if not extra:
            raise Refused("proof")
    if not lines or not re.fullmatch("index (0|[1-9][0-9]{0,15})", lines[0]):
        raise Refused("proof")
    index = int(lines.pop(0)[6:])
    path = [b64(line, "proof") for line in lines]
    if any(len(node) != 32 for node in path):
        raise Refused("proof")
    top = checkpoint(rest, key)
    included(sha(extra) if leaf is None else leaf, index, top["size"], path, bytes.fromhex(top["root"]))
    return {"index": index, "size": top["size"]}


# --- commitment (docs/spec/commitment.md) ---------------------------------------------------------------------------


def commit(given: dict[str, str]) -> dict[str, Any]:
    value = decode(given["value"].encode())
    if not re.fullmatch("[0-9a-f]{32}", given["salt"]):
        raise Refused("salt")
    if not re.fullmatch("(/([^~/]|~[01])*)+", given["path"]):
        raise Refused("path")
    parts = ["sceau-commit/1", given["ledger"], given["path"], given["salt"], value]
    if sha(printed(parts)).hex() != given["digest"]:
        raise Refused("commitment")
    return {}


# --- a whole small ledger -------------------------------------------------------------------------------------------


def ledger(given: dict[str, Any]) -> dict[str, Any]:
    """Lines and seals against a pinned genesis and key: the first fault, in order of the chain, then of the seals."""
    lines = [line.encode() for line in given["lines"]]
    opened = parse(lines[0])
    if opened["chain"]["seq"] != 1 or opened["entry"]["type"] != "ledger.opened/1":
        raise Refused("opening")
    if ledger_id(opened["entry"]) != opened["chain"]["ledger"]:
        raise Refused("ledger")
    if sha(lines[0]).hex() != given["genesis"]:
        raise Refused("pin_mismatch")
    followed = links(lines)
    if followed["broken_at"] is not None:
        raise Refused("link")
    versions: dict[str, int] = {}
    at = ""
    for line in lines:
        tree = parse(line)
        stream, version = tree["entry"]["stream"], tree["entry"]["version"]
        if version != versions.get(stream, 0) + 1:
            raise Refused("version_gap")
        if tree["chain"]["at"] < at:
            raise Refused("clock_back")
        versions[stream], at = version, tree["chain"]["at"]
    ledger_seals(given, lines)
    return {"head": followed["head"], "root": root([sha(line) for line in lines]).hex()}


def ledger_seals(given: dict[str, Any], lines: list[bytes]) -> None:
    sealed, prev = 0, "0" * 64
    for row in given["seals"]:
        told = seal(row["text"], bytes.fromhex(row["signature"]), base64.b64decode(given["key"]))
        said = dict(line.split(" ", 1) for line in row["text"].split("\n")[1:-1])
        if told["first"] != sealed + 1:
            raise Refused("unsealed")
        if said["prev"] != prev:
            raise Refused("seal_chain")
        if said["genesis"] != given["genesis"]:
            raise Refused("seal")
        if told["last"] > len(lines) or said["head"] != sha(lines[told["last"] - 1]).hex():
            raise Refused("seal_head")
        sealed, prev = told["last"], told["digest"]
    if sealed != len(lines):
        raise Refused("unsealed")


# --- vectors --------------------------------------------------------------------------------------------------------


def raw(given: dict[str, Any]) -> bytes:
    if "repeat" in given:  # a long text, told shortly
        return str(given["before"] + given["repeat"] * given["times"] + given["after"]).encode()
    return bytes.fromhex(given["hex"]) if "hex" in given else str(given["text"]).encode()


def answer(op: str, given: dict[str, Any]) -> dict[str, Any]:
    """The output that a vector of this operation expects.

    Raises:
        Refused: with the code that a negative vector expects.
    """
    if op == "canonical.encode":
        data = encode(loose(given["json"]))
        return {"text": data.decode(), "sha256": sha(data).hex()}
    if op == "canonical.decode":
        decode(raw(given))
        return {"sha256": sha(raw(given)).hex()}
    if op == "entry.parse":
        tree = parse(raw(given))
        return {"fingerprint": sha(raw(given)).hex(), "id_of_this_entry": ledger_id(tree["entry"])}
    if op == "entry.link":
        encode(loose(json.dumps(given["entry"]["body"])))
        line = printed({"chain": given["chain"], "entry": given["entry"]})
        parse(line)
        return {"line": line.decode(), "fingerprint": sha(line).hex()}
    if op == "chain.links":
        return links([line.encode() for line in given["lines"]])
    if op == "seal.verify":
        return seal(given["text"], bytes.fromhex(given["signature"]), base64.b64decode(given["key"]))
    if op == "key.check":
        return key_change(given)
    if op == "merkle.root":
        return {"root": root([sha(str(n).encode()) for n in range(given["leaves"])]).hex()}
    if op in ("merkle.inclusion", "merkle.consistency"):
        nodes = [bytes.fromhex(node) for node in given["path"]]
        top = bytes.fromhex(given["root"])
        if op == "merkle.inclusion":
            included(bytes.fromhex(given["leaf"]), given["index"], given["size"], nodes, top)
        else:
            consistent(given["old"], bytes.fromhex(given["old_root"]), given["size"], top, nodes)
        return {}
    if op == "checkpoint.open":
        return checkpoint(raw(given), given["vkey"])
    if op == "checkpoint.cosignature":
        return cosignature(raw(given), given["vkey"])
    if op == "proof.verify":
        return proof(raw(given), given["vkey"], bytes.fromhex(given["leaf"]) if "leaf" in given else None)
    if op == "commitment.check":
        return commit(given)
    if op == "ledger.check":
        return ledger(given)
    raise ValueError(f"no operation {op}")


def disagreement(vector: dict[str, Any]) -> str | None:
    """What this verifier answers where a vector expects something else; None when both agree."""
    try:
        output, code = answer(vector["op"], vector["input"]), None
    except Refused as refused:
        output, code = None, refused.code
    if (output, code) == (vector.get("output"), vector.get("code")):
        return None
    return f"{vector['op']} {vector['name']}: {code or output}"


def main(paths: list[str]) -> int:
    wrong = 0
    for path in paths:
        vectors = json.loads(Path(path).read_text(encoding="utf-8"))["vectors"]
        differ = [line for line in map(disagreement, vectors) if line is not None]
        wrong += len(differ)
        print(f"{path}: {len(vectors) - len(differ)} of {len(vectors)} agree")
        print("".join(f"  {line}\n" for line in differ), end="")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
