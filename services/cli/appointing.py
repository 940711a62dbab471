"""`pakt appoint`: the first administrator of an institution."""

from datetime import date
from typing import TYPE_CHECKING, Annotated
from uuid import UUID, uuid4

from cyclopts import Parameter

from services.cli.exits import DONE, Misused, complete
from services.cli.options import Data, Tenant, settings_of_existing
from services.cli.output import say

if TYPE_CHECKING:
    from domain.tenants.commands import GrantMandate, RegisterMember


def appoint(
    *,
    tenant: Tenant,
    name: Annotated[str, Parameter(help="The person's full name.")],
    email: Annotated[str, Parameter(help="The person's address of electronic mail.")],
    legal_basis: Annotated[str, Parameter(help="The decision that the mandate rests on.")],
    until: Annotated[date | None, Parameter(help="The mandate's last day [it has none].")] = None,
    person: Annotated[
        UUID | None, Parameter(help="The id of somebody who is known already, as in another institution.")
    ] = None,
    data: Data = None,
) -> int:
    """Appoint an administrator of an institution from the console, from today on, and print the person's id.

    For the first one: administrators register and appoint everybody else through the API, those of the national
    institution (opm) in every other one, too. Name and address are sealed; the log says that the operator did it.

    For example:

    * `pakt appoint --tenant opm --name "Arta Gashi" --email arta@example.org --legal-basis "Decision 12/2026"`
    """

    async def work() -> int:
        from services.bootstrap import assemble  # noqa: PLC0415
        from services.seeding.appointment import appoint as execute  # noqa: PLC0415

        member, mandate = _meant(person or uuid4(), name, email, legal_basis, until)
        async with assemble(settings_of_existing(data)) as system:
            if not (await system.handler.authority.national(fresh=True)).institutions:
                raise Misused("there is no institution yet: `pakt seed --no-demo` first")
            await execute(system, tenant, member, mandate)
        say(str(member.person_id))
        return DONE

    return complete(work())


def _meant(
    person: UUID, name: str, email: str, legal_basis: str, until: date | None
) -> "tuple[RegisterMember, GrantMandate]":
    """The two commands. Raises: Misused, where a text cannot be meant."""
    import msgspec  # noqa: PLC0415

    from domain.kernel.deadline import local_day  # noqa: PLC0415
    from domain.kernel.manifest import Role  # noqa: PLC0415
    from domain.tenants.commands import GrantMandate, RegisterMember  # noqa: PLC0415
    from infra.clock import SystemClock  # noqa: PLC0415

    member = {"person_id": person, "full_name": name, "email": email}
    mandate = {
        "role": Role.ADMINISTRATOR,
        "legal_basis": legal_basis,
        "valid_from": local_day(SystemClock().now()),
        "valid_to": until,
    }
    try:
        return msgspec.convert(member, RegisterMember), msgspec.convert(mandate, GrantMandate)
    except msgspec.ValidationError as error:
        raise Misused(f"nobody can be appointed so: {error}") from error
