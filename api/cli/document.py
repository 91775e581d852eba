"""`sceau document`: documents as files, copies, anybody's Factur-X checked, any PDF tied to its entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args

import orjson
import typer

from api.cli import output
from api.cli.common import ACTOR, JsonOption, StoreOption, documents_of, refusal_words, service, settings
from api.documents import Documents, File
from api.rendering.errors import DocumentErased, DocumentRefused, DocumentUnknown, NotRendered
from api.rendering.subjects import ISSUING, KINDS, OFFERED, Subject, find_subject, subject_of
from api.rendering.tying import WHOLE, Tied
from archive.outfile import new_file
from ledger.domain.events.messages import DocumentRendered
from ledger.domain.refusals import Refusal
from ledger.shell.errors import StreamPurged
from ledger.shell.public import tune_process
from ledger.shell.service import Service
from projections.documents.paper import Language

app = typer.Typer(help="Documents as files: render, copy, check, verify (docs/documents.md).", no_args_is_help=True)

LedgerOption = Annotated[str, typer.Option("--ledger", help="name or id")]
KindOption = Annotated[str | None, typer.Option("--kind", help="where one id has several: " + ", ".join(OFFERED))]
LanguageOption = Annotated[str | None, typer.Option("--language", help="fr or en; by default the customer's")]
OutOption = Annotated[Path | None, typer.Option("--out", help="a file, or a folder that is there; by default here")]
ReplaceOption = Annotated[bool, typer.Option("--replace", help="write over files of that name")]

_STATES: Final[dict[str, str]] = {
    "issued": "is the issued file: not one byte differs",
    "sealed": "is the sealed file: not one byte differs",
    "extended": "begins with the issued file, unchanged; something was added after it",
    "altered": "is NOT the issued file: it claims that entry, and its bytes are others",
    "claimed": "claims an entry of which no file was recorded: nothing is proven",
    "elsewhere": "claims an entry of another ledger",
    "unknown": "is not a file of this ledger, and claims none",
}
_FALSE_CLAIM: Final = "claims an entry that this ledger does not have: nothing is proven"
_REASONS: Final[dict[str, str]] = {
    "no_such_copy": "no copy of that number was given",
    "no_xml": "this document has no machine-read data",
    "not_kept": "its file is not kept here any more",
    "not_sealed": "this document was not sealed",
    "nothing_due": "nothing is due of it: there is no payment request",
    "made_elsewhere": "documents of this kind are not made from a ledger's entry",
}
_NO_PDF: Final = "it is no PDF, or could not be read through"
_LEVELS: Final = ("B-B", "B-T", "B-LT", "B-LTA")
_MOST_BYTES: Final = 100 << 20


@app.command("render")
def render(
    ledger: LedgerOption,
    document: Annotated[str, typer.Argument(help="its id, its number, or a closure: month-2026-11-30")] = "",
    kind: KindOption = None,
    language: LanguageOption = None,
    seq: Annotated[int | None, typer.Option(min=1, help="the entry it stands for: a quote's version")] = None,
    copy: Annotated[int | None, typer.Option(min=1, help="k of DUPLICATA n° k, once it is numbered")] = None,
    xml: Annotated[bool, typer.Option("--xml", help="the invoice's machine-read data alone (CII)")] = False,
    every: Annotated[
        bool, typer.Option("--all", help="every document that the ledger issued; --out is a folder")
    ] = False,
    out: OutOption = None,
    replace: ReplaceOption = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a document as a file: the one whose digest the ledger knows, or made and recorded now."""
    said, named = _language(language), _kind(kind)
    given = settings(store)
    with service(given) as opened, documents_of(opened, given) as documents:
        row = opened.find(ledger)
        if every:
            if document or kind or seq or copy or xml:
                output.fail("--all takes no document, kind, entry or copy")
            _render_all(documents, row.ledger, row.name, said, out or Path(), replace, as_json)
            return
        if not document:
            output.fail("which document? its id, its number, or a closure's name; --all for every one")
        with _told():
            subject = find_subject(opened.store, row.ledger, document, named, seq)
            if xml:
                data, profile = documents.xml(row.ledger, subject, said)
                path = _write(data, out, f"{subject.kind}-{document}.xml", replace)
                _say({"file": str(path), "profile": profile}, f"{path}: {profile}", as_json)
                return
            file = documents.file(row.ledger, subject, said, copy, actor=ACTOR)
        path = _write(file.data, out, file.name, replace)
    _say(_file_json(file) | {"file": str(path)}, _file_words(path, file), as_json)


