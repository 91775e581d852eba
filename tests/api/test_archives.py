"""Archives over HTTP: made, listed, downloaded whole, by whom; and a document's proof."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.http.archives import ARCHIVE
from api.http.routes.table import operations
from api.settings import Settings
from archive import reading
from tests.api.conftest import PROVISIONING
from tests.api.scenario import SetClock
from tests.api.serving import Served, bearer, serving


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Path]]:
    """A server whose ledger has one invoice in November, which is closed."""
    folder = tmp_path_factory.mktemp("archives-http")
    clock = SetClock(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    settings = Settings(
        store=f"sqlite:///{folder}/sceau.db", keys=str(folder / "keys"), passphrase=b"correct horse battery staple",
        provisioning_key=PROVISIONING, port=0,
    )  # fmt: skip
    with serving(settings, clock) as served:
        served.open("atelier")
        line = {"label": "Pose", "unit_price": "100", "nature": "services"}
        client = {"name": "Jeanne Dupré", "address": {"lines": ["1 rue du Frêne"], "city": "Rennes"}}
        assert served.post("/invoices", {"lines": [line], "client": client}).status_code == 201
        clock.go(days=8)
        yield served, folder


def made(served: Served) -> httpx.Response:
    return served.post("/archives", {"period": "2026-11"})


def test_a_closed_month_is_archived_once_and_downloaded_whole(closed: tuple[Served, Path]) -> None:
    served, folder = closed
    served.post("/closures", {"period": "month"})
    first, again = made(served), made(served)
    assert (first.status_code, again.status_code) == (201, 201), first.text
    assert first.json() == again.json()
    one = first.json()
    assert set(one) == set(ARCHIVE["properties"])
    assert first.headers["location"].endswith(one["manifest"])
    assert served.get("/archives").json()["items"] == [one]
    assert served.get(f"/archives/{one['manifest']}").json() == one
    file = served.get(f"/archives/{one['manifest']}/file")
    assert file.headers["content-type"] == "application/zip"
    assert int(file.headers["content-length"]) == len(file.content)
    assert 'filename="atelier-2026-11.zip"' in file.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        manifest = archive.read("manifest.json")
    assert sha256(manifest).hexdigest() == one["manifest"]
    private = served.get(f"/archives/{one['manifest']}/private")
    assert sha256(private.content).hexdigest() == json.loads(manifest)["private"]["sha256"]
    copy = folder / "copy.zip"
    copy.write_bytes(file.content)
    assert reading.verify([copy], ["--genesis", json.loads(manifest)["genesis"]], quiet=True) == 0


def test_who_may_do_what(closed: tuple[Served, Path]) -> None:
    served, _ = closed
    served.post("/closures", {"period": "month"})
    manifest = made(served).json()["manifest"]
    allowed: dict[str, set[str]] = {}
    base = "/v1/ledgers/atelier/archives"
    for role in ("owner", "operator", "accountant", "auditor"):
        headers = bearer(served.key(role))
        asked: dict[str, httpx.Response] = {
            "make": served.client.post(base, json={"period": "2026-11"}, headers=headers),
            "list": served.client.get(base, headers=headers),
            "file": served.client.get(f"{base}/{manifest}/file", headers=headers),
            "private": served.client.get(f"{base}/{manifest}/private", headers=headers),
        }
        allowed[role] = {name for name, answer in asked.items() if answer.status_code in (200, 201)}
        assert all(answer.status_code in (200, 201, 403) for answer in asked.values())
    assert allowed == {
        "owner": {"make", "list", "file", "private"},
        "operator": {"list", "file"},
        "accountant": {"make", "list", "file", "private"},
        "auditor": {"list", "file"},
    }


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"period": "2026-12"}, 409, "ARCHIVE_PERIOD_OPEN"),
        ({"period": "2026-11-24"}, 409, "ARCHIVE_EMPTY"),
        ({"period": "../../etc"}, 422, "ARCHIVE_PERIOD_MALFORMED"),
        ({"period": "2020-01-01..2026-01-01"}, 422, "ARCHIVE_PERIOD_TOO_LONG"),
    ],
)
def test_what_cannot_be_archived_is_refused_in_words(
    closed: tuple[Served, Path], body: dict[str, Any], status: int, code: str
) -> None:
    served, _ = closed
    served.post("/closures", {"period": "month"})
    answer = served.post("/archives", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    "path", ["/archives/x", f"/archives/{'0' * 64}", f"/archives/{'0' * 64}/file", "/archives/../x"]
)
def test_what_is_no_archive_is_not_found(closed: tuple[Served, Path], path: str) -> None:
    assert closed[0].get(path).status_code == 404


def test_a_document_is_proven_to_who_holds_it(closed: tuple[Served, Path]) -> None:
    served, folder = closed
    plain = served.get("/documents/F-00001/proof")
    named = served.get("/documents/F-00001/proof?names=true")
    assert plain.status_code == named.status_code == 200
    assert "Dupré" not in plain.text
    assert "Dupré" in named.text
    path = folder / "F-00001.proof.json"
    path.write_bytes(named.content)
    line = served.get("/entries?limit=1").json()["items"][0]
    assert reading.verify([path], ["--genesis", line["fingerprint"]], quiet=True) == 0
    assert served.get("/documents/F-99999/proof").status_code == 404


def test_every_operation_on_archives_stands_in_the_table() -> None:
    names = {each.name for each in operations() if each.tag == "archive"}
    assert names == {
        "archive.create", "archive.list", "archive.read", "archive.download", "archive.download_private",
        "document.prove",
    }  # fmt: skip
