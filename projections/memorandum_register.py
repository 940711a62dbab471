"""The register of memoranda of cooperation: who the parties are, what each owes, and what was done of it."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.council.events import memorandum as e
from domain.council.memorandum_parts import MemorandumStage, Party
from domain.kernel.text import Text, Title
from domain.kernel.vocabulary import LanguageFile
from projections.read_model import ReadModel, Stored, folds


class Owed(msgspec.Struct, frozen=True):
    """An obligation of a party (None: of the institution); `on` is the day on which it was done, `done` how."""

    code: str
    party: str | None
    what: Text
    due: date | None
    on: date | None = None
    late: bool = False
    done: Text | None = None
    files: tuple[LanguageFile, ...] = ()
    shown_by: UUID | None = None


class Review(msgspec.Struct, frozen=True):
    """How it went: what was open then, and by when to look again."""

    at: datetime
    findings: Text
    open: tuple[str, ...]
    review_by: date | None


class MemorandumRow(msgspec.Struct, frozen=True):
    """A memorandum, in_force or ended. `open` counts obligations that were not fulfilled."""

    tenant_id: int
    memorandum_id: UUID
    state: str
    version: int
    title: Title
    parties: tuple[Party, ...]
    signed_on: date
    signed_at: datetime
    changed_at: datetime
    files: tuple[LanguageFile, ...]
    ends_on: date | None = None
    review_by: date | None = None
    obligations: tuple[Owed, ...] = ()
    open: int = 0
    reviews: tuple[Review, ...] = ()
    ended_by: str = ""
    reason: Text | None = None


Row = MemorandumRow


class MemorandumRegister(ReadModel[MemorandumRow]):
    """Folds memoranda."""

    name = "memorandum_register"
    table = "memorandum_register"
    row = MemorandumRow
    key = ("memorandum_id",)

    @folds(e.MemorandumSigned, begins=True)
    def signed(self, _row: None, event: Stored, told: e.MemorandumSigned) -> Row:
        """In force."""
        return Row(
            tenant_id=event.tenant_id,
            memorandum_id=event.stream_id,
            state=MemorandumStage.IN_FORCE.value,
            version=event.version,
            title=told.title,
            parties=told.parties,
            signed_on=told.signed_on,
            signed_at=event.occurred_at,
            changed_at=event.occurred_at,
            files=told.files,
            ends_on=told.ends_on,
            review_by=told.review_by,
        )

    @folds(e.ObligationAgreed)
    def agreed(self, row: Row, _event: Stored, told: e.ObligationAgreed) -> Row:
        """One obligation."""
        owed = Owed(told.code, told.party, told.what, told.due)
        return replace(row, obligations=(*row.obligations, owed), open=row.open + 1)

    @folds(e.ObligationFulfilled)
    def fulfilled(self, row: Row, _event: Stored, told: e.ObligationFulfilled) -> Row:
        """Done, in time or late."""
        how = {"on": told.on, "late": told.late, "done": told.what, "files": told.files}
        obligations = tuple(
            replace(one, shown_by=told.organisation_id, **how) if one.code == told.code else one
            for one in row.obligations
        )
        return replace(row, obligations=obligations, open=row.open - 1)

    @folds(e.MemorandumReviewed)
    def reviewed(self, row: Row, event: Stored, told: e.MemorandumReviewed) -> Row:
        """Looked at."""
        review = Review(event.occurred_at, told.findings, told.open, told.review_by)
        return replace(row, reviews=(*row.reviews, review), review_by=told.review_by)

    @folds(e.MemorandumEnded)
    def ended(self, row: Row, _event: Stored, told: e.MemorandumEnded) -> Row:
        """Not in force."""
        over = MemorandumStage.ENDED.value
        return replace(row, state=over, ended_by=told.decision_no, reason=told.reason)
