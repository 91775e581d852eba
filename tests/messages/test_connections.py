"""One connection for the mails of a round: begun anew for each, replaced when it is gone, and nothing sent twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest

from api.jobs.mailing import THREADS, Mailing
from api.messages.envelope import Envelope
from api.messages.mime import mail
from api.messages.smtp import Mailer
from archive.anchors.mail import Post as Server
from tests.messages.scene import scene
from tests.messages.smtp_server import SENDER, Box, mail_server, mailer

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LEDGER = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def box() -> Iterator[Box]:
    with mail_server() as found:
        yield found


def send(over: Mailer, n: int = 1, to: str = "jeanne@dupre.example") -> tuple[str, str]:
    envelope = Envelope("test", "test", to, "Jeanne", "fr", f"Objet {n}", "Bonjour.", "", sender_name="Atelier")
    outcome = over.send(mail(envelope, f"message-{n}", LEDGER, SENDER, AT, ()), to)
    return outcome.fate, outcome.cause


def test_mails_follow_each_other_over_one_connection(box: Box) -> None:
    over = mailer(box)
    assert [send(over, n) for n in range(5)] == [("taken", "")] * 5
    assert box.connections() == 1
    over.rest()
    assert send(over, 6) == ("taken", "")
    assert box.connections() == 2
    over.rest()


def test_a_refusal_leaves_nothing_of_its_mail_on_the_connection(box: Box) -> None:
    box.rcpt = lambda address: "550 nobody" if address.startswith("nobody") else None
    box.data = lambda address: "554 spam" if address.startswith("spam") else None
    over = mailer(box)
    assert send(over, 1, "nobody@dupre.example") == ("refused", "recipient_refused")
    assert send(over, 2) == ("taken", "")
    assert box.connections() == 1
    assert send(over, 3, "spam@dupre.example") == ("refused", "content_refused")
    assert send(over, 4) == ("taken", "")
    assert [one["Subject"] for one in box.mails()] == ["Objet 2", "Objet 4"]
    over.rest()


def test_a_server_that_drops_after_each_mail_gets_the_next_over_a_fresh_connection(box: Box) -> None:
    box.data = lambda _: "taken_then_close"
    over = mailer(box)
    assert [send(over, n) for n in range(3)] == [("taken", "")] * 3
    assert [one["Subject"] for one in box.mails()] == ["Objet 0", "Objet 1", "Objet 2"]
    assert box.connections() == 3


@pytest.mark.parametrize(
    "reply", ["450 too many in this session", "550 too many in this session", "421 enough", "close"]
)
def test_what_is_refused_over_a_used_connection_is_asked_over_a_fresh_one(box: Box, reply: str) -> None:
    box.rcpt = lambda _: reply if sum(one is box.sessions[-1] for one in box.sessions) > 1 else None
    over = mailer(box)
    assert [send(over, n) for n in range(2)] == [("taken", "")] * 2
    assert box.connections() == 2
    over.rest()


def test_a_fresh_connection_s_no_is_the_answer(box: Box) -> None:
    over = mailer(box)
    assert send(over) == ("taken", "")
    box.rcpt = lambda _: "450 busy"
    assert send(over, 2) == ("later", "recipient_refused")
    assert len(box.sessions) == 3  # once over the old one, once over a fresh one, and no more
    over.rest()


def test_a_mail_whose_bytes_have_left_is_not_sent_again_at_once(box: Box) -> None:
    over = mailer(box)
    assert send(over) == ("taken", "")
    box.data = lambda _: "taken_close"
    assert send(over, 2) == ("away", "closed")
    assert [one["Subject"] for one in box.mails()] == ["Objet 1", "Objet 2"]


def test_a_round_shares_its_connections_and_closes_them(tmp_path: Path) -> None:
    rested = Event()

    class Resting(Mailer):
        def rest(self) -> None:
            super().rest()
            rested.set()

    with scene(tmp_path) as one:
        over = Resting(Server("127.0.0.1", one.box.port, "smtp+plain"), SENDER)
        job = Mailing(one.service, one.post, over, one.clock.now, below=lambda _: 0)
        messages = [one.sent(f"test:{n}") for n in range(12)]
        try:
            while not rested.is_set():  # a round that takes long rests after the next
                job.run(lambda: True)
        finally:
            job.end()
        assert [one.row(message).state for message in messages] == ["sent"] * 12
        assert one.box.connections() <= THREADS
