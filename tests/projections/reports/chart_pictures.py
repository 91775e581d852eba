"""Pictures of charts, to be looked at: `python -m tests.projections.reports.chart_pictures [FOLDER]` makes them.

They are drawn by the product and photographed by a real browser, light and dark (docs/decisions/browser-tests.md).
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from projections.documents.paper import Language
from projections.reports.charts import WIDTH, draw
from projections.reports.contract import Chart, Series, Words
from projections.reports.shapes import in_words
from tests.verifiers.browser import browser

FOLDER: Final = Path(__file__).parents[3] / "docs" / "pictures" / "charts"


def same(text: str) -> Words:
    return Words(text, text)


def months(count: int, year: int = 2026, month: int = 1) -> tuple[str, ...]:
    firsts = ((year * 12 + month - 1 + rank) for rank in range(count))
    return tuple(f"{each // 12:04d}-{each % 12 + 1:02d}" for each in firsts)


def wave(count: int, top: int, step: int, floor: int = 0) -> tuple[int, ...]:
    """Values that go up and down without looking made by a machine."""
    return tuple(floor + (rank * rank * 7919 + rank * step * 104_729) % top for rank in range(count))


GOODS: Final = Words("Biens", "Goods")
SERVICES: Final = Words("Services", "Services")
RATES: Final = tuple(same(each) for each in ("20 %", "10 %", "5,5 %", "2,1 %", "8,5 %", "13 %", "0,9 %", "sans TVA"))

STAGES: Final = (
    "prospect", "qualified", "drafting", "issued", "sent", "viewed", "signed", "deposit_paid", "invoiced", "paid",
)  # fmt: skip

CHARTS: Final[Mapping[str, tuple[Chart, Words]]] = {
    "revenue": (
        Chart("bars", "cents", months(12), (Series(Words("CA HT", "Net"), wave(12, 1_900_000, 3, 350_000)),)),
        Words("Chiffre d'affaires et TVA par période", "Turnover and VAT by period"),
    ),
    "revenue-by-nature": (
        Chart(
            "stacked",
            "cents",
            months(12, 2025, 12),
            (Series(GOODS, wave(12, 900_000, 5, 90_000)), Series(SERVICES, wave(12, 1_300_000, 7, 200_000))),
        ),
        Words("Chiffre d'affaires par nature", "Turnover by nature"),
    ),
    "sixty-months": (
        Chart(
            "stacked",
            "cents",
            months(60, 2022),
            tuple(Series(name, wave(60, 400_000 // (rank + 1), rank + 3)) for rank, name in enumerate(RATES)),
        ),
        Words("Chiffre d'affaires par taux, cinq ans", "Turnover by rate, five years"),
    ),
    "negatives": (
        Chart(
            "stacked",
            "cents",
            months(8),
            (
                Series(GOODS, (120_000, -45_000, 90_000, 0, -130_000, 40_000, 10_050, 75_000)),
                Series(SERVICES, (60_000, 30_000, -20_000, 0, -60_000, 90_000, 45_000, -5)),
            ),
        ),
        Words("Avoirs plus hauts que les ventes", "Credit notes above sales"),
    ),
    "dso": (
        Chart(
            "line",
            "days",
            months(18, 2025, 6),
            (
                Series(same("DSO"), (41, 44, 39, 47, 52, 49, 46, 43, 38, 36, 41, 39, 35, 33, 37, 31, 29, 32)),
                Series(
                    Words("Moyenne sur 3 mois", "3-month mean"),
                    (41, 43, 41, 43, 46, 49, 49, 46, 42, 39, 38, 39, 38, 36, 35, 34, 32, 31),
                ),
            ),
        ),
        Words("Délai moyen de paiement des clients (DSO)", "Days sales outstanding (DSO)"),
    ),
    "pipeline": (
        Chart(
            "bars",
            "cents",
            STAGES,
            (
                Series(
                    Words("Valeur TTC", "Value with VAT"),
                    (1_200_000, 845_000, 2_310_000, 640_000, 1_985_000, 1_120_000, 3_450_000, 2_780_000, 915_000, 0),
                ),
                Series(
                    Words("Valeur pondérée", "Weighted value"),
                    (120_000, 169_000, 693_000, 256_000, 992_500, 672_000, 3_105_000, 2_641_000, 915_000, 0),
                ),
            ),
        ),
        Words("Du premier contact au paiement", "From first contact to payment"),
    ),
    "thresholds": (
        Chart(
            "bars",
            "bp",
            ("vat_exemption_goods", "vat_exemption_services", "micro_goods", "micro_services"),
            (Series(Words("Part de la limite", "Share of the limit"), (4_218, 10_350, 1_764, 4_643)),),
        ),
        Words("Seuils de l'année 2026", "Thresholds of 2026"),
    ),
    "late-deposits": (
        Chart(
            "stacked",
            "count",
            months(12),
            (
                Series(Words("À temps", "In time"), (4, 6, 5, 7, 9, 3, 4, 2, 8, 9, 11, 6)),
                Series(Words("En retard", "Late"), (1, 0, 2, 1, 3, 0, 1, 0, 2, 1, 0, 2)),
                Series(Words("Impayés", "Unpaid"), (0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 2, 3)),
            ),
        ),
        Words("Acomptes et arrhes en retard", "Late deposits"),
    ),
    "long-names": (
        Chart(
            "bars",
            "cents",
            (
                "Société coopérative artisanale des menuisiers, ébénistes et charpentiers réunis de Haute-Bretagne",
                "Anticonstitutionnellement-vôtre-et-sans-aucune-espace-du-tout-jusqu'au-bout",
                "Court",
            ),
            (Series(Words("Dû", "Owed"), (1_234_567, -98_765, 4_200)),),
        ),
        Words(
            "Un titre vraiment long, qui ne tient pas sur une seule ligne, parce que quelqu'un a voulu y dire tout ce "
            "que le rapport contient et même un peu plus",
            "A title that is far too long for one line, because somebody wanted to say in it all that the report holds",
        ),
    ),
    "very-large": (
        Chart(
            "line",
            "cents",
            months(6),
            (Series(Words("Total", "Total"), (10**13, 3 * 10**13, 2 * 10**13, 9 * 10**14, 10**15, 8 * 10**14)),),
        ),
        Words("Très grands montants", "Very large amounts"),
    ),
    "one-point": (
        Chart("line", "cents", ("2026-11",), (Series(Words("MRR", "MRR"), (12_345,)),)),
        Words("Un seul mois", "One month"),
    ),
    "nothing": (Chart("bars", "cents", (), ()), Words("Rien du tout", "Nothing at all")),
    "zeros": (
        Chart("bars", "cents", months(12), (Series(Words("CA HT", "Net"), (0,) * 12),)),
        Words("Que des zéros", "Nothing but zeros"),
    ),
    "days": (
        Chart(
            "stacked",
            "cents",
            tuple(f"2026-{1 + rank // 28:02d}-{1 + rank % 28:02d}" for rank in range(336)),
            (Series(GOODS, wave(336, 90_000, 5)), Series(SERVICES, wave(336, 60_000, 11))),
        ),
        Words("Par jour", "Day by day"),
    ),
}
"""Charts by name: those of the reports, and those that are hard to draw."""


def picture(name: str, language: Language = "fr") -> bytes:
    """Draw one."""
    chart, title = CHARTS[name]
    return draw(in_words(chart, language), title, language)


def photograph(folder: Path, *ways: Literal["light", "dark"]) -> None:
    """Draw every chart into a folder and take its picture."""
    with tempfile.TemporaryDirectory() as scratch, browser() as page:
        for name in CHARTS:
            drawn = picture(name)
            file = Path(scratch) / f"{name}.html"
            file.write_bytes(b"<!doctype html><meta charset=utf-8><style>body{margin:0}</style><i id=go></i>" + drawn)
            height = int(float(drawn.split(b'height="', 1)[1].split(b'"', 1)[0])) + 1
            for way in ways:
                page.open(file)
                suffix = "" if way == "light" else "-dark"
                page.look(folder / f"{name}{suffix}.png", WIDTH // 10, height, dark=way == "dark")


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    target.mkdir(parents=True, exist_ok=True)
    photograph(target, "light", "dark")
