"""What a need and a call say of themselves: which service, for whom, where, how much, and how bids are judged."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec

from domain.contracts.vocabulary import (
    BidFile,
    CriterionKind,
    DirectAward,
    Lines,
    ProcurementMode,
    QualityStandard,
    Quantity,
    ServiceCriterion,
    ServiceLine,
    Subcontractor,
    UnitPrice,
)
from domain.kernel.money import Money
from domain.kernel.text import Prose, Text, Title
from domain.kernel.vocabulary import BudgetCode, Code, Contact, LanguageFile, WindowDays, Year
from domain.licences.vocabulary import Places, ServiceType, ServiceUnit
from domain.organisations.vocabulary import CertificateKind
from domain.scoring.vocabulary import Aggregation, TieRule


class NeededUnits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many whole units of a service a year needs, as it was estimated."""

    code: Code
    title: Title
    unit: ServiceUnit
    quantity: Quantity


class NeedFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A service that a place needs in a year: for how many beneficiaries, how much of it, at which estimated cost."""

    title: Title
    description: Text
    service: ServiceType
    places: Places
    year: Year
    beneficiaries: Annotated[int, msgspec.Meta(ge=1, le=10_000_000)]
    lines: Annotated[tuple[NeededUnits, ...], msgspec.Meta(min_length=1, max_length=100)]
    estimate: Money
    budget_code: BudgetCode


class CallFacts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything that a call says. None: not said yet; in an amendment: unchanged.

    `first_day` and `last_day` are the days of the service, both within. A bid prices every one of `lines` by the unit;
    all its prices make at most `budget`. One of `criteria` is the price; the evaluators score the others, up to
    `max_points` each. `open_days` count as the rule on the shortest opening does; without them its minimum is taken.
    `list_id` is the call that made the qualified list whose providers are invited; without it a call of that mode makes
    a list itself, valid to `list_until`, and prices nothing. `direct` says why only one organisation is asked.
    """

    title: Title | None = None
    summary: Text | None = None
    need_id: UUID | None = None
    mode: ProcurementMode | None = None
    service: ServiceType | None = None
    places: Places | None = None
    first_day: date | None = None
    last_day: date | None = None
    lines: Lines | None = None
    budget: Money | None = None
    open_days: WindowDays | None = None
    criteria: Annotated[tuple[ServiceCriterion, ...], msgspec.Meta(max_length=30)] | None = None
    aggregation: Aggregation | None = None
    tie_rules: Annotated[tuple[TieRule, ...], msgspec.Meta(max_length=4)] | None = None
    standards: Annotated[tuple[QualityStandard, ...], msgspec.Meta(max_length=40)] | None = None
    certificates: Annotated[tuple[CertificateKind, ...], msgspec.Meta(max_length=2)] | None = None
    documents: Annotated[tuple[LanguageFile, ...], msgspec.Meta(max_length=20)] | None = None
    contact: Contact | None = None
    list_id: UUID | None = None
    list_until: date | None = None
    direct: DirectAward | None = None

    @property
    def makes_list(self) -> bool:
        """Whether the call makes a qualified list, and awards nothing."""
        return self.mode is ProcurementMode.QUALIFIED_LIST and self.list_id is None

    @property
    def scored(self) -> tuple[ServiceCriterion, ...]:
        """The criteria that evaluators score."""
        return tuple(one for one in self.criteria or () if one.kind is CriterionKind.QUALITY)

    def changed_by(self, changes: "CallFacts") -> "CallFacts":
        """These facts with everything that the changes say."""
        told = {name: value for name in CallFacts.__struct_fields__ if (value := getattr(changes, name)) is not None}
        return msgspec.structs.replace(self, **told)


class BidContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What a sealed bid says: a price for each line, how the service will be done, and who does part of it."""

    prices: Annotated[tuple[UnitPrice, ...], msgspec.Meta(max_length=100)] = ()
    statement: Prose
    files: Annotated[tuple[BidFile, ...], msgspec.Meta(max_length=30)] = ()
    subcontractors: Annotated[tuple[Subcontractor, ...], msgspec.Meta(max_length=20)] = ()

    def total(self, lines: tuple[ServiceLine, ...], currency: str) -> Money:
        """What all units of all lines cost at these prices; a price of an unknown line is the caller's error."""
        quantities = {one.code: one.quantity for one in lines}
        return Money(sum(quantities[one.code] * one.price for one in self.prices), currency)
