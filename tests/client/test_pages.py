"""docs/client.md and docs/webhooks.md do what they say: their blocks are run, with the client's package alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.client.test_package import installed
from tests.docs.test_readme import script_of
from tests.ports import free_port

__all__ = ["installed"]
DOCS = Path(__file__).resolve().parents[2] / "docs"


def _run(page: str, folder: Path, site: Path, *ports: str) -> subprocess.CompletedProcess[str]:
    script = script_of(DOCS / page)
    for named in ports:
        assert named in script
        script = script.replace(named, str(free_port()))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SCEAU_")}
    more = {"PATH": f"{Path(sys.executable).parent}:{kept['PATH']}", "PYTHONPATH": str(site)}
    return subprocess.run(
        ["bash", "-c", script], cwd=folder, env={**kept, **more}, capture_output=True, text=True, timeout=280,
        check=False,
    )  # fmt: skip


def test_the_client_s_page_runs(installed: Path, tmp_path: Path) -> None:
    run = _run("client.md", tmp_path, installed, "8767")
    assert run.returncode == 0, run.stdout + run.stderr
    lines = run.stdout.splitlines()
    assert lines[0].endswith("00001")
    assert lines[1].startswith("VAT_RATE_NOT_IN_FORCE /lines/0/rate_bp CGI")
    assert lines[3].endswith("invoice.issued/1")
    assert lines[-1].startswith("go on from ")


def test_the_page_of_webhooks_runs(installed: Path, tmp_path: Path) -> None:
    run = _run("webhooks.md", tmp_path, installed, "8765", "8766")
    assert run.returncode == 0, run.stdout + run.stderr
    came = (tmp_path / "came.txt").read_text().splitlines()
    assert came[-1].endswith("invoice.issued/1")
    assert came[0].endswith("sceau.webhook.ping/1")
    assert "delivered" in (tmp_path / "deliveries.txt").read_text()
    secret = (tmp_path / "secret.txt").read_text().strip().removeprefix("whsec_")
    for path in tmp_path.rglob("*"):
        if path.is_file() and path.name not in ("secret.txt", "webhook.json"):
            assert secret.encode() not in path.read_bytes(), path
