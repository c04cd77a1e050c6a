"""Word boundaries by a spacy-pkuseg model of our own (`models/segmenter`, made by `kg.train.segmenter`).

The features are those of spacy_pkuseg's `get_node_features_idx`, looked up from one table of character n-grams: most
of the names that it builds for each character name no feature, and this is several times as fast. The weights and the
best path are spacy_pkuseg's own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

from kg.errors import DataError
from kg.resources import model_path

__all__ = ["Segmenter"]

_WHITE = re.compile(r"(\s+)")
# Digits and full-width letters are one character each to the model. Their stand-ins are code points that no text has
# a use for; where one does occur, it is read as U+FFFD.
_NUMBER, _LETTER, _UNKNOWN = "\U0010fffe", "\U000ffffe", "\ufffd"
_LONGEST = 6  # characters of a word that is a feature (`wordMax` of pkuseg)

# By the name of a feature: where it belongs, counted from the first character of its n-gram.
_OFFSETS = {"c": 0, "c-1": 1, "c-2": 2, "c1": -1, "c2": -2, "c-1c": 1, "cc1": 0, "c-2c-1": 2, "w1": 0}

_Table = dict[str, tuple[tuple[int, int], ...]]


class Segmenter:
    """Cuts a text into words. `load` reads the model, 2 MB, in about 0.2 s."""

    def __init__(self, folder: Path) -> None:
        from spacy_pkuseg.feature_extractor import FeatureExtractor
        from spacy_pkuseg.inference import decodeViterbi_fast
        from spacy_pkuseg.model import Model

        self.folder = folder
        extractor = FeatureExtractor.load(str(folder))
        self._model: Any = Model.load(str(folder))
        self._best_path: Any = decodeViterbi_fast
        self._begins = [tag.startswith("B") for tag in sorted(extractor.tag_to_idx, key=extractor.tag_to_idx.get)]
        self._words = {word for word in extractor.unigram if 2 <= len(word) <= _LONGEST}
        self._grams, self._couples = _tables(extractor.feature_to_idx)
        # A longer n-gram can only follow where its head is known: the first three characters of the longer words.
        self._heads = {word[:3] for word in self._words if len(word) > 3}
        self._characters = str.maketrans(
            dict.fromkeys([_NUMBER, _LETTER], _UNKNOWN)
            | dict.fromkeys("-._,|/*:", "&")
            | dict.fromkeys(extractor.num - set("-._,|/*:"), _NUMBER)
            | dict.fromkeys(extractor.letter - set("-._,|/*:"), _LETTER)
        )

    @classmethod
    def load(cls, path: Path | None = None) -> Segmenter:
        """The segmenter in the folder `path`, by default `models/segmenter`. DataError when a file is missing."""
        folder = path if path is not None else model_path("segmenter")
        for name in ("features.msgpack", "weights.npz"):
            if not (folder / name).is_file():
                raise DataError(f"{name} is missing", where=folder, remedy="make it: python -m kg.train.segmenter")
        return cls(folder)

    def __reduce__(self) -> tuple[Any, ...]:
        return (Segmenter, (self.folder,))

    def cut(self, text: str) -> list[str]:
        """The words of `text`; put together they are `text` again. A run of white space is one word of its own."""
        words: list[str] = []
        for number, part in enumerate(_WHITE.split(text)):
            if number % 2:
                words.append(part)
            elif part:
                words.extend(self._cut(part))
        return words

    def _cut(self, text: str) -> list[str]:
        _, tags = self._best_path(self._features(text), self._model)
        begins = self._begins
        starts = [0, *(at for at, tag in enumerate(tags) if at and begins[tag]), len(text)]
        return [text[start:end] for start, end in pairwise(starts)]

    def _features(self, text: str) -> list[list[int]]:
        """The features of each character, by number; 0 is the one that every character has."""
        text = text.translate(self._characters)
        grams, words, heads = self._grams, self._words, self._heads
        size = len(text)
        # Two rows more on either side take what would fall outside of the text.
        rows: list[list[int]] = [[0] for _ in range(size + 4)]
        found: list[tuple[int, int]] = []
        for at in range(size):
            for offset, feature in grams.get(text[at], ()):
                rows[at + 2 + offset].append(feature)
            longest = min(_LONGEST, size - at)
            for length in range(2, longest + 1):
                gram = text[at : at + length]
                for offset, feature in grams.get(gram, ()):
                    rows[at + 2 + offset].append(feature)
                if gram in words:
                    found.append((at, at + length))
                if length == 3 and gram not in heads:
                    break
        self._add_couples(text, found, rows)
        return rows[2 : size + 2]

    def _add_couples(self, text: str, found: list[tuple[int, int]], rows: list[list[int]]) -> None:
        """The features of two known words that touch."""
        starting: defaultdict[int, list[int]] = defaultdict(list)
        for start, end in found:
            starting[start].append(end)
        for start, middle in found:
            for end in starting.get(middle, ()):
                for offset, feature in self._couples.get(f"{text[start:middle]}*{text[middle:end]}", ()):
                    rows[middle + 2 + offset].append(feature)


def _tables(features: dict[str, int]) -> tuple[_Table, _Table]:
    """Two tables of (offset, feature): by n-gram, and by `before*after` for two words that touch."""
    grams: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    couples: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for name, feature in features.items():
        kind, _, rest = name.partition(".")
        if kind == "ww":
            # ww.l belongs to the first character after the boundary, ww.r to the last one before it.
            side, _, pair = rest.partition(".")
            couples[pair].append((0 if side == "l" else -1, feature))
        elif kind == "w-1":
            grams[rest].append((len(rest) - 1, feature))
        elif kind != "$$":
            gram = rest.replace("**Num", _NUMBER).replace("**Letter", _LETTER).replace(".", "")
            grams[gram].append((_OFFSETS[kind], feature))
    return {gram: tuple(pairs) for gram, pairs in grams.items()}, {pair: tuple(rows) for pair, rows in couples.items()}
