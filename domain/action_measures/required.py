"""Which indicators a measure waits for, and which of them are not met: a fold over the boundary of the measure."""

from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.action_measures import citations
from domain.action_measures.events.indicator import (
    IndicatorDefined,
    IndicatorWithdrawn,
    PeriodReopened,
    ValueAccepted,
    measured_tag,
)
from domain.kernel.command import Boundary, Command
from domain.kernel.errors import RuleViolated
from domain.kernel.message import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.kernel.text import Title


class Required(msgspec.Struct, frozen=True):
    """A required indicator: `decisive` is the last period with a target, or where none has one the last period."""

    title: "Title"
    decisive: str
    met: bool = False


class RequiredIndicators(Boundary):
    """Required indicators of the measure that the command is for, each with whether an accepted value meets it."""

    def __init__(self) -> None:
        self.known: Mapping[UUID, Required] = {}

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        """The measure's own boundary."""
        del command
        return measured_tag(stream_id)

    def apply(self, stream_id: UUID, event: object) -> None:
        """What defines one, meets it, undoes that, or takes it away."""
        if isinstance(event, IndicatorDefined) and event.required:
            promised = [one.period for one in event.periods if one.target is not None]
            decisive = promised[-1] if promised else event.periods[-1].period
            self.known = {**self.known, stream_id: Required(event.title, decisive)}
        held = self.known.get(stream_id)
        if held is None:
            return
        if isinstance(event, IndicatorWithdrawn):
            self.known = {one: other for one, other in self.known.items() if one != stream_id}
        elif isinstance(event, ValueAccepted) and event.period == held.decisive:
            self.known = {**self.known, stream_id: replace(held, met=event.met is not False)}
        elif isinstance(event, PeriodReopened) and event.period == held.decisive:
            self.known = {**self.known, stream_id: replace(held, met=False)}

    def require_met(self) -> None:
        """Raises: RuleViolated naming the required indicators that no accepted value meets."""
        unmet = [one.title.in_language("sq") for one in self.known.values() if not one.met]
        if unmet:
            raise RuleViolated(
                "measure.indicators",
                N_("These required indicators are not met: {titles}."),
                citation=citations.STRATEGY,
                titles="; ".join(unmet),
            )
