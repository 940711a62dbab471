"""A recorded grant as tests tell it."""

from datetime import UTC, date, datetime
from typing import Any

from domain.grants.events.recorded_grant import (
    GrantRecorded,
    RecipientResolved,
    RecordedGrantCorrected,
    RecordedGrantStruck,
)
from domain.grants.recorded_facts import GrantFacts, Party, Period, Place, Programme
from domain.kernel.errors import Finding
from domain.kernel.event import Event
from domain.kernel.message import Message
from domain.kernel.money import Money
from domain.kernel.text import text
from tests.support.given import new_id

AWARDED_ON = date(2014, 6, 5)
AWARDED_AT = datetime(2014, 6, 4, 22, tzinfo=UTC)
"""The beginning of that day in Kosovo."""
REASON = text(sq="Shuma ishte gabim.", sr="Iznos je bio pogrešan.")
IDENTIFIER = "XK-NGO-5100123-4"
FACTS = GrantFacts(
    grant_id="360G-example-19747",
    title="Grant to a school",
    amount=Money(4_000_000, "GBP"),
    awarded_on=AWARDED_ON,
    recipients=(Party(name="A school", identifier=IDENTIFIER, other='{"addressLocality":"Prizren"}'),),
    funders=(Party(name="A foundation", identifier="GB-CHC-1156077"),),
    description="Refurbishment of laboratories",
    amount_applied_for=Money(5_000_000, "GBP"),
    amount_disbursed=Money(4_000_000, "GBP"),
    planned=(Period(starts_on="2014-07", ends_on="2015-06-30", months="12.5"),),
    programmes=(Programme(code="E", title="Education", other='{"url":"https://example.org"}'),),
    places=(Place(name="Prizren", country="XK", code="XK05", code_type="MUN"),),
    from_open_call=True,
    other='{"dataSource":"https://example.org/data"}',
)


def facts(**change: Any) -> GrantFacts:
    """The facts with something else in them."""
    return GrantFacts(**{name: getattr(FACTS, name) for name in FACTS.__struct_fields__} | change)


RECORDED = GrantRecorded(facts=FACTS)
ORGANISATION = new_id(77)
EXAMPLES: tuple[Event, ...] = (
    GrantRecorded(
        facts=FACTS,
        organisation_id=ORGANISATION,
        findings=(
            Finding(
                "grant.open_call",
                "warning",
                Message("It was awarded without an open call."),
                "Regulation (MF) No. 04/2017",
                pointer="/facts/from_open_call",
            ),
        ),
    ),
    RecordedGrantCorrected(
        reason=REASON,
        previous_amount=FACTS.amount,
        amount=Money(3_999_999, "GBP"),
        previous_awarded_on=AWARDED_ON,
        awarded_on=date(2014, 6, 6),
    ),
    RecipientResolved(organisation_id=ORGANISATION),
    RecordedGrantStruck(reason=REASON),
)
"""An example of each event, every field filled."""
