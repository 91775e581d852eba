"""Do identifiers hold: keys of SIREN, SIRET, VAT number, IBAN; known countries; one company, one SIREN.

Schematrons look at the length of these numbers, not at their keys. A number that holds need not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree
from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

from ledger.domain.identifiers import is_country, is_siren, is_siret, is_vat_number
from projections.documents.validation.findings import Finding, Severity

_RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"
_PARTIES = {
    "SellerTradeParty": ("Vendeur", "BT-30", "BT-29", "BT-31", "BT-40"),
    "BuyerTradeParty": ("Acheteur", "BT-47", "BT-46", "BT-48", "BT-55"),
    "PayeeTradeParty": ("Bénéficiaire", "BT-61", "BT-60", "-", "-"),
    "ShipToTradeParty": ("Livraison", "-", "BT-71", "-", "BT-80"),
}


def check_identifiers(root: etree._Element) -> tuple[Finding, ...]:
    """Say which identifiers do not hold."""
    found: list[Finding] = []
    for name, terms in _PARTIES.items():
        for party in root.iter(f"{_RAM}{name}"):
            found += _party(party, *terms)
    for account in root.iter(f"{_RAM}IBANID"):
        found += _iban(_text(account))
    for bank in root.iter(f"{_RAM}BICID"):
        found += _bic(_text(bank))
    return tuple(found)


def _party(
    party: etree._Element, who: str, bt_siren: str, bt_siret: str, bt_vat: str, bt_country: str
) -> Iterator[Finding]:
    siren = _scheme(party, f"{_RAM}SpecifiedLegalOrganization/{_RAM}ID", "0002")
    sirets = [_text(each) for each in party.findall(f"{_RAM}GlobalID") if each.get("schemeID") == "0009"]
    vat = _scheme(party, f"{_RAM}SpecifiedTaxRegistration/{_RAM}ID", "VA")
    country = party.findtext(f"{_RAM}PostalTradeAddress/{_RAM}CountryID")
    if siren is not None and not is_siren(siren):
        yield _wrong("siren-key", bt_siren, f"{who} : {siren} n'est pas un SIREN (neuf chiffres avec leur clé).")
    for siret in sirets:
        if not is_siret(siret):
            yield _wrong("siret-key", bt_siret, f"{who} : {siret} n'est pas un SIRET (quatorze chiffres et leur clé).")
        elif siren is not None and not siret.startswith(siren):
            yield _wrong("siret-of-siren", bt_siret, f"{who} : le SIRET {siret} n'est pas un établissement de {siren}.")
    if vat is not None and _is_european(vat):
        if not is_vat_number(vat):
            yield _wrong("vat-number-key", bt_vat, f"{who} : {vat} n'est pas un numéro de TVA : sa clé est fausse.")
        elif siren is not None and vat.startswith("FR") and not vat.endswith(siren):
            yield _wrong("vat-number-of-siren", bt_vat, f"{who} : le numéro de TVA {vat} n'est pas celui de {siren}.")
    if country is not None and not is_country(country.strip()):
        yield _wrong("country-code", bt_country, f"{who} : {country.strip()} n'est pas un code de pays (ISO 3166-1).")


def _iban(iban: str) -> Iterator[Finding]:
    if _holds(lambda: IBAN(iban)):
        if not _holds(lambda: IBAN(iban, validate_bban=True)):  # as the RIB key of a French account
            words = f"La clé nationale du compte {_hidden(iban)} est fausse."
            yield _wrong("iban-national-key", "BT-84", words, "warning")
    else:
        yield _wrong("iban-key", "BT-84", f"{_hidden(iban)} n'est pas un IBAN : sa longueur ou ses clés sont fausses.")


def _bic(bic: str) -> Iterator[Finding]:
    if not _holds(lambda: BIC(bic)):
        yield _wrong("bic-form", "BT-86", f"{bic} n'est pas un BIC.")


def _holds(make: Callable[[], object]) -> bool:
    try:
        make()
    except SchwiftyException:
        return False
    return True


def _hidden(iban: str) -> str:
    """Show as much of an account number as is needed to find it."""
    return f"{iban[:4]}…{iban[-3:]}" if len(iban) > 10 else iban


def _is_european(vat: str) -> bool:
    return vat[:2] in _EU


def _scheme(party: etree._Element, path: str, scheme: str) -> str | None:
    for each in party.findall(path):
        if each.get("schemeID") == scheme:
            return _text(each)
    return None


def _text(element: etree._Element) -> str:
    return (element.text or "").strip()


def _wrong(rule: str, place: str, words: str, severity: Severity = "error") -> Finding:
    return Finding(validator="identifiers", rule=rule, place=place, words=words, severity=severity)


_EU = frozenset(
    "AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI".split()  # noqa: SIM905
)
"""Prefixes of VAT numbers that have a key we know."""
