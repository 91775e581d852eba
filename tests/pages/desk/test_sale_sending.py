"""Sending a quote where mail leaves the house: the message with its own words, once, to the first who signs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.messages.envelope import Envelope
from api.settings import Settings
from api.signing import attached
from api.vault import Vault
from tests.pages.desk.test_sale_files import JPEG, issue
from tests.pages.desk.test_sale_files import send as send_files
from tests.pages.desk.test_sale_quotes import form_base, issued, whole
from tests.pages.kit import House, Visitor, housing


@pytest.fixture(scope="module")
def mailing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server that has a mail server's name; nobody answers there, and nothing waits for it."""
    folder: Path = tmp_path_factory.mktemp("mailing")
    settings = Settings(
        store=f"sqlite:///{folder}/sceau.db",
        passphrase=b"correct horse battery staple",
        provisioning_key="p" * 40,
        port=0,
        documents=str(folder / "documents"),
        smtp="smtp+plain://127.0.0.1:9",
        smtp_from="atelier@example.fr",
        public_url="https://sceau.example",
    )
    with housing(settings) as found:
        yield found


def sent(house: House, template: str = "quote_sent") -> list[Envelope]:
    """The messages of a kind that wait in the outbox, opened."""
    service = house.served.service
    ledger = service.find("atelier").ledger
    vault = Vault(service.keys, ledger)
    rows = service.store.side().outbox().latest(ledger, "", 100)
    return [
        Envelope.from_bytes(vault.open("message", row.message, row.body))
        for row in rows
        if row.template == template and row.body
    ]


def secure(house: House) -> Visitor:
    """The owner, over what says that it is TLS: the cookie has its other name."""
    visitor = house.user("owner")
    visitor.served.client.cookies.clear()
    return SecureVisitor(visitor.served, visitor.who, visitor.language)


class SecureVisitor(Visitor):
    """A browser that reaches the server by its public address."""

    @property
    def _headers(self) -> dict[str, str]:
        return {"Accept-Language": self.language, "Cookie": f"__Host-sceau={self.who}"}


def test_a_quote_is_mailed_once_with_the_words_that_were_typed(mailing: House) -> None:
    owner = secure(mailing)
    path = issued(owner)
    page = owner.get(f"{path}/send")
    form = {
        "act": "email",
        "subject": "Votre cuisine",
        "text": "Bonjour,\n\nvoici le devis :\n\n{{ link }}\n\nÀ bientôt",
        "signatories-0-name": "Camille Exemple",
        "signatories-0-email": "camille@example.fr",
        "signatories-0-side": "client",
        "signatories-1-name": "Dominique Exemple",
        "signatories-1-email": "dominique@example.fr",
        "signatories-1-side": "client",
    }
    base = form_base(owner)
    for _ in range(2):
        answer = owner.post(f"{path}/send", {**base, **form})
        assert (answer.status_code, answer.headers.get("location")) == (303, f"{path}?done=sent"), answer.text
    found = sent(mailing)
    assert [one.email for one in found] == ["camille@example.fr"]
    assert found[0].subject == "Votre cuisine"
    assert "voici le devis" in found[0].text
    assert "https://sceau.example/c/atelier/" in found[0].text
    shown = owner.get(path).text
    assert "Envoyé par courriel" in shown
    assert "On attend 2 signatures." in shown
    assert page.status_code == 200


def test_an_unknown_variable_is_told_at_the_message(mailing: House) -> None:
    owner = secure(mailing)
    path = issued(owner)
    answer = owner.post(
        f"{path}/send",
        {
            **form_base(owner),
            "act": "email",
            "subject": "Devis",
            "text": "{{ link }} {{ secret }}",
            "signatories-0-name": "C",
            "signatories-0-email": "c@example.fr",
            "signatories-0-side": "client",
        },
    )
    assert answer.status_code == 422
    assert "variable inconnue" in answer.text


def test_light_files_go_out_with_the_quote_and_heavy_ones_as_the_link(
    mailing: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = secure(mailing)
    for most, names in ((attached.MOST_MAILED_BYTES, ["plan.jpg"]), (len(JPEG) - 1, [])):
        monkeypatch.setattr(attached, "MOST_MAILED_BYTES", most)
        draft = whole(owner)
        assert send_files(owner, draft, ("plan.jpg", JPEG)).status_code == 303
        path = issue(owner, draft)
        form = {
            **form_base(owner), "act": "email", "subject": f"Devis {most}", "text": "{{ link }}",
            "signatories-0-name": "C", "signatories-0-email": "c@example.fr", "signatories-0-side": "client",
        }  # fmt: skip
        assert owner.post(f"{path}/send", form).status_code == 303
        found = next(one for one in sent(mailing) if one.subject == f"Devis {most}")
        assert [one.name for one in found.attachments if one.kind is None] == names
        assert [one.kind for one in found.attachments if one.kind is not None] == ["quote"]
