#!/usr/bin/env python3
"""Measures names on the four public test sets beside LAC, jieba.posseg and THULAC; one scorer, one run, one table.

    python bench/public_ner.py [--sentences N] [--sets msra,weibo]

Exact spans of people, places and bodies. The sets lie in ../shared/bench/ner and are for measuring only; where they are
absent the command says so. Their guidelines differ from ours and from LAC's: bench/README.md says how to read this.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from peers import SPANNERS, Span, installed

from kg.language.names import name_finder

SETS = Path(__file__).resolve().parent.parent.parent / "shared" / "bench" / "ner"
TYPES = ("Person", "Place", "Organization")
Sentence = tuple[str, frozenset[Span]]
"""A text and its gold spans."""

_BIO = {"PER": "Person", "LOC": "Place", "GPE": "Place", "ORG": "Organization"}
_CLUENER = {
    "name": "Person", "address": "Place", "scene": "Place",
    "company": "Organization", "government": "Organization", "organization": "Organization",
}  # fmt: skip
FILES: dict[str, tuple[str, int | None]] = {
    "msra": ("msra.test.bio", None),
    "peoples-daily": ("peoples-daily.test.bio", 3500),
    "cluener": ("cluener.dev.json", None),
    "weibo": ("weibo.test.bio", None),
}
"""The file of each set, and how many of its sentences are read (None: all)."""


def main() -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sentences", type=int, help="read no more than so many sentences of a set")
    parser.add_argument("--sets", default=",".join(FILES), help="which sets, by name")
    given = parser.parse_args()
    if not SETS.is_dir():
        print("skipped: the public test sets ../shared/bench/ner are not beside this checkout")
        return 0
    with tempfile.TemporaryDirectory(prefix="kg-bench-") as cache:
        programs: dict[str, Callable[[Sequence[str]], list[list[Span]]]] = {"kg": _ours}
        for name, load in SPANNERS.items():
            if name != "LAC (paddle)" and installed(name):  # the same names as LAC, only slower
                programs[name] = load(Path(cache))
        head = ["set", "sentences", "program", *(f"{t} F1" for t in TYPES), "P", "R", "F1"]
        print("| " + " | ".join(head) + " |\n|---|--:|---|" + "--:|" * (len(head) - 3))
        for name in given.sets.split(","):
            file, limit = FILES[name]
            sentences = list(_sentences(SETS / file))[: given.sentences or limit]
            for program, find in programs.items():
                found = find([text for text, _ in sentences])
                print(_row(name, program, sentences, found))
    return 0


def _ours(texts: Sequence[str]) -> list[list[Span]]:
    """What kg calls a name, as it stands in the text."""
    return [
        [(m.start, m.end, m.type) for m in document.mentions if m.kind == "name"]
        for document in name_finder().analyse_all(texts)
    ]


def _row(
    name: str, program: str, sentences: Sequence[Sentence], found: Sequence[Sequence[Span]]
) -> str:
    counts = {t: [0, 0, 0] for t in TYPES}
    for (_, gold), spans in zip(sentences, found, strict=True):
        ours = {span for span in spans if span[2] in TYPES}
        for t in TYPES:
            wanted, got = {s for s in gold if s[2] == t}, {s for s in ours if s[2] == t}
            counts[t][0] += len(wanted & got)
            counts[t][1] += len(got)
            counts[t][2] += len(wanted)
    cells = [f"{_prf(*counts[t])[2]:.3f}" for t in TYPES]
    cells += [f"{figure:.3f}" for figure in _prf(*map(sum, zip(*counts.values(), strict=True)))]
    return f"| {name} | {len(sentences)} | {program} | " + " | ".join(cells) + " |"


def _prf(right: int, found: int, wanted: int) -> tuple[float, float, float]:
    precision, recall = right / max(1, found), right / max(1, wanted)
    return precision, recall, 2 * right / max(1, found + wanted)


def _sentences(path: Path) -> Iterator[Sentence]:
    if path.suffix == ".json":
        for record in _objects(path.read_text(encoding="utf-8")):
            spans = [
                (start, end + 1, _CLUENER[label])
                for label, names in record["label"].items()
                if label in _CLUENER
                for places in names.values()
                for start, end in places
            ]
            yield record["text"], frozenset(spans)
        return
    text, labels = "", list[str]()
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        if line.strip():
            character, label = line.split("\t") if "\t" in line else line.rsplit(" ", 1)
            text += character[0]
            labels.append(label.strip())
        elif text:
            yield text, frozenset(_spans(labels))
            text, labels = "", []


def _objects(text: str) -> Iterator[dict[str, dict[str, dict[str, list[list[int]]]]]]:
    """The JSON objects that stand one behind the other in `text`."""
    decoder, at = json.JSONDecoder(), 0
    while at < len(text):
        record, at = decoder.raw_decode(text, at)
        yield record
        while at < len(text) and text[at].isspace():
            at += 1


def _spans(labels: Sequence[str]) -> Iterator[Span]:
    start, kind = 0, ""
    for at, label in enumerate([*labels, "O"]):
        if kind and not (label.startswith("I-") and label[2:] == kind):
            if not kind.endswith(".NOM") and kind[:3] in _BIO:
                yield start, at, _BIO[kind[:3]]
            kind = ""
        if label.startswith("B-") or (label.startswith("I-") and not kind):
            start, kind = at, label[2:]


if __name__ == "__main__":
    sys.exit(main())
