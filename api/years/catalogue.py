"""What the invented business sells, and to whom: nobody real, no price of anybody."""

from __future__ import annotations

from random import Random
from typing import Final

from ledger.domain.commands.common import LineInput
from ledger.domain.events.common import Address, Party

GOODS: Final[tuple[tuple[str, str, int, int, int], ...]] = (
    ("PARQUET-CHENE", "Parquet chêne massif, la botte", 3_900, 8_900, 2000),
    ("PLINTHE", "Plinthe chêne, le mètre", 690, 1_490, 2000),
    ("HUILE", "Huile d'entretien 1 L", 1_890, 3_290, 2000),
    ("COLLE", "Colle sans solvant 7 kg", 2_990, 4_990, 2000),
    ("VIS", "Vis à parquet, boîte de 200", 590, 1_290, 2000),
    ("GRANULES", "Granulés de bois, le sac", 490, 890, 1000),
    ("BUCHES", "Bûches compressées, le pack", 590, 990, 1000),
    ("GUIDE", "Guide d'entretien des bois", 900, 1_900, 550),
)
"""Item, words, lowest and highest price TTC in cents, rate: the shop's shelf."""

SERVICES: Final[tuple[tuple[str, str, int, int], ...]] = (
    ("ETUDE", "Étude d'aménagement, la journée", 42_000, 68_000),
    ("FORMATION", "Formation à la pose, la demi-journée", 28_000, 39_000),
    ("PONCAGE", "Ponçage de salle, forfait", 55_000, 180_000),
    ("CONSEIL", "Conseil et métré, l'heure", 5_500, 8_500),
)
"""Item, words, lowest and highest price HT in cents: what businesses order."""

CONTRACTS: Final[tuple[tuple[str, str, int], ...]] = (
    ("ENTRETIEN", "Contrat d'entretien mensuel", 2_900),
    ("ENTRETIEN-PLUS", "Contrat d'entretien mensuel, visites comprises", 5_900),
)
"""Item, words and monthly price TTC in cents: what recurs."""

FIRST_NAMES: Final = (
    "Camille", "Dominique", "Claude", "Alix", "Sacha", "Charlie", "Lou", "Noa", "Andrea", "Morgan", "Eden", "Maxence",
)  # fmt: skip
TOWNS: Final = (("69001", "Lyon"), ("69100", "Villeurbanne"), ("42000", "Saint-Étienne"), ("38000", "Grenoble"))

SIRENS: Final = ("987654324", "111111118", "222222226", "333333334", "444444442", "555555556")
"""Valid by their key, and plainly invented."""


def consumer(chance: Random, rank: int) -> Party:
    """Invent a consumer: a first name, the rank of registration for a surname, an example address."""
    postcode, city = chance.choice(TOWNS)
    name = f"{chance.choice(FIRST_NAMES)} Exemple-{rank:05d}"
    street = f"{chance.randint(1, 99)} rue des Copeaux"
    address = Address(lines=(street,), postcode=postcode, city=city)
    return Party(name=name, address=address, email=f"client{rank:05d}@example.fr")


def business(chance: Random, rank: int) -> Party:
    """Invent a business customer."""
    postcode, city = chance.choice(TOWNS)
    address = Address(lines=(f"{chance.randint(1, 99)} avenue des Ateliers",), postcode=postcode, city=city)
    return Party(
        name=f"Société Exemple {rank:04d}",
        address=address,
        siren=SIRENS[rank % len(SIRENS)],
        email=f"compta{rank:04d}@example.com",
    )


def price(cents: int) -> str:
    """Write an amount as a price in euros, without zeros at the end."""
    return f"{cents // 100}.{cents % 100:02d}".rstrip("0").rstrip(".")


def basket(chance: Random) -> tuple[LineInput, ...]:
    """Fill a shop's basket: one to five articles, prices TTC."""
    lines = []
    for item, label, low, high, rate_bp in chance.sample(GOODS, chance.choice((1, 1, 2, 2, 3, 5))):
        lines.append(
            LineInput(
                label=label,
                item=item,
                quantity=str(chance.choice((1, 1, 1, 2, 3, 6))),
                unit_price=price(chance.randint(low, high)),
                rate_bp=rate_bp,
                nature="goods",
            )
        )
    return tuple(lines)


def assignment(chance: Random) -> tuple[LineInput, ...]:
    """Order one or two services, prices HT, now and then with goods beside them."""
    lines = [
        LineInput(
            label=label,
            item=item,
            quantity=str(chance.choice((1, 1, 2, 3))),
            unit_price=price(chance.randint(low, high)),
            rate_bp=2000,
            nature="services",
        )
        for item, label, low, high in chance.sample(SERVICES, chance.choice((1, 1, 2)))
    ]
    if chance.random() < 0.2:
        lines += [_supply(chance)]
    return tuple(lines)


def works(chance: Random) -> tuple[LineInput, ...]:
    """Quote works in a dwelling: labour at the intermediate rate, materials at the standard one, prices HT."""
    area = chance.randint(8, 60)
    labour = LineInput(
        label="Pose de parquet, main-d'œuvre",
        item="POSE",
        quantity=str(area),
        unit="MTK",
        unit_price=price(chance.randint(3_500, 6_500)),
        rate_bp=1000,
        nature="services",
        purpose="labour_flat",
    )
    travel = LineInput(
        label="Déplacement", item="DEPLACEMENT", unit_price=price(chance.randint(2_500, 6_000)), rate_bp=1000,
        nature="services", purpose="travel",
    )  # fmt: skip
    return (labour, _supply(chance), *((travel,) if chance.random() < 0.5 else ()))


def contract(chance: Random) -> tuple[LineInput, ...]:
    """Subscribe to one of the maintenance contracts, price TTC."""
    item, label, cents = chance.choice(CONTRACTS)
    return (LineInput(label=label, item=item, unit_price=price(cents), rate_bp=2000, nature="services"),)


def _supply(chance: Random) -> LineInput:
    return LineInput(
        label="Parquet et plinthes, fourniture",
        item="FOURNITURE",
        quantity=str(chance.randint(1, 30)),
        unit_price=price(chance.randint(1_500, 6_000)),
        rate_bp=2000,
        nature="goods",
        purpose="material",
    )
