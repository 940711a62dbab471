"""The register of working groups of the Council: what each is for, who takes part for whom, who coordinates it."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.council.events import group as e
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.text import Text, Title
from projections.read_model import ReadModel, Stored, folds

FORMED, DISSOLVED = "formed", "dissolved"


class GroupMember(msgspec.Struct, frozen=True):
    """Somebody who takes part, by id: for an organisation or an institution; None as `left_at`: still."""

    person_id: UUID
    organisation_id: UUID | None
    organisation_name: Title | None
    institution: str | None
    joined_at: datetime
    left_at: datetime | None = None


class WorkingGroupRow(msgspec.Struct, frozen=True):
    """A group, formed or dissolved; `members` are everybody who ever took part, in the order in which they came."""

    tenant_id: int
    group_id: UUID
    council_id: UUID
    state: str
    version: int
    title: Title
    task: Text
    decision_no: str
    formed_at: datetime
    changed_at: datetime
    members: tuple[GroupMember, ...] = ()
    coordinator: UUID | None = None
    dissolved_by: str = ""
    reason: Text | None = None


Row = WorkingGroupRow


class WorkingGroupRegister(ReadModel[WorkingGroupRow]):
    """Folds working groups."""

    name = "working_group_register"
    table = "working_group_register"
    row = WorkingGroupRow
    key = ("group_id",)
    only_tenant = NATIONAL_TENANT

    @folds(e.GroupFormed, begins=True)
    def formed(self, _row: None, event: Stored, told: e.GroupFormed) -> Row:
        """There is one."""
        return Row(
            tenant_id=event.tenant_id,
            group_id=event.stream_id,
            council_id=told.council_id,
            state=FORMED,
            version=event.version,
            title=told.title,
            task=told.task,
            decision_no=told.decision_no,
            formed_at=event.occurred_at,
            changed_at=event.occurred_at,
        )

    @folds(e.GroupJoined)
    def joined(self, row: Row, event: Stored, told: e.GroupJoined) -> Row:
        """One more."""
        member = GroupMember(
            told.person_id, told.organisation_id, told.organisation_name, told.institution, event.occurred_at
        )
        return replace(row, members=(*row.members, member))

    @folds(e.GroupLeft)
    def left(self, row: Row, event: Stored, told: e.GroupLeft) -> Row:
        """One less; the group may be without a coordinator."""
        members = tuple(
            replace(one, left_at=event.occurred_at) if one.person_id == told.person_id and one.left_at is None else one
            for one in row.members
        )
        return replace(row, members=members, coordinator=None if row.coordinator == told.person_id else row.coordinator)

    @folds(e.GroupCoordinatorElected)
    def coordinated(self, row: Row, _event: Stored, told: e.GroupCoordinatorElected) -> Row:
        """By somebody."""
        return replace(row, coordinator=told.person_id)

    @folds(e.GroupDissolved)
    def dissolved(self, row: Row, _event: Stored, told: e.GroupDissolved) -> Row:
        """No more."""
        return replace(row, state=DISSOLVED, dissolved_by=told.decision_no, reason=told.reason)
