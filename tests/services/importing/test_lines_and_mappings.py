"""Reading files and understanding records: what cannot be meant is told, never raised, never guessed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.consultations.commands import CloseConsultation, OpenConsultation, PlanConsultation, WithdrawConsultation
from domain.kernel.ids import derived_id
from services.importing.catalogue import FIELDS
from services.importing.consultations import Window, consultation_stories, contribution_stories
from services.importing.lines import Line, Unreadable, read_lines
from services.importing.mapping import SHIPPED, BadRecord, Mapping, MappingError, Value, load_mapping

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DOCUMENT = {
    "id": "DEA-1",
    "documentType": "Rule",
    "agencyId": "DEA",
    "docketId": "DEA-2023",
    "title": "A title",
    "frDocNum": None,
    "postedDate": "2023-03-01T05:00:00Z",
    "commentStartDate": "2023-03-01T05:00:00Z",
    "commentEndDate": "2023-04-01T03:59:59Z",
    "withdrawn": False,
    "lastModifiedDate": "2023-04-02T00:00:00Z",
}


def lines(path: Path, data: bytes, file_format: str, records: str = "") -> list[Line]:
    path.write_bytes(data)
    return list(read_lines(path, file_format, records))


def test_bad_lines_are_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    data = b'{"a": 1}\n\n[1]\n{"a": \xff}\n{"a"\n' + b"[" * 5_000 + b'\n{"a": 2}'
    found = lines(tmp_path / "f", data, "jsonl")

    assert [line.number for line in found] == [1, 2, 3, 4, 5, 6, 7]
    assert [line.record for line in found if line.record] == [{"a": 1}, {"a": 2}]
    assert found[1].reason == "the line is empty"
    assert all(line.reason for line in found if line.record is None)


def test_csv_with_byte_order_mark_quotes_and_breaks(tmp_path: Path) -> None:
    data = '\ufeffid,title\r\n1,"a, ""b""\nc"\r\n2\r\n3,x,y\r\n4,ë\r\n'.encode() + b"5,\xff\r\n"
    found = lines(tmp_path / "f", data, "csv")

    assert [line.record for line in found if line.record] == [
        {"id": "1", "title": 'a, "b"\nc'},
        {"id": "4", "title": "ë"},
    ]
    assert [line.reason for line in found if line.record is None] == [
        "fewer fields than the heading has",
        "more fields than the heading has",
        "not UTF-8",
    ]


def test_json_lists_and_single_objects(tmp_path: Path) -> None:
    data = b'{"a": {"b": [{"x": 1}, 2]}, "one": {"x": 3}}'

    assert [(n.record, bool(n.reason)) for n in lines(tmp_path / "f", data, "json", "a.b")] == [
        ({"x": 1}, False),
        (None, True),
    ]
    assert [n.record for n in lines(tmp_path / "f", data, "json", "one")] == [{"x": 3}]
    for records in ("a.c", "a.b.c"):
        with pytest.raises(Unreadable):
            lines(tmp_path / "f", data, "json", records)
    with pytest.raises(Unreadable):
        lines(tmp_path / "f", b"{", "json")
    with pytest.raises(Unreadable):
        list(read_lines(tmp_path / "none", "jsonl"))


@given(st.binary(max_size=200), st.sampled_from(["jsonl", "csv"]))
def test_any_bytes_are_read_or_told(tmp_path_factory: pytest.TempPathFactory, data: bytes, file_format: str) -> None:
    for line in lines(tmp_path_factory.mktemp("any") / "f", data, file_format):
        assert (line.record is None) == bool(line.reason)


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_shipped_mappings_are_found_by_name(path: Path) -> None:
    assert load_mapping(path.stem, FIELDS) == load_mapping(str(path), FIELDS) == load_mapping(path.name, FIELDS)


@pytest.mark.parametrize(
    "text", ["", "source = 1", 'source = "x"\nunknown = 1', 'source = "x"\ntimezone = "Nowhere/City"', "["]
)
def test_a_mapping_that_cannot_be_meant_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "m.toml").write_text(text)
    with pytest.raises(MappingError):
        load_mapping(str(tmp_path / "m.toml"), FIELDS)


def test_an_unknown_mapping_names_those_there_are() -> None:
    with pytest.raises(MappingError, match=r"eu_feedback, .*threesixty, .*us_rule_dockets"):
        load_mapping("nothing", FIELDS)


def test_a_document_with_a_window_was_planned_opened_and_closed() -> None:
    tell = consultation_stories(load_mapping("us_rule_dockets", FIELDS).reader("consultations"), NOW)
    story = tell(Line(1, DOCUMENT))

    assert [(type(s.command), s.occurred_at.isoformat()) for s in story.steps] == [
        (PlanConsultation, "2023-03-01T05:00:00+00:00"),
        (OpenConsultation, "2023-03-01T05:00:00+00:00"),
        (CloseConsultation, "2023-04-01T03:59:59+00:00"),
    ]
    assert (story.source_id, story.remarks) == ("DEA-1", ())


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        ({"commentEndDate": None}, [PlanConsultation]),
        ({"commentStartDate": None}, [PlanConsultation]),
        ({"commentEndDate": "2027-01-01T00:00:00Z"}, [PlanConsultation, OpenConsultation]),
        ({"commentEndDate": None, "withdrawn": True}, [PlanConsultation, WithdrawConsultation]),
        (
            {"withdrawn": True, "lastModifiedDate": "2023-03-10T00:00:00Z"},
            [PlanConsultation, OpenConsultation, WithdrawConsultation],
        ),
        (
            {"withdrawn": True},
            [PlanConsultation, OpenConsultation, CloseConsultation, WithdrawConsultation],
        ),
    ],
)
def test_what_a_document_comes_to(change: dict[str, object], kinds: list[type]) -> None:
    tell = consultation_stories(load_mapping("us_rule_dockets", FIELDS).reader("consultations"), NOW)
    steps = tell(Line(1, DOCUMENT | change)).steps

    assert [type(step.command) for step in steps] == kinds
    assert [step.occurred_at for step in steps] == sorted(step.occurred_at for step in steps)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": None}, "nothing is given for id"),
        ({"id": "-" * 0}, "nothing is given for id"),
        ({"title": " "}, "nothing is given for title"),
        ({"title": "x" * 301}, r"plan: .*title"),
        ({"commentEndDate": "2023-02-01T00:00:00Z"}, "before it starts"),
        ({"commentEndDate": "2023-03-01T05:00:00Z"}, "before it starts"),
        ({"commentEndDate": "soon"}, "closes is not a time$"),
        ({"postedDate": "2023-02-30"}, "planned is not a time"),
        ({"postedDate": "9999-12-31T23:59:59-10:00"}, "planned is not a time"),
        ({"postedDate": None, "commentStartDate": None}, "nothing says when it was planned"),
        ({"postedDate": "2030-01-01T00:00:00Z"}, "future"),
    ],
)
def test_a_document_that_cannot_be_meant_is_refused_with_a_reason(change: dict[str, object], reason: str) -> None:
    tell = consultation_stories(load_mapping("us_rule_dockets", FIELDS).reader("consultations"), NOW)
    with pytest.raises(BadRecord, match=reason):
        tell(Line(1, DOCUMENT | change))


def test_line_breaks_are_taken_out_of_a_title_with_a_remark() -> None:
    tell = consultation_stories(load_mapping("us_rule_dockets", FIELDS).reader("consultations"), NOW)
    story = tell(Line(1, DOCUMENT | {"title": "First\n second"}))
    plan = story.steps[0].command

    assert isinstance(plan, PlanConsultation)
    assert (plan.title.in_language("en"), len(story.remarks)) == ("First second", 1)


def test_a_date_without_a_time_is_a_day_of_the_sources_zone() -> None:
    mapping = Mapping(source="x", timezone="Europe/Belgrade", sections={"s": {"opens": "a", "closes": "a", "at": "a"}})
    reader = mapping.reader("s")
    record = {"a": "2026-07-01"}
    local = {"a": "2026-07-01T08:30:00"}

    assert str(reader.start(record, "opens")) == "2026-06-30 22:00:00+00:00"
    assert str(reader.end(record, "closes")) == "2026-07-01 22:00:00+00:00"
    assert str(reader.within(record, "at")) == "2026-07-01 10:00:00+00:00"
    assert str(reader.start(local, "opens")) == "2026-07-01 06:30:00+00:00"


WINDOW = Window(datetime(2020, 7, 22, 22, tzinfo=UTC), datetime(2020, 9, 10, 22, tzinfo=UTC))
FEEDBACK = {"reference": "F1", "submitted": "2020-08-01", "user_type": "Gewerkschaft", "text_excerpt": "Yes."}


def test_traps_of_the_feedback_are_remarked_not_lost() -> None:
    tell = contribution_stories(load_mapping("eu_feedback", FIELDS).reader("contributions"), derived_id("c"), WINDOW)
    story = tell(Line(7, {"reference": "-", "submitted": "-", "user_type": "-", "text_excerpt": "-"}))

    assert (story.source_id, len(story.remarks)) == ("#7", 3)
    assert story.steps[0].occurred_at < WINDOW.closes_at
    assert tell(Line(1, FEEDBACK)).remarks == ()


@pytest.mark.parametrize("submitted", ["2020-07-22", "2020-09-11"])
def test_what_came_in_outside_of_the_window_is_refused(submitted: str) -> None:
    tell = contribution_stories(load_mapping("eu_feedback", FIELDS).reader("contributions"), derived_id("c"), WINDOW)
    with pytest.raises(BadRecord, match="outside of the window") as refused:
        tell(Line(1, FEEDBACK | {"submitted": submitted}))

    assert refused.value.source_id == "F1"


@pytest.mark.parametrize(
    "change", [{"n": "Agim Rexhepi " * 30}, {"e": "Agim Rexhepi at home"}, {"r": "Agim Rexhepi"}, {"k": "Agim Rexhepi"}]
)
def test_a_refused_line_does_not_say_in_the_report_whom_it_told_of(change: dict[str, str]) -> None:
    fields: dict[str, str | Value] = {
        "id": "id",
        "body": "b",
        "language": "l",
        "received": "r",
        "name": "n",
        "email": "e",
        "kind": "k",
    }
    tell = contribution_stories(
        Mapping(source="x", timezone="UTC", sections={"s": fields}).reader("s"), derived_id("c"), WINDOW
    )
    record = {"id": "1", "b": "Yes.", "l": "en", "r": "2020-08-01", "n": "Ana", "e": "ana@example.org", "k": "citizen"}
    assert tell(Line(1, record)).steps

    with pytest.raises(BadRecord) as refused:
        tell(Line(1, record | change))

    assert "Agim" not in str(refused.value)
