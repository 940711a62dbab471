"""Institutions that ended: who answers for what, what an institution has from others, the genealogy of all."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from domain.succession import commands as c
from domain.tenants.register import Institution, lineage
from projections import open_duties
from projections.catalogue import DUTIES, SUCCESSIONS
from projections.duty_register import DutyRow
from projections.genealogy import Step, steps
from projections.lookup import Lookup
from projections.reading import Conditions, Page
from services.gateway.command_route import CommandRoute
from services.gateway.register_route import AtDeskAsked, AtWindowAsked, everywhere, listed, open_listed
from services.gateway.routing import Routes
from services.gateway.views import view_of

DutyView = view_of(DutyRow, "Duty")
HeldDutyView = view_of(open_duties.HeldDuty, "InheritedDuty", without=("rank", "sort_at", "answers"))
_DUTIES = Lookup(DutyRow, "duty_register", "since", "duty_id")


class DutyFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing. `direction` is carried or taken, `other` a slug."""

    direction: str | None = None
    kind: str | None = None
    other: str | None = None
    duty_id: UUID | None = None


class GenealogyFilter(msgspec.Struct, frozen=True, kw_only=True):
    """`institution` is a slug: steps that lead to it or from it, over others too."""

    institution: str | None = None


@listed("/succession/duties", "succession", DutyView, of=(DUTIES,), by=DutyFilter)
async def duties(asked: AtDeskAsked[DutyFilter]) -> Page[DutyRow]:
    """What this institution's log says of duties that went to successors, or came from predecessors."""
    chosen = asked.chosen
    where = Conditions().add_equal(
        direction=chosen.direction, kind=chosen.kind, other=chosen.other, duty_id=chosen.duty_id
    )
    return await _DUTIES.page(asked.connection, where, asked.after, asked.limit)


@listed("/inherited-duties", "inherited_duties", HeldDutyView, by=open_duties.Filter, past=False)
async def inherited_duties(asked: AtDeskAsked[open_duties.Filter]) -> Page[open_duties.HeldDuty]:
    """What this institution has to do for others that ended, in their logs: due first on top, done ones last."""
    desk = asked.place
    institutions = (await desk.system.handler.authority.national()).institutions
    before = [one.tenant_id for one in institutions.values() if desk.tenant.slug in lineage(one.slug, institutions)]
    if not before:
        return Page([], None)
    async with desk.reads.audited(before, open_duties.RESTS_ON) as connection:
        return await open_duties.held_duties(
            connection, asked.now, asked.chosen, desk.tenant.slug, after=asked.after, limit=asked.limit
        )


@open_listed(
    "/genealogy",
    Step,
    of=(SUCCESSIONS, DUTIES),
    by=GenealogyFilter,
    within=everywhere,
    operation_id="PublicGenealogy",
)
async def genealogy(asked: AtWindowAsked[GenealogyFilter]) -> Page[Step]:
    """Which institutions went into which, by which decisions, with the duties that they took along."""
    institutions = (await asked.place.reads.national(asked.then, valid=True)).institutions
    found = await steps(asked.connection, {one.tenant_id: slug for slug, one in institutions.items()})
    named = asked.chosen.institution
    if named is not None:
        found = [one for one in found if _leads(one, named, institutions)]
    rest = [one for one in found if asked.after is None or one.key > asked.after]
    return Page(rest[: asked.limit], rest[asked.limit - 1].key if len(rest) > asked.limit else None)


def _leads(step: Step, to: str, institutions: Mapping[str, Institution]) -> bool:
    """Whether a step is one of those before an institution, or after it."""
    before = to == step.successor or to in lineage(step.successor, institutions)
    return before or to == step.predecessor or step.predecessor in lineage(to, institutions)


ROUTES = Routes(
    commands=(CommandRoute("/succession/assign-duty", c.AssignDuty),),
    queries=(duties, inherited_duties),
    open=(genealogy,),
)
