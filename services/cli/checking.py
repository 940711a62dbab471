"""`pakt open-data check`: whether a file in an open standard is what the standard asks for."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from services.cli.exits import DIFFERENT, DONE, Misused, complete
from services.cli.options import Json
from services.cli.output import print_json, print_table, say

if TYPE_CHECKING:
    from services.open_data.iati_check import Verdict

app = App(name="open-data", help="Dumps of open data, and files in the form of an open standard.")


@app.command
def check(
    file: Annotated[Path, Parameter(help="An IATI 2.03 file of activities or organisations.")],
    *,
    today: Annotated[date | None, Parameter(help="Later dates are in the future [the day in Kosovo].")] = None,
    json: Json = False,
) -> int:
    """Check an IATI 2.03 file by the schema, the standard ruleset and the codelists, without a network.

    For example:

    * `pakt open-data check activities.xml`
    """

    async def work() -> int:
        from domain.kernel.deadline import local_day  # noqa: PLC0415
        from infra.clock import SystemClock  # noqa: PLC0415

        verdict = _verdict(file, today or local_day(SystemClock().now()))
        if json:
            print_json({"valid": not verdict.errors, "verdict": verdict})
        else:
            _print(file, verdict)
        return DIFFERENT if verdict.errors else DONE

    return complete(work())


def _verdict(file: Path, today: date) -> "Verdict":
    from services.open_data.iati_check import check as verdict_on  # noqa: PLC0415

    try:
        content = file.read_bytes()
    except OSError as error:
        raise Misused(f"{file} cannot be read: {error.strerror}") from error
    return verdict_on(content, today)


def _print(file: Path, verdict: "Verdict") -> None:
    errors = len(verdict.errors)
    if verdict.findings:
        rows = [(found.line, found.severity, found.source, found.rule, found.reason) for found in verdict.findings]
        print_table(str(file), ("line", "severity", "by", "rule", "what"), rows)
    warnings = len(verdict.findings) - errors
    say(f"{verdict.items:,} in {verdict.root or 'no XML'}; errors {errors:,}, warnings {warnings:,}")
    if verdict.unasked:
        say(f"not asked, for want of the registry's list of identifiers: {', '.join(verdict.unasked)}")
