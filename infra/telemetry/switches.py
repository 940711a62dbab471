"""Whether anybody wants to be told: what costs something each time asks first."""


class Switch:
    """On once a provider takes the signal, for as long as the process lives."""

    def __init__(self) -> None:
        self.on = False


TRACES = Switch()
FIGURES = Switch()
