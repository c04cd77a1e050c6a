"""The annotated corpus of our own: reads it strictly, checks it, counts it, and writes it as gold files.

    python -m kg.train.corpus check [PATHS]       (file and line of every problem; exit 1 when there is one)
    python -m kg.train.corpus counts [PATHS]      (articles, characters, nodes, edges, provinces, beats, traps, splits)
    python -m kg.train.corpus gold OUT_DIR [PATHS] (OUT_DIR/SPLIT/*.json for scoring, OUT_DIR/SPLIT.jsonl to extract from)
    python -m kg.train.corpus agreement [FIRST SECOND]  (F1 of two independent annotations; default: data/corpus/agreement)

PATHS are files or folders; default: `data/corpus/articles`. The form of a file is in `data/corpus/README.md`.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from kg.errors import DataError
from kg.resources import data_path
from kg.train.annotation import SPLITS, AnnotatedArticle, split_of
from kg.train.articlefile import read_with_problems
from kg.train.head import PROVINCES

__all__ = ["check", "counts", "files_of", "main", "read_article", "read_corpus", "split_of", "write_gold"]

_SAME = 25
"""A sentence of so many characters that stands in two articles was copied."""


def read_article(path: Path) -> AnnotatedArticle:
    """Reads one file of the corpus. Raises DataError (file, line, what, remedy) for the first thing wrong in it."""
    article, problems = read_with_problems(path)
    if problems:
        raise problems[0]
    return article


def read_corpus(paths: Iterable[Path] = (), *, split: str | None = None) -> Iterator[AnnotatedArticle]:
    """The articles below `paths` (default: the whole corpus), of one split when it is given. Raises DataError."""
    for path in files_of(paths):
        article = read_article(path)
        if split is None or split_of(article) == split:
            yield article


def files_of(paths: Iterable[Path] = ()) -> list[Path]:
    """The files below `paths`, sorted. Raises DataError for a path that is not there or a folder without articles."""
    found: set[Path] = set()
    for path in tuple(paths) or (data_path("corpus") / "articles",):
        inside = list(path.rglob("*.txt")) if path.is_dir() else [path] if path.is_file() else []
        if not inside:
            raise DataError("no article here", where=path, remedy="name a .txt file, or a folder that holds some")
        found.update(inside)
    return sorted(found)


def check(paths: Iterable[Path] = ()) -> tuple[int, list[DataError]]:
    """The number of files, and all that is wrong in them and between them, sorted by file and line."""
    files = files_of(paths)
    problems: list[DataError] = []
    ids: dict[str, Path] = {}
    sentences: dict[str, Path] = {}
    for path in files:
        article, found = read_with_problems(path)
        problems += found
        first = ids.setdefault(article.id, path)
        if first is not path:
            remedy = "give one of them another"
            problems.append(
                DataError(f"the id “{article.id}” is that of {first} too", where=path, line=1, remedy=remedy)
            )
        for sentence in re.split(r"[。！？\n]", article.text):
            if len(sentence) >= _SAME and sentences.setdefault(sentence, path) is not path:
                what = f"“{sentence[:20]}…” stands in {sentences[sentence]} too"
                problems.append(DataError(what, where=path, remedy="write it anew: no sentence twice in the corpus"))
    return len(files), sorted(problems, key=lambda p: (p.where or "", p.line or 0))


def counts(articles: Iterable[AnnotatedArticle]) -> dict[str, Mapping[str, int]]:
    """What the articles hold, by heading: totals, nodes by type, edges by predicate, and the rest of what they vary in."""
    table: dict[str, Counter[str]] = {
        name: Counter() for name in ("total", "node", "mention", "edge", "split", "kind", "province", "beat", "writer")
    }
    for article in articles:
        table["total"].update(
            articles=1, characters=len(article.text), traps=bool(article.trap), mentions=len(article.mentions),
            roles=len(article.roles), nodes=len(article.nodes), edges=len(article.edges),
            indicators=len(article.indicators),
        )  # fmt: skip
        table["node"].update(node.type for node in article.nodes)
        table["mention"].update(f"{mention.type}/{mention.kind}" for mention in article.mentions)
        table["edge"].update(edge.predicate for edge in article.edges)
        table["split"][split_of(article)] += 1
        table["kind"][article.kind] += 1
        table["province"][PROVINCES[article.province]] += 1
        table["beat"][article.beat] += 1
        table["writer"][article.writer] += 1
    return {name: dict(counter) for name, counter in table.items()}


def write_gold(articles: Iterable[AnnotatedArticle], out: Path) -> dict[str, int]:
    """Writes ``SPLIT/ID.json`` (gold) and ``SPLIT.jsonl`` (id, title, text, date) below `out`; the articles of each split."""
    lines: dict[str, list[str]] = {split: [] for split in SPLITS}
    for article in articles:
        split, gold = split_of(article), article.to_gold()
        target = out / split / f"{article.id}.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(gold, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        bare = {key: gold[key] for key in ("id", "title", "text", "date")}
        lines[split].append(json.dumps(bare, ensure_ascii=False) + "\n")
    for split, rows in lines.items():
        if rows:
            (out / f"{split}.jsonl").write_text("".join(rows), encoding="utf-8")
    return {split: len(rows) for split, rows in lines.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; see the module's docstring. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m kg.train.corpus", description=(__doc__ or "").split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for name, words in (
        ("check", "name every problem"),
        ("counts", "count what there is"),
        ("gold", "write gold files"),
        ("agreement", "compare two annotations"),
    ):
        command = commands.add_parser(name, help=words)
        if name == "gold":
            command.add_argument("out", type=Path, metavar="OUT_DIR")
        command.add_argument("paths", type=Path, nargs="*", metavar="PATHS")
    options = parser.parse_args(arguments)
    try:
        if options.command == "check":
            files, problems = check(options.paths)
            for problem in problems:
                print(problem)
            print(f"{files} articles, {len(problems)} problems", file=sys.stderr)
            return 1 if problems else 0
        if options.command == "agreement":
            from kg.train.agreement import agreement  # which reads articles by this module

            if len(options.paths) not in (0, 2):
                parser.error("agreement takes two folders, or none")
            both = data_path("corpus") / "agreement"
            first, second = options.paths or (both / "first", both / "second")
            print("\n".join(agreement(first, second)))
            return 0
        if options.command == "gold":
            for split, number in write_gold(read_corpus(options.paths), options.out).items():
                print(f"{split:<6} {number}")
            return 0
        for heading, table in counts(read_corpus(options.paths)).items():
            print(heading)
            for key, number in (
                table.items() if heading == "total" else sorted(table.items(), key=lambda i: (-i[1], i[0]))
            ):
                print(f"  {key:<24} {number}")
    except DataError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
