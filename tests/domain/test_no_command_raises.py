"""Whatever a command holds, deciding it gives a refusal in words or a sound decision; it never raises.

Values are drawn from the records' own types, with their bounds, and from the ids that the ledger knows, of whatever
kind: an invoice's id is asked for where a quote's is wanted. Half of the commands are an example of the API's page with
some members changed, so that they come far; the others are made of nothing but their types.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import date
from functools import cache
from typing import Any, get_args, get_origin

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import StringConstraints, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from api.http.examples.bodies import BODIES
from api.http.routes.commands import COMMAND_ROUTES
from ledger.domain import codec
from ledger.domain import types as value_types
from ledger.domain.commands import COMMANDS
from ledger.domain.commands.common import Command
from ledger.domain.commands.periods import ClosePeriod
from ledger.domain.decision import Decision, Plan
from ledger.domain.events.quotes import QuoteIssued, QuoteRevised
from ledger.domain.refusals import REFUSAL_KINDS, Refusal
from ledger.domain.streams import STREAM_KINDS
from ledger.domain.streams.quote import QUOTE
from tests.domain.world import CUSTOMERS, SERIES, FixedWorld, opened

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
KINDS = {kind.prefix: kind for kind in STREAM_KINDS}
BY_NAME: Mapping[str, type[Command]] = {command.NAME: command for command in COMMANDS}

# Examples that others rest on come first; the rest follows in the order of the page.
FIRST = (
    "issuer.set_profile",
    "customer.register",
    "policy.set_deposits",
    "quote.issue",
    "quote.revise",
    "quote.sign",
    "deposit.request",
    "invoice.issue",
    "payment.record",
    "subscription.start",
)
LATER = ("series.close", "quote.cancel", "quote.withdraw", "invoice.credit", "subscription.stop")


def seeds() -> dict[str, dict[str, Any]]:
    """The examples of the API's page, with the members that stand in their addresses."""
    routes = {route.command.NAME: route for route in COMMAND_ROUTES}
    return {
        name: {**dict(zip(routes[name].members, routes[name].example, strict=True)), **BODIES[name]} for name in BY_NAME
    }


SEEDS = seeds()
BEGINNING = len(opened(customers=()).log)


_ADAPTERS = {name: TypeAdapter(command) for name, command in BY_NAME.items()}


def parse(name: str, members: Mapping[str, Any]) -> Command:
    return _ADAPTERS[name].validate_python(members)


@cache
def market() -> FixedWorld:
    """A ledger in which many things have happened: each example in turn, at several places in its life."""
    sale = opened()
    order = (*FIRST, *(name for name in SEEDS if name not in (*FIRST, *LATER)), *LATER)
    for name in order:
        attempt(sale, parse(name, shown(sale, name)))
    for rank, identifier in enumerate(fresh_quotes(), 1):
        members = {
            **SEEDS["quote.issue"],
            "id": identifier,
            "channel": ("off_premises", "distance", "premises")[rank % 3],
        }
        attempt(sale, parse("quote.issue", members))
        if rank % 2:
            attempt(sale, parse("quote.sign", {**shown(sale, "quote.sign", identifier), "quote": identifier}))
        attempt(
            sale,
            parse(
                "deposit.request", {"quote": identifier, "share_bp": 3000, "id": f"dddddddd-0000-4000-8000-{rank:012d}"}
            ),
        )
    for rank, customer in enumerate(CUSTOMERS, 1):
        members = {**SEEDS["invoice.issue"], "id": f"ffffffff-0000-4000-8000-{rank:012d}", "customer": customer}
        attempt(sale, parse("invoice.issue", members))
    attempt(sale, parse("signature.request", {**SEEDS["signature.request"], "quote": fresh_quotes()[1]}))
    attempt(sale, parse("signature.record_code_sent", SEEDS["signature.record_code_sent"]))
    return sale


def fresh_quotes() -> tuple[str, ...]:
    return tuple(f"cccccccc-0000-4000-8000-{rank:012d}" for rank in range(1, 7))


def shown(sale: FixedWorld, name: str, quote: str | None = None) -> dict[str, Any]:
    """An example, with the fingerprint that only the ledger knows."""
    members = dict(SEEDS[name])
    if name == "quote.sign":
        state = sale.state(QUOTE, quote or members["quote"])
        if state is not None and state.document is not None:
            members["document_version"] = state.current.document_version
            members["fingerprint"] = sale.recorded(QUOTE.stream(quote or members["quote"]), state.document_at)
    return members


def attempt(sale: FixedWorld, command: Command) -> None:
    outcome = sale.when(command)
    if isinstance(outcome, Decision):
        sale.given(*outcome.events)


# --- values of the records' own types


@cache
def ids() -> tuple[str, ...]:
    """Ids of everything in the ledger, of every kind, and of nothing."""
    known = [emit.stream.partition(":")[2] for emit in market().log]
    return (*dict.fromkeys(one for one in known if one != "self"), "99999999-9999-4999-8999-999999999999")


