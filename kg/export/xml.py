"""The little that two XML formats share."""

from __future__ import annotations

from xml.sax.saxutils import escape

from kg.export.text import plain

__all__ = ["attribute", "number"]

_QUOTES = {'"': "&quot;", "\n": "&#10;", "\t": "&#9;"}


def attribute(value: str | bool | int | float) -> str:
    """A value as it may stand between double quotes, or between tags."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number(value)
    return escape(plain(value), _QUOTES)


def number(value: float) -> str:
    """A number without a needless fraction and without an exponent."""
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
