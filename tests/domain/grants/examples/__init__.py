"""One example of every event, all fields filled, a module per aggregate: the golden payloads are made of these."""

from domain.kernel.event import Event
from tests.domain.grants.examples import agreement, application, commission, funding_plan, grant_call, recorded_grant

EXAMPLES: dict[type[Event], Event] = {
    type(event): event
    for examples in (funding_plan, grant_call, application, commission, agreement, recorded_grant)
    for event in examples.EXAMPLES
}
