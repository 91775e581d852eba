"""The whole flow over PostgreSQL: links, codes, a PDF of one's own, a drawing, two devices at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.signing import asking
from api.signing.acts import Signed
from ledger.domain.commands.quotes import SignatoryInput
from ledger.shell.stores.open import open_store
from tests.signing.scene import ACTOR, CLIENT, Scene, drawn, png, scene
from tests.signing.test_files import pdf

pytestmark = pytest.mark.postgres


@pytest.fixture
def there(postgres_url: str, tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path, open_store(postgres_url)) as one:
        yield one


def test_a_quote_is_signed_by_two_devices_at_once_and_once(there: Scene) -> None:
    link = there.to_sign(there.quote())
    there.code(link)
    form = there.form(link, drawing=drawn(png()))
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda n: there.signing.acts.sign(link, form, key=f"page:{n}"), range(4)))
    assert all(isinstance(each, Signed) for each in done), done
    assert there.types().count("quote.signed/1") == 1


def test_a_pdf_of_ones_own_is_kept_and_signed(there: Scene) -> None:
    data = pdf()
    who = (SignatoryInput(method="code", party=CLIENT),)
    asked = asking.ask_for_file(there.service, there.signing.files, there.ledger, data, who, actor=ACTOR)
    assert isinstance(asked, asking.Asked)
    link = there.link(asked.signature, "signature", "sign", party=asked.signatories[0])
    there.code(link)
    assert isinstance(there.signing.acts.sign(link, there.form(link)), Signed)
    digest = there.view(link).signature.fingerprint  # type: ignore[union-attr] # it is a signature's
    assert there.signing.files.read(there.ledger, asked.signature, digest) == data
