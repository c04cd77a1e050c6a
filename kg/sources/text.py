"""Plain text and Markdown: a newspaper page or a single article."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kg.errors import InputError
from kg.records import Article
from kg.sources.fields import Columns
from kg.sources.page import segment_page
from kg.sources.stream import Stream

__all__ = ["read"]


def read(stream: Stream, columns: Columns, on_error: Callable[[InputError], None]) -> Iterator[Article]:
    """The articles of a page. Raises InputError when the file is larger than one item may be."""
    text = stream.text(stream.read_all(), on_error)
    yield from segment_page(text, stream.name)
