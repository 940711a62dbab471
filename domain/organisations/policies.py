"""What follows from an event of an organisation: commands on other organisations."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from domain.kernel.command import Command
from domain.kernel.event import Event
from domain.kernel.manifest import Policy
from domain.organisations.commands import AbsorbOrganisation
from domain.organisations.events import OrganisationAbsorbed, OrganisationMerged


def pass_on_holdings(_stream_id: UUID, event: Event) -> Iterator[tuple[UUID, Command]]:
    """What stood under a merged entry goes to the one that goes on, as far as the merges lead."""
    match event:
        case OrganisationMerged():
            yield event.into, AbsorbOrganisation(merged_id=event.organisation_id, holdings=event.holdings)
        case OrganisationAbsorbed(onward=UUID() as onward):
            yield onward, AbsorbOrganisation(merged_id=event.merged_id, holdings=event.holdings)
        case _:
            pass


POLICIES: Mapping[type[Event], Policy] = {
    OrganisationMerged: pass_on_holdings,
    OrganisationAbsorbed: pass_on_holdings,
}
