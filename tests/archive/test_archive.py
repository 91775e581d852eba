"""A sealed archive: what is in it, that it is the same again, and that it is checked by hand and by the verifier."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from archive import reading
from archive.creation import Made, recorded
from archive.sealed import schema
from archive.sealed.tables.columns import CLEAR, PRIVATE
from ledger.kernel import canonical, checkpoint, merkle
from ledger.kernel.entry import NO_PREVIOUS
from ledger.shell.archive_keys import year_key
from ledger.shell.store import AnchorRow
from tests.archive.reading import members
from tests.archive.samples import Sample, sample, sell, sell_december, sell_november

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def business(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sample, Made, Made]]:
    folder = tmp_path_factory.mktemp("archives")
    with sample(folder) as it:
        sell_november(it)
        november = it.archive("2026-11")
        sell_december(it)
        yield it, november, it.archive("2026-12")


def table(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\n") == data.count(b"\r\n")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";", strict=True))
    assert {len(row) for row in rows} == {len(rows[0])}
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def names_of(made: Made, it: Sample) -> dict[str, bytes]:
    out = it.folder / f"{made.manifest}.zip"
    if not out.exists():
        assert reading.open_private(it.service, made.private, out) is None
    return members(out)


def test_the_members_are_those_of_the_page_in_its_order(business: tuple[Sample, Made, Made]) -> None:
    names = list(members(business[2].path))
    assert names[:7] == [
        "LISEZMOI.txt", "manifest.json", "manifest.p7s", "archive-certificate.pem", "checkpoint.txt", "context.jsonl",
        "context-proofs.jsonl",
    ]  # fmt: skip
    rest = [f"entries/{business[2].first:012d}.jsonl", "seals.jsonl", "seal-keys.jsonl"]
    rest += [f"tables/{one.name}.csv" for one in CLEAR]
    assert names[7:] == [*rest, "schema/events.schema.json", "schema/dictionary.csv", "verify.py", "verify.html"]


def test_the_entries_are_the_ledger_s_own_bytes(business: tuple[Sample, Made, Made]) -> None:
    it, november, december = business
    for made in (november, december):
        lines = [line.line for line in it.store.lines(it.ledger, made.first - 1, made.last)]
        assert members(made.path)[f"entries/{made.first:012d}.jsonl"] == b"".join(line + b"\n" for line in lines)


def test_the_manifest_names_every_file_by_its_digest(business: tuple[Sample, Made, Made]) -> None:
    for made in business[1:]:
        found = members(made.path)
        said = json.loads(found["manifest.json"])
        assert found["manifest.json"] == canonical.encode(said)
        assert sha256(found["manifest.json"]).hexdigest() == made.manifest
        listed = {one["name"]: (one["sha256"], one["size"]) for one in said["files"]}
        assert list(listed) == sorted(listed)
        there = {name: (sha256(data).hexdigest(), len(data)) for name, data in found.items()}
        assert listed == {name: one for name, one in there.items() if not name.startswith("manifest.")}


def test_peaks_proofs_and_root_lead_to_the_signed_checkpoint(business: tuple[Sample, Made, Made]) -> None:
    _, _, december = business
    found = members(december.path)
    said = json.loads(found["manifest.json"])
    leaves = [sha256(line).digest() for line in found[f"entries/{december.first:012d}.jsonl"].splitlines()]
    frontier = merkle.Frontier(said["first"] - 1, [bytes.fromhex(one) for one in said["tree"]["peaks"]])
    for leaf in leaves:
        frontier.append(leaf)
    assert frontier.root().hex() == said["tree"]["root"]
    head = checkpoint.parse_text(found["checkpoint.txt"].split(b"\n\n")[0] + b"\n")
    assert (head.size, head.root.hex()) == (said["checkpoint"]["size"], said["checkpoint"]["root"])
    proof = [bytes.fromhex(one) for one in said["checkpoint"]["consistency"]]
    assert merkle.verify_consistency(said["last"], frontier.root(), head.size, head.root, proof)
    context = found["context.jsonl"].splitlines()
    proofs = [json.loads(line) for line in found["context-proofs.jsonl"].splitlines()]
    assert [one["seq"] for one in proofs] == said["context"] == [1]
    for line, one in zip(context, proofs, strict=True):
        path = [bytes.fromhex(node) for node in one["proof"]]
        assert merkle.verify_inclusion(sha256(line).digest(), one["seq"] - 1, head.size, path, head.root)


def test_an_archive_names_the_one_before(business: tuple[Sample, Made, Made]) -> None:
    _, november, december = business
    assert november.said["previous"] is None
    assert november.said["prev"] == NO_PREVIOUS
    before = december.said["previous"]
    assert (before["first"], before["last"], before["manifest"]) == (november.first, november.last, november.manifest)
    assert before["root"] == november.said["tree"]["root"]
    assert before["head"] == november.said["head"]
    assert before["signature"] == sha256(members(november.path)["manifest.p7s"]).hexdigest()


def test_the_same_period_again_has_the_same_bytes_and_writes_nothing(business: tuple[Sample, Made, Made]) -> None:
    it, november, _ = business
    old, private = members(november.path), november.private.read_bytes()
    count = len(list(recorded(it.store, it.ledger)))
    again = it.archive("2026-11", out=it.folder / "again.zip", replace=True)
    assert (again.manifest, again.seq, again.repeated) == (november.manifest, november.seq, True)
    assert again.private.read_bytes() == private
    new = members(again.path)
    assert {name: data for name, data in new.items() if name != "manifest.p7s"} == {
        name: data for name, data in old.items() if name != "manifest.p7s"
    }
    assert len(list(recorded(it.store, it.ledger))) == count


def test_the_shipped_verifier_finds_it_whole_alone(business: tuple[Sample, Made, Made]) -> None:
    it, november, december = business
    verifier = it.folder / "verify.py"
    verifier.write_bytes(members(december.path)["verify.py"])
    command = ["/usr/bin/env", "-i", sys.executable, "-I", str(verifier), str(november.path), str(december.path)]
    done = subprocess.run([*command, "--genesis", it.genesis, "--json"], capture_output=True, check=False)
    verdict = json.loads(done.stdout)
    assert done.returncode == 0, verdict
    assert verdict["findings"] == []


def test_the_commands_of_the_notice_work_as_they_stand(business: tuple[Sample, Made, Made]) -> None:
    if shutil.which("unzip") is None or shutil.which("openssl") is None:
        pytest.skip("unzip and openssl are what the notice is about")
    it, november, december = business
    for made in (november, december):
        notice = members(made.path)["LISEZMOI.txt"].decode()
        assert "{{" not in notice
        commands = [line.removeprefix("#$ ") for line in notice.splitlines() if line.startswith("#$ ")]
        folder = it.folder / f"by-hand-{made.first}"
        folder.mkdir()
        shutil.copy(made.path, folder / f"{made.said['private']['name'].removesuffix('.private.enc')}.zip")
        done = subprocess.run(
            ["/bin/bash", "-e", "-o", "pipefail", "-c", "\n".join(commands)],
            cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "successful" in done.stderr + done.stdout
        assert "Verified OK" in done.stdout
        lines = done.stdout.splitlines()
        assert lines[0].split()[0] == made.said["archive_key"]
        assert lines[1] == lines[2]
        (folder / "tables" / "vat.csv").write_bytes(b"changed")
        again = subprocess.run(
            ["/bin/bash", "-c", commands[2]], cwd=folder, capture_output=True, text=True, check=False
        )
        assert "tables/vat.csv" in again.stdout
        assert again.returncode != 0


def test_the_second_file_opens_with_openssl_and_the_year_s_key(business: tuple[Sample, Made, Made]) -> None:
    it, november, _ = business
    key = year_key(it.service.keys, it.ledger, 2026)
    assert key is not None
    out = it.folder / "by-openssl.zip"
    iv = november.said["private"]["iv"]
    subprocess.run(
        ["openssl", "enc", "-d", "-aes-256-ctr", "-K", key.hex(), "-iv", iv, "-in", november.private, "-out", out],
        check=True, capture_output=True,
    )  # fmt: skip
    assert sha256(out.read_bytes()).hexdigest() == november.said["private"]["plain_sha256"]
    assert members(out) == names_of(november, it)
    assert list(members(out)) == ["manifest.json", "disclosures.jsonl", "tables/customers.csv", "tables/texts.csv"]


def test_the_disclosures_are_those_that_the_entries_commit_to(business: tuple[Sample, Made, Made]) -> None:
    it, november, _ = business
    stored = list(it.store.disclosures(it.ledger, november.first - 1, november.last))
    lines = names_of(november, it)["disclosures.jsonl"].splitlines()
    assert len(lines) == len(stored) > 0
    for line, one in zip(lines, stored, strict=True):
        found = json.loads(line)
        assert canonical.encode(found) == line
        assert (found["seq"], found["path"], found["salt"]) == (one.seq, one.path, one.salt)
        assert canonical.encode(found["value"]) == one.value


def test_nobody_is_named_in_the_clear_archive(business: tuple[Sample, Made, Made]) -> None:
    for made in business[1:]:
        for name, data in members(made.path).items():
            for private in ("Jeanne", "Dupré", "Camille", "HYPERLINK", "Pose d'une porte", "camille@", "rue du Fr"):
                assert private.encode() not in data, (name, private)


def test_the_tables_say_what_was_sold_and_add_up_to_the_closure(business: tuple[Sample, Made, Made]) -> None:
    found = members(business[1].path)
    documents = table(found["tables/documents.csv"])
    assert [one["kind"] for one in documents] == [
        "quote", "deposit_request", "invoice_final", "credit_note", "invoice", "invoice",
    ]  # fmt: skip
    gross = sum(cents(one["gross"]) for one in documents if one["kind"].startswith(("invoice", "credit")))
    closure = next(one for one in table(found["tables/closures.csv"]) if one["period"] == "month")
    assert gross == cents(closure["gross"])
    vat = [one for one in table(found["tables/vat.csv"]) if one["kind"] != "quote"]
    assert sum(cents(one["base"]) for one in vat) == cents(closure["net"])
    assert sum(cents(one["vat"]) for one in vat) == cents(closure["vat"])
    lines = [one for one in table(found["tables/lines.csv"]) if one["number"][0] in "FA"]
    assert sum(cents(one["net"]) for one in lines) == cents(closure["net"])
    payments = table(found["tables/payments.csv"])
    by_means: dict[str, int] = {}
    for one in payments:
        if one["fact"] in ("received", "refund"):
            by_means[one["means"]] = by_means.get(one["means"], 0) + cents(one["amount"])
    totals = table(found["tables/closure_totals.csv"])
    month = {one["key"]: one for one in totals if one["of"] == "means" and one["period"] == "month"}
    assert by_means == {key: cents(one["amount"]) - cents(one["refunded"]) for key, one in month.items()}
    assert documents[4]["recorded_at"] == "2026-11-25 10:00"  # 09:00 UTC is ten o'clock in Paris


def test_every_entry_stands_in_a_table(business: tuple[Sample, Made, Made]) -> None:
    for made in business[1:]:
        found = members(made.path)
        seen = {
            int(row["seq"]) for one in CLEAR if one.columns[0].name == "seq"
            for row in table(found[f"tables/{one.name}.csv"])
        }  # fmt: skip
        assert seen == set(range(made.first, made.last + 1))


def test_the_journal_shows_an_entry_s_body_as_it_is(business: tuple[Sample, Made, Made]) -> None:
    it, november, _ = business
    for row in table(members(november.path)["tables/journal.csv"]):
        line = next(it.store.lines(it.ledger, int(row["seq"]) - 1, int(row["seq"])))
        entry = json.loads(line.line)["entry"]
        assert json.loads(row["body"]) == entry["body"]
        assert (row["type"], row["stream"], row["actor"]) == (entry["type"], entry["stream"], entry["actor"])


def test_no_text_is_a_formula_to_a_spreadsheet(business: tuple[Sample, Made, Made]) -> None:
    it, november, _ = business
    names = names_of(november, it)
    row = next(one for one in table(names["tables/customers.csv"]) if "HYPERLINK" in one["name"])
    assert row["name"] == '\'=HYPERLINK("http://example.org";"Jean")'
    assert row["address"] == "'+33 rue du Calcul, @ l'étage; porte 2"
    assert any(one["text"] == '\'-1+1;"cmd"' for one in table(names["tables/texts.csv"]))
    for one in (*CLEAR, *PRIVATE):
        data = (members(november.path) | names)[f"tables/{one.name}.csv"]
        forms = {column.name: column.form for column in one.columns}
        for cells in table(data):
            for name, cell in cells.items():
                if forms[name] == "text":
                    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
                elif forms[name] in ("amount", "percent"):
                    assert re.fullmatch(r"-?(0|[1-9]\d*),\d\d|", cell), (one.name, name, cell)


def test_the_dictionary_tells_every_column(business: tuple[Sample, Made, Made]) -> None:
    found = members(business[1].path) | names_of(business[1], business[0])
    told: dict[str, list[str]] = {}
    for row in table(found["schema/dictionary.csv"]):
        if row["column"]:
            told.setdefault(row["table"], []).append(row["column"])
            assert row["french"]
            assert row["english"]
    headers = {
        Path(name).stem: data.decode("utf-8-sig").split("\r\n")[0].split(";")
        for name, data in found.items() if name.startswith("tables/")
    }  # fmt: skip
    assert told == headers


def test_the_schema_is_that_of_the_page() -> None:
    assert schema.events() == (ROOT / "docs" / "spec" / "events.schema.json").read_bytes()


def test_the_ledger_tells_of_the_archive_once(business: tuple[Sample, Made, Made]) -> None:
    it, november, _ = business
    [first] = [one for one in recorded(it.store, it.ledger) if one.event["manifest"] == november.manifest]
    event = first.event
    assert (event["first_seq"], event["last_seq"], event["documents"]) == (november.first, november.last, 6)
    assert event["detachable"] == november.said["private"]["plain_sha256"]
    assert event["signature"] == sha256(members(november.path)["manifest.p7s"]).hexdigest()


def test_anchors_that_came_later_are_left_out_until_asked_for(tmp_path: Path) -> None:
    with sample(tmp_path) as it:
        sell_november(it)
        first = it.archive("2026-11")
        size = first.said["checkpoint"]["size"]
        anchored(it, size, b"a token")
        again = it.archive("2026-11", replace=True)
        assert (again.manifest, again.repeated) == (first.manifest, True)
        renewed = it.archive("2026-11", replace=True, renew=True)
        assert (renewed.manifest != first.manifest, renewed.repeated) == (True, False)
        found = json.loads(members(renewed.path)["anchors/00000000.json"])
        assert (found["size"], found["kind"], found["place"]) == (size, "timestamp", "tsa")
        assert it.archive("2026-11", replace=True).manifest == renewed.manifest


def anchored(it: Sample, size: int, proof: bytes) -> None:
    """Keep an anchor as the anchoring job does: the proof, then the entry."""
    from ledger.domain.events.periods import AnchorPlaced
    from ledger.shell.mapper import Event

    it.store.keep_anchor(it.ledger, AnchorRow(size, "timestamp", "tsa", "2026-12-01T09:00:00Z", proof))
    event = AnchorPlaced(
        size=size, kind="timestamp", place="tsa", proof=sha256(proof).hexdigest(), at="2026-12-01T09:00:00.000000Z"
    )
    version = it.store.versions(it.ledger, ["checkpoint:self"]).get("checkpoint:self", 0) + 1
    it.service.append(it.ledger, [Event("checkpoint:self", version, event, "system")])


def test_a_training_ledger_says_so_in_words_and_in_the_manifest(tmp_path: Path) -> None:
    with sample(tmp_path, kind="training") as it:
        sell(it)
        it.day(2026, 12, 1)
        made = it.archive("2026-11")
        assert made.said["kind"] == "training"
        assert "MODE ÉCOLE" in members(made.path)["LISEZMOI.txt"].decode()


def cents(text: str) -> int:
    whole, _, part = text.partition(",")
    assert len(part) == 2
    return int(whole + part)
