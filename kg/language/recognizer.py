"""The names model: from what the tagger saw and what knowledge says of each character to names and roles (`models/names`).

Dilated convolutions over characters (Strubell et al. 2017) read the state of LAC's last layer, the character, LAC's label,
and the cues of `kg.language.cues`; a CRF (Lafferty et al. 2001) over B/I labels decodes. So the tagger, the knowledge and what
was learned from the corpus have one vote together, and each name comes with its probability under the CRF.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import DataError
from kg.language.tagger import Reading
from kg.resources import model_path

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Bytes = NDArray[np.uint8]

__all__ = ["FILES", "PAIRS", "POSITIONS", "UNKNOWN", "Found", "Recognizer", "pair_rows", "tags_and_states"]

FILES = ("model.onnx", "crf.npz", "labels", "characters", "cues")
POSITIONS = 4
"""A character's place in its LAC token counts up to so many: the tag of a character is label * POSITIONS + place."""

PAIRS = 12_288
"""The rows of the table of two characters in a row; a pair has the row of its hash, so that some share one."""

UNKNOWN = 1
"""The row of a character that the model has not seen; row 0 is padding."""

_BATCH_CHARACTERS = 4096  # padded characters of one run of the network
_BATCH_ROWS = 64
_FILLED = 0.75  # the shortest row of a batch has at least this share of the longest, once it has a few
_FEW_ROWS = 6


@dataclass(frozen=True, slots=True)
class Found:
    """`text[start:end]` is a name of `type` (or a ``Role``); `score` is its calibrated probability, 0 to 1."""

    start: int
    end: int
    type: str
    score: float


class Recognizer:
    """Finds names and roles in texts that the tagger has read. Loading reads nothing: the files come with the first call."""

    def __init__(self, folder: Path, cues: Sequence[str], *, threads: int = 1) -> None:
        self.folder = folder
        self.threads = threads
        self._cues = tuple(cues)
        self._network: _Network | None = None

    @classmethod
    def load(cls, cues: Sequence[str], path: Path | None = None, *, threads: int = 1) -> Recognizer:
        """The model in the folder `path`, by default `models/names`; `cues` are the columns that it will be given.

        Raises DataError when a file is missing or the model was trained with other cues.
        """
        folder = path if path is not None else model_path("names")
        remedy = "make it: kg train names"
        for name in FILES:
            if not (folder / name).is_file():
                raise DataError(f"{name} is missing", where=folder, remedy=remedy)
        known = (folder / "cues").read_text(encoding="utf-8").splitlines()
        if known != list(cues):
            other = sorted(set(known) ^ set(cues)) or ["their order"]
            raise DataError(f"the model was trained with other cues: {', '.join(other[:4])}", where=folder, remedy=remedy)
        return cls(folder, cues, threads=threads)

    def __reduce__(self) -> tuple[Any, ...]:
        # Another process gets the path and opens its own session: an onnxruntime session cannot be sent.
        return (_reload, (self.folder, self._cues, self.threads))

    def find(self, texts: Sequence[str], readings: Sequence[Reading], cues: Sequence[Bytes]) -> list[list[Found]]:
        """The names and roles of each text, in order, without overlap.

        `readings` is what `LacTagger.read` made of the texts, `cues` the rows of their characters, [characters, columns].
        """
        if self._network is None:
            self._network = _Network(self.folder, self.threads)
        network = self._network
        found: list[list[Found]] = [[] for _ in texts]
        for rows in _batches([len(text) for text in texts]):
            batch = network.run([texts[r] for r in rows], [readings[r] for r in rows], [cues[r] for r in rows])
            for row, spans in zip(rows, batch, strict=True):
                found[row] = spans
        return found


