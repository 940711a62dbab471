"""A monitoring report driven in any order of decisions and days: no figure is approved that the Council did not see."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec.structs import replace

from domain.action_measures.commands import monitoring_report as c
from domain.action_measures.events import monitoring_report as e
from domain.action_measures.monitoring import FrozenReport, ReportStage
from domain.action_measures.monitoring_report import MonitoringReport
from domain.action_measures.strategy import Strategy
from domain.council.council import Council
from domain.council.vocabulary import ResolutionKind, ResolutionSubject, Side
from domain.kernel.command import Command
from domain.kernel.event import Event
from tests.domain.action_measures import examples as x
from tests.domain.action_measures import monitoring_examples as y
from tests.domain.council import examples as council
from tests.support.council import MEETING, RESOLUTION, adopted
from tests.support.given import NATIONAL, built
from tests.support.world import MACHINE, World

VERSIONS = [y.FROZEN, replace(y.FROZEN, contested=())]
CHAIR = council.cso(1)
COUNCIL_PAST = (
    council.CONSTITUTED,
    council.filled(CHAIR),
    council.e.CoChairAppointed(seat=CHAIR, person_id=council.person(CHAIR), decision_no="8/2026"),
)


class MonitoringMachine(RuleBasedStateMachine):
    """Time passes; the secretariat writes, freezes and reopens; the Council resolves; anybody tries anything."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(y.SPAN.ends - timedelta(days=3))
        self.resolved: set[str] = set()

    @initialize()
    def plan(self) -> None:
        self.world.aggregates[x.STRATEGY] = built(Strategy, [x.ADOPTED], x.STRATEGY)
        self.world.aggregates[council.COUNCIL] = built(Council, COUNCIL_PAST, council.COUNCIL)
        self.ask(c.ExpectMonitoringReport(strategy_id=x.STRATEGY, period=y.PERIOD))

    @property
    def held(self) -> MonitoringReport:
        found = self.world.aggregates[y.REPORT]
        assert isinstance(found, MonitoringReport)
        return found

    @property
    def told(self) -> list[Event]:
        return [event for stream, event in self.world.log if stream == y.REPORT]

    def ask(self, command: Command, **facts: Any) -> tuple[Event, ...]:
        asked: dict[str, Any] = {"tenant": NATIONAL, "actor": council.person(CHAIR)}
        return self.world.send(command, y.REPORT, MonitoringReport, **(asked | facts))

    @rule(days=st.integers(1, 40))
    def wait(self, days: int) -> None:
        self.world.wait(timedelta(days=days))

    @rule(mark=st.booleans())
    def clock(self, mark: bool) -> None:
        self.ask(c.MarkMonitoringReportOverdue() if mark else c.BeginMonitoringReport())

    @rule()
    def write(self) -> None:
        self.ask(c.DraftMonitoringReport(foreword=y.WORDS))

    @rule(frozen=st.sampled_from(VERSIONS))
    def freeze(self, frozen: FrozenReport) -> None:
        self.ask(c.FreezeMonitoringReport(frozen=frozen))

    @rule()
    def reopen(self) -> None:
        self.ask(c.ReopenMonitoringReport(reason=y.REOPENED.reason))

    @rule(side=st.sampled_from(Side))
    def object(self, side: Side) -> None:
        events = self.ask(c.AddDissent(council_id=council.COUNCIL, side=side, text=y.DISSENTED.text))
        assert not events or side is Side.CSO

    @rule(frozen=st.sampled_from(VERSIONS))
    def resolve(self, frozen: FrozenReport) -> None:
        """The Council resolves once, on whichever figures."""
        if self.resolved:
            return
        subject = ResolutionSubject(
            kind=ResolutionKind.APPROVE_REPORT, tenant="opm", stream_id=y.REPORT, part=frozen.digest
        )
        self.world.log.append((MEETING, adopted(subject).stamp(MEETING, 1, self.world.now)))
        self.resolved.add(frozen.digest)

    @rule()
    def approve(self) -> None:
        digest = self.held.digest
        if self.ask(c.ApproveMonitoringReport(resolution_id=RESOLUTION)):
            assert digest in self.resolved

    @rule()
    def publish(self) -> None:
        self.ask(c.PublishMonitoringReport())

    @invariant()
    def follows_from_what_was_told(self) -> None:
        kinds = [type(event) for event in self.told]
        assert kinds.count(e.MonitoringReportMissed) <= 1
        for once in (e.MonitoringReportFellDue, e.MonitoringReportApproved, e.MonitoringReportPublished):
            assert kinds.count(once) <= 1
        frozen = [event for event in self.told if isinstance(event, e.MonitoringReportFrozen)]
        assert [one.number for one in frozen] == list(range(1, len(frozen) + 1))
        if kinds and y.REPORT in self.world.aggregates:
            last = max((n for n, kind in enumerate(kinds) if kind is e.MonitoringReportReopened), default=-1)
            counts = [event for event in self.told[last + 1 :] if isinstance(event, e.MonitoringReportFrozen)]
            assert self.held.digest == (counts[-1].digest if counts else None)
            assert (self.held.stage is ReportStage.PUBLISHED) == (e.MonitoringReportPublished in kinds)
            assert vars(self.world.replayed(y.REPORT)) == vars(self.held)


TestMonitoring = MonitoringMachine.TestCase
TestMonitoring.settings = MACHINE
