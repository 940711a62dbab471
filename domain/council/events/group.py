"""What became true of working groups of the Council; the national log holds them."""

from uuid import UUID

from domain.kernel.event import Event, InitialEvent
from domain.kernel.text import Slug, Text, Title
from domain.kernel.vocabulary import Count, DecisionNo


class GroupFormed(InitialEvent, frozen=True, kw_only=True):
    """The Council has a group for that task."""

    TOPIC = "council.GroupFormed.v1"

    council_id: UUID
    title: Title
    task: Text
    decision_no: DecisionNo


class GroupJoined(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A person takes part, by id: for an organisation, by its name in the register, or for an institution."""

    TOPIC = "council.GroupJoined.v1"

    person_id: UUID
    organisation_id: UUID | None = None
    organisation_name: Title | None = None
    institution: Slug | None = None


class GroupLeft(Event, frozen=True, kw_only=True):
    """A person takes part no more; who coordinated the group does so no more either."""

    TOPIC = "council.GroupLeft.v1"

    person_id: UUID


class GroupCoordinatorElected(Event, frozen=True, kw_only=True):
    """The members chose who coordinates the group; whoever did before does so no more."""

    TOPIC = "council.GroupCoordinatorElected.v1"

    person_id: UUID
    in_favour: Count
    against: Count
    abstained: Count


class GroupDissolved(Event, frozen=True, kw_only=True):
    """There is no such group any more."""

    TOPIC = "council.GroupDissolved.v1"

    decision_no: DecisionNo
    reason: Text


EVENTS: tuple[type[Event], ...] = (GroupFormed, GroupJoined, GroupLeft, GroupCoordinatorElected, GroupDissolved)
