"""What follows from a certificate: those whose place it takes learn of it."""

from collections.abc import Iterator, Mapping

from domain.kernel.event import Event, RecordedEvent
from domain.kernel.manifest import Policy, Reaction
from domain.volunteering.commands.certificate import SupersedeVolunteerCertificate
from domain.volunteering.events.certificate import CertificateHeld


def supersede(recorded: RecordedEvent) -> Iterator[Reaction]:
    """One command for each."""
    event = recorded.event
    if isinstance(event, CertificateHeld):
        for one in event.supersedes:
            yield Reaction(one, SupersedeVolunteerCertificate(by=recorded.stream_id))


POLICIES: Mapping[type[Event], Policy] = {CertificateHeld: supersede}
