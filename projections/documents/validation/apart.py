"""Read a PDF of unknown origin in a process of its own, with limits of time and memory: what it does there is no harm.

The parent sends the file to the child's standard input and reads JSON from its standard output. A child that dies, or
does not come to an end, is a finding about the file.
"""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict

import orjson

from projections.documents.validation.findings import Finding
from projections.documents.validation.pdf import Carried

MAX_FILE_BYTES = 100 * 1024 * 1024
"""Largest file that is read."""
MAX_SECONDS = 20
"""Longest that reading one file may take."""
PATIENCE_SECONDS = 10
"""How much longer the parent waits: the child's limit counts its processor time, the parent's the clock."""
CHILD = f"from {__name__} import main; main()"
NOT_CHECKED = "pdfa-not-checked"
TOO_COSTLY = "pdf-too-costly"
MAX_MEMORY = 1536 * 1024 * 1024
_MAX_DECODED = 64 * 1024 * 1024


def read_apart(data: bytes) -> Carried:
    """Give what a PDF carries (`pdf.read_pdf`), and what is found of its PDF/A (`pdfa.check_pdfa`)."""
    paths = os.pathsep.join(path for path in sys.path if path)
    try:
        done = subprocess.run(  # noqa: S603 - fixed words only
            [sys.executable, "-c", CHILD],
            input=data,
            capture_output=True,
            timeout=MAX_SECONDS + PATIENCE_SECONDS,
            check=False,
            env={"PYTHONPATH": paths, "PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired:
        return _too_costly()
    if done.returncode != 0:
        return _too_costly()
    told = orjson.loads(done.stdout)
    return Carried(
        xml=base64.b64decode(told["xml"]) if told["xml"] is not None else None,
        xml_name=told["xml_name"],
        xmp=told["xmp"],
        findings=[Finding(**each) for each in told["findings"]],
    )


def _too_costly() -> Carried:
    carried = Carried()
    words = "Le PDF ne se lit pas dans les limites de temps et de mémoire d'un document : il est abîmé ou malveillant."
    carried.wrong(TOO_COSTLY, "file", words)
    return carried


def limit() -> None:
    """Hold this process, and what qpdf decodes in it, within the limits. For a child: they cannot be taken back."""
    import pikepdf

    try:
        import resource
    except ImportError:  # not on Windows, where the parent's patience is the limit
        pass
    else:
        resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS + 5))
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pikepdf.settings.set_qpdf_limits(
        doc_max_warnings=1_000,
        parser_max_nesting=200,
        parser_max_container_size=1_000_000,
        max_stream_filters=4,
        flate_max_memory=_MAX_DECODED,
        run_length_max_memory=_MAX_DECODED,
        png_max_memory=_MAX_DECODED,
        tiff_max_memory=_MAX_DECODED,
        dct_max_memory=_MAX_DECODED,
    )


def _archival(data: bytes) -> Iterator[Finding]:
    """Give what is found of PDF/A; a check that stumbles over a hostile file says so and does not hide the rest."""
    from projections.documents.pdfa import check_pdfa

    try:
        yield from check_pdfa(data)
    except Exception:  # the file is hostile, and what is told is that it was not checked
        yield _not_checked("le fichier est abîmé ou malveillant")


def _not_checked(why: str) -> Finding:
    words = f"Le PDF/A n'a pas pu être vérifié : {why}."
    return Finding(validator="pdfa", rule=NOT_CHECKED, place="file", words=words)


def look_into(data: bytes) -> Carried:
    """Give what `read_apart` gives, in this process: for its child, which has limits.

    PDF/A is not checked where there are too many attachments: it is looked for in each of them.
    """
    from projections.documents.validation.pdf import read_pdf

    carried = read_pdf(data)
    if carried.too_many_files:
        carried.findings.append(_not_checked("le fichier a trop de fichiers joints"))
    else:
        carried.findings += _archival(data)
    return carried


def main() -> None:
    """Be the child: read a PDF from standard input, write what is told of it to standard output."""
    limit()
    carried = look_into(sys.stdin.buffer.read())
    findings = [asdict(each) for each in carried.findings]
    xml = base64.b64encode(carried.xml).decode() if carried.xml is not None else None
    told_all = {"xml": xml, "xml_name": carried.xml_name, "xmp": carried.xmp, "findings": findings}
    sys.stdout.buffer.write(orjson.dumps(told_all))
