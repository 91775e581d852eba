"""Seals of every level: valid for pyHanko, pdfsig and OpenSSL, and the file is PDF/A-3b as before."""

from __future__ import annotations

import asyncio
import hashlib
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pikepdf
import pytest
from asn1crypto import algos, cms, tsp  # type: ignore[import-untyped] # it has no types
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.ades import simulate_future_ades_lta_validation
from pyhanko.sign.validation.policy_decl import PdfSignatureValidationSpec, SignatureValidationSpec
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO
from pyhanko_certvalidator.registry import SimpleTrustManager

from api.dev_pki import Pki, make
from archive.anchors.anchor import AnchorFailure
from archive.anchors.http import post
from projections.documents.pdfa import check_pdfa
from projections.documents.seal import FIELD, MAX_BYTES, Level, Sealed, Trust, seal
from projections.documents.seal_cms import content, packed
from projections.documents.seal_keys import CannotSeal, Credential
from projections.documents.seal_stamps import StampFailed
from tests.anchors.authority import Authority
from tests.documents.files import EVIDENCE, finished
from tests.documents.poppler import needs_pdfsig, pdfsig

AT: Final = datetime.now(UTC).replace(microsecond=0)
WHOLE: Final = finished([EVIDENCE])
LEVELS: Final[tuple[Level, ...]] = ("B-B", "B-T", "B-LT", "B-LTA")
PAGE: Final = Path(__file__).parents[2] / "docs" / "sealing.md"


@pytest.fixture(scope="module")
def pki() -> Pki:
    return make(AT)


def asn1(one: x509.Certificate) -> Any:
    return asn1_x509.Certificate.load(one.public_bytes(Encoding.DER))


def credential(pki: Pki) -> Credential:
    return Credential(pki.signer_key, pki.signer, (pki.root,))


def trust(pki: Pki) -> Trust:
    return Trust((pki.root,), (), pki.lists)


@pytest.fixture(scope="module")
def every(pki: Pki) -> dict[Level, Sealed]:
    return {level: seal(WHOLE, credential(pki), AT, level=level, stamp=pki.stamp, trust=trust(pki)) for level in LEVELS}


@pytest.fixture(params=LEVELS)
def sealed(request: pytest.FixtureRequest, every: dict[Level, Sealed]) -> Sealed:
    return every[request.param]


def test_a_sealed_file_is_still_pdfa_3b(sealed: Sealed) -> None:
    assert check_pdfa(sealed.data) == ()


def test_the_file_before_is_the_beginning_of_the_file_after(sealed: Sealed) -> None:
    assert sealed.data.startswith(WHOLE)
    assert sealed.before == hashlib.sha256(WHOLE).hexdigest()
    assert sealed.digest == hashlib.sha256(sealed.data).hexdigest()


def test_a_seal_leaves_the_metadata_and_the_files_alone(sealed: Sealed) -> None:
    with pikepdf.open(BytesIO(sealed.data)) as after, pikepdf.open(BytesIO(WHOLE)) as before:
        assert after.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()
        assert dict(after.docinfo) == dict(before.docinfo)
        assert after.attachments.keys() == before.attachments.keys()


def test_a_seal_cannot_be_seen(sealed: Sealed) -> None:
    with pikepdf.open(BytesIO(sealed.data)) as pdf:
        for note in pdf.pages[0].obj.Annots:
            assert [int(side) for side in note.Rect] == [0, 0, 0, 0]
            assert "/AP" not in note


def test_a_seal_is_dated_by_the_time_it_was_given(pki: Pki) -> None:
    at = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
    old = make(at)
    one = seal(WHOLE, credential(old), at)
    with pikepdf.open(BytesIO(one.data)) as pdf:
        assert str(pdf.Root.AcroForm.Fields[0].V.M) == "D:20261103093000Z"
    assert one.at == at


