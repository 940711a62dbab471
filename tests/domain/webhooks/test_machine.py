"""An endpoint driven in any order by its client, a stranger, the administrator and the clock."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.kernel.command import Command
from domain.kernel.context import Mandate
from domain.kernel.ids import derived_id
from domain.webhooks import commands as c
from domain.webhooks import events as e
from domain.webhooks.endpoint import WebhookEndpoint
from domain.webhooks.vocabulary import DisabledBecause, EndpointStage
from tests.domain.webhooks import examples as x
from tests.domain.webhooks.test_endpoint import REGISTERING
from tests.support.given import NATIONAL, STREAM
from tests.support.world import MACHINE, World

senders = st.sampled_from(
    [
        (x.CLIENT, x.AS_CLIENT),
        (x.OTHER, x.AS_CLIENT),
        (derived_id("test", "administrator"), x.AS_ADMINISTRATOR),
        (derived_id("system", "clock"), x.AS_CLOCK),
    ]
)
commands = st.one_of(
    st.builds(
        c.AmendEndpoint,
        url=st.sampled_from(["https://a.example", "https://b.example/in"]),
        types=st.sampled_from([("*",), ("grants.*", "council.*")]),
        tenants=st.sampled_from([("all",), ("prizren", "nowhere"), ("prizren",)]),
    ),
    st.builds(c.RotateEndpointSecret, overlap_hours=st.integers(0, 168)),
    st.just(c.PingEndpoint()),
    st.builds(
        c.RequestDeliveries,
        tenant=st.sampled_from(["prizren", "nowhere"]),
        first=st.integers(1, 20_000),
        last=st.integers(1, 20_000),
    ),
    st.builds(c.DisableEndpoint, reason=st.sampled_from(DisabledBecause)),
    st.just(c.EnableEndpoint()),
    st.just(c.RemoveEndpoint()),
)


class EndpointMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    def _send(self, command: Command, actor: Any, mandate: Mandate) -> bool:
        facts = {"actor": actor, "mandate": mandate, "tenant": NATIONAL, "references": {"register": x.REGISTER}}
        return bool(self.world.send(command, STREAM, WebhookEndpoint, **facts))

    @property
    def held(self) -> WebhookEndpoint:
        found = self.world.aggregates[STREAM]
        assert isinstance(found, WebhookEndpoint)
        return found

    @initialize()
    def register(self) -> None:
        assert self._send(REGISTERING, x.CLIENT, x.AS_CLIENT)

    @rule(hours=st.integers(1, 50))
    def wait(self, hours: int) -> None:
        self.world.wait(timedelta(hours=hours))

    @rule(command=commands, sender=senders)
    def send(self, command: Command, sender: tuple[Any, Mandate]) -> None:
        before, because, generation = self.held.stage, self.held.disabled_because, self.held.generation
        made = self._send(command, *sender)

        if before is EndpointStage.REMOVED or sender[0] == x.OTHER:
            assert not made
        if made and before is EndpointStage.DISABLED and isinstance(command, c.EnableEndpoint):
            assert because is not DisabledBecause.MISUSED or sender[1] == x.AS_ADMINISTRATOR
        assert self.held.generation == generation + (made and isinstance(command, c.RotateEndpointSecret))

    @invariant()
    def every_event_is_its_clients(self) -> None:
        told = [event for _, event in self.world.log]
        assert {getattr(event, "client_id", None) for event in told} <= {x.CLIENT}
        assert sum(isinstance(event, e.EndpointRemoved) for event in told) <= 1
        if told:
            held = self.held
            assert (held.disabled_because is not None) <= (held.stage is not EndpointStage.ACTIVE)
            assert held.generations(self.world.now)[0] == held.generation
            assert len(held.generations(self.world.now)) <= 2
            assert vars(self.world.replayed(STREAM)) == vars(held)


TestEndpoints = EndpointMachine.TestCase
TestEndpoints.settings = MACHINE
