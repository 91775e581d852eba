"""Imports go one way, and the pure parts import nothing that could make them impure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

ORDER = ("ledger.kernel", "ledger.domain", "ledger.shell", "projections", "archive", "api")
"""Each may import itself and what stands before it."""

LIBRARY = ("ledger.shell", "projections")
"""The only parts that import the `eventsourcing` library."""

PEER = "api/bench/concurrent.py"
"""And the one page that measures us beside the library's own recorder, which nothing else uses."""

CLIENT = (None, "client", "core", "errors", "feed", "models", "operations", "operations_async", "webhook")
"""What the files of `api/client` import of each other."""

PURE = ("ledger.kernel", "ledger.domain")
"""No clock, disk, network, environment, randomness, process or thread."""

IMPURE_MODULES = frozenset(
    {
        "asyncio", "concurrent", "ctypes", "fcntl", "fileinput", "glob", "http", "importlib", "io",
        "locale", "logging", "mmap", "multiprocessing", "os", "pathlib", "pickle", "platform", "psycopg",
        "psycopg_pool", "queue", "random", "requests", "sched", "secrets", "select", "selectors", "shelve",
        "shutil", "signal", "site", "smtplib", "socket", "sqlite3", "ssl", "subprocess", "sysconfig",
        "tempfile", "threading", "time", "urllib", "uuid", "zoneinfo",
    }
)  # fmt: skip
"""Imports that a pure part may not have. `uuid` makes random ids; `zoneinfo` reads the machine's zone data."""

IMPURE_CALLS = frozenset({"open", "input", "print", "exec", "eval", "breakpoint", "__import__"})
WRITES_CODE = "ledger/kernel/frozen.py"
"""The one pure page that may call `exec`: it writes an `__init__` out of field names, as the standard library does."""
CLOCK_CALLS = frozenset({"now", "utcnow", "today", "fromtimestamp"})
"""Methods of `datetime` and `date` that read the clock or the machine's time zone."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of code: where it stands, in which part, and what it says."""

    part: str
    place: str
    tree: ast.AST


def _part_of(module: str) -> str | None:
    if module == "ledger":  # the public way in from Python: it stands on the shell
        return "ledger.shell"
    return next((part for part in ORDER if module == part or module.startswith(f"{part}.")), None)


def _files() -> Iterator[tuple[str, Path]]:
    for top in ("ledger", "projections", "archive", "api"):
        for path in sorted((ROOT / top).rglob("*.py")):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            yield module, path


def _lines(source: dict[str, str]) -> Iterator[Line]:
    for place, text in source.items():
        module = place.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        part = _part_of(module)
        if part is None:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import | ast.ImportFrom | ast.Call | ast.Attribute):
                yield Line(part, f"{place}:{node.lineno}", node)


def _sources() -> dict[str, str]:
    return {str(path.relative_to(ROOT)): path.read_text("utf-8") for _, path in _files()}


def _imported(node: ast.AST) -> list[str]:
    """Name the modules that an import statement brings in; for `from a import b` also `a.b`, which may be one."""
    if isinstance(node, ast.Import):
        return [each.name for each in node.names]
    if isinstance(node, ast.ImportFrom):
        if node.level == 1 and node.module in CLIENT:
            return []  # tests/client/test_alone.py: only the client does, which is a package of another name too
        assert node.level == 0, "imports are absolute, so that this test can read them"
        base = node.module or ""
        return [base, *(f"{base}.{each.name}" for each in node.names)]
    return []


def wrong_arrows(source: dict[str, str]) -> list[str]:
    """List imports that go against the arrows."""
    wrong = []
    for line in _lines(source):
        for name in _imported(line.tree):
            target = _part_of(name)
            if target is not None and ORDER.index(target) > ORDER.index(line.part):
                wrong.append(f"{line.place}: {line.part} imports {name}")
            allowed = line.part in LIBRARY or line.place.startswith(f"{PEER}:")
            if name.split(".")[0] == "eventsourcing" and not allowed:
                wrong.append(f"{line.place}: {line.part} imports {name}")
    return sorted(set(wrong))


def impure_lines(source: dict[str, str]) -> list[str]:
    """List what would make a pure part depend on the world."""
    wrong = []
    for line in _lines(source):
        if line.part not in PURE:
            continue
        tops = {name.split(".")[0] for name in _imported(line.tree)}
        wrong += [f"{line.place}: imports {name}" for name in tops & IMPURE_MODULES]
        called = line.tree.func if isinstance(line.tree, ast.Call) else None
        if isinstance(called, ast.Name) and called.id in IMPURE_CALLS - _allowed(line.place):
            wrong.append(f"{line.place}: calls {called.id}()")
        if isinstance(called, ast.Attribute) and called.attr in CLOCK_CALLS and _is_clock(called.value):
            wrong.append(f"{line.place}: reads the clock")
    return sorted(set(wrong))


def _allowed(place: str) -> frozenset[str]:
    return frozenset({"exec"}) if place.startswith(f"{WRITES_CODE}:") else frozenset()


def _is_clock(value: ast.expr) -> bool:
    name = value.attr if isinstance(value, ast.Attribute) else value.id if isinstance(value, ast.Name) else ""
    return name in ("datetime", "date")


def test_imports_follow_the_arrows() -> None:
    assert wrong_arrows(_sources()) == []


def test_kernel_and_domain_are_pure() -> None:
    assert impure_lines(_sources()) == []


def test_everything_is_looked_at() -> None:
    parts = {_part_of(module) for module, path in _files() if path.name != "__init__.py"}
    assert {"ledger.kernel", "ledger.domain", "ledger.shell"} <= parts
    assert [str(path) for module, path in _files() if _part_of(module) is None and path.stat().st_size > 200] == []


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("ledger/kernel/x.py", "from ledger.domain.types import Cents"),
        ("ledger/domain/x.py", "from ledger import shell"),
        ("ledger/shell/x.py", "import projections.tables"),
        ("projections/x.py", "def f():\n    from archive import zip"),
        ("archive/x.py", "import api"),
        ("ledger/domain/x.py", "import eventsourcing.domain"),
        ("api/x.py", "from eventsourcing.persistence import EventStore"),
    ],
)
def test_an_import_against_the_arrows_is_found(place: str, text: str) -> None:
    assert [each.split(":")[0] for each in wrong_arrows({place: text})] != []


@pytest.mark.parametrize(
    "text",
    [
        "import time",
        "from os import environ",
        "import secrets",
        "from random import random",
        "def f():\n    import socket",
        "from uuid import uuid4",
        "from pathlib import Path",
        "text = open('x').read()",
        "from datetime import datetime\nat = datetime.now()",
        "import datetime\nday = datetime.date.today()",
    ],
)
def test_an_impure_line_in_the_domain_is_found(text: str) -> None:
    assert len(impure_lines({"ledger/domain/x.py": text})) == 1
    assert impure_lines({"ledger/shell/x.py": text}) == []


def test_what_is_allowed_passes() -> None:
    text = "from datetime import date\nfrom ledger.kernel import errors\nday = date.fromisoformat('2026-01-01')"
    assert wrong_arrows({"ledger/domain/x.py": text}) == impure_lines({"ledger/domain/x.py": text}) == []
