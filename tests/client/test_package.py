"""The client as a package of its own: built, installed elsewhere, used and checked by a stranger's program."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.api.serving import Served

FOLDER = Path(__file__).resolve().parents[2] / "api" / "client"
SAMPLE = Path(__file__).with_name("sample.py")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the client's wheel was unpacked, beside the sample program."""
    folder = tmp_path_factory.mktemp("package")
    shutil.copytree(FOLDER, folder / "source", ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"))
    built = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index",
         "--disable-pip-version-check", "--wheel-dir", str(folder), str(folder / "source")],
        capture_output=True, text=True, check=False, cwd=folder,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("sceau_client-*.whl")
    with zipfile.ZipFile(wheel) as file:
        names = {name.partition("/")[2] for name in file.namelist() if name.startswith("sceau_client/")}
        assert names == {path.name for path in FOLDER.glob("*.py")} | {"py.typed"}
        file.extractall(folder / "site")
    shutil.copy(SAMPLE, folder / "site" / "program.py")
    return folder / "site"


def test_a_stranger_s_program_runs_with_the_package_alone(installed: Path, served: Served) -> None:
    more = {"URL": str(served.client.base_url), "KEY": served.keys["atelier"], "LEDGER": "atelier"}
    guard = "import sys; sys.modules['api'] = sys.modules['ledger'] = None; import runpy; runpy.run_path('program.py', run_name='__main__')"  # noqa: E501 - one line of a command
    run = subprocess.run(
        [sys.executable, "-c", guard], cwd=installed, env={**os.environ, **more}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    first, second = run.stdout.splitlines()
    assert first.split()[1] == "invoice.issued/1"
    assert second.startswith("VAT_RATE_NOT_IN_FORCE CGI")


def _mypy(folder: Path, program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file", os.devnull, "--cache-dir", str(folder.parent / "c"),
         program],
        cwd=folder, capture_output=True, text=True, check=False, env={**os.environ, "MYPYPATH": str(folder)},
    )  # fmt: skip


@pytest.mark.long
def test_the_program_is_clean_under_strict_mypy_and_a_wrong_one_is_not(installed: Path) -> None:
    good = _mypy(installed, "program.py")
    assert good.returncode == 0, good.stdout
    text = (installed / "program.py").read_text()
    for right, wrong in (
        ('"nature": "goods"}', '"nature": "good"}'),
        ('"unit_price": "18.5"', '"unit_price": 18.5'),
        ("refused.law", "refused.lawyer"),
        ('["seq"]', '["sequence"]'),
        ("books.invoice.issue(invoice)", "books.invoice.isue(invoice)"),
    ):
        assert right in text
        (installed / "wrong.py").write_text(text.replace(right, wrong))
        assert _mypy(installed, "wrong.py").returncode == 1, wrong
