"""Words and their tags by Baidu LAC 2.1.2, on onnxruntime (weights: `models/lac`, made by `kg.train.lac`).

LAC cuts a text by a small dictionary into characters and frequent words, looks those up in an embedding, and lets two
bidirectional GRU layers and a CRF say where words begin and what they are. What is here follows LAC's own Python
(`segment.py`, `reader.py`, `models.py`, Apache-2.0) to the letter where the result depends on it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import DataError
from kg.resources import model_path

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Ints = NDArray[np.intp]

__all__ = ["MAX_CHARACTERS", "LacTagger", "Reading", "TaggedWord", "cut_long"]

MAX_CHARACTERS = 500
"""A longer text is tagged in pieces: the network sees a whole piece at once, and time and memory grow with it."""

_BATCH_TOKENS = 4096  # padded tokens of one run of the network
_BATCH_ROWS = 32
_FEW_ROWS = 4  # a batch this small is not cut further, however much of it is padding
_FILLED = 0.8  # otherwise the shortest row has at least this share of the longest
_SENTENCE_ENDS = "。！？!?；;\n"
_PAUSES = "，,、：: \t\u3000"
_ALNUM = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


@dataclass(frozen=True, slots=True)
class TaggedWord:
    """One word: `text[start:end]` of the text that was tagged.

    `tag` is LAC's: n, v, a, d, m, q, r, p, c, u, xc, w, f, s, t, nr, ns, nt, nw, nz, vd, vn, ad, an, or one of its
    names PER, LOC, ORG, TIME; empty where the network says “no tag” (rare). `score` in 0..1 is the probability of the
    chosen label under the CRF (its marginal), averaged over the word's characters.
    """

    start: int
    end: int
    tag: str
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What the network made of one text: its words, and for each of LAC's tokens (a character or a frequent word) the
    length in characters, the label (a row of `models/lac/tags`), and the state of the last layer, [tokens, 256].
    """

    words: list[TaggedWord]
    lengths: list[int]
    labels: list[int]
    states: Floats


class LacTagger:
    """Cuts texts into tagged words. Loading reads nothing: dictionaries and network come with the first `tag`."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        self.folder = folder
        self.threads = threads
        self._input: _Input | None = None
        self._network: _Network | None = None

    @classmethod
    def load(cls, path: Path | None = None, *, threads: int = 1) -> LacTagger:
        """The tagger in the folder `path`, by default `models/lac`. Raises DataError when a file is missing."""
        folder = path if path is not None else model_path("lac")
        for name in ("model.onnx", "crf.npy", "tags", "word.dic", "small_seg.dic", "q2b.dic"):
            if not (folder / name).is_file():
                raise DataError(f"{name} is missing", where=folder, remedy="make it: python -m kg.train.lac")
        return cls(folder, threads=threads)

    def __reduce__(self) -> tuple[Any, ...]:
        # Another process gets the path and opens its own session: an onnxruntime session cannot be sent.
        return (_reload, (self.folder, self.threads))

    def tag(self, texts: Sequence[str]) -> list[list[TaggedWord]]:
        """The words of each text, in order. They cover the text without gap or overlap, white space included."""
        reader, network = self._opened()
        pieces = [_Piece(row, start, *reader.encode(part)) for row, text in enumerate(texts) for start, part in cut_long(text)]
        results: list[list[TaggedWord]] = [[] for _ in texts]
        labelled = network.run([piece.ids for piece in pieces], scored=True)
        for piece, (labels, scores, _) in zip(pieces, labelled, strict=True):
            _words(results[piece.row], piece, labels, scores, network.tags)
        return results

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """The words of each text with what lies behind them; the words have no score (1.0), which saves time.

        Raises ValueError for a text of more than MAX_CHARACTERS.
        """
        reader, network = self._opened()
        if any(len(text) > MAX_CHARACTERS for text in texts):
            raise ValueError(f"a text of more than {MAX_CHARACTERS} characters: cut it before")
        pieces = [_Piece(0, 0, *reader.encode(text)) for text in texts]
        readings = []
        for piece, (labels, scores, states) in zip(
            pieces, network.run([piece.ids for piece in pieces], scored=False), strict=True
        ):
            words: list[TaggedWord] = []
            _words(words, piece, labels, scores, network.tags)
            readings.append(Reading(words, piece.lengths, labels, states))
        return readings

    def _opened(self) -> tuple[_Input, _Network]:
        if self._input is None:
            self._input = _Input(self.folder)
        if self._network is None:
            self._network = _Network(self.folder, self.threads)
        return self._input, self._network


def _reload(folder: Path, threads: int) -> LacTagger:
    return LacTagger(folder, threads=threads)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of text `row` that starts at `start`: ids of its tokens, and the number of characters of each."""

    row: int
    start: int
    ids: list[int]
    lengths: list[int]


