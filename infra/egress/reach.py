"""Which addresses may be asked from here, by the special-purpose registries of IANA (RFC 6890, RFC 8190).

Of IPv6 only global unicast is reached; an IPv4 address inside of one is judged as what it is.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_V4 = {
    "0.0.0.0/8": "this network",
    "10.0.0.0/8": "private",
    "100.64.0.0/10": "shared between a provider and its customers",
    "127.0.0.0/8": "loopback",
    "168.63.129.16/32": "a cloud's own, which answers its machines alone",
    "169.254.0.0/16": "link-local",
    "172.16.0.0/12": "private",
    "192.0.0.0/24": "protocol assignments",
    "192.0.2.0/24": "documentation",
    "192.88.99.0/24": "relays of 6to4",
    "192.168.0.0/16": "private",
    "198.18.0.0/15": "benchmarking",
    "198.51.100.0/24": "documentation",
    "203.0.113.0/24": "documentation",
    "224.0.0.0/4": "multicast",
    "240.0.0.0/4": "reserved",
}
_V6 = {
    "2001::/23": "protocol assignments, Teredo among them",
    "2001:db8::/32": "documentation",
    "2002::/16": "6to4",
    "3fff::/20": "documentation",
}
_CLOSED: tuple[tuple[Network, str], ...] = tuple((ip_network(one), why) for one, why in (_V4 | _V6).items())
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_LOW_32 = (1 << 32) - 1


def networks(text: str) -> tuple[Network, ...]:
    """Networks as settings name them: CIDR, with commas between. Raises: ValueError, naming the wrong one."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def open_to_all(address: Address) -> str:
    """Why an address is not part of the public network; '' where it is."""
    if isinstance(address, IPv6Address):
        if address in _MAPPED or address in _NAT64:
            return open_to_all(IPv4Address(int(address) & _LOW_32))
        if address not in _GLOBAL_UNICAST or address.scope_id is not None:
            return "not global unicast"
    return next((why for network, why in _CLOSED if address.version == network.version and address in network), "")


class Reach:
    """The public network, and beside it the networks that whoever runs the installation let be asked."""

    def __init__(self, allowed: Iterable[Network] = ()) -> None:
        self._allowed = tuple(allowed)

    @property
    def allows_any(self) -> bool:
        """Whether there are such networks."""
        return bool(self._allowed)

    def allows(self, address: Address) -> bool:
        """Whether it was named as one that may be asked, also without encryption."""
        return any(address.version == network.version and address in network for network in self._allowed)

    def refusal(self, address: Address, scheme: str) -> str:
        """Why it is not asked; '' where it is."""
        if self.allows(address):
            return ""
        return open_to_all(address) or ("" if scheme == "https" else "asked without encryption")
