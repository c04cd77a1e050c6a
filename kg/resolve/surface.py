"""How names of one thing differ: marks, place chains, kind words, abbreviations."""

from __future__ import annotations

import unicodedata

__all__ = ["is_abbreviation", "plain", "strip_marks"]

_MARKS = frozenset("“”‘’\"'《》〈〉「」『』()（）·•・ \u3000")


def plain(name: str) -> str:
    """The name without quotation marks, brackets, dots and white space, in compatibility form: what two spellings share."""
    return "".join(c for c in unicodedata.normalize("NFKC", name) if c not in _MARKS and not c.isspace())


def strip_marks(name: str) -> str:
    """The name without a pair of quotation or title marks around it."""
    pairs = {"“": "”", "‘": "’", "《": "》", "「": "」", "『": "』"}
    while len(name) > 2 and pairs.get(name[0]) == name[-1] and name.find(name[-1]) == len(name) - 1:
        name = name[1:-1]
    return name


def is_abbreviation(short: str, full: str) -> bool:
    """Whether `short` takes characters of `full` in order, beginning with the same one (来凤中医医院, 来凤县中医医院).

    At most a third of the characters may be left out; a shorter abbreviation is for lexicons to know.
    """
    if not short or len(short) >= len(full) or short[0] != full[0] or (len(full) - len(short)) * 3 > len(full):
        return False
    rest = iter(full)
    return all(character in rest for character in short)
