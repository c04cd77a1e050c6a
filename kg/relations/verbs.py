"""The verbs and small words by which a clause is read: `data/lexicons/verbs.yaml`, ready for look-up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from kg.datafile import Block, read_yaml
from kg.errors import DataError
from kg.knowledge.lexicon import Lexicon, SuffixTrie, default_lexicon
from kg.resources import data_path

__all__ = ["MASK", "Echo", "Fit", "Verbs", "default_verbs"]

MASK = "\ue0ff"
"""Stands for a name in a text that is searched for small words."""

# up to four characters, and up to two phrases such as 与X, 向X, may stand between a word of negation and its verb
_REACH = rf"[^，。；！？、{MASK}]{{0,4}}(?:[与和同跟对向为给在从由]{MASK}[^，。；！？、{MASK}]{{0,4}}){{0,2}}"

_KIND_REACH = 14  # characters between a program's name and its kind word: 以“…”为主题的文化活动

_WORDS = frozenset(
    {"prepositions", "preposition_exceptions", "comitatives", "joiners", "pivots", "wishes", "leads", "people", "verbs", "speech",
     "plans", "dropped", "adverbs", "weak_roles", "no_affiliation", "no_verbs", "after_role", "kin",
     "person_nouns", "senders", "event_kinds", "organs", "ranks"}
)  # fmt: skip

_TRIES = ("prepositions", "preposition_exceptions", "pivots", "wishes", "senders", "kin", "leads", "comitatives")


@dataclass(frozen=True, slots=True)
class Fit:
    """A role that contains one of `roles` belongs to a body whose name ends with one of `bodies`."""

    roles: tuple[str, ...]
    bodies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Echo:
    """What a common noun may stand for: a name of `type`; of programs, one whose kind word is in `ends`."""

    type: str
    ends: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verbs:
    """Everything that `verbs.yaml` says, with the negations and hypotheses of `words.yaml`."""

    lists: Mapping[str, tuple[str, ...]]
    words: Mapping[str, frozenset[str]]
    fits: tuple[Fit, ...]
    echoes: Mapping[str, Echo]
    echo: re.Pattern[str]
    kind_behind: re.Pattern[str]
    prepositions: SuffixTrie
    exceptions: SuffixTrie
    pivots: SuffixTrie
    wishes: SuffixTrie
    senders: SuffixTrie
    kin: SuffixTrie
    leads: SuffixTrie
    comitatives: SuffixTrie
    adverbs: re.Pattern[str]
    organs: re.Pattern[str]
    rank: re.Pattern[str]
    people: re.Pattern[str]
    people_end: re.Pattern[str]
    negation: re.Pattern[str]
    hypothesis: re.Pattern[str]
    planned: re.Pattern[str]
    denial: re.Pattern[str]
    every: frozenset[str]

    @classmethod
    def load(cls, path: Path | None = None, lexicon: Lexicon | None = None) -> Verbs:
        """Reads the file. Raises DataError (file, line, key) for whatever is wrong in it."""
        where = path or data_path("lexicons/verbs.yaml")
        root = read_yaml(where)
        if not isinstance(root, Block):
            raise DataError("a lexicon is a mapping of lists", where=where, remedy="write key: [word, word]")
        root.check(required=_WORDS | {"lists", "fits", "echoes"})
        lists = {name: tuple(dict.fromkeys(root["lists"].texts(name))) for name in root["lists"]}
        words = {key: frozenset(root.texts(key)) for key in _WORDS}
        every = frozenset(word for found in lists.values() for word in found if len(word) > 1)
        every |= words["verbs"] | {"赴"}
        every -= words["no_verbs"] - words["speech"]
        common = (lexicon or default_lexicon()).words
        echoes = _echoes(root)
        kinds = rf"(?<![发开拓扩进近今昨\d])({_any(words['event_kinds']).pattern})"  # a 展, but no 发展
        kind_behind = re.compile(rf"[^，。；：！？、“”\n]{{0,{_KIND_REACH}}}?{kinds}")
        ranks = re.compile(f"(?:第一|常务)?副?(?:{_any(words['ranks']).pattern})")
        trie = {key: SuffixTrie(words[key]) for key in _TRIES}
        people = _any(words["people"])
        return cls(
            lists, words, _fits(root), echoes, _any(echoes), kind_behind, trie["prepositions"], trie["preposition_exceptions"],
            trie["pivots"], trie["wishes"], trie["senders"], trie["kin"], trie["leads"], trie["comitatives"],
            _any(words["adverbs"]), re.compile(f"(?:{_any(words['organs']).pattern})$"),
            ranks, people, re.compile(f"(?:{people.pattern})[和与及]$"),
            _negation(common["negation"]), _hypothesis(common["hypothesis"]),
            _planned(words["plans"]), _denial(common["negation"]), every | words["speech"],
        )  # fmt: skip

    def contains(self, text: str) -> bool:
        """Whether a verb of two to four characters stands in a short text."""
        every = self.every
        return any(text[i : i + n] in every for n in (2, 3, 4) for i in range(len(text) - n + 1))

    def preposition(self, text: str, end: int, floor: int) -> str:
        """The preposition that ends at `end`, or an empty string; 成为 is none."""
        start = self.prepositions.longest(text, end, floor)
        if start < 0:
            return ""
        exception = self.exceptions.longest(text, end, floor)
        return "" if 0 <= exception < start else text[start:end]


@lru_cache(maxsize=1)
def default_verbs() -> Verbs:
    """The lexicon that travels with the package, read once."""
    return Verbs.load()


def _fits(root: Block) -> tuple[Fit, ...]:
    found: Any = root["fits"]
    if not isinstance(found, list) or not all(isinstance(item, Block) for item in found):
        raise root.error("“fits” must be a list of blocks", key="fits", remedy="write - {roles: [校长], bodies: [学校]}")
    for item in found:
        item.check(required=frozenset({"roles", "bodies"}))
    return tuple(Fit(item.texts("roles"), item.texts("bodies")) for item in found)


def _echoes(root: Block) -> dict[str, Echo]:
    found: Any = root["echoes"]
    if not isinstance(found, list) or not all(isinstance(item, Block) for item in found):
        remedy = "write - {type: Program, nouns: [活动], ends: [节]}"
        raise root.error("“echoes” must be a list of blocks", key="echoes", remedy=remedy)
    echoes = {}
    for item in found:
        item.check(required=frozenset({"type", "nouns"}), optional=frozenset({"ends"}))
        for noun in item.texts("nouns"):
            echoes[noun] = Echo(item.text("type"), item.texts("ends"))
    return echoes


def _any(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))))


def _negation(words: Iterable[str]) -> re.Pattern[str]:
    """Words of negation that govern what follows within four characters; 未来, 不断 and their like deny nothing."""
    strong = "|".join(map(re.escape, sorted((w for w in words if w != "未"), key=lambda word: (-len(word), word))))
    plain = r"未(?!来|成年|婚)|没(?!有)|(?<![毫从])不(?=$|能|会|得|曾|再|予|想|愿|肯|应|许|准)|勿|莫"
    return re.compile(rf"(?:{strong}|{plain}){_REACH}$")


def _planned(words: Iterable[str]) -> re.Pattern[str]:
    """Words that make what follows a plan: 将, 拟, 计划."""
    plain = "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))
    soon = "将(?:会|要|继续|进一步|陆续|全面|积极|全力|重点|大力|持续|共同|联合|正式|于|再次|再|分别)?"
    phrases = rf"(?:[与和同跟对向为给在从由]{MASK}[^，。；！？、{MASK}]{{0,4}}){{0,2}}"
    plain += "|(?<![主重需只首])要(?!求)|(?<![思理梦联])想"
    return re.compile(rf"(?:{plain}){_REACH}$|{soon}{phrases}$")


def _denial(words: Iterable[str]) -> re.Pattern[str]:
    """Words of negation anywhere in a stretch."""
    strong = "|".join(map(re.escape, sorted((w for w in words if w != "未"), key=lambda word: (-len(word), word))))
    return re.compile(rf"{strong}|未(?!来|成年|婚)|不(?=是|再|曾|会|能|得|予|属|在|任)")


def _hypothesis(words: Iterable[str]) -> re.Pattern[str]:
    long = "|".join(map(re.escape, sorted((w for w in words if len(w) > 1), key=lambda word: (-len(word), word))))
    return re.compile(rf"{long}|(?:^|，)若(?!干)")
