"""`sceau webhook`: endpoints that events are delivered to, how they fare, and what was given up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Literal

import typer

from api.cli import output
from api.cli.common import ACTOR, JsonOption, StoreOption, refusal_words, service, settings
from api.webhooks.endpoints import Endpoints, Made, NotJournalled, NotSo, Unknown, policy_of, shown
from api.webhooks.sending import Sender
from ledger.shell.hooks import Endpoint
from ledger.shell.service import Service

app = typer.Typer(
    help="Webhooks: events sent to other programs, signed; delivered by `sceau serve`.", no_args_is_help=True
)

LedgerArgument = Annotated[str, typer.Argument(help="name or id")]
WebhookArgument = Annotated[str, typer.Argument(help="the endpoint's id, as `sceau webhook list` shows it")]

_WORDS = {
    "url": "the address must be a plain http(s) one, without password or fragment",
    "http": "the address must be https (SCEAU_WEBHOOKS_HTTP=on allows http)",
    "private": "the address is not public (SCEAU_WEBHOOKS_PRIVATE=on allows it)",
    "unknown_type": "there is no such type of event: /v1/schemas/events lists them",
    "characters": "a label has at most 100 characters on one line",
    "too_many": "this ledger has 16 endpoints already",
    "out_of_range": "the number is out of range",
}


@dataclass(frozen=True, slots=True)
class _Desk:
    service: Service
    ledger: str
    endpoints: Endpoints

    def members(self, one: Endpoint) -> dict[str, Any]:
        dead = self.service.store.side().hooks().count_dead().get((one.ledger, one.endpoint), 0)
        return shown(one, self.endpoints.pending(one), dead, self.endpoints.public(one))


@contextmanager
def _desk(ledger: str, store: str | None) -> Iterator[_Desk]:
    given = settings(store)
    with service(given) as opened:
        row = opened.find(ledger)
        endpoints = Endpoints(opened, Sender(policy_of(given)), opened.clock.now)
        try:
            yield _Desk(opened, row.ledger, endpoints)
        except Unknown:
            output.fail("no such webhook: `sceau webhook list` shows them", output.FINDINGS)
        except NotJournalled as refused:
            output.fail(refusal_words(refused.refusal), output.FINDINGS)
        except NotSo as wrong:
            output.fail(_WORDS.get(wrong.cause, wrong.cause), output.FINDINGS)


@app.command("add")
def add(
    ledger: LedgerArgument,
    url: Annotated[str, typer.Argument(help="where events are sent to: https://...")],
    types: Annotated[list[str] | None, typer.Option("--type", help="an event type; may be repeated; none: all")] = None,
    label: Annotated[str, typer.Option(help="what it is for; no name of a person")] = "",
    scheme: Annotated[Literal["v1", "v1a"], typer.Option(help="v1: HMAC-SHA256; v1a: Ed25519")] = "v1",
    after: Annotated[int | None, typer.Option(min=0, help="begin after this entry; by default with the next")] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Have events delivered to an address; the secret is shown once."""
    with _desk(ledger, store) as desk:
        made = desk.endpoints.add(
            desk.ledger, url, types=types or (), label=label, scheme=scheme, after=after, actor=ACTOR
        )
        _show_made(desk, made, as_json)


