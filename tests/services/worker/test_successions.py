"""Institutions that end: their open duties go to successors by event, in both logs, and the successors act there."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.catalogue import DOMAINS
from domain.consultations import commands as c
from domain.consultations.vocabulary import ActKind
from domain.kernel.command import Command
from domain.kernel.errors import NotPermitted, RuleViolated
from domain.kernel.ids import NATIONAL_SLUG, derived_id
from domain.kernel.manifest import Role
from domain.kernel.text import title
from domain.succession.commands import AssignDuty
from domain.succession.events import SuccessionBegun, SuccessionTaken, inheritance_id, succession_id
from domain.succession.inheritance import Inheritance
from domain.succession.succession import Succession
from domain.succession.vocabulary import DutyKind, TreeHead
from domain.tenants.commands import GrantMandate, MergeInstitutions, RegisterMember, RevokeMandate, SplitInstitution
from domain.tenants.membership import Membership, member_id
from domain.tenants.seed import MANDATES_FROM, demo_people, tenant_ids
from infra.clock import FixedClock
from infra.eventstore.codec import decode_metadata, recorded
from services.bootstrap import System
from services.command_handling.execute import CommandHandler
from services.command_handling.request import Answer, Executed, Request
from services.finding import Finding
from services.succession import open_duties_of, uncarried
from services.work.failures import Failures
from services.worker.policies import Policies
from services.worker.successions import Successions
from tests.support.consultation import contributed, opened, planned, state
from tests.support.grant import published_call
from tests.support.looked_at import looked_at
from tests.support.postgres import Cluster
from tests.support.sealed import sealed
from tests.support.system import official, project, seeded_system, send
from tests.support.volunteering import providing

MJ, MESTI, MFLT, PRIZREN, GRACANICE, PRISHTINE = "mj", "mesti", "mflt", "prizren", "gracanice", "prishtine"
COORDINATOR = "consultation_coordinator"
REST = (MJ, MESTI, MFLT, PRIZREN, GRACANICE, PRISHTINE, NATIONAL_SLUG)


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path) -> AsyncIterator[System]:
    async with seeded_system(embedded_cluster, tmp_path, clock=FixedClock(datetime.now(UTC))) as made:
        yield made


def failures(system: System) -> Failures:
    return Failures(system.engine.connections, system.auditing)


async def settled(system: System) -> int:
    """Whatever the processes do by themselves, until nothing is left; how often they had to."""
    policies, successions, rounds = Policies(system, failures(system)), Successions(system, failures(system)), 0
    while True:
        for tenant in REST:
            await project(system, tenant)
        if not await policies.run_once() + await successions.look():
            assert await failures(system).all(list(tenant_ids().values())) == []
            return rounds
        rounds += 1


async def merged(system: System, sources: Sequence[str], into: str, decision_no: str = "4/2026") -> Answer:
    command = MergeInstitutions(sources=tuple(sources), into=into, decision_no=decision_no)
    return await send(system, NATIONAL_SLUG, "ogg_supervisor", command)


async def split(system: System, slug: str, *successors: str) -> Answer:
    command = SplitInstitution(slug=slug, successors=successors, decision_no="5/2026")
    return await send(system, NATIONAL_SLUG, "ogg_supervisor", command)


async def succession(system: System, slug: str) -> Succession:
    found = await state(system, slug, Succession, succession_id(tenant_ids()[slug]))
    assert isinstance(found, Succession)
    return found


async def inheritance(system: System, slug: str, of: str) -> Inheritance:
    found = await state(system, slug, Inheritance, inheritance_id(tenant_ids()[slug], of))
    assert isinstance(found, Inheritance)
    return found


async def send_as(
    system: System, whose: str, tenant: str, command: Command, stream_id: UUID | None = None, *, role: str = COORDINATOR
) -> Answer:
    """An official of one institution sends a command to another's log."""
    command_id = derived_id("test", whose, tenant, stream_id, repr(command))
    request = Request(tenant, command, command_id, official(whose, role), stream_id)
    return (await system.handler.execute(request)).answer


