"""Findings of legality linters: made in one way, and weighed in one way."""

from collections.abc import Iterable

from domain.kernel.errors import Finding
from domain.kernel.message import Message, Value

ERROR = "error"
WARNING = "warning"


def finding(
    code: str,
    template: str,
    /,
    *,
    citation: str,
    rule: str = "",
    pointer: str = "",
    severity: str = ERROR,
    **values: Value,
) -> Finding:
    """A finding that says `template` with its values; an error unless told otherwise."""
    return Finding(code, severity, Message(template, values), citation, rule, pointer)


def errors_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings in their order, errors before warnings."""
    return tuple(sorted(findings, key=lambda one: one.severity))


def count_errors(findings: Iterable[Finding]) -> int:
    """How many findings stand in the way."""
    return sum(one.severity == ERROR for one in findings)
