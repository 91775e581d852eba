"""A played ledger behind the pages of the books: a year of an invented business, closed, in a training ledger."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path

import httpx

from api.settings import Settings
from api.years import playing
from ledger.domain.refusals import Refusal
from tests.api.scenario import RunningClock
from tests.pages.kit import House, Visitor, housing

NAME = "menuiserie"

AUTUMN = datetime(2026, 11, 10, 11, 0, tzinfo=UTC)


@contextmanager
def played_house(folder: Path) -> Iterator[House]:
    """Run a server with `atelier` (live, new) and `menuiserie` (training, three months of 120 documents a year)."""
    settings = Settings(
        store=f"sqlite:///{folder}/sceau.db",
        passphrase=b"correct horse battery staple",
        provisioning_key="p" * 40,
        port=0,
        documents=str(folder / "documents"),
        archives=str(folder / "archives"),
    )
    with housing(settings, RunningClock(AUTUMN)) as house:
        asked = playing.Years(1, 120, 1, date(2025, 1, 1))
        service = house.served.service
        command, at = playing.opening(NAME, asked)
        made = service.open_ledger(command, actor="user:test", at=at.astimezone(UTC))
        assert not isinstance(made, Refusal), made
        playing.play(service, made.row.ledger, asked, "user:test")
        yield house


def at(path: str = "", ledger: str = NAME) -> str:
    """Give a desk's address."""
    return f"/desk/{ledger}{path}"


def wait_for(visitor: Visitor, path: str, seconds: float = 30) -> httpx.Response:
    """Ask for the piece of a page until the task that it tells of is over."""
    until = time.monotonic() + seconds
    while True:
        answer = visitor.get(path, headers={"X-Fragment": "1"})
        assert answer.status_code == 200, answer.text
        if "data-poll-again" not in answer.text:
            return answer
        assert time.monotonic() < until, "the task is not over"
        time.sleep(0.05)


def text_of(answer: httpx.Response) -> str:
    """Give a page's words without its tags, blanks made one."""
    main = answer.text[answer.text.index("<main") :] if "<main" in answer.text else answer.text
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main))).strip()
