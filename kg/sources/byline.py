"""Bylines: from 本报记者 张三 通讯员 李四 to authors, on a line of their own or inside a paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.records import Author
from kg.sources.layout import Layout, default_layout

__all__ = ["Byline", "merge_authors", "parse_byline", "take_head", "take_tail"]

WRITER, PHOTOGRAPHER = "文字", "摄影"
_LONGEST = 90  # characters of a byline; longer lines are prose
_MOST_BARE = 4  # names on a line without any role word
_PROSE = re.compile(r"[。！？!?“”‘’《》…—%\d\"<>]")
_NUMBERED = re.compile(r"[^\s、，]{0,12}\d[^\s、，记通首]{0,12}")
_PICTURE = frozenset("图摄")
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,128}")
_ORNAMENTS = " \t□■◇◆○●◎★☆▲△▼*※-_—|｜丨/\\【】[]［］"
_SPLIT = re.compile(r"[\s、，,;；/／|｜丨:：&＆+()（）【】\[\]]+")
_BRACKETS = {"（": "）", "(": ")", "【": "】"}
_FINAL = "。！？!?…；;"
_CLOSERS = '”’」』》）)】"'


@dataclass(frozen=True, slots=True)
class Byline:
    """What a byline says.

    `explicit`: it has a role word, not names alone. `credit`: it credits a picture and no text. `whole`: it says that
    it signs a story (张三 摄影报道), not one picture.
    """

    authors: tuple[Author, ...]
    explicit: bool
    credit: bool
    whole: bool = False


@dataclass(slots=True)
class _Roles:
    """Gives the names of a byline their roles, word by word: 文/张三 before the name, 张三/文 after it."""

    layout: Layout
    authors: list[Author] = field(default_factory=list)
    group: list[str] = field(default_factory=list)
    role: str = WRITER
    leading: bool = False  # a role word that may also follow names stood before this group
    writes: bool = True  # False below 编辑 and its like

    def word(self, word: str, *, opens: bool) -> None:
        """Takes one role word; `opens` says that it belongs to the name behind it, whatever stands before."""
        words = self.layout.words
        if word in words["prefixes"] or word in words["editors"]:
            if self.leading and not self.group:  # 图/记者 张三: the role stands before the word
                return
            self.flush()
            self.role = PHOTOGRAPHER if "摄影" in word else WRITER
            self.leading, self.writes = False, word not in words["editors"]
            return
        role = PHOTOGRAPHER if word in words["pictures"] else WRITER
        if self.group and not self.leading and not opens:
            self.role = role
            self.flush()
            self.role = WRITER
        else:
            self.flush()
            self.role, self.leading, self.writes = role, True, True

    def flush(self) -> None:
        """Ends the group of names that share a role."""
        if self.writes:
            self.authors.extend(Author(name, self.role) for name in self.group)
        self.group.clear()


def parse_byline(text: str, layout: Layout | None = None, *, strict: bool = False) -> Byline | None:
    """The byline that `text` is from end to end, or None when it is anything else.

    `strict` wants a known surname even behind a role word.
    """
    known = layout or default_layout()
    cleaned = _bare_text(text)
    if not cleaned or _PROSE.search(cleaned):
        return None
    dateline = known.dateline.match(cleaned)
    if dateline:  # 本报讯 记者 张三
        cleaned = cleaned[dateline.end() :]
    tokens = list(_words(known.pair.sub(" 文图 ", cleaned), known, strict))
    kinds = {kind for kind, _ in tokens}
    explicit = "role" in kinds
    if "other" in kinds or not kinds & {"role", "name"} or ("body" in kinds and not explicit):
        return None
    roles = _Roles(known)
    # a byline that ends with a name has its roles before the names: 记者 张三 摄影 李四
    before = tokens[-1][0] == "name"
    for index, (kind, word) in enumerate(tokens):
        if kind == "role":
            roles.word(word, opens=before and tokens[index + 1][0] == "name")
        elif kind == "name":
            roles.group.append(word)
    roles.flush()
    last = tokens[-1][1]
    closed = last in known.words["credits"]
    if closed and not any(kind == "role" and word in known.words["writing"] for kind, word in tokens):
        roles.authors = [Author(author.name, PHOTOGRAPHER) for author in roles.authors]
    if any(kind == "role" and word in known.words["writing"] and set(word) & _PICTURE for kind, word in tokens):
        # 文/图, 文/摄: who wrote it also took the pictures
        roles.authors += [Author(author.name, PHOTOGRAPHER) for author in roles.authors]
    authors = merge_authors((), tuple(roles.authors))
    if not explicit and not _bare(cleaned, authors, known):
        return None
    if "name" not in kinds and ("medium" in kinds or tokens[-1][0] != "role"):
        return None  # 优秀记者 is no byline
    if not explicit and any(kind == "medium" for kind, _ in tokens[1:]):
        return None
    credit = all(author.role == PHOTOGRAPHER for author in authors) and bool(authors or closed)
    return Byline(authors, explicit, credit, whole=last.endswith("报道"))


def _bare_text(text: str) -> str:
    """A byline without its ornaments, brackets and addresses; empty when it is too long for one."""
    if len(text) > _LONGEST:
        return ""
    cleaned = _EMAIL.sub(" ", text).strip(_ORNAMENTS)
    while cleaned and _BRACKETS.get(cleaned[0]) == cleaned[-1]:
        cleaned = cleaned[1:-1].strip(_ORNAMENTS)
    return cleaned


def _bare(text: str, authors: tuple[Author, ...], layout: Layout) -> bool:
    return len(authors) <= _MOST_BARE and not re.search("[:：;；&+]", text)


def _words(text: str, layout: Layout, strict: bool) -> Iterator[tuple[str, str]]:
    """The tokens of a byline as (kind, word), names printed apart put together.

    The kinds: role, name, body (县文旅局), medium (德清晚报), other.
    """
    single: list[str] = []
    explicit = False
    tokens = [token for token in _SPLIT.split(text) if token]
    for index, token in enumerate(tokens):
        if len(token) == 1 and not _lone_role(token, tokens, index, single, layout):
            single.append(token)
            continue
        yield from _spaced(single, layout)
        single.clear()
        for kind, word in _pieces(token, layout, explicit and not strict):
            explicit = explicit or kind == "role"
            yield kind, word
    yield from _spaced(single, layout)


def _lone_role(token: str, tokens: list[str], index: int, single: list[str], layout: Layout) -> bool:
    """Whether a token of one character is a role: 文 in 文/张三, but no part of the name 文 静."""
    if token not in layout.words["writing"] and token not in layout.words["pictures"]:
        return False
    if token == "摄" or len(single) >= 2:
        return True
    following = tokens[index + 1] if index + 1 < len(tokens) else ""
    return not single and (len(following) != 1 or following in ("图", "摄"))


def _spaced(single: list[str], layout: Layout) -> Iterator[tuple[str, str]]:
    """Names of characters printed apart: 施 良 is one, 李 历 费 祎 are two, 张 笑 言 is one."""
    size = 3 if len(single) == 3 else 2
    for start in range(0, len(single), size):
        name = "".join(single[start : start + size])
        yield ("name" if layout.is_name(name) else "other"), name


def _pieces(token: str, layout: Layout, explicit: bool) -> Iterator[tuple[str, str]]:
    """A token cut at its role words: 本报记者张三, 张三摄, 德清融媒记者."""
    parts = layout.role.split(token)
    for index, part in enumerate(parts):
        if index % 2:
            yield "role", part
            explicit = True
            continue
        if not part:
            continue
        before_role, whole = index + 1 < len(parts), len(parts) == 1
        leads = before_role and index == 0 and not explicit and parts[1] in layout.words["prefixes"]
        if part in layout.words["writing"] or part in layout.words["pictures"]:
            yield "role", part
        elif len(part) > 2 and part[-1] in "摄" and layout.is_name(part[:-1], surname=False):
            yield "name", part[:-1]
            yield "role", part[-1]
        elif whole and len(part) <= 12 and layout.is_medium(part):
            yield "medium", part  # the paper before names: 德清网教育频道 张三
        elif layout.is_body(part):
            yield "body", part
        elif layout.is_name(part, surname=not (whole and explicit)) and not leads:
            yield "name", part
        elif before_role and index == 0 and len(part) <= 12:
            yield "medium", part  # the paper: 德清晚报记者
        else:
            yield "other", part


def merge_authors(first: tuple[Author, ...], more: tuple[Author, ...]) -> tuple[Author, ...]:
    """Both lists in order, each name once for each of its roles."""
    return tuple(dict.fromkeys((*first, *more)))


def take_head(paragraph: str, layout: Layout | None = None) -> tuple[str, tuple[Author, ...], bool]:
    """Cuts dateline and byline off the head of a paragraph: (the rest, the authors, whether there was anything)."""
    known = layout or default_layout()
    rest, taken = paragraph, False
    dateline = known.dateline.match(rest)
    if dateline:
        rest, taken = rest[dateline.end() :], True
    if rest[:1] in _BRACKETS and rest[:1]:
        close = rest.find(_BRACKETS[rest[0]], 1, _LONGEST + 1)
        inner = parse_byline(rest[1:close], known) if close > 0 else None
        if inner is None and taken and close > 0:  # a medium with digits in its name: 39度视频首席记者
            inner = parse_byline(_NUMBERED.sub(" ", rest[1:close]), known)
        if inner and (inner.explicit or taken):
            return _tidy(rest[close + 1 :]), inner.authors, True
    length, authors = _spoken_byline(rest, known)
    if length:
        return _tidy(rest[length:]), authors, True
    return (_tidy(rest), (), True) if taken else (paragraph, (), False)


def _spoken_byline(text: str, layout: Layout) -> tuple[int, tuple[Author, ...]]:
    """The length and the authors of a byline without brackets before the text: 记者 张三 通讯员 李四 报道：近日…"""
    best: tuple[int, tuple[Author, ...]] = (0, ())
    for match in re.finditer(r"[ 　:：]+", text[:60]):
        found = parse_byline(text[: match.start()], layout, strict=True)
        if found and found.explicit and found.authors:
            best = (match.end(), found.authors)
    return best


def _tidy(rest: str) -> str:
    return rest.lstrip(" ，,、:：")


def take_tail(paragraph: str, layout: Layout | None = None) -> tuple[str, Byline | None]:
    """Cuts the byline or the credit off the end of a paragraph: (the rest, the byline or None).

    Bare names count only in brackets behind the end of a sentence.
    """
    known = layout or default_layout()
    text = paragraph.rstrip()
    tail = text[-_LONGEST:]
    if text[-1:] in "）)】" and text:
        start = max(tail.rfind(mark) for mark in _BRACKETS)
        found = parse_byline(tail[start + 1 : -1], known) if start >= 0 else None
        rest = text[: len(text) - len(tail) + start].rstrip() if start >= 0 else text
        if found and (found.explicit or ends_sentence(rest)) and rest:
            return rest, found
        return paragraph, None
    start = max((tail.rfind(mark) for mark in _FINAL + _CLOSERS), default=-1) + 1
    if start and start < len(tail) and ends_sentence(tail[:start]):
        found = parse_byline(tail[start:], known)
        if found and found.explicit:
            return text[: len(text) - len(tail) + start], found
    return _spaced_credit(text, known) if tail.endswith(("摄", "供图", "摄影")) else (paragraph, None)


def _spaced_credit(text: str, layout: Layout) -> tuple[str, Byline | None]:
    """A credit behind a caption without a full stop: 图为航拍的村庄 张三 李四 摄."""
    cut, best = len(text), None
    floor = max(0, len(text) - _LONGEST)
    while (cut := text.rfind(" ", floor, cut)) > 0:
        found = parse_byline(text[cut:], layout)
        if found and found.credit and found.authors:
            best = (text[:cut].rstrip(), found)
        elif best:
            break
    return best or (text, None)


def ends_sentence(text: str) -> bool:
    """Whether a paragraph that ends like this is complete: a final mark, or one before closing quotation marks."""
    text = text.rstrip()
    if text.endswith(("）", ")")):  # a remark behind the sentence: …好看。（见图）
        opened = max(text.rfind("（", -_LONGEST), text.rfind("(", -_LONGEST))
        if opened > 0 and text[opened - 1] in _FINAL + "”":
            text = text[:opened]
    stripped = text.rstrip(_CLOSERS)
    return bool(stripped) and stripped[-1] in _FINAL + "：:"
