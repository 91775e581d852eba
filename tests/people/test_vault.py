"""Secrets at rest: what opens them, and what does not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.vault import Vault
from ledger.shell.errors import KeyMissing
from ledger.shell.keys import KeyStore

LEDGER, OTHER = "11111111-1111-8111-8111-111111111111", "22222222-2222-8222-8222-222222222222"
PASSPHRASE = b"correct horse battery staple"


def keys_with(folder: Path, *ledgers: str, passphrase: bytes | None = None) -> KeyStore:
    keys = KeyStore(folder, passphrase)
    for ledger in ledgers:
        keys.adopt(keys.make("training", "sceau.example"), ledger, "0" * 64)
    return keys


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyStore:
    return keys_with(tmp_path_factory.mktemp("vault") / "keys", LEDGER, OTHER)


@given(st.binary(max_size=500), st.text(max_size=20), st.text(max_size=20))
def test_what_is_closed_opens_again(keys: KeyStore, plain: bytes, purpose: str, name: str) -> None:
    for vault in (Vault(keys, LEDGER), Vault.of_server(keys)):
        sealed = vault.close(purpose, name, plain)
        assert len(sealed) == len(plain) + 29
        assert vault.open(purpose, name, sealed) == plain


def test_a_secret_opens_under_its_own_ledger_purpose_and_name_alone(keys: KeyStore) -> None:
    sealed = Vault(keys, LEDGER).close("provider", "stripe", b"sk_live")
    Vault(keys, OTHER).close("provider", "stripe", b"so that the other has a key")
    Vault.of_server(keys).close("provider", "stripe", b"and the server too")
    for vault, purpose, name in (
        (Vault(keys, OTHER), "provider", "stripe"),
        (Vault.of_server(keys), "provider", "stripe"),
        (Vault(keys, LEDGER), "outbox", "stripe"),
        (Vault(keys, LEDGER), "provider", "other"),
        (Vault(keys, LEDGER), "provider\nstripe", ""),
    ):
        with pytest.raises(KeyMissing) as told:
            vault.open(purpose, name, sealed)
        assert "stripe" not in str(told.value) or "stripe" in purpose


def test_a_changed_or_cut_secret_does_not_open(keys: KeyStore) -> None:
    vault = Vault(keys, LEDGER)
    sealed = vault.close("provider", "stripe", b"sk_live")
    for at in range(len(sealed)):
        bent = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        for wrong in (bent, sealed[:at]):
            with pytest.raises(KeyMissing):
                vault.open("provider", "stripe", wrong)


def test_one_secret_closed_twice_looks_different(keys: KeyStore) -> None:
    vault = Vault(keys, LEDGER)
    assert vault.close("p", "n", b"x") != vault.close("p", "n", b"x")


def test_without_the_key_nothing_opens_and_no_key_is_made(keys: KeyStore, tmp_path: Path) -> None:
    sealed = Vault(keys, LEDGER).close("p", "n", b"x")
    elsewhere = keys_with(tmp_path / "keys", LEDGER)
    with pytest.raises(KeyMissing):
        Vault(elsewhere, LEDGER).open("p", "n", sealed)
    assert elsewhere.other_key(LEDGER, "vault.pem") is None
    with pytest.raises(KeyMissing):
        Vault.of_server(elsewhere).open("p", "n", sealed)
    assert not (tmp_path / "keys" / "server.pem").exists()


def test_a_ledger_whose_keys_are_not_here_has_no_vault(keys: KeyStore) -> None:
    with pytest.raises(KeyMissing):
        Vault(keys, "33333333-3333-8333-8333-333333333333").close("p", "n", b"x")


def test_another_process_opens_what_this_one_closed(tmp_path: Path) -> None:
    sealed = Vault(keys_with(tmp_path / "keys", LEDGER, passphrase=PASSPHRASE), LEDGER).close("p", "n", b"x")
    assert Vault(KeyStore(tmp_path / "keys", PASSPHRASE), LEDGER).open("p", "n", sealed) == b"x"
    with pytest.raises(KeyMissing):
        Vault(KeyStore(tmp_path / "keys", b"another passphrase"), LEDGER).open("p", "n", sealed)


def test_many_who_need_the_server_s_key_at_once_have_one(tmp_path: Path) -> None:
    def sealed(_: int) -> bytes:
        return Vault.of_server(KeyStore(tmp_path / "keys", PASSPHRASE)).close("p", "n", b"x")

    with ThreadPoolExecutor(8) as pool:
        closed = list(pool.map(sealed, range(8)))
    last = Vault.of_server(KeyStore(tmp_path / "keys", PASSPHRASE))
    assert {last.open("p", "n", one) for one in closed} == {b"x"}
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == ["server.pem"]


def test_the_server_s_key_is_private_and_is_encrypted_once_there_is_a_passphrase(tmp_path: Path) -> None:
    sealed = Vault.of_server(KeyStore(tmp_path / "keys")).close("p", "n", b"x")
    file = tmp_path / "keys" / "server.pem"
    assert file.stat().st_mode & 0o777 == 0o600
    assert b"ENCRYPTED" not in file.read_bytes()
    assert Vault.of_server(KeyStore(tmp_path / "keys", PASSPHRASE)).open("p", "n", sealed) == b"x"
    assert b"ENCRYPTED" in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(KeyMissing):
        Vault.of_server(KeyStore(tmp_path / "keys")).open("p", "n", sealed)


def test_a_subkey_is_the_same_in_every_process_and_another_for_each_purpose(keys: KeyStore) -> None:
    one, other = Vault.of_server(keys), Vault.of_server(keys)
    assert one.subkey("limits") == other.subkey("limits")
    assert one.subkey("limits") != one.subkey("devices")
    assert one.subkey("limits") != Vault(keys, LEDGER).subkey("limits")
