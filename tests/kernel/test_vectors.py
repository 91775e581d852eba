"""The golden vectors: our kernel agrees, none was edited, and refusals outnumber successes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.vectors.make import FILES, MANIFEST, our_disagreement
from tests.vectors.ours import OPERATIONS

VECTORS = Path(MANIFEST).parent


def load(name: str) -> list[dict[str, Any]]:
    vectors = json.loads((VECTORS / name).read_text(encoding="utf-8"))["vectors"]
    assert isinstance(vectors, list)
    return vectors


@pytest.mark.parametrize("name", FILES)
def test_our_kernel_agrees_with_every_vector(name: str) -> None:
    vectors = load(name)
    assert vectors
    assert [said for said in map(our_disagreement, vectors) if said] == []


def test_no_released_vector_was_edited() -> None:
    told = {line[66:]: line[:64] for line in MANIFEST.read_text().splitlines()}
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in VECTORS.glob("*.json")}
    assert told == found
    assert set(FILES) == set(found)


def test_refusals_outnumber_successes() -> None:
    vectors = [vector for name in FILES for vector in load(name)]
    refusals = [vector for vector in vectors if "code" in vector]
    assert len(refusals) > len(vectors) - len(refusals)


def test_every_operation_has_vectors_and_every_vector_its_own_name() -> None:
    vectors = [vector for name in FILES for vector in load(name)]
    assert {vector["op"] for vector in vectors} == set(OPERATIONS)
    names = [(vector["op"], vector["name"]) for vector in vectors]
    assert len(set(names)) == len(names)
