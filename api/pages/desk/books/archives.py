"""Archives: made beside the request, listed, downloaded, a copy confirmed; and the identity that is handed over."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from api.archives import archives_folder, stamp_from
from api.beside import Task
from api.http.call import Answer
from api.http.context import Context
from api.pages.desk.books.common import DESK, KEEPERS, MAKERS, get, piece, post
from api.pages.frame.forms import FieldWrong
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_field, of_refusal
from archive import reading
from archive.creation import Made, create, recorded
from archive.period import parse_period, resolve
from ledger.domain.refusals import Refusal
from ledger.kernel.errors import Malformed
from ledger.shell.errors import KeyMissing

TASK: Final = "archive"
_CERTIFICATE: Final = "archive.crt"  # as ledger/shell/archive_keys.py keeps it
COPY_BYTES: Final = 256 * 1024 * 1024
"""The longest copy that is confirmed in the page; a longer one by `sceau archive confirm`."""


def archives(visit: Visit, wrong: Wrong | None = None) -> Answer:
    """Show the archives that the ledger tells of, the newest first."""
    context, ledger = visit.context, visit.ledger.ledger
    task = context.beside.task(ledger, TASK)  # before the list: an archive said to be ready stands in it
    places = reading.media(context.service, ledger)
    here = _files(context, ledger)
    rows = [
        {**reading.told(one, places.get(one.event["manifest"], ())), "here": one.event["manifest"] in here}
        for one in recorded(context.store, ledger)
    ]
    return visit.render(
        "desk/books/archives.html",
        200 if wrong is None else wrong.status,
        wrong=wrong,
        rows=rows[::-1],
        makes=visit.role in MAKERS,
        task=task,
        outcome=_outcome(visit, task),
        identity=identity(visit),
        suggestion=_suggestion(visit),
    )


def make(visit: Visit) -> Answer:
    """Begin the archive of a closed period, and show how far it is."""
    context, row, actor = visit.context, visit.ledger, visit.actor
    period, renew = visit.form.text("period"), visit.form.ticked("renew")
    asked = parse_period(period)
    refusal = asked if isinstance(asked, Refusal) else None
    total = 0
    if not isinstance(asked, Refusal):
        found = resolve(context.store, row.ledger, asked)
        if isinstance(found, Refusal):
            refusal = found
        else:
            total = found.last - found.first + 1
    if refusal is not None:
        return archives(visit, of_refusal(refusal, visit.language, {"/period": "period"}))
    folder = archives_folder(context.settings) / row.ledger

    def work(told: Any) -> Made | Refusal:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return create(
            context.service, row.ledger, period, folder=folder, actor=actor, stamp=stamp_from(context.settings),
            told=told, replace=True, renew=renew, documents=context.documents.archived,
        )  # fmt: skip

    context.beside.begin(row.ledger, TASK, work, total, lambda fault: context.log.fault("archive", fault))
    return visit.go(visit.at("/archives"))


def progress(visit: Visit) -> Answer:
    """Show how far the archive under way is."""
    task = visit.context.beside.task(visit.ledger.ledger, TASK)
    facts = {"task": task, "outcome": _outcome(visit, task), "poll": visit.at("/archives/progress")}
    return piece(visit, "desk/books/progress.html", "Archive en cours", "archives", visit.at("/archives"), **facts)


def _outcome(visit: Visit, task: Task | None) -> dict[str, Any] | None:
    """Say how the last archive ended: words, and a tone."""
    if task is None or not task.over:
        return None
    result = task.result
    if isinstance(result, Refusal):
        words = result.words if visit.language == "fr" else result.words_en
        return {"words": words, "law": result.law, "tone": "bad", "path": ""}
    if isinstance(result, Made):
        said = "L'archive est prête." if not result.repeated else "Cette archive existait déjà : elle est identique."
        return {"words": visit.say(said), "law": None, "tone": "good", "path": visit.at("/archives")}
    words = visit.say("L'archive n'a pas pu être faite. Le journal du serveur dit pourquoi ; rien n'a été enregistré.")
    return {"words": words, "law": None, "tone": "bad", "path": ""}


def download(visit: Visit) -> Answer:
    """Give an archive's file."""
    return _given(visit, private=False)


def download_private(visit: Visit) -> Answer:
    """Give the encrypted file of what names people."""
    return _given(visit, private=True)


