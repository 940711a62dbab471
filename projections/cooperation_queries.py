"""Questions to the registers of working groups, workshops and memoranda; all is public from the first event on."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.deadline import ZONE
from projections.lookup import Lookup, with_slug
from projections.memorandum_register import MemorandumRow
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection
from projections.working_group_register import WorkingGroupRow
from projections.workshop_register import WorkshopRow

Place = Annotated[str, msgspec.Meta(description="Slug of a municipality")]


class GroupFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which groups; None asks nothing. `person_id`: in which somebody takes part, or took part."""

    state: str | None = None
    council_id: UUID | None = None
    person_id: UUID | None = None

    def conditions(self) -> Conditions:
        """As a WHERE clause."""
        where = Conditions().add_equal(state=self.state, council_id=self.council_id)
        held = "members @> jsonb_build_array(jsonb_build_object('person_id', ?::text))"
        return where if self.person_id is None else where.add(held, str(self.person_id))


class WorkshopFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which workshops; None asks nothing."""

    state: str | None = None
    level: str | None = None
    municipality: Place | None = None
    measure_id: UUID | None = None

    def conditions(self) -> Conditions:
        """As a WHERE clause."""
        return Conditions().add_equal(
            state=self.state, level=self.level, municipality=self.municipality, measure_id=self.measure_id
        )


class MemorandumFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which memoranda; None asks nothing. `organisation_id`: a party, `overdue`: something was due and is not done."""

    state: str | None = None
    organisation_id: UUID | None = None
    overdue: bool | None = None

    def conditions(self, now: datetime) -> Conditions:
        """As a WHERE clause, of the day in Kosovo."""
        where = Conditions().add_equal(state=self.state)
        if self.organisation_id is not None:
            held = "parties @> jsonb_build_array(jsonb_build_object('organisation_id', ?::text))"
            where.add(held, str(self.organisation_id))
        if self.overdue is not None:
            where.add(f"{_OVERDUE} = ?", now, self.overdue)
        return where


_OVERDUE = (
    "(state = 'in_force' AND EXISTS (SELECT FROM jsonb_array_elements(obligations) o WHERE o ->> 'on' IS NULL"
    f" AND (o ->> 'due')::date < (?::timestamptz AT TIME ZONE '{ZONE}')::date))"
)


class PublicGroup(WorkingGroupRow, frozen=True):
    """A working group as everybody sees it."""

    tenant: str = ""


class PublicWorkshop(WorkshopRow, frozen=True):
    """A workshop of the institution `tenant`."""

    tenant: str = ""


class PublicMemorandum(MemorandumRow, frozen=True):
    """A memorandum of the institution `tenant`."""

    tenant: str = ""


_GROUPS = Lookup(PublicGroup, with_slug("working_group_register"), "formed_at", "group_id", descending=True)
_WORKSHOPS = Lookup(PublicWorkshop, with_slug("workshop_register"), "begins_at", "workshop_id", descending=True)
_MEMORANDA = Lookup(PublicMemorandum, with_slug("memorandum_register"), "signed_at", "memorandum_id", descending=True)


async def groups(
    connection: ReadConnection, chosen: GroupFilter, *, after: After | None = None, limit: int = 50
) -> Page[PublicGroup]:
    """Working groups, the newest first; the key is `(formed_at, group_id)`."""
    return await _GROUPS.page(connection, chosen.conditions(), after, limit)


async def group(connection: ReadConnection, group_id: UUID) -> PublicGroup | None:
    """One working group."""
    return await _GROUPS.one(connection, group_id)


async def workshops(
    connection: ReadConnection,
    chosen: WorkshopFilter,
    *,
    tenant: str | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[PublicWorkshop]:
    """Workshops, what begins last first; the key is `(begins_at, workshop_id)`."""
    return await _WORKSHOPS.page(connection, chosen.conditions().add_equal(tenant=tenant), after, limit)


async def workshop(connection: ReadConnection, workshop_id: UUID) -> PublicWorkshop | None:
    """One workshop."""
    return await _WORKSHOPS.one(connection, workshop_id)


async def memoranda(
    connection: ReadConnection,
    now: datetime,
    chosen: MemorandumFilter,
    *,
    tenant: str | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[PublicMemorandum]:
    """Memoranda, the newest first; the key is `(signed_at, memorandum_id)`."""
    return await _MEMORANDA.page(connection, chosen.conditions(now).add_equal(tenant=tenant), after, limit)


async def memorandum(connection: ReadConnection, memorandum_id: UUID) -> PublicMemorandum | None:
    """One memorandum."""
    return await _MEMORANDA.one(connection, memorandum_id)
