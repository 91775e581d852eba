"""The generated files are those that the table of operations makes: every operation has its method."""

from __future__ import annotations

import re

import pytest

from api.http.routes.table import operations
from tests.client.generate import ASYNC, FOLDER, MODELS, SYNC, make

MADE = make()


@pytest.mark.parametrize("name", [MODELS, SYNC, ASYNC])
def test_the_file_is_as_it_would_be_made_now(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == MADE[name], "python -m tests.client.generate"


@pytest.mark.parametrize("name", [SYNC, ASYNC])
def test_every_operation_but_the_metrics_has_its_method(name: str) -> None:
    called = re.findall(r'"(GET|POST|PUT|DELETE)",\n +(?:path_of\()?"([^"]+)"', MADE[name])
    wanted = [(each.method, each.template) for each in operations() if each.template != "/metrics"]
    assert sorted(set(called)) == sorted(wanted)
