"""What must be proved of a command before anything is decided: that a phone signed it, and that it saw the passes.

The rules know no keys. A proof follows from the command, the log and public keys alone, so a command that passed once
passes for ever, and a repeat is answered like the first time.
"""

from domain.kernel.context import Tenant
from domain.kernel.errors import InvalidValue, StreamNotFound
from domain.kernel.message import N_
from domain.volunteering.check_in_parts import CheckIn, check_in_text, registration_text, site_tag
from domain.volunteering.check_in_pass import Passes
from domain.volunteering.check_in_phone import CheckInPhone
from domain.volunteering.commands.check_in import RegisterPhone, SubmitCheckIns
from infra.eventstore.codec import restore
from infra.keys.p256 import signed_by
from services.check_in.passes import PassOffice
from services.command_handling.execute import CommandHandler
from services.command_handling.request import Request


class Proofs:
    """Checks commands of phones; asked by the command path (`CommandHandler.proofs`)."""

    def __init__(self, handler: CommandHandler, office: PassOffice) -> None:
        self._handler, self._office = handler, office

    async def of_phone(self, tenant: Tenant, request: Request) -> None:
        """That whoever registers a phone holds its key. Raises: InvalidValue."""
        command = request.command
        if not isinstance(command, RegisterPhone):
            raise TypeError(command.name)
        said = registration_text(tenant.slug, request.principal.person_id)
        _require_signed(command.public_key, said, command.signature, "/signature")

    async def of_check_ins(self, tenant: Tenant, request: Request) -> None:
        """That the phone signed each check-in, and each shows its pass. Raises: InvalidValue, StreamNotFound."""
        command, phone_id = request.command, request.stream_id
        if not isinstance(command, SubmitCheckIns):
            raise TypeError(command.name)
        if phone_id is None:
            raise StreamNotFound
        held = await self._handler.aggregates.read(tenant.tenant_id, CheckInPhone, phone_id, fresh=False)
        key = held.aggregate.public_key  # type: ignore[attr-defined] # `read` proved what it is
        passes = await self._passes(tenant.tenant_id, command)
        for n, one in enumerate(command.check_ins):
            self._require_shown(passes, tenant.slug, one, f"/check_ins/{n}/pass_proof")
            _require_signed(key, check_in_text(tenant.slug, phone_id, one), one.signature, f"/check_ins/{n}/signature")

    async def _passes(self, tenant_id: int, command: SubmitCheckIns) -> Passes:
        passes = Passes()
        for opportunity_id in dict.fromkeys(one.opportunity_id for one in command.check_ins):
            for stored in await self._handler.store.read_tag(tenant_id, site_tag(opportunity_id)):
                passes.apply(stored.stream_id, restore(self._handler.registry, stored))
        return passes

    def _require_shown(self, passes: Passes, tenant: str, one: CheckIn, pointer: str) -> None:
        """A pass that does not exist is for the rules to refuse."""
        issued = passes.of(one)
        if issued is not None and not self._office.shown_by(one.pass_proof, tenant, issued):
            raise InvalidValue(pointer, N_("This is not what the pass shows."))


def _require_signed(public_key: str, said: str, signature: str, pointer: str) -> None:
    if not signed_by(public_key, said, signature):
        raise InvalidValue(pointer, N_("The phone's key did not sign this."))
