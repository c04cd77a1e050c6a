"""One sentence as the rules see it: items, their groups, the clauses, and the verbs."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.records import Document, Mention, Quantity, Role, TimeSpan, Word
from kg.relations.encoded import Encoded, encode
from kg.relations.items import CLOSE, OPEN, Clause, Group, Hit, Item, free_roles, read_items
from kg.relations.posts import attach_posts
from kg.relations.titles import open_titles

if TYPE_CHECKING:
    from kg.relations.verbs import Verbs

__all__ = ["Sentence"]

_BREAKS = "，,；;：:。！？!?…\n—"
_BRACKETS = re.compile(r"（[^（）]{0,30}）|\([^()]{0,30}\)")
_JOINT = re.compile(r"(?:、|和|与|及其?|以及|暨|同|跟|或|/|并|(?:、)?(?:以及|和))?$")
_TAIL = re.compile(r"[一-龥]{2,6}、")
_AREA = ("辖区", "周边", "附近", "邻近", "当地", "境内")  # 依托辖区云溪商街: they hide no preposition
_FROM_AFAR = re.compile(r"(?<![自服])从[^，。；：、“”]{1,14}的$")
_MODIFIER = re.compile(r"(?:退休|离休|原|年轻|青年|老|著名|知名|资深|当地|本地|年轻的|热心)$")
_DIRECTIONS = frozenset({"到", "去", "送", "签", "获", "赠", "赴", "来"})  # too short and too frequent to end the reach of a verb
_NOUNS = frozenset({"n", "nr", "nz", "nt", "ns", "nw", "PER", "ORG", "LOC", "r", "an"})


class Sentence:
    """One sentence, read on demand: items, groups, clauses, verbs."""

    __slots__ = (
        "_encoded", "clauses", "end", "groups", "hits", "index", "items", "money", "roles", "start", "text", "times", "verbs",
        "words",
    )  # fmt: skip

    def __init__(
        self, index: int, document: Document, verbs: Verbs, *, start: int, end: int,
        mentions: Sequence[Mention], roles: Sequence[Role], words: Sequence[Word], hits: Sequence[Hit], echoes: Sequence[Item] = (),
        times: Sequence[TimeSpan] = (), money: Sequence[Quantity] = (),
    ) -> None:  # fmt: skip
        self.index, self.start, self.end, self.verbs = index, start, end, verbs
        self.text = document.text
        self.items = list(read_items(self.text, [m for m in mentions if not self._in_compound(m, words)]))
        if echoes:
            self.items = sorted([*self.items, *(replace(echo) for echo in echoes)], key=lambda item: item.start)
        self.roles = list(free_roles(roles, mentions))
        open_titles(self.text, self.items, self.roles, document, verbs)
        people = [m for m in mentions if m.type == "Person"]
        self.times: Sequence[TimeSpan] = [t for t in times if not any(m.start <= t.start < m.end for m in people)]  # 国庆 in a name
        self.words, self.money = words, money
        self._encoded: dict[bool, Encoded] = {}
        attach_posts(self.text, self.items, self.roles, words, verbs)
        self.groups = list(self._groups())
        self.hits = self._verb_hits(hits)
        self.clauses = list(self._clauses())

    def _in_compound(self, mention: Mention, words: Sequence[Word]) -> bool:
        """小区 in 居民小区 points to nobody: another noun stands before it."""
        if mention.kind != "pointer" or mention.text[0] in "该我本全两双当此这":
            return False
        at = bisect_left(words, mention.start, key=lambda w: w.start)
        before = words[at - 1] if at else None
        return before is not None and before.end == mention.start and before.tag in ("n", "vn", "a", "an", "b", "nz")

    def _groups(self) -> Iterator[Group]:
        group: Group | None = None
        for item in self.items:
            if item.owned and not item.people and item.right <= item.end:
                continue  # the body of a named person's post
            if group is not None and (joint := self._joint(group.items[-1], item)) is not None:
                group.items.append(item)
                group.joints.append(joint)
                continue
            if group is not None:
                yield group
            group = Group([item], [], self._preposition(item, group))
        if group is not None:
            yield group

    def _joint(self, before: Item, item: Item) -> str | None:
        gap = self.text[before.right : item.left]
        if "（" in gap:
            gap = _BRACKETS.sub("", gap)
        if gap == "":
            quoted = self.text[item.start] in OPEN and self.text[before.end - 1] in CLOSE
            return "" if quoted else None
        if before.is_body and item.is_body and _TAIL.fullmatch(gap) and not self.verbs.contains(gap):
            before.owned = True  # 甲联合会东山分会、乙协会: of the first only the beginning has a name
            return "、"
        if len(gap) > 4:
            return None
        if gap.startswith("等") and len(gap) > 1:
            return None
        if _JOINT.match(gap):
            if (before.owned and not before.people) or ((item.type == "Person") != (before.type == "Person") and gap == "、"):
                return None
            return gap
        if gap == "，" and before.type == item.type == "Person" and item.posts and before.posts:
            return "、"
        return None

    def _preposition(self, item: Item, before: Group | None) -> str:
        at = next((t.start for t in self.times if t.end == item.left), item.left)
        if item.type == "Person" and (kin := self.verbs.kin.longest(self.text, at, self.start)) >= 0:
            at = kin
        if item.type == "Person" and (modifier := _MODIFIER.search(self.text, max(self.start, at - 4), at)):
            at = modifier.start()
        if item.is_body and self.text.endswith(_AREA, max(self.start, at - 2), at):
            at -= 2
        found = self.verbs.preposition(self.text, at, self.start)
        if not found:
            joined = self.verbs.comitatives.longest(self.text, at, self.start)
            exception = self.verbs.exceptions.longest(self.text, at, self.start)
            found = self.text[joined:at] if joined >= 0 and not 0 <= exception < joined else ""
        if not found and item.type == "Place" and self.text[at - 1] == "的":
            if _FROM_AFAR.search(self.text, max(self.start, at - 18), at):
                return "从"  # 从千里之外的青山镇
        if found or before is None or not before.preposition:
            return found
        gap = self.text[before.end : at]
        inside = gap.startswith("的") and len(gap) <= 12 and not any(c in _BREAKS for c in gap)
        touching = gap == ""
        return before.preposition if inside or touching else ""

    def _verb_hits(self, hits: Sequence[Hit]) -> list[Hit]:
        taken = [(item.start, item.end) for item in self.items]
        posts = {(role.start, role.end) for role in self.roles}
        taken += [span for span in posts if not any(h.start <= span[0] and span[1] <= h.end for h in hits)]
        nouns = [(w.start, w.end) for w in self.words if w.tag in _NOUNS or w.tag == "TIME"]
        nouns = [(a, b) for a, b in nouns if not any(start < b and a < end for start, end in taken)]
        found = {h.start: h for h in hits if not _within(h, taken) and not _inside_longer(h, nouns)}
        for start in [start for start, hit in found.items() if hit.end - start == 1 and not self._whole(hit)]:
            del found[start]
        for word in self.words:
            if word.tag == "v" and word.end - word.start > 1 and word.start not in found:
                hit = Hit(word.start, word.end, self.text[word.start : word.end])
                if hit.word not in self.verbs.words["no_verbs"] and not _within(hit, taken):
                    found[word.start] = hit
        return [found[start] for start in sorted(found)]

    def _named(self, word: Word) -> bool:
        return any(item.left < word.end and word.start < item.right for item in self.items)

    def _whole(self, hit: Hit) -> bool:
        """Whether a verb of one character is a word: 到 is, but not in 达到."""
        if self.words:
            at = bisect_left(self.words, hit.start, key=lambda w: w.start)
            return at < len(self.words) and self.words[at].start == hit.start and self.words[at].end == hit.end
        return self.verbs.exceptions.longest(self.text, hit.end, self.start) < 0

    def _clauses(self) -> Iterator[Clause]:
        text, masked = self.text, [(item.start, item.end) for item in self.items]
        cuts: list[tuple[int, int, bool]] = []
        k = 0
        for i in range(self.start, self.end):
            if text[i] in _BREAKS:
                while k < len(masked) and masked[k][1] <= i:
                    k += 1
                if k >= len(masked) or masked[k][0] > i:
                    cuts.append((i, i + 1, False))
        cuts += [(at, at, True) for at in self._speech_ends()]
        cuts.append((self.end, self.end, False))
        cuts.sort()
        start, g = self.start, 0
        for end, after, speech in cuts:
            if end < start:
                continue
            groups = []
            while g < len(self.groups) and self.groups[g].items[0].start < end:
                groups.append(self.groups[g])
                g += 1
            if end > start:
                spoken = speech or self._ends_in_speech(start, end)
                yield Clause(start, end, groups, spoken)
            start = after

    def _speech_ends(self) -> Iterator[int]:
        """Where the words of somebody begin without a comma: …负责人表示|该镇将…"""
        for hit in self.hits:
            if hit.word in self.verbs.words["speech"] and hit.end < self.end and self.text[hit.end] not in _BREAKS:
                if hit.start > self.start and self.text[hit.start - 1] in _BREAKS:
                    yield hit.end
                    continue
                if any(0 <= hit.start - item.right <= 2 for item in self.items if item.type == "Person" or item.owned):
                    yield hit.end

    def _ends_in_speech(self, start: int, end: int) -> bool:
        return any(h.end == end and h.start >= start and h.word in self.verbs.words["speech"] for h in self.hits)

    def encoded(self, *, roles: bool) -> Encoded:
        """The sentence with one mark for each name, time and sum (and role): what sequences are matched against."""
        known = self._encoded.get(roles)
        if known is None:
            known = self._encoded[roles] = encode(self, roles=roles)
        return known

    def clause_at(self, offset: int) -> int:
        """The index of the clause that holds `offset`."""
        for i, clause in enumerate(self.clauses):
            if clause.start <= offset < clause.end:
                return i
        return len(self.clauses) - 1

    def verb_in(self, start: int, end: int, *, passing: frozenset[str] = frozenset()) -> bool:
        """Whether a verb stands in [start, end) that is not part of a modifier with 的 behind it."""
        for hit in self.hits:
            if hit.start >= end:
                return False
            if hit.word in _DIRECTIONS or hit.word in self.verbs.words["no_verbs"] or hit.word in self.verbs.words["kin"]:
                continue
            if hit.start >= start and hit.end <= end and hit.word not in passing and "的" not in self.text[hit.end : end]:
                return True
        return False

    def foreign_subject(self, start: int, end: int) -> bool:
        """Whether a common noun stands as subject in [start, end): then no earlier subject goes on."""
        if not self.words:
            if any(start <= role.start and role.end <= end for role in self.roles):
                return True
            rest = self.verbs.adverbs.sub("", self.text[start:end])
            return len(rest.strip("“”‘’ ")) > 6
        first = bisect_left(self.words, start, key=lambda w: w.start)
        adverbs = [match.span() for match in self.verbs.adverbs.finditer(self.text, start, end)]
        governed = False
        for word in self.words[first:]:
            if word.start >= end:
                return False
            if any(a <= word.start and word.end <= b for a, b in adverbs):
                continue
            piece = self.text[word.start : word.end]
            if word.tag == "p":
                governed = True
            elif word.tag in ("v", "vd"):
                return False
            elif word.tag == "f" and self.text[word.end : word.end + 1] != "的":
                governed = False
            elif word.tag in _NOUNS and not governed and not self.verbs.adverbs.fullmatch(piece) and not self._named(word):
                return True
        return False


def _within(hit: Hit, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start < hit.end and hit.start < end for start, end in spans)


def _inside_longer(hit: Hit, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= hit.start and hit.end <= end and end - start > hit.end - hit.start for start, end in spans)
