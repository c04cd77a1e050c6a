"""A newspaper page becomes its articles and captions.

Two passes. The first finds where an article opens: a short line that a byline follows, a title before 本报讯（记者 …）, a
first-level heading. Nothing weaker may split, for a section's head looks like a title. The second gathers title, authors and
paragraphs line by line, puts together what columns cut apart, and takes captions (a paragraph with 张三 摄) out of the
article beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kg.records import Article, Author, content_id
from kg.sources.byline import WRITER, Byline, ends_sentence, merge_authors, take_head, take_tail
from kg.sources.layout import Layout, default_layout
from kg.sources.lines import Line, Meta, read_lines, width
from kg.sources.repair import repair_characters, squeeze, squeeze_title, to_simplified

__all__ = ["read_story", "segment_page"]

_MOST_TITLE_LINES = 3
_TITLE_PART = 25  # characters of a line of a title that goes on; a longer line says everything alone
_LONGEST_CAPTION = 300  # characters; a longer paragraph with a credit is an article's
_PHOTO_STORY = 400  # characters of several paragraphs that a credit alone signs
_PROSE = 26  # characters from which a line without punctuation is taken for prose


def segment_page(text: str, source: str) -> list[Article]:
    """The articles and captions of a text file, in the order of their first lines; `source` is the path without ``#n``.

    A file that holds one article gives one. Lines count from 1 in `text` as it came.
    """
    (simple,) = to_simplified(repair_characters(text))
    layout = default_layout()
    lines = read_lines(simple, layout)
    drafts = _Page(lines, layout, split=True).drafts()
    stories = [draft for draft in drafts if draft.paragraphs]
    if not stories:  # nothing but short lines: better one article without title than none
        stories = [draft.as_text() for draft in drafts if draft.titles][:1]
    stories.sort(key=lambda draft: (draft.first, draft.last))
    dates = [line.meta.date for line in lines[:3] if line.meta and line.meta.date]
    return [
        draft.article(f"{source}#{number}", dates[0] if dates else None) for number, draft in enumerate(stories, start=1)
    ]


def read_story(title: str | None, text: str, source: str) -> Article | None:
    """One article of a record that says itself where it begins and ends: never split. None when no text is left."""
    simple_title, simple = to_simplified(repair_characters(title or "").replace("\n", " "), repair_characters(text))
    layout = default_layout()
    lines = read_lines(simple, layout)
    given = squeeze_title(simple_title)
    if given and lines and squeeze_title(lines[0].text).replace(" ", "") == given.replace(" ", ""):
        lines = lines[1:]
    page = _Page(lines, layout, split=False)
    if given:
        page.open_with([given], lines[0].number if lines else 1)
    drafts = [draft for draft in page.drafts() if draft.paragraphs or (draft.titles and not given)]
    if not drafts:
        return None
    return (drafts[0] if drafts[0].paragraphs else drafts[0].as_text()).article(source, None)


@dataclass(slots=True)
class _Paragraph:
    """A paragraph in the pieces that its columns cut it into."""

    pieces: list[str]
    first: int
    last: int
    gap: int
    head: bool = False  # a short line: a section's head, a caption's title, an item of a list
    wide: float = 0.0  # width of its last line
    starts: list[int] = field(default_factory=list)  # the line of each piece

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
class _Draft:
    """An article in the making."""

    titles: list[str] = field(default_factory=list)
    first: int = 0
    last: int = 0
    authors: tuple[Author, ...] = ()
    paragraphs: list[_Paragraph] = field(default_factory=list)
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

    def as_text(self) -> _Draft:
        """The same with its title as its text."""
        paragraph = _Paragraph([_title(self.titles)], self.first, self.last, 0)
        return _Draft([], self.first, self.last, self.authors, [paragraph], self.date, self.kind)

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


class _Page:
    """One pass over the lines of a page; `split` False keeps everything in one article."""

    def __init__(self, lines: list[Line], layout: Layout, *, split: bool) -> None:
        self.lines = lines
        self.layout = layout
        self.split = split
        self.wrapped = _wrap_width(lines)
        self.indents = sum(line.indented for line in lines) * 3 > len(lines)
        self.openings = self._openings() if split else {}
        self.done: list[_Draft] = []
        self.draft = _Draft()

    def open_with(self, titles: list[str], line: int) -> None:
        """Begins the next article with these lines of title."""
        date = None if self.draft.titles or self.draft.paragraphs else self.draft.date
        self._end()
        self.draft = _Draft(titles, line, line, date=date)

    def drafts(self) -> list[_Draft]:
        """Reads all lines."""
        index = 0
        while index < len(self.lines):
            size = self.openings.get(index)
            if size:
                group = self.lines[index : index + size]
                self.open_with([line.text for line in group], group[0].number)
                index += size
                continue
            self._take(index)
            index += 1
        self._end()
        return self.done

    def _end(self) -> None:
        if self.draft.titles or self.draft.paragraphs:
            self.done.append(self.draft)
        self.draft = _Draft()

    # ---- where an article opens

    def _openings(self) -> dict[int, int]:
        """Index of an article's first line → how many lines its title has."""
        found: dict[int, int] = {}
        top = min((line.heading for line in self.lines if line.heading), default=0)
        for index, line in enumerate(self.lines):
            if line.heading and (line.heading == 1 or (index == 0 and line.heading == top)):
                found[index] = 1
            elif index and self._signs(index):
                start = self._title_start(index - 1)
                if not any(position in found for position in range(start, index)):
                    found[start] = index - start
        return found

    def _signs(self, index: int) -> bool:
        """Whether the line is a byline (or begins with one) below a line that can be a title."""
        line, title = self.lines[index], self.lines[index - 1]
        if not title.plain or not title.commas:
            return False
        if line.byline is None:
            return line.meta is None and title.titlish and self._complete(index - 2) and take_head(line.text, self.layout)[2]
        if line.byline.credit and not line.text.endswith("报道"):
            return False
        return line.byline.explicit or self._prose_follows(index)

    def _title_start(self, index: int) -> int:
        """The first line of the title whose last line is at `index`."""
        start = index
        while index - start + 1 < _MOST_TITLE_LINES and start > 0:
            above, below = self.lines[start - 1], self.lines[start]
            fits = above.plain and above.titlish and not above.numbered and not above.heading and below.gap <= above.gap
            if not fits or below.gap > 1 or not self._complete(start - 2) or ends_sentence(above.text):
                break
            start -= 1
        return start

    def _complete(self, index: int) -> bool:
        """Whether no paragraph is left open at the end of the line."""
        return index < 0 or not self.lines[index].plain or ends_sentence(self.lines[index].text)

    def _prose_follows(self, index: int) -> bool:
        after = next((line for line in self.lines[index + 1 : index + 6] if line.plain), None)
        return after is not None and (not after.titlish or len(after.text) >= _PROSE)

    # ---- line by line

    def _take(self, index: int) -> None:
        line, draft = self.lines[index], self.draft
        if line.meta is not None:
            self._take_meta(line, line.meta)
        elif line.byline is not None and self._take_byline(index, line.byline):
            return
        elif line.titlish and not draft.paragraphs and not self._is_prose(line) and self._title_goes_on(index):
            draft.first = draft.first or line.number
            draft.titles.append(line.text)
        elif line.commas and draft.closed and self.split and self._prose_follows(index):
            self.open_with([line.text], line.number)
        elif not draft.titles and not draft.paragraphs and line.commas and self._opens_file(index):
            self.open_with([line.text], line.number)
        else:
            self._take_text(index)

    def _title_goes_on(self, index: int) -> bool:
        """Whether a short line before any text is (more of) the title."""
        line, draft = self.lines[index], self.draft
        if not draft.titles:
            return index + 1 < len(self.lines) or index == 0
        return (
            self.split and len(draft.titles) < _MOST_TITLE_LINES and not draft.authors and not line.numbered
            and line.gap <= 1 and max(len(line.text), len(draft.titles[-1])) <= _TITLE_PART and not ends_sentence(line.text) and self._prose_follows(index)
        )  # fmt: skip

    def _opens_file(self, index: int) -> bool:
        """Whether a line with a comma is a title: the first of the file, set apart from prose or much shorter than it."""
        line = self.lines[index]
        if self._is_prose(line) or ends_sentence(line.text) or index + 1 >= len(self.lines):
            return False
        after = self.lines[index + 1]
        return not after.plain or (not line.indented and len(after.text) > 1.5 * len(line.text))

    def _is_prose(self, line: Line) -> bool:
        """Whether a line fills the measure of a page whose lines were broken at a fixed width."""
        return self.wrapped > 0 and width(line.text) >= self.wrapped - 2

    def _take_meta(self, line: Line, meta: Meta) -> None:
        draft = self.draft
        draft.authors = merge_authors(draft.authors, meta.authors)
        draft.date = draft.date or meta.date
        if meta.title and not draft.titles and not draft.paragraphs:
            draft.titles.append(meta.title)
            draft.first = line.number
        if meta.authors and (draft.titles or draft.paragraphs):
            draft.last = max(draft.last, line.number)

    def _take_byline(self, index: int, byline: Byline) -> bool:
        """Takes a byline on a line of its own; False when it is rather text."""
        line, draft = self.lines[index], self.draft
        if byline.credit and (draft.paragraphs or draft.titles) and not (not draft.paragraphs and line.text.endswith("报道")):
            self._take_caption(index, byline, inline=False)
        elif not draft.paragraphs and (draft.titles or byline.explicit) and (byline.explicit or self._prose_follows(index)):
            draft.sign(byline.authors, line.number)
            draft.first = draft.first or line.number
        elif draft.paragraphs and (byline.explicit or self._ends_here(index, line)):
            draft.sign(byline.authors, line.number)
            draft.closed = True
        else:
            return False
        return True

    def _ends_here(self, index: int, line: Line) -> bool:
        """Whether bare names behind a paragraph sign the article: nothing of it follows, or they stand in brackets."""
        if not self.draft.paragraphs[-1].complete or self.draft.paragraphs[-1].head:
            return False
        return self._last_of_article(index) or line.text[0] in "（("

    def _last_of_article(self, index: int) -> bool:
        after = next(((at, line) for at, line in enumerate(self.lines[index + 1 :][:6], index + 1) if line.meta is None), None)
        return after is None or after[0] in self.openings or (after[1].commas and self._prose_follows(after[0]))

    def _take_text(self, index: int) -> None:
        line, draft = self.lines[index], self.draft
        text, first = line.text, line.number
        if not draft.paragraphs:
            draft.first = draft.first or line.number
            text, authors, found = take_head(text, self.layout)
            draft.authors = merge_authors(draft.authors, authors)
            if found and not text:
                return
        last = draft.paragraphs[-1] if draft.paragraphs else None
        if last and self._joins(last, line):
            last.pieces.append(text)
            last.starts.append(first)
            last.last, last.wide = line.number, width(line.text)
        else:
            head = (line.titlish or line.heading > 0) and not self._is_prose(line) and not ends_sentence(text)
            last = _Paragraph([text], first, first, line.gap, head, width(line.text), [first])
            draft.paragraphs.append(last)
        draft.last = max(draft.last, line.number)
        self._take_tail(index, last)

    def _take_tail(self, index: int, paragraph: _Paragraph) -> None:
        """Cuts a byline or credit off the end of the paragraph."""
        rest, byline = take_tail(paragraph.pieces[-1], self.layout)
        if byline is None or not rest or not (byline.explicit or self._last_of_article(index)):
            return
        paragraph.pieces[-1] = rest
        paragraph.head = False
        if byline.credit:
            self._take_caption(index, byline, inline=True)
        else:
            self.draft.sign(byline.authors, paragraph.last)
            self.draft.closed = True

    def _joins(self, last: _Paragraph, line: Line) -> bool:
        """Whether the line goes on with the paragraph that a column or a fixed width cut off."""
        if last.head or line.heading or line.text.startswith(self.layout.caption_marks):
            return False
        if line.text[0] in "，。、；：？！”’）》":
            return True
        fills = self.wrapped > 0 and last.wide >= self.wrapped - 2 and line.gap == 0
        if fills and not line.indented:
            return True
        if last.complete or (self.indents and line.indented):
            return False
        return not (line.titlish and line.numbered)

    # ---- captions

    def _take_caption(self, index: int, byline: Byline, *, inline: bool) -> None:
        """A credit was read: makes the caption an item of its own, or signs the article for its pictures."""
        draft, line = self.draft, self.lines[index]
        if not draft.paragraphs:
            draft = self.draft = draft.as_text()
        self._part_caption()
        caption = draft.paragraphs[-1]
        story = draft.paragraphs[:-1]
        if not self.split:
            draft.sign(byline.authors, line.number)
            draft.kind = "article" if draft.written or not self._is_photo_story() else "caption"
        elif not story and not draft.written:
            if draft.titles and caption.text.startswith(self.layout.caption_marks) and self._text_goes_on(index):
                self._detach(byline, line.number, 0)
                return
            draft.kind = "caption"
            draft.sign(byline.authors, line.number)
            self._end()
        elif story and (heads := self._caption_heads()) >= 0 and (heads or self._stands_alone(caption, inline)):
            self._detach(byline, line.number, heads)
        else:
            draft.sign(byline.authors, line.number)
            if story and not draft.written and self._is_photo_story():
                draft.kind, draft.closed = "caption", True

    def _is_photo_story(self) -> bool:
        paragraphs = self.draft.paragraphs
        return len(paragraphs) <= 3 and sum(len(paragraph.text) for paragraph in paragraphs) <= _PHOTO_STORY

    def _text_goes_on(self, index: int) -> bool:
        after = self.lines[index + 1] if index + 1 < len(self.lines) else None
        return after is not None and after.plain and index + 1 not in self.openings

    def _part_caption(self) -> None:
        """Takes a caption back out of a paragraph that a column cut off in front of it."""
        paragraph = self.draft.paragraphs[-1]
        size = len(paragraph.pieces)
        marks = self.layout.caption_marks + self.layout.caption_openings
        if size < 2 or not paragraph.pieces[-1].startswith(marks) or ends_sentence(paragraph.pieces[-2]):
            return
        start = paragraph.starts[-1]
        own = _Paragraph([paragraph.pieces.pop()], start, paragraph.last, 1, False, paragraph.wide, [paragraph.starts.pop()])
        paragraph.last = paragraph.starts[-1]
        self.draft.paragraphs.append(own)

    def _caption_heads(self) -> int:
        """How many short lines above the last paragraph are its title, or -1 when it is too long for a caption."""
        *story, caption = self.draft.paragraphs
        if len(caption.text) > _LONGEST_CAPTION:
            return -1
        heads = 0
        for paragraph in reversed(story):
            if not paragraph.head or heads == 2 or len(story) == heads + 1:
                break
            heads += 1
        return heads

    def _stands_alone(self, caption: _Paragraph, inline: bool) -> bool:
        """Whether a paragraph with a credit and without title is a caption rather than the end of the article."""
        text, story = caption.text, self.draft.paragraphs[:-1]
        if text.startswith(self.layout.caption_marks) or len(text) <= (120 if inline else 80):
            return True
        if len(story) > 1 and caption.gap > max(paragraph.gap for paragraph in story[1:]):
            return True
        return text.startswith(self.layout.caption_openings) and len(text) <= 250

    def _detach(self, byline: Byline, line: int, heads: int) -> None:
        """Ends the last paragraph, with its title of `heads` lines, as a caption; the article goes on without it."""
        article = self.draft
        taken = article.paragraphs[len(article.paragraphs) - heads - 1 :]
        del article.paragraphs[len(article.paragraphs) - heads - 1 :]
        titles = [paragraph.pieces[0] for paragraph in taken[:-1]]
        caption = _Draft(titles, taken[0].first, line, byline.authors, taken[-1:], article.date, "caption")
        self.done.append(caption)
        article.last = article.paragraphs[-1].last if article.paragraphs else article.first


def _wrap_width(lines: list[Line]) -> float:
    """The measure at which a program broke the lines, in Chinese characters, or 0 when each line is a paragraph."""
    followed = [width(line.text) for line, after in zip(lines, lines[1:], strict=False) if after.gap == 0 and line.plain]
    widest = max(followed, default=0.0)
    full = sum(1 for wide in followed if wide >= widest - 2)
    return widest if full >= 3 and full * 5 >= len(followed) * 2 and 10 <= widest <= 120 else 0.0
