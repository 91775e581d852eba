"""The shapes of answers, as JSON Schema (2020-12), where no record of the ledger gives them."""

from __future__ import annotations

from typing import Any, Final

UUID_TEXT: Final = {"type": "string", "format": "uuid"}
UUID4_TEXT: Final = {
    "type": "string",
    "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
}
DIGEST_TEXT: Final = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
INSTANT_TEXT: Final = {"type": "string", "format": "date-time"}
SEQ: Final = {"type": "integer", "minimum": 1}
TEXT: Final = {"type": "string"}
KIND: Final = {"enum": ["live", "training", "register"]}
ROLE: Final = {"enum": ["owner", "operator", "accountant", "auditor"]}
FREE: Final = {"type": "object"}


def record(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    """Describe an object with these members and no other."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def page(item: dict[str, Any], following: dict[str, Any] | None = None) -> dict[str, Any]:
    """Describe a page of items; `next`, when there, is the `after` of the next page."""
    return record({"items": {"type": "array", "items": item}}, {"next": following or SEQ})


WRITTEN: Final = record({"seq": SEQ, "stream": TEXT, "type": TEXT, "fingerprint": DIGEST_TEXT})

DONE: Final = record(
    {
        "ledger": UUID_TEXT,
        "command": TEXT,
        "result": {"type": "object", "description": "The ids and numbers that the command gave."},
        "entries": {"type": "array", "items": WRITTEN, "description": "The entries written, in order."},
    }
)

LINE: Final = {
    "type": "object",
    "description": "One entry, byte for byte (docs/spec/entry.md).",
    "properties": {"chain": {"type": "object"}, "entry": {"type": "object"}},
    "required": ["chain", "entry"],
    "additionalProperties": False,
}

DISCLOSURE: Final = record({"path": TEXT, "salt": {"type": "string", "pattern": "^[0-9a-f]{32}$"}, "value": {}})

ENTRY_ITEM: Final = record(
    {"fingerprint": DIGEST_TEXT, "line": LINE}, {"disclosures": {"type": "array", "items": DISCLOSURE}}
)

SEAL: Final = record({"first": SEQ, "last": SEQ, "text": TEXT, "signature": {"type": "string", "format": "byte"}})

HEAD: Final = record(
    {"ledger": UUID_TEXT, "seq": SEQ, "fingerprint": DIGEST_TEXT, "at": INSTANT_TEXT, "seal": DIGEST_TEXT}
)

LEDGER_ITEM: Final = record({"ledger": UUID_TEXT, "name": TEXT, "kind": KIND}, {"role": ROLE})

LEDGER: Final = record(
    {
        "ledger": UUID_TEXT,
        "name": TEXT,
        "kind": KIND,
        "genesis": DIGEST_TEXT,
        "head": record({"seq": SEQ, "fingerprint": DIGEST_TEXT, "at": INSTANT_TEXT}),
        "register": {"type": "object", "description": "Opening facts and number series."},
    }
)

VERDICT: Final = {
    "type": "object",
    "properties": {
        "ok": {"type": "boolean"},
        "trust": {"enum": ["given", "key_store", "self"]},
        "kind": TEXT,
        "genesis": TEXT,
        "entries": {"type": "integer"},
        "head": {"type": "object"},
        "seals": {"type": "integer"},
        "proven_until": {"type": "integer"},
        "not_shown": {"type": "array", "items": {"type": "object"}},
        "unanchored": {
            "oneOf": [{"type": "object"}, {"type": "null"}],
            "description": "What no time stamp, and no witness or copy, covers: entries and minutes of each.",
        },
        "findings": {"type": "array", "items": {"type": "object"}},
    },
    "required": ["ok", "trust", "findings"],
}

OPENED: Final = record(
    {
        "ledger": UUID_TEXT,
        "name": TEXT,
        "kind": KIND,
        "genesis": {**DIGEST_TEXT, "description": "Keep it: it pins the ledger when somebody verifies it."},
        "key": record({"id": TEXT, "role": ROLE}, {"secret": {"type": "string", "description": "Shown once."}}),
    }
)

LIST_ITEM: Final = record({"id": TEXT, "seq": SEQ, "recorded_at": INSTANT_TEXT, "type": TEXT, "body": FREE})

CLOUD_EVENT: Final = record(
    {
        "specversion": {"const": "1.0"},
        "id": DIGEST_TEXT,
        "source": {"type": "string", "format": "uri-reference"},
        "type": TEXT,
        "subject": TEXT,
        "time": INSTANT_TEXT,
        "datacontenttype": {"const": "application/json"},
        "data": FREE,
        "sequence": {"type": "string", "pattern": "^[0-9]{16}$"},
        "streamversion": SEQ,
        "actor": TEXT,
    },
    {"dataschema": {"type": "string", "format": "uri"}},
)

KEY: Final = record({"id": TEXT, "label": TEXT, "role": ROLE, "created_at": INSTANT_TEXT})
NEW_KEY: Final = record(
    {"id": TEXT, "label": TEXT, "role": ROLE, "created_at": INSTANT_TEXT},
    {"secret": {"type": "string", "description": "Shown once."}},
)
ME: Final = record(
    {"key": TEXT, "provisions": {"type": "boolean"}, "roles": {"type": "object", "additionalProperties": ROLE}}
)

_DRAFT_MEMBERS: Final = {
    "id": UUID_TEXT,
    "kind": {"enum": ["quote", "invoice", "prospect", "opportunity", "pipeline", "article", "model"]},
    "revision": SEQ,
    "created_at": INSTANT_TEXT,
    "updated_at": INSTANT_TEXT,
    "command": FREE,
    "notes": FREE,
    "missing": {
        "type": "array",
        "items": TEXT,
        "description": "Places of the command that issuing would refuse as they are.",
    },
}
DRAFT: Final = record(_DRAFT_MEMBERS)
DRAFT_ITEM: Final = record({**_DRAFT_MEMBERS, "etag": TEXT})

STATUS: Final = record({"status": TEXT})

PROBLEM_TYPE: Final = record(
    {"code": TEXT, "status": {"type": "integer"}, "words": {"type": "object", "additionalProperties": TEXT}},
    {"remedy": {"type": "object", "additionalProperties": TEXT}, "law": TEXT},
)

PROBLEM: Final = {
    "type": "object",
    "description": "A problem (RFC 9457). `detail` and `remedy` are French, or English by Accept-Language.",
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "description": "`/problems/<code>`, for ever the same."},
        "title": TEXT,
        "status": {"type": "integer"},
        "code": {"type": "string", "pattern": "^[A-Z][A-Z0-9_]*$"},
        "instance": {"type": "string", "format": "uri", "description": "Give it to support: the log knows it."},
        "detail": TEXT,
        "remedy": {"type": "string", "description": "What to do next."},
        "place": {"type": "string", "description": "A JSON Pointer into the body, or `query ...`, `header ...`."},
        "law": {"type": "string", "description": "The article."},
        "reason": TEXT,
        "facts": {"type": "object", "description": "The figures in the words, for programs."},
        "errors": {
            "type": "array",
            "items": record({"place": TEXT, "code": TEXT, "reason": TEXT, "detail": TEXT}),
        },
    },
    "required": ["type", "title", "status", "code", "instance", "detail"],
    "additionalProperties": False,
}
