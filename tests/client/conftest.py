"""A real server, as for the tests of HTTP."""

from __future__ import annotations

from tests.api.conftest import served, settings

__all__ = ["served", "settings"]
