"""From a text to its Document: sentences, words, names, pointers, roles, times and quantities."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from kg.knowledge.gazetteer import Gazetteer
from kg.knowledge.lexicon import Lexicon, default_lexicon
from kg.language.numbers import find_quantities, find_times
from kg.language.programs import Proposal
from kg.language.reading import NameReader, ReadText, find_in
from kg.language.recognizer import Found, Recognizer
from kg.language.roles import find_roles
from kg.language.view import SpanIndex, View
from kg.records import Document, Mention, Role, Word

__all__ = ["NAMED", "NameFinder", "name_finder"]

_REPEATABLE = 0.6  # a name found with at least this score is looked for in the rest of the text
_WELL_KNOWN = 0.8  # one found with so much, of so many characters, holds against unsure names inside another occurrence of it
_LONG = 4
_LEVELS = frozenset("省市县区州旗镇乡")
_LEVELS_BEFORE = frozenset("全各该本我两每城州县区市")
_TAG_OF_TYPE = {"Person": "PER", "Organization": "ORG", "Place": "LOC", "Program": "nz", "Work": "nw"}
NAMED = 0.4  # what the model finds with less is no name; about half of the F1 that can be had (Lipton et al. 2014)
_SURE = 0.45  # a quoted phrase that no pattern takes for a program (“毛细血管”) is one from this score on
_TRUSTED = {"quoted-kind": 0.75, "quoted-object": 0.65, "signed": 0.75, "production": 0.75}
"""Patterns of programs that are believed where the model finds nothing, and the score of what they find.
`bench/names.py --split dev` prints how often each is right there; the last two are rare, and their scores are a guess.
"""
_MARKS = {"“": "”", "‘": "’", "「": "」", "《": "》", "（": "）", "(": ")"}
_MARK_REACH = 20  # how far from a name the other one of a pair of marks is looked for
_PUBLIC = frozenset({"office", "centre"})
_IN_BRACKETS = re.compile(r"[（(]([^（）()，。；：“”\n]{2,30})[）)]")
_TITLED = re.compile(r"《[^《》\n]{1,60}》")
_QUOTED = re.compile(r"“([^“”]+)”|‘([^‘’]+)’|「([^「」]+)」|《([^《》]+)》")


class NameFinder:
    """Finds the names of a text: the tagger and the knowledge are read by the names model, which decides."""

    def __init__(self, lexicon: Lexicon, gazetteer: Gazetteer, reader: NameReader, recognizer: Recognizer) -> None:
        self.lexicon = lexicon
        self.gazetteer = gazetteer
        self.reader = reader
        self.recognizer = recognizer
        common = {**lexicon.pointers, **lexicon.short, **lexicon.generic}
        longest_first = sorted(common, key=lambda word: (-len(word), word))
        self._common = re.compile("|".join(map(re.escape, longest_first)))
        self._place_tails = sorted(lexicon.words["place_tails"])
        # 老 and 前 begin too many other words to be cut off a role
        self._former = sorted(lexicon.titles.former - {"老", "前"}, key=lambda word: (-len(word), word))
        self._no_names = common.keys() | lexicon.titles.ranks.words | lexicon.titles.organs.words

    def analyse(self, text: str) -> Document:
        """The Document of a text. Any string is taken; the empty one gives an empty Document."""
        return next(iter(self.analyse_all([text])))

    def analyse_all(self, texts: Sequence[str]) -> Iterator[Document]:
        """The Documents of several texts; the tagger and the model see all their sentences in few batches."""
        read = self.reader.read(texts)
        for one, found in zip(read, find_in(self.recognizer, read), strict=True):
            yield self._document(one, found)

    def _document(self, read: ReadText, found: Sequence[Found]) -> Document:
        view, text, lexicon = read.view, read.text, self.lexicon
        names = [f for f in found if f.type != "Role" and f.score >= NAMED]
        names = [f for f in names if not self._is_common(text[f.start : f.end], f.type)]
        names = [part for name in _with_both_marks(text, names) for part in self._cut(text, name)]
        names = list(self._with_brackets(text, names))
        names = list(self._with_heads(text, names))
        likely = {(start, end) for start, end, _ in read.programs}
        names = [f for f in names if f.score >= _SURE or (f.start, f.end) in likely or not _bare_quote(text, f)]
        names = _with_works(text, names)
        names = _with_programs(names, read.programs)
        mentions = [_mention(text, name, "model") for name in _one_type_each(text, names)]
        mentions = list(_without_halves(text, mentions))
        mentions += _repeats(view, mentions)
        mentions.sort(key=lambda mention: mention.start)
        mentions = list(self._with_shared_places(text, mentions))
        roles = self._roles(view, [f for f in found if f.type == "Role"], mentions)
        mentions += self._common_mentions(view, mentions, roles)
        mentions.sort(key=lambda mention: (mention.start, mention.end))
        generic = {(m.start, m.end) for m in mentions if m.kind == "generic"}
        roles = [role for role in roles if (role.start, role.end) not in generic]
        roles = list(self._after_level(view, roles, mentions))
        mentions.sort(key=lambda mention: (mention.start, mention.end))
        return Document(
            text,
            tuple(view.sentences),
            tuple(_recut(view, mentions, lexicon.words["left_stop"])),
            tuple(mentions),
            tuple(_former(text, roles, mentions, lexicon.titles.former)),
            find_times(text),
            find_quantities(text),
        )

    def _is_common(self, surface: str, type_name: str) -> bool:
        """Whether knowledge knows better: a common noun, a rank, or a surname with a title or a form of address (徐大爷)."""
        if type_name != "Person":
            return surface in self._no_names
        lexicon = self.lexicon
        rest = surface[2 if surface[:2] in lexicon.compound_surnames else 1 :]
        return surface in self._no_names or rest in lexicon.titles.ranks.words or rest in lexicon.titles.address.words

    def _roles(self, view: View, found: Sequence[Found], names: Sequence[Mention]) -> list[Role]:
        """The roles that the model found, and where it found none those that the lexicon builds: posts without a person."""
        text, former = view.text, self.lexicon.titles.former
        roles = []
        for role in found:
            surface = text[role.start : role.end]
            gone = any(text.endswith(word, 0, role.start) for word in former if word != "老")
            for word in self._former:
                if surface.startswith(word) and len(surface) > len(word) + 1:  # 退休教师
                    surface, gone = surface[len(word) :], True
                    break
            roles.append(Role(role.start, role.end, surface, gone))
        named, held = SpanIndex(names), SpanIndex(roles)
        roles += [
            role
            for role in find_roles(view, self.lexicon)
            if not named.overlapping(role.start, role.end) and not held.overlapping(role.start, role.end)
        ]
        return sorted(roles, key=lambda role: role.start)

    def _with_shared_places(self, text: str, mentions: Sequence[Mention]) -> Iterator[Mention]:
        """The mentions; an office in a list goes by the place of the first one: 云溪县教育局、卫健局 are both of 云溪县."""
        place, end = "", -1
        for mention in mentions:
            joined = mention.start - end == 1 and text[end : mention.start] in ("、", "和", "与", "及")
            if mention.type != "Organization":
                yield mention
                continue
            own = self._place_end(text, mention.start, mention.end)
            if own > 0:
                place = text[mention.start : own]
            elif not joined:
                place = ""
            elif place and self._is_office(mention.text):
                mention = replace(mention, label=place + mention.text)
            end = mention.end
            yield mention

    def _cut(self, text: str, name: Found) -> list[Found]:
        """The name; a place with the word that the news add to it (竹元村居民区), and one that the gazetteer knows as two,
        one in the other, cut per level: 安吉‖天子湖镇.
        """
        if name.type != "Place":
            return [name]
        tail = next((word for word in self._place_tails if text.startswith(word, name.end)), "")
        if tail:
            return [replace(name, end=name.end + len(tail))]
        forms = dict(self.gazetteer.prefixes(text, name.start))
        if name.end in forms:
            return [name]
        if text[name.end - 1] == "村" and forms.get(name.end - 1, "stem") != "stem":
            return [replace(name, end=name.end - 1)]  # 蟠龙镇‖村集体经济
        for end in sorted((end for end in forms if end < name.end - 1), reverse=True):
            lower = text[end : name.end]
            uppers = [match.division.code for match in self.gazetteer.lookup(text[name.start : end]) if match.division.code]
            inside = (match for code in uppers[:8] for match in self.gazetteer.find_within(lower, code))
            zone = forms[end] == "official" and len(lower) > 2 and self._is_zone(lower)  # 南浔区‖高新区
            if zone or any(match.form != "stem" for match in inside):
                return [replace(name, end=end), *self._cut(text, replace(name, start=end))]
        return [name]

    def _is_zone(self, name: str) -> bool:
        start = self.lexicon.kind_ends.longest(name, len(name))
        return start >= 0 and self.lexicon.group(name[start:], "Place") == "zone"

    def _with_brackets(self, text: str, names: Sequence[Found]) -> Iterator[Found]:
        """The names; one of a place with the places in brackets behind it, which are part of it: 高新区（青柚镇、度假区）."""
        limit = 0
        for name in names:
            if name.start < limit:
                continue
            match = _IN_BRACKETS.match(text, name.end) if name.type == "Place" else None
            if match is not None and all(self._names_a_place(part) for part in match[1].split("、")):
                name = replace(name, end=match.end())
                limit = match.end()
            yield name

    def _with_heads(self, text: str, names: Sequence[Found]) -> Iterator[Found]:
        """The names; a public body keeps the places right before it: 青柚区朝阳街道应急管理服务中心 is one name."""
        held: list[Found] = []  # places, one touching the other
        for name in names:
            if held and held[-1].end != name.start:
                yield from held
                held = []
            if name.type == "Place" and self._names_a_place(text[name.start : name.end]):
                held.append(name)
                continue
            if held and name.type == "Organization" and self._is_public(text[name.start : name.end]):
                name = replace(name, start=held[0].start, score=min(name.score, *(place.score for place in held)))
                held = []
            yield from held
            held = []
            yield name
        yield from held

    def _is_public(self, name: str) -> bool:
        start = self.lexicon.kind_ends.longest(name, len(name))
        return start >= 0 and name[0] not in _MARKS and self.lexicon.group(name[start:], "Organization") in _PUBLIC

    def _names_a_place(self, name: str) -> bool:
        start = self.lexicon.kind_ends.longest(name, len(name), 1)
        return start >= 1 and self.lexicon.group(name[start:], "Place") in ("administrative", "zone")

    def _place_end(self, text: str, start: int, end: int) -> int:
        """Where the place ends that a body's name begins with, by the gazetteer or by its kind word; 0 for none."""
        known = [stop for stop, form in self.gazetteer.prefixes(text, start) if form != "stem" and stop < end]
        if known:
            return known[-1]
        for stop in range(start + 3, min(end - 1, start + 9)):
            kind = self.lexicon.kind_ends.longest(text, stop, start + 1)
            if kind > start + 1 and self.lexicon.group(text[kind:stop], "Place") == "administrative":
                return stop
        return 0

    def _is_office(self, name: str) -> bool:
        start = self.lexicon.kind_ends.longest(name, len(name))
        return start >= 0 and self.lexicon.group(name[start:], "Organization") == "office"

    def _after_level(self, view: View, roles: Sequence[Role], mentions: list[Mention]) -> Iterator[Role]:
        """The roles; a bare level before one (县委书记, 市人大代表) becomes a pointer to the place of that level.

        The role begins after the pointer and keeps its wording.
        """
        text, taken = view.text, SpanIndex(list(mentions))
        for role in roles:
            start = role.start
            if text[start : start + 1] in _LEVELS and text[start + 1 : start + 2] == "委":
                at = start
            elif text[start - 1 : start] in _LEVELS and role.text.startswith(tuple(self.lexicon.titles.organs.words)):
                at = start - 1
            else:
                yield role
                continue
            if taken.overlapping(max(0, at - 1), at + 1) or text[at - 1 : at] in _LEVELS_BEFORE:
                yield role
                continue
            mentions.append(Mention(at, at + 1, text[at], "Place", "pointer", text[at], 0.7, "level"))
            yield replace(role, start=at + 1)

    def _common_mentions(self, view: View, names: Sequence[Mention], roles: Sequence[Role]) -> Iterator[Mention]:
        """Pointers (该镇), nouns that may stand for a name (社区) and generic partners (企业), outside of all names."""
        lexicon, text = self.lexicon, view.text
        taken, in_roles = SpanIndex(names), SpanIndex(roles)
        role_starts = {role.start for role in roles}
        people = {name.start for name in names if name.type == "Person"}
        for match in self._common.finditer(text):
            start, end = match.span()
            word = match.group()
            if taken.overlapping(start, end):
                continue
            covering = in_roles.overlapping(start, end)
            if word in lexicon.generic and [(r.start, r.end) for r in covering] == [(start, end)] and end not in people:
                # 区生态环境分局、交警、交通: a party, unless a person's name follows
                yield Mention(start, end, word, lexicon.generic[word], "generic", word, 0.6, "generic")
                continue
            if word in lexicon.pointers:
                yield Mention(start, end, word, lexicon.pointers[word], "pointer", word, 0.9, "pointer")
                continue
            before_role = end in role_starts and start in view.boundaries
            if not ({start, end} <= view.boundaries or before_role) or covering:
                continue
            if word in lexicon.short:
                yield Mention(start, end, word, lexicon.short[word], "pointer", word, 0.7, "short")
            else:
                yield Mention(start, end, word, lexicon.generic[word], "generic", word, 0.6, "generic")


