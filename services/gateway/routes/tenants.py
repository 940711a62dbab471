"""Addresses of the commands on institutions, members, mandates, auditors, languages and sandbox clocks."""

from domain.tenants import commands as c
from services.gateway.command_route import CommandRoute
from services.gateway.routing import Routes

ROUTES = Routes(
    commands=(
        CommandRoute("/institutions", c.RegisterInstitution),
        CommandRoute("/institutions/rename", c.RenameInstitution),
        CommandRoute("/institutions/merge", c.MergeInstitutions),
        CommandRoute("/institutions/split", c.SplitInstitution),
        CommandRoute("/institutions/dissolve", c.DissolveInstitution),
        CommandRoute("/institutions/quota", c.SetInstitutionQuota),
        CommandRoute("/languages", c.DeclareLanguages),
        CommandRoute("/members", c.RegisterMember, reads="/aggregates/{id}"),
        CommandRoute("/members/{id}/mandates", c.GrantMandate),
        CommandRoute("/members/{id}/revoke-mandate", c.RevokeMandate),
        CommandRoute("/auditors", c.AppointAuditor, reads="/aggregates/{id}"),
        CommandRoute("/auditors/{id}/revoke", c.RevokeAppointment),
        CommandRoute("/clock", c.StartSandboxClock),
        CommandRoute("/clock/move", c.MoveSandboxClock),
        CommandRoute("/clock/pace", c.SetSandboxPace),
    )
)
