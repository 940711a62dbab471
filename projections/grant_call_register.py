"""The register of a tenant's calls for grants: one row each, from the draft to the report on what came of it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.grants.events import application as a
from domain.grants.events import grant_call as e
from domain.grants.events import ranking as r
from domain.grants.facts import CallFacts
from domain.grants.form import Form
from domain.grants.ranking import Ranked
from domain.grants.vocabulary import AwardOutcome, CallStage
from domain.kernel.deadline import local_day
from domain.kernel.event import Event
from domain.kernel.money import Money
from domain.kernel.text import Text, Title
from domain.kernel.vocabulary import LanguageFile
from infra.eventstore.codec import decode_metadata
from projections.read_model import Key, ReadModel, Stored, folds
from projections.searching import searchable

REWORK = (e.CallAmended, e.FormSet)


class Clarification(msgspec.Struct, frozen=True):
    """What one asked, answered to everybody."""

    clarification_id: UUID
    question: Text
    answer: Text
    issued_at: datetime


class CallEnding(msgspec.Struct, frozen=True):
    """Why a call was cancelled, or by which decision it is void."""

    at: datetime
    reason: Text
    decision_no: str = ""


class CallReport(msgspec.Struct, frozen=True):
    """What came of a call."""

    at: datetime
    files: tuple[LanguageFile, ...]
    summary: Text


class GrantCallFacts(msgspec.Struct, frozen=True):
    """A call, as far as the public may know it once it is published. Times are UTC, `closes_at` exclusive.

    `facts` say what for, for whom, how much and how it is judged; from publication on they are frozen. `year` is the
    local one of the publication, before that of the draft. `form_version` is 0 where there is no form yet.
    `ranking` is the newest that was published; applicants may complain about it until `complaints_until` (exclusive).
    `released` are its awards that no open complaint can change; the last one is to be decided before `frozen_until`.
    """

    tenant_id: int
    call_id: UUID
    state: str
    version: int
    year: int
    title: Title
    purpose: str
    facts: CallFacts
    drafted_at: datetime
    changed_at: datetime
    plan_id: UUID | None = None
    form_version: int = 0
    languages: tuple[str, ...] = ()
    published_at: datetime | None = None
    closes_at: datetime | None = None
    closed_at: datetime | None = None
    clarifications: tuple[Clarification, ...] = ()
    report: CallReport | None = None
    ending: CallEnding | None = None
    ranking: tuple[Ranked, ...] = ()
    complaints_until: datetime | None = None
    source: str = ""
    source_id: str = ""
    released: tuple[Ranked, ...] = ()
    frozen_until: datetime | None = None


class Awarded(msgspec.Struct, frozen=True):
    """What an application was given, as long as that stands."""

    application_id: UUID
    amount: Money


class GrantCallRow(GrantCallFacts, frozen=True):
    """A stored row: `searched` is what a search looks through, `public` from the publication on.

    `awards` are those of the final ranking, and of the reserve where one of them lapsed.
    """

    form: Form | None = None
    awards: tuple[Awarded, ...] = ()
    searched: str = ""
    public: bool = False
    lint_errors: int | None = None
    lint_warnings: int | None = None


Row = GrantCallRow


def _of_call(_event: Stored, told: Any) -> Iterable[Key]:
    return ((told.call_id,),)


class GrantCallRegister(ReadModel[GrantCallRow]):
    """Folds calls for grants."""

    name = "grant_call_register"
    table = "grant_call_register"
    row = GrantCallRow
    key = ("call_id",)
    version = 2
    kept = True

    def followed(self, row: Row, event: Stored, told: Event) -> Row:
        """What was found ready has to be looked at again."""
        return super().followed(replace(row, state=CallStage.DRAFT) if isinstance(told, REWORK) else row, event, told)

    @folds(e.CallDrafted, begins=True)
    def drafted(self, _row: None, event: Stored, told: e.CallDrafted) -> Row:
        """A new call."""
        metadata = decode_metadata(event.metadata)
        row = Row(
            tenant_id=event.tenant_id,
            call_id=event.stream_id,
            state=CallStage.DRAFT,
            version=event.version,
            year=local_day(event.occurred_at).year,
            title=told.facts.title or Title(),
            purpose="",
            facts=told.facts,
            drafted_at=event.occurred_at,
            changed_at=event.occurred_at,
            source=metadata.source,
            source_id=metadata.source_id,
        )
        return _with_facts(row, told.facts)

    @folds(e.CallAmended)
    def amended(self, row: Row, _event: Stored, told: e.CallAmended) -> Row:
        """What is None stays."""
        return _with_facts(row, row.facts.changed_by(told.changes))

    @folds(e.FormSet)
    def form_set(self, row: Row, _event: Stored, told: e.FormSet) -> Row:
        """What applicants will fill in."""
        return replace(row, form=told.form, form_version=told.version)

    @folds(e.CallChecked)
    def checked(self, row: Row, _event: Stored, told: e.CallChecked) -> Row:
        """Ready as soon as the linter finds no error."""
        before = row.state in {CallStage.DRAFT, CallStage.READY}
        state = (CallStage.DRAFT if told.errors else CallStage.READY) if before else row.state
        return replace(row, state=state, lint_errors=told.errors, lint_warnings=told.warnings)

    @folds(e.CallPublished)
    def published(self, row: Row, event: Stored, told: e.CallPublished) -> Row:
        """Public and frozen from here on."""
        return replace(
            _with_facts(row, told.facts),
            state=CallStage.PUBLISHED,
            public=True,
            year=local_day(event.occurred_at).year,
            languages=told.languages,
            published_at=event.occurred_at,
            closes_at=told.closes_at,
        )

    @folds(e.ClarificationIssued)
    def clarified(self, row: Row, event: Stored, told: e.ClarificationIssued) -> Row:
        """One more answer for everybody."""
        issued = Clarification(told.clarification_id, told.question, told.answer, event.occurred_at)
        return replace(row, clarifications=(*row.clarifications, issued))

    @folds(e.CallDeadlineMoved)
    def moved(self, row: Row, _event: Stored, told: e.CallDeadlineMoved) -> Row:
        """The calendar changed."""
        return replace(row, closes_at=told.deadline.due_at)

    @folds(e.CallClosed)
    def closed(self, row: Row, event: Stored, told: e.CallClosed) -> Row:
        """No more applications."""
        return replace(row, state=CallStage.CLOSED, closes_at=told.closes_at, closed_at=event.occurred_at)

    @folds(e.EvaluationBegun)
    def evaluating(self, row: Row, _event: Stored, _told: e.EvaluationBegun) -> Row:
        """With the commission."""
        return replace(row, state=CallStage.EVALUATING)

    @folds(r.ProvisionalRankingPublished)
    def provisional(self, row: Row, _event: Stored, told: r.ProvisionalRankingPublished) -> Row:
        """What the commission came to; the time to complain runs."""
        until = told.complaints_until.due_at
        return replace(row, state=CallStage.PROVISIONAL, ranking=told.ranking, complaints_until=until)

    @folds(r.RanksReleased)
    def ranks_released(self, row: Row, _event: Stored, told: r.RanksReleased) -> Row:
        """What stands already."""
        return replace(
            row,
            released=(*row.released, *told.released),
            frozen_until=told.frozen_until,
            awards=(*row.awards, *_awards(told.released)),
        )

    @folds(r.FinalRankingPublished)
    def final(self, row: Row, _event: Stored, told: r.FinalRankingPublished) -> Row:
        """What stands."""
        early = {one.application_id for one in row.released}
        awards = _awards(one for one in told.ranking if one.application_id not in early)
        return replace(
            row,
            state=CallStage.FINAL,
            ranking=told.ranking,
            awards=(*row.awards, *awards),
            released=(),
            frozen_until=None,
        )

    @folds(a.ReservePromoted, keys=_of_call)
    def promoted(self, row: Row, event: Stored, told: a.ReservePromoted) -> Row:
        """One more award."""
        return replace(row, awards=(*row.awards, Awarded(event.stream_id, told.amount)))

    @folds(a.AwardLapsed, a.ApplicationWithdrawn, keys=_of_call)
    def lapsed(self, row: Row, event: Stored, _told: a.AwardLapsed | a.ApplicationWithdrawn) -> Row:
        """One less."""
        return replace(row, awards=tuple(one for one in row.awards if one.application_id != event.stream_id))

    @folds(e.FundingReleased)
    def funding_released(self, row: Row, _event: Stored, _told: e.FundingReleased) -> Row:
        """The plan's register says what came back."""
        return row

    @folds(e.CallContracted)
    def contracted(self, row: Row, _event: Stored, _told: e.CallContracted) -> Row:
        """Everything awarded is agreed on."""
        return replace(row, state=CallStage.CONTRACTED)

    @folds(e.CallReported)
    def reported(self, row: Row, event: Stored, told: e.CallReported) -> Row:
        """What came of it."""
        return replace(row, state=CallStage.REPORTED, report=CallReport(event.occurred_at, told.files, told.summary))

    @folds(e.CallCancelled)
    def cancelled(self, row: Row, event: Stored, told: e.CallCancelled) -> Row:
        """Given up."""
        return replace(row, state=CallStage.CANCELLED, ending=CallEnding(event.occurred_at, told.reason))

    @folds(e.CallVoided)
    def voided(self, row: Row, event: Stored, told: e.CallVoided) -> Row:
        """Void."""
        ending = CallEnding(event.occurred_at, told.reason, told.decision_no)
        return replace(row, state=CallStage.VOID, ending=ending)


def _awards(ranking: Iterable[Ranked]) -> tuple[Awarded, ...]:
    return tuple(
        Awarded(one.application_id, one.amount)
        for one in ranking
        if one.outcome is AwardOutcome.AWARDED and one.amount is not None
    )


def _with_facts(row: Row, facts: CallFacts) -> Row:
    title = facts.title or row.title
    return replace(
        row,
        facts=facts,
        title=title,
        purpose=facts.purpose or "",
        plan_id=facts.plan.plan_id if facts.plan else None,
        searched=searchable(title, facts.summary, facts.purpose, row.source_id),
    )
