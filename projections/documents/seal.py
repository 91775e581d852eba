"""Seals a finished file: PAdES B-B, B-T, B-LT or B-LTA (ETSI EN 319 142-1), invisible, and still PDF/A-3b after.

The seal is an increment: the file before it is the beginning of the file after it. Its time is given, not read from a
clock; a time stamp is asked of an authority that the caller reaches. pyHanko writes the seal. Four things that it does
are stopped here: it would rewrite XMP and the document information with the present time, make the file PDF 2.0 for a
signature on a curve, read the private key again for every signature, and now and then take half a minute for one
(`seal_cms`).
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any, Final, Literal

from asn1crypto import cms, crl  # type: ignore[import-untyped] # it has no types
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfReadError, PdfWriteError
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, PdfTimeStamper
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko.sign.signers.pdf_signer import DSSContentSettings, SigDSSPlacementPreference
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import (
    InsufficientRevinfoError,
    PathBuildingError,
    PathError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.registry import SimpleCertificateStore

from projections.documents.seal_cms import certificate as as_read
from projections.documents.seal_cms import packed, revocation_list
from projections.documents.seal_keys import CannotSeal, Credential, chain_of, check_credential, usages
from projections.documents.seal_stamps import Authority, Stamp, StampFailed

Level = Literal["B-B", "B-T", "B-LT", "B-LTA"]
MAX_BYTES: Final = 100 << 20
FIELD: Final = "Seal"
STAMP_FIELD: Final = "Seal-Timestamp"
_ROOM_FOR_STAMP: Final = 8192
_MOST_ROOM: Final = 48 << 10

_STORE: Final = DSSContentSettings(include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE)

Lists = Callable[[Sequence[x509.Certificate]], Sequence[bytes]]
"""Gives the revocation lists (CRL, DER) of a chain, signer first: `archive.anchors.revocation.Lists().of` is one."""


@dataclass(frozen=True, slots=True)
class Trust:
    """What B-LT and B-LTA need beside the key: roots, certificates between, and who gives revocation lists."""

    roots: tuple[x509.Certificate, ...]
    others: tuple[x509.Certificate, ...] = ()
    lists: Lists = lambda _: ()


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed file. Digests are SHA-256 in hexadecimal: of the file, of the file before, of the certificate."""

    data: bytes
    digest: str
    before: str
    certificate: str
    level: Level
    at: datetime


def seal(
    data: bytes,
    credential: Credential,
    at: datetime,
    *,
    level: Level = "B-B",
    stamp: Stamp | None = None,
    trust: Trust | None = None,
    certify: bool = True,
    reason: str | None = None,
) -> Sealed:
    """Seal a file that `finish` made. Runs an event loop of its own: never call it from within one.

    Args:
        data: the file.
        credential: the issuer's key and certificate.
        at: the time of the seal, aware; certificates are held against it.
        level: of PAdES. All but B-B need `stamp`, B-LT and B-LTA `trust` too.
        stamp: asks the time stamp authority.
        trust: roots and revocation lists.
        certify: forbid every change but form filling and further signatures (DocMDP 2); a quote that the customer
            will sign in the same file is better sealed without.
        reason: in words, written into the seal.

    Raises:
        CannotSeal: the key, the certificate or the file cannot make this seal.
        StampFailed: no time stamp that holds.
        ValueError: `at` is naive, or what the level needs is missing.
    """
    if at.tzinfo is None or (level != "B-B" and stamp is None) or (level in ("B-LT", "B-LTA") and trust is None):
        raise ValueError("a seal needs an aware time, and what its level needs")
    check_credential(credential, at)
    at = at.astimezone(UTC).replace(microsecond=0)
    authority = Authority(stamp) if stamp is not None and level != "B-B" else None
    made = asyncio.run(_sealed(_opened(data), credential, at, level, authority, trust, certify, reason))
    if not made.startswith(data):
        raise CannotSeal("not_pdf", "the seal would not leave the file as it is")
    certificate = credential.certificate.public_bytes(Encoding.DER)
    digest, before, held = (hashlib.sha256(part).hexdigest() for part in (made, data, certificate))
    return Sealed(made, digest, before, held, level, at)


