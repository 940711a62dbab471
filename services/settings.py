"""Settings: one struct, read from the environment and checked once; secrets are masked wherever it is shown."""

import os
import re
from collections.abc import Mapping
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
    """How this process runs. Environment names are `PAKT_` and the field's name in capitals.

    `data` is the folder of everything Pakt keeps on its own: the embedded database, keys, objects, credentials.
    `database_url` switches to an external PostgreSQL; `broker_url` to RabbitMQ; `object_url` to S3-compatible storage.
    `public_url` is the address under which people reach the gateway, for what is printed.
    `health_port` answers whether the process lives and is ready, on `host`; None where nobody asks.
    `wait`: seconds in which a process of its own expects database and schema; `stop_within`: seconds in which requests
    under way may end when the gateway is asked to stop.
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
    max_waiting_appends: int = 10_000
    poll_milliseconds: int = 100

    def __repr__(self) -> str:
        shown = {name: getattr(self, name) for name in self.__struct_fields__}
        for secret in ("database_url", "database_role_password", "broker_url"):
            if shown[secret]:
                shown[secret] = "***"
        return f"Settings({', '.join(f'{k}={v!r}' for k, v in shown.items())})"


_FORMS = {
    "log_name": (re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,200}[A-Za-z0-9])?"), "name like pakt.example.org"),
    "public_url": (
        re.compile(r"(https?://[^\s\x00-\x1f\"<>/]+(/[^\s\x00-\x1f\"<>]*)?)?"),
        "address like https://pakt.example.org",
    ),
    "threesixty_prefix": (re.compile(r"360G-[A-Za-z0-9]{1,40}"), f"prefix like {PROVISIONAL_PREFIX}"),
    "ocid_prefix": (re.compile(r"ocds-[a-z0-9]{6}"), f"prefix like {PROVISIONAL_OCID_PREFIX}"),
    "iati_prefix": (re.compile(r"[A-Z]{2}-[A-Z0-9]{2,20}"), f"prefix like {PROVISIONAL_IATI_PREFIX}"),
    "backup_url": (
        re.compile(r"(file:///[^\x00-\x1f]+|s3://[^\s\x00-\x1f]+)?"),
        "address like file:///mnt/backup or s3://bucket",
    ),
    "open_data_licence": (re.compile(r"https?://[!-~]{1,300}"), "address of a licence"),
}
_BOUNDS = {
    "port": (0, 65_535),
    "health_port": (0, 65_535),
    "wait": (0, 86_400),
    "stop_within": (0, 3_600),
    "max_body_bytes": (1_024, 64 << 20),
    "max_upload_bytes": (1_024, 1 << 30),
    "max_waiting_appends": (16, 1_000_000),
    "poll_milliseconds": (1, 60_000),
    "seal_within": (1, 86_400),
    "backup_seconds": (1, 3_600),
    "backup_hours": (1, 8_760),
    "backup_days": (1, 3_650),
}


def load_settings(environment: Mapping[str, str] | None = None, **given: object) -> Settings:
    """Settings from the environment; keyword arguments that are not None win.

    Raises: SettingsError with every problem at once, each with the name of its variable.
    """
    env = os.environ if environment is None else environment
    values: dict[str, object] = {}
    problems: list[str] = []
    for field in msgspec.structs.fields(Settings):
        raw = env.get(f"PAKT_{field.name.upper()}")
        value = given.get(field.name) if given.get(field.name) is not None else raw
        if value is None:
            continue
        try:
            values[field.name] = msgspec.convert(str(value), field.type, strict=False, dec_hook=_path)
        except msgspec.ValidationError as error:
            problems.append(f"PAKT_{field.name.upper()}: {error}")
    for name, (least, most) in _BOUNDS.items():
        number = values.get(name)
        if isinstance(number, int) and not least <= number <= most:
            problems.append(f"PAKT_{name.upper()}: {number} is not between {least} and {most}")
    for name, (form, what) in _FORMS.items():
        text = values.get(name)
        if isinstance(text, str) and not form.fullmatch(text):
            problems.append(f"PAKT_{name.upper()}: {text!r} is no {what}")
    problems += _of_networks(str(values.get("egress_allow") or ""))
    problems += _of_witnesses(str(values.get("witnesses", "")), values.get("witness_quorum"))
    if problems:
        raise SettingsError("\n".join(problems))
    return Settings(**values)  # type: ignore[arg-type]


def _of_witnesses(witnesses: str, quorum: object) -> list[str]:
    """What is wrong with them."""
    if not witnesses and quorum in {None, 0}:
        return []
    from infra.witnesses.interface import addresses  # noqa: PLC0415 - knows keys, and so takes long to import

    try:
        count = len(addresses(witnesses))
    except ValueError as error:
        return [f"PAKT_WITNESSES: {error}"]
    if isinstance(quorum, int) and not 0 <= quorum <= count:
        return [f"PAKT_WITNESS_QUORUM: {quorum} is not between 0 and the number of witnesses, {count}"]
    return []


def _of_networks(text: str) -> list[str]:
    """What is wrong with them."""
    if not text:
        return []
    from infra.egress.reach import networks  # noqa: PLC0415 - most processes send nothing

    try:
        networks(text)
    except ValueError as error:
        return [f"PAKT_EGRESS_ALLOW: {error}"]
    return []


def _path(kind: type, value: object) -> object:
    if kind is Path:
        return Path(str(value))
    raise NotImplementedError(kind)


def token_key_file(settings: Settings) -> Path:
    """The file of the first key that signs bearer tokens; the others stand beside it."""
    return settings.data / "keys" / "tokens.jwk"


def endpoint_key_file(settings: Settings) -> Path:
    """The file of the key that the secrets of webhook endpoints follow from."""
    return settings.data / "keys" / "webhooks.secret"


def base_address(settings: Settings) -> str:
    """The address under which people reach this gateway."""
    return settings.public_url.rstrip("/") or f"http://{settings.host}:{settings.port}"
