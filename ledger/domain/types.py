"""Value types that events and commands are made of: each has one byte form.

They are annotations for pydantic, which parses and checks JSON at the border; inside the rules a value is a plain
str or int. Sources of the limits: format 1 (`docs/spec/entry.md`) and, for numbers, law section 4.3 (F10 G1.05).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

MAX_CENTS = 10**13

Cents = Annotated[int, Field(strict=True, ge=-MAX_CENTS, le=MAX_CENTS)]
"""An amount in the hundredth part of the currency; may be negative."""
PositiveCents = Annotated[int, Field(strict=True, gt=0, le=MAX_CENTS)]
"""An amount in the hundredth part of the currency, above zero."""
NonNegativeCents = Annotated[int, Field(strict=True, ge=0, le=MAX_CENTS)]
"""An amount in the hundredth part of the currency, zero or more."""
Total = Annotated[int, Field(strict=True, ge=-(2**53 - 1), le=2**53 - 1)]
"""A sum of amounts, in the hundredth part of the currency: as far as the format's integers go; may be negative."""
NonNegativeTotal = Annotated[int, Field(strict=True, ge=0, le=2**53 - 1)]
"""A sum of amounts, in the hundredth part of the currency, zero or more."""
BasisPoints = Annotated[int, Field(strict=True, ge=0, le=10_000)]
"""A rate or share in basis points: 2000 is 20 %."""
Count = Annotated[int, Field(strict=True, ge=0, le=2**53 - 1)]
"""A number of things, zero or more."""
Days = Annotated[int, Field(strict=True, ge=0, le=36_500)]
"""A length of time in days, at most a century."""
DaysFrom = Annotated[int, Field(strict=True, ge=-36_500, le=36_500)]
"""Days after something, or before it (negative)."""
Position = Annotated[int, Field(strict=True, ge=1, le=2**53 - 1)]
"""A place counted from 1: an entry's seq, a version, a rank."""
Flag = Annotated[bool, Field(strict=True)]

Uuid = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"),
]
"""A random UUID (version 4), lower case."""
LedgerId = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"),
]
"""A ledger's id: a UUIDv8 made from its entry 1."""
StreamId = Annotated[
    str,
    StringConstraints(
        strict=True,
        pattern=r"^[a-z][a-z_]{0,31}:(self|[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})$",
    ),
]
Digest = Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 in lower-case hexadecimal."""
Base64 = Annotated[
    str,
    StringConstraints(strict=True, min_length=4, max_length=349_528, pattern=r"^[A-Za-z0-9+/]+={0,2}$"),
]
"""A small file, at most 256 KiB, in base64 (RFC 4648 section 4) without line breaks."""
Colour = Annotated[str, StringConstraints(strict=True, pattern=r"^#[0-9a-f]{6}$")]
"""A colour, `#rrggbb` in lower case."""
Day = Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
"""A calendar day, `YYYY-MM-DD`."""
Instant = Annotated[
    str,
    StringConstraints(
        strict=True,
        pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
        r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z$",
    ),
]
"""A moment in UTC with six decimals, `YYYY-MM-DDTHH:MM:SS.ffffffZ`."""
Quantity = Annotated[
    str, StringConstraints(strict=True, pattern=r"^-?(0|[1-9][0-9]{0,8})(\.[0-9]{0,5}[1-9])?$", max_length=17)
]
"""An exact decimal: no trailing zero, no leading zero, at most six decimals."""
Price = Annotated[
    str, StringConstraints(strict=True, pattern=r"^-?(0|[1-9][0-9]{0,10})(\.[0-9]{0,5}[1-9])?$", max_length=19)
]
"""A unit price in currency units (not cents): an exact decimal, at most six decimals."""
Currency = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Z]{3}$")]
"""An ISO 4217 code."""
Country = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Z]{2}$")]
"""An ISO 3166-1 alpha-2 code."""
Siren = Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9]{9}$")]
Siret = Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9]{14}$")]
Code = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9._/+-]{0,63}$")]
"""A code of the business's own: article, milestone, stage; never a name of a person."""
Reference = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._/+:-]{0,63}$")]
"""A reference given by somebody else (a bank, a provider, an order); kept as it is."""
ProviderReference = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._/+:-]{0,254}$")]
"""A payment provider's own reference; kept as it is. Providers promise no more than 255 characters."""
DocumentNumber = Annotated[
    str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9+_/-]+( [A-Za-z0-9+_/-]+)*$", max_length=20)
]
"""A printed number: at most 20 characters of `[A-Za-z0-9 +_/-]`, no leading, trailing or double space."""
UnitCode = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Z0-9]{1,3}$")]
"""A unit of measure, UN/ECE Recommendation 20 (`C62` one, `HUR` hour, `MTK` square metre)."""
Actor = Annotated[str, StringConstraints(strict=True, pattern=r"^(system|[a-z][a-z0-9_-]{0,15}:[A-Za-z0-9_-]{1,64})$")]
"""Who acted: an opaque id, never a name or e-mail."""
ShortText = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=300)]
LongText = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=20_000)]

CustomerKind = Literal["consumer", "business", "public"]
PriceBasis = Literal["net", "gross"]
"""`net`: prices are HT and VAT is added; `gross`: prices are TTC and VAT is extracted."""
Nature = Literal["goods", "services"]
VatCategory = Literal["S", "Z", "E", "AE", "K", "G", "O"]
"""EN 16931 (UNTDID 5305): standard, zero, exempt, reverse charge, intra-community, export, outside."""
SupplyPlace = Literal["FR", "FR-20R", "GP", "MQ", "RE", "GF", "YT", "EU", "WORLD"]
"""Where the supply takes place for VAT: metropolitan France, Corsica, the overseas departments, elsewhere."""
VatRegime = Literal["normal_monthly", "normal_quarterly", "simplified", "franchise"]
AdvanceKind = Literal["arrhes", "acompte"]
"""What money paid in advance is in law (C. conso L214-1): the consumer's default is arrhes."""
Channel = Literal["premises", "distance", "off_premises"]
"""How the contract is made (C. conso L221-1)."""
SignatureLevel = Literal["simple", "advanced", "qualified"]
"""eIDAS art. 3: a drawn or scanned signature is simple, never more (Cass. 13/03/2024)."""
Means = Literal[
    "cash", "cheque", "card", "credit_transfer", "instant_transfer", "direct_debit", "e_money", "voucher", "offset",
    "other",
]  # fmt: skip
Side = Literal["client", "issuer"]
"""One of the two sides of a contract."""
