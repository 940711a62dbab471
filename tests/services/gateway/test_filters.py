"""What a filter's fields say is what a query string may give."""

from datetime import UTC, datetime
from inspect import Parameter
from typing import Annotated, Any, Literal, get_args
from uuid import UUID

import msgspec
import pytest

from domain.kernel.manifest import Role
from services.gateway import permissions
from services.gateway.filters import NoFilter, chosen, parameters
from services.gateway.refusals import InvalidParameter


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Every kind of field."""

    state: str | None = None
    amount: Annotated[int, msgspec.Meta(ge=1, le=9, description="How much")] | None = None
    words: Annotated[str, msgspec.Meta(max_length=7)] = ""
    order: Literal["newest", "oldest"] = "newest"
    open_at: Annotated[datetime, msgspec.Meta(description="Holds this time")] | None = None
    holder_id: UUID | None = None
    overdue: bool | None = None


def told(found: Parameter) -> tuple[Any, dict[str, Any]]:
    """The type that the framework reads, and what it demands of the value."""
    kind, query = get_args(found.annotation)
    names = ("name", "ge", "le", "min_length", "max_length", "description")
    return kind, {name: value for name in names if (value := getattr(query, name)) is not None}


def test_every_field_becomes_a_parameter_of_its_name_with_its_bounds() -> None:
    found = {one.name: told(one) for one in parameters(Wanted)}

    assert found == {
        "by_state": (str | None, {"name": "state", "min_length": 1, "max_length": 200}),
        "by_amount": (int | None, {"name": "amount", "ge": 1, "le": 9, "description": "How much"}),
        "by_words": (str, {"name": "words", "max_length": 7}),
        "by_order": (Literal["newest", "oldest"], {"name": "order"}),
        "by_open_at": (str | None, {"name": "open_at", "max_length": 40, "description": "Holds this time"}),
        "by_holder_id": (UUID | None, {"name": "holder_id"}),
        "by_overdue": (bool | None, {"name": "overdue"}),
    }
    assert parameters(NoFilter) == []


def test_only_named_fields_are_taken() -> None:
    assert [one.name for one in parameters(Wanted, ("state", "amount"))] == ["by_state", "by_amount"]


def test_a_call_makes_the_filter() -> None:
    given = {"by_open_at": "2026-03-01T10:00:00+01:00", "by_amount": 3, "limit": 50, "as_of": None}

    assert chosen(Wanted, given) == Wanted(open_at=datetime(2026, 3, 1, 9, tzinfo=UTC), amount=3)


def test_a_time_that_is_none_is_refused_by_its_name() -> None:
    with pytest.raises(InvalidParameter) as refused:
        chosen(Wanted, {"by_open_at": "yesterday"})

    assert refused.value.facts()["errors"][0]["parameter"] == "open_at"  # type: ignore[index]


@pytest.mark.parametrize("kind", [dict[str, int] | None, int | str, tuple[str, ...], int | str | None])
def test_a_field_that_no_query_string_can_give_does_not_start(kind: Any) -> None:
    wrong = msgspec.defstruct("Wrong", [("values", kind, None)])

    with pytest.raises(TypeError, match=r"Wrong\.values"):
        parameters(wrong)


def test_two_questions_of_one_name_do_not_start() -> None:
    rights = {"grants": frozenset({Role.AUDITOR})}

    with pytest.raises(TypeError, match="two queries are named grants"):
        permissions._once([rights, {"calls": frozenset()}, rights])
