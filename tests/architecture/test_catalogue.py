"""What every domain and every read model must have. Each failure names the file that is missing or the line to add.

A new domain needs a line in domain/catalogue.py and makes everything here look at it.
"""

import ast
import re
from collections import Counter
from functools import cache

import pytest

from domain.catalogue import DOMAINS, REGISTRY
from domain.kernel.event import Event
from domain.kernel.manifest import Domain, Role
from projections.catalogue import READ_MODELS, ROLL_UPS
from services.gateway.app import TENANT
from services.gateway.permissions import QUERIES
from services.gateway.routes import COMMANDS, ROUTES
from tests.architecture.source import ROOT, modules, shown, tree

SYSTEM = frozenset({Role.CLOCK, Role.SEED, Role.OPERATOR})
UNSHOWN = {
    "erasure.*": "read from the log itself by services/erasure/account.py: /erasures shows them",
    "consultations.GroupAnswered.v1": "the policy answer_members records a position on every member, and those are shown",
    "funding_claims.ConsentGiven.v1": "the policy carry_consent brings it into the ledger, and DisclosureConsented is shown",
    "funding_claims.CoFinancingConfirmed.v1": "the policy carry_confirmation brings it into the ledger: so it is shown",
    "funding_claims.ClaimsTransferred.v1": "the policy transfer_each tells every claim, and ClaimTransferred is shown",
    "volunteering.HoursLedgerOpened.v1": "begins the ledger of an agreement, and that is shown",
    "volunteering.TimeRefused.v1": "the policy answer tells the ledger that asked, and HoursRefused is shown",
    "volunteering.VolunteerTimeOpened.v1": "begins a volunteer's time, of which the claims are shown",
    "clients.*": "folded by domain/governance.py: decides what a client may do; /api-clients shows each",
    "platforms.DirectorySync*": "the answer to a repeat of the file, and /aggregates/{id}, show what became of it",
    "tenants.InstitutionQuotaSet*": "folded by domain/governance.py: how much may be used; /quotas shows each",
    "rules.*": "folded whole by domain/governance.py: /rules and /calendar show what is in force",
    "tenants.A*": "folded by domain/governance.py: decides who may look; /aggregates/{id} shows each",
    "tenants.FailedWorkRetried.v1": "brought about by services/worker/retries.py: /failed-work shows what is left",
    "tenants.LanguagesDeclared.v1": "folded by domain/governance.py: decides which languages are required",
    "tenants.Mandate*": "folded by domain/governance.py: /me shows a reader's own mandates",
    "tenants.MemberRegistered.v1": "folded by domain/governance.py; who is a member is for no list",
    "tenants.RegisterFounded.v1": "begins the register and says nothing of an institution",
    "transparency.*": "the keys and epochs of the logs are listed beside their checkpoints, from the events themselves",
    "tenants.Sandbox*": "folded by domain/governance.py: the clock shows in every time",
    "volunteering.CheckInRecorded.v1": "the phone's own: /me/check-in-phones/{id} shows which of its check-ins counted",
    "volunteering.Pass*": "/check-in-passes/{id} shows a pass from its stream to who puts it up",
    "volunteering.Phone*": "/me/check-in-phones/{id} shows a phone from its stream to its owner",
    "volunteering.ShiftCheckedOut.v1": "it asks to be logged: what came of it is an entry of the hours, and shown",
}
"""Events that only the audit trail shows, and why that is enough. A `*` stands for the rest of the name."""

every_domain = pytest.mark.parametrize("domain", DOMAINS, ids=lambda domain: domain.name)


@cache
def words(*folders: str) -> set[str]:
    """Every name and every string of the Python files there."""
    return {word for path in modules(*folders) for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))}


def matches(topic: str, pattern: str) -> bool:
    return topic.startswith(pattern[:-1]) if pattern.endswith("*") else topic == pattern


def shows(event: type[Event]) -> list[str]:
    """Read models that handle this event by name; the audit trail takes every event and does not count."""
    return [model.name for model in READ_MODELS if model.handles is not None and event in model.handles]


@every_domain
def test_a_domain_is_described(domain: Domain) -> None:
    assert f"`{domain.name}`" in (ROOT / "domain/README.md").read_text(), (
        f"domain/README.md does not name {domain.name}"
    )


