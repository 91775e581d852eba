"""What is attacked: the same business on each kind of store, and its archives; made once for the whole run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive import reading
from archive.creation import Made
from archive.proving import Proof, prove
from tests.anchors.authority import Authority
from tests.archive import samples
from tests.attacks.archives import Kit
from tests.attacks.scene import Scene, build, copied
from tests.stores.servers import Server


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with Authority(tmp_path_factory.mktemp("authority")) as made:
        yield made


@pytest.fixture(scope="session")
def scenes(
    authority: Authority, postgres_server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Scene]]:
    folder: Path = tmp_path_factory.mktemp("scenes")
    with postgres_server.database() as url:
        urls = {"sqlite": f"sqlite:///{folder / 'sceau.db'}", "memory": "memory:", "postgresql": url}
        made = {kind: build(each, folder / kind, authority) for kind, each in urls.items()}
        yield made
        for scene in made.values():
            scene.store.close()


@pytest.fixture
def scene(request: pytest.FixtureRequest, scenes: dict[str, Scene], tmp_path: Path) -> Iterator[Scene]:
    """The business on the store that the test names, for an attack to ruin."""
    sound = scenes[request.param]
    if request.param == "sqlite":
        own = copied(sound, tmp_path)
        yield own
        own.store.close()
    else:
        yield sound
        sound.restore()


@pytest.fixture(scope="session")
def kit(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Kit:
    """Two stamped archives and proofs of one business, the same of another."""
    folder: Path = tmp_path_factory.mktemp("kit")

    def stamp(signature: bytes) -> bytes:
        return authority.reply(authority.query(signature))

    def keep(it: samples.Sample, period: str, out: Path) -> Made:
        made = it.archive(period, out=out / f"{period}.zip", stamp=stamp)
        assert reading.open_private(it.service, made.private, out / f"{period}.names.zip", made.path) is None
        return made

    def proof(it: samples.Sample, number: str, out: Path) -> None:
        found = prove(it.service, it.ledger, number, with_names=True)
        assert isinstance(found, Proof)
        out.write_bytes(found.data)

    with samples.sample(folder / "ledger") as it:
        samples.sell_november(it)
        made = keep(it, "2026-11", folder)
        samples.sell_december(it)
        keep(it, "2026-12", folder)
        for number in ("F-00002", "F-00003"):
            proof(it, number, folder / f"{number}.proof.json")
        line = next(one for one in it.store.lines(it.ledger) if b'"number":"F-00002"' in one.line)
        genesis = it.genesis
    (folder / "other").mkdir()
    with samples.sample(folder / "other-ledger") as it:
        samples.sell_november(it)
        keep(it, "2026-11", folder / "other")
        proof(it, "F-00002", folder / "other.proof.json")
    printed = "F-00002", line.fingerprint
    return Kit(folder, genesis, made.said["archive_key"], authority, printed, folder / "other" / "2026-11.zip")
