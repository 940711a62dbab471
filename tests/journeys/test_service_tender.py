"""A municipality buys day care: from the need to the confirmed award over the gateway, with two bidders and a complaint."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.contracts.commands import bid as b
from domain.contracts.commands import call as c
from domain.contracts.commands import complaint as q
from domain.contracts.commands import evaluation as v
from domain.contracts.events.call import contract_id
from domain.contracts.vocabulary import ComplaintDecision
from domain.funding_claims.events import claim_id
from domain.kernel.ids import NATIONAL_SLUG
from domain.licences import commands as licence
from domain.tenants.seed import tenant_ids
from services.gateway.routes import contracts
from services.open_data.ocds_schema import verdict
from tests.journeys.over_http import ByHttp, paths_of
from tests.services.gateway.client import PROBLEM
from tests.support.grant import WORDS
from tests.support.tendering import BRIDGE, EVALUATORS, INSPECTOR, ISSUER, OFFICER, SALT, YOUTH, Tendering, content

PRIZREN = "prizren"
STANDALONE = Path("services/audit/standalone/rank_bids.py")
CHEAP, DEAR = content(1_000, 400), content(1_150, 500)
GOOD, FAIR = {"method": 38, "staff": 18}, {"method": 26, "staff": 12}
SCORES = {YOUTH.organisation_id: FAIR, BRIDGE.organisation_id: GOOD}

pytestmark = pytest.mark.journey


class Tender(ByHttp, Tendering):
    """The municipality's call, its commands sent to the gateway."""

    paths = paths_of(contracts.ROUTES)

    def __init__(self, story: Any) -> None:
        super().__init__(story.system, story.clock, PRIZREN)
        self.caller = story.caller

    async def public(self, what: str) -> dict[str, Any]:
        await self.policies()
        answer = await self.caller.get(f"/v1/public/service-calls/{self.call_id}{what}")
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    async def record(self) -> tuple[dict[str, Any], list[list[str]]]:
        """What the call comes to by open contracting, and the tags of its releases; everything that is told is valid."""
        await self.public("")
        packages = [await self.caller.get(f"/v1/public/ocds/{kind}?limit=50") for kind in ("releases", "records")]
        found = [verdict(package.json()) for package in packages]
        assert [(one.errors, one.breaks) for one in found] == [(0, {})] * 2
        assert found[0].ocids == found[1].items
        (own,) = [one for one in packages[1].json()["records"] if str(self.call_id) in one["ocid"]]
        return own["compiledRelease"], [one["tag"] for one in own["releases"]]

    async def both_bid_and_open(self) -> None:
        for of in (YOUTH, BRIDGE):
            await self.license(of)
        await self.publish()
        await self.seal(YOUTH, CHEAP)
        await self.seal(BRIDGE, DEAR)
        await self.close()
        await self.open(YOUTH, CHEAP)
        await self.open(BRIDGE, DEAR)


@pytest.fixture
def tender(story: Any) -> Tender:
    story.on(2019, 1, 14)
    return Tender(story)


def again(sheet: dict[str, Any], folder: Path) -> subprocess.CompletedProcess[str]:
    """Whoever holds the published sheet ranks the bids again, without Pakt."""
    path = folder / "sheet.json"
    path.write_text(json.dumps(sheet))
    return subprocess.run([sys.executable, "-I", STANDALONE, path], capture_output=True, text=True, check=False)


