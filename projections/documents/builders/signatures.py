"""Signatures in words: on the signed quote, and whole in the evidence file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ledger.domain.events.signatures import Signatory, SignatureGiven, SignatureRequested
from ledger.shell.errors import StreamPurged
from projections.documents.builders.desk import Desk
from projections.documents.paper import Signed
from projections.documents.sources import Recorded


def signatures_of(desk: Desk, signature: str) -> tuple[Signed, ...]:
    """Give the signatures of a request, in the order in which they were given; none when it was purged."""
    try:
        entries = desk.sources.stream(f"signature:{signature}")
    except StreamPurged:
        return ()
    return given_in(desk, entries)


def given_in(desk: Desk, entries: Sequence[Recorded]) -> tuple[Signed, ...]:
    """Give the signatures that a stream holds."""
    asked = desk.first(entries, SignatureRequested)
    if asked is None:
        return ()
    people = names(desk, *asked)
    return tuple(
        _signed(desk, each, each.event, *people[each.event.signatory])
        for each in entries
        if isinstance(each.event, SignatureGiven) and each.event.signatory in people
    )


def names(desk: Desk, entry: Recorded, asked: SignatureRequested) -> Mapping[str, tuple[Signatory, str]]:
    """Give each signatory with a name: the party's at the same rank, or that it was erased."""
    parties = asked.parties or ()
    missing = desk.say("erased_signatory" if "parties" in entry.gone else "unnamed_signatory")
    return {
        each.signatory: (each, parties[place].name if place < len(parties) else missing)
        for place, each in enumerate(asked.signatories)
    }


def _signed(desk: Desk, entry: Recorded, given: SignatureGiven, signatory: Signatory, name: str) -> Signed:
    say = desk.say
    at = say.moment(entry.at)
    words = say("signed_by", name=name, at=at, method=say(f"method_{given.method}"))
    if given.code_outcome == "right":
        words = say("signed_with_code", words=words)
    level = say(f"level_{given.level}_short")
    return Signed(
        name=name,
        side=signatory.side,
        at=at,
        method=say(f"method_{given.method}"),
        level=given.level,
        words=say("signed_level", words=words, level=level),
    )
