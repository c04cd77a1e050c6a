"""From a text to its Document: sentences, words, names, pointers, roles, times and quantities."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Protocol

from kg.knowledge.gazetteer import Gazetteer
from kg.knowledge.lexicon import Lexicon, default_lexicon
from kg.language.bodies import find_bodies
from kg.language.candidate import Candidate
from kg.language.numbers import find_quantities, find_times
from kg.language.people import find_people, is_address
from kg.language.places import find_places
from kg.language.programs import find_programs, find_quoted_bodies, find_works
from kg.language.roles import find_roles
from kg.language.tagger import LacTagger
from kg.language.view import SpanIndex, View, split_sentences
from kg.language.weigh import weigh
from kg.records import Document, Mention, Role, Word

__all__ = ["NameFinder", "Tagger", "name_finder"]

_REPEATABLE = 0.6  # a name found with at least this score is looked for in the rest of the text
_POST_INSIDE = re.compile(r".(?:校长|院长|书记|主任|局长|镇长|县长|市长|董事长|总经理|会长|所长|队长|站长|处长|科长).")
_PREPOSITIONS = frozenset("由在与对向为到被将从至及以经")
_STOPS = frozenset("：；，。！？")
_LEVELS = frozenset("省市县区州旗镇乡")
_LEVELS_BEFORE = frozenset("全各该本我两每城州县区市")
_TAG_OF_TYPE = {"Person": "PER", "Organization": "ORG", "Place": "LOC", "Program": "nz", "Work": "nw"}


class TaggedWordLike(Protocol):
    """What a tagger says of a word."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def tag(self) -> str: ...
    @property
    def score(self) -> float: ...


class Tagger(Protocol):
    """The second voice: cuts texts into tagged words that cover them."""

    def tag(self, texts: Sequence[str]) -> Sequence[Sequence[TaggedWordLike]]: ...


