"""The moment, as what stands beside the chain writes it."""

from __future__ import annotations

from datetime import UTC, datetime


def instant() -> str:
    """Give the moment: UTC, six decimals, `Z`."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
