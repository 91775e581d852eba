"""Which network address a request comes from, for limits: the connection's, or what one trusted proxy says."""

from __future__ import annotations

from typing import Literal

from api.http.call import Call


def address_of(call: Call, behind_proxy: Literal["on", "off"]) -> str:
    """Give the address that asks; it is kept nowhere.

    Behind a proxy it is the last element of `X-Forwarded-For`, the one that our own proxy added: those before it are
    whatever the visitor wrote.
    """
    if behind_proxy == "on":
        values = [value for name, value in call.scope["headers"] if name == b"x-forwarded-for"]
        if values:
            return str(values[-1].decode("latin-1").rpartition(",")[2].strip())
    client = call.scope.get("client")
    return str(client[0]) if client else ""
