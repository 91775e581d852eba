"""`sceau attest`: the editor's individual attestation for a ledger's business, as a PDF, noted in the ledger."""

from __future__ import annotations

import hashlib
import os
import secrets
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import typer
from pydantic import TypeAdapter, ValidationError

from api.about import day_in_france
from api.cli import output
from api.cli.common import ACTOR, JsonOption, StoreOption, answer_json, done, refusal_words, service, settings
from api.http.problems import pointer
from api.strict_json import NotJson, parse
from archive.attestation.document import MissingGlyph, render
from archive.attestation.statement import CRIME, TEMPLATE, Attestation, Editor, Holder
from ledger.domain.commands.parties import IssueAttestation
from ledger.domain.refusals import refuse
from ledger.domain.regimes.fr.certification import law_on
from ledger.domain.streams.issuer import ISSUER
from ledger.shell.perimeter import perimeter, software
from ledger.shell.service import Service

_MOST_BYTES: Final = 64 << 10


def attest(
    ledger: Annotated[str, typer.Option(help="name or id")] = "",
    editor: Annotated[Path | None, typer.Option(help="JSON file: who attests")] = None,
    out: Annotated[Path | None, typer.Option(help="the PDF, a new file")] = None,
    signed_by: Annotated[str, typer.Option(help="first and last name of whoever signs for the editor")] = "",
    capacity: Annotated[str, typer.Option(help="in which capacity")] = "représentant légal",
    place: Annotated[str, typer.Option(help="where it is signed; the editor's town without it")] = "",
    licence: Annotated[str | None, typer.Option(help="the licence's number, if there is one")] = None,
    template: Annotated[bool, typer.Option("--template", help="print an editor's file to fill in")] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make out the editor's attestation for the ledger's business and this version, and note its digest.

    Who signs answers for it: a false attestation is a crime (C. pén. 441-1, 441-7). Whoever has changed the code is
    the editor, and attests in their own name.
    """
    if template:
        output.emit(TypeAdapter(Editor).dump_python(TEMPLATE, mode="json", exclude_none=True))
        return
    if not ledger or editor is None or out is None:
        output.fail("give --ledger NAME, --editor FILE (`sceau attest --template` makes one) and --out FILE.pdf")
    if not signed_by.strip():
        output.fail(f"give --signed-by: the person who signs and answers for it. {CRIME}")
    if out.exists():
        output.fail(f"{out} exists: an attestation is never written over another file")
    who = _editor(editor)
    with service(settings(store)) as opened:
        today = day_in_france(opened.clock.now())
        made = _made_out(opened, ledger, who, signed_by.strip(), capacity.strip(), place.strip(), licence, today)
        document = _rendered(made)
        waiting = _written_beside(out, document)
        try:
            command = IssueAttestation(
                software=made.software,
                perimeter=made.perimeter,
                document=hashlib.sha256(document).hexdigest(),
                embedded_salt=made.salt,
            )
            answer = done(opened.execute(ledger, command, actor=ACTOR))
            _put_in_place(waiting, out)
        finally:
            waiting.unlink(missing_ok=True)
    if as_json:
        output.emit({**answer_json(answer), "reference": made.reference, "file": str(out)})
    else:
        output.say(f"{out}: attestation {made.reference}, {made.software}, périmètre {made.perimeter}")
        output.say(f"SHA-256 {command.document}, noted as entry {answer.entries[-1].seq}")
    output.aside(f"À imprimer, à relire et à signer par {made.signed_by}. {CRIME}")


def _made_out(
    opened: Service,
    ledger: str,
    editor: Editor,
    signed_by: str,
    capacity: str,
    place: str,
    licence: str | None,
    today: date,
) -> Attestation:
    row = opened.find(ledger)
    if row.kind != "live":
        output.fail(refusal_words(refuse("ATTESTATION_OF_TRAINING")), output.FINDINGS)
    if not law_on(today).attestation_admitted:
        output.fail(refusal_words(refuse("ATTESTATION_NOT_ADMITTED", "", on=today)), output.FINDINGS)
    return Attestation(
        editor=editor,
        signed_by=signed_by,
        capacity=capacity,
        place=place or editor.address.city,
        holder=_holder(opened, row.ledger),
        licence=licence,
        ledger=row.ledger,
        software=software(),
        perimeter=perimeter(),
        on=today,
        salt=secrets.token_hex(16),
    )


def _holder(opened: Service, ledger: str) -> Holder:
    state = opened.state(ledger, ISSUER, "self")
    if state is None or state.profile is None or state.profile.details is None:
        output.fail("the name of the business is no longer with this ledger: set its profile again first")
    profile = state.profile
    details = profile.details
    assert details is not None  # noqa: S101 - held just above, for the type checker
    return Holder(details.name, profile.legal_form, profile.siret or profile.siren, details.address)


def _rendered(made: Attestation) -> bytes:
    try:
        return render(made)
    except MissingGlyph as missing:
        output.fail(f"a name cannot be printed ({missing})")


def _written_beside(out: Path, document: bytes) -> Path:
    """Write the document whole and durable beside its place: an entry must never name a paper that was lost."""
    waiting = out.with_name(f".{out.name}.{secrets.token_hex(4)}")
    try:
        with waiting.open("xb") as file:
            file.write(document)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        waiting.unlink(missing_ok=True)
        output.fail(f"{out} cannot be written")
    return waiting


def _put_in_place(waiting: Path, out: Path) -> None:
    """Give the document its name, never over another file where the file system can see to that."""
    try:
        os.link(waiting, out)
    except FileExistsError:
        output.fail(f"{out} has appeared meanwhile: the attestation is noted, make out another under another name")
    except OSError:  # a file system without hard links
        waiting.rename(out)


def _editor(path: Path) -> Editor:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError:
        output.fail(f"{path} cannot be read")
    if len(data) > _MOST_BYTES:
        output.fail(f"{path} is longer than an editor's file can be")
    try:
        return TypeAdapter(Editor).validate_python(parse(data))
    except NotJson as fault:
        output.fail(f"{path} is not JSON: {fault.reason}")
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        output.fail(f"{path} at {pointer(first['loc'])}: {first['msg']} (`sceau attest --template` shows the form)")
