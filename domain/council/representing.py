"""For which institution somebody sits or acts: one that is in the national register and goes on."""

from uuid import UUID

from domain.kernel.command import Command, References
from domain.kernel.context import Context
from domain.kernel.errors import InvalidValue
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.kernel.message import N_
from domain.tenants.register import InstitutionRegister, InstitutionState


def _institutions(_command: Command) -> UUID:
    return derived_id(InstitutionRegister.SINGLETON, NATIONAL_TENANT)


ON_INSTITUTIONS: References = {"institutions": (InstitutionRegister, _institutions)}


def require_institution(slug: str, ctx: Context) -> None:
    """Raises: InvalidValue for an institution that the register has not, or that has ended."""
    known = ctx.reference("institutions", InstitutionRegister).institutions.get(slug)
    if known is None or known.state is not InstitutionState.ACTIVE:
        raise InvalidValue("/institution", N_("The register has no such institution."))
