"""A process that draws: reads tasks from the socket it was given, answers each, ends with it.

Nothing of a paper reaches an error's words: an answer names what failed by a code.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress

from api.rendering.tasks import Broken, Check, Done, Draw, Identify, Inspect, Task, WriteXml, receive_task, send_answer
from ledger.kernel.errors import Malformed

Work = Callable[[Task], Done]

_MOST_DATA = 3 << 30
"""Bytes of memory: a file of kilobytes may unfold to more than any machine has."""
_MOST_UNFOLDED = 64 << 20
_NICE = 5
"""A page may wait; the writer of entries beside it may not."""


def serve(source: socket.socket, work: Work) -> None:
    """Answer tasks until there are no more, or nobody waits for the answer."""
    while (task := receive_task(source)) is not None:
        try:
            done = work(task)
        except Malformed as error:
            done = Done({"failed": error.code})
        except Exception as error:  # the caller is told, and this process goes on
            done = Done({"failed": "failed", "details": [type(error).__name__]})
        try:
            send_answer(source, done)
        except Broken:
            return


def do(task: Task) -> Done:
    """Do one task with what `projections.documents` offers."""
    match task:
        case Draw():
            return _draw(task)
        case WriteXml():
            return _write_xml(task)
        case Check():
            return _check(task)
        case Identify():
            return _identify(task)
        case Inspect():
            return _inspect(task)


def _draw(task: Draw) -> Done:
    from projections.documents.finish import Attachment
    from projections.documents.render import NotValid, render

    embedded = tuple(
        Attachment(name=one.name, data=one.data, media_type=one.media_type, description=one.description)
        for one in task.embedded
    )
    try:
        made = render(task.paper, attachments=embedded)
    except NotValid as error:
        return Done({"failed": "invalid", "details": [f"{one.validator} {one.rule}" for one in error.findings[:20]]})
    return Done({"media_type": made.media_type, "profile": made.profile}, made.data)


def _write_xml(task: WriteXml) -> Done:
    from projections.documents.cii import cii_xml, is_french_business, profile_of
    from projections.documents.validation import check_xml, errors

    profile = profile_of(task.paper)
    xml = cii_xml(task.paper)
    found = errors(check_xml(xml, profile, french_business=is_french_business(task.paper)))
    if found:
        return Done({"failed": "invalid", "details": [one.rule for one in found]})
    return Done({"profile": profile}, xml)


def _check(task: Check) -> Done:
    from dataclasses import asdict

    from projections.documents.validation.file import check_file

    report = check_file(task.data)
    return Done({**asdict(report), "valid": report.valid})


def _identify(task: Identify) -> Done:
    from dataclasses import asdict

    import pikepdf

    from projections.documents.verify import identify

    pikepdf.settings.set_qpdf_limits(parser_max_nesting=200, max_stream_filters=4, flate_max_memory=_MOST_UNFOLDED)
    return Done(asdict(identify(task.data)))


def _inspect(task: Inspect) -> Done:
    import pikepdf

    from api.signing.pdf import inspect

    pikepdf.settings.set_qpdf_limits(parser_max_nesting=200, max_stream_filters=4, flate_max_memory=_MOST_UNFOLDED)
    return Done(inspect(task.data))


def limit() -> None:
    """Leave no memory image behind in a crash (it would hold names), take no more than fits, let others go first."""
    with suppress(ImportError, OSError, ValueError):
        import resource  # not on every system

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        # Of data, not of addresses: the schematron's engine reserves far more of those than it ever uses.
        resource.setrlimit(resource.RLIMIT_DATA, (_MOST_DATA, _MOST_DATA))
    with suppress(AttributeError, OSError):
        os.nice(_NICE)


def main(words: list[str], work: Work = do) -> None:
    """Serve the socket whose number is the last word."""
    limit()
    with socket.socket(fileno=int(words[-1])) as source:
        serve(source, work)


if __name__ == "__main__":
    main(sys.argv)
