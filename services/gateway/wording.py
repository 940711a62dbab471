"""Problem texts in the reader's language."""

from domain.kernel.errors import Finding
from domain.kernel.message import Message
from services.language import negotiate, translate

__all__ = ["negotiate", "said", "said_finding", "worded"]


def said(template: str, language: str) -> str:
    """A text without values."""
    return translate(Message(template), language)


def worded(facts: dict[str, object], language: str) -> dict[str, object]:
    """Facts of an error as JSON values: every message in them said in `language`."""
    return {name: _value(value, language) for name, value in facts.items()}


def said_finding(finding: Finding, language: str) -> dict[str, object]:
    """A finding with its sentence said in `language`."""
    said_in_full: dict[str, object] = {
        "code": finding.code,
        "severity": finding.severity,
        "detail": translate(finding.message, language),
        "citation": finding.citation,
    }
    return said_in_full | {k: v for k, v in (("rule", finding.rule), ("pointer", finding.pointer)) if v}


def _value(value: object, language: str) -> object:
    match value:
        case Message():
            return translate(value, language)
        case Finding():
            return said_finding(value, language)
        case dict():
            return {("detail" if k == "message" else k): _value(v, language) for k, v in value.items()}
        case list() | tuple():
            return [_value(item, language) for item in value]
        case _:
            return value
