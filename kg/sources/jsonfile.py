"""A JSON file: an array of articles, an object with ``"articles"``, one article, or JSON lines under the wrong suffix.

An array is read item by item, so that its size does not matter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from kg.errors import InputError
from kg.records import Article
from kg.sources.fields import Columns, articles_from
from kg.sources.jsonlines import load, read_lines
from kg.sources.stream import ITEM_LIMIT, Stream, TextLine

__all__ = ["read"]

_OPENING = re.compile(r'\s*(?:\{\s*"articles"\s*:\s*)?\[')
_BETWEEN = re.compile(r"[\s,]*")


def read(stream: Stream, columns: Columns, on_error: Callable[[InputError], None]) -> Iterator[Article]:
    """The articles. Raises InputError where the JSON breaks: what stands before has been read."""
    chunks = stream.chunks()
    buffer = next(chunks)
    while not buffer.strip() or (len(buffer) < 1000 and not _OPENING.match(buffer)):
        more = next(chunks, None)
        if more is None:
            break
        buffer += more
    opening = _OPENING.match(buffer)
    if opening:
        return articles_from(_items(stream, buffer, opening.end(), chunks), columns, stream.name, on_error)
    return _whole(stream, _rest(stream, buffer, chunks), columns, on_error)


def _rest(stream: Stream, buffer: str, chunks: Iterator[str]) -> str:
    parts, size = [buffer], len(buffer.encode())
    for chunk in chunks:
        size += len(chunk.encode())
        if size > ITEM_LIMIT:
            raise stream.too_large("the object")
        parts.append(chunk)
    return "".join(parts)


def _whole(stream: Stream, text: str, columns: Columns, on_error: Callable[[InputError], None]) -> Iterator[Article]:
    lines = text.splitlines()
    try:
        value = load(text, stream.name, 1)
    except InputError:
        numbered = (TextLine(number, line) for number, line in enumerate(lines, start=1))
        if sum(line.lstrip().startswith("{") and line.rstrip().endswith("}") for line in lines) < 2:
            raise
        return read_lines(stream.name, numbered, columns, on_error)
    if isinstance(value, dict) and isinstance(value.get("articles"), list):
        value = value["articles"]
    items = value if isinstance(value, list) else [value]
    return articles_from(((1, item) for item in items), columns, stream.name, on_error)


def _items(stream: Stream, buffer: str, position: int, chunks: Iterator[str]) -> Iterator[tuple[int, Any]]:
    """The items of the array that was opened before `position`, each with its line."""
    decoder = json.JSONDecoder(strict=False)
    line = 1 + buffer.count("\n", 0, position)
    while True:
        between = _BETWEEN.match(buffer, position)
        start = between.end() if between else position
        if start < len(buffer) and buffer[start] == "]":
            return
        try:
            item, end = decoder.raw_decode(buffer, start)
            if end == len(buffer) and not isinstance(item, dict | list | str):
                raise json.JSONDecodeError("a number may go on", buffer, end)
        except (RecursionError, ValueError) as error:
            buffer = _longer(stream, buffer[position:], chunks, line, error)
            position = 0
            continue
        line += buffer.count("\n", position, start)
        yield line, item
        line += buffer.count("\n", start, end)
        position = end
        if position > ITEM_LIMIT // 4:
            buffer, position = buffer[position:], 0


def _longer(stream: Stream, rest: str, chunks: Iterator[str], line: int, error: Exception) -> str:
    """The rest of the buffer with at least as much again behind it, so that a long item is not tried too often."""
    parts, size = [rest], len(rest.encode())
    enough = 2 * size
    for chunk in chunks:
        parts.append(chunk)
        size += len(chunk.encode())
        if size > ITEM_LIMIT:
            raise stream.too_large("an item", line)
        if size > enough:
            break
    if len(parts) == 1:
        at = line + (rest.count("\n", 0, error.pos) if isinstance(error, json.JSONDecodeError) else 0)
        what = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deep or a number too long"
        raise InputError(f"broken JSON: {what}", where=stream.name, line=at, remedy="mend the file") from error
    return "".join(parts)
