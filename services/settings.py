"""Settings: one struct; secrets are masked wherever it is shown. `services.configuration` reads and checks them."""

import re
from pathlib import Path

import msgspec


class SettingsError(ValueError):
    """Settings that cannot be meant; the message lists every problem."""


PROVISIONAL_PREFIX = "360G-pakt"
"""Of our own making: 360Giving gives prefixes to publishers who ask for one."""


PROVISIONAL_OCID_PREFIX = "ocds-pakt01"
"""Of our own making: the Open Contracting Partnership gives prefixes to publishers who ask for one."""


PROVISIONAL_IATI_PREFIX = "XK-PAKT"
"""Of our own making: IATI knows an identifier by the list of organisations that gave it, and this is no such list."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How this process runs. A field is a key of the TOML file; its variable is `PAKT_` and its name in capitals.

    `data` is the folder of everything Pakt keeps on its own: the embedded database, keys, objects, credentials.
    `database_url` switches to an external PostgreSQL, `nodes` (`NAME=URL`, blanks between) names further ones for some
    of the tenants. Their user is the administrator, for commands of operators; processes connect as their roles, with
    `database_role_password`, and leave it out.
    `broker_url` switches to RabbitMQ, `object_url` to S3-compatible storage.
    `public_url` is the address under which people reach the gateway, for what is printed.
    `health_port` answers whether the process lives and is ready, on `host`; None where nobody asks.
    `wait`: seconds in which a process of its own expects database and schema; `stop_within`: seconds in which requests
    under way may end when the gateway is asked to stop.
    `request_seconds`: until an answer begins.
    `seal_within`: seconds in which every event is promised to be in a signed tree.
    `log_name` begins the origin of every transparency log; `signing_key` is the file of a PKCS#8 PEM that signs them.
    `witnesses` (`URL VKEY`, commas between) are asked to cosign them, or hand that in (`- VKEY`); a checkpoint
    that `witness_quorum` of them have cosigned, all when it is None, counts as public.
    `threesixty_prefix` begins the identifiers of grants in 360Giving files; the one set here is not registered there.
    `ocid_prefix` begins the identifiers of contracting processes; the one set here is not registered either.
    `iati_prefix` begins the identifiers of institutions and activities in IATI files; nor is the one set here.
    `egress_allow` (networks in CIDR notation, commas between) may be told webhooks though they are not public, and
    without encryption; None where nothing was said about it, '' where there shall be none.
    `backup_url` (`file:///folder` or `s3://bucket/prefix`) is where `pakt backup` keeps copies: the log every
    `backup_seconds`, a base backup every `backup_hours`, so that any moment of the last `backup_days` can be restored.
    `open_data_licence` is the URI of the licence under which open data is published.
    """

    data: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = 8000
    health_port: int | None = None
    wait: int = 60
    stop_within: int = 10
    database_url: str = ""
    database_role_password: str = ""
    nodes: str = ""
    broker_url: str = ""
    object_url: str = ""
    log_name: str = "pakt.localhost"
    seal_within: int = 60
    public_url: str = ""
    signing_key: Path | None = None
    witnesses: str = ""
    witness_quorum: int | None = None
    threesixty_prefix: str = PROVISIONAL_PREFIX
    ocid_prefix: str = PROVISIONAL_OCID_PREFIX
    iati_prefix: str = PROVISIONAL_IATI_PREFIX
    egress_allow: str | None = None
    backup_url: str = ""
    backup_seconds: int = 10
    backup_hours: int = 24
    backup_days: int = 14
    open_data_licence: str = "https://creativecommons.org/licenses/by/4.0/"
    max_body_bytes: int = 1 << 20
    max_upload_bytes: int = 25 << 20
    max_waiting_appends: int = 20_000
    poll_milliseconds: int = 100
    request_seconds: int = 30

    def __repr__(self) -> str:
        return f"Settings({', '.join(f'{name}={value!r}' for name, value in masked(self).items())})"


SECRETS = ("database_url", "nodes", "database_role_password", "broker_url", "object_url", "backup_url")
"""Fields that may hold a password. Each may be the text of a file that is named instead: `PAKT_DATABASE_URL_FILE`."""
HIDDEN = "***"
_PASSWORDS = re.compile(r"(?<=[?&])([^=&]*(?:password|secret|token)[^=&]*)=[^&#]*", re.IGNORECASE)


def masked(settings: Settings) -> dict[str, str | int | None]:
    """Every setting by its name; of addresses no passwords are left, of other secrets nothing."""
    shown: dict[str, str | int | None] = {}
    for name in settings.__struct_fields__:
        value = getattr(settings, name)
        if isinstance(value, Path):
            value = str(value)
        shown[name] = " ".join(map(_without_password, value.split())) if name in SECRETS and value else value
    return shown


def _without_password(text: str) -> str:
    scheme, found, rest = text.partition("://")
    if not found:
        return HIDDEN
    who, at, place = rest.rpartition("@")  # the last one: a password may hold any sign
    name = f"{who.partition(':')[0]}:{HIDDEN}" if ":" in who else who
    return _PASSWORDS.sub(rf"\1={HIDDEN}", f"{scheme}://{name}{at}{place}")


def named_nodes(settings: Settings) -> dict[str, str]:
    """The address of each further node, by its name."""
    pairs = (one.partition("=") for one in settings.nodes.split())
    return {name: url for name, _, url in pairs}


def token_key_file(settings: Settings) -> Path:
    """The file of the first key that signs bearer tokens; the others stand beside it."""
    return settings.data / "keys" / "tokens.jwk"


def endpoint_key_file(settings: Settings) -> Path:
    """The file of the key that the secrets of webhook endpoints follow from."""
    return settings.data / "keys" / "webhooks.secret"


def base_address(settings: Settings) -> str:
    """The address under which people reach this gateway."""
    return settings.public_url.rstrip("/") or f"http://{settings.host}:{settings.port}"
