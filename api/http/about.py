"""The software's own page: what `sceau about --json` says but for the ledgers. It is nobody's own: no key is asked."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from api.about import about, day_of, today_in_france
from api.http.call import Answer, Call, answer_json
from api.http.problems import Problem
from api.http.schemas import DIGEST_TEXT, TEXT, record

_DAY: Final = {"type": "string", "format": "date"}
_ROW: Final = record({"value": TEXT, "law": TEXT, "source": TEXT}, {"since": _DAY, "until": _DAY})
_PROOF: Final = record({"value": TEXT, "law": TEXT, "source": TEXT, "words": TEXT}, {"since": _DAY, "until": _DAY})


def _list(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


_COUNT: Final = {"type": "integer", "minimum": 0}
ABOUT: Final = record(
    {
        "name": TEXT,
        "software": TEXT,
        "version": TEXT,
        "version_words": TEXT,
        "format": {"type": "integer", "minimum": 1},
        "perimeter": record(
            {"fingerprint": DIGEST_TEXT, "count": _COUNT},
            {"files": _list(record({"path": TEXT, "sha256": DIGEST_TEXT}))},
        ),
        "libraries": {"type": "object", "additionalProperties": TEXT},
        "editor_words": TEXT,
        "law": record(
            {
                "on": _DAY,
                "article": _list(_ROW),
                "doctrine": _list(_ROW),
                "proofs": _list(_PROOF),
                "notes": _list(_ROW),
                "changes": _list(_DAY),
            }
        ),
    },
    {"major": _COUNT, "minor": _COUNT, "licence": TEXT},
)
"""The answer's schema."""


async def about_software(call: Call) -> Answer:
    """Answer what this software is, and the law of the day `on` (today without it)."""
    query = call.query(("on", "files"))
    files = query.get("files", "false")
    if files not in ("true", "false"):
        raise Problem("PARAMETER_INVALID", "query files", reason="boolean")
    told = await call.context.blocking(about, _day(query.get("on")), files=files == "true")
    return answer_json(told)


def _day(text: str | None) -> date:
    if text is None:
        return today_in_france()
    on = day_of(text)
    if on is None:
        raise Problem("PARAMETER_INVALID", "query on", reason="day")
    return on
