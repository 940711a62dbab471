"""A public consultation, from the intention to the act in the gazette.

Its decisions stand in one module per phase, each class building on the one before:
`state` < `preparation` < `opening` < `changing` < `meetings` < `analysis` < `completion`.
"""

from domain.consultations.completion import Completion
from domain.consultations.events import ConsultationPlanned


class Consultation(Completion):
    """planned, initial, drafting, ready, open, closed, analysed, reported, concluded; or withdrawn, or annulled."""

    initial = ConsultationPlanned
    REFERENCED = True
