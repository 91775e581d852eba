"""The editor's individual attestation for the ledger's business, made out and noted from the page."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from api.about import day_in_france
from api.http.call import Answer
from api.pages.desk.books.common import OWNERS, get, post
from api.pages.frame.forms import FieldWrong
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_field, of_refusal, of_validation
from archive.attestation.document import MissingGlyph, render
from archive.attestation.statement import CRIME, Attestation, Editor, Holder
from ledger.domain.commands.parties import IssueAttestation
from ledger.domain.refusals import refuse
from ledger.domain.regimes.fr.certification import law_on
from ledger.domain.streams.issuer import ISSUER
from ledger.shell.perimeter import perimeter, software

_EDITOR: Final[TypeAdapter[Editor]] = TypeAdapter(Editor)


def attestation(visit: Visit, wrong: Wrong | None = None) -> Answer:
    """Show the form, and what signing it means."""
    today = day_in_france(visit.context.service.clock.now())
    return visit.render(
        "desk/books/attestation.html",
        200 if wrong is None else wrong.status,
        wrong=wrong,
        crime=CRIME,
        software=software(),
        perimeter=perimeter(),
        training=visit.ledger.kind != "live",
        admitted=law_on(today).attestation_admitted,
    )


def issue(visit: Visit) -> Answer:
    """Make the attestation out, note its digest, and give the PDF."""
    form = visit.form
    today = day_in_france(visit.context.service.clock.now())
    if visit.ledger.kind != "live":
        return attestation(visit, of_refusal(refuse("ATTESTATION_OF_TRAINING"), visit.language))
    if not law_on(today).attestation_admitted:
        return attestation(visit, of_refusal(refuse("ATTESTATION_NOT_ADMITTED", "", on=today), visit.language))
    address = {"lines": [line for line in form.text("lines").split("\n") if line.strip()],
               "postcode": form.text("postcode"), "city": form.text("city")}  # fmt: skip
    given: dict[str, Any] = {"name": form.text("name"), "legal_form": form.text("legal_form"),
                             "siren": "".join(form.text("siren").split()) or None, "address": address,
                             "email": form.optional("email"), "website": form.optional("website")}  # fmt: skip
    try:
        editor = _EDITOR.validate_python({name: value for name, value in given.items() if value is not None})
        signed_by = form.text("signed_by")
        if not 1 <= len(signed_by) <= 100:
            raise FieldWrong("signed_by", "Nommez la personne qui signe et en répond.")
        holder = _holder(visit)
        made = Attestation(
            editor=editor, signed_by=signed_by, capacity=form.text("capacity") or "représentant légal",
            place=form.text("place") or editor.address.city, holder=holder, licence=form.optional("licence"),
            ledger=visit.ledger.ledger, software=software(), perimeter=perimeter(), on=today, salt=_salt(visit),
        )  # fmt: skip
        document = render(made)
    except ValidationError as error:
        names = {"/address/lines": "lines", "/address/lines/0": "lines", "/address/city": "city",
                 "/address/postcode": "postcode"}  # fmt: skip
        return attestation(visit, of_validation(error, visit.language, names))
    except FieldWrong as wrong:
        return attestation(visit, of_field(wrong, visit.language))
    except MissingGlyph:
        unprinted = FieldWrong("name", "Un nom contient un signe qui ne peut pas être imprimé.")
        return attestation(visit, of_field(unprinted, visit.language))
    command = IssueAttestation(
        software=made.software, perimeter=made.perimeter, document=hashlib.sha256(document).hexdigest(),
        embedded_salt=made.salt,
    )  # fmt: skip
    done = visit.do(command)
    if isinstance(done, Wrong):
        return attestation(visit, done)
    return visit.file(document, "application/pdf", f"attestation-{made.reference}.pdf")


def _holder(visit: Visit) -> Holder:
    state = visit.context.service.state(visit.ledger.ledger, ISSUER, "self")
    profile = None if state is None else state.profile
    if profile is None or profile.details is None:
        raise FieldWrong("name", "Les mentions de l'entreprise manquent : remplissez-les d'abord dans les réglages.")
    details = profile.details
    return Holder(details.name, profile.legal_form, profile.siret or profile.siren, details.address)


def _salt(visit: Visit) -> str:
    """Give 32 hex digits that are one for a form sent twice, and that nothing kept beside the ledger tells."""
    secret = visit.user.csrf.encode()
    return hmac.new(secret, f"attestation\n{visit.form.text('key')}".encode(), hashlib.sha256).hexdigest()[:32]


PAGES: Final[tuple[Page, ...]] = (
    get("/attestation", attestation, OWNERS, "L'attestation individuelle."),
    post("/attestation", issue, OWNERS, "Délivrer l'attestation individuelle."),
)
