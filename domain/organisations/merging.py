"""Entries of the register that are one organisation, since one was merged into another: who goes on, whose is what."""

from uuid import UUID

from domain.kernel.command import Boundary, Command
from domain.organisations.events import OrganisationAbsorbed, OrganisationMerged, organisation_tag


def kin_tags(event: object) -> tuple[str, ...]:
    """The boundaries of the entries with which an event says that its own was merged."""
    match event:
        case OrganisationMerged():
            return (organisation_tag(event.into),)
        case OrganisationAbsorbed():
            return tuple(organisation_tag(one) for one in (event.merged_id, *event.holdings.absorbed))
        case _:
            return ()


class OfOrganisation(Boundary):
    """A fold over all that is told of the organisation that a command names, under all entries that were merged."""

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        """The boundary of the organisation that the command names by `organisation_id`."""
        del stream_id
        named: UUID = getattr(command, "organisation_id")  # noqa: B009 - commands of other domains
        return organisation_tag(named)

    @classmethod
    def leads_to(cls, event: object) -> tuple[str, ...]:
        """The boundaries of the entries with which it was merged, and so on."""
        return kin_tags(event)


class Merges:
    """Which entry was merged into which."""

    def __init__(self) -> None:
        self._into: dict[UUID, UUID] = {}

    def apply(self, event: object) -> None:
        """A merge; other events change nothing."""
        if isinstance(event, OrganisationMerged):
            self._into[event.organisation_id] = event.into

    def goes_on(self, organisation_id: UUID) -> UUID:
        """The entry that is left of it: itself, or the one it was merged into, however often."""
        found = organisation_id
        while found in self._into:
            found = self._into[found]
        return found

    def before(self, organisation_id: UUID) -> frozenset[UUID]:
        """Every entry that was merged into it, directly or by way of another."""
        return frozenset(one for one in self._into if self.goes_on(one) == organisation_id)
