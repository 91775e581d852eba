"""The job that renders documents as they are issued: catches up, comes to rest, and lets no bad one hold others up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from api.documents import Documents
from api.jobs.rendering import BATCH, READER, TASK, TASK_AFTER, Rendering, task_id
from api.rendering.errors import NotRendered
from api.rendering.pool import Pool
from api.rendering.subjects import Subject
from api.rendering.tasks import Done, Draw, Task
from api.settings import Settings
from archive.erasure import erase_due
from ledger.domain.commands.sales import CreditInvoice
from ledger.domain.events.ledger import TaskOpened
from ledger.domain.events.messages import DocumentRendered
from ledger.shell.errors import Overloaded
from ledger.shell.store import Line
from ledger.shell.stores.memory import MemoryStore
from projections.documents.paper import Paper
from tests.shell.business import HandClock, answered, invoice, opened, service_over


class Sketches(Pool):
    """Draws in no time: pages have tests of their own, and a batch of them takes long."""

    def run(self, task: Task) -> Done:
        assert isinstance(task, Draw)
        return Done({"media_type": "application/pdf", "profile": None}, f"%PDF-1.7 {task.paper.proof.seq}".encode())


class Office:
    """A business whose documents a job renders; the test moves the clock, and says which papers cannot be drawn."""

    def __init__(self, folder: Path, kind: Any = "live") -> None:
        self.clock = HandClock()
        self.folder = folder
        self.service = service_over(MemoryStore(), folder / "keys", self.clock)
        opened(self.service, kind=kind)
        self.ledger = self.service.find("atelier").ledger
        settings = Settings(documents=str(folder / "documents"), documents_workers=1)
        self.documents = Documents(self.service, settings, Sketches(1, 4, 30))
        self.bad: dict[str, Exception] = {}
        self.drawn: list[str] = []
        make = self.documents.make

        def watched(ledger: str, subject: Subject, paper: Paper) -> Any:
            self.drawn.append(subject.about)
            if subject.about in self.bad:
                raise self.bad[subject.about]
            return make(ledger, subject, paper)

        self.documents.make = watched  # type: ignore[method-assign] # the page is not what is tested here
        self.job = self.fresh()

    def fresh(self, **options: Any) -> Rendering:
        """The job of a process that has just started."""
        return Rendering(self.service, self.documents, self.clock.now, **options)

    def sell(self, count: int = 1) -> list[str]:
        return [
            str(answered(self.service.execute(self.ledger, invoice(), actor="user:ada")).result["invoice"])
            for _ in range(count)
        ]

    def round(self, job: Rendering | None = None) -> None:
        (job or self.job).run(lambda: True)

    def rendered(self) -> list[Line]:
        return list(self.service.store.lines(self.ledger, types=(DocumentRendered.TYPE,)))

    def abouts(self) -> list[str]:
        return [line.stream.partition(":")[2] for line in self.rendered()]

    def tasks(self) -> list[TaskOpened]:
        return [one.record for one in self.service.entries(self.ledger, types=(TaskOpened.TYPE,))]

    def head(self) -> int:
        head = self.service.store.head(self.ledger)
        assert head is not None
        return head.seq

    def tracked(self) -> int | None:
        return self.service.store.tracked(self.ledger, READER)

    def close(self) -> None:
        self.documents.close()
        self.service.close()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.close()


def test_each_document_is_rendered_and_recorded_once_then_all_is_at_rest(office: Office) -> None:
    sold = office.sell(2)
    credited = answered(office.service.execute(office.ledger, CreditInvoice(invoice=sold[0], cause="return")))
    office.round()
    assert office.abouts() == [*sold, credited.result["credit_note"]]
    assert [one.actor for one in office.service.entries(office.ledger, types=(DocumentRendered.TYPE,))] == [
        "system"
    ] * 3
    head = office.head()
    for _ in range(3):
        office.round()
    assert office.head() == head
    assert len(office.drawn) == 3
    assert office.job.figures.documents == 3


def test_it_catches_up_after_a_stop_and_draws_nothing_twice(office: Office) -> None:
    office.round()
    sold = office.sell(BATCH + 3)
    office.documents.file(office.ledger, Subject("invoice", sold[4]))  # asked for before the job came
    drawn = len(office.drawn)
    office.round(office.fresh())
    assert sorted(office.abouts()) == sorted(sold)
    assert len(office.drawn) - drawn == len(sold) - 1
    office.round(office.fresh())
    assert len(office.drawn) - drawn == len(sold) - 1


def test_a_bad_document_holds_nobody_up_is_tried_again_later_and_told(office: Office) -> None:
    bad, *good = office.sell(3)
    office.bad[bad] = NotRendered("invalid", ["schematron BR-S-08"])
    office.round()
    assert office.abouts() == good
    assert office.job.figures.failing == 1
    tried = office.drawn.count(bad)
    office.round()
    assert office.drawn.count(bad) == tried, "not before its time"
    for _ in range(TASK_AFTER + 2):
        office.clock.pass_by(timedelta(hours=7))
        office.round()
    assert office.drawn.count(bad) == TASK_AFTER + 3
    assert [(one.code, one.about) for one in office.tasks()] == [(TASK, bad)]
    office.bad.clear()
    office.clock.pass_by(timedelta(hours=7))
    office.round()
    assert office.abouts() == [*good, bad]
    assert office.job.figures.failing == 0


def test_after_a_restart_a_document_that_failed_is_found_again_and_no_second_task_is_opened(office: Office) -> None:
    bad, *good = office.sell(3)
    office.bad[bad] = NotRendered("failed")
    office.round()
    first = office.fresh()
    for _ in range(TASK_AFTER + 1):
        office.round(first)
        office.clock.pass_by(timedelta(hours=7))
    second = office.fresh()
    for _ in range(TASK_AFTER + 1):
        office.round(second)
        office.clock.pass_by(timedelta(hours=7))
    assert len(office.tasks()) == 1
    office.bad.clear()
    office.round(office.fresh())
    assert sorted(office.abouts()) == sorted([bad, *good])


def test_whatever_one_document_makes_go_wrong_is_not_the_others_trouble(office: Office) -> None:
    bad, good = office.sell(2)
    office.bad[bad] = RecursionError()
    office.round()
    assert office.abouts() == [good]


def test_when_others_draw_the_job_waits_and_nothing_counts_as_failed(office: Office) -> None:
    (sold,) = office.sell()
    office.bad[sold] = Overloaded("documents")
    office.round()
    assert (office.abouts(), office.job.figures.failures) == ([], 0)
    office.bad.clear()
    office.round()
    assert office.abouts() == [sold]


def test_a_process_that_drew_and_died_before_it_recorded_is_made_up_for(office: Office) -> None:
    (sold,) = office.sell()
    subject = Subject("invoice", sold)
    made = office.documents.make(office.ledger, subject, office.documents.paper(office.ledger, subject))
    assert office.rendered() == []  # killed here
    office.round()
    (line,) = office.rendered()
    assert made.file.digest.encode() in line.line


def test_two_processes_at_once_record_each_document_once(office: Office) -> None:
    sold = office.sell(3)
    one, other = office.fresh(), office.fresh()
    seen = office.documents.is_recorded
    office.documents.is_recorded = lambda ledger, subject: False  # type: ignore[method-assign] # both looked before either wrote
    office.round(one)
    office.round(other)
    office.documents.is_recorded = seen  # type: ignore[method-assign] # as it was
    assert sorted(office.abouts()) == sorted(sold)


def test_it_stops_between_batches_when_the_end_is_near(office: Office) -> None:
    office.sell(BATCH + 1)
    office.job.run(iter([True, False]).__next__)
    assert len(office.rendered()) == BATCH
    office.round()
    assert len(office.rendered()) == BATCH + 1


def test_a_training_ledger_is_rendered_when_somebody_asks(tmp_path: Path) -> None:
    office = Office(tmp_path, "training")
    try:
        (sold,) = office.sell()
        office.round()
        assert office.rendered() == []
        office.documents.file(office.ledger, Subject("invoice", sold), actor="user:ada")
        assert office.abouts() == [sold]
    finally:
        office.close()


def test_switched_off_it_draws_nothing_and_still_lets_erased_files_go(office: Office) -> None:
    office.sell()
    off = office.fresh(draws=False)
    office.round(off)
    assert office.rendered() == []
    office.round()
    assert [path for path in (office.folder / "documents").rglob("*") if path.is_file()] != []
    office.clock.pass_by(timedelta(days=366 * 12))
    assert erase_due(office.service, "atelier").persons == 1
    office.round(off)
    assert [path for path in (office.folder / "documents").rglob("*") if path.is_file()] == []


def test_a_ledger_that_takes_no_entry_is_told_once_and_the_others_are_served(office: Office) -> None:
    office.sell()
    opened(office.service, "other")
    other = office.service.find("other").ledger
    answered(office.service.execute(other, invoice()))
    append = office.service.append

    def refusing(ledger: str, *more: Any, **members: Any) -> Any:
        if ledger == office.ledger:
            raise Overloaded("full")
        return append(ledger, *more, **members)

    office.service.append = refusing  # type: ignore[method-assign] # one ledger's writer is stuck
    office.round()
    office.service.append = append  # type: ignore[method-assign] # as it was
    assert office.rendered() == []
    assert list(office.service.store.lines(other, types=(DocumentRendered.TYPE,))) != []
    office.round()
    assert len(office.rendered()) == 1


def test_the_task_of_a_document_has_an_id_of_its_own_always_the_same() -> None:
    about = "cccccccc-0000-4000-8000-000000000001"
    one = task_id(Subject("invoice", about, 7))
    assert one == task_id(Subject("invoice", about, 7))
    assert len({one, task_id(Subject("invoice", about, 8)), task_id(Subject("quote", about, 7))}) == 3
