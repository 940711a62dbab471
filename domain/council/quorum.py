"""Whether enough of those who sit are there, and whether a motion found its majority: by the rules in force."""

from collections.abc import Collection, Iterable, Mapping
from typing import TypeVar

import msgspec

from domain.council.vocabulary import MajorityRule, QuorumRule, Seat, Seated, Side, SideVotes, VoteChoice
from domain.kernel.errors import RuleViolated
from domain.kernel.message import N_
from domain.kernel.rules import Rules

C = TypeVar("C", QuorumRule, MajorityRule)
QUORUM, MAJORITY = "council.quorum", "council.majority"


class Roll(msgspec.Struct, frozen=True):
    """Who sits, by seat: the whole that a quorum is a share of."""

    seats: Mapping[Seat, Seated]

    @classmethod
    def of(cls, seated: Iterable[Seated]) -> "Roll":
        """The roll of those who sit."""
        return cls({one.seat: one for one in seated})

    def there(self, present: Collection[Seated]) -> tuple[Seat, ...]:
        """Seats of those who are there and still sit where they sat when they came."""
        return tuple(seat for seat, one in self.seats.items() if one in present)

    def quorate(self, present: Collection[Seated], rules: Rules) -> bool:
        """More than half of all, and of each side where the rule says so; a side on which nobody sits has no half."""
        there = self.there(present)
        if not _more_than_half(len(there), len(self.seats)):
            return False
        if _chosen(QuorumRule, QUORUM, rules) is QuorumRule.OF_ALL:
            return True
        return all(
            _more_than_half(sum(seat.side is side for seat in there), sum(seat.side is side for seat in self.seats))
            for side in Side
        )

    def counted(self, votes: Mapping[Seat, VoteChoice], interested: Collection[Seat]) -> tuple[SideVotes, ...]:
        """How each side voted."""
        return tuple(self._of_side(side, votes, interested) for side in Side)

    def _of_side(self, side: Side, votes: Mapping[Seat, VoteChoice], interested: Collection[Seat]) -> SideVotes:
        cast = [choice for seat, choice in votes.items() if seat.side is side]
        return SideVotes(
            side=side,
            in_favour=cast.count(VoteChoice.FOR),
            against=cast.count(VoteChoice.AGAINST),
            abstained=cast.count(VoteChoice.ABSTAIN),
            interested=sum(seat.side is side for seat in interested),
            seated=sum(seat.side is side for seat in self.seats),
        )


def adopted(votes: Iterable[SideVotes], present: int, rules: Rules) -> bool:
    """Whether the votes of both sides make the majority that the rule asks for; an abstention is no vote cast.

    `present` is how many are there who may vote on it.
    """
    told = tuple(votes)
    in_favour, against = sum(one.in_favour for one in told), sum(one.against for one in told)
    match _chosen(MajorityRule, MAJORITY, rules):
        case MajorityRule.OF_VOTES_CAST:
            return in_favour > against
        case MajorityRule.OF_THOSE_PRESENT:
            return _more_than_half(in_favour, present)
        case MajorityRule.OF_EACH_SIDE:
            return all(one.in_favour > one.against for one in told)


def _more_than_half(part: int, whole: int) -> bool:
    return 2 * part > whole


def _chosen(choices: type[C], key: str, rules: Rules) -> C:
    """Raises: RuleViolated for a value of the rule that nobody has taught the Council."""
    rule = rules[key]
    try:
        return choices(str(rule.value))
    except ValueError as error:
        raise RuleViolated(
            key,
            N_("The value {value} of {rule} is none that can be applied."),
            citation=rule.citation,
            value=str(rule.value),
            rule=key,
        ) from error
