"""CSV and TSV with a header line. The delimiter is the one that parts the header into most cells."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator

from kg.errors import InputError
from kg.records import Article
from kg.sources.fields import Columns, article_from, check_columns
from kg.sources.stream import ITEM_LIMIT, Stream, TextLine

__all__ = ["read"]

_DELIMITERS = ",;\t|"


def read(stream: Stream, columns: Columns, on_error: Callable[[InputError], None]) -> Iterator[Article]:
    """The articles, row by row. Raises InputError when a column that must be there is not."""
    # the module's limit is for the whole process; ours below is the one that counts
    csv.field_size_limit(max(csv.field_size_limit(), ITEM_LIMIT))
    feed = _Feed(line for line in stream.lines(on_error) if line.text is not None)
    head = next((line for line in feed.source if line.text and line.text.strip("\0 \t\r\n,;|")), None)
    if head is None or head.text is None:
        return
    header_text = head.text.replace("\0", "")
    delimiter = max(_DELIMITERS, key=lambda mark: len(next(csv.reader([header_text], delimiter=mark))))
    names = [name.strip() for name in next(csv.reader([header_text], delimiter=delimiter))]
    check_columns(columns, names, stream.name, head.number)
    count = 0
    for first, last, row in _rows(feed, delimiter, stream, on_error):
        if not any(row):
            continue
        record = dict(zip(names, row, strict=False))
        try:
            if len(row) < len(names) and columns.text not in record:
                what = f"{len(row)} cells, the header has {len(names)}"
                raise InputError(what, where=stream.name, line=first, remedy="mend the row")
            for name in names:
                record.setdefault(name, "")
            article = article_from(record, columns, name=stream.name, number=count + 1, line=first, last_line=last)
        except InputError as error:
            on_error(error)
        else:
            count += 1
            yield article


class _TooLong(Exception):
    """A row went on beyond the limit."""


class _Feed:
    """Gives the csv module its lines, remembering those of the row that it is reading."""

    def __init__(self, lines: Iterable[TextLine]) -> None:
        self.source = iter(lines)
        self.again: list[TextLine] = []  # lines to be given once more, last first
        self.row: list[TextLine] = []
        self.size = 0
        self.ended = False

    def begin(self) -> None:
        """Forgets the row before."""
        self.row, self.size, self.ended = [], 0, False

    def retry(self) -> None:
        """Gives the lines of this row again, but for the first."""
        self.again.extend(reversed(self.row[1:]))

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.again.pop() if self.again else next(self.source, None)
        if line is None or line.text is None:
            self.ended = True
            raise StopIteration
        self.row.append(line)
        self.size += len(line.text)
        if self.size > ITEM_LIMIT:
            raise _TooLong
        return line.text.replace("\0", "")


def _rows(
    feed: _Feed, delimiter: str, stream: Stream, on_error: Callable[[InputError], None]
) -> Iterator[tuple[int, int, list[str]]]:
    """First line, last line and cells of each row. A quotation mark that nothing closes costs its own line only."""
    while True:
        feed.begin()
        reader = csv.reader(feed, delimiter=delimiter)
        try:
            row = next(reader)
        except StopIteration:
            return
        except (csv.Error, _TooLong) as error:
            what = str(error) or "the row is larger than one item may be"
            _give_up(feed, what, stream, on_error)
            continue
        if feed.ended and len(feed.row) > 1:
            _give_up(feed, "a quotation mark is opened and never closed", stream, on_error)
            continue
        yield feed.row[0].number, feed.row[-1].number, row


def _give_up(feed: _Feed, what: str, stream: Stream, on_error: Callable[[InputError], None]) -> None:
    on_error(InputError(what, where=stream.name, line=feed.row[0].number, remedy="mend the row, or leave it out"))
    feed.retry()
