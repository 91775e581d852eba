"""Reports over HTTP: the list, a table as JSON or CSV, its chart, and the entries behind a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

import orjson

from api.http import schemas
from api.http.access import READ, enter
from api.http.call import JSON, Answer, Call, answer_json, whole
from api.http.problems import Header, Problem, weight_of
from api.http.reads import MOST_SEQ, flag
from api.http.routes.operation import Parameter, Schema
from api.reports import MOST_TOLD, StoreDesk, desk_of, explain
from ledger.shell.perimeter import software
from projections.documents.paper import Language
from projections.reports import contract
from projections.reports.asking import Unfit, complete, too_long
from projections.reports.charts import draw
from projections.reports.contract import Asked, Report
from projections.reports.registry import BY_NAME, REPORTS
from projections.reports.shapes import in_words, to_csv, to_json

CSV: Final = "text/csv"
SVG: Final = "image/svg+xml"

BEYOND_ENTRIES: Final = frozenset({"integrity", "pipeline"})
"""Reports that read more than entries and the day (minutes that pass, working papers): no ETag is given for them."""

_MOST: Final = 10_000
_CACHING: Final[Header] = (b"cache-control", b"private, no-cache")
_WORDS: Final = schemas.record({"fr": schemas.TEXT, "en": schemas.TEXT})
_AS_OF: Final = schemas.record({"seq": {"type": "integer", "minimum": 0}, "day": {"type": "string", "format": "date"}})

REPORT_ITEM: Final = schemas.record(
    {
        "name": schemas.TEXT,
        "question": _WORDS,
        "projections": {"type": "array", "items": schemas.TEXT},
        "parameters": {"type": "array", "items": schemas.FREE},
        "path": {"type": "string", "format": "uri-reference"},
    }
)
"""One line of the list of reports."""

TABLE: Final = schemas.record(
    {
        "report": schemas.TEXT,
        "title": _WORDS,
        "as_of": _AS_OF,
        "lag": {"type": "integer", "minimum": 0, "description": "Entries recorded since."},
        "columns": {
            "type": "array",
            "items": schemas.record(
                {"name": schemas.TEXT, "kind": schemas.TEXT, "words": _WORDS, "total": {"type": "boolean"}}
            ),
        },
        "rows": {"type": "array", "items": schemas.FREE},
        "totals": schemas.FREE,
        "notes": {"type": "array", "items": _WORDS},
    }
)
"""A report's answer: rows by column name, each with its `key`; amounts in cents."""

EXPLAINED: Final = schemas.record(
    {
        "report": schemas.TEXT,
        "key": schemas.TEXT,
        "column": schemas.TEXT,
        "as_of": _AS_OF,
        "entries": {
            "type": "array",
            "items": schemas.record(
                {"seq": schemas.SEQ, "day": schemas.TEXT, "type": schemas.TEXT, "stream": schemas.TEXT},
                {
                    "number": schemas.TEXT,
                    "amount_cents": {"type": "integer", "description": "What the entry itself states."},
                    "share": {"type": "integer", "description": "What it brought to the figure."},
                },
            ),
        },
        "more": {"type": "integer", "minimum": 0, "description": "Entries behind it that are not told here."},
    },
    {"value": {}, "adds_up": {"type": "boolean", "description": "The shares add up to the value."}},
)
"""A figure and the entries behind it."""


# --- parameters


def _schema_of(parameter: contract.Parameter) -> dict[str, Any]:
    schema: dict[str, Any]
    if parameter.choices:
        return {"type": "string", "enum": list(parameter.choices)}
    match parameter.kind:
        case "day":
            schema = {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"}
        case "id":
            schema = dict(schemas.UUID4_TEXT)
        case "count":
            schema = {"type": "integer", "minimum": 0, "maximum": 999_999_999}
        case "flag":
            schema = {"type": "boolean"}
        case "code":
            schema = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._/+-]{0,63}$"}
        case _:
            schema = {"type": "string", "maxLength": 200}
    return schema


def parameters() -> tuple[Parameter, ...]:
    """Give what the reports may be asked for, each name once, with the reports that take it."""
    found: dict[str, list[tuple[Report, contract.Parameter]]] = {}
    for report in REPORTS:
        for each in report.parameters:
            found.setdefault(each.name, []).append((report, each))
    return tuple(_merged(name, takers) for name, takers in sorted(found.items()))


def _merged(name: str, takers: Sequence[tuple[Report, contract.Parameter]]) -> Parameter:
    forms: list[dict[str, Any]] = []
    for _, each in takers:
        schema = _schema_of(each)
        if schema not in forms:
            forms.append(schema)
    words = "; ".join(dict.fromkeys(each.words.en for _, each in takers))
    reports = ", ".join(f"`{report.name}`" for report, _ in takers)
    whole_schema: Schema = forms[0] if len(forms) == 1 else {"anyOf": forms}
    return Parameter(name, f"{words[0].upper()}{words[1:]} ({reports}).", whole_schema)


