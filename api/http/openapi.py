"""The OpenAPI 3.1 page, written from the table of operations and the records themselves."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter

from api.http.archives import NewArchive
from api.http.documents import NewCopy
from api.http.drafts import DraftBody, NewDraft
from api.http.erasures import NewErasure
from api.http.ereport import NewReport
from api.http.keys import NewKeyRequest, RoleRequest
from api.http.problem_kinds import PROBLEMS
from api.http.providers import NewProvider
from api.http.routes.operation import Operation, Parameter
from api.http.schemas import DIGEST_TEXT, PROBLEM, UUID4_TEXT
from api.http.webhooks import NewWebhook, NewWebhookSecret, NothingMore, WebhookReplay
from ledger.domain.commands import COMMANDS
from ledger.domain.commands.common import Command
from ledger.domain.opening import OpenLedger
from ledger.domain.refusals import REFUSALS
from ledger.domain.streams import STREAM_KINDS
from projections.reports.registry import REPORTS

_REF: Final = "#/components/schemas/{model}"
_PARAMETER: Final = re.compile(r"\{([a-z_]+)\}")

_REQUESTS: Final[Mapping[str, type[Any]]] = {
    each.__name__: each
    for each in (
        NewKeyRequest,
        RoleRequest,
        NewDraft,
        DraftBody,
        NewArchive,
        NewErasure,
        NewCopy,
        NewReport,
        NewProvider,
        NewWebhook,
        NewWebhookSecret,
        WebhookReplay,
        NothingMore,
    )
}

_PATH_SCHEMAS: Final[Mapping[str, Mapping[str, Any]]] = {
    "ledger": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$"},
    "seq": {"type": "integer", "minimum": 1, "maximum": 2**53 - 1},
    "key": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"},
    "code": {"type": "string", "pattern": "^[A-Z][A-Z0-9_]{0,63}$"},
    "closure": {"type": "string", "pattern": "^(day|month|year)-[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    "manifest": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    "file": DIGEST_TEXT,
    "document": {"type": "string", "pattern": "^[^/]{1,64}$"},
    "type": {"type": "string", "pattern": "^[a-z_]{1,32}\\.[a-z_]{1,32}$"},
    "version": {"type": "integer", "minimum": 1, "maximum": 99},
    "report": {"type": "string", "enum": [report.name for report in REPORTS]},
    "provider": {"type": "string", "pattern": "^[a-z][a-z0-9_-]{0,31}$"},
}
"""Parameters of a path that are no UUID."""

_PATH_WORDS: Final[Mapping[str, str]] = {
    "ledger": "The ledger's short name, or its id.",
    "seq": "The entry's place, from 1.",
    "code": "The problem's code.",
    "closure": "The kind of period and its last day.",
    "manifest": "The SHA-256 of the archive's manifest.",
    "file": "The SHA-256 of the file as it is kept.",
    "document": "The document's id, or its printed number.",
    "type": "The event's type, without its version.",
    "version": "The version in the type's name.",
    "report": "The report's name.",
    "provider": "The payment provider's name.",
}

_STATUS_WORDS: Final[Mapping[int, str]] = {
    400: "The request cannot be read.",
    401: "No valid API key was sent.",
    403: "The key's role does not allow this.",
    404: "There is nothing at this address for this key.",
    405: "The method does not exist at this address.",
    409: "The state of the ledger says no.",
    410: "What was here has been erased.",
    412: "The draft has changed since it was read.",
    408: "The body did not arrive in time.",
    413: "The body is too long.",
    415: "The body is not announced as what is taken here.",
    416: "The file does not reach that far.",
    422: "The request is not of its schema, or a rule refuses it.",
    428: "If-Match is missing.",
    429: "Too many tries: come back after Retry-After.",
    503: "Not now: come back after Retry-After.",
}

_IDEMPOTENCY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A random UUID, the same for each retry of the same request: it is carried out once.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
}
_LANGUAGE: Final = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "description": "`fr` (default) or `en`: the language of problems.",
    "schema": {"type": "string"},
}


def problem_statuses(operation: Operation) -> tuple[int, ...]:
    """Give the statuses of the problems that an operation may answer."""
    statuses = {400, 405, *operation.problems}
    if operation.roles is not None:
        statuses |= {401, 503}
        if _PARAMETER.search(operation.template) or operation.provisioning:
            statuses.add(403)
    if _PARAMETER.search(operation.template):
        statuses.add(404)
    if operation.body is not None:
        statuses |= {408, 413, 415, 422}
    if operation.template == "/readyz":
        statuses.add(503)
    return tuple(sorted(statuses))


def document(operations: Sequence[Operation], version: str) -> dict[str, Any]:
    """Give the whole page."""
    schemas, tops = _schemas()
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.template, {})[operation.method.lower()] = _operation(operation, schemas, tops)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sceau",
            "version": version,
            "description": "An append-only, chained and sealed invoicing ledger. Amounts are integer cents, rates are "
            "basis points, quantities and unit prices are decimal texts; a member without a value is left out.",
            "license": {"name": "See the distribution"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in dict.fromkeys(operation.tag for operation in operations)],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "responses": {f"Problem{status}": _problem(status) for status in _STATUS_WORDS},
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "An API key, `sk_...`."},
            },
        },
    }


@cache
def _built() -> tuple[dict[str, Any], dict[str, Any]]:
    commands: tuple[type[Command], ...] = (*COMMANDS, OpenLedger)
    named: dict[str, type[Any]] = {command.NAME: command for command in commands}
    named |= dict(_REQUESTS)
    named |= {f"state:{kind.prefix}": type(kind.start()) for kind in STREAM_KINDS}
    inputs = [(name, "validation", TypeAdapter(made)) for name, made in named.items()]
    tops, shared = TypeAdapter.json_schemas(inputs, ref_template=_REF)  # type: ignore[arg-type] # a literal by construction
    return dict(shared.get("$defs", {})), {name: top for (name, _), top in tops.items()}


def _schemas() -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the schemas of every record in use by name, and where each command, request and state begins."""
    shared, tops = copy.deepcopy(_built())
    for schema in shared.values():
        _leave_out_null(schema)
    shared["Problem"] = dict(PROBLEM)
    return shared, tops


