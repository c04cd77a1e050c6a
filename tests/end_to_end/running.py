"""Runs the command line inside the tests' process: as quick as a function, and with everything that `main` does."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from kg.cli import main

__all__ = ["EXPORTS", "Kg", "Run", "runner", "whole"]

EXPORTS = (
    "edges.csv", "graph.gexf", "graph.graphml", "graph.jsonld", "graph.trig", "graph.ttl", "nodes.csv", "report.html",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """What a command left: its exit status, and what it printed."""

    status: int
    out: str
    err: str

    @property
    def complaints(self) -> list[str]:
        """The lines on the standard error that report something."""
        return self.err.splitlines()


Kg = Callable[..., Run]
"""``kg("extract", "-", stdin=b"…")``"""


def runner(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Kg:
    """A function that calls `kg` with the arguments given."""

    def run(*arguments: str | Path, stdin: bytes = b"") -> Run:
        monkeypatch.setattr(sys, "argv", ["kg", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        status = 0
        try:
            main()
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        printed = capsys.readouterr()
        return Run(status, printed.out, printed.err)

    return run


def whole(folder: Path) -> dict[str, bytes]:
    """The bytes of all files of a folder but the store, whose pages are not the same from run to run."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix not in (".duckdb", ".wal")}
