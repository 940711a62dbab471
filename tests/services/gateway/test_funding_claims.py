"""The national ledger over HTTP: an institution sees its own, and of the other side where to ask until it may see more."""

from datetime import datetime
from uuid import UUID

import pytest

from domain.funding_claims.events import claim_id, overlap_id
from domain.kernel.ids import derived_id
from domain.tenants.seed import tenant_ids
from services.bootstrap import System
from services.command_handling.request import CLOCK, Request
from services.work.failures import Failures
from services.worker.policies import Policies
from tests.domain.funding_claims.examples import ACTIVITY, ORGANISATION, facts, reserve
from tests.services.gateway.client import PROBLEM, Caller
from tests.support.system import project

MFLT, PRIZREN = (tenant_ids()[slug] for slug in ("mflt", "prizren"))
REASON = {code: {"text": "Arsyeja", "status": "authentic"} for code in ("sq", "sr")}


def claim(tenant_id: int) -> UUID:
    return claim_id(tenant_id, facts(tenant_id).origin.stream_id)


OVERLAP = overlap_id(claim(MFLT), claim(PRIZREN))
CONSENT = {"organisation_id": str(ORGANISATION), "overlap_id": str(OVERLAP)}


@pytest.fixture
async def ledger(system: System) -> None:
    """Both institutions were asked for the same; the ministry last."""
    for tenant_id in (PRIZREN, MFLT):
        command_id = derived_id("test", "reserve", tenant_id)
        await system.handler.execute(Request("opm", reserve(facts(tenant_id)), command_id, CLOCK, claim(tenant_id)))
    await project(system, "opm")


async def relay(system: System, tenant: str) -> None:
    await project(system, tenant)
    await Policies(system, Failures(system.engine.connections, system.auditing)).run_once()
    await project(system, "opm")


def at(tenant: str, what: str) -> str:
    return f"/v1/tenants/{tenant}/{what}"


@pytest.mark.usefixtures("ledger")
async def test_each_institution_sees_its_own_claims_and_the_nation_all(caller: Caller) -> None:
    officer = caller.bearer("mflt", "grant_officer")
    own = (await caller.get(at("mflt", "funding-claims"), **officer)).json()["items"]
    every = await caller.get(at("opm", "funding-claims"), **caller.bearer("opm", "ogg_supervisor"))

    assert [one["claim_id"] for one in own] == [str(claim(MFLT))]
    assert {one["claim_id"] for one in every.json()["items"]} == {str(claim(MFLT)), str(claim(PRIZREN))}
    theirs = await caller.get(at("mflt", f"funding-claims/{claim(PRIZREN)}"), **officer)
    assert (theirs.status_code, theirs.headers["content-type"]) == (404, PROBLEM)
    stranger = await caller.get(at("mflt", "funding-claims"), **caller.bearer("prizren", "grant_officer"))
    assert stranger.status_code == 404, "whoever holds no mandate here is told nothing"


@pytest.mark.usefixtures("ledger")
async def test_of_the_other_side_only_where_to_ask_until_it_consents(system: System, caller: Caller) -> None:
    ministry, town = caller.bearer("mflt", "grant_officer"), caller.bearer("prizren", "grant_officer")
    seen = await caller.get(at("mflt", f"funding-overlaps/{OVERLAP}"), **ministry)
    assert (seen.status_code, seen.json()["state"], seen.json()["file"]) == (200, "standing", None), seen.text
    assert seen.json()["other"]["institution"] == "prizren"
    assert seen.json()["other"]["contact"]["email"]
    assert ACTIVITY not in seen.text

    given = await caller.post(at("prizren", "disclosure-consents"), CONSENT, **town)
    assert given.status_code == 201, given.text
    await relay(system, "prizren")

    opened = (await caller.get(at("mflt", f"funding-overlaps/{OVERLAP}"), **ministry)).json()
    assert (opened["disclosed"], opened["file"]["activity"]) == (True, ACTIVITY)
    still = (await caller.get(at("prizren", f"funding-overlaps/{OVERLAP}"), **town)).json()
    assert (still["disclosed"], still["file"]) == (False, None)