def test_pyhanko_finds_the_seal_valid_and_over_the_whole_file(every: dict[Level, Sealed], pki: Pki) -> None:
    for level, one in every.items():
        reader = PdfFileReader(BytesIO(one.data))
        (signature,) = reader.embedded_regular_signatures
        context: dict[str, Any] = {"trust_roots": [asn1(pki.root)], "crls": [pki.crl]}
        status = validate_pdf_signature(
            signature, ValidationContext(**context), ts_validation_context=ValidationContext(**context)
        )
        assert status.bottom_line, status.summary()
        assert status.docmdp_ok
        whole = SignatureCoverageLevel.ENTIRE_FILE if level != "B-LTA" else SignatureCoverageLevel.ENTIRE_REVISION
        assert status.coverage >= whole
        assert (status.timestamp_validity is not None) == (level != "B-B")


def test_the_last_stamp_of_b_lta_covers_the_whole_file(every: dict[Level, Sealed], pki: Pki) -> None:
    reader = PdfFileReader(BytesIO(every["B-LTA"].data))
    (stamp,) = reader.embedded_timestamp_signatures
    context = ValidationContext(trust_roots=[asn1(pki.root)])
    status = validate_pdf_timestamp(stamp, context)
    assert status.valid
    assert status.intact
    assert status.trusted
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE


def test_a_lasting_seal_holds_when_the_signer_s_certificate_has_expired(every: dict[Level, Sealed], pki: Pki) -> None:
    """Three years on, with nothing but what is in the file and the root."""
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build([asn1(pki.root)]),
        revinfo_policy=_lasting(),
    )
    spec = PdfSignatureValidationSpec(SignatureValidationSpec(cert_validation_policy=policy))

    def of(level: Level) -> Any:
        reader = PdfFileReader(BytesIO(every[level].data))
        found = simulate_future_ades_lta_validation(
            reader.embedded_regular_signatures[0], spec, AT + timedelta(days=3 * 365)
        )
        return asyncio.run(found)

    assert of("B-LTA").ades_subindic.name == "OK"
    assert of("B-LT").ades_subindic.name == "OK"  # if it is stamped in time
    assert of("B-T").ades_subindic.name != "OK"


def _lasting() -> Any:
    from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy

    return CertRevTrustPolicy(REQUIRE_REVINFO)


@needs_pdfsig
def test_pdfsig_finds_the_seal_valid(sealed: Sealed, tmp_path: Path) -> None:
    path = tmp_path / "sealed.pdf"
    path.write_bytes(sealed.data)
    said = pdfsig(path)
    assert "Signature Validation: Signature is Valid." in said
    assert "Signature Type: ETSI.CAdES.detached" in said
    assert "Total document signed" in said


@needs_pdfsig
def test_pdfsig_finds_a_changed_byte(sealed: Sealed, tmp_path: Path) -> None:
    changed = sealed.data.replace(b"FA-2026-0042", b"FA-2026-0043", 1)
    assert changed != sealed.data
    path = tmp_path / "sealed.pdf"
    path.write_bytes(changed)
    assert "Signature Validation: Digest Mismatch." in pdfsig(path)


def how_to() -> tuple[str, str]:
    """The lines of docs/sealing.md that check a seal with OpenSSL: the script, and the command."""
    page = PAGE.read_text(encoding="utf-8")
    script = re.search(r"python3 - sealed\.pdf <<'END'\n(.*?)END\n(openssl cms [^\n]*)\n", page, re.DOTALL)
    assert script is not None
    return script[1], script[2]


def run_how_to(folder: Path, data: bytes, pki: Pki) -> subprocess.CompletedProcess[str]:
    script, command = how_to()
    (folder / "sealed.pdf").write_bytes(data)
    (folder / "root.pem").write_bytes(pki.root.public_bytes(Encoding.PEM))
    subprocess.run(["python3", "-", "sealed.pdf"], input=script, text=True, cwd=folder, check=True, timeout=30)
    return subprocess.run(command.split(), cwd=folder, capture_output=True, text=True, timeout=30)


