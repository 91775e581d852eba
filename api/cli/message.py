"""`sceau message`: what was mailed, what waits, what failed; templates; a test of the mail server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated, Literal

import typer

from api.cli import output
from api.cli.common import ACTOR, JsonOption, StoreOption, refusal_words, service, settings
from api.messages.addresses import mail_address
from api.messages.desk import MessageDesk
from api.messages.envelope import Envelope
from api.messages.mime import mail
from api.messages.smtp import mailer_of
from api.messages.templating import Wrong
from api.messages.words import READY_MADE
from ledger.domain.refusals import Refusal
from ledger.shell.clock import SystemClock
from ledger.shell.outbox import SERVER
from ledger.shell.service import Service

app = typer.Typer(help="Messages: mailed by `sceau serve`, in words that you may edit.", no_args_is_help=True)

LedgerArgument = Annotated[str, typer.Argument(help="name or id")]
LanguageOption = Annotated[Literal["fr", "en"], typer.Option("--language", help="fr or en")]


@contextmanager
def _desk(store: str | None) -> Iterator[tuple[Service, MessageDesk]]:
    given = settings(store)
    with service(given) as opened:
        yield opened, MessageDesk(opened, given)


@app.command("list")
def list_messages(
    ledger: LedgerArgument,
    limit: Annotated[int, typer.Option(min=1, max=500, help="how many, newest first")] = 50,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the messages of the outbox; addresses and words are not shown."""
    with _desk(store) as (_, desk):
        found = desk.outbox(ledger, limit=limit)
    if as_json:
        output.emit({"messages": [asdict(one) for one in found]})
        return
    rows = [
        [one.message, one.created_at[:19], one.template, one.language, one.side, one.state, str(one.attempts),
         one.last_cause, one.again_at[:19]]
        for one in found
    ]  # fmt: skip
    heads = ("message", "made", "template", "in", "to", "state", "tries", "cause", "again")
    output.table("", heads, rows, right=("tries",))


