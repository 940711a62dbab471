"""Municipal registers of procurement: every row is told, every cell read or reported, every sum exact."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.contracts.commands.recorded_contract import RecordAnnex, RecordContract, RecordPayment
from domain.contracts.recorded_facts import BudgetSource, ContractType, PaymentFacts, Seat, SupplierStatus, amount_of
from services.importing.catalogue import FIELDS
from services.importing.cells import Sum, Unread
from services.importing.layouts import fitting
from services.importing.lines import Sheet, Unreadable, read_lines
from services.importing.mapping import BadRecord, MappingError, load_mapping
from services.importing.registers import year_of
from tests.services.importing.procurement import (
    KNOWN,
    NOW,
    ROW,
    facts_of,
    line,
    needs_registers,
    order,
    path_of,
    register_16,
    stories_of,
    told,
)


@needs_registers
def test_all_registers_are_known() -> None:
    assert (len(KNOWN), sum(one["rows"] for one in KNOWN)) == (24, 3_677)


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known["file"])
def test_a_real_register_comes_to_what_is_known_of_it(known: dict[str, Any]) -> None:
    stories = stories_of(path_of(known), known["year"])
    sums = {name: Sum() for name in ("contract_price", "estimated_value")}
    for story in stories:
        for name in sums:
            sums[name] += story.sums[name]

    assert len({story.source_id for story in stories}) == len(stories) == known["rows"]
    for name, one in sums.items():
        if name in known:
            wanted = {part: known[name][part] for part in ("parsed", "empty", "unreadable")}
            assert {part: getattr(one, part) for part in wanted} == wanted
            assert one.sum == Decimal(known[name]["sum"])
    prices = [price.value for story in stories if (price := facts_of(story).price)]
    assert sum(prices, Decimal()) == Decimal(known["contract_price"]["sum"]), "the events say it as exactly"
    if "distinct_suppliers_verbatim" in known:
        services = [one for one in stories if facts_of(one).contract_type is ContractType.SERVICES]
        assert len(services) == known["services_rows"]


@needs_registers
def test_every_cell_that_cannot_be_read_is_reported_and_kept() -> None:
    reported: dict[str, int] = {}
    for known in KNOWN:
        for story in stories_of(path_of(known), known["year"]):
            kept = {(one.row, one.column, one.text) for one in facts_of(story).unread}
            assert {(one.row, one.column, one.text) for one in story.unread if not one.kept} == kept
            for one in story.unread:
                assert one.row > 0
                assert one.column > 0
                assert one.text
                reported[one.why] = reported.get(one.why, 0) + 1

    assert reported == {
        "it is no amount": 24,
        "it is no date as the layout writes one": 1,
        "its end: it is no date as the layout writes one": 4,
        "it is none of the register's codes": 86,
        "no municipality is written like that": 62,
        "the layout has no such column": 11,
    }


@needs_registers
def test_a_row_that_swallowed_the_next_one_loses_nothing() -> None:
    (known,) = [one for one in KNOWN if one["file"].endswith("viti/2015.csv")]
    (story,) = [one for one in stories_of(path_of(known), 2015) if any("no such column" in u.why for u in one.unread)]

    assert [one.column for one in story.unread if not one.heading] == list(range(17, 28))
    assert Unread(43, "", "83814.78", "the layout has no such column", 20) in story.unread
    assert facts_of(story).price == amount_of(Decimal("79831.68"), "EUR")


@needs_registers
def test_a_wide_register_tells_annexes_and_dated_part_payments() -> None:
    (known,) = [one for one in KNOWN if one["format"] == "register-wide"]
    stories = stories_of(path_of(known), known["year"])
    (paid,) = [one for one in stories if one.source_id == "2018/85"]
    later = [step.command for one in stories for step in one.steps[1:]]

    assert sum(isinstance(one, RecordAnnex) for one in later) == 3
    assert sum(isinstance(one, RecordPayment) for one in later) == 15
    assert [step.command.payment for step in paid.steps if isinstance(step.command, RecordPayment)] == [
        PaymentFacts(number=1, paid_on=date(2018, 9, 21), amount=amount_of(Decimal(100_000), "EUR")),
        PaymentFacts(number=2, paid_on=date(2018, 10, 10), amount=amount_of(Decimal(100_000), "EUR")),
        PaymentFacts(number=10, paid_on=date(2018, 10, 31), amount=amount_of(Decimal(100_000), "EUR"), final=True),
    ]
    assert [step.occurred_at for step in paid.steps] == sorted(step.occurred_at for step in paid.steps)
    assert b"officer" not in msgspec.json.encode(stories)


def test_a_row_is_told_as_it_stands() -> None:
    (story,) = told(line())
    facts = facts_of(story)
    (supplier,) = facts.suppliers

    assert (story.source_id, story.remarks, story.unread) == ("2011/086", (), ())
    assert facts.budget_sources == (BudgetSource.OWN_REVENUE, BudgetSource.KOSOVO_BUDGET)
    assert (facts.signed_on, facts.ends_on) == (date(2011, 1, 10), date(2011, 6, 30))
    assert (facts.contract_type, facts.price) == (ContractType.SERVICES, amount_of(Decimal("5506.80"), "EUR"))
    assert (supplier.name, supplier.consortium, supplier.status) == ("A&B", True, SupplierStatus.LOCAL)
    assert supplier.seat == Seat(name="Meje,Gjakove", municipality="gjakove")
    assert str(story.steps[0].occurred_at) == "2011-01-09 23:00:00+00:00"


def test_rows_of_one_number_are_told_apart_and_keep_their_ids() -> None:
    rows = [line(), line(), line(number=""), line(number=""), line(number="7")]

    assert [one.source_id for one in told(*rows)] == ["2011/086", "2011/086/2", "2011/-", "2011/-/2", "2011/7"]
    with_another = [one.source_id for one in told(*rows[:1], line(number="9"), *rows[1:])]
    assert [one for one in with_another if one != "2011/9"] == [one.source_id for one in told(*rows)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5,506.80", "5506.80"),
        ("1,700,000.00", "1700000.00"),
        ("1680", "1680"),
        ("16200.00€", "16200.00"),
        (" 6088.29 € ", "6088.29"),
        ("3 000.5", "3000.5"),
        ("9845.700000000001", "9845.700000000001"),
        ("7.", "7"),
        ("0", "0"),
        *(
            (text, None)
            for text in ("19,80.00", "2.821,50", "872,32", "7,900,00", "1.157per ore", "N/A", "A.", "-5", "€")
        ),
    ],
)
def test_an_amount_is_digits_with_a_point_or_groups_of_three(text: str, value: str | None) -> None:
    (story,) = told(line(contract_price=text))
    price = facts_of(story).price
    found = story.sums["contract_price"]

    assert (price.value if price else None) == (Decimal(value) if value else None)
    assert (found.parsed, found.empty, found.unreadable) == (int(value is not None), 0, int(value is None))
    assert [one.heading for one in story.unread] == ["contract_price"] * (value is None)


def test_an_empty_price_is_none_and_no_fault() -> None:
    (story,) = told(line(contract_price="  "))

    assert (facts_of(story).price, story.unread, story.sums["contract_price"]) == (None, (), Sum(empty=1))


@pytest.mark.parametrize(
    ("text", "signed", "ends"),
    [
        ("04.02.10", date(2010, 2, 4), None),
        ("10.01.2011", date(2011, 1, 10), None),
        ("5/3/2013", date(2013, 3, 5), None),
        ("13/03/2013", date(2013, 3, 13), None),
        ("18,04.2011", date(2011, 4, 18), None),
        ("25,02,2012", date(2012, 2, 25), None),
        ("07.7.2016", date(2016, 7, 7), None),
        ("21.10.2013.", date(2013, 10, 21), None),
        ("16.06.2015-", date(2015, 6, 16), None),
        ("12.05.2011-31.12.2011", date(2011, 5, 12), date(2011, 12, 31)),
    ],
)
def test_a_day_is_read_as_registers_write_it(text: str, signed: date, ends: date | None) -> None:
    (story,) = told(line(signed=text))

    assert (facts_of(story).signed_on, facts_of(story).ends_on, story.unread) == (signed, ends, ())


@pytest.mark.parametrize(
    ("text", "signed", "why"),
    [
        ("24.10.20111- Qershor 2012", None, "it is no date as the layout writes one"),
        ("3/25/2013", None, "it is no date as the layout writes one"),
        ("31.02.2013", None, "it is no date as the layout writes one"),
        ("36 muaj", None, "it is no date as the layout writes one"),
        ("24.11.2026", None, "it lies in the future"),
        ("24.11.1911", None, "it lies before 1990"),
        ("24.10.2011-Qershor 2012", date(2011, 10, 24), "its end: it is no date as the layout writes one"),
        ("24.10.2011-24.10.2010", date(2011, 10, 24), "it ends before it starts"),
    ],
)
def test_a_day_that_cannot_be_read_is_reported_with_its_cell(text: str, signed: date | None, why: str) -> None:
    (story,) = told(line(signed=text))

    assert facts_of(story).signed_on == signed
    assert story.unread == (Unread(1, "signed", text, why, 8),)


def test_what_has_no_day_is_told_at_the_end_of_its_year_or_today() -> None:
    (past,), (present,) = told(line(signed="")), told(line(signed=""), year=2026)

    assert str(past.steps[0].occurred_at) == "2011-12-30 23:00:00+00:00"
    assert str(present.steps[0].occurred_at) == "2026-11-22 23:00:00+00:00"
    assert past.remarks == ("signed: no day that could be read; told at 2011-12-31",)


@pytest.mark.parametrize(
    ("seat", "municipality", "told_of"),
    [
        ("Prishtinë", "prishtine", False),
        ("PRISHTINE ", "prishtine", False),
        ("Hani I Elezit", "hani-i-elezit", False),
        ("F.Kosovë", "fushe-kosove", False),
        ("Duzhnje,         Gjakove", "gjakove", False),
        ("Meje", None, True),
        ("Prishrinë", None, True),
        ("Gjilan , H.Elezit", None, True),
        ("Tira-Prish", None, True),
        ("", None, False),
    ],
)
def test_a_seat_is_the_municipality_that_the_table_says_and_never_a_guess(
    seat: str, municipality: str | None, told_of: bool
) -> None:
    (story,) = told(line(supplier_seat=seat))
    (supplier,) = facts_of(story).suppliers

    assert (supplier.seat.municipality if supplier.seat else None) == municipality
    assert [one.why for one in story.unread] == ["no municipality is written like that"] * told_of
    assert facts_of(story).unread == (), "the name stands in the record as it was given"


@pytest.mark.parametrize("sources", ["1+2", "1,2", "1&2", " 1 + 2 "])
def test_two_sources_of_budget_are_two(sources: str) -> None:
    (story,) = told(line(budget_source=sources))

    assert facts_of(story).budget_sources == (BudgetSource.OWN_REVENUE, BudgetSource.KOSOVO_BUDGET)


@pytest.mark.parametrize("column", ["type", "value_class", "procedure", "supplier_status", "award_criterion"])
def test_a_code_that_is_not_the_registers_is_reported(column: str) -> None:
    (story,) = told(line(**{column: "47"}))

    assert [(one.heading, one.text) for one in story.unread] == [(column, "47")]
    assert [one.text for one in facts_of(story).unread] == ["47"]
    (sources,) = told(line(budget_source="1+9"))
    assert facts_of(sources).budget_sources == ()


def test_an_annex_without_a_day_stands_with_the_contract() -> None:
    (story,) = told(line(annex_price="778.8"))

    assert [(step.name, step.occurred_at) for step in story.steps[1:]] == [("annex-1", story.steps[0].occurred_at)]
    assert len(told(line(annex_price="0"))[0].steps) == 1


@given(st.lists(st.text(max_size=30), min_size=1, max_size=30))
def test_whatever_stands_in_the_cells_the_row_is_told(cells: list[str]) -> None:
    columns = register_16().sheet.columns
    record = dict(zip(columns, (*cells, *[""] * 16), strict=False))
    (story,) = told(msgspec.structs.replace(line(), record=record, surplus=tuple(cells[16:])))
    command = story.steps[0].command

    assert isinstance(command, RecordContract)
    assert msgspec.json.decode(msgspec.json.encode(command), type=RecordContract) == command
    for name, one in story.sums.items():
        assert one.parsed + one.empty + one.unreadable == 1, name


def test_of_a_row_that_swallowed_the_rest_of_the_file_what_fits_is_kept() -> None:
    (story,) = told(msgspec.structs.replace(line(), surplus=("x",) * 150))

    assert (len(story.unread), len(facts_of(story).unread)) == (150, 100)
    assert story.remarks == ("150 cells could not be read: the first 100 are kept on record",)


@pytest.mark.parametrize("column", ["contract_price", "cpv_division"])
def test_figures_of_other_scripts_are_not_guessed(column: str) -> None:
    (story,) = told(line(**{column: "٣"}))

    assert [one.heading for one in story.unread] == [column]


def test_one_file_may_mix_encodings(tmp_path: Path) -> None:
    rows = [
        ",".join(f'"{cell}"' for cell in ROW).replace("Transporti i nxënësve", title) for title in ("Shkollë", "Çmim")
    ]
    (tmp_path / "2011.csv").write_bytes(rows[0].encode() + b"\n" + rows[1].encode("cp1252") + b"\n")
    _, lines = fitting(order(tmp_path / "2011.csv"))
    stories = told(*lines)

    assert [facts_of(one).title for one in stories] == ["Shkollë", "Çmim"]
    assert [one.remarks for one in stories] == [(), ("column 7: not UTF-8, read as cp1252",)]


def test_a_cell_of_two_encodings_is_read_and_one_of_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes("ë".encode() + b"\xe7,1\n\x81,2\n")
    mixed, broken = read_lines(tmp_path / "f", "csv", "", Sheet(("a", "b"), ragged=True, fallback="cp1252"))

    assert mixed.record == {"a": "ëç", "b": "1"}
    assert (broken.record, broken.reason) == (None, "column 1 is neither UTF-8 nor cp1252")


def test_rows_with_more_or_fewer_cells_are_taken_and_said(tmp_path: Path) -> None:
    rows = [ROW, (*ROW, ""), (*ROW, "more"), ROW[:12]]
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows)
    (tmp_path / "2011.csv").write_text(text, encoding="utf-8")
    _, lines = fitting(order(tmp_path / "2011.csv"))
    stories = told(*lines)

    assert [one.row for one in lines] == [1, 2, 3, 4]
    assert [one.unread for one in stories[:2]] == [(), ()]
    assert stories[2].unread == (Unread(3, "", "more", "the layout has no such column", 17),)
    assert facts_of(stories[3]).award_criterion is None


def test_a_register_of_another_layout_says_what_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "2011.csv"
    file.write_text("Numri,Titulli,Cmimi\n1,Shkollë,100\n", encoding="utf-8")

    with pytest.raises(MappingError) as refused:
        fitting(order(file))

    said = str(refused.value)
    assert "ocds: " in said
    assert "kosovo_register_wide: number reads `Numri prokurimit`" in said
    assert "contract_price reads `Vlera totale e kontratës" in said
    assert "kosovo_register_16: most rows have 3 cells, the layout has 16: value_class, procedure" in said
    with pytest.raises(MappingError, match=r"^number reads `Numri prokurimit`"):
        fitting(order(file, mapping="kosovo_register_wide"))


def test_a_wide_register_is_not_taken_for_a_narrow_one(tmp_path: Path) -> None:
    file = tmp_path / "2018.csv"
    file.write_text("\n".join(",".join("abcdefghijklmnopqrstuvwxyz") for _ in range(3)))

    with pytest.raises(MappingError, match=r"most rows have 26 cells, the layout has 16$"):
        fitting(order(file, mapping="kosovo_register_16"))
    with pytest.raises(Unreadable, match="says nothing of contracts"):
        fitting(order(file, mapping="eu_feedback"))


def test_headings_that_stand_there_twice_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("a,b,a\n1,2,3\n")

    assert [one.record for one in read_lines(tmp_path / "f", "csv")] == [{"a": "1", "b": "2", "a (2)": "3"}]


@pytest.mark.parametrize(
    ("stem", "said", "year"),
    [("2011", None, 2011), ("viti-2011", None, 2011), ("register", 2013, 2013), ("2011", 2012, 2012)],
)
def test_the_year_of_a_register(stem: str, said: int | None, year: int) -> None:
    assert year_of(stem, said, NOW) == year


@pytest.mark.parametrize(
    ("stem", "said"), [("register", None), ("register-20111", None), ("2027", None), ("x", 2027), ("1989", None)]
)
def test_a_register_of_no_year_is_refused(stem: str, said: int | None) -> None:
    with pytest.raises(BadRecord):
        year_of(stem, said, NOW)


def test_what_ships_is_a_mapping_of_contracts() -> None:
    for name in ("ocds", "kosovo_register_wide", "kosovo_register_16"):
        assert "contracts" in load_mapping(name, FIELDS).sections


def test_a_file_that_is_not_there_or_empty_is_told_once(tmp_path: Path) -> None:
    empty = tmp_path / "2011.csv"
    with pytest.raises(Unreadable, match=r"^\S+2011.csv cannot be read: No such file or directory$"):
        fitting(order(empty))
    empty.touch()
    with pytest.raises(Unreadable, match=r"^\S+2011.csv is empty$"):
        fitting(order(empty))
