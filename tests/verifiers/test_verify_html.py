"""The page `verify.html` in a real browser: what it finds, what it says, and that it asks nobody for anything."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from _pytest.mark import ParameterSet
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tests.archive import samples
from tests.verifiers import attacks, forge
from tests.verifiers.browser import Page, browser

PAGE = Path(__file__).parents[2] / "archive" / "verifiers" / "verify.html"


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with browser() as one:
        yield one


def checked(
    page: Page,
    folder: Path,
    files: dict[str, bytes],
    pin: str = "",
    printed: str = "",
    languages: str = "en",
    year_key: str = "",
    engine: tuple[str, str] = ("", ""),
) -> dict[str, Any]:
    """Drop the files on the page, as a person does, and read the result that it offers for download."""
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    page.open(PAGE, languages)
    page.choose(*(folder / name for name in files))
    page.run(f"document.getElementById('pin').value = {json.dumps(pin)}")
    page.run(f"document.getElementById('printed').value = {json.dumps(printed)}")
    page.run(f"document.getElementById('yearkey').value = {json.dumps(year_key)}")
    old, new = map(json.dumps, engine)
    page.run(
        f"(() => {{ const e = document.getElementById('engine').firstChild; e.data = e.data.replace({old}, {new}) }})()"
    )
    page.run("document.getElementById('go').click()")
    page.until("document.getElementById('result').dataset.state")
    verdict: dict[str, Any] = json.loads(page.run("document.getElementById('json').textContent"))
    verdict["state"] = page.run("document.getElementById('result').dataset.state")
    assert page.errors == []
    return verdict


def codes(verdict: dict[str, Any]) -> list[tuple[str, int]]:
    return [(one["code"], one["seq"]) for one in verdict["findings"]]


def test_a_whole_archive_is_green(page: Page, tmp_path: Path) -> None:
    ledger = attacks.business()
    data, said = forge.private(ledger, 1, ledger.last)
    files = {"a.zip": forge.archive(ledger, private=said).bytes(), "a.private.zip": data, "kept.txt": ledger.note(7)}
    number = "F00002 " + ledger.prints[4].upper()
    verdict = checked(page, tmp_path, files, ledger.genesis, number)
    assert verdict["findings"] == []
    assert (verdict["ok"], verdict["state"], verdict["trust"]) == (True, "good", "given")
    assert (verdict["entries"], verdict["head"]) == (11, {"seq": 11, "fingerprint": ledger.prints[-1]})
    assert (verdict["seals"], verdict["seals_checked"], verdict["proven_until"]) == (7, 7, 11)
    assert verdict["unproven_after"] == 7
    assert verdict["genesis"] == ledger.genesis


def in_turn(every: int) -> Iterator[ParameterSet]:
    """Each attack; all but each `every`th are met in the long tests, as a browser needs half a second for one."""
    for place, attack in enumerate(attacks.ATTACKS):
        marks = () if place % every == 0 else (pytest.mark.long,)
        yield pytest.param(attack, id=attack.__name__, marks=marks)


@pytest.mark.parametrize("attack", tuple(in_turn(3)))
def test_an_attacked_archive_is_red_and_says_where(
    page: Page, tmp_path: Path, attack: Callable[[], attacks.Case]
) -> None:
    case = attack()
    verdict = checked(page, tmp_path, case.files, case.pin, case.printed)
    found = codes(verdict)
    assert verdict["state"] == "bad"
    assert not verdict["ok"]
    for code, seq in case.expected:
        assert any(code == one and seq in (None, at) for one, at in found), found
    first_bad = min((seq for _, seq in found if seq), default=0)
    assert not first_bad or verdict["proven_until"] < first_bad


def test_the_archives_that_we_write_are_green(page: Page, tmp_path: Path) -> None:
    made = samples.write(tmp_path / "made")
    genesis = (tmp_path / "made" / "genesis").read_text().strip()
    key = bytes.fromhex((tmp_path / "made" / "year-2026.key").read_text())
    files = {}
    for one in made:
        said = json.loads(zipfile.ZipFile(one.path).read("manifest.json"))["private"]
        cipher = Cipher(algorithms.AES(key), modes.CTR(bytes.fromhex(said["iv"]))).decryptor()
        files[one.path.name] = one.path.read_bytes()
        files["private-" + one.path.name] = cipher.update((one.path.parent / said["name"]).read_bytes())
    verdict = checked(page, tmp_path / "given", files, genesis)
    assert (verdict["findings"], verdict["ok"]) == ([], True)
    assert (verdict["first"], verdict["last"]) == (1, max(one.last for one in made))
    assert [one["signed"] for one in verdict["archives"]] == [True] * len(made)


def test_a_year_s_key_opens_the_second_file_as_it_is_kept(page: Page, tmp_path: Path) -> None:
    made = samples.write(tmp_path / "made")[0]
    said = json.loads(zipfile.ZipFile(made.path).read("manifest.json"))["private"]
    files = {made.path.name: made.path.read_bytes(), said["name"]: (made.path.parent / said["name"]).read_bytes()}
    genesis, key = ((tmp_path / "made" / name).read_text().strip() for name in ("genesis", "year-2026.key"))
    verdict = checked(page, tmp_path / "given", files, genesis, year_key=key)
    assert (verdict["findings"], verdict["ok"]) == ([], True)
    assert any("names and texts shown are those" in words for words in verdict["proven"])
    assert not any("second file" in words or "opened" in words for words in verdict["not_checked"])
    for other, words in ((key[:-2] + "00", "is not the year’s"), ("", "was not typed")):
        verdict = checked(page, tmp_path / "given", files, genesis, year_key=other)
        assert verdict["ok"]
        assert any(words in one for one in verdict["not_checked"]), verdict["not_checked"]


def test_a_second_file_of_many_slices_is_opened(page: Page, tmp_path: Path) -> None:
    """The counter of AES-CTR goes on from one slice to the next, over the carry of its low bytes too."""
    made = samples.write(tmp_path / "made")[0]
    said = json.loads(zipfile.ZipFile(made.path).read("manifest.json"))["private"]
    files = {made.path.name: made.path.read_bytes(), said["name"]: (made.path.parent / said["name"]).read_bytes()}
    genesis, key = ((tmp_path / "made" / name).read_text().strip() for name in ("genesis", "year-2026.key"))
    engine = ("SLICE = 1 << 22", "SLICE = 16")
    verdict = checked(page, tmp_path / "given", files, genesis, year_key=key, engine=engine)
    assert (verdict["findings"], verdict["ok"]) == ([], True)
    assert any("names and texts shown are those" in words for words in verdict["proven"])


@pytest.mark.parametrize("per_file", [100_000, 3])
def test_tables_that_go_on_in_further_files_are_held_against_the_entries(
    page: Page, tmp_path: Path, per_file: int
) -> None:
    ledger = attacks.business(5)
    archive = forge.archive(ledger, per_file=per_file, table_rows=2)
    assert "tables/payments-3.csv" in archive.files
    engine = ("TABLE_ROWS = 1e6", "TABLE_ROWS = 2")
    verdict = checked(page, tmp_path, {"a.zip": archive.bytes()}, ledger.genesis, engine=engine)
    assert (verdict["findings"], verdict["ok"]) == ([], True)
    archive.files["tables/payments-2.csv"] = archive.files["tables/payments-2.csv"].replace(b"120,00", b"120,01", 1)
    verdict = checked(page, tmp_path, {"a.zip": archive.bytes()}, ledger.genesis, engine=engine)
    assert [(one["code"], one["place"], one["seq"]) for one in verdict["findings"]] == [
        ("table", "tables/payments-2.csv", 8)
    ]
    assert verdict["findings"][0]["words"] == "line 2 is not what the entries give"
    del archive.files["tables/payments-3.csv"]
    verdict = checked(page, tmp_path, {"a.zip": archive.bytes()}, ledger.genesis, engine=engine)
    assert ("table", "tables/payments-3.csv") in [(one["code"], one["place"]) for one in verdict["findings"]]


def test_money_reversed_and_moved_is_in_the_closure(page: Page, tmp_path: Path) -> None:
    ledger = forge.Ledger()
    ledger.invoice()
    ledger.reverse(2000)
    nothing = {"moved_in_cents": 0, "moved_out_cents": 0, "received_cents": 0, "refunded_cents": 0, "reversed_cents": 0}
    card = {"means": "card", "moved_out_cents": 500, "received_cents": 12000, "reversed_cents": 2000}
    means = [nothing | card, nothing | {"means": "cash", "moved_in_cents": 500}]
    ledger.close(1, 6, 12000, 1, means=means)
    verdict = checked(page, tmp_path, {"a.zip": forge.archive(ledger).bytes()}, ledger.genesis)
    assert (verdict["findings"], verdict["ok"]) == ([], True)


@pytest.mark.parametrize("beside", [False, True], ids=["checkpoint.txt", "anchors"])
def test_a_witness_that_the_ledger_names_is_counted(page: Page, tmp_path: Path, beside: bool) -> None:
    witness = forge.Witness()
    ledger = forge.Ledger(anchors={"witnesses": [witness.vkey]})
    ledger.invoice()
    archive = forge.archive(ledger)
    note = archive.files["checkpoint.txt"]
    cosigned = witness.cosign(note, 1793000000)
    anchor = {"kind": "witness", "note": forge.b64(note), "place": "witness.example", "proof": forge.b64(cosigned)}
    anchor |= {"at": "2026-11-03T08:00:00.000000Z"}
    name, data = ("anchors/00000000.json", forge.canonical(anchor | {"size": ledger.last})) if beside else ("", b"")
    archive.files |= {name: data} if beside else {"checkpoint.txt": cosigned}
    verdict = checked(page, tmp_path, {"a.zip": archive.bytes()}, ledger.genesis)
    assert (verdict["findings"], verdict["ok"]) == ([], True)
    seen = {"at": "2026-10-26T07:33:20Z", "by": "witness.example", "kind": "witness", "size": 4}
    assert (verdict["anchors"], verdict["unproven_after"]) == ([seen], 4)
    assert not any("write them anew" in words for words in verdict["not_proven"])


@pytest.mark.parametrize("told", ["anchored", "late", "failed", "looser"])
def test_a_span_without_an_anchor_is_found(page: Page, tmp_path: Path, told: str) -> None:
    """Under a policy of an hour an entry waits for 130 minutes at most; both verifiers say so."""
    witness = forge.Witness()
    ledger = forge.Ledger(anchors={"interval_minutes": 60, "timestamp": False, "witnesses": [witness.vkey]})
    sizes = [ledger.last]
    if told == "looser":
        policy = {"interval_minutes": 600, "timestamp": False, "witnesses": [witness.vkey]}
        ledger.add("anchor.policy_set/1", "anchor_policy:self", {"anchors": policy})
        sizes.append(ledger.last)
    ledger.invoice()
    if told == "failed":
        failed = {"cause": "late", "kind": "witness", "place": "witness.example", "size": ledger.last}
        ledger.add("anchor.failed/1", "anchor:self", failed)
    ledger.clock += 60 if told == "anchored" else 8000
    ledger.invoice()
    ledger.seal()
    sizes.append(ledger.last)
    archive = forge.archive(ledger)
    for rank, size in enumerate(sizes):
        note = ledger.note(size)
        moment = int(datetime.fromisoformat(json.loads(ledger.lines[size - 1])["chain"]["at"]).timestamp()) + 1
        row = {
            "at": "2026-11-03T08:00:00.000000Z",
            "kind": "witness",
            "note": forge.b64(note),
            "place": "witness.example",
        }
        row["proof"] = forge.b64(witness.cosign(note, moment))
        archive.files[f"anchors/{rank:08d}.json"] = forge.canonical(row | {"size": size})
    verdict = checked(page, tmp_path, {"a.zip": archive.bytes()}, ledger.genesis)
    assert codes(verdict) == ([("anchor_gap", sizes[0] + 1)] if told == "late" else [])
    assert any("anchored in time" in words for words in verdict["not_checked"])
    program = [sys.executable, "-I", str(PAGE.with_name("verify.py")), str(tmp_path / "a.zip"), "--genesis"]
    other = json.loads(subprocess.run([*program, ledger.genesis, "--json"], capture_output=True, check=False).stdout)
    assert codes(other) == codes(verdict)


def test_the_verdict_has_the_members_of_the_other_verifier(page: Page, tmp_path: Path) -> None:
    ledger = attacks.business()
    path = tmp_path / "a.zip"
    told = checked(page, tmp_path, {"a.zip": forge.archive(ledger).bytes()}, ledger.genesis)
    program = [sys.executable, "-I", str(PAGE.with_name("verify.py")), str(path), "--genesis", ledger.genesis, "--json"]
    other = json.loads(subprocess.run(program, capture_output=True, check=True).stdout)
    assert set(told) - {"state"} == set(other)
    sentences = {"proven", "not_proven", "not_checked", "commands", "state"}
    assert {name: told[name] for name in told if name not in sentences} == {
        name: other[name] for name in other if name not in sentences
    }
    assert [one.replace(str(path), "a.zip") for one in other["commands"]] == told["commands"]


@pytest.mark.parametrize(
    ("zone", "day", "hour", "begins"),
    [
        ("Europe/Paris", "2026-11-02", "00:00", "2026-11-01T23:00:00.000000Z"),
        ("Europe/Paris", "2026-10-25", "02:30", "2026-10-25T00:30:00.000000Z"),  # passes twice: the first time counts
        ("Europe/Paris", "2026-03-29", "02:30", "2026-03-29T01:30:00.000000Z"),  # is left out
        ("Europe/Paris", "2026-03-29", "03:00", "2026-03-29T01:00:00.000000Z"),
        ("America/Martinique", "2026-07-01", "05:15", "2026-07-01T09:15:00.000000Z"),
    ],
)
def test_a_day_begins_at_its_hour(page: Page, zone: str, day: str, hour: str, begins: str) -> None:
    due = datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert f"{due:%Y-%m-%dT%H:%M:%S.%fZ}" == begins
    page.open(PAGE)
    script = f"postMessage(new Zone({json.dumps(zone)}).begin({json.dumps(day)}, {json.dumps(hour)}))"
    found = page.run(
        "new Promise((done) => { const text = document.getElementById('engine').textContent + "
        f"{json.dumps(chr(10) + script)}; const w = new Worker(URL.createObjectURL(new Blob([text]))); "
        "w.onmessage = (e) => { w.terminate(); done(e.data); }; })"
    )
    assert found == begins


def test_without_an_identity_from_outside_it_is_never_green(page: Page, tmp_path: Path) -> None:
    verdict = checked(page, tmp_path, {"a.zip": forge.archive(attacks.business()).bytes()})
    assert codes(verdict) == [("key_not_pinned", 0)]
    assert (verdict["ok"], verdict["state"], verdict["trust"], verdict["proven_until"]) == (False, "warn", "self", 0)
    assert verdict["conclusion"] == "open"
    assert verdict["words"].startswith("NOT CONCLUDED")


def test_the_archive_key_may_be_the_identity(page: Page, tmp_path: Path) -> None:
    archive = forge.archive(attacks.business())
    verdict = checked(page, tmp_path, {"a.zip": archive.bytes()}, archive.manifest["archive_key"])
    assert verdict["ok"]


def test_a_valid_key_change_and_several_files_of_entries_are_fine(page: Page, tmp_path: Path) -> None:
    ledger = attacks.business()
    ledger.change_key()
    for _ in range(3):
        ledger.invoice()
    verdict = checked(page, tmp_path, {"a.zip": forge.archive(ledger, per_file=4).bytes()}, ledger.genesis)
    assert (verdict["findings"], verdict["ok"]) == ([], True)


def test_archives_that_follow_one_another_are_joined(page: Page, tmp_path: Path) -> None:
    ledger = attacks.business()
    ledger.change_key()
    for _ in range(3):
        ledger.invoice()
    files = {"one.zip": forge.archive(ledger, last=11).bytes(), "two.zip": forge.archive(ledger, first=12).bytes()}
    verdict = checked(page, tmp_path, files, ledger.genesis)
    assert (verdict["findings"], verdict["ok"], verdict["first"], verdict["last"]) == ([], True, 1, 18)
    assert verdict["proven_until"] == 18


def test_a_later_archive_alone_stands_on_the_checkpoint(page: Page, tmp_path: Path) -> None:
    ledger = attacks.business()
    ledger.change_key()
    ledger.invoice()
    ledger.invoice()
    archive = forge.archive(ledger, first=13, last=14)
    assert archive.manifest["checkpoint"]["size"] == 16
    verdict = checked(page, tmp_path, {"a.zip": archive.bytes()}, ledger.genesis)
    assert (verdict["findings"], verdict["ok"]) == ([], True)


def test_a_customers_proof_alone_is_checked(page: Page, tmp_path: Path) -> None:
    ledger = attacks.business()
    verdict = checked(page, tmp_path, {"F00002.proof.json": forge.proof(ledger, 5)}, ledger.genesis)
    assert (verdict["findings"], verdict["ok"]) == ([], True)
    assert "F00002" in str(page.run("document.getElementById('result').textContent"))


def test_a_training_ledger_is_said_to_be_one(page: Page, tmp_path: Path) -> None:
    ledger = forge.Ledger(kind="training")
    ledger.invoice()
    verdict = checked(page, tmp_path, {"a.zip": forge.archive(ledger).bytes()}, ledger.genesis)
    assert verdict["ok"]
    assert "TRAINING LEDGER" in str(page.run("document.querySelector('.verdict').textContent"))


def test_a_file_that_is_nothing_is_said_to_be_nothing(page: Page, tmp_path: Path) -> None:
    verdict = checked(page, tmp_path, {"letter.txt": b"Bonjour"}, "a" * 64)
    assert verdict["state"] == "bad"
    assert ("unreadable", 0) in codes(verdict)


def test_it_speaks_french_and_english(page: Page, tmp_path: Path) -> None:
    files = {"a.zip": attacks.edited_and_signed_anew().files["archive.zip"]}
    checked(page, tmp_path, files, "a" * 64, languages="fr")
    assert page.run("document.documentElement.lang") == "fr"
    assert "Cette archive n’est pas en ordre" in str(page.run("document.querySelector('.verdict').textContent"))
    assert "ses octets ne sont pas ceux" in str(page.run("document.querySelector('.findings').textContent"))
    page.run("document.getElementById('language').click()")
    assert page.run("document.documentElement.lang") == "en"
    assert "This archive is not in order" in str(page.run("document.querySelector('.verdict').textContent"))
    assert "its bytes are not those" in str(page.run("document.querySelector('.findings').textContent"))


def test_both_languages_have_the_same_words(page: Page) -> None:
    page.open(PAGE)
    assert page.run("JSON.stringify(Object.keys(T.fr)) === JSON.stringify(Object.keys(T.en))")
    other = page.run(
        "Object.keys(T.fr).filter((k) => [T.fr, T.en].map((l) => (l[k].match(/\\{\\d\\}/g) || [])"
        ".sort().join()).reduce((a, b) => a !== b))"
    )
    assert other == []


def test_the_page_asks_nobody_for_anything(page: Page, tmp_path: Path) -> None:
    page.requests.clear()
    checked(page, tmp_path, {"a.zip": forge.archive(attacks.business()).bytes()})
    assert {one.partition(":")[0] for one in page.requests} <= {"file", "blob"}
    assert {one for one in page.requests if one.startswith("file")} == {PAGE.resolve().as_uri()}
    refused = page.run("fetch('https://example.org/').then(() => 'let out', () => 'refused')")
    assert refused == "refused"
    page.errors.clear()


def test_the_page_stands_alone_and_is_small() -> None:
    text = PAGE.read_text()
    assert len(text.encode()) < 256_000  # docs/decisions/verify-page-size.md
    assert "default-src 'none'" in text
    assert "src=" not in text.replace("-src ", "")
    assert "import(" not in text


def test_a_check_can_be_stopped(page: Page, tmp_path: Path) -> None:
    ledger = forge.Ledger()
    for _ in range(3000):
        ledger.invoice()
    (tmp_path / "a.zip").write_bytes(forge.archive(ledger).bytes())
    page.open(PAGE, "en")
    page.choose(tmp_path / "a.zip")
    page.run("document.getElementById('go').click()")
    page.run("document.getElementById('cancel').click()")
    page.until("document.getElementById('result').dataset.state === 'failed'")
    assert page.run("document.getElementById('work').hidden")
    assert "Nothing can be said" in str(page.run("document.getElementById('result').textContent"))


def test_it_can_be_used_by_keyboard_and_by_ear(page: Page, tmp_path: Path) -> None:
    checked(page, tmp_path, {"a.zip": forge.archive(attacks.business()).bytes()})
    assert page.run("document.activeElement.id") == "result"
    assert page.run("document.getElementById('result').getAttribute('aria-live')") == "polite"
    assert page.run("document.querySelector('.verdict').getAttribute('role')") == "alert"
    fields = "[...document.querySelectorAll('input')].filter((e) => !e.labels.length).length"
    assert page.run(fields) == 0
    page.run("document.getElementById('language').focus()")
    seen = []
    for _ in range(8):
        for kind in ("keyDown", "keyUp"):
            page.send("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
        seen.append(page.run("document.activeElement.id || document.activeElement.textContent"))
    assert seen[0] == "input"
    assert seen[2:6] == ["pin", "printed", "yearkey", "all"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_its_colours_can_be_read(page: Page, tmp_path: Path, dark: bool) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1 for every text shown."""
    case = attacks.edited_and_signed_anew()
    checked(page, tmp_path, case.files)
    page.look(tmp_path / "picture.png", dark=dark)
    low = page.run(CONTRAST)
    assert low == []


