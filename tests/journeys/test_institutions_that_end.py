"""Two ministries are merged and a municipality is split, each with open duties in all five domains: nothing is lost."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from domain.action_measures.commands import measure as ms
from domain.action_measures.commands import strategy as st
from domain.action_measures.events.strategy import measure_id, strategy_id
from domain.consultations import commands as c
from domain.contracts.commands import contract as ct
from domain.contracts.contract_parts import PlannedDelivery
from domain.contracts.service_call import ServiceCall
from domain.grants.commands import agreement as ag
from domain.kernel.command import Command
from domain.kernel.errors import NotPermitted, RuleViolated
from domain.kernel.ids import NATIONAL_SLUG, derived_id
from domain.organisations.seed import DEMO_ORGANISATIONS, DemoOrganisation
from domain.succession.commands import AssignDuty
from domain.succession.vocabulary import DutyKind
from domain.tenants.commands import MergeInstitutions, SplitInstitution
from domain.tenants.seed import tenant_ids
from domain.volunteering.commands.agreement import AcceptAgreement, EndAgreement
from services.command_handling.request import Request
from services.succession import open_duties_of, uncarried
from services.work.failures import Failures
from services.worker.policies import Policies
from services.worker.successions import Successions
from tests.domain.action_measures.examples import ADOPT, DIVIDE, PLAN
from tests.journeys.conftest import Story
from tests.services.gateway.scenario import opened
from tests.support.consultation import state
from tests.support.grant import WORDS
from tests.support.granting import Granting
from tests.support.system import official, project, send
from tests.support.tendering import Tendering, content
from tests.support.volunteering import in_person, providing, registered, relay

MJ, MESTI, MFLT = "mj", "mesti", "mflt"
PRIZREN, GRACANICE, PRISHTINE = "prizren", "gracanice", "prishtine"
EVERY = (MJ, MESTI, MFLT, PRIZREN, GRACANICE, PRISHTINE, NATIONAL_SLUG)
YOUTH, BRIDGE = DEMO_ORGANISATIONS
DOMAINS = {
    DutyKind.CONSULTATION,
    DutyKind.GRANT_AGREEMENT,
    DutyKind.SERVICE_CONTRACT,
    DutyKind.VOLUNTEER_AGREEMENT,
    DutyKind.MEASURE,
}

Figures = tuple[int, int, int, int]

pytestmark = pytest.mark.journey


class Busy:
    """An institution with something to do in each domain: the streams, by kind."""

    def __init__(self, story: Story, tenant: str, of: DemoOrganisation) -> None:
        self.story, self.system, self.tenant, self.of = story, story.system, tenant, of
        self.streams: dict[DutyKind, UUID] = {}

    async def works(self) -> None:
        """Agreements first, for which weeks pass; what has a window last."""
        grants = Granting(self.system, self.story.clock, self.tenant)
        self.streams[DutyKind.GRANT_AGREEMENT] = await grants.signed(self.of, f"Festival {self.tenant}")
        tender = Tendering(self.system, self.story.clock, self.tenant, PRIZREN)
        await tender.award(self.of, content(1_000, 400), {"method": 38, "staff": 18})
        self.streams[DutyKind.SERVICE_CONTRACT] = await self._contract(tender)
        place = await providing(self.system, self.tenant)
        person = derived_id("test", "volunteer of", self.tenant)
        await registered(self.system, person)
        await relay(self.system, tenants=[self.tenant])
        offer = place.offer(person, official(self.tenant, "volunteer_coordinator").person_id)
        offered = (await send(self.system, self.tenant, "volunteer_coordinator", offer)).stream_id
        await in_person(self.system, self.tenant, person, AcceptAgreement(), offered)
        self.streams[DutyKind.VOLUNTEER_AGREEMENT] = offered
        self.streams[DutyKind.MEASURE] = await self._measure()
        self.streams[DutyKind.CONSULTATION] = await opened(self.system, self.tenant)

    async def _contract(self, tender: Tendering) -> UUID:
        call, of = await state(self.system, self.tenant, ServiceCall, tender.call_id), self.of.organisation_id
        whole = PlannedDelivery(number=1, first_day=call.facts.first_day, last_day=call.facts.last_day)
        draft = ct.DraftContract(
            call_id=tender.call_id, need_id=tender.need_id, organisation_id=of, deliveries=(whole,)
        )
        stream = (await tender.as_official("procurement_officer", draft)).stream_id
        sign = ct.SignContract(
            call_id=tender.call_id, organisation_id=of, decision_no="21/2026", signed_on=tender.today
        )
        await tender.as_official("legal_officer", sign, stream)
        await tender.policies()
        return stream

    async def _measure(self) -> UUID:
        today = self.story.clock.at.date()
        plan = replace(PLAN, first_day=today + timedelta(days=3), last_day=today + timedelta(days=300), milestones=())
        assign = st.AssignMeasure(lead=self.tenant, plan=plan)
        strategy = strategy_id(ADOPT.reference)
        await send(self.system, NATIONAL_SLUG, "council_secretary", assign, strategy)
        await relay(self.system, tenants=[self.tenant])
        return measure_id(strategy, plan.code)


async def at_work(story: Story, tenant: str, of: DemoOrganisation) -> Busy:
    """An institution that will end, with open duties in all domains."""
    story.on(2026, 3, 2)
    await send(story.system, NATIONAL_SLUG, "council_secretary", ADOPT)
    await send(story.system, NATIONAL_SLUG, "council_secretary", DIVIDE, strategy_id(ADOPT.reference))
    made = Busy(story, tenant, of)
    await made.works()
    await settled(story)
    assert {duty.kind for duty in await open_duties_of(story.system, tenant_ids()[tenant])} >= DOMAINS
    return made


async def settled(story: Story) -> None:
    """What projectors and the worker do by themselves, until nothing is left."""
    failures = Failures(story.system.engine.connections, story.system.auditing)
    policies, successions = Policies(story.system, failures), Successions(story.system, failures)
    while True:
        for tenant in EVERY:
            await project(story.system, tenant)
        if not await policies.run_once() + await successions.look():
            return


async def acts(busy: Busy, whose: str, role: str, kind: DutyKind, command: Command) -> None:
    """An official of one institution on a stream of another."""
    key = derived_id("test", whose, role, kind, repr(command), busy.story.clock.at)
    request = Request(busy.tenant, command, key, official(whose, role), busy.streams[kind])
    await busy.system.handler.execute(request)


async def finish_something_everywhere(busy: Busy, whose: Mapping[DutyKind, str]) -> None:
    """The people of whoever answers for each duty go on with it, where it stands."""
    agreement, of = busy.streams[DutyKind.GRANT_AGREEMENT], busy.of
    asked = Granting(busy.system, busy.story.clock, busy.tenant)
    await asked.as_person(of.person.person_id, ag.RequestInstalment(number=1), agreement)
    check = ag.CheckInstalment(number=1, organisation_id=of.organisation_id)
    end = ct.TerminateContract(last_day=asked.today, decision_no="3", reason=WORDS)
    for role, kind, command in (
        ("consultation_coordinator", DutyKind.CONSULTATION, c.ExtendConsultation(reason=WORDS, window_days=60)),
        ("grant_officer", DutyKind.GRANT_AGREEMENT, check),
        ("legal_officer", DutyKind.SERVICE_CONTRACT, end),
        ("volunteer_coordinator", DutyKind.VOLUNTEER_AGREEMENT, EndAgreement(reason="Mbaroi.")),
        ("measure_lead", DutyKind.MEASURE, ms.StartMeasure()),
    ):
        for other in {MFLT, GRACANICE, PRISHTINE} - {whose[kind]}:
            with pytest.raises((NotPermitted, RuleViolated)):  # what anybody may do, rules refuse
                await acts(busy, other, role, kind, command)
        await acts(busy, whose[kind], role, kind, command)


class Shown:
    """What the gateway shows of the institutions."""

    def __init__(self, story: Story) -> None:
        self.story = story

    async def nation(self, genealogy: str) -> dict[str, Any]:
        who = self.story.caller.bearer(NATIONAL_SLUG, "ogg_supervisor")
        shown: dict[str, Any] = await self.story.see(
            NATIONAL_SLUG, f"/v1/national/overview?genealogy={genealogy}", **who
        )
        return shown

    async def own(self, tenant: str, what: str, role: str = "consultation_coordinator") -> Any:
        who = self.story.caller.bearer(tenant, role)
        return await self.story.see(tenant, f"/v1/tenants/{tenant}/{what}", **who)

    async def public(self, what: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await self.story.see(NATIONAL_SLUG, f"/v1/public/{what}"))["items"]
        return items


def figures(nation: dict[str, Any]) -> dict[str, Figures]:
    """By institution, where it has any: consultations, grants, contracts, volunteering agreements."""
    return {
        one["tenant"]: (
            one["total"]["consultations"],
            one["further"]["grants"]["agreements"],
            one["further"]["contracts"]["contracts"],
            one["further"]["volunteering"]["agreements"],
        )
        for one in nation["institutions"]
    }


async def require_figures(shown: Shown, was: dict[str, Any], into: Mapping[str, str]) -> dict[str, Figures]:
    """As they were the figures are those of before; as they are, nobody is left that ended and the sum is the same."""
    still, now = await shown.nation("as_was"), await shown.nation("as_is")
    assert figures(still) == figures(was)
    assert (now["total"], now["further"]) == (still["total"], still["further"])
    assert set(figures(now)) == {into.get(slug, slug) for slug in figures(was)}
    return figures(now)


async def test_two_ministries_are_merged(story: Story) -> None:
    ministry, shown = await at_work(story, MJ, YOUTH), Shown(story)
    await opened(story.system, MESTI)
    await opened(story.system, MFLT)
    await settled(story)
    was, before = await shown.nation("as_was"), await open_duties_of(story.system, tenant_ids()[MJ])
    merge = MergeInstitutions(sources=(MJ, MESTI), into=MFLT, decision_no="4/2026")
    await send(story.system, NATIONAL_SLUG, "ogg_supervisor", merge)
    await settled(story)

    for tenant in (MJ, MESTI):
        assert await uncarried(story.system, tenant_ids()[tenant]) == []
    queue = (await shown.own(MFLT, "inherited-duties?limit=200"))["items"]
    told = {(one["tenant"], one["duty_id"], one["kind"]) for one in queue if one["open"]}
    assert told >= {(MJ, str(duty.duty_id), duty.kind.value) for duty in before}
    assert {one["tenant"] for one in queue} == {MJ, MESTI}

    seats = (await story.see(NATIONAL_SLUG, "/v1/me", **story.caller.bearer(MFLT, "grant_officer")))["seats"]
    held = {one["tenant"]: [mandate["role"] for mandate in one["mandates"]] for one in seats}
    assert held == {tenant: ["grant_officer"] for tenant in (MJ, MESTI, MFLT)}
    nation = await require_figures(shown, was, {MJ: MFLT, MESTI: MFLT})
    assert nation[MFLT] == (3, 1, 1, 1), "a consultation of each of the three, and what the one had agreed on"
    for genealogy, tenants in (("as_was", {MFLT}), ("as_is", {MFLT, MJ, MESTI})):
        deadlines = (await shown.own(MFLT, f"deadlines?limit=200&genealogy={genealogy}"))["items"]
        assert {one["tenant"] for one in deadlines} == tenants
        measures = await shown.public(f"measures?tenant={MFLT}&genealogy={genealogy}")
        assert {one["tenant"] for one in measures} == tenants - {MFLT, MESTI}
    steps = await shown.public(f"genealogy?institution={MFLT}")
    assert {(one["predecessor"], one["successor"], one["how"]) for one in steps} == {
        (MJ, MFLT, "merged"),
        (MESTI, MFLT, "merged"),
    }
    assert {kind for one in steps for kind in one["duties"]} >= DOMAINS

    await finish_something_everywhere(ministry, dict.fromkeys(DOMAINS, MFLT))
    await settled(story)
    done = {one["duty_id"]: one["open"] for one in (await shown.own(MFLT, "inherited-duties?limit=200"))["items"]}
    over = {ministry.streams[kind] for kind in (DutyKind.SERVICE_CONTRACT, DutyKind.VOLUNTEER_AGREEMENT)}
    assert {str(one): done[str(one)] for one in ministry.streams.values()} == {
        str(one): one not in over for one in ministry.streams.values()
    }


async def test_a_municipality_is_split(story: Story) -> None:
    municipality, shown = await at_work(story, PRIZREN, BRIDGE), Shown(story)
    await opened(story.system, PRISHTINE)
    await settled(story)
    was, before = await shown.nation("as_was"), await open_duties_of(story.system, tenant_ids()[PRIZREN])
    split = SplitInstitution(slug=PRIZREN, successors=(GRACANICE, PRISHTINE), decision_no="5/2026")
    await send(story.system, NATIONAL_SLUG, "ogg_supervisor", split)
    await settled(story)
    given = (DutyKind.SERVICE_CONTRACT, DutyKind.MEASURE)
    for kind in given:
        assign = AssignDuty(duty_id=municipality.streams[kind], successor=PRISHTINE, decision_no="6/2026")
        request = Request(PRIZREN, assign, derived_id("test", kind), official(NATIONAL_SLUG, "ogg_supervisor"))
        await story.system.handler.execute(request)
    await settled(story)

    assert await uncarried(story.system, tenant_ids()[PRIZREN]) == []
    queues = {
        slug: {one["duty_id"] for one in (await shown.own(slug, "inherited-duties?limit=200"))["items"] if one["open"]}
        for slug in (GRACANICE, PRISHTINE)
    }
    assert queues[PRISHTINE] == {str(municipality.streams[kind]) for kind in given}
    assert queues[GRACANICE] == {str(duty.duty_id) for duty in before} - queues[PRISHTINE]

    nation = await require_figures(shown, was, {PRIZREN: GRACANICE})
    assert {slug: nation[slug] for slug in queues} == {GRACANICE: (1, 1, 0, 1), PRISHTINE: (1, 0, 1, 0)}
    for slug, contracts, grants in ((GRACANICE, 0, 1), (PRISHTINE, 1, 0)):
        own = await shown.own(slug, "overview?genealogy=as_is")
        assert (own["further"]["contracts"]["contracts"], own["further"]["grants"]["agreements"]) == (contracts, grants)
    assert [one["code"] for one in await shown.public(f"measures?tenant={PRISHTINE}&genealogy=as_is")] == ["1.1.1"]
    assert await shown.public(f"measures?tenant={GRACANICE}&genealogy=as_is") == []

    whose = dict.fromkeys(DOMAINS, GRACANICE) | dict.fromkeys(given, PRISHTINE)
    await finish_something_everywhere(municipality, whose)
    await settled(story)
    assert await uncarried(story.system, tenant_ids()[PRIZREN]) == []
