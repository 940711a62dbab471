"""The witness as a process: its folder, its keys, its server."""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path

from infra.clock import SystemClock
from services.serving import HttpServer
from services.witness.app import create_app
from services.witness.configuration import Configuration, verifiers
from services.witness.known_logs import KnownLogs
from services.witness.state import opened
from services.witness.witness import Witness


async def run(configuration: Configuration, tell: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT; `tell` gets `cosigner VKEY`, and `ready http://host:port` once it serves.

    Raises:
        ConfigurationError: a key is none.
        StateRefused: the folder cannot be used.
        OSError: the address is taken.
    """
    known = KnownLogs(verifiers(configuration.logs), verifiers(configuration.prefixes))
    with opened(Path(configuration.state), configuration.name) as state:
        witness = Witness(state.signer, known, state.ledger, state.evidence, SystemClock())
        cosigner = str(state.signer.verifier)
        app = create_app(witness, state.ledger, state.evidence, cosigner)
        server = HttpServer(app, configuration.host, configuration.port)

        async def ready() -> None:
            tell(f"cosigner {cosigner}")
            tell(f"ready http://{server.host}:{server.port}")

        serving = asyncio.ensure_future(server.serve(ready))
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        stopping = asyncio.ensure_future(stop.wait())
        await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
        if not serving.done():
            await server.stop()
        stopping.cancel()
        await serving
