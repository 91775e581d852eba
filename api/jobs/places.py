"""From settings and a ledger's policy to the places for its checkpoints."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from api.settings import Settings, SettingsError
from archive.anchors.anchor import Anchor, Kind
from archive.anchors.directory import DirectoryAnchor
from archive.anchors.mail import MailAnchor, Post
from archive.anchors.object_store import ObjectStoreAnchor
from archive.anchors.stamps import load_roots
from archive.anchors.timestamp import TimestampAnchor
from archive.anchors.witness import WitnessAnchor, witness_label
from ledger.domain.events.ledger import AnchorPolicy


@dataclass(frozen=True, slots=True)
class Wanted:
    """One place that a ledger asks for; without an anchor this server was not told of it."""

    kind: Kind
    place: str
    anchor: Anchor | None


@dataclass(frozen=True, slots=True)
class Places:
    """Every place that this server can reach."""

    timestamp: Anchor | None = None
    mail: Anchor | None = None
    directory: Anchor | None = None
    objects: Anchor | None = None
    witnesses: Mapping[str, Anchor] = field(default_factory=dict)  # by verifier key

    def wanted(self, policy: AnchorPolicy) -> Iterator[Wanted]:
        """Give what a policy asks for: those first whose proof the others take along."""
        if policy.timestamp:
            yield Wanted("timestamp", _label(self.timestamp, "tsa"), self.timestamp)
        for vkey in policy.witnesses:
            yield Wanted("witness", witness_place(vkey), self.witnesses.get(vkey))
        if policy.mail:
            yield Wanted("mail", _label(self.mail, "accountant"), self.mail)
        if policy.directory:  # a folder, an object store, or both: what the server was told of
            there = tuple(one for one in (self.directory, self.objects) if one is not None)
            for each in there or (None,):
                yield Wanted("directory", _label(each, "directory"), each)


def places_from(settings: Settings, clock: Callable[[], datetime]) -> Places:
    """Make the places that the settings name; nothing is reached yet.

    Raises:
        SettingsError: an address, key or file cannot be used.
    """
    return Places(
        _timestamp(settings),
        _mail(settings, clock),
        _directory(settings, clock),
        _objects(settings, clock),
        _witnesses(settings),
    )


def witness_place(vkey: str) -> str:
    """Give the label of a witness, of whatever a policy calls its key."""
    try:
        return witness_label(vkey)
    except ValueError:
        return "unknown"


def _label(anchor: Anchor | None, otherwise: str) -> str:
    return anchor.place if anchor is not None else otherwise


def _timestamp(settings: Settings) -> Anchor | None:
    if settings.tsa_url is None:
        return None
    try:
        roots = load_roots(Path(settings.tsa_ca).read_bytes()) if settings.tsa_ca is not None else ()
    except (OSError, ValueError):
        raise SettingsError("SCEAU_TSA_CA", "a file of PEM certificates is needed") from None
    try:
        return TimestampAnchor(settings.tsa_url, roots)
    except ValueError as error:
        raise SettingsError("SCEAU_TSA_URL", str(error)) from None


def _mail(settings: Settings, clock: Callable[[], datetime]) -> Anchor | None:
    if settings.anchor_mail is None:
        return None  # the server and the sender serve messages alone
    if settings.mail_url is None or settings.smtp_from is None:
        raise SettingsError("SCEAU_SMTP, SCEAU_SMTP_FROM, SCEAU_ANCHOR_MAIL", "all three are needed")
    try:
        return MailAnchor(Post.parse(settings.mail_url), settings.smtp_from, settings.anchor_mail, clock)
    except ValueError as error:
        raise SettingsError("SCEAU_SMTP, SCEAU_SMTP_FROM, SCEAU_ANCHOR_MAIL", str(error)) from None


def _directory(settings: Settings, clock: Callable[[], datetime]) -> Anchor | None:
    folder = settings.anchor_directory
    return None if folder is None else DirectoryAnchor(Path(folder), clock)


def _objects(settings: Settings, clock: Callable[[], datetime]) -> Anchor | None:
    if settings.anchor_put_url is None:
        return None
    try:
        return ObjectStoreAnchor(settings.anchor_put_url, clock, settings.anchor_put_authorization)
    except ValueError as error:
        raise SettingsError("SCEAU_ANCHOR_PUT_URL, SCEAU_ANCHOR_PUT_AUTHORIZATION", str(error)) from None


def _witnesses(settings: Settings) -> Mapping[str, Anchor]:
    found: dict[str, Anchor] = {}
    for each in (settings.witnesses or "").split(","):
        words = each.split()
        if not words:
            continue
        try:
            url, vkey = words
            found[vkey] = WitnessAnchor(url, vkey)
        except ValueError:
            raise SettingsError("SCEAU_WITNESSES", "URL and verifier key, separated by commas, are needed") from None
    return found