class _Writer(IncrementalPdfFileWriter):
    """Writes the seal and nothing else: metadata stay as `finish` wrote them, equal in XMP and Info."""

    def _update_meta(self) -> None:
        """Change nothing."""


class _Session(PdfSigner):
    """A signer whose time is given, and who leaves the file PDF 1.7."""

    def __init__(self, at: datetime, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._at = at

    def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:  # noqa: ARG002 - pyHanko's own
        """Name PAdES; pyHanko would also name the curve's extension of PDF 2.0, which PDF/A-3 is not."""
        pdf_out.register_extension(ESIC_EXTENSION_1)

    def init_signing_session(self, *given: Any, **named: Any) -> Any:
        """See `PdfSigner`."""
        session = super().init_signing_session(*given, **named)
        session.system_time = self._at
        return session


class _Key(Signer):
    """Signs with a key that was read once."""

    def __init__(self, credential: Credential, *, with_roots: bool) -> None:
        registry = SimpleCertificateStore()  # type: ignore[no-untyped-call] # pyHanko types part of itself
        registry.register_multiple([as_read(each) for each in credential.others])
        super().__init__(signing_cert=as_read(credential.certificate), cert_registry=registry, embed_roots=with_roots)
        self._held = credential.key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Sign, or give as many bytes as a signature may have."""
        digest = _HASHES[digest_algorithm]
        if isinstance(self._held, rsa.RSAPrivateKey):
            return bytes(self._held.key_size // 8) if dry_run else self._held.sign(data, padding.PKCS1v15(), digest)
        return bytes(self._held.key_size // 4 + 16) if dry_run else self._held.sign(data, ec.ECDSA(digest))

    def _package_signature(
        self,
        *,
        digest_algorithm: str,
        signed_attrs: cms.CMSAttributes,
        signature: bytes,
        unsigned_attrs: cms.CMSAttributes | None,
        **_: object,
    ) -> cms.ContentInfo:
        """Pack the signature in a time that does not explode (`seal_cms`)."""
        certificates = [each for each in self.cert_registry if self.embed_roots or each.self_signed == "no"]
        return packed(
            digest_algorithm=digest_algorithm,
            mechanism=self.get_signature_mechanism_for_digest(digest_algorithm),
            signer=self.signing_cert,
            certificates=certificates,
            signed_attributes=signed_attrs,
            unsigned_attributes=unsigned_attrs,
            signature=signature,
        )


_HASHES: Final[dict[str, hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


_DAMAGED: Final = (
    PdfReadError,
    PdfWriteError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    NotImplementedError,
    RecursionError,
)
"""What pyHanko raises over a damaged file: its own, and whatever its structures make of nonsense."""


def _opened(data: bytes) -> _Writer:
    if len(data) > MAX_BYTES:
        raise CannotSeal("too_large", "more than 100 MB")
    try:
        writer = _Writer(BytesIO(data))
        if writer.prev.encrypted:
            raise CannotSeal("encrypted", "the file is encrypted")
        if "/AcroForm" in writer.root:
            raise CannotSeal("already_sealed", "the file has a seal or a form")
    except _DAMAGED as error:
        raise CannotSeal("not_pdf", type(error).__name__) from error
    return writer


async def _sealed(
    writer: _Writer,
    credential: Credential,
    at: datetime,
    level: Level,
    authority: Authority | None,
    trust: Trust | None,
    certify: bool,
    reason: str | None,
) -> bytes:
    algorithm = _digest_of(credential)
    lasting = level in ("B-LT", "B-LTA")
    context = None
    if lasting and authority is not None and trust is not None:
        context = await _context(credential, at, algorithm, authority, trust)
    about = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm=algorithm,
        reason=reason,
        subfilter=SigSeedSubFilter.PADES,
        certify=certify,
        docmdp_permissions=MDPPerm.FILL_FORMS,
        embed_validation_info=lasting,
        # What proves that nothing was revoked stands in the revision that is signed.
        dss_settings=_STORE,
        validation_context=context,
        signer_key_usage=usages(credential.certificate),
    )
    signer = _Session(
        at, about, _Key(credential, with_roots=lasting), timestamper=authority, new_field_spec=SigFieldSpec(FIELD)
    )
    made = BytesIO()
    try:
        room = await _room(credential, authority, lasting, algorithm)
        with _unwarned():
            await signer.async_sign_pdf(writer, output=made, bytes_reserved=room)
            if level == "B-LTA" and authority is not None:
                # Not left to pyHanko, whose own writer would rewrite the metadata under the seal.
                sealed, made = made, BytesIO()
                stamper = PdfTimeStamper(authority, STAMP_FIELD)
                await stamper.async_timestamp_pdf(_Writer(BytesIO(sealed.getvalue())), algorithm, output=made)
    except (SigningError, PathError, ValidationError) as error:
        raise _reason_of(error) from error
    except _DAMAGED as error:
        raise CannotSeal("not_pdf", type(error).__name__) from error
    return made.getvalue()


@contextmanager
def _unwarned() -> Iterator[None]:
    """Keep pyHanko from warning, at every seal, that it may not fetch: what it needs was fetched before."""
    logger = logging.getLogger("pyhanko.sign.signers.pdf_signer")

    def other(record: logging.LogRecord) -> bool:
        return "fetching is not allowed" not in record.msg

    logger.addFilter(other)
    try:
        yield
    finally:
        logger.removeFilter(other)


async def _context(
    credential: Credential, at: datetime, algorithm: str, authority: Authority, trust: Trust
) -> ValidationContext:
    """Gather what proves that nothing was revoked.

    Raises:
        CannotSeal: `incomplete_chain`, `no_revocation`.
    """
    stamping, sent = await authority.certificates(algorithm)
    others = (*credential.others, *trust.others, *sent)
    lists: list[crl.CertificateList] = []
    for name, held in (("seal", credential.certificate), ("time stamp", stamping)):
        chain = chain_of(held, others, trust.roots)
        if chain[-1] not in trust.roots:
            raise CannotSeal("incomplete_chain", f"no chain from the {name}'s certificate to a given root")
        found = list(trust.lists(chain)) if len(chain) > 1 else []
        if len(chain) > 1 and not found:
            raise CannotSeal("no_revocation", f"no revocation list of the {name}'s certificate")
        try:
            lists += [revocation_list(each) for each in found]
        except ValueError:
            raise CannotSeal("no_revocation", f"the revocation list of the {name}'s certificate is none") from None
    return ValidationContext(
        trust_roots=[as_read(each) for each in trust.roots],
        other_certs=[as_read(each) for each in others],
        moment=at,
        crls=lists,
        allow_fetching=False,
        revocation_mode="require",
        # A list may be made a moment after the time of the seal was taken.
        time_tolerance=timedelta(minutes=5),
    )


async def _room(credential: Credential, authority: Authority | None, lasting: bool, algorithm: str) -> int:
    """How many hexadecimal digits to keep free for the signature: pyHanko would sign twice to find out."""
    room = 2048 + sum(len(each.public_bytes(Encoding.DER)) for each in (credential.certificate, *credential.others))
    if authority is not None:
        # B-T asks the authority once, and guesses; the others have seen a stamp.
        dummy = len((await authority.async_dummy_response(algorithm)).dump()) + 512 if lasting else _ROOM_FOR_STAMP
        room += dummy
    return 2 * min(room, _MOST_ROOM)


def _reason_of(error: BaseException) -> CannotSeal | StampFailed:
    """Name what pyHanko found wrong, which it wraps."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, RevokedError):
            return CannotSeal("revoked", "a certificate of the chain was revoked")
        if isinstance(cause, InsufficientRevinfoError):
            return CannotSeal("no_revocation", "no list or answer tells of a certificate of the chain")
        if isinstance(cause, PathBuildingError):
            return CannotSeal("incomplete_chain", "no chain to a given root")
        if isinstance(cause, ValidationError | PathError):
            return CannotSeal("key_usage", "a certificate of the chain is not valid for this")
        cause = cause.__cause__ or cause.__context__
    if "larger than" in str(error):
        return StampFailed("bad_answer", "the stamp needs more room than is kept for one")
    return CannotSeal("not_pdf", type(error).__name__)


def _digest_of(credential: Credential) -> str:
    """The digest that goes with a key: RFC 5480 section 4 for curves."""
    if isinstance(credential.key, ec.EllipticCurvePrivateKey):
        bits = credential.key.curve.key_size
        return "sha256" if bits <= 256 else "sha384" if bits <= 384 else "sha512"
    return "sha256"
