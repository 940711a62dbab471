"""A monitoring report on paper: PDF/A-3a and PDF/UA-1, with its charts, and its frozen figures attached as data.

Nothing of it depends on when or where it is made: the same report gives the same bytes.
"""

from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from domain.kernel.canonical import canonical
from domain.kernel.message import N_
from services.monitoring.charts import lights, shares
from services.monitoring.saying import Said, Shown, Speaker, said
from services.receipts.document import typeset

_TEMPLATE = Path(__file__).with_name("report.typ")


class ReportPaper(msgspec.Struct, frozen=True):
    """A report and the language in which it is printed."""

    shown: Shown
    language: str


def render(paper: ReportPaper) -> bytes:
    """The PDF. Raises: NotInstalled."""
    return typeset(_template(), _on_paper(paper))


@cache
def _template() -> bytes:
    return _TEMPLATE.read_bytes()


def _on_paper(paper: ReportPaper) -> dict[str, Any]:
    told, speaker = said(paper.shown, paper.language), Speaker(paper.language)
    base, _, script = paper.language.partition("-")
    at = paper.shown.report.frozen_at or paper.shown.frozen.as_of
    plain: dict[str, Any] = msgspec.to_builtins(told)
    return plain | {
        "lang": base,
        "script": "cyrl" if script == "Cyrl" else "latn",
        "date": [at.year, at.month, at.day, at.hour, at.minute, at.second],
        "charts": _charts(told, speaker),
        "words": words(speaker),
        "frozen": canonical(paper.shown.frozen).decode(),
        "footer": f"{told.strategy} · {told.period}",
    }


def _charts(told: Said, speaker: Speaker) -> dict[str, dict[str, str]]:
    """Each chart with what it shows in words, for whoever hears it."""
    points = [f"{row.label}: {row.value}" for section in told.sections for row in section.rows if row.share is not None]
    counts = [f"{word}: {count}" for _, word, count in told.lights]
    return {
        "shares": {"svg": shares(told), "alt": speaker.say(N_("Bars: {said}"), said="; ".join(points))},
        "lights": {"svg": lights(told), "alt": speaker.say(N_("Bars: {said}"), said="; ".join(counts))},
    }


def words(speaker: Speaker) -> dict[str, str]:
    """Headings, and heads of tables."""
    told = {
        "item": N_("Item"),
        "value": N_("Value"),
        "at_a_glance": N_("At a glance"),
        "figure": N_("Figure"),
        "of": N_("Cases"),
        "measures": N_("Measures"),
        "measure": N_("Measure"),
        "institution": N_("Institution"),
        "stands": N_("How it stands"),
        "days": N_("Last day"),
        "contested": N_("Contested figures"),
        "no_contested": N_("No figure was contested."),
        "reported": N_("Reported"),
        "own": N_("Figure of civil society"),
        "reason": N_("Reason"),
        "votes": N_("How each side of the Council voted"),
        "no_votes": N_("The Council has not approved this report yet."),
        "side": N_("Side"),
        "in_favour": N_("In favour"),
        "against": N_("Against"),
        "abstained": N_("Abstained"),
        "interested": N_("Did not vote for an interest"),
        "seated": N_("Seats filled"),
        "dissents": N_("Annex: what a side thinks otherwise"),
        "no_dissents": N_("Neither side objected."),
        "sources": N_("Annex: where the figures come from"),
        "sources_say": N_(
            "Each figure was found by a query of the library, whose digest stands beside it. The attached data says "
            "for each institution what it adds and between which positions of its log the events lie."
        ),
        "sources_short": N_("Where it comes from"),
        "query": N_("Query and version"),
        "hash": N_("Digest of the query"),
    }
    return {key: speaker.say(template) for key, template in told.items()}
