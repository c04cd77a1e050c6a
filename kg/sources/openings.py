"""Where an article opens: a short line above a byline, a title above 本报讯（记者 …）, a first-level heading."""

from __future__ import annotations

from kg.sources.byline import ends_sentence, take_head
from kg.sources.layout import Layout
from kg.sources.lines import Line

__all__ = ["MOST_TITLE_LINES", "find_openings", "prose_follows"]

MOST_TITLE_LINES = 3
_PROSE = 26  # characters from which a line without punctuation is taken for prose


def find_openings(lines: list[Line], layout: Layout) -> dict[int, int]:
    """Index of an article's first line → how many lines its title has."""
    found: dict[int, int] = {}
    top = min((line.heading for line in lines if line.heading), default=0)
    for index, line in enumerate(lines):
        if line.heading and (line.heading == 1 or (index == 0 and line.heading == top)):
            found[index] = 1
        elif index and _signs(lines, index, layout):
            start = _title_start(lines, index - 1)
            if not any(position in found for position in range(start, index)):
                found[start] = index - start
    return found


def _signs(lines: list[Line], index: int, layout: Layout) -> bool:
    """Whether the line is a byline (or begins with one) below a line that can be a title."""
    line, title = lines[index], lines[index - 1]
    if not title.plain or not title.commas:
        return False
    if line.byline is None:
        if line.meta is not None or not title.titlish or not _complete(lines, index - 2):
            return False
        return take_head(line.text, layout)[2]
    if line.byline.credit and not line.byline.whole:
        return False
    listed = index + 1 < len(lines) and _is_names(lines[index + 1])  # names on two lines are a list of people
    return line.byline.explicit or (prose_follows(lines, index) and not listed)


def _is_names(line: Line) -> bool:
    return line.byline is not None and not line.byline.explicit


def _title_start(lines: list[Line], index: int) -> int:
    """The first line of the title whose last line is at `index`."""
    start = index
    while index - start + 1 < MOST_TITLE_LINES and start > 0:
        above, below = lines[start - 1], lines[start]
        fits = above.plain and above.titlish and not above.numbered and not above.heading
        near = below.gap <= (above.gap if start > 1 else 1)  # no further from each other than from what stands above
        if not fits or not near or below.gap > 1 or not _complete(lines, start - 2) or ends_sentence(above.text):
            break
        start -= 1
    return start


def _complete(lines: list[Line], index: int) -> bool:
    """Whether no paragraph is left open at the end of the line."""
    return index < 0 or not lines[index].plain or lines[index].titlish or ends_sentence(lines[index].text)


def prose_follows(lines: list[Line], index: int) -> bool:
    """Whether prose comes next, or after one more short line; bylines and lines about the article do not count."""
    after = [line for line in lines[index + 1 : index + 6] if line.plain][:2]
    return any(not line.titlish or len(line.text) >= _PROSE for line in after)
