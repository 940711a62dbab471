"""A mapping that cannot be meant is refused as a whole, before anything is imported."""

from pathlib import Path

import pytest

from services.importing.catalogue import FIELDS
from services.importing.mapping import MappingError, load_mapping, require_columns

MAPPING = 'source = "x"\nformat = "csv"\n[consultations]\nid = "nr"\nopens = "hapt"\nsummary = {{ template = "No. {{{place}}}" }}\n'


def written(folder: Path, text: str) -> str:
    path = folder / "ours.toml"
    path.write_text(text)
    return str(path)


def test_a_field_that_nothing_has(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="consultations knows no planed; it knows id, title"):
        load_mapping(written(tmp_path, 'source = "x"\n[consultations]\nplaned = "nr"\n'), FIELDS)


@pytest.mark.parametrize(
    ("place", "wrong"), [("nr", "opens reads `hapt`"), ("number", "summary reads `number`|opens reads `hapt`")]
)
def test_a_column_that_the_file_does_not_have(tmp_path: Path, place: str, wrong: str) -> None:
    mapping = load_mapping(written(tmp_path, MAPPING.format(place=place)), FIELDS)

    with pytest.raises(MappingError, match=wrong):
        require_columns(mapping.sections["consultations"], [{"nr": "1", "hapet": "2021-01-01"}])


def test_columns_that_are_there(tmp_path: Path) -> None:
    mapping = load_mapping(written(tmp_path, MAPPING.format(place="nr")), FIELDS)

    require_columns(mapping.sections["consultations"], [{"nr": "1"}, {"hapt": "2021-01-01"}])
