"""What `run.py` starts in a process of its own; each command prints one line of JSON.

worker.py texts FOLDER TEXT… --pool SAMPLE… --articles N
                            writes the articles of each TEXT as JSON lines, and a corpus:
                                N articles, the samples in turn
worker.py stages SOURCE     the way of `kg extract` with a clock on each stage
worker.py names PEER ARTICLES.jsonl CACHE
                            the names that a peer finds
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.records import Article

_FIRST = (
    "村里办起食堂\n\n食堂今天开张，老人们都来了。\n"  # read before the clock starts, so that all is loaded
)
_PACKAGES = ("onnxruntime", "numpy", "jieba", "LAC", "paddlepaddle", "thulac")


def _raise(error: Exception) -> None:
    raise error


class StageClock:
    """Seconds spent in each stage. A stage inside another one stops the outer one's clock."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._open: list[str] = ["other"]
        self._since = time.perf_counter()

    def _turn(self) -> None:
        now = time.perf_counter()
        self.seconds[self._open[-1]] = self.seconds.get(self._open[-1], 0.0) + now - self._since
        self._since = now

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """All of the block counts for `name`."""
        self._turn()
        self._open.append(name)
        try:
            yield
        finally:
            self._turn()
            self._open.pop()

    def watch(self, owner: Any, function: str, stage: str) -> None:
        """Puts a clock around `owner.function`; an iterator that it returns counts while it works."""
        original: Callable[..., Any] = getattr(owner, function)

        def timed(*args: Any, **named: Any) -> Any:
            with self.stage(stage):
                result = original(*args, **named)
            return self._each(result, stage) if isinstance(result, Iterator) else result

        setattr(owner, function, timed)

    def _each(self, items: Iterator[Any], stage: str) -> Iterator[Any]:
        end = object()
        while True:
            with self.stage(stage):
                item = next(items, end)
            if item is end:
                return
            yield item


def stages(source: str) -> dict[str, Any]:
    """Seconds for loading and for each stage over the articles of a source, after everything is loaded."""
    start = time.perf_counter()
    build = import_module("kg.building")  # by name, for the clock replaces functions in it
    extractor = build.Extractor()
    with tempfile.TemporaryDirectory() as folder:
        first = Path(folder, "first.txt")
        first.write_text(_FIRST, encoding="utf-8")
        for _ in build.extract([str(first)], on_error=_raise, extractor=extractor):
            pass
    load = time.perf_counter() - start
    clock = StageClock()
    clock.watch(build, "read_input", "reading")
    clock.watch(extractor.finder.reader.tagger, "read", "tagger")
    clock.watch(extractor.finder.reader.cues, "of", "cues")
    clock.watch(extractor.finder.recognizer, "find", "model")
    clock.watch(extractor.finder, "analyse_all", "names")
    clock.watch(extractor.relations, "find", "relations")
    clock.watch(build, "find_indicators", "relations")
    clock.watch(build, "resolve_article", "resolution")
    characters = size = 0
    start = time.perf_counter()
    for graph in build.extract([source], on_error=_raise, extractor=extractor):
        characters += len(graph.article.text)
        with clock.stage("writing"):
            size += len(json.dumps(graph.to_json(), ensure_ascii=False).encode())
    seconds = time.perf_counter() - start
    return {
        "load": load, "seconds": seconds, "characters": characters, "bytes": size, "stages": clock.seconds,
    }  # fmt: skip


def names(peer: str, articles: Path, cache: Path) -> dict[str, Any]:
    """Seconds for loading a peer and for finding the names of all articles."""
    texts = [json.loads(line)["text"] for line in articles.read_text(encoding="utf-8").splitlines()]
    start = time.perf_counter()
    from peers import SPANNERS

    find = SPANNERS[peer](cache)
    loaded = time.perf_counter()
    found = find(texts)
    seconds = time.perf_counter() - loaded
    return {
        "load": loaded - start, "seconds": seconds, "characters": sum(map(len, texts)),
        "names": sum(map(len, found)),
    }  # fmt: skip


def texts(folder: Path, texts: Sequence[Path], pool: Sequence[Path], articles: int) -> dict[str, Any]:
    """Writes, as JSON lines, the articles of each text, and a corpus of `articles` from the samples in turn."""
    written = [_write(folder / f"{number}.jsonl", _articles(text)) for number, text in enumerate(texts)]
    samples = [article for path in pool for article in _articles(path)]
    written.append(_write(folder / "corpus.jsonl", list(islice(cycle(samples), articles))))
    return {"texts": written, "different": len(samples), "versions": dict(_versions())}


def _articles(path: Path) -> list[Article]:
    from kg.sources import list_inputs, read_input

    inputs = list_inputs([str(path)], _raise)
    return [a for one in inputs for a in read_input(one, columns=None, encoding=None, on_error=_raise)]


def _write(path: Path, articles: Sequence[Article]) -> dict[str, Any]:
    with path.open("w", encoding="utf-8") as file:
        for number, article in enumerate(articles):
            row = {"id": f"bench-{number}", "title": article.title, "text": article.text}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return {"path": str(path), "articles": len(articles), "characters": sum(len(a.text) for a in articles)}


def _versions() -> Iterator[tuple[str, str]]:
    for package in _PACKAGES:
        try:
            yield package, version(package)
        except PackageNotFoundError:
            continue  # run.py says so, and leaves its rows out


def main() -> int:
    """Runs one command and prints its result."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("texts")
    command.add_argument("folder", type=Path)
    command.add_argument("texts", type=Path, nargs="+")
    command.add_argument("--pool", type=Path, nargs="+", required=True)
    command.add_argument("--articles", type=int, required=True)
    command = commands.add_parser("stages")
    command.add_argument("source")
    command = commands.add_parser("names")
    command.add_argument("peer")
    command.add_argument("articles", type=Path)
    command.add_argument("cache", type=Path)
    given = vars(parser.parse_args())
    commands_by_name: dict[str, Callable[..., dict[str, Any]]] = {
        "texts": texts,
        "stages": stages,
        "names": names,
    }
    print(json.dumps(commands_by_name[given.pop("command")](**given), ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
