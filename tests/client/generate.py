"""Writes the client's models and operations from the table of operations: `python -m tests.client.generate`.

`test_generated.py` holds them equal, so that an operation without its method, or a method of another shape, fails.
"""

from __future__ import annotations

import json
import keyword
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from textwrap import wrap
from typing import Any, Final

from api.http.openapi import document
from api.http.routes.operation import Operation, Parameter
from api.http.routes.table import operations

FOLDER: Final = Path(__file__).resolve().parents[2] / "api" / "client"
MODELS, SYNC, ASYNC = "models.py", "operations.py", "operations_async.py"
_PARAMETER: Final = re.compile(r"\{([a-z_]+)\}")
_NAMED_IN: Final = (
    "schemas", "about", "archives", "closures", "documents", "erasures", "event_schemas", "integrity", "quote_files",
    "webhooks",
)  # fmt: skip
"""Modules whose constants name the shapes of answers."""
_SIMPLE: Final = {"string": "str", "integer": "int", "boolean": "bool", "number": "int", "null": "None"}


def camel(text: str) -> str:
    """Write `invoice.issue_final` or `LIST_ITEM` as a class's name."""
    return "".join(part[:1].upper() + part[1:].lower() for part in re.split(r"[^A-Za-z0-9]+", text))


def safe(name: str) -> str:
    """Write a name that Python takes."""
    plain = re.sub(r"[^A-Za-z0-9_]", "_", name).lower()
    return f"{plain}_" if keyword.iskeyword(plain) or plain in ("self", "body", "key") else plain


@dataclass
class Models:
    """The records, in the order in which they are first needed."""

    components: Mapping[str, Any]
    written: dict[str, str] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)  # an inline shape, as JSON -> its name
    paged: bool = False

    def __post_init__(self) -> None:
        for name in _NAMED_IN:
            for constant, value in vars(import_module(f"api.http.{name}")).items():
                if constant.isupper() and isinstance(value, dict) and "properties" in value:
                    plain = camel(constant)
                    taken = plain in self.components or plain in self.named.values()
                    self.named.setdefault(_same(value), f"{plain}Answer" if taken else plain)

    def type_of(self, schema: Mapping[str, Any], hint: str) -> str:
        """Give the Python type of a schema; `hint` names it where it has no name of its own."""
        if "$ref" in schema:
            name = str(schema["$ref"]).rpartition("/")[2]
            self.component(name)
            return name
        if "const" in schema:
            return f"Literal[{schema['const']!r}]"
        if "enum" in schema:
            return f"Literal[{', '.join(repr(each) for each in schema['enum'])}]"
        for several in ("anyOf", "oneOf"):
            if several in schema:
                found = [self.type_of(each, hint) for each in schema[several] if each.get("type") != "null"]
                return " | ".join(dict.fromkeys(found)) or "None"
        kind = schema.get("type")
        if kind == "array":
            return f"list[{self.type_of(schema.get('items', {}), hint + 'Item')}]"
        if kind == "object" or "properties" in schema:
            return self._object(schema, hint)
        if isinstance(kind, list):
            return " | ".join(_SIMPLE.get(each, "Any") for each in kind)
        return _SIMPLE.get(str(kind), "Any")

    def component(self, name: str) -> None:
        """Write a component once."""
        if name not in self.written:
            self.written[name] = ""  # it may refer to itself
            self._record(name, self.components[name])

    def _object(self, schema: Mapping[str, Any], hint: str) -> str:
        if not schema.get("properties"):
            more = schema.get("additionalProperties")
            if schema.get("properties") == {} and more is False:
                self._record("Nothing", schema, "No member at all.")
                return "Nothing"
            value = self.type_of(more, hint + "Value") if isinstance(more, dict) and more else "Any"
            return f"dict[str, {value}]"
        if set(schema["properties"]) == {"items", "next"} and schema["properties"]["items"].get("type") == "array":
            self.paged = True
            return f"Page[{self.type_of(schema['properties']['items']['items'], hint + 'Item')}]"
        name = self.named.setdefault(_same(schema), hint)
        if name not in self.written:
            self.written[name] = ""
            self._record(name, schema)
        return name

    def _record(self, name: str, schema: Mapping[str, Any], words: str | None = None) -> None:
        if "properties" not in schema:
            self.written[name] = f"{name} = {self.type_of(schema, name + 'Value')}"
            return
        required = set(schema.get("required", ()))
        members = []
        for member, one in schema["properties"].items():
            kind = self.type_of(one, name + camel(member))
            members.append((member, kind if member in required else f"NotRequired[{kind}]"))
        words = words or " ".join(str(schema.get("description", "")).split()) or f"`{name}`, as the API has it."
        if all(member.isidentifier() and not keyword.iskeyword(member) for member, _ in members):
            lines = [f"class {name}(TypedDict):", *_docstring(words, "    ")]
            lines += [line for member, kind in members for line in _member(member, kind)]
        else:
            lines = [f"{name} = TypedDict(", f'    "{name}",', "    {"]
            lines += [f'        "{member}": "{kind}",' for member, kind in members]
            lines += ["    },", ")"]
        self.written[name] = "\n".join(lines)


