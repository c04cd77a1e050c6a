"""An article in the making: title lines, authors, and paragraphs in the pieces that columns cut them into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kg.records import Article, Author, content_id
from kg.sources.byline import WRITER, ends_sentence, merge_authors
from kg.sources.repair import squeeze, squeeze_title

__all__ = ["Draft", "Paragraph"]


@dataclass(slots=True)
class Paragraph:
    """A paragraph in the pieces that its columns cut it into."""

    pieces: list[str]
    first: int
    last: int
    gap: int
    head: bool = False  # a short line: a section's head, a caption's title, an item of a list
    wide: float = 0.0  # width of its last line
    starts: list[int] = field(default_factory=list)  # the line of each piece
    size: int = 0  # characters of all pieces

    def __post_init__(self) -> None:
        self.size = sum(map(len, self.pieces))
        self.starts = self.starts or [self.first]

    def add(self, piece: str, line: int, wide: float) -> None:
        """Goes on with another piece."""
        self.pieces.append(piece)
        self.starts.append(line)
        self.last, self.wide = line, wide
        self.size += len(piece)

    @property
    def text(self) -> str:
        joined = self.pieces[0]
        for piece in self.pieces[1:]:
            both = joined[-1:].isascii() and joined[-1:].isalpha() and piece[:1].isascii() and piece[:1].isalpha()
            joined += f" {piece}" if both else piece
        return squeeze(joined)

    @property
    def complete(self) -> bool:
        return self.head or ends_sentence(self.pieces[-1])


@dataclass(slots=True)
class Draft:
    """An article in the making."""

    titles: list[str] = field(default_factory=list)
    first: int = 0
    last: int = 0
    authors: tuple[Author, ...] = ()
    paragraphs: list[Paragraph] = field(default_factory=list)
    date: str | None = None
    kind: str = "article"
    closed: bool = False  # signed at its end: a short line after that is the next title

    def sign(self, authors: tuple[Author, ...], line: int) -> None:
        self.authors = merge_authors(self.authors, authors)
        self.last = max(self.last, line)

    @property
    def written(self) -> bool:
        """Whether somebody signed for the text."""
        return any(author.role == WRITER for author in self.authors)

    def as_text(self) -> Draft:
        """The same with its title as its text."""
        paragraph = Paragraph([_title(self.titles)], self.first, self.last, 0)
        return Draft([], self.first, self.last, self.authors, [paragraph], self.date, self.kind)

    def article(self, source: str, date: str | None) -> Article:
        title = _title(self.titles) or None
        text = "\n".join(paragraph.text for paragraph in self.paragraphs)
        return Article(
            content_id("article", title or "", text), title, text, source, self.kind, self.authors, self.date or date,
            None, self.first, max(self.last, self.paragraphs[-1].last),
        )  # fmt: skip


def _title(lines: Sequence[str]) -> str:
    """Lines of a title with a space between, or none where the first line ends inside quotation marks."""
    title = ""
    for line in lines:
        open_marks = sum(title.count(left) - title.count(right) for left, right in ("“”", "《》", "（）"))
        title += line if open_marks > 0 or not title else f" {line}"
    return squeeze_title(title)
