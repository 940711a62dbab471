"""Charts of a report, as SVG: drawn from the same words as its tables, which say all that a chart shows."""

import textwrap
from typing import Any

import msgspec

from services.monitoring.saying import Said
from services.receipts.document import NotInstalled

_VERSION = "5.20"
"""Of Vega-Lite: the drawing is the same with whichever newer one the package brings."""
_FONT = "Libertinus Serif"
_COLOURS = {"red": "#b3261e", "amber": "#c77700", "green": "#2e7d32", "grey": "#7a7f85"}
_BLUE = "#0b5c8a"
_WIDTH, _STEP, _LABEL = 330, 34, 42
_AXIS = {"labelLimit": 0, "labelFontSize": 11, "ticks": False, "domain": False, "title": None, "minExtent": 190}
_SPLIT = "split(datum.label, '\\n')"


def shares(said: Said) -> str:
    """A bar for each share, in points of a hundred; '' where no share had a case. Raises: NotInstalled."""
    rows = [
        {"label": _wrapped(row.label), "points": float(row.share), "said": row.value}
        for section in said.sections
        for row in section.rows
        if row.share is not None
    ]
    encoding = {
        "x": {
            "field": "points",
            "type": "quantitative",
            "scale": {"domain": [0, 100]},
            "axis": {"title": None, "values": [0, 25, 50, 75, 100], "labelExpr": "datum.value + ' %'"},
        }
    }
    return _bars(rows, encoding, {"color": _BLUE}) if rows else ""


def lights(said: Said) -> str:
    """A bar for each light, as long as it has measures; '' where there are none. Raises: NotInstalled."""
    rows = [{"label": word, "points": count, "said": str(count), "light": code} for code, word, count in said.lights]
    most = max((count for _, _, count in said.lights), default=0)
    encoding = {
        "x": {"field": "points", "type": "quantitative", "scale": {"domain": [0, most]}, "axis": None},
        "color": {
            "field": "light",
            "type": "nominal",
            "scale": {"domain": list(_COLOURS), "range": list(_COLOURS.values())},
            "legend": None,
        },
    }
    return _bars(rows, encoding, {}) if most else ""


def _bars(rows: list[dict[str, Any]], encoding: dict[str, Any], look: dict[str, Any]) -> str:
    named = {"field": "label", "type": "nominal", "sort": None, "axis": _AXIS | {"labelExpr": _SPLIT}}
    placed = {"x": encoding["x"], "y": named}
    spec = {
        "width": _WIDTH,
        "height": {"step": _STEP},
        "background": None,
        "config": {"font": _FONT, "view": {"stroke": None}, "axis": {"labelFont": _FONT, "gridColor": "#dddddd"}},
        "data": {"values": rows},
        "layer": [
            {"mark": {"type": "bar", "height": 14} | look, "encoding": encoding | {"y": named}},
            {
                "mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 11, "font": _FONT},
                "encoding": placed | {"text": {"field": "said", "type": "nominal"}},
            },
        ],
    }
    return _drawn(spec)


def _drawn(spec: dict[str, Any]) -> str:
    try:
        import vl_convert  # noqa: PLC0415 - an extra brings it
    except ModuleNotFoundError as error:
        raise NotInstalled from error
    drawn: str = vl_convert.vegalite_to_svg(msgspec.json.encode(spec).decode(), vl_version=_VERSION)
    return drawn


def _wrapped(label: str) -> str:
    return "\n".join(textwrap.wrap(label, _LABEL))
