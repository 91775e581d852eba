"""The files of tests that take long, the longest first: they are begun first, so that no worker ends alone.

`make test` hands whole files to its workers (`--dist loadfile`): what a file sets up for all its tests is set up once.
Groups by `xdist_group` are not used: with pytest 9.2 and xdist 3.8 they have no effect, silently.
"""

from __future__ import annotations

from typing import Final

LONG: Final = (
    "tests/verifiers/test_verify_html.py",
    "tests/archive/test_december.py",
    "tests/pages/test_accessible.py",
    "tests/pages/test_doors.py",
    "tests/journeys/test_day_at_the_desk.py",
    "tests/journeys/test_hostile.py",
    "tests/journeys/test_quote_to_paid.py",
    "tests/api/test_replay.py",
    "tests/docs/test_readme.py",
    "tests/docs/test_how_to.py",
    "tests/shell/test_verification.py",
    "tests/bench/test_rows.py",
    "tests/api/test_schemathesis.py",
    "tests/payments/test_killed.py",
    "tests/client/test_pages.py",
    "tests/api/test_documents.py",
    "tests/verifiers/alone/test_stand_alone.py",
    "tests/shell/test_writer.py",
    "tests/retention/test_purge.py",
)
"""Twenty seconds or more each; the others follow in their own order."""

RANKS: Final = {path: rank for rank, path in enumerate(LONG)}


def rank_of(nodeid: str) -> int:
    """Give where a test's file stands in the order; those that are not in the list stand together at its end."""
    return RANKS.get(nodeid.partition("::")[0], len(LONG))
