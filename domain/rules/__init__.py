"""Rule packs, overrides and the working calendar: the law as data, with the day from which it binds."""

from domain.kernel.manifest import Domain, Role
from domain.kernel.readers import ANYBODY
from domain.rules.commands import (
    DeclareNonWorkingDay,
    DraftRulePack,
    FoundCalendar,
    LiftOverride,
    MoveEstimatedHoliday,
    OverrideRule,
    PublishCalendarYear,
    PublishRulePack,
    ReviseRulePack,
    SupersedeRulePack,
)
from domain.rules.events import (
    CalendarFounded,
    CalendarYearPublished,
    EstimatedHolidayMoved,
    NonWorkingDayDeclared,
    OverrideLifted,
    RuleOverridden,
    RulePackDrafted,
    RulePackPublished,
    RulePackRevised,
    RulePackSuperseded,
)
from domain.rules.override import RuleOverride
from domain.rules.pack import RulePack
from domain.rules.working_calendar import WorkingCalendar

_NATIONAL = frozenset({Role.NATIONAL_SUPERVISOR, Role.OGG_SUPERVISOR})
_OWN = frozenset({Role.ADMINISTRATOR, Role.LEGAL_OFFICER})

DOMAIN = Domain(
    name="rules",
    aggregates=(RulePack, RuleOverride, WorkingCalendar),
    events=(
        RulePackDrafted,
        RulePackRevised,
        RulePackPublished,
        RulePackSuperseded,
        RuleOverridden,
        OverrideLifted,
        CalendarFounded,
        CalendarYearPublished,
        NonWorkingDayDeclared,
        EstimatedHolidayMoved,
    ),
    permissions={
        DraftRulePack: _NATIONAL,
        ReviseRulePack: _NATIONAL,
        PublishRulePack: _NATIONAL,
        SupersedeRulePack: _NATIONAL,
        OverrideRule: _OWN,
        LiftOverride: _OWN,
        FoundCalendar: frozenset({Role.SEED}),
        PublishCalendarYear: _NATIONAL,
        DeclareNonWorkingDay: _NATIONAL,
        MoveEstimatedHoliday: _NATIONAL,
    },
    queries={"rules": ANYBODY, "calendar": ANYBODY},
    public=frozenset(
        {
            RulePackPublished,
            RulePackSuperseded,
            RuleOverridden,
            OverrideLifted,
            CalendarFounded,
            CalendarYearPublished,
            NonWorkingDayDeclared,
            EstimatedHolidayMoved,
        }
    ),
)
