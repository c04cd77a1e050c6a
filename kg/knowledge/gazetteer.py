"""China's administrative divisions, from province to village, and well-known places without a code.

The data are one file, ``data/gazetteer/divisions.bin`` (made by ``data/gazetteer/build.py``; its README tells the
source). It is a trie of stems (德清, 千丰, 王) in breadth-first order, with the divisions that bear each stem; most of
it stays on disk (mmap) and is read where a look-up needs it. Nothing is ever scanned.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal, NamedTuple, TypeVar

from kg.knowledge.packed import PackedFile
from kg.resources import data_path

__all__ = ["Division", "Form", "Gazetteer", "Level", "Match"]

Level = Literal["province", "city", "county", "town", "village", "feature", "country"]
Form = Literal["official", "short", "stem"]

_Key = TypeVar("_Key")
_FORMS: Final[tuple[Form, ...]] = ("official", "short", "stem")
_LEVELS: Final[tuple[Level, ...]] = ("province", "city", "county", "town", "village", "feature", "country")
_CODE_LENGTHS: Final = (2, 4, 6, 9, 12)  # the digits that tell each of the first five levels
_LONGEST: Final = 20  # characters of a name found in running text
# A stem of these only (第一, 三, 十二) names nothing without its generic word.
_ORDINALS: Final = frozenset("第一二三四五六七八九十百零〇两0123456789")
# A stem that ends like this is a name with a kind word by itself: 竹元村 of 竹元村居委会.
_KIND_WORDS: Final = ("村", "社区", "嘎查")


@dataclass(frozen=True, slots=True)
class Division:
    """One place. `code` has 12 digits (330521000000) or is empty; `parent` is the code of the next upper level or "".

    `kind` tells what a place of the supplement is (河流, 开发区, 国家; 旧: abolished), else it is empty. `label` is the
    name as news writes it: 千丰社区 for 千丰社区居委会.
    """

    code: str
    name: str
    level: Level
    parent: str = ""
    kind: str = ""
    label: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if not self.label:
            object.__setattr__(self, "label", self.name)


@dataclass(frozen=True, slots=True)
class Match:
    """A division found under a name, and how the name relates to it.

    `form` is official (德清县, 千丰社区居委会), short (千丰社区, 景宁县: it keeps a kind word or is a settled
    abbreviation), or stem (德清, 千丰: the generic word is gone, so that the name may well mean something else).
    """

    division: Division
    form: Form


class _Tail(NamedTuple):
    """A generic word at the end of official names, the words that may stand for it, and the one that news uses."""

    text: str
    forms: dict[str, Form]
    label: str
    village: bool


# For the number of digits of a code without the zeros at its end: the number of its level.
_LEVEL_OF_WIDTH: Final = [next(n for n, length in enumerate(_CODE_LENGTHS) if width <= length) for width in range(13)]


class Gazetteer:
    """Finds divisions by name, by code, and in running text. Use `Gazetteer.open()`; instances only read."""

    def __init__(self, file: PackedFile) -> None:
        header = file.header
        self.path = file.path
        self.source: str = header["source"]
        self.year: int = header["year"]
        self.tables: dict[str, str] = header["tables"]  # SHA-256 of the tables that the file was made with
        self._characters: str = header["alphabet"]
        self._alphabet = {character: number for number, character in enumerate(self._characters)}
        # Node n has the children first[n] .. first[n + 1] - 1, sorted by label;
        # the divisions that it names are the postings start[n] .. start[n + 1] - 1.
        self._labels = file.view("labels")
        self._first = file.offsets("degrees", begin=1)
        self._start = file.offsets("counts", begin=0)
        self._node_masks = file.view("masks")
        self._postings = (file.view("postings_low"), file.view("postings_high"))
        self._record_nodes = (file.view("record_nodes_low"), file.view("record_nodes_high"))
        self._record_tails = file.view("tails")
        self._codes = file.sums("steps")
        self._alias_records = file.view("alias_records")
        self._alias_forms = file.view("alias_forms")
        self._tails: list[_Tail] = [_Tail(*tail) for tail in header["tails"]]
        self._extra: list[tuple[Level, str, str]] = header["extra"]
        self._masks = [0, *(int(mask, 16) for mask in header["masks"])]
        self._words, self._village_stem = _word_masks(self._tails)
        self._alias_stem = 1 << (len(self._tails) + _FORMS.index("stem"))
        self._initials = {word[0] for word in self._words if word}
        self._longest_word = max(map(len, self._words))
        self._roots = {c: node for c in self._alphabet if (node := self._child(0, c))}
        self._cached = lru_cache(maxsize=4096)(self._find)
        self._exists = lru_cache(maxsize=65536)(lambda code: self._record(code) is not None)

    @classmethod
    def open(cls, path: Path | None = None) -> Gazetteer:
        """Opens the package's own data, or another file of that form. Raises DataError if it is missing or damaged."""
        return PackedFile.open(data_path("gazetteer/divisions.bin") if path is None else path).read(cls)

    def __len__(self) -> int:
        return len(self._record_tails)

    def __iter__(self) -> Iterator[Division]:
        """Every division: those with a code in the order of codes, then the others."""
        return (self._division(record, self._stem_of(record)) for record in range(len(self)))

    def lookup(self, name: str) -> tuple[Match, ...]:
        """All divisions that bear the name in any form; official forms first, then upper levels first, then by code."""
        return self._cached(name)

    def find_within(self, name: str, ancestor_code: str) -> tuple[Match, ...]:
        """The matches of `name` that lie in the division with that code, at any depth (itself is not among them)."""
        level = _code_level(ancestor_code)
        if level is None:
            return ()
        prefix = ancestor_code[: _CODE_LENGTHS[level]]
        found = ((match, match.division.code or match.division.parent) for match in self._cached(name))
        return tuple(match for match, code in found if code.startswith(prefix) and match.division.code != ancestor_code)

    def get(self, code: str) -> Division | None:
        """The division with that code of 12 digits, or None."""
        record = self._record(code)
        return None if record is None else self._division(record, self._stem_of(record))

    def parents(self, place: str | Division) -> tuple[Division, ...]:
        """The divisions that a code's or a place's division lies in, from the next upper level to the province."""
        if isinstance(place, Division) and not place.code:
            upper = self.get(place.parent)
            return () if upper is None else (upper, *self.parents(upper))
        uppers = (self.get(upper) for upper in _upper_codes(place if isinstance(place, str) else place.code))
        return tuple(upper for upper in uppers if upper is not None)

    def prefixes(self, text: str, start: int) -> tuple[tuple[int, Form], ...]:
        """The (end, form) of every name that `text` has at `start`: 2 to 20 characters, the shortest first.

        Where one string is a name in several forms, the nearest to official counts. Stems of villages (千丰, 发展,
        和平) are left out: most common words are one.
        """
        found: dict[int, Form] = {}
        node, at = 0, start
        limit = min(len(text), start + _LONGEST)
        while at < limit:
            node = self._child(node, text[at]) if node else self._roots.get(text[at], 0)
            if not node:
                break
            at += 1
            mask = self._masks[self._node_masks[node]]
            if mask:
                self._bare(mask, text, start, at, found)
                if at < limit and text[at] in self._initials:
                    self._extended(mask, text, at, limit, found)
        return tuple(sorted(found.items())) if len(found) > 1 else tuple(found.items())

    def begins(self, text: str) -> bool:
        """Whether any name begins with `text`."""
        node = self._roots.get(text[:1], 0)
        for character in text[1:]:
            node = self._child(node, character) if node else 0
        return bool(node)

    def longest_match(self, text: str, start: int) -> tuple[int, Form] | None:
        """The (end, form) of the longest name that `text` has at `start`, or None."""
        found = self.prefixes(text, start)
        return found[-1] if found else None

    def _bare(self, mask: int, text: str, start: int, end: int, found: dict[int, Form]) -> None:
        official, short, stem = self._words[""]
        name = text[start:end]
        if len(name) < 2:
            return
        if mask & official:
            found[end] = "official"
        elif mask & short or (mask & self._village_stem and _bare_form("stem", name) == "short"):
            _keep(found, end, "short")
        elif mask & stem and (mask & self._alias_stem or not _ORDINALS.issuperset(name)):
            _keep(found, end, "stem")

    def _extended(self, mask: int, text: str, at: int, limit: int, found: dict[int, Form]) -> None:
        for length in range(1, min(self._longest_word, limit - at) + 1):
            masks = self._words.get(text[at : at + length])
            if masks is not None:
                for form, bits in zip(_FORMS, masks, strict=True):
                    if mask & bits:
                        _keep(found, at + length, form)
                        break

    def _child(self, node: int, character: str) -> int:
        """The child of a node by that character; 0, which is nobody's child, if there is none."""
        label = self._alphabet.get(character)
        if label is None:
            return 0
        low, high = self._first[node], self._first[node + 1]
        child = bisect_left(self._labels, label, low, high)
        return child if child < high and self._labels[child] == label else 0

    def _find(self, name: str) -> tuple[Match, ...]:
        nodes = [0]
        for character in name:
            node = self._child(nodes[-1], character)
            if not node:
                break
            nodes.append(node)
        best: dict[tuple[int, str], Form] = {}
        for end in range(max(1, len(name) - self._longest_word), len(nodes)):
            if name[end:] in self._words:
                for record, stem, form in self._bearers(nodes[end], name[:end], name[end:]):
                    _keep(best, (record, stem), form)
        return tuple(sorted((Match(self._division(*bearer), form) for bearer, form in best.items()), key=_rank))

    def _bearers(self, node: int, stem: str, word: str) -> Iterator[tuple[int, str, Form]]:
        """The records whose stem ends at the node and that the generic word fits, with their own stem and the form of it."""
        low, high = self._postings
        bare_stem = len(stem) > 1 and not _ORDINALS.issuperset(stem)
        for posting in range(self._start[node], self._start[node + 1]):
            record = low[posting] | high[posting] << 16
            if record >= len(self):
                if not word:
                    alias = record - len(self)
                    named = self._alias_records[alias]
                    yield named, self._stem_of(named), _FORMS[self._alias_forms[alias]]
                continue
            form = self._tails[self._record_tails[record]].forms.get(word)
            if form is not None and (word or form == "official" or bare_stem):
                yield record, stem, form if word else _bare_form(form, stem)

    def _record(self, code: str) -> int | None:
        if _code_level(code) is None:
            return None
        record = bisect_left(self._codes, int(code))
        return record if record < len(self._codes) and self._codes[record] == int(code) else None

    def _division(self, record: int, stem: str) -> Division:
        tail = self._tails[self._record_tails[record]]
        name, label = stem + tail.text, tail.label
        if label:  # 竹元村居委会 is 竹元村, not 竹元村社区; 金陵新村社区居委会 is 金陵新村社区
            label = stem if label not in tail.text and _bare_form("stem", stem) == "short" else stem + label
        if record >= len(self._codes):
            level, kind, parent = self._extra[record - len(self._codes)]
            return Division("", name, level, parent, kind, label)
        code = str(self._codes[record])
        number = _LEVEL_OF_WIDTH[len(code.rstrip("0"))]
        return Division(code, name, _LEVELS[number], self._parent(code, number), "", label)

    def _parent(self, code: str, level: int) -> str:
        """The code of the next upper level that exists; "" for a province."""
        for length in reversed(_CODE_LENGTHS[:level]):
            upper = code[:length].ljust(12, "0")
            if upper != code and self._exists(upper):
                return upper
        return ""

    def _stem_of(self, record: int) -> str:
        return self._stem(self._record_nodes[0][record] | self._record_nodes[1][record] << 16)

    def _stem(self, node: int) -> str:
        characters = []
        while node:
            characters.append(self._characters[self._labels[node]])
            node = bisect_right(self._first, node) - 1
        return "".join(reversed(characters))