@app.command("show")
def show(
    ledger: LedgerArgument,
    what: Annotated[
        str | None, typer.Argument(help="a message's id or a template's name; none: every template")
    ] = None,
    language: LanguageOption = "fr",
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one message with its entries, or a template with its variables."""
    with _desk(store) as (_, desk):
        if what is None:
            _show_templates(desk, ledger, language, as_json)
            return
        template = desk.template(ledger, what, language)
        found = desk.message(ledger, what) if template is None else None
    if template is not None:
        if as_json:
            output.emit(asdict(template))
            return
        output.say(f"{template.name} ({template.language}), {'your words' if template.own else 'ready-made'}\n")
        output.say(f"{template.subject}\n\n{template.text}\n")
        output.table("", ("variable", "what"), [[f"{{{{ {one.name} }}}}", one.words] for one in template.variables])
    elif found is not None:
        one, steps = found
        if as_json:
            output.emit({**asdict(one), "entries": [asdict(step) for step in steps]})
            return
        output.say(f"{one.template} ({one.language}) to {one.side}: {one.state} {one.last_cause}")
        output.table("", ("entry", "at", "what", "cause"), [[str(s.seq), s.at[:19], s.what, s.cause] for s in steps])
    else:
        output.fail("no such message or template: `sceau message list` and `sceau message show` name them", 1)


def _show_templates(desk: MessageDesk, ledger: str, language: Literal["fr", "en"], as_json: bool) -> None:
    found = desk.templates(ledger, language)
    if as_json:
        output.emit({"templates": [asdict(one) for one in found]})
        return
    rows = [[one.name, one.to, "own" if one.own else "ready-made", one.subject] for one in found]
    output.table("", ("template", "to", "words", "subject"), rows)


@app.command("preview")
def preview(
    ledger: LedgerArgument,
    template: Annotated[str, typer.Argument(help="the template's name")],
    about: Annotated[str | None, typer.Option(help="the id of a document; none: examples")] = None,
    html: Annotated[bool, typer.Option("--html", help="the HTML instead of the text")] = False,
    language: LanguageOption = "fr",
    store: StoreOption = None,
) -> None:
    """Show a message as it would be; nothing is sent."""
    with _desk(store) as (_, desk):
        made = desk.preview(ledger, template, language, about)
    if made is None:
        output.fail("no such template or document", output.FINDINGS)
    if isinstance(made, Wrong):
        output.fail(f"{made.member}, line {made.line}: {made.words_en}", output.FINDINGS)
    output.say(made.html if html else f"{made.subject}\n\n{made.text}")


@app.command("retry")
def retry(
    ledger: LedgerArgument,
    message: Annotated[str, typer.Argument(help="the message's id, as `sceau message list` shows it")],
    store: StoreOption = None,
) -> None:
    """Send a message that failed for good again; a server that runs mails it."""
    with _desk(store) as (_, desk):
        outcome = desk.retry(ledger, message, ACTOR)
    if isinstance(outcome, Refusal):
        output.fail(refusal_words(outcome), output.FINDINGS)
    output.say(f"message {outcome} waits to be sent")


@app.command("settings")
def change_settings(
    ledger: LedgerArgument,
    on: Annotated[bool, typer.Option("--on", help="mail this ledger's messages, a training ledger's too")] = False,
    off: Annotated[bool, typer.Option("--off", help="mail none of them")] = False,
    digest_hour: Annotated[
        int | None, typer.Option(min=-1, max=23, help="the hour of the daily digest; -1: none")
    ] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show or change whether a ledger mails, and when its digest goes out."""
    if on and off:
        output.fail("one of --on and --off", output.USAGE)
    with _desk(store) as (_, desk):
        enabled: Literal["on", "off"] | None = "on" if on else "off" if off else None
        if enabled is not None or digest_hour is not None:
            desk.set_settings(ledger, enabled=enabled, digest_hour=digest_hour)
        kept, is_on = desk.settings(ledger), desk.is_on(ledger)
    if as_json:
        output.emit({"enabled": kept.enabled, "on": is_on, "digest_hour": kept.digest_hour})
        return
    hour = "never" if kept.digest_hour < 0 else f"at {kept.digest_hour} h"
    output.say(f"messages are {'mailed' if is_on else 'not mailed'} ({kept.enabled}); digest {hour}")


@app.command("policy")
def policy(ledger: LedgerArgument, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Show the reminders that are set, or the ready-made ones that are offered."""
    with _desk(store) as (_, desk):
        found = desk.policies(ledger)
    if as_json:
        output.emit({about: {"steps": steps, "set": is_set} for about, (steps, is_set) in found.items()})
        return
    rows = [
        [about, "set" if is_set else "offered", str(step["days"]), str(step["tone"]), str(step["to"])]
        for about, (steps, is_set) in found.items()
        for step in steps
    ]
    output.table("", ("about", "", "days", "tone", "to"), rows, right=("days",))


@app.command("test-smtp")
def try_smtp(to: Annotated[str, typer.Argument(help="an address of yours")], store: StoreOption = None) -> None:
    """Mail one test to an address, now, and say what the mail server answered."""
    given = settings(store)
    mailer = mailer_of(given)
    if mailer is None:
        output.fail("SCEAU_SMTP is not set", output.USAGE)
    address = mail_address(to)
    if address is None:
        output.fail("this is no e-mail address", output.USAGE)
    subject, text = READY_MADE["fr"]["test"]
    envelope = Envelope("test", "test", address, "", "fr", subject, text, "", sender_name="Sceau")
    now = SystemClock().now()
    message = f"test-{int(now.timestamp())}"
    made = mail(envelope, message, SERVER, mailer.sender, now, ())
    outcome = mailer.send(made, address)
    mailer.rest()
    if outcome.fate != "taken":
        said = f" ({outcome.reply})" if outcome.reply else ""
        output.fail(f"not taken: {outcome.cause}{said}", output.FINDINGS)
    output.say(f"taken by the mail server ({outcome.reply}), from {mailer.sender}")
