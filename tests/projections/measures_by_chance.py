"""Random but plausible measures: moved, reported half-year by half-year, paid for, and done, late or dropped."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from msgspec.structs import replace

from domain.action_measures.vocabulary import Completion, Side
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.money import Money
from tests.domain.action_measures import examples as x
from tests.projections.interleaved import Interleaved, Turn

_ENDS: tuple[tuple[Event, ...], ...] = (
    (*x.REACHED, x.COMPLETED),
    (x.FLAGGED, x.DELAYED, x.REACHED[1], replace(x.COMPLETED, in_time=False, as_planned=False)),
    (x.DROPPED,),
    (x.DELAYED,),
)
_IN_BETWEEN: tuple[tuple[Event, ...], ...] = ((x.AT_RISK, x.CLEARED), (x.AT_RISK,), (x.REACHED[0],), ())


class MeasuresByChance(Interleaved):
    """What an institution does of the strategy that it leads."""

    kind = "measures"

    def begun(self) -> Iterator[Turn]:
        """Planned, started, worked on, and over; each half-year in its order."""
        measure = self.new_id("measure")
        yield measure, (self._planned(), x.STARTED)
        yield measure, self._money()
        yield measure, tuple(self._half_year("2026-H1"))
        yield measure, self.drawn("between", _IN_BETWEEN) or self._moved()
        yield from ((measure, (event,)) for event in self._half_year("2026-H2"))
        yield measure, self.drawn("end", _ENDS)

    def _planned(self) -> Event:
        later = timedelta(days=self.random.randrange(90))
        last, code = x.LAST + later, f"1.1.{self.number}"
        plan = replace(x.PLAN, code=code, last_day=last, weight=self.random.choice((None, 250_000)))
        return replace(x.PLANNED, plan=plan, risk_from=x.PLANNED.risk_from + later)

    def _money(self) -> tuple[Event, ...]:
        """Bound, and some of it spent."""
        bound = self.random.randrange(1, 2_000_000)
        spent = self.random.randrange(1, bound + 1)
        commitment = replace(x.COMMITTED, amount=Money(bound), committed=Money(bound))
        return commitment, replace(x.SPENT, amount=Money(spent), spent=Money(spent))

    def _moved(self) -> tuple[Event, ...]:
        later = timedelta(days=self.random.randrange(1, 200))
        return (replace(x.RESCHEDULED, last_day=x.LAST + later, risk_from=x.PLANNED.risk_from + later),)

    def _half_year(self, period: str) -> Iterable[Event]:
        """Late or in time; looked at, disputed or told anew; accepted and scored by some."""
        told = replace(x.REPORTED, period=period, completion=self.random.choice(list(Completion)))
        if self.random.random() < 0.4:
            yield replace(x.OVERDUE, period=period)
        yield told
        if self.random.random() < 0.5:
            yield replace(x.ATTACHED, period=period)
        number = 1
        if self.random.random() < 0.4:
            yield replace(x.CONTESTED, period=period, organisation_id=self._organisation())
            number = 2
            yield replace(told, number=number, narrative=x.REASON)
        yield replace(x.VERIFIED, period=period, number=number)
        if self.random.random() < 0.6:
            yield replace(x.ACCEPTED, period=period, number=number)
        yield self._scored(period)

    def _scored(self, period: str) -> Event:
        side, completion = self.random.choice(list(Side)), self.random.choice(list(Completion))
        organisation = self._organisation() if side is Side.CIVIL_SOCIETY else None
        return replace(x.SCORED, period=period, side=side, organisation_id=organisation, completion=completion)

    def _organisation(self) -> object:
        return derived_id("chance", "organisation", self.random.randrange(3))
