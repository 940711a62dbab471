"""Commands on a commission; members speak for themselves."""

from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.command import Command
from domain.kernel.text import Prose, Text
from domain.kernel.vocabulary import DecisionNo
from domain.scoring.vocabulary import Commitment, Interest, Nominee, Salt, ScoredPoints

Nominees = Annotated[tuple[Nominee, ...], msgspec.Meta(max_length=99)]
NewNominees = Annotated[
    tuple[Nominee, ...], msgspec.Meta(min_length=2, max_length=99, description="Of one, nothing is drawn")
]


class FormCommission(Command, frozen=True, kw_only=True):
    """Name the commission of a call: its internal members, and the pool of which `experts` external ones are drawn."""

    call_id: UUID
    decision_no: DecisionNo
    members: Nominees
    pool: Nominees
    experts: Annotated[int, msgspec.Meta(ge=1, le=49)]


class DrawExperts(Command, frozen=True, kw_only=True):
    """Draw the external experts out of the pool, once, by a seed that the system takes from chance."""


class OpenScoring(Command, frozen=True, kw_only=True):
    """Hand the eligible applications to the commission; every submitted one must have been checked."""

    call_id: UUID


class DeclareInterest(Command, frozen=True, kw_only=True):
    """Say, before seeing the application, what one has to do with the applicant."""

    application_id: UUID
    organisation_id: UUID
    interest: Interest
    detail: Prose | None = None


class CommitScore(Command, frozen=True, kw_only=True):
    """Commit to one's points without showing them; the register is asked again what one has to do with the applicant.

    Whoever it says holds an office of the applicant is recused, and the points are not taken.
    """

    application_id: UUID
    organisation_id: UUID
    commitment: Commitment


class RevealScore(Command, frozen=True, kw_only=True):
    """Show the points one committed to, once everybody's commitments are in."""

    call_id: UUID
    application_id: UUID
    points: ScoredPoints
    salt: Salt
    comment: Text | None = None


class CloseScoring(Command, frozen=True, kw_only=True):
    """State that every score is known, and what ranking follows; the register is asked again about every applicant.

    What it says against a judge is put on record instead, and the scoring closes when that is settled.
    """

    call_id: UUID


class ReplaceMember(Command, frozen=True, kw_only=True):
    """Have the next alternates judge what a member, who did not do it in time, has not shown points for."""

    call_id: UUID
    person_id: UUID
    decision_no: DecisionNo
    reason: Text


class ExtendPool(Command, frozen=True, kw_only=True):
    """Draw further alternates out of new nominees, by a seed that the system takes from chance; empty places are taken.

    Nobody chooses who judges: the earlier alternates come first.
    """

    call_id: UUID
    decision_no: DecisionNo
    pool: NewNominees


class DecideConflict(Command, frozen=True, kw_only=True):
    """Decide whether a member is recused for an office that the register told of after the call was public."""

    application_id: UUID
    organisation_id: UUID
    person_id: UUID
    recused: bool
    decision_no: DecisionNo
    reason: Text


class ReopenApplication(Command, frozen=True, kw_only=True):
    """Have an application scored anew, since a complaint was upheld; sent by the system."""

    application_id: UUID
    complaint_id: UUID
