"""Settings from options, environment, TOML and files of secrets: which wins, what is refused, and what is shown."""

from pathlib import Path

import pytest

from services.configuration.loading import Effective, configure, load_settings
from services.configuration.sources import Sources
from services.settings import Settings, SettingsError, masked, named_nodes
from tests.support.running import pakt


def problems(environment: dict[str, str], **options: object) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        load_settings(environment, **options)
    return str(refused.value).splitlines()


def toml(folder: Path, text: str) -> str:
    path = folder / "pakt.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_an_option_wins_over_the_environment_which_wins_over_the_file(tmp_path: Path) -> None:
    file = toml(tmp_path, 'port = 1001\nhost = "0.0.0.0"\nseal_within = 30\ndata = "/srv/pakt"')
    found = configure({"PAKT_SETTINGS": file, "PAKT_PORT": "1002", "PAKT_HOST": "10.0.0.1"}, port=1003, host=None)

    settings = found.settings
    assert (settings.port, settings.host, settings.seal_within, settings.data) == (
        1003,
        "10.0.0.1",
        30,
        Path("/srv/pakt"),
    )
    sources = {one.name: one.source for one in found.effective()}
    assert [sources[name] for name in ("port", "host", "seal_within", "wait")] == [
        "option --port",
        "PAKT_HOST",
        f"{file}:seal_within",
        "default",
    ]


def test_the_file_may_be_named_by_an_option(tmp_path: Path) -> None:
    assert load_settings({}, settings=toml(tmp_path, "port = 7")).port == 7


def test_every_problem_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    file = toml(tmp_path, 'prot = 1\nwait = "long"\nseal_within = 0\n[data]\nfolder = "x"')
    told = problems(
        {"PAKT_SETTINGS": file, "PAKT_PORT": "many", "PAKT_LOG_NAME": "no name", "PAKT_BROKER_URL": "redis://secret@x"},
        health_port=70_000,
    )

    assert sorted(told) == sorted(
        [
            f"{file}:prot: there is no such setting: is port meant?",
            f"{file}:wait: Expected `int`, got `str`",
            f"{file}:seal_within: 0 is not between 1 and 86400",
            f"{file}:data: Expected `str`, got `object`",
            "PAKT_PORT: Expected `int`, got `str`",
            "PAKT_LOG_NAME: 'no name' is no name like pakt.example.org",
            "PAKT_BROKER_URL: the value is no address like amqp://user:password@host",
            "option --health-port: 70000 is not between 0 and 65535",
        ]
    )


@pytest.mark.parametrize("text", ["port = ", "port = 1\nport = 2"])
def test_what_is_no_toml_is_refused(text: str, tmp_path: Path) -> None:
    assert "is no TOML" in problems({}, settings=toml(tmp_path, text))[0]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert problems({"PAKT_SETTINGS": str(tmp_path / "none.toml")}) == [
        f"{tmp_path}/none.toml: cannot be read: No such file or directory"
    ]


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"PAKT_PORT": "8080", "PAKT_HEALTH_PORT": "8080"}, "PAKT_HEALTH_PORT: 8080 is the gateway's port too"),
        (
            {"PAKT_DATABASE_ROLE_PASSWORD": "secret"},
            "PAKT_DATABASE_ROLE_PASSWORD: the embedded database has no passwords: database_url is not set",
        ),
        (
            {"PAKT_NODES": "east=postgresql://db/east"},
            "PAKT_NODES: further nodes need a home: database_url is not set",
        ),
        (
            {"PAKT_DATABASE_URL": "postgresql://db/pakt", "PAKT_NODES": "east=postgresql://db/pakt"},
            "PAKT_NODES: a node has the address of database_url, which is the home",
        ),
        (
            {
                "PAKT_DATABASE_URL": "postgresql://db/pakt",
                "PAKT_NODES": "east=postgresql://db/east",
                "PAKT_BACKUP_URL": "file:///b",
            },
            "PAKT_BACKUP_URL: pakt backup copies one server and there are several: back each up by its own means",
        ),
        (
            {"PAKT_NODES": "east=postgresql://u:geheim@db/a East=geheim"},
            "PAKT_NODES: the value is no list like east=postgresql://user@host/database west=postgresql://...",
        ),
        ({"PAKT_NODES": "main=postgresql://db/a"}, "PAKT_NODES: main is the name of the home"),
        ({"PAKT_NODES": "a=postgresql://db/a a=postgresql://db/b"}, "PAKT_NODES: a is named twice"),
        ({"PAKT_NODES": "a=postgresql://db/a b=postgresql://db/a"}, "PAKT_NODES: two nodes have one address"),
        ({"PAKT_WITNESS_QUORUM": "1"}, "PAKT_WITNESS_QUORUM: 1 is not between 0 and the number of witnesses, 0"),
    ],
)
def test_settings_that_do_not_go_together_are_named(environment: dict[str, str], told: str) -> None:
    assert problems(environment) == [told]


