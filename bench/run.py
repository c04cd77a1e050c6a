#!/usr/bin/env python3
"""Measures speed and memory of kg beside its peers, on this machine, and prints Markdown tables.

    python bench/run.py            everything; about ten minutes on one core
    python bench/run.py --quick    one sample, one run: whether it works, not how fast it is

What each row means: bench/README.md. Compare the times of one run of this command with each other only.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from peers import SPANNERS, installed
from processes import Ran, machine, on_one_core, run_once

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "data" / "samples"
ARTICLE = SAMPLES / "02-forest-mentors.txt"
PAGE = SAMPLES / "page.txt"
SHARED_PAGE = ROOT.parent / "shared" / "bench" / "page.txt"
WORKER = ROOT / "bench" / "worker.py"
STAGES = ("reading", "tagger", "cues", "model", "names", "relations", "resolution", "writing")
PEERS = tuple(SPANNERS)


@dataclass(frozen=True, slots=True)
class Text:
    """A text to measure with: the source that kg reads, and the same articles as JSON lines for the peers."""

    name: str
    source: Path
    lines: Path
    articles: int
    characters: int


@dataclass(slots=True)
class Row:
    """One command on one text, and what its runs took."""

    program: str
    command: list[str | Path]
    text: Text | None
    runs: list[Ran] = field(default_factory=list)

    def run(self, folder: Path) -> Ran:
        """One run; only what the worker prints is kept: with the output of kg this would be a heavy parent."""
        return run_once(self.command, cwd=folder, keep=WORKER in self.command)

    def reports(self) -> list[dict[str, Any]]:
        """What the worker printed, run by run."""
        return [json.loads(run.output) for run in self.runs]


def main() -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="one sample, one run")
    parser.add_argument("--runs", type=int, help="runs of what takes a second or so (default 7, quick 1)")
    parser.add_argument("--corpus-runs", type=int, help="runs over the corpus (default 3, quick 1)")
    parser.add_argument("--articles", type=int, help="articles of the corpus (default 2000, quick 20)")
    given = parser.parse_args()
    runs = given.runs or (1 if given.quick else 7)
    corpus_runs = given.corpus_runs or (1 if given.quick else 3)
    articles = given.articles or (20 if given.quick else 2000)
    kg = shutil.which("kg", path=str(Path(sys.executable).parent)) or shutil.which("kg")
    if kg is None:
        raise SystemExit("bench: the command kg is not installed; run: pip install -e '.[dev]'")
    place = machine()
    with tempfile.TemporaryDirectory(prefix="kg-bench-") as scratch, on_one_core() as pinned:
        folder = Path(scratch)
        texts, about = _texts(folder, articles, quick=given.quick)
        peers = [peer for peer in PEERS if installed(peer)]
        whole, inside = _rows(Path(kg), folder, texts, peers)
        _measure([*whole, *inside], folder, runs, corpus_runs)
    print(_head(place, pinned=pinned, about=about, texts=texts))
    print(_whole_table(whole))
    print(_inside_table(inside))
    return 0


def _texts(folder: Path, articles: int, *, quick: bool) -> tuple[list[Text], dict[str, Any]]:
    """The texts of this run, the corpus last, and what the worker says of them and of the packages."""
    sources = {"one article": ARTICLE}
    if not quick:
        sources["sample page"] = PAGE
        if SHARED_PAGE.is_file():
            sources["newspaper page"] = SHARED_PAGE
    pool = (
        [ARTICLE] if quick else sorted(p for p in SAMPLES.iterdir() if p.suffix in (".txt", ".jsonl", ".csv"))
    )
    command: list[str | Path] = [sys.executable, WORKER, "texts", folder, *sources.values()]
    command += ["--pool", *pool, "--articles", str(articles)]
    about = json.loads(run_once(command, cwd=folder).output)
    sources["corpus"] = Path(about["texts"][-1]["path"])
    texts = [
        Text(name, source, Path(found["path"]), found["articles"], found["characters"])
        for (name, source), found in zip(sources.items(), about["texts"], strict=True)
    ]
    return texts, about


def _rows(kg: Path, folder: Path, texts: Sequence[Text], peers: Sequence[str]) -> tuple[list[Row], list[Row]]:
    """The rows of whole commands, and the rows that look inside after loading."""
    whole = [Row("kg --version", [kg, "--version"], None), Row("kg --help", [kg, "--help"], None)]
    whole += [Row("kg extract", [kg, "extract", text.source], text) for text in texts]
    whole += [
        Row("kg build", [kg, "build", text.source, "-o", folder / "out", "--fresh"], text)
        for text in texts[:-1]
    ]
    inside = []
    for text in texts:
        inside.append(Row("kg extract", [sys.executable, WORKER, "stages", text.source], text))
        inside += [
            Row(f"{peer}, names", [sys.executable, WORKER, "names", peer, text.lines, folder], text)
            for peer in peers
        ]
    return whole, inside


def _measure(rows: Sequence[Row], folder: Path, runs: int, corpus_runs: int) -> None:
    """Runs every row in rounds, so that a busy minute of the machine falls on all of them alike."""
    for row in (
        rows
    ):  # once without a clock: files into the system's cache, byte code and jieba's dictionary written
        if _short(row):
            row.run(folder)
    for turn in range(max(runs, corpus_runs)):
        for row in rows:
            if turn < (runs if _short(row) else corpus_runs):
                shutil.rmtree(folder / "out", ignore_errors=True)
                row.runs.append(row.run(folder))
                _tick(f"round {turn + 1}: {row.program}, {row.text.name if row.text else ''}")


def _short(row: Row) -> bool:
    return row.text is None or row.text.name != "corpus"


def _tick(words: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K{words}", end="", file=sys.stderr, flush=True)


def _head(place: str, *, pinned: bool, about: dict[str, Any], texts: Sequence[Text]) -> str:
    """Where, with what, and on which texts."""
    packages = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    sizes = "; ".join(f"{t.name}: {t.articles:,} articles, {t.characters:,} characters" for t in texts)
    core = "held to one CPU" if pinned else "not held to one CPU (the system has no call for it)"
    return (
        f"\n{date.today().isoformat()}. {place}; {packages}. Programs {core}, onnxruntime with one thread.\n"
        f"Texts: {sizes} ({about['different']} different ones in turn)."
    )


def _whole_table(rows: Sequence[Row]) -> str:
    """Whole processes, from start to exit."""
    lines = [
        "\n| whole process | text | runs | wall seconds, median (min–max) | characters/s | peak MiB |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for row in rows:
        seconds = [run.seconds for run in row.runs]
        peaks = [run.peak for run in row.runs if run.peak is not None]
        speed = f"{row.text.characters / statistics.median(seconds):,.0f}" if row.text else "–"
        peak = f"{statistics.median(peaks):,.0f}" if peaks else "–"
        name = row.text.name if row.text else "–"
        lines.append(
            f"| {row.program} | {name} | {len(seconds)} | {_spread(seconds, '.2f')} | {speed} | {peak} |"
        )
    return "\n".join(lines)


def _inside_table(rows: Sequence[Row]) -> str:
    """After loading: speed, and for kg the share of each stage."""
    lines = [
        "\n| after loading | text | runs | load s | characters/s, median (min–max) | "
        + " | ".join(f"{stage} %" for stage in STAGES) + " | peak MiB |",
        "|---|---|--:|--:|--:|" + "--:|" * (len(STAGES) + 1),
    ]  # fmt: skip
    for row in rows:
        if row.text is None:
            continue
        reports = row.reports()
        speeds = [report["characters"] / report["seconds"] for report in reports]
        load = statistics.median(report["load"] for report in reports)
        peaks = [run.peak for run in row.runs if run.peak is not None]
        cells = [_share(reports, stage) for stage in STAGES]
        cells.append(f"{statistics.median(peaks):,.0f}" if peaks else "–")
        start = (
            f"| {row.program} | {row.text.name} | {len(reports)} | {load:.2f} | {_spread(speeds, ',.0f')} | "
        )
        lines.append(start + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _share(reports: Sequence[dict[str, Any]], stage: str) -> str:
    shares = [100 * r["stages"].get(stage, 0.0) / r["seconds"] for r in reports if "stages" in r]
    return f"{statistics.median(shares):.0f}" if shares else "–"


def _spread(values: Sequence[float], form: str) -> str:
    middle = format(statistics.median(values), form)
    return middle if len(values) == 1 else f"{middle} ({min(values):{form}}–{max(values):{form}})"


if __name__ == "__main__":
    sys.exit(main())