@every_domain
def test_a_domain_has_its_files(domain: Domain) -> None:
    wanted = [
        f"domain/{domain.name}/__init__.py",
        f"services/gateway/routes/{domain.name}.py",
        f"tests/domain/{domain.name}/__init__.py",
    ]
    for either in ("commands", "events"):
        folder = ROOT / "domain" / domain.name / either
        wanted.append(f"domain/{domain.name}/{either}{'/__init__' if folder.is_dir() else ''}.py")

    assert [name for name in wanted if not (ROOT / name).is_file()] == []


@every_domain
def test_an_aggregate_is_tested_in_its_domains_folder(domain: Domain) -> None:
    folder = f"tests/domain/{domain.name}"

    assert {one.__name__ for one in domain.aggregates} - words(folder) == set(), f"no test below {folder} is about them"


@every_domain
def test_a_command_is_decided_in_a_test(domain: Domain) -> None:
    folder = f"tests/domain/{domain.name}"

    assert {one.__name__ for one in domain.permissions} - words(folder) == set(), f"no test below {folder} sends them"


@every_domain
def test_a_command_has_an_address_unless_only_the_system_sends_it(domain: Domain) -> None:
    routed = Counter(route.command for route in COMMANDS)
    wanted = {
        command: int(not (roles <= SYSTEM or command in domain.inward)) for command, roles in domain.permissions.items()
    }

    assert {one.__name__: routed[one] for one, often in wanted.items() if routed[one] != often} == {}, (
        f"services/gateway/routes/{domain.name}.py: one CommandRoute each, none for what only the system sends"
    )


def test_what_a_command_made_can_be_read_where_it_says() -> None:
    """The address in the Location header is one of a query."""
    queries = {address for module in ROUTES for query in module.queries for address in query.paths}
    reads = {route.path: route.reads.replace("{id}", "{id:uuid}") for route in COMMANDS if route.reads}

    assert {path: f"{TENANT}{address}" for path, address in reads.items() if address not in queries} == {}


def rule_ids(domain: Domain) -> dict[str, str]:
    """Ids of the refusals and findings that a domain writes out, each with the place."""
    found: dict[str, str] = {}
    for path in modules(f"domain/{domain.name}"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"RuleViolated", "Finding", "finding"}:
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant):
                    found[str(first.value)] = f"{shown(path)}:{node.lineno}"
    return found


@every_domain
def test_every_refusal_of_a_domain_is_in_a_test(domain: Domain) -> None:
    ids, said = rule_ids(domain), "".join(path.read_text() for path in modules(f"tests/domain/{domain.name}"))

    assert ids
    assert {name: place for name, place in ids.items() if f'"{name}"' not in said} == {}


def test_an_event_is_shown_or_has_a_reason_not_to_be() -> None:
    shown_by = {event.TOPIC: shows(event) for event in REGISTRY.classes}
    reasons = {topic: [one for one in UNSHOWN if matches(topic, one)] for topic in shown_by}

    assert [topic for topic, models in shown_by.items() if not models and not reasons[topic]] == [], (
        "no read model of projections/ folds these, and UNSHOWN does not say why"
    )
    assert {topic: models for topic, models in shown_by.items() if models and reasons[topic]} == {}, (
        "these are shown: take them out of UNSHOWN"
    )


def test_every_reason_is_about_an_event() -> None:
    assert [one for one in UNSHOWN if not any(matches(topic, one) for topic in REGISTRY.names)] == []


def test_a_read_model_has_a_table_by_a_migration() -> None:
    migrations = "".join(path.read_text() for path in sorted((ROOT / "infra/database/migrations").glob("*.sql")))

    made = set(re.findall(r"^CREATE TABLE rm\.(\w+) \(", migrations, re.MULTILINE))
    assert {model.table for model in READ_MODELS} - made == set()


def test_a_read_model_is_one_module_of_its_name() -> None:
    assert {type(model).__module__ for model in READ_MODELS} == {f"projections.{model.name}" for model in READ_MODELS}


def test_a_read_model_is_tested() -> None:
    assert {*(model.name for model in READ_MODELS), *ROLL_UPS} - words("tests/projections") == set()


def test_a_permission_belongs_to_a_query() -> None:
    assert set(QUERIES) - words("services/gateway/routes") == set()
