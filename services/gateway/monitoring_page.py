"""The pages of monitoring reports: a list, and each with its figures, objections and votes, without a script."""

from collections.abc import Sequence
from html import escape
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from domain.kernel.deadline import last_day
from domain.kernel.message import N_
from projections import monitoring_report_queries as q
from projections.catalogue import MONITORING_REPORTS
from services.gateway.desk import Reads
from services.gateway.monitoring_shown import PAGE, shown_report
from services.gateway.pages import LANGUAGES, html, language_of, page, said_html, top
from services.gateway.public_scope import Scope
from services.monitoring.document import words
from services.monitoring.saying import TITLE, Row, Said, Speaker, said

AnyRequest = Request[Any, Any, Any]
_LATEST = 200


def monitoring_pages(reads: Reads) -> list[HTTPRouteHandler]:
    """The pages over a system."""
    scope = Scope(reads)

    @get(PAGE, include_in_schema=False, name="monitoring-reports", opt={"open": True})
    async def reports(request: AnyRequest) -> Response[str]:
        """The latest reports: those with figures lead to their pages, the others say how they stand."""
        speaker = Speaker(language_of(request))
        async with scope.within(None).reading((MONITORING_REPORTS,)) as connection:
            found = (await q.public_monitoring_reports(connection, limit=_LATEST)).items
        rows = [_listed(one, speaker) for one in found]
        told = (
            f"<table>{''.join(map(_cells, rows))}</table>"
            if rows
            else f"<p>{_say(N_('There is none yet.'), speaker)}</p>"
        )
        return _page(request, speaker, _say(N_("Monitoring reports"), speaker), told)

    @get(f"{PAGE}/{{id:uuid}}", include_in_schema=False, name="monitoring-report", opt={"open": True})
    async def report(request: AnyRequest, id: FromPath[UUID]) -> Response[str]:  # noqa: A002 - the path's word
        """One report: the same words as on paper, each figure opening to where its events lie."""
        speaker = Speaker(language_of(request))
        told = said(await shown_report(scope, id), speaker.language)
        return _page(request, speaker, _say(TITLE, speaker), _report(told, speaker, f"/v1/public{PAGE}/{id}"))

    return [reports, report]


def _listed(one: q.PublicMonitoringReport, speaker: Speaker) -> tuple[str, str, str]:
    """A half-year, how its report stands, and by when it is due, or that this has passed."""
    name = escape(one.period) if one.frozen is None else _link(f"{PAGE}/{one.report_id}", one.period)
    due = "" if one.due_at is None else escape(speaker.day(last_day(one.due_at)))
    late = f" ({_say(N_('after the deadline'), speaker)})" if one.missed or one.late else ""
    return name, escape(speaker.code(one.state)), f"{due}{late}"


def _page(request: AnyRequest, speaker: Speaker, title: str, content: str) -> Response[str]:
    body = f"{top(request, speaker.language)}<main><h1>{title}</h1>{content}</main>"
    return html(page(f"{title} · Pakt", body, speaker.language), speaker.language)


def _say(template: str, speaker: Speaker) -> str:
    return said_html(template, speaker.language)


def _link(address: str, text: str) -> str:
    return f'<a href="{escape(address)}">{escape(text)}</a>'


def _cells(cells: Sequence[str]) -> str:
    """A row whose first cell heads it; the cells are HTML."""
    first, *others = cells
    return f'<tr><th scope="row">{first}</th>{"".join(f"<td>{one}</td>" for one in others)}</tr>'


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table with heads; all of it is HTML."""
    head = "".join(f'<th scope="col">{one}</th>' for one in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(map(_cells, rows))}</tbody></table>"


def _report(told: Said, speaker: Speaker, data: str) -> str:
    w = {key: escape(word) for key, word in words(speaker).items()}
    prints = " · ".join(
        f'<a href="{data}/report.pdf?lang={code}" lang="{code}" hreflang="{code}">PDF, {name}</a>'
        for code, name in LANGUAGES.items()
    )
    facts = [
        (escape(label), f"<code>{escape(value)}</code>" if len(value) > _LONG else escape(value))
        for label, value in told.facts
    ]
    parts = [
        f'<p class="lead">{escape(told.strategy)}<br>{escape(told.period)}</p><p>{escape(told.foreword)}</p>',
        f"<table>{''.join(map(_cells, facts))}</table>",
        f'<p>{prints} · <a href="{data}">JSON</a> · <a href="{data}/figures.csv">CSV</a></p>',
        *(_section(section.title, section.rows, w) for section in told.sections if section.rows),
        f"<h2>{w['measures']}</h2>{_measures(told, w)}",
        f"<h2>{w['contested']}</h2>{_contested(told, w)}",
        f"<h2>{w['votes']}</h2>{_votes(told, w)}",
        f"<h2>{w['dissents']}</h2>{_dissents(told, w)}",
    ]
    return "".join(parts)


_LONG = 40
"""Characters from which on a fact is an address or a digest."""


def _section(title: str, rows: Sequence[Row], w: dict[str, str]) -> str:
    shown = [(f"{escape(row.label)}{_opened(row, w)}", _meter(row), escape(row.of)) for row in rows]
    return f"<h2>{escape(title)}</h2>{_table((w['figure'], w['value'], w['of']), shown)}"


def _meter(row: Row) -> str:
    """The value, with a bar beside it where it is a share."""
    value = f"<strong>{escape(row.value)}</strong>"
    if row.share is None:
        return value
    return f'{value} <meter min="0" max="100" value="{escape(row.share)}">{escape(row.value)}</meter>'


def _opened(row: Row, w: dict[str, str]) -> str:
    """The query, and what each institution adds and where its events lie, behind a summary to open."""
    rows = [(escape(one.institution), escape(one.adds), escape(one.events)) for one in row.sources]
    inner = "".join(map(_cells, rows))
    return (
        f"<details><summary>{w['sources_short']}</summary><p>{w['query']}: <code>{escape(row.query)}</code><br>"
        f"{w['hash']}: <code>{escape(row.query_hash)}</code></p><table>{inner}</table></details>"
    )


def _measures(told: Said, w: dict[str, str]) -> str:
    rows = [tuple(map(escape, (one.code, one.title, one.institution, one.stands, one.days))) for one in told.measures]
    return _table(("#", w["measure"], w["institution"], w["stands"], w["days"]), rows)


def _contested(told: Said, w: dict[str, str]) -> str:
    if not told.contested:
        return f"<p>{w['no_contested']}</p>"
    heads = (w["figure"], w["reported"], w["own"], w["reason"])
    return _table(heads, [tuple(map(escape, one)) for one in told.contested])


def _votes(told: Said, w: dict[str, str]) -> str:
    if not told.votes:
        return f"<p>{w['no_votes']}</p>"
    heads = tuple(w[one] for one in ("side", "in_favour", "against", "abstained", "interested", "seated"))
    return _table(heads, [tuple(map(escape, one)) for one in told.votes])


def _dissents(told: Said, w: dict[str, str]) -> str:
    if not told.dissents:
        return f"<p>{w['no_dissents']}</p>"
    return "".join(f"<h3>{escape(who)}</h3><p>{escape(text)}</p>" for who, text in told.dissents)