def _given(visit: Visit, *, private: bool) -> Answer:
    path = _files(visit.context, visit.ledger.ledger).get(visit.params["manifest"])
    if path is not None and private:
        path = path.with_name(path.name.removesuffix(".zip") + ".private.enc")
    if path is None or not path.exists():
        raise visit.nothing_there()
    media = "application/octet-stream" if private else "application/zip"
    answer = visit.file(b"", media, path.name)
    return Answer(200, b"", answer.media, answer.headers, path)


def confirm(visit: Visit) -> Answer:
    """Read a copy that was kept elsewhere back, and record that it is whole."""
    medium = visit.form.text("medium")
    files = visit.form.files.get("file", [])
    try:
        if not 1 <= len(medium) <= 60 or not medium.replace("-", "").replace("_", "").isalnum() or not medium.isascii():
            raise FieldWrong("medium", "Donnez au support un nom simple, comme nas-1 : lettres, chiffres, tirets.")
        if len(files) != 1:
            raise FieldWrong("file", "Choisissez le fichier .zip de la copie.")
        with tempfile.NamedTemporaryFile(prefix="sceau-copy-", suffix=".zip") as copy:
            copy.write(files[0].body)
            copy.flush()
            done = reading.confirm(
                visit.context.service, visit.ledger.ledger, Path(copy.name), medium, actor=visit.actor
            )
    except FieldWrong as wrong:
        return archives(visit, of_field(wrong, visit.language))
    except Malformed:
        return archives(visit, of_field(FieldWrong("file", "Ce fichier n'est pas une archive."), visit.language))
    if isinstance(done, Refusal):
        return archives(visit, of_refusal(done, visit.language))
    return visit.go(visit.at("/archives"))


def identity_file(visit: Visit) -> Answer:
    """Give the ledger's fingerprints as a text to keep elsewhere."""
    found = identity(visit)
    lines = [
        f"Registre {visit.ledger.name} ({visit.ledger.ledger})",
        f"Identité (empreinte de l'écriture 1) : {found['genesis']}",
        f"Clé des points de contrôle : {found['checkpoint_key']}",
    ]
    if found["archive_key"]:
        lines.append(f"Clé des archives (SHA-256) : {found['archive_key']}")
    body = "\n".join(lines) + "\n"
    return visit.file(body.encode(), "text/plain; charset=utf-8", f"{visit.ledger.name}-identite.txt")


def identity(visit: Visit) -> dict[str, str]:
    """Give what whoever checks this ledger must have from elsewhere."""
    context, ledger = visit.context, visit.ledger.ledger
    genesis = next(context.store.lines(ledger, 0, 1)).fingerprint
    found = {"genesis": genesis, "checkpoint_key": "", "archive_key": ""}
    with suppress(KeyMissing):
        found["checkpoint_key"] = context.service.keys.facts(ledger).checkpoint_key
        certificate = context.service.keys.public_file(
            ledger, _CERTIFICATE
        )  # without the key, which takes a passphrase
        if certificate is not None:
            public = x509.load_pem_x509_certificate(certificate).public_key()
            form = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            found["archive_key"] = sha256(form).hexdigest()
    return found


def _suggestion(visit: Visit) -> str:
    """Give the last month that is closed, as the period to archive; empty where none is."""
    periods = visit.context.service.register(visit.ledger.ledger).periods
    if not periods.month_from or periods.month_from <= periods.since[:7] + "-31":
        return ""
    year, month = int(periods.month_from[:4]), int(periods.month_from[5:7]) - 1
    return f"{year:04d}-{month:02d}" if month else f"{year - 1:04d}-12"


def _files(context: Context, ledger: str) -> dict[str, Path]:
    """Find the archives that are in this server's folder, by manifest."""
    found: dict[str, Path] = {}
    for path in sorted((archives_folder(context.settings) / ledger).glob("*.zip")):
        with suppress(Malformed, OSError):
            found[reading.say(path).manifest] = path
    return found


PAGES: Final[tuple[Page, ...]] = (
    get("/archives", archives, DESK, "Les archives scellées."),
    post("/archives", make, KEEPERS, "Faire l'archive d'une période close."),
    get("/archives/progress", progress, DESK, "Où en est l'archive."),
    get("/archives/identity", identity_file, DESK, "L'identité du registre, à garder ailleurs."),
    post("/archives/confirm", confirm, KEEPERS, "Confirmer une copie gardée ailleurs.", COPY_BYTES),
    get("/archives/{manifest}/file", download, DESK, "Télécharger une archive.", manifest="0" * 64),
    get("/archives/{manifest}/private", download_private, KEEPERS, "Télécharger le fichier des noms.",
        manifest="0" * 64),
)  # fmt: skip
