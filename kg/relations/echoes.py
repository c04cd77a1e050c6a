"""Common nouns that stand for a name of the same document: 此次活动 for “清风行动”活动, 医疗队 for 青山医院医疗队.

An echo is read as an item whose name is the one it stands for, so that rules see the name where the noun stands.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kg.records import Document, Mention
from kg.relations.items import CLOSE, Item
from kg.relations.verbs import Echo

if TYPE_CHECKING:
    from kg.relations.verbs import Verbs

__all__ = ["Echoes"]

_DEFINITE = re.compile(r"(?:此次|本次|这次|本届|此届|该项?|这项|这场|此项|这一|这支|这个|当天的?)[^，。；：！？、“”‘’\s的]{0,6}$")
_BARE = re.compile(r"(?:^|[，。；：！？”\s]|参加|出席|参与|列席|主持|亮相|见证|受聘为|参加了|出席了|参与了|[为向与和由在对给])$")
_INDEFINITE = ("一场", "一次", "各类", "各项", "系列", "一支", "多场")
_AFTER = frozenset({"f", "t", "d", "v", "p", "m", "c", "u", "w", "xc", "TIME", "ad", "vd", "r", "q", "PER", "nr"})
_NEAR = 2  # sentences back in which the only event is meant though the document names others


class Echoes:
    """The echoes of one document, found once."""

    def __init__(self, document: Document, verbs: Verbs) -> None:
        self.items: list[Item] = []
        self._events: list[Mention] = []
        names = [m for m in document.mentions if m.kind == "name" and m.type in ("Program", "Organization")]
        if names:
            finder = _Finder(document, verbs, names)
            self.items = list(finder.found())
            event = Echo("Program", tuple(verbs.words["event_kinds"]))
            self._events = [m for m in names if m.type == "Program" and finder.fits(m, event, "")]

    def event(self, offset: int) -> Mention | None:
        """The event that is named before `offset`, if all names of events before it are of one."""
        before = [m for m in self._events if m.end <= offset]
        return before[-1] if before and _one(before) else None

    def between(self, start: int, end: int) -> Sequence[Item]:
        """The echoes in a stretch of the text."""
        first = bisect_left(self.items, start, key=lambda i: i.start)
        return self.items[first : bisect_left(self.items, end, lo=first, key=lambda i: i.start)]


class _Finder:
    def __init__(self, document: Document, verbs: Verbs, names: Sequence[Mention]) -> None:
        self.document, self.verbs, self.names = document, verbs, names
        self.text = document.text

    def found(self) -> Iterator[Item]:
        """The echoes from left to right."""
        starts = [m.start for m in self.document.mentions]
        limit = self.names[0].end
        for match in self.verbs.echo.finditer(self.text, limit):
            echo = self.verbs.echoes[match.group()]
            start, end = match.span()
            at = bisect_left(starts, start + 1) - 1
            if self._taken(at, start, end) or not self._whole(end):
                continue
            definite = _DEFINITE.search(self.text, max(0, start - 12), start)
            if definite is None and (not self._bare(start) or (echo.ends and echo.type != "Program")):
                continue
            name = self._name(echo, match.group(), start, definite=definite is not None)
            if name is not None:
                first = definite.start() if definite is not None else start
                yield Item(first, end, name, (name,), first, end)

    def _taken(self, at: int, start: int, end: int) -> bool:
        """Whether a name of its own stands there; a common noun that is no name gives way."""
        for mention in self.document.mentions[max(0, at - 1) : at + 2]:
            if mention.start < end and start < mention.end:
                return mention.kind != "generic"
            if mention.end == start or mention.start == end:
                return mention.end == start
        return any(role.start < end and start < role.end for role in self.document.roles)

    def _whole(self, end: int) -> bool:
        """Whether the noun ends there: 活动, but not 活动室."""
        if any(role.start == end for role in self.document.roles):
            return True
        words = self.document.words
        at = bisect_left(words, end, key=lambda w: w.start)
        if at and words[at - 1].end > end:
            return False
        if at < len(words) and words[at].start == end:
            return words[at].tag in _AFTER or words[at].tag.startswith("v")
        return self.text[end : end + 1] not in tuple("室中心场馆站日月员者方")

    def _bare(self, start: int) -> bool:
        return bool(_BARE.search(self.text, max(0, start - 4), start)) and not self.text.endswith(_INDEFINITE, 0, start)

    def _name(self, echo: Echo, noun: str, start: int, *, definite: bool) -> Mention | None:
        """The name that the noun stands for: the only one of the kind, or the only one named nearby."""
        fitting = [m for m in self.names if m.end <= start and m.type == echo.type and self.fits(m, echo, noun)]
        if not fitting:
            return None
        if _one(fitting):
            return fitting[-1]
        if not definite:
            return None
        spans = self.document.sentences
        here = bisect_left(spans, start + 1, key=lambda span: span[0]) - 1
        floor = spans[max(0, here - _NEAR)][0]
        near = [m for m in fitting if m.start >= floor]
        return near[-1] if near and _one(near) else None

    def fits(self, mention: Mention, echo: Echo, noun: str) -> bool:
        """Whether the noun may stand for the name."""
        if echo.type != "Program":
            plain = _plain(mention)
            if echo.ends:
                return plain.endswith(echo.ends)
            return plain.endswith(noun) and len(plain) >= len(noun) + 2
        behind = self.verbs.kind_behind.match(self.text, mention.end)
        said = behind.group(1) if behind is not None else ""
        return _plain(mention).endswith(echo.ends) or (bool(said) and said.endswith(echo.ends))


def _one(names: Sequence[Mention]) -> bool:
    """Whether all are forms of one name: 第二届“云溪杯”联赛, “云溪杯”联赛."""
    plain = {_plain(m).replace("”", "") for m in names}
    longest = max(plain, key=len)
    return all(longest.endswith(name) for name in plain)


def _plain(mention: Mention) -> str:
    return "".join(c for c in mention.text if c not in CLOSE and c not in "“‘《")
