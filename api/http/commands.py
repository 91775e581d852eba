"""Commands over HTTP: from a body to a frozen record, to its answer. The hot road of the server.

A body is parsed strictly, checked by pydantic against the command's record alone, and answered with what the writer
gave after COMMIT: ids and numbers, and each entry's seq and fingerprint.
"""

from __future__ import annotations

from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError

from api.http.access import enter
from api.http.body import read_object
from api.http.call import JSON, Answer, Call
from api.http.idempotency import key_of, under_way
from api.http.problems import Header, Problem, invalid, unknown_members
from api.http.resource import refused
from api.http.routes.route import CommandRoute
from ledger.domain.commands.common import Command
from ledger.domain.refusals import Refusal
from ledger.kernel.errors import Malformed
from ledger.shell.calls import Answer as Done

REPEATED: Header = (b"idempotency-replayed", b"true")


class CommandHandler:
    """Answers one command's POST."""

    def __init__(self, route: CommandRoute) -> None:
        self._route = route
        self._members = route.members
        self._name = route.command.NAME
        self._may_be_empty = not route.required
        self._adapter: TypeAdapter[Command] = TypeAdapter(route.command)

    async def __call__(self, call: Call) -> Answer:
        """Carry the command out."""
        ledger = await enter(call, self._route.roles)
        call.query(())
        key = key_of(call)
        members, _ = await read_object(call, may_be_empty=self._may_be_empty)
        command = self._parse(members, call)
        return await carry_out(call, ledger, command, key, self._route)

    def _parse(self, members: dict[str, Any], call: Call) -> Command:
        taken = [name for name in self._members if name in members]
        for name in self._members:
            members[name] = call.params[name]
        try:
            command = self._adapter.validate_python(members)
        except ValidationError as error:
            in_address = {(name,) for name in self._members}
            if not taken and all(each["loc"] in in_address for each in error.errors(include_url=False)):
                raise Problem("NOT_FOUND") from None  # the body is well, and the address holds no id
            raise invalid(error, taken=taken) from None
        if taken:
            raise unknown_members(taken, "in_address")
        return command


async def carry_out(
    call: Call, ledger: str, command: Command, key: str | None, route: CommandRoute, *, hold: bool = True
) -> Answer:
    """Give a command to its ledger's writer, and answer what it did."""
    context = call.context
    with under_way(call, ledger, key if hold else None):
        try:
            outcome = await context.service.execute_async(ledger, command, actor=call.caller.actor, key=key)
        except Malformed as fault:  # found by the digest of a request with a key, which holds the body as `request`
            place = fault.place.removeprefix("/request")
            raise Problem("VALUE_NOT_RECORDABLE", place, reason=fault.code) from None
    name = route.command.NAME
    if isinstance(outcome, Refusal):
        context.metrics.command(name, "refused")
        if outcome.code == "IDEMPOTENCY_MISMATCH":
            raise Problem("IDEMPOTENCY_MISMATCH", "header idempotency-key")
        return refused(call, outcome)
    if outcome.repeated:
        context.metrics.command(name, "repeated")
    else:
        context.metrics.command(name, "done", len(outcome.entries))
        context.wake(ledger)
    return answer_done(call, name, outcome, route)


def answer_done(call: Call, name: str, done: Done, route: CommandRoute) -> Answer:
    """Write what a command did; the same bytes however often it is asked."""
    body = orjson.dumps(
        {
            "ledger": done.ledger,
            "command": name,
            "result": done.result,
            "entries": [
                {"seq": entry.seq, "stream": entry.stream, "type": entry.type, "fingerprint": entry.fingerprint}
                for entry in done.entries
            ],
        },
        option=orjson.OPT_SORT_KEYS,  # the store keeps the result canonically: a repeated answer comes back sorted
    )
    headers: tuple[Header, ...] = (REPEATED,) if done.repeated else ()
    if route.location is not None:
        try:
            below = route.location.format_map(done.result)
        except KeyError:
            return Answer(route.status, body, JSON, headers)
        headers = (*headers, (b"location", f"/v1/ledgers/{call.ledger.name}{below}".encode()))
    return Answer(route.status, body, JSON, headers)
