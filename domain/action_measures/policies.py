"""What follows from a strategy: whoever is to lead a measure has it in their own log."""

from collections.abc import Iterator, Mapping

from domain.action_measures.commands.measure import PlanMeasure
from domain.action_measures.events.strategy import MeasureAssigned
from domain.kernel.event import Event, RecordedEvent
from domain.kernel.manifest import Policy, Reaction


def hand_over(recorded: RecordedEvent) -> Iterator[Reaction]:
    """From the national log to the log of the measure's lead."""
    event = recorded.event
    if isinstance(event, MeasureAssigned):
        command = PlanMeasure(strategy=event.strategy, lead=event.lead, plan=event.plan)
        yield Reaction(event.measure_id, command, event.tenant_id)


POLICIES: Mapping[type[Event], Policy] = {MeasureAssigned: hand_over}
