"""The register of resolutions: what the Council resolved, about what, with the votes of each side."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.council.events import action as a
from domain.council.events import meeting as e
from domain.council.vocabulary import Side, SideVotes
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.text import Text, Title
from projections.council_meeting_register import outvoted
from projections.read_model import Key, ReadModel, Stored, folds
from projections.searching import searchable


class CouncilResolutionFacts(msgspec.Struct, frozen=True):
    """A resolution. `about` is the slug of the institution in whose log it is acted on, `stream_id` what it is about.

    `outvoted` are the sides none of whom voted for it, while somebody there voted against it. `actions` counts what
    was assigned because of it.
    """

    tenant_id: int
    resolution_id: UUID
    meeting_id: UUID
    number: str
    year: int
    kind: str
    about: str | None
    stream_id: UUID | None
    part: str | None
    title: Title
    text: Text
    votes: tuple[SideVotes, ...]
    outvoted: tuple[Side, ...]
    adopted_at: datetime
    actions: int = 0


class CouncilResolutionRow(CouncilResolutionFacts, frozen=True):
    """And the words by which it is found."""

    searched: str = ""


Row = CouncilResolutionRow


def _resolution(_event: Stored, told: e.ResolutionAdopted | a.ActionAssigned) -> Iterable[Key]:
    return ((told.resolution_id,),)


class CouncilResolutionRegister(ReadModel[CouncilResolutionRow]):
    """Folds resolutions, in the national log."""

    name = "council_resolution_register"
    table = "council_resolution_register"
    row = CouncilResolutionRow
    key = ("resolution_id",)
    only_tenant = NATIONAL_TENANT

    @folds(e.ResolutionAdopted, keys=_resolution, begins=True)
    def adopted(self, _row: None, event: Stored, told: e.ResolutionAdopted) -> Row:
        """A new resolution."""
        return Row(
            tenant_id=event.tenant_id,
            resolution_id=told.resolution_id,
            meeting_id=event.stream_id,
            number=told.number,
            year=int(told.number.partition("/")[2]),
            kind=told.subject.kind.value,
            about=told.subject.tenant,
            stream_id=told.subject.stream_id,
            part=told.subject.part,
            title=told.title,
            text=told.text,
            votes=told.votes,
            outvoted=outvoted(told.votes),
            adopted_at=event.occurred_at,
            searched=searchable(told.title, told.text, told.number),
        )

    @folds(a.ActionAssigned, keys=_resolution)
    def assigned(self, row: Row, _event: Stored, _told: a.ActionAssigned) -> Row:
        """Somebody does something because of it."""
        return replace(row, actions=row.actions + 1)
