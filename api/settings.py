"""What a server or command line is told by its environment: read once, at the start, and passed on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Literal, get_args

from ledger.shell.keys import passphrase_from

LogLevel = Literal["info", "warning", "error"]
_PROVISIONING_LENGTH = 32
_PUBLIC_URL = re.compile(r"https?://[A-Za-z0-9.\[\]:_-]{1,260}(/[A-Za-z0-9._~/-]{0,500}(?<!/))?")


class SettingsError(ValueError):
    """A variable of the environment cannot be used: mend it and start again. The value is never part of the words."""

    def __init__(self, variable: str, words: str) -> None:
        super().__init__(f"{variable}: {words}")
        self.variable = variable


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, with its default; `from_environment` names the variables.

    Secrets are left out of `repr`.
    """

    store: str = "sqlite:///./var/sceau.db"
    """`SCEAU_STORE`: `sqlite:///path`, `postgresql://...` or `memory:`."""
    keys: str | None = None
    """`SCEAU_KEYS`: the folder of the keys; by default `keys` beside the SQLite file, else `var/keys-postgresql`."""
    passphrase: bytes | None = field(default=None, repr=False)
    """`SCEAU_KEY_PASSPHRASE`, or the first line of the file that `SCEAU_KEY_PASSPHRASE_FILE` names. Without one, only
    training ledgers can be written."""
    origin: str = "sceau.local"
    """`SCEAU_ORIGIN`: the checkpoint origin prefix of new ledgers, a name of the operator's own."""
    provisioning_key: str | None = field(default=None, repr=False)
    """`SCEAU_PROVISIONING_KEY`: opens ledgers over HTTP; at least 32 characters. Without it, none can."""
    metrics_key: str | None = field(default=None, repr=False)
    """`SCEAU_METRICS_KEY`: asked for as a bearer token by `/metrics`, if set."""
    host: str = "127.0.0.1"
    """`SCEAU_HOST`: where to listen."""
    port: int = 8000
    """`SCEAU_PORT`: where to listen; 0 takes any free port."""
    log_level: LogLevel = "info"
    """`SCEAU_LOG_LEVEL`: `info` writes a line per request, `warning` refused ones, `error` failures alone."""
    pool_size: int = 10
    """`SCEAU_POOL_SIZE`: PostgreSQL connections this process may hold."""
    queue_limit: int = 4096
    """`SCEAU_QUEUE_LIMIT`: commands that may wait for one ledger before others are asked to come back."""
    body_bytes: int = 1_048_576
    """`SCEAU_BODY_BYTES`: the longest request body."""
    drain_seconds: int = 30
    """`SCEAU_DRAIN_SECONDS`: how long a stop waits for requests under way."""
    archives: str | None = None
    """`SCEAU_ARCHIVES`: the folder of archives made over HTTP; by default `archives` beside the SQLite file, else
    `var/archives`."""
    documents: str | None = None
    """`SCEAU_DOCUMENTS`: the folder of rendered documents; by default `documents` beside the SQLite file, else
    `var/documents`."""
    documents_workers: int = 2
    """`SCEAU_DOCUMENTS_WORKERS`: processes that draw documents, in each process that serves."""
    documents_queue: int = 64
    """`SCEAU_DOCUMENTS_QUEUE`: requests that may wait for one of them before others are asked to come back."""
    documents_seconds: int = 30
    """`SCEAU_DOCUMENTS_SECONDS`: how long one document may take before it is given up."""
    documents_megabytes: int = 2048
    """`SCEAU_DOCUMENTS_MEGABYTES`: the size of that folder; 0 keeps nothing."""
    documents_job: Literal["on", "off"] = "on"
    """`SCEAU_DOCUMENTS_JOB`: whether `sceau serve` renders every document as it is issued, or only those asked for."""
    documents_upload_bytes: int = 20_971_520
    """`SCEAU_DOCUMENTS_UPLOAD_BYTES`: the longest file that is checked or verified over HTTP."""
    proof_url: str | None = None
    """`SCEAU_PROOF_URL`: what a document's QR code opens; `{ledger}`, `{seq}` and `{fingerprint}` are filled in."""
    tsa_url: str | None = None
    """`SCEAU_TSA_URL`: the time stamp authority (RFC 3161)."""
    tsa_ca: str | None = None
    """`SCEAU_TSA_CA`: file of its root certificates, PEM; without it a stamp is only held whole in itself."""
    witnesses: str | None = None
    """`SCEAU_WITNESSES`: `URL VKEY` of each witness, separated by commas."""
    smtp: str | None = field(default=None, repr=False)
    """`SCEAU_SMTP`: the mail server, for messages and for checkpoints: `smtps://user:password@host`, `smtp://`
    (STARTTLS), `smtp+plain://` (in clear, to a relay on this machine), `folder:PATH` (training ledgers alone)."""
    smtp_url: str | None = field(default=None, repr=False)
    """`SCEAU_SMTP_URL`: the older name of `SCEAU_SMTP`, used where that is not set."""
    smtp_from: str | None = field(default=None, repr=False)
    """`SCEAU_SMTP_FROM`: the address that mail is from; of messages by default the server's user, if it is one."""
    messages_job: Literal["on", "off"] = "on"
    """`SCEAU_MESSAGES_JOB`: whether `sceau serve` mails messages, where a mail server is set."""
    anchor_mail: str | None = field(default=None, repr=False)
    """`SCEAU_ANCHOR_MAIL`: whom checkpoints are mailed to: the accountant."""
    anchor_directory: str | None = None
    """`SCEAU_ANCHOR_DIRECTORY`: a folder elsewhere that checkpoints are copied to."""
    anchor_put_url: str | None = field(default=None, repr=False)
    """`SCEAU_ANCHOR_PUT_URL`: an object store they are copied to: an address with `{ledger}` and `{file}`."""
    anchor_put_authorization: str | None = field(default=None, repr=False)
    """`SCEAU_ANCHOR_PUT_AUTHORIZATION`: the value of the `Authorization` header for it, such as `Bearer ...`."""

    stripe_api: str | None = None
    """`SCEAU_STRIPE_API`: another server in Stripe's place, such as localstripe; test keys only."""
    payments_job: Literal["on", "off"] = "on"
    """`SCEAU_PAYMENTS_JOB`: whether `sceau serve` asks payment providers what became of open collections."""
    public_url: str | None = None
    """`SCEAU_PUBLIC_URL`: where anybody reaches this server, such as `https://sceau.example`: links begin with it."""
    behind_proxy: Literal["on", "off"] = "off"
    """`SCEAU_BEHIND_PROXY`: whether one trusted proxy stands before this server and ends `X-Forwarded-For` with the
    address it was asked from: limits of sign-ins go by it."""
    webhooks_job: Literal["on", "off"] = "on"
    """`SCEAU_WEBHOOKS_JOB`: whether `sceau serve` delivers events to webhooks."""
    webhooks_private: Literal["on", "off"] = "off"
    """`SCEAU_WEBHOOKS_PRIVATE`: whether webhooks may go to private, loopback and link-local addresses."""
    webhooks_http: Literal["on", "off"] = "off"
    """`SCEAU_WEBHOOKS_HTTP`: whether webhooks may go over http, in clear."""
    projections: str | None = field(default=None, repr=False)
    """`SCEAU_PROJECTIONS`: where rows of projections are kept, a URL as of the store; by default beside the ledgers."""
    chart: str | None = None
    """`SCEAU_CHART`: the file of the chart of accounts; by default the one that comes with Sceau."""
    projections_job: Literal["on", "off"] = "on"
    """`SCEAU_PROJECTIONS_JOB`: whether `sceau serve` keeps them level, or only whoever asks for a report."""

    @property
    def mail_url(self) -> str | None:
        """The mail server, by its present or its older name."""
        return self.smtp or self.smtp_url

    @property
    def mail_folder(self) -> str | None:
        """The folder that mails are laid into in place of being sent (`SCEAU_SMTP=folder:PATH`); None for a server."""
        url = self.mail_url or ""
        return url.removeprefix("folder:") if url.startswith("folder:") else None

    @property
    def link_base(self) -> str:
        """What every link that leaves the house begins with."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def store_shown(self) -> str:
        """`store` as it may be shown: a PostgreSQL URL without user, password and parameters."""
        scheme, separator, rest = self.store.partition("://")
        if scheme not in {"postgresql", "postgres"}:
            return self.store
        return scheme + separator + rest.partition("?")[0].rpartition("@")[2]

    @staticmethod
    def from_environment(environment: Mapping[str, str]) -> Settings:
        """Read every `SCEAU_...` variable.

        Raises:
            SettingsError: a number that is none or out of range, a provisioning key that is too short.
            KeyMissing: the passphrase's file cannot be read.
        """
        given: dict[str, str | int | bytes | None] = {"passphrase": passphrase_from(environment)}
        for member in fields(Settings):
            if member.name == "passphrase":
                continue
            variable = f"SCEAU_{member.name.upper()}"
            text = environment.get(variable)
            if not text:  # an empty variable is an absent one
                continue
            given[member.name] = _whole(variable, text) if isinstance(member.default, int) else text
        settings = Settings(**given)  # type: ignore[arg-type] # each text or number goes to a member of that type
        _check(settings)
        return settings


def _whole(variable: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise SettingsError(variable, "a whole number is needed")
    return int(text)


def _check(settings: Settings) -> None:
    if settings.log_level not in get_args(LogLevel):
        raise SettingsError("SCEAU_LOG_LEVEL", "one of info, warning, error is needed")
    if settings.port > 65_535:
        raise SettingsError("SCEAU_PORT", "a port is at most 65535")
    for name, key in (("PROVISIONING", settings.provisioning_key), ("METRICS", settings.metrics_key)):
        if key is not None and (len(key) < _PROVISIONING_LENGTH or not key.isascii() or not key.isprintable()):
            raise SettingsError(f"SCEAU_{name}_KEY", "at least 32 printable ASCII characters are needed")
    if settings.documents_job not in ("on", "off"):
        raise SettingsError("SCEAU_DOCUMENTS_JOB", "one of on, off is needed")
    if settings.documents_workers < 1 or settings.documents_seconds < 1 or settings.documents_upload_bytes < 1024:
        raise SettingsError(
            "SCEAU_DOCUMENTS_WORKERS, SCEAU_DOCUMENTS_SECONDS, SCEAU_DOCUMENTS_UPLOAD_BYTES", "too small"
        )
    for name in (
        "webhooks_job", "webhooks_private", "webhooks_http", "projections_job", "payments_job", "messages_job",
        "behind_proxy",
    ):  # fmt: skip
        if getattr(settings, name) not in ("on", "off"):
            raise SettingsError(f"SCEAU_{name.upper()}", "one of on, off is needed")
    if settings.public_url is not None and not _PUBLIC_URL.fullmatch(settings.public_url):
        raise SettingsError("SCEAU_PUBLIC_URL", "an http(s) address without a final slash, query or fragment")
    if settings.proof_url is not None:
        _check_proof_url(settings.proof_url)
    if settings.pool_size < 1 or settings.queue_limit < 1 or settings.body_bytes < 1024:
        raise SettingsError("SCEAU_POOL_SIZE, SCEAU_QUEUE_LIMIT, SCEAU_BODY_BYTES", "too small")


def _check_proof_url(url: str) -> None:
    """A QR code that opens nothing cannot be printed anew: the address is looked at before the first one is."""
    filled = proof_address(url, "l", 1, "f")
    if (
        not filled.startswith(("https://", "http://"))
        or not filled.isascii()
        or len(url) > 200
        or set(filled) & set(" {}")
    ):
        raise SettingsError(
            "SCEAU_PROOF_URL", "an http(s) address of at most 200 characters with {ledger}, {seq} or {fingerprint}"
        )


def proof_address(url: str, ledger: str, seq: int, fingerprint: str) -> str:
    """Fill in what `proof_url` leaves open, for one entry."""
    return url.replace("{ledger}", ledger).replace("{seq}", str(seq)).replace("{fingerprint}", fingerprint)
