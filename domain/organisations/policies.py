"""What follows from an event of an organisation: commands on other organisations."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from domain.kernel.event import Event, RecordedEvent
from domain.kernel.manifest import Policy, Reaction
from domain.organisations.commands import AbsorbOrganisation
from domain.organisations.events import OrganisationAbsorbed, OrganisationMerged


def pass_on_holdings(recorded: RecordedEvent) -> Iterator[Reaction]:
    """What stood under a merged entry goes to the one that goes on, as far as the merges lead."""
    event = recorded.event
    match event:
        case OrganisationMerged():
            absorb = AbsorbOrganisation(merged_id=event.organisation_id, holdings=event.holdings)
            yield Reaction(event.into, absorb)
        case OrganisationAbsorbed(onward=UUID() as onward):
            yield Reaction(onward, AbsorbOrganisation(merged_id=event.merged_id, holdings=event.holdings))
        case _:
            pass


POLICIES: Mapping[type[Event], Policy] = {
    OrganisationMerged: pass_on_holdings,
    OrganisationAbsorbed: pass_on_holdings,
}