@lru_cache(maxsize=1)
def name_finder() -> NameFinder:
    """The finder over the package's own lexicons, gazetteer and models, made once in a process.

    It does not need spaCy, whose import alone takes a second; `kg.load()` puts it into a spaCy pipeline.
    """
    lexicon, gazetteer = default_lexicon(), Gazetteer.open()
    reader = NameReader.open(lexicon=lexicon, gazetteer=gazetteer)
    return NameFinder(lexicon, gazetteer, reader, Recognizer.load(reader.cues.columns))


def label_of(surface: str, type_name: str) -> str:
    """The name as a node bears it: without the marks around it; of a program that begins with a quotation, what is quoted."""
    match = _QUOTED.match(surface)
    if match is None or (match.end() < len(surface) and type_name != "Program"):
        return surface
    return next(group for group in match.groups() if group is not None).strip() or surface


def _mention(text: str, name: Found, voice: str) -> Mention:
    surface = text[name.start : name.end]
    return Mention(name.start, name.end, surface, name.type, "name", label_of(surface, name.type), name.score, voice)


def _bare_quote(text: str, name: Found) -> bool:
    """Whether the name is a program that is nothing but a quoted phrase: as often a figure of speech."""
    return name.type == "Program" and text[name.start] in "“‘「" and text.find("”", name.start, name.end) in (-1, name.end - 1)


