"""The way out for every message: queued once for its occasion, kept encrypted until it has left. docs/messages.md.

First the outbox, then the entry: an entry that says "is to be sent" has a body to send. Killed in between, the row
waits as `prepared`, and whoever comes next writes its entry (`complete`). No clock, network or template is trusted to
work: the entry and the row are made before anything is sent, and a template that fails is replaced.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from api.documents import Documents
from api.messages.addresses import mail_address
from api.messages.catalogue import BY_NAME, Template
from api.messages.envelope import Attachment, Envelope, Recipient, Words
from api.messages.facts import Teller, accent_of, business_facts
from api.messages.templating import Rendered, check, digest_of, fill, one_line, printable
from api.messages.words import READY_MADE
from api.rendering.errors import DocumentErased, DocumentRefused, DocumentUnknown, NotRendered
from api.rendering.subjects import Subject
from api.settings import Settings
from api.vault import Vault
from ledger.domain.commands.messages import QueueMessage, RecordMessageFailed, RecordReminder
from ledger.domain.events.messages import Addressee, MessageQueued, ReminderSent
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.message import MESSAGE, message_id
from ledger.kernel.entry import format_at
from ledger.shell.errors import Overloaded, StreamPurged
from ledger.shell.outbox import OPEN, SERVER, Outgoing, State
from ledger.shell.service import Service

_LOG: Final = logging.getLogger("sceau.messages")
GRACE: Final = timedelta(seconds=30)
"""How long a message may be between the outbox and the chain before somebody else takes it up."""
_MOST_NAME: Final = 300
_LINKS: Final = ("link",)

Hurry = Callable[[str, str], None]
"""Told the ledger's id and the message's of what is urgent: `Mailing.hurry`."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """One message as it was asked for."""

    ledger: str | None  # id
    template: Template
    occasion: str
    about: str | None
    about_kind: str | None
    to: Recipient
    facts: Mapping[str, str]
    attachments: tuple[Attachment, ...]
    words: Words | None
    actor: str
    then: Mapping[str, Any] | None = None


class Post:
    """Queues messages for the ledgers of a service. Methods may be called from several threads."""

    def __init__(
        self,
        service: Service,
        settings: Settings,
        documents: Documents | None = None,
        hurry: Hurry | None = None,
    ) -> None:
        """Queue for the ledgers of `service`.

        Args:
            service: whose ledgers.
            settings: whether there is a mail server, and what links begin with.
            documents: gives the digests of documents that go along; without it entries name those of files alone.
            hurry: told of what is urgent.
        """
        self._service = service
        self._settings = settings
        self._documents = documents
        self.hurry = hurry
        self._outbox = service.store.side().outbox()
        self._vaults: dict[str, Vault] = {}

    # ---- for everybody

    def is_on(self, ledger: str) -> bool:
        """Tell whether a ledger's messages go out: a server is set, and a training ledger was switched on."""
        row = self._service.find(ledger)
        return self._settings.mail_url is not None and self._enabled(row.ledger, row.kind)

    def send(
        self,
        ledger: str | None,
        template: str,
        *,
        occasion: str,
        about: str | None = None,
        about_kind: str | None = None,
        to: Recipient,
        facts: Mapping[str, str] | None = None,
        attachments: Sequence[Attachment] = (),
        words: Words | None = None,
        expires_at: str | None = None,
        actor: str = "system",
        then: Mapping[str, Any] | None = None,
    ) -> str | Refusal:
        """Queue one message; give its id. It is durable when this returns.

        Args:
            ledger: name or id; None for the server's own post, which writes no entry.
            template: one of docs/messages.md.
            occasion: what it is about and when; it stands in the entry and names nobody.
            about: the id of the document that it is about, whose facts are found.
            about_kind: what that is; found if left out.
            to: whom.
            facts: variable -> words, added to what is found and stronger.
            attachments: what goes along.
            words: for this message alone, in place of the template.
            expires_at: an instant, as entries write it, after which it is not sent.
            actor: who asks.
            then: members of a `reminder.record` that must be accepted before it goes out.

        Raises:
            LedgerUnknown, KeyMissing, and what `Service.execute` raises: ask again with the same occasion.
        """
        chosen, row = BY_NAME.get(template), self._service.find(ledger) if ledger is not None else None
        if chosen is None:
            return refuse("MESSAGE_TEMPLATE_UNKNOWN", "/template")
        if self._settings.mail_url is None or (row is not None and not self._enabled(row.ledger, row.kind)):
            return refuse("MESSAGES_OFF")
        email = mail_address(to.email)
        if email is None:
            return refuse("MESSAGE_ADDRESS_INVALID", "/to")
        wrong = check(chosen, words.subject, words.text) if words is not None else None
        if wrong is not None:
            cause = wrong.words.rstrip(".")
            return refuse("MESSAGE_TEMPLATE_INVALID", f"/{wrong.member}", line=wrong.line, cause=cause)
        place, message = row.ledger if row is not None else SERVER, message_id(occasion)
        before = self._outbox.get(place, message)
        if before is not None:
            if before.state == "prepared":
                self.complete(before)
            return refuse("MESSAGE_OCCASION_TAKEN", "/occasion")
        if row is not None and self._service.state(place, MESSAGE, message) is not None:
            return refuse("MESSAGE_OCCASION_TAKEN", "/occasion")
        asked = _Asked(
            row.ledger if row is not None else None, chosen, occasion, about, about_kind,
            replace(to, email=email), facts or {}, tuple(attachments), words, actor, then,
        )  # fmt: skip
        return self._keep(asked, place, message, self._envelope(asked), expires_at or "")

    def has(self, ledger: str, occasion: str) -> bool:
        """Tell whether an occasion has its message, sent or not."""
        message = message_id(occasion)
        if self._outbox.get(ledger, message) is not None:
            return True
        return self._service.state(ledger, MESSAGE, message) is not None

    def queued_at(self, ledger: str, occasion: str) -> int | None:
        """Give the entry by which the message of an occasion was queued, or None."""
        for entry in self._service.stream(ledger, f"message:{message_id(occasion)}"):
            return entry.seq
        return None

    def mail(
        self,
        ledger: str,
        template: str,
        *,
        occasion: str,
        about: str | None,
        to: tuple[str, str],
        language: str,
        facts: Mapping[str, str],
        expires_at: str | None = None,
    ) -> str | Refusal:
        """As `send`, to an address and a name: the form in which signing asks (`api/signing/seams.py`)."""
        recipient = Recipient(to[0], to[1], language="en" if language == "en" else "fr")
        return self.send(
            ledger, template, occasion=occasion, about=about, to=recipient, facts=facts, expires_at=expires_at
        )

    def again(self, ledger: str, message: str, *, actor: str) -> str | Refusal:
        """Send a message that failed for good again, with the same words, as another occasion.

        Raises:
            LedgerUnknown, KeyMissing, and what `Service.execute` raises.
        """
        row = self._service.find(ledger)
        kept = self._outbox.get(row.ledger, message)
        if kept is None:
            return refuse("REFERENCE_UNKNOWN", "/message")
        if kept.state != "failed":
            return refuse("MESSAGE_NOT_OPEN", "/message", state=kept.state)
        if not kept.body or self.is_erased(kept):
            return refuse("MESSAGE_NOT_KEPT", "/message")
        if not self.is_on(row.ledger):
            return refuse("MESSAGES_OFF")
        envelope = self.open(kept)
        envelope = replace(envelope, occasion=f"again:{message}", actor=actor, then=None)
        new = message_id(envelope.occasion)
        if self._outbox.get(row.ledger, new) is not None:
            return refuse("MESSAGE_OCCASION_TAKEN", "/occasion")
        fresh = replace(kept, message=new, state="prepared", attempts=0, last_at="", last_cause="", digest="",
                        expires_at="", revision=1)  # fmt: skip
        return self._prepared(fresh, envelope)

    # ---- for the job

    def open(self, row: Outgoing) -> Envelope:
        """Decrypt a message.

        Raises:
            KeyMissing: the key is not here.
        """
        return Envelope.from_bytes(self._vault(row.ledger).open("message", row.message, row.body))

    def forget_erased(self, ledger: str, seqs: Collection[int]) -> int:
        """Let go the words of messages whose addressee's data are erased, sent or not; how many.

        An erasure says so first and acts then: `seqs` are the entries that it names.
        """
        gone = 0
        for row in self._outbox.holding(ledger):
            if self.is_erased(row) or self._queued_in(row) in seqs:
                state: State = "dropped" if row.state in OPEN else row.state
                changed = replace(row, state=state, body=b"", last_cause="erased", revision=row.revision + 1)
                gone += self._outbox.put(changed, row.revision)
        return gone

    def _queued_in(self, row: Outgoing) -> int | None:
        first = next(iter(self._service.stream(row.ledger, f"message:{row.message}")), None)
        return first.seq if first is not None else None

    def is_erased(self, row: Outgoing) -> bool:
        """Tell whether the addressee of a message whose entry is there was erased."""
        if row.ledger == SERVER:
            return False
        first = next(iter(self._service.stream(row.ledger, f"message:{row.message}")), None)
        return first is not None and isinstance(first.record, MessageQueued) and first.record.addressee is None

    def complete(self, row: Outgoing) -> Outgoing | Refusal:
        """Write the entry of a message that is kept, unless it is there, and let it go out.

        Gives the row as it is kept then; the refusal that stops it, which drops it.

        Raises:
            KeyMissing, and what `Service.execute` raises: the row stays, and this may be done again.
        """
        envelope = self.open(row)
        if row.ledger != SERVER:
            outcome = self._service.execute(row.ledger, _command(row, envelope), actor=envelope.actor)
            if isinstance(outcome, Refusal) and not self._is_ours(row, outcome):
                self._outbox.put(replace(row, state="dropped", body=b"", revision=row.revision + 1), row.revision)
                return outcome
            stopped = self._then(row, envelope)
            if stopped is not None:
                return stopped
        now = format_at(self._service.clock.now())
        ready = replace(row, state="waiting", again_at=now, revision=row.revision + 1)
        if self._outbox.put(ready, row.revision):
            return ready
        return self._outbox.get(row.ledger, row.message) or ready  # another process did the same

    # ---- inside

    def _enabled(self, ledger: str, kind: str) -> bool:
        if kind == "register":
            return False
        enabled = self._outbox.settings(ledger).enabled
        if self._settings.mail_folder is not None:  # nobody is reached: to try alone, and then without being asked
            return kind == "training" and enabled != "off"
        return enabled == "on" or (enabled == "default" and kind == "live")

    def _vault(self, ledger: str) -> Vault:
        found = self._vaults.get(ledger)
        if found is None:
            keys = self._service.keys
            found = self._vaults[ledger] = Vault.of_server(keys) if ledger == SERVER else Vault(keys, ledger)
        return found

    def _envelope(self, asked: _Asked) -> Envelope:
        facts = self.facts(asked.ledger, asked.about, asked.about_kind, asked.to, asked.facts)
        own = self._words(asked)
        rendered = _filled(asked.template, asked.to.language, own, facts)
        label = asked.template.button[0 if asked.to.language == "fr" else 1]
        source = own if own is not None else READY_MADE[asked.to.language][asked.template.name]
        return Envelope(
            purpose=asked.template.name,
            occasion=asked.occasion,
            email=asked.to.email,
            name=one_line(asked.to.name)[:_MOST_NAME].strip(),
            language=asked.to.language,
            subject=rendered.subject,
            text=rendered.text,
            template_digest=digest_of(*source),
            links={facts[name]: label for name in _LINKS if facts.get(name)},
            large=facts.get("code", ""),
            quoted=printable(facts.get("words", "").replace("\r\n", "\n")),
            reply_to=_reply_to(asked, facts),
            sender_name=facts.get("business_name") or "Sceau",
            footer=_footer(asked, facts),
            accent=accent_of(self._service, asked.ledger) if asked.ledger is not None else "",
            automatic=asked.template.automatic,
            stoppable=asked.template.name in ("observer_copy", "digest"),
            training=asked.ledger is not None and self._service.register(asked.ledger).kind == "training",
            attachments=asked.attachments,
            digests=self._digests(asked),
            actor=asked.actor,
            then=dict(asked.then) if asked.then is not None else None,
        )

    def facts(
        self,
        ledger: str | None,
        about: str | None,
        about_kind: str | None,
        to: Recipient,
        given: Mapping[str, str],
    ) -> dict[str, str]:
        """Give every variable of a message: what the ledger says of the document, and what was given."""
        facts: dict[str, str] = {}
        if ledger is not None:
            facts |= business_facts(self._service, ledger)
            told = Teller(self._service, ledger, to.language).tell(about, about_kind) if about is not None else None
            facts |= told.facts if told is not None else {}
        facts["recipient_name"] = to.name
        return facts | {name: str(value) for name, value in given.items()}

    def _words(self, asked: _Asked) -> tuple[str, str] | None:
        if asked.words is not None:
            return asked.words.subject, asked.words.text
        if asked.ledger is None:
            return None
        kept = self._outbox.template(asked.ledger, asked.template.name, asked.to.language)
        return (kept.subject, kept.words) if kept is not None else None

    def _digests(self, asked: _Asked) -> tuple[str, ...]:
        found: list[str] = []
        for one in asked.attachments:
            if one.kind is None:
                found.append(one.digest)
            elif self._documents is not None and asked.ledger is not None:
                subject = Subject(one.kind, one.about, one.seq)
                try:
                    found.append(self._documents.file(asked.ledger, subject, asked.to.language).digest)
                except (DocumentErased, DocumentRefused, DocumentUnknown, NotRendered, Overloaded, StreamPurged) as why:
                    _LOG.warning("%s of ledger %s is not made yet: %s", one.kind, asked.ledger, type(why).__name__)
        return tuple(found)

    def _keep(self, asked: _Asked, place: str, message: str, envelope: Envelope, expires_at: str) -> str | Refusal:
        row = Outgoing(
            ledger=place,
            message=message,
            template=asked.template.name,
            language=asked.to.language,
            side=asked.to.side,
            about=asked.about or "",
            body=b"",
            created_at="",
            expires_at=expires_at,
        )
        return self._prepared(row, envelope)

    def _prepared(self, row: Outgoing, envelope: Envelope) -> str | Refusal:
        now = self._service.clock.now()
        body = self._vault(row.ledger).close("message", row.message, envelope.to_bytes())
        row = replace(row, body=body, created_at=format_at(now), again_at=format_at(now + GRACE))
        if not self._outbox.create(row):
            return refuse("MESSAGE_OCCASION_TAKEN", "/occasion")  # another process, just now
        done = self.complete(row)
        if isinstance(done, Refusal):
            return done
        if BY_NAME[row.template].urgent and self.hurry is not None:
            self.hurry(row.ledger, row.message)
        return row.message

    def _is_ours(self, row: Outgoing, refusal: Refusal) -> bool:
        """Tell whether a refusal says that the entry of this row is there already."""
        state = self._service.state(row.ledger, MESSAGE, row.message)
        return refusal.code == "MESSAGE_OCCASION_TAKEN" and state is not None and state.phase == "queued"

    def _then(self, row: Outgoing, envelope: Envelope) -> Refusal | None:
        """Record the reminder that a message is; one that may not be sent any more is given up."""
        if envelope.then is None:
            return None
        reminder = RecordReminder(**envelope.then, message=row.message)
        outcome = self._service.execute(row.ledger, reminder, actor=envelope.actor)
        if not isinstance(outcome, Refusal) or self._reminded(row, reminder):
            return None
        given_up = RecordMessageFailed(message=row.message, cause="not_due", final=True)
        self._service.execute(row.ledger, given_up, actor=envelope.actor)
        self._outbox.put(
            replace(row, state="dropped", body=b"", last_cause="not_due", revision=row.revision + 1), row.revision
        )
        return outcome

    def _reminded(self, row: Outgoing, reminder: RecordReminder) -> bool:
        """Tell whether the reminder of this very message was recorded before we were killed."""
        events = self._service.stream(row.ledger, f"reminder:{reminder.about}")
        return any(isinstance(one.record, ReminderSent) and one.record.message == row.message for one in events)


