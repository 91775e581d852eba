"""`sceau access`: API keys and what they may do."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Literal

import typer

from api.cli import output
from api.cli.common import ACTOR, JsonOption, StoreOption, done, service, settings
from api.http.access import LABEL_PATTERN, make_key
from ledger.domain.commands.parties import JournalAccess
from ledger.kernel.entry import format_at
from ledger.shell.side import Grant

app = typer.Typer(help="API keys: who may do what over HTTP.", no_args_is_help=True)
Role = Literal["owner", "operator", "accountant", "auditor"]


@app.command("create")
def create(
    label: Annotated[str, typer.Argument(help="what the key is for; no name of a person")],
    ledger: Annotated[str | None, typer.Option(help="name or id; none with --provisions")] = None,
    role: Annotated[Role, typer.Option(help="owner: all; operator: the sale; others: read")] = "operator",
    provisions: Annotated[bool, typer.Option("--provisions", help="may open ledgers")] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make an API key; it is shown once and kept as a hash."""
    if ledger is None and not provisions:
        output.fail("name the --ledger that the key opens, or say --provisions")
    if re.match(LABEL_PATTERN, label) is None:
        output.fail("a label has 1 to 100 characters on one line")
    with service(settings(store), create=True) as opened:
        row = opened.find(ledger) if ledger is not None else None
        made = make_key(label, format_at(datetime.now(UTC)), provisions=provisions)
        opened.store.side().create_key(made.record)
        if row is not None:
            done(opened.execute(row.ledger, JournalAccess(subject=f"key:{made.record.key}", role=role), actor=ACTOR))
            opened.store.side().grant(Grant(row.ledger, made.record.key, role))
    if as_json:
        output.emit({"key": made.record.key, "token": made.token, "ledger": row.ledger if row else None, "role": role})
    else:
        output.say(made.token)
        output.aside("this is the only time the key is shown")


@app.command("grant")
def grant(
    key: Annotated[str, typer.Argument(help="the key's id, as `sceau access list` shows it")],
    ledger: Annotated[str, typer.Option(help="name or id")],
    role: Annotated[Role, typer.Option(help="owner: all; operator: the sale; others: read")],
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give an existing key a role on one more ledger, or another role."""
    with service(settings(store)) as opened:
        row = opened.find(ledger)
        if not any(one.key == key and one.revoked_at is None for one in opened.store.side().keys()):  # noqa: SIM118 - a method of the store's side, no mapping
            output.fail(f"no key {key} is in force", output.FINDINGS)
        done(opened.execute(row.ledger, JournalAccess(subject=f"key:{key}", role=role), actor=ACTOR))
        opened.store.side().grant(Grant(row.ledger, key, role))
    if as_json:
        output.emit({"key": key, "ledger": row.ledger, "role": role})
    else:
        output.say(f"key {key} is {role} of {row.name}")


@app.command("list")
def list_keys(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """List the keys and their roles."""
    with service(settings(store)) as opened:
        names = {row.ledger: row.name for row in opened.ledgers()}
        side = opened.store.side()
        keys = side.keys()
        roles = {
            one.key: {names.get(each.ledger, each.ledger): each.role for each in side.grants_of_key(one.key)}
            for one in keys
        }
    if as_json:
        output.emit(
            {
                "keys": [
                    {
                        "key": one.key,
                        "label": one.label,
                        "created_at": one.created_at,
                        "revoked_at": one.revoked_at,
                        "provisions": one.provisions,
                        "roles": roles[one.key],
                    }
                    for one in keys
                ]
            }
        )
        return
    rows = [
        [
            one.key,
            one.label,
            ", ".join(f"{name}: {role}" for name, role in roles[one.key].items()),
            "opens ledgers" if one.provisions else "",
            "revoked" if one.revoked_at else "in force",
        ]
        for one in keys
    ]
    output.table("", ("key", "label", "roles", "", "state"), rows)


@app.command("revoke")
def revoke(
    key: Annotated[str, typer.Argument(help="the key's id, as `sceau access list` shows it")],
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Revoke a key, on every ledger it opened."""
    with service(settings(store)) as opened:
        side = opened.store.side()
        grants = side.grants_of_key(key)
        if not side.revoke_key(key, format_at(datetime.now(UTC))):
            output.fail(f"no key {key} is in force", output.FINDINGS)
        for one in grants:
            side.ungrant(one.ledger, key)
            done(opened.execute(one.ledger, JournalAccess(subject=f"key:{key}"), actor=ACTOR))
    if as_json:
        output.emit({"key": key, "revoked": True})
    else:
        output.say(f"key {key} is revoked")
