"""Keys and certificates that cannot seal are refused by name, before anything is signed."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import PBES, serialize_key_and_certificates
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st

from api.dev_pki import Pki, make
from projections.documents.seal import Trust, seal
from projections.documents.seal_keys import CannotSeal, Credential, check_credential, open_pkcs12
from tests.documents.files import finished
from tests.documents.test_seal import AT, issued, signs_documents, usage

PASSPHRASE = b"correct horse battery staple"


@pytest.fixture(scope="module")
def pki() -> Pki:
    return make(AT)


def pkcs12(pki: Pki, guard: Any = None) -> bytes:
    return serialize_key_and_certificates(
        b"x", pki.signer_key, pki.signer, [pki.root], guard or BestAvailableEncryption(PASSPHRASE)
    )


def refused(work: Callable[[], Any]) -> str:
    with pytest.raises(CannotSeal) as caught:
        work()
    return caught.value.code


def test_a_pkcs12_file_gives_its_key_and_certificates(pki: Pki) -> None:
    one = open_pkcs12(pkcs12(pki), PASSPHRASE)
    assert one.certificate == pki.signer
    assert one.others == (pki.root,)
    assert one.key.private_numbers() == pki.signer_key.private_numbers()
    check_credential(one, AT)


def test_a_pkcs12_file_of_an_old_windows_is_read(pki: Pki) -> None:
    old = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(2000)
        .key_cert_algorithm(PBES.PBESv1SHA1And3KeyTripleDESCBC)
        .hmac_hash(SHA1())
        .build(PASSPHRASE)
    )
    assert open_pkcs12(pkcs12(pki, old), PASSPHRASE).certificate == pki.signer


def test_a_pkcs12_file_without_passphrase_is_read(pki: Pki) -> None:
    assert open_pkcs12(pkcs12(pki, NoEncryption()), None).certificate == pki.signer


@pytest.mark.parametrize("wrong", [b"wrong horse", b"", None])
def test_a_wrong_passphrase_is_named(pki: Pki, wrong: bytes | None) -> None:
    assert refused(lambda: open_pkcs12(pkcs12(pki), wrong)) == "password"


def test_a_refusal_shows_neither_the_passphrase_nor_where_it_was_used(pki: Pki) -> None:
    with pytest.raises(CannotSeal) as caught:
        open_pkcs12(pkcs12(pki), b"wrong horse")
    assert caught.value.__cause__ is None
    assert "horse" not in str(caught.value)


def test_a_credential_does_not_print_itself(pki: Pki) -> None:
    assert repr(open_pkcs12(pkcs12(pki), PASSPHRASE)) == "Credential(...)"


@pytest.mark.parametrize("data", [b"", b"hello", b"\x30\x80nonsense", bytes(2 << 20), b"\x30\x03\x02\x01\x03"])
def test_what_is_no_pkcs12_file_is_named(data: bytes) -> None:
    assert refused(lambda: open_pkcs12(data, PASSPHRASE)) == "not_pkcs12"


def test_a_pkcs12_file_without_a_key_is_named(pki: Pki) -> None:
    data = serialize_key_and_certificates(b"x", None, None, [pki.root], BestAvailableEncryption(PASSPHRASE))
    assert refused(lambda: open_pkcs12(data, PASSPHRASE)) == "not_pkcs12"


def test_a_file_that_wants_to_hash_for_ever_is_refused_at_once(pki: Pki) -> None:
    data = pkcs12(pki)
    stretched = _stretched(data)
    start = time.monotonic()
    assert refused(lambda: open_pkcs12(stretched, PASSPHRASE)) == "not_pkcs12"
    assert time.monotonic() - start < 29  # the rounds would take a quarter of an hour


def _stretched(data: bytes) -> bytes:
    """The same file, wanting two thousand million rounds for its MAC."""
    from asn1crypto import pkcs12 as asn1  # type: ignore[import-untyped] # it has no types

    read = asn1.Pfx.load(data)
    read["mac_data"]["iterations"] = 2_000_000_000
    return bytes(read.dump(force=True))


@pytest.mark.filterwarnings("ignore:PKCS#12 bundle could not be parsed as DER")
@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damage_to_a_pkcs12_file_goes_unnamed(data: st.DataObject) -> None:
    whole = _WHOLE
    at = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255))
    damaged = whole[:at] + bytes([byte]) + whole[at + 1 :]
    assert _outcome(damaged) in {"opened", "not_pkcs12", "password", "weak_key", "key_mismatch"}


def _outcome(data: bytes) -> str:
    try:
        open_pkcs12(data, PASSPHRASE)
    except CannotSeal as error:
        return error.code
    return "opened"


_WHOLE = pkcs12(make(AT), PrivateFormat.PKCS12.encryption_builder().kdf_rounds(50).build(PASSPHRASE))


def test_a_key_that_is_not_the_certificate_s_is_named(pki: Pki) -> None:
    other = rsa.generate_private_key(65537, 2048)
    assert refused(lambda: check_credential(Credential(other, pki.signer), AT)) == "key_mismatch"


def test_a_certificate_is_held_against_the_time_of_the_seal(pki: Pki) -> None:
    one = Credential(pki.signer_key, pki.signer)
    assert refused(lambda: check_credential(one, AT - timedelta(days=2))) == "not_yet_valid"
    assert refused(lambda: check_credential(one, AT + timedelta(days=400))) == "expired"
    assert refused(lambda: seal(finished(), one, AT + timedelta(days=400))) == "expired"


@pytest.mark.parametrize(
    "key",
    [rsa.generate_private_key(65537, 1024), ec.generate_private_key(ec.SECP224R1())],
    ids=["RSA 1024", "P-224"],
)
def test_a_weak_key_is_named(pki: Pki, key: Any) -> None:
    held = issued(pki, key.public_key(), change=signs_documents)[0]
    assert refused(lambda: check_credential(Credential(key, held), AT)) == "weak_key"


@pytest.mark.parametrize(
    "key", [ed25519.Ed25519PrivateKey.generate(), dsa.generate_private_key(2048)], ids=["Ed25519", "DSA"]
)
def test_another_kind_of_key_is_named(pki: Pki, key: Any) -> None:
    held, _ = issued(pki, key.public_key(), change=signs_documents)
    data = serialize_key_and_certificates(b"x", key, held, None, BestAvailableEncryption(PASSPHRASE))
    assert refused(lambda: open_pkcs12(data, PASSPHRASE)) == "weak_key"


def _with(*extensions: x509.ExtensionType) -> Callable[[x509.CertificateBuilder], x509.CertificateBuilder]:
    def change(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
        for each in extensions:
            builder = builder.add_extension(each, critical=True)
        return builder

    return change


@pytest.mark.parametrize(
    ("extensions", "code"),
    [
        ([usage(key_encipherment=True)], "key_usage"),
        ([usage(key_cert_sign=True)], "key_usage"),
        ([usage(digital_signature=True), x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])], "key_usage"),
        ([usage(digital_signature=True), x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])], "key_usage"),
        ([usage(digital_signature=True)], None),
        ([usage(content_commitment=True)], None),
        ([usage(content_commitment=True), x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])], None),
        ([], None),
    ],
)
def test_a_certificate_for_other_uses_is_named(pki: Pki, extensions: list[Any], code: str | None) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    held, _ = issued(pki, key.public_key(), change=_with(*extensions))
    one = Credential(key, held)
    if code is None:
        check_credential(one, AT)
    else:
        assert refused(lambda: check_credential(one, AT)) == code


def test_the_certificate_of_an_authority_is_named(pki: Pki) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "TEST ONLY self")])
    held = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(AT)
        .not_valid_after(AT + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    assert refused(lambda: check_credential(Credential(key, held), AT)) == "key_usage"


def test_a_certificate_signed_with_a_broken_digest_is_named(tmp_path: Path) -> None:
    """Such a one is not made any more by the library that reads it."""
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -sha1 -days 9 -subj /CN=TEST"
        " -addext basicConstraints=critical,CA:false -addext keyUsage=critical,digitalSignature"
    )
    subprocess.run(command.split(), cwd=tmp_path, check=True, capture_output=True)
    held = x509.load_pem_x509_certificate((tmp_path / "cert.pem").read_bytes())
    key = load_pem_private_key((tmp_path / "key.pem").read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    assert refused(lambda: check_credential(Credential(key, held), held.not_valid_before_utc)) == "weak_key"


def test_a_certificate_that_was_revoked_makes_no_lasting_seal(pki: Pki) -> None:
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "TEST ONLY revoking root")])

    def built(subject: x509.Name, public: Any, ca: bool) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(AT - timedelta(days=9))
            .not_valid_after(AT + timedelta(days=9))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )

    signs = usage(key_cert_sign=True, crl_sign=True)
    root = built(name, root_key.public_key(), True).add_extension(signs, critical=True).sign(root_key, SHA256())
    other = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "TEST ONLY revoked")])
    held = signs_documents(built(other, key.public_key(), False)).sign(root_key, SHA256())
    revoked = (
        x509.RevokedCertificateBuilder()
        .serial_number(held.serial_number)
        .revocation_date(AT - timedelta(days=2))
        .build()
    )
    listed = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(name)
        .last_update(AT - timedelta(days=1))
        .next_update(AT + timedelta(days=1))
        .add_revoked_certificate(revoked)
        .sign(root_key, SHA256())
        .public_bytes(Encoding.DER)
    )

    def lists(chain: Any) -> list[bytes]:
        return [listed] if root in chain else pki.lists(chain)

    trust = Trust((root, pki.root), (), lists)
    one = Credential(key, held, (root,))
    assert refused(lambda: seal(finished(), one, AT, level="B-LT", stamp=pki.stamp, trust=trust)) == "revoked"
    assert seal(finished(), one, AT, level="B-T", stamp=pki.stamp).level == "B-T"  # nobody was asked
