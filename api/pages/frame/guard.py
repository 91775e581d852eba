"""What keeps other sites' pages out: where a form came from, the session's own word in it, headers, cookies.

A form is taken when the browser says that it comes from this very site (`Sec-Fetch-Site`, W3C Fetch Metadata; `Origin`,
RFC 6454) and, at the desk, when it repeats the session's secret. Who sends neither header is no browser of today.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from hashlib import sha256
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import urlsplit

from api.http.call import Call
from api.http.problems import Header, Problem

CSRF_FIELD: Final = "csrf"
_COOKIE: Final = "sceau"
_LONGEST_COOKIE: Final = 4096


def check_same_site(call: Call) -> None:
    """Let only forms of this site's own pages pass.

    Raises:
        Problem: `FORM_FROM_ELSEWHERE`.
    """
    site = call.once(b"sec-fetch-site")
    if site is not None and site not in (b"same-origin", b"none"):
        raise Problem("FORM_FROM_ELSEWHERE")
    origin = call.once(b"origin")
    if origin is None:
        if site is None:
            raise Problem("FORM_FROM_ELSEWHERE")
        return
    host = call.once(b"host")  # without one, the origin of nowhere ("null") would be the same
    try:
        came_from = urlsplit(origin.decode("latin-1")).netloc.lower()
    except ValueError:  # no browser writes such a one
        raise Problem("FORM_FROM_ELSEWHERE") from None
    if not host or came_from != host.decode("latin-1").lower():
        raise Problem("FORM_FROM_ELSEWHERE")


def form_word(secret: str) -> str:
    """Give what a session's forms repeat: bound to the session, of no use for anything else."""
    return hmac.new(secret.encode(), b"sceau-form/1", sha256).hexdigest()


def check_form_word(secret: str, sent: str) -> None:
    """Let only forms pass that this session was shown.

    Raises:
        Problem: `FORM_TOO_OLD`.
    """
    if not hmac.compare_digest(form_word(secret).encode(), sent.encode("utf-8", "replace")):
        raise Problem("FORM_TOO_OLD")


def page_headers(*, form_targets: Iterable[str] = (), cache: bool = False) -> tuple[Header, ...]:
    """Give the headers of every page: nothing from elsewhere, no inline script or style, in nobody's frame.

    `form_targets`: origins that a form of this page may lead to, such as a payment provider's.
    `same-origin` and not `no-referrer`, under which browsers send `Origin: null` with our own forms; nothing of an
    address, which may hold a link's token, goes to another site either way.
    """
    targets = "".join(f" {each}" for each in form_targets)
    policy = (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
        f"form-action 'self'{targets}; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
    )
    headers: tuple[Header, ...] = (
        (b"content-security-policy", policy.encode()),
        (b"referrer-policy", b"same-origin"),
        (b"x-frame-options", b"DENY"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=()"),
        (b"x-robots-tag", b"noindex, nofollow"),
    )
    return headers if cache else (*headers, (b"cache-control", b"no-store"))


def is_secure(public_url: str | None) -> bool:
    """Say whether browsers reach us over TLS, by the settings."""
    return public_url is not None and public_url.startswith("https://")


def cookie_name(*, secure: bool) -> str:
    """Give the session cookie's name: `__Host-` lets no other host or path set it (RFC 6265bis), over TLS only."""
    return f"__Host-{_COOKIE}" if secure else _COOKIE


def cookie_of(call: Call, name: str) -> str | None:
    """Give a cookie's value; of two with one name, neither: somebody else set one of them."""
    found: list[str] = []
    for key, value in call.scope["headers"]:
        if key != b"cookie" or len(value) > _LONGEST_COOKIE:
            continue
        parts = (part.strip() for part in value.decode("latin-1").split(";"))
        found.extend(part[len(name) + 1 :] for part in parts if part.startswith(f"{name}="))
    return found[0] if len(found) == 1 else None


def set_cookie(name: str, value: str, *, secure: bool, seconds: int | None = None) -> Header:
    """Write a cookie that scripts cannot read and other sites' forms do not carry; gone with the browser without
    `seconds`; 0 takes it away."""
    jar: SimpleCookie = SimpleCookie()
    try:
        jar[name] = value
    except CookieError as wrong:  # our own names and tokens never are
        raise AssertionError(str(wrong)) from wrong
    morsel = jar[name]
    morsel["path"] = "/"
    morsel["httponly"] = True
    morsel["samesite"] = "Lax"
    if secure:
        morsel["secure"] = True
    if seconds is not None:
        morsel["max-age"] = seconds
    return b"set-cookie", morsel.OutputString().encode("latin-1")