NAMES: Final = Parameter("names", "Whether customers are named.", {"type": "boolean", "default": True})
AT_LEAST: Final = Parameter(
    "at_least", "An entry that the report must know of; the ledger's end without it.",
    {"type": "integer", "minimum": 1, "maximum": MOST_SEQ},
)  # fmt: skip
FORMAT: Final = Parameter("format", "In place of the Accept header.", {"enum": ["json", "csv"]})
LANGUAGE: Final = Parameter("language", "Of the words in a picture.", {"enum": ["fr", "en"], "default": "fr"})
IF_NONE_MATCH: Final = Parameter("If-None-Match", "The ETag of the answer already held.", {"type": "string"}, "header")
KEY: Final = Parameter(
    "key", "A row's `key`, or its printed number.", {"type": "string", "minLength": 1, "maxLength": 200},
    required=True, example="head",
)  # fmt: skip
COLUMN: Final = Parameter(
    "column", "A column's name.", {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,63}$"}, required=True,
    example="seq",
)  # fmt: skip
LIMIT: Final = Parameter(
    "told", "Entries told at most.", {"type": "integer", "minimum": 1, "maximum": _MOST, "default": MOST_TOLD}
)


def _report(call: Call) -> Report:
    found = BY_NAME.get(call.params["report"])
    if found is None:
        raise Problem("NOT_FOUND", reason="no_such_report")
    return found


def _asked(report: Report, query: dict[str, str], *own: str) -> Asked:
    """Take the report's own parameters out of a query.

    Raises:
        Problem: `PARAMETER_INVALID`, with the parameter's name and a stable reason.
    """
    asked = complete(report, {name: value for name, value in query.items() if name not in own})
    if isinstance(asked, Unfit):
        raise Problem("PARAMETER_INVALID", f"query {asked.name}", reason=asked.reason)
    return asked


def _fits(asked: Asked, desk: StoreDesk) -> None:
    """Refuse a span up to the ledger's own day that has too many periods.

    Raises:
        Problem: `PARAMETER_INVALID`, reason `too_many`.
    """
    wrong = too_long(asked, desk.today)
    if wrong is not None:
        raise Problem("PARAMETER_INVALID", f"query {wrong.name}", reason=wrong.reason)


def _query(call: Call, report: Report, *own: str) -> dict[str, str]:
    return call.query((*own, *(each.name for each in report.parameters)))


def _yes(query: dict[str, str], name: str) -> bool:
    """Read a flag that is yes unless it is said to be no."""
    return flag({name: query.get(name, "true")}, name)


def _at_least(query: dict[str, str]) -> int | None:
    return whole(query, "at_least", 0, MOST_SEQ, least=1) or None


# --- handlers


async def report_list(call: Call) -> Answer:
    """Answer every report with its question and what may be asked."""
    await enter(call, READ)
    call.query(())
    base = f"/v1/ledgers/{call.ledger.name}/reports"
    items = [
        {
            "name": each.name,
            "question": {"fr": each.question.fr, "en": each.question.en},
            "projections": list(each.uses),
            "parameters": [_told_of(one) for one in each.parameters],
            "path": f"{base}/{each.name}",
        }
        for each in REPORTS
    ]
    return answer_json({"items": items})


def _told_of(one: contract.Parameter) -> dict[str, Any]:
    told: dict[str, Any] = {"name": one.name, "kind": one.kind, "words": {"fr": one.words.fr, "en": one.words.en}}
    if one.required:
        told["required"] = True
    if one.default is not None:
        told["default"] = one.default
    if one.choices:
        told["choices"] = list(one.choices)
    return told


async def report_table(call: Call) -> Answer:
    """Answer a report, as JSON or as CSV."""
    await enter(call, READ)
    report = _report(call)
    query = _query(call, report, "names", "at_least", "format")
    names, at_least = _yes(query, "names"), _at_least(query)
    media = _media(call, query)
    asked = _asked(report, query, "names", "at_least", "format")

    def make() -> Answer:
        with _desk(call, report, names=names, at_least=at_least) as desk:
            _fits(asked, desk)
            headers = _headers(desk, report, asked, call, media, str(names))
            held = _held(call, headers)
            if held is not None:
                return held
            table = report.make(desk, asked)
            if media == CSV:
                named = f'attachment; filename="{report.name}-{table.as_of_seq}.csv"'
                pieces = b"".join(to_csv(table))
                return Answer(200, pieces, b"text/csv; charset=utf-8", (
                    *headers, (b"content-disposition", named.encode()),
                ))  # fmt: skip
            return Answer(200, orjson.dumps({**to_json(table), "lag": desk.lag}), JSON, headers)

    return await call.context.blocking(make)


