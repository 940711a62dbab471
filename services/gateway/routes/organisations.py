"""Addresses of the commands on organisations; they are commands of the national tenant."""

from domain.organisations import commands as c
from services.gateway.command_route import CommandRoute
from services.gateway.routing import Routes

_ORGANISATION = "/organisations/{id}"

ROUTES = Routes(
    commands=(
        CommandRoute("/organisations", c.ClaimOrganisation),
        CommandRoute(f"{_ORGANISATION}/amend", c.AmendOrganisation),
        CommandRoute(f"{_ORGANISATION}/verify", c.VerifyOrganisation),
        CommandRoute(f"{_ORGANISATION}/refuse", c.RefuseClaim),
        CommandRoute(f"{_ORGANISATION}/suspend", c.SuspendOrganisation),
        CommandRoute(f"{_ORGANISATION}/reinstate", c.ReinstateOrganisation),
        CommandRoute(f"{_ORGANISATION}/remove", c.RemoveOrganisation),
        CommandRoute(f"{_ORGANISATION}/merge", c.MergeOrganisation),
        CommandRoute(f"{_ORGANISATION}/certificates", c.RecordCertificate),
        CommandRoute(f"{_ORGANISATION}/revoke-certificate", c.RevokeCertificate),
        CommandRoute(f"{_ORGANISATION}/public-benefit", c.GrantPublicBenefit),
        CommandRoute(f"{_ORGANISATION}/end-public-benefit", c.EndPublicBenefit),
        CommandRoute(f"{_ORGANISATION}/officers", c.RecordOfficer),
        CommandRoute(f"{_ORGANISATION}/end-officer", c.EndOfficer),
        CommandRoute(f"{_ORGANISATION}/memberships", c.RecordMembership),
        CommandRoute(f"{_ORGANISATION}/end-membership", c.EndMembership),
        CommandRoute(f"{_ORGANISATION}/representatives", c.MandateRepresentative),
        CommandRoute(f"{_ORGANISATION}/revoke-representative", c.RevokeRepresentative),
    )
)
