"""Settings: each is kept, refused in words at its field, and done once."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

import pytest

from ledger.domain.streams.issuer import ISSUER
from ledger.domain.streams.ledger import LEDGER
from tests.pages.desk.books_kit import at, played_house, text_of
from tests.pages.kit import House, SomeSession, Visitor, form_of

NAME = "atelier"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with played_house(tmp_path_factory.mktemp("books")) as found:
        yield found


@pytest.fixture(scope="module")
def owner(house: House) -> Visitor:
    return house.user("owner", NAME)


def here(path: str) -> str:
    return at(path, NAME)


def png(width: int = 8, height: int = 8) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x40\x60\x80" * width for _ in range(min(height, 64)))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


# --- the profile


def test_the_profile_is_kept_with_all_it_said_before(house: House, owner: Visitor) -> None:
    before = house.served.service.state(NAME, ISSUER, "self")
    assert before is not None
    page = owner.get(here("/settings/profile"))
    answer = owner.fill(page, late_penalty="12,15", city="Villeurbanne", trade_building="1")
    assert (answer.status_code, answer.headers["location"]) == (303, here("/settings/profile?saved=saved"))
    after = house.served.service.state(NAME, ISSUER, "self")
    assert after is not None
    assert after.profile is not None
    assert before.profile is not None
    assert after.profile.late_penalty_bp == 1215
    assert after.profile.details is not None
    assert before.profile.details is not None
    assert after.profile.details.address.city == "Villeurbanne"
    assert after.profile.details.name == before.profile.details.name
    assert after.profile.siren == before.profile.siren
    assert after.version == before.version + 1
    shown = owner.get(here("/settings/profile?saved=saved"))
    assert form_of(shown.text).fields["late_penalty"] == "12,15"
    assert "C'est enregistré" in unescape(shown.text)


def test_a_wrong_profile_is_said_at_its_fields_and_keeps_what_was_typed(owner: Visitor) -> None:
    page = owner.get(here("/settings/profile"))
    answer = owner.fill(page, siren="123", phone='"><script>alert(1)</script>', late_penalty="beaucoup")
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert 'value="123"' in answer.text
    assert 'id="w-late_penalty"' in answer.text
    answer = owner.fill(page, siren="123456789")
    assert answer.status_code == 422
    assert 'id="w-siren"' in answer.text


def test_a_profile_sent_twice_is_set_once(house: House, owner: Visitor) -> None:
    page = owner.get(here("/settings/profile"))
    owner.fill(page, website="atelier.example")
    first = house.served.service.state(NAME, ISSUER, "self")
    owner.fill(page, website="atelier.example")
    second = house.served.service.state(NAME, ISSUER, "self")
    assert first is not None
    assert second is not None
    assert first.version == second.version


# --- how documents look


def test_a_logo_is_looked_at_before_it_is_kept(owner: Visitor) -> None:
    fields = form_of(owner.get(here("/settings/brand")).text).fields
    refused = {"a.png": b"GIF89a" + b"\0" * 40, "b.png": b"<svg onload=alert(1)>", "big.png": png() + b"\0" * 300_000,
               "wide.png": png(5000, 5000)}  # fmt: skip
    for name, body in refused.items():
        answer = owner.post(here("/settings/brand"), {**fields, "accent": "#112233"}, files={"logo": (name, body)})
        assert answer.status_code == 422, name
        assert 'id="w-logo"' in answer.text, name
    good = owner.post(here("/settings/brand"), {**fields, "accent": "#AA2233"}, files={"logo": ("l.png", png())})
    assert good.status_code == 303, text_of(good)
    assert owner.get(here("/settings/brand/logo")).content == png()
    kept = form_of(owner.get(here("/settings/brand")).text).fields
    assert kept["accent"] == "#aa2233"
    again = owner.post(here("/settings/brand"), {**kept, "accent": "#00aa00"}, files={"other": ("", b"")})
    assert again.status_code == 303
    assert owner.get(here("/settings/brand/logo")).content == png(), "a logo that is not changed stays"


def test_a_colour_that_is_none_is_refused(owner: Visitor) -> None:
    fields = form_of(owner.get(here("/settings/brand")).text).fields
    answer = owner.post(here("/settings/brand"), {**fields, "accent": "red; }"}, files={"other": ("", b"")})
    assert answer.status_code == 422


# --- rules


def test_a_series_is_opened_and_closed(house: House, owner: Visitor) -> None:
    page = owner.get(here("/settings/series"))
    refused = owner.fill(page, here("/settings/series"), use="invoice", prefix="F2-")
    assert refused.status_code in (409, 422), "a second series for one use needs a reason"
    opened = owner.fill(page, here("/settings/series"), use="invoice", prefix="F2-", justification="boutique-2")
    assert opened.status_code == 303, text_of(opened)
    series = house.served.service.register(NAME).series
    made = next(one for one, each in series.items() if each.prefix == "F2-")
    page = owner.get(here("/settings/series"))
    assert owner.fill(page, here(f"/settings/series/{made}/close")).status_code == 303
    assert house.served.service.register(NAME).series[made].closed


def test_deposits_are_set_line_by_line(house: House, owner: Visitor) -> None:
    page = owner.get(here("/settings/deposits"))
    answer = owner.fill(page, rules__0__share="30", rules__0__from="1 000", rules__1__amount="150,50")
    assert answer.status_code == 303, text_of(answer)
    state = house.served.service.state(NAME, ISSUER, "self")
    assert state is not None
    first, second = state.deposit_rules
    assert (first.share_bp, first.from_cents, second.amount_cents) == (3000, 100_000, 15_050)
    shown = form_of(owner.get(here("/settings/deposits")).text).fields
    assert (shown["rules-0-share"], shown["rules-1-amount"]) == ("30", "150,50")
    wrong = owner.fill(
        owner.get(here("/settings/deposits")), rules__0__share="", rules__0__amount="", rules__1__amount="much"
    )
    assert wrong.status_code == 422
    assert 'id="w-rules-1-amount"' in wrong.text


def test_where_proofs_go_is_set(house: House, owner: Visitor) -> None:
    page = owner.get(here("/settings/anchors"))
    assert owner.fill(page, interval_minutes="30", directory="1").status_code == 303
    state = house.served.service.state(NAME, LEDGER, "self")
    assert state is not None
    assert (state.anchors.interval_minutes, state.anchors.directory) == (30, True)
    assert owner.fill(page, interval_minutes="0").status_code == 422
    assert owner.fill(page, interval_minutes="x").status_code == 422


def test_the_end_of_the_year_is_moved_or_refused_in_words(owner: Visitor) -> None:
    page = owner.get(here("/settings/year"))
    for day in ("", "2001-01-01", "tomorrow"):
        answer = owner.fill(page, ends_on=day)
        assert answer.status_code in (409, 422)
        assert 'role="alert"' in answer.text


# --- programs


def test_a_key_is_shown_once_works_and_is_taken_away(house: House, owner: Visitor) -> None:
    page = owner.get(here("/settings/keys"))
    made = owner.fill(page, here("/settings/keys"), label="caisse 1", role="operator")
    secret = re.findall(r"sk_[A-Za-z0-9_-]{43}", made.text)
    assert len(set(secret)) == 1
    again = owner.fill(page, here("/settings/keys"), label="caisse 1", role="operator")
    assert again.status_code == 409
    assert "sk_" not in again.text
    assert "sk_" not in owner.get(here("/settings/keys")).text
    headers = {"Authorization": f"Bearer {secret[0]}"}
    assert house.served.client.get(f"/v1/ledgers/{NAME}/quotes", headers=headers).status_code == 200
    listed = owner.get(here("/settings/keys"))
    revokes = re.findall(r'action="([^"]+/revoke)"', listed.text)
    mine = next(each for each in revokes if each.split("/")[-2] in made.text and each not in page.text)
    assert owner.fill(listed, mine).status_code == 303
    assert house.served.client.get(f"/v1/ledgers/{NAME}/quotes", headers=headers).status_code in (401, 403)
    assert owner.fill(listed, mine).status_code == 303, "taken away already"


@pytest.mark.parametrize(
    "fields",
    [
        {"label": "", "role": "operator"},
        {"label": "a\nb", "role": "operator"},
        {"label": "x" * 101, "role": "operator"},
        {"label": "x", "role": "god"},
    ],
)
def test_a_key_that_cannot_be_is_refused_at_its_field(owner: Visitor, fields: dict[str, str]) -> None:
    answer = owner.fill(owner.get(here("/settings/keys")), here("/settings/keys"), **fields)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_webhooks_go_to_public_addresses_alone(owner: Visitor) -> None:
    page = owner.get(here("/settings/webhooks"))
    for url in ("http://127.0.0.1/x", "https://10.0.0.1/", "file:///etc/passwd", "javascript:alert(1)", ""):
        answer = owner.fill(page, here("/settings/webhooks"), url=url)
        assert answer.status_code == 422, url
        assert 'id="w-url"' in answer.text
    made = owner.fill(page, here("/settings/webhooks"), url="https://93.184.215.14/hook", label="compta")
    assert made.status_code == 200, text_of(made)
    assert "whsec_" in made.text
    again = owner.fill(page, here("/settings/webhooks"), url="https://93.184.215.14/hook", label="compta")
    assert "whsec_" not in again.text
    listed = owner.get(here("/settings/webhooks"))
    place = re.findall(r'action="(/desk/atelier/settings/webhooks/[^"]+)"', listed.text)[0]
    fields = {"csrf": form_of(page.text).fields["csrf"], "key": "c" * 32}
    for act, word in (("pause", "suspendu"), ("resume", "actif")):
        assert owner.post(place, {**fields, "act": act}).status_code == 303
        assert word in text_of(owner.get(here("/settings/webhooks")))
    assert owner.post(place, {**fields, "act": "remove"}).status_code == 303
    assert "Aucune adresse" in text_of(owner.get(here("/settings/webhooks")))


# --- messages


def test_the_words_of_a_message_are_previewed_kept_and_reset(owner: Visitor) -> None:
    place = here("/settings/messages/quote_sent/fr")
    page = owner.get(place)
    preview = owner.fill(page, subject="Bonjour {{ number }}", text="Voici {{ title }}\n\n{{ link }}", act="preview")
    assert "Bonjour D-" in text_of(preview)
    assert "vos mots" not in text_of(owner.get(here("/settings/messages")))
    wrong = owner.fill(page, subject="x", text="{{ secret }}", act="save")
    assert wrong.status_code == 422
    assert 'id="w-text"' in wrong.text
    kept = owner.fill(page, subject="Bonjour {{ number }}", text="<b>Voici</b>\n\n{{ link }}", act="save")
    assert kept.status_code == 303
    assert "<b>Voici" not in owner.get(place).text
    late = owner.fill(page, subject="Autre", text="Autre\n\n{{ link }}", act="save")
    assert late.status_code == 409, "somebody was first"
    assert owner.fill(owner.get(place), act="reset").status_code == 303
    assert "Bonjour {{ number }}" not in owner.get(place).text


# --- the attestation


def test_an_attestation_is_made_out_once_and_noted(house: House, owner: Visitor) -> None:
    page = owner.get(here("/attestation"))
    fields = {"name": "Éditeur Exemple", "legal_form": "SAS", "lines": "1 rue de l'Exemple", "postcode": "75001",
              "city": "Paris", "signed_by": "Camille Exemple"}  # fmt: skip
    first = owner.fill(page, **fields)
    assert first.status_code == 200, text_of(first)
    assert first.content.startswith(b"%PDF")
    second = owner.fill(page, **fields)
    assert second.content == first.content
    store, ledger = house.served.service.store, house.served.service.find(NAME).ledger
    assert len(list(store.lines(ledger, types=("attestation.issued/1",)))) == 1
    missing = owner.fill(owner.get(here("/attestation")), **{**fields, "signed_by": ""})
    assert missing.status_code == 422
    training = house.user("owner", "menuiserie").get(at("/attestation"))
    assert "Un registre d'entraînement n'a pas d'attestation" in unescape(training.text)
    assert "<form" not in training.text.split("<main")[1]


def test_keys_and_their_backup_are_told_to_the_owner(owner: Visitor) -> None:
    words = text_of(owner.get(here("/settings/keys-backup")))
    assert "La clé de secours est encore à côté des autres" in words
    assert "MOVE-AWAY-recovery-" in words


# --- what a lost session must not allow


@dataclass
class OldSession(SomeSession):
    """A session whose user has given no code lately."""

    checked: bool = False


def test_who_gave_no_code_lately_makes_no_key_and_moves_no_money(house: House) -> None:
    owner = house.user("owner", NAME, name="of-yesterday")
    fresh = house.doors.sessions["of-yesterday"]
    page = owner.get(here("/settings/keys"))
    house.doors.sessions["of-yesterday"] = OldSession(user=fresh.user, roles=fresh.roles)
    for path in ("/settings/keys", "/settings/webhooks"):
        answer = owner.get(here(path))
        assert (answer.status_code, answer.headers["location"]) == (303, f"/account/confirm?next={here(path)}")
    made = owner.fill(page, here("/settings/keys"), label="x", role="owner")
    assert made.headers["location"].startswith("/account/confirm")
    profile = owner.get(here("/settings/profile"))
    moved = owner.fill(profile, iban="FR7630001007941234567890185")
    assert moved.status_code == 422
    assert 'id="w-iban"' in moved.text
    assert owner.fill(profile, website="autre.example").status_code == 303, "what moves no money is let be"
