"""`pakt rebuild` and `pakt audit`: read models made again from the logs."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from services.cli.exits import DIFFERENT, DONE, Misused, complete
from services.cli.looking import Token, looking
from services.cli.options import Data, Json, Tenant, number, settings_of_existing
from services.cli.output import print_json, print_table, shown

app = App(name="audit", help="Check what the system shows against what its logs hold.")


def rebuild(
    name: Annotated[str, Parameter(help="Name of the read model, or `all`.")],
    /,
    *,
    tenant: Annotated[str | None, Parameter(help="Only this institution; else every one.")] = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """Fold a read model anew beside the live one, compare, and switch to it, tenant by tenant, while the system runs.

    For example:

    * `pakt rebuild consultation_register`
    * `pakt rebuild all --tenant mj --json`
    """

    async def work() -> int:
        from services.audit.replay import rebuild_all  # noqa: PLC0415
        from services.bootstrap import assemble  # noqa: PLC0415

        async with assemble(settings_of_existing(data)) as system:
            try:
                done = await rebuild_all(system, name, tenant)
            except KeyError as error:
                raise Misused(f"there is no read model {name}; there are: {error.args[0]}") from error
        if json:
            print_json(done)
        else:
            rows = [
                (one.tenant_id, one.node, one.name, one.position, one.rows, one.differing_rows, one.parked)
                for one in done
            ]
            heading = ("tenant", "node", "read model", "position", "rows", "differing", "parked")
            print_table("Rebuilt", heading, rows)
        return DIFFERENT if any(one.differing_rows or one.parked for one in done) else DONE

    return complete(work())


@app.command
def diff(
    *,
    tenant: Tenant,
    from_: Annotated[str, Parameter(name="--from", help="A position, or a time with an offset; itself left out.")],
    to: Annotated[str | None, Parameter(name="--to", help="The same; without it the end of the log.")] = None,
    token: Token = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """What changed in an institution between two moments: by aggregate and field, who did it and on what mandate.

    A time means what had been recorded by then. Ends with 0 when nothing changed, with 1 when something did.

    For example:

    * `pakt audit diff --tenant mj --from 100 --to 120`
    * `pakt audit diff --tenant mj --from 2026-06-01T00:00:00Z --to 2026-07-01T00:00:00+02:00 --json`
    """

    async def work() -> int:
        from services.audit.diff import SpanRefused  # noqa: PLC0415
        from services.audit.diff import diff as changed  # noqa: PLC0415
        from services.cli.moments import moment_of  # noqa: PLC0415

        begin, end = moment_of("--from", from_), None if to is None else moment_of("--to", to)
        before: dict[str, int] = {}
        async with looking(data, token, tenant, "diff", before=before, begin=from_, end=to) as system:
            try:
                done = await changed(system, tenant, begin, before[tenant] if end is None else end)
            except SpanRefused as error:
                raise Misused(f"--from {from_}{'' if to is None else f' --to {to}'}: {error}") from error
        if json:
            print_json(done)
        else:
            rows = [
                (one.kind, one.stream_id, change.field, shown(change.old), shown(change.new), by.position, by.actor_id,
                 f"{by.role}, {by.basis}")
                for one in done.aggregates
                for change in one.fields
                for by in change.by[-1:]
            ]  # fmt: skip
            heading = ("aggregate", "stream", "field", "old", "new", "position", "actor", "mandate")
            print_table(f"{done.tenant}: after position {done.after} up to {done.upto}", heading, rows)
        return DIFFERENT if done.aggregates else DONE

    return complete(work())


@app.command(name="what-if")
def what_if(
    *,
    rules: Annotated[Path, Parameter(help="The proposed rule pack, a file like the shipped domain/rules/data/*.json.")],
    from_: Annotated[str | None, Parameter(name="--from", help="Only what began at this time or later.")] = None,
    to: Annotated[str | None, Parameter(name="--to", help="Only what began before this time.")] = None,
    tenant: Annotated[str, Parameter(help="Slug of an institution; else all but the sandboxes.")] = "all",
    token: Token = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """What would have been refused, late or in order had a proposed rule pack bound; only the look is put on record.

    History stays as it happened; each rule is read twice, as it bound and as it would have bound, an institution's own
    values included. Rules that the file does not name stand. Ends with 0 when no verdict changes, with 1 when one does.

    For example:

    * `pakt audit what-if --rules proposal.json --from 2023-01-01T00:00:00Z --to 2024-01-01T00:00:00Z`
    * `pakt audit what-if --rules proposal.json --tenant mj --json`
    """

    async def work() -> int:
        from domain.kernel.errors import PaktError  # noqa: PLC0415
        from domain.rules.proposal import read_proposal  # noqa: PLC0415
        from services.audit.what_if import what_if as judged  # noqa: PLC0415
        from services.cli.moments import time_of  # noqa: PLC0415

        begin, end = time_of("--from", from_), time_of("--to", to)
        try:
            proposal = read_proposal(rules.read_bytes())
        except (OSError, PaktError) as error:
            raise Misused(f"--rules {rules}: {error}") from error
        async with looking(data, token, tenant, "what-if", begin=from_, end=to) as system:
            done = await judged(system, proposal, None if tenant == "all" else tenant, begin, end)
        if json:
            print_json(done)
        else:
            rows = [
                (case.tenant, case.stream_id, case.began_at.date(), f"{case.was} -> {case.would}", point.would.name,
                 point.would.rule, f"{point.was.value} -> {point.would.value}", point.would.citation)
                for case in done.cases
                for point in case.points
                if point.was.verdict != point.would.verdict
            ]  # fmt: skip
            heading = ("tenant", "stream", "began", "verdict", "what", "rule", "value", "citation")
            print_table(f"Under {done.proposal}: {done.total}", heading, rows)
        return DIFFERENT if any(case.was != case.would for case in done.cases) else DONE

    return complete(work())


@app.command
def snapshots(*, tenant: Tenant, token: Token = None, data: Data = None, json: Json = False) -> int:
    """Check what is stored of an institution's past against its log: every row at every boundary, folded again.

    Ends with 0 when the log leads to all of it, with 1 when something differs; `pakt rebuild` makes it anew.

    For example:

    * `pakt audit snapshots --tenant mj`
    * `pakt audit snapshots --tenant prizren --json`
    """

    async def work() -> int:
        from services.audit.snapshots import check_snapshots  # noqa: PLC0415

        async with looking(data, token, tenant, "snapshots") as system:
            done = await check_snapshots(system, tenant)
        if json:
            print_json(done)
        else:
            rows = [
                (one.name, one.position, one.spans, one.rows, one.differing_rows, one.first_differing or "")
                for one in done.read_models
            ]
            heading = ("read model", "position", "spans", "rows", "differing", "first wrong after")
            print_table(f"The stored past of {done.tenant}", heading, rows)
        return DIFFERENT if any(one.differing_spans for one in done.read_models) else DONE

    return complete(work())


@app.command
def replay(
    *,
    tenant: Tenant,
    as_of: Annotated[datetime | None, Parameter(help="Replay what had happened by this time (with an offset).")] = None,
    position: Annotated[int | None, Parameter(help="Replay the log up to this position.", converter=number)] = None,
    token: Token = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """Rebuild an institution's read models from its log beside the live ones; print their checksums and what differs.

    `differing_rows` counts the rows that are not the same in the live tables; `unexplained_rows` those live rows that
    the log up to the live position does not explain: always 0, or somebody changed them.

    For example:

    * `pakt audit replay --tenant mj --json`
    * `pakt audit replay --tenant mj --as-of 2026-06-01T00:00:00Z`
    * `pakt audit replay --tenant prizren --position 120 --json`
    """

    async def work() -> int:
        from projections.history import Moment  # noqa: PLC0415
        from services.audit.replay import BeyondTheLog  # noqa: PLC0415
        from services.audit.replay import replay as replayed  # noqa: PLC0415

        if as_of is not None and as_of.tzinfo is None:
            raise Misused("--as-of needs an offset: 2026-06-01T00:00:00Z or 2026-06-01T02:00:00+02:00")
        async with looking(
            data, token, tenant, "replay", as_of=as_of and as_of.isoformat(), position=position
        ) as system:
            try:
                done = await replayed(system, tenant, Moment(position=position, as_of=as_of))
            except BeyondTheLog as error:
                raise Misused(f"--position {position}: {error}") from error
        if json:
            print_json(done)
        else:
            rows = [(m.name, m.rows, m.checksum, m.differing_rows, m.unexplained_rows) for m in done.read_models]
            heading = ("read model", "rows", "checksum", "differing", "unexplained")
            then = f", as of {as_of.isoformat()}" if as_of else ""
            print_table(f"{done.tenant} at position {done.position}{then}", heading, rows)
        return DIFFERENT if any(model.unexplained_rows for model in done.read_models) else DONE

    return complete(work())


@app.command
def erasures(*, tenant: Tenant, token: Token = None, data: Data = None, json: Json = False) -> int:
    """List whom an institution has erased, on which ground, what became unreadable; with --json also the certificates.

    For example:

    * `pakt audit erasures --tenant mj`
    * `pakt audit erasures --tenant mj --json`
    """

    async def work() -> int:
        from services.erasure.account import accounts  # noqa: PLC0415
        from services.erasure.certificate import Notary  # noqa: PLC0415

        async with looking(data, token, tenant, "erasures") as system:
            found = await system.handler.authority.tenant(tenant)
            notary = Notary(system.signing, system.settings.log_name)
            told = await accounts(system.store, system.registry, found.tenant_id)
            done = [notary.certified(found.slug, one) for one in told]
        if json:
            print_json(done)
        else:
            rows = [(one.subject_id, one.ground, one.erased_at, one.position, one.values, one.files) for one in done]
            heading = ("subject", "ground", "erased at", "position", "values", "files")
            print_table(f"Erased in {tenant}", heading, rows)
        return DIFFERENT if any(one.certificate is None for one in done) else DONE

    return complete(work())
