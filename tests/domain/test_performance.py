"""Where services were performed: only what is recorded says it."""

from __future__ import annotations

import pytest

from ledger.domain.events.common import Address
from ledger.domain.performance import Where, performed_at
from ledger.domain.types import Channel, SupplyPlace

RENNES = Address(lines=("8 quai du Lierre",), postcode="35000", city="Rennes")
AJACCIO = Address(lines=("3 cours des Pins",), postcode="20000", city="Ajaccio")
GENT = Address(lines=("Kerkstraat 4",), postcode="9000", city="Gent", country="BE")
SAINT_DENIS = Address(lines=("2 rue du Flamboyant",), postcode="97400", city="Saint-Denis")


@pytest.mark.parametrize(
    ("channel", "supply_place", "home", "where"),
    [
        ("premises", "FR", None, "issuer"),
        ("premises", "FR", GENT, "issuer"),
        ("premises", "RE", None, None),
        ("premises", "RE", RENNES, None),
        ("premises", "RE", SAINT_DENIS, "client"),
        ("off_premises", "FR", None, None),
        ("off_premises", "FR", RENNES, "client"),
        ("off_premises", "FR", GENT, None),
        ("distance", "FR-20R", AJACCIO, "client"),
        ("distance", "EU", GENT, "client"),
        ("distance", "EU", RENNES, None),
        ("distance", "YT", SAINT_DENIS, None),
    ],
)
def test_the_place_of_a_service_is_where_the_supply_is(
    channel: Channel, supply_place: SupplyPlace, home: Address | None, where: Where | None
) -> None:
    def at(*, stated: bool = False, delivery: bool = False) -> Where | None:
        return performed_at(
            stated=stated,
            delivery=delivery,
            home=home,
            channel=channel,
            supply_place=supply_place,
            issuer_place="FR",
        )

    assert at() == where
    assert at(delivery=True) == "delivery"
    assert at(stated=True, delivery=True) == "stated"
