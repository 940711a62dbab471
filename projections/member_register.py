"""The directories of platforms: which organisation is whose member, under which number, since when, and who was one."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.kernel.ids import NATIONAL_TENANT
from domain.organisations.vocabulary import Identifier
from domain.platforms.events import member as e
from domain.platforms.vocabulary import MemberFacts, MemberStage
from projections.read_model import ReadModel, Stored, folds


class MemberRow(msgspec.Struct, frozen=True):
    """A member of the directory of `client_id`. `state` is listed or delisted; a tombstone keeps what was last said."""

    tenant_id: int
    member_id: UUID
    client_id: UUID
    number: str
    organisation_id: UUID
    identifier: Identifier
    title: str
    state: str
    version: int
    listed_at: datetime
    changed_at: datetime
    joined_on: date | None = None


Row = MemberRow


class MemberRegister(ReadModel[MemberRow]):
    """Folds directories, of the national log alone."""

    name = "member_register"
    table = "member_register"
    row = MemberRow
    key = ("member_id",)
    only_tenant = NATIONAL_TENANT

    @folds(e.MemberListed, begins=True)
    def listed(self, _row: None, event: Stored, told: e.MemberListed) -> Row:
        """A member."""
        return Row(
            tenant_id=event.tenant_id,
            member_id=event.stream_id,
            client_id=told.client_id,
            number=told.number,
            organisation_id=told.organisation_id,
            identifier=told.facts.identifier,
            title=told.facts.title,
            joined_on=told.facts.joined_on,
            state=MemberStage.LISTED.value,
            version=event.version,
            listed_at=event.occurred_at,
            changed_at=event.occurred_at,
        )

    @folds(e.MemberAmended)
    def amended(self, row: Row, _event: Stored, told: e.MemberAmended) -> Row:
        """As said anew."""
        return _said(row, told.organisation_id, told.facts)

    @folds(e.MemberDelisted)
    def delisted(self, row: Row, _event: Stored, _told: e.MemberDelisted) -> Row:
        """A tombstone."""
        return replace(row, state=MemberStage.DELISTED.value)

    @folds(e.MemberRelisted)
    def relisted(self, row: Row, event: Stored, told: e.MemberRelisted) -> Row:
        """A member again."""
        again = replace(row, state=MemberStage.LISTED.value, listed_at=event.occurred_at)
        return _said(again, told.organisation_id, told.facts)


def _said(row: Row, organisation_id: UUID, facts: MemberFacts) -> Row:
    return replace(
        row,
        organisation_id=organisation_id,
        identifier=facts.identifier,
        title=facts.title,
        joined_on=facts.joined_on,
    )
