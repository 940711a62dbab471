"""Who may act for which organisation now: a fold of the events that govern it, over all organisations."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from domain.kernel.context import Mandate
from domain.kernel.deadline import local_day
from domain.kernel.event import Event
from domain.kernel.manifest import Role
from domain.organisations.events import (
    OrganisationMerged,
    OrganisationReinstated,
    OrganisationRemoved,
    OrganisationSuspended,
    RepresentativeMandated,
    RepresentativeRevoked,
)
from domain.organisations.merging import Merges

GOVERNING = (
    RepresentativeMandated,
    RepresentativeRevoked,
    OrganisationSuspended,
    OrganisationReinstated,
    OrganisationRemoved,
    OrganisationMerged,
)
"""Events that this fold takes; only a verified organisation gives mandates, so the verification is not among them."""


class Representation:
    """Mandates of representatives, ended ones taken out; those of an organisation that is suspended rest.

    Those of an organisation that others were merged into hold for what was theirs.
    """

    def __init__(self) -> None:
        self._given: dict[UUID, dict[UUID, RepresentativeMandated]] = {}
        self._suspended: set[UUID] = set()
        self._merges = Merges()

    def apply(self, event: Event) -> None:
        """Take the next event of any organisation."""
        match event:
            case RepresentativeMandated():
                self._given.setdefault(event.person_id, {})[event.mandate_id] = event
            case RepresentativeRevoked():
                for held in self._given.values():
                    held.pop(event.mandate_id, None)
            case OrganisationSuspended():
                self._suspended.add(event.organisation_id)
            case OrganisationReinstated():
                self._suspended.discard(event.organisation_id)
            case OrganisationRemoved() | OrganisationMerged():
                self._end(event.organisation_id)
                self._merges.apply(event)
            case _:
                pass

    def held_by(self, person_id: UUID) -> Iterator[RepresentativeMandated]:
        """The person's mandates that were not ended, whatever their days, in the order in which they were given."""
        yield from self._given.get(person_id, {}).values()

    def mandates(self, person_id: UUID, now: datetime) -> tuple[Mandate, ...]:
        """Those under which the person may act at that instant."""
        day = local_day(now)
        return tuple(
            Mandate(
                Role.CSO_DELEGATE,
                one.legal_basis,
                one.organisation_id,
                one.mandate_id,
                self._merges.before(one.organisation_id),
            )
            for one in self.held_by(person_id)
            if one.valid_from <= day
            and (one.valid_to is None or day <= one.valid_to)
            and one.organisation_id not in self._suspended
        )

    def _end(self, organisation_id: UUID) -> None:
        for held in self._given.values():
            for mandate_id in [key for key, one in held.items() if one.organisation_id == organisation_id]:
                del held[mandate_id]
