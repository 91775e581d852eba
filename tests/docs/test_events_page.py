"""docs/spec/events.md says what the code does, for every event of the product."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import TypeAdapter

from ledger.domain import codec
from ledger.domain.events import EVENT_TYPES
from ledger.domain.events.common import EventRecord
from ledger.domain.events.invoices import InvoiceIssued
from ledger.kernel import canonical
from ledger.kernel.errors import Malformed
from tests.docs import events_page

EXAMPLES: dict[str, dict[str, Any]] = json.loads(events_page.EXAMPLES.read_text())


def test_the_page_is_the_one_that_the_records_make() -> None:
    assert events_page.PAGE.read_text() == events_page.make_page(), "run: python -m tests.docs.events_page"


def test_the_schemas_are_the_ones_that_the_records_make() -> None:
    assert events_page.SCHEMA.read_text() == events_page.make_schema(), "run: python -m tests.docs.events_page"


def test_every_event_has_an_example_and_no_example_is_left_over() -> None:
    assert set(EXAMPLES) == {each.TYPE for each in EVENT_TYPES}


@pytest.mark.parametrize("record", EVENT_TYPES, ids=lambda each: each.TYPE)
def test_an_example_reads_as_its_event_and_writes_back_to_the_same_bytes(record: type[EventRecord]) -> None:
    example = EXAMPLES[record.TYPE]
    event = TypeAdapter(record).validate_python(example)
    body, private = codec.encode(event)
    assert not set(body) & set(record.PRIVATE)
    assert codec.decode(record.TYPE, body, private) == event
    assert canonical.encode({**body, **private}) == canonical.encode(example)


@pytest.mark.parametrize("record", EVENT_TYPES, ids=lambda each: each.TYPE)
def test_a_body_with_a_member_of_its_own_invention_is_refused(record: type[EventRecord]) -> None:
    body, private = codec.encode(TypeAdapter(record).validate_python(EXAMPLES[record.TYPE]))
    with pytest.raises(Malformed) as caught:
        codec.decode(record.TYPE, {**body, "invented": 1}, private)
    assert (caught.value.code, caught.value.place) == ("body_schema", "/invented")


def test_a_private_value_that_is_gone_reads_as_none() -> None:
    event = TypeAdapter(InvoiceIssued).validate_python(EXAMPLES["invoice.issued/1"])
    body, _ = codec.encode(event)
    erased = codec.decode("invoice.issued/1", {**body, "client": {"$c": "0" * 64}}, {})
    assert isinstance(erased, InvoiceIssued)
    assert erased.client is None