def test_openssl_finds_the_seal_valid_by_the_lines_of_the_page(sealed: Sealed, pki: Pki, tmp_path: Path) -> None:
    done = run_how_to(tmp_path, sealed.data, pki)
    assert done.returncode == 0, done.stderr
    assert "CMS Verification successful" in done.stderr
    assert (tmp_path / "verified.bin").read_bytes() == (tmp_path / "signed.bin").read_bytes()


def test_openssl_finds_a_changed_byte_by_the_lines_of_the_page(sealed: Sealed, pki: Pki, tmp_path: Path) -> None:
    done = run_how_to(tmp_path, sealed.data.replace(b"FA-2026-0042", b"FA-2026-0043", 1), pki)
    assert done.returncode != 0
    assert "CMS Verification failure" in done.stderr


def test_openssl_finds_a_stranger_by_the_lines_of_the_page(every: dict[Level, Sealed], tmp_path: Path) -> None:
    assert run_how_to(tmp_path, every["B-B"].data, make(AT)).returncode != 0


def test_every_kind_of_key_seals(pki: Pki, tmp_path: Path) -> None:
    for curve in (ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()):
        key = ec.generate_private_key(curve)
        held = issued(pki, key.public_key())
        one = seal(WHOLE, Credential(key, held[0], (held[1],)), AT, level="B-T", stamp=pki.stamp)
        assert check_pdfa(one.data) == ()
        reader = PdfFileReader(BytesIO(one.data))
        context = ValidationContext(trust_roots=[asn1(held[1])])
        status = validate_pdf_signature(reader.embedded_signatures[0], context)
        assert status.valid
        assert status.intact
        assert status.trusted


def issued(
    pki: Pki,
    key: Any,
    *,
    days: int = 90,
    change: Callable[[x509.CertificateBuilder], x509.CertificateBuilder] | None = None,
) -> tuple[x509.Certificate, x509.Certificate]:
    """A certificate for a key, and the root that issued it."""
    root_key = ec.generate_private_key(ec.SECP256R1())

    def of(words: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"TEST ONLY {words}")])

    def built(subject: str, public: Any, ca: bool) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(of(subject))
            .issuer_name(of("other root"))
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(AT - timedelta(days=1))
            .not_valid_after(AT + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )

    root = built("other root", root_key.public_key(), True).sign(root_key, SHA256())
    builder = built("other signer", key, False)
    return (change or signs_documents)(builder).sign(root_key, SHA256()), root


