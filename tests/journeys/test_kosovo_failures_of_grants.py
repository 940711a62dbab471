"""Things that really went wrong with public money for civil society, told again to Pakt at their own dates.

3: the call of Prizren of 14 March 2019 was open to individuals, and cancelled later as unlawful.
5: a call for minority organisations of 31 May 2023, of whose 42 winners three were minority organisations.
"""

import pytest

from domain.grants.commands import grant_call as c
from domain.grants.vocabulary import ApplicantKind, GateBasis, HardGate
from domain.kernel.errors import NotLawful
from tests.support.grant import NAME, OFFICER, WORDS, drafted_call, planned_funding
from tests.support.system import send

PRIZREN, MINISTRY = "prizren", "opm"
ARTICLE = "Regulation MF-NR-04/2017 on Public Financing of Non-Governmental Organisations, Art. 3 §1.6"

pytestmark = pytest.mark.journey


async def test_failure_3_a_call_open_to_individuals_is_never_published(story):
    story.on(2019, 3, 14)
    plan = await planned_funding(story.system, PRIZREN, 2019)
    kinds = (ApplicantKind.ORGANISATIONS, ApplicantKind.INDIVIDUALS)
    call = await drafted_call(story.system, PRIZREN, plan, eligible=kinds)
    publish = c.PublishCall(plan_id=plan[0])
    who = story.caller.bearer(PRIZREN, OFFICER)

    with pytest.raises(NotLawful) as refused:
        await send(story.system, PRIZREN, OFFICER, publish, call)
    (finding,) = [one for one in refused.value.findings if one.severity == "error"]
    assert (finding.code, finding.citation, finding.pointer) == ("individuals-eligible", ARTICLE, "/eligible/1")
    asked = await story.see(PRIZREN, f"/v1/tenants/{PRIZREN}/grant-calls/{call}/lint", **who)
    assert (asked["lawful"], [one["citation"] for one in asked["findings"]]) == (False, [ARTICLE])
    await send(story.system, PRIZREN, OFFICER, c.CheckCall(plan_id=plan[0]), call)
    shown = await story.see(PRIZREN, f"/v1/tenants/{PRIZREN}/grant-calls/{call}", **who)
    assert (shown["state"], shown["lint_errors"]) == ("draft", 1)
    assert (await story.see(PRIZREN, "/v1/public/grant-calls?tenant=prizren"))["items"] == []

    lawful = c.AmendCall(eligible=(ApplicantKind.ORGANISATIONS,))
    await send(story.system, PRIZREN, OFFICER, lawful, call)
    await send(story.system, PRIZREN, OFFICER, publish, call, key="lawful")
    (public,) = (await story.see(PRIZREN, "/v1/public/grant-calls?tenant=prizren"))["items"]
    assert (public["state"], public["is_open"], public["facts"]["eligible"]) == ("published", True, ["organisations"])
    assert public["closes_at"] == "2019-04-12T22:00:00Z"  # the end of the twentieth working day; 9 April is a holiday

    story.on(2019, 4, 13)
    await story.by_the_clock(PRIZREN, c.CloseCall(), call)
    (public,) = (await story.see(PRIZREN, "/v1/public/grant-calls?tenant=prizren"))["items"]
    assert (public["state"], public["is_open"]) == ("closed", False)


async def test_failure_5_a_target_group_that_binds_nobody_is_flagged(story):
    story.on(2023, 5, 31)
    plan = await planned_funding(story.system, MINISTRY, 2023)
    call = await drafted_call(story.system, MINISTRY, plan, target_group=WORDS)
    who = story.caller.bearer(MINISTRY, OFFICER)
    lint = f"/v1/tenants/{MINISTRY}/grant-calls/{call}/lint"

    flagged = await story.see(MINISTRY, lint, **who)
    (finding,) = flagged["findings"]
    assert (flagged["lawful"], finding["code"], finding["severity"]) == (True, "target-group-without-gate", "warning")
    assert finding["citation"].startswith("Regulation (MF) No. 04/2017")

    gate = HardGate(code="minority", title=NAME, basis=GateBasis.TARGET_GROUP)
    await send(story.system, MINISTRY, OFFICER, c.AmendCall(gates=(gate,)), call)
    assert (await story.see(MINISTRY, lint, **who))["findings"] == []
    await send(story.system, MINISTRY, OFFICER, c.PublishCall(plan_id=plan[0]), call)
    public = await story.see(MINISTRY, f"/v1/public/grant-calls/{call}")
    assert [one["basis"] for one in public["facts"]["gates"]] == ["target_group"], "frozen, and read by everybody"
