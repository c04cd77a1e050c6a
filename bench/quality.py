#!/usr/bin/env python3
"""Measures what kg finds against gold graphs, beside names by LAC alone and by jieba.posseg; prints a table.

    python bench/quality.py [--types Person,Organization,Place] [--errors]

The judge is ../shared/bench/score.py with the rules of ANNOTATION.md; where it is absent, nothing can be judged,
and the command says so. What each column means: bench/README.md.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from peers import SPANNERS, Spanner, installed

from kg.building import Extractor
from kg.records import Article
from kg.sources import list_inputs, read_input
from kg.train.corpus import read_corpus

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "end_to_end" / "golden"
SAMPLES = ROOT / "data" / "samples"
SHARED = ROOT.parent / "shared" / "bench"
TYPES = "Person,Organization,Place"
OURS = "kg extract"
_PEERS = ("LAC", "jieba.posseg", "THULAC")
NONE = "| – | – | – "

Graph = dict[str, Any]
"""An article with its nodes and edges, as `kg extract` writes it and as the gold files hold it."""
Found = tuple[Sequence[Graph], list[Graph]]
"""The gold articles of one file, and what a program made of that file."""
Predict = Callable[[Sequence[Article]], list[Graph]]


@dataclass(frozen=True, slots=True)
class Gold:
    """Gold graphs, grouped by the file that their articles come from, with the articles as kg reads them."""

    name: str
    parts: tuple[tuple[Sequence[Article], tuple[Graph, ...]], ...]


def main() -> int:
    """Judges every program on every gold and prints the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--types", default=TYPES, help=f"types of the columns “names” (default {TYPES})")
    parser.add_argument("--errors", action="store_true", help="list what kg missed and what it got wrong")
    given = parser.parse_args()
    judge = SHARED / "score.py"
    if not judge.is_file():
        print("skipped: the judge ../shared/bench/score.py is not beside this checkout")
        return 0
    rules = _module(judge)
    extractor = Extractor()
    programs: dict[str, Predict] = {
        OURS: lambda articles: [graph.to_json() for graph in extractor.extract(articles)]
    }
    with tempfile.TemporaryDirectory(prefix="kg-bench-") as cache:
        programs |= {peer: _named(SPANNERS[peer](Path(cache))) for peer in _PEERS if installed(peer)}
        print(_head(given.types))
        for gold in _golds(rules):
            for label, predict in programs.items():
                found = [(graphs, predict(articles)) for articles, graphs in gold.parts]
                for row in _rows(
                    rules, gold.name, label, found, set(given.types.split(",")), errors=given.errors
                ):
                    print(row)
    return 0


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"bench: {path.name} cannot be imported; is it a Python file?")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _golds(rules: ModuleType) -> Iterator[Gold]:
    """Our samples' gold; the test part of the corpus; the newspaper page's gold where it is."""
    files: dict[Path, list[Graph]] = {}
    for path in sorted(GOLDEN.glob("*.json")):
        source = SAMPLES / ("page.txt" if path.stem.startswith("page-") else f"{path.stem}.txt")
        files.setdefault(source, []).append(json.loads(path.read_text(encoding="utf-8")))
    if files:
        yield Gold(
            _size("our samples", files), tuple((_read(path), tuple(graphs)) for path, graphs in files.items())
        )
    else:
        print("skipped: tests/end_to_end/golden has no gold files", file=sys.stderr)
    held = [article.to_gold() for article in read_corpus(split="test")]
    articles = [Article(g["id"], g["title"], g["text"], g["id"], date=g["date"]) for g in held]
    yield Gold(f"our test part ({len(held)} articles)", ((articles, tuple(held)),))
    page = SHARED / "page.gold.json"
    if page.is_file():
        graphs = rules.load_gold(page)
        yield Gold(_size("newspaper page", {page: graphs}), ((_read(SHARED / "page.txt"), tuple(graphs)),))


def _size(name: str, files: dict[Path, list[Graph]]) -> str:
    return f"{name} ({sum(map(len, files.values()))} articles)"


