"""From nothing to an open business, by the pages alone."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from ledger.domain.streams.access import ACCESS
from ledger.domain.streams.issuer import ISSUER
from ledger.shell.errors import Unavailable
from ledger.shell.verification import verify_ledger
from tests.pages.people.walk import PASSWORD, Street, csrf, street


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Street]:
    with street(tmp_path) as found:
        yield found


BUSINESS = {
    "siren": "732 829 320", "legal_form": "SARL", "name": "Menuiserie du Frêne", "lines": "1 rue du Frêne",
    "postcode": "35000", "city": "Rennes", "capital": "8 000 €", "trade_register": "RCS Rennes 732 829 320",
    "vat_regime": "normal_quarterly", "price_basis": "gross", "main_activity": "services", "year_start": "01/10",
}  # fmt: skip
PAPERS = {
    "iban": "FR76 3000 6000 0112 3456 7890 189", "payment_days": "30",
    "mediator": "Médiateur Exemple, 75001 Paris, mediateur.example.fr", "prefix_quote": "DEV-", "prefix_invoice": "F-",
    "prefix_credit_note": "A-",
}  # fmt: skip


def logo() -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 20), "#1f4e79").save(out, "PNG")
    return out.getvalue()


def test_nobody_comes_in_before_the_printed_address_is_opened(town: Street) -> None:
    stranger = town.walker()
    page = stranger.get("/")
    assert page.url.path == "/sign-in"
    assert "sceau user first" in page.text
    for path in ("/start", "/account", "/desk/atelier"):
        assert stranger.get(path).url.path == "/sign-in"
    assert stranger.get("/welcome/guess").status_code == 409
    assert "Ce lien ne marche plus" in stranger.get("/welcome/guess").text


def test_the_first_owner_tries_an_invented_business_at_once(town: Street) -> None:
    walker, name = town.training()
    service = town.served.service
    row = service.find(name)
    assert (row.name, row.kind) == ("essai", "training")
    session = next(iter(town.people.store.users()))
    access = service.state(row.ledger, ACCESS, "self")
    assert access is not None
    assert access.grants[f"user:{session.user}"].role == "owner"
    backup = walker.get(f"/desk/{name}/backup")
    assert "Votre premier devis" in backup.text
    assert f"/desk/{name}/quotes/new" in backup.text
    assert walker.get("/").url.path == f"/desk/{name}"
    assert walker.send("/start", {"csrf": csrf(walker), "kind": "invented"}).url.path == "/desk/essai-2/backup"


def test_the_address_of_the_first_run_works_once(town: Street) -> None:
    path = town.first()
    page = town.walker().get(path)
    town.owner()
    late = town.walker().fill(page, None, email="eve@example.com", name="Eve", language="fr", password=PASSWORD)
    assert late.status_code == 409
    assert len(town.people.store.users()) == 1


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(town: Street) -> None:
    walker = town.walker()
    page = walker.get(town.first())
    answer = walker.fill(page, None, email="ada", name="Ada", language="fr", password="motdepasse")
    assert answer.status_code == 422
    assert 'aria-describedby="w-email' in answer.text
    assert 'value="Ada"' in answer.text
    assert "motdepasse" not in answer.text


def test_a_live_business_is_opened_with_its_mentions_logo_and_numbers_and_its_key_taken_away(town: Street) -> None:
    walker = town.owner()
    started = walker.get("/start")
    assert "Essayer tout de suite" in started.text
    business = walker.send("/start", {"csrf": csrf(walker), "kind": "live"})
    assert business.url.path == "/start/business"
    wrong = walker.fill(business, "/start/business", **{**BUSINESS, "siren": "732829321"})
    assert wrong.status_code == 422
    assert "w-siren" in wrong.text
    missing = walker.fill(wrong, "/start/business", **{**BUSINESS, "capital": ""})
    assert "R123-238" in missing.text
    assert "w-capital" in missing.text
    papers = walker.fill(missing, "/start/business", **BUSINESS)
    assert papers.url.path == "/start/papers", papers.text
    typed_wrong = walker.fill(papers, "/start/papers", **{**PAPERS, "iban": "FR7630006000011234567890188"},
                              files={"logo": ("logo.png", b"<svg>", "image/png")})  # fmt: skip
    assert typed_wrong.status_code == 422
    assert "w-logo" in typed_wrong.text
    wrong_key = walker.fill(typed_wrong, "/start/papers", **{**PAPERS, "iban": "FR7630006000011234567890188"},
                            files={"logo": ("logo.png", logo(), "image/png")})  # fmt: skip
    assert "w-iban" in wrong_key.text
    keys = walker.fill(wrong_key, "/start/papers", **PAPERS, files={"logo": ("logo.png", logo(), "image/png")})
    assert keys.url.path == "/start/keys", keys.text
    assert "FR44732829320" in keys.text  # derived from the SIREN
    assert "second facteur" in keys.text
    assert 'action="/start/keys"' not in keys.text
    walker.enrol(town.clock)
    keys = walker.get("/start/keys")
    assert 'value="menuiserie-du-frene"' in keys.text
    before = walker.client.cookies["sceau"]
    backup = walker.fill(keys, "/start/keys")
    assert backup.url.path == "/desk/menuiserie-du-frene/backup", backup.text
    assert walker.client.cookies["sceau"] != before  # a session that may more has another token

    service = town.served.service
    row = service.find("menuiserie-du-frene")
    register = service.register(row.ledger)
    assert (row.kind, register.year_start) == ("live", "10-01")
    state = service.state(row.ledger, ISSUER, "self")
    assert state is not None
    assert state.profile is not None
    assert state.profile.details is not None
    assert state.profile.details.vat_number == "FR44732829320"
    assert state.profile.details.iban == "FR7630006000011234567890189"
    assert state.brand is not None
    assert state.brand.logo is not None
    prefixes = {
        event.record.use: event.record.prefix for event in service.entries(row.ledger, types=("series.opened/1",))
    }
    assert (prefixes["quote"], prefixes["invoice"], prefixes["credit_note"]) == ("DEV-", "F-", "A-")

    facts = service.keys.facts(row.ledger)
    assert facts.genesis in backup.text
    assert facts.recovery_key in backup.text
    away = "/desk/menuiserie-du-frene/backup/away"
    other = walker.fill(backup, away, files={"file": ("key.pem", b"another", "application/x-pem-file")})
    assert "clé de secours de ce registre" in other.text
    file = walker.fill(backup, "/desk/menuiserie-du-frene/backup/key")
    assert file.headers["content-disposition"].startswith("attachment")
    assert b"ENCRYPTED PRIVATE KEY" in file.content
    done = walker.fill(backup, away, files={"file": ("key.pem", file.content, "application/x-pem-file")})
    assert "plus sur le serveur" in done.text
    folder = service.keys.root / row.ledger
    assert list(folder.glob("MOVE-AWAY*")) == []
    kept = folder.parent.parent / "kept.pem"
    kept.write_bytes(file.content)
    assert service.keys.recovery_signer(kept).key_id == facts.recovery_key
    verdict = verify_ledger(town.served.settings.store, service.store, service.keys, row.ledger, pin=facts.genesis)
    assert verdict.ok, verdict


def test_what_was_typed_waits_encrypted_and_goes_when_the_business_is_open(town: Street) -> None:
    walker = town.owner()
    walker.send("/start", {"csrf": csrf(walker), "kind": "training"})
    page = walker.get("/start/business?fill=fill")
    assert "123456782" in page.text
    walker.fill(page, "/start/business")
    user = town.people.store.users()[0].user
    assert town.people.draft(user)["siren"] == "123456782"
    rows, _ = town.people.store._run("SELECT facts FROM user_tokens", ())  # type: ignore[attr-defined] # of SQL stores
    assert rows
    assert all(b"Atelier" not in bytes(row[0]) for row in rows)
    keys = walker.fill(walker.get("/start/papers"), "/start/papers")
    assert keys.url.path == "/start/keys", keys.text
    opened = walker.fill(keys, "/start/keys")
    assert opened.url.path == "/desk/atelier-exemple-essai/backup", opened.text
    assert town.people.draft(user) == {}
    taken = walker.get("/start/keys")
    assert taken.url.path == "/start"


def test_who_may_not_open_ledgers_is_told_so(town: Street) -> None:
    town.owner()
    made = town.people.add_user(email="bob@example.com", name="Bob")
    assert isinstance(made, tuple)
    walker = town.walker()
    walker.fill(walker.get(made[1].path), None, password=PASSWORD)
    assert "demandez un accès" in walker.get("/start").text
    for path, fields in (("/start", {"kind": "invented"}), ("/start/business", {}), ("/start/keys", {"name": "x"})):
        walker.send(path, {"csrf": csrf(walker), **fields})
    assert town.served.service.ledgers() == []


def test_without_a_passphrase_only_training_is_offered(tmp_path: Path) -> None:
    with street(tmp_path, passphrase=None) as town:
        walker, name = town.training()
        assert "SCEAU_KEY_PASSPHRASE" in walker.get("/start").text
        assert walker.send("/start", {"csrf": csrf(walker), "kind": "live"}).url.path == "/start"
        assert town.people.draft(town.people.store.users()[0].user) == {}
        assert town.served.service.find(name).kind == "training"


def test_an_opening_that_was_cut_off_goes_on_where_it_stopped(town: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    walker = town.owner()
    walker.send("/start", {"csrf": csrf(walker), "kind": "training"})
    walker.fill(walker.get("/start/business?fill=fill"), "/start/business")
    keys = walker.fill(walker.get("/start/papers"), "/start/papers")

    def cut(*_: object, **__: object) -> None:
        raise Unavailable("cut off")

    with monkeypatch.context() as patch:
        patch.setattr(town.people, "give_role", cut)
        assert walker.fill(keys, "/start/keys").status_code == 503
    assert len(town.served.service.ledgers()) == 1
    assert walker.fill(walker.get("/start/keys"), "/start/keys").url.path == "/desk/atelier-exemple-essai/backup"
    assert len(town.served.service.ledgers()) == 1


def test_a_name_that_another_business_has_is_said_at_its_field(town: Street) -> None:
    walker, name = town.training()
    walker.send("/start", {"csrf": csrf(walker), "kind": "training"})
    walker.fill(walker.get("/start/business?fill=fill"), "/start/business", siren="732829320", name="Une autre")
    keys = walker.fill(walker.get("/start/papers"), "/start/papers")
    assert keys.url.path == "/start/keys", keys.text
    taken = walker.fill(keys, "/start/keys", name=name)
    assert taken.status_code == 409
    assert "w-name" in taken.text


@pytest.mark.postgres
def test_the_same_pages_run_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    with street(tmp_path, store=postgres_url, projections=f"sqlite:///{tmp_path}/rows.db") as town:
        walker, name = town.training()
        walker.enrol(town.clock)
        assert "Second facteur en place" in walker.get("/account").text
        sent = walker.fill(
            walker.get(f"/desk/{name}/users/new"), f"/desk/{name}/users/new",
            name="Bob", email="bob@example.com", role="operator",
        )  # fmt: skip
        assert "Lien de l'invitation" in unescape(sent.text)
        assert "bob@example.com" in walker.get(f"/desk/{name}/users").text
