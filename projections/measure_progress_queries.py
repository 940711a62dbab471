"""Questions to what was reported of measures, with what each measure is called."""

from uuid import UUID

import msgspec

from domain.action_measures.half_year import HalfYear
from domain.kernel.text import Title
from projections.lookup import Lookup, with_slug
from projections.measure_progress import ProgressFacts
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection, selected


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing.

    `overdue`: no report has come and its time is over. `disputed`: contested, or scored lower by another side.
    """

    measure_id: UUID | None = None
    period: HalfYear | None = None
    state: str | None = None
    overdue: bool | None = None
    disputed: bool | None = None

    def conditions(self) -> Conditions:
        """As a WHERE clause."""
        where = Conditions().add_equal(measure_id=self.measure_id, period=self.period, state=self.state)
        if self.overdue is not None:
            where.add("(state = 'awaited' AND due_at IS NOT NULL) = ?", self.overdue)
        if self.disputed is not None:
            where.add(f"({_DISPUTED}) = ?", self.disputed)
        return where


NO_FILTER = Filter()
_LEVEL = "array_position(ARRAY['no_evidence', 'not_started', 'limited', 'substantial', 'complete'], {})"
_OWN_SCORE = _LEVEL.format("completion")
_DISPUTED = " OR ".join(
    [
        "contested > 0",
        *(f"coalesce({_LEVEL.format(side)} < {_OWN_SCORE}, false)" for side in ("civil_society", "evaluator")),
    ]
)


class TitledProgress(ProgressFacts, frozen=True):
    """A half-year with the measure's strategy, code and title."""

    strategy: str = ""
    code: str = ""
    title: Title | None = None
    lead: str = ""


class PublicProgress(TitledProgress, frozen=True):
    """The same, of the institution `tenant`."""

    tenant: str = ""


_MEASURE = "SELECT tenant_id, measure_id, strategy, code, title, lead FROM measure_register"
_REPORTED = f"SELECT {selected(ProgressFacts)} FROM measure_progress WHERE public"  # noqa: S608 - our own text
_OWN = f"(SELECT * FROM ({_REPORTED}) p JOIN ({_MEASURE}) m USING (tenant_id, measure_id)) shown"  # noqa: S608
_PUBLIC = with_slug(_OWN.removesuffix(" shown"))
_BY_PERIOD = ("period", "measure_id")
_HELD = Lookup(TitledProgress, _OWN, *_BY_PERIOD, descending=True)
_SHOWN = Lookup(PublicProgress, _PUBLIC, *_BY_PERIOD, descending=True)


async def progress(
    connection: ReadConnection, chosen: Filter = NO_FILTER, *, after: After | None = None, limit: int = 50
) -> Page[TitledProgress]:
    """Half-years of the tenant's measures, the last first; the key is `(period, measure_id)`."""
    return await _HELD.page(connection, chosen.conditions(), after, limit)


async def public_progress(
    connection: ReadConnection,
    chosen: Filter = NO_FILTER,
    *,
    tenant: str | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[PublicProgress]:
    """Half-years of the measures of the tenants in scope, the last first."""
    return await _SHOWN.page(connection, chosen.conditions().add_equal(tenant=tenant), after, limit)
