"""From what the user named to articles: opens, finds the format, and turns every failure into a report."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext

from kg.errors import InputError
from kg.records import Article
from kg.sources.fields import Columns
from kg.sources.inputs import Input, list_inputs
from kg.sources.registry import FORMATS, find_format
from kg.sources.stream import Stream

__all__ = ["read_input", "read_sources"]


def read_sources(
    specs: Sequence[str],
    *,
    columns: Columns | None = None,
    encoding: str | None = None,
    on_error: Callable[[InputError], None],
) -> Iterator[Article]:
    """The articles of files, folders, globs and ``-`` (standard input), one at a time.

    `columns` names the fields of JSON and CSV; `encoding` overrides what looking at the bytes says. Each thing that
    cannot be read goes to `on_error` and costs itself only. Raises InputError at once for an unknown encoding.
    """
    check_encoding(encoding)
    return _read_all(specs, columns or Columns(), encoding, on_error)


def _read_all(
    specs: Sequence[str], columns: Columns, encoding: str | None, on_error: Callable[[InputError], None]
) -> Iterator[Article]:
    for each in list_inputs(specs, on_error):
        yield from read_input(each, columns=columns, encoding=encoding, on_error=on_error)


def read_input(
    source: Input,
    *,
    columns: Columns | None = None,
    encoding: str | None = None,
    on_error: Callable[[InputError], None],
) -> Iterator[Article]:
    """The articles of one input. Nothing is raised for what is wrong with it: that goes to `on_error`."""
    count = 0
    problems: list[InputError] = []

    def report(error: InputError) -> None:
        problems.append(error)
        on_error(error)

    try:
        with nullcontext(sys.stdin.buffer) if source.path is None else source.path.open("rb") as raw:
            stream = Stream(source.name, raw, encoding)
            found = find_format(source.path.suffix if source.path else "", look=stream) or FORMATS[0]
            for article in found.reader(stream, columns or Columns(), report):
                count += 1
                yield article
    except InputError as error:
        report(error)
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
        report(InputError(what, where=source.name, remedy="check the path and its rights"))
    if not count and not problems:
        report(InputError("there is no article in it", where=source.name, remedy="leave it out, or fetch it again"))


def check_encoding(encoding: str | None) -> None:
    """Raises InputError when Python knows no text encoding of that name."""
    if encoding is None:
        return
    try:
        text = "\0".encode(encoding)
    except (LookupError, ValueError) as error:
        raise InputError(
            f"“{encoding}” is no encoding", remedy="leave it out, or use utf-8, gb18030, big5, utf-16-le or utf-16-be"
        ) from error
    codecs.decode(text, encoding)
