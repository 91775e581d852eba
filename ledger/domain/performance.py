"""Where services were performed, from what is recorded and never from a guess (arrêté 83-50/A: the note says where)."""

from __future__ import annotations

from typing import Literal, Protocol

from ledger.domain.regimes.fr.limits import FRENCH_TAX_TERRITORY
from ledger.domain.types import Channel, SupplyPlace

Where = Literal["stated", "delivery", "client", "issuer"]
"""Which record says it: the document's own words, the delivery address, the client's address, the issuer's premises."""

_OVERSEAS = {"971": "GP", "972": "MQ", "973": "GF", "974": "RE", "976": "YT"}
"""Overseas departments by the first three digits of a postcode, where an address names France as its country."""


class Located(Protocol):
    """An address, as far as the territory it lies in goes."""

    @property
    def postcode(self) -> str | None: ...  # noqa: D102 - named by the class
    @property
    def country(self) -> str: ...  # noqa: D102 - named by the class


def performed_at(
    *,
    stated: bool,
    delivery: bool,
    home: Located | None,
    channel: Channel,
    supply_place: SupplyPlace,
    issuer_place: SupplyPlace,
) -> Where | None:
    """Say which record tells where services were performed; None where none does.

    `stated`: the document's own words say it; `delivery`: the client has a delivery address; `home`: the client's
    address. A counter sale is at the issuer's premises only when the supply is where the issuer's supplies are; the
    client's address counts only when it lies where the supply is.
    """
    if stated:
        return "stated"
    if delivery:
        return "delivery"
    if channel == "premises" and supply_place == issuer_place:
        return "issuer"
    return "client" if home is not None and _lies_in(home, supply_place) else None


def _lies_in(address: Located, place: SupplyPlace) -> bool:
    territory = address.country
    if territory == "FR":
        territory = _OVERSEAS.get((address.postcode or "")[:3], "FR")
    if place in ("EU", "WORLD"):
        return territory not in FRENCH_TAX_TERRITORY
    return territory == ("FR" if place == "FR-20R" else place)
