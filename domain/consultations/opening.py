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
from domain.consultations.window import report_due, window_end, window_rule
from domain.kernel.aggregate import decides
from domain.kernel.context import Context
from domain.kernel.deadline import Deadline, recomputed
from domain.kernel.errors import InvalidValue, NotLawful, NotPermitted, RuleViolated
from domain.kernel.findings import count_errors
from domain.kernel.manifest import Role
from domain.kernel.message import N_


class Opening(Preparation):
    """Decisions on the window."""

    @decides(OpenConsultation)
    def open(self, command: OpenConsultation, ctx: Context) -> None:
        """Open the window if the linter finds no error; history is taken as it was, with its findings."""
        self.require(command, Stage.PLANNED, Stage.DRAFTING, Stage.READY)
        closes_at = told_end(command.closes_at, ctx.now, ctx)
        days = self.facts.window_days if command.window_days is None else command.window_days
        draft = msgspec.structs.replace(self.draft(), window_days=days, closes_at=closes_at)
        findings = lint(draft, ctx)
        if count_errors(findings) and not ctx.imported:
            raise NotLawful(findings)
        starts_at = window_start(self.documents.values(), ctx.tenant.languages, ctx.now)
        proof = window_end(ctx, starts_at, days, "ConsultationOpened") if closes_at is None else None
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
        if ctx.mandate.role != Role.CLOCK and not ctx.imported:
            raise NotPermitted(command.name, (Role.CLOCK,))
        self.require(command, Stage.OPEN)
        closes_at = self.window_closes_at()
        if ctx.now < closes_at:
            raise RuleViolated(
                self.window.rule if self.window else window_rule(ctx).key,
                N_("The window runs until {closes_at} and cannot be closed earlier."),
                citation=self.window.citation if self.window else window_rule(ctx).citation,
                closes_at=closes_at.isoformat(),
            )
        self.trigger(ctx, ConsultationClosed(closes_at=closes_at, report_due=_report_due(ctx, closes_at)))

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
        if self.stage is not Stage.OPEN or self.window is None or ctx.now >= self.window_closes_at():
            return None
        new = recomputed(self.window, ctx.calendar)
        if new.due_at <= self.window_closes_at():
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


def told_end(closes_at: datetime | None, starts_at: datetime, ctx: Context) -> datetime | None:
    """The end that history gives; nobody sets one by hand today."""
    if closes_at is None:
        return None
    if not ctx.imported:
        raise InvalidValue("/closes_at", N_("The end follows from the rule; give window_days instead."))
    if closes_at < starts_at:
        raise InvalidValue(
            "/closes_at",
            N_("The window ends at {closes_at}, before it starts at {starts_at}."),
            closes_at=closes_at.isoformat(),
            starts_at=starts_at.isoformat(),
        )
    return closes_at


def _report_due(ctx: Context, closes_at: datetime) -> Deadline | None:
    """The report's deadline; None for history older than any published calendar."""
    try:
        return report_due(ctx, closes_at)
    except RuleViolated:
        if ctx.imported:
            return None
        raise