async def test_from_the_need_to_the_confirmed_award(tender: Tender, tmp_path: Path) -> None:
    for of in (YOUTH, BRIDGE):
        await tender.license(of)
    await tender.publish()
    shown = await tender.public("")
    assert (shown["state"], shown["tenant"], shown["is_open"], shown["ranking"]) == ("published", PRIZREN, True, [])
    need = await tender.caller.get(f"/v1/public/service-needs/{tender.need_id}")
    assert need.json()["budget"] == {"amount": 7_000_000, "currency": "EUR"}

    await tender.seal(YOUTH, CHEAP)
    await tender.seal(BRIDGE, DEAR)
    bids = f"/service-calls/{tender.call_id}/bids"
    assert (await tender.see(OFFICER, bids)).json()["items"] == [], "nobody knows who bid"
    for where in (f"/service-bids/{tender.bid_of(YOUTH)}", f"/me/service-bids/{tender.bid_of(YOUTH)}"):
        assert (await tender.see(OFFICER, where)).status_code in {403, 404}
    early = b.OpenBid(call_id=tender.call_id, content=CHEAP, salt=SALT)
    assert (await bidder_refused(tender, YOUTH, early))["rule"] == "contract.bid.sealed"

    await tender.close()
    wrong = b.OpenBid(call_id=tender.call_id, content=DEAR, salt=SALT)
    assert (await bidder_refused(tender, YOUTH, wrong))["rule"] == "contract.bid.mismatch"
    await tender.open(YOUTH, CHEAP)
    assert (await tender.refused(OFFICER, c.BeginQualification(), tender.call_id))["rule"] == "contract.bid.opening"
    await tender.open(BRIDGE, DEAR)
    opened = (await tender.see(OFFICER, bids)).json()["items"]
    assert {one["organisation_id"]: one["total"]["amount"] for one in opened} == {
        str(YOUTH.organisation_id): 4_800_000,
        str(BRIDGE.organisation_id): 5_600_000,
    }

    await tender.qualify(YOUTH, BRIDGE)
    await tender.evaluate(SCORES)
    wrong_one = c.ProposeAward(
        evaluation_id=tender.evaluation_id, bid_id=tender.bid_of(YOUTH), organisation_id=YOUTH.organisation_id
    )
    assert (await tender.refused(OFFICER, wrong_one, tender.call_id))["rule"] == "contract.award.best"
    await tender.propose(BRIDGE)

    shown = await tender.public("")
    assert (shown["state"], [one["rank"] for one in shown["ranking"]]) == ("standstill", [1, 2])
    sheet = await tender.public("/bid-sheet")
    assert (again(sheet, tmp_path).stdout, [len(one["scores"]) for one in sheet["bids"]]) == ("equal\n", [3, 3])
    confirm = c.ConfirmAward(bid_id=tender.bid_of(BRIDGE), organisation_id=BRIDGE.organisation_id, decision_no="40")
    assert (await tender.refused(OFFICER, confirm, tender.call_id))["rule"] == "contract.standstill"
    tender.pass_days(11)
    await tender.confirm(BRIDGE)

    shown = await tender.public("")
    (award,) = shown["awards"]
    assert (shown["state"], award["state"], award["organisation_id"]) == (
        "awarded",
        "confirmed",
        str(BRIDGE.organisation_id),
    )
    assert award["contract_id"] == str(contract_id(tender.call_id, BRIDGE.organisation_id))
    supervisor = tender.caller.bearer(NATIONAL_SLUG, "ogg_supervisor")
    claim = claim_id(tenant_ids()[PRIZREN], contract_id(tender.call_id, BRIDGE.organisation_id))
    found = await tender.caller.get(f"/v1/tenants/{NATIONAL_SLUG}/funding-claims/{claim}", **supervisor)
    assert (found.status_code, found.json()["state"]) == (200, "reserved")
    await require_told(tender)


async def require_told(tender: Tender) -> None:
    """Open contracting tells who bid and what was awarded to whom."""
    told, tags = await tender.record()
    assert tags == [["tender"], ["tenderUpdate"], ["award"], ["awardUpdate"]]
    assert {one["id"] for one in told["tender"]["tenderers"]} == {str(of.organisation_id) for of in (YOUTH, BRIDGE)}
    (award,) = told["awards"]
    assert (award["status"], award["value"]) == ("active", {"amount": 56_000, "currency": "EUR"})
    assert [one["id"] for one in award["suppliers"]] == [str(BRIDGE.organisation_id)]


async def bidder_refused(tender: Tender, of: Any, command: Any) -> dict[str, Any]:
    where = f"/v1/tenants/{PRIZREN}/service-bids/{tender.bid_of(of)}/open"
    body = msgspec.to_builtins(command)
    answer = await tender.caller.post(where, body, **tender.caller.token(of.person.person_id))
    assert answer.headers["content-type"] == PROBLEM, answer.text
    problem: dict[str, Any] = answer.json()
    return problem