@cache
def digests() -> tuple[str, ...]:
    quotes = [emit.stream for emit in market().log if isinstance(emit.event, QuoteIssued | QuoteRevised)]
    return (*(str(market().recorded(stream, 1)) for stream in dict.fromkeys(quotes)), "0" * 64)


HOSTILE = ("a", " ", "\u202e'; DROP TABLE", "é" * 300, "\x00", "😀", "{open_cents}", "%s", "<b>")
DAYS = ("1900-01-01", "1970-01-01", "2024-02-29", "2026-11-22", "2026-11-23", "2026-11-24", "2026-12-31", "2027-02-28",
        "2026-02-30", "2199-12-31", "1066-10-14", "9999-12-31", "0001-01-01")  # fmt: skip
MOMENTS = ("1970-01-01T00:00:00.000000Z", "2026-11-23T08:00:00.000001Z", "2199-12-31T23:59:59.999999Z")
QUANTITIES = ("0", "1", "-1", "3", "0.000001", "-0.5", "999999999.999999", "-999999999", "12.5")
PRICES = ("0", "1", "0.005", "-1", "99999999999.999999", "99999999999", "9.99", "100")
TEXTS: Mapping[str, tuple[str, ...]] = {
    "Day": DAYS,
    "Instant": MOMENTS,
    "Quantity": QUANTITIES,
    "Price": PRICES,
    "Currency": ("EUR", "USD", "ZZZ", "XTS"),
    "Country": ("FR", "DE", "GP", "ZZ", "US"),
    "Siren": ("123456782", "000000000", "111111111"),
    "Siret": ("12345678200010", "00000000000000"),
    "Code": ("a", "pro_rata", "VATEX-FR-FRANCHISE", "VATEX-EU-AE", "building", "m1", "A" * 64),
    "Reference": ("R 1", "x" * 64),
    "UnitCode": ("C62", "HUR", "Z"),
    "Actor": ("system", "user:owner", "key:1"),
    "DocumentNumber": ("F-00001", "A" * 20),
    "ShortText": HOSTILE,
    "LongText": (*HOSTILE, "x" * 20_000),
}
NAMED: Mapping[Any, str] = {
    id(getattr(value_types, name)): name
    for name in vars(value_types)
    if get_origin(getattr(value_types, name)) is typing.Annotated
}


