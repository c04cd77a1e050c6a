"""Makes `models/segmenter`: a spacy-pkuseg model, trained on texts with word boundaries.

    python -m kg.train.segmenter CORPUS... --out models/segmenter
    python -m kg.train.segmenter CORPUS... --held-out CORPUS      (train apart, and print the figures beside jieba's)

A corpus is a CoNLL-U file (`*.conllu`), or plain text with a sentence a line and a space between words, where lines
that start with # are not read. The same corpora give the same bytes on the same machine: the seeds are fixed.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kg.errors import InputError
from kg.language.segmenter import Segmenter
from kg.resources import model_path

__all__ = ["main", "measure", "read_corpus", "score", "train"]

ITERATIONS = 20
SEED = 20
WEAK = 0.02
"""A feature whose five weights are all smaller is left out: a tenth of them, without a loss on the held-out part."""

Sentence = list[str]


def read_corpus(path: Path) -> list[Sentence]:
    """The sentences of one corpus, as lists of words. Raises InputError when the file has none."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", where=path, remedy="pass a UTF-8 file") from error
    if path.suffix == ".conllu":
        sentences = list(_conllu(lines))
    else:
        sentences = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    if not sentences:
        raise InputError("holds no sentence", where=path, remedy="one sentence a line, a space between words")
    return sentences


def _conllu(lines: Sequence[str]) -> Iterator[Sentence]:
    words: Sentence = []
    for line in lines:
        cells = line.split("\t")
        if cells[0].isdigit():  # not a range of words (1-2), and not an empty node (1.1)
            words.append(cells[1])
        elif not line and words:
            yield words
            words = []
    if words:
        yield words


def train(sentences: Sequence[Sentence], out: Path, *, iterations: int = ITERATIONS) -> None:
    """Trains on `sentences` and writes `features.msgpack` and `weights.npz` into the folder `out`."""
    import spacy_pkuseg

    state = random.getstate()
    with tempfile.TemporaryDirectory() as name, contextlib.redirect_stdout(io.StringIO()):
        corpus, sample, raw = Path(name) / "train.txt", Path(name) / "sample.txt", Path(name) / "model"
        corpus.write_text(_lines(sentences), encoding="utf-8")
        # pkuseg decodes a test file after each round, only to report on it.
        sample.write_text(_lines(sentences[:1]), encoding="utf-8")
        random.seed(SEED)  # the order of the sentences in each round; nothing else is random
        try:
            spacy_pkuseg.train(str(corpus), str(sample), str(raw), train_iter=iterations)
        finally:
            random.setstate(state)
        _shrink(raw, out)


def _lines(sentences: Sequence[Sentence]) -> str:
    return "".join(" ".join(words) + "\n" for words in sentences)


def _shrink(raw: Path, out: Path) -> None:
    """Writes the model in `raw` without its weak features, with weights of half precision in a file of doubles."""
    import srsly  # type: ignore[import-untyped]  # ships no types

    data: dict[str, Any] = srsly.read_msgpack(raw / "features.msgpack")
    with np.load(raw / "weights.npz") as stored:
        tags, size, weights = int(stored["sizes"][0]), int(stored["sizes"][1]), stored["w"]
    rows = weights[: tags * size].reshape(size, tags)
    kept = np.flatnonzero(np.abs(rows).max(axis=1) >= WEAK)
    kept = np.union1d([0], kept)  # number 0 is the feature of every character, and pkuseg takes it to be there
    names = sorted(data["feature_to_idx"], key=data["feature_to_idx"].__getitem__)
    data["feature_to_idx"] = {names[row]: number for number, row in enumerate(kept.tolist())}
    data["bigram"] = []  # asked for in training alone
    weights = np.concatenate([rows[kept].reshape(-1), weights[tags * size :]]).astype("f2").astype("f8")
    out.mkdir(parents=True, exist_ok=True)
    srsly.write_msgpack(out / "features.msgpack", data)
    np.savez_compressed(out / "weights.npz", sizes=np.array([tags, len(kept)]), w=weights)


def score(cut: Callable[[str], list[str]], sentences: Sequence[Sentence]) -> tuple[float, float]:
    """F1 of the words that `cut` finds in the joined sentences, and its speed in characters a second."""
    texts = ["".join(words) for words in sentences]
    started = time.perf_counter()
    found = [cut(text) for text in texts]
    seconds = time.perf_counter() - started
    both = sum(len(_spans(gold) & _spans(ours)) for gold, ours in zip(sentences, found, strict=True))
    words = sum(map(len, sentences)) + sum(map(len, found))
    return 2 * both / words, sum(map(len, texts)) / seconds


def _spans(words: Sentence) -> set[tuple[int, int]]:
    ends = np.cumsum([len(word) for word in words]).tolist()
    return set(zip([0, *ends], ends, strict=False))


def measure(corpora: Sequence[Path], held_out: Path) -> dict[str, tuple[float, float]]:
    """(F1, characters a second) on `held_out`: of a model trained on `corpora`, and of jieba where it is installed."""
    gold = read_corpus(held_out)
    with tempfile.TemporaryDirectory() as name:
        train([words for path in corpora for words in read_corpus(path)], Path(name))
        results = {"ours": score(Segmenter.load(Path(name)).cut, gold)}
    try:
        import jieba
    except ImportError:
        return results
    jieba.setLogLevel("ERROR")
    jieba.initialize()
    results["jieba"] = score(jieba.lcut, gold)
    return results


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m kg.train.segmenter", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("corpora", type=Path, nargs="+", metavar="CORPUS")
    parser.add_argument("--out", type=Path, help="the folder to write; default: the models/segmenter in use")
    parser.add_argument("--held-out", type=Path, metavar="CORPUS", help="measure on this corpus; nothing is written")
    options = parser.parse_args(arguments)
    if options.held_out is None:
        sentences = [words for path in options.corpora for words in read_corpus(path)]
        train(sentences, options.out if options.out is not None else model_path("segmenter"))
        return
    for name, (f1, speed) in measure(options.corpora, options.held_out).items():
        print(f"{name}: F1 {f1:.4f}, {speed:,.0f} characters a second")


if __name__ == "__main__":
    main()
