"""Any PDF sent for signature: asking, where each request stands, reminding, cancelling, and what was signed."""

from __future__ import annotations

from typing import Any, Final

from api.http.call import Answer, whole
from api.messages.envelope import Recipient
from api.names import folded
from api.pages.desk.sale.sending import SIDES, read_signatories
from api.pages.desk.sale.words import ROLES_OF_FILES, SIGNATURE_PHASES
from api.pages.frame.forms import FieldWrong, Form
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_field, of_refusal
from api.rendering.errors import DocumentErased, DocumentRefused, DocumentUnknown, NotRendered
from api.rendering.subjects import Subject
from api.signing.asking import ask_for_file
from api.signing.links import make_link
from ledger.domain.commands.quotes import CancelSignature
from ledger.domain.events.common import Party
from ledger.domain.events.signatures import SignatureRequested
from ledger.domain.identifiers import is_uuid4
from ledger.domain.refusals import Refusal
from ledger.domain.streams.signature import SIGNATURE, SignatureState
from ledger.shell.errors import KeyMissing, Overloaded, StreamPurged

PAGE: Final = 30
MOST_BYTES: Final = 20 << 20
"""A file for signature has at most so many bytes (docs/signing.md)."""


def list_signatures(visit: Visit) -> Answer:
    """Show the files that were sent for signature, newest first."""
    query = visit.query("page")
    page = whole(query, "page", 1, 100_000, least=1)
    found = visit.context.names.files(visit.ledger.ledger, skip=(page - 1) * PAGE, limit=PAGE + 1)
    rows = [row for identifier in (found or [])[:PAGE] if (row := _row(visit, identifier)) is not None]
    at = visit.at("/signatures?page=")
    return visit.render(
        "desk/sale/signatures.html",
        ready=found is not None,
        rows=rows,
        phases=SIGNATURE_PHASES,
        roles=ROLES_OF_FILES,
        before=f"{at}{page - 1}" if page > 1 else None,
        after=f"{at}{page + 1}" if found is not None and len(found) > PAGE else None,
    )


def _row(visit: Visit, identifier: str) -> dict[str, Any] | None:
    try:
        events = visit.context.service.stream(visit.ledger.ledger, SIGNATURE.stream(identifier))
    except StreamPurged:
        return None
    if not events or not isinstance(events[0].record, SignatureRequested):
        return None
    state = SIGNATURE.start()
    for event in events:
        state = SIGNATURE.evolve(state, event.record)
    parties = events[0].record.parties
    return {
        "id": identifier, "state": state, "at": events[0].at, "parties": parties,
        "names": ", ".join(party.name for party in parties) if parties else None, "events": events,
    }  # fmt: skip


def new_signature(visit: Visit) -> Answer:
    """Show how a file is sent for signature."""
    visit.query("more")
    rows = [Form([("name", ""), ("email", ""), ("side", "client")])]
    if visit.call.query(("more", "lang")).get("more") == "1":
        rows.append(Form([("name", ""), ("email", ""), ("side", "client")]))
    return _form(visit, rows)


def _form(visit: Visit, rows: list[Form], wrong: Wrong | None = None) -> Answer:
    return visit.render(
        "desk/sale/signature_new.html", 200 if wrong is None else wrong.status, rows=rows, sides=SIDES,
        roles=ROLES_OF_FILES, wrong=wrong, mail_on=visit.context.post.is_on(visit.ledger.ledger),
    )  # fmt: skip


def ask(visit: Visit) -> Answer:
    """Send a PDF for signature to one or several people, in order."""
    rows = visit.form.rows("signatories") or [Form([("name", "")])]
    if visit.form.text("act") == "add_signatory":
        return _form(visit, [*rows, Form([("name", ""), ("email", ""), ("side", "client")])])
    uploads = visit.form.files.get("file") or ()
    try:
        if not uploads:
            raise FieldWrong("file", "Choisissez un fichier PDF.")
        if len(uploads[0].body) > MOST_BYTES:
            raise FieldWrong("file", "Un fichier a au plus 20 Mo.")
        signatories = read_signatories(visit.form, None)
        expires = visit.form.day("expires_on")
        role: Any = visit.form.choice("role", tuple(ROLES_OF_FILES), "contract")
    except FieldWrong as wrong:
        return _form(visit, rows, of_field(wrong, visit.language))
    try:
        asked = ask_for_file(
            visit.context.service, visit.context.files, visit.ledger.ledger, uploads[0].body, signatories, role=role,
            ordered=visit.form.text("ordered") != "no", expires_on=expires, actor=visit.actor,
        )  # fmt: skip
    except (NotRendered, Overloaded):
        words = visit.say("Ce fichier ne peut pas être lu comme un PDF, ou trop de fichiers sont examinés : réessayez.")
        return _form(visit, rows, Wrong(words, None, "FIELD", {"file": words}))
    except KeyMissing:
        words = visit.say("La clé de ce registre n'est pas sur ce serveur : rien ne peut être envoyé.")
        return _form(visit, rows, Wrong(words, status=409))
    if isinstance(asked, Refusal):
        names = {f"/signatories/{rank}": f"signatories-{rank}-email" for rank in range(10)}
        no = of_refusal(asked, visit.language, {**names, "/file": "file", "/expires_on": "expires_on"})
        return _form(visit, rows, Wrong(no.words, no.law, no.code, no.places or {"file": no.words}, no.status))
    return visit.go(visit.at(f"/signatures/{asked.signature}?done=sent"))


