"""The two tables of names in `verify.html`: held row by row against the disclosures, as `verify.py` does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.verifiers.alone import forge
from tests.verifiers.alone.conftest import Samples
from tests.verifiers.alone.test_second_file import bent, opened, retabled
from tests.verifiers.browser import Page, browser
from tests.verifiers.test_verify_html import checked

__all__ = ["opened"]


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with browser() as one:
        yield one


def test_honest_tables_of_names_are_fine(page: Page, kept: Samples, opened: Path, tmp_path: Path) -> None:
    files = {"a.zip": kept.path("2026-11").read_bytes(), "second.zip": opened.read_bytes()}
    verdict = checked(page, tmp_path / "given", files, kept.genesis)
    assert (verdict["findings"], verdict["ok"]) == ([], True)


@pytest.mark.parametrize("name", ["customers", "texts"])
@pytest.mark.parametrize("what", ["edited", "cut", "added", "title", "gone", "goes on"])
def test_a_table_of_names_that_the_disclosures_do_not_give_is_found(
    page: Page, kept: Samples, opened: Path, tmp_path: Path, name: str, what: str
) -> None:
    member = f"tables/{name}.csv"
    there = forge.read(opened)[member].split(b"\r\n")

    def change(files: forge.Files) -> None:
        rows = list(there)
        if what == "edited":
            rows[2] += b"x"
        elif what == "cut":
            del rows[2]
        elif what == "added":
            rows.insert(-1, rows[-2])
        elif what == "title":
            rows[0] += b";x"
        elif what == "goes on":
            files[f"tables/{name}-2.csv"] = b"\r\n".join([there[0], there[1], b""])
        files[member] = b"\r\n".join(rows)
        if what == "gone":
            del files[member]

    main, second = retabled(kept, opened, tmp_path, change)
    given = {"main.zip": main.read_bytes(), "second.zip": second.read_bytes()}
    # the key that signed it anew is not the one known from outside: the identity is
    found = checked(page, tmp_path / "given", given, kept.genesis)["findings"]
    assert [one["code"] for one in found] == ["table"], found
    shown = f"tables/{name}-2.csv" if what == "goes on" else member
    assert found[0]["place"].endswith(f"second.zip: {shown}")
    assert found[0]["seq"] == (int(there[2].split(b";")[0]) if what in ("edited", "cut") else 0)
    if what in ("edited", "cut"):
        assert found[0]["words"].startswith("line 3 ")


def test_a_name_that_is_not_what_was_committed_to_is_told_once(
    page: Page, kept: Samples, opened: Path, tmp_path: Path
) -> None:
    """The table follows the true name: what is wrong is the disclosure."""
    main, second = bent(kept, opened, tmp_path, lambda rows: rows[0]["value"].update(name="Somebody Else"))
    given = {"main.zip": main.read_bytes(), "second.zip": second.read_bytes()}
    found = checked(page, tmp_path / "given", given, kept.genesis)["findings"]
    assert [one["code"] for one in found] == ["commitment"], found
