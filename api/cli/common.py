"""What the commands share: settings, the service, ledgers by name, words for failures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli import output
from api.compose import compose
from api.settings import Settings
from ledger.domain.refusals import Refusal
from ledger.kernel.errors import Break, Malformed
from ledger.shell.calls import Answer
from ledger.shell.errors import BehindMark, InDoubt, KeyMissing, LedgerUnknown, Overloaded, StoreFailure
from ledger.shell.service import Service

if TYPE_CHECKING:
    from api.documents import Documents

StoreOption = Annotated[
    str | None,
    typer.Option("--store", help="sqlite:///path or postgresql://...; default SCEAU_STORE, else ./var/sceau.db"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="one JSON document instead of words")]

ACTOR = "cli:local"
"""Who acts when a command comes from the command line: whoever may use this machine's keys."""


def settings(store: str | None = None) -> Settings:
    """Give the environment's settings, with the store named on the command line if one is."""
    found = Settings.from_environment(os.environ)
    return found if store is None else replace(found, store=store)


@contextmanager
def service(given: Settings, *, create: bool = False) -> Iterator[Service]:
    """Open the service over the settings' store and keys, and close it after use."""
    with compose(given, create=create) as opened:
        yield opened


@contextmanager
def documents_of(opened: Service, given: Settings) -> Iterator[Documents]:
    """Give the documents of a service, and end the processes that draw after use."""
    from api.documents import Documents  # what draws and seals is long to load, and most commands draw nothing

    made = Documents(opened, given)
    try:
        yield made
    finally:
        made.close()


def done(outcome: Answer | Refusal) -> Answer:
    """Give the answer, or say the refusal and end."""
    if isinstance(outcome, Refusal):
        output.fail(refusal_words(outcome), output.FINDINGS)
    return outcome


def refusal_words(refusal: Refusal) -> str:
    """Write a refusal as one line: code, place, words, law."""
    place = f" à {refusal.place}" if refusal.place else ""
    law = f" ({refusal.law})" if refusal.law else ""
    return f"{refusal.code}{place}: {refusal.words}{law}"


def answer_json(outcome: Answer | Refusal) -> dict[str, Any]:
    """Give an outcome as JSON."""
    if isinstance(outcome, Refusal):
        return {
            "refused": {
                "code": outcome.code,
                "law": outcome.law,
                "place": outcome.place,
                "words": outcome.words,
                "words_en": outcome.words_en,
            }
        }
    return {
        "ledger": outcome.ledger,
        "repeated": outcome.repeated,
        "result": dict(outcome.result),
        "entries": [
            {"seq": one.seq, "stream": one.stream, "type": one.type, "fingerprint": one.fingerprint}
            for one in outcome.entries
        ],
    }


def speak_of(failure: Exception) -> str:
    """Say a failure in words, and what to do next."""
    if isinstance(failure, LedgerUnknown):
        named = "".join(letter for letter in str(failure)[:63] if letter.isprintable())
        return f"no ledger named {named}: `sceau show` lists them"
    if isinstance(failure, KeyMissing):
        return f"{failure} (docs/keys.md)"
    if isinstance(failure, BehindMark):
        return f"{failure}: this ledger is closed; open a successor (docs/keys.md)"
    if isinstance(failure, Overloaded):
        return "too many commands wait: try again in a moment"
    if isinstance(failure, InDoubt):
        return f"the store's last answer was lost ({failure}): ask again with the same key"
    if isinstance(failure, StoreFailure):
        return f"the store cannot do this now, nothing was written: {failure} (is SCEAU_STORE or --store right?)"
    if isinstance(failure, Break):
        return f"the chain does not hold, writing has stopped: {failure}; run `sceau verify`"
    if isinstance(failure, Malformed):
        return f"not of the format: {failure}"
    if isinstance(failure, OSError) and failure.filename is not None and failure.strerror is not None:
        return f"{os.fsdecode(failure.filename)}: {failure.strerror}"
    return str(failure)
