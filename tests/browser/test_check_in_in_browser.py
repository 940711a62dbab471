"""A phone checks in and out without a network: recorded on the phone, kept over a restart, sent once there is one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from msgspec import to_builtins
from msgspec.structs import replace
from playwright.sync_api import Page, expect

from domain.kernel.ids import derived_id
from domain.kernel.text import title
from domain.volunteering.commands import provider as p
from tests.browser.conftest import Opened
from tests.domain.volunteering import examples as x
from tests.support.running import Up

pytestmark = pytest.mark.browser
TENANT = "prizren"
SITE, AGREEMENT = derived_id("test", "site"), derived_id("test", "agreement")
PHONE = {"width": 360, "height": 740}
_WORK = """async work => {
    const asked = indexedDB.open("pakt-check-in", 1);
    await new Promise(done => { asked.onsuccess = done; });
    const writing = asked.result.transaction("kept", "readwrite");
    writing.objectStore("kept").put(work, "work");
    await new Promise(done => { writing.oncomplete = done; });
    asked.result.close();
}"""


def issued(up: Up) -> dict[str, Any]:
    """A pass of the municipality's own volunteering, as its coordinator shows it."""
    coordinator, officer = up.client(TENANT, "volunteer_coordinator"), up.client(TENANT, "volunteering_officer")

    def post(by: httpx.Client, path: str, body: Any) -> Any:
        answer = by.post(path, json=to_builtins(body), headers={"Idempotency-Key": str(uuid4())})
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    day = datetime.now(UTC).date()
    insured = replace(x.INSURED, valid_from=day - timedelta(days=1), valid_until=day + timedelta(days=300))
    named = title(sq="Komuna", sr="Opština", tr="Belediye")
    apply = p.ApplyAsProvider(title=named, summary=x.WORDS, municipality=TENANT, contact=x.CONTACT)
    provider = post(coordinator, "/volunteer-providers", apply)["stream_id"]
    post(officer, f"/volunteer-providers/{provider}/verify", p.VerifyProvider(decision_no="7/2026"))
    post(
        coordinator, f"/volunteer-providers/{provider}/activate", p.ActivateProvider(insurance=insured, charter=x.WORDS)
    )
    made = post(coordinator, "/check-in-passes", {"provider_id": provider, "opportunity_id": SITE})
    shown: dict[str, Any] = coordinator.get(f"/check-in-passes/{made['stream_id']}").json()
    return shown


def volunteer(up: Up) -> tuple[UUID, str]:
    """Somebody with a token and no mandate."""
    from infra.identity.tokens import TokenIssuer

    person = derived_id("test", "volunteer", uuid4())
    return person, TokenIssuer.open(up.data / "keys" / "tokens.jwk").issue(person, "Ana", 3600)


def press(page: Page, name: str, told: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("status")).to_have_text(told)


def test_a_shift_is_recorded_without_a_network_and_sent_when_there_is_one(
    opened: Callable[..., Opened], up: Up
) -> None:
    shown, (_, token) = issued(up), volunteer(up)
    seen = opened(viewport=PHONE)
    page = seen.go("/check-in")
    page.get_by_label("Institution (its short name)").fill(TENANT)
    page.get_by_label("Your token").fill(token)
    page.get_by_role("button", name="Prepare", exact=True).click()
    expect(page.get_by_role("status")).to_have_text(
        "The phone is registered. From now on it works without a network, too."
    )
    work = {"agreement_id": str(AGREEMENT), "opportunity_id": str(SITE), "task": "teaching", "name": "Teaching"}
    page.evaluate(_WORK, [work])
    page.wait_for_function("navigator.serviceWorker.controller !== null")

    page.context.set_offline(True)
    page.goto(f"{up.url}/check-in#{shown['link'].partition('#')[2]}")
    page.reload()
    expect(page.locator("#pass")).to_contain_text("Pass valid until: 1")
    press(page, "Start", "The start is recorded on this phone.")
    page.reload()
    expect(page.locator("#queue tr")).to_have_count(1)
    expect(page.locator("#queue tr").first).to_contain_text("waiting for a network")
    seen.complaints.clear()  # the browser's own words for what it could not ask

    page.context.set_offline(False)
    expect(page.locator("#queue tr").first).to_contain_text("sent")
    page.get_by_label("Number of the pass").fill("1")
    page.get_by_label("Letters of the pass").fill(f"{shown['code'][:4]}-{shown['code'][4:]}".lower())
    press(page, "End", "The end is recorded on this phone.")
    ended = page.locator("#queue tr").first
    expect(ended).to_contain_text("refused: From")  # not a minute has passed
    assert page.locator("#queue tr").count() == 2
    seen.complaints[:] = [one for one in seen.complaints if "422" not in one]
