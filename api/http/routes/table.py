"""Every operation of the server, in one tuple: commands, reads, and the rest, written out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from api.http import drafts, feed, keys, ledgers, reads, schemas, system, verification
from api.http.access import BUSINESS, OWNER, READ
from api.http.commands import CommandHandler
from api.http.examples import ids
from api.http.examples.bodies import BODIES, DRAFT_EXAMPLE, KEY_EXAMPLE, OPENING
from api.http.routes.commands import COMMAND_ROUTES
from api.http.routes.operation import Operation, Parameter
from api.http.routes.reads import READ_ROUTES, ReadRoute
from api.http.routes.route import LEDGER, CommandRoute

AFTER: Final = Parameter(
    "after", "What came before: `next` of the last page.", {"type": "integer", "minimum": 0, "maximum": reads.MOST_SEQ}
)
LIMIT: Final = Parameter(
    "limit", "Items at most.", {"type": "integer", "minimum": 1, "maximum": reads.LARGEST_PAGE, "default": reads.PAGE}
)
PRIVATE: Final = Parameter(
    "private", "With the private values that are at hand.", {"type": "boolean", "default": False}
)
IF_MATCH: Final = Parameter(
    "If-Match", "The ETag of the version that was read.", {"type": "string", "minLength": 1}, "header", required=True,
    example="*",
)  # fmt: skip
LEDGER_EXAMPLE: Final = {"ledger": "atelier"}


def _command(route: CommandRoute) -> Operation:
    name = route.command.NAME
    words = (route.command.__doc__ or "").strip()
    return Operation(
        "POST",
        route.template,
        CommandHandler(route),
        name,
        words,
        name.partition(".")[0],
        route.roles,
        schemas.DONE,
        route.status,
        body={"x-command": name, "x-taken": list(route.members)},
        body_required=bool(route.required),
        body_example=BODIES[name],
        path_example={**LEDGER_EXAMPLE, **dict(zip(route.members, route.example, strict=True))},
        headers={} if route.location is None else {"Location": "Where the new thing is read."},
        problems=(404, 409),
    )


def _read(route: ReadRoute) -> Iterator[Operation]:
    one = f"/{route.collection}" + ("" if route.parameter is None else f"/{{{route.parameter}}}")
    example = LEDGER_EXAMPLE if route.parameter is None else {**LEDGER_EXAMPLE, route.parameter: route.example}
    name = route.kind.prefix
    yield Operation(
        "GET",
        LEDGER + one,
        reads.StateHandler(route),
        f"{name}.read",
        f"Read where a {name.replace('_', ' ')} stands.",
        name,
        READ,
        {"x-state": name},
        path_example=example,
    )
    if route.begun_by:
        yield Operation(
            "GET",
            f"{LEDGER}/{route.collection}",
            reads.ListHandler(route),
            f"{name}.list",
            f"List by the entry that began each {name.replace('_', ' ')}, oldest first.",
            name,
            READ,
            schemas.page(schemas.LIST_ITEM),
            path_example=LEDGER_EXAMPLE,
            parameters=(AFTER, LIMIT),
        )


_LEDGERS: Final = (
    Operation(
        "POST",
        "/v1/ledgers",
        ledgers.open_ledger,
        "ledger.open",
        "Open a ledger, with the provisioning key; the answer holds an owner key, once.",
        "ledger",
        frozenset(),
        schemas.OPENED,
        201,
        body={"x-command": "ledger.open", "x-taken": []},
        body_example=OPENING,
        headers={"Location": "Where the ledger is read."},
        provisioning=True,
        problems=(409,),
    ),
    Operation(
        "GET",
        "/v1/ledgers",
        reads.ledger_list,
        "ledger.list",
        "List the ledgers in which this key has a role; with the provisioning key, all.",
        "ledger",
        READ,
        schemas.page(schemas.LEDGER_ITEM),
        provisioning=True,
    ),
    Operation(
        "GET",
        LEDGER,
        reads.ledger,
        "ledger.read",
        "Read a ledger's settings, number series and head.",
        "ledger",
        READ,
        schemas.LEDGER,
        path_example=LEDGER_EXAMPLE,
        provisioning=True,
    ),
    Operation(
        "GET",
        f"{LEDGER}/head",
        reads.head,
        "ledger.head",
        "Read where the ledger ends. Kept elsewhere, it makes a cut tail visible.",
        "ledger",
        READ,
        schemas.HEAD,
        path_example=LEDGER_EXAMPLE,
    ),
    Operation(
        "GET",
        f"{LEDGER}/verification",
        verification.verification,
        "ledger.verify",
        "Check every byte, link, seal and number; findings are in the verdict.",
        "ledger",
        READ,
        schemas.VERDICT,
        path_example=LEDGER_EXAMPLE,
        parameters=(Parameter("pin", "The genesis fingerprint, kept elsewhere.", schemas.DIGEST_TEXT),),
    ),
    Operation(
        "GET",
        f"{LEDGER}/entries",
        reads.entries,
        "entry.list",
        "Read entries in order, byte for byte; one stream's with `stream`.",
        "entry",
        READ,
        schemas.page(schemas.ENTRY_ITEM),
        path_example=LEDGER_EXAMPLE,
        parameters=(
            AFTER,
            LIMIT,
            Parameter(
                "stream",
                "`kind:id`, or `kind:self`.",
                {
                    "type": "string",
                    "pattern": f"^[a-z][a-z_]{{0,31}}:(self|{schemas.UUID4_TEXT['pattern'][1:-1]})$",
                },
                example=f"invoice:{ids.INVOICE}",
            ),
            PRIVATE,
        ),
    ),
    Operation(
        "GET",
        f"{LEDGER}/entries/{{seq}}",
        reads.entry,
        "entry.read",
        "Read one entry, byte for byte: its SHA-256 is its fingerprint.",
        "entry",
        READ,
        schemas.LINE,
        path_example={**LEDGER_EXAMPLE, "seq": "1"},
        headers={"ETag": "The entry's fingerprint."},
    ),
    Operation(
        "GET",
        f"{LEDGER}/seals",
        reads.seals,
        "seal.list",
        "Read the seals in order.",
        "entry",
        READ,
        schemas.page(schemas.SEAL),
        path_example=LEDGER_EXAMPLE,
        parameters=(AFTER, LIMIT),
    ),
    Operation(
        "GET",
        f"{LEDGER}/events",
        feed.events,
        "event.list",
        "Follow the ledger as CloudEvents, by cursor; `wait` seconds for the next one.",
        "entry",
        READ,
        {"type": "array", "items": schemas.CLOUD_EVENT},
        media="application/cloudevents-batch+json",
        path_example=LEDGER_EXAMPLE,
        parameters=(
            Parameter("after", "The `sequence` of the last event read.", AFTER.schema),
            LIMIT,
            Parameter("types", "Event types, separated by commas.", {"type": "string"}, example="invoice.issued/1"),
            Parameter("wait", "Seconds to wait for an event.", {"type": "integer", "minimum": 0, "maximum": 60}),
            PRIVATE,
        ),
        headers={"Link": "`rel=next`: the same feed from here on.", "Sceau-After": "What to send as `after`."},
    ),
)

_KEY_PATH: Final = {**LEDGER_EXAMPLE, "key": ids.KEY}

_KEYS: Final = (
    Operation("GET", "/v1/key", keys.me, "key.me", "Read whose key this is.", "key", READ, schemas.ME),
    Operation(
        "GET",
        f"{LEDGER}/keys",
        keys.list_keys,
        "key.list",
        "List the keys that have a role in the ledger.",
        "key",
        OWNER,
        schemas.page(schemas.KEY),
        path_example=LEDGER_EXAMPLE,
        provisioning=True,
    ),
    Operation(
        "POST",
        f"{LEDGER}/keys",
        keys.create_key,
        "key.create",
        "Make a key with a role in the ledger. Its secret is in this answer, once.",
        "key",
        OWNER,
        schemas.NEW_KEY,
        201,
        body={"x-schema": "NewKeyRequest"},
        body_example=KEY_EXAMPLE,
        path_example=LEDGER_EXAMPLE,
        headers={"Location": "Where the key is changed."},
        provisioning=True,
        problems=(409,),
    ),
    Operation(
        "PUT",
        f"{LEDGER}/keys/{{key}}",
        keys.put_key,
        "key.update",
        "Give a key this role in the ledger; a key of another ledger may be given one here too.",
        "key",
        OWNER,
        schemas.KEY,
        body={"x-schema": "RoleRequest"},
        body_example={"role": "accountant"},
        path_example=_KEY_PATH,
        provisioning=True,
        problems=(409,),
    ),
    Operation(
        "DELETE",
        f"{LEDGER}/keys/{{key}}",
        keys.delete_key,
        "key.delete",
        "Take a key's role in the ledger away.",
        "key",
        OWNER,
        {},
        204,
        path_example=_KEY_PATH,
        provisioning=True,
        problems=(409,),
    ),
)

_DRAFT_PATH: Final = {**LEDGER_EXAMPLE, "draft": ids.DRAFT}
_ETAG: Final = {"ETag": "The draft's version, for If-Match."}

_DRAFTS: Final = (
    Operation(
        "GET",
        f"{LEDGER}/drafts",
        drafts.list_drafts,
        "draft.list",
        "List drafts, in order of id.",
        "draft",
        BUSINESS,
        schemas.page(schemas.DRAFT_ITEM, schemas.UUID_TEXT),
        path_example=LEDGER_EXAMPLE,
        parameters=(
            Parameter("kind", "Drafts of one kind.", {"enum": ["quote", "invoice", "prospect", "opportunity"]}),
            Parameter("after", "What came before: `next` of the last page.", schemas.UUID4_TEXT),
            LIMIT,
        ),
    ),
    Operation(
        "POST",
        f"{LEDGER}/drafts",
        drafts.create_draft,
        "draft.create",
        "Keep a new draft: a working paper outside the chain, whole or unfinished.",
        "draft",
        BUSINESS,
        schemas.DRAFT,
        201,
        body={"x-schema": "NewDraft"},
        body_example=DRAFT_EXAMPLE,
        path_example=LEDGER_EXAMPLE,
        headers={**_ETAG, "Location": "Where the draft is read."},
        problems=(409,),
    ),
    Operation(
        "GET",
        f"{LEDGER}/drafts/{{draft}}",
        drafts.get_draft,
        "draft.read",
        "Read a draft.",
        "draft",
        BUSINESS,
        schemas.DRAFT,
        path_example=_DRAFT_PATH,
        headers=_ETAG,
    ),
    Operation(
        "PUT",
        f"{LEDGER}/drafts/{{draft}}",
        drafts.put_draft,
        "draft.update",
        "Replace a draft that nobody has changed meanwhile.",
        "draft",
        BUSINESS,
        schemas.DRAFT,
        body={"x-schema": "DraftBody"},
        body_example={name: member for name, member in DRAFT_EXAMPLE.items() if name != "id"},
        path_example=_DRAFT_PATH,
        parameters=(IF_MATCH,),
        headers=_ETAG,
        problems=(412, 428),
    ),
    Operation(
        "DELETE",
        f"{LEDGER}/drafts/{{draft}}",
        drafts.delete_draft,
        "draft.delete",
        "Throw a draft away.",
        "draft",
        BUSINESS,
        {},
        204,
        path_example=_DRAFT_PATH,
        parameters=(IF_MATCH,),
        problems=(412, 428),
    ),
    Operation(
        "POST",
        f"{LEDGER}/drafts/{{draft}}/issue",
        drafts.issue_draft,
        "draft.issue",
        "Issue a draft: its command is carried out, once, and the draft is gone.",
        "draft",
        BUSINESS,
        schemas.DONE,
        201,
        body=schemas.record({}),
        body_required=False,
        body_example={},
        path_example=_DRAFT_PATH,
        parameters=(IF_MATCH,),
        headers={"Location": "Where the document is read."},
        problems=(409, 412, 428),
    ),
)

_SYSTEM: Final = (
    Operation(
        "GET",
        "/healthz",
        system.healthz,
        "system.health",
        "Tell that this process runs.",
        "system",
        None,
        schemas.STATUS,
    ),
    Operation(
        "GET",
        "/readyz",
        system.readyz,
        "system.ready",
        "Tell whether commands can be taken.",
        "system",
        None,
        schemas.STATUS,
    ),
    Operation(
        "GET",
        "/metrics",
        system.metrics,
        "system.metrics",
        "Give this process's counters (with the metrics key, if one is set).",
        "system",
        None,
        {"type": "string"},
        media="text/plain",
        problems=(401,),
    ),
    Operation(
        "GET",
        "/problems/{code}",
        system.problem_type,
        "system.problem",
        "Tell what a problem's type means, in both languages.",
        "system",
        None,
        schemas.PROBLEM_TYPE,
        path_example={"code": "KEY_REQUIRED"},
        problems=(404,),
    ),
)


def operations() -> tuple[Operation, ...]:
    """Give every operation; those asked for most stand first."""
    return (
        *map(_command, COMMAND_ROUTES),
        *(operation for route in READ_ROUTES for operation in _read(route)),
        *_LEDGERS,
        *_KEYS,
        *_DRAFTS,
        *_SYSTEM,
    )