def _reload(folder: Path, cues: Sequence[str], threads: int) -> Recognizer:
    return Recognizer(folder, cues, threads=threads)


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """The rows that are run together: from the longest to the shortest, those of nearly the same length."""
    order = sorted((row for row, length in enumerate(lengths) if length), key=lambda row: (-lengths[row], row))
    at = 0
    while at < len(order):
        longest = lengths[order[at]]
        end = min(len(order), at + max(1, min(_BATCH_ROWS, _BATCH_CHARACTERS // longest)))
        while end > at + _FEW_ROWS and lengths[order[end - 1]] < _FILLED * longest:
            end -= 1
        yield order[at:end]
        at = end


class _Network:
    """The onnxruntime session and the CRF."""

    def __init__(self, folder: Path, threads: int) -> None:
        import numpy as np
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_mem_pattern = False  # batches differ in shape; a plan for one is of no use to the next
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        with np.load(folder / "crf.npz", allow_pickle=False) as crf:
            self._start, self._end, self._moves = crf["start"], crf["end"], crf["moves"]
            self._calibration: tuple[float, float] = tuple(crf["calibration"].tolist())
        self._odds, self._odds_end = np.exp(self._moves), np.exp(self._end)
        self._into = np.ascontiguousarray(self._moves.T)
        labels = (folder / "labels").read_text(encoding="utf-8").splitlines()
        self.types = [label[2:] for label in labels]
        self._begins = [label.startswith("B-") for label in labels]
        inside = {label[2:]: number for number, label in enumerate(labels) if label.startswith("I-")}
        self._inside = np.array([inside.get(name, 0) for name in self.types], np.intp)
        characters = (folder / "characters").read_text(encoding="utf-8").split("\n")[:-1]
        self._rows = {ord(c): row for row, c in enumerate(characters, start=UNKNOWN + 1)}

    def run(self, texts: Sequence[str], readings: Sequence[Reading], cues: Sequence[Bytes]) -> list[list[Found]]:
        """The names of texts that go from the longest to the shortest."""
        import numpy as np

        lengths = np.array([len(text) for text in texts], np.int32)
        steps, columns = int(lengths[0]), len(texts)
        characters = np.zeros((steps, columns), np.int32)
        tags = np.zeros((steps, columns), np.int32)
        states = np.zeros((steps, columns, 256), np.float32)
        known = np.zeros((steps, columns, cues[0].shape[1]), np.uint8)
        live = (np.arange(steps) < lengths[:, None]).astype(np.float32)[:, None, :]
        rows = self._rows
        for column, (text, reading, cue) in enumerate(zip(texts, readings, cues, strict=True)):
            size = len(text)
            characters[:size, column] = [rows.get(ord(c), UNKNOWN) for c in text]
            tags[:size, column], states[:size, column] = tags_and_states(reading)
            known[:size, column] = cue
        emit = self._session.run(
            ["emit"],
            {"characters": characters, "pairs": pair_rows(characters), "tags": tags, "states": states, "cues": known, "live": live},
        )[0]
        active = np.count_nonzero(lengths[None, :] > np.arange(steps)[:, None], axis=1).tolist()
        labels = self._decode(emit, lengths, active)
        here, follows, goes_on = (a.T.tolist() for a in self._chances(emit, labels, active))
        paths = labels.T.tolist()
        return [
            list(self._spans(paths[column][:size], here[column], follows[column], goes_on[column]))
            for column, size in enumerate(lengths.tolist())
        ]

    def _decode(self, emit: Floats, lengths: NDArray[np.int32], active: Sequence[int]) -> NDArray[np.intp]:
        """The best path of each column of `emit` [time, batch, label] (Viterbi 1967)."""
        import numpy as np

        steps, columns, _ = emit.shape
        best = np.empty_like(emit)
        best[0] = emit[0] + self._start
        for step in range(1, steps):
            live = active[step]
            best[step, :live] = (best[step - 1, :live, None, :] + self._into).max(axis=2) + emit[step, :live]
        labels = np.zeros((steps, columns), np.intp)
        last = lengths - 1
        labels[last, np.arange(columns)] = (best[last, np.arange(columns)] + self._end).argmax(axis=1)
        for step in range(steps - 2, -1, -1):
            live = active[step + 1]
            labels[step, :live] = (best[step, :live] + self._into[labels[step + 1, :live]]).argmax(axis=1)
        return labels

    def _chances(
        self, emit: Floats, labels: NDArray[np.intp], active: Sequence[int]
    ) -> tuple[Floats, Floats, Floats]:
        """Under the CRF, the probability of each label on the best path; of it, given the label before and all that follows;
        and of the name before going on here, given the same. Forward and backward sums, scaled at each step.
        """
        import numpy as np

        steps = len(emit)
        odds = np.exp(emit - emit.max(axis=2, keepdims=True))
        back = np.empty_like(odds)
        back[:] = self._odds_end
        for step in range(steps - 2, -1, -1):
            live = active[step + 1]
            row = (odds[step + 1, :live] * back[step + 1, :live]) @ self._odds.T
            back[step, :live] = row / row.max(axis=1, keepdims=True)
        forward = odds * np.exp(self._start)
        for step in range(1, steps):
            live = active[step]
            row = (forward[step - 1, :live] @ self._odds) * odds[step, :live]
            forward[step, :live] = row / row.max(axis=1, keepdims=True)
        both = forward * back
        chosen = labels[:, :, None]
        here = np.take_along_axis(both, chosen, 2)[:, :, 0] / both.sum(axis=2)
        ways = self._odds[labels[:-1]] * (odds * back)[1:]
        total = ways.sum(axis=2)
        follows, goes_on = np.ones_like(here), np.zeros_like(here)
        follows[1:] = np.take_along_axis(ways, chosen[1:], 2)[:, :, 0] / total
        goes_on[1:] = np.take_along_axis(ways, self._inside[labels[:-1]][:, :, None], 2)[:, :, 0] / total
        return here, follows, goes_on

    def _spans(
        self, labels: Sequence[int], here: Sequence[float], follows: Sequence[float], goes_on: Sequence[float]
    ) -> Iterator[Found]:
        """The names on the best path of one text, each with the probability of just this name."""
        types, begins = self.types, self._begins
        at, size = 0, len(labels)
        while at < size:
            name = types[labels[at]]
            if not name:
                at += 1
                continue
            chance, end = here[at], at + 1
            while end < size and types[labels[end]] == name and not begins[labels[end]]:
                chance *= follows[end]
                end += 1
            if end < size:
                chance *= 1.0 - goes_on[end]
            yield Found(at, end, name, self._calibrated(chance))
            at = end

    def _calibrated(self, chance: float) -> float:
        """Platt scaling (1999) of the log-odds, with the two figures that training measured on the dev part."""
        slope, shift = self._calibration
        chance = min(max(chance, 1e-6), 1.0 - 1e-6)
        score = 1.0 / (1.0 + math.exp(-(slope * math.log(chance / (1.0 - chance)) + shift)))
        return round(min(max(score, 0.001), 0.999), 3)


def pair_rows(characters: NDArray[np.int32]) -> NDArray[np.int32]:
    """Of each character, [time, batch]: the row of it and the one behind it."""
    import numpy as np

    here = characters.astype(np.int64)
    behind = np.zeros_like(here)
    behind[:-1] = here[1:]
    rows: NDArray[np.int32] = ((here * 7919 + behind * 104_729) % PAIRS).astype(np.int32)
    return rows


def tags_and_states(reading: Reading) -> tuple[NDArray[np.intp], Floats]:
    """Of each character: its tag (LAC's label of its token, and its place in the token, see `POSITIONS`), and the token's state,
    [characters, 256].
    """
    import numpy as np

    lengths = np.asarray(reading.lengths, np.intp)
    token = np.repeat(np.arange(len(lengths)), lengths)
    place = np.arange(len(token)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    tags: NDArray[np.intp] = np.asarray(reading.labels, np.intp)[token] * POSITIONS + np.minimum(place, POSITIONS - 1)
    return tags, reading.states[token]