def of_type(annotation: Any) -> st.SearchStrategy[Any]:
    """Values of a type, in JSON's terms, as the border would meet them."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is typing.Annotated:
        return of_annotated(annotation, arguments[0], arguments[1:])
    if origin in (typing.Union, types.UnionType):
        return st.one_of(*(of_type(each) for each in arguments if each is not type(None)))
    if origin is typing.Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        return st.lists(of_type(arguments[0]), max_size=3)
    if is_dataclass(annotation):
        return of_record(annotation)  # type: ignore[arg-type] # a class, as every annotation here
    return {bool: st.booleans(), str: st.sampled_from(HOSTILE), int: st.integers(-5, 10)}[annotation]


def of_annotated(annotation: Any, base: type, marks: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    name = NAMED.get(id(annotation)) or next(
        (n for n in vars(value_types) if getattr(value_types, n) == annotation), ""
    )
    if name == "Uuid":
        return st.deferred(lambda: st.sampled_from(ids()))
    if name == "Digest":
        return st.deferred(lambda: st.sampled_from(digests()))
    if name in TEXTS:
        return st.sampled_from(TEXTS[name])
    if base is bool:
        return st.booleans()
    low, high = bounds(marks)
    if base is int:
        return st.sampled_from(sorted({low, high, *(n for n in (0, 1, 2, 30, 999, 10_000) if low <= n <= high)}))
    pattern = next(mark.pattern for mark in marks if isinstance(mark, StringConstraints))
    return st.from_regex(str(pattern), fullmatch=True)


def bounds(marks: tuple[Any, ...]) -> tuple[int, int]:
    low, high = -(2**53) + 1, 2**53 - 1
    for mark in marks:
        for each in mark.metadata if isinstance(mark, FieldInfo) else ():
            low = max(low, getattr(each, "ge", low), getattr(each, "gt", low - 1) + 1)
            high = min(high, getattr(each, "le", high))
    return low, high


def of_record(record: type[Any]) -> st.SearchStrategy[dict[str, Any]]:
    hints = typing.get_type_hints(record, include_extras=True)
    required = {one.name: of_type(hints[one.name]) for one in fields(record) if one.default is MISSING}
    optional = {one.name: of_type(hints[one.name]) for one in fields(record) if one.default is not MISSING}
    return st.fixed_dictionaries(required, optional=optional)


KIND_OF = {
    "amends": "quote",
    "announced": "payment",
    "credit_note": "credit_note",
    "customer": "customer",
    "deposit": "deposit",
    "invoice": "invoice",
    "link": "link",
    "message": "message",
    "observer": "observer",
    "online_payment": "online_payment",
    "payment": "payment",
    "quote": "quote",
    "series": "series",
    "signature": "signature",
    "subscription": "subscription",
    "task": "task",
}
"""By member of a command, the kind of stream it names."""


@cache
def ids_of(kind: str) -> tuple[str, ...]:
    known = (emit.stream.partition(":") for emit in market().log)
    return tuple(dict.fromkeys(identifier for prefix, _, identifier in known if prefix == kind)) or ids()


@st.composite
def changed(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """An example about anything of the right kind, with up to three of its members replaced or left out."""
    members = shown(market(), name)
    command = BY_NAME[name]
    hints = typing.get_type_hints(command, include_extras=True)
    members.pop("id", None)
    for one in KIND_OF.keys() & members.keys():
        members[one] = draw(st.sampled_from(ids_of(KIND_OF[one])))
    if "about_kind" in members:
        members["about_kind"] = draw(of_type(hints["about_kind"]))
    if "about" in members:
        kind = members.get("about_kind", "invoice")
        members["about"] = draw(st.sampled_from(ids_of("quote" if kind == "contract" else kind)))
    if "quote" in members and "fingerprint" in hints:
        members = {**members, **shown(market(), name, members["quote"])}
    names = sorted(one.name for one in fields(command))
    for one in draw(st.lists(st.sampled_from(names), max_size=3, unique=True)):
        members[one] = draw(of_type(hints[one]))
    return members


# --- the tests


STAGES = ("early", "half way", "later")
WORLDS = (*STAGES, *("whole",) * 6, "closed series", "franchise", "training", "empty", "closed", "long after")


@cache
def a_world(name: str) -> FixedWorld:
    if name in STAGES:
        past = len(market().log) * (STAGES.index(name) + 2) // (len(STAGES) + 2)
        return opened(customers=()).given(*market().log[BEGINNING:past])
    sale = market().copy()
    match name:
        case "closed series":
            for series in SERIES.values():
                attempt(sale, parse("series.close", {"series": series}))
        case "franchise":
            members = {**SEEDS["issuer.set_profile"], "vat_regime": "franchise", "supply_place": "RE"}
            attempt(sale, parse("issuer.set_profile", members))
        case "training":
            sale.register = replace(sale.register, kind="training")
        case "empty":
            sale = FixedWorld()
        case "closed":
            sale.register = replace(sale.register, closed=True)
        case "long after":
            sale.on("2031-03-31")
    return sale


def sound(sale: FixedWorld, command: Command) -> None:
    """A refusal has its code, place and words; a decision can be written, read back and folded."""
    before = len(sale.log)
    outcome = sale.when(command)
    assert len(sale.log) == before
    if isinstance(outcome, Refusal):
        assert outcome.code in REFUSAL_KINDS
        assert outcome.place == "" or outcome.place.startswith("/")
        assert len(outcome.words) > 10
        assert "{" not in outcome.words.replace("{open_cents}", "")
        assert outcome.status in (409, 422)
        return
    assert outcome.events or isinstance(command, ClosePeriod)  # what is due is closed before it is decided
    for emit in outcome.events:
        for text in texts_of(codec.encode(emit.event)):
            assert DAY.fullmatch(text) is None or date.fromisoformat(text)
    after = sale.copy()
    after.given(*outcome.events)  # through the codec
    folded = Plan(sale)
    for emit in outcome.events:
        kind = KINDS[emit.stream.partition(":")[0]]
        folded.emit(kind, emit.stream.partition(":")[2], emit.event)
    if outcome.after is not None:
        assert outcome.after.register == folded.register == after.register
        for stream, state in outcome.after.states.items():
            prefix, _, identifier = stream.partition(":")
            assert after.state(KINDS[prefix], identifier) == state


def texts_of(value: Any) -> Iterator[str]:
    """Every text in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from texts_of(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts_of(each)


def meet(name: str, members: Mapping[str, Any], where: str) -> None:
    try:
        command = parse(name, members)
    except ValidationError:
        return  # the border refuses it
    sound(a_world(where), command)


CALM = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
STORM = settings(max_examples=1_000, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("name", BY_NAME)
@CALM
@given(st.data())
def test_a_changed_example_is_refused_or_decided(name: str, data: st.DataObject) -> None:
    meet(name, data.draw(changed(name)), data.draw(st.sampled_from(WORLDS)))


@pytest.mark.parametrize("name", BY_NAME)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_values_are_refused_or_decided(name: str, data: st.DataObject) -> None:
    meet(name, data.draw(of_record(BY_NAME[name])), data.draw(st.sampled_from(WORLDS)))


@pytest.mark.long
@pytest.mark.parametrize("name", BY_NAME)
@STORM
@given(st.data())
def test_a_changed_example_is_refused_or_decided_at_length(name: str, data: st.DataObject) -> None:
    meet(name, data.draw(changed(name)), data.draw(st.sampled_from(WORLDS)))


def test_most_examples_come_through_where_they_belong() -> None:
    done = {emit.event.TYPE for emit in market().log}
    assert len(done) > 40
