"""One example of every event, all fields filled, a module per aggregate: the golden payloads are made of these."""

from domain.kernel.event import Event
from tests.domain.contracts.examples import contract, recorded_contract, tender

EXAMPLES: dict[type[Event], Event] = {
    type(event): event for examples in (tender, contract, recorded_contract) for event in examples.EXAMPLES
}
