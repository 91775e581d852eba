"""The first run: from nothing to an open business, in four pages; then keys kept, then the first quote.

What is typed is kept from page to page, and looked at by the rules of the ledger on each. Nothing is recorded before
the last page, and training is offered first: there nothing is real.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from api.demo import opening
from api.http.call import Answer
from api.pages.frame.forms import FieldWrong
from api.pages.frame.guard import cookie_name
from api.pages.frame.page import SIGNED_IN, Page
from api.pages.frame.resource import SIGN_IN
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_field, of_refusal
from api.pages.logo import logo_sent
from api.pages.people import typed
from api.pages.people.common import get, own, people_of, post, token_of
from api.people.records import SESSION, Session
from ledger.domain.commands.parties import SetBrand, SetProfile
from ledger.domain.images import MOST_BYTES
from ledger.domain.opening import OpenLedger
from ledger.domain.refusals import Refusal
from ledger.shell.opening import Opened
from ledger.shell.store import LedgerRow

LOGO_BYTES: Final = 1_048_576
"""The longest upload that is looked at; a logo has at most `MOST_BYTES`."""
_MOST_TRIALS: Final = 50


def start(visit: Visit, wrong: Wrong | None = None) -> Answer:
    """Offer to practise first, or to open the business."""
    visit.query()
    session = own(visit)
    if session is None:
        return visit.go(SIGN_IN)
    draft = people_of(visit).draft(session.user)
    return visit.render(
        "people/start.html",
        200 if wrong is None else wrong.status,
        wrong=wrong,
        session=session,
        ledgers=[row for row in visit.context.store.ledgers() if row.ledger in session.roles],
        under_way=draft.get("name", "") if draft.get("kind") == "live" else "",
        can_live=visit.context.settings.passphrase is not None,
    )


def choose(visit: Visit) -> Answer:
    """Take the choice: an invented business at once, a training ledger of one's own, or the real one."""
    session = _opener(visit)
    if session is None:
        return start(visit)
    try:
        kind = visit.form.choice("kind", ("invented", "training", "live"))
    except FieldWrong as wrong:
        return start(visit, of_field(wrong, visit.language))
    if kind == "live" and visit.context.settings.passphrase is None:
        return start(visit)
    people = people_of(visit)
    if kind == "invented":
        return _invented(visit, session)
    draft = people.draft(session.user)
    people.keep_draft(session.user, {**draft, "kind": kind})
    return visit.go("/start/business")


def business(visit: Visit, wrong: Wrong | None = None, given: dict[str, str] | None = None) -> Answer:
    """Ask who the business is."""
    fill = wrong is None and "fill" in visit.query("fill")
    session = _opener(visit)
    if session is None:
        return visit.go("/start")
    draft = given or people_of(visit).draft(session.user)
    if not draft:
        return visit.go("/start")
    shown = {**dict.fromkeys(typed.BUSINESS, ""), "year_start": "01/01", **draft}
    if fill and draft.get("kind") == "training":
        shown |= typed.invented()
    return visit.render(
        "people/business.html",
        200 if wrong is None else wrong.status,
        wrong=wrong,
        given=shown,
        forms=typed.FORMS,
        regimes=_said(visit, typed.REGIMES),
        activities=_said(visit, typed.ACTIVITIES),
        bases=_said(visit, typed.BASES),
        trades=typed.TRADES,
    )


def business_done(visit: Visit) -> Answer:
    """Take who the business is, if identifiers and settings agree."""
    session = _opener(visit)
    if session is None:
        return visit.go("/start")
    people = people_of(visit)
    before = people.draft(session.user)
    if not before:
        return visit.go("/start")
    draft = {**before, **typed.typed(visit.form, typed.BUSINESS)}
    # What the second page asks for is looked at there.
    found = typed.profile_of(visit, {name: text for name, text in draft.items() if name not in typed.PAPERS})
    if isinstance(found, Wrong):
        return business(visit, found, draft)
    if draft["kind"] == "training" and draft["siren"] == typed.invented()["siren"]:
        draft = {**typed.invented(), **draft}
    people.keep_draft(session.user, draft)
    return visit.go("/start/papers")


def papers(visit: Visit, wrong: Wrong | None = None, given: dict[str, str] | None = None) -> Answer:
    """Ask what documents show: bank, numbers, mentions, logo."""
    visit.query()
    session = _opener(visit)
    draft = given or (people_of(visit).draft(session.user) if session is not None else {})
    if session is None or not draft.get("siren"):
        return visit.go("/start")
    shown = {**dict.fromkeys(typed.PAPERS, ""), **typed.usual_prefixes(), "payment_days": "30", **draft}
    return visit.render(
        "people/papers.html",
        200 if wrong is None else wrong.status,
        wrong=wrong,
        given=shown,
        logo=bool(draft.get("logo")),
        most_kib=MOST_BYTES // 1024,
        building=bool(draft.get("trade_building")),
    )


def papers_done(visit: Visit) -> Answer:
    """Take what documents show."""
    session = _opener(visit)
    people = people_of(visit)
    before = people.draft(session.user) if session is not None else {}
    if session is None or not before.get("siren"):
        return visit.go("/start")
    draft = {**before, **typed.typed(visit.form, typed.PAPERS)}
    try:
        logo = logo_sent(visit.form)
        if logo is not None:
            draft["logo"] = logo
        brand = visit.read(SetBrand, _brand(draft), {"/accent": "accent", "/logo": "logo"})
    except FieldWrong as wrong:
        return papers(visit, of_field(wrong, visit.language), draft)
    found = typed.profile_of(visit, draft)
    for one in (found, brand):
        if isinstance(one, Wrong):
            return papers(visit, one, draft)
    people.keep_draft(session.user, draft)
    return visit.go("/start/keys")


