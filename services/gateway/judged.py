"""What a judge may know of what they judge, by its sheet of scores: applications and bids alike."""

from collections.abc import Collection, Sequence
from typing import Any, Protocol
from uuid import UUID

from domain.kernel.errors import RuleViolated
from domain.scoring.terms import Terms
from projections.scores import Score


class Sheet(Protocol):
    """Whatever is judged, with its scores."""

    @property
    def round(self) -> int:
        """The one that counts."""
        ...

    @property
    def scores(self) -> Sequence[Score]:
        """Of every round."""
        ...

    @property
    def declared(self) -> Collection[UUID]:
        """Who said what they have to do with whoever handed it in."""
        ...

    @property
    def recused(self) -> Collection[UUID]:
        """Who does not judge it."""
        ...

    @property
    def replaced(self) -> Collection[UUID]:
        """Who did not judge it in time."""
        ...


def require_reader(row: Sheet, person_id: UUID, terms: Terms) -> None:
    """Refuse whoever may not see what it says: it is shown after a declaration, to those who judge it.

    Raises: RuleViolated.
    """
    if person_id in row.recused:
        raise RuleViolated(f"{terms.rule}.interest.recused", terms.recused, citation=terms.citation)
    if person_id in row.replaced:
        raise RuleViolated(f"{terms.panel}.replaced", terms.replaced, citation=terms.citation)
    if person_id not in row.declared:
        raise RuleViolated(f"{terms.rule}.interest.first", terms.declare_first, citation=terms.citation)


def done_by(person_id: UUID, row: Sheet) -> dict[str, Any]:
    """How far the person is with it: `round`, and what of `declared`, `recused`, `committed` and `revealed` is so."""
    own = [one for one in row.scores if one.person_id == person_id and one.round == row.round]
    return {
        "round": row.round,
        "declared": person_id in row.declared,
        "recused": person_id in row.recused,
        "committed": bool(own),
        "revealed": any(one.points is not None for one in own),
    }
