"""Who may not judge: whoever has to do with the organisation whose work it is."""

from collections.abc import Collection
from uuid import UUID

from domain.organisations.standing import Standing
from domain.scoring.vocabulary import ConflictBasis, Interest


def conflict(
    standing: Standing, organisation_id: UUID, person_id: UUID, employers: Collection[UUID], declared: Interest
) -> ConflictBasis | None:
    """Why the person may not judge what the organisation handed in; None where nothing is known against it.

    What the register or the person's own employers say counts whatever is declared.
    """
    entries = {organisation_id, *standing.absorbed}
    if person_id in {one.person_id for one in standing.officers}:
        return ConflictBasis.OFFICER
    if entries & set(employers):
        return ConflictBasis.EMPLOYER
    return ConflictBasis.DECLARED if declared is Interest.HARD else None
