"""An entry as the CloudEvent that feeds and webhooks give (CloudEvents 1.0.2, JSON format).

`id`, `source`, `type` and `subject` never change for an entry; `source` and `id` together are unique. `sequence` is the
extension of that name: texts that sort as the entries do. `dataschema` stands there when the server knows its own
public address, as the specification wants an absolute URI.
"""

from __future__ import annotations

from typing import Any, Final

from ledger.shell.store import Line

STRUCTURED: Final = "application/cloudevents+json"
BATCH: Final = "application/cloudevents-batch+json"
PING: Final = "sceau.webhook.ping/1"
"""The type of a test event: no entry, nothing happened."""


def cloud_event(ledger: str, line: Line, value: dict[str, Any], public_url: str | None = None) -> dict[str, Any]:
    """Write one entry as a CloudEvent, with its chain's facts as extension attributes.

    Args:
        ledger: its id.
        line: the entry as stored.
        value: its two members, private values put in place or not.
        public_url: where anybody reaches this server, without a final slash.
    """
    entry = value["entry"]
    event = {
        "specversion": "1.0",
        "id": line.fingerprint,
        "source": f"/v1/ledgers/{ledger}",
        "type": line.type,
        "subject": line.stream,
        "time": value["chain"]["at"],
        "datacontenttype": "application/json",
        "data": entry["body"],
        "sequence": f"{line.seq:016d}",
        "streamversion": line.version,
        "actor": entry["actor"],
    }
    if public_url is not None:
        event["dataschema"] = f"{public_url}/v1/schemas/events/{line.type}"
    return event


def ping_event(ledger: str, endpoint: str, token: str, at: str) -> dict[str, Any]:
    """Write the test event of an endpoint; `token` makes it another one each time."""
    return {
        "specversion": "1.0",
        "id": f"ping-{token}",
        "source": f"/v1/ledgers/{ledger}",
        "type": PING,
        "subject": f"webhook:{endpoint}",
        "time": at,
        "datacontenttype": "application/json",
        "data": {"webhook": endpoint},
    }
