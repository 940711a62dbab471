"""Work that failed is shown to who administers the institution, and done anew when they ask for it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from domain.kernel.event import RecordedEvent
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Domain, Reaction
from domain.kernel.text import Language
from domain.tenants.auditing import audit_mandate_id
from domain.tenants.commands import DeclareLanguages, GrantAudit, RevokeAudit
from domain.tenants.events import FailedWorkRetried, LanguagesDeclared
from domain.tenants.seed import tenant_ids
from infra.work.interface import Again, Done, GivenUp, Work
from services.bootstrap import System
from services.work.failures import Failures
from services.work.run import working
from services.worker.policies import POLICIES, Policies
from services.worker.policy import Policy, of_domain
from services.worker.retries import Retries
from services.worker.timers import KIND
from tests.services.gateway.audits import looks, stored
from tests.services.gateway.client import Caller
from tests.support.system import project, send

MJ, MESTI, PRIZREN = "mj", "mesti", "prizren"
WHERE = f"/v1/tenants/{MJ}/failed-work"
RETRY = f"{WHERE}/retry"
MANDATE = derived_id("test", "mandate")
WITHIN = 20.0
STREAM = audit_mandate_id(tenant_ids()[MJ], MANDATE)


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(WITHIN):
        while not await holds():
            await asyncio.sleep(0.05)


def failures(system: System) -> Failures:
    return Failures(system.engine.connections, system.auditing)


async def given_up(system: System, subject: str, tenant: str = MJ) -> None:
    work = Work(tenant_ids()[tenant], "webhook", subject)
    await system.works.add([work])
    (held,) = await system.works.claim([work], 60)
    assert await system.works.end(held, GivenUp("refused: 410"))


async def tried(system: System, subject: str, reason: str = "answered 503", tenant: str = MJ) -> None:
    work = Work(tenant_ids()[tenant], "webhook", subject)
    await system.works.add([work])
    (held,) = await system.works.claim([work], 60)
    assert await system.works.end(held, Again(300.0, reason))


async def listed(caller: Caller, query: str = "", **headers: str) -> dict[str, Any]:
    answer = await caller.get(f"{WHERE}{query}", **(headers or caller.bearer(MJ, "administrator")))
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def retried(caller: Caller, kind: str, subject: str, **headers: str) -> Any:
    return await caller.post(
        RETRY, {"kind": kind, "subject": subject}, **(caller.bearer(MJ, "administrator") | headers)
    )


async def test_both_lists_are_shown_as_one_in_pages_to_whom_they_are_for(system: System, caller: Caller) -> None:
    await given_up(system, "1:2")
    await given_up(system, "1:9", MESTI)
    await failures(system).record(tenant_ids()[MJ], KIND, str(STREAM), "not-found: Nothing")
    every = (await listed(caller))["items"]

    assert [(one["kind"], one["subject"], one["state"], one["attempts"], one["reason"]) for one in every] == [
        ("webhook", "1:2", "given_up", 1, "refused: 410"),
        (KIND, str(STREAM), "retrying", 1, "not-found: Nothing"),
    ]
    assert every[0]["retry_at"] is None
    assert every[1]["retry_at"] > every[1]["last_at"] == every[1]["first_at"]
    first = await listed(caller, "?limit=1", **caller.bearer(MJ, "auditor"))
    second = await listed(caller, f"?limit=1&cursor={first['next_cursor']}", **caller.bearer(MJ, "auditor"))
    assert [*first["items"], *second["items"]] == every
    assert second["next_cursor"] is None
    assert [look.what for look in await looks(system, MJ)] == ["failed_work"] * 2
    assert (await caller.get(WHERE, **caller.bearer(MJ, "drafting_officer"))).status_code == 403
    assert (await caller.get(WHERE, **caller.bearer(PRIZREN, "administrator"))).status_code == 404


async def test_what_is_still_being_tried_is_shown_with_its_last_reason_and_its_next_try(
    system: System, caller: Caller
) -> None:
    await system.works.add([Work(tenant_ids()[MJ], "webhook", "1:0")])
    await tried(system, "1:1")
    await given_up(system, "1:2")
    for subject in ("1:3", "1:4"):
        await tried(system, subject)
    await tried(system, "1:9", tenant=MESTI)
    every = (await listed(caller))["items"]

    assert [(one["subject"], one["state"]) for one in every] == [
        ("1:1", "retrying"),
        ("1:2", "given_up"),
        ("1:3", "retrying"),
        ("1:4", "retrying"),
    ]
    assert (every[0]["reason"], every[0]["attempts"]) == ("answered 503", 1)
    assert every[0]["retry_at"] > every[0]["last_at"] > every[0]["first_at"]
    await failures(system).record(tenant_ids()[MJ], "revoke", "1:1:1>x", "not-found: Nothing")
    await failures(system).give_up(tenant_ids()[MJ], "revoke", "1:1:1>x")
    *given, overtaken = (await listed(caller, "?state=given_up"))["items"]
    assert (overtaken["kind"], overtaken["retry_at"]) == ("revoke", None)
    assert given == [every[1]]
    first = await listed(caller, "?state=retrying&limit=2")
    second = await listed(caller, f"?state=retrying&limit=2&cursor={first['next_cursor']}")
    assert [*first["items"], *second["items"]] == [every[0], *every[2:]]
    refused = await caller.get(f"{WHERE}?state=done", **caller.bearer(MJ, "administrator"))
    assert refused.status_code == 400, refused.text
    elsewhere = await caller.get(
        f"/v1/tenants/{MESTI}/failed-work?state=retrying", **caller.bearer(MESTI, "administrator")
    )
    assert [one["subject"] for one in elsewhere.json()["items"]] == ["1:9"]
    assert (await caller.get(f"{WHERE}?state=retrying", **caller.bearer(MESTI, "administrator"))).status_code == 404


async def test_what_waits_for_its_next_try_need_not_wait(system: System, caller: Caller) -> None:
    await tried(system, "1:1")
    await tried(system, "1:9", tenant=MESTI)
    assert (await retried(caller, "webhook", "1:9")).status_code == 422, "it is another institution's"
    assert (await retried(caller, "webhook", "1:1")).status_code == 201
    async with retrying(system, ()):
        await eventually(lambda: due(system, "1:1"))


async def test_what_has_not_failed_is_not_tried_again(system: System, caller: Caller) -> None:
    await given_up(system, "1:9", MESTI)
    await system.works.add([Work(tenant_ids()[MJ], "webhook", "1:3")])
    head = await system.store.head(tenant_ids()[MJ])
    for subject in ("1:9", "1:3", "1:1"):
        answer = await retried(caller, "webhook", subject)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/subject"), answer.text
    assert (await retried(caller, "webhook", "Arta Berisha, Prizren")).status_code == 422
    for role in ("auditor", "drafting_officer"):
        assert (await retried(caller, "webhook", "1:3", **caller.bearer(MJ, role))).status_code == 403
    assert await system.store.head(tenant_ids()[MJ]) == head


async def test_what_was_given_up_is_done_once_it_is_asked_for_and_that_is_on_record(
    system: System, caller: Caller
) -> None:
    await given_up(system, "1:2")
    answer = await retried(caller, "webhook", "1:2", **{"idempotency-key": "once"})
    assert answer.status_code == 201, answer.text
    async with retrying(system, ()):
        await eventually(lambda: due(system, "1:2"))
    (held,) = await system.works.claim([Work(tenant_ids()[MJ], "webhook", "1:2")], 60)
    assert held.work.attempts == 0
    assert await system.works.end(held, Done())

    assert (await listed(caller))["items"] == []
    again = await retried(caller, "webhook", "1:2", **{"idempotency-key": "once"})
    assert (again.json(), again.headers["idempotent-replayed"]) == (answer.json(), "true")
    assert (await retried(caller, "webhook", "1:2")).status_code == 422
    (event,) = [one for one in await stored(system, MJ) if one.type_name == FailedWorkRetried.TOPIC]
    assert event.position == answer.json()["first_position"]


def retrying(system: System, policies: tuple[Policy, ...]) -> Any:
    retries = Retries(system, failures(system), Policies(system, failures(system), policies))
    return working(system, retries.kinds, [retries.relayed], every=0.1)


async def due(system: System, subject: str) -> bool:
    found = await system.works.due([tenant_ids()[MJ]], ["webhook"], 10)
    return [one.subject for one in found] == [subject]


async def test_a_deadline_that_failed_need_not_wait(system: System, caller: Caller) -> None:
    await failures(system).record(tenant_ids()[MJ], KIND, str(STREAM), "not-found: Nothing")
    assert (await retried(caller, KIND, str(STREAM))).status_code == 201

    async def brought_forward() -> bool:
        failed = await failures(system).find(tenant_ids()[MJ], KIND, str(STREAM))
        return failed is not None and failed.retry_at <= datetime.now(UTC)

    async with retrying(system, POLICIES):
        await eventually(brought_forward)


def revoke(event: RecordedEvent) -> Iterator[Reaction]:
    yield Reaction(STREAM, RevokeAudit(mandate_id=MANDATE), tenant_ids()[MJ])
    yield Reaction(event.stream_id, RevokeAudit(mandate_id=MANDATE), tenant_ids()[MESTI])


REVOKING = of_domain(Domain("revoking", (), (), {}, policies={LanguagesDeclared: revoke}))


async def refused_reaction(system: System) -> str:
    """The subject of a reaction that another log caused and this one refused."""
    await send(
        system,
        MESTI,
        "legal_officer",
        DeclareLanguages(languages=(Language.ALBANIAN, Language.SERBIAN), decision_no="1/2026"),
    )
    await project(system, MESTI)
    await Policies(system, failures(system), REVOKING).run_once()
    (failed,) = await failures(system).all([tenant_ids()[MJ]])
    assert failed.kind == "revoke"
    return failed.subject


async def test_a_reaction_is_refused_again_while_its_reason_stands(system: System, caller: Caller) -> None:
    subject = await refused_reaction(system)
    assert (await retried(caller, "revoke", subject)).status_code == 201

    async def refused_twice() -> bool:
        failed = await failures(system).find(tenant_ids()[MJ], "revoke", subject)
        return failed is not None and failed.attempts == 2

    async with retrying(system, REVOKING):
        await eventually(refused_twice)
    (elsewhere,) = await failures(system).all([tenant_ids()[MESTI]])
    assert elsewhere.attempts == 1, "what was not asked for is left alone"


async def test_a_reaction_that_was_refused_is_sent_anew(system: System, caller: Caller) -> None:
    subject = await refused_reaction(system)
    await granted(system)
    assert (await retried(caller, "revoke", subject)).status_code == 201

    async def settled() -> bool:
        return await failures(system).all([tenant_ids()[MJ]]) == []

    async with retrying(system, REVOKING):
        await eventually(settled)
    stream = await system.store.read_stream(tenant_ids()[MJ], STREAM)
    assert [one.type_name.split(".")[1] for one in stream] == ["AuditMandateGranted", "AuditMandateRevoked"]


async def granted(system: System) -> None:
    """The mandate arrives, late: the reaction had come before it."""

    def grant(_event: RecordedEvent) -> Iterator[Reaction]:
        command = GrantAudit(
            mandate_id=MANDATE,
            person_id=derived_id("test", "auditor"),
            tenants=(MJ,),
            legal_basis="Decision 1",
            valid_from=date(2026, 1, 1),
            valid_to=date(2027, 1, 1),
        )
        yield Reaction(STREAM, command, tenant_ids()[MJ])

    granting = of_domain(Domain("granting", (), (), {}, policies={LanguagesDeclared: grant}))
    await Policies(system, failures(system), granting).run_once()