@app.command("copy")
def copy_document(
    ledger: LedgerOption,
    document: Annotated[str, typer.Argument(help="its id or its number")],
    kind: KindOption = None,
    language: LanguageOption = None,
    by: Annotated[str, typer.Option(help="how it goes out: print, email, download")] = "print",
    key: Annotated[str | None, typer.Option(help="idempotency key: the same one, the same copy")] = None,
    out: OutOption = None,
    replace: ReplaceOption = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Number a copy of a document, DUPLICATA n° k, and write its file (BOI-TVA-DECLA-30-10-30 §130)."""
    ways: dict[str, Literal["print", "email", "download"]] = {
        "print": "print", "email": "email", "download": "download",
    }  # fmt: skip
    if by not in ways:
        output.fail("--by is one of print, email, download")
    said, named = _language(language), _kind(kind)
    given = settings(store)
    with service(given) as opened, documents_of(opened, given) as documents:
        row = opened.find(ledger)
        with _told():
            subject = find_subject(opened.store, row.ledger, document, named)
            file = documents.copy(row.ledger, subject, ways[by], said, actor=ACTOR, key=key)
        if isinstance(file, Refusal):
            output.fail(refusal_words(file), output.FINDINGS)
        path = _write(file.data, out, file.name, replace)
    _say(_file_json(file) | {"file": str(path)}, _file_words(path, file), as_json)


@app.command("seal")
def seal_document(
    ledger: LedgerOption,
    document: Annotated[str, typer.Argument(help="its id or its number")],
    p12: Annotated[Path, typer.Option("--p12", help="the issuer's key and certificate, PKCS#12")],
    p12_passphrase_file: Annotated[Path | None, typer.Option(help="a file whose first line opens it")] = None,
    level: Annotated[str, typer.Option(help="PAdES: " + ", ".join(_LEVELS))] = "B-B",
    roots: Annotated[Path | None, typer.Option(help="PEM: whom certificates are traced to, for B-LT and B-LTA")] = None,
    kind: KindOption = None,
    language: LanguageOption = None,
    out: OutOption = None,
    replace: ReplaceOption = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Seal a document with the issuer's certificate, and record its digest; the authority is SCEAU_TSA_URL's."""
    from api.sealing import credential_of, stamp_of, trust_of  # its library takes a second to load
    from projections.documents.seal import seal

    said, named = _language(language), _kind(kind)
    if level not in _LEVELS:
        output.fail(f"--level is one of {', '.join(_LEVELS)}")
    asked: Any = level
    given = settings(store)
    credential, stamp, trust = credential_of(p12, p12_passphrase_file), stamp_of(given), trust_of(given, roots)
    if asked != "B-B" and stamp is None:
        output.fail(f"{level} needs a time stamp authority: set SCEAU_TSA_URL")
    if asked in ("B-LT", "B-LTA") and trust is None:
        output.fail(f"{level} needs --roots, or SCEAU_TSA_CA")
    with service(given) as opened, documents_of(opened, given) as documents:
        row = opened.find(ledger)
        with _told():
            subject = find_subject(opened.store, row.ledger, document, named)
            file = documents.seal(
                row.ledger,
                subject,
                lambda data: seal(data, credential, opened.clock.now(), level=asked, stamp=stamp, trust=trust),
                said,
                actor=ACTOR,
            )
        path = _write(file.data, out, f"{file.name.removesuffix('.pdf')}-{level}.pdf", replace)
    _say(_file_json(file) | {"file": str(path), "level": level}, _file_words(path, file), as_json)


@app.command("check")
def check(
    file: Annotated[list[Path], typer.Argument(help="Factur-X PDF or CII XML, of any origin")],
    as_json: JsonOption = False,
) -> None:
    """Check anybody's Factur-X: PDF/A-3, XML schema, EN 16931, French rules, identifiers. Exit code 1: not valid."""
    from projections.documents.validation.file import check_file  # its validators take a second to load

    reports: list[dict[str, Any]] = []
    for path in file:
        data = _read(path)
        if isinstance(data, str):  # the others are looked at all the same
            reports.append({"file": str(path), "valid": False, "code": data})
            continue
        report = check_file(data)
        found = [
            {"severity": one.severity, "validator": one.validator, "rule": one.rule, "place": one.place,
             "words": one.words} for one in report.findings
        ]  # fmt: skip
        reports.append(
            {"file": str(path), "valid": report.valid, "kind": report.kind, "profile": report.profile,
             "number": report.number, "type_code": report.type_code, "checks": list(report.checks), "findings": found}
        )  # fmt: skip
        if not as_json:
            what = " ".join(filter(None, (report.profile, report.type_code, report.number))) or report.kind
            output.say(f"{path}: {'valid' if report.valid else 'NOT VALID'} ({what})")
            for one in found:
                output.say(f"  {one['severity']}  {one['validator']} {one['rule']}  {one['place']}")
                output.say(f"      {one['words']}")
            output.say(f"  checked: {', '.join(report.checks) or 'nothing: the file could not be read'}")
    if as_json:
        output.emit({"files": reports})
    if not all(one["valid"] for one in reports):
        raise SystemExit(output.FINDINGS)


@app.command("verify")
def verify(
    file: Annotated[list[Path], typer.Argument(help="PDF files")],
    ledger: Annotated[
        str | None, typer.Option("--ledger", help="name or id; by default the one the file claims")
    ] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say which entry a file belongs to and whether one byte of it differs. Exit code 1: it is not whole."""
    given = settings(store)
    told: list[dict[str, Any]] = []
    with service(given) as opened, documents_of(opened, given) as documents:
        for path in file:
            data = _read(path)
            if isinstance(data, str):
                told.append({"file": str(path), "whole": False, "code": data})
                continue
            try:
                name, tied = _tied(opened, documents, data, ledger)
            except NotRendered as error:  # the others are looked at all the same
                told.append({"file": str(path), "whole": False, "code": str(error)})
                output.aside(f"{path}: {_NO_PDF}: {error}")
                continue
            told.append({"file": str(path), "ledger": name, "whole": tied.state in WHOLE, **_tied_json(tied)})
            if not as_json:
                _say_tied(path, name, tied)
    if as_json:
        output.emit({"files": told})
    if not all(one["whole"] for one in told):
        raise SystemExit(output.FINDINGS)


@app.command("list")
def list_documents(
    ledger: LedgerOption,
    after: Annotated[int, typer.Option(min=0, help="begin after this entry")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="files at most")] = 100,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the rendered files that the ledger knows, oldest first."""
    with service(settings(store)) as opened:
        row = opened.find(ledger)
        lines = opened.store.lines(row.ledger, after, types=(DocumentRendered.TYPE,))
        found = [(line.seq, orjson.loads(line.line)) for line in islice(lines, limit) if line.line]
    bodies = [{"seq": seq, "at": whole["chain"]["at"], **whole["entry"]["body"]} for seq, whole in found]
    if as_json:
        output.emit({"ledger": row.ledger, "documents": bodies})
        return
    if not bodies:
        output.say("no document was rendered yet")
        return
    rows = [
        (
            str(one["seq"]), one["kind"], str(one["about_seq"]), one["language"], str(one.get("copy", "")),
            str(one["bytes"]), one["at"][:16].replace("T", " "), one["digest"],
        ) for one in bodies
    ]  # fmt: skip
    columns = ("entry", "kind", "stands for", "language", "copy", "bytes", "recorded (UTC)", "SHA-256")
    output.table(row.name, columns, rows, right=("entry", "stands for", "copy", "bytes"))


# --- every document


def _render_all(
    documents: Documents, ledger: str, name: str, language: Language | None, folder: Path, replace: bool, as_json: bool
) -> None:
    if not folder.is_dir():
        output.fail(f"{folder}: there is no such folder")
    tune_process()
    store = documents.service.store
    total = sum(1 for _ in store.lines(ledger, types=tuple(ISSUING)))
    written: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    left: Counter[str] = Counter()
    with output.progress(name, total, quiet=as_json) as tick:
        for done, line in enumerate(store.lines(ledger, types=tuple(ISSUING)), 1):
            subject = subject_of(line)
            why = "purged" if subject is None else _one_of_all(documents, ledger, subject, language, folder, replace)
            if isinstance(why, dict):
                (failed if "code" in why else written).append(why)
            elif why is not None:
                left[why] += 1
            tick(done)
    if as_json:
        output.emit({"ledger": ledger, "written": written, "failed": failed, "left": dict(left)})
    else:
        output.say(f"{len(written)} documents in {folder}")
        for why, count in left.items():
            output.aside(f"{count} left: {why}")
        for one in failed:
            output.aside(f"not rendered: the {one['kind']} of entry {one['seq']}: {one['code']}")
    if failed:
        raise SystemExit(output.FINDINGS)


def _one_of_all(
    documents: Documents, ledger: str, subject: Subject, language: Language | None, folder: Path, replace: bool
) -> dict[str, Any] | str | None:
    """Write one; give what was written or what failed as JSON, or why there is nothing to write."""
    try:
        file = documents.file(ledger, subject, language, actor=ACTOR)
    except DocumentErased:
        return "erased"
    except StreamPurged:
        return "purged"
    except DocumentUnknown as error:
        return error.reason
    except NotRendered as error:
        return {"seq": subject.seq, "kind": subject.kind, "code": str(error)}
    except DocumentRefused as error:
        return {"seq": subject.seq, "kind": subject.kind, "code": error.refusal.code}
    path = folder / f"{file.seq:09d}-{file.name}"
    if path.exists() and not replace:
        return "there already (--replace)"
    with new_file(path) as out:
        out.write(file.data)
    return _file_json(file) | {"file": str(path)}


# --- words


@contextmanager
def _told() -> Iterator[None]:
    """Say why there is no file, and end."""
    try:
        yield
    except DocumentUnknown as error:
        words = _REASONS.get(error.reason, "there is no such document")
        output.fail(f"{words} ({error.reason})", output.FINDINGS)
    except DocumentErased:
        output.fail(
            "the personal data of this document were erased: the issued file is gone, its digest stays",
            output.FINDINGS,
        )
    except StreamPurged as error:
        output.fail(str(error), output.FINDINGS)
    except DocumentRefused as error:
        output.fail(refusal_words(error.refusal), output.FINDINGS)
    except NotRendered as error:
        output.fail(f"the document cannot be rendered: {error}", output.FINDINGS)


def _tied(opened: Service, documents: Documents, data: bytes, ledger: str | None) -> tuple[str, Tied]:
    """Tie a file to the ledger that is named, else to the one it claims, else to the one that knows it."""
    if ledger is not None:
        row = opened.find(ledger)
        return row.name, documents.verify(row.ledger, data)
    rows = [row for row in opened.ledgers() if row.kind != "register"]
    if not rows:
        output.fail("this store has no ledger")
    tied = None
    for row in rows:
        tied = documents.verify(row.ledger, data)
        if tied.state not in ("elsewhere", "unknown"):
            return row.name, tied
    assert tied is not None  # noqa: S101 - there is a ledger
    return "", tied


def _say_tied(path: Path, ledger: str, tied: Tied) -> None:
    false = tied.state == "claimed" and tied.claim_holds is False
    output.say(f"{path}: {_FALSE_CLAIM if false else _STATES[tied.state]}")
    if tied.kind is not None and tied.about_seq is not None:
        copy = f", DUPLICATA n° {tied.copy}" if tied.copy is not None else ""
        number = f" {tied.number}" if tied.number is not None else ""
        which = f" ({tied.language}{copy})" if tied.language is not None else ""
        output.say(f"  {tied.kind.replace('_', ' ')}{number}{which}, entry {tied.about_seq} of {ledger}")
    if tied.recorded is not None:
        if tied.state in WHOLE:
            output.say(f"  its digest is in entry {tied.recorded}: {tied.digest}")
        else:
            output.say(f"  the digest of that part is in entry {tied.recorded}")
    if tied.kept_bytes is not None:
        output.say(f"  the first {tied.kept_bytes} of {tied.bytes} bytes are as issued")
    if tied.first_difference is not None:
        output.say(f"  the first byte that differs is number {tied.first_difference + 1} of {tied.bytes}")
    for digest in tied.expected:
        output.say(f"  issued was {digest}")


def _tied_json(tied: Tied) -> dict[str, Any]:
    from api.http.plain import plain

    said: dict[str, Any] = plain(tied)
    return said


def _file_json(file: File) -> dict[str, Any]:
    members = {
        "kind": file.subject.kind, "about": file.subject.about, "seq": file.seq, "number": file.number,
        "language": file.language, "copy": file.copy, "profile": file.profile, "digest": file.digest,
        "bytes": len(file.data), "recorded": file.recorded,
    }  # fmt: skip
    return {name: value for name, value in members.items() if value is not None}


def _file_words(path: Path, file: File) -> str:
    profile = f", {file.profile}" if file.profile is not None else ""
    told = (
        f"digest in entry {file.recorded}"
        if file.recorded is not None
        else "NOT recorded: the ledger takes no entry now"
    )
    return f"{path}: entry {file.seq}{profile}, SHA-256 {file.digest}, {told}"


def _say(value: dict[str, Any], words: str, as_json: bool) -> None:
    if as_json:
        output.emit(value)
    else:
        output.say(words)


def _write(data: bytes, out: Path | None, name: str, replace: bool) -> Path:
    path = (out or Path()) / name if out is None or out.is_dir() else out
    if path.exists() and not replace:
        output.fail(f"{path} exists (--replace)")
    with new_file(path.absolute()) as file:
        file.write(data)
    return path


def _read(path: Path) -> bytes | str:
    """Read a file; the code of why there is nothing to look at, which is said."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        output.aside(f"sceau: {path}: {error.strerror}")
        return "unreadable"
    if len(data) > _MOST_BYTES:
        output.aside(f"sceau: {path}: over {_MOST_BYTES >> 20} MiB: no document is that long")
        return "too_large"
    return data


def _kind(text: str | None) -> Any:
    if text is not None and text not in KINDS:
        output.fail(f"--kind is one of {', '.join(OFFERED)}")
    return text


def _language(text: str | None) -> Any:
    if text is not None and text not in get_args(Language):
        output.fail("--language is fr or en")
    return text
