"""`sceau provider`: accounts with payment providers. Their keys come from a pipe or a file, never as an argument."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from api.cli import output
from api.cli.common import ACTOR, JsonOption, StoreOption, refusal_words, service, settings
from api.payments.collecting import Collecting
from api.payments.reconciling import reconcile as ask_now
from ledger.domain.refusals import Refusal

app = typer.Typer(help="Payment providers: online payments and what came of them.", no_args_is_help=True)

LedgerArgument = Annotated[str, typer.Argument(help="name or id")]
ProviderArgument = Annotated[str, typer.Argument(help="the provider: stripe")]
_LONGEST = 2000
_UNKNOWN = (
    "the provider did not tell which account these keys are of: other keys of the same account would not be found in "
    "another ledger, so see that it serves this one alone"
)


@dataclass(frozen=True, slots=True)
class _Desk:
    ledger: str
    name: str
    collecting: Collecting


@contextmanager
def _desk(ledger: str, store: str | None) -> Iterator[_Desk]:
    given = settings(store)
    with service(given) as opened:
        row = opened.find(ledger)
        yield _Desk(row.ledger, row.name, Collecting(opened, given))


@app.command("add")
def add(
    ledger: LedgerArgument,
    provider: ProviderArgument,
    keys: Annotated[
        str, typer.Option(help="file with the secret key and, below it, the webhook secret; - is the standard input")
    ] = "-",
    way: Annotated[list[str] | None, typer.Option("--way", help="a way to pay; may be repeated; card")] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Keep a provider's keys, encrypted, in place of those before."""
    secret_key, webhook_secret = _keys(keys)
    with _desk(ledger, store) as desk:
        outcome = desk.collecting.accounts.add(
            desk.ledger, provider, secret_key, webhook_secret, ways=way or ("card",), actor=ACTOR
        )
        if isinstance(outcome, Refusal):
            output.fail(refusal_words(outcome), output.FINDINGS)
        path = f"/v1/ledgers/{desk.name}/providers/{provider}/events"
    if as_json:
        output.emit({"provider": provider, "test_mode": outcome.test_mode, "ways": list(outcome.ways),
                     "account_known": outcome.account_known, "events_path": path})  # fmt: skip
        return
    output.say(f"{provider} ({'test' if outcome.test_mode else 'live'}): {', '.join(outcome.ways)}")
    output.say(f"have it send its events to {path}")
    if not outcome.account_known:
        output.aside(_UNKNOWN)


@app.command("list")
def list_providers(ledger: LedgerArgument, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """List a ledger's accounts and what is open at each."""
    with _desk(ledger, store) as desk:
        found = desk.collecting.accounts.all(desk.ledger)
        standing = desk.collecting.standing(desk.ledger)
    rows = [
        {
            "provider": one.provider,
            "test_mode": one.test_mode,
            "ways": list(one.ways),
            "account_known": one.account_known,
            "open": sum(each.provider == one.provider for each in standing),
            "swept_at": one.swept_at,
        }
        for one in found
    ]
    if as_json:
        output.emit({"providers": rows})
        return
    shown = [
        [one.provider, "test" if one.test_mode else "live", ", ".join(one.ways), str(row["open"]), one.swept_at[:19]]
        for one, row in zip(found, rows, strict=True)
    ]
    output.table("", ("provider", "mode", "ways", "open", "asked"), shown, right=("open",))


@app.command("remove")
def remove(ledger: LedgerArgument, provider: ProviderArgument, store: StoreOption = None) -> None:
    """Forget a provider's keys; refused while a collection is open."""
    with _desk(ledger, store) as desk:
        refused = desk.collecting.accounts.remove(desk.ledger, provider, actor=ACTOR)
        if refused is not None:
            output.fail(refusal_words(refused), output.FINDINGS)
    output.say(f"{provider} is removed")


@app.command("reconcile")
def reconcile(
    ledger: LedgerArgument, provider: ProviderArgument, store: StoreOption = None, as_json: JsonOption = False
) -> None:
    """Ask the provider what became of open collections and which messages there were; exit code 1 on trouble."""
    with _desk(ledger, store) as desk:
        if desk.collecting.accounts.one(desk.ledger, provider) is None:
            output.fail(f"no account with {provider}: `sceau provider list` shows them", output.FINDINGS)
        found = ask_now(desk.collecting, desk.ledger, provider)
    if as_json:
        output.emit({"looked_at": found.looked_at, "open": found.open, "troubles": list(found.troubles)})
    else:
        output.say(f"{found.looked_at} looked at, {found.open} open")
        for trouble in found.troubles:
            output.aside(trouble)
    raise SystemExit(output.FINDINGS if found.troubles else output.OK)


def _keys(source: str) -> tuple[str, str]:
    """Read two lines: the secret key, the webhook secret."""
    try:
        text = sys.stdin.read(_LONGEST) if source == "-" else Path(source).read_text("utf-8")[:_LONGEST]
    except (OSError, UnicodeError):
        output.fail("the file of the keys cannot be read")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) != 2:
        output.fail("two lines are needed: the secret key, and below it the webhook secret")
    return lines[0], lines[1]
