"""What the Markdown files promise is there: files, targets, commands, options, settings, decisions."""

import re
from pathlib import Path

import msgspec
import pytest
from cyclopts import App

from projections.catalogue import READ_MODELS, ROLL_UPS
from services.cli.__main__ import app
from services.part_names import Part
from services.settings import SECRETS, Settings
from tests.architecture.source import PRODUCT, ROOT, modules, shown, tracked
from tests.architecture.test_layers import PORTS, adapters

PAGES = [path for path in tracked() if path.suffix == ".md"]
DECISIONS = sorted((ROOT / "infra" / "adr").glob("[0-9]*.md"))
FOLDERS = (*PRODUCT, "helm", "tests", ".ci")
TOUR = {"PAKT"}
"""Shell variables that the README's tour sets itself."""
NAMES_OF_FILES = {"PAKT_SETTINGS", *(f"PAKT_{name.upper()}_FILE" for name in SECRETS)}
"""Variables that name files with settings, or with one that is secret."""
FOR_TESTS = re.compile(r"PAKT_(TEST|CRASH|FUZZ|QUALIFY|REQUIRE)\w*")

every_page = pytest.mark.parametrize("page", PAGES, ids=shown)
every_decision = pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)


def prose(page: Path) -> str:
    """The page without its code blocks."""
    return re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def code(page: Path) -> list[str]:
    """Everything on the page that is set as code: spans, and the lines of blocks."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```\w*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [*re.findall(r"`([^`\n]+)`", prose(page)), *(line for block in blocks for line in block.splitlines())]


def anchors(page: Path) -> set[str]:
    """Names by which a page's headings can be linked."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@every_page
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        found = (page.parent / name).resolve() if name else page
        assert found.exists(), f"{shown(page)} links to {target}"
        assert not anchor or anchor in anchors(found), f"{shown(page)} links to {target}, which has no such heading"


@every_page
def test_files_that_are_named_exist(page: Path) -> None:
    """Paths from the root that begin with one of our folders; those with a placeholder are left out."""
    named = re.compile(rf"(?:{'|'.join(map(re.escape, FOLDERS))})/[\w./-]+")
    for span in code(page):
        for name in named.findall(span) if not re.search(r"[<*{…]", span) else ():
            assert (ROOT / name).exists(), f"{shown(page)} names {name}"


@every_page
def test_make_targets_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    named = {name for span in code(page) for name in re.findall(r"(?:^|\s)make ([a-z]+)", span)}
    assert named <= targets


def test_the_readme_tells_what_to_type() -> None:
    said = "\n".join(code(ROOT / "README.md"))

    for command in ("make run", "make test", "make check", "make bench"):
        assert command in said


def command_of(words: list[str]) -> tuple[App, list[str]]:
    """The `pakt` command or group of commands that the words name, and the words left over."""
    found: App = app
    left = list(words)
    while left and left[0] in found:
        found = found[left.pop(0)]
    return found, left


@every_page
def test_pakt_commands_and_their_options_exist(page: Path) -> None:
    for span in code(page):
        for call in re.findall(r"(?:^|[\s/])pakt((?: [a-z][a-z-]*)+(?: [^|;&)]*)?)", span):
            found, left = command_of(call.split())
            if found is app:  # `pakt` in a sentence
                assert not re.fullmatch(r"(\.venv/bin/)?pakt .*", span.strip("$ ")), f"{shown(page)}: {span}"
                continue
            assert found.default_command or not left, f"{shown(page)}: {span} calls no command"
            used = {word.split("=")[0] for word in left if word.startswith("--")}
            assert used <= options(found), f"{shown(page)}: {span}: there is no {used - options(found)}"


def options(command: App) -> set[str]:
    """The options that a command takes, flags also negated."""
    if command.default_command is None:
        return set()
    return {name for argument in command.assemble_argument_collection() for name in argument.names}


def settings() -> dict[str, str]:
    """Every environment variable of Pakt, with its default as text."""
    return {f"PAKT_{one.name.upper()}": str(one.default) for one in msgspec.structs.fields(Settings)}


def test_every_setting_is_in_the_table_of_the_readme() -> None:
    table = "\n".join(re.findall(r"^\|.*\|$", prose(ROOT / "README.md"), re.MULTILINE))

    assert [name for name in settings() if f"`{name}`" not in table] == []


@every_page
def test_settings_that_are_named_exist(page: Path) -> None:
    named = set(re.findall(r"\bPAKT(?:_[A-Z]+)*\b(?!=)", "\n".join(code(page)))) - TOUR

    assert {name for name in named if not FOR_TESTS.fullmatch(name)} <= {*settings(), *NAMES_OF_FILES}


def test_help_names_only_settings_that_exist() -> None:
    told = "\n".join(path.read_text(encoding="utf-8") for path in modules("services", "infra"))

    assert set(re.findall(r"\bPAKT_[A-Z_]*[A-Z]\b", told)) <= {*settings(), *NAMES_OF_FILES}


def test_decisions_are_numbered_and_in_the_index() -> None:
    index = (ROOT / "infra/adr/README.md").read_text()

    numbers = [path.name[:4] for path in DECISIONS]
    assert numbers == sorted(set(numbers)), "a number is given once; those given out may still be without a text"
    assert re.findall(r"^\| \[(\d{4})\]\(([\w.-]+)\) \|", index, re.MULTILINE) == [
        (path.name[:4], path.name) for path in DECISIONS
    ]


@every_decision
def test_a_decision_says_when_what_and_what_follows(decision: Path) -> None:
    text = decision.read_text(encoding="utf-8")

    assert text.startswith(f"# {decision.name[:4]}: ")
    assert re.search(
        r"^\d{4}-\d{2}-\d{2}, (proposed|accepted|superseded by \[\d{4}\]\([\w.-]+\))\.$", text, re.MULTILINE
    )
    assert "## Decision\n" in text
    assert len(text.splitlines()) <= 60, "one page"


def test_decisions_that_the_source_names_exist() -> None:
    numbers = {path.name[:4] for path in DECISIONS}
    for path in tracked():
        if path.suffix in {".py", ".sql", ".md"}:
            named = set(re.findall(r"\b(?:infra/adr/|ADR )(\d{4})\b", path.read_text(encoding="utf-8")))
            assert named <= numbers, shown(path)


@pytest.mark.parametrize("port", PORTS, ids=lambda port: port.parent.name)
def test_a_port_and_its_adapters_are_in_the_table_of_infra(port: Path) -> None:
    table = (ROOT / "infra/README.md").read_text()

    assert f"`{port.parent.name}`" in table
    for path in adapters(port).values():
        assert f"`{path.stem}`" in table, f"infra/README.md does not name {shown(path)}"


def test_read_models_are_described() -> None:
    described = (ROOT / "projections/README.md").read_text()

    assert [name for name in [*(model.name for model in READ_MODELS), *ROLL_UPS] if f"`{name}`" not in described] == []


def test_every_folder_of_services_is_described() -> None:
    described = (ROOT / "services/README.md").read_text()
    folders = [path.parent.name for path in sorted((ROOT / "services").glob("*/__init__.py"))]

    assert [name for name in [*folders, *Part] if f"`{name}`" not in described] == []


@pytest.mark.parametrize("folder", [*PRODUCT, "helm"])
def test_a_folder_introduces_itself(folder: str) -> None:
    page = ROOT / folder / "README.md"

    assert page.is_file(), f"{folder}/README.md is missing"
    assert page.read_text(encoding="utf-8").startswith("# ")
