"""Keeps the digests of released event schemas: `python -m tests.webhooks.released` adds types that are new.

A type that is there already is never changed: its shape is released. Before the first release, `--unreleased` writes
all of them anew.
"""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import orjson

from api.http.event_schemas import published

PAGE: Final = Path(__file__).with_name("released_schemas.json")


def shape_digest(name: str, schema: dict[str, Any] | None = None) -> str:
    """Give the SHA-256 of a schema without its words: mending a sentence changes no shape."""
    return sha256(
        orjson.dumps(_without_words(schema or orjson.loads(published()[name])), option=orjson.OPT_SORT_KEYS)
    ).hexdigest()


def _without_words(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_words(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _without_words(each)
        for name, each in value.items()
        if not (name == "description" and isinstance(each, str))
    }


def main(arguments: list[str]) -> int:
    """Write the page; 1 when a released shape is no longer what it was."""
    kept: dict[str, str] = {} if "--unreleased" in arguments or not PAGE.exists() else json.loads(PAGE.read_text())
    now = {name: shape_digest(name) for name in published()}
    edited = [name for name, digest in kept.items() if now.get(name) != digest]
    if edited:
        sys.stderr.write(f"released shapes have changed: {', '.join(edited)}\n")
        return 1
    PAGE.write_text(json.dumps(dict(sorted(now.items())), indent=1) + "\n")
    sys.stdout.write(f"{PAGE.name}: {len(now)} types\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
