"""What follows from agreements: the award that became one is used up."""

from collections.abc import Iterator, Mapping

from domain.grants.commands.application import RecordContract
from domain.grants.events.agreement import AgreementSigned
from domain.kernel.event import Event, RecordedEvent
from domain.kernel.manifest import Policy, Reaction


def record_contract(recorded: RecordedEvent) -> Iterator[Reaction]:
    """The application learns that its award became an agreement."""
    event = recorded.event
    if isinstance(event, AgreementSigned):
        yield Reaction(event.application_id, RecordContract(agreement_id=recorded.stream_id))


POLICIES: Mapping[type[Event], Policy] = {AgreementSigned: record_contract}