def show_signature(visit: Visit) -> Answer:
    """Show one request: who has signed, who is next, and what can be done."""
    query = visit.query("done")
    return _request(visit, done=query.get("done", ""))


def _the_request(visit: Visit) -> dict[str, Any]:
    identifier = visit.params["signature"]
    row = _row(visit, identifier) if is_uuid4(identifier) else None
    if row is None:
        raise visit.nothing_there()
    return row


def _request(visit: Visit, *, done: str = "", wrong: Wrong | None = None, link: str | None = None) -> Answer:
    row = _the_request(visit)
    state: SignatureState = row["state"]
    signed = {e.record.signatory: e.at for e in row["events"] if e.record.TYPE == "signature.given/1"}
    people = []
    for rank, one in enumerate(state.signatories):
        party: Party | None = row["parties"][rank] if row["parties"] else None
        waiting = state.phase == "open" and one.signatory not in signed
        turn = waiting and (not state.ordered or state.waiting[0] == one)
        at = signed.get(one.signatory)
        people.append(
            {"id": one.signatory, "party": party, "side": SIDES.get(one.side, one.side), "at": at, "turn": turn}
        )
    return visit.render(
        "desk/sale/signature.html", 200 if wrong is None else wrong.status, row=row, state=state, people=people,
        phases=SIGNATURE_PHASES, roles=ROLES_OF_FILES, done=done, wrong=wrong, link=link,
    )  # fmt: skip


def act(visit: Visit) -> Answer:
    """Remind the next signatory, copy their link, or stop the request."""
    row = _the_request(visit)
    state: SignatureState = row["state"]
    what = visit.form.choice("act", ("remind", "link", "cancel"))
    identifier = visit.params["signature"]
    if what == "cancel":
        command = visit.read(CancelSignature, {"signature": identifier})
        done = command if isinstance(command, Wrong) else visit.do(command)
        if isinstance(done, Wrong):
            return _request(visit, wrong=done)
        return visit.go(visit.at(f"/signatures/{identifier}?done=cancelled"))
    if state.phase != "open" or not state.waiting:
        return _request(visit, wrong=Wrong(visit.say("Plus personne n'a à signer."), status=409))
    chosen = visit.form.text("signatory")
    allowed = [one for one in state.waiting if not state.ordered or one == state.waiting[0]]
    who = next((one for one in allowed if one.signatory == chosen), allowed[0])
    service, ledger = visit.context.service, visit.ledger.ledger
    if what == "remind" and not visit.context.post.is_on(ledger):
        words = visit.say(
            "Aucun courriel ne part de ce registre pour l'instant : copiez le lien, ou réglez les messages."
        )
        return _request(visit, wrong=Wrong(words, status=409))
    made = make_link(service, ledger, identifier, "signature", "sign", party=who.signatory, actor=visit.actor)
    if isinstance(made, Refusal):
        return _request(visit, wrong=of_refusal(made, visit.language))
    address = visit.context.settings.link_base + made.path
    if what == "link":
        return _request(visit, link=address, done="link")
    rank = [one.signatory for one in state.signatories].index(who.signatory)
    party = row["parties"][rank] if row["parties"] else None
    if party is None or party.email is None:
        return _request(visit, wrong=Wrong(visit.say("Ce signataire n'a pas d'adresse électronique."), status=409))
    queued = visit.context.post.send(
        ledger, "signature_requested", occasion=f"remind:{identifier}:{visit.form.text('key')[:40]}", about=identifier,
        about_kind="signature", to=Recipient(party.email, party.name), facts={"link": address}, actor=visit.actor,
    )  # fmt: skip
    if isinstance(queued, Refusal) and queued.code != "MESSAGE_OCCASION_TAKEN":
        return _request(visit, wrong=of_refusal(queued, visit.language))
    return visit.go(visit.at(f"/signatures/{identifier}?done=reminded"))


def download_file(visit: Visit) -> Answer:
    """Give the file that was sent for signature, byte for byte."""
    visit.query()
    row = _the_request(visit)
    state: SignatureState = row["state"]
    digest = state.signed_thing.file
    data = visit.context.files.read(visit.ledger.ledger, visit.params["signature"], digest) if digest else None
    if data is None:
        return _request(visit, wrong=Wrong(visit.say("Ce fichier n'est plus conservé ici."), status=409))
    name = folded(ROLES_OF_FILES[state.signed_thing.role]).replace(" ", "-")
    return visit.file(data, "application/pdf", f"{name}.pdf")


def download_evidence(visit: Visit) -> Answer:
    """Give the evidence of the signatures as a PDF."""
    visit.query()
    _the_request(visit)
    try:
        file = visit.context.documents.file(
            visit.ledger.ledger, Subject("evidence", visit.params["signature"]), actor=visit.actor,
            reads=not visit.may_write,
        )  # fmt: skip
    except (DocumentErased, DocumentRefused, DocumentUnknown, NotRendered, Overloaded, StreamPurged):
        words = visit.say("Le dossier de preuve existe quand tout le monde a signé.")
        return _request(visit, wrong=Wrong(words, status=409))
    return visit.file(file.data, "application/pdf", "preuve.pdf")
