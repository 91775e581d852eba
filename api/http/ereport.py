"""E-reporting over HTTP: what is due, making a report, checking anybody's (docs/projections/ereporting.md).

What became of a report is recorded by `POST /exports/{export}/answers`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final, Literal

from pydantic import TypeAdapter, ValidationError

from api import ereporting
from api.ereporting import Wanted, checked_json, due_json, made_json
from api.http.access import READ, enter
from api.http.archives import MAKERS
from api.http.body import read_bytes, read_object
from api.http.call import Answer, Call, answer_json
from api.http.idempotency import key_of
from api.http.problems import Problem, Refused, invalid
from api.http.reads import flag
from api.http.schemas import DIGEST_TEXT, SEQ, TEXT, UUID4_TEXT
from api.http.schemas import record as schema_of
from ledger.domain.days import FIRST_DAY, LAST_DAY
from ledger.domain.events.common import record
from ledger.domain.refusals import Refusal
from ledger.domain.types import Day, Flag, Instant, Position, ShortText
from projections.ereporting.checking import check_report
from projections.ereporting.xml import Sender

_COUNT: Final = {"type": "integer", "minimum": 0}
_FLAG: Final = {"type": "boolean"}
_DAY: Final = {"type": "string", "format": "date"}
_FLOW: Final = {"enum": ["10.3", "10.4"]}
_TYPE: Final = {"enum": ["IN", "RE"]}
UPLOADS: Final = ("application/xml", "text/xml", "application/octet-stream")
FILE: Final[dict[str, Any]] = {"type": "string", "format": "binary"}

DUE: Final = schema_of(
    {
        "upto_seq": SEQ,
        "today": _DAY,
        "start_on": {**_DAY, "description": "The day from which the firm has to report, by its size."},
        "started": _FLAG,
        "periods": {
            "type": "array",
            "items": schema_of(
                {
                    "flow": _FLOW,
                    "from_on": _DAY,
                    "to_on": _DAY,
                    "due_on": _DAY,
                    "state": {"enum": ["open", "to_make", "made", "handed_over", "accepted", "refused", "to_rectify"]},
                    "late": _FLAG,
                    "type": _TYPE,
                    "n": SEQ,
                    "lines": _COUNT,
                },
                {"export": UUID4_TEXT, "reason": TEXT},
            ),
        },
        "left_out_cents": {"type": "object", "additionalProperties": {"type": "integer"}},
        "missing": _COUNT,
    }
)
"""What is due, in an answer."""
MADE: Final = schema_of(
    {
        "id": TEXT,
        "flow": _FLOW,
        "type": _TYPE,
        "from_on": _DAY,
        "to_on": _DAY,
        "due_on": _DAY,
        "upto_seq": SEQ,
        "lines": _COUNT,
        "digest": DIGEST_TEXT,
        "export": UUID4_TEXT,
        "preview": _FLAG,
        "xml": {"type": "string", "description": "The report, to be handed over byte for byte (UTF-8)."},
    },
    {"seq": {**SEQ, "description": "The entry that records it; absent for a preview, or where it stood already."}},
)
"""A report in an answer."""
CHECKED: Final = schema_of(
    {
        "valid": _FLAG,
        "findings": {
            "type": "array",
            "items": schema_of({"validator": TEXT, "rule": TEXT, "place": TEXT, "words": TEXT}),
        },
    }
)
"""What is wrong with a report."""


@record
class ReportSender:
    """The approved platform that transmits: its number of four characters, and its name."""

    number: ShortText
    name: ShortText


@record
class NewReport:
    """The report to be made. `made_at` is now and `upto_seq` the last entry unless given; with both, bytes repeat."""

    flow: Literal["10.3", "10.4"]
    from_on: Day
    sender: ReportSender
    made_at: Instant | None = None
    upto_seq: Position | None = None
    preview: Flag = False


_NEW: TypeAdapter[NewReport] = TypeAdapter(NewReport)
REPORT_EXAMPLE: Final = {
    "flow": "10.3",
    "from_on": "2026-10-01",
    "sender": {"number": "0001", "name": "Plateforme Exemple"},
    "preview": True,
}
"""The example of making a report."""


async def due(call: Call) -> Answer:
    """Answer every period with figures; with `preview`, those before the firm's start too."""
    ledger = await enter(call, READ)
    preview = flag(call.query(("preview",)), "preview")

    def read() -> Answer:
        context = call.context
        with ereporting.reporting(context.service, context.engine, ledger) as found:
            if found is None:
                raise Problem("NOT_FOUND")
            listed = found.due(from_start=not preview)
            first = found.opened_on if preview else max(found.start_on, found.opened_on)
            left_out = found.left_out(first) if first <= found.firm.today else {}
            return answer_json(due_json(found, listed, dict(left_out)))

    return await call.context.blocking(read)


async def make(call: Call) -> Answer:
    """Make a report and record it; a preview is not recorded."""
    ledger = await enter(call, MAKERS)
    key_of(call)  # refused when malformed; the same file is recorded once by itself
    call.query(())
    members, _ = await read_object(call)
    try:
        asked = _NEW.validate_python(members)
    except ValidationError as error:
        raise invalid(error) from None
    answer = await call.context.blocking(_make, call, ledger, asked)
    call.context.wake(ledger)
    return answer


def _make(call: Call, ledger: str, asked: NewReport) -> Answer:
    context = call.context
    wanted = Wanted(
        asked.flow,
        _day(asked.from_on),
        Sender(asked.sender.number, asked.sender.name),
        _moment(asked.made_at),
        asked.upto_seq,
        asked.preview,
    )
    made = ereporting.make(context.service, context.engine, ledger, wanted)
    if isinstance(made, Refusal):
        raise Refused(made)
    told = made_json(made) | {"xml": made.xml.decode()}
    if not made.preview:
        outcome = ereporting.record(context.service, ledger, made, actor=f"key:{call.caller.key}")
        if isinstance(outcome, Refusal):
            raise Refused(outcome)
        if outcome is not None:
            told["seq"] = outcome.entries[0].seq
    return answer_json(told)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _unfit("/from_on", "date") from None


def _moment(text: str | None) -> datetime | None:
    try:
        moment = None if text is None else datetime.fromisoformat(text)
        if moment is not None and not FIRST_DAY <= moment.date() <= LAST_DAY:  # another zone's day must be there too
            raise ValueError
    except ValueError:
        raise _unfit("/made_at", "datetime") from None
    return moment


def _unfit(place: str, reason: str) -> Problem:
    return Problem("REQUEST_INVALID", "", errors=[{"place": place, "code": "MEMBER_INVALID", "reason": reason}])


async def check(call: Call) -> Answer:
    """Answer what is wrong with anybody's report. Nothing of it is kept."""
    await enter(call, READ)
    key_of(call)  # refused when malformed; looking at a file twice harms nothing
    call.query(())
    kind = (call.header(b"content-type") or b"").partition(b";")[0].strip().lower().decode("latin-1")
    if kind not in UPLOADS or call.header(b"content-encoding") not in (None, b"identity"):
        raise Problem("FILE_TYPE_UNSUPPORTED")
    data = await read_bytes(call, call.context.settings.documents_upload_bytes, "FILE_TOO_LARGE")
    return await call.context.drawing(lambda: answer_json(checked_json(check_report(data))))
