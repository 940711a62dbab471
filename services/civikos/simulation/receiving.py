"""The platform's own small server: takes webhooks, and says how things stand."""

from collections.abc import Awaitable, Callable

import msgspec
from litestar import Litestar, MediaType, Request, Response, get, post
from litestar.datastructures import State

from services.civikos.client.cloud_event import read_event
from services.civikos.client.errors import NotAnEvent, Replayed, WebhookRefused
from services.civikos.client.webhook import Receiver
from services.civikos.simulation.inbox import WEBHOOK, Inbox, Standing

MOST_BYTES = 64 * 1024
WEBHOOKS = "/webhooks"


class Door:
    """Where webhooks come in. Until the endpoint is registered nobody has a key, and everything is refused."""

    def __init__(self) -> None:
        self.receiver = Receiver(())


class Proved(msgspec.Struct, frozen=True):
    """How many events that came are proved to stand in the signed logs."""

    proved: int


def create_app(
    door: Door, inbox: Inbox, standing: Callable[[], Standing], proving: Callable[[], Awaitable[int]]
) -> Litestar:
    """The addresses of the platform."""

    @post(WEBHOOKS, status_code=204)
    async def webhooks(request: Request[None, None, State]) -> None:
        """An event is on disk before it is acknowledged; one that is refused changes nothing."""
        message = door.receiver.take(dict(request.headers), await request.body())
        try:
            inbox.take([read_event(message.body)], WEBHOOK)
        except BaseException:
            door.receiver.forget(message)
            raise

    @get("/standing")
    async def shown() -> Standing:
        """How things stand now."""
        return standing()

    @get("/proof")
    async def proof() -> Proved:
        """Prove it now."""
        return Proved(await proving())

    return Litestar(
        [webhooks, shown, proof],
        exception_handlers={WebhookRefused: _refused, NotAnEvent: _no_event},
        request_max_body_size=MOST_BYTES,
        openapi_config=None,
        logging_config=None,
        state=State({"draining": False}),
        debug=False,
    )


def _refused(_: object, error: Exception) -> Response[str]:
    return Response(f"{error}\n", status_code=409 if isinstance(error, Replayed) else 401, media_type=MediaType.TEXT)


def _no_event(_: object, error: Exception) -> Response[str]:
    return Response(f"{error}\n", status_code=400, media_type=MediaType.TEXT)
