"""Who has an interest in what they judge: found at every step, recused at once or decided about first.

What the register already told when the call became public recuses by itself, and so does what the judge or their
employers say. An office that the organisation had recorded afterwards does not: else it could choose its judges by
naming those it does not want. It is a suspicion, which somebody outside decides before anybody's points are known.
"""

from collections.abc import Iterable
from uuid import UUID

from domain.kernel.context import Context
from domain.kernel.errors import InvalidValue
from domain.kernel.event import Event
from domain.organisations.standing import Standing
from domain.organisations.standings import Standings
from domain.scoring.impartiality import Conflict, conflict
from domain.scoring.panel import Panel
from domain.scoring.vocabulary import ConflictBasis, Interest


class Conflicting(Panel):
    """Conflicts of interest; the events that tell of them are the domain's."""

    def recusal(self, subject: UUID, person: UUID, basis: ConflictBasis, substitute: UUID | None) -> Event:
        """The domain's event: the person does not judge it, the substitute does."""
        raise NotImplementedError

    def suspicion(self, subject: UUID, person: UUID, entries: tuple[UUID, ...]) -> Event:
        """The domain's event: these entries of the register came late, and are to be decided about."""
        raise NotImplementedError

    def conflict(self, subject: UUID, person: UUID, standing: Standing, interest: Interest) -> Conflict:
        """What is known against the person judging it; late offices only of which nothing is known here yet."""
        found = conflict(
            standing,
            self.judging.owners[subject],
            person,
            self.judging.people[person].employers,
            interest,
            public_since=self.public_since,
        )
        judged = (subject, person)
        known = {*self.judging.suspected.get(judged, ()), *(one for of, one in self.judging.cleared if of == judged)}
        return Conflict(found.basis, tuple(one for one in found.late if one not in known))

    def settle(self, ctx: Context, subject: UUID, person: UUID, standing: Standing, interest: Interest) -> bool:
        """Recuse the judge, or put on record what is to be decided; whether the judge may go on."""
        found = self.conflict(subject, person, standing, interest)
        if found.basis is not None:
            self.recuse(ctx, subject, person, found.basis)
            return False
        if found.late:
            self.trigger(ctx, self.suspicion(subject, person, found.late))
        return True

    def settle_again(self, ctx: Context, subject: UUID) -> bool:
        """Ask the register again about whoever acts, who has declared; whether they may go on."""
        declared = self.judging.declared[subject, ctx.actor]
        return self.settle(ctx, subject, ctx.actor, ctx.registered(Standing), declared)

    def settle_all(self, ctx: Context, standings: Standings, subjects: Iterable[UUID]) -> bool:
        """Ask the register again about every judge whose round is not over; whether nothing was found."""
        before = self.version
        for subject in filter(self.judging.is_open, subjects):
            standing = standings.standing(self.judging.owners[subject])
            for person in self.judging.panels[subject]:
                self.settle(ctx, subject, person, standing, Interest.NONE)
        return self.version == before

    def recuse(self, ctx: Context, subject: UUID, person: UUID, basis: ConflictBasis) -> None:
        """The next alternate judges it, if there is one."""
        substitute = next(iter(self.judging.alternates_of(subject)), None)
        self.trigger(ctx, self.recusal(subject, person, basis, substitute))

    def undecided(self, subject: UUID, person: UUID) -> tuple[UUID, ...]:
        """The register's entries about which is to be decided; refused where there are none."""
        entries = self.judging.suspected.get((subject, person))
        if entries is None:
            raise InvalidValue("/person_id", self.TERMS.undoubted)
        return entries
