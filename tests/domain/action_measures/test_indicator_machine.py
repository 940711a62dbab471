"""An indicator that a measure requires, in any order of reports, evidence, disputes and resolutions."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from domain.action_measures.commands import indicator as c
from domain.action_measures.commands.measure import CompleteMeasure
from domain.action_measures.events.indicator import PeriodReopened, ValueAccepted
from domain.action_measures.indicator import Indicator
from domain.action_measures.indicator_vocabulary import Figure, PeriodTarget, ValueStage
from domain.action_measures.measure import Measure
from domain.action_measures.required import RequiredIndicators
from domain.council.vocabulary import ResolutionKind, ResolutionSubject
from domain.kernel.context import Mandate
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from tests.domain.action_measures import examples as x
from tests.domain.action_measures import indicator_examples as y
from tests.domain.council.examples import ADOPTED
from tests.support.world import MACHINE, World

PEOPLE = tuple(derived_id("test", "person", n) for n in range(3))
PERIODS = ("2025-H2", "2026-H1")
DEFINE = replace(
    y.COUNT, required=True, periods=(PeriodTarget(period="2025-H2"), PeriodTarget(period="2026-H1", target="10"))
)
AFTER = datetime(2026, 7, 16, 9, tzinfo=UTC)
periods, people = st.sampled_from(PERIODS), st.sampled_from(PEOPLE)


class IndicatorMachine(RuleBasedStateMachine):
    """Knows beside the aggregate only what was accepted, and by whom values were brought."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(AFTER)
        self.accepted: dict[str, Figure] = {}
        self.brought: dict[str, set[UUID]] = {period: set() for period in PERIODS}
        self.resolutions = 0
        self.files = 0

    def send(self, command: object, actor: UUID = PEOPLE[0], mandate: Mandate = x.LEAD) -> tuple[Event, ...]:
        return self.world.send(command, y.INDICATOR, Indicator, actor=actor, mandate=mandate)  # type: ignore[arg-type]

    def tell(self, stream: UUID, *events: Event) -> None:
        for version, event in enumerate(events, 1):
            fresh = replace(event).stamp(stream, version, self.world.now)
            self.world.log.append((stream, fresh))
            self.world.aggregates[stream] = fresh.mutate(self.world.aggregates.get(stream))

    def resolve(self, kind: ResolutionKind, period: str) -> UUID:
        """A resolution of the Council about the period."""
        self.resolutions += 1
        resolution_id = derived_id("test", "resolution", self.resolutions)
        about = ResolutionSubject(kind=kind, tenant="mflt", stream_id=y.INDICATOR, part=period)
        told = replace(ADOPTED, resolution_id=resolution_id, subject=about)
        self.world.log.append((resolution_id, told.stamp(resolution_id, 1, self.world.now)))
        return resolution_id

    @initialize()
    def begin(self) -> None:
        self.tell(x.MEASURE, x.PLANNED, x.STARTED, *x.REACHED)
        assert self.send(DEFINE)

    @rule(period=periods, actor=people, value=st.integers(0, 20))
    def report(self, period: str, actor: UUID, value: int) -> None:
        if self.send(c.ReportValue(period=period, figure=Figure(value=str(value))), actor):
            self.brought[period] = {actor}

    @rule(period=periods, actor=people)
    def attach(self, period: str, actor: UUID) -> None:
        self.files += 1
        files = (replace(x.FILE, sha256=f"{self.files:064x}"),)
        if self.send(c.AttachValueEvidence(period=period, files=files), actor):
            self.brought[period].add(actor)

    @rule(period=periods, actor=people)
    def verify(self, period: str, actor: UUID) -> None:
        if self.send(c.VerifyValue(period=period), actor):
            assert actor not in self.brought[period]

    @rule(period=periods)
    def contest(self, period: str) -> None:
        self.send(replace(y.CONTEST, period=period, own=None), mandate=y.DELEGATE)

    @rule(period=periods)
    def accept(self, period: str) -> None:
        resolution_id = self.resolve(ResolutionKind.ACCEPT_VALUE, period)
        for event in self.send(c.AcceptValue(period=period, resolution_id=resolution_id)):
            assert isinstance(event, ValueAccepted)
            assert period not in self.accepted
            self.accepted[period] = event.figure

    @rule(period=periods)
    def reopen(self, period: str) -> None:
        resolution_id = self.resolve(ResolutionKind.REOPEN_PERIOD, period)
        for event in self.send(c.ReopenPeriod(period=period, resolution_id=resolution_id, reason=x.REASON)):
            assert isinstance(event, PeriodReopened)
            del self.accepted[period]

    @rule(period=periods)
    def act_twice(self, period: str) -> None:
        """What one resolution decided is done once."""
        acted = [event for _, event in self.world.log if isinstance(event, ValueAccepted) and event.period == period]
        if acted:
            assert not self.send(c.AcceptValue(period=period, resolution_id=acted[0].resolution_id))

    @precondition(lambda self: self.world.aggregates[x.MEASURE].stage != "done")
    @rule()
    def complete(self) -> None:
        done = self.world.send(CompleteMeasure(summary=x.REASON), x.MEASURE, Measure, mandate=x.LEAD)
        reached = self.accepted.get("2026-H1")
        assert bool(done) is (reached is not None and int(reached.value or 0) >= 10)

    @invariant()
    def what_is_accepted_stays(self) -> None:
        held = self.world.aggregates.get(y.INDICATOR)
        if isinstance(held, Indicator):
            locked = {name: one.figure for name, one in held.values.items() if one.stage is ValueStage.ACCEPTED}
            assert locked == self.accepted

    @invariant()
    def the_boundary_knows_what_is_met(self) -> None:
        fold = self.world.folded(RequiredIndicators, x.MEASURE, CompleteMeasure(summary=x.REASON))
        reached = self.accepted.get("2026-H1")
        assert [one.met for one in fold.known.values()] in (
            [],
            [reached is not None and int(reached.value or 0) >= 10],
        )

    def teardown(self) -> None:
        self.world.check_replay()


TestIndicator = IndicatorMachine.TestCase
TestIndicator.settings = settings(MACHINE, max_examples=25, stateful_step_count=30)
