"""An installation to try Pakt out: on its own database, seen by nobody but its machine."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from msgspec.structs import replace

from services.settings import Settings

THIS_MACHINE = "127.0.0.0/8,::1/128"


def reaching_itself(settings: Settings) -> Settings:
    """Let webhooks reach receivers on this machine, where somebody tries Pakt out and said nothing else about it.

    Whoever could then have the machine ask itself is on it already. Behind a public address that would not be so.
    """
    alone = not settings.database_url and _on_this_machine(settings.host)
    if settings.egress_allow is not None or not alone or not _on_this_machine(_public_host(settings)):
        return settings
    return replace(settings, egress_allow=THIS_MACHINE)


def _public_host(settings: Settings) -> str:
    return urlsplit(settings.public_url).hostname or "" if settings.public_url else settings.host


def _on_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
