"""A phone checks in and out without a network: recorded on the phone, kept over a restart, sent once there is one."""

import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from msgspec import to_builtins
from playwright.sync_api import Page, expect

from domain.kernel.deadline import local_day
from domain.kernel.ids import derived_id
from domain.volunteering.commands.agreement import OfferAgreement
from domain.volunteering.commands.opportunity import DraftOpportunity, PublishOpportunity
from domain.volunteering.commands.provider import ActivateProvider, ApplyAsProvider, VerifyProvider
from domain.volunteering.commands.volunteer import RegisterVolunteer
from domain.volunteering.schedule import Schedule
from domain.volunteering.vocabulary import Insurance, Particulars
from infra.clock import SystemClock
from infra.identity.tokens import TokenIssuer
from tests.browser.conftest import Opened
from tests.domain.volunteering.examples import CONTACT
from tests.support.running import Up
from tests.support.volunteering import COORDINATOR, MINUTE, OFFICER, TASKS, TITLE, WORDS, YEAR, worked

pytestmark = pytest.mark.browser
TENANT = "prizren"
PHONE = {"width": 360, "height": 740}
PREPARED = "The phone is registered. From now on it works without a network, too."
PATIENCE = 30.0


class Site:
    """The municipality's own volunteering: somebody has an agreement there, and a pass is shown."""

    def __init__(self, up: Up) -> None:
        self._up, self._people = up, TokenIssuer.open(up.data / "keys" / "tokens.jwk")
        self.volunteer = derived_id("test", "volunteer", uuid4())
        self.token = self._people.issue(self.volunteer, "Ana", 3600)
        self._own = httpx.Client(headers={"Authorization": f"Bearer {self.token}"}, timeout=30)
        self.first_day = today = local_day(SystemClock().now())
        coordinator, officer = up.client(TENANT, COORDINATOR), up.client(TENANT, OFFICER)
        apply = ApplyAsProvider(title=TITLE, summary=WORDS, municipality=TENANT, contact=CONTACT)
        provider = UUID(_post(coordinator, "/volunteer-providers", apply))
        _post(officer, f"/volunteer-providers/{provider}/verify", VerifyProvider(decision_no="1/2026"))
        insured = Insurance(insurer="Siguria", policy_no="1", valid_from=today, valid_until=today + YEAR)
        _post(
            coordinator, f"/volunteer-providers/{provider}/activate", ActivateProvider(insurance=insured, charter=WORDS)
        )
        wanted = Particulars(
            title=TITLE,
            summary=WORDS,
            tasks=WORDS,
            places=5,
            municipality=TENANT,
            min_age=15,
            schedule=Schedule(first_day=today, last_day=today + YEAR),
        )
        draft = DraftOpportunity(provider_id=provider, particulars=wanted)
        self.opportunity = UUID(_post(coordinator, "/opportunities", draft))
        _post(coordinator, f"/opportunities/{self.opportunity}/publish", PublishOpportunity(provider_id=provider))
        self._agree(coordinator, provider, today)
        named = {"provider_id": provider, "opportunity_id": self.opportunity}
        shown = coordinator.get(f"/check-in-passes/{_post(coordinator, '/check-in-passes', named)}").json()
        self.link, self.code = shown["link"].partition("#")[2], f"{shown['code'][:4]}-{shown['code'][4:]}".lower()

    def _agree(self, coordinator: httpx.Client, provider: UUID, today: date) -> None:
        register = RegisterVolunteer(
            person_id=self.volunteer,
            full_name="Ana Krasniqi",
            email="ana@example.org",
            birth_date=date(1990, 5, 1),
            municipality=TENANT,
        )
        _post(self._own, f"{self._up.url}/v1/tenants/opm/volunteers", register)
        offer = OfferAgreement(
            opportunity_id=self.opportunity,
            provider_id=provider,
            person_id=self.volunteer,
            supervisor_id=derived_id("test", "supervisor"),
            tasks=TASKS,
            place="Kuzhina publike",
            first_day=today,
            last_day=today + timedelta(days=30),
            max_minutes=6000,
        )
        self.agreement = _post(coordinator, "/volunteer-agreements", offer)
        _post(self._own, f"{self._here}/volunteer-agreements/{self.agreement}/accept", {})
        self.until("/me/volunteer-agreements", lambda one: one["state"] == "active")

    @property
    def _here(self) -> str:
        return f"{self._up.url}/v1/tenants/{TENANT}"

    def until(self, path: str, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait for the volunteer to be shown one such thing."""
        until = time.monotonic() + PATIENCE
        while not (found := [one for one in self._own.get(self._here + path).json()["items"] if holds(one)]):
            assert time.monotonic() < until, path
            time.sleep(0.1)
        return found[0]

    def close(self) -> None:
        self._own.close()


def _post(by: httpx.Client, path: str, body: Any) -> str:
    answer = by.post(path, json=to_builtins(body), headers={"Idempotency-Key": str(uuid4())})
    assert answer.status_code in {200, 201}, answer.text
    made: str = answer.json()["stream_id"]
    return made


def press(page: Page, name: str, told: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("status")).to_have_text(told)


def test_a_shift_is_recorded_without_a_network_and_logged_when_there_is_one(
    opened: Callable[..., Opened], up: Up
) -> None:
    site, seen = Site(up), opened(viewport=PHONE)
    page = seen.go("/check-in")
    page.get_by_label("Institution (its short name)").fill(TENANT)
    page.get_by_label("Your token").fill(site.token)
    page.get_by_role("button", name="Prepare", exact=True).click()
    expect(page.get_by_role("status")).to_have_text(PREPARED)
    expect(page.locator("#work option")).to_have_count(1)
    page.wait_for_function("navigator.serviceWorker.controller !== null")

    page.context.set_offline(True)
    page.goto(f"{up.url}/check-in#{site.link}")
    expect(page.locator("#pass")).to_contain_text("Pass valid until: 1")
    began, ended = worked(SystemClock(), site.first_day)
    page.clock.set_fixed_time(began)  # within what a clock may be wrong by
    press(page, "Start", "The start is recorded on this phone.")
    page.reload()
    expect(page.locator("#queue tr")).to_have_count(1)
    expect(page.locator("#queue tr").first).to_contain_text("waiting for a network")
    page.clock.set_fixed_time(ended)
    page.get_by_label("Number of the pass").fill("1")
    page.get_by_label("Letters of the pass").fill(site.code)
    press(page, "End", "The end is recorded on this phone.")
    expect(page.locator("#queue tr[data-state=waiting]")).to_have_count(2)

    page.context.set_offline(False)
    expect(page.locator("#queue tr[data-state=sent]")).to_have_count(2)
    seen.complaints.clear()  # the browser's own words for what it could not ask; they may come later than the rows
    entry = site.until("/me/volunteer-hours", lambda one: one["state"] == "claimed")
    assert (entry["agreement_id"], entry["minutes"]) == (site.agreement, (ended - began) // MINUTE)

    press(page, "End", "The end is recorded on this phone.")
    expect(page.locator("#queue tr").first).to_contain_text("refused: The shift that ends at")
    seen.complaints[:] = [one for one in seen.complaints if "422" not in one]
    site.close()
