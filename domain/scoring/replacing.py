"""Judges who do not judge in time: the next alternate takes the place, and nobody chooses.

A judge is replaced as a whole, wherever their points are not known: whoever could choose for what would choose the
scores that fall out. Known points stay, whoever gave them; a substitute commits before showing, as everybody did.
"""

from collections.abc import Iterator, Sequence
from uuid import UUID

from domain.kernel.context import Context
from domain.kernel.deadline import deadline
from domain.kernel.errors import InvalidValue
from domain.scoring.composition import Composition
from domain.scoring.conflicting import Conflicting
from domain.scoring.judging import Seat
from domain.scoring.vocabulary import Nominee


class Replacing(Conflicting):
    """Decisions by which no call is stuck."""

    def require_silent(self, person: UUID, asked: Composition, ctx: Context) -> None:
        """Refuse to replace a judge who owes nothing, or still has time."""
        since = self.judging.silent_since(person, asked)
        if since is None:
            raise InvalidValue("/person_id", self.TERMS.owes_nothing)
        rule = ctx.rules[f"{self.TERMS.panel}.silence"]
        deadline(rule, since, self.TERMS.opened_by, ctx.calendar).require_over(ctx.now, self.TERMS.has_time)

    def vacated(self, person: UUID, asked: Composition, ctx: Context) -> Iterator[Seat]:
        """Where the person's points are not known, each with the next alternate; not below what a panel must be."""
        for subject in self.judging.hidden_of(person):
            substitute = next(iter(self.judging.alternates_of(subject)), None)
            if substitute is None:
                rest = tuple(one for one in self.judging.panels[subject] if one != person)
                self.require_panel(subject, rest, asked, ctx)
            yield subject, substitute

    def require_new(self, nominees: Sequence[Nominee], field: str, ctx: Context) -> int:
        """Refuse somebody who judges or may come to already, who decides, or is named twice; the first one's number."""
        seen = {*self.judging.people, ctx.actor}
        for n, one in enumerate(nominees):
            if one.person_id in seen:
                raise InvalidValue(f"/{field}/{n}/person_id", self.TERMS.named_already)
            seen.add(one.person_id)
        return len(self.judging.people) + 1
