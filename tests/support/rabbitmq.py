"""RabbitMQ for tests: the server that they share, and one of a test's own, which may be killed with what it held."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

SERVERS = (Path("/usr/lib/rabbitmq/bin/rabbitmq-server"),)
"""The server itself: the script in the path changes the user, who could not write into a test's folder."""
STARTS_WITHIN = 90.0
SHARED = os.environ.get("PAKT_TEST_BROKER_URL", "amqp://guest:guest@127.0.0.1:5672")
"""The server that tests share, where one runs."""

QUEUES = ("", "-retries", "-dumps", "-webhooks", "-work")
"""What the queues of one installation are called, after its own name."""


async def require_shared() -> None:
    """Skip the test where no shared server answers; fail it where one is required."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", 5672)
    except OSError:
        if "broker" in os.environ.get("PAKT_REQUIRE", ""):
            raise
        pytest.skip("no RabbitMQ server on 127.0.0.1:5672")
    writer.close()
    await writer.wait_closed()


def forget(queue: str) -> None:
    """Take an installation's queues away from the server that tests share: `queue` is what its address ends with."""
    import pika

    connection = pika.BlockingConnection(pika.URLParameters(SHARED))
    channel = connection.channel()
    for kind in QUEUES:
        for suffix in ("", ".DQ", ".XQ"):
            channel.queue_delete(f"{queue}{kind}{suffix}")
    connection.close()


class RabbitMQ:
    """A node on free ports; its messages are in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port, self._between = _free(), _free()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"amqp://guest:guest@127.0.0.1:{self._port}?heartbeat=10&connection_attempts=1&socket_timeout=2"

    @staticmethod
    def server() -> Path | None:
        """The program, where it is installed."""
        return next((one for one in SERVERS if one.exists()), None)

    def start(self) -> None:
        """Start it, and wait until it lets somebody in."""
        self._folder.mkdir(parents=True, exist_ok=True)
        plugins = self._folder / "plugins"
        plugins.write_text("[].")
        configured = self._folder / "own.conf"
        configured.write_text(f"listeners.tcp.1 = 127.0.0.1:{self._port}\n")
        environment = os.environ | {
            "HOME": str(self._folder),
            "RABBITMQ_NODENAME": f"pakt{self._port}@localhost",
            "RABBITMQ_CONFIG_FILE": str(configured),
            "RABBITMQ_DIST_PORT": str(self._between),
            "RABBITMQ_MNESIA_BASE": str(self._folder / "messages"),
            "RABBITMQ_LOG_BASE": str(self._folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(plugins),
            "RABBITMQ_PID_FILE": str(self._folder / "pid"),
        }
        server = self.server()
        assert server is not None
        self._process = subprocess.Popen(
            [str(server)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        since = time.monotonic()
        while not self._answers():
            assert self._process.poll() is None, "RabbitMQ ended while it started"
            assert time.monotonic() - since < STARTS_WITHIN, "RabbitMQ does not answer"
            time.sleep(0.1)

    def kill(self, *, forget: bool = False) -> None:
        """End it at once; `forget` throws away all it held."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
        if forget:
            shutil.rmtree(self._folder / "messages", ignore_errors=True)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), 1.0) as made:
                made.sendall(b"AMQP\x00\x00\x09\x01")
                return made.recv(1) == b"\x01"
        except OSError:
            return False


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
