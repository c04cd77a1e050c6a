#!/usr/bin/env python3
"""Measures the names model alone on a part of the corpus: exact spans by type, how far its scores can be trusted, how often a
pattern of programs is right where the model finds nothing, size, speed.

    python bench/names.py [--split test]

What kg makes of the names (nodes, edges) is measured by quality.py; other texts than ours by public_ner.py.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from kg.language.names import NAMED
from kg.language.reading import NameReader, find_in
from kg.language.recognizer import FILES, Recognizer
from kg.resources import model_path
from kg.train.corpus import read_corpus
from kg.train.names import annotated_texts, f1_line, span_counts

BINS = (0.0, 0.3, 0.5, 0.7, 0.9, 0.95, 1.0)
CHARACTERS = 200_000  # at least so many are read by the clock


def main() -> int:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", default="test", choices=("train", "dev", "test"))
    given = parser.parse_args()
    reader = NameReader.open()
    recognizer = Recognizer.load(reader.cues.columns)
    texts = list(annotated_texts(read_corpus(split=given.split)))
    counts: Counter[tuple[str, str]] = Counter()
    seen: Counter[tuple[int, bool]] = Counter()
    patterns: Counter[tuple[str, bool]] = Counter()
    read_texts = reader.read([t.text for t in texts])
    for one, read_text, found in zip(texts, read_texts, find_in(recognizer, read_texts), strict=True):
        gold = set(one.spans)
        programs = [span for span in one.spans if span[2] == "Program"]
        for start, end, voice in read_text.programs:
            if not any(f.start < end and start < f.end for f in found if f.type != "Role" and f.score >= NAMED):
                patterns[voice, any(s < end and start < e for s, e, _ in programs)] += 1
        counts += span_counts(gold, [(f.start, f.end, f.type) for f in found])
        for f in found:
            place = sum(f.score >= low for low in BINS[1:-1])
            seen[place, (f.start, f.end, f.type) in gold] += 1
    print(f"{given.split}: {len(texts)} texts, {sum(len(t.text) for t in texts)} characters")
    print(f1_line(counts))
    print("\n| score | names and roles | right |\n|---|--:|--:|")
    for place, low in enumerate(BINS[:-1]):
        total = seen[place, True] + seen[place, False]
        print(f"| {low:.2f}–{BINS[place + 1]:.2f} | {total} | {seen[place, True] / max(1, total):.3f} |")
    print("\n| pattern, where the model finds no name | proposals | at a program |\n|---|--:|--:|")
    for voice in sorted({voice for voice, _ in patterns}):
        total = patterns[voice, True] + patterns[voice, False]
        print(f"| {voice} | {total} | {patterns[voice, True]} |")
    size = sum((model_path("names") / name).stat().st_size for name in FILES)
    sample = [t.text for t in texts]
    while sum(map(len, sample)) < CHARACTERS:
        sample += sample
    read = [one for first in range(0, len(sample), 64) for one in reader.read(sample[first : first + 64])]
    began = time.perf_counter()
    for first in range(0, len(read), 64):
        find_in(recognizer, read[first : first + 64])
    seconds = time.perf_counter() - began
    print(f"\nsize {size / 1e6:.2f} MB; {sum(map(len, sample)) / seconds:,.0f} characters a second, the model alone, one thread")
    return 0


if __name__ == "__main__":
    sys.exit(main())
