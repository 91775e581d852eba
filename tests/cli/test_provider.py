"""`sceau provider`: every verb; keys come from a pipe or a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import sceau, told
from tests.payments.scene import SECRET_KEY, WEBHOOK_SECRET, stripe_running

AWAY = "http://127.0.0.1:9"
"""Where no provider listens."""
KEYS = f"{SECRET_KEY}\n{WEBHOOK_SECRET}\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "profile.json").write_text(sceau(tmp_path, "init", "--template").stdout)
    opened = sceau(tmp_path, "init", "shop", "--training", "--profile", "profile.json")
    assert opened.returncode == 0, opened.stderr
    return tmp_path


def test_a_provider_is_added_listed_asked_and_removed(shop: Path) -> None:
    added = sceau(
        shop, "provider", "add", "shop", "stripe", "--way", "card", "--way", "sepa_debit", given=KEYS,
        SCEAU_STRIPE_API=AWAY,
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    assert added.stdout.splitlines() == [
        "stripe (test): card, sepa_debit", "have it send its events to /v1/ledgers/shop/providers/stripe/events",
    ]  # fmt: skip
    assert "did not tell which account" in added.stderr
    listed = sceau(shop, "provider", "list", "shop").stdout
    assert "stripe" in listed
    assert SECRET_KEY not in listed
    (one,) = told(shop, "provider", "list", "shop")["providers"]
    assert (one["ways"], one["open"], one["account_known"]) == (["card", "sepa_debit"], 0, False)
    with stripe_running() as server:
        found = told(shop, "provider", "reconcile", "shop", "stripe", SCEAU_STRIPE_API=server.url)
    assert found == {"looked_at": 0, "open": 0, "troubles": []}
    away = sceau(shop, "provider", "reconcile", "shop", "stripe", SCEAU_STRIPE_API=AWAY)
    assert (away.returncode, "stripe did not answer" in away.stderr) == (1, True)
    assert sceau(shop, "provider", "remove", "shop", "stripe").returncode == 0
    assert told(shop, "provider", "list", "shop")["providers"] == []


def test_keys_come_from_a_file_too_and_what_cannot_be_is_said(shop: Path) -> None:
    (shop / "keys.txt").write_text(KEYS)
    added = sceau(shop, "provider", "add", "shop", "stripe", "--keys", "keys.txt", SCEAU_STRIPE_API=AWAY)
    assert added.returncode == 0
    for given, said in (
        ("", "two lines are needed"),
        (KEYS.replace("test", "live"), "PROVIDER_LIVE_ON_TRAINING"),
        ("one\ntwo\n", "PROVIDER_KEY_UNFIT"),
    ):
        refused = sceau(shop, "provider", "add", "shop", "stripe", given=given)
        assert refused.returncode != 0
        assert said in refused.stderr
        assert SECRET_KEY not in refused.stderr
    assert "cannot be read" in sceau(shop, "provider", "add", "shop", "stripe", "--keys", "none.txt").stderr
    assert sceau(shop, "provider", "reconcile", "shop", "paypal").returncode == 1
    assert "PROVIDER_UNKNOWN" in sceau(shop, "provider", "remove", "shop", "paypal").stderr
