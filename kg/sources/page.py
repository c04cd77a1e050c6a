"""A newspaper page becomes its articles and captions.

Two passes. The first finds where an article opens: a short line that a byline follows, a title before
本报讯（记者 …）, a first-level heading. Nothing weaker may split, for a section's head looks like a title. The second
gathers title, authors and paragraphs line by line, puts together what columns cut apart, and takes captions (a
paragraph with 张三 摄) out of the article beside them.
"""

from __future__ import annotations

from itertools import pairwise

from kg.records import Article
from kg.sources.byline import Byline, ends_sentence, merge_authors, take_head, take_tail
from kg.sources.captions import caption_heads, is_photo_story, part_caption, stands_alone, stands_apart
from kg.sources.draft import Draft, Paragraph
from kg.sources.layout import Layout, default_layout
from kg.sources.lines import Line, Meta, read_lines, width
from kg.sources.openings import MOST_TITLE_LINES, find_openings, prose_follows
from kg.sources.repair import repair_characters, squeeze_title, to_simplified

__all__ = ["read_story", "segment_page"]

_TITLE_PART = 25  # characters of a line of a title that goes on; a longer line says everything alone
_LONGEST_TITLE = 80  # characters of all lines of a title


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
    date = dates[0] if dates else None
    return [draft.article(f"{source}#{number}", date) for number, draft in enumerate(stories, start=1)]


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


