"""Who sells, who buys, where it goes: the parties of an invoice as XML."""

from __future__ import annotations

from projections.documents.cii.codes import DEPARTMENTS
from projections.documents.cii.profiles import buyer_country
from projections.documents.cii.xml import text
from projections.documents.paper import Paper, Postal, Seller


def seller_xml(seller: Seller, vat_numbers: bool) -> str:
    """Write the seller (BG-4); without `vat_numbers` (category O alone, BR-O-02) its SIREN is its tax registration."""
    legal = [f'<ram:SpecifiedLegalOrganization><ram:ID schemeID="0002">{text(seller.siren)}</ram:ID>']
    if seller.trade_name:
        legal.append(f"<ram:TradingBusinessName>{text(seller.trade_name)}</ram:TradingBusinessName>")
    legal.append("</ram:SpecifiedLegalOrganization>")
    parts = ["<ram:SellerTradeParty>"]
    if seller.siret:
        parts.append(f'<ram:GlobalID schemeID="0009">{text(seller.siret)}</ram:GlobalID>')
    parts.append(f"<ram:Name>{text(seller.name)}</ram:Name>")
    description = _legal_words(seller)
    if description:
        parts.append(f"<ram:Description>{text(description)}</ram:Description>")
    parts += legal
    parts.append(_contact(None, seller.phone, seller.email))
    parts.append(_address(seller.address))
    parts.append(_electronic(seller.siren, "0225"))
    if vat_numbers and seller.vat_number:
        parts.append(_tax("VA", seller.vat_number))
    else:
        parts.append(_tax("FC", seller.siren))
    parts.append("</ram:SellerTradeParty>")
    return "".join(parts)


def buyer_xml(paper: Paper, vat_numbers: bool) -> str:
    """Write the buyer (BG-7); of a consumer no more than name and address, of an unknown one the country alone."""
    buyer = paper.buyer
    if buyer is None:
        return (
            "<ram:BuyerTradeParty><ram:Name>Client non dénommé</ram:Name>"
            "<ram:PostalTradeAddress><ram:CountryID>FR</ram:CountryID></ram:PostalTradeAddress></ram:BuyerTradeParty>"
        )
    parts = [f"<ram:BuyerTradeParty><ram:Name>{text(buyer.name)}</ram:Name>"]
    if buyer.siren:
        parts.append(
            f'<ram:SpecifiedLegalOrganization><ram:ID schemeID="0002">{text(buyer.siren)}</ram:ID>'
            "</ram:SpecifiedLegalOrganization>"
        )
    business = buyer.kind != "consumer"
    if business:
        parts.append(_contact(buyer.contact, buyer.phone, buyer.email))
    parts.append(_address(buyer.address) if buyer.address is not None else _country(buyer_country(paper)))
    if buyer.siren:
        parts.append(_electronic(buyer.siren, "0225"))
    elif business and buyer.email:
        parts.append(_electronic(buyer.email, "EM"))
    if vat_numbers and buyer.vat_number:
        parts.append(_tax("VA", buyer.vat_number))
    parts.append("</ram:BuyerTradeParty>")
    return "".join(parts)


def ship_to_xml(paper: Paper, *, always: bool) -> str:
    """Write where it is delivered (BG-13, BG-15): the address of delivery; within the Union always one (BR-IC-12).

    `always`: the country of supply rather than nothing, as the part that it stands in must not be empty (R008).
    """
    buyer = paper.buyer
    place = buyer.delivery if buyer is not None else None
    if place is None and any(row.category == "K" for row in paper.vat):
        place = buyer.address if buyer is not None else None
        always = True
    if place is not None and buyer is not None:
        name = f"<ram:Name>{text(buyer.name)}</ram:Name>"
        return f"<ram:ShipToTradeParty>{name}{_address(place)}</ram:ShipToTradeParty>"
    return f"<ram:ShipToTradeParty>{_country(_supply_country(paper))}</ram:ShipToTradeParty>" if always else ""


def _supply_country(paper: Paper) -> str:
    """Give the country of the place of supply; abroad it is the customer's."""
    place = paper.supply_place or ""
    if place in DEPARTMENTS:
        return place
    return buyer_country(paper) if place in ("EU", "WORLD") else "FR"


def _legal_words(seller: Seller) -> str:
    """Write the legal form, the register and EI (BT-33; C. com. R123-237, R526-27)."""
    words = [seller.form_words, seller.trade_register, "EI" if seller.sole_trader else None]
    return " - ".join([each.strip() for each in words if each and each.strip()])


def _contact(name: str | None, phone: str | None, email: str | None) -> str:
    if not (name or phone or email):
        return ""
    parts = ["<ram:DefinedTradeContact>"]
    if name:
        parts.append(f"<ram:PersonName>{text(name)}</ram:PersonName>")
    if phone:
        parts.append(
            "<ram:TelephoneUniversalCommunication>"
            f"<ram:CompleteNumber>{text(phone)}</ram:CompleteNumber></ram:TelephoneUniversalCommunication>"
        )
    if email:
        parts.append(
            "<ram:EmailURIUniversalCommunication>"
            f"<ram:URIID>{text(email)}</ram:URIID></ram:EmailURIUniversalCommunication>"
        )
    parts.append("</ram:DefinedTradeContact>")
    return "".join(parts)


def _address(address: Postal) -> str:
    lines = [line for line in address.lines if line.strip()]
    if len(lines) > 3:
        lines = [*lines[:2], ", ".join(lines[2:])]
    parts = ["<ram:PostalTradeAddress>"]
    if address.postcode and address.postcode.strip():
        parts.append(f"<ram:PostcodeCode>{text(address.postcode)}</ram:PostcodeCode>")
    for name, line in zip(("LineOne", "LineTwo", "LineThree"), lines, strict=False):
        parts.append(f"<ram:{name}>{text(line)}</ram:{name}>")
    if address.city.strip():
        parts.append(f"<ram:CityName>{text(address.city)}</ram:CityName>")
    parts.append(f"<ram:CountryID>{text(address.country)}</ram:CountryID></ram:PostalTradeAddress>")
    return "".join(parts)


def _country(code: str) -> str:
    return f"<ram:PostalTradeAddress><ram:CountryID>{text(code)}</ram:CountryID></ram:PostalTradeAddress>"


def _electronic(address: str, scheme: str) -> str:
    return (
        f'<ram:URIUniversalCommunication><ram:URIID schemeID="{scheme}">{text(address)}</ram:URIID>'
        "</ram:URIUniversalCommunication>"
    )


def _tax(scheme: str, number: str) -> str:
    return (
        f'<ram:SpecifiedTaxRegistration><ram:ID schemeID="{scheme}">{text(number)}</ram:ID>'
        "</ram:SpecifiedTaxRegistration>"
    )
