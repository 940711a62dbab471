"""What a decision may know beside the aggregate and the command; nothing in it could not be replayed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import msgspec

from domain.kernel.aggregate import Aggregate
from domain.kernel.calendar import Calendar
from domain.kernel.command import Boundary
from domain.kernel.errors import RuleViolated, StreamNotFound
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.message import N_
from domain.kernel.rules import Rules

SECRET_BYTES = 16
A = TypeVar("A", bound=Aggregate)
B = TypeVar("B", bound=Boundary)


@dataclass(frozen=True, slots=True)
class Tenant:
    """The institution whose log is written. `kind` is national, ministry or municipality.

    `languages` are the codes (sq, sr, tr) in which its publications must exist. `ended`: merged, split or dissolved.
    """

    tenant_id: int
    slug: str
    kind: str
    languages: tuple[str, ...] = ("sq", "sr")
    sandbox: bool = False
    ended: bool = False

    def require_national(self) -> None:
        """Raises RuleViolated in the log of an institution: what is decided for all stands in the nation's."""
        if self.tenant_id != NATIONAL_TENANT:
            raise RuleViolated("tenant.national", N_("Only the national tenant decides this for everybody."))

    def require_active(self) -> None:
        """Raises RuleViolated when the institution has ended: what it began is finished, nothing new is begun."""
        if self.ended:
            raise RuleViolated(
                "institution.active",
                N_("The institution has ended; what it began can be finished, its successor begins what is new."),
            )


@dataclass(frozen=True, slots=True)
class Mandate:
    """The right an actor uses: a role and the legal basis it rests on; `organisation_id` when acting for one.

    `mandate_id` names an auditor's, and a representative's that the organisation gave for every institution.
    `succeeds` are the organisations that were merged into it: what was theirs is its own.
    `successor` is the slug of the institution that gave it, where that succeeds the one in whose log it is used.
    """

    role: str
    basis: str
    organisation_id: UUID | None = None
    mandate_id: UUID | None = None
    succeeds: frozenset[UUID] = frozenset()
    successor: str = ""

    def acts_for(self, organisation_id: UUID) -> bool:
        """Whether the organisation itself gave it; one that an institution gave binds the organisation to nothing."""
        return self.mandate_id is not None and self.concerns(organisation_id)

    def concerns(self, organisation_id: UUID | None) -> bool:
        """Whether it is about that organisation, or one that went into it."""
        return organisation_id is not None and organisation_id in {self.organisation_id, *self.succeeds}


class Context(msgspec.Struct, frozen=True):
    """Facts for one decision. `now` is the tenant's time in UTC; `new_id` gives ids that follow from the command id.

    `new_secret` gives `SECRET_BYTES` random bytes that follow from nothing, for a code that opens something to whoever
    holds it.

    `registers` are folds of the national log up to the event at `register_position`, 0 where they hold none.

    `imported` says that the command tells of the past: `now` is then when it happened, and rules of form that bind only
    the living (windows, notice) are recorded as findings instead of refusals.
    """

    tenant: Tenant
    actor: UUID
    mandate: Mandate
    now: datetime
    new_id: Callable[[], UUID]
    new_secret: Callable[[], bytes]
    rules: Rules
    calendar: Calendar
    references: Mapping[str, Aggregate | None] = {}
    boundary: Boundary | None = None
    registers: tuple[Boundary, ...] = ()
    register_position: int = 0
    imported: bool = False

    def reference(self, name: str, of: type[A]) -> A:
        """The aggregate the command refers to; raises StreamNotFound when this tenant has none of that kind."""
        found = self.references.get(name)
        if not isinstance(found, of):
            raise StreamNotFound
        return found

    def folded(self, of: type[B]) -> B:
        """The boundary's fold, complete at the time of the append."""
        if not isinstance(self.boundary, of):
            raise TypeError(of)
        return self.boundary

    def registered(self, of: type[B]) -> B:
        """The fold of the national log, as it was a moment before the decision."""
        for fold in self.registers:
            if type(fold) is of:
                return fold
        raise TypeError(of)
