"""`sceau` with a clock some days behind: a day can be lived, ended by starting the server again, and closed.

`python -m tests.journeys.behind DAYS serve`. Everything else is the command as it is.
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta

from api.cli import main
from ledger.shell.clock import SystemClock


def run(days: int) -> None:
    """Put the machine's clock back, for this process alone."""
    true_now = SystemClock.now

    def now(self: SystemClock) -> datetime:
        return true_now(self) - timedelta(days=days)

    SystemClock.now = now  # type: ignore[method-assign] # the one part that is put in place of another
    main()


if __name__ == "__main__":
    run(int(sys.argv.pop(1)))
