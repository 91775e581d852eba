"""Makes docs/spec/events.md and docs/spec/events.schema.json from the event records.

`python -m tests.docs.events_page` writes both; `test_events_page.py` holds them equal to the code.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import json
import sys
import types as python_types
import typing
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from ledger.domain import events as catalogue
from ledger.domain import types as value_types
from ledger.domain.events import common, deposits, invoices, ledger, messages, parties, payments, periods, quotes
from ledger.domain.events import signatures as signature_events
from ledger.domain.events.common import EventRecord

SPEC = Path(__file__).resolve().parents[2] / "docs" / "spec"
PAGE = SPEC / "events.md"
SCHEMA = SPEC / "events.schema.json"
ARCHIVED = Path(__file__).resolve().parents[2] / "archive" / "sealed" / "events.schema.json"  # every archive holds it
EXAMPLES = Path(__file__).with_name("event_examples.json")

CHAPTERS: tuple[tuple[str, Any], ...] = (
    ("The ledger and its technical journal", ledger),
    ("Issuer, series, customers, observers", parties),
    ("Quotes, deliveries", quotes),
    ("Signatures and attachments", signature_events),
    ("Deposits and receipts", deposits),
    ("Invoices, credit notes, notes, recurring billing", invoices),
    ("Payments and refunds", payments),
    ("Messages, links, documents, exports", messages),
    ("Closures, checkpoints, archives, erasure", periods),
)

HEAD = """# Events

*Made by `python -m tests.docs.events_page` from `ledger/domain/events/`; `tests/docs/test_events_page.py` holds the two
equal. JSON Schemas: [events.schema.json](events.schema.json).*

An entry's `type` is one of the names below; its `body` has the members listed. The rules for all of them:

1. A member without a value is left out. `null` is never written. A member not listed is refused.
2. Members marked *private* never stand in the body: in their place stands `{"$c": "<64 hex>"}`, a
   [commitment](commitment.md) with path `/<member>`, and the value is kept beside the chain.
3. Amounts are whole hundredths of the currency; rates and shares are basis points (2000 is 20 %); quantities and unit
   prices are exact decimal strings without trailing zeros; days are `YYYY-MM-DD`; moments are UTC with six decimals.
4. The salt, version, actor and recording time stand in the [entry](entry.md), not in the body.
5. A released event never changes its shape. A new shape is a new name with the next number, and both stay readable.
6. Some events come with later versions of the software (closures, archives, documents, pages, payments on line); their
   shape is fixed here so that what is written later fits what is written now.

"""


def describe(annotation: Any) -> str:
    """Write a type as a reader would: a value type's name, a list, a choice of words."""
    origin = typing.get_origin(annotation)
    for name, value in vars(value_types).items():
        same = value is annotation or (origin is typing.Literal and value == annotation)  # typing forgets identities
        if not name.startswith("_") and same and name[0].isupper():
            return name
    if origin is typing.Literal:
        return " / ".join(f"`{word}`" for word in typing.get_args(annotation))
    if origin is tuple:
        return f"list of {describe(typing.get_args(annotation)[0])}"
    if origin in (typing.Union, python_types.UnionType):
        return describe(next(part for part in typing.get_args(annotation) if part is not type(None)))
    if dataclasses.is_dataclass(annotation):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"  # type: ignore[union-attr] # a class
    return {int: "integer", str: "text", bool: "Flag"}.get(annotation, str(annotation))


def remarks(cls: type[Any]) -> dict[str, str]:
    """Collect the comment behind each member, its own and its bases'."""
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        if base.__module__.startswith("ledger."):
            lines = inspect.getsource(base).splitlines()
            for node in ast.parse("\n".join(lines)).body[0].body:  # type: ignore[attr-defined] # a class statement
                if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                    _, _, comment = lines[(node.end_lineno or node.lineno) - 1].partition("  # ")
                    found[node.target.id] = comment
    return found


def members(cls: type[Any]) -> list[tuple[str, Any, bool]]:
    """List a record's members: name, type, whether it always stands in the body (a default is written too)."""
    hints = typing.get_type_hints(cls, include_extras=True)
    return [(one.name, hints[one.name], one.default is not None) for one in dataclasses.fields(cls)]


