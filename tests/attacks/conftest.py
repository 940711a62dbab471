"""The gateway over the whole system, as the gateway's own tests have it."""

from tests.services.conftest import app, caller, system

__all__ = ["app", "caller", "system"]
