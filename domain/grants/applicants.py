"""The applicants of a call, as the national register knows each of them."""

from uuid import UUID

from domain.grants.candidates import Candidates
from domain.kernel.command import Boundary, Command
from domain.organisations.events import OrganisationClaimed, OrganisationEvent, organisation_tag
from domain.organisations.standing import Standing


class Applicants(Boundary):
    """Every organisation with an application in the call; which ones, the call's own applications say."""

    def __init__(self) -> None:
        self._told: dict[str, list[tuple[UUID, object]]] = {}

    @classmethod
    def register_tags(cls, stream_id: UUID, command: Command, boundary: Boundary | None) -> tuple[str, ...]:
        """One a candidate of the decision's boundary."""
        del stream_id, command
        if not isinstance(boundary, Candidates):
            raise TypeError(boundary)
        return tuple(organisation_tag(one.organisation_id) for one in boundary.submitted.values())

    @classmethod
    def leads_to(cls, event: object) -> tuple[str, ...]:
        """As of each organisation."""
        return Standing.leads_to(event)

    def apply(self, stream_id: UUID, event: object) -> None:
        """Events of the organisations' own streams; others carry the tags, too."""
        if isinstance(event, OrganisationClaimed | OrganisationEvent):
            self._told.setdefault(organisation_tag(stream_id), []).append((stream_id, event))

    def standing(self, organisation_id: UUID) -> Standing:
        """One of them, under all its entries; of an organisation that the register lacks, what is known of nobody."""
        found, tags = Standing(), [organisation_tag(organisation_id)]
        for tag in tags:  # grows by the entries with which it was merged
            for stream_id, event in self._told.get(tag, ()):
                found.apply(stream_id, event)
                tags += [one for one in self.leads_to(event) if one not in tags]
        return found
