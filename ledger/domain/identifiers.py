"""Identifiers of businesses, accounts, countries and currencies: is it one, and does its key agree?

Keys are checked by python-stdnum; only the compact form is taken (no spaces, upper case), so that one thing
has one form. That an identifier is well formed does not say that it exists.
"""

from __future__ import annotations

import re

from stdnum import bic as _bic
from stdnum import iban as _iban
from stdnum.eu import vat as _eu_vat
from stdnum.fr import siren as _siren
from stdnum.fr import siret as _siret
from stdnum.fr import tva as _tva

from ledger.domain.refusals import Refusal, refuse

_UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.ASCII)
_COMPACT = re.compile(r"[0-9A-Z+*]+", re.ASCII)

# ISO 4217, currencies in circulation with two decimals. Refused: those with none (CLP, DJF, GNF, ISK, JPY, KMF, KRW,
# PYG, RWF, UGX, VND, VUV, XAF, XOF, XPF) and with three (BHD, IQD, JOD, KWD, LYD, OMR, TND), whose smallest unit is
# not a hundredth; MGA and MRU, divided by five; funds, metals and test codes (BOV, CHE, CLF, XAU, XTS, XXX, ...).
_TWO_DECIMALS = frozenset(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY
    COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR
    ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MKD MMK MNT MOP MUR MVR MWK MXN MYR
    MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS
    SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD XCG YER ZAR ZMW ZWG
    """.split()  # noqa: SIM905 - a table of codes reads better as words
)

# ISO 3166-1 alpha-2, officially assigned.
_COUNTRIES = frozenset(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW
    BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI
    FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN
    IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME
    MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF
    PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV
    SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE
    YT ZA ZM ZW
    """.split()  # noqa: SIM905 - a table of codes reads better as words
)


def is_uuid4(text: str) -> bool:
    """Tell whether a text is a random UUID (version 4), lower case with hyphens."""
    return _UUID4.fullmatch(text) is not None


def is_country(code: str) -> bool:
    """Tell whether a code is an ISO 3166-1 country of two letters."""
    return code in _COUNTRIES


def is_currency(code: str) -> bool:
    """Tell whether a code is a current ISO 4217 currency whose smallest unit is the hundredth."""
    return code in _TWO_DECIMALS


def is_siren(text: str) -> bool:
    """Tell whether a text is a SIREN: nine digits with a Luhn key."""
    return _is_compact(text) and _siren.is_valid(text)


def is_siret(text: str) -> bool:
    """Tell whether a text is a SIRET: fourteen digits with a Luhn key (La Poste's have their own)."""
    return _is_compact(text) and _siret.is_valid(text)


def is_french_vat_number(text: str) -> bool:
    """Tell whether a text is a French VAT number: FR, two characters of key, a SIREN."""
    return _is_compact(text) and len(text) == 13 and text.startswith("FR") and _tva.is_valid(text)


def is_vat_number(text: str) -> bool:
    """Tell whether a text is a VAT number of a member state of the EU (or XI), prefix included."""
    return _is_compact(text) and text[:2].isalpha() and _eu_vat.is_valid(text)


def is_iban(text: str) -> bool:
    """Tell whether a text is an IBAN: its structure by country and its keys."""
    return _is_compact(text) and _iban.is_valid(text)


def french_vat_number(siren: str) -> str:
    """Make the usual French VAT number of a SIREN: FR, (12 + 3 x SIREN mod 97) mod 97, SIREN."""
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"


def check_business(siren: str | None, siret: str | None, vat_number: str | None, place: str = "") -> Refusal | None:
    """Refuse identifiers of one business that are wrong, or that do not belong together; None is not checked.

    The places are `/siren`, `/siret` and `/vat_number` under `place`.
    """
    if siren is not None and not is_siren(siren):
        return refuse("SIREN_INVALID", f"{place}/siren")
    if siret is not None and not is_siret(siret):
        return refuse("SIRET_INVALID", f"{place}/siret")
    if siren and siret and not siret.startswith(siren):
        return refuse("SIRET_NOT_OF_SIREN", f"{place}/siret")
    if vat_number is not None and not is_vat_number(vat_number):
        return refuse("VAT_NUMBER_INVALID", f"{place}/vat_number")
    if siren and vat_number and vat_number.startswith("FR") and not vat_number.endswith(siren):
        return refuse("VAT_NUMBER_NOT_OF_SIREN", f"{place}/vat_number")
    return None


def check_iban(iban: str, place: str = "") -> Refusal | None:
    """Refuse an account number whose keys do not agree."""
    return None if is_iban(iban) else refuse("IBAN_INVALID", place)


def check_bic(bic: str, place: str = "") -> Refusal | None:
    """Refuse a bank's code that has not the form of ISO 9362."""
    return None if _is_compact(bic) and _bic.is_valid(bic) else refuse("BIC_INVALID", place)


def check_currency(code: str, place: str = "") -> Refusal | None:
    """Refuse a currency that is unknown or not divided into hundredths."""
    return None if is_currency(code) else refuse("CURRENCY_UNKNOWN", place)


def check_country(code: str, place: str = "") -> Refusal | None:
    """Refuse a country that ISO 3166-1 does not know."""
    return None if is_country(code) else refuse("COUNTRY_UNKNOWN", place)


def check_uuid4(text: str, place: str = "") -> Refusal | None:
    """Refuse an id that is not a random UUID."""
    return None if is_uuid4(text) else refuse("ID_MALFORMED", place)


def _is_compact(text: str) -> bool:
    return _COMPACT.fullmatch(text) is not None