class NameFinder:
    """Finds the names of a text by two voices, knowledge and a tagger, and weighs them."""

    def __init__(self, lexicon: Lexicon, gazetteer: Gazetteer, tagger: Tagger) -> None:
        self.lexicon = lexicon
        self.gazetteer = gazetteer
        self.tagger = tagger
        common = {**lexicon.pointers, **lexicon.short, **lexicon.generic}
        longest_first = sorted(common, key=lambda word: (-len(word), word))
        self._common = re.compile("|".join(map(re.escape, longest_first)))

    def analyse(self, text: str) -> Document:
        """The Document of a text. Any string is taken; the empty one gives an empty Document."""
        return next(iter(self.analyse_all([text])))

    def analyse_all(self, texts: Sequence[str]) -> Iterator[Document]:
        """The Documents of several texts; the tagger sees all their sentences in few batches."""
        sentences = [split_sentences(text) for text in texts]
        pieces = [text[start:end] for text, spans in zip(texts, sentences, strict=True) for start, end in spans]
        tagged = iter(self.tagger.tag(pieces))
        for text, spans in zip(texts, sentences, strict=True):
            words = tuple(
                part
                for start, _ in spans
                for part in self._mended(
                    text, [Word(start + w.start, start + w.end, w.tag, w.score) for w in next(tagged)]
                )
            )
            yield self._document(text, spans, words)

    def _document(self, text: str, sentences: tuple[tuple[int, int], ...], words: tuple[Word, ...]) -> Document:
        view = View(text, words, sentences)
        roles = find_roles(view, self.lexicon)
        places = list(find_places(view, self.lexicon, self.gazetteer))
        names = weigh(self._candidates(view, roles, places))
        repeats = list(self._repeats(view, names))
        known = {(place.start, place.end) for place in places if place.score >= 0.5}
        again = [c for c in repeats if c.type == "Place" and (c.start, c.end) not in known]
        again += self._stems(view, names)
        if again:  # a body may begin with a place that only its other occurrences, or its full form, show
            repeats += self._usable(view, find_bodies(view, self.lexicon, [*places, *again], roles))
        names = weigh([*names, *repeats])
        names = _one_type_each(names)
        mentions = [_mention(text, name) for name in names]
        mentions += self._common_mentions(view, names, roles)
        mentions.sort(key=lambda mention: (mention.start, mention.end))
        roles = tuple(_clear_of(roles, [m for m in mentions if m.kind == "name"]))
        generic = {(m.start, m.end) for m in mentions if m.kind == "generic"}
        roles = tuple(self._after_level(view, [r for r in roles if (r.start, r.end) not in generic], mentions))
        mentions.sort(key=lambda mention: (mention.start, mention.end))
        roles = tuple(_former(text, roles, mentions, self.lexicon.titles.former))
        return Document(
            text,
            sentences,
            tuple(_recut(view, mentions, self.lexicon.words["left_stop"])),
            tuple(mentions),
            roles,
            find_times(text),
            find_quantities(text),
        )

    def _mended(self, text: str, words: Sequence[Word]) -> Iterator[Word]:
        """The words; a preposition, or the end of the place before, that the tagger took into a name is cut off.

        由先行县 is 由‖先行县; 镇王家葑村 behind 鉴湖 is 镇‖王家葑村.
        """
        before = ""
        for word in words:
            first = text[word.start]
            mends = first in _PREPOSITIONS or (first in _LEVELS and before == "LOC")
            named = word.tag in ("LOC", "ORG") and word.end - word.start >= 4
            if mends and named and not self.gazetteer.prefixes(text, word.start):  # 和田市, 从江县 stay
                yield Word(word.start, word.start + 1, "p" if first in _PREPOSITIONS else "n", word.score)
                yield Word(word.start + 1, word.end, word.tag, word.score)
            else:
                yield word
            before = word.tag

    def _candidates(self, view: View, roles: Sequence[Role], places: Sequence[Candidate]) -> list[Candidate]:
        lexicon = self.lexicon
        found = [*places, *find_bodies(view, lexicon, places, roles), *find_people(view, lexicon, roles)]
        found += find_works(view)
        found += find_programs(view, lexicon)
        found += find_quoted_bodies(view, lexicon)
        index = SpanIndex(roles)
        found = [c for c in found if c.type != "Place" or not _over_role(c, index)]
        return list(_with_neighbours(view, self._usable(view, found), roles))

    def _usable(self, view: View, found: Iterable[Candidate]) -> list[Candidate]:
        """The candidates without common words, titles, forms of address, and what runs over a line."""
        lexicon = self.lexicon
        common = (
            lexicon.words["not_names"]
            | lexicon.generic.keys()
            | lexicon.short.keys()
            | lexicon.titles.ranks.words
            | lexicon.titles.organs.words
        )
        found = [c for c in found if c.label not in common and not _crosses(view, c)]
        not_names = lexicon.words["not_names"]
        found = [c for c in found if c.type != "Place" or c.label[-3:] not in not_names]
        ends = lexicon.words["common_ends"]
        found = [
            c for c in found if c.type != "Place" or c.voice == "gazetteer" or not {c.label[-2:], c.label[-3:]} & ends
        ]
        found = [c for c in found if c.type in ("Program", "Work") or not _STOPS.intersection(c.label)]
        marks = lexicon.words["phrase_marks"]
        found = [
            c for c in found if c.type not in ("Organization", "Place") or not any(mark in c.label for mark in marks)
        ]
        found = [c for c in found if c.type != "Organization" or not _POST_INSIDE.search(c.label)]
        return [c for c in found if c.type != "Person" or not is_address(c.label, lexicon)]

    def _stems(self, view: View, names: Iterable[Candidate]) -> Iterator[Candidate]:
        """Where a word begins with the bare name of a county or city that the text names in full: 通道 of 通道县."""
        labels = {name.label for name in names if name.type == "Place" and name.label[-1:] in "市县区州旗省"}
        for stem in sorted({label[:-1] for label in labels if len(label) > 2}):
            for match in re.finditer(re.escape(stem), view.text):
                if match.start() in view.boundaries and match.end() in view.boundaries:
                    yield Candidate(match.start(), match.end(), "Place", stem, "stem", 0.6)

    def _repeats(self, view: View, names: Iterable[Candidate]) -> Iterator[Candidate]:
        """The other occurrences of names that were found with confidence."""
        text = view.text
        best: dict[tuple[str, str], Candidate] = {}
        for name in names:
            surface = text[name.start : name.end]
            if name.score >= _REPEATABLE and len(surface) >= 2 and name.voice != "stem":
                key = (surface, name.type)
                if key not in best or best[key].score < name.score:
                    best[key] = name
        for (surface, type_name), name in sorted(best.items()):
            position = text.find(surface)
            while position >= 0:
                end = position + len(surface)
                if position != name.start and (len(surface) > 2 or {position, end} <= view.boundaries):
                    score = min(name.score, 0.85)
                    yield Candidate(position, end, type_name, name.label, "repeat", score)
                position = text.find(surface, end)

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

    def _common_mentions(self, view: View, names: Sequence[Candidate], roles: Sequence[Role]) -> Iterator[Mention]:
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
    """The finder over the package's own lexicons, gazetteer and tagger, made once in a process.

    It does not need spaCy, whose import alone takes a second; `kg.load()` puts it into a spaCy pipeline.
    """
    return NameFinder(default_lexicon(), Gazetteer.open(), LacTagger.load())


