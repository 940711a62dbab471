"""Whether something may still be said: only while the window is open, and never after the report."""

from datetime import datetime

from domain.consultations import citations
from domain.consultations.consultation import Consultation
from domain.consultations.state import ANSWERABLE
from domain.consultations.vocabulary import Stage
from domain.kernel.context import Context
from domain.kernel.deadline import last_day
from domain.kernel.errors import RuleViolated
from domain.kernel.message import N_


def require_open_now(consultation: Consultation, ctx: Context) -> None:
    """Refuse unless the window is open at this moment; what came in time may have waited until the clock closed it."""
    _require_opened(consultation, ctx)
    if consultation.stage not in (Stage.OPEN, Stage.CLOSED) or ctx.now >= consultation.window_closes_at():
        raise _late(consultation, ctx)


def require_within(consultation: Consultation, received_at: datetime, ctx: Context) -> None:
    """Refuse unless `received_at` lies in the window and the report is not published yet."""
    _require_opened(consultation, ctx)
    require_writable(consultation, ctx)
    opened_at = consultation.first_starts_at  # a restart gives time and takes nothing that came in before it
    if opened_at is not None and received_at < opened_at:
        raise RuleViolated(
            "consultation.not_open",
            N_("It came in before the window opened at {starts_at}."),
            citation=citations.standards(ctx.tenant.kind),
            starts_at=opened_at.isoformat(),
        )
    if received_at >= consultation.window_closes_at():
        raise _late(consultation, ctx)


def require_writable(consultation: Consultation, ctx: Context) -> None:
    """Refuse what would change the counts of a published report, or concern an ended consultation."""
    if consultation.stage in (Stage.WITHDRAWN, Stage.ANNULLED):
        raise RuleViolated(
            "consultation.withdrawn",
            N_("The consultation is {stage}; nothing is taken on it any more."),
            citation=citations.standards(ctx.tenant.kind),
            stage=consultation.stage,
        )
    if consultation.stage not in ANSWERABLE:
        raise RuleViolated(
            "consultation.report.final",
            N_("The consultation is {stage}; its contributions and positions cannot change in that state."),
            citation=citations.standards(ctx.tenant.kind),
            stage=consultation.stage,
        )


def _require_opened(consultation: Consultation, ctx: Context) -> None:
    if consultation.stage in (Stage.WITHDRAWN, Stage.ANNULLED):
        require_writable(consultation, ctx)
    if consultation.closes_at is None:
        raise RuleViolated(
            "consultation.not_open",
            N_("The consultation is not open yet."),
            citation=citations.standards(ctx.tenant.kind),
        )


def _late(consultation: Consultation, ctx: Context) -> RuleViolated:
    window = consultation.window
    return RuleViolated(
        window.rule if window else "consultation.window.over",
        N_("The window ended at {closes_at}; its last day was {last_day}."),
        citation=window.citation if window else citations.standards(ctx.tenant.kind),
        closes_at=consultation.window_closes_at().isoformat(),
        last_day=last_day(consultation.window_closes_at()).isoformat(),
    )