def _with_programs(names: Sequence[Found], programs: Sequence[Proposal]) -> list[Found]:
    """The names, and the programs of trusted patterns where there is none. What is signed or started is a project whatever the
    model takes it for (ANNOTATION.md): it stands for the names that lie in it.
    """
    held = SpanIndex(names)
    added, gone = [], set[Found]()
    for start, end, voice in programs:
        over = held.overlapping(start, end)
        inside = all(start <= name.start and name.end <= end for name in over)
        if voice in _TRUSTED and (not over or (voice == "signed" and inside)):
            added.append(Found(start, end, "Program", _TRUSTED[voice]))
            gone.update(over)
    return _apart([*(name for name in names if name not in gone), *added])


def _apart(names: Iterable[Found]) -> list[Found]:
    """The names in order, without overlap: of two that overlap the longer one."""
    kept: list[Found] = []
    for name in sorted(names, key=lambda name: (name.start, -name.end)):
        if not kept or kept[-1].end <= name.start:
            kept.append(name)
        elif name.end - name.start > kept[-1].end - kept[-1].start:
            kept[-1] = name
    return kept


def _with_works(text: str, names: Sequence[Found]) -> list[Found]:
    """The names; what stands in 《》 is a work, each by itself, unless it lies in a name of another type."""
    others = [name for name in names if name.type != "Work"]
    held = SpanIndex(others)
    titled = [match.span() for match in _TITLED.finditer(text) if not held.overlapping(*match.span())]
    marked = SpanIndex([Found(start, end, "Work", 0.95) for start, end in titled])
    loose = [n for n in names if n.type == "Work" and not marked.overlapping(n.start, n.end)]
    return sorted([*others, *marked.spans, *loose], key=lambda name: name.start)


