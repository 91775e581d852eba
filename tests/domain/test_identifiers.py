"""Identifiers and their keys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.identifiers import (
    check_business,
    check_country,
    check_currency,
    check_iban,
    check_uuid4,
    french_vat_number,
    is_country,
    is_currency,
    is_french_vat_number,
    is_iban,
    is_siren,
    is_siret,
    is_uuid4,
    is_vat_number,
)

# Published examples of the formats (documentation of INSEE, the EU and SWIFT), not of anybody's account.
SIREN, SIRET, VAT = "732829320", "73282932000074", "FR44732829320"


def test_keys_that_agree_are_taken() -> None:
    assert is_siren(SIREN)
    assert is_siret(SIRET)
    assert is_french_vat_number(VAT)
    assert is_vat_number(VAT)
    assert is_vat_number("DE136695976")
    assert is_iban("FR1420041010050500013M02606")
    assert is_siret("35600000049837")  # La Poste: the sum of the digits is a multiple of five


@pytest.mark.parametrize("siren", ["", "732829321", "73282932", "7328293200", "732 829 320", "73282932O", "７32829320"])
def test_a_siren_with_a_wrong_key_or_shape_is_none(siren: str) -> None:
    assert not is_siren(siren)
    refusal = check_business(siren, None, None, "/issuer")
    assert refusal is not None
    assert (refusal.code, refusal.place) == ("SIREN_INVALID", "/issuer/siren")


@given(st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_of_a_siren_is_found(place: int, shift: int) -> None:
    digits = list(SIREN)
    digits[place] = str((int(digits[place]) + shift) % 10)
    assert not is_siren("".join(digits))


@pytest.mark.parametrize(
    ("siren", "siret", "vat_number", "code"),
    [
        (SIREN, "73282932000075", None, "SIRET_INVALID"),
        ("552100554", SIRET, None, "SIRET_NOT_OF_SIREN"),
        (SIREN, None, "FR45732829320", "VAT_NUMBER_INVALID"),
        (SIREN, None, "44732829320", "VAT_NUMBER_INVALID"),
        (SIREN, None, "fr44732829320", "VAT_NUMBER_INVALID"),
        ("552100554", None, VAT, "VAT_NUMBER_NOT_OF_SIREN"),
    ],
)
def test_identifiers_of_one_business_belong_together(
    siren: str, siret: str | None, vat_number: str | None, code: str
) -> None:
    refusal = check_business(siren, siret, vat_number)
    assert refusal is not None
    assert refusal.code == code


def test_the_vat_number_of_a_siren_is_made() -> None:
    assert french_vat_number(SIREN) == VAT
    assert check_business(SIREN, SIRET, VAT) is None
    assert check_business(None, None, None) is None


def test_an_iban_with_swapped_digits_is_found() -> None:
    assert check_iban("FR1420041010050500013M02606") is None
    for wrong in ("FR1420041010050500031M02606", "FR14 2004 1010 0505 0001 3M02 606", "ZZ1420041010050500013M02606"):
        refusal = check_iban(wrong, "/iban")
        assert refusal is not None
        assert refusal.code == "IBAN_INVALID"
        assert wrong not in refusal.words


def test_currencies_have_hundredths() -> None:
    assert is_currency("EUR")
    assert is_currency("USD")
    for code in ("JPY", "TND", "XAF", "XAU", "FRF", "eur", "", "EURO"):
        refusal = check_currency(code, "/currency")
        assert refusal is not None
        assert refusal.code == "CURRENCY_UNKNOWN"


def test_countries_are_those_of_the_standard() -> None:
    assert all(is_country(code) for code in ("FR", "GP", "MQ", "GF", "RE", "YT", "BE", "CH", "US"))
    for code in ("fr", "EU", "UK", "XX", "", "FRA"):
        refusal = check_country(code)
        assert refusal is not None
        assert refusal.code == "COUNTRY_UNKNOWN"


def test_ids_are_random_and_in_one_form() -> None:
    assert is_uuid4("9b2d4c1e-7a55-4f0e-8c3d-0123456789ab")
    for wrong in (
        "9B2D4C1E-7A55-4F0E-8C3D-0123456789AB",
        "9b2d4c1e-7a55-1f0e-8c3d-0123456789ab",
        "9b2d4c1e-7a55-4f0e-cc3d-0123456789ab",
        "9b2d4c1e7a554f0e8c3d0123456789ab",
        "9b2d4c1e-7a55-4f0e-8c3d-0123456789ab\n",
    ):
        refusal = check_uuid4(wrong, "/id")
        assert refusal is not None
        assert refusal.code == "ID_MALFORMED"
