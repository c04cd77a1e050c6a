"""JSON lines: one object a line. A line that is none costs itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from kg.errors import InputError
from kg.records import Article
from kg.sources.fields import Columns, articles_from
from kg.sources.stream import Stream, TextLine

__all__ = ["load", "read", "read_lines"]

_BLANK = "\0\ufeff \t\r\n"


def read(stream: Stream, columns: Columns, on_error: Callable[[InputError], None]) -> Iterator[Article]:
    """The articles, line by line. Raises InputError when the first lines all lack a column that must be there."""
    return read_lines(stream.name, stream.lines(on_error), columns, on_error)


def read_lines(
    name: str, lines: Iterator[TextLine], columns: Columns, on_error: Callable[[InputError], None]
) -> Iterator[Article]:
    """The same for lines that somebody else has split."""

    def values() -> Iterator[tuple[int, Any]]:
        for line in lines:
            if line.text is None or not line.text.strip(_BLANK):
                continue
            try:
                yield line.number, load(line.text.strip(_BLANK), name, line.number)
            except InputError as error:
                on_error(error)

    return articles_from(values(), columns, name, on_error)


def load(text: str, name: str, line: int) -> Any:
    """The value of a JSON text. Raises InputError with the line where it breaks."""
    try:
        return json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        remedy = "mend the line, or leave it out"
        at = line + error.lineno - 1
        raise InputError(f"broken JSON: {error.msg}", where=name, line=at, remedy=remedy) from error
    except (RecursionError, ValueError) as error:
        what = "nested too deep" if isinstance(error, RecursionError) else str(error)
        raise InputError(f"JSON that cannot be read: {what}", where=name, line=line, remedy="leave it out") from error
