"""Whether a value can be meant, and whether values go together."""

import re
from collections.abc import Iterator, Mapping

from infra.database.interface import MAIN_NODE
from services.settings import (
    PROVISIONAL_IATI_PREFIX,
    PROVISIONAL_OCID_PREFIX,
    PROVISIONAL_PREFIX,
    SECRETS,
)

_FORMS = {
    "database_url": (re.compile(r"(postgres(ql)?://\S+)?"), "address like postgresql://user@host/database"),
    "nodes": (
        re.compile(r"\s*([a-z][a-z0-9-]{0,30}=postgres(ql)?://\S+\s*)*"),
        "list like east=postgresql://user@host/database west=postgresql://...",
    ),
    "broker_url": (re.compile(r"(amqps?://\S+)?"), "address like amqp://user:password@host"),
    "object_url": (re.compile(r"(s3://\S+)?"), "address like s3://bucket/prefix"),
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
    "request_seconds": (1, 3_600),
    "max_body_bytes": (1_024, 64 << 20),
    "max_upload_bytes": (1_024, 1 << 30),
    "max_waiting_appends": (16, 1_000_000),
    "poll_milliseconds": (1, 60_000),
    "seal_within": (1, 86_400),
    "backup_seconds": (1, 3_600),
    "backup_hours": (1, 8_760),
    "backup_days": (1, 3_650),
}


def wrong(name: str, value: object) -> str:
    """What is wrong with the value of a field; nothing when it can be meant. A secret is not repeated."""
    if name in _BOUNDS and isinstance(value, int):
        least, most = _BOUNDS[name]
        return "" if least <= value <= most else f"{value} is not between {least} and {most}"
    if name in _FORMS:
        form, what = _FORMS[name]
        said = "the value" if name in SECRETS else repr(value)
        if name == "nodes" and form.fullmatch(str(value)):
            return _of_nodes(str(value))
        return "" if form.fullmatch(str(value)) else f"{said} is no {what}"
    if name == "egress_allow" and value:
        return _of_networks(str(value))
    if name == "witnesses" and value:
        return _of_witnesses(str(value))
    return ""


def contradictions(values: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Fields that do not go with others, each with why; only what was set is there, and it can be meant by itself."""
    port, health = values.get("port"), values.get("health_port")
    if health is not None and health == port != 0:
        yield "health_port", f"{health} is the gateway's port too"
    if values.get("database_role_password") and not values.get("database_url"):
        yield "database_role_password", "the embedded database has no passwords: database_url is not set"
    if nodes := str(values.get("nodes", "")).split():
        home = str(values.get("database_url", ""))
        if not home:
            yield "nodes", "further nodes need a home: database_url is not set"
        elif home in {one.partition("=")[2] for one in nodes}:
            yield "nodes", "a node has the address of database_url, which is the home"
        if values.get("backup_url"):
            yield "backup_url", "pakt backup copies one server and there are several: back each up by its own means"
    quorum, most = values.get("witness_quorum"), _count(str(values.get("witnesses", "")))
    if isinstance(quorum, int) and not 0 <= quorum <= most:
        yield "witness_quorum", f"{quorum} is not between 0 and the number of witnesses, {most}"


def _count(witnesses: str) -> int:
    if not witnesses:
        return 0
    from infra.witnesses.interface import addresses  # noqa: PLC0415 - knows keys, and so takes long to import

    return len(addresses(witnesses))


def _of_witnesses(witnesses: str) -> str:
    try:
        _count(witnesses)
    except ValueError as error:
        return str(error)
    return ""


def _of_nodes(text: str) -> str:
    pairs = [one.partition("=") for one in text.split()]
    names, addresses = [name for name, _, _ in pairs], [url for _, _, url in pairs]
    if MAIN_NODE in names:
        return f"{MAIN_NODE} is the name of the home"
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        return f"{', '.join(twice)} is named twice"
    return "" if len({*addresses}) == len(addresses) else "two nodes have one address"


def _of_networks(text: str) -> str:
    from infra.egress.reach import networks  # noqa: PLC0415 - most processes send nothing

    try:
        networks(text)
    except ValueError as error:
        return str(error)
    return ""
