"""A call judged by a law: how long it was open, and what its clarifications left applicants."""

from collections.abc import Sequence
from datetime import datetime

from domain.grants.call_window import CLARIFY, OPENING
from domain.grants.events.grant_call import CallClosed, CallDeadlineMoved, CallPublished, ClarificationIssued
from domain.kernel import open_call
from domain.kernel.judging import Judgement, Step

_EVENTS = open_call.CallEvents(CallPublished, CallDeadlineMoved, ClarificationIssued, CallClosed)


def judge_call(steps: Sequence[Step], now: datetime) -> Judgement | None:
    """By the time to apply; nothing of a call is late merely because time goes on."""
    del now
    return open_call.judge_call(steps, OPENING, CLARIFY, _EVENTS)
