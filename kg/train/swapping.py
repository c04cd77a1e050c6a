"""Multiplies the corpus: an article again with other people, places, bodies, programs and works, so that the model learns the
shape of a sentence and not who is in it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.datafile import Block, read_text, read_yaml
from kg.errors import DataError
from kg.knowledge.gazetteer import Gazetteer
from kg.resources import data_path
from kg.train.head import PROVINCES

__all__ = ["Annotated", "NameLists", "Swapper"]

Span = tuple[int, int, str]
"""Start, end, type; ``Role`` for a post."""

_DIVISION = re.compile(r"(?:自治县|自治旗|自治州|街道|社区|民族乡|县|区|市|镇|乡|村|旗|苏木|嘎查)$")
_BODY = re.compile(
    r"(?:有限责任公司|股份有限公司|有限公司|公司|集团|合作社|小学|中学|幼儿园|学校|医院|卫生院|协会|工作室|志愿服务队|队)$"
)
_SHARE = 0.7
"""Of the names of a text, how many are swapped."""
_WORDS = 0.01
"""Of the people that are swapped, how many get a name that is a word; in the corpus more have one than in life."""
_KNOWN = 0.15
"""Of the bodies without a place in their name that are swapped, how many become one that everybody knows (新华社)."""


@dataclass(frozen=True, slots=True)
class Annotated:
    """A text with its names and roles, in order, without overlap."""

    text: str
    spans: tuple[Span, ...]


class NameLists:
    """Names of people put together by chance from `data/corpus/names.yaml` and the surnames of the lexicon."""

    def __init__(self, lists: Block, surnames: Sequence[str], compound: Sequence[str]) -> None:
        given, minority, provinces = (lists.block(key) for key in ("given", "minority", "provinces"))
        self._common, self._rare = given.text("common"), given.text("rare")
        self._words = given.text("words").split()
        self._minority = {key: minority.texts(key) for key in minority}
        self._of_province = {key: provinces.texts(key) for key in provinces}
        self._foreign, self._dotted = lists.texts("foreign"), frozenset(lists.texts("dotted"))
        self._surnames, self._compound = surnames, compound

    @classmethod
    def load(cls, path: Path | None = None) -> NameLists:
        """Raises DataError (file, line, key) for whatever is wrong in the lists."""
        lists = read_yaml(path or data_path("corpus/names.yaml"))
        if not isinstance(lists, Block):
            raise DataError("the lists of names are a mapping", where=path, remedy="write key: [name, name]")
        lists.check(required=frozenset({"given", "minority", "foreign", "dotted", "provinces"}))
        sections = read_text(data_path("lexicons/surnames.txt")).split("[")
        by_name = {part.split("]")[0]: part.split("]")[1] for part in sections[1:]}
        return cls(lists, "".join(by_name["common"].split()), by_name["compound"].split())

    def person(self, chance: random.Random, province: str = "", *, words: float = 0.05) -> str:
        """A name; of the peoples of `province` (a code of six digits) more often than elsewhere. `words` is how many of all are
        words too (高兴).
        """
        draw, local = chance.random(), self._of_province.get(province, ())
        if draw < 0.03:
            return chance.choice(self._foreign)
        if draw < (0.35 if local else 0.04):
            group = chance.choice(local or tuple(self._minority))
            first = chance.choice(self._minority[group])
            both = group in self._dotted and chance.random() < 0.6
            return f"{first}·{chance.choice(self._minority[group])}" if both else first
        if draw > 1.0 - words:
            return chance.choice(self._words)
        surname = chance.choice(self._surnames[:60] if chance.random() < 0.55 else self._surnames)
        if chance.random() < 0.06:
            surname = chance.choice(self._compound)
        pool = self._rare if chance.random() < 0.3 else self._common
        return surname + "".join(chance.choice(pool) for _ in range(1 if chance.random() < 0.22 else 2))


class Swapper:
    """Puts other names into annotated texts: people from the lists, divisions from the gazetteer, the rest from other texts."""

    def __init__(
        self, texts: Iterable[Annotated], names: NameLists, gazetteer: Gazetteer, known_bodies: Iterable[str] = ()
    ) -> None:
        self._names = names
        self._known_bodies = sorted(known_bodies)
        self._divisions: dict[str, list[str]] = {}
        for division in gazetteer:
            ending = _DIVISION.search(division.label)
            if ending is not None and division.code and 3 <= len(division.label) <= 7:
                self._divisions.setdefault(ending.group(), []).append(division.label)
        self._others: dict[tuple[str, str], list[str]] = {}
        for one in texts:
            for start, end, kind in one.spans:
                key = _shape(one.text[start:end], kind)
                if key is not None:
                    self._others.setdefault(key, []).append(one.text[start:end])

    def swap(self, one: Annotated, chance: random.Random) -> Annotated:
        """The text with about 70 % of its names swapped, each for the same one wherever it stands."""
        places = {one.text[start:end] for start, end, kind in one.spans if kind == "Place" and end - start > 1}
        chosen: dict[tuple[str, str], str] = {}
        pieces: list[str] = []
        spans: list[Span] = []
        at = length = 0
        for start, end, kind in one.spans:
            name = self._other(one.text[start:end], kind, places, chosen, chance)
            pieces += [one.text[at:start], name]
            length += start - at
            spans.append((length, length + len(name), kind))
            length, at = length + len(name), end
        return Annotated("".join([*pieces, one.text[at:]]), tuple(spans))

    def _other(
        self, name: str, kind: str, places: set[str], chosen: dict[tuple[str, str], str], chance: random.Random
    ) -> str:
        if kind == "Role":
            return name
        key = (name, kind)
        if key not in chosen:
            head = max((p for p in places if name.startswith(p) and p != name), key=len, default="")
            if kind == "Organization" and head:  # 青山镇卫生院 goes with its town
                chosen[key] = self._other(head, "Place", places, chosen, chance) + name[len(head) :]
            else:
                chosen[key] = self._draw(name, kind, chance) if chance.random() < _SHARE else name
        return chosen[key]

    def _draw(self, name: str, kind: str, chance: random.Random) -> str:
        if kind == "Person":
            return self._names.person(chance, chance.choice(sorted(PROVINCES)), words=_WORDS) if len(name) > 1 else name
        if kind == "Place":
            ending = _DIVISION.search(name)
            known = self._divisions.get(ending.group(), ()) if ending is not None else ()
            return chance.choice(known) if known and ending is not None and ending.start() > 1 else name
        if kind == "Organization" and self._known_bodies and chance.random() < _KNOWN:
            return chance.choice(self._known_bodies)
        key = _shape(name, kind)
        known = self._others.get(key, ()) if key is not None else ()
        return chance.choice(known) if known else name


def _shape(name: str, kind: str) -> tuple[str, str] | None:
    """What a name must share with another to stand in its place; None for one that is not swapped for another text's."""
    if kind == "Organization":
        ending = _BODY.search(name)
        return (kind, ending.group()) if ending is not None else None
    if kind in ("Program", "Work"):
        return kind, "marked" if name[0] in "“《" else ""
    return None
