"""The queues of one process: each has a broker of its own, opened when it is first used."""

from collections.abc import Callable, Sequence

from infra.broker.interface import Broker, GaveUp, Job, Perform


class Queues:
    """`open_queue` makes the broker of a queue; `shared` says that other processes perform what is sent to it too."""

    def __init__(self, open_queue: Callable[[str], Broker], *, shared: bool) -> None:
        self._open, self.shared = open_queue, shared
        self._brokers: dict[str, Broker] = {}
        self._performed: set[str] = set()

    async def perform(self, queue: str, perform: Perform, gave_up: GaveUp) -> None:
        """Begin to perform what is sent to a queue; once in a process."""
        self._performed.add(queue)
        await self._of(queue).start(perform, gave_up)

    async def send(self, queue: str, jobs: Sequence[Job]) -> None:
        """Hand jobs over; nobody is told where nobody could hear it. Raises: Unavailable."""
        if not self.shared and queue not in self._performed:
            return
        for job in jobs:
            await self._of(queue).send(job)

    async def close(self, queue: str) -> None:
        """Let running jobs of a queue end, then let go of its connections."""
        self._performed.discard(queue)
        broker = self._brokers.pop(queue, None)
        if broker is not None:
            await broker.stop()

    async def stop(self) -> None:
        """Close every queue."""
        for queue in list(self._brokers):
            await self.close(queue)

    def _of(self, queue: str) -> Broker:
        if queue not in self._brokers:
            self._brokers[queue] = self._open(queue)
        return self._brokers[queue]
