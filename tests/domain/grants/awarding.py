"""The steps from the first draft to the final ranking, of which state machines make rules, in any order."""

from typing import Any
from uuid import UUID

from hypothesis.stateful import invariant

from domain.grants.application import Application
from domain.grants.commands import application as a
from domain.grants.commands import commission as k
from domain.grants.commands import complaint as q
from domain.grants.commands import grant_call as g
from domain.grants.commands import ranking as r
from domain.grants.commission import Commission
from domain.grants.complaint import Complaint
from domain.grants.events import commission as e
from domain.grants.events.ranking import FinalRankingPublished, RanksReleased
from domain.grants.grant_call import GrantCall
from domain.grants.policies.ranking import record_outcomes, reopen_upheld
from domain.grants.vocabulary import (
    ApplicationStage,
    AwardOutcome,
    CallStage,
    ComplaintDecision,
    ComplaintStage,
    ComplaintSubject,
)
from domain.kernel.context import Mandate
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.kernel.money import Money
from domain.scoring.vocabulary import Nominee
from tests.domain.grants.applications import project
from tests.domain.grants.commissions import (
    COMMISSION,
    ONE,
)
from tests.domain.grants.judging import DRAFTS, OWNERS, PEOPLE, Judging
from tests.domain.grants.stories import ANSWERS, CALL, REASON, euro
from tests.services.audit.sheets import differences, sheet_of
from tests.support.given import told
from tests.support.world import CLOCK

COMPLAINT_OFFICER = Mandate(Role.COMPLAINT_OFFICER, "Appointment 5/2026")


