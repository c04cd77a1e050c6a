"""From a record of JSON or CSV to an article: which field is which, and what its values may be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kg.errors import InputError
from kg.records import Article
from kg.sources.dates import find_date
from kg.sources.page import read_story
from kg.sources.repair import repair_characters

__all__ = ["Columns", "article_from", "articles_from", "check_columns"]


_PATIENCE = 20  # records without a column, before any with it, after which a file is given up


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of the fields. Only the text must be there, and whatever is named otherwise than by default."""

    id: str = "id"
    title: str = "title"
    text: str = "text"
    date: str = "date"
    url: str = "url"

    def missing(self, names: Iterable[str]) -> list[str]:
        """The fields that must be there and are not among `names`."""
        there = set(names)
        usual = Columns()
        asked = {self.text, *(name for name in self._all() if name not in usual._all())}
        return sorted(asked - there)

    def _all(self) -> tuple[str, ...]:
        return self.id, self.title, self.text, self.date, self.url


class _MissingColumn(InputError):
    """A record lacks a field that must be there."""


def check_columns(columns: Columns, names: Iterable[str], where: str, line: int | None) -> None:
    """Raises InputError, naming the fields that are there."""
    there = [str(name) for name in names]
    missing = columns.missing(there)
    if missing:
        wanted, found = "”, “".join(missing), ", ".join(there[:20]) or "none"
        remedy = f"there are: {found}; name the right ones with --columns"
        raise _MissingColumn(f"no column “{wanted}”", where=where, line=line, remedy=remedy)


def article_from(
    record: Mapping[str, Any], columns: Columns, *, name: str, number: int, line: int, last_line: int | None = None
) -> Article:
    """The article of a record, never split. Raises InputError for a record that has no text.

    `name` and `number` (from 1) make its source; `line` and `last_line` say where in the file it stands.
    """
    check_columns(columns, record, name, line)
    text = record[columns.text]
    if not isinstance(text, str):
        kind = "nothing" if text is None else type(text).__name__
        raise InputError(f"“{columns.text}” is {kind}, not a text", where=name, line=line, remedy="put a string there")
    story = read_story(_string(record.get(columns.title)), text, f"{name}#{number}")
    if story is None:
        raise InputError(f"“{columns.text}” is empty", where=name, line=line, remedy="leave the record out")
    date = _string(record.get(columns.date))
    return replace(
        story,
        id=_clean(record.get(columns.id)) or story.id,
        date=(find_date(repair_characters(date)) if date else None) or story.date,
        url=_clean(record.get(columns.url)),
        first_line=line,
        last_line=last_line or line,
    )


def _string(value: Any) -> str | None:
    """A title or date may come as a number; whatever else is no text counts as absent."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _clean(value: Any) -> str | None:
    text = _string(value)
    return (repair_characters(text).replace("\n", " ").strip() or None) if text else None


def articles_from(
    items: Iterable[tuple[int, Any]], columns: Columns, name: str, on_error: Callable[[InputError], None]
) -> Iterator[Article]:
    """The articles of values with their lines; a value that is none costs itself.

    Raises InputError when the first values all lack a column that must be there: then the name of it is wrong.
    """
    count = without = 0
    for line, value in items:
        try:
            if not isinstance(value, Mapping):
                kind = type(value).__name__
                raise InputError(f"this is a {kind}, not an object", where=name, line=line, remedy="write {…}")
            article = article_from(value, columns, name=name, number=count + 1, line=line)
        except InputError as error:
            without += isinstance(error, _MissingColumn)
            if without >= _PATIENCE and not count:
                raise
            on_error(error)
        else:
            count += 1
            yield article
