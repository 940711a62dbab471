"""Derived ids are those of RFC 9562, whatever quicker way makes them."""

import copy
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.ids import PAKT, derived_id


@given(st.lists(st.one_of(st.text(max_size=20), st.integers(), st.uuids()), min_size=1, max_size=4))
def test_a_derived_id_is_the_version_5_id_of_its_parts(parts: list[str | int | UUID]) -> None:
    found, expected = derived_id(*parts), uuid5(PAKT, "\x1f".join(map(str, parts)))

    assert found == expected
    assert (hash(found), str(found), found.version, found.is_safe) == (
        hash(expected),
        str(expected),
        5,
        expected.is_safe,
    )
    assert copy.deepcopy(found) == expected