class Awarding(Judging):
    """Drives the call of that commission, three drafts of two organisations, and complaints."""

    def __init__(self) -> None:
        super().__init__()
        self.released: dict[UUID, Money | None] = {}

    def of_applicant(self, command: Any, draft: UUID) -> tuple[Event, ...]:
        mandate = Mandate(Role.CSO_DELEGATE, "Statute", OWNERS[draft], draft)
        return self.world.send(command, draft, Application, mandate=mandate)

    def write(self, draft: UUID, cents: int, submit: bool) -> None:
        if draft not in self.world.aggregates:
            command = a.DraftApplication(call_id=CALL, organisation_id=OWNERS[draft], language="sq")
            if not self.of_applicant(command, draft):
                return
        cost = project().costs[0]
        asked = project(
            costs=(type(cost)(code="a", title="A", kind=cost.kind, amount=euro(cents)),),
            requested=euro(cents),
            co_financing=(),
        )
        it: Any = self.world.aggregates[draft]
        self.of_applicant(a.DescribeProject(call_id=CALL, project=asked), draft)
        section = a.SaveSection(
            call_id=CALL,
            form_version=1,
            section="project",
            revision=it.revisions.get("project", 0),
            answers=ANSWERS["project"],
        )
        self.of_applicant(section, draft)
        if submit:
            self.of_applicant(a.SignOffApplication(), draft)
            self.of_applicant(a.SubmitApplication(call_id=CALL, organisation_id=OWNERS[draft]), draft)

    def withdraw(self, draft: UUID) -> None:
        if draft in self.world.aggregates:
            self.of_applicant(a.WithdrawApplication(), draft)

    def close_and_evaluate(self) -> None:
        if self.call.stage is CallStage.PUBLISHED and self.held():
            self.world.now = max(self.world.now, self.call.ends_at())
            assert self.world.send(g.CloseCall(), CALL, GrantCall, mandate=CLOCK)
            assert self.officer(g.BeginEvaluation(), CALL, GrantCall)

    def check(self, draft: UUID, eligible: bool) -> None:
        if draft in self.world.aggregates:
            command = a.CheckApplication(
                call_id=CALL,
                organisation_id=OWNERS[draft],
                eligible=eligible,
                gates={},
                reason=None if eligible else REASON,
            )
            self.officer(command, draft, Application)

    def check_everybody(self) -> None:
        for one in self.held():
            self.check(one.id, eligible=True)

    def assemble(self) -> None:
        """A commission as far as it goes."""
        if self.commission is None:
            people = [Nominee(person_id=one, full_name="N") for one in PEOPLE]
            form = k.FormCommission(
                call_id=CALL, decision_no="7", members=tuple(people[:2]), pool=tuple(people[2:]), experts=1
            )
            self.officer(form, COMMISSION, Commission)
        if self.commission is not None:
            self.officer(k.DrawExperts(), COMMISSION, Commission)
            for event in self.officer(k.OpenScoring(call_id=CALL), COMMISSION, Commission):
                assert isinstance(event, e.ScoringOpened)
                assert not self.waiting(ComplaintSubject.CHECK), "a complaint about a check was open"
                for one in self.held():
                    until, heard = one.complaints_until, self.complaint(one.id, ComplaintSubject.CHECK)
                    assert until is None or heard is not None or self.world.now >= until.due_at
                assert {one.application_id for one in event.candidates} == {
                    one.id for one in self.held() if one.stage is ApplicationStage.ELIGIBLE
                }

    def publish(self) -> None:
        self.officer(r.PublishProvisionalRanking(commission_id=COMMISSION), CALL, GrantCall)

    def complain(self, draft: UUID, decision: ComplaintDecision, decide: bool, judge: bool) -> None:
        stream = derived_id("complaint", draft)
        if stream not in self.world.aggregates:
            self.file(draft, stream, ComplaintSubject.RANKING)
        if decide and stream in self.world.aggregates:
            self.world.send(q.AdmitComplaint(), stream, Complaint, mandate=COMPLAINT_OFFICER)
            whose = OWNERS[draft]
            verdict = q.DecideComplaint(
                organisation_id=whose, commission_id=COMMISSION, decision=decision, reason=REASON
            )
            actor = {"actor": ONE} if judge else {}
            for event in self.world.send(verdict, stream, Complaint, mandate=COMPLAINT_OFFICER, **actor):
                assert not judge, "a member of the commission decided"
                for follows in reopen_upheld(told(event, stream)):
                    assert self.world.send(follows.command, follows.stream_id, Commission, mandate=CLOCK)
                    self.points = {key: one for key, one in self.points.items() if key[0] != draft}

    def file(self, draft: UUID, stream: UUID, subject: ComplaintSubject) -> None:
        command = q.FileComplaint(
            call_id=CALL, application_id=draft, organisation_id=OWNERS[draft], grounds="x", subject=subject
        )
        mandate = Mandate(Role.CSO_DELEGATE, "Statute", OWNERS[draft], draft)
        self.world.send(command, stream, Complaint, mandate=mandate)

    def complaint(self, draft: UUID, subject: ComplaintSubject) -> Complaint | None:
        found = (one for one in self.world.aggregates.values() if isinstance(one, Complaint))
        return next((one for one in found if (one.application_id, one.subject) == (draft, subject)), None)

    def waiting(self, subject: ComplaintSubject) -> list[Complaint]:
        settled = (ComplaintStage.DECIDED, ComplaintStage.INADMISSIBLE)
        found = (self.complaint(draft, subject) for draft in DRAFTS)
        return [one for one in found if one is not None and one.stage not in settled]

    def complain_of_the_check(self, draft: UUID, decision: ComplaintDecision, decide: bool, checker: bool) -> None:
        stream = derived_id("complaint", draft, "check")
        if stream not in self.world.aggregates:
            self.file(draft, stream, ComplaintSubject.CHECK)
        if decide and stream in self.world.aggregates:
            self.world.send(q.AdmitComplaint(), stream, Complaint, mandate=COMPLAINT_OFFICER)
            verdict = q.DecideComplaint(organisation_id=OWNERS[draft], decision=decision, reason=REASON)
            actor = {} if checker else {"actor": ONE}
            for event in self.world.send(verdict, stream, Complaint, mandate=COMPLAINT_OFFICER, **actor):
                assert not checker, "whoever made the check decided"
                for follows in reopen_upheld(told(event, stream)):
                    assert self.world.send(follows.command, follows.stream_id, Application, mandate=CLOCK)
                    it = self.world.aggregates[draft]
                    assert isinstance(it, Application)
                    assert it.stage is ApplicationStage.SUBMITTED, "not checkable again"

    def release(self) -> None:
        """What no complaint can change stands already, and nothing else does."""
        for event in self.officer(r.ReleaseRanks(commission_id=COMMISSION), CALL, GrantCall):
            assert isinstance(event, RanksReleased)
            open_now = {one.application_id for one in self.waiting(ComplaintSubject.RANKING)}
            assert open_now <= set(event.contested)
            for one in event.released:
                assert one.application_id not in event.contested
                assert one.outcome is AwardOutcome.AWARDED
                self.released[one.application_id] = one.amount
            for follows in record_outcomes(told(event, CALL)):
                self.world.send(follows.command, follows.stream_id, Application, mandate=CLOCK)

    def finish(self) -> None:
        until = self.call.complaints_until
        for event in self.officer(r.PublishFinalRanking(commission_id=COMMISSION), CALL, GrantCall):
            assert isinstance(event, FinalRankingPublished)
            assert until is not None
            assert self.world.now >= until.due_at
            assert not self.waiting(ComplaintSubject.RANKING)
            final = {one.application_id: one for one in event.ranking}
            for application_id, amount in self.released.items():
                if application_id in final:  # not withdrawn meanwhile
                    assert final[application_id].outcome is AwardOutcome.AWARDED, "a released award was taken back"
                    assert final[application_id].amount == amount
            for follows in record_outcomes(told(event, CALL)):
                self.world.send(follows.command, follows.stream_id, Application, mandate=CLOCK)

    @invariant()
    def an_organisation_holds_one_application(self) -> None:
        owners = [one.organisation_id for one in self.held()]
        assert len(owners) == len(set(owners))

    @invariant()
    def awards_come_with_the_final_ranking_and_stay_within_what_was_asked(self) -> None:
        for one in self.held():
            if one.award is not None and one.project is not None:
                assert self.call.stage is CallStage.FINAL or one.id in self.released
                assert one.award <= one.project.requested

    def teardown(self) -> None:
        self.world.check_replay()
        if self.call.ranking:
            assert differences(sheet_of(self.world.log, self.call.facts, CALL)) == []
