"""The pages as a person meets them: languages, links, keyboard, phone, dark mode, and the documentation that works.

Every page that is opened here is also checked for what it asked of whom and for complaints (see `Opened.check`).
"""

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opened
from tests.support.running import Up

pytestmark = pytest.mark.browser
Open = Callable[..., Opened]
PAGES = ("/", "/problems", "/problems/not-lawful", "/my-contribution", "/check-in", "/docs", "/docs/grants")
PHONE = {"width": 320, "height": 640}
_TARGETS = "links => links.map(link => link.getAttribute('href'))"
_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_FOCUS = """() => {
    const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
    return {
        href: at.getAttribute("href"),
        ring: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
        shown: box.width > 0 && box.height > 0 && box.top >= 0 && box.bottom <= innerHeight,
    };
}"""
_CONTRAST = """() => {
    const channel = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
    const numbers = text => text.match(/[\\d.]+/g).map(Number);
    const behind = node => {
        for (; node; node = node.parentElement) {
            const found = numbers(getComputedStyle(node).backgroundColor);
            if (found.length < 4 || found[3] > 0) return found;
        }
        return [255, 255, 255];
    };
    return [...document.querySelectorAll("h1, h2, p, a, pre, td")].map(node => {
        const [a, b] = [light(numbers(getComputedStyle(node).color)), light(behind(node))].sort((x, y) => y - x);
        return (a + 0.05) / (b + 0.05);
    });
}"""


@pytest.mark.parametrize(
    ("language", "heading"),
    [
        ("sq", "Hapat e parë me demonstrimin"),
        ("sr", "Prvi koraci sa demonstracijom"),
        ("sr-Cyrl", "Први кораци са демонстрацијом"),
        ("en", "First steps with the demo"),
    ],
)
def test_the_first_page_speaks_the_browsers_language(opened: Open, language: str, heading: str) -> None:
    page = opened(locale=language).go("/")

    expect(page).to_have_title("Pakt")
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.get_by_role("heading", level=2).last).to_have_text(heading)
    expect(page.locator("[aria-current]")).to_have_attribute("lang", language)


def test_a_language_chosen_by_hand_stays(opened: Open) -> None:
    page = opened(locale="sq").go("/")

    page.get_by_role("link", name="Српски").click()
    page.get_by_role("link", name="Шта може поћи наопако").click()
    page.get_by_role("link", name="not-lawful").click()

    expect(page.locator("html")).to_have_attribute("lang", "sr-Cyrl")
    expect(page.get_by_role("heading", level=1)).to_have_text("Нацрт крши правила")


@pytest.mark.parametrize("path", PAGES)
def test_every_link_leads_somewhere(opened: Open, path: str) -> None:
    page = opened().go(path)
    targets = {target.split("#")[0] for target in page.locator("a[href]").evaluate_all(_TARGETS)} - {""}

    answers = {target: page.request.get(_absolute(page, target)) for target in targets}
    assert len(targets) > 3
    assert {target: answer.status for target, answer in answers.items() if answer.status != 200} == {}


def _absolute(page: Page, target: str) -> str:
    return str(page.evaluate("target => new URL(target, location.href).href", target))


def test_a_code_is_asked_for_and_a_wrong_one_is_told(opened: Open) -> None:
    seen = opened(locale="sq")
    page = seen.go("/my-contribution")

    page.get_by_label("Kodi në dëshminë tuaj").fill("abcd efgh ijkl mnop qrst uvwx yz23")
    page.get_by_role("button", name="Shfaq").click()

    expect(page.get_by_role("alert")).to_have_text("Me këtë kod nuk u dorëzua asgjë. Kontrolloni çdo shkronjë.")
    expect(page.get_by_label("Kodi në dëshminë tuaj")).to_have_value("abcd efgh ijkl mnop qrst uvwx yz23")
    assert all("404" in complaint for complaint in seen.complaints)
    seen.complaints.clear()  # the browser's own word for a page that was not found


@pytest.mark.parametrize("path", ["/", "/problems"])
def test_the_keyboard_reaches_every_link_and_shows_where_it_is(opened: Open, path: str) -> None:
    page = opened().go(path)
    links = page.get_by_role("link").all()

    for link in links:
        page.keyboard.press("Tab")
        at = page.evaluate(_FOCUS)
        assert at["href"] == link.get_attribute("href")
        assert at["ring"] >= 2
        assert at["shown"]


def test_enter_follows_a_link(opened: Open) -> None:
    page = opened().go("/")
    page.get_by_role("link", name="What can go wrong").focus()

    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("/problems$"))


@pytest.mark.parametrize("path", PAGES)
def test_a_phone_shows_the_whole_width(opened: Open, path: str) -> None:
    page = opened(viewport=PHONE).go(path)

    assert page.evaluate(_OVERFLOW) <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/problems"])
def test_text_stands_out_from_what_is_behind_it(opened: Open, path: str, scheme: str) -> None:
    page = opened(color_scheme=scheme).go(path)
    ratios = page.evaluate(_CONTRAST)

    assert len(ratios) > 10
    assert min(ratios) >= 4.5, "WCAG 2.2, 1.4.3"


def test_the_documentation_lists_every_operation_and_says_where_it_can_be_tried(opened: Open, up: Up) -> None:
    described = httpx.get(f"{up.url}/openapi.json").json()
    expected = {operation["operationId"] for item in described["paths"].values() for operation in item.values()}
    page = opened().go("/docs")

    targets = page.locator("table a[href]").evaluate_all(_TARGETS)

    expect(page).to_have_title("Documentation of the API · Pakt")
    assert sorted(target.rsplit("/", 1)[-1] for target in targets) == sorted(expected)
    page.get_by_role("link", name="Status", exact=True).click()
    page.locator(".opblock").first.wait_for()
    drawn = page.locator(".opblock").evaluate_all("blocks => blocks.map(block => block.id)")
    assert {f"/docs/status#/{one.removeprefix('operations-').replace('-', '/', 1)}" for one in drawn} == {
        target for target in targets if target.startswith("/docs/status#")
    }


def test_the_documentation_lets_a_reader_try_it(opened: Open) -> None:
    page = opened().go("/docs")
    page.locator("section", has=page.get_by_role("link", name="Status", exact=True)).locator("summary").click()
    page.get_by_role("link", name="/healthz").click()
    block = page.locator("#operations-status-Healthz")

    block.get_by_role("button", name="Try it out").click()
    block.get_by_role("button", name="Execute").click()

    live = block.locator(".live-responses-table .response")
    expect(live.locator(".response-col_status")).to_contain_text("200")
    expect(live.locator(".highlight-code, .microlight").first).to_contain_text('"alive"')
