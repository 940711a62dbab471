"""Small modules, short functions, and what must not stand in the source. Every exception is listed with its reason."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import PRODUCT, ROOT, calls, modules, shown, tracked, tree

MODULE_LINES = 400
FUNCTION_LINES = 60
BENCHMARK_LINES = 80
"""A measurement stands together with its sides, which are functions inside it."""
FOLDERS = (*PRODUCT, "tests", "tests/benchmarks", ".ci")
GENERATED = frozenset({"services/civikos/client/model.py"})
"""As long as what is described; nobody reads them from one end to the other."""
CODE = frozenset({".py", ".sql"})
BANNED_NAMES = frozenset(
    {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "base", "models"}
)

CATCHES_EVERYTHING = {
    "infra/eventstore/lanes.py": (1, "a lane comes back, whatever a dying server makes the driver say"),
    "infra/broker/dramatiq_queue.py": (1, "the edge of a job: whatever it was, the job is tried again or told"),
    "projections/fold.py": (2, "whatever a fold raises parks that stream and no other; nothing is skipped"),
    "services/gateway/batch_route.py": (1, "the edge of an item: its failure is not the others'"),
    "services/gateway/command_route.py": (1, "the edge of a request: nothing leaves without an answer"),
    "services/following.py": (1, "the edge of the process: one tenant's trouble must not end the others"),
    "services/sealer/follow.py": (1, "as in services/following.py: of the log of heads"),
    "services/sealer/witnesses.py": (1, "as in services/worker/run.py: one log's trouble must not end the others"),
    "services/work/relay.py": (1, "what follows for others is noted first; then it is raised"),
    "services/work/performing.py": (2, "work that broke, or whose effect did, is tried again or kept with its reason"),
    "services/worker/run.py": (1, "the edge of a process that must go on; it is logged and looked at again"),
}
"""Where `except Exception` may end an error: how often, and why. To clean up and raise again needs no line here."""

MADE_SQL = {
    "infra/database/tenant_rows.py": "tables and columns of the catalogue, tenant and positions made numbers",
    "infra/work/postgres.py": "constants: what is free, what is first in its lane, what is still its holder's",
    "services/gateway/routes/failed_work.py": "a constant list of both kinds of failed work",
    "projections/contract_figures.py": "constants, and columns of the row's own Struct",
    "projections/contract_red_flags.py": "constants",
    "projections/consultation_queries.py": "columns of the row's own Struct, conditions from constants",
    "projections/council_workload.py": "a constant condition",
    "projections/cut.py": "a constant condition",
    "projections/deadline_queries.py": "columns of the row's own Struct, conditions from constants",
    "projections/grant_call_queries.py": "columns of the row's own Struct, conditions from constants",
    "projections/laying.py": "table, columns and key of a read model's own Struct; positions and times of our own",
    "projections/lookup.py": "columns of the row's own Struct, tables and conditions from constants",
    "projections/overview.py": "columns of the row's own Struct, conditions from constants",
    "projections/funding_execution.py": "columns of the row's own Struct, conditions from constants",
    "projections/funding_settling.py": "constants; the share of the costs is a parameter",
    "projections/grant_figures.py": "constants, and columns of the row's own Struct",
    "projections/grant_red_flags.py": "constants",
    "projections/grant_opportunities.py": "columns of the row's own Struct, conditions from constants",
    "projections/grant_awards.py": "a constant list of columns and conditions",
    "projections/measure_figures.py": "constants, and columns of the rows' own Structs",
    "projections/measure_light.py": "constants; the moment is a parameter",
    "projections/measure_progress_queries.py": "columns of the row's own Struct, constants",
    "projections/plan_figures.py": "columns of the row's own Struct, conditions from constants",
    "projections/recorded_contract_queries.py": "a constant list of columns and conditions",
    "projections/recorded_twice.py": "constants, and columns of the row's own Struct",
    "projections/reading.py": "columns of the row's own Struct, conditions from constants",
    "projections/release_queries.py": "columns of the row's own Struct, constant conditions",
    "projections/rows.py": "table and columns of a read model's own Struct",
    "projections/service_call_queries.py": "columns of the row's own Struct, conditions from constants",
    "projections/stored_past.py": "table and columns of a read model's own Struct, a constant condition",
    "projections/tenant_queries.py": "a constant list of columns",
    "projections/opportunity_queries.py": "constants, and columns of the row's own Struct",
    "projections/as_is.py": "tables and columns of a read model's own Struct; tenant and stream ids of our own, made numbers and UUIDs",
    "projections/open_duties.py": "tables, keys and states of read models from constants, conditions from constants",
    "projections/genealogy.py": "columns of the row's own Struct, constant conditions",
    "projections/volunteering_figures.py": "constants, and columns of the row's own Struct",
    "projections/volunteer_certificate_queries.py": "constants, and columns of the rows' own Structs",
    "projections/volunteer_calendar_queries.py": "columns of the row's own Struct",
    "services/worker/standing.py": "a constant condition",
    "services/worker/timers.py": "a constant condition",
    "services/indicators/verification.py": "columns of the row's own Struct, a constant condition",
}
"""Where SQL is put together from our own names; values are parameters everywhere. Ruff's S608 guards the rest."""