async def amends(system: System, whose: str, tenant: str, stream_id: UUID, key: object = "") -> Answer:
    """A coordinator of one institution retitles a consultation in another's log."""
    command = c.AmendDraft(title=title(sq=f"Titulli {whose} {key}", sr=f"Naslov {whose} {key}"))
    return await send_as(system, whose, tenant, command, stream_id)


async def minded(system: System) -> Finding:
    """What the doctor says of duties."""
    return await looked_at(system, "duties of ended institutions")


async def began(system: System, slug: str, stream_id: UUID) -> Any:
    """The first event of a stream."""
    [first, *_] = await system.store.read_stream(tenant_ids()[slug], stream_id)
    return recorded(system.registry, first).event


class Killed(BaseException):
    """As a signal would."""


class Dying:
    """A command handler whose process is killed after it has stored so many commands, before anybody hears of it."""

    def __init__(self, handler: CommandHandler, commands: int) -> None:
        self._handler, self._left = handler, commands

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handler, name)

    async def execute(self, request: Request) -> Executed:
        done = await self._handler.execute(request)
        self._left -= 1
        if not self._left:
            raise Killed
        return done


async def test_the_logs_of_both_sides_say_so_and_name_each_others_heads(system: System) -> None:
    heads = {slug: await sealed(system, slug) for slug in (MJ, MFLT)}
    await merged(system, [MJ, MESTI], MFLT)

    await settled(system)

    begun = await began(system, MJ, succession_id(tenant_ids()[MJ]))
    taken = await began(system, MFLT, inheritance_id(tenant_ids()[MFLT], MJ))
    assert isinstance(begun, SuccessionBegun)
    assert isinstance(taken, SuccessionTaken)
    named = {MFLT: begun.successors[0].head, MJ: taken.head}
    assert named == {slug: TreeHead(1, head.size, head.root.hex()) for slug, head in heads.items()}
    unsealed = await began(system, MFLT, inheritance_id(tenant_ids()[MFLT], MESTI))
    assert unsealed.head is None, "nothing of that log was sealed"


async def test_every_open_duty_is_carried_and_taken(system: System) -> None:
    await opened(system, MJ)
    await published_call(system, MJ)
    await providing(system, MESTI, municipality="prishtine")
    for tenant in (MJ, MESTI):
        await project(system, tenant)
    before = {slug: await open_duties_of(system, tenant_ids()[slug]) for slug in (MJ, MESTI)}
    await merged(system, [MJ, MESTI], MFLT)
    assert await uncarried(system, tenant_ids()[MJ]) == before[MJ], "nobody answers yet"
    assert not (await minded(system)).ok

    await settled(system)

    for slug in (MJ, MESTI):
        assert await uncarried(system, tenant_ids()[slug]) == []
        carried, taken = await succession(system, slug), await inheritance(system, MFLT, slug)
        assert list(carried.duties.values()) == before[slug]
        assert set(carried.to.values()) == {MFLT}
        assert taken.duties == set(carried.duties)
    kinds = {duty.kind for slug in (MJ, MESTI) for duty in before[slug]}
    assert kinds >= {DutyKind.CONSULTATION, DutyKind.GRANT_CALL, DutyKind.FUNDING_PLAN, DutyKind.OPPORTUNITY}
    assert kinds >= {DutyKind.VOLUNTEER_PROVIDER, DutyKind.MANDATE}
    assert (await minded(system)).ok
    heads = {slug: await system.store.head(tenant_ids()[slug]) for slug in REST}
    assert await settled(system) == 0
    assert heads == {slug: await system.store.head(tenant_ids()[slug]) for slug in REST}, "nothing twice"