def signs_documents(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    return builder.add_extension(usage(digital_signature=True, content_commitment=True), critical=True)


def usage(**named: bool) -> x509.KeyUsage:
    every = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    return x509.KeyUsage(
        **{
            name: named.get(name, False)
            for name in (*every, "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
        }
    )


def test_a_seal_that_does_not_certify_leaves_room_for_others(pki: Pki) -> None:
    one = seal(WHOLE, credential(pki), AT, certify=False)
    assert b"/DocMDP" not in one.data
    assert check_pdfa(one.data) == ()


def test_a_reason_is_written_into_the_seal(pki: Pki) -> None:
    one = seal(WHOLE, credential(pki), AT, reason="Devis n° 7")
    with pikepdf.open(BytesIO(one.data)) as pdf:
        assert str(pdf.Root.AcroForm.Fields[0].V.Reason) == "Devis n° 7"


def test_the_certificate_is_told_by_its_digest(pki: Pki, sealed: Sealed) -> None:
    assert sealed.certificate == pki.signer.fingerprint(SHA256()).hex()


# ---- the time stamp authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with Authority(tmp_path_factory.mktemp("authority"), crl=True) as running:
        yield running


def asking(url: str) -> Callable[[bytes], bytes]:
    """As `api` asks an authority."""

    def stamp(query: bytes) -> bytes:
        try:
            reply = post(url, query, "application/timestamp-query", 5.0)
        except AnchorFailure as failure:
            raise StampFailed(failure.cause) from failure
        if reply.status != 200:
            raise StampFailed("refused", str(reply.status))
        return reply.body

    return stamp


@pytest.mark.parametrize("level", LEVELS[1:])
def test_a_real_authority_stamps_a_seal(authority: Authority, pki: Pki, level: Level) -> None:
    other = x509.load_pem_x509_certificate(authority.root)

    def lists(chain: Any) -> list[bytes]:
        return [authority.crl()] if other in chain else pki.lists(chain)

    at = datetime.now(UTC)
    asked = authority.asked
    whole = Trust((pki.root, other), (), lists)
    one = seal(WHOLE, credential(pki), at, level=level, stamp=asking(authority.url), trust=whole)
    assert authority.asked - asked == {"B-T": 1, "B-LT": 2, "B-LTA": 3}[level]
    assert check_pdfa(one.data) == ()
    context = ValidationContext(trust_roots=[asn1(root) for root in whole.roots])
    status = validate_pdf_signature(PdfFileReader(BytesIO(one.data)).embedded_signatures[0], context)
    assert status.bottom_line, status.summary()


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ("refused", "refused"),
        ("other data", "bad_answer"),
        ("replayed", "bad_answer"),
        ("garbage", "bad_answer"),
        ("empty", "bad_answer"),
        ("500", "refused"),
        ("long", "bad_answer"),
        ("redirect", "refused"),
        ("cut", "bad_answer"),
        ("flipped", "bad_answer"),
    ],
)
@pytest.mark.parametrize("level", ["B-T", "B-LTA"])
def test_an_authority_that_fails_is_named_and_nothing_leaves(
    authority: Authority, pki: Pki, fault: str, cause: str, level: Level
) -> None:
    authority.fault = fault
    try:
        with pytest.raises(StampFailed) as failed:
            seal(WHOLE, credential(pki), AT, level=level, stamp=asking(authority.url), trust=trust(pki))
    finally:
        authority.fault = None
    assert failed.value.cause == cause


def test_an_authority_that_is_not_there_is_named(pki: Pki) -> None:
    for stamp in (asking("http://127.0.0.1:9/tsa"), _deaf):
        with pytest.raises(StampFailed) as failed:
            seal(WHOLE, credential(pki), AT, level="B-T", stamp=stamp)
        assert failed.value.cause == "unreachable"


def _deaf(_: bytes) -> bytes:
    raise TimeoutError


def test_a_stamp_by_a_certificate_for_other_uses_is_refused(tmp_path: Path, pki: Pki) -> None:
    with (
        Authority(tmp_path / "other", usage="timeStamping, serverAuth") as running,
        pytest.raises(StampFailed),
    ):
        seal(WHOLE, credential(pki), AT, level="B-T", stamp=asking(running.url))


def test_no_length_makes_a_seal_take_long(pki: Pki) -> None:
    """asn1crypto takes lengths that end in 80 for indefinite ones; its time then doubles with depth."""
    token = tsp.TimeStampResp.load(pki.stamp(_query()))["time_stamp_token"].dump()
    attribute = {"type": "signature_time_stamp_token", "values": [content(token)]}
    signed = cms.CMSAttributes([{"type": "content_type", "values": ["data"]}])
    start = time.process_time()
    for length in range(1, 260):
        made = packed(
            digest_algorithm="sha256",
            mechanism=algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            signer=asn1(pki.signer),
            certificates=[asn1(pki.root)],
            signed_attributes=signed,
            unsigned_attributes=cms.CMSAttributes([attribute]),
            signature=bytes(length),
        )
        read = cms.ContentInfo.load(made.dump(), strict=True)["content"]
        (one,) = read["signer_infos"]
        assert one["signature"].native == bytes(length)
        assert one["signed_attrs"].native == signed.native
        assert one["unsigned_attrs"][0]["values"][0]["content_type"].native == "signed_data"
        assert token in made.dump()
        assert {each.chosen.serial_number for each in read["certificates"]} == {
            pki.signer.serial_number,
            pki.root.serial_number,
        }
    assert time.process_time() - start < 20  # a second or so; minutes when it goes wrong


