"""Texts that a person reads, kept as a template and its values so that they can be said in any language."""

import msgspec

Value = str | int | float | bool | None


def N_(template: str) -> str:  # noqa: N802 - the name message extractors look for
    """Mark a template for the message catalogues; `{name}` stands for a value of the message."""
    return template


class Message(msgspec.Struct, frozen=True):
    """A sentence in English as the catalogues' key, and the values for its `{name}` places."""

    template: str
    values: dict[str, Value] = {}

    def __str__(self) -> str:
        return self.template.format(**self.values)
