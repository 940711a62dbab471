"""Deadlines of an election: until when candidates are named, until when votes are cast; the clock ends both."""

from domain.council.commands.election import CountVotes, OpenVoting
from domain.council.events import election as e
from projections.deadline_rows import DeadlineRow, of_stream, set_deadline, settle_deadline
from projections.read_model import Stored, folds

Row = DeadlineRow
NOMINATIONS, VOTING = "election_nominations", "election_voting"


class CouncilElectionDeadlines:
    """Kinds `election_nominations` and `election_voting`."""

    @folds(e.ElectionOpened, keys=of_stream(NOMINATIONS), begins=True)
    def election_opened(self, _row: Row | None, event: Stored, told: e.ElectionOpened) -> Row:
        """Candidates are named until then."""
        return set_deadline(event, NOMINATIONS, told.nominations.due_at, told.nominations, action=OpenVoting)

    @folds(e.VotingOpened, keys=of_stream(NOMINATIONS, VOTING), begins=True)
    def voting_opened(self, row: Row | None, event: Stored, told: e.VotingOpened) -> Row:
        """Kept; and votes are cast until then."""
        if row is not None:
            return settle_deadline(row, event, "met")
        return set_deadline(event, VOTING, told.voting.due_at, told.voting, action=CountVotes)

    @folds(e.ElectionLapsed, keys=of_stream(NOMINATIONS))
    def election_lapsed(self, row: Row, event: Stored, _told: e.ElectionLapsed) -> Row:
        """Kept, with nobody to vote for."""
        return settle_deadline(row, event, "met")

    @folds(e.ElectionCounted, keys=of_stream(VOTING))
    def election_counted(self, row: Row, event: Stored, _told: e.ElectionCounted) -> Row:
        """The votes were counted."""
        return settle_deadline(row, event, "met")

    @folds(e.ElectionCancelled, keys=of_stream(NOMINATIONS, VOTING))
    def election_cancelled(self, row: Row, event: Stored, _told: e.ElectionCancelled) -> Row:
        """Nothing is due any more."""
        return settle_deadline(row, event, "cancelled") if row.state == "pending" else row
