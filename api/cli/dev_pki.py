"""`sceau keys dev-pki`: certificates to try seals with, which nobody trusts."""

from __future__ import annotations

import os
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from api.cli import output
from api.cli.common import JsonOption
from ledger.shell.errors import KeyMissing
from ledger.shell.keys import MIN_PASSPHRASE, passphrase_file

PASSPHRASE_VARIABLE = "SCEAU_DEV_PKI_PASSPHRASE"  # noqa: S105 - the name of a variable


def dev_pki(
    folder: Annotated[Path, typer.Argument(help="where the files are written, or were")],
    passphrase: Annotated[
        Path | None,
        typer.Option(
            "--passphrase-file",
            help=f"its first line protects the files; else {PASSPHRASE_VARIABLE}, else one is made and kept beside",
        ),
    ] = None,
    serve: Annotated[
        bool, typer.Option("--serve", help="run the time stamp authority of this folder on 127.0.0.1, until Ctrl-C")
    ] = False,
    port: Annotated[int, typer.Option(help="of the time stamp authority", min=0, max=65535)] = 3161,
    as_json: JsonOption = False,
) -> None:
    """Make a root, a time stamp authority and a signer. FOR TESTS ONLY: what they seal proves nothing.

    Every name in the certificates begins with TEST ONLY, every file with TEST-ONLY- (docs/sealing.md).
    """
    from api import dev_pki as made_for_tests  # with a library that takes a while to load

    kept = folder / f"{made_for_tests.PREFIX}passphrase.txt"
    if serve:
        _serve(folder, _passphrase(passphrase, kept), port)
        return
    words = _passphrase(passphrase, kept, create=True)
    try:
        files = made_for_tests.write(made_for_tests.make(datetime.now(UTC), f"127.0.0.1:{port}"), folder, words)
    except FileExistsError as error:
        output.fail(f"{error.filename}: there is one already; choose another folder", output.FINDINGS)
    if as_json:
        output.emit({"test_only": True, "files": [str(path) for path in files]})
        return
    for path in files:
        output.say(str(path))
    output.aside(f"{made_for_tests.MARK}: nobody trusts these, and what they seal proves nothing")


def _serve(folder: Path, words: bytes, port: int) -> None:
    from api import dev_pki as made_for_tests

    try:
        pki = made_for_tests.read(folder, words)
    except ValueError:
        output.fail("the passphrase does not open these files, or `sceau keys dev-pki` did not make them")
    with made_for_tests.server(pki, port) as running:
        output.aside(f"{made_for_tests.MARK} time stamps on http://127.0.0.1:{running.server_port}/ (Ctrl-C stops)")
        try:
            running.serve_forever()
        except KeyboardInterrupt:
            output.aside("stopped")


def _passphrase(file: Path | None, kept: Path, *, create: bool = False) -> bytes:
    """Give the passphrase: of the file named, of the environment, or the one kept beside, made if need be."""
    words = os.environ.get(PASSPHRASE_VARIABLE, "").encode()
    if file is not None or not words:
        if file is None and create and not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            kept.touch(mode=0o600)
            kept.write_text(f"{secrets.token_urlsafe(24)}\n", encoding="utf-8")
        try:
            words = passphrase_file(file or kept)
        except KeyMissing:
            output.fail("the passphrase file cannot be read")
    if len(words) < MIN_PASSPHRASE:
        output.fail(f"a passphrase has at least {MIN_PASSPHRASE} characters")
    return words
