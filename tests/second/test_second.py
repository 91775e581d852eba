"""The second verifier shares no code with us, and agrees on every vector."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.second import verifier

HERE = Path(__file__).parent
VECTORS = sorted((HERE.parent / "vectors").glob("*.json"))


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.name)
def test_the_second_verifier_agrees_with_every_vector(path: Path) -> None:
    vectors = json.loads(path.read_text(encoding="utf-8"))["vectors"]
    assert [said for said in map(verifier.disagreement, vectors) if said] == []


def test_the_second_verifier_imports_the_standard_library_only() -> None:
    tree = ast.parse((HERE / "verifier.py").read_text(encoding="utf-8"))
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add((node.module or "").split(".")[0])
    assert imported <= sys.stdlib_module_names


def test_it_runs_as_a_program_with_nothing_installed(tmp_path: Path) -> None:
    wrong = json.loads((HERE.parent / "vectors" / "chain.json").read_text(encoding="utf-8"))
    wrong["vectors"][0]["output"]["entries"] = 7
    (tmp_path / "wrong.json").write_text(json.dumps(wrong), encoding="utf-8")
    program = [sys.executable, "-I", "-S", str(HERE / "verifier.py")]
    fine = subprocess.run([*program, str(VECTORS[1])], capture_output=True, text=True, check=False)
    assert fine.returncode == 0, fine.stdout + fine.stderr
    told = subprocess.run([*program, str(tmp_path / "wrong.json")], capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert "chain.links six entries" in told.stdout
