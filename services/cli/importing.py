"""`pakt import`: history recorded elsewhere."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from cyclopts import App, Parameter

from services.cli.exits import DIFFERENT, DONE, Misused, complete
from services.cli.options import Data, Json, Tenant, settings_of_existing
from services.cli.output import print_json, progress_bar, say

if TYPE_CHECKING:
    from services.importing.run import Summary
    from services.open_data.threesixty_schema import Verdict

app = App(
    name="import", help="Bring in history recorded elsewhere, by commands, resumable, with an account of every line."
)

File = Annotated[Path, Parameter(help="JSON Lines, CSV or JSON, as the mapping says.")]
MappingName = Annotated[
    str,
    Parameter(help="Path of a mapping file, or the name of one that ships: us_rule_dockets, eu_feedback, threesixty."),
]
Report = Annotated[
    Path | None,
    Parameter(
        help="Where to write what became of lines that need a look [else DATA/imports/TENANT/FILE.report.jsonl]."
    ),
]


@app.command
def consultations(
    file: File,
    /,
    *,
    tenant: Tenant,
    mapping: MappingName,
    report: Report = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """Import past consultations. Run it again after an interruption: what is stored already stays single.

    For example:

    * `pakt import consultations dockets.jsonl --tenant mj --mapping us_rule_dockets`
    * `pakt import consultations ours.csv --tenant prizren --mapping ours.toml --report ours.report.jsonl --json`
    """
    return _import("consultations", file, tenant, mapping, report=report, data=data, json=json)


@app.command
def contributions(
    file: File,
    /,
    *,
    tenant: Tenant,
    consultation: Annotated[UUID, Parameter(help="Id of the consultation they were made to.")],
    mapping: MappingName,
    report: Report = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """Import contributions to one consultation that took them within its window.

    For example:

    * `pakt import contributions feedback.json --tenant mj --consultation ID --mapping eu_feedback`
    """
    return _import("contributions", file, tenant, mapping, of=consultation, report=report, data=data, json=json)


@app.command
def organisations(
    file: File,
    /,
    *,
    mapping: MappingName,
    report: Report = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """Import organisations that another register knows, as claims in the national log; the registrar verifies them.

    For example:

    * `pakt import organisations register.csv --mapping ours.toml`
    """
    from domain.kernel.ids import NATIONAL_SLUG  # noqa: PLC0415

    return _import("organisations", file, NATIONAL_SLUG, mapping, report=report, data=data, json=json)


@app.command
def grants(
    file: File,
    /,
    *,
    tenant: Tenant,
    mapping: MappingName = "threesixty",
    check: Annotated[
        bool, Parameter(negative=(), help="Only say what the 360Giving schemas find in the package; import nothing.")
    ] = False,
    report: Report = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """Import grants that others awarded and published as 360Giving. Run it again after an interruption.

    Grants to persons are not imported. What a record can do without is left out with a remark where the standard does
    not take it; what it cannot do without is refused, with its place and its reason in the report.

    For example:

    * `pakt import grants grants.json --tenant mcys`
    * `pakt import grants grants.csv --tenant prizren --mapping threesixty_csv --report grants.report.jsonl`
    * `pakt import grants grants.json --tenant mcys --check --json`
    """
    if check:
        return _check(file, mapping, json=json)
    return _import("grants", file, tenant, mapping, report=report, data=data, json=json)


@app.command
def opportunities(
    file: File,
    /,
    *,
    tenant: Tenant,
    mapping: Annotated[
        str,
        Parameter(help="Path of a mapping file, or the name of one that ships [else the one that fits]."),
    ] = "",
    report: Report = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """Import opportunities to volunteer that another register has, as drafts for a provider to take over.

    Days that cannot be read, or that stand the wrong way round, are told in the report. Run it again after an
    interruption: what is stored already stays single.

    For example:

    * `pakt import opportunities nyc_opportunities.csv --tenant prishtine`
    * `pakt import opportunities ours.csv --tenant prizren --mapping ours.toml --report ours.report.jsonl --json`
    """
    return _import("opportunities", file, tenant, mapping, report=report, data=data, json=json)


@app.command
def contracts(
    file: Annotated[Path, Parameter(help="A register of procurement (CSV), or a package of open contracting (JSON).")],
    /,
    *,
    tenant: Annotated[str, Parameter(help="Slug of the institution, or a municipality in any of its usual spellings.")],
    mapping: Annotated[
        str,
        Parameter(
            help="Path of a mapping file, or the name of one that ships: kosovo_register_16, kosovo_register_wide, "
            "ocds [else the one that fits]."
        ),
    ] = "",
    year: Annotated[int | None, Parameter(help="Year of the register [else the one that its file's name has].")] = None,
    check: Annotated[
        bool, Parameter(negative=(), help="Only say what the OCDS 1.1.5 schemas find in a package; import nothing.")
    ] = False,
    report: Report = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """Import contracts that others made: municipal registers of procurement, or packages of open contracting (OCDS).

    No row is lost for a cell: one that cannot be read is reported by file, row and column, and kept as it stands. Sums
    are exact. Run it again after an interruption: what is stored already stays single.

    For example:

    * `pakt import contracts prishtine/2010.csv --tenant prishtine`
    * `pakt import contracts register.csv --tenant "Hani i Elezit" --year 2013 --report register.report.jsonl --json`
    * `pakt import contracts package.json --tenant mflt --check`
    """
    from domain.tenants.shipped import slug_of  # noqa: PLC0415

    if check:
        return _check_contracts(file, json=json)
    slug = slug_of(tenant) or tenant
    return _import("contracts", file, slug, mapping, year=year, report=report, data=data, json=json)


@app.command
def plan(
    file: Annotated[
        Path | None,
        Parameter(help="A table (CSV) as --template writes it, a plan in JSON, or the name of the one that ships."),
    ] = None,
    /,
    *,
    tenant: Tenant = "",
    template: Annotated[bool, Parameter(negative=(), help="Only write an empty table with an example.")] = False,
    report: Report = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """Import a strategy with its objectives, measures and outputs. Run it again after an interruption.

    In a table each day is a day: one in words is refused, line by line, with its place. Of plans that were recorded
    elsewhere words stay words, with a finding. The plan that ships is that of 2013-2017: xk-gsccs-2013-2017.

    For example:

    * `pakt import plan --template > plan.csv`
    * `pakt import plan plan.csv --tenant opm --report plan.report.jsonl`
    * `pakt import plan xk-gsccs-2013-2017 --tenant opm`
    """
    from services.importing.plan_template import template as empty  # noqa: PLC0415

    if template:
        say(empty().rstrip("\n"))
        return DONE
    return _import_plan(file, tenant, report, data, json=json)


def _import_plan(file: Path | None, tenant: str, report: Path | None, data: Path | None, *, json: bool) -> int:
    async def work() -> int:
        from services.bootstrap import assemble  # noqa: PLC0415
        from services.importing.lines import Unreadable  # noqa: PLC0415
        from services.importing.plans import import_plan, read_plan  # noqa: PLC0415

        if file is None or not tenant:
            raise Misused("name the file and --tenant, or ask for --template")
        settings = settings_of_existing(data)
        told = report or settings.data / "imports" / tenant / f"{file.name}.report.jsonl"
        try:
            found = read_plan(file, tenant)
            async with assemble(settings) as system:
                with progress_bar(shown=not json) as progress:
                    summary = await import_plan(system, tenant, found, told, progress)
        except Unreadable as error:
            raise Misused(str(error)) from error
        return _account(summary, told, json=json)

    return complete(work())


def _check_contracts(file: Path, *, json: bool) -> int:
    async def work() -> int:
        from services.importing.lines import Unreadable  # noqa: PLC0415
        from services.importing.ocds import judge  # noqa: PLC0415

        try:
            found = judge(file)
        except Unreadable as error:
            raise Misused(str(error)) from error
        if json:
            print_json(found)
            return DIFFERENT if found.errors else DONE
        say(f"{found.items} releases or records of {found.ocids} processes; {found.errors} faults")
        for kind, number in found.kinds.items():
            say(f"  {number} by the rule {kind}")
        for codelist, values in found.breaks.items():
            say(f"  outside of the codelist {codelist}: {', '.join(values)}")
        return DIFFERENT if found.errors else DONE

    return complete(work())


def _check(file: Path, mapping: str, *, json: bool) -> int:
    async def work() -> int:
        from services.importing.catalogue import FIELDS  # noqa: PLC0415
        from services.importing.grants import judge  # noqa: PLC0415
        from services.importing.lines import Unreadable  # noqa: PLC0415
        from services.importing.mapping import MappingError, load_mapping  # noqa: PLC0415

        try:
            found = judge(file, load_mapping(mapping, FIELDS))
        except (MappingError, Unreadable) as error:
            raise Misused(str(error)) from error
        if json:
            print_json(found)
        else:
            _say_verdict(found)
        return DIFFERENT if found.errors else DONE

    return complete(work())


def _say_verdict(found: "Verdict") -> None:
    totals = ", ".join(f"{total} {currency}" for currency, total in found.total.items())
    say(f"{found.grants} grants, {totals or 'no amounts'}; {found.errors} faults")
    for kind, number in found.kinds.items():
        say(f"  {number} by the rule {kind}")
    for field in found.fields:
        say(f"  in {field}")


def _import(  # noqa: PLR0913 - what each command hands on
    kind: str,
    file: Path,
    tenant: str,
    mapping: str,
    *,
    of: UUID | None = None,
    year: int | None = None,
    report: Path | None,
    data: Path | None,
    json: bool,
) -> int:
    async def work() -> int:
        from services.bootstrap import assemble  # noqa: PLC0415
        from services.importing.files import import_file  # noqa: PLC0415
        from services.importing.kind import Order  # noqa: PLC0415
        from services.importing.lines import Unreadable  # noqa: PLC0415
        from services.importing.mapping import MappingError  # noqa: PLC0415

        settings = settings_of_existing(data)
        told = report or settings.data / "imports" / tenant / f"{file.name}.report.jsonl"
        order = Order(kind, file, tenant, mapping, told, of, year)
        try:
            async with assemble(settings) as system:
                with progress_bar(shown=not json) as progress:
                    summary = await import_file(system, order, progress)
        except (MappingError, Unreadable) as error:
            raise Misused(str(error)) from error
        return _account(summary, told, json=json)

    return complete(work())


def _account(summary: "Summary", told: Path, *, json: bool) -> int:
    import msgspec  # noqa: PLC0415

    if json:
        print_json({"report": str(told), **msgspec.to_builtins(summary)})
    else:
        _say(summary, told)
    return DIFFERENT if summary.refused or summary.incomplete else DONE


def _say(summary: "Summary", told: Path) -> None:
    say(
        f"{summary.lines} lines: {summary.imported} imported, {summary.present} were there already, "
        f"{summary.incomplete} incomplete, {summary.refused} refused; {summary.remarked} with a remark"
    )
    for name, one in summary.sums.items():
        say(f"{name}: {one.sum:f} of {one.parsed}; {one.empty} empty, {one.unreadable} unreadable")
    if summary.unread:
        say(f"{summary.unread} cells could not be read")
    if summary.refused or summary.incomplete or summary.remarked or summary.unread:
        say(f"reasons and remarks: {told}")
