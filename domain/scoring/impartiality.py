"""Who may not judge: whoever has to do with the organisation whose work it is."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec

from domain.organisations.standing import Standing
from domain.scoring.vocabulary import ConflictBasis, Interest


class Conflict(msgspec.Struct, frozen=True):
    """Why a person may not judge, None where nothing forbids it; `late`: offices and mandates to be decided about."""

    basis: ConflictBasis | None
    late: tuple[UUID, ...] = ()


def conflict(
    standing: Standing,
    organisation_id: UUID,
    person_id: UUID,
    employers: Collection[UUID],
    declared: Interest,
    *,
    public_since: datetime,
) -> Conflict:
    """What is known against the person judging what the organisation handed in, whatever is declared.

    What the register told before the call was public recuses by itself, and so does what the person or their employers
    say. An office, or a mandate to act for it, that the organisation had recorded afterwards does not: else it could
    choose its judges by naming those whom it does not want. Those are `late`.
    """
    offices = standing.offices_of(person_id)
    if any(since < public_since for _, since in offices):
        return Conflict(ConflictBasis.OFFICER)
    if {organisation_id, *standing.entries} & set(employers):
        return Conflict(ConflictBasis.EMPLOYER)
    if declared is Interest.HARD:
        return Conflict(ConflictBasis.DECLARED)
    return Conflict(None, tuple(one for one, _ in offices))
