"""A real shop's December, from the file to an archive that a stranger checks: with two programs, and by hand."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from api.replay import NOT_SALES
from tests.archive.reading import members
from tests.cli.running import sceau, told
from tests.verifiers.browser import browser

DECEMBER = Path(__file__).resolve().parents[3] / "shared" / "data" / "online-retail-2010-12.csv.gz"
NAME = "shop-2010-12"

pytestmark = pytest.mark.skipif(not DECEMBER.exists(), reason="the shop's month is not beside the project")


@dataclass(frozen=True)
class December:
    """The month, replayed and archived, and the archive alone in a folder of its own."""

    home: Path
    report: dict[str, Any]
    genesis: str
    made: dict[str, Any]
    alone: Path

    @property
    def archive(self) -> Path:
        return self.alone / f"{NAME}.zip"

    def rows(self, table: str) -> list[dict[str, str]]:
        return sheet(members(self.archive)[f"tables/{table}.csv"])


def december(home: Path, store: str | None = None) -> December:
    """Replay, archive, and carry the archive and its LISEZMOI away, as an inspector gets them."""
    store = store or f"sqlite:///{home}/var/sceau.db"
    report = told(home, "replay", str(DECEMBER), "--ledger", "shop", SCEAU_STORE=store)
    genesis = told(home, "keys", "pin", "shop", SCEAU_STORE=store)["genesis"]
    made = told(home, "archive", "create", "--ledger", "shop", "--period", "2010-12", SCEAU_STORE=store)
    alone = home / "alone"
    alone.mkdir()
    for name in (made["file"], made["private"]):
        shutil.copy(name, alone)
    return December(home, report, genesis, made, alone)


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> December:
    return december(tmp_path_factory.mktemp("december"))


def sheet(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def exact(cell: str) -> Decimal:
    return Decimal(cell.replace(",", "."))


def cents(cell: str) -> int:
    return int(exact(cell) * 100)


def total(cells: Iterable[str]) -> int:
    return sum(map(cents, cells))


def of_the_file() -> Iterator[tuple[str, int, bool]]:
    """Each line of the shop's file: its day, quantity times price, and whether it is a sale; read with the library."""
    with gzip.open(DECEMBER, "rt", encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            quantity, price = Decimal(row["Quantity"]), Decimal(row["UnitPrice"])
            sold = row["InvoiceNo"].isdecimal() and quantity > 0 and price > 0 and row["StockCode"] not in NOT_SALES
            yield row["InvoiceDate"][:10], int(quantity * price * 100), sold


def verify_alone(archive: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the archive's own verify.py, in an empty environment and without any installed package."""
    script = archive.parent / "verify.py"
    script.write_bytes(members(archive)["verify.py"])
    command = ["/usr/bin/env", "-i", sys.executable, "-I", "-S", script.name, archive.name, *options]
    return subprocess.run(command, cwd=archive.parent, capture_output=True, text=True, check=False)


def test_twenty_days_and_the_month_close_by_themselves(month: December) -> None:
    assert month.report["closures"] == {"day": 20, "month": 1, "year": 1}
    closed = Counter((one["period"], one["automatic"]) for one in month.rows("closures"))
    assert closed == {("day", "1"): 20, ("month", "1"): 1}
    days = [one["from_on"] for one in month.rows("closures") if one["period"] == "day"]
    assert days == sorted({day for day, _, _ in of_the_file()})


def test_the_month_s_totals_are_the_file_s_to_the_cent(month: December) -> None:
    lines = list(of_the_file())
    [closure] = [one for one in month.rows("closures") if one["period"] == "month"]
    documents = month.rows("documents")
    invoiced = total(one["gross"] for one in documents if one["kind"] == "invoice")
    credited = total(one["gross"] for one in documents if one["kind"] == "credit_note")
    refused = sum(one["cents"] for one in month.report["refused"].values())
    assert invoiced == sum(amount for _, amount, sold in lines if sold)
    assert cents(closure["gross"]) == invoiced + credited == sum(amount for _, amount, _ in lines) - refused
    assert cents(closure["absolute"]) == invoiced - credited
    assert cents(closure["net"]) + cents(closure["vat"]) == cents(closure["gross"])
    assert closure["gross"] == closure["year_gross"] == closure["perpetual"]
    numbered = [one["number"] for one in documents if one["kind"] == "invoice"]
    assert numbered == [f"F-{n:05d}" for n in range(1, int(closure["invoices"]) + 1)]


def test_each_day_s_totals_are_its_documents_and_the_file_s(month: December) -> None:
    sold: Counter[str] = Counter()
    for day, amount, is_sale in of_the_file():
        sold[day] += amount if is_sale else 0
    days = [one for one in month.rows("closures") if one["period"] == "day"]
    documents = month.rows("documents")
    running = 0
    for closure in days:
        of_day = [one for one in documents if one["issued_on"] == closure["from_on"]]
        assert total(one["gross"] for one in of_day if one["kind"] == "invoice") == sold[closure["from_on"]]
        assert total(one["gross"] for one in of_day) == cents(closure["gross"])
        running += cents(closure["gross"])
        assert cents(closure["perpetual"]) == running


def test_lines_vat_and_payments_add_up_to_the_closure(month: December) -> None:
    [closure] = [one for one in month.rows("closures") if one["period"] == "month"]
    vat = month.rows("vat")
    assert total(one["base"] for one in vat) == cents(closure["net"])
    assert total(one["vat"] for one in vat) == cents(closure["vat"])
    invoices = {one["document"] for one in month.rows("documents") if one["kind"] == "invoice"}
    lines = [one for one in month.rows("lines") if one["document"] in invoices]
    assert len(lines) == sum(sold for _, _, sold in of_the_file())
    assert sum(exact(one["quantity"]) * exact(one["unit_price"]) * 100 for one in lines) == sum(
        amount for _, amount, sold in of_the_file() if sold
    )
    money = total(one["amount"] for one in month.rows("payments") if one["fact"] in ("received", "refund"))
    assert money == cents(closure["gross"])


def test_the_archive_alone_verifies_with_verify_py_in_an_empty_environment(month: December) -> None:
    done = verify_alone(month.archive, "--genesis", month.genesis, "--json")
    verdict = json.loads(done.stdout)
    assert done.returncode == 0, verdict["findings"]
    assert (verdict["ok"], verdict["trust"], verdict["findings"]) == (True, "given", [])
    assert (verdict["first"], verdict["last"], verdict["head"]["seq"]) == (1, month.made["last"], month.made["last"])
    assert verify_alone(month.archive, "--genesis", "0" * 64).returncode == 1
    unpinned = verify_alone(month.archive)
    assert unpinned.returncode == 1
    assert "key_not_pinned" in unpinned.stdout


def test_the_archive_alone_is_green_in_a_real_browser(month: December, tmp_path: Path) -> None:
    page_file = tmp_path / "verify.html"
    page_file.write_bytes(members(month.archive)["verify.html"])
    with browser() as page:
        page.open(page_file)
        page.choose(month.archive)
        page.run(f"document.getElementById('pin').value = {json.dumps(month.genesis)}")
        page.run("document.getElementById('go').click()")
        page.until("document.getElementById('result').dataset.state", 120)
        verdict = json.loads(page.run("document.getElementById('json').textContent"))
        assert page.run("document.getElementById('result').dataset.state") == "good", verdict["findings"]
        assert (verdict["ok"], verdict["findings"], verdict["entries"]) == (True, [], month.made["last"])
        assert page.errors == []
        assert [one for one in page.requests if not one.startswith(("file:", "data:", "blob:"))] == []


def test_the_archive_alone_is_checked_by_hand_as_its_notice_says(month: December) -> None:
    said = json.loads(members(month.archive)["manifest.json"])
    notice = members(month.archive)["LISEZMOI.txt"].decode()
    folder = month.alone / "à la main"  # a person's folder: a space, and letters that are not ASCII
    folder.mkdir()
    shutil.copy(month.archive, folder)
    commands = [line.removeprefix("#$ ") for line in notice.splitlines() if line.startswith("#$ ")]
    assert [word for word in ("sha256sum", "openssl cms", "openssl dgst") if word not in " ".join(commands)] == []
    done = by_hand(folder, *commands)
    assert done.returncode == 0, done.stderr
    assert "CMS Verification successful" in done.stderr
    key, *links, seal = done.stdout.splitlines()
    assert key.split()[0] == said["archive_key"]
    assert f"Clé de l'archive        {said['archive_key']}" in notice
    assert len(links) == 2
    assert links[0] == links[1]
    assert seal == "Verified OK"


def test_the_second_file_opens_by_hand_as_its_notice_says(month: December) -> None:
    notice = members(month.archive)["LISEZMOI.txt"].decode()
    part = notice[notice.index("LE SECOND FICHIER") :]
    key = told(month.home, "keys", "archive-year", "--ledger", "shop", "--year", "2010", "--show")["key"]
    commands = re.findall(r"^    ((?:openssl|sha256sum) .*)$", part, re.MULTILINE)
    done = by_hand(month.alone, *(one.replace("CLÉ", key) for one in commands))
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[0] in part
    names = members(month.alone / "noms.zip")
    assert len(sheet(names["tables/texts.csv"])) >= month.report["invoiced"]["lines"]
    private = json.loads(members(month.archive)["manifest.json"])["private"]
    assert sha256((month.alone / private["name"]).read_bytes()).hexdigest() == private["sha256"]


def test_one_line_changed_in_the_archive_is_found_by_hand_too(month: December, tmp_path: Path) -> None:
    shutil.unpack_archive(month.archive, tmp_path)
    notice = (tmp_path / "LISEZMOI.txt").read_text(encoding="utf-8")
    commands = [line.removeprefix("#$ ") for line in notice.splitlines() if line.startswith("#$ ")]
    table = tmp_path / "tables" / "documents.csv"
    table.write_bytes(table.read_bytes().replace(b"139,12", b"139,13", 1))
    done = by_hand(tmp_path, *(one for one in commands if one.startswith(("sed", "sha256sum"))))
    assert done.returncode != 0
    assert "tables/documents.csv" in done.stdout


def test_it_is_told_once_confirmed_elsewhere_and_made_again_the_same(month: December) -> None:
    home = month.home
    found = told(home, "archive", "confirm", str(month.archive), "--ledger", "shop", "--medium", "safe")
    assert found["manifest"] == month.made["manifest"]
    again = told(home, "archive", "create", "--ledger", "shop", "--period", "2010-12", "--replace")
    assert (again["manifest"], again["repeated"], again["seq"]) == (month.made["manifest"], True, month.made["seq"])
    [one] = told(home, "archive", "list", "--ledger", "shop")["archives"]
    assert (one["manifest"], one["documents"], one["media"]) == (found["manifest"], 1_722, ["safe"])
    assert sceau(home, "verify", "--ledger", "shop").returncode == 0


@pytest.mark.long
@pytest.mark.postgres
def test_the_month_is_archived_from_postgresql_and_verifies_alone(tmp_path: Path, postgres_url: str) -> None:
    month = december(tmp_path, postgres_url)
    assert month.report["closures"] == {"day": 20, "month": 1, "year": 1}
    [closure] = [one for one in month.rows("closures") if one["period"] == "month"]
    refused = sum(one["cents"] for one in month.report["refused"].values())
    assert cents(closure["gross"]) == sum(amount for _, amount, _ in of_the_file()) - refused
    assert verify_alone(month.archive, "--genesis", month.genesis).returncode == 0


def by_hand(folder: Path, *commands: str) -> subprocess.CompletedProcess[str]:
    """Type commands into a shell that has the system's own programs alone, one after the other."""
    for program in ("unzip", "openssl", "sha256sum"):
        if shutil.which(program, path="/usr/bin:/bin") is None:
            pytest.skip(f"{program} is what the notice is about")
    shell = shlex.split("/usr/bin/env -i PATH=/usr/bin:/bin LANG=C.UTF-8 /bin/bash -e -o pipefail -c")
    return subprocess.run([*shell, "\n".join(commands)], cwd=folder, capture_output=True, text=True, check=False)
