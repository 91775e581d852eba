"""docs/http.md does what it says: its commands are run, in order, as a new user would."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.ports import free_port

PAGE = Path(__file__).resolve().parents[2] / "docs" / "http.md"
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _run(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the page's shell blocks as one script, and stop what it started."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SCEAU_")}
    end = "trap 'kill $(jobs -p) 2>/dev/null || true; wait' EXIT"
    return subprocess.run(
        ["bash", "-c", "\n".join(["set -euo pipefail", end, *_BLOCK.findall(text)])],
        cwd=folder,
        env={**kept, "PATH": f"{Path(sys.executable).parent}:{kept['PATH']}"},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )


def test_the_page_leads_to_a_paid_invoice_a_credit_note_a_final_invoice_and_a_good_verdict(tmp_path: Path) -> None:
    port = free_port()
    text = PAGE.read_text(encoding="utf-8").replace("127.0.0.1:8000", f"127.0.0.1:{port}")
    run = _run(text.replace("sceau serve", f"sceau serve --port {port}"), tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr

    def told(name: str) -> Any:
        return json.loads((tmp_path / f"{name}.json").read_text(encoding="utf-8"))

    assert told("invoice")["result"]["number"] == "F-00001"
    assert told("invoice")["result"]["gross_cents"] == 2997
    assert told("paid")["state"]["state"] == "paid"
    assert told("credit_note")["result"]["number"] == "A-00001"
    assert told("signed")["result"]["deposit_cents"] == [27000]
    assert told("final")["result"]["number"] == "F-00002"
    assert told("final")["result"]["due_cents"] == 63000
    assert told("issued")["result"]["number"] == "F-00003"
    assert [each["type"] for each in told("events")] == ["invoice.issued/1"] * 3
    verdict = told("verdict")
    assert verdict["ok"], verdict["findings"]
    assert told("opened")["genesis"] == verdict["genesis"]
    log = (tmp_path / "server.log").read_text(encoding="utf-8")
    assert "Camille" not in log
