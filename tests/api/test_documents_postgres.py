"""Two servers over one PostgreSQL database: each document is recorded once, whoever draws it first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from api.documents import Documents
from api.jobs.rendering import Rendering
from api.rendering.subjects import Subject
from api.settings import Settings
from ledger.domain.events.messages import DocumentRendered
from ledger.shell.stores.open import open_store
from tests.api.test_documents_job import Sketches
from tests.shell.business import HandClock, answered, invoice, opened, service_over


def test_two_servers_record_each_document_once(postgres_url: str, tmp_path: Path) -> None:
    clock = HandClock()
    settings = Settings(documents=str(tmp_path / "documents"))
    with (
        service_over(open_store(postgres_url), tmp_path / "keys", clock) as one,
        service_over(open_store(postgres_url), tmp_path / "keys", clock) as other,
    ):
        opened(one)
        ledger = one.find("atelier").ledger
        sold = [str(answered(one.execute(ledger, invoice())).result["invoice"]) for _ in range(6)]
        both = [Documents(each, settings, Sketches(1, 8, 30)) for each in (one, other)]
        jobs = [Rendering(each.service, each, clock.now) for each in both]
        with ThreadPoolExecutor(4) as threads:
            rounds = [threads.submit(job.run, lambda: True) for job in jobs]
            asked = [threads.submit(each.file, ledger, Subject("invoice", sold[0])) for each in both]
            for ended in rounds:
                ended.result()
            given = [done.result().recorded for done in asked]
        for job in jobs:  # whoever was overtaken twenty times comes again
            job.run(lambda: True)
        lines = list(one.store.lines(ledger, types=(DocumentRendered.TYPE,)))
        assert sorted(line.stream.partition(":")[2] for line in lines) == sorted(sold)
        assert len(set(given)) == 1
