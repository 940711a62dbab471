"""What follows from agreements: the award that became one is used up."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from domain.grants.commands.application import RecordContract
from domain.grants.events.agreement import AgreementSigned
from domain.kernel.command import Command
from domain.kernel.event import Event
from domain.kernel.manifest import Policy


def record_contract(stream_id: UUID, event: Event) -> Iterator[tuple[UUID, Command]]:
    """The application learns that its award became an agreement."""
    if isinstance(event, AgreementSigned):
        yield event.application_id, RecordContract(agreement_id=stream_id)


POLICIES: Mapping[type[Event], Policy] = {AgreementSigned: record_contract}
