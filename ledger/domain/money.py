"""Exact money: integer cents, rates in basis points, decimals as strings; no binary float anywhere.

Rounding is to the nearest cent, a half counting as one, on the absolute value (CIBS art. L131-2): 0.125 ->
0.13 and -0.125 -> -0.13. Where a sum must be cut into parts, the parts are found by largest remainder, so
that they always add up to the sum.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ledger.kernel.errors import Malformed

BP = 10_000
"""Basis points in one whole: 100 % is 10 000, 5.5 % is 550."""

MAX_CENTS = 10**13 - 1
"""Largest amount of a line or a document; sums of 900 of them stay below 2^53."""

MAX_SCALE = 6
"""Most digits after the point of a quantity or a unit price."""

_DECIMAL = re.compile(r"(-?)(0|[1-9][0-9]{0,10})(?:\.([0-9]{1,6}))?", re.ASCII)
_TENS: tuple[int, ...] = tuple(10**n for n in range(13))


def div_half_up(numerator: int, denominator: int) -> int:
    """Divide to the nearest integer, a half counting as one on the absolute value (CIBS L131-2).

    `denominator` is positive.
    """
    if numerator >= 0:
        return (2 * numerator + denominator) // (2 * denominator)
    return -((denominator - 2 * numerator) // (2 * denominator))


def percent_of(amount_cents: int, rate_bp: int) -> int:
    """Give `rate_bp` of an amount, in cents: also the VAT of a net base."""
    return div_half_up(amount_cents * rate_bp, BP)


def net_of_gross(gross_cents: int, rate_bp: int) -> int:
    """Extract the net amount (HT) from a gross one (TTC): round(TTC / (1 + rate)).

    The VAT is the gross less this, so the two always add up.
    """
    return div_half_up(gross_cents * BP, BP + rate_bp)


def vat_of_gross(gross_cents: int, rate_bp: int) -> int:
    """Extract the VAT held in a gross amount (TTC)."""
    return gross_cents - net_of_gross(gross_cents, rate_bp)


# --- decimals as strings


def parse_decimal(text: str, place: str = "") -> tuple[int, int]:
    """Read an exact decimal as (units, scale), its value being units / 10^scale.

    At most eleven digits before the point and six after; a point, never a comma; no plus sign, no exponent,
    no leading zero, no minus zero. "12.50" stays (1250, 2). Raises `Malformed` "decimal" with `place`
    otherwise.
    """
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise Malformed("decimal", place)
    sign, whole, tail = match.groups()
    units = int(whole + tail) if tail else int(whole)
    if sign:
        if units == 0:
            raise Malformed("decimal", place)
        units = -units
    return units, len(tail) if tail else 0


def is_decimal(text: str) -> bool:
    """Tell whether `parse_decimal` reads this text."""
    try:
        parse_decimal(text)
    except Malformed:
        return False
    return True


def product_cents(first: tuple[int, int], second: tuple[int, int]) -> int:
    """Multiply two parsed decimals (a quantity and a unit price) into cents, rounded once."""
    units = first[0] * second[0]
    scale = first[1] + second[1]
    if scale <= 2:
        return units * _TENS[2 - scale]
    return div_half_up(units, _TENS[scale - 2])


def amount_cents(quantity: str, unit_price: str) -> int:
    """Multiply a quantity by a unit price, both exact decimal strings, into cents, rounded once.

    Raises `Malformed` "decimal" if either is not a decimal.
    """
    return product_cents(parse_decimal(quantity), parse_decimal(unit_price))


def unit_price_net(unit_price: str, rate_bp: int) -> str:
    """Give the net unit price (HT) of a gross one (TTC), to six decimals, trailing zeros beyond two cut off.

    For print and EN 16931 BT-146 only (CGI ann. II 242 nonies A I 8°): amounts are never calculated from it.
    """
    units, scale = parse_decimal(unit_price)
    millionths = div_half_up(units * _TENS[MAX_SCALE - scale] * BP, BP + rate_bp)
    sign, digits = ("-", -millionths) if millionths < 0 else ("", millionths)
    whole, tail = divmod(digits, _TENS[MAX_SCALE])
    return f"{sign}{whole}.{str(tail).zfill(MAX_SCALE).rstrip('0').ljust(2, '0')}"


def cents_of(text: str, place: str = "") -> int:
    """Read an amount written as a decimal of at most two places ("12.5", "12.50") into cents.

    Raises `Malformed` "decimal" if it is not a decimal, "cents" if it has more than two places.
    """
    units, scale = parse_decimal(text, place)
    if scale > 2:
        raise Malformed("cents", place)
    return units * _TENS[2 - scale]


def decimal_of(cents: int) -> str:
    """Write cents as a decimal with two places and a point: 123456 -> "1234.56"."""
    whole, tail = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{tail:02d}"


def percent_text(rate_bp: int) -> str:
    """Write basis points as the shortest decimal percentage: 550 -> "5.5", 2000 -> "20"."""
    whole, tail = divmod(abs(rate_bp), 100)
    digits = f"{whole}.{tail:02d}".rstrip("0").rstrip(".")
    return f"-{digits}" if rate_bp < 0 else digits


# --- cutting a sum into parts


def apportion(numerators: Sequence[int], denominator: int, target: int) -> list[int]:
    """Round the fractions numerators[i] / denominator so that they add up to `target`.

    Each part is its fraction rounded down or up; those with the largest remainder go up first, then the
    larger numerator, then the earlier. `denominator` is positive. `target` must lie between the sum of the
    fractions rounded down and the sum rounded up, as any rounding of the true sum does; ValueError otherwise.
    """
    parts = [0] * len(numerators)
    remainders = [0] * len(numerators)
    missing, inexact = target, 0
    for index, numerator in enumerate(numerators):
        part, remainder = divmod(numerator, denominator)
        parts[index] = part
        missing -= part
        if remainder:
            remainders[index] = remainder
            inexact += 1
    if missing == 0:
        return parts
    if not 0 < missing <= inexact:
        raise ValueError("the target is no rounding of the sum of the parts")
    order = sorted(range(len(parts)), key=lambda i: (-remainders[i], -numerators[i], i))
    for index in order[:missing]:
        parts[index] += 1
    return parts


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Cut a total into parts proportional to the weights, by largest remainder; the parts add up to it.

    Equal weights get equal parts but for one unit; a weight of zero gets nothing; a negative total is the
    mirror of the positive one. Weights of both signs are allowed as long as their sum is not zero. Raises
    ValueError if the weights add up to zero and the total does not.
    """
    weight = sum(weights)
    if weight == 0:
        if total:
            raise ValueError("nothing to spread the total over")
        return [0] * len(weights)
    if total < 0:
        return [-part for part in allocate(-total, weights)]
    if weight < 0:
        return apportion([total * -w for w in weights], -weight, total)
    return apportion([total * w for w in weights], weight, total)


# --- words for people


def euros_fr(cents: int) -> str:
    """Write cents as a French reader expects: 123456 -> "1 234,56 €" (narrow and plain no-break spaces)."""
    whole, tail = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole:,}".replace(",", "\u202f") + f",{tail:02d}\u00a0€"


def euros_en(cents: int) -> str:
    """Write cents as an English reader expects: 123456 -> "€1,234.56"."""
    whole, tail = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}€{whole:,}.{tail:02d}"


def percent_fr(rate_bp: int) -> str:
    """Write basis points as a French percentage: 550 -> "5,5 %"."""
    return percent_text(rate_bp).replace(".", ",") + "\u00a0%"
