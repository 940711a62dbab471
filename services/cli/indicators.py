"""`pakt indicators`: the library of computed indicators, what a query finds, whether stored values are found again."""

from typing import Annotated

from cyclopts import App, Parameter

from services.cli.exits import DIFFERENT, DONE, Misused, complete
from services.cli.looking import EVERYWHERE, Token, looking
from services.cli.options import Data, Json
from services.cli.output import print_json, print_table

app = App(name="indicators", help="Indicators that compute themselves: the library, a value, a check of all values.")
Of = Annotated[str, Parameter(help="Slug of an institution; else all but the sandboxes.")]


@app.command(name="list")
def list_queries(*, json: Json = False) -> int:
    """List the queries of the library: name, version, what the value counts, and the hash that stored values name.

    For example:

    * `pakt indicators list`
    * `pakt indicators list --json`
    """

    async def work() -> int:
        from services.indicators.library import LIBRARY  # noqa: PLC0415

        known = [(one, one.described) for one in LIBRARY.values()]
        if json:
            print_json(
                [
                    {
                        "name": said.name,
                        "version": said.version,
                        "title": said.title,
                        "unit": said.unit,
                        "aggregation": said.aggregation,
                        "read_models": [model.name for model in one.of],
                        "hash": one.hash,
                        "sql": one.text,
                    }
                    for one, said in known
                ]
            )
        else:
            rows = [(said.name, said.version, said.title, said.unit, said.aggregation, one.hash) for one, said in known]
            print_table("Computed indicators", ("name", "version", "title", "unit", "aggregation", "hash"), rows)
        return DONE

    return complete(work())


@app.command
def evaluate(
    name: Annotated[str, Parameter(help="Name of a query, as `pakt indicators list` shows it.")],
    /,
    *,
    period: Annotated[str, Parameter(help="A year, half a year or a quarter: 2026, 2026-H1, 2026-Q3.")],
    version: Annotated[int, Parameter(help="Version of the query.")] = 1,
    tenant: Of = EVERYWHERE,
    token: Token = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """What a query finds for a period, as the logs are known now, with the position up to which each was read.

    Of a period that is not over: what had happened until now.

    For example:

    * `pakt indicators evaluate consultation_reports_in_time --period 2026-H1`
    * `pakt indicators evaluate volunteers --period 2026 --tenant prizren --json`
    """

    async def work() -> int:
        import msgspec  # noqa: PLC0415

        from domain.action_measures.indicator_periods import PeriodName, Span  # noqa: PLC0415
        from domain.action_measures.indicator_vocabulary import QueryName  # noqa: PLC0415
        from services.indicators.evaluation import evaluator_of  # noqa: PLC0415
        from services.indicators.library import LIBRARY  # noqa: PLC0415

        try:
            span = Span.of(msgspec.convert(period, PeriodName))
        except msgspec.ValidationError as error:
            raise Misused(f"--period takes 2026, 2026-H1 or 2026-Q3, not {period!r}") from error
        query = LIBRARY.get(QueryName(name=name, version=version))
        if query is None:
            raise Misused(f"the library has no query {name} in version {version}: see `pakt indicators list`")
        async with looking(data, token, tenant, "indicators evaluate", query=name, period=period) as system:
            evaluator = evaluator_of(system)
            try:
                slugs = None if tenant == EVERYWHERE else [tenant]
                found = await evaluator.evaluate(query, span.upto(system.clock.now()), slugs)
            finally:
                await evaluator.close()
        if json:
            print_json(found)
        else:
            rows = [(slug, one.numerator, one.denominator) for slug, one in found.by_tenant.items()]
            print_table(f"{name}, {period}: {found.figure.value}", ("institution", "numerator", "denominator"), rows)
        return DONE

    return complete(work())


@app.command
def verify(*, tenant: Of = EVERYWHERE, token: Token = None, data: Data = None, json: Json = False) -> int:
    """Compute every stored value again, up to the positions that it names, and compare. Ends with 1 where one differs.

    For example:

    * `pakt indicators verify`
    * `pakt indicators verify --tenant opm --json`
    """

    async def work() -> int:
        from services.indicators.evaluation import evaluator_of  # noqa: PLC0415
        from services.indicators.verification import verify as checked  # noqa: PLC0415

        async with looking(data, token, tenant, "indicators verify") as system:
            known = (await system.handler.authority.national()).institutions.values()
            chosen = [one.tenant_id for one in known if tenant in (one.slug, EVERYWHERE)]
            evaluator = evaluator_of(system)
            try:
                done = await checked(evaluator, system.auditing, chosen)
            finally:
                await evaluator.close()
        if json:
            print_json([{"same": one.same, "value": one} for one in done])
        else:
            rows = [
                (one.indicator_id, one.period, one.revision, one.stored.value, one.found and one.found.value,
                 "same" if one.same else one.reason or "DIFFERENT", "another query" if one.changed else "")
                for one in done
            ]  # fmt: skip
            heading = ("indicator", "period", "revision", "stored", "found", "", "query")
            print_table(f"{len(done)} computed values", heading, rows)
        return DONE if all(one.same for one in done) else DIFFERENT

    return complete(work())
