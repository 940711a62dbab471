"""What became true of memoranda of cooperation; the log of the institution that signed holds them."""

from datetime import date
from uuid import UUID

from domain.council.memorandum_parts import Party
from domain.kernel.event import Event, InitialEvent
from domain.kernel.text import Text, Title
from domain.kernel.vocabulary import Code, DecisionNo, LanguageFile


class MemorandumSigned(InitialEvent, frozen=True, kw_only=True, omit_defaults=True):
    """It is in force between the institution and its parties; an organisation is `named` as the register has it."""

    TOPIC = "council.MemorandumSigned.v1"

    title: Title
    parties: tuple[Party, ...]
    signed_on: date
    ends_on: date | None = None
    review_by: date | None = None
    files: tuple[LanguageFile, ...]


class ObligationAgreed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A party, or the institution where `party` is None, owes this, up to the last day `due` where one was agreed."""

    TOPIC = "council.ObligationAgreed.v1"

    code: Code
    party: Code | None = None
    what: Text
    due: date | None = None


class ObligationFulfilled(Event, frozen=True, kw_only=True, omit_defaults=True):
    """It was done on that day, `late` after the last day for it; `organisation_id` where the party itself showed it."""

    TOPIC = "council.ObligationFulfilled.v1"

    code: Code
    on: date
    late: bool
    what: Text
    files: tuple[LanguageFile, ...] = ()
    organisation_id: UUID | None = None


class MemorandumReviewed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """How it goes; `open` are the obligations not fulfilled by then."""

    TOPIC = "council.MemorandumReviewed.v1"

    findings: Text
    open: tuple[Code, ...]
    review_by: date | None = None


class MemorandumEnded(Event, frozen=True, kw_only=True):
    """Nothing is owed by it any more; `open` was never fulfilled."""

    TOPIC = "council.MemorandumEnded.v1"

    decision_no: DecisionNo
    reason: Text
    open: tuple[Code, ...]


EVENTS: tuple[type[Event], ...] = (
    MemorandumSigned,
    ObligationAgreed,
    ObligationFulfilled,
    MemorandumReviewed,
    MemorandumEnded,
)
