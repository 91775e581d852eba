"""The README does what it says: its shell and Python blocks are run, in order, as a new user would."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


RUN_SECONDS = 600
"""Some forty starts of the program: a minute alone, several beside other tests."""


def script_of(page: Path) -> str:
    """Put a page's blocks into one script; Python blocks are run by this interpreter."""
    parts = ["set -euo pipefail", "trap 'kill $(jobs -p) 2>/dev/null || true; wait' EXIT"]
    for language, body in _BLOCK.findall(page.read_text(encoding="utf-8")):
        parts.append(body if language == "sh" else f"python - <<'PYTHON'\n{body}PYTHON")
    return "\n".join(parts)


def run_page(page: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SCEAU_")}
    path = f"{Path(sys.executable).parent}:{kept['PATH']}"
    port = str(free_port())  # the page's own may be another program's, on a machine that is not new
    command = ["bash", "-c", script_of(page).replace("127.0.0.1:8000", f"127.0.0.1:{port}")]
    with subprocess.Popen(
        command, cwd=folder, env={**kept, "PATH": path, "SCEAU_PORT": port}, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    ) as running:  # fmt: skip
        try:
            out, err = running.communicate(timeout=RUN_SECONDS - 20)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)  # the server that the page started too, or it keeps its port
            raise
    return subprocess.CompletedProcess(command, running.returncode, out, err)


@pytest.mark.timeout(RUN_SECONDS)
def test_the_readme_leads_a_new_user_to_a_first_invoice_that_verifies(tmp_path: Path) -> None:
    run = run_page(ROOT / "README.md", tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    invoice = json.loads((tmp_path / "invoice.json").read_text())
    assert invoice["result"]["gross_cents"] == 2997
    assert invoice["result"]["number"] == "F-00001"
    assert run.stdout.count("atelier: OK (live)") == 3
    assert "F-00002 1850" in run.stdout
    assert run.stdout.count("CONFORME (training) ; clé connue de l'extérieur") == 2
    assert "NON CONFORME" not in run.stdout
    first, second = (tmp_path / "entries.jsonl").read_text().splitlines()[:2]
    assert json.loads(second)["chain"]["prev"] in run.stdout
    assert first


PAGES = sorted(
    page for page in ROOT.glob("**/*.md") if not any(part.startswith(".") for part in page.relative_to(ROOT).parts)
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (page.parent / target).exists(), f"{page.name} points to {target}"
