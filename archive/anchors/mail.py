"""A checkpoint by mail to the accountant: a copy in a mailbox that the business does not run. Words in French.

No name and no amount is in it. The address is a setting and stands in no entry; the label of the place does.
"""

from __future__ import annotations

import base64
import json
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from typing import Final
from urllib.parse import unquote, urlsplit

from archive.anchors.anchor import AnchorFailure, Kind, Placed, Target, label, rfc3339
from archive.anchors.within import within

_PORTS: Final = {"smtps": 465, "smtp": 587, "smtp+plain": 25}

_WORDS: Final = """\
Bonjour,

Ce message conserve l'état signé d'un registre de facturation. Merci de le garder, sans le modifier :
si le registre était réécrit plus tard, cette copie le montrerait.

Registre : {ledger}
Nombre d'écritures : {size}
Empreinte (racine de Merkle, base64) : {root}

Le fichier joint est la preuve. Il ne contient ni nom ni montant. Il se vérifie avec :
sceau verify --ledger {ledger} --checkpoint {file}

Message automatique, sans réponse attendue.
"""


@dataclass(frozen=True, slots=True)
class Post:
    """An SMTP server: `smtps://` TLS from the start, `smtp://` STARTTLS or nothing, `smtp+plain://` without TLS."""

    host: str
    port: int
    security: str  # smtps | smtp | smtp+plain
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @staticmethod
    def parse(url: str) -> Post:
        """Read `smtps://user:password@host:port`.

        Raises:
            ValueError: it is no such address; the address itself is not in the words.
        """
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("smtps://user:password@host, smtp:// or smtp+plain:// is needed")
        user = unquote(parts.username) if parts.username else None
        password = unquote(parts.password) if parts.password else None
        if parts.scheme == "smtp+plain" and password is not None:
            raise ValueError("a password never goes over smtp+plain://")
        return Post(parts.hostname, parts.port or _PORTS[parts.scheme], parts.scheme, user, password)


class MailAnchor:
    """One mailbox."""

    kind: Kind = "mail"

    def __init__(
        self,
        post: Post,
        sender: str,
        to: str,
        clock: Callable[[], datetime],
        place: str = "accountant",
        timeout_seconds: float = 20.0,
        context: ssl.SSLContext | None = None,
    ) -> None:
        """Send from `sender` to `to` over `post`; `context` is the machine's own trust by default.

        Raises:
            ValueError: an address is none.
        """
        if any("@" not in one or not one.isprintable() or " " in one for one in (sender, to)):
            raise ValueError("a mail address is needed")
        self.place = label(place, "accountant")
        self._post = post
        self._sender = sender
        self._to = to
        self._clock = clock
        self._timeout = timeout_seconds
        self._context = context or ssl.create_default_context()

    def put(self, target: Target) -> Placed:
        """See `Anchor`. A message sent twice has the same Message-ID."""
        at = self._clock()
        message = self._message(target, at)
        try:
            within(3 * self._timeout, lambda: self._send(message))
        except smtplib.SMTPResponseException as error:
            raise AnchorFailure("refused", str(error.smtp_code)) from error
        except smtplib.SMTPRecipientsRefused as error:
            raise AnchorFailure("refused", "recipient") from error
        except smtplib.SMTPNotSupportedError as error:
            raise AnchorFailure("refused", "no STARTTLS or no login") from error
        except (smtplib.SMTPException, OSError) as error:
            raise AnchorFailure("unreachable", type(error).__name__) from error
        digest = sha256(message.as_bytes(policy=SMTP)).hexdigest()
        proof = {"message_id": message["Message-ID"], "sha256": digest, "sent_at": rfc3339(at)}
        return Placed(at, json.dumps(proof, sort_keys=True, separators=(",", ":")).encode())

    def _send(self, message: EmailMessage) -> None:
        with self._open() as smtp:
            smtp.send_message(message)

    def _open(self) -> smtplib.SMTP:
        post = self._post
        if post.security == "smtps":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(post.host, post.port, timeout=self._timeout, context=self._context)
        else:
            smtp = smtplib.SMTP(post.host, post.port, timeout=self._timeout)
        try:
            if post.security == "smtp":
                smtp.starttls(context=self._context)  # SMTPNotSupportedError when it is not offered: never in clear
            if post.user is not None and post.password is not None:
                smtp.login(post.user, post.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _message(self, target: Target, at: datetime) -> EmailMessage:
        head = target.head
        file = f"{target.ledger}-{head.size:012d}.txt"
        root = base64.b64encode(head.root).decode()
        message = EmailMessage(policy=SMTP)
        message["From"] = self._sender
        message["To"] = self._to
        message["Subject"] = f"Registre {target.ledger[:8]} : état signé à {head.size} écritures"
        message["Date"] = format_datetime(at)
        message["Message-ID"] = f"<{sha256(target.own).hexdigest()[:32]}@{_domain(head.origin)}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no vacation note comes back
        message.set_content(_WORDS.format(ledger=target.ledger, size=head.size, root=root, file=file))
        message.add_attachment(target.note, maintype="text", subtype="plain", filename=file)
        for row in target.proofs:
            if row.kind == "timestamp":
                message.add_attachment(
                    row.proof, maintype="application", subtype="timestamp-reply", filename=file[:-3] + "tsr"
                )
        message.set_boundary(f"sceau-{sha256(target.own).hexdigest()[:32]}")  # the same checkpoint, the same bytes
        return message


def _domain(origin: str) -> str:
    domain = origin.partition("/")[0]
    return domain if domain.isascii() and domain.replace(".", "").replace("-", "").isalnum() else "sceau.invalid"
