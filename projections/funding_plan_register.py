"""The register of funding plans: one row each, with every line, what became of it, and what calls take of it."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.grants.events import funding_plan as e
from domain.grants.events import grant_call as g
from domain.grants.vocabulary import FundingPlanStage
from domain.kernel.money import Money
from domain.kernel.text import Text, Title
from domain.kernel.vocabulary import LanguageFile
from infra.eventstore.codec import decode_metadata
from projections.read_model import Key, ReadModel, Stored, folds


class LineChange(msgspec.Struct, frozen=True):
    """A line got another amount, name, code or purpose; `previous` is what stood there before."""

    at: datetime
    previous: Money
    reason: Text | None = None


class CalledFor(msgspec.Struct, frozen=True):
    """What a published call takes of a line; `released` is what it took more at first and gave back at its end."""

    call_id: UUID
    amount: Money
    released: Money | None = None


class FundingLine(msgspec.Struct, frozen=True):
    """A line of a plan as it stands; one that was dropped stays, with the reason.

    `added_reason` is given for what was put on a published plan. `called` is the sum of what published calls take;
    what is cancelled or void takes nothing any more, and what has ended only what its agreements use.
    """

    line_id: UUID
    budget_code: str
    purpose: str
    title: Title
    amount: Money
    called: Money
    calls: tuple[CalledFor, ...] = ()
    added_reason: Text | None = None
    changed: tuple[LineChange, ...] = ()
    dropped_at: datetime | None = None
    dropped_reason: Text | None = None


class PlanPublication(msgspec.Struct, frozen=True):
    """The decision that put the plan in force, with what stood on it then, and whether its day had passed."""

    at: datetime
    decision_no: str
    lines: int
    total: Money
    late: bool
    due_at: datetime
    report_due_at: datetime


class PlanReport(msgspec.Struct, frozen=True):
    """What became of the plan's money."""

    at: datetime
    files: tuple[LanguageFile, ...]
    summary: Text
    late: bool


class FundingPlanRow(msgspec.Struct, frozen=True):
    """The funding plan of one year. `state` is draft, published, amended or reported; `public` from publication on.

    `lines` are all that were ever on it, in the order in which they came. `lines_in_force` are what the public may
    know: those that the publication found on it or that came later, and what happened to them since; none before that.
    """

    tenant_id: int
    plan_id: UUID
    state: str
    version: int
    year: int
    title: Title
    currency: str
    publish_due_at: datetime
    drafted_at: datetime
    changed_at: datetime
    public: bool = False
    lines: tuple[FundingLine, ...] = ()
    lines_in_force: tuple[FundingLine, ...] = ()
    publication: PlanPublication | None = None
    report: PlanReport | None = None
    amended: bool = False
    source: str = ""
    source_id: str = ""


Row = FundingPlanRow


def _of_plan(_event: Stored, told: Any) -> Iterable[Key]:
    return () if told.plan_id is None else ((told.plan_id,),)