def _word_masks(tails: list[_Tail]) -> tuple[dict[str, tuple[int, int, int]], int]:
    """For each generic word, which tails it may stand for, a bit each: as official, short and stem (without villages').

    The second value holds the bits of the tails that leave a village's stem.
    """
    village_stem = 0
    words: dict[str, list[int]] = {"": [1 << (len(tails) + number) for number in range(len(_FORMS))]}
    for number, tail in enumerate(tails):
        for word, form in tail.forms.items():
            if form == "stem" and tail.village:
                village_stem |= 1 << number
                continue
            words.setdefault(word, [0, 0, 0])[_FORMS.index(form)] |= 1 << number
    return {word: (masks[0], masks[1], masks[2]) for word, masks in words.items()}, village_stem


def _keep(found: dict[_Key, Form], key: _Key, form: Form) -> None:
    if key not in found or _FORMS.index(form) < _FORMS.index(found[key]):
        found[key] = form


def _bare_form(form: Form, stem: str) -> Form:
    return "short" if form == "stem" and len(stem) > 2 and stem.endswith(_KIND_WORDS) else form


def _rank(match: Match) -> tuple[int, int, str, str]:
    place = match.division
    return _FORMS.index(match.form), _LEVELS.index(place.level), place.code or "~", place.parent


def _code_level(code: str) -> int | None:
    """The number of the level that a code tells by its zeros; None if it is not 12 digits."""
    if len(code) != 12 or not (code.isascii() and code.isdigit()):
        return None
    return _LEVEL_OF_WIDTH[len(code.rstrip("0"))]


def _upper_codes(code: str) -> Iterator[str]:
    """The codes of the levels above, the next one first; some may be nobody's (市辖区 is left out of the data)."""
    uppers = dict.fromkeys(code[:length].ljust(12, "0") for length in reversed(_CODE_LENGTHS[: _code_level(code) or 0]))
    return (upper for upper in uppers if upper != code)