def _command(row: Outgoing, envelope: Envelope) -> QueueMessage:
    return QueueMessage(
        purpose=envelope.purpose,
        occasion=envelope.occasion,
        by="email",
        template=f"{row.template}.{row.language}",
        template_digest=envelope.template_digest,
        about=row.about or None,
        attachments=envelope.digests,
        addressee=Addressee(name=envelope.name or None, address=envelope.email),
    )


def _filled(template: Template, language: str, own: tuple[str, str] | None, facts: Mapping[str, str]) -> Rendered:
    """Fill the business's words in, or the ready-made ones where those fail."""
    if own is not None:
        try:
            filled = fill(template, own[0], own[1], facts)
            if filled.subject and filled.text:
                return filled
        except Exception as why:  # whatever a template does, the message goes out
            _LOG.warning(
                "template %s.%s fails, ready-made words are used: %s", template.name, language, type(why).__name__
            )
    return fill(template, *READY_MADE[language][template.name], facts)


def _reply_to(asked: _Asked, facts: Mapping[str, str]) -> str:
    if asked.to.side in ("issuer", "user"):
        return ""
    return mail_address(facts.get("business_email", "")) or ""


def _footer(asked: _Asked, facts: Mapping[str, str]) -> tuple[str, ...]:
    known = (facts.get(name, "") for name in ("business_legal", "business_phone", "business_email"))
    return tuple(one_line(one) for one in known if one) if asked.to.side != "user" else ()


__all__ = ["Attachment", "Post", "Recipient", "Words"]
