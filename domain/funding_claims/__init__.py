"""What institutions promise to organisations, in one ledger over all of them, so that nothing is paid twice."""

from domain.funding_claims.manifest import DOMAIN

__all__ = ["DOMAIN"]
