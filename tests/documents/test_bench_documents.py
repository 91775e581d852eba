"""`sceau bench documents`: every row runs and says what it measured. Nothing here asserts a time."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from api.bench import documents
from api.bench.postgres import VARIABLE
from api.bench.sizes import SMOKE
from api.bench.suite import MEASURES
from api.cli.bench import app
from projections.documents.validation import Finding


def test_the_measure_of_documents_gives_its_rows() -> None:
    done = CliRunner().invoke(app, ["documents", "--json", "--smoke"], env={VARIABLE: ""})
    assert done.exit_code == 0, done.output
    rows = json.loads(done.stdout)["rows"]
    assert len(rows) == 11
    assert all(row["value"] > 0 for row in rows)
    assert [row["goal"] for row in rows if row["goal"]] == ["value >= 100"]
    assert "Factur-X" in rows[0]["name"]
    assert rows[0]["reference"] > 0


def test_an_invoice_that_is_not_valid_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = (Finding(validator="schematron", rule="BR-1", place="/", words=""),)
    monkeypatch.setattr(documents, "check_xml", lambda *_, **__: wrong)
    with pytest.raises(AssertionError, match="BR-1"):
        list(MEASURES["documents"](SMOKE, None))
