"""What must be translated: every `N_()` template of the source, every code of the domains' enumerations, citations.

`python -m services.language.extraction` adds what is new to the catalogues, untranslated, and takes out what is gone.
"""

import ast
import importlib
import pkgutil
import sys
from collections.abc import Iterator, Mapping
from enum import StrEnum
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.pofile import write_po

import domain
from domain.kernel.rules import Unit
from domain.rules.shipped import calendar_file, default_pack
from services.language.catalogues import CODE, LANGUAGES, Key, path_of, read

LAYERS = ("domain", "projections", "infra", "services")


def templates(root: Path) -> dict[str, str]:
    """Each template below the layers of `root`, with the first place it stands at.

    Raises: TypeError where `N_()` is given anything but one literal: nobody could extract that.
    """
    found: dict[str, str] = {}
    for layer in LAYERS:
        for path in sorted((root / layer).rglob("*.py")):
            for template, line in _marked(path):
                found.setdefault(template, f"{path.relative_to(root)}:{line}")
    return found


def codes() -> dict[str, str]:
    """Each value of every StrEnum of the domains and each choice of a rule, with where it belongs."""
    for module in pkgutil.walk_packages(domain.__path__, "domain."):
        importlib.import_module(module.name)
    found = {
        str(code): f"{enumeration.__module__}.{enumeration.__qualname__}"
        for enumeration in sorted(StrEnum.__subclasses__(), key=lambda cls: (cls.__module__, cls.__qualname__))
        if enumeration.__module__.startswith("domain.")
        for code in enumeration
        if "/" not in code  # media types are the same in every language
    }
    choices = {str(entry.value): entry.key for entry in default_pack().rules if entry.unit is Unit.CHOICE}
    return found | choices | {"estimated": "calendar"}


def citations() -> dict[str, str]:
    """Each citation of the shipped rules and calendar."""
    cited = {entry.citation: entry.key for entry in default_pack().rules if entry.citation}
    return cited | {calendar_file().citation: "calendar"}


def needed(root: Path) -> dict[Key, str]:
    """Everything that needs a translation, and where it comes from."""
    sentences: Mapping[str, str] = citations() | templates(root)
    return {(None, text): place for text, place in sentences.items()} | {
        (CODE, code): place for code, place in codes().items()
    }


def merged(old: Catalog, language: str, wanted: Mapping[Key, str]) -> Catalog:
    """A catalogue of exactly what is wanted, with the translations there are."""
    new = Catalog(locale=language, project="Pakt", version="1", charset="utf-8", fuzzy=False)
    for context, text in sorted(wanted, key=lambda key: (key[0] or "", key[1])):
        known = old.get(text, context)
        flags = ("python-brace-format",) if "{" in text else ()
        new.add(text, known.string if known else "", context=context, flags=flags)
    return new


def written(catalogue: Catalog) -> bytes:
    """The file's bytes: without places and dates, so that it changes only with its texts."""
    out = BytesIO()
    write_po(out, catalogue, width=120, no_location=True, omit_header=True, ignore_obsolete=True)
    return out.getvalue()


def _marked(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name != "N_":
            continue
        if len(node.args) != 1 or not isinstance(node.args[0], ast.Constant) or not isinstance(node.args[0].value, str):
            raise TypeError(f"{path}:{node.lineno}: N_() takes one literal text")
        yield node.args[0].value, node.lineno


def untranslated(catalogue: Catalog) -> list[str]:
    """Texts of the catalogue without a translation, each after its context."""
    return [
        f"{message.context or ''} {message.id}".strip() for message in catalogue if message.id and not message.string
    ]


def main() -> None:
    """Bring the catalogues up to date; prints what has no translation yet."""
    wanted = needed(Path())
    for language in LANGUAGES:
        catalogue = merged(read(language), language, wanted)
        path_of(language).write_bytes(written(catalogue))
        sys.stdout.writelines(f"{language}: {text}\n" for text in untranslated(catalogue))


if __name__ == "__main__":
    main()
