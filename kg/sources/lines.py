"""What a line of a page is by itself: a byline, a line about the article, a possible title, or prose."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.records import Author
from kg.sources.byline import PHOTOGRAPHER, Byline, ends_sentence, merge_authors, parse_byline
from kg.sources.dates import date_line, find_date
from kg.sources.layout import Layout

__all__ = ["Line", "Meta", "read_lines", "width"]

_LONGEST_TITLE = 45  # characters of one line of a title
_LONGEST_META = 160
_HEADING = re.compile(r"(#{1,6}) +(.*?)[ #]*")
_DIGITS = "一二三四五六七八九十"
_NUMBERED = re.compile(
    f"(?:[{_DIGITS}]{{1,3}}[、.．]|[（(][{_DIGITS}\\d]{{1,3}}[）)]|\\d{{1,2}}[、.．](?!\\d)|[①-⑳●◆■▪•]"
    f"|第[{_DIGITS}]{{1,3}}[章节，、 ])"
)
_PAGE = re.compile(r"第?[A-Z]?\d{1,3}版(?:[:： ]{0,2}\S{0,10})?|- ?\d{1,3} ?-|第 ?\d{1,3} ?页")
_WORD = re.compile(r"[^\W_]")
_CUT_OFF = re.compile("[，。、；：？！”’）》]")
_ASCII = re.compile(r"[\x20-\x7e]+")


@dataclass(frozen=True, slots=True)
class Meta:
    """A line about the article: 来源：… 发布时间：… 作者：…"""

    authors: tuple[Author, ...] = ()
    date: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank: `gap` counts the blank lines before it, `heading` is its level in Markdown."""

    number: int
    text: str
    gap: int
    indented: bool
    heading: int
    byline: Byline | None
    meta: Meta | None
    titlish: bool  # short, without the marks of prose: a title, a section's head, or an item of a list
    commas: bool  # the same but for a comma: a title if a byline follows

    @property
    def plain(self) -> bool:
        """Whether it is neither byline nor line about the article."""
        return self.byline is None and self.meta is None

    @property
    def numbered(self) -> bool:
        """Whether it begins like a section's head: 一、, （二）, 3."""
        return _NUMBERED.match(self.text) is not None


def read_lines(text: str, layout: Layout) -> list[Line]:
    """The lines of a page that are not blank. `text` has been through `repair_characters`."""
    lines: list[Line] = []
    gap = 0
    for number, raw in enumerate(text.split("\n"), start=1):
        stripped = raw.strip().replace("**", "")
        # a mark of prose alone on a line is what a column cut off; other marks are ornaments
        if not (_WORD.search(stripped) or _CUT_OFF.match(stripped)) or stripped.startswith("!["):
            gap += not stripped or not stripped.strip("*-_=—~～·. ")
            continue
        lines.append(_line(number, stripped, gap, raw.startswith(" "), layout))
        gap = 0
    return lines


def _line(number: int, text: str, gap: int, indented: bool, layout: Layout) -> Line:
    heading = _HEADING.fullmatch(text) if text.startswith("#") and len(text) < 200 else None
    if heading and heading[2]:
        return Line(number, heading[2], gap, indented, len(heading[1]), None, None, True, True)
    meta = parse_meta(text, layout)
    byline = None if meta else parse_byline(text, layout)
    titlish = _is_titlish(text)
    commas = titlish or _is_titlish(text.replace("，", "").replace("、", ""))
    return Line(number, text, gap, indented, 0, byline, meta, titlish, commas and text[-1] not in "，、")


def _is_titlish(text: str) -> bool:
    if not 2 <= len(text) <= _LONGEST_TITLE or re.search("[。；，]", text) or text[0] in "，、：？！”’）》":
        return False
    if text[-1] in "：:、—" and not text.endswith("——"):
        return False
    return not (ends_sentence(text) and "：“" in text)


def parse_meta(text: str, layout: Layout) -> Meta | None:
    """The line about the article that `text` is, or None when it is part of the article."""
    if len(text) > _LONGEST_META:
        return None
    alone = date_line(text)
    if alone:
        return Meta(date=alone)
    if _PAGE.fullmatch(text) or layout.furniture.fullmatch(text):
        return Meta()
    inner = text.strip("（）()【】[] ")
    keys = list(layout.meta_key.finditer(inner))
    if not keys:
        return None
    meta = Meta()
    lead = inner[: keys[0].start()].strip(" |｜丨")
    if lead:
        lead_date = date_line(lead)
        if lead_date is None:
            return None
        meta = Meta(date=lead_date)
    for index, key in enumerate(keys):
        end = keys[index + 1].start() if index + 1 < len(keys) else len(inner)
        more = _with_value(meta, key[1], inner[key.end() : end].strip(" |｜丨"), layout)
        if more is None:
            return None
        meta = more
    return meta


def _with_value(meta: Meta, key: str, value: str, layout: Layout) -> Meta | None:
    words = layout.words
    if key in words["author_keys"] or key in words["photo_keys"]:
        return _with_authors(meta, value, key in words["photo_keys"], layout)
    if key in words["date_keys"]:
        found = find_date(value)
        short = len(value) <= 30 and len(key) > 2
        return Meta(meta.authors, found or meta.date, meta.title) if short or (found and len(value) <= 40) else None
    if key in words["title_keys"]:
        return Meta(meta.authors, meta.date, value) if value and len(value) <= 80 and not ends_sentence(value) else None
    if len(value) > 60 or re.search("[。；！？]", value):
        return None
    found = find_date(value)  # 来源：某某网 2024-05-06
    return Meta(meta.authors, meta.date or found, meta.title)


def _with_authors(meta: Meta, value: str, photo: bool, layout: Layout) -> Meta | None:
    if not value or layout.is_body(value):
        return meta
    stamp = find_date(value[-20:])  # 作者：张三 2024-05-06 10:20
    if stamp:
        value = re.split(r" ?(?:19|20)\d\d", value, maxsplit=1)[0]
    byline = parse_byline(f"记者 {value}", layout)
    if byline is None:
        return None
    authors = tuple(Author(a.name, PHOTOGRAPHER) for a in byline.authors) if photo else byline.authors
    return Meta(merge_authors(meta.authors, authors), meta.date or stamp, meta.title)


def width(text: str) -> float:
    """The printed width of a line in Chinese characters."""
    return len(text) - 0.5 * sum(map(len, _ASCII.findall(text)))
