"""The register of monitoring reports: what is due when, what was frozen, who objected, how the Council voted."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.action_measures.events import monitoring_report as e
from domain.action_measures.monitoring import FrozenReport, ReportStage
from domain.council.vocabulary import Side, SideVotes
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.text import Text
from projections.read_model import ReadModel, Stored, folds


class Dissent(msgspec.Struct, frozen=True):
    """What a side of the Council thinks otherwise of the figures that were frozen for the `number`th time."""

    side: Side
    text: Text
    at: datetime
    number: int


class MonitoringReportFacts(msgspec.Struct, frozen=True):
    """A report as everybody sees it: awaited, late, or with its figures.

    `state` is expected, due, drafted, frozen, approved or published. `digest` is that of `frozen`, the figures frozen
    for the `freezes`th time at `frozen_at`; both are empty while there are none, as is `foreword`.
    `missed`: its day passed unpublished.
    """

    tenant_id: int
    report_id: UUID
    strategy_id: UUID
    period: str
    state: str
    version: int
    expected_at: datetime
    changed_at: datetime
    ends_at: datetime
    due_at: datetime | None = None
    missed: bool = False
    foreword: Text = Text()
    freezes: int = 0
    digest: str = ""
    frozen_at: datetime | None = None
    frozen: FrozenReport | None = None
    dissents: tuple[Dissent, ...] = ()
    resolution_id: UUID | None = None
    resolution: str = ""
    votes: tuple[SideVotes, ...] = ()
    approved_at: datetime | None = None
    published_at: datetime | None = None
    late: bool | None = None


class MonitoringReportRow(MonitoringReportFacts, frozen=True):
    """A stored row: `draft` are the words as they were written last."""

    draft: Text = Text()
    public: bool = True


Row = MonitoringReportRow


class MonitoringReportRegister(ReadModel[MonitoringReportRow]):
    """Folds the monitoring reports of the nation."""

    name = "monitoring_report_register"
    table = "monitoring_report_register"
    row = MonitoringReportRow
    key = ("report_id",)
    only_tenant = NATIONAL_TENANT
    version = 2

    @folds(e.MonitoringReportExpected, begins=True)
    def expected(self, _row: None, event: Stored, told: e.MonitoringReportExpected) -> Row:
        """To be written when its half-year is over."""
        return Row(
            tenant_id=event.tenant_id,
            report_id=event.stream_id,
            strategy_id=told.strategy_id,
            period=told.period,
            state=ReportStage.EXPECTED.value,
            version=event.version,
            expected_at=event.occurred_at,
            changed_at=event.occurred_at,
            ends_at=told.ends,
        )

    @folds(e.MonitoringReportFellDue)
    def fell_due(self, row: Row, _event: Stored, told: e.MonitoringReportFellDue) -> Row:
        """To be published by then."""
        return replace(row, state=ReportStage.DUE.value, due_at=told.due.due_at)

    @folds(e.MonitoringReportMissed)
    def missed(self, row: Row, _event: Stored, _told: e.MonitoringReportMissed) -> Row:
        """It did not come in time."""
        return replace(row, missed=True)

    @folds(e.MonitoringReportDrafted)
    def drafted(self, row: Row, _event: Stored, told: e.MonitoringReportDrafted) -> Row:
        """Its words."""
        return replace(row, state=ReportStage.DRAFTED.value, draft=told.foreword)

    @folds(e.MonitoringReportFrozen)
    def frozen(self, row: Row, event: Stored, told: e.MonitoringReportFrozen) -> Row:
        """Words and figures, for everybody to see and to object to."""
        return replace(
            row,
            state=ReportStage.FROZEN.value,
            freezes=told.number,
            digest=told.digest,
            frozen_at=event.occurred_at,
            frozen=told.frozen,
            foreword=row.draft,
        )

    @folds(e.MonitoringReportReopened)
    def reopened(self, row: Row, _event: Stored, _told: e.MonitoringReportReopened) -> Row:
        """Words again, without figures."""
        state = ReportStage.DRAFTED.value
        return replace(row, state=state, digest="", frozen_at=None, frozen=None, foreword=Text())

    @folds(e.DissentAdded)
    def objected(self, row: Row, event: Stored, told: e.DissentAdded) -> Row:
        """One objection more."""
        more = Dissent(told.side, told.text, event.occurred_at, row.freezes)
        return replace(row, dissents=(*row.dissents, more))

    @folds(e.MonitoringReportApproved)
    def approved(self, row: Row, event: Stored, told: e.MonitoringReportApproved) -> Row:
        """The Council rests it on a resolution."""
        return replace(
            row,
            state=ReportStage.APPROVED.value,
            resolution_id=told.resolution_id,
            resolution=told.resolution,
            votes=told.votes,
            approved_at=event.occurred_at,
        )

    @folds(e.MonitoringReportPublished)
    def published(self, row: Row, event: Stored, told: e.MonitoringReportPublished) -> Row:
        """It is the official one."""
        return replace(row, state=ReportStage.PUBLISHED.value, published_at=event.occurred_at, late=told.late)
