"""The addresses: tables of commands, and the queries."""

from services.gateway.routes import consultations, rules, tenants

COMMANDS = (*tenants.COMMANDS, *rules.COMMANDS, *consultations.COMMANDS)
"""Every command that may be sent over HTTP."""
