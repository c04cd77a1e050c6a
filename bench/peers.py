"""The peers: names of people, places and bodies as LAC alone and jieba.posseg find them in a text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from kg.language.tagger import LacTagger
from kg.language.view import split_sentences

__all__ = ["PEERS", "Name", "Namer"]

Name = tuple[str, str]
"""Type of our schema and surface form."""
Namer = Callable[[Sequence[str]], list[list[Name]]]
"""The names of each text, in order, repeats included."""

_LAC_TYPES = {
    "PER": "Person", "nr": "Person", "LOC": "Place", "ns": "Place",
    "ORG": "Organization", "nt": "Organization",
}  # fmt: skip
_JIEBA_TYPES = {"nr": "Person", "nrfg": "Person", "nrt": "Person", "ns": "Place", "nt": "Organization"}


def load_lac(cache: Path) -> Namer:
    """LAC 2.1.2, loaded, on the network that the package ships: its names as they come, nothing added.

    It sees the same sentences as kg, in batches of as many texts as kg gives it.
    """
    tagger = LacTagger.load(threads=1)
    tagger.tag(["村"])

    def find(texts: Sequence[str]) -> list[list[Name]]:
        found: list[list[Name]] = []
        for first in range(0, len(texts), 32):
            found += _lac_batch(tagger, texts[first : first + 32])
        return found

    return find


def _lac_batch(tagger: LacTagger, texts: Sequence[str]) -> list[list[Name]]:
    owners: list[int] = []
    pieces: list[str] = []
    for number, text in enumerate(texts):
        for start, end in split_sentences(text):
            owners.append(number)
            pieces.append(text[start:end])
    found: list[list[Name]] = [[] for _ in texts]
    for owner, piece, words in zip(owners, pieces, tagger.tag(pieces), strict=True):
        found[owner] += [(_LAC_TYPES[w.tag], piece[w.start : w.end]) for w in words if w.tag in _LAC_TYPES]
    return found


def load_jieba(cache: Path) -> Namer:
    """jieba.posseg, loaded; its dictionary's cache goes to `cache`. Raises ImportError when it is missing."""
    import logging

    import jieba
    import jieba.posseg

    jieba.setLogLevel(logging.WARNING)
    jieba.dt.tmp_dir = str(cache)
    jieba.posseg.lcut("村")

    def find(texts: Sequence[str]) -> list[list[Name]]:
        return [
            [
                (_JIEBA_TYPES[pair.flag], pair.word)
                for pair in jieba.posseg.cut(text)
                if pair.flag in _JIEBA_TYPES
            ]
            for text in texts
        ]

    return find


PEERS: dict[str, Callable[[Path], Namer]] = {"LAC": load_lac, "jieba": load_jieba}
