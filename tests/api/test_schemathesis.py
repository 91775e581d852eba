"""schemathesis asks everything that the OpenAPI page allows, and what it does not: no 5xx, no undocumented answer."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as bounded
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.http.openapi import document
from api.http.routes.operation import Operation
from api.http.routes.table import operations
from api.settings import Settings
from tests.api.conftest import PROVISIONING
from tests.api.scenario import START, Scenario, SetClock
from tests.api.serving import Served, bearer, serving

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
"""Not `positive_data_acceptance`: a rule may refuse what the schema allows, that is what rules are for."""

FEW, MANY = 2, 60


def _page() -> dict[str, Any]:
    """The page, its parameters of paths narrowed to what the scenario made, so that requests get past the address.

    But for `seq`: there are many entries, and reading another than the example is no mistake.
    """
    page = copy.deepcopy(document(operations(), "0"))
    for path in page["paths"].values():
        for operation in path.values():
            # A random wait would only make the test wait; test_feed.py has it.
            operation["parameters"] = [each for each in operation["parameters"] if each["name"] != "wait"]
            for parameter in operation["parameters"]:
                if parameter["in"] == "path" and parameter["name"] != "seq":
                    parameter["schema"]["enum"] = [parameter["example"]]
    return page


PAGE = _page()
SCHEMA = schemathesis.openapi.from_dict(PAGE)


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A ledger in which everything has happened once, so that there is something to collide with."""
    folder = tmp_path_factory.mktemp("schemathesis")
    clock = SetClock(START)
    settings = Settings(
        store=f"sqlite:///{folder}/sceau.db",
        keys=str(Path(folder) / "keys"),
        passphrase=b"correct horse battery staple",
        provisioning_key=PROVISIONING,
        port=0,
    )
    with serving(settings, clock) as served:
        served.open("atelier")
        Scenario(served, clock).play()
        yield served


def _all_sent(query: dict[str, Any] | None, url: str | None) -> bool:
    """Whether each parameter that was drawn is in the address: a forbidden one with an empty list as value is not."""
    sent = {name for name, _ in parse_qsl(urlsplit(url or "").query, keep_blank_values=True)}
    return sent.issuperset(query or ())


def _ask(served: Served, operation: Operation, mode: GenerationMode, most: int) -> None:
    found = SCHEMA[operation.template][operation.method]
    key = PROVISIONING if operation.name == "ledger.open" else served.keys["atelier"]

    @bounded(
        max_examples=most,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(st.data())
    def ask(data: Any) -> None:
        case = data.draw(found.as_strategy(generation_mode=mode))
        answer = case.call(base_url=f"http://127.0.0.1:{served.port}", headers=bearer(key))
        checks = CHECKS if _all_sent(case.query, answer.request.url) else CHECKS[:-1]
        case.validate_response(answer, checks=checks)

    ask()


_ALL = operations()
_WITH_INPUT = [each for each in _ALL if each.body is not None or each.parameters or each.path_example]
"""The others have nothing that could be wrong."""


@pytest.mark.parametrize("operation", _ALL, ids=lambda each: each.name)
def test_what_the_page_allows_is_answered_as_the_page_says(lived_in: Served, operation: Operation) -> None:
    _ask(lived_in, operation, GenerationMode.POSITIVE, FEW)


@pytest.mark.parametrize("operation", _WITH_INPUT, ids=lambda each: each.name)
def test_what_the_page_forbids_is_refused_as_the_page_says(lived_in: Served, operation: Operation) -> None:
    _ask(lived_in, operation, GenerationMode.NEGATIVE, FEW)


@pytest.mark.long
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda each: each.value)
@pytest.mark.parametrize("operation", _WITH_INPUT, ids=lambda each: each.name)
def test_asked_for_longer_nothing_else_appears(lived_in: Served, operation: Operation, mode: GenerationMode) -> None:
    _ask(lived_in, operation, mode, MANY)
