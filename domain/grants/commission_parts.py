"""What a commission is made of: its members, what they declare, what they score."""

from typing import Annotated
from uuid import UUID

import msgspec

from domain.grants.vocabulary import Code, MemberKind
from domain.kernel.text import END, Line

Commitment = Annotated[
    str,
    msgspec.Meta(
        pattern=rf"^[0-9a-f]{{64}}{END}",
        description="SHA-256 (hex) of `<application id>:<member id>:<points as canonical JSON>:<salt>`",
    ),
]
Salt = Annotated[
    str, msgspec.Meta(pattern=rf"^[0-9a-f]{{32,128}}{END}", description="Random bytes, hexadecimal: 16 or more")
]
ScoredPoints = Annotated[
    dict[Code, Annotated[int, msgspec.Meta(ge=0, le=1_000)]], msgspec.Meta(min_length=1, max_length=30)
]


class Nominee(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Somebody who may become a member; the name is sealed. `employers` are organisations, past ones too."""

    person_id: UUID
    full_name: Line
    employers: Annotated[tuple[UUID, ...], msgspec.Meta(max_length=20)] = ()


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
