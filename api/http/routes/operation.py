"""One operation, whole: what the server routes by and what the OpenAPI page is written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from api.http.access import Role
from api.http.resource import Handler

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of the query, or a header."""

    name: str
    words: str
    schema: Schema
    where: str = "query"
    required: bool = False
    example: Any = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address.

    `roles` is None where no key is needed; `problems` are the statuses of problems that this operation may answer
    besides those that follow from its shape (`openapi.problem_statuses`). `also` are further statuses of success, with
    words: 206 has the media type and schema of the answer, 304 nothing.
    """

    method: str
    template: str
    handler: Handler
    name: str
    words: str
    tag: str
    roles: frozenset[Role] | None
    answer: Schema
    status: int = 200
    media: str = "application/json"
    body: Schema | None = None
    body_required: bool = True
    body_example: Any = None
    path_example: Mapping[str, str] = field(default_factory=dict)
    parameters: tuple[Parameter, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[int, str] = field(default_factory=dict)
    body_media: tuple[str, ...] = ("application/json",)
    provisioning: bool = False
    problems: tuple[int, ...] = ()
    other_media: tuple[str, ...] = ()  # in which the same answer is given as text, when asked for