def _member(name: str, kind: str) -> list[str]:
    line = f"    {name}: {kind}"
    if len(line) <= 116:
        return [line]
    opening, _, inner = kind.partition("[")
    return [f"    {name}: {opening}[", *(f"        {each}" for each in wrap(inner[:-1], 100)), "    ]"]


def _same(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, sort_keys=True, default=str)


def _docstring(words: str, indent: str) -> list[str]:
    words = words.replace("\\", "\\\\").replace('"""', "'''")
    one = f'{indent}"""{words}"""'
    if len(one) <= 118 and not words.endswith('"'):
        return [one]
    first, *rest = wrap(words, 116 - len(indent) - 6, break_long_words=False)
    if not rest:
        return [f'{indent}"""{first}', f'{indent}"""']
    return [f'{indent}"""{first}', *(f"{indent}{each}" for each in rest), f'{indent}"""']


@dataclass(frozen=True)
class Method:
    """One operation as a method: what it is called with and what it gives."""

    operation: Operation
    group: str
    verb: str
    body: str | None
    answer: str
    item: str | None  # of a page that has a cursor
    accepts: tuple[str, ...] = ()  # forms in which the answer may be asked for as a file

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Its parameters; a copy that the caller holds already has no place where records are given."""
        left_out = {"If-None-Match"} if self.answer != "Download" else set()
        if self.operation.other_media:
            left_out.add("format")  # one method gives records, another the file
        return tuple(each for each in self.operation.parameters if each.name not in left_out)

    @property
    def of_a_ledger(self) -> bool:
        """Whether it stands below a ledger."""
        return "{ledger}" in self.operation.template


def methods(page: Mapping[str, Any], models: Models) -> Iterable[Method]:
    """Give every operation of the page as a method."""
    for operation in operations():
        if operation.template in ("/metrics",):
            continue  # for Prometheus
        told = page["paths"][operation.template][operation.method.lower()]
        group, _, verb = operation.name.partition(".")
        hint = camel(operation.name)
        body = None
        if operation.body is not None:
            if operation.body_media == ("application/json",):
                body = models.type_of(told["requestBody"]["content"]["application/json"]["schema"], hint + "Body")
            else:
                body = "bytes"
        answer = "None"
        if operation.status != 204:
            content = told["responses"][str(operation.status)]["content"][operation.media]["schema"]
            answer = models.type_of(content, hint + "Answer") if "json" in operation.media else "Download"
        item = answer[5:-1] if answer.startswith("Page[") and _takes(operation, "after") else None
        yield Method(operation, group, verb, body, answer, item)
        if operation.other_media:
            yield Method(operation, group, f"{verb}_as", body, "Download", None, operation.other_media)


def _takes(operation: Operation, name: str) -> bool:
    return any(each.name == name for each in operation.parameters)


def _arguments(method: Method, models: Models) -> tuple[list[str], list[str]]:
    """Give a method's arguments (positional, by keyword), in Python's form."""
    operation = method.operation
    names = [name for name in _PARAMETER.findall(operation.template) if name != "ledger"]
    positional = [f"{safe(name)}: {'int' if name in ('seq', 'version') else 'str'}" for name in names]
    keywords = []
    if method.body is not None:
        plain = method.body == "bytes" or str(method.body).startswith("dict[")
        body = method.body if plain else f"m.{method.body}"
        positional.append(f"body: {body}" if operation.body_required else f"body: {body} | None = None")
        if method.body == "bytes":
            media = ", ".join(f'"{each}"' for each in operation.body_media)
            keywords.append(f"media: Literal[{media}]")
    if method.accepts:
        keywords.append(f"media: Literal[{', '.join(f'{each!r}' for each in method.accepts)}]")
    for one in method.parameters:
        kind = _qualified(models.type_of(one.schema, "Parameter"))
        keywords.append(f"{safe(one.name)}: {kind}" if one.required else f"{safe(one.name)}: {kind} | None = None")
    if operation.method == "POST":
        keywords.append("idempotency_key: str | None = None")
    return positional, keywords


def _qualified(kind: str) -> str:
    """Name records by their module."""
    return re.sub(r"\b(?!Literal|Any|None|Download)([A-Z][A-Za-z0-9]+)\b(?![^\[]*')", r"m.\1", kind)


def _answer_type(kind: str) -> str:
    return _qualified(kind).replace("list[", "Items[")


def write_method(method: Method, models: Models, *, waiting: bool) -> list[str]:
    """Write one method, and the one that goes through all pages where there are pages."""
    operation = method.operation
    positional, keywords = _arguments(method, models)
    signature = ["self", *positional, *(["*", *keywords] if keywords else [])]
    sends = _request(method)
    prefix, get = ("async ", "await ") if waiting else ("", "")
    lines = _def(f"{prefix}def {safe(method.verb)}", signature, _answer_type(method.answer))
    summary = operation.words.partition("\n")[0]
    who = f" For: {', '.join(sorted(operation.roles))}." if operation.roles else ""
    lines += _docstring(summary + who, "        ")
    lines += [f"        response = {get}self._send(", *(f"            {each}" for each in sends), "        )"]
    if method.answer == "None":
        lines.append("        json_of(response)")
    elif method.answer == "Download":
        lines.append("        return download_of(response)")
    else:
        lines += [f"        answer: {_answer_type(method.answer)} = json_of(response)", "        return answer"]
    if method.item is not None:
        lines += ["", *_each(method, signature, positional, keywords, waiting=waiting)]
    return lines


def _each(
    method: Method, signature: list[str], positional: list[str], keywords: list[str], *, waiting: bool
) -> list[str]:
    verb = "each" if method.verb == "list" else f"each_{safe(method.verb)}"
    iterator = "AsyncIterator" if waiting else "Iterator"
    prefix, get = ("async ", "await ") if waiting else ("", "")
    lines = _def(f"{prefix}def {verb}", signature, f"{iterator}[{_qualified(str(method.item))}]")
    lines += _docstring(f"Go through all pages of `{safe(method.verb)}`, one item after the other.", "        ")
    names = [each.partition(":")[0] for each in positional]
    named = [each.partition(":")[0] for each in keywords]
    call = ", ".join([*names, *(f"{name}={name}" for name in named)])
    return [
        *lines,
        "        while True:",
        f"            page = page_of({get}self.{safe(method.verb)}({call}), after)",
        *_yielding(waiting),
        '            if "next" not in page:',
        "                return",
        f'            after = cast({_after_type(keywords)!r}, page["next"])',
    ]


def _yielding(waiting: bool) -> list[str]:
    if not waiting:
        return ['            yield from page["items"]']
    return ['            for item in page["items"]:', "                yield item"]


def _after_type(keywords: list[str]) -> str:
    kind = next(each for each in keywords if each.startswith("after:")).partition(": ")[2]
    return kind.partition(" |")[0]


def _request(method: Method) -> list[str]:
    operation = method.operation
    names = _PARAMETER.findall(operation.template)
    filled = ", ".join(f"{name}={'self._ledger' if name == 'ledger' else safe(name)}" for name in names)
    path = f'path_of("{operation.template}", {filled})' if names else f'"{operation.template}"'
    lines = ["Request(", f'    "{operation.method}",', f"    {path},"]
    for where, word in (("query", "query"), ("header", "headers")):
        found = [each.name for each in method.parameters if each.where == where]
        pairs = [f'"{name}": {safe(name)}' for name in found]
        if word == "headers" and method.accepts:
            pairs.insert(0, '"Accept": media')
        if pairs:
            lines.append(f"    {word}={{{', '.join(pairs)}}},")
    if method.body is not None:
        lines.append("    body=body," if operation.body_required else "    body={} if body is None else body,")
        if method.body == "bytes":
            lines.append("    media=media,")
    if operation.method == "POST":
        lines.append("    key=idempotency_key,")
    return [*lines, ")"]


def _def(name: str, signature: list[str], answer: str) -> list[str]:
    one = f"    {name}({', '.join(signature)}) -> {answer}:"
    if len(one) <= 118:
        return [one]
    return [f"    {name}(", *(line for each in signature for line in _argument(each)), f"    ) -> {answer}:"]


def _argument(text: str) -> list[str]:
    line = f"        {text},"
    if len(line) <= 118:
        return [line]
    opening, _, inner = text.partition("[")
    inner, _, rest = inner.rpartition("]")
    return [f"        {opening}[", *(f"            {each}" for each in wrap(inner, 100)), f"        ]{rest},"]


def write_operations(found: list[Method], models: Models, *, waiting: bool) -> str:
    """Write a module of operations: a class for each group, below a ledger and at the root."""
    mark = "Async" if waiting else ""
    out = [
        f'"""The operations of the API, {"for asyncio" if waiting else "one method each"}.',
        "",
        "Made by `python -m tests.client.generate` from the server's table of operations. Do not edit.",
        '"""',
        "",
        "# fmt: off",
        "# ruff: noqa: E501",
        "from __future__ import annotations",
        "",
        f"from collections.abc import {'AsyncIterator, Awaitable, Callable' if waiting else 'Callable, Iterator'}",
        "from typing import Any, Literal, TypeAlias, cast",
        "",
        "import httpx",
        "",
        "from . import models as m",
        "from .core import Download, Request, download_of, json_of, page_of, path_of",
        "",
        "Items = list",
        f"Send: TypeAlias = Callable[[Request], {'Awaitable[httpx.Response]' if waiting else 'httpx.Response'}]",
    ]
    for below in (True, False):
        groups: dict[str, list[Method]] = {}
        for method in found:
            if method.of_a_ledger is below:
                groups.setdefault(method.group, []).append(method)
        kind = "Ledger" if below else "Root"
        for group, members in groups.items():
            out += ["", "", f"class {mark}{camel(group)}{kind}Calls:", f'    """What can be asked of `{group}`."""', ""]
            out += ["    def __init__(self, send: Send" + (", ledger: str" if below else "") + ") -> None:"]
            out += ["        self._send = send", *(["        self._ledger = ledger"] if below else [])]
            for method in members:
                out += ["", *write_method(method, models, waiting=waiting)]
        out += ["", "", f"class {mark}{kind}Calls:"]
        out += [f'    """Everything that can be asked{" of a ledger" if below else ""}, by what it is about."""', ""]
        out += ["    def __init__(self, send: Send" + (", ledger: str" if below else "") + ") -> None:"]
        for group in groups:
            plain = f"{group}_" if keyword.iskeyword(group) else group
            name = plain if below or group == "system" else f"{group}s"
            out.append(f"        self.{name} = {mark}{camel(group)}{kind}Calls(send{', ledger' if below else ''})")
    return "\n".join(out) + "\n"


