"""The national ledger over HTTP: an institution sees its own, and of the other side where to ask until it may see more."""

from uuid import UUID

import pytest

from domain.funding_claims.events import claim_id, overlap_id
from domain.kernel.ids import derived_id
from domain.tenants.seed import tenant_ids
from services.bootstrap import System
from services.command_handling.request import Request
from services.worker.failures import Failures
from services.worker.policies import Policies
from services.worker.timers import CLOCK
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
