"""A message as mail: headers that nothing can be slipped into, text, HTML, files; the same bytes for the same input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from hashlib import sha256
from typing import Final

from api.messages.envelope import Envelope
from api.messages.frame import ACCENT, html_of
from api.messages.templating import one_line

MOST_BYTES: Final = 15 << 20
"""The longest mail; most servers take 20 to 25 MB, and base64 makes a third more."""
_MOST_NAME: Final = 78


@dataclass(frozen=True, slots=True)
class Enclosed:
    """One file that goes along."""

    name: str
    media_type: str
    data: bytes


def mail(
    envelope: Envelope, message: str, ledger: str, sender: str, at: datetime, files: Sequence[Enclosed]
) -> EmailMessage:
    """Make the mail.

    Args:
        envelope: what it says.
        message: its id, from which Message-ID and boundaries are made: sent again, it is the same mail.
        ledger: whose.
        sender: the address it is from.
        at: its Date; that of its queueing, so that it stays the same.
        files: what goes along; those that no longer fit into `MOST_BYTES` are left out.
    """
    utf8 = not envelope.email.isascii() or not sender.isascii()
    made = EmailMessage(policy=SMTPUTF8 if utf8 else SMTP)
    made["From"] = _address(envelope.sender_name, sender)
    made["To"] = _address(envelope.name, envelope.email)
    if envelope.reply_to:
        made["Reply-To"] = _address(envelope.sender_name, envelope.reply_to)
    made["Subject"] = subject_of(envelope)
    made["Date"] = format_datetime(at)
    domain = sender.rpartition("@")[2]
    made["Message-ID"] = f"<{message}.{ledger[:8]}@{domain}>"
    if envelope.automatic:
        made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no vacation note comes back
    if envelope.stoppable and envelope.reply_to.isascii() and envelope.reply_to:
        made["List-Unsubscribe"] = f"<mailto:{envelope.reply_to}?subject=stop>"  # RFC 2369
    made.set_content(_text_of(envelope))
    made.add_alternative(html_part(envelope), subtype="html")
    room = MOST_BYTES - len(envelope.text) * 4
    for one in files:
        room -= len(one.data) * 4 // 3
        if room < 0:
            break
        main, _, sub = one.media_type.partition("/")
        made.add_attachment(one.data, maintype=main, subtype=sub or "octet-stream", filename=one_line(one.name))
    _set_boundaries(made, message)
    return made


def subject_of(envelope: Envelope) -> str:
    """Give the subject: of a training ledger's mail it says first that nothing of it is real."""
    return f"FACTICE {envelope.subject}" if envelope.training else envelope.subject


def html_part(envelope: Envelope) -> str:
    """Give the HTML of a message."""
    return html_of(
        envelope.text,
        language=envelope.language,
        business=envelope.sender_name,
        footer=envelope.footer,
        links=envelope.links,
        large=envelope.large,
        quoted=envelope.quoted,
        accent=envelope.accent or ACCENT,
        training=envelope.training,
    )


def _text_of(envelope: Envelope) -> str:
    notice = "FACTICE\n\n" if envelope.training else ""
    footer = "\n".join(line for line in envelope.footer if line)
    return f"{notice}{envelope.text}\n" + (f"\n-- \n{footer}\n" if footer else "")


def _address(name: str, address: str) -> Address:
    """Give an address with a name; a name is words on one line, whatever somebody called themselves."""
    local, _, domain = address.rpartition("@")  # the library's own parser of addresses takes ASCII alone
    return Address(display_name=one_line(name).strip()[:_MOST_NAME], username=local, domain=domain)


def _set_boundaries(made: EmailMessage, message: str) -> None:
    """Make the boundaries of parts from the message's id: by themselves they would be random."""
    for rank, part in enumerate(one for one in made.walk() if one.is_multipart()):
        part.set_boundary(f"=_{sha256(f'{message} {rank}'.encode()).hexdigest()[:32]}")