def table(cls: type[Any]) -> list[str]:
    """Write the members of a record as a table."""
    private: tuple[str, ...] = getattr(cls, "PRIVATE", ())
    words = remarks(cls)
    if not members(cls):
        return ["No members.", ""]
    rows = ["| member | type | | |", "|---|---|---|---|"]
    for name, annotation, required in members(cls):
        need = "private" if name in private else "" if required else "optional"
        rows.append(f"| `{name}` | {describe(annotation)} | {need} | {words.get(name, '')} |")
    return [*rows, ""]


def shared_records() -> list[type[Any]]:
    """List the records that stand inside others, in the order of the source."""
    modules = (common, *(module for _, module in CHAPTERS))
    return [
        value
        for module in modules
        for value in vars(module).values()
        if inspect.isclass(value)
        and dataclasses.is_dataclass(value)
        and value.__module__ == module.__name__
        and not issubclass(value, EventRecord)
    ]


def value_rows() -> list[str]:
    """Write the table of value types, from the docstrings under their assignments."""
    rows = ["| type | form |", "|---|---|"]
    body = ast.parse(inspect.getsource(value_types)).body
    for node, following in zip(body, [*body[1:], None], strict=True):
        if not (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)):
            continue
        name = node.targets[0].id
        if name.isupper():
            continue
        value = getattr(value_types, name)
        schema = TypeAdapter(value).json_schema()
        if "enum" in schema:
            form = " / ".join(f"`{word}`" for word in schema["enum"])
        elif "pattern" in schema:
            form = "text, `" + schema["pattern"].replace("|", "\\|") + "`"
        elif schema["type"] == "integer":
            form = f"integer from {schema.get('minimum', schema.get('exclusiveMinimum', 0) + 1)} to {schema['maximum']}"
        else:
            limits = f", {schema['minLength']} to {schema['maxLength']} characters" if "maxLength" in schema else ""
            form = schema["type"] + limits
        words = ""
        if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            words = " " + " ".join(str(following.value.value).split())
        rows.append(f"| {name} | {form}.{words} |")
    return [*rows, ""]


def body_of(cls: type[EventRecord], example: dict[str, Any]) -> dict[str, Any]:
    """Show an example's body as it stands in the chain: commitments in place of private members."""
    return {name: {"$c": "<64 hex>"} if name in cls.PRIVATE else value for name, value in sorted(example.items())}


def make_page() -> str:
    """Make the whole page."""
    examples = json.loads(EXAMPLES.read_text())
    out = [HEAD.rstrip(), "", "## All events", "", "| type | stream | private | |", "|---|---|---|---|"]
    for each in catalogue.EVENT_TYPES:
        first = (each.__doc__ or "").splitlines()[0]
        private = ", ".join(f"`{name}`" for name in each.PRIVATE)
        out.append(f"| [`{each.TYPE}`](#{anchor(each)}) | `{each.STREAM}` | {private} | {first} |")
    out += ["", "## Value types", "", *value_rows(), "## Parts", ""]
    for part in shared_records():
        out += [f"### {part.__name__}", "", " ".join((part.__doc__ or "").split()), "", *table(part)]
    for title, module in CHAPTERS:
        out += [f"## {title}", ""]
        for each in catalogue.EVENT_TYPES:
            if each.__module__ != module.__name__:
                continue
            shown = json.dumps(body_of(each, examples[each.TYPE]), ensure_ascii=False, indent=1)
            out += [f"### {each.TYPE}", "", " ".join((each.__doc__ or "").split()), ""]
            out += [f"Stream `{each.STREAM}`.", "", *table(each), "```json", shown, "```", ""]
    return "\n".join(out).rstrip() + "\n"


def anchor(cls: type[EventRecord]) -> str:
    """Give the heading's anchor as renderers of Markdown make it."""
    return cls.TYPE.replace(".", "").replace("/", "")


def make_schema() -> str:
    """Make the JSON Schemas of every body, private members given as their disclosed values."""
    out: dict[str, Any] = {}
    for each in catalogue.EVENT_TYPES:
        schema = TypeAdapter(each).json_schema(ref_template=f"#/events/{each.TYPE.replace('/', '~1')}/$defs/{{model}}")
        schema["$private"] = list(each.PRIVATE)
        out[each.TYPE] = schema
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Sceau events", "events": out}
    return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    PAGE.write_text(make_page())
    SCHEMA.write_text(make_schema())
    ARCHIVED.write_text(make_schema())
    sys.stdout.write(f"{PAGE.name}: {len(catalogue.EVENT_TYPES)} events\n")
