"""Integrity: what it rests on now, the full check run beside the page, checkpoints, and the proof of one document."""

from __future__ import annotations

from typing import Any, Final

from api.beside import Task
from api.evidence import evidence_from
from api.http.call import Answer
from api.jobs.checkpointing import take_checkpoint
from api.jobs.integrity import integrity_of
from api.pages.desk.books.common import DESK, KEEPERS, MAKERS, big, get, piece, post
from api.pages.desk.books.findings import finding_words
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_refusal
from api.windows import checked_windows
from archive.proving import prove
from ledger.domain.refusals import Refusal
from ledger.shell.verification import verify_ledger
from projections.reports.shapes import said
from projections.reports.words import words_of

TASK: Final = "verify"
_ATTEMPTS: Final = 3
_CHECKPOINTS: Final = 20
_MOST_FINDINGS: Final = 100


def integrity(visit: Visit, wrong: Wrong | None = None) -> Answer:
    """Show both windows, the last checkpoint, every place, and how the last check ended."""
    context, ledger = visit.context, visit.ledger.ledger
    found = integrity_of(context.service, ledger, context.service.clock.now(), context.register)
    task = context.beside.task(ledger, TASK)
    last = found.checkpoint
    made = list(context.store.checkpoints(ledger, max(0, last.size - 2_000)))[-_CHECKPOINTS:] if last else []
    return visit.render(
        "desk/books/integrity.html",
        200 if wrong is None else wrong.status,
        wrong=wrong,
        found=found,
        told=found.as_json(),
        checkpoints=made[::-1],
        makes=visit.role in MAKERS,
        task=task,
        outcome=_outcome(visit, task),
        poll=visit.at("/integrity/progress"),
        big=big,
        code=lambda value: said(words_of(value), visit.language),
    )


def verify(visit: Visit) -> Answer:
    """Begin the full check, and show how far it is."""
    context, row = visit.context, visit.ledger
    head = context.store.head(row.ledger)

    def work(told: Any) -> dict[str, Any]:
        for _ in range(_ATTEMPTS):
            before = context.store.head(row.ledger)
            verified = verify_ledger(
                context.settings.store, context.store, context.service.keys, row.ledger,
                evidence=evidence_from(context.settings, context.store, row.ledger), progress=told,
            )  # fmt: skip
            if verified.ok or context.store.head(row.ledger) == before:
                now = context.service.clock.now()
                left = checked_windows(context.store, row.ledger, verified, now)
                return {"verified": verified, "left": left, "at": now}
        return {"verified": None}

    total = 0 if head is None else head.seq
    context.beside.begin(row.ledger, TASK, work, total, lambda fault: context.log.fault("verify", fault))
    return visit.go(visit.at("/integrity"))


def progress(visit: Visit) -> Answer:
    """Show how far the check under way is, or its verdict."""
    task = visit.context.beside.task(visit.ledger.ledger, TASK)
    facts = {
        "task": task,
        "outcome": _outcome(visit, task),
        "poll": visit.at("/integrity/progress"),
    }
    return piece(visit, "desk/books/verdict.html", "Vérification", "integrity", visit.at("/integrity"), **facts)


def _outcome(visit: Visit, task: Task | None) -> dict[str, Any] | None:
    """Give the verdict of the last check in words; None while there is none."""
    if task is None or not task.over:
        return None
    if task.state == "failed":
        return {"tone": "bad", "kind": "failed", "verdict": None}
    verified = task.result["verified"]
    if verified is None:
        return {"tone": "warn", "kind": "overtaken", "verdict": None}
    verdict = verified.verdict
    findings = [
        {"code": one.code, "seq": one.seq, "words": finding_words(one, visit.language)}
        for one in verdict.findings[:_MOST_FINDINGS]
    ]
    return {
        "tone": "good" if verdict.ok else "bad",
        "kind": "ok" if verdict.ok else "found",
        "verdict": verdict,
        "trust": verified.trust,
        "findings": findings,
        "left": task.result["left"],
        "at": task.result["at"],
    }


def checkpoint(visit: Visit) -> Answer:
    """Sign a checkpoint over every entry now."""
    context, ledger = visit.context, visit.ledger.ledger
    head = context.store.head(ledger)
    last = context.store.last_checkpoint(ledger)
    if head is not None and (last is None or last.size < head.seq - 1):  # its own entry asks for no other one
        take_checkpoint(context.service, ledger, "asked", actor=visit.actor)
    return visit.go(visit.at("/integrity"))


def checkpoint_file(visit: Visit) -> Answer:
    """Give a signed checkpoint, to be kept elsewhere."""
    size = visit.params["size"]
    if not (size.isascii() and size.isdigit() and len(size) <= 15):
        raise visit.nothing_there()
    row = visit.context.store.last_checkpoint(visit.ledger.ledger, int(size))
    if row is None or row.size != int(size):
        raise visit.nothing_there()
    return visit.file(row.note, "text/plain; charset=utf-8", f"{visit.ledger.name}-{row.size}.checkpoint.txt")


def proof(visit: Visit) -> Answer:
    """Give the proof that one document stands in the ledger."""
    document = visit.form.text("document")
    found: Any = None
    if 1 <= len(document) <= 60:
        found = prove(visit.context.service, visit.ledger.ledger, document)
    if found is None or isinstance(found, Refusal):
        words = visit.say("Aucun document ne porte ce numéro.")
        wrong = Wrong(words, places={"document": words})
        if isinstance(found, Refusal) and found.code not in ("DOCUMENT_UNKNOWN", "REFERENCE_UNKNOWN"):
            wrong = of_refusal(found, visit.language, {"/document": "document"})
        return integrity(visit, wrong)
    return visit.file(found.data, "application/json", found.name)


PAGES: Final[tuple[Page, ...]] = (
    get("/integrity", integrity, DESK, "Les preuves d'intégrité."),
    post("/integrity/verify", verify, DESK, "Vérifier tout le registre."),
    get("/integrity/progress", progress, DESK, "Où en est la vérification."),
    post("/integrity/checkpoint", checkpoint, KEEPERS, "Signer un point de contrôle."),
    get("/integrity/checkpoints/{size}", checkpoint_file, DESK, "Un point de contrôle.", size="1"),
    post("/integrity/proof", proof, DESK, "La preuve d'un document."),
)
