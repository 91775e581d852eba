"""How the command line speaks: words and tables for people, one JSON document for programs, three exit codes."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn, Protocol

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

OK, FINDINGS, USAGE = 0, 1, 2
"""Exit codes: done; done, but something was found or refused; the call was not understood."""

_UNFOLDED = 10_000

_words = Console(stderr=False, highlight=False, soft_wrap=True)
_aside = Console(stderr=True, highlight=False, soft_wrap=True)


class Ticker(Protocol):
    """Told how far a long work has come."""

    def __call__(self, done: int) -> None:
        """Set the number of things done."""


def emit(value: Any) -> None:
    """Write one JSON document to standard output."""
    try:
        written = orjson.dumps(value, option=orjson.OPT_INDENT_2)
    except TypeError:  # the name of a file that is not UTF-8
        written = json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8", "replace")
    sys.stdout.buffer.write(written + b"\n")
    sys.stdout.flush()


def emit_line(value: Any) -> None:
    """Write one JSON document on one line to standard output."""
    sys.stdout.buffer.write(orjson.dumps(value) + b"\n")
    sys.stdout.flush()


def say(words: str) -> None:
    """Write a sentence to standard output; markup is not interpreted."""
    _words.print(_shown(words), markup=False)


def aside(words: str) -> None:
    """Write a sentence to standard error, beside the result."""
    _aside.print(_shown(words), markup=False)


def _shown(words: str) -> str:
    """Put a question mark where the name of a file is not UTF-8, which a terminal may refuse to show."""
    return words.encode("utf-8", "replace").decode()


def fail(words: str, code: int = USAGE) -> NoReturn:
    """Say what is wrong and what to do, and end with this exit code."""
    aside(f"sceau: {words}")
    raise SystemExit(code)


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[str] = ()) -> None:
    """Write a table; columns named in `right` hold figures and are set flush right."""
    made = Table(title=title or None, title_justify="left", box=None, pad_edge=False)
    for name in columns:
        made.add_column(name, justify="right" if name in right else "left", overflow="fold")
    for row in rows:
        made.add_row(*(str(cell).replace("[", r"\[") for cell in row))
    # A file or a program that reads the table wants each row on one line, whatever its length.
    wide = _words if _words.is_terminal else Console(highlight=False, width=_UNFOLDED)
    wide.print(made)


def _say_nothing(done: int) -> None:
    """Show nothing."""


@contextmanager
def progress(words: str, total: int | None, quiet: bool = False) -> Iterator[Ticker]:
    """Show a bar on standard error from the first tick on, when it is a terminal; a line at the end otherwise.

    Work that is refused before anything is done shows no bar.
    """
    if quiet:
        yield _say_nothing
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=_aside, transient=False)
    task = bar.add_task(words, total=total)

    def tick(done: int) -> None:
        if not bar.live.is_started:
            bar.start()
        bar.update(task, completed=done)

    try:
        yield tick
    finally:
        if bar.live.is_started:
            bar.stop()


def euros(cents: int, currency: str = "EUR") -> str:
    """Write an amount as people read it."""
    sign, cents = ("-" if cents < 0 else ""), abs(cents)
    return f"{sign}{cents // 100:,}.{cents % 100:02d} {currency}".replace(",", " ")
