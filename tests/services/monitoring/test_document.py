"""A report on paper: in every language, the same bytes twice, with charts that are also words, its figures attached."""

import io
import json
import re
import subprocess
import sys
from hashlib import sha256

import pypdf
import pytest
from msgspec.structs import replace

from domain.kernel.canonical import canonical
from projections.monitoring_report_register import Dissent, MonitoringReportFacts
from services.monitoring.charts import lights, shares
from services.monitoring.document import ReportPaper, render
from services.monitoring.saying import Shown, said
from services.monitoring.table import lines
from services.receipts.document import LANGUAGES
from tests.domain.action_measures import examples as x
from tests.domain.action_measures import monitoring_examples as y

NAMES = {"sq": "Ministria e Financave", "sr": "Ministarstvo finansija", "en": "Ministry of Finance"}
WORDS = {
    "sq": ("Raport i monitorimit", "Gjysmëvjeti i parë i vitit 2026", "Ministria e Financave", "75,0", "12 500,50", "Nuk pajtohemi."),
    "sr": ("Izveštaj o praćenju", "Prvo polugodište 2026.", "Ministarstvo finansija", "75,0", "12 500,50", "We do not agree."),
    "sr-Cyrl": ("Извештај о праћењу", "Прво полугодиште 2026.", "Министарство финансија", "75,0", "12 500,50", "We do not agree."),
    "en": ("Monitoring report", "First half of 2026", "Ministry of Finance", "75.0", "12 500.50", "We do not agree."),
}  # fmt: skip


def facts() -> MonitoringReportFacts:
    """A published report to which civil society objected, all against."""
    return MonitoringReportFacts(
        tenant_id=1,
        report_id=y.REPORT,
        strategy_id=x.STRATEGY,
        period=y.PERIOD,
        state="published",
        version=7,
        expected_at=y.SPAN.begins,
        changed_at=y.AFTER,
        ends_at=y.SPAN.ends,
        due_at=y.DUE_BY.due_at,
        foreword=y.WORDS,
        freezes=2,
        digest=y.FROZEN.digest,
        frozen_at=y.AFTER,
        frozen=y.FROZEN,
        dissents=(
            Dissent(y.DISSENTED.side, y.WORDS, y.AFTER, 1),
            Dissent(y.DISSENTED.side, y.DISSENTED.text, y.AFTER, 2),
        ),
        resolution="3/2026",
        votes=y.VOTES,
        published_at=y.AFTER,
        late=False,
    )


def paper(language: str) -> ReportPaper:
    address = f"https://pakt.example.org/monitoring-reports/{y.REPORT}"
    return ReportPaper(Shown(facts(), x.ADOPTED.title, {"mflt": NAMES}, address), language)


def text_of(found: pypdf.PdfReader) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in found.pages))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_all_of_it_in_the_readers_language_and_twice_the_same(language: str) -> None:
    first = render(paper(language))
    assert render(paper(language)) == first
    found = pypdf.PdfReader(io.BytesIO(first), strict=True)
    told = text_of(found)

    for word in (*WORDS[language], "3/2026", "1.1.1", "2027-06-30", "2026-12-15"):
        assert word in told, word
    assert "\ufffd" not in told
    assert str(found.trailer["/Root"]["/Lang"]).partition("-")[0] == language.partition("-")[0]  # type: ignore[index]


def test_another_process_makes_the_same_file() -> None:
    asked = "import sys; from tests.services.monitoring.test_document import *; sys.stdout.write(sha256(render(paper('sq'))).hexdigest())"
    made = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert made.stdout == sha256(render(paper("sq"))).hexdigest()


def test_it_is_to_be_kept_and_read_aloud_and_holds_its_figures() -> None:
    found = pypdf.PdfReader(io.BytesIO(render(paper("en"))), strict=True)
    metadata = found.trailer["/Root"]["/Metadata"].get_data().decode()  # type: ignore[index]

    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in metadata
    [(name, [data])] = found.attachments.items()
    assert (name, data) == ("figures.json", canonical(y.FROZEN))
    assert sha256(data).hexdigest() == facts().digest
    alternatives = alternative_texts(found)
    assert [one for one in alternatives if one.startswith("Bars: red: 1; amber: 0; green: 1; grey: 0")]
    assert [one for one in alternatives if "published in time, of those due: 75.0" in one]


def alternative_texts(found: pypdf.PdfReader) -> list[str]:
    """Of every structure element that has one."""
    objects = (found.get_object(number) for number in range(1, len(found.xref[0]) + len(found.xref_objStm)))
    return [str(one["/Alt"]) for one in objects if isinstance(one, dict) and "/Alt" in one]


def test_a_chart_shows_what_the_tables_say_or_nothing() -> None:
    told = said(paper("sr-Cyrl").shown, "sr-Cyrl")
    assert lights(told) == lights(told)
    assert "црвено" in lights(told)
    assert "75,0" in shares(told)
    without = replace(y.FROZEN, measures=(), figures=(y.SUM, y.NONE))
    bare = said(replace(paper("sq").shown, report=replace(facts(), frozen=without)), "sq")
    assert (lights(bare), shares(bare)) == ("", "")
    assert [row.value for section in bare.sections for row in section.rows] == ["12\u00a0500,50\u00a0€", "–"]


def test_what_was_said_against_other_figures_is_not_in_the_annex() -> None:
    assert [text for _, text in said(paper("en").shown, "en").dissents] == ["We do not agree."]


def test_the_table_has_a_row_for_each_figure_and_each_institution() -> None:
    rows = [(one.query, one.tenant, one.numerator, one.denominator, one.first_position) for one in lines(y.FROZEN)]

    assert rows == [
        ("consultation_reports_in_time", "", 3, 4, None),
        ("consultation_reports_in_time", "mflt", 1, 1, 3),
        ("consultation_reports_in_time", "prizren", 2, 3, 2),
        ("grants_paid_euro", "", 1_250_050, None, None),
        ("grants_paid_euro", "mflt", 1_250_050, None, None),
        ("deadlines_met", "", 0, 0, None),
    ]
    assert json.loads(canonical(y.FROZEN))["figures"][0]["figure"] == {"value": "75", "numerator": 3, "denominator": 4}
