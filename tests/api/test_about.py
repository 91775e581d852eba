"""`GET /v1/about`: the same answer as the command line's, for anybody, and the law of any day."""

from __future__ import annotations

from datetime import date

import jsonschema
import pytest

from api.about import about
from api.http.about import ABOUT
from ledger.shell.perimeter import perimeter
from tests.api.serving import Served


def test_anybody_may_ask_which_software_this_is(served: Served) -> None:
    answer = served.client.get("/v1/about", params={"on": "2026-11-22"})
    assert answer.status_code == 200
    assert answer.json() == about(date(2026, 11, 22))
    assert answer.json()["perimeter"]["fingerprint"] == perimeter()
    assert "files" not in answer.json()["perimeter"]


def test_the_files_are_listed_when_asked_for(served: Served) -> None:
    told = served.client.get("/v1/about", params={"files": "true", "on": "2027-03-01"}).json()
    assert len(told["perimeter"]["files"]) == told["perimeter"]["count"]
    assert [row["value"] for row in told["law"]["article"]] == ["CIBS art. L. 216-40"]
    jsonschema.validate(told, ABOUT)


@pytest.mark.parametrize(
    "query", ["on=2026-13-01", "on=20261122", "on=", "files=yes", "day=2026-11-22", "on=2026-W47-7"]
)
def test_a_query_that_is_none_is_refused_by_its_name(served: Served, query: str) -> None:
    answer = served.client.get(f"/v1/about?{query}")
    assert answer.status_code == 400
    assert answer.json()["code"] == "PARAMETER_INVALID"
