"""Write services/civikos/client/model.py: the types of the operations that the reference client uses.

`python .ci/make_client_types.py http://127.0.0.1:8000/openapi.json` (or a file) reads the description of an
installation, keeps what `services/civikos/client/operations.py` names, and generates a struct for each type.
"""  # noqa: INP001 - programs, not a package

import json
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from datamodel_code_generator import DataModelType, Formatter, InputFileType, LiteralType, PythonVersion, generate

from services.civikos.client.operations import Operation, used

ROOT = Path(__file__).parent.parent
MODEL = ROOT / "services" / "civikos" / "client" / "model.py"
HEAD = '"""What Pakt is sent and answers, as `/openapi.json` says: written by `.ci/make_client_types.py`."""'
_NOT_FOR_TYPES = frozenset(
    {"pattern", "minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "exclusiveMinimum"}
    | {"exclusiveMaximum", "multipleOf", "additionalProperties", "default", "format", "title"}
)
"""Bounds are the server's to check, and an answer may get new members: a client is not to break by either."""


def main(where: str) -> int:
    """Write the types; 0."""
    text = urlopen(where).read() if "://" in where else Path(where).read_bytes()  # noqa: S310 - the caller's own address
    MODEL.write_text(types_of(json.loads(text)), encoding="utf-8")
    return 0


def types_of(described: dict[str, Any]) -> str:
    """The module for a description. Raises: KeyError for an operation that it does not have."""
    schemas: dict[str, Any] = described["components"]["schemas"]
    reached = sorted(_reached(described, used(), schemas))
    kept = {_short(name): _bare(schemas[name]) for name in reached}
    if len(kept) != len(reached):
        msg = "two types that are used differ in nothing but their module"
        raise ValueError(msg)
    slim = {"openapi": "3.1.0", "info": described["info"], "paths": {}, "components": {"schemas": kept}}
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "model.py"
        generate(
            json.dumps(slim),
            input_file_type=InputFileType.OpenAPI,
            output=made,
            output_model_type=DataModelType.MsgspecStruct,
            target_python_version=PythonVersion.PY_311,
            custom_file_header=HEAD,
            use_schema_description=True,
            use_single_line_docstring=True,
            enum_field_as_literal=LiteralType.All,
            use_standard_collections=True,
            use_union_operator=True,
            keyword_only=True,
            disable_timestamp=True,
            formatters=[Formatter.RUFF_FORMAT],
            settings_path=ROOT / "pyproject.toml",
        )
        return made.read_text(encoding="utf-8")


def _reached(described: dict[str, Any], operations: Iterable[Operation], schemas: dict[str, Any]) -> set[str]:
    """The schemas that bodies and good answers of these operations use, one by way of another."""
    found: set[str] = set()
    waiting: list[Any] = []
    for one in operations:
        operation = described["paths"][one.path][one.method.lower()]
        waiting.append(operation.get("requestBody", {}))
        waiting += [answer for status, answer in operation["responses"].items() if status.startswith("2")]
    while waiting:
        for name in _named(waiting.pop()):
            if name not in found:
                found.add(name)
                waiting.append(schemas[name])
    return found


def _named(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"].rpartition("/")[2]
        for inner in part.values():
            yield from _named(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _named(inner)


def _short(name: str) -> str:
    """The name without the module, which stands in it where two types of one name are described."""
    return name.rpartition(".")[2]


def _bare(schema: Any) -> Any:
    """The schema with nothing but what makes its type; of words, those about the type as a whole."""
    bare = _typed(schema)
    if "properties" in bare and "description" in schema:
        bare["description"] = " ".join(schema["description"].split())
    return bare


def _typed(part: Any, *, members: bool = False) -> Any:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            return {"$ref": f"#/components/schemas/{_short(part['$ref'].rpartition('/')[2])}"}
        out = frozenset() if members else _NOT_FOR_TYPES | {"description"}
        return {name: _typed(inner, members=name == "properties") for name, inner in part.items() if name not in out}
    return [_typed(inner) for inner in part] if isinstance(part, list) else part


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
