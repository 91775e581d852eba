"""docs/retention.md does what it says: its commands are run, in order, and so is the drill."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

from archive.reading import open_private
from ledger.shell.checkpoints import make_checkpoint
from tests.archive.samples import sample, sell, sell_december, sell_november
from tests.retention.scene import another_medium
from tests.retention.test_erasure import bought, customer
from tests.shell.business import PASSPHRASE

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run(script: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SCEAU_")}
    settings = {
        "PATH": f"{Path(sys.executable).parent}:{kept['PATH']}",
        "SCEAU_STORE": f"sqlite:///{folder / 'sample.db'}",
        "SCEAU_KEYS": str(folder / "keys"),
        "SCEAU_KEY_PASSPHRASE": PASSPHRASE.decode(),
    }
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env={**kept, **settings, **more},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )


def test_the_pages_commands_run(tmp_path: Path) -> None:
    with sample(tmp_path) as it:
        who = customer(it)
        bought(it, who)
        sell_november(it)
        sell_december(it)
    page = (ROOT / "docs" / "retention.md").read_text()
    purge, erase, restore, successor = _BLOCK.findall(page)
    with another_medium() as medium:
        script = purge.replace("2019", "2026-11").replace("/mnt/backup", str(medium))
        did = run(script, tmp_path)
        assert did.returncode == 0, did.stdout + did.stderr
        assert "lines left the store" in did.stdout
        assert did.stdout.count("atelier: OK (live)") == 2
        assert did.stdout.count("Not shown") == 1
    with sqlite3.connect(tmp_path / "sample.db") as database:
        ask = "SELECT min(seq), stream FROM entries WHERE length(line) = 0"
        seq, stream = database.execute(ask).fetchone()
    database.close()
    one = run(f"sceau show atelier {seq}", tmp_path)
    assert (one.returncode, "it stands in archive" in one.stderr) == (2, True)
    assert run(f"sceau show atelier {stream}", tmp_path).returncode == 0
    export = run("sceau show atelier --lines", tmp_path)
    assert (export.returncode, "was purged" in export.stderr) == (2, True)
    did = run(erase, tmp_path, CUSTOMER=who)
    assert did.returncode == 0, did.stdout + did.stderr
    assert "ERASURE_TOO_EARLY" in did.stderr
    assert "refused before its time" in did.stdout
    assert "0 values" in did.stdout
    made = run("sceau archive create --ledger atelier --period 2026-12 --out atelier-2026-12.zip", tmp_path)
    assert made.returncode == 0, made.stderr
    script = restore.replace("2019", "2026-11").replace("2020", "2026-12")
    did = run(script, tmp_path)
    assert did.returncode == 0, did.stdout + did.stderr
    assert "closed for good" in did.stdout  # entries were sealed after the last archive
    assert "atelier: OK (live)" in did.stdout
    did = run(successor, tmp_path)
    assert did.returncode == 0, did.stdout + did.stderr
    shown = run("sceau show atelier-2 1 --json --store sqlite:///restored.db", tmp_path)
    continues = json.loads(shown.stdout)["entry"]["entry"]["body"]["continues"]
    assert continues["reason"] == "behind_mark"
    assert continues["perpetual_cents"] > 0


DRILL = """
sceau restore 2026-11.zip --private 2026-11.private.zip --name old --pin "$PIN" --store sqlite:///drill.db
printf '%s\\n' "$PIN" > identity.txt
sceau verify sqlite:///drill.db --ledger old --pin-file identity.txt --checkpoint checkpoint.txt
sceau init --template > profile.json
sceau init exercise --training --continues old --profile profile.json --store sqlite:///drill.db
sceau apply act.json --ledger exercise --store sqlite:///drill.db
sceau verify sqlite:///drill.db --ledger exercise
"""


def test_the_drill_on_another_machine_ends_with_an_invoice(tmp_path: Path) -> None:
    with sample(tmp_path / "old") as it:
        sell(it)
        note = make_checkpoint(it.store, it.service.keys, it.ledger)
        sell_november(it)
        made = it.archive("2026-11")
        clear = tmp_path / "2026-11.private.zip"
        assert open_private(it.service, made.private, clear, made.path) is None
    away = tmp_path / "away"
    away.mkdir()
    (away / "2026-11.zip").write_bytes(made.path.read_bytes())
    (away / "2026-11.private.zip").write_bytes(clear.read_bytes())
    (away / "checkpoint.txt").write_bytes(note)
    lines = [{"label": "Pose d'une porte", "unit_price": "240", "nature": "services"}]
    client = {"name": "Jeanne Dupré", "address": {"lines": ["1 rue du Frêne"], "postcode": "35000", "city": "Rennes"}}
    (away / "act.json").write_text(
        json.dumps({"command": "invoice.issue", "body": {"lines": lines, "client": client}}) + "\n"
    )
    did = run(DRILL, away, PIN=it.genesis)
    assert "old: OK (live)" in did.stdout, did.stdout + did.stderr
    assert "F-00001" in did.stdout
    assert "exercise: OK (training)" in did.stdout, did.stdout + did.stderr
    assert did.returncode == 0, did.stdout + did.stderr