def test_it_fits_a_telephone(page: Page, tmp_path: Path) -> None:
    case = attacks.edited_and_signed_anew()
    checked(page, tmp_path, case.files)
    page.look(tmp_path / "picture.png", width=360, height=740)
    assert page.run("document.documentElement.scrollWidth") <= 360
    page.look(tmp_path / "picture.png")


CONTRAST = """
(() => {
  const rgb = (c) => c.match(/[\\d.]+/g).map(Number);
  const lum = ([r, g, b]) => [r, g, b].map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
  const low = [];
  for (const e of document.querySelectorAll("body *")) {
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) || !e.getClientRects().length || e.closest("[disabled]")) continue;
    const a = lum(rgb(getComputedStyle(e).color)), b = lum(behind(e)), ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) low.push(e.textContent.slice(0, 30) + " " + ratio.toFixed(2));
  }
  return low;
})()
"""  # noqa: E501 - a program, not prose


@pytest.mark.parametrize("key", ["rsa:2048", "ec:P-256"])
def test_a_time_stamp_over_the_signature_is_told_with_its_time(page: Page, tmp_path: Path, key: str) -> None:
    ledger = attacks.business()
    archive = forge.archive(ledger)
    held: dict[str, bytes] = {}
    archive.bytes(change=held.update)
    stamp = _stamped(tmp_path, key, held["manifest.p7s"])
    names = ["manifest.json", "manifest.p7s", "manifest.tsr", *archive.files]
    data = forge.zipped({name: (held | {"manifest.tsr": stamp})[name] for name in names})
    verdict = checked(page, tmp_path, {"a.zip": data}, ledger.genesis)
    assert (verdict["findings"], verdict["ok"]) == ([], True)
    assert str(verdict["archives"][0]["timestamp"]).startswith("20")
    assert "says Authority of the test" in str(page.run("document.getElementById('result').textContent"))
    other = _stamped(tmp_path, key, b"another signature")
    data = forge.zipped({name: (held | {"manifest.tsr": other})[name] for name in names})
    assert codes(checked(page, tmp_path, {"b.zip": data}, ledger.genesis)) == [("timestamp", 0)]


