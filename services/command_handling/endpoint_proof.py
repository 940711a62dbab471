"""What must be true of a webhook endpoint beyond its form: an address that may be asked, and types that are told."""

import re
from collections.abc import Iterable
from ipaddress import ip_address

from domain.kernel.context import Tenant
from domain.kernel.errors import InvalidValue
from domain.kernel.manifest import Domain
from domain.kernel.message import N_
from domain.webhooks.commands import AmendEndpoint, RegisterEndpoint
from domain.webhooks.vocabulary import matches
from infra.egress.interface import RequestFailed, Target
from infra.egress.reach import Address, Reach
from services.command_handling.request import Request


class EndpointProof:
    """Names are resolved when something is sent; an address that stands in the URL itself is judged at once."""

    def __init__(self, reach: Reach, domains: Iterable[Domain]) -> None:
        self._reach = reach
        self._told = [event.TOPIC for one in domains for event in (*one.public, *one.granted, *one.own)]

    async def of_choice(self, tenant: Tenant, request: Request) -> None:
        """Raises: InvalidValue."""
        del tenant
        command = request.command
        if not isinstance(command, RegisterEndpoint | AmendEndpoint):
            raise TypeError(command)
        self._require_askable(command.url)
        for n, pattern in enumerate(command.types):
            if not any(matches(pattern, name) for name in self._told):
                raise InvalidValue(
                    f"/types/{n}", N_("No event that is told has a type like {pattern}."), pattern=pattern
                )

    def _require_askable(self, url: str) -> None:
        try:
            target = Target.parse(url)
        except RequestFailed as error:
            raise InvalidValue("/url", N_("Nothing can be sent to this address.")) from error
        address = _literal(target.host)
        if address is None:
            if _NUMBERS.fullmatch(target.host) or (_OWN.fullmatch(target.host) and not self._reach.allows_any):
                raise InvalidValue("/url", N_("Nothing is sent to this address from here."))
            if target.scheme == "http" and not self._reach.allows_any:
                raise InvalidValue("/url", N_("Messages are sent encrypted: the address begins with https."))
        elif self._reach.refusal(address, target.scheme):
            raise InvalidValue("/url", N_("Nothing is sent to this address from here."))


_NUMBERS = re.compile(r"(?i)(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)\.?")
"""What ends in a number is no name: it is an address in a spelling of its own, such as 127.1 or 0x7f000001."""
_OWN = re.compile(r"(?i)(?:.*\.)?localhost\.?")
"""Names of the machine that asks, whichever it is (RFC 6761, section 6.3)."""


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
