"""What a commission is made of: its members, what they declare, what they score."""

from uuid import UUID

import msgspec

from domain.grants.vocabulary import MemberKind


class Seat(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A place among the judges of an application, and who takes it: the next alternate, nobody where none is left."""

    application_id: UUID
    substitute: UUID | None = None


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A member or a possible one, by id; `number` is what the public knows them by."""

    person_id: UUID
    kind: MemberKind
    number: int
    employers: tuple[UUID, ...] = ()

    @property
    def external(self) -> bool:
        """Whether they come from outside the institution."""
        return self.kind is MemberKind.EXTERNAL