async def report_chart(call: Call) -> Answer:
    """Answer a report's picture."""
    await enter(call, READ)
    report = _report(call)
    query = _query(call, report, "at_least", "language")
    language = _language(query)
    at_least = _at_least(query)
    asked = _asked(report, query, "at_least", "language")

    def make() -> Answer:
        with _desk(call, report, names=False, at_least=at_least) as desk:
            _fits(asked, desk)
            headers = _headers(desk, report, asked, call, SVG, language)
            held = _held(call, headers)
            if held is not None:
                return held
            table = report.make(desk, asked)
            if table.chart is None:
                raise Problem("NOT_FOUND", reason="nothing_to_draw")
            drawn = draw(in_words(table.chart, language), table.title, language, desk.facts.currency)
            return Answer(200, drawn, SVG.encode(), headers)

    return await call.context.blocking(make)


async def report_explain(call: Call) -> Answer:
    """Answer the entries behind one figure."""
    await enter(call, READ)
    report = _report(call)
    own = ("key", "column", "at_least", "told")
    query = _query(call, report, *own)
    for name in ("key", "column"):
        if not 1 <= len(query.get(name, "")) <= 200:
            raise Problem("PARAMETER_INVALID", f"query {name}", reason="missing")
    at_least, most = _at_least(query), whole(query, "told", MOST_TOLD, _MOST, least=1)
    asked = _asked(report, query, *own)

    def make() -> Answer:
        with _desk(call, report, names=False, at_least=at_least) as desk:
            _fits(asked, desk)
            told = explain(desk, report, asked, query["key"], query["column"], most)
        if told is None:
            raise Problem("NOT_FOUND", reason="no_such_figure")
        return answer_json(told.as_json())

    return await call.context.blocking(make)


def _desk(call: Call, report: Report, *, names: bool, at_least: int | None) -> Any:
    context = call.context
    head = context.store.head(call.ledger.ledger)
    if at_least is not None and head is not None and at_least > head.seq:
        raise Problem("PARAMETER_INVALID", "query at_least", reason="beyond_the_end")
    known = context.names.known(call.ledger.ledger) if names else None
    return desk_of(context.service, context.engine, call.ledger, report, names=names, at_least=at_least, known=known)


def _language(query: Mapping[str, str]) -> Language:
    text = query.get("language", "fr")
    if text not in ("fr", "en"):
        raise Problem("PARAMETER_INVALID", "query language", reason="choice")
    return "en" if text == "en" else "fr"


def _media(call: Call, query: Mapping[str, str]) -> str:
    """Choose JSON or CSV: by `format`, else by the Accept header (RFC 9110, 12.5.1); JSON when it says neither."""
    given = query.get("format")
    if given is not None:
        if given not in ("json", "csv"):
            raise Problem("PARAMETER_INVALID", "query format", reason="choice")
        return CSV if given == "csv" else "application/json"
    accepted = (call.header(b"accept") or b"").decode("latin-1").lower()
    kinds = [_weighted(part) for part in accepted.split(",")]
    fit = [one for one in kinds if one[1] > 0 and one[0] in (CSV, "application/json", "*/*", "application/*")]
    best = max(fit, key=lambda one: one[1], default=("", 0))  # the first of those that weigh most
    return CSV if best[0] == CSV else "application/json"


def _weighted(part: str) -> tuple[str, int]:
    """Take a media range and its weight in thousandths apart."""
    kind, _, parameter = part.partition(";")
    return kind.strip(), weight_of(parameter)


def _headers(desk: StoreDesk, report: Report, asked: Asked, call: Call, media: str, more: str) -> tuple[Header, ...]:
    """Give the headers of an answer; its ETag stands for all that it is made of."""
    position = (b"sceau-position", b"%d" % desk.position)
    vary = (b"vary", b"accept")
    if report.name in BEYOND_ENTRIES:
        return ((b"cache-control", b"private, no-store"), position, vary)
    versions = [[name, call.context.engine.projections[name].version, desk.view(name).missing] for name in report.uses]
    made_of = [
        call.ledger.ledger, report.name, sorted(asked.items()), desk.position, desk.lag, desk.today.isoformat(), media,
        more, versions, software(),
    ]  # fmt: skip
    tag = f'"{sha256(orjson.dumps(made_of)).hexdigest()[:32]}"'
    return ((b"etag", tag.encode()), _CACHING, position, vary)


def _held(call: Call, headers: tuple[Header, ...]) -> Answer | None:
    """Answer that it is what is already held, if it is (RFC 9110, 13.1.2)."""
    said = call.once(b"if-none-match")
    tag = dict(headers).get(b"etag")
    if said is None or tag is None:
        return None
    each = [one.strip().removeprefix(b"W/") for one in said.split(b",")]
    return Answer(304, b"", JSON, headers) if tag in each or b"*" in each else None
