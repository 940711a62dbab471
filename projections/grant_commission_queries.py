"""Questions to the register of commissions and to the scoring sheets."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from domain.grants.commission_parts import Member
from domain.grants.facts import CallFacts
from domain.grants.vocabulary import MemberKind
from domain.kernel.money import Money
from domain.scoring.composition import Composition
from projections.grant_commission_register import Extension, GrantCommissionRow
from projections.grant_scoring_sheet import Change, ScoringSheetRow, Stood
from projections.lookup import Lookup
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection, fetch_one
from projections.scores import Score


class SheetMember(msgspec.Struct, frozen=True):
    """Somebody of a commission as the public knows them: by number, and by the id that lots and commitments hash."""

    number: int
    kind: MemberKind
    person_id: UUID


class SheetScore(msgspec.Struct, frozen=True):
    """What the member of that number gave; with the salt anybody checks the commitment."""

    member: int
    round: int
    points: dict[str, int]
    commitment: str
    salt: str


class SheetChange(msgspec.Struct, frozen=True):
    """In `round` the member of number `left` was recused or replaced, and `joined` took the place; see `why`.

    `why` is `recused`, `replaced`, or `filled`, where an empty place was taken when the pool was extended.
    """

    round: int
    why: str
    left: int | None
    joined: int | None


class SheetDraw(msgspec.Struct, frozen=True):
    """Further alternates, who stand behind the earlier ones in the order of their lots."""

    seed: str
    pool: tuple[SheetMember, ...]


class SheetEntry(msgspec.Struct, frozen=True):
    """A judged application with every score; those of the last `round` count, of whoever judges then.

    Judges are the commission's members without those who left and with those who joined, by `changes` up to the round.
    """

    application_id: UUID
    organisation_id: UUID
    requested: int
    submitted_at: str
    round: int
    changes: tuple[SheetChange, ...]
    scores: tuple[SheetScore, ...]
    provisional: Stood | None
    final: Stood | None


class SheetCriterion(msgspec.Struct, frozen=True):
    """What was scored: its weight in millionths, the most that it could have, and what it had to have."""

    code: str
    weight: int
    max_points: int
    threshold: int


class ScoringSheet(msgspec.Struct, frozen=True):
    """All that it takes to rank the applications of a call again; amounts in minor units of `currency`.

    `composition` is what the judges of each application had to be; null in what was judged before it was on record.
    """

    call_id: UUID
    commission_id: UUID
    tenant: str
    budget: int
    currency: str
    criteria: tuple[SheetCriterion, ...]
    aggregation: str
    tie_rules: tuple[str, ...]
    tie_seed: str
    experts: int
    pool: tuple[SheetMember, ...]
    draw_seed: str
    extensions: tuple[SheetDraw, ...]
    composition: Composition | None
    members: tuple[SheetMember, ...]
    applications: tuple[SheetEntry, ...]


class PublicCommission(msgspec.Struct, frozen=True):
    """A commission as everybody sees it, from the provisional ranking on."""

    commission_id: UUID
    call_id: UUID
    members: tuple[Member, ...]
    pool: tuple[Member, ...]
    experts: int
    seed: str
    tie_seed: str
    extensions: tuple[Extension, ...]
    composition: Composition | None


class PublicScores(msgspec.Struct, frozen=True):
    """A judged application as everybody sees it, from the provisional ranking on."""

    application_id: UUID
    organisation_id: UUID
    requested: Money
    submitted_at: datetime
    round: int
    scores: tuple[Score, ...]
    provisional: Stood | None
    final: Stood | None
    rank: int
    changes: tuple[Change, ...]
    closed: int


_SHEET_ROWS = Lookup(ScoringSheetRow, "grant_scoring_sheet", "rank", "application_id")
_PUBLIC_SCORES = Lookup(PublicScores, "grant_scoring_sheet", "rank", "application_id")


async def commission(connection: ReadConnection, commission_id: UUID) -> GrantCommissionRow | None:
    """One commission."""
    where = Conditions().add_equal(commission_id=commission_id)
    return await fetch_one(connection, GrantCommissionRow, "grant_commission_register", where)


async def judged(connection: ReadConnection, application_id: UUID) -> ScoringSheetRow | None:
    """One judged application with its scores."""
    return await _SHEET_ROWS.one(connection, application_id)


async def sheet_rows(
    connection: ReadConnection, commission_id: UUID, *, after: After | None = None, limit: int = 50
) -> Page[ScoringSheetRow]:
    """The judged applications of a commission, by rank; the key is `(rank, application_id)`."""
    return await _SHEET_ROWS.page(connection, Conditions().add_equal(commission_id=commission_id), after, limit)


async def public_commission(connection: ReadConnection, call_id: UUID) -> PublicCommission | None:
    """The commission of a ranked call of the tenants in scope."""
    where = Conditions().add_equal(call_id=call_id).add("public")
    return await fetch_one(connection, PublicCommission, "grant_commission_register", where)


async def public_scores(connection: ReadConnection, commission_id: UUID) -> list[PublicScores]:
    """Every application that a commission judged, by rank."""
    return await _PUBLIC_SCORES.every(
        connection, lambda: Conditions().add_equal(commission_id=commission_id).add("public")
    )


def sheet(
    tenant: str, facts: CallFacts, call_id: UUID, commission: PublicCommission, rows: Sequence[PublicScores]
) -> ScoringSheet:
    """The sheet as it is published: members by numbers and ids, no name, no employer and no comment."""
    later = [one for extension in commission.extensions for one in extension.pool]
    numbers = {one.person_id: one.number for one in (*commission.members, *commission.pool, *later)}
    budget = facts.budget
    return ScoringSheet(
        call_id=call_id,
        commission_id=commission.commission_id,
        tenant=tenant,
        budget=budget.amount if budget else 0,
        currency=budget.currency if budget else "EUR",
        criteria=tuple(
            SheetCriterion(one.code, one.weight, one.max_points, one.threshold) for one in facts.criteria or ()
        ),
        aggregation=facts.aggregation or "mean",
        tie_rules=tuple(facts.tie_rules or ()),
        tie_seed=commission.tie_seed,
        experts=commission.experts,
        pool=tuple(map(_listed, commission.pool)),
        draw_seed=commission.seed,
        extensions=tuple(SheetDraw(one.seed, tuple(map(_listed, one.pool))) for one in commission.extensions),
        composition=commission.composition,
        members=tuple(map(_listed, commission.members)),
        applications=tuple(_entry(row, numbers) for row in rows),
    )


def _listed(one: Member) -> SheetMember:
    return SheetMember(one.number, one.kind, one.person_id)


def _entry(row: PublicScores, numbers: dict[UUID, int]) -> SheetEntry:
    return SheetEntry(
        application_id=row.application_id,
        organisation_id=row.organisation_id,
        requested=row.requested.amount,
        submitted_at=row.submitted_at.isoformat(),
        round=row.round,
        changes=tuple(_change(one, numbers) for one in row.changes),
        scores=tuple(_score(one, numbers) for one in row.scores if one.points is not None and one.round <= row.closed),
        provisional=row.provisional,
        final=row.final,
    )


def _change(one: Change, numbers: dict[UUID, int]) -> SheetChange:
    left, joined = (None if person is None else numbers[person] for person in (one.left, one.joined))
    return SheetChange(one.round, one.why, left, joined)


def _score(one: Score, numbers: dict[UUID, int]) -> SheetScore:
    return SheetScore(numbers[one.person_id], one.round, one.points or {}, one.commitment, one.salt)
