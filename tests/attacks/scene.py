"""The ledger under attack: a business in the present, closed, anchored by a real authority and a real witness.

After the anchors, the business goes on: what it sells then is the span that nothing outside covers yet. What the
defender holds was taken at the time and lies in a folder of its own.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, LiteralString
from zoneinfo import ZoneInfo

import psycopg

from api.cli.anchor import anchor_file
from api.demo import play_sale
from api.evidence import evidence_from
from api.jobs.anchoring import Anchoring
from api.jobs.checkpointing import take_checkpoint
from api.jobs.places import Places
from api.settings import Settings
from archive.anchors.evidence import anchor_of_file
from archive.anchors.timestamp import TimestampAnchor
from archive.anchors.witness import WitnessAnchor
from ledger.domain.commands.common import Command
from ledger.domain.commands.parties import SetAnchorPolicy
from ledger.domain.events.ledger import AnchorPolicy
from ledger.kernel import audit
from ledger.shell.checkpoints import verifier_key
from ledger.shell.keys import KeyStore
from ledger.shell.migrate import sqlite_path
from ledger.shell.service import Service
from ledger.shell.store import Store
from ledger.shell.stores.open import open_store
from ledger.shell.verification import verify_ledger
from tests.anchors.authority import Authority
from tests.attacks.rows import EvidenceName
from tests.cli.running import sceau
from tests.jobs.server import witness_of
from tests.shell.attacker import Place, Rows
from tests.shell.business import PASSPHRASE, HandClock, answered, invoice, opened, service_over

NAME = "atelier"


@dataclass(frozen=True)
class Kept:
    """What the defender holds: files that no attacker can reach."""

    folder: Path
    vkey: str  # of the witness
    size: int  # of the anchored checkpoint

    @property
    def checkpoint(self) -> Path:
        return self.folder / "checkpoint.txt"

    @property
    def authority(self) -> Path:
        return self.folder / "authority.pem"

    @property
    def anchors(self) -> list[Path]:
        return sorted(self.folder.glob("anchor-*.json"))


@dataclass
class Scene(Place):
    """The place that is attacked, and what is held against the attacker."""

    kept: Kept
    clock: HandClock
    folder: Path
    authority: Authority
    extra: list[Path] = field(default_factory=list)  # checkpoints that auditors hold

    @property
    def size(self) -> int:
        """How many entries the anchors cover."""
        return self.kept.size

    def restore(self) -> None:
        """Put everything back as it was, for the next attack on the same database."""
        if self.kind == "postgresql":
            with psycopg.connect(self.url) as connection:
                if connection.execute("SELECT to_regclass('entries_before')").fetchone() != (None,):
                    connection.execute("DROP TABLE entries")
                    connection.execute("ALTER TABLE entries_before RENAME TO entries")
        self.write(self.sound)
        self.extra.clear()

    def serve(self) -> Service:
        """The software, over whatever the store and the keys are now."""
        return service_over(open_store(self.url), self.keys.root, self.clock, delay=0)

    def sql(self, *statements: LiteralString) -> None:
        """Run statements as who owns the database, past its triggers, which stay away."""
        with self.connected() as run:
            for statement in statements:
                run(statement)

    @contextmanager
    def connected(self) -> Iterator[Callable[[LiteralString], Any]]:
        """The database without its triggers, for statements of both dialects."""
        if self.kind == "sqlite":
            with sqlite3.connect(sqlite_path(self.url), isolation_level=None) as database:
                for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
                    database.execute(f"DROP TRIGGER {name}")
                yield database.execute
            database.close()
        else:
            with psycopg.connect(self.url) as connection:
                connection.execute("SET session_replication_role = replica")
                yield connection.execute


class Present(HandClock):
    """Two days ago, by a clock that is so many minutes late; a test lets time pass."""

    def __init__(self, late_minutes: int) -> None:
        super().__init__(datetime.now(UTC) - timedelta(days=2, minutes=late_minutes))


def build(url: str, folder: Path, authority: Authority, late_minutes: int = 0) -> Scene:
    """Play the business over a store; its states on the way are kept as `opened` and `anchored` where it is a file."""
    folder.mkdir(parents=True, exist_ok=True)
    clock = Present(late_minutes)
    store = open_store(url, create=url != "memory:")
    keys = folder / "keys"
    service = service_over(store, keys, clock, delay=0)
    try:
        made = opened(service, NAME)
        ledger = made.row.ledger
        backup(url, folder, "opened")

        def play(command: Command) -> dict[str, Any]:
            return dict(answered(service.execute(ledger, command)).result)

        def fingerprint(stream: str, version: int) -> str:
            return next(line.fingerprint for line in store.stream(ledger, stream, gt=version - 1, lte=version))

        play_sale(play, fingerprint, clock.wall.astimezone(ZoneInfo("Europe/Paris")).date().isoformat())
        for _ in range(2):
            clock.pass_by(timedelta(days=1))
            service.close_due(ledger)
            play(invoice())
        kept = _anchored(service, store, ledger, clock, folder, authority)
        backup(url, folder, "anchored")
        for _ in range(3):
            play(invoice())
    finally:
        service.stop()
    return Scene(url, store, KeyStore(keys, PASSPHRASE), ledger, made.genesis, kept, clock, folder, authority)


def _anchored(
    service: Service, store: Store, ledger: str, clock: HandClock, folder: Path, authority: Authority
) -> Kept:
    """Have a checkpoint stamped and cosigned, and take copies of both away."""
    outside = folder / "outside"
    outside.mkdir()
    key = verifier_key(audit.opening(next(store.lines(ledger, 0, 1)).line))
    with witness_of(folder / "witness", key) as (url, vkey, _):
        answered(service.execute(ledger, SetAnchorPolicy(anchors=AnchorPolicy(timestamp=True, witnesses=(vkey,)))))
        places = Places(timestamp=TimestampAnchor(authority.url), witnesses={vkey: WitnessAnchor(url, vkey)})
        size = take_checkpoint(service, ledger, "asked").size
        outcomes = Anchoring(service, places, clock.now).place(ledger)
        assert [one.cause for one in outcomes] == [None, None]
    kept = store.last_checkpoint(ledger)
    assert kept is not None
    (outside / "checkpoint.txt").write_bytes(kept.note)
    (outside / "authority.pem").write_bytes(authority.root)
    for number, row in enumerate(store.anchors(ledger)):
        (outside / f"anchor-{number}.json").write_bytes(anchor_file(row, kept.note))
    return Kept(outside, vkey, size)


def backup(url: str, folder: Path, name: str) -> None:
    """A copy of the database file and of the keys, as anybody with both can make."""
    if url.startswith("sqlite:"):
        (folder / name).mkdir()
        with sqlite3.connect(sqlite_path(url)) as source, sqlite3.connect(folder / name / "sceau.db") as target:
            source.backup(target)
        source.close()
        target.close()
        shutil.copytree(folder / "keys", folder / name / "keys")


def copied(scene: Scene, folder: Path) -> Scene:
    """The same business in files of its own, for an attack to ruin."""
    database, keys = folder / "sceau.db", folder / "keys"
    with sqlite3.connect(sqlite_path(scene.url)) as source, sqlite3.connect(database) as target:
        source.backup(target)
    source.close()
    target.close()
    shutil.copytree(scene.keys.root, keys)
    url = f"sqlite:///{database}"
    clock = HandClock(scene.clock.wall)
    store, own = open_store(url), KeyStore(keys, PASSPHRASE)
    return Scene(url, store, own, scene.ledger, scene.genesis, scene.kept, clock, scene.folder, scene.authority)


@dataclass(frozen=True)
class Told:
    """What a verifier said."""

    verdict: dict[str, Any]
    words: str
    returncode: int

    @property
    def ok(self) -> bool:
        return bool(self.verdict["ok"])

    @property
    def codes(self) -> list[str]:
        return [one["code"] for one in self.verdict["findings"]]

    def first(self, codes: Sequence[str]) -> int:
        """The first place that findings of these codes name, 0 for none."""
        return min((one["seq"] for one in self.verdict["findings"] if one["seq"] and one["code"] in codes), default=0)


def verified(scene: Scene, evidence: Sequence[EvidenceName], folder: Path) -> Told:
    """What `sceau verify` says to somebody with this evidence."""
    if scene.kind == "memory":
        return _in_memory(scene, evidence)
    words = ["verify", scene.url, "--processes", "1"]
    if not {"register", "keys"} & set(evidence):
        words += ["--ledger", NAME]
    words += ["--register"] if "register" in evidence else []
    words += ["--pin", scene.genesis] if "pin" in evidence else []
    for path in _checkpoints(scene, evidence):
        words += ["--checkpoint", str(path)]
    if "anchors" in evidence:
        words += ["--tsa-ca", str(scene.kept.authority), "--witness", scene.kept.vkey]
        for path in scene.kept.anchors:
            words += ["--anchor", str(path)]
    none = folder / "no-keys"
    none.mkdir(exist_ok=True)
    keys = scene.keys.root if {"mark", "register", "keys"} & set(evidence) else none
    run = sceau(folder, *words, "--json", SCEAU_KEYS=str(keys))
    assert run.returncode in (0, 1), run.stderr or run.stdout
    verdict, said = json.loads(run.stdout), ""
    if scene.kind == "sqlite":  # the words are made of the verdict alone: once is enough
        shown = sceau(folder, *words, SCEAU_KEYS=str(keys))
        assert shown.returncode == run.returncode
        said = shown.stdout
    if "findings" not in verdict:
        missing = [{"code": "ledger_missing", "seq": one["sealed_until"]} for one in verdict["missing"]]
        verdict["findings"] = verdict["register"] if "register" in evidence else missing
    return Told(verdict, said, run.returncode)


def _checkpoints(scene: Scene, evidence: Sequence[EvidenceName]) -> list[Path]:
    return [*([scene.kept.checkpoint] if "checkpoint" in evidence else []), *scene.extra]


def _in_memory(scene: Scene, evidence: Sequence[EvidenceName]) -> Told:
    outside = "anchors" in evidence
    settings = Settings(
        tsa_ca=str(scene.kept.authority) if outside else None, witnesses=f"- {scene.kept.vkey}" if outside else None
    )
    given = [anchor_of_file(path.read_bytes()) for path in scene.kept.anchors] if outside else []
    found = verify_ledger(
        scene.url,
        scene.store,
        scene.keys if "mark" in evidence else None,
        scene.ledger,
        pin=scene.genesis if "pin" in evidence else None,
        notes=[path.read_bytes() for path in _checkpoints(scene, evidence)],
        evidence=evidence_from(settings, scene.store, scene.ledger, given),
    )
    return Told(json.loads(json.dumps(found.as_json())), "", 0 if found.ok else 1)


def rows_attack(change: Callable[[Rows, Place], tuple[str, int]]) -> Callable[[Scene], int]:
    """An attack on rows, written into the store; gives the first bad entry."""

    def attack(scene: Scene) -> int:
        rows = scene.copy()
        _, seq = change(rows, scene)
        scene.write(rows)
        return seq

    return attack
