"""A document as the rules read it: sentences on demand, who speaks, and which body a person or a post belongs to."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

from kg.records import Document, Role
from kg.relations.echoes import Echoes
from kg.relations.items import Hit, Item, Post
from kg.relations.scene import Sentence

if TYPE_CHECKING:
    from kg.relations.verbs import Verbs

__all__ = ["Reading"]

_KINDS = ("院", "局", "队", "校", "学", "社", "会", "厂", "司", "馆", "所", "园", "庭", "站", "中心", "盟", "团", "室", "食堂")
_SPEECH_REACH = 12  # characters between a speaker's name and the verb of speech
_SAYS = re.compile(r"(?<=地)[说讲](?=[。：，])")  # 高兴地说
_NEWLY = re.compile(r"(?:上任|到任|新任|年轻|当选|在任)的$")
_WHITE = re.compile(r"[”’」』\s]*")


class _Span(Protocol):
    @property
    def start(self) -> int: ...


_T = TypeVar("_T", bound=_Span)


class Reading:
    """One document in the hands of the rules; nothing is read before a rule asks for it."""

    def __init__(self, document: Document, hits: Sequence[Hit], verbs: Verbs) -> None:
        self.document, self.verbs, self._hits = document, verbs, hits
        self._sentences: list[Sentence | None] = [None] * len(document.sentences)
        self._bodies: dict[str, Item] | None = None
        self.echoes = Echoes(document, verbs)
        self._quotes: list[tuple[int, int]] | None = None

    def sentence(self, index: int) -> Sentence:
        """The sentence with that number."""
        known = self._sentences[index]
        if known is None:
            known = self._sentences[index] = self._read(index)
        return known

    def _read(self, index: int) -> Sentence:
        document = self.document
        start, end = document.sentences[index]
        roles = _between(document.roles, start, end)
        echoes = self.echoes.between(start, end)
        mentions = [m for m in _between(document.mentions, start, end) if m.kind == "name" or not _covered(m, roles)]
        mentions = [m for m in mentions if m.kind == "name" or not _covered(m, echoes)]
        return Sentence(
            index, document, self.verbs, start=start, end=end, mentions=mentions, roles=roles, echoes=echoes,
            words=_between(document.words, start, end), hits=_between(self._hits, start, end),
            times=_between(document.times, start, end),
            money=[q for q in _between(document.quantities, start, end) if q.unit.startswith(("元", "美元"))],
        )  # fmt: skip

    def before(self, sentence: Sentence) -> Sentence | None:
        """The sentence before, in the same paragraph."""
        if sentence.index == 0:
            return None
        end = self.document.sentences[sentence.index - 1][1]
        if "\n" in self.document.text[end : sentence.start]:
            return None
        return self.sentence(sentence.index - 1)

    # who speaks

    def quoted(self, sentence: Sentence, offset: int) -> bool:
        """Whether the offset lies in words that somebody says."""
        return any(start <= offset < end for start, end in self._spoken())

    def _spoken(self) -> list[tuple[int, int]]:
        """The stretches of direct speech: quotations with a sentence in them."""
        if self._quotes is None:
            found, opened = [], -1
            for i, c in enumerate(self.document.text):
                if c == "“":
                    opened = i
                elif c == "”" and opened >= 0:
                    if i - opened > 8 and any(mark in self.document.text[opened:i] for mark in "，。！？"):
                        found.append((opened, i))
                    opened = -1
            self._quotes = found
        return self._quotes

    def speaker(self, sentence: Sentence, offset: int, *, person: bool = False) -> Item | None:
        """The body for which the speaker of the words at `offset` speaks; with `person` the speaker."""
        for start, end in self._spoken():
            if start <= offset < end:
                return self._speaker_near(start, end, person=person)
        return None

    def _speaker_near(self, start: int, end: int, *, person: bool) -> Item | None:
        after = _WHITE.match(self.document.text, end)
        at = after.end() if after else end
        for first, before in ((at, False), (start, True)):
            index = self._index(first)
            if index is None:
                continue
            sentence = self.sentence(index)
            told = [hit for hit in sentence.hits if hit.word in self.verbs.words["speech"]]
            says = _SAYS.search(self.document.text, sentence.start, sentence.end)
            if says is not None:
                told.append(Hit(says.start(), says.end(), says.group()))
            for hit in told:
                if (hit.start < start and before) or (hit.start >= at and not before):
                    item = self._speaking(sentence, hit, first if not before else sentence.start, person=person)
                    if item is not None:
                        return item
        return None

    def _speaking(self, sentence: Sentence, hit: Hit, floor: int, *, person: bool) -> Item | None:
        for item in reversed(sentence.items):
            if floor <= item.left and 0 <= hit.start - item.right <= _SPEECH_REACH:
                if item.type == "Person":
                    return item if person else self.body_of(item)
                if item.owned and not person:
                    return item
        return None

    def _index(self, offset: int) -> int | None:
        spans = self.document.sentences
        at = bisect_left(spans, offset + 1, key=lambda span: span[0]) - 1
        return at if at >= 0 and offset < spans[at][1] else None

    # whose post it is

    def body_of(self, person: Item) -> Item | None:
        """The body that the person was named with, here or anywhere in the document."""
        if (body := person.body()) is not None:
            return body
        if self._bodies is None:
            self._bodies = {}
            for index in range(len(self.document.sentences)):
                for item in self.sentence(index).items:
                    if item.type == "Person" and (found := self._first_body(self.sentence(index), item)) is not None:
                        self._bodies.setdefault(item.mention.text, found)
        return self._bodies.get(person.mention.text)

    def _first_body(self, sentence: Sentence, item: Item) -> Item | None:
        if (body := item.body()) is not None:
            return body
        return next((b for post in item.posts if (b := self.earlier_body(sentence, item.left, post.role))), None)

    def body_of_post(self, sentence: Sentence, person: Item, post: Post) -> Item | None:
        """The body of a post: as named there; where only 村 or 社区 stands there, the nearest of that kind that was named."""
        body = post.body
        if body is None:
            if sentence.text[post.role.start - 1 : post.role.start] == "的":
                if not _NEWLY.search(sentence.text, sentence.start, post.role.start):
                    return None  # 她的学生: of a person, not of a body
            elif self._unknown_before(sentence, post.role):
                return None
            if post.carried:
                return None
            if (noun := self._noun_before(sentence, post.role)) is not None:
                return self.earlier_body(sentence, person.left, post.role, fit=(noun,))
            alone = post.role.start >= person.end  # 李明老师: no list, no scene; the nearest body must be the one
            earlier = self.earlier_body(sentence, person.left, post.role, nearest=alone)
            return earlier if earlier is not None else self._only_body(post.role)
        if body.mention.kind != "pointer" or body.mention.text[0] in "该我本全":
            return body
        fit = self._fit(post.role.text)
        if fit is not None and not body.mention.text.endswith(fit):
            return self.earlier_body(sentence, body.start, post.role)
        named = self.earlier_body(sentence, body.start, post.role, fit=(body.mention.text,))
        return named if named is not None else body

    def _unknown_before(self, sentence: Sentence, role: Role) -> bool:
        """Whether a proper name that nobody took for a body touches the post: then the post is of no earlier body."""
        at = bisect_left(sentence.words, role.start, key=lambda w: w.start)
        word = sentence.words[at - 1] if at else None
        if word is None or word.end != role.start or word.tag not in ("ORG", "LOC", "nt", "ns"):
            return False
        return word.end - word.start > 3 and all(i.end <= word.start or i.start >= word.end for i in sentence.items)

    def _noun_before(self, sentence: Sentence, role: Role) -> str | None:
        """卫生院 in 卫生院院长: the common noun for the body, which was named in full before."""
        at = bisect_left(sentence.words, role.start, key=lambda w: w.start)
        word = sentence.words[at - 1] if at else None
        if word is None or word.end != role.start or word.tag not in ("n", "ORG"):
            return None
        noun = sentence.text[word.start : word.end]
        return noun if noun.endswith(_KINDS) and len(noun) > 1 else None

    def earlier_body(
        self, sentence: Sentence, limit: int, role: Role, *, fit: tuple[str, ...] | None = None, strict: bool = False,
        nearest: bool = False,
    ) -> Item | None:
        """For a post without a body: the nearest body named before `limit` whose kind fits the post, else none.

        `strict`: only where the post says of which kind its body is (校长, but not 主任). `nearest`: no other organization
        may have been named in between.
        """
        words = self.verbs.words
        fit = fit if fit is not None else self._fit(role.text)
        if fit is None and (strict or role.text in words["weak_roles"]):
            return None
        here: Sentence | None = sentence
        near = 2 if role.text in words["weak_roles"] else len(self._sentences)
        for _ in range(2 if fit is None else near):
            if here is None:
                return None
            for item in reversed(here.items):
                if not item.is_body or item.end > limit or item.mention.kind == "generic":
                    continue
                if item.mention.text.rstrip("”’》").endswith(fit) if fit is not None else self._may_own(item):
                    return item
                if nearest and item.type == "Organization":
                    return None
            here = self.sentence(here.index - 1) if here.index else None
            limit = self.document.sentences[-1][1]
        return None

    def _only_body(self, role: Role) -> Item | None:
        """The only organization of the document whose kind fits the post, named behind it: 校长李明…。青山小学…"""
        fit = self._fit(role.text)
        if fit is None or role.text in self.verbs.words["weak_roles"]:
            return None
        fitting = [m for m in self.document.mentions if m.kind == "name" and m.type == "Organization" and m.text.endswith(fit)]
        if len({m.text for m in fitting}) != 1 or fitting[0].start < role.start:
            return None
        first = fitting[0]
        return Item(first.start, first.end, first, (first,), first.start, first.end)

    def _may_own(self, item: Item) -> bool:
        return item.mention.kind == "pointer" and item.type == "Organization" and item.mention.text[0] in "该我本"

    def _fit(self, role: str) -> tuple[str, ...] | None:
        for fit in self.verbs.fits:
            if any(part in role for part in fit.roles):
                return fit.bodies
        return None


def _between(spans: Sequence[_T], start: int, end: int) -> Sequence[_T]:
    first = bisect_left(spans, start, key=lambda s: s.start)
    return spans[first : bisect_left(spans, end, lo=first, key=lambda s: s.start)]


def _covered(mention: _Span, spans: Sequence[Role] | Sequence[Item]) -> bool:
    return any(span.start <= mention.start < span.end for span in spans)
