"""Passwords: argon2id hashes, made a few at a time, and which passwords are taken (docs/decisions/sign-in.md)."""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type

from api.people.common_passwords import COMMON, ROOTS
from api.people.refusals import refuse
from ledger.domain.refusals import Refusal

MIN_LENGTH: Final = 10
MAX_LENGTH: Final = 200
_AT_ONCE: Final = 4
"""Hashes at once in one process: four times 64 MiB at most."""
_TELLING: Final = 4
"""A part of a name or address of at least so many letters makes a password a personal one."""


def hasher_of_today() -> PasswordHasher:
    """Give argon2id with 64 MiB, 3 passes, 4 lanes: the second recommended option of RFC 9106 section 4."""
    return PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4, hash_len=32, salt_len=16, type=Type.ID)


class Passwords:
    """Makes and compares hashes; each comparison costs one argon2id, whoever is compared with."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """Hash with `hasher`: `hasher_of_today`, but for tests."""
        self._hasher = hasher or hasher_of_today()
        self._gate = BoundedSemaphore(_AT_ONCE)
        self._nobody: str | None = None

    def hash(self, password: str) -> str:
        """Hash a password."""
        with self._gate:
            return self._hasher.hash(normal(password))

    def right(self, stored: str, password: str) -> bool:
        """Compare a password with a hash; an empty hash is nobody's, costs the same and is never right."""
        compared = stored or self._hash_of_nobody()
        with self._gate:
            try:
                found = self._hasher.verify(compared, normal(password))
            except (VerificationError, InvalidHashError):
                return False
        return found and bool(stored)

    def outdated(self, stored: str) -> bool:
        """Whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    def _hash_of_nobody(self) -> str:
        if self._nobody is None:  # of the same parameters, so that a comparison costs the same
            self._nobody = self.hash("the password of nobody")
        return self._nobody


def normal(password: str) -> str:
    """Give the form that is hashed: NFKC (NIST SP 800-63B section 5.1.1.2), cut where no password goes on."""
    return unicodedata.normalize("NFKC", password)[: 4 * MAX_LENGTH]


def check_new(password: str, *personal: str, place: str = "/password") -> Refusal | None:
    """Tell why a password is not taken, or None.

    Args:
        password: what was chosen.
        personal: the name and address of who chose it.
        place: of the field.
    """
    form = normal(password)
    if len(form) < MIN_LENGTH:
        return refuse("PASSWORD_TOO_SHORT", place)
    if len(form) > MAX_LENGTH:
        return refuse("PASSWORD_TOO_LONG", place)
    if _is_common(form):
        return refuse("PASSWORD_COMMON", place)
    if _is_personal(form, personal):
        return refuse("PASSWORD_PERSONAL", place)
    return None


def _is_common(form: str) -> bool:
    folded = form.casefold().replace(" ", "")
    trimmed = _trimmed(folded)
    tries = {folded, trimmed, folded.translate(_LOOKALIKES), trimmed.translate(_LOOKALIKES)}
    if tries & COMMON or tries & ROOTS:
        return True
    return len(set(folded)) <= 2 or any(_repeats(folded, size) for size in range(1, 6)) or _runs(folded)


def _trimmed(folded: str) -> str:
    """Take away the digits and signs around the word, where most people put them."""
    return folded.strip("0123456789!?.,;:*@#$%&+-_=/ ")


def _repeats(folded: str, size: int) -> bool:
    """Whether it is one short piece over and over."""
    piece = folded[:size]
    return (piece * (len(folded) // size + 1))[: len(folded)] == folded


def _runs(folded: str) -> bool:
    """Whether each character follows the one before, up or down."""
    steps = {ord(after) - ord(before) for before, after in pairwise(folded)}
    return steps in ({1}, {-1})


def _is_personal(form: str, personal: tuple[str, ...]) -> bool:
    core = _letters(form)
    for one in personal:
        parts = {_letters(one), *(_letters(part) for part in one.replace("@", " ").replace(".", " ").split())}
        if any(len(part) >= _TELLING and (core == part or core == part * 2) for part in parts):
            return True
    return False


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if letter.isalpha())


_LOOKALIKES: Final = str.maketrans("01345@$!", "oleasasi")
