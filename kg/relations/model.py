"""The relation model on NumPy: how likely each pair of names of an article is joined by each predicate.

Dilated convolutions over the tokens (Yu & Koltun 2016); of a pair: both tokens, the maximum of what stands between them
(Zeng et al. 2015), how far apart they are, and what the rules found. `kg.train.relations` trains it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import DataError
from kg.relations.pairs import ROLE, PairReader, Pairs
from kg.resources import model_path
from kg.schema import default_schema

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

__all__ = ["COUNTS", "DISTANCES", "FILES", "SENTENCES", "TURNED", "RelationModel", "distance_row"]

FILES = ("weights.npz", "characters", "tags", "labels")
TURNED = " turned"
"""Ends the name of a label whose source is the later one of the two."""
DISTANCES = 15
SENTENCES = 10
COUNTS = 6  # names between the two: none, one, … five or more


class RelationModel:
    """Keeps no state between articles."""

    def __init__(self, reader: PairReader, weights: dict[str, Any]) -> None:
        self.reader = reader
        self._weights = weights

    @classmethod
    def load(cls, triggers: Mapping[str, Iterable[str]], folder: Path | None = None) -> RelationModel:
        """The model in `folder`, by default the project's own; `triggers` are the words of the rules with their predicates.

        Raises DataError when a file is missing or damaged, or the model knows predicates that the schema lacks.
        """
        import numpy as np

        folder = folder or model_path("relations")
        remedy = "make it again: kg train relations"
        schema = default_schema()
        try:
            characters, tags, names = ((folder / name).read_text(encoding="utf-8").split("\n")[:-1] for name in FILES[1:])
            with np.load(folder / FILES[0], allow_pickle=False) as file:
                weights = {name: file[name].astype(np.float32) for name in file.files}
        except FileNotFoundError as error:
            raise DataError(f"{error.filename} is missing", where=folder, remedy=remedy) from error
        except (OSError, ValueError) as error:
            raise DataError(f"the relation model cannot be read: {error}", where=folder, remedy=remedy) from error
        labels = [(name.removesuffix(TURNED), name.endswith(TURNED)) for name in names]
        strange = next((name for name, _ in labels if name != ROLE and name not in schema.predicates), None)
        if strange is not None:
            raise DataError(f"the schema has no predicate “{strange}”", where=folder / "labels", remedy=remedy)
        return cls(PairReader(characters, tags, labels, triggers, schema), weights)

    def scores(self, pairs: Pairs) -> Floats:
        """[pairs, labels]: the probability that a pair is what the label says; 0 where the schema does not allow it."""
        import numpy as np

        if not pairs.ends:
            return np.zeros(pairs.allowed.shape, np.float32)
        w = self._weights
        rows = self._encode(pairs)
        one, other = pairs.first, pairs.second
        hidden = (rows @ w["one"])[one] + (rows @ w["two"])[other] + _between(rows, one, other) @ w["middle"]
        hidden += w["distance"][distance_row(other - one)] + w["sentence"][np.minimum(pairs.sentences, SENTENCES - 1)]
        many = np.minimum(pairs.between, COUNTS - 1)
        hidden += w["same"][many[:, 0]] + w["others"][many[:, 1]] + pairs.rules @ w["rules"] + w["bias"]
        odds = np.maximum(hidden, 0) @ w["out"] + w["out bias"] + pairs.rules @ w["known"]
        odds = odds * w["slope"] + w["shift"]
        scores: Floats = np.where(pairs.allowed, 1.0 / (1.0 + np.exp(-odds)), 0.0).astype(np.float32)
        return scores

    def _encode(self, pairs: Pairs) -> Floats:
        """[tokens, width]"""
        import numpy as np

        w, characters = self._weights, pairs.characters
        count = np.maximum(np.count_nonzero(characters, axis=1), 1)
        last = characters[np.arange(len(characters)), count - 1]
        bag = w["bag"][characters].sum(axis=1) / count[:, None].astype(np.float32)
        rows: Floats = np.tanh(
            w["first"][characters[:, 0]] + w["last"][last] + bag + w["kind"][pairs.kinds] + w["tag"][pairs.tags]
            + pairs.triggers @ w["trigger"]
        )
        size = len(rows)
        for layer, weight in enumerate(w["convolutions"]):  # [3 × width, width]
            reach = 2**layer
            wide = np.zeros((size + 2 * reach, rows.shape[1]), np.float32)
            wide[reach : reach + size] = rows
            seen = np.concatenate((wide[:size], rows, wide[2 * reach :]), axis=1)
            rows = rows + np.maximum(seen @ weight + w["convolution bias"][layer], 0)
        return rows


def distance_row(tokens: NDArray[np.int32]) -> NDArray[np.intp]:
    """The row of a distance: finer for near ones."""
    import numpy as np

    rows: NDArray[np.intp] = np.minimum(np.floor(np.log2(tokens.astype(np.float32)) * 1.6), DISTANCES - 1).astype(np.intp)
    return rows


def _between(rows: Floats, one: NDArray[np.int32], other: NDArray[np.int32]) -> Floats:
    """The maximum of the rows that stand between the two of each pair; 0 where nothing does.

    A table of the maxima of 1, 2, 4… rows from each on; two of them cover any stretch (Bender & Farach-Colton 2000).
    """
    import numpy as np

    length = other - one - 1
    power = np.floor(np.log2(np.maximum(length, 1).astype(np.float32))).astype(np.intp)
    levels = [rows]
    for level in range(int(power.max(initial=0))):
        step = 2**level
        table = levels[-1].copy()
        np.maximum(table[:-step], levels[-1][step:], out=table[:-step])
        levels.append(table)
    table = np.stack(levels)
    start = np.minimum(one + 1, len(rows) - 1)
    found: Floats = np.maximum(table[power, start], table[power, np.maximum(other - 2**power, 0)])
    found[length == 0] = 0.0
    return found
