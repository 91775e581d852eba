"""Where no webhook goes: what only this server could reach, under every name it has."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from api.webhooks.addresses import Forbidden, Policy, is_public, look_up, target_of
from api.webhooks.sending import Sender
from tests.webhooks.receiver import receiving

CLOSED = Policy()

INSIDE = (
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "100.100.100.200", "192.0.0.192", "198.18.0.1", "224.0.0.1", "255.255.255.255",
    "168.63.129.16", "::", "::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "fe80::1", "fc00::1",
    "fd00:ec2::254", "fec0::1", "ff02::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::",
    "2001:0:7f00:1::", "2001:db8::1", "100::1", "::ffff:0:127.0.0.1", "::ffff:0:a9fe:a9fe",
)  # fmt: skip
OUTSIDE = ("1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101", "172.32.0.1",
           "100.128.0.1")  # fmt: skip


@pytest.mark.parametrize("text", INSIDE)
def test_an_address_that_not_everybody_reaches_is_not_public(text: str) -> None:
    assert not is_public(ip_address(text))
    host = f"[{text}]" if ":" in text else text
    with pytest.raises(Forbidden, match="private"):
        target_of(f"https://{host}/", CLOSED)
    with pytest.raises(Forbidden, match="private"):
        look_up(target_of("https://hooks.example/", CLOSED), CLOSED, lambda *_: [text])


@pytest.mark.parametrize("text", OUTSIDE)
def test_an_address_that_everybody_reaches_is_public(text: str) -> None:
    assert is_public(ip_address(text))
    assert look_up(target_of("https://hooks.example/", CLOSED), CLOSED, lambda *_: [text]) == text


def test_a_name_with_one_forbidden_address_is_refused_whole() -> None:
    target = target_of("https://hooks.example/", CLOSED)
    for found in (["1.1.1.1", "127.0.0.1"], ["10.0.0.1", "1.1.1.1"], ["fe80::1%eth0"]):
        with pytest.raises(Forbidden, match="private"):
            look_up(target, CLOSED, lambda *_, found=found: found)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://hooks.example/", "file:///etc/passwd", "https://", "https:///x", "hooks.example", "", "javascript:1",
        "https://user:secret@hooks.example/", "https://hooks.example/#part", "https://hooks.example:0/",
        "https://hooks.example:99999/", "https://hooks.example/ x", "https://hooks.example/\r\nHost: x",
        "https://hooks.example\\@127.0.0.1/", "https://gr\u00e8s.example/", "https://[::1%25eth0]/", "https://a..b/",
        "https://hooks.example/" + "x" * 2000, "https://[::1/",
    ],
)  # fmt: skip
def test_what_is_no_plain_address_is_refused(url: str) -> None:
    with pytest.raises(Forbidden, match="url"):
        target_of(url, Policy(private=True, http=True))


def test_http_needs_the_operator_s_word() -> None:
    with pytest.raises(Forbidden, match="http"):
        target_of("http://hooks.example/", CLOSED)
    assert target_of("http://hooks.example/", Policy(http=True)).port == 80


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "0177.0.0.1", "127.1", "localhost", "localhost."])
def test_a_number_or_name_in_disguise_is_looked_up_and_refused(host: str) -> None:
    outcome = Sender(Policy(http=True), timeout_seconds=2).post(f"http://{host}:1/", b"{}", {})
    assert outcome.cause in ("forbidden_private", "name_unknown")
    assert outcome.status == 0


def test_a_name_that_changes_between_look_and_connection_leads_nowhere_else() -> None:
    """DNS rebinding: the name is asked for once, and what was looked at is what is connected to."""
    asked: list[str] = []

    def rebinding(host: str, _: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    with receiving() as receiver:
        sender = Sender(Policy(private=True, http=True), rebinding, timeout_seconds=5)
        outcome = sender.post(f"http://hooks.example:{receiver.port}/hook?a=1", b"{}", {})
        assert outcome.delivered
        assert asked == ["hooks.example"]
        assert receiver.got[0].headers["host"] == f"hooks.example:{receiver.port}"
        assert receiver.got[0].path == "/hook?a=1"


def test_a_server_on_this_machine_is_not_reached_unless_allowed() -> None:
    with receiving() as receiver:
        outcome = Sender(Policy(http=True)).post(receiver.url, b"{}", {})
        assert outcome.cause == "forbidden_private"
        assert (
            Sender(Policy(http=True), lambda *_: ["::ffff:127.0.0.1"])
            .post(f"http://hooks.example:{receiver.port}/", b"{}", {})
            .cause
            == "forbidden_private"
        )
        assert receiver.got == []
