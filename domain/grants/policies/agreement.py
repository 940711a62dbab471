"""What follows from agreements: the award that became one is used up, and what an ended one left unpaid comes free."""

from collections.abc import Iterator, Mapping

from domain.grants.commands.application import RecordAgreement
from domain.grants.commands.grant_call import ReleaseFunding
from domain.grants.events.agreement import AgreementCompleted, AgreementSigned, AgreementTerminated
from domain.kernel.event import Event, RecordedEvent
from domain.kernel.manifest import Policy, Reaction


def record_agreement(recorded: RecordedEvent) -> Iterator[Reaction]:
    """The application learns that its award became an agreement."""
    event = recorded.event
    if isinstance(event, AgreementSigned):
        yield Reaction(event.application_id, RecordAgreement(agreement_id=recorded.stream_id))


def release_unpaid(recorded: RecordedEvent) -> Iterator[Reaction]:
    """The call gives back what came free, where it has ended; else its reserve may still be awarded it."""
    event = recorded.event
    if isinstance(event, AgreementTerminated | AgreementCompleted) and event.unpaid.amount:
        yield Reaction(event.call_id, ReleaseFunding())


POLICIES: Mapping[type[Event], Policy] = {
    AgreementSigned: record_agreement,
    AgreementTerminated: release_unpaid,
    AgreementCompleted: release_unpaid,
}
