"""Alerts, their pages and the dashboard speak of figures, commands and pages that there are."""

import json
import re
from pathlib import Path

import pytest
from cyclopts import App

from services.cli.__main__ import app
from tests.helm.chart import CHART, ROOT, Manifest, of_kind

RULES = (CHART / "templates" / "monitoring.yaml").read_text()
DASHBOARD = json.loads((CHART / "dashboards" / "pakt.json").read_text())
PAGES = ROOT / "helm" / "runbooks"
ALERTS = re.findall(r"- alert: (\w+)", RULES)
_INSTRUMENT = re.compile(r'create_(counter|histogram|gauge)\(\s*"([a-z.]+)",\s+unit="([^"]+)"')


def figures() -> set[str]:
    """Names as Prometheus has them: a unit in braces is none, seconds are said, counters are totals."""
    source = (ROOT / "infra" / "telemetry" / "instruments.py").read_text()
    names = set()
    for kind, name, unit in _INSTRUMENT.findall(source):
        plain = name.replace(".", "_") + ("_seconds" if unit == "s" else "")
        names |= {f"{plain}_bucket"} if kind == "histogram" else {f"{plain}_total" if kind == "counter" else plain}
    return names


def asked(expression: str) -> set[str]:
    return set(re.findall(r"\b(?:pakt|http_server)_[a-z_]+", expression))


def ways(found: App, path: str = "pakt") -> set[str]:
    inner = [name for name in found if not name.startswith("-")]
    return {path}.union(*(ways(found[name], f"{path} {name}") for name in inner))


def test_every_figure_asked_for_is_told_by_pakt() -> None:
    panels = {target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]}
    told, alerts = figures(), re.findall(r"expr: (.*)", RULES)

    assert len(told) > 15
    assert {name for one in (*panels, *alerts) for name in asked(one)} - told == set()


def test_every_figure_is_shown() -> None:
    shown = {name for panel in DASHBOARD["panels"] for target in panel["targets"] for name in asked(target["expr"])}

    assert figures() - shown == set()


def test_the_dashboard_has_each_panel_once_and_says_its_unit() -> None:
    panels = DASHBOARD["panels"]

    assert len({panel["id"] for panel in panels}) == len({panel["title"] for panel in panels}) == len(panels)
    assert all(panel["fieldConfig"]["defaults"]["unit"] for panel in panels)
    named = {name for panel in panels for name in re.findall(r"Pakt[A-Z]\w+", panel["description"])}
    assert named - set(ALERTS) == set()


def test_each_alert_has_a_page_and_each_page_an_alert() -> None:
    assert sorted(ALERTS) == sorted(page.stem for page in PAGES.glob("Pakt*.md"))
    assert re.findall(r"runbook: helm/runbooks/(\w+)\.md", RULES) == ALERTS
    assert set(re.findall(r"\[(Pakt\w+)\]", (PAGES / "README.md").read_text())) == set(ALERTS)


@pytest.mark.parametrize("page", sorted(PAGES.glob("Pakt*.md")), ids=lambda page: page.stem)
def test_a_page_says_where_to_look_what_to_do_and_when_it_is_over(page: Path) -> None:
    text = page.read_text()

    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Look", "Do", "Over when"]
    commands = re.findall(r"`(pakt(?: [a-z][a-z-]*)+)", text)
    known = ways(app)
    assert [one for one in commands if one not in known] == []


def test_what_is_rendered_names_its_pages(rendered: list[Manifest]) -> None:
    for rule in of_kind(rendered, "PrometheusRule"):
        alerts = [alert for group in rule["spec"]["groups"] for alert in group["rules"]]
        assert [alert["alert"] for alert in alerts] == ALERTS
        assert all((ROOT / alert["annotations"]["runbook"]).is_file() for alert in alerts)
    boards = [one for one in of_kind(rendered, "ConfigMap") if "pakt.json" in one["data"]]
    assert [json.loads(one["data"]["pakt.json"]) for one in boards] == [DASHBOARD] * len(boards)
    assert bool(boards) == bool(of_kind(rendered, "PrometheusRule"))


def test_durations_are_told_in_buckets_that_tell_them_apart() -> None:
    source = (ROOT / "infra" / "telemetry" / "instruments.py").read_text()
    made = re.findall(r"create_histogram\((.*?)\n\)", source, re.DOTALL)

    assert len(made) == source.count("create_histogram(")
    assert [one for one in made if "explicit_bucket_boundaries_advisory=" not in one] == []


def test_a_panel_of_a_histogram_leads_to_traces() -> None:
    targets = [target for panel in DASHBOARD["panels"] for target in panel["targets"]]

    assert all(target.get("exemplar") is True for target in targets if "histogram_quantile" in target["expr"])
