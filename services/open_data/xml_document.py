"""XML: read without network, entities or DTDs, asked by XPath, judged by a schema that ships with Pakt; and written."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import as_file, files
from typing import Any

import msgspec
from lxml import etree


class Broken(Exception):
    """The bytes are no XML; the message says where."""


class Complaint(msgspec.Struct, frozen=True):
    """What a schema says of a line; `path` leads to the element."""

    path: str
    line: int
    reason: str


class Place:
    """An element, or the document as a whole."""

    def __init__(self, tree: Any, element: Any) -> None:
        self._tree, self._element = tree, element

    @property
    def tag(self) -> str:
        """The element's name."""
        return str(self._element.tag)

    @property
    def path(self) -> str:
        """Where the element stands, as an XPath with positions."""
        return str(self._tree.getpath(self._element))

    @property
    def line(self) -> int:
        """The line on which the element begins; 0 where that is not known."""
        return int(self._element.sourceline or 0)

    def within(self, path: str) -> Iterator["Place"]:
        """The elements that a path finds; a path that finds attributes or texts finds the elements they are of."""
        for found in _compiled(path)(self._element):
            yield Place(self._tree, found if etree.iselement(found) else found.getparent())

    def texts(self, path: str, value: str = "") -> list[str]:
        """What stands in the attributes and elements that a path finds; `$value` in it is the value."""
        found = _compiled(path)(self._element, value=value)
        return ["".join(one.itertext()) if etree.iselement(one) else str(one) for one in found]

    def holds(self, condition: str, value: str = "") -> bool:
        """Whether an XPath is true here: a truth, a number other than 0, or something found."""
        return bool(_compiled(condition)(self._element, value=value))


def read(content: bytes) -> Place:
    """The root of a document; one that declares a type of its own, and so could name entities, is not taken.

    Raises: Broken.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise Broken(str(error)) from error
    if root.getroottree().docinfo.doctype:
        raise Broken("it declares a document type")
    return Place(root.getroottree(), root)


def complaints(root: Place, schema: str) -> list[Complaint]:
    """Everything that the schema in the file of that name (`iati/iati-activities-schema.xsd`) refuses in a document."""
    log = _schema(schema)
    log.validate(root._element)  # noqa: SLF001 - both are this module's
    return [Complaint(error.path or "", error.line, error.message) for error in log.error_log]


@cache
def _schema(name: str) -> Any:
    with as_file(files(__package__).joinpath("schemas")) as folder:
        return etree.XMLSchema(file=str(folder / name))


@cache
def _compiled(path: str) -> Any:
    return etree.XPath(path)


Attributes = Mapping[str, str | None]
"""What stands at an element; what is None is left out."""
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Branch(msgspec.Struct, frozen=True):
    """An element to be written: a text, or the elements in it. `lang` at it is the language of what is in it."""

    tag: str
    attributes: Attributes = {}
    inside: Sequence["Branch"] = ()
    text: str = ""


def written(branch: Branch) -> bytes:
    """The element as UTF-8; characters that XML cannot hold are replaced. The same branch makes the same bytes."""
    found: bytes = etree.tostring(_built(branch), encoding="utf-8", pretty_print=True)
    return found


def _built(branch: Branch) -> Any:
    named = {_LANGUAGE if name == "lang" else name: value for name, value in branch.attributes.items()}
    element = etree.Element(branch.tag, {name: _sound(value) for name, value in named.items() if value is not None})
    element.text = _sound(branch.text) or None
    element.extend([_built(one) for one in branch.inside])
    return element


def _sound(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)
