"""Killed in the middle of drawing, keeping or recording: nothing twice, nothing half, nothing left out."""

from __future__ import annotations

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import orjson

from api.compose import compose
from api.documents import Documents
from api.jobs.rendering import Rendering
from api.settings import Settings
from ledger.domain.events.messages import DocumentRendered
from tests.api.test_documents_job import Sketches
from tests.shell.business import opened

_PROGRAM = """
import sys
from pathlib import Path
from api.compose import compose
from api.documents import Documents
from api.jobs.rendering import Rendering
from tests.api.test_documents_killed import settings
from tests.api.test_documents_job import Sketches
from tests.shell.business import answered, invoice

given = settings(Path(sys.argv[1]))
with compose(given) as service:
    ledger = service.find("atelier").ledger
    job = Rendering(service, Documents(service, given, Sketches(1, 4, 30)), service.clock.now)
    while True:
        answered(service.execute(ledger, invoice()))
        print("sold", flush=True)
        job.run(lambda: True)
"""
_SALES = (1, 4, 9)
"""How many each process makes before it is killed."""


def settings(folder: Path) -> Settings:
    return Settings(
        store=f"sqlite:///{folder}/sceau.db", keys=str(folder / "keys"), passphrase=b"correct horse battery staple",
        documents=str(folder / "documents"),
    )  # fmt: skip


def test_killed_again_and_again_every_invoice_has_one_recorded_file_and_every_file_is_whole(tmp_path: Path) -> None:
    given = settings(tmp_path)
    with compose(given, create=True) as service:
        opened(service)
    for sales in _SALES:
        with subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, str(tmp_path)], stdout=subprocess.PIPE, text=True
        ) as running:
            assert running.stdout is not None
            for _ in range(sales):  # the kill comes while the last of them is drawn, kept or recorded
                assert running.stdout.readline() == "sold\n"
            running.kill()
    with compose(given) as service:
        ledger = service.find("atelier").ledger
        documents = Documents(service, given, Sketches(1, 4, 30))
        Rendering(service, documents, service.clock.now).run(lambda: True)
        sold = [line.stream.partition(":")[2] for line in service.store.lines(ledger, types=("invoice.issued/1",))]
        bodies = [
            orjson.loads(line.line)["entry"]["body"]
            for line in service.store.lines(ledger, types=(DocumentRendered.TYPE,))
        ]
        assert len(sold) >= sum(_SALES)
        assert sorted(each["about"] for each in bodies) == sorted(sold)
        digests = {each["digest"] for each in bodies}
        kept = [path for path in (tmp_path / "documents").rglob("*") if path.is_file()]
        assert all(sha256(path.read_bytes()).hexdigest() == path.name.partition("-")[0] for path in kept)
        assert {path.name.partition("-")[0] for path in kept} == digests
