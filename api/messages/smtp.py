"""One mail to the mail server, and what came of it: taken, refused for good, or to be tried again."""

from __future__ import annotations

import re
import smtplib
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Final, Literal, Protocol, TypeAlias

from api.messages.addresses import mail_address
from api.settings import Settings, SettingsError
from archive.anchors.anchor import AnchorFailure
from archive.anchors.mail import Post as Server
from archive.anchors.within import within
from archive.outfile import new_file

TIMEOUT_SECONDS: Final = 20.0
_GOODBYE_SECONDS: Final = 2.0
_IDLE_SECONDS: Final = 30.0
"""A connection that rested for longer is not used again: a server may have forgotten it without a word."""
_MOST_MAILS: Final = 100
"""As many as mail servers commonly take over one connection."""
_OK: Final = 250
_GOODBYE: Final = 421
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

    def rest(self) -> None:
        """Nothing more is to be sent for now: let go of what was kept for the next mail."""


class _Stale(Exception):  # noqa: N818 - the house names what happened, not "Error"
    """A connection of an earlier mail is of no use any more, and this mail has not been taken."""


@dataclass(slots=True)
class _Line:
    """A connection, and how many mails it has had."""

    smtp: smtplib.SMTP
    mails: int = 0
    used_at: float = 0.0  # monotonic

    def leave(self) -> None:
        """Say goodbye: what was sent has been taken, or not; a bad goodbye changes nothing."""
        with suppress(smtplib.SMTPException, OSError):
            if self.smtp.sock is not None:
                self.smtp.sock.settimeout(_GOODBYE_SECONDS)
            self.smtp.quit()
        self.smtp.close()


class Mailer:
    """The mail server of the settings. Safe for threads: a connection has one mail at a time, and is kept for the next.

    Whoever has no more to send says so (`rest`).
    """

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
        self._idle: list[_Line] = []
        self._lock = Lock()

    def rest(self) -> None:
        """See `Sends`: close the connections that no mail is using."""
        while (line := self._kept()) is not None:
            line.leave()

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
        line = self._kept()
        while line is not None and (line.mails >= _MOST_MAILS or time.monotonic() - line.used_at > _IDLE_SECONDS):
            line.leave()
            line = self._kept()
        if line is not None:
            with suppress(_Stale):
                return self._over(line, data, to, utf8=utf8)
        return self._over(_Line(self._open()), data, to, utf8=utf8)

    def _over(self, line: _Line, data: bytes, to: str, *, utf8: bool) -> Outcome:
        """Hand one mail over on a connection, and keep that for the next one if it may be used again.

        Raises:
            _Stale: it had mails before, and nothing of this one has left, or the server said no: a fresh connection
                tells whether that was about the mail or about too many of them in one session.
        """
        first, outcome = not line.mails, None
        try:
            if not first:
                _anew(line.smtp)
            outcome = self._named(line, to, utf8=utf8) or _given(line.smtp, data)
        finally:
            line.mails, line.used_at = line.mails + 1, time.monotonic()
            keeps = outcome is not None and (outcome.fate == "taken" or (first and outcome.fate != "away"))
            if keeps and line.smtp.sock is not None:
                with self._lock:
                    self._idle.append(line)
            else:
                line.leave()
        if not first and outcome.fate != "taken":
            raise _Stale
        return outcome

    def _named(self, line: _Line, to: str, *, utf8: bool) -> Outcome | None:
        """Say who writes to whom; None where the mail itself may follow."""
        try:
            return self._asked(line.smtp, to, utf8=utf8)
        except (smtplib.SMTPException, OSError) as error:
            if line.mails:
                raise _Stale from error
            raise

    def _asked(self, smtp: smtplib.SMTP, to: str, *, utf8: bool) -> Outcome | None:
        smtp.ehlo_or_helo_if_needed()
        if utf8 and not smtp.has_extn("smtputf8"):
            return Outcome("refused", "address_unsupported")
        code, _ = smtp.mail(self.sender, ("SMTPUTF8", "BODY=8BITMIME") if utf8 else ())
        if code != _OK:
            # A sender that is refused is refused for every message: somebody must set it right.
            return Outcome("refused", "too_large", code) if code == 552 else Outcome("away", "sender_refused", code)
        code, _ = smtp.rcpt(to)
        return None if code in (_OK, 251) else _no("recipient_refused", code)

    def _kept(self) -> _Line | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

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


def _anew(smtp: smtplib.SMTP) -> None:
    """Forget the mail before (RFC 5321 4.1.1.5), and see whether the server is there.

    Raises:
        _Stale: it is not.
    """
    try:
        if smtp.rset()[0] == _OK:
            return
    except (smtplib.SMTPException, OSError) as error:
        raise _Stale from error
    raise _Stale


def _given(smtp: smtplib.SMTP, data: bytes) -> Outcome:
    """Hand the mail itself over."""
    try:
        code, _ = smtp.data(data)
    except smtplib.SMTPDataError as error:  # said no to DATA itself, before the mail
        return _no("content_refused", error.smtp_code)
    return Outcome("taken", "", code, sha256(data).hexdigest()) if code == _OK else _no("content_refused", code)


def _no(cause: str, code: int) -> Outcome:
    """Say what a refusal of one message means: 421 is the server's goodbye to everybody (RFC 5321 3.8)."""
    return Outcome("refused" if code >= 500 else "away" if code == _GOODBYE else "later", cause, code)


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

    def rest(self) -> None:
        """Nothing is kept."""


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
