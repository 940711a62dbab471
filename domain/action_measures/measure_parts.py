"""What a measure remembers of its half-years and of its money."""

from uuid import UUID

import msgspec

from domain.action_measures.vocabulary import Completion, ProgressStage
from domain.kernel.money import Money
from domain.kernel.vocabulary import File


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """The report that counts on a half-year. `hands` are those who reported or attached, by id."""

    number: int
    completion: Completion
    hands: frozenset[UUID]
    evidence: tuple[File, ...] = ()
    verified: bool = False
    accepted: bool = False
    contested_by: frozenset[UUID] = frozenset()

    @property
    def stage(self) -> ProgressStage:
        """Where it stands; what was contested stays so until it is accepted or reported anew."""
        if self.accepted:
            return ProgressStage.ACCEPTED
        if self.contested_by:
            return ProgressStage.CONTESTED
        if self.verified:
            return ProgressStage.VERIFIED
        return ProgressStage.EVIDENCE_ATTACHED if self.evidence else ProgressStage.REPORTED

    @property
    def hashes(self) -> tuple[str, ...]:
        """The SHA-256 of its files, in order."""
        return tuple(one.sha256 for one in self.evidence)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A budget line with what was bound and spent of it."""

    planned: Money
    committed: Money
    spent: Money
