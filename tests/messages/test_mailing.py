"""One message on its way: sent once, tried again, given up, never lost, whatever the mail server does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api.messages.post import Attachment, Recipient
from ledger.domain.refusals import Refusal
from ledger.domain.streams.message import message_id
from ledger.shell.stores.open import open_store
from tests.messages.scene import Scene, scene

QUEUED, SENT, FAILED = "message.queued/1", "message.sent/1", "message.failed/1"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    store = open_store(request.getfixturevalue("postgres_url")) if request.param == "postgresql" else None
    with scene(tmp_path, store) as found:
        yield found


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as found:
        yield found


def test_a_message_is_queued_sent_and_said_so(shop: Scene) -> None:
    message = shop.sent()
    assert (shop.types(message), shop.row(message).state) == ([QUEUED], "waiting")
    shop.mail()
    assert (shop.types(message), shop.row(message).state) == ([QUEUED, SENT], "sent")
    assert shop.row(message).body == b""
    (mail,) = shop.box.mails()
    assert mail["Subject"] == "Votre nouveau lien\u00a0: le devis D-1"
    assert str(mail["From"]) == "Atelier Le Gall <facturation@atelier.example>"
    assert str(mail["Reply-To"]) == "Atelier Le Gall <bonjour@legall.example>"
    assert str(mail["To"]) == "Jeanne Dupré <jeanne@dupre.example>"
    assert (mail["Message-ID"], mail["Auto-Submitted"]) == (
        f"<{message}.{shop.ledger[:8]}@atelier.example>", "auto-generated",
    )  # fmt: skip


def test_one_occasion_gets_one_message(shop: Scene) -> None:
    shop.sent()
    again = shop.send(facts={"document": "autre"})
    assert isinstance(again, Refusal)
    assert again.code == "MESSAGE_OCCASION_TAKEN"
    shop.mail(2)
    assert len(shop.box.came) == 1


def test_nothing_secret_or_personal_stands_in_an_entry_or_in_the_outbox(shop: Scene) -> None:
    message = shop.sent()
    for secret in (b"t0ken", b"jeanne@dupre.example", "Dupré".encode()):
        assert secret not in shop.everything()
        assert secret not in shop.row(message).body
    assert shop.row(message).body


def test_two_processes_never_send_one_message_twice(shop: Scene) -> None:
    for n in range(12):
        shop.sent(f"test:{n}")
    other = shop.beside()
    shop.job.run(lambda: True)
    other.run(lambda: True)
    shop.settle()
    other.end()
    shop.mail(2)
    ids = [mail["Message-ID"] for mail in shop.box.mails()]
    assert len(ids) == len(set(ids)) == 12


@pytest.mark.parametrize(("reply", "cause"), [("450 busy", "recipient_refused"), ("451 grey", "recipient_refused")])
def test_a_temporary_no_is_tried_again_later(one: Scene, reply: str, cause: str) -> None:
    one.box.rcpt = lambda _: reply
    message = one.sent()
    one.mail()
    assert one.types(message) == [QUEUED, FAILED]
    assert (one.row(message).state, one.row(message).last_cause) == ("waiting", cause)
    one.mail()
    assert one.types(message) == [QUEUED, FAILED]  # not before its time
    one.box.rcpt = lambda _: None
    one.later(minutes=2)
    one.mail()
    assert one.types(message) == [QUEUED, FAILED, SENT]


def test_a_permanent_no_ends_it_and_opens_the_matter_to_the_business(one: Scene) -> None:
    one.box.rcpt = lambda _: "550 no such mailbox"
    message = one.sent()
    one.mail()
    assert one.types(message) == [QUEUED, FAILED]
    assert one.row(message).state == "failed"
    assert one.all_types()[-1] == "task.opened/1"
    one.later(days=2)
    one.mail()
    assert one.box.came == []


def test_what_failed_can_be_sent_again_by_hand(one: Scene) -> None:
    one.box.rcpt = lambda _: "550 no such mailbox"
    message = one.sent()
    one.mail()
    one.box.rcpt = lambda _: None
    again = one.post.again(one.ledger, message, actor="user:1")
    assert isinstance(again, str)
    one.mail()
    assert one.types(again) == [QUEUED, SENT]
    refused = one.post.again(one.ledger, again, actor="user:1")
    assert isinstance(refused, Refusal)
    assert refused.code == "MESSAGE_NOT_OPEN"


@pytest.mark.parametrize("reply", ["552 too big", "554 spam"])
def test_content_that_is_refused_is_not_tried_again(one: Scene, reply: str) -> None:
    one.box.data = lambda _: reply
    message = one.sent()
    one.mail()
    assert (one.row(message).state, one.row(message).last_cause) == ("failed", "content_refused")


def test_a_server_that_takes_the_mail_and_dies_before_it_says_so_gets_it_again_with_the_same_id(one: Scene) -> None:
    one.box.data = lambda _: "taken_close"
    message = one.sent()
    one.mail()
    assert one.row(message).state == "waiting"
    one.box.data = lambda _: None
    one.later(minutes=5)
    one.mail()
    assert one.row(message).state == "sent"
    first, second = one.box.came
    assert first == second  # every byte of it


def test_a_server_that_closes_in_the_middle_loses_nothing(one: Scene) -> None:
    one.box.rcpt = lambda _: "close"
    message = one.sent()
    one.mail()
    assert (one.row(message).state, one.row(message).last_cause) == ("waiting", "closed")
    assert one.job.figures.away
    one.box.rcpt = lambda _: None
    one.later(minutes=5)
    one.mail()
    assert one.row(message).state == "sent"
    one.mail()
    assert not one.job.figures.away


def test_a_server_that_hangs_holds_up_no_round(tmp_path: Path) -> None:
    with scene(tmp_path, timeout_seconds=0.3) as one:
        one.box.rcpt = lambda _: "hang"
        message = one.sent()
        one.job.run(lambda: True)
        one.settle()
        assert (one.row(message).state, one.row(message).last_cause) == ("waiting", "timeout")


def test_while_the_server_is_away_one_message_at_a_time_asks_for_it(one: Scene) -> None:
    one.box.rcpt = lambda _: "421 going down"
    messages = [one.sent(f"test:{n}") for n in range(8)]
    one.mail()
    tried = one.all_types().count(FAILED)
    assert 1 <= tried <= 4  # as many as have threads
    for _ in range(3):
        one.later(minutes=20)
        one.mail()
    assert one.all_types().count(FAILED) <= tried + 3
    one.box.rcpt = lambda _: None
    for _ in range(3):
        one.later(hours=3)
        one.mail(2)
    assert sorted(one.row(message).state for message in messages) == ["sent"] * 8


def test_nobody_listening_is_no_harm(one: Scene) -> None:
    one.job.end()
    job = one.beside(type(one.box)(port=9))
    message = one.sent()
    job.run(lambda: True)
    job.end()
    assert (one.row(message).state, one.row(message).last_cause) == ("waiting", "unreachable")
    fresh = one.beside()
    one.later(minutes=5)
    fresh.run(lambda: True)
    fresh.end()
    assert one.row(message).state == "sent"


def test_after_three_days_a_message_is_given_up(one: Scene) -> None:
    one.box.rcpt = lambda _: "450 busy"
    message = one.sent()
    for _ in range(5):
        one.mail()
        one.later(hours=20)
    assert (one.row(message).state, one.row(message).last_cause) == ("failed", "expired")


def test_a_code_goes_out_at_once_and_never_late(one: Scene) -> None:
    facts = {"code": "203 418", "minutes": "10"}
    message = one.sent("code:1", "code", facts=facts, expires_at="2026-11-23T09:10:00.000000Z")
    one.settle()  # no round of the job was needed
    assert one.row(message).state == "sent"
    one.box.rcpt = lambda _: "450 busy"
    late = one.sent("code:2", "code", facts=facts, expires_at="2026-11-23T09:10:00.000000Z")
    one.settle()
    one.box.rcpt = lambda _: None
    one.later(minutes=30)
    one.mail()
    assert (one.row(late).state, one.row(late).body, len(one.box.came)) == ("failed", b"", 1)
    assert "task.opened/1" not in one.all_types()


def test_what_another_process_sends_or_has_sent_is_not_hurried(one: Scene) -> None:
    """A code's message is urgent, and the other process's round may be quicker than the one that queued it."""
    message = one.sent()
    held = one.row(message)
    outbox = one.service.store.side().outbox()
    sending = replace(held, state="sending", again_at="2026-11-23T09:05:00.000000Z", revision=held.revision + 1)
    assert outbox.put(sending, held.revision)
    one.job.hurry(one.ledger, message)
    one.settle()
    assert (one.row(message), one.box.came) == (sending, [])
    assert outbox.put(replace(held, revision=sending.revision + 1), sending.revision)
    one.mail()
    sent = one.row(message)
    one.job.hurry(one.ledger, message)
    one.settle()
    assert (sent.state, one.row(message), len(one.box.came)) == ("sent", sent, 1)


def test_files_go_along_and_are_named_in_the_entry(one: Scene) -> None:
    plan = Attachment.file("plan d'étage.pdf", "application/pdf", b"%PDF-1.7 plan")
    message = one.sent(attachments=(plan,))
    one.mail()
    (mail,) = one.box.mails()
    (file,) = mail.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("plan d'étage.pdf", b"%PDF-1.7 plan")
    (line, *_) = one.service.store.stream(one.ledger, f"message:{message}")
    assert plan.digest.encode() in line.line


def test_a_killed_process_leaves_a_message_that_the_next_one_queues_and_sends(
    one: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as before:
        before.setattr(one.service, "execute", killed)
        with pytest.raises(Killed):
            one.send()
    message = message_id("test:1")
    assert (one.types(message), one.row(message).state) == ([], "prepared")
    one.later(minutes=1)
    one.mail(2)
    assert one.types(message) == [QUEUED, SENT]


def test_killed_after_the_entry_the_message_is_still_sent_once(one: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    execute = one.service.execute

    def killed(*given: object, **more: object) -> None:
        execute(*given, **more)  # type: ignore[arg-type] # handed on as it came
        raise Killed

    with monkeypatch.context() as before:
        before.setattr(one.service, "execute", killed)
        with pytest.raises(Killed):
            one.send()
    message = message_id("test:1")
    assert (one.types(message), one.row(message).state) == ([QUEUED], "prepared")
    assert isinstance(one.send(), Refusal)  # whoever asks again completes it
    one.mail(2)
    assert (one.types(message), len(one.box.came)) == ([QUEUED, SENT], 1)


def test_killed_after_the_server_took_it_only_the_entry_is_made_up_for(
    one: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = one.sent()
    with monkeypatch.context() as before:
        before.setattr(one.job, "_record_sent", lambda _: None)
        one.mail()
    assert (one.row(message).state, one.types(message)) == ("handed", [QUEUED])
    one.later(minutes=6)
    one.mail()
    assert (one.row(message).state, one.types(message), len(one.box.came)) == ("sent", [QUEUED, SENT], 1)


def test_without_a_mail_server_nothing_is_queued(tmp_path: Path) -> None:
    from dataclasses import replace

    with scene(tmp_path, given=lambda settings: replace(settings, smtp=None)) as one:
        refused = one.send()
        assert isinstance(refused, Refusal)
        assert refused.code == "MESSAGES_OFF"


def test_a_training_ledger_mails_when_it_was_switched_on_and_says_factice(tmp_path: Path) -> None:
    from dataclasses import replace

    with scene(tmp_path, kind="training") as one:
        assert isinstance(one.send(), Refusal)
        outbox = one.service.store.side().outbox()
        outbox.put_settings(replace(outbox.settings(one.ledger), enabled="on", revision=1), 0)
        one.sent()
        one.mail()
        (mail,) = one.box.mails()
        assert mail["Subject"].startswith("FACTICE ")


@pytest.mark.parametrize(
    "address",
    ["", "x", "a@b", "a b@c.example", "a@c.example\r\nBcc: d@e.example", "<a@c.example>", "a@c.example, d@e.example",
     "a@[127.0.0.1]", "a@-x.example", ".a@c.example", "a" * 65 + "@c.example", '"a b"@c.example'],
)  # fmt: skip
def test_what_is_no_address_is_refused_before_anything_is_queued(one: Scene, address: str) -> None:
    refused = one.send(to=Recipient(address))
    assert isinstance(refused, Refusal)
    assert refused.code == "MESSAGE_ADDRESS_INVALID"


def test_names_and_words_slip_nothing_into_a_header(one: Scene) -> None:
    evil = "x\r\nBcc: thief@evil.example\r\n\r\nbody\u2028\u202e"
    one.sent(
        to=Recipient("jeanne@dupre.example", evil), facts={"document": evil, "link": "https://sceau.example/c/a/b"}
    )
    one.mail()
    (mail,) = one.box.mails()
    assert mail["Bcc"] is None
    assert one.box.to() == ["jeanne@dupre.example"]
    assert "thief@evil.example" in mail["Subject"]


def test_a_domain_of_other_letters_is_written_in_ascii_and_a_name_of_other_letters_as_it_is(one: Scene) -> None:
    one.sent("a", to=Recipient("léa@café.example", "Léa"))
    one.mail()
    assert one.box.to() == ["léa@xn--caf-dma.example"]


def test_the_servers_own_post_writes_no_entry(one: Scene) -> None:
    before = len(one.all_types())
    message = one.post.send(
        None, "password_reset", occasion="reset:1", to=Recipient("lea@client.example", side="user"),
        facts={"link": "https://sceau.example/reset/x"},
    )  # fmt: skip
    assert isinstance(message, str)
    one.settle()
    assert (one.box.to(), len(one.all_types())) == (["lea@client.example"], before)
