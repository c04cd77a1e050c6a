"""Captions: which paragraph with a credit (张三 摄) is one, and which is the end of an article."""

from __future__ import annotations

from kg.sources.byline import ends_sentence
from kg.sources.draft import Draft, Paragraph
from kg.sources.layout import Layout

__all__ = ["caption_heads", "is_photo_story", "part_caption", "stands_alone", "stands_apart"]

_LONGEST_CAPTION = 300  # characters; a longer paragraph with a credit is an article's
_USUAL_CAPTION = 250  # one that begins like a caption: 近日，…
_SHORT, _SHORT_INLINE = 80, 120  # so short that nothing else need speak for it; with its credit on the same line
_TINY = 30  # a few words below a picture, with the credit on the same line
_MOST_HEADS = 2  # lines of its title
_NEAR = 20  # paragraphs before it whose spacing counts
_PHOTO_STORY = 400  # characters of several paragraphs that a credit alone signs


def is_photo_story(draft: Draft) -> bool:
    """Whether an article is so short that a credit alone makes it a caption."""
    paragraphs = draft.paragraphs
    return len(paragraphs) <= 3 and sum(paragraph.size for paragraph in paragraphs) <= _PHOTO_STORY


def part_caption(draft: Draft, layout: Layout) -> None:
    """Takes a caption back out of a paragraph that a column cut off in front of it."""
    paragraph = draft.paragraphs[-1]
    marks = layout.caption_marks + layout.caption_openings
    if len(paragraph.pieces) < 2 or not paragraph.pieces[-1].startswith(marks) or ends_sentence(paragraph.pieces[-2]):
        return
    start = paragraph.starts[-1]
    piece = paragraph.pieces.pop()
    paragraph.size -= len(piece)
    own = Paragraph([piece], start, paragraph.last, 1, wide=paragraph.wide, starts=[paragraph.starts.pop()])
    paragraph.last = paragraph.starts[-1]
    draft.paragraphs.append(own)


def caption_heads(draft: Draft) -> int:
    """How many short lines above the last paragraph are its title, or -1 when it is too long for a caption."""
    if draft.paragraphs[-1].size > _LONGEST_CAPTION:
        return -1
    heads = 0
    for paragraph in reversed(draft.paragraphs[1:-1][-_MOST_HEADS:]):
        if not paragraph.head:
            break
        heads += 1
    return heads


def stands_alone(draft: Draft, layout: Layout, *, inline: bool) -> bool:
    """Whether a paragraph with a credit and without title is a caption rather than the end of the article."""
    caption, story = draft.paragraphs[-1], draft.paragraphs[1:-1][-_NEAR:]
    if stands_apart(caption, layout, inline=inline) or caption.size <= (_SHORT_INLINE if inline else _SHORT):
        return True
    if story and caption.gap > max(paragraph.gap for paragraph in story):
        return True
    return caption.pieces[0].startswith(layout.caption_openings) and caption.size <= _USUAL_CAPTION


def stands_apart(caption: Paragraph, layout: Layout, *, inline: bool) -> bool:
    """Whether the paragraph says by itself that it is a caption: 图为…, or a few words with the credit behind them."""
    return caption.pieces[0].startswith(layout.caption_marks) or (inline and caption.size <= _TINY)
