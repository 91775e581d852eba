"""Time stamps for seals (RFC 3161): asked of an authority that the caller reaches, and checked before they are used.

No network here: the caller gives a function from a request to an answer, as `archive.anchors.http.post` makes one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import ClassVar, Final

from asn1crypto import cms, core, parser, tsp  # type: ignore[import-untyped] # it has no types
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError, extract_ts_certs
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko_certvalidator.registry import SimpleCertificateStore

from ledger.kernel.errors import SceauError
from projections.documents.seal_cms import content

Stamp = Callable[[bytes], bytes]
"""Takes a TimeStampReq, gives a TimeStampResp, both DER. Raises StampFailed, or OSError, when there is no answer."""

MAX_STAMP_BYTES: Final = 64 << 10


class StampFailed(SceauError):  # noqa: N818 - the house names what happened, not "Error"
    """The time stamp authority gave no stamp that holds: try again later. `cause` is a stable code.

    `unreachable`: no answer; `refused`: an answer that says no; `bad_answer`: an answer that does not hold.
    """

    def __init__(self, cause: str, words: str = "") -> None:
        """Keep the stable code."""
        super().__init__(f"{cause}: {words}" if words else cause)
        self.cause = cause


class Authority(TimeStamper):
    """pyHanko's view of a time stamp authority; each stamp is checked when it comes."""

    def __init__(self, stamp: Stamp) -> None:
        """Ask `stamp`."""
        super().__init__(include_nonce=True)  # type: ignore[no-untyped-call] # pyHanko types part of itself
        self._stamp = stamp
        self.asked = 0

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Have a digest stamped.

        Raises:
            StampFailed: there is no stamp, or it does not hold.
        """
        nonce, request = self.request_cms(message_digest, md_algorithm)  # type: ignore[no-untyped-call] # the same
        self.asked += 1
        try:
            answer = self._stamp(request.dump())
        except OSError as error:
            raise StampFailed("unreachable", type(error).__name__) from error
        return _token(answer, message_digest, md_algorithm, nonce)

    async def certificates(self, md_algorithm: str) -> tuple[x509.Certificate, tuple[x509.Certificate, ...]]:
        """Give the authority's certificate and those that it sends along; asks for one stamp, over nothing."""
        dummy = await self.async_dummy_response(md_algorithm)
        leaves = {each.dump() for each in _leaves(content(dummy.dump()))}
        sent = [each.chosen.dump() for each in dummy["content"]["certificates"]]
        own = x509.load_der_x509_certificate(next(iter(leaves)))
        return own, tuple(x509.load_der_x509_certificate(der) for der in sent if der not in leaves)


class _Answer(core.Sequence):  # type: ignore[misc] # asn1crypto has no types
    """TimeStampResp of RFC 3161 section 2.4.2, whose token is absent from a refusal; asn1crypto's own wants one."""

    _fields: ClassVar = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]


def _token(answer: bytes, digest: bytes, algorithm: str, nonce: object) -> cms.ContentInfo:
    """Check an answer and give its token, read anew: asn1crypto writes at once what was not looked into."""
    if len(answer) > MAX_STAMP_BYTES:
        raise StampFailed("bad_answer", "too long")
    try:
        read = _Answer.load(answer, strict=True)
        status = read["status"]["status"].native
        if status not in {"granted", "granted_with_mods"}:
            raise StampFailed("refused", str(status))
        der = _second(answer)
        _check(content(der), digest, algorithm, nonce)
        return content(der)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, StopIteration, AssertionError) as error:
        # Whatever an answer of nonsense makes of these structures.
        raise StampFailed("bad_answer", "not a time stamp") from error
    except TimestampRequestError as error:
        raise StampFailed("bad_answer", "not a time stamp") from error


def _second(der: bytes) -> bytes:
    """Give the second of the values of a sequence, as it lies there: asn1crypto might write it anew (`seal_cms`)."""
    inner = parser.parse(der, strict=True)[4]
    rest: bytes = inner[parser.peek(inner) :]
    return rest[: parser.peek(rest)]


def _leaves(token: cms.ContentInfo) -> list[asn1_x509.Certificate]:
    """Give the certificates that signed a token."""
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call] # the same
    return list(extract_ts_certs(token, store))


def _check(token: cms.ContentInfo, digest: bytes, algorithm: str, nonce: object) -> None:
    signed = token["content"]
    inner = signed["encap_content_info"]
    info = inner["content"].parsed
    imprint = info["message_imprint"]
    if imprint["hashed_message"].native != digest or imprint["hash_algorithm"]["algorithm"].native != algorithm:
        raise StampFailed("bad_answer", "a stamp over something else")
    if info["nonce"].native != getattr(nonce, "native", nonce):
        raise StampFailed("bad_answer", "nonce")
    (signer,) = signed["signer_infos"]
    (leaf,) = _leaves(token)
    uses = leaf.extended_key_usage_value
    if uses is None or uses.native != ["time_stamping"]:
        raise StampFailed("bad_answer", "a certificate that is not for time stamps alone")
    stamped = hashlib.new(signer["digest_algorithm"]["algorithm"].native, bytes(inner["content"])).digest()
    intact, valid = validate_sig_integrity(signer, leaf, "tst_info", stamped)
    if not (intact and valid):
        raise StampFailed("bad_answer", "signature")
