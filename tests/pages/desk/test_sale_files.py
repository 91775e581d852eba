"""Files that go with a quote: added at the desk, covered by what is signed, read by the client, refused when unfit."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any

import httpx
import pytest

from api.rendering.subjects import Subject
from api.signing.attached import MOST_FILES, kind_of, name_of
from ledger.domain.refusals import Refusal
from tests.pages.desk.test_sale_quotes import DESK, form_base, whole
from tests.pages.kit import House, Visitor
from tests.signing.scene import png
from tests.signing.test_files import attached as with_file_inside
from tests.signing.test_files import pdf, script

FRAME = b"\xff\xc0\x00\x11\x08\x00\x10\x00\x10\x03" + b"\x01\x11\x00" * 3
SHOWN, END = FRAME + b"\xff\xda\x00\x02\x00", b"\xff\xd9"
JPEG = b"\xff\xd8" + SHOWN + END
PHONE = b"\xff\xd8" + SHOWN + b"another" + END
SENT_BY_PHONE = b"\xff\xd8\xff\xe1\x00\x0eExif\x00\x00place." + PHONE[2:] + b"SEFT trailer of a phone"
"""What a phone sends: `PHONE` is what is kept of it."""


@pytest.fixture(scope="module")
def owner(house: House) -> Visitor:
    return house.user("owner")


def send(visitor: Visitor, draft: str, *files: tuple[str, bytes]) -> httpx.Response:
    page = visitor.get(f"{draft}/files").text
    csrf = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
    assert csrf is not None
    sent = [("file", (name, data, "application/octet-stream")) for name, data in files]
    return visitor.post(f"{draft}/files", {"csrf": csrf[1]}, files=sent)


def issue(visitor: Visitor, draft: str) -> str:
    answer = visitor.fill(visitor.get(f"{draft}/check"), f"{draft}/issue")
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).removesuffix("/send")


def quote_state(house: House, path: str) -> Any:
    from ledger.domain.streams.quote import QUOTE

    service = house.served.service
    return service.state(service.find("atelier").ledger, QUOTE, path.rpartition("/")[2])


def link_of(visitor: Visitor, quote: str) -> str:
    page = visitor.post(f"{quote}/send", {**form_base(visitor), "act": "link"})
    found = re.search(r"(/c/atelier/[\w-]{43})", page.text)
    assert found is not None, page.text
    return found[1]


def test_what_is_attached_is_in_the_entry_on_the_paper_and_on_the_client_s_page(house: House, owner: Visitor) -> None:
    draft, plan = whole(owner), pdf()
    sent = send(owner, draft, ("Plan du rez-de-chaussée.PDF", plan), ("IMG_1.jpeg", SENT_BY_PHONE), ("x.png", png()))
    assert sent.status_code == 303, sent.text
    assert "Plan du rez-de-chaussée.pdf" in owner.get(draft).text
    assert owner.get(f"{draft}/files/{sha256(plan).hexdigest()}").content == plan
    quote = issue(owner, draft)
    document = quote_state(house, quote).current
    digests = tuple(sha256(one).hexdigest() for one in (plan, PHONE, png()))
    assert document.attachments == digests
    assert document.texts.attachments == ("Plan du rez-de-chaussée.pdf", "IMG_1.jpg", "x.png")
    assert "IMG_1.jpg" in owner.get(quote).text
    assert owner.get(f"{quote}/files/{digests[1]}").headers["content-type"] == "image/jpeg"
    context = house.served.app.context
    paper = context.documents.paper(
        house.served.service.find("atelier").ledger, Subject("quote", quote.rpartition("/")[2]), "fr"
    )
    said = " ".join(words for part in paper.sections_after for words in part.paragraphs)
    assert all(digest in said for digest in digests)
    link = link_of(owner, quote)
    client = house.stranger()
    for page in (client.get(link), client.get(f"{link}/sign")):
        assert "Plan du rez-de-chaussée.pdf" in page.text
        assert digests[0][:16] in page.text
    given = client.get(f"{link}/files/attachment/{digests[0]}")
    assert (given.status_code, given.content, given.headers["content-type"]) == (200, plan, "application/pdf")
    assert given.headers["x-content-type-options"] == "nosniff"
    assert client.get(f"{link}/files/attachment/{'0' * 64}").status_code == 404
    signature = quote_state(house, quote).signature
    requested = context.service.stream(house.served.service.find("atelier").ledger, f"signature:{signature}")[0].record
    assert requested.attachments == digests


def test_a_file_of_one_quote_is_not_given_by_another(house: House, owner: Visitor) -> None:
    draft, plan = whole(owner), pdf(pages=2)
    send(owner, draft, ("plan.pdf", plan))
    issue(owner, draft)
    other, digest = issue(owner, whole(owner)), sha256(plan).hexdigest()
    assert owner.get(f"{other}/files/{digest}").status_code == 404
    assert house.stranger().get(f"{link_of(owner, other)}/files/attachment/{digest}").status_code == 404


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"MZ a program", "ni un PDF, ni une photo"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "ni un PDF, ni une photo"),
        (b"\x89PNG\r\n\x1a\n cut", "ni un PDF, ni une photo"),
        (b"%PDF-1.7 cut", "ne se lit pas comme un PDF"),
        (pdf(script), "contient un programme"),
        (pdf(with_file_inside), "contient un programme"),
    ],
)
def test_what_is_no_plain_pdf_or_picture_is_refused_and_not_kept(owner: Visitor, data: bytes, code: str) -> None:
    draft = whole(owner)
    answer = send(owner, draft, ("plan.pdf", data))
    assert answer.status_code == 422
    assert code in answer.text
    assert "Aucun fichier" in owner.get(f"{draft}/files").text


def test_too_many_files_are_refused(owner: Visitor) -> None:
    draft = whole(owner)
    files = [(f"{rank}.jpg", JPEG[:-2] + bytes([rank]) + END) for rank in range(MOST_FILES + 1)]
    assert "au plus 10 fichiers" in send(owner, draft, *files).text
    assert owner.get(f"{draft}/files").text.count("tiny") == MOST_FILES


def test_a_file_is_taken_out_and_a_second_of_the_same_bytes_counts_once(owner: Visitor) -> None:
    draft = whole(owner)
    send(owner, draft, ("a.jpg", JPEG), ("b.jpg", JPEG))
    page = owner.get(f"{draft}/files")
    assert page.text.count("Retirer") == 1
    digest = sha256(JPEG).hexdigest()
    assert owner.fill(_only(page, digest), f"{draft}/files", remove=digest).status_code == 303
    assert owner.get(f"{draft}/files/{digest}").status_code == 404


def _only(page: httpx.Response, digest: str) -> httpx.Response:
    """Give the page with the form that removes a file alone."""
    form = next(one for one in re.findall(r"<form\b.*?</form>", page.text, re.DOTALL) if digest in one)
    return httpx.Response(200, text=f"<main>{form}</main>", request=page.request)


def test_a_new_version_a_copy_and_a_model_keep_the_files(house: House, owner: Visitor) -> None:
    draft, digest = whole(owner), sha256(JPEG).hexdigest()
    send(owner, draft, ("cgv.jpg", JPEG))
    quote = issue(owner, draft)
    page = owner.get(quote)
    for how in ("copy", "model", "revision"):
        key = re.findall(r'name="key" value="([0-9a-f]{32})"', page.text)[0]
        form = {"csrf": house.csrf(owner.who or ""), "key": f"{key[:-3]}{how[:3]}", "as": how}
        made = owner.post(f"{quote}/again", form)
        assert made.status_code == 303, made.text
        where = made.headers["location"].replace("/catalogue/models/", "/quotes/drafts/")
        assert owner.get(f"{where}/files/{digest}").content == JPEG
        assert "cgv.jpg" in owner.get(f"{where}/files").text
    send(owner, where, ("more.jpg", PHONE))
    again = issue(owner, where)
    assert again == quote
    assert quote_state(house, quote).current.attachments == (digest, sha256(PHONE).hexdigest())
    assert owner.get(f"{quote}/files/{sha256(PHONE).hexdigest()}").content == PHONE


def test_a_draft_whose_file_is_gone_is_not_issued_without_it(house: House, owner: Visitor) -> None:
    draft = whole(owner)
    send(owner, draft, ("a.jpg", JPEG))
    ledger = house.served.service.find("atelier").ledger
    house.served.service.store.side().signing().drop_files(ledger, f"quote:{draft.rpartition('/')[2]}")
    answer = owner.fill(owner.get(f"{draft}/check"), f"{draft}/issue")
    assert answer.status_code == 409
    assert "n&#39;est plus conservé ici" in answer.text


def test_what_was_kept_but_not_named_when_somebody_was_stopped_does_not_stay(house: House, owner: Visitor) -> None:
    draft = whole(owner)
    send(owner, draft, ("a.jpg", JPEG))
    files, ledger = house.served.app.context.files, house.served.service.find("atelier").ledger
    files.attach(ledger, draft.rpartition("/")[2], PHONE)
    quote = issue(owner, draft)
    assert list(files.attached(ledger, quote.rpartition("/")[2])) == [sha256(JPEG).hexdigest()]


def test_what_is_thrown_away_leaves_no_file(house: House, owner: Visitor) -> None:
    draft = whole(owner)
    send(owner, draft, ("a.jpg", JPEG))
    files, ledger = house.served.app.context.files, house.served.service.find("atelier").ledger
    assert files.attached(ledger, draft.rpartition("/")[2])
    owner.fill(owner.get(draft), f"{draft}/delete")
    assert not files.attached(ledger, draft.rpartition("/")[2])


def test_drafts_files_are_for_those_who_write_and_a_quote_s_for_all_who_read(house: House, owner: Visitor) -> None:
    draft = whole(owner)
    send(owner, draft, ("a.jpg", JPEG))
    auditor, digest = house.user("auditor"), sha256(JPEG).hexdigest()
    assert auditor.get(f"{draft}/files/{digest}").status_code == 403
    assert auditor.get(f"{issue(owner, draft)}/files/{digest}").content == JPEG
    assert owner.get(f"{DESK}/quotes/drafts/x/files").status_code == 404


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("..\\..\\windows\\plan.pdf.exe", "plan.pdf.exe.pdf"),
        ("/etc/passwd", "passwd.pdf"),
        ("a\u202efdp.exe\x00\r\nSet-Cookie: x", "a fdp.exe Set-Cookie: x.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("", "fichier.pdf"),
        ("x" * 500 + ".pdf", "x" * 100 + ".pdf"),
        ("Été 2026.PDF", "Été 2026.pdf"),
    ],
)
def test_a_name_holds_no_path_no_hidden_sign_and_its_own_ending(sent: str, name: str) -> None:
    assert name_of(sent, "pdf") == name


def test_a_picture_that_moves_or_unfolds_to_gigabytes_is_refused() -> None:
    moving = png().replace(b"IDAT", b"acTLIDAT", 1)
    huge = JPEG.replace(b"\x08\x00\x10\x00\x10\x03", b"\x08\x75\x00\x75\x00\x03")
    refused = [kind_of(moving), kind_of(huge)]
    assert [one.code for one in refused if isinstance(one, Refusal)] == ["FILE_KIND", "FILE_PIXELS"]