def _with_both_marks(text: str, names: Sequence[Found]) -> Iterator[Found]:
    """The names; one that holds one mark of a pair is given the other, or loses what it has: “银发食堂 is “银发食堂”."""
    end = 0
    for number, name in enumerate(names):
        following = names[number + 1].start if number + 1 < len(names) else len(text)
        whole = _with_pairs(text, name, end, following)
        if whole.end - whole.start > 1 or whole == name:
            yield whole
            end = whole.end


def _with_pairs(text: str, name: Found, floor: int, limit: int) -> Found:
    start, end = name.start, name.end
    for opening, closing in _MARKS.items():
        opened = text.count(opening, start, end) - text.count(closing, start, end)
        if opened > 0:
            other = text.find(closing, end, min(limit, end + _MARK_REACH))
            if other >= 0 and text.find("\n", end, other) < 0:
                end = other + 1
            elif text[start] == opening:
                start += 1
            else:
                end = text.rfind(opening, start, end)
        elif opened < 0:
            other = text.rfind(opening, max(floor, start - _MARK_REACH), start)
            if other >= 0 and text.find("\n", other, start) < 0:
                start = other
            elif text[end - 1] == closing:
                end -= 1
            else:
                start = text.find(closing, start, end) + 1
    return name if (start, end) == (name.start, name.end) else replace(name, start=start, end=end)