async def test_an_upheld_complaint_has_the_bid_judged_anew_and_both_rankings_stay(
    tender: Tender, tmp_path: Path
) -> None:
    await tender.both_bid_and_open()
    await tender.qualify(YOUTH, BRIDGE)
    await tender.evaluate(SCORES)
    await tender.propose(BRIDGE)

    file = q.FileServiceComplaint(
        call_id=tender.call_id,
        bid_id=tender.bid_of(YOUTH),
        organisation_id=YOUTH.organisation_id,
        contested_id=tender.bid_of(BRIDGE),
        grounds="Pikët për stafin janë të gabuara.",
    )
    complaint = (await tender.as_person(YOUTH.person.person_id, file)).stream_id
    tender.pass_days(12)
    confirm = c.ConfirmAward(bid_id=tender.bid_of(BRIDGE), organisation_id=BRIDGE.organisation_id, decision_no="40")
    assert (await tender.refused(OFFICER, confirm, tender.call_id))["rule"] == "contract.complaint.decide"
    await tender.as_official("complaint_officer", q.AdmitServiceComplaint(), complaint)
    decide = q.DecideServiceComplaint(
        organisation_id=YOUTH.organisation_id,
        evaluation_id=tender.evaluation_id,
        decision=ComplaintDecision.UPHELD,
        reason=WORDS,
    )
    await tender.as_official("complaint_officer", decide, complaint)
    await tender.policies()
    assert (await tender.public(""))["state"] == "qualification"

    qualify = b.QualifyBid(call_id=tender.call_id, organisation_id=BRIDGE.organisation_id)
    await tender.as_official(OFFICER, qualify, tender.bid_of(BRIDGE))
    await tender.as_official(OFFICER, c.BeginBidEvaluation(), tender.call_id)
    await tender.as_official(OFFICER, v.OpenBidScoring(call_id=tender.call_id), tender.evaluation_id)
    await tender.score({BRIDGE.organisation_id: {"method": 22, "staff": 2}}, again=True)
    await tender.propose(YOUTH)
    tender.pass_days(12)
    await tender.confirm(YOUTH)

    shown = await tender.public("")
    assert [(one["number"], one["state"]) for one in shown["awards"]] == [(1, "set_aside"), (2, "confirmed")]
    told, tags = await tender.record()
    assert tags[2:] == [["award"], ["awardCancellation"], ["award"], ["awardUpdate"]]
    assert [one["status"] for one in told["awards"]] == ["cancelled", "active"]
    sheet = await tender.public("/bid-sheet")
    contested = next(one for one in sheet["bids"] if one["organisation_id"] == str(BRIDGE.organisation_id))
    stood = [(one["proposal"], one["round"], one["placed"]["rank"]) for one in contested["stood"]]
    assert (len(contested["scores"]), stood) == (6, [(1, 1, 1), (2, 2, 2)])
    assert again(sheet, tmp_path).stdout == "equal\n"
    states = {}
    supervisor = tender.caller.bearer(NATIONAL_SLUG, "ogg_supervisor")
    for of in (YOUTH, BRIDGE):
        claim = claim_id(tenant_ids()[PRIZREN], contract_id(tender.call_id, of.organisation_id))
        found = await tender.caller.get(f"/v1/tenants/{NATIONAL_SLUG}/funding-claims/{claim}", **supervisor)
        states[of] = found.json()["state"]
    assert states == {YOUTH: "reserved", BRIDGE: "released"}


