"""Who follows a quote is listed at the desk, and taken away there; an own schedule follows its first step."""

from __future__ import annotations

import re

import pytest

from tests.pages.desk.test_sale_quotes import begun, form_base, issued, typed
from tests.pages.kit import House, Visitor


@pytest.fixture(scope="module")
def owner(house: House) -> Visitor:
    return house.user("owner")


def act(owner: Visitor, quote: str, **fields: str) -> int:
    return owner.post(f"{quote}/observers", {**form_base(owner), **fields}).status_code


def test_an_observer_is_listed_and_removed_once(owner: Visitor) -> None:
    quote, other = issued(owner), issued(owner)
    for name, email in (("Ada Architecte", "ada@plans.test"), ("Louis Assureur", "louis@police.test")):
        assert act(owner, quote, name=name, email=email) == 303
    page = owner.get(quote).text
    assert page.index("ada@plans.test") < page.index("louis@police.test")
    assert "ada@plans.test" not in owner.get(other).text
    first = re.findall(r'name="remove" value="([0-9a-f-]{36})"', page)[0]
    assert act(owner, other, remove=first) == 404  # of another quote
    assert act(owner, quote, remove=first) == 303
    page = owner.get(quote).text
    assert "ada@plans.test" not in page
    assert "louis@police.test" in page
    assert act(owner, quote, remove=first) == 404


def test_a_step_that_is_added_makes_the_schedule_ones_own(owner: Visitor) -> None:
    draft = begun(owner)
    to = typed(owner, draft, "add_step").headers["location"]
    page = owner.get(to.partition("#")[0]).text
    assert re.search(r'name="schedule_mode" value="own" checked', page)
    assert 'name="steps-0-share"' in page
