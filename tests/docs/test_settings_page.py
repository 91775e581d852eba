"""docs/settings.md names every setting there is, and no other."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from api.settings import Settings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "settings.md"


def test_the_page_names_every_setting_and_no_other() -> None:
    named = set(re.findall(r"`(SCEAU_[A-Z_]+)`", PAGE.read_text(encoding="utf-8")))
    known = {f"SCEAU_{member.name.upper()}" for member in fields(Settings) if member.name != "passphrase"}
    assert named == known | {"SCEAU_KEY_PASSPHRASE", "SCEAU_KEY_PASSPHRASE_FILE"}
