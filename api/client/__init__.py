"""A typed client of Sceau over HTTP; it imports nothing of the server and is a package of its own (docs/client.md).

with Client("https://sceau.example", key="sk_...") as client:
    atelier = client.ledger("atelier")
    done = atelier.invoice.issue({"lines": [{"label": "Vase", "unit_price": "18.5", "nature": "goods"}]})
"""

from .client import AsyncClient, AsyncLedger, Client, Ledger
from .core import Download, Retries
from .errors import (
    ClientError,
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    NotNow,
    ProblemError,
    Unexpected,
    Unreachable,
)
from .feed import AsyncFeed, Feed
from .webhook import Unverified, Verified, verify_webhook

__all__ = [
    "AsyncClient",
    "AsyncFeed",
    "AsyncLedger",
    "Client",
    "ClientError",
    "Conflict",
    "Download",
    "Feed",
    "Invalid",
    "Ledger",
    "NotAllowed",
    "NotFound",
    "NotNow",
    "ProblemError",
    "Retries",
    "Unexpected",
    "Unreachable",
    "Unverified",
    "Verified",
    "verify_webhook",
]
