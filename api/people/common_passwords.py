"""The commonest passwords of ten characters and more, and the words that most others are made of.

A short list on purpose: what every list of leaked passwords begins with, in English and French, ours added. Shorter
passwords are refused for their length. Compared in lower case, without spaces; `ROOTS` without digits and signs around.
"""

from __future__ import annotations

from typing import Final

_COMMON: Final = """
1234567890 0123456789 12345678910 123456789a a123456789 123456789q 1234567891 0987654321 9876543210 1111111111
0000000000 1122334455 1234554321 123123123123 123321123321 1q2w3e4r5t 1qaz2wsx3edc q1w2e3r4t5 q1w2e3r4t5y6
1a2b3c4d5e a1b2c3d4e5 zaq12wsxcde 1qazxsw23edc qazwsxedcrfv abcdefghij abcdefghijkl abc123456789 abcd123456
qwertyuiop qwertyuiop[] qwerty12345 qwerty123456 qwertyqwerty qwerty1234567890 asdfghjkl asdfghjkl; zxcvbnm123
azertyuiop azertyuiop1 azerty12345 azerty123456 azertyazerty qsdfghjklm wxcvbn1234 aqwzsxedcrfv 1a2z3e4r5t
password12 password123 password1234 passw0rd123 p@ssw0rd123 passwordpassword motdepasse motdepasse1 motdepasse123
monmotdepasse iloveyou12 iloveyou123 jetaime123 jetaimejetaime monamour123 doudou1234 loulou1234 chouchou123
administrator administrateur superadmin adminadmin admin12345 admin123456 root123456 changeme123 changezmoi
letmein123 welcome123 welcome1234 bienvenue1 bienvenue123 bonjour123 bonjour1234 bonjourbonjour soleil1234
secretsecret topsecret1 trustno1trustno1 football12 football123 basketball princess123 sunshine123 superman123
batman12345 dragon12345 monkey12345 master12345 starwars123 pokemon1234 nicolas123 marseille13 olympique13
parissaintgermain paris75000 france1998 france2018 correcthorsebatterystaple
facture123 facture1234 facturation compta1234 comptable1 comptabilite entreprise artisan123 devis12345
test123456 testtest12 testtesttest azertytest temporaire provisoire nouveaumotdepasse newpassword
"""

_ROOTS: Final = """
password passwort passe motdepasse monmotdepasse azerty azertyuiop qwerty qwertyuiop qwertz qsdfghjklm asdfghjkl
admin administrator administrateur root user utilisateur welcome bienvenue bonjour salut letmein changeme secret
iloveyou jetaime monamour soleil doudou loulou chouchou football basketball princess princesse sunshine superman
batman dragon monkey master shadow starwars pokemon marseille paris france test demo sceau facture factures
facturation compta comptabilite comptable entreprise artisan devis default temporaire provisoire
"""

COMMON: Final[frozenset[str]] = frozenset(_COMMON.split())
"""Refused whole."""

ROOTS: Final[frozenset[str]] = frozenset(_ROOTS.split())
"""Refused with whatever digits and signs around them."""
