"""Which library is known where, and that every adapter stands behind its port, its contract and its suite.

Layers between our own modules are contracts of import-linter in pyproject.toml (`make check`).
"""

import importlib
import inspect
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.source import PRODUCT, ROOT, dotted, imported, modules, shown, third_parties

LIBRARIES = {
    "asyncpg": ("infra", "projections"),
    "babel": ("services.language",),
    "cryptography": (
        "infra.credentials",
        "infra.keys",
        "infra.standard_webhooks",
        "infra.tlog",
        "infra.tls",
        "services.vault",
        "services.audit.standalone",
        "services.civikos.client",
    ),
    "cyclopts": ("services.cli",),
    "dateutil": ("domain.volunteering.shifts",),
    "dramatiq": ("infra.broker",),
    "eventsourcing": ("domain.kernel.aggregate", "domain.kernel.event", "services.audit.recorder"),
    "granian": ("services.serving",),
    "holidays": ("domain.rules.freeze",),
    "httpcore": ("infra.egress",),
    "httpx": ("infra.witnesses", "services.bootstrap", "services.civikos.client"),
    "icalendar": ("services.open_data.volunteer_calendar",),
    "joserfc": ("infra.identity",),
    "jsonschema": ("domain.grants", "infra.credentials", "services.open_data"),
    "litestar": (
        "services.civikos.simulation",
        "services.gateway",
        "services.health_port",
        "services.serving",
        "services.witness.app",
    ),
    "lxml": ("services.open_data.xml_document",),
    "msgspec": PRODUCT,
    "obstore": ("infra.objectstore",),
    "pika": ("infra.broker",),
    "ocdsmerge": ("services.open_data.ocds_merge",),
    "opentelemetry": ("infra.telemetry", "infra.broker", "services.projector.telling"),
    "psutil": ("infra.database",),
    "psycopg": ("services.audit.recorder",),
    "pyarrow": ("services.dumps.parquet",),
    "pyoxigraph": ("infra.credentials",),
    "referencing": ("domain.grants.form_validator", "services.open_data.ocds_schema"),
    "rfc8785": ("infra.credentials",),
    "rich": ("services.cli",),
    "segno": ("services.receipts.document",),
    "typst": ("services.receipts.document",),
    "uvloop": ("services.cli",),
    "vl_convert": ("services.monitoring.charts",),
}
"""Where each library may be imported: what else needs it asks the module that wraps it. A new line is a decision."""

STANDARD_IN_DOMAIN = frozenset(
    {
        "base64",
        "bisect",
        "collections",
        "collections.abc",
        "dataclasses",
        "datetime",
        "decimal",
        "enum",
        "fractions",
        "functools",
    }
    | {"hashlib", "importlib.resources", "itertools", "re", "sys", "types", "typing", "unicodedata", "uuid", "zoneinfo"}
)
"""Of the standard library, rules use what computes. `importlib.resources` reads the data files that ship with them."""

PORTS = sorted((ROOT / "infra").glob("*/interface.py"))


def test_libraries_are_known_where_they_are_wrapped() -> None:
    strangers = {
        f"{shown(path)} imports {library}": LIBRARIES.get(library, ())
        for path in modules(*PRODUCT)
        for library in third_parties(path)
        if not any(f"{dotted(path)}.".startswith(f"{place}.") for place in LIBRARIES.get(library, ()))
    }

    assert strangers == {}, "each may be imported by the places named only"


def test_every_library_of_the_list_is_used() -> None:
    assert set(LIBRARIES) == {library for path in modules(*PRODUCT) for library in third_parties(path)}


def test_rules_use_of_the_standard_library_what_computes() -> None:
    allowed = {"domain", *LIBRARIES}
    outside = {(shown(path), name) for path in modules("domain") for name in imported(path)}

    assert {one for one in outside if one[1].split(".")[0] not in allowed and one[1] not in STANDARD_IN_DOMAIN} == set()


def test_of_the_library_only_its_domain_layer_is_used() -> None:
    """Its recorder is what an auditor compares ours with: a second implementation, and no part of the first."""
    names = {
        (dotted(path) == "services.audit.recorder", name)
        for path in modules(*PRODUCT)
        for name in imported(path)
        if name.startswith("eventsourcing")
    }

    assert names == {(False, "eventsourcing.domain"), (True, "eventsourcing.postgres")}


def classes(path: Path) -> Iterator[type[Any]]:
    """Classes that the module itself defines."""
    module = importlib.import_module(dotted(path))
    for _, found in inspect.getmembers(module, inspect.isclass):
        if found.__module__ == module.__name__:
            yield found


def is_protocol(found: type[Any]) -> bool:
    return bool(getattr(found, "_is_protocol", False))


def members(protocol: type[Any]) -> set[str]:
    return {name for name in vars(protocol) if not name.startswith("_")}


def adapters(port: Path) -> dict[type[Any], Path]:
    """Classes beside the port that have everything one of its protocols asks for, with their files."""
    protocols = [one for one in classes(port) if is_protocol(one)]
    assert protocols, f"{shown(port)} defines no protocol"
    return {
        one: path
        for path in port.parent.glob("*.py")
        if path != port
        for one in classes(path)
        if not is_protocol(one) and any(members(protocol) <= set(dir(one)) for protocol in protocols)
    }


def contract(name: str) -> dict[str, Any]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return next(one for one in contracts if one["name"] == name)


@pytest.mark.parametrize("port", PORTS, ids=lambda port: port.parent.name)
def test_every_adapter_is_named_by_the_composition_root_alone(port: Path) -> None:
    protected = contract("only the composition root names adapters")["protected_modules"]

    found = {dotted(path) for path in adapters(port).values()}
    assert found, f"{shown(port)} has no adapter"
    assert found == {name for name in protected if name.startswith(dotted(port.parent))}


@pytest.mark.parametrize("port", PORTS, ids=lambda port: port.parent.name)
def test_every_adapter_runs_a_contract_suite(port: Path) -> None:
    suites = "".join(path.read_text() for path in [*modules("tests/contracts"), *modules("tests/support")])

    for adapter, path in adapters(port).items():
        assert adapter.__name__ in suites or path.stem in suites, f"{shown(path)}: no contract suite runs {adapter}"
