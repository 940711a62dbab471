"""What the library of computed indicators offers: names, versions and what each value means.

The queries themselves stand in `services/indicators`, which knows read models; a test keeps both lists the same. A
changed meaning is a new version; the old one stays, so that what was stored by it can be computed again.
"""

from collections.abc import Mapping

import msgspec

from domain.action_measures.figures import counted, quotient
from domain.action_measures.indicator_vocabulary import Aggregation, Direction, Figure, QueryName, Unit
from domain.kernel.message import N_


class ComputedQuery(msgspec.Struct, frozen=True):
    """A query of the library.

    A `WEIGHTED` one counts cases and those of them of which something is true; any other counts, or adds up, and has no
    denominator. `national`: it is about the national log alone, so never about one institution.
    """

    name: str
    title: str
    unit: Unit = Unit.NUMBER
    aggregation: Aggregation = Aggregation.SUM
    direction: Direction = Direction.ASCENDING
    version: int = 1
    national: bool = False

    @property
    def key(self) -> QueryName:
        """By what an indicator names it."""
        return QueryName(name=self.name, version=self.version)

    @property
    def weighted(self) -> bool:
        """Whether its values have a denominator."""
        return self.aggregation is Aggregation.WEIGHTED

    def figure(self, numerator: int, denominator: int | None) -> Figure:
        """What it found, as a figure; without a value where there was no case."""
        if not self.weighted or denominator is None:
            return Figure(value=counted(numerator, self.unit), numerator=numerator)
        value = quotient(numerator, denominator, self.unit) if denominator else None
        return Figure(value=value, numerator=numerator, denominator=denominator)


def _share(name: str, title: str, direction: Direction = Direction.ASCENDING) -> ComputedQuery:
    return ComputedQuery(name, title, Unit.PERCENTAGE, Aggregation.WEIGHTED, direction)


_EVERY = (
    ComputedQuery("consultations_opened", N_("Consultations opened")),
    _share("consultation_reports_in_time", N_("Reports on consultations published in time, of those due")),
    _share("consultations_in_all_languages", N_("Consultations opened in every required language")),
    _share("consultations_planned", N_("Consultations opened that stood in the plan")),
    ComputedQuery("contributions_received", N_("Contributions received")),
    _share("contributions_answered", N_("Contributions answered, of those to closed consultations")),
    _share("contributions_withheld", N_("Contributions withheld, of those received"), Direction.DESCENDING),
    _share("calls_with_external_experts", N_("Calls for grants judged with experts from outside")),
    ComputedQuery("grants_awarded", N_("Grant agreements signed")),
    ComputedQuery("grants_awarded_euro", N_("Grants awarded by signed agreements, in euro"), Unit.EURO),
    ComputedQuery("grants_paid_euro", N_("Grants paid out, in euro"), Unit.EURO),
    _share("grant_reports_overdue", N_("Reports on grants that did not come, of those due"), Direction.DESCENDING),
    _share("grant_complaints_in_time", N_("Complaints about rankings decided in time, of those to be decided")),
    ComputedQuery("contracts_signed", N_("Contracts on services signed")),
    ComputedQuery("contracts_paid_euro", N_("Services paid, in euro"), Unit.EURO),
    _share("deliveries_in_time", N_("Deliveries of services reported in time, of those due")),
    ComputedQuery(
        "deliveries_overdue",
        N_("Deliveries of services overdue at the end"),
        aggregation=Aggregation.LAST,
        direction=Direction.DESCENDING,
    ),
    ComputedQuery("licences_valid", N_("Licences valid at the end"), aggregation=Aggregation.LAST),
    ComputedQuery("volunteers", N_("Persons who signed a volunteer agreement")),
    ComputedQuery("volunteer_minutes", N_("Minutes of volunteering confirmed"), Unit.MINUTES),
    ComputedQuery("volunteer_certificates", N_("Certificates of volunteering issued")),
    ComputedQuery(
        "organisations_verified",
        N_("Verified organisations at the end"),
        aggregation=Aggregation.LAST,
        national=True,
    ),
    ComputedQuery("measures_done", N_("Measures done")),
    _share("measures_in_time", N_("Measures done by their last day, of those done or due")),
    _share("deadlines_met", N_("Deadlines met, of those that were due")),
)

COMPUTED: Mapping[QueryName, ComputedQuery] = {one.key: one for one in _EVERY}
"""Every query in every version, by name and version."""
