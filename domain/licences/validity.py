"""On which days a licence is valid: its terms, without the days that a decision took out of them."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Self

import msgspec
from msgspec.structs import replace

from domain.licences.vocabulary import LicenceStage, Term

_DAY = timedelta(days=1)


class Interruption(msgspec.Struct, frozen=True, kw_only=True):
    """Days on which a licence is not valid: from `first_day` up to the day before `ended`; None: it goes on.

    `kind` is `suspended` or `revoked`; `origin` is the event by which it was decided, '' where nobody asks for it.
    """

    kind: LicenceStage
    first_day: date
    ended: date | None = None
    origin: str = ""

    def covers(self, day: date) -> bool:
        """Whether the day is taken out."""
        return self.first_day <= day and (self.ended is None or day < self.ended)


class Validity(msgspec.Struct, frozen=True, kw_only=True):
    """Terms in the order in which they were decided, and what interrupts them."""

    terms: tuple[Term, ...]
    interruptions: tuple[Interruption, ...] = ()

    @property
    def valid_from(self) -> date:
        """The first day of the first term."""
        return self.terms[0].valid_from

    @property
    def valid_until(self) -> date:
        """The last day of the last term."""
        return self.terms[-1].valid_until

    def renewed(self, term: Term) -> Self:
        """With a term more."""
        return replace(self, terms=(*self.terms, term))

    def interrupted(self, kind: LicenceStage, first_day: date, origin: str = "") -> Self:
        """Not valid from a day on."""
        added = Interruption(kind=kind, first_day=first_day, origin=origin)
        return replace(self, interruptions=(*self.interruptions, added))

    def resumed(self, day: date) -> Self:
        """Valid again from a day on: the suspension that goes on ends the day before."""
        changed = tuple(
            replace(one, ended=day) if one.kind is LicenceStage.SUSPENDED and one.ended is None else one
            for one in self.interruptions
        )
        return replace(self, interruptions=changed)

    def changed(self, status: LicenceStage, since: date, origin: str, term: Term | None) -> Self:
        """As an entry's change tells: a term more, interrupted, or resumed; that it expired, its terms say already."""
        if term is not None:
            return self.renewed(term)
        if status in (LicenceStage.SUSPENDED, LicenceStage.REVOKED):
            return self.interrupted(status, since, origin)
        return self.resumed(since) if status is LicenceStage.GRANTED else self

    @property
    def suspended_from(self) -> date | None:
        """The first day of the suspension that goes on."""
        for one in self.interruptions:
            if one.kind is LicenceStage.SUSPENDED and one.ended is None:
                return one.first_day
        return None

    def term_on(self, day: date) -> Term | None:
        """The term that the day lies in, whether interrupted or not."""
        return next((term for term in reversed(self.terms) if term.covers(day)), None)

    def interruption_on(self, day: date) -> Interruption | None:
        """What takes the day out; a revocation before a suspension."""
        found = [one for one in self.interruptions if one.covers(day)]
        return max(found, key=lambda one: one.kind is LicenceStage.REVOKED, default=None)

    def valid_on(self, day: date, place: str) -> bool:
        """Whether it may be provided there on that day."""
        term = self.term_on(day)
        return term is not None and place in term.places and self.interruption_on(day) is None

    def turns(self) -> Iterator[date]:
        """Every day on which something may begin or end; between two of them nothing changes."""
        for term in self.terms:
            yield term.valid_from
            yield term.valid_until + _DAY
        for one in self.interruptions:
            yield one.first_day
            if one.ended is not None:
                yield one.ended
