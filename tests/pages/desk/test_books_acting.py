"""What the pages of the books do: archives, verification, files taken out, closing, proofs."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from ledger.shell.archive_keys import archive_signer
from tests.pages.desk.books_kit import NAME, at, played_house, text_of, wait_for
from tests.pages.kit import House, Visitor, form_of


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with played_house(tmp_path_factory.mktemp("books")) as found:
        yield found


@pytest.fixture(scope="module")
def owner(house: House) -> Visitor:
    return house.user("owner", NAME)


def head_of(house: House, ledger: str = NAME) -> int:
    head = house.served.service.store.head(house.served.service.find(ledger).ledger)
    assert head is not None
    return head.seq


# --- verification


def test_the_whole_ledger_is_verified_beside_the_page(house: House) -> None:
    auditor = house.user("auditor", NAME)
    page = auditor.get(at("/integrity"))
    assert "Aucune vérification" in page.text
    begun = auditor.fill(page, at("/integrity/verify"))
    assert (begun.status_code, begun.headers["location"]) == (303, at("/integrity"))
    told = text_of(wait_for(auditor, at("/integrity/progress")))
    assert "Tout est en ordre." in told
    assert "Comparé aux clés de cette machine" in told
    assert f"écriture {head_of(house):,}".replace(",", "\u202f") in told or "jusqu'à l'écriture" in told
    assert "Tout est en ordre." in text_of(auditor.get(at("/integrity")))


def test_what_was_changed_in_the_database_is_found_and_said_in_french(tmp_path: Path) -> None:
    with played_house(tmp_path) as house:
        owner = house.user("owner", NAME)
        with sqlite3.connect(tmp_path / "sceau.db") as database:
            for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                database.execute(f"DROP TRIGGER {name}")
            ledger = house.served.service.find(NAME).ledger
            found = "SELECT seq FROM entries WHERE type = 'invoice.issued/1' AND ledger_id = ? LIMIT 1"
            (seq,) = database.execute(found, (ledger,)).fetchone()
            changed = "CAST(replace(CAST(line AS TEXT), 'EUR', 'USD') AS BLOB)"
            database.execute(f"UPDATE entries SET line = {changed} WHERE ledger_id = ? AND seq = ?", (ledger, seq))
        owner.fill(owner.get(at("/integrity")), at("/integrity/verify"))
        told = text_of(wait_for(owner, at("/integrity/progress")))
        assert "anomalie" in told
        assert "le contenu de cette écriture n'est pas celui qui a été enregistré" in told
        assert "Ne changez rien" in told
        assert "Tout est en ordre" not in told


def test_a_checkpoint_is_signed_and_taken_away(house: House, owner: Visitor) -> None:
    accountant = house.user("accountant", NAME)
    page = accountant.get(at("/integrity"))
    size = head_of(house)
    assert accountant.fill(page, at("/integrity/checkpoint")).status_code == 303
    again = accountant.get(at("/integrity"))
    link = re.findall(r'href="(/desk/menuiserie/integrity/checkpoints/\d+)"', again.text)[0]
    assert link.endswith(f"/{size}")
    note = accountant.get(link).text
    assert note.splitlines()[1] == str(size)


def test_the_proof_of_a_document_is_a_file_and_an_unknown_one_is_said_at_its_field(owner: Visitor) -> None:
    page = owner.get(at("/integrity"))
    proof = owner.fill(page, at("/integrity/proof"), document="F-00002")
    assert proof.status_code == 200
    assert json.loads(proof.content)["format"].startswith("sceau-proof/")
    wrong = owner.fill(page, at("/integrity/proof"), document="F-99999")
    assert wrong.status_code == 422
    assert 'aria-invalid="true"' in wrong.text
    assert "Aucun document ne porte ce numéro." in wrong.text
    for nasty in ("", "x" * 5000, "<script>alert(1)</script>", "quote:self"):
        assert owner.fill(page, at("/integrity/proof"), document=nasty).status_code == 422


# --- archives


def test_an_archive_is_made_beside_the_page_taken_away_and_its_copy_confirmed(house: House, owner: Visitor) -> None:
    page = owner.get(at("/archives"))
    assert form_of(page.text, at("/archives")).fields["period"] == "2025-12"
    begun = owner.fill(page, at("/archives"), period="2025-01")
    assert begun.status_code == 303
    told = wait_for(owner, at("/archives/progress"))
    assert "L'archive est prête." in unescape(told.text)
    listed = owner.get(at("/archives"))
    signer = archive_signer(
        house.served.service.keys, house.served.service.find(NAME).ledger, "", house.served.service.clock.now()
    )
    assert signer.key_id in listed.text
    links = re.findall(r'href="(/desk/menuiserie/archives/[0-9a-f]{64}/(?:file|private))"', listed.text)
    assert len(links) == 2
    copy = owner.get(links[0])
    assert copy.content[:2] == b"PK"
    assert owner.get(links[1]).status_code == 200
    auditor = house.user("auditor", NAME)
    assert auditor.get(links[0]).content == copy.content
    assert auditor.get(links[1]).status_code == 403
    fields = form_of(listed.text, at("/archives/confirm")).fields
    confirmed = owner.post(
        at("/archives/confirm"), {**fields, "medium": "nas-1"}, files={"file": ("a.zip", copy.content)}
    )
    assert confirmed.status_code == 303, text_of(confirmed)
    assert "nas-1" in text_of(owner.get(at("/archives")))
    spoilt = copy.content[:2000] + bytes([copy.content[2000] ^ 1]) + copy.content[2001:]
    refused = owner.post(at("/archives/confirm"), {**fields, "medium": "nas-2"}, files={"file": ("a.zip", spoilt)})
    assert refused.status_code in (409, 422)
    assert "nas-2" not in text_of(owner.get(at("/archives")))
    for name, body in (("a.zip", b"not a zip"), ("a.zip", b"PK\x03\x04" + b"\0" * 40)):
        answer = owner.post(at("/archives/confirm"), {**fields, "medium": "nas-3"}, files={"file": (name, body)})
        assert answer.status_code == 422
        assert "n'est pas une archive" in unescape(answer.text)
    seq = head_of(house)
    owner.fill(listed, at("/archives"), period="2025-01")
    assert "existait déjà" in wait_for(owner, at("/archives/progress")).text
    assert head_of(house) == seq, "the same archive again records nothing"


def test_a_period_that_is_not_closed_is_refused_at_its_field(owner: Visitor) -> None:
    page = owner.get(at("/archives"))
    for period in ("2031", "next month", "2025-13", "<b>"):
        answer = owner.fill(page, at("/archives"), period=period)
        assert answer.status_code in (409, 422), period
        assert 'role="alert"' in answer.text
        assert "<b>" not in answer.text


def test_the_identity_is_handed_over_as_text(house: House, owner: Visitor) -> None:
    genesis = house.served.service.keys.facts(house.served.service.find(NAME).ledger).genesis
    assert genesis in owner.get(at("/archives/identity")).text
    assert genesis in owner.get(at("/archives")).text


# --- files taken out


def test_the_fec_leaves_once_recorded(house: House) -> None:
    accountant = house.user("accountant", NAME)
    page = accountant.get(at("/accounts"))
    ledger = house.served.service.find(NAME).ledger
    fec = accountant.fill(page, at("/accounts/fec"), year="2025")
    assert fec.status_code == 200
    assert fec.content.split(b"\t")[0] == b"JournalCode"
    assert "FEC20251231" in fec.headers["content-disposition"]
    accountant.fill(page, at("/accounts/fec"), year="2025")
    made = list(house.served.service.store.lines(ledger, types=("export.made/1",)))
    assert len({line.stream for line in made}) == len(made), "one file is noted once"
    wrong = accountant.fill(page, at("/accounts/fec"), year="1999")
    assert wrong.status_code == 422
    assert "exercice" in wrong.text


def test_journals_leave_and_wrong_days_are_said_at_their_field(house: House, owner: Visitor) -> None:
    page = owner.get(at("/accounts"))
    good = owner.fill(page, at("/accounts/journal"), **{"from": "2025-01-01", "to": "2025-03-31"})
    assert good.status_code == 200
    assert len(good.content.splitlines()) > 10
    wrong = (
        {"from": "2025-03-31", "to": "2025-01-01"},
        {"from": "", "to": ""},
        {"from": "x", "to": "2025-01-01"},
        {"from": "2025-01-01", "to": "2025-03-31", "layout": "../../etc/passwd"},
    )
    for fields in wrong:
        answer = owner.fill(page, at("/accounts/journal"), **fields)
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text
    operator = house.user("operator", NAME)
    assert "<form" not in operator.get(at("/accounts")).text.split("<main")[1]


def test_every_total_is_tied_to_the_others(owner: Visitor) -> None:
    words = text_of(owner.get(at("/accounts/reconciliation?from=2025-01-01&to=2025-12-31")))
    assert "Tout tombe juste" in words
    assert owner.get(at("/accounts/reconciliation?from=2025-12-31&to=2025-01-01")).status_code == 422
    assert owner.get(at("/accounts/reconciliation?from=9999-12-31&to=9999-12-31")).status_code == 200


def test_an_ereport_is_a_file(house: House, owner: Visitor) -> None:
    page = owner.get(at("/accounts/ereporting"))
    fields = form_of(page.text, at("/accounts/ereporting")).fields
    seq = head_of(house)
    made = owner.post(
        at("/accounts/ereporting"), {**fields, "number": "0001", "name": "Plateforme Exemple", "preview": "1"}
    )
    assert made.status_code == 200, text_of(made)
    assert b"<?xml" in made.content[:60]
    assert head_of(house) == seq, "a preview is not recorded"
    missing = owner.post(at("/accounts/ereporting"), {**fields, "number": "", "name": ""})
    assert missing.status_code == 422


# --- closing


def test_closing_when_nothing_has_ended_is_said_in_words(house: House) -> None:
    owner = house.user("owner", "atelier")
    page = owner.get(at("/closures", "atelier"))
    answer = owner.fill(page, at("/closures", "atelier"))
    assert answer.status_code in (303, 409, 422)
    if answer.status_code != 303:
        assert 'role="alert"' in answer.text
