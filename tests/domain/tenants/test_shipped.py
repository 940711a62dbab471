"""The institutions that ship: complete, named, and found under the names people use."""

import pytest

from domain.tenants.shipped import institutions_file, slug_of


def test_every_entry_has_names_and_languages() -> None:
    for one in institutions_file().institutions:
        assert {"sq", "sr", "en"} <= set(one.names)
        assert {"sq", "sr"} <= set(one.languages)
        assert ("tr" not in one.languages) or "tr" in one.names


def test_the_office_of_good_governance_belongs_to_the_first() -> None:
    first = institutions_file().institutions[0]

    assert first.slug == "opm"
    assert "ogg" in {unit.slug for unit in first.units}


def test_aliases_name_institutions() -> None:
    assert set(institutions_file().aliases.values()) <= {one.slug for one in institutions_file().institutions}


@pytest.mark.parametrize(
    ("spelling", "slug"),
    [
        ("Decan", "decan"),
        ("Deçan", "decan"),
        ("Dečani", "decan"),
        ("DEČANE", "decan"),
        ("Đakovica", "gjakove"),
        ("XK-20", "prizren"),
        ("mflt", "mflt"),
        ("mitrovica  veriore", "mitrovice-e-veriut"),
        ("Ministry of Justice", "mj"),
        ("Atlantis", None),
    ],
)
def test_spellings(spelling: str, slug: str | None) -> None:
    assert slug_of(spelling) == slug
