"""Rate limits: how often, until when, and that they name nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.people.limits import LINK_OPENED, Limits, Rate, network_of
from api.vault import Vault
from ledger.shell.keys import KeyStore
from ledger.shell.people_memory import MemoryPeople
from ledger.shell.stores.open import open_store

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
RATE = Rate("test", 3, 10)


class Now:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    return Vault.of_server(KeyStore(tmp_path_factory.mktemp("limits") / "keys"))


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def limits(vault: Vault, now: Now) -> Limits:
    return Limits(MemoryPeople(), vault, now)


def test_the_wait_that_is_told_is_the_wait_there_is(limits: Limits, now: Now) -> None:
    assert [limits.take(RATE, "ada") for _ in range(4)] == [0, 0, 0, 10]
    now.at += timedelta(seconds=4)
    assert limits.take(RATE, "ada") == 6
    now.at += timedelta(seconds=5, milliseconds=500)
    assert limits.take(RATE, "ada") == 1
    now.at += timedelta(milliseconds=500)
    assert limits.take(RATE, "ada") == 0


def test_each_has_a_bucket_of_their_own_for_each_rate(limits: Limits) -> None:
    for _ in range(3):
        limits.take(RATE, "ada")
    assert limits.take(RATE, "ada")
    assert limits.take(RATE, "bob") == 0
    assert limits.take(RATE, "a", "da") == 0
    assert limits.take(Rate("other", 3, 10), "ada") == 0


def test_a_right_try_gives_all_back(limits: Limits) -> None:
    for _ in range(4):
        limits.take(RATE, "ada")
    limits.forget(RATE, "ada")
    assert limits.take(RATE, "ada") == 0


def test_a_full_bucket_is_forgotten(limits: Limits, now: Now) -> None:
    limits.take(RATE, "ada")
    assert limits.tidy() == 0
    now.at += timedelta(seconds=10)
    assert limits.tidy() == 1


@given(st.lists(st.integers(0, 40), max_size=60))
def test_over_any_time_no_more_pass_than_the_rate_allows(vault: Vault, gaps: list[int]) -> None:
    now = Now()
    limits = Limits(MemoryPeople(), vault, now)
    passed: list[datetime] = []
    for gap in gaps:
        now.at += timedelta(seconds=gap / 2)
        if limits.take(RATE, "ada") == 0:
            passed.append(now.at)
    for first in range(len(passed)):
        for last in range(first, len(passed)):
            seconds = (passed[last] - passed[first]).total_seconds()
            assert last - first + 1 <= RATE.capacity + seconds / RATE.seconds


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]))


def test_two_processes_share_one_limit_and_the_table_names_nobody(url: str, tmp_path: Path, now: Now) -> None:
    one, other = open_store(url, create=True), open_store(url)
    first = Limits(one.side().people(), Vault.of_server(KeyStore(tmp_path / "keys")), now)
    second = Limits(other.side().people(), Vault.of_server(KeyStore(tmp_path / "keys")), now)
    assert [first.take(RATE, "ada@example.com"), second.take(RATE, "ada@example.com")] == [0, 0]
    assert first.take(RATE, "ada@example.com") == 0
    assert second.take(RATE, "ada@example.com") == 10
    rows, _ = one.side().people()._run("SELECT bucket FROM rate_limits", ())  # type: ignore[attr-defined] # of SQL stores
    assert len(rows) == 1
    assert not any(part in str(rows) for part in ("ada@", "example", "."))  # three letters may stand in a digest
    one.close()
    other.close()


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002"),
        ("2001:db8:1:2::9", "2001:0db8:0001:0002"),
        ("fe80::1%eth0", "fe80:0000:0000:0000"),
        ("", "unknown"),
        ("somewhere", "unknown"),
    ],
)
def test_a_subscriber_is_one_address_or_one_network(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_link_may_be_opened_as_often_as_a_person_would(limits: Limits) -> None:
    assert [limits.take(LINK_OPENED, "192.0.2.7") for _ in range(60)] == [0] * 60
    assert limits.take(LINK_OPENED, "192.0.2.7") > 0
