"""A call for a service, from its planning to the contract.

Its decisions stand in one module per phase, each class building on the one before:
`call_state` < `call_planning` < `call_publication` < `call_opening` < `call_awarding`.
"""

from domain.contracts.call_awarding import CallAwarding
from domain.contracts.events.call import CallPlanned


class ServiceCall(CallAwarding):
    """planning, published, closed, qualification, award pending, standstill, awarded, contracted.

    Or it makes a list of providers; or it is unsuccessful, or cancelled.
    """

    initial = CallPlanned
    REFERENCED = True
