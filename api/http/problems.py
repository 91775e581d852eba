"""Problems as answers (RFC 9457): stable type and code, article, place, words in the reader's language, remedy.

No problem ever repeats a value that was sent: it may be personal data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import orjson
from pydantic import ValidationError

from api.http.problem_kinds import NOT_FOUND_WORDS, PROBLEM_KINDS
from api.payments.provider import NotSigned, ProviderAway, ProviderRefused
from api.payments.recording import NotRecorded
from api.rendering.errors import DocumentErased, DocumentRefused, DocumentUnknown, NotRendered
from ledger.domain.refusals import REFUSAL_KINDS, Refusal, refuse
from ledger.kernel.errors import Break, Malformed
from ledger.shell.errors import (
    BehindMark,
    HeadMoved,
    InDoubt,
    KeyMissing,
    LedgerClosed,
    LedgerUnknown,
    Overloaded,
    SchemaMismatch,
    StoreFailure,
    StreamPurged,
    UnsafeStore,
)
from projections.engine.errors import NewerRows, NotBuilt, RowsDamaged, Stopped, UnknownType, Unsettled

Language = Literal["fr", "en"]
Header = tuple[bytes, bytes]

MEDIA = b"application/problem+json"
RETRY_SECONDS = 1
_MOST_ERRORS = 50
_MOST_PLACE = 200

_BY_PYDANTIC: Mapping[str, str] = {
    "unexpected_keyword_argument": "MEMBER_UNKNOWN",
    "extra_forbidden": "MEMBER_UNKNOWN",
    "missing": "MEMBER_MISSING",
    "missing_argument": "MEMBER_MISSING",
    "missing_keyword_only_argument": "MEMBER_MISSING",
}


class Problem(Exception):  # noqa: N818 - the house names what happened, not "Error"
    """What stopped a request; raised by the layers of this folder alone and answered by `resource.Resource`."""

    def __init__(
        self,
        code: str,
        place: str | None = None,
        *,
        reason: str | None = None,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Iterable[Header] = (),
    ) -> None:
        super().__init__(code)
        self.code = code
        self.place = place
        self.reason = reason
        self.errors = errors
        self.headers = tuple(headers)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return PROBLEM_KINDS[self.code].status

    def body(self, language: Language, instance: str) -> bytes:
        """Give the problem in one language."""
        kind = PROBLEM_KINDS[self.code]
        members = _frame(self.code, kind.status, instance)
        words = (kind.words_fr, kind.words_en)
        if self.code == "NOT_FOUND" and self.reason is not None:
            words = NOT_FOUND_WORDS.get(self.reason, words)
        members["detail"] = words[0] if language == "fr" else words[1]
        members["remedy"] = kind.remedy_fr if language == "fr" else kind.remedy_en
        if self.place is not None:
            members["place"] = self.place
        if self.reason is not None:
            members["reason"] = self.reason
        if self.errors:
            members["errors"] = [_worded(error, language) for error in self.errors]
        return orjson.dumps(members)


class Refused(Exception):  # noqa: N818 - the house names what happened, not "Error"
    """A rule's no, on its way to the answer."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


def refusal_body(refusal: Refusal, language: Language, instance: str) -> bytes:
    """Give a rule's no in one language."""
    members = _frame(refusal.code, refusal.status, instance)
    members["detail"] = refusal.words if language == "fr" else refusal.words_en
    members["place"] = refusal.place
    if refusal.law is not None:
        members["law"] = refusal.law
    if refusal.facts:
        members["facts"] = dict(refusal.facts)
    return orjson.dumps(members)


def type_page(code: str) -> dict[str, Any] | None:
    """Say what a problem type means, for whoever follows its URI; None for a code there is not."""
    kind = PROBLEM_KINDS.get(code)
    if kind is not None:
        return {
            "code": code,
            "status": kind.status,
            "words": {"fr": kind.words_fr, "en": kind.words_en},
            "remedy": {"fr": kind.remedy_fr, "en": kind.remedy_en},
        }
    refusal = REFUSAL_KINDS.get(code)
    if refusal is None:
        return None
    page = {"code": code, "status": refusal.status, "words": {"fr": refusal.words_fr, "en": refusal.words_en}}
    return page if refusal.law is None else {**page, "law": refusal.law}


def invalid(error: ValidationError, prefix: str = "", taken: Sequence[str] = ()) -> Problem:
    """Make the problem of a body that is not of its schema: the places and what is wrong there, never the values.

    `taken` names members that the address gives: one of them in the body is unknown there.
    """
    found = error.errors(include_input=False, include_context=False, include_url=False)
    errors = [
        {
            "place": prefix + pointer(each["loc"]),
            "code": _BY_PYDANTIC.get(each["type"], "MEMBER_INVALID"),
            "reason": each["type"],
        }
        for each in found[:_MOST_ERRORS]
    ]
    errors += [{"place": f"{prefix}/{name}", "code": "MEMBER_UNKNOWN", "reason": "in_address"} for name in taken]
    return Problem("REQUEST_INVALID", errors[0]["place"], errors=errors)