def _query() -> bytes:
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": bytes(32)}
    return bytes(tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "nonce": 1, "cert_req": True}).dump())


# ---- what B-LT and B-LTA need


@pytest.mark.parametrize("level", ["B-LT", "B-LTA"])
def test_a_lasting_seal_needs_a_chain_to_a_root(pki: Pki, level: Level) -> None:
    with pytest.raises(CannotSeal) as refused:
        seal(WHOLE, credential(pki), AT, level=level, stamp=pki.stamp, trust=Trust((make(AT).root,), (), pki.lists))
    assert refused.value.code == "incomplete_chain"


def test_a_lasting_seal_needs_revocation_lists(pki: Pki) -> None:
    for lists in (lambda _: (), lambda _: (make(AT).crl,)):
        with pytest.raises(CannotSeal) as refused:
            seal(WHOLE, credential(pki), AT, level="B-LT", stamp=pki.stamp, trust=Trust((pki.root,), (), lists))
        assert refused.value.code == "no_revocation"


def test_a_revoked_authority_makes_no_lasting_seal(tmp_path: Path, pki: Pki) -> None:
    with Authority(tmp_path / "revoked", crl=True) as running:
        running.revoke()
        other = x509.load_pem_x509_certificate(running.root)
        crl = running.crl()

        def lists(chain: Any) -> list[bytes]:
            return [crl] if other in chain else pki.lists(chain)

        whole = Trust((pki.root, other), (), lists)
        with pytest.raises(CannotSeal) as refused:
            seal(
                WHOLE,
                credential(pki),
                datetime.now(UTC) + timedelta(seconds=5),
                level="B-LT",
                stamp=asking(running.url),
                trust=whole,
            )
    assert refused.value.code == "revoked"


@pytest.mark.parametrize(
    ("level", "given"),
    [("B-T", {}), ("B-LT", {"stamp": len}), ("B-LTA", {"stamp": len}), ("B-B", {"at": AT.replace(tzinfo=None)})],
)
def test_what_a_level_needs_must_be_given(pki: Pki, level: Level, given: dict[str, Any]) -> None:
    given = {"at": AT, **given}
    with pytest.raises(ValueError, match="what its level needs"):
        seal(WHOLE, credential(pki), level=level, **given)


# ---- files that take no seal


def test_a_sealed_file_takes_no_second_seal(pki: Pki, sealed: Sealed) -> None:
    with pytest.raises(CannotSeal) as refused:
        seal(sealed.data, credential(pki), AT)
    assert refused.value.code == "already_sealed"


def test_a_file_that_is_no_pdf_or_too_large_or_encrypted_takes_no_seal(pki: Pki) -> None:
    made = BytesIO()
    with pikepdf.open(BytesIO(WHOLE)) as pdf:
        pdf.save(made, encryption=pikepdf.Encryption(owner="o", user=""))
    wrong = {
        b"": "not_pdf",
        b"hello": "not_pdf",
        WHOLE[:2000]: "not_pdf",
        made.getvalue(): "encrypted",
        bytes(MAX_BYTES + 1): "too_large",
    }
    for data, code in wrong.items():
        with pytest.raises(CannotSeal) as refused:
            seal(data, credential(pki), AT)
        assert refused.value.code == code


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255), st.integers(0, 60))
def test_a_damaged_file_is_sealed_as_it_is_or_refused_by_name(pki: Pki, at: int, byte: int, cut: int) -> None:
    damaged = bytearray(WHOLE)
    damaged[at] = byte
    del damaged[at + 1 : at + 1 + cut]
    try:
        assert seal(bytes(damaged), credential(pki), AT).data.startswith(damaged)
    except CannotSeal as error:
        refused = error.code
        assert refused in ("not_pdf", "encrypted", "already_sealed")


# ---- faults of a sealed file, for the check of PDF/A


