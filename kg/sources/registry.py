"""Every format that can be read: its suffixes and the function that reads it, imported when first needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from kg.errors import InputError
from kg.records import Article
from kg.sources.fields import Columns
from kg.sources.stream import Stream

__all__ = ["FORMATS", "Format", "Reader", "find_format", "known_suffixes"]


class Reader(Protocol):
    """What a format's module offers as ``read``: the articles of one stream, in order.

    What is wrong with a part of it goes to `on_error`; what is wrong with all of it is raised as an InputError.
    """

    def __call__(
        self, stream: Stream, columns: Columns, on_error: Callable[[InputError], None]
    ) -> Iterator[Article]: ...


@dataclass(frozen=True, slots=True)
class Format:
    """A format by name; `module` has the function ``read``."""

    name: str
    suffixes: tuple[str, ...]
    module: str

    @property
    def reader(self) -> Reader:
        """The function that reads it."""
        return cast(Reader, import_module(self.module).read)


FORMATS = (
    Format("text", (".txt", ".text", ".md", ".markdown"), "kg.sources.text"),
    Format("jsonl", (".jsonl", ".ndjson"), "kg.sources.jsonlines"),
    Format("json", (".json",), "kg.sources.jsonfile"),
    Format("csv", (".csv", ".tsv"), "kg.sources.table"),
)
_BY_SUFFIX = {suffix: each for each in FORMATS for suffix in each.suffixes}
_BY_NAME = {each.name: each for each in FORMATS}


def known_suffixes() -> str:
    """All suffixes, as an error lists them."""
    return ", ".join(_BY_SUFFIX)


def find_format(suffix: str, *, look: Stream | None = None) -> Format | None:
    """The format of a suffix (``.txt``); without one, what the stream looks like. None when the suffix is unknown."""
    if suffix or look is None:
        return _BY_SUFFIX.get(suffix.lower())
    return _BY_NAME[look.looks_like()]
