"""Titles and roles: 党总支书记, 镇党委副书记, 社管办副主任. What a role is built of is in `data/lexicons/titles.yaml`."""

from __future__ import annotations

from kg.knowledge.lexicon import Lexicon
from kg.language.view import View
from kg.records import Role

__all__ = ["find_roles"]

_LONGEST = 16


def find_roles(view: View, lexicon: Lexicon) -> tuple[Role, ...]:
    """All roles of the text, left to right, without overlap.

    A rank is read from its right end; organs (党委, 村委会) and modifiers (副, 常务) before it belong to it.
    """
    text, titles = view.text, lexicon.titles
    found: list[Role] = []
    end = len(text)
    while end > 0:
        start = titles.ranks.longest(text, end)
        if start < 0 or not _whole(view, start, end):
            end -= 1
            continue
        floor = max(0, end - _LONGEST)
        former = False
        bare = text[start:end] in titles.plain
        while True:
            before = _before(text, start, lexicon, floor, organs=not bare)
            if before < 0:
                break
            piece = text[before:start]
            inside = view.word_at(before)
            if inside is not None and inside.tag == "PER" and inside.end - inside.start >= 2:
                break  # 尹向前院长: 前 is the name's
            if piece in titles.former and piece not in titles.organs.words:
                former = True
                if piece not in ("前任", "原", "前", "老"):
                    break
            start = before
        found.append(
            Role(start, end, text[start:end].removeprefix("原"), former or _former_before(text, start, titles.former))
        )
        end = start
    found.reverse()
    return tuple(found)


def _before(text: str, start: int, lexicon: Lexicon, floor: int, *, organs: bool) -> int:
    titles = lexicon.titles
    found = [titles.modifiers.longest(text, start, floor)]
    if organs:
        found.append(titles.organs.longest(text, start, floor))
    found = [position for position in found if position >= 0]
    return min(found) if found else -1


def _whole(view: View, start: int, end: int) -> bool:
    """Whether the rank is no piece of a longer word: 书记 in 书记员 is not, 代表 in 代表团 is not, 会长 in 机会长 is not."""
    word = view.word_at(start)
    if word is not None and word.tag in ("ORG", "LOC") and word.end > end:
        return False
    last = view.word_at(end - 1)
    if last is not None and last.end > end and last.tag not in ("PER",):
        tail = view.text[end : last.end]
        if tail not in ("们", "的", "说", "介绍", "在", "等"):
            return False
    if (
        word is not None
        and last is not None
        and word is last
        and word.tag in ("v", "vn", "d", "vd")
        and end - start <= 2
    ):
        return view.text[start:end] not in ("代表", "主持", "组织", "主办", "领导", "导演", "编辑", "会计")
    return True


def _former_before(text: str, start: int, former: frozenset[str]) -> bool:
    return any(text.endswith(word, 0, start) for word in former if len(word) > 1)
