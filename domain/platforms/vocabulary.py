"""Words of platforms: members in a directory, outcomes of bringing one up to date, and nominations."""

from datetime import date
from enum import StrEnum
from typing import Annotated

import msgspec

from domain.kernel.text import END, Line
from domain.organisations.vocabulary import Identifier

MemberNumber = Annotated[
    str,
    msgspec.Meta(
        pattern=rf"^[0-9A-Za-z][0-9A-Za-z./-]{{0,39}}{END}", description="Number of a member in the platform's own list"
    ),
]
Places = Annotated[int, msgspec.Meta(ge=1, le=100, description="For how many people there is room")]


class MemberFacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What a directory says of a member: the organisation's identifier in the register, its name, since when."""

    identifier: Identifier
    title: Line
    joined_on: date | None = None


class MemberStage(StrEnum):
    """Whether the platform lists it now; what was delisted stays known as a tombstone."""

    LISTED = "listed"
    DELISTED = "delisted"


class LineOutcome(StrEnum):
    """What became of one line of a directory file."""

    LISTED = "listed"
    AMENDED = "amended"
    UNCHANGED = "unchanged"
    DELISTED = "delisted"
    REFUSED = "refused"


class LineFault(StrEnum):
    """Why a line of a directory file was refused; the others count all the same."""

    UNREADABLE = "unreadable"
    """Half a line, or not of the form that lines have."""
    FORMULA = "formula"
    """A cell that a spreadsheet would run."""
    NUMBER_TWICE = "number_twice"
    """Several lines have this number: which is meant, nobody can tell."""
    ORGANISATION_TWICE = "organisation_twice"
    """The organisation is in the directory under another number, in this file or from before."""
    UNKNOWN_IDENTIFIER = "unknown_identifier"
    """No verified organisation of the register has this identifier."""
    UNKNOWN_NUMBER = "unknown_number"
    """Nobody is listed under the number that is to be delisted."""
    IN_FUTURE = "in_future"
    """The member is said to have joined on a day that is still to come."""


class RefusedLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line, counted from 1, and why it was refused."""

    line: int
    fault: LineFault


class NominationPurpose(StrEnum):
    """For what somebody is nominated."""

    COUNCIL = "council"
    WORKING_GROUP = "working_group"
    COMMISSION = "commission"
    EVENT = "event"


class NominationCallStage(StrEnum):
    """Whether nominations are taken."""

    ASKED = "asked"
    ENDED = "ended"


class NominationStage(StrEnum):
    """Where a nomination stands."""

    NOMINATED = "nominated"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
