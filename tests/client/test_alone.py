"""The client stands alone: it imports nothing of the server, and nothing but what its own package asks for."""

from __future__ import annotations

import ast
import sys
import tomllib
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "api" / "client"
ROOT = FOLDER.parents[1]
ALLOWED = frozenset({"httpx", "cryptography"}) | sys.stdlib_module_names


def _imports(path: Path) -> list[tuple[int, str]]:
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [(0, each.name) for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append((node.level, node.module or ""))
    return found


def test_the_client_imports_itself_the_standard_library_and_httpx() -> None:
    for path in FOLDER.glob("*.py"):
        for level, name in _imports(path):
            assert level == 1 or (level == 0 and name.partition(".")[0] in ALLOWED), f"{path.name}: {name}"


def test_only_the_client_imports_relatively() -> None:
    for top in ("ledger", "projections", "archive", "api"):
        for path in (ROOT / top).rglob("*.py"):
            if path.parent != FOLDER:
                assert all(level == 0 for level, _ in _imports(path)), path


def test_cryptography_is_asked_for_only_where_a_public_key_is_used() -> None:
    for path in FOLDER.glob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        top = [node for node in tree.body if isinstance(node, ast.ImportFrom | ast.Import)]
        assert not any("cryptography" in ast.dump(node) for node in top), path.name


def test_its_package_asks_for_httpx_alone_and_has_every_file() -> None:
    page = tomllib.loads((FOLDER / "pyproject.toml").read_text())
    assert page["project"]["dependencies"] == ["httpx>=0.28,<0.29"]
    assert page["tool"]["setuptools"]["packages"] == ["sceau_client"]
    assert page["tool"]["setuptools"]["package-dir"] == {"sceau_client": "."}
