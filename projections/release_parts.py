"""What a release of a contracting process says, in the members of OCDS 1.1.5.

Texts, amounts and days stay what they are in the domain: `services/open_data` writes them. What depends on who
publishes, a prefix or an institution's name, is not in here. A member that is empty or None is not said; what was said
before stays then, since releases are merged.
"""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from domain.contracts.vocabulary import PricedLine
from domain.kernel.money import Money
from domain.kernel.text import Text, Title, Wording
from domain.kernel.vocabulary import Contact
from domain.organisations.vocabulary import Identifier

Words = Text | str
"""A text in several languages, or one of a source that does not say in which it is."""
INSTITUTION = ""
"""The id of the institution itself, wherever an organisation is meant."""


class Tag(StrEnum):
    """What a release is about, by the codelist releaseTag."""

    PLANNING = "planning"
    PLANNING_UPDATE = "planningUpdate"
    TENDER = "tender"
    TENDER_AMENDMENT = "tenderAmendment"
    TENDER_UPDATE = "tenderUpdate"
    TENDER_CANCELLATION = "tenderCancellation"
    AWARD = "award"
    AWARD_UPDATE = "awardUpdate"
    AWARD_CANCELLATION = "awardCancellation"
    CONTRACT = "contract"
    CONTRACT_UPDATE = "contractUpdate"
    CONTRACT_AMENDMENT = "contractAmendment"
    IMPLEMENTATION = "implementation"
    IMPLEMENTATION_UPDATE = "implementationUpdate"
    CONTRACT_TERMINATION = "contractTermination"


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """A member that holds others."""


class Value(Part, frozen=True):
    """An amount as a decimal number and its currency; both are empty of one that was said and holds no longer."""

    amount: str = ""
    currency: str = ""


class Reference(Part, frozen=True):
    """A release of the same institution, by the epoch and the position of its event."""

    epoch: int
    position: int


class Organisation(Part, frozen=True):
    """A mention of a party."""

    id: str
    name: Words = ""


class Known(Part, frozen=True):
    """The number by which a list knows an organisation; `scheme` is '' where nobody says which list."""

    scheme: str
    id: str


class Party(Part, frozen=True):
    """An organisation with everything it does in the process."""

    id: str
    name: Words
    roles: tuple[str, ...]
    identifiers: tuple[Known, ...] = ()
    locality: str = ""

    @property
    def mention(self) -> Organisation:
        """How other members mention it."""
        return Organisation(id=self.id, name=self.name)


class Days(Part, frozen=True):
    """A period of days, both within."""

    start_date: date | None = None
    end_date: date | None = None


class Window(Part, frozen=True):
    """A period between two instants."""

    start_date: datetime | None = None
    end_date: datetime | None = None


class Unit(Part, frozen=True):
    """What is counted, and what one of it costs."""

    name: str
    value: Value | None = None


class Item(Part, frozen=True):
    """So many units of something; `division` is one of the Common Procurement Vocabulary."""

    id: str
    description: Words = ""
    quantity: int | None = None
    unit: Unit | None = None
    division: str = ""


class RelatedProcess(Part, frozen=True):
    """Another process that this one has to do with, by its id."""

    id: str
    relationship: tuple[str, ...]
    process_id: UUID


class Document(Part, frozen=True):
    """A document that everybody may read; `file` is the SHA-256 of its bytes, '' where the words are all of it."""

    id: str
    document_type: str
    title: Words = ""
    description: Words = ""
    date_published: datetime | None = None
    format: str = ""
    language: str = ""
    file: str = ""


class Milestone(Part, frozen=True):
    """Something that is to be reached by a time."""

    id: str
    title: str = ""
    type: str = ""
    description: Words = ""
    due_date: datetime | None = None
    date_met: datetime | None = None
    date_modified: datetime | None = None
    status: str = ""


class Amendment(Part, frozen=True):
    """A change, and why; the releases after and before it by the positions of their events."""

    id: str
    date: datetime | None = None
    rationale: Words = ""
    description: Words = ""
    release_id: Reference | None = msgspec.field(default=None, name="releaseID")
    amends_release_id: Reference | None = msgspec.field(default=None, name="amendsReleaseID")


