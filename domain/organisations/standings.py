"""Several organisations as the register knows each of them, asked about in one decision."""

from collections.abc import Iterable
from uuid import UUID

from domain.kernel.command import Boundary, Command
from domain.organisations.events import OrganisationClaimed, OrganisationEvent, organisation_tag
from domain.organisations.standing import Standing


class Standings(Boundary):
    """A `Standing` each; which organisations, a domain's own boundary says."""

    def __init__(self) -> None:
        self._told: dict[str, list[tuple[UUID, object]]] = {}

    @classmethod
    def organisations(cls, boundary: Boundary | None) -> Iterable[UUID]:
        """Those to ask about, by the decision's boundary."""
        raise NotImplementedError

    @classmethod
    def register_tags(cls, stream_id: UUID, command: Command, boundary: Boundary | None) -> tuple[str, ...]:
        """One an organisation."""
        del stream_id, command
        return tuple(organisation_tag(one) for one in cls.organisations(boundary))

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
