"""One example of every event of a call but those of its rankings, all fields filled."""

import msgspec

from domain.grants.events import grant_call as e
from domain.kernel.errors import Finding
from domain.kernel.event import Event
from domain.kernel.message import Message
from tests.domain.grants import stories as s

FACTS = s.facts(open_days=25, target_group=s.SUMMARY, gates=(s.GATE,))
FORM = msgspec.structs.replace(s.FORM, definitions={"money": {"type": "integer", "minimum": 0}})
FINDING = Finding(
    "open-too-short",
    "error",
    Message("The call is open for {days} days.", {"days": 14}),
    "Regulation (MF) No. 04/2017",
    "grant.call.min_open",
    "/open_days",
)

EXAMPLES: tuple[Event, ...] = (
    e.CallDrafted(facts=FACTS),
    e.CallAmended(changes=FACTS),
    e.FormSet(version=2, form=FORM),
    e.CallChecked(errors=1, warnings=0, findings=(FINDING,)),
    e.CallPublished(
        facts=FACTS,
        form_version=2,
        closes_at=s.CLOSES_AT,
        languages=("sq", "sr"),
        deadline=s.DEADLINE,
        plan_id=s.PLAN,
    ),
    s.CLARIFIED,
    e.CallDeadlineMoved(previous=s.DEADLINE, deadline=msgspec.structs.replace(s.DEADLINE, calendar="xk.2")),
    s.CLOSED,
    e.EvaluationBegun(note=s.REASON),
    e.CallContracted(note=s.REASON),
    s.REPORTED,
    s.CANCELLED,
    s.VOIDED,
    s.RELEASED,
)
