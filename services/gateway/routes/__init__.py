"""The addresses: tables of commands, and the queries."""

from services.gateway.routes import consultations, erasure, rules, tenants

COMMANDS = (*tenants.COMMANDS, *rules.COMMANDS, *consultations.COMMANDS, *erasure.COMMANDS)
"""Every command that may be sent over HTTP."""
