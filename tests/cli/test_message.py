"""`sceau message`: every verb, and a test mail to a real server."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import sceau, told
from tests.messages.smtp_server import Box, mail_server


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "profile.json").write_text(sceau(tmp_path, "init", "--template").stdout)
    opened = sceau(tmp_path, "init", "shop", "--training", "--profile", "profile.json")
    assert opened.returncode == 0, opened.stderr
    return tmp_path


def test_templates_settings_and_policy_are_shown(shop: Path) -> None:
    assert told(shop, "message", "list", "shop")["messages"] == []
    assert sceau(shop, "message", "list", "shop").returncode == 0
    names = [one["name"] for one in told(shop, "message", "show", "shop")["templates"]]
    assert "quote_sent" in names
    assert "quote_sent" in sceau(shop, "message", "show", "shop").stdout
    one = told(shop, "message", "show", "shop", "quote_sent", "--language", "en")
    assert one["subject"].startswith("Your quote")
    assert "{{ number }}" in sceau(shop, "message", "show", "shop", "quote_sent").stdout
    assert "D-00012" in sceau(shop, "message", "preview", "shop", "quote_sent").stdout
    assert "<html" in sceau(shop, "message", "preview", "shop", "quote_sent", "--html").stdout
    assert told(shop, "message", "settings", "shop")["on"] is False
    changed = told(shop, "message", "settings", "shop", "--on", "--digest-hour", "8", SCEAU_SMTP="smtps://h.example")
    assert changed == {"enabled": "on", "on": True, "digest_hour": 8}
    assert told(shop, "message", "policy", "shop")["deposit"]["set"] is False
    assert "friendly" in sceau(shop, "message", "policy", "shop").stdout


def test_what_is_not_there_is_said_in_words(shop: Path) -> None:
    unknown = "00000000-0000-4000-8000-000000000000"
    for words in (("show", "shop", "nope"), ("preview", "shop", "nope"), ("retry", "shop", unknown)):
        run = sceau(shop, "message", *words)
        assert run.returncode == 1
        assert run.stderr
    assert sceau(shop, "message", "settings", "shop", "--on", "--off").returncode == 2


def test_a_test_mail_says_what_the_server_answered(shop: Path) -> None:
    with mail_server(Box()) as box:
        given = {"SCEAU_SMTP": f"smtp+plain://127.0.0.1:{box.port}", "SCEAU_SMTP_FROM": "a@atelier.example"}
        run = sceau(shop, "message", "test-smtp", "you@client.example", **given)
        assert (run.returncode, box.to()) == (0, ["you@client.example"]), run.stderr
        box.rcpt = lambda _: "550 no"
        run = sceau(shop, "message", "test-smtp", "you@client.example", **given)
        assert run.returncode == 1
        assert "recipient_refused (550)" in run.stderr
        assert sceau(shop, "message", "test-smtp", "nobody", **given).returncode == 2
    assert sceau(shop, "message", "test-smtp", "you@client.example").returncode == 2
