"""`sceau apply`: runs the commands of a file, one JSON object a line, as HTTP would."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer
from pydantic import TypeAdapter, ValidationError

from api.cli import output
from api.cli.common import ACTOR, JsonOption, StoreOption, answer_json, refusal_words, service, settings, speak_of
from api.http.problems import pointer
from api.jobs.checkpointing import cover_closures
from api.strict_json import NotJson, parse
from ledger.domain.commands import COMMANDS
from ledger.domain.commands.common import Command
from ledger.domain.refusals import Refusal
from ledger.kernel.entry import parse_at
from ledger.kernel.errors import Malformed, SceauError

_BY_NAME = {each.NAME: each for each in COMMANDS}
_ADAPTERS: dict[str, TypeAdapter[Any]] = {}
_MEMBERS = {"command", "body", "key", "at", "as"}
_REFERENCE = re.compile(r"\$([a-z][a-z0-9_]*)\.([a-z_]+)")
_MOST_BYTES = 1_048_576


class BadLine(ValueError):  # noqa: N818 - the house names what happened, not "Error"
    """A line of the file is no command; the message says why, without the line's words."""


def apply(
    file: Annotated[Path, typer.Argument(help="commands, one JSON object a line; - reads standard input")],
    ledger: Annotated[str, typer.Option(help="name or id of the ledger")],
    keep_going: Annotated[bool, typer.Option("--keep-going", help="go on after a refusal")] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run commands from a file.

    Each line: {"command": "invoice.issue", "body": {...}, "key": "...", "at": "...", "as": "name"}. `key` makes a line
    safe to run again; `as` names the answer, so that later lines can say "$name.invoice" where an id is wanted.
    """
    refused = ran = 0
    names: dict[str, dict[str, Any]] = {}
    with service(settings(store)) as opened, _source(file) as source:
        row = opened.find(ledger)
        for number, line in enumerate(_lines(source), start=1):
            if not line.strip():
                continue
            try:
                command, members = parse_line(line, names)
            except BadLine as error:
                output.fail(f"line {number}: {error}")
            try:
                outcome = opened.execute(row.ledger, command, key=members.get("key"), actor=ACTOR, at=members["at"])
            except SceauError as failure:
                output.fail(f"line {number}: {speak_of(failure)}")
            ran += 1
            if as_json:
                output.emit_line({"line": number, "command": type(command).NAME, **answer_json(outcome)})
            if isinstance(outcome, Refusal):
                refused += 1
                if not as_json:
                    output.say(f"line {number} {type(command).NAME} refused: {refusal_words(outcome)}")
                if not keep_going:
                    break
            else:
                if name := members.get("as"):
                    names[name] = dict(outcome.result)
                if not as_json:
                    shown = " ".join(f"{key}={value}" for key, value in outcome.result.items())
                    output.say(f"line {number} {type(command).NAME}: {shown}")
        cover_closures(opened, row.ledger)
    if not as_json:
        output.say(f"{ran} commands run, {refused} refused")
    raise SystemExit(output.FINDINGS if refused else output.OK)


def parse_line(line: bytes, names: dict[str, dict[str, Any]]) -> tuple[Command, dict[str, Any]]:
    """Read one line into its command and the members beside it.

    Raises:
        BadLine: no JSON object, an unknown member or command, a body that is not of the command's schema.
    """
    if len(line) > _MOST_BYTES:
        raise BadLine("longer than 1 MiB")
    try:
        members = parse(line)
    except NotJson as refused:
        raise BadLine(str(refused)) from None
    if not isinstance(members, dict) or not set(members) <= _MEMBERS:
        raise BadLine(f"the members are {', '.join(sorted(_MEMBERS))}")
    for name in ("command", "key", "at", "as"):
        if name in members and (not isinstance(members[name], str) or not 0 < len(members[name]) <= 200):
            raise BadLine(f"{name} is a text of 1 to 200 characters")
    if not members.get("key", "-").isprintable():
        raise BadLine("key has only printable characters")
    record = _BY_NAME.get(members.get("command", ""))
    if record is None:
        raise BadLine("unknown command; docs/commands.md lists them")
    body = _with_names(members.get("body", {}), names)
    adapter = _ADAPTERS.setdefault(record.NAME, TypeAdapter(record))
    try:
        command: Command = adapter.validate_python(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise BadLine(f"{pointer(first['loc']) or '/'}: {first['msg']}") from None
    try:
        members["at"] = parse_at(members["at"]) if "at" in members else None
    except Malformed:
        raise BadLine("at is a moment in UTC: 2026-11-22T09:30:00.000000Z") from None
    return command, members


def _with_names(value: Any, names: dict[str, dict[str, Any]]) -> Any:
    if isinstance(value, dict):
        return {key: _with_names(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [_with_names(each, names) for each in value]
    if isinstance(value, str) and (found := _REFERENCE.fullmatch(value)):
        name, member = found.groups()
        if name not in names or member not in names[name]:
            raise BadLine(f"${name}.{member} is not known yet")
        return names[name][member]
    return value


def _source(file: Path) -> BinaryIO:
    try:
        return sys.stdin.buffer if str(file) == "-" else file.open("rb")
    except OSError:
        output.fail(f"{file} cannot be read")


def _lines(source: BinaryIO) -> Iterator[bytes]:
    while line := source.readline(_MOST_BYTES + 2):
        yield line.rstrip(b"\n")