def _with_neighbours(view: View, found: Sequence[Candidate], roles: Sequence[Role]) -> Iterator[Candidate]:
    """The candidates; a body of common words gains in a list beside a sure one, an uncertain firm right before a project."""
    sure = [c for c in found if c.type == "Organization" and c.score >= 0.6]
    ends, starts = {c.end for c in sure}, {c.start for c in sure}
    projects = {c.start for c in found if c.type == "Program"}
    firms = {c.end for c in found if c.type == "Organization" and (c.score >= 0.6 or c.voice == "tagger")}
    people = {c.start for c in found if c.type == "Person" and c.score >= 0.6} | {role.start for role in roles}
    for c in found:
        if c.type == "Organization" and c.voice == "common":
            beside = (view.text[c.start - 1 : c.start] == "、" and c.start - 1 in ends) or (
                view.text[c.end : c.end + 1] == "、" and c.end + 1 in starts
            )
            yield replace(c, score=0.58) if beside or (c.end in people and c.score > 0.3) else c
        elif c.type == "Program" and c.voice == "bare-kind" and c.start in firms:
            yield replace(c, score=max(c.score, 0.62))
        elif c.type == "Organization" and c.voice == "tagger" and c.end in projects:
            yield replace(c, score=max(c.score, 0.6))
        else:
            yield c


def _over_role(place: Candidate, roles: SpanIndex[Role]) -> bool:
    """Whether a whole role lies in the candidate: 党支部书记安德海 is no place."""
    found = roles.overlapping(place.start, place.end)
    return any(place.start <= role.start and role.end < place.end and role.end - role.start > 2 for role in found)


def _one_type_each(names: Sequence[Candidate]) -> list[Candidate]:
    """The names, so that one label has one type in the text: that of the highest score in sum."""
    weight: dict[str, dict[str, float]] = {}
    for name in names:
        by_type = weight.setdefault(strip_quotes(name.label), {})
        by_type[name.type] = by_type.get(name.type, 0.0) + name.score
    best = {label: max(sorted(types), key=lambda t: types[t]) for label, types in weight.items()}
    typed = ((name, best[strip_quotes(name.label)]) for name in names)
    return [name if name.type == type_name else replace(name, type=type_name) for name, type_name in typed]


def strip_quotes(label: str) -> str:
    """The label without quotation marks."""
    return label.strip("“”‘’「」")


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


def _mention(text: str, name: Candidate) -> Mention:
    surface = text[name.start : name.end]
    return Mention(name.start, name.end, surface, name.type, "name", name.label or surface, name.score, name.voice)


def _clear_of(roles: Sequence[Role], names: Sequence[Mention]) -> Iterator[Role]:
    """The roles outside of names. 徐州市委副书记: the role begins after 徐州市 and still reads 市委副书记."""
    index = SpanIndex(names)
    for role in roles:
        over = index.overlapping(role.start, role.end)
        if not over:
            yield role
        elif len(over) == 1 and over[0].type in ("Place", "Organization") and over[0].start < role.start:
            if over[0].end - role.start == 1:
                yield replace(role, start=over[0].end)


def _crosses(view: View, candidate: Candidate) -> bool:
    """Whether the candidate runs over the end of a sentence or a line."""
    return "\n" in view.text[candidate.start : candidate.end]


def _recut(view: View, mentions: Sequence[Mention], verbs: frozenset[str]) -> Iterator[Word]:
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
