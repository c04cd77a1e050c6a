"""Candidates for persons: what the tagger sees, surnames in the contexts of titles and speech, names with ·."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.knowledge.lexicon import Lexicon
from kg.language.candidate import Candidate
from kg.language.view import View, is_chinese
from kg.records import Role

__all__ = ["find_people", "is_address", "surname_length"]

_LETTER = r"(?![和与及、])[\u4e00-\u9fff]"
_FOREIGN = re.compile(rf"(?:{_LETTER}){{1,6}}(?:[·•・](?:{_LETTER}){{1,8}}){{1,3}}")
_NOT_GIVEN = frozenset(
    "的了着在和与及为被把将对向从到给是有说等们这那其该各每也都就还又要会能可以上中下内外年月日时于之所个名位家县市区镇村社街道党，。、；：！？“”（）"
)


def surname_length(text: str, lexicon: Lexicon) -> int:
    """How many characters of `text` are a surname: 2 for a compound one, 1, or 0."""
    if text[:2] in lexicon.compound_surnames:
        return 2
    return 1 if text[:1] in lexicon.surnames else 0


def is_address(name: str, lexicon: Lexicon) -> bool:
    """Whether a name is a surname with a title or a form of address: 刘校长, 徐大爷."""
    rest = name[max(1, surname_length(name[:2], lexicon)) :]
    return rest in lexicon.titles.ranks.words or rest in lexicon.titles.address.words


def find_people(view: View, lexicon: Lexicon, roles: Sequence[Role]) -> Iterator[Candidate]:
    """Candidates in no order. A name has a surname and one or two more characters, or is written with ·."""
    text = view.text
    for match in _FOREIGN.finditer(text):
        words = [w for w in view.words if w.start < match.end() and match.start() < w.end and w.end - w.start > 1]
        if not any(w.tag in ("PER", "nr") for w in words):
            continue  # 彝家·长冲梨
        start = _foreign_start(view, match.start(), match.end())
        end = _foreign_end(view, match.end())
        yield Candidate(start, end, "Person", text[start:end], "dotted", 0.9)
    tagged = {word.start: word for word in view.words if word.tag == "PER"}
    after_role = {role.end for role in roles}
    before_role = {role.start for role in roles}
    for role in roles:
        yield from _after_title(view, role, lexicon)
    for word in tagged.values():
        yield from _from_tagger(view, word.start, word.end, word.score, lexicon, after_role, before_role)
    for i, word in enumerate(view.words):
        if view.word_text(word) in lexicon.words["speech"] and i > 0:
            yield from _before_speech(view, word.start, lexicon)
    yield from _in_lists(view, lexicon)
    for role in roles:
        if text[role.start : role.end] in lexicon.titles.ranks.words and role.end - role.start <= 3:
            yield from _before_speech(view, role.start, lexicon, score=0.5)


_POSTS = ("长", "书记", "主任", "主席", "经理", "员", "师", "医生", "教授", "秘书", "助理", "首席", "委员")


def _after_title(view: View, role: Role, lexicon: Lexicon) -> Iterator[Candidate]:
    """党总支书记姚鹏飞: the name begins where the title ends."""
    text, start = view.text, role.end
    post = role.text.endswith(_POSTS)
    surname = surname_length(text[start : start + 2], lexicon)
    if surname == 0:
        return
    word = view.word_at(start)
    if word is None or (word.start != start and word.tag not in ("PER", "n")):
        return
    for length in (surname + 2, surname + 1):
        end = start + length
        given = text[start + surname : end]
        runs_on = text[end - 1 : end + 1] in lexicon.words["after_name"]
        if (runs_on or text[end : end + 1] in ("着", "了", "过")) and length > surname + 1:
            continue  # 王海望着远处: the last character is the verb's
        if len(given) < length - surname or not is_chinese(given) or any(c in _NOT_GIVEN for c in given):
            continue
        if not _closed(view, end, lexicon) or (length > surname + 1 and _verb_last(view, end)):
            continue
        weak = text[start : start + surname] in lexicon.weak_surnames and word.tag != "PER"
        if word.tag in ("c", "p", "u", "w", "r", "xc", "d") and word.end <= start + surname:
            following = view.word_at(word.end)
            unknown = (
                post
                and following is not None
                and following.tag in ("n", "nr", "nz", "v", "a")
                and following.score < 0.8
            )
            if following is None or not (following.tag == "PER" or unknown) or following.end != end:
                continue  # 监督员和矛盾调解员: 和 is no surname here, but 于 in 站长于海波 is
        if _common_word(view, start, end):
            if post and _stands_as_name(view, start, end, lexicon):
                yield Candidate(start, end, "Person", text[start:end], "title", 0.6)
                return
            continue
        if word.tag in ("v", "p", "d", "c", "u", "r", "m") and word.end - word.start > 1 and word.score > 0.85:
            yield Candidate(start, end, "Person", text[start:end], "title", 0.55 if not weak else 0.35)
        else:
            yield Candidate(start, end, "Person", text[start:end], "title", 0.78 if weak else 0.9)
        return


def _stands_as_name(view: View, start: int, end: int, lexicon: Lexicon) -> bool:
    """项目经理丰收记得, 书记潜力、: a common word where only a name can stand, between a post and a verb or a stop."""
    word, following = view.word_at(start), view.word_at(end)
    if (
        word is None
        or word.end != end
        or word.tag not in ("n", "v", "nz", "a")
        or view.word_text(word) in lexicon.words["speech"]
    ):
        return False
    if following is None:
        return False
    stop = view.word_text(following) in ("、", "，", "。", "（")
    return (
        stop and word.tag != "v" if stop else following.tag in ("v", "p") and following.score > 0.8 and word.tag == "n"
    )


def _common_word(view: View, start: int, end: int) -> bool:
    """Whether the tagger is sure that exactly this stretch, or its first two characters, is a common word."""
    word = view.word_at(start)
    sure = word is not None and word.start == start and word.end <= end and word.tag not in ("PER", "nr")
    return sure and word is not None and word.end - word.start >= 2 and word.score > 0.85


def _verb_last(view: View, end: int) -> bool:
    """教授包欣来企业指导: whether the last character is surely a word of its own that is no name."""
    word = view.word_at(end - 1)
    return (
        word is not None
        and word.end - word.start == 1
        and word.tag in ("v", "p", "d", "c", "u", "f")
        and word.score > 0.8
    )


def _closed(view: View, end: int, lexicon: Lexicon) -> bool:
    """Whether a name may end at `end`: a word boundary, or the rest of the word is a common word after names."""
    if end >= len(view.text) or end in view.boundaries:
        return True
    word = view.word_at(end)
    rest = view.text[end : word.end] if word is not None else ""
    if view.text[end : end + 2] in lexicon.words["after_name"]:
        return True
    if view.text[end + 1 : end + 2] in ("着", "了", "过") and word is not None and word.end == end + 1:
        return True
    return rest in lexicon.words["speech"] or rest in ("在", "等", "来", "为", "和", "与", "一", "从", "向", "的")


def _from_tagger(
    view: View, start: int, end: int, score: float, lexicon: Lexicon, after_role: set[int], before_role: set[int]
) -> Iterator[Candidate]:
    text = view.text[start:end]
    surname = surname_length(text, lexicon)
    if not is_chinese(text.replace("·", "").replace("•", "")):
        return
    weight = 0.87 * score - 0.06
    runs_on = view.text[end - 1 : end + 1] in lexicon.words["after_name"]
    if (runs_on or view.text[end : end + 1] in ("着", "了", "过")) and len(text) == surname + 2:
        end, text = end - 1, text[:-1]
    if runs_on and len(text) == surname + 1:
        weight -= 0.4  # 一齐参加
    if surname == 0 or len(text) == surname or len(text) - surname > 2:
        # names without a Han surname (乌云其木格, 宝音) are rare: only where the tagger is sure
        weight -= 0.15 if score > 0.9 and len(text) >= 2 else 0.35
    if start in after_role or end in before_role:
        weight += 0.25
    if score < 0.9 and any(c in _NOT_GIVEN for c in text[surname:]):
        weight -= 0.3
    if view.text[end : end + 3] in ("为一行", "为等人"):
        yield Candidate(start, end + 1, "Person", text + "为", "tagger", 0.9)
    if view.text[end : end + 1] == "和" and len(text) == surname + 1 and view.tag_at(end + 1) in ("v", "p"):
        yield Candidate(start, end + 1, "Person", text + "和", "tagger", round(min(weight + 0.05, 0.9), 3))
    before = view.text[start - 1 : start]
    if before in ("、", "和", "与"):
        weight += 0.05
    if weight > 0.2:
        yield Candidate(start, end, "Person", text, "tagger", round(min(weight, 0.95), 3))
    if len(text) == surname + 3 and view.text[end - 1] in "说在称等的来和与为":
        yield Candidate(start, end - 1, "Person", text[:-1], "tagger", round(min(weight + 0.3, 0.9), 3))


def _in_lists(view: View, lexicon: Lexicon) -> Iterator[Candidate]:
    """脑病科张腾、肺病科杨俊姝: in a list whose other members end in a person, a member ends in one too."""
    text, words = view.text, view.words
    for i, word in enumerate(words):
        if word.tag == "PER" or not 2 <= word.end - word.start <= 3 or word.tag == "w":
            continue
        surname = surname_length(text[word.start : word.end], lexicon)
        if surname == 0 or word.end - word.start - surname not in (1, 2):
            continue
        if not is_chinese(text[word.start : word.end]) or _common_word(view, word.start, word.end):
            continue
        before = next((w for w in reversed(words[max(0, i - 6) : i]) if view.word_text(w) in "、，。；"), None)
        after = words[i + 1] if i + 1 < len(words) else None
        near = []
        if before is not None and view.word_text(before) == "、":
            near.append(view.word_at(before.start - 1))
        if after is not None and view.word_text(after) in ("、", "和", "等"):
            stop = next((w for w in words[i + 2 : i + 8] if view.word_text(w) in ("、", "和", "等", "，", "。")), None)
            near.append(view.word_at(stop.start - 1) if stop is not None else None)
        if any(w is not None and w.tag == "PER" for w in near):
            yield Candidate(word.start, word.end, "Person", text[word.start : word.end], "list", 0.6)


def _before_speech(view: View, end: int, lexicon: Lexicon, score: float = 0.7) -> Iterator[Candidate]:
    """姚鹏飞介绍: the name ends where the verb of saying begins, and begins at a boundary."""
    text = view.text
    for length in (3, 2, 4):
        start = end - length
        if start < 0 or not is_chinese(text[start:end]):
            continue
        surname = surname_length(text[start : start + 2], lexicon)
        if surname == 0 or length - surname not in (1, 2) or any(c in _NOT_GIVEN for c in text[start + surname : end]):
            continue
        words = view.words_between(start, end)
        if not words or words[0].start != start:
            continue
        opened = start == 0 or text[start - 1] in "，。！？；：”“、\n " or words[0].tag == "PER"
        if not opened:
            continue
        if all(word.tag not in ("PER", "nr") for word in words) and any(
            word.end - word.start == length for word in words
        ):
            continue  # 一个词: 大家说, 记者说 — one common word is no name
        weak = text[start : start + surname] in lexicon.weak_surnames and not any(word.tag == "PER" for word in words)
        yield Candidate(start, end, "Person", text[start:end], "speech", 0.4 if weak else score)
        return


def _foreign_start(view: View, start: int, end: int) -> int:
    """A name with · begins at a word: the regular expression may have taken a title along (村民阿不都·买买提)."""
    dot = min(i for i in range(start, end) if view.text[i] in "·•・")
    word = view.word_at(dot - 1)
    if word is not None and word.tag == "PER":
        return max(start, word.start)
    candidates = [w.start for w in view.words_between(start, dot)]
    return max(
        start,
        candidates[-1]
        if candidates and len(candidates) <= 2 and dot - candidates[-1] >= 2
        else dot - 3
        if not candidates
        else candidates[-1],
    )


def _foreign_end(view: View, end: int) -> int:
    """The end of the word after the last dot: the regular expression may have run on (阿不都·买买提感动地说)."""
    dot = max(view.text.rfind(mark, 0, end) for mark in "·•・")
    word = view.word_at(dot + 1)
    if word is None:
        return end
    following = view.word_at(word.end)
    short = (
        following is not None
        and following.end - following.start == 1
        and following.tag in ("n", "f", "q", "PER", "nr", "a")
    )
    short = short or (following is not None and following.score < 0.8 and following.end <= end and following.tag != "v")
    if (word.end - dot - 1 >= 2 and not short) or word.end >= end:
        return min(word.end, end)
    return min(end, following.end) if following is not None else end
