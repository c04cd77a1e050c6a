"""The lexicons of `data/lexicons/`: surnames, titles, kind words and common words, as sets that answer in one step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kg.datafile import Block, read_text, read_tsv, read_yaml
from kg.errors import DataError
from kg.resources import data_path

__all__ = ["Kind", "Lexicon", "Titles", "Trie", "default_lexicon"]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind word says of the name that it ends: the node type and the group within it (`school`, `venue`, …)."""

    word: str
    type: str
    group: str


class Trie:
    """A set of words that finds the longest one at a position of a text."""

    __slots__ = ("_by_first", "words")

    def __init__(self, words: Iterable[str]) -> None:
        self.words = frozenset(words)
        by_first: dict[str, set[int]] = {}
        for word in self.words:
            by_first.setdefault(word[0], set()).add(len(word))
        self._by_first = {first: tuple(sorted(lengths, reverse=True)) for first, lengths in by_first.items()}

    def longest(self, text: str, start: int) -> int:
        """The end of the longest word that begins at `start`, or -1."""
        if start >= len(text):
            return -1
        for length in self._by_first.get(text[start], ()):
            if start + length <= len(text) and text[start : start + length] in self.words:
                return start + length
        return -1


class SuffixTrie:
    """A set of words that finds the longest one that ends at a position of a text."""

    __slots__ = ("_by_last", "words")

    def __init__(self, words: Iterable[str]) -> None:
        self.words = frozenset(words)
        by_last: dict[str, set[int]] = {}
        for word in self.words:
            by_last.setdefault(word[-1], set()).add(len(word))
        self._by_last = {last: tuple(sorted(lengths, reverse=True)) for last, lengths in by_last.items()}

    def longest(self, text: str, end: int, floor: int = 0) -> int:
        """The start (not before `floor`) of the longest word that ends at `end`, or -1."""
        if end <= floor:
            return -1
        for length in self._by_last.get(text[end - 1], ()):
            start = end - length
            if start >= floor and text[start:end] in self.words:
                return start
        return -1


