"""What is known of page layout: the words of ``data/lexicons/page.yaml`` and what a person's name looks like."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kg.datafile import Block, read_yaml
from kg.errors import DataError
from kg.knowledge.lexicon import default_lexicon
from kg.resources import data_path

__all__ = ["CJK", "Layout", "default_layout"]

# Chinese characters as the inside of a regular expression's character class.
CJK = "〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

_KEYS = frozenset({
    "prefixes", "writing", "pictures", "credits", "editors", "bodies", "media", "rare_surnames", "not_names",
    "agencies", "dispatches", "author_keys", "photo_keys", "date_keys", "title_keys", "drop_keys", "furniture",
    "caption_marks", "caption_openings",
})  # fmt: skip
_NAME = re.compile(f"[{CJK}]{{2,4}}")
_DOTTED = re.compile(f"[{CJK}]{{1,8}}(?:·[{CJK}]{{1,8}}){{1,4}}")


@dataclass(frozen=True, slots=True)
class Layout:
    """The words of the lexicon, as sets and as the patterns made of them."""

    words: dict[str, frozenset[str]]
    surnames: frozenset[str]
    compound_surnames: frozenset[str]
    role: re.Pattern[str]
    pair: re.Pattern[str]
    meta_key: re.Pattern[str]
    dateline: re.Pattern[str]
    furniture: re.Pattern[str]
    caption_marks: tuple[str, ...]
    caption_openings: tuple[str, ...]

    @classmethod
    def load(cls, path: Path | None = None) -> Layout:
        """Reads the lexicon. Raises DataError (file, line, key) for whatever is wrong in it."""
        where = path or data_path("lexicons/page.yaml")
        root = read_yaml(where)
        if not isinstance(root, Block):
            raise DataError("a page lexicon is a mapping of lists", where=where, remedy="write key: [word, word]")
        root.check(required=_KEYS)
        words = {key: frozenset(root.texts(key)) for key in _KEYS}
        for key, found in words.items():
            if not found or "" in found:
                raise root.error(f"“{key}” is empty or holds an empty word", key=key, remedy="write one word or more")
        keys = frozenset[str]().union(*(words[key] for key in words if key.endswith("_keys")))
        roles = words["prefixes"] | words["writing"] | words["pictures"] | words["editors"]
        people = default_lexicon()
        return cls(
            words,
            people.surnames | people.weak_surnames | words["rare_surnames"],
            people.compound_surnames,
            # a lone 文 or 图 may belong to a name, so that only longer words may be cut out of a token
            re.compile(f"({_any(word for word in roles if len(word) > 1)})"),
            re.compile(_any(word for word in words["writing"] if len(word) == 3 and word[1] in "/、并")),
            re.compile(f"(?:^|(?<=[\\s|｜丨]))({_any(keys)}) ?[:：]"),
            _dateline(words["agencies"], words["dispatches"]),
            re.compile(f"(?:{_any(words['furniture'])})(?:[ :：>＞/|》-].{{0,60}})?"),
            root.texts("caption_marks"),
            root.texts("caption_openings"),
        )

    def is_name(self, token: str, *, surname: bool = True) -> bool:
        """Whether `token` can be a person's name; without `surname` the first character may be any."""
        if "·" in token:
            return _DOTTED.fullmatch(token) is not None
        if _NAME.fullmatch(token) is None or token in self.words["not_names"]:
            return False
        if len(token) == 4 and surname:  # a compound surname, or the surnames of both parents
            return token[:2] in self.compound_surnames or (token[0] in self.surnames and token[1] in self.surnames)
        return not surname or token[0] in self.surnames or token[:2] in self.compound_surnames

    def is_body(self, token: str) -> bool:
        """Whether `token` names a body rather than a person (县文旅局)."""
        return len(token) > 3 and any(token.endswith(word) for word in self.words["bodies"])

    def is_medium(self, token: str) -> bool:
        """Whether `token` names a paper or a channel (德清晚报)."""
        return len(token) > 2 and token.endswith(tuple(self.words["media"]))


@lru_cache(maxsize=1)
def default_layout() -> Layout:
    """The layout lexicon that travels with the package, read once."""
    return Layout.load()


def _any(words: Iterable[str]) -> str:
    """An alternation of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))


def _dateline(agencies: frozenset[str], dispatches: frozenset[str]) -> re.Pattern[str]:
    """本报讯, 新华社杭州5月6日电, 德清融媒讯. Without a date or an agency a space or a bracket must follow."""
    agency, end = _any(agencies), _any(dispatches)
    return re.compile(
        f"(?:(?:(?:{agency})[{CJK}]{{0,8}}|[{CJK}]{{2,8}})\\d{{1,2}}月\\d{{1,2}}日(?:{end})"
        f"|(?:{agency})[{CJK}]{{0,6}}(?<!通)讯(?!息)|[{CJK}]{{2,14}}(?<![通简资音喜短])讯(?= ?[（(]| ))[ :：]*"
    )
