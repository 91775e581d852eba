"""Puts measured figures into docs/performance.md: `python -m api.bench.table bench.json docs/performance.md`.

The page's table stands between two markers and is never written by hand.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

import orjson

BEGIN: Final = "<!-- figures: written by `python -m api.bench.table`, from `sceau bench all --json` -->"
END: Final = "<!-- end of figures -->"


def section(found: dict[str, Any]) -> str:
    """Give the text between the markers."""
    about = found["machine"]
    words = (
        f"Measured on {about['date']}: {about['processor']}, {about['cores']} cores, {about['system']}, load"
        f" {about['load_before']} before the run; Python {about['python']}, {about['sqlite']}, {about['postgresql']},"
        f" eventsourcing {about['eventsourcing']}."
    )
    lines = [words, "", "| what | figure | beside | ratio | goal | reached |", "|---|--:|--:|--:|---|---|"]
    for row in found["rows"]:
        cells = (
            row["name"],
            f"{_figure(row['value'])} {row['unit']}",
            _figure(row["reference"]),
            _figure(row["ratio"]),
            row["goal"] or "",
            {True: "yes", False: "**no**", None: ""}[row["reached"]],
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def put(page: str, found: dict[str, Any]) -> str:
    """Give the page with these figures in it.

    Raises:
        ValueError: the page has no markers, or the figures are those of a smoke run.
    """
    if found["smoke"]:
        raise ValueError("a smoke run's figures mean nothing: run `sceau bench all --json`")
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page has no markers:\n{BEGIN}\n{END}")
    return f"{before}{BEGIN}\n\n{section(found)}\n\n{END}{after}"


def _figure(figure: float | None) -> str:
    return "" if figure is None else f"{figure:,}"


def main(given: str, page: str) -> None:
    """Rewrite the page's table from a file of figures."""
    path = Path(page)
    path.write_text(put(path.read_text(encoding="utf-8"), orjson.loads(Path(given).read_bytes())), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit("usage: python -m api.bench.table bench.json docs/performance.md")
    main(sys.argv[1], sys.argv[2])
