"""Words shared by the commands and events of the ledger: where a claim comes from, what it costs, how two are alike."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.money import Money
from domain.kernel.text import END, Line, Prose, Slug
from domain.kernel.vocabulary import Contact

CostCategory = Annotated[
    str, msgspec.Meta(pattern=rf"^[a-z][a-z0-9_-]{{0,59}}{END}", description="Kind of costs that a line is for")
]


class ClaimStage(StrEnum):
    """Where a claim stands. A released one promises nothing; it is reserved again when a decision is reversed."""

    RESERVED = "reserved"
    CONFIRMED = "confirmed"
    CLOSED = "closed"
    RELEASED = "released"


class OriginKind(StrEnum):
    """What a claim stands for in the log of its institution."""

    GRANT = "grant"
    CONTRACT = "contract"


class ReleaseReason(StrEnum):
    """Why a claim promises nothing any more."""

    REJECTED = "rejected"
    INELIGIBLE = "ineligible"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    TERMINATED = "terminated"


class Origin(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The stream of an institution's own log that the claim was made for."""

    tenant_id: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
    kind: OriginKind
    stream_id: UUID


class CostLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a kind of costs takes of the project's whole budget."""

    category: CostCategory
    amount: Money


class CoFinancing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An institution that pays for the same project, as the applicant declared."""

    institution: Slug
    amount: Money


def by_institution(declared: Iterable[CoFinancing]) -> dict[str, Money]:
    """What each institution pays by what was declared of it, in one currency."""
    sums: dict[str, Money] = {}
    for one in declared:
        sums[one.institution] = sums[one.institution] + one.amount if one.institution in sums else one.amount
    return sums


Costs = Annotated[tuple[CostLine, ...], msgspec.Meta(max_length=400)]


class ClaimFacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What is claimed: for which activity, on which days (both within), for which costs, how much of them.

    `contact` is the institution's office; it is all that another institution sees of the file at first. `elsewhere` is
    what others than institutions pay of the costs.
    """

    origin: Origin
    title: Line
    activity: Prose
    first_day: date
    last_day: date
    costs: Costs
    amount: Money
    contact: Contact | None = None
    co_financing: Annotated[tuple[CoFinancing, ...], msgspec.Meta(max_length=40)] = ()
    elsewhere: Money | None = None


class Amounts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the two claims of an overlap are for, as one of the institutions sees them."""

    own: Money
    other: Money


class Similarity(msgspec.Struct, frozen=True, kw_only=True):
    """How alike two claims are, in millionths, and why: see `domain/funding_claims/similarity.py`.

    `shared_words` are beginnings of words that both texts have, `shared_costs` the kinds of costs that both plan.
    """

    total: int
    activity: int
    period: int
    costs: int
    shared_words: tuple[str, ...]
    shared_days: int
    shared_costs: tuple[str, ...]


class Side(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One of the two claims of an overlap: whose it is, and where to ask."""

    claim_id: UUID
    institution: Slug
    origin: Origin
    contact: Contact | None = None

    @property
    def where_to_ask(self) -> str:
        """The office with its mailbox, where one was named; else the institution."""
        if self.contact is None:
            return self.institution
        return f"{self.contact.office[:180]} <{self.contact.email[:100]}>"
