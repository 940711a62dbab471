"""The addresses: a module for each thing that is asked or commanded, and what it brings a line here."""

from services.gateway.routes import (
    auditors,
    common_grants,
    consultations,
    contracts,
    erasure,
    feed,
    files,
    funding_claims,
    governance,
    grants,
    history,
    institutions,
    licences,
    log,
    open_contracting,
    open_data,
    organisations,
    overviews,
    plans,
    public,
    receipts,
    registers,
    rules,
    tenants,
    transparency,
    volunteering,
)
from services.gateway.routing import Routes

ROUTES: tuple[Routes, ...] = (
    tenants.ROUTES,
    rules.ROUTES,
    organisations.ROUTES,
    funding_claims.ROUTES,
    licences.ROUTES,
    consultations.ROUTES,
    grants.ROUTES,
    contracts.ROUTES,
    volunteering.ROUTES,
    erasure.ROUTES,
    registers.ROUTES,
    plans.ROUTES,
    open_data.ROUTES,
    open_contracting.ROUTES,
    common_grants.ROUTES,
    public.ROUTES,
    institutions.ROUTES,
    overviews.ROUTES,
    governance.ROUTES,
    auditors.ROUTES,
    history.ROUTES,
    feed.ROUTES,
    files.ROUTES,
    receipts.ROUTES,
    transparency.ROUTES,
    log.ROUTES,
)
"""Every address but those of pages and of how a process is."""

COMMANDS = tuple(command for module in ROUTES for command in module.commands)
"""Every command that may be sent over HTTP."""
