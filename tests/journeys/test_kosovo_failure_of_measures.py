"""What really went wrong with the strategy of 2013-2017, told again four years later.

10: all measures of 2013-14 silently slid to 2015. Here two years are over, nothing is done, and nothing slides silently.
"""

from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from domain.action_measures.commands import measure as c
from domain.action_measures.commands import strategy as s
from domain.action_measures.events.strategy import measure_id, strategy_id
from domain.action_measures.vocabulary import Field, MeasurePlan, Milestone, Objective
from domain.council.vocabulary import ResolutionKind, ResolutionSubject
from domain.kernel.errors import RuleViolated
from domain.kernel.ids import NATIONAL_SLUG, derived_id
from domain.kernel.text import text, title
from tests.support.council_session import constituted, resolved_by_institutions
from tests.support.institution import Institution

MINISTRY = "mflt"
REFERENCE, CODE = "XK-GSCCS-2017-2021", "1.1"
MEASURE = measure_id(strategy_id(REFERENCE), CODE)
SECRETARY, LEAD = "council_secretary", "measure_lead"
LAST, NEW = date(2018, 12, 31), date(2019, 12, 31)
NAMED = title(sq="Standardet e konsultimit", sr="Standardi konsultacija")
REASON = text(sq="Rregullorja nuk është miratuar.", sr="Uredba nije usvojena.")
ADOPT = s.AdoptStrategy(
    reference=REFERENCE,
    title=title(sq="Strategjia", sr="Strategija"),
    first_day=date(2017, 7, 5),
    last_day=date(2021, 12, 31),
    adopted_on=date(2017, 7, 5),
    decision_no="09/137",
    adopting_body="Government of the Republic of Kosovo",
    coordinator="ogg",
    objectives=(Objective(code="SO1", field=Field.CONSULTATIONS, title=NAMED),),
)
PLAN = MeasurePlan(
    code=CODE,
    objective="SO1",
    title=NAMED,
    first_day=date(2017, 9, 1),
    last_day=LAST,
    milestones=(Milestone(code="1.1.a", title=NAMED, target=date(2018, 6, 30)),),
)
MOVE = c.RescheduleMeasure(
    last_day=NEW, milestones=(c.NewTarget(milestone="1.1.a", target=date(2019, 6, 30)),), reason=REASON
)

pytestmark = pytest.mark.journey


@pytest.fixture
def begins() -> datetime:
    return datetime(2017, 7, 6, 9, tzinfo=UTC)


async def test_failure_10_a_measure_slides_by_resolution_alone_and_its_first_date_stays(story):
    nation, ministry = (Institution(story.system, story.clock, slug) for slug in (NATIONAL_SLUG, MINISTRY))
    strategy = (await nation.as_official(SECRETARY, ADOPT)).stream_id
    await nation.as_official(SECRETARY, s.AssignMeasure(lead=MINISTRY, plan=PLAN), strategy)
    await nation.policies(MINISTRY)
    await ministry.as_official(LEAD, c.StartMeasure(), MEASURE)
    public = f"/v1/public/measures/{MEASURE}"
    assert (await story.see(MINISTRY, public))["light"] == "green"

    story.on(2018, 12, 2)  # the clock says it when the end is near, and when it is over
    await story.by_the_clock(MINISTRY, c.FlagMeasureAtRisk(), MEASURE)
    story.on(2019, 1, 1)
    await story.by_the_clock(MINISTRY, c.MarkMeasureDelayed(), MEASURE)
    late = await story.see(MINISTRY, public)
    assert (late["state"], late["light"], late["light_reason"]) == ("delayed", "red", "last_day_over")
    assert [one["code"] for one in (await story.see(MINISTRY, "/v1/public/measures?light=red"))["items"]] == [CODE]

    for resolution in (None, derived_id("test", "no resolution")):
        with pytest.raises(RuleViolated) as refused:
            await ministry.as_official(LEAD, replace(MOVE, resolution_id=resolution), MEASURE)
        assert refused.value.rule == "council.resolution"

    council = await constituted(nation)
    subject = ResolutionSubject(kind=ResolutionKind.RESCHEDULE_MEASURE, tenant=MINISTRY, stream_id=MEASURE)
    resolution = await resolved_by_institutions(nation, council, subject)
    moved = replace(MOVE, resolution_id=resolution)
    await ministry.as_official(LEAD, moved, MEASURE)
    seen = await story.see(MINISTRY, public)
    assert (seen["state"], seen["baseline_last_day"], seen["last_day"]) == ("active", str(LAST), str(NEW))
    assert [(one["baseline"], one["target"]) for one in seen["milestones"]] == [("2018-06-30", "2019-06-30")]
    (revision,) = seen["revisions"]
    assert (revision["resolution_id"], revision["last_day_before"], revision["last_day"]) == (
        str(resolution),
        str(LAST),
        str(NEW),
    )
    before = await story.see(MINISTRY, f"{public}?as_of=2019-01-02T00:00:00Z")
    assert (before["last_day"], before["revisions"], before["light"]) == (str(LAST), [], "red")

    with pytest.raises(RuleViolated) as again:
        await ministry.as_official(LEAD, replace(moved, last_day=date(2020, 12, 31), milestones=()), MEASURE)
    assert again.value.rule == "measure.resolution.used"

    shown = await story.see(NATIONAL_SLUG, "/v1/public/council-resolutions")
    (told,) = [one for one in shown["items"] if one["resolution_id"] == str(resolution)]
    votes = {one["side"]: (one["in_favour"], one["against"]) for one in told["votes"]}
    assert votes == {"institutions": (2, 0), "cso": (0, 1)}
