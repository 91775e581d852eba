"""docs/how-to-accountant.md does what it says: its commands are run, in order, as a shopkeeper would."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest

from tests.docs.test_readme import ROOT, RUN_SECONDS, run_page


@pytest.mark.timeout(RUN_SECONDS)
def test_a_month_goes_to_the_accountant_and_every_total_agrees(tmp_path: Path) -> None:
    run = run_page(ROOT / "docs" / "how-to-accountant.md", tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    with (tmp_path / "open.csv").open(encoding="utf-8-sig") as file:
        paid = next(csv.DictReader(file))["number"]
    with (tmp_path / "receivables.csv").open(encoding="utf-8-sig") as file:
        assert paid not in [row["number"] for row in csv.DictReader(file)]
    assert [line.split()[-2:] for line in run.stdout.splitlines() if paid in line][:2] == [
        [paid, "numéro"],
        [paid, "recorded"],
    ]
    assert "demo-years: OK (training)" in run.stdout
    assert "passages, tous sans écart" in run.stdout
    assert "Déclaration 3310-CA3, 2024-11" in run.stdout
    assert "les parts font le chiffre" in (tmp_path / "why.txt").read_text(encoding="utf-8")
    entries = (tmp_path / "vat-entries.txt").read_text(encoding="utf-8")
    assert len([line for line in entries.splitlines() if "/11/2024 " in line and "F-00" in line]) > 10
    assert "123456782FEC20241231-FACTICE.txt: structure conforms" in run.stdout
    assert "APERCU.xml: valid" in run.stdout
    left = sorted(path for path in (tmp_path / "for-the-accountant").iterdir() if path.suffix == ".txt")
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in left if "description" not in path.name]
    assert len(digests) == 2
    assert all(f"SHA-256 {digest}, recorded in entry" in run.stdout for digest in digests)
    assert (tmp_path / "accountant.key").read_text().startswith("sk_")