def unknown_members(names: Iterable[str], reason: str = "extra_forbidden") -> Problem:
    """Make the problem of members that a body must not hold."""
    errors = [{"place": pointer([name]), "code": "MEMBER_UNKNOWN", "reason": reason} for name in names][:_MOST_ERRORS]
    return Problem("REQUEST_INVALID", errors[0]["place"], errors=errors)


def pointer(parts: Iterable[int | str]) -> str:
    """Write a place as a JSON Pointer (RFC 6901), shortened and in ASCII.

    A record's members are named by us; the name of an unknown one was sent by somebody: it is cut, and what is not
    printable ASCII becomes `?`.
    """
    text = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)
    return "".join(letter if " " <= letter <= "~" else "?" for letter in text[:_MOST_PLACE])


def from_failure(failure: Exception) -> Problem | Refusal | None:
    """Give what a failure of the shell is answered with; None for what is no failure but a fault of ours."""
    match failure:
        case Problem():
            return failure
        case Refused():
            return failure.refusal
        case Malformed():
            return Problem("VALUE_NOT_RECORDABLE", failure.place, reason=failure.code)
        case StreamPurged():
            return refuse("STREAM_PURGED", "", seq=failure.seq, manifest=failure.manifest)
        case Overloaded():
            return Problem("OVERLOADED", headers=_retry(RETRY_SECONDS))
        case LedgerUnknown():
            return Problem("LEDGER_UNKNOWN")
        case BehindMark():
            return Problem("LEDGER_BEHIND_MARK")
        case KeyMissing():
            return Problem("SEAL_KEY_MISSING", headers=_retry(60))
        case Break():
            return Problem("LEDGER_STOPPED", reason=failure.code, headers=_retry(60))
        case HeadMoved():
            return Problem("OVERLOADED", headers=_retry(RETRY_SECONDS))
        case InDoubt() | StoreFailure() | SchemaMismatch() | UnsafeStore():
            return Problem("STORE_UNAVAILABLE", headers=_retry(RETRY_SECONDS))
        case LedgerClosed():
            return refuse("LEDGER_CLOSED")
        case DocumentRefused():
            return failure.refusal
        case DocumentUnknown():
            return Problem("NOT_FOUND", reason=failure.reason)
        case DocumentErased():
            return Problem("DOCUMENT_ERASED")
        case NotSigned():
            return Problem("PROVIDER_MESSAGE_NOT_SIGNED", reason=failure.reason)
        case ProviderAway():
            return Problem("PROVIDER_AWAY", headers=_retry(30))
        case ProviderRefused():
            return Problem("PROVIDER_AWAY", reason=failure.reason, headers=_retry(60))
        case NotRecorded():
            return Problem("PROVIDER_FACT_NOT_RECORDED", reason=failure.refusal.code, headers=_retry(60))
        case NotRendered(code="timeout" | "died"):
            return Problem("DOCUMENT_DELAYED", reason=failure.code, headers=_retry(30))
        case NotBuilt() | Unsettled():
            return Problem("REPORT_DELAYED", headers=_retry(RETRY_SECONDS))
        case UnknownType() | NewerRows() | Stopped() | RowsDamaged():
            return Problem("REPORT_NOT_MADE", reason=_REASONS[type(failure)], headers=_retry(60))
        case NotRendered():
            return Problem("DOCUMENT_NOT_RENDERED", reason=failure.code)
        case _:
            return None


_REASONS: Mapping[type[Exception], str] = {
    UnknownType: "unknown_type",
    NewerRows: "newer_rows",
    Stopped: "stopped",
    RowsDamaged: "rows_damaged",
}
"""Why a report cannot be made, in a stable word."""


def language_of(accept: bytes | None) -> Language:
    """Choose French or English by an Accept-Language header (RFC 9110, 12.5.4); French when nothing is said."""
    if accept is None:
        return "fr"
    best: tuple[int, Language] = (0, "fr")
    for part in accept.decode("latin-1").lower().split(",")[:20]:
        tag, _, parameter = part.strip().partition(";")
        language: Language | None = "en" if tag[:2] == "en" else "fr" if tag[:2] in {"fr", "*"} else None
        if language is not None and (weight := weight_of(parameter)) > best[0]:
            best = (weight, language)
    return best[1]


def weight_of(parameter: str) -> int:
    """Give a q-value in thousandths, 1000 without one; 0 for one that is none (RFC 9110, 12.4.2)."""
    name, _, number = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1000
    whole, _, fraction = number.strip().partition(".")
    digits = f"{whole}{fraction[:3]:0<3}"
    return min(int(digits), 1000) if digits.isascii() and digits.isdigit() and len(digits) == 4 else 0


def retry_headers(refusal: Refusal) -> tuple[Header, ...]:
    """Give the Retry-After of a refusal for too many tries (RFC 6585 section 4); nothing for any other."""
    return _retry(refusal.retry_after_seconds) if refusal.retry_after_seconds else ()


def _retry(seconds: int) -> tuple[Header, ...]:
    return ((b"retry-after", b"%d" % seconds),)


def _frame(code: str, status: int, instance: str) -> dict[str, Any]:
    return {
        "type": f"/problems/{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "code": code,
        "instance": instance,
    }


def _worded(error: Mapping[str, str], language: Language) -> dict[str, str]:
    kind = REFUSAL_KINDS[error["code"]]
    return {**error, "detail": kind.words_fr if language == "fr" else kind.words_en}
