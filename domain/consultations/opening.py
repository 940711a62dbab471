"""A consultation's window: opened when lawful, closed by the clock, its deadlines true to the calendar."""

from datetime import datetime

import msgspec

from domain.consultations.commands import (
    CloseConsultation,
    OpenConsultation,
    RecomputeDeadlines,
)
from domain.consultations.events import (
    ConsultationClosed,
    ConsultationOpened,
    DeadlineMoved,
)
from domain.consultations.linter import lint
from domain.consultations.parity import window_start
from domain.consultations.preparation import Preparation, checked
from domain.consultations.vocabulary import DeadlineKind, Stage
from domain.consultations.window import REPORT, WINDOW, report_anchor
from domain.kernel.aggregate import decides
from domain.kernel.context import Context
from domain.kernel.deadline import recomputed
from domain.kernel.errors import NotLawful, RuleViolated
from domain.kernel.findings import count_errors
from domain.kernel.message import N_
from domain.kernel.window import proven, recounted, require_clock


class Opening(Preparation):
    """Decisions on the window."""

    @decides(OpenConsultation)
    def open(self, command: OpenConsultation, ctx: Context) -> None:
        """Open the window if the linter finds no error; history is taken as it was, with its findings."""
        self.require(command, Stage.PLANNED, Stage.DRAFTING, Stage.READY)
        closes_at = WINDOW.told_end(command.closes_at, ctx.now, ctx)
        days = self.facts.window_days if command.window_days is None else command.window_days
        draft = msgspec.structs.replace(self.draft(), window_days=days, closes_at=closes_at)
        findings = lint(draft, ctx)
        if count_errors(findings) and not ctx.imported:
            raise NotLawful(findings)
        starts_at = window_start(self.documents.values(), ctx.tenant.languages, ctx.now)
        proof = WINDOW.end(ctx, starts_at, days) if closes_at is None else None
        self.trigger(ctx, checked(findings))
        self.trigger(
            ctx,
            ConsultationOpened(
                starts_at=starts_at,
                closes_at=proof.due_at if proof else closes_at or starts_at,
                languages=ctx.tenant.languages,
                deadline=proof,
            ),
        )

    @decides(CloseConsultation)
    def close(self, command: CloseConsultation, ctx: Context) -> None:
        """Close at or after the end, by the clock alone; history says when it was closed."""
        require_clock(command, ctx)
        self.require(command, Stage.OPEN)
        closes_at = self.window_closes_at()
        WINDOW.require_over(closes_at, self.window, ctx)
        report_due = proven(ctx.rules[REPORT], report_anchor(closes_at), "ConsultationClosed", ctx)
        self.trigger(ctx, ConsultationClosed(closes_at=closes_at, report_due=report_due))

    @decides(RecomputeDeadlines)
    def recompute(self, command: RecomputeDeadlines, ctx: Context) -> None:
        """Let window and report follow the calendar; a window only ever gets longer."""
        del command
        moved = self._moved_window(ctx) or self._moved_report(ctx)
        if moved is None:
            raise RuleViolated(
                "consultation.deadlines.unchanged", N_("No deadline of this consultation depends on the change.")
            )
        self.trigger(ctx, moved)

    def _moved_window(self, ctx: Context) -> DeadlineMoved | None:
        new = recounted(self.window, self.window_closes_at(), ctx) if self.stage is Stage.OPEN else None
        if new is None or self.window is None:
            return None
        return DeadlineMoved(kind=DeadlineKind.WINDOW, previous=self.window, deadline=new)

    def _moved_report(self, ctx: Context) -> DeadlineMoved | None:
        if self.stage not in (Stage.CLOSED, Stage.ANALYSED) or self.report_due is None:
            return None
        new = recomputed(self.report_due, ctx.calendar)
        if new.due_at == self.report_due.due_at:
            return None
        return DeadlineMoved(kind=DeadlineKind.REPORT, previous=self.report_due, deadline=new)

    def window_closes_at(self) -> datetime:
        """The end of an opened window."""
        if self.closes_at is None:
            raise TypeError(self.stage)  # asked only of opened consultations
        return self.closes_at