async def test_whoever_was_disqualified_is_heard_before_any_award_and_then_ranked(
    tender: Tender, tmp_path: Path
) -> None:
    await tender.both_bid_and_open()
    await tender.as_official(OFFICER, c.BeginQualification(), tender.call_id)
    put_out = b.DisqualifyBid(call_id=tender.call_id, organisation_id=YOUTH.organisation_id, reason=WORDS)
    await tender.as_official(OFFICER, put_out, tender.bid_of(YOUTH))
    qualify = b.QualifyBid(call_id=tender.call_id, organisation_id=BRIDGE.organisation_id)
    await tender.as_official(OFFICER, qualify, tender.bid_of(BRIDGE))
    await tender.as_official(OFFICER, c.BeginBidEvaluation(), tender.call_id)
    await tender.evaluate({BRIDGE.organisation_id: FAIR})

    file = q.FileServiceComplaint(
        call_id=tender.call_id,
        bid_id=tender.bid_of(YOUTH),
        organisation_id=YOUTH.organisation_id,
        contested_id=tender.bid_of(YOUTH),
        grounds="Licenca vlen në çdo ditë.",
    )
    complaint = (await tender.as_person(YOUTH.person.person_id, file)).stream_id
    propose = c.ProposeAward(
        evaluation_id=tender.evaluation_id, bid_id=tender.bid_of(BRIDGE), organisation_id=BRIDGE.organisation_id
    )
    assert (await tender.refused(OFFICER, propose, tender.call_id))["rule"] == "contract.complaint.decide"
    nothing = c.DeclareUnsuccessful(reason=WORDS, evaluation_id=tender.evaluation_id)
    assert (await tender.refused(OFFICER, nothing, tender.call_id))["rule"] == "contract.call.unsuccessful"
    await tender.as_official("complaint_officer", q.AdmitServiceComplaint(), complaint)
    decide = q.DecideServiceComplaint(
        organisation_id=YOUTH.organisation_id,
        evaluation_id=tender.evaluation_id,
        decision=ComplaintDecision.UPHELD,
        reason=WORDS,
    )
    await tender.as_official("complaint_officer", decide, complaint)
    await tender.policies()
    assert (await tender.public(""))["state"] == "qualification"

    qualify = b.QualifyBid(call_id=tender.call_id, organisation_id=YOUTH.organisation_id)
    await tender.as_official(OFFICER, qualify, tender.bid_of(YOUTH))
    await tender.as_official(OFFICER, c.BeginBidEvaluation(), tender.call_id)
    assert (await tender.refused(OFFICER, propose, tender.call_id))["rule"] == "contract.score.closed"
    await tender.as_official(OFFICER, v.OpenBidScoring(call_id=tender.call_id), tender.evaluation_id)
    await tender.score({YOUTH.organisation_id: GOOD})
    await tender.propose(YOUTH)
    sheet = await tender.public("/bid-sheet")
    assert {one["organisation_id"]: one["stood"][0]["placed"]["rank"] for one in sheet["bids"]} == {
        str(YOUTH.organisation_id): 1,
        str(BRIDGE.organisation_id): 2,
    }
    assert again(sheet, tmp_path).stdout == "equal\n"


async def test_a_licence_that_is_suspended_in_another_log_stops_the_award(tender: Tender) -> None:
    held = await tender.license(BRIDGE)
    await tender.publish()
    await tender.seal(BRIDGE, CHEAP)
    await tender.close()
    await tender.open(BRIDGE, CHEAP)
    await tender.qualify(BRIDGE)
    await tender.evaluate({BRIDGE.organisation_id: GOOD})
    await tender.propose(BRIDGE)
    tender.pass_days(12)
    suspend = licence.SuspendLicence(decision_no="14", first_day=tender.today, reason=WORDS)
    await tender.issuer.as_official(INSPECTOR, suspend, held)
    await tender.policies(ISSUER)

    confirm = c.ConfirmAward(bid_id=tender.bid_of(BRIDGE), organisation_id=BRIDGE.organisation_id, decision_no="40")
    problem = await tender.refused(OFFICER, confirm, tender.call_id)
    assert problem["rule"] == "licence.suspended"
    assert problem["licence"]["event"].startswith(f"{tenant_ids()[ISSUER]}:1:")


async def test_evaluators_read_a_bid_after_they_declared_and_bidders_their_own(tender: Tender) -> None:
    await tender.both_bid_and_open()
    await tender.qualify(YOUTH, BRIDGE)
    await tender.evaluate(SCORES)
    await tender.policies()
    bid, base = tender.bid_of(YOUTH), f"/v1/tenants/{PRIZREN}"
    evaluator = tender.caller.token(EVALUATORS[0])
    read = await tender.caller.get(f"{base}/judged-service-bids/{bid}", **evaluator)
    assert (read.status_code, read.json()["content"]["statement"]) == (200, CHEAP.statement)
    mine = await tender.caller.get(f"{base}/service-evaluations/{tender.evaluation_id}/bids", **evaluator)
    assert all(one["declared"] and one["revealed"] for one in mine.json()["items"])
    stranger = tender.caller.bearer(PRIZREN, "commissioner")
    refused = await tender.caller.get(f"{base}/judged-service-bids/{bid}", **stranger)
    assert refused.json()["rule"] == "contract.interest.first"

    delegate = tender.caller.token(YOUTH.person.person_id)
    own = (await tender.caller.get(f"{base}/me/service-bids", **delegate)).json()["items"]
    assert [one["bid_id"] for one in own] == [str(bid)]
    other = await tender.caller.get(f"{base}/me/service-bids/{tender.bid_of(BRIDGE)}", **delegate)
    assert other.status_code == 404
    lint = await tender.caller.get(
        f"{base}/service-calls/{tender.call_id}/lint", **tender.caller.bearer(PRIZREN, OFFICER)
    )
    assert (lint.status_code, {one["code"] for one in lint.json()["findings"]}) == (200, {"standards-missing"})
