"""Options that several commands have."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

if TYPE_CHECKING:
    from services.settings import Settings

Data = Annotated[
    Path | None,
    Parameter(help="Folder of the embedded database, keys, files and credentials [PAKT_DATA, else ./data]."),
]
Tenant = Annotated[str, Parameter(help="Slug of the institution, such as mj or prizren.")]
Json = Annotated[bool, Parameter(name="--json", negative=(), help="Print JSON for a program to read.")]


def settings_for(data: Path | None, *, host: str | None = None, port: int | None = None) -> "Settings":
    """The settings of this call; the data folder is made absolute, so that nothing depends on where one stands."""
    from services.settings import SettingsError, load_settings  # noqa: PLC0415

    settings = load_settings(data=data, host=host, port=port)
    import msgspec  # noqa: PLC0415

    if settings.data.exists() and not settings.data.is_dir():
        raise SettingsError(f"DATA cannot be used: {settings.data} is not a folder")
    return msgspec.structs.replace(settings, data=settings.data.absolute())
