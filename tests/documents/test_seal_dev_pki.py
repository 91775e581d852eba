"""`sceau keys dev-pki`: marked as a test in every name, and good enough to try every level of seal with."""

from __future__ import annotations

import json
import stat
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from urllib.request import urlopen

import pytest
from cryptography import x509
from typer.testing import CliRunner

from api import dev_pki
from api.cli.app import app
from archive.anchors.http import post
from archive.anchors.revocation import Lists
from archive.anchors.timestamp import request_stamp
from projections.documents.pdfa import check_pdfa
from projections.documents.seal import Trust, seal
from projections.documents.seal_keys import CannotSeal, check_credential, open_pkcs12
from tests.documents.files import finished

WORDS = "correct horse battery staple"


def run(*words: str, passphrase: str = WORDS) -> tuple[int, str]:
    environment = {"SCEAU_DEV_PKI_PASSPHRASE": passphrase}
    done = CliRunner().invoke(app, ["keys", "dev-pki", *words], env=environment)
    return done.exit_code, done.output


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    code, said = run(str(tmp_path / "pki"), "--json")
    assert code == 0, said
    return tmp_path / "pki"


def test_every_file_and_every_name_is_marked(folder: Path) -> None:
    files = sorted(path.name for path in folder.iterdir())
    assert files == ["TEST-ONLY-root.crl", "TEST-ONLY-root.pem", "TEST-ONLY-signer.p12", "TEST-ONLY-tsa.p12"]
    pki = dev_pki.read(folder, WORDS.encode())
    for held in (pki.root, pki.signer, pki.tsa):
        names = held.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        assert [str(name.value).startswith("TEST ONLY ") for name in names] == [True]
        assert "TEST ONLY" in held.issuer.rfc4514_string()


def test_only_the_owner_can_read_the_files(folder: Path) -> None:
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_command_says_what_it_is_for(tmp_path: Path) -> None:
    code, said = run(str(tmp_path / "pki"))
    assert code == 0
    assert "TEST ONLY" in said
    assert WORDS not in said


def test_json_says_what_it_is_for(tmp_path: Path) -> None:
    code, said = run(str(tmp_path / "pki"), "--json")
    assert code == 0
    assert json.loads(said)["test_only"] is True


def test_nothing_is_written_over(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    code, said = run(str(folder))
    assert (code, "there is one already" in said) == (1, True)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_passphrase_is_made_when_none_is_given(tmp_path: Path) -> None:
    code, said = run(str(tmp_path / "pki"), passphrase="")
    assert code == 0, said
    kept = tmp_path / "pki" / "TEST-ONLY-passphrase.txt"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert kept.read_text().strip() not in said
    assert dev_pki.read(kept.parent, kept.read_bytes().strip()).signer


def test_a_short_passphrase_is_refused(tmp_path: Path) -> None:
    code, said = run(str(tmp_path / "pki"), passphrase="short")
    assert (code, "at least 12" in said) == (2, True)
    assert not (tmp_path / "pki").exists()


def test_a_wrong_passphrase_is_told(folder: Path) -> None:
    code, said = run(str(folder), "--serve", passphrase="another horse entirely")
    assert (code, "does not open" in said) == (2, True)


def test_its_signer_may_seal_and_nothing_else_may(folder: Path) -> None:
    now = datetime.now(UTC)
    check_credential(open_pkcs12((folder / dev_pki.SIGNER).read_bytes(), WORDS.encode()), now)
    with pytest.raises(CannotSeal) as refused:
        check_credential(open_pkcs12((folder / dev_pki.TSA).read_bytes(), WORDS.encode()), now)
    assert refused.value.code == "key_usage"


def test_a_lasting_seal_is_made_with_what_is_in_the_folder_and_its_server(tmp_path: Path) -> None:
    """The whole way: files, a server of its own port, lists fetched from where the certificates say."""
    now = datetime.now(UTC)
    with dev_pki.server(dev_pki.make(now), 0) as probe:
        port = probe.server_port
    pki = dev_pki.make(now, f"127.0.0.1:{port}")
    dev_pki.write(pki, tmp_path / "pki", WORDS.encode())
    held = open_pkcs12((tmp_path / "pki" / dev_pki.SIGNER).read_bytes(), WORDS.encode())
    with dev_pki.server(dev_pki.read(tmp_path / "pki", WORDS.encode()), port) as running:
        Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        url = f"http://127.0.0.1:{port}/"

        def stamp(query: bytes) -> bytes:
            return post(url, query, "application/timestamp-query", 5.0).body

        one = seal(finished(), held, now, level="B-LTA", stamp=stamp, trust=Trust((pki.root,), (), Lists().of))
        assert check_pdfa(one.data) == ()
        assert request_stamp(url, b"anything", [pki.root])
        assert post(url, b"nonsense", "application/timestamp-query", 5.0).status == 400
        with urlopen(f"{url}{dev_pki.LIST}") as answer:
            assert answer.read() == pki.crl
        running.shutdown()


def test_openssl_finds_its_stamps_good(tmp_path: Path) -> None:
    pki = dev_pki.make(datetime.now(UTC))
    dev_pki.write(pki, tmp_path / "pki", WORDS.encode())
    (tmp_path / "data").write_bytes(b"to be stamped")
    query = ["openssl", "ts", "-query", "-data", "data", "-sha256", "-cert", "-out", "query"]
    subprocess.run(query, cwd=tmp_path, check=True, capture_output=True)
    (tmp_path / "reply").write_bytes(pki.stamp((tmp_path / "query").read_bytes()))
    checked = subprocess.run(
        ["openssl", "ts", "-verify", "-queryfile", "query", "-in", "reply", "-CAfile", f"pki/{dev_pki.ROOT}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert "Verification: OK" in checked.stdout + checked.stderr
