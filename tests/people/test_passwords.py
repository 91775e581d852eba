"""Which passwords are taken, and what comparing one costs."""

from __future__ import annotations

from typing import Any

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from api.people.passwords import MAX_LENGTH, MIN_LENGTH, Passwords, check_new, hasher_of_today

WEAK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Counting(PasswordHasher):
    """Counts what costs."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.made = self.compared = 0

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.made += 1
        return super().hash(password, salt=salt)

    def verify(self, hash: Any, password: str | bytes) -> Any:  # the library's own name for it
        self.compared += 1
        return super().verify(hash, password)


def test_a_password_is_right_by_its_own_hash_alone() -> None:
    passwords = Passwords(WEAK)
    one, again = passwords.hash("quatre mots bien longs"), passwords.hash("quatre mots bien longs")
    assert one != again  # salted
    assert passwords.right(one, "quatre mots bien longs")
    assert not passwords.right(one, "quatre mots bien long")
    assert not passwords.right(passwords.hash("autre chose de long"), "quatre mots bien longs")


def test_nobody_has_a_password() -> None:
    passwords = Passwords(WEAK)
    assert not passwords.right("", "the password of nobody")
    assert not passwords.right("", "")
    assert not passwords.right("no hash at all", "anything at all")


def test_comparing_costs_one_argon2_whoever_is_compared_with() -> None:
    hasher = Counting()
    passwords = Passwords(hasher)
    stored = passwords.hash("quatre mots bien longs")
    passwords.right("", "first, which makes the hash of nobody")
    made, compared = hasher.made, hasher.compared
    for hashed, typed in ((stored, "quatre mots bien longs"), (stored, "wrong"), ("", "quatre mots bien longs")):
        compared += 1
        passwords.right(hashed, typed)
        assert (hasher.made, hasher.compared) == (made, compared)


def test_the_hash_of_nobody_has_the_parameters_of_every_other() -> None:
    passwords = Passwords(WEAK)
    passwords.right("", "x")
    assert not passwords.outdated(passwords._hash_of_nobody())


def test_two_ways_to_type_one_letter_are_one_password() -> None:
    passwords = Passwords(WEAK)
    assert passwords.right(passwords.hash("caf\u00e9 noir du matin"), "cafe\u0301 noir du matin")


def test_a_hash_of_other_parameters_is_outdated() -> None:
    assert Passwords(hasher_of_today()).outdated(WEAK.hash("quatre mots bien longs"))
    assert not Passwords(WEAK).outdated(WEAK.hash("quatre mots bien longs"))


def test_today_s_hash_is_argon2id_of_64_mebibytes() -> None:
    passwords = Passwords()
    stored = passwords.hash("quatre mots bien longs")
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.right(stored, "quatre mots bien longs")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("neuf char", "PASSWORD_TOO_SHORT"),
        ("", "PASSWORD_TOO_SHORT"),
        ("é" * 201, "PASSWORD_TOO_LONG"),
        ("motdepasse", "PASSWORD_COMMON"),
        ("MotDePasse2026!", "PASSWORD_COMMON"),
        ("M0tdepa55e!!", "PASSWORD_COMMON"),
        ("P@ssw0rd2026", "PASSWORD_COMMON"),
        ("azertyuiop", "PASSWORD_COMMON"),
        ("Correct Horse Battery Staple", "PASSWORD_COMMON"),
        ("1234567890", "PASSWORD_COMMON"),
        ("abcdefghijklmno", "PASSWORD_COMMON"),
        ("aaaaaaaaaaaa", "PASSWORD_COMMON"),
        ("abababababab", "PASSWORD_COMMON"),
        ("abc1abc1abc1", "PASSWORD_COMMON"),
        ("2026202620", "PASSWORD_COMMON"),
        ("lovelace1815", "PASSWORD_PERSONAL"),
        ("Ada.Lovelace!!", "PASSWORD_PERSONAL"),
        ("menuiserie-69", "PASSWORD_PERSONAL"),
    ],
)
def test_a_password_that_is_tried_first_is_refused(password: str, code: str) -> None:
    refusal = check_new(password, "Ada Lovelace", "ada.lovelace@menuiserie.example")
    assert refusal is not None
    assert refusal.code == code
    assert refusal.place == "/password"


@pytest.mark.parametrize(
    "password", ["quatre mots bien longs", "kX9#vrT2mLq8", "le chat dort sur l'établi", "x" * 9 + "yz"]
)
def test_nothing_is_asked_of_a_password_s_composition(password: str) -> None:
    assert check_new(password, "Ada Lovelace", "ada@example.com") is None


@given(st.text(max_size=MAX_LENGTH + 20))
def test_any_text_is_taken_or_refused_in_words(password: str) -> None:
    refusal = check_new(password, "Ada Lovelace", "ada@example.com")
    if refusal is None:
        assert len(password) * 18 >= MIN_LENGTH  # NFKC makes at most 18 characters of one
    else:
        assert refusal.code.startswith("PASSWORD_")
        assert password not in refusal.words or len(password) < MIN_LENGTH
