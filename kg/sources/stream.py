"""Bytes of one input as text: the encoding found, the lines split, nothing larger than one item held."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from kg.errors import InputError
from kg.sources.encoding import MARKS, SAMPLE, decode, detect

__all__ = ["ITEM_LIMIT", "Stream", "TextLine"]

ITEM_LIMIT = 20_000_000  # bytes of one text file, one line, one record
_CHUNK = 1 << 20
_MAGIC = (
    (b"%PDF", "a PDF"), (b"PK\x03\x04", "an archive or an Office document"), (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"), (b"GIF8", "a picture"), (b"\x1f\x8b", "a gzip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"), (b"7z\xbc\xaf", "an archive"), (b"Rar!", "an archive"),
    (b"SQLite format 3", "a database"), (b"\x7fELF", "a program"),
)  # fmt: skip
_OBJECT = re.compile(r'\s*\{\s*["}]')
_ARRAY = re.compile(r"\s*\[\s*[{\]]")


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line with its number from 1; `text` keeps its line end and is None where the line was too long."""

    number: int
    text: str | None


class Stream:
    """One opened input. `name` is what errors and `Article.source` call it."""

    def __init__(self, name: str, raw: BinaryIO, encoding: str | None = None) -> None:
        """Looks at the beginning. Raises InputError when it is empty or no text."""
        self.name = name
        self._raw = raw
        self._head = raw.read(SAMPLE)
        if not self._head:
            raise InputError("the file is empty", where=name, remedy="leave it out, or fetch it again")
        magic = next((what for start, what in _MAGIC if self._head.startswith(start)), None)
        if magic:
            raise InputError(f"this is {magic}, not text", where=name, remedy="save its text as .txt in UTF-8")
        complete = len(self._head) < SAMPLE
        found = encoding or detect(self._head, complete=complete)
        if found is None:
            remedy = "leave it out, or name its --encoding"
            raise InputError("this is a binary file, not text", where=name, remedy=remedy)
        self.encoding = self._written = found
        # plain ASCII so far says nothing about what follows
        self._certain = encoding is not None or not self._head.isascii()
        if codecs.lookup(found).name.startswith(("utf-16", "utf-32")):
            self._chunks = self._transcoded(found)
            self.encoding, self._certain = "utf-8", True
        else:
            self._chunks = self._bytes()

    def looks_like(self) -> str:
        """The name of a format, for inputs without a suffix: ``jsonl``, ``json`` or ``text``."""
        head = decode(self._head, self._written)[0]
        if _ARRAY.match(head):
            return "json"
        return "jsonl" if _OBJECT.match(head) else "text"

    def read_all(self) -> bytes:
        """Everything, in `encoding`. Raises InputError when it is more than `ITEM_LIMIT`."""
        parts: list[bytes] = []
        size = 0
        for chunk in self._chunks:
            size += len(chunk)
            if size > ITEM_LIMIT:
                raise self.too_large("the file")
            parts.append(chunk)
        return b"".join(parts)

    def text(self, data: bytes, on_error: Callable[[InputError], None], line: int | None = None) -> str:
        """The bytes as text; damaged ones are left out and reported."""
        if not self._certain and not data.isascii():
            self.encoding = detect(data, complete=True) or self.encoding
            self._certain = True
        text, damaged = decode(data, self.encoding)
        if damaged:
            on_error(
                InputError(
                    f"{damaged} {'place is' if damaged == 1 else 'places are'} not valid {self.encoding} and left out",
                    where=self.name, line=line, remedy="name the right --encoding, or fetch the file again",
                )
            )  # fmt: skip
        return text

    def lines(self, on_error: Callable[[InputError], None]) -> Iterator[TextLine]:
        """The lines, ended by CR, LF or CRLF. One that is too long is reported, and its text is None."""
        for number, data in enumerate(self._byte_lines(), start=1):
            if data is None:
                on_error(self.too_large("the line", number))
                yield TextLine(number, None)
            else:
                yield TextLine(number, self.text(data, on_error, number))

    def too_large(self, what: str, line: int | None = None) -> InputError:
        """The error for an item beyond the limit."""
        size = ITEM_LIMIT // 1_000_000
        remedy = "split it, or give its articles as JSON lines"
        return InputError(f"{what} is larger than {size} MB", where=self.name, line=line, remedy=remedy)

    def chunks(self) -> Iterator[str]:
        """The text in pieces of about a megabyte; a damaged byte becomes nothing."""
        decoder = codecs.getincrementaldecoder(self.encoding)("replace")
        for chunk in self._chunks:
            yield decoder.decode(chunk).replace("\ufffd", "").removeprefix("\ufeff")
        yield decoder.decode(b"", True).replace("\ufffd", "")

    def _bytes(self) -> Iterator[bytes]:
        yield self._head.removeprefix(codecs.BOM_UTF8)
        while chunk := self._raw.read(_CHUNK):
            yield chunk

    def _transcoded(self, encoding: str) -> Iterator[bytes]:
        # two-byte encodings hide line feeds inside characters, so that everything after this sees UTF-8
        decoder = codecs.getincrementaldecoder(encoding)("replace")
        mark = next((mark for mark, name in MARKS if name == encoding and self._head.startswith(mark)), b"")
        yield decoder.decode(self._head.removeprefix(mark)).encode("utf-8", "replace")
        while chunk := self._raw.read(_CHUNK):
            yield decoder.decode(chunk).encode("utf-8", "replace")
        yield decoder.decode(b"", True).encode("utf-8", "replace")

    def _byte_lines(self) -> Iterator[bytes | None]:
        pending: list[bytes] = []
        size, after_return = 0, False
        for chunk in self._chunks:
            data = chunk[1:] if after_return and chunk.startswith(b"\n") else chunk  # CRLF cut between two chunks
            after_return = chunk.endswith(b"\r") if chunk else after_return
            for piece in data.splitlines(keepends=True):
                size += len(piece)
                if size <= ITEM_LIMIT:
                    pending.append(piece)
                else:
                    pending.clear()
                if piece.endswith((b"\n", b"\r")):
                    yield b"".join(pending) if size <= ITEM_LIMIT else None
                    pending.clear()
                    size = 0
        if size:
            yield b"".join(pending) if size <= ITEM_LIMIT else None