def cut_long(text: str) -> Iterator[tuple[int, str]]:
    """The text in pieces of at most MAX_CHARACTERS, each with its start: cut after a sentence, else a pause, else anywhere."""
    start = 0
    while len(text) - start > MAX_CHARACTERS:
        window = text[start : start + MAX_CHARACTERS]
        cut = max(map(window.rfind, _SENTENCE_ENDS)) + 1 or max(map(window.rfind, _PAUSES)) + 1 or MAX_CHARACTERS
        yield start, window[:cut]
        start += cut
    if start < len(text):
        yield start, text[start:]


def _words(
    out: list[TaggedWord], piece: _Piece, labels: list[int], scores: list[float], tags: list[tuple[str, bool]]
) -> None:
    """Appends the words of one piece: a word begins at a B label and takes the tag of its last token, as in LAC."""
    start = end = piece.start
    tag, total = "", 0.0
    for label, score, length in zip(labels, scores, piece.lengths, strict=True):
        name, begins = tags[label]
        if begins and end > start:
            out.append(TaggedWord(start, end, tag, total / (end - start)))
            start, total = end, 0.0
        tag = name
        end += length
        total += score * length
    if end > start:
        out.append(TaggedWord(start, end, tag, total / (end - start)))


class _Input:
    """From text to rows of the embedding, as LAC's segment.py and reader.py do it."""

    def __init__(self, folder: Path) -> None:
        words = (folder / "word.dic").read_bytes().decode().split("\n")[:-1]
        rows = dict(zip(words, range(len(words)), strict=True))
        self._oov = rows["OOV"]
        self._words = {word: row for word, row in rows.items() if len(word) > 1}
        self._characters = {word: row for word, row in rows.items() if len(word) == 1}
        replaced = (line.split("\t") for line in (folder / "q2b.dic").read_text(encoding="utf-8").split("\n"))
        self._characters |= {pair[0]: rows.get(pair[1], self._oov) for pair in replaced if len(pair) == 2}
        cells = (folder / "small_seg.dic").read_text(encoding="utf-8").split()
        # LAC scores a word by the log of its length in characters over the corpus' size, not by its count.
        size = math.log(sum(map(int, cells[1::2])))
        self._costs = (math.log(1) - size, math.log(2) - size, math.log(3) - size)
        self._triples = {word for word in cells[::2] if len(word) == 3}
        # Bit 1: a word; bit 2: the head of a word of three characters.
        self._pairs = dict.fromkeys((word[:2] for word in self._triples), 2)
        for word in cells[::2]:
            if len(word) == 2:
                self._pairs[word] = self._pairs.get(word, 0) | 1

    def encode(self, text: str) -> tuple[list[int], list[int]]:
        """The ids of the tokens of `text`, and the length of each in characters."""
        ids: list[int] = []
        lengths: list[int] = []
        steps = self._cut(text)
        characters, words, oov = self._characters, self._words, self._oov
        at, size = 0, len(text)
        while at < size:
            step = steps[at]
            if step == 1:
                if text[at] not in _ALNUM:
                    ids.append(characters.get(text[at], oov))
                    lengths.append(1)
                    at += 1
                    continue
                end = at + 1
                while end < size and steps[end] == 1 and text[end] in _ALNUM:
                    end += 1
                step = end - at
            row = words.get(text[at : at + step])
            if row is not None:
                ids.append(row)
                lengths.append(step)
            else:
                ids.extend([characters.get(character, oov) for character in text[at : at + step]])
                lengths.extend([1] * step)
            at += step
        return ids, lengths

    def _cut(self, text: str) -> list[int]:
        """The length of the token that would start at each character, on the cheapest way to the end of the text.

        The sums run in LAC's order, for near-ties are settled by their rounding; of equals, the longer token wins.
        """
        one, two, three = self._costs
        pairs, triples = self._pairs, self._triples
        steps = [1] * len(text)
        after1 = after2 = after3 = 0.0
        for at in range(len(text) - 1, -1, -1):
            best = one + after1
            kind = pairs.get(text[at : at + 2])
            if kind is not None:
                if kind & 1 and two + after2 >= best:
                    best = two + after2
                    steps[at] = 2
                if kind & 2 and three + after3 >= best and text[at : at + 3] in triples:
                    best = three + after3
                    steps[at] = 3
            after1, after2, after3 = best, after1, after2
        return steps