def _leave_out_null(schema: dict[str, Any]) -> None:
    """Require no member that may be null: in an answer, a member without a value is left out."""
    members = schema.get("properties", {})
    required = [name for name in schema.get("required", ()) if {"type": "null"} not in members[name].get("anyOf", ())]
    if required:
        schema["required"] = required
    else:
        schema.pop("required", None)


def _operation(operation: Operation, schemas: dict[str, Any], tops: Mapping[str, Any]) -> dict[str, Any]:
    summary, _, rest = operation.words.partition("\n")
    page: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": summary,
        "parameters": [*_parameters(operation)],
        "responses": _responses(operation, tops),
        "security": [] if operation.roles is None else [{"key": []}],
    }
    description = " ".join((rest.strip(), _who(operation))).strip()
    if description:
        page["description"] = description
    if operation.body is not None:
        content: dict[str, Any] = {"schema": _body(operation.body, schemas, tops)}
        if operation.body_example is not None:
            content["example"] = operation.body_example
        page["requestBody"] = {
            "required": operation.body_required,
            "content": dict.fromkeys(operation.body_media, content),
        }
    return page


def _who(operation: Operation) -> str:
    if operation.roles is None:
        return ""
    who = [*sorted(operation.roles), *(["the provisioning key"] if operation.provisioning else [])]
    return f"For: {', '.join(who)}."


def _parameters(operation: Operation) -> Iterable[dict[str, Any]]:
    for name in _PARAMETER.findall(operation.template):
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "description": _PATH_WORDS.get(name, f"The id of the {name.replace('_', ' ')}."),
            "schema": dict(_PATH_SCHEMAS.get(name, UUID4_TEXT)),
            "example": _example(name, operation.path_example[name]),
        }
    yield from map(_parameter, operation.parameters)
    if operation.method == "POST":
        yield _IDEMPOTENCY
    yield _LANGUAGE


def _example(name: str, text: str) -> str | int:
    return int(text) if name in ("seq", "version") else text


def _parameter(parameter: Parameter) -> dict[str, Any]:
    page: dict[str, Any] = {
        "name": parameter.name,
        "in": parameter.where,
        "required": parameter.required,
        "description": parameter.words,
        "schema": dict(parameter.schema),
    }
    if parameter.example is not None:
        page["example"] = parameter.example
    return page


def _body(body: Mapping[str, Any], schemas: dict[str, Any], tops: Mapping[str, Any]) -> dict[str, Any]:
    if "x-schema" in body:
        top: dict[str, Any] = tops[body["x-schema"]]
        return top
    if "x-command" not in body:
        return dict(body)
    top = tops[body["x-command"]]
    taken = body["x-taken"]
    if not taken:
        return top
    name = top["$ref"].rpartition("/")[2]
    whole = copy.deepcopy(schemas[name])
    whole["title"] = f"{name}Body"
    whole["properties"] = {member: one for member, one in whole["properties"].items() if member not in taken}
    whole["required"] = [member for member in whole.get("required", []) if member not in taken]
    if not whole["required"]:
        del whole["required"]
    schemas[f"{name}Body"] = whole
    return {"$ref": _REF.format(model=f"{name}Body")}


def _responses(operation: Operation, tops: Mapping[str, Any]) -> dict[str, Any]:
    success: dict[str, Any] = {"description": "Done."}
    headers = dict(operation.headers)
    if operation.method == "POST":
        headers["Idempotency-Replayed"] = "`true`: the answer of an earlier request with this idempotency key."
    if headers:
        success["headers"] = {
            name: {"description": words, "schema": {"type": "string"}} for name, words in headers.items()
        }
    if operation.status != 204:
        success["content"] = {operation.media: {"schema": _answer(operation, tops)}}
        success["content"] |= {media: {"schema": {"type": "string"}} for media in operation.other_media}
    responses = {str(operation.status): success}
    for status, words in operation.also.items():
        responses[str(status)] = {**success, "description": words}
        if status == 304:
            responses[str(status)].pop("content", None)
    for status in problem_statuses(operation):
        responses[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
    return dict(sorted(responses.items()))


def _answer(operation: Operation, tops: Mapping[str, Any]) -> dict[str, Any]:
    if "x-state" not in operation.answer:
        return dict(operation.answer)
    return {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "stream": {"type": "string"},
            "state": tops[f"state:{operation.answer['x-state']}"],
        },
        "required": ["id", "stream", "state"],
        "additionalProperties": False,
    }


def _problem(status: int) -> dict[str, Any]:
    codes = [kind.code for kind in PROBLEMS if kind.status == status]
    codes += [kind.code for kind in REFUSALS if kind.status == status]
    response: dict[str, Any] = {
        "description": f"{_STATUS_WORDS[status]} Codes: {', '.join(f'`{code}`' for code in codes)}.",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    header = {401: "WWW-Authenticate", 405: "Allow", 429: "Retry-After", 503: "Retry-After"}.get(status)
    if header is not None:
        response["headers"] = {header: {"schema": {"type": "string"}}}
    return response
