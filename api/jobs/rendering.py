"""Rendering each document as it is issued, and recording its digest; one that fails holds nobody up.

The place that is kept for a restart stays before the first document that fails: what comes after it is found recorded
and passed over. Entries of its own issue no document, so that it comes to rest.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import Final

from api.documents import Documents, Made
from api.jobs.scheduler import Still
from api.jobs.trouble import Trouble
from api.rendering.errors import DocumentErased, DocumentUnknown, NotRendered
from api.rendering.subjects import ISSUING, Subject, subject_of
from ledger.domain.events.ledger import TaskOpened
from ledger.domain.events.periods import DataErased, EntriesPurged
from ledger.domain.refusals import Refusal
from ledger.kernel.errors import Malformed, SceauError
from ledger.shell.errors import Overloaded, StreamPurged
from ledger.shell.journal import journal_decided
from ledger.shell.service import Service
from ledger.shell.store import Line

_LOG: Final = logging.getLogger("sceau.documents")
READER: Final = "documents"
"""How far a ledger's documents are rendered without a gap."""
GONE_READER: Final = "documents.gone"
"""How far erasures and purges have been carried out on kept files."""
BATCH: Final = 32
"""Documents recorded in one transaction."""
FIRST_DELAY: Final = timedelta(minutes=1)
LONGEST_DELAY: Final = timedelta(hours=6)
TASK_AFTER: Final = 3
"""Tries after which the ledger itself says, as a task, that a document cannot be rendered."""
TASK: Final = "document_not_rendered"


@dataclass(slots=True)
class _Failing:
    subject: Subject
    code: str
    attempts: int
    again: datetime


@dataclass(slots=True)
class _Place:
    """How far one ledger's documents have come in this process."""

    seq: int
    failing: dict[int, _Failing] = field(default_factory=dict)  # by seq
    head: int = -1  # at which nothing was left to do


@dataclass(slots=True)
class Rendered:
    """What the job has done since the start, for metrics."""

    documents: int = 0
    failures: int = 0
    failing: int = 0


