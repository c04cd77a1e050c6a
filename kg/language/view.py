"""A text with its tagged words and sentences, indexed by character: what all finders of names look at."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from kg.records import Word

__all__ = ["SpanIndex", "View", "split_sentences"]

_ENDS = "。！？!?；;…\n"
_CLOSERS = "”’」』）)】》"


def split_sentences(text: str) -> tuple[tuple[int, int], ...]:
    """The sentences of a text as (start, end), without the white space around them.

    A sentence ends after 。！？；… or a line feed; closing quotation marks and brackets stay with it.
    """
    found, start, i, length = [], 0, 0, len(text)
    while i < length:
        if text[i] in _ENDS:
            i += 1
            while i < length and (text[i] in _CLOSERS or (text[i] in _ENDS and text[i] != "\n")):
                i += 1
            found.append((start, i))
            start = i
        else:
            i += 1
    if start < length:
        found.append((start, length))
    return tuple(span for s, e in found if (span := _trim(text, s, e))[0] < span[1])


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


class SpanLike(Protocol):
    """Anything with offsets."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


_S = TypeVar("_S", bound=SpanLike)


class SpanIndex(Generic[_S]):
    """Spans that do not overlap each other, with look-up by offset in logarithmic time."""

    def __init__(self, spans: Iterable[_S]) -> None:
        self.spans = sorted(spans, key=lambda span: span.start)
        self._ends = [span.end for span in self.spans]

    def overlapping(self, start: int, end: int) -> Sequence[_S]:
        """The spans that share a character with [start, end), in order."""
        first = last = bisect_right(self._ends, start)
        while last < len(self.spans) and self.spans[last].start < end:
            last += 1
        return self.spans[first:last]


@dataclass(slots=True)
class View:
    """The text, its sentences, and its words with look-up by character offset."""

    text: str
    words: Sequence[Word]
    sentences: Sequence[tuple[int, int]]
    starts: list[int] = field(init=False)
    boundaries: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        self.starts = [word.start for word in self.words]
        self.boundaries = frozenset(self.starts) | {word.end for word in self.words}

    def index_at(self, offset: int) -> int:
        """The index of the word that holds the character at `offset`; -1 before the first."""
        return bisect_right(self.starts, offset) - 1

    def word_at(self, offset: int) -> Word | None:
        """The word that holds the character at `offset`."""
        i = self.index_at(offset)
        return self.words[i] if i >= 0 and self.words[i].end > offset else None

    def word_text(self, word: Word) -> str:
        return self.text[word.start : word.end]

    def words_between(self, start: int, end: int) -> list[Word]:
        """The words that begin in [start, end)."""
        first = bisect_right(self.starts, start - 1)
        last = bisect_right(self.starts, end - 1)
        return list(self.words[first:last])

    def clause_start(self, offset: int, stops: str = "，。！？；：!?;\n") -> int:
        """The offset after the last of `stops` before `offset`."""
        i = offset
        while i > 0 and self.text[i - 1] not in stops:
            i -= 1
        return i
