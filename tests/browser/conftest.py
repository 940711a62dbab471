"""A whole system, and Chromium in front of it. What a page asks for and complains about is kept and checked."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.support.running import Up

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 20_000
"""Milliseconds a page may take on a busy machine."""
_WATCH = """
window.violations = [];
addEventListener("securitypolicyviolation", e => violations.push(`${e.effectiveDirective} ${e.blockedURI}`));
"""


@dataclass
class Opened:
    """A page, and everything it asked for and complained about since it was opened."""

    page: Page
    origin: str
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open a path of the system and wait until nothing is loading any more."""
        answer = self.page.goto(self.origin + path, wait_until="networkidle")
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        return self.page

    def check(self) -> None:
        """Nothing came from elsewhere, nothing was blocked by the page's own policy, nothing failed."""
        elsewhere = [url for url in self.asked if not url.startswith((f"{self.origin}/", "data:", "blob:"))]

        assert self.asked
        assert elsewhere == []
        assert self.page.evaluate("window.violations") == []
        assert self.complaints == []


def executable() -> str:
    """Chromium's path; the test is skipped where there is none, unless PAKT_REQUIRE insists."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        reason = "there is no Chromium on the PATH (apt-get install chromium)"
        if "browser" in os.environ.get("PAKT_REQUIRE", ""):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for one module only: as long as it runs, this process can run no event loop of its own."""
    path = executable()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield launched
        finally:
            launched.close()


@pytest.fixture(scope="module")
def up(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """The system; asked for after the browser, so that nothing is started in vain."""
    running = Up(tmp_path_factory.mktemp("browser") / "data")
    try:
        yield running
    finally:
        assert running.stop() == 0


@pytest.fixture
def opened(browser: Browser, up: Up) -> Iterator[Callable[..., Opened]]:
    """`opened(locale="sq", viewport=...)`: a new page, its takings checked when the test has ended."""
    contexts = []
    pages: list[Opened] = []

    def new(**options: Any) -> Opened:
        context = browser.new_context(**{"locale": "en"} | options)
        context.set_default_timeout(PATIENCE)
        context.add_init_script(_WATCH)
        contexts.append(context)
        made = Opened(context.new_page(), up.url)
        made.page.on("request", lambda request: made.asked.append(request.url))
        made.page.on("requestfailed", lambda request: made.complaints.append(f"failed: {request.url}"))
        made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
        made.page.on("console", lambda message: made.complaints.extend(complaint(message)))
        pages.append(made)
        return made

    yield new
    for one in pages:
        one.check()
    for context in contexts:
        context.close()


def complaint(message: ConsoleMessage) -> list[str]:
    return [f"{message.type}: {message.text}"] if message.type in {"error", "warning"} else []
