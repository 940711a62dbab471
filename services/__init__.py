"""Processes: gateway, projector, worker, audit, command line; `bootstrap` is the only composition root."""
