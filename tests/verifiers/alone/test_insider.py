"""What somebody with all the keys can write, and what the entries themselves still show."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.verifiers import verify
from tests.verifiers.alone import forge
from tests.verifiers.alone.conftest import Check, Samples, Verdict, codes
from tests.verifiers.alone.insider import Insider, NoteKey, Tree, another, of_type

Judge = Callable[..., Verdict]


@pytest.fixture
def judge(kept: Samples, check: Check, tmp_path: Path) -> Judge:
    """Have an insider write the ledger with one change, and verify it against its own genesis."""

    def run(change: Callable[[list[Tree]], object] = lambda _: None) -> Verdict:
        insider = Insider()
        path = forge.write(tmp_path / "insider.zip", insider.write(kept.files("2026-11"), change))
        return check(path, genesis=insider.genesis)

    return run


def closure(trees: list[Tree], rank: int = -1) -> Tree:
    return of_type(trees, "period.closed/1", rank)


def test_a_ledger_written_by_a_second_hand_is_fine(judge: Judge) -> None:
    verdict = judge()
    assert verdict["ok"], verdict["findings"]
    assert verdict["proven_until"] == verdict["last"]


@pytest.mark.parametrize(
    "member",
    ["gross_cents", "net_cents", "perpetual_cents", "year_gross_cents", "invoices", "absolute_cents", "entries"],
)
@pytest.mark.parametrize("rank", [0, 1, 2])
def test_an_altered_total_of_a_closure_is_found(judge: Judge, member: str, rank: int) -> None:
    def change(trees: list[Tree]) -> None:
        closure(trees, rank)["entry"]["body"][member] += 1

    found = judge(change)
    assert "closure_totals" in [code for code, _ in codes(found)]
    assert found["findings"][0]["seq"] > 1


@pytest.mark.parametrize("member", ["rates", "means", "series"])
def test_a_row_left_out_of_a_closure_is_found(judge: Judge, member: str) -> None:
    def change(trees: list[Tree]) -> None:
        assert closure(trees)["entry"]["body"][member].pop()

    assert "closure_totals" in [code for code, _ in codes(judge(change))]


@pytest.mark.parametrize("member", ["head", "root", "peaks", "previous"])
def test_a_closure_of_other_entries_is_found(judge: Judge, member: str) -> None:
    def change(trees: list[Tree]) -> None:
        tree = closure(trees, 1)
        assert tree["entry"]["body"]["period"] == "day"
        assert member in tree["entry"]["body"]
        tree["entry"]["body"][member] = ["ab" * 32] if member == "peaks" else "ab" * 32
        tree["keep"] = (member,)

    assert "closure_totals" in [code for code, _ in codes(judge(change))]


def test_an_entry_in_a_closed_period_is_found(judge: Judge) -> None:
    def change(trees: list[Tree]) -> None:
        at = trees.index(closure(trees, 0))
        trees.insert(at, another(of_type(trees, "payment.received/1"), "payment:00000000-0000-4000-8000-000000000000"))
        for tree in trees:
            if tree["entry"]["type"] == "period.closed/1" and tree is not closure(trees, 0):
                body = tree["entry"]["body"]
                body["last_seq"] += 1
                body["first_seq"] += 1 if body["first_seq"] > 1 else 0

    assert "closure_late_entry" in [code for code, _ in codes(judge(change))]


def test_a_number_left_out_or_given_twice_is_found(judge: Judge) -> None:
    def gap(trees: list[Tree]) -> None:
        body = of_type(trees, "invoice.issued/1", -1)["entry"]["body"]
        body.update(n=9, number=body["number"][:-1] + "9")

    def double(trees: list[Tree]) -> None:
        first, last = of_type(trees, "invoice.issued/1", 1), of_type(trees, "invoice.issued/1", -1)
        same = {name: first["entry"]["body"][name] for name in ("n", "number", "series")}
        last["entry"]["body"].update(same)

    def form(trees: list[Tree]) -> None:
        body = of_type(trees, "invoice.issued/1", -1)["entry"]["body"]
        body["number"] = "X" + body["number"][1:]

    assert "number_gap" in [code for code, _ in codes(judge(gap))]
    assert "number_double" in [code for code, _ in codes(judge(double))]
    assert "number_form" in [code for code, _ in codes(judge(form))]


def test_a_version_left_out_or_given_twice_is_found(judge: Judge) -> None:
    def later(by: int) -> Callable[[list[Tree]], None]:
        def change(trees: list[Tree]) -> None:
            streams: dict[str, int] = {}
            for tree in trees:
                name = tree["entry"]["stream"]
                streams[name] = streams.get(name, 0) + 1
            name = next(one for one, count in streams.items() if count > 1 and one.startswith("invoice"))
            [tree for tree in trees if tree["entry"]["stream"] == name][1]["entry"]["version"] += by

        return change

    assert "version_gap" in [code for code, _ in codes(judge(later(1)))]
    assert "version_order" in [code for code, _ in codes(judge(later(-1)))]


def test_a_ledger_opened_twice_is_found(judge: Judge) -> None:
    def change(trees: list[Tree]) -> None:
        trees.append(another(trees[0], "ledger:00000000-0000-4000-8000-000000000000"))

    assert "opened_again" in [code for code, _ in codes(judge(change))]


class Authority:
    """A time stamp authority of one's own, by openssl."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "tsa.cnf").write_text(
            "[tsa]\nserial = serial\ncrypto_device = builtin\nsigner_digest = sha256\ndefault_policy = 1.2.3.4\n"
            "digests = sha256\nordering = no\ntsa_name = no\ness_cert_id_chain = no\ness_cert_id_alg = sha256\n"
        )
        (folder / "req.cnf").write_text(
            "[req]\ndistinguished_name = dn\nx509_extensions = ext\nprompt = no\n[dn]\nCN = test authority\n"
            "[ext]\nextendedKeyUsage = critical,timeStamping\nbasicConstraints = CA:TRUE\n"
        )
        (folder / "serial").write_text("01\n")
        self.openssl(
            [
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-keyout",
                "tsa.key",
                "-out",
                "tsa.pem",
                "-days",
                "30000",
                "-config",
                "req.cnf",
                "-sha256",
            ]
        )

    def openssl(self, arguments: list[str]) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)

    def stamp(self, data: bytes, digest: bytes | None = None) -> bytes:
        """A TimeStampResp over data, or over a digest."""
        (self.folder / "data").write_bytes(data)
        what = ["-data", "data"] if digest is None else ["-digest", digest.hex()]
        self.openssl(["ts", "-query", *what, "-sha256", "-cert", "-out", "query"])
        signing = ["-inkey", "tsa.key", "-signer", "tsa.pem", "-config", "tsa.cnf", "-section", "tsa"]
        self.openssl(["ts", "-reply", "-queryfile", "query", *signing, "-out", "reply"])
        return (self.folder / "reply").read_bytes()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def anchor(note: str, kind: str, proof: bytes, size: int) -> bytes:
    row = {
        "at": "2026-12-01T00:00:00Z", "kind": kind, "note": base64.b64encode(note.encode()).decode(), "place": "x",
        "proof": base64.b64encode(proof).decode(), "size": size,
    }  # fmt: skip
    return forge.canonical(row)


