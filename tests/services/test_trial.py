"""On an installation that only its own machine reaches, webhooks may reach that machine; on every other one not."""

from ipaddress import ip_address

import pytest

from services.bootstrap import reach_of
from services.configuration.loading import load_settings
from services.settings import Settings
from services.trial import reaching_itself

THIS_MACHINE = ("127.0.0.1", "127.8.8.8", "::1")
OTHERS = ("10.0.0.1", "192.168.1.1", "169.254.169.254", "fe80::1", "fc00::1")


def reached(settings: Settings, addresses: tuple[str, ...]) -> set[bool]:
    reach = reach_of(reaching_itself(settings))
    return {reach.refusal(ip_address(one), "http") == "" for one in addresses}


@pytest.mark.parametrize(
    "settings",
    [
        Settings(),
        Settings(host="::1"),
        Settings(host="localhost", public_url="http://localhost:8000"),
        Settings(public_url="http://[::1]:8000/pakt"),
    ],
    ids=repr,
)
def test_where_nobody_else_comes_in_this_machine_alone_is_reached(settings: Settings) -> None:
    assert reached(settings, THIS_MACHINE) == {True}
    assert reached(settings, OTHERS) == {False}


@pytest.mark.parametrize(
    "settings",
    [
        Settings(database_url="postgresql://pakt@127.0.0.1/pakt"),
        Settings(host="0.0.0.0"),
        Settings(host="::"),
        Settings(host="10.1.2.3"),
        Settings(host="pakt.example.org"),
        Settings(public_url="https://pakt.example.org"),
        Settings(public_url="https://127.0.0.1.example.org"),
        Settings(public_url="https://127.0.0.1@pakt.example.org"),
    ],
    ids=repr,
)
def test_where_others_come_in_or_the_database_is_elsewhere_it_is_not(settings: Settings) -> None:
    assert reached(settings, THIS_MACHINE) == {False}


def test_what_somebody_said_counts_also_where_they_said_none() -> None:
    assert reached(load_settings({"PAKT_EGRESS_ALLOW": ""}), THIS_MACHINE) == {False}
    said = load_settings({"PAKT_EGRESS_ALLOW": "10.0.0.0/8"})
    assert reached(said, THIS_MACHINE) == {False}
    assert reached(said, ("10.0.0.1",)) == {True}
