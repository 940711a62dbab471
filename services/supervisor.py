"""Telling systemd, where it runs the process, that it is ready or stopping (sd_notify(3)); elsewhere nobody is told."""

import logging
import os
import socket

READY = "READY=1"
STOPPING = "STOPPING=1"
log = logging.getLogger("pakt.supervisor")


def tell_supervisor(state: str) -> None:
    """Send `state` to the socket that NOTIFY_SOCKET names. That it cannot be told is only said."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as told:
            told.sendto(state.encode(), "\0" + address[1:] if address.startswith("@") else address)
    except OSError as error:
        log.warning("systemd is not told %s: %s", state, error)
