"""Addresses of the commands on rule packs, overrides and the working calendar."""

from domain.rules import commands as c
from services.gateway.command_route import CommandRoute
from services.gateway.routing import Routes

ROUTES = Routes(
    commands=(
        CommandRoute("/rule-packs", c.DraftRulePack, reads="/aggregates/{id}"),
        CommandRoute("/rule-packs/{id}/revise", c.ReviseRulePack),
        CommandRoute("/rule-packs/{id}/publish", c.PublishRulePack),
        CommandRoute("/rule-packs/{id}/supersede", c.SupersedeRulePack),
        CommandRoute("/rules/overrides", c.OverrideRule, reads="/aggregates/{id}"),
        CommandRoute("/rules/overrides/{id}/lift", c.LiftOverride),
        CommandRoute("/calendar/years", c.PublishCalendarYear),
        CommandRoute("/calendar/non-working-days", c.DeclareNonWorkingDay),
        CommandRoute("/calendar/estimated-holidays", c.MoveEstimatedHoliday),
    )
)
