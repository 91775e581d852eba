"""The customer's pages in a real browser: axe, a phone of 360 pixels, drawing, totals that follow, proofs checked."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # it has no types
from playwright.sync_api import Browser, Page, expect

from api.signing.drawing import read_drawing
from api.signing.links import MadeLink
from ledger.domain.commands.common import LineInput
from tests.pages.customer.shop import Shop
from tests.pages.looking import browsing
from tests.signing.scene import works

PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2, "has_touch": True}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as running:
        yield running


@pytest.fixture
def tab(shop: Shop, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        base_url=str(shop.served.client.base_url), locale="fr-FR", timezone_id="Europe/Paris", **PHONE
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Security Policy" in said.text else None)
    yield page
    context.close()
    assert complaints == []


@pytest.fixture(scope="module")
def places(shop: Shop) -> dict[str, str]:
    """Every page that a customer is shown, by name."""
    option = LineInput(label="Vernis mat", unit_price="100", rate_bp=1000, nature="services", choice="option")
    quote, signed = shop.sale.quote(works(), option), shop.sale.quote()
    open_link, made = shop.signer(quote), shop.signed(signed)
    banned = shop.signed(shop.sale.quote(channel="off_premises", online=False))
    due = shop.sale.view(shop.sale.found(made)).dues[0].about
    return {
        "quote": open_link.path, "sign": f"{open_link.path}/sign", "decline": f"{open_link.path}/decline",
        "messages": f"{open_link.path}/messages", "done": f"{made.path}/done", "contract": made.path,
        "withdraw": f"{made.path}/withdraw", "pay": f"{made.path}/pay/{due}", "banned": f"{banned.path}/done",
        "proof": f"{made.path}/proof/quote/{signed}",
        "observer": shop.sale.made(signed, "quote", "observe").path,
    }  # fmt: skip


NAMES = ("quote", "sign", "decline", "messages", "done", "contract", "withdraw", "pay", "banned", "proof", "observer")


@pytest.mark.parametrize("name", NAMES)
def test_no_serious_fault_and_nothing_sideways(tab: Page, places: dict[str, str], name: str) -> None:
    tab.goto(places[name], wait_until="networkidle")
    for summary in tab.locator("summary").all():
        summary.click()
    found = Axe().run(tab, options={"resultTypes": ["violations"]})
    serious = [
        (each["id"], each["nodes"][0]["html"])
        for each in found.response["violations"]
        if each["impact"] in ("serious", "critical")
    ]
    assert serious == []
    assert not tab.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    small = tab.evaluate(
        "[...document.querySelectorAll('main button, main a.button')].filter((e) => e.offsetParent &&"
        " e.getBoundingClientRect().height < 24).map((e) => e.outerHTML)"
    )
    assert small == []


def test_totals_follow_a_tick_without_a_new_page(tab: Page, places: dict[str, str]) -> None:
    tab.goto(places["quote"])
    tab.evaluate("window.stayed = true")
    tab.locator("label").get_by_text("Vernis mat").click()
    expect(tab.locator("#total")).to_contain_text(re.compile(r"1\s210,00"))
    assert tab.evaluate("window.stayed")
    assert "o2=1" in tab.url
    tab.get_by_role("button", name="Continuer vers la signature").click()
    expect(tab.locator(".ordered").get_by_text("Vernis mat")).to_be_visible()


def test_a_drawn_signature_is_one_the_server_takes(tab: Page, places: dict[str, str]) -> None:
    tab.goto(places["sign"])
    tab.locator("canvas").evaluate("(pad) => pad.scrollIntoView({block: 'center'})")
    box = tab.locator("canvas").bounding_box()
    assert box is not None
    tab.mouse.move(box["x"] + 20, box["y"] + 30)
    tab.mouse.down()
    for step in range(12):
        tab.mouse.move(box["x"] + 20 + 12 * step, box["y"] + 30 + 5 * (step % 4))
    tab.mouse.up()
    kept = tab.locator("input[name=drawing]").input_value()
    assert isinstance(read_drawing(kept), bytes)
    tab.get_by_role("button", name="Effacer").click()
    assert tab.locator("input[name=drawing]").input_value() == ""


# --- proofs


def verdict(tab: Page, path: str, change: Callable[[dict[str, Any]], None] | None = None) -> tuple[str, list[str]]:
    """Open a proof's page, its file changed on the way; give the verdict's class and the checks that failed."""

    def on_the_way(route: Any) -> None:
        file = json.loads(route.fetch().body())
        if change is not None:
            change(file)
        route.fulfill(status=200, content_type="application/json", body=json.dumps(file))

    tab.route("**/file", on_the_way)
    tab.goto(path)
    expect(tab.locator(".verdict .noscript-only")).to_have_count(0)
    said = tab.locator(".verdict").get_attribute("class") or ""
    failed = [each.get_attribute("data-check") or "" for each in tab.locator("[data-check].bad").all()]
    return said.replace("verdict", "").strip(), failed


def test_a_true_proof_holds(tab: Page, places: dict[str, str]) -> None:
    assert verdict(tab, places["proof"]) == ("good", [])


def replaced(file: dict[str, Any], name: str, at: int, line: str) -> None:
    lines = file[name].split("\n")
    lines[at] = line
    file[name] = "\n".join(lines)


def other_entry(file: dict[str, Any]) -> None:
    line = base64.b64decode(file["document"].split("\n")[1].removeprefix("extra "))
    changed = line.replace(b'"net_cents":150000', b'"net_cents":150001')
    assert changed != line
    replaced(file, "document", 1, "extra " + base64.b64encode(changed).decode())


def other_node(file: dict[str, Any]) -> None:
    replaced(file, "document", 3, base64.b64encode(bytes(32)).decode())


def other_place(file: dict[str, Any]) -> None:
    replaced(file, "document", 2, "index 3")


def other_ledger(file: dict[str, Any]) -> None:
    line = base64.b64decode(file["opening"].split("\n")[1].removeprefix("extra "))
    replaced(file, "opening", 1, "extra " + base64.b64encode(line.replace(b"123456782", b"987654324")).decode())


def other_signature(file: dict[str, Any]) -> None:
    for name in ("document", "opening"):
        head, _, line = file[name].rstrip("\n").rpartition(" ")
        raw = bytearray(base64.b64decode(line))
        raw[-1] ^= 1
        file[name] = f"{head} {base64.b64encode(raw).decode()}\n"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (other_entry, ["entry", "path"]),
        (other_node, ["path"]),
        (other_place, ["entry", "path"]),
        (other_ledger, ["opening"]),
        (other_signature, ["signature"]),
    ],
)
def test_a_changed_proof_is_found(
    tab: Page, places: dict[str, str], change: Callable[[dict[str, Any]], None], found: list[str]
) -> None:
    assert verdict(tab, places["proof"], change) == ("bad", found)


def test_a_file_that_is_no_proof_is_said(tab: Page, places: dict[str, str]) -> None:
    assert verdict(tab, places["proof"], lambda file: file.pop("document"))[0] == ""
    assert "n'a pas pu être lue" in tab.locator(".verdict").inner_text()


def test_opened_is_noted_by_the_page(shop: Shop, tab: Page) -> None:
    made: MadeLink = shop.signer(shop.sale.quote())
    before = shop.sale.types().count("quote.viewed/1")
    with tab.expect_response(lambda answer: answer.url.endswith("/seen")) as answer:
        tab.goto(made.path)
    assert answer.value.status == 204
    assert shop.sale.types().count("quote.viewed/1") == before + 1