NOT_IN_RULES = re.compile(
    r"(datetime|date)\.(now|utcnow|today)|time\.\w+|uuid\.?uuid[14]|uuid[14]|random\.\w+|secrets\.\w+|os\.\w+|open|print"
)
"""Calls no rule may make: a decision gets its time and its ids from the context."""
CLOCKS = {
    "infra/clock.py",
    "infra/eventstore/memory.py",
    "services/audit/standalone/verify_credential.py",
    "services/audit/standalone/verify_receipt.py",
}
"""Who asks the machine for the time: the clock, the log in memory in place of the database, and what stands alone."""
ENVIRONMENTS = {"services/configuration/sources.py", "infra/telemetry/setup.py", "services/supervisor.py"}
"""Who reads the environment: Pakt's settings, and the standard variables of OpenTelemetry and of systemd."""

UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")
OUT_OF_PLACE = re.compile(
    "|".join(
        (
            r"(?<![\w.])/(work|root|home|Users)/\w",
            r"\b(pypi\.org|pythonhosted\.org|registry\.npmjs|docker\.io|ghcr\.io)\b",
            r"\bhelper " + "session",
            r"--(extra-)?index" + "-url",
        )
    ),
    re.IGNORECASE,
)
"""Paths of one machine, hosts of registries, and words about how the work was organised."""
FOREIGN = ("services/gateway/static/vendor/", "services/open_data/schemas/", "LICENSE")


def modules_of(folder: str) -> list[Path]:
    """Those below it that no longer name of FOLDERS takes."""
    inner = tuple(f"{other}/" for other in FOLDERS if other.startswith(f"{folder}/"))
    return [path for path in modules(folder) if not shown(path).startswith(inner)]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{node.name} (line {node.lineno})", (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_module_is_short_and_so_are_its_functions(folder: str) -> None:
    most = BENCHMARK_LINES if folder == "tests/benchmarks" else FUNCTION_LINES
    lines = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules_of(folder)}
    long = [(shown(path), name, size) for path in modules_of(folder) for name, size in functions(path) if size > most]

    assert {path: count for path, count in lines.items() if count > MODULE_LINES and path not in GENERATED} == {}
    assert long == []


def test_a_module_is_named_for_what_it_holds() -> None:
    named = {shown(one): {*one.relative_to(ROOT).with_suffix("").parts} for one in tracked() if one.suffix in CODE}

    assert {path: parts & BANNED_NAMES for path, parts in named.items() if parts & BANNED_NAMES} == {}


def swallows(handler: ast.ExceptHandler) -> bool:
    """Whether a handler takes every error and does not end by raising it again."""
    caught = ast.unparse(handler.type) if handler.type else "BaseException"
    last = handler.body[-1]
    again = isinstance(last, ast.Raise) and last.exc is None
    return bool(re.search(r"\b(Base)?Exception\b", caught)) and not again


def test_errors_are_taken_by_name() -> None:
    handlers = [
        shown(path)
        for path in modules(*PRODUCT)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler) and swallows(node)
    ]
    suppressed = [
        (shown(path), node.lineno)
        for path in modules(*PRODUCT)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"suppress", "contextlib.suppress"}
        and re.search(r"\b(Base)?Exception\b", ast.unparse(node))
    ]

    assert Counter(handlers) == {path: often for path, (often, _) in CATCHES_EVERYTHING.items()}
    assert suppressed == []


def test_sql_is_put_together_only_where_it_is_known() -> None:
    silenced = {shown(path) for path in modules(*PRODUCT) if "S608" in path.read_text(encoding="utf-8")}

    assert silenced == set(MADE_SQL)


def test_settings_of_a_transaction_are_set_by_one_module() -> None:
    said = {
        shown(one): one.read_text(encoding="utf-8")
        for one in tracked()
        if one.suffix in CODE and shown(one).startswith(PRODUCT)
    }
    sets = [path for path, text in said.items() if path.endswith(".py") and re.search(r"SET LOCAL pakt\.", text)]

    assert [path for path, text in said.items() if "set_config" in text] == []
    assert sets == ["infra/database/scope.py"]


def test_rules_ask_no_clock_and_no_chance() -> None:
    asked = [(shown(path), line, name) for path in modules("domain") for line, name in calls(path)]

    assert [one for one in asked if NOT_IN_RULES.fullmatch(one[2])] == []


def test_one_clock_and_one_reader_of_the_environment() -> None:
    made = {path: [name for _, name in calls(path)] for path in modules(*PRODUCT)}
    clocks = {shown(path) for path, names in made.items() if {"datetime.now", "datetime.utcnow"} & set(names)}
    environments = {shown(path) for path in made if re.search(r"\bos\.(environ|getenv)\b", path.read_text())}

    assert clocks == CLOCKS
    assert environments == ENVIRONMENTS


def test_nothing_is_left_over() -> None:
    """No open ends, no path of one machine, no address of a registry, no word about how the work was organised."""
    found = [
        (shown(path), pattern[0])
        for path in tracked()
        if not shown(path).startswith(FOREIGN)
        for text in [path.read_text(encoding="utf-8", errors="replace")]
        for pattern in (*UNFINISHED.finditer(text), *OUT_OF_PLACE.finditer(text))
    ]

    assert found == []


def test_the_lock_pins_by_hash_and_names_no_host() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    pinned = re.findall(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==.*?(?=^\S|\Z)", lock, re.MULTILINE | re.DOTALL)
    entries = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)[1:]

    assert len(entries) == len(pinned) > 50
    assert [entry.split("==")[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in lock
