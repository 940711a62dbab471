"""The bidders of a call, as the national register knows each of them."""

from collections.abc import Iterable
from uuid import UUID

from domain.contracts.bids import Bids
from domain.kernel.command import Boundary
from domain.organisations.standings import Standings


class Bidders(Standings):
    """Every organisation that bid in the call; which ones, the call's own bids say."""

    @classmethod
    def organisations(cls, boundary: Boundary | None) -> Iterable[UUID]:
        """One a bid."""
        if not isinstance(boundary, Bids):
            raise TypeError(boundary)
        return boundary.bidders.values()
