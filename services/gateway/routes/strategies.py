"""Strategies: put on record by whoever coordinates them, and read by everybody."""

from domain.action_measures.commands import strategy as c
from projections import strategy_queries as q
from projections.catalogue import STRATEGIES
from projections.reading import Page
from projections.strategy_register import StrategyRow
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.register_route import AtDeskAsked, AtWindowAsked, listed, open_listed, open_shown, shown
from services.gateway.routing import Routes
from services.gateway.views import view_of

_STRATEGY = "/strategies/{id}"
StrategyView = view_of(StrategyRow, "Strategy", without=("public",))
PublicStrategyView = view_of(q.PublicStrategy, "PublicStrategy")


@listed("/strategies", "strategies", StrategyView, of=(STRATEGIES,), by=q.Filter)
async def strategies(asked: AtDeskAsked[q.Filter]) -> Page[StrategyRow]:
    """Strategies on record here, the one adopted last first."""
    return await q.strategies(asked.connection, asked.chosen, after=asked.after, limit=asked.limit)


@shown("/strategies/{id:uuid}", "strategy", StrategyView, of=(STRATEGIES,))
async def strategy(asked: AtDeskAsked[NoFilter]) -> StrategyRow | None:
    """One strategy: objectives, who leads which measure, and what sources attest to."""
    return await q.strategy(asked.connection, asked.id)


@open_listed("/strategies", PublicStrategyView, of=(STRATEGIES,), by=q.Filter, operation_id="PublicStrategies")
async def public_strategies(asked: AtWindowAsked[q.Filter]) -> Page[q.PublicStrategy]:
    """The Government's strategies for cooperation with civil society, the one adopted last first."""
    return await q.public_strategies(asked.connection, asked.chosen, after=asked.after, limit=asked.limit)


@open_shown("/strategies/{id:uuid}", PublicStrategyView, of=(STRATEGIES,), operation_id="PublicStrategy")
async def public_strategy(asked: AtWindowAsked[NoFilter]) -> q.PublicStrategy | None:
    """One strategy: objectives, who leads which measure, and what sources attest to."""
    return await q.public_strategy(asked.connection, asked.id)


ROUTES = Routes(
    commands=(
        CommandRoute("/strategies", c.AdoptStrategy, reads=_STRATEGY),
        CommandRoute(f"{_STRATEGY}/specific-objectives", c.AddSpecificObjective),
        CommandRoute(f"{_STRATEGY}/measures", c.AssignMeasure),
        CommandRoute(f"{_STRATEGY}/outputs", c.RecordOutput),
        CommandRoute(f"{_STRATEGY}/end", c.EndStrategy),
    ),
    queries=(strategies, strategy),
    open=(public_strategies, public_strategy),
)