def test_a_fault_in_a_seal_is_found(every: dict[Level, Sealed]) -> None:
    data = every["B-B"].data
    spread = re.search(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]", data)
    assert spread is not None
    hole = data[int(spread[1]) : int(spread[2])]
    der = bytes.fromhex(hole[1:-1].decode())
    faults = {
        "6.4.3-1": data.replace(spread[0], spread[0].replace(b"[0 ", b"[1 ")),
        "6.4.3-2": data.replace(hole, b"<" + b"00" * (len(hole) // 2 - 1) + b">"),
        "6.4.3-3": data.replace(hole, _hexadecimal(_two_signers(der), len(hole))),
        "6.3.2-2": data.replace(b"/F 132", b"/F 130"),
        "sealed-visibly": data.replace(b"/Rect [ 0 0 0 0 ]", b"/Rect [ 0 0 9 9 ]"),
        "6.1.12-1": data.replace(b"/DocMDP 2", b"/DocXXX 2"),
        "ESIC": data.replace(b"/BaseVersion /1.7", b"/BaseVersion /1.6"),
        "sealed-strangely": data.replace(b"/P 11 0 R\n/V", b"/X 11 0 R\n/V"),
    }
    for rule, changed in faults.items():
        assert changed != data, rule
        assert rule in {one.rule for one in check_pdfa(changed)}, rule


def test_a_signature_without_its_certificate_is_found(every: dict[Level, Sealed]) -> None:
    data = every["B-B"].data
    hole = re.search(rb"<[0-9A-Fa-f]{4000,}>", data)
    assert hole is not None
    read = cms.ContentInfo.load(bytes.fromhex(hole[0][1:-1].decode()))
    read["content"]["certificates"] = []
    changed = data.replace(hole[0], _hexadecimal(read.dump(force=True), len(hole[0])))
    assert "6.4.3-2" in {one.rule for one in check_pdfa(changed)}


def _two_signers(der: bytes) -> bytes:
    read = cms.ContentInfo.load(der)
    (one,) = read["content"]["signer_infos"]
    read["content"]["signer_infos"] = [one, one]
    read["content"]["certificates"] = list(read["content"]["certificates"])[:1]
    return bytes(read.dump(force=True))


def _hexadecimal(der: bytes, length: int) -> bytes:
    return b"<" + der.hex().encode().ljust(length - 2, b"0")[: length - 2] + b">"


def test_the_field_has_the_name_that_is_told(every: dict[Level, Sealed]) -> None:
    with pikepdf.open(BytesIO(every["B-LTA"].data)) as pdf:
        assert [str(one.T) for one in pdf.Root.AcroForm.Fields] == [FIELD, f"{FIELD}-Timestamp"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_one_changed_byte_breaks_the_seal_wherever_it_is(
    every: dict[Level, Sealed], pki: Pki, data: st.DataObject
) -> None:
    whole = every["B-B"].data
    hole = re.search(rb"<[0-9A-Fa-f]{4000,}>", whole)
    assert hole is not None
    outside = st.integers(0, hole.start()) | st.integers(hole.end(), len(whole) - 1)
    at, turn = data.draw(outside), data.draw(st.integers(1, 255))
    changed = bytearray(whole)
    changed[at] ^= turn
    try:
        (signature,) = PdfFileReader(BytesIO(bytes(changed))).embedded_regular_signatures
        status = validate_pdf_signature(signature, ValidationContext(trust_roots=[asn1(pki.root)]))
    except Exception:  # a reader that cannot even open it has seen it too
        return
    assert not status.bottom_line


def test_several_threads_seal_at_once(pki: Pki) -> None:
    def work(level: Level) -> Sealed:
        return seal(WHOLE, credential(pki), AT, level=level, stamp=pki.stamp, trust=trust(pki))

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(work, LEVELS * 2))
    assert [one.level for one in made] == list(LEVELS * 2)
    assert all(check_pdfa(one.data) == () for one in made)
