"""The parts of the system, by the names of their processes."""

from enum import StrEnum


class Part(StrEnum):
    """A part of the system."""

    GATEWAY = "gateway"
    PROJECTOR = "projector"
    WORKER = "worker"
    SEALER = "sealer"
    EGRESS = "egress"