def _stamped(folder: Path, key: str, data: bytes) -> bytes:
    """A TimeStampResp over the data, by an authority of our own (openssl ts)."""
    (folder / "data").write_bytes(data)
    (folder / "serial").write_text("01\n")
    (folder / "tsa.cnf").write_text(
        "[req]\ndistinguished_name=dn\n[dn]\n[ext]\nextendedKeyUsage=critical,timeStamping\n[tsa]\ndefault_tsa=one\n"
        f"[one]\nserial={folder}/serial\nsigner_cert={folder}/tsa.pem\nsigner_key={folder}/tsa.key\n"
        "signer_digest=sha256\ndefault_policy=1.2.3.4\ndigests=sha256\n"
    )
    kind = ["-newkey", "ec", "-pkeyopt", f"ec_paramgen_curve:{key[3:]}"] if key[:2] == "ec" else ["-newkey", key]
    for command in (
        f"req -x509 -nodes -days 30 -subj /CN=Authority\\ of\\ the\\ test -extensions ext -config {folder}/tsa.cnf "
        f"-keyout {folder}/tsa.key -out {folder}/tsa.pem {' '.join(kind)}",
        f"ts -query -data {folder}/data -sha256 -cert -out {folder}/query",
        f"ts -reply -queryfile {folder}/query -config {folder}/tsa.cnf -out {folder}/reply",
    ):
        subprocess.run(["openssl", *shlex.split(command)], check=True, capture_output=True)
    return (folder / "reply").read_bytes()
