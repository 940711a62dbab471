"""Words of a memorandum of cooperation: who its parties are and what each owes."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.ids import derived_id
from domain.kernel.text import Slug, Text, Title
from domain.kernel.vocabulary import Code


class MemorandumStage(StrEnum):
    """Where a memorandum stands."""

    IN_FORCE = "in_force"
    ENDED = "ended"


class Party(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """With whom the institution agrees: an organisation of the register, another institution, or whoever is `named`."""

    code: Code
    organisation_id: UUID | None = None
    institution: Slug | None = None
    named: Title | None = None

    @property
    def ways(self) -> int:
        """In how many ways it is said who it is."""
        return sum(one is not None for one in (self.organisation_id, self.institution, self.named))


class Obligation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What a party owes, by its code, or the institution itself where `party` is None; `due` is the last day for it."""

    code: Code
    party: Code | None = None
    what: Text
    due: date | None = None


Parties = Annotated[tuple[Party, ...], msgspec.Meta(min_length=1, max_length=40)]
Obligations = Annotated[tuple[Obligation, ...], msgspec.Meta(min_length=1, max_length=100)]


def obligation_id(code: str) -> UUID:
    """By what an obligation is known among those of its memorandum."""
    return derived_id("obligation", code)
