"""Refusals about people: what sign-in, invitations and roles say no to, in words for who reads the page.

They are no rules of a ledger, so they stand here and not in `ledger/domain`; the record is the same.
"""

from __future__ import annotations

from typing import Final

from ledger.domain.refusal_kinds.kind import RefusalKind as Kind
from ledger.domain.refusals import Refusal

PEOPLE: Final[tuple[Kind, ...]] = (
    Kind(
        "SIGN_IN_WRONG",
        None,
        "L'adresse ou le mot de passe n'est pas le bon.",
        "The address or the password is not the right one.",
    ),
    Kind(
        "CODE_OF_DEVICE_WRONG",
        None,
        "Ce code n'est pas le bon, ou il a déjà servi. Attendez le suivant.",
        "This code is not the right one, or it has been used. Wait for the next one.",
    ),
    Kind(
        "TRY_LATER",
        None,
        "Trop d'essais. Réessayez dans {wait_seconds} secondes.",
        "Too many tries. Try again in {wait_seconds} seconds.",
        429,
    ),
    Kind(
        "TRY_MUCH_LATER",
        None,
        "Trop d'essais. Réessayez dans {wait_minutes} minutes.",
        "Too many tries. Try again in {wait_minutes} minutes.",
        429,
    ),
    Kind(
        "STEP_LAPSED",
        None,
        "Trop de temps a passé : recommencez par l'adresse et le mot de passe.",
        "Too much time has passed: begin again with the address and the password.",
        409,
    ),
    Kind(
        "LINK_LAPSED",
        None,
        "Ce lien n'est plus valable : il a servi, ou son délai est passé. Demandez-en un autre.",
        "This link no longer works: it was used, or its time is over. Ask for another.",
        409,
    ),
    Kind(
        "PASSWORD_WRONG",
        None,
        "Ce mot de passe n'est pas le vôtre.",
        "This is not your password.",
    ),
    Kind(
        "PASSWORD_TOO_SHORT",
        None,
        "Un mot de passe a au moins 10 caractères. Quelques mots à la suite conviennent bien.",
        "A password has at least 10 characters. A few words in a row do well.",
    ),
    Kind(
        "PASSWORD_TOO_LONG",
        None,
        "Un mot de passe a au plus 200 caractères.",
        "A password has at most 200 characters.",
    ),
    Kind(
        "PASSWORD_COMMON",
        None,
        "Ce mot de passe est l'un des premiers que l'on essaie. Choisissez-en un autre.",
        "This password is one of the first that anybody tries. Choose another.",
    ),
    Kind(
        "PASSWORD_PERSONAL",
        None,
        "Ce mot de passe est tiré de votre nom ou de votre adresse. Choisissez-en un autre.",
        "This password is made of your name or address. Choose another.",
    ),
    Kind(
        "EMAIL_MALFORMED",
        None,
        "Cette adresse électronique n'en est pas une : nom@exemple.fr.",
        "This is no e-mail address: name@example.com.",
    ),
    Kind(
        "EMAIL_TAKEN",
        None,
        "Quelqu'un a déjà un accès avec cette adresse.",
        "Somebody has an account with this address.",
        409,
    ),
    Kind(
        "NAME_MALFORMED",
        None,
        "Un nom a de 1 à 100 caractères, sur une ligne.",
        "A name has 1 to 100 characters, on one line.",
    ),
    Kind(
        "LAST_OWNER",
        None,
        "C'est le dernier propriétaire de ce registre : donnez d'abord ce rôle, sans terme, à quelqu'un d'autre.",
        "This is the last owner of this ledger: first give that role, without end, to somebody else.",
        409,
    ),
    Kind(
        "UNTIL_PAST",
        None,
        "La fin de l'accès est déjà passée.",
        "The end of the access is already past.",
    ),
    Kind(
        "USER_UNKNOWN",
        None,
        "Cet utilisateur n'existe pas ou n'a plus d'accès.",
        "This user does not exist, or has no access any more.",
        409,
    ),
    Kind(
        "ROLE_MISSING",
        None,
        "Cet utilisateur n'a pas de rôle dans ce registre.",
        "This user has no role in this ledger.",
        409,
    ),
    Kind(
        "SET_UP_DONE",
        None,
        "La première installation est faite : demandez un accès à un propriétaire.",
        "The first set-up is done: ask an owner for access.",
        409,
    ),
    Kind(
        "CODE_NEEDED",
        None,
        "Confirmez d'abord que c'est bien vous, par un code de votre application.",
        "First confirm that it is you, with a code of your authenticator.",
        409,
    ),
    Kind(
        "ENROLMENT_LAPSED",
        None,
        "Ce QR code n'est plus valable : recommencez avec le nouveau.",
        "This QR code no longer holds: begin again with the new one.",
        409,
    ),
    Kind(
        "CHANGED_MEANWHILE",
        None,
        "Quelqu'un a changé cela au même moment : relisez et recommencez.",
        "Somebody changed this at the same moment: look again and repeat.",
        409,
    ),
)
"""Every refusal about people."""

_KINDS: Final = {kind.code: kind for kind in PEOPLE}
_MINUTE: Final = 60


def refuse(code: str, place: str = "", **facts: int) -> Refusal:
    """Make a refusal about people; KeyError for a code that is not in the table is our mistake."""
    kind = _KINDS[code]
    return Refusal(
        code=kind.code,
        law=kind.law,
        place=place,
        words=kind.words_fr.format_map(facts),
        words_en=kind.words_en.format_map(facts),
        status=kind.status,
        facts=tuple(sorted(facts.items())),
    )


def try_later(wait_seconds: int) -> Refusal:
    """Say when to try again."""
    if wait_seconds <= 2 * _MINUTE:
        return refuse("TRY_LATER", wait_seconds=wait_seconds)
    return refuse("TRY_MUCH_LATER", wait_seconds=wait_seconds, wait_minutes=-(-wait_seconds // _MINUTE))