class FundingPlanRegister(ReadModel[FundingPlanRow]):
    """Folds funding plans, and what calls take of their lines."""

    name = "funding_plan_register"
    table = "funding_plan_register"
    row = FundingPlanRow
    key = ("plan_id",)
    version = 2
    kept = True

    @folds(e.FundingPlanDrafted, begins=True)
    def drafted(self, _row: None, event: Stored, told: e.FundingPlanDrafted) -> Row:
        """A new plan."""
        metadata = decode_metadata(event.metadata)
        return Row(
            tenant_id=event.tenant_id,
            plan_id=event.stream_id,
            state=FundingPlanStage.DRAFT,
            version=event.version,
            year=told.year,
            title=told.title,
            currency=told.currency,
            publish_due_at=told.publish_due.due_at,
            drafted_at=event.occurred_at,
            changed_at=event.occurred_at,
            source=metadata.source,
            source_id=metadata.source_id,
        )

    @folds(e.PlanLineAdded)
    def added(self, row: Row, _event: Stored, told: e.PlanLineAdded) -> Row:
        """One more line."""
        line = FundingLine(
            line_id=told.line_id,
            budget_code=told.budget_code,
            purpose=told.purpose,
            title=told.title,
            amount=told.amount,
            called=Money(0, row.currency),
            added_reason=told.reason,
        )
        in_force = (*row.lines_in_force, line) if row.publication else ()
        return _amended(replace(row, lines=(*row.lines, line), lines_in_force=in_force))

    @folds(e.PlanLineChanged)
    def changed(self, row: Row, event: Stored, told: e.PlanLineChanged) -> Row:
        """A line that is another now; the amount before stays readable."""
        change = LineChange(event.occurred_at, told.previous, told.reason)

        def other(line: FundingLine) -> FundingLine:
            return replace(
                line,
                amount=told.amount or line.amount,
                budget_code=told.budget_code or line.budget_code,
                purpose=told.purpose or line.purpose,
                title=told.title or line.title,
                changed=(*line.changed, change),
            )

        return _amended(_with_line(row, told.line_id, other))

    @folds(e.PlanLineDropped)
    def dropped(self, row: Row, event: Stored, told: e.PlanLineDropped) -> Row:
        """Off the plan; it stays readable with its reason."""
        return _amended(
            _with_line(
                row,
                told.line_id,
                lambda line: replace(line, dropped_at=event.occurred_at, dropped_reason=told.reason),
            )
        )

    @folds(e.FundingPlanPublished)
    def published(self, row: Row, event: Stored, told: e.FundingPlanPublished) -> Row:
        """In force and public from here on, with what stands on it."""
        publication = PlanPublication(
            event.occurred_at,
            told.decision_no,
            told.lines,
            told.total,
            told.late,
            told.due_at,
            told.report_due.due_at,
        )
        standing = tuple(replace(line, changed=()) for line in row.lines if line.dropped_at is None)
        return replace(
            row, state=FundingPlanStage.PUBLISHED, public=True, publication=publication, lines_in_force=standing
        )

    @folds(e.FundingPlanReported)
    def reported(self, row: Row, event: Stored, told: e.FundingPlanReported) -> Row:
        """What became of it."""
        report = PlanReport(event.occurred_at, told.files, told.summary, told.late)
        return replace(row, state=FundingPlanStage.REPORTED, report=report)

    @folds(g.CallPublished, keys=_of_plan)
    def called(self, row: Row, event: Stored, told: g.CallPublished) -> Row:
        """A call takes money out of lines."""
        for taken in told.facts.plan.lines if told.facts.plan else ():
            taking = CalledFor(event.stream_id, taken.amount)
            row = _with_line(row, taken.line_id, partial(_taken, taking))
        return row

    @folds(g.CallCancelled, g.CallVoided, keys=_of_plan)
    def given_back(self, row: Row, event: Stored, _told: g.CallCancelled | g.CallVoided) -> Row:
        """What the call had taken is free again."""

        def without(line: FundingLine) -> FundingLine:
            return _calling(line, tuple(one for one in line.calls if one.call_id != event.stream_id))

        for line in row.lines:
            row = _with_line(row, line.line_id, without)
        return row

    @folds(g.FundingReleased, keys=_of_plan)
    def released(self, row: Row, event: Stored, told: g.FundingReleased) -> Row:
        """The call has ended, and does not use all that it had taken."""
        for free in told.lines:
            row = _with_line(row, free.line_id, partial(_released, event.stream_id, free.amount))
        return row


def _released(call_id: UUID, amount: Money, line: FundingLine) -> FundingLine:
    return _calling(
        line,
        tuple(
            CalledFor(call_id, one.amount - amount, amount if one.released is None else one.released + amount)
            if one.call_id == call_id
            else one
            for one in line.calls
        ),
    )


def _taken(by: CalledFor, line: FundingLine) -> FundingLine:
    return _calling(line, (*line.calls, by))


def _calling(line: FundingLine, calls: tuple[CalledFor, ...]) -> FundingLine:
    return replace(line, calls=calls, called=sum((one.amount for one in calls), Money(0, line.amount.currency)))


def _with_line(row: Row, line_id: UUID, change: Callable[[FundingLine], FundingLine]) -> Row:
    def changed(lines: tuple[FundingLine, ...]) -> tuple[FundingLine, ...]:
        return tuple(change(line) if line.line_id == line_id else line for line in lines)

    return replace(row, lines=changed(row.lines), lines_in_force=changed(row.lines_in_force))


def _amended(row: Row) -> Row:
    """What changes after the publication amends the plan."""
    return replace(row, state=FundingPlanStage.AMENDED, amended=True) if row.publication else row