def _named(find: Spanner) -> Predict:
    """The names that a peer finds as graphs: each type and surface form of an article is one node."""

    def predict(articles: Sequence[Article]) -> list[Graph]:
        graphs = []
        for article, found in zip(articles, find([article.text for article in articles]), strict=True):
            names = dict.fromkeys((type_name, article.text[start:end]) for start, end, type_name in found)
            nodes = [
                {"id": f"n{number}", "type": type_name, "label": label}
                for number, (type_name, label) in enumerate(names)
            ]
            graphs.append({"id": article.id, "title": article.title, "nodes": nodes, "edges": []})
        return graphs

    return predict


def _read(path: Path) -> list[Article]:
    def stop(error: Exception) -> None:
        raise error

    inputs = list_inputs([str(path)], stop)
    return [a for one in inputs for a in read_input(one, columns=None, encoding=None, on_error=stop)]


def _head(types: str) -> str:
    columns = [
        "gold",
        "program",
        "nodes P",
        "R",
        "F1",
        "edges P",
        "R",
        "F1",
        "roles right",
        f"names P ({types})",
        "R",
        "F1",
    ]
    return "| " + " | ".join(columns) + " |\n|---|---|" + "--:|" * (len(columns) - 2)


def _rows(
    rules: ModuleType, gold: str, label: str, found: Sequence[Found], types: set[str], *, errors: bool
) -> Iterator[str]:
    """The row of a program, as the judge pairs articles; for kg a second one where that loses some."""
    pairs, extra = _paired(rules, found)
    if label != OURS:
        yield f"| {gold} | {label} " + NONE + NONE + "| – " + _names(rules, pairs, extra, types)
        return
    tally, misses = _judge(rules, pairs, extra, set(rules.NODE_TYPES))
    if errors:
        print("\n".join(misses), file=sys.stderr)
    yield f"| {gold} | {label} " + _all(rules, tally) + _names(rules, pairs, extra, types)
    if extra and all(len(wanted) == len(predicted) for wanted, predicted in found):
        ordered = [pair for wanted, predicted in found for pair in zip(wanted, predicted, strict=True)]
        tally, _ = _judge(rules, ordered, [], set(rules.NODE_TYPES))
        yield f"| {gold} | {label}, paired in order " + _all(rules, tally) + _names(rules, ordered, [], types)


def _paired(rules: ModuleType, found: Sequence[Found]) -> tuple[list[tuple[Graph, Graph]], list[Graph]]:
    """Each gold article with what was predicted for it, file by file, and what the judge pairs with none."""
    pairs: list[tuple[Graph, Graph]] = []
    extra: list[Graph] = []
    for wanted, predicted in found:
        paired, left = rules.pair(list(wanted), predicted)
        pairs += paired
        extra += left
    return pairs, extra


def _all(rules: ModuleType, tally: Counter[tuple[str, str, str]]) -> str:
    right, wrong = tally["role", "role", "tp"], tally["role", "role", "fn"]
    return _prf(rules, tally, "node") + _prf(rules, tally, "edge") + f"| {right}/{right + wrong} "


def _names(
    rules: ModuleType, pairs: Sequence[tuple[Graph, Graph]], extra: Sequence[Graph], types: set[str]
) -> str:
    return _prf(rules, _judge(rules, pairs, extra, types)[0], "node") + "|"


def _judge(
    rules: ModuleType, pairs: Sequence[tuple[Graph, Graph]], extra: Sequence[Graph], types: set[str]
) -> tuple[Counter[tuple[str, str, str]], list[str]]:
    """Hits and misses summed over all articles, by the judge's rules, and the misses in words."""
    tally: Counter[tuple[str, str, str]] = Counter()
    misses: list[str] = []
    nothing: Graph = {"id": "extra", "nodes": [], "edges": []}
    for wanted, found in [*pairs, *((nothing, found) for found in extra)]:
        rules.score_article(wanted, found, types, tally, misses)
    return tally, misses


def _prf(rules: ModuleType, tally: Counter[tuple[str, str, str]], kind: str) -> str:
    precision, recall, f1, *_ = rules.prf(tally, kind)
    return f"| {precision:.3f} | {recall:.3f} | {f1:.3f} "


if __name__ == "__main__":
    sys.exit(main())
