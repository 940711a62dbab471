"""Contracts: a service that people need, the call for it, its bids and their evaluation, the award, what follows."""

from domain.contracts.manifest import DOMAIN

__all__ = ["DOMAIN"]