@dataclass(frozen=True, slots=True)
class Titles:
    """Posts and roles, and the words that stand inside them."""

    ranks: SuffixTrie
    plain: frozenset[str]
    organs: SuffixTrie
    modifiers: SuffixTrie
    former: frozenset[str]
    address: Trie


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything that `data/lexicons/` says, ready for look-up."""

    surnames: frozenset[str]
    compound_surnames: frozenset[str]
    weak_surnames: frozenset[str]
    titles: Titles
    kinds: Mapping[str, tuple[Kind, ...]]
    kind_ends: SuffixTrie
    words: Mapping[str, frozenset[str]]
    pointers: Mapping[str, str]
    short: Mapping[str, str]
    generic: Mapping[str, str]
    abbreviations: Mapping[str, str]
    division_ends: frozenset[str]  # the last characters of the kind words of divisions

    @classmethod
    def load(cls, folder: Path | None = None) -> Lexicon:
        """Reads the folder. Raises DataError (file, line, key) for whatever is wrong in it."""
        root = folder or data_path("lexicons")
        common, compound, weak = _surnames(root / "surnames.txt")
        common |= weak
        kinds = _kinds(root / "kinds.yaml")
        words = _block(root / "words.yaml")
        words.check(required=_WORD_LISTS | _TYPED_LISTS)
        plain = {key: frozenset(words.texts(key)) for key in words if isinstance(words[key], list)}
        return cls(
            common,
            compound,
            weak,
            _titles(root / "titles.yaml"),
            kinds,
            SuffixTrie(kinds),
            plain,
            _typed(words, "pointers"),
            _typed(words, "short"),
            _typed(words, "generic"),
            _abbreviations(root / "abbreviations.tsv"),
            frozenset(word[-1] for word, found in kinds.items() if any(k.group == "administrative" for k in found)),
        )

    def goes_on(self, text: str, start: int, end: int, type_name: str | None = None) -> bool:
        """Whether a longer kind word (of that type) holds the one at [start, end): 服务中心 over 服务, 联盟赛 over 联盟."""
        for stop in range(end + 1, min(len(text), end + 8) + 1):
            longer = self.kind_ends.longest(text, stop)
            if 0 <= longer <= start and longer < end and stop - longer > end - start:
                if type_name is None or self.group(text[longer:stop], type_name) is not None:
                    return True
        return False

    def group(self, word: str, type_name: str) -> str | None:
        """The group of the kind word `word` under `type_name`, or None."""
        return next((kind.group for kind in self.kinds.get(word, ()) if kind.type == type_name), None)


_TYPED_LISTS = frozenset({"pointers", "short", "generic"})
_WORD_LISTS = frozenset(
    {
        "levels",
        "tiers",
        "common_ends",
        "firm_brand",
        "honour_verbs",
        "hypothesis",
        "inner_verbs",
        "institutions",
        "joins",
        "known_bodies",
        "kind_goes_on",
        "kinds_of_thought",
        "left_stop",
        "motion",
        "negation",
        "not_names",
        "own_kinds",
        "place_tails",
        "program_inner",
        "program_strong",
        "runs",
        "runs_quoted",
        "speech",
    }
)


@lru_cache(maxsize=1)
def default_lexicon() -> Lexicon:
    """The lexicon that travels with the package, read once."""
    return Lexicon.load()


def _abbreviations(path: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for line, (short, full) in read_tsv(path, ("short", "full")):
        if not short or not full:
            raise DataError("two cells are needed", where=path, line=line, remedy="write short, a tab, full")
        found[short] = full
    return found


def _block(path: Path) -> Block:
    root = read_yaml(path)
    if not isinstance(root, Block):
        raise DataError("a lexicon is a mapping of lists", where=path, remedy="write key: [word, word]")
    return root


def _surnames(path: Path) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    section, found = "", {"common": set[str](), "compound": set[str](), "weak": set[str]()}
    lines = read_text(path).splitlines()
    for number, line in enumerate(lines, start=1):
        if line.startswith("#") or not line.strip():
            continue
        if line.startswith("["):
            section = line.strip("[] \n")
            if section not in found:
                raise DataError(f"unknown section [{section}]", where=path, line=number, remedy=f"one of {list(found)}")
        elif section == "compound":
            found[section].update(line.split())
        else:
            found[section or "common"].update(line.strip())
    return frozenset(found["common"]), frozenset(found["compound"]), frozenset(found["weak"])


def _titles(path: Path) -> Titles:
    root = _block(path)
    root.check(required=frozenset({"ranks", "plain", "organs", "modifiers", "former", "address"}))
    return Titles(
        SuffixTrie(root.texts("ranks")),
        frozenset(root.texts("plain")),
        SuffixTrie(root.texts("organs")),
        SuffixTrie(root.texts("modifiers")),
        frozenset(root.texts("former")),
        Trie(root.texts("address")),
    )


_TYPES = {"organization": "Organization", "place": "Place", "program": "Program", "work": "Work"}


def _kinds(path: Path) -> dict[str, tuple[Kind, ...]]:
    root = _block(path)
    root.check(required=frozenset(_TYPES))
    kinds: dict[str, list[Kind]] = {}
    for key, type_name in _TYPES.items():
        block = _nested(root, key)
        for group in block:
            for word in block.texts(group):
                kinds.setdefault(word, []).append(Kind(word, type_name, group))
    return {word: tuple(found) for word, found in kinds.items()}


def _typed(words: Block, key: str) -> dict[str, str]:
    block = _nested(words, key)
    for type_name in block:
        if type_name not in _TYPES.values() and type_name != "Person":
            raise block.error(
                f"“{type_name}” is no type", key=type_name, remedy="use Person, Organization, Place, Program"
            )
    return {word: type_name for type_name in block for word in block.texts(type_name)}


def _nested(root: Block, key: str) -> Block:
    block = root.get(key)
    if not isinstance(block, Block):
        raise root.error(f"“{key}” must hold named lists", key=key, remedy=f"write {key}: {{group: [word, word]}}")
    return block
