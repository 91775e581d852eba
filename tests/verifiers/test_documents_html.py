"""The documents folder in `verify.html`: whole ones are green, another file than the recorded one is found."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from tests.archive.samples import sample
from tests.archive.test_documents import Filed
from tests.verifiers.alone import forge
from tests.verifiers.browser import Page, browser
from tests.verifiers.test_verify_html import checked, codes


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with browser() as one:
        yield one


def test_documents_are_held_against_what_the_entries_tell(page: Page, tmp_path: Path) -> None:
    with sample(tmp_path / "made") as it:
        filed = Filed(it)
        try:
            made = filed.archive()
            opened = filed.opened(made)
        finally:
            filed.documents.close()
        files = {"a.zip": made.path.read_bytes(), "names.zip": opened.read_bytes()}
        verdict = checked(page, tmp_path / "given", files, it.genesis)
        assert (verdict["findings"], verdict["ok"]) == ([], True)
        inside = forge.read(opened)
        one = sorted(name for name in inside if name.startswith("documents/"))[0]
        inside[one] = b"%PDF-1.7 of another amount"
        second = forge.write(tmp_path / "second.zip", forge.listed(inside)).read_bytes()
        digest = sha256(second).hexdigest()
        main = forge.with_manifest(forge.read(made.path), lambda told: told["private"].update(plain_sha256=digest))
        bent = forge.write(tmp_path / "main.zip", forge.Signer().sign(main)).read_bytes()
        verdict = checked(page, tmp_path / "bent", {"a.zip": bent, "names.zip": second}, it.genesis)
        assert ("document", 0) in codes(verdict)
        assert any(one in each["place"] for each in verdict["findings"])
