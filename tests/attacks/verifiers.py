"""What the two shipped verifiers say of what a defender was handed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from archive.verifiers import verify
from tests.attacks.archives import Handed, Kit
from tests.verifiers.browser import Page

PAGE = Path(verify.__file__).with_name("verify.html")


def written(handed: Handed, folder: Path) -> dict[str, Path]:
    """The files, as the defender has them."""
    files = {**handed.archives, **handed.checkpoints}
    if handed.private is not None:
        files["names.zip"] = handed.private
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return {name: folder / name for name in files}


def by_program(kit: Kit, handed: Handed, folder: Path) -> dict[str, Any]:
    """The verdict of `verify.py`, as `--json` prints it, with what a person reads as `shown`."""
    paths = written(handed, folder)
    words = [str(paths[name]) for name in handed.archives]
    pin = kit.genesis if handed.genesis is None else handed.genesis
    words += ["--genesis", pin] if pin else []
    words += ["--key-fingerprint", handed.key] if handed.key else []
    words += ["--document", *handed.printed] if handed.printed else []
    for name in handed.checkpoints:
        words += ["--checkpoint", str(paths[name])]
    words += ["--private", str(paths["names.zip"])] if handed.private is not None else []
    words += ["--authority", str(handed.authority)] if handed.authority else ["--no-openssl"]
    verdict = verify.verify(verify.parse_options([*words, "--jobs", "1", "--lang", "en"]))
    told: dict[str, Any] = json.loads(json.dumps({key: value for key, value in verdict.items() if key != "_shown"}))
    told["shown"] = verify.show(verdict, False)
    return told


def by_page(page: Page, kit: Kit, handed: Handed, folder: Path) -> dict[str, Any]:
    """The verdict of `verify.html`, in a browser, with what a person reads as `shown`."""
    paths = written(handed, folder)
    page.open(PAGE, "en")
    page.choose(*paths.values())
    pin = handed.key or (kit.genesis if handed.genesis is None else handed.genesis)
    printed = " ".join(handed.printed) if handed.printed else ""
    page.run(f"document.getElementById('pin').value = {json.dumps(pin)}")
    page.run(f"document.getElementById('printed').value = {json.dumps(printed)}")
    page.run("document.getElementById('go').click()")
    page.until("document.getElementById('result').dataset.state")
    verdict: dict[str, Any] = json.loads(page.run("document.getElementById('json').textContent"))
    verdict["shown"] = page.run("document.getElementById('result').textContent")
    verdict["state"] = page.run("document.getElementById('result').dataset.state")
    assert page.errors == []
    return verdict
