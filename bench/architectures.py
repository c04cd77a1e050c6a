#!/usr/bin/env python3
"""Trains other models on the same train part as `models/names` and measures each on the dev part; one run, one table.

    python bench/architectures.py [--passes 4] [--copies 1] [--only gru,crf]

Needs the `train` extra, and python-crfsuite for the row “crf”. An hour with the defaults of `kg train names`; the fewer passes
of the default here show the order, not the last point.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from kg.knowledge.gazetteer import Gazetteer
from kg.language.reading import NameReader
from kg.train.corpus import read_corpus
from kg.train.names import LABELS, Example, Settings, Trainer, annotated_texts, examples, f1_line, span_counts, spans_of
from kg.train.swapping import NameLists, Swapper

ROWS: dict[str, tuple[str, Settings | None]] = {
    "cnn": ("dilated convolutions over LAC's states, characters, cues, and sums beside them (what ships)", Settings()),
    "no sums": ("the same without the sums beside the network", Settings(wide=False)),
    "no states": ("the same without LAC's states: characters, LAC's labels, cues", Settings(states=False)),
    "no cues": ("the same without the cues of the knowledge", Settings(cues=False)),
    "wide": ("256 channels in place of 128", Settings(channels=256)),
    "gru": ("a bidirectional GRU of 128 in place of the convolutions", Settings(encoder="gru", channels=256)),
    "crf": ("linear CRF (python-crfsuite): characters in a window, LAC's labels, cues", None),
}


def main() -> int:
    """Trains, measures, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passes", type=int, default=4)
    parser.add_argument("--copies", type=int, default=1)
    parser.add_argument("--only", default=",".join(ROWS), help="which rows")
    given = parser.parse_args()
    reader, chance = NameReader.open(), random.Random(1)
    texts, held = (list(annotated_texts(read_corpus(split=split))) for split in ("train", "dev"))
    swapper = Swapper(texts, NameLists.load(), Gazetteer.open())
    own = list(examples(reader, [*texts, *(swapper.swap(t, chance) for t in texts for _ in range(given.copies))]))
    dev = list(examples(reader, held))
    print(f"train {sum(len(t.text) for t in texts)} characters and {given.copies} copies, dev {sum(len(t.text) for t in held)}")
    print("| model | seconds | names of the dev part, exact spans; then F1 by type |\n|---|--:|---|")
    for name in given.only.split(","):
        words, settings = ROWS[name]
        began = time.perf_counter()
        if settings is None:
            if importlib.util.find_spec("pycrfsuite") is None:
                print("crf is left out: python-crfsuite is not installed", file=sys.stderr)
                continue
            line = _crf(own, dev, reader.cues.columns)
        else:
            characters = sorted({c for example in own for c in example.text if c not in "\r\n"})
            trainer = Trainer(replace(settings, passes=given.passes), characters, len(reader.cues.columns))
            trainer.fit(own, (), random.Random(2), lambda line: None)
            line = f1_line(trainer.score(dev))
        print(f"| {words} | {time.perf_counter() - began:.0f} | {line} |", flush=True)
    return 0


def _crf(own: Sequence[Example], dev: Sequence[Example], cues: Sequence[str]) -> str:
    import pycrfsuite

    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.set_params({"c1": 0.1, "c2": 0.02, "max_iterations": 80, "feature.minfreq": 2})
    for example in own:
        trainer.append(list(_features(example, cues)), [LABELS[label] for label in example.labels])
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "crf")
        trainer.train(path)
        tagger = pycrfsuite.Tagger()
        tagger.open(path)
        counts = span_counts((), ())
        for example in dev:
            found = [LABELS.index(label) for label in tagger.tag(list(_features(example, cues)))]
            counts += span_counts(spans_of(example.labels.tolist()), spans_of(found))
    return f1_line(counts)


def _features(example: Example, cues: Sequence[str]) -> Iterator[list[str]]:
    text, size = f"^^{example.text}$$", len(example.text)
    tags, held = example.tags.tolist(), [row.nonzero()[0].tolist() for row in example.cues]
    for at in range(size):
        here = at + 2
        row = [f"{d}{text[here + d]}" for d in (-2, -1, 0, 1, 2)]
        row += [f"{d}{text[here + d]}{text[here + d + 1]}" for d in (-2, -1, 0, 1)]
        row += [f"t{d}{tags[at + d]}" for d in (-2, -1, 0, 1, 2) if 0 <= at + d < size]
        row += [f"{d}{cues[cue]}" for d in (-1, 0, 1) if 0 <= at + d < size for cue in held[at + d]]
        yield row


if __name__ == "__main__":
    sys.exit(main())
