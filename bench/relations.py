#!/usr/bin/env python3
"""Measures the relation model alone on a part of the corpus, as kg reads it: F1 by predicate, how far its scores can be trusted.

    python bench/relations.py [--split test]

A pair is judged when its two ends were found and stand near enough; what the names model misses is no fault of this one. What a
whole run finds, rules and resolution included, is measured by `quality.py` and `kg eval`.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from kg.building import read_annotated
from kg.relations.engine import RuleEngine
from kg.relations.model import FILES, RelationModel
from kg.relations.pairs import ROLE
from kg.resources import model_path
from kg.schema import default_schema
from kg.train.corpus import read_corpus
from kg.train.relations import examples, figures, likeliest

BINS = (0.0, 0.3, 0.5, 0.7, 0.9, 1.0)


def main() -> int:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", default="test", choices=("train", "dev", "test"))
    given = parser.parse_args()
    model = RelationModel.load(RuleEngine.load().triggers)
    held = list(examples(model.reader, read_annotated(read_corpus(split=given.split)), default_schema()))
    print(f"{given.split}: {len(held)} articles with pairs\n\n{figures(model, held)}")
    seen: Counter[tuple[int, bool]] = Counter()
    for example in held:
        for name, answer, score in zip(example.predicates, example.answers, likeliest(model, example), strict=True):
            if name != ROLE and answer >= 0 and score >= 0.1:
                seen[sum(score >= low for low in BINS[1:-1]), bool(answer)] += 1
    print("\n| score | pairs | stated |\n|---|--:|--:|")
    for place, low in enumerate(BINS[:-1]):
        total = seen[place, True] + seen[place, False]
        print(f"| {max(low, 0.1):.2f}–{BINS[place + 1]:.2f} | {total} | {seen[place, True] / max(1, total):.3f} |")
    size = sum((model_path("relations") / name).stat().st_size for name in FILES)
    print(f"\nsize {size / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
