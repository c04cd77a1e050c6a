"""What may not stand in a file: makes any text fit for XML, RDF, JSON and a page."""

from __future__ import annotations

import re

__all__ = ["one_line", "plain"]

# XML 1.0 has no way to write these, and readers of the other formats stumble over them. A lone surrogate has no UTF-8.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_UNENCODABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
# They turn round whatever stands behind them, also outside the name: a name could hide what it says.
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SPACE = re.compile(r"\s+")


def plain(text: str) -> str:
    """The text without what no file may hold, character for character: offsets into it stay right."""
    return _UNENCODABLE.sub("\ufffd", _DIRECTION.sub(" ", _CONTROLS.sub(" ", text))).replace("\r", "\n")


def one_line(text: str) -> str:
    """The text as a label: as `plain`, on one line, without space at its ends."""
    return _SPACE.sub(" ", _DIRECTION.sub("", plain(_DIRECTION.sub("", text)))).strip()
