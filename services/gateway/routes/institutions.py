"""The institutions, for everybody and for the nation's readers: folded from the register, now or at a moment."""

import msgspec

from domain.tenants.register import Institution
from projections.reading import Page
from services.gateway.register_route import Asked, AtDeskAsked, AtWindowAsked, P, everywhere, listed, open_listed
from services.gateway.routing import Routes


class InstitutionView(msgspec.Struct, frozen=True):
    """An institution by its slug, with its names by language."""

    slug: str
    code: str
    kind: str
    names: dict[str, str]
    languages: tuple[str, ...]
    sandbox: bool
    state: str
    successors: tuple[str, ...]


class Filter(msgspec.Struct, frozen=True):
    """What to look for; None asks nothing."""

    kind: str | None = None


async def _page(asked: Asked[P, Filter]) -> Page[Institution]:
    known = (await asked.place.reads.national(asked.then, valid=True)).institutions
    start, kind = "" if asked.after is None else str(asked.after[0]), asked.chosen.kind
    rest = sorted(
        (one for slug, one in known.items() if slug > start and kind in (None, one.kind)), key=lambda one: one.slug
    )
    return Page(rest[: asked.limit], (rest[asked.limit - 1].slug,) if len(rest) > asked.limit else None)


@open_listed("/institutions", InstitutionView, by=Filter, within=everywhere, operation_id="PublicInstitutions")
async def institutions(asked: AtWindowAsked[Filter]) -> Page[Institution]:
    """The institutions, by slug."""
    return await _page(asked)


@listed(
    "/institutions",
    "national_institutions",
    InstitutionView,
    by=Filter,
    national=True,
    operation_id="NationalInstitutions",
)
async def national_institutions(asked: AtDeskAsked[Filter]) -> Page[Institution]:
    """The institutions, by slug."""
    return await _page(asked)


ROUTES = Routes(national=(national_institutions,), open=(institutions,))