@app.command("list")
def list_webhooks(ledger: LedgerArgument, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """List a ledger's endpoints and how they fare."""
    with _desk(ledger, store) as desk:
        found = [desk.members(one) for one in desk.endpoints.all(desk.ledger)]
    if as_json:
        output.emit({"webhooks": found})
        return
    rows = [
        [
            one["id"],
            one["url"],
            ", ".join(one["types"]) or "all",
            one["state"] + (f": {one['reason']}" if "reason" in one else ""),
            *(str(one[name]) for name in ("seq", "pending", "attempts", "dead")),
            one.get("again_at", "")[:19],
        ]
        for one in found
    ]
    right = ("settled", "pending", "tries", "dead")
    output.table("", ("webhook", "url", "types", "state", *right, "again"), rows, right=right)


@app.command("remove")
def remove(ledger: LedgerArgument, webhook: WebhookArgument, store: StoreOption = None) -> None:
    """Remove an endpoint: nothing more is sent there."""
    with _desk(ledger, store) as desk:
        desk.endpoints.remove(desk.ledger, webhook, actor=ACTOR)
    output.say(f"webhook {webhook} is removed")


@app.command("pause")
def pause(
    ledger: LedgerArgument, webhook: WebhookArgument, store: StoreOption = None, as_json: JsonOption = False
) -> None:
    """Send nothing until it is resumed; nothing is lost."""
    with _desk(ledger, store) as desk:
        _show(desk, desk.endpoints.pause(desk.ledger, webhook), as_json)


@app.command("resume")
def resume(
    ledger: LedgerArgument, webhook: WebhookArgument, store: StoreOption = None, as_json: JsonOption = False
) -> None:
    """Go on where it was paused or disabled, at once."""
    with _desk(ledger, store) as desk:
        _show(desk, desk.endpoints.resume(desk.ledger, webhook), as_json)


@app.command("rotate")
def rotate(
    ledger: LedgerArgument,
    webhook: WebhookArgument,
    overlap: Annotated[int, typer.Option(min=0, max=168, help="hours that the old secret signs beside the new")] = 24,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a new secret, shown once."""
    with _desk(ledger, store) as desk:
        _show_made(desk, desk.endpoints.rotate(desk.ledger, webhook, timedelta(hours=overlap)), as_json)


@app.command("deliveries")
def deliveries(
    ledger: LedgerArgument,
    webhook: WebhookArgument,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 20,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the latest tries, newest first."""
    with _desk(ledger, store) as desk:
        found = desk.endpoints.tries(desk.ledger, webhook, limit)
    if as_json:
        output.emit(
            {
                "deliveries": [
                    {"seq": one.seq, "attempt": one.attempt, "at": one.at, "status": one.status, "cause": one.cause,
                     "milliseconds": one.milliseconds}
                    for one in found
                ]
            }
        )  # fmt: skip
        return
    rows = [
        [str(one.seq), str(one.attempt), one.at[:19], str(one.status or ""), one.cause, str(one.milliseconds)]
        for one in found
    ]
    output.table("", ("entry", "try", "at", "status", "cause", "ms"), rows, right=("entry", "try", "ms"))


@app.command("dead")
def dead(
    ledger: LedgerArgument,
    webhook: WebhookArgument,
    after: Annotated[int, typer.Option(min=0, help="of entries after this one")] = 0,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the events that were given up; exit code 1 when there are any."""
    with _desk(ledger, store) as desk:
        found = desk.endpoints.dead(desk.ledger, webhook, after, 1000)
    if as_json:
        output.emit(
            {
                "dead": [
                    {"seq": one.seq, "type": one.type, "at": one.at, "attempts": one.attempts, "status": one.status,
                     "cause": one.cause, "again": one.again}
                    for one in found
                ]
            }
        )  # fmt: skip
    else:
        rows = [
            [str(one.seq), one.type, one.at[:19], str(one.attempts), str(one.status or ""), one.cause] for one in found
        ]
        output.table("", ("entry", "type", "at", "tries", "status", "cause"), rows, right=("entry", "tries"))
    raise SystemExit(output.FINDINGS if found else output.OK)


@app.command("replay")
def replay(
    ledger: LedgerArgument,
    webhook: WebhookArgument,
    after: Annotated[int | None, typer.Option(min=0, help="send all after this entry again")] = None,
    dead_letters: Annotated[bool, typer.Option("--dead", help="send the dead letters once more")] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send again: everything after an entry, in order, or the dead letters, once."""
    if (after is None) != dead_letters:
        output.fail("say either --after SEQ or --dead")
    with _desk(ledger, store) as desk:
        if after is None:
            desk.endpoints.again(desk.ledger, webhook)
        else:
            desk.endpoints.replay(desk.ledger, webhook, after)
        _show(desk, desk.endpoints.one(desk.ledger, webhook), as_json)


@app.command("ping")
def ping(
    ledger: LedgerArgument, webhook: WebhookArgument, store: StoreOption = None, as_json: JsonOption = False
) -> None:
    """Send a test event now; exit code 1 when it was not taken."""
    with _desk(ledger, store) as desk:
        outcome = desk.endpoints.ping(desk.ledger, webhook)
    if as_json:
        output.emit({"delivered": outcome.delivered, "status": outcome.status, "cause": outcome.cause,
                     "milliseconds": outcome.milliseconds})  # fmt: skip
    else:
        output.say(f"{outcome.cause} ({outcome.status or 'no answer'}) in {outcome.milliseconds} ms")
    raise SystemExit(output.OK if outcome.delivered else output.FINDINGS)


def _show(desk: _Desk, one: Endpoint, as_json: bool) -> None:
    members = desk.members(one)
    if as_json:
        output.emit(members)
        return
    output.say(f"webhook {one.endpoint} is {members['state']}; {members['pending']} entries after {members['seq']}")


def _show_made(desk: _Desk, made: Made, as_json: bool) -> None:
    members = desk.members(made.endpoint)
    secret = {"secret": made.secret} if made.secret is not None else {}
    if as_json:
        output.emit({**members, **secret})
        return
    output.say(f"webhook {made.endpoint.endpoint}")
    output.say(made.secret or made.public or "")
    if secret:
        output.aside("this is the only time the secret is shown")