def keys(visit: Visit, wrong: Wrong | None = None) -> Answer:
    """Show what will be opened, and what keys are made."""
    visit.query()
    session = _opener(visit)
    draft = people_of(visit).draft(session.user) if session is not None else {}
    if session is None or not draft.get("siren"):
        return visit.go("/start")
    found = typed.profile_of(visit, draft)
    if isinstance(found, Wrong):
        return business(visit, found, draft)
    return visit.render(
        "people/keys.html",
        200 if wrong is None else wrong.status,
        wrong=wrong,
        kind=draft["kind"],
        profile=found,
        regime=typed.REGIMES.get(found.vat_regime, found.vat_regime),
        name=typed.short_name(draft),
        enrol_first=draft["kind"] == "live" and not session.enrolled,
    )


def open_business(visit: Visit) -> Answer:
    """Open the business: keys, first entry, profile, number series, and who owns it."""
    session = _opener(visit)
    people = people_of(visit)
    draft = people.draft(session.user) if session is not None else {}
    if session is None or not draft.get("siren"):
        return visit.go("/start")
    if draft["kind"] == "live" and (not session.enrolled or visit.context.settings.passphrase is None):
        return visit.go("/start/keys")
    found = typed.profile_of(visit, draft)
    if isinstance(found, Wrong):
        return business(visit, found, draft)
    command = visit.read(OpenLedger, {"name": visit.form.text("name"), "kind": draft["kind"], "profile": found})
    if isinstance(command, Wrong):
        return keys(visit, command)
    return _open(visit, session, _whole(command, found, draft), draft)


def _whole(command: OpenLedger, profile: SetProfile, draft: dict[str, str]) -> OpenLedger:
    return OpenLedger(
        name=command.name,
        kind=command.kind,
        establishment=profile.siret[9:] if profile.siret is not None else "00001",
        year_start=typed.year_start_of(draft),
        profile=profile,
        series=typed.series_of(draft),
    )


def _invented(visit: Visit, session: Session) -> Answer:
    taken = {row.name for row in visit.context.store.ledgers()}
    names = ["essai", *(f"essai-{n}" for n in range(2, _MOST_TRIALS))]
    name = next((one for one in names if one not in taken), "essai")
    demo = opening(name)
    # A workshop, no building site: a first quote asks for nothing but its lines.
    return _open(visit, session, replace(demo, profile=replace(demo.profile, trades=())), {})


def _open(visit: Visit, session: Session, command: OpenLedger, draft: dict[str, str]) -> Answer:
    people, service = people_of(visit), visit.context.service
    made: Opened | Refusal = service.open_ledger(command, actor=visit.actor)
    row = made.row if isinstance(made, Opened) else _begun(visit, command)
    if isinstance(made, Refusal) and row is None:
        wrong = of_refusal(made, visit.language, {"/name": "name"})
        return keys(visit, wrong) if draft else start(visit, wrong)
    assert row is not None  # noqa: S101 - opened now, or found
    ledger = row.ledger
    refused = people.give_role(ledger, session.user, "owner", actor=visit.actor)
    brand = _brand(draft)
    if refused is None and brand:
        service.execute(ledger, SetBrand(**brand), actor=visit.actor)
    people.drop_draft(session.user)
    fresh = people.rotate(token_of(visit))
    if fresh is not None:  # what the session may has changed: another token
        visit.cookie(cookie_name(secure=visit.secure), fresh, int(SESSION.total_seconds()))
    return visit.go(f"/desk/{row.name}/backup")


def _begun(visit: Visit, command: OpenLedger) -> LedgerRow | None:
    """Give the very business that this user opened a moment ago, when the form came twice or was cut off after it."""
    row = visit.context.store.find(command.name)
    first = next(visit.context.service.entries(row.ledger, upto=1), None) if row is not None else None
    if row is None or first is None or first.actor != visit.actor:
        return None
    same = (row.kind, first.record.siren) == (command.kind, command.profile.siren)
    return row if same else None


def _opener(visit: Visit) -> Session | None:
    """Give the session of who may open ledgers."""
    session = own(visit)
    return session if session is not None and session.provisions else None


def _brand(draft: dict[str, str]) -> dict[str, Any]:
    found = {"accent": draft.get("accent", "").lower() or None, "logo": draft.get("logo") or None}
    return {name: value for name, value in found.items() if value is not None}


def _said(visit: Visit, words: dict[str, str]) -> list[tuple[str, str]]:
    return [(value, visit.say(said)) for value, said in words.items()]


PAGES: Final[tuple[Page, ...]] = (
    get("/start", start, SIGNED_IN, "Commencer."),
    post("/start", choose, SIGNED_IN, "Choisir d'essayer ou d'ouvrir."),
    get("/start/business", business, SIGNED_IN, "L'entreprise à ouvrir."),
    post("/start/business", business_done, SIGNED_IN, "Donner l'entreprise."),
    get("/start/papers", papers, SIGNED_IN, "Ce que montrent les documents."),
    post("/start/papers", papers_done, SIGNED_IN, "Donner ce que montrent les documents.", LOGO_BYTES),
    get("/start/keys", keys, SIGNED_IN, "Ce qui va s'ouvrir."),
    post("/start/keys", open_business, SIGNED_IN, "Ouvrir l'entreprise."),
)
