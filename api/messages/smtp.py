"""One mail to the mail server, and what came of it: taken, refused for good, or to be tried again."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal, Protocol, TypeAlias

from api.messages.addresses import mail_address
from api.settings import Settings, SettingsError
from archive.anchors.anchor import AnchorFailure
from archive.anchors.mail import Post as Server
from archive.anchors.within import within
from archive.outfile import new_file

TIMEOUT_SECONDS: Final = 20.0
_GOODBYE_SECONDS: Final = 2.0
WHOLE: Final = 3
"""How many timeouts one mail may take in all, whatever the server does in between."""

Fate: TypeAlias = Literal["taken", "refused", "later", "away"]
"""`refused`: this message, for good; `later`: this message, now; `away`: the server, for every message."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one try: `cause` is a code, `reply` the server's number, `digest` SHA-256 of what it took."""

    fate: Fate
    cause: str = ""
    reply: int = 0
    digest: str = ""


class Sends(Protocol):
    """Hands a mail to the next server."""

    sender: str

    def send(self, mail: EmailMessage, to: str) -> Outcome:
        """Try once."""


class Mailer:
    """The mail server of the settings. Safe for threads: each mail has a connection of its own."""

    def __init__(
        self,
        server: Server,
        sender: str,
        *,
        timeout_seconds: float = TIMEOUT_SECONDS,
        context: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        """Send from the address `sender` over `server`; `context` gives what TLS trusts."""
        self.sender = sender
        self._server = server
        self._timeout = timeout_seconds
        self._context = context

    def send(self, mail: EmailMessage, to: str) -> Outcome:
        """Try once; never raises for anything that a server or network does."""
        utf8 = not to.isascii() or not self.sender.isascii()
        data = mail.as_bytes(policy=SMTPUTF8 if utf8 else SMTP)
        try:
            return within(WHOLE * self._timeout, lambda: self._try(data, to, utf8=utf8))
        except AnchorFailure:
            return Outcome("away", "too_slow")
        except smtplib.SMTPNotSupportedError:
            return Outcome("away", "no_tls_or_login")
        except smtplib.SMTPAuthenticationError as error:
            return Outcome("away", "login_refused", error.smtp_code)
        except smtplib.SMTPResponseException as error:
            return Outcome("away", "server_refused", error.smtp_code)
        except ssl.SSLError:
            return Outcome("away", "tls")
        except TimeoutError:
            return Outcome("away", "timeout")
        except (smtplib.SMTPException, OSError) as error:
            if isinstance(error.__context__, TimeoutError):  # the library says that the server went
                return Outcome("away", "timeout")
            return Outcome("away", "closed" if isinstance(error, smtplib.SMTPServerDisconnected) else "unreachable")

    def _try(self, data: bytes, to: str, *, utf8: bool) -> Outcome:
        smtp = self._open()
        try:
            smtp.ehlo_or_helo_if_needed()
            if utf8 and not smtp.has_extn("smtputf8"):
                return Outcome("refused", "address_unsupported")
            code, _ = smtp.mail(self.sender, ("SMTPUTF8", "BODY=8BITMIME") if utf8 else ())
            if code != 250:
                # A sender that is refused is refused for every message: somebody must set it right.
                return Outcome("refused", "too_large", code) if code == 552 else Outcome("away", "sender_refused", code)
            code, _ = smtp.rcpt(to)
            if code not in (250, 251):
                return _no("recipient_refused", code)
            code, _ = smtp.data(data)
            return Outcome("taken", "", code, sha256(data).hexdigest()) if code == 250 else _no("content_refused", code)
        except smtplib.SMTPDataError as error:  # said no to DATA itself, before the mail
            return _no("content_refused", error.smtp_code)
        finally:
            with suppress(smtplib.SMTPException, OSError):  # it has been taken, or not: a bad goodbye changes nothing
                if smtp.sock is not None:
                    smtp.sock.settimeout(_GOODBYE_SECONDS)
                smtp.quit()
            smtp.close()

    def _open(self) -> smtplib.SMTP:
        server = self._server
        if server.security == "smtps":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=self._timeout, context=self._context()
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=self._timeout)
        try:
            if server.security == "smtp":
                smtp.starttls(context=self._context())  # SMTPNotSupportedError when it is not offered: never in clear
            if server.user is not None and server.password is not None:
                smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
        return smtp


def _no(cause: str, code: int) -> Outcome:
    """Say what a refusal of one message means: 421 is the server's goodbye to everybody (RFC 5321 3.8)."""
    return Outcome("refused" if code >= 500 else "away" if code == 421 else "later", cause, code)


class FolderMailer:
    """Lays every mail into a folder as a file, for whoever tries Sceau without a mail server.

    Only training ledgers mail this way (`Post.is_on`): an entry that says "sent" of a real one would not be true.
    """

    def __init__(self, folder: Path, sender: str) -> None:
        self.sender = sender
        self._folder = folder

    def send(self, mail: EmailMessage, to: str) -> Outcome:  # noqa: ARG002 - the seam's members
        """Write one file, whole or not at all; a mail sent again replaces itself."""
        data = mail.as_bytes(policy=SMTPUTF8)
        digest = sha256(data).hexdigest()
        subject = re.sub(r"[^A-Za-z0-9]+", "-", str(mail["Subject"]).removeprefix("FACTICE ")).strip("-")[:60]
        when = parsedate_to_datetime(str(mail["Date"])).strftime("%Y%m%d-%H%M%S")
        name = f"{when}-{subject}-{sha256(str(mail['Message-ID']).encode()).hexdigest()[:6]}.eml"
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with new_file(self._folder / name) as file:
                file.write(data)
        except OSError:
            return Outcome("away", "folder")
        return Outcome("taken", "", 250, digest)


def mailer_of(settings: Settings) -> Sends | None:
    """Make what sends, from the settings; None where mail is not set up. Nothing is reached yet.

    Raises:
        SettingsError: the server or the sender's address cannot be used.
    """
    url = settings.mail_url
    if url is None:
        return None
    if settings.mail_folder is not None:
        return FolderMailer(Path(settings.mail_folder), mail_address(settings.smtp_from or "") or "sceau@localhost")
    try:
        server = Server.parse(url)
    except ValueError as error:
        raise SettingsError("SCEAU_SMTP", str(error)) from None
    sender = mail_address(settings.smtp_from or server.user or "")
    if sender is None:
        raise SettingsError("SCEAU_SMTP_FROM", "the mail address that messages are from is needed")
    return Mailer(server, sender)
