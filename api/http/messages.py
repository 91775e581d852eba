"""The outbox and the templates of messages over HTTP, to read: neither addresses nor words of messages are in it."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any, Final, Literal

from api.http import schemas
from api.http.access import BUSINESS, enter
from api.http.call import Answer, Call, answer_json, whole
from api.http.problems import Problem
from api.http.reads import LARGEST_PAGE, PAGE
from api.messages.desk import MessageDesk, Shown, TemplateShown

INSTANT: Final = r"[0-9TZ:.-]{0,27}"
"""What `before` may be: an instant as answers write it, or the beginning of one."""
_COUNT: Final = {"type": "integer", "minimum": 0}
MESSAGE: Final = schemas.record(
    {
        "id": schemas.UUID_TEXT,
        "template": schemas.TEXT,
        "language": {"enum": ["fr", "en"]},
        "side": {"enum": ["client", "observer", "third", "issuer", "user"]},
        "state": {"enum": ["prepared", "waiting", "sending", "handed", "sent", "failed", "dropped"]},
        "created_at": schemas.INSTANT_TEXT,
        "attempts": {**_COUNT, "description": "Tries to hand it over."},
        "retriable": {"type": "boolean", "description": "It failed for good, and its words are still kept."},
    },
    {
        "about": {"type": "string", "description": "The id of the document that it is about."},
        "again_at": {"type": "string", "description": "When it is tried again."},
        "last_at": schemas.INSTANT_TEXT,
        "last_cause": {"type": "string", "description": "What went wrong at the latest try."},
    },
)
"""One message."""
TEMPLATE: Final = schemas.record(
    {
        "name": schemas.TEXT,
        "language": {"enum": ["fr", "en"]},
        "to": {"enum": ["client", "observer", "business", "user"]},
        "subject": schemas.TEXT,
        "text": schemas.TEXT,
        "own": {"type": "boolean", "description": "The business's own words, not the ready-made ones."},
        "revision": _COUNT,
        "variables": {
            "type": "array",
            "items": schemas.record({"name": schemas.TEXT, "words": schemas.TEXT, "example": schemas.TEXT}),
        },
    }
)
"""One template."""


async def message_list(call: Call) -> Answer:
    """Answer a ledger's messages, newest first; `before` is the `created_at` to go on from."""
    ledger = await enter(call, BUSINESS)
    query = call.query(("before", "limit"))
    limit = whole(query, "limit", PAGE, LARGEST_PAGE, least=1)
    before = query.get("before", "")
    if not re.fullmatch(INSTANT, before):
        raise Problem("PARAMETER_INVALID", "query before", reason="instant")
    found = await call.context.blocking(_desk(call).outbox, ledger, before, limit)
    return answer_json({"items": [_message(one) for one in found]})


async def template_list(call: Call) -> Answer:
    """Answer every template in one language, with its variables."""
    ledger = await enter(call, BUSINESS)
    said = call.query(("language",)).get("language", "fr")
    if said not in ("fr", "en"):
        raise Problem("PARAMETER_INVALID", "query language", reason="language")
    language: Literal["fr", "en"] = "en" if said == "en" else "fr"
    found = await call.context.blocking(_desk(call).templates, ledger, language)
    return answer_json({"items": [_template(one) for one in found]})


def _desk(call: Call) -> MessageDesk:
    return MessageDesk(call.context.service, call.context.settings, call.context.post)


def _message(one: Shown) -> dict[str, Any]:
    plain = asdict(one)
    plain["id"] = plain.pop("message")
    return {name: value for name, value in plain.items() if value != "" or name not in _MAYBE}


_MAYBE: Final = frozenset(("about", "again_at", "last_at", "last_cause"))


def _template(one: TemplateShown) -> dict[str, Any]:
    plain = asdict(one)
    return {name: value for name, value in plain.items() if not name.startswith("ready_")}