def _one_type_each(text: str, names: Sequence[Found]) -> list[Found]:
    """The names, so that one label has one type in the text: that of the highest score in sum."""
    weight: dict[str, dict[str, float]] = {}
    labels = [label_of(text[name.start : name.end], name.type) for name in names]
    for name, label in zip(names, labels, strict=True):
        by_type = weight.setdefault(label, {})
        by_type[name.type] = by_type.get(name.type, 0.0) + name.score
    best = {label: max(sorted(types), key=lambda t: types[t]) for label, types in weight.items()}
    return [
        name if name.type == best[label] else replace(name, type=best[label])
        for name, label in zip(names, labels, strict=True)
    ]


def _without_halves(text: str, names: Sequence[Mention]) -> Iterator[Mention]:
    """The names, less unsure ones inside another occurrence of a sure name: 永兴‖花苑社区 where 永兴花苑社区 is known."""
    index = SpanIndex(names)
    halves: set[int] = set()
    for surface in {name.text for name in names if name.score >= _WELL_KNOWN and len(name.text) >= _LONG}:
        at = text.find(surface)
        while at >= 0:
            end = at + len(surface)
            inside = index.overlapping(at, end)
            if all(at <= n.start and n.end <= end and n.score < _REPEATABLE for n in inside):
                halves.update(id(n) for n in inside)
            at = text.find(surface, end)
    return (name for name in names if id(name) not in halves)


def _repeats(view: View, names: Sequence[Mention]) -> list[Mention]:
    """The other occurrences of names that were found with confidence, where nothing else was found."""
    text, taken = view.text, SpanIndex(names)
    best: dict[str, Mention] = {}
    for name in names:
        if name.score >= _REPEATABLE and len(name.text) >= 2:
            if name.text not in best or best[name.text].score < name.score:
                best[name.text] = name
    found: list[Mention] = []
    held = bytearray(len(text))
    for surface, name in sorted(best.items(), key=lambda item: (-len(item[0]), item[0])):  # the longer one holds the place
        position = text.find(surface)
        while position >= 0:
            end = position + len(surface)
            whole = len(surface) > 2 or {position, end} <= view.boundaries
            if whole and not taken.overlapping(position, end) and not any(held[position:end]):
                held[position:end] = b"\1" * len(surface)
                found.append(replace(name, start=position, end=end, score=min(name.score, 0.85), voice="repeat"))
            position = text.find(surface, end)
    return found


def _former(text: str, roles: Sequence[Role], mentions: Sequence[Mention], words: frozenset[str]) -> Iterator[Role]:
    """The roles; one whose body has 原 or 曾任 before it (原德清县县长) has ended."""
    starts = {mention.end: mention.start for mention in mentions if mention.type in ("Place", "Organization")}
    for role in roles:
        at = role.start
        while at in starts:
            at = starts[at]
        ended = at < role.start and any(
            text.endswith(word, 0, at) for word in words if word not in ("老", "前", "退休")
        )
        yield replace(role, former=True) if ended else role


def _recut(view: View, mentions: Iterable[Mention], verbs: frozenset[str]) -> Iterator[Word]:
    """The words, cut again so that each mention is one word and no word runs over its ends.

    What is left of a name that the tagger saw (联合 of 联合安社社区党总支) is a verb if it is in `verbs`, else a noun.
    """
    words = view.words
    position, i = 0, 0
    for mention in mentions:
        while i < len(words) and words[i].start < mention.start:
            word = words[i]
            if word.end <= mention.start:
                if word.end > position:
                    yield word if word.start >= position else replace(word, start=position)
                i += 1
            else:
                begin = max(word.start, position)
                if begin < mention.start:
                    tag = word.tag
                    if tag in _TAG_OF_TYPE.values():
                        tag = "v" if view.text[begin : mention.start] in verbs else "n"
                    yield Word(begin, mention.start, tag, word.score)
                break
        tag = _TAG_OF_TYPE[mention.type] if mention.kind == "name" else "n"
        yield Word(mention.start, mention.end, tag, mention.score)
        position = mention.end
        while i < len(words) and words[i].end <= position:
            i += 1
    while i < len(words):
        word = words[i]
        if word.end > position:
            yield word if word.start >= position else replace(word, start=position)
        i += 1
