"""The documents that go along are the recorded ones, and a real server mails by itself."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from api.documents import Documents
from api.jobs.mailing import Mailing
from api.messages.post import Post
from api.messages.queueing import Queueing
from ledger.domain.commands.quotes import SendQuote
from ledger.domain.events.messages import DocumentRendered, MessageQueued
from tests.messages.scene import customer, scene
from tests.messages.smtp_server import mailer
from tests.messages.test_following import quoted


def test_the_quote_goes_along_as_the_file_that_the_chain_knows(tmp_path: Path) -> None:
    with scene(tmp_path) as shop:
        documents = Documents(shop.service, shop.settings)
        try:
            shop.execute(customer())
            post = Post(shop.service, shop.settings, documents)
            shop.follower._queueing = Queueing(shop.service, shop.settings, post)
            shop.execute(SendQuote(quote=quoted(shop), by="email"))
            shop.follow()
            job = Mailing(shop.service, post, mailer(shop.box), shop.clock.now, documents=documents)
            job.run(lambda: True)
            for work in list(job._busy.values()):
                work.result(60)
            job.end()
        finally:
            documents.close()
        (mail,) = shop.box.mails()
        (file,) = mail.iter_attachments()
        data = file.get_content()
        digest = sha256(data).hexdigest()
        events = [one.record for one in shop.service.entries(shop.ledger)]
        assert data.startswith(b"%PDF")
        assert [one.digest for one in events if isinstance(one, DocumentRendered)] == [digest]
        assert [one.attachments for one in events if isinstance(one, MessageQueued)] == [(digest,)]
        assert str(file.get_filename()).endswith(".pdf")


def test_the_files_of_a_quote_go_along_with_it(tmp_path: Path) -> None:
    with scene(tmp_path) as shop:
        shop.execute(customer())
        post = Post(shop.service, shop.settings)
        quote, asked = quoted(shop), []

        def attached(ledger: str, about: str) -> list[tuple[str, str, bytes]]:
            asked.append((ledger, about))
            return [("plan.pdf", "application/pdf", b"%PDF-")]

        shop.follower._queueing = Queueing(shop.service, shop.settings, post, attached_of=attached)
        shop.execute(SendQuote(quote=quote, by="email"))
        shop.follow()
        assert asked == [(shop.ledger, quote)]
        (queued,) = [one.record for one in shop.service.entries(shop.ledger) if isinstance(one.record, MessageQueued)]
        assert sha256(b"%PDF-").hexdigest() in queued.attachments