def test_a_secret_may_be_the_text_of_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "url"
    secret.write_text("postgresql://pakt:geheim@db/pakt\n")
    found = configure({"PAKT_DATABASE_URL_FILE": str(secret)})

    assert found.settings.database_url == "postgresql://pakt:geheim@db/pakt"
    assert next(one for one in found.effective() if one.name == "database_url") == Effective(
        "database_url", "postgresql://pakt:***@db/pakt", f"PAKT_DATABASE_URL_FILE ({secret})"
    )
    assert load_settings({}, settings=toml(tmp_path, f'database_url_file = "{secret}"')) == found.settings


def test_a_secret_is_given_once_and_its_file_can_be_read(tmp_path: Path) -> None:
    gone = str(tmp_path / "gone")

    assert problems({"PAKT_BROKER_URL": "amqp://x", "PAKT_BROKER_URL_FILE": gone}) == [
        "PAKT_BROKER_URL_FILE: broker_url is given itself too; which of them is meant?",
        f"PAKT_BROKER_URL_FILE: {gone} cannot be read: No such file or directory",
    ]
    assert problems({}, settings=toml(tmp_path, 'port_file = "x"')) == [
        f"{tmp_path}/pakt.toml:port_file: there is no such setting: is port meant?"
    ]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://pakt@db/pakt", "postgresql://pakt@db/pakt"),
        ("postgresql://pakt:a/b@c:d@db/pakt", "postgresql://pakt:***@db/pakt"),
        (
            "postgresql://db/pakt?user=x&password=geheim&sslmode=require",
            "postgresql://db/pakt?user=x&password=***&sslmode=require",
        ),
        ("s3://key:geheim@bucket/prefix", "s3://key:***@bucket/prefix"),
        ("geheim", "***"),
    ],
)
def test_no_password_is_shown(address: str, shown: str) -> None:
    settings = Settings(object_url=address, database_role_password="geheim")

    assert masked(settings)["object_url"] == shown
    assert "geheim" not in repr(settings)
    assert "***" in repr(settings)


def test_nodes_are_named_and_shown_without_passwords() -> None:
    text = "east=postgresql://u:geheim@db/a\n west=postgresql://u:geheim@db/b"
    settings = load_settings({"PAKT_DATABASE_URL": "postgresql://db/pakt", "PAKT_NODES": text})

    assert named_nodes(settings) == {
        "east": "postgresql://u:geheim@db/a",
        "west": "postgresql://u:geheim@db/b",
    }
    assert masked(settings)["nodes"] == "east=postgresql://u:***@db/a west=postgresql://u:***@db/b"
    assert "geheim" not in repr(settings)


def test_a_misspelt_variable_is_said_and_the_others_of_our_name_are_left_alone() -> None:
    environment = {"PAKT_DATABSE_URL": "x", "PAKT_SERVICE_HOST": "10.0.0.1", "PAKT_REQUIRE": "broker"}

    assert configure(environment).warnings == ("PAKT_DATABSE_URL is no setting: is PAKT_DATABASE_URL meant?",)
    assert [name for name, _ in Sources(environment).unknown()] == sorted(environment)


def test_kubernetes_own_variable_for_a_service_is_explained() -> None:
    assert "enableServiceLinks: false" in problems({"PAKT_PORT": "tcp://10.0.0.1:80"})[0]


def test_the_command_lists_what_is_in_force(tmp_path: Path) -> None:
    environment = {"PAKT_BROKER_URL": "amqp://guest:geheim@broker", "PAKT_SETTINGS": toml(tmp_path, "port = 8123")}
    listed = pakt("settings", "--json", environment=environment)
    wrong = pakt("settings", environment=environment | {"PAKT_WAIT": "soon", "PAKT_PORT": "x"})

    assert listed.returncode == 0
    assert '{"name":"port","value":8123,"source":"' in listed.stdout
    assert "geheim" not in listed.stdout
    assert (wrong.returncode, wrong.stderr.count("Expected `int`")) == (2, 2)