class Budget(Part, frozen=True):
    """Which money a process is planned with."""

    id: str = ""
    amount: Value | None = None


class Planning(Part, frozen=True):
    """Why something is bought, and with which money."""

    rationale: Words = ""
    budget: Budget | None = None


class Tender(Part, frozen=True):
    """What is asked for, of whom and how."""

    id: str
    title: Words = ""
    description: Words = ""
    status: str = ""
    procuring_entity: Organisation | None = None
    items: tuple[Item, ...] = ()
    value: Value | None = None
    procurement_method: str = ""
    procurement_method_details: str = ""
    procurement_method_rationale: Words = ""
    main_procurement_category: str = ""
    award_criteria: str = ""
    award_criteria_details: Words = ""
    submission_method: tuple[str, ...] = ()
    tender_period: Window | None = None
    has_enquiries: bool | None = None
    award_period: Window | None = None
    contract_period: Days | None = None
    number_of_tenderers: int | None = None
    tenderers: tuple[Organisation, ...] = ()
    documents: tuple[Document, ...] = ()
    amendments: tuple[Amendment, ...] = ()


class Award(Part, frozen=True):
    """Who is to get what."""

    id: str
    title: Words = ""
    description: Words = ""
    status: str = ""
    date: datetime | None = None
    value: Value | None = None
    suppliers: tuple[Organisation, ...] = ()
    items: tuple[Item, ...] = ()
    contract_period: Days | None = None
    amendments: tuple[Amendment, ...] = ()


class Transaction(Part, frozen=True):
    """A payment; the one who pays is the institution."""

    id: str
    paid_on: date | None = msgspec.field(default=None, name="date")
    value: Value | None = None
    payer: Organisation | None = None
    payee: Organisation | None = None


class Implementation(Part, frozen=True):
    """What was delivered, and what was paid."""

    transactions: tuple[Transaction, ...] = ()
    milestones: tuple[Milestone, ...] = ()


class Contract(Part, frozen=True):
    """What was agreed."""

    id: str
    award_id: str = msgspec.field(name="awardID")
    title: Words = ""
    status: str = ""
    period: Days | None = None
    value: Value | None = None
    items: tuple[Item, ...] = ()
    date_signed: date | None = None
    implementation: Implementation | None = None
    amendments: tuple[Amendment, ...] = ()


class Content(Part, frozen=True):
    """What a release says. The institution is a party and the buyer of each; `contact` is where it is asked."""

    language: str
    parties: tuple[Party, ...] = ()
    contact: Contact | None = None
    planning: Planning | None = None
    tender: Tender | None = None
    awards: tuple[Award, ...] = ()
    contracts: tuple[Contract, ...] = ()
    related_processes: tuple[RelatedProcess, ...] = ()


GONE = Value()
ENTITY = Organisation(id=INSTITUTION)


def words(text: Text | None) -> Words:
    """A text, or a title as a text: what is stored and read again is the same."""
    if text is None:
        return ""
    told = {code: getattr(text, code) for code in text.languages}
    return Text(**{code: Wording(one.text, one.status) for code, one in told.items()})


def identified(identifiers: Iterable[Identifier]) -> tuple[Known, ...]:
    """The identifiers of an organisation of the national register."""
    return tuple(Known(scheme=str(one.scheme), id=one.value) for one in identifiers)


def value(money: Money) -> Value:
    """An amount of money."""
    amount, _, currency = str(money).partition(" ")
    return Value(amount=amount, currency=currency)


def items(lines: Iterable[PricedLine]) -> tuple[Item, ...]:
    """Lines of a service with the price of a unit."""
    return tuple(
        Item(id=line.code, description=words(line.title), quantity=line.quantity, unit=unit(line.unit, line.unit_price))
        for line in lines
    )


def unit(name: str, price: Money | None = None) -> Unit:
    """A unit of a service by its code."""
    return Unit(name=name.replace("_", " "), value=None if price is None else value(price))


def language_of(title: Title) -> str:
    """The code of the language that a process is told in: the first in which it has a title."""
    return title.languages[0] if title.languages else "sq"
