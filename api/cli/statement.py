"""`sceau statement`: a bank's file read against a ledger, and what is certain or chosen recorded."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.bank import Applied, Bank, Reading, Recorded
from api.bank import as_json as statement_json
from api.cli import output
from api.cli.common import ACTOR, JsonOption, StoreOption, refusal_words, service, settings
from api.projecting import engine_of
from ledger.domain.refusals import Refusal, refuse
from projections.bank.errors import WORDS, StatementUnreadable
from projections.bank.matching import Proposal

app = typer.Typer(help="Bank statements (ISO 20022 camt.053 and camt.054): read, match, record.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="camt.053 or camt.054 XML", exists=True, dir_okay=False, readable=True)]
Ledger = Annotated[str, typer.Option(help="name or id")]
Choose = Annotated[
    list[str] | None, typer.Option(help="LINE=NUMBER: this line is for the document of that number; may be repeated")
]

_WORDS = {
    "reference": "référence", "numbers": "numéro", "number_other_amount": "numéro, autre montant",
    "reference_other_amount": "référence, autre montant", "amount_and_name": "montant et nom",
    "same_amount": "même montant", "several_fit": "plusieurs possibles", "by_hand": "saisi à la main",
    "return_of": "rejet d'un paiement", "other_currency": "autre devise", "nothing_fits": "rien ne correspond",
    "chosen": "choisi", "before": "enregistré avant", "not_booked": "pas encore comptabilisé",
    "payout": "versement du prestataire de paiement", "debit": "au débit",
}  # fmt: skip


@app.command("read")
def read(
    file: File,
    ledger: Ledger,
    choose: Choose = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what each line of a statement may be; nothing is recorded."""
    given = settings(store)
    with service(given) as opened:
        engine = engine_of(opened, given)
        try:
            row = opened.find(ledger)
            found = _read(Bank(opened, engine), row.ledger, file, _choices(choose))
        finally:
            engine.close()
    _show(found, (), as_json=as_json)


@app.command("apply")
def apply(
    file: File,
    ledger: Ledger,
    choose: Choose = None,
    likely: Annotated[bool, typer.Option("--likely", help="record also what is likely")] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record the lines of a statement that are certain or chosen, each once; ends with 1 if one was refused."""
    given = settings(store)
    with service(given) as opened:
        engine = engine_of(opened, given)
        try:
            row = opened.find(ledger)
            bank = Bank(opened, engine)
            try:
                done = bank.apply(row.ledger, file.read_bytes(), actor=ACTOR, likely=likely, chosen=_choices(choose))
            except StatementUnreadable as fault:
                _unreadable(fault)
        finally:
            engine.close()
    if isinstance(done, Refusal):
        output.fail(refusal_words(done), output.FINDINGS)
    assert isinstance(done, Applied)  # noqa: S101 - a refusal has ended the command
    _show(done.reading, done.recorded, as_json=as_json)
    raise SystemExit(output.FINDINGS if any(each.refusal is not None for each in done.recorded) else output.OK)


def _read(bank: Bank, ledger: str, file: Path, chosen: dict[int, str]) -> Reading:
    try:
        found = bank.read(ledger, file.read_bytes(), chosen)
    except StatementUnreadable as fault:
        _unreadable(fault)
    if isinstance(found, Refusal):
        output.fail(refusal_words(found), output.FINDINGS)
    assert isinstance(found, Reading)  # noqa: S101 - a refusal has ended the command
    return found


def _unreadable(fault: StatementUnreadable) -> None:
    refusal = refuse("STATEMENT_UNREADABLE", "", fault=fault.fault, where=fault.place)
    output.fail(f"{refusal_words(refusal)} {WORDS[fault.fault][0]}", output.FINDINGS)


def _choices(words: list[str] | None) -> dict[int, str]:
    chosen: dict[int, str] = {}
    for each in words or ():
        rank, sign, number = each.partition("=")
        if not sign or not rank.isdigit() or len(rank) > 6 or not number:
            output.fail(f"--choose wants LINE=NUMBER, not {each[:40]!r}")
        chosen[int(rank)] = number
    return chosen


def _show(found: Reading, recorded: tuple[Recorded, ...], *, as_json: bool) -> None:
    if as_json:
        output.emit(statement_json(found, recorded))
        return
    done = {each.rank: each for each in recorded}
    rows = [
        [
            str(each.line.rank),
            each.line.day or "",
            output.euros(each.line.amount_cents if each.line.credit else -each.line.amount_cents, each.line.currency),
            each.verdict,
            ", ".join(part.number for part in each.parts) or ", ".join(each.others),
            _said(each, done.get(each.line.rank)),
        ]
        for each in found.proposals
    ]
    checked = "schema checked" if found.file.schema_checked else "schema not checked"
    title = f"{len(found.file.statements)} statement(s), {len(rows)} line(s), {checked}"
    output.table(title, ("line", "value date", "amount", "verdict", "documents", ""), rows, right=("line", "amount"))


def _said(told: Proposal, done: Recorded | None) -> str:
    if done is None:
        return _WORDS[told.why]
    if done.refusal is not None:
        return f"refused: {done.refusal.code}"
    flags = f" ({', '.join(done.flags)})" if done.flags else ""
    return ("reversed" if done.reversed_payment else "recorded") + flags