@pytest.mark.usefixtures("ledger")
async def test_disclosure_is_ordered_by_the_supervisor_and_nobody_else(system: System, caller: Caller) -> None:
    order = {"overlap_id": str(OVERLAP), "decision_no": "7/2026", "reason": REASON}
    path = at("opm", f"funding-claims/{claim(MFLT)}/order-disclosure")
    refused = await caller.post(path, order, **caller.bearer("opm", "grant_officer"))
    assert refused.status_code == 403

    done = await caller.post(path, order, **caller.bearer("opm", "ogg_supervisor"))
    assert done.status_code == 200, done.text
    await project(system, "opm")
    for tenant in ("mflt", "prizren"):
        seen = await caller.get(at(tenant, f"funding-overlaps/{OVERLAP}"), **caller.bearer(tenant, "grant_officer"))
        assert (seen.json()["disclosed"], seen.json()["file"]["title"]) == (True, facts(MFLT).title)


@pytest.mark.usefixtures("ledger")
async def test_whoever_is_no_side_is_told_nothing(caller: Caller) -> None:
    outsider = caller.bearer("mj", "grant_officer")

    assert (await caller.get(at("mj", "funding-overlaps"), **outsider)).json()["items"] == []
    assert (await caller.get(at("mj", f"funding-overlaps/{OVERLAP}"), **outsider)).status_code == 404
    refused = await caller.post(at("mj", "disclosure-consents"), CONSENT, **outsider)
    assert (refused.status_code, refused.json()["rule"]) == (422, "funding.overlap.side"), refused.text


async def test_the_ledger_is_shown_as_it_stood(system: System, caller: Caller) -> None:
    """What was disclosed since was not disclosed then, and what came since was not there."""
    moments = []
    for tenant_id in (PRIZREN, MFLT):
        moments.append(_stamp(system.clock.now()))
        command_id = derived_id("test", "reserve", tenant_id)
        await system.handler.execute(Request("opm", reserve(facts(tenant_id)), command_id, CLOCK, claim(tenant_id)))
    moments.append(_stamp(system.clock.now()))
    order = {"overlap_id": str(OVERLAP), "decision_no": "7/2026", "reason": REASON}
    path = at("opm", f"funding-claims/{claim(MFLT)}/order-disclosure")
    assert (await caller.post(path, order, **caller.bearer("opm", "ogg_supervisor"))).status_code == 200
    await project(system, "opm")
    supervisor, town = caller.bearer("opm", "ogg_supervisor"), caller.bearer("prizren", "grant_officer")

    for then, number in zip(moments, range(3), strict=True):
        every = (await caller.get(at("opm", f"funding-claims?known_at={then}"), **supervisor)).json()["items"]
        assert len(every) == number
    shown = [
        (await caller.get(at("prizren", f"funding-overlaps/{OVERLAP}{query}"), **town)).json()
        for query in ("", f"?as_of={moments[-1]}")
    ]
    assert [(one["disclosed"], one["file"] is None) for one in shown] == [(True, False), (False, True)]
    early = await caller.get(at("prizren", f"funding-overlaps/{OVERLAP}?as_of={moments[1]}"), **town)
    assert early.status_code == 404
    assert (await caller.get(at("prizren", "funding-claims?as_of=17"), **town)).status_code == 400


def _stamp(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


@pytest.mark.usefixtures("ledger")
async def test_both_institutions_confirm_over_http_what_they_know(system: System, caller: Caller) -> None:
    amount = {"amount": facts(MFLT).amount.amount, "currency": "EUR"}
    body = CONSENT | {"amounts": {"own": amount, "other": amount}}
    wrong = CONSENT | {"amounts": {"own": amount, "other": amount | {"amount": 1}}}
    officer = caller.bearer("mflt", "grant_officer")
    refused = await caller.post(at("mflt", "co-financing-confirmations"), wrong, **officer)
    assert (refused.status_code, refused.json()["rule"]) == (422, "funding.overlap.amounts"), refused.text

    for tenant in ("mflt", "prizren"):
        who = caller.bearer(tenant, "grant_officer")
        assert (await caller.post(at(tenant, "co-financing-confirmations"), body, **who)).status_code == 201
        await relay(system, tenant)
    seen = (await caller.get(at("mflt", f"funding-overlaps/{OVERLAP}"), **officer)).json()
    assert (seen["this"]["confirmed"], seen["other"]["confirmed"]) == (True, True)
    assert (seen["state"], seen["wants"]) == ("standing", "declaration"), (
        "two institutions do not speak for the applicant"
    )
