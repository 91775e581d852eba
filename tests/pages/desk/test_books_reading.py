"""Reading the books as people do: the first page, reports, the journal, closures, the auditor's room."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from hashlib import sha256
from html import unescape

import orjson
import pytest

from api.jobs.checkpointing import take_checkpoint
from api.pages.desk.books.tiles import TILES
from ledger.domain.commands.payments import RecordPayment
from ledger.domain.refusals import Refusal
from ledger.shell.people import RoleHeld, User
from projections.reports.registry import REPORTS
from tests.pages.desk.books_kit import NAME, at, played_house, text_of
from tests.pages.kit import House, Visitor


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with played_house(tmp_path_factory.mktemp("books")) as found:
        yield found


@pytest.fixture(scope="module")
def owner(house: House) -> Visitor:
    return house.user("owner", NAME)


# --- the first page


def test_the_first_page_asks_for_each_tile_that_is_not_there_and_shows_it_once_it_is(owner: Visitor) -> None:
    first = owner.get(at())
    assert first.status_code == 200
    for tile in TILES:
        place = at(f"/home/{tile.name}")
        piece = owner.get(place, headers={"X-Fragment": "1"})
        assert piece.status_code == 200
        assert "<html" not in piece.text
        whole = owner.get(place)
        assert "<html" in whole.text, "without a script the piece is a page"
    second = owner.get(at())
    assert f'data-load="{at("/home/needs")}"' not in second.text
    assert f'data-load="{at("/home/money")}"' not in second.text
    assert "FACTICE" in second.text


def test_the_tile_of_money_says_what_the_reports_say(house: House, owner: Visitor) -> None:
    tile = text_of(owner.get(at("/home/money"), headers={"X-Fragment": "1"}))
    told = orjson.loads(owner.get(at("/reports/receivables/file?format=json")).content)
    cents = told["totals"]["open_cents"]
    assert cents > 0
    assert f"{cents // 100 % 1000:03d},{cents % 100:02d}" in tile


def test_both_windows_are_told_in_entries_and_minutes(owner: Visitor) -> None:
    words = text_of(owner.get(at("/home/integrity")))
    assert "Horodatage" in words
    assert "Témoin ou copie ailleurs" in words
    assert words.count("écritures sans preuve extérieure") == 2
    assert re.search(r"depuis \d+ (minutes?|heures?|jours?)", words)


def test_a_tile_is_made_again_when_an_entry_came(house: House, owner: Visitor) -> None:
    owner.get(at("/home/integrity"))
    ledger = house.served.service.find(NAME).ledger
    kept = house.served.app.context.beside.kept(ledger, "integrity")
    assert kept is not None
    take_checkpoint(house.served.service, ledger, "asked")
    assert f'data-load="{at("/home/money")}"' in owner.get(at()).text
    owner.get(at("/home/integrity"))
    again = house.served.app.context.beside.kept(ledger, "integrity")
    assert again is not None
    assert again.value["seq"] == kept.value["seq"] + 1


def test_a_new_ledger_is_shown_its_first_steps(house: House) -> None:
    words = text_of(house.user("owner", "atelier").get(at("", "atelier")))
    assert "Pour commencer" in words
    assert "Mettre les clés à l'abri" in words
    assert "Pour commencer" not in text_of(house.user("accountant", "atelier").get(at("", "atelier")))


def test_a_task_is_closed_once_however_often_the_form_is_sent(house: House, owner: Visitor) -> None:
    too_much = RecordPayment(means="cash", amount_cents=500_000)
    assert not isinstance(house.served.service.execute(NAME, too_much, actor="user:test"), Refusal)
    page = owner.get(at("/home/needs"))
    found = re.search(r'action="(/desk/menuiserie/tasks/[^"]+)"', page.text)
    assert found, "cash above the ceiling opens a task"
    assert "Des espèces au-delà du plafond" in unescape(page.text)
    fields = {"csrf": house.csrf(f"user-owner-{NAME}"), "key": "a" * 32, "outcome": "done"}
    head = house.served.service.store.head(house.served.service.find(NAME).ledger)
    first, second = owner.post(found[1], fields), owner.post(found[1], fields)
    assert (first.status_code, second.status_code) == (303, 303)
    after = house.served.service.store.head(house.served.service.find(NAME).ledger)
    assert head is not None
    assert after is not None
    assert after.seq == head.seq + 1
    third = owner.post(found[1], {**fields, "key": "b" * 32})
    assert third.status_code in (409, 422)
    assert 'role="alert"' in third.text


# --- reports


@pytest.mark.parametrize("report", [each for each in REPORTS if not any(one.required for one in each.parameters)],
                         ids=lambda each: each.name)  # fmt: skip
def test_every_report_is_a_page_a_file_and_a_picture(owner: Visitor, report: object) -> None:
    name = report.name  # type: ignore[attr-defined] # a Report
    page = owner.get(at(f"/reports/{name}"))
    assert page.status_code == 200, page.text
    rows = list(csv.reader(io.StringIO(owner.get(at(f"/reports/{name}/file?format=csv")).content.decode("utf-8-sig"))))
    assert rows
    picture = owner.get(at(f"/reports/{name}/chart"))
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.content.startswith(b"<svg") or b"<svg" in picture.content[:200]


def test_a_figure_leads_to_its_entries_and_they_add_up(owner: Visitor) -> None:
    page = owner.get(at("/reports/receivables?by=document"))
    links = [unescape(each) for each in re.findall(r'class="figure" href="([^"]+)"', page.text)]
    assert links
    for link in links[:4]:
        told = owner.get(link)
        assert told.status_code == 200
        assert "les parts ne font pas le chiffre" not in told.text
    assert any("les parts font le chiffre" in owner.get(link).text for link in links[:4])


def test_a_report_that_must_be_told_what_asks_for_it_in_words(owner: Visitor) -> None:
    first = owner.get(at("/reports/statement"))
    assert first.status_code == 200
    assert "<table" not in first.text
    wrong = owner.get(at("/reports/statement?customer=nobody"))
    assert wrong.status_code == 422
    assert "Un identifiant (UUID) est attendu." in unescape(wrong.text)


def test_what_is_typed_in_a_query_is_never_markup(owner: Visitor) -> None:
    for path in (
        "/reports/statement?customer=%3Cscript%3E",
        "/journal?about=%3Cscript%3E",
        "/journal?about=%22%3E%3Cb%3E",
    ):
        answer = owner.get(at(path))
        assert "<script>" not in answer.text
        assert '"><b>' not in answer.text


@pytest.mark.parametrize("path", ["/reports/nothing", "/reports/vat?page=0", "/reports/vat?unknown=1", "/journal?day=x",
                                  "/journal?before=-1", "/journal?type=x", "/journal/0", "/journal/99999999",
                                  "/closures/day-x", "/closures?page=x", "/home/x", "/archives/x/file",
                                  "/integrity/checkpoints/x"])  # fmt: skip
def test_an_address_that_leads_nowhere_is_a_page_in_words(owner: Visitor, path: str) -> None:
    answer = owner.get(at(path))
    assert answer.status_code in (400, 404)
    assert "<h1>" in answer.text


# --- the journal


def test_the_journal_goes_back_page_by_page_to_the_first_entry(owner: Visitor) -> None:
    path, seen = at("/journal"), []
    for _ in range(40):
        page = owner.get(path)
        seen += [int(each) for each in re.findall(r'href="/desk/menuiserie/journal/(\d+)"', page.text)]
        onward = re.search(r'href="([^"]+)" rel="next"', page.text)
        if onward is None:
            break
        path = unescape(onward[1])
    assert seen == sorted(seen, reverse=True)
    assert seen[-1] == 1
    assert len(set(seen)) == len(seen) == seen[0]


def test_the_journal_says_who_acted_and_names_users_to_owners_alone(house: House, owner: Visitor) -> None:
    service, user = house.served.service, "c4" * 16
    known = User(user, "jeanne@example.com", "Jeanne Exemple", "fr", "2025-01-01T09:00:00.000000Z")
    assert service.store.side().people().add_user(known)
    for actor in (f"user:{user}", "cli:local", "key:abc", "link:abc", "migration:abc"):
        paid = RecordPayment(means="card", amount_cents=1)
        assert not isinstance(service.execute(NAME, paid, actor=actor), Refusal)
    words = ["migration:abc", "qui tient le lien", "un programme, par sa clé", "la ligne de commande", "Jeanne Exemple"]
    auditor = house.user("auditor", NAME)
    for visitor, last in ((owner, words[-1]), (auditor, "un utilisateur")):
        page = visitor.get(at("/journal?type=payment.received/1"))
        told = re.findall(r'class="small actor"><span title="([^"]*)">([^<]*)</span>', page.text)[:5]
        assert [each for _, each in told] == [*words[:-1], last]
        assert told[-1][0] == f"user:{user}"
        seq = re.findall(r'href="/desk/menuiserie/journal/(\d+)"', page.text)[4]
        entry = text_of(visitor.get(at(f"/journal/{seq}")))
        assert last in entry
        assert f"user:{user}" in entry


def test_the_reconciliation_names_accounts_as_accounts_and_rates_as_rates(owner: Visitor) -> None:
    words = text_of(owner.get(at("/accounts/reconciliation?from=2025-01-01&to=2025-03-31")))
    accounts = re.findall(r"Livre → journaux comptables ([^ ]+)", words)
    assert "411000" in accounts
    assert not any("%" in each for each in accounts)
    assert re.search(r"Clôtures → chiffre d'affaires du livre 20\s?%", words)


def test_the_journal_shows_one_type_one_day_and_one_document(owner: Visitor) -> None:
    invoices = owner.get(at("/journal?type=invoice.issued/1"))
    numbers = re.findall(r'data-label="Numéro">(F-\d+)<', unescape(invoices.text))
    assert numbers
    assert "Facture émise" in text_of(invoices)
    about = owner.get(at(f"/journal?about={numbers[0]}"))
    assert numbers[0] in text_of(about)
    day = owner.get(at("/journal?day=2025-02-10"))
    days = re.findall(r'data-label="Quand">(\d+\S*) (\S+) 2025', unescape(day.text))
    assert days
    assert all(month in ("janvier", "février") for _, month in days)
    none = owner.get(at("/journal?about=F-99999"))
    assert "ne porte ce numéro" in none.text


def test_an_entry_shows_its_line_whose_digest_is_its_fingerprint(owner: Visitor) -> None:
    page = owner.get(at("/journal/2"))
    line = owner.get(at("/journal/2/file")).content
    assert sha256(line).hexdigest() in page.text


def test_private_values_are_shown_as_such(owner: Visitor) -> None:
    customers = owner.get(at("/journal?type=customer.registered/1"))
    seq = re.findall(r'href="/desk/menuiserie/journal/(\d+)"', customers.text)[0]
    words = text_of(owner.get(at(f"/journal/{seq}")))
    assert "privé" in words
    assert "Exemple" in words, "the name of the customer is at hand"


# --- closures, the auditor's room


def test_closures_are_shown_with_what_they_hold(owner: Visitor) -> None:
    page = owner.get(at("/closures?kind=month"))
    link = re.findall(r'href="(/desk/menuiserie/closures/month-[^"]+)"', page.text)[0]
    words = text_of(owner.get(link))
    for expected in ("Total perpétuel", "Par taux de TVA", "Empreinte de l'écriture de clôture", "Numéros donnés"):
        assert expected in words


def test_the_auditor_has_a_room_and_no_form_that_changes_anything(house: House) -> None:
    auditor = house.user("auditor", NAME)
    words = text_of(auditor.get(at()))
    for expected in ("Salle de contrôle", "Empreinte du périmètre fiscal", "La loi du jour", "Dernières clôtures",
                     "Identité (écriture 1)"):  # fmt: skip
        assert expected in words
    allowed = {
        "/sign-out",
        at("/integrity/verify"),
        at("/integrity/proof"),
        at("/accounts/fec"),
        at("/accounts/journal"),
    }
    for path in ("", "/integrity", "/archives", "/closures", "/accounts", "/accounts/ereporting", "/journal"):
        page = auditor.get(at(path))
        forms = re.findall(r'<form method="post" action="([^"]+)"', page.text)
        assert set(forms) <= allowed, path


def test_the_room_says_until_when(house: House) -> None:
    auditor = house.user("auditor", NAME, name="auditor-for-a-while")
    user = house.doors.sessions["auditor-for-a-while"].user
    service = house.served.service
    service.store.side().people().set_role(
        RoleHeld(service.find(NAME).ledger, user, "auditor", "2031-03-01T09:00:00.000000Z")
    )
    assert "1er mars 2031" in text_of(auditor.get(at("/room")))