class _Page:
    """One pass over the lines of a page; `split` False keeps everything in one article."""

    def __init__(self, lines: list[Line], layout: Layout, *, split: bool) -> None:
        self.lines = lines
        self.layout = layout
        self.split = split
        self.wrapped = _wrap_width(lines)
        self.indents = sum(line.indented for line in lines) * 3 > len(lines)
        self.openings = find_openings(lines, layout) if split else {}
        self.done: list[Draft] = []
        self.draft = Draft()

    def open_with(self, titles: list[str], line: int) -> None:
        """Begins the next article with these lines of title."""
        date = None if self.draft.titles or self.draft.paragraphs else self.draft.date
        self._end()
        self.draft = Draft(titles, line, line, date=date)

    def drafts(self) -> list[Draft]:
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
        self.draft = Draft()

    # ---- line by line

    def _take(self, index: int) -> None:
        line, draft = self.lines[index], self.draft
        if line.meta is not None:
            self._take_meta(line, line.meta)
        elif line.byline is not None and self._take_byline(index, line.byline):
            return
        elif line.titlish and not draft.paragraphs and not self._is_prose(line) and self._title_goes_on(index):
            draft.first, draft.last = draft.first or line.number, line.number
            draft.titles.append(line.text)
        elif line.commas and (self._opens_next(index) or self._opens_file(index)):
            self.open_with([line.text], line.number)
        else:
            self._take_text(index)

    def _title_goes_on(self, index: int) -> bool:
        """Whether a short line before any text is (more of) the title."""
        line, draft = self.lines[index], self.draft
        if not draft.titles:
            return index + 1 < len(self.lines) or index == 0
        if not self.split or draft.authors or len(draft.titles) >= MOST_TITLE_LINES or line.numbered or line.gap > 1:
            return False
        parts = max(len(line.text), len(draft.titles[-1])) <= _TITLE_PART
        return parts and not ends_sentence(line.text) and prose_follows(self.lines, index)

    def _opens_next(self, index: int) -> bool:
        """Whether a short line is the title of the next article, because the one before has been signed."""
        return self.draft.closed and self.split and prose_follows(self.lines, index)

    def _opens_file(self, index: int) -> bool:
        """Whether a line with a comma is a title: the first of the file, and much shorter than what follows."""
        line = self.lines[index]
        begun = self.draft.titles or self.draft.paragraphs
        if begun or self._is_prose(line) or ends_sentence(line.text) or index + 1 >= len(self.lines):
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
            draft.first = draft.last = line.number
        if meta.authors and (draft.titles or draft.paragraphs):
            draft.last = max(draft.last, line.number)

    def _take_byline(self, index: int, byline: Byline) -> bool:
        """Takes a byline on a line of its own; False when it is rather text."""
        line, draft = self.lines[index], self.draft
        if byline.credit and (draft.paragraphs or (draft.titles and not byline.whole)):
            self._take_caption(index, byline, inline=False)
        elif not draft.paragraphs and (byline.explicit or (draft.titles and prose_follows(self.lines, index))):
            draft.sign(byline.authors, line.number)
            draft.first = draft.first or line.number
        elif byline.explicit and self._long_title():
            draft.titles.append(draft.paragraphs.pop().text)
            draft.sign(byline.authors, line.number)
        elif draft.paragraphs and (byline.explicit or self._ends_here(index, line)):
            draft.sign(byline.authors, line.number)
            draft.closed = True
        else:
            return False
        return True

    def _long_title(self) -> bool:
        """Whether all that stands above a byline is one line without an end: a title longer than most."""
        draft = self.draft
        alone = not draft.titles and len(draft.paragraphs) == 1 and not draft.authors
        return alone and not draft.paragraphs[0].complete and len(draft.paragraphs[0].text) <= _LONGEST_TITLE

    def _ends_here(self, index: int, line: Line) -> bool:
        """Whether bare names behind a paragraph sign the article: nothing of it follows, or they stand in brackets."""
        last = self.draft.paragraphs[-1]
        if last.head:  # the second story of a record that is never split
            return not self.split and prose_follows(self.lines, index)
        if not last.complete:
            return False
        return self._last_of_article(index) or line.text[0] in "（("

    def _last_of_article(self, index: int) -> bool:
        after = index + 1
        while after < len(self.lines) and self.lines[after].meta is not None:
            after += 1
        if after >= len(self.lines) or after in self.openings:
            return True
        return self.lines[after].commas and prose_follows(self.lines, after)

    def _take_text(self, index: int) -> None:
        line, draft = self.lines[index], self.draft
        text = line.text
        if not draft.paragraphs:
            draft.first = draft.first or line.number
            text, authors, found = take_head(text, self.layout)
            draft.authors = merge_authors(draft.authors, authors)
            if found and not text:
                return
        last = draft.paragraphs[-1] if draft.paragraphs else None
        if last and self._joins(last, line):
            last.add(text, line.number, width(line.text))
        else:
            head = (line.titlish or line.heading > 0) and not self._is_prose(line) and not ends_sentence(text)
            last = Paragraph([text], line.number, line.number, line.gap, head, width(line.text), [line.number])
            draft.paragraphs.append(last)
        draft.last = max(draft.last, line.number)
        self._take_tail(index, last)

    def _take_tail(self, index: int, paragraph: Paragraph) -> None:
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

    def _joins(self, last: Paragraph, line: Line) -> bool:
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
        if not self.split:
            draft.sign(byline.authors, line.number)
            draft.kind = "article" if draft.written or not is_photo_story(draft) else "caption"
            return
        if not draft.paragraphs:
            draft = self.draft = draft.as_text()
        part_caption(draft, self.layout)
        alone = len(draft.paragraphs) == 1
        heads = -1 if alone else caption_heads(draft)
        apart = stands_apart(draft.paragraphs[-1], self.layout, inline=inline)
        if alone and draft.titles and apart and self._text_goes_on(index):
            self._detach(byline, line.number, 0)  # a picture between a title and its story
        elif alone and not draft.written:
            draft.kind = "caption"
            draft.sign(byline.authors, line.number)
            self._end()
        elif not byline.whole and (heads > 0 or (heads == 0 and stands_alone(draft, self.layout, inline=inline))):
            self._detach(byline, line.number, heads)
        else:
            draft.sign(byline.authors, line.number)
            if not alone and not draft.written and is_photo_story(draft):
                draft.kind, draft.closed = "caption", True

    def _text_goes_on(self, index: int) -> bool:
        after = self.lines[index + 1] if index + 1 < len(self.lines) else None
        return after is not None and after.plain and index + 1 not in self.openings

    def _detach(self, byline: Byline, line: int, heads: int) -> None:
        """Ends the last paragraph, with its title of `heads` lines, as a caption; the article goes on without it."""
        article = self.draft
        taken = article.paragraphs[len(article.paragraphs) - heads - 1 :]
        del article.paragraphs[len(article.paragraphs) - heads - 1 :]
        titles = [paragraph.pieces[0] for paragraph in taken[:-1]]
        caption = Draft(titles, taken[0].first, line, byline.authors, taken[-1:], article.date, "caption")
        self.done.append(caption)
        article.last = article.paragraphs[-1].last if article.paragraphs else article.first


def _wrap_width(lines: list[Line]) -> float:
    """The measure at which lines were broken, in Chinese characters, or 0 when each line is a paragraph."""
    followed = [width(line.text) for line, after in pairwise(lines) if after.gap == 0 and line.plain]
    widest = max(followed, default=0.0)
    full = sum(1 for wide in followed if wide >= widest - 2)
    return widest if full >= 3 and full * 5 >= len(followed) * 2 and 10 <= widest <= 120 else 0.0
