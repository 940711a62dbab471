"""Commands on the evaluation of a call's bids; evaluators speak for themselves."""

from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.command import Command
from domain.kernel.text import Prose, Text
from domain.kernel.vocabulary import DecisionNo
from domain.scoring.vocabulary import Commitment, Interest, Nominee, Salt, ScoredPoints


class AppointEvaluators(Command, frozen=True, kw_only=True):
    """Name who evaluates the bids of a call, and who takes the place of an evaluator who is recused, in that order."""

    call_id: UUID
    decision_no: DecisionNo
    evaluators: Annotated[tuple[Nominee, ...], msgspec.Meta(min_length=1, max_length=99)]
    alternates: Annotated[tuple[Nominee, ...], msgspec.Meta(max_length=99)] = ()


class OpenBidScoring(Command, frozen=True, kw_only=True):
    """Hand the qualified bids to the evaluators; again, when a complaint had an award set aside."""

    call_id: UUID


class DeclareBidInterest(Command, frozen=True, kw_only=True):
    """Say, before seeing the bid, what one has to do with the bidder."""

    bid_id: UUID
    organisation_id: UUID
    interest: Interest
    detail: Prose | None = None


class DecideEvaluatorConflict(Command, frozen=True, kw_only=True):
    """Decide whether an evaluator is recused for an office that the register told of after the call was public."""

    bid_id: UUID
    organisation_id: UUID
    person_id: UUID
    recused: bool
    decision_no: DecisionNo
    reason: Text


class ReplaceEvaluator(Command, frozen=True, kw_only=True):
    """Have the next alternates score what an evaluator, who did not do it in time, has not shown points for."""

    person_id: UUID
    decision_no: DecisionNo
    reason: Text


class AppointAlternates(Command, frozen=True, kw_only=True):
    """Name more alternates; places that are empty are taken at once."""

    decision_no: DecisionNo
    alternates: Annotated[tuple[Nominee, ...], msgspec.Meta(min_length=1, max_length=99)]


class CommitBidScore(Command, frozen=True, kw_only=True):
    """Commit to one's points without showing them; the register is asked again what one has to do with the bidder.

    Whoever it says holds an office of the bidder is recused, and the points are not taken.
    """

    bid_id: UUID
    organisation_id: UUID
    commitment: Commitment


class RevealBidScore(Command, frozen=True, kw_only=True):
    """Show the points one committed to, once everybody's commitments are in."""

    call_id: UUID
    bid_id: UUID
    points: ScoredPoints
    salt: Salt
    comment: Text | None = None


class CloseBidScoring(Command, frozen=True, kw_only=True):
    """State that every score is known, and what ranking follows; the register is asked again about every bidder.

    What it says against an evaluator is put on record instead, and the scoring closes when that is settled.
    """

    call_id: UUID
