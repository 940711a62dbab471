"""What became true of programmes of volunteering; they are as public as what they certify."""

from domain.kernel.event import Event, InitialEvent
from domain.kernel.vocabulary import DecisionNo
from domain.volunteering.programme_facts import ProgrammeFacts


class ProgrammeAdopted(InitialEvent, frozen=True, kw_only=True):
    """The institution certifies this from now on; the event is never changed, another programme takes its place."""

    TOPIC = "volunteering.ProgrammeAdopted.v1"

    facts: ProgrammeFacts
    decision_no: DecisionNo


class ProgrammeRetired(Event, frozen=True, kw_only=True):
    """No certificate is issued by it any more."""

    TOPIC = "volunteering.ProgrammeRetired.v1"

    decision_no: DecisionNo


EVENTS: tuple[type[Event], ...] = (ProgrammeAdopted, ProgrammeRetired)