async def test_what_becomes_a_duty_later_is_carried_too(system: System) -> None:
    """The successor's administrator gives somebody a mandate in the log that ended, to finish what was begun there."""
    await merged(system, [MJ], MFLT)
    await settled(system)
    member = RegisterMember(person_id=derived_id("test", "late"), full_name="Arta Hoxha", email="arta@late.example")

    made = (await send_as(system, MFLT, MJ, member, role="administrator")).stream_id
    mandate = GrantMandate(role=Role.GRANT_OFFICER, legal_basis="Vendimi 7", valid_from=MANDATES_FROM)
    await send_as(system, MFLT, MJ, mandate, made, role="administrator")
    assert [duty.duty_id for duty in await uncarried(system, tenant_ids()[MJ])] == [made]

    await settled(system)
    assert made in (await inheritance(system, MFLT, MJ)).duties


async def test_the_successors_people_act_in_the_log_of_the_ended(system: System) -> None:
    consultation = await planned(system, MJ)
    with pytest.raises(NotPermitted):
        await amends(system, MFLT, MJ, consultation)
    await merged(system, [MJ], MFLT)
    await settled(system)

    done = await amends(system, MFLT, MJ, consultation)

    [stored] = await system.store.read_log(tenant_ids()[MJ], done.last_position - 1, 1)
    told = decode_metadata(stored.metadata)
    assert (told.actor, told.role) == (official(MFLT, COORDINATOR).person_id, COORDINATOR)
    assert told.basis == "succession, decision 4/2026: Demonstration, decision 1/2017"
    await amends(system, MJ, MJ, consultation, "its own people finish, too")
    with pytest.raises(NotPermitted):
        await amends(system, MESTI, MJ, consultation)
    with pytest.raises(RuleViolated, match="ended"):
        await send_as(system, MFLT, MJ, c.PlanConsultation(title=title(sq="A", sr="B"), act_kind=ActKind.LAW))


async def test_who_lost_the_mandate_in_the_successor_acts_no_more(system: System) -> None:
    """The successor's log is read anew for each command: another process may have taken it a moment ago."""
    consultation = await planned(system, MJ)
    await merged(system, [MJ], MFLT)
    await settled(system)
    await amends(system, MFLT, MJ, consultation)
    other = CommandHandler(system.store, system.registry, DOMAINS, system.vault, system.clock)
    person = official(MFLT, COORDINATOR).person_id
    member = await state(system, MFLT, Membership, member_id(tenant_ids()[MFLT], person))
    for mandate_id in list(member.mandates):
        revoke = RevokeMandate(mandate_id=mandate_id, reason="Iku.")
        request = Request(MFLT, revoke, uuid4(), official(MFLT, "administrator"), member.id)
        await other.execute(request)

    with pytest.raises(NotPermitted):
        await amends(system, MFLT, MJ, consultation, "after")


async def test_auditors_and_delegates_of_a_successor_get_nothing(system: System) -> None:
    """An auditor's mandate names institutions, a delegate's an organisation: neither says anything of another log."""
    authority, now = system.handler.authority, system.clock.now()
    delegate = next(one for one in demo_people() if (one.tenant, one.role) == (MFLT, Role.CSO_DELEGATE))
    await merged(system, [MJ], MFLT)
    await settled(system)

    for person_id in (official(MFLT, "auditor").person_id, delegate.person_id):
        assert [m for m in await authority.mandates(await authority.tenant(MJ), person_id, now) if m.successor] == []


async def test_each_part_of_a_split_one_acts_on_its_own_duties(system: System) -> None:
    road, school = [await planned(system, PRIZREN, key=key) for key in ("road", "school")]
    await split(system, PRIZREN, GRACANICE, PRISHTINE)
    await settled(system)
    await amends(system, GRACANICE, PRIZREN, road)
    with pytest.raises(NotPermitted):
        await amends(system, PRISHTINE, PRIZREN, school)
    assign = AssignDuty(duty_id=school, successor=PRISHTINE, decision_no="6/2026")
    with pytest.raises(NotPermitted):
        await send(system, PRIZREN, "administrator", assign)

    await send_as(system, NATIONAL_SLUG, PRIZREN, assign, role="ogg_supervisor")
    await settled(system)

    await amends(system, PRISHTINE, PRIZREN, school)
    with pytest.raises(NotPermitted):
        await amends(system, GRACANICE, PRIZREN, school, "no more")
    await amends(system, GRACANICE, PRIZREN, road, "still")
    assert school in (await inheritance(system, PRISHTINE, PRIZREN)).duties
    assert school not in (await inheritance(system, GRACANICE, PRIZREN)).duties
    assert await uncarried(system, tenant_ids()[PRIZREN]) == []


