"""The outbox and the templates as pages, HTTP and the command line ask for them. Nothing here sends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from api.messages.addresses import masked
from api.messages.catalogue import BY_NAME, TEMPLATES, VARIABLES, Template
from api.messages.facts import Teller, accent_of, business_facts
from api.messages.frame import ACCENT, html_of
from api.messages.post import Post
from api.messages.reminding import READY_MADE as READY_MADE_POLICY
from api.messages.templating import Rendered, Wrong, check, fill
from api.messages.words import READY_MADE
from api.settings import Settings
from ledger.domain.events.messages import MessageFailed, MessageQueued, MessageSent
from ledger.domain.refusals import Refusal
from ledger.domain.streams.issuer import ISSUER
from ledger.kernel.entry import format_at
from ledger.shell.outbox import KeptTemplate, MessageSettings, Outgoing
from ledger.shell.service import Service
from projections.documents.paper import Language

LANGUAGES: Final[tuple[Language, ...]] = ("fr", "en")
_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Shown:
    """One message of the outbox, without its words; Causes are codes (docs/messages.md)."""

    message: str
    template: str
    language: str
    side: str
    about: str
    state: str  # prepared | waiting | sending | handed | sent | failed | dropped
    created_at: str
    attempts: int
    again_at: str = ""
    last_at: str = ""
    last_cause: str = ""
    retriable: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of a message."""

    seq: int
    at: str
    what: Literal["queued", "sent", "failed"]
    cause: str = ""
    final: bool = False


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of a template: its name, what it is and an example, in the language asked for."""

    name: str
    words: str
    example: str


@dataclass(frozen=True, slots=True)
class TemplateShown:
    """One template in one language, as it is used now; `revision` 0 is the ready-made one."""

    name: str
    language: Language
    to: str
    subject: str
    text: str
    own: bool
    revision: int
    variables: tuple[Variable, ...]
    ready_subject: str
    ready_text: str


@dataclass(frozen=True, slots=True)
class Preview:
    """A message as it would be."""

    subject: str
    text: str
    html: str


class MessageDesk:
    """Messages of a service's ledgers, to look at and to set. Methods may be called from several threads."""

    def __init__(self, service: Service, settings: Settings, post: Post | None = None) -> None:
        """Show and set messages; `post` is the process's own, one is made if none is given."""
        self._service = service
        self._settings = settings
        self._post = post or Post(service, settings)
        self._outbox = service.store.side().outbox()

    # ---- the outbox

    def outbox(self, ledger: str, before: str = "", limit: int = 100) -> list[Shown]:
        """Give a ledger's messages, newest first: those made before an instant, if one is given.

        Raises:
            LedgerUnknown: there is no such ledger.
        """
        row = self._service.find(ledger)
        return [_shown(one) for one in self._outbox.latest(row.ledger, before, min(limit, _MOST))]

    def message(self, ledger: str, message: str) -> tuple[Shown, list[Step]] | None:
        """Give one message and its entries; None for one that is not in the outbox."""
        row = self._service.find(ledger)
        found = self._outbox.get(row.ledger, message)
        return (_shown(found), list(self._steps(row.ledger, message))) if found is not None else None

    def address(self, ledger: str, message: str) -> str:
        """Give a message's address, masked (`j...@client.example`); nothing once its body is gone."""
        row = self._service.find(ledger)
        found = self._outbox.get(row.ledger, message)
        return masked(self._post.open(found).email) if found is not None and found.body else ""

    def retry(self, ledger: str, message: str, actor: str) -> str | Refusal:
        """Send a message that failed for good again; give the new message's id."""
        return self._post.again(ledger, message, actor=actor)

    # ---- templates

    def templates(self, ledger: str, language: Language = "fr") -> list[TemplateShown]:
        """Give every template in one language."""
        return [self._template(self._service.find(ledger).ledger, one, language) for one in TEMPLATES]

    def template(self, ledger: str, name: str, language: Language = "fr") -> TemplateShown | None:
        """Give one template; None for a name that there is not."""
        one = BY_NAME.get(name)
        return self._template(self._service.find(ledger).ledger, one, language) if one is not None else None

    def save(
        self, ledger: str, name: str, language: Language, subject: str, text: str, revision: int
    ) -> TemplateShown | Wrong | None:
        """Keep the business's own words, in place of those of `revision`.

        Gives what is kept; what is wrong with it; None for a name that there is not, or when somebody was first.
        """
        one, row = BY_NAME.get(name), self._service.find(ledger)
        if one is None:
            return None
        text = text.replace("\r\n", "\n")
        wrong = check(one, subject.strip(), text)
        if wrong is not None:
            return wrong
        now = format_at(self._service.clock.now())
        kept = KeptTemplate(row.ledger, name, language, subject.strip(), text, now, revision + 1)
        return self._template(row.ledger, one, language) if self._outbox.put_template(kept, revision) else None

    def reset(self, ledger: str, name: str, language: Language) -> bool:
        """Go back to the ready-made words; False if they are in use."""
        return self._outbox.delete_template(self._service.find(ledger).ledger, name, language)

    def preview(
        self,
        ledger: str,
        name: str,
        language: Language = "fr",
        about: str | None = None,
        *,
        subject: str | None = None,
        text: str | None = None,
    ) -> Preview | Wrong | None:
        """Show a message as it would be: with a document's own facts, else with examples; nothing is sent.

        Words given here are shown in place of the template's. None for a name or a document that there is not.
        """
        one, row = BY_NAME.get(name), self._service.find(ledger)
        shown = self.template(ledger, name, language)
        if one is None or shown is None:
            return None
        words = (shown.subject if subject is None else subject, shown.text if text is None else text)
        wrong = check(one, *words)
        if wrong is not None:
            return wrong
        facts = self._facts(row.ledger, one, language, about)
        return self._made(row.ledger, one, language, fill(one, *words, facts), facts) if facts is not None else None

    # ---- settings

    def settings(self, ledger: str) -> MessageSettings:
        """Give a ledger's settings."""
        return self._outbox.settings(self._service.find(ledger).ledger)

    def set_settings(
        self, ledger: str, *, enabled: Literal["default", "on", "off"] | None = None, digest_hour: int | None = None
    ) -> MessageSettings:
        """Change a ledger's settings: whether it mails, and the hour of its digest (-1: none).

        Raises:
            ValueError: the hour is none.
        """
        if digest_hour is not None and not -1 <= digest_hour <= 23:
            raise ValueError("the hour of the digest is 0 to 23, or -1 for none")
        while True:
            before = self.settings(ledger)
            wanted = replace(
                before,
                enabled=before.enabled if enabled is None else enabled,
                digest_hour=before.digest_hour if digest_hour is None else digest_hour,
                revision=before.revision + 1,
            )
            if self._outbox.put_settings(wanted, before.revision):
                return wanted

    def is_on(self, ledger: str) -> bool:
        """Tell whether a ledger's messages go out."""
        return self._post.is_on(ledger)

    def policies(self, ledger: str) -> dict[str, tuple[list[dict[str, object]], bool]]:
        """Give the reminders of quotes, deposits and invoices: those set, else the ready-made; and whether set."""
        issuer = self._service.state(self._service.find(ledger).ledger, ISSUER, "self")
        found: dict[str, tuple[list[dict[str, object]], bool]] = {}
        for about, offered in READY_MADE_POLICY.items():
            steps = issuer.reminders.get(about) if issuer is not None else None
            plain: Sequence[dict[str, object]] = [
                {"days": one.days, "tone": one.tone, "to": one.to} for one in (offered if steps is None else steps)
            ]
            found[about] = list(plain), steps is not None
        return found

    # ---- inside

    def _steps(self, ledger: str, message: str) -> Iterator[Step]:
        for entry in self._service.stream(ledger, f"message:{message}"):
            match entry.record:
                case MessageQueued():
                    yield Step(entry.seq, entry.at, "queued")
                case MessageSent():
                    yield Step(entry.seq, entry.at, "sent")
                case MessageFailed() as failed:
                    yield Step(entry.seq, entry.at, "failed", failed.cause, failed.final)

    def _template(self, ledger: str, one: Template, language: Language) -> TemplateShown:
        ready = READY_MADE[language][one.name]
        kept = self._outbox.template(ledger, one.name, language)
        at = 0 if language == "fr" else 1
        variables = tuple(
            Variable(name, VARIABLES[name][at], VARIABLES[name][2 + at]) for name in sorted(set(one.variables))
        )
        subject, text = (kept.subject, kept.words) if kept is not None else ready
        revision = kept.revision if kept is not None else 0
        return TemplateShown(
            one.name, language, one.to, subject, text, kept is not None, revision, variables, *ready
        )  # fmt: skip

    def _facts(self, ledger: str, one: Template, language: Language, about: str | None) -> dict[str, str] | None:
        at = 2 if language == "fr" else 3
        facts = {name: VARIABLES[name][at] for name in one.variables}
        facts |= {name: said for name, said in business_facts(self._service, ledger).items() if said}
        if about is None:
            return facts
        teller = Teller(self._service, ledger, language)
        told = teller.tell(about)
        if told is None:
            return None
        person = teller.person(about)
        known = dict.fromkeys((name for name in one.variables if name not in _NOT_OF_DOCUMENT), "")
        return facts | known | dict(told.facts) | {"recipient_name": person.name}

    def _made(
        self, ledger: str, one: Template, language: Language, rendered: Rendered, facts: dict[str, str]
    ) -> Preview:
        row = self._service.find(ledger)
        label = one.button[0 if language == "fr" else 1]
        business = facts.get("business_name", "")
        foot = (facts.get("business_legal", business), facts.get("business_phone", ""), facts.get("business_email", ""))
        html = html_of(
            rendered.text,
            language=language,
            business=business,
            footer=foot,
            links={facts["link"]: label} if facts.get("link") else {},
            large=facts.get("code", ""),
            quoted=facts.get("words", ""),
            accent=accent_of(self._service, ledger) or ACCENT,
            training=row.kind == "training",
        )
        subject = f"FACTICE {rendered.subject}" if row.kind == "training" else rendered.subject
        return Preview(subject, rendered.text, html)


_NOT_OF_DOCUMENT: Final = frozenset(
    ("business_name", "business_email", "business_phone", "recipient_name", "link", "code", "minutes", "words",
     "author", "reason", "summary", "means", "paid_amount", "paid_on", "signatories", "withdrawn_at", "refund_amount",
     "refund_by", "role")
)  # fmt: skip
"""Variables that are of an occasion: a preview shows examples of them."""


def _shown(one: Outgoing) -> Shown:
    return Shown(
        message=one.message,
        template=one.template,
        language=one.language,
        side=one.side,
        about=one.about,
        state=one.state,
        created_at=one.created_at,
        attempts=one.attempts,
        again_at=one.again_at if one.state == "waiting" else "",
        last_at=one.last_at,
        last_cause=one.last_cause,
        retriable=one.state == "failed" and bool(one.body),
    )


__all__ = ["MessageDesk", "Preview", "Shown", "Step", "TemplateShown", "Variable", "Wrong"]
