"""The evidence file of a signature: what was shown, to whom, what they did, when and how, and what it is worth.

It never claims a level that the entries do not hold (C. civ. 1366 and 1367; eIDAS art. 3, 25, 26; Cass. 13 March 2024).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ledger.domain.events.common import Party
from ledger.domain.events.messages import DocumentRendered
from ledger.domain.events.quotes import QuoteDocument, QuoteSent, QuoteViewed
from ledger.domain.events.signatures import (
    CodeChecked,
    CodeSent,
    Evidence,
    Signatory,
    SignatureCancelled,
    SignatureCompleted,
    SignatureGiven,
    SignatureRefused,
    SignatureRequested,
    SignedThing,
)
from ledger.domain.streams.signature import SIGNATURE, SignatureState
from ledger.shell.errors import StreamPurged
from projections.documents.builders.desk import Desk
from projections.documents.builders.mentions import statements_of
from projections.documents.builders.signatures import given_in, names
from projections.documents.paper import Buyer, Fact, Grid, Paper, Section
from projections.documents.sources import Recorded


def evidence(desk: Desk) -> Paper:
    """Say how signatures were asked for and given, as of the request's last entry (or `seq`).

    Raises:
        NoDocument: there is no such request for signatures.
    """
    entries = desk.read("signature", desk.wanted.about)
    found = desk.first(entries, SignatureRequested)
    if found is None:
        raise desk.nothing()
    entry, asked = found
    told, say = entries[-1], desk.say
    state = SIGNATURE.start()
    for each in entries:
        state = SIGNATURE.evolve(state, each.event)
    people = names(desk, entry, asked)
    quote, shown = _quote(desk, asked.thing, told.seq)
    _, profile = desk.profile_before(told.seq)
    on = desk.local_day(told.at)
    sections = [_thing(desk, asked, quote, told.seq), _trail(desk, people, [*shown, *entries])]
    sections += [
        _person(desk, signatory, name, party, entries)
        for (signatory, name), party in zip(people.values(), _parties(asked, len(people)), strict=True)
    ]
    sections += [_worth(desk, state, entries), _entries(desk, [*shown, *entries])]
    return Paper(
        **desk.common(told, profile) | {"salt": desk.salt(*entries)},
        title=say("title_evidence"),
        number=None,
        issued_on=on,
        buyer=_client(desk, quote),
        subject=_subject(desk, asked, quote),
        heads=_heads(desk, asked, state),
        statements=statements_of(("TRAINING",), on, say, "consumer") if desk.training else (),
        sections_before=tuple(sections),
        signatures=given_in(desk, entries),
        quote_number=quote[1].number if quote is not None else None,
    )


def _subject(desk: Desk, asked: SignatureRequested, quote: tuple[Recorded, QuoteDocument] | None) -> str:
    say, words = desk.say, desk.say(f"thing_{asked.thing.role}")
    if quote is None:
        return words
    named = say("thing_version", name=words, number=quote[1].number, version=str(quote[1].document_version))
    return say("named_of_day", name=named, day=say.day(quote[1].issued_on))


def _client(desk: Desk, quote: tuple[Recorded, QuoteDocument] | None) -> Buyer | None:
    return desk.buyer(quote[0], quote[1].client, quote[1].customer_kind) if quote is not None else None


def _parties(asked: SignatureRequested, count: int) -> tuple[Party | None, ...]:
    known = asked.parties or ()
    return tuple(known[place] if place < len(known) else None for place in range(count))


def _quote(desk: Desk, thing: SignedThing, upto: int) -> tuple[tuple[Recorded, QuoteDocument] | None, list[Recorded]]:
    """Give the version to be signed, and the entries that sent and showed it."""
    if thing.quote is None:
        return None, []
    try:
        entries = desk.sources.stream(f"quote:{thing.quote}")
    except StreamPurged:
        return None, []
    version = thing.document_version
    told: tuple[Recorded, QuoteDocument] | None = None
    shown: list[Recorded] = []
    for each in entries:
        event = each.event
        if isinstance(event, QuoteDocument) and event.document_version == version:
            told = (each, event)
            shown.append(each)
        elif isinstance(event, (QuoteSent, QuoteViewed)) and event.document_version == version and each.seq <= upto:
            shown.append(each)
    return told, shown


# --- the parts


def _heads(desk: Desk, asked: SignatureRequested, state: SignatureState) -> tuple[Fact, ...]:
    say = desk.say
    given = str(len(state.given))
    return (
        Fact(label=say("state"), value=say(f"signature_{state.phase}")),
        Fact(label=say("signatures"), value=say("of_many", count=given, all=str(len(asked.signatories)))),
        Fact(label=say("expires_on"), value=say.day(asked.expires_on)),
    )


def _files(desk: Desk, quote: Recorded, upto: int) -> list[Fact]:
    """Give the digests of the files that were made of the version before: what was shown, byte for byte."""
    try:
        entries = desk.sources.stream(f"document:{quote.stream.partition(':')[2]}")
    except StreamPurged:
        return []
    made = (each.event for each in entries if each.seq <= upto)
    return [
        Fact(label=desk.say("rendered_digest", language=each.language), value=each.digest)
        for each in made
        if isinstance(each, DocumentRendered) and each.about_seq == quote.seq and each.copy is None
    ]


def _thing(desk: Desk, asked: SignatureRequested, quote: tuple[Recorded, QuoteDocument] | None, upto: int) -> Section:
    """Say what was to be signed, by the digest that the signatures name."""
    say, thing = desk.say, asked.thing
    facts: list[Fact] = []
    if quote is not None:
        document = quote[1]
        named = say("quote_version", number=document.number, version=str(document.document_version))
        facts.append(Fact(label=say("document"), value=named))
        facts.append(Fact(label=say("recorded_on"), value=say.moment(quote[0].at)))
    if thing.fingerprint is not None:
        facts.append(Fact(label=say("entry_fingerprint"), value=thing.fingerprint))
    if quote is not None:
        facts += _files(desk, quote[0], upto)
    if thing.file is not None:
        facts.append(Fact(label=say("file_digest"), value=thing.file))
    if thing.bytes is not None:
        facts.append(Fact(label=say("file_bytes"), value=say.number(thing.bytes)))
    if thing.media_type is not None:
        facts.append(Fact(label=say("media_type"), value=thing.media_type))
    facts += [Fact(label=say("attachment_digest"), value=each) for each in asked.attachments]
    words = say("thing_bound_file" if thing.file is not None else "thing_bound_entry")
    return Section(heading=say("section_thing"), paragraphs=(words,), facts=tuple(facts), code="thing")


def _trail(desk: Desk, people: Mapping[str, tuple[Signatory, str]], entries: Sequence[Recorded]) -> Section:
    """Tell what happened, in order, each with its moment."""
    say = desk.say
    rows = [(say.moment(each.at), words) for each in entries if (words := _happened(desk, people, each)) is not None]
    grid = Grid(head=(say("col_when"), say("col_what")), rows=tuple(rows), align="ll", widths=(34, 66))
    return Section(heading=say("section_trail"), grid=grid, code="trail")


def _happened(desk: Desk, people: Mapping[str, tuple[Signatory, str]], each: Recorded) -> str | None:
    say, event = desk.say, each.event

    def name(signatory: str) -> str:
        return people[signatory][1] if signatory in people else say("unnamed_signatory")

    match event:
        case QuoteDocument():
            return say("trail_issued", number=event.number, version=str(event.document_version))
        case QuoteSent():
            return say("trail_sent", by=say(f"by_{event.by}"))
        case QuoteViewed():
            return say(f"trail_viewed_{event.by}")
        case SignatureRequested():
            return say("trail_requested", until=say.day(event.expires_on))
        case CodeSent():
            until = say.moment(event.expires_at)
            return say("trail_code_sent", name=name(event.signatory), by=say(f"by_{event.by}"), until=until)
        case CodeChecked():
            outcome = say(f"code_{event.outcome}")
            return say("trail_code_checked", name=name(event.signatory), outcome=outcome, tries=str(event.tries))
        case SignatureGiven():
            method = say(f"method_{event.method}")
            return say("trail_given", name=name(event.signatory), method=method)
        case SignatureRefused():
            return say("trail_refused", name=name(event.signatory))
        case SignatureCompleted():
            return say("trail_completed")
        case SignatureCancelled():
            return say(f"trail_cancelled_{event.reason}")
        case _:
            return None


def _person(desk: Desk, signatory: Signatory, name: str, party: Party | None, entries: Sequence[Recorded]) -> Section:
    """Tell of one signatory: who they are, what was asked of them, and what is kept of their act."""
    say = desk.say
    facts = [Fact(label=say("name"), value=name), Fact(label=say("side"), value=say(f"side_{signatory.side}"))]
    if party is not None and party.email is not None:
        facts.append(Fact(label=say("email"), value=party.email))
    if party is not None and party.phone is not None:
        facts.append(Fact(label=say("phone"), value=party.phone))
    facts.append(Fact(label=say("method_asked"), value=say(f"method_{signatory.method}")))
    facts.append(Fact(label=say("code_by"), value=say(f"code_by_{signatory.code_by}")))
    facts.append(Fact(label=say("level_asked"), value=say(f"level_{signatory.level}_short")))
    given = next(
        (
            (each, each.event)
            for each in entries
            if isinstance(each.event, SignatureGiven) and each.event.signatory == signatory.signatory
        ),
        None,
    )
    heading = say("section_person", rank=str(signatory.rank))
    if given is None:
        return Section(heading=heading, paragraphs=(say("not_signed"),), facts=tuple(facts), code="person")
    facts += _act(desk, *given)
    return Section(heading=heading, paragraphs=_consent(desk, *given), facts=tuple(facts), code="person")


def _act(desk: Desk, entry: Recorded, given: SignatureGiven) -> list[Fact]:
    say = desk.say
    facts = [
        Fact(label=say("signed_at"), value=say.moment(entry.at)),
        Fact(label=say("signed_digest"), value=given.signed),
        Fact(label=say("level_given"), value=say(f"level_{given.level}_short")),
        Fact(label=say("code_outcome"), value=say(f"code_outcome_{given.code_outcome}")),
    ]
    if given.chosen:
        facts.append(Fact(label=say("chosen_lines"), value=", ".join(str(rank) for rank in given.chosen)))
    kept = given.evidence
    return facts if kept is None else [*facts, *_kept(desk, kept)]


def _kept(desk: Desk, kept: Evidence) -> list[Fact]:
    say = desk.say
    moments = say.moment(kept.shown_from) if kept.shown_from is not None else None
    named = (
        ("name_typed", kept.name_typed),
        ("drawing_digest", kept.drawing),
        ("certificate_digest", kept.certificate),
        ("code_sent_to", kept.code_sent_to),
        ("shown_from", moments),
        ("ip", kept.ip),
        ("user_agent", kept.user_agent),
    )
    return [Fact(label=say(key), value=value) for key, value in named if value is not None]


def _consent(desk: Desk, entry: Recorded, given: SignatureGiven) -> tuple[str, ...]:
    say = desk.say
    if given.evidence is None:
        words = [say("evidence_erased")] if "evidence" in entry.gone else []
    else:
        words = [say("consent", words=given.evidence.consent_text)]
    for key, holds in (
        ("early_start_requested", given.early_start_requested),
        ("loss_acknowledged", given.loss_acknowledged),
        ("reduced_rate_stated", given.reduced_rate_stated),
    ):
        if holds:
            words.append(say(key))
    return tuple(words)


def _worth(desk: Desk, state: SignatureState, entries: Sequence[Recorded]) -> Section:
    """Say the level, plainly, and that it is not more."""
    say = desk.say
    completed = desk.first(entries, SignatureCompleted)
    if completed is None:
        words = [say("not_completed")]
        levels = {each.level for each in state.given}
        words += [say(f"level_{level}") for level in ("simple", "advanced", "qualified") if level in levels]
    else:
        words = [say("level_is_lowest"), say(f"level_{completed[1].level}")]
    if any(each.method in ("drawn", "typed") for each in state.given):
        words.append(say("drawn_is_simple"))
    words.append(say("evidence_kept"))
    return Section(heading=say("section_worth"), paragraphs=tuple(words), code="level")


def _entries(desk: Desk, entries: Sequence[Recorded]) -> Section:
    """List the entries that this file is made from, so that each can be found in the ledger."""
    say = desk.say
    rows = tuple((say.number(each.seq), each.event.TYPE, each.fingerprint) for each in entries)
    head = (say("col_seq"), say("col_type"), say("col_fingerprint"))
    return Section(
        heading=say("section_entries"), grid=Grid(head=head, rows=rows, align="rll", widths=(8, 28, 64)), code="entries"
    )