async def test_what_belongs_to_a_duty_goes_with_it(system: System) -> None:
    """A contribution is a stream of its own, of the consultation that it names."""
    road, school = [await opened(system, MJ, key=key) for key in ("road", "school")]
    on = {one: await contributed(system, MJ, one) for one in (road, school)}
    await split(system, MJ, MESTI, MFLT)
    await settled(system)
    assign = AssignDuty(duty_id=school, successor=MFLT, decision_no="6/2026")
    await send_as(system, NATIONAL_SLUG, MJ, assign, role="ogg_supervisor")

    for whose, its in ((MESTI, road), (MFLT, school)):
        other = next(one for one in on if one != its)
        await send_as(system, whose, MJ, c.PublishContribution(consultation_id=its), on[its])
        with pytest.raises(NotPermitted):
            await send_as(system, whose, MJ, c.PublishContribution(consultation_id=other), on[other])


async def test_a_chain_of_successors_is_followed(system: System) -> None:
    consultation = await planned(system, MJ)
    await merged(system, [MJ], MESTI, "4/2026")
    await settled(system)
    await amends(system, MESTI, MJ, consultation)

    await merged(system, [MESTI], MFLT, "9/2026")
    await settled(system)

    chain = await succession(system, MJ)
    assert (chain.successors, chain.ever) == ({MFLT: "9/2026"}, (MESTI, MFLT))
    assert set(chain.to.values()) == {MFLT}
    assert (await inheritance(system, MESTI, MJ)).duties == set(), "handed over"
    assert (await inheritance(system, MFLT, MJ)).duties == set(chain.duties)
    assert (await inheritance(system, MFLT, MESTI)).duties == set((await succession(system, MESTI)).duties)
    await amends(system, MFLT, MJ, consultation)
    with pytest.raises(NotPermitted):
        await amends(system, MESTI, MJ, consultation, "no more")
    with pytest.raises(RuleViolated) as refused:
        await merged(system, [MFLT], MJ)
    assert refused.value.rule == "institution.circular"


async def test_lost_checkpoints_and_two_workers_double_nothing(system: System) -> None:
    await planned(system, MJ)
    await merged(system, [MJ, MESTI], MFLT)
    await settled(system)
    heads = {slug: await system.store.head(tenant_ids()[slug]) for slug in REST}
    async with system.database.connect() as admin:  # type: ignore[attr-defined] # the test's own database
        await admin.execute("DELETE FROM es.policy")
    for slug in (MJ, MFLT):
        await sealed(system, slug)  # what is told again would name other heads

    await asyncio.gather(settled(system), settled(system))

    assert heads == {slug: await system.store.head(tenant_ids()[slug]) for slug in REST}


async def test_killed_anywhere_it_goes_on(system: System) -> None:
    """After each of its commands in turn: what was stored is not stored again, what is missing is found from the logs."""
    await planned(system, MJ)
    await merged(system, [MJ], MESTI)
    await merged(system, [MESTI], MFLT)
    kills = 0
    while kills < 100:
        try:
            await settled(replace(system, handler=Dying(system.handler, kills + 1)))  # type: ignore[arg-type] # stands for one
        except Killed:
            kills += 1
        else:
            break

    assert 6 <= kills < 100
    for slug in (MJ, MESTI):
        assert await uncarried(system, tenant_ids()[slug]) == []
        carried = await succession(system, slug)
        assert (await inheritance(system, MFLT, slug)).duties == set(carried.duties)
        assert set(carried.to.values()) == {MFLT}
