"""Random but plausible endpoints of webhooks; the same seed tells the same ones."""

from collections.abc import Iterator
from datetime import timedelta

from msgspec.structs import replace

from domain.webhooks.vocabulary import DisabledBecause
from tests.domain.webhooks import examples as x
from tests.projections.interleaved import Interleaved, Turn


class WebhooksByChance(Interleaved):
    """Clients register endpoints, change them, try them, and lose or give up some."""

    kind = "webhooks"

    def begun(self) -> Iterator[Turn]:
        """One endpoint, as long as it lasts."""
        stream, client, generation = self.new_id("endpoint"), self.new_id("client"), 1
        yield stream, (replace(x.REGISTERED, client_id=client, url=f"https://{stream}.example/in"),)
        for number in range(self.random.randint(2, 8)):
            match self.drawn("act", ("amend", "rotate", "ping", "request", "disable")):
                case "amend":
                    yield stream, (replace(x.AMENDED, client_id=client, url=f"https://{stream}.example/{number}"),)
                case "rotate":
                    generation += 1
                    until = x.ROTATED.old_valid_until + timedelta(days=number)
                    yield (
                        stream,
                        (replace(x.ROTATED, client_id=client, generation=generation, old_valid_until=until),),
                    )
                case "ping":
                    yield stream, (replace(x.PINGED, client_id=client),)
                case "request":
                    yield stream, (replace(x.REQUESTED, client_id=client, last=7 + number),)
                case _:
                    reason = self.drawn("reason", tuple(DisabledBecause))
                    yield stream, (replace(x.DISABLED, client_id=client, reason=reason),)
                    yield stream, (replace(x.ENABLED, client_id=client),)
        if self.random.random() < 0.5:
            yield stream, (replace(x.REMOVED, client_id=client),)
