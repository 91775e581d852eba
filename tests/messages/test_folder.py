"""Trying without a mail server: mails lie in a folder, and only those of training ledgers."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from api.messages.post import Post
from api.messages.smtp import FolderMailer, mailer_of
from api.settings import Settings
from tests.messages.scene import scene


def a_mail(subject: str = "FACTICE Votre devis D-00001 / é") -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = subject, "sceau@localhost", "camille@example.com"
    mail["Date"], mail["Message-ID"] = "Sun, 22 Nov 2026 22:30:00 +0000", "<a@sceau>"
    mail.set_content("Bonjour : http://127.0.0.1:8000/c/essai/" + "t" * 43 + "\n")
    return mail


def test_a_mail_lies_in_the_folder_whole_and_once(tmp_path: Path) -> None:
    mailer = FolderMailer(tmp_path / "mail", "sceau@localhost")
    for _ in range(2):
        assert mailer.send(a_mail(), "camille@example.com").fate == "taken"
    (path,) = (tmp_path / "mail").iterdir()
    assert path.name.startswith("20261122-223000-Votre-devis-D-00001-")
    read = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(read, EmailMessage)
    assert read["To"] == "camille@example.com"
    assert "t" * 43 in read.get_content()


def test_a_folder_that_cannot_be_written_keeps_the_mail_waiting(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    outcome = FolderMailer(tmp_path / "taken", "sceau@localhost").send(a_mail(), "camille@example.com")
    assert (outcome.fate, outcome.cause) == ("away", "folder")


def test_the_settings_choose_it(tmp_path: Path) -> None:
    mailer = mailer_of(Settings(smtp=f"folder:{tmp_path}/mail"))
    assert isinstance(mailer, FolderMailer)
    assert mailer.sender == "sceau@localhost"


def test_training_ledgers_mail_into_it_unasked_and_live_ones_never(tmp_path: Path) -> None:
    for kind in ("training", "live"):
        (tmp_path / kind).mkdir()
        with scene(tmp_path / kind, kind=kind) as on:
            post = Post(on.service, Settings(smtp=f"folder:{tmp_path}/mail"))
            assert on.service.find(on.ledger).kind == kind
            assert post.is_on(on.ledger) == (kind == "training")