class Rendering:
    """Renders the documents of every live ledger."""

    def __init__(
        self,
        service: Service,
        documents: Documents,
        clock: Callable[[], datetime],
        *,
        draws: bool = True,
        threads: int = 1,
        told: Callable[[Rendered], None] | None = None,
    ) -> None:
        """Render with `documents`.

        Args:
            service: whose ledgers.
            documents: how.
            clock: the present, UTC.
            draws: False only lets kept files go whose names were erased: documents are drawn when asked for.
            threads: how many documents are drawn at once.
            told: gets the figures after each round.
        """
        self._service = service
        self._documents = documents
        self._clock = clock
        self._draws = draws
        self._threads = threads
        self._told = told
        self._places: dict[str, _Place] = {}
        self._trouble = Trouble("documents")
        self.figures = Rendered()

    def run(self, still: Still) -> None:
        """One round."""
        for row in self._service.ledgers():
            if not still():
                return
            if row.kind == "register":
                continue  # it issues nothing
            try:
                self._forget(row.ledger, still)
                if self._draws and row.kind == "live":  # in a training ledger nothing happens without an operator
                    self._one(row.ledger, still)
            except (SceauError, OSError) as error:
                self._trouble.tell(row.ledger, error)
            else:
                self._trouble.over(row.ledger)
        self._documents.rest()
        self.figures.failing = sum(len(place.failing) for place in self._places.values())
        if self._told is not None:
            self._told(self.figures)

    def _forget(self, ledger: str, still: Still) -> None:
        """Let kept files go after an erasure or purge."""
        store = self._service.store
        done = store.tracked(ledger, GONE_READER) or 0
        lines = list(store.lines(ledger, done, types=(DataErased.TYPE, EntriesPurged.TYPE)))
        if not lines:
            return
        self._documents.forget_gone(ledger, still)
        if still():
            store.track(ledger, GONE_READER, lines[-1].seq)

    def _one(self, ledger: str, still: Still) -> None:
        store = self._service.store
        place = self._places.get(ledger)
        if place is None:
            place = self._places[ledger] = _Place(store.tracked(ledger, READER) or 0)
        head = store.head(ledger)
        now = self._clock()
        due = [one for one in place.failing.values() if one.again <= now]
        if head is None or (head.seq == place.head and not due):
            return
        if self._service.register(ledger).closed:
            return
        for lines in self._batches(ledger, place):
            self._batch(ledger, place, [subject for line in lines if (subject := subject_of(line)) is not None])
            place.seq = max(place.seq, lines[-1].seq)
            self._keep(ledger, place)
            if not still():
                return
        self._batch(ledger, place, [one.subject for one in due])
        place.seq = max(place.seq, head.seq)
        self._keep(ledger, place)
        place.head = head.seq

    def _batches(self, ledger: str, place: _Place) -> Iterator[list[Line]]:
        lines = self._service.store.lines(ledger, place.seq, types=tuple(ISSUING))
        while batch := list(islice(lines, BATCH)):
            yield batch

    def _batch(self, ledger: str, place: _Place, subjects: list[Subject]) -> None:
        """Draw some documents, then record them together.

        Raises:
            Overloaded: others draw: the rest is for the next round.
        """
        wanted = [one for one in subjects if not self._documents.is_recorded(ledger, one)]
        for one in subjects:
            if one not in wanted and one.seq is not None:
                place.failing.pop(one.seq, None)
        if not wanted:
            return
        with ThreadPoolExecutor(self._threads) as threads:
            drawn = list(threads.map(lambda subject: self._draw(ledger, subject), wanted))
        made = [(one, file) for one, file in zip(wanted, drawn, strict=True) if isinstance(file, Made)]
        answers = self._documents.keep(ledger, [file for _, file in made]) if made else []
        refused = {
            one: answer.code for (one, _), answer in zip(made, answers, strict=True) if isinstance(answer, Refusal)
        }
        for one, file in zip(wanted, drawn, strict=True):
            code = file if isinstance(file, str) else refused.get(one)
            if code is None:
                self._succeeded(place, one, isinstance(file, Made))
            else:
                self._failed(ledger, place, one, code)

    def _draw(self, ledger: str, subject: Subject) -> Made | str | None:
        """Give the file, or the code of why there is none, or None where there is nothing to draw any more."""
        try:
            return self._documents.make(ledger, subject, self._documents.paper(ledger, subject))
        except (DocumentErased, DocumentUnknown, StreamPurged):
            return None
        except Overloaded:
            raise
        except (NotRendered, Malformed) as error:
            return error.code
        except Exception as error:  # whatever one document makes go wrong is not the others' trouble
            _LOG.error("a document is not rendered: %s", type(error).__name__, exc_info=True, extra={"ledger": ledger})
            return type(error).__name__

    def _succeeded(self, place: _Place, subject: Subject, drawn: bool) -> None:
        assert subject.seq is not None  # noqa: S101 - an entry issued it
        if place.failing.pop(subject.seq, None) is not None:
            _LOG.warning("a document is rendered at last: %s of entry %d", subject.kind, subject.seq)
        self.figures.documents += drawn

    def _failed(self, ledger: str, place: _Place, subject: Subject, code: str) -> None:
        assert subject.seq is not None  # noqa: S101 - an entry issued it
        before = place.failing.get(subject.seq)
        attempts = before.attempts + 1 if before is not None else 1
        delay = min(FIRST_DELAY * 2 ** min(attempts - 1, 10), LONGEST_DELAY)
        place.failing[subject.seq] = _Failing(subject, code, attempts, self._clock() + delay)
        self.figures.failures += 1
        if before is None or before.code != code:
            facts = {"ledger": ledger, "code": code, "place": f"entry {subject.seq}"}
            _LOG.warning("a document is not rendered: %s of entry %d, %s", subject.kind, subject.seq, code, extra=facts)
        if attempts == TASK_AFTER:
            self._open_task(ledger, subject)

    def _open_task(self, ledger: str, subject: Subject) -> None:
        """Tell the business, once for each document: the task's id is made of what it is about."""
        stream = f"task:{task_id(subject)}"
        about = None if subject.about == "self" else subject.about

        def decide() -> TaskOpened | int:
            told = next(self._service.store.stream(ledger, stream, limit=1), None)
            return TaskOpened(code=TASK, about=about) if told is None else told.seq

        journal_decided(self._service, ledger, stream, decide)

    def _keep(self, ledger: str, place: _Place) -> None:
        """Keep the place for a restart: before the first document that fails."""
        seq = min(place.failing) - 1 if place.failing else place.seq
        if seq > 0:
            self._service.store.track(ledger, READER, seq)


def task_id(subject: Subject) -> str:
    """Give the id of the task that a document cannot be rendered: in the form of a UUIDv4, made of what it is about."""
    text = sha256(f"sceau-task/1\n{TASK}\n{subject.kind}\n{subject.about}\n{subject.seq}".encode()).hexdigest()
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{'89ab'[int(text[16], 16) & 3]}{text[17:20]}-{text[20:32]}"
