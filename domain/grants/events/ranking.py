"""Events of a call's rankings: what the commission came to, and what stands after complaints."""

from datetime import datetime
from uuid import UUID

from domain.grants.events.grant_call import CallEvent
from domain.grants.ranking import Ranked
from domain.kernel.deadline import Deadline
from domain.kernel.event import Event


class ProvisionalRankingPublished(CallEvent, frozen=True, kw_only=True):
    """The ranking and the sheet of scores are public; `complaints_until` proves how long one may complain."""

    TOPIC = "grants.ProvisionalRankingPublished.v1"

    commission_id: UUID
    ranking: tuple[Ranked, ...]
    complaints_until: Deadline


class RanksReleased(CallEvent, frozen=True, kw_only=True):
    """These awards stand whatever becomes of the `contested` applications; all other ranks are frozen.

    The last open complaint is to be decided before `frozen_until` (UTC, exclusive); None while one is scored anew.
    Whoever knows ranking, budget and what each application asked for finds the same awards.
    """

    TOPIC = "grants.RanksReleased.v1"

    commission_id: UUID
    released: tuple[Ranked, ...]
    contested: tuple[UUID, ...]
    frozen_until: datetime | None


class FinalRankingPublished(CallEvent, frozen=True, kw_only=True):
    """The ranking stands; awards follow from it. `changed` says that complaints changed the provisional one."""

    TOPIC = "grants.FinalRankingPublished.v1"

    commission_id: UUID
    ranking: tuple[Ranked, ...]
    changed: bool


EVENTS: tuple[type[Event], ...] = (ProvisionalRankingPublished, RanksReleased, FinalRankingPublished)
"""The events of a call's rankings."""
