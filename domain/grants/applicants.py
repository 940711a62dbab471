"""The applicants of a call, as the national register knows each of them."""

from collections.abc import Iterable
from uuid import UUID

from domain.grants.candidates import Candidates
from domain.kernel.command import Boundary
from domain.organisations.standings import Standings


class Applicants(Standings):
    """Every organisation with an application in the call; which ones, the call's own applications say."""

    @classmethod
    def organisations(cls, boundary: Boundary | None) -> Iterable[UUID]:
        """One a candidate."""
        if not isinstance(boundary, Candidates):
            raise TypeError(boundary)
        return (one.organisation_id for one in boundary.submitted.values())
