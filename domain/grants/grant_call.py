"""A call for grants, from its draft to the report on what came of it.

Its decisions stand in one module per phase, each class building on the one before:
`call_state` < `call_preparation` < `call_publication` < `call_completion` < `call_ranking`.
"""

from domain.grants.call_ranking import CallRanking
from domain.grants.events.grant_call import CallDrafted


class GrantCall(CallRanking):
    """draft, ready, published, closed, evaluating, provisional, final, contracted, reported; or cancelled, or void."""

    initial = CallDrafted
    REFERENCED = True
