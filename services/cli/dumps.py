"""`pakt open-data dump` and `verify`: today's dumps of open data now, and whether kept ones are found again."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from services.cli.exits import DIFFERENT, DONE, Misused, complete
from services.cli.options import Data, Json, settings_of_existing
from services.cli.output import print_json, print_table

if TYPE_CHECKING:
    from services.bootstrap import System
    from services.dumps.dataset import Dataset
    from services.dumps.dump import Dump

Datasets = Annotated[list[str] | None, Parameter(help="Names of datasets [all]; `/v1/public/dumps` lists them.")]


def dump(datasets: Datasets = None, /, *, data: Data = None, json: Json = False) -> int:
    """Build today's dumps and put them where everybody finds them; where nothing has changed, they stay as they are.

    For example:

    * `pakt open-data dump`
    * `pakt open-data dump consultations grant-calls --json`
    """

    async def work() -> int:
        from domain.kernel.deadline import local_day  # noqa: PLC0415
        from services.bootstrap import assemble  # noqa: PLC0415
        from services.dumps.building import Builder  # noqa: PLC0415

        async with assemble(settings_of_existing(data)) as system:
            await _catch_up(system)
            builder, today = Builder(system), local_day(system.clock.now())
            built = [await builder.build(one, today) for one in _chosen(datasets)]
        _tell(built, json=json)
        return DONE

    return complete(work())


def verify(
    datasets: Datasets = None,
    /,
    *,
    day: Annotated[date | None, Parameter(help="The day of the dumps [of each the newest].")] = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """Build dumps again of the logs, up to where they were cut, and compare the bytes. Ends with 1 where they differ.

    For example:

    * `pakt open-data verify`
    * `pakt open-data verify consultations --day 2026-11-27`
    """

    async def work() -> int:
        from services.bootstrap import assemble  # noqa: PLC0415
        from services.dumps.building import shelf_of  # noqa: PLC0415
        from services.dumps.found_again import Finder  # noqa: PLC0415

        async with assemble(settings_of_existing(data)) as system:
            shelf, finder = shelf_of(system), Finder(system)
            try:
                names = [one.name for one in _chosen(datasets)]
                kept = [await (shelf.newest(one) if day is None else shelf.of_day(one, day)) for one in names]
                done = [file for one in kept if one is not None for file in await finder.again(one)]
            finally:
                await finder.close()
        if json:
            print_json([{"same": one.same, "file": one} for one in done])
        else:
            rows = [
                (one.dataset, one.form, one.sha256, "same" if one.same else f"DIFFERENT {one.again}") for one in done
            ]
            print_table(f"{len(done)} files", ("dataset", "form", "sha256", ""), rows)
        return DONE if all(one.same for one in done) else DIFFERENT

    return complete(work())


def _chosen(names: list[str] | None) -> list["Dataset"]:
    from domain.kernel.errors import StreamNotFound  # noqa: PLC0415
    from services.dumps.catalogue import DATASETS, dataset_of  # noqa: PLC0415

    try:
        return [dataset_of(name) for name in names] if names else list(DATASETS)
    except StreamNotFound as error:
        known = ", ".join(sorted(one.name for one in DATASETS))
        raise Misused(f"there is no such dataset; there are {known}") from error


async def _catch_up(system: "System") -> None:
    """Bring the registers up to the end of the logs."""
    for institution in (await system.handler.authority.national(fresh=True)).institutions.values():
        if not institution.sandbox:
            await system.engine.catch_up(institution.tenant_id)


def _tell(built: list["Dump"], *, json: bool) -> None:
    if json:
        print_json(
            [{name: getattr(one, name) for name in ("dataset", "day", "edition", "rows", "files")} for one in built]
        )
        return
    rows = [
        (one.dataset, one.day, "" if one.rows is None else one.rows, file.form, file.size, file.sha256)
        for one in built
        for file in one.files
    ]
    print_table(f"{len(built)} dumps", ("dataset", "day", "rows", "form", "bytes", "sha256"), rows)
    for reason in sorted({reason for one in built for reason in one.not_offered.values()}):
        print_table("not offered", ("why",), [(reason,)])
