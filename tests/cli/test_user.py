"""`sceau user`: every verb."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from api.people.access import people_of
from api.people.records import SignedIn
from ledger.domain.refusals import Refusal
from ledger.shell.keys import KeyStore
from ledger.shell.service import Service
from ledger.shell.stores.open import open_store
from tests.cli.running import environment, sceau, told

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "le chat dort sur l'établi"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "profile.json").write_text(sceau(tmp_path, "init", "--template").stdout)
    opened = sceau(tmp_path, "init", "shop", "--training", "--profile", "profile.json")
    assert opened.returncode == 0, opened.stderr
    return tmp_path


def service_of(folder: Path) -> Service:
    return Service(open_store(f"sqlite:///{folder}/var/sceau.db"), KeyStore(folder / "var" / "keys"))


def choose(folder: Path, link: str) -> None:
    with service_of(folder) as service:
        chosen = people_of(service).choose_password(link.rpartition("/")[2], PASSWORD, address="192.0.2.7")
        assert not isinstance(chosen, Refusal), chosen


def test_an_owner_is_added_chooses_a_password_and_signs_in(shop: Path) -> None:
    made = told(shop, "user", "add", "--owner", "--ledger", "shop", "--email", "Ada@example.com", "--name", "Ada")
    assert made["link"].startswith("http://127.0.0.1:8000/welcome/")
    choose(shop, made["link"])
    with service_of(shop) as service:
        people = people_of(service)
        found = people.sign_in("ada@example.com", PASSWORD, address="192.0.2.7")
        assert isinstance(found, SignedIn)
        session = people.session(found.token)
        assert session is not None
        assert set(session.roles.values()) == {"owner"}
    listed = told(shop, "user", "list")["users"]
    assert [(one["email"], one["state"], one["second_factor"]) for one in listed] == [
        ("ada@example.com", "active", False)
    ]
    assert listed[0]["roles"] == [{"ledger": "shop", "role": "owner", "until": None}]
    shown = sceau(shop, "user", "list").stdout
    assert "shop: owner" in shown
    assert sceau(shop, "verify").returncode == 0


def test_roles_are_given_and_taken_and_the_last_owner_stays(shop: Path) -> None:
    told(shop, "user", "add", "--owner", "--ledger", "shop", "--email", "ada@example.com", "--name", "Ada")
    told(shop, "user", "add", "--ledger", "shop", "--role", "auditor", "--until", "2099-01-31", "--email",
         "bob@example.com", "--name", "Bob")  # fmt: skip
    bob = told(shop, "user", "list")["users"][1]
    assert bob["roles"] == [{"ledger": "shop", "role": "auditor", "until": "2099-01-31T00:00:00.000000Z"}]
    assert bob["state"] == "invited"
    stays = sceau(shop, "user", "remove", "ada@example.com", "--ledger", "shop")
    assert (stays.returncode, "LAST_OWNER" in stays.stderr) == (1, True)
    given = sceau(shop, "user", "role", "bob@example.com", "--ledger", "shop", "--role", "owner")
    assert given.returncode == 0, given.stderr
    assert sceau(shop, "user", "remove", "ada@example.com", "--ledger", "shop").returncode == 0
    assert sceau(shop, "user", "sign-out", bob["user"]).stdout.startswith("0 sessions")
    assert sceau(shop, "user", "drop-totp", "bob@example.com").returncode == 0
    assert sceau(shop, "user", "close", "ada@example.com", "--forget").returncode == 0
    assert "ada@" not in sceau(shop, "user", "list").stdout
    late = sceau(shop, "user", "role", "bob@example.com", "--ledger", "shop", "--role", "auditor", "--until",
                 "2020-01-01")  # fmt: skip
    assert "UNTIL_PAST" in late.stderr


def test_a_new_link_ends_the_one_before(shop: Path) -> None:
    made = told(shop, "user", "add", "--email", "ada@example.com", "--name", "Ada")
    again = told(shop, "user", "link", "ada@example.com")
    with service_of(shop) as service:
        old = people_of(service).choose_password(made["link"].rpartition("/")[2], PASSWORD, address="192.0.2.7")
        assert isinstance(old, Refusal)
    choose(shop, again["link"])


def test_the_address_of_the_first_run_is_printed_while_nobody_can_sign_in(tmp_path: Path) -> None:
    printed = sceau(tmp_path, "user", "first", SCEAU_PUBLIC_URL="https://sceau.example")
    assert printed.returncode == 0, printed.stderr
    assert printed.stdout.startswith("https://sceau.example/welcome/")
    told(tmp_path, "user", "add", "--email", "ada@example.com", "--name", "Ada")
    refused = sceau(tmp_path, "user", "first")
    assert refused.returncode == 1
    assert "an owner invites others" in refused.stderr


def test_what_cannot_be_is_said_in_words(shop: Path) -> None:
    assert "EMAIL_MALFORMED" in sceau(shop, "user", "add", "--email", "ada", "--name", "Ada").stderr
    assert "no ledger named" in sceau(
        shop, "user", "add", "--email", "a@example.com", "--name", "A", "--ledger", "none"
    ).stderr  # fmt: skip
    assert told(shop, "user", "list")["users"] == []
    assert "nobody has that address" in sceau(shop, "user", "link", "ada@example.com").stderr


def test_a_server_where_nobody_can_sign_in_prints_the_address_of_the_first_run(tmp_path: Path) -> None:
    assert sceau(tmp_path, "migrate").returncode == 0
    command = [sys.executable, "-c", "from api.cli import main; main()", "serve", "--port", "0"]
    running = subprocess.Popen(
        command, cwd=tmp_path, env=environment(tmp_path, PYTHONPATH=str(ROOT)), stderr=subprocess.PIPE, text=True
    )
    try:
        assert running.stderr is not None
        said = next(line for line in running.stderr if "/welcome/" in line)
        address = re.search(r"http://127.0.0.1:[0-9]+/welcome/[A-Za-z0-9_-]{43}", said)
        assert address is not None, said
        assert "Bienvenue" in httpx.get(address[0], headers={"Accept-Language": "fr"}).text
    finally:
        running.terminate()
        running.communicate(timeout=60)
    told(tmp_path, "user", "add", "--email", "ada@example.com", "--name", "Ada")
    with service_of(tmp_path) as service:
        assert people_of(service).first_letter() is None