@pytest.mark.parametrize("openssl", [False, True])
def test_a_time_stamp_over_the_signature_is_read(
    kept: Samples, check: Check, tmp_path: Path, authority: Authority, openssl: bool
) -> None:
    files = kept.files()
    files["manifest.tsr"] = authority.stamp(files["manifest.p7s"])
    path = forge.write(tmp_path / "stamped.zip", files)
    verdict = check(path, openssl=openssl, authority=str(authority.folder / "tsa.pem") if openssl else "")
    assert verdict["ok"], verdict["findings"]
    assert verdict["archives"][0]["timestamp"].endswith("Z")
    assert any("openssl ts -verify" in command for command in verdict["commands"])


def test_a_time_stamp_over_something_else_is_found(
    kept: Samples, check: Check, tmp_path: Path, authority: Authority
) -> None:
    files = kept.files()
    good = authority.stamp(files["manifest.p7s"])
    place = good.rindex(bytes([0x04, 0x82, 0x01, 0x00])) + 20
    for token in (authority.stamp(b"another"), good[:-1], b"", good[:place] + b"\x00\x01" + good[place + 2 :]):
        files["manifest.tsr"] = token
        assert codes(check(forge.write(tmp_path / "stamped.zip", files))) == [("timestamp", 0)]


def test_an_authority_that_is_not_the_given_one_is_found(
    kept: Samples, check: Check, tmp_path: Path, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> None:
    files = kept.files()
    files["manifest.tsr"] = authority.stamp(files["manifest.p7s"])
    other = Authority(tmp_path_factory.mktemp("other"))
    path = forge.write(tmp_path / "stamped.zip", files)
    assert codes(check(path, openssl=True, authority=str(other.folder / "tsa.pem"))) == [("timestamp", 0)]


def test_anchors_are_read_and_say_what_they_cover(
    kept: Samples, check: Check, tmp_path: Path, authority: Authority
) -> None:
    witness = NoteKey("w1.example/sceau", 4)
    insider = Insider([witness.vkey])
    files = insider.write(kept.files())
    note = insider.checkpoint(30)
    text = note.rpartition("\n\n")[0] + "\n"
    imprint = hashlib.sha256(note.encode()).digest()
    files["anchors/00000000.json"] = anchor(note, "timestamp", authority.stamp(b"", imprint), 30)
    moment = seconds(insider.lines[0]) + 60
    files["anchors/00000001.json"] = anchor(note, "witness", (note + witness.cosign(text, moment)).encode(), 30)
    verdict = check(forge.write(tmp_path / "a.zip", insider.again(files)), genesis=insider.genesis)
    assert verdict["ok"], verdict["findings"]
    assert [(one["kind"], one["size"]) for one in verdict["anchors"]] == [("timestamp", 30), ("witness", 30)]
    assert verdict["unproven_after"] == 30
    assert any("31 to" in sentence for sentence in verdict["not_proven"])

    bad = (note + witness.cosign(text + "x", 1_800_000_000)).encode()
    files["anchors/00000001.json"] = anchor(note, "witness", bad, 30)
    assert codes(check(forge.write(tmp_path / "a.zip", insider.again(files)), genesis=insider.genesis)) == [
        ("cosignature", 0)
    ]
    files["anchors/00000001.json"] = anchor(note, "timestamp", authority.stamp(b"other"), 30)
    assert codes(check(forge.write(tmp_path / "a.zip", insider.again(files)), genesis=insider.genesis)) == [
        ("timestamp", 0)
    ]


def seconds(line: bytes) -> int:
    """When an entry says that it was recorded, in seconds of 1970."""
    return int(datetime.fromisoformat(json.loads(line)["chain"]["at"]).timestamp())


Change = Callable[[list[Tree]], object]


def hourly(trees: list[Tree]) -> None:
    """Entries ten minutes apart under a policy of an hour: an entry waits for 130 minutes at most."""
    trees[0]["entry"]["body"]["anchors"].update(interval_minutes=60, timestamp=False)
    for rank, tree in enumerate(trees):
        moment = datetime(2026, 11, 22, 9, tzinfo=UTC) + timedelta(minutes=10 * rank)
        tree["chain"]["at"] = moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def failing(trees: list[Tree]) -> None:
    hourly(trees)
    body = {"cause": "late", "kind": "witness", "place": "w1.example/sceau", "size": 24}
    trees[24]["entry"].update(type="anchor.failed/1", body=body)


def new_policy(trees: list[Tree]) -> None:
    hourly(trees)
    body = {"anchors": {**trees[0]["entry"]["body"]["anchors"], "interval_minutes": 300}}
    trees[8]["entry"].update(type="anchor.policy_set/1", body=body)


def chatter(trees: list[Tree]) -> None:
    hourly(trees)
    for tree in trees[8:24]:
        tree["entry"].update(
            type="anchor.placed/1", body={"kind": "witness", "place": "x", "proof": "ab" * 32, "size": 8}
        )


@pytest.mark.parametrize(
    ("change", "seen", "gaps"),
    [
        (hourly, [(8, 5), (20, 5), (30, 5)], []),
        (hourly, [(8, 5), (30, 5)], [9]),
        (hourly, [(20, 5), (30, 5)], [1]),
        (hourly, [(8, 5), (20, 60), (30, 5)], [9]),
        (failing, [(8, 5), (30, 5)], []),
        (new_policy, [(8, 5), (30, 5)], []),
        (chatter, [(8, 5), (30, 5)], []),
        (hourly, [], []),
    ],
)
def test_a_span_without_an_anchor_is_found(
    kept: Samples,
    check: Check,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Change,
    seen: list[tuple[int, int]],
    gaps: list[int],
) -> None:
    """Cosignatures of trees of so many entries, so many minutes after the last of them; in one stretch and in many."""
    witness = NoteKey("w1.example/sceau", 4)
    insider = Insider([witness.vkey])
    files = insider.write(kept.files(), change)
    for rank, (size, minutes) in enumerate(seen):
        note = insider.checkpoint(size)
        moment = seconds(insider.lines[size - 1]) + 60 * minutes
        proof = note + witness.cosign(note.rpartition("\n\n")[0] + "\n", moment)
        files[f"anchors/{rank:08d}.json"] = anchor(note, "witness", proof.encode(), size)
    path = forge.write(tmp_path / "a.zip", insider.again(files))
    for most in (verify.STRETCH, 1500):
        monkeypatch.setattr(verify, "STRETCH", most)
        monkeypatch.setattr(verify, "UNPACKED", min(most, verify.UNPACKED))
        verdict = check(path, genesis=insider.genesis)
        assert [seq for code, seq in codes(verdict) if code == "anchor_gap"] == gaps, verdict["findings"]
        after = max((size for size, _ in seen), default=0)
        assert any(f"after {after} were anchored" in one for one in verdict["not_checked"])


def test_an_anchored_checkpoint_of_another_history_is_a_rewrite(
    kept: Samples, check: Check, tmp_path: Path, authority: Authority
) -> None:
    insider = Insider()
    insider.write(kept.files())
    before = insider.checkpoint(30)
    other = insider.note.name

    def change(trees: list[Tree]) -> None:
        trees[20]["entry"]["salt"] = "cd" * 16

    files = insider.write(kept.files(), change)
    assert insider.note.name == other  # the same entry 1, another history
    files["anchors/00000000.json"] = anchor(before, "timestamp", authority.stamp(b""), 30)
    path = forge.write(tmp_path / "a.zip", insider.again(files))
    assert ("rewritten", 1) in codes(check(path, genesis=insider.genesis))
    kept_note = tmp_path / "kept.txt"
    kept_note.write_text(before)
    del files["anchors/00000000.json"]
    path = forge.write(tmp_path / "a.zip", insider.again(files))
    assert check(path, genesis=insider.genesis)["ok"]  # nothing kept elsewhere: and it says so
    assert ("rewritten", 1) in codes(check(path, genesis=insider.genesis, checkpoints=[str(kept_note)]))


@pytest.mark.parametrize("late", [False, True])
def test_moments_that_a_time_stamp_contradicts_are_found(
    kept: Samples, check: Check, tmp_path: Path, authority: Authority, late: bool
) -> None:
    """The samples' entries are of 2026; the stamp is of today, whenever that is."""
    insider = Insider()

    def change(trees: list[Tree]) -> None:
        for tree in trees:
            year = 2100 if late else 2020
            tree["chain"]["at"] = f"{year}{tree['chain']['at'][4:]}"

    files = insider.write(kept.files(), change)
    note = insider.checkpoint(30)
    opening = json.loads(files["entries/000000000001.jsonl"].split(b"\n")[0])["entry"]["body"]
    signed = verify.open_note(note.encode())
    imprint = signed.imprint(verify.verifier(signed.origin, 1, verify.parse_vkey(opening["checkpoint_key"]).public))
    files["anchors/00000000.json"] = anchor(note, "timestamp", authority.stamp(b"", imprint), 30)
    path = forge.write(tmp_path / "a.zip", insider.again(files))
    known = str(authority.folder / "tsa.pem")
    found = [(code, seq) for code, seq in codes(check(path, genesis=insider.genesis, openssl=True, authority=known))]
    timed = [one for one in found if one[0] in ("backdated", "postdated", "timestamp")]
    assert timed == [("postdated", 1)] if late else timed[0][0] == "backdated" and timed[0][1] > 30
    found = codes(check(path, genesis=insider.genesis, openssl=True))
    assert not [one for one in found if one[0] in ("backdated", "postdated")]  # nobody says whose stamp it is


@pytest.mark.parametrize("name", ["opened_at", "ended_at"])
def test_a_closure_of_other_hours_is_found(judge: Judge, name: str) -> None:
    def change(trees: list[Tree]) -> None:
        of_type(trees, "period.closed/1")["entry"]["body"][name] = "2026-11-01T12:00:00.000000Z"

    assert "closure_totals" in [code for code, _ in codes(judge(change))]


def year_end(ends_on: str, year_start: str) -> Change:
    """An entry before any closure moves the end of the open year."""

    def change(trees: list[Tree]) -> None:
        closed = next(at for at, tree in enumerate(trees) if tree["entry"]["type"] == "period.closed/1")
        before = next(at for at in range(closed - 1, 0, -1) if trees[at]["entry"]["type"] in verify.TALKING | PLAIN)
        made = trees[before]["entry"]
        made.update(type="period.year_end_set/1", body={"ends_on": ends_on, "year_start": year_start})

    return change


PLAIN = {"issuer.profile_set/1", "quote.accepted/1", "customer.recorded/1"}


@pytest.mark.parametrize(
    ("ends_on", "year_start", "differs"),
    [
        ("2026-12-31", "01-01", []),
        ("2026-11-30", "12-01", ["year"]),
        ("2027-03-31", "04-01", ["year"]),
        ("2026-11-25", "11-26", ["month", "year"]),
    ],
)
def test_months_and_years_end_where_a_moved_year_end_says(
    kept: Samples, check: Check, tmp_path: Path, ends_on: str, year_start: str, differs: list[str]
) -> None:
    insider = Insider()
    files = insider.write(kept.files("2026"), year_end(ends_on, year_start))
    verdict = check(forge.write(tmp_path / "a.zip", insider.again(files)), genesis=insider.genesis)
    bodies = {tree["chain"]["seq"]: tree["entry"]["body"] for tree in map(json.loads, insider.lines)}
    found = [bodies[one["seq"]]["period"] for one in verdict["findings"] if one["words"].endswith("to_on")]
    assert found == differs, verdict["findings"]


@pytest.mark.parametrize("period", ["month", "year"])
@pytest.mark.parametrize(("name", "day"), [("from_on", "2026-11-02"), ("to_on", "2026-12-30")])
def test_a_closure_of_other_days_is_found(
    kept: Samples, check: Check, tmp_path: Path, period: str, name: str, day: str
) -> None:
    def change(trees: list[Tree]) -> None:
        closures = [tree["entry"]["body"] for tree in trees if tree["entry"]["type"] == "period.closed/1"]
        next(body for body in closures if body["period"] == period)[name] = day

    insider = Insider()
    files = insider.write(kept.files("2026"), change)
    found = check(forge.write(tmp_path / "a.zip", files), genesis=insider.genesis)["findings"]
    assert any(one["code"] == "closure_totals" and name in one["words"] for one in found), found