class _Network:
    """The onnxruntime session and the CRF: from ids to labels."""

    def __init__(self, folder: Path, threads: int) -> None:
        import numpy as np
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.enable_mem_pattern = False  # batches differ in shape; a plan for one is of no use to the next
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        crf = np.load(folder / "crf.npy", allow_pickle=False)
        self._start, self._end, self._moves = crf[0], crf[1], np.ascontiguousarray(crf[2:])
        self._odds = np.exp(self._moves)
        names = (folder / "tags").read_text(encoding="utf-8").split()
        self.tags = [(name[:-2], name.endswith("-B")) for name in names]

    def run(self, sequences: Sequence[list[int]], *, scored: bool) -> list[tuple[list[int], list[float], Floats]]:
        """The label of each token of each sequence, its probability (1.0 unless `scored`), and its state."""
        import numpy as np

        results: list[tuple[list[int], list[float], Floats]] = [([], [], np.zeros((0, 256), "f4"))] * len(sequences)
        order = sorted(range(len(sequences)), key=lambda row: (-len(sequences[row]), row))
        at = 0
        while at < len(order):
            longest = len(sequences[order[at]])
            end = at + max(1, min(_BATCH_ROWS, _BATCH_TOKENS // longest))
            while end > at + _FEW_ROWS and len(sequences[order[min(end, len(order)) - 1]]) < _FILLED * longest:
                end -= 1
            rows = order[at:end]
            at += len(rows)
            lengths = np.array([len(sequences[row]) for row in rows], np.int32)
            ids = np.zeros((longest, len(rows)), np.int32)
            for column, row in enumerate(rows):
                ids[: lengths[column], column] = sequences[row]
            emit, states = self._session.run(["emit", "states"], {"ids": ids, "lens": lengths})
            labels = self._decode(emit, lengths)
            scores = self._marginals(emit, lengths, labels) if scored else np.ones(labels.shape)
            for column, row in enumerate(rows):
                size = lengths[column]
                results[row] = (labels[:size, column].tolist(), scores[:size, column].tolist(), states[:size, column])
        return results

    def _decode(self, emit: Floats, lengths: NDArray[np.int32]) -> Ints:
        """The best path of each column of `emit` [time, batch, label]; columns go from the longest to the shortest."""
        import numpy as np

        steps, columns, size = emit.shape
        active = _active(steps, lengths)
        best = np.empty_like(emit)
        best[0] = emit[0] + self._start
        sums = np.empty((size, columns, size), emit.dtype)
        for step in range(1, steps):
            live = active[step]
            # [from, column, to]: the maximum over the first axis runs along contiguous memory.
            part = sums[:, :live]
            np.add(best[step - 1, :live].T[:, :, None], self._moves[:, None, :], out=part)
            np.add(part.max(axis=0), emit[step, :live], out=best[step, :live])
        labels = np.zeros((steps, columns), np.intp)
        last = lengths - 1
        current = (best[last, np.arange(columns)] + self._end).argmax(axis=1)
        labels[last, np.arange(columns)] = current
        into = np.ascontiguousarray(self._moves.T)
        for step in range(steps - 2, -1, -1):
            live = active[step + 1]
            # No back-pointers are kept: only the 49 ways into the label that was chosen are weighed again.
            labels[step, :live] = (best[step, :live] + into[labels[step + 1, :live]]).argmax(axis=1)
        return labels

    def _marginals(self, emit: Floats, lengths: NDArray[np.int32], labels: Ints) -> Floats:
        """The probability, under the CRF, of each label chosen: forward and backward sums, scaled at each step."""
        import numpy as np

        steps, columns, _ = emit.shape
        active = _active(steps, lengths)
        odds = np.exp(emit - emit.max(axis=2, keepdims=True))
        forward = np.zeros_like(odds)
        forward[0] = odds[0] * np.exp(self._start)
        for step in range(1, steps):
            live = active[step]
            row = (forward[step - 1, :live] @ self._odds) * odds[step, :live]
            forward[step, :live] = row / row.sum(axis=1, keepdims=True)
        back = np.empty((columns, odds.shape[2]), odds.dtype)
        back[:] = np.exp(self._end)
        chosen = np.zeros((steps, columns), odds.dtype)
        for step in range(steps - 1, -1, -1):
            live = active[step]
            both = forward[step, :live] * back[:live]
            chosen[step, :live] = both[np.arange(live), labels[step, :live]] / both.sum(axis=1)
            # Columns that end later than this step all come before those that end here, whose `back` is still new.
            row = (odds[step, :live] * back[:live]) @ self._odds.T
            back[:live] = row / row.sum(axis=1, keepdims=True)
        return chosen


def _active(steps: int, lengths: NDArray[np.int32]) -> list[int]:
    """How many columns reach each step, for lengths that go from the longest to the shortest."""
    import numpy as np

    counts: list[int] = np.count_nonzero(lengths[None, :] > np.arange(steps)[:, None], axis=1).tolist()
    return counts