def write_models(models: Models) -> str:
    """Write the module of records."""
    head = [
        '"""The records of the API: what is sent and what comes back, as dictionaries with known members.',
        "",
        "Made by `python -m tests.client.generate` from the server's OpenAPI page. Do not edit. A member without a",
        "value is left out, in both directions. Amounts are cents, rates basis points, quantities and prices decimal",
        "texts.",
        '"""',
        "",
        "# fmt: off",
        "from __future__ import annotations",
        "",
        "from typing import Any, Generic, Literal, NotRequired, TypedDict, TypeVar",
        "",
        'T = TypeVar("T")',
        "",
        "",
        "class Page(TypedDict, Generic[T]):",
        '    """One page of a list; `next`, when it is there, is the `after` of the next one."""',
        "",
        "    items: list[T]",
        "    next: NotRequired[int | str]",
    ]
    records = [text for text in models.written.values() if text.startswith("class ")]
    others = [text for text in models.written.values() if text and not text.startswith("class ")]
    parts = ["\n".join(head), *(_spaced(each) for each in records), *others]
    return "\n\n\n".join(parts) + "\n"


def _spaced(text: str) -> str:
    """Put a line between the docstring and the members."""
    lines = text.split("\n")
    end = next(place for place, line in enumerate(lines) if place and line.rstrip().endswith('"""') and
               (place > 1 or line.count('"""') == 2))  # fmt: skip
    return "\n".join([*lines[: end + 1], "", *lines[end + 1 :]]).rstrip()


def make() -> dict[str, str]:
    """Make all three files: name -> text."""
    page = document(operations(), "0")
    models = Models(page["components"]["schemas"])
    found = list(methods(page, models))
    sync, waiting = (write_operations(found, models, waiting=each) for each in (False, True))
    return {MODELS: write_models(models), SYNC: sync, ASYNC: waiting}


if __name__ == "__main__":
    for name, text in make().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        sys.stdout.write(f"{name}: {text.count(chr(10))} lines\n")
