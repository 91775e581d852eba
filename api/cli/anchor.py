"""`sceau anchor`: where a ledger's checkpoints are, what is not anchored yet, and placing them now."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from api.cli import output
from api.cli.common import ACTOR, JsonOption, StoreOption, service, settings
from api.jobs.anchoring import Anchoring, Outcome
from api.jobs.checkpointing import policy_of, take_checkpoint
from api.jobs.integrity import in_words, integrity_of
from api.jobs.places import places_from
from archive.anchors.anchor import own_note, rfc3339
from ledger.domain.commands.parties import SetAnchorPolicy
from ledger.domain.events.ledger import AnchorPolicy
from ledger.domain.refusals import Refusal
from ledger.kernel import audit
from ledger.shell.checkpoints import verifier_key
from ledger.shell.clock import SystemClock
from ledger.shell.service import Service
from ledger.shell.store import AnchorRow

app = typer.Typer(help="Checkpoints elsewhere: show, place, set the policy, take the proofs out.", no_args_is_help=True)

LedgerArgument = Annotated[str, typer.Argument(help="name or id")]
_SUFFIX = {"timestamp": "tsr", "witness": "cosigned"}


@app.command("show")
def show(ledger: LedgerArgument, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Show both windows, each place, and what fails.

    A time stamp proves that entries existed by then; only a witness or a copy proves that there is no other history.
    """
    with service(settings(store)) as opened:
        found = integrity_of(opened, opened.find(ledger).ledger, SystemClock().now())
    told = found.as_json()
    if as_json:
        output.emit(told)
        return
    output.say(f"last checkpoint: {told['checkpoint']['size'] if told['checkpoint'] else 'none'}"
               f" of {found.head.seq} entries")  # fmt: skip
    output.say(f"not time-stamped: {in_words(found.windows.timestamp)}")
    output.say(f"neither witnessed nor copied elsewhere: {in_words(found.windows.witness)}")
    rows = [
        [one["kind"], one["place"], str(one.get("placed", {}).get("size", "")), one.get("placed", {}).get("at", ""),
         f"{one['failing']['cause']} since {one['failing']['at'][:19]}Z" if "failing" in one else ""]
        for one in told["places"]
    ]  # fmt: skip
    if rows:
        output.table("", ("kind", "place", "entries", "at", "fails"), rows, right=("entries",))


@app.command("policy")
def policy(
    ledger: LedgerArgument,
    every: Annotated[int | None, typer.Option(min=1, help="minutes an entry may wait for its checkpoint")] = None,
    timestamp: Annotated[bool | None, typer.Option(help="RFC 3161 time stamps (SCEAU_TSA_URL)")] = None,
    witness: Annotated[list[str] | None, typer.Option(help="a witness's verifier key; may be repeated")] = None,
    no_witness: Annotated[bool, typer.Option("--no-witness", help="no witness any more")] = False,
    mail: Annotated[bool | None, typer.Option(help="mail to the accountant (SCEAU_ANCHOR_MAIL)")] = None,
    directory: Annotated[bool | None, typer.Option(help="a folder or object store elsewhere")] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the anchor policy, or change what is named; the policy is an entry of the ledger."""
    with service(settings(store)) as opened:
        row = opened.find(ledger)
        now = policy_of(opened, row.ledger)
        wanted = AnchorPolicy(
            interval_minutes=now.interval_minutes if every is None else every,
            timestamp=now.timestamp if timestamp is None else timestamp,
            witnesses=() if no_witness else now.witnesses if not witness else tuple(witness),
            mail=now.mail if mail is None else mail,
            directory=now.directory if directory is None else directory,
        )
        if wanted != now:
            outcome = opened.execute(row.ledger, SetAnchorPolicy(anchors=wanted), actor=ACTOR)
            if isinstance(outcome, Refusal):
                output.fail(f"{outcome.code} {outcome.place}", output.FINDINGS)
        found = integrity_of(opened, row.ledger, SystemClock().now()).as_json()["policy"]
    if as_json:
        output.emit(found)
        return
    places = [name for name in ("timestamp", "mail", "directory") if found[name]]
    places += [f"witness {vkey}" for vkey in found["witnesses"]]
    output.say(f"every {found['interval_minutes']} minutes; {', '.join(places) or 'nowhere but here'}")


@app.command("now")
def now(
    ledger: LedgerArgument,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a checkpoint and place it at once wherever the policy wants it; exit code 1 when a place failed."""
    given = settings(store)
    clock = SystemClock()
    places = places_from(given, clock.now)
    with service(given) as opened:
        row = opened.find(ledger)
        size = take_checkpoint(opened, row.ledger, "asked", actor=ACTOR).size
        outcomes = Anchoring(opened, places, clock.now).place(row.ledger, at_once=True)
    if as_json:
        output.emit({"size": size, "places": [_told(one) for one in outcomes]})
    else:
        output.say(f"checkpoint over {size} entries")
        for one in outcomes:
            output.say(f"  {one.kind} {one.place}: " + (f"placed at {rfc3339(one.at)}" if one.at else str(one.cause)))
        if not outcomes:
            output.say("  placed nowhere: the policy names no place (sceau anchor policy)")
    raise SystemExit(output.FINDINGS if any(one.cause for one in outcomes) else output.OK)


@app.command("export")
def export(
    ledger: LedgerArgument,
    folder: Annotated[Path, typer.Argument(help="a folder; made if it is not there")],
    after: Annotated[int, typer.Option(min=0, help="of checkpoints over more entries than this")] = 0,
    store: StoreOption = None,
) -> None:
    """Take the proofs out: each as JSON for `sceau verify --anchor`, and as the plain files that `openssl ts` reads."""
    with service(settings(store)) as opened:
        row = opened.find(ledger)
        count = _export(opened, row.ledger, folder, after)
    output.say(f"{count} proofs written to {folder}")


def _export(opened: Service, ledger: str, folder: Path, after: int) -> int:
    key = verifier_key(audit.opening(next(opened.store.lines(ledger, 0, 1)).line))
    notes = {row.size: row.note for row in opened.store.checkpoints(ledger, after)}
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for row in opened.store.anchors(ledger, after):
        if row.size not in notes:
            continue
        name = f"{row.size:012d}"
        (folder / f"{name}.note").write_bytes(own_note(notes[row.size], key))
        place = f"{name}.{row.kind}.{row.place.replace('/', '_')}"
        (folder / f"{place}.json").write_bytes(anchor_file(row, notes[row.size]))
        if row.kind in _SUFFIX:
            (folder / f"{place}.{_SUFFIX[row.kind]}").write_bytes(row.proof)
        count += 1
    return count


def anchor_file(row: AnchorRow, note: bytes) -> bytes:
    """Write one anchor as docs/spec/archive.md rule 19 has it."""
    whole = {**row._asdict(), "proof": base64.b64encode(row.proof).decode(), "note": base64.b64encode(note).decode()}
    return orjson.dumps(whole, option=orjson.OPT_SORT_KEYS)


def _told(one: Outcome) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": one.kind, "place": one.place, "size": one.size}
    return told | ({"at": rfc3339(one.at)} if one.at is not None else {"cause": one.cause})
