"""Many contributions to one consultation in any order: the report always proves that each got exactly one position."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, precondition, rule

from domain.consultations import commands as c
from domain.consultations import events as e
from domain.consultations.policies import answer_members
from domain.consultations.tally import Tally
from domain.consultations.vocabulary import (
    Channel,
    ContributionStage,
    DocumentKind,
    Outcome,
    Stage,
    WithheldReason,
)
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.text import text
from tests.domain.consultations.stories import BOTH, CONTACT, REASON, SUMMARY, TITLE, planned
from tests.domain.consultations.world import CLOCK, MACHINE, Consultation, Contribution, World, is_later
from tests.support.given import ACTOR, STREAM, told

OUTCOMES = st.sampled_from(Outcome)
LANGUAGES = st.sampled_from(["sq", "sr", "en"])
REASONS = st.sampled_from([REASON, text(sq="Arsyeja"), text(sr="Razlog")])
PEOPLE = st.sampled_from([ACTOR, derived_id("test", "somebody else")])


class ContributionMachine(RuleBasedStateMachine):
    """Drives contributions through submission, moderation, grouping, answers and disputes up to the report."""

    streams: Bundle[UUID] = Bundle("streams")

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.made = 0
        self.report: e.ReportPublished | None = None

    @property
    def consultation(self) -> Consultation:
        found = self.world.aggregates[STREAM]
        assert isinstance(found, Consultation)
        return found

    def on_consultation(self, command: Any, **overrides: Any) -> tuple[Event, ...]:
        return self.world.send(command, STREAM, Consultation, **overrides)

    def on(self, stream_id: UUID, command: Any, **overrides: Any) -> tuple[Event, ...]:
        if stream_id not in self.world.aggregates:
            return ()
        return self.world.send(command, stream_id, Contribution, **overrides)

    @initialize(target=streams, languages=st.lists(LANGUAGES, max_size=5), over=st.booleans())
    def open(self, languages: list[str], over: bool) -> Any:
        facts = planned()
        self.on_consultation(
            c.PlanConsultation(
                title=TITLE, act_kind=facts.act_kind, summary=SUMMARY, unplanned_reason=REASON, contact=CONTACT
            )
        )
        for kind in (DocumentKind.DRAFT, DocumentKind.EXPLANATORY_MEMORANDUM):
            self.on_consultation(c.AttachDocument(kind=kind, files=BOTH))
        assert self.on_consultation(c.OpenConsultation())
        made = [self.contribute(language, draft=False, who=ACTOR) for language in languages]
        if over:
            self.wait_and_close()
        return multiple(*made)

    @rule(target=streams, language=LANGUAGES, draft=st.booleans(), who=PEOPLE)
    def contribute(self, language: str, draft: bool, who: UUID) -> UUID:
        self.made += 1
        stream_id = derived_id("machine contribution", self.made)
        said = {"consultation_id": STREAM, "language": language, "body": f"Neni {self.made}"}
        command = c.DraftContribution(**said) if draft else c.SubmitContribution(**said)
        events = self.world.send(command, stream_id, Contribution, actor=who)
        if events:
            assert not is_later(self.world.now, self.consultation.closes_at), "taken late"
        return stream_id

    @rule(target=streams, channel=st.sampled_from([Channel.EMAIL, Channel.PAPER]), ago=st.integers(0, 40))
    def enter(self, channel: Channel, ago: int) -> UUID:
        self.made += 1
        stream_id = derived_id("machine contribution", self.made)
        received_at = self.world.now - timedelta(days=ago)
        command = c.RecordContribution(
            consultation_id=STREAM, language="sq", body="Letër", channel=channel, received_at=received_at
        )
        if self.world.send(command, stream_id, Contribution):
            assert not is_later(received_at, self.consultation.closes_at)
            assert self.consultation.starts_at is not None
            assert received_at >= self.consultation.starts_at
        return stream_id

    @rule(stream=streams)
    def submit_draft(self, stream: UUID) -> None:
        held = self.world.aggregates.get(stream)
        if isinstance(held, Contribution) and held.contributor_id == ACTOR:
            self.on(stream, c.ReviseContribution(language="sr", body="Član"))
            self.on(stream, c.SubmitDraft(consultation_id=STREAM))

    @rule(stream=streams, via=st.sampled_from(Channel))
    def acknowledge(self, stream: UUID, via: Channel) -> None:
        self.on(stream, c.AcknowledgeContribution(via=via))

    @rule(stream=streams)
    def take_back(self, stream: UUID) -> None:
        held = self.world.aggregates.get(stream)
        if isinstance(held, Contribution) and held.stage is not ContributionStage.DRAFTED:
            self.on(stream, c.WithdrawContribution(consultation_id=STREAM), actor=held.contributor_id)

    @rule(stream=streams, reason_class=st.sampled_from(WithheldReason))
    def withhold(self, stream: UUID, reason_class: WithheldReason) -> None:
        self.on(stream, c.WithholdContribution(consultation_id=STREAM, reason_class=reason_class, note=REASON))

    @rule(stream=streams)
    def publish(self, stream: UUID) -> None:
        self.on(stream, c.PublishContribution(consultation_id=STREAM))

    @rule(stream=streams, outcome=OUTCOMES, reason=REASONS)
    def answer(self, stream: UUID, outcome: Outcome, reason: Any) -> None:
        self.on(stream, c.RecordPosition(consultation_id=STREAM, outcome=outcome, reason=reason))

    @rule(stream=streams, outcome=OUTCOMES)
    def revise(self, stream: UUID, outcome: Outcome) -> None:
        self.on(stream, c.RevisePosition(consultation_id=STREAM, outcome=outcome, reason=REASON, why=REASON))

    @rule(stream=streams, reply=st.booleans())
    def dispute(self, stream: UUID, reply: bool) -> None:
        held = self.world.aggregates.get(stream)
        if not isinstance(held, Contribution) or held.stage is ContributionStage.DRAFTED:
            return
        self.on(stream, c.DisputeAnswer(language="sq", grounds="Jo"), actor=held.contributor_id)
        if reply:
            self.on(stream, c.ReplyToDispute(reply=REASON))

    @rule(members=st.lists(streams, min_size=1, max_size=4))
    def group(self, members: list[UUID]) -> None:
        self.on_consultation(c.GroupContributions(members=tuple(members), title=TITLE))

    @precondition(lambda self: self.made > 1)
    @rule(outcome=OUTCOMES)
    def group_all_and_answer(self, outcome: Outcome) -> None:
        taken = {member for group in self.consultation.groups.values() for member in group.members}
        free = tuple(
            one for one in self.world.folded(Tally, STREAM, c.CompleteAnalysis()).unanswered() if one not in taken
        )
        if free and self.on_consultation(c.GroupContributions(members=free, title=TITLE)):
            group_id = list(self.consultation.groups)[-1]
            self.answer_this_group(group_id, outcome)

    @precondition(lambda self: self.consultation.groups)
    @rule(data=st.data(), outcome=OUTCOMES)
    def answer_group(self, data: st.DataObject, outcome: Outcome) -> None:
        self.answer_this_group(data.draw(st.sampled_from(sorted(self.consultation.groups))), outcome)

    def answer_this_group(self, group_id: UUID, outcome: Outcome) -> None:
        for event in self.on_consultation(c.AnswerGroup(group_id=group_id, outcome=outcome, reason=REASON)):
            for reaction in answer_members(told(event)):
                answered = self.on(reaction.stream_id, reaction.command, mandate=CLOCK)
                assert isinstance(answered[-1], e.PositionRecorded)
                assert self.on(reaction.stream_id, reaction.command, mandate=CLOCK) == (), "answered twice"

    @rule(days=st.integers(0, 20))
    def time_passes(self, days: int) -> None:
        if self.made < 60:
            self.world.wait(timedelta(days=days, minutes=1))

    @rule()
    def close(self) -> None:
        self.on_consultation(c.CloseConsultation(), mandate=CLOCK)

    @precondition(lambda self: self.made > 3)
    @rule()
    def wait_and_close(self) -> None:
        assert self.consultation.closes_at is not None
        self.world.now = max(self.world.now, self.consultation.closes_at)
        self.on_consultation(c.CloseConsultation(), mandate=CLOCK)

    @rule()
    def complete(self) -> None:
        self.on_consultation(c.CompleteAnalysis())

    @rule()
    def publish_report(self) -> None:
        waiting = self.world.folded(Tally, STREAM, c.CompleteAnalysis()).unanswered()
        events = self.on_consultation(c.PublishReport(files=BOTH))
        if events:
            assert not waiting
            assert isinstance(events[-1], e.ReportPublished)
            self.report = events[-1]

    @precondition(lambda self: self.consultation.stage is Stage.CLOSED and self.made > 5)
    @rule(outcome=OUTCOMES)
    def answer_all_and_report(self, outcome: Outcome) -> None:
        for stream in self.world.folded(Tally, STREAM, c.CompleteAnalysis()).unanswered():
            assert self.on(stream, c.RecordPosition(consultation_id=STREAM, outcome=outcome, reason=REASON))
        self.publish_report()
        assert self.report is not None

    @invariant()
    def the_report_proves_itself(self) -> None:
        """Counted by hand from the streams: one position for each admitted one, and it stays that way."""
        if self.report is None:
            return
        stages = [it.stage for it in self.world.aggregates.values() if isinstance(it, Contribution)]
        counts = self.report.counts
        answered = sum(s in (ContributionStage.ANSWERED, ContributionStage.DISPUTED) for s in stages)
        assert counts.admitted == counts.answered == sum(counts.positions.values()) == answered
        assert sum(counts.withheld.values()) == stages.count(ContributionStage.WITHHELD)
        assert counts.withdrawn == stages.count(ContributionStage.WITHDRAWN)
        assert counts.submitted == len(stages) - stages.count(ContributionStage.DRAFTED)
        assert counts == self.world.folded(Tally, STREAM, c.CompleteAnalysis()).counts(), "changed after the report"

    @invariant()
    def one_position_each(self) -> None:
        recorded = [stream for stream, event in self.world.log if isinstance(event, e.PositionRecorded)]
        assert len(recorded) == len(set(recorded))

    def teardown(self) -> None:
        self.world.check_replay()


ContributionMachine.TestCase.settings = MACHINE
TestContribution = ContributionMachine.TestCase
